"""A lab's own frame with days in it: how long each row was followed, and what ended it.

outcome=FrameTimes("months", "status", marked=1, competing={"death": 2}, censored=0, unit="months", better="fewer",
                   title={"en": "return to prison"}, event={"en": "back in prison"})
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ..outcomes.times_ruler import TimesRuler
from ..phrases import SMALLEST_COUNT, counted, listed, nearest
from ..records.days import horizon_end
from ..terms import Horizon, Outcome, Problem

if TYPE_CHECKING:
    from ..terms import Array

UNITS = ("days", "weeks", "months")
_DAYS_IN = {"weeks": 7, "months": 365.25 / 12}


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """What the columns of a frame with days in it hold: how long until something ended each row, and what it was.

    `column` counts from the row's start, in `unit`.  Day 0 is the day of the start, a fraction of a day is dropped, and who is censored was
    seen through that day.  Weeks and months are counted as they are lived: what happened in the k-th is dated on its last day, so
    that a horizon of k of them holds it; with `start`, months go by the calendar and are whole, and without are taken at their
    mean length.  `ended` holds codes, each declared as the event (`marked`), an end after which it cannot happen (`competing`, by a
    name of one's own; "death" is death) or as seen no further (`censored`).  `entry` is for rows that were not watched from their start
    on: at risk after that time alone, 0 standing for the start.
    """

    column: str
    ended: str
    marked: Any  # one code, or several
    better: Literal["fewer", "more"]
    title: Mapping[str, str]  # by language; a noun phrase: "arrest after release"
    event: Mapping[str, str]  # by language; completes "fewer people were ...": "arrested"
    competing: Mapping[str, Any] = field(default_factory=dict, hash=False)  # by name, one code or several
    censored: Any = ()  # one code, or several
    unit: Literal["days", "weeks", "months"] = "days"
    entry: str | None = None
    why_better: str = ""

    def defined(self) -> Outcome:
        """The outcome as a definition: the analyst's own, not verified against any authority."""
        return Outcome(
            name=f"frame/{self.column}",
            kind="mark",
            title=self.title,
            event=self.event,
            better=self.better,
            why_better=self.why_better,
            table="event",
            kinds=(self.column,),
            unit="people",
            universe="the rows of the frame",
            authority="The analyst's own columns; not an official definition",
            verified=False,
            not_counted="Whatever the frame does not say.",
            from_day=0,
            competing=tuple(self.competing),
        )

    def columns(self) -> dict[str, str]:
        """The columns that are read, by what each is for."""
        return {"outcome": self.column, "ended": self.ended} | ({} if self.entry is None else {"entry": self.entry})

    def flags(self) -> list[str]:
        """No column has to hold 0 and 1."""
        return []

    def numbers(self) -> list[str]:
        """The columns that hold numbers."""
        return [self.column, *([] if self.entry is None else [self.entry])]

    def declared(self) -> Iterator[Problem]:
        """What is wrong with the declaration itself."""
        if self.unit not in UNITS:
            yield Problem("outcome", f"unit is {self.unit!r}.", f"It is one of {listed(UNITS)}.", nearest(self.unit, UNITS))
        if not _codes(self.marked):
            yield Problem("outcome", "no code is declared as the event.", remedy="Give `marked`.")
        for name in self.competing:
            if name in ("", "mark", self.column):
                yield Problem("outcome", f"what competes is called '{name}', which stands for something else.", remedy="Give it another name.")
        codes = [code for _, each in self._endings() for code in each]
        twice = sum(codes.count(code) > 1 for code in dict.fromkeys(codes))
        if twice:
            yield Problem("outcome", f"{counted(twice, 'code')} declared as two endings.", "A code stands for one ending.")

    def problems(self, frame: pd.DataFrame, start: str | None) -> Iterator[Problem]:
        """What is wrong with the values of columns that are there and complete."""
        yield from self._undeclared(frame[self.ended])
        readable = [name for name in self.numbers() if pd.api.types.is_numeric_dtype(frame[name]) and np.isfinite(_floats(frame[name])).all()]
        for name in readable:
            values = _floats(frame[name])
            if below := int((values < 0).sum()):
                yield Problem(
                    f"column '{name}'",
                    f"{counted(below, 'row')} of {len(values):,} hold{'s' if below == 1 else ''} a time below 0.",
                    "Time runs from the start.",
                )
            broken = int((values != np.floor(values)).sum())
            if broken and start is not None and self.unit == "months":
                found = f"{counted(broken, 'row')} of {len(values):,} hold{'s' if broken == 1 else ''} part of a month."
                yield Problem(f"column '{name}'", found, "With `start`, months go by the calendar.", "Give the times in days.")
        if self.unit in UNITS and self.entry in readable and self.column in readable:
            yield from self._order(*(in_days(_floats(frame[name]), self.unit, None) for name in (self.column, str(self.entry))))

    def _order(self, stop: Array, entry: Array) -> Iterator[Problem]:
        after, same = int((entry > stop).sum()), int(((entry == stop) & (entry > 0)).sum())
        if after:
            found = f"{counted(after, 'row')} of {len(stop):,} {'is' if after == 1 else 'are'} watched only from after the end."
            yield Problem(f"column '{self.entry}'", found, "A row's entry comes before its end.", "Mend or drop those rows, and say so.")
        if same:
            found = f"{counted(same, 'row')} of {len(stop):,} end{'s' if same == 1 else ''} at the very time of entry, and would never be at risk."
            yield Problem(f"column '{self.entry}'", found, "A row's entry comes before its end.", "Mend or drop those rows, and say so.")

    def _undeclared(self, codes: pd.Series) -> Iterator[Problem]:
        """Codes that stand for no ending, with how many rows hold them; those that few rows hold are not told."""
        known = [code for _, each in self._endings() for code in each]
        held = codes[~codes.isin(known)].dropna().value_counts().sort_index(key=lambda index: index.map(str))
        if held.empty:
            return
        told = [f"{code!r} ({counted(int(rows), 'row')})" for code, rows in held.items() if rows >= SMALLEST_COUNT]
        rest = "" if told else f" in {counted(int(held.sum()), 'row')}"
        found = f"{counted(len(held), 'code')}{rest} stand{'s' if len(held) == 1 else ''} for no ending{': ' + listed(told) if told else ''}."
        yield Problem(f"column '{self.ended}'", found, "Each is the event, an end that competes with it, or censored.", "Declare it.")

    def _endings(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Each ending with its codes: the event under the column's name, the censored under none."""
        rivals = [(name, _codes(codes)) for name, codes in self.competing.items()]
        return [(self.column, _codes(self.marked)), *rivals, ("", _codes(self.censored))]

    def ruler(self, frame: pd.DataFrame, starts: Array | None) -> tuple[TimesRuler, dict[str, Array]]:
        """The ruler over the frame's rows, and all that it read; `starts` (n,) int are the days on which the clocks start."""
        kind = np.full(len(frame), "", dtype=object)
        for name, codes in self._endings():
            kind[frame[self.ended].isin(codes).to_numpy()] = name
        why = np.select([kind == self.column, kind == "death", kind != ""], ["mark", "death", "competing"], "records end")
        day = in_days(_floats(frame[self.column]), self.unit, starts)
        entry = None
        if self.entry is not None:
            came = _floats(frame[self.entry])
            entry = np.where(came == 0, -1, in_days(came, self.unit, starts))
        cause = np.where(np.isin(why, ("mark", "competing")), kind, "").astype(str)
        names = [name for name, _ in self._endings()]
        read = {"day": day, "ended": np.array([names.index(each) for each in kind])} | ({} if entry is None else {"entry": entry})
        return TimesRuler(self.defined(), day, why.astype(str), cause, entry, starts), read


def in_days(times: Array, unit: str, starts: Array | None) -> Array:
    """(n,) int: times since the start as days, those in weeks or months dated on the last day of the last one begun."""
    if unit == "days":
        return np.floor(times).astype(np.int64)
    if unit == "months" and starts is not None:
        ends = [horizon_end(int(day), Horizon(months=int(months))) - int(day) for day, months in zip(starts, times, strict=True)]
        return np.maximum(np.array(ends, dtype=np.int64) - 1, 0)
    # as a horizon in so many months is turned into days, so that it holds them
    return np.maximum(np.round(times * _DAYS_IN[unit]).astype(np.int64) - 1, 0)


def _codes(given: Any) -> tuple[Any, ...]:
    return tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)


def _floats(column: pd.Series) -> Array:
    return column.to_numpy(dtype=float, na_value=np.nan)
