"""Who is studied and the day each clock starts; history strictly before it; who was lost, by which rule."""

from .dated import FrameTimes
from .enrolment import Size, enrol, horizons_of, unmet
from .frame import FrameOutcome, cohort_from_frame
from .panel_frame import FramePanelOutcome, panel_from_frame

__all__ = ["FrameOutcome", "FramePanelOutcome", "FrameTimes", "Size", "cohort_from_frame", "enrol", "horizons_of", "panel_from_frame", "unmet"]
