"""Weights that make columns balance exactly, rather than by way of a score that fits well.

Entropy balancing (Hainmueller 2012): of all weights that give an arm the means of those whom the effect is about, the most even,
which are w_i = exp(x_i'b).  Covariate balancing (Imai and Ratkovic 2014, just-identified): the logit score whose inverse
probability weights make the arms' means equal.  Tilting (Graham, Pinto and Egel 2012): a logit score for each arm whose inverse
probability weights give that arm everybody's means.

For the effect on the served, and on the compared, the three are one and the same: there the balancing score's odds are exp(x'b)
(Zhao and Percival 2017).  They differ in the average effect.  Entropy weights bring each arm to everybody's means and may fall
below 1; a tilted arm has the same means with weights of 1 and more, for its members stand for themselves and, by the odds, for the
other arm; covariate balancing has one score for both arms, which then agree with each other and not with everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ...terms import EstimandName, Matching, Problem, Refused
from ..columns import independent, standardised
from .pool import Pool
from .propensity import CERTAIN
from .refusals import told_apart
from .solving import Design, Part, Solved, Weigher, designed, error, greatest, steepest, totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...terms import Array

REPEATED = 1e-4  # standard deviations: how far a column may be off that others make up but for rounding (`sums.REPEATS`)
EDGE = 1e-9  # standard deviations: a mean this near to where an arm ends is at its end
REMEDY = "Leave it out of 'on', coarsen it, or set aside with 'discard' or 'trim' those whom nobody is like."


def balanced(pool: Pool, plan: Matching, estimand: EstimandName) -> tuple[Weigher, ...]:
    """Weights under which the columns balance to `solving.SOLVED` of their standard deviations, for a way that balances.

    With `moments` = 2 the squares of columns balance as well, but for those of 0 and 1.  Refuses what no positive weights can
    balance, and names the columns.  Needs no propensity score.
    """
    design = designed(_moments(pool.columns) if plan.moments == 2 else pool.columns)
    served, others = pool.served, ~pool.served
    if estimand == "average_effect" and plan.by == "covariate_balancing":
        return (_jointly(pool, design),)
    if estimand != "average_effect":
        arm, whom = (others, served) if estimand == "effect_on_the_served" else (served, others)
        asked, rest, own = [(arm, whom)], 1.0, 0.0
    elif plan.by == "entropy_balancing":
        asked, rest, own = [(arm, served | others) for arm in (served, others)], 0.0, 0.0
    else:
        asked, rest, own = [(served, others), (others, served)], 0.0, 1.0
    found = [_tilted(pool, design, arm, whom, rest=rest, own=own) for arm, whom in asked]
    problems = [one for one in found if isinstance(one, Problem)]
    if problems:
        raise Refused(*problems)
    return tuple(one for one in found if isinstance(one, Weigher))


def _moments(columns: Mapping[str, Array]) -> dict[str, Array]:
    """The columns and their squares about the mean; that of 0 and 1 says nothing new, and would be left out later."""
    more = dict(columns)
    for name, column in columns.items():
        if not ((column == 0) | (column == 1)).all():
            more[f"{name}, squared"] = (column - column.mean()) ** 2
    return more


def _tilted(pool: Pool, design: Design, arm: Array, whom: Array, *, rest: float, own: float) -> Weigher | Problem:
    """Weights own + exp(x'b) of an `arm` (m,) bool, the exponential part of which has the number and the means of `whom` (m,) bool.

    The rest of the pool weighs `rest`.  b maximises sum_whom x'b - sum_arm exp(x'b), the dual of the most even weights.
    """
    x, sums, about = design.of(arm), totals(design.X, whom.astype(float)), float(whom.sum())
    kept = [0, *(1 + j for j in independent(standardised(tuple(x[1:]))))]
    start = np.zeros(len(kept))
    start[0] = np.log(about / arm.sum())
    solved = greatest(x[kept], sums[kept], _exponential, start, about)
    weights = np.exp(solved.eta)
    off = np.abs(totals(x, weights) - sums) / about
    if not solved.reached or (off > REPEATED).any():
        return _unbalanced(pool, design, arm, whom, off, kept, solved)
    raw, growth = np.full(len(pool), rest), np.zeros(len(pool))
    raw[arm], growth[arm] = own + weights, weights
    X = design.X if len(kept) == len(design.X) else design.X[kept]
    return Weigher(raw, growth, X, error(X, whom - growth, solved.bends))


def _exponential(eta: Array, rows: slice) -> Part:
    weights = np.exp(eta)
    return -weights, -weights, weights


def _jointly(pool: Pool, design: Design) -> Weigher:
    """One score for both arms: sum_i t_i x_i / e_i = sum_i (1 - t_i) x_i / (1 - e_i), each arm then weighing as much as everybody.

    It exists, and is the only one, wherever a logit regression has a maximum: the sum is sum_i s_i x_i'b - exp(-s_i x_i'b),
    s_i = 1 of the served and -1 of the compared (Zhao 2019).
    """
    side = np.where(pool.served, 1.0, -1.0)

    def curve(eta: Array, rows: slice) -> Part:
        sign = side[rows]
        odds = np.exp(-sign * eta)
        return -odds, sign * odds, odds

    start = np.zeros(len(design.X))
    start[0] = np.log(pool.served.sum() / (~pool.served).sum())
    solved = greatest(design.X, totals(design.X, side), curve, start, float(len(pool)))
    if not solved.reached:
        raise Refused(separated(pool, design, solved))
    odds = np.exp(-side * solved.eta)
    return Weigher(1 + odds, -side * odds, design.X, error(design.X, side * (1 + odds), solved.bends))


def separated(pool: Pool, design: Design, solved: Solved) -> Problem:
    """Columns that tell the arms apart without error, so that no score exists."""
    miss = expit(np.where(pool.served, -solved.eta, solved.eta))  # the chance of being where they are not
    return told_apart(pool.where, steepest(design.names, solved.b), miss < CERTAIN, pool.served)


def _unbalanced(pool: Pool, design: Design, arm: Array, whom: Array, off: Array, kept: list[int], solved: Solved) -> Problem:
    """What no positive weights can balance: columns that lie to one side by themselves, or else several together."""
    of = f"the {int(arm.sum()):,} {'served' if pool.served[arm].all() else 'compared'}"
    to = f"the {int(whom.sum()):,} {'of the pool' if whom.all() else 'served' if pool.served[whom].all() else 'compared'}"
    alone = tuple(_to_one_side(design, arm, whom))
    if alone:
        found = f"{of} all lie to one side of the mean that {to} have in {_listed(alone)}: no weights above 0 bring them there."
        return Problem(f"{pool.where}: compare", found, remedy=REMEDY)
    b = np.zeros(len(design.X))
    if solved.reached:
        b = np.where(off > REPEATED, off, 0.0)
    else:
        b[kept] = solved.b if solved.towards is None else solved.towards
    together = steepest(design.names, b)
    found = f"no weights above 0 give {of} the means that {to} have, most of all in {_listed(together)}{' together' if len(together) > 1 else ''}."
    return Problem(f"{pool.where}: compare", found, remedy=REMEDY)


def _to_one_side(design: Design, arm: Array, whom: Array) -> Iterator[str]:
    """Columns in which everybody of an arm lies on one side of the mean to be reached, and not all of them on it."""
    for name, column in zip(design.names, design.X[1:], strict=True):
        there, mean = column[arm], column[whom].mean()
        if (there <= mean + EDGE).all() != (there >= mean - EDGE).all():
            yield name


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(f"'{name}'" for name in names)
