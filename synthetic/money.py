"""What lives cost the county: priced lines of service, in whole cents until they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic import rates
from synthetic.lives import Lives
from synthetic.plans import NEVER_DAY
from synthetic.rates import Rate

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

BILLING = 30  # days: a long stay is billed in pieces, each on its first day, so that a window holds what was used in it


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Cost lines for one service; (m,) arrays."""

    service: str
    payer: str
    who: Array
    day: Array
    cents: Array


def costs(lives: Lives, *, programme: str) -> tuple[Lines, ...]:
    """Every priced line of these lives, up to the last day of the records."""
    arrests, stays, contacts = lives.arrests, lives.stays, lives.contacts
    jailed = arrests.where(arrests.jailed)
    enrolled = np.flatnonzero(lives.enrolled < NEVER_DAY)
    price = np.full(len(enrolled), _cents(rates.PROGRAMME_PRICE))
    return (
        Lines("jail_day", "sheriff", *_billed(jailed.who, jailed.day, jailed.stop, rates.JAIL_DAY)),
        Lines("shelter_night", "housing", *_billed(stays.who, stays.day, stays.stop, rates.SHELTER_NIGHT)),
        Lines("health_contact", "health", contacts.who, contacts.day, np.full(len(contacts.who), _cents(rates.CONTACT_PRICE))),
        Lines(programme, "probation", enrolled, lives.enrolled[enrolled], price),
    )


def _billed(who: Array, start: Array, stop: Array, price: Rate) -> tuple[Array, Array, Array]:
    """Person, day and cents of each bill for stays of so many nights."""
    pieces = -(-(stop - start) // BILLING)
    row = np.repeat(np.arange(len(who)), pieces)
    day = start[row] + BILLING * (np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces))
    return who[row], day, np.minimum(BILLING, stop[row] - day) * _cents(price)


def _cents(price: Rate) -> int:
    return round(100 * price.value)
