"""The proof made anew after every match: nothing too loose, and nobody left out whom the rules allowed a match.

It shares no search with the ways themselves, and looks at what they gave back as a reader would: pair by pair, set by set, weight
by weight.  R's MatchIt 4.7.2 has no such step, and with a Mahalanobis distance, `exact` and a caliper on a covariate some of its
pairs lie outside the caliper and some people go without a match who could have had one (kosukeimai/MatchIt, issue 236).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ...terms import EstimandName, Matching, Problem, Refused
from .cardinality import standardised
from .coarsened import cells as cells_of
from .leftover import could_have_had
from .orders import how_many
from .pool import Chosen, Pairs, Pool
from .reweighed import unlike_the_law
from .ways import WAYS

if TYPE_CHECKING:
    from ...terms import Array

SOLVED = 1e-5  # standard deviations: how far a solver of integer programmes may go beyond a tolerance
SAME = 1e-9  # relative: the same weights added up in another order
BALANCED = 2e-4  # standard deviations: more than a balancing way leaves of a column that others make up (`balancing.REPEATED`)
PAIRED, IN_CELLS, IN_SETS = ("matching", "optimal"), ("exact", "coarsened_exact"), ("full", "subclasses")
LARGE = ("cardinality", "profile")
BALANCING = ("entropy_balancing", "covariate_balancing", "tilting")
LARGEST = {"effect_in_the_overlap": 0.25, "effect_on_the_matchable": 0.5}  # e (1 - e) and min(e, 1 - e), of each person


class Fault(Refused):
    """A choice that breaks a rule: a fault of this program, whatever the people."""


def proven(pool: Pool, plan: Matching, estimand: EstimandName) -> Chosen:
    """Who of the pool is compared, in the way that the plan names; raises Fault where that breaks a rule, and Refused as the way does."""
    found = WAYS[plan.by].choose(pool, plan, estimand)
    fault = broken(pool, found, plan, estimand)
    if fault:
        raise Fault(Problem(f"{pool.where}: compare", f"{fault}.", remedy="This is a fault of this program; please report it."))
    return found


def broken(pool: Pool, chosen: Chosen, plan: Matching, estimand: EstimandName | None = None) -> str:
    """What rule a choice breaks, in words that name it; empty where it keeps them all.

    Of pairs: one focal row and one other, of one group (or cell), two people, within every caliper, unlike where asked, no row and
    no person compared more often than allowed, nobody given more than asked for, and nobody with fewer while somebody allowed is
    free.  Of sets: both arms, one group or cell, nobody left out of a cell with both arms or, in full matching, who may be set
    beside anybody.  Of weights: none negative, and each arm's add to the number of people whom the effect is about, set by set.
    With the `estimand`, which is left out only of pairs and sets that no question asked for, they are held to its own number and no
    other, and weights that were learnt to its formula (`reweighed`).
    Whether a sum of gaps is the smallest, or a group the largest, is for the solver to prove.
    """
    return next(_faults(pool, chosen, plan, estimand), "")


def _faults(pool: Pool, chosen: Chosen, plan: Matching, estimand: EstimandName | None) -> Iterator[str]:
    paired = plan.by in PAIRED or (plan.by in IN_CELLS and plan.one_to_one)
    if (chosen.pairs is None) == paired or (not paired and (chosen.sets is None) == (plan.by in (*IN_CELLS, *IN_SETS))):
        yield f'by = "{plan.by}" does not give back what it is to: {"pairs" if paired else "sets or weights"}'
        return
    cells = cells_of(pool, plan) if plan.by in IN_CELLS else pool.groups
    if chosen.pairs is not None:
        yield from _of_pairs(pool, chosen.pairs, plan, cells)
    yield from _of_weights(pool, chosen, plan, estimand)
    if chosen.pairs is not None:
        yield from _of_places(pool, chosen, chosen.pairs)
    if plan.by in LARGE:
        yield from _of_groups(pool, chosen.weights, plan, estimand)
    if chosen.sets is not None:
        yield from _of_sets(pool, chosen.weights, chosen.sets)
    if chosen.sets is not None and not paired:
        if plan.by == "full":
            yield from _of_full(pool, chosen.sets)
        elif plan.by == "subclasses":
            yield from _of_subclasses(pool, chosen.sets, plan)
        else:
            yield from _of_cells(pool, chosen.sets, plan, cells)


# ------------------------------------------------------------------------------------------------ weights
def _of_weights(pool: Pool, chosen: Chosen, plan: Matching, estimand: EstimandName | None) -> Iterator[str]:
    """No weight below 0, and the law: each arm's weights add to the number of people whom the effect is about."""
    weights, kept = chosen.weights, chosen.weights > 0
    if not np.isfinite(weights).all() or (weights < 0).any():
        yield "a weight is negative, or no number"
        return
    served, compared = weights[pool.served].sum(), weights[~pool.served].sum()
    if not np.isclose(served, compared, rtol=SAME, atol=0):
        yield "the arms do not weigh the same"
    way = WAYS[plan.by]
    if way.weighs:
        yield from _of_weighing(pool, chosen, plan, estimand)
        return
    everybody = estimand in (None, "average_effect") and "average_effect" in way.estimands
    abouts = [kept.sum()] * everybody + [(kept & pool.focal).sum()] * (estimand != "average_effect")
    if not any(np.isclose(served, about, rtol=SAME, atol=0) for about in abouts):
        yield "the weights of an arm do not add to the number of people whom the effect is about"
    if not everybody and not (weights[kept & pool.focal] == 1).all():
        yield "a person whom the effect is about does not weigh 1"


def _of_weighing(pool: Pool, chosen: Chosen, plan: Matching, estimand: EstimandName | None) -> Iterator[str]:
    """Everybody has a weight; it stands for the people whom the effect is about, and balances what it is to balance."""
    weights, n = chosen.weights, len(pool)
    if plan.by not in BALANCING and not (weights > 0).all():
        yield "somebody is left out, and everybody is to have a weight"
    total = weights[pool.served].sum()
    whose = [LARGEST[name] for name in WAYS[plan.by].estimands if name in LARGEST]
    if whose:
        if not 0 < total <= whose[0] * n * (1 + SAME):
            yield "the weights of an arm add to more than the arms can overlap"
    else:
        everybody = estimand == "average_effect" or (estimand is None and bool(np.isclose(total, n, rtol=SAME, atol=0)))
        if not np.isclose(total, n if everybody else pool.focal.sum(), rtol=SAME, atol=0):
            yield "the weights of an arm do not add to the number of people whom the effect is about"
        elif not everybody and not np.allclose(weights[pool.focal], 1.0, rtol=SAME, atol=0):
            yield "a person whom the effect is about does not weigh 1"
    if plan.by in BALANCING:
        for name, column in pool.columns.items():
            apart = np.average(column[pool.served], weights=weights[pool.served]) - np.average(column[~pool.served], weights=weights[~pool.served])
            if np.ptp(column) > 0 and abs(apart) > BALANCED * column.std():
                yield f"the weights do not balance '{name}'"
    if estimand is not None:
        yield from unlike_the_law(pool, chosen, plan, estimand)


# ------------------------------------------------------------------------------------------------ pairs
def _of_pairs(pool: Pool, pairs: Pairs, plan: Matching, cells: Array) -> Iterator[str]:
    """Every pair by itself, then all of them together, then those who are in none."""
    f, o = pairs.focal, pairs.other
    times = np.bincount(f, minlength=len(pool))
    allowed = np.zeros(len(pool), dtype=np.int64)
    allowed[pool.focal] = how_many(pool, plan)
    if not pool.focal[f].all() or pool.focal[o].any():
        yield "a pair is not of one person served and one compared"
    if (pool.groups[f] != pool.groups[o]).any() or (cells[f] != cells[o]).any():
        yield "a pair does not agree on its set or its exact columns"
    yield from _of_rules(pool, f, o)
    if len(np.unique(f * len(pool) + o)) < len(f):
        yield "two rows are matched with each other twice"
    if plan.reuse is None and len(np.unique(o)) < len(o):
        yield "somebody compared is matched twice"
    compared, often = np.unique(pool.person[o], return_counts=True)
    if plan.reuse and (often > plan.reuse).any():
        yield "somebody is compared more often than 'reuse' allows"
    if (times > allowed).any():
        yield "somebody is given more people than are asked for"
    free = ~pool.focal
    if plan.reuse is None:
        free[o] = False
    elif plan.reuse:
        free &= ~np.isin(pool.person, compared[often >= plan.reuse])
    if could_have_had(pool, np.flatnonzero(pool.focal & (times < allowed)), np.flatnonzero(free), cells, pairs):
        yield "somebody was left without a match that was free"


def _of_rules(pool: Pool, one: Array, other: Array) -> Iterator[str]:
    """Two people, within every caliper, and unlike where asked; by places in the pool."""
    if (pool.person[one] == pool.person[other]).any():
        yield "somebody is matched with themself"
    for limit in pool.calipers:
        if not (np.abs(limit.values[one] - limit.values[other]) <= limit.within).all():
            yield f"a pair lies outside the caliper on {limit.name}"
    if any((column[one] == column[other]).any() for column in pool.unlike):
        yield "a pair does not differ in what it is to differ in"


def _of_places(pool: Pool, chosen: Chosen, pairs: Pairs) -> Iterator[str]:
    """Weights, and sets where nobody stands in two, are those of the pairs."""
    f, o = pairs.focal, pairs.other
    paired = np.zeros(len(pool), dtype=bool)
    paired[f] = paired[o] = True
    if (paired != (chosen.weights > 0)).any():
        yield "not everybody in a pair has a weight, or somebody outside has one"
    if chosen.sets is None:
        share = np.bincount(o, weights=1 / np.bincount(f, minlength=len(pool))[f], minlength=len(pool))
        if not np.allclose(chosen.weights[~pool.focal], share[~pool.focal], rtol=SAME, atol=0):
            yield "a weight is not that of the pairs somebody stands in"
        return
    if len(np.unique(o)) < len(o):
        yield "somebody stands in two sets"
    sets = chosen.sets
    if (sets[f] != sets[o]).any() or (paired != (sets >= 0)).any() or len(np.unique(sets[f])) < len(np.unique(f)):
        yield "the sets are not those of the pairs"


# ------------------------------------------------------------------------------------------------ sets
def _of_sets(pool: Pool, weights: Array, sets: Array) -> Iterator[str]:
    """Each set has both arms, which weigh as much as those of it whom the effect is about."""
    kept = sets >= 0
    if (kept != (weights > 0)).any():
        yield "somebody in a set has no weight, or somebody in none has one"
    label, arm, w = np.unique(sets[kept], return_inverse=True)[1], pool.served[kept], weights[kept]
    people = np.stack([np.bincount(label, weights=arm == side) for side in (True, False)])
    if (people == 0).any():
        yield "a set does not hold both arms"
        return
    sums = np.stack([np.bincount(label, weights=w * (arm == side)) for side in (True, False)])
    about = np.bincount(label, weights=pool.focal[kept])
    if not any(np.allclose(sums, whom, rtol=SAME, atol=0) for whom in (about, people.sum(axis=0))):
        yield "the arms of a set do not weigh as much as those of it whom the effect is about"
    if not np.allclose(w, (sums / people)[np.where(arm, 0, 1), label], rtol=SAME, atol=0):
        yield "people of one arm and one set do not weigh the same"


def _of_full(pool: Pool, sets: Array) -> Iterator[str]:
    """Stars: one person beside all others of their set; and whoever is in none may be set beside nobody."""
    kept = np.flatnonzero(sets >= 0)
    label, focal = np.unique(sets[kept], return_inverse=True)[1], pool.focal[kept]
    many = np.stack([np.bincount(label, weights=focal == side) for side in (True, False)])
    if (many.min(axis=0, initial=1) > 1).any():
        yield "a set has several of both arms"
        return
    of_focal = many[0][label] == 1
    centre = np.empty(many.shape[1], dtype=np.int64)
    for is_centre in (~focal & ~of_focal, focal & of_focal):
        centre[label[is_centre]] = kept[is_centre]
    hub = centre[label]
    leaves = hub != kept
    one, other = hub[leaves], kept[leaves]
    if (pool.groups[one] != pool.groups[other]).any():
        yield "a set does not agree on its group or its exact columns"
    yield from _of_rules(pool, one, other)
    for side in (pool.focal, ~pool.focal):
        if could_have_had(pool, np.flatnonzero(side & (sets < 0)), np.flatnonzero(~side), pool.groups):
            yield "somebody is in no set, and may be set beside somebody"


def _of_cells(pool: Pool, sets: Array, plan: Matching, cells: Array) -> Iterator[str]:
    """A set is a whole cell, and every cell with both arms is one."""
    both = np.isin(cells, cells[pool.focal]) & np.isin(cells, cells[~pool.focal])
    kept = sets >= 0
    if not _one_to_one(sets[kept], cells[kept]):
        yield "a set is not one cell"
    for name, column in pool.columns.items():
        cuts = plan.cuts.get(name, ()) if plan.by == "coarsened_exact" else None
        codes = column if cuts is None else np.searchsorted(np.array(cuts), column, side="right")
        if (cuts is None or len(cuts)) and not _constant(codes[kept], sets[kept]):
            yield f"a set does not agree on '{name}'"
    if not _constant(pool.groups[kept], sets[kept]):
        yield "a set does not agree on its group or its exact columns"
    if (both & ~kept).any():
        yield "somebody of a cell with both arms is in no set"


def _of_subclasses(pool: Pool, sets: Array, plan: Matching) -> Iterator[str]:
    """Classes follow the score in each arm, there are no more of them than asked for, and with one group everybody is in one."""
    assert pool.linear is not None, "classes are of a propensity score"
    groups = np.zeros_like(pool.groups) if pool.in_sets else pool.groups
    kept = sets >= 0
    if not _constant(groups[kept], sets[kept]):
        yield "a set does not agree on its group or its exact columns"
    one = np.unique(np.stack([groups[kept], sets[kept]]), axis=1)
    if len(one[0]) and np.unique(one[0], return_counts=True)[1].max() > plan.subclasses:
        yield "there are more classes than asked for"
    score = expit(pool.linear)
    for arm in (pool.served, ~pool.served):
        if not _in_a_row(score[arm], groups[arm], sets[arm]):
            yield "the classes do not follow the score"
    if len(np.unique(groups)) == 1 and not kept.all():
        yield "somebody is in no class"


def _in_a_row(score: Array, groups: Array, sets: Array) -> bool:
    """Whether in the order of the score each set of a group is one stretch; whoever is in none stands inside none."""
    kept = sets >= 0
    label, first, of = np.unique(sets[kept], return_index=True, return_inverse=True)
    low, high = np.full(len(label), np.inf), np.full(len(label), -np.inf)
    np.minimum.at(low, of, score[kept])
    np.maximum.at(high, of, score[kept])
    group = groups[kept][first]
    order = np.lexsort((high, low, group))
    low, high, group = low[order], high[order], group[order]
    apart = (low[1:] >= high[:-1] - SAME) | (np.diff(group) > 0)
    rows = np.lexsort((score, groups))
    place, inside = np.arange(len(rows)), kept[rows]
    below = np.maximum.accumulate(np.where(inside, place, -1))
    above = np.minimum.accumulate(np.where(inside, place, len(rows))[::-1])[::-1]
    between = ~inside & (below >= 0) & (above < len(rows))
    out, under, over = rows[between], rows[below[between]], rows[above[between]]
    inner = (sets[under] == sets[over]) & (groups[under] == groups[out]) & (score[under] < score[out] - SAME) & (score[over] > score[out] + SAME)
    return bool(apart.all() and not inner.any())


def _of_groups(pool: Pool, weights: Array, plan: Matching, estimand: EstimandName | None) -> Iterator[str]:
    """The groups chosen are as alike as asked; by cardinality so many others for each focal person, by profile everybody of one arm."""
    kept = weights > 0
    if any(np.ptp(weights[kept & arm]) > SAME * weights.max() for arm in (pool.served, ~pool.served) if (kept & arm).any()):
        yield "people of one arm do not weigh the same"
    everybody = estimand == "average_effect" or (estimand is None and np.isclose(weights[pool.served].sum(), kept.sum(), rtol=SAME, atol=0))
    one_sided: EstimandName = "effect_on_the_served" if (pool.focal == pool.served).all() else "effect_on_the_compared"
    columns = standardised(pool, plan, "average_effect" if everybody else one_sided)
    if plan.by == "cardinality":
        groups = np.zeros_like(pool.groups) if pool.in_sets else pool.groups
        focal, others = (np.bincount(groups[kept & (pool.focal == side)], minlength=len(pool)) for side in (True, False))
        if (others != plan.ratio * focal).any():
            yield "there are not so many others for each person as asked"
    elif not everybody and not kept[pool.focal].all():
        yield "somebody whom the effect is about is left out"
    for name, z in columns.items():
        means = [z[kept & arm].mean() for arm in (pool.served, ~pool.served)]
        target = z.mean() if everybody else z[pool.focal].mean()
        apart = [means[0] - means[1]] if plan.by == "cardinality" else [mean - target for mean in means]
        within = plan.tolerance / 2 if everybody and plan.by == "profile" else plan.tolerance  # of everybody: so the arms are within all of it
        if max(map(abs, apart)) > within + SOLVED:
            yield f"the groups are farther apart in '{name}' than the tolerance"


def _constant(values: Array, sets: Array) -> bool:
    """Whether everybody of a set has the same value."""
    order = np.argsort(sets, kind="stable")
    return bool(((np.diff(sets[order]) > 0) | (np.diff(values[order]) == 0)).all())


def _one_to_one(one: Array, other: Array) -> bool:
    """Whether two labels part people alike."""
    both = np.unique(np.stack([one, other]), axis=1)
    return len(both[0]) == len(np.unique(one)) == len(np.unique(other))
