"""Chooses which counts to hide so that nobody can work a small count back from the sums that tie it to the counts that are shown.

Small counts are hidden first, then, one by one, the cheapest of their neighbours (of those that matter least, the one that takes the
fewest cells with it), until an attacker who knows every sum and every
shown count, and knows that what is hidden is not zero, must grant that each small count could be as large as the threshold, and,
of what is not negative, that it could be none.  Each of the two is an integer programme (HiGHS), and the attacker's own solution
is checked in whole numbers, so that the proof does not rest on the solver's tolerance.  The method is complementary cell
suppression (Fischetti and Salazar 2001), with a greedy choice instead of their cheapest one.

Such a solution is a world that the attacker cannot rule out.  It stays one when more is hidden, and when a count is shown again that
is in it what it is in truth: so each world is kept, and only those that a change touches are looked for anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, identity

if TYPE_CHECKING:
    from ..terms import Array

Why = Literal["small", "to protect another"]
Cell = tuple[str, int, int]  # exhibit, row, column
World = Mapping[str, int]  # unknown counts as they could be

NODES = 500  # of a search tree: an attacker's programme that needs more is taken to have found the count (a count, not a clock)
MOST_SEARCHED = 120  # unknown counts: of more, a world that the linear programme does not find in whole numbers is taken not to be there


@dataclass(frozen=True, slots=True)
class System:
    """Counts of people, the sums that tie them, and the cells that go when a count is hidden."""

    counts: Mapping[str, int]
    sums: tuple[tuple[str, tuple[str, ...]], ...]  # (total, its parts)
    cells: Mapping[str, frozenset[Cell]]  # by count; a count without cells is shown nowhere
    smallest: int  # counts from 1 to one less than this must stay unknown
    matters: Mapping[str, int] = field(default_factory=dict)  # by count: 0 where it stands behind a headline, more where it matters less
    limits: Mapping[str, int] = field(default_factory=dict)  # by count: a stricter `smallest`, where a policy asks more of its table
    known: frozenset[str] = frozenset()  # what an earlier release has shown: nothing takes it back
    kept: frozenset[str] = frozenset()  # what an earlier release has hidden, so that it is known not to be zero

    def smallest_of(self, name: str) -> int:
        """From how many people on a count may be told."""
        return max(self.smallest, self.limits.get(name, 0))

    def small(self) -> tuple[str, ...]:
        """The counts that must stay unknown, shown or not."""
        return tuple(name for name, count in self.counts.items() if 0 < count < self.smallest_of(name) and name not in self.known)

    def unseen(self) -> frozenset[str]:
        """The counts that no cell shows, nor ever did."""
        return frozenset(name for name in self.counts if not self.cells.get(name)) - self.known - self.kept

    def dark(self, hidden: Collection[str]) -> frozenset[str]:
        """Every count that a reader does not know when `hidden` is hidden."""
        before = frozenset(name for name in self.kept if not self.cells.get(name))
        return (frozenset(hidden) | self.unseen() | before) - self.known

    def untrue(self) -> tuple[str, ...]:
        """The totals that are not the sum of their parts."""
        return tuple(total for total, parts in self.sums if self.counts[total] != sum(self.counts[part] for part in parts))


@dataclass(frozen=True, slots=True)
class _Tied:
    """What an attacker knows about one count: the unknown counts that sums tie to it, those sums, and what he may still be denied."""

    unknown: tuple[str, ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...]
    to_hide: tuple[str, ...]  # tied counts that are shown, could be hidden and are no zero, which would protect nothing

    @classmethod
    def to(cls, system: System, hidden: Collection[str], name: str) -> _Tied:
        dark = system.dark(hidden)
        reached, sums = {name}, []
        rest = list(system.sums)
        while found := [one for one in rest if reached & {one[0], *one[1]}]:
            sums += found
            rest = [one for one in rest if not reached & {one[0], *one[1]}]
            reached |= {count for total, parts in found for count in (total, *parts) if count in dark}
        tied = {count for total, parts in sums for count in (total, *parts)}
        open_to = tuple(count for count in tied if count not in reached and count not in system.known and system.counts[count] > 0)
        return cls(tuple(count for count in system.counts if count in reached), tuple(sums), open_to)


def hide(system: System) -> dict[str, Why]:
    """The counts to hide, and why: enough that `exposed` finds none, and none of them to spare."""
    hidden: dict[str, Why] = dict.fromkeys((name for name in system.small() if system.cells.get(name)), "small")
    worlds: dict[str, tuple[World, World]] = {}
    for name in system.small():
        if not (found := _worlds(system, hidden, name)):
            for least, most in ((system.smallest_of(name), None), (0, 0)):
                near = _nearest_world(system, hidden, name, least, most)
                hidden |= dict.fromkeys((one for one in near if one not in hidden and system.cells.get(one)), "to protect another")
        while not found and not (found := _worlds(system, hidden, name)):
            tied = _Tied.to(system, hidden, name)
            if not tied.to_hide:
                break
            hidden[min(tied.to_hide, key=lambda count: _price(system, hidden, count))] = "to protect another"
        worlds[name] = found or ({}, {})
    for name in sorted((name for name, why in hidden.items() if why != "small"), key=lambda name: _price(system, (), name), reverse=True):
        without: dict[str, Why] = {other: why for other, why in hidden.items() if other != name}
        truth = system.counts[name]
        touched = [other for other, both in worlds.items() if any(world.get(name, truth) != truth for world in both)]
        anew: dict[str, tuple[World, World]] = {}
        for other in touched:
            if not (found := _worlds(system, without, other)):
                break
            anew[other] = found
        else:
            hidden, worlds = without, worlds | anew
    return hidden


def exposed(system: System, hidden: Collection[str]) -> tuple[str, ...]:
    """The small counts that an attacker can pin down when `hidden` is all that is not shown: the proof, when it is empty."""
    return tuple(name for name in system.small() if is_exposed(system, hidden, name))


def is_exposed(system: System, hidden: Collection[str], name: str) -> bool:
    """Whether an attacker can tell that a small count is small, or that it is not none.

    A count about which nothing is shown that could be hidden is not exposed by this release, whatever earlier ones told of it.
    """
    if system.cells.get(name) and name not in hidden:
        return True
    return _worlds(system, hidden, name) is None and bool(_Tied.to(system, hidden, name).to_hide)


def _worlds(system: System, hidden: Collection[str], name: str) -> tuple[World, World] | None:
    """A world in which a count is as large as the threshold, and one in which it is none; None where an attacker can rule out either."""
    tied, dark = _Tied.to(system, hidden, name), system.dark(hidden)
    unseen = system.unseen()
    positive = {one: 0 if one in unseen or one not in dark else 1 for one in tied.unknown}  # a zero is always shown, so what is hidden is none
    large = _possible(system, tied, {**positive, name: max(positive[name], system.smallest_of(name))}, {})
    if large is None:
        return None
    none = _possible(system, tied, {}, {name: 0})
    return None if none is None else (large, none)


def _possible(system: System, tied: _Tied, at_least: Mapping[str, int], at_most: Mapping[str, int]) -> World | None:
    """Whole numbers that satisfy every sum and the bounds; None where there are none."""
    column = {name: number for number, name in enumerate(tied.unknown)}
    b = np.zeros(len(tied.sums))
    entries: dict[tuple[int, int], int] = {}
    for row, (total, parts) in enumerate(tied.sums):
        for count, sign in ((total, -1), *((part, 1) for part in parts)):
            if count in column:
                entries[row, column[count]] = entries.get((row, column[count]), 0) + sign
            else:
                b[row] -= sign * system.counts[count]
    rows, columns = (np.array([place[axis] for place in entries], dtype=int) for axis in (0, 1))
    A = csr_array((np.array(list(entries.values()), dtype=float), (rows, columns)), shape=(len(tied.sums), len(tied.unknown)))
    n, truth = len(tied.unknown), np.array([float(system.counts[name]) for name in tied.unknown])
    low = np.array([at_least.get(name, 0) for name in tied.unknown], dtype=float)
    high = np.array([at_most.get(name, np.inf) for name in tied.unknown], dtype=float)
    # how far above the truth and below it, as little as can be: such a solution is nearly always one of whole numbers
    apart = LinearConstraint(hstack([identity(n), -identity(n)], format="csr"), low - truth, high - truth)
    rules = [apart, LinearConstraint(hstack([A, -A], format="csr"), b - A @ truth, b - A @ truth)] if tied.sums else [apart]
    near = milp(np.ones(2 * n), constraints=rules, bounds=Bounds(0, np.inf))
    if near.x is None:
        return None
    x = np.rint(truth + near.x[:n] - near.x[n:])
    if not _solves(A, b, x, low, high):
        if n > MOST_SEARCHED:
            return None
        whole = [LinearConstraint(A, b, b)] if tied.sums else []
        found = milp(np.zeros(n), constraints=whole, bounds=Bounds(low, high), integrality=np.ones(n), options={"node_limit": NODES})
        x = np.rint(found.x) if found.x is not None else x
    if not _solves(A, b, x, low, high):
        return None
    return {name: int(value) for name, value in zip(tied.unknown, x, strict=True)}


def _solves(A: csr_array, b: Array, x: Array, low: Array, high: Array) -> bool:
    """Whether whole numbers satisfy every sum and the bounds, exactly."""
    return bool(np.all(A @ x == b) and np.all(low <= x) and np.all(x <= high))


def _nearest_world(system: System, hidden: Collection[str], name: str, least: int, most: int | None) -> tuple[str, ...]:
    """The counts that differ from the truth in the world nearest to it in which `name` is from `least` to `most`.

    What is shown is moved at its price, what is hidden for nothing, so that few cells that matter little are found all at once: a linear
    programme, whose solution only proposes what to hide.  Empty where there is none.
    """
    everywhere = _Tied.to(system, [one for one, count in system.counts.items() if count > 0], name)
    at = {one: place for place, one in enumerate(everywhere.unknown)}
    n, dark = len(at), system.dark(hidden)
    rows = [(row, at[one], sign) for row, (total, parts) in enumerate(everywhere.sums) for one, sign in _signed(total, parts) if one in at]
    A = csr_array(([sign for *_, sign in rows], ([row for row, *_ in rows], [column for _, column, _ in rows])), shape=(len(everywhere.sums), n))
    ranks = max((system.matters.get(one, 0) for one in at), default=0)
    prices = np.array([0.0 if one in dark else _cost(system, one, ranks) for one in at])
    truth = np.array([float(system.counts[one]) for one in at])
    unseen = system.unseen()
    floor = np.array([0.0 if most == 0 or one in unseen else 1.0 for one in at])
    down, up = truth - floor, np.full(n, np.inf)  # how far each may move
    down[at[name]], up[at[name]] = truth[at[name]], np.inf
    move = least - truth[at[name]] if most is None else -truth[at[name]]
    fixed = Bounds(np.zeros(2 * n), np.concatenate([up, np.maximum(down, 0)]))
    own = csr_array(([1.0, -1.0], ([0, 0], [at[name], n + at[name]])), shape=(1, 2 * n))
    rules = [LinearConstraint(hstack([A, -A], format="csr"), 0, 0)] if rows else []
    rules.append(LinearConstraint(own, move, np.inf if most is None else move))
    found = milp(np.concatenate([prices, prices]), constraints=rules, bounds=fixed)
    if found.x is None:
        return ()
    moved = np.abs(found.x[:n] - found.x[n:]) > 1e-6
    return tuple(one for one, place in at.items() if moved[place])


def _signed(total: str, parts: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    return ((total, -1.0), *((part, 1.0) for part in parts))


def _cost(system: System, name: str, ranks: int) -> float:
    """What it costs to hide a count: more cells, and a larger one, cost more, and what matters more costs more than all that."""
    return float(100.0 ** (ranks - system.matters.get(name, 0)) * (len(system.cells.get(name, ())) + np.log1p(system.counts[name]) / 10))


def _price(system: System, hidden: Collection[str], name: str) -> tuple[int, int, int, str]:
    gone: frozenset[Cell] = frozenset().union(*(system.cells.get(other, frozenset()) for other in hidden))
    return -system.matters.get(name, 0), len(system.cells.get(name, frozenset()) - gone), system.counts[name], name
