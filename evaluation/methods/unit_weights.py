"""What a method needs to weigh areas by how many live there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..phrases import counted
from ..terms import Problem

if TYPE_CHECKING:
    from ..terms import Panel, Question


def unweighed(panel: Panel, question: Question, where: str) -> Iterator[Problem]:
    """Areas that are to weigh as many as live there, where nobody says how many; of weights that a lab gave itself, none."""
    unknown = int((panel.people <= 0).sum())
    if question.weights == "population" and unknown and (panel.weight == 1).all():
        found = f"of {unknown:,} of {counted(len(panel), 'area')} nothing says how many people live there."
        remedy = (
            "Complete the column 'population' of the table 'area', or name one of the frame; or leave `weights` out, and each area weighs the same."
        )
        yield Problem(f"{where}: weights", found, remedy=remedy)
