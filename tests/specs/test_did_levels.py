"""Changes by amount and by share: told as two effects where the groups start from different levels, and a claim must hold by both."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.diagnostics import levels_apart
from evaluation.methods.did.laid import lay
from evaluation.methods.did.proportional import by_proportion
from evaluation.terms import NEVER, Inference
from tests.specs.did_door import DID, Shown, asked, panel_of, roll_out, told

EXACT = 1e-9  # the same sums in another order
STEP, NEAR = 1e-6, 1e-6  # of a numerical derivative


def grown(share=1.2, served=12.0, compared=6.0, **parts):
    """A roll-out without any effect: everybody's outcome grows by a share where the first adopt, from different levels."""
    value, adopted = roll_out(spread=0.2, **parts)
    level = np.where(adopted < NEVER, served, compared)[:, None]
    return np.maximum(value - value.mean() + level * np.where(np.arange(value.shape[1]) >= 8, share, 1.0), 0), adopted


def laid_of(value, adopted, question, **parts):
    panel = panel_of(value, adopted, **parts)
    return lay(panel, DID.compare(panel, question), Shown(value).paths(), question)


def named(found, name):
    return next(each for each in found.diagnostics if each.name == name)


def test_two_periods_are_the_share_of_those_compared_by_hand():
    value, adopted = grown()
    adopted = np.where(adopted < NEVER, 8, NEVER)
    there, before, after = adopted < NEVER, value[:, :8].mean(axis=1), value[:, 8:12].mean(axis=1)

    found = by_proportion(laid_of(value, adopted, asked("difference")))

    share = after[~there].mean() / before[~there].mean()
    assert found.fit.effect == pytest.approx(after[there].mean() - before[there].mean() * share, abs=EXACT)
    assert (found.served, found.compared) == pytest.approx((before[there].mean(), before[~there].mean()))


@pytest.mark.parametrize("estimator", ["group_time", "two_way"])
@pytest.mark.parametrize("aggregate", ["simple", "dynamic", "group", "calendar"])
def test_what_each_unit_adds_is_the_derivative_by_its_weight(estimator, aggregate):
    value, adopted = grown()
    value[3, 2], value[30, 9] = np.nan, np.nan
    weight = np.linspace(1, 3, 40)
    laid = laid_of(value, adopted, asked(estimator, aggregate=aggregate, weights="population"), weight=weight)

    found = by_proportion(laid).fit

    for unit in (0, 3, 12, 30, 39):
        moved = weight.copy()
        moved[unit] *= 1 + STEP
        slope = (by_proportion(laid.replaced(weight=moved)).fit.effect - found.effect) / STEP
        assert found.influence[unit] == pytest.approx(slope, abs=NEAR)
    assert found.influence.sum() == pytest.approx(0, abs=EXACT)


@pytest.mark.parametrize("estimator", ["group_time", "two_way", "imputation", "interaction_weighted", "difference"])
def test_where_all_grow_by_a_share_the_claim_of_amounts_does_not_stand(estimator):
    value, adopted = grown()
    if estimator == "difference":
        adopted = np.where(adopted < NEVER, 8, NEVER)

    found = told(panel_of(value, adopted), asked(estimator), value)[1]

    (shares,) = found.beside
    assert shares.by.startswith("proportional trends: ")
    assert shares.low < 0 < shares.high
    said = named(found, "levels_apart")
    assert not said.holds and not said.required and said.sentence.startswith("Before adoption those that adopt stood at")
    assert found.others[-1].name == "proportional trends" and found.others[-1].interval == shares
    if estimator == "difference":
        assert not found.interval.low < 0 < found.interval.high


def test_from_the_same_levels_one_interval_is_enough():
    value, adopted = grown(served=6.0)

    found = told(panel_of(value, adopted), asked(worthwhile=-2.0), value)[1]

    assert found.beside == () and named(found, "levels_apart").holds
    assert "proportional trends" not in {other.name for other in found.others}


def test_outcomes_below_none_have_no_shares():
    value, adopted = grown()
    value[0, 0] = -1

    found = told(panel_of(value, adopted), asked(), value)[1]

    assert found.beside == () and "levels_apart" not in {each.name for each in found.diagnostics}


def test_the_jackknife_tells_shares_again_without_each_cluster():
    value, adopted = grown()
    robust, again = (told(panel_of(value, adopted), asked(inference=Inference(by)), value)[1].beside[0] for by in ("robust", "jackknife"))

    assert again.by.startswith("proportional trends: jackknife by cluster (CR3), t(")
    assert (again.low, again.high) == pytest.approx((robust.low, robust.high), abs=0.05 * (robust.high - robust.low))


def test_where_dates_are_dealt_out_the_range_moves_to_the_other_effect():
    value, adopted = grown(n=14, reached=2, each=2)

    found = told(panel_of(value, adopted), asked(), value)[1]

    away = found.others[-1].effect - found.effect
    assert found.beside[0].by == "proportional trends: as wide as by amounts"
    assert (found.beside[0].low, found.beside[0].high) == pytest.approx((found.interval.low + away, found.interval.high + away))


def test_gaps_are_left_out_of_the_cells_that_need_them():
    value, adopted = grown()
    gap = value.copy()
    gap[39, 14] = np.nan
    question = replace(asked(), compared="never_treated")

    one, other = (by_proportion(laid_of(shown, adopted, question)).fit for shown in (value, gap))

    assert np.isfinite(other.effect) and other.effect != one.effect


def test_the_condition_names_both_effects_and_both_levels():
    said = levels_apart(-0.097, -0.121, -0.01, served=0.5432, compared=0.4111)

    assert not said.holds and said.value == pytest.approx(0.024) and said.limit == pytest.approx(0.005)
    assert "stood at 0.543 and those compared at 0.411" in said.sentence and "the effect would be -0.12, and not -0.097" in said.sentence
    near = levels_apart(-7.5, -7.2, -1.0, served=50.0, compared=40.0)
    assert near.holds and near.sentence.endswith("-7.5 by amounts, -7.2 by shares.")
    assert not levels_apart(-7.5, -7.2, -1.0, served=50.0, compared=40.0, turns=True).holds
