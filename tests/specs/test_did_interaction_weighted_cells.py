"""The interaction-weighted estimator on invented panels: its cells, the compared, gaps, covariates, and what is left out."""

from __future__ import annotations

import numpy as np
import pytest
from did_panels import dense, staggered, with_gaps
from pytest import approx

from evaluation.methods.did import imputation, interaction_weighted, two_way
from evaluation.methods.did.fixed_effects import factor
from evaluation.terms import NEVER, Refused

EXACT = 1e-9  # two ways of solving the same equations
WEIGHTS = np.random.default_rng(3).uniform(0.5, 2.0, size=(40, 7))


@pytest.mark.parametrize("weight", [None, WEIGHTS[:, 0], WEIGHTS], ids=["alike", "of units", "that change"])
@pytest.mark.parametrize("gaps", [False, True], ids=["whole", "gaps"])
def test_groups_one_by_one_are_one_regression_on_all_interactions(gaps: bool, weight: np.ndarray | None) -> None:
    value, adopted = staggered()
    value = with_gaps(value) if gaps else value
    cells = interaction_weighted.interacted(value, adopted, weight=weight)
    columns = (adopted[:, None, None] == cells.group) & (np.arange(7)[None, :, None] == cells.period)
    coef, influence, _ = dense(value, columns.astype(float), weight)

    assert len(cells.effect) == 2 * 6
    assert cells.effect == approx(coef, rel=EXACT)
    assert cells.combine(np.eye(12)) == approx(influence, rel=0, abs=EXACT)


@pytest.mark.parametrize("by_library", [True, False], ids=["linearmodels", "numpy"])
def test_with_no_covariate_to_speak_of_the_regression_has_the_same_answer(by_library: bool) -> None:
    value, adopted = staggered()
    value = with_gaps(value)
    alone = interaction_weighted.fit(value, adopted)
    beside = interaction_weighted.fit(value, adopted, covariates=np.ones(40), by_library=by_library)

    assert (alone.effect, alone.std_error) == approx((beside.effect, beside.std_error), rel=1e-8)
    assert alone.influence == approx(beside.influence, rel=0, abs=1e-8)


def test_slopes_of_covariates_are_shared_by_all_groups() -> None:
    value, adopted = staggered()
    x = np.random.default_rng(8).normal(size=(40, 7, 1))
    cells = interaction_weighted.interacted(value, adopted, covariates=x)
    columns = (adopted[:, None, None] == cells.group) & (np.arange(7)[None, :, None] == cells.period)
    coef, _, _ = dense(value, np.concatenate([columns.astype(float), x], axis=2))

    assert cells.effect == approx(coef[:-1], rel=EXACT)


def test_means_weigh_groups_by_their_units_and_errors_hold_the_shares_as_known() -> None:
    value, adopted = staggered()
    cells = interaction_weighted.interacted(value, adopted)
    fitted, by_group = interaction_weighted.fit(value, adopted), interaction_weighted.by_cohort(value, adopted)
    after = cells.period >= cells.group
    share = np.where(after, cells.treated, 0) / cells.treated[after].sum()

    assert fitted.effect == approx(cells.effect @ share, rel=EXACT)
    assert fitted.influence == approx(cells.combine(share[:, None])[:, 0], rel=0, abs=EXACT)
    assert fitted.std_error == approx(((fitted.influence**2).sum() * factor(40, 280, 12 + 7)) ** 0.5, rel=EXACT)
    assert by_group.at.tolist() == [2, 4]
    assert fitted.weights is not None and fitted.weights.weight.sum() == approx(1, rel=EXACT)


def test_where_all_adopt_the_last_are_compared_until_they_do() -> None:
    value, adopted = staggered(never=False)
    fitted = interaction_weighted.fit(value, adopted)
    by_hand = interaction_weighted.fit(value[:, :5], np.where(adopted == 5, NEVER, adopted))

    assert (fitted.effect, fitted.std_error) == approx((by_hand.effect, by_hand.std_error), rel=EXACT)
    assert fitted.left_out == {
        "units that adopt last, compared in place of units that never do": 13,
        "periods from which on nobody is left to compare with": 2,
    }


def test_anticipation_moves_the_reference_and_shortens_what_the_last_are_compared_in() -> None:
    value, adopted = staggered(never=False)
    told = interaction_weighted.by_event_time(value, adopted, anticipation=1)
    g2, last = value[adopted == 2].mean(axis=0), value[adopted == 5].mean(axis=0)

    assert -2 not in told.at and -1 in told.at
    cells = interaction_weighted.interacted(value, adopted, anticipation=1)
    assert cells.period.max() == 3
    cell = (cells.group == 2) & (cells.period == 2)
    assert cells.effect[cell][0] == approx((g2[2] - g2[0]) - (last[2] - last[0]), rel=EXACT)


def test_units_under_the_programme_before_there_is_a_reference_are_set_aside() -> None:
    value, adopted = staggered()
    early = np.where(np.arange(40) < 5, 0, adopted)
    fitted, fewer = interaction_weighted.fit(value, early), interaction_weighted.fit(value[5:], early[5:])

    assert (fitted.effect, fitted.std_error) == approx((fewer.effect, fewer.std_error), rel=EXACT)
    assert fitted.left_out == {"units under the programme before any period to compare with": 5}
    assert fitted.influence[:5] == approx(0, abs=0)


def test_a_group_that_nobody_watched_in_its_reference_is_set_aside() -> None:
    value, adopted = staggered()
    value[adopted == 2, 1] = np.nan
    cells = interaction_weighted.interacted(value, adopted)

    assert set(cells.group.tolist()) == {4}
    assert cells.left_out["units under the programme before any period to compare with"] == 14


def test_a_period_in_which_the_compared_were_not_watched_has_no_cells() -> None:
    value, adopted = staggered()
    value[adopted == NEVER, 6] = np.nan
    cells = interaction_weighted.interacted(value, adopted)

    assert cells.period.max() == 5
    assert cells.left_out == {"groups in a period that cannot be compared": 2}


def test_with_nobody_to_compare_with_it_is_refused() -> None:
    value, _ = staggered()

    for adopted in (np.full(40, NEVER), np.full(40, 3), np.full(40, 0), np.full(40, 1), np.where(np.arange(40) % 2, 0, NEVER)):
        with pytest.raises(Refused, match="no group was watched before and after"):
            interaction_weighted.fit(value, adopted)


def test_a_group_that_adopts_after_the_last_may_have_anticipated_is_set_aside() -> None:
    value, adopted = staggered(never=False)  # 2, 4 and 5
    fitted, fewer = (interaction_weighted.fit(*each, anticipation=1) for each in ((value, adopted), (value[adopted != 4], adopted[adopted != 4])))

    assert (fitted.effect, fitted.std_error) == approx((fewer.effect, fewer.std_error), rel=EXACT)
    assert fitted.left_out["units that adopt once nobody is left to compare with"] == 13


@pytest.mark.parametrize("fit", [interaction_weighted.fit, imputation.fit, two_way.fit], ids=lambda fit: fit.__module__.split(".")[-1])
def test_what_comes_after_a_unit_left_the_programme_is_no_effect_of_being_under_it(fit) -> None:  # type: ignore[no-untyped-def]  # any of them
    value, adopted = staggered()
    left = np.where(adopted == 2, 5, NEVER)
    by_hand = value.copy()
    by_hand[adopted == 2, 5:] = np.nan

    found, told = fit(value, adopted, left=left), fit(by_hand, adopted)
    assert (found.effect, found.std_error) == approx((told.effect, told.std_error), rel=EXACT)
    assert found.left_out["cells after a unit left the programme"] == 28
