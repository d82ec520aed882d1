"""One place, or a few, that changed on one day, on the columns of a frame: interrupted series, and synthetic controls with their placebos.

    from evaluation import series

    texas = series.synthetic(frame, unit="state", period="year", outcome="in_prison", adopted="built")
    texas.plot()
    texas.plot_gaps()
    texas.donors

These are a researcher's tables: what leaves a county goes by a design and `ev.evaluate`.
"""

from __future__ import annotations

from .tidy_interrupted import Line, interrupted
from .tidy_synthetic import SyntheticPlace, synthetic

__all__ = ["Line", "SyntheticPlace", "interrupted", "synthetic"]
