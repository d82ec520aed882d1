"""What may end a clock: the event, ends that rule it out, and losses that only hide it; anything else is refused, with counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.methods.survival.endings import coded, endings
from evaluation.terms import Censored, Marks, Refused
from tests.specs.timed import ARREST, asked

MARKED, DIED, ELSEWHERE, WHOLE = "mark", "death", "competing", "horizon"


def marks_of(*ends: tuple[str, str, int]) -> Marks:
    """So many clocks for each end and kind."""
    why = np.concatenate([np.full(many, end, dtype="U12") for end, _, many in ends])
    cause = np.concatenate([np.full(many, kind, dtype="U12") for _, kind, many in ends])
    n = len(why)
    return Marks(np.full(n, 30), why, why == WHOLE, np.zeros(n, dtype=bool), cause)


def codes(marks: Marks, question, outcome=ARREST) -> list[int]:
    return coded(marks, np.arange(len(marks.day)), endings(outcome, question), question).tolist()


def test_the_definition_says_what_competes_unless_the_question_does():
    assert endings(ARREST, asked(364)).causes == ("mark", "death")
    assert endings(ARREST, asked(364, competing=("prison", "death"))).causes == ("mark", "prison", "death")
    assert endings(replace(ARREST, competing=("death", "prison")), asked(364)).causes == ("mark", "death", "prison")


def test_only_ends_that_are_events_are_asked_of_the_ruler():
    assert endings(ARREST, asked(364, competing=("prison", "death"))).kinds == ("prison",)
    assert endings(ARREST, asked(364)).kinds == ()


def test_an_end_named_twice_is_one():
    assert endings(ARREST, asked(364, competing=("death", "death"))).causes == ("mark", "death")


def test_ends_are_told_apart_in_the_order_in_which_they_are_named():
    marks = marks_of((WHOLE, "", 1), (MARKED, "arrest", 1), (DIED, "", 1), (ELSEWHERE, "prison", 1), ("moved", "", 1))

    assert codes(marks, asked(364, competing=("prison", "death"))) == [0, 1, 3, 2, 0]
    assert codes(marks, asked(364, competing=("death", "prison"))) == [0, 1, 2, 3, 0]


def test_a_death_that_is_declared_nowhere_is_refused_for_the_risk_would_be_too_high():
    marks = marks_of((MARKED, "arrest", 40), (DIED, "", 25))

    with pytest.raises(Refused, match=r"death \(25 clocks\).*neither as competing nor as censored.*1 less Kaplan-Meier"):
        codes(marks, asked(364, competing=("prison",)))


def test_an_event_that_is_declared_nowhere_is_refused_and_few_people_are_not_counted_out():
    marks = marks_of((MARKED, "arrest", 40), (ELSEWHERE, "prison", 3), (ELSEWHERE, "transfer", 12))

    with pytest.raises(Refused) as refused:
        codes(marks, asked(364))

    (problem,) = refused.value.problems
    assert "prison (1 to 10 clocks), transfer (12 clocks)" in problem.found
    assert "Kaplan" not in problem.found
    assert problem.remedy


def test_asking_to_censor_deaths_is_refused_with_the_reason():
    with pytest.raises(Refused, match=r"deaths would be taken for losses from sight.*1 less Kaplan-Meier, too high a risk"):
        endings(ARREST, asked(364, censored=Censored(reasons=("death",))))


def test_a_way_of_being_lost_that_is_none_is_refused():
    with pytest.raises(Refused, match="vanished would be taken for a loss from sight"):
        endings(ARREST, asked(364, censored=Censored(reasons=("vanished",))))


def test_the_event_itself_cannot_compete():
    with pytest.raises(Refused, match="arrest would end a clock and is the event that the outcome counts"):
        endings(ARREST, asked(364, competing=("arrest", "death")))


def test_a_loss_that_the_question_does_not_name_is_refused_with_counts_by_reason():
    marks = marks_of((WHOLE, "", 40), ("moved", "", 14), ("served", "", 4), ("records end", "", 12))
    question = asked(364, censored=Censored(reasons=("records_end",)))

    with pytest.raises(Refused) as refused:
        codes(marks, question)

    (problem,) = refused.value.problems
    assert "moved away (14 clocks), served later (1 to 10 clocks)" in problem.found
    assert "only records end hides" in problem.found


def test_every_way_of_being_lost_hides_what_came_later_where_none_is_named():
    marks = marks_of((WHOLE, "", 1), ("moved", "", 1), ("served", "", 1), ("records end", "", 1))

    assert codes(marks, asked(364)) == [0, 0, 0, 0]


def test_both_mistakes_are_told_at_once():
    marks = marks_of((DIED, "", 25), ("moved", "", 14))
    question = asked(364, competing=("prison",), censored=Censored(reasons=("records_end",)))

    with pytest.raises(Refused) as refused:
        codes(marks, question)

    assert [problem.where.rsplit(": ")[-1] for problem in refused.value.problems] == ["competing", "censored"]


def test_only_the_clocks_that_are_compared_are_looked_at():
    marks = marks_of((DIED, "", 25), (MARKED, "arrest", 5))
    question = asked(364, competing=("prison",))

    assert coded(marks, np.arange(25, 30), endings(ARREST, question), question).tolist() == [1] * 5
