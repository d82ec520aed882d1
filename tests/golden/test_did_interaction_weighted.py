"""The interaction-weighted estimator held against R's fixest::sunab."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from did_data import Table, castle, divorce, mpdta
from pytest import approx

from evaluation.methods.did import interaction_weighted
from evaluation.terms import NEVER

R = json.loads((Path(__file__).parent / "did_interaction_weighted.json").read_text())
POINT = 1e-8  # relative: rounding in R's effects near 0
ERROR = 3e-6  # relative: fixest iterates fixed effects until they move by less than about 1e-6, and suicide rates are of the order of 1e-5
TINY = 1e-12  # of effects on them


def as_sunab_has_it(name: str) -> Table:
    """fixest keeps states under the law before the first year as if they never had it: their own changes are compared with."""
    table = {"mpdta": mpdta, "castle": castle, "divorce": divorce}[name]()
    table.adopted[table.adopted == 0] = NEVER
    return table


@pytest.mark.parametrize("name", ["mpdta", "castle", "divorce"])
def test_effects_by_event_time_are_those_of_sunab(name: str) -> None:
    table, told = as_sunab_has_it(name), R[name]["sunab_es"]
    found = interaction_weighted.by_event_time(table.value, table.adopted)

    assert [f"t::{e}" for e in found.at] == told["term"]
    assert found.effect == approx(np.array(told["est"]), rel=POINT, abs=TINY)
    assert found.std_error == approx(np.array(told["se"]), rel=ERROR)


@pytest.mark.parametrize("name", ["mpdta", "castle", "divorce"])
def test_the_mean_effect_and_its_error_with_shares_as_known_are_those_of_sunab(name: str) -> None:
    table, told = as_sunab_has_it(name), R[name]["sunab_att"]
    found = interaction_weighted.fit(table.value, table.adopted)

    assert (found.effect, found.std_error, found.p_value) == approx((told["est"][0], told["se"][0], told["p"][0]), rel=ERROR)


@pytest.mark.parametrize("name", ["mpdta", "castle", "divorce"])
def test_effects_by_cohort_are_those_of_sunab(name: str) -> None:
    table, told = as_sunab_has_it(name), R[name]["sunab_cohort"]
    found = interaction_weighted.by_cohort(table.value, table.adopted)

    assert [f"cohort::{table.period[g]}" for g in found.at] == told["term"]
    assert found.effect == approx(np.array(told["est"]), rel=POINT, abs=TINY)
    assert found.std_error == approx(np.array(told["se"]), rel=ERROR)


def test_states_under_the_law_throughout_are_not_compared_with_unlike_in_sunab() -> None:
    table = divorce()
    without = table.adopted != 0
    found = interaction_weighted.fit(table.value, table.adopted)

    assert found.left_out == {"units under the programme before any period to compare with": 9}
    assert found.effect == approx(interaction_weighted.fit(table.value[without], table.adopted[without]).effect, rel=1e-12)
    assert abs(found.effect / R["divorce"]["sunab_att"]["est"][0] - 1) > 0.1
