"""Cardinality and profile matching: the largest groups whose means are alike, found by integer programming."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from ...terms import EstimandName, Matching, Problem, Refused
from .pool import Chosen, Pool

if TYPE_CHECKING:
    from ...terms import Array

NODES = 500  # of the search tree; a limit in seconds would give another answer on another machine
GAP = 1e-3  # of the size: a choice proved to lie this near the largest is taken for it; below a thousand people it is the largest itself
CORE = 2_000  # kinds of people whose number is searched; of more, those that the relaxed problem leaves most in doubt


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """Whole numbers x (k,) from 0 to `many` with the largest sum of `worth` x, where `rows` x <= 0 and `even` x = 0."""

    worth: Array  # (k,) float
    many: Array  # (k,) int
    rows: Array  # (r, k) float
    even: Array  # (e, k) float


def choose(pool: Pool, plan: Matching, estimand: EstimandName) -> Chosen:
    """The largest groups whose means lie within `tolerance` standard deviations of each other, in every column.

    cardinality: as many focal people, with `ratio` others for each, as there can be, and so many for each within every group of a
    static pool (Zubizarreta, Paredes and Rosenbaum 2014).  For the effect on everybody these are `ratio` compared for each served,
    and the effect is on those chosen, for whom both arms stand.
    profile: all focal people stay, and of the others the largest part with means within `tolerance` of theirs; for the effect on
    everybody the largest part of each arm, with means within half of `tolerance` of everybody's, so that the arms lie within all of it
    (Cohn and Zubizarreta 2022).  Groups of a static pool are columns of 0 and 1 there.
    On risk sets all rows of all sets are pooled, since a set has one served person only.

    Solved by HiGHS (scipy) to within GAP of the largest or NODES of its search tree, after the relaxed problem, whose
    bound proves how near the choice is; `Chosen.note` says so where it is not proved to be within GAP.  Of people with one
    history the first in the pool's order are chosen.  Refuses a tolerance within which nobody can be chosen.
    """
    apart = standardised(pool, plan, estimand)
    Z = np.stack([np.zeros(len(pool)), *apart.values()], axis=1)  # a column of nothing, so that there is one where none varies
    if plan.by == "cardinality":
        taken, note = _together(pool, Z, plan)
    elif estimand == "average_effect":
        (one, first), (two, second) = (_like(Z - Z.mean(axis=0), arm, plan.tolerance / 2) for arm in (pool.focal, ~pool.focal))
        taken, note = one | two, " ".join(filter(None, (first, second)))
    else:
        taken, note = _like(Z - Z[pool.focal].mean(axis=0), ~pool.focal, plan.tolerance)
        taken |= pool.focal
    n_1, n_0 = int((taken & pool.served).sum()), int((taken & ~pool.served).sum())
    if not n_1 or not n_0:
        raise Refused(_nobody(pool, plan, apart))
    about = {"effect_on_the_served": n_1, "effect_on_the_compared": n_0}.get(estimand, n_1 + n_0)
    return Chosen(np.where(taken, about / np.where(pool.served, n_1, n_0), 0.0), note=note)


def standardised(pool: Pool, plan: Matching, estimand: EstimandName) -> dict[str, Array]:
    """(m,) each: the columns that are held to the tolerance, in standard deviations before anybody is chosen.

    Those of whom the effect is about, of both arms (the root of the mean variance) for everybody or where theirs is 0; sqrt(p (1 - p)) for a
    column of 0 and 1.  A column that never varies is left out.  Means are compared between the arms chosen, or, by profile, of each
    arm with the mean of those whom the effect is about.
    """
    columns = dict(pool.columns)
    if plan.by == "profile" and not pool.in_sets:
        columns |= {f"stratum {one}": (pool.groups == one).astype(float) for one in range(1, int(pool.groups.max(initial=0)) + 1)}
    found = {}
    for name, column in columns.items():
        two = bool(((column == 0) | (column == 1)).all())
        v_1, v_0 = (float(column[arm].var(ddof=0 if two or arm.sum() < 2 else 1)) for arm in (pool.served, ~pool.served))
        spread = {"effect_on_the_served": v_1, "effect_on_the_compared": v_0}.get(estimand, (v_1 + v_0) / 2) or (v_1 + v_0) / 2
        if column.max() > column.min():
            found[name] = (column - column.mean()) / (spread or float(column.var())) ** 0.5
    return found


def _together(pool: Pool, Z: Array, plan: Matching) -> tuple[Array, str]:
    """Both arms: ratio sum_focal z x - sum_other z x within tolerance ratio sum_focal x, and as many others as `ratio` says."""
    groups = np.zeros(len(pool)) if pool.in_sets else pool.groups.astype(float)
    first, kind, many = _kinds(np.column_stack([groups, pool.focal, Z]))
    focal, z = pool.focal[first], Z[first].T
    side = np.where(focal, plan.ratio, -1.0)
    bound = plan.tolerance * plan.ratio * focal
    even = (groups[first] == np.unique(groups)[:, None]) * side
    taken, note = _solved(Programme(focal.astype(float), many, np.vstack([side * z - bound, -side * z - bound]), even))
    return _first(kind, taken), note


def _like(Z: Array, arm: Array, within: float) -> tuple[Array, str]:
    """The largest part of one arm (m,) bool whose means of Z (m, p) lie `within` so much of 0."""
    first, kind, many = _kinds(Z[arm])
    z = Z[arm][first].T
    taken, note = _solved(Programme(np.ones(len(first)), many, np.vstack([z - within, -z - within]), np.zeros((0, len(first)))))
    found = np.zeros(len(arm), dtype=bool)
    found[arm] = _first(kind, taken)
    return found, note


def _kinds(told: Array) -> tuple[Array, Array, Array]:
    """People with equal rows of `told` are one kind: the first of each, everybody's kind, and how many there are of each."""
    first, kind, many = np.unique(told, axis=0, return_index=True, return_inverse=True, return_counts=True)[1:]
    return first, kind, many


def _first(kind: Array, taken: Array) -> Array:
    """(m,) bool: of each kind the first so many."""
    order = np.argsort(kind, kind="stable")
    place = np.arange(len(order))
    start = np.maximum.accumulate(np.where(np.diff(kind[order], prepend=-1) != 0, place, 0))
    found = np.zeros(len(kind), dtype=bool)
    found[order] = place - start < taken[kind[order]]
    return found


def _solved(programme: Programme) -> tuple[Array, str]:
    """(k,) int: the numbers, all 0 where none are found; and in words how far they may be from the best, empty where they are within GAP."""
    p, k = programme, len(programme.worth)
    bounds = np.stack([np.zeros(k), p.many], axis=1)
    relaxed = linprog(-p.worth, A_ub=p.rows, b_ub=np.zeros(len(p.rows)), A_eq=p.even, b_eq=np.zeros(len(p.even)), bounds=bounds)
    bound = int(np.floor(-relaxed.fun + 1e-6)) if relaxed.status == 0 else int((p.worth * p.many).sum())
    cores = [np.arange(k)]
    if k > CORE and relaxed.status == 0:  # whoever the relaxed problem takes or leaves for certain stays so, if that is good enough
        doubt = np.abs(relaxed.lower.marginals + relaxed.upper.marginals)
        cores = [np.argsort(doubt, kind="stable")[:CORE], *cores]
    best = np.zeros(k, dtype=np.int64)
    for core in cores:
        fixed = np.ones(k, dtype=bool)
        fixed[core] = False
        whole = np.rint(relaxed.x) if fixed.any() else np.zeros(k)
        found = milp(
            -p.worth,
            constraints=[LinearConstraint(p.rows, -np.inf, 0.0), *([LinearConstraint(p.even, 0.0, 0.0)] if len(p.even) else [])],
            integrality=~fixed,
            bounds=Bounds(np.where(fixed, whole, 0), np.where(fixed, whole, p.many)),
            options={"node_limit": NODES, "mip_rel_gap": GAP},
        )
        if found.x is not None and p.worth @ np.rint(found.x) >= p.worth @ best:
            best = np.rint(found.x).astype(np.int64)
        if len(core) == k and found.mip_dual_bound is not None:
            bound = min(bound, int(np.floor(-found.mip_dual_bound + 1e-6)))
        if p.worth @ best >= bound * (1 - GAP):
            return best, ""
    larger = ceil(1_000 * (bound / max(float(p.worth @ best), 1.0) - 1)) / 10  # a share: a count might be small
    return best, f"The search stopped before its end: there may be a choice of up to {larger:g}% more people."


def _nobody(pool: Pool, plan: Matching, apart: Mapping[str, Array]) -> Problem:
    """The columns that are farthest apart."""
    far = {name: abs(float(z[pool.served].mean() - z[~pool.served].mean())) for name, z in apart.items()}
    told = ", ".join(f"'{name}' {far[name]:.2f}" for name in sorted(far, key=lambda name: -far[name])[:3])
    groups = f"of {int(pool.served.sum()):,} served and {int((~pool.served).sum()):,} others no two groups were found whose means"
    found = f"{groups} are within {plan.tolerance:g} standard deviations in every column; farthest apart at first: {told}."
    return Problem(f"{pool.where}: compare.tolerance", found, remedy="Widen the tolerance, or name fewer columns in 'on'.")
