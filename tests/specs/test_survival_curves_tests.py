"""Tests of groups by hand, against lifelines and greenwood, for rows that hang together, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from lifelines.statistics import logrank_test, multivariate_logrank_test

from evaluation.methods.survival.gray import gray
from evaluation.methods.survival.logrank import logrank
from evaluation.methods.survival.times import Times
from evaluation.terms import Refused

SAME = 1e-9  # relative: two ways to the same number
STEP = 1e-5  # of a weight, for a slope by a small step
SLOPE = 1e-7  # what is left of such a slope's own error
DRAWS = 600
MC = 4  # Monte Carlo errors


def drawn(n=150, seed=1, groups=3, causes=1, entry=False):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, n)
    stop = 1 + rng.integers(0, 25 + 5 * group)
    first = np.minimum(rng.integers(-1, 10, n), stop - 1) if entry else None
    return Times(stop, rng.integers(0, causes + 1, n), first), group


def test_five_people_by_hand():
    """a: returns on days 1 and 3, lost on day 4; b: return on day 2, lost on day 5.

    At risk of each event 3 of 5, 2 of 4, 2 of 3 are of a: 1.7667 expected, 2 seen; variance 6/25 + 4/16 + 2/9.
    """
    found = logrank(Times(np.array([1, 3, 4, 2, 5]), np.array([1, 1, 0, 1, 0])), np.array(["a", "a", "a", "b", "b"]))

    assert list(found.groups) == ["a", "b"]
    assert list(found.observed) == [2, 1]
    assert found.expected[0] == pytest.approx(3 / 5 + 2 / 4 + 2 / 3)
    assert found.variance[0, 0] == pytest.approx(6 / 25 + 4 / 16 + 2 / 9)
    assert found.statistic == pytest.approx((2 - 53 / 30) ** 2 / (6 / 25 + 4 / 16 + 2 / 9))


@pytest.mark.parametrize("groups", [2, 3])
def test_the_log_rank_test_is_lifelines_own(groups):
    times, group = drawn(groups=groups)
    theirs = multivariate_logrank_test(times.stop, group, times.cause)

    assert (logrank(times, group).statistic, logrank(times, group).p_value) == pytest.approx((theirs.test_statistic, theirs.p_value), rel=SAME)


@pytest.mark.parametrize(("p", "q"), [(1, 0), (0, 1), (0.5, 2)])
def test_weights_of_fleming_and_harrington_are_lifelines_own(p, q):
    times, group = drawn(groups=2)
    one, other = group == 0, group == 1
    sides = times.stop[one], times.stop[other], times.cause[one], times.cause[other]
    theirs = logrank_test(*sides, weightings="fleming-harrington", p=p, q=q)

    assert logrank(times, group, p=p, q=q).statistic == pytest.approx(theirs.test_statistic, rel=SAME)


def test_strata_add_up_and_one_of_one_group_adds_nothing():
    times, group = drawn(groups=2)
    strata = np.where(group == 0, np.arange(150) % 3, np.arange(150) % 2)  # in the third there is the first group alone
    parts = [logrank(times.of(strata == s), group[strata == s]) for s in (0, 1)]
    whole = logrank(times, group, strata=strata)

    assert whole.statistic == pytest.approx(
        sum(part.observed[0] - part.expected[0] for part in parts) ** 2 / sum(part.variance[0, 0] for part in parts), rel=SAME
    )


def test_with_delayed_entry_who_has_not_entered_is_not_compared():
    times, group = drawn(groups=2, entry=True)
    expected = variance = 0.0
    for t in np.unique(times.stop[times.cause > 0]):
        there = (times.entry < t) & (times.stop >= t)
        Y, d, share = there.sum(), ((times.stop == t) & (times.cause > 0)).sum(), group[there].mean()
        expected += d * share
        variance += d * share * (1 - share) * (Y - d) / (Y - 1) if Y > 1 else 0.0
    found = logrank(times, group)

    assert found.expected[1] == pytest.approx(expected, rel=SAME)
    assert found.variance[1, 1] == pytest.approx(variance, rel=SAME)
    assert found.statistic != pytest.approx(logrank(replace(times, entry=None), group).statistic, rel=0.01)


# ------------------------------------------------------------------------------------------------ rows that hang together, and weights
def test_what_a_row_adds_to_observed_less_expected_is_the_derivative_by_its_weight():
    times, group = drawn(n=40, entry=True)
    w = np.random.default_rng(2).choice([0.3, 1.0, 2.2], 40)
    parts = np.empty((40, 3))
    for i in range(40):
        moved = []
        for step in (STEP, -STEP):
            other = w.copy()
            other[i] += step
            found = logrank(replace(times, weights=other), group, labels=np.arange(40))
            moved.append(found.observed - found.expected)
        parts[i] = w[i] * (moved[0] - moved[1]) / (2 * STEP)
    found = logrank(replace(times, weights=w), group, labels=np.arange(40) // 2)

    assert found.variance == pytest.approx(sum(np.outer(pair, pair) for pair in parts.reshape(20, 2, 3).sum(axis=1)), abs=SLOPE)


def test_a_row_that_stands_three_times_is_three_in_a_hypergeometric_variance_and_one_in_that_of_labels():
    times, group = drawn(groups=2)
    thrice, of, whose = times.of(np.arange(150).repeat(3)), group.repeat(3), np.arange(150).repeat(3)

    assert logrank(thrice, of, labels=whose).statistic == pytest.approx(logrank(times, group, labels=np.arange(150)).statistic, rel=SAME)
    assert logrank(thrice, of).statistic > 2.9 * logrank(times, group).statistic


def test_weighted_groups_that_do_not_differ_differ_in_one_test_of_twenty():
    rng = np.random.default_rng(11)
    seen = np.empty(DRAWS)
    for draw in range(DRAWS):
        times = Times(rng.integers(1, 30, 120), rng.integers(0, 2, 120), None, rng.choice([0.3, 1.0, 5.0], 120))
        seen[draw] = logrank(times, rng.integers(0, 2, 120), labels=np.arange(120)).p_value < 0.05

    assert seen.mean() == pytest.approx(0.05, abs=MC * (0.05 * 0.95 / DRAWS) ** 0.5)


# ------------------------------------------------------------------------------------------------ Gray's test
def test_where_nothing_rules_the_event_out_grays_score_is_the_log_ranks():
    times, group = drawn()
    ours, theirs = gray(times, group), logrank(times, group)

    assert ours.observed == pytest.approx(theirs.observed, rel=SAME)
    assert ours.expected == pytest.approx(theirs.expected, rel=SAME)
    assert ours.statistic == pytest.approx(theirs.statistic, rel=0.1)  # their variances agree in large samples


def test_with_rho_an_event_counts_as_much_as_are_still_without():
    """Two of four on days 1 and 3, one of the others on day 2, nobody lost: 1, 3/4 and 1/2 of the four were without before each."""
    found = gray(Times(np.array([1, 3, 2, 4]), np.array([1, 1, 1, 0])), np.array(["a", "a", "b", "b"]), rho=1.0)

    assert list(found.observed) == pytest.approx([1 + 1 / 2, 3 / 4])


@pytest.mark.parametrize("cause", [1, 2])
def test_grays_test_of_four_groups_is_greenwoods(cause):
    import greenwood
    import pandas as pd

    times, group = drawn(n=400, groups=4, causes=2)
    frame = pd.DataFrame({"t": times.stop, "k": times.cause, "g": group})
    theirs = greenwood.grays_test("Surv(t, factor(k, c(0, 1, 2), c('lost', 'one', 'two'))) ~ g", data=frame, cause=cause)
    found = gray(times, group, cause=cause)

    assert (found.statistic, found.df, found.p_value) == pytest.approx((theirs.statistic, theirs.df, theirs.p_value), rel=SAME)


@pytest.mark.parametrize("rho", [0.0, 1.0, -0.5])
def test_groups_whose_incidences_do_not_differ_differ_in_one_test_of_twenty(rho):
    """Three groups that are lost at very different rates, an event that comes early or late, and another that rules it out."""
    rng = np.random.default_rng(7)
    seen = np.empty(DRAWS)
    for draw in range(DRAWS):
        group = rng.integers(0, 3, 200)
        one, other, lost = rng.exponential(10, 200), rng.exponential(15, 200), rng.exponential(np.array([8.0, 15, 30])[group])
        first = np.minimum(np.minimum(one, other), lost)
        cause = np.where(lost == first, 0, np.where(one == first, 1, 2))
        seen[draw] = gray(Times(np.ceil(3 * first).astype(int), cause), group, rho=rho).p_value < 0.05

    assert seen.mean() == pytest.approx(0.05, abs=MC * (0.05 * 0.95 / DRAWS) ** 0.5)


def test_grays_test_sees_incidences_and_the_log_rank_test_hazards():
    """The event's hazard is the same in both groups; in one, many die before it can come."""
    rng = np.random.default_rng(3)
    group = np.arange(4000) % 2
    one, other = rng.exponential(10, 4000), rng.exponential(np.where(group == 1, 3.0, 30.0))
    times = Times(np.minimum(one, other), np.where(one < other, 1, 2))

    assert gray(times, group).p_value < 1e-6
    assert logrank(times, group).p_value > 0.01


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda times, group: logrank(times, np.zeros(150, dtype=int)), "all rows are of one group"),
        (lambda times, group: logrank(times, group[:9]), "9 labels of groups stand beside 150 rows"),
        (lambda times, group: logrank(replace(times, cause=np.zeros(150, dtype=int)), group), "nobody had an event"),
        (lambda times, group: logrank(times, group, strata=group), "at no event were two groups at risk together"),
        (lambda times, group: logrank(replace(times, weights=np.full(150, 0.4)), group), "the weights are not whole"),
        (lambda times, group: logrank(times, group, labels=np.zeros(150, dtype=int)), "of one cluster"),
        (lambda times, group: gray(replace(times, entry=times.stop - 1.0), group), "people enter after the start"),
        (lambda times, group: gray(replace(times, weights=np.ones(150)), group), "the rows are weighted"),
        (lambda times, group: gray(times, group, cause=2), "nobody had an event"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(asked, said):
    with pytest.raises(Refused) as refused:
        asked(*drawn())

    assert said in str(refused.value)
