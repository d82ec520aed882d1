"""Who stands beside whom: the units that adopt, and those that never do or have not yet; on people's own clocks, everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import cells_of_adoption, composition
from ...phrases import counted
from ...terms import NEVER, Cohort, Comparison, Estimand, Panel, Problem, Question, Refused
from ..horizons import misfit, periods_within
from ..unit_weights import unweighed
from .everybody import everybody_else

if TYPE_CHECKING:
    from ...terms import Array

MANY = {"person": "people", "child": "children", "family": "families", "area": "areas"}
POOLS = {"never_treated": "that never adopt", "not_yet_treated": "that have not adopted yet"}


def compare(studied: Panel | Cohort, question: Question) -> Comparison:
    """Of a panel, the units that adopt and those they are compared with; of people's own clocks, the served and everybody else.

    A unit that adopts is kept where it has 1 + anticipation periods before, and where somebody is left to compare it with in the period
    in which it adopts; units under the programme from the start on are left out and counted.  With compared = "not_yet_treated" units
    that adopt later stand among the compared until `anticipation` periods before.  Weights are those of the units.
    Refuses a panel that nobody, or a single unit, adopts in, without a period before, without units to compare, whose units leave the
    programme undeclared, and a horizon that is shorter than a period, ends within one, or is longer than anybody that adopts is followed.
    """
    if isinstance(studied, Cohort):
        return everybody_else(studied, question)
    problems = [*_shape(studied, question), *_undeclared(studied)]
    if problems:
        raise Refused(*problems)
    adopts, pool = roles(studied, question)
    if problem := _nobody(studied, question, adopts, pool):
        raise Refused(problem)
    kept = adopts | pool
    weights = studied.weight if question.weights == "population" else np.ones(len(studied))
    area = studied.unit == "area"
    return Comparison(
        estimand=_estimand(studied, question, adopts),
        kept=kept,
        weights=np.where(kept, weights, 0.0),
        clusters=studied.clusters if studied.clusters is not None else np.arange(len(studied)),
        diagnostics=(
            cells_of_adoption(
                np.where(adopts, studied.adopted, NEVER)[kept],
                labels(studied),
                from_start=int((studied.adopted == 0).sum()),
                too_early=int(((studied.adopted > 0) & (studied.adopted < 1 + question.anticipation)).sum()),
                unused=int((seen(studied) & ~kept & (studied.adopted >= 1 + question.anticipation)).sum()),
                units=MANY[studied.unit],
                people=not area,
                alone=question.estimator == "before_after",
                short=_short(studied, question, adopts),
            ),
            composition(
                studied.watched[kept],
                np.where(adopts, studied.adopted, NEVER)[kept],
                units=MANY[studied.unit],
                people=not area,
                set_aside=_not_throughout(studied, question, kept),
            ),
        ),
    )


def roles(panel: Panel, question: Question) -> tuple[Array, Array]:
    """Which units the effect is about, and which stand among the compared at some time; both (n,) bool, and a unit may be both."""
    there, first = seen(panel), 1 + question.anticipation
    never = there & (panel.adopted == NEVER)
    if question.estimator == "before_after":
        return there & (panel.adopted < NEVER) & (panel.adopted >= first), np.zeros(len(panel), dtype=bool)
    if question.compared == "never_treated":
        adopts = there & (panel.adopted < NEVER) & (panel.adopted >= first)
        return adopts, never
    late = there & (panel.adopted >= first)
    last = int(panel.adopted[late].max()) if late.any() else 0
    adopts = late & (panel.adopted < NEVER) & (panel.adopted.astype(np.int64) + question.anticipation < last)
    earliest = int(panel.adopted[adopts].min()) if adopts.any() else 0
    return adopts, late & (panel.adopted.astype(np.int64) > earliest + question.anticipation)


def seen(panel: Panel) -> Array:
    """(n,) bool: units watched in any period at all."""
    return np.asarray(panel.watched.any(axis=1))


def labels(panel: Panel) -> tuple[str, ...]:
    """What the periods are called: their own names, or by number from 1."""
    return panel.labels or tuple(f"period {number + 1}" for number in range(panel.periods))


def _shape(panel: Panel, question: Question) -> Iterator[Problem]:
    """What no choice of units can mend."""
    where, units = f"cohort '{panel.name}'", MANY[panel.unit]
    adopters = int((panel.adopted < NEVER).sum())
    if not adopters:
        yield Problem(
            f"{where}: adopted", f"none of {len(panel):,} {units} adopts in these periods.", remedy="Study more periods, or mend when units adopt."
        )
    elif not periods_within(panel.edges, question.horizon):
        found = f"the horizon of {question.horizon} is shorter than a period."
        yield Problem(_where(question), found, "The effect is told by period.", "Ask about a longer horizon, or cut shorter `periods`.")
    elif problem := _unfollowed(panel, question):
        yield problem
    if question.adjust != "nothing" and not panel.history:
        found = f"adjust = '{question.adjust}', and no history is declared."
        yield Problem(f"{_where(question)}: adjust", found, remedy="Declare [[history]] columns, or leave `adjust` out.")
    yield from unweighed(panel, question, _where(question))
    if question.inference.by == "cluster" and panel.clusters is None:
        remedy = "Declare cohort.cluster, or ask for 'robust'."
        yield Problem(f"{_where(question)}: inference", "by = 'cluster', and the cohort declares no cluster.", remedy=remedy)


def _unfollowed(panel: Panel, question: Question) -> Problem | None:
    """A horizon that no unit is followed to, or that ends within a period: the effect would be told of another than was asked."""
    where, many = f"{_where(question)}: horizon", counted(periods_within(panel.edges, question.horizon), "whole period")
    if told := misfit(panel.edges, question.horizon, counted(panel.periods, "period")):
        return Problem(where, *told)
    adopts = roles(panel, question)[0]
    if adopts.any() and int(panel.adopted[adopts].min()) + periods_within(panel.edges, question.horizon) > panel.periods:
        found = f"none of those that adopt is followed for {question.horizon}: {many}."
        return Problem(where, found, remedy="Ask about a shorter horizon, or extend `between`.")
    return None


def _short(panel: Panel, question: Question, adopts: Array) -> int:
    """How many units adopt too late for the panel to follow them to the end of the horizon."""
    return int((adopts & (panel.adopted.astype(np.int64) + periods_within(panel.edges, question.horizon) > panel.periods)).sum())


def _not_throughout(panel: Panel, question: Question, kept: Array) -> int:
    """How many units two by two sets aside, because they were not watched in each period that it is of; 0 for other estimators."""
    days = np.unique(panel.adopted[kept & (panel.adopted < NEVER)])
    if question.estimator != "difference" or len(days) != 1:
        return 0
    period, day = np.arange(panel.periods), int(days[0])
    used = (period < day - question.anticipation) | ((period >= day) & (period < day + periods_within(panel.edges, question.horizon)))
    watched = panel.watched[kept][:, used]
    return int((~watched[:, watched.any(axis=0)].all(axis=1)).sum())


def _undeclared(panel: Panel) -> Iterator[Problem]:
    """Units that leave the programme again, of which the design says nothing."""
    leaves = (panel.left < NEVER) & (panel.adopted < NEVER)
    if panel.after_stop == "refuse" and leaves.any():
        first = labels(panel)[int(panel.left[leaves].min())]
        found = f"{_count(panel, int(leaves.sum()))} that adopted leave the programme again, the first in {first}, and nothing is declared for it."
        yield Problem(f"cohort '{panel.name}': adopted", found, remedy='Set after_stop = "drop", or "own_effect".')


def _nobody(panel: Panel, question: Question, adopts: Array, pool: Array) -> Problem | None:
    """Why nothing can be compared, where nothing can."""
    where, many = f"cohort '{panel.name}': adopted", int(adopts.sum())
    adopters, first = (panel.adopted < NEVER) & seen(panel), 1 + question.anticipation
    if not (adopters & (panel.adopted >= first)).any():
        found = f"all {counted(int(adopters.sum()), 'unit')} that adopt do so in the first {counted(first, 'period')}: there is no period before."
        return Problem(where, found, "A change is told from a before.", "Study from an earlier day on.")
    if question.estimator == "before_after":
        return None
    if not many or not pool.any():
        found = f"there are no {MANY[panel.unit]} {POOLS[question.compared]} to compare those with that do."
        other = 'Set compared = "not_yet_treated"' if question.compared == "never_treated" else "Study more of them"
        return Problem(where, found, remedy=f"{other}, or ask a method of series.")
    if many == 1:
        found = f"a single {panel.unit} adopts that can be compared with others: its luck cannot be told from the programme."
        return Problem(where, found, remedy="Ask for method = 'series', which compares one unit with a synthetic one.")
    return None


def _estimand(panel: Panel, question: Question, adopts: Array) -> Estimand:
    units = MANY[panel.unit]
    if question.estimator == "before_after":
        return Estimand("change", "change from before to after", f"the {units} that adopted", "after adoption, against before")
    of = f", of those that adopt after the first {counted(1 + question.anticipation, 'period')}" if question.anticipation else ""
    population = f"the {units} that adopted, {int(adopts.sum()):,}{of}" if panel.unit == "area" else f"the {units} that adopted{of}"
    return Estimand("effect_on_the_served", "", population, "under the programme from adoption on, against not yet under it")


def _count(panel: Panel, number: int) -> str:
    """So many areas; of people, no number of ten or fewer."""
    from ...diagnostics.wording import people

    return counted(number, "area") if panel.unit == "area" else f"{people(number)} {MANY[panel.unit]}"


def _where(question: Question) -> str:
    return f"question '{question.outcome}' by {question.method}"
