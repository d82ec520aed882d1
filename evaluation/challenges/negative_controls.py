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
from math import inf, isfinite, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from ..diagnostics.controls import negative_controls as judged
from ..diagnostics.controls import systematic_error
from ..diagnostics.sums import effective_number, sums_by
from ..methods import METHODS
from ..outcomes import DEFINED
from ..outcomes.binding import bound
from ..outcomes.controls import unmoved_by
from ..outcomes.rivals import same_lines
from ..phrases import counted, listed
from ..pipeline import unwatched
from ..records import permitted
from ..records.days import horizon_end
from ..records.uses import Use, sources_of
from ..terms import Challenge, Cohort, CohortPlan, Diagnostic, Estimate, Interval, Outcome, Problem, Question, Refused, Study, Tried
from .arms_apart import if_alike
from .asked import Asked, could_not
from .calibration import Calibrated, expected_absolute_error, none_moved, predicted, smallest, together

if TYPE_CHECKING:
    from ..records import Records
    from ..terms import Array

NAME = "negative_controls"
CHANGED = "the outcome, one that the programme cannot move"
MANY = 20  # controls from which what they show decides; fewer are a warning
FEWEST_EVENTS = 20  # people to whom a control must have happened: of fewer its luck is not normal
FEWEST_EXPECTED = 10  # of the smaller arm to whom it would happen, and not, were the arms alike: an arm with none has no luck that can be told
REACH = 1.959963984540054  # standard errors on each side of a range of 95 %
VERBS = ("marks", "state", "amount", "rate")  # of a ruler, that both an estimate and what estimates share are made of
PLAIN = ("matched", "randomized")  # methods that tell a difference of the comparison's weighted means, where nothing else is asked
FEW = f"it happened to fewer than {FEWEST_EVENTS} of the people compared."
FEW_IN_AN_ARM = f"were the groups alike, it would be expected of fewer than {FEWEST_EXPECTED} of the smaller one, or of nearly all of them."
NOTHING = "there is no effect with a standard error."
BY = "moved and widened by the error that {many} negative controls show"


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What one control shows, and by how much its scale is smaller or larger than the question's own."""

    outcome: Outcome
    effect: float
    error: float
    scale: float  # p (1 - p) of a share, the mean of an amount
    influence: Array | None  # (n,) float: of each row on the effect; None where rows are not people
    p_value: float = nan  # of no effect, as the method tells it; not a number where the effect was worked out here


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """A difference of weighted means of the two arms, and what each row does to it."""

    effect: float
    error: float
    alike: float  # how many times as large the error would be, did both arms vary alike, as they do where nothing sets them apart
    mean: float  # of both arms together
    some: int  # rows to whom it happened
    expected: float  # of the smaller arm, how many it would happen to were the arms alike (`expected_in`)
    influence: Array  # (n,) float


def fits(question: Question, plan: CohortPlan) -> str:
    """Why no negative control can be asked; empty where one can."""
    return "Nobody is compared with anybody." if question.method == "monitor" else ""


def enough(study: Study, question: Question) -> bool:
    """Whether there are as many controls as it takes to move a range; of fewer, what they show is a warning."""
    return len(controls_of(study, question)) >= MANY


def controls_of(study: Study, question: Question) -> tuple[Outcome, ...]:
    """What is asked instead of the outcome: the controls that the study declares, or those of the library that its programme cannot move.

    As counts, where the question's outcome is an amount; what the question's method cannot answer about is left out, and so is what is
    told by the same records as anything that is asked.
    """
    asked = tuple(dict.fromkeys(name for one in study.questions for name in (one.outcome, one.priced) if name))
    named = tuple(control.outcome for control in study.negative_controls)
    library = (control.outcome for control in unmoved_by(study.programme, asked))
    chosen = tuple(bound(DEFINED[name], study.programme) for name in named) if named else tuple(library)
    amount, answers = DEFINED[question.outcome].kind == "amount", METHODS[question.method].answers
    read = (_counted(one) if one.kind == "mark" and "amount" in answers and (amount or "mark" not in answers) else one for one in chosen)
    return tuple(one for one in read if one.kind in answers and not any(same_lines(one, DEFINED[name]) for name in asked))


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
    scale = _scale(estimate, asked.outcome, asked.question) if estimate else nan
    apart = _contrast(asked, asked.outcome, asked.question) if estimate else None
    moved = _judged(asked, shown)
    tried = (*((asked.own,) if estimate else ()), *(_line(one, scale) for one in shown), *unused)
    few = len(shown) < MANY
    if estimate is None or few or not _usable(scale) or not estimate.interval.given:
        short = f"{counted(len(shown), 'negative control')} could be used, and {MANY} are needed for a range of their own.  " if few else ""
        return Challenge(NAME, CHANGED, short + moved.sentence, (moved,), tried, 0.0, asked.unit)
    found = calibrated(estimate, scale, shown, None if apart is None else _correlation(asked, shown, apart.influence))
    error = systematic_error(expected_absolute_error(found.null), asked.question.worthwhile, len(shown), unit=asked.unit)
    interval = Interval(found.low, found.high, BY.format(many=len(shown)))
    line = Tried("corrected by the controls", found.effect, found.low, found.high)
    return Challenge(NAME, CHANGED, error.sentence, (moved, error), (tried[0], line, *tried[1:]), 0.0, asked.unit, interval)


def _judged(asked: Asked, shown: Sequence[Shown]) -> Diagnostic:
    """Whether the controls seem moved, all together."""
    effects, errors = (np.array([getattr(one, word) for one in shown]) for word in ("effect", "error"))
    among = _correlation(asked, shown)
    p_value = smallest([one.p_value for one in shown]) if among is None else none_moved(effects, errors, among, _freedom(asked))
    return judged(p_value, len(shown), bounded=among is None)


def calibrated(estimate: Estimate, scale: float, shown: Sequence[Shown], correlation: Array | None) -> Calibrated:
    """The study's own effect corrected by what the controls show, in the question's unit; correlation (k + 1, k + 1), the study's own first.

    The study's own luck is taken from the width of its range, so that what few people leave open of that stays in.
    """
    by = scale / np.array([one.scale for one in shown])
    effects, errors = (by * np.array([getattr(one, word) for one in shown]) for word in ("effect", "error"))
    luck = (estimate.interval.high - estimate.interval.low) / 2 / REACH
    among = np.eye(len(shown)) if correlation is None else correlation[1:, 1:]
    shared = np.zeros(len(shown)) if correlation is None else correlation[0, 1:] * errors * luck
    return predicted(effects, among * np.outer(errors, errors), estimate.effect, luck, shared)


def scale_of(mean: float, outcome: Outcome, question: Question, *, shares: bool) -> float:
    """What a difference is divided by so that systematic error is alike among outcomes; 0 or not a number where there is none.

    Of a share p (`shares`), p (1 - p): the difference in log odds, to first order.  Of time free of an event or lost to it, the same of its
    share of the horizon, times the horizon.  Of an amount its mean.  `mean` is that of both arms, so that neither arm's luck counts for more.
    """
    if outcome.kind in ("mark", "state") and question.measure in ("time_free", "time_lost"):
        return mean * (1 - mean / float(horizon_end(0, question.horizon)))
    return mean * (1 - mean) if shares else abs(mean)


def _scale(estimate: Estimate, outcome: Outcome, question: Question) -> float:
    """The scale of an effect that a method told."""
    shares = outcome.kind in ("mark", "state") and question.measure == "risk" and estimate.served.events is not None and not estimate.periods
    return scale_of((estimate.served.mean + estimate.compared.mean) / 2, outcome, question, shares=shares)


# ------------------------------------------------------------------------------------------------ asked
def _asked(asked: Asked) -> tuple[list[Shown], list[Tried]]:
    """What each usable control shows, and why each of the others cannot be used."""
    shown: list[Shown] = []
    lines: list[Tried] = []
    for outcome in controls_of(asked.study, asked.question):
        question = _question(asked.question, outcome)
        found = _unreadable(asked, outcome, question) or _shown(_readable(asked, outcome), outcome, question)
        if isinstance(found, Shown):
            shown.append(found)
        else:
            lines.append(Tried(outcome.title["en"], nan, nan, nan, why_not=found))
    return shown, lines


def _shown(asked: Asked, outcome: Outcome, question: Question) -> Shown | str:
    """What one control shows, or why it cannot be used.

    Where the question's method tells a difference of weighted means, that is worked out here: a method judges many conditions besides, of
    which none is asked of a control.  To leave out controls that fail one would hide the very error that is looked for.
    """
    try:
        apart = _contrast(asked, outcome, question)
    except Refused as refused:
        return " ".join(map(str, refused.problems))
    if apart is not None and (apart.some < FEWEST_EVENTS or not apart.expected >= FEWEST_EXPECTED):
        return FEW if apart.some < FEWEST_EVENTS else FEW_IN_AN_ARM
    if apart is not None and _plain(asked, question):
        scale = scale_of(apart.mean, outcome, question, shares=outcome.kind in ("mark", "state"))
        told: tuple[float, float] = (apart.effect, apart.alike * apart.error)
        p_value = nan
    else:
        found = asked.beside(outcome, question=question)
        if found.refused or found.estimate is None:
            return " ".join(map(str, found.refused)) or NOTHING
        scale, told = _scale(found.estimate, outcome, question), (found.estimate.effect, found.estimate.std_error * (apart.alike if apart else 1.0))
        p_value = found.estimate.p_value
    if not (isfinite(told[0]) and 0 < told[1] < float("inf") and _usable(scale)):
        return NOTHING
    return Shown(outcome, *told, scale, None if apart is None else apart.influence, p_value)


def expected_in(worth: Sequence[float], shares: Sequence[float], *, either: bool) -> float:
    """Of how many of the smaller arm something would be expected, were the arms alike: `worth` people of equal weight, `shares` who had it.

    With `either`, of how many that it would not, where these are fewer: luck is as far from normal where it passes nearly nobody by.  An arm
    of which few are expected has now and then none, and no luck that its own rows show: the difference then seems many standard errors.
    """
    share = sum(n * p for n, p in zip(worth, shares, strict=True)) / sum(worth)
    return min(worth) * (min(share, 1 - share) if either else share)


def _plain(asked: Asked, question: Question) -> bool:
    """Whether what the method tells is a difference of the comparison's weighted means."""
    once = asked.comparison.places is None and not asked.comparison.imputed
    return question.method in PLAIN and question.estimator == "difference" and once


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


def _usable(scale: float) -> bool:
    return isfinite(scale) and scale > 0


def _line(one: Shown, scale: float) -> Tried:
    """A control in the picture: as large as the same error would be in the question's own outcome."""
    by = scale / one.scale if _usable(scale) else 1.0
    effect, error = one.effect * by, one.error * by
    return Tried(one.outcome.title["en"], effect, effect - REACH * error, effect + REACH * error)


# ------------------------------------------------------------------------------------------------ what they share
def _correlation(asked: Asked, shown: Sequence[Shown], *own: Array) -> Array | None:
    """The correlation of the luck of the controls' effects, (k, k), with the study's own before them where it is given.

    None where rows are not people's.
    """
    influence = [one.influence for one in shown if one.influence is not None]
    clusters = _clusters(asked)
    return None if clusters is None or len(influence) < len(shown) else together(np.column_stack([*own, *influence]), clusters)


def _clusters(asked: Asked) -> Array | None:
    """(n,) int: who shares luck: a cluster of the comparison, which of matched people is a declared one or the person, and never their set."""
    cohort, comparison = asked.cohort, asked.comparison
    if not isinstance(cohort, Cohort):
        return None
    return next((each for each in (comparison.clusters, cohort.clusters, comparison.sets) if each is not None), cohort.person)


def _freedom(asked: Asked) -> float:
    """The degrees of freedom of an error of sums over who shares luck: of the two arms, each taken for the one worth fewer of them."""
    cohort, comparison, clusters = asked.cohort, asked.comparison, _clusters(asked)
    if not isinstance(cohort, Cohort) or clusters is None:
        return inf
    arms = (comparison.kept & (comparison.weights > 0) & arm for arm in (cohort.served, ~cohort.served))
    return max(2 * (min(effective_number(comparison.weights[here], clusters[here]) for here in arms) - 1), 1.0)


def _contrast(asked: Asked, outcome: Outcome, question: Question) -> Contrast | None:
    """The difference of weighted means of the arms, whatever else an estimate adjusts for; None where rows are not people's.

    Its error is that of sums over who shares luck; who was lost is left out.
    """
    cohort, comparison, clusters = asked.cohort, asked.comparison, _clusters(asked)
    if not isinstance(cohort, Cohort) or comparison.steps is not None or clusters is None:
        return None
    value = _values(asked.lay(outcome, 0), outcome, question)
    influence, means, some = np.zeros(len(cohort)), [], 0
    worth: list[float] = []
    shares: list[float] = []
    groups: list[float] = []
    variances: list[float] = []
    for arm, sign in ((cohort.served, 1.0), (~cohort.served, -1.0)):
        here = arm & comparison.kept & np.isfinite(value)
        weight, known = np.where(here, comparison.weights, 0.0), np.where(here, value, 0.0)
        if weight.sum() <= 0:
            return Contrast(nan, nan, nan, nan, 0, 0.0, influence)
        means.append(float(weight @ known / weight.sum()))
        influence += sign * weight * (known - means[-1]) / weight.sum()
        some += int(np.count_nonzero(known))
        worth.append(effective_number(weight[here], cohort.person[here]))
        shares.append(float(weight @ (known != 0) / weight.sum()))
        groups.append(effective_number(weight[here], clusters[here]))
        variances.append(float(weight @ (known - means[-1]) ** 2 / weight.sum()))
    sums, few = sums_by(influence, clusters), min(groups)
    expected = expected_in(worth, shares, either=outcome.kind in ("mark", "state"))
    error = float(np.sqrt(sums @ sums * few / (few - 1))) if few > 1 else nan  # few who share luck vary less about their own mean
    mean = float(np.average(means, weights=worth))
    return Contrast(means[0] - means[1], error, if_alike(variances, worth), mean, some, expected, influence)


def _values(ruler: Any, outcome: Outcome, question: Question) -> Array:
    """What each row shows of an outcome by the horizon, (n,); NaN where nobody saw it to its end."""
    match outcome.kind:
        case "mark":
            marks = ruler.marks(question.horizon)
            # who left after a mark is set aside like who left before one: to keep only the first would raise the share of an arm that is left more
            known, value = marks.whole, marks.why == "mark"
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
