"""The words of a design file: what each accepts, said plainly, and the nearest right word to a wrong one."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ..phrases import listed, visible
from ..terms import Study

SHOWN = 40  # characters of a wrong word that a message repeats

_LEAVES = {str: "text", int: "a whole number", float: "a number", date: "a day such as 2019-01-31, without quotes"}
# a file writes [cohort] and [[question]], one at a time; a Study holds cohorts and questions
_WRITTEN = {"cohorts": "cohort", "questions": "question"}


def fields_of(declared: type) -> Mapping[str, Field[Any]]:
    """The words of one table of a design, each with the field that holds what it says."""
    return {(_WRITTEN.get(each.name, each.name) if declared is Study else each.name): each for each in fields(declared) if each.name != "digest"}


@cache
def types_of(declared: type) -> Mapping[str, Any]:
    """The words of one table of a design, each with the type of what it says."""
    hints = get_type_hints(declared)
    return {word: plain(hints[each.name]) for word, each in fields_of(declared).items()}


def needed(declared: type) -> tuple[str, ...]:
    """The words that one table of a design cannot go without."""
    return tuple(word for word, each in fields_of(declared).items() if each.default is MISSING and each.default_factory is MISSING)


def plain(kind: Any) -> Any:
    """A type without its `| None`: what is optional is left out of a file, never written."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(choice for choice in get_args(kind) if choice is not type(None))
    return kind


def expected(kind: Any) -> str:
    """What a word accepts, in plain words."""
    inner = get_args(kind)
    if kind in _LEAVES:
        return _LEAVES[kind]
    if get_origin(kind) is Literal:
        return f"one of {listed(inner)}"
    if is_dataclass(kind):
        return f"a table with {listed(fields_of(kind))}"  # type: ignore[arg-type]  # the class, never an instance
    if get_origin(kind) is not tuple:
        return f"a table, each {expected(inner[1])}"
    return f"a list, each {expected(inner[0])}" if inner[-1] is Ellipsis else f"a list of {len(inner)}, each {expected(inner[0])}"


def shown(value: object) -> str:
    """A value of a design as a message may repeat it: short, and with nothing in it that could steer a terminal."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        more = ", …" if len(value) > 3 else ""
        return f"[{', '.join(map(shown, value[:3]))}{more}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= 2**63:
        return "a number beyond 64 bits"
    return json.dumps(printable(value), ensure_ascii=False) if isinstance(value, str) else str(value)


def printable(text: str) -> str:
    """Text cut to a message's length, its invisible letters spelled out."""
    return visible(text if len(text) <= SHOWN else text[:SHOWN] + "…")
