"""The outcome laid on a comparison: one series of the treated, one for each place beside them, and what is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Diagnostic, Interval, Other, Panel, PathPoint, Question
from ..period_names import period_name

if TYPE_CHECKING:
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """Series up to the end of the horizon."""

    y: Array  # (T,) weighted mean of the treated
    donors: Array  # (J, T); none beside an interrupted series alone
    donor_weights: Array  # (J,) adds to 1: of their plain mean
    names: tuple[str, ...]  # of the donors
    before: int  # periods before the day
    treated: Array  # (n,) bool, in the order of the panel
    beside: Array  # (n,) bool: the donors, or the treated themselves where nobody stands beside them
    period: str  # what one is
    extra: Array | None  # (k,) history of the treated, where it is read
    donors_extra: Array | None  # (J, k)

    @classmethod
    def of(cls, panel: Panel, value: Array, treated: Array, donors: Array, weights: Array, before: int, question: Question) -> Laid:
        """`value` (n, T) without gaps where `treated` or `donors` (n,) bool; `weights` (n,) as the comparison has them."""
        share, other = weights[treated] / weights[treated].sum(), weights[donors] / (weights[donors].sum() if donors.any() else 1.0)
        history = np.column_stack(list(panel.history.values())) if panel.history and question.adjust == "regression" else None
        return cls(
            y=(share[:, None] * value[treated]).sum(axis=0),
            donors=value[donors],
            donor_weights=other,
            names=tuple(panel.names[at] for at in np.flatnonzero(donors)) if panel.names else (),
            before=before,
            treated=treated,
            beside=donors if donors.any() else treated,
            period=period_name(panel.edges),
            extra=None if history is None else (share[:, None] * history[treated]).sum(axis=0),
            donors_extra=None if history is None else history[donors],
        )

    @property
    def together(self) -> int:
        """How many are treated."""
        return int(self.treated.sum())


@dataclass(frozen=True, slots=True)
class Told:
    """What one recipe tells."""

    effect: float
    std_error: float
    interval: Interval
    p_value: float
    path: tuple[PathPoint, ...]
    others: tuple[Other, ...]
    diagnostics: tuple[Diagnostic, ...]


def no_interval(why: str) -> Interval:
    """The interval of what none can be trusted of."""
    return Interval(float("-inf"), float("inf"), why)
