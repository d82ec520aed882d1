"""Holds a language's catalogue against the English one when it is loaded: the same keys, and in each pattern the same slots."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import Any

from ..phrases import listed
from ..terms import Problem, Refused

SLOT = re.compile(r"\{([a-z]+)\}")
PLURALS = ("zero", "one", "two", "few", "many", "other")  # a language has those it needs (Unicode CLDR); "other" always
MANY = 5  # keys that one sentence names


def loaded(file: Traversable, against: Traversable | None = None) -> Mapping[str, Any]:
    """A catalogue; refuses one whose keys or slots are not those of the one that it is held `against`, a sentence for each of the two."""
    found = _read(file)
    if against is not None and (problems := tuple(unequal(_read(against), found, file.name))):
        raise Refused(*problems)
    return found


def _read(file: Traversable) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(Problem(file.name, f"the catalogue is no TOML: {error}.", "", "Mend the line.")) from None


def unequal(english: Mapping[str, Any], other: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """What the other catalogue lacks or has beside, and where its slots differ."""
    ours, theirs = dict(_leaves(english)), dict(_leaves(other))
    lacking, beside = [key for key in ours if key not in theirs], [key for key in theirs if key not in ours]
    if lacking or beside:
        said = [f"it lacks {_named(lacking)}"] * bool(lacking) + [f"it has {_named(beside)} beside"] * bool(beside)
        yield Problem(where, f"the catalogue's keys are not the English ones: {' and '.join(said)}.", "", "Give it the same keys.")
    differ = [key for key in ours if key in theirs and ours[key] != theirs[key]]
    if differ:
        yield Problem(where, f"the slots are not the English ones in {_named(differ)}.", "A slot is {n}.", "Write each slot of the English pattern.")


def _leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every pattern by its path, with the slots it has; of plural forms those of "other", of a list of words none."""
    for key, value in table.items():
        if isinstance(value, Mapping) and "other" in value and set(value) <= set(PLURALS):
            yield f"{path}{key}", tuple(sorted(SLOT.findall(value["other"])))
        elif isinstance(value, Mapping):
            yield from _leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", tuple(sorted(SLOT.findall(value))) if isinstance(value, str) else ()


def _named(keys: list[str]) -> str:
    more = f" and {len(keys) - MANY} more" if len(keys) > MANY else ""
    return listed(keys[:MANY]) + more
