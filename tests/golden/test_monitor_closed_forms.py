"""Targets and disparities against numbers worked out by hand, and against other ways to the same limits."""

from math import exp, log, sqrt

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import binomtest

from evaluation.methods.monitor.rates import SINGLY, Dispersion, disparities_of, dispersion_of
from evaluation.methods.monitor.targets import tracked

SAME = 1e-9  # two ways to the same number
Z = 1.959963984540054


def test_ten_per_cent_fewer_each_year_compounds():
    four = tracked(1_000.0, 656.1, each_year=-0.1, years=4, error=0.0)

    assert four.target == pytest.approx(1_000 * 0.9**4, abs=SAME)
    assert four.a_year == pytest.approx(-0.1, abs=SAME)
    assert four.change == pytest.approx(-343.9, abs=SAME)


def test_the_error_of_a_count_widens_the_gap_by_the_square_root_of_two_on_the_scale_of_logarithms():
    one = tracked(2_000.0, 1_500.0, each_year=-0.1, years=2, error=0.05)
    reach = Z * 0.05 * sqrt(2)

    assert one.target == pytest.approx(1_620)
    assert one.gap.low == pytest.approx(1_620 * (exp(log(1_500 / 1_620) - reach) - 1), abs=1e-6)
    assert one.gap.high == pytest.approx(1_620 * (exp(log(1_500 / 1_620) + reach) - 1), abs=1e-6)
    assert one.a_year_limits.low == pytest.approx(exp((log(0.75) - reach) / 2) - 1, abs=SAME)
    assert one.std_error == pytest.approx(0.05 * sqrt(2_000**2 + 1_500**2), abs=1e-6)
    assert one.p_value == pytest.approx(6.334e-5, rel=1e-3)  # z = 500 / 125 = 4, in a table of the normal


def test_limits_of_a_disparity_are_clopper_pearsons_over_the_share_of_people():
    events, exposure = np.array([12.0, 30.0, 58.0]), np.array([1_000.0, 4_000.0, 5_000.0])
    told = disparities_of(events, exposure, 1_000.0, counted=True)

    for mine, share, one in zip(events, exposure / 10_000, told, strict=True):
        exact = binomtest(int(mine), 100, share)
        limits = exact.proportion_ci(1 - 0.05 / 3, method="exact")
        assert one.ratio == pytest.approx(mine / 100 / share, abs=SAME)
        assert one.ratio_limits.low == pytest.approx(limits.low / share, abs=1e-7)
        assert one.ratio_limits.high == pytest.approx(limits.high / share, abs=1e-7)
        assert one.difference == pytest.approx(1_000 * (mine / (share * 10_000) - 100 / 10_000), abs=SAME)


def test_a_disparitys_p_value_is_below_five_per_cent_exactly_where_its_limits_leave_one_out():
    for dispersion in (SINGLY, Dispersion(2.3, 33.0)):
        for mine in range(60):
            events = np.array([float(mine), 100.0 - mine])
            one = disparities_of(events, np.array([3.0, 7.0]), 1.0, counted=True, dispersion=dispersion)[0]

            assert (one.p_value < 0.05) == one.ratio_limits.excludes(1.0), mine


def test_the_dispersion_is_pearsons_of_a_poisson_regression_on_places_and_periods():
    events = np.random.default_rng(3).negative_binomial(5, 0.4, (6, 5)).astype(float)
    exposure = np.random.default_rng(4).uniform(500, 1_500, (6, 5))
    place, period = (np.eye(size)[index.ravel()] for size, index in zip((6, 5), np.indices((6, 5)), strict=True))
    fitted = sm.GLM(events.ravel(), np.hstack([place, period[:, 1:]]), family=sm.families.Poisson(), offset=np.log(exposure.ravel())).fit()
    ours = dispersion_of(events, exposure)

    assert ours.df == 20 == fitted.df_resid and ours.ratio == pytest.approx(fitted.pearson_chi2 / 20, rel=1e-6)


def test_a_place_where_nothing_happened_still_has_an_upper_limit():
    none = disparities_of(np.array([0.0, 40.0]), np.array([100.0, 900.0]), 1.0, counted=True)[0]

    assert none.ratio == 0 and none.ratio_limits.low == 0
    assert none.ratio_limits.high == pytest.approx((1 - 0.0125 ** (1 / 40)) / 0.1, abs=1e-7)  # half of 5 %, over two places
