"""Two engines, one answer: the SQL and the slow reference agree, row by row, on random counties full of ties.

Each example is a county of a hundred people whose days lie close together, so that starts, deaths, moves, the ends of
the records and the edges of windows often fall on one day.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import reference as slow
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from evaluation.cohort import enrol
from evaluation.outcomes import EngineRuler
from evaluation.records.engine import DuckDB
from evaluation.records.sql import c
from evaluation.records.tape import REDUCERS, Measure, lay
from evaluation.terms import Assigned, Cohort, CohortPlan, HistoryColumn, Horizon, Outcome, Refused, Starts, TakeUp

EXAMPLES = 12  # counties, of PEOPLE each
FAST = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
PEOPLE = 100
KINDS = {"event": ("open", "open2", "lot", "no lot", "x", "it's; --"), "spell": ("jail", "ward"), "service": ("aid", "other"), "cost": ("er", "day")}
HORIZONS = [Horizon(days=1), Horizon(days=26), Horizon(days=45), Horizon(months=1), Horizon(months=2)]
LENGTH = 60  # days that a small world lasts
ZEROS = (-90, 10_995)  # worlds start before 1970, or in February 2000: days below 0, and a leap day

ENGINE = DuckDB(threads=2)


def county_of(seed: int) -> slow.County:
    """People whose days lie between 0 and LENGTH of a small world.

    A seed stands for the whole county: hypothesis would need a second to draw it row by row, and its lists stay too short to meet.
    """
    r = random.Random(seed)
    zero = r.choice(ZEROS)
    births = (None, slow.day_of(date(1980, 2, 29)), *(zero - 18 * 365 + r.randint(-10, LENGTH) for _ in range(5)))

    def rarely(value: Any) -> Any:
        return value if r.random() < 0.15 else None

    def some(name: str, most: int, value: Callable[[int], Any]) -> list[tuple[str, int, Any]]:
        days = [r.randint(zero, zero + LENGTH) for _ in range(r.randint(0, most))]
        return [(r.choice(KINDS[name]), day, value(day)) for day in days]

    def life() -> slow.Life:
        end = zero + r.randint(0, LENGTH)
        families = set(r.sample("fghijkl", r.choice([0, 0, 1, 2])))
        one = slow.Life(r.choice(births), rarely(end), rarely(end + r.choice([0, 9])), rarely(r.choice("abcdef")), families)
        one.event = some("event", 6, lambda _: r.choice([None, *range(-5, 9)]))
        arm = r.choice(["lot", "no lot"])
        one.event += [(arm, day - r.choice([0, 0, 0, 2]), None) for kind, day, _ in one.event if kind.startswith("open")]
        one.event += r.sample(one.event, min(len(one.event), r.choice([0, 0, 1])))
        one.spell = some("spell", 4, lambda start: None if r.random() < 0.1 else start + r.randint(0, 30))
        one.service, one.cost = some("service", 2, lambda _: None), some("cost", 3, lambda _: r.randint(0, 900))
        return one

    lives = {f"p{n:03}": life() for n in range(PEOPLE)}
    # one line of each kind, far before everything, so that no word of a plan is missing from the records
    far, first = zero - 5_000, lives["p000"]
    first.event += [(kind, far, None) for kind in KINDS["event"]]
    first.spell += [(kind, far, far + 1) for kind in KINDS["spell"]]
    first.service += [(kind, far, None) for kind in KINDS["service"]]
    first.cost += [(kind, far, 1) for kind in KINDS["cost"]]
    edges = [(zero + r.randint(-15, 10), zero + LENGTH + r.randint(-10, 15), r.choice([0, 5])) for _ in range(2)]
    return slow.County(lives, [(source, *edge) for source, edge in zip(("one", "two"), edges, strict=True)])


@st.composite
def plans(draw: Any, county: slow.County) -> CohortPlan:
    sources = draw(st.sampled_from([(), ("one",)]))
    end = min(last - lag for source, _, last, lag in county.coverage if not sources or source in sources)
    first = draw(st.integers(end - 50, end - 10))
    return CohortPlan(
        starts=Starts(draw(st.sampled_from([("open",), ("open", "open2")])), draw(st.sampled_from(["first", "last", "every"]))),
        between=(slow.date_of(first), slow.date_of(draw(st.integers(end - 10, end)))),
        clock="eligibility",
        assigned=Assigned("lot", "lot", "no lot", draw(st.sampled_from([0, 3, 20])), taken_up=TakeUp("aid", draw(st.sampled_from([0, 14])))),
        ages=draw(st.sampled_from([None, (17, 18), (18, 30)])),
        washout_days=draw(st.sampled_from([0, 1, 5, 20])),
        lookback_days=draw(st.sampled_from([0, 10])),
        sources=sources,
        cluster=draw(st.sampled_from([(), ("family",), ("family", "area")])),
    )


HISTORY = tuple(
    HistoryColumn(f"{table} {reduce} {' '.join(kinds)}", table, kinds, reduce, days)  # type: ignore[arg-type]  # reducers by name
    for table, kinds, days in (("event", ("x", "it's; --"), 15), ("event", ("x",), 1), ("spell", ("jail",), 40), ("spell", ("ward", "jail"), 15))
    for reduce in REDUCERS[table]
    if reduce != "first_day"
)


@FAST
@given(st.data())
def test_the_cohort_is_that_of_the_reference(data: Any) -> None:
    county = county_of(data.draw(st.integers(0, 2**32)))
    slow.load(ENGINE, county)
    for plan in data.draw(st.lists(plans(county), min_size=2, max_size=2)):
        starts, fates = enrolled(county, plan)

        cohort = enrolled_or_refused(county, plan, starts)

        if cohort is not None:
            assert rows_of(cohort) == [(day, life, slow.gone(county, plan, county.lives[life])[0]) for day, life in starts]
            assert tallied(cohort) == Counter(rule for rule in fates.values() if rule)
            assert cohort.ledger[-1].left == len(starts)
            read_as_the_reference(plan, cohort, [(county.lives[person], day) for day, person in starts])


def read_as_the_reference(plan: CohortPlan, cohort: Cohort, lives: list[tuple[slow.Life, int]]) -> None:
    """Arms, history, taking up and clusters, start by start."""
    assert cohort.served.tolist() == [slow.arms(life, plan, day) == {"lot"} for life, day in lives]
    for column in HISTORY:
        measure = Measure(column.name, column.table, column.kind, column.reduce, -column.days, 0)
        values = [slow.measured(life, measure, day, until=day) for life, day in lives]
        np.testing.assert_array_equal(cohort.history[column.name], np.array(values, dtype=float), err_msg=column.name)
    took, within = Measure("", "service", ("aid",), "any", 0, 0), plan.assigned.taken_up.within_days
    assert cohort.taken_up.tolist() == [slow.measured(life, took, day, until=day + within + 1) == 1 for life, day in lives]
    same_clusters(cohort, slow.linked(plan, [life for life, _ in lives]))


@FAST
@given(st.data())
def test_the_tape_and_the_ruler_read_what_the_reference_reads(data: Any) -> None:
    county = county_of(data.draw(st.integers(0, 2**32)))
    end = min(last - lag for _, _, last, lag in county.coverage)
    between = (slow.date_of(end - 100), slow.date_of(end))
    plan = CohortPlan(Starts(("open",), "every"), between, "eligibility", Assigned("lot", "lot", "no lot"))
    slow.load(ENGINE, county)
    starts, _ = enrolled(county, plan)
    first = data.draw(st.sampled_from([-20, 0, 1, 25]))

    cohort = enrolled_or_refused(county, plan, starts)

    if cohort is not None:
        lives = [(county.lives[person], day, slow.gone(county, plan, county.lives[person])[0]) for day, person in starts]
        laid_as_the_reference(lives, cohort, first)
        amounts_as_the_reference(lives, cohort, first, data.draw(st.sampled_from(HORIZONS[1:])))
        for from_day, horizon in zip((1, 0, 1, 0, 1), HORIZONS, strict=True):
            marked = outcome(kind="mark", table="event", kinds=("x", "lot"), unit="people", from_day=from_day)
            marks = EngineRuler(ENGINE, cohort.table, marked).marks(horizon)
            assert list(zip(marks.day.tolist(), marks.why.tolist(), strict=True)) == [
                slow.mark(county, plan, marked, life, day, horizon) for life, day, _ in lives
            ]
            assert marks.whole.tolist() == [gone >= slow.horizon_end(day, horizon) for _, day, gone in lives]
            same_day = [
                from_day == 1 and day < gone and any(on == day and kind in marked.kinds for kind, on, _ in life.event) for life, day, gone in lives
            ]
            assert marks.same_day.tolist() == same_day


def laid_as_the_reference(lives: list[tuple[slow.Life, int, int]], cohort: Cohort, first: int) -> None:
    """Every reducer of every table, in one pass, to the end of what was seen."""
    measures = [Measure(f"{table}.{reduce}", table, KINDS[table][:2], reduce, first, 30) for table, words in REDUCERS.items() for reduce in words]
    rows = ENGINE.fetch(lay(measures, cohort.table, to_the_end=True).order_by(c("s.start_id")))
    for measure in measures:
        expected = [slow.measured(life, measure, day, until=day + 30, stop=gone) for life, day, gone in lives]
        assert rows[measure.name].to_pylist() == expected, measure.name


def amounts_as_the_reference(lives: list[tuple[slow.Life, int, int]], cohort: Cohort, first: int, horizon: Horizon) -> None:
    for table, kinds, unit, reduce in (("spell", ("jail", "ward"), "days", "days"), ("cost", (), "dollars", "sum")):
        amounts = EngineRuler(ENGINE, cohort.table, outcome(kind="amount", table=table, kinds=kinds, unit=unit)).amount(first, horizon)
        ends = [slow.horizon_end(day, horizon) for _, day, _ in lives]
        measure = Measure("", table, kinds, reduce, first, 0)
        totals = [
            slow.measured(life, measure, day, until=end, stop=min(gone, slow.ended(life.death) + 1))
            for (life, day, gone), end in zip(lives, ends, strict=True)
        ]
        assert amounts.amount.tolist() == [total / 100 if unit == "dollars" else total for total in totals]
        assert amounts.window_days.tolist() == [end - day - first for (_, day, _), end in zip(lives, ends, strict=True)]
        assert amounts.seen_days.tolist() == [len(range(day + first, min(end, gone))) for (_, day, gone), end in zip(lives, ends, strict=True)]


def enrolled(county: slow.County, plan: CohortPlan) -> tuple[list[tuple[int, str]], dict[tuple[int, str], str | None]]:
    fates = slow.fates(county, plan)
    return [start for start, rule in fates.items() if rule is None], fates


def enrolled_or_refused(county: slow.County, plan: CohortPlan, starts: list[tuple[int, str]]) -> Cohort | None:
    """The cohort, or None where the reference too finds nobody in an arm."""
    try:
        return enrol("main", plan, HISTORY, SimpleNamespace(engine=ENGINE), Horizon(days=0))
    except Refused:
        assert len({frozenset(slow.arms(county.lives[person], plan, day)) for day, person in starts}) < 2
        return None


def rows_of(cohort: Cohort) -> list[tuple[int, str, int]]:
    rows = ENGINE.fetch(lay([], cohort.table).select("s.day", "s.person_id", "s.gone").order_by(c("s.start_id"))).to_pylist()
    assert cohort.start_id.tolist() == list(range(1, len(rows) + 1))
    return [(row["day"], row["person_id"], row["gone"]) for row in rows]


def tallied(cohort: Cohort) -> dict[str, int]:
    """The ledger by the reference's words for the rules."""
    words = ("years studied", "such event", "aged", "no starting event", "reach back", "living here", "alive", "assigned")
    return {next(word for word in words if word in line.rule): line.lost for line in cohort.ledger if line.lost}


def same_clusters(cohort: Cohort, lowest: list[int]) -> None:
    """Two starts share a number exactly where the reference links them."""
    if cohort.clusters is None:
        assert len(set(lowest)) == len(lowest)
        return
    assert len(set(zip(cohort.clusters.tolist(), lowest, strict=True))) == len(set(lowest)) == len(set(cohort.clusters.tolist()))


def outcome(**parts: Any) -> Outcome:
    words: dict[str, Any] = {"title": {"en": "x"}, "event": {"en": "x"}, "better": "fewer", "why_better": "", "universe": "", "authority": ""}
    return Outcome(name="test/one", verified=False, not_counted="", **{"from_day": 0} | words | parts)


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Any:
    yield
    ENGINE.close()
