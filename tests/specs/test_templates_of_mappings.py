"""The mappings to start from read their invented files, and say what each line of them is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evaluation.__main__ import app
from evaluation.records import Records, connect
from evaluation.records.days import date_of
from evaluation.records.sql import c, select, table
from evaluation.terms import Refused

RUNNER = CliRunner()


def county(name: str, tmp_path: Path) -> Records:
    """The records of a template, as the command writes it."""
    out = tmp_path / name
    RUNNER.invoke(app, ["template", name, "--out", str(out)], catch_exceptions=False)
    return connect(out)


def told(records: Records, name: str, kinds: tuple[str, ...], day: str = "day") -> list[tuple[str, str, date]]:
    """(person, kind, day) of rows of these kinds."""
    rows = records.engine.fetch(select(person=c("person_id"), kind=c("kind"), day=c(day)).from_(table(name))).to_pylist()
    return sorted((row["person"], row["kind"], date_of(row["day"])) for row in rows if row["kind"] in kinds)


@pytest.mark.parametrize("name", ["jail", "court", "foster"])
def test_a_template_is_read_without_a_warning_and_loses_only_what_it_declares(tmp_path: Path, name: str) -> None:
    quality = county(name, tmp_path).quality

    assert {each.reason for each in quality.set_aside} <= {"not yet", "collapsed"}
    assert quality.warnings == () and quality.strays == ()


def test_charges_are_one_booking_and_the_most_serious_stands_for_it(tmp_path: Path) -> None:
    jail = county("jail", tmp_path)
    bookings = told(jail, "event", ("jail_booking",))
    charges = told(jail, "event", ("charge:felony", "charge:misdemeanour", "charge:infraction"))

    assert len(bookings) == 9  # of ten: two on one day are one
    assert [(who, day) for who, _, day in bookings] == sorted((who, day) for who, _, day in charges)
    assert charges[:3] == [
        ("J001", "charge:felony", date(2021, 2, 3)),
        ("J001", "charge:misdemeanour", date(2021, 10, 11)),
        ("J002", "charge:misdemeanour", date(2021, 3, 20)),
    ]
    assert ("J006", "custody", date(2023, 11, 30)) in told(jail, "spell", ("custody",), "start")
    assert "J006" not in {who for who, _, _ in told(jail, "event", ("release",))}


def test_an_offence_counts_on_its_own_day_and_is_known_from_its_disposition_on(tmp_path: Path) -> None:
    court = county("court", tmp_path)
    query = select(person=c("person_id"), day=c("day"), recorded=c("recorded")).from_(table("event")).where(c("kind").eq("convicted_offence"))
    rows = sorted((row["person"], date_of(row["day"]), date_of(row["recorded"])) for row in court.engine.fetch(query).to_pylist())

    assert rows == [
        ("C01", date(2021, 2, 3), date(2021, 9, 14)),  # the other count of the case was dismissed
        ("C03", date(2021, 3, 29), date(2022, 5, 20)),  # two counts of one day are one
        ("C04", date(2022, 1, 9), date(2022, 3, 15)),
    ]
    assert len(told(court, "event", ("filing",))) == 7
    assert ("C02", "other_offence", date(2023, 2, 11)) in told(court, "event", ("other_offence",))  # an infraction that was admitted


def test_how_an_episode_ended_is_an_event_and_a_first_home_is_no_move(tmp_path: Path) -> None:
    foster = county("foster", tmp_path)

    assert told(foster, "event", ("discharge:reunification", "discharge:guardianship", "discharge:adoption", "discharge:relative")) == [
        ("K01", "discharge:reunification", date(2020, 1, 15)),
        ("K02", "discharge:guardianship", date(2022, 2, 10)),
        ("K02", "discharge:reunification", date(2020, 1, 15)),
        ("K03", "discharge:adoption", date(2021, 11, 30)),
        ("K05", "discharge:relative", date(2023, 3, 1)),
    ]
    assert [(who, day) for who, _, day in told(foster, "event", ("placement_move",))] == [
        ("K01", date(2019, 6, 1)),
        ("K02", date(2019, 6, 1)),
        ("K04", date(2021, 8, 1)),
    ]
    assert told(foster, "event", ("trial_home_visit",)) == [("K01", "trial_home_visit", date(2019, 12, 1))]


def test_a_template_that_is_none_and_a_folder_that_is_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("kept")

    with pytest.raises(Refused, match=r"jial: is no template\. There is court, foster, hmis, jail\. Did you mean 'jail'\?"):
        RUNNER.invoke(app, ["template", "jial", "--out", str(tmp_path / "new")], catch_exceptions=False)
    with pytest.raises(Refused, match="is there already"):
        RUNNER.invoke(app, ["template", "jail", "--out", str(tmp_path / "full")], catch_exceptions=False)
    assert not (tmp_path / "new").exists()
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]
