"""Two-way fixed effects on invented panels: gaps, weights, orders, what units add to the error, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from did_panels import dense, staggered, under, with_gaps
from pytest import approx
from threadpoolctl import threadpool_limits

from evaluation.methods.did import event_study, imputation, interaction_weighted, two_way
from evaluation.methods.did.fixed_effects import effects, regress
from evaluation.methods.did.wide import wide
from evaluation.terms import NEVER, Refused

EXACT = 1e-9  # two ways of solving the same equations
WEIGHTS = np.random.default_rng(3).uniform(0.5, 2.0, size=(40, 7))


@pytest.mark.parametrize("by_library", [True, False], ids=["linearmodels", "numpy"])
@pytest.mark.parametrize("weight", [None, WEIGHTS[:, 0], WEIGHTS], ids=["alike", "of units", "that change"])
@pytest.mark.parametrize("gaps", [False, True], ids=["whole", "gaps"])
def test_effect_and_influence_are_those_of_a_regression_with_a_dummy_for_each_effect(gaps: bool, weight: np.ndarray | None, by_library: bool) -> None:
    value, adopted = staggered()
    value = with_gaps(value) if gaps else value
    fitted = two_way.fit(value, adopted, weight=weight, by_library=by_library)
    coef, influence, _ = dense(value, under(adopted, 7), weight)

    assert fitted.effect == approx(coef[0], rel=EXACT)
    assert fitted.influence == approx(influence[:, 0], rel=0, abs=EXACT)
    assert fitted.rows == (~np.isnan(value)).sum()


def test_what_a_unit_adds_is_the_derivative_by_its_weight() -> None:
    value, adopted = staggered()
    w, step = WEIGHTS[:, 0], 1e-5
    fitted = two_way.fit(with_gaps(value), adopted, weight=w, by_library=False)

    for i in (0, 1, 2, 17):
        more, less = w.copy(), w.copy()
        more[i], less[i] = w[i] + step, w[i] - step
        up, down = (two_way.fit(with_gaps(value), adopted, weight=each, by_library=False).effect for each in (more, less))
        assert fitted.influence[i] == approx((up - down) / (2 * step) * w[i], rel=1e-5)


def test_which_of_the_two_effects_is_taken_out_first_changes_nothing() -> None:
    value, adopted = staggered()
    column, gaps = under(adopted, 7), with_gaps(value)
    one = regress(wide(gaps, adopted, weight=WEIGHTS), column, by_library=False)
    # units as periods and periods as units: the column turns with them
    other = regress(wide(gaps.T, np.full(7, NEVER), weight=WEIGHTS.T), column.transpose(1, 0, 2), by_library=False)

    assert one.coef == approx(other.coef, rel=EXACT)
    assert one.residual == approx(other.residual.T, rel=0, abs=EXACT)
    assert one.told == other.told == 40 + 7 - 1
    assert one.contrast(0, "hetero").std_error == approx(other.contrast(0, "hetero").std_error, rel=EXACT)
    assert one.contrast(0, "two_way").std_error == approx(other.contrast(0, "two_way").std_error, rel=EXACT)


def test_the_order_of_units_changes_nothing() -> None:
    value, adopted = staggered()
    order = np.random.default_rng(5).permutation(40)
    one, other = two_way.fit(value, adopted), two_way.fit(value[order], adopted[order])

    assert (one.effect, one.std_error) == approx((other.effect, other.std_error), rel=1e-12)
    assert one.influence[order] == approx(other.influence, rel=0, abs=1e-14)


@pytest.mark.parametrize("errors", ["cluster", "hetero", "iid", "two_way"])
def test_large_panels_are_solved_in_numpy_with_the_numbers_of_linearmodels(errors: str) -> None:
    value, adopted = staggered(600)
    one, other = (two_way.fit(value, adopted, errors=errors, by_library=by) for by in (True, False))  # type: ignore[arg-type]  # one of the words

    assert (one.effect, one.std_error, one.df) == approx((other.effect, other.std_error, other.df), rel=EXACT)
    assert one.influence == approx(other.influence, rel=0, abs=EXACT)


@pytest.mark.parametrize("fit", [two_way.fit, imputation.fit, interaction_weighted.fit], ids=lambda fit: fit.__module__.split(".")[-1])
def test_the_number_of_threads_changes_no_digit(fit) -> None:  # type: ignore[no-untyped-def]  # any of the estimators
    value, adopted = staggered(6000, 33)  # of this size a product of matrices does change
    found = []
    for threads in (1, 4):
        with threadpool_limits(threads, "blas"):
            found.append(fit(with_gaps(value), adopted))

    assert found[0].effect == found[1].effect
    assert np.array_equal(found[0].influence, found[1].influence)


def test_twice_the_same_units_have_half_the_variance_before_the_factor() -> None:
    value, adopted = staggered()
    once, twice = two_way.fit(value, adopted), two_way.fit(np.tile(value, (2, 1)), np.tile(adopted, 2))

    assert twice.effect == approx(once.effect, rel=EXACT)
    assert (twice.influence**2).sum() == approx((once.influence**2).sum() / 2, rel=EXACT)
    together = two_way.fit(np.tile(value, (2, 1)), np.tile(adopted, 2), cluster=np.tile(np.arange(40), 2))
    assert (together.influence[:40] + together.influence[40:]) == approx(once.influence, rel=0, abs=EXACT)


def test_units_watched_once_and_periods_that_nobody_was_watched_in_change_nothing_and_are_counted() -> None:
    value, adopted = staggered()
    once = np.full((3, 7), np.nan)
    once[:, 5] = [1.0, 20.0, -4.0]
    more = np.vstack([value, once])
    more = np.column_stack([more, np.full(43, np.nan)])
    one, other = two_way.fit(value, adopted), two_way.fit(more, np.append(adopted, [NEVER, 2, 4]))

    assert (one.effect, one.std_error) == approx((other.effect, other.std_error), rel=EXACT)
    assert other.left_out == {"periods in which nobody was watched": 1, "units watched in a single period": 3}
    assert other.influence[40:] == approx(0, abs=0)


def test_a_period_of_a_single_unit_is_set_aside_and_then_that_unit_if_it_has_no_other_two() -> None:
    value, adopted = staggered()
    lonely = np.full(8, np.nan)
    lonely[[0, 7]] = 1.0, 2.0
    more = np.vstack([np.column_stack([value, np.full(40, np.nan)]), lonely])
    fitted = two_way.fit(more, np.append(adopted, NEVER))

    assert fitted.effect == approx(two_way.fit(value, adopted).effect, rel=EXACT)
    assert fitted.left_out == {"units watched in a single period": 1, "periods in which a single unit was watched": 1}


def test_panels_in_two_parts_have_one_effect_less() -> None:
    value, adopted = staggered(never=True)
    parts = value.copy()
    parts[:20, 4:], parts[20:, :4] = np.nan, np.nan
    whole, apart = (effects(wide(each, adopted).w, even=False) for each in (value, parts))

    assert (whole.rank, apart.rank) == (6, 5)
    fitted = two_way.fit(parts, adopted)
    assert fitted.effect == approx(dense(parts, under(adopted, 7))[0][0], rel=EXACT)


def test_covariates_that_others_make_up_are_left_out_and_the_effect_stays() -> None:
    value, adopted = staggered()
    x = np.random.default_rng(7).normal(size=40)
    alone = two_way.fit(value, adopted, covariates=x)
    twice = two_way.fit(value, adopted, covariates=np.column_stack([x, 2 * x - 1, np.ones(40)]))

    assert (alone.effect, alone.std_error) == approx((twice.effect, twice.std_error), rel=1e-8)
    assert alone.effect != approx(two_way.fit(value, adopted).effect, rel=1e-3)


def test_covariates_that_change_have_one_slope() -> None:
    value, adopted = staggered()
    x = np.random.default_rng(8).normal(size=(40, 7, 2))
    coef, influence, _ = dense(value, np.concatenate([under(adopted, 7), x], axis=2))
    fitted = two_way.fit(value, adopted, covariates=x, by_library=False)

    assert fitted.effect == approx(coef[0], rel=EXACT)
    assert fitted.influence == approx(influence[:, 0], rel=0, abs=EXACT)


def test_cells_of_anticipation_and_after_leaving_are_set_aside() -> None:
    value, adopted = staggered()
    left = np.where(adopted == 4, 6, NEVER)
    fitted = two_way.fit(value, adopted, anticipation=1, left=left)
    by_hand = value.copy()
    by_hand[adopted == 2, 1] = by_hand[adopted == 4, 3] = np.nan
    by_hand[adopted == 4, 6] = np.nan

    assert fitted.effect == approx(two_way.fit(by_hand, adopted).effect, rel=EXACT)
    assert fitted.left_out["cells in which the programme may have been anticipated"] == 27
    assert fitted.left_out["cells after a unit left the programme"] == 13


# ------------------------------------------------------------------------------------------------ event study
@pytest.mark.parametrize("gaps", [False, True], ids=["whole", "gaps"])
def test_the_event_study_is_a_regression_on_event_time(gaps: bool) -> None:
    value, adopted = staggered()
    value = with_gaps(value) if gaps else value
    told = event_study.fit(value, adopted, by_library=False)
    since = np.where(adopted[:, None] == NEVER, NEVER, np.arange(7) - adopted[:, None])
    coef, influence, _ = dense(value, (since[:, :, None] == told.at).astype(float))

    assert -1 not in told.at
    assert told.effect == approx(coef, rel=EXACT)
    assert told.influence == approx(influence, rel=0, abs=EXACT)
    assert told.covariance(np.arange(40)) == approx(influence.T @ influence, rel=1e-8, abs=1e-12)


def test_each_coefficient_weighs_its_own_event_time_by_1_and_every_other_by_0_in_sum() -> None:
    value, adopted = staggered()
    told = event_study.fit(value, adopted)

    for e, weights in zip(told.at, told.weights, strict=True):
        since = weights.period - weights.group
        for other in told.at:
            assert weights.weight[since == other].sum() == approx(float(other == e), abs=EXACT)
        assert weights.weight[since == -1].sum() == approx(-1, abs=EXACT)


def test_ends_stand_for_all_that_lies_beyond_and_anticipation_moves_the_reference() -> None:
    value, adopted = staggered(never=False)
    told = event_study.fit(value, adopted, ends=(-3, 2), anticipation=1)

    assert told.at.tolist() == [-3, -1, 0, 1, 2]
    assert told.treated[-1] == (np.arange(7) - adopted[:, None] >= 2).sum()


def test_where_all_adopt_event_time_is_not_told_from_calendar_time() -> None:
    value, adopted = staggered(never=False)

    with pytest.raises(Refused, match="0 of 40 units never adopt"):
        event_study.fit(value, adopted)
    with pytest.raises(Refused, match="both sides of -1"):
        event_study.fit(value, adopted, ends=(-1, 3))


# ------------------------------------------------------------------------------------------------ refusals
def test_what_cannot_be_used_is_refused_in_a_sentence() -> None:
    value, adopted = staggered()
    bad = np.ones(40)
    bad[:3] = 0, -1, np.nan
    infinite = value.copy()
    infinite[0, 0] = np.inf

    for found, how in {
        "3 of 40 weights are missing, zero or negative": {"weight": bad},
        "a single cluster": {"cluster": np.zeros(40)},
        "'weight' comes as": {"weight": np.ones(4)},
        "anticipation is -1": {"anticipation": -1},
        "covariates are missing for 3 of 40 units": {"covariates": np.where(bad > 0, 1.0, np.nan)},
        "covariates come as": {"covariates": np.ones((39, 2))},
    }.items():
        with pytest.raises(Refused, match=found):
            two_way.fit(value, adopted, **how)  # type: ignore[arg-type]  # one argument at a time
    with pytest.raises(Refused, match="1 of 280 values are infinite"):
        two_way.fit(infinite, adopted)
    with pytest.raises(Refused, match="no unit was watched in two periods"):
        two_way.fit(np.full((40, 7), np.nan), adopted)
    with pytest.raises(Refused, match="units by periods, two periods or more"):
        two_way.fit(value[:, :1], adopted)


@pytest.mark.parametrize("when", [NEVER, 3, 0, 9], ids=["never", "all at once", "always", "after the panel"])
def test_a_programme_that_effects_of_units_and_periods_make_up_is_refused(when: int) -> None:
    value, _ = staggered()

    with pytest.raises(Refused, match="make up the programme"):
        two_way.fit(value, np.full(40, when))
