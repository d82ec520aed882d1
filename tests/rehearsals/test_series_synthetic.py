"""Synthetic controls in worlds of two hidden factors, where nothing happened or a known fall did: size, bias and coverage."""

import numpy as np
import pytest

from evaluation.methods.series.placebos import placebos
from evaluation.methods.series.synthetic import Series, plain_difference, synthetic_control, synthetic_did

R = 60  # seeds 0 to R - 1
DONORS, T, BEFORE, FALL = 24, 30, 20, -1.5


def world(seed):
    """Places that hang on a trend and a walk as chance has it: the treated one is a place like any other."""
    rng = np.random.default_rng(seed)
    factors = np.stack([np.linspace(0, 4, T), np.cumsum(rng.normal(0, 0.4, T))])
    value = 10 + rng.uniform(0, 2, (DONORS + 1, 2)) @ factors + rng.normal(0, 0.5, (DONORS + 1, T))
    return Series(value[0], value[1:], BEFORE)


@pytest.mark.parametrize(("make", "scaled"), [(synthetic_control, True), (synthetic_did, False)])
def test_where_nothing_happened_the_placebos_reject_one_time_in_twenty_at_most(make, scaled):
    p = []
    for seed in range(R):
        series = world(seed)
        p.append(placebos(series, make, scaled=scaled).p_value(make(series)))

    assert np.mean(np.array(p) < 0.05) <= 0.05 + 3 * (0.0475 / R) ** 0.5


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
        held.append(abs(ours.effect - FALL) <= placebos(series, synthetic_did, scaled=False).reach(ours))
    bias = {make: abs(np.mean(effects) - FALL) for make, effects in found.items()}

    assert bias[plain_difference] > 3 * max(bias[synthetic_control], bias[synthetic_did])
    assert np.mean(held) >= 0.95 - 3 * (0.0475 / R) ** 0.5
