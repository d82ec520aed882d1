"""Synthetic controls in worlds of two hidden factors, where nothing happened or a known fall did: size, bias and coverage."""

import numpy as np
import pytest

from evaluation.methods.series.placebos import placebos
from evaluation.methods.series.synthetic import Series, augmented, plain_difference, synthetic_control, synthetic_did

R = 60  # seeds 0 to R - 1
DONORS, T, BEFORE, FALL = 24, 30, 20, -1.5


def world(seed):
    """Places that hang on a trend and a walk as chance has it: the treated one is a place like any other."""
    rng = np.random.default_rng(seed)
    factors = np.stack([np.linspace(0, 4, T), np.cumsum(rng.normal(0, 0.4, T))])
    value = 10 + rng.uniform(0, 2, (DONORS + 1, 2)) @ factors + rng.normal(0, 0.5, (DONORS + 1, T))
    return Series(value[0], value[1:], BEFORE)


GATE = 0.08  # of answers that are told, how many may leave 0 out where nothing happened


def factors(seed, J, T, before, *, level=1.0, pull=1.0, noise=1.0, own=1.0):
    """Places with levels of their own that hang on two walks, and errors that last; those of the treated are `own` times as large."""
    rng = np.random.default_rng(seed)
    walks = np.cumsum(rng.normal(size=(2, T)) * 0.5, axis=1)
    errors = np.empty((J + 1, T))
    last = rng.normal(size=J + 1)
    for t in range(T):
        last = 0.5 * last + 0.75**0.5 * rng.normal(size=J + 1)
        errors[:, t] = noise * last
    errors[0] *= own
    value = 10 + level * rng.normal(size=(J + 1, 1)) + pull * rng.normal(size=(J + 1, 2)) @ walks + errors
    return Series(value[0], value[1:], before)


@pytest.mark.parametrize(
    ("make", "cell", "many"),
    [
        (synthetic_control, {"J": 39, "T": 14, "before": 8}, 250),
        (synthetic_control, {"J": 60, "T": 11, "before": 5}, 100),
        (synthetic_control, {"J": 30, "T": 20, "before": 12, "level": 3.0, "pull": 0.7, "noise": 0.5, "own": 2.0}, 120),
        (augmented, {"J": 30, "T": 14, "before": 8}, 100),
        (synthetic_did, {"J": 25, "T": 20, "before": 12}, 80),
        (synthetic_did, {"J": 25, "T": 20, "before": 12, "level": 10.0, "pull": 0.3, "own": 1.5}, 80),
    ],
)
def test_of_answers_that_are_told_where_nothing_happened_few_leave_0_out(make, cell, many):
    excluded = []
    for seed in range(many):
        series = factors(seed, **cell)
        ours, drawn = make(series), placebos(series, make)
        if (reach := drawn.reach(ours)) < float("inf"):
            excluded.append(abs(ours.effect) > reach)

    assert len(excluded) > many / 4
    assert np.mean(excluded) <= GATE + 3 * (GATE * (1 - GATE) / len(excluded)) ** 0.5


def test_a_fall_is_found_by_weights_and_missed_by_a_plain_difference():
    found = {make: [] for make in (synthetic_control, synthetic_did, plain_difference)}
    held = []
    for seed in range(R):
        at_random = world(seed)
        highest = int(at_random.donors[:, :BEFORE].mean(axis=1).argsort()[-4])  # a place that is served because it stands high
        rest = np.delete(at_random.donors, highest, axis=0)
        y = at_random.donors[highest] + np.where(np.arange(T) >= BEFORE, FALL, 0.0)
        series = Series(y, rest, BEFORE)
        for make, effects in found.items():
            effects.append(make(series).effect)
        ours = synthetic_did(series)
        held.append(abs(ours.effect - FALL) <= placebos(series, synthetic_did).reach(ours))
    bias = {make: abs(np.mean(effects) - FALL) for make, effects in found.items()}

    assert bias[plain_difference] > 3 * max(bias[synthetic_control], bias[synthetic_did])
    assert np.mean(held) >= 0.95 - 3 * (0.0475 / R) ** 0.5
