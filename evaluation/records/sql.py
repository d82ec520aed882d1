"""Small words for SQL syntax trees, so that a query reads like the sentence it answers.

A str that comes from a design becomes a string literal (`literal`, or `exp.convert` inside every word here) or a quoted
name (`quoted`).  Only our own words, which are Python constants, are written as plain columns (`c`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any, TypeAlias

from sqlglot import exp

Node: TypeAlias = exp.Expression
Value: TypeAlias = exp.Expression | str | int | float | bool | None  # whatever is no node becomes a literal


def c(path: str) -> exp.Column:
    """A column by our own word: "day" or "s.day"."""
    *source, name = path.split(".")
    return exp.column(name, table=source[0] if source else None)


def quoted(name: str, source: str | None = None) -> exp.Column:
    """A column by a name that a design or a file gave, whatever it contains."""
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=exp.to_identifier(source) if source else None)


def literal(word: str) -> exp.Literal:
    """A word of a design as text, never as SQL."""
    return exp.Literal.string(word)


def table(source: str | exp.Query, alias: str | None = None) -> exp.Table | exp.Subquery:
    """A table by its name, which is quoted, or a query in its place."""
    if isinstance(source, exp.Query):
        return source.subquery(alias)
    named = exp.TableAlias(this=exp.to_identifier(alias)) if alias else None
    return exp.Table(this=exp.to_identifier(source, quoted=True), alias=named)


def named(node: Value, name: str) -> exp.Alias:
    """A node under a quoted name."""
    return exp.Alias(this=exp.convert(node), alias=exp.to_identifier(name, quoted=True))


def select(**columns: Value) -> exp.Select:
    """SELECT node AS name, ...: names are our own words."""
    return exp.select(*(_as(exp.convert(node), name) for name, node in columns.items()))


def _as(node: Node, name: str) -> Node:
    return node if isinstance(node, exp.Column) and node.name == name else exp.alias_(node, name)


def least(first: Value, *rest: Value) -> Node:
    """The smallest of these, none of which is NULL."""
    return _pick(exp.Least, first, *rest)


def greatest(first: Value, *rest: Value) -> Node:
    """The largest of these, none of which is NULL."""
    return _pick(exp.Greatest, first, *rest)


def _pick(which: type[exp.Least] | type[exp.Greatest], first: Value, *rest: Value) -> Node:
    # ignore_nulls: days are never NULL (FOREVER stands for a missing end); without it sqlglot writes a CASE per argument
    if not rest:
        return exp.convert(first)
    return which(this=exp.convert(first), expressions=[exp.convert(node) for node in rest], ignore_nulls=True)


def minus(left: Value, right: Value) -> exp.Sub:
    """left - (right); sqlglot's own operator drops the brackets of a - (b - c)."""
    return exp.Sub(this=_bracketed(left), expression=_bracketed(right))


def later(day: Value, days: int) -> Node:
    """A day moved by a whole number of days."""
    if days == 0:
        return exp.convert(day)
    moved = exp.Add if days > 0 else exp.Sub
    return moved(this=_bracketed(day), expression=exp.Literal.number(abs(days)))


def _bracketed(value: Value) -> Node:
    node = exp.convert(value)
    return node if isinstance(node, (exp.Column, exp.Literal, exp.Func)) else exp.paren(node)


def case(*branches: tuple[Node, Value], otherwise: Value = None) -> exp.Case:
    """CASE WHEN condition THEN value ... ; without `otherwise` the rest is NULL."""
    # every value is converted here: `.when` would read a str as SQL
    node = reduce(lambda whole, branch: whole.when(branch[0], exp.convert(branch[1])), branches, exp.Case())
    return node if otherwise is None else node.else_(exp.convert(otherwise))


def given(node: Node, other: Value) -> exp.Coalesce:
    """The node, or `other` where it is NULL."""
    return exp.Coalesce(this=node, expressions=[exp.convert(other)])


def known(node: Node) -> exp.Not:
    """Whether the node is not NULL."""
    return exp.not_(exp.Is(this=node, expression=exp.null()))


def among(node: Node, words: Iterable[str]) -> exp.In:
    """Whether the node is one of these words."""
    return exp.In(this=node, expressions=[literal(word) for word in words])


def alike(one: Node, other: Node) -> exp.NullSafeEQ:
    """Whether two nodes are the same; a missing value agrees with a missing one."""
    return exp.NullSafeEQ(this=one, expression=other)


def holds(low: Value, day: Node, high: Value) -> exp.Condition:
    """Whether low <= day < high."""
    return exp.and_(exp.LTE(this=exp.convert(low), expression=day), exp.LT(this=day, expression=exp.convert(high)))


def count() -> exp.Count:
    """COUNT(*)."""
    return exp.Count(this=exp.Star())


def digest(*parts: Node | str) -> exp.MD5:
    """A random-looking key of these parts in 32 hexadecimal digits: put in order as text, it is the same on every engine."""
    texts = [literal(part) if isinstance(part, str) else exp.cast(part, "TEXT") for part in parts]
    return exp.MD5(this=reduce(lambda left, right: exp.DPipe(this=exp.DPipe(this=left, expression=literal("|")), expression=right), texts))


def rendered(node: Node, dialect: str) -> str:
    """The text of a tree in a dialect.  T-SQL's MD5 gives bytes: there they are written as the small letters of other engines."""
    if dialect == "tsql":
        node = node.transform(lambda each: _in_small_letters(each) if isinstance(each, exp.MD5) else each)
    return node.sql(dialect, pretty=True)


def _in_small_letters(md5: exp.MD5) -> exp.Lower:
    in_digits = [exp.DataType.build("VARCHAR(32)"), md5.copy(), exp.Literal.number(2)]
    return exp.Lower(this=exp.Anonymous(this="CONVERT", expressions=in_digits))


def whole(node: Node) -> exp.Cast:
    """The node as a 64-bit whole number: engines widen sums in different ways."""
    return exp.cast(node, "BIGINT")


def over(function: Node, by: Sequence[Node], order: Sequence[Node] = (), rows: tuple[str, str | None] | None = None) -> exp.Window:
    """A window function; `rows` = (end, side): from the first row of the partition to that end."""
    spec: Any = None
    if rows:
        spec = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end=rows[0], end_side=rows[1])
    return exp.Window(this=function, partition_by=list(by), order=exp.Order(expressions=list(order)) if order else None, spec=spec)
