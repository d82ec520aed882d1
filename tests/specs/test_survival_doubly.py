"""Standardised and doubly robust measures: what regressions are fitted, whom they are averaged over, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.methods.standing import Rows
from evaluation.methods.survival.doubly import doubly_robust
from evaluation.methods.survival.reading import Reading
from evaluation.methods.survival.standardised import FEWEST_EVENTS, regressions, standardised
from evaluation.terms import Horizon, Question, Refused

H = 60


def drawn(n=4_000, seed=0, crossing=False):
    g = np.random.default_rng(seed)
    x, served = g.normal(size=n), g.random(n) < 0.5
    T, D = g.exponential(80 / np.exp(0.8 * x)), g.exponential(300, n)
    T = np.where(served, 80 * (T / 80) ** (0.4 if crossing else 1.0), T)
    whole = np.floor(np.stack([T, D, g.exponential(150, n)])).astype(int)
    first, least = whole.argmin(axis=0), whole.min(axis=0)
    why = np.where((least >= H) | ((least == H - 1) & (first == 2)), "horizon", np.array(["mark", "death", "moved"])[first])
    cause = np.select([why == "mark", why == "death"], [1, 2], 0)
    reading = Reading(np.minimum(least, H - 1), cause, why, why == "moved", np.zeros(n, bool), np.full(n, H), ("mark", "death"))
    who = np.arange(n)
    return reading, Rows(who, served, who, None, who, np.ones(n), None, {"x": x}), whole


def asked(measure="risk", estimand="average_effect"):
    return Question("return", Horizon(days=H), "survival", 0.01, estimand=estimand, measure=measure)


@pytest.mark.parametrize("estimator", [standardised, doubly_robust])
def test_an_average_is_over_whom_the_effect_is_about(estimator):
    reading, rows, _ = drawn()
    old = rows.history["x"] > 0
    rows = replace(rows, served=np.where(old, np.arange(4_000) % 4 > 0, np.arange(4_000) % 4 == 0))  # those in need are served more
    each = {estimand: estimator(reading, rows, rows.history, asked(estimand=f"effect_on_the_{estimand}")) for estimand in ("served", "compared")}
    everybody = estimator(reading, rows, rows.history, asked())
    share = rows.served.mean()

    assert each["served"].compared > each["compared"].compared + 0.1
    if estimator is standardised:
        assert everybody.served == pytest.approx(share * each["served"].served + (1 - share) * each["compared"].served)


def test_hazards_need_not_be_proportional_between_the_arms():
    """Served, marks come early or late; an own baseline in each arm follows that, and one for both could not."""
    reading, rows, whole = drawn(crossing=True)
    means = standardised(reading, rows, rows.history, asked("time_free"))
    for mean, arm in ((means.served, rows.served), (means.compared, ~rows.served)):
        truth = np.minimum(whole[:2, arm].min(axis=0), H)

        assert mean == pytest.approx(truth.mean(), abs=3.5 * truth.std() / arm.sum() ** 0.5)


def test_an_arm_with_too_few_marks_for_its_columns_is_refused_with_the_count_needed():
    reading, rows, _ = drawn(200)
    keep = np.ones(200, dtype=bool)
    keep[np.flatnonzero((reading.cause == 1) & rows.served)[FEWEST_EVENTS * 2 - 1 :]] = False
    some, own = reading.of(keep), rows.of(keep)
    columns = {"x": own.history["x"], "y": np.cos(np.arange(keep.sum()))}
    with pytest.raises(Refused, match=f"fewer than {FEWEST_EVENTS * 2} people with the event, for a regression on 2 columns"):
        standardised(some, own, columns, asked())
    standardised(some, own, {"x": columns["x"]}, asked())


@pytest.mark.parametrize("estimator", [standardised, doubly_robust])
def test_an_arm_without_an_event_is_refused(estimator):
    reading, rows, _ = drawn(200)
    free = (reading.cause == 1) & rows.served
    quiet = replace(
        reading, cause=np.where(free, 0, reading.cause), why=np.where(free, "horizon", reading.why), day=np.where(free, H - 1, reading.day)
    )
    with pytest.raises(Refused, match="nobody in one of the arms had the event"):
        estimator(quiet, rows, {}, asked())


def test_too_few_deaths_for_the_columns_are_told_by_the_day_alone():
    reading, rows, _ = drawn(400)
    dead = np.flatnonzero(reading.cause == 2)
    spared = np.zeros(400, dtype=bool)
    spared[dead[4:]] = True
    rare = replace(reading, cause=np.where(spared, 0, reading.cause), why=np.where(spared, "moved", reading.why), lost=reading.lost | spared)
    for arm in regressions(rare, rows, rows.history, asked()):
        assert arm.marks.design.names == ("x",) and (arm.ends is None or arm.ends.design.names == ())
    assert 0 < standardised(rare, rows, rows.history, asked()).served < 1


def test_a_column_that_an_arm_cannot_tell_a_slope_of_is_left_out_there():
    reading, rows, _ = drawn(600)
    columns = {"x": rows.history["x"], "again": 2 * rows.history["x"] + 1, "only": np.where(rows.served, 1.0, np.arange(600) % 2)}
    one, other = regressions(reading, rows, columns, asked())

    assert one.marks.design.names == ("x",) and other.marks.design.names == ("x", "only")


def test_right_regressions_mend_weights_that_forget_history_and_right_weights_mend_regressions():
    """Those in need are served; without history in either place the effect, which is nothing, looks like harm."""
    g = np.random.default_rng(5)
    reading, rows, _ = drawn(20_000, seed=5)
    x = rows.history["x"]
    p = 1 / (1 + np.exp(-x))
    served = g.random(20_000) < p
    rows = replace(rows, served=served, weights=np.where(served, 1 / p, 1 / (1 - p)))
    flat, nothing = replace(rows, weights=np.ones(20_000)), {"noise": g.normal(size=20_000)}
    found = [
        doubly_robust(reading, own, columns, asked())
        for own, columns in ((rows, rows.history), (flat, rows.history), (rows, nothing), (flat, nothing))
    ]
    errors = [np.sqrt((means.influence**2).sum()) for means in found]

    assert all(abs(means.effect) < 3 * error for means, error in zip(found[:3], errors[:3], strict=True))
    assert found[3].effect > 10 * errors[3]
    assert errors[0] < errors[2]  # right regressions make right weights more precise


def test_an_arm_of_which_nobody_was_followed_is_refused():
    reading, rows, _ = drawn(200)
    gone = replace(reading, lost=rows.served | reading.lost, day=np.minimum(reading.day, H - 2))
    with pytest.raises(Refused, match="nobody in one of the arms was followed"):
        doubly_robust(gone, rows, {}, asked())
