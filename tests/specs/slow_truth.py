"""Truth a second time: people's lives walked day by day in plain Python, from the lives themselves and from no table.

Nothing here is shared with the rooms that are tested but the vocabulary of `evaluation.terms`.  Sums are exact wherever they can be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from evaluation.terms import Assigned, CohortPlan, Compared, Horizon, Question, Served, Starts, Study
from synthetic import WORLDS, World
from synthetic.lives import Lives, People
from synthetic.rows import NEVER_DAY

# ------------------------------------------------------------------------------------------------ three studies
PROGRAMME = "reentry_navigation"
YEARS = (date(2019, 1, 1), date(2020, 12, 31))
LOT = Assigned("lot", f"lot:{PROGRAMME}", f"lot:no_{PROGRAMME}", blocks=("area",))
OFFER = Assigned("offer", f"offer:{PROGRAMME}", f"no_offer:{PROGRAMME}")
PLANS = {
    "lottery": CohortPlan(YEARS, "eligibility", Starts(("release",)), assigned=LOT, lookback_days=730),
    "referred": CohortPlan(YEARS, "eligibility", Starts(("release",)), assigned=OFFER, exact=("sex",), lookback_days=730),
    "walk_in": CohortPlan(
        YEARS, "service", Starts(spell=("supervision",)), served=Served(PROGRAMME), compared=Compared(draw=20), exact=("sex",), lookback_days=730
    ),
}


def asked(outcome: str, days: int = 364) -> Question:
    """A question about an outcome."""
    return Question(outcome=outcome, horizon=Horizon(days=days), method="matched", worthwhile=-0.05)


def study_of(world: str, *questions: Question) -> Study:
    """A study of a world by its name, or by the name of one that is like it."""
    plan = PLANS["lottery" if world == "mortal" else world.removesuffix("_without_effect")]
    return Study({"en": "Navigation"}, "bayview", PROGRAMME, {"main": plan}, questions)


class Mortal:
    """The lottery among people of whom a third die within a year of their release, whatever the plan: a death competes with everything."""

    def __init__(self) -> None:
        self._county = WORLDS["lottery"]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._county, name)

    def people(self, n: int, seed: int, *, first: int = 0) -> People:
        """The county's people, each third of whom dies 1 to 350 days after the start."""
        people = self._county.people(n, seed, first=first)
        third = np.arange(n) % 3 == 0
        return replace(people, death=np.where(third, people.start + 1 + 37 * np.arange(n) % 350, people.death))


# ------------------------------------------------------------------------------------------------ lives
@dataclass
class Life:
    """What one person lives under one plan, as lists of days."""

    start: int
    death: int
    enrolled: int
    sex: int
    arrests: list[int] = field(default_factory=list)
    nights: list[tuple[int, int]] = field(default_factory=list)  # in jail: first, and the first that is no longer one
    shelter: list[tuple[int, int]] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)
    bills: list[tuple[int, int]] = field(default_factory=list)  # day, cents


def everybody(world: World, lives: Lives) -> list[Life]:
    """Each person's life under a plan."""
    people = lives.people
    found = [Life(int(people.start[i]), int(people.death[i]), int(lives.enrolled[i]), int(people.persons.sex[i])) for i in range(len(people))]
    for who, day, stop in zip(lives.arrests.who, lives.arrests.day, lives.arrests.stop, strict=True):
        found[who].arrests.append(int(day))
        if stop > day:
            found[who].nights.append((int(day), int(stop)))
    for who, day, stop in zip(lives.stays.who, lives.stays.day, lives.stays.stop, strict=True):
        found[who].shelter.append((int(day), int(stop)))
    for who, day in zip(lives.contacts.who, lives.contacts.day, strict=True):
        found[who].contacts.append(int(day))
    for lines in world.costs(lives):
        for who, day, cents in zip(lines.who, lines.day, lines.cents, strict=True):
            found[who].bills.append((int(day), int(cents)))
    return found


def arrested(life: Life, today: int) -> int:
    """How many arrests today brings."""
    return life.arrests.count(today)


def booked(life: Life, today: int) -> int:
    """How many jail bookings today brings."""
    return sum(day == today for day, _ in life.nights)


def met(life: Life, today: int) -> int:
    """How many health contacts today brings."""
    return life.contacts.count(today)


def inside(life: Life, today: int) -> int:
    """Whether tonight is spent in jail."""
    return int(any(day <= today < stop for day, stop in life.nights))


def in_shelter(life: Life, today: int) -> int:
    """Whether tonight is spent in a shelter."""
    return int(any(day <= today < stop for day, stop in life.shelter))


def cents(life: Life, today: int) -> int:
    """What is billed today."""
    return sum(amount for day, amount in life.bills if day == today)


Today = Callable[[Life, int], int]


# ------------------------------------------------------------------------------------------------ clocks
@dataclass(frozen=True)
class Walked:
    """How one clock went, day by day, up to a horizon."""

    first: int | None  # the day of the first mark since the start
    died: int | None
    last: int  # the last day that was lived or asked about


def walk(life: Life, zero: int, days: int, today: Today, from_day: int = 1) -> Walked:
    """The first mark from `from_day` on; the day of a death is lived, and ends the clock."""
    for d in range(days):
        if d >= from_day and today(life, zero + d):
            return Walked(d, None, d)
        if zero + d == life.death:
            return Walked(None, d, d)
    return Walked(None, None, days - 1)


def total(life: Life, zero: int, first: int, stop: int, today: Today, from_day: int = 0) -> int:
    """What the days [first, stop) of a clock add up to; days from the start to `from_day` add nothing, nor do days after a death."""
    return sum(today(life, zero + d) for d in range(first, stop) if zero + d <= life.death and not 0 <= d < from_day)


def lived(life: Life, zero: int, days: int, off: Today | None = None) -> int:
    """The days of a clock up to the horizon or the day of death, without those that are off the clock."""
    return sum(1 for d in range(days) if zero + d <= life.death and not (off and off(life, zero + d)))


def lost(walked: Walked, days: int) -> int:
    """On how many days of the clock the mark had come."""
    return sum(1 for d in range(days) if walked.first is not None and walked.first <= d)


def free(walked: Walked, days: int) -> int:
    """On how many days of the clock neither the mark nor death had come."""
    ends = [d for d in (walked.first, walked.died) if d is not None]
    return sum(1 for d in range(days) if not any(end <= d for end in ends))


# ------------------------------------------------------------------------------------------------ numbers
def mean(values: Sequence[Fraction | int], weights: Sequence[Fraction | int]) -> Fraction:
    """The weighted mean, exactly."""
    return sum((Fraction(w) * v for v, w in zip(values, weights, strict=True)), Fraction(0)) / sum(map(Fraction, weights))


def quantile(values: Sequence[int], weights: Sequence[Fraction | int], share: Fraction) -> int:
    """The smallest value that at least so much of the weight does not pass."""
    whole = sum(map(Fraction, weights))
    return min(v for v in values if sum((Fraction(w) for u, w in zip(values, weights, strict=True) if u <= v), Fraction(0)) >= share * whole)


@dataclass(frozen=True)
class Row:
    """One life in a Cox model: its arm, the last day at risk, whether the event came on it, and its weight."""

    served: int
    last: int
    event: bool
    weight: float = 1.0


def score(rows: Sequence[Row], log_ratio: float, ties: str) -> float:
    """The derivative of the partial likelihood, day by day, written from Efron (1977) and Breslow (1974)."""
    parts = []
    for day in sorted({row.last for row in rows if row.event}):
        dead = [row for row in rows if row.event and row.last == day]
        at_risk = [row for row in rows if row.last >= day]
        hazard = [row.weight * math.exp(log_ratio * row.served) for row in at_risk]
        of_dead = [row.weight * math.exp(log_ratio * row.served) for row in dead]
        parts += [row.weight * row.served for row in dead]
        for place in range(len(dead)):
            part = place / len(dead) if ties == "efron" else 0.0
            below = math.fsum(hazard) - part * math.fsum(of_dead)
            above = math.fsum(h for h, row in zip(hazard, at_risk, strict=True) if row.served) - part * math.fsum(
                h for h, row in zip(of_dead, dead, strict=True) if row.served
            )
            parts.append(-math.fsum(row.weight for row in dead) / len(dead) * above / below)
    return math.fsum(parts)


def cox(rows: Sequence[Row], ties: str) -> float:
    """The hazard ratio at which the score is 0, by halving."""
    low, high = -5.0, 5.0
    assert score(rows, low, ties) > 0 > score(rows, high, ties)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if score(rows, middle, ties) > 0 else (low, middle)
    return math.exp((low + high) / 2)


# ------------------------------------------------------------------------------------------------ who is served
def walked_in(world: World, served: Sequence[Life], opening: int, closing: int, supervised: Sequence[int]) -> list[int]:
    """Those who walk in within the years studied and are comparable: somebody else of their sex is supervised, and not yet served, on that day."""
    found = []
    for person, life in enumerate(served):
        day = life.enrolled
        if not (opening <= day <= closing and day < NEVER_DAY):
            continue
        if any(o.start <= day < supervised[other] and o.enrolled > day and o.sex == life.sex for other, o in enumerate(served) if other != person):
            found.append(person)
    return found
