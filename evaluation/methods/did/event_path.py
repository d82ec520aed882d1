"""The effect by time since adoption, with bands, and what the path before adoption says of the one after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from ...diagnostics import drift_missed, enrolment_dip, path_before_adoption
from ...diagnostics.few_treated import FEWEST_TREATED
from ...diagnostics.paths import SLOPE_SIZE, nothing_before
from ...diagnostics.power import POWER
from ...terms import Diagnostic, OutcomeUnit, PathPoint
from ..few import Told
from ..honest_told import bounds
from ..inference import LEVEL
from ..pretrends import full_rank, wald
from .aggregates import aggregate
from .bands import simultaneous
from .fits import FROM_THE_LAST
from .group_time_parts import GroupTime
from .laid import Laid
from .uncertainty import grown

if TYPE_CHECKING:
    from ...terms import Array

SEED = 1
DRAWS = 999
WHOLE = 0.5  # of the units that adopt: times before adoption at which fewer are seen stand in no test
LEAST = 2.0  # degrees of freedom for each period of the joint test: with fewer its F is a guess
SAME = 0.01  # of the standard error: effects nearer to each other are called by one name
PATH_EFFECT = "effect as the path tells it from the last period before adoption"
LARGEST_STUDY = 60  # times since adoption, before and after: honest bounds of 36 take half a second, of 60 one, and of more they grow fast


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """The effect by time since adoption; k times."""

    at: Array  # (k,) int
    effect: Array  # (k,)
    parts: Array  # (G, k): what each cluster adds to the errors, made larger for few clusters; infinite where too few adopted for any
    units: Array  # (k,) int: that adopted
    reference: int  # the time whose effect is 0 by construction

    @property
    def error(self) -> Array:
        """(k,) standard errors."""
        return np.asarray(np.sqrt((self.parts**2).sum(axis=0)))

    def contrast(self, times: Array, weights: Array) -> tuple[float, float]:
        """A weighted sum of the effects at some times, with its error."""
        return float(self.effect[times] @ weights), float(((self.parts[:, times] @ weights) ** 2).sum() ** 0.5)


def path(cells: GroupTime, laid: Laid) -> Path:
    """The whole path, every effect told from the last period before adoption that nobody anticipates.

    A time that fewer than FEWEST_TREATED clusters adopted for has no error: by simulation of roll-outs by one area at a time, limits from
    what each adds leave out a true zero 35 times of 100 with one area behind them, 9 with two, and at most 7 with three or more.
    """
    found = aggregate(cells, "dynamic")
    there = np.isfinite(cells.effect) & ~cells.after_leaving
    units = np.array([int(cells.treated[there & (cells.event == e)].sum()) for e in found.at])
    parts = grown(found.influence, laid) if len(found.at) else np.zeros((1, 0))
    for k, e in enumerate(found.at.tolist()):
        behind = np.isin(laid.adopted, cells.group[there & (cells.event == e)])
        if len(np.unique(laid.clusters[behind])) < FEWEST_TREATED and e != -1 - laid.question.anticipation:
            parts[:, k] = np.inf
    return Path(found.at, found.effect, parts, units, -1 - laid.question.anticipation)


def path_points(cells: GroupTime, laid: Laid, told: Told) -> tuple[PathPoint, ...]:
    """The path with limits for each time by itself and for all at once; limits without end where no interval by a formula is told.

    The critical value of the bands is that of normal errors times what t on the effect's own degrees of freedom has over the normal.
    """
    there = path(cells, laid)
    usual, error = float(stdtrit(told.freedom, (1 + LEVEL) / 2)), there.error
    known = np.isfinite(error) & (error > 0)
    every = usual
    if known.sum() > 1:
        every = max(usual, simultaneous(there.parts[:, known], draws=DRAWS, seed=SEED) * usual / float(ndtri((1 + LEVEL) / 2)))
    points = []
    for e, effect, spread, units in zip(there.at.tolist(), there.effect.tolist(), error.tolist(), there.units.tolist(), strict=True):
        reference = e == there.reference
        own, band = (0.0, 0.0) if reference else (usual * spread, every * spread)
        if not reference and (not told.diagnostic.holds or not (np.isfinite(spread) and spread > 0)):
            own = band = float("inf")
        points.append(PathPoint(e, effect, effect - own, effect + own, effect - band, effect + band, units, reference))
    return tuple(points)


def pre_conditions(cells: GroupTime, laid: Laid, told: Told, unit: OutcomeUnit, period: str) -> tuple[Diagnostic, ...]:
    """What the path before adoption says: whether it drifted or dipped, the drift that would have been missed, and honest bounds."""
    there = path(cells, laid)
    if not told.diagnostic.holds:
        return ()
    counted = np.flatnonzero((there.at <= there.reference) & (there.units >= WHOLE * there.units.max()) & (np.isfinite(there.error)))
    before = counted[there.at[counted] < there.reference]
    if len(before) < 2:
        return (nothing_before(len(before)),)
    worth, apart = laid.question.worthwhile, _distance(cells, laid, len(counted))
    weights = there.at[counted] - there.at[counted].mean()
    slope, error = there.contrast(counted, weights / (weights @ weights))
    largest = float(there.effect[before][np.argmax(np.abs(there.effect[before]))])
    p = _two_sided(slope / error, told.freedom)
    missed = (float(stdtrit(told.freedom, 1 - SLOPE_SIZE / 2)) + float(stdtrit(told.freedom, POWER))) * error
    dip, dip_error = there.contrast(before, np.full(len(before), -1 / len(before)))
    return (
        path_before_adoption(
            p, slope * apart, worth, periods=len(counted), effect=told.effect, joint_p=_joint(there, before, told.freedom), largest=largest
        ),
        enrolment_dip(
            -dip * _felt(laid, len(before)) / laid.question.so_many,
            _two_sided(dip / dip_error, told.freedom),
            worth / laid.question.so_many,
            unit=unit,
            whose="those that adopt",
            alone=False,
            period=period,
            before=len(before),
            calendar=True,
        ),
        drift_missed(missed, missed * apart, told.effect, any_period=None, per=period),
        *_bounds(there, before, laid, period, told),
    )


def _distance(cells: GroupTime, laid: Laid, before: int) -> float:
    """How many periods lie, on average, between those that the effect is told over and those that it is told from.

    These are the reference alone, or all periods before, `before` of them, where the estimator averages over them.
    """
    since = np.where(np.isfinite(cells.effect), (cells.event + 1 + laid.question.anticipation).astype(float), np.nan)
    after = aggregate(replace(cells, effect=since), laid.question.aggregate, periods=laid.within).overall
    return after + (0.0 if laid.question.estimator in FROM_THE_LAST else (before - 1) / 2)


def _felt(laid: Laid, before: int) -> float:
    """How much of what the last period before adoption stands out by an effect feels: all where it is told from that period alone."""
    return 1.0 if laid.question.estimator in FROM_THE_LAST else 1 / (before + 1)


def _joint(there: Path, before: Array, freedom: float) -> float | None:
    """The joint test that every effect before adoption is 0, by Hotelling's T2 on so many degrees of freedom.

    None where these are fewer than LEAST for each period: the covariance of so many periods is then not known.
    """
    many = len(before)
    V, beta = there.parts[:, before].T @ there.parts[:, before], there.effect[before]
    if freedom < LEAST * many or not full_rank(V, freedom):
        return None
    return wald(beta, V, freedom).p_value


def _bounds(there: Path, before: Array, laid: Laid, period: str, told: Told) -> tuple[Diagnostic, ...]:
    """Honest bounds of the effect over the horizon, each time after adoption weighing as its units do; of a path without holes.

    They are of the path's effect, told from the last period before adoption, with each time as many units as adopted; where the answer's
    own is another number, as by calendar or of weighted units of several dates, they are called the path's.
    """
    known = np.isfinite(there.error) & (there.error > 0)
    after = np.flatnonzero((there.at > there.reference) & (there.at < laid.within) & known)
    at = np.concatenate([before, after])
    if not (there.at[after] >= 0).any() or (np.diff(np.insert(there.at[at], len(before), there.reference)) != 1).any() or len(at) > LARGEST_STUDY:
        return ()
    V = there.parts[:, at].T @ there.parts[:, at]
    weighs = (there.at[after] >= 0) * (np.ones(len(after)) if laid.question.aggregate == "dynamic" else there.units[after])
    since = there.at[before].tolist(), there.at[after].tolist()
    weighs = weighs / weighs.sum()
    own = abs(float(there.effect[after] @ weighs) - told.effect) <= SAME * told.std_error
    called = "effect" if own and laid.question.estimator in FROM_THE_LAST else PATH_EFFECT
    return (bounds(there.effect[at], V, *since, weighs, per=period, freedom=told.freedom, called=called),)


def _two_sided(t: float, freedom: float) -> float:
    return float(2 * stdtr(freedom, -abs(t)))
