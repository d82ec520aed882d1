"""Imputation held against R's didimputation, and against dense least squares where R's own fixed effects are iterated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from did_data import Table, castle, divorce, mpdta
from pytest import approx

from evaluation.methods.did import imputation

R = json.loads((Path(__file__).parent / "did_imputation.json").read_text())
PANELS = {"mpdta": mpdta, "castle": castle, "divorce": divorce}
# didimputation takes fixed effects from fixest, which iterates until they move by less than about 1e-6: numbers are
# short of exact by some 4e-9 in the units of the outcome; suicide rates are of the order of 1e-5, so that is 1e-3 of an effect
ITERATED = 5e-9
ERROR = {"mpdta": 1e-6, "castle": 1e-6, "divorce": 3e-5}  # relative, for the same reason
EXACT = 1e-9  # relative, against dense least squares


@pytest.mark.parametrize("name", PANELS)
def test_the_effect_and_its_conservative_error_are_those_of_didimputation(name: str) -> None:
    table, told = PANELS[name](), R[name]["bjs_static"]
    fitted = imputation.fit(table.value, table.adopted)
    interval = fitted.interval("the normal")

    assert fitted.effect == approx(told["estimate"][0], rel=0, abs=ITERATED)
    assert fitted.std_error == approx(told["std.error"][0], rel=ERROR[name])
    # its interval reaches 1.96 standard errors, ours 1.959964
    assert (interval.low, interval.high) == approx((told["conf.low"][0], told["conf.high"][0]), rel=0, abs=1e-4 * fitted.std_error + ITERATED)


@pytest.mark.parametrize("name", PANELS)
def test_effects_by_event_time_are_those_of_didimputation(name: str) -> None:
    table = PANELS[name]()
    fitted = imputation.by_event_time(table.value, table.adopted)
    told = {int(e): (b, s) for e, b, s in zip(*(R[name]["bjs_es"][key] for key in ("term", "estimate", "std.error")), strict=True) if b is not None}

    assert fitted.at.tolist() == sorted(told)
    assert fitted.effect == approx(np.array([told[e][0] for e in fitted.at]), rel=0, abs=ITERATED)
    assert fitted.std_error == approx(np.array([told[e][1] for e in fitted.at]), rel=ERROR[name])


def test_states_under_the_law_throughout_are_set_aside_as_didimputation_does_and_counted() -> None:
    table = divorce()
    without = table.adopted != 0
    fitted, fewer = imputation.fit(table.value, table.adopted), imputation.fit(table.value[without], table.adopted[without])

    assert fitted.left_out == {"units under the programme in every period watched": 9}
    assert (fitted.effect, fitted.std_error) == approx((fewer.effect, fewer.std_error), rel=EXACT)
    assert next(e for e, b in zip(*(R["divorce"]["bjs_es"][key] for key in ("term", "estimate")), strict=True) if b is None) == "28"


@pytest.mark.parametrize("name", PANELS)
def test_the_effect_is_exactly_that_of_dense_least_squares_on_untreated_cells(name: str) -> None:
    table = PANELS[name]()
    over = left_over(table)
    under = (np.arange(table.value.shape[1]) >= table.adopted[:, None]) & (table.adopted > 0)[:, None]

    assert imputation.fit(table.value, table.adopted).effect == approx(over[under].mean(), rel=EXACT)


def left_over(table: Table) -> Any:
    """(n, T): values less the effects of units and periods that lstsq finds in untreated cells."""
    n, T = table.value.shape
    untreated = np.arange(T) < table.adopted[:, None]
    unit, period = np.nonzero(untreated)
    dummies = np.zeros((len(unit), n + T))
    dummies[np.arange(len(unit)), unit] = dummies[np.arange(len(unit)), n + period] = 1.0
    coef = np.linalg.lstsq(dummies, table.value[untreated], rcond=None)[0]
    return table.value - coef[:n, None] - coef[None, n:]
