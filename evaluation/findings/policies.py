"""Disclosure policies as data: what may be told of how few people, and whose rule that is.

The rule of the Centers for Medicare & Medicaid Services holds beside every other one: the strictest bound wins.  A county brings a
policy of its own as a file in the same words as those in `policies/`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any, get_args

from ..phrases import listed, nearest
from ..terms import Policy, Problem, Refused

ALWAYS: Policy = "cms_11"
Steps = tuple[tuple[float, float], ...]  # (from or above, points), the first that fits
BY_STEPS = ("events", "years", "residents", "age", "detailed_race", "other", "undivided", "together")
KINDS = ("sex", "sexual_orientation", "gender", "age", "race", "hispanic", "language", "payer", "immigration")
WORDS: Mapping[str, tuple[str, ...]] = {
    "": ("title", "hide", "round", "score"),
    "hide": ("below", "source"),
    "round": ("to", "curves", "source"),
    "score": ("at_most", "numerator", "denominator", "source", *BY_STEPS, "each", "called"),
    "score.each": ("race_with_few", *(kind for kind in KINDS if kind != "age")),
    "score.called": KINDS,
} | {f"score.{name}": ("from", "above") for name in BY_STEPS}
NEEDED = {"": ("title", "hide"), "hide": ("below", "source"), "round": ("to", "source"), "score": WORDS["score"], "score.each": WORDS["score.each"]}


@dataclass(frozen=True, slots=True)
class Points:
    """How many points a number gets."""

    steps: Steps
    above: bool  # whether a number must lie above a step, or may be as large

    def of(self, number: float) -> float:
        """The points of the first step that fits; of the last one where none does."""
        fits = (points for least, points in self.steps if (number > least if self.above else number >= least))
        return next(fits, self.steps[-1][1])


@dataclass(frozen=True, slots=True)
class Rounding:
    """To what counts are rounded, and to what midpoint those of a curve."""

    to: int
    curves: int
    source: str


@dataclass(frozen=True, slots=True)
class Scoring:
    """Points by which a table may leave: what each feature adds, and how many points are too many."""

    at_most: float
    numerator: int
    denominator: int
    by: Mapping[str, Points]
    each: Mapping[str, float]
    called: Mapping[str, tuple[str, ...]]
    source: str


@dataclass(frozen=True, slots=True)
class Rules:
    """A disclosure policy, with the rule that always holds beside it."""

    name: str
    title: str
    smallest: int  # counts from 1 to one less are hidden: the strictest of its own bound, the rule that always holds, and what rounding asks
    source: str  # of its own bound
    rounding: Rounding | None = None
    scoring: Scoring | None = None
    sources: Mapping[str, str] = field(default_factory=dict)  # by what decides: small, score, rounding


def rules_of(policy: Policy | Rules) -> Rules:
    """A policy by its name, or one that was read from a file; refuses a name that names none."""
    if isinstance(policy, Rules):
        return policy
    if policy not in get_args(Policy):
        right = f"There is {listed(get_args(Policy))}."
        raise Refused(Problem("release", f"There is no disclosure policy '{policy}'.", right, nearest(policy, get_args(Policy))))
    return _shipped(policy)


@cache
def _shipped(policy: Policy) -> Rules:
    return _read((files(__package__) / "policies" / f"{policy}.toml").read_text(encoding="utf-8"), policy, f"the policy {policy}")


def read_policy(path: Path) -> Rules:
    """A county's own policy; refuses a file that cannot be read or holds a word that is no rule, all mistakes at once."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refused(Problem(path.name, "This policy file cannot be read.", remedy="Give the path of a TOML file in UTF-8.")) from None
    return _read(text, path.stem, path.name)


def _read(text: str, name: str, where: str) -> Rules:
    try:
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(Problem(where, f"This is no TOML: {error}.", remedy="Correct that line.")) from None
    if problems := tuple(_mistakes(held, where)):
        raise Refused(*problems)
    hide, rounding = held["hide"], _rounding(held.get("round"))
    bound = max(int(hide["below"]), 11 if name == ALWAYS else _shipped(ALWAYS).smallest)
    smallest = bound if rounding is None else next(n for n in range(bound, bound + 2 * rounding.to) if to_nearest(n, rounding.to) >= bound)
    scoring = _scoring(held.get("score"))
    sources = {"small": hide["source"]} | ({"round": rounding.source} if rounding else {}) | ({"score": scoring.source} if scoring else {})
    return Rules(name, held["title"], smallest, hide["source"], rounding, scoring, sources)


def _rounding(held: Mapping[str, Any] | None) -> Rounding | None:
    return Rounding(int(held["to"]), int(held.get("curves", held["to"])), held["source"]) if held else None


def _scoring(held: Mapping[str, Any] | None) -> Scoring | None:
    if held is None:
        return None
    by = {name: Points(tuple((float(a), float(b)) for a, b in next(iter(held[name].values()))), "above" in held[name]) for name in BY_STEPS}
    called = {kind: tuple(words) for kind, words in held["called"].items()}
    return Scoring(held["at_most"], held["numerator"], held["denominator"], by, held["each"], called, held["source"])


def to_nearest(count: int, base: int) -> int:
    """A count rounded to the nearest multiple, a half up."""
    return (2 * count + base) // (2 * base) * base


# ------------------------------------------------------------------------------------------------ mistakes
def _mistakes(held: Mapping[str, Any], where: str, table: str = "") -> Iterator[Problem]:
    """Everything in a policy that is no rule, is missing, or has a value that no rule can have."""
    right = WORDS[table]
    inside = f"[{table}]" if table else "a policy"
    for word, value in held.items():
        path = f"{table}.{word}" if table else word
        if word not in right:
            yield Problem(where, f"'{word}' is no rule of {inside}.", f"There is {listed(right)}.", nearest(word, right))
        elif path in WORDS:
            if not isinstance(value, dict):
                yield Problem(where, f"[{path}] is not a table.", f"It holds {listed(WORDS[path])}.", "Write it as a table.")
            else:
                yield from _mistakes(value, where, path)
        elif problem := _wrong(word, value, path):
            yield Problem(where, f"'{path}' {problem[0]}.", problem[1], "Correct it.")
    for word in NEEDED.get(table, ()):
        if word not in held:
            yield Problem(where, f"'{word}' is missing in {inside}.", f"It needs {listed(NEEDED[table])}.", "Add it, with the source of the rule.")
    if table.removeprefix("score.") in BY_STEPS and len(held.keys() & {"from", "above"}) != 1:
        yield Problem(where, f"[{table}] has not one list of steps.", "It holds either 'from' or 'above'.", "Keep one of them.")


def _wrong(word: str, value: object, path: str) -> tuple[str, str] | None:
    """What is wrong with a value, and what would be right."""
    if word in ("title", "source"):
        return None if isinstance(value, str) and value.strip() else ("is no text", "It says whose rule it is.")
    if word in ("from", "above"):
        return None if _steps(value) else ("is no list of steps", "It is a list of pairs of numbers, the first of each falling from step to step.")
    if path.startswith("score.called."):
        right = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return None if right else ("is no list of names", "It is a list of names of columns.")
    if word in ("at_most",) or path.startswith("score.each."):
        return None if _number(value) else ("is no number", "It is a number of points.")
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    return None if whole else ("is no whole number from 1 on", "It is a number of people.")


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _steps(value: object) -> bool:
    if not isinstance(value, list) or not value or not all(isinstance(one, list) and len(one) == 2 and all(map(_number, one)) for one in value):
        return False
    return all(one[0] > other[0] for one, other in pairwise(value))
