"""What becomes of an answer when one thing in its study is changed: every challenge runs the study that `study.but` gives back.

table          every challenge: what it changes, what it asks, which questions it fits
running        puts a question to them
asked          what a challenge is given, and how it asks again
drawings       challenges in a notebook, and their one form of picture
otherwise      the same cohort asked by other words of its question: rival_method, specifications, and with fewer people
hidden_bias, losses, not_analysed, linkage_scores   what could stand behind an answer and is not on record
false_adoption a false date and a false place; curves: pictures of their own
outside        what of them may leave
starts         a start on days before anybody was served
definitions    a question by every rival definition of its outcome
by_rivals      their answers as a researcher holds them
described      rates by definition, where nobody is compared
pictures       both, drawn
time_homeless  HUD's length of time homeless, which no clock starts
"""

from .by_rivals import Multiverse, multiverse
from .described import Described, by_definition
from .running import challenge
from .time_homeless import TimeHomeless, length_of_time_homeless

__all__ = ["Described", "Multiverse", "TimeHomeless", "by_definition", "challenge", "length_of_time_homeless", "multiverse"]
