"""In how many digits a number may leave, and which reasons why there is no answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_findings_disclosure import finding, table

from evaluation.findings import release
from evaluation.terms import Diagnostic, Interval, Problem

WITHHELD = "Aid: not answered; the reason would give small counts away, and stands in the county's own record."


@pytest.mark.parametrize(
    ("number", "leaves"), [(-0.0833333333, -0.0833), (0.000154321, 0.000154), (21.4321, 21.4), (999.4, 999.0), (1373.4567, 1373.0), (-0.0, 0.0)]
)
def test_numbers_leave_in_three_digits_or_whole(number: float, leaves: float) -> None:
    given = finding()
    assert given.answer.estimate
    estimate = replace(given.answer.estimate, effect=number, std_error=abs(number), interval=Interval(number, number, "HC2"))

    released = release((replace(given, answer=replace(given.answer, estimate=estimate)),))

    assert repr(table(released.exhibits, ": effect").rows[0]) == repr(("HC2", leaves, leaves, leaves, abs(leaves), 0.01))
    outside = released.findings[0].answer.estimate
    assert outside and (outside.effect, outside.interval.low, outside.interval.high, outside.std_error) == (leaves, leaves, leaves, abs(leaves))


def test_a_formula_leaves_without_the_number_of_possible_lots() -> None:
    given = finding()
    assert given.answer.estimate
    estimate = replace(given.answer.estimate, interval=Interval(-0.1, 0.1, "randomisation test of a constant shift, all 1,352,078 lots"))

    released = release((replace(given, answer=replace(given.answer, estimate=estimate)),))

    outside = released.findings[0].answer.estimate
    assert outside and outside.interval.by == table(released.exhibits, ": effect").rows[0][0] == "randomisation test of a constant shift, all lots"


@pytest.mark.parametrize("reason", ["An arm of a block holds a single person.", "Two people were offered it.", "Few were."])
def test_a_reason_that_counts_people_in_words_stays_inside(reason: str) -> None:
    outside = release((finding(refused=(Problem("cohort", reason),)),)).findings[0]

    assert str(outside) == WITHHELD and outside.answer.refused == ()


def test_what_stays_unsaid_is_not_told_by_a_list_of_what_held() -> None:
    held = Diagnostic("lot_looks_like_a_lot", "alike", 0.43, 0.001, True, "Hansen and Bowers 2008", behind={})
    few = Diagnostic("arms_large_enough", "1 to 10 people were offered it", 4.0, 10.0, False, "rehearsed")

    by_condition, by_reason = (
        release((one,)) for one in (finding(diagnostics=(held, few)), finding(diagnostics=(held,), refused=(Problem("cohort", "4 people."),)))
    )

    for released in (by_condition, by_reason):
        assert [one.name.rpartition(": ")[2] for one in released.exhibits] == ["flow"]
        assert released.findings[0].answer.diagnostics == () and str(released.findings[0]) == WITHHELD
