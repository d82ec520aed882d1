"""The fans of a scorecard, rehearsed: of months to come that are known, about as many lie in each band as it says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import stdtr

from evaluation.scorecards.forecast import LEVELS, _mixture, _Parts, _regressors, _turn, fan

SERIES, AHEAD = 200, 12
# What each band may hold, in the mean over twelve months: 95 % as the module's docstring says; of 80 and 50 % it is a little wide where nothing
# moves, since half the weight is on a level that wanders.  Beyond that only Monte Carlo error is allowed, of whole series: months of one series
# hang together.  Three errors are about .04 at 50 %, .03 at 80 % and .015 at 95 %.
HOLDS = {0.5: (0.48, 0.60), 0.8: (0.78, 0.88), 0.95: (0.93, 0.98)}
ERRORS = 3
SOLVED = 1e-6  # the root finder's
WORLDS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "still": lambda rng, n: np.full(n, 60.0),
    "wanders": lambda rng, n: 60 * np.exp(np.cumsum(rng.normal(0, 0.05, n))),
    "drifts": lambda rng, n: 60 * np.exp(0.012 * np.arange(n)),
    "seasons": lambda rng, n: 60 * np.exp(0.25 * np.sin(2 * np.pi * np.arange(n) / 12)),
}


def forecast(y: np.ndarray) -> _Parts:
    """The mixture that a fan is drawn from."""
    return _mixture(_turn(y.astype(float), "count"), _regressors(len(y) + AHEAD, 1, seasons=len(y) >= 36), AHEAD)


def below(parts: _Parts, counts: np.ndarray) -> np.ndarray:
    """How much of each month's forecast lies below a number."""
    z = _turn(np.maximum(counts, -0.375), "count")
    each: np.ndarray = parts.weight @ stdtr(parts.df, (z - parts.middle) / parts.spread)
    return each


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("months", [24, 48])
def test_months_to_come_lie_in_the_bands_as_often_as_these_say(world: str, months: int) -> None:
    rng = np.random.default_rng([months, list(WORLDS).index(world)])
    held = np.zeros((SERIES, len(LEVELS)))
    for one in range(SERIES):
        seen = rng.poisson(WORLDS[world](rng, months + AHEAD))
        parts = forecast(seen[:months])
        low, high = below(parts, seen[months:] + 0.5), below(parts, seen[months:] - 0.5)  # counts are whole
        held[one] = [((low >= (1 - level) / 2) & (high <= (1 + level) / 2)).mean() for level in LEVELS]
    share, error = held.mean(axis=0), held.std(axis=0, ddof=1) / np.sqrt(SERIES)
    for k, level in enumerate(LEVELS):
        low, high = HOLDS[level]
        assert low - ERRORS * error[k] <= share[k] <= high + ERRORS * error[k], f"{level:.0%}: {share[k]:.3f}, error {error[k]:.3f}"


def test_the_ends_of_a_fan_have_as_much_of_the_forecast_below_them_as_they_say() -> None:
    y = np.random.default_rng(5).poisson(60, 30)
    told, parts = fan(y.tolist(), AHEAD), forecast(y)

    for k, level in enumerate(LEVELS):
        assert below(parts, told.low[k]) == pytest.approx(np.full(AHEAD, (1 - level) / 2), abs=SOLVED)
        assert below(parts, told.high[k]) == pytest.approx(np.full(AHEAD, (1 + level) / 2), abs=SOLVED)
