"""Two-stage least squares with an offer as the instrument of coming: the one place of this room that linearmodels is called from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from linearmodels.iv import IV2SLS

if TYPE_CHECKING:
    from ...terms import Array


@dataclass(frozen=True, slots=True)
class TwoStage:
    """The effect of coming, with its error, and how strongly the instruments move who comes."""

    effect: float
    std_error: float
    strength: float  # F of the first stage, by the same errors


def two_stage(y: Array, d: Array, instruments: Array, exogenous: Array, weight: Array, clusters: Array | None = None) -> TwoStage:
    """The coefficient of d (n,) on y (n,), d being moved by the instruments (n, k), with the columns of `exogenous` (n, p) in both stages.

    `exogenous` holds the constant.  Errors are robust to unequal spread (HC1) or cluster-robust by `clusters`, (n,) or (n, 2) int, with
    the small-sample factors of linearmodels (debiased).  Assumes that an instrument moves y through d alone, and nobody the other way
    (Imbens and Angrist 1994).
    """
    groups = {"cov_type": "robust"} if clusters is None else {"cov_type": "clustered", "clusters": clusters}
    model = IV2SLS(y, exogenous, d, instruments, weights=weight / weight.mean())
    fit = model.fit(debiased=True, **groups)
    place = exogenous.shape[1]
    first = IV2SLS(d, np.column_stack([exogenous, instruments]), None, None, weights=weight / weight.mean()).fit(debiased=True, **groups)
    pi, V = np.asarray(first.params)[place:], np.asarray(first.cov)[place:, place:]
    strength = float(pi @ np.linalg.solve(V, pi)) / len(pi) if np.diag(V).min() > 0 else float("inf")
    return TwoStage(float(np.asarray(fit.params)[place]), float(np.asarray(fit.std_errors)[place]), strength)


def leniency(decided_by: Array, came: Array, among: Array | None = None) -> Array:
    """(n,) how readily whoever decided about each person lets others come: the leave-one-out mean of `came` (n,) over that examiner's cases.

    `decided_by` (n,) int are examiners; `among` (n,) int are groups, such as an office and year, within which cases go to examiners by
    chance: means are then less those of the group's other cases.  NaN for whoever is the only case of an examiner, or of a group.
    An instrument for `two_stage`, to be clustered by examiner; it assumes that no examiner is harder on some and easier on others
    (Dahl, Kostol and Mogstad 2014; Frandsen, Lefgren and Leslie 2023).
    """
    own = _of_others(decided_by, came)
    return own if among is None else own - _of_others(among, came)


def _of_others(labels: Array, values: Array) -> Array:
    code = np.unique(labels, return_inverse=True)[1]
    size, total = np.bincount(code)[code], np.bincount(code, weights=values)[code]
    return np.where(size > 1, (total - values) / np.maximum(size - 1, 1), np.nan)
