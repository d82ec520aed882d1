"""A propensity score from the history: how far what came before tells who is served, as a logit.

What a column cannot tell is mended and told: a column that never varies or repeats others adds nothing and is left out, a
value missing is a value of its own, and people with a value that only one arm holds are like nobody and have no score.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from statsmodels.discrete.discrete_model import Logit

from ...diagnostics.likeness import filled
from ...terms import Problem, Refused
from .columns import independent, linear, standardised, with_intercept

if TYPE_CHECKING:
    from ...terms import Array

SOLVED = 1e-8  # a standardised score equation X'(t - p) / n: the maximum is reached
ITERATIONS = 35  # Newton steps; nine do, and where the arms are separated no number does


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """The linear propensity score (logit) with the columns it rests on."""

    linear: Array  # (n,) float; NaN for whoever has a value that only one arm holds; equal rows have equal scores
    coefficients: Mapping[str, float]  # by column, per standard deviation
    left_out: tuple[str, ...]  # columns that never vary or repeat others
    one_sided: tuple[str, ...]  # columns with a value that only one arm holds


def estimated(history: Mapping[str, Array], served: Array, where: str) -> Score:
    """The logit regression of `served` (n,) bool on the columns of `history` (n,), by maximum likelihood (statsmodels).

    Missing values stand at the column's mean beside an indicator of their own.  Refuses columns that tell the arms apart
    without error, in which case no maximum exists, and columns of which none varies; `where` names the question.
    """
    columns = filled(history)
    inside, one_sided = _two_sided(columns, served)
    if not (served & inside).any() or not (~served & inside).any():
        raise Refused(_separated(where, one_sided))
    Z = standardised([column[inside] for column in columns.values()])
    kept, every = independent(Z), list(columns)
    if not kept:
        found = "no column of the history varies among those who could be compared."
        raise Refused(Problem(f"{where}: compare", found, remedy="Declare history that tells people apart."))
    names = [every[j] for j in kept]
    b = _maximum(Z[kept], served[inside], names, where)
    eta = np.full(len(served), np.nan)
    eta[inside] = linear(Z[kept], b)
    left_out = tuple(name for name in every if name not in names)
    return Score(eta, dict(zip(names, b[1:].tolist(), strict=True)), left_out, one_sided)


def _two_sided(columns: Mapping[str, Array], served: Array) -> tuple[Array, tuple[str, ...]]:
    """Those without a value that only one arm holds, of the columns with two values; and those columns.

    To set some aside may leave another column one-sided, so this is done until nothing changes.
    """
    inside, one_sided = np.ones(len(served), dtype=bool), []
    pending = True
    while pending:
        pending = False
        for name, column in columns.items():
            there = column[inside]
            low = there == there.min() if len(there) else inside[:0]
            if not (~low).any() or (there[~low] != there.max()).any():
                continue
            for value in (low, ~low):
                if served[inside][value].all() or not served[inside][value].any():
                    inside[np.flatnonzero(inside)[value]] = False
                    one_sided.append(name)
                    pending = True
                    break
    return inside, tuple(dict.fromkeys(one_sided))


def _maximum(Z: Array, t: Array, names: list[str], where: str) -> Array:
    """The intercept and slopes at which the likelihood is greatest, its equations checked; Z (p, n) standardised."""
    X = with_intercept(Z)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they warn of is checked below
        try:
            fit = Logit(t.astype(float), X, check_rank=False, hasconst=True).fit(method="newton", maxiter=ITERATIONS, disp=0, skip_hessian=True)
        except np.linalg.LinAlgError:
            raise Refused(_separated(where, tuple(names))) from None
    b = np.asarray(fit.params)
    with np.errstate(over="ignore"):
        p = 1 / (1 + np.exp(-(X @ b)))
    if not fit.mle_retvals["converged"] or np.abs(X.T @ (t - p)).max() > SOLVED * len(t) or (np.abs(t - p) < SOLVED).all():
        steepest = names[int(np.abs(b[1:]).argmax())]
        raise Refused(_separated(where, (steepest,)))
    return b


def _separated(where: str, columns: tuple[str, ...]) -> Problem:
    named = " and ".join(f"'{name}'" for name in columns[:3])
    found = f"the history tells the served from the others without error, most of all by {named}: nobody in one arm is like anybody in the other."
    return Problem(
        f"{where}: compare", found, remedy="Leave out of the history what is part of being served, or choose people who could be compared."
    )
