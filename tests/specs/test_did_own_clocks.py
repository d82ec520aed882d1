"""Changes on people's own clocks: by hand, with people lost, in a crisis, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.terms import Horizon, Inference, Matching, Refused
from tests.specs.did_door import BACK, DID, QUARTER, Clocked, asked, cohort_of, crisis

EXACT = 1e-9  # sums in another order


def told(cohort, ruler, estimator="difference", **parts):
    question = asked(estimator, **parts)
    comparison = DID.compare(cohort, question)
    return comparison, DID.estimate(cohort, comparison, ruler, question)


def named(found, name):
    return next(each for each in found.diagnostics if each.name == name)


def quiet(seed=1, n=600):
    """People chosen by nothing."""
    rng = np.random.default_rng(seed)
    value = rng.poisson(rng.gamma(1, 0.5, (n, 1)), (n, BACK + 4)).astype(float)
    return rng.random(n) < 0.4, value


# ------------------------------------------------------------------------------------------------ by hand
def test_the_change_of_the_served_less_that_of_everybody_else():
    served, value = quiet()
    change = value[:, BACK:].sum(axis=1) - value[:, BACK - 4 : BACK].sum(axis=1)

    comparison, found = told(cohort_of(served), day_counted(value))

    assert comparison.weights[served].sum() == pytest.approx(comparison.weights[~served].sum())
    assert found.effect == pytest.approx(change[served].mean() - change[~served].mean(), abs=EXACT)
    spread = [change[arm].var(ddof=0) / arm.sum() for arm in (served, ~served)]
    assert found.std_error == pytest.approx(sum(spread) ** 0.5, rel=0.01)
    assert found.served.mean == pytest.approx(value[served, BACK:].sum(axis=1).mean(), abs=EXACT)
    assert found.compared.mean == pytest.approx(found.served.mean - found.effect, abs=EXACT)
    assert found.served.people == served.sum()
    assert found.periods == ""


def day_counted(value, seen_days=None):
    """A ruler whose outcome counts on the day of the start too, so that windows are whole quarters."""
    ruler = Clocked(value, seen_days)
    ruler.outcome = replace(ruler.outcome, from_day=0)
    return ruler


def test_days_that_are_not_counted_after_the_start_are_left_out_before_it():
    served, value = quiet()
    value[:] = QUARTER  # one a day
    value[:, 0] += np.arange(len(served)) % 2  # far back, and of no part in the change
    value[served, BACK + 1] += np.arange(served.sum()) % 3

    found = told(cohort_of(served), Clocked(value))[1]

    assert found.effect == pytest.approx((np.arange(served.sum()) % 3).mean(), abs=EXACT)
    assert found.served.mean == pytest.approx(4 * QUARTER - 1 + (np.arange(served.sum()) % 3).mean(), abs=EXACT)


def test_people_lost_are_stood_for_by_those_with_as_much_before():
    served, value = quiet(n=1_000)
    value[:, BACK - 4 : BACK] = np.repeat(np.arange(2), 500)[:, None]
    value[:, BACK:] = 2 * value[:, BACK - 4 : BACK] + np.random.default_rng(0).normal(0, 0.1, (1_000, 4))
    seen_days = np.full(1_000, 4 * QUARTER)
    gone = served & (value[:, BACK - 1] == 1) & (np.arange(1_000) % 3 == 0)  # of the served, the heavier users go
    seen_days[gone] = 100

    whole, some = (told(cohort_of(served), day_counted(value, days))[1] for days in (None, seen_days))

    assert some.effect == pytest.approx(whole.effect, abs=0.1)
    assert not named(some, "losses").sentence.startswith("Everybody")


def test_everybody_else_of_a_risk_set_weighs_as_much_as_its_served_person():
    served, value = quiet(n=60)
    served = np.arange(60) % 4 == 0
    sets = np.arange(60) // 4
    comparison, _ = told(cohort_of(served, by="service", sets=sets), day_counted(value))

    assert comparison.weights == pytest.approx(np.where(served, 1, 1 / 3))
    assert (comparison.sets == sets).all()


def test_the_path_is_held_against_the_last_period_before_the_start():
    served, value = quiet()
    away = value - value[:, [BACK - 1]]

    path = told(cohort_of(served), day_counted(value))[1].path

    assert [point.since for point in path] == list(range(-BACK, 4))
    assert [point.since for point in path if point.reference] == [-1]
    expected = away[served].mean(axis=0) - away[~served].mean(axis=0)
    assert [point.effect for point in path] == pytest.approx(expected, abs=EXACT)
    assert all(point.band_low < point.low < point.high < point.band_high for point in path if not point.reference)


def test_before_and_after_is_the_served_people_s_own_change():
    served, value = quiet()
    change = (value[:, BACK:].sum(axis=1) - value[:, BACK - 4 : BACK].sum(axis=1))[served]

    found = told(cohort_of(served), day_counted(value), "before_after")[1]

    assert found.effect == pytest.approx(change.mean(), abs=EXACT)
    assert found.std_error == pytest.approx(change.std(ddof=1) / served.sum() ** 0.5, rel=0.01)
    assert found.estimand.name == "change"
    assert found.compared.people == found.served.people == served.sum()


# ------------------------------------------------------------------------------------------------ a crisis that passes by itself
def test_in_a_crisis_before_and_after_and_a_raw_contrast_are_condemned_and_a_guarded_one_is_not():
    cohort, ruler = crisis(1)

    alone = told(cohort, ruler, "before_after")[1]
    raw = told(cohort, ruler)[1]
    guarded = told(cohort, ruler, compare=Matching(by="entropy_balancing"))[1]

    for found in (alone, raw):
        alarm = named(found, "enrolment_dip")
        assert not alarm.holds
        assert alarm.required
        assert "picked in a crisis" in alarm.sentence
        assert "matched on the outcome in each period before" in alarm.sentence
        assert "cut-off" in alarm.sentence
        assert "where lasting need decided, it makes a change by itself" in alarm.sentence
        assert found.effect < -0.15  # without any effect at all
    assert not named(guarded, "enrolment_dip").required
    assert guarded.interval.low < 0 < guarded.interval.high


def lasting_need(seed=1, n=800, quarters=4, history_days=None):
    """People served by need that lasts, which their visits show with luck; trends are parallel, and nobody is helped."""
    rng = np.random.default_rng(seed)
    need = rng.gamma(1.0, 0.5, n)
    value = rng.poisson(need[:, None] * np.ones(BACK + 4)).astype(float)
    served = rng.random(n) < 1 / (1 + np.exp(1.2 - 2 * (need - 0.5)))
    history = {f"quarter {back}": value[:, BACK - back].copy() for back in range(1, quarters + 1)}
    reach = quarters * QUARTER if history_days is None else history_days
    return cohort_of(served, history=history, history_days=reach, looked_back=BACK * QUARTER), Clocked(value)


def test_where_people_were_made_alike_in_the_whole_path_it_could_not_be_looked_at_and_the_raw_contrast_stands_beside():
    cohort, ruler = lasting_need(quarters=BACK)

    raw = told(cohort, ruler)[1]
    guarded = told(cohort, ruler, compare=Matching(by="entropy_balancing"))[1]

    assert guarded.interval.low > 0 > raw.interval.low  # a change that matching made, where trends are parallel
    for name in ("path_before_adoption", "enrolment_dip"):
        unseen = named(guarded, name)
        assert not unseen.holds and not unseen.required
        assert "could not be looked at: all 8 periods before the start lie where the history looks" in unseen.sentence
        assert named(raw, name).holds and named(raw, name).required
    (other,) = guarded.others
    assert (other.effect, other.interval) == (raw.effect, raw.interval) and not raw.others
    apart = named(guarded, "guarded_and_raw")
    assert not apart.holds and not apart.required
    assert apart.value == pytest.approx(guarded.effect - raw.effect, abs=EXACT)
    assert named(told(cohort, ruler, compare=Matching(by="entropy_balancing"), worthwhile=-2.0)[1], "guarded_and_raw").holds


def test_periods_that_the_history_does_not_reach_are_judged_and_condemn_what_matching_made():
    guarded = told(*lasting_need(quarters=4), compare=Matching(by="entropy_balancing"))[1]

    assert any(each.required and not each.holds for each in guarded.diagnostics if each.name in ("path_before_adoption", "enrolment_dip"))
    assert not any("could not be looked at" in each.sentence for each in guarded.diagnostics)


def test_a_history_that_tells_nothing_of_the_outcome_balances_no_path_away():
    cohort, ruler = lasting_need(quarters=BACK)
    cohort = replace(cohort, history={"age": np.random.default_rng(1).normal(40, 10, len(cohort))}, history_days=BACK * QUARTER)

    guarded = told(cohort, ruler, compare=Matching(by="entropy_balancing"))[1]

    assert named(guarded, "path_before_adoption").holds and named(guarded, "enrolment_dip").holds


def test_the_expected_fall_is_what_the_last_period_stands_out_by():
    cohort, ruler = crisis(2)
    value, served = ruler.value, cohort.served
    stands_out = value[:, BACK - 1] - value[:, : BACK - 1].mean(axis=1)

    alone, raw = (named(told(cohort, ruler, estimator)[1], "enrolment_dip") for estimator in ("before_after", "difference"))

    assert alone.detail["expected without any effect"] == pytest.approx(-stands_out[served].mean(), abs=EXACT)
    assert raw.detail["expected without any effect"] == pytest.approx(-stands_out[served].mean() + stands_out[~served].mean(), abs=EXACT)


def test_arms_that_drift_apart_before_the_start_are_told():
    served, value = quiet(n=2_000)
    value += np.where(served[:, None], 0.15 * np.arange(BACK + 4), 0.0)

    drift = named(told(cohort_of(served), day_counted(value))[1], "path_before_adoption")

    assert not drift.holds
    assert drift.required
    assert drift.detail["drift"] == pytest.approx(0.15 * 16, rel=0.3)


# ------------------------------------------------------------------------------------------------ what is refused
def test_a_look_back_shorter_than_the_horizon_is_refused():
    served, value = quiet()
    with pytest.raises(Refused, match="reach 200 days back"):
        told(cohort_of(served, looked_back=200), Clocked(value))


def test_an_estimator_of_the_calendar_is_refused_with_all_else_that_is_wrong():
    served, value = quiet()
    question = asked("group_time", adjust="regression", inference=Inference("jackknife"))
    cohort = cohort_of(served)
    comparison = DID.compare(cohort, question)

    with pytest.raises(Refused) as caught:
        DID.estimate(cohort, comparison, Clocked(value), question)

    assert len(caught.value.problems) == 3


def test_an_arm_of_a_few_people_is_refused_without_their_number():
    served, value = quiet()
    few = np.arange(len(served)) < 7

    with pytest.raises(Refused, match="1 to 10 people offered the programme"):
        told(cohort_of(few), Clocked(value))


def test_an_arm_that_nobody_is_followed_in_is_refused():
    served, value = quiet()

    with pytest.raises(Refused, match="followed to the end"):
        told(cohort_of(served), Clocked(value, np.where(served, 50, 4 * QUARTER)))


def test_months_are_taken_at_their_mean_length():
    served, value = quiet()
    in_months, in_days = (told(cohort_of(served), Clocked(value), horizon=each)[1] for each in (Horizon(months=11), Horizon(days=335)))

    assert in_months.effect == in_days.effect
