"""Imputation on invented panels: what untreated cells tell, with gaps, weights and covariates, its error, and what is left out."""

from __future__ import annotations

import numpy as np
import pytest
from did_panels import Array, staggered, with_gaps
from pytest import approx

from evaluation.methods.did import imputation
from evaluation.terms import NEVER, Refused

EXACT = 1e-9  # two ways of solving the same equations


def dense(value: Array, adopted: Array, target: Array, w: Array, x: Array | None = None) -> tuple[float, Array]:
    """The estimate and what each unit adds to its error, by the matrices of the paper: v0 = -W0 Z0 (Z0'W0 Z0)^-1 Z1'v1."""
    n, T = value.shape
    seen, treated = ~np.isnan(value), np.arange(T) >= adopted[:, None]
    unit, period = np.indices((n, T))
    Z = np.zeros((n, T, n + T + (0 if x is None else x.shape[2])))
    Z[unit, period, unit] = Z[unit, period, n + period] = 1.0
    if x is not None:
        Z[:, :, n + T :] = x
    one, other = seen & treated & (target > 0), seen & ~treated
    v1 = np.where(one, target, 0.0) / target[one].sum()
    inverse = np.linalg.pinv((Z[other] * w[other][:, None]).T @ Z[other])
    over = np.where(seen, value, 0.0) - Z @ (inverse @ (Z[other].T @ (w * np.where(seen, value, 0.0))[other]))
    v0 = np.where(other, -w * (Z @ (inverse @ np.einsum("nt,ntz->z", v1, Z))), 0.0)
    parts = v0 * over
    for g in np.unique(adopted[adopted < T]):
        for t in range(g, T):
            cell = one[:, t] & (adopted == g)
            if cell.any():
                mean = np.average(over[cell, t], weights=v1[cell, t] ** 2)
                parts[cell, t] = v1[cell, t] * (over[cell, t] - mean)
    return float((v1 * over).sum()), parts.sum(axis=1)


@pytest.mark.parametrize("covariate", [False, True], ids=["alone", "covariate"])
@pytest.mark.parametrize("weighted", [False, True], ids=["alike", "weighted"])
@pytest.mark.parametrize("gaps", [False, True], ids=["whole", "gaps"])
def test_effect_and_influence_are_those_of_the_papers_matrices(gaps: bool, weighted: bool, covariate: bool) -> None:
    value, adopted = staggered()
    rng = np.random.default_rng(4)
    value = with_gaps(value) if gaps else value
    w = rng.uniform(0.5, 2.0, size=(40, 7)) if weighted else np.ones((40, 7))
    x = rng.normal(size=(40, 7, 1)) if covariate else None
    fitted = imputation.fit(value, adopted, weight=w if weighted else None, covariates=x)
    effect, influence = dense(value, adopted, w, w, x)

    assert fitted.effect == approx(effect, rel=EXACT)
    assert fitted.influence == approx(influence, rel=0, abs=EXACT)
    assert fitted.std_error == approx((influence**2).sum() ** 0.5, rel=EXACT)


def test_each_event_time_is_the_mean_of_its_own_cells_and_together_they_make_the_whole() -> None:
    value, adopted = staggered()
    told, whole = imputation.by_event_time(value, adopted), imputation.fit(value, adopted)
    first, since = imputation.fit(value, adopted, until=0), np.arange(7) - adopted[:, None]

    assert told.at.tolist() == [0, 1, 2, 3, 4]
    assert told.effect @ told.treated / told.treated.sum() == approx(whole.effect, rel=EXACT)
    assert told.effect[0] == approx(first.effect, rel=EXACT)
    assert [(w.period - w.group).tolist() for w in told.weights] == [[0, 0], [1, 1], [2, 2], [3], [4]]
    assert [w.weight.sum() for w in told.weights] == approx([1.0] * 5, rel=EXACT)
    assert told.influence[:, 0] == approx(first.influence, rel=0, abs=EXACT)
    for e, effect in zip(told.at, told.effect, strict=True):
        assert effect == approx(dense(value, adopted, (since == e).astype(float), np.ones((40, 7)))[0], rel=EXACT)


def test_with_no_noise_the_effect_put_in_comes_out_though_effects_grow() -> None:
    rng = np.random.default_rng(2)
    adopted = np.array([2, 4, NEVER] * 10)
    since = np.arange(7) - adopted[:, None]
    value = rng.normal(size=(30, 1)) + rng.normal(size=7) + np.where(since >= 0, 1.0 + since, 0.0)
    told = imputation.by_event_time(value, adopted)

    assert told.effect == approx(1.0 + told.at, rel=EXACT)
    assert told.std_error == approx(0, abs=1e-12)


def test_clusters_coarser_than_units_are_summed_first() -> None:
    value, adopted = staggered()
    labels = np.arange(40) // 6
    fitted = imputation.fit(value, adopted, cluster=labels)

    assert fitted.std_error == approx((np.bincount(labels, weights=fitted.influence) ** 2).sum() ** 0.5, rel=EXACT)
    assert fitted.clusters == 7


def test_weights_of_cells_are_their_shares_and_none_is_below_0() -> None:
    value, adopted = staggered()
    weights = imputation.fit(with_gaps(value), adopted).weights

    assert weights is not None
    assert weights.weight.sum() == approx(1, rel=EXACT)
    assert weights.weight == approx(weights.cells / weights.cells.sum(), rel=EXACT)
    assert weights.below_zero == 0


def test_periods_in_which_all_have_adopted_are_left_out_and_counted() -> None:
    value, adopted = staggered(never=False)
    fitted = imputation.fit(value, adopted)
    short = imputation.fit(value[:, :5], adopted)

    assert fitted.left_out == {"periods in which no untreated unit was watched": 2}
    assert fitted.effect == approx(short.effect, rel=EXACT)


def test_cells_that_no_untreated_cells_tell_of_are_left_out_where_the_panel_falls_apart() -> None:
    value, adopted = staggered()
    parts = value.copy()
    parts[:20, 4:], parts[20:, :4] = np.nan, np.nan
    parts[0] = value[0]  # adopted in 2: its untreated cells are in the first part alone
    fitted = imputation.fit(parts, adopted)
    without = parts.copy()
    without[0, 4:] = np.nan

    assert fitted.left_out["treated cells that no untreated cells tell of"] == 3
    assert fitted.effect == approx(imputation.fit(without, adopted).effect, rel=EXACT)


def test_cells_whose_slope_no_untreated_cells_tell_are_left_out() -> None:
    value, adopted = staggered(never=False)
    x = np.where(adopted == 2, 1.0, 0.0)  # from period 2 on every untreated unit has x = 0: nobody tells what x = 1 would have changed
    with pytest.raises(Refused, match="of 70 cells under the programme none"):
        imputation.fit(value, np.where(adopted == 2, 2, NEVER), covariates=x)


def test_periods_in_which_no_untreated_unit_was_watched_take_no_other_cells_with_them() -> None:
    value, adopted = staggered(60, 33)
    value = with_gaps(value)  # of those who never adopt everybody's period 10, 19 and 28, and others': the rest can be told
    target = np.ones((60, 33))
    target[:, [10, 19, 28]] = 0.0
    fitted = imputation.fit(value, adopted)

    assert fitted.left_out == {"periods in which no untreated unit was watched": 3}
    assert fitted.effect == approx(dense(value, adopted, target, np.ones((60, 33)))[0], rel=EXACT)


def test_anticipated_cells_tell_nothing_and_are_no_effect() -> None:
    value, adopted = staggered()
    by_hand = value.copy()
    by_hand[adopted == 2, 1] = by_hand[adopted == 4, 3] = np.nan

    assert imputation.fit(value, adopted, anticipation=1).effect == approx(imputation.fit(by_hand, adopted).effect, rel=EXACT)


def test_adding_a_constant_to_a_unit_or_a_period_changes_nothing() -> None:
    value, adopted = staggered()
    moved = with_gaps(value) + np.arange(40)[:, None] * 3.0 + np.arange(7) ** 2
    one, other = imputation.fit(with_gaps(value), adopted), imputation.fit(moved, adopted)

    assert (one.effect, one.std_error) == approx((other.effect, other.std_error), rel=1e-8)


def test_where_nothing_can_be_told_it_is_refused() -> None:
    value, _ = staggered()

    for adopted in (np.full(40, NEVER), np.full(40, 0), np.full(40, 3)):
        with pytest.raises(Refused, match="none has a unit and a period with untreated cells"):
            imputation.fit(value, adopted)
    with pytest.raises(Refused, match="none has a unit and a period with untreated cells"):
        imputation.by_event_time(value, np.full(40, 3))
