"""Rows of one table, kind and source as a profile tells them: how many a month, how often a person, how far apart, and what they come with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..records.contract import CONTRACT
from ..records.days import FOREVER
from . import safely
from .safely import FEWEST, Told

if TYPE_CHECKING:
    import pandas as pd

    from ..terms import Array

CLASSES = (0.2, 0.4, 0.6, 0.8)  # of rows: how many rows a person has, in five classes
NEAR = 60  # days after another row within which one may have come of it
MOSTLY = 0.5  # of the rows: then they are told as coming with, or after, others
BEYOND = 0.3  # and by so much more often after the others than before them
LIKE = 0.05  # shares this near are as good: the rarer of two rows says more
WIDE = 10**6  # more days than records hold


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Rows of one kind and source; (n,) arrays in the order of person and day."""

    table: str
    kind: str
    source: str
    rows: pd.DataFrame
    who: Array  # int
    day: Array  # int
    stop: Array | None  # int, of what lasts; FOREVER where it has not ended

    @property
    def key(self) -> str:
        """Its name in the profile."""
        return " | ".join((self.table, self.kind, self.source))

    @property
    def anchors(self) -> dict[str, tuple[Array, Array]]:
        """Whose, and on which days, other rows may come with: the first day, and of what lasts the day it ends."""
        if self.stop is None:
            return {"start": (self.who, self.day)}
        ended = self.stop < FOREVER
        return {"start": (self.who, self.day), "stop": (self.who[ended], self.stop[ended])}


def told(stream: Stream, before: Sequence[Stream], known: Sequence[Told]) -> Told:
    """A stream as a profile tells it; `before` are those told before it, which it may come with, and `known` what is told of them."""
    who, day = stream.who, stream.day
    first = np.append(True, who[1:] != who[:-1])
    each = np.diff(np.append(np.flatnonzero(first), len(who)))
    later = ~first
    found: Told = {
        "table": stream.table,
        "kind": stream.kind,
        "source": stream.source,
        "people": safely.count(safely.people(who)),
        "rows": safely.count(len(who)),
        "months": safely.months(day, who),
        "first_rows": safely.months(day[first], who[first]),
        "rows_a_person": safely.sketch(each, who[first]),
        "days_between": _between(np.diff(day)[later[1:]], who[later], np.repeat(each, each)[later]) if later.any() else [],
    }
    if stream.stop is not None:
        ended = stream.stop < FOREVER
        found["not_ended"] = safely.share(safely.people(who[~ended]), safely.people(who)) and safely.share(int((~ended).sum()), len(who))
        found["days_long"] = safely.sketch((stream.stop - day)[ended], who[ended]) if ended.any() else []
    return found | _columns(stream) | _company(stream, before, known)


def _between(days: Array, who: Array, many: Array) -> list[Told]:
    """The days between a person's rows: by how many rows the person has, since many rows lie closer."""
    bounds = np.unique(np.quantile(many, CLASSES, method="lower"))
    part = np.searchsorted(bounds, many)
    cells = safely.cut(part, who)
    tops = [int(bounds[top]) if (top := int(part[cell].max())) < len(bounds) else None for cell in cells]
    return [{"rows_up_to": top, "values": safely.sketch(days[cell], who[cell])} for top, cell in zip(tops, cells, strict=True)]


def _columns(stream: Stream) -> Told:
    """What the other columns hold: numbers as distributions, words as counts, `recorded` as days after the row's own."""
    numbers: Told = {}
    words: Told = {}
    contract = CONTRACT[stream.table]
    for column in contract:
        if column.name in ("person_id", "source", contract.kind, contract.day, "stop"):
            continue
        values = stream.rows[column.name]
        there = values.notna().to_numpy()
        if column.type == "text":
            if there.any():
                words[column.name] = safely.words(values.where(values.notna(), None).tolist(), stream.who)
            continue
        held = values[there].to_numpy(dtype=float) - (stream.day[there] if column.type == "day" else 0)
        if safely.people(stream.who[there]) >= FEWEST:
            numbers[column.name] = {"filled": safely.share(int(there.sum()), len(there)), "values": safely.sketch(held, stream.who[there])}
    return {"numbers": numbers, "words": words}


def _company(stream: Stream, before: Sequence[Stream], known: Sequence[Told]) -> Told:
    """Which other rows these come with or after and, where none, with whom they share people more than others do."""
    best: tuple[float, int, str, Stream, Array] | None = None
    for other in sorted(before, key=lambda one: len(one.who)):
        for anchor, (who, day) in other.anchors.items():
            lag = _days_after(stream.who, stream.day, who, day)
            share = float((lag >= 0).mean())
            if share < MOSTLY:
                continue
            ahead = float((_days_after(stream.who, -stream.day - 1, who, -day) >= 0).mean())  # as many just before as just after is no company
            if share - ahead >= BEYOND and (best is None or share > best[0] + LIKE):
                best = share, len(who), anchor, other, lag
    if best is None:
        return {"shares": _overlap(stream, before)}
    _, _, anchor, other, lag = best
    near = lag >= 0
    share = safely.share(int(near.sum()), len(near))
    if not share or safely.people(stream.who[near]) < FEWEST:
        return {"shares": _overlap(stream, before)}
    who, day = other.anchors[anchor]
    beside = [one for one, said in zip(before, known, strict=True) if (said.get("after") or {}).get("stream") == other.key]
    apart = {one.key: by for one in beside if (by := _apart(stream, one))}
    return {
        "after": {
            "stream": other.key,
            "anchor": anchor,
            "share": share,
            "days_after": safely.sketch(lag[near], stream.who[near]),
            "first": _firsts(stream, lag, who, day),
            "apart": apart,
        }
    }


def _days_after(whose: Array, on: Array, who: Array, day: Array) -> Array:
    """(n,) how many days, up to NEAR, after the last of the other rows of the same person; -1 where there is none."""
    keys = np.sort(who * WIDE + day)
    own = whose * WIDE + on
    place = np.searchsorted(keys, own, side="right") - 1
    lag = np.where(place >= 0, own - keys[np.maximum(place, 0)], NEAR + 1) if len(keys) else np.full(len(own), NEAR + 1)
    return np.where(lag <= NEAR, lag, -1)


def _firsts(stream: Stream, lag: Array, who: Array, day: Array) -> float:
    """Of the rows that come with others, the share that comes with a person's first of them since this stream began."""
    begun = int(stream.day.min()) - NEAR
    since = day >= begun if lag.max() > 0 else day >= int(stream.day.min())
    own, first = np.unique(who[since], return_index=True)
    firsts = dict(zip(own.tolist(), day[since][first].tolist(), strict=True))
    with_ = (stream.day - lag)[lag >= 0]
    hits = sum(firsts.get(person) == at for person, at in zip(stream.who[lag >= 0].tolist(), with_.tolist(), strict=True))
    return safely.share(hits, len(with_))


def _apart(stream: Stream, other: Stream) -> str:
    """Whether hardly anybody has both ("person"), or both on one day ("day"); empty where many have."""
    if safely.people(stream.who[np.isin(stream.who, other.who)]) < FEWEST:
        return "person"
    both = np.isin(stream.who * WIDE + stream.day, other.who * WIDE + other.day)
    return "day" if safely.people(stream.who[both]) < FEWEST else ""


def _overlap(stream: Stream, before: Sequence[Stream]) -> Told | None:
    """The stream before it whose people are the largest share of these."""
    own = np.unique(stream.who)
    found = [(int(np.isin(own, other.who).sum()), -safely.people(other.who), other.key) for other in before]
    if not found:
        return None
    both, _, key = max(found)
    return {"stream": key, "share": safely.share(both, len(own))}
