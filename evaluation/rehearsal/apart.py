"""Counties of several runs that are opened as one: what keeps each to itself, and the cohort of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..terms import Clones, Cohort, Study

if TYPE_CHECKING:
    from ..terms import Array


def apart(study: Study, held: Sequence[dict[str, pd.DataFrame]]) -> Study:
    """The study whose risk sets are drawn within one run: people compared agree on it, in a column of theirs that nothing else reads."""
    free = unread(study)
    if free is None or not draws(study):
        return study
    for run, tables in enumerate(held):
        tables["person"] = tables["person"].assign(**{free: str(run)})
    apart = {name: replace(plan, exact=(*plan.exact, free)) if plan.clock == "service" else plan for name, plan in study.cohorts.items()}
    return replace(study, cohorts=apart)


def draws(study: Study) -> bool:
    """Whether people are compared with some who are drawn."""
    return any(plan.clock == "service" for plan in study.cohorts.values())


def unread(study: Study) -> str | None:
    """A column that says something of people and that no cohort reads; None where all are read."""
    plans = study.cohorts.values()
    read = {column for plan in plans for column in (*plan.exact, *plan.cluster, *(plan.assigned.blocks if plan.assigned else ()))}
    return next((column for column in ("language", "race_ethnicity", "area", "sex") if column not in read), None)


def only(cohort: Cohort, rows: Array, *, clustered: bool) -> Cohort:
    """The cohort of these rows, as it would have been enrolled by itself; the ledger stays that of all counties."""
    clusters = _renumbered(cohort.clusters, rows)
    if clusters is not None and not clustered and clusters.max(initial=-1) == len(rows) - 1:
        clusters = None  # nobody here starts twice
    return replace(
        cohort,
        start_id=np.arange(1, len(rows) + 1),
        person=_dense(cohort.person[rows]),
        served=cohort.served[rows],
        history={name: column[rows] for name, column in cohort.history.items()},
        clusters=clusters,
        blocks=_renumbered(cohort.blocks, rows),
        taken_up=None if cohort.taken_up is None else cohort.taken_up[rows],
        sets=_renumbered(cohort.sets, rows),
        strata=_renumbered(cohort.strata, rows),
        score=None if cohort.score is None else cohort.score[rows],
        list_day=None if cohort.list_day is None else cohort.list_day[rows],
        clones=None if cohort.clones is None else _of_clones(cohort.clones, rows),
    )


def _of_clones(clones: Clones, rows: Array) -> Clones:
    """The clones of these rows."""
    later = {name: column[rows] for name, column in clones.later.items()}
    return replace(clones, start=_dense(clones.start[rows]), kept_to=clones.kept_to[rows], enrolled=clones.enrolled[rows], later=later)


def _renumbered(labels: Array | None, rows: Array) -> Array | None:
    """Labels of these rows as 0, 1, 2, ... in the order of their first appearance, as a cohort numbers them."""
    if labels is None:
        return None
    return _dense(labels[rows])


def _dense(labels: Array) -> Array:
    """Labels as 0, 1, 2, ... in the order of their first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
