"""Reads TOML text into plain values that remember the line each key and each list item stands on."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..terms import Problem, Refused

Path = tuple[str | int, ...]

LONGEST_LINE = 4_000  # characters: the standard library's reader takes quadratic time over a long dotted key, and no number of 4,300 digits
DEEPEST = 12  # steps of a path: a design needs five
PLAINLY = {  # what the standard library's reader says, and what a county would
    "Unclosed array": "a list is not closed with ]",
    "Unclosed inline table": "a table is not closed with }",
    "Illegal character '\\n'": "a text is not closed with its quote on its line",
    "Unterminated string": "a text is not closed with its quote",
    "Invalid statement": "a line is neither key = value nor [table]",
    "Expected '=' after a key in a key/value pair": "a key is not followed by =",
    "Expected newline or end of document after a statement": "something follows a value on its line",
    "Expected ']' at the end of a table declaration": "[table] is not closed with ]",
    "Expected ']]' at the end of an array declaration": "[[table]] is not closed with ]]",
}

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_LONG_TEXT = re.compile(r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}|\'\'\'.*?\'{3,5}', re.DOTALL)
_LEAF = re.compile(r"""[^,\]}\n#]*""")  # numbers, words, and dates, which may hold a blank


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a TOML text, and where in it they stand."""

    values: Mapping[str, Any]
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of a path; where the path itself is not written, of the nearest table around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str, where: str) -> Document:
    """The document that `text` writes down.  Refuses text that is not TOML, in one sentence with its line."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            found = f"The line is {len(line):,} characters long."
            raise Refused(Problem(f"{where}:{number}", found, f"A line holds at most {LONGEST_LINE:,}."))
    try:
        values = tomllib.loads(text)
        return Document(values, _Scan(text, where).lines())
    except tomllib.TOMLDecodeError as error:
        raise Refused(_syntax(error, text, where)) from None
    except RecursionError:
        raise Refused(_too_deep(where, 1)) from None


def _syntax(error: tomllib.TOMLDecodeError, text: str, where: str) -> Problem:
    """The reader's complaint with its line and column, and in plain words where its own are not."""
    said, _, place = str(error).rpartition(" (at ")
    numbers = re.findall(r"\d+", place)
    line, column = map(int, numbers) if len(numbers) == 2 else (text.rstrip("\n").count("\n") + 1, 0)
    said = PLAINLY.get(said, said)
    if said.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Cannot redefine", "Cannot define")) or "twice" in said:
        said = "a key or a table is given twice"
    column_words = f"column {column}" if column else "the end of the file"
    return Problem(f"{where}:{line}", f"This is not valid TOML at {column_words}: {said[:1].lower()}{said[1:]}.")


def _too_deep(where: str, line: int) -> Problem:
    return Problem(f"{where}:{line}", "Tables and lists are nested too deeply.", f"At most {DEEPEST} levels are read.")


class _Scan:
    """One pass over text that is known to be valid TOML, noting where each path begins."""

    def __init__(self, text: str, where: str):
        self.text, self.where, self.position = text, where, 0
        self.breaks = [found.start() for found in re.finditer("\n", text)]
        self.found: dict[Path, int] = {}
        self.lists: dict[Path, int] = {}  # how many [[tables]] of a name so far

    def lines(self) -> dict[Path, int]:
        table: Path = ()
        self._skip()
        while self.position < len(self.text):
            if self.text[self.position] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()
        return self.found

    def _line(self) -> int:
        return bisect_right(self.breaks, self.position - 1) + 1

    def _skip(self) -> None:
        self._take(_BLANK)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.position)
        assert match is not None, "text that the standard library reads is TOML"
        self.position = match.end()
        return match[0]

    def _note(self, path: Path) -> None:
        if len(path) > DEEPEST:
            raise Refused(_too_deep(self.where, self._line()))
        self.found.setdefault(path, self._line())

    def _header(self) -> Path:
        """[table] or [[table]]: a name inside a list of tables means the last one so far."""
        many = self.text.startswith("[[", self.position)
        line, self.position = self._line(), self.position + (2 if many else 1)
        *outer, last = self._keys()
        path: Path = ()
        for key in outer:
            path = self._last_of((*path, key))
            self._note(path)
        path = (*path, last)
        self.found.setdefault(path, line)
        if many:
            self.lists[path] = self.lists.get(path, -1) + 1
            path = self._last_of(path)
            self._note(path)
        self.position += 2 if many else 1
        return path

    def _last_of(self, path: Path) -> Path:
        return (*path, self.lists[path]) if path in self.lists else path

    def _keys(self) -> list[str]:
        """A dotted key; the position ends on what follows it."""
        keys: list[str] = []
        while True:
            self._skip()
            key = self._take(_KEY)
            keys.append(next(iter(tomllib.loads(f"{key}=0"))))
            self._skip()
            if len(keys) > DEEPEST:
                raise Refused(_too_deep(self.where, self._line()))
            if not self.text.startswith(".", self.position):
                return keys
            self.position += 1

    def _pair(self, table: Path) -> None:
        """key = value, where the key may be dotted."""
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self.found.setdefault(path, line)
        self._note(path)
        self.position += 1  # the equals sign
        self._skip()
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self.text[self.position]
        if opening in "[{":
            self.position += 1
            self._items(path, "]" if opening == "[" else "}")
        elif self.text.startswith(('"""', "'''"), self.position):
            self._take(_LONG_TEXT)
        else:
            self._take(_KEY if opening in "\"'" else _LEAF)

    def _items(self, path: Path, closing: str) -> None:
        """The items of a list or the pairs of an inline table, up to its closing bracket."""
        number = 0
        self._skip()
        while not self.text.startswith(closing, self.position):
            if closing == "]":
                self._note((*path, number))
                self._value((*path, number))
                number += 1
            else:
                self._pair(path)
            self._skip()
            if self.text.startswith(",", self.position):
                self.position += 1
                self._skip()
        self.position += 1
