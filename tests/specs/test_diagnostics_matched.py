"""The conditions of a match on data small enough to check by hand: what each sees, where its limit stands, and what it may say aloud."""

import numpy as np
import pytest

from evaluation.diagnostics import (
    DIAGNOSTICS,
    balance_after_matching,
    balance_before_matching,
    closely_alike,
    distributions_after_matching,
    effective_sample,
    later_service,
    left_out,
    losses,
    products_after_matching,
    propensity_overlap,
    reuse_of_people,
    score_estimated,
    served_matched,
    small_pools,
    variances_after_matching,
)
from evaluation.diagnostics.differences import centred, product_differences, products, standardised_difference, variance_ratio
from evaluation.diagnostics.likeness import filled

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


def test_where_nothing_is_left_no_column_is_named():
    x = {"age": np.arange(40.0) % 20, "educ": np.arange(40.0) % 4}
    there = balance_after_matching(x, arms(20, 20), np.ones(40), np.arange(40))

    assert there.sentence == (
        "After matching, no column of the history differs by more than 0.005 standard deviations of the served; at most 0.25 is allowed."
    )


def test_people_who_were_offered_the_programme_are_not_called_served():
    served, x, called = arms(20, 20), {"age": np.arange(40.0)}, {"called": "offered the programme"}
    told = [
        balance_before_matching(x, served, np.arange(40), **called),
        balance_after_matching(x, served, np.ones(40), np.arange(40), **called),
        products_after_matching(x, served, np.where(np.arange(40) % 3, 1.0, 5.0), **called),
        served_matched(100, 40, **called),
        served_matched(100, 40, estimand="effect_on_the_compared", **called),
        propensity_overlap(x["age"], served, **called),
        reuse_of_people(100, 100, 1, 50.0, arm="served", weighed=True, **called),
        effective_sample({"served": 20.0, "compared": 20.0}, {"served": 0.5, "compared": 0.05}, **called),
        losses(served, np.arange(40) == 3, np.arange(40), None, 0.9, **called),
    ]

    assert [one.name for one in told if "served" in one.sentence] == []
    assert told[3].sentence == "40 of 100 people offered the programme found people like them; the answer is about these, a minority of those " + (
        "offered the programme."
    )
    assert "people not offered the programme" in told[4].sentence and "one person offered the programme carries more" in told[7].sentence


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


def test_a_score_that_trees_learnt_says_what_from_and_no_small_count():
    there = score_estimated({}, (), (), rests_on=("x", "y"), clipped=3)

    assert there.value == 2 and "2 columns of the history, learnt by trees" in there.sentence and "chances of 1 to 10 people" in there.sentence


# ------------------------------------------------------------------------------------------------ by whom the effect is about
EFFECTS = {
    "effect_on_the_served": (20 / 3) ** 0.5,  # of 0, 2, 4 and 6
    "effect_on_the_compared": 12**0.5,  # of 1, 1, 1 and 7.9282...
    "average_effect": ((20 / 3 + 12) / 2) ** 0.5,
}


@pytest.mark.parametrize(("estimand", "deviation"), EFFECTS.items())
def test_a_difference_is_in_the_deviation_of_those_whom_the_effect_is_about(estimand, deviation):
    x = np.array([0.0, 2, 4, 6, 1, 1, 1, 1 + 48**0.5])

    apart = x[:4].mean() - x[4:].mean()
    assert standardised_difference(x, arms(4, 4), np.ones(8), estimand) == pytest.approx(apart / deviation, abs=SAME)


def test_where_weights_say_whom_the_effect_is_about_the_deviation_is_that_of_everybody_as_weighted():
    x, weights = np.array([0.0, 2, 4, 3, 3, 9]), np.array([1.0, 1, 0, 1, 1, 0])

    # mean 2 of 0, 2, 3 and 3: squares 4, 0, 1 and 1 over 3
    apart, both = -2, (6 / 3) ** 0.5
    assert standardised_difference(x, arms(3, 3), weights, "effect_in_the_overlap") == pytest.approx(apart / both, abs=SAME)


def test_arms_that_never_vary_and_are_not_the_same_are_endlessly_far_apart():
    x, served = np.where(np.arange(8) < 4, 3.0, 2.0), arms(4, 4)

    assert standardised_difference(x, served, np.ones(8)) == float("inf")
    assert standardised_difference(-x, served, np.ones(8)) == -float("inf")
    there = balance_after_matching({"x": x}, served, np.ones(8), np.arange(8))
    assert not there.holds and "endlessly many" in there.sentence


@pytest.mark.parametrize("estimand", ["effect_on_the_served", "effect_on_the_compared", "average_effect", "effect_in_the_overlap"])
def test_squares_and_products_are_those_that_the_table_tells_one_by_one(estimand):
    rng = np.random.default_rng(3)
    served, weights = rng.random(3_000) < 0.3, rng.random(3_000) * (rng.random(3_000) < 0.8)
    columns = {"age": rng.normal(30, 5, 3_000) + served, "men": (rng.random(3_000) < 0.4).astype(float), "cost": rng.exponential(9_000, 3_000)}
    columns |= {"women": 1 - columns["men"], "same": np.ones(3_000)}
    ours = product_differences(columns, served, weights, estimand)

    named = dict(products(columns))
    assert list(named) == ["age squared", "age x men", "age x cost", "age x women", "men x cost", "men x women", "cost squared", "cost x women"]
    assert list(ours) == [name for name in named if name != "men x women"]  # nobody is both
    for name, value in ours.items():
        one, other = named[name]
        product = centred(columns[one]) * centred(columns[other])
        assert value == pytest.approx(standardised_difference(product, served, weights, estimand), abs=1e-10), name


def test_products_tell_what_the_columns_do_not_and_take_no_answer_away():
    served = arms(200, 200)
    one = np.tile([0.0, 1], 200)
    columns = {"one": one, "two": np.where(served, one, 1 - one)}  # half of each arm has each, and the served have both or neither
    there = products_after_matching(columns, served, np.ones(400))

    assert balance_after_matching(columns, served, np.ones(400), np.arange(400)).value == 0
    assert not there.holds and not there.required and "'one x two'" in there.sentence and there.value == pytest.approx(1)
    assert products_after_matching({"one": one}, served, np.ones(400)).holds


def test_the_largest_gap_between_distributions_is_a_share_of_an_arm():
    there = distributions_after_matching({"x": np.array([1.0, 2, 3, 4, 1, 1, 1, 4, 9]), "b": np.ones(9)}, arms(4, 5), np.array([1.0] * 8 + [0]))

    assert there.value == pytest.approx(0.5) and "'x', by 50 % of an arm" in there.sentence and there.detail == {"x": pytest.approx(0.5)}


def test_weights_are_called_weights():
    served, x = arms(20, 20), {"x": np.arange(40.0) % 20}
    told = [
        balance_before_matching(x, served, np.arange(40), estimand="average_effect", weighed=True),
        balance_after_matching(x, served, np.ones(40), np.arange(40), estimand="average_effect", weighed=True),
        closely_alike({"x": 0.0}, weighed=True),
        variances_after_matching(x, served, np.ones(40), weighed=True),
        products_after_matching(x, served, np.ones(40), weighed=True),
        distributions_after_matching(x, served, np.ones(40), weighed=True),
    ]

    assert all("weighting" in one.sentence and "matching" not in one.sentence for one in told)
    assert "averaged" in told[1].sentence and "of the served" not in told[1].sentence


@pytest.mark.parametrize(
    ("estimand", "words"),
    [("effect_on_the_compared", "not served found people like them"), ("average_effect", "people of either arm found people like them")],
)
def test_it_says_of_whom_so_many_found_people_like_them(estimand, words):
    assert words in served_matched(100, 60, estimand=estimand).sentence
    assert "stand in the comparison" in served_matched(100, 60, estimand=estimand, weighed=True).sentence


# ------------------------------------------------------------------------------------------------ who was left out, and who carries the rest
def test_who_was_left_out_is_told_by_reason_and_by_the_column_in_which_they_differ_most():
    about, kept = np.arange(100) < 60, np.arange(100) < 40
    columns = {"age": np.where(np.arange(100) < 40, 20.0, 40.0) + np.arange(100) % 2, "men": np.arange(100.0) % 2}
    there = left_out(columns, about, kept, {"they are old": np.arange(100) >= 45, "of the rest": np.ones(100, dtype=bool)})

    assert there.value == pytest.approx(20 / 60) and there.behind == {"they are old": (15,), "of the rest": (5,)}
    assert "20 of 60 people" in there.sentence and "15 because they are old" in there.sentence and "1 to 10 because of the rest" in there.sentence
    assert "'age'" in there.sentence and there.detail["men"] == 0 > there.detail["age"]
    assert not there.required and there.limit is None


def test_of_few_people_left_out_no_sentence_says_how_they_differ():
    about, kept = np.ones(100, dtype=bool), np.arange(100) >= 4
    there = left_out({"age": np.where(kept, 20.0, 77.0)}, about, kept, {"they are near nobody": ~kept})

    assert there.sentence == "1 to 10 of 100 people whom the answer is about were left out: 1 to 10 because they are near nobody."
    assert (
        left_out({"age": np.ones(9)}, np.ones(9, dtype=bool), np.ones(9, dtype=bool), {}).sentence == "Nobody whom the answer is about was left out."
    )


@pytest.mark.parametrize(("share", "holds"), [(0.1, True), (0.1 + 1e-12, True), (0.101, False)])
def test_nobody_should_carry_more_than_a_tenth_of_an_arm(share, holds):
    there = effective_sample({"served": 30.0, "compared": 17.2}, {"served": 0.02, "compared": share})

    assert (there.holds, there.required, there.value) == (holds, False, share)
    assert ("one person compared carries" in there.sentence) is not holds and "as much as 17;" in there.sentence


def test_people_who_weigh_unevenly_fill_no_places():
    there = reuse_of_people(100, 100, 1, 19.0, arm="served", weighed=True)

    assert "100 people served, weighed unevenly, weigh as much as 19 people" in there.sentence and not there.holds


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
        left_out(x, served, served, {}),
        small_pools(np.full(20, 5), 5),
        reuse_of_people(20, 20, 1, 20.0),
        effective_sample({"served": 20.0, "compared": 20.0}, {"served": 0.05, "compared": 0.05}),
        balance_before_matching(x, served, who),
        balance_after_matching(x, served, np.ones(40), who),
        closely_alike({"x": 0.0}),
        variances_after_matching(x, served, np.ones(40)),
        products_after_matching(x, served, np.ones(40)),
        distributions_after_matching(x, served, np.ones(40)),
        losses(served, served, who, None, 1.0),
        later_service(served, np.full(40, "horizon"), who),
    ]

    names = {name for name, check in DIAGNOSTICS.items() if check.__module__.endswith(("matched", "likeness", "losses"))}
    assert {diagnostic.name for diagnostic in made} == names
    assert all(diagnostic.source and diagnostic.sentence.endswith(".") for diagnostic in made)
