"""Says why one person is in a cohort or out of it, rule by rule, to an analyst who may see rows.

The rules are asked of the tables that enrolled the cohort, by the very nodes that enrolled it; what is added here is only the
numbers that decided.  No outcome is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from ..phrases import counted, listed, visible
from ..records.days import FOREVER, date_of, horizon_end, turned
from ..records.engine import Engine
from ..records.sql import c, case, count, holds, literal, select, table
from ..records.tape import islands, lay
from ..terms import CohortPlan, HistoryColumn, Horizon, Problem, Refused, Strategies
from . import checks, clones, panel_days, panels, risk_sets, starts
from .enrolment import build, rule_words
from .openings import opening_word
from .starts import Coverage, Tables

if TYPE_CHECKING:
    from ..records import Records

INTERNAL = "Internal: this shows rows of one person, to somebody who may see rows.  It does not leave the county."

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom is asked about, in which cohort, and where its tables lie."""

    plan: CohortPlan
    engine: Engine
    tables: Tables
    coverage: Coverage
    person: str
    birth: int | None
    horizons: tuple[Horizon, ...]

    @property
    def starts(self) -> str:
        """The table in which each start stands once."""
        return self.tables.once if self.plan.strategies else self.tables.start

    def mine(self, source: str | exp.Query, *columns: exp.Expression) -> exp.Select:
        """The person's rows of a table or a query, read as `b`."""
        return exp.select("b.*", *columns).from_(table(source, "b")).where(c("b.person_id").eq(literal(self.person)))


def explain(name: str, plan: CohortPlan, history: tuple[HistoryColumn, ...], records: Records, person: str, *horizons: Horizon) -> tuple[str, ...]:
    """Why a person is in a cohort or out of it, as lines to print; the first says that they show rows.

    Builds the cohort's tables in the engine as `enrol` does, and collects nothing but this person's rows.  Refuses a plan that
    these records cannot serve, and a person whom they do not hold.
    """
    engine = records.engine
    found = engine.fetch(select(birth=c("birth")).from_(table("person")).where(c("person_id").eq(literal(person)))).to_pylist()
    if not found:
        right = "It is the id in the table 'person', which is text: 007 is not 7."
        raise Refused(Problem("--person", "the records hold nobody with this id.", right, "Look it up in the table 'person'."))
    coverage = checks.checked(name, plan, history, engine, horizons)
    build(name, plan, coverage, engine)
    asked = Asked(plan, engine, Tables.of(name), coverage, person, found[0]["birth"], tuple(dict.fromkeys(horizons)))
    born = f"born {date_of(asked.birth)}" if asked.birth is not None else "no date of birth on record"
    told = _by_calendar(asked) if plan.clock == "calendar" else _by_service(asked) if plan.clock == "service" else _by_eligibility(asked)
    return (INTERNAL, f"Person {visible(person)}, {born}; cohort '{name}'.", _standing(asked), *told)


def _standing(asked: Asked) -> str:
    """How often the person stands in the cohort, and on which side."""
    rows = asked.engine.fetch(asked.mine(asked.starts)).to_pylist()
    if asked.plan.clock == "calendar":
        return "Watched in the panel." if rows else "Not in the cohort."
    if asked.plan.strategies:
        return f"In the cohort: under both strategies ({counted(len(rows), 'start')})." if rows else "Not in the cohort."
    served = sum(row["served"] for row in rows)
    sides = ("served", "compared") if asked.plan.clock == "service" else ("offered the programme", "not offered it")
    stands = [f"{side} ({counted(n, 'start')})" for side, n in zip(sides, (served, len(rows) - served), strict=True) if n]
    return f"In the cohort: {', '.join(stands)}." if stands else "Not in the cohort."


# ------------------------------------------------------------------------------------------------ clock of the calendar
def _by_calendar(asked: Asked) -> Iterator[str]:
    """The rules on the first day of the panel, and until when the person is watched from there."""
    first = int(panel_days.edges_of(asked.plan)[0])
    steps = panels.rules(asked.plan, first)
    (row,) = asked.engine.fetch(asked.mine(asked.tables.candidate)).to_pylist()
    shown = {
        "unit_id": f"area on record: {visible(str(row['area']))}",
        "area": f"area on record: {visible(str(row['area']))}",
        "birth": "no date of birth on record" if row["birth"] == -FOREVER else f"born {date_of(row['birth'])}",
        "of_age": _aged(asked, first),
        "active": f"lookback_days is {asked.plan.lookback_days}",
        "inside": f"the day is {date_of(first)}",
        "moved": "no move on record" if row["moved"] == FOREVER else f"moved {date_of(row['moved'])}",
        "death": "no death on record" if row["death"] == FOREVER else f"died {date_of(row['death'])}",
    }
    yield ""
    yield f"{date_of(first)}, the first day of the panel: {_verdict(row['passed'], len(steps))}"
    for place, step in enumerate(steps[: row["passed"] + 1]):
        column = min(one.name for one in step.met.find_all(exp.Column))
        yield _line(place < row["passed"], step.words, shown[column])
    for start in asked.engine.fetch(asked.mine(asked.starts)).to_pylist():
        yield from _followed(start, replace(asked, horizons=()))


# ------------------------------------------------------------------------------------------------ clock of eligibility
def _by_eligibility(asked: Asked) -> Iterator[str]:
    steps = starts.rules(asked.plan, asked.coverage)
    met = (exp.alias_(case((exp.paren(step.met), 1), otherwise=0), f"met_{number}") for number, step in enumerate(steps))
    rows = asked.engine.fetch(asked.mine(asked.tables.candidate, *met).order_by(c("b.day"))).to_pylist()
    what = opening_word(asked.plan.starts)
    if not rows:
        yield f"Out: no {what} of this person is on record, so that nothing starts a clock."
    for number, row in enumerate(rows, start=1):
        failed = next((place for place, _ in enumerate(steps) if not row[f"met_{place}"]), len(steps))
        yield ""
        yield f"{date_of(row['day'])}, {what} {number} of {len(rows)}: {_verdict(failed, len(steps))}"
        for place, step in enumerate(steps[: failed + 1]):
            yield _line(place < failed, step.words, _decided(step.met, row, rows, asked))
        if failed == len(steps):
            (start,) = asked.engine.fetch(asked.mine(asked.starts).where(c("b.day").eq(row["day"]))).to_pylist()
            if asked.plan.strategies:
                yield _kept(start, asked.plan.strategies, asked)
            else:
                yield f"  Arm: {'offered the programme' if start['served'] else 'not offered it'}{_scored(asked.plan, start)}."
            yield from _followed(start, asked)


def _kept(start: Row, both: Strategies, asked: Asked) -> str:
    """Which of two strategies the person leaves, and on which day."""
    (row,) = asked.engine.fetch(lay([clones.first_enrolment(both)], asked.mine(asked.starts).where(c("b.day").eq(start["day"])))).to_pylist()
    day, until = row["enrolled"], date_of(start["day"] + both.served.within_days)
    if day is None:
        return f"  Strategies: not enrolled by {until}, and so followed to that day alone as one who is to enrol."
    return f"  Strategies: enrolled on {date_of(day)}, {day - start['day']} days later, and so followed to that day alone as one who is not to."


def _verdict(failed: int, rules: int) -> str:
    return "in." if failed == rules else f"out, at rule {failed + 1} of {rules}."


def _line(passed: bool, words: str, decided: str) -> str:
    return f"  {'passed' if passed else 'FAILED'}  {words} | {decided}"


def _decided(met: exp.Expression, row: Row, rows: Sequence[Row], asked: Asked) -> str:
    """The numbers that a rule went by; which they are is read off the columns that it asks for."""
    plan, day = asked.plan, row["day"]
    match min({column.name for column in met.find_all(exp.Column)} - {"day"}, default="covered"):
        case "inside":
            return f"{date_of(day)}; the years are {plan.between[0]} to {plan.between[1]}"
        case "nth":
            inside = [other["day"] for other in rows if other["inside"]]
            return f"the {plan.starts.which} of {len(inside)} in these years is {date_of(inside[-1 if plan.starts.which == 'last' else 0])}"
        case "of_age":
            return _aged(asked, day)
        case "previous":
            none = "none before it on record"
            return none if row["previous"] == -FOREVER else f"the one before was on {date_of(row['previous'])}, {day - row['previous']} days earlier"
        case "active":
            return f"{'at least one' if row['active'] else 'no'} event, cost line, service start or spell of theirs in those days"
        case "since":
            return _inside(plan, row["since"])
        case "enrolled_before":
            return f"{'at least one' if row['enrolled_before'] else 'no'} enrolment before that day on record"
        case "moved" | "death" as end:
            return f"{'moved' if end == 'moved' else 'died'} on {date_of(row[end])}" if row[end] < FOREVER else f"no {_ENDS[end]} on record"
        case "offered":
            return _arms(row, asked)
        case _:
            return f"they allow starts {_span(asked.coverage.first, asked.coverage.end)}"


_ENDS = {"moved": "move", "death": "death"}


def _inside(plan: CohortPlan, since: int) -> str:
    """Since when a day lies inside a spell that people must be outside of."""
    return f"in {listed(plan.outside)} since {date_of(since)}" if since < FOREVER else "in no such spell on that day"


def _aged(asked: Asked, day: int) -> str:
    if asked.birth is None:
        return "no date of birth on record"
    years = date_of(day).year - date_of(asked.birth).year
    years -= turned(asked.birth, years) > day
    low, high = asked.plan.ages or (0, 0)
    return f"aged {years} on {date_of(day)}; the cohort takes {low} to {high}"


def _arms(row: Row, asked: Asked) -> str:
    """Which arm is on record in the days asked, and on which days either is at any time."""
    assigned = asked.plan.assigned
    assert assigned is not None, "a rule on arms has arms"
    told = []
    for kind, here in ((assigned.offered, row["offered"]), (assigned.withheld, row["withheld"])):
        days = asked.mine("event").where(c("b.kind").eq(literal(kind))).order_by(c("b.day"))
        every = [str(date_of(line["day"])) for line in asked.engine.fetch(days).to_pylist()]
        told.append(f"'{kind}' {'is' if here else 'is not'} there (on record: {', '.join(dict.fromkeys(every)) or 'never'})")
    return f"from {date_of(row['day'] - assigned.days_before)} to {date_of(row['day'])}, {' and '.join(told)}"


def _scored(plan: CohortPlan, start: Row) -> str:
    if plan.assigned is None or plan.assigned.cutoff is None:
        return ""
    cutoff = plan.assigned.cutoff
    at = f"{plan.assigned.side} {cutoff.at:g}" if cutoff.at is not None else f"the {cutoff.capacity} places of that day"
    return f"; score {start['score']:g}, offered {at}"


# ------------------------------------------------------------------------------------------------ clock of service
def _by_service(asked: Asked) -> Iterator[str]:
    steps = risk_sets.bounds(asked.plan, asked.coverage)
    lows = [exp.alias_(exp.convert(-FOREVER if step.low is None else step.low), f"low_{number}") for number, step in enumerate(steps)]
    highs = [exp.alias_(exp.convert(step.high), f"high_{number}") for number, step in enumerate(steps)]
    order = (c("b.origin"), c("b.start"), c("b.low"))
    rows = asked.engine.fetch(asked.mine(asked.tables.candidate, *lows, *highs).order_by(*order)).to_pylist()
    yield ""
    yield from _as_served(asked, rows)
    yield ""
    yield from _as_compared(asked, rows, [step.words for step in steps])


def _as_served(asked: Asked, rows: Sequence[Row]) -> Iterator[str]:
    """The rules on the day of the person's own service, in the stretch of days that got furthest."""
    own = asked.engine.fetch(asked.mine(asked.tables.own)).to_pylist()
    served = asked.plan.served
    assert served is not None, "the clock of service has somebody served"
    if not own:
        yield f"As served: no enrolment in '{served.enrolment}' on record."
        return
    day, words = own[0]["own"], rule_words(asked.plan)
    first = f"As served, on {date_of(day)}, the first enrolment in '{served.enrolment}' on record: "
    if not rows:
        yield first + _verdict(0, len(words))
        yield _line(False, words[0], "nothing on record makes this person eligible")
        return
    row = max(rows, key=lambda each: (each["passed_as_served"], each["origin"], each["start"]))
    sets = asked.engine.fetch(asked.mine(asked.tables.start).where(c("b.served").eq(1))).to_pylist()
    failed = row["passed_as_served"] if not sets else len(words)
    yield first + _verdict(failed, len(words))
    for place, rule in enumerate(words[: failed + 1]):
        if place == len(words) - 1:
            yield _line(bool(sets), rule, _drawn(asked, sets))
        else:
            yield _line(place < failed, rule, _held(asked, rule, day, row[f"low_{place}"], row[f"high_{place}"]))
    for start in sets:
        yield from _followed(start, asked)


def _held(asked: Asked, rule: str, day: int, low: int, high: int) -> str:
    """The numbers that a rule went by on the day of somebody's own service: the days on which it holds, where nothing says more."""
    if rule == starts.aged(asked.plan):
        return _aged(asked, day)
    if rule == starts.kept_out(asked.plan) and not low <= day < high:
        stay = asked.mine(islands(asked.plan.outside, "inside")).where(holds(c("b.start"), exp.convert(day), c("b.stop")))
        return _inside(asked.plan, asked.engine.fetch(stay)["start"][0].as_py())
    return f"holds {_span(low, high)}"


def _drawn(asked: Asked, sets: Sequence[Row]) -> str:
    """How many were drawn beside a served person, or that nobody could be."""
    exact = f" who agrees on {', '.join(asked.plan.exact)}" if asked.plan.exact else ""
    if not sets:
        return f"nobody{exact} was eligible and not yet served"
    beside = select(n=count()).from_(table(asked.tables.start)).where(c("set_id").eq(sets[0]["set_id"]), c("served").eq(0))
    n = asked.engine.fetch(beside)["n"][0].as_py()
    return f"opens set {sets[0]['set_id']}, with {counted(n, 'person', 'people')} drawn of at most {asked.plan.compared.draw}"


def _as_compared(asked: Asked, rows: Sequence[Row], words: Sequence[str]) -> Iterator[str]:
    """The days on which the person could be drawn, and the sets that the person was drawn into."""
    where = asked.mine(asked.tables.start).where(c("b.served").eq(0)).order_by(c("b.set_id"), c("b.origin"))
    drawn = asked.engine.fetch(where).to_pylist()
    if not rows:
        yield "As comparison: never, for nothing on record makes this person eligible."
    for row in rows:
        opened = f", opened on {date_of(row['origin'])}" if row["origin"] else ""
        passed, low, high = row["passed"], row["low_0"], row["high_0"]
        verdict = f"may be drawn {_span(row['low'], row['high'])}." if passed == len(words) else _verdict(passed, len(words))
        yield f"As comparison, eligible {_span(row['start'], row['stop'])}{opened}: {verdict}"
        for place, rule in enumerate(words[: passed + 1]):
            before, low, high = (low, high), max(low, row[f"low_{place}"]), min(high, row[f"high_{place}"])
            left = f", which leaves {_span(low, high).removeprefix('on ')}" if (low, high) != before else ""
            yield _line(place < passed, rule, f"holds {_span(row[f'low_{place}'], row[f'high_{place}'])}{left}")
        if passed == len(words):
            here = [start for start in drawn if start["origin"] == row["origin"] and row["low"] <= start["day"] < row["high"]]
            yield f"  Drawn into {counted(len(here), 'set') if here else 'no set'}."
            for start in here:
                yield f"  Set {start['set_id']}, day {date_of(start['day'])}:"
                yield from _followed(start, asked)


# ------------------------------------------------------------------------------------------------ the end of what is seen
def _followed(start: Row, asked: Asked) -> Iterator[str]:
    """Until when somebody is seen, why no longer, and whether each horizon is reached."""
    day, gone = start["day"], start["gone"]
    if start["death"] < gone:
        yield f"    followed from {date_of(day)} to {date_of(start['death'])}, {start['death'] - day} days later: died"
    else:
        ends = (("own", "their own service starts"), ("moved", "no longer lives here"), ("covered", "the records are complete no further"))
        why = next(words for name, words in ends if start[name] == gone)
        yield f"    followed from {date_of(day)} to {date_of(gone - 1)}, {gone - 1 - day} days later: {why}"
    for horizon in asked.horizons:
        until = horizon_end(day, horizon)
        if start["death"] < min(gone, until):
            yield f"    {horizon}, to {date_of(until - 1)}: known to the end, by the death"
        else:
            yield f"    {horizon}, to {date_of(until - 1)}: " + ("seen to the end" if gone >= until else f"lost {until - gone} days before the end")


def _span(low: int, high: int) -> str:
    """`from 2019-01-01 to 2019-12-31`, of the days [low, high)."""
    if low >= high:
        return "on no day"
    if low <= -FOREVER:
        return "on every day" if high >= FOREVER else f"up to {date_of(high - 1)}"
    return f"from {date_of(low)} on" if high >= FOREVER else f"from {date_of(low)} to {date_of(high - 1)}"
