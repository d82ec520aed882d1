"""A Ruler of an amount that says what it is told, for tests of the matched room."""

from __future__ import annotations

import numpy as np

from evaluation.outcomes import OUTCOMES
from evaluation.terms import Amounts, AtRisk

SEEN = 365
AMOUNT = next(one for one in OUTCOMES.values() if one.kind == "amount")


class Told:
    """Everybody's amount, and how many days of the window each was seen."""

    def __init__(self, y, seen=None):
        self.outcome, self.y = AMOUNT, y
        self.seen = np.full(len(y), SEEN) if seen is None else seen

    def amount(self, first, horizon):
        return Amounts(self.y, self.seen, np.full(len(self.y), SEEN))

    def at_risk(self, horizon):
        none = np.empty(0, dtype=int)
        return AtRisk(self.seen + 1, none, none, none)
