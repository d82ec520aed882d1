"""What a door tells of drifts beside an effect that an event study gives: honest bounds, by both restrictions."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

from ..diagnostics.honest import honest_bounds
from ..terms import Diagnostic
from .honest_bounds import LEVEL, breakdown, relative_magnitudes, smoothness

if TYPE_CHECKING:
    from ..terms import Array

SHOWN = (0.0, 0.5, 1.0, 2.0)  # Mbar: 0 is the interval as it stands if nothing drifted


def bounds(
    beta: Array,
    V: Array,
    pre: Sequence[int],
    post: Sequence[int],
    weights: Array,
    *,
    per: str = "period",
    freedom: float = inf,
    called: str = "effect",
) -> Diagnostic:
    """`honest_bounds` of an effect that is weights' coefficients after the reference: by Mbar, and beside it by M.

    `beta` (k,), `V` (k, k), `pre`, `post`, `weights` as in `honest_polyhedra.event_study`, which says what is refused; `per` is what a
    period is called, `called` what the effect is, and `freedom` the degrees of freedom that V is estimated on, such as the clusters less
    one.  The theory has errors normal and V known; of few clusters all errors are taken as larger by what t has over the normal (our own
    rule), so that with no drift the interval is the usual one by t.
    """
    larger = float(stdtrit(freedom, (1 + LEVEL) / 2) / ndtri((1 + LEVEL) / 2)) if freedom < inf else 1.0
    asked = (beta, np.asarray(V, dtype=float) * larger**2, pre, post, weights)
    return honest_bounds(
        {Mbar: relative_magnitudes(*asked, Mbar) for Mbar in SHOWN},
        smoothness(*asked, 0.0),
        breakdown=breakdown(*asked, "relative_magnitudes"),
        bend=breakdown(*asked, "smoothness"),
        per=per,
        called=called,
    )
