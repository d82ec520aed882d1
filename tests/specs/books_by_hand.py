"""Small books of unit costs, whose lines a spec changes one word at a time, and a ruler that reads one on clocks written as text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from small_clocks import clocks

from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.cost import PricedRuler, brought
from evaluation.terms import Money, UnitCost

PRICED, RECORDED = OUTCOMES["cost_per_client/priced"], OUTCOMES["cost_per_client/recorded"]
JAIL = UnitCost(
    book="b_2020", service="jail_day", table="spell", kind="custody", unit="day", department="sheriff", payer="county", fund="general",
    basis="average", price_year=2020, cost=100.0, low=80.0, high=130.0, fixed_share=0.7, step=0.0, citation="page 3",
)  # fmt: skip
VISIT = replace(JAIL, service="emergency_visit", table="event", kind="visit", unit="contact", department="health", cost=10.0, low=10.0, high=10.0)
ENROLMENT = replace(JAIL, service="aid_day", table="service", kind="aid", department="probation", cost=1.0, low=1.0, high=1.0)
PRICE = replace(JAIL, service="aid_place", table="service", kind="aid", unit="contact", department="probation", cost=1000.0, low=900.0, high=1100.0)
HEADER = "book,service,prices,kind,unit,department,payer,fund,basis,price_year,cost,low,high,fixed_share,step,citation"
ZERO = Money(2020, "b_2020", discount=0.0)


def priced(*lines: UnitCost, money: Money = ZERO, starts: str = "person_id day own\nann 2020-03-01 -", **tables: Any) -> PricedRuler:
    """The ruler of these lines, brought to the money's year, on starts of people whose records are `tables`."""
    there = clocks(PRICED if lines else RECORDED, starts, **tables)
    return PricedRuler(there.engine, there.table, there.outcome, brought(lines, money.price_year), money, studied="aid")


def as_csv(*lines: UnitCost, **without: str) -> str:
    """The lines as a file holds them; `without` says what stands in a column instead."""
    names = [{"prices": "table"}.get(name, name) for name in HEADER.split(",")]
    rows = [",".join(without.get(name, str(getattr(line, name))) for name in names) for line in lines]
    return "\n".join([HEADER, *rows]) + "\n"
