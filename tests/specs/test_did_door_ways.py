"""How the door tells the error of a panel's effect: by parts, by refits, by signs, by dates dealt out anew; and when it tells none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.methods.did.dealing import effects_of
from evaluation.methods.did.fits import by_group_time
from evaluation.methods.did.laid import lay
from evaluation.terms import NEVER, Inference, Refused
from tests.specs.did_door import DID, Shown, asked, panel_of, roll_out, told

EXACT = 1e-9  # the same sums in another order
NEAR = 0.01  # of a standard error: what each cluster adds, against the effect told again without it


def way(by, estimator="group_time", **parts):
    return asked(estimator, inference=Inference(by), **parts)


def one_date(**parts):
    value, adopted = roll_out(**parts)
    return value, np.where(adopted < NEVER, 8, NEVER)


@pytest.mark.parametrize("aggregate", ["simple", "dynamic", "group", "calendar"])
@pytest.mark.parametrize(("reached", "compared"), [(24, "never_treated"), (24, "not_yet_treated"), (40, "not_yet_treated")])
@pytest.mark.parametrize("ahead", [0, 1])
def test_effects_told_for_many_dealings_are_those_told_once_with_errors(aggregate, compared, reached, ahead):
    value, adopted = roll_out(n=40, reached=reached, first=5)
    question = asked(aggregate=aggregate, compared=compared, anticipation=ahead)
    panel = panel_of(value, adopted, weight=np.linspace(1, 3, 40))
    laid = lay(panel, DID.compare(panel, replace(question, weights="population")), Shown(value).paths(), question)

    fast = effects_of(laid.value[:, :, None], laid.weight, laid.within, question)(laid.adopted)

    assert fast == pytest.approx([by_group_time(laid).effect], abs=EXACT)


def test_leaving_each_cluster_out_in_turn_is_what_each_adds_of_one_date():
    value, adopted = one_date()
    robust, jackknife = (told(panel_of(value, adopted), way(by), value)[1] for by in ("robust", "jackknife"))

    assert jackknife.std_error == pytest.approx(robust.std_error, rel=NEAR)
    assert robust.interval.by != jackknife.interval.by
    assert "CR3" in robust.interval.by


def test_a_bootstrap_is_never_surer_than_t():
    value, adopted = roll_out(n=12, reached=6, each=6)
    robust, drawn = (told(panel_of(value, adopted), way(by), value)[1] for by in ("robust", "bootstrap"))

    assert drawn.interval.low <= robust.interval.low
    assert drawn.p_value >= robust.p_value
    assert "multiplier" in drawn.interval.by


def test_units_that_share_luck_are_told_less_surely():
    value, adopted = one_date()
    people = np.repeat(value, 5, axis=0) + np.random.default_rng(0).normal(0, 0.1, (200, 15))
    day, office = np.repeat(adopted, 5), np.repeat(np.arange(40), 5)
    alone, together = (told(panel_of(people, day, "person", clusters=clusters), asked(), people)[1] for clusters in (None, office))

    assert together.effect == pytest.approx(alone.effect, abs=EXACT)
    assert together.std_error > 1.8 * alone.std_error


def test_dates_dealt_out_anew_tell_a_p_value_with_its_floor():
    value, adopted = one_date(n=10, reached=3, each=3)
    found = told(panel_of(value, adopted), way("randomisation"), value)[1]

    assert found.p_value * 120 == pytest.approx(round(found.p_value * 120))
    assert "no p-value below 0.0083 was possible" in found.interval.by


def test_with_two_treated_clusters_dates_are_dealt_out_and_no_path_has_limits():
    value, adopted = one_date(n=12, reached=2, each=2)
    found = told(panel_of(value, adopted), asked(), value)[1]

    few = next(each for each in found.diagnostics if each.name == "few_treated_clusters")
    assert not few.holds
    assert "ways to deal out" in found.interval.by
    assert found.p_value * 66 == pytest.approx(round(found.p_value * 66))
    assert all(point.low == -np.inf for point in found.path if not point.reference)
    assert all(other.interval is None for other in found.others)


def test_people_of_two_treated_offices_who_adopt_on_different_days_have_no_interval():
    value, adopted = roll_out(n=12, reached=2, each=1)
    rng = np.random.default_rng(0)
    people = np.repeat(value, 20, axis=0) + rng.normal(0, 1, (240, 15))
    day, office = np.repeat(adopted, 20), np.repeat(np.arange(12), 20)
    day[:5] = 12
    found = told(panel_of(people, day, "person", clusters=office), asked(), people)[1]

    assert not found.interval.given
    assert found.p_value == 1
    assert np.isfinite(found.std_error)


def test_the_wild_bootstrap_is_of_one_date():
    value, adopted = roll_out()
    with pytest.raises(Refused, match="several dates"):
        told(panel_of(value, adopted), way("wild_bootstrap"), value)

    value, adopted = one_date()
    robust, wild = (told(panel_of(value, adopted), way(by, "difference"), value)[1] for by in ("robust", "wild_bootstrap"))
    assert wild.effect == pytest.approx(robust.effect, abs=EXACT)
    assert wild.interval.high - wild.interval.low == pytest.approx(robust.interval.high - robust.interval.low, rel=0.2)
    assert "Webb" in wild.interval.by


def test_dates_cannot_be_dealt_out_where_a_cluster_adopts_on_several():
    value, adopted = roll_out()
    with pytest.raises(Refused, match="cannot be dealt out"):
        told(panel_of(value, adopted, clusters=np.arange(40) // 8), way("randomisation"), value)


def test_where_everybody_adopts_the_error_is_told_without_each_in_turn():
    value, adopted = roll_out(n=30, reached=30)
    found = told(panel_of(value, adopted), asked(), value)[1]

    assert found.interval.by.startswith("jackknife by cluster (CR3), t(")
    assert found.interval.given


def test_columns_of_the_history_take_out_what_they_tell():
    value, adopted = one_date(n=200, reached=80, each=80)
    x = np.random.default_rng(2).normal(size=200) + (adopted < NEVER)
    value = value + 0.3 * x[:, None] * np.arange(15)
    panel = panel_of(value, adopted, history={"x": x})

    plain, adjusted = (told(panel, asked("difference", adjust=way_), value)[1].effect for way_ in ("nothing", "doubly_robust"))

    assert abs(plain) > 1
    assert abs(adjusted) < 0.3


def test_gaps_leave_the_other_cells_as_they_are():
    value, adopted = roll_out()
    with_gap = value.copy()
    with_gap[39, 0] = np.nan
    one, other = (told(panel_of(shown, adopted), asked(), shown) for shown in (value, with_gap))

    assert other[1].effect == pytest.approx(one[1].effect, abs=EXACT)
    assert "1 of 40 areas are not watched in every period" in other[0].diagnostics[1].sentence


def test_before_and_after_is_the_units_own_change():
    value, adopted = one_date()
    reached = adopted < NEVER
    change = value[reached, 8:12].mean(axis=1) - value[reached, :8].mean(axis=1)

    comparison, found = told(panel_of(value, adopted), asked("before_after"), value)

    assert found.effect == pytest.approx(change.mean(), abs=EXACT)
    assert found.std_error == pytest.approx(change.std(ddof=1) / 24**0.5)
    assert found.estimand.name == "change"
    assert (comparison.kept == reached).all()
    assert found.served.mean - found.compared.mean == pytest.approx(found.effect)


@pytest.mark.parametrize("estimator", ["difference", "group_time"])
def test_what_could_be_seen_is_told_from_the_past_alone(estimator):
    value, adopted = one_date()
    later = value.copy()
    later[:, 8:] *= np.random.default_rng(0).uniform(0.5, 2, (40, 7))

    said = [
        next(each for each in told(panel_of(shown, adopted), asked(estimator), shown)[1].diagnostics if each.name == "detectable_by_the_past").value
        for shown in (value, later)
    ]

    assert said[1] == said[0]


@pytest.mark.parametrize("estimator", ["difference", "group_time", "interaction_weighted", "two_way", "imputation"])
def test_a_drift_and_nothing_else_is_told_as_what_the_effect_is(estimator):
    value, adopted = one_date(slope=0.4, spread=0.02, periods=12)

    found = told(panel_of(value, adopted), asked(estimator), value)[1]

    drift = next(each for each in found.diagnostics if each.name == "path_before_adoption")
    assert not drift.holds
    assert drift.detail["drift"] == pytest.approx(found.effect, abs=0.05)


@pytest.mark.parametrize("estimator", ["difference", "group_time"])
def test_a_dip_and_nothing_else_is_told_as_what_the_effect_is(estimator):
    value, adopted = one_date(spread=0.02)
    value[:, 7] += np.where(adopted < NEVER, 0.8, 0.0)

    found = told(panel_of(value, adopted), asked(estimator), value)[1]

    dip = next(each for each in found.diagnostics if each.name == "enrolment_dip")
    assert not dip.holds
    assert dip.detail["expected without any effect"] == pytest.approx(found.effect, abs=0.03)


@pytest.mark.parametrize("estimator", ["imputation", "interaction_weighted"])
def test_groups_of_one_area_are_not_told_surely(estimator):
    value, adopted = roll_out(n=12, reached=3, each=1)

    found = told(panel_of(value, adopted), asked(estimator), value)[1]

    assert found.interval.by.startswith("jackknife by cluster (CR3), t(")
    assert found.std_error > 0.5 * 0.5 / 3**0.5  # luck of a quarter, over three areas and four quarters
