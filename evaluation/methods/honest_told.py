"""What a door tells of drifts beside an effect that an event study gives: the test before adoption, what it missed, and honest bounds."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

from ..diagnostics.honest import drift_missed, honest_bounds, pretrend_test
from ..terms import Diagnostic
from .honest_bounds import LEVEL, breakdown, relative_magnitudes, smoothness
from .honest_polyhedra import event_study
from .pretrends import Rule, full_rank, slope_detected, wald

if TYPE_CHECKING:
    from ..terms import Array

SHOWN = (0.0, 0.5, 1.0, 2.0)  # Mbar: 0 is the interval as it stands if nothing drifted
POWER = 0.8
RULES: tuple[Rule, Rule] = ("joint", "any")


def bounds(
    beta: Array, V: Array, pre: Sequence[int], post: Sequence[int], weights: Array, *, per: str = "period", freedom: float = inf
) -> Diagnostic:
    """`honest_bounds` of an effect that is weights' coefficients after the reference: by Mbar, and beside it by M.

    `beta` (k,), `V` (k, k), `pre`, `post`, `weights` as in `honest_polyhedra.event_study`, which says what is refused; `per` is what a
    period is called, and `freedom` the degrees of freedom that V is estimated on, such as the clusters less one.  The theory has errors
    normal and V known; of few clusters all errors are taken as larger by what t has over the normal (our own rule), so that with no
    drift the interval is the usual one by t.
    """
    larger = float(stdtrit(freedom, (1 + LEVEL) / 2) / ndtri((1 + LEVEL) / 2)) if freedom < inf else 1.0
    asked = (beta, np.asarray(V, dtype=float) * larger**2, pre, post, weights)
    return honest_bounds(
        {Mbar: relative_magnitudes(*asked, Mbar) for Mbar in SHOWN},
        smoothness(*asked, 0.0),
        breakdown=breakdown(*asked, "relative_magnitudes"),
        bend=breakdown(*asked, "smoothness"),
        per=per,
    )


def drifts(
    beta: Array, V: Array, pre: Sequence[int], post: Sequence[int], weights: Array, *, per: str = "period", freedom: float = inf
) -> tuple[Diagnostic, ...]:
    """`pretrend_test`, `drift_missed` and `honest_bounds` of an effect that is weights' coefficients after the reference.

    Arguments as in `bounds`.  Where the degrees of freedom, or the rank of the covariance before adoption, leave no joint test, that is
    said, and no drift is told that it missed.
    """
    study, told = event_study(beta, V, pre, post, weights), bounds(beta, V, pre, post, weights, per=per, freedom=freedom)
    before, S = study.beta[: study.before], study.V[: study.before, : study.before]
    if not full_rank(S, freedom):
        return pretrend_test(None, 0.0, study.before, per=per), told
    test, since, reference = wald(before, S, freedom), sorted(pre), max(pre) + 1
    slope, seen = (slope_detected(S, since, POWER, rule=rule, reference=reference, freedom=freedom) for rule in RULES)
    amounts_to = slope * float(sum(weight * (t - reference) for weight, t in zip(study.weights, sorted(post), strict=True)))
    missed = drift_missed(slope, amounts_to, study.effect, any_period=seen, per=per)
    return pretrend_test(test.p_value, test.statistic, test.df, per=per), missed, told
