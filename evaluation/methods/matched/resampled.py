"""The bootstrap: the same comparison among people drawn again from those studied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ...diagnostics.sums import sums_by
from ...terms import Cohort, Comparison, Matching, Problem, Question, Refused
from ..coding import commonest_first, placed
from ..columns import columns_of
from ..inference import Contrast
from ..influence import Means
from ..spread import Spread
from ..standing import Rows
from .gathering import gather
from .invariants import Fault, proven
from .means import weighing

if TYPE_CHECKING:
    from ...terms import Array

DRAWS = 500  # tell a standard deviation within 3 in 100; a 2.5 % tail of them would rest on a dozen draws
SEED = 1_979
FEWEST_UNITS = 20  # drawn again: with fewer a bootstrap's spread is told too small, as any error by cluster is
MOST_ROWS = 50_000  # a minute or two of draws
MOST_FAILED = 0.05  # of the draws may find no weights, as where a column tells the arms apart by luck


def chosen_again(means: Means, rows: Rows, told: Callable[[Rows], Means], where: str) -> Spread:
    """Whole sets drawn again, with whatever hangs together with them; the match is given (Austin & Small 2014).

    Sets that have a person or a cluster in common are drawn as one, and where nobody is set beside anybody, those who share luck
    are drawn.  Not for people who may be compared any number of times (Abadie & Imbens 2008).  `told` gives the means of rows.
    """
    unit = _hanging_together(rows.together if rows.sets is None else rows.sets, rows.together)
    whom = "people, as chosen" if rows.sets is None else "matched sets"
    held = (means.of_served, means.of_compared, rows.weights)
    return _spread(means.effect, unit, held, lambda times: told(weighing(rows, times[unit])).effect, whom, where)


def made_again(means: Means, cohort: Cohort, comparison: Comparison, question: Question, told: Callable[[Rows], Means], where: str) -> Spread:
    """People, or whole clusters, drawn again, and the comparison made anew among them: so its error has that of making it.

    `told` gives the means of rows of the cohort, each as often as it was drawn.  Not in risk sets, which stand and fall with
    whom they were drawn for.  Each comparison is held to the rules of its way, as the first was: one that breaks them ends it all.
    """
    if cohort.sets is not None:
        found = "people are drawn again, and a risk set without the person whom it was drawn for is none."
        raise Refused(Problem(f"{where}: inference", found, remedy="Ask for 'robust', which counts that weights were learnt."))
    plan = question.compare or Matching()
    unit = np.unique(cohort.person if cohort.clusters is None else cohort.clusters, return_inverse=True)[1]

    def again(times: Array) -> float:
        some = taken(cohort, np.repeat(np.arange(len(cohort)), times[unit]))
        pool = gather(some, question, plan, where).pool
        weights = np.zeros(len(some))
        weights[pool.rows] = proven(pool, plan, question.estimand).weights
        rows = placed(some, Comparison(comparison.estimand, weights > 0, weights, some.clusters), plan)
        return told(replace(rows, row=some.start_id[rows.row])).effect

    whom = "people" if cohort.clusters is None else "clusters"
    history = {name: column if name in plan.categories else np.nan_to_num(column) for name, column in cohort.history.items()}
    held = commonest_first(columns_of(history, plan, where), plan)
    return _spread(means.effect, unit, (cohort.served.astype(float), *held.values()), again, f"{whom}, compared anew each time", where)


def taken(cohort: Cohort, rows: Array) -> Cohort:
    """The cohort of these rows (k,), by place, in the order of the cohort; `start_id` are the places."""

    def of(column: Array | None) -> Array | None:
        return None if column is None else column[rows]

    return replace(
        cohort,
        start_id=rows,
        person=cohort.person[rows],
        served=cohort.served[rows],
        history={name: column[rows] for name, column in cohort.history.items()},
        clusters=of(cohort.clusters),
        blocks=of(cohort.blocks),
        taken_up=of(cohort.taken_up),
        sets=of(cohort.sets),
        strata=of(cohort.strata),
        score=of(cohort.score),
    )


def _spread(effect: float, unit: Array, held: Sequence[Array], again: Callable[[Array], float], whom: str, where: str) -> Spread:
    """The standard deviation of the effect over DRAWS draws; t on the units, less one.

    Units are drawn in the order of what they hold, `held` (m,) each, not in that of rows or names, so that neither changes the answer:
    but for units that hold the same, which are drawn in the order of their labels.
    """
    many = int(unit.max()) + 1
    if many < FEWEST_UNITS:
        few = f"fewer than {FEWEST_UNITS} groups of people hang together by set, person or cluster, and a bootstrap would draw these again."
        raise Refused(Problem(f"{where}: inference", few, f"A bootstrap draws {FEWEST_UNITS} or more.", "Ask for 'robust'."))
    if len(unit) > MOST_ROWS:
        large = f"more than {MOST_ROWS:,} rows are compared."
        raise Refused(Problem(f"{where}: inference", large, remedy="Ask for 'robust': with so many it is as good."))
    found = []
    for times in _drawn(unit, held):
        try:
            found.append(again(times))
        except Fault:
            raise
        except Refused:
            continue
    failed = DRAWS - len(found)
    if failed > MOST_FAILED * DRAWS:
        told = f"in {failed} of {DRAWS} draws no comparison could be made among the people drawn again."
        raise Refused(Problem(f"{where}: inference", told, remedy="Ask for 'robust', or name fewer columns in compare.on."))
    return Spread(Contrast(effect, float(np.std(found, ddof=1)), many - 1.0), f"bootstrap, {DRAWS} draws of {whom}, from seed {SEED}")


def _drawn(unit: Array, held: Sequence[Array]) -> Iterator[Array]:
    """(units,) int: how often each unit is drawn, DRAWS times."""
    rng, many = np.random.default_rng(SEED), int(unit.max()) + 1
    order = np.lexsort([np.bincount(unit), *(_told_apart(sums_by(column, unit)) for column in held)])
    for _ in range(DRAWS):
        times = np.empty(many, dtype=np.int64)
        times[order] = np.bincount(rng.integers(0, many, many), minlength=many)
        yield times


def _told_apart(values: Array) -> Array:
    """Values of which those that differ by rounding are the same."""
    most = float(np.abs(values).max(initial=0.0))
    return np.asarray(np.round(values / most, 9)) if most > 0 else values


def _hanging_together(one: Array, other: Array) -> Array:
    """(m,) int: 0, 1, 2, ...: rows that share a label of either kind, through others too."""
    first, second = (np.unique(labels, return_inverse=True)[1] for labels in (one, other))
    size = int(first.max()) + int(second.max()) + 2
    joined = csr_array((np.ones(len(first)), (first, int(first.max()) + 1 + second)), shape=(size, size))
    label = connected_components(joined, directed=False)[1]
    return np.asarray(np.unique(label[first], return_inverse=True)[1])
