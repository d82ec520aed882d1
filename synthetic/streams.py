"""Luck that belongs to a person: the same uniforms whatever the chunk, the process or the plan.

A draw is named by seed, stream, event number and person.  Philox is a counter-based generator: seed and stream are its
key, person and event number are its counter, so that nobody's luck depends on how many others were drawn before.  Every draw
is used by the inverse of a distribution function: rejection methods eat a varying number of words and would break this.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, unique
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from synthetic import philox

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

SEEDS = 2**64  # how many seeds there are: a key of Philox is two words, the seed and the stream
WORDS = 4  # uniforms that one step of Philox's counter gives
SMALLEST = 2.0**-54  # in place of an exact 0, whose normal quantile is not finite


@unique
class Stream(IntEnum):
    """What a draw is for.  A number, once given, never changes: it is part of what a seed means."""

    PERSON = 1
    FAMILY = 2
    NEED = 3
    RELEASE = 4
    ARREST_BEFORE = 5
    ARREST_AFTER = 6
    DEATH = 7
    MOVE = 8
    LOT = 9
    TAKE_UP = 10
    SHELTER = 11
    CONTACT = 12
    LINK = 13
    WALK_IN = 14
    FAULT_LINK = 15
    FAULT_COPY = 16
    FAULT_LATE = 17
    FAULT_TYPO = 18
    FAULT_STRAY = 19
    HEALTH_FRAILTY = 20
    VISIT = 21
    COMMON_VISIT = 22
    CRISIS = 23
    HOUSING_FRAILTY = 25
    HOUSING = 26
    HOUSING_BEFORE = 27
    HOUSING_START = 28
    HOUSEHOLD = 30
    CHILD = 31
    REPORT = 32
    REPORT_FAMILY = 33
    CARE = 34
    PLACEMENT = 35
    RUNAWAY = 36
    REPORT_SEEN = 37
    PETITION = 38
    CARE_BEFORE = 39
    WORK = 40
    BENEFIT = 41
    CHARGE = 42
    VIOLATION = 43
    CONTROL = 45
    FAMILY_LUCK = 50
    FAMILY_LOT = 51
    SEEN_MORE = 52
    OFFICE = 60
    OFFICE_SHOCK = 61
    OFFICE_SLOPE = 62
    SCORE = 63
    LIST_TAKE_UP = 64
    BY_NEED = 65


@dataclass(frozen=True, slots=True)
class Luck:
    """The luck of the people numbered first, first + 1, ..., first + n - 1 under one seed, from 0 to 2**64 - 1."""

    seed: int
    first: int
    n: int

    def uniforms(self, stream: Stream, draws: int = 1, *, event: int = 0) -> Array:
        """Uniforms strictly between 0 and 1; shape (n, draws).  `event` numbers what happens to a person again and again."""
        steps = -(-draws // WORDS)
        start = self.first * steps
        # as words: of a list that holds a number of 2**63 or more, numpy makes floats, and seeds run together
        key, counter = np.array([self.seed, int(stream)], np.uint64), np.array([start, event, 0, 0], np.uint64)
        generator = np.random.Generator(np.random.Philox(key=key, counter=counter))
        block: Array = generator.random((self.n, steps * WORDS))
        return np.maximum(block[:, :draws], SMALLEST)

    def normals(self, stream: Stream, draws: int = 1, *, event: int = 0) -> Array:
        """Standard normals; shape (n, draws)."""
        return np.asarray(ndtri(self.uniforms(stream, draws, event=event)))

    def of(self, people: Array, stream: Stream, draws: int = 1, *, event: int = 0) -> Array:
        """The uniforms of these people only, given by their places, in this order; shape (len(people), draws).

        The same as `uniforms(...)[people]`, without drawing everybody's where they are few.
        """
        steps = -(-draws // WORDS)
        if not philox.worth_it(len(people) * steps, self.n * steps):
            return self.uniforms(stream, draws, event=event)[people]
        counters = ((self.first + people)[:, None] * steps + np.arange(steps)).ravel()
        block = philox.uniforms((self.seed, int(stream)), counters, event).reshape(len(people), steps * WORDS)
        return np.maximum(block[:, :draws], SMALLEST)

    @property
    def numbers(self) -> Array:
        """The people's numbers, (n,)."""
        return self.first + np.arange(self.n)

    def block(self, size: int) -> Array:
        """Each person's block of so many neighbours by number, as a place among the blocks that `of_blocks` gives; (n,)."""
        return self.numbers // size - self.first // size

    def of_blocks(self, size: int) -> Luck:
        """The luck of the blocks (0, ..., size - 1), (size, ...), ... that these people belong to, from the first person's block on."""
        first = self.first // size
        return Luck(self.seed, first, (self.first + self.n - 1) // size - first + 1)


def exponential(uniform: Array) -> Array:
    """Exponentials of mean 1, by inverse distribution function."""
    return -np.log1p(-uniform)


def category(uniform: Array, shares: tuple[float, ...]) -> Array:
    """The number of the category in which each uniform falls, given the categories' shares."""
    edges = np.cumsum(shares)[:-1] / sum(shares)
    return np.searchsorted(edges, uniform, side="right")
