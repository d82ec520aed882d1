"""When an event happens, in periods: the chance of it in each, among those whom it has not come to, by statsmodels.

Right where clocks are read in months or years, or a visit tells only that it came since the last: ties are then no nuisance but how
time is.  With the link "cloglog" a slope is a log hazard ratio of the time beneath (Prentice & Gloeckler 1978); with "logit" it
is a log odds ratio of the period's chance (Cox 1972; Singer & Willett 1993).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import statsmodels.api as sm
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from ...phrases import listed
from ...terms import Problem, Refused
from . import by_cluster
from .regressors import no_word, rising, separating, standard, unusable
from .times import Times, checked

if TYPE_CHECKING:
    from ...terms import Array

Link = Literal["cloglog", "logit"]
LINKS = {"cloglog": sm.families.links.CLogLog, "logit": sm.families.links.Logit}
WHERE = "discrete-time hazards"
TOLERANCE = 1e-10  # of the deviance from one step to the next
ROUNDS = 100
SURE = 1e-6  # of a chance: where one lies nearer to 0 or 1, the likelihood may have no top


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """One row for each period in which somebody was at risk; (r,) arrays."""

    row: Array  # int: whose, as a place in the order of the times
    period: Array  # int: 0, 1, ...
    event: Array  # bool: it came in the period


@dataclass(frozen=True, slots=True, eq=False)
class Discrete:
    """Slopes on the scale of the link, with the periods' own levels; what each row of the times adds to their errors."""

    names: tuple[str, ...]  # "first period", "period 2", ... (beyond the first), then the columns
    coef: Array  # (q,)
    naive: Array  # (q, q): the inverse of the expected information
    loglik: float
    influence: Array  # (n, q): adds to 0
    rows: int  # people times periods

    def variance(self, cluster: Array | None = None, correction: by_cluster.Factor = "none") -> Array:
        """(q, q): robust, by row of the times or by `cluster` (n,) of labels; corrections and refusals as in `by_cluster`."""
        return by_cluster.variance(self.influence, cluster, correction=correction, where=WHERE)


def periods(times: Times, edges: Sequence[float], cause: int = 1) -> Periods:
    """Cuts times into the periods up to the first of `edges` and with it, up to the second, ..., and beyond the last.

    A row is at risk in the period of its stop, and in those before it from that of its entry on: whoever is lost within a period
    is taken to have been at risk in all of it, as R's survSplit does.
    """
    cuts = np.asarray(edges, dtype=float)
    if len(cuts) == 0 or (np.diff(cuts) <= 0).any():
        raise Refused(Problem(WHERE, "the edges do not bound periods.", "They rise, each later than the one before."))
    last = np.searchsorted(cuts, times.stop, "left")
    first = np.zeros(len(times), dtype=np.int64) if times.entry is None else np.searchsorted(cuts, times.entry, "right")
    many = last - first + 1
    row = np.repeat(np.arange(len(times)), many)
    period = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many) + first[row]
    return Periods(row, period, (period == last[row]) & (times.cause[row] == cause))


def fit(X: Array, times: Times, edges: Sequence[float], *, names: Sequence[str], link: Link = "cloglog", cause: int = 1) -> Discrete:
    """The chances of an event of `cause` in each period on X (n, p), weights and late entry as the times have them.

    Other ends take people out of the risk set: slopes are of cause-specific hazards.  Refuses impossible times, a period in which
    nobody or everybody had the event (its level has no bound: make periods longer), columns that do not vary or that others make up,
    and columns that set those with the event apart, by name.
    """
    checked(times, WHERE)
    cut = periods(times, edges, cause)
    _refuse(X, cut, edges, names, link)
    many = int(cut.period.max()) + 1
    levels = cut.period[:, None] == np.arange(1, many)
    Z = np.column_stack([np.ones(len(cut.row)), levels, X[cut.row]])
    w = times.w[cut.row]
    model = GLM(cut.event.astype(float), Z, family=sm.families.Binomial(link=LINKS[link]()), freq_weights=w)
    with warnings.catch_warnings(), np.errstate(over="ignore"):  # of chances next to 0 and 1
        warnings.simplefilter("ignore", PerfectSeparationWarning)  # said below, by name
        fitted = model.fit(tol=TOLERANCE, maxiter=ROUNDS)
        chance = fitted.predict()
    if not fitted.converged or np.minimum(chance, 1 - chance).min() < SURE:
        _refuse_endless(chance, Z, cut, names)
        if not fitted.converged:
            found = f"the slopes of {listed(names)} had not settled after {ROUNDS} rounds."
            raise Refused(Problem(WHERE, found, remedy="Make skewed columns coarser, or name fewer."))
    naive = np.asarray(fitted.normalized_cov_params)
    parts = model.score_factor(fitted.params)[:, None] * Z  # weights are in it
    scores = np.column_stack([np.bincount(cut.row, weights=column, minlength=len(times)) for column in parts.T])
    told = ("first period", *(f"period {k}" for k in range(2, many + 1)), *names)
    return Discrete(told, np.asarray(fitted.params), naive, float(fitted.llf), np.einsum("ij,jk->ik", scores, naive), len(cut.row))


def _refuse(X: Array, cut: Periods, edges: Sequence[float], names: Sequence[str], link: Link) -> None:
    problems = [*no_word(link, get_args(Link), "a link", WHERE)]
    had, there = np.bincount(cut.period, weights=cut.event), np.bincount(cut.period)
    for who, odd in (("nobody", had == 0), ("everybody at risk", had == there)):
        if odd.any():
            which, cuts = ", ".join(map(str, np.flatnonzero(odd) + 1)), ", ".join(f"{edge:g}" for edge in edges)
            found = f"{who} had the event in period {which} of {len(there)}, cut at {cuts}."
            right = "Each period's level is told by those with the event and those without."
            problems.append(Problem(WHERE, found, right, "Make the periods longer."))
    problems.extend(unusable(X, names, WHERE))
    if problems:
        raise Refused(*problems)


def _refuse_endless(chance: Array, Z: Array, cut: Periods, names: Sequence[str]) -> None:
    """Refuses columns that set those with the event apart, where the fitted `chance` (r,) has some sure to have it, or not to."""
    many = Z.shape[1] - len(names)
    between = np.where(cut.event, chance < 1 - SURE, chance > SURE)
    step = rising(np.column_stack([Z[:, :many], standard(Z[:, many:])]), between, cut.event)[many:] / Z[:, many:].std(axis=0)
    if problems := [*separating(Z[:, many:], cut.event, step, names, WHERE, "of all at risk in a period", cut.period)]:
        raise Refused(*problems)
