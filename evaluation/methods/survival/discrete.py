"""When an event happens, in periods: the chance of it in each, among those whom it has not come to, by statsmodels.

Right where clocks are read in months or years, or a visit tells only that it came since the last: ties are then no nuisance but how
time is.  With the link "cloglog" a slope is a log hazard ratio of the time beneath (Prentice & Gloeckler 1978); with "logit" it
is a log odds ratio of the period's chance (Cox 1972; Singer & Willett 1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import statsmodels.api as sm
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationError

from ...diagnostics.sums import independent
from ...terms import Problem, Refused
from .times import Times, checked

if TYPE_CHECKING:
    from ...terms import Array

Link = Literal["cloglog", "logit"]
LINKS = {"cloglog": sm.families.links.CLogLog, "logit": sm.families.links.Logit}
WHERE = "discrete-time hazards"
TOLERANCE = 1e-10  # of the deviance from one step to the next
ROUNDS = 100
RUNS_AWAY = 15.0  # of a slope times its column's standard deviation: odds of millions to one, so the likelihood has no top


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

    def variance(self, cluster: Array | None = None) -> Array:
        """(q, q): robust, by row of the times or by `cluster` (n,) of labels."""
        label = np.arange(len(self.influence)) if cluster is None else np.unique(cluster, return_inverse=True)[1]
        if int(label.max()) < 1:
            raise Refused(Problem(WHERE, "all rows are of one cluster.", "An error by cluster needs two, and is told well from about 40."))
        sums = np.column_stack([np.bincount(label, weights=column) for column in self.influence.T])
        return np.einsum("ij,ik->jk", sums, sums)


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
    nobody had the event (its level has no bound: make periods longer), columns that do not vary or that others make up, and
    slopes that run away.
    """
    checked(times, WHERE)
    cut = periods(times, edges, cause)
    _refuse(X, cut, edges, names)
    many = int(cut.period.max()) + 1
    levels = cut.period[:, None] == np.arange(1, many)
    Z = np.column_stack([np.ones(len(cut.row)), levels, X[cut.row]])
    w = times.w[cut.row]
    family = sm.families.Binomial(link=LINKS[link]())
    try:
        model = GLM(cut.event.astype(float), Z, family=family, freq_weights=w)
        fitted = model.fit(tol=TOLERANCE, maxiter=ROUNDS)
    except PerfectSeparationError as error:
        raise Refused(_apart("a column")) from error
    slopes = fitted.params[many:] * X.std(axis=0)
    if not fitted.converged or (len(slopes) and np.abs(slopes).max() > RUNS_AWAY):
        raise Refused(_apart(f"'{names[int(np.abs(slopes).argmax())]}'" if len(slopes) else "a period"))
    naive = np.asarray(fitted.normalized_cov_params)
    parts = model.score_factor(fitted.params)[:, None] * Z  # weights are in it
    scores = np.column_stack([np.bincount(cut.row, weights=column, minlength=len(times)) for column in parts.T])
    told = ("first period", *(f"period {k}" for k in range(2, many + 1)), *names)
    return Discrete(told, np.asarray(fitted.params), naive, float(fitted.llf), np.einsum("ij,jk->ik", scores, naive), len(cut.row))


def _refuse(X: Array, cut: Periods, edges: Sequence[float], names: Sequence[str]) -> None:
    problems = []
    without = np.flatnonzero(np.bincount(cut.period, weights=cut.event) == 0) + 1
    if len(without):
        which, cuts = ", ".join(map(str, without)), ", ".join(f"{edge:g}" for edge in edges)
        found = f"nobody had the event in period {which} of {int(cut.period.max()) + 1}, cut at {cuts}."
        problems.append(Problem(WHERE, found, "Each period's level is told by its events.", "Make the periods longer."))
    if not np.isfinite(X).all():
        wanting = [name for name, column in zip(names, X.T, strict=True) if not np.isfinite(column).all()]
        problems.append(Problem(WHERE, f"values are missing in {', '.join(wanting)}.", remedy="Fill them, or leave the column out."))
    elif X.shape[1]:
        sd = X.std(axis=0)
        Z = (X - X.mean(axis=0)) / np.where(sd > 0, sd, 1.0)
        kept = independent(np.einsum("ij,ik->jk", Z, Z) / len(X))
        if beside := [name for place, name in enumerate(names) if place not in kept]:
            problems.append(Problem(WHERE, f"{', '.join(beside)}: constant, or made up of the columns before.", remedy="Leave them out."))
    if problems:
        raise Refused(*problems)


def _apart(what: str) -> Problem:
    found = f"the likelihood has no top: {what} sets those with the event apart."
    return Problem(WHERE, found, remedy="Leave it out, or make its categories coarser.")
