"""The tables of a cohort as syntax trees: who could start, the first rule that each of them fails, and who is left.

    opened_<cohort>      every starting event on record, one row a person and day
    ages_<cohort>        the days on which the people born on a day come of age and grow too old
    candidate_<cohort>   every opened row beside what bounds it, and `passed`: how many rules it passed in order
    start_<cohort>       the rows that passed them all: one a person-start, numbered by day and person

Every row fails at exactly one rule or at none, so the ledger adds up by construction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlglot import exp

from ..records.days import FOREVER, day_of
from ..records.sql import Node, among, c, case, count, given, holds, later, least, over, select, table
from ..records.tape import Measure, lay
from ..terms import CohortPlan, LedgerLine


class Tables(NamedTuple):
    """What the tables of one cohort are called."""

    opened: str
    ages: str
    candidate: str
    start: str

    @classmethod
    def of(cls, cohort: str) -> Tables:
        return cls(*(f"{name}_{cohort}" for name in cls._fields))


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days on which a clock may start: every source is watched and complete, and reaches back far enough: [first, end)."""

    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of enrolment: its words in the ledger, and the condition that a candidate row meets."""

    words: str
    met: Node


def opened(plan: CohortPlan) -> exp.Select:
    """Every day on which a starting event opens somebody's clock; several on one day are one."""
    events = exp.select("person_id", "day").distinct().from_(table("event")).where(among(c("kind"), plan.starts.event))
    first, last = (day_of(when) for when in plan.between)
    days = exp.select("person_id", "day").select(exp.alias_(case((holds(first, c("day"), last + 1), 1), otherwise=0), "inside"))
    person, earliest_first = [c("o.person_id")], [c("o.day")]
    chosen_first = [exp.Ordered(this=c("o.day"), desc=plan.starts.which == "last")]
    return (
        exp.select("o.person_id", "o.day", "o.inside")
        .select(
            exp.alias_(over(exp.RowNumber(), [], [c("o.day"), c("o.person_id")]), "start_id"),
            exp.alias_(over(exp.RowNumber(), [*person, c("o.inside")], chosen_first), "nth"),
            exp.alias_(given(over(exp.Lag(this=c("o.day")), person, earliest_first), -FOREVER), "previous"),
        )
        .from_(table(days.from_(table(events, "e")), "o"))
    )


def rules(plan: CohortPlan, coverage: Coverage) -> list[Rule]:
    """What must hold on the day of a start, in the order of the ledger."""
    day = c("b.day")
    kept = [Rule("an event starts the clock inside the years studied", c("b.inside").eq(1))]
    if plan.starts.which != "every":
        kept.append(Rule(f"the {plan.starts.which} such event of the person", c("b.nth").eq(1)))
    if plan.ages:
        kept.append(Rule(f"aged {plan.ages[0]} to {plan.ages[1]}, with a birth date on record", holds(c("b.of_age"), day, c("b.too_old"))))
    if plan.washout_days:
        kept.append(Rule(f"no starting event in the {plan.washout_days} days before", c("b.previous") < later(day, -plan.washout_days)))
    kept.append(Rule("the records reach back far enough and are complete on the day", holds(coverage.first, day, coverage.end)))
    kept.append(Rule("living here", day < c("b.moved")))
    kept.append(Rule("alive", day < c("b.death")))
    kept.append(Rule("assigned: exactly one arm on record", (c("b.offered") + c("b.withheld")).eq(1)))
    return kept


def candidate(plan: CohortPlan, coverage: Coverage, tables: Tables) -> exp.Select:
    """Every opened row beside what bounds it, and how many rules it passed."""
    chosen = [c("inside").eq(1), *([c("nth").eq(1)] if plan.starts.which != "every" else [])]  # nobody else's arm is asked for
    asked = exp.select("start_id", "person_id", "day").from_(table(tables.opened)).where(*chosen)
    window = (-plan.assigned.days_before, 1)  # up to the day of the start, inclusive: nobody is assigned by what happens later
    arms = [Measure(arm, "event", (getattr(plan.assigned, arm),), "any", *window) for arm in ("offered", "withheld")]
    beside = select(
        person_id=c("o.person_id"),
        day=c("o.day"),
        inside=c("o.inside"),
        nth=c("o.nth"),
        previous=c("o.previous"),
        # left joins: no row may vanish between two lines of the ledger
        of_age=given(c("g.of_age"), FOREVER),
        too_old=given(c("g.too_old"), FOREVER),
        death=given(c("p.death"), FOREVER),
        moved=given(c("p.moved"), FOREVER),
        covered=coverage.end,
        offered=given(c("a.offered"), 0),
        withheld=given(c("a.withheld"), 0),
    ).from_(table(tables.opened, "o"))
    beside = beside.join(table("person", "p"), on=c("p.person_id").eq(c("o.person_id")), join_type="left")
    beside = beside.join(table(tables.ages, "g"), on=c("g.birth").eq(c("p.birth")), join_type="left")
    beside = beside.join(table(lay(arms, asked), "a"), on=c("a.start_id").eq(c("o.start_id")), join_type="left")
    steps = rules(plan, coverage)
    passed = case(*((exp.not_(exp.paren(rule.met)), number) for number, rule in enumerate(steps)), otherwise=len(steps))
    return exp.select("b.*").select(exp.alias_(passed, "passed")).from_(table(beside, "b"))


def start(tables: Tables, *, passed_all: int) -> exp.Select:
    """The person-starts; `gone` is the first day on which nothing more is seen, while a death is its own end."""
    return (
        select(
            start_id=over(exp.RowNumber(), [], [c("k.day"), c("k.person_id")]),
            person_id=c("k.person_id"),
            day=c("k.day"),
            gone=least(case((c("k.moved") < c("k.death"), c("k.moved")), otherwise=FOREVER), c("k.covered")),  # nobody moves after death
            death=c("k.death"),
            moved=c("k.moved"),
            covered=c("k.covered"),
            served=c("k.offered"),
        )
        .from_(table(tables.candidate, "k"))
        .where(c("k.passed").eq(passed_all))
    )


def tally(tables: Tables) -> exp.Select:
    """How many rows passed so many rules."""
    return select(passed=c("passed"), n=count()).from_(table(tables.candidate)).group_by(c("passed")).order_by(c("passed"))


def ledger(steps: list[Rule], rows: dict[int, int]) -> tuple[LedgerLine, ...]:
    """The rules in order, each with how many person-starts it took; `rows` counts them by how many rules they passed."""
    left, lines = sum(rows.values()), []
    for number, rule in enumerate(steps):
        left -= rows.get(number, 0)
        lines.append(LedgerLine(rule.words, rows.get(number, 0), left))
    return tuple(lines)
