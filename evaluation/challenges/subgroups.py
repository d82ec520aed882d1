"""The headline within groups of people, drawn towards their mean; no verdict is given of any group.

The comparison stays the study's own, cut to the group: by lot the people of the group, of sets those that have both sides in it, of
weights those within it, made to add up again.  How alike the two sides are within the group is told beside the number, for nobody was
matched within it; a group that is not alike has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite, nan
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..phrases import listed
from ..records.sql import c, quoted, select, table
from ..terms import Answer, Cohort, Comparison, Learned, Places
from .asked import Asked, why_not
from .shrinking import Shrunk, shrunk

if TYPE_CHECKING:
    from ..terms.seen import Array

FEWEST_PEOPLE = 30  # on each side of a group: with fewer its standard error is itself a guess, and shrinking takes it for known
FEWEST_EVENTS = 10  # with the event, and as many without, on each side: the rule of ten that the method's own ranges are held to
MOST_APART = 0.25  # standard deviations of a column within a group (What Works Clearinghouse 5.0): past it regression cannot mend it
MOST_GROUPS = 8  # of a column: one with more values is no column of groups
METHODS = ("randomized", "matched", "survival", "mean")  # that lay a comparison of people which can be cut
State = Literal["told", "too few", "not alike", "no number"]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of people: the headline's answer within it, and what it comes to beside the other groups; NaN where it is not told."""

    name: str
    state: State
    answer: Answer
    apart: float = nan  # how far the two sides lie apart in the column in which they do most, in standard deviations
    effect: float = nan  # drawn towards the mean of the groups
    low: float = nan
    high: float = nan


@dataclass(frozen=True, slots=True)
class Grouped:
    """The headline by the groups of one column."""

    column: str
    groups: tuple[Group, ...]
    together: Shrunk | None = None  # None: fewer than two groups can be told
    p_value: float = nan  # of no difference between groups, corrected for the number of columns (Holm 1979)
    why_not: str = ""  # why nothing is told by this column


def subgroups(asked: Asked) -> tuple[Grouped, ...]:
    """The question within the groups of each column that its study names; a column that tells nothing says why."""
    if why := unfit(asked):
        return tuple(Grouped(column, (), why_not=why) for column in asked.study.subgroups)
    return corrected(tuple(by_column(asked, column) for column in asked.study.subgroups))


def unfit(asked: Asked) -> str:
    """Why a comparison cannot be cut to a group; empty where it can."""
    comparison = asked.comparison
    if not isinstance(asked.cohort, Cohort) or asked.question.method not in METHODS or comparison.steps is not None:
        return "Only people who are compared once, each with a weight of their own, can be told by group."
    return "A history with imputed values is not told by group." if comparison.imputed else ""


def by_column(asked: Asked, column: str) -> Grouped:
    """The question within the groups of one column."""
    assert isinstance(asked.cohort, Cohort)
    labels = labels_of(asked, asked.cohort, column)
    if len(labels) > MOST_GROUPS:
        return Grouped(column, (), why_not=f"It has {len(labels)} values, and {MOST_GROUPS} groups can be told at most.")
    groups = tuple(within(asked, asked.cohort, name, inside) for name, inside in labels.items())
    told = [one for one in groups if one.state == "told"]
    if len(told) < 2:
        return Grouped(column, groups, why_not="Fewer than two groups hold enough people who are alike.")
    estimates = [one.answer.estimate for one in told if one.answer.estimate]
    together = shrunk([one.effect for one in estimates], [one.std_error for one in estimates], abs(asked.question.worthwhile))
    drawn = iter(zip(together.effects, together.low, together.high, strict=True))
    groups = tuple(_drawn(one, *next(drawn)) if one.state == "told" else one for one in groups)
    return Grouped(column, groups, together, together.p_value)


def _drawn(one: Group, effect: float, low: float, high: float) -> Group:
    """A group with what it is drawn to."""
    return replace(one, effect=effect, low=low, high=high)


def corrected(columns: tuple[Grouped, ...]) -> tuple[Grouped, ...]:
    """The same, with the tests of all columns corrected for being several, by the steps of Holm (1979)."""
    told = sorted((one.p_value, place) for place, one in enumerate(columns) if isfinite(one.p_value))
    found, so_far = list(columns), 0.0
    for step, (p, place) in enumerate(told):
        so_far = max(so_far, min(1.0, p * (len(told) - step)))
        found[place] = replace(columns[place], p_value=so_far)
    return tuple(found)


def labels_of(asked: Asked, cohort: Cohort, column: str) -> Mapping[str, Array]:
    """(n,) bool by the name of each group: values of a column of the table person, or of the history, cut at the median where it has many."""
    if column in cohort.history:
        return dict(_of_numbers(cohort.history[column]))
    if asked.records is None or not cohort.table:
        return {}
    person = select(start_id=c("s.start_id")).select(quoted(column, "p")).from_(table(cohort.table, "s"))
    joined = person.join(table("person", "p"), on=c("p.person_id").eq(c("s.person_id")), join_type="left").order_by(c("start_id"))
    values = asked.records.engine.fetch(joined)[column].to_pylist()
    said = np.array(["not recorded" if one is None else str(one) for one in values], dtype=object)
    return {name: said == name for name in sorted(set(said))}


def _of_numbers(values: Array) -> Iterator[tuple[str, Array]]:
    """A group for each of two values, or below and above the median; and those of whom nothing is on record."""
    known = np.isfinite(values)
    each = np.unique(values[known])
    if len(each) <= 2:
        yield from ((f"{one:g}", values == one) for one in each)
    else:
        middle = float(np.median(values[known]))
        cut = middle if (values[known] > middle).any() else float(each[-2])
        yield f"up to {cut:.3g}", known & (values <= cut)
        yield f"above {cut:.3g}", known & (values > cut)
    if not known.all():
        yield "not recorded", ~known


def within(asked: Asked, cohort: Cohort, name: str, inside: Array) -> Group:
    """The question asked of one group by the same comparison."""
    comparison = cut(asked.comparison, cohort.served, inside)
    found = replace(asked, comparison=comparison).beside(asked.outcome)
    sides = [int((comparison.kept & side).sum()) for side in (cohort.served, ~cohort.served)]
    if min(sides) < FEWEST_PEOPLE or _too_few(found):
        return Group(name, "too few", found)
    apart = max((abs(one) for one in differences(cohort, comparison).values()), default=0.0)
    if asked.answer.by != "lot" and apart > MOST_APART:
        return Group(name, "not alike", found, apart)
    usable = not why_not(found) and found.estimate is not None and 0 < found.estimate.std_error < float("inf")
    return Group(name, "told" if usable else "no number", found, apart)


def _too_few(found: Answer) -> bool:
    """Whether a side of a group holds too few people, or too few with an event or without one."""
    if found.estimate is None:
        return False
    arms = (found.estimate.served, found.estimate.compared)
    return any(arm.people < FEWEST_PEOPLE or (arm.events is not None and min(arm.events, arm.people - arm.events) < FEWEST_EVENTS) for arm in arms)


def cut(comparison: Comparison, served: Array, inside: Array) -> Comparison:
    """A comparison of the people of a group alone, both (n,) bool; the compared weigh as much as the served do, in each set or in all."""
    kept = comparison.kept & inside
    places = None
    if comparison.places is not None:
        places = _places(comparison.places, served, kept)
        weights = np.bincount(places.row, places.weight, len(kept))
        kept = kept & (weights > 0)
    else:
        unit = comparison.sets if comparison.sets is not None else np.where(kept, 0, -1)
        kept = kept & _both(unit, served, kept)
        weights = _evened(np.where(kept, comparison.weights, 0.0), unit, served, kept)
    return replace(
        comparison,
        kept=kept,
        weights=weights,
        sets=None if comparison.sets is None else np.where(kept, comparison.sets, -1),
        diagnostics=(),
        places=places,
        learned=_learned(comparison.learned, kept, weights, comparison.weights),
    )


def _both(unit: Array, served: Array, kept: Array) -> Array:
    """(n,) bool: whether a row's set holds somebody of either side."""
    size = int(unit.max(initial=-1)) + 2
    sides = [np.bincount(unit[kept & side] + 1, minlength=size) > 0 for side in (served, ~served)]
    return (sides[0] & sides[1])[unit + 1]


def _evened(weights: Array, unit: Array, served: Array, kept: Array) -> Array:
    """The weights with those of the compared scaled so that in each set they add to those of the served."""
    size = int(unit.max(initial=-1)) + 2
    own, others = (np.bincount(unit[kept & side] + 1, weights[kept & side], size) for side in (served, ~served))
    factor = np.divide(own, others, out=np.ones(size), where=others > 0)
    return np.where(served, weights, weights * factor[unit + 1])


def _places(places: Places, served: Array, kept: Array) -> Places:
    """The places whose rows are in the group, of sets that still have both sides."""
    inside = kept[places.row]
    inside &= _both(places.set, served[places.row], inside)
    weight = _evened(np.where(inside, places.weight, 0.0), places.set, served[places.row], inside)
    return Places(places.row[inside], places.set[inside], weight[inside])


def _learned(learned: Learned | None, kept: Array, weights: Array, before: Array) -> Learned | None:
    """How the weights that are left hang on what was estimated from everybody; as far as they were scaled, so are the slopes."""
    if learned is None:
        return None
    factor = np.divide(weights, before, out=np.zeros(len(weights)), where=kept & (before > 0))
    return Learned(learned.slopes * factor[:, None], learned.influence)


def differences(cohort: Cohort, comparison: Comparison) -> dict[str, float]:
    """By column of the history how far the two sides of a group lie apart, in standard deviations of the two together."""
    found = {}
    for name, values in (comparison.history or cohort.history).items():
        known = comparison.kept & np.isfinite(values)
        sides = [known & side for side in (cohort.served, ~cohort.served)]
        if not all(comparison.weights[side].sum() > 0 for side in sides):
            continue
        means = [float(np.average(values[side], weights=comparison.weights[side])) for side in sides]
        spread = float(np.sqrt(np.mean([values[side].var() for side in sides])))
        found[name] = (means[0] - means[1]) / spread if spread > 0 else 0.0
    return found


def say_subgroups(found: Grouped) -> str:
    """One line for whoever works inside the county: what each group shows, drawn towards the others, and whether they differ."""
    if found.together is None:
        return f"{found.column}: nothing is told by it. {found.why_not}"
    told = [
        f"{one.name}: {one.effect:.3g} ({one.low:.3g} to {one.high:.3g})" if one.state == "told" else f"{one.name}: {one.state}"
        for one in found.groups
    ]
    return f"{found.column}: {listed(told)}; that groups differ only by chance has p = {found.p_value:.2g}."
