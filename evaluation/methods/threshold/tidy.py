"""Cut-offs and instruments on the columns of a frame: jumps, whether anybody was helped over, windows, and what coming did for those moved to come.

    from evaluation import threshold

    jump = threshold.discontinuity(frame, score="need", outcome="arrests", cutoff=60)
    jump.plot()
    jump.bandwidths()
    threshold.density(frame, score="need", cutoff=60).plot()

These are a researcher's tables: what leaves a county goes by a design and `ev.evaluate`.

Results are `Density`, `Discontinuity`: see help(threshold.Density).
"""

from __future__ import annotations

from .tidy_density import Density as Density
from .tidy_density import density
from .tidy_instruments import leniency, two_stage
from .tidy_jump import Discontinuity as Discontinuity
from .tidy_jump import discontinuity, local_randomisation

__all__ = [
    "density",
    "discontinuity",
    "leniency",
    "local_randomisation",
    "two_stage",
]  # functions alone: classes would fill their help
