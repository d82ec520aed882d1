"""Whether enough of the records that an answer reads could be used at all."""

from __future__ import annotations

from collections.abc import Mapping

from ..terms import Diagnostic

MOST_LOST = 0.05  # of a table's rows: our own rule; beyond, what was set aside may well not be a matter of chance


def records_kept(lost: Mapping[str, float]) -> Diagnostic:
    """Whether a table that the answer reads lost too many rows to faults; `lost` is the share of rows set aside, by table."""
    worst = max(lost, key=lambda table: lost[table], default="")
    share = lost.get(worst, 0.0)
    holds = share <= MOST_LOST
    return Diagnostic(
        name="records_kept",
        sentence="Hardly any rows of the records had to be set aside."
        if holds
        else f"More than {MOST_LOST:.0%} of the rows of the table '{worst}' had to be set aside: mend the records first.",
        value=share,
        limit=MOST_LOST,
        holds=holds,
        source="a rule of this project: no table that the answer reads may lose more",
        detail=dict(lost),
    )
