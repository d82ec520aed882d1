"""Fixes a study before outcomes are read: the digest of all it declares, and the lock file that keeps it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from ..outcomes import DEFINED
from ..outcomes.digests import default_of, digest_of
from ..phrases import listed, nearest, visible
from ..terms import Gate, Problem, Refused, Study
from ..version import version
from .leaves import LONGEST_TEXT
from .words import SET_BY_LOAD, printable, shown

GATES: tuple[Gate, ...] = get_args(Gate)
CHECK = "check"  # the word of a lock that holds a digest of all its others
SHORT = 12  # digits of a digest that a sentence shows
_RULE = "A locked design changes only openly."


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change of a locked design."""

    reason: str
    after_opening: bool = False  # once a sealed study was opened, so that whoever changed it may have known what was found
    looks: int = 0  # how often the gates of a sealed study had been looked at by then


@dataclass(frozen=True, slots=True)
class Sealing:
    """That a design was sealed, as its lock tells it."""

    gates: tuple[Gate, ...]  # that had to pass before an outcome was read
    opened_on: str = ""  # the digest of the records that it was opened on; empty: it is still sealed


def digest(study: Study) -> str:
    """The sha256 of all that a study declares, whatever the layout of its file, and of the definitions that its questions name.

    What equals its default is left out, written or not: a word that joins the vocabulary later leaves every digest as it was.
    """
    of_questions = (name for question in study.questions for name in (question.outcome, question.priced))
    named = {name for name in (*of_questions, *(control.outcome for control in study.negative_controls)) if name in DEFINED}
    declared = {"study": _declared(study), "definitions": {name: digest_of(DEFINED[name]) for name in named}}
    canonical = json.dumps(declared, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _declared(value: Any) -> Any:
    """A value as JSON that is the same on every machine."""
    if is_dataclass(value):
        held = {each.name: (getattr(value, each.name), default_of(each)) for each in fields(value) if each.name not in SET_BY_LOAD}
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


def amendments(design: Path) -> tuple[Amendment, ...] | None:
    """The changes of a locked design, oldest first; None where it is not locked."""
    locked = _read(lock_of(design))
    changes = () if locked is None else locked["amendments"]
    return None if locked is None else tuple(Amendment(one["reason"], one.get("after_opening", False), one.get("looks", 0)) for one in changes)


def gates_named(names: Sequence[str], *, sealed: bool) -> tuple[Gate, ...]:
    """The gates of these names, all of them where none is named; none where a design is not to be sealed.  Refuses names that are none."""
    problems = [
        Problem("--gate", f"'{printable(one)}' is no gate.", nearest(one, GATES), f"There is {listed(GATES)}.") for one in names if one not in GATES
    ]
    if names and not sealed:
        problems.append(Problem("--gate", "gates belong to a seal.", "", "Add --sealed."))
    if problems:
        raise Refused(*problems)
    return tuple(one for one in GATES if not names or one in names) if sealed else ()


def sealed_by(design: Path) -> tuple[Gate, ...]:
    """The gates that a sealed design has still to pass; empty where it is not sealed, or was opened."""
    locked = _read(lock_of(design))
    return () if locked is None or "opened" in locked else tuple(locked.get("sealed", ()))


def sealing(design: Path) -> Sealing | None:
    """By which gates a design was sealed, and on which records it was opened; None where it was never sealed."""
    locked = _read(lock_of(design))
    if locked is None or not locked.get("sealed"):
        return None
    return Sealing(tuple(locked["sealed"]), locked.get("opened", {}).get("records", ""))


def looks(design: Path) -> int:
    """How often the gates of a sealed design were looked at, its opening among them."""
    locked = _read(lock_of(design))
    return 0 if locked is None else len(locked.get("looks", ()))


def looked(design: Path, *, digest: str, records: str, passed: Sequence[Gate]) -> int:
    """Writes into the lock of a sealed design that its gates were looked at, and gives back how often they have been.

    A look holds the digest of the study and of the records, and which gates passed: neither numbers nor a day.
    """
    place = lock_of(design)
    locked = _read(place)
    assert locked is not None and locked.get("sealed"), "a design whose gates are looked at is sealed"
    look = {"digest": digest, "records": records, "passed": list(passed), "version": version()}
    _write(place, _as_text({**locked, "looks": [*locked.get("looks", ()), look]}))
    return len(locked.get("looks", ())) + 1


def opened(design: Path, *, records: str) -> Path:
    """Writes into the lock of a sealed design that it was opened, on which records (their digest) and by which version."""
    place = lock_of(design)
    locked = _read(place)
    assert locked is not None and locked.get("sealed"), "a design that is opened is sealed"
    _write(place, _as_text({**locked, "opened": {"records": records, "version": version()}}))
    return place


def seal(design: Path, study: Study, reason: str, gates: Sequence[Gate] = ()) -> Path:
    """Writes the lock of a study; over the lock of another only with a reason, which is kept with the digest it replaces.

    With `gates` nobody's outcome is read until these have passed.  A seal stays when the design is amended.
    """
    place = lock_of(design)
    earlier = _read(place)
    if gates and earlier is not None and not earlier.get("sealed"):
        remedy = "If nobody has read outcomes yet, remove the lock and seal the design; otherwise go on without a seal."
        raise Refused(Problem(str(design), "The design was locked without a seal, so that outcomes may have been read since.", remedy=remedy))
    if gates and earlier is not None and tuple(earlier["sealed"]) != tuple(gates):
        found = f"The design was sealed with other gates: {listed(earlier['sealed'])}."
        raise Refused(Problem(str(design), found, "Which gates must pass is settled before any of them is looked at.", "Lock it without --gate."))
    if earlier is not None and earlier["digest"] == study.digest:
        return place
    amendments = _amended(design, earlier, reason)
    headline = next(question.name for question in study.questions if question.role == "headline")
    entry = {"digest": study.digest, "headline": headline, "version": version(), "amendments": amendments}
    kept = {name: earlier[name] for name in ("sealed", "looks", "opened") if name in earlier} if earlier else {"sealed": list(gates)} if gates else {}
    _write(place, _as_text(entry | kept))
    return place


def _as_text(entry: Mapping[str, Any]) -> str:
    """A lock as its file holds it, with a digest of itself: what is typed into it by hand is seen."""
    held = {name: value for name, value in entry.items() if name != CHECK}
    return json.dumps({**held, CHECK: _check(held)}, indent=2, ensure_ascii=False) + "\n"


def _check(held: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in held.items() if name != CHECK}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode("ascii")).hexdigest()


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
    after = {"after_opening": True} if "opened" in earlier else {}
    seen = {"looks": len(earlier["looks"])} if earlier.get("looks") else {}
    return [*earlier["amendments"], {"digest": earlier["digest"], "reason": reason, **seen, **after}]


def _read(place: Path) -> dict[str, Any] | None:
    """What a lock file holds; None without one.  Refuses one that is not as `seal` wrote it."""
    try:
        held = json.loads(place.read_bytes())
        reasons = [entry["reason"] for entry in held["amendments"]]
        right = isinstance(held["amendments"], list) and all(isinstance(text, str) for text in (held["digest"], *reasons))
        if right and CHECK not in held:
            raise Refused(_of_an_older_version(place))
        if (
            right
            and held[CHECK] == _check(held)
            and set(held.get("sealed", ())) <= set(GATES)
            and isinstance(held.get("opened", {}), dict)
            and isinstance(held.get("looks", []), list)
        ):
            return held
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    remedy = "Bring back the file as it was written, or, if nobody has read outcomes yet, remove it and lock again."
    raise Refused(Problem(str(place), "This lock cannot be read, or was edited by hand.", remedy=remedy))


def _of_an_older_version(place: Path) -> Problem:
    found = "This lock was written by a version whose locks held no digest of themselves, so that nobody can tell whether it was edited."
    remedy = f"Keep a copy of it with its reasons, remove it, and lock the design again: betteroff lock {visible(str(place.with_suffix('.toml')))}"
    return Problem(str(place), found, remedy=remedy)


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
