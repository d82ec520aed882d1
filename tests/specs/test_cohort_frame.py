"""A lab's own frame enters the road: what is taken, what is refused, and what is only taken on trust."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluation.cohort import FrameOutcome, cohort_from_frame
from evaluation.terms import Horizon, Problem, Refused

YEAR = Horizon(days=364)
ARREST = FrameOutcome("arrest", "mark", YEAR, "fewer", title={"en": "arrest after release"}, event={"en": "arrested"})
FRAME = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "fin": [1, 0, 1, 0],
        "age": [27.0, 18, 19, 23],
        "prio": [3, 8, 13, 1],
        "arrest": [0, 1, 1, 0],
        "town": ["n", "s", "s", "n"],
    }
)
ROLES: dict[str, Any] = {"unit": "id", "treated": "fin", "history": ["age", "prio"], "outcome": ARREST, "by": "lot"}


def problems(frame: pd.DataFrame, **roles: Any) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        cohort_from_frame(frame, **ROLES | roles)
    return refused.value.problems


def test_a_row_is_a_person_start() -> None:
    cohort, ruler = cohort_from_frame(FRAME, **ROLES)

    assert len(cohort) == 4
    assert cohort.served.tolist() == [True, False, True, False]
    assert {name: values.tolist() for name, values in cohort.history.items()} == {"age": [27, 18, 19, 23], "prio": [3, 8, 13, 1]}
    assert ruler.marks(YEAR).why.tolist() == ["horizon", "mark", "mark", "horizon"]


def test_time_zero_is_taken_on_trust_and_the_outcome_is_not_verified() -> None:
    cohort, ruler = cohort_from_frame(FRAME, **ROLES)

    assert cohort.time_zero == "taken on trust"
    assert ruler.outcome.name == "frame/arrest"
    assert not ruler.outcome.verified


def test_the_frame_is_left_as_it_was() -> None:
    before = FRAME.copy()
    cohort, _ = cohort_from_frame(FRAME, **ROLES)
    cohort.history["age"][0] = -1

    pd.testing.assert_frame_equal(FRAME, before)


def test_true_and_false_are_arms_and_text_is_not() -> None:
    assert cohort_from_frame(FRAME.assign(fin=FRAME["fin"] == 1), **ROLES)[0].served.tolist() == [True, False, True, False]
    [problem] = problems(FRAME.assign(fin=["Y", "N", "Y", "maybe"]))

    assert str(problem) == "column 'fin': it holds 3 different values, not only 0 and 1. Say which value means yes: frame[name] == that value."


@pytest.mark.parametrize("coded", [[1, 2, 1, 2], ["1", "0", "1", "0"], [0.5, 0, 1, 0]])
def test_other_codes_are_never_guessed(coded: list[Any]) -> None:
    [problem] = problems(FRAME.assign(fin=coded))

    assert "not only 0 and 1" in str(problem)


def test_one_arm_is_refused() -> None:
    [problem] = problems(FRAME.assign(fin=1))

    assert "everybody is in one arm" in str(problem)


def test_missing_values_are_refused_with_the_column_and_the_count() -> None:
    gaps = FRAME.assign(age=[27, None, None, 23], arrest=[0, 1, None, 0], fin=[1, None, 1, 0])
    found = problems(gaps)

    assert [problem.where for problem in found] == ["column 'fin'", "column 'arrest'", "column 'age'"]
    assert str(found[2]) == (
        "column 'age': 2 values of 4 missing. Say what they stand for: fill them in, or drop the rows and say so; "
        "of the history, name the column in `unrecorded`."
    )


def test_a_blank_of_the_history_stays_where_it_is_declared_and_no_lot_decided() -> None:
    blank = FRAME.assign(age=[27.0, np.nan, 19, 23], nothing=np.nan)
    cohort, _ = cohort_from_frame(blank, **ROLES | {"by": "offer", "unrecorded": ["age"]})

    assert np.isnan(cohort.history["age"]).tolist() == [False, True, False, False]
    assert [one.where for one in problems(blank, unrecorded=["age"])] == ["unrecorded"]
    assert [str(one) for one in problems(blank, by="offer", unrecorded=["age", "aged"])] == [
        "unrecorded: 'aged' is no column of the history. The history has age, prio. Did you mean 'age'?"
    ]
    found = problems(blank, by="offer", history=["age", "prio", "nothing"], unrecorded=["age", "nothing"])
    assert [str(one) for one in found] == ["column 'nothing': it is blank for everybody. Leave it out of the history."]


def test_what_is_no_number_is_no_history() -> None:
    text, infinite = problems(FRAME.assign(prio=[1, np.inf, 2, 3]), history=["town", "prio"])

    assert "not numbers" in str(text)
    assert "infinite" in str(infinite)


def test_a_column_that_is_not_there_comes_back_with_the_nearest() -> None:
    treated, history = problems(FRAME, treated="finn", history=["aged"])

    assert str(treated) == "treated: the frame has no column 'finn'. It has id, fin, age, prio, arrest, town. Did you mean 'fin'?"
    assert "Did you mean 'age'?" in str(history)


def test_the_outcome_and_the_arm_are_no_history() -> None:
    assert ["is not known before the start" in str(problem) for problem in problems(FRAME, history=["arrest", "fin", "age"])] == [True, True]


def test_a_person_has_one_row_unless_a_start_tells_the_rows_apart() -> None:
    twice = FRAME.assign(id=["a", "a", "c", "d"], date=pd.to_datetime(["2020-01-31", "2020-02-29", "2020-03-01", "2020-03-01"]))
    [problem] = problems(twice)
    by_month = FrameOutcome("arrest", "mark", Horizon(months=1), "fewer", ARREST.title, ARREST.event)
    cohort, ruler = cohort_from_frame(twice, **ROLES | {"start": "date", "outcome": by_month})

    assert str(problem) == "column 'id': 1 row repeats a person. A row is one person-start. Drop the repeats, or name `start`."
    assert cohort.clusters is not None
    assert cohort.clusters.tolist() == [0, 0, 1, 2]
    assert ruler.window_days.tolist() == [29, 29, 31, 31]


def test_dates_as_text_are_not_guessed() -> None:
    [problem] = problems(FRAME.assign(date="02/03/2020"), start="date")

    assert "not dates" in str(problem)


def test_clusters_blocks_and_taking_up_are_columns() -> None:
    cohort, _ = cohort_from_frame(FRAME.assign(took=[True, False, False, False]), cluster="town", blocks="town", taken_up="took", **ROLES)

    assert cohort.clusters is not None and cohort.blocks is not None and cohort.taken_up is not None
    assert cohort.clusters.tolist() == cohort.blocks.tolist() == [0, 1, 1, 0]
    assert cohort.taken_up.tolist() == [True, False, False, False]


def test_an_amount_is_in_days_or_dollars() -> None:
    cost = FrameOutcome("prio", "amount", YEAR, "fewer", {"en": "cost"}, {"en": "dollars"}, unit="dollars")
    _, ruler = cohort_from_frame(FRAME, **ROLES | {"history": ["age"], "outcome": cost})
    [problem] = problems(FRAME, history=["age"], outcome=FrameOutcome("prio", "amount", YEAR, "fewer", {"en": "cost"}, {"en": "dollars"}))

    assert ruler.amount(0, YEAR).amount.tolist() == [3, 8, 13, 1]
    assert str(problem) == "outcome: it is declared as amount in people. A mark counts people; an amount is in days or dollars."


def test_the_digest_changes_with_what_was_read_and_with_nothing_else() -> None:
    digest = cohort_from_frame(FRAME, **ROLES)[1].digest

    assert digest == cohort_from_frame(FRAME.assign(town="elsewhere"), **ROLES)[1].digest
    for changed in (FRAME.assign(age=FRAME["age"] + 1), FRAME.assign(arrest=1 - FRAME["arrest"]), FRAME.assign(fin=1 - FRAME["fin"])):
        assert digest != cohort_from_frame(changed, **ROLES)[1].digest


def test_no_message_holds_a_persons_value() -> None:
    secret = FRAME.assign(fin=["secret1", "secret2", "secret3", None], age=["secret4"] * 4, id=["secret5"] * 4)

    assert "secret" not in "".join(map(str, problems(secret)))


@pytest.mark.parametrize("by", ["service", "score"])
def test_a_frame_holds_neither_risk_sets_nor_a_score(by: str) -> None:
    [problem] = problems(FRAME, by=by)

    assert str(problem) == f"by: a frame holds nobody assigned by '{by}'. It is one of lot, offer. Enrol from records for the others."
