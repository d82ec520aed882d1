"""What must hold for any county: no look ahead, no order, no threads, no neighbour, a fair draw, nothing left of one cohort in another."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import reference as slow
from sqlglot import exp

from evaluation.cohort import enrol
from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.records.engine import DuckDB
from evaluation.records.sql import c, table
from evaluation.terms import Amounts, Assigned, Cohort, CohortPlan, Compared, HistoryColumn, Horizon, Marks, Served, Starts

PEOPLE = 400
FIRST, LAST = slow.day_of(date(2018, 1, 1)), slow.day_of(date(2021, 12, 31))
YEARS = (date(2019, 1, 1), date(2020, 6, 30))
LOT = Assigned("lot", "aid", "no_aid")
PLAN = CohortPlan(YEARS, "eligibility", Starts(("release",), "every"), assigned=LOT, lookback_days=365, cluster=("family",))
DRAWN = Compared(draw=3, seed=4)
BY_DAY = CohortPlan(
    YEARS, "service", Starts(enrolment=("aid",)), served=Served("aid"), compared=DRAWN, lookback_days=365, exact=("sex",), cluster=("family",)
)
SINCE = replace(BY_DAY, starts=Starts(("release",), "every"), served=Served("aid", 90))
PLANS = {"eligibility": PLAN, "service, by the day": BY_DAY, "service, by the days since": SINCE}
HISTORY = (
    HistoryColumn("arrests", "event", ("arrest",), "count", 365),
    HistoryColumn("last_fine", "event", ("arrest",), "last", 365),
    HistoryColumn("custody_days", "spell", ("custody",), "days", 365),
)
HORIZON = Horizon(months=12)
COPIES = 2_000  # of a small world, to see that a draw is fair
ERRORS = 5  # standard errors that a fair draw stays within; of the 15 shares looked at, one in 100,000 would lie outside by chance


def county() -> slow.County:
    r = random.Random(2)

    def day() -> int:
        return r.randint(FIRST, LAST)

    def life() -> slow.Life:
        one = slow.Life(families=set(r.sample("abcdefgh", r.choice([0, 0, 0, 1]))), moved=day() if r.random() < 0.1 else None)
        one.sex, one.death = r.choice(["f", "m", None]), day() if r.random() < 0.1 else None
        for release in [day() for _ in range(r.randint(0, 3))]:
            one.event += [("release", release, None), (r.choice(["aid", "no_aid"]), release, None)]
            one.service += [("aid", release + r.randint(0, 60), None)] if r.random() < 0.4 else []
        one.event += [("arrest", day(), r.randint(0, 90)) for _ in range(r.randint(0, 6))]
        one.spell += [("custody", start, start + r.randint(0, 90)) for start in (day() for _ in range(r.randint(0, 4)))]
        one.cost += [(r.choice(["er", "jail_day"]), day(), r.randint(0, 10**7)) for _ in range(r.randint(0, 6))]
        return one

    return slow.County({f"p{n:03}": life() for n in range(PEOPLE)}, [("s", FIRST, LAST, 0)])


Read = tuple[Cohort, Marks, Amounts, list[dict[str, Any]]]


def read(lived: slow.County, plan: CohortPlan = PLAN, threads: int = 2) -> Read:
    """A cohort with its marks and amounts, and the rows of its table of starts."""
    engine = DuckDB(threads=threads)
    slow.load(engine, lived)
    cohort = enrol("main", plan, HISTORY, SimpleNamespace(engine=engine), HORIZON)
    marks = EngineRuler(engine, cohort.table, OUTCOMES["recidivism/arrest"]).marks(HORIZON)
    amounts = EngineRuler(engine, cohort.table, OUTCOMES["cost_per_client/recorded"]).amount(0, HORIZON)
    starts = engine.fetch(exp.select("*").from_(table(cohort.table)).order_by(c("start_id"))).to_pylist()
    engine.close()
    return cohort, marks, amounts, starts


@pytest.fixture(scope="module")
def lived() -> slow.County:
    return county()


def same(one: Read, other: Read) -> None:
    """Byte for byte."""
    assert one[3] == other[3]
    assert one[0].ledger == other[0].ledger
    for name, values in arrays(one).items():
        assert values.tobytes() == arrays(other)[name].tobytes(), name


def arrays(read: Read) -> Mapping[str, np.ndarray]:
    cohort, marks, amounts, _ = read
    sets = {} if cohort.sets is None else {"sets": cohort.sets}
    who = {"served": cohort.served, "person": cohort.person, "clusters": cohort.clusters}
    return {**cohort.history, **who, **sets, "mark": marks.day, "why": marks.why, "amount": amounts.amount}


def rows_by_set(read: Read) -> dict[str, list[tuple[str, int, int]]]:
    """Who stands in whose risk set, from which day."""
    openers = {row["set_id"]: row["person_id"] for row in read[3] if row["served"]}
    rows: dict[str, list[tuple[str, int, int]]] = {opener: [] for opener in openers.values()}
    for row in read[3]:
        rows[openers[row["set_id"]]].append((row["person_id"], row["origin"], row["day"]))
    return rows


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_the_order_of_the_rows_does_not_matter(lived: slow.County, plan: CohortPlan) -> None:
    shuffled = random.Random(3)
    names = shuffled.sample(list(lived.lives), PEOPLE)
    lives = {name: replace(lived.lives[name], event=shuffled.sample(each := lived.lives[name].event, len(each))) for name in names}

    same(read(lived, plan), read(slow.County(lives, lived.coverage), plan))


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_the_number_of_threads_does_not_matter(lived: slow.County, plan: CohortPlan) -> None:
    same(read(lived, plan, threads=1), read(lived, plan, threads=4))


def test_nothing_after_a_start_reaches_its_history(lived: slow.County) -> None:
    """Everything that is no start and no lot is forgotten from the last start's day on: that start keeps its history."""
    cohort, *_, starts = read(lived)
    last = starts[-1]["day"]
    before = {
        name: replace(
            life,
            event=[row for row in life.event if row[1] < last or row[0] != "arrest"],
            spell=[(kind, start, min(slow.ended(stop), last)) for kind, start, stop in life.spell if start < last],
        )
        for name, life in lived.lives.items()
    }
    again, *_ = read(slow.County(before, lived.coverage))

    for name, values in cohort.history.items():
        np.testing.assert_array_equal(again.history[name], values)


def forgotten(life: slow.Life, after: int) -> slow.Life:
    """A life as it was known at the end of a day; open spells go on, as far as anybody knew."""

    def known(day: int | None) -> int | None:
        return day if day is not None and day <= after else None

    lines = {name: [row for row in getattr(life, name) if row[1] <= after] for name in ("event", "service", "cost")}
    spells = [(kind, start, known(stop)) for kind, start, stop in life.spell if start <= after]
    return replace(life, death=known(life.death), moved=known(life.moved), spell=spells, **lines)


def test_nothing_after_the_day_of_service_decides_who_is_compared(lived: slow.County) -> None:
    """Sets that share the calendar day, with everything that happened from the next day on forgotten: events, services, deaths, moves."""
    whole = read(lived, BY_DAY)
    opened = {name: rows[0][2] for name, rows in rows_by_set(whole).items()}
    middle = sorted(opened.values())[len(opened) // 2]
    again = rows_by_set(read(slow.County({name: forgotten(life, middle) for name, life in lived.lives.items()}, lived.coverage), BY_DAY))
    early = {name: rows for name, rows in rows_by_set(whole).items() if opened[name] <= middle}

    assert len(early) > 20
    assert any(slow.ended(lived.lives[name].death) > middle for rows in early.values() for name, *_ in rows)
    assert {name: again[name] for name in early} == early


@pytest.mark.parametrize("plan", [BY_DAY, SINCE], ids=["by the day", "by the days since"])
def test_people_of_another_stratum_change_nothing(lived: slow.County, plan: CohortPlan) -> None:
    """A second county moves in, all of one sex: the sets of the two others keep their people."""
    more = {f"q{number:03}": replace(life, sex="m", families=set()) for number, life in enumerate(county().lives.values())}
    alone, together = (rows_by_set(read(slow.County(lives, lived.coverage), plan)) for lives in (lived.lives, lived.lives | more))
    others = [name for name in alone if lived.lives[name].sex != "m"]

    assert len(others) > 20
    assert {name: together[name] for name in others} == {name: alone[name] for name in others}
    assert any(together[name] != alone[name] for name in alone if name not in others)


def test_every_two_people_are_drawn_together_equally_often() -> None:
    """The same small world many times under other names: a simple random sample, without replacement, of those eligible that day."""
    day = FIRST + 500
    world = {name: slow.Life() for name in "abcde"} | {"dead": slow.Life(death=day), "gone": slow.Life(moved=day)}
    world |= {"before": slow.Life(service=[("aid", day - 1, None)]), "served": slow.Life(service=[("aid", day, None)])}
    lives = {f"{copy} {name}": replace(life, language=str(copy)) for copy in range(COPIES) for name, life in world.items()}
    of_one_day = replace(BY_DAY, exact=("language",), compared=Compared(draw=2), between=(slow.date_of(day),) * 2, cluster=())
    engine = DuckDB(threads=2)
    slow.load(engine, slow.County(lives, [("s", FIRST, LAST, 0)]))
    cohort = enrol("main", of_one_day, (), SimpleNamespace(engine=engine), HORIZON)
    drawn = engine.fetch(exp.select("set_id", "person_id").from_(table(cohort.table)).where(c("served").eq(0)).order_by(c("start_id"))).to_pylist()
    engine.close()
    sets: dict[int, list[str]] = {}
    for row in drawn:
        sets.setdefault(row["set_id"], []).append(row["person_id"].split()[1])
    pairs = Counter(tuple(sorted(names)) for names in sets.values())
    alone = Counter(name for names in sets.values() for name in names)

    assert len(sets) == COPIES and set(pairs) == set(combinations("abcde", 2))
    for counts, share in ((pairs, 1 / 10), (alone, 2 / 5)):
        error = (COPIES * share * (1 - share)) ** 0.5
        assert all(abs(n - COPIES * share) < ERRORS * error for n in counts.values()), counts


def test_a_second_cohort_leaves_the_first_as_it_was(lived: slow.County) -> None:
    engine = DuckDB(threads=2)
    slow.load(engine, lived)
    records = SimpleNamespace(engine=engine)
    first = enrol("first", PLAN, HISTORY, records, HORIZON)
    before = EngineRuler(engine, first.table, OUTCOMES["recidivism/arrest"]).marks(HORIZON)
    second = enrol("second", SINCE, (), records, HORIZON)
    EngineRuler(engine, second.table, OUTCOMES["recidivism/arrest"]).marks(HORIZON)
    after = EngineRuler(engine, first.table, OUTCOMES["recidivism/arrest"]).marks(HORIZON)

    assert len(second) != len(first)
    assert before.day.tobytes() == after.day.tobytes()
