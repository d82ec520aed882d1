"""Whether a cut-off divided people who were alike: nobody helped over it, a history that runs on, and enough people near it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from ..terms import Diagnostic, OutcomeUnit
from .power import POWER, SIZE
from .wording import part, people, sizes, tellable

if TYPE_CHECKING:
    from ..terms import Array

TOO_RARE = 0.01  # p-value below which a study is not answered: of honest lists one in a hundred is then lost by luck
UNLIKELY = 0.05  # p-value below which a placebo cut-off shows a jump
FEW_SCORES = 10  # distinct scores on a side within reach: with fewer a line between them is a guess (Kolesar and Rothe 2018)
STRONG = 10.0  # first-stage F below which an offer hardly moves anybody (Staiger and Stock 1997)
BY_LUCK = 1.96  # standard errors of what is told otherwise
PLACEBO = 0.2  # share of the placebo cut-offs that may show a jump at 5 % each; with the few that there are, chance makes one of five


def density_at_the_cutoff(ratio: float, p_value: float, *, by: str) -> Diagnostic:
    """Whether people heap on the side of the offer: how many times as dense scores are just there as on the other side.

    `by` says how densities were compared.  Required: whoever was helped over a cut-off is no longer like those left below it.
    """
    holds = p_value >= TOO_RARE
    return Diagnostic(
        name="density_at_the_cutoff",
        sentence=f"Just on the side of the offer there are {ratio:.2f} times as many people for each point of the score as on the other side "
        f"({by}, p = {p_value:.3f}), " + ("which luck explains." if holds else "which luck does not explain: some were helped over the cut-off."),
        value=p_value,
        limit=TOO_RARE,
        holds=holds,
        source="McCrary 2008; Cattaneo, Jansson and Ma 2020",
        detail={"ratio": ratio},
    )


def density_untold() -> Diagnostic:
    """That nobody can say whether some were helped over the cut-off: a side has too few distinct scores to follow.  As bad as if they were."""
    return Diagnostic(
        name="density_at_the_cutoff",
        sentence="On a side of the cut-off there are too few distinct scores to tell whether some were helped over it.",
        value=0.0,
        limit=TOO_RARE,
        holds=False,
        source="McCrary 2008; that what cannot be examined does not hold is a rule of this project",
    )


def history_at_the_cutoff(p_values: Mapping[str, float]) -> Diagnostic:
    """Whether the history runs on across the cut-off: the smallest p-value of a jump, by column, times how many columns there are.

    Required: what came before cannot have been moved by the offer, so that a jump of it shows people who were not alike.
    """
    worst = min(p_values, key=lambda name: p_values[name])
    value = min(1.0, p_values[worst] * len(p_values))
    holds = value >= TOO_RARE
    return Diagnostic(
        name="history_at_the_cutoff",
        sentence=f"Of what came before the start, '{worst}' jumps most at the cut-off (p = {value:.3f}, for {len(p_values)} "
        f"column{'' if len(p_values) == 1 else 's'}), " + ("as much as luck explains." if holds else "more than luck explains."),
        value=value,
        limit=TOO_RARE,
        holds=holds,
        source="Lee 2008; with Bonferroni's correction",
        detail=dict(p_values),
    )


def scores_tied(away: Array, heaped: Array, points: float, within: float) -> Diagnostic:
    """How many distinct scores stand within reach of the cut-off, on the side that has fewer, and how many people on round ones.

    `away` (n,) centred scores within reach, `heaped` (n,) bool on a score that is a multiple of `points`.  Not required: an
    interval that holds however the outcome bends between them stands beside the answer of what an offer does, and leads where a side of the
    whole list has few (`methods.threshold.jumping.FEW_SCORES`).
    """
    scores = {"served": len(np.unique(away[away >= 0])), "compared": len(np.unique(away[away < 0]))}
    value, count, at = min(scores.values()), int(heaped.sum()), int((away == 0).sum())
    holds = value >= FEW_SCORES
    round_ones = f"; {part(count, len(away))} people there have a score that ends on a multiple of {points:g}" if points else ""
    return Diagnostic(
        name="scores_tied",
        sentence=f"Within {_points(within)} of the cut-off there are {scores['served']} distinct scores on the side of the offer and "
        f"{scores['compared']} on the other, and {people(at)} people stand exactly at it{round_ones}"
        + ("." if holds else ": so few that how the outcome runs between them has to be assumed."),
        value=float(value),
        limit=float(FEW_SCORES),
        holds=holds,
        source="Kolesar and Rothe 2018; fewest scores a rule of this project",
        required=False,
        detail={arm: float(many) for arm, many in scores.items()},
        behind={"at the cut-off": (at,), "round": (count, len(away) - count)},
    )


def take_up_at_the_cutoff(jump: float, F: float, *, counts: Mapping[str, tuple[int, int]], where: str = " at the cut-off") -> Diagnostic:
    """By how much coming jumps with the offer, and the F of that jump; `counts` by arm who came and who did not, of those looked at.

    Not required: where F is small the interval is an Anderson-Rubin set, which holds whatever F is.
    """
    holds = F >= STRONG
    told = f"{100 * jump:.0f} of every 100 people{where} come because they are offered a place"
    if not tellable(*(count for counted in counts.values() for count in counted)):
        told = f"some people{where} come because they are offered a place"
    return Diagnostic(
        name="take_up_at_the_cutoff",
        sentence=f"{told} (F = {min(F, 9_999):,.0f}), " + ("which is enough to learn from." if holds else "which is too few to learn much from."),
        value=F,
        limit=STRONG,
        holds=holds,
        source="Staiger and Stock 1997; Feir, Lemieux and Marmer 2016",
        required=False,
        detail={"jump": jump},
        behind=dict(counts),
    )


def window_alike(p_value: float, within: float, sides: tuple[int, int], *, limit: float) -> Diagnostic:
    """Whether the two sides of a window about the cut-off are as alike in their history as a lot would leave them, by its smallest p-value.

    `sides` counts people on the side of the offer and on the other.  Required: the answer rests on it.
    """
    holds = p_value >= limit
    return Diagnostic(
        name="window_alike",
        sentence=f"Within {_points(within)} of the cut-off, {people(sides[0])} people on the side of the offer and {people(sides[1])} on the other "
        f"are {'as alike' if holds else 'less alike'} in what came before {'as' if holds else 'than'} a lot would leave them (p = {p_value:.2f}).",
        value=p_value,
        limit=limit,
        holds=holds,
        source="Cattaneo, Frandsen and Titiunik 2015",
        behind={"sides": sides},
    )


def detectable_at_the_cutoff(
    deviations: float, worthwhile: float, *, unit: OutcomeUnit, freedom: float, of_history: Mapping[str, float]
) -> Diagnostic:
    """The smallest jump that would be seen in four studies of five, told before any outcome was read.

    `deviations` is the standard error of the jump of an outcome with a standard deviation of 1.  A share's is .5 at most, so that for
    people the answer is a ceiling, held to the effect worth having; of days and dollars it is told in standard deviations, and in
    `detail` what it would be for an outcome that varies as each column of the history does (`of_history`, standard deviations).
    """
    times = float(stdtrit(freedom, 1 - SIZE / 2) + stdtrit(freedom, POWER)) * deviations
    before = "Before any outcome was read: with so many people this near the cut-off, "
    if unit == "people":
        most, worth = sizes(times / 2, abs(worthwhile), unit=unit)
        holds = times / 2 <= abs(worthwhile)
        sentence = (
            f"{before}an effect of {most} would be seen in four studies of five, if not a smaller one; "
            f"the smallest effect worth having, {worth}, {'is' if holds else 'is not'} as large."
        )
        return _declared(sentence, times / 2, abs(worthwhile), holds, times, of_history)
    sentence = f"{before}an effect of {times:.2f} standard deviations of the outcome would be seen in four studies of five."
    return _declared(sentence, times, None, True, times, of_history)


def _declared(sentence: str, value: float, limit: float | None, holds: bool, times: float, of_history: Mapping[str, float]) -> Diagnostic:
    return Diagnostic(
        name="detectable_at_the_cutoff",
        sentence=sentence,
        value=value,
        limit=limit,
        holds=holds,
        source="Bloom 1995; Cattaneo, Titiunik and Vazquez-Bare 2019",
        required=False,
        detail={"standard deviations": times} | {name: times * deviation for name, deviation in of_history.items()},
    )


def placebo_cutoffs(p_values: Mapping[float, float]) -> Diagnostic:
    """Whether the outcome jumps where no offer does: p-values by points from the cut-off, each read on one side of it alone."""
    jumps = sum(p < UNLIKELY for p in p_values.values())
    share = jumps / len(p_values)
    holds = share <= PLACEBO
    return Diagnostic(
        name="placebo_cutoffs",
        sentence=f"At {jumps} of {len(p_values)} other scores, where nothing was offered, the outcome jumps too by a test that is wrong once in 20"
        + ("." if holds else ": what jumps at the cut-off may be no effect of the offer."),
        value=share,
        limit=PLACEBO,
        holds=holds,
        source="Imbens and Lemieux 2008; share a rule of this project",
        required=False,
        detail={f"{points:+.3g}": p for points, p in p_values.items()},
    )


def without_the_nearest(effect: float, others: Mapping[str, tuple[float, float]]) -> Diagnostic:
    """Whether the answer stands when those nearest to the cut-off, who are easiest to help over it, are left out.

    `others` holds, by how many points are left out, the effect then and its standard error.
    """
    points = ", or ".join(others)
    return _stands("without_the_nearest", f"Without those who stand less than {points} points from the cut-off", effect, others)


def other_bandwidths(effect: float, others: Mapping[str, tuple[float, float]]) -> Diagnostic:
    """Whether the answer stands when people are read less far from the cut-off, or farther; `others` by bandwidth, likewise."""
    return _stands("other_bandwidths", f"With a bandwidth of {' or '.join(others)} points", effect, others)


def _stands(name: str, when: str, effect: float, others: Mapping[str, tuple[float, float]]) -> Diagnostic:
    apart = {which: abs(other - effect) / error if error > 0 else 0.0 for which, (other, error) in others.items()}
    value = max(apart.values())
    holds = value <= BY_LUCK
    told = " and ".join(f"{other:.3g}" for other, _ in others.values())
    return Diagnostic(
        name=name,
        sentence=f"{when} the effect would be {told} instead of {effect:.3g}"
        + (", which luck explains." if holds else ", which is farther off than luck explains."),
        value=value,
        limit=BY_LUCK,
        holds=holds,
        source="Barreca, Lindo and Waddell 2016" if name == "without_the_nearest" else "Imbens and Lemieux 2008",
        required=False,
        detail={which: other for which, (other, _) in others.items()},
    )


def _points(width: float) -> str:
    """`1 point`, `12.5 points`."""
    said = f"{width:.3g}"
    return f"{said} point{'' if said == '1' else 's'}"
