"""Small HMIS exports, written line by line: what a test does not say stands at a usual value."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from evaluation.records.hmis.importing import convert
from evaluation.records.hmis.report import ImportReport
from evaluation.terms import Refused

Row = Mapping[str, object]
RACES = ("AmIndAKNative", "Asian", "BlackAfAmerican", "MidEastNAfrican", "NativeHIPacific", "White")
GENDERS = ("Woman", "Man", "NonBinary", "CulturallySpecific", "Transgender", "Questioning", "DifferentIdentity")
TYPES = (0, 1, 2, 3, 4, 6, 8, 12, 13)
TAIL = {"DateDeleted": "", "ExportID": "E1"}

FILES: dict[str, Row] = {
    "Export": {
        "ExportID": "E1",
        "ExportDate": "2024-11-05 10:00:00",
        "ExportStartDate": "2019-10-01",
        "ExportEndDate": "2024-09-30",
        "CSVVersion": "2026 v1",
        "ExportDirective": 2,
    },
    "Client": {"PersonalID": "1", "DOB": "1980-01-01", "DOBDataQuality": 1},
    "Project": {"ProjectID": "", "ProjectName": "", "ProjectType": ""},
    "Enrollment": {
        "EnrollmentID": "",
        "PersonalID": "1",
        "ProjectID": "P0",
        "EntryDate": "2020-01-01",
        "HouseholdID": "",
        "RelationshipToHoH": 1,
        "LivingSituation": "",
        "LOSUnderThreshold": "",
        "PreviousStreetESSH": "",
        "DateToStreetESSH": "",
        "DisablingCondition": 0,
        "MoveInDate": "",
    },
    "Exit": {"EnrollmentID": "", "ExitDate": "", "Destination": 410},
    "Services": {"ServicesID": "", "EnrollmentID": "", "DateProvided": "", "RecordType": 200},
    "CurrentLivingSituation": {"CurrentLivingSitID": "", "EnrollmentID": "", "InformationDate": "", "CurrentLivingSituation": 116},
    "Event": {"EventID": "", "EnrollmentID": "", "EventDate": "", "Event": 13},
    "IncomeBenefits": {"IncomeBenefitsID": "", "EnrollmentID": "", "InformationDate": "", "TotalMonthlyIncome": "", "EarnedAmount": ""},
}


def written(folder: Path, year: int = 2026, **files: Sequence[Row]) -> Path:
    """An export in this folder: of each file named, these rows; the usual projects, named by their type; client 1 where no client is given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, usual in FILES.items():
        given = files.get(name, [{}] if name in ("Export", "Client") else [])
        if name == "Project" and not given:
            given = [{"ProjectID": f"P{number}", "ProjectName": f"Project {number}", "ProjectType": number} for number in TYPES]
        columns: dict[str, object] = {**usual, **(_people(year) if name == "Client" else {}), **({} if name == "Export" else TAIL)}
        if name == "Export":
            columns["CSVVersion"] = f"{year} v1"
        rows = [{**columns, **row} for row in given]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*columns])
            writer.writeheader()
            writer.writerows(rows)
    return folder


def stay(number: int, entry: str, exit: str = "", destination: object = 410, **more: object) -> dict[str, list[dict[str, object]]]:
    """One enrolment and, where it ends, its exit."""
    enrolment = {"EnrollmentID": f"N{number}", "HouseholdID": f"H{number}", "EntryDate": entry, **more}
    ends = [{"EnrollmentID": f"N{number}", "ExitDate": exit, "Destination": destination}] if exit else []
    return {"Enrollment": [enrolment], "Exit": ends}


def together(*parts: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
    """The rows of several stays, file by file."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: [row for part in parts for row in part.get(name, [])] for name in names}


def imported(folder: Path, year: int = 2026, **files: Sequence[Row]) -> tuple[ImportReport, Path]:
    """The report and the folder of canonical tables of an export by hand."""
    out = folder / "out"
    out.mkdir(parents=True)
    return convert(written(folder / "export", year, **files), out), out


def rows(out: Path, table: str, *columns: str, where: str = "true") -> list[tuple[object, ...]]:
    """Rows of a canonical table, in order, days as ISO text."""
    chosen = ", ".join(f"CAST({column} AS VARCHAR)" for column in columns)
    return duckdb.sql(f"SELECT {chosen} FROM '{out / table}.parquet' WHERE {where} ORDER BY ALL").fetchall()


def spells(out: Path, *kinds: str) -> list[tuple[object, ...]]:
    """(kind, start, stop) of spells of these kinds."""
    named = ", ".join(f"'{kind}'" for kind in kinds)
    return rows(out, "spell", "kind", "start", "stop", where=f"kind IN ({named})")


def events(out: Path, like: str) -> list[tuple[object, ...]]:
    """(kind, day, value) of events whose kind is like this."""
    return rows(out, "event", "kind", "day", "value", where=f"kind LIKE '{like}'")


def refusal(folder: Path, year: int = 2026, **files: Sequence[Row]) -> str:
    """What an import of this export is refused with."""
    return refused(written(folder / "export", year, **files), folder)


def refused(export: Path, folder: Path, **options: object) -> str:
    """What an import is refused with; nothing is written then."""
    out = folder / "out"
    out.mkdir(exist_ok=True)
    try:
        convert(export, out, **options)  # type: ignore[arg-type]  # options of several types, each test its own
    except Refused as refused:
        return "\n".join(map(str, refused.problems))
    raise AssertionError("nothing was refused")


def _people(year: int) -> dict[str, object]:
    ethnic = "HispanicLatinaeo" if year == 2024 else "HispanicLatinao"
    return {**dict.fromkeys((*RACES, ethnic), 0), **(dict.fromkeys(GENDERS, 0) if year == 2024 else {"Sex": 0})}
