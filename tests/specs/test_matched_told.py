"""What is told beside an effect of something that nobody recorded: over whose outcomes, each person once, and where it is not told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from evaluation.diagnostics.before_start import path_before_start
from evaluation.diagnostics.evalues import e_values, of_difference
from evaluation.methods.inference import Contrast
from evaluation.methods.matched.means import difference
from evaluation.methods.matched.reading import Reading
from evaluation.methods.matched.told import conditions
from evaluation.methods.standing import Rows
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Cohort, Comparison, Diagnostic, Estimand, Horizon, Interval, Outcome, Question, Ratio

MARK, AMOUNT = (next(one for one in OUTCOMES.values() if one.kind == kind) for kind in ("mark", "amount"))
RATIO = Ratio("risk ratio", 0.8, Interval(0.7, 0.92, "by set"))
SAME = 1e-12  # the same sums


@dataclass(frozen=True)
class Unread:
    """A Ruler that nothing is asked of: the cohort was not looked back on."""

    outcome: Outcome


def rows(person: np.ndarray, sets: np.ndarray | None, served: np.ndarray, together: np.ndarray | None = None) -> Rows:
    m = len(person)
    history = {"x": np.random.default_rng(1).normal(size=m)}
    return Rows(np.arange(m), served, person, sets, person if together is None else together, np.ones(m), None, history)


def told(of: Rows, y: np.ndarray, lost: np.ndarray | None = None, outcome: Outcome = MARK, ratio: Ratio | None = RATIO) -> dict[str, Diagnostic]:
    m = len(y)
    reading = Reading(y, np.full(m, 10), np.zeros(m, dtype=bool) if lost is None else lost)
    means = difference(reading, of)
    ids = np.arange(m)
    cohort = Cohort("main", "person", "", ids + 1, of.person, of.served, {}, (), "offer")
    comparison = Comparison(Estimand("", "", "", ""), np.ones(m, dtype=bool), of.weights)
    question = Question(outcome.name, Horizon(days=100), "matched", 0.05)
    contrast = Contrast(means.effect, 0.1, 30.0)
    found = conditions(cohort, comparison, question, Unread(outcome), of, reading, means, contrast, ratio)  # type: ignore[arg-type]  # a Ruler of no verb
    return {one.name: one for one in found}


def pairs(many: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Different people in pairs, the served first: person, set and served."""
    return np.arange(2 * many), np.repeat(np.arange(many), 2), np.tile([True, False], many)


def event(*in_pairs: tuple[int, int, int]) -> np.ndarray:
    """So many pairs in which the served and the compared have, or have not, the event."""
    return np.concatenate([np.tile([float(one), float(other)], many) for one, other, many in in_pairs])


def test_sets_of_different_people_are_all_counted() -> None:
    person, sets, served = pairs(40)

    found = told(rows(person, sets, served), event((1, 0, 20), (0, 1, 5), (0, 0, 12), (1, 1, 3)))

    assert found["hidden_bias"].behind == {"sets": (20, 5, 12, 3)}


def test_a_person_who_fills_several_places_counts_in_the_first_set_alone() -> None:
    person, sets, served = pairs(40)
    person[3::2][:9] = person[1]  # the compared of the first ten pairs are one person

    found = told(rows(person, sets, served), event((1, 0, 40)))

    assert found["hidden_bias"].behind == {"sets": (31, 0, 0, 0)}


def test_who_is_served_in_one_set_and_compared_in_an_earlier_counts_as_served() -> None:
    person, sets, served = pairs(40)
    person[1] = person[78]  # compared in the first pair, served in the last

    found = told(rows(person, sets, served), event((1, 0, 1), (0, 1, 38), (1, 0, 1)))

    assert found["hidden_bias"].behind == {"sets": (38, 1, 0, 0)}  # for fewer: the last pair speaks against, and the first is no pair


def test_a_set_of_which_somebody_is_lost_says_nothing() -> None:
    person, sets, served = pairs(40)
    lost = np.zeros(80, dtype=bool)
    lost[[0, 3]] = True

    found = told(rows(person, sets, served), event((1, 0, 30), (0, 1, 10)), lost)

    assert sum(found["hidden_bias"].behind["sets"]) == 38


def test_nothing_is_bounded_where_nobody_has_a_set_or_people_share_luck_or_sets_are_few() -> None:
    person, sets, served = pairs(40)
    y = event((1, 0, 30), (0, 1, 10))

    assert "hidden_bias" not in told(rows(person, None, served), y)
    assert "hidden_bias" not in told(rows(person, sets, served, person // 4), y)
    few = rows(person[:18], sets[:18], served[:18])
    assert "hidden_bias" not in told(few, y[:18]) and {"e_value", "omitted_variable"} <= set(told(few, np.tile([1.0, 0.0, 0.0], 6)))


def test_the_e_value_of_an_event_is_that_of_its_ratio_and_there_is_none_without() -> None:
    person, sets, served = pairs(40)
    of, y = rows(person, sets, served), event((1, 0, 20), (0, 1, 20))

    point, limit = e_values(0.8, 0.7, 0.92)
    assert told(of, y)["e_value"].value == pytest.approx(point, abs=SAME)
    assert told(of, y)["e_value"].detail["of the interval"] == pytest.approx(limit, abs=SAME)
    assert "e_value" not in told(of, y, ratio=None)


def test_the_e_value_of_an_amount_is_by_its_standard_deviation_within_the_arms() -> None:
    person, sets, served = pairs(40)
    y = np.random.default_rng(4).normal(size=80) + 0.5 * served

    found = told(rows(person, sets, served), y, outcome=AMOUNT, ratio=None)["e_value"]

    deviation = np.sqrt((y[served].var() + y[~served].var()) / 2)
    effect = y[served].mean() - y[~served].mean()
    assert found.value == pytest.approx(e_values(*of_difference(effect / deviation, 0.1 / deviation))[0], abs=1e-9)
    assert "approximation for amounts" in found.sentence


def test_luck_is_that_of_those_who_share_it() -> None:
    """Eighty people, or as they would be told of were four of them one family, and so twenty."""
    person, sets, served = np.arange(80), None, np.arange(80) // 4 % 2 == 0
    y = np.random.default_rng(3).normal(size=80) + 1.5 * served

    alone, family = (told(rows(person, sets, served, label), y, outcome=AMOUNT, ratio=None)["omitted_variable"] for label in (None, person // 4))

    assert alone.value == family.value and 0 < family.detail["at 5 %"] < alone.detail["at 5 %"]
    path = {"days 1 to 91 before": y}
    weights = np.ones(80)
    assert not path_before_start(path, served, weights, person, together=person).holds
    assert path_before_start({"days 1 to 91 before": y - 0.9 * served}, served, weights, person, together=person // 4).holds
    assert not path_before_start({"days 1 to 91 before": y - 0.9 * served}, served, weights, person).holds


def test_an_outcome_that_nobody_differs_in_has_nothing_to_explain() -> None:
    person, sets, served = pairs(40)

    assert set(told(rows(person, sets, served), np.ones(80), outcome=AMOUNT, ratio=None)) <= {"hidden_bias"}
