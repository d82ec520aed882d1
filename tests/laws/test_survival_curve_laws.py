"""What holds for every curve, whatever the rows are: with ties, weights, delayed entry, three causes and people of several rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.methods.survival.by_cluster import sums
from evaluation.methods.survival.curve_errors import aalen, clustered, greenwood, jackknife, nelson_aalen
from evaluation.methods.survival.curves import by_stratum, curve, influence
from evaluation.methods.survival.grid import laid_out
from evaluation.methods.survival.logrank import logrank
from evaluation.methods.survival.pseudo import pseudo_observations, value
from evaluation.methods.survival.restricted import time_free, time_lost
from evaluation.methods.survival.times import Times

SAME = 1e-12  # sums taken in another order
AREA = 1e-10  # the same, of areas of some hundred
STEP = 1e-5  # of a weight, for a slope by a small step
SLOPE = 1e-7  # what is left of such a slope's own error, of areas up to 40
CAUSES = 3
AT = np.array([0.0, 2, 7, 11.5, 20, 28, 40])
WHAT = ("survival", "incidence", "hazard", "time_free", "time_lost")
SHAPES = [(ties, weights, entry) for ties in (True, False) for weights in (False, True) for entry in (False, True)]
shapes = pytest.mark.parametrize(("ties", "weights", "entry"), SHAPES)


def drawn(ties=True, weights=False, entry=False, *, n=80, seed=3):
    rng = np.random.default_rng(seed)
    stop = rng.integers(1, 31, n) if ties else 30 * rng.random(n) + 0.5
    first = np.minimum(rng.integers(-1, 15, n), np.ceil(stop) - 1.0) if entry else None
    return Times(stop, rng.integers(0, CAUSES + 1, n), first, rng.choice([0.25, 0.7, 1.0, 3.1], n) if weights else None)


def numbers(times, cause=1):
    """All that a curve tells, at AT and of areas up to them."""
    laid = curve(times, CAUSES)
    return np.concatenate([value(laid, what, AT, cause) for what in WHAT])


def slow(times, t, cause):
    """Survival and incidence by t, time after time, from the definition."""
    S, F, w = 1.0, 0.0, times.w
    entry = np.full(len(times), -np.inf) if times.entry is None else times.entry
    for now in sorted(set(times.stop[times.stop <= t])):
        there = (entry < now) & (times.stop >= now)
        Y = w[there].sum()
        F += S * w[there & (times.stop == now) & (times.cause == cause)].sum() / Y
        S *= 1 - w[there & (times.stop == now) & (times.cause > 0)].sum() / Y
    return S, F


@shapes
def test_survival_and_the_incidences_of_all_causes_add_to_one(ties, weights, entry):
    laid = curve(drawn(ties, weights, entry), CAUSES)

    assert np.abs(laid.survival + laid.incidence.sum(axis=0) - 1).max() < SAME
    assert (np.diff(laid.survival) <= 0).all() and (np.diff(laid.incidence) >= 0).all()
    assert time_free(laid, 40) + sum(time_lost(laid, 40, cause) for cause in (1, 2, 3)) == pytest.approx(40, abs=AREA)


@shapes
def test_curves_are_those_of_the_definition(ties, weights, entry):
    times = drawn(ties, weights, entry)
    laid = curve(times, CAUSES)

    for cause in (1, 2, 3):
        theirs = np.array([slow(times, t, cause) for t in AT])
        assert laid.survival_at(AT) == pytest.approx(theirs[:, 0], abs=SAME)
        assert laid.incidence_at(AT, cause) == pytest.approx(theirs[:, 1], abs=SAME)


@shapes
def test_the_order_of_rows_changes_nothing(ties, weights, entry):
    times = drawn(ties, weights, entry)
    order = np.random.default_rng(1).permutation(len(times))

    assert numbers(times.of(order)) == pytest.approx(numbers(times), abs=AREA)
    for what in WHAT:
        found = influence(curve(times.of(order), CAUSES), times.of(order), what, AT)
        assert found == pytest.approx(influence(curve(times, CAUSES), times, what, AT)[order], abs=AREA)


def test_without_weights_the_order_of_rows_changes_no_byte():
    times = drawn(entry=True)
    order = np.random.default_rng(1).permutation(len(times))

    assert (numbers(times.of(order)) == numbers(times)).all()


@shapes
@pytest.mark.parametrize("unit", [1 / 30.4375, 7, 24])
def test_another_unit_of_time_scales_areas_and_nothing_else(ties, weights, entry, unit):
    times = drawn(ties, weights, entry)
    other = replace(times, stop=times.stop * unit, entry=None if times.entry is None else times.entry * unit)
    laid, scaled = curve(times, CAUSES), curve(other, CAUSES)

    assert scaled.survival == pytest.approx(laid.survival, abs=SAME)
    assert scaled.incidence == pytest.approx(laid.incidence, abs=SAME)
    assert time_free(scaled, 40 * unit) / unit == pytest.approx(time_free(laid, 40), abs=AREA)
    assert influence(scaled, other, "time_lost", 20 * unit) / unit == pytest.approx(influence(laid, times, "time_lost", 20), abs=AREA)


@pytest.mark.parametrize("entry", [False, True])
def test_whole_times_are_laid_out_as_any_others(entry):
    """Whole times are counted and others sorted: a thousandth between times of one row and another is none of the unit's business."""
    times = drawn(entry=entry)
    odd = replace(times, stop=times.stop + 0.25, entry=None if times.entry is None else times.entry + 0.25)
    whole, sorted_out = laid_out(times), laid_out(odd)

    assert (whole.time + 0.25 == sorted_out.time).all() and (whole.place == sorted_out.place).all()
    assert (whole.at_risk() == sorted_out.at_risk()).all() and (whole.staying() == sorted_out.staying()).all()


@shapes
def test_splitting_a_stretch_in_two_changes_no_number_and_no_persons_part(ties, weights, entry):
    times = drawn(ties, weights, entry)
    begin = np.full(len(times), -1.0) if times.entry is None else times.entry
    whose = np.arange(len(times))
    middle = np.where(ties, np.floor((begin + times.stop) / 2), (begin + times.stop) / 2)
    cut = (middle > begin) & (middle < times.stop) & (middle >= 0)
    w = times.w
    split = Times(
        np.concatenate([np.where(cut, middle, times.stop), times.stop[cut]]),
        np.concatenate([np.where(cut, 0, times.cause), times.cause[cut]]),
        np.concatenate([begin, middle[cut]]),
        np.concatenate([w, w[cut]]),
    )
    labels = np.concatenate([whose, whose[cut]])

    assert cut.sum() > 40
    assert numbers(split) == pytest.approx(numbers(times), abs=AREA)
    for what in WHAT:
        by_person = sums(influence(curve(split, CAUSES), split, what, AT, 2), labels)
        assert by_person == pytest.approx(influence(curve(times, CAUSES), times, what, AT, 2), abs=AREA)
        assert clustered(curve(split, CAUSES), split, what, AT, labels, 2) == pytest.approx(
            clustered(curve(times, CAUSES), times, what, AT, whose, 2), abs=AREA
        )


@pytest.mark.parametrize("entry", [False, True])
@pytest.mark.parametrize("ties", [False, True])
def test_a_row_that_stands_twice_is_one_of_twice_the_weight(ties, entry):
    once = drawn(ties, False, entry)
    twice = once.of(np.arange(len(once)).repeat(np.where(np.arange(len(once)) % 3 == 0, 2, 1)))
    weighed = replace(once, weights=np.where(np.arange(len(once)) % 3 == 0, 2.0, 1.0))
    laid, heavy = curve(twice, CAUSES), curve(weighed, CAUSES)
    g = np.arange(len(once)) % 2

    assert numbers(weighed) == pytest.approx(numbers(twice), abs=AREA)
    assert greenwood(heavy) == pytest.approx(greenwood(laid), abs=SAME)
    assert nelson_aalen(heavy, 2) == pytest.approx(nelson_aalen(laid, 2), abs=SAME)
    assert aalen(heavy, 2) == pytest.approx(aalen(laid, 2), abs=SAME)
    ours = logrank(weighed, g, q=1.0)
    theirs = logrank(twice, g.repeat(np.where(np.arange(len(once)) % 3 == 0, 2, 1)), q=1.0)
    assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-9)


def test_who_enters_at_the_time_of_an_event_is_not_at_risk_of_it():
    times = Times(np.array([3, 5, 9]), np.array([1, 0, 1]), np.array([-1, -1, 3]))

    assert list(curve(times).at_risk) == [2, 2, 1]
    assert curve(times).survival_at(3) == pytest.approx(1 / 2, abs=SAME)


def test_who_is_censored_at_the_time_of_an_event_was_at_risk_of_it():
    assert curve(Times(np.array([3, 3, 5]), np.array([1, 0, 1]))).survival_at(3) == pytest.approx(2 / 3, abs=SAME)


@shapes
@pytest.mark.parametrize("what", WHAT)
def test_what_rows_add_to_an_error_adds_to_nothing(ties, weights, entry, what):
    times = drawn(ties, weights, entry)

    assert np.abs(influence(curve(times, CAUSES), times, what, AT, 2).sum(axis=0)).max() < AREA


@shapes
@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("cause", [1, 3])
def test_what_a_row_adds_is_the_derivative_by_its_weight(ties, weights, entry, what, cause):
    times = drawn(ties, weights, entry, n=40)
    slopes = np.empty((len(times), len(AT)))
    for i in range(len(times)):
        moved = []
        for step in (STEP, -STEP):
            w = times.w.copy()
            w[i] += step
            moved.append(value(curve(replace(times, weights=w), CAUSES), what, AT, cause))
        slopes[i] = times.w[i] * (moved[0] - moved[1]) / (2 * STEP)

    assert influence(curve(times, CAUSES), times, what, AT, cause) == pytest.approx(slopes, abs=SLOPE)


@shapes
@pytest.mark.parametrize("what", ["survival", "incidence", "hazard"])
def test_the_error_at_every_time_is_that_of_what_rows_add(ties, weights, entry, what):
    times = drawn(ties, weights, entry)
    laid = curve(times, CAUSES)
    parts = influence(laid, times, what, laid.time, 2)

    assert jackknife(laid, times, what, 2) == pytest.approx(np.sqrt((parts**2).sum(axis=0)), abs=1e-9)  # roots near 0 double rounding
    assert clustered(laid, times, what, laid.time, np.arange(len(times)), 2) == pytest.approx(np.sqrt((parts**2).sum(axis=0)), abs=SAME)


@pytest.mark.parametrize("ties", [True, False])
def test_without_weights_and_delayed_entry_the_jackknife_of_survival_is_greenwoods(ties):
    times = drawn(ties)

    assert jackknife(curve(times, CAUSES), times, "survival") == pytest.approx(greenwood(curve(times, CAUSES)), abs=1e-9)


@pytest.mark.parametrize("what", WHAT)
def test_the_mean_of_pseudo_observations_is_the_curve(what):
    times = drawn()
    laid = curve(times, CAUSES)

    assert pseudo_observations(laid, times, what, AT, 2).mean(axis=0) == pytest.approx(value(laid, what, AT, 2), abs=AREA)


def test_pseudo_observations_without_censoring_are_what_became_of_each():
    times = replace(drawn(), cause=np.random.default_rng(2).integers(1, CAUSES + 1, 80))
    had = (times.stop[:, None] <= AT) & (times.cause[:, None] == 2)

    assert pseudo_observations(curve(times, CAUSES), times, "incidence", AT, 2) == pytest.approx(had.astype(float), abs=AREA)


@shapes
def test_the_curve_of_a_stratum_is_that_of_its_rows_alone(ties, weights, entry):
    times = drawn(ties, weights, entry)
    strata = np.random.default_rng(4).integers(5, 8, len(times))
    found = list(by_stratum(times, strata, CAUSES))

    assert [label for label, _, _ in found] == [5, 6, 7]
    for label, rows, laid in found:
        assert (np.sort(rows) == np.flatnonzero(strata == label)).all()
        assert (laid.incidence == curve(times.of(rows), CAUSES).incidence).all()
        assert laid.survival_at(AT) == pytest.approx(curve(times.of(strata == label), CAUSES).survival_at(AT), abs=SAME)
