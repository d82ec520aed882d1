"""Effects by cohort and period as a slow, plain reading of their definition has them: loops over units, statsmodels' logit and regression.

SAME is of logits that stop at different steps; nothing else differs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from evaluation.methods.did import repeated
from evaluation.methods.did.aggregates import aggregate
from evaluation.methods.did.group_time import group_time
from evaluation.terms import NEVER

SAME = 1e-9
WAYS = ("nothing", "regression", "inverse_probability", "doubly_robust")
PERIODS = 6
Array = np.ndarray[Any, Any]


def panel(seed: int) -> tuple[Array, Array, Array, Array]:
    """Values, adoption, covariates by period, and weights of 90 units."""
    rng = np.random.default_rng(seed)
    n = 90
    adopted = rng.choice([1, 2, 4, 5, NEVER], n, p=[0.15, 0.2, 0.2, 0.15, 0.3])
    X = rng.normal(size=(n, PERIODS, 2)) + (adopted == 4)[:, None, None] * 0.3
    return X[:, :, 0].cumsum(axis=1) * 0.4 + rng.normal(size=(n, PERIODS)), adopted, X, rng.uniform(0.5, 3, n)


def by_hand(change: Array, X: Array, served: Array, w: Array, adjust: str) -> float:
    """The mean change of the served less what those compared tell, as the papers write it."""
    Z = sm.add_constant(X)
    expected = np.zeros(len(change))
    if adjust in ("regression", "doubly_robust"):
        expected = sm.WLS(change[~served], Z[~served], weights=w[~served]).fit().predict(Z)
    odds = w.copy()
    if adjust in ("inverse_probability", "doubly_robust"):
        fit = sm.GLM(served.astype(float), Z, family=sm.families.Binomial(), freq_weights=w).fit(tol=1e-14, maxiter=200)
        p = fit.predict(Z)
        odds = w * p / (1 - p)
    total_served = total_odds = size_served = size_odds = 0.0
    for i in range(len(change)):
        if served[i]:
            total_served, size_served = total_served + w[i] * (change[i] - expected[i]), size_served + w[i]
        else:
            total_odds, size_odds = total_odds + odds[i] * (change[i] - expected[i]), size_odds + odds[i]
    return total_served / size_served - total_odds / size_odds


def compared_with(adopted: Array, group: int, later: int, compared: str) -> Array:
    """Who may be compared, unit by unit."""
    never = [bool(one == NEVER) for one in adopted]
    if compared == "never_treated":
        return np.array(never)
    return np.array([one or (when > later and when != group) for one, when in zip(never, adopted, strict=True)])


@pytest.mark.parametrize("adjust", WAYS)
@pytest.mark.parametrize("compared", ["never_treated", "not_yet_treated"])
@pytest.mark.parametrize(("base", "anticipation"), [("varying", 0), ("universal", 1)])
def test_the_fast_effects_are_the_slow_ones(adjust: Any, compared: Any, base: Any, anticipation: int) -> None:
    value, adopted, X, weight = panel(3)
    words = {"covariates": X, "adjust": adjust, "compared": compared, "weight": weight}
    cells = group_time(value, adopted, base=base, anticipation=anticipation, **words)
    assert np.isfinite(cells.effect).all()
    assert cells.always == int((adopted <= anticipation).sum())
    told = 0
    for group in sorted(set(adopted[(adopted != NEVER) & (adopted > anticipation)].tolist())):
        for period in range(0 if base == "universal" else 1, PERIODS):
            start = group - anticipation - 1 if base == "universal" or period >= group - anticipation else period - 1
            served = adopted == group
            others = compared_with(adopted, group, max(period, start) + anticipation, compared)
            k = np.flatnonzero((cells.group == group) & (cells.period == period))
            assert (len(k), cells.base[k[0]]) == (1, start)
            assert (cells.treated[k[0]], cells.comparisons[k[0]]) == (served.sum(), others.sum())
            rows = served | others
            expected = by_hand((value[:, period] - value[:, start])[rows], X[rows, min(period, start)], served[rows], weight[rows], adjust)
            assert cells.effect[k[0]] == pytest.approx(expected, abs=SAME)
            told += 1
    assert told == len(cells.effect)


@pytest.mark.parametrize("adjust", WAYS)
def test_so_they_are_where_units_miss_periods(adjust: Any) -> None:
    value, adopted, X, weight = panel(6)
    value[np.arange(0, 90, 3), np.arange(30) % PERIODS] = np.nan
    cells = group_time(value, adopted, covariates=X[:, 0], adjust=adjust, weight=weight, gaps="pairwise")
    for k, (group, now, then) in enumerate(zip(cells.group, cells.period, cells.base, strict=True)):
        served, change = adopted == group, value[:, now] - value[:, then]
        rows = (served | compared_with(adopted, group, max(now, then), "not_yet_treated")) & np.isfinite(change)
        expected = by_hand(change[rows], X[rows, 0], served[rows], weight[rows], adjust)
        assert (cells.treated[k], cells.treated[k] + cells.comparisons[k]) == ((served & rows).sum(), rows.sum())
        assert cells.effect[k] == pytest.approx(expected, abs=SAME)


def test_the_four_averages_are_the_slow_ones() -> None:
    value, adopted, _, weight = panel(8)
    cells = group_time(value, adopted, weight=weight)
    size = {int(group): float(weight[adopted == group].sum()) for group in np.unique(cells.group)}
    effect = {(int(g), int(t)): float(e) for g, t, e in zip(cells.group, cells.period, cells.effect, strict=True)}

    def mean(pairs: list[tuple[int, int]]) -> float:
        return sum(size[g] * effect[g, t] for g, t in pairs) / sum(size[g] for g, _ in pairs)

    since = [(g, t) for g, t in effect if 0 <= t - g < 3]
    assert aggregate(cells, "simple", periods=3).overall == pytest.approx(mean(since), abs=SAME)
    for how, key in (("dynamic", lambda g, t: t - g), ("group", lambda g, t: g), ("calendar", lambda g, t: t)):
        told = aggregate(cells, how, periods=3)
        among = [(g, t) for g, t in effect if t < g or t - g < 3] if how == "dynamic" else since
        slow = {at: mean([pair for pair in among if key(*pair) == at]) for at in sorted({key(*pair) for pair in among})}
        assert told.at.tolist() == list(slow)
        np.testing.assert_allclose(told.effect, list(slow.values()), rtol=0, atol=SAME)
        counted = {at: one for at, one in slow.items() if how != "dynamic" or at >= 0}
        weights = [size[at] if how == "group" else 1.0 for at in counted]
        assert told.overall == pytest.approx(np.average(list(counted.values()), weights=weights), abs=SAME)


@pytest.mark.parametrize("adjust", ["nothing", "regression", "inverse_probability"])
def test_repeated_cross_sections_are_the_slow_ones(adjust: Any) -> None:
    value, adopted, X, weight = panel(5)
    n = len(value)
    unit, period = np.repeat(np.arange(n), PERIODS), np.tile(np.arange(PERIODS), n)
    y, C, w = value.ravel(), X.reshape(-1, 2), weight[unit]
    cells = repeated.group_time(y, period, adopted[unit], PERIODS, covariates=C, adjust=adjust, compared="never_treated", weight=w)
    Z = sm.add_constant(C)
    for k, (group, now, then) in enumerate(zip(cells.group, cells.period, cells.base, strict=True)):
        served, both = adopted[unit] == group, (period == now) | (period == then)
        others = (adopted[unit] == NEVER) & both
        expected = np.average(y[served & (period == now)], weights=w[served & (period == now)])
        expected -= np.average(y[served & (period == then)], weights=w[served & (period == then)])
        odds = w
        if adjust == "inverse_probability":
            rows = (served & both) | others
            fit = sm.GLM(served[rows].astype(float), Z[rows], family=sm.families.Binomial(), freq_weights=w[rows]).fit(tol=1e-14, maxiter=200)
            p = fit.predict(Z)
            odds = w * p / (1 - p)
        for when, sign in ((now, -1.0), (then, 1.0)):
            rows, of = others & (period == when), served & both
            if adjust == "regression":
                expected += sign * np.average(sm.WLS(y[rows], Z[rows], weights=w[rows]).fit().predict(Z[of]), weights=w[of])
            else:
                expected += sign * np.average(y[rows], weights=odds[rows])
        assert cells.effect[k] == pytest.approx(expected, abs=SAME)
