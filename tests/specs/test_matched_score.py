"""The propensity score: what is mended and told, what is refused, and that equal rows have equal scores."""

import warnings

import numpy as np
import pytest
from statsmodels.discrete.discrete_model import Logit

from evaluation.methods.columns import independent, standardised
from evaluation.methods.matched.leaving import alike_in_leaving
from evaluation.methods.matched.propensity import estimated
from evaluation.terms import Refused

SAME = 1e-9  # two ways to the same maximum
SOLVED = 1e-8  # of a score equation for each person: what is promised


def people(n: int = 400, seed: int = 0):
    rng = np.random.default_rng(seed)
    arrests, days = rng.poisson(2.0, n).astype(float), np.round(rng.gamma(1.0, 100.0, n))
    served = rng.random(n) < 1 / (1 + np.exp(1.0 - 0.4 * arrests))
    return {"arrests": arrests, "days": days}, served


def refused(history, served) -> str:
    with pytest.raises(Refused) as caught:
        estimated(history, served, "question 'x' by matched")
    (problem,) = caught.value.problems
    assert problem.where == "question 'x' by matched: compare" and problem.found and problem.remedy
    return problem.found


def test_the_score_solves_its_equations():
    history, served = people()
    score = estimated(history, served, "here")
    p = 1 / (1 + np.exp(-score.linear))

    assert all(abs(column @ (served - p)) / np.abs(column).sum() < SAME for column in (np.ones(400), *history.values()))
    X = np.column_stack([np.ones(400), *history.values()])
    theirs = Logit(served.astype(float), X).fit(disp=0, method="newton", tol=1e-12)
    assert score.linear == pytest.approx(X @ theirs.params, abs=SAME)


@pytest.mark.parametrize("n", [79_999, 80_000, 100_001])  # from 80,000 on the first guess is had from a sample
def test_the_score_solves_its_equations_with_many_people_and_rare_values(n):
    history, served = people(n)
    history = {**history, "rare": np.zeros(n), "squared": history["arrests"] ** 2}
    history["rare"][[*np.flatnonzero(served)[:3], *np.flatnonzero(~served)[:2]]] = 1  # hardly anybody of it is in the sample
    score = estimated(history, served, "here")
    Z, p = standardised([np.arange(n) % 2, *history.values()]), 1 / (1 + np.exp(-score.linear))

    assert np.abs(Z[1:] @ (served - p)).max() < SOLVED * n and abs((served - p).sum()) < SOLVED * n


@pytest.mark.parametrize("seed", [303, 335, 381, 391])  # with whole steps none of them has an end; that of 381 stops statsmodels too
def test_a_step_too_far_is_taken_back(seed):
    """With a long tail whose end is served, Newton's own steps run away, and the arms would seem to be apart."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(50, 3_000))
    tail = np.exp(rng.uniform(1, 4) * rng.normal(size=n))
    many, share = int(rng.integers(2, 9)), rng.choice([0.004, 0.05, 0.3])
    served = rng.random(n) < share
    last = np.argsort(-tail)
    served[last[:many]], served[last[many : many + 2]], served[last[-1]] = True, False, True
    history = {"tail": tail, "other": rng.normal(size=n)}
    p = 1 / (1 + np.exp(-estimated(history, served, "here").linear))

    assert np.abs(standardised(list(history.values())) @ (served - p)).max() < SOLVED * n


def test_equal_rows_have_equal_scores_to_the_last_bit():
    history, served = people(1_001)
    few = {name: np.minimum(column, 3) for name, column in history.items()} | {"third": np.arange(1_001) % 7 / 3}
    linear = estimated(few, served, "here").linear
    rows = np.column_stack(list(few.values()))

    assert len(np.unique(linear)) == len(np.unique(rows, axis=0)) < 200


def test_columns_that_never_vary_or_repeat_others_add_nothing_and_are_named():
    history, served = people()
    more = {"ones": np.ones(400), **history, "twice": 2 * history["arrests"] + 1, "both": history["arrests"] - 3 * history["days"]}
    alone, together = estimated(history, served, "here"), estimated(more, served, "here")

    assert together.left_out == ("ones", "twice", "both") and not alone.left_out
    assert together.linear == pytest.approx(alone.linear, abs=SAME)
    assert list(together.coefficients) == ["arrests", "days"]


def test_a_missing_value_is_a_value_of_its_own():
    history, served = people()
    missing = np.random.default_rng(1).random(400) < 0.3
    given = {"arrests": history["arrests"], "last": np.where(missing, np.nan, history["days"])}
    filled = {"arrests": history["arrests"], "last": np.where(missing, 12_345.0, history["days"]), "none": missing.astype(float)}

    ours = estimated(given, served, "here")
    assert list(ours.coefficients) == ["arrests", "last", "last: nothing on record"]
    # whatever stands where nothing is on record: the column that says where takes it up
    assert ours.linear == pytest.approx(estimated(filled, served, "here").linear, abs=1e-7)


def test_a_column_of_which_nothing_is_on_record_is_left_out():
    history, served = people()
    score = estimated(history | {"last": np.full(400, np.nan)}, served, "here")

    assert score.left_out == ("last", "last: nothing on record")


@pytest.mark.parametrize("arm", [True, False], ids=["served", "compared"])
def test_people_with_a_value_that_only_one_arm_holds_have_no_score(arm):
    history, served = people()
    rare = np.zeros(400)
    rare[np.flatnonzero(served == arm)[:5]] = 1
    score = estimated(history | {"rare": rare}, served, "here")

    assert (np.isnan(score.linear) == (rare == 1)).all()
    assert score.one_sided == ("rare",) and "rare" in score.left_out  # of those left it never varies
    rest = rare == 0
    assert score.linear[rest] == pytest.approx(estimated({k: v[rest] for k, v in history.items()}, served[rest], "here").linear, abs=SAME)


def test_to_set_some_aside_may_leave_another_column_one_sided():
    history, served = people()
    first, second = np.zeros(400), np.zeros(400)
    there, elsewhere = np.flatnonzero(served), np.flatnonzero(~served)
    first[elsewhere[:4]] = 1
    second[[there[0], *elsewhere[:4]]] = 1  # both arms hold it, until the four are set aside
    score = estimated(history | {"second": second, "first": first}, served, "here")

    assert score.one_sided == ("first", "second")
    assert np.isnan(score.linear).sum() == 5


@pytest.mark.parametrize("column", [lambda served: served * 1.0, lambda served: served * 10.0 + np.arange(len(served)) % 10])
def test_a_column_that_tells_the_arms_apart_is_refused_by_name_and_without_a_warning(column):
    history, served = people()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = refused(history | {"enrolled": column(served)}, served)

    told = f"{served.sum()} of {served.sum()} served and {(~served).sum()} of {(~served).sum()} others"
    assert "without error" in found and "'enrolled'" in found and (told in found or found.endswith(f"{(~served).sum()} others."))


def test_two_columns_that_tell_the_arms_apart_together_are_refused():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 300))

    found = refused({"one": one, "other": other}, one + other > 0)
    assert "without error" in found and "of 300" not in found and f"of {int((one + other > 0).sum())} served" in found


def test_two_columns_that_tell_some_people_apart_together_are_refused_with_how_many():
    """Whoever has the first alone is served, whoever has the second alone is not; with both, or neither, there are some of each."""
    _, served = people()
    first, second = np.zeros(400), np.zeros(400)
    there, elsewhere = np.flatnonzero(served), np.flatnonzero(~served)
    first[there[:17]] = second[elsewhere[:13]] = 1
    for arm in (there, elsewhere):
        first[arm[-20:]] = second[arm[-20:]] = 1
    found = refused({"first": first, "second": second}, served)

    assert f"nobody is like 17 of {len(there)} served and 13 of {len(elsewhere)} others." in found


def test_a_history_that_never_varies_is_refused():
    _, served = people()

    assert "'ones' does not vary among the 400" in refused({"ones": np.ones(400)}, served)


def test_one_code_of_a_category_is_left_out_by_design_and_not_told():
    history, served = people()
    codes = {f"race: {code}": (np.arange(400) % 3 == code) * 1.0 for code in range(3)}
    told, by_design = estimated(history | codes, served, "here"), estimated(history | codes, served, "here", usual={"race: 0"})

    assert told.left_out == ("race: 2",) and by_design.left_out == ()
    assert by_design.rests_on == ("arrests", "days", "race: 1", "race: 2")
    assert by_design.linear == pytest.approx(told.linear, abs=SAME)


def test_only_those_asked_about_have_a_score():
    history, served = people()
    among = np.arange(400) < 300
    score = estimated(history, served, "here", among=among)

    assert (np.isnan(score.linear) == ~among).all()
    assert score.linear[among] == pytest.approx(estimated({name: column[among] for name, column in history.items()}, served[among], "here").linear)


def test_the_order_of_columns_does_not_matter():
    history, served = people()
    turned = dict(reversed(history.items()))

    assert estimated(turned, served, "here").linear == pytest.approx(estimated(history, served, "here").linear, abs=SAME)


# ------------------------------------------------------------------------------------------------ the rate of being lost
def leavers(n: int = 4_000, seed: int = 0):
    rng = np.random.default_rng(seed)
    waited, noise = rng.normal(size=(2, n))
    day = np.ceil(rng.exponential(400 * np.exp(waited / 2))).astype(int)
    return [waited, noise], np.minimum(day, 100), day < 100


def test_groups_are_alike_in_how_likely_they_are_to_be_lost():
    columns, T, lost = leavers()
    groups = alike_in_leaving(columns, columns[1], T, lost, np.ones(4_000), 4_000)
    share = [lost[groups == group].mean() for group in range(10)]

    assert (np.bincount(groups) == 400).all()
    assert np.diff(share).min() > -0.05 and share[-1] > share[0] + 0.3  # those who wait least leave most


@pytest.mark.parametrize(("people", "groups"), [(49, 1), (50, 2), (249, 9), (250, 10), (4_000, 10)])
def test_a_group_holds_twenty_five_people_at_least(people, groups):
    columns, T, lost = leavers()

    assert len(np.unique(alike_in_leaving(columns, columns[1], T, lost, np.ones(4_000), people))) == groups


def test_with_few_losses_the_score_stands_in():
    columns, *_ = leavers()
    lost, score = np.arange(4_000) < 19, np.random.default_rng(3).normal(size=4_000)  # two columns want twenty
    groups = alike_in_leaving(columns, score, np.where(lost, 10, 99), lost, np.ones(4_000), 4_000)

    assert all(score[groups == group].max() <= score[groups == group + 1].min() for group in range(9))


@pytest.mark.parametrize(("lost", "groups"), [(35, 10), (36, 9)])
def test_a_group_of_which_too_few_are_followed_is_taken_together_with_the_next(lost, groups):
    """Four hundred in each of ten groups; of those in the highest so many of 40 are lost, and five at least must be there afterwards."""
    order = np.arange(400.0)
    gone = (order >= 360) & (order < 360 + lost)
    found = alike_in_leaving([np.ones(400)], order, np.where(gone, 50, 99), gone, np.ones(400), 400)

    assert len(np.unique(found)) == groups
    assert (np.bincount(found) == [40] * 8 + ([40, 40] if groups == 10 else [80])).all()


def test_a_group_in_which_hardly_anybody_is_followed_is_taken_together_with_the_next():
    order = np.arange(4_000.0)
    gone = (order < 400) & (order >= 39)  # 39 of the lowest 400 are followed: enough people, and less than a tenth
    found = alike_in_leaving([np.ones(4_000)], order, np.where(gone, 50, 99), gone, np.ones(4_000), 4_000)

    assert np.bincount(found).tolist() == [800] + [400] * 8


def test_a_column_that_tells_who_is_lost_does_not_stop_the_regression():
    columns, T, lost = leavers()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        groups = alike_in_leaving([*columns, lost.astype(float)], columns[1], T, lost, np.ones(4_000), 4_000)

    assert not lost[groups == 0].any() and len(np.unique(groups)) > 1


def test_columns_repeat_others_whatever_their_units():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 50))

    assert independent(standardised([x, 1e6 * x + 3, np.full(50, 0.1), y, x + 1e-3 * y])) == [0, 3]
