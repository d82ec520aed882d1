"""The court's cases: charges of an arrest, offences that end in a conviction, violations of supervision, returns to prison.

All of it follows from the arrests that are lived, with luck of its own: the luck of a person's first arrest, of the second, and so
on.  Nothing here moves an arrest: a term of supervision or in prison is not lived beyond what the arrests say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.lives import Lives
from synthetic.rates import charges as rates
from synthetic.recording import Log, Source, System, View
from synthetic.rows import BEYOND, NEVER_DAY, Arrests
from synthetic.streams import Luck, Stream, exponential

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

SOURCE = "court_charges"
CHARGES = ("charge:felony", "charge:misdemeanour", "charge:infraction")
FELONY, MISDEMEANOUR, INFRACTION = range(3)
MOST = 3  # charges of an arrest


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """What became of arrests in court; a row an arrest, in their order."""

    arrests: Arrests
    charges: Array  # (m, 3) places in CHARGES; -1 where there are fewer
    violated: Array  # (m,) the day of the first technical violation in the year after the conviction; NEVER_DAY where there is none
    prison: Array  # (m,) bool: back to prison on the day of the conviction


def cases(luck: Luck, arrests: Arrests, need: Array) -> Cases:
    """What became of each arrest; `need` (n,) is that of the people."""
    charged, after = _by_arrest(luck, Stream.CHARGE, arrests.who), _by_arrest(luck, Stream.VIOLATION, arrests.who)
    guilty = arrests.convicted < NEVER_DAY
    rate = rates.VIOLATION.value * np.exp(rates.VIOLATION_NEED.value * need[arrests.who])
    wait = np.ceil(exponential(after[:, 0]) / rate)
    violates = guilty & (wait <= rates.TERM.value)
    inside = guilty & (arrests.convicted > arrests.day) & (arrests.convicted < arrests.stop)
    return Cases(
        arrests,
        charges=_charges(charged, booked=arrests.jailed, guilty=guilty),
        violated=np.where(violates, arrests.convicted + np.minimum(wait, NEVER_DAY).astype(np.int64), NEVER_DAY),
        prison=inside & (after[:, 1] < rates.PRISON.value),
    )


def _charges(uniform: Array, *, booked: Array, guilty: Array) -> Array:
    """One to three charges of each arrest; whoever is convicted was charged with more than infractions."""
    felony = np.where(booked, rates.FELONY_BOOKED.value, rates.FELONY_CITED.value)[:, None]
    kind = np.where(
        uniform[:, 1:] < felony,
        FELONY,
        np.where(uniform[:, 1:] < 1 - rates.INFRACTION_SHARE.value, MISDEMEANOUR, INFRACTION),
    )
    kind[:, 0] = np.where(guilty, np.minimum(kind[:, 0], MISDEMEANOUR), kind[:, 0])
    number = 1 + (uniform[:, 0] < rates.TWO_CHARGES.value + rates.THREE_CHARGES.value) + (uniform[:, 0] < rates.THREE_CHARGES.value)
    return np.where(np.arange(MOST) < number[:, None], kind, -1)


def _by_arrest(luck: Luck, stream: Stream, who: Array) -> Array:
    """Four uniforms for each arrest, by its number among the person's own; (m, 4).  `who` is in order."""
    number = np.arange(len(who)) - np.searchsorted(who, who)
    drawn = np.empty((len(who), 4))
    by_number = np.argsort(number, kind="stable")
    for event, rows in enumerate(np.split(by_number, np.cumsum(np.bincount(number))[:-1]) if len(who) else ()):
        drawn[rows] = luck.of(who[rows], stream, 4, event=event)
    return drawn


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    people = lives.people
    found = cases(people.persons.luck, lives.arrests, people.persons.need)
    arrests, until = found.arrests, people.until[found.arrests.who]
    for place, kind in enumerate(CHARGES):
        charged = arrests.where((found.charges == place).any(axis=1))
        yield Log("event", SOURCE, charged.who, charged.day, {"kind": kind}, charged.entry)
    guilty = arrests.where((arrests.convicted < NEVER_DAY) & (arrests.convicted < people.death[arrests.who]))
    yield Log("event", SOURCE, guilty.who, guilty.day, {"kind": "convicted_offence"}, guilty.entry, known=guilty.convicted)
    violated = (found.violated < until) & ~lives.jail.holds(arrests.who, found.violated)
    yield _once_a_day("technical_violation", arrests.where(violated), found.violated[violated])
    sentenced = found.prison & (arrests.convicted < until)
    yield _once_a_day("prison_return", arrests.where(sentenced), arrests.convicted[sentenced])


def _once_a_day(kind: str, arrests: Arrests, day: Array) -> Log:
    """Rows for what followed these arrests, on these days; what followed two of them on one day is one."""
    _, once = np.unique(arrests.who * BEYOND + day, return_index=True)
    of = arrests.where(once)
    return Log("event", SOURCE, of.who, day[once], {"kind": kind}, of.entry)


COURT_CHARGES = System(
    "charges",
    (Source(SOURCE, lag=60),),
    frozenset({*CHARGES, "convicted_offence", "technical_violation", "prison_return"}),
    _logs,
)
