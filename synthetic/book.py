"""The book of unit costs of an invented county, "invented_2024": what the services of its systems cost, and whom.

Every number is invented.  The average costs of a service add up, over its payers, to the price at which `rates` bills it; how payers share
it, what of it is fixed, at which steps it falls, and how far off it may be, is assumed and means nothing outside these counties.  Housing is
billed by started months, and priced here by the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.terms import UnitCost
from synthetic.filled import Column, Filled, Words
from synthetic.money import BILLING, cents
from synthetic.placements import HOMES
from synthetic.rates import children, core, health, housing, youth

if TYPE_CHECKING:
    from synthetic.programmes import Programme
    from synthetic.rates.rate import Rate

NAME, YEAR = "invented_2024", 2024
CITATION = "Invented for rehearsals: no county's price"
OFF = 0.25  # how far a cost may lie from what stands here, as a share of it; assumed
SHORT_RUN = 0.3  # of what is not fixed, the share that is saved at once when one unit less is used; the rest follows; assumed


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the book: the rows that it prices, who gives it, who pays which share, and how much of its cost is fixed."""

    name: str
    table: str
    kind: str
    unit: str
    price: float  # dollars a unit, on average
    department: str
    paid: Mapping[tuple[str, str], float]  # by payer and fund: shares that add up to 1
    fixed: float  # share of the average cost that does not change with one unit more or less
    step: float = 0.0  # units fewer a year that close a pod, a ward or a post
    bought: bool = False  # anew, as a programme is: its whole price is spent, counted in whichever way

    def lines(self) -> Iterator[UnitCost]:
        """A line for each basis and payer, in whole cents: the last payer bears what rounding leaves."""
        whole = round(100 * self.price)
        moves = {"average": 1.0, "short_run_marginal": SHORT_RUN * (1 - self.fixed), "long_run_marginal": 1 - self.fixed}
        moves = dict.fromkeys(moves, 1.0) if self.bought else moves
        for basis, share in moves.items():
            total = round(whole * share)
            left = total
            for number, ((payer, fund), part) in enumerate(self.paid.items(), start=1):
                mine = left if number == len(self.paid) else round(total * part)
                left -= mine
                low, high = round(mine * (1 - OFF)), round(mine * (1 + OFF))
                yield UnitCost(
                    NAME, self.name, self.table, self.kind, self.unit, self.department, payer, fund, basis, YEAR,
                    mine / 100, low / 100, high / 100, self.fixed, self.step, CITATION,
                )  # fmt: skip


def _day(name: str, kind: str, price: float, department: str, paid: Mapping[tuple[str, str], float], fixed: float, step: float = 0.0) -> Service:
    return Service(name, "spell", kind, "day", price, department, paid, fixed, step)


def _each(name: str, kind: str, price: Rate, department: str, paid: Mapping[tuple[str, str], float], fixed: float) -> Service:
    return Service(name, "event", kind, "contact", cents(price) / 100, department, paid, fixed)


_GENERAL, _REALIGNED = ("county", "general fund"), ("state", "realignment")
_SHELTERED = {("county", "general fund"): 0.4, ("federal", "emergency solutions grant"): 0.6}
_LEASED = {("federal", "continuum of care"): 1.0}
_INSURED = {("county", "behavioural health fund"): 0.25, ("state", "medicaid match"): 0.25, ("federal", "medicaid"): 0.5}
_CARED = {("managed_care", "capitation"): 0.7, ("county", "indigent care"): 0.3}
_FOSTERED = {("county", "general fund"): 0.3, ("state", "realignment"): 0.3, ("federal", "title iv-e"): 0.4}

BY_SYSTEM: Mapping[str, tuple[Service, ...]] = {
    "justice": (_day("jail_day", "custody", core.JAIL_DAY.value, "sheriff", {_GENERAL: 0.9, _REALIGNED: 0.1}, 0.7, 23_360.0),),
    "shelter": (_day("shelter_night", "shelter", core.SHELTER_NIGHT.value, "housing", _SHELTERED, 0.6, 7_300.0),),
    "contacts": (_each("health_contact", "health_contact", core.CONTACT_PRICE, "health", _INSURED, 0.4),),
    "health": (
        _each("emergency_visit", "emergency_visit", health.EMERGENCY_PRICE, "health", _CARED, 0.6),
        _day("inpatient_day", "inpatient", health.INPATIENT_DAY.value, "health", _CARED, 0.5, 7_300.0),
    ),
    "housing": (
        _day("shelter_night", "shelter", housing.EMERGENCY_NIGHT.value, "housing", _SHELTERED, 0.6, 7_300.0),
        _day("safe_haven_night", "safe_haven", housing.EMERGENCY_NIGHT.value, "housing", _SHELTERED, 0.6),
        _day("transitional_night", "transitional_housing", housing.TRANSITIONAL_NIGHT.value, "housing", _SHELTERED, 0.6),
        _day("permanent_housing_day", "permanent_housing", housing.PERMANENT_MONTH.value / BILLING, "housing", _LEASED, 0.1),
        _day("outreach_day", "street_outreach", housing.OUTREACH_CONTACT.value / BILLING, "housing", {_GENERAL: 1}, 0.5),
    ),
    "children": (
        _each("investigation", "report", children.INVESTIGATION, "human_services", _FOSTERED, 0.5),
        *(
            _day(f"{home}_day", f"placement:{home}", price.value, "human_services", _FOSTERED, 0.2)
            for home, price in zip(HOMES, (children.KIN_DAY, children.FOSTER_DAY, children.GROUP_DAY), strict=True)
        ),
    ),
    "youth": (_day("wardship_day", "wardship", youth.WARD_DAY.value, "juvenile_probation", {_GENERAL: 1}, 0.6),),
}  # fmt: skip


def book(systems: Sequence[str], programme: Programme) -> tuple[UnitCost, ...]:
    """The lines for what these systems record, each service once, and for an enrolment in the programme."""
    priced = {service.name: service for name in systems for service in BY_SYSTEM.get(name, ())}
    paid = {_GENERAL: 0.6, ("state", "programme grant"): 0.4}
    own = Service(programme.name, "service", programme.name, "contact", cents(programme.price) / 100, programme.payer, paid, 0.0, bought=True)
    return tuple(line for service in (*priced.values(), own) for line in service.lines())


def rows(lines: Sequence[UnitCost]) -> Filled:
    """The lines as the canonical table `unit_cost`."""
    names = {"prices": "table"}
    words = ("book", "service", "prices", "kind", "unit", "department", "payer", "fund", "basis", "citation")
    columns: dict[str, Column] = {}
    for name in words:
        said = [getattr(line, names.get(name, name)) for line in lines]
        different = list(dict.fromkeys(said))
        columns[name] = Column("word", np.array([different.index(word) for word in said], np.int32), Words(different))
    for name in ("price_year", "cost", "low", "high", "fixed_share", "step"):
        columns[name] = Column("number", np.array([getattr(line, name) for line in lines]))
    return Filled("unit_cost", columns)
