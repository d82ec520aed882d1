"""Codes of a category as columns in an order that is not that of their names: what is told of an outcome hangs on no label.

Of all codes of a category one is made up of the others, and every regression leaves the last out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from .columns import Columns, columns_of
from .standing import Rows, standing

if TYPE_CHECKING:
    from ..terms import Array, Cohort, Comparison, Matching


def commonest_first(columns: Columns, plan: Matching, names: Collection[str] = ()) -> dict[str, Array]:
    """The columns (n,) that those of the history named became, or all; the codes of each category by falling number of rows.

    Two codes of as many rows stand as their values do.
    """
    return {column: columns.every[column] for name in names or columns.of for column in _in_order(columns, name, coded=name in plan.categories)}


def placed(cohort: Cohort, comparison: Comparison, plan: Matching) -> Rows:
    """The rows of a comparison, `standing`, each code of a category of the design as a column."""
    rows = standing(cohort, comparison)
    if not plan.categories:
        return rows
    columns = columns_of({name: column[rows.row] for name, column in cohort.history.items()}, plan, "the history")
    codes = frozenset(column for name in plan.categories for column in columns.of.get(name, ()))
    return replace(rows, history=commonest_first(columns, plan), codes=codes)


def _in_order(columns: Columns, name: str, *, coded: bool) -> tuple[str, ...]:
    own = columns.of[name]
    return tuple(sorted(own, key=lambda column: -float(columns.every[column].sum()))) if coded else own
