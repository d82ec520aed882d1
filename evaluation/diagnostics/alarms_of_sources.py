"""An alarm about the records themselves: a source that began, or ceased, to record something from one month to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..terms import Diagnostic

BREAKS = 0.05  # the chance that a source that goes on as it was is taken for one that changed, whatever number of series is looked at
LEAST_BREAK = 0.3  # times more: the smallest jump that must be seen, of a kind with 200 lines a month; our own choice
BREAK_SOURCE = (
    "the largest of the t-statistics of a step at every month, beside trend, season and autocorrelation: Quandt 1960, Andrews 1993; "
    "its distribution is simulated; the level is our own rule"
)


@dataclass(frozen=True, slots=True)
class Step:
    """The clearest step of one series."""

    source: str
    kind: str
    month: str  # "2019-07": the first month at the new level
    ratio: float  # the new level over the old
    p_value: float  # of no step in any month


def series_breaks(told: Sequence[Step]) -> Diagnostic:
    """Whether the lines of a kind that the study reads jumped from one month to the next, among everybody on record.

    The smallest p-value is held to BREAKS over how many series were looked at (Bonferroni).  Not required: a jump that both arms
    share moves no difference between them, and moves every change from before to after.
    """
    first = min(told, key=lambda one: (one.p_value, one.source, one.kind))
    limit = BREAKS / len(told)
    holds = first.p_value >= limit
    way = f"{first.ratio:.2f} times as many as before"
    return Diagnostic(
        name="series_breaks",
        sentence=f"No kind of line that the study reads jumped from one month to the next among everybody on record ({len(told)} looked at)."
        if holds
        else f"From {first.month} on the source '{first.source}' holds {way} of '{first.kind}', among everybody on record: its recording may "
        "have changed there. Ask who keeps it, and do not read a change across that month as one of people.",
        value=first.p_value,
        limit=limit,
        holds=holds,
        source=BREAK_SOURCE,
        required=False,
        detail={f"{one.source}: {one.kind}, from {one.month}": one.ratio for one in told},
    )
