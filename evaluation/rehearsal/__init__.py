"""Would this study find the truth?  The same design on invented counties whose truth is known, again and again.

The world comes in as an argument; this room never imports it.

counties      a study answered in invented counties, and the truth about them
scores        bias, coverage, power and verdicts with their Monte Carlo errors, and the gate
runs          the two together, run after run
"""

from .counties import NO_DAY, World, answered, truth, truths
from .runs import Rehearsal, batches, performed, rehearse
from .scores import Measured, Run, Score, Truth, gate, least_coverage

__all__ = [
    "NO_DAY",
    "Measured",
    "Rehearsal",
    "Run",
    "Score",
    "Truth",
    "World",
    "answered",
    "batches",
    "gate",
    "least_coverage",
    "performed",
    "rehearse",
    "truth",
    "truths",
]
