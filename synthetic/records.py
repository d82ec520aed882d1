"""Lives as a county's systems record them: the canonical tables, each source with its reach, its lag and its links."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evaluation.records.days import day_of
from evaluation.terms import Problem, Refused
from synthetic import rates
from synthetic.community import BEYOND
from synthetic.lives import Lives, supervised
from synthetic.money import costs
from synthetic.people import AREAS, LANGUAGES, RACES, SEXES
from synthetic.plans import NEVER_DAY
from synthetic.streams import Stream

if TYPE_CHECKING:
    from datetime import date

    Array = np.ndarray[Any, Any]

SUPERVISION = "probation"  # the source that records who is under supervision, in a county that has it
UNSURE = 0.15  # a link's score lies between 1 less this, and 1; assumed


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


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """Rows for one table from one source, before anything is hidden; (m,) arrays.

    Rows without an `entry` of their own enter after the whole lag of their source.
    """

    table: str
    source: str
    who: Array
    day: Array
    words: Mapping[str, str]
    entry: Array | None = None
    days: Mapping[str, Array] = field(default_factory=dict)  # further columns of days
    amount: Array | None = None  # cents


def tables(lives: Lives, view: View) -> dict[str, pd.DataFrame]:
    """The canonical tables of these lives as a view shows them: days as dates, money in dollars."""
    sources = {source.name: source for source in view.sources}
    rows: dict[str, list[pd.DataFrame]] = {}
    known: dict[str, list[Array]] = {name: [] for name in sources}
    for log in _logs(lives, view):
        seen, recorded = _seen(log, sources[log.source], lives, view)
        rows.setdefault(log.table, []).append(_frame(log, seen, recorded, lives))
        known[log.source].append(log.who[seen])
    persons = lives.people.persons
    everybody = _ids("P", persons.luck.first + np.arange(len(persons)))
    return {
        "person": _person(lives, view, everybody),
        "family": pd.DataFrame({"family_id": _ids("F", persons.family), "person_id": everybody, "role": "adult"}),
        "crosswalk": _crosswalk(lives, known, everybody),
        **{name: pd.concat(frames, ignore_index=True) for name, frames in rows.items()},
        "coverage": _coverage(lives, view),
    }


def write(made: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """The tables as CSV files in a new or empty folder; a folder that holds anything is refused, and nothing stays half-written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(Problem(str(folder), "there is something here already.", "An invented county needs an empty folder.", "Name another one."))
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, frame in made.items():
            frame.to_csv(half / f"{name}.csv", index=False, date_format="%Y-%m-%d", float_format="%.2f", lineterminator="\n")
        half.chmod(0o755)  # temporary folders open for their owner only
        if folder.exists():
            folder.rmdir()
        half.rename(folder)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise


# ------------------------------------------------------------------------------------------------ what is recorded
def _logs(lives: Lives, view: View) -> Iterator[Log]:
    yield from _justice(lives)
    yield from _programme(lives, view)
    if any(source.name == SUPERVISION for source in view.sources):
        everybody, release = np.arange(len(lives.people)), lives.people.release
        stop = np.minimum(supervised(lives.people, lives.arrests), view.moved)
        yield Log("spell", SUPERVISION, everybody, release, {"kind": "supervision"}, days={"stop": stop})
    stays, contacts = lives.stays, lives.contacts
    yield Log("spell", "shelter", stays.who, stays.day, {"kind": "shelter"}, stays.entry, {"stop": stays.stop})
    yield Log("event", "behavioural_health", contacts.who, contacts.day, {"kind": "health_contact"}, contacts.entry)
    for lines in costs(lives, programme=view.programme):
        yield Log("cost", "finance", lines.who, lines.day, {"service": lines.service, "payer": lines.payer}, amount=lines.cents)


def _justice(lives: Lives) -> Iterator[Log]:
    arrests = lives.arrests
    yield Log("event", "police", arrests.who, arrests.day, {"kind": "arrest"}, arrests.entry)
    _, once = np.unique(arrests.who * BEYOND + arrests.convicted, return_index=True)  # a day in court ends in one conviction
    guilty = arrests.where(once)
    guilty = guilty.where(guilty.convicted < lives.until[guilty.who])
    yield Log("event", "court", guilty.who, guilty.convicted, {"kind": "conviction"}, guilty.entry)
    jailed = arrests.where(arrests.jailed)
    yield Log("event", "jail", jailed.who, jailed.day, {"kind": "jail_booking"})
    yield Log("spell", "jail", jailed.who, jailed.day, {"kind": "custody"}, days={"stop": jailed.stop})
    freed = jailed.where(jailed.stop < lives.until[jailed.who])
    yield Log("event", "jail", freed.who, freed.stop, {"kind": "release"})


def _programme(lives: Lives, view: View) -> Iterator[Log]:
    if view.offered is not None:
        for arm, kind in zip((view.offered, ~view.offered), view.arms, strict=True):
            who = np.flatnonzero(arm)
            yield Log("event", "navigation", who, lives.people.release[who], {"kind": kind})
    who = np.flatnonzero(lives.enrolled < NEVER_DAY)
    start = lives.enrolled[who]
    stop = np.minimum(start + int(rates.ENROLLED.value), lives.until[who])
    yield Log("service", "navigation", who, start, {"programme": view.programme}, days={"stop": np.minimum(stop, view.moved[who])})


def _seen(log: Log, source: Source, lives: Lives, view: View) -> tuple[Array, Array]:
    """Which rows have entered the records by their end, and the day on which each row entered."""
    calendar = lives.people.calendar
    since = calendar.first if source.since is None else day_of(source.since)
    entered = log.day + (source.lag if log.entry is None else np.floor(log.entry * (source.lag + 1)).astype(np.int64))
    return (log.day >= since) & (entered <= calendar.last) & (log.day < view.moved[log.who]), entered


# ------------------------------------------------------------------------------------------------ the tables
def _frame(log: Log, seen: Array, entered: Array, lives: Lives) -> pd.DataFrame:
    last = lives.people.calendar.last
    number = lives.people.persons.luck.first + log.who[seen]
    columns: dict[str, object] = {"person_id": _ids("P", number), **log.words}
    columns["start" if log.table in ("spell", "service") else "day"] = _dates(log.day[seen], last)
    columns |= {name: _dates(day[seen], last) for name, day in log.days.items()}
    if log.amount is not None:
        columns["amount"] = log.amount[seen] / 100
    if log.table == "event":
        columns["recorded"] = _dates(entered[seen], last)
    return pd.DataFrame(columns | {"source": log.source})


def _person(lives: Lives, view: View, everybody: Array) -> pd.DataFrame:
    people, persons = lives.people, lives.people.persons
    last = people.calendar.last
    return pd.DataFrame(
        {
            "person_id": everybody,
            "birth": _dates(persons.birth, last),
            "death": _dates(people.death, last),
            "moved": _dates(np.where(view.moved < people.death, view.moved, NEVER_DAY), last),
            "sex": np.array(SEXES, dtype=object)[persons.sex],
            "race_ethnicity": np.array(RACES, dtype=object)[persons.race_ethnicity],
            "language": np.array(LANGUAGES, dtype=object)[persons.language],
            "area": np.array(AREAS, dtype=object)[persons.area],
        }
    )


def _crosswalk(lives: Lives, known: Mapping[str, list[Array]], everybody: Array) -> pd.DataFrame:
    """One id a person in every source that knows them; the jail's own are the ids that others were linked to."""
    luck = lives.people.persons.luck
    doubt = luck.uniforms(Stream.LINK, len(known))
    frames = []
    for place, (source, lists) in enumerate(known.items()):
        who = np.unique(np.concatenate([np.empty(0, np.int64), *lists]))
        score = np.ones(len(who)) if source == "jail" else np.round(1 - UNSURE * doubt[who, place] ** 2, 2)
        ids = {"source": source, "source_id": _ids(source[0].upper(), luck.first + who + 1_000_000 * (place + 1))}
        frames.append(pd.DataFrame({**ids, "person_id": everybody[who], "score": score}))
    return pd.concat(frames, ignore_index=True)


def _coverage(lives: Lives, view: View) -> pd.DataFrame:
    calendar = lives.people.calendar
    first = np.array([calendar.first if source.since is None else day_of(source.since) for source in view.sources])
    return pd.DataFrame(
        {
            "source": [source.name for source in view.sources],
            "first": _dates(first, calendar.last),
            "last": _dates(np.full(len(first), calendar.last), calendar.last),
            "lag_days": [source.lag for source in view.sources],
            "grain": "day",
        }
    )


def _dates(days: Array, last: int) -> Array:
    """Days as dates; those after the last day of the records are not known yet."""
    return np.where(days <= last, days.astype("datetime64[D]"), np.datetime64("NaT")).astype("datetime64[s]")


def _ids(letter: str, numbers: Array) -> Array:
    known, place = np.unique(numbers, return_inverse=True)
    return np.array([f"{letter}{number:07d}" for number in known], dtype=object)[place]
