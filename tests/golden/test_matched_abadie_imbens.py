"""The error of Abadie and Imbens (2006): against R's Matching::Match 4.10-15 on lalonde, and against the paper's formulas in plain loops."""

from __future__ import annotations

import json
from math import sqrt

import numpy as np
import pytest
from lalonde_entries import HERE, SCORES, SERVED, columns

from evaluation.methods.matched import compare, estimate
from evaluation.methods.matched.abadie_imbens import abadie_imbens, matched_effects
from evaluation.methods.matched.reading import Reading
from evaluation.methods.matched.regression import design, predicted
from evaluation.methods.standing import Rows
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Amounts, Cohort, Horizon, Inference, Matching, Question

R = json.loads((HERE / "matched_effects.json").read_text(encoding="utf-8"))["abadie_imbens"]
PS = np.array(SCORES["ps"])
N = len(SERVED)
COLUMNS = ("age", "educ", "racehispan", "racewhite", "married", "nodegree", "re74", "re75")
SAME_SUMS = 1e-9  # relative: the same sums in another order; R wrote 15 significant digits
TIED = 1e-5  # squared distances that Match takes for the same
WITHIN = 0.2  # standard deviations: the caliper that Match was given
J = 2  # neighbours of one's own arm, as Stata's teffects has it
ALL_SEEN = 365


@pytest.fixture(scope="module")
def y():
    return columns("re78")["re78"]


@pytest.fixture(scope="module")
def history():
    return columns(*COLUMNS)


# ------------------------------------------------------------------------------------------------ against Match
def places(history, entry: str) -> np.ndarray:
    """(614, k) where people stand by Match's distance: over everybody, with variances or the whole covariance."""
    X = PS[:, None] if entry.startswith("ps") else np.column_stack(list(history.values()))
    Z = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    return Z @ np.linalg.cholesky(np.linalg.inv(Z.T @ Z / N)) if entry.startswith("maha") else Z


def nearest(Z: np.ndarray, focal: np.ndarray, entry: str) -> tuple[np.ndarray, np.ndarray]:
    """Everybody of the other arm who is as near as the M-th nearest, beside each focal person: ties by Match's tolerance."""
    M = int(entry.split("_m")[-1][0]) if "_m" in entry else 1
    one, two = np.flatnonzero(focal), np.flatnonzero(~focal)
    squared = ((Z[one][:, None] - Z[two][None]) ** 2).sum(axis=2)
    fits = squared <= np.sort(squared, axis=1)[:, [M - 1]] + TIED
    if entry.endswith("caliper"):
        fits &= squared <= WITHIN**2
    f, o = np.nonzero(fits)
    return one[f], two[o]


def effects_of(y, history, focal: np.ndarray, pairs: tuple[np.ndarray, np.ndarray], entry: str):
    """The effect on each focal person by our kernel, the pairs' differences with their weights, and how often each person stands there."""
    alone, sets = np.unique(pairs[0], return_inverse=True)
    other = pairs[1]
    row, sets = np.concatenate([alone, other]), np.concatenate([np.arange(len(alone)), sets])
    w = 1 / np.bincount(sets[len(alone) :])[sets[len(alone) :]]
    weights = np.concatenate([np.ones(len(alone)), w])
    adjusts = np.zeros(len(row))
    if entry.endswith("biasadj"):
        rows = Rows(row, SERVED[row], row, sets, row, weights, None, {})
        reading = Reading(y[row], np.full(len(row), ALL_SEEN), np.zeros(len(row), dtype=bool))
        X = design({name: column[row] for name, column in history.items()}, rows, reading, "here")
        adjusts = predicted(reading, rows, X, np.zeros(len(row), dtype=int), ~rows.served, rows.served * 1.0).everybody
    effects = matched_effects(y[row], SERVED[row], focal[row], sets, weights, adjusts)
    left = y[row] - adjusts
    apart = np.where(focal[0] == SERVED[0], 1, -1) * (left[sets[len(alone) :]] - left[len(alone) :])
    times, squares = (np.bincount(other, weights=w**power, minlength=N) for power in (1, 2))
    return effects, apart, w, times, squares


@pytest.mark.parametrize("entry", [name for name in R if name != "call"])
def test_the_effect_and_its_error_are_those_of_match(entry, y, history):
    """With the spread of an outcome as Match has it, the same for everybody; of everybody, one stands for oneself besides."""
    Z, everybody = places(history, entry), entry.endswith("ate")
    told = [effects_of(y, history, focal, nearest(Z, focal, entry), entry) for focal in ((SERVED, ~SERVED) if everybody else (SERVED,))]
    effects, apart, w = (np.concatenate([one[part] for one in told]) for part in range(3))
    times, squares = (sum(one[part] for one in told) + everybody for part in (3, 4))
    spread = (apart - effects.mean()) ** 2 @ w / len(effects) / 2
    found, r = abadie_imbens(effects, times, squares, np.full(N, spread), float("inf")), R[entry]

    assert (len(apart), len(effects)) == (r["pairs"], r["people"])
    assert found.effect == pytest.approx(r["effect"], rel=SAME_SUMS)
    error = found.std_error
    if len(effects) < SERVED.sum() and not everybody:  # in its error alone, Match counts whom the caliper leaves out as people without effect
        out = SERVED.sum() - len(effects)
        error = sqrt((error * len(effects)) ** 2 + out * found.effect**2) / SERVED.sum()
    assert error == pytest.approx(r["error"], rel=SAME_SUMS)


# ------------------------------------------------------------------------------------------------ against the paper, in plain loops
class Told:
    """A ruler that says what it is told of everybody."""

    outcome = next(one for one in OUTCOMES.values() if one.kind == "amount")

    def __init__(self, y):
        self.y = y

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        return Amounts(self.y, np.full(len(self.y), ALL_SEEN), np.full(len(self.y), ALL_SEEN))


def invented(seed: int, n: int = 240):
    """People whose numbers are all different, so that no two are equally near."""
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=n), rng.exponential(size=n)
    served = rng.random(n) < 1 / (1 + np.exp(1 - 0.8 * x - 0.3 * z))
    return {"x": x, "z": z}, served, 10 + 3 * x + z * served + rng.normal(size=n) * (1 + z)


def gap_by(history, served, distance: str):
    """The gap between two people: of one column, or Mahalanobis by the covariance pooled within the arms."""
    if distance == "column":
        return lambda i, j: abs(history["x"][i] - history["x"][j])
    X = np.column_stack([history["x"], history["z"]])
    inside = X - np.where(served[:, None], X[served].mean(axis=0), X[~served].mean(axis=0))
    inverse = np.linalg.inv(inside.T @ inside / (len(X) - 2))
    return lambda i, j: sqrt((X[i] - X[j]) @ inverse @ (X[i] - X[j]))


def by_the_paper(y, served, focal: bool, gap, M: int) -> tuple[float, float]:
    """The effect on one arm and its error: tau-hat of section 2, sigma-hat squared of section 4 with J neighbours, and the variance of theorem 7."""
    mine, others = [i for i in range(len(y)) if served[i] == focal], [i for i in range(len(y)) if served[i] != focal]
    K = dict.fromkeys(others, 0)
    effects = []
    for i in mine:
        beside = sorted(others, key=lambda j: gap(i, j))[:M]
        for j in beside:
            K[j] += 1
        effects.append((1 if focal else -1) * (y[i] - sum(y[j] for j in beside) / M))
    tau = sum(effects) / len(mine)
    first = sum((effect - tau) ** 2 for effect in effects)
    second = 0.0
    for j in others:
        if K[j]:
            near = sorted((k for k in others if k != j), key=lambda k: gap(j, k))[:J]
            sigma2 = J / (J + 1) * (y[j] - sum(y[k] for k in near) / J) ** 2
            second += K[j] * (K[j] - 1) / M**2 * sigma2
    return tau, sqrt((first + second) / len(mine) ** 2)


@pytest.mark.parametrize("distance", ["column", "mahalanobis"])
@pytest.mark.parametrize("M", [1, 3])
@pytest.mark.parametrize("estimand", ["effect_on_the_served", "effect_on_the_compared"])
def test_both_doors_give_the_effect_and_the_error_of_the_paper(estimand, M, distance):
    history, served, y = invented(M)
    who = np.arange(len(y))
    cohort = Cohort("main", "person", "", who + 1, who, served, history, (), "offer")
    words = {"distance": distance, "column": "x" if distance == "column" else ""}
    plan = Matching(ratio=M, reuse=0, caliper=0.0, **words)
    asked = Question(Told.outcome.name, Horizon(days=ALL_SEEN), "matched", 0.5, estimand=estimand, compare=plan, inference=Inference("abadie_imbens"))
    found = estimate(cohort, compare(cohort, asked), Told(y), asked)

    paper = by_the_paper(y, served, estimand == "effect_on_the_served", gap_by(history, served, distance), M)
    assert (found.effect, found.std_error) == pytest.approx(paper, rel=SAME_SUMS)


def test_where_nobody_is_compared_twice_the_error_is_that_of_the_pairs():
    """A closed form: with K = 1 the second part is nothing, and what is left is the spread of the pairs' differences."""
    rng = np.random.default_rng(5)
    x = np.repeat(np.arange(40.0), 2) * 10 + np.tile([0.0, 1.0], 40)
    served, y, who = np.tile([True, False], 40), rng.normal(size=80), np.arange(80)
    cohort = Cohort("main", "person", "", who + 1, who, served, {"x": x}, (), "offer")
    plan = Matching(reuse=0, caliper=0.0, distance="column", column="x")
    asked = Question(Told.outcome.name, Horizon(days=ALL_SEEN), "matched", 0.5, estimand="effect_on_the_served", compare=plan,
                     inference=Inference("abadie_imbens"))  # fmt: skip
    found, apart = estimate(cohort, compare(cohort, asked), Told(y), asked), y[served] - y[~served]

    assert (found.effect, found.std_error) == pytest.approx((apart.mean(), apart.std() / sqrt(40)), rel=SAME_SUMS)
