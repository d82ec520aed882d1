"""Two traps, with the truth known: an end that rules the event out taken as a loss, and people seen from late on taken as seen from the start.

Each has the naive answer beside the right one, and what stands in the naive one's way.
"""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.methods.survival.curve_errors import clustered
from evaluation.methods.survival.curves import curve
from evaluation.methods.survival.footing import footing, given
from evaluation.methods.survival.times import Times
from evaluation.terms import Refused

SEVERAL = 4  # standard errors; a right number is farther off once in 16,000 times
YEAR = 365


# ------------------------------------------------------------------------------------------------ an end that rules the event out
RETURN, DEATH, LOSS = 0.4, 0.715, 0.2  # a year


@pytest.fixture(scope="module")
def competing():
    """20,000 people who return, die or are lost at steady rates; years to the first of the three."""
    rng = np.random.default_rng(41)
    each = np.array([rng.exponential(1 / rate, 20_000) for rate in (LOSS, RETURN, DEATH)])
    return Times(each.min(axis=0), each.argmin(axis=0))


def true_share(years):
    """With a return by then, death ruling it out: F = a / (a + b) (1 - exp(-(a + b) t))."""
    return RETURN / (RETURN + DEATH) * (1 - np.exp(-(RETURN + DEATH) * years))


def test_deaths_taken_as_losses_tell_of_a_world_where_nobody_dies(competing):
    """True by two years: .320. With deaths as a cause: .320. With deaths as losses: .551, which is 1 - exp(-0.8)."""
    right = curve(competing, causes=2)
    error = clustered(right, competing, "incidence", np.array([2.0]), np.arange(len(competing)))[0]
    naive = curve(Times(competing.stop, np.where(competing.cause == 1, 1, 0)))

    assert true_share(2) == pytest.approx(0.320, abs=5e-4)
    assert abs(right.incidence_at(2) - true_share(2)) < SEVERAL * error
    assert naive.risk_at(2) == pytest.approx(1 - np.exp(-2 * RETURN), abs=SEVERAL * 2 * error)
    assert naive.risk_at(2) > true_share(2) + 50 * error


def test_one_less_survival_is_refused_where_there_are_two_ways_out(competing):
    with pytest.raises(Refused, match="the share with an event of any cause"):
        curve(competing, causes=2).risk_at(2)


def test_a_second_cause_is_not_passed_over_in_silence(competing):
    with pytest.raises(Refused, match="were they taken as censored, the share with it would be told too large"):
        curve(competing)


def test_without_another_way_out_one_less_survival_is_the_share(competing):
    only = curve(Times(competing.stop, np.where(competing.cause == 1, 1, 0)))

    assert only.risk_at(2) == pytest.approx(only.incidence_at(2), abs=1e-12)


# ------------------------------------------------------------------------------------------------ people seen from late on
SHAPE, SCALE = 0.696, 399.5  # of a stay in custody, in days: many short ones and some very long


def true_stay(days):
    """The share of stays that last beyond so many days (Weibull)."""
    return np.exp(-((days / SCALE) ** SHAPE))


@pytest.fixture(scope="module")
def snapshot():
    """Who is in custody on the day of a snapshot, of 12 bookings a day for ten years, each followed for 400 days from then on.

    In the last week nobody was booked but one person, on the very day, who leaves on the next.  `entry` is the days already inside.
    """
    rng = np.random.default_rng(17)
    spent = np.repeat(np.arange(7, 3650), 12)
    stay = np.ceil(SCALE * rng.weibull(SHAPE, len(spent))).astype(int)
    inside = stay > spent
    spent, stay = np.append(spent[inside], 0), np.append(stay[inside], 1)
    return Times(np.minimum(stay, spent + 400), (stay <= spent + 400).astype(int), spent)


def test_a_snapshot_read_as_if_from_the_start_holds_far_too_many_long_stays(snapshot):
    """True: .391 stay a year. Of a snapshot's people far more do: long stays are there to be found on any day."""
    naive = curve(Times(snapshot.stop, snapshot.cause)).survival_at(YEAR)

    assert true_stay(YEAR) == pytest.approx(0.391, abs=5e-4)
    assert naive > true_stay(YEAR) + 0.25


def test_with_entry_the_curve_falls_to_nothing_when_its_first_risk_set_empties_and_says_so(snapshot):
    laid = curve(snapshot)
    found = footing(laid, least=50)

    assert laid.survival_at(YEAR) == 0
    assert (found.emptied, found.fewest, found.holds) == (1, 1, False)
    assert found.solid_from is not None and 1 <= found.solid_from < 30


def test_from_a_landmark_on_the_curve_is_the_true_one(snapshot):
    """Of those there at 30 days, .461 stay a year."""
    later, rows = given(snapshot, 30)
    laid = curve(later)
    error = clustered(laid, later, "survival", np.array([YEAR]), rows)[0]
    truth = true_stay(YEAR) / true_stay(30)

    assert truth == pytest.approx(0.461, abs=1e-3)
    assert abs(laid.survival_at(YEAR) - truth) < SEVERAL * error
    assert error < 0.02
    assert footing(laid, least=50).emptied is None
    assert (snapshot.stop[rows] == later.stop).all()


def test_a_curve_says_from_when_on_it_rests_on_few(snapshot):
    laid = curve(given(snapshot, 30)[0])
    found = footing(laid, least=50)
    at = np.flatnonzero(laid.events[0] > 0)
    thin = laid.time[at][laid.rows[at] < 50]

    assert found.thin_from == thin[thin > 1000].min()
    assert found.solid_from is None or found.solid_from < 40


def test_who_had_not_entered_cannot_be_told_from_who_was_there_unless_the_entry_is_given(snapshot):
    """Nothing in stops and causes gives a snapshot away: what is refused is an entry that is none."""
    with pytest.raises(Refused, match="begin at or after their end"):
        curve(Times(snapshot.stop, snapshot.cause, snapshot.stop))
