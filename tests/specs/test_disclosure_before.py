"""Two releases of one cohort: what is shown now is judged with what was shown a quarter ago, and with what was hidden then."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from test_findings_disclosure import columns, finding, table

from evaluation.findings import release
from evaluation.findings.before import Earlier, after
from evaluation.findings.suppression import System, exposed, hide
from evaluation.terms import Finding, Provenance, Refused

FIRST = ((216, 48), (216, 66))


def quarter(arms: tuple[tuple[int, int], tuple[int, int]], records: str, **more: object) -> Finding:
    made = finding(arms=arms, **more)  # type: ignore[arg-type]  # the words of a finding made by hand
    return replace(made, answer=replace(made.answer, provenance=Provenance("study", records, "v")))


def record(*findings: Finding, name: str = "q1") -> Earlier:
    return release(findings).record(name)


def events(*findings: Finding, before: tuple[Earlier, ...] = ()) -> list[object]:
    return [cell for (cell,) in columns(table(release(findings, before=before).exhibits, ": arms"), "events")]


# ------------------------------------------------------------------------------------------------ successive quarters
def test_a_quarter_in_which_few_more_had_the_event_does_not_show_it() -> None:
    before, now = record(quarter(FIRST, "r1")), quarter(((260, 55), (262, 90)), "r2")  # 7 more of the served had it

    assert events(now) == [55, 90]
    assert events(now, before=(before,))[0] == "hidden"


def test_what_came_in_plenty_is_shown() -> None:
    now = quarter(((316, 98), (316, 126)), "r2")

    assert events(now, before=(record(quarter(FIRST, "r1")),)) == [98, 126]


def test_a_record_that_was_taken_back_tells_of_few_as_well() -> None:
    now = quarter(((216, 45), (216, 66)), "r2")  # 3 fewer: late records, or a definition that was changed

    assert events(now, before=(record(quarter(FIRST, "r1")),))[0] == "hidden"


def test_the_same_records_again_are_shown_again() -> None:
    again = quarter(FIRST, "r1")

    assert release([again], before=[record(quarter(FIRST, "r1"))]).log == ()


def test_what_was_hidden_to_protect_another_stays_hidden_when_only_it_is_asked_for_again() -> None:
    first = quarter(((216, 5), (216, 66)), "r1")
    earlier = record(first)
    hidden = {name.rpartition(": ")[2] for name in earlier.hidden}

    assert {"arm.served.events", "arm.served.non_events"} <= hidden
    assert events(first, before=(earlier,))[0] == "hidden"


def test_a_changed_design_is_tied_like_later_records() -> None:
    now = replace(quarter(((260, 55), (262, 90)), "r2"))
    now = replace(now, answer=replace(now.answer, provenance=Provenance("amended", "r2", "v")))

    assert events(now, before=(record(quarter(FIRST, "r1")),))[0] == "hidden"


def test_three_quarters_are_held_against_each_other() -> None:
    first = record(quarter(((216, 48), (216, 66)), "r1"))
    second = release([quarter(((240, 54), (280, 90)), "r2")], before=[first])  # 6 more: hidden
    third = quarter(((300, 58), (340, 120)), "r3")  # 10 more than the first, of which 4 since the second

    assert "hidden" in [cell for (cell,) in columns(table(second.exhibits, ": arms"), "events")]
    assert events(third, before=(first, second.record("q2")))[0] == "hidden"
    assert events(third, before=(second.record("q2"),))[0] != "hidden"  # it is the first quarter that gives it away


def test_people_in_another_cohort_that_was_released_before_are_withheld() -> None:
    before = record(quarter(FIRST, "r1"))
    other = quarter(FIRST, "r2", cohort="another")

    assert release([other], before=[before]).exhibits != ()
    assert release([other], before=[before], overlapping=[("another", "main")]).exhibits == ()
    assert release([quarter(FIRST, "r1")], before=[before], overlapping=[("another", "main")]).exhibits != ()


# ------------------------------------------------------------------------------------------------ the system
def test_a_difference_of_two_quarters_is_a_count_that_nobody_may_know() -> None:
    shown = {"main@s.r2: n": frozenset({("t", 0, 0)})}
    system = System({"main@s.r2: n": 27}, (), shown, 11)
    tied = after(system, [Earlier("q1", {"main@s.r1: n": 20}, frozenset({"main@s.r1: n"}), frozenset(), ())])

    assert exposed(tied, []) == ("main@s.r2: n, less before: q1: main@s.r1: n",)
    assert list(hide(tied)) == ["main@s.r2: n"]
    assert hide(system) == {}


def test_what_was_hidden_before_is_protected_from_what_is_shown_now() -> None:
    names = [f"main@s.r2: {what}" for what in ("all", "a", "b")]
    system = System(dict(zip(names, (60, 15, 45), strict=True)), (), {name: frozenset({(name, 0, 0)}) for name in names}, 11)
    old = {name.replace("r2", "r1"): count for name, count in zip(names, (48, 3, 45), strict=True)}
    total, few, many = old
    tied = after(system, [Earlier("q1", old, frozenset({total}), frozenset({few, many}), ((total, (few, many)),))])

    assert names[2] in hide(tied)  # as many as a quarter ago: whoever reads it reads the three of then
    assert exposed(tied, hide(tied)) == ()


# ------------------------------------------------------------------------------------------------ the record
def test_a_record_is_written_and_read_back_whole() -> None:
    earlier = record(quarter(((216, 5), (216, 66)), "r1"))

    assert Earlier.read(json.loads(json.dumps(earlier.plain()))) == earlier
    assert earlier.cohorts == {"main"}


@pytest.mark.parametrize("held", [{}, {"release": "q1", "counts": {"a": 1}, "shown": ["b"], "hidden": [], "sums": []}, {"counts": 3}])
def test_a_record_that_is_not_whole_is_refused(held: dict[str, object]) -> None:
    with pytest.raises(Refused, match="not whole"):
        Earlier.read(held)
