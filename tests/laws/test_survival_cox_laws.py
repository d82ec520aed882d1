"""What holds for every Cox regression: against a slow one written from the definition, and under changes that say the same."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from evaluation.methods.survival.concordance import concordance
from evaluation.methods.survival.cox import Cox, fit
from evaluation.methods.survival.cox_hazard import standardised
from evaluation.methods.survival.cox_residuals import martingale, schoenfeld
from evaluation.methods.survival.cox_sets import sums
from evaluation.methods.survival.proportional import proportional
from evaluation.methods.survival.times import Times
from evaluation.terms import Refused

ROUNDING = 1e-8  # of a slope or an error: sums in another order, and a climb that ends within a billionth of an error
DIFFERENCE = 1e-5  # relative: a derivative by differences
LAWS = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


class World(NamedTuple):
    X: np.ndarray
    times: Times
    words: dict

    def fitted(self, **changed) -> Cox:
        """The regression, where there is one."""
        try:
            return fit(self.X, self.times, names=("x", "z"), **(self.words | changed))
        except Refused:
            assume(False)
            raise


@st.composite
def worlds(draw) -> World:
    """Small, with many ties; with or without weights, strata, late entry and an offset."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n = draw(st.integers(25, 70))
    X = np.column_stack([rng.normal(size=n), rng.integers(0, 2, n)]).astype(float)
    stop = np.ceil(np.minimum(rng.exponential(6 * np.exp(-0.5 * X[:, 0])), rng.uniform(1, 12, n)))
    cause = rng.choice([0, 1, 1, 2], n)
    entry = np.floor(rng.uniform(0, 1, n) * stop * 0.8) if draw(st.booleans()) else None
    weights = rng.uniform(0.3, 3.0, n) if draw(st.booleans()) else None
    words = {"ties": draw(st.sampled_from(["efron", "breslow"])), "cause": draw(st.sampled_from([1, 2]))}
    if draw(st.booleans()):
        words["strata"] = rng.integers(0, 3, n)
    if draw(st.booleans()):
        words["offset"] = rng.normal(size=n) * 0.5
    return World(X, Times(stop, cause, entry, weights), words)


def slow(world: World, b: np.ndarray) -> float:
    """The log of the partial likelihood, risk set by risk set as the papers have it."""
    X, times, n = world.X, world.times, len(world.times)
    strata, offset = world.words.get("strata", np.zeros(n)), world.words.get("offset", np.zeros(n))
    eta, w = X @ b + offset, times.w
    entry = np.full(n, -np.inf) if times.entry is None else times.entry
    total = 0.0
    for s in np.unique(strata):
        for t in np.unique(times.stop[(times.cause == world.words["cause"]) & (strata == s)]):
            there = (strata == s) & (entry < t) & (times.stop >= t)
            tied = there & (times.stop == t) & (times.cause == world.words["cause"])
            d, all_at_risk, own = tied.sum(), (w * np.exp(eta))[there].sum(), (w * np.exp(eta))[tied].sum()
            total += (w * eta)[tied].sum()
            for k in range(d):
                total -= w[tied].mean() * np.log(all_at_risk - (k / d * own if world.words["ties"] == "efron" else 0.0))
    return float(total)


@LAWS
@given(worlds())
def test_the_likelihood_is_that_of_the_papers_and_is_highest_at_the_slopes(world):
    cox = world.fitted()

    assert cox.loglik == pytest.approx(slow(world, cox.coef), rel=1e-10)
    assert cox.null_loglik == pytest.approx(slow(world, np.zeros(2)), rel=1e-10)
    for step in np.eye(2) * cox.std_errors()[:, None]:
        up, down = slow(world, cox.coef + 1e-3 * step), slow(world, cox.coef - 1e-3 * step)
        assert abs(up - down) / 2e-3 <= 1e-3
        assert (2 * cox.loglik - up - down) / 1e-6 == pytest.approx(step @ np.linalg.inv(cox.naive) @ step, rel=1e-3)


@LAWS
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_the_unit_of_time_and_those_of_covariates_do_not_matter(world, random):
    cox = world.fitted()
    order = np.array(random.sample(range(len(world.X)), len(world.X)))
    times = replace(world.times.of(order), stop=world.times.stop[order] * 30.4375)
    times = replace(times, entry=None if times.entry is None else times.entry * 30.4375)
    words = {name: part[order] if isinstance(part, np.ndarray) else part for name, part in world.words.items()}
    other = World(world.X[order] * [0.01, -3.0] + [1_000.0, 7.0], times, words).fitted()

    assert other.coef * [0.01, -3.0] == pytest.approx(cox.coef, abs=ROUNDING)
    assert other.influence * [0.01, -3.0] == pytest.approx(cox.influence[order], abs=ROUNDING)
    assert concordance(cox.X[:, 0], cox.times).c == pytest.approx(concordance(cox.X[order, 0], times).c)
    for transform in ("km", "rank", "identity"):
        assert proportional(other, transform).overall == pytest.approx(proportional(cox, transform).overall, rel=1e-6)


@LAWS
@given(worlds())
def test_a_stretch_cut_in_two_says_the_same(world):
    cox = world.fitted()
    entry = np.zeros(len(world.X)) if world.times.entry is None else world.times.entry
    assume((world.times.stop - entry > 1).any() and (world.times.stop > 0).all())
    cut = np.where(world.times.stop - entry > 1, entry + 1, world.times.stop)
    long = np.flatnonzero(cut < world.times.stop)
    stop, start = np.append(cut, world.times.stop[long]), np.append(entry, cut[long])
    cause = np.append(np.where(cut < world.times.stop, 0, world.times.cause), world.times.cause[long])
    twice = np.append(np.arange(len(world.X)), long)
    words = {name: part[twice] if isinstance(part, np.ndarray) else part for name, part in world.words.items()}
    other = World(world.X[twice], Times(stop, cause, start, world.times.w[twice]), words).fitted()

    assert other.coef == pytest.approx(cox.coef, abs=ROUNDING)
    assert other.naive == pytest.approx(cox.naive, rel=1e-6)
    assert other.variance(twice) == pytest.approx(cox.variance(), rel=1e-6, abs=1e-12)


@LAWS
@given(worlds())
def test_a_row_that_stands_twice_is_one_of_twice_the_weight_where_it_ties_with_no_event(world):
    ties = world.words["ties"] == "efron"
    some = np.flatnonzero((world.times.cause != world.words["cause"]) | (not ties))[:5]
    cox = World(world.X, replace(world.times, weights=np.where(np.isin(np.arange(len(world.X)), some), 2, 1) * world.times.w), world.words).fitted()
    twice = np.append(np.arange(len(world.X)), some)
    words = {name: part[twice] if isinstance(part, np.ndarray) else part for name, part in world.words.items()}
    other = World(world.X[twice], replace(world.times.of(twice), weights=world.times.w[twice]), words).fitted()

    assert other.coef == pytest.approx(cox.coef, abs=ROUNDING)
    assert other.naive == pytest.approx(cox.naive, rel=1e-6)


@LAWS
@given(worlds())
def test_who_enters_at_the_time_of_the_last_event_is_not_at_risk_of_it(world):
    cox = world.fitted()
    end = cox.sets.time.max()
    added = World(
        np.vstack([world.X, [[50.0, 1.0]]]),
        Times(
            np.append(world.times.stop, end + 1), np.append(world.times.cause, 0),
            np.append(np.full(len(world.X), -1.0) if world.times.entry is None else world.times.entry, end), np.append(world.times.w, 1.0),
        ),
        {name: np.append(part, part[0]) if isinstance(part, np.ndarray) else part for name, part in world.words.items()},
    )  # fmt: skip

    assert added.fitted().coef == pytest.approx(cox.coef, abs=ROUNDING)
    assert not added.fitted().influence[-1].any()


@LAWS
@given(worlds(), st.integers(0, 10_000))
def test_influence_is_the_derivative_by_a_rows_weight(world, which):
    cox, i = world.fitted(), which % len(world.X)

    def told(by: float) -> np.ndarray:
        weights = np.array(world.times.w)
        weights[i] *= 1 + by
        there = World(world.X, replace(world.times, weights=weights), world.words).fitted()
        risks = standardised(there, world.X, at, strata=world.words.get("strata"), offset=world.words.get("offset"))
        return np.concatenate([there.coef, risks.survival])

    labels = world.words.get("strata", np.zeros(len(world.X)))
    assume(len(np.unique(labels)) == len(cox.sets.named))
    at = np.array([1.0, 3.0])
    assume(all(world.times.stop[labels == label].max() >= 3 for label in np.unique(labels)))
    found = standardised(cox, world.X, at, strata=world.words.get("strata"), offset=world.words.get("offset"))
    by_difference = (told(1e-4) - told(-1e-4)) / 2e-4

    assert np.concatenate([cox.influence[i], found.of_fit[i]]) == pytest.approx(by_difference, rel=DIFFERENCE, abs=1e-6)
    assert np.abs(found.of_fit.sum(axis=0)).max() < 1e-10 and np.abs(found.of_target.sum(axis=0)).max() < 1e-10


@LAWS
@given(worlds())
def test_residuals_add_to_nothing(world):
    cox = world.fitted()

    assert np.abs(cox.score_residuals.sum(axis=0)).max() < 1e-6
    assert abs((cox.times.w * martingale(cox)).sum()) < 1e-6
    left = schoenfeld(cox)
    if world.times.weights is None:
        assert np.abs(left.residuals.sum(axis=0)).max() < 1e-6


@LAWS
@given(worlds())
def test_concordance_is_that_of_all_pairs(world):
    times, had = world.times, world.times.cause == 1
    strata = world.words.get("strata", np.zeros(len(times), dtype=int))
    foretold = np.round(world.X[:, 0], 1)
    entry = np.full(len(times), -np.inf) if times.entry is None else times.entry
    agree = compared = 0.0
    for i in np.flatnonzero(had):
        later = (times.stop > times.stop[i]) | ((times.stop == times.stop[i]) & ~had)
        there = later & (entry < times.stop[i]) & (strata == strata[i])
        compared += (times.w[i] * times.w[there]).sum()
        agree += (times.w[i] * times.w[there] * ((foretold[there] < foretold[i]) + 0.5 * (foretold[there] == foretold[i]))).sum()
    assume(compared > 0)

    assert concordance(foretold, times, strata=strata).c == pytest.approx(agree / compared)
    assert concordance(foretold, times, strata=strata).pairs == pytest.approx(compared)


@LAWS
@given(worlds())
def test_the_test_of_proportional_hazards_is_that_of_a_covariate_which_grows_with_time(world):
    """Cut at every event, z t beside z is a covariate that changes: the score at no change, by the information there."""
    cox = world.fitted()
    assume(len(cox.sets.time) > 3 and world.words.get("strata") is None and np.ptp(cox.sets.time) > 0)
    entry = np.full(len(world.X), -1.0) if world.times.entry is None else world.times.entry
    marks = np.unique(cox.sets.time)
    parts = []
    for before, now in zip(np.append(-1.0, marks[:-1]), marks, strict=True):
        there = np.flatnonzero((np.maximum(entry, before) < now) & (world.times.stop >= now))
        parts.append((there, np.full(len(there), now), np.where(world.times.stop[there] == now, world.times.cause[there], 0)))
    rows, stop, cause = (np.concatenate(part) for part in zip(*parts, strict=True))
    offset = world.words.get("offset", np.zeros(len(world.X)))[rows] + world.X[rows] @ cox.coef
    X = np.column_stack([world.X[rows], world.X[rows] * (stop - stop.mean())[:, None]])
    before = np.append(-1.0, marks[:-1])[np.searchsorted(marks, stop)]
    try:
        grown = fit(X, Times(stop, cause, before, world.times.w[rows]), names=("x", "z", "xt", "zt"), **(world.words | {"offset": offset}))
    except Refused:
        assume(False)
        raise
    start = sums(grown.sets, np.zeros(4))
    chi2 = start.score @ np.linalg.solve(start.information, start.score)
    assert proportional(cox, "identity").overall == pytest.approx(chi2, rel=1e-6, abs=1e-9)
