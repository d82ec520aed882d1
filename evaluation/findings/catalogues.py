"""Holds a language's catalogue against the English one when it is loaded: the same keys, and in each form of a pattern the same slots."""

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
    """A catalogue; refuses one with a brace outside any slot, and one whose keys, kinds or slots are not those of what it is held `against`."""
    found = _read(file)
    if problems := (*stray(found, file.name), *(unequal(_read(against), found, file.name) if against is not None else ())):
        raise Refused(*problems)
    return found


def _read(file: Traversable) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(Problem(file.name, f"the catalogue is no TOML: {error}.", "", "Mend the line.")) from None


def unequal(english: Mapping[str, Any], other: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """What the other catalogue lacks or has beside, and where its patterns are of another kind than the English ones or have other slots."""
    ours, theirs = dict(_leaves(english)), dict(_leaves(other))
    lacking, beside = [key for key in ours if key not in theirs], [key for key in theirs if key not in ours]
    if lacking or beside:
        said = [f"it lacks {_named(lacking)}"] * bool(lacking) + [f"it has {_named(beside)} beside"] * bool(beside)
        yield Problem(where, f"the catalogue's keys are not the English ones: {' and '.join(said)}.", "", "Give it the same keys.")
    both = [key for key in ours if key in theirs]
    if unlike := [key for key in both if _kind(ours[key]) != _kind(theirs[key])]:
        found = f"{_named(unlike)} {'is' if len(unlike) == 1 else 'are'} of another kind than in English."
        yield Problem(where, found, "It is a text, a list of words, or a table of plural forms.", "Write it as the English catalogue does.")
    differ = [key for key in both if key not in unlike and not _same_slots(ours[key], theirs[key])]
    if differ:
        yield Problem(where, f"the slots are not the English ones in {_named(differ)}.", "A slot is {n}.", "Write each slot of the English pattern.")


def stray(table: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """The patterns that hold a brace outside any slot: it would be printed as it stands, or the sentence could not be filled."""
    found = [key for key, leaf in _leaves(table) for text in _texts(leaf) if re.search(r"[{}]", SLOT.sub("", text))]
    if found:
        yield Problem(where, f"a brace stands outside any slot in {_named(list(dict.fromkeys(found)))}.", "A slot is {n}.", "Take it out.")


def _leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every text, list of words and table of plural forms by its path."""
    for key, value in table.items():
        if isinstance(value, Mapping) and not _plural(value):
            yield from _leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def _plural(value: object) -> bool:
    return isinstance(value, Mapping) and "other" in value and set(value) <= set(PLURALS)


def _kind(leaf: object) -> type:
    return dict if _plural(leaf) else type(leaf)


def _texts(leaf: object) -> tuple[str, ...]:
    """The texts of a leaf: of plural forms each."""
    every = leaf.values() if isinstance(leaf, Mapping) else leaf if isinstance(leaf, list) else (leaf,)
    return tuple(text for text in every if isinstance(text, str))


def _same_slots(ours: Any, theirs: Any) -> bool:
    """Whether a pattern has the slots of the English one; of plural forms each has those of the English "other".

    A form that is of one number alone need not say it, and may lack what the English form for one lacks.
    """
    if not _plural(ours):
        return isinstance(ours, list) or _slots(ours) == _slots(theirs)
    whole = _slots(ours["other"])
    spared = {*whole} - {*_slots(ours.get("one", ours["other"]))} | {"n"}
    one_number = ("zero", "one", "two")
    return all(_slots(text) == whole or (form in one_number and {*whole} - spared <= {*_slots(text)} <= {*whole}) for form, text in theirs.items())


def _slots(text: object) -> tuple[str, ...]:
    return tuple(sorted(SLOT.findall(text))) if isinstance(text, str) else ()


def _named(keys: list[str]) -> str:
    more = f" and {len(keys) - MANY} more" if len(keys) > MANY else ""
    return listed(keys[:MANY]) + more
