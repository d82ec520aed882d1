"""One mistake of a design, and how its place is named to the author."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..phrases import listed, nearest
from ..records.toml import Path
from .words import printable, shown


@dataclass(frozen=True, slots=True)
class Slip:
    """One mistake at a path of the file; `on` names the other paths that it is judged by."""

    at: Path
    found: str
    right: str = ""
    remedy: str = ""
    on: tuple[Path, ...] = ()


def not_one_of(at: Path, word: str, what: str, right: Collection[str], *on: Path) -> Slip:
    """A name that names nothing, with the nearest that does."""
    return Slip(at, f"{shown(word)} is not {what}.", nearest(word, right), f"There is {listed(map(printable, right))}.", on=on)


def place(path: Path) -> str:
    """A part of a design as its author would point to it."""
    match path:
        case ():
            return "the design"
        case ("cohort",) | ("cohort", "main"):
            return "[cohort]"
        case ("cohort", str(name)):
            return f"[cohort.{printable(name)}]"
        case (("question" | "history" | "concurrent" | "negative_control") as word, int(number)):
            return f"[[{word}]] {number + 1}"
        case (*_, str(word), int(number)):
            return f"'{printable(word)}' {number + 1}"
    return f"'{printable(str(path[-1]))}'"
