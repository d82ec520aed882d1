"""The conditions of answers about events in time: who was followed for how long, who stands for whom, and what a ratio of hazards rests on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from evaluation.diagnostics import (
    as_if_left,
    censoring_by_arm,
    e_value_of_hazards,
    events_per_parameter,
    extreme_weights,
    follow_up_complete,
    kept_to_strategies,
    move_away_bounds,
    proportional_hazards,
    smallest_risk_set,
)
from evaluation.diagnostics.evalues import e_values, of_hazards
from evaluation.diagnostics.follow_up import log_rank
from evaluation.diagnostics.wording import sizes
from evaluation.outcomes import OUTCOMES
from evaluation.terms import better_of, unit_of

ARREST = OUTCOMES["recidivism/arrest"]


def arms(n: int, m: int) -> np.ndarray:
    return np.repeat([True, False], [n, m])


def followed(lost: dict[bool, tuple[int, int]], n: int = 100):
    """Two arms of n people followed for 100 days; of each so many were lost, on that day, and the last 30 had the event on day 50."""
    served, seen, ended = arms(n, n), np.full(2 * n, 100), np.zeros(2 * n, dtype=bool)
    for arm, (many, day) in lost.items():
        places = np.flatnonzero(served == arm)
        seen[places[:many]] = day
        seen[places[-30:]], ended[places[-30:]] = 50, True
    return served, seen, ended, np.arange(2 * n), np.full(2 * n, 100)


# ------------------------------------------------------------------------------------------------ follow-up
def test_completeness_is_days_seen_over_days_that_could_have_been_seen_in_the_worse_arm():
    found = follow_up_complete(*followed({True: (20, 60), False: (40, 25)}))

    # served: 100 days for 50 people, 50 for 30 with the event, 60 for 20 lost, who could have been seen for 100
    assert found.detail == {"served": pytest.approx((5_000 + 1_500 + 1_200) / 8_500), "compared": pytest.approx((3_000 + 1_500 + 1_000) / 8_500)}
    assert found.value == found.detail["compared"] and not found.holds and not found.required
    assert "90 % were of the served and 64 % of those compared" in found.sentence
    assert found.behind == {"served": (20, 80), "compared": (40, 60)}


def test_somebody_with_the_event_could_not_have_been_followed_further():
    nobody = follow_up_complete(*followed({True: (0, 1), False: (0, 1)}))

    assert nobody.value == 1 and nobody.holds
    assert nobody.sentence == "Everybody was followed to the horizon, to the event, or to an end that rules it out."


def test_the_median_follow_up_is_what_it_would_have_been_had_no_end_come_before():
    served, seen, ended, person, horizon = followed({True: (70, 40), False: (0, 1)})

    # 70 of 100 served are lost on day 40, before any event: half would have been followed for 40 days
    assert (
        "half of the served for 40 days would have been followed, and more than half of those compared to the horizon"
        in follow_up_complete(served, seen, ended, person, horizon).sentence
    )


def test_small_losses_are_in_no_sentence():
    served, seen, ended, person, horizon = followed({True: (4, 60), False: (40, 25)})
    said = follow_up_complete(served, seen, ended, person, horizon).sentence
    lost = ~ended & (seen < 100)

    assert "Some of the days" in said and "64 %" not in said
    assert censoring_by_arm(served, seen, lost, person).sentence.startswith("1 to 10 of 100 people served and 40 of 100 people compared")


@pytest.mark.parametrize(("left", "holds"), [((60, 55), True), ((60, 9), False), ((9, 60), False)])
def test_a_curve_whose_end_is_told_by_few_people_is_said_to_be(left, holds):
    served = arms(100, 100)
    at_risk = np.concatenate([np.arange(100) < many for many in left])

    found = smallest_risk_set(served, at_risk, np.arange(200), np.ones(200))

    assert found.holds == holds and found.value == min(left) / 100 and found.limit == 0.1
    assert found.sentence.endswith("is told by few people.") != holds
    assert "9" not in found.sentence if not holds else "60 of 100 people served and 55 of 100 people compared" in found.sentence


def test_people_at_risk_are_counted_by_what_they_are_worth():
    weights = np.ones(200)
    weights[0] = 1_000

    found = smallest_risk_set(arms(100, 100), np.ones(200, dtype=bool), np.arange(200), weights)

    assert not found.holds and found.detail["served, effective"] < 2


def test_losses_by_arm_are_held_to_a_log_rank_test():
    even = censoring_by_arm(*_lost(30, 30))
    uneven = censoring_by_arm(*_lost(60, 20))

    assert even.holds and even.value > 0.9
    assert not uneven.holds and uneven.value < 1e-6 and "sooner, or by more, on one side" in uneven.sentence
    assert not uneven.required and uneven.detail == {"served": 0.6, "compared": 0.2}


def _lost(many: int, others: int):
    served, seen, ended, person, _ = followed({True: (many, 40), False: (others, 40)})
    return served, seen, ~ended & (seen < 100), person


def test_the_log_rank_test_is_that_of_a_table_worked_by_hand():
    # times 1, 2, 3 with one event each, the first two in the group of 2 of 5: expected 2/5, 1/4, 0 of them
    stop, event, group = np.array([1, 2, 3, 4, 5]), np.array([1, 1, 1, 0, 0], dtype=bool), np.array([1, 1, 0, 0, 0], dtype=bool)
    variance = 0.4 * 0.6 + 0.25 * 0.75

    assert log_rank(stop, event, group) == pytest.approx(2 * norm.sf((2 - 0.65) / variance**0.5))
    assert log_rank(stop, np.zeros(5, dtype=bool), group) == 1.0


def test_the_log_rank_test_holds_its_size():
    rng = np.random.default_rng(7)
    found = [log_rank(rng.integers(0, 60, 80), rng.random(80) < 0.4, np.arange(80) < 30) for _ in range(400)]

    assert 0.025 < np.mean(np.array(found) < 0.05) < 0.08


# ------------------------------------------------------------------------------------------------ weights and strategies
def test_a_person_who_carries_much_of_an_arm_or_a_small_chance_fails():
    served, person = arms(50, 50), np.arange(100)
    heavy = np.ones(100)
    heavy[0] = 20

    assert extreme_weights(np.ones(100), served, person, least=0.5).holds
    found = extreme_weights(heavy, served, person, least=0.5)
    assert not found.holds and found.value == pytest.approx(20 / 69)
    unlikely = extreme_weights(np.ones(100), served, person, least=0.04)
    assert not unlikely.holds and "the smallest chance of being followed for so long that anybody had is 0.04" in unlikely.sentence
    assert "of keeping to a strategy" in extreme_weights(np.ones(100), served, person, least=0.5, kept=True).sentence


def test_rows_that_stand_for_nobody_are_nobody():
    weights = np.r_[np.ones(50), np.zeros(45), np.ones(5)]

    assert extreme_weights(weights, arms(50, 50), np.arange(100), least=1.0).detail["compared, effective"] == 5


@pytest.mark.parametrize(("came", "holds"), [(300, True), (60, True), (15, False), (985, False)])
def test_strategies_that_few_keep_to_take_the_answer_away(came, holds):
    enrolled = np.where(np.arange(1_100) < came, 12, 2**31 - 1)
    could = np.arange(1_100) < 1_000  # a hundred had the event before either plan was left

    found = kept_to_strategies(enrolled, could, np.arange(1_100), within=30)

    assert found.holds == holds and found.required and found.value == min(came, 1_000 - came)
    assert f"{came} of 1,000 people enrolled within 30 days, and {1_000 - came} of 1,000 did not" in found.sentence
    assert "half of those who enrolled had done so by day 12" in found.sentence


# ------------------------------------------------------------------------------------------------ those who left
@pytest.mark.parametrize("measure", ["risk", "time_free", "time_lost"])
def test_what_those_who_left_could_have_done_holds_the_truth_whatever_they_did(measure):
    rng, H, n = np.random.default_rng(3), 365, 4_000
    served = np.arange(n) % 2 == 0
    need = rng.normal(size=n)  # that no record shows: the needier leave, and have the event
    event = rng.exponential(400 * np.exp(-need - 0.5 * ~served), n).astype(int)
    leaves = rng.exponential(600 * np.exp(-need * served), n).astype(int)
    day, cause = np.minimum(np.minimum(event, leaves), H - 1), ((event <= leaves) & (event < H)).astype(int)
    left = (leaves < event) & (leaves < H - 1)

    def mean(day, cause, arm):
        day, cause = day[arm], cause[arm]
        if measure == "risk":
            return cause.mean()
        return np.where(cause == 1, day if measure == "time_free" else H - day, H if measure == "time_free" else 0).mean()

    def effect(day_1, cause_1, day_0, cause_0):
        return mean(day_1, cause_1, served) - mean(day_0, cause_0, ~served)

    had, lived = (as_if_left(day, cause, left, np.full(n, H), had=one) for one in (True, False))
    low, high = sorted((effect(*had, *lived), effect(*lived, *had)))
    truth = effect(np.minimum(event, H - 1), (event < H).astype(int), np.minimum(event, H - 1), (event < H).astype(int))

    found = move_away_bounds(low, high, lost=(int(left[served].sum()), int(left[~served].sum())), unit=unit_of(ARREST, measure))
    assert low < truth < high and found.detail == {"low": low, "high": high}
    stayed = ~left
    naive = mean(day, cause, served & stayed) - mean(day, cause, ~served & stayed)
    assert abs(naive - truth) > 3 * 0.5 / n**0.5 * (1 if measure == "risk" else H)  # which those who stayed do not tell


def test_somebody_seen_on_the_last_day_is_not_taken_beyond_the_horizon():
    day, cause = as_if_left(np.array([363, 362, 10]), np.zeros(3, dtype=int), np.array([True, True, False]), np.full(3, 364), had=True)

    assert day.tolist() == [363, 363, 10] and cause.tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("low", "high", "lost", "unit", "said", "holds"),
    [
        (-0.12, -0.02, (60, 80), "people", "between 12 fewer and 2 fewer of every 100 people", True),
        (-0.12, 0.02, (60, 80), "people", "between 12 fewer and 2 more of every 100 people", False),
        (4.0, 31.5, (60, 80), "days", "between 4 more and 31.5 more days", True),
        (-0.12, -0.02, (3, 80), "people", "keeps its direction", True),
        (-0.12, 0.02, (3, 80), "people", "could go either way", False),
    ],
)
def test_bounds_hold_where_they_lie_on_one_side_and_few_who_left_give_no_number(low, high, lost, unit, said, holds):
    found = move_away_bounds(low, high, lost=lost, unit=unit)

    assert said in found.sentence and found.holds == holds and not found.required and found.behind == {"lost": lost}


# ------------------------------------------------------------------------------------------------ ratios of hazards
def test_a_ratio_that_changes_is_named_with_its_direction_and_called_an_average():
    found = proportional_hazards({"served": 0.4, "age": 0.004, "prio": 0.3}, {"served": 0.1, "age": 2.0, "prio": -1.0}, 0.02)

    assert not found.holds and not found.required and found.value == 0.004
    assert found.sentence == (
        "That of 'age' rises as time goes on (p = 0.004): the programme's is an average over the time followed, and promises nothing for any one day."
    )


def test_the_programmes_own_ratio_is_told_by_what_it_is_a_ratio_of():
    found = proportional_hazards({"served": 0.01}, {"served": -0.3}, called="offered the programme")

    assert found.sentence.startswith("The ratio of hazards of being offered the programme falls as time goes on (p = 0.01)")
    assert proportional_hazards({"served": 0.4}, {"served": -0.3}).holds


def test_all_together_may_change_where_none_does_alone():
    found = proportional_hazards({"served": 0.2, "age": 0.06}, {"served": 1.0, "age": 1.0}, 0.01)

    assert not found.holds and found.sentence.startswith("Taken together, the ratios of hazards change over time (p = 0.01)")


@pytest.mark.parametrize(("events", "parameters", "holds"), [(50, 5, True), (49, 5, False), (8, 1, False)])
def test_ten_events_are_wanted_for_each_number(events, parameters, holds):
    found = events_per_parameter(events, parameters)

    assert found.holds == holds and found.value == events / parameters
    assert not found.sentence.startswith("8 ")


def test_the_e_value_of_a_ratio_of_hazards_is_that_of_a_ratio_of_risks():
    rare, common = (e_value_of_hazards(0.5, 0.3, 0.8, rare=one) for one in (True, False))

    assert rare.value == pytest.approx(e_values(0.5, 0.3, 0.8)[0])
    assert common.value == pytest.approx(e_values(*(of_hazards(one) for one in (0.5, 0.3, 0.8)))[0]) and common.value < rare.value
    assert common.sentence.startswith("By the ratio of hazards: to explain the whole result")


# ------------------------------------------------------------------------------------------------ units
@pytest.mark.parametrize(
    ("measure", "unit", "better", "said"),
    [
        ("risk", "people", "fewer", "5 of every 100 people"),
        ("time_free", "days", "more", "0.05 days"),
        ("time_lost", "days", "fewer", "0.05 days"),
        ("number", "events", "fewer", "5 times for every 100 people"),
    ],
)
def test_each_measure_of_an_event_has_a_unit_and_a_better_side(measure, unit, better, said):
    assert (unit_of(ARREST, measure), better_of(ARREST, measure)) == (unit, better)
    assert sizes(0.05, unit=unit) == (said,)


def test_an_amount_has_its_own_unit_whatever_the_measure():
    assert unit_of(OUTCOMES["custody_days/recorded"]) == "days" and better_of(OUTCOMES["housed/recorded"]) == "more"


def test_few_who_are_watched_early_are_found_where_people_come_under_watch_late():
    served, n = arms(100, 100), 200
    entry, stop, ended = np.full(n, -1), np.full(n, 99), np.zeros(n, dtype=bool)
    whole = np.ones(n, dtype=bool)
    entry[:97], stop[97], ended[97] = 50, 20, True  # of the served three are watched on day 20, when one of them has the event

    found = smallest_risk_set(served, whole, np.arange(n), np.ones(n), late=(entry, stop, ended))
    assert not found.holds and "on a day with an end too few were watched" in found.sentence
    assert smallest_risk_set(served, whole, np.arange(n), np.ones(n)).holds
    stop[97] = 60
    assert smallest_risk_set(served, whole, np.arange(n), np.ones(n), late=(entry, stop, ended)).holds


def test_an_almost_is_not_rounded_up_to_enough():
    assert "9.6 for each, fewer than the 10" in events_per_parameter(48, 5).sentence
