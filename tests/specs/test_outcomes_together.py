"""Many outcomes in one pass: the same numbers as a Ruler for each, on records drawn at random, for every definition of people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.outcomes.binding import bound
from evaluation.outcomes.together import read_together
from evaluation.records.contract import CONTRACT, ENGINE_TYPES
from evaluation.records.days import FOREVER, day_of
from evaluation.records.engine import DuckDB
from evaluation.records.uses import MADE_FROM
from evaluation.terms import Horizon, Outcome, Refused

PROGRAMME = "navigation"
PEOPLE = 300
FIRST, LAST = day_of(date(2018, 1, 1)), day_of(date(2022, 12, 31))
YEAR = Horizon(months=12)
EXACT = 1e-9  # both roads add the same whole numbers; they divide by a hundred, or by days, once
EVERY = [bound(outcome, PROGRAMME) for outcome in OUTCOMES.values() if outcome.table != "area" and outcome.made != "book"]
ARROW = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}


def kinds(table: str) -> list[str]:
    """Every kind of a table that some definition reads, and one that none does."""
    named = {kind for outcome in EVERY for kind in outcome.kinds if outcome.table == table}
    named |= {kind for outcome in EVERY for kind in outcome.exposure if table == "spell"}
    for outcome in EVERY:
        for name, words in MADE_FROM.get(outcome.made, ()):
            named |= {word.replace("{kind}", kind) for word in words for kind in outcome.kinds or ("",) if name == table}
    return sorted(named | {"custody"} if table == "spell" else named | {"other"})


def filled(name: str, rng: np.random.Generator, ids: np.ndarray) -> dict[str, object]:
    """Rows of a table, of every kind, for some of the people; days in every order, ties and stays of no day among them."""
    of_kind = CONTRACT[name].kind
    words = {"service": [PROGRAMME, "shelter_help", "other"], "cost": ["er_visit", "jail_day"]}.get(name) or kinds(name)
    n = PEOPLE * {"event": 60, "spell": 30, "quarter": 12, "service": 2, "cost": 3}[name]
    day = rng.integers(FIRST, LAST, n)
    columns: dict[str, object] = {"person_id": rng.choice(ids, n), of_kind or "": rng.choice(words, n), "source": rng.choice(["hsa", "county"], n)}
    if name in ("spell", "service"):
        stop = np.where(rng.random(n) < 0.1, FOREVER, day + rng.integers(0, 200, n))
        return columns | {"start": day, "stop": stop}
    if name == "quarter":
        first = [day_of(date(year, month, 1)) for year in range(2018, 2023) for month in (1, 4, 7, 10)]
        return columns | {"day": rng.choice(first, n), "amount": rng.integers(-10_000, 900_000, n)}
    return columns | {"day": day} | ({"value": rng.integers(1, 500, n)} if name == "event" else {"amount": rng.integers(-5_000, 900_000, n)})


@pytest.fixture(scope="module")
def county() -> SimpleNamespace:
    """An engine with a county drawn at random, and 400 clocks on it: some of people with two, some cut short, some by a death."""
    rng, engine = np.random.default_rng(20), DuckDB()
    ids = np.array([f"p{number:03}" for number in range(PEOPLE)])
    ends: dict[str, np.ndarray] = {}
    for name in ("spell", "event", "service", "quarter", "cost"):
        columns = filled(name, rng, ids)
        if name == "spell":
            ends = {"person_id": columns["person_id"], "day": columns["stop"]}  # type: ignore[dict-item]  # columns are arrays
        if name == "event":  # what happens as a stay ends is of the same day
            n = len(ends["day"]) // 2
            for one, values in ends.items():
                columns[one][:n] = values[:n]  # type: ignore[index]  # columns are arrays
        rows = len(columns["person_id"])  # type: ignore[arg-type]  # a column has a length
        engine.load(
            name, pa.table({one.name: pa.array(columns.get(one.name, [None] * rows), ARROW[ENGINE_TYPES[one.type]]) for one in CONTRACT[name]})
        )
    n = 400
    day = rng.integers(day_of(date(2019, 1, 1)), day_of(date(2020, 12, 31)), n)
    far = np.full(n, FOREVER)
    death, moved, own = (np.where(rng.random(n) < share, day + rng.integers(0, 500, n), far) for share in (0.15, 0.15, 0.1))
    gone = np.minimum(np.minimum(moved, own), LAST + 1)
    numbers = {"start_id": np.arange(1, n + 1), "day": day, "death": death, "moved": moved, "own": own, "gone": gone}
    born = {
        "person_id": pa.array(ids),
        "death": pa.array(np.where(rng.random(len(ids)) < 0.1, rng.integers(FIRST, LAST, len(ids)), FOREVER), pa.int32()),
    }
    engine.load("person", pa.table({one.name: born.get(one.name, pa.nulls(len(ids), ARROW[ENGINE_TYPES[one.type]])) for one in CONTRACT["person"]}))
    starts = {name: pa.array(values, pa.int32()) for name, values in numbers.items()}
    engine.load("starts", pa.table(starts | {"person_id": pa.array(rng.choice(ids, n))}))
    return SimpleNamespace(engine=engine, table="starts")


def alone(engine: DuckDB, table: str, outcome: Outcome, horizon: Horizon) -> Iterator[tuple[str, np.ndarray]]:
    """The columns of one definition, by its own Ruler."""
    ruler = EngineRuler(engine, table, outcome)
    if outcome.kind == "mark":
        marks = ruler.marks(horizon)
        yield outcome.name, (marks.why == "mark").astype(float)
        yield f"{outcome.name} seen", marks.whole
        yield f"{outcome.name} day", np.where(marks.why == "mark", marks.day, np.nan)
    elif outcome.kind == "amount":
        amounts = ruler.amount(outcome.from_day, horizon)
        yield outcome.name, amounts.amount
        yield f"{outcome.name} seen", amounts.seen_days == amounts.window_days
    elif outcome.kind == "state":
        states = ruler.state(horizon)
        yield outcome.name, states.inside.astype(float)
        yield f"{outcome.name} seen", states.seen
    else:
        rate = ruler.rate(horizon)
        yield (
            outcome.name,
            np.array([outcome.per * events / days if days else np.nan for events, days in zip(rate.numerator, rate.exposure, strict=True)]),
        )
        yield f"{outcome.name} seen", rate.exposure > 0


@pytest.fixture(scope="module")
def together(county: SimpleNamespace) -> pa.Table:
    return read_together(county.engine, county.table, EVERY, YEAR)


@pytest.mark.parametrize("outcome", EVERY, ids=[outcome.name for outcome in EVERY])
def test_an_outcome_read_with_all_the_others_is_what_its_own_ruler_reads(county: SimpleNamespace, together: pa.Table, outcome: Outcome) -> None:
    for name, column in alone(county.engine, county.table, outcome, YEAR):
        read = together[name].to_numpy(zero_copy_only=False)
        assert read == pytest.approx(column, abs=EXACT, nan_ok=True) if column.dtype == float else np.array_equal(read, column), name


def test_the_county_tells_the_definitions_apart(together: pa.Table) -> None:
    flat = [outcome.name for outcome in EVERY if np.nanstd(together[outcome.name].to_numpy(zero_copy_only=False)) == 0]

    assert not flat, "an outcome that nobody has, or that everybody has, would agree with anything"


def test_a_horizon_in_days_is_read_together_as_alone(county: SimpleNamespace) -> None:
    those, month = [outcome for outcome in EVERY if outcome.table != "quarter"][::6], Horizon(days=30)

    read = read_together(county.engine, county.table, those, month)

    for outcome in those:
        for name, column in alone(county.engine, county.table, outcome, month):
            assert np.array_equal(read[name].to_numpy(zero_copy_only=False).astype(float), column.astype(float), equal_nan=True), name


def test_each_table_is_read_once_however_many_definitions_read_it(county: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    fetch = DuckDB.fetch
    monkeypatch.setattr(DuckDB, "fetch", lambda self, query: said.append(query.sql("duckdb")) or fetch(self, query))
    of_events = [
        outcome for outcome in EVERY if outcome.table == "event" and outcome.kind != "rate" and not (outcome.made or outcome.gap or outcome.waits)
    ]

    read_together(county.engine, county.table, of_events, YEAR)

    scans = [len(re.findall(r'FROM "event"', query)) for query in said if "LIMIT" not in query]  # whether a kind is on record is asked with a limit
    assert len(of_events) > 5
    assert sum(scans) == 1


def test_nobody_on_record_is_refused_as_a_ruler_refuses_it(county: SimpleNamespace) -> None:
    unheard = bound(OUTCOMES["completed/recorded"], "unheard_of")

    with pytest.raises(Refused, match="holds no row of 'completed:unheard_of'"):
        read_together(county.engine, county.table, [unheard], YEAR)
