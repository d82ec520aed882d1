"""Groups of people who were as likely to be lost, so that within each those followed can stand for those who were not.

Who is served later is not told by the score, which tells who is served *now*: somebody who has waited long, say, is as likely
as others to be served on a day, and has fewer days left.  So the rate of being lost has a regression of its own.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.losses import LEAST_FOLLOWED
from ..censoring import chance_to_the_end
from ..columns import independent, linear, standardised, with_intercept

if TYPE_CHECKING:
    from ...terms import Array

TENTHS = 10  # groups; with five an eighth of the bias is left, by the rule of Cochran 1968, and with ten a thirtieth
FEWEST_PEOPLE = 25  # in a group: with fewer its chances of being followed would be luck
FEWEST_AT_THE_END = 5  # rows of a group: a last loss among fewer would count for more than its error shows (rehearsed)
FEWEST_LOST = 10  # for each column of the regression (Peduzzi and others 1995); with fewer the score stands in for it


def alike_in_leaving(columns: Sequence[Array], score: Array | None, T: Array, lost: Array, w: Array, people: int, codes: int = 0) -> Array:
    """(n,) int: tenths of the rate of being lost, or fewer groups where a tenth would hold fewer than FEWEST_PEOPLE of `people`.

    A group is taken together with the next where fewer than FEWEST_AT_THE_END of its rows were there after its last loss,
    or the chance of being followed to the end is below LEAST_FOLLOWED.  The rate is
    a weighted Poisson regression of `lost` (n,) bool on the history `columns` (n,), per day of T (n,) int, the last
    day seen; only its order is used, which is that of a Cox regression where the rate is proportional.  The last columns, so many
    as `codes`, are codes of categories: the rarest have no slope where too few were lost for all of them.  Where too few were
    for the others, `score` (n,), the linear propensity score, stands in; without one, everybody is one group.
    """
    groups = min(TENTHS, people // FEWEST_PEOPLE)
    if groups < 2 or not lost.any():
        return np.zeros(len(T), dtype=np.int64)
    rate = _rate(columns, T, lost, w, codes)
    order = score if rate is None else rate
    if order is None:
        return np.zeros(len(T), dtype=np.int64)
    cuts = np.quantile(order, np.arange(1, groups) / groups)
    return _taken_together(np.searchsorted(cuts, order, side="right"), T, lost, w)


def _taken_together(group: Array, T: Array, lost: Array, w: Array) -> Array:
    """Groups in each of which enough are followed to the end for the others to be stood for, where that can be had."""
    group = np.unique(group, return_inverse=True)[1]
    while (last := int(group.max())) > 0:
        enough = [_enough(T[group == each], lost[group == each], w[group == each]) for each in range(last + 1)]
        worst = int(np.argmin(enough))
        if enough[worst] >= 1:
            break
        group = np.where(group > max(worst - 1, 0), group - 1, group)  # with the group below it; the lowest with the one above
    return group


def _enough(T: Array, lost: Array, w: Array) -> float:
    """1 or more where the chance of being followed to the end, and the rows there after the last loss, are as many as a group needs."""
    if not lost.any():
        return float("inf")
    last = T[lost].max()
    return min(chance_to_the_end(T, lost, w) / LEAST_FOLLOWED, float((last < T).sum()) / FEWEST_AT_THE_END)


def _rate(columns: Sequence[Array], T: Array, lost: Array, w: Array, codes: int) -> Array | None:
    """The linear predictor of the rate of being lost; None where too few were for a regression."""

    def common(code: Array) -> tuple[float, float, float]:  # by number and, of as many, by what became of them: not by what they are called
        return float(code.sum()), float(code[lost].sum()), float((code * T).sum())

    first, most = len(columns) - codes, int(lost.sum()) // FEWEST_LOST
    Z = standardised([*columns[:first], *sorted(columns[first:], key=common, reverse=True)])
    kept = independent(Z)
    Z = Z[kept[: max(most, sum(j < first for j in kept))]]  # the rarest codes are left out, together with that made up of the others
    if not len(Z) or len(Z) > most:
        return None
    from statsmodels.genmod.families import Poisson  # opened only where somebody is lost
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a column that tells who is lost without error: it orders people all the same
        fit = GLM(lost.astype(float), with_intercept(Z), family=Poisson(), exposure=T + 1.0, var_weights=w).fit()
    return linear(Z, fit.params) if np.isfinite(fit.params).all() else None
