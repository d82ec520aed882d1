"""An output folder is whole or not there: one run at a time, and a kill, a full disk or a wrong folder costs nothing."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evaluation.report import place
from evaluation.terms import Refused

# writes one output after another, each with the same number in many files; a patch may kill it at a chosen step
WRITER = """
import os, signal, sys
from evaluation.report import place
out, kill_at, exchange = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "exchange"
if not exchange:
    place._exchanged = lambda one, other: False
steps = 0
def counted(call):
    def stepping(*words, **named):
        global steps
        steps += 1
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*words, **named)
    return stepping
if kill_at:
    os.replace, os.fsync, os.rmdir, os.unlink = map(counted, (os.replace, os.fsync, os.rmdir, os.unlink))
    place._exchanged = counted(place._exchanged)
print("ready", flush=True)
for number in range(int(sys.argv[4]), 10_000):
    with place.placed(out) as output:
        for name in "abc":
            (output.internal / name).write_text(str(number) * 1000)
            (output.release / name).write_text(str(number) * 1000)
    if kill_at:
        break
"""
posix = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX signal")


def write(out: Path, text: str) -> None:
    with place.placed(out) as output:
        (output.internal / "kept.txt").write_text(text)
        (output.release / "told.txt").write_text(text)


def contents(out: Path) -> dict[str, str]:
    return {path.relative_to(out).as_posix(): path.read_text() for path in sorted(out.rglob("*")) if path.is_file() and path.name != place.COMPLETE}


def left_beside(out: Path) -> set[str]:
    return {path.name for path in out.parent.iterdir()} - {out.name, f".{out.name}.lock"}


def child(out: Path, *, kill_at: int = 0, how: str = "exchange", first: int = 1) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", WRITER, str(out), str(kill_at), how, str(first)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def test_an_output_holds_what_the_block_wrote_in_its_two_halves(tmp_path):
    out = tmp_path / "deep" / "findings"

    write(out, "new")

    assert contents(out) == {"internal/kept.txt": "new", "release/told.txt": "new"}
    assert place.is_whole(out)
    assert left_beside(out) == set()


def test_the_marker_is_a_listing_that_sha256sum_can_check(tmp_path):
    write(tmp_path / "out", "x")

    lines = (tmp_path / "out" / place.COMPLETE).read_text().splitlines()

    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # printf x | sha256sum
    assert lines == [f"{digest}  internal/kept.txt", f"{digest}  release/told.txt"]


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_second_output_takes_the_place_of_the_first(tmp_path, monkeypatch, exchanges):
    if not exchanges:
        monkeypatch.setattr(place, "_exchanged", lambda one, other: False)
    out = tmp_path / "out"
    write(out, "old")

    with place.placed(out) as output:
        (output.release / "other.txt").write_text("new")

    assert contents(out) == {"release/other.txt": "new"}
    assert left_beside(out) == set()


def test_a_block_that_fails_leaves_the_old_output_and_nothing_else(tmp_path):
    out = tmp_path / "out"
    write(out, "old")

    with pytest.raises(ZeroDivisionError), place.placed(out) as output:
        (output.release / "told.txt").write_text("new")
        _ = 1 / 0

    assert contents(out)["release/told.txt"] == "old"
    assert left_beside(out) == set()


def full(*_words, **_named):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_fills_while_the_block_writes_is_told_in_one_sentence(tmp_path):
    out = tmp_path / "out"
    write(out, "old")

    with pytest.raises(Refused) as refused, place.placed(out) as output:
        (output.release / "told.txt").write_text("half")
        full()

    assert str(refused.value) == f"{out}: the disk is full. Free some space and run again; what stood there before still stands."
    assert contents(out)["release/told.txt"] == "old"
    assert left_beside(out) == set()


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_fills_at_the_end_leaves_the_old_output(tmp_path, monkeypatch, call):
    monkeypatch.setattr(place, "_exchanged", lambda one, other: False)
    out = tmp_path / "out"
    write(out, "old")
    monkeypatch.setattr(os, call, full)

    with pytest.raises(Refused, match="the disk is full"):
        write(out, "new")

    assert contents(out)["release/told.txt"] == "old"


def test_when_the_second_of_two_renames_fails_the_old_output_is_put_back(tmp_path, monkeypatch):
    monkeypatch.setattr(place, "_exchanged", lambda one, other: False)
    out = tmp_path / "out"
    write(out, "old")
    replace, calls = os.replace, []

    def fails_once(*words):
        calls.append(words)
        return full() if len(calls) == 2 else replace(*words)

    monkeypatch.setattr(os, "replace", fails_once)
    with pytest.raises(Refused, match="the disk is full"):
        write(out, "new")

    assert len(calls) == 3
    assert contents(out)["release/told.txt"] == "old"
    assert left_beside(out) == set()


def test_another_error_of_the_block_is_not_called_a_full_disk(tmp_path):
    with pytest.raises(FileNotFoundError), place.placed(tmp_path / "out"):
        (tmp_path / "nowhere").read_text()


def test_a_folder_that_is_not_an_output_is_never_replaced(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letters.txt").write_text("dear")

    with pytest.raises(Refused, match="is not an output of an earlier run"):
        write(tmp_path / "home", "new")

    assert (tmp_path / "home" / "letters.txt").read_text() == "dear"
    assert left_beside(tmp_path / "home") == set()


def test_a_file_where_the_folder_should_be_is_never_replaced(tmp_path):
    (tmp_path / "out").write_text("a file")

    with pytest.raises(Refused, match="is not an output"):
        write(tmp_path / "out", "new")

    assert (tmp_path / "out").read_text() == "a file"


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "out").mkdir()

    write(tmp_path / "out", "new")

    assert place.is_whole(tmp_path / "out")


def test_two_runs_at_once_do_not_mix(tmp_path):
    out = tmp_path / "out"

    with place.placed(out) as first:
        (first.release / "told.txt").write_text("first")
        with pytest.raises(Refused, match="another run is writing this output"):
            write(out, "second")

    assert contents(out) == {"release/told.txt": "first"}


def test_two_outputs_side_by_side_may_be_written_at_once(tmp_path):
    with place.placed(tmp_path / "one"), place.placed(tmp_path / "two"):
        pass

    assert place.is_whole(tmp_path / "one") and place.is_whole(tmp_path / "two")


@pytest.mark.parametrize("damage", ["changed", "missing", "no marker"])
def test_a_damaged_output_is_not_whole(tmp_path, damage):
    write(tmp_path / "out", "x")
    told = tmp_path / "out" / "release" / "told.txt"

    if damage == "changed":
        told.write_text("y")
    elif damage == "missing":
        told.unlink()
    else:
        (tmp_path / "out" / place.COMPLETE).unlink()

    assert not place.is_whole(tmp_path / "out")


@posix
def test_killed_at_random_moments_the_output_is_always_whole(tmp_path):
    out = tmp_path / "out"
    write(out, "0" * 1000)
    luck = random.Random(301)

    for round_ in range(10):
        writer = child(out, first=round_ * 100)
        assert writer.stdout.readline() == "ready\n"
        time.sleep(luck.uniform(0.0, 0.15))
        writer.kill()
        writer.wait()
        writer.stdout.close()

        assert place.is_whole(out)
        assert len(set(contents(out).values())) == 1

    assert place.settle(out)
    assert left_beside(out) == set()


@posix
@pytest.mark.parametrize("how", ["exchange", "two renames"])
def test_killed_at_each_step_the_output_is_the_old_or_the_new(tmp_path, how):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    if how == "exchange" and not place._exchanged(tmp_path / "one", tmp_path / "two"):
        pytest.skip("this file system cannot exchange two folders")
    out, seen, step = tmp_path / "county" / "out", set(), 0
    while True:
        step += 1
        write(out, "old")
        writer = child(out, kill_at=step, how=how, first=7)
        writer.communicate()
        if writer.returncode == 0:
            break
        assert writer.returncode == -signal.SIGKILL
        assert out.is_dir() or how == "two renames"

        assert place.settle(out)
        assert left_beside(out) == set()
        text = set(contents(out).values())
        assert text in ({"old"}, {"7" * 1000})
        seen |= text

    assert step > 15
    assert seen == {"old", "7" * 1000}
