"""The fans of a scorecard, rehearsed: of months to come that are known, about as many lie in each band as it says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from evaluation.scorecards.forecast import LEVELS, fan

SERIES, AHEAD = 50, 12
# the mean over twelve months of 50 series: months of one series hang together, so that its Monte Carlo error is about .02 at 95 % and
# .04 at 50 %; by 300 series the bands lie from .93 to .98, .76 to .88 and .48 to .62 (the module's docstring)
ROOM = {0.5: (0.37, 0.73), 0.8: (0.67, 0.95), 0.95: (0.87, 1.0)}
WORLDS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "still": lambda rng, n: np.full(n, 60.0),
    "wanders": lambda rng, n: 60 * np.exp(np.cumsum(rng.normal(0, 0.05, n))),
    "drifts": lambda rng, n: 60 * np.exp(0.012 * np.arange(n)),
    "seasons": lambda rng, n: 60 * np.exp(0.25 * np.sin(2 * np.pi * np.arange(n) / 12)),
}


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("months", [24, 48])
def test_months_to_come_lie_in_the_bands_as_often_as_these_say(world: str, months: int) -> None:
    rng = np.random.default_rng([months, list(WORLDS).index(world)])
    hits = np.zeros((len(LEVELS), AHEAD))
    for _ in range(SERIES):
        seen = rng.poisson(WORLDS[world](rng, months + AHEAD))
        told = fan(seen[:months].tolist(), AHEAD)
        for k in range(len(LEVELS)):
            hits[k] += (told.low[k] - 0.5 <= seen[months:]) & (seen[months:] <= told.high[k] + 0.5)  # counts are whole
    for level, share in zip(LEVELS, hits.mean(axis=1) / SERIES, strict=True):
        low, high = ROOM[level]
        assert low <= share <= high, f"{level:.0%}: {share:.2f}"
