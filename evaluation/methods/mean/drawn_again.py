"""People drawn again: the bootstrap of an effect's linear part, for whoever asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from ...diagnostics.sums import sums_by
from ..inference import LEVEL, Contrast
from ..spread import Spread, Ways

if TYPE_CHECKING:
    from ...terms import Array
    from ..influence import Errors

DRAWS = 1_999
SEED = 2_000
AT_ONCE = 2_000_000  # numbers drawn at a time


def drawn_again(measured: Contrast, error: Errors, how: Ways) -> Spread:
    """The symmetric percentile-t interval (Hall 1988) from whoever is independent of the others drawn again, with replacement.

    What is drawn is what each adds to the effect's error, learnt weights and chances of being followed included, so that nothing is
    estimated anew; t is each draw's effect over its own error.  Limits lie so many standard errors, `measured`, from the effect.
    """
    if not measured.std_error > 0:
        return Spread(measured, how.formula)
    total = np.sort(sums_by(error.influence, independent(how.labels)))
    n = len(total)
    rng = np.random.default_rng(SEED)
    t, many = [], max(1, AT_ONCE // n)
    for first in range(0, DRAWS, many):
        drawn = total[rng.integers(0, n, size=(min(many, DRAWS - first), n))]
        moved = drawn.sum(axis=1)
        spread = np.sqrt(((drawn - moved[:, None] / n) ** 2).sum(axis=1) * n / max(n - 1, 1))
        with np.errstate(divide="ignore", invalid="ignore"):
            t.append(np.abs(np.where(spread > 0, moved / spread, np.inf)))
    sizes = np.sort(np.concatenate(t))
    reach = float(sizes[DRAWS + 1 - round((1 - LEVEL) * (DRAWS + 1))]) * measured.std_error  # the interval leaves 0 out where p is below .05
    p = (1 + int((sizes >= abs(measured.effect) / measured.std_error).sum())) / (DRAWS + 1)
    formula = f"symmetric bootstrap-t, {DRAWS:,} draws from seed {SEED:,}, {how.formula}"
    return Spread(measured, formula, (measured.effect - reach, measured.effect + reach, p))


def independent(labels: tuple[Array, ...]) -> Array:
    """(k,) int: who hangs together in any of the ways, by chains of those who do."""
    if len(labels) == 1:
        return np.unique(labels[0], return_inverse=True)[1]
    first, second = (np.unique(each, return_inverse=True)[1] for each in labels)
    a, b = int(first.max()) + 1, int(second.max()) + 1
    beside = sparse.coo_array((np.ones(len(first)), (first, a + second)), shape=(a + b, a + b))
    return np.asarray(connected_components(beside, directed=False)[1][first], dtype=np.int64)
