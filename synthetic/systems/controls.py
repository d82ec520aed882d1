"""Control outcomes: things that happen to people, and that no programme moves, nor a stay in jail.

An analyst who finds that a programme moved one of them has found bias (Lipsitch, Tchetgen Tchetgen and Cohen 2010, Epidemiology
21:383-388).  That only tells of bias in a real outcome as far as the same need lies behind both: the dial `exchangeable` says how
far.  At 1 a control outcome has the very rates, up to a constant, at which the same people are arrested, enter a shelter or are seen by behavioural
health: need, frailty and age bear on it as they do there.  At 0 it differs as much from person to person, by luck of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from evaluation.records.days import day_of
from evaluation.terms import Problem, Refused
from synthetic.lives import YEAR, Lives
from synthetic.people import Persons
from synthetic.rates import controls as rates
from synthetic.rates import core
from synthetic.recording import Log, Source, System, View
from synthetic.streams import Stream, exponential

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

LIKE_ARRESTS = (
    "dental_visit", "flu_shot", "insect_bite", "burn", "sprain", "bicycle_registered",
    "library_card", "swimming_pass", "dog_licence", "poison_oak", "sunburn",
)  # fmt: skip
LIKE_SHELTER = (
    "eye_exam", "skin_rash", "dog_bite", "ear_infection", "nosebleed", "tetanus_shot",
    "park_permit", "lost_property_claimed", "museum_pass", "bee_sting", "toothache",
)  # fmt: skip
LIKE_CONTACTS = (
    "hearing_test", "glasses_fitted", "cavity_filled", "allergy_visit", "hay_fever", "hives",
    "wart_removed", "stitches", "library_fine", "bus_pass_replaced", "street_light_reported", "fishing_licence",
)  # fmt: skip
NAMES = (*LIKE_ARRESTS, *LIKE_SHELTER, *LIKE_CONTACTS)  # the place of a name is the number of its luck: append, never reorder
SINCE = date(2018, 1, 1)
ROUNDS = 1 << 20  # more rounds of luck than anybody needs for one outcome


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    people = lives.people
    persons, likeness = people.persons, _likeness(people.persons)
    for place, name in enumerate(NAMES):
        alike = likeness[(place >= len(LIKE_ARRESTS)) + (place >= len(LIKE_ARRESTS) + len(LIKE_SHELTER))]
        rate = rates.CONTROL.value / YEAR * np.exp(_mixed(persons, place, *alike, dial=view.exchangeable))
        who, day, entry = _happened(persons, place, rate, np.maximum(people.grown, day_of(SINCE)), people.until)
        yield Log("event", "other_records", who, day, {"kind": f"control:{name}"}, entry)


def _likeness(persons: Persons) -> tuple[tuple[Array, float], ...]:
    """What sets people apart in arrests, in shelter and in contacts: the log of each one's rate (n,) over that of the average, and its spread."""
    return (
        (np.log(persons.arrest_rate / (persons.intake.arrests * core.ARREST.value)), np.hypot(core.ARREST_NEED.value, core.ARREST_FRAILTY.value)),
        (
            np.log(persons.shelter_rate / (persons.intake.shelters * core.SHELTER.value)),
            np.hypot(core.SHELTER_NEED.value, core.SHELTER_FRAILTY.value),
        ),
        (
            np.log(persons.contact_rate / (persons.intake.contacts * core.CONTACT.value)),
            np.hypot(core.CONTACT_NEED.value, core.CONTACT_FRAILTY.value),
        ),
    )


def _mixed(persons: Persons, place: int, alike: Array, spread: float, *, dial: float) -> Array:
    """The log of each person's rate over the mean one's: as in the real outcome, or as far apart by luck of its own; (n,).

    The two parts are mixed so that people are equally far apart whatever the dial.
    """
    if not 0 <= dial <= 1:
        raise Refused(Problem("the control outcomes of an invented county", f"they would be exchangeable by {dial:g}.", "A number from 0 to 1."))
    own = 0.0 if dial == 1 else spread * persons.luck.normals(Stream.CONTROL, event=place * ROUNDS)[:, 0]
    return dial * alike + np.sqrt(1 - dial**2) * own - spread**2 / 2


def _happened(persons: Persons, place: int, rate: Array, first: Array, until: Array) -> tuple[Array, Array, Array]:
    """Whom it happened to, on which day, and how late it is recorded, at most once a day; in the order of person and day."""
    parts: list[tuple[Array, Array, Array]] = []
    now, waiting, event = first - 1, np.flatnonzero(first < until), 0
    while waiting.size:
        event += 1
        uniform = persons.luck.of(waiting, Stream.CONTROL, 4, event=place * ROUNDS + event)
        for gap, entry in ((0, 1), (2, 3)):
            day = now[waiting] + np.ceil(exponential(uniform[:, gap]) / rate[waiting])
            happened = day < until[waiting]
            waiting, uniform, day = waiting[happened], uniform[happened], day[happened].astype(np.int64)
            now[waiting] = day
            parts.append((waiting, day, uniform[:, entry]))
    who, day = (np.concatenate([np.empty(0, np.int64), *(part[place] for part in parts)]) for place in (0, 1))
    late = np.concatenate([np.empty(0), *(part[2] for part in parts)])
    order = np.lexsort((day, who))
    return who[order], day[order], late[order]


CONTROLS = System(
    "controls",
    (Source("other_records", lag=30, since=SINCE),),
    frozenset(f"control:{name}" for name in NAMES),
    _logs,
)
