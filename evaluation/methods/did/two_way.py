"""One effect by two-way fixed effects: an effect for each unit and each period, and one for all that is under the programme.

Where units adopt at different times and effects differ, this is no average of them: units that adopted earlier stand as compared
for later ones, and some effects weigh below 0 (Goodman-Bacon 2021; de Chaisemartin & D'Haultfoeuille 2020).  `weights` of what is
handed back says by how much, and `decomposition` by which comparisons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import NEVER, Problem, Refused
from .fitted import Fitted
from .fixed_effects import Errors, regress
from .wide import WHERE, Wide, wide

if TYPE_CHECKING:
    from ...terms import Array

MOST_NUMBERS = 50_000_000  # in the columns of a regression: 400 megabytes, and several times that while it is solved


def fit(
    value: Array,
    adopted: Array,
    *,
    weight: Array | None = None,
    covariates: Array | None = None,
    cluster: Array | None = None,
    left: Array | None = None,
    anticipation: int = 0,
    errors: Errors = "cluster",
    by_library: bool | None = None,
) -> Fitted:
    """The effect of being under the programme, in the units of `value` (n, T); the panel as `wide.wide` reads it.

    `covariates` (n,) or (n, p) that do not change have a slope in each period but the first; (n, T, p) that do have one.  Units
    under the programme in every period stay in, and stand as compared for those who adopt later.  Standard errors as in
    `fixed_effects.Regression.contrast`, by `errors`.  Refuses where the two effects make up the programme: nobody adopts within
    the panel, or all do at once.
    """
    panel = wide(value, adopted, weight=weight, cluster=cluster, left=left, anticipation=anticipation)
    whose, group = np.unique(panel.adopted, return_inverse=True)
    under = (np.arange(panel.value.shape[1]) >= whose[:, None]).astype(float)[:, :, None]
    beside = None if covariates is None else covariate_columns(covariates, panel)
    if beside is None:
        fitted = regress(panel, under, group, by_library=by_library)
    else:
        fitted = regress(panel, np.concatenate([under[group], beside], axis=2), by_library=by_library)
    if 0 not in fitted.kept:
        raise Refused(_made_up(panel))
    contrast = fitted.contrast(0, errors)
    told = dict(panel.left_out)
    always = int(((panel.adopted <= 0) & (panel.w.max(axis=1) > 0)).sum())
    if always:
        told["units under the programme in every period, which stand as compared"] = always
    influence, weights = fitted.influence[:, 0], fitted.cell_weights()[0]
    return Fitted(contrast.effect, contrast.std_error, contrast.df, influence, panel.rows, panel.clusters, weights, told)


def covariate_columns(covariates: Array, panel: Wide) -> Array:
    """(n, T, q): covariates that do not change, (n,) or (n, p), once for each period but the first; others as they are.

    Refuses a number missing in a cell that counts, shapes that do not fit, and more than MOST_NUMBERS of them.
    """
    given = np.asarray(covariates, dtype=float)
    given = given[:, None] if given.ndim == 1 else given
    n, T = panel.value.shape
    if given.shape[0] != n or (given.ndim == 3 and given.shape[1] != T) or given.ndim > 3:
        raise Refused(Problem(WHERE, f"covariates come as {given.shape} for {n:,} units by {T} periods.", "They are units, or units by periods."))
    q = given.shape[2] if given.ndim == 3 else given.shape[1] * (T - 1)
    if n * T * q > MOST_NUMBERS:
        raise Refused(Problem(WHERE, f"{q} covariates for {n:,} units by {T} periods are more than fit.", remedy="Name fewer."))
    counts: Array = np.asarray(panel.w > 0)
    needed = counts if given.ndim == 3 else np.asarray(counts.any(axis=1))
    missing = int((~np.isfinite(given).all(axis=-1) & needed).sum())
    if missing:
        found = f"covariates are missing for {missing:,} of {int(needed.sum()):,} {'cells' if given.ndim == 3 else 'units'}."
        raise Refused(Problem(WHERE, found, "Each is known.", "Leave the covariate out, or the units without it."))
    if given.ndim == 3:
        return np.where(needed[:, :, None], given, 0.0)
    given = np.where(needed[:, None], given, 0.0)
    columns = np.zeros((n, T, q))
    for t in range(1, T):
        columns[:, t, (t - 1) * given.shape[1] : t * given.shape[1]] = given
    return columns


def _made_up(panel: Wide) -> Problem:
    adopters = int((panel.adopted != NEVER).sum())
    found = f"{adopters:,} of {len(panel.adopted):,} units adopted in the panel, and the effects of units and periods make up the programme."
    return Problem(WHERE, found, "Units are watched before and after, beside others in those periods.", "Study longer, or more units.")
