"""The doors of the monitor room: a change is told, and never an effect."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from panels_by_hand import AMOUNT, RATE, Blind, Told, asked, autoregressive, years

from evaluation.methods.monitor.comparison import compare
from evaluation.methods.monitor.estimation import estimate
from evaluation.methods.monitor.rates import disparities_of
from evaluation.terms import Horizon, Refused, Target

SINCE = date(1970, 1, 20)
VERBS = re.compile(r"\b(effect|because|caus|led to|due to|thanks to|work(s|ed)|reduc|impact)", re.IGNORECASE)


def told(value, estimator, periods, population=None, outcome=RATE, **other):
    panel = years(*value.shape)
    question = asked(estimator, periods, "monitor", outcome, **other)
    return estimate(panel, compare(panel, question), Told(value, outcome, population), question)


def refusal(panel, question):
    with pytest.raises(Refused) as refused:
        compare(panel, question)
    return str(refused.value)


def tracked(last, *, each_year=-0.1, error=0.05, outcome=RATE):
    value = np.array([[1_000.0, 950.0, 900.0, 850.0, last]])
    answer = told(value, "target", 5, outcome=outcome, target=Target(each_year, SINCE, error))
    return answer, answer.diagnostics[0]


@pytest.mark.parametrize(
    ("last", "error", "reached"),
    [(500.0, 0.05, 1.0), (656.0, 0.05, 0.0), (640.0, 0.05, 0.0), (900.0, 0.05, -1.0), (656.0, 0.0, 1.0), (657.0, 0.0, -1.0)],
)
def test_a_target_is_reached_or_not_or_nobody_can_tell(last, error, reached):
    answer, target = tracked(last, error=error, outcome=AMOUNT)

    assert target.detail["reached"] == reached and target.holds == (reached == 1.0)
    assert target.detail["target"] == pytest.approx(656.1)
    assert target.value == pytest.approx(last - 656.1)
    assert answer.effect == last - 1_000 == answer.served.mean - answer.compared.mean
    assert answer.estimand.name == "change"


def test_a_target_to_rise_is_reached_from_above():
    assert tracked(1_600.0, each_year=0.1)[1].detail["reached"] == 0.0
    assert tracked(2_000.0, each_year=0.1)[1].detail["reached"] == 1.0
    assert tracked(1_200.0, each_year=0.1)[1].detail["reached"] == -1.0


def test_counts_taken_as_exact_give_no_interval_of_the_change():
    answer, target = tracked(600.0, error=0.0, outcome=AMOUNT)

    assert "taken as exact" in target.sentence
    assert not answer.interval.given and answer.p_value == 1.0 and answer.std_error == float("inf")


def test_numbers_of_events_err_by_their_square_root_at_the_least():
    answer, target = tracked(656.0, error=0.0)

    assert target.detail["reached"] == 0.0 and answer.interval.given
    assert answer.std_error == pytest.approx((1_000 + 656) ** 0.5)
    assert "square root at the least" in target.sentence and "taken as exact" not in target.sentence
    assert tracked(656.0, error=0.05)[0].std_error == pytest.approx(0.05 * (1_000**2 + 656**2) ** 0.5)  # the larger of the two


def test_a_target_of_quarters_compounds_by_the_year():
    from evaluation.records.days import day_of

    edges = np.array([day_of(date(2020 + q // 4, 1 + 3 * (q % 4), 1)) for q in range(13)])
    panel = years(1, 12, edges=edges, labels=())
    question = replace(asked("target", 2, "monitor", RATE, target=Target(-0.1, date(2020, 5, 1), 0.02)), horizon=Horizon(months=27))
    answer = estimate(panel, compare(panel, question), Told(100.0 - np.arange(12.0)[None], RATE), question)

    assert answer.periods == "quarter"
    assert answer.diagnostics[0].detail["target"] == pytest.approx(99 * 0.9**2)  # from the second quarter to that of two years later
    assert answer.effect == -8


def test_a_line_is_told_with_its_slope_and_the_first_and_last_levels_as_seen():
    value = 50 - 0.5 * np.arange(30)[None] + 0.3 * autoregressive(np.random.default_rng(0), 1, 30, 0.4)
    answer = told(value, "trend", 30)
    trend = answer.diagnostics[0]

    assert trend.detail["slope, low"] < -0.5 < trend.detail["slope, high"] < 0
    assert answer.effect == pytest.approx(29 * trend.value)
    assert answer.interval.low == pytest.approx(29 * trend.detail["slope, low"])
    assert (trend.detail["first"], trend.detail["last"]) == (value[0, 0], value[0, -1])
    assert answer.served.mean - answer.compared.mean == pytest.approx(answer.effect)


def test_a_line_through_eleven_points_has_no_interval():
    answer = told(np.random.default_rng(0).normal(size=(1, 11)), "trend", 11)

    assert not answer.interval.given and "11 points" in answer.interval.by and answer.p_value == 1.0


def test_places_are_weighed_by_who_lives_there():
    value, population = np.array([[1.0, 2.0], [3.0, 6.0]]), np.array([[300.0, 300.0], [100.0, 100.0]])
    answer = told(value, "target", 2, population, target=Target(-0.1, SINCE, 0.05))

    assert (answer.compared.mean, answer.served.mean) == (1.5, 3.0)


def test_of_people_it_is_told_how_few_have_any_at_either_end():
    value = np.zeros((50, 3))
    value[:20], value[:12, 2] = 2.0, 1.0
    value[12:, 2] = 0.0
    panel, question = years(50, 3, unit="person", names=()), asked("target", 3, "monitor", RATE, target=Target(-0.1, SINCE, 0.05))
    answer = estimate(panel, compare(panel, question), Told(value), question)

    assert (answer.served.people, answer.served.some, answer.served.areas) == (50, 12, None)
    assert answer.served.closest is not None and 1 < answer.served.closest < 12


def test_places_are_held_against_the_whole():
    population = np.full((3, 4), 1_000.0)
    value = np.array([[10.0] * 4, [10.0] * 4, [40.0] * 4]) / 1_000
    answer = told(value, "disparity", 4, population)

    assert answer.effect == pytest.approx(0.04 - 0.02)
    assert answer.ratio is not None and answer.ratio.value == pytest.approx(2.0)
    assert answer.ratio.interval.low > 1 and answer.interval.low > 0 and answer.p_value < 1e-3
    assert [other.name for other in answer.others] == ["place 1", "place 2", "place 3"]
    assert answer.diagnostics[0].value == 3.0


def test_counts_that_vary_more_than_events_that_come_singly_widen_the_limits():
    population = np.full((12, 4), 1_000.0)
    events = np.random.default_rng(0).negative_binomial(150, 1 / 3, (12, 4))
    answer = told(events / 1_000, "disparity", 4, population)
    singly = disparities_of(events.sum(axis=1).astype(float), population.sum(axis=1), 1.0, counted=True)
    far = max(singly, key=lambda one: abs(one.difference))

    assert answer.diagnostics[0].detail["variance over mean"] > 2
    assert answer.std_error > 1.4 * far.std_error and answer.interval.low < far.difference_limits.low


def test_one_period_does_not_tell_how_much_counts_vary_so_that_there_are_no_limits():
    answer = told(np.array([[10.0], [10.0], [40.0]]) / 1_000, "disparity", 1, np.full((3, 1), 1_000.0))

    assert not answer.interval.given and answer.p_value == 1.0 and "0 degrees of freedom" in answer.interval.by


def test_what_is_no_count_has_no_limits_beside_the_whole():
    answer = told(np.array([[10.5] * 4, [20.1] * 4]), "disparity", 4)

    assert not answer.interval.given and answer.std_error == float("inf")
    assert all(other.interval is None for other in answer.others)


def test_no_word_of_it_says_that_anything_was_brought_about():
    answers = [
        tracked(600.0)[0],
        told(np.random.default_rng(0).normal(size=(1, 30)), "trend", 30),
        told(np.array([[10.0] * 4, [20.0] * 4]) / 1_000, "disparity", 4, np.full((2, 4), 1_000.0)),
    ]
    for answer in answers:
        words = [answer.estimand.contrast, answer.estimand.population, answer.estimand.plans, answer.interval.by]
        words += [one.sentence for one in answer.diagnostics]
        assert not [word for word in words if VERBS.search(word)]


def test_comparing_reads_no_outcome():
    panel, question = years(2, 5), asked("trend", 5, "monitor", RATE)
    comparison = compare(panel, question)

    assert comparison.kept.all()
    with pytest.raises(AssertionError, match="read"):
        estimate(panel, comparison, Blind(), question)


def test_what_cannot_be_told_is_refused_in_a_sentence():
    panel = years(3, 6)

    assert "no target is given" in refusal(panel, asked("target", 4, "monitor", RATE))
    assert "outside the panel" in refusal(panel, asked("target", 4, "monitor", RATE, target=Target(-0.1, date(1960, 1, 1))))
    assert "above -1" in refusal(panel, asked("target", 4, "monitor", RATE, target=Target(-1.0, SINCE)))
    assert "below 0" in refusal(panel, asked("target", 4, "monitor", RATE, target=Target(-0.1, SINCE, -0.1)))
    assert "shorter horizon" in refusal(panel, asked("target", 7, "monitor", RATE, target=Target(-0.1, SINCE)))
    assert "At least 4" in refusal(panel, asked("trend", 3, "monitor", RATE))
    assert "between places" in refusal(years(3, 6, unit="person", names=()), asked("disparity", 4, "monitor", RATE))
    assert "which is the whole" in refusal(years(1, 6), asked("disparity", 4, "monitor", RATE))
    assert "watched through" in refusal(years(3, 6, watched=np.zeros((3, 6), dtype=bool)), asked("trend", 5, "monitor", RATE))


def test_levels_of_nothing_and_lines_without_error_are_refused():
    with pytest.raises(Refused, match="0 or below"):
        told(np.array([[5.0, 0.0, 3.0]]), "target", 3, target=Target(-0.1, SINCE, 0.05))
    with pytest.raises(Refused, match="one line"):
        told(np.arange(30.0)[None], "trend", 30)
    with pytest.raises(Refused, match="0 in every place"):
        told(np.zeros((2, 5)), "disparity", 5)
    with pytest.raises(Refused, match="gaps"):
        told(np.array([[1.0, np.nan, 2.0, 3.0, 4.0]]), "trend", 5)
