"""The balance table against sums done one by one, in other units, by subgroup and by sets; and what a researcher is shown of it."""

from __future__ import annotations

import re
from dataclasses import replace
from math import isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evaluation as ev
from evaluation.diagnostics.balance_table import Weighing, balance_of
from evaluation.diagnostics.differences import gaps, pair_distance, rising
from evaluation.findings.compared_pictures import _short
from evaluation.terms import Problem, Refused

SAME = 1e-12  # the same sums in another order, of numbers near 1
UNITS = 1e-9  # relative: a column moved by a million in units of a thousandth keeps nine digits
DAYS = ev.Horizon(days=365)


def weighing(n: int = 400, seed: int = 1, **more) -> Weighing:
    rng = np.random.default_rng(seed)
    return Weighing(np.arange(n) < n // 4, np.arange(n), rng.random(n) * (rng.random(n) < 0.7), "effect_on_the_served", **more)


def columns(n: int = 400) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    return {"age": np.round(rng.normal(30, 8, n)), "men": (rng.random(n) < 0.4).astype(float), "cost": rng.exponential(900, n)}


# ------------------------------------------------------------------------------------------------ the numbers
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=2, max_size=30))
def test_gaps_and_pair_distances_are_those_of_every_value_and_every_pair(rows):
    x, served, sets = (np.array(part) for part in zip(*((float(value), arm, where) for value, arm, where in rows), strict=True))
    if served.all() or not served.any():
        return
    weights = 1.0 + np.arange(len(x)) % 3
    w1, w0 = (np.where(arm, weights, 0) / weights[arm].sum() for arm in (served, ~served))
    each = [abs(w1[x <= value].sum() - w0[x <= value].sum()) for value in np.unique(x)]
    pairs = [abs(x[i] - x[j]) for i in np.flatnonzero(served) for j in np.flatnonzero(~served) if sets[i] == sets[j]]

    assert gaps(*rising(x), served, weights) == pytest.approx((max(each), np.mean(each)), abs=SAME)
    ours = pair_distance(x, served, sets)
    assert ours == pytest.approx(np.mean(pairs), abs=SAME) if pairs else isnan(ours)


def test_other_units_and_heavier_weights_change_no_measure_but_the_means():
    given_ = weighing()
    one = balance_of(columns(), given_, with_products=True)
    moved = {name: column if name == "men" else 1e6 + 1000 * column for name, column in columns().items()}
    heavier = Weighing(given_.served, given_.person, 5 * given_.weights, given_.estimand)
    other = balance_of(moved, heavier, with_products=True)

    assert [line.column for line in one.lines] == ["age", "men", "cost", "age squared", "age x men", "age x cost", "men x cost", "cost squared"]
    for mine, theirs in zip(one.lines, other.lines, strict=True):
        for sides, same in ((mine.before, theirs.before), (mine.after, theirs.after)):
            told = ("difference", "variance_ratio", "largest_gap", "mean_gap")
            assert [getattr(same, name) for name in told] == pytest.approx([getattr(sides, name) for name in told], rel=UNITS, abs=UNITS, nan_ok=True)


def test_arms_changed_over_turn_every_difference_round():
    given_ = weighing()
    other = Weighing(~given_.served, given_.person, given_.weights, "effect_on_the_compared")

    for mine, theirs in zip(balance_of(columns(), given_).lines, balance_of(columns(), other).lines, strict=True):
        assert theirs.after.difference == pytest.approx(-mine.after.difference, abs=SAME)
        assert theirs.after.largest_gap == pytest.approx(mine.after.largest_gap, abs=SAME)


def test_a_subgroup_is_told_in_everybodys_deviations_and_one_without_an_arm_has_no_difference():
    x, given_ = columns(), weighing()
    groups = {"men = 1": x["men"] == 1, "nobody served": ~given_.served}
    table = balance_of(x, given_, subgroups=groups)
    told = {(line.subgroup, line.column): line for line in table.lines}

    assert list(told)[:4] == [("", "age"), ("", "men"), ("", "cost"), ("men = 1", "age")]
    some = groups["men = 1"]
    apart = x["age"][some & given_.served].mean() - x["age"][some & ~given_.served].mean()
    assert told["men = 1", "age"].before.difference == pytest.approx(apart / x["age"][given_.served].std(ddof=1), abs=SAME)
    assert isnan(told["nobody served", "age"].before.difference) and isnan(told["nobody served", "age"].before.served)
    assert told["nobody served", "age"].before.compared == pytest.approx(x["age"][~given_.served].mean())


def test_an_arm_is_as_many_people_as_it_has_however_many_rows_they_fill():
    given_ = Weighing(np.array([True, True, False, False, False]), np.array([0, 1, 2, 2, 3]), np.array([1.0, 1, 1, 1, 0]), "effect_on_the_served")
    sizes = balance_of({"x": np.arange(5.0)}, given_).sizes

    assert (sizes["before", "compared"].people, sizes["after", "compared"].people) == (2, 1)
    assert sizes["after", "compared"].effective == 1 and sizes["after", "compared"].largest_share == 1
    assert sizes["before", "served"].effective == 2


def test_somebody_in_several_sets_is_paired_in_each():
    given_ = Weighing(
        np.array([True, True, False]), np.arange(3), np.array([1.0, 1, 2]), "effect_on_the_compared", np.array([0, 1, 2, 2]), np.array([0, 1, 0, 1])
    )
    (line,) = balance_of({"x": np.array([1.0, 4, 2])}, given_).lines

    both = (4.5 / 2) ** 0.5  # one person compared has no deviation: that of both arms
    assert line.pair_distance == pytest.approx((1 + 2) / 2 / both, abs=SAME)


# ------------------------------------------------------------------------------------------------ what a researcher is shown
@pytest.fixture(scope="module")
def cohort():
    rng = np.random.default_rng(5)
    n = 600
    age, men = np.round(rng.normal(35, 9, n)), (rng.random(n) < 0.5).astype(float)
    served = (rng.random(n) < 1 / (1 + np.exp(2 - 0.03 * age - men))).astype(int)
    frame = pd.DataFrame({"id": range(n), "served": served, "age": age, "men": men, "<b>prior": rng.poisson(2, n), "arrest": rng.random(n) < 0.3})
    outcome = ev.FrameOutcome("arrest", "mark", DAYS, "fewer", title={"en": "arrest"}, event={"en": "arrested"})
    frame["arrest"] = frame["arrest"].astype(int)
    whole = ev.cohort_from_frame(frame, unit="id", treated="served", history=["age", "men", "<b>prior"], outcome=outcome, by="offer")[0]
    unrecorded = np.where(np.arange(n) < 20, np.nan, whole.history["<b>prior"])
    return replace(whole, history={**whole.history, "<b>prior": unrecorded})


def question(**words) -> ev.Question:
    return ev.Question("frame/arrest", DAYS, "matched", -0.05, estimand="effect_on_the_served", compare=ev.Matching(**words))


def test_the_table_tells_every_column_before_and_after_as_the_conditions_do(cohort):
    asked = question(subgroups=("men",))
    comparison = ev.compare(cohort, asked)
    frame = ev.balance_table(cohort, asked, comparison, products=True).frame()
    everybody = frame[(frame.subgroup == "") & (frame.kind == "column")].set_index("column")
    named = {one.name: one for one in comparison.diagnostics}

    assert list(everybody.index) == ["age", "men", "<b>prior", "<b>prior: nothing on record"]
    assert dict(everybody.difference_before) == pytest.approx(dict(named["balance_before_matching"].detail), abs=SAME)
    assert dict(everybody.difference_after) == pytest.approx(dict(named["balance_after_matching"].detail), abs=SAME)
    assert set(frame.subgroup) == {"", "men = 0", "men = 1"} and set(frame.kind) == {"column", "square", "product"}
    assert everybody.pair_distance.notna().all()
    told = named["products_after_matching"]
    worst = frame[(frame.subgroup == "") & (frame.kind != "column")].set_index("column").difference_after.abs()
    assert (worst.idxmax(), worst.max()) == (next(iter(told.detail)), pytest.approx(told.value, abs=1e-9))


def test_without_a_comparison_it_is_made_anew_and_says_the_same(cohort):
    asked = question()

    pd.testing.assert_frame_equal(ev.balance_table(cohort, asked).frame(), ev.balance_table(cohort, asked, ev.compare(cohort, asked)).frame())


def test_what_could_not_be_compared_is_refused_with_its_reasons(cohort):
    problem = Problem("cohort 'x'", "nobody served is left to compare.")

    with pytest.raises(Refused, match="nobody served is left"):
        ev.balance_table(cohort, question(), (problem,))


def test_of_imputed_histories_the_first_is_told_with_how_far_the_others_are_and_the_conditions_are_of_the_worst(cohort):
    asked = question(missing="impute", imputations=3)
    comparison = ev.compare(cohort, asked)
    table = ev.balance_table(cohort, asked, comparison)
    frame = table.frame().set_index("column")
    each = [next(one for one in made.diagnostics if one.name == "balance_after_matching") for made in comparison.imputed]
    told = next(one for one in comparison.diagnostics if one.name == "balance_after_matching")

    assert list(frame.index) == ["age", "men", "<b>prior"]
    assert dict(frame.difference_after) == pytest.approx(dict(each[0].detail), abs=SAME)
    for name in frame.index:
        sizes = sorted((one.detail[name] for one in each), key=abs)
        over = frame.loc[name, ["difference_after_least", "difference_after_mean", "difference_after_most"]]
        assert list(over) == pytest.approx([sizes[0], sum(sizes) / 3, sizes[-1]], abs=SAME)
    assert "Values were imputed 3 times" in str(table) and "imputed" not in str(ev.balance_table(cohort, question()))
    assert told.value == max(one.value for one in each) and len({one.value for one in each}) > 1 and "Of 3 completed histories" in told.sentence


def test_table_one_has_means_and_shares_by_arm(cohort):
    frame = ev.table_one(cohort, question()).frame().set_index("")

    assert list(frame.columns) == [f"{what}, {when}" for when in ("before", "after") for what in ("served", "compared", "difference")]
    age = cohort.history["age"][cohort.served]
    assert frame.loc["age", "served, before"] == f"{age.mean():,.2f} ({age.std(ddof=1):,.2f})"
    assert frame.loc["men", "served, before"] == f"{100 * cohort.history['men'][cohort.served].mean():.1f} %"
    assert frame.loc["people", "served, before"] == f"{cohort.served.sum():,}"


def test_who_was_left_out_is_counted_and_set_beside_those_kept(cohort):
    asked = question(caliper=0.002)
    comparison = ev.compare(cohort, asked)
    there = ev.left_out(cohort, asked, comparison)
    gone = cohort.served & ~comparison.kept

    assert there.left_out == int(gone.sum()) > 0 and sum(there.reasons.values()) == there.left_out
    frame = there.frame().set_index("column")
    assert frame.loc["age", "left_out"] == pytest.approx(cohort.history["age"][gone].mean())
    assert list(frame.difference.abs()) == sorted(frame.difference.abs(), reverse=True)


def test_hostile_names_come_out_as_text(cohort):
    asked = question()

    for shown in (ev.balance_table(cohort, asked), ev.table_one(cohort, asked), ev.left_out(cohort, question(caliper=0.002))):
        html = shown._repr_html_()
        assert "<b>" not in html and "&lt;b&gt;prior" in html and "inside the county only" in html


def test_the_pictures_say_in_words_what_they_show_and_are_the_same_every_time(cohort):
    asked = question()
    table = ev.balance_table(cohort, asked)
    worst = table.frame().difference_after.abs().max()

    for draw in (table.plot, lambda: ev.overlap_plot(cohort, asked)):
        assert draw()._repr_html_() == draw()._repr_html_()
    assert f"the largest afterwards is {worst:.2f}" in table.plot().alt
    assert "The chances of being offered the programme run from" in ev.overlap_plot(cohort, asked).alt


def test_what_is_printed_is_a_table_with_what_its_heads_mean(cohort):
    asked = question(subgroups=("men",))

    printed = [str(one) for one in (ev.balance_table(cohort, asked), ev.table_one(cohort, asked), ev.left_out(cohort, question(caliper=0.002)))]
    assert all(max(map(len, one.splitlines())) <= 125 for one in printed)
    printed = [" ".join(one.split()) for one in printed]
    assert all("inside the county only" in one and "Balance(" not in one and "array(" not in one for one in printed)
    assert all(head in printed[0] for head in ("variance_ratio: of the two arms", "pair_distance: the mean distance", "effective: how many of equal"))
    assert "compared with the nearest" in printed[0] and "standard deviations of those offered the programme" in printed[0]


def test_in_a_subgroup_its_own_column_has_no_line_and_pairs_are_those_that_lie_in_it(cohort):
    asked = question(subgroups=("men",))
    comparison = ev.compare(cohort, asked)
    frame = ev.balance_table(cohort, asked, comparison).frame()
    age, men, sets = cohort.history["age"], cohort.history["men"], comparison.sets

    assert "men" in set(frame[frame.subgroup == ""].column) and "men" not in set(frame[frame.subgroup != ""].column)
    apart = [
        abs(age[i] - age[j])
        for i in np.flatnonzero(cohort.served & (sets >= 0) & (men == 1))
        for j in np.flatnonzero(~cohort.served & (sets == sets[i]) & (men == 1))
    ]
    line = frame[(frame.subgroup == "men = 1") & (frame.column == "age")].iloc[0]
    assert line.pair_distance == pytest.approx(np.mean(apart) / age[cohort.served].std(ddof=1), abs=SAME)


def test_the_love_plot_names_its_way_and_unit_says_what_its_marks_mean_and_which_subgroups_it_leaves_out(cohort):
    svg = ev.balance_table(cohort, question(subgroups=("men",))).plot()._repr_html_()
    words = " ".join(re.findall(r">([^<>]+)</text>", svg))

    assert "Compared with the nearest; everybody together (by subgroup: plot(subgroup='men = 0') and so on)" in words.replace("&#x27;", "'")
    assert "Those offered the programme less those compared, in standard deviations of those offered the programme" in words
    assert "within 0.1: usually called negligible" in words and "0.25: beyond, too far apart for an answer" in words
    only = ev.balance_table(cohort, question(subgroups=("men",))).plot(subgroup="men = 1")
    assert "; only men = 1" in only.alt and "everybody" not in only.alt


def test_long_names_that_begin_alike_are_drawn_so_that_they_can_be_told_apart():
    name = "nights_in_emergency_shelter_in_the_two_years_before"
    drawn = [_short(one) for one in (name, f"{name}: nothing on record", "age")]

    assert len(set(drawn)) == 3 and max(map(len, drawn)) <= 40
    assert drawn[1].endswith(": nothing on record") and drawn[0].endswith("two_years_before") and drawn[2] == "age"


def test_a_subgroup_that_is_not_there_and_a_column_of_many_values_are_refused(cohort):
    with pytest.raises(Refused, match=r"compare\.subgroups"):
        ev.balance_table(cohort, question()).plot(subgroup="men = 1")
    with pytest.raises(Refused, match=r"'age' has .* different values"):
        ev.balance_table(cohort, question(subgroups=("age",)))
