"""Survival on the columns of a frame, for a notebook: curves, areas, tests and regressions, each a small table that can be drawn.

    from evaluation import survival

    free = survival.curves(men, time="week", event="arrest", by="fin")
    free.at([13, 26, 39, 52])
    free.time_free(52)
    free.plot()

These are a researcher's tables: they are exact, and hide no small counts.  What leaves a county goes by a design and `ev.evaluate`.
"""

from __future__ import annotations

from .tidy_curves import Curves, curves
from .tidy_models import Cure, Slopes, accelerated, by_period, cure, landmark, pseudo, recurring
from .tidy_numbers import Numbers, mean_numbers
from .tidy_regressions import Ratios, cox_regression, subdistribution

__all__ = [
    "Cure",
    "Curves",
    "Numbers",
    "Ratios",
    "Slopes",
    "accelerated",
    "by_period",
    "cox_regression",
    "cure",
    "curves",
    "landmark",
    "mean_numbers",
    "pseudo",
    "recurring",
    "subdistribution",
]
