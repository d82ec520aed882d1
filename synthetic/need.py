"""The need of a person that the records show on a day: what whoever decides about a place has before them, and an analyst too.

It is read from the very rows that the county's systems write, so that a design's history columns can be exactly it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from synthetic.rates import core, served
from synthetic.rates.rate import Rate
from synthetic.recording import Log, System, View
from synthetic.rows import NEVER_DAY

if TYPE_CHECKING:
    from synthetic.lives import Lives

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Sign:
    """Something on record that makes somebody likelier to be served: rows of one kind in so many days before."""

    table: Literal["event", "spell"]
    kind: str
    how: Literal["count", "any", "days"]  # how many, whether any, days inside (of spells): as the history of a design counts them
    weight: Rate  # log odds of being served for each
    look_back: Rate = core.LOOK_BACK  # days


_JUSTICE = (Sign("event", "arrest", "count", core.BY_ARREST), Sign("event", "conviction", "count", core.BY_CONVICTION))
_SHELTERED = Sign("spell", "shelter", "any", core.BY_SHELTER)
_NIGHTS = Sign("spell", "shelter", "days", served.BY_NIGHT)
_HOSPITAL = (Sign("event", "emergency_visit", "count", served.BY_EMERGENCY), Sign("spell", "inpatient", "count", served.BY_INPATIENT))
_REPORTS = Sign("event", "report", "count", served.BY_REPORT, served.CHILD_LOOK_BACK)
_REMOVALS = Sign("event", "removal", "count", served.BY_REMOVAL, served.CHILD_LOOK_BACK)

SIGNS: Mapping[str, tuple[Sign, ...]] = {  # by intake
    "released": (*_JUSTICE, _SHELTERED),
    "residents": (*_HOSPITAL, _JUSTICE[0], _SHELTERED),
    "homeless": (_NIGHTS, _JUSTICE[0], _HOSPITAL[0]),
    "claimants": tuple(Sign("spell", f"benefits:{kind}", "days", served.BY_BENEFIT_DAY) for kind in ("calfresh", "calworks")),
    "adults": (*_HOSPITAL, _JUSTICE[0], _NIGHTS),
    "listed": (*_HOSPITAL, _JUSTICE[0], _NIGHTS),
    "reunified": (_REMOVALS, _REPORTS),
    "in_care": (_REMOVALS, _REPORTS),
    "reported": (_REPORTS, _REMOVALS),
    "disposed": (Sign("event", "petition", "count", served.BY_PETITION), _REPORTS),
}


def on_record(lives: Lives, systems: Sequence[System], signs: Sequence[Sign], first: Array, days: int = 1) -> Array:
    """Log odds of being served that the signs in these lives give; (n, days) from the day `first` on, (n,).

    Of each day, nothing of the day itself, nor after it, is read.
    """
    rows = _rows(lives, systems, signs)
    odds = np.zeros((len(first), days))
    for sign in signs:
        odds += sign.weight.value * _read(sign, *rows[sign.table, sign.kind], first, days)
    return odds


# ------------------------------------------------------------------------------------------------ what is on record
def _rows(lives: Lives, systems: Sequence[System], signs: Sequence[Sign]) -> dict[tuple[str, str], tuple[Array, Array, Array]]:
    """Person, first day and last day of every row that the signs read, by table and kind: with nothing hidden, and nothing late."""
    view = View((), np.full(len(lives.people), NEVER_DAY), None, ("", ""), "")
    parts: dict[tuple[str, str], list[tuple[Array, Array, Array]]] = {(sign.table, sign.kind): [] for sign in signs}
    for system in systems:
        if not any(kind in system.kinds for _, kind in parts):
            continue
        for log in system.logs(lives, view):
            for (table, kind), held in parts.items():
                if table == log.table:
                    held.extend(_of_kind(log, kind))
    nothing = np.empty(0, np.int64)
    return {key: (nothing, nothing, nothing) if not held else _joined(held) for key, held in parts.items()}


def _of_kind(log: Log, kind: str) -> Iterator[tuple[Array, Array, Array]]:
    last = log.days["stop"] - 1 if log.table == "spell" else log.day
    if log.words.get("kind") == kind:
        yield log.who, log.day, last
    elif "kind" in log.codes and kind in log.codes["kind"][1]:
        place, words = log.codes["kind"]
        there = place == words.index(kind)
        yield log.who[there], log.day[there], last[there]


def _joined(parts: Sequence[tuple[Array, Array, Array]]) -> tuple[Array, Array, Array]:
    """All parts as one, without spells that last no day."""
    who, begun, over = parts[0] if len(parts) == 1 else (np.concatenate(column) for column in zip(*parts, strict=True))
    there = over >= begun
    return who[there], begun[there], over[there]


# ------------------------------------------------------------------------------------------------ what it comes to on a day
def _read(sign: Sign, who: Array, begun: Array, over: Array, first: Array, days: int) -> Array:
    """What a sign's rows come to in the look-back of each day; (n, days)."""
    back = int(sign.look_back.value)
    if sign.how == "days":
        return _days_inside(who, begun, over, first, days, back)
    reach = _standing(who, begun + 1, over + back + 1, first, days)
    return reach if sign.how == "count" else reach > 0


def _standing(who: Array, since: Array, until: Array, first: Array, days: int) -> Array:
    """For how many of a person's rows each day lies from the day `since` on, and before the day `until`; (n, days) int."""
    change = np.zeros((len(first), days + 1), dtype=np.int32)
    for day, step in ((since, 1), (until, -1)):
        np.add.at(change, (who, np.clip(day - first[who], 0, days)), step)
    return np.cumsum(change[:, :days], axis=1)


def _days_inside(who: Array, begun: Array, over: Array, first: Array, days: int, back: int) -> Array:
    """How many days of a person's spells, which do not overlap, lie in the look-back of each day; (n, days) int."""
    inside = np.minimum(over + 1, first[who]) - np.maximum(begun, first[who] - back)
    at_first = np.bincount(who, np.maximum(inside, 0), len(first)).astype(np.int64)
    # from one day to the next, the day between comes into the look-back, and the first day of it falls out
    gained = _standing(who, begun + 1, over + 2, first, days) - _standing(who, begun + back + 1, over + back + 2, first, days)
    gained[:, 0] = at_first
    return np.cumsum(gained, axis=1)
