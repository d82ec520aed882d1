"""Effects by cohort and period: of units that come under a programme at different times, on each cohort in each period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...terms import NEVER, Problem, Refused
from . import group_time_adjusted as adjusted
from . import group_time_cells as layout
from . import sufficient
from .group_time_parts import GroupTime, built

if TYPE_CHECKING:
    from ...terms import AdjustedBy, Array, Pool

Gaps = Literal["drop", "pairwise"]


def group_time(
    value: Array,
    adopted: Array,
    *,
    covariates: Array | None = None,
    adjust: AdjustedBy = "nothing",
    compared: Pool = "not_yet_treated",
    anticipation: int = 0,
    base: layout.Base = "varying",
    weight: Array | None = None,
    left: Array | None = None,
    own_effect: bool = False,
    gaps: Gaps = "drop",
) -> GroupTime:
    """The effect on each cohort in each period (Callaway and Sant'Anna 2021), with what each unit adds to its error.

    `value` (n, T), NaN where a unit was not watched; `adopted` and `left` (n,) int: the first period under the programme and, after it,
    the first no longer under it; NEVER where there is none.  A unit that was under it in the first period, or by `anticipation`
    periods later, is left out and counted.  An effect is the cohort's mean change from the last period before adoption, less
    `anticipation` more, less the same of those compared: units that `never` adopt, or that have not done so by then, nor will within
    `anticipation` periods; where everybody adopts, the last who do stand for those who never do.  Earlier periods are measured from the
    one before (a "varying" base), or all from the same ("universal", where that period's own effect is 0 by construction).

    `adjust` by `covariates`, (n, k) as they stood before, or (n, T, k), read in the earlier of the two periods, without a constant:
    "regression" of the change among those compared, "inverse_probability" of being in the cohort, by a logit whose weights are
    normalised, or both, "doubly_robust" (Sant'Anna and Zhao 2020).  With "nothing" covariates are not read.  `weight` (n,) above 0.
    `gaps`: units with a period missing are dropped and counted, or each cell reads those with both its periods ("pairwise").
    Cells after a cohort left have no number, or are told beside the others (`own_effect`).  A cell without a number says `why`; one of a
    single unit has a number, but that unit, which nothing shows the spread of, adds nothing to its error.

    It assumes that, but for the programme, cohorts would have changed as those compared did (where like in the covariates), and that
    nobody's outcome answered to it more than `anticipation` periods ahead.  Refused: a weight that is not above 0, a covariate that is
    missing, a unit that left before it came, and periods that are not there.
    """
    n, periods = value.shape
    weights = np.ones(n) if weight is None else np.asarray(weight, dtype=float)
    X = _columns(covariates, adjust, periods)
    if problems := list(_problems(value, adopted, X, weights, left, anticipation)):
        raise Refused(*problems)
    whole = np.asarray(~np.isnan(value).any(axis=1))
    here = whole if gaps == "drop" else np.ones(n, bool)
    found = layout.cohorts(np.asarray(adopted, np.int64), left, periods, anticipation, here)
    cells = layout.plan(found, periods, anticipation, base, own_effect=own_effect)
    incomplete = int((~here).sum())
    if X is None and bool(whole[here].all()):
        return _from_moments(value, weights, found, cells, compared, incomplete)
    return adjusted.from_units(adjusted.Panel(value, weights, X, adjust, found), cells, compared, incomplete)


def _columns(covariates: Array | None, adjust: AdjustedBy, periods: int) -> Array | None:
    """(n, T or 1, k) what is adjusted for; None without."""
    if adjust == "nothing":
        return None
    if covariates is None:
        raise ValueError(f"adjust = {adjust!r} needs covariates")
    X = np.asarray(covariates, dtype=float)
    X = X[:, None, :] if X.ndim == 2 else X
    if X.ndim != 3 or X.shape[1] not in (1, periods):
        raise ValueError(f"covariates are (n, k) or (n, {periods}, k), not {np.shape(covariates)}")
    return X


def _problems(value: Array, adopted: Array, X: Array | None, weight: Array, left: Array | None, anticipation: int) -> Iterator[Problem]:
    """What no effect can be told from."""
    where = "effects by cohort and period"
    if value.shape[1] < 2:
        yield Problem(where, f"The panel has {value.shape[1]} period.", "Two or more.", "Cut its days into more periods.")
    if anticipation < 0:
        yield Problem(where, f"Anticipation is {anticipation} periods.", "0 or more.", "Say how many periods ahead of adoption units answer to it.")
    if bad := int((~(np.isfinite(weight) & (weight > 0))).sum()):
        yield Problem(where, f"{bad:,} units weigh nothing, less than nothing, or no number.", "Weights above 0.", "Leave those units out.")
    if X is not None and (bad := int((~np.isfinite(X)).any(axis=(1, 2)).sum())):
        yield Problem(where, f"{bad:,} units lack a covariate.", "Every covariate of every unit.", "Leave those units out, or that covariate.")
    if bool((adopted < 0).any()):
        yield Problem(
            where, f"{int((adopted < 0).sum()):,} units adopt before the first period.", "Periods from 0 on, or NEVER.", "Let them adopt in 0."
        )
    if left is not None and (bad := int((left <= adopted).sum() - ((left == adopted) & (adopted == NEVER)).sum())):
        yield Problem(where, f"{bad:,} units leave the programme before they come under it.", "A later period.", "Check the days of leaving.")


def _from_moments(value: Array, weight: Array, found: layout.Cohorts, cells: list[layout.Cell], compared: Pool, incomplete: int) -> GroupTime:
    """Without covariates: by what is enough to know of each class of units."""
    told = sufficient.moments(value, found.unit, weight, len(found.adopted) + 1)
    pool = np.array([found.pool(cell, compared) & (not cell.why) for cell in cells], bool).reshape(len(cells), len(found.adopted) + 1)
    own, period, base = (np.array([getattr(cell, name) for cell in cells], np.int64) for name in ("cohort", "period", "base"))
    means = sufficient.differences(told, own, pool, period, base)
    parts = sufficient.Linear(value, found.unit, weight, told, means.slopes, means.constants)
    why = [cell.why or (layout.NOBODY if there == 0 else "") for cell, there in zip(cells, means.comparisons, strict=True)]
    aside = np.zeros(len(cells), np.int64)
    return built(cells, found, means.effect, means.treated, means.comparisons, aside, why, weight, incomplete, parts)
