"""A document as data, so that it can be drawn twice: as a page that asks nothing of any other computer, and as a DOCX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..version import version
from .language import words_of
from .page import filled


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list; `numbered` where its order means something."""

    kind: ClassVar[str] = "points"
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms, and what each stands for."""

    kind: ClassVar[str] = "terms"
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; a cell holds one paragraph or several, and the first of a row says what the row is about."""

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what stands below it: parts, or sections of their own."""

    kind: ClassVar[str] = "section"
    heading: str
    parts: tuple[Text | Points | Terms | Table | Section, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document: whose it is, what it is, where it stands, its numbered sections, and who signs it."""

    county: str
    title: str
    what: str
    status: tuple[str, ...]
    sections: tuple[Section, ...]
    signed_by: tuple[str, ...]


def as_html(paper: Paper) -> str:
    """The document as one HTML page, which loads nothing, runs nothing, and prints well."""
    return filled("protocol.html.j2", words_of("en"), version=version(), paper=paper)
