"""Lives as a county's systems record them: the canonical tables, each source with its reach, its lag and its links.

Rows come in the order of person and day, and within a day in the order in which systems write: the same whatever the chunk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from evaluation.records.contract import CONTRACT
from evaluation.records.days import day_of
from synthetic.filled import NOTHING, Column, Filled, Words, ids
from synthetic.households import ROLES
from synthetic.lives import Lives
from synthetic.people import LANGUAGES, RACES, SEXES
from synthetic.placing import whole
from synthetic.recording import Log, Source, System, View
from synthetic.rows import BEYOND, NEVER_DAY
from synthetic.streams import Stream

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

UNSURE = 0.15  # a link's score lies between 1 less this, and 1; assumed


def tables(lives: Lives, view: View, systems: Sequence[System], reads: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
    """The canonical tables of these lives as a view shows them: days as dates, money in dollars.

    With `reads`, rows of kinds that are not among them may be left out; "cost" is all that costs anything.
    """
    return {name: table.frame() for name, table in filled(lives, view, systems, reads).items()}


def filled(lives: Lives, view: View, systems: Sequence[System], reads: Collection[str] | None = None) -> dict[str, Filled]:
    """The same tables by columns, which frames and Parquet files are made of."""
    sources = {source.name: source for source in view.sources}
    parts: dict[str, list[_Part]] = {}
    known = {name: np.zeros(len(lives.people), dtype=bool) for name in sources}
    for log in _logs(lives, view, systems, reads):
        part = _part(log, sources[log.source], lives, view)
        parts.setdefault(log.table, []).append(part)
        known[log.source][part.who] = True
    persons, last = lives.people.persons, lives.people.calendar.last
    everybody = Words(ids("P", persons.luck.numbers))
    return {
        "person": _person(lives, view, everybody),
        "family": _family(lives, everybody),
        "crosswalk": _crosswalk(lives, known, everybody),
        **{name: _gathered(name, table, everybody, last) for name, table in parts.items()},
        "coverage": _coverage(lives, view),
    }


def write(made: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """The tables as CSV files in a new or empty folder; a folder that holds anything is refused, and nothing stays half-written."""
    with whole(folder) as half:
        for name, frame in made.items():
            frame.to_csv(half / f"{name}.csv", index=False, date_format="%Y-%m-%d", float_format="%.2f", lineterminator="\n")


# ------------------------------------------------------------------------------------------------ what is recorded
def _logs(lives: Lives, view: View, systems: Sequence[System], reads: Collection[str] | None) -> Iterator[Log]:
    """Every row that a system writes, or those of the kinds that are read."""
    for system in systems:
        if reads is None or not system.kinds or not system.kinds.isdisjoint(reads):
            yield from system.logs(lives, view)
        if reads is None or "cost" in reads:
            for lines in system.lines(lives):
                yield Log("cost", "finance", lines.who, lines.day, {"service": lines.service, "payer": lines.payer}, cents=lines.cents)


def _seen(log: Log, source: Source, lives: Lives, view: View) -> tuple[Array, Array]:
    """Which rows have entered the records by their end, and the day on which each row entered."""
    calendar = lives.people.calendar
    since = calendar.first if source.since is None else day_of(source.since)
    known = log.day if log.known is None or not view.late else log.known
    entered = known + (source.lag if log.entry is None else np.floor(log.entry * (source.lag + 1)).astype(np.int64))
    return (log.day >= since) & (entered <= calendar.last) & (known < view.moved[log.who]), entered


# ------------------------------------------------------------------------------------------------ the tables
@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The rows of one log that have entered the records."""

    who: Array
    day: Array
    columns: Mapping[str, Column]


def _part(log: Log, source: Source, lives: Lives, view: View) -> _Part:
    seen, entered = _seen(log, source, lives, view)
    who, day, canonical = log.who[seen], log.day[seen], CONTRACT[log.table]
    columns = {name: _always(word, len(who)) for name, word in log.words.items()}
    columns[canonical.day or "day"] = Column("day", day)
    columns |= {name: Column("day", other[seen]) for name, other in log.days.items()}
    columns |= {name: Column("word", places[seen], Words(words)) for name, (places, words) in log.codes.items()}
    columns |= {name: Column("number", numbers[seen]) for name, numbers in log.numbers.items()}
    if log.cents is not None:
        columns["amount"] = Column("cents", log.cents[seen])
    if "recorded" in canonical:
        # a row dated back has no day of entry: it would say that its source is later than it is
        columns["recorded"] = Column("day", entered[seen] if log.known is None else np.full(int(seen.sum()), NEVER_DAY))
    return _Part(who, day, columns | {"source": _always(log.source, len(who))})


def _gathered(name: str, parts: Sequence[_Part], everybody: Words, last: int) -> Filled:
    """The rows of all logs of a table, in the order of person and day, and then of the logs."""
    who = np.concatenate([part.who for part in parts])
    order = np.argsort(who * BEYOND + np.concatenate([part.day for part in parts]), kind="stable")
    columns = {"person_id": Column("word", who[order].astype(np.int32), everybody)}
    lengths = [len(part.who) for part in parts]
    for named in dict.fromkeys(named for part in parts for named in part.columns):
        columns[named] = _joined([part.columns.get(named) for part in parts], lengths, order, last)
    return Filled(name, columns)


def _joined(columns: Sequence[Column | None], lengths: Sequence[int], order: Array, last: int) -> Column:
    """A column of several logs as one; missing where a log does not have it."""
    first = next(column for column in columns if column is not None)
    if first.holds == "word":
        return _joined_words(columns, lengths, order)
    nothing = NEVER_DAY if first.holds == "day" else 0
    held = [np.full(many, nothing) if column is None else column.values for column, many in zip(columns, lengths, strict=True)]
    values = np.concatenate(held)[order]
    if first.holds == "day":
        return _day(values, last)
    absent = np.repeat([column is None for column in columns], lengths)
    return Column(first.holds, values, missing=absent[order] if absent.any() else None)


def _joined_words(columns: Sequence[Column | None], lengths: Sequence[int], order: Array) -> Column:
    places: dict[str, int] = {}
    held = []
    for column, many in zip(columns, lengths, strict=True):
        words = [] if column is None or column.words is None else column.words.arrow.to_pylist()
        codes = np.array([*(places.setdefault(word, len(places)) for word in words), NOTHING], np.int32)
        held.append(np.full(many, NOTHING, np.int32) if column is None else codes[column.values])
    return Column("word", np.concatenate(held)[order], Words(list(places)))


def _person(lives: Lives, view: View, everybody: Words) -> Filled:
    people, persons = lives.people, lives.people.persons
    last = people.calendar.last
    return Filled(
        "person",
        {
            "person_id": Column("word", np.arange(len(persons)), everybody),
            "birth": _day(persons.birth, last),
            "death": _day(people.death, last),
            "moved": _day(np.where(view.moved < people.death, view.moved, NEVER_DAY), last),
            "sex": Column("word", persons.sex, Words(SEXES)),
            "race_ethnicity": Column("word", persons.race_ethnicity, Words(RACES)),
            "language": Column("word", persons.language, Words(LANGUAGES)),
            "area": Column("word", persons.area, Words(persons.areas)),
        },
    )


def _family(lives: Lives, everybody: Words) -> Filled:
    persons = lives.people.persons
    everyone = np.arange(len(persons))
    families = Column("word", everyone, Words(ids("F", persons.family)))
    roles = Column("word", persons.role, Words(ROLES))
    return Filled("family", {"family_id": families, "person_id": Column("word", everyone, everybody), "role": roles})


def _crosswalk(lives: Lives, known: Mapping[str, Array], everybody: Words) -> Filled:
    """One id a person in every source that knows them; the jail's own are the ids that others were linked to."""
    luck = lives.people.persons.luck
    doubt = luck.uniforms(Stream.LINK, len(known))
    lists = [np.flatnonzero(each) for each in known.values()]
    who, place = np.concatenate(lists), np.repeat(np.arange(len(lists)), [len(each) for each in lists])
    own = [ids(name[0].upper(), luck.first + each + 1_000_000 * (number + 1)) for number, (name, each) in enumerate(zip(known, lists, strict=True))]
    sure = np.array([name == "jail" for name in known])
    score = np.where(sure[place], 1.0, np.round(1 - UNSURE * doubt[who, place] ** 2, 2))
    order = np.argsort(who, kind="stable")
    return Filled(
        "crosswalk",
        {
            "source": Column("word", place[order], Words(tuple(known))),
            "source_id": Column("word", order, Words(pa.concat_arrays(own))),
            "person_id": Column("word", who[order], everybody),
            "score": Column("number", score[order]),
        },
    )


def _coverage(lives: Lives, view: View) -> Filled:
    calendar, many = lives.people.calendar, len(view.sources)
    first = np.array([calendar.first if source.since is None else day_of(source.since) for source in view.sources])
    return Filled(
        "coverage",
        {
            "source": Column("word", np.arange(many), Words([source.name for source in view.sources])),
            "first": _day(first, calendar.last),
            "last": _day(np.full(many, calendar.last), calendar.last),
            "lag_days": Column("number", np.array([source.lag for source in view.sources])),
            "grain": _always("day", many),
        },
    )


def _day(days: Array, last: int) -> Column:
    """Days; those after the last day of the records are not known yet."""
    return Column("day", days.astype(np.int32), missing=days > last)


def _always(word: str, many: int) -> Column:
    """A column that holds one word in every row."""
    return Column("word", np.zeros(many, np.int32), Words([word]))
