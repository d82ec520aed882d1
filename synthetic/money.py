"""Prices: what stays and single services cost the county, in whole cents until they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.rates.rate import Rate

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

BILLING = 30  # days: a long stay is billed in pieces, each on its first day, so that a window holds what was used in it


def billed(who: Array, start: Array, stop: Array, price: Rate) -> tuple[Array, Array, Array]:
    """Person, day and cents of each bill for stays of so many nights."""
    pieces = -(-(stop - start) // BILLING)
    row = np.repeat(np.arange(len(who)), pieces)
    day = start[row] + BILLING * (np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces))
    return who[row], day, np.minimum(BILLING, stop[row] - day) * cents(price)


def in_arrears(who: Array, start: Array, stop: Array, price: Rate, *, until: Array) -> tuple[Array, Array, Array]:
    """Person, day and cents of each bill for stays of so many nights, when a piece is over: a bill says nothing of what is still to come.

    A piece of full length is billed on its last day, and what is left on the day the stay stops, but before the day `until` of each person.
    """
    whose, begun, owed = billed(who, start, stop, price)
    return whose, when_over(begun, begun + owed // cents(price), until[whose]), owed


def when_over(begun: Array, stop: Array, until: Array) -> Array:
    """The day on which each piece of a stay is billed in arrears, of a piece that begins on a day and of a stay, or a piece, that stops on one."""
    return np.asarray(np.minimum(np.minimum(begun + BILLING - 1, stop), until - 1))


def cents(price: Rate) -> int:
    """A price in whole cents."""
    return round(100 * price.value)


def each(rows: Array, price: Rate) -> Array:
    """The price in cents of each of these rows."""
    return np.full(len(rows), cents(price))
