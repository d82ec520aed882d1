"""Which effects by cohort and period are told, of whom, and what is said where there are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from evaluation.methods.did import repeated
from evaluation.methods.did.aggregates import aggregate
from evaluation.methods.did.bands import bootstrap, simultaneous
from evaluation.methods.did.group_time import group_time
from evaluation.methods.did.group_time_cells import LEFT, NOBODY, STANDS_FOR_NEVER
from evaluation.methods.did.group_time_parts import GroupTime
from evaluation.methods.did.nuisance import APART, FEW, SINGULAR
from evaluation.terms import NEVER, Refused

Array = np.ndarray[Any, Any]
PERIODS = 6


def panel(sizes: dict[int, int], seed: int = 2) -> tuple[Array, Array]:
    """Values of so many units by period of adoption."""
    adopted = np.repeat(list(sizes), list(sizes.values()))
    return np.random.default_rng(seed).normal(size=(len(adopted), PERIODS)), adopted


def at(cells: GroupTime, group: int, period: int) -> int:
    """Where a cell stands."""
    return int(np.flatnonzero((cells.group == group) & (cells.period == period))[0])


# ------------------------------------------------------------------------------------------------ who is compared
def test_nobody_is_compared_who_adopts_by_then_or_within_what_is_anticipated() -> None:
    value, adopted = panel({2: 3, 4: 5, 5: 7, NEVER: 11})
    plain, ahead = (group_time(value, adopted, anticipation=a) for a in (0, 1))
    assert plain.comparisons[at(plain, 2, 3)] == 5 + 7 + 11
    assert ahead.comparisons[at(ahead, 2, 3)] == 7 + 11
    assert plain.comparisons[at(plain, 4, 1)] == 3 + 7 + 11  # before either adopts, and never the cohort itself
    assert group_time(value, adopted, compared="never_treated").comparisons.tolist() == [11] * 15


def test_from_what_is_anticipated_on_a_cohort_is_measured_from_before_that() -> None:
    value, adopted = panel({4: 3, NEVER: 5})
    cells = group_time(value, adopted, anticipation=2)
    assert cells.base.tolist() == [0, 1, 1, 1, 1]
    assert group_time(value, adopted, base="universal").base.tolist() == [3] * PERIODS
    assert aggregate(cells, "simple").overall == pytest.approx(cells.effect[cells.period >= 4].mean(), abs=1e-12)


def test_units_under_the_programme_before_anything_is_measured_are_counted_and_left_out() -> None:
    value, adopted = panel({0: 2, 1: 4, 3: 3, NEVER: 5})
    plain, ahead = (group_time(value, adopted, anticipation=a) for a in (0, 1))
    assert (plain.always, ahead.always) == (2, 6)
    assert not plain.influence[adopted == 0].any() and not ahead.influence[adopted <= 1].any()
    assert set(ahead.group.tolist()) == {3}


def test_who_adopts_once_the_panel_is_over_never_does_and_who_does_just_after_may_anticipate_it() -> None:
    value, adopted = panel({3: 4, PERIODS: 3, NEVER: 5})
    cells = group_time(value, adopted, compared="never_treated")
    assert set(cells.group.tolist()) == {3} and set(cells.comparisons.tolist()) == {8}
    ahead = group_time(value, adopted, anticipation=1)
    assert set(ahead.group.tolist()) == {3, PERIODS} and ahead.comparisons[at(ahead, 3, PERIODS - 1)] == 5
    assert (aggregate(ahead, "dynamic").at < 0).any()


@pytest.mark.parametrize("compared", ["never_treated", "not_yet_treated"])
def test_where_everybody_adopts_the_last_stand_for_those_who_never_do(compared: Any) -> None:
    value, adopted = panel({2: 4, 3: 3, 5: 6})
    cells = group_time(value, adopted, compared=compared)
    assert set(cells.why[cells.group == 5].tolist()) == {STANDS_FOR_NEVER}
    assert set(cells.why[(cells.group < 5) & (cells.period == 5)].tolist()) == {NOBODY}
    told = (cells.group < 5) & (cells.period < 5)
    assert np.isfinite(cells.effect[told]).all() and not np.isfinite(cells.effect[~told]).any()
    here = adopted != 3
    alone = group_time(value[here][:, :5], np.where(adopted[here] == 5, NEVER, 2), compared="never_treated")
    if compared == "never_treated":
        np.testing.assert_allclose(cells.effect[(cells.group == 2) & told], alone.effect, rtol=0, atol=1e-12)


def test_a_cell_nobody_can_be_compared_in_says_so_and_the_averages_go_on_without_it() -> None:
    value, adopted = panel({2: 4, 3: 3})
    cells = group_time(value, adopted)
    assert cells.why.tolist() == ["", "", NOBODY, NOBODY, NOBODY] + [STANDS_FOR_NEVER] * 5
    assert np.isfinite(aggregate(cells, "simple").overall)
    only = group_time(*panel({2: 4}))
    assert set(only.why.tolist()) == {NOBODY} and not np.isfinite(only.effect).any()
    assert np.isnan(aggregate(only, "simple").overall) and np.isnan(aggregate(only, "group").overall)
    assert not aggregate(only, "calendar").at.size and np.isnan(aggregate(only, "dynamic").overall)


def test_where_nobody_adopts_there_is_no_cell() -> None:
    cells = group_time(*panel({NEVER: 5}))
    assert len(cells.effect) == 0 and np.isnan(aggregate(cells, "simple").overall)


# ------------------------------------------------------------------------------------------------ units that leave
def test_cells_after_a_cohort_left_have_no_number_unless_they_are_asked_for() -> None:
    value, adopted = panel({2: 6, NEVER: 5})
    left = np.array([4] * 2 + [NEVER] * 9)
    cells = group_time(value, adopted, left=left)
    gone = cells.after_leaving
    assert sorted(cells.treated[cells.period == 1].tolist()) == [2, 4]  # those who left and those who did not are two cohorts
    assert gone.sum() == 2 and set(cells.why[gone].tolist()) == {LEFT} and not np.isfinite(cells.effect[gone]).any()
    both = group_time(value, adopted, left=left, own_effect=True)
    stayed, after = aggregate(both, "simple"), aggregate(both, "simple", after_leaving=True)
    assert stayed.overall == aggregate(cells, "simple").overall
    assert after.overall == pytest.approx(both.effect[gone].mean(), abs=1e-12)
    early = aggregate(cells, "simple", periods=2).overall  # while all were under the programme, it is as if nobody had left
    assert early == pytest.approx(aggregate(group_time(value, adopted), "simple", periods=2).overall, abs=1e-12)


# ------------------------------------------------------------------------------------------------ units that miss periods
def test_units_that_miss_a_period_are_dropped_and_counted_or_stand_where_they_can() -> None:
    value, adopted = panel({3: 6, NEVER: 8})
    value[0, 5] = value[9, 1] = np.nan
    dropped, paired = (group_time(value, adopted, gaps=gaps) for gaps in ("drop", "pairwise"))
    whole = np.delete(np.arange(14), [0, 9])
    np.testing.assert_allclose(dropped.effect, group_time(value[whole], adopted[whole]).effect, rtol=0, atol=1e-12)
    assert (dropped.incomplete, paired.incomplete) == (2, 0) and not dropped.influence[[0, 9]].any()
    assert paired.treated.tolist() == [6, 6, 6, 6, 5] and paired.comparisons.tolist() == [7, 7, 8, 8, 8]
    change = value[:, 5] - value[:, 2]
    assert paired.effect[4] == pytest.approx(np.nanmean(change[:6]) - np.nanmean(change[6:]), abs=1e-12)


def test_a_cell_that_no_unit_of_the_cohort_was_watched_in_says_so() -> None:
    value, adopted = panel({3: 2, NEVER: 4})
    value[:2, 4] = np.nan
    cells = group_time(value, adopted, gaps="pairwise")
    assert cells.why[at(cells, 3, 4)].startswith("No unit of the cohort was watched") and cells.treated[at(cells, 3, 4)] == 0


# ------------------------------------------------------------------------------------------------ covariates
def test_covariates_that_make_each_other_up_or_tell_the_cohorts_apart_are_a_reason_and_no_number() -> None:
    value, adopted = panel({3: 8, NEVER: 20})
    x = np.random.default_rng(5).normal(size=28)
    twice = group_time(value, adopted, covariates=np.column_stack([x, 3 * x + 1]), adjust="regression")
    assert set(twice.why.tolist()) == {SINGULAR} and not np.isfinite(twice.effect).any() and not twice.influence.any()
    few = group_time(value[:10], adopted[:10], covariates=x[:10, None], adjust="doubly_robust")
    assert set(few.why.tolist()) == {FEW} and set(few.comparisons.tolist()) == {2}
    apart = np.where(adopted == 3, 5.0, -5.0) + 0.1 * x
    for adjust in ("inverse_probability", "doubly_robust"):
        assert set(group_time(value, adopted, covariates=apart[:, None], adjust=adjust).why.tolist()) == {APART}  # type: ignore[arg-type]  # two of the words


def test_who_is_nearly_always_treated_is_set_aside_and_counted() -> None:
    rng = np.random.default_rng(6)
    x = np.concatenate([rng.normal(2.5, 1, 300), rng.normal(-1, 1, 300), [2.0, 2.5, 5.0, 12.0]])
    adopted = np.repeat([3, NEVER], [300, 304])
    value = rng.normal(size=(604, PERIODS))
    cells = group_time(value, adopted, covariates=x[:, None], adjust="inverse_probability")
    p = sm.Logit(adopted == 3, sm.add_constant(x)).fit(disp=0).predict()
    aside = (adopted == NEVER) & (p >= 0.995)
    assert aside.sum() == 2 and set(cells.set_aside.tolist()) == {aside.sum()}
    weight = np.where(adopted == 3, 1.0, np.where(aside, 0.0, p / (1 - p)))
    change = value[:, 5] - value[:, 2]
    means = [np.average(change[adopted == when], weights=weight[adopted == when]) for when in (3, NEVER)]
    assert cells.effect[at(cells, 3, 5)] == pytest.approx(means[0] - means[1], abs=1e-6)


def test_an_effect_does_not_hang_on_a_covariate_s_unit() -> None:
    value, adopted = panel({3: 12, NEVER: 30})
    X = np.random.default_rng(7).normal(size=(42, 2))
    told, other = (group_time(value, adopted, covariates=C, adjust="doubly_robust") for C in (X, X * [1e7, 1e-4] + [5e7, 3]))
    np.testing.assert_allclose(told.effect, other.effect, rtol=0, atol=1e-7)
    np.testing.assert_allclose(told.influence, other.influence, rtol=0, atol=1e-7)


def test_a_cohort_of_one_unit_has_an_effect_to_which_that_unit_adds_no_error() -> None:
    value, adopted = panel({3: 1, NEVER: 6})
    cells = group_time(value, adopted)
    assert np.isfinite(cells.effect).all() and not cells.influence[0].any() and (cells.covariance().diagonal() > 0).all()


# ------------------------------------------------------------------------------------------------ refusals and bands
def test_what_no_effect_can_be_told_from_is_refused_with_counts_all_at_once() -> None:
    value, adopted = panel({3: 4, NEVER: 6})
    weight, X, left = np.ones(10), np.zeros((10, 1)), np.full(10, NEVER)
    weight[:2], X[3], left[:1], adopted[9] = [0, -1], np.nan, 2, -1
    with pytest.raises(Refused) as refused:
        group_time(value, adopted, weight=weight, covariates=X, adjust="regression", left=left)
    found = [problem.found for problem in refused.value.problems]
    assert [sentence.split()[0] for sentence in found] == ["2", "1", "1", "1"]


def test_rows_of_repeated_cross_sections_are_refused_with_counts_all_at_once() -> None:
    unit, period, adopted = np.array([1, 1, 1, 2, 2, 3]), np.array([0, 1, 1, 0, 7, 1]), np.array([2, 2, 2, 1, NEVER, NEVER])
    with pytest.raises(Refused) as refused:
        repeated.group_time(np.array([1, 2, 3, 4, 5, np.nan]), period, adopted, 4, unit=unit)
    found = " ".join(problem.found for problem in refused.value.problems)
    assert all(word in found for word in ("1 rows lack", "1 rows lie outside", "1 rows show a unit a second time", "1 units adopt in two"))


def test_bands_are_the_same_whatever_the_order_and_wider_than_one_interval() -> None:
    influence = np.random.default_rng(3).normal(size=(60, 4))
    clusters = np.repeat(np.arange(20), 3)
    told = simultaneous(influence, clusters, draws=4000, seed=5)
    order = np.random.default_rng(4).permutation(60)
    assert simultaneous(influence[order], 77 - clusters[order], draws=4000, seed=5) == pytest.approx(told, abs=1e-12)
    assert 1.96 < told < 2.7
    assert simultaneous(np.column_stack([influence, np.zeros(60)]), clusters, draws=4000, seed=5) == pytest.approx(told, abs=1e-12)
    assert np.isnan(simultaneous(np.zeros((60, 2)))) and bootstrap(np.zeros((60, 2))).error.tolist() == [0, 0]


def test_of_many_clusters_the_normal_draws_are_as_wide_as_multipliers(monkeypatch: pytest.MonkeyPatch) -> None:
    influence = np.random.default_rng(3).normal(size=(600, 3)) @ np.array([[1, 0.5, 0.2], [0, 1, 0.7], [0, 0, 1]])
    told = {kind: simultaneous(influence, draws=10_000, multipliers=kind) for kind in ("rademacher", "mammen")}  # type: ignore[arg-type]  # its words
    monkeypatch.setattr("evaluation.methods.did.bands.MANY", 100)
    normal = bootstrap(influence, draws=40_000)
    assert list(told.values()) == pytest.approx([normal.critical] * 2, abs=0.05)
    np.testing.assert_allclose(normal.error, np.sqrt((influence**2).sum(axis=0)), rtol=0.03)
