"""Homeless services, as a homeless management information system has them: enrolments, exits, moves in, nights in a bed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.homes import BANDS, KINDS, OPEN, Enrolments
from synthetic.housing import bed_nights, homelessness
from synthetic.lives import Lives
from synthetic.money import BILLING, billed, cents, each, in_arrears, when_over
from synthetic.rates import housing as rates
from synthetic.recording import Lines, Log, Source, System, View
from synthetic.rows import BEYOND, NEVER_DAY

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    made = homelessness(lives)
    yield Log("spell", "hmis", made.who, made.day, {}, made.entry, {"stop": made.stop}, {"kind": (made.kind, KINDS)})
    moved = made.where(made.moved_in < NEVER_DAY)
    yield Log("event", "hmis", moved.who, moved.moved_in, {"kind": "move_in"}, moved.entry)
    _, who, day = bed_nights(made)
    yield Log("event", "hmis", who, day, {"kind": "bed_night"})
    left = _exits(made)
    yield Log("event", "hmis", left.who, left.stop, {}, left.entry, codes={"kind": (left.exit, tuple(f"hmis_exit:{band}" for band in BANDS))})


def _exits(made: Enrolments) -> Enrolments:
    """One enrolment for each day and destination of a person's exits: two files closed on one day with one word are one line."""
    left = made.where(made.exit != OPEN)
    key = (left.who * BEYOND + left.stop) * len(BANDS) + left.exit
    return left.where(np.unique(key, return_index=True)[1])


def _lines(lives: Lives) -> Iterator[Lines]:
    made = homelessness(lives)
    emergency = made.where(np.isin(made.kind, (KINDS.index("shelter"), KINDS.index("safe_haven"))))
    whole = emergency.where(emergency.nightly == OPEN)
    yield Lines("shelter_night", "housing", *in_arrears(whole.who, whole.day, whole.stop, rates.EMERGENCY_NIGHT, until=lives.until))
    yield _by_night(emergency, lives.until)
    in_transit = made.of("transitional_housing")
    yield Lines(
        "transitional_night", "housing", *in_arrears(in_transit.who, in_transit.day, in_transit.stop, rates.TRANSITIONAL_NIGHT, until=lives.until)
    )
    housed = made.where(made.moved_in < NEVER_DAY)  # a month, and a contact, is paid for when it begins, whatever comes after it
    who, day, _ = billed(housed.who, housed.moved_in, housed.stop, rates.PERMANENT_MONTH)
    yield Lines("permanent_housing_month", "housing", who, day, each(who, rates.PERMANENT_MONTH))
    known = made.of("street_outreach")
    who, day, _ = billed(known.who, known.day, known.stop, rates.OUTREACH_CONTACT)
    yield Lines("outreach_contact", "housing", who, day, each(who, rates.OUTREACH_CONTACT))


def _by_night(stays: Enrolments, until: Array) -> Lines:
    """Night by night, each thirty days of a stay are billed when they are over, for the nights on which the bed was used."""
    row, _, day = bed_nights(stays)
    piece = (day - stays.day[row]) // BILLING
    bill, nights = np.unique(row * BEYOND + piece, return_counts=True)
    row, piece = bill // BEYOND, bill % BEYOND
    due = when_over(stays.day[row] + BILLING * piece, stays.stop[row], until[stays.who[row]])
    return Lines("shelter_night", "housing", stays.who[row], due, nights * cents(rates.EMERGENCY_NIGHT))


HOUSING = System(
    "housing",
    (Source("hmis", lag=14),),
    frozenset({*KINDS, "move_in", "bed_night", *(f"hmis_exit:{band}" for band in BANDS)}),
    _logs,
    _lines,
)
