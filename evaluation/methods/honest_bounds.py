"""What can be said of an effect when the paths would have drifted apart without the programme: honest bounds (Rambachan and Roth 2023).

Coefficients must all be held against one reference period that is left out (a universal base), with their joint covariance: see
`honest_polyhedra.event_study` for what is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, isfinite
from typing import TYPE_CHECKING, Literal

from ..terms import Interval, Problem, Refused
from .honest_conditional import ends, prepared
from .honest_flci import Frontier, frontier, shortest
from .honest_polyhedra import WHERE, EventStudy, event_study, relative_magnitudes_moments, relative_magnitudes_reach, smoothness_reach

if TYPE_CHECKING:
    from ..terms import Array

Restriction = Literal["relative_magnitudes", "smoothness"]

LEVEL = 0.95
NEAR = 1e-6  # of itself: a breakdown value is told that near
FARTHEST = 2.0**20  # Mbar, or M in standard errors of the effect, beyond which no breakdown value is looked for
FIRST = 2.0**-6  # Mbar, or M in standard errors of the effect, at which the search begins


def smoothness(beta: Array, V: Array, pre: Sequence[int], post: Sequence[int], weights: Array, M: float, level: float = LEVEL) -> Interval:
    """The interval for weights' effects if no step of the drift differs by more than `M` from the step before: Delta^SD(M).

    The shortest interval of fixed length.  `M` is in the outcome's unit per period; 0 is a drift in a straight line.  `beta` (k,), `V`
    (k, k), `pre`, `post`, `weights` as in `event_study`.  Errors are taken as normal with `V` known.
    """
    study = _asked(beta, V, pre, post, weights, M, level, "M")
    return _smoothness(frontier(study), M, level)


def relative_magnitudes(
    beta: Array, V: Array, pre: Sequence[int], post: Sequence[int], weights: Array, Mbar: float, level: float = LEVEL
) -> Interval:
    """The interval for weights' effects if no step of the drift after is beyond `Mbar` times the largest before: Delta^RM(Mbar).

    What the conditional test with a least-favourable first stage does not reject, over all steps and directions that may have been
    the largest; as R's HonestDiD, "C-LF", but without its grid.  `beta` (k,), `V` (k, k), `pre`, `post`, `weights` as in `event_study`.
    Errors are taken as normal with `V` known.
    """
    study = _asked(beta, V, pre, post, weights, Mbar, level, "Mbar")
    return _relative_magnitudes(study, Mbar, level)


def breakdown(
    beta: Array,
    V: Array,
    pre: Sequence[int],
    post: Sequence[int],
    weights: Array,
    restriction: Restriction,
    null: float = 0.0,
    level: float = LEVEL,
) -> float:
    """The largest `Mbar` (of relative magnitudes) or `M` (of smoothness) up to which the interval leaves out `null`.

    0 where the interval holds `null` even at 0; inf where none up to FARTHEST holds it.
    """
    study = _asked(beta, V, pre, post, weights, 0.0, level, "M")
    if restriction == "relative_magnitudes":
        return _breakdown(lambda Mbar: _relative_magnitudes(study, Mbar, level).excludes(null))
    compromises, unit = frontier(study), study.std_error
    return unit * _breakdown(lambda M: _smoothness(compromises, M * unit, level).excludes(null))


def identified(
    beta: Array, V: Array, pre: Sequence[int], post: Sequence[int], weights: Array, restriction: Restriction, at: float
) -> tuple[float, float]:
    """The range of the effect were the coefficients known without error, at an `Mbar` or an `M`: what is left of the interval without luck."""
    study = _asked(beta, V, pre, post, weights, at, LEVEL, "M")
    return relative_magnitudes_reach(study, at) if restriction == "relative_magnitudes" else smoothness_reach(study, at)


def _asked(beta: Array, V: Array, pre: Sequence[int], post: Sequence[int], weights: Array, most: float, level: float, name: str) -> EventStudy:
    problems = []
    if not (isfinite(most) and most >= 0):
        problems.append(Problem(WHERE, f"{name} is {most}.", "It is 0 or more."))
    if not 0.5 < level < 1:
        problems.append(Problem(WHERE, f"the level is {level}.", "It lies between .5 and 1."))
    try:
        study = event_study(beta, V, pre, post, weights)
    except Refused as refused:
        raise Refused(*problems, *refused.problems) from None
    if problems:
        raise Refused(*problems)
    return study


def _smoothness(compromises: Frontier, M: float, level: float) -> Interval:
    middle, half = shortest(compromises, M, 1 - level)
    return Interval(middle - half, middle + half, f"fixed length, no step differing by more than {M:g} from the one before (Rambachan and Roth 2023)")


def _relative_magnitudes(study: EventStudy, Mbar: float, level: float) -> Interval:
    low, high = ends(prepared(study, relative_magnitudes_moments(study, Mbar), 1 - level))
    return Interval(low, high, f"conditional test, no step beyond {Mbar:g} times the largest before (Rambachan and Roth 2023)")


def _breakdown(left_out: Callable[[float], bool]) -> float:
    """The largest value up to which `left_out` holds, found by doubling and halving."""
    if not left_out(0.0):
        return 0.0
    low, high = 0.0, FIRST
    while left_out(high):
        low, high = high, 2 * high
        if high > FARTHEST:
            return inf
    while high - low > NEAR * high:
        middle = (low + high) / 2
        low, high = (middle, high) if left_out(middle) else (low, middle)
    return low
