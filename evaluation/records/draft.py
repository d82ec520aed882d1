"""Drafts a mapping from a county's CSV files, for a person to finish: what the files do not tell stays a question in it.

The draft holds names of files and columns, and codes that many rows share; never a value that could be a person's.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ..phrases import SMALLEST_COUNT, counted, listed
from ..terms import Problem, Refused
from . import guesses
from .contract import CONTRACT
from .delimited import are_names, header, lines, sound_text
from .mapping import Encoding

LOOKED_AT = 200_000  # rows of a file that guesses rest on
GLANCED_AT = 2_000  # values of a column that is not used
MOST_CODES = 40  # a column with more is no column of codes
FEW = 5  # codes of a column that may tell kinds of rows apart
DELIMITERS: tuple[str, ...] = (",", ";", "\t", "|")
BARE = re.compile("[A-Za-z0-9_-]+")  # a key that TOML takes without quotes
OPEN = re.compile(r".*9999.*")

OPENING = """\
# Drafted from the CSV files of this folder.  Every line that begins with "# ?" is a question that the files do not answer:
# answer it in the line below it (take the # away), then run `betteroff check`.
# A canonical table is read without any entry here when its file has the table's name: person.csv, coverage.csv, ...
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One CSV file as the draft saw it."""

    path: Path
    encoding: Encoding
    delimiter: str
    names: tuple[str, ...]
    columns: dict[str, str]  # canonical -> the file's
    values: dict[str, list[str]]  # the file's column -> filled values, for guesses only; the first of a column that is not used

    @property
    def source(self) -> str:
        """A name for the source: the file's, in small letters."""
        return re.sub(r"[^a-z0-9]+", "_", self.path.stem.lower()).strip("_") or "source"

    @property
    def idle(self) -> tuple[str, ...]:
        """The file's columns whose names mean nothing here."""
        return tuple(name for name in self.names if name not in self.columns.values())

    def codes(self, name: str) -> list[str]:
        """What a column holds that enough rows hold to be shown."""
        return sorted(code for code, rows in Counter(self.values[name]).items() if rows >= SMALLEST_COUNT)

    def few(self, name: str) -> int:
        """How many different values a column holds that looks like one of a few kinds; 0 for another.

        They are counted and never shown: a column that nobody knows may hold people.
        """
        different = len(set(self.values[name]))
        return different if 2 <= different <= FEW and len(self.values[name]) >= SMALLEST_COUNT * different else 0


def draft(folder: Path | str) -> str:
    """A mapping in TOML, drafted from the headers and shapes of the CSV files in a folder."""
    place = Path(folder)
    if not place.is_dir():
        raise Refused(Problem(place.name, "is not a folder.", "", "Name the folder that holds the county's CSV files."))
    files = sorted(file for file in place.iterdir() if file.suffix.lower() in (".csv", ".tsv", ".txt") and file.is_file())
    if not files:
        raise Refused(Problem(place.name, "holds no CSV file.", "", "Export each table as CSV into this folder."))
    blocks = [OPENING]
    seen: list[Seen] = []
    for file in files:
        try:
            found = _seen(file)
        except Refused as refused:
            blocks.append("".join(_comment(str(problem)) + "\n" for problem in refused.problems))
            continue
        if file.stem in CONTRACT and set(CONTRACT[file.stem].required) <= set(found.names):
            blocks.append(_comment(f"{file.name} is a canonical table already, and is read as it is.") + "\n")
        else:
            seen.append(found)
    blocks += _entries(seen, person_there=any(file.stem == "person" for file in files))
    return "\n".join(blocks)


def _seen(path: Path) -> Seen:
    encoding: Encoding = "cp1252" if any(sound_text(path, "utf-8")) and not any(sound_text(path, "cp1252")) else "utf-8"
    problems = list(sound_text(path, encoding))
    if problems:
        raise Refused(*problems)
    delimiter = _delimiter(path, encoding)
    names = header(path, encoding, delimiter)
    if not are_names(names):
        raise Refused(Problem(path.name, "its first line does not look like column names.", "", "Export it with a line of column names."))
    columns = guesses.columns_of(names)
    return Seen(path, encoding, delimiter, names, columns, _values(path, encoding, delimiter, names, columns))


def _delimiter(path: Path, encoding: Encoding) -> str:
    with path.open(encoding=encoding) as file:
        first = file.readline()
    return max(DELIMITERS, key=first.count)


def _values(path: Path, encoding: Encoding, delimiter: str, names: tuple[str, ...], columns: dict[str, str]) -> dict[str, list[str]]:
    used = set(columns.values())
    held: dict[str, list[str]] = {name: [] for name in names}
    try:
        for _, row in islice(lines(path, encoding, delimiter), 1, LOOKED_AT):
            if len(row) == len(names):
                for name, written in zip(names, row, strict=True):
                    if (value := written.strip()) and (name in used or len(held[name]) < GLANCED_AT):
                        held[name].append(value)
    except csv.Error:
        raise Refused(Problem(path.name, "a quote does not pair.", "", "The file is cut off or damaged: export it again.")) from None
    return held


def _entries(seen: list[Seen], *, person_there: bool) -> Iterator[str]:
    targets = {found.path: guesses.table_of(found.columns) for found in seen}
    sourced = [found for found in seen if CONTRACT[targets[found.path] or "person"].sourced]
    named = {name for found in sourced for name in _sources_of(found, targets[found.path])}
    yield from (_source(name) for name in sorted(named))
    for found in seen:
        target = targets[found.path]
        if target is None:
            yield "\n".join(_skeleton(found)) + "\n"
        else:
            yield "\n".join(_table(found, target)) + "\n"
    if not person_there and "person" not in targets.values():
        born = next((found for found in seen if {"person_id", "birth"} <= set(found.columns)), None)
        if born is not None:
            yield "# ? No file lists people, so they are drafted from this one.  Is everybody in it?\n" + "\n".join(_table(born, "person")) + "\n"
        else:
            yield "# ? No file lists people.  Add person.csv with one row for each person: person_id, birth, ...\n"


def _sources_of(found: Seen, target: str | None) -> list[str]:
    """The sources whose rows a file holds: those that its own column names, else the file."""
    if "source" in found.columns:
        return found.codes(found.columns["source"])
    return [] if target == "crosswalk" else [found.source]


def _skeleton(found: Seen) -> Iterator[str]:
    """The entry of a file that fits no table, as comments, with all that its shapes tell."""
    yield _comment(f"? {found.path.name}: which table is this?  Take the # away from the lines below, and name its columns.")
    yield _comment(f"Its columns are {listed(found.names)}.")
    forms = {name: form for name in found.names if (form := guesses.date_format(found.values[name])) is not None}
    if forms:
        yield _comment(f"Dates stand in {listed(forms)}.")
    for name in found.names:
        if name not in forms and found.few(name):
            yield _comment(f"{name} holds {found.few(name)} different values, so it may be a kind.")
    yield "# [[table]]"
    ending = next((name for name in forms if any(_open(found, name))), None)
    target = "spell" if ending else "event"
    asked = {"person_id": found.columns.get("source_id", "?"), "kind": "?", **({"start": "?", "stop": ending} if ending else {"day": "?"})}
    known = asked | {name: column for name, column in found.columns.items() if name in CONTRACT[target]}
    yield _comment(f"to = {_text(target)}")
    yield _comment(f"file = {_text(found.path.name)}")
    if found.delimiter != ",":
        yield _comment(f"delimiter = {_text(found.delimiter)}")
    if found.encoding != "utf-8":
        yield _comment(f"encoding = {_text(found.encoding)}")
    written = sorted(set(forms.values()) - {""})
    if written:
        yield _comment(f"date_format = {_text(written[0])}")
    yield from (_comment(line) for line in (_open(found, ending) if ending else ()))
    yield _comment("columns = { " + ", ".join(f"{name} = {_text(column)}" for name, column in known.items()) + " }")
    yield _comment(f"set = {{ source = {_text(found.source)} }}")
    if "source_id" in found.columns and "person_id" not in found.columns:
        yield '# ids = "source"'


def _open(found: Seen, name: str) -> Iterator[str]:
    """How a column writes an end that has not come, where enough rows do."""
    ends = Counter(value for value in found.values[name] if OPEN.fullmatch(value))
    yield from (f"open = {_text(mark)}" for mark, rows in ends.most_common(1) if rows >= SMALLEST_COUNT)


def _source(name: str) -> str:
    return f"""\
[source.{name if BARE.fullmatch(name) else _text(name)}]
# ? Whose records are these, under which agreement, for which outcomes (patterns), and until when?
# owner = ""
# agreement = ""
# permits = ["*"]
# expires = 2030-12-31
# ? What do they cover?  `last` is the last day covered; lag_days at its end are not complete yet; grain is day, week or month.
# first = 2015-01-01
# last = 2023-12-31
# lag_days = 0
# grain = "day"
"""


def _table(found: Seen, target: str) -> Iterator[str]:
    canonical = CONTRACT[target]
    columns = {name: found.columns[name] for name in canonical.names if name in found.columns}
    yield "[[table]]"
    yield f"to = {_text(target)}"
    yield f"file = {_text(found.path.name)}"
    if found.delimiter != ",":
        yield f"delimiter = {_text(found.delimiter)}"
    if found.encoding != "utf-8":
        yield "# ? The file is not UTF-8.  Is it cp1252 (Windows) or latin-1?"
        yield f"encoding = {_text(found.encoding)}"
    yield from _dates(found, [name for name in columns if next(column for column in canonical if column.name == name).type == "day"])
    yield "columns = { " + ", ".join(f"{name} = {_text(column)}" for name, column in columns.items()) + " }"
    yield from _constants(found, target, [name for name in canonical.required if name not in columns])
    if canonical.sourced and canonical.about_people and target != "crosswalk":
        yield "# ? Are these ids the source's own, to be looked up in the crosswalk?"
        yield '# ids = "source"'
    for name in columns:
        if name in guesses.WORDS:
            yield from _codes(name, found, columns[name])
    if "kind" in canonical and "kind" not in columns:
        for name in found.idle:
            if found.few(name):
                yield _comment(f"? Does {name} tell kinds of rows apart?  It holds {found.few(name)} different values.")
                yield _comment(f"If so, take kind out of set, add kind = {_text(name)} to columns, and say what each means in codes.kind.")
    idle = [name for name in found.names if name not in columns.values()]
    if idle:
        yield _comment(f"Not used: {listed(idle)}.")


def _dates(found: Seen, days: list[str]) -> Iterator[str]:
    forms = set()
    for name in days:
        values = found.values[found.columns[name]]
        if not values:
            continue
        form = guesses.date_format(values)
        forms.add(form)
        if form is None:
            yield _comment(f"? How does {found.columns[name]} write its dates?  They can be read in two ways, or in none that is known here.")
    if None in forms:
        yield '# date_format = "%m/%d/%Y"'
    elif len(forms) > 1:
        yield "# ? The columns write dates in different ways.  Draft one entry for each, or export ISO dates."
        yield f"# date_format = {_text(sorted(str(form) for form in forms)[-1])}"
    elif forms - {""}:
        yield f"date_format = {_text(str(forms.pop()))}"
    if "stop" in days:
        yield from _open(found, found.columns["stop"])
        yield "# ? Is the end the last day of the stay, or the first day after it?"
        yield "# inclusive_end = true"


def _constants(found: Seen, target: str, missing: list[str]) -> Iterator[str]:
    if target == "crosswalk" and "source" in missing:
        yield "# ? Which source's own ids are these?"
        yield _comment(f"set = {{ source = {_text(found.source)} }}")
        missing = [name for name in missing if name != "source"]
    guessed = {"source": found.source, "kind": found.source, "programme": found.source, "service": found.source, "list": found.source}
    constant = {name: guessed[name] for name in missing if name in guessed}
    asked = [name for name in constant if name != "source"]
    if asked:
        yield f"# ? What should {listed(asked)} be called?"
    if constant:
        yield "set = { " + ", ".join(f"{name} = {_text(word)}" for name, word in constant.items()) + " }"
    unanswered = [name for name in missing if name not in guessed]
    if unanswered:
        yield f"# ? Which column of the file is {listed(unanswered)}?  Every row of {target} needs it."


def _codes(name: str, found: Seen, column: str) -> Iterator[str]:
    """The codes that many rows hold, each with what it may mean."""
    shown = found.codes(column)
    if not shown or len(shown) > MOST_CODES:
        return
    meanings = guesses.SEXES if name == "sex" else {}
    yield f"# ? What do the codes of {name} mean?  Rows with a code that is not listed are set aside."
    yield from (f"codes.{name}.{_text(code)} = {_text(meanings.get(code, code))}" for code in shown)
    rare = len(set(found.values[column])) - len(shown)
    if rare:
        yield f"# {counted(rare, 'code')} of {name} {'is' if rare == 1 else 'are'} held by fewer than {SMALLEST_COUNT} rows, and not shown."


def _comment(sentence: str) -> str:
    """A sentence as one TOML comment, whatever the names in it hold: a line end would end the comment."""
    return "# " + "".join(letter if letter.isprintable() else " " for letter in sentence)


def _text(word: str) -> str:
    """A word as a TOML string."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in escaped) + '"'
