"""Clocks with marks that come again: stretches at risk, numbers by arm, rate ratios, and intervals that hold with few people."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from evaluation.methods.standing import Rows
from evaluation.methods.survival import mean_number, recurrence
from evaluation.methods.survival.reading import Reading
from evaluation.methods.survival.stretches import by_hand, gaps, stretches
from evaluation.terms import AtRisk, EveryMark, Horizon, Question, Refused

QUESTION = Question("recidivism/booking", Horizon(days=100), "survival", -0.1, measure="number")
Z = 1.959963984540054


def clocks(last_seen, marks=(), why="horizon") -> EveryMark:
    """Marks as (row, day)."""
    row, day = (np.array([mark[k] for mark in sorted(marks)], dtype=np.int64) for k in (0, 1))
    n = len(last_seen)
    return EveryMark(row, day, np.full(len(row), "booking"), np.array(last_seen), np.broadcast_to(np.array(why), n).copy())


def away(*spells) -> AtRisk:
    """Stretches off the clock as (row, first, stop)."""
    row, first, stop = (np.array([spell[k] for spell in spells], dtype=np.int64) for k in range(3))
    return AtRisk(np.zeros(1, dtype=np.int64), row, first, stop)


def told(laid) -> list[tuple[int, ...]]:
    return list(zip(*(part.tolist() for part in (laid.row, laid.entry, laid.stop, laid.marks, laid.before)), strict=True))


# ------------------------------------------------------------------------------------------------ stretches
def test_a_clock_is_cut_at_its_marks_and_several_of_one_day_end_one_stretch() -> None:
    laid, off = stretches(clocks([9, 4], [(0, 3), (0, 7), (0, 7)]))

    assert told(laid) == [(0, -1, 3, 1, 0), (0, 3, 7, 2, 1), (0, 7, 9, 0, 3), (1, -1, 4, 0, 0)]
    assert off == 0


def test_days_off_the_clock_are_not_at_risk_but_the_day_of_going_is() -> None:
    """Booked on day 3, in jail until day 6, out on 6: day 3 counts, 4 and 5 do not."""
    laid, off = stretches(clocks([9], [(0, 3), (0, 8)]), away((0, 3, 6)))

    assert told(laid) == [(0, -1, 3, 1, 0), (0, 5, 8, 1, 1), (0, 8, 9, 0, 2)]
    assert off == 0


def test_a_mark_on_a_day_off_the_clock_is_of_nobody_at_risk_and_is_counted_apart() -> None:
    laid, off = stretches(clocks([9], [(0, 4)]), away((0, 3, 6)))

    assert told(laid) == [(0, -1, 3, 0, 0), (0, 5, 9, 0, 0)]
    assert off == 1


def test_a_clock_that_starts_off_or_ends_off_has_no_risk_there() -> None:
    laid, _ = stretches(clocks([9, 5, -1]), away((0, 0, 2), (1, 2, 9)))

    assert told(laid) == [(0, 1, 9, 0, 0), (1, -1, 2, 0, 0)]


def test_stretches_are_the_days_at_risk_one_by_one() -> None:
    rng = np.random.default_rng(11)
    n = 60
    last = rng.integers(-1, 20, n)
    spells = [(i, first, first + int(rng.integers(1, 6))) for i in range(n) for first in np.unique(rng.integers(0, 22, rng.integers(0, 4))).tolist()]
    marks = [(i, int(day)) for i in range(n) if last[i] >= 0 for day in rng.integers(0, last[i] + 1, rng.poisson(2))]
    laid, off = stretches(clocks(last, marks), away(*spells))

    days, kept = set(), 0
    for i in range(n):
        gone = {day for row, first, stop in spells if row == i for day in range(first, stop)}
        days |= {(i, day) for day in range(last[i] + 1) if day not in gone or (day > 0 and day - 1 not in gone)}
    kept = sum(mark in days for mark in marks)
    read = [(i, day) for i, low, high in zip(laid.row, laid.entry, laid.stop, strict=True) for day in range(low + 1, high + 1)]

    assert len(read) == len(set(read)) and set(read) == days
    assert (int(laid.marks.sum()), off) == (kept, len(marks) - kept)


def test_rows_named_twice_and_windows_of_their_own() -> None:
    laid, _ = stretches(clocks([9, 4], [(0, 3)]))
    twice = laid.of(np.array([1, 0, 0])).between(np.array([-1, 2, 3]), np.array([2, 9, 9]))

    assert told(twice) == [(0, -1, 2, 0, 0), (1, 2, 3, 1, 0), (1, 3, 9, 0, 1), (2, 3, 9, 0, 1)]


def test_gap_time_starts_again_after_each_mark_but_not_after_days_away() -> None:
    laid, _ = stretches(clocks([20], [(0, 5), (0, 15)]), away((0, 8, 11)))

    assert told(gaps(laid)) == [(0, 0, 6, 1, 0), (0, 0, 3, 0, 1), (0, 5, 10, 1, 1), (0, 0, 5, 0, 2)]


def test_marks_of_one_day_are_stretches_of_their_own_that_follow_one_another() -> None:
    laid = stretches(clocks([9, 5], [(0, 4), (0, 4), (0, 4)]))[0].one_by_one()
    times = laid.times(np.array([2.0, 1.0]))

    np.testing.assert_allclose(times.stop, [4, 4 + 1 / 3, 4 + 2 / 3, 9, 5])
    np.testing.assert_allclose(times.entry, [-1, 4, 4 + 1 / 3, 4 + 2 / 3, -1])
    assert times.cause.tolist() == [1, 1, 1, 0, 0] and laid.before.tolist() == [0, 1, 2, 3, 0] and times.w.tolist() == [2, 2, 2, 2, 1]
    np.testing.assert_allclose(gaps(laid).stop, [5, 1 / 3, 1 / 3, 9 - 4 - 2 / 3, 6])
    assert gaps(laid).entry.tolist() == [0, 0, 0, 0, 0]


# ------------------------------------------------------------------------------------------------ numbers by arm
def compared(n: int, served, weights=None) -> Rows:
    own = np.arange(n)
    return Rows(own, np.array(served, dtype=bool), own, None, own, np.ones(n) if weights is None else weights, None, {})


def reading(every: EveryMark, horizon, entry=None) -> Reading:
    n = len(every.last_seen)
    lost = np.isin(every.why, ("moved", "served", "records end"))
    cause = np.zeros(n, dtype=np.int64)
    return Reading(every.last_seen, cause, every.why, lost, np.zeros(n, dtype=bool), np.broadcast_to(horizon, n), ("mark", "death"), entry)


def test_followed_to_the_end_the_number_is_the_weighted_mean_of_counts_and_a_death_ends_all() -> None:
    every = clocks([99, 99, 40, 99], [(0, 5), (0, 50), (2, 30), (3, 99), (3, 99)], ["horizon", "horizon", "death", "horizon"])
    rows = compared(4, [1, 1, 0, 0], np.array([1.0, 3.0, 1.0, 1.0]))

    found = mean_number.mean_number(every, reading(every, 100), rows, QUESTION)

    assert (found.served, found.compared) == pytest.approx((2 / 4, 3 / 2))
    np.testing.assert_allclose(found.of_served, [1 * (2 - 0.5) / 4, 3 * (0 - 0.5) / 4, 0, 0])
    np.testing.assert_allclose(found.of_compared, [0, 0, (1 - 1.5) / 2, (2 - 1.5) / 2], atol=1e-12)
    assert found.least == 1 and found.stands.tolist() == [1, 3, 1, 1]


def test_whoever_is_lost_is_stood_for_and_so_is_what_they_would_have_had() -> None:
    every = clocks([99, 99, 49, 99, 99], [(0, 10), (0, 60), (1, 80), (2, 10), (3, 1), (4, 1)], ["horizon", "horizon", "moved", "horizon", "horizon"])

    found = mean_number.mean_number(every, reading(every, 100), compared(5, [1, 1, 1, 0, 0]), QUESTION)

    assert found.served == pytest.approx(2 / 3 + 2 / 2)  # two marks of three at risk, then two of two
    assert found.stands[2] == 0 and found.least < 1


def test_by_days_on_the_way_a_mark_of_day_d_counts_from_the_end_of_d_plus_one_days() -> None:
    every = clocks([99] * 4, [(0, 10), (2, 3), (2, 98)])
    found = mean_number.mean_number_at(every, reading(every, 100), compared(4, [1, 1, 0, 0]), QUESTION, [10, 11, 98, 99, 100])

    assert [one.served for one in found] == [0, 0.5, 0.5, 0.5, 0.5]
    assert [one.compared for one in found] == [0.5, 0.5, 0.5, 1, 1]


def test_horizons_of_calendar_months_keep_everybody_to_the_longest() -> None:
    """The clock of 28 days has no mark on day 29; it is not lost, and does not make the other one's mark count for two."""
    every = clocks([27, 30, 27, 30], [(1, 29), (2, 5)])
    found = mean_number.mean_number(every, reading(every, np.array([28, 31, 28, 31])), compared(4, [1, 1, 0, 0]), QUESTION)

    assert (found.served, found.compared) == (0.5, 0.5)


def test_clocks_that_enter_late_are_at_risk_from_then_on() -> None:
    every = clocks([99] * 4, [(0, 10), (1, 20), (2, 50)])
    found = mean_number.mean_number(every, reading(every, 100, np.array([-1, 15, -1, -1])), compared(4, [1, 1, 0, 0]), QUESTION)

    assert found.served == 1 + 1 / 2


def test_in_street_time_the_clock_stands_still_and_a_short_one_is_lost() -> None:
    """Row 0 is away on days 10 to 29: its mark of day 40 comes after 20 days at risk, the one on day 15 after 10, and it has 80 at most."""
    every = clocks([99] * 4, [(0, 15), (0, 40), (2, 50)])
    found = mean_number.recurring(every, reading(every, 100), compared(4, [1, 1, 0, 0]), QUESTION, away((0, 10, 30)))

    assert told(found.laid)[:3] == [(0, -1, 10, 1, 0), (0, 10, 20, 1, 1), (0, 20, 79, 0, 2)]
    assert found.lost.tolist() == [True, False, False, False] and found.why[0] == "off the clock"
    assert found.day.tolist() == [79, 99, 99, 99]


def test_an_arm_without_a_mark_and_clones_are_refused() -> None:
    every = clocks([99] * 4, [(0, 10)])
    with pytest.raises(Refused, match=r"nobody among the compared has a mark by the horizon"):
        mean_number.mean_number(every, reading(every, 100), compared(4, [1, 1, 0, 0]), QUESTION)

    cloned = clocks([99] * 4, [(0, 10), (2, 3)], "strategy")
    with pytest.raises(Refused, match="of clones"):
        mean_number.mean_number(cloned, reading(cloned, 100), compared(4, [1, 1, 0, 0]), QUESTION)


# ------------------------------------------------------------------------------------------------ rates
def drawn(rng: np.random.Generator, n: int, log_ratio: float):
    """People whose marks hang together (a frailty of variance 1), half of them served, followed for 200 to 1,000 days."""
    z = rng.permutation(np.arange(n) % 2).astype(float)
    x = rng.normal(size=(n, 3))
    end = rng.integers(200, 1000, n)
    many = rng.poisson(rng.gamma(1.0, 1.0, n) * np.exp(log_ratio * z) * 2 / 700 * end)
    row = np.repeat(np.arange(n), many)
    day = np.ceil(rng.uniform(0, 1, len(row)) * end[row]).astype(np.int64)
    order = np.lexsort((day, row))
    every = EveryMark(row[order], day[order], np.full(len(row), "booking"), end, np.full(n, "records end"))
    return np.column_stack([z, x]), every


def test_a_rate_ratio_is_that_of_one_regression_of_all_marks_with_who_hangs_together() -> None:
    X, every = drawn(np.random.default_rng(3), 80, -0.5)
    rows = compared(80, X[:, 0], np.random.default_rng(4).uniform(0.5, 2, 80))
    ratio, parts = recurrence.rate_ratio(every, reading(every, 1000), rows, QUESTION)
    fitted = recurrence.fit(X[:, :1], stretches(every)[0], names=("served",), weights=rows.weights, correction="none")

    assert ratio == pytest.approx(fitted.coef[0])
    assert (parts**2).sum() == pytest.approx(fitted.variance()[0, 0])


def test_where_an_arm_has_no_mark_there_is_no_rate_ratio() -> None:
    every = clocks([99] * 4, [(0, 10)])

    assert recurrence.rate_ratio(every, reading(every, 100), compared(4, [1, 1, 0, 0]), QUESTION) is None


@pytest.mark.parametrize(("n", "naive_at_most"), [(30, 0.85), (50, 0.85), (200, 0.85)])
def test_intervals_by_person_hold_with_few_people_and_naive_ones_do_not(n: int, naive_at_most: float) -> None:
    """Over 400 draws with three covariates beside: naive, R's sandwich with normal limits, and the corrected one with t."""
    rng, truth, far = np.random.default_rng(n), -0.3, student.ppf(0.975, n - 1)
    held = {"naive": 0, "none": 0, "corrected": 0}
    draws = 400
    for _ in range(draws):
        X, every = drawn(rng, n, truth)
        fitted = recurrence.fit(X, stretches(every)[0], names=("served", "a", "b", "c"))
        off = abs(fitted.coef[0] - truth)
        held["naive"] += off <= Z * fitted.fitted.naive[0, 0] ** 0.5
        held["none"] += off <= Z * fitted.variance("none")[0, 0] ** 0.5
        held["corrected"] += off <= far * fitted.variance()[0, 0] ** 0.5

    assert held["naive"] / draws <= naive_at_most
    assert 0.92 <= held["corrected"] / draws <= 0.985  # two and a half standard deviations of 400 draws
    assert held["none"] <= held["corrected"]


def test_the_same_rates_in_both_arms_pass_the_test_of_two_curves_as_often_as_they_should() -> None:
    rng = np.random.default_rng(5)
    p = []
    for _ in range(400):
        X, every = drawn(rng, 100, 0.0)
        p.append(mean_number.same_number(stretches(every)[0], X[:, 0] == 1, np.ones(100)).p_value)

    assert 0.025 <= np.mean(np.array(p) < 0.05) <= 0.09


def test_rates_that_differ_are_told_apart_by_the_test_of_two_curves() -> None:
    X, every = drawn(np.random.default_rng(6), 400, -0.7)
    found = mean_number.same_number(stretches(every)[0], X[:, 0] == 1, np.ones(400))

    assert found.more < 0 and found.p_value < 0.001


def test_one_cluster_has_no_error() -> None:
    X, every = drawn(np.random.default_rng(7), 30, 0.0)
    with pytest.raises(Refused, match="all rows are of one cluster"):
        recurrence.fit(X, stretches(every)[0], names=("served", "a", "b", "c"), cluster=np.zeros(30))
    with pytest.raises(Refused, match="fewer than two clusters"):
        mean_number.same_number(stretches(every)[0], X[:, 0] == 1, np.ones(30), cluster=X[:, 0])
    with pytest.raises(Refused, match="nobody has a mark by then"):
        mean_number.same_number(stretches(every)[0], X[:, 0] == 1, np.ones(30), until=0)


def test_a_model_of_another_name_is_refused() -> None:
    X, every = drawn(np.random.default_rng(8), 80, -0.5)
    with pytest.raises(Refused, match=r"'gap_tme' is not a model of marks that come again.*andersen_gill, total_time, gap_time.*'gap_time'"):
        recurrence.fit(X, stretches(every)[0], names=("served", "a", "b", "c"), model="gap_tme")


def test_rows_by_hand_in_any_order_are_the_same_stretches() -> None:
    laid = by_hand(np.array([7, 3, 7]), np.array([2, 0, 0]), np.array([5, 4, 2]), np.array([0, 1, 1]))

    assert told(laid) == [(0, 0, 4, 1, 0), (1, 0, 2, 1, 0), (1, 2, 5, 0, 1)]


def test_rows_by_hand_that_cannot_be_are_refused() -> None:
    with pytest.raises(Refused, match=r"1 stretch of 3 begin before the one before ended"):
        by_hand(np.array([1, 1, 2]), np.array([0, 3, 0]), np.array([4, 9, 4]), np.array([1, 0, 0]))
    with pytest.raises(Refused, match=r"1 row of 2 begin at or after their end"):
        by_hand(np.array([1, 2]), np.array([0, 5]), np.array([4, 5]), np.array([1, 0]))
    with pytest.raises(Refused, match=r"1 row of 2 have no time at which they end"):
        by_hand(np.array([1, 2]), np.array([0, 0]), np.array([4, np.nan]), np.array([1, 0]))
