"""A question in dollars, laid on the records: the Ruler that reads it, and every reason why its money cannot be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sqlglot import exp

from ...phrases import counted, listed
from ...records.sql import c, case, count, literal, over, select, table
from ...records.uses import BOOK
from ...terms import Outcome, Problem, Question, Refused, UnitCost
from .book import TABLE, VIEWS, brought, of_engine, seen_by, to_write, unpriced_by
from .priced_ruler import PricedRuler
from .prices import of_engine as index_of

if TYPE_CHECKING:
    from ...records import Records
    from ...records.engine import Engine
    from ..ruler import Ruler

ALIKE = 0.85  # of two kinds, the share of their letters that are the same in order: "reentry_navigaton"; "jail" and "prison" have fewer


def priced(engine: Engine, starts: str, outcome: Outcome, question: Question, beside: Ruler | None, studied: str) -> PricedRuler:
    """The Ruler of a question with money over a table of starts; refuses a book that is not there or unsound, and years without an index."""
    assert question.money is not None, "a question with money"
    index = index_of(engine)
    lines = brought(of_engine(engine, question.money.book), question.money.price_year, index) if outcome.made == BOOK else ()
    index.factor(question.money.price_year, question.money.price_year)  # a year that it does not hold is refused here
    return PricedRuler(engine, starts, outcome, lines, question.money, beside, studied, index)


def unpriced(question: Question, outcome: Outcome, records: Records) -> Iterator[Problem]:
    """Everything that keeps the money of a question from being told on these records, before anything is read of anybody."""
    if question.money is None:
        return
    if outcome.made == BOOK:
        yield from _set_aside(records)
    try:
        index = index_of(records.engine)
        index.factor(question.money.price_year, question.money.price_year)
    except Refused as refused:
        yield from refused.problems
        return
    if outcome.made == BOOK:
        try:
            lines = of_engine(records.engine, question.money.book)
            brought(lines, question.money.price_year, index)
        except Refused as refused:
            yield from refused.problems
            return
        yield from _left_out(question, lines, records.engine)


def _set_aside(records: Records) -> Iterator[Problem]:
    """Lines of books that could not be read: what they price would be left out in silence."""
    lost = [one for one in records.quality.set_aside if one.table == TABLE and one.reason != "repeated"]
    if lost:
        why = "; ".join(f"{counted(one.rows, 'line')}: {one.words}" for one in lost)
        found = f"{counted(sum(one.rows for one in lost), 'line')} of it cannot be used ({why})."
        write = dict.fromkeys(to_write(one.column, one.reason) for one in lost)
        yield Problem(
            f"table '{TABLE}'", found, "A cost that is left out is as wrong as one that is made up.", " ".join(filter(None, write)) or "Mend them."
        )


def _left_out(question: Question, lines: Sequence[UnitCost], engine: Engine) -> Iterator[Problem]:
    """Services that have no price of the basis asked for, a purse that pays nothing, and a book of which no row is on record."""
    assert question.money is not None
    money, where = question.money, f"book '{lines[0].book}'"
    if silent := unpriced_by(lines, money.basis):
        found = f"has no {money.basis.replace('_', ' ')} cost of {counted(len(silent), 'service')} ({listed(silent)})."
        right = "By this basis they would cost nothing."
        yield Problem(where, found, right, f'Give each a line of basis "{money.basis}", or take it out of the book, or ask by another basis.')
    elif not seen_by(lines, money.perspective, money.basis):
        found = f"holds no line that {listed(VIEWS[money.perspective])} pays, and the perspective is '{money.perspective}'."
        yield Problem(where, found, remedy="Ask from another perspective, or say who pays.")
    yield from _misspelt(engine, lines)
    held = on_record(engine, lines)
    if not any(held.values()):
        found = f"prices {counted(len(held), 'service')}, and the records hold no row of any of them."
        yield Problem(where, found, "None on record cannot be told from not recorded.", "Add the source that records them.")


def _misspelt(engine: Engine, lines: Sequence[UnitCost]) -> Iterator[Problem]:
    """Services whose kind no row holds, where rows hold one that reads much like it and that no line prices: a slip of the pen, not no use."""
    priced = {(line.table, line.kind) for line in lines}
    held: dict[str, list[str]] = {}
    for service, line in sorted({line.service: line for line in lines}.items()):
        if line.table not in held:
            column = c("programme" if line.table == "service" else "kind")
            found = engine.fetch(select(kind=column).distinct().from_(table(line.table)).order_by(column)).to_pylist()
            held[line.table] = [row["kind"] for row in found if row["kind"]]
        others = [kind for kind in held[line.table] if (line.table, kind) not in priced]
        own = line.kind.rpartition(":")[2]  # of "placement:kin" and "placement:foster" the first half says nothing
        near = [
            kind for kind in get_close_matches(line.kind, others, cutoff=ALIKE) if get_close_matches(own, [kind.rpartition(":")[2]], cutoff=ALIKE)
        ]
        if line.kind not in held[line.table] and near:
            said = f"line '{service}' prices '{line.kind}' of the table '{line.table}', of which there is no row."
            yield Problem(f"book '{line.book}'", said, f"There are rows of '{near[0]}', which no line prices.", f"Did you mean '{near[0]}'?")


def on_record(engine: Engine, lines: Sequence[UnitCost]) -> Mapping[str, bool]:
    """Of each service of a book, by the alphabet, whether the records hold a row that it prices."""
    found: dict[str, bool] = {}
    for service, line in sorted({line.service: line for line in lines}.items()):
        kind = "programme" if line.table == "service" else "kind"
        rows = select(held=1).from_(table(line.table)).where(c(kind).eq(literal(line.kind))).limit(1)
        found[service] = bool(engine.fetch(rows).num_rows)
    return found


def overlapping(engine: Engine, lines: Sequence[UnitCost]) -> tuple[int, int]:
    """How many rows priced by the day overlap an earlier one of the same person and service, and how many such rows there are."""
    overlap = rows = 0
    for line in {line.service: line for line in lines if line.unit == "day"}.values():
        kind = "programme" if line.table == "service" else "kind"
        reach = over(exp.Max(this=c("stop")), [c("person_id")], [c("start"), c("stop")], rows=("1", "PRECEDING"))
        stays = select(start=c("start"), reach=reach).from_(table(line.table)).where(c(kind).eq(literal(line.kind)), c("stop") > c("start"))
        told = select(overlap=exp.Count(this=case((c("start") < c("reach"), 1))), n=count()).from_(table(stays, "s"))
        row = engine.fetch(told).to_pylist()[0]
        overlap, rows = overlap + int(row["overlap"]), rows + int(row["n"])
    return overlap, rows
