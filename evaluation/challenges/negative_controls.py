"""Negative controls: the same people and the same comparison, asked about things that the programme cannot move.

Systematic error is taken to be exchangeable between outcomes on the scale of odds, and not as a difference of risks.  Where people
differ as they do, a need that differs between the arms moves the risk of an outcome about p (1 - p) times as far as its log odds, so
that the same hidden need makes a difference of 10 in 100 of what happens to half of all and of 2 in 100 of what happens to one in
fifteen.  Controls are mostly rarer than what a programme is for: taken as they stand they would hide the error.  So each control's
difference is divided by its own p (1 - p), and what that tells of error is multiplied by the outcome's: the range is told in the
question's own unit, and not as a ratio that nobody can put on a base.  Amounts are divided by their mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from ..diagnostics import negative_controls as judged
from ..diagnostics import systematic_error
from ..methods import METHODS
from ..outcomes import DEFINED
from ..outcomes.binding import bound
from ..outcomes.controls import unmoved_by
from ..phrases import counted, listed
from ..pipeline import unwatched
from ..records import permitted
from ..records.days import horizon_end
from ..records.uses import Use, sources_of
from ..terms import Answer, Challenge, Cohort, CohortPlan, Diagnostic, Estimate, Interval, Outcome, Problem, Question, Refused, Study, Tried
from .asked import Asked, could_not
from .calibration import Calibrated, expected_absolute_error, none_moved, predicted, together

if TYPE_CHECKING:
    from ..records import Records
    from ..terms import Array

NAME = "negative_controls"
CHANGED = "the outcome, one that the programme cannot move"
MANY = 20  # controls from which what they show decides; fewer are a warning
FEWEST_EVENTS = 20  # people to whom a control must have happened: of fewer its luck is not normal
REACH = 1.959963984540054  # standard errors on each side of a range of 95 %
VERBS = ("marks", "state", "amount", "rate")  # of a ruler, that both an estimate and what estimates share are made of
BY = "moved and widened by the error that {many} negative controls show"


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What one control shows, and by how much its scale is smaller or larger than the question's own."""

    outcome: Outcome
    estimate: Estimate
    scale: float  # p (1 - p) of a share, the mean of an amount
    influence: Array | None  # (n,) float: of each row on the effect; None where rows are not people


def fits(question: Question, plan: CohortPlan) -> str:
    """Why no negative control can be asked; empty where one can."""
    return "Nobody is compared with anybody." if question.method == "monitor" else ""


def controls_of(study: Study, question: Question) -> tuple[Outcome, ...]:
    """What is asked instead of the outcome: the controls that the study declares, or those of the library that its programme cannot move.

    As counts, where the question's outcome is an amount; what the question's method cannot answer about is left out.
    """
    asked = tuple(dict.fromkeys(name for one in study.questions for name in (one.outcome, one.priced) if name))
    named = tuple(control.outcome for control in study.negative_controls)
    library = (control.outcome for control in unmoved_by(study.programme, asked))
    chosen = tuple(bound(DEFINED[name], study.programme) for name in named) if named else tuple(library)
    amount, answers = DEFINED[question.outcome].kind == "amount", METHODS[question.method].answers
    read = (_counted(one) if one.kind == "mark" and "amount" in answers and (amount or "mark" not in answers) else one for one in chosen)
    return tuple(one for one in read if one.name not in asked and one.kind in answers)


def never_recorded(study: Study, records: Records) -> tuple[Problem, ...]:
    """Why the negative controls that a study declares cannot be asked of these records: no row of any is on record; empty where some is."""
    named = [DEFINED[control.outcome] for control in study.negative_controls]
    if not named or any(_on_record(bound(one, study.programme), records) for one in named):
        return ()
    found = f"the records hold no row of {listed(one.name for one in named)}, the {counted(len(named), 'control')} that the design declares."
    right = "What is not on record cannot be told from what did not happen."
    return (Problem("[[negative_control]]", found, right, "Map them from a source that records them, or declare others."),)


def negative_controls(asked: Asked) -> Challenge:
    """The comparison asked about every usable control: under MANY a warning, from MANY on the study's own range too, calibrated.

    Where the study's own outcome is not read yet, as of a sealed study, nothing of it is: the warning alone comes back.
    """
    shown, unused = _asked(asked)
    if not shown:
        why = next((line.why_not for line in unused), "the design and the library hold none that this programme cannot move.")
        return could_not(NAME, CHANGED, f"no negative control could be used: {why}", unit=asked.unit)
    estimate = asked.answer.estimate
    scale = scale_of(estimate, asked.outcome, asked.question) if estimate else nan
    own = _influence(asked, asked.outcome, asked.question) if estimate else None
    moved = _judged(asked, shown)
    tried = (*((asked.own,) if estimate else ()), *(_line(one, scale) for one in shown), *unused)
    few = len(shown) < MANY
    if estimate is None or few or not _usable(scale) or not estimate.interval.given:
        short = f"{counted(len(shown), 'negative control')} could be used, and {MANY} are needed for a range of their own.  " if few else ""
        return Challenge(NAME, CHANGED, short + moved.sentence, (moved,), tried, 0.0, asked.unit)
    found = calibrated(estimate, scale, shown, None if own is None else _correlation(asked, shown, own))
    error = systematic_error(expected_absolute_error(found.null), asked.question.worthwhile, len(shown), unit=asked.unit)
    interval = Interval(found.low, found.high, BY.format(many=len(shown)))
    line = Tried("corrected by the controls", found.effect, found.low, found.high)
    return Challenge(NAME, CHANGED, error.sentence, (moved, error), (tried[0], line, *tried[1:]), 0.0, asked.unit, interval)


def _judged(asked: Asked, shown: Sequence[Shown]) -> Diagnostic:
    """Whether the controls seem moved, all together."""
    effects, errors = (np.array([getattr(one.estimate, word) for one in shown]) for word in ("effect", "std_error"))
    among = _correlation(asked, shown)
    return judged(none_moved(effects, errors, among), len(shown), bounded=among is None)


def calibrated(estimate: Estimate, scale: float, shown: Sequence[Shown], correlation: Array | None) -> Calibrated:
    """The study's own effect corrected by what the controls show, in the question's unit; correlation (k + 1, k + 1), the study's own first.

    The study's own luck is taken from the width of its range, so that what few people leave open of that stays in.
    """
    by = scale / np.array([one.scale for one in shown])
    effects, errors = (by * np.array([getattr(one.estimate, word) for one in shown]) for word in ("effect", "std_error"))
    luck = (estimate.interval.high - estimate.interval.low) / 2 / REACH
    among = np.eye(len(shown)) if correlation is None else correlation[1:, 1:]
    shared = np.zeros(len(shown)) if correlation is None else correlation[0, 1:] * errors * luck
    return predicted(effects, among * np.outer(errors, errors), estimate.effect, luck, shared)


def scale_of(estimate: Estimate, outcome: Outcome, question: Question) -> float:
    """What a difference is divided by so that systematic error is alike among outcomes; 0 or not a number where there is none.

    Of a share p, p (1 - p): the difference in log odds, to first order.  Of time free of an event or lost to it, the same of its share of
    the horizon, times the horizon.  Of an amount its mean.  Each of the mean of both arms, so that neither arm's luck counts for more.
    """
    mean = (estimate.served.mean + estimate.compared.mean) / 2
    if outcome.kind in ("mark", "state") and question.measure in ("time_free", "time_lost"):
        days = float(horizon_end(0, question.horizon))
        return mean * (1 - mean / days)
    shares = outcome.kind in ("mark", "state") and question.measure == "risk" and estimate.served.events is not None and not estimate.periods
    return mean * (1 - mean) if shares else abs(mean)


# ------------------------------------------------------------------------------------------------ asked
def _asked(asked: Asked) -> tuple[list[Shown], list[Tried]]:
    """What each usable control shows, and why each of the others cannot be used."""
    shown: list[Shown] = []
    lines: list[Tried] = []
    for outcome in controls_of(asked.study, asked.question):
        question = _question(asked.question, outcome)
        label = outcome.title["en"]
        if why := _unreadable(asked, outcome, question):
            lines.append(Tried(label, nan, nan, nan, why_not=why))
            continue
        once = _readable(asked, outcome)
        found = once.beside(outcome, question=question)
        if why := _why_not(found):
            lines.append(Tried(label, nan, nan, nan, why_not=why))
            continue
        estimate = found.estimate
        assert estimate is not None, "there is no reason why not"
        scale = scale_of(estimate, outcome, question)
        if not _usable(scale):
            lines.append(Tried(label, nan, nan, nan, why_not="it has no scale on which it could be held against the outcome."))
            continue
        shown.append(Shown(outcome, estimate, scale, _influence(once, outcome, question)))
    return shown, lines


class _Once:
    """A ruler that reads what stands by a horizon once, whoever asks."""

    def __init__(self, ruler: Any) -> None:
        self._ruler, self._held = ruler, {verb: cache(getattr(ruler, verb)) for verb in VERBS if hasattr(ruler, verb)}

    def __getattr__(self, verb: str) -> Any:
        return self._held.get(verb) or getattr(self._ruler, verb)


def _readable(asked: Asked, outcome: Outcome) -> Asked:
    """The same, with one ruler of this outcome for whoever lays one."""
    once: Callable[[], Any] = cache(lambda: _Once(asked.lay(outcome, 0)))
    return replace(asked, lay=lambda other, earlier: once())


def _question(question: Question, outcome: Outcome) -> Question:
    """The same question about a control: without what is the outcome's own."""
    return replace(question, outcome=outcome.name, money=None, per=question.so_many, competing=(), target=None)


def _counted(outcome: Outcome) -> Outcome:
    """How often something happened, of a mark that says whether it did."""
    return replace(outcome, kind="amount", unit="events", reduce="count")


def _unreadable(asked: Asked, outcome: Outcome, question: Question) -> str:
    """Why these records cannot tell of a control: none on record, not watched to its end, or not permitted; empty where they can."""
    if asked.records is None:
        return ""
    if not _on_record(outcome, asked.records):
        return f"the records hold no row of {listed(outcome.kinds)}."
    alone = replace(asked.study, questions=(question,))
    try:
        permitted(asked.records, alone, outcomes={outcome.name: outcome}, today=asked.today or date.today())
    except Refused as refused:
        return " ".join(map(str, refused.problems))
    return " ".join(map(str, unwatched(question, alone, asked.records)))


def _on_record(outcome: Outcome, records: Records) -> bool:
    return bool(sources_of(records.engine, Use("the outcome", outcome.table, outcome.kinds)))


def _why_not(found: Answer) -> str:
    """Why what a control shows cannot be used; empty where it can.

    A condition that fails is none: to leave out controls that look moved would hide the very error that is looked for.
    """
    if found.refused:
        return " ".join(map(str, found.refused))
    estimate = found.estimate
    if estimate is None or not isfinite(estimate.effect) or not 0 < estimate.std_error < float("inf"):
        return "there is no effect with a standard error."
    many = [arm.events if arm.events is not None else arm.some for arm in (estimate.served, estimate.compared)]
    if all(each is not None for each in many) and sum(each or 0 for each in many) < FEWEST_EVENTS:
        return f"it happened to fewer than {FEWEST_EVENTS} of the people compared."
    return ""


def _usable(scale: float) -> bool:
    return isfinite(scale) and scale > 0


def _line(one: Shown, scale: float) -> Tried:
    """A control in the picture: as large as the same error would be in the question's own outcome."""
    by = scale / one.scale if _usable(scale) else 1.0
    effect, error = one.estimate.effect * by, one.estimate.std_error * by
    return Tried(one.outcome.title["en"], effect, effect - REACH * error, effect + REACH * error)


# ------------------------------------------------------------------------------------------------ what they share
def _correlation(asked: Asked, shown: Sequence[Shown], *own: Array) -> Array | None:
    """The correlation of the luck of the controls' effects, (k, k), with the study's own before them where it is given.

    None where rows are not people's.
    """
    influence = [one.influence for one in shown if one.influence is not None]
    cohort = asked.cohort
    if len(influence) < len(shown) or not isinstance(cohort, Cohort):
        return None
    clusters = next((each for each in (asked.comparison.clusters, cohort.clusters) if each is not None), cohort.person)
    return together(np.column_stack([*own, *influence]), clusters)


def _influence(asked: Asked, outcome: Outcome, question: Question) -> Array | None:
    """Of each row on a difference of weighted means of the arms, (n,): what estimates of one comparison share, whatever else they adjust for."""
    cohort, comparison = asked.cohort, asked.comparison
    if not isinstance(cohort, Cohort) or comparison.steps is not None:
        return None
    value = _values(asked.lay(outcome, 0), outcome, question)
    influence = np.zeros(len(cohort))
    for arm, sign in ((cohort.served, 1.0), (~cohort.served, -1.0)):
        here = arm & comparison.kept & np.isfinite(value)
        weight = np.where(here, comparison.weights, 0.0)
        if weight.sum() > 0:
            known = np.where(here, value, 0.0)
            influence += sign * weight * (known - (weight @ known) / weight.sum()) / weight.sum()
    return influence


def _values(ruler: Any, outcome: Outcome, question: Question) -> Array:
    """What each row shows of an outcome by the horizon, (n,); NaN where nobody saw it to its end."""
    match outcome.kind:
        case "mark":
            marks = ruler.marks(question.horizon)
            known, value = marks.whole | np.isin(marks.why, ("mark", "death")), marks.why == "mark"
        case "state":
            states = ruler.state(question.horizon)
            known, value = states.seen, states.inside
        case "rate":
            rates = ruler.rate(question.horizon)
            known, value = rates.exposure > 0, rates.numerator / np.maximum(rates.exposure, 1)
        case _:
            amounts = ruler.amount(outcome.from_day, question.horizon)
            known, value = amounts.seen_days == amounts.window_days, amounts.amount
    return np.where(known, np.asarray(value, float), nan)
