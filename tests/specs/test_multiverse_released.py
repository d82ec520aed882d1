"""What may leave of a multiverse: no count that is small, none that two definitions give away by their difference, no reason that tells of few."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_findings_disclosure import finding

from evaluation.challenges.by_rivals import Multiverse
from evaluation.challenges.definitions import Clock, Definition
from evaluation.findings import release
from evaluation.findings.links import akin
from evaluation.findings.rivals import ReleasedRivals, release_rivals
from evaluation.outcomes import OUTCOMES
from evaluation.report.language import words_of
from evaluation.report.rivals import definitions_csv, definitions_section
from evaluation.terms import Finding, Problem, Provenance, Study

FAMILY = ("recidivism/arrest", "recidivism/jail_booking", "recidivism/conviction", "recidivism/return_to_prison")
FEW = range(1, 11)
PEOPLE = (216, 216)


def definition(one: Finding, *, own: bool = False, clock: Clock = "the study's", recorded: bool = True) -> Definition:
    """The definition by which a finding was asked; a run of its own has a digest of its own."""
    answer = replace(one.answer, provenance=replace(one.answer.provenance, study="another"))
    return Definition(answer.outcome, own, recorded, clock, (), answer)


def multiverse(*definitions: Definition) -> Multiverse:
    own = next(one for one in definitions if one.own)
    assert own.answer is not None
    return Multiverse(Study({"en": "Aid"}, "c", "p", {}, (own.answer.question,)), own.answer.question, definitions)


def true(one: Finding) -> Finding:
    """A finding whose arms have the means that their counts make."""
    estimate = one.answer.estimate
    assert estimate is not None
    served, compared = (replace(arm, mean=(arm.events or 0) / arm.people) for arm in (estimate.served, estimate.compared))
    return replace(one, answer=replace(one.answer, estimate=replace(estimate, served=served, compared=compared)))


def by_events(*events: tuple[int, int], lost: tuple[int, ...] = (0,)) -> tuple[Multiverse, list[Finding]]:
    """Definitions of which so many have the event, served and compared; the first is the design's own."""
    found = [
        true(finding(((PEOPLE[0], served), (PEOPLE[1], compared)), lost, outcome=name))
        for name, (served, compared) in zip(FAMILY, events, strict=False)
    ]
    return multiverse(*(definition(one, own=not place) for place, one in enumerate(found))), found[:1]


def states(released: ReleasedRivals) -> dict[str, str]:
    return {one.name.partition("/")[2]: one.state for one in released.rivals}


def test_definitions_far_apart_leave_in_three_digits() -> None:
    released = release_rivals(*by_events((48, 66), (30, 51)))

    assert set(states(released).values()) == {"shown"}
    [booked] = [one for one in released.rivals if not one.own]
    assert booked.effect == pytest.approx(round(30 / 216 - 51 / 216, 4), abs=5e-4)
    assert released.same_sign == 2


def test_a_definition_that_differs_by_few_people_stays() -> None:
    assert states(release_rivals(*by_events((48, 66), (48, 60)))) == {"arrest": "shown", "jail_booking": "hidden"}
    assert states(release_rivals(*by_events((48, 66), (48, 66)))) == {"arrest": "shown", "jail_booking": "shown"}  # nobody is no few
    assert states(release_rivals(*by_events((48, 66), (37, 55)))) == {"arrest": "shown", "jail_booking": "shown"}  # eleven may be told


def test_of_two_rivals_that_give_each_other_away_the_first_leaves() -> None:
    released = states(release_rivals(*by_events((48, 90), (20, 40), (23, 60))))

    assert released == {"arrest": "shown", "jail_booking": "shown", "conviction": "hidden"}


def test_a_rival_with_few_people_stays_and_the_design_shows_what_the_study_shows() -> None:
    assert states(release_rivals(*by_events((48, 66), (4, 30))))["jail_booking"] == "hidden"
    assert states(release_rivals(*by_events((4, 30), (48, 66))))["arrest"] == "hidden"


def test_clocks_of_its_own_amounts_and_unanswered_definitions_stay() -> None:
    own, rival = finding(), finding(((216, 120), (216, 130)), outcome="recidivism/jail_booking")
    amount = finding(((216, None), (216, None)), outcome="custody_days/recorded")
    none = finding(outcome="recidivism/conviction", refused=(Problem("x", "3 people were lost."),))
    whole = multiverse(
        definition(own, own=True),
        definition(rival, clock="its own"),
        definition(amount),
        definition(none),
        replace(definition(none, recorded=False), outcome=OUTCOMES["recidivism/return_to_prison"]),
    )
    released = release_rivals(whole, [own])

    assert states(released) == {
        "arrest": "shown",
        "jail_booking": "hidden",
        "recorded": "hidden",
        "conviction": "no number",
        "return_to_prison": "not recorded",
    }
    assert "3 people" not in definitions_csv(released, Provenance("s", "r", "v"))


def test_a_definition_that_was_never_asked_says_so_and_why_and_is_not_hidden() -> None:
    whole, findings = by_events((48, 66), (30, 51))
    why = Problem("outcome 'recidivism/conviction'", "its universe is people aged 12 to 24, and people aged 25 to 64 are studied.")
    unasked = Definition(OUTCOMES["recidivism/conviction"], False, True, "the study's", (), unasked=(why,))
    released = release_rivals(multiverse(*whole.definitions, unasked), findings)
    [line] = [one for one in csv.DictReader(io.StringIO(definitions_csv(released, findings[0].answer.provenance))) if one["state"] == "not asked"]

    assert line["definition"] == "recidivism/conviction" and "people aged 12 to 24" in line["why"] and not line["effect"]


def test_what_repeats_an_answer_is_tied_to_it_counted_once_and_hidden_with_it() -> None:
    def alike(*events: tuple[int, int]) -> tuple[Multiverse, list[Finding]]:
        whole, findings = by_events(*events)
        own, other = whole.definitions
        return multiverse(own, replace(other, same_as=own.outcome.name)), findings

    released = release_rivals(*alike((48, 66), (48, 66)))
    assert states(released) == {"arrest": "shown", "jail_booking": "shown"}
    assert [one.same_as for one in released.rivals if not one.own] == ["recidivism/arrest"]
    assert (len(released.different), released.same_sign) == (1, 1)
    assert set(states(release_rivals(*alike((4, 30), (4, 30)))).values()) == {"hidden"}


@pytest.mark.parametrize(
    ("outcome", "served", "hides"),
    [
        ("recidivism/jail_booking", 48, True),  # of one family: four more have the one than the other
        ("recidivism/jail_booking", 64, False),
        ("emergency_visits/recorded", 48, False),  # nobody takes the one to hold the other
    ],
)
def test_a_second_question_by_an_akin_definition_gives_no_few_away(outcome: str, served: int, hides: bool) -> None:
    pair = finding(((216, 44), (216, 50))), finding(((216, served), (216, 80)), outcome=outcome)

    assert bool(release(pair).log) == hides


def test_outcomes_are_akin_by_family_and_by_the_rows_that_they_read() -> None:
    arrest, removed, back, visit = (
        finding(outcome=name).answer
        for name in ("recidivism/arrest", "out_of_home_entry/recorded", "foster_reentry/cfsr4", "emergency_visits/recorded")
    )

    assert akin(removed, back) and akin(arrest, finding(outcome="recidivism/conviction").answer)
    assert not akin(arrest, visit) and not akin(arrest, removed)


def test_nothing_leaves_of_a_study_whose_numbers_stay() -> None:
    assert set(states(release_rivals(*by_events((48, 66), (30, 51)), withheld=True)).values()) == {"hidden"}


def test_the_csv_and_the_page_show_the_same_and_only_what_may_leave() -> None:
    whole, findings = by_events((48, 66), (30, 51), (47, 20))
    released = release_rivals(whole, findings)
    lines = {line["definition"]: line for line in csv.DictReader(io.StringIO(definitions_csv(released, findings[0].answer.provenance)))}
    answer = release(findings).findings[0].answer

    assert lines["recidivism/conviction"]["effect"] == "" and lines["recidivism/conviction"]["state"] == "hidden"
    assert lines["recidivism/arrest"]["served"] == "0.222"
    for language, hidden, own in (("en", "hidden", "this study"), ("es", "oculto", "la de este estudio")):
        section = definitions_section(released, answer, words_of(language), "question-1")  # type: ignore[arg-type]  # both are languages
        texts = [[cell.text for cell in row] for row in section.grid.rows]
        assert texts[-1][1] == hidden and own in next(row[0] for row in texts if "(arrest)" in row[0])
        assert section.picture is not None and section.picture.count("<svg") == 1 and "2" in section.lead


events = st.tuples(st.integers(0, 60), st.integers(0, 60))


@settings(max_examples=60, deadline=None)
@given(st.lists(events, min_size=2, max_size=4), st.integers(0, 12))
def test_no_two_printed_shares_differ_by_few_people(each: list[tuple[int, int]], lost: int) -> None:
    """The attacker knows how many are in each arm, turns every printed share back into people, and takes the one event to hold the other."""
    whole, findings = by_events(*each, lost=(0, lost))
    released = release_rivals(whole, findings)
    for arm, people in enumerate(PEOPLE):
        counts = {one.name: round((one.served, one.compared)[arm] * people) for one in released.shown}  # type: ignore[operator]  # shown: numbers
        rivals = {name: count for name, count in counts.items() if name != FAMILY[0]}
        assert not [name for name, count in rivals.items() if count in FEW or people - count in FEW]
        assert not [pair for pair in combinations(counts.values(), 2) if abs(pair[0] - pair[1]) in FEW]
