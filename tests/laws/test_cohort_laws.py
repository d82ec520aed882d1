"""What must hold for any county: no look ahead, no order, no threads, nothing left of one cohort in another."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
import reference as slow
from sqlglot import exp

from evaluation.cohort import enrol
from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.records.engine import DuckDB
from evaluation.records.sql import c, table
from evaluation.terms import Amounts, Assigned, Cohort, CohortPlan, HistoryColumn, Horizon, Marks, Starts

PEOPLE = 400
FIRST, LAST = slow.day_of(date(2018, 1, 1)), slow.day_of(date(2021, 12, 31))
LOT = Assigned("lot", "aid", "no_aid")
PLAN = CohortPlan(Starts(("release",), "every"), (date(2019, 1, 1), date(2020, 6, 30)), "eligibility", LOT, cluster=("family",))
HISTORY = (
    HistoryColumn("arrests", "event", ("arrest",), "count", 365),
    HistoryColumn("last_fine", "event", ("arrest",), "last", 365),
    HistoryColumn("custody_days", "spell", ("custody",), "days", 365),
)
HORIZON = Horizon(months=12)


def county() -> slow.County:
    r = random.Random(2)

    def day() -> int:
        return r.randint(FIRST, LAST)

    def life() -> slow.Life:
        one = slow.Life(families=set(r.sample("abcdefgh", r.choice([0, 0, 0, 1]))), moved=day() if r.random() < 0.1 else None)
        for release in [day() for _ in range(r.randint(0, 3))]:
            one.event += [("release", release, None), (r.choice(["aid", "no_aid"]), release, None)]
        one.event += [("arrest", day(), r.randint(0, 90)) for _ in range(r.randint(0, 6))]
        one.spell += [("custody", start, start + r.randint(0, 90)) for start in (day() for _ in range(r.randint(0, 4)))]
        one.cost += [(r.choice(["er", "jail_day"]), day(), r.randint(0, 10**7)) for _ in range(r.randint(0, 6))]
        return one

    return slow.County({f"p{n:03}": life() for n in range(PEOPLE)}, [("s", FIRST, LAST, 0)])


def read(lived: slow.County, threads: int = 2) -> tuple[Cohort, Marks, Amounts, list[str]]:
    """A cohort with its marks and amounts, and who started when."""
    engine = DuckDB(threads=threads)
    slow.load(engine, lived)
    cohort = enrol("main", PLAN, HISTORY, SimpleNamespace(engine=engine), HORIZON)
    marks = EngineRuler(engine, cohort.table, OUTCOMES["recidivism/arrest"]).marks(HORIZON)
    amounts = EngineRuler(engine, cohort.table, OUTCOMES["cost_per_client/recorded"]).amount(0, HORIZON)
    starts = engine.fetch(exp.select("person_id", "day").from_(table(cohort.table)).order_by(c("start_id"))).to_pylist()
    engine.close()
    return cohort, marks, amounts, [f"{row['person_id']} {row['day']}" for row in starts]


@pytest.fixture(scope="module")
def lived() -> slow.County:
    return county()


def same(one: tuple[Cohort, Marks, Amounts, list[str]], other: tuple[Cohort, Marks, Amounts, list[str]]) -> None:
    """Byte for byte."""
    assert one[3] == other[3]
    assert one[0].ledger == other[0].ledger
    for name, values in arrays(one).items():
        assert values.tobytes() == arrays(other)[name].tobytes(), name


def arrays(read: tuple[Cohort, Marks, Amounts, list[str]]) -> dict[str, np.ndarray]:
    cohort, marks, amounts, _ = read
    return {**cohort.history, "served": cohort.served, "clusters": cohort.clusters, "mark": marks.day, "why": marks.why, "amount": amounts.amount}


def test_the_order_of_the_rows_does_not_matter(lived: slow.County) -> None:
    shuffled = random.Random(3)
    names = shuffled.sample(list(lived.lives), PEOPLE)
    lives = {name: replace(lived.lives[name], event=shuffled.sample(each := lived.lives[name].event, len(each))) for name in names}

    same(read(lived), read(slow.County(lives, lived.coverage)))


def test_the_number_of_threads_does_not_matter(lived: slow.County) -> None:
    same(read(lived, threads=1), read(lived, threads=4))


def test_nothing_after_a_start_reaches_its_history(lived: slow.County) -> None:
    """Everything that is no start and no lot is forgotten from the last start's day on: that start keeps its history."""
    cohort, *_, starts = read(lived)
    last = int(starts[-1].split()[1])
    before = {
        name: replace(
            life,
            event=[row for row in life.event if row[1] < last or row[0] != "arrest"],
            spell=[(kind, start, min(stop or last, last)) for kind, start, stop in life.spell if start < last],
        )
        for name, life in lived.lives.items()
    }
    again, *_ = read(slow.County(before, lived.coverage))

    for name, values in cohort.history.items():
        np.testing.assert_array_equal(again.history[name], values)


def test_a_second_cohort_leaves_the_first_as_it_was(lived: slow.County) -> None:
    engine = DuckDB(threads=2)
    slow.load(engine, lived)
    records = SimpleNamespace(engine=engine)
    first = enrol("first", PLAN, HISTORY, records, HORIZON)
    before = EngineRuler(engine, first.table, OUTCOMES["recidivism/arrest"]).marks(HORIZON)
    second = enrol("second", replace(PLAN, starts=Starts(("release",), "last")), (), records, HORIZON)
    EngineRuler(engine, second.table, OUTCOMES["recidivism/arrest"]).marks(HORIZON)
    after = EngineRuler(engine, first.table, OUTCOMES["recidivism/arrest"]).marks(HORIZON)

    assert len(second) < len(first)
    assert before.day.tobytes() == after.day.tobytes()
