"""Effects of known size among some rows of a ruler: marks and states are removed or added, amounts shrink or grow.  Records stay as they are.

An effect is planted at one dose in every redrawn study, and not to the last person: an effect that is exact among those who happen to
be served takes chance away that an interval allows for.  To remove somebody's event is to remove each of them up to the horizon, so
that the clock runs to its end; an event added has a day and a kind drawn from those on record.  Only clocks that ran to the horizon
are touched, so that no death and no competing end is undone.  Amounts shrink or grow by one factor: whoever has none keeps none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..outcomes import Ruler
from ..records.uses import competing_events
from ..rehearsal.part import PartRuler, remembered
from ..terms import Amounts, Horizon, Marks, Question, States

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..terms import Array

LOST = ("served", "moved", "records end")


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What a ruler shows of each row with nothing planted; (n,) arrays."""

    read: Callable[..., Any]  # the verbs of the ruler, each read once
    y: Array  # float: 1 or 0 for a mark or a state, else the amount
    seen: Array  # bool: watched to the horizon
    free: Array  # bool: nothing but the horizon, and events, ends the clock: an event can be taken or given
    day: Array  # int: of the first mark
    cause: Array  # str: its kind
    most: Array  # float, of amounts: a day holds no more than a day


@dataclass(frozen=True, slots=True, eq=False)
class Plant:
    """What is planted in each row; (n,) arrays."""

    effect: Array  # float: by how much the row's outcome moves
    removed: Array  # bool
    added: Array  # bool
    day: Array  # int: of what is added
    cause: Array  # str

    def of(self, rows: Array) -> Plant:
        """What is planted in some rows."""
        return Plant(self.effect[rows], self.removed[rows], self.added[rows], self.day[rows], self.cause[rows])


def base_of(ruler: Ruler, question: Question) -> Base:
    """Reads what a question asks about, once."""
    read, horizon, outcome = remembered(ruler), question.horizon, ruler.outcome
    ends = read("ends", horizon)
    seen = ~np.isin(ends.why, LOST)
    n = len(seen)
    none, free = (np.zeros(n, dtype=np.int64), np.full(n, "")), seen & (ends.why == "horizon")
    without = np.full(n, np.inf)
    if outcome.kind == "mark":
        kinds = tuple(competing_events(question, outcome)) if question.method == "survival" else ()
        marks, every = read("marks", horizon, kinds), read("every_mark", horizon, kinds)
        return Base(read, (marks.why == "mark").astype(float), seen, free & (every.why == "horizon"), marks.day, marks.cause, without)
    if outcome.kind == "state":
        states = read("state", horizon)
        return Base(read, states.inside.astype(float), seen & states.seen, free & states.seen, *none, without)
    amounts = read("amount", outcome.from_day, horizon)
    most = np.maximum(amounts.window_days, amounts.amount).astype(float) if outcome.unit == "days" else without
    return Base(read, amounts.amount, seen, free, *none, most)


@dataclass(frozen=True, slots=True)
class Dose:
    """How strongly an effect is planted, the same in every redrawn study, so that chance is left in what is found as it is in any study."""

    size: float  # by how much the mean moves, on average over redrawn studies
    rate: float  # of those with the event (or, where it is added, without it): the share that is moved; of amounts: the factor less 1


def dose_of(base: Base, chance: Array, size: float, *, risk: bool) -> Dose | None:
    """The dose that moves the mean by `size` among rows taken with these chances (n,); None where there is too little to be moved."""
    if not size:
        return Dose(0.0, 0.0)
    able = base.free & (base.y == (1 if size < 0 else 0)) if risk else base.y
    there = float(chance @ able / chance.sum())
    if there <= 0 or (size > 0 and not (base.y > 0).any()):
        return None
    rate = abs(size) / there if risk else size / there
    return Dose(size, rate) if -1 <= rate <= (1 if risk else np.inf) else None


def planted(base: Base, chosen: Array, dose: Dose, luck: np.random.Generator, *, risk: bool) -> Plant:
    """A dose planted in the rows `chosen` (n,) bool; `effect` is what came of it, row by row."""
    n = len(base.y)
    nobody, day, cause = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.int64), np.full(n, "", dtype=object)
    if not risk:
        grown = np.where(chosen, np.minimum(base.y * (1 + dose.rate), base.most), base.y)
        return Plant(grown - base.y, nobody, nobody, day, cause)
    add = dose.size > 0
    moved = chosen & base.free & (base.y == (0 if add else 1)) & (luck.random(n) < dose.rate)
    if add and moved.any():
        like = luck.choice(np.flatnonzero(base.y == 1), int(moved.sum()))
        day[moved], cause[moved] = base.day[like], base.cause[like]
    return Plant(np.where(moved, np.sign(dose.size), 0.0), nobody if add else moved, moved if add else nobody, day, cause)


@dataclass(frozen=True, slots=True, eq=False)
class PlantedRuler(PartRuler):
    """The ruler of some rows, with an effect planted in what it shows up to one horizon; what came before the start stands as it was."""

    plant: Plant  # of these rows
    horizon: Horizon

    def marks(self, horizon: Horizon, competing: tuple[str, ...] = ()) -> Marks:  # type: ignore[override]  # a tuple is a sequence
        """The first mark on each clock, those removed and added among them."""
        own, plant = PartRuler.marks(self, horizon, competing), self.plant
        if horizon != self.horizon:
            return own
        every = self.read("every_mark", horizon, tuple(competing))
        day = np.where(plant.removed, every.last_seen[self.rows], np.where(plant.added, np.minimum(plant.day, own.day), own.day))
        why = np.where(plant.removed, every.why[self.rows], np.where(plant.added, "mark", own.why))
        cause = np.where(plant.removed, "", np.where(plant.added, plant.cause.astype(str), own.cause))
        return Marks(day, why, own.whole, own.same_day, cause)

    def state(self, horizon: Horizon) -> States:
        """Where these people are on the last day, those moved by the plant among them."""
        own, plant = PartRuler.state(self, horizon), self.plant
        if horizon != self.horizon:
            return own
        inside = (own.inside & ~plant.removed) | plant.added
        state = np.where(plant.removed, "none", np.where(plant.added, "/".join(self.outcome.kinds), own.state))
        return States(state, inside, own.seen)

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        """What each clock adds up to, shrunk or grown after the start."""
        own = PartRuler.amount(self, first, horizon)
        if first < 0 or horizon != self.horizon:
            return own
        return Amounts(own.amount + self.plant.effect, own.seen_days, own.window_days)
