"""Triple differences: the effect among units that the programme is for, less what the same estimator finds among units that it is not.

Gruber 1994; Olden & Moen 2022.  Units of the second kind live in the same places and adopt with them, but nothing should change for
them: what does is taken for what would have happened to the first anyway.  Any estimator that gives an effect and what each unit adds
to its error will do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...phrases import counted
from ...terms import Problem, Refused
from . import two_way
from .fitted import Fitted, coded, summed
from .wide import WHERE

if TYPE_CHECKING:
    from ...terms import Array

BY_UNIT = ("weight", "covariates", "left")  # what an estimator is told that has a row for each unit


def fit(
    value: Array,
    adopted: Array,
    meant: Array,
    *,
    cluster: Array | None = None,
    by: Callable[..., Fitted] = two_way.fit,
    **how: Any,
) -> Fitted:
    """The difference between those the programme is `meant` (n,) bool for and the others, each by `by`, which is told `how`.

    `value` (n, T) and `adopted` (n,) as `by` reads them; units of both kinds in one place share a `cluster` (n,), or the error
    is told as though they shared no luck.  Errors as in `difference`.  Refuses where one kind is missing.
    """
    meant = np.asarray(meant, dtype=bool)
    if meant.shape != (len(value),) or meant.all() or not meant.any():
        found = f"the programme is meant for {int(meant.sum()):,} of {counted(len(value), 'unit')}."
        raise Refused(Problem(WHERE, found, "Some units are of either kind."))
    labels = np.arange(len(value)) if cluster is None else np.asarray(cluster)
    each: list[Fitted] = []
    for there in (meant, ~meant):
        told = {name: (given[there] if name in BY_UNIT and given is not None else given) for name, given in how.items()}
        each.append(by(value[there], np.asarray(adopted)[there], cluster=labels[there], **told))
    one, other = each
    left_out = {name: one.left_out.get(name, 0) + other.left_out.get(name, 0) for name in (*one.left_out, *other.left_out)}
    apart = difference((one.effect, one.influence), (other.effect, other.influence), meant, labels)
    return Fitted(apart.effect, apart.std_error, apart.df, apart.influence, one.rows + other.rows, apart.clusters, one.weights, left_out)


def difference(one: tuple[float, Array], other: tuple[float, Array], meant: Array, cluster: Array) -> Fitted:
    """One effect less another, each with what its own units add to its error: (k,) and (n - k,), in the order of `meant` (n,) bool.

    The variance is the sum over clusters (n,) of squared sums, both effects' parts together, times G / (G - 1); t on G - 1.  The
    factor (N - 1) / (N - K) of a regression is left out: the two effects may come from estimators that estimate no such number.
    """
    influence = np.empty(len(meant))
    influence[meant], influence[~meant] = one[1], -other[1]
    sums = summed(influence[:, None], coded(cluster))[:, 0]
    G = len(sums)
    if G < 2:
        raise Refused(Problem(WHERE, "a single cluster was watched.", "How uncertain an effect is takes two clusters at the least."))
    return Fitted(one[0] - other[0], (float((sums**2).sum()) * G / (G - 1)) ** 0.5, float(G - 1), influence, len(meant), G)
