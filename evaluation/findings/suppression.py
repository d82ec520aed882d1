"""Chooses which counts to hide so that nobody can work a small count back from the sums that tie it to the counts that are shown.

Small counts are hidden first, then, one by one, the cheapest of their neighbours (of those that matter least, the one that takes the
fewest cells with it), until an attacker who knows every sum and every
shown count, and knows that what is hidden is not zero, must grant that each small count could be as large as the threshold, and,
of what is not negative, that it could be none.  Each of the two is an integer programme (HiGHS), and the attacker's own solution
is checked in whole numbers, so that the proof does not rest on the solver's tolerance.  The method is complementary cell
suppression (Fischetti and Salazar 2001), with a greedy choice instead of their cheapest one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Why = Literal["small", "to protect another"]
Cell = tuple[str, int, int]  # exhibit, row, column

NODES = 10_000  # of a search tree: an attacker's programme that needs more is taken to have found the count (a count, not a clock)


@dataclass(frozen=True, slots=True)
class System:
    """Counts of people, the sums that tie them, and the cells that go when a count is hidden."""

    counts: Mapping[str, int]
    sums: tuple[tuple[str, tuple[str, ...]], ...]  # (total, its parts)
    cells: Mapping[str, frozenset[Cell]]  # by count; a count without cells is shown nowhere
    smallest: int  # counts from 1 to one less than this must stay unknown
    matters: Mapping[str, int] = field(default_factory=dict)  # by count: 0 where it stands behind a headline, more where it matters less

    def small(self) -> tuple[str, ...]:
        """The counts that must stay unknown, shown or not."""
        return tuple(name for name, count in self.counts.items() if 0 < count < self.smallest)

    def unseen(self) -> frozenset[str]:
        """The counts that no cell shows."""
        return frozenset(name for name in self.counts if not self.cells.get(name))

    def untrue(self) -> tuple[str, ...]:
        """The totals that are not the sum of their parts."""
        return tuple(total for total, parts in self.sums if self.counts[total] != sum(self.counts[part] for part in parts))


def hide(system: System) -> dict[str, Why]:
    """The counts to hide, and why: enough that `exposed` finds none, and none of them to spare."""
    hidden: dict[str, Why] = dict.fromkeys((name for name in system.small() if name not in system.unseen()), "small")
    for name in system.small():
        while is_exposed(system, hidden, name):
            hidden[_cheapest(system, hidden, name)] = "to protect another"
    for name in sorted((name for name, why in hidden.items() if why != "small"), key=lambda name: _price(system, (), name), reverse=True):
        without: dict[str, Why] = {other: why for other, why in hidden.items() if other != name}
        tied = _reach(system, hidden, name)[0]  # who is tied to it by nothing is as safe without it
        if not any(is_exposed(system, without, other) for other in system.small() if other in tied):
            hidden = without
    return hidden


def exposed(system: System, hidden: Collection[str]) -> tuple[str, ...]:
    """The small counts that an attacker can pin down when `hidden` is all that is not shown: the proof, when it is empty."""
    return tuple(name for name in system.small() if is_exposed(system, hidden, name))


def is_exposed(system: System, hidden: Collection[str], name: str) -> bool:
    """Whether an attacker can tell that a small count is small, or that it is not none."""
    unknown, sums = _reach(system, hidden, name)
    unseen = system.unseen()
    known_positive = [0 if one in unseen else 1 for one in unknown]  # a zero is always shown, so what is hidden is none
    none = [0] * len(unknown)
    could_be_large = _possible(system, unknown, sums, known_positive, at_least={name: system.smallest}, at_most={})
    return not (could_be_large and _possible(system, unknown, sums, none, at_least={}, at_most={name: 0}))


def _reach(system: System, hidden: Collection[str], name: str) -> tuple[list[str], list[tuple[str, tuple[str, ...]]]]:
    """The unknown counts that sums tie to `name`, directly or through other unknown ones, and those sums."""
    unknown = set(hidden) | system.unseen()
    reached, sums = {name}, []
    rest = list(system.sums)
    while found := [one for one in rest if reached & {one[0], *one[1]}]:
        sums += found
        rest = [one for one in rest if one not in found]
        reached |= {count for total, parts in found for count in (total, *parts) if count in unknown}
    return [count for count in system.counts if count in reached], sums


def _possible(
    system: System,
    unknown: list[str],
    sums: list[tuple[str, tuple[str, ...]]],
    floor: list[int],
    *,
    at_least: Mapping[str, int],
    at_most: Mapping[str, int],
) -> bool:
    """Whether whole numbers exist that satisfy every sum and the bounds."""
    column = {name: number for number, name in enumerate(unknown)}
    A, b = np.zeros((len(sums), len(unknown))), np.zeros(len(sums))
    for row, (total, parts) in enumerate(sums):
        for count, sign in ((total, -1), *((part, 1) for part in parts)):
            if count in column:
                A[row, column[count]] += sign
            else:
                b[row] -= sign * system.counts[count]
    low = np.array([max(floor[column[name]], at_least.get(name, 0)) for name in unknown], dtype=float)
    high = np.array([at_most.get(name, np.inf) for name in unknown], dtype=float)
    rules = [LinearConstraint(A, b, b)] if sums else []
    nothing, whole = np.zeros(len(unknown)), np.ones(len(unknown))
    found = milp(nothing, constraints=rules, bounds=Bounds(low, high), integrality=whole, options={"node_limit": NODES})
    if found.x is None:
        return False
    x = np.rint(found.x)
    return bool(np.all(A @ x == b) and np.all(low <= x) and np.all(x <= high))


def _cheapest(system: System, hidden: Collection[str], name: str) -> str:
    """The shown count, tied to the attacker's equations about `name`, that matters least, and takes the fewest further cells with it."""
    unknown, sums = _reach(system, hidden, name)
    tied = {count for total, parts in sums for count in (total, *parts)} - set(unknown)
    candidates = [count for count in system.counts if count in tied and system.counts[count] > 0]  # a hidden zero protects nothing
    assert candidates, "with every tied count hidden, each could be anything"
    return min(candidates, key=lambda count: _price(system, hidden, count))


def _price(system: System, hidden: Collection[str], name: str) -> tuple[int, int, int, str]:
    gone: frozenset[Cell] = frozenset().union(*(system.cells.get(other, frozenset()) for other in hidden))
    return -system.matters.get(name, 0), len(system.cells.get(name, frozenset()) - gone), system.counts[name], name
