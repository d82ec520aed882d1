"""Philox for people here and there: the words that numpy draws for everybody in a row, for some counters only.

Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3": Philox4x64 with ten rounds.  Late in a life few
people are still at risk of anything; drawing for all of them would take most of the time that a county takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

ROUNDS = 10
LOWER = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
FACTORS = np.array([[0xD2E7470EE14C6C93], [0xCA5A826395121157]], np.uint64)
FACTORS_LOW, FACTORS_HIGH = FACTORS & LOWER, FACTORS >> HALF
BUMPS = np.array([[0x9E3779B97F4A7C15], [0xBB67AE8584CAA73B]], np.uint64)  # by which the key moves on after each round
SETUP, EACH, EACH_IN_A_ROW = 150_000, 80, 15  # nanoseconds of a call here, of a counter here, and of one that numpy draws; as measured


def worth_it(some: int, everybody: int) -> bool:
    """Whether drawing so many counters here is faster than drawing all of so many in a row; the numbers are the same."""
    return SETUP + EACH * some < EACH_IN_A_ROW * everybody


def uniforms(key: tuple[int, int], counters: Array, event: int) -> Array:
    """Four uniforms from 0 up to 1 for each counter: those that numpy's Philox draws next at the counter [counter, event, 0, 0].

    Counters (m,) are 0 or more.  Shape (m, 4).
    """
    even = np.zeros((2, len(counters)), np.uint64)  # the first and the third of the four words of a counter
    odd = np.zeros_like(even)
    even[0] = counters.astype(np.uint64) + np.uint64(1)  # numpy counts on before it draws
    odd[0] = np.uint64(event)
    keys = np.array(key, np.uint64)[:, None]
    for _ in range(ROUNDS):
        even, odd = _upper(even)[::-1] ^ odd ^ keys, (even * FACTORS)[::-1]
        keys += BUMPS
    words = np.stack([even[0], odd[0], even[1], odd[1]], axis=1)
    return np.asarray((words >> np.uint64(11)) * 2.0**-53)


def _upper(words: Array) -> Array:
    """The upper 64 bits of each word times its factor."""
    low, high = words & LOWER, words >> HALF
    middle = high * FACTORS_LOW
    middle += (low * FACTORS_LOW) >> HALF
    other = low * FACTORS_HIGH
    other += middle & LOWER
    return high * FACTORS_HIGH + (middle >> HALF) + (other >> HALF)
