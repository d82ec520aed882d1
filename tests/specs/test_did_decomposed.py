"""What two-way fixed effects estimates are made of, by closed forms of the papers and by counting."""

from __future__ import annotations

import numpy as np
import pytest
from did_panels import staggered, with_gaps
from pytest import approx

from evaluation.methods.did import decomposition, two_way
from evaluation.terms import NEVER, Refused

EXACT = 1e-9  # the same numbers in another order


def test_two_groups_in_three_periods_weigh_as_in_the_paper() -> None:
    """de Chaisemartin and D'Haultfoeuille 2020: the estimate is half of one effect, all of another, less half of a third."""
    adopted = np.array([2, 2, 1, 1])
    rng = np.random.default_rng(1)
    effects = {(2, 2): 3.0, (1, 1): 5.0, (1, 2): 11.0}
    value = rng.normal(size=(4, 1)) + rng.normal(size=3)
    for (g, t), effect in effects.items():
        value[adopted == g, t] += effect
    fitted = two_way.fit(value, adopted)

    assert fitted.effect == approx(0.5 * 3.0 + 5.0 - 0.5 * 11.0, rel=EXACT)
    assert fitted.weights is not None
    told = dict(zip(zip(fitted.weights.group.tolist(), fitted.weights.period.tolist(), strict=True), fitted.weights.weight, strict=True))
    assert told == approx({(2, 2): 0.5, (1, 1): 1.0, (1, 2): -0.5}, rel=EXACT)

    below = decomposition.below_zero(fitted.weights, fitted.effect)
    assert (below.cells, below.below, below.weight, below.share) == approx((3, 1, -0.5, 0.25), rel=EXACT)
    # weights over shares are 1.5, 3 and -1.5: deviations from 1 of 0.5, 2 and -2.5
    assert below.spread == approx(1.0 / ((0.25 + 4 + 6.25) / 3) ** 0.5, rel=EXACT)


@pytest.mark.parametrize("gaps", [False, True], ids=["whole", "gaps"])
def test_the_estimate_is_the_effects_put_in_by_the_weights_told(gaps: bool) -> None:
    value, adopted = staggered()
    value = np.zeros_like(value)
    since = np.arange(7) - adopted[:, None]
    value += np.where(since >= 0, 1.0 + 0.5 * since + 0.1 * (adopted[:, None] == 2), 0.0)
    fitted = two_way.fit(with_gaps(value) if gaps else value, adopted)

    assert fitted.weights is not None
    effect = 1.0 + 0.5 * (fitted.weights.period - fitted.weights.group) + 0.1 * (fitted.weights.group == 2)
    assert fitted.effect == approx(fitted.weights.weight @ effect, rel=EXACT)
    assert fitted.weights.weight.sum() == approx(1, rel=EXACT)


def test_with_one_date_every_comparison_is_with_those_who_never_adopt_and_none_weighs_below_0() -> None:
    value, adopted = staggered()
    adopted = np.where(adopted == 4, NEVER, adopted)
    fitted = two_way.fit(value, adopted)
    assert fitted.weights is not None
    below = decomposition.below_zero(fitted.weights, fitted.effect)

    assert decomposition.two_by_twos(value, adopted).by_kind() == {"with never": approx((1.0, fitted.effect), rel=EXACT)}
    assert (below.below, below.weight, below.share, below.spread) == (0, 0.0, 0.0, float("inf"))


@pytest.mark.parametrize("weighted", [False, True], ids=["alike", "weighted"])
@pytest.mark.parametrize("first", [0, 2], ids=["always", "no always"])
def test_the_comparisons_make_the_estimate_weighted_or_not(first: int, weighted: bool) -> None:
    value, adopted = staggered(first=first)
    w = np.random.default_rng(6).uniform(0.5, 2, size=40) if weighted else None
    found = decomposition.two_by_twos(value, adopted, weight=w)

    assert found.estimate == approx(two_way.fit(value, adopted, weight=w).effect, rel=EXACT)
    assert found.weight.sum() == approx(1, rel=EXACT)
    assert (found.weight > 0).all()
    assert ("later with always" in found.by_kind()) == (first == 0)


def test_each_comparison_is_the_difference_in_differences_of_its_own_windows() -> None:
    value, adopted = staggered()
    found = decomposition.two_by_twos(value, adopted)
    one, other, never = (value[adopted == g].mean(axis=0) for g in (2, 4, NEVER))
    told = dict(zip(zip(found.treated.tolist(), found.compared.tolist(), strict=True), found.effect, strict=True))

    assert told[2, 4] == approx((one[2:4].mean() - one[:2].mean()) - (other[2:4].mean() - other[:2].mean()), rel=EXACT)
    assert told[4, 2] == approx((other[4:].mean() - other[2:4].mean()) - (one[4:].mean() - one[2:4].mean()), rel=EXACT)
    assert told[4, NEVER] == approx((other[4:].mean() - other[:4].mean()) - (never[4:].mean() - never[:4].mean()), rel=EXACT)


def test_gaps_and_a_panel_in_which_nobody_can_be_compared_are_refused() -> None:
    value, adopted = staggered()

    with pytest.raises(Refused, match="31 of 280 cells were not watched"):
        decomposition.two_by_twos(with_gaps(value), adopted)
    with pytest.raises(Refused, match="weights change over time"):
        decomposition.two_by_twos(value, adopted, weight=np.random.default_rng(1).uniform(1, 2, size=value.shape))
    with pytest.raises(Refused, match="no group adopts beside another"):
        decomposition.two_by_twos(value, np.full(40, 3))
