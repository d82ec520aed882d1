"""What is wrong with a county's records, in counts and plain words: never a value of a person's row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..phrases import counted, share

if TYPE_CHECKING:
    import pandas as pd

MUCH = 0.05  # a table that loses more is worth a look before anything is estimated

AS_DECLARED = ("not yet", "collapsed")  # set aside because the mapping says so: no loss

REASONS = {  # in the order in which they are looked for; a row is counted under the first
    "not yet": "{column} is empty: it has not happened yet",
    "missing": "{column} is empty, and every row needs one",
    "bad date": "{column} is no date in the declared form, or lies outside 1900 to 2200",
    "bad number": "{column} is no number of the right kind, or out of range",
    "damaged text": "{column} holds a line end or another control character",
    "unknown code": "{column} holds a code that is not declared",
    "ends first": "{column} comes before its beginning",
    "not linked": "the source's id is linked to nobody in the crosswalk",
    "collapsed": "another row of the same happening stands for it",
    "unknown source": "the source has no declared coverage",
    "repeated": "the row stands there already, value for value",
    "conflicting": "rows share a key and differ, and nothing says which is right",
    "orphan": "the person is not in the person table, or was set aside there",
    "outside coverage": "{column} lies outside what the source covers",
    "before birth": "{column} comes before the person's birth",
}

SUSPICIONS = {  # against rows that are kept: each has innocent causes too
    "late": "{column} is later than the source's lag allows: its last days are less complete than it says, or a date is wrong",
    "entered first": "{column} comes before the day itself: a wrong date",
    "exchanged": "{column} would contradict nothing if its day and month were exchanged",
    "negative": "{column} is below 0: money that came back, or a wrong sign; it is taken off what is added up",
    "overlap": "it begins before another of the same person, kind and source has ended: days are counted once",
    "twice": "much like another row of the same person, at most a day apart: perhaps entered twice",
    "age": "the person was older than 105 years or too young for this: a wrong birth or a wrong link",
    "misspelt": "{column} is one letter from a word that far more rows hold",
}


def in_words(flaw: str) -> str:
    """A flaw or a suspicion, "reason:column", for a reader."""
    reason, _, column = flaw.partition(":")
    return (REASONS | SUSPICIONS)[reason].format(column=column)


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a table were read, and how many may be used."""

    table: str
    read: int
    kept: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """Rows that may not be used, for one reason."""

    table: str
    source: str  # empty where the table has none, or the row names none that is known
    reason: str
    column: str  # empty where the whole row is the reason
    rows: int

    @property
    def words(self) -> str:
        """The reason, for a reader."""
        return in_words(f"{self.reason}:{self.column}")


@dataclass(frozen=True, slots=True)
class Suspect:
    """Rows that may be wrong, for one reason; they are kept, unless they were set aside for another."""

    table: str
    source: str  # empty where the table has none
    suspicion: str
    column: str  # empty where the whole row is suspected
    rows: int

    @property
    def words(self) -> str:
        """The suspicion, for a reader."""
        return in_words(f"{self.suspicion}:{self.column}")


@dataclass(frozen=True, slots=True)
class Stray:
    """A code that no map knows and that many rows hold."""

    table: str
    column: str
    code: str
    rows: int


@dataclass(frozen=True, slots=True)
class Linkage:
    """How much of a source is about somebody known."""

    source: str
    ids: int  # of the source in the crosswalk
    linked: int
    rows: int  # of the source that are about a person
    known: int  # of them, whose person is in the person table


@dataclass(frozen=True, slots=True)
class Quality:
    """The whole report: `print` it, or take `.frame()`."""

    tables: tuple[Count, ...]
    set_aside: tuple[SetAside, ...]
    strays: tuple[Stray, ...]
    linkage: tuple[Linkage, ...]
    warnings: tuple[str, ...]
    suspects: tuple[Suspect, ...] = ()  # told among the warnings too

    def frame(self) -> pd.DataFrame:
        """One row a table, source and reason: rows set aside."""
        import pandas as pd

        names = ["table", "source", "reason", "column", "rows"]
        return pd.DataFrame([{name: getattr(each, name) for name in names} for each in self.set_aside], columns=names)

    def summary(self) -> str:
        """One line: read, kept, set aside, and whether there is something to look at."""
        return self._sums() + (f" {counted(len(self.warnings), 'thing')} to look at: see `betteroff check`." if self.warnings else "")

    def _sums(self) -> str:
        read, kept = sum(each.read for each in self.tables), sum(each.kept for each in self.tables)
        return f"{counted(read, 'row')} read, {kept:,} kept, {read - kept:,} set aside."

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"Records: {self._sums()}"
        wide = max((len(f"{each.read:,}") for each in self.tables), default=1)
        for count in self.tables:
            yield f"  {count.table:<10} {count.read:>{wide},} read  {count.kept:>{wide},} kept" + self._lost(count)
        if self.set_aside:
            yield "Set aside"
        for each in self.set_aside:
            source = f", source {each.source}" if each.source else ""
            yield f"  {each.table}{source}: {counted(each.rows, 'row')}: {each.words}."
        for stray in self.strays:
            yield f"  {stray.table}: {stray.column} is '{stray.code}' in {counted(stray.rows, 'row')}, which is not declared."
        if self.linkage:
            yield "Linkage"
        for link in self.linkage:
            ids = f"{share(link.linked, link.ids)} of {counted(link.ids, 'id')} linked to a person; " if link.ids else ""
            yield f"  {link.source}: {ids}{share(link.known, link.rows)} of {counted(link.rows, 'row')} about a known person."
        if self.warnings:
            yield "To look at"
        yield from (f"  {warning}" for warning in self.warnings)

    def _lost(self, count: Count) -> str:
        return f"  {count.read - count.kept:,} set aside ({share(count.read - count.kept, count.read)})" if count.kept < count.read else ""
