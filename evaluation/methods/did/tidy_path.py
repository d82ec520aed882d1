"""Effects in a row, by time since adoption, by who adopted together or by period: as a table, a picture, and what honest bounds make of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from ...diagnostics.few_treated import FEWEST_TREATED
from ...diagnostics.sums import sums_by
from ...terms import Problem, Refused
from ..inference import LEVEL
from ..tables import Table
from .bands import simultaneous
from .event_path import DRAWS, SEED, WHOLE
from .tidy_read import Framed, Whole
from .uncertainty import grown

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array
    from .tidy_honest import Honest

AXIS = {"since": "{0}s since adoption", "adopted": "{0} of adoption", "period": "{1}"}  # a period as a word, and as its column is called


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Path(Table):
    """Effects at k points, with limits for each by itself and bands for all at once; `overall` is one number for those from adoption on."""

    name: str  # of the estimator
    by: str  # "since", "adopted" or "period"
    at: Array  # (k,) numbers as the frame has them
    effect: Array  # (k,)
    parts: Array  # (G, k): what each cluster adds to the errors
    units: Array  # (k,) int: that adopted, by whom each effect is told
    clusters: Array  # (k,) int: of those units
    reference: int | None  # the time since adoption whose effect is 0 by construction
    whole: Whole
    told: Framed

    @property
    def std_error(self) -> Array:
        """(k,) standard errors; NaN at the reference, and where too few clusters adopted for their spread to be seen."""
        return np.where(self._at_reference | (self.clusters < FEWEST_TREATED), np.nan, np.sqrt((self.parts**2).sum(axis=0)))

    @property
    def covariance(self) -> Array:
        """(k, k) of the effects."""
        return np.asarray(self.parts.T @ self.parts)

    @property
    def frame(self) -> pd.DataFrame:
        """By point: the effect, its 95 % limits, those of all points at once (sup-t), and how many units that adopted it is told of."""
        error, reach, every = self.std_error, self._reach, self._every
        told = np.isfinite(error) & (error > 0)
        own, band = (np.where(self._at_reference, 0.0, np.where(told, times * error, np.inf)) for times in (reach, every))
        rows = {
            self.by: self._named,
            "effect": self.effect,
            "std_error": error,
            "low": self.effect - own,
            "high": self.effect + own,
        }
        return pd.DataFrame(rows | {"band_low": self.effect - band, "band_high": self.effect + band, "units": self.units})

    @property
    def overall(self) -> pd.DataFrame:
        """One number for what came after adoption, in a table of one row."""
        return pd.DataFrame([self.whole.row(self.name)])

    def shown(self) -> pd.DataFrame:
        """The points; the one number, where there are none."""
        return self.frame if len(self.at) else self.overall

    @property
    def note(self) -> str:
        """The one number, how errors were made, and which points have none."""
        one, few = self.whole, int(((self.clusters < FEWEST_TREATED) & ~self._at_reference).sum())
        said = f"Overall: {one.effect:.4g} (95 %: {one.low:.4g} to {one.high:.4g}). {self.told.note}"
        return f"{said} No limits where fewer than {FEWEST_TREATED} clusters adopted." if few else said

    @property
    def axis(self) -> str:
        """What the points are of."""
        return AXIS[self.by].format(self.told.read.word, self.told.read.period)

    def plot(self, drift: float | None = None) -> InANotebook:
        """The effects with their limits and bands; `drift`: and a straight line of so much a period through the reference."""
        from . import plots

        return plots.paths([self], drift=drift)

    def honest(self, *, first: int | None = None, last: int | None = None) -> Honest:
        """What is left of the mean effect of times 0 to `last`, were the paths to have drifted apart without the programme.

        From the times before adoption from `first` on; left out, those at which half of the units that adopt, or more, were seen.  Refuses
        effects that are not by time since adoption, and a path without times on either side of its reference or with a hole.
        """
        from .tidy_honest import honest

        return honest(self, first, last)

    @property
    def freedom(self) -> float:
        """Degrees of freedom of t."""
        return float(self.whole.df)

    @property
    def _named(self) -> Array:
        """(k,) the points as the frame calls them."""
        if self.by != "since" and isinstance(self.told.read.periods[0], str):
            return np.array(self.told.read.periods)[self.at.astype(int)]
        return self.at.astype(int) if (self.at % 1 == 0).all() else self.at

    @property
    def _at_reference(self) -> Array:
        return np.zeros(len(self.at), bool) if self.reference is None else self.at == self.reference

    @property
    def _reach(self) -> float:
        return float(stdtrit(self.freedom, (1 + LEVEL) / 2)) if self.told.there.enough and self.freedom > 0 else np.inf

    @property
    def _every(self) -> float:
        """How many errors the band of all points is wide; as wide as a point's own limits where there is one."""
        known = np.isfinite(self.std_error) & (self.parts != 0).any(axis=0)
        if known.sum() < 2 or not np.isfinite(self._reach):
            return self._reach
        normal = float(ndtri((1 + LEVEL) / 2))
        return max(self._reach, simultaneous(self.parts[:, known], draws=DRAWS, seed=SEED) * self._reach / normal)


def parts_of(told: Framed, influence: Array, error: Array | None = None) -> Array:
    """(G, k) what each cluster adds to the errors of k effects, whose `influence` (n, k) it is.

    Made larger for few clusters or, where errors are to be plain, such that they are `error` (k,), or the sums themselves.
    """
    if told.errors == "jackknife":
        return grown(influence, told.laid)
    sums = np.column_stack([sums_by(column, told.laid.clusters) for column in influence.T])
    if error is None:
        return sums
    own = np.sqrt((sums**2).sum(axis=0))
    return np.asarray(sums * np.where(own > 0, error / np.where(own > 0, own, 1.0), 0.0))


def clusters_at(told: Framed, by: str, at: Array) -> Array:
    """(k,) int: how many clusters adopted that the points are told of: seen so long since, adopting then, or under it then."""
    laid, labels = told.laid, told.read.numbers
    date = np.where(laid.focal, laid.adopted, 0).astype(np.int64)
    found = []
    for one in at:
        if by == "since":
            seen = date + int(one)
            there = (seen >= 0) & (seen < laid.periods)
        else:
            there = labels[date] == one if by == "adopted" else labels[date] <= one
        found.append(len(np.unique(laid.clusters[laid.focal & there])))
    return np.array(found, dtype=np.int64)


def with_reference(path: Path) -> Path:
    """The same path with the reference among its points, where the estimator tells none."""
    if path.reference is None or (path.at == path.reference).any() or not (path.at < path.reference).any():
        return path
    place = int(np.searchsorted(path.at, path.reference))
    at_it = path.told.laid.focal & (path.told.laid.adopted + path.reference >= 0)
    there = {"at": path.reference, "effect": 0.0, "units": int(at_it.sum()), "clusters": len(np.unique(path.told.laid.clusters[at_it]))}
    told: dict[str, Any] = {name: np.insert(getattr(path, name), place, value) for name, value in there.items()}
    return replace(path, **told, parts=np.insert(path.parts, place, 0.0, axis=1))


def studied(path: Path, first: int | None, last: int | None) -> tuple[Array, Array]:
    """Places of the times before the reference and from adoption on, all without a hole; refuses a path that has none of either."""
    problem = None
    if path.by != "since":
        problem = Problem("honest", f"these effects are by '{path.by}'.", "A drift shows by time since adoption.", 'Ask `.aggregate("dynamic")`.')
    elif path.reference is None:
        problem = Problem("honest", f"{path.name} tells nothing before adoption.", remedy="Ask it of `group_time`.")
    else:
        there = np.isfinite(path.effect) & np.isfinite(path.std_error) & (np.nan_to_num(path.std_error) > 0)
        early = (path.units >= WHOLE * path.units.max()) if first is None else path.at >= first
        before = np.flatnonzero(there & (path.at < path.reference) & early)
        after = np.flatnonzero(there & (path.at > path.reference) & (path.at <= (last if last is not None else np.inf)))
        at = np.concatenate([path.at[before], [path.reference], path.at[after]])
        if not len(before) or not (path.at[after] >= 0).any():
            problem = Problem("honest", f"{len(before)} times before the reference and {len(after)} after it have a number and an error.")
        elif (np.diff(at) != 1).any():
            problem = Problem("honest", "a time between the first and the last has no number.", remedy="Say `first` or `last`.")
    if problem is not None:
        raise Refused(problem)
    return before, after
