"""Effects by cohort and period, and what they are averaged to, against R's did 2.5.1 (on DRDID 1.2.3): every case in `did_group_time.json`.

POINT: R and this package add the same numbers up in another order.  LOGIT: R stops its logit steps sooner.  ERROR: both, for standard
errors.  Where R's own errors are not the exact ones there is a wider tolerance, and `test_did_group_time_jackknife.py` is the judge: of
repeated cross-sections that are doubly robust R is up to .10 % away from the infinitesimal jackknife, of unbalanced panels up to .93 %.
BAND: the critical values are of 100,000 draws in R, and of as many others here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import did_data
import numpy as np
import pytest

from evaluation.methods.did import repeated
from evaluation.methods.did.aggregates import aggregate
from evaluation.methods.did.bands import bootstrap
from evaluation.methods.did.group_time import group_time
from evaluation.methods.did.group_time_parts import GroupTime

POINT, LOGIT, ERROR = 1e-9, 1e-7, 1e-6
LOOSE = {"rcs": 1.1e-3, "allow_unbalanced": 9.5e-3}
BAND, DRAWS = 0.02, 100_000
GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "did_group_time.json").read_text())["values"]
CASES = [key for key in GOLDEN if not key.endswith("uniform_band_mc")]
POOLS = {"nevertreated": "never_treated", "notyettreated": "not_yet_treated"}
ADJUST = {"dr": "doubly_robust", "ipw": "inverse_probability", "reg": "regression"}
OVERLAP = ((0.793990, 0.271351), (1.224474, 0.155922), (1.329993, 0.117567), (1.666823, 0.140987))  # ATT(3, 4) and its error, normalised


def asked(key: str) -> tuple[did_data.Table, GroupTime]:
    """The panel of a case, and its effects."""
    data, pool, method, column, base, option = (*key.split("|"), "")[:6]
    table: did_data.Table = getattr(did_data, data.removesuffix("_unbalanced"))()
    value = did_data.thinned(table) if data.endswith("_unbalanced") else table.value
    words: dict[str, Any] = {"compared": POOLS[pool], "base": base}
    if column != "nocov":
        X = table.columns[column]
        words |= {"adjust": ADJUST[method], "covariates": X[..., None]}
    if option == "ant1":
        words["anticipation"] = 1
    if option == "popwt":
        words["weight"] = table.columns["popwt"]
    if option == "w=exp(lpop)":
        words["weight"] = np.exp(table.columns["lpop"])
    if option in LOOSE:
        return table, repeatedly(table, value, words, by_unit=option == "allow_unbalanced")
    return table, group_time(value, table.adopted, **words)


def repeatedly(table: did_data.Table, value: Any, words: dict[str, Any], *, by_unit: bool) -> GroupTime:
    """The rows of a panel as if each were seen once, or as those of units."""
    n, periods = value.shape
    seen = np.isfinite(value.ravel())
    rows = {"period": np.tile(np.arange(periods), n), "adopted": np.repeat(table.adopted, periods), "unit": np.repeat(np.arange(n), periods)}
    told = {name: column[seen] for name, column in rows.items() if by_unit or name != "unit"}
    covariates = np.repeat(words["covariates"], periods, axis=0)[seen]
    return repeated.group_time(value.ravel()[seen], periods=periods, **told, **{**words, "covariates": covariates})


def tolerances(key: str) -> tuple[float, float]:
    """Of points, and of standard errors."""
    iterated = "|nocov|" not in key and "|reg|" not in key
    loose = next((LOOSE[option] for option in LOOSE if key.endswith(option) and iterated and "|ipw|" not in key), ERROR)
    return LOGIT if iterated else POINT, loose


@pytest.mark.parametrize("key", CASES)
def test_every_cell_and_its_error_are_those_of_r(key: str) -> None:
    table, cells = asked(key)
    point, error = tolerances(key)
    golden = GOLDEN[key]["gt"]
    years = list(zip((cells.group + table.period[0]).tolist(), (cells.period + table.period[0]).tolist(), strict=True))
    at = [years.index(one) for one in zip(golden["g"], golden["t"], strict=True)]
    told = np.array([float("nan") if one is None else one for one in golden["att"]])
    assert len(at) == int(np.isfinite(cells.effect).sum())
    np.testing.assert_allclose(cells.effect[at], told, rtol=0, atol=point)
    errors = np.array([0.0 if one is None else one for one in golden["se"]])  # R gives none to the period that all are measured from
    np.testing.assert_allclose(np.sqrt(np.diag(cells.covariance()))[at], errors, rtol=error, atol=1e-15)
    np.testing.assert_allclose(np.sqrt((cells.influence**2).sum(axis=0))[at], errors, rtol=error, atol=1e-15)


@pytest.mark.parametrize("key", CASES)
def test_the_four_averages_and_their_errors_are_those_of_r(key: str) -> None:
    table, cells = asked(key)
    point, error = tolerances(key)
    for how in ("simple", "dynamic", "group", "calendar"):
        golden, told = GOLDEN[key][how], aggregate(cells, how)
        assert told.overall == pytest.approx(golden["overall_att"], rel=0, abs=point)
        assert np.sqrt((told.overall_influence**2).sum()) == pytest.approx(golden["overall_se"], rel=error)
        if how == "simple":
            continue
        at = told.at + (0 if how == "dynamic" else table.period[0])
        assert at.tolist() == golden["egt"]
        np.testing.assert_allclose(told.effect, golden["att"], rtol=0, atol=point)
        errors = np.array([0.0 if one is None else one for one in golden["se"]])
        np.testing.assert_allclose(np.sqrt((told.influence**2).sum(axis=0)), errors, rtol=error, atol=1e-15)


# R tests periods before adoption with the whole covariance; of castle and divorce it is singular, whatever R then prints
@pytest.mark.parametrize("key", [key for key in CASES if key.startswith("mpdta") and not key.endswith(tuple(LOOSE))])
def test_the_test_of_all_periods_before_adoption_is_that_of_r(key: str) -> None:
    _, cells = asked(key)
    V = cells.covariance()
    before = (cells.period < cells.group) & (np.diag(V) > 0)
    W = cells.effect[before] @ np.linalg.solve(V[np.ix_(before, before)], cells.effect[before])
    assert pytest.approx(GOLDEN[key]["wald_pretest"]["W"], rel=ERROR) == W


@pytest.mark.parametrize(("part", "name"), [("gt", "crit_gt"), ("dynamic", "crit_dynamic")])
def test_bands_for_all_effects_at_once_are_as_wide_as_those_of_r(part: str, name: str) -> None:
    _, cells = asked("mpdta|nevertreated|dr|nocov|varying")
    influence = cells.influence if part == "gt" else aggregate(cells, "dynamic").influence
    drawn = bootstrap(influence, draws=DRAWS)
    golden = GOLDEN["mpdta|uniform_band_mc"]
    assert drawn.critical == pytest.approx(golden[name], abs=BAND)
    np.testing.assert_allclose(drawn.error, golden["se_boot_gt" if part == "gt" else "se_boot_dyn"], rtol=0.03)


@pytest.mark.parametrize("number", range(4))
def test_weights_are_normalised_where_few_are_like_those_chosen(number: int) -> None:
    table = did_data.overlap(number)
    cells = group_time(
        table.value, table.adopted, covariates=table.columns["x"][:, None], adjust="doubly_robust", compared="never_treated"
    )  # fmt: skip
    last = cells.period.tolist().index(3)
    told = (cells.effect[last], np.sqrt(cells.covariance()[last, last]))
    assert told == pytest.approx(OVERLAP[number], abs=1e-6)
    assert cells.set_aside[last] == 0
