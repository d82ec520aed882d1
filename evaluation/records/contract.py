"""What a county's records must hold: the twelve canonical tables, column by column, as data.

Everything that reads, checks or documents records goes by `CONTRACT`; a column is described here and nowhere else.
In files a day is a date and money is dollars; in the engine both are whole numbers (days since 1970-01-01, cents), so that
sums are exact and no dialect's date arithmetic is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "day", "money", "whole", "number"]

ENGINE_TYPES: dict[Type, str] = {"text": "VARCHAR", "day": "INTEGER", "money": "BIGINT", "whole": "BIGINT", "number": "DOUBLE"}
NAME, LONGEST_NAME = re.compile("[a-z][a-z0-9_]*"), 40  # of a cohort's table: engines fold case, and cut long names
RESERVED = ("start_id", "person_id", "day", "served", "taken_up")  # columns that a cohort has, beside those of its history
PRICED, UNITS = ("spell", "event", "service"), ("day", "contact")  # what a book of unit costs prices, and by what
PAYERS = ("county", "state", "federal", "managed_care", "other")
BASES = ("average", "short_run_marginal", "long_run_marginal")
OPEN_ENDED = frozenset({"death", "moved", "stop"})  # a missing day in these means "not yet": FOREVER in the engine


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, what it may hold, and what that means."""

    name: str
    type: Type
    required: bool
    meaning: str
    codes: tuple[str, ...] = ()  # the only words allowed; empty: any text
    between: tuple[int, int] | None = None  # the smallest and the largest number allowed

    @property
    def engine_type(self) -> str:
        """The column's type in the engine."""
        return ENGINE_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.  No two rows may share a `key`; without one, only whole rows may not be repeated."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    meaning: str

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __contains__(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that every row must fill."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def about_people(self) -> bool:
        """Whether a row is about somebody in `person`."""
        return "person_id" in self and self.name != "person"

    @property
    def sourced(self) -> bool:
        """Whether a row says which source it came from."""
        return "source" in self and self.name != "coverage"

    @property
    def day(self) -> str | None:
        """The column that dates a row: the day it happened or began; None for a table without one."""
        return next((name for name in ("day", "start") if name in self), None)

    @property
    def kind(self) -> str | None:
        """The column that says what a row is of: a kind, a programme, a service, a measure; None for a table without one."""
        return next((name for name in ("kind", "programme", "service", "measure", "list") if name in self), None)


def _needs(name: str, type: Type, meaning: str, codes: tuple[str, ...] = (), between: tuple[int, int] | None = None) -> Column:
    return Column(name, type, True, meaning, codes, between)


def _may(name: str, type: Type, meaning: str, between: tuple[int, int] | None = None) -> Column:
    return Column(name, type, False, meaning, (), between)


_WHO = _needs("person_id", "text", "Whom the row is about: an id in `person`.")
_SOURCE = _needs("source", "text", "The system the row came from: a source in `coverage`.")
_MANY = 10**9

CONTRACT: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "person",
            (
                _needs("person_id", "text", "The person's id after linkage.  Text: 007 is not 7."),
                _may("birth", "day", "Day of birth."),
                _may("death", "day", "Day of death.  Missing: not known to have died."),
                _may("moved", "day", "First day on which the person no longer lived in the county.  Missing: still lives here."),
                _may("sex", "text", "Sex as recorded."),
                _may("race_ethnicity", "text", "Race and ethnicity as recorded."),
                _may("language", "text", "Preferred language."),
                _may("area", "text", "Area of residence: an area in `area`, or any name that the county uses."),
            ),
            ("person_id",),
            "One row for each person.",
        ),
        Table(
            "family",
            (
                _needs("family_id", "text", "The family's id."),
                _WHO,
                _may("role", "text", "The person's place in the family: mother, child, ..."),
            ),
            ("family_id", "person_id"),
            "Who belongs to which family.",
        ),
        Table(
            "crosswalk",
            (
                _SOURCE,
                _needs("source_id", "text", "The id that the source itself uses."),
                _may("person_id", "text", "The person it was linked to: an id in `person`.  Missing: linked to nobody."),
                _may("score", "number", "How sure the link is, from 0 to 1.", between=(0, 1)),
            ),
            ("source", "source_id"),
            "Which id of a source is which person.",
        ),
        Table(
            "event",
            (
                _WHO,
                _needs("kind", "text", "What happened: arrest, conviction, shelter_entry, ..."),
                _needs("day", "day", "The day it happened."),
                _may("value", "whole", "A whole number that belongs to it, such as points or a count."),
                _may("recorded", "day", "The day it entered the records."),
                _SOURCE,
            ),
            (),
            "Things that happen on one day.",
        ),
        Table(
            "spell",
            (
                _WHO,
                _needs("kind", "text", "What lasted: custody, shelter, foster_care, ..."),
                _needs("start", "day", "First day."),
                _may("stop", "day", "First day that is no longer part of it.  Missing: it has not ended."),
                _SOURCE,
            ),
            (),
            "Things that last: from a first day up to, and not including, the day they stop.",
        ),
        Table(
            "service",
            (
                _WHO,
                _needs("programme", "text", "The programme enrolled in."),
                _needs("start", "day", "First day of the enrolment."),
                _may("stop", "day", "First day that is no longer part of it.  Missing: still enrolled."),
                _may("site", "text", "The provider or office."),
                _SOURCE,
            ),
            (),
            "Enrolments in programmes.",
        ),
        Table(
            "quarter",
            (
                _WHO,
                _needs("measure", "text", "What is added up: wages, benefits, ..."),
                _needs("day", "day", "First day of the quarter."),
                _needs("amount", "money", "Dollars in that quarter; rows of one person and quarter add up."),
                _SOURCE,
            ),
            (),
            "Money by calendar quarter, such as wages.",
        ),
        Table(
            "cost",
            (
                _WHO,
                _needs("service", "text", "What was paid for: jail_day, emergency_visit, ..."),
                _needs("day", "day", "The day the service was given."),
                _needs("amount", "money", "What it cost, in dollars."),
                _may("payer", "text", "Who paid."),
                _SOURCE,
            ),
            (),
            "Priced lines of service.",
        ),
        Table(
            "area",
            (
                _needs("area", "text", "The area's name."),
                _needs("measure", "text", "What is measured there."),
                _needs("day", "day", "The day, or the first day of the period."),
                _needs("value", "number", "The number measured."),
                _may("population", "whole", "How many people live there.", between=(0, _MANY)),
                _SOURCE,
            ),
            ("area", "measure", "day", "source"),
            "Numbers about places.",
        ),
        Table(
            "score",
            (
                _needs("list", "text", "The list's name, such as need_ranking."),
                _WHO,
                _needs("day", "day", "The day of the list."),
                _needs("score", "number", "The person's score on it."),
                _SOURCE,
            ),
            ("list", "person_id", "day", "source"),
            "Lists that score or rank people.",
        ),
        Table(
            "unit_cost",
            (
                _needs("book", "text", "The name and edition of the book of prices: bayview_2024."),
                _needs("service", "text", "What is priced: jail_day, emergency_visit, ...  Its payers add up; its bases stand for each other."),
                _needs("prices", "text", "The table whose rows it prices.", codes=PRICED),
                _needs("kind", "text", "The kind of event or spell, or the programme, that it prices."),
                _needs("unit", "text", "What costs: each day of a spell or an enrolment, or each contact.", codes=UNITS),
                _needs("department", "text", "The department that spends it."),
                _needs("payer", "text", "Whose money it is.", codes=PAYERS),
                _may("fund", "text", "The fund that it comes from."),
                _needs("basis", "text", "How it is counted; a book with a charge, which nobody pays, is refused.", codes=(*BASES, "charge")),
                _may("price_year", "whole", "The year in whose dollars it is.  A book without one is refused.", between=(1900, 2200)),
                _needs("cost", "number", "Dollars a unit."),
                _may("low", "number", "The lowest that is plausible, in the same dollars.  Missing: the cost itself."),
                _may("high", "number", "The highest that is plausible.  Missing: the cost itself."),
                _may("fixed_share", "number", "Of the average cost, the share that does not change with one unit more or less.  Missing: 0."),
                _may("step", "number", "How many units fewer a year close a pod, a ward or a post.  Missing: 0, none does."),
                _may("citation", "text", "Where the number stands, with its page."),
            ),
            (),
            "What one unit of a service costs, and whom: books of prices, a line for each service, payer and basis.",
        ),
        Table(
            "coverage",
            (
                _needs("source", "text", "The source's name."),
                _needs("first", "day", "First day that the source covers."),
                _needs("last", "day", "Last day that the source covers, inclusive."),
                _needs("lag_days", "whole", "Days at the end that are not complete yet; 0 when the end is complete.", between=(0, _MANY)),
                _needs("grain", "text", "How exactly the source dates things.", codes=("day", "week", "month")),
            ),
            ("source",),
            "What each source covers.  Outside it, nothing seen does not mean that nothing happened.",
        ),
    )
}


def described() -> str:
    """The canonical tables as Markdown, for the guide."""
    words = {"text": "text", "day": "date", "money": "dollars", "whole": "whole number", "number": "number"}
    lines: list[str] = []
    for table in CONTRACT.values():
        lines += [f"### {table.name}", "", table.meaning, "", "| column | holds | needed | meaning |", "|---|---|---|---|"]
        for column in table:
            holds = " or ".join(column.codes) or words[column.type]
            lines.append(f"| `{column.name}` | {holds} | {'yes' if column.required else 'no'} | {column.meaning} |")
        lines.append("")
    return "\n".join(lines)
