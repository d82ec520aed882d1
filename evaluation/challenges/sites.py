"""Leave one site out: the study again without each area in turn, which tells how much one of them carries."""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np
from sqlglot import exp

from ..diagnostics import no_one_site
from ..diagnostics.challenged import WithoutSite
from ..methods import METHODS
from ..records.sql import c, quoted, select, table
from ..terms import Challenge, Cohort, CohortPlan, Estimate, Panel, Question, Refused, Tried
from .asked import Asked, could_not
from .not_analysed import line
from .otherwise import compared_without, held

if TYPE_CHECKING:
    from ..terms import Array

NAME = "leave_one_site_out"
CHANGED = "the places: each area left out in turn"
MOST = 24  # areas: of more, those with the most served are left out in turn


def fits(question: Question, plan: CohortPlan) -> str:
    """Why no site can be left out; empty where one can."""
    if plan.strategies:
        return "Both strategies are followed by the same people, whose weights as the days go by are told of all places together."
    if question.method == "threshold":
        return "From how far a cut-off is read is chosen anew without an area, and that choice moves the effect more than the area does."
    return "Nobody is compared with anybody." if question.method == "monitor" else ""


def leave_one_site_out(asked: Asked) -> Challenge:
    """The effect without each area, whoever is compared being found anew, and whether that moves it by more than luck does."""
    labels, served = _sites(asked)
    many = {name: int(np.count_nonzero(served & (labels == name))) for name in sorted(set(labels.tolist()) - {""})}
    reached = sorted((name for name, number in many.items() if number), key=lambda name: (-many[name], name))
    if len(reached) < 2:
        return could_not(NAME, CHANGED, "those served are not known to be of two areas or more.", unit=asked.unit, expected=None)
    own = asked.answer.estimate
    assert own is not None, "an answer without an estimate is not challenged"
    ruler = held(asked.lay(asked.outcome, 0))
    lines: list[Tried] = []
    told: dict[str, WithoutSite] = {}
    for name in reached[:MOST]:
        found = _without(asked, ruler, labels == name)
        if not isinstance(found, Estimate):
            lines.append(Tried(f"without {name}", nan, nan, nan, why_not=found))
            continue
        lines.append(line(f"without {name}", found))
        if own.std_error > 0:
            share = many[name] / np.count_nonzero(served)
            told[f"without {name}"] = WithoutSite.of(found.effect - own.effect, own.std_error, found.std_error, share)
    if not told or not own.std_error > 0:
        return could_not(NAME, CHANGED, lines[0].why_not or "the effect has no error to be held against.", unit=asked.unit, expected=None)
    turned = own.interval.given and own.interval.excludes(0) and any(one.effect * own.effect < 0 for one in lines if not one.why_not)
    diagnostic = no_one_site(told, turned=turned)
    farthest = max(told, key=lambda name: abs(told[name].moved))
    said = f"{diagnostic.sentence} It moves farthest {farthest}."
    return Challenge(NAME, CHANGED, said, (diagnostic,), (asked.own, *lines), None, asked.unit)


def _without(asked: Asked, ruler: object, gone: Array) -> Estimate | str:
    """The effect without some rows, `gone` (n,) bool, or why there is none."""
    comparison = compared_without(asked.cohort, asked.question, gone)
    if comparison is None:
        return "nobody would be compared with anybody."
    try:
        found = METHODS[asked.question.method].estimate(asked.cohort, comparison, ruler, asked.question)
    except Refused as refused:
        return " ".join(map(str, refused.problems))
    return found if isfinite(found.effect) else "there is no number."


def _sites(asked: Asked) -> tuple[Array, Array]:
    """The area of each row (n,) str, empty where it is not on record, and whether the row is served (n,) bool."""
    cohort = asked.cohort
    if isinstance(cohort, Panel):
        names = np.array(cohort.names if cohort.names else [""] * len(cohort))
        return names, np.asarray(cohort.adopted < cohort.periods)
    return _areas(asked, cohort), cohort.served


def _areas(asked: Asked, cohort: Cohort) -> Array:
    """The area in which each person lives, by the table person."""
    assert asked.records is not None, "of the sort again"
    engine = asked.records.engine
    columns = engine.fetch(exp.select("*").from_(table("person")).limit(0)).column_names
    if "area" not in columns:
        return np.array([""] * len(cohort))
    rows = select(start_id=c("s.start_id")).select(exp.alias_(quoted("area", "p"), "area")).from_(table(cohort.table, "s"))
    found = engine.fetch(rows.join(table("person", "p"), on=c("p.person_id").eq(c("s.person_id")), join_type="left").order_by(c("start_id")))
    return np.array(["" if one is None else str(one) for one in found["area"].to_pylist()])
