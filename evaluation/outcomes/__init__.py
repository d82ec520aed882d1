"""What counts as better off: versioned definitions, and the Ruler that lays one along each person's own clock."""

from .engine_panel_ruler import EnginePanelRuler
from .engine_ruler import EngineRuler
from .length_of_time import length_of_time_homeless
from .panel_ruler import FramePanelRuler, PanelRuler
from .registry import DEFINED, OUTCOMES
from .ruler import FrameRuler, Ruler
from .times_ruler import TimesRuler

__all__ = [
    "DEFINED",
    "OUTCOMES",
    "EnginePanelRuler",
    "EngineRuler",
    "FramePanelRuler",
    "FrameRuler",
    "PanelRuler",
    "Ruler",
    "TimesRuler",
    "length_of_time_homeless",
]
