"""Turns the plain values of a design file into a Study, telling every word and every value that does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from datetime import date
from functools import cache
from numbers import Integral, Real
from types import UnionType
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from ..phrases import closest, listed
from ..records.toml import Document, Path
from ..terms import CohortPlan, Starts, Study
from .slip import Slip, place
from .words import ELSEWHERE, expected, fields_of, meant, needed, printable, same_as, shown, types_of, whole

RULES = tuple(word for word in fields_of(Starts) if word not in ("which", "on"))  # of what starts a clock; a cohort has exactly one

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shaped(Generic[T]):
    """What was said in the shape of a declared type, with a stand-in at each `broken` path, so that the rest can still be checked."""

    declared: T
    slips: tuple[Slip, ...]
    broken: frozenset[Path]
    around: frozenset[Path]  # the broken paths and every path that leads to one

    def can_judge(self, slip: Slip) -> bool:
        """Whether a slip found in it is about what was said, and not about a stand-in."""
        return not any(path in self.around or any(part in self.broken for part in _leading(path)) for path in (slip.at, *slip.on))


def _leading(path: Path) -> Iterator[Path]:
    """The paths that lead to a path, and the path."""
    return (path[:steps] for steps in range(1, len(path) + 1))


def normal(document: Document) -> Document:
    """The same document with its short forms written out: a title in English, one [cohort] named main, and "rule:name" for `starts`."""
    values = dict(document.values)
    if isinstance(values.get("title"), str):
        values["title"] = {"en": values["title"]}
    cohort, lines = values.get("cohort"), document.lines
    if "cohort" in values and not (isinstance(cohort, Mapping) and _several(cohort)):
        cohort = {"main": cohort}
        lines = {(("cohort", "main", *path[1:]) if path[:1] == ("cohort",) else path): line for path, line in lines.items()}
    if isinstance(cohort, Mapping):
        values["cohort"] = {name: _started(plan) if isinstance(plan, Mapping) else plan for name, plan in cohort.items()}
    return replace(document, values=values, lines=lines)


def _started(plan: Mapping[str, Any]) -> Mapping[str, Any]:
    """A cohort whose `starts` is a table: "enrolment:project_301" is short for { enrolment = "project_301" }."""
    rule, colon, name = plan["starts"].partition(":") if isinstance(plan.get("starts"), str) else ("", "", "")
    return {**plan, "starts": {rule: name}} if colon and rule in RULES else plan


def _several(cohort: Mapping[str, Any]) -> bool:
    """Whether [cohort] holds cohorts: nothing but tables, none of them named by a word of a cohort."""
    return bool(cohort) and all(isinstance(part, Mapping) and word not in fields_of(CohortPlan) for word, part in cohort.items())


def shaped(values: Mapping[str, Any]) -> Shaped[Study]:
    """The Study that normal values declare, as far as they can be read."""
    return _read(Study, values)


def reshaped(declared: T) -> Shaped[T]:
    """What a program declared, read as a file that says the same would be: nothing but its words holds it to their types."""
    return _read(type(declared), written(declared))


def _read(kind: type[T], values: Mapping[str, Any]) -> Shaped[T]:
    reader = _Reader()
    declared = reader.table(kind, values, ())
    around = frozenset(part for path in reader.broken for part in _leading(path))
    return Shaped(declared, tuple(reader.slips), frozenset(reader.broken), around)


def written(value: Any) -> Any:
    """A value as a file would hold it: tables and lists; numbers of NumPy as plain ones; what is None is left out."""
    if is_dataclass(value):
        held = {word: getattr(value, each.name) for word, each in fields_of(type(value)).items()}
        return {word: written(part) for word, part in held.items() if part is not None}
    if isinstance(value, Mapping):
        return {str(word): written(part) for word, part in value.items()}
    if isinstance(value, list | tuple):
        return [written(part) for part in value]
    if isinstance(value, int | float):
        return value
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else value


@cache
def _checker(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


class _Reader:
    """Walks types and values side by side; pydantic judges the leaves, strictly: "3" is no number and true is not 1."""

    def __init__(self) -> None:
        self.slips: list[Slip] = []
        self.broken: list[Path] = []

    def read(self, kind: Any, value: Any, path: Path) -> Any:
        """The value as its type, or a stand-in."""
        inner = get_args(kind)
        if is_dataclass(kind):
            return self.table(kind, value, path)  # type: ignore[arg-type]  # the class, never an instance
        if get_origin(kind) is tuple and inner[-1] is Ellipsis:
            items = [value] if isinstance(value, str | date) else value  # one text or day where a list of them is meant
            if isinstance(items, list):
                return tuple(self.read(inner[0], item, (*path, number)) for number, item in enumerate(items))
        elif get_origin(kind) not in (None, tuple, Literal, UnionType, Union) and isinstance(value, Mapping):
            return {word: self.read(inner[1], part, (*path, word)) for word, part in value.items()}
        else:
            try:
                return _checker(kind).validate_python(tuple(value) if isinstance(value, list) else value, strict=True)
            except ValidationError:
                pass
        return self._misfit(kind, value, path)

    def table(self, kind: type, value: Any, path: Path) -> Any:
        """The dataclass that a table declares, each of its words read."""
        if not isinstance(value, Mapping):
            return self._misfit(kind, value, path)
        words = types_of(kind)
        misspelt = {self._unknown(word, path, words) for word in value if word not in words}
        missing = [word for word in needed(kind) if word not in value]
        for word in missing:
            self.broken.append((*path, word))
            if word not in misspelt:
                self.slips.append(Slip((*path, word), f"'{word}' is missing from {place(path)}.", f"It should be {expected(words[word])}."))
        parts = {word: self.read(words[word], value[word], (*path, word)) for word in words if word in value}
        parts |= {word: stand_in(words[word]) for word in missing}
        return kind(**{fields_of(kind)[word].name: part for word, part in parts.items()})

    def _unknown(self, word: str, path: Path, words: Mapping[str, Any]) -> str | None:
        """Tells of a word that is none, and gives back the one it may have been, which then cannot be judged."""
        near = None if word in ELSEWHERE else same_as(word, words) or closest(word, words)
        found = f"'{printable(word)}' is not a word of {place(path)}."
        self.slips.append(Slip((*path, word), found, ELSEWHERE.get(word) or meant(word, words), f"Its words are {whole(words)}."))
        self.broken += [(*path, near)] if near else []
        return near

    def _misfit(self, kind: Any, value: Any, path: Path) -> Any:
        """Tells of a value that its word does not accept."""
        right, remedy = f"It should be {expected(kind)}.", ""
        if get_origin(kind) is Literal:
            right, remedy = meant(value, get_args(kind)), f"It is {expected(kind)}."
        elif path in (("question",), ("history",), ("concurrent",), ("negative_control",)):
            remedy = f"Write each as [[{path[0]}]]."
        elif kind is Starts and isinstance(value, str):
            remedy = f'Write it as {{ event = "..." }}, or as "event:...", where the word before the colon is one of {listed(RULES)}.'
        self.slips.append(Slip(path, f"{place(path)} is {shown(value)}.", right, remedy))
        self.broken.append(path)
        return stand_in(kind)


def stand_in(kind: Any) -> Any:
    """Some value of a type, for the place of one that could not be read."""
    inner = get_args(kind)
    if is_dataclass(kind):
        words = types_of(kind)  # type: ignore[arg-type]  # the class, never an instance
        return kind(**{fields_of(kind)[word].name: stand_in(words[word]) for word in needed(kind)})  # type: ignore[arg-type, operator]  # as above
    if get_origin(kind) in (UnionType, Union):
        return stand_in(inner[0])
    if get_origin(kind) is tuple:
        return () if inner[-1] is Ellipsis else tuple(stand_in(part) for part in inner)
    return inner[0] if get_origin(kind) is Literal else {str: "", bool: False, int: 0, float: 0.0, date: date(2000, 1, 1)}.get(kind, {})
