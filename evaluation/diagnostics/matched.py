"""Whether a match could choose among enough people: who found nobody, whom the pools held, and who stands for several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..terms import Diagnostic
from .wording import part, people

if TYPE_CHECKING:
    from ..terms import Array

FEWEST_MATCHED = 0.5  # of the served: our own rule; below, the answer is about a minority of them
MOST_SHORT = 0.1  # of the sets: our own rule; beyond, the draw was limited by who was there, not by its own number
FEWEST_EFFECTIVE = 20.0  # comparison people, were all to weigh the same: the fewest for which coverage was rehearsed where many are reused
HARDLY_REUSED = 0.75  # of the places: with as many people of equal weight few are reused, and coverage was rehearsed from ten places on


def score_estimated(coefficients: Mapping[str, float], left_out: Sequence[str], one_sided: Sequence[str]) -> Diagnostic:
    """What the score rests on, and what was mended on the way; `coefficients` are per standard deviation.  Shown, not judged."""
    sentence = f"The score rests on {len(coefficients)} column{'s' if len(coefficients) > 1 else ''} of the history."
    if left_out:
        sentence += f" Left out, because they never vary or repeat others: {', '.join(map(repr, left_out))}."
    if one_sided:
        sentence += f" People with a value that only one arm holds were set aside; it stands in {', '.join(map(repr, one_sided))}."
    return Diagnostic(
        name="score_estimated",
        sentence=sentence,
        value=float(len(coefficients)),
        limit=None,
        holds=True,
        source="logit regression by maximum likelihood (Rosenbaum and Rubin 1983)",
        required=False,
        detail=dict(coefficients),
    )


def served_matched(served: int, matched: int) -> Diagnostic:
    """The share of the served who found somebody to be compared with; where it is not all, the estimand has another name."""
    share = matched / served
    holds = share >= FEWEST_MATCHED
    return Diagnostic(
        name="served_matched",
        sentence=f"{part(matched, served)} served found people like them"
        + ("." if matched == served else "; the answer is about these." if holds else "; the answer is about these, a minority of the served."),
        value=share,
        limit=FEWEST_MATCHED,
        holds=holds,
        source="a rule of this project: an answer should be about most of those served",
        required=False,
        detail={"served": float(served), "matched": float(matched)},
    )


def propensity_overlap(score: Array, served: Array) -> Diagnostic:
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
        sentence=f"{part(inside, len(there))} served have a score within the range of the others' scores.",
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


def reuse_of_people(rows: int, distinct: int, most: int, effective: float) -> Diagnostic:
    """Whether enough different people stand in the comparison, however often each is used.

    `rows` are filled by so many `distinct` people, one of them in `most` rows; `effective` is the number of people, or clusters, of
    equal weight that would weigh as unevenly.
    """
    limit = min(FEWEST_EFFECTIVE, HARDLY_REUSED * rows)
    holds = effective >= limit
    return Diagnostic(
        name="reuse_of_people",
        sentence=f"{people(distinct)} people fill the {people(rows)} places compared, the most used of them {most:,} time{'s' if most > 1 else ''}; "
        f"they weigh as much as {effective:.0f} people of equal weight would"
        + ("." if holds else f", and at least {limit:.0f} are needed for an interval."),
        value=effective,
        limit=limit,
        holds=holds,
        source="Kish 1965, effective number; the smallest for which this project rehearsed the coverage of its intervals",
        detail={"places": float(rows), "people": float(distinct), "most used": float(most)},
        behind={"people": (distinct,)},
    )
