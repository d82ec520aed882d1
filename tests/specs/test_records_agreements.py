"""A design that uses a source for what its owner has not agreed to is refused before an outcome is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evaluation.records import Records, connect, permitted
from evaluation.terms import Horizon, Outcome, Question, Refused, Study

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


def study(*names: str) -> Study:
    return Study({"en": "t"}, "c", "p", {}, tuple(Question(name, Horizon(days=365), "randomized", 0.0) for name in names))


def county(folder: Path, **terms: str) -> Records:
    folder.joinpath("records.toml").write_text("".join(SOURCE.format(name=name, terms=words) for name, words in terms.items()))
    folder.joinpath("person.csv").write_text("person_id\n007\n")
    folder.joinpath("event.csv").write_text("person_id,kind,day,source\n007,arrest,2020-01-01,police\n007,conviction,2020-01-01,court\n")
    folder.joinpath("spell.csv").write_text("person_id,kind,start,source\n007,jail,2020-01-01,jail\n")
    folder.joinpath("cost.csv").write_text("person_id,service,day,amount,source\n007,bed,2020-01-01,1,jail\n007,visit,2020-01-01,1,court\n")
    return connect(folder)


def problems(records: Records, *names: str, today: date = TODAY) -> list[str]:
    try:
        permitted(records, study(*names), outcomes=OUTCOMES, today=today)
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
        "source 'jail': may not be used for 'jail_days/bscc': the agreement expired on 2025-12-31. Ask the Sheriff to renew it.",
        "source 'police': does not permit 'recidivism/arrest' (MOU 7). It permits housing/*, */conviction. Ask the Chief, or take the question out.",
        "source 'court': does not permit 'recidivism/conviction'. It permits no outcome. Ask its owner, or take the question out.",
    ]


@pytest.mark.parametrize(("today", "refused"), [(date(2025, 12, 31), 0), (date(2026, 1, 1), 1)])
def test_the_last_day_of_an_agreement_is_a_day_of_use(tmp_path: Path, today: date, refused: int) -> None:
    records = county(tmp_path, police="", court="", jail="expires = 2025-12-31")

    assert len(problems(records, "jail_days/bscc", today=today)) == refused


def test_patterns_tell_capitals_apart(tmp_path: Path) -> None:
    assert len(problems(county(tmp_path, police='permits = ["Recidivism/*"]', court="", jail=""), "recidivism/arrest")) == 1
