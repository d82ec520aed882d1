"""Triple differences and two by two, by closed forms, by regressions with a dummy for everything, and by linearmodels on two periods."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from did_panels import Array, staggered, under
from linearmodels.panel import PanelOLS
from pytest import approx

from evaluation.methods.did import imputation, long_difference, triple, two_way
from evaluation.terms import NEVER, Refused

EXACT = 1e-9  # two ways of solving the same equations


def places(date: int = 3) -> tuple[Array, Array, Array, Array]:
    """Values, adopted, meant and place of two units in each of 20 places, one that the programme is for; half the places adopt."""
    rng = np.random.default_rng(9)
    place, meant = np.repeat(np.arange(20), 2), np.tile([True, False], 20)
    adopted = np.where(place % 2 == 0, date, NEVER)
    shared = rng.normal(size=(20, 6))[place]  # what happens to a place happens to both its units
    value = shared + rng.normal(size=(40, 6)) + np.where((np.arange(6) >= adopted[:, None]) & meant[:, None], 2.0, 0.0)
    return value, adopted, meant, place


def three_way(value: Array, adopted: Array, meant: Array, place: Array) -> float:
    """The coefficient of a regression with a dummy for each place and kind, place and period, kind and period."""
    n, T = value.shape
    cells = []
    on = under(adopted, T)[:, :, 0] * meant[:, None]
    for first, second in ((place * 2 + meant, None), (place, range(T)), (meant, range(T))):
        for one in np.unique(first):
            for t in [None] if second is None else second:
                column = np.zeros((n, T))
                column[first == one, slice(None) if t is None else t] = 1.0
                cells.append(column.ravel())
    X = np.column_stack([on.ravel(), *cells])
    return float(np.linalg.lstsq(X, value.ravel(), rcond=None)[0][0])


@pytest.mark.parametrize("by", [two_way.fit, long_difference.fit, imputation.fit], ids=["two way", "two by two", "imputation"])
def test_the_difference_of_two_differences_is_three_way_fixed_effects(by) -> None:  # type: ignore[no-untyped-def]  # any of the estimators
    value, adopted, meant, place = places()
    found = triple.fit(value, adopted, meant, cluster=place, by=by)

    assert found.effect == approx(three_way(value, adopted, meant, place), rel=EXACT)
    one, other = by(value[meant], adopted[meant]), by(value[~meant], adopted[~meant])
    assert found.effect == approx(one.effect - other.effect, rel=EXACT)
    assert found.influence[meant] == approx(one.influence, rel=0, abs=EXACT)
    assert found.influence[~meant] == approx(-other.influence, rel=0, abs=EXACT)


def test_it_is_the_two_by_two_of_the_gap_within_each_place_error_and_all() -> None:
    value, adopted, meant, place = places()
    gap = value[meant] - value[~meant]
    found, of_gaps = triple.fit(value, adopted, meant, cluster=place, by=two_way.fit), two_way.fit(gap, adopted[meant])

    assert found.effect == approx(of_gaps.effect, rel=EXACT)
    assert found.std_error == approx((of_gaps.influence @ of_gaps.influence * 20 / 19) ** 0.5, rel=EXACT)
    assert found.df == 19
    assert (found.clusters, found.rows) == (20, 240)


def test_luck_that_a_place_shares_cancels_only_where_its_units_are_one_cluster() -> None:
    value, adopted, meant, place = places()
    together, apart = triple.fit(value, adopted, meant, cluster=place), triple.fit(value, adopted, meant)

    assert together.effect == apart.effect
    assert together.std_error < 0.85 * apart.std_error


def test_a_change_that_befalls_both_kinds_is_no_effect() -> None:
    value, adopted, meant, place = places()
    shock = np.where(np.arange(6) >= adopted[:, None], 7.0, 0.0)
    one, other = (triple.fit(each, adopted, meant, cluster=place) for each in (value, value + shock))

    assert (one.effect, one.std_error) == approx((other.effect, other.std_error), rel=EXACT)


def test_what_is_told_by_unit_goes_to_the_kind_it_belongs_to() -> None:
    value, adopted, meant, place = places()
    w = np.random.default_rng(4).uniform(1, 2, size=40)
    found = triple.fit(value, adopted, meant, cluster=place, weight=w)
    each = [two_way.fit(value[there], adopted[there], weight=w[there]).effect for there in (meant, ~meant)]

    assert found.effect == approx(each[0] - each[1], rel=EXACT)


@pytest.mark.parametrize("whom", [np.ones(40, dtype=bool), np.zeros(40, dtype=bool)], ids=["all", "none"])
def test_a_programme_meant_for_all_or_none_has_no_third_difference(whom: Array) -> None:
    value, adopted, _, _ = places()

    with pytest.raises(Refused, match=r"the programme is meant for (0|40) of 40 units"):
        triple.fit(value, adopted, whom)


# ------------------------------------------------------------------------------------------------ two by two
def test_on_two_periods_it_is_linearmodels_and_its_error_before_any_factor() -> None:
    value, _ = staggered()
    adopted = np.where(np.arange(40) < 15, 1, NEVER)
    fitted = long_difference.fit(value[:, :2], adopted)
    index = pd.MultiIndex.from_product([range(40), range(2)])
    y, on = pd.Series(value[:, :2].ravel(), index), pd.DataFrame({"on": under(adopted, 2).ravel()}, index)
    model = PanelOLS(y, on, entity_effects=True, time_effects=True)
    library = model.fit(cov_type="clustered", cluster_entity=True, auto_df=False, count_effects=False, debiased=False).cov.to_numpy()
    regression = two_way.fit(value[:, :2], adopted)

    assert fitted.effect == approx(regression.effect, rel=EXACT)
    assert (fitted.influence**2).sum() == approx(library[0, 0], rel=EXACT)
    assert fitted.std_error**2 == approx(library[0, 0] * 40 / 38, rel=EXACT)
    assert regression.std_error**2 == approx(library[0, 0] * 40 / 39 * 79 / 77, rel=EXACT)


def test_on_a_panel_without_gaps_it_is_two_way_fixed_effects() -> None:
    value, adopted, _, _ = places()

    one, other = long_difference.fit(value, adopted), two_way.fit(value, adopted)
    assert one.effect == approx(other.effect, rel=EXACT)
    assert one.influence == approx(other.influence, rel=0, abs=EXACT)


@pytest.mark.parametrize("weighted", [False, True], ids=["alike", "weighted"])
def test_covariates_are_a_regression_of_the_long_difference(weighted: bool) -> None:
    value, adopted, _, _ = places()
    rng = np.random.default_rng(2)
    x, w = rng.normal(size=(40, 2)), rng.uniform(1, 2, size=40) if weighted else np.ones(40)
    change = value[:, 3:].mean(axis=1) - value[:, :3].mean(axis=1)
    X = np.column_stack([np.ones(40), adopted == 3, x])
    told = sm.WLS(change, X, weights=w).fit(cov_type="HC1")
    fitted = long_difference.fit(value, adopted, covariates=x, weight=w if weighted else None)

    assert (fitted.effect, fitted.std_error) == approx((told.params[1], told.bse[1]), rel=EXACT)
    assert fitted.df == 39


def test_only_the_periods_asked_for_are_after_and_anticipated_ones_are_neither() -> None:
    value, adopted, _, _ = places()
    fitted = long_difference.fit(value, adopted, anticipation=1, until=1)
    change = value[:, 3:5].mean(axis=1) - value[:, :2].mean(axis=1)

    assert fitted.effect == approx(change[adopted == 3].mean() - change[adopted == NEVER].mean(), rel=EXACT)


def test_units_with_gaps_are_set_aside_and_counted() -> None:
    value, adopted, _, _ = places()
    value[[0, 1, 2], [0, 3, 5]] = np.nan
    value[4, 4] = np.nan
    early = np.where(np.arange(40) == 39, 0, adopted)
    fitted = long_difference.fit(value, early)

    assert fitted.left_out == {"units under the programme before any period to compare with": 1, "units not watched in every period": 4}
    assert fitted.effect == approx(
        long_difference.fit(np.delete(value, [0, 1, 2, 4, 39], axis=0), np.delete(adopted, [0, 1, 2, 4, 39])).effect, rel=EXACT
    )
    assert fitted.influence[[0, 1, 2, 4, 39]] == approx(0, abs=0)


def test_what_is_not_two_by_two_is_refused() -> None:
    value, adopted = staggered()
    one_date = np.where(adopted == 4, NEVER, adopted)

    for found, when, how in (
        ("units adopted in 2 periods", adopted, {}),
        ("no unit adopted after the first period", np.full(40, NEVER), {}),
        ("weights change over time", one_date, {"weight": np.ones((40, 7))}),
        ("covariates are missing for 2 of 40 units", one_date, {"covariates": np.where(np.arange(40) < 2, np.nan, 1.0)}),
        ("made up of each other", one_date, {"covariates": np.ones(40)}),
        ("39 units that never did", np.where(np.arange(40) == 0, 3, NEVER), {}),
        ("0 units that never did", np.full(40, 3), {}),
    ):
        with pytest.raises(Refused, match=found):
            long_difference.fit(value, when, **how)  # type: ignore[arg-type]  # one argument at a time
