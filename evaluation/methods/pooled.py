"""One answer from several, each told in a history whose missing values were imputed anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .inference import Contrast


def pooled(told: Sequence[Contrast]) -> Contrast:
    """The mean of m effects, its variance U + (1 + 1/m) B: within histories and between them (Rubin 1987).

    Degrees of freedom are those of Barnard & Rubin (1999), which with few people are never more than those of a history without
    gaps: the fewest of the m are taken for these.  NaN where one of the errors is.
    """
    m = len(told)
    effects = np.array([each.effect for each in told])
    within = float(np.mean([each.std_error**2 for each in told]))
    between = (1 + 1 / m) * float(effects.var(ddof=1)) if m > 1 else 0.0
    total = within + between
    if not total > 0:
        return Contrast(float(effects.mean()), total**0.5, float("nan"))
    missing, complete = between / total, min(each.df for each in told)
    observed = complete if np.isinf(complete) else (complete + 1) / (complete + 3) * complete * (1 - missing)
    by_histories = missing**2 / (m - 1) if m > 1 else 0.0  # one over the degrees of freedom of Rubin (1987)
    return Contrast(float(effects.mean()), total**0.5, max(1 / (by_histories + 1 / observed), 1.0))
