"""Cut-offs and instruments on the columns of a frame: jumps, whether anybody was helped over, windows, and what coming did for those moved to come.

    from evaluation import threshold

    jump = threshold.discontinuity(frame, score="need", outcome="arrests", cutoff=60)
    jump.plot()
    jump.bandwidths()
    threshold.density(frame, score="need", cutoff=60).plot()

These are a researcher's tables: what leaves a county goes by a design and `ev.evaluate`.
"""

from __future__ import annotations

from .tidy_density import Density, density
from .tidy_instruments import leniency, two_stage
from .tidy_jump import Discontinuity, discontinuity, local_randomisation

__all__ = ["Density", "Discontinuity", "density", "discontinuity", "leniency", "local_randomisation", "two_stage"]
