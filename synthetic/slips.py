"""Faults of single rows: copies, late entries, slips of a key, and rows that do not belong to where they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from synthetic.sheets import UNKNOWN, Sheet
from synthetic.streams import Stream

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

LATEST = 300  # a late entry comes up to so many days after the lag of its source; assumed
FILLER = 9_999_999_999.99  # what stands in a field of money that a clerk filled with nines, in dollars


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What a fault must know of each row beside the row itself; (m,) arrays."""

    first: Array  # first and last day that its source covers
    last: Array
    lag: Array  # days
    birth: Array  # of its person; UNKNOWN where that is not known

    @classmethod
    def of(cls, sheet: Sheet, coverage: pd.DataFrame, births: Array) -> Facts:
        """The facts about the rows of a clean table."""
        if "source" not in sheet.frame:
            nothing = np.zeros(len(sheet), np.int64)
            return cls(nothing, nothing, nothing, births[sheet.who])
        row = pd.Index(coverage["source"]).get_indexer(pd.Index(sheet.frame["source"]))
        days = [coverage[name].to_numpy().astype("datetime64[D]").astype(np.int64)[row] for name in ("first", "last")]
        return cls(days[0], days[1], coverage["lag_days"].to_numpy()[row], births[sheet.who])


@dataclass(frozen=True, slots=True, eq=False)
class Pick:
    """Which rows of a table a fault hits: each free row that may have it, with the chance that its dial says."""

    sheet: Sheet
    fault: str
    share: float
    stream: Stream
    number: int

    def __call__(self, eligible: Array) -> Array:
        """The numbers of the rows hit, of those that are eligible and free."""
        rows = np.flatnonzero(eligible & self.sheet.free)
        return rows[self.sheet.luck(rows, self.stream, self.number) < self.share]

    def again(self, rows: Array) -> Array:
        """Another uniform for each of these rows: how the fault turns out."""
        return self.sheet.luck(rows, self.stream, self.number, choice=True)


Slip = Callable[[Sheet, Facts, Pick], None]


# ------------------------------------------------------------------------------------------------ days
def as_dates(days: Array) -> Array:
    """Days as the dates that tables hold; UNKNOWN as none."""
    return np.where(days == UNKNOWN, np.datetime64("NaT"), days.astype("datetime64[D]")).astype("datetime64[s]")


def exchanged(days: Array) -> Array:
    """Days with day and month exchanged; UNKNOWN where that is no other date."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day, month = (dates - months).astype(np.int64) + 1, months.astype(np.int64) % 12 + 1
    other = (months - (month - day).astype("timedelta64[M]")).astype("datetime64[D]") + (month - 1).astype("timedelta64[D]")
    return np.where((days != UNKNOWN) & (day <= 12) & (day != month), other.astype(np.int64), UNKNOWN)


def years_later(days: Array, years: int | Array) -> Array:
    """The same date in another year; 29 February becomes 1 March where there is none.  No day may be UNKNOWN."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return ((months + (12 * np.asarray(years)).astype("timedelta64[M]")).astype("datetime64[D]") + (dates - months)).astype(np.int64)


def _stands(sheet: Sheet, days: Array) -> Array:
    """Whether the person has a row of the same source and kind on these days; (m,) bool."""
    day = sheet.table.day
    assert day is not None, "a table without days has no such rows"
    group = (sheet.label * (len(sheet.people.numbers) + 1) + sheet.who + 1) * 1_000_000
    return np.isin(group + days, group + sheet.days(day))


# ------------------------------------------------------------------------------------------------ copies
def repeated(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """The same row stands there twice."""
    if sheet.table.name not in ("quarter", "cost"):  # lines of money that are the same may be two
        sheet.copy(pick(sheet.free), {}, pick.fault, "repeated", "")


def retyped(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """The same happening was entered twice by hand: entered on a later day, or dated a day off."""
    if sheet.table.name == "event" and "recorded" in sheet.frame:
        _event_again(sheet, facts, pick)
    elif sheet.table.name in ("spell", "service"):
        _stay_again(sheet, facts, pick)


def _event_again(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    day, recorded = sheet.days("day"), sheet.days("recorded")
    luck = np.ones(len(sheet))
    known = np.flatnonzero(sheet.free)
    luck[known] = pick.again(known)
    room = (recorded < day + facts.lag) & (recorded < facts.last)
    other = day + np.where(room & (luck < 0.5), 0, np.where(luck < 0.75, 1, -1))
    entered = np.minimum(np.clip(recorded + 1, other, other + facts.lag), facts.last)  # within the lag: this fault is not that one
    inside = (facts.first <= other) & (other <= entered) & (facts.birth <= other)
    rows = pick((recorded != UNKNOWN) & inside & ((other == day) | ~_stands(sheet, other)))
    key = np.stack([sheet.label[rows], sheet.who[rows], other[rows]])
    rows = rows[np.sort(np.unique(key, axis=1, return_index=True)[1])]  # two originals two days apart have one copy between them
    sheet.copy(rows, {"day": as_dates(other[rows]), "recorded": as_dates(entered[rows])}, pick.fault, "", "")


def _stay_again(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    start, stop = sheet.days("start"), sheet.days("stop")
    luck = np.ones(len(sheet))
    known = np.flatnonzero(sheet.free)
    luck[known] = pick.again(known)
    off = np.where(luck % 0.5 < 0.25, 1, -1)
    other = np.where(luck < 0.5, start + off, start)
    ends = np.where((luck < 0.5) | (stop == UNKNOWN), stop, stop + off)
    long = (stop == UNKNOWN) | (stop > start + 2)  # a night more or less is still much the same stay
    inside = (facts.birth <= other) & (facts.first <= other) & (other <= facts.last) & (ends <= facts.last)
    rows = pick(long & inside & ((other != start) | (ends != stop)) & ((other == start) | ~_stands(sheet, other)))
    sheet.copy(rows, {"start": as_dates(other[rows]), "stop": as_dates(ends[rows])}, pick.fault, "", "")


# ------------------------------------------------------------------------------------------------ late
def late(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """The row entered the records later than the lag that its source declares."""
    if "recorded" not in sheet.frame:
        return
    soonest = sheet.days("day") + facts.lag + 1
    rows = pick((sheet.days("recorded") != UNKNOWN) & (soonest <= facts.last))
    room = np.minimum(LATEST, facts.last[rows] - soonest[rows] + 1)
    entered = soonest[rows] + np.floor(pick.again(rows) * room).astype(np.int64)
    sheet.put(rows, "recorded", as_dates(entered))
    sheet.mark(rows, pick.fault, "", "recorded")


# ------------------------------------------------------------------------------------------------ slips of a key
def missing(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """The date was left out."""
    if sheet.table.day is not None:
        rows = pick(sheet.free)
        sheet.put(rows, sheet.table.day, np.datetime64("NaT"))
        sheet.mark(rows, pick.fault, "missing", sheet.table.day)


def bad_dates(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """The century is wrong: 2919 for 2019."""
    if sheet.table.day is not None:
        rows = pick(sheet.free)
        sheet.put(rows, sheet.table.day, as_dates(years_later(sheet.days(sheet.table.day)[rows], 900)))
        sheet.mark(rows, pick.fault, "bad date", sheet.table.day)


def bad_numbers(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """A field of money is filled with nines, or a match score is given in per cent."""
    column = {"cost": "amount", "quarter": "amount", "crosswalk": "score"}.get(sheet.table.name, "")
    if column in sheet.frame:
        held = sheet.frame[column].to_numpy().astype(float)
        rows = pick(held > 0.01 if column == "score" else sheet.free)
        sheet.put(rows, column, 100 * held[rows] if column == "score" else np.full(len(rows), FILLER))
        sheet.mark(rows, pick.fault, "bad number", column)


def damaged(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """A tab came into a word, as from a spreadsheet."""
    _spelt(sheet, sheet.table.kind, pick, lambda word: f"{word[:1]}\t{word[1:]}", "damaged text")


def misspelt(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """A letter of the kind is left out: a code that a mapping with codes does not know."""
    _spelt(sheet, sheet.table.kind, pick, _letter_out, "")


def unknown_sources(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """A letter of the source is left out."""
    if sheet.table.day is not None:
        _spelt(sheet, "source", pick, _letter_out, "unknown source")


def _letter_out(word: str) -> str:
    return word[:1] + word[2:]


def _spelt(sheet: Sheet, column: str | None, pick: Pick, slip: Callable[[str], str], reason: str) -> None:
    if column is None or column not in sheet.frame or column == "source_id":
        return
    rows = pick(sheet.frame[column].str.len().to_numpy() >= 4)
    sheet.put(rows, column, sheet.frame[column].iloc[rows].map(slip).to_numpy(dtype=object))
    sheet.mark(rows, pick.fault, reason, column)


def swapped_ends(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """Beginning and end stand in each other's place."""
    if "stop" in sheet.frame:
        start, stop = sheet.days("start"), sheet.days("stop")
        rows = pick(stop > start)
        sheet.put(rows, "start", as_dates(stop[rows]))
        sheet.put(rows, "stop", as_dates(start[rows]))
        sheet.mark(rows, pick.fault, "ends first", "stop")


def swapped_days(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """Day and month are exchanged in the date of an event, which still lies within what its source covers."""
    if "recorded" in sheet.frame:
        other = exchanged(sheet.days("day"))
        inside = (facts.first <= other) & (other <= facts.last) & (facts.birth <= other)
        rows = pick((other != UNKNOWN) & (sheet.days("recorded") != UNKNOWN) & inside & ~_stands(sheet, other))
        sheet.put(rows, "day", as_dates(other[rows]))
        sheet.mark(rows, pick.fault, "", "day")


# ------------------------------------------------------------------------------------------------ rows that do not belong
def orphans(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """The id is nobody's."""
    if sheet.table.about_people:
        rows = pick(sheet.free)
        sheet.put(rows, "person_id", "X" + sheet.frame["person_id"].iloc[rows].str[1:].to_numpy(dtype=object))
        sheet.mark(rows, pick.fault, "orphan", "person_id")


def outside(sheet: Sheet, facts: Facts, pick: Pick) -> None:
    """The decade is wrong, and so the row lies before its source begins: 2009 for 2019."""
    day = sheet.table.day
    if day is None:
        return
    days = {name: sheet.days(name) for name in (day, "stop") if name in sheet.frame}
    lasts = {name: known != UNKNOWN for name, known in days.items()}
    earlier = {name: years_later(np.where(lasts[name], known, 0), -10) for name, known in days.items()}
    before = np.all([lasts[name] & (shifted < facts.first) for name, shifted in earlier.items()], axis=0)
    rows = pick(before)
    for name, shifted in earlier.items():
        sheet.put(rows, name, as_dates(shifted[rows]))
    sheet.mark(rows, pick.fault, "outside coverage", day)


SLIPS: Mapping[str, tuple[Slip, Stream, int]] = {  # in the order in which they are laid on; a number, once given, never changes
    "repeated": (repeated, Stream.FAULT_COPY, 1),
    "retyped": (retyped, Stream.FAULT_COPY, 2),
    "late": (late, Stream.FAULT_LATE, 1),
    "missing": (missing, Stream.FAULT_TYPO, 1),
    "bad_dates": (bad_dates, Stream.FAULT_TYPO, 2),
    "bad_numbers": (bad_numbers, Stream.FAULT_TYPO, 3),
    "damaged": (damaged, Stream.FAULT_TYPO, 4),
    "misspelt": (misspelt, Stream.FAULT_TYPO, 5),
    "swapped_ends": (swapped_ends, Stream.FAULT_TYPO, 6),
    "swapped_days": (swapped_days, Stream.FAULT_TYPO, 7),
    "unknown_sources": (unknown_sources, Stream.FAULT_STRAY, 1),
    "orphans": (orphans, Stream.FAULT_STRAY, 2),
    "outside": (outside, Stream.FAULT_STRAY, 3),
}
