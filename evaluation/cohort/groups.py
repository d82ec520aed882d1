"""Who shares luck with whom: clusters and blocks of a cohort, as dense numbers in the order of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sqlglot import exp

from ..phrases import counted
from ..records.engine import Engine
from ..records.sql import c, known, quoted, select, table
from ..terms import Problem, Refused

if TYPE_CHECKING:
    from ..terms import Array


def people(engine: Engine, starts: str) -> Array:
    """(n,) whose start each is, numbered in the order in which people first start."""
    rows = engine.fetch(exp.select("start_id", "person_id").from_(table(starts)).order_by(c("start_id")))
    return _dense(_codes(rows["person_id"]))


def clusters(engine: Engine, starts: str, names: Sequence[str]) -> Array | None:
    """(n,) the cluster of each start; None where everybody starts once and nothing is declared.

    Luck is shared by a person's several starts and by the members of a family or area, and so by whoever is linked through
    them: a child of two families joins both.  Somebody without a family or area is a cluster of their own.
    """
    person = people(engine, starts)
    n = len(person)
    if not names and len(np.unique(person)) == n:
        return None
    links = [(np.arange(n), person)]
    for name in names:
        group, of = (c("g.family_id"), "family") if name == "family" else (quoted(name, "g"), "person")
        members = select(start_id=c("s.start_id"), shared=group).from_(table(starts, "s"))
        members = members.join(table(of, "g"), on=c("g.person_id").eq(c("s.person_id"))).where(known(group))
        rows = engine.fetch(members.order_by(c("start_id"), c("shared")))
        links.append((rows["start_id"].to_numpy() - 1, _codes(rows["shared"])))
    return _linked(n, links)


def _linked(n: int, links: Sequence[tuple[Array, Array]]) -> Array:
    """(n,) the connected component of each start, numbered in the order in which starts first meet them."""
    ends, size = [], n
    for _, group in links:
        ends.append(group + size)
        size += int(group.max(initial=-1)) + 1
    rows, columns = np.concatenate([start for start, _ in links]), np.concatenate(ends)
    _, component = connected_components(coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size)), directed=False)
    return _dense(component[:n])


def blocks(engine: Engine, starts: str, names: Sequence[str], where: str) -> Array | None:
    """(n,) the block within which each start drew its lot; refuses people whose block is not on record."""
    if not names:
        return None
    rows = _of_person(engine, starts, names)
    unknown = [name for name in names if rows[name].null_count]
    if unknown:
        remedy = "Complete the column, or do not name it as a block."
        found = (f"'{name}' is missing for {rows[name].null_count:,} of {counted(rows.num_rows, 'person-start')}." for name in unknown)
        raise Refused(*(Problem(f"{where}: blocks", missing, remedy=remedy) for missing in found))
    return _jointly(rows, names)


def strata(engine: Engine, starts: str, names: Sequence[str]) -> Array:
    """(n,) the stratum of each start: people in one agree on all of these columns, a missing value with a missing one."""
    return _jointly(_of_person(engine, starts, names), names)


def _of_person(engine: Engine, starts: str, names: Sequence[str]) -> pa.Table:
    """Columns of the person, for each start in order."""
    person = select(start_id=c("s.start_id")).select(*(quoted(name, "p") for name in names)).from_(table(starts, "s"))
    return engine.fetch(person.join(table("person", "p"), on=c("p.person_id").eq(c("s.person_id")), join_type="left").order_by(c("start_id")))


def _jointly(rows: pa.Table, names: Sequence[str]) -> Array:
    """(n,) the joint values of columns as dense numbers."""
    joint = np.zeros(rows.num_rows, dtype=np.int64)
    for name in names:
        code = _codes(rows[name])
        joint = _dense(joint * (int(code.max(initial=0)) + 1) + code)
    return joint


def _codes(column: pa.ChunkedArray) -> Array:
    """(n,) a number for each value; a missing one has a number of its own."""
    words = column.combine_chunks().dictionary_encode()
    return words.indices.fill_null(len(words.dictionary)).to_numpy().astype(np.int64)


def _dense(labels: Array) -> Array:
    """Labels as 0, 1, 2, ... in the order of their first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
