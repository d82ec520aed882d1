"""Leaving out one site: judged by the move's own error, so that a large site alone fails no sound study."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from evaluation.diagnostics.challenged import OWN_RANGE, WithoutSite, no_one_site

RUNS = 2_000
LUCK = 0.015  # three Monte Carlo errors of a share of .05 in so many runs
EACH_OF_TWO = 2.2414  # the normal quantile of 1 - .05 / 4


def failed(shares: tuple[float, ...], *, apart: float = 0.0, spread: tuple[float, ...] | None = None) -> float:
    """How often a study of sites with such shares of its people fails; `apart` standard errors of the whole are added to the first's effect.

    Each site's own effect has the error that its share leaves it, times its `spread`; the whole weighs sites by their share.
    """
    luck, of = np.random.default_rng(1), np.array(shares)
    errors = np.array(spread or [1.0] * len(of)) / np.sqrt(of)
    own = sqrt(float((of**2 * errors**2).sum()))
    effects = luck.normal(0, errors, (RUNS, len(of)))
    effects[:, 0] += apart * own
    fails = 0
    for each in effects:
        whole, without = float(of @ each), {}
        for site in range(len(of)):
            rest = np.delete(of, site) / (1 - of[site])
            error = sqrt(float((rest**2 * np.delete(errors, site) ** 2).sum()))
            without[f"without {site}"] = WithoutSite.of(float(rest @ np.delete(each, site)) - whole, own, error, of[site])
        fails += not no_one_site(without, turned=False).holds
    return fails / RUNS


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.7, 0.3), (0.8, 0.1, 0.1), (0.9, 0.1), (0.4, 0.3, 0.3)])
def test_a_sound_study_fails_no_more_often_than_its_level_however_large_one_site_is(shares: tuple[float, ...]) -> None:
    assert failed(shares) <= 0.05 + LUCK


def test_where_people_of_one_site_differ_more_its_move_is_larger_by_luck_too() -> None:
    assert failed((0.7, 0.3), spread=(3.0, 1.0)) <= 0.05 + LUCK


def test_a_site_that_carries_the_result_is_found() -> None:
    assert failed((0.3, 0.3, 0.4), apart=12.0) > 0.95 and failed((0.7, 0.3), apart=12.0) > 0.9


def test_a_move_fails_beyond_the_studys_own_range_and_beyond_its_own_error() -> None:
    small, large = 0.1, 2.0
    assert no_one_site({"a": WithoutSite(-OWN_RANGE, small), "b": WithoutSite(0.1, small)}, turned=False).holds
    assert not no_one_site({"a": WithoutSite(-OWN_RANGE - 0.01, small), "b": WithoutSite(0.1, small)}, turned=False).holds
    told = no_one_site({"a": WithoutSite(EACH_OF_TWO * large - 0.01, large), "b": WithoutSite(1.9, small)}, turned=False)
    assert told.holds and told.limit == pytest.approx(EACH_OF_TWO * large, abs=1e-3)
    assert not no_one_site({"a": WithoutSite(EACH_OF_TWO * large + 0.01, large), "b": WithoutSite(0.1, small)}, turned=False).holds


def test_that_the_rest_points_the_other_way_is_told_and_no_fault_by_itself() -> None:
    told = no_one_site({"without the city": WithoutSite(-3.0, 3.0)}, turned=True)
    assert told.holds and "points the other way" in told.sentence


def test_the_error_of_a_move_is_that_of_the_parts_however_they_weigh() -> None:
    assert WithoutSite.of(1.0, own=1.0, without=sqrt(1 / 0.3), share=0.7).error == pytest.approx(sqrt(0.7 / 0.3))
    assert WithoutSite.of(1.0, own=1.0, without=0.9, share=0.7).error == pytest.approx(sqrt(1 + 0.4 * 0.81))
    assert WithoutSite.of(1.0, own=1.0, without=0.9, share=0.1).error == pytest.approx(sqrt(1 - 0.8 * 0.81))
