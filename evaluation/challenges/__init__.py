"""What becomes of an answer when one thing in its study is changed: every challenge runs the study that `study.but` gives back.

definitions    a question by every rival definition of its outcome
by_rivals      their answers as a researcher holds them
described      rates by definition, where nobody is compared
pictures       both, drawn
time_homeless  HUD's length of time homeless, which no clock starts
"""

from .by_rivals import Multiverse, multiverse
from .described import Described, by_definition
from .time_homeless import TimeHomeless, length_of_time_homeless

__all__ = ["Described", "Multiverse", "TimeHomeless", "by_definition", "length_of_time_homeless", "multiverse"]
