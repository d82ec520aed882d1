"""Curves by hand, against lifelines where it is right, at their edges, and what they refuse."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from lifelines import KaplanMeierFitter, NelsonAalenFitter

from evaluation.methods.survival.at_risk import counts_at
from evaluation.methods.survival.curve_errors import aalen, clustered, greenwood, jackknife
from evaluation.methods.survival.curves import curve, influence
from evaluation.methods.survival.footing import footing, given
from evaluation.methods.survival.pseudo import pseudo_observations
from evaluation.methods.survival.quantiles import quantiles
from evaluation.methods.survival.restricted import Restricted, difference, ratio, restricted, time_free, time_lost
from evaluation.methods.survival.times import Times
from evaluation.methods.survival.transforms import interval
from evaluation.terms import Refused

SAME = 1e-12  # two ways to the same number
FLOAT = 1e-6  # lifelines keeps weights and curves through pandas
FOUR = Times(np.array([2, 3, 5, 9]), np.array([1, 0, 2, 0]))  # a return on day 2, a loss on day 3, a death on day 5, one free for 9 days


def drawn(n=200, seed=1, entry=False):
    rng = np.random.default_rng(seed)
    stop = rng.integers(1, 40, n)
    first = np.minimum(rng.integers(-1, 12, n), stop - 1) if entry else None
    return Times(stop, rng.integers(0, 2, n), first)


def test_four_people_by_hand():
    """One of four on day 2: 1/4. Then, of the three left, one lost on day 3; of the two left one dies on day 5: 3/4 x 1/2."""
    laid = curve(FOUR, causes=2)

    assert list(laid.at_risk) == [4, 3, 2, 1]
    assert laid.survival == pytest.approx([3 / 4, 3 / 4, 3 / 8, 3 / 8], abs=SAME)
    assert laid.incidence_at(9, 1) == pytest.approx(1 / 4, abs=SAME)
    assert laid.incidence_at(9, 2) == pytest.approx(3 / 8, abs=SAME)
    assert laid.hazard_at([4.9, 5.0], 2) == pytest.approx([0, 1 / 2], abs=SAME)
    assert list(laid.censored) == [0, 1, 0, 1]
    assert time_free(laid, 10) == pytest.approx(2 + 3 * 3 / 4 + 5 * 3 / 8, abs=SAME)
    assert time_lost(laid, 10, 1) == pytest.approx(8 * 1 / 4, abs=SAME)
    assert time_lost(laid, 10, 2) == pytest.approx(5 * 3 / 8, abs=SAME)


def test_by_a_time_is_with_what_happens_at_it():
    laid = curve(FOUR, causes=2)

    assert laid.survival_at([0, 1.999, 2, 100]) == pytest.approx([1, 1, 3 / 4, 3 / 8], abs=SAME)
    assert laid.incidence_at([1.999, 2], 1) == pytest.approx([0, 1 / 4], abs=SAME)


def test_an_event_on_the_day_of_the_start_counts():
    laid = curve(Times(np.array([0, 0, 4]), np.array([1, 0, 1])))

    assert laid.survival_at(0) == pytest.approx(2 / 3, abs=SAME)
    assert time_free(laid, 3) == pytest.approx(2, abs=SAME)


@pytest.mark.parametrize("entry", [False, True])
def test_survival_and_hazard_are_lifelines_own(entry):
    times = drawn(entry=entry)
    laid, at = curve(times), np.arange(1, 40)
    theirs = KaplanMeierFitter().fit(times.stop, times.cause, entry=times.entry)
    hazard = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(times.stop, times.cause, entry=times.entry)

    assert laid.survival_at(at) == pytest.approx(theirs.predict(at).to_numpy(), abs=SAME)
    assert laid.hazard_at(at) == pytest.approx(hazard.predict(at).to_numpy(), abs=SAME)


def test_weighted_survival_is_lifelines_own_and_its_interval_is_wider():
    """lifelines takes weights as counts of people, and says so in a warning: its interval is too narrow (its issue 510)."""
    plain, w = drawn(), np.random.default_rng(2).choice([0.2, 1.0, 4.0], 200)
    times = Times(plain.stop, plain.cause, None, w)
    laid = curve(times)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = KaplanMeierFitter().fit(times.stop, times.cause, weights=w)
    low, high = interval(laid.survival_at(20), clustered(laid, times, "survival", np.array([20.0]), np.arange(200)))
    their_low, their_high = theirs.confidence_interval_survival_function_.loc[20]

    assert laid.survival_at(20) == pytest.approx(theirs.predict(20), abs=FLOAT)
    assert (high - low)[0] > 1.2 * (their_high - their_low)


def test_days_as_numbers_with_a_point_are_days():
    times = drawn(entry=True)
    point = Times(times.stop.astype(float), times.cause.astype(float), times.entry + 0.25)

    assert (curve(point).survival == curve(times).survival).all()
    assert (curve(point).at_risk == curve(times).at_risk).all()


def test_after_the_last_has_had_the_event_nothing_moves():
    """Rounding leaves nobody: (0.1 + 0.2) + 0.3 is not 0.1 + (0.2 + 0.3), and survival is 0 all the same."""
    times = Times(np.array([3, 5, 5, 5]), np.array([1, 1, 2, 2]), None, np.array([7.0, 0.1, 0.2, 0.3]))
    laid = curve(times, causes=2)

    assert laid.survival[-1] == 0
    assert (influence(laid, times, "survival", 6) == 0).all()
    assert np.isfinite(influence(laid, times, "incidence", 6)).all()
    assert np.isfinite(np.concatenate([jackknife(laid, times, what) for what in ("survival", "incidence", "hazard")])).all()
    assert np.isfinite(aalen(curve(Times(times.stop, times.cause), 2))).all()
    assert greenwood(curve(Times(times.stop, times.cause), 2))[-1] == 0


def test_nobody_is_left_of_a_first_risk_set_of_one_whatever_those_weigh_who_enter_later():
    times = Times(np.array([2, 9, 9, 7]), np.array([1, 1, 0, 0]), np.array([-1, 3, 4, 4]), np.array([0.1, 0.7, 1e6, 0.3]))

    assert curve(times).survival_at(2) == 0
    assert footing(curve(times), 1).emptied == 2


def test_where_all_at_risk_have_the_event_at_once_no_error_is_made_of_rounding():
    times = Times(np.array([3, 9, 9, 9, 9]), np.array([1, 1, 0, 0, 0]), np.array([-1, 4, 4, 5, 6]))

    assert jackknife(curve(times), times, "hazard")[0] == 0


# ------------------------------------------------------------------------------------------------ several rows of one person
def test_people_are_counted_once_however_many_rows_they_have():
    """Ana: to day 4, away, back from 6 to a return on day 9. Bo: two stretches without a gap, lost on day 7. Cy: free for 12 days."""
    times = Times(np.array([4, 9, 3, 7, 12]), np.array([0, 1, 0, 0, 0]), np.array([-1, 6, -1, 3, -1]))
    found = counts_at(times, [3, 5, 7, 9, 12], labels=np.array([1, 1, 2, 2, 3]))

    assert list(found.at_risk) == [3, 2, 3, 2, 1]
    assert list(found.still) == [3, 2, 2, 1, 0]
    assert list(found.events[0]) == [0, 0, 0, 1, 1]
    assert list(found.censored) == [0, 0, 1, 1, 2]


def test_whoever_has_entered_is_there_or_had_an_event_or_is_lost():
    times = drawn(entry=True)
    at = np.arange(0, 41, 5)
    found = counts_at(times, at)

    assert list(found.still + found.events.sum(axis=0) + found.censored) == [int((times.entry <= t).sum()) for t in at]


def test_rows_that_hang_together_are_one():
    times = drawn()
    thrice = times.of(np.arange(200).repeat(3))
    found = clustered(curve(thrice), thrice, "survival", np.array([10.0, 20]), np.arange(200).repeat(3))

    assert found == pytest.approx(clustered(curve(times), times, "survival", np.array([10.0, 20]), np.arange(200)), abs=SAME)
    assert greenwood(curve(thrice))[9] == pytest.approx(greenwood(curve(times))[9] / 3**0.5, abs=SAME)


def test_pseudo_observations_of_people_are_those_of_their_stretches_together():
    times = drawn()
    halves = Times(
        np.concatenate([np.minimum(times.stop, 6), times.stop[times.stop > 6]]),
        np.concatenate([np.where(times.stop > 6, 0, times.cause), times.cause[times.stop > 6]]),
        np.concatenate([np.full(200, -1), np.full((times.stop > 6).sum(), 6)]),
    )
    whose = np.concatenate([np.arange(200), np.flatnonzero(times.stop > 6)])
    found = pseudo_observations(curve(halves), halves, "time_free", 30, labels=whose)

    assert found == pytest.approx(pseudo_observations(curve(times), times, "time_free", 30), abs=1e-9)


# ------------------------------------------------------------------------------------------------ intervals and times at their edges
def test_nobody_among_so_many_is_clopper_and_pearsons():
    """None of 30: up to 1 - 0.025^(1/30) = 0.1157, the rule of three nearly; all of 30: from 0.8843."""
    low, high = interval(np.array([0.0, 1.0, 0.5]), np.array([0.0, 0.0, 0.1]), worth=30)

    assert (low[0], high[0]) == pytest.approx((0, 0.11570), abs=5e-6)
    assert (low[1], high[1]) == pytest.approx((0.88430, 1), abs=5e-6)
    assert 0 < low[2] < 0.5 < high[2] < 1


@pytest.mark.parametrize("by", ["plain", "log", "log-log", "logit", "arcsin"])
def test_no_interval_leaves_0_to_1_and_none_is_made_up_where_nothing_varies(by):
    shares = np.linspace(0, 1, 41)
    low, high = interval(shares, np.full(41, 0.3), by)

    assert (low[1:-1] >= 0).all() and (high[1:-1] <= 1).all() and (low[1:-1] < shares[1:-1]).all()
    assert np.isnan([low[0], high[0], low[-1], high[-1]]).all()


def test_a_share_that_is_never_reached_takes_for_ever():
    laid = curve(FOUR, causes=2)
    found = quantiles(laid, [0.2, 0.3], jackknife(laid, FOUR, "incidence"), cause=1)

    assert list(found.time) == [2, np.inf]
    assert found.high[1] == np.inf


def test_where_the_curve_stands_at_the_share_the_time_is_the_middle_of_it():
    laid = curve(FOUR, causes=2)

    assert quantiles(laid, 0.25, greenwood(laid)).time[0] == pytest.approx((2 + 5) / 2)


def test_the_limits_of_a_median_are_where_the_curves_limits_are_one_half():
    laid = curve(drawn(400))
    found = quantiles(laid, 0.5, greenwood(laid), by="log-log")
    low, high = interval(laid.survival, greenwood(laid), "log-log")

    assert laid.survival_at(found.time[0]) <= 0.5 < laid.survival_at(found.time[0] - 1)
    assert found.low[0] == laid.time[np.argmax(low <= 0.5)] < found.time[0] < found.high[0] == laid.time[np.argmax(high <= 0.5)]


def test_once_all_have_had_the_event_a_limit_is_reached_and_the_other_never():
    laid = curve(Times(np.array([1, 2, 3]), np.ones(3, dtype=int)))
    found = quantiles(laid, 0.99, greenwood(laid))

    assert (found.time[0], found.low[0], found.high[0]) == (3, 3, np.inf)


# ------------------------------------------------------------------------------------------------ what is refused
def weighed(times, weights):
    return Times(times.stop, times.cause, times.entry, weights)


HALF = weighed(FOUR, np.full(4, 0.5))
YES = Times(np.array([2, 3]), np.array([1, 0]))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: curve(FOUR), "1 row of 4 end in a cause other than the 1 declared"),
        (lambda: curve(FOUR, causes=2).risk_at(5), "2 causes that rule each other out"),
        (lambda: curve(FOUR, causes=2).incidence_at(5, 3), "cause 3 was asked of a curve whose causes are numbered 1 to 2"),
        (lambda: influence(curve(FOUR, causes=2), FOUR, "incidence", 5, 0), "cause 0"),
        (lambda: curve(Times(np.array([2, -1]), np.array([1, 0]))), "before time 0"),
        (lambda: curve(Times(np.array([2, 3]), np.array([1, 0]), np.array([2, 0]))), "begin at or after their end"),
        (lambda: curve(Times(np.empty(0), np.empty(0, dtype=int))), "there is no row"),
        (lambda: greenwood(curve(HALF, 2)), "the weights are not whole"),
        (lambda: aalen(curve(HALF, 2)), "the weights are not whole"),
        (lambda: pseudo_observations(curve(HALF, 2), HALF, "survival", 5), "the rows are weighted"),
        (lambda: clustered(curve(YES), YES, "survival", np.array([2.0]), np.zeros(2, dtype=int)), "of one cluster"),
        (lambda: restricted(curve(FOUR, 2), FOUR, 10), "10 lies beyond 9"),
        (lambda: restricted(curve(FOUR, 2), FOUR, 11, step=1), "11 lies beyond 9"),
        (lambda: restricted(curve(FOUR, 2), FOUR, 9, "time_lost", greenwood=True), "of time lost"),
        (lambda: restricted(curve(YES), YES, 3, labels=np.zeros(2, dtype=int)), "of one cluster"),
        (lambda: difference(Restricted(1, 1, 9, ""), Restricted(1, 1, 8, "")), "9 in one arm and 8 in the other"),
        (lambda: ratio(Restricted(0, 0, 9, ""), Restricted(1, 1, 9, "")), "a mean time is 0"),
        (lambda: footing(curve(Times(np.array([2, 3]), np.zeros(2, dtype=int))), 5), "nothing happened"),
        (lambda: given(FOUR, 9), "none of 4 rows goes on beyond the landmark"),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_reason(asked, said):
    with pytest.raises(Refused) as refused:
        asked()

    assert said in str(refused.value)


def test_a_horizon_of_whole_days_may_end_a_day_after_the_last_one_seen():
    """Days 0 to 9 were seen whole: the horizon is 10 days."""
    assert restricted(curve(FOUR, 2), FOUR, 10, step=1).mean == pytest.approx(2 + 9 / 4 + 15 / 8, abs=SAME)


def test_once_all_have_had_the_event_any_horizon_is_known():
    times = Times(np.array([1, 2, 3]), np.ones(3, dtype=int))

    assert restricted(curve(times), times, 100).mean == pytest.approx(2, abs=SAME)
