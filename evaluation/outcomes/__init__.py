"""What counts as better off: versioned definitions, and the Ruler that lays one along each person's own clock."""

from .registry import OUTCOMES
from .ruler import EngineRuler, FrameRuler, Ruler

__all__ = ["OUTCOMES", "EngineRuler", "FrameRuler", "Ruler"]
