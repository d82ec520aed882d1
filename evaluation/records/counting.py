"""From tallies of rows to the quality report: what was lost and why, what is linked, what is worth a look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa

from ..phrases import SMALLEST_COUNT, counted, listed, share
from .contract import CONTRACT, OPEN_ENDED
from .quality import AS_DECLARED, MUCH, Count, Linkage, Quality, SetAside, Stray, Suspect
from .sifting import Tally


def quality(
    tallies: tuple[Tally, ...],
    *,
    tables: tuple[str, ...],
    sources: tuple[str, ...],
    strays: tuple[Stray, ...],
    suspects: tuple[Suspect, ...],
    notes: tuple[str, ...],
) -> Quality:
    """The report on these tables; `strays`, `suspects` and `notes` were found before."""
    counts = tuple(_count(tallies, name) for name in tables)
    aside = _set_aside(tallies)
    warnings = (*_much(counts, aside), *_after_death(tallies), *_suspected(suspects), *_idle(tallies, sources), *notes)
    return Quality(counts, aside, (*strays, *_unknown_sources(tallies)), _linkage(tallies, sources), warnings, suspects)


def strays_of(staged: Mapping[str, pa.Table]) -> tuple[Stray, ...]:
    """Codes that no map knows, where enough rows hold them to be shown."""
    found = []
    for name, rows in staged.items():
        for row in rows.select(["flaw", "stray"]).group_by(["flaw", "stray"]).aggregate([([], "count_all")]).to_pylist():
            reason, _, column = (row["flaw"] or "").partition(":")
            if reason == "unknown code" and row["count_all"] >= SMALLEST_COUNT:
                found.append(Stray(name, column, row["stray"], row["count_all"]))
    return tuple(sorted(found, key=lambda each: (each.table, each.column, -each.rows, each.code)))


def ends_of(staged: Mapping[str, pa.Table]) -> Iterator[str]:
    """Ends in the year 9999 that no mapping declares, where enough rows hold them to be shown."""
    for name, rows in staged.items():
        for row in rows.select(["flaw", "stray"]).group_by(["flaw", "stray"]).aggregate([([], "count_all")]).sort_by("stray").to_pylist():
            reason, _, column = (row["flaw"] or "").partition(":")
            if reason == "bad date" and column in OPEN_ENDED and row["stray"] and row["count_all"] >= SMALLEST_COUNT:
                many = counted(row["count_all"], "row")
                yield f"{name}: {column} is '{row['stray']}' in {many}. If that means not yet, declare open = \"{row['stray']}\" in records.toml."


def _sums(tallies: tuple[Tally, ...], key: Callable[[Tally], tuple[str, ...] | None]) -> dict[tuple[str, ...], int]:
    """Rows added up by a key, in the order of the keys; None leaves a tally out."""
    sums: dict[tuple[str, ...], int] = {}
    for tally in tallies:
        of = key(tally)
        if of is not None:
            sums[of] = sums.get(of, 0) + tally.rows
    return dict(sorted(sums.items()))


def _count(tallies: tuple[Tally, ...], name: str) -> Count:
    mine = [tally for tally in tallies if tally.table == name]
    return Count(name, sum(tally.rows for tally in mine), sum(tally.rows for tally in mine if not tally.reason))


def _set_aside(tallies: tuple[Tally, ...]) -> tuple[SetAside, ...]:
    def key(tally: Tally) -> tuple[str, ...] | None:
        source = tally.source or "" if tally.source_known else ""
        return (tally.table, source, *tally.reason.split(":")) if tally.reason else None

    sums = _sums(tallies, key)
    found = [SetAside(table, source, reason, column, rows) for (table, source, reason, column), rows in sums.items()]
    return tuple(sorted(found, key=lambda each: list(CONTRACT).index(each.table)))


def _unknown_sources(tallies: tuple[Tally, ...]) -> tuple[Stray, ...]:
    """Sources without coverage, where enough rows name them to be shown."""
    sums = _sums(tallies, lambda tally: (tally.table, tally.source or "") if tally.reason == "unknown source:source" else None)
    return tuple(Stray(table, "source", source, rows) for (table, source), rows in sums.items() if rows >= SMALLEST_COUNT)


def _linkage(tallies: tuple[Tally, ...], sources: tuple[str, ...]) -> tuple[Linkage, ...]:
    """By source: ids of the crosswalk that are linked, and rows whose person is known."""
    found = []
    for source in sorted(sources):
        about = [tally for tally in tallies if CONTRACT[tally.table].about_people and tally.source_known and tally.source == source]
        ids = [tally for tally in about if tally.table == "crosswalk"]
        rows = [tally for tally in about if tally.table != "crosswalk"]
        found.append(
            Linkage(source, *(sum(tally.rows for tally in some if tally.known or not sure) for some in (ids, rows) for sure in (False, True)))
        )
    return tuple(each for each in found if each.ids or each.rows)


def _much(counts: tuple[Count, ...], aside: tuple[SetAside, ...]) -> Iterator[str]:
    for each in counts:
        keyed = bool(CONTRACT[each.table].key)  # a person whom a file of bookings names twenty times is no loss
        mine = [some for some in aside if some.table == each.table and some.reason not in AS_DECLARED]
        lost = sum(some.rows for some in mine if not (keyed and some.reason == "repeated"))
        if lost > MUCH * each.read:
            yield f"{each.table}: {share(lost, each.read)} of its rows are set aside, more than {MUCH:.0%}. Mend this before anything is estimated."


def _after_death(tallies: tuple[Tally, ...]) -> Iterator[str]:
    sums = _sums(tallies, lambda tally: (tally.table, tally.source or "") if tally.late and not tally.reason else None)
    for (table, source), rows in sums.items():
        yield f"{table}, source {source}: {counted(rows, 'row')} dated after the person's death, and kept: a wrong link or a wrong date."


def _suspected(suspects: tuple[Suspect, ...]) -> Iterator[str]:
    for each in suspects:
        source = f", source {each.source}" if each.source else ""
        kept = "" if each.table == "person" else ", kept"  # of people, only rows that contradict each other are suspected
        yield f"{each.table}{source}: {counted(each.rows, 'row')}{kept}: {each.words}."


def _idle(tallies: tuple[Tally, ...], sources: tuple[str, ...]) -> Iterator[str]:
    seen = {tally.source for tally in tallies}
    idle = [source for source in sources if source not in seen]
    if idle:
        yield f"Covered, and without a row: {listed(idle)}."
