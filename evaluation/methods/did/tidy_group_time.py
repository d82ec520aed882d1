"""Effects by who adopted when and by period, on the columns of a frame (Callaway and Sant'Anna 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from ...diagnostics.few_treated import FEWEST_TREATED
from ...phrases import counted, listed, nearest
from ...terms import AdjustedBy, Aggregate, Pool, Problem, Refused
from ..inference import Contrast
from ..tables import Table, asked
from ..tidy_panel import Gaps
from .aggregates import Aggregated, aggregate
from .fits import by_group_time, cells_of
from .group_time_parts import GroupTime
from .tidy_path import Path, clusters_at, parts_of
from .tidy_read import Errors, Framed, framed, whole

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array, Calendar

NAME = "effects by group and time"
BY: dict[Aggregate, str] = {"simple": "since", "dynamic": "since", "group": "adopted", "calendar": "period"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GroupTimes(Table):
    """One effect for each period of adoption and each period, every one told from the last period before adoption that nobody anticipates."""

    cells: GroupTime
    told: Framed

    @property
    def frame(self) -> pd.DataFrame:
        """By cell: the effect, of how many units, compared with how many; and `why`, where it has no number.

        An error is told where enough clusters adopted together for their spread to be seen.
        """
        labels, cells = np.array(self.told.read.periods), self.cells
        error = np.sqrt((parts_of(self.told, cells.influence) ** 2).sum(axis=0))
        enough = clusters_at(self.told, "adopted", self.told.read.numbers[cells.group]) >= FEWEST_TREATED
        known = np.isfinite(cells.effect) & (error > 0) & np.isfinite(error) & enough
        rows = {"adopted": labels[cells.group], "period": labels[cells.period], "since": cells.event, "effect": cells.effect}
        rows |= {"std_error": np.where(known, error, np.nan), "units": cells.treated, "compared": cells.comparisons, "why": cells.why}
        return pd.DataFrame(rows)

    def shown(self) -> pd.DataFrame:
        """Those from adoption on."""
        frame = self.frame
        return frame[frame["since"] >= 0]

    @property
    def note(self) -> str:
        """How errors were made, and who was left out."""
        left_out = {"under it too early for its anticipation": self.cells.always, "with a period missing": self.cells.incomplete}
        said = [f"{counted(many, 'unit')} left out: {why}." for why, many in left_out.items() if many]
        return " ".join([*said, self.told.note])

    def aggregate(self, how: Aggregate = "dynamic") -> Path:
        """The cells as means by time since adoption ("dynamic"), by period of adoption ("group") or by period ("calendar").

        `overall` is the mean over those from adoption on, which is all that "simple" gives.
        """
        if how not in get_args(Aggregate):
            found = f"{how!r} was given."
            raise Refused(Problem("aggregate", found, f"It is one of {listed(get_args(Aggregate))}.", nearest(how, get_args(Aggregate))))
        laid = replace(self.told.laid, question=replace(self.told.laid.question, aggregate=how))
        told, labels = replace(self.told, laid=laid), self.told.read.numbers
        found_, fit = aggregate(self.cells, how), by_group_time(laid)
        at = found_.at if how == "dynamic" else labels[found_.at] if len(found_.at) else found_.at
        plain = Contrast(fit.effect, float(((parts_of(replace(told, errors="plain"), fit.influence[:, None])) ** 2).sum() ** 0.5), np.inf)
        parts = parts_of(told, found_.influence) if len(found_.at) else np.zeros((1, 0))
        reference = -1 - laid.question.anticipation if how == "dynamic" else None
        one = whole(told, fit, by_group_time, plain)
        clusters = clusters_at(told, BY[how], at)
        return Path(NAME, BY[how], at, found_.effect, parts, self._units(how, found_), clusters, reference, one, told)

    def plot(self) -> InANotebook:
        """The effect by time since adoption."""
        return self.aggregate("dynamic").plot()

    def _units(self, how: Aggregate, found: Aggregated) -> Array:
        """(k,) int: units behind each point; of a cohort, those that adopted then."""
        cells = self.cells
        there = np.isfinite(cells.effect) & ~cells.after_leaving
        key = {"dynamic": cells.event, "group": cells.group, "calendar": cells.period}.get(how, cells.event)
        over = np.ndarray.max if how == "group" else np.ndarray.sum
        since = there if how == "dynamic" else there & (cells.event >= 0)
        return np.array([int(over(cells.treated[since & (key == at)])) for at in found.at], dtype=np.int64)


@asked()
def group_time(
    frame: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    adopted: str,
    each: Calendar | int = "year",
    covariates: Sequence[str] = (),
    adjust: AdjustedBy | None = None,
    compared: Pool = "not_yet_treated",
    anticipation: int = 0,
    weight: str | None = None,
    cluster: str | None = None,
    gaps: Gaps = "refuse",
    errors: Errors = "jackknife",
) -> GroupTimes:
    """The effect on each cohort in each period; one row of the frame is one unit in one period, and names are columns.

    `adopted` holds the first period under the programme (nothing, or 0, for never); `each` says how long a period lasts.  `compared`: units
    not yet under the programme, or those that never are.  `covariates` are the same in every row of a unit, and adjusted for by
    `adjust`, left out doubly robust.  `anticipation`: so many periods before adoption may already be moved.  gaps = "keep" lets units lack periods.
    `errors`: made larger for few clusters by the jackknife, with t; or "plain", R did's analytic ones, with normal limits.
    """
    told = framed(
        frame, unit=unit, period=period, outcome=outcome, adopted=adopted, each=each, covariates=covariates, weight=weight, cluster=cluster,
        gaps=gaps, adjust=adjust, compared=compared, anticipation=anticipation, errors=errors,
    )  # fmt: skip
    return GroupTimes(cells_of(told.laid), told)
