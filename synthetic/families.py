"""Families that share more than need: whole families are offered the programme or not, and their luck is partly one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.hazards import Clock, Steps
from synthetic.plans import ByLot
from synthetic.rates import served as rates
from synthetic.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Collection

    from synthetic.lives import People

    Array = np.ndarray[Any, Any]

SIZE = int(rates.FAMILY_SIZE.value)


@dataclass(frozen=True, slots=True)
class Families:
    """Families whose hazards share a factor of their own; adults who would stand in families of one or two are families of four.

    `luck` is the standard deviation, among families, of the log of the factor.
    """

    luck: float = rates.FAMILY_LUCK.value

    def settle(self, people: People, processes: Collection[str]) -> People:
        """People in these families, whose factor moves the hazards of these processes under every plan.

        It reaches what tides reach: not shelter stays, nor contacts, nor what came before a release from jail.
        """
        persons = people.persons
        if persons.intake.family == "pair":
            numbers = persons.luck.numbers
            persons = replace(persons, family=numbers - numbers % SIZE)
        people = replace(people, persons=persons)
        shared = of_family(people, persons.luck.of_blocks(SIZE).normals(Stream.FAMILY_LUCK, SIZE))
        # the factor stands from long before anybody's life; its mean is 1
        tide = Clock(np.zeros(len(people), dtype=np.int64), Steps((0,), (float(np.exp(self.luck)),)), shared - self.luck / 2)
        return replace(people, tides={**people.tides, **dict.fromkeys(processes, tide)})


@dataclass(frozen=True, slots=True)
class ByFamilyLot(ByLot):
    """A coin is tossed for each family: everybody in it is offered the programme at the start of their clock, or nobody."""

    def offers(self, people: People) -> Array | None:
        """Whose family wins the toss."""
        return np.asarray(of_family(people, people.persons.luck.of_blocks(SIZE).uniforms(Stream.FAMILY_LOT, SIZE)) < self.share)


def of_family(people: People, luck: Array) -> Array:
    """Each person's family's luck out of that of the blocks of neighbours, (blocks, SIZE), in one of which a family lies whole; (n,)."""
    persons = people.persons
    return np.asarray(luck[persons.luck.block(SIZE), persons.family % SIZE])
