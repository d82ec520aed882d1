"""Histories completed by chained regressions: plausible values, proper spread, the same for the same seed, and no outcome read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.methods.matched import compare
from evaluation.methods.matched.imputing import _nearest, completed
from evaluation.terms import Cohort, Horizon, Matching, Question

LUCK = 3.5  # standard errors


def people(n: int = 3_000, seed: int = 0):
    """A whole history, and one in which much of what those with a high x have is not on record."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    served = rng.random(n) < 1 / (1 + np.exp(1 - x))
    whole = {
        "x": x,
        "y": x + 0.5 * served + rng.normal(size=n),
        "arrested": (rng.random(n) < 1 / (1 + np.exp(-x))) * 1.0,
        "arrests": rng.poisson(np.exp(0.3 * x)).astype(float),
        "race": np.where(x + rng.normal(size=n) > 0.5, 3.0, rng.integers(1, 3, n)),
    }
    gone = {name: (rng.random(n) < 0.8 / (1 + np.exp(0.5 - x))) & (name != "x") for name in whole}
    history = {name: np.where(gone[name], np.nan, column) for name, column in whole.items()}
    who = np.arange(n)
    return whole, Cohort("main", "person", "", who + 1, who, served, history, (), "offer")


def plan(many: int = 3) -> Matching:
    return Matching(missing="impute", imputations=many, categories=("race",))


def test_nothing_on_record_is_changed_and_every_value_imputed_is_one_that_somebody_has():
    _, cohort = people()
    before = {name: column.copy() for name, column in cohort.history.items()}
    for one in completed(cohort, plan()):
        for name, column in one.history.items():
            known = ~np.isnan(before[name])
            assert (column[known] == before[name][known]).all() and set(column[~known]) <= set(before[name][known])
    assert all(np.array_equal(before[name], column, equal_nan=True) for name, column in cohort.history.items())


def test_the_same_seed_gives_the_same_histories_and_they_differ_from_each_other():
    _, cohort = people(500)
    first, second = completed(cohort, plan()), completed(cohort, plan())

    assert all((one.history["y"] == two.history["y"]).all() for one, two in zip(first, second, strict=True))
    assert len({one.history["y"].tobytes() for one in first}) == 3


def test_more_imputations_keep_those_that_fewer_would_give():
    _, cohort = people(500)

    assert (completed(cohort, plan(2))[1].history["y"] == completed(cohort, plan(5))[1].history["y"]).all()


def test_what_history_tells_of_the_missing_is_recovered():
    whole, cohort = people(20_000)
    made = completed(cohort, plan(1))[0].history
    for name in ("y", "arrested", "arrests"):
        error = whole[name].std() / np.isnan(cohort.history[name]).sum() ** 0.5
        recorded = np.nanmean(cohort.history[name])
        assert abs(made[name].mean() - whole[name].mean()) < LUCK * error < abs(recorded - whole[name].mean())
    for code in (1.0, 2.0, 3.0):
        share, error = (whole["race"] == code).mean(), 0.5 / np.isnan(cohort.history["race"]).sum() ** 0.5
        assert abs((made["race"] == code).mean() - share) < LUCK * error
    assert np.corrcoef(made["y"], made["arrested"])[0, 1] == pytest.approx(np.corrcoef(whole["y"], whole["arrested"])[0, 1], abs=0.03)
    served = cohort.served
    gap, truth = (each["y"][served].mean() - each["y"][~served].mean() for each in (made, whole))
    assert gap == pytest.approx(truth, abs=0.08)  # being served stands in the regressions


def test_completed_histories_differ_as_much_as_what_is_not_known_of_their_mean():
    """Rubin's rules need the spread between them: with values missing by chance alone it is known, (1/r - 1/n) of the residual variance."""
    rng = np.random.default_rng(8)
    n, gone = 600, np.arange(600) % 2 == 0
    x = rng.normal(size=n)
    y = np.where(gone, np.nan, x + rng.normal(size=n))
    cohort = Cohort("main", "person", "", np.arange(1, n + 1), np.arange(n), rng.random(n) < 0.5, {"x": x, "y": y}, (), "offer")
    means = [one.history["y"].mean() for one in completed(cohort, Matching(missing="impute", imputations=200))]

    # of the mean of 600, half imputed: each draws an error of its own (1/4 of 1/300) and one that all share (1/4 of 1/300 and a slope's)
    expected = (0.25 / 300 + 0.25 / 300) ** 0.5
    assert np.std(means, ddof=1) == pytest.approx(expected, rel=0.25)


def test_a_value_is_lent_by_somebody_like_the_one_who_lacks_it():
    rng = np.random.default_rng(3)
    x, gone = rng.normal(size=400), rng.random(400) < 0.3
    y = 10 * x + rng.normal(size=400) / 10
    history = {"x": x, "y": np.where(gone, np.nan, y)}
    cohort = Cohort("main", "person", "", np.arange(1, 401), np.arange(400), rng.random(400) < 0.5, history, (), "offer")
    (one,) = completed(cohort, Matching(missing="impute", imputations=1))

    assert np.abs(one.history["y"] - y)[gone].mean() < 0.6  # people stand 0.1 apart, and each has five to borrow from


def test_a_history_with_nothing_missing_is_given_back_as_it_is():
    whole, cohort = people(100)
    there = Cohort("main", "person", "", np.arange(100), np.arange(100), cohort.served, whole, (), "offer")

    assert completed(there, plan()) == (there,)


def test_outcomes_and_the_order_of_columns_play_no_part_in_what_is_on_record():
    _, cohort = people(200)
    for one in completed(cohort, plan(2)):
        assert list(one.history) == list(cohort.history) and (one.served == cohort.served).all()


def test_people_are_compared_in_each_completed_history_and_the_first_carries_all():
    _, cohort = people(600)
    question = Question("x", Horizon(days=1), "matched", 0.1, estimand="effect_on_the_served", compare=plan())
    found = compare(cohort, question)

    assert len(found.imputed) == 3 and (found.weights == found.imputed[0].weights).all()
    assert (found.imputed[1].weights != found.imputed[2].weights).any()
    assert not any(":" in column and "record" in column for one in found.imputed for each in one.diagnostics for column in each.detail)


def test_the_nearest_on_a_line_are_found_at_its_ends_too():
    line = np.array([0.0, 1.0, 2.0, 5.0])
    found = _nearest(line, np.array([-9.0, 1.6, 99.0]), 2)

    assert [sorted(row) for row in found.tolist()] == [[0, 1], [1, 2], [2, 3]]
    assert sorted(_nearest(line, np.array([0.4]), 4)[0].tolist()) == [0, 1, 2, 3]


def test_another_order_of_rows_completes_the_same_histories():
    _, cohort = people(500)
    turned = np.random.default_rng(5).permutation(500)
    history = {name: column[turned] for name, column in cohort.history.items()}
    other = replace(cohort, served=cohort.served[turned], history=history, start_id=turned + 1, person=turned)
    for one, two in zip(completed(cohort, plan(2)), completed(other, plan(2)), strict=True):
        for name in history:
            assert (one.history[name][turned] == two.history[name]).all()
