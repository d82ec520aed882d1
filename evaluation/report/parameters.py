"""What a notebook is told: declared names, checked types, handed over in a file and never as code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from pathlib import Path

from ..phrases import listed, nearest
from ..terms import Problem, Refused

Value = str | int | float | bool | date
WORDS: Mapping[type[Value], str] = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", date: "an ISO date"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that a notebook is told: its type, what it means, and what it is when nothing is said."""

    type: type[Value]
    meaning: str
    default: Value | None = None  # None: it must be given


FINDING: Mapping[str, Parameter] = {
    "design": Parameter(str, "the design file"),
    "records": Parameter(str, "the folder, or the DuckDB file, with the county's records"),
    "mapping": Parameter(str, "the file that maps a county's own columns to the tables; empty when the records have our form", ""),
    "today": Parameter(date, "the day on which the sources' agreements must still stand"),
    "language": Parameter(str, "the language of the sentences", "en"),
}


def checked(given: Mapping[str, object], declared: Mapping[str, Parameter]) -> dict[str, Value]:
    """Every declared parameter with its value, in the declared order.

    Refuses, all at once: names that are not declared, what is missing, and values of another type.  A bool is no number,
    and neither is an element of an array; a whole number will do where a number is asked for, and an ISO text for a date.
    """
    problems = [_stranger(name, declared) for name in given if name not in declared]
    values: dict[str, Value] = {}
    for name, parameter in declared.items():
        value = given.get(name, parameter.default)
        if value is None:
            problems.append(Problem(f"parameter '{name}'", "is missing.", f"It is {parameter.meaning}."))
        elif (typed := _typed(value, parameter.type)) is None:
            right = f"It must be {WORDS[parameter.type]}: {parameter.meaning}."
            problems.append(Problem(f"parameter '{name}'", f"has a value of type {type(value).__name__} that does not fit.", right))
        else:
            values[name] = typed
    if problems:
        raise Refused(*problems)
    return values


def text(values: Mapping[str, Value]) -> str:
    """Checked values as JSON; dates as ISO texts."""
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read(path: Path | str, declared: Mapping[str, Parameter]) -> dict[str, Value]:
    """The values in a file of such JSON, written by `text` or by hand; checked again."""
    try:
        given = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        given = None
    if not isinstance(given, dict):
        raise Refused(Problem(str(path), "cannot be read.", f"It must be a JSON object with: {', '.join(declared)}."))
    return checked(given, declared)


def _stranger(name: object, declared: Mapping[str, Parameter]) -> Problem:
    remedy = nearest(str(name), declared) or f"Declared are: {listed(declared)}."
    return Problem(f"parameter {str(name)[:100]!r}", "is not declared.", remedy=remedy)


def _typed(value: object, wanted: type[Value]) -> Value | None:
    """The value as the wanted type, or None.  Types are compared exactly: a subclass may print itself as something else."""
    if wanted is date and type(value) is str:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    if wanted is float and (type(value) is int or type(value) is float):
        return float(value) if isfinite(value) else None
    return value if type(value) is wanted else None
