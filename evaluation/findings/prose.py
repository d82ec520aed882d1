"""Reads what people wrote, Markdown, text, HTML or DOCX, as sentences with the lines on which they begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from ..terms import Problem, Refused

MARKS = re.compile(r"^\s*(?:#+|>|[-*+]|\d{1,2}[.)])\s+|[*_`|]+|\[([^\]]*)\]\([^)]*\)")
END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“¿¡(]?[A-ZÁÉÍÓÚÑ0-9])")
ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|vs|approx|Dr|Mr|Ms|No|U\.S|p\.ej|aprox|Sra?|EE\. ?UU)\.)$")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
UNREAD = ("script", "style")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, and the line of the file on which it begins; of a DOCX the paragraph."""

    line: int
    text: str


def sentences_of(path: Path) -> tuple[Sentence, ...]:
    """Every sentence of a file; refuses one that cannot be read as text."""
    try:
        if path.suffix.lower() == ".docx":
            lines = _docx(path)
        else:
            text = path.read_text(encoding="utf-8")
            lines = _html(text) if path.suffix.lower() in (".html", ".htm") else _marked(text)
    except (OSError, UnicodeDecodeError, BadZipFile, KeyError, ElementTree.ParseError):
        raise Refused(Problem(str(path), "the file cannot be read as text.", "It is Markdown, text, HTML or DOCX.", "Save it as UTF-8.")) from None
    return tuple(one for paragraph in _paragraphs(lines) for one in _sentences(paragraph))


def _marked(text: str) -> list[tuple[int, str]]:
    """Lines of Markdown or text, without their marks; an item or a heading begins a paragraph."""
    made: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*(?:#+|[-*+]|\d{1,2}[.)]|\|)\s", line):
            made.append((number, ""))
        made.append((number, MARKS.sub(lambda found: found[1] or "", line)))
        if line.lstrip().startswith("#"):
            made.append((number, ""))
    return made


class _Stripped(HTMLParser):
    """The text of a page, with its lines; each block is a paragraph."""

    INLINE = frozenset(("a", "b", "i", "em", "strong", "span", "small", "sub", "sup", "code", "mark", "abbr"))

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[int, str]] = []
        self.unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unread += tag in UNREAD
        self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in UNREAD
        self._block(tag)

    def handle_data(self, data: str) -> None:
        for more, line in enumerate(data.split("\n")):
            if not self.unread and line.strip():
                self.lines.append((self.getpos()[0] + more, line))

    def _block(self, tag: str) -> None:
        if tag not in self.INLINE:
            self.lines.append((self.getpos()[0], ""))


def _html(text: str) -> list[tuple[int, str]]:
    page = _Stripped()
    page.feed(text)
    page.close()
    return page.lines


def _docx(path: Path) -> list[tuple[int, str]]:
    """The paragraphs of a document, counted from one."""
    with ZipFile(path) as package:
        root = ElementTree.fromstring(package.read("word/document.xml"))
    lines: list[tuple[int, str]] = []
    for number, paragraph in enumerate(root.iter(f"{WORD}p"), start=1):
        lines += [(number, "".join(one.text or "" for one in paragraph.iter(f"{WORD}t"))), (number, "")]
    return lines


def _paragraphs(lines: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    held: list[tuple[int, str]] = []
    for number, line in (*lines, (0, "")):
        if line.strip():
            held.append((number, " ".join(line.split())))
        elif held:
            yield held
            held = []


def _sentences(paragraph: list[tuple[int, str]]) -> Iterator[Sentence]:
    """The sentences of one paragraph, each with the line on which it begins."""
    whole, starts = "", []
    for number, line in paragraph:
        starts.append((len(whole), number))
        whole += line + " "
    begun = 0
    for found in END.finditer(whole):
        if ABBREVIATION.search(whole[begun : found.start()]):
            continue
        yield Sentence(_line(starts, begun), whole[begun : found.start()].strip())
        begun = found.end()
    if whole[begun:].strip():
        yield Sentence(_line(starts, begun), whole[begun:].strip())


def _line(starts: list[tuple[int, int]], place: int) -> int:
    return max((start, number) for start, number in starts if start <= place)[1]
