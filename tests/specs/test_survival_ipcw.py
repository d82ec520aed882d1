"""Which regressions tell who is lost, and what weights by the chance of being followed do and refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.methods.standing import Rows
from evaluation.methods.survival.followed import FEWEST_LOST, followed
from evaluation.methods.survival.ipcw import weighted, weighted_at
from evaluation.methods.survival.laid import lay
from evaluation.methods.survival.marginal import marginal
from evaluation.methods.survival.reading import Reading
from evaluation.methods.telling_losses import BLOCK, MOST_BLOCKS, named, with_blocks
from evaluation.terms import Censored, Horizon, Question, Refused
from tests.specs.timed import asked as door
from tests.specs.timed import cohort_of, compared, ruler_of, told

H = 30
WHY = np.array(["mark", "moved", "records end"])


def clocks(day, why, served=None, history=None, score=None, weights=None, codes=frozenset()):
    day, why = np.asarray(day), np.asarray(why)
    n = len(day)
    reading = Reading(day, (why == "mark").astype(int), why, np.isin(why, ["moved", "records end"]), np.zeros(n, bool), np.full(n, H), ("mark",))
    arms = np.arange(n) % 2 == 0 if served is None else np.asarray(served)
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    return reading, Rows(np.arange(n), arms, np.arange(n), None, np.arange(n), w, score, history or {}, codes)


def drawn(n=2_000, seed=0):
    g = np.random.default_rng(seed)
    x, y = g.normal(size=n), (g.random(n) < 0.5).astype(float)
    whole = np.floor(np.stack([g.exponential(40, n), g.exponential(40 / np.exp(x)), g.exponential(90 / np.exp(y))])).astype(int)
    first, day = whole.argmin(axis=0), np.minimum(whole.min(axis=0), H - 1)
    why = np.where((whole.min(axis=0) >= H) | ((day == H - 1) & (first > 0)), "horizon", WHY[first])
    return clocks(day, why, history={"x": x, "y": y})


def asked(**words):
    return Question("return", Horizon(days=H), "survival", 0.01, **words)


def slopes(reading, rows, question=None):
    return [hazard.design.names for hazard in followed(reading, rows, question or asked()).hazards]


def test_by_hand_those_still_followed_stand_for_those_lost_after_the_marks_of_the_day():
    """Eight of an arm: on day 2 one is marked and one lost, six are there; on day 5 another is marked, four reach the horizon."""
    arm = [(2, "mark"), (2, "moved"), (5, "mark"), (5, "moved"), (29, "horizon"), (29, "horizon"), (29, "horizon"), (29, "horizon")]
    reading, rows = clocks(*zip(*(arm + arm), strict=True), served=[True] * 8 + [False] * 8)
    means = weighted(reading, rows, {}, asked())
    once, again = np.exp(1 / 7), np.exp(1 / 7 + 1 / 5)  # one of seven who outlived the day's mark, then one of five

    assert means.stands[[0, 1, 2, 3, 4]] == pytest.approx([1, 0, once, 0, again])
    assert means.served == pytest.approx((1 + once) / (1 + once + 4 * again))
    assert means.least == pytest.approx(1 / again)


def test_who_leaves_by_history_biases_the_curves_of_the_arms_and_not_the_weighted_mean():
    """Those in need leave early among the compared, and late among the served; they return more, so those left look better, or worse."""
    g = np.random.default_rng(4)
    n = 40_000
    need, served = (g.random(n) < 0.5).astype(float), g.random(n) < 0.5
    mark = np.floor(g.exponential(60 / np.exp(1.2 * need))).astype(int)
    gone = np.floor(g.exponential(30 / np.exp(np.where(served, -1.0, 1.0) * (need - 0.5) * 1.4))).astype(int)
    day = np.minimum(np.minimum(mark, gone), H - 1)
    why = np.where(np.minimum(mark, gone) >= H - 1, np.where(mark == H - 1, "mark", "horizon"), np.where(mark <= gone, "mark", "moved"))
    reading, rows = clocks(day, why, served, {"need": need})
    means, naive = weighted(reading, rows, {}, asked()), marginal(reading, rows, "risk")
    error = np.sqrt((means.influence**2).sum())

    assert abs(means.effect) < 3 * error < 0.03  # nobody's returns hang on being served
    assert naive.effect > 0.04 and naive.effect > 5 * error


def test_each_way_of_being_lost_has_slopes_of_its_own_on_the_whole_history():
    reading, rows = drawn(8_000)
    moved, ended = followed(reading, rows, asked()).hazards

    assert slopes(reading, rows) == [("x", "y"), ("x", "y")]
    assert moved.cox.coef == pytest.approx([1, 0], abs=0.1) and ended.cox.coef == pytest.approx([0, 0.5], abs=0.1)  # per standard deviation


def test_a_design_says_which_columns_tell_who_leaves():
    reading, rows = drawn()

    assert slopes(reading, rows, asked(censored=Censored(on=("x",)))) == [("x",), ("x",)]
    assert slopes(reading, rows, asked(censored=Censored(adjust="nothing"))) == [(), ()]


def test_a_column_of_the_design_names_its_codes_and_what_nobody_recorded():
    history = dict.fromkeys(["age", "race: 2", "race: 3", "age: nothing on record", "aged"], np.zeros(1))

    assert list(named(history, ())) == list(history)
    assert set(named(history, ("race",))) == {"race: 2", "race: 3"}
    assert "aged" not in named(history, ("age",)) and "age" in named(history, ("age",))


def few(many, n=400, **words):
    """Of n in an arm, so many moved away, on days all over the window; the others reach its end."""
    g = np.random.default_rng(many)
    why = np.where(np.arange(n) < many, "moved", "horizon")
    history = {"x": g.normal(size=n), "y": g.normal(size=n)}
    return clocks(np.where(why == "moved", np.arange(n) % H, H - 1), why, history=history, **words)


def test_too_few_losses_for_so_many_columns_are_told_by_the_score_and_then_by_the_day_alone():
    score = np.random.default_rng(9).normal(size=400)

    assert slopes(*few(2 * FEWEST_LOST, score=score)) == [("x", "y")]
    assert slopes(*few(2 * FEWEST_LOST - 1, score=score)) == [("score",)]
    assert slopes(*few(2 * FEWEST_LOST - 1)) == [()]
    assert slopes(*few(FEWEST_LOST - 1, score=score)) == [()]


def test_codes_of_a_category_give_way_first_and_the_rarest_before_others():
    reading, rows = few(3 * FEWEST_LOST)
    code = np.arange(400) % 7
    history = {"a": (code == 6).astype(float), "b": (code < 4).astype(float), "x": rows.history["x"], "y": rows.history["y"]}
    rows = replace(rows, history=history, codes=frozenset({"a", "b"}))

    assert slopes(reading, rows) == [("b", "x", "y")]


def test_whoever_holds_what_nobody_lost_holds_is_taken_to_be_followed_if_that_is_hardly_luck():
    reading, rows = few(40)
    safe = (np.arange(400) >= 300).astype(float)  # a fourth of all, and nobody of the forty
    model = followed(reading, replace(rows, history={"safe": safe, "x": rows.history["x"]}), asked())
    spent = model.spent(reading.day)

    assert (spent[safe == 1] == 0).all() and (spent[(safe == 0) & (reading.day == H - 1)] > 0).all()
    assert model.hazards[0].design.names == ("x",)
    rare = (np.arange(400) >= 380).astype(float)  # two of them would have been lost at the rate of the others
    assert followed(reading, replace(rows, history={"rare": rare}), asked()).spent(reading.day)[-1] > 0


def test_a_slope_without_end_is_told_by_the_day_alone():
    reading, rows = few(40)
    sooner = np.where(reading.lost, 1_000.0 - reading.day, np.arange(400) / 400)

    assert slopes(reading, replace(rows, history={"sooner": sooner})) == [()]


def test_losses_after_a_day_are_nothing_to_the_risk_by_its_end():
    reading, rows = drawn()
    cut = replace(reading, horizon=np.full(len(reading), 10))
    early, whole = weighted_at(reading, rows, {}, asked(), [10])[0], weighted(cut, rows, {}, asked())

    assert early.served == whole.served and (early.influence == whole.influence).all()
    assert (early.stands[reading.lost & (reading.day >= 9)] > 0).all() and (early.stands[reading.lost & (reading.day < 9)] == 0).all()


def test_clocks_cut_into_stretches_are_refused():
    reading, rows = drawn(100)
    late = replace(reading, entry=np.where(np.arange(100) < 20, 3, -1))
    with pytest.raises(Refused, match="20 of 100 rows are read from a later day"):
        weighted(late, rows, {}, asked())


def test_an_arm_of_which_nobody_was_followed_is_refused():
    reading, rows = clocks([3, 4, 5, 6], ["mark", "moved", "horizon", "moved"])
    with pytest.raises(Refused, match="nobody in one of the arms was followed"):
        weighted(reading, rows, {}, asked())


def test_a_column_without_an_end_to_its_slope_leaves_the_others_theirs():
    reading, rows = few(40)
    sooner = np.where(reading.lost, 1_000.0 - reading.day, np.arange(400) / 400)

    assert slopes(reading, replace(rows, history={"sooner": sooner, "x": rows.history["x"]})) == [("x",)]


def test_somebody_who_had_next_to_no_chance_to_be_followed_may_not_stand_for_a_tenth_of_an_arm():
    n = 4_000
    g = np.random.default_rng(3)
    x = g.normal(size=n)
    gone = np.floor(g.exponential(40 / np.exp(x))).astype(int)
    x[0], gone[0] = 8.0, H  # of a history with which nobody stays, and there to the end
    reading, rows = clocks(np.minimum(gone, H - 1), np.where(gone >= H - 1, "horizon", "moved"), history={"x": x})
    with pytest.raises(Refused, match="a chance of less than 1 in 1,000 to be, and would stand for a tenth of an arm"):
        weighted(reading, rows, {}, asked())


def test_the_least_chance_is_that_of_the_tenth_least_likely_to_be_followed():
    """Of those with x = 1, a fifth of all, a half are lost on day 3; of the others nobody, and so many would hardly be by luck."""
    n = 1_000
    x = (np.arange(n) % 5 == 0).astype(float)
    gone = (x == 1) & (np.arange(n) // 5 % 4 < 2)
    reading, rows = clocks(np.where(gone, 3, H - 1), np.where(gone, "moved", "horizon"), served=np.arange(n) // 5 % 2 == 0, history={"x": x})

    assert weighted(reading, rows, {}, asked()).least == pytest.approx(0.5, abs=0.01)


# ------------------------------------------------------------------------------------------------ blocks
def blocks_apart(n=40_000, seed=6):
    """Two blocks of a lot, a quarter and three quarters served: who is of the second is marked, and is lost, more often."""
    g = np.random.default_rng(seed)
    block = np.arange(n) % 2
    served = g.random(n) < np.where(block == 1, 0.75, 0.25)
    mark, gone = (np.floor(g.exponential(mean)).astype(int) for mean in (np.where(block == 1, 25, 100), np.where(served == (block == 1), 20, 60)))
    day, marked = np.minimum(np.minimum(mark, gone), 500), mark <= gone
    cohort = cohort_of(served, blocks=block)
    weights = np.where(served == (block == 1), 0.5 / 0.75, 0.5 / 0.25)
    return cohort, ruler_of(day, np.where(marked, "mark", "moved")), compared(cohort, weights, blocks=block)


def test_losses_of_a_lot_drawn_within_blocks_are_told_block_by_block():
    cohort, ruler, comparison = blocks_apart()
    by_block, by_arm = (told(cohort, ruler, door(H, censored=Censored(adjust=adjust)), comparison) for adjust in ("ipcw", "nothing"))

    assert abs(by_block.effect) < 3 * by_block.std_error < 0.04  # the same risks in both arms of each block
    assert abs(by_arm.effect) > 6 * by_arm.std_error


def test_blocks_tell_who_is_lost_whichever_columns_are_named():
    cohort, ruler, comparison = blocks_apart(4_000)
    cohort = replace(cohort, history={"x": np.random.default_rng(0).normal(size=4_000)})
    laid_out = lay(cohort, comparison, ruler, door(H, censored=Censored(on=("x",))))

    assert list(named(laid_out.rows.history, ("x",))) == ["x", f"{BLOCK}1", f"{BLOCK}2"]
    assert [hazard.design.names for hazard in followed(laid_out.reading, laid_out.rows, laid_out.question).hazards] == [("x", f"{BLOCK}1")]


def test_of_many_blocks_the_largest_have_columns_and_one_block_alone_has_none():
    block = np.repeat(np.arange(MOST_BLOCKS + 10), np.arange(MOST_BLOCKS + 10) + 1)
    rows = clocks(np.full(len(block), 29), np.full(len(block), "horizon"))[1]
    columns = with_blocks(rows, block)

    assert len(columns.history) == len(columns.codes) == MOST_BLOCKS
    assert min(int(column.sum()) for column in columns.history.values()) == 11
    assert with_blocks(rows, np.zeros(len(block), dtype=int)) is rows


def test_people_drawn_to_agree_on_exact_columns_have_their_losses_told_by_them():
    cohort, ruler, comparison = blocks_apart(4_000)
    drawn_alike = replace(cohort, blocks=None, strata=cohort.blocks, by="offer")

    assert told(drawn_alike, ruler, door(H), replace(comparison, blocks=None)).effect == pytest.approx(
        told(cohort, ruler, door(H), comparison).effect
    )
