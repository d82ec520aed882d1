"""Two runs that write one folder at one time: whoever is second is told so, and nobody's work is swept away."""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest

from evaluation.terms import Refused
from synthetic import placing


def failed(run: AbstractContextManager[Path]) -> None:
    """Ends a run that came to nothing."""
    with suppress(OSError):
        run.__exit__(OSError, OSError("no more"), None)


def test_a_run_that_begins_while_another_sweeps_up_keeps_what_it_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (placing.whole(tmp_path / "county") for _ in range(2))
    first.__enter__()
    sweeping, began = shutil.rmtree, []

    def meanwhile(folder: Path, **how: bool) -> None:
        monkeypatch.setattr(shutil, "rmtree", sweeping)
        with suppress(Refused):
            began.append(second.__enter__())
        sweeping(folder, **how)

    monkeypatch.setattr(shutil, "rmtree", meanwhile)
    with suppress(Refused):
        failed(first)

    assert all(fresh.is_dir() for fresh in began)  # or it was refused
    for _ in began:
        failed(second)
    with placing.whole(tmp_path / "county"):  # nothing that is left stands in the way
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["county"]


def test_a_lock_that_was_swept_away_before_it_was_taken_is_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run opens the lock of a first, which then ends; a third makes one anew: the second must not write beside it."""
    first, second, third = (placing.whole(tmp_path / "county") for _ in range(3))
    first.__enter__()
    locking, made = placing._lock, []

    def late(descriptor: int, folder: Path) -> None:
        monkeypatch.setattr(placing, "_lock", locking)
        with suppress(Refused):
            failed(first)
        made.append(third.__enter__() / "mine")
        made[0].write_text("the third's", encoding="utf-8")
        locking(descriptor, folder)

    monkeypatch.setattr(placing, "_lock", late)
    with pytest.raises(Refused, match="another run is writing"):
        second.__enter__()

    assert made[0].is_file()
    third.__exit__(None, None, None)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()] == ["the third's"]
