"""The one place of this room that linearmodels is called from: PanelOLS with an effect for each unit and each period.

Taken from linearmodels (Sheppard): coefficients and residuals, which agree with R's fixest to rounding.  Its covariances before any
factor are ours.  Not taken: its small-sample factor, which by default counts the unit effects although they are nested in the clusters
(up to 12 % too wide), and its p-values on N - K degrees of freedom; see `fixed_effects.Regression.contrast`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from linearmodels.panel import PanelOLS
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from ...terms import Array
    from .wide import Wide


def panel_ols(panel: Wide, columns: Array) -> tuple[Array, Array]:
    """Coefficients (p,) and residuals (n, T; 0 where a cell does not count) of the values on columns (n, T, p) and both effects."""
    with threadpool_limits(1, "blas"):  # the same numbers whatever the number of threads
        model, seen = _model(panel, columns)
        fitted = model.fit(cov_type="unadjusted", auto_df=False, count_effects=False, debiased=False)
    coef = fitted.params.to_numpy()
    residual = np.zeros(panel.value.shape)
    residual[seen] = fitted.resids.to_numpy()  # of the values themselves: `wresids` are those times the root of the weight
    return coef, residual


def _model(panel: Wide, columns: Array) -> tuple[Any, Array]:
    seen = panel.w > 0
    unit, period = np.nonzero(seen)
    index = pd.MultiIndex.from_arrays([unit, period], names=["unit", "period"])
    y = pd.Series(panel.value[seen], index=index, name="y")
    X = pd.DataFrame(columns[seen], index=index, columns=[f"x{j}" for j in range(columns.shape[2])])
    uneven = bool((panel.w[seen] != panel.w[seen][0]).any())
    weights = pd.Series(panel.w[seen], index=index, name="w") if uneven else None
    return PanelOLS(y, X, weights=weights, entity_effects=True, time_effects=True, check_rank=False), seen
