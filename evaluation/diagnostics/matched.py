"""Whether a match could choose among enough people: who found nobody, whom the pools held, and who stands for several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..terms import Diagnostic, EstimandName
from .differences import COMPARED, SERVED, in_spreads, of_two_values, variance
from .wording import part, people, tellable, those

if TYPE_CHECKING:
    from ..terms import Array

FEWEST_MATCHED = 0.5  # of the served: our own rule; below, the answer is about a minority of them
MOST_SHORT = 0.1  # of the sets: our own rule; beyond, the draw was limited by who was there, not by its own number
FEWEST_EFFECTIVE = 20.0  # comparison people, were all to weigh the same: the fewest for which coverage was rehearsed where many are reused
MOST_OF_AN_ARM = 0.1  # of its weight, in one person: our own rule; so much each of ten people has, the smallest arm that was rehearsed
ROUNDED = 1e-9
HARDLY_REUSED = 0.75  # of the places: with as many people of equal weight few are reused, and coverage was rehearsed from ten places on


def score_estimated(
    coefficients: Mapping[str, float], left_out: Sequence[str], one_sided: Sequence[str], *, rests_on: Sequence[str] = (), clipped: int = 0
) -> Diagnostic:
    """What the score rests on, and what was mended on the way; shown, not judged.

    `coefficients` of a regression are per standard deviation; a score that trees learnt has none and names the columns that it
    `rests_on`.  `clipped` chances were moved away from none or certain.
    """
    n = len(coefficients) or len(rests_on)
    learnt = "" if coefficients else ", learnt by trees from some people and used for others"
    sentence = f"The score rests on {n} column{'s' if n > 1 else ''} of the history{learnt}."
    if left_out:
        sentence += f" Left out, because they never vary or repeat others: {', '.join(map(repr, left_out))}."
    if one_sided:
        sentence += f" People with a value that only one arm holds were set aside; it stands in {', '.join(map(repr, one_sided))}."
    if clipped:
        sentence += f" The chances of {people(clipped)} people were moved away from none or certain."
    return Diagnostic(
        name="score_estimated",
        sentence=sentence,
        value=float(n),
        limit=None,
        holds=True,
        source="the propensity score: Rosenbaum and Rubin 1983",
        required=False,
        detail=dict(coefficients),
    )


def served_matched(served: int, matched: int, *, estimand: EstimandName = SERVED, weighed: bool = False, called: str = "served") -> Diagnostic:
    """The share of those whom the effect is about who found somebody to be compared with; where it is not all, the estimand has another name.

    `served` are so many, of the arm or arms that `estimand` names, and `matched` of them stand in the comparison; `called` is what
    the first arm is called.
    """
    named = {SERVED: (f"people {called}", those(called)), COMPARED: (f"people not {called}", f"those not {called}")}
    whom, minority = named.get(estimand, ("people of either arm", "them"))
    share = matched / served
    holds = share >= FEWEST_MATCHED
    found = "stand in the comparison" if weighed else "found people like them"
    return Diagnostic(
        name="served_matched",
        sentence=f"{part(matched, served)} {whom} {found}"
        + ("." if matched == served else "; the answer is about these." if holds else f"; the answer is about these, a minority of {minority}."),
        value=share,
        limit=FEWEST_MATCHED,
        holds=holds,
        source="a rule of this project: an answer should be about most of those served",
        required=False,
        detail={"served": float(served), "matched": float(matched)},
    )


def left_out(columns: Mapping[str, Array], about: Array, kept: Array, reasons: Mapping[str, Array]) -> Diagnostic:
    """How many of those whom the effect is about were set aside, why, and how they differ most from those kept; shown, not judged.

    `columns` are (n,) without NaN; `about` and `kept` (n,) bool; `reasons` (n,) bool each, of which the first that holds is told.
    """
    gone = about & ~kept
    counts: dict[str, int] = {}
    waiting = gone.copy()
    for reason, there in reasons.items():
        if (waiting & there).any():
            counts[reason] = int((waiting & there).sum())
        waiting &= ~there
    missing, everybody = int(gone.sum()), int(about.sum())
    apart = kept_and_left(columns, about, kept) if 0 < missing < everybody else {}
    worst = max(apart, key=lambda name: abs(apart[name]), default="")
    told = "; ".join(f"{people(count)} because {reason}" for reason, count in counts.items())
    sentence = f"{part(missing, everybody)} people whom the answer is about were left out" + (f": {told}" if told else "")
    if worst and tellable(missing, everybody - missing):
        sentence += f"; they differ most from those kept in '{worst}', by {abs(apart[worst]):.2f} standard deviations"
    return Diagnostic(
        name="left_out",
        sentence=f"{sentence}." if missing else "Nobody whom the answer is about was left out.",
        value=missing / everybody,
        limit=None,
        holds=True,
        source="whom an answer leaves out is part of it (Crump, Hotz, Imbens and Mitnik 2009)",
        required=False,
        detail=apart,
        behind={reason: (count,) for reason, count in counts.items()},
    )


def kept_and_left(columns: Mapping[str, Array], about: Array, kept: Array) -> dict[str, float]:
    """By column, the mean of those kept less that of those left out, in standard deviations of all whom the effect is about."""
    apart = {}
    for name, column in columns.items():
        there = column[about]
        difference = float(column[about & kept].mean() - column[about & ~kept].mean())
        apart[name] = in_spreads(there, difference, variance(there, np.ones(len(there)), two=of_two_values(there)) ** 0.5)
    return apart


def propensity_overlap(score: Array, served: Array, *, called: str = "served") -> Diagnostic:
    """The share of the served whose score lies among those of the compared; both (n,), before matching.  Shown, not judged.

    Its detail, `order`, is how often somebody served has a higher score than somebody compared (the area under the ROC curve):
    .5 where history does not tell who is served, 1 where nobody is like anybody.
    """
    there, elsewhere = score[served], np.sort(score[~served])
    share = float(((there >= elsewhere[0]) & (there <= elsewhere[-1])).mean())
    order = float((np.searchsorted(elsewhere, there, "left") + np.searchsorted(elsewhere, there, "right")).mean() / 2 / len(elsewhere))
    inside = round(share * len(there))
    return Diagnostic(
        name="propensity_overlap",
        sentence=f"{part(inside, len(there))} people {called} have a score within the range of the others' scores.",
        value=share,
        limit=None,
        holds=True,
        source="common support: Dehejia and Wahba 1999",
        required=False,
        detail={"order": order},
        behind={"inside": (inside, len(there) - inside)},
    )


def small_pools(sizes: Array, drawn: int) -> Diagnostic:
    """How many sets held fewer candidates than were to be drawn; `sizes` (S,) int, before matching.

    Not required: matches from small pools show in the balance, and people drawn again and again in `reuse_of_people`.
    """
    short = int((sizes < drawn).sum())
    share = short / len(sizes)
    holds = share <= MOST_SHORT
    return Diagnostic(
        name="small_pools",
        sentence=f"{part(short, len(sizes))} sets held fewer than the {drawn} candidates that were to be drawn."
        if short
        else f"Every set held the {drawn} candidates that were to be drawn.",
        value=share,
        limit=MOST_SHORT,
        holds=holds,
        source="a rule of this project: most sets should be limited by the draw, not by who was there",
        required=False,
        detail={"asked": float(drawn), "sets": float(len(sizes)), "small": float(short)},
        behind={"small": (short, len(sizes) - short)},
    )


def reuse_of_people(
    rows: int, distinct: int, most: int, effective: float, *, arm: str = "compared", weighed: bool = False, called: str = "served"
) -> Diagnostic:
    """Whether enough different people stand in the comparison, however often each is used and however unevenly they weigh.

    `rows` of the arm are filled by so many `distinct` people, one of them in `most` rows; `effective` is the number of people, or
    clusters, of equal weight that would weigh as unevenly.
    """
    limit = min(FEWEST_EFFECTIVE, HARDLY_REUSED * rows)
    arm = called if arm == "served" else arm
    holds = effective >= limit
    fill = f"{people(distinct)} people fill the {people(rows)} places {arm}, the most used of them {most:,} time{'s' if most > 1 else ''}; they"
    return Diagnostic(
        name="reuse_of_people",
        sentence=(f"{people(distinct)} people {arm}, weighed unevenly," if weighed and distinct == rows else fill)
        + f" weigh as much as {effective:.0f} people of equal weight would"
        + ("." if holds else f", and at least {limit:.0f} are needed for an interval."),
        value=effective,
        limit=limit,
        holds=holds,
        source="Kish 1965, effective number; the smallest for which this project rehearsed the coverage of its intervals",
        detail={"places": float(rows), "people": float(distinct), "most used": float(most)},
        behind={"people": (distinct,)},
    )


def effective_sample(effective: Mapping[str, float], largest: Mapping[str, float], *, called: str = "served") -> Diagnostic:
    """How many people of equal weight each arm is worth, and the largest share of an arm that one person carries.

    Both by arm.  Not required: what an interval needs is the effective number, which `reuse_of_people` requires; one person's share
    says on whom else the answer hangs.
    """
    worst = max(largest, key=lambda arm: largest[arm])
    holds = largest[worst] <= MOST_OF_AN_ARM * (1 + ROUNDED)
    whoever = "nobody carries" if holds else f"one person {called if worst == 'served' else worst} carries"
    return Diagnostic(
        name="effective_sample",
        sentence=f"{those(called).capitalize()} weigh as much as {effective['served']:,.0f} people of equal weight would, and those compared as much "
        f"as {effective['compared']:,.0f}; {whoever} more than {100 * MOST_OF_AN_ARM:g} % of an arm.",
        value=largest[worst],
        limit=MOST_OF_AN_ARM,
        holds=holds,
        source="a rule of this project: one person's share of the smallest arm for which it rehearsed its intervals; Kish 1965",
        required=False,
        detail={f"{arm}, effective": number for arm, number in effective.items()} | {f"{arm}, largest share": part for arm, part in largest.items()},
    )
