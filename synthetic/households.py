"""Who belongs together: pairs of adults of one family, siblings, or whole households of parents and children.

Neighbours by number, in pairs or in fours, may be one family: a rule that holds wherever a county is cut into chunks, as long as
whoever draws them draws whole blocks and cuts afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.intakes import AGE_AT, Intake
from synthetic.streams import Luck, Stream, category

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

ROLES = ("adult", "parent", "child")
ADULT, PARENT, CHILD = range(len(ROLES))
# parents and children of a family among four neighbours; whoever is left over of the four is a single adult
SHAPES = ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2))
SHAPE_SHARES = (0.20, 0.14, 0.06, 0.27, 0.33)  # assumed
PARENT_OLDER = (15.0, 19.0, 23.0, 28.0, 33.0, 38.0, 48.0)  # years than the oldest child, as quantiles at AGE_AT; assumed


@dataclass(frozen=True, slots=True, eq=False)
class Families:
    """Who belongs to which family; (n,) arrays."""

    together: Array  # bool: one of a family of several
    role: Array  # a place in ROLES
    first: Array  # the place among the people of the family's first person


def families(luck: Luck, intake: Intake) -> Families:
    """The families of these people, who are whole blocks of neighbours."""
    size = intake.neighbours
    place = np.arange(luck.n)
    together = luck.of_blocks(size).uniforms(Stream.FAMILY)[luck.block(size), 0] < intake.shared_family.value
    role = np.full(luck.n, CHILD if intake.family == "siblings" else ADULT)
    if intake.family == "household":
        shape = category(luck.of_blocks(size).uniforms(Stream.HOUSEHOLD)[luck.block(size), 0], SHAPE_SHARES)
        parents, children = np.asarray(SHAPES)[shape].T
        together &= place % size < parents + children
        role = np.where(together, np.where(place % size < parents, PARENT, CHILD), ADULT)
    return Families(together, role, np.where(together, place - place % size, place))


def ages(luck: Luck, intake: Intake, families: Families, uniform: Array) -> Array:
    """Years of age of these people, who are whole blocks, by a uniform each; parents are older than their oldest child by 15 or more."""
    age = np.interp(uniform, AGE_AT, intake.ages)
    if intake.family != "household":
        return np.asarray(age)
    child, parent = families.role == CHILD, families.role == PARENT
    age[child] = np.interp(uniform[child], AGE_AT, intake.children)
    oldest = np.max(np.where(child, age, 0).reshape(-1, intake.neighbours), axis=1)[luck.block(intake.neighbours)]
    age[parent] = oldest[parent] + np.interp(uniform[parent], AGE_AT, PARENT_OLDER)
    return np.asarray(age)
