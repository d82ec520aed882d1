"""What every way of comparing is given, and what it gives back: those who could be compared, and who was chosen of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Learned

if TYPE_CHECKING:
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """A caliper: two people may be compared if their values are no farther apart than it, inclusive."""

    name: str  # of the column, or "score"
    values: Array  # (m,) float
    within: float


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Those who could be compared; (m,) arrays in a drawn order, which decides wherever two people are equally near.

    `focal` are those for each of whom others are sought: the people whom the effect is about.  Everybody else is an `other`.
    Exactly one of `line` and `space` is there for ways that ask who is near.
    """

    where: str  # the question, for messages
    rows: Array  # int: places in the cohort
    served: Array  # bool
    focal: Array  # bool: the served, or the compared where the effect is theirs
    person: Array  # int: nobody is compared with themself, and a limit on reuse counts a person's rows together
    groups: Array  # int, 0..G-1: only people of one group may be compared with each other, by risk set, stratum and exact columns
    in_sets: bool  # whether groups are of risk sets, with one served row in each
    columns: Mapping[str, Array]  # each (m,) float: in what people are to be alike
    linear: Array | None = None  # float: the linear propensity score
    line: Array | None = None  # float: the gap between two people is the difference of their values
    space: Array | None = None  # (m, q) float: the gap between two people is the Euclidean distance of their rows
    calipers: tuple[Limit, ...] = ()
    unlike: tuple[Array, ...] = ()  # float: columns in which two people must differ

    def __len__(self) -> int:
        return len(self.rows)

    def gap(self, one: Array, other: Array) -> Array:
        """How far apart people are, by places in the pool; (k,)."""
        if self.line is not None:
            return np.asarray(np.abs(self.line[one] - self.line[other]))
        assert self.space is not None, "a way that asks who is near has a distance"
        return np.sqrt(((self.space[one] - self.space[other]) ** 2).sum(axis=1))

    def allowed(self, one: Array, other: Array) -> Array:
        """Whether people, by places in the pool, may be compared: of one group, two people, within every caliper, and unlike; (k,) bool."""
        fits = (self.groups[one] == self.groups[other]) & (self.person[one] != self.person[other])
        for limit in self.calipers:
            fits &= np.abs(limit.values[one] - limit.values[other]) <= limit.within
        for column in self.unlike:
            fits &= column[one] != column[other]
        return np.asarray(fits)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Who stands beside whom: places in the pool, one line for every person compared; (k,) arrays."""

    focal: Array  # int: somebody with several people beside them stands several times
    other: Array  # int


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Who was chosen out of a pool, in the pool's order; (m,) arrays.

    The weights of each arm add to the number of people whom the effect is about.
    """

    weights: Array  # float; 0 for whoever is left out
    sets: Array | None = None  # int; -1 for whoever is left out; None: nobody is set beside anybody, or one row stands in several sets
    pairs: Pairs | None = None  # of pairs, who they are
    learned: Learned | None = None  # in the pool's order, where weights were estimated
    note: str = ""  # what a reader must know of how it was found, such as that it is not proved to be the best
