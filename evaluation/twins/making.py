"""A profile made into canonical tables: people who do not exist, with rows as many, as far apart and in such company as it tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..records.contract import CONTRACT
from ..records.days import date_of, day_of
from ..terms import Problem, Refused
from .drawing import Drawn, Made, attached, chained, from_sketch, from_words, in_months
from .profile import FORM
from .safely import Told

if TYPE_CHECKING:
    from ..terms import Array

EPOCH = pd.Timestamp("1970-01-01")


def twin_of(profile: Told, seed: int = 0) -> dict[str, pd.DataFrame]:
    """The canonical tables of a twin, from the profile alone: the same seed makes the same.

    Kept: rows a month of each kind and source, rows a person, days between rows, how long things last, which rows come with which,
    shared people of two kinds, and each column by itself.  Nothing else is: no twin of an extract shows what a programme did in it,
    and a number found in a twin says nothing of the county.
    """
    if profile.get("form") != FORM:
        raise Refused(Problem("profile", "is none that this version makes a twin of.", f"Its form is '{FORM}'.", "Make it again: betteroff twin."))
    people, coverage = int(profile["person"]["people"]), profile["coverage"]
    ends = {row["source"]: (day_of(_date(row["first"])), day_of(_date(row["last"]))) for row in coverage}
    luck = np.random.default_rng([2_026, seed])
    made: dict[str, Made] = {}
    tables: dict[str, list[pd.DataFrame]] = {}
    for told in profile["streams"]:
        key = _key(told)
        drawn = _drawn(told, made, people, ends[told["source"]], luck, _crowd(key, told, profile["streams"]))
        made[key] = _made(told, drawn, ends[told["source"]][1], luck)
    for told in profile["streams"]:  # once all stand: who has a row may change while another stream is set beside it
        tables.setdefault(told["table"], []).append(_frame(told, made[_key(told)], ends[told["source"]][1], luck))
    found = {"person": _persons(profile["person"], people, list(made.values()), luck)}
    found |= {name: _gathered(name, parts) for name, parts in tables.items()}
    found |= {"family": _families(profile["family"], people, luck), "crosswalk": _crosswalk(profile, people, made, luck)}
    found |= {name: _as_it_stands(profile[name], name) for name in ("coverage", "unit_cost")}
    return {name: frame for name, frame in found.items() if len(frame)}


def _key(told: Told) -> str:
    """The name of a stream in a profile."""
    return " | ".join((told["table"], told["kind"], told["source"]))


def _crowd(key: str, told: Told, streams: Sequence[Told]) -> int:
    """How many people have rows of this stream, or of one that comes with the same rows and that nobody has beside it."""
    after = told.get("after") or {"apart": {}}
    beside = (other for other in streams if after["apart"].get(_key(other)) == "person" or _apart_from(other).get(key) == "person")
    return int(told["people"]) + sum(int(other["people"]) for other in beside)


def _apart_from(told: Told) -> Told:
    found: Told = (told.get("after") or {}).get("apart", {})
    return found


def _drawn(
    told: Told, made: dict[str, Made], people: int, covered: tuple[int, int], luck: np.random.Generator, crowd: int
) -> Drawn:  # fmt: skip
    """Whose rows, and on which days: beside others where they come with others, else by themselves."""
    after = told.get("after")
    drawn = chained(told, made, people, luck) if after is None else attached(told, after, made, people, luck, crowd=crowd)
    day = np.clip(drawn.day, *covered)
    if told["table"] == "quarter":
        day = _quarters(day)
    order = np.lexsort((day, drawn.who))
    return Drawn(drawn.who[order], day[order])


def _quarters(day: Array) -> Array:
    """The first day of the quarter of each day."""
    unique, place = np.unique(day, return_inverse=True)
    firsts = np.array([day_of(one.replace(month=3 * ((one.month - 1) // 3) + 1, day=1)) for one in map(date_of, unique.tolist())], dtype=np.int64)
    return firsts[place]


def _made(told: Told, drawn: Drawn, last: int, luck: np.random.Generator) -> Made:
    """The same with the day each ends, where it lasts; what has not ended, or would end after the records, has none."""
    if "not_ended" not in told:
        return Made(drawn.who, drawn.day, None)
    stop = drawn.day + np.maximum(0, np.rint(from_sketch(told["days_long"], len(drawn.day), luck))).astype(np.int64)
    open_ = (luck.random(len(stop)) < told["not_ended"]) | (stop > last)
    return Made(drawn.who, drawn.day, np.where(open_, -1, stop))


def _frame(told: Told, made: Made, last: int, luck: np.random.Generator) -> pd.DataFrame:
    """The rows of a stream as the contract names their columns."""
    contract, n = CONTRACT[told["table"]], len(made.who)
    columns: dict[str, Any] = {"person_id": ids(made.who), contract.kind or "kind": told["kind"], contract.day or "day": dates(made.day)}
    if made.stop is not None:
        columns["stop"] = dates(made.stop)
    for name, held in told["numbers"].items():
        there = luck.random(n) < held["filled"]
        values = from_sketch(held["values"], n, luck)
        kind = next(column.type for column in contract if column.name == name)
        if kind == "day":
            columns[name] = dates(np.where(there, np.minimum(made.day + np.rint(values).astype(np.int64), last), -1))
        elif kind == "money":
            columns[name] = np.where(there, np.rint(values) / 100, np.nan)
        else:
            columns[name] = pd.array(np.rint(values).astype(np.int64), dtype="Int64") if kind == "whole" else values
            columns[name] = pd.Series(columns[name]).where(there)
    columns |= {name: from_words(held, n, luck) for name, held in told["words"].items()}
    return pd.DataFrame(columns | {"source": told["source"]}, index=range(n))


def _gathered(name: str, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All the rows of a table in the order of person and day, each of its keys once."""
    contract = CONTRACT[name]
    rows = pd.concat(parts, ignore_index=True).sort_values(["person_id", contract.day or "day"], kind="stable", ignore_index=True)
    rows = rows.drop_duplicates(subset=list(contract.key) or None, ignore_index=True)
    return rows[[column for column in contract.names if column in rows]]


def _persons(told: Told, people: int, made: Sequence[Made], luck: np.random.Generator) -> pd.DataFrame:
    """Who there is: born before their first row, dead or gone after their last where the profile has as many."""
    first, last = np.full(people, np.iinfo(np.int64).max), np.full(people, -(10**6))
    for one in made:
        np.minimum.at(first, one.who, one.day)
        np.maximum.at(last, one.who, one.day if one.stop is None else np.maximum(one.day, one.stop))
    columns: dict[str, Any] = {"person_id": ids(np.arange(people))}
    if "born" in told:
        birth = np.rint(from_sketch(told["born"]["values"], people, luck) * 365.25).astype(np.int64)
        none = luck.random(people) >= told["born"]["filled"]
        columns["birth"] = dates(np.where(none, -(10**6), np.minimum(birth, first - 1)), least=-(10**5))
    for name in ("death", "moved"):
        columns[name] = dates(_lasts(in_months(told[name], None, luck), last, people, luck))
    columns |= {name: from_words(words, people, luck) for name, words in told["words"].items()}
    return pd.DataFrame(columns)


def _lasts(days: Array, last: Array, people: int, luck: np.random.Generator) -> Array:
    """(people,) the days given to people whose rows end before them, -1 for the rest; a day that suits nobody is given to nobody."""
    found, free = np.full(people, -1, dtype=np.int64), luck.permutation(people)
    free = free[np.argsort(last[free], kind="stable")]  # whose rows end first
    taken = np.zeros(people, dtype=bool)
    for day in np.sort(days):
        able = int(np.searchsorted(last[free], day))
        open_ = np.flatnonzero(~taken[:able])
        if len(open_):
            place = int(luck.choice(open_))
            taken[place], found[free[place]] = True, day
    return found


def _families(told: Told, people: int, luck: np.random.Generator) -> pd.DataFrame:
    """Families of the sizes told, of people next to each other in a shuffled list, until nobody is left."""
    sizes = np.repeat([max(1, round(one["median"])) for one in told["sizes"]], [one["families"] for one in told["sizes"]]).astype(np.int64)
    order, ends = luck.permutation(people), np.cumsum(luck.permutation(sizes))
    many = int(min(people, ends[-1])) if len(ends) else 0
    family = np.searchsorted(ends, np.arange(many), side="right")
    named = [f"TF{number:07d}" for number in family]
    return pd.DataFrame({"family_id": named, "person_id": ids(order[:many]), "role": from_words(told["roles"], many, luck)})


def _crosswalk(profile: Told, people: int, made: dict[str, Made], luck: np.random.Generator) -> pd.DataFrame:
    """An id of each source for those who have rows of it, then for others; some linked to nobody."""
    parts = []
    for place, told in enumerate(profile["crosswalk"]):
        known = [one.who for key, one in made.items() if key.endswith(f" | {told['source']}")]
        own = np.unique(np.concatenate(known)) if known else np.zeros(0, dtype=np.int64)
        rest = np.setdiff1d(luck.permutation(people), own)
        linked = round(told["ids"] * told["linked"])
        who = np.concatenate([own, luck.permutation(rest)])[:linked]
        unlinked = told["ids"] - linked
        score = from_sketch(told["scores"], len(who) + unlinked, luck) if told["scores"] else np.full(len(who) + unlinked, np.nan)
        numbers = luck.permutation(len(who) + unlinked)
        parts.append(
            pd.DataFrame(
                {
                    "source": told["source"],
                    "source_id": [f"TX{place:02d}{number:07d}" for number in numbers],
                    "person_id": [*ids(who), *([None] * unlinked)],
                    "score": np.clip(np.round(score, 2), 0, 1),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _as_it_stands(rows: Sequence[Told], name: str) -> pd.DataFrame:
    """A table that is about nobody."""
    days = [column.name for column in CONTRACT[name] if column.type == "day"]
    frame = pd.DataFrame(rows)
    return frame.assign(**{day: pd.to_datetime(frame[day]) for day in days if day in frame})


def ids(who: Array) -> list[str]:
    """What people of a twin are called."""
    return [f"T{number:07d}" for number in who]


def dates(days: Array, *, least: int = 0) -> pd.Series:
    """Days since 1970 as dates; missing below `least`."""
    return pd.Series(EPOCH + pd.to_timedelta(np.maximum(days, -(10**5)), unit="D")).where(days >= least)


def _date(text: str) -> Any:
    return pd.Timestamp(text).date()
