"""The event study by two-way fixed effects: an effect for each period before and after adoption, less the one just before.

Where effects differ between groups each coefficient mixes those of other periods in (Sun & Abraham 2021): `weights` of what is handed
back says which, and `interaction_weighted` has effects that do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import NEVER, Problem, Refused
from .fitted import Several
from .fixed_effects import regress
from .two_way import covariate_columns
from .wide import WHERE, Wide, wide

if TYPE_CHECKING:
    from ...terms import Array


def fit(
    value: Array,
    adopted: Array,
    *,
    weight: Array | None = None,
    covariates: Array | None = None,
    cluster: Array | None = None,
    left: Array | None = None,
    anticipation: int = 0,
    ends: tuple[int, int] | None = None,
    by_library: bool | None = None,
) -> Several:
    """The change so many periods from adoption, in the units of `value` (n, T), less that of the last period before anticipation.

    The reference, -1 - `anticipation`, is no row of the answer.  `ends`: (first, last) event times that stand for everything before
    and after them as well; left out, each has its own.  Units under the programme from the first period on show no reference and
    are set aside, counted; fixest keeps them where it is told since when.  Standard errors as `fixed_effects.Regression.contrast`
    has them by cluster.  Refuses where units that never adopt are too few to tell event time from calendar time.
    """
    kept = np.asarray(adopted) > anticipation
    panel = wide(np.where(kept[:, None], value, np.nan) if not kept.all() else value, adopted, weight=weight, cluster=cluster, left=left)
    reference = -1 - anticipation
    if ends is not None and not ends[0] < reference < ends[1]:
        raise Refused(Problem(WHERE, f"ends are {ends[0]} and {ends[1]}.", f"They lie on both sides of {reference}."))
    whose, group = np.unique(panel.adopted, return_inverse=True)
    when = _when(panel, whose, ends)
    at = _at(panel, when, group, reference)
    columns = (when[:, :, None] == at).astype(float)
    if covariates is None:
        fitted = regress(panel, columns, group, by_library=by_library)
    else:
        fitted = regress(panel, np.concatenate([columns[group], covariate_columns(covariates, panel)], axis=2), by_library=by_library)
    m = len(at)
    if fitted.kept[:m] != tuple(range(m)):
        raise Refused(_untold(panel))
    each = [fitted.contrast(j) for j in range(m)]
    treated = np.array([int(((when[group] == e) & (panel.w > 0)).sum()) for e in at])
    told = _left_out(panel, int((~kept).sum()))
    weights = fitted.cell_weights(m, before=True)
    errors, df = np.array([one.std_error for one in each]), each[0].df
    return Several(at, fitted.coef[:m], errors, df, fitted.influence[:, :m], panel.rows, panel.clusters, treated, told, weights)


def _when(panel: Wide, whose: Array, ends: tuple[int, int] | None) -> Array:
    """(C, T) int: event time of each group of adopters, NEVER for those who never do."""
    when = np.arange(panel.value.shape[1]) - whose[:, None]
    if ends is not None:
        when = np.clip(when, *ends)
    return np.where(whose[:, None] == NEVER, NEVER, when)


def _at(panel: Wide, when: Array, group: Array, reference: int) -> Array:
    """(m,) the event times that some cell has, but for the reference."""
    seen = np.unique(when[group][panel.w > 0])
    at = seen[(seen != reference) & (seen != NEVER)]
    if not (len(at) and (at >= 0).any()) or reference not in seen:
        adopters = int((panel.adopted != NEVER).sum())
        found = f"of {adopters:,} units that adopted none was watched both in period {reference} of its own clock and after adoption."
        raise Refused(Problem(WHERE, found, "Units are watched before and after.", "Study longer, or more units."))
    return np.asarray(at)


def _untold(panel: Wide) -> Problem:
    never = int(((panel.adopted == NEVER) & (panel.w > 0).any(axis=1)).sum())
    found = f"{never:,} of {len(panel.adopted):,} units never adopt, too few to tell event time from calendar time."
    return Problem(WHERE, found, "Some units never adopt.", "Ask for group_time or interaction_weighted, or name ends.")


def _left_out(panel: Wide, early: int) -> dict[str, int]:
    told = dict(panel.left_out)
    if early:
        told["units under the programme before any period to compare with"] = early
    return told
