"""What may tell who is lost from sight: columns of the history, and the blocks in which lots were drawn or people were made alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.likeness import NOTHING

if TYPE_CHECKING:
    from ..terms import Array
    from .standing import Rows

BLOCK = "drawn in block "  # the name of a column that says who is of a block, before its number
MOST_BLOCKS = 50  # that have columns of their own, the largest


def named(history: Mapping[str, Array], on: Collection[str]) -> dict[str, Array]:
    """Columns of the history, or those that some columns of the design became: `age`, `race: 2`, `last: nothing on record`.

    Blocks are always among them: people were made alike within them, and nowhere else.
    """
    if not on:
        return dict(history)

    def wanted(name: str) -> bool:
        return name.startswith(BLOCK) or name in on or name.removesuffix(NOTHING) in on or name.rsplit(": ", 1)[0] in on

    return {name: column for name, column in history.items() if wanted(name)}


def with_blocks(rows: Rows, block: Array | None) -> Rows:
    """The rows, with a column for each of the largest blocks (m,) in which lots were drawn, or people were chosen to agree.

    Where blocks differ in how much of them is served, in their risks and in who is lost, the losses of a whole arm would stand for
    none of its blocks.
    """
    if block is None:
        return rows
    names, of, many = np.unique(block[rows.row], return_inverse=True, return_counts=True)
    if len(names) < 2:
        return rows
    largest = np.argsort(-many, kind="stable")[:MOST_BLOCKS].tolist()
    columns = {f"{BLOCK}{k + 1}": (of == k).astype(float) for k in largest}
    return replace(rows, history={**rows.history, **columns}, codes=rows.codes | columns.keys())
