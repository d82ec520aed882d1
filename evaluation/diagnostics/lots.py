"""How else the lot could have fallen: draws from a fixed seed, within blocks, with as many served as were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..terms import Array

SEED = 1_935  # fixed, and printed beside what rests on it: the same records must give the same finding on every run
DRAWS = 9_999  # with the lot that was drawn, 10,000: p-values to 1 in 10,000
IN_MEMORY = 2_500_000  # numbers at once


def sampled_lots(served: Array, first: Array) -> Iterator[Array]:
    """DRAWS lots in pieces of (draws, n), 1 for served; `served` (n,) block after block, `first` (B,) where each block begins."""
    rng = np.random.default_rng(SEED)
    sizes = np.diff(np.append(first, len(served)))
    block = np.repeat(np.arange(len(first)), sizes)
    within = np.arange(len(served)) - first[block]
    pattern = np.where(within < np.add.reduceat(served.astype(int), first)[block], 1.0, 0.0)
    at_once = max(1, IN_MEMORY // len(served))
    for begin in range(0, DRAWS, at_once):
        many = min(at_once, DRAWS - begin)
        order = np.argsort(block + rng.random((many, len(served))), axis=1)  # shuffles inside each block
        lots = np.empty(order.shape)
        np.put_along_axis(lots, order, np.broadcast_to(pattern, order.shape), axis=1)
        yield lots
