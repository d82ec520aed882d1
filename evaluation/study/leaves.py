"""Checks each single value of a study on its own: text that prints, names that name, numbers and days within reach."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import Field, is_dataclass
from datetime import date
from typing import Any

from ..records.contract import LONGEST_NAME, NAME
from ..records.toml import Path
from ..terms import (
    Adopted,
    Assigned,
    Caliper,
    CohortPlan,
    Compared,
    Cutoff,
    HistoryColumn,
    Horizon,
    Initiation,
    Matching,
    Money,
    NegativeControl,
    Periods,
    Question,
    ReleasePlan,
    Served,
    Starts,
    Strategy,
    Study,
    TakeUp,
    Target,
)
from .slip import Slip, place
from .words import fields_of, shown

LONGEST_TEXT = 200  # characters: labels are printed on one line
LONGEST_SPAN = 36_525  # days: a century is past any county's records
OLDEST = 130  # years
MOST_DRAWN = 1_000  # people beside each served person
WIDEST_CALIPER = 5  # standard deviations: wider keeps nobody apart, and 0 says so
MOST_CELLS = 1_000  # of one column
MOST_RESIDENTS = 10**8
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)  # a century past the last is still before the engine's FOREVER

RANGES: Mapping[tuple[type, str], tuple[float, float]] = {
    (CohortPlan, "ages"): (0, OLDEST),
    (CohortPlan, "washout_days"): (0, LONGEST_SPAN),
    (CohortPlan, "lookback_days"): (0, LONGEST_SPAN),
    (Assigned, "days_before"): (0, LONGEST_SPAN),
    (TakeUp, "within_days"): (0, LONGEST_SPAN),
    (Served, "within_days"): (0, LONGEST_SPAN),
    (Strategy, "within_days"): (0, LONGEST_SPAN),
    (Initiation, "update_days"): (1, LONGEST_SPAN),
    (ReleasePlan, "residents"): (1, MOST_RESIDENTS),
    (Compared, "draw"): (1, MOST_DRAWN),
    (Compared, "seed"): (0, 10**9),
    (Cutoff, "capacity"): (1, 10**9),
    (Matching, "ratio"): (1, MOST_DRAWN),
    (Matching, "caliper"): (0, WIDEST_CALIPER),
    (Matching, "imputations"): (2, 100),
    (Matching, "fewest"): (0, MOST_DRAWN),
    (Matching, "most"): (0, MOST_DRAWN),
    (Matching, "reuse"): (0, MOST_DRAWN),
    (Matching, "bins"): (1, MOST_CELLS),
    (Matching, "quantiles"): (2, MOST_CELLS),
    (Matching, "subclasses"): (2, MOST_CELLS),
    (Matching, "tolerance"): (0, 1),
    (Matching, "moments"): (1, 2),
    (Matching, "trim"): (0, 0.49),
    (Caliper, "within"): (0, 1e12),
    (HistoryColumn, "days"): (1, LONGEST_SPAN),
    (Horizon, "days"): (1, LONGEST_SPAN),
    (Horizon, "months"): (1, 1_200),
    (Periods, "days"): (1, LONGEST_SPAN),
    (Question, "anticipation"): (0, 1_000),
    (Question, "per"): (1, 10**9),
    (Question, "path"): (1, LONGEST_SPAN),
    (Question, "bandwidth"): (0, 1e12),
    (Question, "donut"): (0, 1e12),
    (Money, "price_year"): (1913, 2100),  # the index itself is held against it with the records: a county may bring its own
    (Money, "discount"): (0, 0.2),
    (Target, "each_year"): (-1, 10),
    (Target, "error"): (0, 1),
}
_SLUGS = {(Study, "county"), (Study, "programme")}
_NAMES = {(HistoryColumn, "name")}
_OPTIONAL_TEXT = {
    (Study, "source"), (Starts, "list"), (Assigned, "offered"), (Assigned, "withheld"), (Strategy, "enrolment"), (Strategy, "no_enrolment"),
    (Matching, "column"), (Adopted, "enrolment"), (Adopted, "starts"), (Adopted, "stops"), (CohortPlan, "areas"), (Question, "weights"),
    (Money, "book"), (Question, "family"), (NegativeControl, "why"),
}  # fmt: skip
_DAYS = {(Starts, "on"), (Starts, "dates")}
_COLUMN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # these reverse what is printed after them


def leaves(declared: Any, path: Path = ()) -> Iterator[Slip]:
    """What is wrong with the single values of a table of a study, and of the tables inside it."""
    for word, field in fields_of(type(declared)).items():
        yield from _value(getattr(declared, field.name), (*path, word), type(declared), field)


def _value(value: Any, at: Path, table: type, field: Field[Any]) -> Iterator[Slip]:
    if is_dataclass(value):
        yield from leaves(value, at)
    elif isinstance(value, tuple):
        yield from _list(value, at, table, field)
        for number, item in enumerate(value):
            yield from _value(item, (*at, number), table, field)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if field.name == "cohorts":
                yield from _name(key, (*at, key), NAME)
            yield from _value(part, (*at, key), table, field)
    elif isinstance(value, str):
        yield from _string(value, at, (table, field.name))
    elif isinstance(value, date):
        if not FIRST_DAY <= value <= LAST_DAY:
            yield Slip(at, f"{place(at)} is {value}.", f"A day of a design lies between {FIRST_DAY} and {LAST_DAY}.")
    elif value is not None:
        yield from _number(value, at, (table, field.name))


def _list(items: tuple[Any, ...], at: Path, table: type, field: Field[Any]) -> Iterator[Slip]:
    """A list says each thing once, its days in their order, and says something unless it may be left out."""
    if not items and field.default != ():
        yield Slip(at, f"{place(at)} is empty.", "It should name at least one.")
    days = (table, field.name) in _DAYS
    seen: set[Any] = set()
    for number, item in enumerate(items):
        if item in seen:
            yield Slip((*at, number), f"{place(at)} names {shown(item)} twice.", "Name each once.")
        elif days and number and item < items[number - 1]:
            yield Slip((*at, number), f"{place(at)} names {item} after {items[number - 1]}.", "Write the days in their order.")
        if days or isinstance(item, str):
            seen.add(item)


def _number(value: float, at: Path, field: tuple[type, str]) -> Iterator[Slip]:
    """A number is one, and within reach where its word has a range."""
    low, high = RANGES.get(field, (-math.inf, math.inf))
    if isinstance(value, float) and not math.isfinite(value):
        yield Slip(at, f"{place(at)} is {value}.", "It should be a finite number.")
    elif not low <= value <= high:
        yield Slip(at, f"{place(at)} is {shown(value)}.", f"It should lie between {low:,} and {high:,}.")


def _string(text: str, at: Path, field: tuple[type, str]) -> Iterator[Slip]:
    if field in _SLUGS or field in _NAMES:
        yield from _name(text, at, NAME if field in _SLUGS else _COLUMN)
    elif text or field not in _OPTIONAL_TEXT:
        yield from _text(text, at)


def _name(name: str, at: Path, pattern: re.Pattern[str]) -> Iterator[Slip]:
    if not pattern.fullmatch(name):
        letters = "small letters" if pattern is NAME else "letters"
        yield Slip(at, f"{place(at)} is {shown(name)}.", f"A name is made of {letters} from a to z, digits and underscores, a letter first.")
    if len(name) > LONGEST_NAME:  # names become columns, tables and parts of file names
        yield Slip(at, f"{place(at)} is {len(name):,} characters long.", f"A name holds at most {LONGEST_NAME}.")


def _text(text: str, at: Path) -> Iterator[Slip]:
    if len(text) > LONGEST_TEXT:
        yield Slip(at, f"{place(at)} is {len(text):,} characters long.", f"Text of a design holds at most {LONGEST_TEXT}.")
    if not text.strip():
        yield Slip(at, f"{place(at)} is empty.", "It should say something.")
    if any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in text):
        yield Slip(at, f"{place(at)} holds a line break, a tab or another control character.", "Text of a design is one plain line.")
    if not _TURNING.isdisjoint(text):
        yield Slip(at, f"{place(at)} holds a character that turns the direction of writing.", "Leave it out: it makes a label read as another.")
