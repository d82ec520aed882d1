"""What becomes of an answer when one thing in its study is changed: every challenge runs the study that `study.but` gives back.

definitions    a question by every rival definition of its outcome
by_rivals      their answers as a researcher holds them
described      rates by definition, where nobody is compared
pictures       both, drawn
"""

from .by_rivals import Multiverse, multiverse
from .described import Described, by_definition

__all__ = ["Described", "Multiverse", "by_definition", "multiverse"]
