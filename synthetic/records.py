"""Lives as a county's systems record them: the canonical tables, each source with its reach, its lag and its links."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evaluation.records.days import day_of
from evaluation.terms import Problem, Refused
from synthetic.lives import Lives
from synthetic.people import AREAS, LANGUAGES, RACES, SEXES
from synthetic.recording import Log, Source, System, View
from synthetic.rows import NEVER_DAY
from synthetic.streams import Stream

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

UNSURE = 0.15  # a link's score lies between 1 less this, and 1; assumed


def tables(lives: Lives, view: View, systems: Sequence[System], reads: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
    """The canonical tables of these lives as a view shows them: days as dates, money in dollars.

    With `reads`, rows of kinds that are not among them may be left out; "cost" is all that costs anything.
    """
    sources = {source.name: source for source in view.sources}
    rows: dict[str, list[pd.DataFrame]] = {}
    known: dict[str, list[Array]] = {name: [] for name in sources}
    for log in _logs(lives, view, systems, reads):
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
    entered = log.day + (source.lag if log.entry is None else np.floor(log.entry * (source.lag + 1)).astype(np.int64))
    return (log.day >= since) & (entered <= calendar.last) & (log.day < view.moved[log.who]), entered


# ------------------------------------------------------------------------------------------------ the tables
def _frame(log: Log, seen: Array, entered: Array, lives: Lives) -> pd.DataFrame:
    last = lives.people.calendar.last
    number = lives.people.persons.luck.first + log.who[seen]
    columns: dict[str, object] = {"person_id": _ids("P", number), **log.words}
    columns["start" if log.table in ("spell", "service") else "day"] = _dates(log.day[seen], last)
    columns |= {name: _dates(day[seen], last) for name, day in log.days.items()}
    columns |= {name: np.array(words, dtype=object)[places[seen]] for name, (places, words) in log.codes.items()}
    columns |= {name: numbers[seen] for name, numbers in log.numbers.items()}
    if log.cents is not None:
        columns["amount"] = log.cents[seen] / 100
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
