"""Each diagnostic on data small enough to check by hand: what it sees, where its limit stands, and what it may say aloud."""

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import norm

from evaluation.diagnostics import (
    DIAGNOSTICS,
    arms_large_enough,
    attrition,
    detectable_effect,
    few_clusters,
    lot_looks_like_a_lot,
    records_kept,
    same_day_events,
    skewed_amounts,
    sparse_events,
    take_up,
    worst_case_bounds,
)
from evaluation.diagnostics.attrition import CAUTIOUS_BOUNDARY, allowed_difference
from evaluation.diagnostics.balance import _whitened
from evaluation.diagnostics.wording import sizes

BOUNDARY_FIT = 0.07  # points: how far the published formula lies from the published table, measured from 8 % up
SAME = 1e-9


def arms(served: int, compared: int) -> np.ndarray:
    return np.arange(served + compared) < served


def together(n: int) -> np.ndarray:
    return np.zeros(n, dtype=int)


@pytest.mark.parametrize(("served", "holds"), [(9, False), (10, True)])
def test_ten_people_are_the_fewest_in_an_arm(served, holds):
    there = arms_large_enough(arms(served, 50))

    assert (there.value, there.limit, there.holds, there.required) == (served, 10, holds, True)


def test_a_small_count_is_not_said_aloud():
    assert "1 to 10 people were offered" in arms_large_enough(arms(7, 50)).sentence
    assert "11 people were offered" in arms_large_enough(arms(11, 50)).sentence
    assert "0 people were offered" in arms_large_enough(arms(0, 50)).sentence


@pytest.mark.parametrize(("with_event", "holds"), [(9, False), (10, True), (20, True), (21, False)])
def test_ten_with_the_event_and_ten_without_are_needed_in_each_arm(with_event, holds):
    served = arms(30, 30)
    events = np.concatenate([np.arange(30) < with_event, np.arange(30) < 15])

    assert sparse_events(events, served, required=False).holds is holds


@pytest.mark.parametrize(("freedom", "holds"), [(3.99, False), (4.0, True)])
def test_four_degrees_of_freedom_are_the_fewest_for_clusters(freedom, holds):
    clusters = np.arange(12) // 2

    there = few_clusters(arms(6, 6), clusters, freedom)
    assert there.holds is holds and there.detail == {"served": 3.0, "compared": 3.0}
    assert ("exact" in there.sentence) is not holds


@pytest.mark.parametrize(("skewness", "holds"), [(0.1, True), (-0.1, True), (0.11, False), (-0.11, False)])
def test_skewness_is_judged_whichever_way_it_leans(skewness, holds):
    there = skewed_amounts(skewness)

    assert there.holds is holds and not there.required


@pytest.mark.parametrize(("overall", "points"), [(0, 5.7), (10, 6.3), (20, 5.4), (30, 4.1), (40, 2.6), (50, 1.0), (57, 0.0), (20.5, 5.35)])
def test_the_boundary_is_that_of_the_clearinghouse(overall, points):
    assert allowed_difference(overall) == pytest.approx(points)


def test_no_difference_is_small_enough_when_more_than_57_per_cent_are_lost():
    lost = np.tile([False, False, True], 100)

    assert not attrition(arms(150, 150), seen=lost).holds


def test_the_table_is_the_boundary_of_a_bias_of_a_twentieth_of_a_deviation():
    """Bias = a_t phi(q_t) / (1 - p_t) - a_c phi(q_c) / (1 - p_c) with (a_t, a_c) = (.4085, .3538) fitted to the published rows."""

    def bias(overall, apart):
        p_t, p_c = overall + apart / 2, overall - apart / 2
        return 0.4085 * norm.pdf(norm.ppf(p_t)) / (1 - p_t) - 0.3538 * norm.pdf(norm.ppf(p_c)) / (1 - p_c)

    apart = np.arange(0, 12, 0.005)
    fitted = [apart[np.argmax(bias(rate / 100, apart / 100) >= 0.05)] for rate in range(8, 57)]
    assert np.abs(np.array(fitted) - CAUTIOUS_BOUNDARY[8:57]).max() < BOUNDARY_FIT + 0.005


@pytest.mark.parametrize(("lost_served", "holds"), [(28, True), (29, False)])
def test_losses_are_held_to_the_boundary_at_their_own_overall_rate(lost_served, holds):
    # 28 and 16 of 200: 11 % overall, 6.0 points apart, 6.2 allowed; 29 and 16: 11.25 %, 6.5 apart, 6.2 allowed
    served = arms(200, 200)
    seen = np.concatenate([np.arange(200) >= lost_served, np.arange(200) >= 16])

    there = attrition(served, seen)
    assert there.holds is holds
    assert there.value == pytest.approx((lost_served - 16) / 2)


def test_a_sentence_gives_no_small_loss_away():
    served = arms(200, 200)
    few = attrition(served, np.concatenate([np.arange(200) >= 3, np.arange(200) >= 20]))
    many = attrition(served, np.concatenate([np.arange(200) >= 13, np.arange(200) >= 20]))

    assert "1 to 10 of 200" in few.sentence and "%" not in few.sentence and "points" not in few.sentence
    assert "13 of 200" in many.sentence and "8.2 % overall, 3.5 points apart" in many.sentence
    assert attrition(served, np.ones(400, dtype=bool)).sentence == "Everybody was followed to the end of the window."


@pytest.mark.parametrize(
    ("low", "high", "holds"), [(-0.2, -0.01, True), (0.01, 0.2, True), (-0.2, 0.1, False), (-0.2, 0.0, False), (0.0, 0.2, False)]
)
def test_bounds_hold_where_both_lie_on_one_side_of_no_effect(low, high, holds):
    there = worst_case_bounds(low, high, lost=(20, 0))

    assert there.holds is holds and there.limit is None and not there.required
    assert there.behind == {"lost": (20, 0)}


def test_bounds_after_few_losses_are_said_without_their_numbers():
    aloud, hushed = worst_case_bounds(-0.2, 0.1, lost=(20, 0)), worst_case_bounds(-0.2, -0.01, lost=(20, 5))

    assert "between -0.2 and 0.1" in aloud.sentence
    assert "keeps its direction" in hushed.sentence and "0.2" not in hushed.sentence
    assert hushed.detail == {"low": -0.2, "high": -0.01}


def test_one_column_without_blocks_is_the_squared_correlation():
    rng = np.random.default_rng(5)
    served, x = arms(30, 50), rng.normal(size=80)

    W = _whitened(x[:, None], served, np.array([0]))
    assert ((served @ W) ** 2).sum() == pytest.approx(79 * np.corrcoef(served, x)[0, 1] ** 2, rel=SAME)


def test_totals_over_all_lots_have_mean_zero_and_covariance_one():
    rng = np.random.default_rng(6)
    X, first = rng.normal(size=(8, 2)), np.array([0, 5])  # two blocks: 2 of 5 and 1 of 3 served
    W = _whitened(X, np.array([1, 1, 0, 0, 0, 1, 0, 0], dtype=bool), first)

    totals = np.array([W[list(a)].sum(axis=0) + W[b] for a in combinations(range(5), 2) for b in range(5, 8)])
    assert totals.mean(axis=0) == pytest.approx(np.zeros(2), abs=SAME)
    assert np.cov(totals.T, bias=True) == pytest.approx(np.eye(2), abs=SAME)


def test_arms_sorted_by_a_history_column_do_not_look_like_a_lot():
    x = np.arange(60.0)

    there = lot_looks_like_a_lot({"prior_arrests": x}, x < 30, together(60), None)
    assert not there.holds and there.required and there.value < 0.001
    assert "prior_arrests" in there.sentence
    # 29.5 below the mean of the others, in standard deviations of 0..59
    assert there.detail["prior_arrests"] == pytest.approx(-30 / np.std(x, ddof=1))


def test_a_column_that_never_varies_tells_nothing():
    served = arms(20, 20)
    x = np.random.default_rng(7).normal(size=40)

    alone = lot_looks_like_a_lot({"x": x}, served, together(40), None)
    beside = lot_looks_like_a_lot({"x": x, "same": np.full(40, 0.1)}, served, together(40), None)
    assert beside.value == pytest.approx(alone.value, rel=SAME) and beside.detail["same"] == 0
    assert lot_looks_like_a_lot({"same": np.full(40, 0.1)}, served, together(40), None).value == 1


@pytest.mark.parametrize(
    ("column", "behind"),
    [
        ([0, 0, 1, 1, 0, 0, 0], (2, 1, 3, 1)),
        ([5, 5, 2, 2, 5, 5, 5], (2, 1, 3, 1)),  # whatever the two values are
        ([0, 0, 9, 4, 0, 0, 0], (2, 1, 3, 1)),  # all that is not nothing
        ([np.nan, np.nan, 1, 2, np.nan, np.nan, 3], (2, 1, 2, 2)),  # nothing on record is a value too
        ([0, 1, 2, 3, 4, 5, 6], (3, 0, 4, 0)),  # spread out: it tells of no group
        ([1, 1, 1, 1, 1, 1, 1], (3, 0, 4, 0)),
    ],
)
def test_behind_a_difference_stand_those_with_the_most_common_value_and_the_others(column, behind):
    there = lot_looks_like_a_lot({"x": np.array(column, dtype=float)}, arms(3, 4), together(7), None)

    assert there.behind == {"x": behind}


def test_a_column_that_repeats_another_adds_nothing():
    served = arms(20, 20)
    x = np.random.default_rng(8).normal(size=40)

    alone = lot_looks_like_a_lot({"x": x}, served, together(40), None)
    assert lot_looks_like_a_lot({"x": x, "again": 3 - 2 * x}, served, together(40), None).value == pytest.approx(alone.value, rel=SAME)


def test_who_has_nothing_on_record_is_compared_too():
    served = arms(40, 40)
    x = np.random.default_rng(9).normal(size=80)
    x[:25] = np.nan  # 25 of the 40 served have no last value, and none of the others

    assert not lot_looks_like_a_lot({"last_score": x}, served, together(80), None).holds


def test_a_difference_between_blocks_is_no_difference_between_arms():
    blocks = np.repeat([0, 1], 40)
    served = np.concatenate([np.arange(40) < 32, np.arange(40) < 8])  # most of one block served, few of the other
    x = blocks * 10 + np.tile([0.0, 1.0], 40)

    assert not lot_looks_like_a_lot({"x": x}, served, together(80), None).holds
    assert lot_looks_like_a_lot({"x": x}, served, blocks, None).holds


def test_people_drawn_in_clusters_are_judged_by_cluster():
    clusters = np.repeat(np.arange(8), 25)
    served = clusters < 4
    x = np.array([4.0, 2.5, 0.0, 3.5, 1.0, 2.0, 0.5, 1.5])[clusters] + np.tile(np.linspace(-0.1, 0.1, 25), 8)

    assert not lot_looks_like_a_lot({"x": x}, served, together(200), None).holds
    assert lot_looks_like_a_lot({"x": x}, served, together(200), clusters).holds


def test_without_history_nothing_is_judged_and_the_sentence_says_so():
    there = lot_looks_like_a_lot({}, arms(20, 20), together(40), None)

    assert there.holds and "No history" in there.sentence


def test_the_detectable_effect_is_two_point_eight_standard_errors_in_large_samples():
    there = detectable_effect(0.05, float("inf"), -0.15, unit="people")

    assert there.value == pytest.approx((1.959964 + 0.841621) * 0.05, abs=1e-7)
    assert there.holds and not there.required and not detectable_effect(0.05, float("inf"), 0.13, unit="people").holds


@pytest.mark.parametrize(
    ("unit", "std_error", "worthwhile", "said"),
    [
        ("people", 0.0425, -0.05, "An effect of about 12 of every 100 people would be seen"),  # 2.8016 x 0.0425 = 0.1191
        ("people", 0.0425, -0.05, "the smallest effect worth having, 5 of every 100 people, is not as large."),
        ("people", 0.0010, -0.004, "An effect of about 2.9 of every 1,000 people"),
        ("people", 0.0010, -0.004, "4 of every 1,000 people, is as large."),
        ("days", 3.0, -10, "An effect of about 8.5 days"),
        ("dollars", 500.0, -1500, "An effect of about $1,401 would be seen in four studies of five of this size"),
        ("dollars", 500.0, -1500, "the smallest effect worth having, $1,500, is as large."),
    ],
)
def test_sizes_are_said_in_the_unit_of_the_outcome(unit, std_error, worthwhile, said):
    assert said in detectable_effect(std_error, float("inf"), worthwhile, unit=unit).sentence


def test_a_size_that_is_just_too_large_never_reads_as_the_one_worth_having():
    assert sizes(0.05041, 0.05, unit="people") == ("5.1 of every 100 people", "5 of every 100 people")
    assert sizes(10.2049, 11.5, 1_250.75, unit="days") == ("11 days", "11.5 days", "1,250.75 days")


def test_take_up_is_the_share_of_each_arm_that_enrolled_and_takes_nothing_away():
    served, took = arms(40, 60), np.arange(100) % 2 == 0  # 20 of 40, and 30 of 60

    there = take_up(served, took & ((np.arange(100) < 40) | (np.arange(100) < 64)))  # 12 of the 60
    assert (there.value, there.detail) == (0.5, {"served": 0.5, "compared": 0.2})
    assert there.holds and not there.required and there.limit is None
    assert there.sentence.startswith("20 of 40 people offered the programme took it up") and "12 of 60 others came in" in there.sentence


@pytest.mark.parametrize(
    ("took", "came", "said"),
    [
        (0, 0, ("0 of 40 people", "0 of 60 others")),
        (40, 60, ("40 of 40 people", "60 of 60 others")),
        (3, 10, ("1 to 10 of 40 people", "1 to 10 of 60 others")),
        (37, 50, ("all but 1 to 10 of 40 people", "all but 1 to 10 of 60 others")),
    ],
)
def test_neither_a_few_who_took_the_offer_up_nor_a_few_who_did_not_are_counted_aloud(took, came, said):
    sentence = take_up(arms(40, 60), np.concatenate([np.arange(40) < took, np.arange(60) < came])).sentence

    assert all(words in sentence for words in said)


def test_where_both_parts_of_an_arm_are_small_neither_is_said():
    assert take_up(arms(15, 15), np.arange(30) % 15 < 7).sentence.startswith("some of 15 people offered")


def test_every_diagnostic_is_in_the_table_under_its_own_name():
    made = [
        arms_large_enough(arms(20, 20)),
        sparse_events(arms(20, 20), arms(20, 20), required=True),
        same_day_events(1, 40),
        records_kept({"event": 0.01}),
        few_clusters(arms(2, 2), np.arange(4), 9.0),
        skewed_amounts(0.0),
        attrition(arms(20, 20), np.ones(40, dtype=bool)),
        worst_case_bounds(0.0, 1.0, lost=(1, 1)),
        lot_looks_like_a_lot({}, arms(20, 20), together(40), None),
        take_up(arms(20, 20), arms(20, 20)),
        detectable_effect(1.0, 10.0, 1.0, unit="days"),
    ]

    of_matches = ("matched", "likeness", "losses")  # see test_diagnostics_matched.py
    of_times = ("reporting", "off_clock", "competing")
    of_costs = ("priced", "costs")  # see test_cost_diagnostics.py, and the specs of the method mean
    of_places = ("adoption", "concurrent", "dips", "few_treated", "honest", "paths", "series", "monitor", "threshold")
    beside = (
        "before_start",
        "rosenbaum",
        "evalues",
        "omitted",
        "unrecorded",
        "follow_up",
        "hazards",
        "standing_in",
        *of_times,
        *of_places,
    )  # in files of their own
    alarms = ("of_arms", "of_sources")  # see test_alarms.py
    again = ("challenged", "controls", "asked_otherwise", "unseen", "false_adoption")  # see test_challenge*.py and test_negative_controls.py
    elsewhere = (*of_matches, *of_costs, *beside, *alarms, *again)
    assert {diagnostic.name for diagnostic in made} == {name for name, check in DIAGNOSTICS.items() if not check.__module__.endswith(elsewhere)}
    assert all(diagnostic.source and diagnostic.sentence.endswith(".") for diagnostic in made)


def test_a_table_that_lost_too_much_takes_the_answer_away():
    assert records_kept({"event": 0.05, "person": 0.0}).holds
    lost = records_kept({"event": 0.01, "person": 0.051})
    assert not lost.holds and lost.required and "'person'" in lost.sentence
    assert records_kept({}).holds
