"""The door for units on the calendar: who stands beside whom, what is refused, and what an estimate holds."""

from __future__ import annotations

import re

import numpy as np
import pytest

from evaluation.methods.horizons import periods_within
from evaluation.terms import NEVER, Horizon, Inference, Refused
from tests.golden.did_data import castle
from tests.specs.did_door import DID, QUARTER, asked, panel_of, roll_out, told

EXACT = 1e-9  # sums in another order
CASTLE = 0.01741205511  # R did 2.5.1, att_gt(control_group = "notyettreated") and aggte(type = "simple"): design/did.md 2.1
PRINTED = 1e-9  # R's digits as they were printed


def refusal(panel, question):
    with pytest.raises(Refused) as caught:
        DID.compare(panel, question)
    assert len(caught.value.problems) == 1
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ who stands beside whom
def test_a_unit_under_the_programme_from_the_first_period_on_is_left_out_and_counted():
    value, adopted = roll_out()
    adopted[:3] = 0

    comparison = DID.compare(panel_of(value, adopted), asked())

    assert not comparison.kept[:3].any()
    assert comparison.kept[3:].all()
    assert "Left out: 3 under the programme from the first period on." in comparison.diagnostics[0].sentence


def test_always_treated_units_change_nothing():
    value, adopted = roll_out()
    more = np.vstack([value, value[:4] + 7]), np.append(adopted, np.zeros(4, dtype=int))

    one, other = (told(panel_of(*made), asked(), made[0])[1] for made in ((value, adopted), more))

    assert other.effect == pytest.approx(one.effect, abs=EXACT)
    assert other.std_error == pytest.approx(one.std_error, abs=EXACT)


def test_with_anticipation_a_unit_needs_more_periods_before():
    value, adopted = roll_out()
    adopted[0] = 1

    kept = [bool(DID.compare(panel_of(value, adopted), asked(anticipation=ahead)).kept[0]) for ahead in (0, 1)]

    assert kept == [True, False]


def test_where_everybody_adopts_the_last_to_do_so_are_compared_only():
    value, adopted = roll_out(n=30, reached=30)
    comparison, found = told(panel_of(value, adopted), asked(), value)

    assert comparison.kept.all()
    assert found.served.areas == 25
    assert comparison.diagnostics[0].detail.keys() == {f"period {number}" for number in range(9, 14)}


def test_a_unit_nobody_watched_is_kept_out():
    value, adopted = roll_out()
    value[-1] = np.nan

    assert not DID.compare(panel_of(value, adopted), asked()).kept[-1]


def test_units_weigh_by_population_where_asked():
    value, adopted = roll_out()
    weight = np.linspace(1, 5, len(adopted))
    panel = panel_of(value, adopted, weight=weight)

    assert (DID.compare(panel, asked(weights="population")).weights == weight).all()
    assert (DID.compare(panel, asked()).weights == 1).all()


# ------------------------------------------------------------------------------------------------ what is refused
def test_one_treated_unit_is_refused():
    value, adopted = roll_out()
    adopted[1:] = NEVER

    assert "a single area adopts" in refusal(panel_of(value, adopted), asked())


def test_a_panel_that_nobody_adopts_in_is_refused():
    value, adopted = roll_out()

    assert "none of 40 areas adopts" in refusal(panel_of(value, np.full_like(adopted, NEVER)), asked())


def test_a_panel_without_a_period_before_is_refused():
    value, adopted = roll_out()

    assert "there is no period before" in refusal(panel_of(value, np.where(adopted < NEVER, 0, NEVER)), asked())


def test_nobody_to_compare_with_is_refused():
    value, adopted = roll_out(n=30, reached=30)
    together = np.full(30, 8)

    assert "no areas that have not adopted yet" in refusal(panel_of(value, together), asked())
    assert "no areas that never adopt" in refusal(panel_of(value, adopted), asked(compared="never_treated"))


def test_units_that_leave_again_undeclared_are_refused():
    value, adopted = roll_out()
    left = np.full(40, NEVER)
    left[:5] = 11

    assert "5 areas that adopted leave the programme again, the first in period 12" in refusal(panel_of(value, adopted, left=left), asked())


def test_a_refusal_about_people_gives_no_small_count_away():
    value, adopted = roll_out()
    left = np.full(40, NEVER)
    left[:5] = 11

    said = refusal(panel_of(value, adopted, "person", left=left), asked())

    assert "1 to 10 people" in said
    assert not re.search(r"\b5\b", said)


def test_a_horizon_shorter_than_a_period_is_refused():
    value, adopted = roll_out()

    assert "shorter than a period" in refusal(panel_of(value, adopted), asked(horizon=Horizon(days=90)))


def test_an_adjustment_without_a_history_is_refused():
    value, adopted = roll_out()

    assert "no history is declared" in refusal(panel_of(value, adopted), asked(adjust="regression"))


def test_clusters_that_nobody_declared_are_refused():
    value, adopted = roll_out()

    assert "declares no cluster" in refusal(panel_of(value, adopted), asked(inference=Inference("cluster")))


def test_outcomes_that_never_vary_are_refused():
    value, adopted = roll_out()

    with pytest.raises(Refused, match="changed by the same"):
        told(panel_of(value * 0 + 3, adopted), asked(), value * 0 + 3)


def test_two_by_two_of_several_dates_is_refused_and_names_the_estimator():
    value, adopted = roll_out()

    with pytest.raises(Refused, match=r"5 different periods.*group_time"):
        told(panel_of(value, adopted), asked("difference"), value)


# ------------------------------------------------------------------------------------------------ what an estimate holds
def test_the_door_tells_what_r_tells_of_castle_doctrine():
    data = castle()
    panel = panel_of(data.value, data.adopted)

    found = told(panel, asked(horizon=Horizon(days=5 * QUARTER)), data.value)[1]

    assert found.effect == pytest.approx(CASTLE, abs=PRINTED)


def test_one_date_of_adoption_is_two_means_of_changes_by_hand():
    value, adopted = roll_out()
    reached = adopted < NEVER
    adopted = np.where(reached, 8, NEVER)
    change = value[:, 8:12].mean(axis=1) - value[:, :8].mean(axis=1)

    found = told(panel_of(value, adopted), asked("difference"), value)[1]

    assert found.effect == pytest.approx(change[reached].mean() - change[~reached].mean(), abs=EXACT)
    assert found.served.mean == pytest.approx(value[reached, 8:12].mean(), abs=EXACT)
    assert found.compared.mean == pytest.approx(found.served.mean - found.effect, abs=EXACT)


def test_only_periods_within_the_horizon_are_counted():
    value, adopted = roll_out()
    later = value.copy()
    since = np.arange(15) - adopted.astype(np.int64)[:, None]
    later[(since >= 4) & (adopted < NEVER)[:, None]] += 100

    for estimator in ("group_time", "two_way", "imputation", "interaction_weighted", "before_after"):
        one, other = (told(panel_of(shown, adopted), asked(estimator), shown)[1] for shown in (value, later))
        assert other.effect == pytest.approx(one.effect, abs=1e-7), estimator


def test_arms_of_areas_count_areas_and_those_who_live_there():
    value, adopted = roll_out()
    found = told(panel_of(value, adopted), asked(), value)[1]

    assert (found.served.areas, found.served.people) == (24, 2_400)
    assert (found.compared.areas, found.compared.people) == (16, 1_600)
    assert found.periods == "quarter"
    assert found.ratio is None


def test_arms_of_people_count_people_and_say_how_near_an_amount_can_be_guessed():
    value, adopted = roll_out()
    found = told(panel_of(value, adopted, "person"), asked(), value)[1]

    assert (found.served.people, found.served.some, found.served.areas) == (24, 24, None)
    assert 0 < found.served.closest < np.inf


def test_the_path_has_a_reference_of_no_effect_and_bands_wider_than_limits():
    value, adopted = roll_out()
    path = told(panel_of(value, adopted), asked(), value)[1].path
    reference = [point for point in path if point.reference]

    assert [point.since for point in reference] == [-1]
    assert reference[0].effect == reference[0].band_low == 0
    assert all(point.band_low < point.low < point.high < point.band_high for point in path if not point.reference)
    assert [point.units for point in path if point.since in (0, 6)] == [24, 5]


def test_the_reference_lies_before_the_periods_that_are_anticipated():
    value, adopted = roll_out()
    path = told(panel_of(value, adopted), asked(anticipation=1), value)[1].path

    assert [point.since for point in path if point.reference] == [-2]


def test_other_estimators_stand_beside_and_say_whether_they_agree():
    value, adopted = roll_out(effect=-1.0)
    found = told(panel_of(value, adopted), asked(), value)[1]

    assert [other.name for other in found.others] == ["two-way fixed effects", "imputation", "interaction-weighted"]
    agree = next(each for each in found.diagnostics if each.name == "estimators_agree")
    assert agree.holds
    assert agree.value == pytest.approx(max(abs(other.effect - found.effect) for other in found.others))


def test_two_way_says_what_it_weighs():
    value, adopted = roll_out()
    found = told(panel_of(value, adopted), asked("two_way"), value)[1]

    weights = next(each for each in found.diagnostics if each.name == "two_way_weights")
    assert 0 < weights.detail["forbidden"] < 1


def test_effects_are_per_so_many_people():
    value, adopted = roll_out()
    one, hundred = (told(panel_of(value, adopted), asked(per=per), value)[1] for per in (1, 100))

    assert hundred.effect == pytest.approx(100 * one.effect)


def test_a_declared_end_is_dropped_or_told_as_an_effect_of_its_own():
    value, adopted = roll_out()
    left = np.full(40, NEVER)
    left[:5] = 10
    dropped, own = (told(panel_of(value, adopted, left=left, after_stop=after), asked(), value)[1] for after in ("drop", "own_effect"))

    assert dropped.effect == pytest.approx(own.effect, abs=EXACT)
    assert "after units left the programme" in {other.name for other in own.others}
    assert "after units left the programme" not in {other.name for other in dropped.others}


def test_rows_in_any_order_tell_the_same():
    value, adopted = roll_out()
    order = np.random.default_rng(3).permutation(len(adopted))
    one, other = (told(panel_of(value[rows], adopted[rows]), asked(), value[rows])[1] for rows in (np.arange(40), order))

    assert other.effect == pytest.approx(one.effect, abs=EXACT)
    assert other.interval.low == pytest.approx(one.interval.low, abs=EXACT)
    assert other.path[0].band_low == pytest.approx(one.path[0].band_low, abs=1e-7)


def test_as_many_periods_count_for_every_unit_though_months_differ():
    edges = np.cumsum([0, 31, 28, 31, 30, 31, 30])

    assert periods_within(edges, Horizon(months=3)) == 3
    assert periods_within(edges, Horizon(days=92)) == 3
    assert periods_within(edges, Horizon(days=27)) == 0
