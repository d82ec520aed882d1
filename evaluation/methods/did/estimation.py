"""From a comparison to an estimate: of units that adopt on the calendar, or of people on clocks of their own."""

from __future__ import annotations

from typing import Any

from ...terms import Cohort, Comparison, Estimate, Panel, Question


def estimate(studied: Panel | Cohort, comparison: Comparison, ruler: Any, question: Question) -> Estimate:
    """What the programme changed: see `panel_answer` for units on the calendar, `own_clocks` for people before and after their start."""
    if isinstance(studied, Panel) and question.estimator == "before_after":
        from . import panel_before_after

        return panel_before_after.estimate(studied, comparison, ruler, question)
    if isinstance(studied, Panel):
        from . import panel_answer

        return panel_answer.estimate(studied, comparison, ruler, question)
    from . import own_clocks

    return own_clocks.estimate(studied, comparison, ruler, question)
