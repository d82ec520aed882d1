"""Why a Cox regression cannot be told: nothing to read, columns that tell nothing, hazard ratios without bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.sums import independent
from ...phrases import counted, listed
from ...terms import Problem, Refused
from .cox_kernels import highest, linear
from .regressors import NEARLY, RIGHT, TAKES_PART, set_apart, together

if TYPE_CHECKING:
    from ...terms import Array
    from .cox_sets import RiskSets, Sums

VARIES = 1e-9  # of a column's variance: with less among those at risk at one time, what is there is rounding


def unreadable(X: Array, n: int, names: Sequence[str], strata: Array | None, offset: Array | None, where: str) -> Iterator[Problem]:
    """Arrays that do not belong together, and values that are no numbers."""
    if X.ndim != 2 or X.shape[0] != n or X.shape[1] != len(names):
        yield Problem(where, f"{X.shape} covariates stand beside {n:,} rows and {len(names)} names.", "One row for each, one column for each name.")
        return
    for what, part in (("strata", strata), ("offset", offset)):
        if part is not None and len(part) != n:
            yield Problem(where, f"{len(part):,} of '{what}' stand beside {n:,} rows.", "Every row has one.")
    for j, name in enumerate(names):
        if missing := int((~np.isfinite(X[:, j].astype(float))).sum()):
            found = f"'{name}' is missing, or no number, in {counted(missing, 'row')} of {n:,}."
            yield Problem(where, found, "Every covariate is known.", "Fill in what is missing, beside a column that says where, or leave it out.")
    if offset is not None and not np.isfinite(offset.astype(float)).all():
        yield Problem(where, f"the offset is no number in {counted(int((~np.isfinite(offset)).sum()), 'row')}.", "Every offset is a number.")


def nothing_happened(times_cause: Array, cause: int, where: str) -> Iterator[Problem]:
    """No event of the cause asked about."""
    if not (times_cause == cause).any():
        found = f"nobody of {counted(len(times_cause), 'row')} had the event (cause {cause})."
        yield Problem(where, found, "A hazard is told from events.", "Follow people for longer, or ask about another event.")


def tell_nothing(sets: RiskSets, null: Sums, names: Sequence[str], where: str) -> Iterator[Problem]:
    """Columns that are the same for all at risk at one time, and columns that others make up among them."""
    spread = np.diag(null.information) / max(float(sets.weight.sum()), 1e-300)
    varies = (spread > VARIES) & (np.abs(sets.Z).max(axis=0, initial=0.0) > 0)
    for j in np.flatnonzero(~varies).tolist():
        found = f"'{names[j]}' is the same for all who are at risk at the same time{_within(sets)}."
        yield Problem(where, found, "A hazard ratio is told from a difference.", "Leave it out.")
    there = np.flatnonzero(varies).tolist()
    root = np.sqrt(np.diag(null.information)[there])
    likeness = null.information[np.ix_(there, there)] / np.outer(root, root)
    kept = independent(likeness)
    for j in range(len(there)):
        if j not in kept:
            slopes = np.linalg.lstsq(likeness[np.ix_(kept, kept)], likeness[kept, j], rcond=None)[0]
            others = [f"'{names[there[k]]}'" for k, slope in zip(kept, slopes, strict=True) if abs(slope) > TAKES_PART]
            found = f"'{names[there[j]]}' is made up by {listed(others)} among those at risk{_within(sets)}."
            yield Problem(where, found, "Every covariate says something that the others do not.", "Leave one of them out.")


def _within(sets: RiskSets) -> str:
    return " in a stratum" if sets.stratum[-1] else ""


def without_bound(sets: RiskSets, X: Array, step: Array, names: Sequence[str], where: str) -> Iterator[Problem]:
    """Covariates by which whoever had the event is told from all others at risk, so that no hazard ratio is the likeliest.

    At every event whoever had it is the highest of all then at risk, in one covariate of X (n, p), its opposite, or the combination
    towards which the likelihood still rises, `step` (p,) in slopes of Z (Bryson & Johnson 1981; Heinze & Schemper 2001).
    """
    part = np.flatnonzero(np.abs(step) > TAKES_PART * np.abs(step).max()).tolist()
    remedy = "Leave it out or make it coarser, or tell risks instead of hazards."
    alone = [j for j in part if _separates(sets, np.sign(step[j]) * sets.Z[:, j])]
    for j in alone:
        how = set_apart(names[j], X[sets.rows, j], int(np.sign(step[j])), sets.events, "of all then at risk")
        yield Problem(where, how, RIGHT, remedy)
    if not alone and _separates(sets, linear(sets.Z, step, np.zeros(len(sets.rows)))):
        yield together([names[j] for j in part], sets.events, where)


def _separates(sets: RiskSets, u: Array) -> bool:
    """Whether u (k,) is highest, or all but, in whoever had the event, at every event."""
    top = highest(np.argsort(-u, kind="stable"), sets.first, sets.last, len(sets.time))
    gap = u[top][sets.last[sets.own]] - u[sets.own]
    return bool(gap.max() <= NEARLY * (u.max() - u.min()))


def no_end(names: Sequence[str], rounds: int, where: str) -> Refused:
    """The likelihood's highest point was not found."""
    found = f"the slopes of {listed(f'{name!r}' for name in names)} had not settled after {counted(rounds, 'round')}."
    return Refused(Problem(where, found, "A regression is told where its likelihood is highest.", "Make skewed covariates coarser, or name fewer."))
