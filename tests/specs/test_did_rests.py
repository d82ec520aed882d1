"""What an effect of a panel rests on: clusters counted cell by cell, small cohorts left out one by one, whole periods, and the past as a guess."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.methods.did import foreseen as luck
from evaluation.methods.did import placebo
from evaluation.methods.did.fits import FITS
from evaluation.methods.did.laid import lay
from evaluation.methods.did.resting import resting_on
from evaluation.methods.did.uncertainty import uncertain
from evaluation.terms import NEVER, Horizon, Inference, Refused
from tests.specs.did_door import DID, Shown, asked, panel_of, told

RUNS = 150
MOST = 0.11  # a true zero left out so often: .05, and three and a half standard errors of RUNS
EXACT = 1e-9


def lasting(rng, n, periods, rho=0.7):
    value = rng.normal(size=(n, periods))
    for period in range(1, periods):
        value[:, period] = rho * value[:, period - 1] + (1 - rho**2) ** 0.5 * value[:, period]
    return value


def laid_of(value, dates, question, **parts):
    panel = panel_of(value, np.array(dates), **parts)
    return lay(panel, DID.compare(panel, question), Shown(value).paths(), question)


def answered(laid):
    fitting = FITS[laid.question.estimator]
    return uncertain(laid, fitting(laid), fitting, laid.question)


def left_out(dates, question, runs=RUNS, unit="area"):
    """How often a true zero is left out of the interval."""
    out = []
    for seed in range(runs):
        value = lasting(np.random.default_rng(seed), len(dates), 20)
        interval = answered(laid_of(value, dates, question, unit=unit)).interval
        out.append(interval.excludes(0.0))
    return float(np.mean(out))


# ------------------------------------------------------------------------------------------------ counted cell by cell
def test_who_adopts_last_is_compared_and_not_reached():
    laid = laid_of(lasting(np.random.default_rng(0), 20, 14), [5, 5] + [9] * 18, asked())

    there = resting_on(laid).there

    assert (there.clusters, there.treated, there.compared) == (20, 2, 18) and not there.enough
    assert "deal out the days" in answered(laid).interval.by


def test_a_side_that_one_cluster_carries_counts_as_one():
    laid = laid_of(lasting(np.random.default_rng(0), 61, 20), [5] * 30 + [6] * 30 + [14], asked())

    found = answered(laid)

    assert resting_on(laid).there.fewest == 1 and not found.diagnostic.holds
    assert "count as 60 and 1" in found.diagnostic.sentence and "CR3" not in found.interval.by


def test_clusters_that_are_watched_in_no_cell_are_not_there():
    value = lasting(np.random.default_rng(0), 20, 12)
    value[10:18, 6:] = np.nan

    there = resting_on(laid_of(value, [6] * 5 + [NEVER] * 15, asked())).there

    assert there.counts == pytest.approx((5, 7)) and there.compared == 7


def test_one_date_is_worth_as_many_as_there_are():
    there = resting_on(laid_of(lasting(np.random.default_rng(0), 20, 12), [6] * 5 + [NEVER] * 15, asked(aggregate="calendar"))).there

    assert there.counts == pytest.approx((5, 15), abs=EXACT)


@pytest.mark.parametrize("last", [3, 6])
def test_where_many_stand_beside_a_small_last_cohort_a_true_zero_is_rarely_left_out(last):
    assert left_out([5] * 300 + [6] * 300 + [14] * last, asked(), unit="person") <= MOST


@pytest.mark.parametrize("aggregate", ["calendar", "dynamic"])
def test_where_points_rest_on_one_cluster_the_effect_is_told_again_without_each(aggregate):
    value, dates = lasting(np.random.default_rng(0), 20, 20), [3, 5, 7, 9, 11, 13] + [NEVER] * 14

    own, again = (answered(laid_of(value, dates, asked(aggregate=aggregate, inference=Inference(by)))) for by in ("robust", "jackknife"))

    assert own.std_error == pytest.approx(again.std_error, rel=EXACT)


def test_of_many_clusters_only_those_with_few_beside_them_are_left_out_one_by_one():
    value, dates = lasting(np.random.default_rng(0), 90, 20), [4] * 2 + [14] * 40 + [NEVER] * 48

    own, again = (answered(laid_of(value, dates, asked(aggregate="calendar", inference=Inference(by)))) for by in ("robust", "jackknife"))

    assert "few beside them" in own.interval.by
    assert own.std_error == pytest.approx(again.std_error, rel=0.01)


@pytest.mark.parametrize("adjust", ["regression", "doubly_robust"])
def test_covariates_that_few_are_read_from_are_read_again_without_each(adjust):
    rng = np.random.default_rng(0)
    value, history = lasting(rng, 21, 8), {f"h{j}": rng.normal(size=21) for j in range(3)}
    parts = [asked(adjust=adjust, inference=Inference(by)) for by in ("robust", "jackknife")]

    own, again = (answered(laid_of(value, [4] * 15 + [NEVER] * 6, question, history=history)) for question in parts)

    assert own.std_error == pytest.approx(again.std_error, rel=EXACT)


# ------------------------------------------------------------------------------------------------ the same periods for all
def test_two_by_two_reads_units_watched_in_each_period_and_says_how_many_are_not():
    rng = np.random.default_rng(0)
    value = 0.1 * rng.normal(size=(60, 12)) + np.arange(12)
    value[:20, 8:] = np.where(rng.random((20, 4)) < 0.4, np.nan, value[:20, 8:])
    adopted = np.where(np.arange(60) < 20, 6, NEVER)
    comparison, found = told(panel_of(value, adopted), asked("difference"), value)
    aside = int(np.isnan(value[:, :10]).any(axis=1).sum())

    assert abs(found.effect) < 0.2
    assert f"{aside} are set aside" in next(each.sentence for each in comparison.diagnostics if each.name == "composition")


# ------------------------------------------------------------------------------------------------ p and its interval
@pytest.mark.parametrize("by", ["randomisation", "bootstrap", "wild_bootstrap"])
def test_p_is_below_5_of_100_exactly_where_the_interval_leaves_out_none(by):
    question = asked("difference" if by == "wild_bootstrap" else "group_time", inference=Inference(by))
    seen = set()
    for seed in range(40):
        rng = np.random.default_rng(seed)
        adopted = np.where(np.arange(28) < 13, 8, NEVER)
        value = lasting(rng, 28, 12, 0.3) * np.exp(rng.normal(size=(28, 1)))
        value[:13, 8:] += 0.6
        found = answered(laid_of(value, adopted, question))
        assert (found.p_value < 0.05) == found.interval.excludes(0.0), seed
        seen.add(found.p_value < 0.05)
        if by == "randomisation" and seed > 8:
            break
    assert seen == {True, False}


# ------------------------------------------------------------------------------------------------ whole periods
@pytest.mark.parametrize(
    ("days", "said"), [(13 * 91, "longer than the 12 periods"), (400, "ends within a period"), (7 * 91, "none of those that adopt")]
)
def test_a_horizon_that_would_not_be_told_is_refused(days, said):
    value = lasting(np.random.default_rng(0), 20, 12)

    with pytest.raises(Refused, match=said):
        DID.compare(panel_of(value, np.where(np.arange(20) < 8, 6, NEVER)), asked(horizon=Horizon(days=days)))


def test_those_that_adopt_too_late_for_the_horizon_are_counted():
    value = lasting(np.random.default_rng(0), 20, 12)
    comparison = DID.compare(panel_of(value, np.array([6] * 8 + [10] * 4 + [NEVER] * 8)), asked())

    assert "4 of those that adopt do so too late to be followed to the end of the horizon" in comparison.diagnostics[0].sentence


# ------------------------------------------------------------------------------------------------ what the past foretells
@pytest.mark.parametrize(("noisier", "horizon"), [(1.0, 4), (4.0, 4), (1.0, 8)])
def test_what_the_past_foretells_is_the_spread_of_the_effect(noisier, horizon):
    question, dates = asked(horizon=Horizon(days=91 * horizon)), [9] * 8 + [NEVER] * 20
    effects, ahead = [], []
    for seed in range(150):
        value = lasting(np.random.default_rng(seed), 28, 18)
        value[:8] *= noisier
        laid = laid_of(value, dates, question)
        effects.append(FITS["group_time"](laid).effect)
        ahead.append(luck.foreseen(laid, 9, from_all=False).std_dev)

    assert np.median(ahead) == pytest.approx(np.std(effects), rel=0.2)


def test_the_larger_of_what_both_ways_foretell_is_told():
    value = lasting(np.random.default_rng(3), 28, 18)
    value[:8] *= 4
    laid = laid_of(value, [9] * 8 + [NEVER] * 20, asked())

    alike = replace(laid, value=np.where(laid.focal[:, None], laid.value / 4, laid.value))

    assert placebo.detectable(laid).effect > 2 * placebo.detectable(alike).effect
