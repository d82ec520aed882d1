"""Worlds of children, with programmes of the tests' own, and what is asked of the lives in them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from synthetic import NEVER, WORLDS, World
from synthetic.lives import Lives
from synthetic.programmes import Programme
from synthetic.rates.rate import Rate

FORCED = ("reunified", "in_care", "reported", "disposed")
SYSTEMS = ("justice", "shelter", "contacts", "children", "youth")
PRICE = Rate(1_000.0, "an enrolment")
ALL = dict.fromkeys(("report", "removal", "permanency", "placement_move", "runaway", "petition"), 0.4)


def world(intake: str, moves: Mapping[str, float] | None = None) -> World:
    """A world in which a coin decides about a programme that moves these processes."""
    ratios = {process: Rate(ratio, "times the hazard") for process, ratio in (moves or {}).items()}
    return replace(WORLDS["lottery"], programme=Programme("helping", "helps", intake, ratios, PRICE, "county", "helpers"), systems=SYSTEMS)


def unserved(intake: str, n: int, seed: int = 3) -> Lives:
    there = world(intake)
    return there.live(there.people(n, seed), NEVER)


def is_child(lives: Lives) -> Any:
    """Who is younger than 18 on the day that starts their clock."""
    return lives.people.start - lives.people.persons.birth < 18 * 365.25


def share(lives: Lives, who: Any, after: Any, among: Any, *, first: int = 1, last: int = 365) -> tuple[float, float]:
    """The share of some people to whom it happens so many days after the start, and its standard error with families as clusters."""
    happened = np.zeros(len(lives.people), dtype=bool)
    happened[who[(after >= first) & (after <= last)]] = True
    return clustered(happened[among], lives.people.persons.family[among])


def clustered(happened: Any, family: Any) -> tuple[float, float]:
    """A share, and its standard error with families as clusters."""
    mean = happened.mean()
    _, place = np.unique(family, return_inverse=True)
    sums = np.bincount(place, weights=happened - mean)
    return float(mean), float(np.sqrt((sums**2).sum()) / len(happened))
