"""An invented HMIS CSV export, FY2024 or FY2026: the files and columns that the import reads, of clients who never were.

Households come into shelter, onto the street or into housing, stay, leave for somewhere, and some come back.  Every rate here is
assumed: the export is to try tools on, not to learn from.  One household's lines depend on the seed and on how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute  # pa.compute below
import pyarrow.csv as pa_csv

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]
    Columns = dict[str, Array | pa.Array]

EPOCH = date(1970, 1, 1)
EXPORTED, FIRST, LAST = ((day - EPOCH).days for day in (date(2024, 10, 15), date(2019, 10, 1), date(2024, 9, 30)))
ROUNDS = 4  # enrolments of one household at most
TYPES = np.array([0, 1, 2, 3, 4, 8, 12, 13])  # one project of each
FIRST_IN = np.array([0.34, 0.10, 0.08, 0.05, 0.20, 0.02, 0.11, 0.10])  # where people come first
THEN_IN = np.array([0.30, 0.08, 0.08, 0.08, 0.18, 0.02, 0.04, 0.22])  # and afterwards
DAYS = np.array([60, 70, 240, 700, 120, 80, 60, 220])  # mean length of stay
PLACES = np.array([410, 435, 422, 101, 116, 302, 312, 314, 206, 207, 24, 99, 30])  # destinations
LEAVE_FOR = np.array([0.30, 0.10, 0.08, 0.06, 0.12, 0.05, 0.08, 0.05, 0.02, 0.04, 0.01, 0.04, 0.05])
HOUSED_FOR = np.array([0.48, 0.14, 0.10, 0.03, 0.06, 0.02, 0.05, 0.02, 0.01, 0.02, 0.01, 0.02, 0.04])  # out of permanent housing
BACK = {True: 0.22, False: 0.42}  # who comes again: after a home of their own, and after anything else
DELETED = 0.02  # rows that somebody deleted
NO_DAY = -(10**6)  # what stands for a day that there is not
SLEPT = 0.7  # nights of a night-by-night stay that somebody sleeps there


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """Enrolments of households; (m,) arrays in the order of household and time."""

    household: Array
    place: Array  # in TYPES
    entry: Array
    leave: Array  # a day that may lie after the export
    destination: Array
    move_in: Array  # NO_DAY: none


def write(folder: Path, *, year: Literal[2024, 2026] = 2026, households: int = 300, seed: int = 0) -> Path:
    """Writes the CSV files of an invented export into a folder that is there, and gives the folder back; the same call, the same bytes."""
    draw = np.random.default_rng(seed)
    size = np.where(draw.random(households) < 0.15, 3, 1)
    stays = _stays(households, draw)
    for name, columns in _files(stays, size, year, draw).items():
        rows = len(next(iter(columns.values())))
        columns["DateDeleted"] = columns.get("DateDeleted", _text([""]).take(np.zeros(rows, dtype=np.int64)))
        columns["ExportID"] = _text(["E1"]).take(np.zeros(rows, dtype=np.int64))
        _csv(folder / f"{name}.csv", columns)
    version = f"{year} v1.0"
    lines = (
        "ExportID,SourceType,ExportDate,ExportStartDate,ExportEndDate,SoftwareName,CSVVersion,HashStatus",
        f"E1,1,2024-10-15 03:00:00,2019-10-01,2024-09-30,invented,{version},1",
    )
    (folder / "Export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return folder


# ------------------------------------------------------------------------------------------------ what happens to households
def _stays(households: int, draw: np.random.Generator) -> Stays:
    """Stay after stay, each household's next one some time after the last."""
    who = np.arange(households)
    entry = draw.integers(FIRST - 250, LAST - 30, households)
    parts = []
    for number in range(ROUNDS):
        place = draw.choice(len(TYPES), len(who), p=FIRST_IN if number == 0 else THEN_IN)
        leave = entry + np.ceil(draw.exponential(DAYS[place])).astype(np.int64)
        housing = np.isin(TYPES[place], (3, 13))
        destination = np.where(housing, draw.choice(PLACES, len(who), p=HOUSED_FOR), draw.choice(PLACES, len(who), p=LEAVE_FOR))
        wait = draw.integers(0, 90, len(who))
        move_in = np.where(housing & (entry + wait <= leave) & (draw.random(len(who)) < 0.85), entry + wait, NO_DAY)
        parts.append(Stays(who, place, entry, leave, destination, move_in))
        home = destination // 100 == 4
        again = (draw.random(len(who)) < np.where(home, BACK[True], BACK[False])) & (destination != 24)
        gap = np.ceil(draw.exponential(np.where(home, 240.0, 60.0))).astype(np.int64)
        who, entry = who[again], (leave + gap - 1)[again]
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in Stays.__slots__]
    seen = (columns[2] <= LAST) & (columns[3] >= FIRST)  # entry, leave: the export holds what was open in its years
    order = np.lexsort((columns[2], columns[0]))
    order = order[seen[order]]
    return Stays(*(column[order] for column in columns))


# ------------------------------------------------------------------------------------------------ the files
def _files(stays: Stays, size: Array, year: int, draw: np.random.Generator) -> dict[str, Columns]:
    first = np.concatenate([[0], np.cumsum(size)[:-1]])  # each household's first client
    members = size[stays.household]
    of = np.repeat(np.arange(len(stays.household)), members)  # the stay of each enrolment
    member = np.arange(len(of)) - np.repeat(np.cumsum(members) - members, members)
    client = first[stays.household][of] + member
    enrolment = _named("N", np.arange(len(of)))
    left = stays.leave <= EXPORTED
    deleted = draw.random(len(of)) < DELETED
    nights = _nights(stays, draw)
    return {
        "Client": _clients(size, first, year, draw),
        "Project": {
            "ProjectID": _text([f"P{number}" for number in TYPES]),
            "ProjectName": _text([f"Invented project {number}" for number in TYPES]),
            "ProjectType": TYPES,
        },
        "Enrollment": _enrolments(stays, of, member, client, enrolment, deleted, draw),
        "Exit": {
            "ExitID": _named("X", np.flatnonzero(left[of])),
            "EnrollmentID": enrolment.filter(pa.array(left[of])),
            "PersonalID": _named("C", client[left[of]]),
            "ExitDate": _days(stays.leave[of][left[of]]),
            "Destination": stays.destination[of][left[of]],
        },
        **_beside(stays, of, member, client, enrolment, nights, draw),
    }


def _clients(size: Array, first: Array, year: int, draw: np.random.Generator) -> Columns:
    n = int(size.sum())
    head = np.zeros(n, dtype=bool)
    head[first] = True
    age = np.where(head, draw.integers(19, 75, n), draw.integers(1, 16, n))
    quality = draw.choice([1, 2, 8, 99], n, p=[0.93, 0.04, 0.01, 0.02])
    races = draw.choice(["White", "BlackAfAmerican", "Asian", "AmIndAKNative"], n, p=[0.5, 0.35, 0.08, 0.07])
    hispanic = "HispanicLatinaeo" if year == 2024 else "HispanicLatinao"
    columns: Columns = {
        "PersonalID": _named("C", np.arange(n)),
        "DOB": _days(FIRST - 365 * age - 250 - draw.integers(0, 365, n)),
        "DOBDataQuality": quality,
    }
    for race in ("AmIndAKNative", "Asian", "BlackAfAmerican", hispanic, "MidEastNAfrican", "NativeHIPacific", "White"):
        columns[race] = (races == race).astype(np.int64)
    columns[hispanic] = (draw.random(n) < 0.25).astype(np.int64)
    man = draw.random(n) < 0.58
    if year == 2026:
        return columns | {"Sex": man.astype(np.int64)}
    others = dict.fromkeys(("NonBinary", "CulturallySpecific", "Transgender", "Questioning", "DifferentIdentity"), np.zeros(n, dtype=np.int64))
    return columns | {"Woman": (~man).astype(np.int64), "Man": man.astype(np.int64), **others}


def _enrolments(stays: Stays, of: Array, member: Array, client: Array, enrolment: pa.Array, deleted: Array, draw: np.random.Generator) -> Columns:
    n = len(of)
    head = member == 0
    housing = np.isin(TYPES[stays.place], (2, 3, 13))
    street = np.where(housing, draw.choice([116, 101, 312, 207], len(housing), p=[0.5, 0.3, 0.1, 0.1]), draw.choice([116, 101, 410], len(housing)))
    since = np.where(draw.random(len(housing)) < 0.8, stays.entry - draw.integers(1, 300, len(housing)), NO_DAY)
    move_in = np.where(head, stays.move_in[of], NO_DAY)
    return {
        "EnrollmentID": enrolment,
        "PersonalID": _named("C", client),
        "ProjectID": _named("P", TYPES[stays.place][of]),
        "EntryDate": _days(stays.entry[of]),
        "HouseholdID": _named("H", of),
        "RelationshipToHoH": np.where(head, 1, 2),
        "LivingSituation": street[of],
        "LOSUnderThreshold": np.zeros(n, dtype=np.int64),
        "PreviousStreetESSH": np.zeros(n, dtype=np.int64),
        "DateToStreetESSH": _days(since[of]),
        "DisablingCondition": (draw.random(n) < 0.4).astype(np.int64),
        "MoveInDate": _days(move_in),
        "DateDeleted": pa.array(np.where(deleted, "2024-09-01 10:00:00", "")),
    }


def _beside(
    stays: Stays, of: Array, member: Array, client: Array, enrolment: pa.Array, nights: tuple[Array, Array], draw: np.random.Generator
) -> dict[str, Columns]:
    """Bed nights, contacts of outreach, referrals and reported income, all of heads of household."""
    heads = np.flatnonzero(member == 0)  # the enrolment of each stay's head
    outreach = np.flatnonzero(TYPES[stays.place] == 4)
    referred = np.flatnonzero(TYPES[stays.place] == 13)
    told = np.flatnonzero(draw.random(len(stays.place)) < 0.6)

    def lines(key: str, stay: Array, day: str, days: Array, more: Columns) -> Columns:
        who = {"EnrollmentID": enrolment.take(pa.array(heads[stay])), "PersonalID": _named("C", client[heads[stay]])}
        return {key: _named("L", np.arange(len(stay))), **who, day: _days(days), **more}

    slept, night = nights
    income = draw.integers(0, 2500, len(told))
    return {
        "Services": lines("ServicesID", slept, "DateProvided", night, {"RecordType": np.full(len(slept), 200)}),
        "CurrentLivingSituation": lines(
            "CurrentLivingSitID", outreach, "InformationDate", stays.entry[outreach], {"CurrentLivingSituation": np.full(len(outreach), 116)}
        ),
        "Event": lines("EventID", referred, "EventDate", stays.entry[referred], {"Event": np.full(len(referred), 13)}),
        "IncomeBenefits": lines(
            "IncomeBenefitsID", told, "InformationDate", stays.entry[told], {"TotalMonthlyIncome": income, "EarnedAmount": income // 2}
        ),
    }


def _nights(stays: Stays, draw: np.random.Generator) -> tuple[Array, Array]:
    """(stay, day) of each bed night in night-by-night shelter, up to the day of the export."""
    by_night = np.flatnonzero(TYPES[stays.place] == 1)
    length = np.minimum(stays.leave[by_night], EXPORTED) - stays.entry[by_night]
    stay = np.repeat(by_night, length)
    day = stays.entry[stay] + np.arange(len(stay)) - np.repeat(np.cumsum(length) - length, length)
    slept = draw.random(len(stay)) < SLEPT
    return stay[slept], day[slept]


# ------------------------------------------------------------------------------------------------ how they are written
def _named(letter: str, numbers: Array) -> pa.Array:
    return pa.compute.binary_join_element_wise(pa.scalar(letter), pa.array(numbers).cast(pa.string()), "")


def _days(days: Array) -> pa.Array:
    """ISO dates; empty where there is no day."""
    return pa.compute.fill_null(pa.array(days, mask=days == NO_DAY).cast(pa.int32()).cast(pa.date32()).cast(pa.string()), "")


def _text(words: list[str]) -> pa.Array:
    return pa.array(words, pa.string())


def _csv(path: Path, columns: Columns) -> None:
    rows = pa.table({name: values if isinstance(values, pa.Array) else pa.array(values) for name, values in columns.items()})
    pa_csv.write_csv(rows, path, pa_csv.WriteOptions(quoting_style="needed"))
