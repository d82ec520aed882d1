"""Adjusting for who is lost and who was served, held to the Monte Carlo gate where the truth is a finite sum; seeds 0 to R - 1.

Everybody's days to a mark and to a death are drawn at rates that hang on two things on record, and so is who is served.  Who is lost
hangs on the same things, one way among those served and the other way among those compared: those followed differ from
those who were not, and differently in each arm.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

from evaluation.methods.clustering import one_way
from evaluation.methods.standing import Rows
from evaluation.methods.survival.doubly import doubly_robust
from evaluation.methods.survival.ipcw import weighted
from evaluation.methods.survival.marginal import marginal
from evaluation.methods.survival.reading import Reading
from evaluation.methods.survival.standardised import standardised
from evaluation.rehearsal.scores import Run, Truth, gate, scored
from evaluation.terms import Horizon, Question

H, N, R = 90, 600, 60
NEED = (-1.0, 0.0, 1.0)  # each a third
MEASURES = ("risk", "time_free", "time_lost")


def rates(x, z, served):
    """A day, of the mark, of death, of moving away, of records that end."""
    leaving = np.where(served, -0.5 * x, 0.9 * x + 0.4 * z)
    return np.exp(0.7 * x - 0.4 * z - 0.35 * served) / 110, np.exp(0.3 * x) / 500, np.exp(leaving) / 120, np.full(np.shape(x), 1 / 400)


def chance(x, z):
    return 1 / (1 + np.exp(0.3 * z - 0.6 * x))


@cache
def truth(measure):
    """Over the six kinds of people, day by day: marks come before deaths of the same day."""
    day = np.arange(H)
    means = []
    for served in (1.0, 0.0):
        values = []
        for x, z in product(NEED, (0.0, 1.0)):
            a, b, *_ = rates(x, z, served)
            marks = np.exp(-(a + b) * day) * (1 - np.exp(-a))
            free = np.exp(-(a + b) * (day + 1)).sum()
            values.append({"risk": marks.sum(), "time_free": free, "time_lost": (marks * (H - day)).sum()}[measure])
        means.append(float(np.mean(values)))
    return Truth(means[0] - means[1], 0.0, means[0], means[1], N)


def drawn(seed):
    g = np.random.default_rng(seed)
    x, z = g.choice(NEED, N), (g.random(N) < 0.5).astype(float)
    p = chance(x, z)
    served = g.random(N) < p
    whole = np.floor(g.exponential(1, (4, N)) / np.stack(rates(x, z, served))).astype(int)
    first, day = whole.argmin(axis=0), whole.min(axis=0)
    reached = (day >= H) | ((day == H - 1) & (first > 1))
    why = np.where(reached, "horizon", np.array(["mark", "death", "moved", "records end"])[first])
    lost = np.isin(why, ["moved", "records end"])
    cause = np.select([why == "mark", why == "death"], [1, 2], 0)
    reading = Reading(np.minimum(day, H - 1), cause, why, lost, np.zeros(N, bool), np.full(N, H), ("mark", "death"))
    w = np.where(served, 1 / p, 1 / (1 - p))
    return reading, Rows(np.arange(N), served, np.arange(N), None, np.arange(N), w, np.log(p / (1 - p)), {"x": x, "z": z})


def asked(measure):
    return Question("return", Horizon(days=H), "survival", 0.01, measure=measure)


def by_weights(reading, rows, measure):
    return weighted(reading, rows, {}, asked(measure))


def by_regression(reading, rows, measure):
    return standardised(reading, replace(rows, weights=np.ones(N)), rows.history, asked(measure))


def twice(reading, rows, measure):
    return doubly_robust(reading, rows, rows.history, asked(measure))


def twice_with_regressions_wrong(reading, rows, measure):
    return doubly_robust(reading, rows, {"z": rows.history["z"]}, asked(measure))


def twice_with_weights_wrong(reading, rows, measure):
    wrong = replace(rows, weights=np.ones(N), history={"z": rows.history["z"]})
    return doubly_robust(reading, wrong, rows.history, asked(measure))


def by_curves_of_the_arms(reading, rows, measure):
    return marginal(reading, rows, measure)


def by_a_wrong_regression(reading, rows, measure):
    return standardised(reading, replace(rows, weights=np.ones(N)), {"z": rows.history["z"]}, asked(measure))


def fared(way, measure):
    runs = []
    for seed in range(R):
        reading, rows = drawn(seed)
        means = way(reading, rows, measure)
        found = one_way(means.effect, means.influence, rows.together)
        interval = found.interval("t")
        runs.append(Run(f"{way.__name__} {measure}", seed, "provisional", found.effect, found.std_error, interval.low, interval.high, found.p_value))
    return scored(truth(measure), runs)


@pytest.mark.parametrize("way", [by_weights, by_regression, twice, twice_with_regressions_wrong, twice_with_weights_wrong])
def test_adjusted_answers_pass_the_gate(way):
    assert gate([fared(way, measure) for measure in MEASURES]) == ()


@pytest.mark.parametrize("way", [by_curves_of_the_arms, by_a_wrong_regression])
def test_naive_answers_beside_them_do_not(way):
    missed = gate([fared(way, measure) for measure in MEASURES])

    assert {miss.split(":")[0] for miss in missed if "bias" in miss} == {f"{way.__name__} {measure}" for measure in MEASURES}
