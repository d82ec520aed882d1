"""On which clocks a definition is the authority's own, on which it is adapted, and who says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from small_county import county, plan

from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.binding import bound, outcome_of, outcomes_of, waits_for_a_programme
from evaluation.outcomes.universe import adapted, differences, left_out, part
from evaluation.pipeline import prepare
from evaluation.road import findings_of
from evaluation.terms import CohortPlan, Compared, Horizon, Opening, Question, ReleasePlan, Served, Starts, Study

BSCC = OUTCOMES["recidivism/conviction"]
assert BSCC.opens is not None
CONVICTION = replace(BSCC, opens=replace(BSCC.opens, besides={}))  # without what no plan can show, which has a test of its own
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


def test_what_a_universe_asks_and_no_plan_can_show_is_said_and_makes_the_definition_adapted() -> None:
    assert adapted(BSCC, plan(), THREE_YEARS) == ("that the custody was for a conviction cannot be shown",)
    assert adapted(BSCC, plan(starts=Starts(("supervision_start",))), THREE_YEARS) == ()
    assert adapted(BSCC, plan(starts=Starts(spell_end=("prison",))), THREE_YEARS) == ()
    entry = adapted(OUTCOMES["foster_reentry/cfsr3_p4"], plan(starts=Starts(("discharge:reunification",)), ages=(0, 17)), Horizon(months=12))
    assert entry == ("that the child was removed within 12 months before the discharge, and stayed 8 days or more cannot be shown",)


def test_a_definition_of_ones_own_differs_from_its_own_clock_and_adapts_no_authoritys() -> None:
    stepping_up, elsewhere = OUTCOMES["recidivism/stepping_up_rebooking"], plan(starts=Starts(("arrest",)))

    assert adapted(stepping_up, elsewhere, THREE_YEARS) == ()
    assert differences(stepping_up, elsewhere, THREE_YEARS) == (
        "the clock starts with an event 'arrest', and the definition's with an event 'release' or the end of a stay 'custody'",
        "the horizon is 36 months, and the definition's is 12 months",
        "that they are people with serious mental illness, as a county screens for it cannot be shown",
    )


def test_a_part_of_a_universe_is_told_as_a_part() -> None:
    reentry = OUTCOMES["foster_reentry/cfsr4"]
    reunified = plan(starts=Starts(("discharge:reunification",)), ages=(16, 17))
    assert reentry.opens is not None
    whole = plan(starts=Starts(reentry.opens.event), ages=(0, 17))

    assert part(reentry, reunified) == (
        "a part of its universe, to which belong clocks started by 'discharge:relative' or 'discharge:guardianship' and people aged 0 to 17, "
        "of whom people aged 16 to 17 alone are studied"
    )
    assert part(BSCC, plan(starts=Starts(spell_end=("custody", "prison")))) == (
        "a part of its universe, to which belong clocks started by 'supervision_start'"
    )
    assert part(reentry, whole) == part(reentry, plan()) == part(OUTCOMES["recidivism/jail_booking"], plan()) == ""


def test_a_rival_about_other_people_is_left_out_by_what_is_declared() -> None:
    arrest, juvenile, screened = (OUTCOMES[f"recidivism/{name}"] for name in ("arrest", "juvenile_petition", "stepping_up_rebooking"))
    disposed = plan(starts=Starts(("disposition",)))

    assert left_out(juvenile, arrest, plan(ages=(25, 64))) == "its universe is people aged 12 to 24, and people aged 25 to 64 are studied"
    assert left_out(juvenile, arrest, plan()).startswith("its universe is people aged 12 to 24, from an event 'disposition' or")
    assert left_out(juvenile, arrest, plan(ages=(18, 64))) == left_out(juvenile, arrest, disposed) == ""
    assert left_out(screened, arrest, plan()).startswith("its universe is people with serious mental illness")
    assert left_out(screened, screened, plan()) == left_out(arrest, screened, plan()) == ""


PEOPLE = [f"p{n}" for n in range(80)]
EVENTS = "person_id kind day\n" + "\n".join(
    f"{person} {kind} {day}"
    for n, person in enumerate(PEOPLE)
    for kind, day in (
        ("supervision_start", "2018-03-01"),
        ("no_aid" if n % 2 else "aid", "2018-03-01"),
        *((("convicted_offence", "2018-04-01"),) * (n % 3 == 0)),
    )
)


@pytest.mark.parametrize(("months", "said"), [(12, False), (6, True)])
def test_a_finding_says_in_both_languages_that_its_definition_is_adapted(months: int, said: bool) -> None:
    question = Question("recidivism/conviction", Horizon(months=months), "randomized", -0.05)
    both = ReleasePlan(languages=("en", "es"))
    titles, studied = (
        {"en": "Aid", "es": "Ayuda"},
        {"main": plan(starts=Starts(("supervision_start",)), between=(date(2018, 1, 1), date(2018, 6, 1)))},
    )
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
