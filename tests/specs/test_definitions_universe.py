"""On which clocks a definition is the authority's own, on which it is adapted, and who says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from small_county import county, plan

from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.binding import bound, outcome_of, outcomes_of, waits_for_a_programme
from evaluation.outcomes.universe import adapted
from evaluation.pipeline import prepare
from evaluation.road import findings_of
from evaluation.terms import CohortPlan, Compared, Horizon, Opening, Question, ReleasePlan, Served, Starts, Study

CONVICTION = OUTCOMES["recidivism/conviction"]
THREE_YEARS = Horizon(months=36)
SERVED: dict[str, Any] = {"clock": "service", "assigned": None, "served": Served("aid", 30), "compared": Compared()}


def opened(**opens: Any) -> Any:
    return replace(CONVICTION, opens=Opening(**opens))


@pytest.mark.parametrize(
    ("studied", "horizon"),
    [
        (plan(), THREE_YEARS),
        (plan(), Horizon(months=60)),
        (plan(starts=Starts(spell_end=("custody",))), THREE_YEARS),
        (plan(starts=Starts(spell_end=("custody", "prison"), which="every")), THREE_YEARS),  # the authority does not say which
        (plan(starts=Starts(("supervision_start", "release"))), THREE_YEARS),
    ],
)
def test_on_a_clock_of_its_own_universe_a_definition_is_not_adapted(studied: CohortPlan, horizon: Horizon) -> None:
    assert adapted(CONVICTION, studied, horizon) == ()


OFFICIAL = "an event 'release' or 'supervision_start' or the end of a stay 'custody' or 'prison'"


@pytest.mark.parametrize(
    ("studied", "horizon", "differs"),
    [
        (plan(starts=Starts(referral=("aid",))), THREE_YEARS, f"the clock starts with a referral, and the authority's with {OFFICIAL}"),
        (plan(starts=Starts(("release", "referred"))), THREE_YEARS, "the clock starts with an event 'release' or 'referred', and"),
        (plan(starts=Starts(list="need")), THREE_YEARS, "the clock starts with the day of a list, and"),
        (plan(starts=Starts(dates=(date(2020, 1, 1),))), THREE_YEARS, "the clock starts with a day of the calendar, and"),
        (plan(**SERVED), THREE_YEARS, "the clock starts with an enrolment, and"),  # whatever made people eligible
        (plan(clock="calendar"), THREE_YEARS, "the periods are those of the calendar, and"),
        (plan(), Horizon(months=18), "the horizon is 18 months, and the authority's are 12 months, 24 months, 36 months, 60 months"),
        (plan(), Horizon(days=1095), "the horizon is 1095 days, and the authority's are"),
    ],
)
def test_on_another_clock_it_is_adapted_and_the_difference_is_said(studied: CohortPlan, horizon: Horizon, differs: str) -> None:
    [said] = adapted(CONVICTION, studied, horizon)

    assert said.startswith(differs)


def test_which_of_a_persons_events_how_old_and_the_enrolment_itself_are_parts_of_a_universe() -> None:
    minors = opened(event=("release",), which="first", ages=(0, 17))
    young = plan(ages=(10, 17))

    assert adapted(minors, young, THREE_YEARS) == ()
    assert adapted(minors, replace(young, starts=Starts(("release",), which="last")), THREE_YEARS) == (
        "each person's last counts, and by the authority each person's first",
    )
    assert adapted(minors, plan(ages=(16, 25)), THREE_YEARS) == ("people aged 16 to 25 are studied, and by the authority people aged 0 to 17",)
    assert adapted(minors, plan(), THREE_YEARS) == ("people of any age are studied, and by the authority people aged 0 to 17",)
    assert adapted(opened(enrolment=True), plan(**SERVED), THREE_YEARS) == ()
    assert adapted(opened(enrolment=True), plan(), THREE_YEARS) == (
        "the clock starts with an event 'release', and the authority's with an enrolment in the programme",
    )
    assert adapted(opened(ages=(0, 17)), young, THREE_YEARS) == ()  # a universe that no event opens
    assert adapted(opened(event=("release",), days=(30,)), plan(), Horizon(days=30)) == ()


def test_a_definition_without_a_universe_is_adapted_by_no_clock() -> None:
    assert adapted(replace(CONVICTION, opens=None), plan(clock="calendar"), Horizon(days=7)) == ()


PEOPLE = [f"p{n}" for n in range(80)]
EVENTS = "person_id kind day\n" + "\n".join(
    f"{person} {kind} {day}"
    for n, person in enumerate(PEOPLE)
    for kind, day in (
        ("release", "2018-03-01"),
        ("no_aid" if n % 2 else "aid", "2018-03-01"),
        *((("convicted_offence", "2018-04-01"),) * (n % 3 == 0)),
    )
)


@pytest.mark.parametrize(("months", "said"), [(12, False), (6, True)])
def test_a_finding_says_in_both_languages_that_its_definition_is_adapted(months: int, said: bool) -> None:
    question = Question("recidivism/conviction", Horizon(months=months), "randomized", -0.05)
    both = ReleasePlan(languages=("en", "es"))
    titles, studied = {"en": "Aid", "es": "Ayuda"}, {"main": plan(between=(date(2018, 1, 1), date(2018, 6, 1)))}
    study = Study(titles, "made_up", "aid", studied, (question,), release=both)
    records = county(
        person="\n".join(["person_id", *PEOPLE]), event=EVENTS, coverage="source first last lag_days grain\njail 2010-01-01 2022-12-31 0 day"
    )

    [finding] = findings_of(prepare(study, records, today=date(2026, 1, 1)))

    assert bool(finding.answer.adapted) == said
    assert ("an official definition is adapted here" in finding.sentences["en"]) == said
    assert ("se adapta una definición oficial" in finding.sentences["es"]) == said


def test_a_definition_is_bound_to_the_programme_of_its_study_wherever_it_names_it() -> None:
    unbound = replace(
        opened(event=("referral:{programme}",), spell_end=("{programme}",)),
        kinds=("completed:{programme}", "x"),
        competing=("death", "left:{programme}"),
        waits={"completed:{programme}": 3},
        off_clock=("in:{programme}",),
        exposure=("{programme}",),
    )
    made = bound(unbound, "aid")

    assert waits_for_a_programme(unbound) and not waits_for_a_programme(made)
    assert (made.kinds, made.competing, dict(made.waits)) == (("completed:aid", "x"), ("death", "left:aid"), {"completed:aid": 3})
    assert (made.off_clock, made.exposure) == (("in:aid",), ("aid",))
    assert made.opens is not None and (made.opens.event, made.opens.spell_end) == (("referral:aid",), ("aid",))
    assert bound(CONVICTION, "aid") is CONVICTION


def test_a_study_reads_the_definitions_that_it_names_each_bound_to_its_programme() -> None:
    question = Question("completed/recorded", Horizon(months=12), "randomized", 0.05)
    study = Study({"en": "Aid"}, "made_up", "aid", {"main": plan()}, (question,))

    assert outcome_of(study, "completed/recorded").kinds == ("completed:aid",)
    assert list(outcomes_of(study)) == ["completed/recorded"]
