"""Money: what a unit of service costs and whom, and what an evaluation says in dollars beside its effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .found import Arm, Interval


@dataclass(frozen=True, slots=True)
class UnitCost:
    """One line of a unit-cost book: what one unit of a service costs one payer, in the dollars of one year, counted one way."""

    book: str  # name and edition: "bayview_2024"
    service: str  # "jail day"
    table: str  # the rows that it prices: spell, event or service
    kind: str  # of that table
    unit: str  # "day" of a spell or an enrolment, or "contact": each event, each enrolment
    department: str  # who spends it
    payer: str  # whose money it is: county, state, federal, managed_care, other
    fund: str  # the fund source
    basis: str  # average, short_run_marginal, long_run_marginal or charge
    price_year: int
    cost: float  # dollars a unit
    low: float  # its plausible range
    high: float
    fixed_share: float  # of the average cost, what does not change with one unit more or less
    step: float  # how many units fewer a year close a pod, a ward or a post; 0: none
    citation: str


@dataclass(frozen=True, slots=True)
class LedgerShare:
    """What a programme changed in one department's spending, of one payer's money, per person served, counted one way."""

    department: str
    payer: str
    basis: str
    served: float  # mean dollars per person
    compared: float
    effect: float
    interval: Interval
    programme: bool = False  # the programme's own price
    counted: bool = True  # in the total that the question asks about: its basis and its perspective
    arms: tuple[Arm, Arm] | None = None  # who is behind it: the served and the compared, with how many have any
    by_year: tuple[float, ...] = ()  # the effect of each year since a start, not discounted: what budgets of those years change by


@dataclass(frozen=True, slots=True)
class Closure:
    """From how many people served a year on a pod, a ward or a post closes, so that a department saves more than what varies by the day."""

    department: str
    service: str
    units: float  # so many units fewer a year close one
    freed: float  # units fewer per person served, over the horizon; 0 or less: none is freed
    people: float | None  # who must be served a year; None where nothing is freed
    arms: tuple[Arm, Arm] | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """What one more unit of an outcome costs: the ratio of two effects on the same people, or why there is none."""

    outcome: str
    better: str  # fewer or more
    effect: float  # on the outcome, per person, in its own unit
    effect_interval: Interval
    ratio: float | None  # dollars for one unit better; None: `why` says why there is none
    limits: Interval  # by Fieller (1954); not given where unbounded
    bootstrap: Interval  # by resampled people; not given where too many of them got nothing better
    quadrants: Mapping[str, float]  # shares of bootstrap pairs: dearer and better, dearer and worse, cheaper and better, cheaper and worse
    acceptability: tuple[tuple[float, float], ...]  # (dollars that a unit is worth, the chance that the programme is worth its cost)
    net_benefit: tuple[tuple[float, float, float, float], ...]  # (dollars that a unit is worth, net benefit per person, its 95 % limits)
    plane: tuple[tuple[float, float], ...] = ()  # a hundred bootstrap pairs (units better, dollars), for the picture
    why: str = ""  # no_effect: it cannot be told from none; worse: the outcome got worse; cheaper: better, and for less money
    enough: float | None = None  # the least that a unit must be worth for four of five resamples to be worth their cost
    unit: str = "people"  # the outcome's: people, days, dollars
    event: Mapping[str, str] = field(default_factory=dict)  # what one unit is called, by language
    arms: tuple[Arm, Arm] | None = None  # who is behind the effect on the outcome


@dataclass(frozen=True, slots=True)
class Economics:
    """What stands beside a difference in cost: who pays, what the programme itself costs, and what one more unit of an outcome costs."""

    price_year: int
    basis: str
    perspective: str
    discount: float
    ledger: tuple[LedgerShare, ...] = ()
    programme: float | None = None  # the programme's own price per person served; None: no line of the book prices it
    whole_price: float | None = None  # the same whoever pays
    break_even: float | None = None  # the price, told as `programme` is, at which it would cost as much as it saves; None: it saves nothing
    worth: Worth | None = None
    sensitivity: Mapping[str, float] = field(default_factory=dict)  # the difference told in other ways: winsorised, low and high unit costs, ...
    top_share: tuple[float, float] | None = None  # what the dearest hundredth of each arm costs, as a share of the arm's total: served, compared
    book: str = ""
    closures: tuple[Closure, ...] = ()
    citations: tuple[str, ...] = ()  # where the unit costs were read, each once
