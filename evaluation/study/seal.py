"""Fixes a study before outcomes are read: the digest of all it declares, and the lock file that keeps it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..outcomes import OUTCOMES
from ..outcomes.digests import default_of, digest_of
from ..phrases import visible
from ..terms import Problem, Refused, Study
from ..version import version
from .leaves import LONGEST_TEXT
from .words import printable, shown

SHORT = 12  # digits of a digest that a sentence shows
_RULE = "A locked design changes only openly."


def digest(study: Study) -> str:
    """The sha256 of all that a study declares, whatever the layout of its file, and of the definitions that its questions name.

    What equals its default is left out, written or not: a word that joins the vocabulary later leaves every digest as it was.
    """
    named = {name for question in study.questions for name in (question.outcome, question.priced) if name in OUTCOMES}
    declared = {"study": _declared(study), "definitions": {name: digest_of(OUTCOMES[name]) for name in named}}
    canonical = json.dumps(declared, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _declared(value: Any) -> Any:
    """A value as JSON that is the same on every machine."""
    if is_dataclass(value):
        held = {each.name: (getattr(value, each.name), default_of(each)) for each in fields(value) if each.name != "digest"}
        return {name: _declared(part) for name, (part, default) in held.items() if part != default}
    if isinstance(value, Mapping):
        return {key: _declared(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_declared(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def lock_of(design: Path) -> Path:
    """The lock file of a design file."""
    return design.with_suffix(".lock")


def keep(design: Path, study: Study) -> None:
    """Refuses a study that is not the one its design was locked as."""
    locked = _read(lock_of(design))
    if locked is not None and locked["digest"] != study.digest:
        found = f"The design was locked as {printable(locked['digest'])[:SHORT]} and now reads as {study.digest[:SHORT]}."
        raise Refused(Problem(str(design), found, _RULE, _amend(design)))


def amendments(design: Path) -> tuple[str, ...] | None:
    """The reasons for which a locked design was changed, oldest first; None where it is not locked."""
    locked = _read(lock_of(design))
    return None if locked is None else tuple(entry["reason"] for entry in locked["amendments"])


def seal(design: Path, study: Study, reason: str) -> Path:
    """Writes the lock of a study; over the lock of another only with a reason, which is kept with the digest it replaces."""
    place = lock_of(design)
    earlier = _read(place)
    if earlier is not None and earlier["digest"] == study.digest:
        return place
    amendments = _amended(design, earlier, reason)
    headline = next(question.name for question in study.questions if question.role == "headline")
    entry = {"digest": study.digest, "headline": headline, "version": version(), "amendments": amendments}
    _write(place, json.dumps(entry, indent=2, ensure_ascii=False) + "\n")
    return place


def _amend(design: Path) -> str:
    return f'Undo the change, or amend it: betteroff lock {visible(str(design))} --reason "..."'


def _amended(design: Path, earlier: Mapping[str, Any] | None, reason: str) -> list[Any]:
    """The amendments of a lock that is about to be written, oldest first."""
    if earlier is None and reason:
        raise Refused(Problem(str(design), "There is no lock to amend.", remedy=f"Lock it without one: betteroff lock {visible(str(design))}"))
    if earlier is None:
        return []
    if not reason.strip():
        raise Refused(Problem(str(design), "The design is locked, and has changed since.", _RULE, _amend(design)))
    if len(reason) > LONGEST_TEXT or not reason.isprintable():
        right = f"A reason is one plain line of at most {LONGEST_TEXT} characters."
        raise Refused(Problem("reason", f"The reason is {shown(reason)}.", right))
    return [*earlier["amendments"], {"digest": earlier["digest"], "reason": reason}]


def _read(place: Path) -> dict[str, Any] | None:
    """What a lock file holds; None without one.  Refuses one that is not as `seal` wrote it."""
    try:
        held = json.loads(place.read_bytes())
        reasons = [entry["reason"] for entry in held["amendments"]]
        if isinstance(held["amendments"], list) and all(isinstance(text, str) for text in (held["digest"], *reasons)):
            return held
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    remedy = "Bring back the file as it was written, or, if nobody has read outcomes yet, remove it and lock again."
    raise Refused(Problem(str(place), "This lock cannot be read.", remedy=remedy))


def _write(place: Path, text: str) -> None:
    """Puts a whole file in place at once, or leaves what was there."""
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except OSError as error:
        raise Refused(Problem(str(place), f"The lock could not be written: {error.strerror}.")) from None
    finally:
        part.unlink(missing_ok=True)
