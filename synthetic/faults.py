"""Faults of recording, laid on last: what a county's clerks, forms and linkages do to rows that were right.

    from synthetic.faults import Faults, laid

    faulty = laid(world.records(lives), Faults(late=0.05, unlinked=0.03), seed=1)
    faulty.tables   # what an analyst may read
    faulty.planted  # how many rows have which fault, to hold a quality report against
    faulty.hits     # which rows

No row is given two faults, so that counts add up.  Whom a fault hits is luck of the row's own key and of a stream of the fault's
own: the same rows whatever the chunk, as long as all rows of a person stand in one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evaluation.records.contract import CONTRACT
from evaluation.records.values import EARLIEST
from evaluation.terms import Problem, Refused
from synthetic.sheets import NOBODY, UNKNOWN, Sheet, sheets
from synthetic.slips import SLIPS, Facts, Pick, as_dates, exchanged, years_later
from synthetic.streams import SEEDS, Stream

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

PLANTED = ["table", "source", "fault", "reason", "column"]
ARREST = "arrest"
FAR = np.iinfo(np.int64).max  # in place of a day that never comes


@dataclass(frozen=True, slots=True)
class Faults:
    """How often recording goes wrong: each dial is a share, from 0 to 1, of the rows that may have the fault and have no other yet.

    Of people: `conflicting` rows of one person that differ in birth, `born_late` the day after the first thing on record,
    `swapped_births` with day and month exchanged, `wrong_decades` of birth.  Of links: `unlinked`, ids of a source that are
    linked to nobody, and `unlinked_arrested`, so many more among people arrested in the later half of the records, where
    outcomes happen: links are then missing not at random.  The others are of single rows, and described in `synthetic/slips.py`.
    """

    conflicting: float = 0
    born_late: float = 0
    swapped_births: float = 0
    wrong_decades: float = 0
    unlinked: float = 0
    unlinked_arrested: float = 0
    repeated: float = 0
    retyped: float = 0
    late: float = 0
    missing: float = 0
    bad_dates: float = 0
    bad_numbers: float = 0
    damaged: float = 0
    misspelt: float = 0
    swapped_ends: float = 0
    swapped_days: float = 0
    unknown_sources: float = 0
    orphans: float = 0
    outside: float = 0

    def __post_init__(self) -> None:
        dials = {dial.name: getattr(self, dial.name) for dial in fields(self)}
        wrong = [(name, share) for name, share in dials.items() if not (isinstance(share, int | float) and 0 <= share <= 1)]
        if wrong:
            raise Refused(*(Problem(f"faults, {name}", f"is {share!r}.", "A dial is a share from 0 to 1.") for name, share in wrong))

    @classmethod
    def of_every_kind(cls, share: float) -> Faults:
        """Every dial at the same share; refuses one outside 0 to 1, once."""
        if not 0 <= share <= 1:
            raise Refused(Problem("faults", f"the share is {share!r}.", "It is from 0 to 1."))
        return cls(**{dial.name: share for dial in fields(cls)})


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """Tables with faults, and apart from them what an analyst never reads: where the faults are.

    `planted` counts rows by table, source, fault, `reason` and column: the reason for which a quality report must set them
    aside, empty where it cannot be certain.  The source is empty where the table has none, or the row names none that is known.
    `hits` says which rows: table, row (from 0), fault, reason, column, and `twin`, the row that a copy was made of (-1: none).
    """

    tables: Mapping[str, pd.DataFrame]
    planted: pd.DataFrame
    hits: pd.DataFrame


def laid(tables: Mapping[str, pd.DataFrame], faults: Faults, seed: int) -> Recorded:
    """These clean tables with faults; they themselves stay as they are.

    Tables must be those of a county whose people all have numbers, as `World.records` gives them, and hold all rows of
    each person.  Refuses a seed outside 0 to 2**64 - 1.
    """
    if not 0 <= seed < SEEDS:
        raise Refused(Problem("faults", f"the seed is {seed}.", "A seed is a whole number from 0 to 2**64 - 1."))
    held = {sheet.table.name: sheet for sheet in sheets(dict(tables), seed)}
    _of_people(held, faults)
    _of_links(held, tables["coverage"], faults)
    births = held["person"].days("birth") if "birth" in tables["person"] else np.full(len(tables["person"]), UNKNOWN)
    for sheet in held.values():
        facts = Facts.of(sheet, tables["coverage"], births)
        for dial, (slip, stream, number) in SLIPS.items():
            if getattr(faults, dial):
                slip(sheet, facts, Pick(sheet, dial, getattr(faults, dial), stream, number))
    return _recorded(tables, held)


# ------------------------------------------------------------------------------------------------ people
def _of_people(held: Mapping[str, Sheet], faults: Faults) -> None:
    """Faults of a person's row; what is about them is then left alone, but for what the fault does to it."""
    person = held["person"]
    if not (faults.conflicting or faults.born_late or faults.swapped_births or faults.wrong_decades) or "birth" not in person.frame:
        return
    rest = [sheet for sheet in held.values() if sheet is not person]
    birth, first, gone = person.days("birth"), _first_days(rest, len(person)), _gone(person)
    latest = np.minimum(first, gone)  # a later birth would contradict other rows
    known = birth != UNKNOWN

    def pick(dial: str, stream: Stream, number: int) -> Pick:
        return Pick(person, dial, getattr(faults, dial), stream, number)

    swapped = exchanged(birth)
    rows = pick("conflicting", Stream.FAULT_STRAY, 4)(known & (birth > EARLIEST + 366))
    other = np.where((swapped != UNKNOWN) & (swapped <= gone), swapped, birth - 365)
    person.copy(rows, {"birth": as_dates(other[rows])}, "conflicting", "conflicting", "person_id")
    person.mark(rows, "conflicting", "conflicting", "person_id")
    _follow(rest, rows, "conflicting", "orphan", "person_id")

    rows = pick("born_late", Stream.FAULT_TYPO, 8)(known & (first < FAR) & (first + 1 <= gone))
    _born(person, rows, first + 1, "born_late")
    for sheet in rest:
        if sheet.table.day is not None:
            hit = np.isin(sheet.who, rows) & (sheet.days(sheet.table.day) <= first[sheet.who])
            sheet.mark(np.flatnonzero(hit & sheet.free), "born_late", "before birth", sheet.table.day)
    _follow(rest, rows)

    picked = pick("swapped_births", Stream.FAULT_TYPO, 9)
    rows = picked((swapped != UNKNOWN) & (swapped <= latest) & (swapped > EARLIEST))
    _born(person, rows, swapped, "swapped_births")
    _follow(rest, rows)

    picked = pick("wrong_decades", Stream.FAULT_TYPO, 10)
    rows = np.flatnonzero(person.free & known)
    decade = np.zeros(len(person), np.int64)
    decade[rows] = np.where(picked.again(rows) < 0.5, -10, 10)
    wrong = years_later(np.where(known, birth, 0), decade)
    rows = picked(known & (wrong <= latest) & (wrong > EARLIEST))
    _born(person, rows, wrong, "wrong_decades")
    _follow(rest, rows)


def _first_days(rest: Sequence[Sheet], people: int) -> Array:
    """The first day of anything on record about each person; FAR where there is nothing."""
    first = np.full(people, FAR)
    for sheet in rest:
        if sheet.table.day is not None:
            about = sheet.who != NOBODY
            np.minimum.at(first, sheet.who[about], sheet.days(sheet.table.day)[about])
    return first


def _gone(person: Sheet) -> Array:
    """The day on which each person died or moved, whichever is known and comes first; FAR where neither is."""
    ends = [np.where(days == UNKNOWN, FAR, days) for days in (person.days("death"), person.days("moved"))]
    return np.minimum(*ends)


def _born(person: Sheet, rows: Array, birth: Array, fault: str) -> None:
    person.put(rows, "birth", as_dates(birth[rows]))
    person.mark(rows, fault, "", "birth")


def _follow(rest: Sequence[Sheet], people: Array, fault: str = "", reason: str = "", column: str = "") -> None:
    """Rows about these people are free no more; with a fault, it is theirs too."""
    for sheet in rest:
        rows = np.flatnonzero(np.isin(sheet.who, people) & sheet.free)
        sheet.free[rows] = False
        if fault:
            sheet.mark(rows, fault, reason, column)


# ------------------------------------------------------------------------------------------------ links
def _of_links(held: Mapping[str, Sheet], coverage: pd.DataFrame, faults: Faults) -> None:
    """Ids of a source that are linked to nobody: every row of that source about the person keeps the source's own id."""
    if "crosswalk" not in held or not (faults.unlinked or faults.unlinked_arrested):
        return
    links, n = held["crosswalk"], len(held["person"])
    rows = np.flatnonzero(links.free)
    arrested = _arrested(held["event"], coverage, n) if "event" in held else np.zeros(n, bool)
    share = np.minimum(1, faults.unlinked + faults.unlinked_arrested * arrested[links.who[rows]])
    rows = rows[links.luck(rows, Stream.FAULT_LINK, 1) < share]
    names = pd.Index(links.frame["source"].unique())
    lost = pd.Index(names.get_indexer(pd.Index(links.frame["source"].iloc[rows])) * n + links.who[rows])
    own = links.frame["source_id"].to_numpy()[rows]
    links.put(rows, "person_id", None)
    links.mark(rows, "unlinked", "", "person_id")
    for sheet in held.values():
        if sheet.table.sourced and sheet is not links:
            source = names.get_indexer(pd.Index(sheet.frame["source"]))
            place = lost.get_indexer(pd.Index(np.where((source >= 0) & sheet.free, source * n + sheet.who, NOBODY)))
            about = np.flatnonzero(place >= 0)
            sheet.put(about, "person_id", own[place[about]])
            sheet.mark(about, "unlinked", "not linked", "")


def _arrested(event: Sheet, coverage: pd.DataFrame, people: int) -> Array:
    """Whether each person was arrested in the later half of what the source of arrests covers."""
    facts = Facts.of(event, coverage, np.zeros(people, np.int64))
    rows = (event.frame["kind"] == ARREST).to_numpy() & (event.days("day") > (facts.first + facts.last) // 2) & (event.who != NOBODY)
    arrested = np.zeros(people, bool)
    arrested[event.who[rows]] = True
    return arrested


# ------------------------------------------------------------------------------------------------ what was done
def _recorded(tables: Mapping[str, pd.DataFrame], held: Mapping[str, Sheet]) -> Recorded:
    faulty, notes = dict(tables), []
    for name, sheet in held.items():
        faulty[name], done = sheet.finished()
        source = faulty[name]["source"].to_numpy()[done["row"]] if CONTRACT[name].sourced else ""
        known = np.where(done["reason"] == "unknown source", "", source)
        notes.append(done.assign(table=name, source=known))
    hits = pd.concat([each for each in notes if len(each)] or notes[:1], ignore_index=True)
    planted = hits.groupby(PLANTED, sort=True).size().rename("rows").reset_index()
    return Recorded(faulty, planted, hits[["table", "row", "fault", "reason", "column", "twin"]])
