"""What each unit adds to an error is how the effect moves with its weight: the judge where libraries disagree.

The infinitesimal jackknife: weigh one unit a little more and a little less, tell everything anew, and the slope is its part.  STEP is
of a weight of about 1, which leaves its square, and rounding over STEP: both below MOVED, of the largest part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from evaluation.methods.did import repeated
from evaluation.methods.did.aggregates import aggregate
from evaluation.methods.did.group_time import group_time
from evaluation.methods.did.group_time_parts import GroupTime
from evaluation.terms import NEVER, Aggregate
from tests.golden.did_data import mpdta, thinned

STEP, MOVED = 1e-4, 1e-6
UNITS, PERIODS = 48, 5
WAYS = ("nothing", "regression", "inverse_probability", "doubly_robust")
HOW: tuple[Aggregate, ...] = ("simple", "dynamic", "group", "calendar")
Array = np.ndarray[Any, Any]


def invented() -> dict[str, Array]:
    """A panel of three cohorts and some who never adopt, with two covariates that tell, weights and a unit that came too early."""
    rng = np.random.default_rng(4)
    adopted = np.repeat([2, 3, 4, NEVER], [11, 10, 9, UNITS - 30])
    X = rng.normal(size=(UNITS, 2)) + np.where(adopted == NEVER, 0, 0.4)[:, None]
    value = rng.normal(size=(UNITS, PERIODS)).cumsum(axis=1) + X[:, :1] * np.arange(PERIODS) * 0.3
    adopted[0] = 0
    return {"value": value, "adopted": adopted, "X": X, "weight": rng.uniform(0.5, 2.0, UNITS)}


def numbers(cells: GroupTime) -> tuple[Array, Array]:
    """Every effect, by cell and averaged, and each unit's part in each."""
    told = [aggregate(cells, how, periods=3) for how in HOW]
    effect = np.concatenate([cells.effect, *(one.effect for one in told), [one.overall for one in told]])
    parts = np.column_stack([cells.influence, *(one.influence for one in told), *(one.overall_influence for one in told)])
    return effect, parts


def judged(tell: Callable[[Array], GroupTime], weight: Array, units: Array) -> None:
    """Compares the parts of some units with the slopes, where `tell` tells everything by the weights of all."""
    effect, parts = numbers(tell(weight))
    assert np.isfinite(effect).all()
    for unit in units:
        step = np.zeros(len(weight))
        step[unit] = STEP
        slope = (numbers(tell(weight + step))[0] - numbers(tell(weight - step))[0]) / (2 * STEP) * weight[unit]
        np.testing.assert_allclose(parts[unit], slope, rtol=0, atol=MOVED * np.abs(parts).max())
    np.testing.assert_allclose(parts.sum(axis=0), 0, atol=1e-12)


@pytest.mark.parametrize("adjust", WAYS)
@pytest.mark.parametrize("compared", ["never_treated", "not_yet_treated"])
def test_a_part_is_how_far_an_effect_moves_with_a_unit(adjust: Any, compared: Any) -> None:
    panel = invented()
    words = {"adjust": adjust, "covariates": panel["X"], "compared": compared}
    judged(lambda w: group_time(panel["value"], panel["adopted"], weight=w, **words), panel["weight"], np.arange(0, UNITS, 2))


@pytest.mark.parametrize("adjust", ["nothing", "doubly_robust"])
def test_so_it_is_where_units_miss_periods(adjust: Any) -> None:
    panel = invented()
    value = panel["value"].copy()
    value[np.arange(0, UNITS, 4), np.arange(0, UNITS, 4) % PERIODS] = np.nan
    words = {"adjust": adjust, "covariates": panel["X"], "gaps": "pairwise", "base": "universal"}
    judged(lambda w: group_time(value, panel["adopted"], weight=w, **words), panel["weight"], np.arange(0, UNITS, 3))


@pytest.mark.parametrize("adjust", WAYS)
def test_so_it_is_of_repeated_cross_sections(adjust: Any) -> None:
    panel = invented()
    rows = np.arange(0, UNITS * PERIODS, 2)
    unit, period = np.divmod(rows, PERIODS)
    X = panel["X"][unit] + np.random.default_rng(1).normal(size=(len(rows), 2)) * 0.5
    words = {"adjust": adjust, "covariates": X, "periods": PERIODS, "compared": "never_treated"}
    value, adopted = panel["value"].ravel()[rows], panel["adopted"][unit]
    judged(lambda w: repeated.group_time(value, period, adopted, weight=w, **words), panel["weight"][unit], np.arange(0, len(rows), 8))


# ------------------------------------------------------------------------------------------ where R is not exact
def test_the_errors_of_unbalanced_panels_are_exact_where_those_of_r_are_not() -> None:
    """R's differ by up to .93 % from the root of the sum of these parts squared; each part is the slope."""
    table = mpdta()
    n, periods = table.value.shape
    value = thinned(table).ravel()
    seen = np.isfinite(value)
    unit, period = (one[seen] for one in (np.repeat(np.arange(n), periods), np.tile(np.arange(periods), n)))
    words = {
        "adjust": "doubly_robust",
        "covariates": table.columns["lpop"][unit, None],
        "periods": periods,
        "unit": unit,
        "compared": "never_treated",
    }

    def tell(weight: Array) -> GroupTime:
        return repeated.group_time(value[seen], period, table.adopted[unit], weight=weight[unit], **words)

    judged(tell, np.ones(n), np.array([1, 17, 120, 260, 499]))


def test_the_errors_of_doubly_robust_cross_sections_are_exact_where_those_of_r_are_not() -> None:
    """R's differ by up to .10 %; each part is the slope."""
    table = mpdta()
    n, periods = table.value.shape
    unit, period = np.repeat(np.arange(n), periods), np.tile(np.arange(periods), n)
    words = {"adjust": "doubly_robust", "covariates": table.columns["lpop"][unit, None], "periods": periods, "compared": "never_treated"}

    def tell(weight: Array) -> GroupTime:
        return repeated.group_time(table.value.ravel(), period, table.adopted[unit], weight=weight, **words)

    judged(tell, np.ones(n * periods), np.array([5, 88, 700, 1303, 2499]))
