"""Pseudo-observations: what each person adds to a curve, as an outcome that any regression can take (Andersen, Klein & Rosthøj 2003)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from .by_cluster import totals
from .curves import influence
from .restricted import time_free, time_lost

if TYPE_CHECKING:
    from ...terms import Array
    from .curves import Curve, What
    from .times import Times


def pseudo_observations(laid: Curve, times: Times, what: What, at: Array | float, cause: int = 1, labels: Array | None = None) -> Array:
    """(n, len(at)), or (people, len(at)) in the order of `labels` (n,) int: the curve's value plus n times what each adds to it.

    By the infinitesimal jackknife, as R's survival::pseudo, and not by leaving people out one by one: they differ by less than 1 / n,
    and take n times as long.  Their mean is the curve's value.  Assumes that who is censored, and when, hangs neither on the
    outcome nor on what the regression holds; delayed entry asks the same of entering.  Refuses weights: weigh the regression.
    """
    if times.weights is not None:
        raise Refused(Problem("pseudo-observations", "the rows are weighted.", "Pseudo-observations are of people.", "Weigh the regression on them."))
    at = np.atleast_1d(np.asarray(at, dtype=float))
    parts = influence(laid, times, what, at, cause)
    if labels is None:
        whole = parts
    else:
        people, label = np.unique(labels, return_inverse=True)
        whole = totals(parts, label, len(people))
    return np.asarray(value(laid, what, at, cause) + len(whole) * whole)


def value(laid: Curve, what: What, at: Array, cause: int = 1) -> Array:
    """(len(at),) what a curve says: survival of every event, a cause's incidence or hazard, or the time free or lost by each of `at`."""
    if what == "survival":
        return laid.survival_at(at)
    if what == "incidence":
        return laid.incidence_at(at, cause)
    if what == "hazard":
        return laid.hazard_at(at, cause)
    if what == "time_free":
        return np.array([time_free(laid, tau) for tau in at])
    return np.array([time_lost(laid, tau, cause) for tau in at])
