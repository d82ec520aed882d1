"""What counts as better off: versioned definitions, and the Ruler that lays one along each person's own clock."""

from .engine_ruler import EngineRuler
from .registry import OUTCOMES
from .ruler import FrameRuler, Ruler
from .times_ruler import TimesRuler

__all__ = ["OUTCOMES", "EngineRuler", "FrameRuler", "Ruler", "TimesRuler"]
