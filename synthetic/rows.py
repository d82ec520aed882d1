"""Things that happen to people, as columns of equal length in the order of person and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]


NEVER_DAY = 100_000  # later than any day that is lived: nothing happens on it
BEYOND = 2**20  # more days than any life has: keeps the days of one person apart from those of the next


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One row a happening; (m,) arrays.  Kinds of happening add their own columns."""

    who: Array  # the person's place among the people
    day: Array  # the day it happens or begins
    entry: Array  # between 0 and 1: how late it enters the records

    def where(self, rows: Array) -> Self:
        """Only these rows, in this order."""
        return type(self)(*(getattr(self, column.name)[rows] for column in fields(self)))

    @classmethod
    def gathered(cls, parts: Sequence[Self]) -> Self:
        """All parts as one, in the order of person and day."""
        columns = {column.name: [getattr(part, column.name) for part in parts if len(part.who)] or [np.empty(0, np.int64)] for column in fields(cls)}
        whole = cls(**{name: np.concatenate(column) for name, column in columns.items()})
        return whole.where(np.argsort(whole.who * BEYOND + whole.day, kind="stable"))


@dataclass(frozen=True, slots=True, eq=False)
class Arrests(Rows):
    """Arrests and what became of each: a citation or nights in jail, and perhaps a conviction."""

    stop: Array  # the day of release from jail; the day of the arrest itself where the person was cited
    convicted: Array  # the day of the conviction; NEVER_DAY where there was none

    @property
    def jailed(self) -> Array:
        """Which arrests ended in at least one night in jail."""
        return np.asarray(self.stop > self.day)


@dataclass(frozen=True, slots=True, eq=False)
class Stays(Rows):
    """Shelter stays."""

    stop: Array  # the first day that is no longer part of it


@dataclass(frozen=True, slots=True, eq=False)
class Contacts(Rows):
    """Behavioural health contacts, at most one a day."""
