"""What holds when everybody compared stands there twice, each time as a person of their own, and those served once.

Not everything does.  What is told of those served alone, or by a share of each cell, stays as it is.  An effect on everybody moves
towards those compared, as it should, for now there are more of them.  The inverse of a logistic score moves a little, unless the
columns are so few that the score has no form to miss: then it is a share of each cell.  Pairs get no farther apart, and where each
person served may have two beside them, no farther apart at all.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds_of_ways import SAME, World, world

from evaluation.methods.matched.ways import WAYS
from evaluation.terms import Comparison, Matching

SERVED, COMPARED = "effect_on_the_served", "effect_on_the_compared"
FLAT = {"distance": "column", "column": "x", "caliper": 0.0}  # a gap that does not hang on how many there are, as a score does
BY_CELL = ("exact", "coarsened_exact")
BALANCING = ("entropy_balancing", "covariate_balancing", "tilting")  # the arm that is not weighed stays; the other's weights are halved
KEPT = [(by, whose, "pool", {}) for by in (*BY_CELL, *BALANCING) for whose in (SERVED, COMPARED)]
KEPT += [(by, SERVED, "risk sets", {}) for by in (*BY_CELL, *BALANCING)]
KEPT += [("matching", whose, form, {**FLAT, "reuse": 0}) for whose, form in ((SERVED, "pool"), (COMPARED, "pool"), (SERVED, "risk sets"))]
NEAR = 1e-9  # of a gap: the same differences added up in another order
TWO = 2  # values of the one column of a world in which every score is a share
SHARES = [(by, whose) for by in (*BY_CELL, *BALANCING, "inverse_probability", "overlap", "matching_weights") for whose in sorted(WAYS[by].estimands)]


def named(case: tuple) -> str:
    return "-".join(part for part in case if isinstance(part, str))


def asked(there: World, by: str, **words) -> World:
    said = there.question.compare if there.question.compare.by == by else Matching(by=by)
    return there.asked(compare=replace(said, **words))


def gaps(there: World, found: Comparison) -> dict[int, float]:
    """By the person whom the effect is about: how far those beside them are from them in all, in the column x."""
    x, focal, sets = there.cohort.history["x"], there.cohort.served, found.sets
    assert sets is not None
    return {int(i): float(np.abs(x[(sets == sets[i]) & ~focal] - x[i]).sum()) for i in np.flatnonzero(focal & (sets >= 0))}


def sum_of_gaps(there: World, found: Comparison) -> float:
    """Over all sets, of every person served with every one compared there: in pairs and stars these are the pairs."""
    x, served, sets = there.cohort.history["x"], there.cohort.served, found.sets
    assert sets is not None
    return sum(float(np.abs(x[(sets == one) & served][:, None] - x[(sets == one) & ~served]).sum()) for one in np.unique(sets[sets >= 0]))


# ------------------------------------------------------------------------------------------------ what does not move
@pytest.mark.parametrize(("by", "estimand", "form", "words"), KEPT, ids=[named(case) for case in KEPT])
def test_the_effect_stays(by, estimand, form, words):
    once = asked(world(by, estimand, form), by, **words)

    assert once.compared_again().answered().effect == pytest.approx(once.answered().effect, abs=SAME * once.answered().std_error)


@pytest.mark.parametrize("many", [2, 3])
def test_nearest_of_as_many_more_stands_for_the_nearest_one(many):
    once = asked(world("matching", SERVED, "pool"), "matching", reuse=0, **FLAT)
    again = asked(once.compared_again(many), "matching", ratio=many)

    assert again.answered().effect == pytest.approx(once.answered().effect, abs=SAME * once.answered().std_error)


def test_classes_of_a_score_stay_where_its_cuts_are_those_of_one_column():
    """The score of one column rises with it, so its quantiles among those served part people as the column's do."""
    there = world("subclasses", SERVED, "pool")
    there = replace(there, cohort=replace(there.cohort, history={"x": np.round(2 * there.cohort.history["x"])}))
    there = asked(there, "subclasses", subclasses=5)
    once, again = there.compared(), there.compared_again().compared()
    n = len(there.y)

    assert (again.sets[:n] == once.sets).all() and len(np.unique(once.sets[once.kept])) > TWO
    assert again.weights[:n][there.cohort.served] == pytest.approx(once.weights[there.cohort.served])
    assert TWO * again.weights[:n][~there.cohort.served] == pytest.approx(once.weights[~there.cohort.served])


# ------------------------------------------------------------------------------------------------ what moves as it should
def cells(there: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the two values of the one column: how many are served, how many compared, and the difference of the means."""
    x, served = there.cohort.history["x"], there.cohort.served
    arms = [[(x == one) & arm for one in (0, 1)] for arm in (served, ~served)]
    n_1, n_0 = (np.array([cell.sum() for cell in arm], dtype=float) for arm in arms)
    return n_1, n_0, np.array([there.y[one].mean() - there.y[other].mean() for one, other in zip(*arms, strict=True)])


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize(("by", "estimand"), SHARES, ids=["-".join(case) for case in SHARES])
def test_with_one_column_of_two_values_every_way_tells_the_same_mean_of_the_cells(by, estimand, times):
    """Each cell counts as many as it holds of those whom the effect is about, before and after: a closed form."""
    there = world(by, estimand, "pool")
    x = (there.cohort.history["z"] > 0).astype(float)
    there = replace(there, cohort=replace(there.cohort, history={"x": x}), y=there.y + 2 * x * there.cohort.served)
    there = asked(there, by, bins={"x": TWO} if by == "coarsened_exact" else {}).compared_again(times)
    n_1, n_0, apart = cells(there)
    counts = {
        SERVED: n_1,
        COMPARED: n_0,
        "average_effect": n_1 + n_0,
        "effect_in_the_overlap": n_1 * n_0 / (n_1 + n_0),
        "effect_on_the_matchable": np.minimum(n_1, n_0),
    }[estimand]

    found = there.answered()
    assert found.effect == pytest.approx(np.average(apart, weights=counts), abs=SAME * found.std_error)


# ------------------------------------------------------------------------------------------------ who is beside whom
@pytest.mark.parametrize("form", ["pool", "risk sets"])
@pytest.mark.parametrize("order", ["largest", "smallest"])
def test_nobodys_nearest_gets_farther_though_each_stands_beside_one_only(form, order):
    once = asked(world("matching", SERVED, form), "matching", order=order, **FLAT)
    again = once.compared_again()
    before, after = gaps(once, once.compared()), gaps(again, again.compared())

    assert set(after) >= set(before) and all(after[i] <= before[i] + NEAR for i in before)
    assert form == "risk sets" or sum(after.values()) < sum(before.values()) / TWO  # in a pool most of the nearest were taken


@pytest.mark.parametrize("form", ["pool", "risk sets"])
def test_the_smallest_sum_of_gaps_doubles_with_two_beside_each_and_never_grows_with_one(form):
    """Half of any two beside each is one beside each, in halves; and the smallest sum is never smaller in halves."""
    once = asked(world("optimal", SERVED, form), "optimal", **FLAT)
    again = once.compared_again()
    both = asked(again, "optimal", ratio=TWO)
    one, alone, two = (sum_of_gaps(there, there.compared()) for there in (once, again, both))

    assert two == pytest.approx(TWO * one, rel=NEAR) and alone <= one * (1 + NEAR)


@pytest.mark.parametrize("estimand", [SERVED, COMPARED])
def test_sets_of_everybody_cost_no_less_and_at_most_what_sets_the_copies_beside_their_nearest(estimand):
    """Copies laid on each other make of the wider cover one of the narrower, and that with each copy beside its nearest is one of the wider."""
    once = asked(world("full", estimand, "pool"), "full", **FLAT)
    again = once.compared_again()
    x, served = once.cohort.history["x"], once.cohort.served
    nearest = np.abs(x[~served][:, None] - x[served]).min(axis=1).sum()
    before, after = (sum_of_gaps(there, there.compared()) for there in (once, again))

    assert before * (1 - NEAR) <= after <= before + nearest + NEAR


def test_the_largest_groups_that_are_alike_get_no_smaller():
    """Whoever was chosen with one beside them can be chosen with that one's two copies."""
    once = world("cardinality", SERVED, "pool")
    again = asked(once.compared_again(), "cardinality", ratio=TWO)
    sizes = [int((there.compared().kept & there.cohort.served).sum()) for there in (once, again)]

    assert sizes[1] >= sizes[0]


def test_the_largest_group_that_is_like_those_served_is_twice_as_large_at_least():
    once = world("profile", SERVED, "pool")
    sizes = [int((there.compared().kept & ~there.cohort.served).sum()) for there in (once, once.compared_again())]

    assert sizes[1] >= TWO * sizes[0]
