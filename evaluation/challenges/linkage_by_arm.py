"""Linkage by arm: of a source that nearly everybody should be in, one arm's people may be found less often than the other's.

Whoever is linked to nobody has nothing on record there, and nothing on record reads as nothing having happened.  A source of the outcome
is looked at however few are linked to it, unless it links nobody but those of whom it has a line: there a link is something that
happened, as the programme may have made it, and tells nothing of who would have been found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr
from sqlglot import exp

from ..diagnostics.alarms_of_arms import FEWEST_UNLINKED, NEARLY_ALL, linkage_by_arm
from ..records.contract import CONTRACT
from ..records.sql import among, c, known, literal, minus, select, table
from ..records.uses import read_by, sources_of
from ..terms import Challenge, Cohort, CohortPlan, Question, Tried
from .arms_apart import Arms
from .asked import Asked, could_not

if TYPE_CHECKING:
    from ..records.engine import Engine
    from ..terms import Array

NAME = "linkage_by_arm"
CHANGED = "who is linked to each source, by arm"
BEFORE = ("event", "spell", "service", "quarter", "cost")  # tables whose rows name their source, read before each start alone


@dataclass(frozen=True, slots=True)
class Linked:
    """The share of people linked to a source, served less compared."""

    apart: float
    std_error: float  # as if both arms were linked alike
    low: float
    high: float

    @property
    def p_value(self) -> float:
        """Two-sided, of alike."""
        return float(2 * ndtr(-abs(self.apart) / self.std_error)) if self.std_error > 0 else 1.0


def run(asked: Asked) -> Challenge:
    """Whether the arms are linked alike to the sources that nearly everybody is in, and to those that hold the outcome."""
    if asked.records is None or not isinstance(asked.cohort, Cohort) or not asked.cohort.table:
        return could_not(NAME, CHANGED, "links are read from a county's records, of clocks of people's own.")
    engine = asked.records.engine
    linked = links(engine, asked.cohort, asked.study.programme)
    always = registers(engine, {source for use in read_by(engine, asked.question, asked.outcome) for source in sources_of(engine, use)})
    arms = Arms.of(asked.cohort, asked.comparison, asked.question)
    found: dict[str, Linked] = {}
    behind: dict[str, tuple[int, int]] = {}
    everybody = 0
    for source, has in linked.items():
        mine = has[arms.rows.row]
        people, missing = len(np.unique(arms.rows.person)), len(np.unique(arms.rows.person[~mine]))
        if mine.mean() < NEARLY_ALL and source not in always:
            continue
        everybody += 1
        if missing >= FEWEST_UNLINKED:  # of fewer no difference could matter, and how many there are in all says nothing of the arms
            found[source], behind[source] = told(arms, mine), (missing, people - missing)
    if not everybody:
        why = f"no source knows nearly everybody compared ({100 * NEARLY_ALL:g} % or more), nor does one of the outcome without a line."
        return could_not(NAME, CHANGED, why)
    apart, p_values = ({name: one.apart for name, one in found.items()}, {name: one.p_value for name, one in found.items()})
    condition = linkage_by_arm(apart, p_values, behind, everybody)
    lines = tuple(Tried(f"linked to '{name}'", one.apart, one.low, one.high) for name, one in found.items())
    return Challenge(NAME, CHANGED, condition.sentence, (condition,), lines, 0.0, "people")


def fits(question: Question, plan: CohortPlan) -> str:
    """Asked of people whose clocks are their own."""
    if plan.clock == "calendar" or plan.strategies is not None:
        return "it is asked of clocks of people's own, each with one row."
    return ""


def links(engine: Engine, cohort: Cohort, programme: str) -> Mapping[str, Array]:
    """By source, whether each row's person is linked to it; (n,) bool.  Sources that record the programme itself know the served by that.

    By the crosswalk, where there is one; else by any row of the source about the person before the start, since what comes after may
    be the programme's doing.
    """
    starts = table(cohort.table, "s")
    if engine.fetch(select(held=1).from_(table("crosswalk")).limit(1)).num_rows:
        mine = c("x.person_id").eq(c("s.person_id"))
        pairs = [select(place=minus(c("s.start_id"), 1), source=c("x.source")).from_(starts).join(table("crosswalk", "x"), on=mine)]
    else:
        pairs = []
        for name in BEFORE:
            before = exp.and_(c("x.person_id").eq(c("s.person_id")), c(f"x.{CONTRACT[name].day}") < c("s.day"))
            pairs.append(select(place=minus(c("s.start_id"), 1), source=c("x.source")).from_(starts).join(table(name, "x"), on=before))
    found: dict[str, Array] = {}
    for query in pairs:
        rows = engine.fetch(query.where(known(c("x.source"))).distinct())
        place, source = rows["place"].to_numpy().astype(np.int64), np.array(rows["source"].to_pylist(), dtype=object)
        for one in sorted(set(source.tolist())):
            found.setdefault(one, np.zeros(len(cohort), dtype=bool))[place[source == one]] = True
    own = [exp.select("source").from_(table(name)).where(among(c(CONTRACT[name].kind or ""), (programme,))) for name in ("service", "cost")]
    records_it = {source for query in own for source in engine.fetch(query.distinct())["source"].to_pylist()}
    return {source: found[source] for source in sorted(found) if source not in records_it}


def registers(engine: Engine, sources: Collection[str]) -> frozenset[str]:
    """Of some sources those that link people of whom they have no line: more than 1 - NEARLY_ALL of all whom they link."""
    found = set()
    for source in sorted(sources):
        of_it = c("source").eq(literal(source))
        known_there = exp.select("person_id").from_(table("crosswalk")).where(exp.and_(of_it, known(c("person_id"))))
        lines = [exp.select("person_id").from_(table(name)).where(of_it) for name in BEFORE]
        many = len(engine.fetch(known_there.distinct()))
        silent = len(engine.fetch(exp.except_(known_there.distinct(), exp.union(*lines))))
        if silent > (1 - NEARLY_ALL) * many:
            found.add(source)
    return frozenset(found)


def told(arms: Arms, linked: Array) -> Linked:
    """The difference of the shares of a comparison, its error, and the error that it would have were the arms alike (a score test)."""
    found = arms.apart(linked.astype(float))
    weights = arms.rows.weights
    worth = [1 / _worth(weights[there], arms.rows.person[there]) for there in (arms.rows.served, ~arms.rows.served)]
    share = float(np.average(linked, weights=weights))
    alike = (share * (1 - share) * sum(worth)) ** 0.5
    reach = found.interval("")
    return Linked(found.effect, max(found.std_error, alike), reach.low, reach.high)


def _worth(weights: Array, person: Array) -> float:
    """How many people of equal weight an arm is worth (Kish 1965)."""
    sums = np.bincount(np.unique(person, return_inverse=True)[1], weights)
    return float(sums.sum() ** 2 / (sums**2).sum())
