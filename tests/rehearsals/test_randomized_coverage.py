"""How often the 95 % intervals of the randomized method hold the truth, held to the Monte Carlo gate.

Risks are not simulated: every table that two arms could give is gone through, so that their coverage carries no Monte Carlo
error, and is held to a floor without any slack.  The rest is drawn with seeds 0 to R - 1.  What is found stands in
docs/methods.md.
"""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy.special import stdtrit
from scipy.stats import binom

from evaluation.diagnostics import few_clusters, skewed_amounts
from evaluation.diagnostics.arms import FEWEST_EVENTS, LEAST_EXPECTED
from evaluation.methods.inference import Lot, cr2, neyman, skewness
from evaluation.methods.permutation import redraw
from evaluation.methods.proportions import Counts, Z, chan_zhang, miettinen_nurminen, score
from evaluation.methods.randomized.estimation import _robust_amount, _robust_risk
from evaluation.outcomes import OUTCOMES
from evaluation.rehearsal import least_coverage
from evaluation.terms import Horizon, Question

FLOOR = 0.93  # docs/methods.md says which risks come near it
RISKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
ARMS = ((10, 10), (10, 100), (30, 30), (30, 90), (60, 60), (100, 100))
DAYS = Question(next(name for name, outcome in OUTCOMES.items() if outcome.kind == "amount"), Horizon(days=100), "randomized", 1.0)


def lot(y, z, g=None):
    return Lot(y, z, np.zeros(len(y), dtype=int), np.ones(1), np.arange(len(y)) if g is None else g)


def every_table(n1: int, n0: int) -> Counts:
    x1, x0 = np.meshgrid(np.arange(n1 + 1.0), np.arange(n0 + 1.0), indexing="ij")
    return Counts(x1[..., None], np.array([float(n1)]), x0[..., None], np.array([float(n0)]), np.ones(1))


def covered(t: Counts, truth: float) -> np.ndarray:
    """Whether the headline interval of each table holds the truth: HC2, else the score, else exact."""
    x1, x0, n1, n0 = t.x1[..., 0], t.x0[..., 0], float(t.n1[0]), float(t.n0[0])
    v1, v0 = (x / n * (1 - x / n) / (n - 1) for x, n in ((x1, n1), (x0, n0)))
    with np.errstate(invalid="ignore", divide="ignore"):
        df = (v1 + v0) ** 2 / (v1**2 / (n1 - 1) + v0**2 / (n0 - 1))
        by_t = np.abs(t.difference - truth) <= stdtrit(df, 0.975) * np.sqrt(v1 + v0)
    sparse = np.minimum.reduce([x1, n1 - x1, x0, n0 - x0]) < FEWEST_EVENTS
    holds = np.where(sparse, np.abs(score(t, truth)) <= Z, by_t)
    pooled = (x1 + x0) / (n1 + n0)
    for i, j in np.argwhere(min(n1, n0) * np.minimum(pooled, 1 - pooled) < LEAST_EXPECTED):
        low, high = rare(int(i), int(n1), int(j), int(n0))
        holds[i, j] = low <= truth <= high
    return holds


@cache
def rare(x1: int, n1: int, x0: int, n0: int) -> tuple[float, float]:
    """The exact limits; of a table in which most had the event, those of the table of who had not, from the other side."""
    if 2 * (x1 + x0) > n1 + n0:
        low, high = rare(n1 - x1, n1, n0 - x0, n0)
        return -high, -low
    limits = chan_zhang(x1, n1, x0, n0)
    return limits.low, limits.high


@pytest.mark.parametrize("table", [(10, 10, 99, 100), (29, 30, 90, 90), (7, 10, 99, 100)])
def test_limits_of_who_had_the_event_are_those_of_who_had_not_from_the_other_side(table):
    limits = chan_zhang(*table)

    assert (limits.low, limits.high) == pytest.approx(rare(*table), abs=1e-9)


@pytest.mark.parametrize(("n1", "n0"), ARMS)
def test_the_interval_for_a_risk_holds_the_truth(n1, n0):
    t = every_table(n1, n0)
    coverage = {
        (R1, R0): float((binom.pmf(np.arange(n1 + 1), n1, R1)[:, None] * binom.pmf(np.arange(n0 + 1), n0, R0) * covered(t, R1 - R0)).sum())
        for R1, R0 in product(RISKS, RISKS)
    }

    short = {cell: round(value, 4) for cell, value in coverage.items() if value < FLOOR}
    assert not short


@pytest.mark.parametrize("table", [(15, 30, 20, 30), (2, 30, 20, 30), (0, 10, 3, 40), (0, 30, 1, 30), (29, 30, 90, 90)])
def test_the_rule_rehearsed_is_the_rule_of_the_door(table):
    x1, n1, x0, n0 = table
    y = np.concatenate([np.arange(n1) < x1, np.arange(n0) < x0]).astype(float)
    interval = _robust_risk(lot(y, np.arange(n1 + n0) < n1)).interval

    inside, outside = (
        np.array([low, high]) for low, high in ((interval.low + 1e-4, interval.high - 1e-4), (interval.low - 1e-4, interval.high + 1e-4))
    )
    assert all(covered(every_table(n1, n0), truth)[x1, x0] for truth in inside)
    assert not any(covered(every_table(n1, n0), truth)[x1, x0] for truth in outside if -1 <= truth <= 1)


@pytest.mark.parametrize(("n1", "n0"), [(6, 6), (4, 9)])
def test_the_exact_interval_holds_the_truth_always(n1, n0):
    limits = {(i, j): chan_zhang(i, n1, j, n0) for i in range(n1 + 1) for j in range(n0 + 1)}
    for R1, R0 in product(np.linspace(0.02, 0.98, 17), repeat=2):
        pmf = binom.pmf(np.arange(n1 + 1), n1, R1)[:, None] * binom.pmf(np.arange(n0 + 1), n0, R0)

        assert sum(pmf[cell] for cell, limit in limits.items() if limit.low <= R1 - R0 <= limit.high) >= 0.95 - 1e-6


def test_the_stratified_score_interval_holds_the_truth_in_small_blocks():
    n1, n0, R0, runs = np.array([4, 6, 3, 8]), np.array([5, 4, 9, 8]), np.array([0.1, 0.3, 0.5, 0.7]), 1_000
    w = (n1 + n0) / (n1 + n0).sum()

    def holds(seed):
        rng = np.random.default_rng(seed)
        t = Counts(rng.binomial(n1, R0 + 0.1).astype(float), n1.astype(float), rng.binomial(n0, R0).astype(float), n0.astype(float), w)
        return abs(float(score(t, 0.1))) <= Z

    assert np.mean([holds(seed) for seed in range(runs)]) >= least_coverage(runs)


NORMAL, LOGNORMAL, MOSTLY_NONE = (
    lambda rng, n: rng.normal(size=n),
    lambda rng, n: rng.lognormal(size=n) - np.exp(0.5),
    lambda rng, n: rng.binomial(1, 0.2, n) * rng.exponential(60, n) - 12,
)


@pytest.mark.parametrize(
    ("draw", "spread", "n1", "n0", "runs"),
    [
        (NORMAL, 1, 10, 10, 1_000),
        (NORMAL, 3, 10, 40, 1_000),
        (LOGNORMAL, 1, 100, 100, 1_000),
        (LOGNORMAL, 1, 10, 40, 200),
        (MOSTLY_NONE, 1, 10, 40, 200),
        (MOSTLY_NONE, 1, 40, 160, 200),
    ],
    ids=[
        "even",
        "one arm three times as spread",
        "large amounts",
        "large amounts, unequal arms",
        "mostly none, unequal arms",
        "mostly none, more people",
    ],
)
def test_the_interval_for_an_amount_holds_the_truth(draw, spread, n1, n0, runs, monkeypatch):
    monkeypatch.setattr("evaluation.diagnostics.lots.DRAWS", 999)  # a tenth of the draws: each is still an exact test
    monkeypatch.setattr("evaluation.methods.permutation.DRAWS", 999)
    held, counted = 0, 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        z = np.arange(n1 + n0) < n1
        there = lot(draw(rng, n1 + n0) * np.where(z, spread, 1), z)
        if not neyman(there).std_error > 0:
            continue  # refused: nobody had any
        interval = neyman(there).interval("")
        if not skewed_amounts(skewness(there)).holds and not interval.low <= 0 <= interval.high:
            interval = _robust_amount(there, DAYS).interval  # asked only where it could make a difference
        counted += 1
        held += interval.low <= 0 <= interval.high

    assert counted > 0.95 * runs
    assert held / counted >= least_coverage(counted)


def clustered(seed: int, G1: int, G0: int, spread: float, uneven: bool) -> Lot:
    """Clusters of 10, or of 1 to 29, that share two thirds of a standard deviation; no effect."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 30, G1 + G0) if uneven else np.full(G1 + G0, 10)
    g = np.repeat(np.arange(G1 + G0), sizes)
    luck = rng.normal(size=G1 + G0)[g] * np.where(g < G1, spread, 1)
    return lot(0.7 * luck + rng.normal(size=len(g)), g < G1, g)


@pytest.mark.parametrize(
    ("G1", "G0", "spread", "uneven"), [(5, 5, 1, False), (5, 5, 1, True), (5, 20, 3, False), (10, 10, 1, True), (5, 20, 1, True)]
)
def test_the_clustered_interval_holds_the_truth_wherever_it_is_not_withheld(G1, G0, spread, uneven):
    runs, held, given = 1_000, 0, 0
    for seed in range(runs):
        there = clustered(seed, G1, G0, spread, uneven)
        contrast = cr2(there)
        if few_clusters(there.z, there.g, contrast.df).holds:
            interval = contrast.interval("")
            held, given = held + (interval.low <= 0 <= interval.high), given + 1

    assert given > runs / 2
    assert held / given >= least_coverage(given)


def redrawn_coverage(G1: int, G0: int, spread: float, runs: int) -> float:
    held = 0
    for seed in range(runs):
        there = redraw(clustered(seed, G1, G0, spread, uneven=True))
        held += there.low <= 0 <= there.high
    return held / runs


@pytest.mark.parametrize(("G1", "G0"), [(4, 4), (2, 8), (3, 6)])
def test_the_randomisation_interval_holds_the_truth_with_a_handful_of_clusters(G1, G0):
    assert redrawn_coverage(G1, G0, 1, 400) >= least_coverage(400)


@pytest.mark.xfail(reason="with 2 to 4 clusters in an arm that is three times as spread, no test is known to hold its size", strict=True)
def test_the_randomisation_interval_holds_the_truth_when_a_handful_of_clusters_are_far_more_spread():
    assert redrawn_coverage(3, 9, 3, 400) >= least_coverage(400)


def test_the_score_interval_is_the_set_of_differences_that_its_score_keeps():
    """The coverage above reads the score; the door prints limits."""
    t = Counts(*(np.array([float(v)]) for v in (3, 30, 9, 28, 1)))
    limits = miettinen_nurminen(t)

    for inside in (True, False):
        step = 1e-6 if inside else -1e-6
        assert (abs(float(score(t, limits.low + step))) <= Z) is inside
        assert (abs(float(score(t, limits.high - step))) <= Z) is inside
