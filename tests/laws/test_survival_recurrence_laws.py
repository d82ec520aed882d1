"""What holds for numbers of marks, rates of marks and subdistribution hazards, whatever the records are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.methods.survival import cox, fine_gray, ghosh_lin, mean_number, recurrence
from evaluation.methods.survival.stretches import Stretches, by_hand
from evaluation.methods.survival.times import Times

SAME = 1e-9  # sums in another order, and Newton's method from other units
SEEDS = st.integers(0, 2**32 - 1)
STEP = 1e-5  # of a weight: derivatives by differences


@dataclass(frozen=True)
class People:
    """People with marks that come again, deaths and losses on whole days, so that times tie; rows are stretches."""

    row: np.ndarray
    entry: np.ndarray
    stop: np.ndarray
    marks: np.ndarray
    weights: np.ndarray
    ends: Times
    x: np.ndarray

    @property
    def laid(self) -> Stretches:
        return by_hand(self.row, self.entry, self.stop, self.marks)

    def mean(self, laid: Stretches | None = None) -> ghosh_lin.MeanNumber:
        return ghosh_lin.mean_number(laid or self.laid, self.weights, self.ends)

    def parts(self, at, laid: Stretches | None = None) -> np.ndarray:
        own = laid or self.laid
        return ghosh_lin.influence(self.mean(own), own, self.weights, at, self.ends)


def people(seed: int, n: int = 40, late: bool = True) -> People:
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 6, n) * late - 1
    end = start + rng.integers(2, 30, n)
    row, entry, stop, marks = [], [], [], []
    for i in range(n):
        days = np.unique(rng.integers(start[i] + 1, end[i] + 1, rng.poisson(2 + i % 3)))
        cuts = [start[i], *days[days < end[i]].tolist(), end[i]]
        row += [i] * (len(cuts) - 1)
        entry, stop = entry + cuts[:-1], stop + cuts[1:]
        marks += [*rng.integers(1, 3, len(cuts) - 2).tolist(), int(end[i] in days)]
    died = (rng.random(n) < 0.4).astype(int)
    x = np.column_stack([np.arange(n) % 2, rng.normal(size=n)])
    return People(*map(np.array, (row, entry, stop, marks)), rng.uniform(0.5, 2, n), Times(end, died, start), x)


def competing(seed: int, n: int = 60) -> tuple[np.ndarray, Times]:
    rng = np.random.default_rng(seed)
    cause = np.where(np.arange(n) < 6, np.arange(n) % 3, rng.integers(0, 3, n))
    return rng.normal(size=(n, 2)), Times(rng.integers(1, 25, n), cause, None, rng.uniform(0.5, 2, n))


# ------------------------------------------------------------------------------------------------ mean numbers
@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_order_of_rows_changes_no_mean_number(seed: int) -> None:
    one = people(seed)
    order = np.random.default_rng(seed).permutation(len(one.row))
    other = replace(one, row=one.row[order], entry=one.entry[order], stop=one.stop[order], marks=one.marks[order])

    np.testing.assert_array_equal(one.mean().mean, other.mean().mean)
    np.testing.assert_array_equal(one.parts([9, 25]), other.parts([9, 25]))


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, unit=st.sampled_from([1 / 30.4375, 7.0, 86_400.0]))
def test_the_unit_of_time_changes_no_mean_number(seed: int, unit: float) -> None:
    one = people(seed)
    ends = Times(one.ends.stop * unit, one.ends.cause, one.ends.entry * unit)
    other = replace(one, entry=one.entry * unit, stop=one.stop * unit, ends=ends)

    np.testing.assert_allclose(other.mean().at([12 * unit]), one.mean().at([12]), rtol=SAME)
    np.testing.assert_allclose(other.parts([12 * unit]), one.parts([12]), atol=SAME)
    days, units = (recurrence.fit(one.x, laid, names=("a", "b"), correction="none") for laid in (one.laid, other.laid))
    np.testing.assert_allclose(units.coef, days.coef, rtol=1e-7, atol=SAME)
    np.testing.assert_allclose(units.variance(), days.variance(), rtol=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_a_stretch_cut_in_two_changes_no_mean_number_and_no_rate_ratio(seed: int) -> None:
    one = people(seed)
    wide = np.flatnonzero(one.stop - one.entry > 1)
    middle = one.entry[wide] + 1
    entry = np.concatenate([one.entry, middle])
    stop, marks = np.concatenate([one.stop, one.stop[wide]]), np.concatenate([one.marks, one.marks[wide]])
    stop[wide], marks[wide] = middle, 0
    cut = by_hand(np.concatenate([one.row, one.row[wide]]), entry, stop, marks)

    np.testing.assert_allclose(one.mean(cut).mean, one.mean().mean, rtol=SAME)
    np.testing.assert_allclose(one.parts([9, 25], cut), one.parts([9, 25]), atol=SAME)
    for correction in ("none", "CR1", "CR3"):
        whole, pieces = (recurrence.fit(one.x, laid, names=("a", "b"), correction=correction) for laid in (one.laid, cut))
        np.testing.assert_allclose(pieces.coef, whole.coef, rtol=1e-7, atol=SAME)
        np.testing.assert_allclose(pieces.variance(), whole.variance(), rtol=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_somebody_twice_is_somebody_who_weighs_two(seed: int) -> None:
    one = people(seed)
    again = np.concatenate([np.arange(40), [3, 17]])
    heavy = one.weights.copy()
    heavy[[3, 17]] *= 2
    twice = ghosh_lin.mean_number(one.laid.of(again), one.weights[again], one.ends.of(again))

    np.testing.assert_allclose(twice.mean, ghosh_lin.mean_number(one.laid, heavy, one.ends).mean, rtol=SAME)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_what_a_row_adds_is_the_derivative_by_its_weight_and_adds_to_nothing(seed: int) -> None:
    one, at = people(seed), [5, 14, 40]
    parts = one.parts(at)

    np.testing.assert_allclose(parts.sum(axis=0), 0, atol=SAME)
    for i in range(0, 40, 9):
        moved = []
        for sign in (1, -1):
            w = one.weights.copy()
            w[i] *= 1 + sign * STEP
            moved.append(ghosh_lin.mean_number(one.laid, w, one.ends).at(at))
        np.testing.assert_allclose((moved[0] - moved[1]) / (2 * STEP), parts[i], atol=1e-7)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_without_deaths_it_is_the_mean_cumulative_function(seed: int) -> None:
    one = people(seed)
    nobody = Times(one.ends.stop, np.zeros(40, dtype=int), one.ends.entry)
    found, plain = (ghosh_lin.mean_number(one.laid, one.weights, ends) for ends in (nobody, None))

    np.testing.assert_array_equal(found.mean, plain.mean)
    np.testing.assert_allclose(plain.mean, np.cumsum(plain.marks / plain.at_risk), rtol=SAME)
    np.testing.assert_allclose(
        ghosh_lin.influence(found, one.laid, one.weights, [14], nobody), ghosh_lin.influence(plain, one.laid, one.weights, [14]), atol=SAME
    )


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_where_nobody_is_lost_it_is_the_plain_mean_of_counts(seed: int) -> None:
    one = people(seed, late=False)
    last = int(one.ends.stop.max())
    alive = np.flatnonzero(one.ends.cause == 0)  # watched to the last day of all
    row, entry = np.concatenate([one.row, alive]), np.concatenate([one.entry, one.ends.stop[alive]])
    stop, marks = np.concatenate([one.stop, np.full(len(alive), last)]), np.concatenate([one.marks, np.zeros(len(alive), dtype=int)])
    kept = stop > entry
    laid = by_hand(row[kept], entry[kept], stop[kept], marks[kept])
    ends = Times(np.where(one.ends.cause == 1, one.ends.stop, last), one.ends.cause, one.ends.entry)
    count = np.bincount(one.row, weights=one.marks)
    found = ghosh_lin.mean_number(laid, one.weights, ends)
    mean = np.average(count, weights=one.weights)

    np.testing.assert_allclose(found.at([last])[0], mean, rtol=SAME)
    parts = ghosh_lin.influence(found, laid, one.weights, [last], ends)[:, 0]
    np.testing.assert_allclose(parts, one.weights * (count - mean) / one.weights.sum(), atol=SAME)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_whoever_enters_at_the_time_of_a_mark_is_not_at_risk_of_it(seed: int) -> None:
    one = people(seed)
    mark = one.stop[one.marks > 0][0]
    late = by_hand(np.append(one.row, 40), np.append(one.entry, mark), np.append(one.stop, mark + 1), np.append(one.marks, 0))
    w = np.append(one.weights, 5.0)

    without, joined = ghosh_lin.mean_number(one.laid, one.weights), ghosh_lin.mean_number(late, w)
    place = np.searchsorted(without.time, mark)

    assert joined.at_risk[place] == pytest.approx(without.at_risk[place], rel=SAME)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_the_test_of_two_curves_does_not_mind_who_is_called_served(seed: int) -> None:
    one = people(seed)
    served = one.x[:, 0] == 1
    here, there = (mean_number.same_number(one.laid, arm, one.weights) for arm in (served, ~served))

    assert here.statistic == pytest.approx(there.statistic, rel=1e-7)
    assert here.more == pytest.approx(-there.more, rel=1e-7, abs=SAME)


# ------------------------------------------------------------------------------------------------ subdistribution hazards
@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, ties=st.sampled_from(["efron", "breslow"]))
def test_where_nothing_competes_fine_and_gray_s_regression_is_cox_s(seed: int, ties: fine_gray.Ties) -> None:
    X, times = competing(seed)
    alone = Times(times.stop, np.minimum(times.cause, 1), None, times.weights)
    found, plain = fine_gray.fit(X, alone, names=("a", "b"), ties=ties), cox.fit(X, alone, names=("a", "b"), ties=ties)

    np.testing.assert_allclose(found.coef, plain.coef, rtol=1e-7, atol=SAME)
    np.testing.assert_allclose(found.naive, plain.naive, rtol=1e-7, atol=SAME)
    np.testing.assert_allclose(found.influence, plain.influence, rtol=1e-7, atol=SAME)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_where_nobody_is_lost_whoever_had_another_end_is_at_risk_for_ever(seed: int) -> None:
    X, times = competing(seed)
    seen = Times(times.stop, np.maximum(times.cause, 1), None, times.weights)
    for_ever = Times(np.where(seen.cause == 2, 1_000, seen.stop), np.where(seen.cause == 1, 1, 0), None, times.weights)

    found, plain = fine_gray.fit(X, seen, names=("a", "b")), cox.fit(X, for_ever, names=("a", "b"))

    np.testing.assert_allclose(found.coef, plain.coef, rtol=1e-7, atol=SAME)
    np.testing.assert_allclose(found.influence, plain.influence, rtol=1e-7, atol=SAME)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, unit=st.sampled_from([1 / 30.4375, 86_400.0]))
def test_neither_order_nor_units_change_a_subdistribution_hazard(seed: int, unit: float) -> None:
    X, times = competing(seed)
    order = np.random.default_rng(seed).permutation(len(X))
    other = Times(times.stop[order] * unit, times.cause[order], None, times.weights[order] * 3)
    found, moved = fine_gray.fit(X, times, names=("a", "b")), fine_gray.fit(10 * X[order] + 1, other, names=("a", "b"))

    np.testing.assert_allclose(10 * moved.coef, found.coef, rtol=1e-7, atol=SAME)
    np.testing.assert_allclose(10 * moved.influence, found.influence[order], rtol=1e-6, atol=1e-8)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_a_row_twice_weighs_two_in_a_subdistribution_hazard(seed: int) -> None:
    X, times = competing(seed)
    again = np.concatenate([np.arange(60), [8, 30, 31]])
    heavy = times.weights.copy()
    heavy[[8, 30, 31]] *= 2

    twice = fine_gray.fit(X[again], times.of(again), names=("a", "b"), ties="breslow")
    once = fine_gray.fit(X, Times(times.stop, times.cause, None, heavy), names=("a", "b"), ties="breslow")

    np.testing.assert_allclose(twice.coef, once.coef, rtol=1e-7, atol=SAME)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, groups=st.booleans())
def test_what_a_row_adds_to_a_subdistribution_hazard_is_the_derivative(seed: int, groups: bool) -> None:
    X, times = competing(seed)
    label = np.arange(60) % 2 if groups else None
    parts = fine_gray.fit(X, times, names=("a", "b"), groups=label).influence

    np.testing.assert_allclose(parts.sum(axis=0), 0, atol=1e-8)
    for i in range(12):
        moved = []
        for sign in (1, -1):
            w = times.weights.copy()
            w[i] *= 1 + sign * 1e-4
            moved.append(fine_gray.fit(X, Times(times.stop, times.cause, None, w), names=("a", "b"), groups=label).coef)
        np.testing.assert_allclose((moved[0] - moved[1]) / 2e-4, parts[i], atol=2e-6)
