"""Cox's regression: by how much the hazard is multiplied per unit of each covariate, exact with ties, weights, strata and late entry.

The way on: `cox_robust` (errors by cluster), `cox_hazard` (risks), `cox_residuals`, `proportional` (does the ratio stay?),
`concordance`.  The parts: `cox_sets` (risk sets and sums over them), `cox_kernels`, `cox_refusals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from ...terms import Refused
from .cox_kernels import product, scores
from .cox_refusals import no_end, nothing_happened, tell_nothing, unreadable, without_bound
from .cox_robust import Correction, sandwich
from .cox_sets import RiskSets, Sums, laid_out, sums
from .regressors import no_word
from .times import Times, checked

if TYPE_CHECKING:
    from ...terms import Array

Ties = Literal["efron", "breslow"]

ROUNDS = 50  # of Newton's method; five or six are usual
SETTLED = 1e-18  # the log likelihood would still rise by half of it: slopes within a billionth of their errors
HALVINGS = 20  # of a step that would lower the likelihood
VANISHED = 1e-5  # of the information at the start: where less is left along some direction, there may be no highest point
NOTHING = 1e-20  # of the highest relative hazard of a stratum: nor where hazards differ by more


@dataclass(frozen=True, eq=False)
class Cox:
    """A fitted regression of n rows on p covariates; slopes are logarithms of hazard ratios, per unit of each covariate."""

    coef: Array  # (p,)
    names: tuple[str, ...]
    naive: Array  # (p, p) the inverse information: right where rows are independent, weigh 1 and the model holds
    loglik: float
    null_loglik: float  # with all slopes 0
    iterations: int
    X: Array  # (n, p) as they came
    times: Times
    sets: RiskSets
    sums: Sums  # at the slopes
    cause: int
    strata: Array | None = None  # (n,) labels
    offset: Array | None = None  # (n,)

    @cached_property
    def score_residuals(self) -> Array:
        """(n, p) what each row adds to the score, times its weight: exact under Efron's rule; adds to 0."""
        parts = score_parts(self.sets, self.sums)
        parts *= self.sets.scale
        return self.sets.whole(parts)

    @cached_property
    def influence(self) -> Array:
        """(n, p) what each row adds to the slopes' errors: the infinitesimal jackknife, R's dfbeta times the weight; adds to 0."""
        return product(self.score_residuals, self.naive)

    def variance(self, cluster: Array | None = None, correction: Correction = "none") -> Array:
        """(p, p) the variance of the slopes that holds whether or not the model does, rows of a `cluster` (n,) hanging together.

        Without clusters every row is one of its own.  Corrections and refusals as in `cox_robust.sandwich`.
        """
        return sandwich(self, cluster, correction)

    def std_errors(self, variance: Array | None = None) -> Array:
        """(p,) the slopes' standard errors, by the inverse information or by another variance (p, p)."""
        return np.sqrt(np.diag(self.naive if variance is None else variance))


def fit(
    X: Array,
    times: Times,
    *,
    names: Sequence[str],
    ties: Ties = "efron",
    strata: Array | None = None,
    offset: Array | None = None,
    cause: int = 1,
    where: str = "the regression",
) -> Cox:
    """The slopes at which the partial likelihood (Cox 1972, 1975) is highest; X (n, p) float, `times` of the same rows.

    Ties by Efron 1977 or Breslow 1974; where they are weighted, each event weighs what the events of its time weigh on average, as
    in R's survival.  `strata` (n,) labels have baselines of their own, `offset` (n,) is a slope known to be 1.  Events of other
    causes than `cause` are censorings: the ratio is one of cause-specific hazards.  Rows may be stretches of one person, after a
    change in a covariate or an event; their errors are then by cluster.  Assumes that who is censored, and when, has nothing to do
    with the hazard within a stratum, given the covariates.

    Refuses another word for ties; by name, a covariate that is missing, does not vary among those at risk together, is made up by
    others or separates the events; times that cannot be (`times.checked`); no event; slopes that do not settle.
    """
    X = np.asarray(X)
    problems = [*no_word(ties, get_args(Ties), "a rule of ties", where), *unreadable(X, len(times), names, strata, offset, where)]
    problems += [*nothing_happened(np.asarray(times.cause), cause, where)]
    try:
        checked(times, where)
    except Refused as impossible:
        problems = [*impossible.problems, *problems]
    if problems:
        raise Refused(*problems)
    sets = laid_out(X, times, strata, offset, cause, ties == "efron")
    null = sums(sets, np.zeros(X.shape[1]))
    if idle := [*tell_nothing(sets, null, names, where)]:
        raise Refused(*idle)
    last, rounds = highest_point(sets, X, null, names, where)
    naive = np.linalg.inv(last.information) / np.outer(sets.scale, sets.scale)
    return Cox(
        last.b / sets.scale, tuple(names), naive, last.loglik, null.loglik, rounds, X, times, sets, last, cause, strata, offset
    )  # fmt: skip


def highest_point(sets: RiskSets, X: Array, null: Sums, names: Sequence[str], where: str) -> tuple[Sums, int]:
    """The sums where the likelihood is highest, and after how many rounds of Newton's method, steps halved where it would fall."""
    if not len(names):
        return null, 0
    here, root = null, np.linalg.cholesky(null.information)
    for rounds in range(ROUNDS):
        step = np.linalg.lstsq(here.information, here.score, rcond=None)[0]
        if _may_have_no_end(here, root) and (endless := [*without_bound(sets, X, step, names, where)]):
            raise Refused(*endless)
        if abs(float((step * here.score).sum())) <= SETTLED:
            return here, rounds
        here = _climbed(sets, here, step)
        if not np.isfinite(here.information).all():
            break
    raise no_end(names, rounds + 1, where)


def _may_have_no_end(here: Sums, root: Array) -> bool:
    """Whether some hazard is next to nothing beside others, or little is left of the information at the start along some direction.

    `root` (p, p) is a square root of that information.
    """
    left = np.linalg.solve(root, np.linalg.solve(root, here.information).T)
    return bool(here.r.min() < NOTHING or np.linalg.eigvalsh((left + left.T) / 2)[0] < VANISHED)


def _climbed(sets: RiskSets, here: Sums, step: Array) -> Sums:
    """The sums after a step, or after as small a part of it as does not lower the likelihood by more than rounding."""
    there = sums(sets, here.b + step)
    for _ in range(HALVINGS):
        if np.isfinite(there.information).all() and there.loglik >= here.loglik - 1e-10 * abs(here.loglik):
            break
        step = step / 2
        there = sums(sets, here.b + step)
    return there


def score_parts(sets: RiskSets, at: Sums) -> Array:
    """(k, p) what each row at risk adds to the score of the slopes of Z, times its weight."""
    values = np.column_stack([at.hazard, at.mean_hazard])
    return scores(sets.Z, sets.w, at.r, sets.first, sets.last, sets.own, values, at.spared(), at.mean(sets))
