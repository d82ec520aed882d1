"""Survival on the columns of a frame, for a notebook: curves, areas, tests and regressions, each a small table that can be drawn.

    from evaluation import survival

    free = survival.curves(men, time="week", event="arrest", by="fin")
    free.at([13, 26, 39, 52])
    free.time_free(52)
    free.plot()

These are a researcher's tables: they are exact, and hide no small counts.  What leaves a county goes by a design and `ev.evaluate`.
"""

from __future__ import annotations

from .landmark import landmark, landmark_cohort
from .tidy_cox import Ratios
from .tidy_curves import Curves, curves
from .tidy_differences import adjusted_time_free, pseudo
from .tidy_models import Cure, accelerated, by_period, cure
from .tidy_numbers import Numbers, mean_numbers
from .tidy_regressions import cox_regression, recurring, subdistribution
from .tidy_slopes import Slopes

__all__ = [
    "Cure",
    "Curves",
    "Numbers",
    "Ratios",
    "Slopes",
    "accelerated",
    "adjusted_time_free",
    "by_period",
    "cox_regression",
    "cure",
    "curves",
    "landmark",
    "landmark_cohort",
    "mean_numbers",
    "pseudo",
    "recurring",
    "subdistribution",
]
