"""What being served did for those matched: the outcome laid on the comparison, with everybody lost stood for by those followed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import detectable_effect, later_service, losses, same_day_events, skewed_amounts, sparse_events
from ...diagnostics.likeness import filled
from ...terms import Arm, Cohort, Comparison, Diagnostic, Estimate, Problem, Question, Refused, Weighed
from ..censoring import Reweighted, reweighted
from ..clustering import effective_number, skewness, two_way
from ..dominance import closest_guess
from ..inference import Contrast
from .leaving import alike_in_leaving

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array

ROUNDED = 1e-9  # of the largest outcome: a standard error below it comes of rounding, and nobody differs from anybody
LOST = ("served", "moved", "records end")  # what ends a clock before its horizon without telling the outcome
WORDS = {
    "mark": "difference in risk by {}",
    "amount": "difference in mean amount over {}",
    "state": "difference in the share who are there after {}",
}


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the ruler showed of each row matched; (n,) arrays."""

    y: Array  # float: 1 or 0 for a mark or a state, else the amount; of no meaning where lost
    day: Array  # int: the day on which y became known, or the last day seen
    lost: Array  # bool
    why: Array | None = None  # str: what ended each clock, of a mark
    same_day: Array | None = None  # bool: an event on the day of the start, of a mark


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Who stands in the rows matched; (n,) arrays."""

    served: Array  # bool
    person: Array  # int
    sets: Array  # int
    together: Array  # int: who shares luck
    weights: Array  # float
    score: Array  # float
    history: tuple[Array, ...]  # each (n,) float


def estimate(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Estimate:
    """The mean of the served less the weighted mean of the people compared with them, by the horizon.

    Whoever was lost before it (served later, moved, records that end) is stood for by those of the same arm who were as likely
    to be lost, by what their history tells, and were still followed: `leaving` and `censoring`.  The error is two-way
    cluster-robust, by set and by who shares luck.
    The score and the match are taken as given.  Refuses when nobody is followed in an arm, and when nothing varies.
    """
    rows = _rows(cohort, comparison)
    reading = _read(comparison, ruler, question)
    for there in (rows.served, ~rows.served):
        if reading.lost[there].all():
            raise Refused(_problem(question, "nobody in one of the arms was followed to the end of the window.", "Ask about a shorter horizon."))
    means = {served: _mean(reading, rows, rows.served == served) for served in (True, False)}
    influence = np.where(rows.served, 1.0, -1.0)
    for served, mean in means.items():
        influence[rows.served == served] *= mean.influence
    worth = min(effective_number(mean.weights, rows.together[rows.served == served]) for served, mean in means.items())
    contrast = two_way(means[True].mean - means[False].mean, influence, rows.sets, rows.together, worth=worth)
    _measurable(contrast, reading, question)
    by = "person" if _same(rows.together, rows.person) else "cluster"
    return Estimate(
        estimand=replace(comparison.estimand, contrast=WORDS[ruler.outcome.kind].format(question.horizon)),
        effect=contrast.effect,
        std_error=contrast.std_error,
        interval=contrast.interval(f"two-way cluster-robust by set and {by}"),
        p_value=contrast.p_value,
        served=_arm(reading, rows, means, served=True, counted=ruler.outcome.kind != "amount"),
        compared=_arm(reading, rows, means, served=False, counted=ruler.outcome.kind != "amount"),
        diagnostics=(
            losses(rows.served, reading.lost, rows.person, reading.why, min(mean.least for mean in means.values())),
            *_told(reading, rows, cohort),
            *_shape(reading, rows, influence, counted=ruler.outcome.kind != "amount"),
            detectable_effect(contrast.std_error, contrast.df, question.worthwhile, unit=ruler.outcome.unit),
        ),
    )


def _rows(cohort: Cohort, comparison: Comparison) -> Rows:
    kept = comparison.kept
    together = cohort.person if comparison.clusters is None else comparison.clusters
    history = filled({name: column[kept] for name, column in cohort.history.items()})
    return Rows(
        cohort.served[kept],
        cohort.person[kept],
        _there(comparison.sets)[kept],
        together[kept],
        comparison.weights[kept],
        _there(comparison.score)[kept],
        tuple(history.values()),
    )


def _there(column: Array | None) -> Array:
    assert column is not None, "a comparison by matching has sets and scores"
    return column


def _read(comparison: Comparison, ruler: Ruler, question: Question) -> Reading:
    """Marks by the horizon, the amount over the window, or the state on its last day, of everybody matched."""
    kept, outcome, horizon = comparison.kept, ruler.outcome, question.horizon
    if outcome.kind == "mark":
        marks = ruler.marks(horizon)
        why = marks.why[kept]
        return Reading((why == "mark").astype(float), marks.day[kept], np.isin(why, LOST), why, marks.same_day[kept])
    if outcome.kind == "state":
        states = ruler.state(horizon)
        y, lost = states.inside[kept].astype(float), ~states.seen[kept]
        return Reading(y, _last_days(ruler, question)[kept] if lost.any() else np.zeros(len(y), dtype=np.int64), lost)
    amounts = ruler.amount(outcome.from_day, horizon)
    y, lost = amounts.amount[kept], (amounts.seen_days < amounts.window_days)[kept]
    if not lost.any():
        return Reading(y, amounts.seen_days[kept], lost)
    day = _last_days(ruler, question)[kept]
    # a clock that stopped before it was lost to sight stopped with a death: all that there would be is known
    return Reading(y, day, lost & (day + 1 >= outcome.from_day + amounts.seen_days[kept]))


def _last_days(ruler: Ruler, question: Question) -> Array:
    """(n,) the last day on which each clock ran: of the horizon, of a life, or the last day seen."""
    at_risk = ruler.at_risk(question.horizon)
    off = np.bincount(at_risk.row, weights=at_risk.stop - at_risk.first, minlength=len(at_risk.days))
    return at_risk.days + off.astype(np.int64) - 1


def _mean(reading: Reading, rows: Rows, there: Array) -> Reweighted:
    """The mean of an arm, whoever is lost stood for by those of the arm who were as likely to be."""
    day, lost, weights = reading.day[there], reading.lost[there], rows.weights[there]
    people = len(np.unique(rows.person[there]))
    groups = alike_in_leaving([column[there] for column in rows.history], rows.score[there], day, lost, weights, people)
    return reweighted(reading.y[there], day, lost, weights, groups)


def _arm(reading: Reading, rows: Rows, means: dict[bool, Reweighted], *, served: bool, counted: bool) -> Arm:
    """An arm by people: a person who stands in several of its rows is one, with the event if any of them has it."""
    there, stands = rows.served == served, means[served].weights
    person, seen = rows.person[there], ~reading.lost[there]
    having, rest = seen & (reading.y[there] != 0), seen & (reading.y[there] == 0)
    some, none = (len(np.unique(person[group])) for group in (having, rest))
    worth = min(effective_number(stands[group], person[group]) for group in (having, rest) if group.any())
    arm = Arm(len(np.unique(person)), some, means[served].mean, weighed=Weighed(int(there.sum()), none, worth))
    return arm if counted else replace(arm, events=None, some=some, closest=_closest(reading, rows, means, served=served))


def _closest(reading: Reading, rows: Rows, means: dict[bool, Reweighted], *, served: bool) -> float:
    """How near the arm's largest amount can be guessed, a person's rows taken together."""
    pull = np.zeros(len(rows.served))
    for arm, mean in means.items():
        there = rows.served == arm
        pull[there] = mean.weights * np.where(reading.lost, 0.0, reading.y)[there] / rows.weights[there].sum()
    code, at = np.unique(2 * rows.person + rows.served, return_inverse=True)
    return closest_guess(np.bincount(at, weights=pull), code % 2 == served)


def _told(reading: Reading, rows: Rows, cohort: Cohort) -> tuple[Diagnostic, ...]:
    """What is told of a mark's clocks."""
    told: list[Diagnostic] = []
    if reading.why is not None and cohort.later_served == "censor":
        told.append(later_service(rows.served, reading.why, rows.person))
    if reading.same_day is not None and reading.same_day.any():
        told.append(same_day_events(len(np.unique(rows.person[reading.same_day])), len(np.unique(rows.person))))
    return tuple(told)


def _shape(reading: Reading, rows: Rows, influence: Array, *, counted: bool) -> tuple[Diagnostic, ...]:
    """Whether a t interval can be trusted: enough people with the event and without, or amounts that are even enough."""
    if not counted:
        return (skewed_amounts(skewness(influence, rows.together)),)
    known = ~reading.lost
    code, at = np.unique((2 * rows.person + rows.served)[known], return_inverse=True)
    had = np.bincount(at, weights=reading.y[known] == 1) > 0
    return (sparse_events(had, code % 2 == 1, required=True),)


def _same(one: Array, other: Array) -> bool:
    """Whether two labels cut the rows alike."""
    pairs = len(np.unique(np.column_stack([one, other]), axis=0))
    return pairs == len(np.unique(one)) == len(np.unique(other))


def _measurable(contrast: Contrast, reading: Reading, question: Question) -> None:
    """Refuses a contrast whose spread cannot be measured."""
    rounding = ROUNDED * float(np.abs(reading.y[~reading.lost]).max())
    if contrast.std_error > rounding:
        return
    if np.isnan(contrast.std_error):
        found = "all the people matched are of one set or of one cluster, and their spread cannot be measured."
        raise Refused(_problem(question, found, "Declare smaller clusters."))
    raise Refused(_problem(question, "everybody has the same outcome, and an interval would have no width.", "Report the two arms side by side."))


def _problem(question: Question, found: str, remedy: str) -> Problem:
    return Problem(f"question '{question.outcome}' by {question.method}", found, remedy=remedy)
