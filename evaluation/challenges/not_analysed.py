"""Who was not analysed: how many and why, how they differ, and the effect carried to everybody whom it was to be about.

Those whom nobody was like, or whom a caliper left out, have a history on record.  The chance of being analysed is told from it, by a
logit regression, and those analysed count by its inverse, so that together they are like all (Westreich and others 2017; Dahabreh and
others 2020).  Whoever never came so far as to have a history, by the rules of the cohort, is counted by reason and carried to nobody.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.likeness import distinct, filled
from ..diagnostics.matched import kept_and_left
from ..diagnostics.unseen import LEAST_LIKE, transported
from ..diagnostics.wording import called_by
from ..methods import METHODS
from ..phrases import counted
from ..terms import Challenge, Cohort, CohortPlan, Comparison, Estimate, Interval, Question, Tried
from .asked import Asked, could_not
from .by_rivals import size
from .otherwise import held, unread

if TYPE_CHECKING:
    from ..outcomes import Ruler
    from ..terms import Array

NAME = "not_analysed"
CHANGED = "whom the answer is about: everybody, and not only those who were analysed"
RIDGE = 100.0  # scikit-learn's C: so weak a ridge that it matters only where a column tells without error who was analysed


def not_analysed(asks: Asked) -> Challenge:
    """The effect among those analysed, carried to all and to those left out, with how far it moves."""
    if bare := unread(asks, NAME, CHANGED):
        return bare
    cohort, own = asks.cohort, asks.answer.estimate
    about = about_of(asks)
    if about is None or own is None or not isinstance(cohort, Cohort):
        why = "the effect is of those who might as well have been served as not, or of a plan, which is a population of its own."
        return could_not(NAME, CHANGED, why, unit=asks.unit, expected=None)
    kept, person = asks.comparison.kept, cohort.person
    gone = about & ~kept
    people, left_out = distinct(person, about), distinct(person, about) - distinct(person, about & kept)
    called = called_by(cohort.by)
    if not left_out:
        told = transported(0.0, 0.0, left_out=0, about=people, unlike=0, differ={}, called=called)
        return Challenge(NAME, CHANGED, _sentence(asks, told.sentence), (told,), (asks.own,), None, asks.unit)
    columns = filled(cohort.history)
    chance = chances(columns, about, kept)
    ruler = held(asks.lay(asks.outcome, 0))
    to_all = _told(asks, ruler, weighed(cohort, asks.comparison, 1 / chance))
    to_them = _told(asks, ruler, weighed(cohort, asks.comparison, (1 - chance) / chance))
    unlike = distinct(person, gone & (chance <= LEAST_LIKE))
    differ = kept_and_left(columns, about, kept)
    told = transported(to_all.effect - own.effect, to_all.std_error, left_out=left_out, about=people, unlike=unlike, differ=differ, called=called)
    lines = (asks.own, line("carried to all", to_all), line("carried to those left out", to_them))
    said = f"{told.sentence} It is {size(to_all.effect, asks.unit)} then, against {size(own.effect, asks.unit)} among those analysed."
    return Challenge(NAME, CHANGED, _sentence(asks, said), (told,), lines, None, asks.unit)


def fits(question: Question, plan: CohortPlan) -> str:
    """Why nothing is carried to others; empty where it is."""
    if plan.by not in ("offer", "service") or question.method not in ("matched", "survival", "mean"):
        return "everybody whom the effect is about is compared, but for those whom the ledger counts, of whom no history is read."
    return ""


def about_of(asks: Asked) -> Array | None:
    """(n,) bool: the rows that the effect is about; None where those compared are themselves whom it is about, or there are no such rows."""
    if not isinstance(asks.cohort, Cohort) or asks.answer.estimate is None or asks.comparison.steps is not None:
        return None
    served = asks.cohort.served
    everybody = np.ones(len(served), dtype=bool)
    by_name = {"effect_on_the_served": served, "effect_on_the_compared": ~served, "average_effect": everybody}
    return by_name.get(asks.answer.estimate.estimand.name)


def chances(columns: dict[str, Array], about: Array, kept: Array) -> Array:
    """(n,) each row's chance of being analysed by its history, as told among those whom the effect is about; never below LEAST_LIKE."""
    from sklearn.linear_model import LogisticRegression  # slow to open

    Z = np.column_stack([(column - column[about].mean()) / (column[about].std() or 1.0) for column in columns.values()])
    model = LogisticRegression(C=RIDGE, max_iter=1_000, tol=1e-8).fit(Z[about], kept[about])
    return np.maximum(np.asarray(model.predict_proba(Z)[:, 1]), LEAST_LIKE)


def weighed(cohort: Cohort, comparison: Comparison, factor: Array) -> Comparison:
    """The comparison with each row's weight times its `factor` (n,); a matched set keeps the weights within it and counts as its focal people do."""
    if comparison.imputed:
        comparison = replace(comparison, imputed=())
    sets, places, learned = comparison.sets, comparison.places, comparison.learned
    focal = cohort.served if comparison.estimand.name != "effect_on_the_compared" else ~cohort.served
    if sets is not None and comparison.estimand.name != "average_effect":
        factor = _by_set(factor, sets, comparison.weights, comparison.kept & focal, comparison.kept)
    if places is not None:
        there = np.ones(len(places.row), dtype=bool)
        own = _by_set(factor[places.row], places.set, places.weight, focal[places.row], there)
        places = replace(places, weight=places.weight * own)
        weights = np.bincount(places.row, weights=places.weight, minlength=len(cohort))
    else:
        weights = comparison.weights * factor
    slopes = None if learned is None else replace(learned, slopes=learned.slopes * factor[:, None])
    return replace(comparison, weights=weights, places=places, learned=slopes, diagnostics=())


def _by_set(factor: Array, sets: Array, weights: Array, focal: Array, there: Array) -> Array:
    """(m,) the mean factor of the focal rows of each row's set; 1 for rows in none."""
    many = int(sets.max()) + 1
    total = np.bincount(sets[focal], weights=weights[focal], minlength=many)
    mean = np.bincount(sets[focal], weights=(weights * factor)[focal], minlength=many) / np.where(total > 0, total, 1.0)
    return np.where(there, mean[np.maximum(sets, 0)], 1.0)


def _told(asks: Asked, ruler: Ruler, comparison: Comparison) -> Estimate:
    return METHODS[asks.question.method].estimate(asks.cohort, comparison, ruler, asks.question)


def line(label: str, found: Estimate) -> Tried:
    """An estimate as a line of a picture."""
    interval = found.interval if found.interval.given else Interval(float("nan"), float("nan"), "")
    return Tried(label, found.effect, interval.low, interval.high)


def _sentence(asks: Asked, said: str) -> str:
    """The same after the ledger: how many the rules of the cohort left out, and which of them the most."""
    lost = [one for one in asks.answer.ledger if one.lost]
    if not lost:
        return said
    most = max(lost, key=lambda one: one.lost)
    return f"The rules of the cohort left out {counted(sum(one.lost for one in lost), 'row')}, most of them by '{most.rule}'. {said}"
