"""Who keeps to which of two strategies, and for whom those who keep to it stand (Hernán 2018; Maringe and others 2020)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import events_per_parameter, extreme_weights, kept_to_strategies
from ...diagnostics.wording import TO_ENROL, days, people
from ...terms import Cohort, Comparison, Diagnostic, Estimand, Problem, Question, Refused, Steps
from . import initiation

if TYPE_CHECKING:
    from ...terms import Array
    from .reading import Reading


def compare(cohort: Cohort, question: Question) -> Comparison:
    """Both clones of everybody, as they stood at the start: whoever leaves a strategy does so later, and weighs until then.

    Weights wait until the ends of clocks are read, for an event ends the chance to enrol: `weighted`.  Refuses a cohort that is not
    cloned, and a grace period in which fewer than `initiation.FEWEST` people enrol.
    """
    clones, where = cohort.clones, _where(question)
    if clones is None:
        raise Refused(Problem(where, "the cohort follows nobody under two strategies.", remedy="Declare [cohort.strategies]."))
    came = int((cohort.served & (clones.enrolled <= clones.within)).sum())
    if came < initiation.FEWEST:
        found = f"{people(came)} people enrol within {days(str(clones.within))}."
        remedy = "Lengthen the grace period, or study more people."
        raise Refused(Problem(where, found, f"Who enrols is told from {initiation.FEWEST} or more.", remedy))
    n = len(cohort)
    return Comparison(
        estimand=Estimand(
            name="average_effect",
            contrast=f"difference in '{question.outcome}' by {question.horizon}",
            population="everybody who starts",
            plans=f"to enrol within {days(str(clones.within))} of the start, on a day on which those who do so come, against not enrolling in "
            "those days",
        ),
        kept=np.ones(n, dtype=bool),
        weights=np.ones(n),
        clusters=cohort.clusters if cohort.clusters is not None else cohort.person,
    )


def weighted(cohort: Cohort, comparison: Comparison, reading: Reading, question: Question) -> tuple[Comparison, tuple[Diagnostic, ...]]:
    """The comparison with what each clone weighs as the days go by, once it is read when clocks ended; and the conditions of that.

    `reading` is of every row of the cohort, in its order.  Errors take the weights as known.  That they were learnt makes errors of
    inverse-probability weighting too large rather than too small (Robins, Rotnitzky and Zhao 1994); the strategy to enrol hangs on
    them too, and among 1,200 people who walk in errors were rehearsed at 1.0 to 1.1 times the spread of the answers.
    """
    clones = cohort.clones
    assert clones is not None, "only clones are weighed by their strategies"
    waiting = initiation.Waiting.of(clones, reading.day, reading.cause > 0)
    chance = initiation.chances(clones, waiting, _where(question))
    steps = initiation.steps(clones, cohort.served, waiting, chance, reading.day)
    weights = _at_the_end(steps, cohort, reading)
    person = cohort.person[np.unique(clones.start, return_index=True)[1]]
    least = float(np.exp(-chance.today.sum(axis=1)).min())
    return replace(comparison, steps=steps), (
        kept_to_strategies(waiting.enrolled, waiting.came | (waiting.days > clones.within), person, within=clones.within),
        _enough(int(waiting.came.sum()), chance.parameters, clones.within),
        extreme_weights(weights, cohort.served, cohort.person, least=min(least, float((1 / chance.comes[:, 0]).min())), kept=True, called=TO_ENROL),
    )


def _enough(came: int, parameters: int, within: int) -> Diagnostic:
    """How many enrolments there are for each number that tells who enrols."""
    found = events_per_parameter(came, parameters)
    sentence = f"{people(came)} people enrol within {days(str(within))}, and who does is told by {parameters} number{'' if parameters == 1 else 's'}"
    return replace(found, sentence=f"{sentence}{'.' if found.holds else ': few for each.'}")


def _at_the_end(steps: Steps, cohort: Cohort, reading: Reading) -> Array:
    """(n,) float: what those weigh in the end who kept to the strategy for as long as the clock ran; 0 for the others."""
    assert cohort.clones is not None
    kept = reading.day < cohort.clones.kept_to
    last = np.flatnonzero(np.append(steps.row[1:] != steps.row[:-1], True))
    weights = np.zeros(len(cohort))
    weights[steps.row[last]] = steps.weight[last]
    return np.where(kept, weights, 0.0)


def _where(question: Question) -> str:
    return f"question '{question.outcome}' by {question.method}"
