"""Reads a design file into a Study, telling all its mistakes at once; digests it, and locks it before outcomes are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..phrases import nearest, visible
from ..records.toml import read
from ..terms import Gate, Problem, Refused, Study
from .lint import misfits
from .seal import digest, keep, seal, sealed_by
from .shape import normal, shaped

LARGEST = 1_000_000  # bytes

__all__ = ["digest", "load", "lock", "parse"]


def load(path: Path | str) -> Study:
    """The study of a design file.  Refuses it with all its mistakes, and when it differs from what was locked.

    Of a sealed design that has not been opened, no outcome can be read.
    """
    design = Path(path)
    study = parse(_text(design), visible(str(design)))
    keep(design, study)
    return replace(study, sealed=sealed_by(design))


def parse(text: str, where: str = "design") -> Study:
    """The study that TOML text declares; `where` names the text in messages."""
    document = normal(read(text, where))
    design = shaped(document.values)
    slips = [*design.slips, *(slip for slip in misfits(design.declared) if design.can_judge(slip))]
    if slips:
        slips.sort(key=lambda slip: document.line(slip.at))
        raise Refused(*(Problem(f"{where}:{document.line(slip.at)}", slip.found, slip.right, slip.remedy) for slip in slips))
    return replace(design.declared, digest=digest(design.declared))


def lock(path: Path | str, *, reason: str = "", sealed: Sequence[Gate] = ()) -> Path:
    """Writes the lock of a design file beside it and gives back its path; a changed design is locked again only with a reason.

    `sealed` names the gates that must pass before anybody's outcome is read: balance, overlap, power, negative_controls.
    """
    design = Path(path)
    return seal(design, parse(_text(design), visible(str(design))), reason, sealed)


def _text(path: Path) -> str:
    """What a design file holds.  Refuses what is no file, is too large, or is not UTF-8."""
    where = visible(str(path))
    try:
        if path.is_dir():
            raise Refused(Problem(where, "This is a folder.", "A design is one TOML file."))
        if not path.is_file():
            beside = [other.name for other in sorted(path.parent.glob("*.toml"))]
            raise Refused(Problem(where, "There is no such file.", nearest(path.name, beside)))
        with path.open("rb") as file:
            held = file.read(LARGEST + 1)
        if len(held) > LARGEST:
            raise Refused(Problem(where, "The file is larger than 1 MB.", "A design takes a few thousand characters."))
        return held.decode("utf-8")
    except OSError as error:
        raise Refused(Problem(where, f"The file cannot be read: {error.strerror}.")) from None
    except UnicodeDecodeError as error:
        line = held[: error.start].count(b"\n") + 1
        raise Refused(Problem(f"{where}:{line}", "The file is not UTF-8 text.", remedy="Save it as UTF-8.")) from None
