"""Runs that are done, kept on disk: a rehearsal that was killed goes on where it stopped, and one of more runs only adds.

    STORE/<world>-<key>/what.json          what the runs are of
    STORE/<world>-<key>/runs-000020.csv    a batch of runs, the first of them number 20
    STORE/<world>-<key>/truth-20000.csv    each question's truth, measured on so many people

The key is a digest of all that can move a number: the study, the world with every dial of it, our version, the code that the
world is made of, the people of a county, the first seed, and whether answers were challenged, and by what.  Every file is put in
place at one stroke and ends with the digest of what it holds: one that was torn, or changed by hand, is not read, and its runs are
made again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ..challenges.table import CHALLENGES
from ..records.disk import FULL
from ..terms import Problem, Refused, Study
from ..version import version
from .scores import Run, Truth

if TYPE_CHECKING:
    from .counties import World

SEALED = "sha256 "  # begins the last line of every file
Row = TypeVar("Row", bound=Run | Truth)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the runs of one study in one world are kept."""

    folder: Path
    study: Study

    def runs(self) -> dict[int, tuple[Run, ...]]:
        """What is kept, whole, by the run's seed: one Run a question, in the order of the design."""
        held: dict[int, dict[str, Run]] = {}
        for path in sorted(self.folder.glob("runs-*.csv")):
            for _, run in _rows(path, Run):
                held.setdefault(run.seed, {})[run.question] = run
        names = [question.name for question in self.study.questions]
        return {seed: tuple(by_question[name] for name in names) for seed, by_question in held.items() if set(names) <= set(by_question)}

    def keep(self, runs: Sequence[Run], *, first: int) -> None:
        """Keeps a batch of runs, of which `first` is the first's number."""
        _keep(self.folder / f"runs-{first:06d}.csv", Run, [("", run) for run in runs])

    def truths(self, people: int) -> dict[str, Truth]:
        """Each question's truth as measured on so many people; empty where it is not kept."""
        held = dict(_rows(self.folder / f"truth-{people}.csv", Truth))
        return held if {question.name for question in self.study.questions} <= set(held) else {}

    def keep_truths(self, truths: Mapping[str, Truth], people: int) -> None:
        """Keeps each question's truth as measured on so many people."""
        _keep(self.folder / f"truth-{people}.csv", Truth, truths.items())


def shelf(store: Path, study: Study, world: World, *, people: int, seed: int, challenged: bool = False) -> Shelf:
    """Where runs of this study in this world belong; another dial, design, version or size has another place, and so have challenged runs."""
    whole = {
        "study": described(study),
        "world": described(world),
        "version": version(),
        "code": code_of(world),
        "people": people,
        "seed": seed,
        **({"challenges": sorted(CHALLENGES)} if challenged else {}),
    }
    key = hashlib.sha256(_json(whole).encode()).hexdigest()
    folder = store / f"{world.name}-{key[:16]}"
    with _told(store):
        folder.mkdir(parents=True, exist_ok=True)
    _put(folder / "what.json", json.dumps(whole | {"study": study.digest}, indent=1, ensure_ascii=False) + "\n")
    return Shelf(folder, study)


# ------------------------------------------------------------------------------------------------ what a world is
def digest_of(world: World) -> str:
    """A digest of a world: all its dials, and the code that it is made of."""
    return hashlib.sha256(_json([described(world), code_of(world)]).encode()).hexdigest()


def described(thing: object) -> Any:
    """Anything that a study or a world holds, in words that are the same on every machine and in every process."""
    if thing is None or isinstance(thing, bool | int | float | str):
        return thing
    if isinstance(thing, date | Path):
        return str(thing)
    if isinstance(thing, Enum):
        return [_named(type(thing)), thing.name]
    if is_dataclass(thing) and not isinstance(thing, type):
        return [_named(type(thing)), {field.name: described(getattr(thing, field.name)) for field in fields(thing)}]
    if isinstance(thing, Mapping):
        return sorted(([described(key), described(value)] for key, value in thing.items()), key=_json)
    if isinstance(thing, frozenset | set):
        return sorted((described(one) for one in thing), key=_json)
    if isinstance(thing, Iterable):
        return [described(one) for one in thing]
    if isinstance(thing, np.generic):
        return thing.item()
    if callable(thing) and "<" not in getattr(thing, "__qualname__", "<"):
        return _named(thing)
    found = f"a world of this rehearsal holds something of the kind '{type(thing).__name__}', which cannot be told apart from another by a name."
    raise Refused(Problem("rehearsal: store", found, "", "Rehearse it without keeping its runs."))


def code_of(world: World) -> str:
    """A digest of the package, or of the file, that a world is made of; our own code is in the version."""
    name = type(world).__module__.partition(".")[0]
    module = sys.modules[name]
    home = getattr(module, "__file__", None)
    whole = hashlib.sha256()
    if home is not None:
        folder = Path(home).parent
        files = sorted(folder.rglob("*.py"), key=lambda path: path.relative_to(folder).as_posix()) if hasattr(module, "__path__") else [Path(home)]
        for path in files:
            whole.update(path.relative_to(folder).as_posix().encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return whole.hexdigest()


def _named(kind: Any) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _json(thing: object) -> str:
    return json.dumps(thing, sort_keys=True, separators=(",", ":"))


# ------------------------------------------------------------------------------------------------ files that are whole
def _keep(path: Path, kind: type[Row], rows: Iterable[tuple[str, Row]]) -> None:
    """Rows of one kind under their names, every digit of them, and the digest of it all."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(["name", *(field.name for field in fields(kind))])
    for name, row in rows:
        writer.writerow([name, *(getattr(row, field.name) for field in fields(kind))])
    text = page.getvalue()
    _put(path, f"{text}{SEALED}{hashlib.sha256(text.encode()).hexdigest()}\n")


def _rows(path: Path, kind: type[Row]) -> Iterator[tuple[str, Row]]:
    """The rows of a file and their names; none where it is not there, or not as it was written."""
    try:
        text, _, digest = path.read_bytes().decode("utf-8").rpartition(SEALED)
    except (OSError, ValueError):
        return
    if digest != hashlib.sha256(text.encode()).hexdigest() + "\n":
        return
    read = {field.name: {"int": int, "float": float}.get(str(field.type), str) for field in fields(kind)}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield row.pop("name"), kind(**{name: read[name](value) for name, value in row.items()})


def _put(path: Path, text: str) -> None:
    """Puts a whole file in place at one stroke, unless it is there as it ought to be; what a kill left half-written is never read.

    Two rehearsals may keep their runs in one place: each writes under a name of its own, and whoever is last puts the same in place.
    """
    content = text.encode("utf-8")
    half = path.with_name(f".{path.name}.{os.urandom(8).hex()}.half")
    with _told(path):
        if path.is_file() and path.read_bytes() == content:
            return
        try:
            with half.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        except OSError:
            half.unlink(missing_ok=True)
            raise


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns what the file system says into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            right, remedy = "What was kept before still stands.", "Free some space and rehearse again: it goes on where it stopped."
            raise Refused(Problem(str(path), "the disk is full.", right, remedy)) from error
        why = (error.strerror or type(error).__name__).lower()
        raise Refused(Problem(str(path), f"the runs cannot be kept there ({why}).", "", "Choose another folder to keep them in.")) from error
