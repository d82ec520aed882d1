"""Somebody hands over damaged or careless records: each fault is told in plain sentences, and nobody's values are."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import evaluation as ev
from evaluation.__main__ import main
from evaluation.records.days import day_of
from evaluation.terms import Refused

NAMES = ("Zaragoza", "Ferreira", "1961-07-04", "Z-4471")  # of people in the records: nothing that is printed may hold them
PERSON = "person_id,birth,area\nZ-4471,1961-07-04,Zaragoza\nZ-4472,1990-02-03,Ferreira\n"
EVENT = "person_id,kind,day,source\nZ-4471,arrest,2020-01-05,police\nZ-4472,arrest,2020-02-05,police\n"
COVERAGE = "source,first,last,lag_days,grain\npolice,2015-01-01,2023-12-31,0,day\n"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line: its exit code and all that it printed, which never names a person nor shows a traceback."""

    def running(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["betteroff", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
            raise SystemExit(0)
        said = "".join(capsys.readouterr())
        assert "Traceback" not in said
        assert not any(name in said for name in NAMES)
        return int(end.value.code or 0), said

    return running


def county(folder: Path, **files: str | bytes) -> Path:
    for name, content in {"person.csv": PERSON, "event.csv": EVENT, "coverage.csv": COVERAGE, **files}.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"event.csv": EVENT + "Z-4471,Zaragoza"}, "event.csv: line 4: expected 4 fields, found 2."),
        ({"event.csv": EVENT + "Z-4471,Zaragoza,2020-01-01,police,x\n"}, "event.csv: line 4: expected 4 fields, found 5."),
        ({"event.csv": EVENT + "Z-4471,Zara\0goza,2020-01-01,police\n"}, "event.csv, line 4: holds a NUL byte."),
        ({"event.csv": EVENT.encode() + b"Z-4471,Ferreira\xe3,2020-01-01,police\n"}, "event.csv, line 4: is not utf-8 text."),
        ({"event.csv": EVENT + 'Z-4471,"Zaragoza,2020-01-01,police\n'}, "event.csv, line 4 or later: a quote does not pair."),
        ({"event.csv": ""}, "event.csv: is empty."),
        ({"event.csv": EVENT.split("\n", 1)[1]}, "Its first line does not look like column names."),
        ({"event.csv": EVENT.replace("person_id", "Person_ID")}, "Did you mean 'Person_ID'?"),
        ({"event.parquet": b"PAR1 Zaragoza PAR1"}, "event.parquet: is damaged, or is not a Parquet file."),
        ({"coverage.csv": COVERAGE.replace("2015-01-01", "2025-01-01")}, "coverage: 1 row: last comes before its beginning."),
        ({"records.toml": '[[table]]\nto = "evnt"\nfile = "event.csv"\n'}, "Did you mean 'event'?"),
        ({"records.toml": "[[table"}, "records.toml:1: This is not valid TOML at the end of the file: [[table]] is not closed with ]]."),
    ],
)
def test_records_that_cannot_be_trusted_are_refused_with_exit_code_2(tmp_path: Path, run: Run, files: dict[str, str | bytes], sentence: str) -> None:
    code, said = run("check", "--records", county(tmp_path, **files))

    assert code == 2
    assert sentence in said


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("Z-9999,arrest,2020-01-01,police\n", "event, source police: 1 row: the person is not in the person table"),
        ("Z-4471,arrest,2020-01-05,police\n", "event, source police: 1 row: the row stands there already, value for value."),
        ("Z-4471,arrest,13/02/2020,police\n", "event, source police: 1 row: day is no date in the declared form"),
        ("Z-4471,arrest,9999-12-31,police\n", "event, source police: 1 row: day is no date in the declared form"),
        ("Z-4471,arrest,43831,police\n", "event, source police: 1 row: day is no date in the declared form"),
        ("Z-4471,arrest,2024-01-01,police\n", "event, source police: 1 row: day lies outside what the source covers."),
        ("Z-4471,arrest,2020-01-01,Zaragoza\n", "event: 1 row: the source has no declared coverage."),
        ("Z-4471,arrest,,police\n", "event, source police: 1 row: day is empty, and every row needs one."),
        (",arrest,2020-01-01,police\n", "event, source police: 1 row: person_id is empty, and every row needs one."),
    ],
)
def test_rows_that_break_the_contract_are_set_aside_and_counted(tmp_path: Path, run: Run, row: str, sentence: str) -> None:
    code, said = run("check", "--records", county(tmp_path, **{"event.csv": EVENT + row}))

    assert code == 0
    assert sentence in said
    assert "1 set aside" in said


def test_an_input_that_changed_between_two_checks_is_told(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in").mkdir()
    words = ("check", "--records", county(tmp_path / "in"), "--manifest", tmp_path / "manifest.json")

    assert "this one is the first" in run(*words)[1]
    assert "Nothing changed since the last manifest." in run(*words)[1]

    county(tmp_path / "in", **{"event.csv": EVENT.replace("2020-01-05", "2020-01-06")})
    said = run(*words)[1]
    total = day_of_sum("2020-01-05", "2020-02-05")
    assert "event.csv has changed" in said
    assert f"event: the control total day.sum is {total + 1:,}, where it was {total:,}." in said


def test_a_draft_is_written_once_and_holds_nobody(tmp_path: Path, run: Run) -> None:
    (tmp_path / "arrests.csv").write_text("client_id,surname,dob,arrest_date\nZ-4471,Zaragoza,1961-07-04,2020-01-05\n")

    assert run("init", tmp_path)[0] == 0
    code, said = run("init", tmp_path)

    assert code == 2
    assert "the file is there already" in said
    assert not any(name in (tmp_path / "records.toml").read_text() for name in NAMES)


def test_even_the_traceback_in_a_notebook_shows_nobody(tmp_path: Path) -> None:
    place = county(tmp_path, **{"event.csv": EVENT + "Z-4471,Zaragoza"})

    with pytest.raises(Refused) as caught:
        ev.connect(place)

    assert not any(name in "".join(traceback.format_exception(caught.value)) for name in NAMES)


def day_of_sum(*days: str) -> int:
    return sum(day_of(date.fromisoformat(day)) for day in days)
