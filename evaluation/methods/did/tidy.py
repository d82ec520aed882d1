"""Difference in differences on the columns of a frame, for a notebook: each a small table that can be drawn.

    from evaluation import did

    laws = dict(unit="state", period="year", outcome="log_homicides", adopted="law")
    effects = did.group_time(frame, **laws)
    effects.aggregate("dynamic").plot()
    did.side_by_side(frame, **laws)
    effects.aggregate("dynamic").honest(last=3).plot()

A row of the frame is one unit in one period, and words are names of columns.  These are a researcher's tables: they are exact, and hide
no small counts.  What leaves a county goes by a design and `ev.evaluate`.

Results are `Beside`, `Decomposed`, `GroupTimes`, `Honest`, `Path`: see help(did.Beside).
"""

from __future__ import annotations

from .tidy_beside import Beside as Beside
from .tidy_beside import detectable, reassigned, side_by_side
from .tidy_fixed_effects import Decomposed as Decomposed
from .tidy_fixed_effects import decomposition, event_study, imputation, interaction_weighted, triple_differences, two_by_two, two_way
from .tidy_group_time import GroupTimes as GroupTimes
from .tidy_group_time import group_time
from .tidy_honest import Honest as Honest
from .tidy_path import Path as Path

__all__ = [
    "decomposition",
    "detectable",
    "event_study",
    "group_time",
    "imputation",
    "interaction_weighted",
    "reassigned",
    "side_by_side",
    "triple_differences",
    "two_by_two",
    "two_way",
]  # functions alone: classes would fill their help
