"""The clock of the calendar: people or areas watched over the same periods, and the period in which each came under the programme.

    ages_<cohort>        the days on which the people born on a day come of age and grow too old
    candidate_<cohort>   everybody on record beside what bounds them, and `passed`: how many rules they passed in order
    start_<cohort>       those who passed them all: their clocks all start on the first day of the panel

Panels of people have a unit for each.  Panels of areas have one for each area of a frame that was named, whether or not anybody there
is on record; what they show is added up over the people in `start_<cohort>`, or read from the table `area`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from ..phrases import counted, listed
from ..records.calendar_periods import labels
from ..records.days import FOREVER
from ..records.engine import Engine
from ..records.frames import areas_of
from ..records.sql import among, c, case, given, greatest, holds, known, literal, over, quoted, select, table
from ..records.tape import Measure, islands, lay
from ..records.uses import RECORDED
from ..terms import Adopted, CohortPlan, HistoryColumn, LedgerLine, Panel, Problem, Refused
from . import groups, panel_days
from .starts import ALIVE, HERE, Coverage, Rule, Tables, aged, gone, kept_out, ledger, on_record, tally

if TYPE_CHECKING:
    from ..terms import Array


def rules(plan: CohortPlan, first: int) -> list[Rule]:
    """What must hold of a person on the first day of the panel, in the order of the ledger."""
    kept = [Rule("born by the first day", c("b.birth") <= exp.Literal.number(first))]
    if plan.unit == "area":
        kept.insert(0, Rule("living in one of the areas, by the record", c("b.unit_id") > exp.Literal.number(0)))
    elif plan.adopted and plan.adopted.starts:
        kept.insert(0, Rule("with an area on record, by which people adopt", known(c("b.area"))))
    if plan.ages:
        kept.append(Rule(aged(plan).replace("aged", "aged on that day", 1), holds(c("b.of_age"), exp.convert(first), c("b.too_old"))))
    if plan.observed == "activity":
        kept.append(Rule(on_record(plan), c("b.active").eq(1)))
    if plan.outside:
        kept.append(Rule(kept_out(plan), c("b.inside").eq(0)))
    kept.append(Rule(HERE, c("b.moved") > exp.Literal.number(first)))
    kept.append(Rule(ALIVE, c("b.death") > exp.Literal.number(first)))
    return kept


def build(plan: CohortPlan, coverage: Coverage, tables: Tables, engine: Engine) -> tuple[LedgerLine, ...]:
    """Makes the tables of the panel's people in the engine, with their ages there already; gives their ledger, of what was on record first."""
    first, areas = int(panel_days.edges_of(plan)[0]), areas_of(engine, plan.areas) if plan.unit == "area" else ()
    steps = rules(plan, first)
    engine.create(tables.candidate, _candidate(plan, first, coverage, areas, steps, tables))
    engine.create(tables.start, _start(tables, passed_all=len(steps)))
    rows = {row["passed"]: row["n"] for row in engine.fetch(tally(tables)).to_pylist()}
    return (LedgerLine("people on record", 0, sum(rows.values())), *ledger([step.words for step in steps], rows))


def _candidate(plan: CohortPlan, first: int, coverage: Coverage, areas: Sequence[str], steps: Sequence[Rule], tables: Tables) -> exp.Select:
    """Everybody on record beside what bounds them, and how many rules they passed."""
    everybody = select(
        start_id=over(exp.RowNumber(), [], [c("p.person_id")]),
        person_id=c("p.person_id"),
        day=first,
        birth=given(c("p.birth"), -FOREVER),
        area=c("p.area"),
        unit_id=_place(areas),
        death=given(c("p.death"), FOREVER),
        moved=given(c("p.moved"), FOREVER),
        covered=coverage.end,
    ).from_(table("person", "p"))
    beside = exp.select("o.*").select(exp.alias_(given(c("g.of_age"), FOREVER), "of_age"), exp.alias_(given(c("g.too_old"), FOREVER), "too_old"))
    beside = beside.from_(table(everybody, "o")).join(table(tables.ages, "g"), on=c("g.birth").eq(c("o.birth")), join_type="left")
    if plan.outside:  # merged, at most one of them holds a day
        holding = exp.and_(c("i.person_id").eq(c("o.person_id")), holds(c("i.start"), c("o.day"), c("i.stop")))
        beside = beside.select(exp.alias_(case((known(c("i.start")), 1), otherwise=0), "inside"))
        beside = beside.join(table(islands(plan.outside, "inside"), "i"), on=holding, join_type="left")
    if plan.observed == "activity":
        lines = [Measure(f"{name} line", name, (), "any", -plan.lookback_days, 0) for name in RECORDED]
        beside = beside.join(table(lay(lines, everybody), "a"), on=c("a.start_id").eq(c("o.start_id")), join_type="left")
        beside = beside.select(exp.alias_(greatest(*(given(quoted(line.name, "a"), 0) for line in lines)), "active"))
    passed = case(*((exp.not_(exp.paren(rule.met)), number) for number, rule in enumerate(steps)), otherwise=len(steps))
    return exp.select("b.*").select(exp.alias_(passed, "passed")).from_(table(beside, "b"))


def _place(areas: Sequence[str]) -> exp.Expression:
    """The number of a person's area among those of the frame, from 1; 0 for an area that is none of them, or none."""
    if not areas:
        return exp.Literal.number(0)
    return case(*((c("p.area").eq(literal(area)), number) for number, area in enumerate(areas, start=1)), otherwise=0)


def _start(tables: Tables, *, passed_all: int) -> exp.Select:
    """The people, by their ids; `gone` is the first day on which nothing more is seen, while a death is its own end."""
    chosen = select(
        start_id=over(exp.RowNumber(), [], [c("k.person_id")]),
        person_id=c("k.person_id"),
        origin=c("k.day"),
        day=c("k.day"),
        served=0,
        unit_id=c("k.unit_id"),
        death=c("k.death"),
        moved=c("k.moved"),
        covered=c("k.covered"),
        own=FOREVER,
        gone=gone(c("k.moved"), c("k.death"), c("k.covered")),
    )
    return chosen.from_(table(tables.candidate, "k")).where(c("k.passed").eq(passed_all))


def enrolled(
    name: str,
    plan: CohortPlan,
    history: tuple[HistoryColumn, ...],
    engine: Engine,
    lines: tuple[LedgerLine, ...],
    tell: Callable[[int, int], None],
) -> Panel:
    """The panel whose people's tables stand in the engine; refuses one without a unit."""
    if plan.unit != "area" and not lines[-1].left:
        raise Refused(_nobody(name, lines))
    if plan.unit == "area" and not areas_of(engine, plan.areas):
        found = f"the table 'area' holds no row of '{plan.areas}'."
        raise Refused(Problem(f"cohort '{name}': areas", found, remedy="Name a frame of areas, or a measure of that table."))
    return _collected(name, plan, history, engine, lines, tell)


def _collected(
    name: str,
    plan: CohortPlan,
    history: tuple[HistoryColumn, ...],
    engine: Engine,
    lines: tuple[LedgerLine, ...],
    tell: Callable[[int, int], None],
) -> Panel:
    """The arrays that methods read; `tell` is told how many rows and columns are about to leave the engine."""
    panel = (_of_areas if plan.unit == "area" else _of_people)(name, plan, history, engine, lines, tell)
    if panel.after_stop == "drop":
        panel = replace(panel, watched=panel.watched & (np.arange(panel.periods) < panel.left[:, None]))
    return panel


def _of_people(
    name: str, plan: CohortPlan, history: Sequence[HistoryColumn], engine: Engine, lines: tuple[LedgerLine, ...], tell: Callable[[int, int], None]
) -> Panel:
    adopted = plan.adopted or Adopted()
    tables, edges, n = Tables.of(name), panel_days.edges_of(plan), lines[-1].left
    tell(n, 2 + len(history))
    gone_by = engine.fetch(exp.select("gone").from_(table(tables.start)).order_by(c("start_id")))["gone"].to_numpy().astype(np.int64)
    if adopted.starts:
        starts, stops = (_by_area_of_person(days, tables.start, engine) for days in panel_days.of_areas(adopted, engine))
        cluster = plan.cluster or ("area",)
    else:
        never = np.full(n, FOREVER)
        starts, stops = panel_days.of_people(adopted.enrolment, tables.start, engine) if adopted.enrolment else never, never
        cluster = plan.cluster
    came, went = panel_days.periods(starts, stops, edges)
    return Panel(
        name=name,
        unit=plan.unit,
        table=tables.start,
        unit_id=np.arange(1, n + 1),
        edges=edges,
        adopted=came,
        left=went,
        watched=gone_by[:, None] >= edges[1:],
        weight=np.ones(n),
        people=np.ones(n, dtype=np.int64),
        ledger=lines,
        clusters=groups.clusters(engine, tables.start, cluster),
        labels=_labels(plan, edges),
        history=_history(history, tables.start, engine),
        after_stop=adopted.after_stop,
    )


def _of_areas(
    name: str, plan: CohortPlan, history: Sequence[HistoryColumn], engine: Engine, lines: tuple[LedgerLine, ...], tell: Callable[[int, int], None]
) -> Panel:
    adopted = plan.adopted or Adopted()
    tables, edges, areas = Tables.of(name), panel_days.edges_of(plan), areas_of(engine, plan.areas)
    n, people_on_record = len(areas), lines[-1].left
    tell(max(n, people_on_record), 2 + len(history))
    unit = engine.fetch(exp.select("unit_id").from_(table(tables.start)).order_by(c("start_id")))["unit_id"].to_numpy().astype(np.int64) - 1
    residents = np.bincount(unit, minlength=n)
    begun, ended = panel_days.of_areas(adopted, engine)
    came, went = panel_days.in_periods(begun, ended, areas, edges)
    # where records hold people of every area, what areas show is added up over them; else it can only be numbers about places
    people = residents if residents.all() else _population(areas, plan.areas, int(edges[0]), engine)
    of_people = _history(history, tables.start, engine)
    with np.errstate(invalid="ignore"):
        means = {column: np.bincount(unit, values, n) / residents for column, values in of_people.items()}
    if means and not residents.all():
        found = f"nobody on record lives in {counted(int((residents == 0).sum()), 'area')} of {n:,}, so that the history is blank there."
        raise Refused(Problem(f"cohort '{name}': history", found, remedy="Leave the history out, or name a frame of areas with people on record."))
    return Panel(
        name=name,
        unit="area",
        table=tables.start if people_on_record else "",
        unit_id=np.arange(1, n + 1),
        edges=edges,
        adopted=came,
        left=went,
        watched=np.ones((n, len(edges) - 1), dtype=bool),
        weight=people.astype(float) if (people > 0).all() else np.ones(n),
        people=people.astype(np.int64),
        ledger=(*lines, *_frame(plan, areas, begun)),
        labels=_labels(plan, edges),
        names=areas,
        history=means,
        after_stop=adopted.after_stop,
    )


def _frame(plan: CohortPlan, areas: Sequence[str], begun: Mapping[str, int]) -> tuple[LedgerLine, ...]:
    """The areas of the frame, after those beside it that adopt, by name: one of them may be an area of the frame in another spelling."""
    n, beside = len(areas), sorted(set(begun) - set(areas))
    if not beside:
        return (LedgerLine(f"areas of the frame '{plan.areas}'", 0, n),)
    others = f"areas of the frame '{plan.areas}', which has no {listed(beside)}"
    return LedgerLine("areas of the frame or with a day of adoption", 0, n + len(beside)), LedgerLine(others, len(beside), n)


def _labels(plan: CohortPlan, edges: Array) -> tuple[str, ...]:
    assert plan.periods is not None, "a panel has periods"
    return labels(edges.tolist(), plan.periods.calendar)


def _history(history: Sequence[HistoryColumn], starts: str, engine: Engine) -> dict[str, Array]:
    """The columns as they stood before the first day; (people,) floats, NaN where there is none."""
    if not history:
        return {}
    measures = [Measure(column.name, column.table, column.kind, column.reduce, -column.days, 0) for column in history]
    laid = engine.fetch(lay(measures, starts).order_by(c("s.start_id")))
    return {column.name: laid[column.name].cast(pa.float64()).to_numpy() for column in history}


def _by_area_of_person(days: dict[str, int], starts: str, engine: Engine) -> Array:
    """(people,) the day of each person's area, FOREVER where it has none."""
    person = select(area=c("p.area")).from_(table(starts, "s")).join(table("person", "p"), on=c("p.person_id").eq(c("s.person_id")))
    words = engine.fetch(person.order_by(c("s.start_id")))["area"].combine_chunks().dictionary_encode()
    by_code = np.array([days.get(area, FOREVER) for area in words.dictionary.to_pylist()], dtype=np.int64)
    return np.asarray(by_code[words.indices.to_numpy()])


def _population(areas: Sequence[str], measure: str, first: int, engine: Engine) -> Array:
    """(n,) how many people live in each area by the table `area`, on the last day of which it says so by the first of the panel, or else
    on the first; 0 where it says it of none.  Rows of the measure that names the frame are read before others."""
    mine = [among(c("area"), areas), known(c("population"))]
    rows = select(area=c("area"), day=c("day"), population=c("population"), own=case((c("measure").eq(literal(measure)), 0), otherwise=1))
    told: dict[str, tuple[tuple[int, bool, int], int]] = {}
    for row in engine.fetch(rows.from_(table("area")).where(*mine).order_by(c("area"), c("day"), c("measure"), c("source"))).to_pylist():
        late = row["day"] > first
        rank = (row["own"], late, row["day"] if late else -row["day"])
        if row["area"] not in told or rank < told[row["area"]][0]:
            told[row["area"]] = rank, row["population"]
    return np.array([told[area][1] if area in told else 0 for area in areas], dtype=np.int64)


def _nobody(name: str, lines: tuple[LedgerLine, ...]) -> Problem:
    """A panel of people that a rule emptied."""
    emptied = next(line for line in lines if line.left == 0)
    found = f"nobody is left after the rule '{emptied.rule}', which took the last {emptied.lost:,}."
    return Problem(f"cohort '{name}'", found, remedy="Widen that rule.")
