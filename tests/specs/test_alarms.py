"""Alarms from data: each catches the smallest fault that it must, stays silent without one, and says what it saw in one sentence."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.challenges import informative_moves, linkage_by_arm, regression_to_the_mean, series_breaks, surveillance
from evaluation.challenges.stepping import scanned
from evaluation.diagnostics import DIAGNOSTICS
from evaluation.diagnostics import alarms_of_arms as of_arms
from evaluation.diagnostics.alarms_of_arms import Watched
from evaluation.diagnostics.alarms_of_sources import LEAST_BREAK, Step
from evaluation.diagnostics.alarms_of_sources import series_breaks as told_of_breaks
from evaluation.shipped import shipped

sys.path.insert(0, str(Path(shipped("benchmarks"))))
import alarms as benchmark  # the benchmark's own draws are re-tested here

DRAWS = 40  # few, since each alarm's whole curve is drawn by the benchmark: here a share is held to 5 of its Monte Carlo errors
OFF = 5.0
SMALLEST = {  # the fault that each alarm must catch, of how many people (lines a month), and how often at least
    "regression_to_the_mean": (2_000, of_arms.LEAST_DROP, 0.95),
    "regression_of_levels": (2_000, of_arms.LEAST_DROP, 0.95),
    "surveillance": (1_000, of_arms.LEAST_SEEN_MORE, 0.95),
    "series_breaks": (200, LEAST_BREAK, 0.9),
    "informative_moves": (2_000, of_arms.LEAST_LEAVING - 1, 0.9),
    "linkage_by_arm": (2_000, 100 * of_arms.LEAST_APART, 0.9),
}


def raised(name: str, of: int, size: float) -> float:
    """How often the alarm is raised in DRAWS draws of a seed of their own."""
    luck = np.random.default_rng([7, of, round(1000 * size)])
    return sum(benchmark.CURVES[name].draw(luck, of, size) for _ in range(DRAWS)) / DRAWS


@pytest.mark.parametrize("name", SMALLEST)
def test_an_alarm_catches_the_smallest_fault_that_it_must(name: str) -> None:
    of, size, least = SMALLEST[name]
    assert raised(name, of, size) >= least - OFF * (least * (1 - least) / DRAWS) ** 0.5
    assert raised(name, of, size) > 0.6


@pytest.mark.parametrize("name", SMALLEST)
def test_an_alarm_is_raised_no_more_often_than_its_level_where_there_is_no_fault(name: str) -> None:
    level = benchmark.CURVES[name].level
    assert raised(name, SMALLEST[name][0], 0.0) <= level + OFF * (level * (1 - level) / DRAWS) ** 0.5


# ------------------------------------------------------------------------------------------------ by hand
def test_what_goes_back_is_how_far_the_last_months_stand_off_the_earlier_ones() -> None:
    past = np.array([[1.0, 1, 1, 1, 1, 1, 1, 5], [2.0, 2, 2, 2, 3, 3, 3, 3]])
    last, year = regression_to_the_mean.gone_back(past, 364)
    assert last == pytest.approx([-4.0, 2 + 3 / 7 - 3])
    assert year == pytest.approx([4 * (1 - 2), 4 * (2 - 3)])


def test_with_two_quarters_of_the_past_one_is_left_to_say_where_people_usually_are() -> None:
    (only,) = regression_to_the_mean.gone_back(np.array([[1.0, 3.0]]), 364)
    assert only == pytest.approx([-2.0])


def test_what_is_foretold_is_what_people_alike_went_on_to_and_not_what_the_served_did() -> None:
    past = np.zeros((40, 8))
    past[:20, 3], past[:20, 4:] = 1.0, 0.5  # whoever had one then had two of four quarters after it
    past[39, 4:] = 100.0  # a row that is not learnt from
    learn = np.arange(40) < 39
    foretold = regression_to_the_mean.foretold(past, 364, learn, mark=False)
    assert foretold[:20] - foretold[20] == pytest.approx(np.full(20, 2 * 0.5))  # each has half a line in the last quarter now


def test_people_who_stood_as_high_are_weighed_as_high_as_the_served_stood() -> None:
    served = np.array([True] * 10 + [False] * 40)
    last = np.array([1.0] * 5 + [0.0] * 5 + [1.0] * 20 + [0.0] * 20)
    change = np.where(last == 1, -3.0, 1.0)
    found = regression_to_the_mean.as_high(last, change, served)
    assert found is not None and found.effect == pytest.approx(-1.0) and found.std_error == 0.0
    assert regression_to_the_mean.as_high(last, change, served & (last == 1) | (np.arange(50) > 42)) is not None
    assert regression_to_the_mean.as_high(np.where(served, 9.0, 0.0), change, served) is None  # nobody compared stood there


def test_weights_that_balance_the_past_away_leave_nothing_expected() -> None:
    contrast, p_value = regression_to_the_mean.clearest([replace(benchmark_contrast(), effect=1e-15, std_error=1e-16)])
    assert (contrast.effect, p_value) == (0.0, 1.0)


def benchmark_contrast():
    """A contrast of 0.1 with an error of a tenth of it."""
    from evaluation.methods.inference import Contrast

    return Contrast(0.1, 0.01, 100.0)


def expected(effect: float, p_value: float, low: float, high: float):
    return of_arms.regression_to_the_mean(effect, p_value, -0.05, unit="people", seen=-0.1, change=True, whose="the served", limits=(low, high))


def test_a_drop_that_is_too_small_to_matter_raises_no_alarm_however_sure_it_is() -> None:
    told = expected(-0.004, 1e-9, -0.0045, -0.0035)
    assert told.holds and told.required
    told = expected(-0.02, 1e-9, -0.021, -0.019)
    assert not told.holds and "2 of every 100 people" in told.sentence and "10 of every 100 people" in told.sentence


def test_that_nothing_matters_is_said_only_where_the_whole_range_is_that_small() -> None:
    told = expected(-0.15, 0.02, -0.28, -0.02)
    assert told.holds and "than luck explains" in told.sentence and "matter" not in told.sentence
    assert "no change be expected that would matter" in expected(-0.002, 0.3, -0.004, 0.001).sentence
    told = expected(-0.004, 0.001, -0.007, -0.001)
    assert told.holds and "by our best guess" in told.sentence and "luck" not in told.sentence


def test_an_arm_of_few_in_which_nothing_varied_has_the_luck_of_the_other() -> None:
    served, values = np.arange(1_100) < 100, np.zeros(1_100)
    values[100:200] = 1.0
    arms = benchmark.arms_of(served)
    assert arms.apart(values).std_error < 0.01
    assert arms.apart_if_alike(values).std_error == pytest.approx((0.09 * 1_000 / 1_100 * (1 / 100 + 1 / 1_000)) ** 0.5, rel=0.01)


def test_of_people_to_whom_hardly_anything_happened_nothing_is_told() -> None:
    past, served = np.zeros((1_050, 8)), np.arange(1_050) < 50
    past[50:150, 1::4] = 1.0
    past[:3, 7] = 2.0
    arms = benchmark.arms_of(served)
    for change in (True, False):
        assert regression_to_the_mean.expected(arms, past, 364, change=change, alone=False, mark=False) == []
    past[:20, 7] = 2.0
    assert regression_to_the_mean.clearest(regression_to_the_mean.expected(arms, past, 364, change=True, alone=False, mark=False))[1] < 1e-6


@pytest.mark.parametrize(("served", "compared", "rate"), [(100, 2_000, 0.04), (50, 1_000, 0.2), (200, 2_000, 0.04)])
def test_where_few_are_served_or_little_happens_a_sound_study_is_not_put_aside(served: int, compared: int, rate: float) -> None:
    """Each was raised in four to ten of a hundred studies once."""
    level, draws = of_arms.DECIDES, 150
    raised = [share for share, _ in benchmark.raised_unequal(served, compared, rate, draws)]
    assert max(raised) <= level + 2.5 * (level / draws) ** 0.5


def test_an_answer_that_adjusts_is_held_to_what_its_columns_leave() -> None:
    luck, served = np.random.default_rng(5), np.arange(4_000) < 2_000
    past = luck.poisson(luck.gamma(0.8, 0.45 / 0.8, 4_000)[:, None], (4_000, 8)).astype(float)
    total = past[:2_000].sum(axis=1)
    chosen = np.exp(0.2 * total / total.std())
    past[:2_000] = past[luck.choice(2_000, 2_000, p=chosen / chosen.sum())]
    arms = benchmark.arms_of(served)
    question = replace(arms.question, method="matched", estimator="regression")

    def p_value(history: dict) -> float:
        by = replace(arms, question=question, cohort=replace(arms.cohort, history=history))
        return regression_to_the_mean.clearest(regression_to_the_mean.expected(by, past, 364, change=False, alone=False, mark=False))[1]

    plain = regression_to_the_mean.expected(arms, past, 364, change=False, alone=False, mark=False)
    assert regression_to_the_mean.clearest(plain)[1] < 1e-4
    assert p_value({"visits before": past.sum(axis=1)}) > 0.0167
    assert p_value({"something else": luck.standard_normal(4_000)}) < 1e-4
    assert p_value({f"quarter {k}": past[:, k] for k in range(8)}) == 1.0  # all of it is adjusted for


def test_columns_that_tell_who_was_served_leave_nothing_to_be_told() -> None:
    arms = benchmark.arms_of(np.arange(40) < 20)
    assert np.isnan(arms.apart_if_alike(np.arange(40.0), arms.rows.served.astype(float)[:, None]).effect)


def test_of_two_things_that_do_not_come_of_one_the_first_must_rise_by_itself() -> None:
    from evaluation.methods.inference import Contrast

    more, fell = Contrast(0.5, 0.05, 100), Contrast(-0.1, 0.05, 100)
    assert surveillance.watched(surveillance.PAIRS[0], more, fell, fell).p_value < 1e-9
    assert surveillance.watched(surveillance.PAIRS[3], more, fell, fell).p_value > 0.5


def test_the_pairs_are_those_of_the_outcomes_own_family() -> None:
    from evaluation.outcomes import OUTCOMES

    assert {pair.prone for pair in surveillance.pairs_of(OUTCOMES["recidivism/arrest"])} == {
        "arrest",
        "citation",
        "charge:infraction",
        "technical_violation",
    }
    assert surveillance.pairs_of(OUTCOMES["emergency_visits/recorded"]) == ()


def test_a_step_is_found_in_its_month_and_a_trend_a_season_and_a_spike_are_none() -> None:
    luck, t = np.random.default_rng(2), np.arange(120)
    smooth = 200 * np.exp(0.01 * t + 0.3 * np.cos(2 * np.pi * t / 12))
    assert scanned(luck.poisson(smooth)).p_value > 0.05
    assert scanned(luck.poisson(np.where(t == 70, 1.5, 1.0) * smooth)).p_value > 0.05
    found = scanned(luck.poisson(np.where(t >= 70, 0.6, 1.0) * smooth))
    assert (found.month, found.p_value) == (70, 0.001) and found.ratio == pytest.approx(0.6, abs=0.1)


def test_a_population_that_grows_is_no_step_where_it_is_told() -> None:
    luck = np.random.default_rng(3)
    people = np.where(np.arange(90) < 45, 400.0, 1000.0)
    counts = luck.poisson(people * 0.1)
    assert scanned(counts, exposure=people).p_value > 0.05
    assert scanned(counts).p_value == 0.001


def test_days_of_people_who_were_chosen_part_a_series_where_nobody_elses_are_left() -> None:
    everybody, first = 100, int(np.datetime64("2010-01-01", "D").astype(int))
    chosen = series_breaks.Chosen(np.arange(100).astype(str).astype(object), np.full(100, first + 1_500), np.full(100, first + 1_700))
    days = np.repeat(np.arange(first, first + 4_000), 2)
    parts = list(series_breaks._monthly("police", "arrest", days, first, first + 4_000, everybody, chosen))
    assert len(parts) == 2 and parts[0].months[-1] < np.datetime64("2014-03") and parts[1].months[0] > np.datetime64("2014-07")


def test_leaving_that_hangs_on_risk_in_one_arm_is_told_with_its_sign() -> None:
    luck, n = np.random.default_rng(4), 6_000
    served, risk = np.arange(n) % 2 == 0, luck.standard_normal(n)
    day = luck.exponential(364 / 0.2 / np.exp(np.where(served, 0.0, 0.7) * risk))
    found = informative_moves.leaving(served, day < 364, np.minimum(day, 364), risk, np.arange(n))
    assert found.log_ratio == pytest.approx(-0.7, abs=4 * found.std_error) and found.p_value < 1e-6
    assert informative_moves.shifted(served, day < 364, np.ones(n), risk) > 0.05  # the compared who are left are at less risk


def test_links_told_apart_are_those_of_the_weights() -> None:
    served = np.array([True, True, False, False])
    arms = benchmark.arms_of(np.repeat(served, 500))
    linked = np.repeat(np.array([True, False, True, True]), 500)
    assert linkage_by_arm.told(arms, linked).apart == pytest.approx(-0.5)


# ------------------------------------------------------------------------------------------------ told
def told() -> list:
    """One of each, failing."""
    return [
        of_arms.regression_to_the_mean(-0.1, 0.001, -0.05, unit="people", seen=-0.2, change=False, whose="the served", limits=(-0.15, -0.05)),
        of_arms.surveillance([Watched("arrests", "jail bookings", 1.4, 0.001, 1.2, 0.9), Watched("a", "b", 1.0, 0.5, 1.0, 1.0)]),
        of_arms.informative_moves(0.01, 0.6, 0.03, unit="people", lost=(7, 400)),
        of_arms.linkage_by_arm({"wages": -0.05}, {"wages": 0.001}, {"wages": (40, 900)}, 4),
        told_of_breaks([Step("police", "arrest", "2020-10", 0.5, 0.001)]),
    ]


def test_every_alarm_is_a_diagnostic_of_the_table_and_only_one_decides() -> None:
    for each in told():
        assert each.name in DIAGNOSTICS and each.source and each.sentence.endswith(".") and not each.holds
        assert each.required == (each.name == "regression_to_the_mean")
    assert "7" not in told()[2].sentence  # a small count of people


def test_what_is_held_to_luck_shares_its_level_among_all_that_were_looked_at() -> None:
    one = Watched("arrests", "jail bookings", 1.1, 0.03, 1.1, 1.0)
    assert not of_arms.surveillance([one]).holds
    assert of_arms.surveillance([one, replace(one, prone="citations", p_value=0.5)]).holds
    assert told_of_breaks([Step("police", "arrest", "2020-10", 1.5, 0.03)] * 2).holds


def test_no_source_with_people_missing_is_nothing_apart() -> None:
    quiet = of_arms.linkage_by_arm({}, {}, {}, 3)
    assert quiet.holds and "3 looked at" in quiet.sentence
