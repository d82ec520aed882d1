"""The headline by groups: cut from the same comparison, drawn to the mean, told only where there are enough, and released through the door."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from offered_county import asked, records
from scipy.stats import norm
from statsmodels.stats.meta_analysis import combine_effects

from evaluation.challenges.asked import Asked
from evaluation.challenges.shrinking import shrunk
from evaluation.challenges.subgroups import FEWEST_PEOPLE, Grouped, corrected, cut, say_subgroups, subgroups, within
from evaluation.findings import judge, release
from evaluation.findings.disclosure import HIDDEN
from evaluation.findings.group_tables import group_tables
from evaluation.report.page import page
from evaluation.terms import Cohort

SAME = 1e-6  # of numbers worked out by two programs
COVERS = 0.95 - 4 * np.sqrt(0.95 * 0.05 / 400)  # of 100 draws of 4 groups or more: four Monte Carlo errors below what is promised


@pytest.fixture(scope="module")
def offered() -> Asked:
    found = asked(records(lambda prior, stays, offered: np.clip(0.3 + 0.08 * prior - 0.1 * offered, 0, 1), n=1200))
    return replace(found, study=replace(found.study, subgroups=("prior_bookings", "prior_arrests")))


def test_the_spread_and_its_test_are_those_of_statsmodels() -> None:
    y, errors = np.array([0.1, -0.2, 0.4, 0.05]), np.array([0.1, 0.15, 0.12, 0.2])
    there = combine_effects(y, errors**2, method_re="chi2")
    found = shrunk(y, errors, 0.1)
    assert found.spread == pytest.approx(np.sqrt(there.tau2), rel=SAME) and found.p_value == pytest.approx(there.test_homogeneity().pvalue, rel=SAME)


@pytest.mark.parametrize(("k", "spread"), [(4, 0.0), (4, 1.0), (8, 1.0), (8, 3.0)])
def test_ranges_carry_the_uncertainty_of_the_spread(k: int, spread: float) -> None:
    rng, covered, narrower = np.random.default_rng(2), [], []
    for _ in range(100):
        errors = rng.uniform(0.4, 1.6, k)
        true = rng.normal(0, spread, k)
        found = shrunk(true + errors * rng.standard_normal(k), errors, 0.5)
        covered += [low <= one <= high for low, one, high in zip(found.low, true, found.high, strict=True)]
        narrower.append(np.mean(np.subtract(found.high, found.low)) < np.mean(2 * norm.ppf(0.975) * errors))
    assert np.mean(covered) >= COVERS and np.mean(narrower) > 0.7


def test_each_number_is_drawn_towards_the_mean_and_the_least_sure_most() -> None:
    found = shrunk([0.5, -0.5, 0.0], [0.1, 0.4, 0.1], 0.1)
    kept = [one / raw for one, raw in zip(found.effects[:2], (0.5, -0.5), strict=True)]
    assert 0 < kept[0] < 1 and kept[1] < kept[0]


def test_groups_are_cut_from_the_same_comparison_and_add_up_to_it(offered: Asked) -> None:
    cohort, comparison = offered.cohort, offered.comparison
    assert isinstance(cohort, Cohort)
    inside = cohort.history["prior_arrests"] <= 1
    one, other = (cut(comparison, cohort.served, side) for side in (inside, ~inside))
    assert not (one.kept & other.kept).any() and (one.kept | other.kept == comparison.kept).all()
    assert one.weights[one.kept & ~cohort.served].sum() == pytest.approx(one.weights[one.kept & cohort.served].sum())


def test_a_set_that_is_left_with_one_side_goes() -> None:
    from evaluation.terms import Comparison, Estimand

    sets, served = np.array([0, 0, 1, 1, 1]), np.array([True, False, True, False, False])
    whole = Comparison(Estimand("", "", "", ""), np.ones(5, bool), np.array([1.0, 1.0, 1.0, 0.5, 0.5]), sets=sets)
    found = cut(whole, served, np.array([True, False, True, True, False]))
    assert found.kept.tolist() == [False, False, True, True, False] and found.weights[2:4].tolist() == [1.0, 1.0]
    assert found.sets is not None and found.sets.tolist() == [-1, -1, 1, 1, -1]


def test_a_small_group_is_too_few_to_tell_and_none_has_a_verdict(offered: Asked) -> None:
    assert isinstance(offered.cohort, Cohort)
    few = np.arange(len(offered.cohort)) < 2 * FEWEST_PEOPLE
    assert within(offered, offered.cohort, "few", few).state == "too few"
    found = subgroups(offered)
    assert [one.column for one in found] == ["prior_bookings", "prior_arrests"] and all(one.together for one in found)
    assert not any(word in say_subgroups(one) for one in found for word in ("better", "worse"))


def test_tests_of_several_columns_are_corrected(offered: Asked) -> None:
    columns = tuple(Grouped(str(p), (), p_value=p) for p in (0.04, 0.01, 0.03, float("nan")))
    assert [one.p_value for one in corrected(columns)][:3] == pytest.approx([0.06, 0.03, 0.06])


def test_groups_whose_people_are_not_alike_have_no_number(offered: Asked) -> None:
    assert isinstance(offered.cohort, Cohort)
    even = replace(offered, comparison=replace(offered.comparison, weights=offered.comparison.kept.astype(float), learned=None))
    assert within(even, offered.cohort, "all", np.ones(len(offered.cohort), bool)).state == "not alike"


def test_what_leaves_is_on_the_page_in_both_languages_and_hides_what_is_small(offered: Asked) -> None:
    found = subgroups(offered)
    tables = group_tables(found, offered.answer)
    finding = judge(offered.answer, None, title=offered.study.title, languages=("en", "es"))
    released = release([finding], beside=tables)
    study = replace(offered.study, release=replace(offered.study.release, languages=("en", "es")), title={"en": "Aid", "es": "Ayuda"})
    assert "By group: prior arrests" in page(released, study, language="en") and "Por grupo: prior arrests" in page(released, study, language="es")
    first = tables[0]
    small = replace(first, counts={**first.counts, next(iter(first.counts)): 5}, sums=())
    masked = release([finding], beside=(small, tables[1])).exhibits
    effects = next(one for one in masked if one.name == tables[1].name)
    assert all(row[1] in (HIDDEN, None) and row[2] == HIDDEN for row in effects.rows)


def test_what_cannot_be_cut_says_why(offered: Asked) -> None:
    placed = replace(offered, question=replace(offered.question, method="did"))
    assert all(one.why_not and not one.groups for one in subgroups(placed))
