"""Whether effects stood there before there could be any, and how strong a drift would have passed unseen (Roth 2022).

A test before adoption that finds nothing proves little where it could hardly have found anything: so what it could have missed is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isinf
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri, chndtr, fdtrc, fdtri, ncfdtr, ndtri

from ..terms import Problem, Refused
from .honest_polyhedra import covariance_problems

if TYPE_CHECKING:
    from ..terms import Array

Rule = Literal["joint", "any"]  # the Wald test of all periods; or some period significant by itself, as R's pretrends has it

WHERE = "the test before adoption"
SIZE = 0.05
SINGULAR = 1e-10  # of the largest eigenvalue of the correlations: at or below it they are singular
POINTS = 20_000  # at most, for a probability over several periods
PRECISE = 1e-5  # of that probability


@dataclass(frozen=True, slots=True)
class Wald:
    """The joint test that all coefficients before adoption are 0."""

    statistic: float
    df: int  # how many periods
    p_value: float


def wald(beta_pre: Any, V_pre: Any, freedom: float = inf) -> Wald:
    """The joint Wald test that the coefficients before adoption are all 0: by chi-square or, where V is of few clusters, by Hotelling's F.

    `beta_pre` (k,) float, `V_pre` (k, k) their covariance, the reference period left out; `freedom` the degrees of freedom that V is
    estimated on, such as the clusters less one.  Refuses with Refused: no periods, wrong shapes, values that are not finite, a covariance
    that is not symmetric, not positive semidefinite, or singular, and less freedom than periods.
    """
    beta = np.asarray(beta_pre, dtype=float)
    V = _checked(V_pre, len(beta) if beta.ndim == 1 else -1)
    if not np.isfinite(beta).all():
        raise Refused(Problem(WHERE, "a coefficient is not a number.", remedy="Leave out periods without an estimate."))
    _for_a_joint_test(V, freedom)
    statistic, k = _quadratic(V, beta), len(beta)
    p = chdtrc(k, statistic) if isinf(freedom) else fdtrc(k, freedom - k + 1, statistic / _scale(k, freedom))
    return Wald(statistic, k, float(p))


def _scale(periods: int, freedom: float) -> float:
    """Hotelling's T2 is so many times an F on `periods` and freedom - periods + 1."""
    return periods * freedom / (freedom - periods + 1)


def full_rank(V_pre: Array, freedom: float = inf) -> bool:
    """Whether a covariance (k, k) is of full rank, on at least k degrees of freedom, so that there is a joint test."""
    deviation = np.sqrt(np.diag(V_pre))
    if not (deviation > 0).all() or freedom < len(V_pre):
        return False
    values = np.linalg.eigvalsh(V_pre / np.outer(deviation, deviation))
    return bool(values[0] > SINGULAR * values[-1])


def power(V_pre: Any, since: Sequence[int], slope: float, *, rule: Rule = "joint", reference: int = -1, freedom: float = inf) -> float:
    """The chance that a test of size 5 % before adoption finds a drift in a straight line of `slope` per period.

    `V_pre` (k, k), `since` (k,) the event times of its rows and `reference` the time they are held against.  `rule` "joint" is the
    Wald test, on so much `freedom`; "any" that at least one coefficient is significant by itself, as normal: with many periods, more
    than 5 % where nothing drifts.
    """
    return _chance(V_pre, since, rule, reference, freedom)[0](slope)


def slope_detected(V_pre: Any, since: Sequence[int], power: float = 0.8, *, rule: Rule = "joint", reference: int = -1, freedom: float = inf) -> float:
    """The slope per period of a drift in a straight line that a test before adoption finds with the chance `power` (Roth 2022).

    As in `power`: rule = "any" is what R's pretrends::slope_for_power tells.  A steeper drift is found more often, and a flatter one
    missed more often.  Refuses a power of 5 % or less, or of 1, and for "any" one that the rule reaches without any drift.
    """
    chance, unit = _chance(V_pre, since, rule, reference, freedom)
    least = chance(0.0)
    if not least < power < 1:
        raise Refused(Problem(WHERE, f"a power of {power} is asked for.", f"It lies between {least:.2f}, what it is without a drift, and 1."))
    return _where(chance, power, unit)


def _chance(V_pre: Any, since: Sequence[int], rule: Rule, reference: int, freedom: float) -> tuple[Callable[[float], float], float]:
    """The chance that a slope is found, and of what size the slopes are that matter."""
    V = _checked(V_pre, len(since))
    distance = _distance(since, reference)
    if rule == "any":
        return lambda slope: _any(V, slope * distance), float((np.sqrt(np.diag(V)) / np.abs(distance)).min())
    _for_a_joint_test(V, freedom)
    one = _quadratic(V, distance)
    return lambda slope: _joint(len(distance), slope**2 * one, freedom), one**-0.5


def _where(chance: Callable[[float], float], power: float, unit: float) -> float:
    """The slope at which a chance that grows with it reaches `power`; `unit` is of the size of slopes that matter."""
    high = unit
    while chance(high) < power:
        high *= 2
    return float(brentq(lambda slope: chance(slope) - power, 0.0, high, xtol=1e-9 * unit, rtol=1e-9))


def _joint(periods: int, distance: float, freedom: float) -> float:
    """The power of the Wald test where the statistic's noncentrality is `distance`."""
    if isinf(freedom):
        return 1 - float(chndtr(chdtri(periods, SIZE), periods, distance))
    left = freedom - periods + 1
    return 1 - float(ncfdtr(periods, left, distance, fdtri(periods, left, 1 - SIZE)))


def _any(V: Array, mean: Array) -> float:
    """The chance that at least one normal coefficient is significant by itself; drawn by the same points every time."""
    from scipy.stats import multivariate_normal  # slow to open

    limit = -float(ndtri(SIZE / 2)) * np.sqrt(np.diag(V))
    inside = multivariate_normal.cdf(
        limit, mean=mean, cov=V, allow_singular=True, lower_limit=-limit, maxpts=POINTS, abseps=PRECISE, rng=np.random.default_rng(0)
    )
    return 1 - float(inside)


def _for_a_joint_test(V: Array, freedom: float) -> None:
    if not full_rank(V, freedom):
        found = f"the covariance of the {len(V)} coefficients before adoption is singular"
        found += "." if freedom >= len(V) else f", or rests on {freedom:g} degrees of freedom."
        raise Refused(Problem(WHERE, found, "A joint test needs more independent units than periods.", "Test fewer periods, or longer ones."))


def _quadratic(V: Array, along: Array) -> float:
    """along' V^-1 along."""
    return float(along @ np.linalg.solve(V, along))


def _distance(since: Sequence[int], reference: int) -> Array:
    """How many periods each time lies from the reference: below 0 before it."""
    distance = np.asarray(since, dtype=float) - reference
    if (distance < 0).all():
        return distance
    raise Refused(Problem(WHERE, f"a period from {reference} on stands among those before.", f"All of them lie before the reference, {reference}."))


def _checked(V_pre: Any, periods: int) -> Array:
    """The covariance (periods, periods), symmetric and of positive variances."""
    V = np.asarray(V_pre, dtype=float)
    if periods < 1:
        raise Refused(Problem(WHERE, "no period stands before the reference.", remedy="Give the outcome over at least two periods before adoption."))
    if V.shape != (periods, periods):
        raise Refused(
            Problem(WHERE, f"the covariance is {' by '.join(str(side) for side in V.shape)}, for {periods} periods.", "Both are of the same periods.")
        )
    if not np.isfinite(V).all():
        raise Refused(Problem(WHERE, "a covariance is not a number.", remedy="Leave out periods without an estimate."))
    problems = covariance_problems(V, WHERE)
    if not (np.diag(V) > 0).all():
        problems.append(Problem(WHERE, "a coefficient has no variance.", remedy="Leave out the reference period, whose effect is 0 by construction."))
    if problems:
        raise Refused(*problems)
    return (V + V.T) / 2
