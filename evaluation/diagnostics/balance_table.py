"""The balance table: every column, square and product, before anybody was chosen and after, by every measure at once.

It is made on demand: nothing of it is worked out for an answer that does not show it.  Its numbers are those of R's MatchIt 4.7.2
and cobalt 5.0.0, which a test holds them to.  It judges nothing and gives no Diagnostic; it stands in this room because its measures are
those by which the conditions of balance are judged (`differences`), and the two must not part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..terms import EstimandName
from .differences import centred, gaps, in_spreads, mean, of_two_values, pair_distance, products, rising, spread, variance
from .sums import effective_number, sums_by

if TYPE_CHECKING:
    from ..terms import Array

Kind = Literal["column", "square", "product"]
NONE = float("nan")


@dataclass(frozen=True, slots=True)
class Sides:
    """One column in one sample, of those served and of those compared; NaN where an arm is empty or a measure means nothing."""

    served: float  # weighted mean
    compared: float
    served_deviation: float  # weighted standard deviation; of 0 and 1, sqrt(p (1 - p))
    compared_deviation: float
    difference: float  # of the means, in standard deviations of those whom the effect is about
    variance_ratio: float  # served over compared; NaN for a column of 0 and 1
    largest_gap: float  # between the weighted cumulative distributions (Kolmogorov and Smirnov)
    mean_gap: float  # the same, over the column's different values


@dataclass(frozen=True, slots=True)
class Line:
    """One column of the table."""

    column: str
    kind: Kind
    subgroup: str  # "sex = 1"; empty for everybody
    two: bool  # holds 0 and 1 only
    before: Sides
    after: Sides
    pair_distance: float  # mean distance of two people of one set, in the same standard deviations; NaN without sets


@dataclass(frozen=True, slots=True)
class Size:
    """How large an arm is in one sample."""

    people: int
    effective: float  # people of equal weight who would be worth as much (Kish 1965)
    largest_share: float  # of the arm's weight, in one person


@dataclass(frozen=True, slots=True)
class Balance:
    """The whole table; `sizes` by sample ("before", "after") and arm ("served", "compared")."""

    estimand: EstimandName
    lines: tuple[Line, ...]
    sizes: Mapping[tuple[str, str], Size]


@dataclass(frozen=True, slots=True, eq=False)
class Weighing:
    """Who is compared: (n,) arrays in the order of the cohort, and the places of those who stand in sets."""

    served: Array  # bool
    person: Array  # int
    weights: Array  # float; 0 for whoever is left out
    estimand: EstimandName
    place: Array | None = None  # (m,) int: rows that stand in a set, as often as they do
    sets: Array | None = None  # (m,) int: the set of each


def balance_of(
    columns: Mapping[str, Array], weighing: Weighing, *, with_products: bool = False, subgroups: Mapping[str, Array] | None = None
) -> Balance:
    """The table of `columns`, each (n,) float without NaN; `subgroups` are (n,) bool by name, in each of which every column is told again.

    Differences within a subgroup are in everybody's standard deviations, so that a small group does not look better for being
    alike; a column in which nobody of a subgroup differs, such as the one that makes it, has no line there; pairs are those of which
    both belong to it.  Squares and products are of columns about their mean (`differences.centred`).  O(n log n) for each column.
    """
    groups = subgroups or {}
    lines = [line for name, column in columns.items() for line in _lines(name, "column", column, weighing, groups)]
    for name, (one, other) in products(columns) if with_products else ():
        product = centred(columns[one]) * centred(columns[other])
        if np.ptp(product) == 0:  # nobody has both
            continue
        lines += _lines(name, "square" if one == other else "product", product, weighing, groups)
    everybody = np.ones(len(weighing.served))
    sizes = {
        (sample, arm): _size(weights[there], weighing.person[there])
        for sample, weights in (("before", everybody), ("after", weighing.weights))
        for arm, there in (("served", weighing.served & (weights > 0)), ("compared", ~weighing.served & (weights > 0)))
    }
    in_order = ["", *groups]
    return Balance(weighing.estimand, tuple(sorted(lines, key=lambda line: in_order.index(line.subgroup))), sizes)


def _lines(name: str, kind: Kind, column: Array, weighing: Weighing, subgroups: Mapping[str, Array]) -> Iterator[Line]:
    """The lines of a column: of everybody, and of each subgroup in which somebody differs."""
    served, weights = weighing.served, weighing.weights
    two, deviation = of_two_values(column), spread(column, served, weights, weighing.estimand)
    before, after = _samples(column, served, weights, deviation, two=two)
    yield Line(name, kind, "", two, before, after, _pairs_apart(column, weighing, deviation, np.ones(len(column), dtype=bool)))
    for group, there in subgroups.items():
        own, arm = column[there], served[there]
        if arm.any() and not arm.all() and np.ptp(own) == 0:  # such as the column that makes the subgroup
            continue
        before, after = _samples(own, arm, weights[there], deviation, two=two)
        yield Line(name, kind, group, two, before, after, _pairs_apart(column, weighing, deviation, there))


def _pairs_apart(column: Array, weighing: Weighing, deviation: float, among: Array) -> float:
    """The mean distance of two people of one set who are both `among` (n,) bool those asked about, in standard deviations."""
    if weighing.place is None or weighing.sets is None:
        return NONE
    there = among[weighing.place]
    place = weighing.place[there]
    far = pair_distance(column[place], weighing.served[place], weighing.sets[there])
    return far / deviation if deviation > 0 else far if np.isnan(far) else 0.0


def _samples(column: Array, served: Array, weights: Array, deviation: float, *, two: bool) -> Iterator[Sides]:
    """Before, and after: the column is put in order once for both."""
    order = None if two or not len(column) else rising(column)
    for own in (np.ones(len(column)), weights):
        yield _sides(column, served, own, deviation, order)


def _sides(column: Array, served: Array, weights: Array, deviation: float, order: tuple[Array, Array] | None) -> Sides:
    arms = [(column[arm & (weights > 0)], weights[arm & (weights > 0)]) for arm in (served, ~served)]
    if not all(len(x) for x, _ in arms):
        return Sides(*(mean(x, w) if len(x) else NONE for x, w in arms), *[NONE] * 6)
    two = order is None
    one, other = (mean(x, w) for x, w in arms)
    v1, v0 = (variance(x, w, two=two) for x, w in arms)
    largest, average = (abs(one - other),) * 2 if order is None else gaps(*order, served, weights)
    ratio = NONE if two else v1 / v0 if v0 > 0 else 1.0 if v1 == 0 else float("inf")
    return Sides(one, other, v1**0.5, v0**0.5, in_spreads(column, one - other, deviation), ratio, largest, average)


def _size(weights: Array, person: Array) -> Size:
    if not len(person):
        return Size(0, 0.0, NONE)
    own = sums_by(weights, person)
    return Size(len(own), effective_number(weights, person), float(own.max() / own.sum()))
