"""Would this study find the truth?  The same design on invented counties whose truth is known, again and again.

The world comes in as an argument; this room never imports it.

counties      invented counties opened as records, and the truth about them
performing    a study answered in them, and challenged
reading       what it reads of them
estimands     truth from two lives of the same people, one function an estimand
scores        bias, coverage, power and verdicts with their Monte Carlo errors, and the gate
results       what came of one world, or of several with the worst of them named
shown         results in a terminal, as text, as Markdown and in a notebook
picture       results as dots and whiskers before the gate
store         runs that are done, kept on disk
written       results as files
runs          all of it together, run after run, in parallel
power         how many people a study needs to see the smallest effect worth having
"""

from .counties import NO_DAY, World, all_lives, first_of, lives_of, sample_truth, truth, truths
from .estimands import SampleTruth, TwoLives, TwoPanels, near, overlap
from .performing import Performed, answered, in_counties
from .results import Rehearsal, Rehearsals, Worst
from .runs import batches, performed, rehearse, rehearse_all
from .scores import Measured, Run, Score, Truth, gate, least_coverage

__all__ = [
    "NO_DAY",
    "Measured",
    "Performed",
    "Rehearsal",
    "Rehearsals",
    "Run",
    "SampleTruth",
    "Score",
    "Truth",
    "TwoLives",
    "TwoPanels",
    "World",
    "Worst",
    "all_lives",
    "answered",
    "batches",
    "first_of",
    "gate",
    "in_counties",
    "least_coverage",
    "lives_of",
    "near",
    "overlap",
    "performed",
    "rehearse",
    "rehearse_all",
    "sample_truth",
    "truth",
    "truths",
]
