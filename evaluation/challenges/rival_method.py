"""The same estimand by other methods, estimators and ways of comparing; and whether they disagree by more than luck.

Only a way that tells the same effect of the same people on the same scale is a rival.  Whatever tells another one is shown as such and
judged by nobody: two-way fixed effects, whose weights make an effect of their own; a ratio; a change by period; an answer about
far fewer of the people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.asked_otherwise import Rival, at_most, methods_agree
from ..phrases import counted, listed
from ..terms import Challenge, CohortPlan, Matching, Question
from .asked import Asked, could_not
from .by_rivals import size
from .otherwise import Another, another, error_of_difference, grouped, held, told_without_each, unread

if TYPE_CHECKING:
    from ..outcomes import Ruler
    from ..terms import Array

NAME = "rival_method"
CHANGED = "the method, the estimator or the way of comparing"
ROUNDED = 1e-6  # of its standard error
MOST_ROWS = 20_000  # beyond, nothing is told again without groups of people, and the error of a difference is a bound
SAME_PEOPLE = 0.9  # of those whom either is about: a rule of this project
OF_COLUMNS = ("on", "categories", "missing", "imputations", "exact")  # words of `compare` that say of which columns: kept for every way
PANEL = ("group_time", "imputation", "interaction_weighted", "difference")  # not two-way: its weights make an estimand of its own
AT_A_CUT_OFF = ("local_linear", "local_randomisation")
COMPARED: Mapping[str, tuple[str, str]] = {  # by what it is called: the way of comparing, and the estimator
    "matched to the nearest": ("matching", "difference"),
    "in sets, everybody in one": ("full", "difference"),
    "weighted by the score": ("inverse_probability", "difference"),
    "weighted until the columns balance": ("entropy_balancing", "difference"),
    "regression, after matching": ("matching", "regression"),
    "doubly robust": ("inverse_probability", "doubly_robust"),
}


def rival_method(asks: Asked) -> Challenge:
    """The question by every rival that fits, with one test of whether the farthest off lies farther than luck explains."""
    if bare := unread(asks, NAME, CHANGED):
        return bare
    ways = ways_of(asks.question, asks.study.cohorts[asks.question.cohort])
    ruler = held(asks.lay(asks.outcome, 0))
    found = tuple(another(asks, ruler, label, False, **words) for label, words in ways.items())
    rivals = tuple(one for one in found if one.sound and same(asks, one))
    judged = tuple(one for one in rivals if not _repeats(asks, one))
    lines = tuple(one.line if one in rivals or not one.sound else replace(one.line, label=f"{one.label} (another effect)") for one in found)
    if not judged:
        why = "no other way tells the same effect of the same people, unless by repeating the study's own answer."
        return replace(could_not(NAME, CHANGED, why, unit=asks.unit, expected=None), tried=(asks.own, *lines))
    told = methods_agree(_against(asks, ruler, judged))
    return Challenge(NAME, CHANGED, _sentence(asks, judged, holds=told.holds), (told,), (asks.own, *lines), None, asks.unit)


def fits(question: Question, plan: CohortPlan) -> str:
    """Why no rival fits a question; empty where one may."""
    return "" if ways_of(question, plan) else "no other method tells this effect of these people."


def ways_of(question: Question, plan: CohortPlan) -> dict[str, dict[str, object]]:
    """The words by which each rival of a question asks the same, by what it is called; without the study's own way."""
    if plan.by == "adoption":
        others = [one for one in PANEL if one != question.estimator]
        return {f"estimator {one}": {"estimator": one} for one in others} if question.method == "did" and question.estimator in PANEL else {}
    if plan.by == "score":
        rest = [one for one in AT_A_CUT_OFF if one != question.estimator]
        return {f"estimator {one}": {"estimator": one} for one in rest} if question.estimator != "two_stage" else {}
    by_time = question.method == "survival"
    if (by_time and question.measure != "risk") or question.method not in ("matched", "survival", "randomized") or plan.by == "strategy":
        return {}
    plain: dict[str, object] = {"inference": {"by": "cluster" if question.inference.by == "cluster" else "robust"}}
    if plan.by == "lot":
        return {"when it happens": {"method": "survival", **plain}} if not by_time else {"whether it happens": {"method": "randomized", **plain}}
    how, ways = question.compare or Matching(), dict[str, dict[str, object]]()
    kept = {name: getattr(how, name) for name in OF_COLUMNS if getattr(how, name) != getattr(Matching(), name)}
    for label, (by, estimator) in COMPARED.items():
        if (by, estimator) != (how.by, question.estimator) or by_time:
            ways[label] = {"method": "matched", "estimator": estimator, "compare": {"by": by, **kept}, **_of_events(question), **plain}
    if not by_time:
        ways["when it happens, of those compared"] = {"method": "survival", "estimator": "difference", **plain}
    return ways


def _of_events(question: Question) -> dict[str, object]:
    """What survival alone reads of a question, taken out where another method is asked."""
    said = {"competing": bool(question.competing), "censored": question.censored != type(question.censored)(), "time": question.time != "calendar"}
    return {word: None for word, there in said.items() if there}


def same(asks: Asked, one: Another) -> bool:
    """Whether a way tells the effect of the study's own answer: by its name, its periods, and of nearly the same people."""
    own, found = asks.answer.estimate, one.answer.estimate
    if own is None or found is None or one.comparison is None or own.estimand.name != found.estimand.name or own.periods != found.periods:
        return False
    about = _about(asks, own.estimand.name)
    either, both = (about & (asks.comparison.kept | one.comparison.kept)), (about & asks.comparison.kept & one.comparison.kept)
    return bool(np.count_nonzero(both) >= SAME_PEOPLE * np.count_nonzero(either))


def _about(asks: Asked, estimand: str) -> Array:
    """(n,) bool: the rows that an effect is about."""
    served = getattr(asks.cohort, "served", None)
    everybody = np.ones(len(asks.cohort), dtype=bool)
    if served is None:
        return everybody
    return {"effect_on_the_served": served, "effect_on_the_compared": ~served}.get(estimand, everybody)


def _against(asks: Asked, ruler: Ruler, judged: tuple[Another, ...]) -> dict[str, Rival]:
    """How far each rival lies from the study's own answer, with the error of that difference.

    By a jackknife of the difference where both can be told again without each group of people, or by a bound where that is the
    smaller: a match on a score of few values is drawn anew each time, which makes the jackknife too wide.
    """
    own = asks.answer.estimate
    assert own is not None, "what is challenged has an estimate"
    gone = grouped(asks) if len(asks.cohort) <= MOST_ROWS else None
    again = None if gone is None else told_without_each(asks, ruler, gone, asks.question)
    rivals: dict[str, Rival] = {}
    for one in judged:
        found = one.answer.estimate
        assert found is not None, "it is sound"
        told = None if gone is None or again is None else told_without_each(asks, ruler, gone, one.answer.question)
        error, df = min((at_most(own.std_error, found.std_error), inf), error_of_difference(again, told) or (inf, inf))
        rivals[one.label] = Rival(found.effect - own.effect, error, df)
    return rivals


def _repeats(asks: Asked, one: Another) -> bool:
    """Whether a way gives the study's own answer to the digits that are printed: it is no second witness."""
    own, found = asks.answer.estimate, one.answer.estimate
    if own is None or found is None:
        return False
    return size(found.effect, asks.unit) == size(own.effect, asks.unit) or abs(found.effect - own.effect) <= ROUNDED * own.std_error


def _sentence(asks: Asked, judged: tuple[Another, ...], *, holds: bool) -> str:
    effects = [one.line.effect for one in judged]
    ways = f"By {counted(len(judged), 'other way')} ({listed([one.label for one in judged])})"
    run = f"the effect runs from {size(min(effects), asks.unit)} to {size(max(effects), asks.unit)}"
    close = "no farther from the study's own than luck explains" if holds else "and at least one lies farther from the study's own than luck explains"
    return f"{ways} {run}, against {size(asks.own.effect, asks.unit)} by the study's own: {close}."
