"""The doors of the series room: who stands beside whom, what is refused, and what is told."""

from dataclasses import replace

import numpy as np
import pytest
from panels_by_hand import Blind, Told, asked, autoregressive, years

from evaluation.methods.series.comparison import compare
from evaluation.methods.series.estimation import estimate
from evaluation.terms import Inference, Refused

SYNTHETIC = ("synthetic_control", "augmented_synthetic_control", "synthetic_did")
EVERY = ("interrupted", "comparative_interrupted", *SYNTHETIC)


def places(effect=0.0, n=31, T=30, day=20, seed=0, treated=1, cycle=1.0):
    """Places that share a trend and two factors; the first of them change on one day."""
    rng = np.random.default_rng(seed)
    factors = np.stack([np.linspace(0, 3, T), cycle * np.sin(np.arange(T) / 3)])
    value = 20 + rng.uniform(0.5, 1.5, (n, 2)) @ factors + rng.normal(size=(n, 1)) + 0.2 * rng.normal(size=(n, T))
    value[:treated] = value[treated : treated + 6].mean(axis=0) + 0.2 * rng.normal(size=(treated, T))
    value[:treated, day:] += effect
    return value, years(n, T, adopted=dict.fromkeys(range(treated), day))


def told(value, panel, estimator, periods=10, **other):
    question = asked(estimator, periods, **other)
    return estimate(panel, compare(panel, question), Told(value), question)


def refusal(panel, question):
    with pytest.raises(Refused) as refused:
        compare(panel, question)
    return str(refused.value)


@pytest.mark.parametrize("estimator", EVERY)
def test_an_effect_of_minus_five_is_found(estimator):
    value, panel = places(effect=-5.0, cycle=0.0 if "interrupted" in estimator else 1.0)
    answer = told(value, panel, estimator)

    assert answer.effect == pytest.approx(-5.0, abs=0.6)
    assert answer.interval.low < answer.effect < answer.interval.high < 0
    assert answer.served.mean - answer.compared.mean == pytest.approx(answer.effect)
    assert answer.periods == "year"
    assert answer.served.areas == 1


@pytest.mark.parametrize("estimator", EVERY)
def test_the_same_numbers_whatever_the_order_of_rows(estimator):
    value, panel = places(effect=-1.0)
    turned = np.random.default_rng(5).permutation(len(panel))
    other = replace(panel, adopted=panel.adopted[turned], names=tuple(panel.names[at] for at in turned))
    one, two = told(value, panel, estimator), told(value[turned], other, estimator)

    assert two.effect == pytest.approx(one.effect, rel=1e-6)
    assert two.p_value == pytest.approx(one.p_value, abs=1e-6)


@pytest.mark.parametrize("estimator", EVERY)
def test_another_unit_of_the_outcome_changes_nothing_but_the_unit(estimator):
    value, panel = places(effect=-1.0)
    one, two = told(value, panel, estimator), told(1_000 * value, panel, estimator)

    assert two.effect == pytest.approx(1_000 * one.effect, rel=1e-6)
    assert two.interval.low == pytest.approx(1_000 * one.interval.low, rel=1e-6)
    assert two.p_value == pytest.approx(one.p_value, abs=1e-6)


def test_the_other_estimators_stand_beside_the_one_asked_for():
    value, panel = places(effect=-5.0)

    for estimator in SYNTHETIC:
        assert len(told(value, panel, estimator).others) == 3
    assert [other.name for other in told(value, panel, "comparative_interrupted").others] == ["interrupted series without a comparison"]


def test_what_follows_the_horizon_is_not_read():
    value, panel = places(effect=-5.0)
    later = value.copy()
    later[:, 25:] = 1e6

    for estimator in EVERY:
        assert told(value, panel, estimator, 5).effect == told(later, panel, estimator, 5).effect


def test_several_treated_places_are_averaged_and_placebos_are_as_many_together():
    value, panel = places(effect=-5.0, treated=2, n=26)
    answer = told(value, panel, "synthetic_control")
    space = next(one for one in answer.diagnostics if one.name == "placebo_in_space")

    assert answer.effect == pytest.approx(-5.0, abs=0.5)
    assert answer.served.areas == 2
    assert space.detail["placebos"] + space.detail["placebos fitted too badly"] == 24 * 23 / 2
    assert answer.interval.given and answer.p_value >= 1 / 25  # 24 donors are no more than 24, however many pairs they make


def test_eighteen_donors_print_a_p_value_with_its_floor_and_no_interval():
    value, panel = places(effect=-5.0, n=19)
    answer = told(value, panel, "synthetic_did")
    space = next(one for one in answer.diagnostics if one.name == "placebo_in_space")

    within = space.detail["placebos"]
    assert within + space.detail["placebos fitted too badly"] == 18
    assert answer.p_value == pytest.approx(1 / (within + 1)) == space.detail["smallest p that could be"]
    assert not answer.interval.given and answer.std_error == float("inf")
    assert "20 are the least" in answer.interval.by and "20 are the least" in space.sentence


def test_many_overlapping_sets_of_few_donors_give_no_interval():
    value, panel = places(effect=-5.0, n=10, treated=3)
    answer = told(value, panel, "synthetic_did")  # 35 sets of three, and seven donors

    assert not answer.interval.given and answer.p_value >= 1 / 8


def test_donors_that_are_fitted_too_badly_are_no_placebos():
    value, panel = places(effect=-5.0)
    value[25:] += 8 * np.random.default_rng(1).normal(size=(6, 30))
    answer = told(value, panel, "synthetic_control")
    space = next(one for one in answer.diagnostics if one.name == "placebo_in_space")

    assert space.detail["placebos fitted too badly"] >= 6 and "fitted too badly" in space.sentence


@pytest.mark.parametrize("estimator", SYNTHETIC)
def test_a_donor_that_copies_the_treated_place_does_not_make_it_exact(estimator):
    value, panel = places()
    value[7] = value[0]
    answer = told(value, panel, estimator)

    assert not answer.interval.given or answer.interval.high - answer.interval.low > 0.3  # errors of .2 on either side
    assert answer.p_value > 0.2


@pytest.mark.parametrize(("estimator", "donors"), [("synthetic_did", 20), ("synthetic_did", 39), ("synthetic_control", 39), ("synthetic_did", 59)])
def test_an_interval_leaves_0_out_exactly_where_p_is_below_five_per_cent(estimator, donors):
    for effect in (0.0, -0.3, -0.5, -2.0):
        value, panel = places(effect=effect, n=donors + 1, T=20, day=14)
        answer = told(value, panel, estimator, 6)

        assert not answer.interval.given or (answer.p_value < 0.05) == answer.interval.excludes(0.0)


def test_how_far_places_lie_apart_throughout_hides_no_misfit_of_changes():
    rng = np.random.default_rng(2)
    drift = np.zeros((31, 30))
    drift[0] = np.linspace(0, 4, 30)
    panel = years(31, 30, adopted={0: 20})
    for apart in (1.0, 30.0):
        level = apart * rng.normal(size=(31, 1))
        alike, drifts = level + 0.4 * rng.normal(size=(31, 30)), level + drift + 0.4 * rng.normal(size=(31, 30))
        told_of = [{one.name: one for one in told(value, panel, "synthetic_did").diagnostics} for value in (alike, drifts)]

        assert told_of[0]["fit_before"].holds and not told_of[1]["fit_before"].holds
        assert not told(drifts, panel, "synthetic_did").interval.given


def test_a_place_that_moves_more_than_its_donors_is_flagged():
    rng = np.random.default_rng(4)
    value = rng.normal(size=(31, 30))
    value[0] *= 3
    fit = next(one for one in told(value, years(31, 30, adopted={0: 20}), "synthetic_did").diagnostics if one.name == "fit_before")

    assert not fit.holds and fit.required and fit.value > fit.limit == 1.5 and "usual place" in fit.sentence


def test_a_place_that_had_parted_before_the_day_fails_the_required_placebo_in_time():
    value, panel = places(T=36, day=24)
    value[0, 16:] -= 1.0
    parted = next(one for one in told(value, panel, "synthetic_did").diagnostics if one.name == "placebo_in_time")
    alike = next(one for one in told(*places(T=36, day=24), "synthetic_did").diagnostics if one.name == "placebo_in_time")

    assert parted.required and not parted.holds and alike.holds


def test_no_direction_hangs_on_one_donor_where_none_is_told():
    value, panel = places(effect=0.0, seed=3)
    leaving = next(one for one in told(value, panel, "synthetic_control").diagnostics if one.name == "leave_one_donor_out")

    assert leaving.detail and min(leaving.detail.values()) < 0 < max(leaving.detail.values())
    assert leaving.holds and "no direction is told" in leaving.sentence


def test_a_difference_that_the_others_made_is_said_to_be_theirs():
    value, panel = places(cycle=0.0, T=40, day=28)
    value[1:, 28:] += 5.0
    changes = next(one for one in told(value, panel, "comparative_interrupted").diagnostics if one.name == "series_changes")
    value[1:, 28:] -= 5.0
    value[0, 28:] -= 5.0
    own = next(one for one in told(value, panel, "comparative_interrupted").diagnostics if one.name == "series_changes")

    assert not changes.holds and changes.value > 0.9 and "the others' own change" in changes.sentence
    assert own.holds and own.value < 0.2


def test_a_past_that_bends_or_that_changed_before_gives_no_interval():
    bends, panel = places(cycle=0.0, T=40, day=28)
    bends[0] += 0.01 * np.arange(40) ** 2
    jumped, _ = places(cycle=0.0, T=40, day=28)
    jumped[0, 19:] += 2.0

    assert "bends before the day" in told(bends, panel, "comparative_interrupted").interval.by
    answer = told(jumped, panel, "comparative_interrupted")
    assert not answer.interval.given and answer.p_value == 1.0
    assert not next(one for one in answer.diagnostics if one.name == "series_evidence").holds


def test_a_place_that_no_donors_resemble_fails_the_required_fit():
    value, panel = places()
    value[0, :20] += 10 * np.sin(np.arange(20))
    fit = next(one for one in told(value, panel, "synthetic_control").diagnostics if one.name == "fit_before")

    assert not fit.holds and fit.required and fit.value > fit.limit == 0.25


def test_a_place_beyond_all_donors_is_called_extrapolated():
    value, panel = places()
    value[0] += 20
    beyond = next(one for one in told(value, panel, "synthetic_did").diagnostics if one.name == "extrapolation")

    assert not beyond.holds and beyond.detail["share of periods beyond every donor"] == 1.0


def test_a_series_without_a_comparison_is_always_weak():
    value, panel = places(effect=-5.0, cycle=0.0)
    alone, beside = (
        next(one for one in told(value, panel, estimator).diagnostics if one.name == "series_evidence")
        for estimator in ("interrupted", "comparative_interrupted")
    )

    assert not alone.holds and not alone.required and "weak" in alone.sentence
    assert beside.holds


def test_a_series_of_twenty_three_points_has_no_interval_and_is_weak():
    value, panel = places(effect=-5.0, T=23, day=15)
    answer = told(value, panel, "comparative_interrupted", 8)

    assert not answer.interval.given and answer.p_value == 1.0 and answer.std_error == float("inf")
    assert "23 points" in answer.interval.by
    assert not next(one for one in answer.diagnostics if one.name == "series_evidence").holds
    assert not [name for name in next(one for one in answer.diagnostics if one.name == "series_changes").detail if "low" in name]
    assert all(point.low == float("-inf") for point in answer.path)


def test_a_series_that_hardly_forgets_has_no_interval():
    value, panel = places(T=60, day=50, cycle=0.0)
    value[0] = value[1:].mean(axis=0) + np.cumsum(np.random.default_rng(3).normal(size=60))

    assert "too much like the last" in told(value, panel, "comparative_interrupted").interval.by


def test_the_path_and_its_band_are_wider_than_a_period_by_itself():
    value, panel = places(effect=-5.0)

    for estimator in EVERY:
        path = told(value, panel, estimator).path
        assert [point.since for point in path if point.since >= 0] == list(range(10))
        assert all(point.band_low <= point.low <= point.effect <= point.high <= point.band_high for point in path if point.since >= 0)


def test_comparing_reads_no_outcome():
    _, panel = places()
    question = asked("synthetic_control", 10)
    comparison = compare(panel, question)

    assert comparison.weights[0] == 1.0 == pytest.approx(comparison.weights[1:].sum())
    with pytest.raises(AssertionError, match="read"):
        estimate(panel, comparison, Blind(), question)


def test_donors_with_gaps_are_left_out_and_named():
    value, panel = places(n=26)
    watched = panel.watched.copy()
    watched[3, 2] = False
    value[4, 5] = np.nan
    question = asked("synthetic_control", 10)
    comparison = compare(replace(panel, watched=watched), question)
    answer = estimate(replace(panel, watched=watched), comparison, Told(value), question)

    assert "1 place with gaps" in comparison.diagnostics[0].sentence
    assert "place 5" in next(one.sentence for one in answer.diagnostics if one.name == "gaps_in_series")
    assert answer.compared.areas == 23


def test_several_days_are_refused_with_did_as_the_remedy():
    panel = years(10, 30, adopted={0: 15, 1: 18})

    assert "did" in refusal(panel, asked("synthetic_control", 5))


def test_too_few_periods_places_or_years_are_refused_in_a_sentence_each():
    assert "At least 8" in refusal(years(10, 30, adopted={0: 7}), asked("interrupted", 5))
    assert "At least 5" in refusal(years(10, 30, adopted={0: 4}), asked("synthetic_did", 5))
    assert "At least 5 are needed" in refusal(years(5, 30, adopted={0: 15}), asked("synthetic_control", 5))
    assert "15 follow the day" in refusal(years(10, 30, adopted={0: 15}), asked("synthetic_control", 16))
    assert "monitor" in refusal(years(10, 30), asked("synthetic_control", 5))
    assert "monitor" in refusal(years(2, 30, adopted={0: 0, 1: 0}), asked("interrupted", 5))
    assert "weak evidence" in refusal(years(1, 30, adopted={0: 15}), asked("comparative_interrupted", 5))


def test_several_things_that_are_wrong_are_told_at_once():
    panel = replace(years(10, 30, adopted={0: 3, 1: 18}), unit="person")
    said = refusal(panel, asked("synthetic_control", 5, anticipation=1, adjust="doubly_robust"))

    assert all(word in said for word in ("anticipation", "adjust", "weighs places", "did"))


def test_a_programme_that_is_left_inside_the_horizon_is_refused_or_cut():
    value, panel = places(effect=-5.0)
    left = panel.left.copy()
    left[0] = 25
    short = replace(panel, left=left)

    assert "after_stop" in refusal(short, asked("synthetic_control", 10))
    value[:, 25:] += 1e6 * np.random.default_rng(0).normal(size=(31, 5))
    assert told(value, replace(short, after_stop="drop"), "synthetic_control").effect == pytest.approx(-5.0, abs=0.5)


def test_series_that_never_err_are_refused():
    _, panel = places()
    for estimator in EVERY:
        with pytest.raises(Refused):
            told(np.ones((31, 30)), panel, estimator)


def test_an_interrupted_series_has_nothing_to_assign_anew():
    assert "assign anew" in refusal(years(10, 30, adopted={0: 15}), asked("interrupted", 5, inference=Inference("randomisation")))


def test_columns_of_the_history_can_be_matched_too():
    value, panel = places(effect=-5.0)
    like = np.zeros(31)
    like[[0, 9, 10, 11]] = 5.0
    with_history = replace(panel, history={"need": like})
    plain, matched = (told(value, with_history, "synthetic_control", adjust=by) for by in ("nothing", "regression"))

    of = [dict(next(one.detail for one in answer.diagnostics if one.name == "donor_weights")) for answer in (plain, matched)]
    alike = [sum(weight for name, weight in one.items() if name in ("place 10", "place 11", "place 12")) for one in of]
    assert alike[1] > alike[0] + 0.2


def test_people_are_told_with_how_many_have_any_of_the_outcome():
    rng = np.random.default_rng(0)
    value = rng.poisson(0.5, (400, 30)).astype(float) + 0.5 * autoregressive(rng, 1, 30, 0.0)
    value[:200, 20:] = 0.0
    value[0, 25] = 3.0
    panel = replace(years(400, 30, adopted=dict.fromkeys(range(200), 20)), unit="person", names=())
    answer = told(value, panel, "comparative_interrupted")

    assert (answer.served.people, answer.served.some, answer.served.areas) == (200, 1, None)
    assert answer.served.closest is not None
