"""A table while faults are laid on it: which rows are still free, the luck of each row, and what was done to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
import pandas as pd

from evaluation.records.contract import CONTRACT, Table
from synthetic.streams import WORDS, Luck, Stream

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

APART = 1_000  # people further apart than this by number are drawn by themselves: luck comes for people in a row
NOBODY = -1  # in place of a person's place, or of a row's twin
UNKNOWN = np.iinfo(np.int64).min  # in place of a day that is not known


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """The rows of the table `person`, as (n,) arrays; a place is a row number in it."""

    ids: pd.Index[str]
    numbers: Array  # by which luck belongs to them: the digits of their id

    @classmethod
    def of(cls, person: pd.DataFrame) -> People:
        """The people of a clean table, whose ids are a letter and a number."""
        return cls(pd.Index(person["person_id"]), person["person_id"].str[1:].to_numpy().astype(np.int64))


@dataclass(slots=True, eq=False)
class Sheet:
    """One table, its rows by number.  No row is given two faults: a row that has one is not free."""

    table: Table
    frame: pd.DataFrame
    people: People
    seed: int
    who: Array  # (m,) the person's place; NOBODY where the row is about nobody
    labels: list[int]  # numbers of the sources and kinds that there are
    label: Array  # (m,) which of them a row is of
    order: Array  # (m,) the row's place among the person's rows of one label
    free: Array  # (m,) bool
    done: list[pd.DataFrame] = field(default_factory=list)  # what was done to rows: row, fault, reason, column
    copies: list[tuple[Array, pd.DataFrame, str, str, str]] = field(default_factory=list)  # of which rows, as what, fault, reason, column

    @classmethod
    def of(cls, name: str, frame: pd.DataFrame, people: People, seed: int) -> Sheet:
        """A clean table, nothing of which is changed."""
        about = "person_id" in frame
        who = people.ids.get_indexer(pd.Index(frame["person_id"])) if about else np.full(len(frame), NOBODY)
        labels, label = _labels(CONTRACT[name], frame)
        order = _places(label * (len(people.numbers) + 1) + who + 1)
        return cls(CONTRACT[name], frame.reset_index(drop=True).copy(), people, seed, who, labels, label, order, who != NOBODY)

    def __len__(self) -> int:
        return len(self.who)

    def days(self, column: str) -> Array:
        """A column of days as numbers; UNKNOWN where there is none.  Shape (m,)."""
        if column not in self.frame:
            return np.full(len(self), UNKNOWN)
        days = self.frame[column].to_numpy().astype("datetime64[D]")
        return np.where(np.isnat(days), UNKNOWN, days.astype(np.int64))

    def luck(self, rows: Array, stream: Stream, fault: int, *, choice: bool = False) -> Array:
        """A uniform for each of these rows; `choice` gives another.

        It belongs to the row's own key: the person's number, the table, the source, the kind, and the row's place among the
        person's rows that share these three.  So it is the same whatever the chunk, and whatever other rows are there.
        """
        numbers, label, block = self.people.numbers[self.who[rows]], self.label[rows], self.order[rows] // WORDS
        drawn = np.empty(len(rows))
        by = np.lexsort((numbers, block, label))
        breaks = (np.diff(label[by]) != 0) | (np.diff(block[by]) != 0) | (np.diff(numbers[by]) > APART)
        for run in np.split(by, np.flatnonzero(breaks) + 1) if len(by) else ():
            first, last = int(numbers[run[0]]), int(numbers[run[-1]])
            event = ((2 * fault + choice) << 56) + (self.labels[label[run[0]]] << 16) + int(block[run[0]])
            uniforms = Luck(self.seed, first, last - first + 1).uniforms(stream, WORDS, event=event)
            drawn[run] = uniforms[numbers[run] - first, self.order[rows[run]] % WORDS]
        return drawn

    def mark(self, rows: Array, fault: str, reason: str, column: str) -> None:
        """Notes a fault of these rows, and the reason for which they will be set aside: empty, if they will not."""
        if not len(rows):
            return
        self.free[rows] = False
        self.done.append(pd.DataFrame({"row": rows, "fault": fault, "reason": reason, "column": column}))

    def put(self, rows: Array, column: str, values: Array | np.datetime64 | None) -> None:
        """Writes values, or one value, into these rows."""
        held = self.frame[column].to_numpy(copy=True)
        held[rows] = values
        self.frame[column] = held

    def copy(self, rows: Array, changes: dict[str, Array], fault: str, reason: str, column: str) -> None:
        """Adds a copy after each of these rows, with other values in some columns."""
        if not len(rows):
            return
        self.free[rows] = False
        self.copies.append((rows, self.frame.iloc[rows].assign(**changes), fault, reason, column))

    def finished(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The faulty table, each copy after its original; and by row of it fault, reason, column and twin."""
        of = np.concatenate([np.arange(len(self)), *(rows for rows, *_ in self.copies)])
        order = np.argsort(of, kind="stable")
        stands = np.argsort(order, kind="stable")  # where a row stands now
        frame = pd.concat([self.frame, *(frame for _, frame, *_ in self.copies)]).iloc[order].reset_index(drop=True)
        notes = [each.assign(row=stands[each["row"]], twin=NOBODY) for each in self.done]
        first = len(self)
        for rows, _, fault, reason, column in self.copies:
            places = stands[first : first + len(rows)]
            notes.append(pd.DataFrame({"row": places, "fault": fault, "reason": reason, "column": column, "twin": stands[rows]}))
            first += len(rows)
        return frame, pd.concat(notes, ignore_index=True) if notes else pd.DataFrame(columns=["row", "fault", "reason", "column", "twin"])


def _labels(table: Table, frame: pd.DataFrame) -> tuple[list[int], Array]:
    """A number for every source and kind that the rows of a table have, made of nothing but the words; and which of them each row has."""
    words = pd.Series(table.name, index=frame.index)
    for name in (name for name in ("source", table.kind) if name is not None and name in frame):
        words = words + "|" + frame[name].astype(str)
    codes, known = pd.factorize(words)
    return [crc32(word.encode()) for word in known], codes.astype(np.int64)


def _places(groups: Array) -> Array:
    """The place of each row among the rows of its group, in the order in which they stand."""
    by = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[by], prepend=groups[by[:1]] - 1)) if len(by) else by
    lengths = np.diff(np.append(starts, len(by)))
    places = np.empty(len(by), np.int64)
    places[by] = np.arange(len(by)) - np.repeat(starts, lengths)
    return places


def sheets(frames: dict[str, pd.DataFrame], seed: int) -> Iterator[Sheet]:
    """The tables that may be faulty: those about people."""
    people = People.of(frames["person"])
    for name in CONTRACT:
        if name in frames and "person_id" in CONTRACT[name]:
            yield Sheet.of(name, frames[name], people, seed)
