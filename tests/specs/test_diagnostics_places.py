"""Conditions of units that adopt: who is counted, who comes and goes, drifts, dips, and estimators side by side."""

from __future__ import annotations

import re

import numpy as np
import pytest

from evaluation.diagnostics import (
    cells_of_adoption,
    composition,
    enrolment_dip,
    estimators_agree,
    path_before_adoption,
    two_way_weights,
)
from evaluation.diagnostics.adoption import MOST_DRIFT
from evaluation.diagnostics.dips import MATERIAL as DIP_MATERIAL
from evaluation.diagnostics.dips import SIZE as DIP_SIZE
from evaluation.diagnostics.paths import JOINT_SIZE, MATERIAL, SLOPE_SIZE, nothing_before
from evaluation.terms import NEVER

LABELS = ("2018 Q1", "2018 Q2", "2018 Q3", "2018 Q4")
ADOPTED = np.array([1] * 4 + [2] * 30 + [NEVER] * 15)


def cells(*, people, **left):
    own = {"from_start": 0, "too_early": 0, "unused": 0} | left
    return cells_of_adoption(ADOPTED, LABELS, units="people" if people else "areas", people=people, **own)


def dip(fall=-0.5, p_value=0.001, worthwhile=-0.5, *, alone=False):
    return enrolment_dip(fall, p_value, worthwhile, unit="events", whose="the served", alone=alone, period="91 days", before=7)


# ------------------------------------------------------------------------------------------------ who adopts when
def test_areas_are_counted_by_period_and_named():
    told = cells(people=False, from_start=2, too_early=1)

    assert "34 areas adopt, by period 2018 Q2: 4, 2018 Q3: 30; 15 are compared only." in told.sentence
    assert "2 under the programme from the first period on, 1 that adopt with too few periods before" in told.sentence
    assert told.value == 4
    assert not told.behind


def test_small_counts_of_people_are_behind_the_sentence_and_not_in_it():
    told = cells(people=True, unused=3)

    assert "2018 Q2: 1 to 10" in told.sentence
    assert "1 to 10 that nobody is left to compare with" in told.sentence
    assert not re.search(r"[: ][34]\b(?!\d)", told.sentence)
    assert told.behind == {"2018 Q2": (4,), "2018 Q3": (30,), "compared only": (15,)}


def test_units_that_leave_on_one_side_alone_change_who_is_compared():
    watched = np.ones((49, 4), dtype=bool)
    assert composition(watched, ADOPTED, units="areas", people=False).sentence == "All areas are watched in every period."

    watched[:17, 3] = False  # half of those that adopt, in the last period
    told = composition(watched, ADOPTED, units="areas", people=False)
    seen = [watched[row, ADOPTED[row] :] for row in range(34)]
    expected = np.concatenate(seen).mean() - 1

    assert told.value == pytest.approx(expected)
    assert abs(told.value) > MOST_DRIFT
    assert not told.holds
    assert not told.required


def test_units_that_leave_alike_on_both_sides_change_nothing():
    watched = np.ones((49, 4), dtype=bool)
    watched[::2, 3] = False

    assert composition(watched, ADOPTED, units="areas", people=False).holds


# ------------------------------------------------------------------------------------------------ drifts
@pytest.mark.parametrize(
    ("slope_p", "joint_p", "drift", "largest", "holds"),
    [
        (SLOPE_SIZE - 0.001, None, 1.0, 0.0, False),
        (SLOPE_SIZE + 0.001, None, 1.0, 0.0, True),
        (SLOPE_SIZE - 0.001, None, 0.9 * MATERIAL, 0.0, True),  # too small to matter
        (0.9, JOINT_SIZE - 0.001, 0.0, 1.0, False),
        (0.9, JOINT_SIZE + 0.001, 0.0, 1.0, True),
        (0.9, JOINT_SIZE - 0.001, 0.0, 0.9 * MATERIAL, True),
    ],
)
def test_a_drift_before_adoption_is_refused_where_it_shows_and_matters(slope_p, joint_p, drift, largest, holds):
    told = path_before_adoption(slope_p, drift, -1.0, periods=8, effect=-0.4, joint_p=joint_p, largest=largest)

    assert told.holds == holds
    assert told.required
    assert ("already moving apart" in told.sentence) != holds


def test_a_drift_is_said_beside_the_effect():
    told = path_before_adoption(0.001, 0.512, -1.0, periods=8, effect=-0.4)

    assert "would be told as +0.51 with no programme at all, beside an effect of -0.4" in told.sentence


def test_with_nothing_before_the_path_could_not_be_looked_at():
    told = nothing_before(1)

    assert not told.holds and not told.required and "could not be looked at" in told.sentence


# ------------------------------------------------------------------------------------------------ dips
def test_a_spike_before_the_start_is_condemned_with_its_fall_and_a_guard():
    told = dip()

    assert not told.holds
    assert "stood above their own earlier path, more than among those compared (p = 0.001)" in told.sentence
    assert "a fall of up to 50 times for every 100 people" in told.sentence
    assert "matched on the outcome in each period before" in told.sentence
    assert "cut-off" in told.sentence


def test_a_dip_before_the_start_rises_again():
    assert "stood below" in dip(fall=0.5).sentence
    assert "told as a rise" in dip(fall=0.5).sentence


def test_of_the_served_alone_nobody_compared_is_spoken_of():
    assert "compared (p" not in dip(alone=True).sentence


def test_units_on_the_calendar_may_have_acted_ahead():
    told = enrolment_dip(0.5, 0.001, -0.5, unit="events", whose="those that adopt", alone=False, period="quarter", before=7, calendar=True)

    assert "before adoption those that adopt stood below" in told.sentence
    assert "declare `anticipation`" in told.sentence


def test_a_spike_that_luck_explains_or_that_does_not_matter_passes():
    assert dip(p_value=DIP_SIZE).holds
    assert dip(fall=-0.9 * DIP_MATERIAL * 0.5).holds


# ------------------------------------------------------------------------------------------------ side by side
@pytest.mark.parametrize(("others", "holds"), [((-0.5, -0.8), True), ((-0.5, -1.1), False), ((-0.5, 0.1), False)])
def test_estimators_disagree_by_more_than_the_effect_or_in_sign(others, holds):
    told = estimators_agree(-0.5, {f"way {number}": value for number, value in enumerate(others)})

    assert told.holds == holds
    assert not told.required


def test_estimators_that_disagree_are_named():
    assert "way 1" in estimators_agree(-0.5, {"way 0": -0.4, "way 1": 0.2}).sentence


def test_two_way_weights_say_what_to_ask_for_instead():
    assert two_way_weights(0.0, 0.02).holds
    assert "ask for group_time" in two_way_weights(0.0, 0.3).sentence
    assert not two_way_weights(0.2, None).holds
    assert "forbidden" not in two_way_weights(0.2, None).detail
