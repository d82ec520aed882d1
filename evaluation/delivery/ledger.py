"""The ledger of releases: what left, under which name, what it told and hid, who signed it, and what was taken back.

    OUT/ledger/<study>.jsonl       one line for each thing that happened, oldest first; nothing in it is ever changed or taken out
    OUT/ledger/<release>.npy       digests of the person-starts whose numbers that release told of

The ledger holds hidden counts: it stays in the county.  Each line carries the digest of itself and of the line before, so that a line
that was changed, lost or put in is seen; that the last lines are gone is seen by the study's folder, which names its release.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..findings.before import Earlier
from ..report.place import written
from ..terms import Problem, Refused

if TYPE_CHECKING:
    from ..terms import Array


LEDGER = "ledger"
SHORT = 12  # digits of a digest by which a release is called
ORDER = "Each line carries the digest of itself and of the one before."
RESTORE = "Put a copy of it back: nothing of this study leaves without it."
SIGNED = ("analyst", "reviewer", "date", "reply")
KINDS = ("released", "unknown", "superseded", "signed", "withdrawn", "never_sent")


@dataclass(frozen=True, slots=True)
class Release:
    """One release of a study, and what became of it."""

    id: str
    key: Mapping[str, Any]  # what it was made from
    entry: Mapping[str, Any]  # its line of the ledger
    signed: Mapping[str, str] | None = None  # analyst, reviewer, date, reply
    checked: tuple[str, ...] = ()  # the lines of the checklist that whoever signed says were seen to
    withdrawn: str = ""  # why; empty: it was not
    superseded_by: str = ""  # the release that took its place
    never_sent: tuple[str, str] | None = None  # who says that it never left the county, and why
    files: Mapping[str, str] = field(default_factory=dict)  # what leaves, by name, with its sha256 as it stands now

    @property
    def told(self) -> Earlier | None:
        """What it told and hid; None of an output that was released when no ledger was kept."""
        return Earlier.read(self.entry["told"]) if self.entry["what"] == "released" else None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines of one study's ledger, read and checked."""

    folder: Path
    study: str  # the name of its folder
    entries: tuple[Mapping[str, Any], ...] = ()

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.folder / f"{self.study}.jsonl"

    @property
    def releases(self) -> tuple[Release, ...]:
        """Every release, oldest first, whatever became of it: what was shown once cannot be unseen."""
        found: dict[str, Release] = {}
        for entry in self.entries:
            which, of = entry["what"], entry["id"]
            if which in ("released", "unknown"):
                found[of] = Release(of, entry["key"], entry, files=entry["files"])
            elif which == "superseded":
                found[of] = replace(found[of], superseded_by=found[of].superseded_by or entry["by"])
            elif which == "signed":
                signed = {name: entry[name] for name in SIGNED}
                found[of] = replace(found[of], signed=signed, checked=tuple(entry.get("checked", ())), files=entry["files"])
            elif which == "never_sent":
                found = {name: replace(one, superseded_by="") if one.superseded_by == of else one for name, one in found.items()}
                found[of] = replace(found[of], never_sent=(entry["by"], entry["reason"]), withdrawn=entry["reason"], files=entry["files"])
            else:
                by = entry["by"] or found[of].superseded_by
                found[of] = replace(found[of], withdrawn=entry["reason"], superseded_by=by, files=entry["files"])
        return tuple(found.values())

    @property
    def counted(self) -> tuple[Release, ...]:
        """Every release that a later one is judged beside: all but those of which somebody said that they never left the county."""
        return tuple(one for one in self.releases if one.never_sent is None)

    def release(self, id: str) -> Release | None:
        """A release by its name; None where the ledger has none of it."""
        return next((one for one in self.releases if one.id == id), None)

    def last(self) -> Release | None:
        """The newest release that counts as one."""
        return self.counted[-1] if self.counted else None

    def with_entries(self, *more: Mapping[str, Any]) -> Ledger:
        """The ledger with further lines; nothing is written."""
        return replace(self, entries=(*self.entries, *more))

    def write(self) -> None:
        """Puts it in place at one stroke; refuses where the one that lies there holds something that this one does not."""
        there = read_ledger(self.folder.parent, self.study)
        if there.entries != self.entries[: len(there.entries)]:
            found = "another run has released this study in the meantime."
            raise Refused(Problem(str(self.path), found, remedy="Run again: it will be judged beside that release."))
        if there.entries != self.entries:
            self.folder.mkdir(parents=True, exist_ok=True)
            written(self.path, "".join(f"{line}\n" for line in _lines(self.entries)))

    def write_starts(self, name: str, content: bytes) -> None:
        """Puts the person-starts of a release beside the ledger, before its line is in it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        written(self.folder / f"{name}.npy", content)

    def starts(self, release: Release) -> dict[str, Array]:
        """Digests of the person-starts of each cohort that a release told of: (n,) 64-bit numbers by the cohort's name."""
        path, held = self.folder / f"{release.id}.npy", release.entry["starts"]
        try:
            content = path.read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != held["sha256"]:
            found = "what an earlier release told of whom was changed or is gone."
            raise Refused(Problem(str(path), found, "The ledger of releases has its digest.", RESTORE))
        number, starts = np.load(BytesIO(content))
        return {name: starts[number == place] for place, name in enumerate(held["cohorts"])}


def read_ledger(out: Path, study: str) -> Ledger:
    """The ledger of one study in an output folder, empty where there is none; refuses one that was changed or cut off."""
    ledger = Ledger(out / LEDGER, study)
    try:
        lines = ledger.path.read_text(encoding="utf-8").splitlines() if ledger.path.exists() else []
    except (OSError, UnicodeDecodeError):
        raise Refused(Problem(str(ledger.path), "the ledger of releases cannot be read.", ORDER, RESTORE)) from None
    ledger = ledger.with_entries(*_checked(lines, ledger.path))
    known = {entry["id"] for entry in ledger.entries if entry["what"] in ("released", "unknown")}
    if any(entry["id"] not in known for entry in ledger.entries):
        raise Refused(Problem(str(ledger.path), "the ledger tells of a release that it does not hold.", ORDER, RESTORE))
    return ledger


def ledgers(out: Path) -> tuple[Ledger, ...]:
    """Every study's ledger in an output folder, by name."""
    return tuple(read_ledger(out, path.stem) for path in sorted((out / LEDGER).glob("*.jsonl")))


def starts_file(starts: Mapping[str, Array]) -> tuple[bytes, dict[str, Any]]:
    """Person-starts by cohort as one file, and what the ledger says of it; the same bytes for the same starts."""
    cohorts = sorted(starts)
    empty = np.empty((2, 0), np.uint64)
    rows = [np.stack([np.full(len(starts[name]), place, np.uint64), starts[name]]) for place, name in enumerate(cohorts)]
    buffer = BytesIO()
    np.save(buffer, np.concatenate([empty, *rows], axis=1))
    return buffer.getvalue(), {"cohorts": cohorts, "sha256": hashlib.sha256(buffer.getvalue()).hexdigest()}


def short_digest(value: object) -> str:
    """The name of a release: the first digits of the sha256 of what it is made of."""
    return hashlib.sha256(_canonical(value).encode()).hexdigest()[:SHORT]


def before(releases: Sequence[Release]) -> list[Earlier]:
    """What these releases told, oldest first: what two told alike once, and none of whom no number left."""
    found: list[Earlier] = []
    for told in (one.told for one in releases):
        if told is not None and told.counts and not any(replace(told, release=other.release) == other for other in found):
            found.append(told)
    return found


# ------------------------------------------------------------------------------------------------ lines
def _lines(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    digest = ""
    for entry in entries:
        digest = _chained(digest, entry)
        yield _canonical({"digest": digest, "entry": entry})


def _chained(digest: str, entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(f"{digest}{_canonical(entry)}".encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _checked(lines: Sequence[str], path: Path) -> Iterator[Mapping[str, Any]]:
    digest = ""
    for number, line in enumerate(lines, 1):
        try:
            held = json.loads(line)
            entry = held["entry"]
            digest = _chained(digest, entry)
            sound = held["digest"] == digest and entry["what"] in KINDS
        except (ValueError, KeyError, TypeError):
            sound = False
        if not sound:
            raise Refused(Problem(str(path), f"line {number} of the ledger of releases was changed, lost or cut off.", ORDER, RESTORE))
        yield entry
