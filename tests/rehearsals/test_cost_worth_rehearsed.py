"""Ranges of what a unit costs, and of net benefit, on invented people whose price of a day is known; seeds 0 to R - 1, held to the gate.

Costs are heavy-tailed and hang on days; half of the runs draw people, half whole sites.  Without a gain a ratio is told in one run of
twenty at most.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evaluation.methods.mean import acceptability, fieller
from evaluation.methods.mean.from_frame import effect_on, people_of
from evaluation.methods.mean.pairs import drawn, paired

R = 400
LUCK = 3  # Monte Carlo errors
PEOPLE, SITES = 300, 60
GAIN, COST, WORTH = 30.0, 1_800.0, 75.0  # 60 dollars a day, and 450 dollars of net benefit where a day is worth 75
COVERED = 0.95 - LUCK * (0.0475 / R) ** 0.5
DRAWS = 400  # of the bootstrap, in every fourth run


def invented(seed: int, *, sites: bool, gain: float = GAIN) -> pd.DataFrame:
    """Days and dollars of two arms; sites share luck in both, and a whole site is served or not."""
    rng = np.random.default_rng(seed)
    site = np.arange(PEOPLE) % SITES
    z = (site < SITES // 2).astype(int) if sites else np.arange(PEOPLE) % 2
    luck = rng.normal(0, 15 if sites else 0, SITES)[site]
    days = 120 + gain * z + luck + rng.normal(0, 60, PEOPLE)
    dollars = 4_000 + COST * z - 12 * (days - 120 - gain * z) + rng.gamma(0.8, 2_500, PEOPLE) - 2_000
    return pd.DataFrame({"z": z, "site": site, "days": days, "dollars": dollars})


def effects(rows: pd.DataFrame, *, sites: bool):
    people = people_of(rows, "z", "site" if sites else None, None)
    return [effect_on(rows[name].to_numpy(), people) for name in ("dollars", "days")]


@pytest.mark.parametrize("sites", [False, True], ids=["people", "sites"])
def test_fieller_and_net_benefit_cover_what_a_day_costs_as_often_as_they_say(sites):
    ratio = net = given = resampled = resampled_runs = 0
    found = []
    for seed in range(R):
        cost, days = effects(invented(seed, sites=sites), sites=sites)
        pair = paired(cost, days, "more")
        limits = fieller.limits(pair)
        # where no two limits hold it in, the ratios that are not ruled out lie outside them, or everywhere: that too is covered or not
        inside = limits.low <= COST / GAIN <= limits.high
        ratio += inside if limits.shape != "outside" else not (limits.low < COST / GAIN < limits.high)
        value, low, high = acceptability.net_benefit(pair, WORTH)
        net += low <= WORTH * GAIN - COST <= high
        found.append((value, (high - low) / (2 * pair.t)))
        if seed % 4 == 0:
            again = acceptability.percentiles(drawn(cost, days, "more", draws=DRAWS, seed=seed))
            resampled_runs += again.given
            resampled += again.given and again.low <= COST / GAIN <= again.high
        given += limits.shape == "between"
    value, error = np.array(found).T

    assert ratio / R >= COVERED
    assert net / R >= COVERED
    assert abs(value.mean() - (WORTH * GAIN - COST)) < (0.05 + LUCK / R**0.5) * value.std()
    assert error.mean() / value.std() == pytest.approx(1, abs=0.07 + LUCK / (2 * R) ** 0.5)
    assert given / R > 0.9  # a gain of four errors is seldom in doubt
    assert resampled / resampled_runs >= 0.95 - LUCK * (0.0475 / resampled_runs) ** 0.5


def test_without_a_gain_a_ratio_is_told_in_one_run_of_twenty_at_most():
    told = 0
    for seed in range(R):
        cost, days = effects(invented(seed, sites=False, gain=0.0), sites=False)
        told += days.interval.excludes(0.0) and fieller.limits(paired(cost, days, "more")).shape == "between"

    assert told / R <= 0.05 + LUCK * (0.0475 / R) ** 0.5
