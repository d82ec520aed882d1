"""A design that uses a source for what its owner has not agreed to is refused before an outcome is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evaluation.records import Records, connect, permitted
from evaluation.terms import Assigned, CohortPlan, HistoryColumn, Horizon, Outcome, Question, Refused, Starts, Study, TakeUp

TODAY = date(2026, 1, 1)
SOURCE = '[source.{name}]\n{terms}\nfirst = 2015-01-01\nlast = 2023-12-31\nlag_days = 0\ngrain = "day"\n'


def outcome(name: str, table: str, *kinds: str) -> Outcome:
    words = {"en": name}
    return Outcome(name, "mark", words, words, "fewer", "", table, kinds, "people", "", "", True, "")  # type: ignore[arg-type]  # table is a word


OUTCOMES = {
    each.name: each
    for each in (
        outcome("recidivism/arrest", "event", "arrest"),
        outcome("recidivism/conviction", "event", "conviction"),
        outcome("jail_days/bscc", "spell", "jail"),
        outcome("cost/beds", "cost", "bed"),
        outcome("cost/all", "cost"),
    )
}


PLAN = CohortPlan((TODAY, TODAY), "eligibility", Starts(("release",)), assigned=Assigned("lot", "aid", "no_aid"))


def study(*names: str, plan: CohortPlan = PLAN, history: tuple[HistoryColumn, ...] = ()) -> Study:
    questions = tuple(Question(name, Horizon(days=365), "randomized", 0.0) for name in names)
    return Study({"en": "t"}, "c", "p", {"main": plan}, questions, history=history)


def county(folder: Path, **terms: str) -> Records:
    folder.joinpath("records.toml").write_text("".join(SOURCE.format(name=name, terms=words) for name, words in terms.items()))
    folder.joinpath("person.csv").write_text("person_id\n007\n")
    folder.joinpath("event.csv").write_text("person_id,kind,day,source\n007,arrest,2020-01-01,police\n007,conviction,2020-01-01,court\n")
    folder.joinpath("spell.csv").write_text("person_id,kind,start,source\n007,jail,2020-01-01,jail\n007,probation,2020-01-01,court\n")
    folder.joinpath("cost.csv").write_text("person_id,service,day,amount,source\n007,bed,2020-01-01,1,jail\n007,visit,2020-01-01,1,court\n")
    folder.joinpath("service.csv").write_text("person_id,programme,start,source\n007,shelter_place,2020-01-01,court\n")
    return connect(folder)


def problems(records: Records, *names: str, today: date = TODAY, **parts: Any) -> list[str]:
    try:
        permitted(records, study(*names, **parts), outcomes=OUTCOMES, today=today)
    except Refused as refused:
        return [str(problem) for problem in refused.problems]
    return []


def test_a_source_that_declares_nothing_permits_everything(tmp_path: Path) -> None:
    assert problems(county(tmp_path, police="", court="", jail=""), *OUTCOMES) == []


def test_an_outcome_needs_only_the_sources_that_hold_its_kinds(tmp_path: Path) -> None:
    records = county(tmp_path, police='permits = ["recidivism/*"]', court="permits = []", jail="")

    assert problems(records, "recidivism/arrest", "jail_days/bscc", "cost/beds") == []
    assert len(problems(records, "recidivism/conviction")) == 1
    assert len(problems(records, "cost/all")) == 1


def test_what_is_not_permitted_and_what_expired_are_told_at_once(tmp_path: Path) -> None:
    records = county(
        tmp_path,
        police='owner = "the Chief"\nagreement = "MOU 7"\npermits = ["housing/*", "*/conviction"]',
        court="permits = []",
        jail='owner = "the Sheriff"\nexpires = 2025-12-31',
    )

    assert problems(records, "recidivism/arrest", "recidivism/conviction", "jail_days/bscc") == [
        "source 'court': does not permit 'recidivism/conviction', and the design takes the outcome from it. It permits no outcome. "
        "Ask its owner, or take the question out.",
        "source 'jail': may not be used: the agreement expired on 2025-12-31, and the design takes the outcome from it. Ask the Sheriff to renew it.",
        "source 'police': does not permit 'recidivism/arrest' (MOU 7), and the design takes the outcome from it. "
        "It permits housing/*, */conviction. Ask the Chief, or take the question out.",
    ]


TAKEN_UP = replace(PLAN, assigned=replace(PLAN.assigned, taken_up=TakeUp("shelter_place", 30)))


@pytest.mark.parametrize(
    ("taken", "parts"),
    [
        ("the starts", {"plan": replace(PLAN, starts=Starts(("x", "conviction")))}),
        ("the arms", {"plan": replace(PLAN, assigned=Assigned("lot", "conviction", "x"))}),
        ("the arms", {"plan": replace(PLAN, assigned=Assigned("lot", "x", "conviction"))}),
        ("the take-up", {"plan": TAKEN_UP}),
        ("the history", {"history": (HistoryColumn("n", "event", ("conviction",), "count", 30),)}),
        ("the history", {"history": (HistoryColumn("n", "spell", ("probation",), "days", 30),)}),
        ("the days it covers", {"plan": replace(PLAN, sources=("court", "police"))}),
    ],
)
@pytest.mark.parametrize("terms", ['permits = ["housing/*"]', "expires = 2025-12-31"])
def test_whatever_a_design_takes_from_a_source_its_owner_must_have_agreed_to(tmp_path: Path, terms: str, taken: str, parts: dict[str, Any]) -> None:
    records = county(tmp_path, police="", court=terms, jail="")

    [problem] = problems(records, "recidivism/arrest", **parts)

    assert problem.startswith("source 'court': ")
    assert f"and the design takes {taken} from it." in problem


def test_a_source_that_a_design_takes_nothing_from_may_say_what_it_likes(tmp_path: Path) -> None:
    records = county(tmp_path, police="", court="permits = []\nexpires = 2025-12-31", jail="")

    assert problems(records, "recidivism/arrest", "jail_days/bscc") == []


def test_a_source_is_told_once_with_every_outcome_and_all_that_is_taken(tmp_path: Path) -> None:
    records = county(tmp_path, police="", court="permits = []", jail="")
    starts = replace(PLAN, starts=Starts(("conviction",)))

    assert problems(
        records, "recidivism/arrest", "jail_days/bscc", plan=starts, history=(HistoryColumn("n", "event", ("conviction",), "any", 9),)
    ) == [
        "source 'court': does not permit 'recidivism/arrest', 'jail_days/bscc', and the design takes the starts, the history from it. "
        "It permits no outcome. Ask its owner, or take the question out."
    ]


@pytest.mark.parametrize(("today", "refused"), [(date(2025, 12, 31), 0), (date(2026, 1, 1), 1)])
def test_the_last_day_of_an_agreement_is_a_day_of_use(tmp_path: Path, today: date, refused: int) -> None:
    records = county(tmp_path, police="", court="", jail="expires = 2025-12-31")

    assert len(problems(records, "jail_days/bscc", today=today)) == refused


def test_patterns_tell_capitals_apart(tmp_path: Path) -> None:
    assert len(problems(county(tmp_path, police='permits = ["Recidivism/*"]', court="", jail=""), "recidivism/arrest")) == 1
