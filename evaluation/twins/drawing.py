"""Days and people drawn from what a profile tells of a stream of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import safely
from .safely import Told

if TYPE_CHECKING:
    from ..terms import Array

TRIES = 8  # a person's rows that run past the records are drawn again so often, and then pressed together


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Whose rows, and on which days; (n,) arrays."""

    who: Array  # int
    day: Array  # int


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """The rows of a stream that other streams may come with; (n,) arrays."""

    who: Array
    day: Array
    stop: Array | None  # -1: it has not ended

    def anchor(self, name: str) -> tuple[Array, Array]:
        """On which rows, and on which days, other rows may come with these."""
        if name == "start" or self.stop is None:
            return np.arange(len(self.day)), self.day
        ended = np.flatnonzero(self.stop >= 0)
        return ended, self.stop[ended]


def from_sketch(told: Sequence[Told], n: int, luck: np.random.Generator) -> Array:
    """(n,) values of a distribution: between the medians of its slices as if evenly spread, and no further than the outermost."""
    rows = np.array([one["rows"] for one in told], dtype=float)
    middle = (np.cumsum(rows) - rows / 2) / rows.sum()
    return np.interp(luck.random(n), middle, [one["median"] for one in told])


def from_words(told: Mapping[str, int], n: int, luck: np.random.Generator) -> list[str | None]:
    """(n,) words as often as they are told; an empty one is missing."""
    if not told:
        return [None] * n
    names, rows = list(told), np.array(list(told.values()), dtype=float)
    return [names[place] or None for place in luck.choice(len(names), n, p=rows / rows.sum())]


def in_months(told: Sequence[Told], n: int | None, luck: np.random.Generator) -> Array:
    """(n,) days, rising, that fall into the months as told, evenly within each; None: as many as are told."""
    if not told:
        return np.zeros(0, dtype=np.int64)
    rows = np.array([one["rows"] for one in told], dtype=np.int64)
    if n is not None:
        ends = np.rint(np.cumsum(rows) * n / rows.sum()).astype(np.int64)
        rows = np.diff(ends, prepend=0)
    low = np.repeat([safely.first_day(one) for one in told], rows)
    high = np.repeat([safely.end_day(one) for one in told], rows)
    return np.sort(low + np.floor(luck.random(len(low)) * (high - low)).astype(np.int64))


def chained(told: Told, made: Mapping[str, Made], people: int, luck: np.random.Generator) -> Drawn:
    """Rows of their own: so many for each person, as far apart as told, and then moved until the months hold what is told."""
    own = _people(told, made, people, luck)
    many = _rows_each(told, len(own), luck)
    first = luck.permutation(in_months(told["first_rows"], len(own), luck))
    begins, ends = safely.first_day(told["months"][0]), safely.end_day(told["months"][-1])
    day = np.repeat(first, many)
    if told["days_between"]:
        day = day + _after_first(told["days_between"], many, ends - first, luck)
    day = np.clip(day, begins, ends - 1)
    return Drawn(np.repeat(own, many), _moved(day, in_months(told["months"], len(day), luck)))


def attached(told: Told, after: Told, made: Mapping[str, Made], people: int, luck: np.random.Generator, *, crowd: int) -> Drawn:
    """Rows that come with rows of another stream, or some days after, in months as told; the rest by themselves.

    `crowd` people are to have rows of this stream or of those that nobody has beside it.
    """
    rows, day = made[after["stream"]].anchor(after["anchor"])
    target = int(told["rows"])
    lag = np.rint(from_sketch(after["days_after"], len(day), luck)).astype(np.int64)
    at = day + lag
    free = (at >= safely.first_day(told["months"][0])) & (at < safely.end_day(told["months"][-1]))
    _shared_out(made[after["stream"]].who, rows, free, round(crowd * after["share"]), luck)
    who = made[after["stream"]].who[rows]
    for key, by in after["apart"].items():
        other = made[key]
        free &= ~(np.isin(who, other.who) if by == "person" else np.isin(_keyed(who, at), _keyed(other.who, other.day)))
    many = min(round(target * after["share"]), int(free.sum()))
    firsts = np.zeros(len(day), dtype=bool)
    order = np.lexsort((day, who))
    begun = order[day[order] >= safely.first_day(told["months"][0])]
    firsts[begun[np.append(True, who[begun][1:] != who[begun][:-1])] if len(begun) else begun] = True
    noise = luck.exponential(size=len(day)) / _weights(at, free, told)  # drawn without putting back, the heavier the sooner
    with_first = _soonest(np.flatnonzero(free & firsts), noise, round(many * after["first"]))
    chosen = _of_so_many(with_first, np.setdiff1d(np.flatnonzero(free & ~firsts), with_first), who, noise, many, int(told["people"]))
    if len(chosen) and (again := round(target * after["share"]) - len(chosen)) > 0:  # several come with one row
        chosen = np.concatenate([chosen, luck.choice(np.flatnonzero(free), again)])
    rest = target - len(chosen)
    alone = _alone(who[chosen], rest, min(int(told["people"]), people), people, luck)
    days = luck.permutation(in_months(told["months"], len(alone), luck))
    return Drawn(np.concatenate([who[chosen], alone]), np.concatenate([at[chosen], days]))


def _shared_out(who: Array, rows: Array, free: Array, wanted: int, luck: np.random.Generator) -> None:
    """Exchanges people between rows, in place, until so many have a row that is free: days and rows a person stay as they are."""
    own = who[rows]
    mixed = luck.permutation(len(rows))
    inside, outside = mixed[free[mixed]], mixed[~free[mixed]]
    first = np.zeros(len(rows), dtype=bool)
    first[inside[np.unique(own[inside], return_index=True)[1]]] = True
    spare = inside[~first[inside]]
    without = outside[~np.isin(own[outside], own[inside])]
    without = without[np.sort(np.unique(own[without], return_index=True)[1])]
    many = max(0, min(wanted - int(first.sum()), len(spare), len(without)))
    one, other = rows[spare[:many]], rows[without[:many]]
    who[one], who[other] = who[other], who[one]


def _weights(at: Array, free: Array, told: Told) -> Array:
    """(n,) how much each row counts, so that those chosen lie in the months as told."""
    edges = np.array([safely.first_day(one) for one in told["months"]])
    month = np.clip(np.searchsorted(edges, at, side="right") - 1, 0, None)
    wanted = np.array([one["rows"] for one in told["months"]], dtype=float)
    return np.asarray((wanted / np.maximum(np.bincount(month[free], minlength=len(wanted)), 1))[month])


def _soonest(places: Array, noise: Array, many: int) -> Array:
    """So many of some places, each once."""
    return places[np.argsort(noise[places], kind="stable")[: max(0, many)]]


def _of_so_many(chosen: Array, others: Array, who: Array, noise: Array, many: int, people: int) -> Array:
    """The places chosen and others until there are `many`: of people who have none yet, until there are as many people as told."""
    ordered = _soonest(others, noise, len(others))
    new = ordered[~np.isin(who[ordered], who[chosen])]
    fresh = new[np.sort(np.unique(who[new], return_index=True)[1])]
    fresh = fresh[: max(0, min(people - len(np.unique(who[chosen])), many - len(chosen)))]
    left = ordered[~np.isin(ordered, fresh)][: max(0, many - len(chosen) - len(fresh))]
    return np.concatenate([chosen, fresh, left])


def _alone(have: Array, rest: int, wanted: int, people: int, luck: np.random.Generator) -> Array:
    """Whose the rows are that come with no other: those who have none yet, until there are as many people as told."""
    if rest <= 0:
        return np.zeros(0, dtype=np.int64)
    own = np.unique(have)
    new = luck.permutation(np.setdiff1d(np.arange(people), own))[: max(0, min(wanted - len(own), rest))]
    return np.concatenate([new, luck.choice(np.concatenate([own, new]), rest - len(new))])


def _people(told: Told, made: Mapping[str, Made], people: int, luck: np.random.Generator) -> Array:
    """Whose rows they are, with as many of them shared with another stream as is told."""
    many, shares = min(int(told["people"]), people), told.get("shares")
    everybody = luck.permutation(people)
    if not shares:
        return everybody[:many]
    known = np.isin(everybody, made[shares["stream"]].who)
    both = min(round(many * shares["share"]), int(known.sum()))
    return np.concatenate([everybody[known][:both], everybody[~known][: many - both]])


def _rows_each(told: Told, people: int, luck: np.random.Generator) -> Array:
    """(people,) how many rows each has, 1 at the least, that add up to about as many as are told."""
    each = from_sketch(told["rows_a_person"], people, luck)
    each = 1 + (each - 1) * _scale(each - 1, told["rows"] - people)
    return np.maximum(1, np.floor(each + luck.random(people))).astype(np.int64)


def _scale(beyond: Array, wanted: float) -> float:
    return max(0.0, wanted) / beyond.sum() if beyond.sum() > 0 else 0.0


def _after_first(told: Sequence[Told], many: Array, room: Array, luck: np.random.Generator) -> Array:
    """How many days after a person's first row each row lies; (sum of many,)."""
    begins, owner = np.cumsum(many) - many, np.repeat(np.arange(len(many)), many)
    tops = [one["rows_up_to"] for one in told[:-1]]
    part = np.searchsorted(tops, many)[owner]

    def drawn(places: Array) -> Array:
        found = np.zeros(len(places))
        for number, one in enumerate(told):
            here = part[places] == number
            found[here] = from_sketch(one["values"], int(here.sum()), luck)
        return found

    gaps = drawn(np.arange(len(owner)))
    for _ in range(TRIES):
        gaps[begins] = 0
        long = (np.add.reduceat(gaps, begins) >= room)[owner]
        if not long.any():
            break
        gaps[long] = drawn(np.flatnonzero(long))
    gaps[begins] = 0
    total = np.add.reduceat(gaps, begins)
    pressed = gaps * np.where(total >= room, room / np.maximum(total, 1), 1.0)[owner]
    summed = np.cumsum(pressed)
    return np.floor(summed - np.repeat(summed[begins], many)).astype(np.int64)


def _moved(day: Array, wanted: Array) -> Array:
    """The days moved, order kept and equal days together, until they lie as those wanted do."""
    own = np.sort(day)
    rank = (np.searchsorted(own, day, side="left") + np.searchsorted(own, day, side="right") - 1) // 2
    return wanted[rank]


def _keyed(who: Array, day: Array) -> Array:
    return who.astype(np.int64) * 10**6 + day
