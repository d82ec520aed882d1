"""The book of unit costs: typed lines, whole or refused, and what of them an analysis counts.

A service may have several lines.  Its payers, departments and funds share it, and add up; its bases (average, short-run marginal, long-run
marginal) stand for each other, and are never added.  A book that would count a day twice, that holds a charge, that does not say in which
year's dollars it is, or whose bases speak against each other, is refused as a whole: a cost that is left out is as wrong as one that is made up.

Following Vera Institute of Justice (2013), A Guide to Calculating Justice-System Marginal Costs: what one unit less saves is the variable
part of its cost at once, and the part that goes by steps (a pod, a ward, a post) only once so many units are gone.  So no marginal cost is above
the average, nor what is saved at once above what is saved in the long run, nor above what of the average is not fixed.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from ...phrases import counted, listed, nearest
from ...records.contract import BASES, CONTRACT, PAYERS, PRICED, UNITS
from ...records.sql import c, literal, select, table
from ...terms import Basis, Perspective, Problem, Refused, UnitCost
from .prices import PriceIndex, shipped

if TYPE_CHECKING:
    from ...records.engine import Engine

TABLE = "unit_cost"
VIEWS: Mapping[Perspective, tuple[str, ...]] = {"county": ("county",), "government": ("county", "state", "federal"), "society": PAYERS}
_NUMBERS = ("price_year", "cost", "low", "high", "fixed_share", "step")
_CODES = {"prices": PRICED, "unit": UNITS, "payer": PAYERS, "basis": (*BASES, "charge")}
_UNITS_OF = {"spell": ("day",), "event": ("contact",), "service": ("day", "contact")}
_SHOWN = 5  # numbers of lines that a message holds
DIGITS = "A number is digits alone, with a point before cents: 2400.50, without a dollar sign, commas between thousands or words."
YEARS = (1900, 2200)  # a price year, as the table `unit_cost` has it
CENT = 0.01  # each line of a service may be rounded to
assert set(get_args(Basis)) == set(BASES)


# ------------------------------------------------------------------------------------------------ reading
def read(path: Path | str) -> tuple[UnitCost, ...]:
    """The lines of a CSV file with the columns of the table `unit_cost`, as they stand, sorted; every book in it is held to the same rules.

    For notebooks and tools: a study reads the table of its records.  Refuses a file without a needed column, a cell that is no
    number or no known word, and whatever `unsound` refuses, all at once, by counts and by the lines of the file.
    """
    place = Path(path)
    if not place.is_file():
        raise Refused(Problem(place.name, "is not there."))
    with place.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        named, rows = tuple(reader.fieldnames or ()), list(reader)
    missing = [name for name in CONTRACT[TABLE].required if name not in named]
    if missing:
        raise Refused(*(Problem(place.name, f"has no column {name}.", f"Found: {listed(named)}.", nearest(name, named)) for name in missing))
    problems = [*_misread(place.name, rows)]
    if not rows:
        problems.append(Problem(place.name, "holds no line."))
    if problems:
        raise Refused(*problems)
    lines = tuple(sorted((_line({name: _cell(name, row.get(name)) for name in CONTRACT[TABLE].names}) for row in rows), key=_order))
    return whole(lines)


def of_engine(engine: Engine, book: str) -> tuple[UnitCost, ...]:
    """The lines of one book of the records' table `unit_cost`, sorted; refuses a book that is not there, or unsound."""
    names = CONTRACT[TABLE].names
    query = select(**{name: c(name) for name in names}).from_(table(TABLE)).where(c("book").eq(literal(book)))
    lines = tuple(sorted(map(_line, engine.fetch(query).to_pylist()), key=_order))
    if not lines:
        held = [row["book"] for row in engine.fetch(select(book=c("book")).distinct().from_(table(TABLE)).order_by(c("book"))).to_pylist()]
        found = f"the records hold no book '{book}'." if held else "the records hold no table of unit costs."
        right = f"Their books are {listed(held)}." if held else "A book is a file unit_cost.csv beside the others, a line for each service and payer."
        raise Refused(Problem(f"table '{TABLE}'", found, right, nearest(book, held)))
    return whole(lines)


def _line(row: Mapping[str, Any]) -> UnitCost:
    """A line of a row; what it may leave out is filled: the range by the cost itself, shares and steps by 0, the year by 0, which is none."""
    cost = float(row["cost"])
    low, high = (cost if row[name] is None else float(row[name]) for name in ("low", "high"))
    words = {name: row[name] or "" for name in ("book", "service", "kind", "unit", "department", "payer", "fund", "basis", "citation")}
    return UnitCost(
        table=row["prices"], price_year=int(row["price_year"] or 0), cost=cost, low=low, high=high,
        fixed_share=float(row["fixed_share"] or 0), step=float(row["step"] or 0), **words,
    )  # fmt: skip


def _order(line: UnitCost) -> tuple[Any, ...]:
    return tuple(getattr(line, name) for name in ("book", "service", "basis", "payer", "department", "fund", "price_year", "cost", "low", "high"))


def _cell(name: str, text: str | None) -> Any:
    said = (text or "").strip()
    return (float(said) if said else None) if name in _NUMBERS else said


def _misread(place: str, rows: Sequence[Mapping[str, str | None]]) -> Iterator[Problem]:
    """Cells of a CSV file that are empty and must not be, no number, or no known word: in how many lines, in which, and what to write."""
    held = [{name: (row.get(name) or "").strip() for name in CONTRACT[TABLE].names} for row in rows]
    for name in CONTRACT[TABLE].required:
        if empty := [number for number, row in enumerate(held, start=2) if not row[name]]:
            yield Problem(place, f"{name} is empty in {_in_lines(empty)}, and every line needs one.")
    for name in _NUMBERS:
        if bad := [number for number, row in enumerate(held, start=2) if not _number(row[name])]:
            yield Problem(place, f"{name} is no number in {_in_lines(bad)}.", DIGITS)
    years = [number for number, row in enumerate(held, start=2) if _number(row["price_year"]) and not float(row["price_year"] or 0).is_integer()]
    if years:
        yield Problem(place, f"price_year is no whole year in {_in_lines(years)}.", "It is a year of four digits: 2024.")
    for name, right_words in _CODES.items():
        bad = [number for number, row in enumerate(held, start=2) if row[name] and row[name] not in right_words]
        near = {word: nearest(word, right_words) for word in dict.fromkeys(held[number - 2][name] for number in bad)}
        if bad:
            yield Problem(
                place, f"{name} is no known word in {_in_lines(bad)}.", f"It is one of {listed(right_words)}.", " ".join(filter(None, near.values()))
            )


def to_write(column: str, reason: str) -> str:
    """What is to stand in a cell of a book that the records could not read; nothing where there is nothing more to say than the reason."""
    if reason == "unknown code" and column in _CODES:
        return f"{column} is one of {listed(_CODES[column])}."
    return DIGITS if reason == "bad number" else ""


def _in_lines(numbers: Sequence[int]) -> str:
    """`2 lines (3, 7)`: which lines of the file, of which the first holds the names."""
    more = "" if len(numbers) <= _SHOWN else " and more"
    return f"{counted(len(numbers), 'line')} ({', '.join(map(str, numbers[:_SHOWN]))}{more})"


def _number(text: str) -> bool:
    try:
        return not text or math.isfinite(float(text))
    except ValueError:
        return False


# ------------------------------------------------------------------------------------------------ whole, or refused
def whole(lines: tuple[UnitCost, ...]) -> tuple[UnitCost, ...]:
    """The lines themselves, where nothing is wrong with any; otherwise everything that is, at once."""
    problems = [problem for book in dict.fromkeys(line.book for line in lines) for problem in unsound([x for x in lines if x.book == book])]
    if problems:
        raise Refused(*problems)
    return lines


def unsound(lines: Sequence[UnitCost]) -> Iterator[Problem]:
    """Everything that is wrong with the lines of one book, by counts and services."""
    where = f"book '{lines[0].book}'"
    for wrong, found, right in (
        ([x for x in lines if x.basis == "charge"], "holds {many} at a charge", "What is billed is not what a service costs: use what is spent."),
        ([x for x in lines if not x.price_year], "holds {many} without a price year", "Every line says in which year's dollars it is."),
        (
            [x for x in lines if x.price_year and not YEARS[0] <= x.price_year <= YEARS[1]],
            "holds {many} of a price year that is none",
            "It is a year of four digits: 2024.",
        ),
        (
            [x for x in lines if x.cost < 0 or not math.isfinite(x.cost)],
            "holds {many} at a cost below 0, or without end",
            "A saving is a difference, never a price: write what one unit costs, 0 or above.",
        ),
        (
            [x for x in lines if 0 <= x.cost < math.inf and not 0 <= x.low <= x.cost <= x.high < math.inf],
            "holds {many} whose cost lies outside low to high",
            "0 <= low <= cost <= high.",
        ),
        ([x for x in lines if not 0 <= x.fixed_share <= 1], "holds {many} with a fixed share outside 0 to 1", "It is a share: 0.8 is 80 %."),
        ([x for x in lines if not 0 <= x.step < math.inf], "holds {many} with a step below 0", "It is so many units a year; 0 where there is none."),
        (
            [x for x in lines if x.unit not in _UNITS_OF.get(x.table, ())],
            "prices {many} by a unit that their rows do not have",
            "Spells are priced by the day, events by the contact, services by either.",
        ),
    ):
        if wrong:
            yield Problem(where, found.format(many=_many(wrong)) + ".", right)
    yield from _told_twice(where, lines)
    yield from _counted_twice(where, lines)
    yield from _out_of_order(where, lines)


def _many(lines: Sequence[UnitCost]) -> str:
    return f"{counted(len(lines), 'line')} ({listed(dict.fromkeys(line.service for line in lines))})"


def _told_twice(where: str, lines: Sequence[UnitCost]) -> Iterator[Problem]:
    """Services that are two things, or that one payer is said to pay twice: in two years' dollars, or in those of one."""
    two: dict[str, set[tuple[str, str, str]]] = {}
    years: dict[tuple[str, str, str], set[int]] = {}
    times: dict[tuple[str, ...], int] = {}
    for x in lines:
        two.setdefault(x.service, set()).add((x.table, x.kind, x.unit))
        years.setdefault((x.service, x.payer, x.basis), set()).add(x.price_year)
        alike = (x.service, x.payer, x.basis, x.department, x.fund, str(x.price_year))
        times[alike] = times.get(alike, 0) + 1
    if unlike := [service for service, rows in two.items() if len(rows) > 1]:
        found = f"says of {counted(len(unlike), 'service')} ({listed(unlike)}) that two kinds of rows or two units are priced."
        yield Problem(where, found, "All lines of a service price the same rows by the same unit.", "Give the other rows a service of their own.")
    if differ := list(dict.fromkeys(service for (service, _, _), held in years.items() if len(held - {0}) > 1)):
        found = f"prices {counted(len(differ), 'service')} ({listed(differ)}) in the dollars of two years for one payer and basis."
        yield Problem(where, found, "A service has one price a payer and basis, of one year.", "Keep the later, or give it a book of its own.")
    steps: dict[str, set[float]] = {}
    for x in lines:
        steps.setdefault(x.service, set()).add(x.step)
    if unlike_steps := [service for service, held in steps.items() if len(held - {0.0}) > 1]:
        found = f"says of {counted(len(unlike_steps), 'service')} ({listed(unlike_steps)}) that two numbers of units close one pod, ward or post."
        yield Problem(where, found, "Whoever pays, it closes once.", "Write one step on each of its lines, or 0 on all but one.")
    if again := list(dict.fromkeys(alike[0] for alike, many in times.items() if many > 1)):
        found = f"prices {counted(len(again), 'service')} ({listed(again)}) twice for one payer, department, fund and basis."
        yield Problem(where, found, "Both would be counted.", "Keep one line, or say which fund pays which.")


def _counted_twice(where: str, lines: Sequence[UnitCost]) -> Iterator[Problem]:
    """Services that price the same rows: a day or a contact of one is one of the other too, and an enrolment is the days that it lasts."""
    priced = {line.service: (line.table, line.unit, line.kind) for line in lines}
    for (one, (source, unit, kind)), (other, (source2, unit2, kind2)) in combinations(sorted(priced.items()), 2):
        within = kind == kind2 or kind.startswith(kind2 + ":") or kind2.startswith(kind + ":")
        if source != source2 or not within:
            continue
        if unit == unit2:
            found = f"'{one}' prices '{kind}' and '{other}' prices '{kind2}' of the table '{source}': a {unit} of one is a {unit} of the other."
            yield Problem(where, found, "It would be counted twice.", "Let one service price them, with a line for each who pays.")
        else:
            found = f"'{one}' prices '{kind}' by the {unit} and '{other}' prices '{kind2}' by the {unit2}: both would be counted of one enrolment."
            yield Problem(where, found, "An enrolment has one price.", "Keep the one by which it is paid for.")


def _out_of_order(where: str, lines: Sequence[UnitCost]) -> Iterator[Problem]:
    """Services whose bases speak against each other, over all who pay: in the dollars of one year, and but for the cents of rounding."""
    above: dict[str, list[str]] = {}
    for service in dict.fromkeys(line.service for line in lines):
        mine = [line for line in lines if line.service == service]
        if len({line.price_year for line in mine}) > 1 or any(not 0 <= x.cost < math.inf or not 0 <= x.fixed_share <= 1 for x in mine):
            continue
        whole = {basis: sum(x.cost for x in mine if x.basis == basis) for basis in {x.basis for x in mine}}
        moves = sum(x.cost * (1 - x.fixed_share) for x in mine if x.basis == "average")
        rounded = CENT * len(mine)
        for basis in ("short_run_marginal", "long_run_marginal"):
            if whole.get(basis, 0.0) > whole.get("average", math.inf) + rounded:
                above.setdefault(f"at a {basis.replace('_', ' ')} cost above the average", []).append(service)
        if whole.get("short_run_marginal", 0.0) > whole.get("long_run_marginal", math.inf) + rounded:
            above.setdefault("at a short run marginal cost above the long run's", []).append(service)
        if "average" in whole and moves + rounded < whole.get("short_run_marginal", 0.0) <= whole["average"] + rounded:
            above.setdefault("at a short run marginal cost above what of the average is not fixed (average x (1 - fixed_share))", []).append(service)
    for wrong, services in above.items():
        found = f"prices {counted(len(services), 'service')} ({listed(services)}) {wrong}."
        yield Problem(
            where, found, "What one unit less saves is a part of what a unit costs, and at once no more than later.", "Mend the line that is wrong."
        )


# ------------------------------------------------------------------------------------------------ what an analysis counts
def brought(lines: Iterable[UnitCost], price_year: int, index: PriceIndex | None = None) -> tuple[UnitCost, ...]:
    """The lines in the dollars of one year: cost, low and high times the ratio of the index; refuses years that it does not hold."""
    by, held = index or shipped(), tuple(lines)
    years = {line.price_year for line in held} | {price_year}
    if missing := sorted(years - set(by.years)):
        raise Refused(by.outside(missing))
    found = []
    for line in held:
        times = by.factor(line.price_year, price_year)
        found.append(replace(line, price_year=price_year, cost=line.cost * times, low=line.low * times, high=line.high * times))
    return tuple(found)


def seen_by(lines: Iterable[UnitCost], perspective: Perspective, basis: Basis) -> tuple[UnitCost, ...]:
    """Of these lines, those of one basis whose payer a perspective holds."""
    return tuple(line for line in lines if line.basis == basis and line.payer in VIEWS[perspective])


def unpriced_by(lines: Sequence[UnitCost], basis: Basis) -> tuple[str, ...]:
    """The services that have no line of a basis: counted by it they would cost nothing."""
    return tuple(sorted({line.service for line in lines} - {line.service for line in lines if line.basis == basis}))
