"""Laws of effects by cohort and period, whatever the panel: what must not matter does not, and errors are what units would show.

SAME is rounding: numbers are added up in another order.  JACKKNIFE is how far errors from the parts may be from those of leaving out one
cluster after another, which are themselves about half a percent larger: a mean of what is left of 100 moves by 1/99 of what is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from evaluation.methods.did.aggregates import Aggregated, aggregate
from evaluation.methods.did.group_time import group_time
from evaluation.methods.did.group_time_parts import GroupTime, clustered
from evaluation.terms import NEVER, Aggregate

SAME, JACKKNIFE = 1e-10, 0.02
PERIODS = 5
HOW: tuple[Aggregate, ...] = ("simple", "dynamic", "group", "calendar")
WAYS: tuple[dict[str, Any], ...] = (
    {"compared": "never_treated"},
    {"compared": "not_yet_treated", "anticipation": 1},
    {"compared": "not_yet_treated", "adjust": "regression"},
    {"compared": "never_treated", "adjust": "inverse_probability", "base": "universal"},
    {"compared": "not_yet_treated", "adjust": "doubly_robust"},
)
Array = np.ndarray[Any, Any]


def panel(seed: int, n: int) -> dict[str, Array]:
    """Units that change by a covariate, whose cohorts differ in it; weights, and clusters of about four."""
    rng = np.random.default_rng(seed)
    adopted = rng.choice([2, 3, 4, NEVER], n, p=[0.2, 0.2, 0.2, 0.4])
    X = rng.normal(size=(n, 1)) + (adopted == NEVER)[:, None] * 0.3
    value = rng.normal(size=(n, PERIODS)).cumsum(axis=1) + 0.3 * X * np.arange(PERIODS) + (np.arange(PERIODS) >= adopted[:, None])
    return {"value": value, "adopted": adopted, "covariates": X, "weight": rng.uniform(0.5, 2, n), "cluster": rng.integers(0, n // 4, n)}


def told(units: dict[str, Array], way: dict[str, Any]) -> GroupTime:
    """The effects of a panel."""
    return group_time(**{name: column for name, column in units.items() if name != "cluster"}, **way)


def of(units: dict[str, Array], rows: Array) -> dict[str, Array]:
    """The panel of some rows."""
    return {name: column[rows] for name, column in units.items()}


def alike(one: GroupTime, other: GroupTime, *, effect: float = 1.0, error: float = 1.0) -> None:
    """Whether two tell the same cells and averages, but for a factor."""
    assert one.group.tolist() == other.group.tolist() and one.why.tolist() == other.why.tolist()
    np.testing.assert_allclose(one.effect * effect, other.effect, rtol=0, atol=SAME * effect)
    np.testing.assert_allclose(one.covariance() * error**2, other.covariance(), rtol=0, atol=SAME * error**2)
    for how in HOW:
        mine, theirs = aggregate(one, how), aggregate(other, how)
        assert theirs.overall == pytest.approx(mine.overall * effect, rel=SAME)
        assert spread(theirs) == pytest.approx(spread(mine) * error, rel=1e-9)
        np.testing.assert_allclose(mine.effect * effect, theirs.effect, rtol=0, atol=SAME * effect)


def spread(one: Aggregated) -> float:
    """The error of the overall number, by unit."""
    return float(np.sqrt((one.overall_influence**2).sum()))


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_units_does_not_matter(way: dict[str, Any], seed: int) -> None:
    units = panel(seed, 120)
    order = np.random.default_rng(9).permutation(120)
    one, other = told(units, way), told(of(units, order), way)
    alike(one, other)
    np.testing.assert_allclose(one.influence[order], other.influence, rtol=0, atol=SAME)
    by_cluster = clustered(one.influence, units["cluster"]), clustered(other.influence, 1000 - 3 * units["cluster"][order])
    np.testing.assert_allclose(*by_cluster, rtol=0, atol=SAME)  # nor what clusters are called


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_how_never_is_written_does_not_matter(way: dict[str, Any]) -> None:
    units = panel(3, 120)
    never = units["adopted"] == NEVER
    for word in (PERIODS + 1, 9999):
        alike(told(units, way), told(units | {"adopted": np.where(never, word, units["adopted"])}, way))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_units_that_were_always_under_the_programme_change_nothing(way: dict[str, Any]) -> None:
    units, more = panel(4, 120), panel(5, 30)
    more["adopted"] = np.zeros(30, np.int64)
    one, other = told(units, way), told({name: np.concatenate([units[name], more[name]]) for name in units}, way)
    alike(one, other)
    assert other.always == one.always + 30


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_unit_twice_leaves_the_effects_and_lets_errors_fall_by_the_root_of_two(way: dict[str, Any]) -> None:
    units = panel(6, 120)
    one, twice = told(units, way), told(of(units, np.tile(np.arange(120), 2)), way)
    alike(one, twice, error=0.5**0.5)
    together = clustered(twice.influence, np.tile(np.arange(120), 2))
    np.testing.assert_allclose(together, one.covariance(), rtol=0, atol=SAME)  # but not by clusters of a unit and its double


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_an_outcome_moved_by_unit_and_period_and_told_in_another_unit_gives_the_same_effects_in_that_unit(way: dict[str, Any]) -> None:
    units = panel(7, 120)
    rng = np.random.default_rng(1)
    moved = units["value"] * 12.5 + rng.normal(size=(120, 1)) * 100 + rng.normal(size=PERIODS) * 40
    alike(told(units, way), told(units | {"value": moved}, way), effect=12.5, error=12.5)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_weights_of_a_whole_number_are_so_many_units(way: dict[str, Any]) -> None:
    units = panel(8, 90)
    times = np.random.default_rng(2).integers(1, 4, 90)
    one = told(units | {"weight": times.astype(float)}, way)
    several = of(units, np.repeat(np.arange(90), times))
    many = told(several | {"weight": np.ones(int(times.sum()))}, way)
    np.testing.assert_allclose(one.effect, many.effect, rtol=0, atol=SAME)
    for how in HOW:
        assert aggregate(one, how).overall == pytest.approx(aggregate(many, how).overall, abs=SAME)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_with_one_cohort_and_one_period_since_every_average_is_the_cell(way: dict[str, Any]) -> None:
    units = panel(9, 120)
    units["adopted"] = np.where(units["adopted"] == NEVER, NEVER, PERIODS - 1)
    cells = told(units, way)
    last = int(np.flatnonzero(cells.period == PERIODS - 1)[0])
    for how in HOW:
        average = aggregate(cells, how)
        assert average.overall == pytest.approx(cells.effect[last], abs=SAME)
        np.testing.assert_allclose(average.overall_influence, cells.influence[:, last], rtol=0, atol=SAME)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_with_one_cohort_all_averages_are_one_number(way: dict[str, Any]) -> None:
    units = panel(10, 120)
    units["adopted"] = np.where(units["adopted"] == NEVER, NEVER, 2)
    averages = [aggregate(told(units, way), how) for how in HOW]
    assert [one.overall for one in averages] == pytest.approx([averages[0].overall] * 4, abs=SAME)
    for one in averages[1:]:
        np.testing.assert_allclose(one.overall_influence, averages[0].overall_influence, rtol=0, atol=SAME)


@pytest.mark.parametrize("way", [WAYS[1], WAYS[4]], ids=str)
def test_the_error_of_every_average_is_near_that_of_leaving_out_one_cluster_after_another(way: dict[str, Any]) -> None:
    n, clusters = 400, 100
    units = panel(11, n) | {"cluster": np.arange(n) % clusters}
    cells = told(units, way)
    left = np.array([[aggregate(of_others, how).overall for how in HOW] for of_others in leaving_out(units, way, clusters)])
    jackknifed = np.sqrt((clusters - 1) / clusters * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    errors = [clustered(aggregate(cells, how).overall_influence[:, None], units["cluster"])[0, 0] ** 0.5 for how in HOW]
    assert errors == pytest.approx(jackknifed.tolist(), rel=JACKKNIFE)


def leaving_out(units: dict[str, Array], way: dict[str, Any], clusters: int) -> Iterator[GroupTime]:
    """The effects of a panel without each of its clusters."""
    for cluster in range(clusters):
        yield told(of(units, units["cluster"] != cluster), way)
