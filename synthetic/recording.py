"""What a system writes down: sources with their lags, rows for the canonical tables, priced lines of service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from synthetic.lives import Lives

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """A system that records: what happens enters it at most `lag` days later."""

    name: str
    lag: int = 0
    since: date | None = None  # its first day; None: as long as the county has records


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What of the lives is seen, and under which names."""

    sources: tuple[Source, ...]
    moved: Array  # (n,) first day on which a person is seen no more
    offered: Array | None  # (n,) bool: which arm each person has on record; None: nobody has one
    arms: tuple[str, str]  # the kinds of event of those offered the programme, and of the others
    programme: str
    exchangeable: float = 1.0  # how alike control outcomes are to the real ones, from 0 to 1
    late: bool = True  # whether anything comes to light after its own day


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """Rows for one table from one source, before anything is hidden; (m,) arrays.

    Rows without an `entry` of their own enter after the whole lag of their source.  The lag runs from the day that a row is known.
    """

    table: str
    source: str
    who: Array  # places among the people
    day: Array
    words: Mapping[str, str]  # columns that hold one word in every row
    entry: Array | None = None  # between 0 and 1: how late within the lag
    days: Mapping[str, Array] = field(default_factory=dict)  # further columns of days
    codes: Mapping[str, tuple[Array, tuple[str, ...]]] = field(default_factory=dict)  # columns of words: a place in the words for each row
    numbers: Mapping[str, Array] = field(default_factory=dict)  # columns of numbers
    cents: Array | None = None  # the column `amount`
    known: Array | None = None  # the day on which it comes to light, where that is later than its own; None: its own


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Cost lines for one service; (m,) arrays."""

    service: str
    payer: str
    who: Array
    day: Array
    cents: Array


def _nothing(lives: Lives) -> Iterator[Lines]:
    return iter(())


@dataclass(frozen=True, slots=True)
class System:
    """A part of the county that records: it lives its own part of everybody's life, from luck of its own, and writes it down.

    A system reads people, the days on which they enrolled and the jail; never another system: so that a new one changes
    nobody's luck elsewhere.
    """

    name: str
    sources: tuple[Source, ...]
    kinds: frozenset[str]  # of its rows; empty: they depend on the world, and are always made
    logs: Callable[[Lives, View], Iterator[Log]]
    lines: Callable[[Lives], Iterator[Lines]] = _nothing  # what it costs; the system `finance` records them
