"""Who lives in the invented county: what anybody can see of a person, and the need and frailty that nobody sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.intakes import AGE_AT, Intake
from synthetic.rates import core as rates
from synthetic.streams import Luck, Stream, category

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

SEXES = ("male", "female")
# shares assumed, for a mid-size Californian county; no rate of the county depends on race, ethnicity or language
RACES = ("white", "hispanic", "black", "asian_pacific", "native", "other")
RACE_SHARES = (0.36, 0.38, 0.16, 0.05, 0.02, 0.03)
LANGUAGES = ("en", "es", "other")
SPANISH_SPEAKING = 0.30  # of hispanic people; assumed
OTHER_LANGUAGE = 0.04  # of everybody else; assumed
AREAS = ("harbor", "old_town", "northside", "valley", "east_bayview")
AREA_SHARES = (0.28, 0.24, 0.20, 0.16, 0.12)  # assumed
AREA_NEED = (0.30, 0.15, -0.10, -0.20, -0.35)  # standard deviations of need; assumed
MEAN_AGE = 36.0


@dataclass(frozen=True, slots=True, eq=False)
class Persons:
    """One row a person, in the order of their numbers; (n,) arrays."""

    luck: Luck
    intake: Intake
    birth: Array  # day
    sex: Array  # a place in SEXES
    race_ethnicity: Array  # a place in RACES
    language: Array  # a place in LANGUAGES
    area: Array  # a place in AREAS
    family: Array  # the number of the family's first person
    together: Array  # bool: one of a family of several, whose clocks start on one day
    need: Array  # standard deviations; hidden
    frailty: Array  # of being arrested, beyond need and age; standard deviations; hidden
    arrest_rate: Array  # a day at risk; hidden
    shelter_rate: Array  # a day at risk; hidden
    contact_rate: Array  # a day in the community; hidden

    def __len__(self) -> int:
        return self.luck.n


def draw(luck: Luck, intake: Intake, *, opening: int) -> Persons:
    """The people of the county as they are on the day the programme opens."""
    seen = luck.uniforms(Stream.PERSON, 5)
    age = np.interp(seen[:, 0], AGE_AT, intake.ages)
    race = category(seen[:, 2], RACE_SHARES)
    area = category(seen[:, 4], AREA_SHARES)
    hidden = luck.normals(Stream.NEED, 5)
    family, together, common = _families(luck, intake, alone=hidden[:, 4])
    within = rates.FAMILY_NEED.value
    need = np.asarray(AREA_NEED)[area] + np.sqrt(within) * common + np.sqrt(1 - within) * hidden[:, 0]
    return Persons(
        luck=luck,
        intake=intake,
        birth=opening - np.ceil(age * 365.25).astype(np.int64),
        sex=category(seen[:, 1], (rates.MALE.value, 1 - rates.MALE.value)),
        race_ethnicity=race,
        language=_languages(race, seen[:, 3]),
        area=area,
        family=family,
        together=together,
        need=need,
        frailty=hidden[:, 1],
        arrest_rate=intake.arrests
        * rates.ARREST.value
        * np.exp(rates.ARREST_NEED.value * need + rates.ARREST_FRAILTY.value * hidden[:, 1] + rates.ARREST_AGE.value * (age - 33)),
        shelter_rate=rates.SHELTER.value * np.exp(rates.SHELTER_NEED.value * need + rates.SHELTER_FRAILTY.value * hidden[:, 2]),
        contact_rate=rates.CONTACT.value * np.exp(rates.CONTACT_NEED.value * need + rates.CONTACT_FRAILTY.value * hidden[:, 3]),
    )


def _families(luck: Luck, intake: Intake, *, alone: Array) -> tuple[Array, Array, Array]:
    """Each person's family number, who is one of several, and the part of need that the family shares; `alone` is that of the others.

    Neighbours by number (0 and 1, 2 and 3, ...) are one family or two: a rule that holds whatever the chunk.
    """
    numbers, pair, pairs = luck.numbers, luck.block(2), luck.of_blocks(2)
    together = pairs.uniforms(Stream.FAMILY)[pair, 0] < intake.shared_family.value
    shared = pairs.normals(Stream.FAMILY, event=1)[pair, 0]
    return np.where(together, numbers - numbers % 2, numbers), together, np.where(together, shared, alone)


def starting(persons: Persons) -> Array:
    """A uniform for each person that places the start of a drawn clock; those of one family have the same."""
    luck = persons.luck
    return np.where(persons.together, luck.of_blocks(2).uniforms(Stream.RELEASE, event=1)[luck.block(2), 0], luck.uniforms(Stream.RELEASE)[:, 0])


def _languages(race: Array, uniform: Array) -> Array:
    hispanic = race == RACES.index("hispanic")
    spanish = hispanic & (uniform < SPANISH_SPEAKING)
    other = ~hispanic & (uniform < OTHER_LANGUAGE)
    return np.where(spanish, LANGUAGES.index("es"), np.where(other, LANGUAGES.index("other"), LANGUAGES.index("en")))
