"""Laws of cost: days of stays once, whatever the rows they are written in, and dollars that scale and add up."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from evaluation.methods.mean.economics import economics
from evaluation.methods.mean.from_frame import People, effect_on
from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.cost import PricedRuler, brought, factor
from evaluation.outcomes.cost.discount import windows
from evaluation.records.contract import CONTRACT
from evaluation.records.engine import DuckDB
from evaluation.records.loading import ARROW
from evaluation.terms import Horizon, LedgerShare, Money, Question, UnitCost

CASES = range(3)
PEOPLE, HORIZON = 12, Horizon(days=800)
RIGHT = 1e-12  # relative: sums of some hundred doubles, each rounded to 1e-16 of itself
START, LAST = 18_000, 18_000 + 900
PRICED = OUTCOMES["cost_per_client/priced"]


def line(service: str, table: str, kind: str, unit: str, cost: float, payer: str = "county", department: str = "one") -> UnitCost:
    return UnitCost("b", service, table, kind, unit, department, payer, "", "average", 2020, cost, cost, cost, 0.0, 0.0, "")


BOOK = (
    line("jail", "spell", "custody", "day", 113.37),
    line("jail", "spell", "custody", "day", 7.01, "state", "two"),
    line("bed", "spell", "shelter", "day", 65.5, "federal", "two"),
    line("visit", "event", "visit", "contact", 530.1, "managed_care"),
    line("aid", "service", "aid", "contact", 2400.0, "county", "three"),
    line("aid_day", "service", "aid", "day", 3.33, "county", "three"),
)
Rows = dict[str, list[tuple[str, str, int, int]]]  # by table: whose, kind, first day, first day no longer


@cache
def drawn(case: int) -> tuple[list[tuple[int, int]], Rows]:
    """Each person's death and last day seen, and rows full of ties: overlapping, touching, empty, open, twice."""
    rng = np.random.default_rng(case)
    never = 100_000
    ends = [(int(rng.choice([never, START + rng.integers(0, 900)])), int(rng.choice([LAST, START + rng.integers(1, 900)]))) for _ in range(PEOPLE)]
    rows: Rows = {name: [] for name in ("spell", "event", "service")}
    for name, kinds, many in (("spell", ("custody", "shelter", "other"), 12), ("event", ("visit", "other"), 8), ("service", ("aid", "other"), 3)):
        for person in range(PEOPLE):
            for _ in range(rng.integers(0, many + 1)):
                first = START + int(rng.integers(-60, 880))
                stop = int(rng.choice([never, first + rng.integers(0, 90)], p=[0.05, 0.95]))
                rows[name].append((f"P{person}", str(rng.choice(kinds)), first, stop))
    return ends, rows


def laid(ends: list[tuple[int, int]], rows: Rows, lines: tuple[UnitCost, ...], money: Money, seed: int = 0, threads: int = 1) -> PricedRuler:
    """The ruler over these rows, in an order that a seed draws."""
    engine, rng = DuckDB(threads=threads), np.random.default_rng(seed)
    named = {"spell": ("kind", "start", "stop"), "event": ("kind", "day", ""), "service": ("programme", "start", "stop")}
    for name, (kind, day, stop) in named.items():
        held = [rows[name][place] for place in rng.permutation(len(rows[name]))]
        columns = {"person_id": [one[0] for one in held], kind: [one[1] for one in held], day: [one[2] for one in held]}
        columns |= {stop: [one[3] for one in held]} if stop else {}
        types = {column.name: ARROW[column.engine_type] for column in CONTRACT[name]}
        engine.load(name, pa.table({column: pa.array(values, types[column]) for column, values in columns.items()}))
    gone = [seen for _, seen in ends]
    starts = {"start_id": range(1, PEOPLE + 1), "day": [START] * PEOPLE, "death": [death for death, _ in ends], "gone": gone}
    starts |= {"moved": [100_000] * PEOPLE, "own": [100_000] * PEOPLE}
    table = pa.table({"person_id": [f"P{n}" for n in range(PEOPLE)]} | {name: pa.array(list(days), pa.int32()) for name, days in starts.items()})
    engine.load("start_main", table)
    return PricedRuler(engine, "start_main", PRICED, brought(lines, money.price_year), money, studied="aid")


def walked(ends: list[tuple[int, int]], rows: Rows, lines: tuple[UnitCost, ...], rate: float) -> np.ndarray:
    """(n,) the same, day by day: a set of days for each service of days, and a list of days for each of contacts."""
    total = np.zeros(PEOPLE)
    for person, (death, seen) in enumerate(ends):
        end = min(START + 800, seen, death + 1)
        for one in lines:
            mine = [(first, stop) for who, kind, first, stop in rows[one.table] if (who, kind) == (f"P{person}", one.kind)]
            days = (
                [first for first, _ in mine]
                if one.unit == "contact"
                else sorted({day for first, stop in mine for day in range(first, min(stop, end))})
            )
            inside = [day - START for day in days if START <= day < end]
            total[person] += sum(one.cost / (1 + rate) ** int(day / 365.25) for day in inside)
    return total


def money(**said: object) -> Money:
    return Money(**({"price_year": 2020, "book": "b", "perspective": "society", "discount": 0.0} | said))  # type: ignore[arg-type]  # words of a law


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("rate", [0.0, 0.2])
def test_costs_are_those_of_a_walk_day_by_day(case: int, rate: float) -> None:
    ends, rows = drawn(case)

    read = laid(ends, rows, BOOK, money(discount=rate)).amount(0, HORIZON).amount

    assert read == pytest.approx(walked(ends, rows, BOOK, rate), rel=RIGHT)
    assert read.sum() > 0


@pytest.mark.parametrize("case", CASES)
def test_a_stay_that_is_split_costs_what_it_cost_and_so_does_one_that_is_written_twice(case: int) -> None:
    ends, rows = drawn(case)
    halves = [(who, kind, *days) for who, kind, first, stop in rows["spell"] for days in ((first, (first + stop) // 2), ((first + stop) // 2, stop))]
    days_alone = tuple(one for one in BOOK if one.table == "spell")

    whole, split, twice = (
        laid(ends, rows | {"spell": stays}, days_alone, money()).amount(0, HORIZON).amount.tolist()
        for stays in (rows["spell"], halves, rows["spell"] * 2)
    )

    assert whole == split == twice


@pytest.mark.parametrize("case", CASES)
def test_neither_the_order_of_rows_nor_the_number_of_threads_changes_a_bit(case: int) -> None:
    ends, rows = drawn(case)

    told = [laid(ends, rows, BOOK, money(discount=0.03), seed, threads).by_period([0, 100, 500, 800]).amount for seed, threads in ((1, 1), (2, 4))]

    assert np.array_equal(*told)


@pytest.mark.parametrize("case", CASES)
def test_another_base_year_scales_every_result_by_one_number(case: int) -> None:
    ends, rows = drawn(case)

    then, now = (laid(ends, rows, BOOK, money(price_year=year)).amount(0, HORIZON).amount for year in (2020, 2024))

    assert now == pytest.approx(then * factor(2020, 2024), rel=RIGHT)


@pytest.mark.parametrize("case", CASES)
def test_departments_and_payers_add_up_to_the_whole(case: int) -> None:
    ends, rows = drawn(case)
    ruler = laid(ends, rows, BOOK, money(discount=0.05))
    whole, units = ruler.amount(0, HORIZON).amount, ruler.quantities(HORIZON)
    cost = sum(one.cost * units[:, ruler.services.index(one.service)] for one in ruler.lines)

    assert cost == pytest.approx(whole, rel=RIGHT)
    for word in ("payer", "department", "service"):
        of = np.array([getattr(one, word) for one in ruler.lines])
        parts = [laid(ends, rows, tuple(one for one in BOOK if getattr(one, word) == each), money(discount=0.05)) for each in sorted(set(of))]
        assert sum(part.amount(0, HORIZON).amount for part in parts) == pytest.approx(whole, rel=RIGHT)


@pytest.mark.parametrize("case", CASES)
def test_periods_add_up_to_the_whole_and_without_a_discount_quantities_are_whole_units(case: int) -> None:
    ends, rows = drawn(case)
    ruler = laid(ends, rows, BOOK, money(discount=0.07))

    assert ruler.by_period([0, 1, 365, 366, 367, 500, 800]).amount.sum(axis=1) == pytest.approx(ruler.amount(0, HORIZON).amount, rel=RIGHT)
    edges = [1, 365, 366, 367, 500]
    parts, spent = ruler.by_part(HORIZON, tuple(edges)), ruler.by_period([0, *edges, 800]).amount
    price = np.array([sum(one.cost for one in ruler.lines if one.service == service) for service in ruler.services])
    assert np.einsum("isk,s->ik", parts, price) == pytest.approx(spent, rel=RIGHT, abs=RIGHT)
    plain = ruler.quantities(HORIZON, discounted=False)
    assert np.array_equal(plain, np.round(plain)) and (plain >= ruler.quantities(HORIZON)).all()


@pytest.mark.parametrize("inner", [(), tuple(round(365.25 / 12 * month) for month in range(1, 26))])
@pytest.mark.parametrize("case", CASES)
def test_what_budgets_change_by_hangs_on_no_discount_and_its_years_add_up_to_the_undiscounted_whole(case: int, inner: tuple[int, ...]) -> None:
    ends, rows = drawn(case)
    people = People(np.arange(PEOPLE) % 2 == 0, np.arange(PEOPLE), None)
    question = Question(PRICED.name, HORIZON, "mean", -1.0)

    def ledger(rate: float) -> tuple[LedgerShare, ...]:
        ruler = laid(ends, rows, BOOK, money(discount=rate))
        cost = effect_on(ruler.amount(0, HORIZON).amount, people)
        return economics(cost, lambda column: effect_on(column.sum(axis=1), people), ruler, question, inner=inner).ledger

    plain, later = ledger(0.0), ledger(0.2)

    assert [one.by_year for one in later] == [pytest.approx(one.by_year, rel=RIGHT) for one in plain]
    assert [sum(one.by_year) for one in plain] == pytest.approx([one.effect for one in plain], rel=1e-9)
    assert {len(one.by_year) for one in later} == {3} and any(abs(one.effect) < abs(sum(one.by_year)) for one in later)
    if not inner:
        weighed = [sum(dollars / 1.2**year for year, dollars in enumerate(one.by_year)) for one in later]
        assert weighed == pytest.approx([one.effect for one in later], rel=1e-9)


@pytest.mark.parametrize("edges", [[0, 800], [-40, 0, 1, 366, 731, 2000], [5, 9]])
def test_windows_hold_every_day_of_their_periods_once(edges: list[int]) -> None:
    days = [(window.period, day) for window in windows(edges) for day in range(window.first, window.last)]

    assert [day for _, day in days] == list(range(edges[0], edges[-1]))
    assert all(edges[period] <= day < edges[period + 1] for period, day in days)
    assert all(window.year == max(0, int(day / 365.25)) for window in windows(edges) for day in range(window.first, window.last))


def test_a_purse_that_pays_a_line_pays_it_whole() -> None:
    ends, rows = drawn(0)
    dearer = tuple(replace(one, cost=2 * one.cost, low=2 * one.cost, high=2 * one.cost) if one.payer == "county" else one for one in BOOK)

    one, two = (laid(ends, rows, book, money(perspective="county")).amount(0, HORIZON).amount for book in (BOOK, dearer))

    assert two == pytest.approx(2 * one, rel=RIGHT)
