"""The same question by other methods and by many specifications: who is a rival, when they disagree, and what the curve is of."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite, sqrt

import numpy as np
import pytest
from offered_county import PRIOR, STAYS, asked, records, study

from evaluation.challenges import rival_method as rival
from evaluation.challenges import specifications as curve
from evaluation.challenges.asked import Asked
from evaluation.challenges.drawings import plot
from evaluation.challenges.hidden_bias import hidden_bias
from evaluation.challenges.otherwise import GROUPS, compared_without, grouped
from evaluation.diagnostics import methods_agree, specifications_agree
from evaluation.diagnostics.asked_otherwise import Rival, at_most, deleted
from evaluation.drawing import svg
from evaluation.terms import Challenge, HistoryColumn, Matching

ROUNDING = 1e-12  # sums of a few dozen numbers


def by_prior(prior, stays, offered):
    """Arrests by those before, and fewer among those offered: every sound way of comparing finds as much."""
    return np.clip(0.15 + 0.1 * prior - 0.15 * offered, 0, 0.95)


def steep(prior, stays, offered):
    """Arrests by those before alone, steeply: three classes of the score leave much of it between the arms."""
    return np.clip(0.02 + 0.3 * prior, 0, 0.95)


@pytest.fixture(scope="module")
def sound() -> Asked:
    return asked(records(by_prior, n=700))


@pytest.fixture(scope="module")
def coarse() -> Asked:
    return asked(records(steep, n=1800, seed=8), compare={"by": "subclasses", "subclasses": 3})


@pytest.fixture(scope="module")
def beside(sound: Asked) -> Challenge:
    return by_some(sound, "matched to the nearest", "weighted until the columns balance", "doubly robust")


@pytest.fixture(scope="module")
def against(coarse: Asked) -> Challenge:
    return by_some(coarse, "weighted by the score", "weighted until the columns balance")


def by_some(asks: Asked, *ways: str) -> Challenge:
    """The rivals of these ways of comparing alone, since each is told again twenty times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rival, "COMPARED", {way: rival.COMPARED[way] for way in ways})
        return rival.rival_method(asks)


# ------------------------------------------------------------------------------------------------ the error of a difference
def test_a_mean_told_again_without_each_group_has_the_error_of_the_mean_of_the_groups() -> None:
    rng = np.random.default_rng(1)
    y = rng.normal(size=(10, 7))  # ten groups of seven

    error, df = deleted(np.zeros(10), [float(np.delete(y, one, axis=0).mean()) for one in range(10)])

    assert error == pytest.approx(y.mean(axis=1).std(ddof=1) / sqrt(10), rel=ROUNDING) and df == 9


def test_what_two_ways_share_cancels_in_the_error_of_their_difference() -> None:
    shared = np.random.default_rng(1).normal(size=20)

    assert deleted(shared, shared + 1.0)[0] == pytest.approx(0, abs=ROUNDING)
    assert at_most(3.0, 4.0) == 5.0


def test_of_several_rivals_the_farthest_is_judged_at_a_share_of_the_size() -> None:
    near, far = Rival(0.01, 0.01, inf), Rival(0.022, 0.01, inf)

    alone, two = methods_agree({"far": far}), methods_agree({"near": near, "far": far})

    assert (alone.value, alone.holds) == (pytest.approx(2.2), False) and (two.value, two.holds) == (pytest.approx(2.2), True)
    assert two.limit == pytest.approx(2.2414, abs=1e-4)  # the normal quantile of 1 - .05 / 4
    assert methods_agree({"the same": Rival(0.0, 0.0, inf)}).holds


def test_groups_are_of_whole_people_and_hold_as_many_of_each_arm(sound: Asked) -> None:
    gone = grouped(sound)

    assert gone is not None and gone.shape == (GROUPS, len(sound.cohort)) and (gone.sum(axis=0) == 1).all()
    served = (gone & sound.cohort.served).sum(axis=1)  # type: ignore[union-attr]  # of clocks
    assert served.max() - served.min() <= 1


def test_without_some_people_everybody_else_is_compared_anew(sound: Asked) -> None:
    gone = np.arange(len(sound.cohort)) % 5 == 0

    made = compared_without(sound.cohort, sound.question, gone)

    assert made is not None and not made.kept[gone].any() and (made.weights[gone] == 0).all()
    assert made.weights[sound.cohort.served].sum() == pytest.approx((sound.cohort.served & ~gone).sum())  # type: ignore[union-attr]  # likewise


# ------------------------------------------------------------------------------------------------ rivals
def test_where_every_way_finds_the_same_but_for_luck_nothing_is_said(beside: Challenge) -> None:
    [told] = beside.diagnostics

    assert told.holds and not told.required and beside.expected is None
    assert beside.tried[0].own and "no farther from the study's own than luck explains" in beside.sentence


def test_where_the_studys_own_way_leaves_much_between_the_arms_the_others_disagree(against: Challenge) -> None:
    [told] = against.diagnostics

    assert not told.holds and told.value > (told.limit or inf)
    assert "at least one lies farther" in against.sentence


def test_an_answer_about_fewer_people_is_shown_and_is_no_rival(sound: Asked) -> None:
    found = by_some(replace(sound, comparison=replace(sound.comparison, kept=np.zeros(len(sound.cohort), dtype=bool))), "doubly robust")

    assert found.diagnostics == () and "It could not be asked" in found.sentence
    assert [one for one in found.tried if one.label.endswith("(another effect)")]


def test_a_way_that_repeats_the_answer_is_no_second_witness(beside: Challenge) -> None:
    again = "when it happens, of those compared"  # nobody was lost, so that the risk is the share

    assert again in [one.label for one in beside.tried] and f"{again}, apart" not in beside.diagnostics[0].detail


def test_two_way_effects_are_no_rival_and_what_has_none_says_so() -> None:
    asks, plan = study().questions[0], study().cohorts["main"]
    panel = replace(plan, assigned=None, clock="calendar")

    assert {one["estimator"] for one in rival.ways_of(replace(asks, method="did", estimator="group_time"), panel).values()} == {
        "imputation",
        "interaction_weighted",
        "difference",
    }
    assert rival.fits(replace(asks, method="survival", measure="time_free"), plan) and not rival.fits(asks, plan)


# ------------------------------------------------------------------------------------------------ the curve
def test_no_more_specifications_are_asked_than_there_is_room_for_and_always_the_same() -> None:
    factors = {f"factor {one}": {f"{one}.{each}": each for each in range(9)} for one in "abcd"}

    chosen = curve.chosen_of(factors)

    assert len(chosen) == curve.MOST and chosen == curve.chosen_of(factors)
    assert [len(one) for one in chosen[:36]] == [1] * 36 and len({tuple(one.items()) for one in chosen}) == len(chosen)


def test_each_column_is_left_out_in_turn_and_each_group_of_them() -> None:
    more = HistoryColumn("arrests_of_three_years", "event", PRIOR.kind, "count", 1095)

    columns = curve.factors_of(study().questions[0], study().cohorts["main"], (PRIOR, STAYS, more))["columns"]

    assert columns["without prior_bookings"] == {"compare.on": ("prior_arrests", "arrests_of_three_years")}
    assert columns["without all of arrest"] == {"compare.on": ("prior_bookings",)}


def test_a_caliper_is_no_choice_where_another_way_compares() -> None:
    matched = replace(study().questions[0], compare=Matching())
    factors = curve.factors_of(matched, study().cohorts["main"], (PRIOR, STAYS))

    together = [one for one in curve.chosen_of(factors, 1_000) if "comparing" in one and ({"caliper", "ratio"} & set(one))]

    assert together and {one["comparing"] for one in together} == {"and a regression"}


def test_a_sound_answer_is_that_of_most_specifications_and_the_column_that_matters_is_named(sound: Asked) -> None:
    found = curve.specifications(sound)

    [told] = found.diagnostics
    assert told.holds and "leaving out 'prior_arrests' moves it most" in told.sentence
    effects = [one.effect for one in found.tried if not one.own and isfinite(one.effect)]
    assert effects == sorted(effects) and any(one.label.endswith("(groups not alike)") for one in found.tried)


def test_an_answer_that_hangs_on_one_choice_is_told(coarse: Asked) -> None:
    found = curve.specifications(coarse)

    [told] = found.diagnostics
    assert coarse.own.low > 0 and not told.holds and told.detail["as clear"] < 0.5


def test_where_the_study_claims_nothing_no_share_is_judged() -> None:
    assert specifications_agree(0.4, None, 10, {}).holds and specifications_agree(0.4, None, 10, {}).limit is None
    assert not specifications_agree(0.8, 0.9, 10, {}).holds and not specifications_agree(1.0, 0.4, 10, {}).holds


# ------------------------------------------------------------------------------------------------ the pictures
def test_the_curve_has_a_dot_for_every_specification_and_for_every_choice(sound: Asked) -> None:
    found = curve.specifications(sound)

    figure = plot(found)
    above, below = figure.axes

    told = [one for one in found.tried if isfinite(one.effect)]
    assert len([line for line in above.lines if line.get_marker() in ("o", "D")]) == len(told)
    assert {label.get_text() for label in below.get_yticklabels()} >= {"without prior_arrests", "full", "entropy balancing"}
    assert "specification curve" in figure.alt and svg(figure) == svg(plot(found))


def test_the_picture_of_a_hidden_cause_is_of_effects_against_strength(sound: Asked) -> None:
    figure = plot(hidden_bias(sound))

    assert figure.axes[0].get_xticklabels()[0].get_text() == "nothing hidden" and "strengths" in figure.alt
