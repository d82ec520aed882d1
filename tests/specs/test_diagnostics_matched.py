"""The conditions of a match on data small enough to check by hand: what each sees, where its limit stands, and what it may say aloud."""

import numpy as np
import pytest

from evaluation.diagnostics import (
    DIAGNOSTICS,
    balance_after_matching,
    balance_before_matching,
    closely_alike,
    later_service,
    losses,
    propensity_overlap,
    reuse_of_people,
    score_estimated,
    served_matched,
    small_pools,
    variances_after_matching,
)
from evaluation.diagnostics.likeness import filled, standardised_difference, variance_ratio

SAME = 1e-12


def arms(served: int, compared: int) -> np.ndarray:
    return np.arange(served + compared) < served


def test_a_difference_is_in_the_served_persons_deviation_before_matching():
    served, x = arms(4, 4), np.array([0.0, 2, 4, 6, 3, 3, 0, 100])
    weights = np.array([1.0, 1, 0, 0, 0.5, 1.5, 0, 0])

    # means 1 and 3; the deviation of 0, 2, 4 and 6 is the root of 20/3, whoever is left out
    assert standardised_difference(x, served, weights) == pytest.approx(-2 / (20 / 3) ** 0.5, abs=SAME)


def test_a_column_of_yes_or_no_has_the_deviation_of_a_share():
    served, x = arms(4, 4), np.array([1.0, 0, 0, 0, 1, 1, 0, 0])

    assert standardised_difference(x, served, np.ones(8)) == pytest.approx(-0.25 / (0.25 * 0.75) ** 0.5, abs=SAME)


def test_where_nobody_served_differs_both_arms_give_the_deviation_and_none_where_nobody_does():
    served = arms(4, 4)

    assert standardised_difference(np.array([1.0] * 4 + [0, 0, 1, 1]), served, np.ones(8)) == pytest.approx(0.5 / (0.25 / 2) ** 0.5, abs=SAME)
    assert standardised_difference(np.full(8, 3.0), served, np.ones(8)) == 0


def test_missing_values_stand_at_the_mean_beside_a_column_of_their_own():
    columns = filled({"last": np.array([1.0, np.nan, 3.0]), "whole": np.arange(3.0), "none": np.full(2, np.nan)})

    assert columns["last"].tolist() == [1, 2, 3] and columns["last: nothing on record"].tolist() == [0, 1, 0]
    assert columns["none"].tolist() == [0, 0] and list(columns) == ["last", "last: nothing on record", "whole", "none", "none: nothing on record"]


@pytest.mark.parametrize(("apart", "holds", "close"), [(0.099, True, True), (0.101, True, False), (0.249, True, False), (0.251, False, False)])
def test_a_quarter_of_a_deviation_is_the_most_and_a_tenth_is_close(apart, holds, close):
    x = np.arange(40.0) % 20
    served = arms(20, 20)
    x = x + np.where(served, apart * x[served].std(ddof=1), 0)
    there = balance_after_matching({"x": x}, served, np.ones(40), np.arange(40))

    assert (there.holds, there.required) == (holds, True)
    assert there.value == pytest.approx(apart) and there.detail["x"] == pytest.approx(apart)
    assert (closely_alike(there.detail).holds, closely_alike(there.detail).required) == (close, False)


def test_the_column_that_differs_most_is_named_whichever_way():
    served = arms(20, 20)
    columns = {"less": np.where(served, 0.0, 1.0) + np.arange(40) % 20, "more": np.arange(40.0) % 20}
    there = balance_before_matching(columns, served, np.arange(40))

    assert "'less'" in there.sentence and there.value > 0 > there.detail["less"] and there.limit is None
    assert closely_alike(there.detail).sentence.endswith("in 'less'.")


def test_behind_a_difference_stand_people_and_not_rows():
    served = arms(4, 6)
    person = np.array([0, 1, 2, 3, 4, 4, 4, 5, 6, 7])
    x = np.array([1.0, 0, 0, 0, 1, 1, 1, 0, 0, 0])
    there = balance_after_matching({"x": x}, served, np.array([1.0] * 4 + [1] * 5 + [0]), person)

    assert there.behind == {"x": (3, 1, 2, 1)}  # commonest is 0: three and one served, two and one compared; the last is not matched


@pytest.mark.parametrize(("times", "holds"), [(1.41, True), (1.42, False), (0.71, True), (0.7, False)])
def test_a_variance_twice_or_half_the_other_is_the_most(times, holds):
    x = np.arange(40.0) % 20
    served = arms(20, 20)
    there = variances_after_matching({"x": np.where(served, times * x, x), "flag": x % 2}, served, np.ones(40))

    assert there.holds is holds and not there.required and list(there.detail) == ["x"]
    assert there.value == pytest.approx(times**2)


def test_where_neither_arm_varies_the_ratio_is_one_and_where_one_does_not_it_has_no_end():
    served = arms(2, 2)

    assert variance_ratio(np.array([1.0, 1, 2, 2]), served, np.ones(4)) == 1
    assert variance_ratio(np.array([1.0, 3, 2, 2]), served, np.ones(4)) == float("inf")
    assert variance_ratio(np.array([1.0, 1, 2, 4]), served, np.ones(4)) == 0


def test_overlap_is_the_share_within_the_others_scores():
    there = propensity_overlap(np.array([0.0, 1, 2, 5, 1, 2, 3]), arms(4, 3))

    assert there.value == 0.5 and there.limit is None
    assert there.detail["order"] == pytest.approx((0 + 0.5 + 1.5 + 3) / 12)  # of twelve pairs, ties count a half


@pytest.mark.parametrize(("matched", "holds"), [(50, True), (49, False)])
def test_most_of_the_served_should_be_matched(matched, holds):
    there = served_matched(100, matched)

    assert (there.holds, there.required) == (holds, False) and there.detail == {"served": 100.0, "matched": float(matched)}
    assert f"{matched} of 100" in there.sentence and ("minority" in there.sentence) is not holds
    assert "all but 1 to 10 of 100" in served_matched(100, 97).sentence


@pytest.mark.parametrize(("short", "holds"), [(0, True), (10, True), (11, False)])
def test_one_set_in_ten_may_hold_fewer_than_were_to_be_drawn(short, holds):
    there = small_pools(np.where(np.arange(100) < short, 4, 20), 20)

    assert (there.holds, there.required) == (holds, False)
    assert there.detail == {"asked": 20.0, "sets": 100.0, "small": float(short)} and there.behind == {"small": (short, 100 - short)}


@pytest.mark.parametrize(
    ("rows", "effective", "limit", "holds"),
    [(100, 20.0, 20.0, True), (100, 19.9, 20.0, False), (12, 9.0, 9.0, True), (12, 8.9, 9.0, False)],
)
def test_twenty_people_are_needed_or_three_in_four_places_where_there_are_few(rows, effective, limit, holds):
    there = reuse_of_people(rows, 12, 3, effective)

    assert (there.limit, there.holds, there.required) == (limit, holds, True)
    assert "3 times" in there.sentence


def test_the_score_says_what_was_mended():
    there = score_estimated({"x": 0.5, "y": -0.1}, ("twice",), ("rare",))

    assert there.value == 2 and "2 columns" in there.sentence and "'twice'" in there.sentence and "'rare'" in there.sentence
    assert score_estimated({"x": 0.5}, (), ()).sentence == "The score rests on 1 column of the history."


@pytest.mark.parametrize(("least", "holds"), [(0.1, True), (0.099, False)])
def test_nobody_followed_stands_for_more_than_ten(least, holds):
    served, lost = arms(50, 50), np.arange(100) >= 80
    why = np.where(lost, np.where(np.arange(100) >= 95, "moved", "served"), "horizon")
    there = losses(served, lost, np.arange(100), why, least)

    assert (there.holds, there.required) == (holds, True)
    assert there.behind == {"served, lost": (0, 50), "compared, lost": (20, 30), "compared, moved": (5, 45), "compared, served": (15, 35)}
    assert there.detail["compared, served"] == 0.3 and "20 of 50" in there.sentence


@pytest.mark.parametrize(("followed", "holds"), [(10, True), (9, False)])
def test_ten_people_at_least_are_followed_in_each_arm(followed, holds):
    gone = np.arange(40) % 20 >= followed  # as many in each arm

    assert losses(arms(20, 20), gone, np.arange(40), None, 0.5).holds is holds


@pytest.mark.parametrize(("lost", "holds"), [((40, 40), True), ((40, 58), True), ((40, 80), False), ((80, 40), False)])
def test_one_arm_is_not_left_much_more_than_the_other(lost, holds):
    """Of 200 people an arm: 9 points apart is what luck explains; 20 points, less 1.96 errors of 4.5, are not the 4.1 allowed at 30 %."""
    place = np.arange(400) % 200
    gone = place < np.where(np.arange(400) < 200, *lost)
    there = losses(arms(200, 200), gone, np.arange(400), None, 0.5)

    assert there.holds is holds
    assert ("left so much more" in there.sentence) is not holds


def test_later_service_may_take_as_many_from_those_compared_as_it_will():
    gone = np.arange(400) >= 300
    why = np.where(gone, "served", "horizon")

    assert losses(arms(200, 200), gone, np.arange(400), why, 0.5).holds
    assert not losses(arms(200, 200), gone, np.arange(400), np.where(gone, "moved", "horizon"), 0.5).holds


def test_losses_are_of_people_and_small_ones_are_not_told():
    served, person = arms(20, 20), np.append(np.arange(20), 20 + np.arange(20) // 2)
    there = losses(served, np.arange(40) == 25, person, None, 0.9)

    assert there.behind == {"served, lost": (0, 20), "compared, lost": (1, 9)}
    assert "0 of 20" in there.sentence and "1 to 10 of 1 to 10" in there.sentence and "not by what happened since" in there.sentence
    assert losses(served, np.zeros(40, dtype=bool), person, None, 1.0).sentence == "Everybody was followed to the horizon, or to the event."


def test_later_service_counts_each_person_once():
    served, person = arms(20, 40), np.append(np.arange(20), 20 + np.arange(40) // 2)
    there = later_service(served, np.where(np.arange(60) >= 56, "served", "horizon"), person)

    assert there.value == 2 / 20 and there.behind == {"compared": (2, 18)} and there.holds and not there.required


def test_every_diagnostic_of_a_match_is_in_the_table_under_its_own_name():
    served, who, x = arms(20, 20), np.arange(40), {"x": np.arange(40.0) % 20}
    made = [
        score_estimated({"x": 0.5}, (), ()),
        propensity_overlap(x["x"], served),
        served_matched(20, 20),
        small_pools(np.full(20, 5), 5),
        reuse_of_people(20, 20, 1, 20.0),
        balance_before_matching(x, served, who),
        balance_after_matching(x, served, np.ones(40), who),
        closely_alike({"x": 0.0}),
        variances_after_matching(x, served, np.ones(40)),
        losses(served, served, who, None, 1.0),
        later_service(served, np.full(40, "horizon"), who),
    ]

    names = {name for name, check in DIAGNOSTICS.items() if check.__module__.endswith(("matched", "likeness", "losses"))}
    assert {diagnostic.name for diagnostic in made} == names
    assert all(diagnostic.source and diagnostic.sentence.endswith(".") for diagnostic in made)
