"""Who lives in the invented county: what anybody can see of a person, and the need and frailty that nobody sees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.households import ages
from synthetic.households import families as belonging
from synthetic.intakes import Intake
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
ALONE = 2**32  # added to the number of an event: the luck of somebody without a family, apart from that of blocks of neighbours


@dataclass(frozen=True, slots=True, eq=False)
class Persons:
    """One row a person, in the order of their numbers; (n,) arrays."""

    luck: Luck
    intake: Intake
    birth: Array  # day
    sex: Array  # a place in SEXES
    race_ethnicity: Array  # a place in RACES
    language: Array  # a place in LANGUAGES
    area: Array  # a place in `areas`
    family: Array  # the number of the family's first person
    together: Array  # bool: one of a family of several, whose clocks start on one day
    role: Array  # a place in ROLES
    need: Array  # standard deviations; hidden
    shared: Array  # the need that lies in a person's area and family, the same in a family that lives together; standard deviations; hidden
    frailty: Array  # of being arrested, beyond need and age; standard deviations; hidden
    arrest_rate: Array  # a day at risk; hidden
    shelter_rate: Array  # a day at risk; hidden
    contact_rate: Array  # a day in the community; hidden
    areas: tuple[str, ...] = AREAS

    def __len__(self) -> int:
        return self.luck.n

    def of_family(self, people: Array, stream: Stream, draws: int = 1, *, event: int = 0) -> Array:
        """Uniforms of these people, given by their places, that those of one family have in common; shape (len(people), draws)."""
        together = self.together[people]
        size, block = self.intake.neighbours, self.luck.block(self.intake.neighbours)
        uniforms = np.empty((len(people), draws))
        uniforms[together] = self.luck.of_blocks(size).of(block[people[together]], stream, draws, event=event)
        uniforms[~together] = self.luck.of(people[~together], stream, draws, event=event + ALONE)
        return uniforms


def draw(luck: Luck, intake: Intake, *, opening: int, closing: int) -> Persons:
    """The people of the county as they are on the day the programme opens, or as they are to be on the day that starts their clock.

    Whole blocks of neighbours are drawn and then cut, so that a family is the same wherever a chunk ends.
    """
    size = intake.neighbours
    first, last = luck.first - luck.first % size, luck.first + luck.n - 1
    whole = _drawn(Luck(luck.seed, first, last - last % size + size - first), intake, opening=opening, closing=closing)
    wanted = slice(luck.first - first, luck.first - first + luck.n)
    cut: dict[str, Any] = {name: value[wanted] for name in whole.__slots__ if isinstance(value := getattr(whole, name), np.ndarray)}
    return replace(whole, luck=luck, **cut)


def starts(luck: Luck, intake: Intake, together: Array, *, opening: int, closing: int) -> Array:
    """The drawn day that starts each person's clock, between two days inclusive or among the list's; those of one family start together."""
    size = intake.neighbours
    shared = luck.of_blocks(size).uniforms(Stream.RELEASE, event=1)[luck.block(size), 0]
    uniform = np.where(together, shared, luck.uniforms(Stream.RELEASE)[:, 0])
    if intake.start == "list":
        return opening + np.asarray(intake.dates)[np.floor(uniform * len(intake.dates)).astype(np.int64)]
    return opening + np.floor(uniform * (closing - opening + 1)).astype(np.int64)


def _drawn(luck: Luck, intake: Intake, *, opening: int, closing: int) -> Persons:
    """The people of whole blocks of neighbours."""
    seen = luck.uniforms(Stream.PERSON, 5)
    hidden = luck.normals(Stream.NEED, 5)
    frailty = hidden[:, 1] + intake.frailer
    family = belonging(luck, intake)
    age = ages(luck, intake, family, seen[:, 0])
    home = seen if intake.family == "pair" else seen[family.first]  # a family that lives together has one address, and one language
    race = category(home[:, 2], RACE_SHARES)
    area = category(home[:, 4], AREA_SHARES)
    born_by = starts(luck, intake, family.together, opening=opening, closing=closing) if intake.family == "siblings" else opening
    common = np.where(
        family.together, luck.of_blocks(intake.neighbours).normals(Stream.FAMILY, event=1)[luck.block(intake.neighbours), 0], hidden[:, 4]
    )
    common = common + intake.needier
    within = rates.FAMILY_NEED.value
    need = np.asarray(AREA_NEED)[area] + np.sqrt(within) * common + np.sqrt(1 - within) * hidden[:, 0]
    return Persons(
        luck=luck,
        intake=intake,
        birth=born_by - np.ceil(age * 365.25).astype(np.int64),
        sex=category(seen[:, 1], (intake.male.value, 1 - intake.male.value)),
        race_ethnicity=race,
        language=_languages(race, home[:, 3]),
        area=area,
        family=luck.first + family.first,
        together=family.together,
        role=family.role,
        need=need,
        shared=np.asarray(AREA_NEED)[area] + common,
        frailty=frailty,
        arrest_rate=intake.arrests
        * rates.ARREST.value
        * np.exp(rates.ARREST_NEED.value * need + rates.ARREST_FRAILTY.value * frailty + (rates.ARREST_AGE.value + intake.arrests_age) * (age - 33)),
        shelter_rate=intake.shelters * rates.SHELTER.value * np.exp(rates.SHELTER_NEED.value * need + rates.SHELTER_FRAILTY.value * hidden[:, 2]),
        contact_rate=intake.contacts * rates.CONTACT.value * np.exp(rates.CONTACT_NEED.value * need + rates.CONTACT_FRAILTY.value * hidden[:, 3]),
    )


def _languages(race: Array, uniform: Array) -> Array:
    hispanic = race == RACES.index("hispanic")
    spanish = hispanic & (uniform < SPANISH_SPEAKING)
    other = ~hispanic & (uniform < OTHER_LANGUAGE)
    return np.where(spanish, LANGUAGES.index("es"), np.where(other, LANGUAGES.index("other"), LANGUAGES.index("en")))
