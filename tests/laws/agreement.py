"""Holds what the engine made of a plan and a county against what the slow reference makes of them, row by row."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import reference as slow
import reference_ruler as walked
import reference_starts as starting
from drawing import HORIZONS, KINDS
from reference_starts import Asked, Start
from sqlglot import exp

from evaluation.cohort import enrol
from evaluation.outcomes import EngineRuler
from evaluation.records.engine import DuckDB
from evaluation.records.sql import c, table
from evaluation.records.tape import REDUCERS, Measure, lay
from evaluation.terms import Cohort, Horizon, Outcome, Refused

RULES = {  # the reference's word for a rule, and how its line in the ledger reads
    "years": "inside the years studied$",
    "which": "of the person$",
    "aged": "^aged ",
    "washout": "^no ",
    "coverage": "^the records reach back",
    "activity": "^with a line on record",
    "outside": "^outside .* on the day$",
    "living here": "^living here$",
    "alive": "^alive$",
    "assigned": "^assigned: exactly one arm",
    "eligible": "^eligible on the day of service|^a person on record",
    "comparable": "^somebody comparable",
}


def enrolled(engine: DuckDB, asked: Asked) -> Cohort | None:
    """The engine's cohort, or None where it refuses one that is empty or lacks an arm; the reference must find the same."""
    slow.load(engine, asked.county)
    starts, _ = starting.cohort(asked)
    try:
        return enrol("main", asked.plan, asked.history, SimpleNamespace(engine=engine), Horizon(days=0))  # type: ignore[arg-type]  # as records
    except Refused as refused:
        assert len({start.served for start in starts}) < 2, refused
        return None


def agrees(engine: DuckDB, asked: Asked, cohort: Cohort) -> tuple[list[Start], list[str]]:
    """The starts that both find, and why the others are none; fails where they differ in who, when, what came before, or who shares luck."""
    starts, lost = starting.cohort(asked)
    assert rows_of(engine, asked, cohort) == [row(asked, start) for start in starts]
    assert tallied(cohort) == Counter(lost)
    assert cohort.ledger[0].lost + cohort.ledger[0].left == len(lost) + sum(1 for start in starts if start.beside in (None, start.person))
    assert all(below.left == above.left - below.lost for above, below in zip(cohort.ledger, cohort.ledger[1:], strict=False))
    assert cohort.start_id.tolist() == list(range(1, len(starts) + 1))
    assert cohort.served.tolist() == [start.served for start in starts]
    same_history(asked, cohort, starts)
    same_groups(asked, cohort, starts)
    return starts, lost


def row(asked: Asked, start: Start) -> dict[str, Any]:
    """A start as a row of the engine's table."""
    life = asked.life(start.person)
    days = {"day": start.day, "origin": start.origin, "death": slow.ended(life.death), "moved": slow.ended(life.moved)}
    ends = {"covered": asked.covered[1], "own": starting.own_end(asked, start), "gone": starting.gone(asked, start)[0]}
    return {"person_id": start.person, "served": int(start.served), "set": start.beside} | days | ends


def rows_of(engine: DuckDB, asked: Asked, cohort: Cohort) -> list[dict[str, Any]]:
    """The engine's table of starts, with whose risk set each row stands in."""
    rows = engine.fetch(exp.select("*").from_(table(cohort.table)).order_by(c("start_id"))).to_pylist()
    openers = {each["set_id"]: each["person_id"] for each in rows if asked.plan.clock == "service" and each["served"]}
    names = ("person_id", "served", "day", "origin", "death", "moved", "covered", "own", "gone")
    return [{name: each[name] for name in names} | {"set": openers.get(each.get("set_id"))} for each in rows]


def tallied(cohort: Cohort) -> dict[str, int]:
    """The ledger by the reference's words for the rules."""
    words = [next(word for word, reads in RULES.items() if re.search(reads, line.rule)) for line in cohort.ledger]
    assert len(set(words)) == len(words)
    return {word: line.lost for word, line in zip(words, cohort.ledger, strict=True) if line.lost}


def same_history(asked: Asked, cohort: Cohort, starts: Sequence[Start]) -> None:
    assert list(cohort.history) == [column.name for column in asked.history]
    for column in asked.history:
        measure = Measure(column.name, column.table, column.kind, column.reduce, -column.days, 0)
        values = [slow.measured(asked.life(start.person), measure, start.day, until=start.day) for start in starts]
        np.testing.assert_array_equal(cohort.history[column.name], np.array(values, dtype=float), err_msg=column.name)


def same_groups(asked: Asked, cohort: Cohort, starts: Sequence[Start]) -> None:
    """Who is the same person, set, stratum and cluster; what the score was; who took the offer up."""
    plan, lives = asked.plan, [asked.life(start.person) for start in starts]
    assert cohort.person.tolist() == numbered([start.person for start in starts])
    linked = starting.linked([starting.shared(asked, start) for start in starts])
    if cohort.clusters is None:
        assert len(set(linked)) == len(linked)
    else:
        assert numbered(cohort.clusters.tolist()) == numbered(linked)
    if plan.exact:
        assert cohort.strata is not None
        assert numbered(cohort.strata.tolist()) == numbered([tuple(getattr(life, name) for name in plan.exact) for life in lives])
    else:
        assert cohort.strata is None
    if plan.clock == "service":
        assert cohort.sets is not None and cohort.sets.tolist() == numbered([start.beside for start in starts])
        assert (cohort.drawn, cohort.later_served) == (plan.compared.draw, plan.compared.later_served)
        assert cohort.taken_up is None and cohort.score is None
        return
    assert cohort.sets is None and cohort.drawn is None and cohort.later_served is None and plan.assigned is not None
    blocks = [tuple(getattr(life, name) for name in plan.assigned.blocks) for life in lives]
    assert (cohort.blocks is None) == (not plan.assigned.blocks)
    assert cohort.blocks is None or numbered(cohort.blocks.tolist()) == numbered(blocks)
    scores = None if plan.by != "score" else [starting.score(asked, life, start.day) for life, start in zip(lives, starts, strict=True)]
    assert (None if cohort.score is None else cohort.score.tolist()) == scores
    took = plan.assigned.taken_up
    if took is None:
        assert cohort.taken_up is None
    else:
        window = Measure("", "service", (took.enrolment,), "any", 0, 0)
        came = [
            slow.measured(life, window, start.day, until=start.day + took.within_days + 1) == 1 for life, start in zip(lives, starts, strict=True)
        ]
        assert cohort.taken_up is not None and cohort.taken_up.tolist() == came


def numbered(labels: Sequence[Any]) -> list[int]:
    """Labels as 0, 1, 2, ... in the order in which they first stand."""
    numbers: dict[Any, int] = {}
    return [numbers.setdefault(label, len(numbers)) for label in labels]


# ------------------------------------------------------------------------------------------------ the tape and the ruler
def reads_alike(engine: DuckDB, asked: Asked, cohort: Cohort, starts: Sequence[Start], r: random.Random) -> list[str]:
    """Every reducer to the end of what is seen, and every verb of the ruler on one definition each; gives what was read."""
    first, horizon = r.choice([-20, 0, 1, 25]), r.choice(HORIZONS)
    clocks = [walked.watched(asked, start, horizon) for start in starts]

    def ruler(chosen: str) -> EngineRuler:
        return EngineRuler(engine, cohort.table, DEFINITIONS[chosen])

    read = [r.choice([name for name in DEFINITIONS if name.startswith(verb)]) for verb in ("marks", "amount", "periods", "state", "risk")]
    marks, amount, periods, state, risk = read
    laid_alike(engine, asked, cohort, starts, first)
    marks_alike(ruler(marks), clocks, horizon)
    amounts_alike(ruler(amount), clocks, first, horizon)
    periods_alike(ruler(periods), clocks, (-20, -3, 0, 1, 30))
    states_alike(ruler(state), clocks, horizon)
    risks_alike(ruler(risk), clocks, horizon)
    return [*read, str(horizon)]


def laid_alike(engine: DuckDB, asked: Asked, cohort: Cohort, starts: Sequence[Start], first: int) -> None:
    measures = [Measure(f"{name}.{reduce}", name, KINDS[name][:2], reduce, first, 30) for name, words in REDUCERS.items() for reduce in words]
    rows = engine.fetch(lay(measures, cohort.table, to_the_end=True).order_by(c("s.start_id")))
    for measure in measures:
        ends = [starting.gone(asked, start)[0] for start in starts]
        expected = [
            slow.measured(asked.life(start.person), measure, start.day, until=start.day + 30, stop=end)
            for start, end in zip(starts, ends, strict=True)
        ]
        assert rows[measure.name].to_pylist() == expected, measure.name


def marks_alike(ruler: EngineRuler, clocks: Sequence[walked.Watched], horizon: Horizon) -> None:
    """The first mark, and all of them."""
    first = ruler.marks(horizon)
    found = list(zip(first.day.tolist(), first.why.tolist(), first.cause.tolist(), strict=True))
    assert found == [walked.first_mark(clock, ruler.outcome) for clock in clocks]
    assert first.whole.tolist() == [clock.gone >= clock.until for clock in clocks]
    assert first.same_day.tolist() == [walked.same_day(clock, ruler.outcome) for clock in clocks]
    every = ruler.every_mark(horizon)
    found = list(zip(every.row.tolist(), every.day.tolist(), every.cause.tolist(), strict=True))
    assert found == [(number, *mark) for number, clock in enumerate(clocks) for mark in walked.marks(clock, ruler.outcome)]
    assert list(zip(every.last_seen.tolist(), every.why.tolist(), strict=True)) == [(clock.last - clock.day, clock.why) for clock in clocks]


def amounts_alike(ruler: EngineRuler, clocks: Sequence[walked.Watched], first: int, horizon: Horizon) -> None:
    read, unit = ruler.amount(first, horizon), 100 if ruler.outcome.unit == "dollars" else 1
    assert read.amount.tolist() == [walked.amount(clock, ruler.outcome, clock.day + first, clock.until) / unit for clock in clocks]
    assert read.seen_days.tolist() == [walked.seen_days(clock, clock.day + first, clock.until) for clock in clocks]
    assert read.window_days.tolist() == [clock.until - clock.day - first for clock in clocks]


def periods_alike(ruler: EngineRuler, clocks: Sequence[walked.Watched], edges: Sequence[int]) -> None:
    read, unit = ruler.by_period(edges), 100 if ruler.outcome.unit == "dollars" else 1
    expected = [walked.by_period(clock, ruler.outcome, edges) for clock in clocks]
    assert read.amount.tolist() == [[amount / unit for amount, _ in row] for row in expected]
    assert read.seen_days.tolist() == [[seen for _, seen in row] for row in expected]


def states_alike(ruler: EngineRuler, clocks: Sequence[walked.Watched], horizon: Horizon) -> None:
    read = ruler.state(horizon)
    found = list(zip(read.state.tolist(), read.inside.tolist(), read.seen.tolist(), strict=True))
    assert found == [walked.state(clock, ruler.outcome) for clock in clocks]


def risks_alike(ruler: EngineRuler, clocks: Sequence[walked.Watched], horizon: Horizon) -> None:
    """Days at risk, the stretches without, and the rate over them."""
    risk, read = ruler.at_risk(horizon), ruler.rate(horizon)
    assert risk.days.tolist() == [walked.at_risk(clock, ruler.outcome) for clock in clocks]
    off = list(zip(risk.row.tolist(), risk.first.tolist(), risk.stop.tolist(), strict=True))
    assert off == [(number, *stretch) for number, clock in enumerate(clocks) for stretch in walked.off_clock(clock, ruler.outcome)]
    assert list(zip(read.numerator.tolist(), read.exposure.tolist(), strict=True)) == [walked.rate(clock, ruler.outcome) for clock in clocks]


def outcome(kind: str, source: str, kinds: tuple[str, ...], **parts: Any) -> Outcome:
    words: dict[str, Any] = {"title": {"en": "x"}, "event": {"en": "x"}, "better": "fewer", "why_better": "", "universe": "", "authority": ""}
    usual: dict[str, Any] = {"unit": "people", "from_day": 0, "verified": False, "not_counted": ""}
    return Outcome(name="test/one", kind=kind, table=source, kinds=kinds, **(words | usual | parts))  # type: ignore[arg-type]  # words by name


DEFINITIONS = {
    "marks from day 0": outcome("mark", "event", ("x", "lot"), from_day=0),
    "marks from day 1": outcome("mark", "event", ("x", "lot"), from_day=1),
    "marks from day 3": outcome("mark", "event", ("x", "lot", "open"), from_day=3),
    "marks of spells": outcome("mark", "spell", ("ward", "jail"), from_day=1),
    "marks of costs": outcome("mark", "cost", ("er",), from_day=1),
    "amount of days": outcome("amount", "spell", ("jail", "ward"), unit="days"),
    "amount of dollars": outcome("amount", "cost", (), unit="dollars"),
    "amount of one service": outcome("amount", "cost", ("er",), unit="dollars"),
    "periods of dollars": outcome("amount", "cost", (), unit="dollars"),
    "periods of days": outcome("amount", "spell", ("jail",), unit="days"),
    "periods of marks": outcome("mark", "event", ("x",), from_day=1),
    "state": outcome("state", "spell", ("ward", "jail")),
    "state of one kind": outcome("state", "spell", ("jail",)),
    "risk": outcome("rate", "event", ("x",), from_day=1),
    "risk off the clock": outcome("rate", "event", ("x",), from_day=1, off_clock=("jail",)),
    "risk off the clock of two kinds, over days of another": outcome("rate", "event", ("x",), off_clock=("jail", "ward"), exposure=("ward",)),
}
