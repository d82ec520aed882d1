"""The history as columns that a regression or a distance can read: complete, expanded, standardised, and none made up of others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics import sums
from ..diagnostics.likeness import NOTHING, filled
from ..phrases import counted, share
from ..terms import Matching, Problem, Refused
from .compiled import kernel

if TYPE_CHECKING:
    from ..terms import Array

MOST_CODES = 200  # of one category, or strata: each is a column of its own, and a regression of more is no longer quick or sure
TILE = 128  # rows taken at a time, so that they stay in the fastest memory


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The history with no value missing and a column for each code of a category; (n,) arrays."""

    every: Mapping[str, Array]  # float; by name, such as `age`, `race: 2`, `last: nothing on record`
    of: Mapping[str, tuple[str, ...]]  # by column of the history: the columns that it became
    usual: frozenset[str]  # of each category, its most common code: what the others of it make up

    def only(self, names: Collection[str]) -> dict[str, Array]:
        """The columns that those of the history named became; of all where none is named."""
        return {column: self.every[column] for name in names or self.of for column in self.of[name]}


def expanded(history: Mapping[str, Array], plan: Matching, where: str = "the history") -> dict[str, Array]:
    """The columns in which people are to be alike, `plan.on`, as `columns_of` gives them; (n,) each."""
    return columns_of(history, plan, where).only(plan.on)


def columns_of(history: Mapping[str, Array], plan: Matching, where: str) -> Columns:
    """Every column of the history (n,) as numbers: codes as columns of 0 and 1, values missing by the rule of the design.

    Each code of a column of `plan.categories` has a column, `race: 2`, and no record of it is one more.  A number missing stands
    at the mean beside a column that says where (`missing` = "indicator"), or each column with one is refused ("refuse").  Refuses
    a category of more than MOST_CODES codes; `where` names the question.
    """
    problems = [*_missing(history, plan, where), *_too_many_codes(history, plan, where)]
    if problems:
        raise Refused(*problems)
    columns: dict[str, Array] = {}
    of: dict[str, tuple[str, ...]] = {}
    usual: list[str] = []
    for name, column in history.items():
        own = _by_code(name, column) if name in plan.categories else complete({name: column})
        if name in plan.categories:
            usual.append(_commonest(own))
        columns |= own
        of[name] = tuple(own)
    return Columns(columns, of, frozenset(usual))


def complete(history: Mapping[str, Array]) -> dict[str, Array]:
    """As `diagnostics.likeness.filled`, without a copy of what is complete already."""
    columns: dict[str, Array] = {}
    for name, column in history.items():
        columns |= filled({name: column}) if np.isnan(column).any() else {name: column}
    return columns


def coded(column: Array) -> tuple[Array, Array]:
    """(n,) int, 0..k-1 by rising value, and the k values; no record is a value of its own, the last."""
    values, code = np.unique(column, return_inverse=True)
    return code, values


def written(value: float) -> str:
    """A code as people write it: 2 for 2.0."""
    return np.format_float_positional(value, trim="-")


def _by_code(name: str, column: Array) -> dict[str, Array]:
    code, values = coded(column)
    names = [name + NOTHING if np.isnan(value) else f"{name}: {written(value)}" for value in values]
    return {each: (code == k).astype(float) for k, each in enumerate(names)}


def _commonest(codes: Mapping[str, Array]) -> str:
    return max(codes, key=lambda code: float(codes[code].sum()))


def _missing(history: Mapping[str, Array], plan: Matching, where: str) -> Iterator[Problem]:
    if plan.missing != "refuse":
        return
    for name, column in history.items():
        if missing := int(np.isnan(column).sum()):
            found = f"nothing is on record in '{name}' for {missing:,} of {counted(len(column), 'row')} ({share(missing, len(column))})."
            remedy = 'Mend the records, or say missing = "indicator" or "impute".'
            yield Problem(f"{where}: compare.missing", found, 'With missing = "refuse" every value is there.', remedy)


def _too_many_codes(history: Mapping[str, Array], plan: Matching, where: str) -> Iterator[Problem]:
    for name in plan.categories:
        if name in history and (codes := len(np.unique(history[name]))) > MOST_CODES:
            found = f"'{name}' holds {codes:,} different codes, and each would be a column of its own."
            yield Problem(f"{where}: compare.categories", found, f"At most {MOST_CODES}.", "Declare coarser codes, or name it in 'exact'.")


def standardised(columns: Sequence[Array]) -> Array:
    """(p, n) the columns (n,) less their means, in standard deviations; 0 where a column never varies."""
    Z = np.zeros((len(columns), len(columns[0])))
    for z, column in zip(Z, columns, strict=True):
        if column.max() > column.min():
            np.subtract(column, column.mean(), out=z)
            z /= np.sqrt((z * z).mean())  # not a product of vectors: its order of sums depends on the number of threads
    return Z


def independent(Z: Array) -> list[int]:
    """The standardised columns (p, n) that no columns before them make up."""
    return sums.independent(gram(Z) / Z.shape[1])


def with_intercept(Z: Array) -> Array:
    """(n, 1 + p) a column of ones, and the columns (p, n)."""
    return np.vstack([np.ones(Z.shape[1]), Z]).T


def linear(Z: Array, b: Array) -> Array:
    """(n,) b_0 + sum_j b_j Z_j, the same for the same columns: a product of matrices adds up equal rows in different orders."""
    eta = np.full(Z.shape[1], float(b[0]))
    for column, slope in zip(Z, b[1:], strict=True):
        eta += slope * column
    return eta


@kernel
def gram(Z: Array) -> Array:
    """(p, p) the products of the columns (p, n) with each other, added up in one order whatever the number of threads."""
    p, n = Z.shape
    tile, products = np.zeros((TILE, p)), np.zeros((p, p))
    for start in range(0, n, TILE):
        rows = min(TILE, n - start)
        tile[rows:] = 0.0
        for j in range(p):
            for i in range(rows):
                tile[i, j] = Z[j, start + i]
        for i in range(0, rows, 4):
            for j in range(p):
                a, b, c, d = tile[i, j], tile[i + 1, j], tile[i + 2, j], tile[i + 3, j]
                for k in range(j + 1):
                    products[j, k] += (a * tile[i, k] + b * tile[i + 1, k]) + (c * tile[i + 2, k] + d * tile[i + 3, k])
    for j in range(p):
        for k in range(j):
            products[k, j] = products[j, k]
    return products
