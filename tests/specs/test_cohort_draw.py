"""The draw of a risk set: who is met on the walk, that chance is fair, and that nothing but the seed decides."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from hashlib import md5
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from small_county import YEARS, county, rows
from sqlglot import exp

from evaluation.cohort import enrol, risk_sets, walk
from evaluation.cohort.starts import Coverage, Tables
from evaluation.records import Records, connect
from evaluation.records.days import day_of
from evaluation.records.engine import DuckDB
from evaluation.records.sql import c, table
from evaluation.terms import CohortPlan, Compared, Horizon, Served, Starts

MONTH = Horizon(days=30)
PLAN = CohortPlan(
    (date(2020, 1, 1), date(2020, 12, 31)), "service", Starts(spell=("shelter",)), served=Served("aid"), compared=Compared(draw=3), exact=("sex",)
)
SINCE = replace(PLAN, starts=Starts(("release",), "every"), served=Served("aid", 40))
PEOPLE, COVERAGE = 150, Coverage(day_of(date(2019, 1, 1)), day_of(date(2022, 1, 1)))


def day(r: random.Random, low: int = 0, high: int = 730) -> str:
    return str(np.datetime64("2019-06-01") + r.randint(low, high))


def lived(seed: int) -> Records:
    """A county in which few are eligible on any one day: sets from empty to larger than what is drawn."""
    r = random.Random(seed)
    names = [f"p{number:03}" for number in range(PEOPLE)]
    begun = [(name, r.randint(0, 700)) for name in names for _ in range(r.randint(1, 4))]
    tables = {
        "person": pd.DataFrame({"person_id": names, "sex": [r.choice(["f", "m", None]) for _ in names]}),
        "spell": pd.DataFrame([{"person_id": name, "kind": "shelter", "start": day(r, a, a), "stop": day(r, a + 1, a + 250)} for name, a in begun]),
        "event": pd.DataFrame([{"person_id": name, "kind": "release", "day": day(r, a, a)} for name, a in begun]),
        "service": pd.DataFrame([{"person_id": name, "programme": "aid", "start": day(r, a, a + 30)} for name, a in r.sample(begun, 90)]),
    }
    return connect({name: frame.assign(source="jail") if name != "person" else frame for name, frame in tables.items()} | {"coverage": coverage()})


def coverage() -> pd.DataFrame:
    return rows(YEARS["coverage"])


def drawn(records: Records, plan: CohortPlan, stride: int | None = None) -> list[tuple[object, ...]]:
    """Every row of the table of starts, with the sets drawn `stride` steps at first."""
    tables = Tables.of("main")
    records.engine.load(
        tables.ages, pa.table({"birth": pa.array([], pa.int32()), "of_age": pa.array([], pa.int32()), "too_old": pa.array([], pa.int32())})
    )
    risk_sets.build(plan, COVERAGE, tables, records.engine, stride)
    found = records.engine.fetch(exp.select("*").from_(table(tables.start)).order_by(c("start_id"))).to_pylist()
    return [tuple(row.values()) for row in found]


@pytest.mark.parametrize("plan", [PLAN, SINCE], ids=["on the same day", "days since"])
@pytest.mark.parametrize("draw", [1, 3, 20])
def test_how_far_a_set_walks_at_once_never_decides_who_is_drawn(plan: CohortPlan, draw: int) -> None:
    records = lived(1)
    chosen = replace(plan, compared=Compared(draw=draw))
    usual = drawn(records, chosen)
    sizes = Counter(row[1] for row in usual)

    assert len(sizes) > 20
    assert plan is SINCE or draw < 20 or len(set(sizes.values())) > 5, "small sets and large ones"
    for stride in (1, 2, 7, 10_000):
        assert drawn(records, chosen, stride) == usual


def test_people_looked_up_by_the_day_are_those_whom_the_walk_meets(monkeypatch: pytest.MonkeyPatch) -> None:
    records = lived(2)

    def looked_up(stride: int) -> tuple[list[tuple[object, ...]], int]:
        ran = len(records.engine.log)
        return drawn(records, PLAN, stride), sum(f"* {walk.SPAN}" in sql for sql in records.engine.log[ran:])

    usual, never = looked_up(10_000)
    again, once = looked_up(1)
    monkeypatch.setattr(walk, "MOST", 40)
    in_parts, often = looked_up(1)

    assert usual == again == in_parts
    assert (never, once) == (0, 1) and often > 1


def walked(pool: list[dict[str, int]], set_key: str, clock: int, owner: str, draw: int) -> list[tuple[str, int]]:
    """The walk by hand: the pool in the order of its keys, from the place of the set's own key on, round to the beginning."""
    in_order = sorted(pool, key=lambda one: one["key"])
    ahead = [one for one in in_order if one["key"] > set_key] + [one for one in in_order if one["key"] < set_key]
    met = [one for one in ahead if one["low"] <= one["origin"] + clock < one["high"] and one["person_id"] != owner]
    return [(one["person_id"], one["origin"]) for one in met[:draw]]


@pytest.mark.parametrize("plan", [PLAN, SINCE], ids=["on the same day", "days since"])
def test_the_draw_can_be_done_again_by_anybody_with_md5(plan: CohortPlan) -> None:
    records = lived(3)
    chosen = replace(plan, compared=Compared(draw=2, seed=11))
    starts = drawn(records, chosen)
    pool: dict[int, list[dict[str, int]]] = defaultdict(list)
    whole = len(risk_sets.bounds(chosen, COVERAGE))
    for row in records.engine.fetch(exp.select("*").from_(table("candidate_main")).where(c("passed").eq(whole))).to_pylist():
        key = md5(f"11|pool|{row['person_id']}|{row['origin']}|{row['low']}".encode()).hexdigest()
        pool[row["stratum"]].append({**row, "key": key})
    expected = []
    for row in records.engine.fetch(exp.select("*").from_(table("served_main")).order_by(c("set_id"))).to_pylist():
        key = md5(f"11|set|{row['person_id']}|{row['origin']}".encode()).hexdigest()
        beside = walked(pool[row["stratum"]], key, row["own"] - row["origin"], row["person_id"], 2)
        expected += [(row["person_id"], row["origin"]), *sorted(beside)] if beside else []

    assert len(expected) > 40
    assert [(row[2], row[3]) for row in starts] == expected


def test_fewer_drawn_are_some_of_the_many_and_as_many_as_there_are() -> None:
    records = lived(4)
    everybody, few = (_by_owner(drawn(records, replace(PLAN, compared=Compared(draw=draw)))) for draw in (999, 2))

    assert everybody.keys() == few.keys()
    for owner, beside in few.items():
        assert beside < everybody[owner] or beside == everybody[owner]
        assert len(beside) == min(2, len(everybody[owner]))


def _by_owner(starts: list[tuple[object, ...]]) -> dict[object, set[object]]:
    found: dict[object, set[object]] = {}
    for row in starts:
        if row[5]:
            owner = row[2]
            found[owner] = set()
        else:
            found[owner].add((row[2], row[3], row[4]))
    return found


def test_another_seed_draws_other_people_and_the_same_seed_the_same() -> None:
    records = lived(5)
    one, two, again = (drawn(records, replace(PLAN, compared=Compared(draw=1, seed=seed))) for seed in (1, 2, 1))

    assert one == again
    assert one != two
    assert {row[2] for row in one if row[5]} == {row[2] for row in two if row[5]}


def test_neither_the_order_of_the_records_nor_the_number_of_threads_decides_who_is_drawn() -> None:
    usual = drawn(records := lived(6), PLAN)
    for threads in (1, 4):
        engine = DuckDB(threads=threads)
        for name in ("person", "event", "spell", "service", "cost", "score", "coverage"):
            held = records.engine.fetch(exp.select("*").from_(table(name)))
            engine.load(name, held.take(np.random.default_rng(threads).permutation(held.num_rows)))
        assert drawn(SimpleNamespace(engine=engine), PLAN) == usual  # type: ignore[arg-type]  # only its engine is read
        engine.close()


def test_everybody_eligible_is_drawn_equally_often() -> None:
    """2,000 copies of one small county: of five who are eligible two are drawn, and nobody who moved away before."""
    copies, members = 2_000, 9
    ids = [f"{copy}-{member}" for copy in range(copies) for member in range(members)]
    person = pd.DataFrame({"person_id": ids, "area": [name.split("-")[0] for name in ids]})
    person["moved"] = np.where([name[-1] in "236" for name in ids], "2020-03-01", None)
    service = pd.DataFrame({"person_id": [f"{copy}-0" for copy in range(copies)], "programme": "aid", "start": "2020-05-01", "source": "jail"})
    records = connect({"person": person, "service": service, "coverage": coverage()})
    chosen = replace(PLAN, starts=Starts(enrolment=("aid",)), compared=Compared(draw=2), exact=("area",))

    enrol("main", chosen, (), records, MONTH)

    found = records.engine.fetch(exp.select("person_id").from_(table("start_main")).where(c("served").eq(0)))["person_id"].to_pylist()
    often = Counter(name.split("-")[1] for name in found)
    assert sorted(often) == ["1", "4", "5", "7", "8"]
    assert sum(often.values()) == 2 * copies
    # each is drawn with probability 2/5: five standard errors of a binomial
    assert all(abs(n - 0.4 * copies) < 5 * (copies * 0.4 * 0.6) ** 0.5 for n in often.values())


@pytest.mark.parametrize("draw", [1, 5])
def test_sets_that_begin_side_by_side_share_a_little_more_than_by_chance(draw: int) -> None:
    """40 sets of the same day draw from 60 people: two share k(k + 1) / 61 people on average, where independent draws share k * k / 60."""
    people = "person_id\n" + "\n".join(f"p{number:03}" for number in range(100))
    service = "person_id programme start\n" + "\n".join(f"p{number:03} aid 2020-03-10" for number in range(40))
    records, shared = county(person=people, service=service), []
    for seed in range(30):
        chosen = replace(PLAN, starts=Starts(enrolment=("aid",)), compared=Compared(draw=draw, seed=seed), exact=())
        often = Counter(row[2] for row in drawn(records, chosen) if not row[5])
        assert sum(often.values()) == 40 * draw
        shared.append(sum(n * (n - 1) / 2 for n in often.values()) / 780)

    error = np.std(shared, ddof=1) / 30**0.5
    assert abs(np.mean(shared) - draw * (draw + 1) / 61) < 4 * error


def test_days_of_a_set_run_from_its_own_origin() -> None:
    records = lived(7)
    for opener, row in pairwise(drawn(records, replace(SINCE, compared=Compared(draw=1)))):
        if opener[5] and not row[5]:
            assert row[4] - row[3] == opener[4] - opener[3]  # type: ignore[operator]  # days
