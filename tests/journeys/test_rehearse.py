"""A rehearsal is the same however it is cut: in processes, in pieces, killed and taken up again, or added to."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evaluation.rehearsal import Rehearsal, Run, rehearse, rehearse_all, runs, store
from evaluation.rehearsal.store import described, digest_of, shelf
from evaluation.rehearsal.written import files
from evaluation.study import load
from evaluation.terms import Problem, Refused
from synthetic import WORLDS

ROOT = Path(__file__).resolve().parents[2]
DESIGN = ROOT / "designs" / "bayview" / "reentry_navigation.toml"
WORLD, OTHER = WORLDS["lottery"], WORLDS["lottery_without_effect"]
RUNS, PEOPLE, REFERENCE = 4, 250, 300  # a second or two of computing
WHOLE_STUDY = load(DESIGN)
STUDY = replace(WHOLE_STUDY, questions=WHOLE_STUDY.questions[:2])
SIZE: dict[str, Any] = {"people": PEOPLE, "reference": REFERENCE}


def written(**dials: Any) -> dict[str, str]:
    return files(rehearse(STUDY, [WORLD, OTHER], **{"runs": RUNS, **SIZE, **dials}))


@pytest.fixture(scope="module")
def whole() -> dict[str, str]:
    """What a rehearsal in one process, without a store, writes."""
    return written()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Which runs are made from here on, in this process."""
    seen: list[int] = []
    performed = runs.performed

    def counting(study: Any, world: Any, numbers: Any, **size: Any) -> Iterator[Run]:
        seen.extend(numbers)
        return performed(study, world, numbers, **size)

    monkeypatch.setattr(runs, "performed", counting)
    return seen


@pytest.mark.parametrize("at_once", [1, 3 * PEOPLE], ids=["county by county", "three and one"])
def test_the_same_files_come_out_whatever_the_pieces(at_once: int, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "AT_ONCE", at_once)

    assert written() == whole


def test_the_same_files_come_out_of_two_processes_and_through_a_store(whole: dict[str, str], tmp_path: Path, made: list[int]) -> None:
    assert written(jobs=2, store=tmp_path) == whole
    assert not made  # here: other processes made them
    assert written(store=tmp_path) == whole
    assert not made  # all of it was kept


def test_a_rehearsal_that_was_killed_goes_on_where_it_stopped(whole: dict[str, str], tmp_path: Path, made: list[int]) -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/journeys'); import test_rehearse; from evaluation.rehearsal import runs;"
        f"runs.AT_ONCE = 1; test_rehearse.written(store={str(tmp_path)!r})"
    )
    running = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    while running.poll() is None and len(list(tmp_path.rglob("runs-*.csv"))) < 2:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    kept = len(list(tmp_path.rglob("runs-*.csv")))

    assert 2 <= kept < 2 * RUNS, "it was not killed half-way"
    assert written(store=tmp_path) == whole
    assert len(made) == 2 * RUNS - kept


def test_more_runs_only_add_and_fewer_are_read_off(tmp_path: Path, made: list[int]) -> None:
    rehearse(STUDY, WORLD, runs=2, store=tmp_path, **SIZE)
    made.clear()

    four = rehearse(STUDY, WORLD, runs=4, store=tmp_path, **SIZE)
    assert sorted(made) == [2, 3]
    two = rehearse(STUDY, WORLD, runs=2, store=tmp_path, **SIZE)
    assert sorted(made) == [2, 3]
    assert repr(two.done) == repr(four.done[: len(two.done)]) and two.runs == 2  # as text: what is not told is NaN, which equals nothing


def cut(text: str) -> str:
    return text[: len(text) // 2]


def cut_by_a_line(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:-2])


def changed(text: str) -> str:
    place = text.index("0.")
    return f"{text[:place]}9.{text[place + 2 :]}"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rehearsal, Path]:
    """A rehearsal, and where it was kept: to be copied."""
    store = tmp_path_factory.mktemp("stored")
    return rehearse(STUDY, WORLD, runs=RUNS, store=store, **SIZE), store


@pytest.mark.parametrize("harm", [cut, cut_by_a_line, changed, lambda _: ""], ids=["torn", "torn between lines", "changed by hand", "empty"])
def test_a_file_that_is_not_whole_is_made_again(harm: Callable[[str], str], stored: tuple[Rehearsal, Path], tmp_path: Path, made: list[int]) -> None:
    before, store = stored
    shutil.copytree(store, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.rglob("*.csv"):
        path.write_text(harm(path.read_text(encoding="utf-8")), encoding="utf-8")

    assert rehearse(STUDY, WORLD, runs=RUNS, store=tmp_path, **SIZE) == before
    assert sorted(made) == list(range(RUNS))


def test_what_could_move_a_number_has_a_place_of_its_own(tmp_path: Path) -> None:
    def place(study: Any = STUDY, world: Any = WORLD, people: int = 10, seed: int = 0) -> Path:
        return shelf(tmp_path, study, world, people=people, seed=seed).folder

    others = [
        place(world=replace(WORLD, moves_a_year=0.5)),
        place(world=OTHER),
        place(study=WHOLE_STUDY),
        place(people=11),
        place(seed=1),
    ]

    assert place() == place()
    assert len({place(), *others}) == 1 + len(others)


def test_a_world_is_described_in_the_same_words_in_every_process() -> None:
    code = "from evaluation.rehearsal.store import digest_of; from synthetic import WORLDS; print([digest_of(one) for one in WORLDS.values()])"
    around = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}  # another order of sets than here
    elsewhere = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, env=around)

    assert elsewhere.stdout.strip() == str([digest_of(one) for one in WORLDS.values()])
    assert len({digest_of(one) for one in WORLDS.values()}) == len(WORLDS)


def test_a_world_that_no_words_tell_apart_is_kept_nowhere() -> None:
    with pytest.raises(Refused, match="cannot be told apart"):
        described({"hazard": lambda day: day})


def test_two_rehearsals_that_keep_one_file_at_the_same_time_both_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other keeps its own between the writing of ours and its being put in place."""
    replacing, others = Path.replace, ["b\n"]

    def meanwhile(half: Path, path: Path) -> Path:
        if others:
            store._put(path, others.pop())
        return replacing(half, path)

    monkeypatch.setattr(Path, "replace", meanwhile)
    store._put(tmp_path / "runs-000000.csv", "a\n")

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"runs-000000.csv": b"a\n"} and not others


def test_what_is_there_as_it_ought_to_be_is_not_written_again(tmp_path: Path) -> None:
    place = shelf(tmp_path, STUDY, WORLD, people=10, seed=0).folder / "what.json"
    before, held = place.stat(), place.read_bytes()

    shelf(tmp_path, STUDY, WORLD, people=10, seed=0)
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    place.write_bytes(held[:-1])
    shelf(tmp_path, STUDY, WORLD, people=10, seed=0)
    assert place.read_bytes() == held


def test_a_store_that_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")

    with pytest.raises(Refused, match="the runs cannot be kept there"):
        rehearse(STUDY, WORLD, runs=2, store=tmp_path / "file" / "store", **SIZE)


@pytest.mark.parametrize(
    ("dials", "said"),
    [
        ({"runs": 1}, "runs: 1 is too few"),
        ({"people": -3}, "people: -3 is too few"),
        ({"seed": -1}, "seed: -1 is no seed"),
        ({"reference": 1}, "reference: 1 is too few"),
        ({"jobs": 0}, "0 processes do nothing"),
        ({"runs": 0, "people": 0}, "people: 0 is too few"),
    ],
)
def test_numbers_of_which_no_rehearsal_is_made_are_refused_all_at_once(dials: dict[str, int], said: str, made: list[int]) -> None:
    with pytest.raises(Refused, match=said) as refused:
        rehearse(STUDY, WORLD, **dials)

    assert len(refused.value.problems) == len(dials) and not made


def test_the_world_is_asked_for_the_programme_of_the_study() -> None:
    with pytest.raises(Refused, match="no programme is called 'juggling'"):
        rehearse(replace(STUDY, programme="juggling"), WORLD, **SIZE)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_refused_says_in_which_world_from_whatever_process(jobs: int) -> None:
    with pytest.raises(Refused, match="in the world 'referred'") as refused:
        rehearse_all([(STUDY, WORLDS["referred"])], runs=2, jobs=jobs, **SIZE)

    assert all(isinstance(problem, Problem) for problem in refused.value.problems)


def test_a_refusal_comes_back_whole_from_another_process() -> None:
    refused = Refused(Problem("here", "it is wrong."), Problem("there", "that too.", "This is right.", "Do so."))

    again = pickle.loads(pickle.dumps(refused))

    assert again.problems == refused.problems and str(again) == str(refused)


def test_one_world_gives_a_rehearsal_and_several_all_of_them(tmp_path: Path) -> None:
    one = rehearse(STUDY, WORLD, runs=2, store=tmp_path, **SIZE)
    several = rehearse(STUDY, {"it": WORLD, "other": OTHER}, runs=2, store=tmp_path, **SIZE)

    assert isinstance(one, Rehearsal) and several[WORLD.name] is several[0]
    assert repr(several[0]) == repr(one)  # as text: what is not told is NaN, which equals nothing
    assert [each.world for each in several] == [WORLD.name, OTHER.name]
