"""The folders of an output: where each study stands, what it was made from, and whose numbers it has released."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..report import page
from ..report.place import is_whole
from ..report.view import Badge
from ..terms import Language, Problem, Refused
from .ledger import ORDER, RESTORE, Ledger, Release, read_ledger

if TYPE_CHECKING:
    from ..terms import Array


MADE_FROM = "made_from.json"  # what a study's folder was made from, its release, and its places on the pages that list all
STARTS = "starts.npy"  # digests of the person-starts whose numbers a study's folder released, to tell overlaps by


def folder_of(out: Path, name: str) -> Path:
    """Where a study stands."""
    return out / "studies" / name


def standing(out: Path) -> list[Path]:
    """The folders of the studies that stand whole in `out`, but of a release that was said never to leave: that one is to be run again."""
    whole = sorted(path.parent for path in (out / "studies").glob("*/COMPLETE") if is_whole(path.parent) and made_from(path.parent))
    return [folder for folder in whole if not _never_sent(out, folder)]


def _never_sent(out: Path, folder: Path) -> bool:
    found = read_ledger(out, folder.name).release(made_from(folder).get("release", ""))
    return found is not None and found.never_sent is not None


def scorecards(out: Path) -> list[Path]:
    """The folders of the scorecards that stand whole in `out`."""
    return sorted(path.parents[1] for path in out.glob(f"*/internal/{STARTS}") if is_whole(path.parents[1]))


def released_starts(folder: Path) -> Array:
    """Digests of the person-starts whose numbers a folder released: (n,)."""
    starts: Array = np.load(folder / "internal" / STARTS)
    return starts


def made_from(folder: Path) -> dict[str, Any]:
    """What a folder was made from; nothing where it does not say."""
    try:
        held = json.loads((folder / "internal" / MADE_FROM).read_text(encoding="utf-8"))
        return held if {"key", "cards"} <= set(held) else {}
    except (OSError, ValueError):
        return {}


def card_of(made: Mapping[str, Any], language: Language) -> page.Card:
    """A study's place on the page that lists them."""
    card = made["cards"].get(language) or made["cards"]["en"]
    return page.Card(**{**card, "verdict": Badge(**card["verdict"])})


def standing_release(out: Path, folder: Path) -> tuple[Ledger, Release | None]:
    """The ledger of a study that stands, and the release that stands there: None where it was written when no ledger was kept.

    Refuses a ledger that does not hold it.
    """
    ledger = read_ledger(out, folder.name)
    name = made_from(folder).get("release")
    found = ledger.release(name) if name else None
    if name and found is None:
        raise Refused(Problem(str(ledger.path), f"the ledger of releases does not hold {name}, which stands in {folder}.", ORDER, RESTORE))
    return ledger, found
