"""Which files and columns an export has: FY2024, FY2026, and what changed between them.

Source: HUD, HMIS CSV Format Specifications, fiscal years 2024 and 2026.  Only columns that are read stand here; of people's names
and social security numbers, of health and of violence at home nothing is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .codes import EVENTS, GENDERS, KINDS, RACES, ROLES, SITUATIONS

Year = Literal[2024, 2026]
YEARS: tuple[Year, ...] = (2024, 2026)
Holds = Literal["text", "day", "code", "money"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the export, and what it is called here."""

    column: str
    name: str
    holds: Holds = "text"
    needed: bool = False  # a row without it cannot be used
    codes: frozenset[int] = frozenset()  # of a code: the ones that HUD knows; empty: any


@dataclass(frozen=True, slots=True)
class File:
    """A file of the export: the columns that are read, and which of them says what a row is."""

    name: str  # without .csv
    key: str  # our name of the column that no two rows may share
    fields: tuple[Field, ...]

    @property
    def table(self) -> str:
        """What the file is called in the engine."""
        return f"hmis_{self.name.lower()}"

    @property
    def csv(self) -> str:
        """What the file is called in the export."""
        return f"{self.name}.csv"


_YES = frozenset({0, 1, 8, 9, 99})  # no, yes, does not know, prefers not to answer, not collected
_TOLD = frozenset({1, 2, 8, 9, 99})  # in full, in part, and the same

_WHO = Field("PersonalID", "person_id", needed=True)
_WHICH = Field("EnrollmentID", "enrolment_id", needed=True)

_CLIENT = (_WHO, Field("DOB", "birth", "day"), Field("DOBDataQuality", "birth_quality", "code", codes=_TOLD))
_ENROLMENT = (
    _WHICH,
    _WHO,
    Field("ProjectID", "project_id", needed=True),
    Field("EntryDate", "entry", "day", needed=True),
    Field("HouseholdID", "household"),
    Field("RelationshipToHoH", "role", "code", codes=frozenset({*ROLES, 99})),
    Field("LivingSituation", "situation", "code", codes=SITUATIONS),
    Field("LOSUnderThreshold", "short_stay", "code", codes=_YES),
    Field("PreviousStreetESSH", "street_before", "code", codes=_YES),
    Field("DateToStreetESSH", "street_since", "day"),
    Field("DisablingCondition", "disabled", "code", codes=_YES),
    Field("MoveInDate", "move_in", "day"),
)
_OTHERS = (
    File(
        "Project",
        "project_id",
        (
            Field("ProjectID", "project_id", needed=True),
            Field("ProjectName", "project"),
            Field("ProjectType", "type", "code", codes=frozenset(KINDS)),
        ),
    ),
    File("Enrollment", "enrolment_id", _ENROLMENT),
    File(
        "Exit", "enrolment_id", (_WHICH, Field("ExitDate", "exit", "day", needed=True), Field("Destination", "destination", "code", codes=SITUATIONS))
    ),
    File(
        "Services",
        "service_id",
        (
            Field("ServicesID", "service_id", needed=True),
            _WHICH,
            Field("DateProvided", "day", "day", needed=True),
            Field("RecordType", "record_type", "code"),
        ),
    ),
    File(
        "CurrentLivingSituation",
        "contact_id",
        (
            Field("CurrentLivingSitID", "contact_id", needed=True),
            _WHICH,
            Field("InformationDate", "day", "day", needed=True),
            Field("CurrentLivingSituation", "situation", "code", codes=SITUATIONS),
        ),
    ),
    File(
        "Event",
        "event_id",
        (
            Field("EventID", "event_id", needed=True),
            _WHICH,
            Field("EventDate", "day", "day", needed=True),
            Field("Event", "event", "code", codes=EVENTS),
        ),
    ),
    File(
        "IncomeBenefits",
        "income_id",
        (
            Field("IncomeBenefitsID", "income_id", needed=True),
            _WHICH,
            Field("InformationDate", "day", "day", needed=True),
            Field("TotalMonthlyIncome", "income", "money"),
            Field("EarnedAmount", "earned", "money"),
        ),
    ),
)


def files_of(year: Year) -> tuple[File, ...]:
    """The files that are read of an export of this year, with this year's columns."""
    ethnic = "HispanicLatinaeo" if year == 2024 else "HispanicLatinao"
    races = [Field(ethnic if column == "HispanicLatinao" else column, word, "code", codes=_YES) for column, word in RACES.items()]
    sexes = [Field(column, column.lower(), "code", codes=_YES) for column in GENDERS] if year == 2024 else [Field("Sex", "sex", "code", codes=_YES)]
    return (File("Client", "person_id", (*_CLIENT, *races, *sexes)), *_OTHERS)


EXPORT = ("ExportID", "ExportDate", "ExportStartDate", "ExportEndDate", "CSVVersion")  # of Export.csv
PARTIAL = {"ExportPeriodType": "1", "ExportDirective": "1"}  # only what was updated; only what changed since the last export.  From memory
NAMES = ("Export", "Client", *(file.name for file in _OTHERS))


def year_of(version: str) -> int | None:
    """The fiscal year that an export says it is of: `2026 v1` is 2026; None when it says none."""
    said = re.match(r"\s*(?:FY\s*)?(20\d\d)\b", version, re.IGNORECASE)
    return int(said[1]) if said else None
