"""One place, or a few, that changed on one day, on the columns of a frame: interrupted series, and synthetic controls with their placebos.

    from evaluation import series

    texas = series.synthetic(frame, unit="state", period="year", outcome="in_prison", adopted="built")
    texas.plot()
    texas.plot_gaps()
    texas.donors

These are a researcher's tables: what leaves a county goes by a design and `ev.evaluate`.

Results are `Line`, `SyntheticPlace`: see help(series.Line).
"""

from __future__ import annotations

from .tidy_interrupted import Line as Line
from .tidy_interrupted import interrupted
from .tidy_synthetic import SyntheticPlace as SyntheticPlace
from .tidy_synthetic import synthetic

__all__ = [
    "interrupted",
    "synthetic",
]  # functions alone: classes would fill their help
