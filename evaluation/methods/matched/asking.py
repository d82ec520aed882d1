"""What a design asks of a history that it does not hold, or not in a form that can be asked so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ...phrases import counted, listed, nearest
from ...terms import Cohort, Matching, Problem

if TYPE_CHECKING:
    from ...terms import Array
    from .ways import Way


MOST_VALUES = 12  # of a column by whose values likeness is shown: more are no subgroups


def unusable(cohort: Cohort, plan: Matching, way: Way, where: str) -> Iterator[Problem]:
    """Every mistake in how columns of the history are used: names that are not there, and calipers and distances without a measure."""
    missing = [*_not_there(cohort, plan, where)]
    yield from missing
    if missing:
        return
    for name in plan.subgroups:
        yield from _no_subgroups(name, cohort.history[name], where)
    if not way.near:
        return
    for name in plan.calipers:
        yield from _no_caliper(name, cohort.history[name], plan, where)
    if plan.distance == "column":
        yield from _no_distance(plan.column, cohort.history[plan.column], plan, where)


def _not_there(cohort: Cohort, plan: Matching, where: str) -> Iterator[Problem]:
    for word in ("categories", "exact", "unlike", "calipers", "bins", "quantiles", "cuts", "subgroups"):
        for name in getattr(plan, word):
            if name not in cohort.history:
                yield _no_column(f"{where}: compare.{word}", name, cohort)
    if plan.distance == "column" and plan.column not in cohort.history:
        yield _no_column(f"{where}: compare.column", plan.column, cohort)


def _no_column(where: str, name: str, cohort: Cohort) -> Problem:
    return Problem(where, f"the history has no column '{name}'.", f"It has {listed(cohort.history)}.", nearest(name, cohort.history))


def _no_subgroups(name: str, values: Array, where: str) -> Iterator[Problem]:
    many = len(np.unique(values[~np.isnan(values)]))
    if many > MOST_VALUES:
        found = f"'{name}' has {many:,} different values among {counted(len(values), 'row')}."
        yield Problem(f"{where}: compare.subgroups", found, f"At most {MOST_VALUES} make subgroups.", "Name a column of few values.")


def _no_caliper(name: str, values: Array, plan: Matching, where: str) -> Iterator[Problem]:
    at, known = f"{where}: compare.calipers", values[~np.isnan(values)]
    few = len(np.unique(known))
    if name in plan.categories:
        yield Problem(at, f"'{name}' holds codes ({few:,} of them), and no code is near another.", remedy="Name it in 'exact'.")
    elif few <= 2:
        found = f"'{name}' holds {counted(few, 'value')} among {counted(len(known), 'row')}: a gap between people is all or nothing."
        yield Problem(at, found, remedy="Name it in 'exact'.")


def _no_distance(name: str, values: Array, plan: Matching, where: str) -> Iterator[Problem]:
    at = f"{where}: compare.column"
    if name in plan.categories:
        yield Problem(at, f"'{name}' holds codes, and no code is near another.", remedy="Name it in 'exact'.")
    if missing := int(np.isnan(values).sum()):
        found = f"'{name}' is the distance, and for {missing:,} of {counted(len(values), 'row')} nothing is on record in it."
        yield Problem(at, found, remedy='Say missing = "impute", or choose another distance.')
    elif values.min() == values.max():
        found = f"'{name}' is the distance, and it is the same for all of {counted(len(values), 'row')}."
        yield Problem(at, found, remedy="Choose another distance.")
