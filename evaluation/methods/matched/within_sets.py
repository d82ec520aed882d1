"""The interval that chance alone gives, were the lot drawn again within each set: who of it was served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.lots import SEED
from ...terms import Problem, Refused
from .. import permutation
from ..inference import Contrast, Lot
from ..proportions import Z
from ..spread import Spread
from ..standing import Rows
from .reading import Reading

if TYPE_CHECKING:
    from ...terms import Array

NORMAL = float("inf")  # degrees of freedom


def redrawn(effect: float, reading: Reading, rows: Rows, where: str) -> Spread:
    """The randomisation test of a constant shift within sets, turned into an interval (Rosenbaum 2002).

    Exact were people of a set as likely as each other to be served, which is what matching hopes for and no lot made so.  The
    standard error is that of a normal interval of the same width.  Refuses outcomes that are not known of everybody, too many
    people, and too few ways in which the sets could have fallen.
    """
    why_not = _why_not(reading, rows)
    if why_not:
        raise Refused(Problem(f"{where}: inference", why_not[0], remedy=why_not[1]))
    lot = _lot(reading, rows)
    found = permutation.redraw(lot)
    lots = f"all {found.lots:,} lots" if found.every_lot else f"{found.lots:,} lots from seed {SEED}"
    formula = f"randomisation test of a constant shift within sets, {lots}"
    return Spread(Contrast(effect, (found.high - found.low) / (2 * Z), NORMAL), formula, (found.low, found.high, found.p_value))


def _lot(reading: Reading, rows: Rows) -> Lot:
    assert rows.sets is not None
    block: Array = np.unique(rows.sets, return_inverse=True)[1]
    weights = np.bincount(block[rows.served], weights=rows.weights[rows.served])
    return Lot(reading.y, rows.served, block, weights / weights.sum(), np.arange(len(block)))


def _why_not(reading: Reading, rows: Rows) -> tuple[str, str] | None:
    """What stands against drawing again, and what to do; None when nothing does."""
    if reading.lost.any():
        return "some people were lost, and a lot drawn again needs everybody's outcome.", "Ask for 'robust', or about a shorter horizon."
    if rows.sets is None or len(np.unique(rows.row)) < len(rows.row):
        return "lots are drawn again within sets, and here one person stands in several, or nobody in any.", "Ask for 'robust'."
    if len(np.unique(rows.together)) < len(rows.row):
        return "people share luck, by person or by a declared cluster, and lots would be drawn one by one.", "Ask for 'robust'."
    if len(rows.row) > permutation.MOST_UNITS:
        return f"more than {permutation.MOST_UNITS:,} people are matched.", "Ask for 'robust': with so many it is as good."
    lot = _lot(reading, rows)
    if permutation.possible_lots(lot.z, lot.b, lot.g) < permutation.FEWEST_LOTS:
        return f"the sets could have fallen in fewer than {permutation.FEWEST_LOTS} ways.", "Report the two arms side by side."
    return None
