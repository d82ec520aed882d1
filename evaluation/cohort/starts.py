"""The clock of eligibility as syntax trees: who could start, the first rule that each of them fails, and who is left.

    opened_<cohort>      every day on which the starting rule opens a clock, one row a person and day
    ages_<cohort>        the days on which the people born on a day come of age and grow too old
    candidate_<cohort>   every opened row beside what bounds it, and `passed`: how many rules it passed in order
    start_<cohort>       the rows that passed them all: one a person-start, numbered by day and person

Every row fails at exactly one rule or at none, so the ledger adds up by construction.  `risk_sets` builds the same two last
tables with the clock of service; where two strategies are compared `clones` has each start twice, and its `once_<cohort>` is the last here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlglot import exp

from ..phrases import listed
from ..records.days import FOREVER, day_of
from ..records.engine import Engine
from ..records.sql import Node, c, case, count, given, greatest, holds, later, least, over, quoted, select, table
from ..records.tape import Measure, islands, lay
from ..records.uses import RECORDED
from ..terms import CohortPlan, LedgerLine
from .openings import an_opening, offered, opening_word, openings, place_on_list

# rules that both clocks share, in the words of the ledger
COVERED, HERE, ALIVE = "the records reach back far enough and are complete on the day", "living here", "alive"


class Tables(NamedTuple):
    """What the tables of one cohort are called; the clock of eligibility needs the first four."""

    opened: str
    ages: str
    candidate: str
    start: str
    strata: str
    own: str
    served: str
    walk: str
    met: str
    short: str
    step: str
    once: str

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
    """Every day on which the starting rule opens somebody's clock, beside what chooses among them."""
    by_list = plan.starts.rule == "list"
    first, last = (day_of(when) for when in plan.between)
    days = exp.select("e.person_id", "e.day").select(exp.alias_(case((holds(first, c("e.day"), last + 1), 1), otherwise=0), "inside"))
    if by_list:
        side = plan.assigned.side if plan.assigned else "above"
        days = days.select("e.score", exp.alias_(place_on_list("e", side), "place"))
    person, earliest_first = [c("o.person_id")], [c("o.day")]
    chosen_first = [c("o.day").desc() if plan.starts.which == "last" else c("o.day")]
    return (
        exp.select("o.person_id", "o.day", "o.inside", *(["o.score", "o.place"] if by_list else []))
        .select(
            exp.alias_(over(exp.RowNumber(), [], [c("o.day"), c("o.person_id")]), "start_id"),
            exp.alias_(over(exp.RowNumber(), [*person, c("o.inside")], chosen_first), "nth"),
            exp.alias_(given(over(exp.Lag(this=c("o.day")), person, earliest_first), -FOREVER), "previous"),
        )
        .from_(table(days.from_(table(openings(plan.starts), "e")), "o"))
    )


def aged(plan: CohortPlan) -> str:
    """The rule on ages, in words."""
    return f"aged {plan.ages[0]} to {plan.ages[1]}, with a birth date on record" if plan.ages else ""


def on_record(plan: CohortPlan) -> str:
    """The rule that people must be seen to be there, in words."""
    return f"with a line on record in the {plan.lookback_days} days before"


def kept_out(plan: CohortPlan) -> str:
    """The rule that people must be outside, in words: "outside custody on the day"."""
    return f"outside {listed(plan.outside)} on the day"


def rules(plan: CohortPlan, coverage: Coverage) -> list[Rule]:
    """What must hold on the day of a start, in the order of the ledger."""
    day, what = c("b.day"), opening_word(plan.starts)
    opens = "an event" if plan.starts.event else an_opening(plan.starts)
    kept = [Rule(f"{opens} starts the clock inside the years studied", c("b.inside").eq(1))]
    if plan.starts.which != "every":
        kept.append(Rule(f"the {plan.starts.which} such {what.removeprefix('starting ')} of the person", c("b.nth").eq(1)))
    if plan.ages:
        kept.append(Rule(aged(plan), holds(c("b.of_age"), day, c("b.too_old"))))
    if plan.washout_days:
        kept.append(Rule(f"no {what} in the {plan.washout_days} days before", c("b.previous") < later(day, -plan.washout_days)))
    kept.append(Rule(COVERED, holds(coverage.first, day, coverage.end)))
    if plan.observed == "activity":
        kept.append(Rule(on_record(plan), c("b.active").eq(1)))
    if plan.outside:
        kept.append(Rule(kept_out(plan), day < c("b.since")))
    kept.append(Rule(HERE, day < c("b.moved")))
    kept.append(Rule(ALIVE, day < c("b.death")))
    if plan.assigned and plan.assigned.by != "score":
        kept.append(Rule("assigned: exactly one arm on record", (c("b.offered") + c("b.withheld")).eq(1)))
    if plan.strategies:
        kept.append(Rule(f"never enrolled in {plan.strategies.served.enrolment} before", c("b.enrolled_before").eq(0)))
    return kept


def candidate(plan: CohortPlan, coverage: Coverage, tables: Tables) -> exp.Select:
    """Every opened row beside what bounds it, and how many rules it passed."""
    by_score = plan.by == "score"
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
    ).from_(table(tables.opened, "o"))
    beside = beside.join(table("person", "p"), on=c("p.person_id").eq(c("o.person_id")), join_type="left")
    beside = beside.join(table(tables.ages, "g"), on=c("g.birth").eq(c("p.birth")), join_type="left")
    if plan.assigned and by_score:
        cutoff = plan.assigned.cutoff
        assert cutoff is not None, "a score divides at a cut-off"
        beside = beside.select(exp.alias_(case((offered(cutoff, plan.assigned.side), 1), otherwise=0), "offered"), "o.score")
    if plan.outside:  # merged, at most one of them holds a day
        holding = exp.and_(c("i.person_id").eq(c("o.person_id")), holds(c("i.start"), c("o.day"), c("i.stop")))
        beside = beside.select(exp.alias_(given(c("i.start"), FOREVER), "since"))
        beside = beside.join(table(islands(plan.outside, "inside"), "i"), on=holding, join_type="left")
    flags = [*_arms(plan), *_before(plan)]
    measures = [*flags, *(_lines(plan) if plan.observed == "activity" else [])]
    if measures:
        chosen = [c("inside").eq(1), *([c("nth").eq(1)] if plan.starts.which != "every" else [])]  # nobody else's arm is asked for
        asked = exp.select("start_id", "person_id", "day").from_(table(tables.opened)).where(*chosen)
        beside = beside.join(table(lay(measures, asked), "a"), on=c("a.start_id").eq(c("o.start_id")), join_type="left")
        read = {measure.name: given(quoted(measure.name, "a"), 0) for measure in measures}
        beside = beside.select(*(exp.alias_(read[flag.name], flag.name) for flag in flags))
        if plan.observed == "activity":
            beside = beside.select(exp.alias_(greatest(*(read[f"{name} line"] for name in RECORDED)), "active"))
    steps = rules(plan, coverage)
    passed = case(*((exp.not_(exp.paren(rule.met)), number) for number, rule in enumerate(steps)), otherwise=len(steps))
    return exp.select("b.*").select(exp.alias_(passed, "passed")).from_(table(beside, "b"))


def _arms(plan: CohortPlan) -> list[Measure]:
    """Whether each arm is on record, up to the day of the start, inclusive: nobody is assigned by what happens later."""
    if plan.assigned is None or plan.assigned.by == "score":
        return []
    return [Measure(arm, "event", (getattr(plan.assigned, arm),), "any", -plan.assigned.days_before, 1) for arm in ("offered", "withheld")]


def _before(plan: CohortPlan) -> list[Measure]:
    """With two strategies: whether somebody has ever enrolled before the start, and so is past keeping to either."""
    if plan.strategies is None:
        return []
    return [Measure("enrolled_before", "service", (plan.strategies.served.enrolment,), "any", -FOREVER, 0)]


def _lines(plan: CohortPlan) -> list[Measure]:
    """Whether each table has a line of the person in the look-back."""
    return [Measure(f"{name} line", name, (), "any", -plan.lookback_days, 0) for name in RECORDED]


def start(plan: CohortPlan, tables: Tables, *, passed_all: int) -> exp.Select:
    """The person-starts; `gone` is the first day on which nothing more is seen, while a death is its own end."""
    chosen = select(
        start_id=over(exp.RowNumber(), [], [c("k.day"), c("k.person_id")]),
        person_id=c("k.person_id"),
        origin=c("k.day"),
        day=c("k.day"),
        served=c("k.offered") if plan.assigned and not plan.strategies else 1,
        death=c("k.death"),
        moved=c("k.moved"),
        covered=c("k.covered"),
        own=FOREVER,
        gone=gone(c("k.moved"), c("k.death"), c("k.covered")),
    )
    if plan.by == "score":
        chosen = chosen.select("k.score")
    return chosen.from_(table(tables.candidate, "k")).where(c("k.passed").eq(passed_all))


def gone(moved: Node, death: Node, *ends: Node) -> Node:
    """The first day that is not seen; nobody moves after death."""
    return least(case((moved < death, moved), otherwise=FOREVER), *ends)


def tally(tables: Tables) -> exp.Select:
    """How many rows passed so many rules."""
    return select(passed=c("passed"), n=count()).from_(table(tables.candidate)).group_by(c("passed")).order_by(c("passed"))


def ledger(words: Sequence[str], rows: dict[int, int]) -> tuple[LedgerLine, ...]:
    """The rules in order, each with how many person-starts it took; `rows` counts them by how many rules they passed."""
    left, lines = sum(rows.values()), []
    for number, rule in enumerate(words):
        left -= rows.get(number, 0)
        lines.append(LedgerLine(rule, rows.get(number, 0), left))
    return tuple(lines)


def build(plan: CohortPlan, coverage: Coverage, tables: Tables, engine: Engine) -> tuple[LedgerLine, ...]:
    """Makes the tables of the cohort in the engine, with its people's ages there already; gives the ledger."""
    steps = rules(plan, coverage)
    engine.create(tables.opened, opened(plan))
    engine.create(tables.candidate, candidate(plan, coverage, tables))
    engine.create(tables.start, start(plan, tables, passed_all=len(steps)))
    rows = {row["passed"]: row["n"] for row in engine.fetch(tally(tables)).to_pylist()}
    return ledger([step.words for step in steps], rows)
