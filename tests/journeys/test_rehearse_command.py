"""`betteroff rehearse` as an evaluator uses it: what it writes, what it says, what it refuses, and what a kill leaves."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evaluation.__main__ import app
from evaluation.commands import scheduler
from evaluation.report.place import is_whole
from evaluation.terms import Refused
from evaluation.version import version

ROOT = Path(__file__).resolve().parents[2]
LOT = ROOT / "designs" / "bayview" / "reentry_navigation.toml"
SMALL = ("--runs", "3", "--people", "250", "--reference", "300", "--jobs", "1")
WRITTEN = {"COMPLETE", "rehearsal.csv", "runs.csv", "rehearsal.md", "picture.svg"}


def rehearsed(*words: str | Path) -> str:
    """What the command says; raises what it refuses."""
    result = CliRunner().invoke(app, ["rehearse", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def texts(out: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in out.iterdir()}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a small rehearsal wrote."""
    out = tmp_path_factory.mktemp("rehearsed") / "out"
    rehearsed(LOT, "--world", "lottery", *SMALL, "--out", out)
    return out


def test_it_writes_the_measures_every_run_a_page_and_a_picture(out: Path) -> None:
    assert is_whole(out) and set(texts(out)) == WRITTEN
    assert texts(out)["runs.csv"].count("\n") == 1 + 3 * 3  # three questions of three runs
    assert "### `lottery`" in texts(out)["rehearsal.md"] and "250 people in each county" in texts(out)["rehearsal.md"]


def test_called_again_it_makes_nothing_anew_and_writes_the_same_bytes(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = texts(out)
    monkeypatch.setattr("evaluation.rehearsal.runs.performed", None)  # whoever made a run would fail

    said = rehearsed(LOT, "--world", "lottery", *SMALL, "--out", out)

    assert texts(out) == before
    assert f"Wrote {out}" in said.replace("\n", "")


def test_without_a_folder_it_only_says_what_came_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert "coverage" in rehearsed(LOT, "--world", "lottery", *SMALL)
    assert not list(tmp_path.iterdir())


def test_without_a_world_those_are_taken_in_which_people_are_served_as_the_design_says(monkeypatch: pytest.MonkeyPatch) -> None:
    from evaluation.commands.rehearse import _worlds
    from evaluation.study import load
    from synthetic import WORLDS

    designs = {
        name: load(ROOT / "designs" / "bayview" / f"{name}.toml") for name in ("reentry_navigation", "navigation_offered", "navigation_walk_in")
    }
    taken = {name: {world.name for world in _worlds(study, [])} for name, study in designs.items()}

    assert {"lottery", "lottery_without_effect"} <= taken["reentry_navigation"]
    assert {"referred", "referred_without_effect"} <= taken["navigation_offered"]
    assert {"walk_in", "walk_in_without_effect"} <= taken["navigation_walk_in"]
    assert all(WORLDS[name].suits(designs[design]) for design, names in taken.items() for name in names)
    assert not taken["reentry_navigation"] & (taken["navigation_offered"] | taken["navigation_walk_in"])


def test_a_design_that_does_not_find_the_truth_is_said_to_be_outside_the_gate(tmp_path: Path) -> None:
    # the arms of a worker's offer, declared a lot: those offered are needier, and nothing is done about it
    text = LOT.read_text(encoding="utf-8").replace('"lot:reentry_navigation"', '"offer:reentry_navigation"')
    naive = tmp_path / "naive.toml"
    text = text.replace('"lot:no_reentry_navigation"', '"no_offer:reentry_navigation"')
    before, first, *_, last = text.split("[[question]]\n")  # days and dollars would tell the same, and take as long again
    naive.write_text(f"{before}[[question]]\n{first}[release]{last.partition('[release]')[2]}", encoding="utf-8")

    said = rehearsed(
        naive, "--world", "referred_without_effect", "--runs", "8", "--people", "1000", "--reference", "300", "--jobs", "1", "--out", tmp_path / "out"
    )

    assert re.search(r"Outside the Monte Carlo gate: \d+ of \d+ numbers", said.replace("\n", " "))
    assert "**Outside the Monte Carlo gate**" in texts(tmp_path / "out")["rehearsal.md"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("{0}/missing.toml",), "There is no such file"),
        ((str(LOT), "--world", "lotery", "--world", "nowhere"), "Did you mean 'lottery'"),
        ((str(LOT), "--runs", "1"), "1 is too few"),
        ((str(LOT), "--people", "-5", "--world", "lottery"), "-5 is too few"),
        ((str(LOT), "--jobs", "0"), "0 processes do nothing"),
        ((str(LOT), "--seed", "-1"), "-1 is no seed"),
        ((str(ROOT / "examples" / "rossi" / "rossi.toml"),), "in no invented world are people served as"),
        ((str(ROOT / "examples" / "rossi" / "rossi.toml"), "--world", "lottery"), "no programme is called"),
        ((str(LOT), "--world", "referred", *SMALL), "in the world 'referred'"),
    ],
)
def test_a_bad_call_is_refused_in_sentences_and_writes_nothing(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=said):
        rehearsed(*(word.format(tmp_path) for word in words), "--out", tmp_path / "out")

    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.rglob("*.csv"))


def test_a_folder_of_something_else_is_left_alone_before_anything_is_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    monkeypatch.setattr("evaluation.rehearsal.runs.performed", None)

    with pytest.raises(Refused, match="is not an output of an earlier run"):
        rehearsed(LOT, *SMALL, "--out", tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_command_that_was_killed_leaves_the_old_output_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = ("--people", "400", "--reference", "300", "--jobs", "1")
    rehearsed(LOT, "--world", "lottery", "--runs", "2", *sizes, "--out", tmp_path / "out")
    before = texts(tmp_path / "out")

    # each county opened by itself, so that there is something between the first and the last
    code = "import sys; from evaluation.rehearsal import runs; from evaluation.__main__ import main; runs.AT_ONCE = 1; main()"
    words = ["rehearse", str(LOT), "--world", "lottery", "--runs", "8", *sizes, "--out", str(tmp_path / "out")]
    running = subprocess.Popen([sys.executable, "-c", code, *words], cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
    while running.poll() is None and not (kept := list((tmp_path / ".out.runs").rglob("runs-000002.csv"))):
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)

    assert running.wait() == -signal.SIGKILL and kept  # it had begun, and was not done
    assert texts(tmp_path / "out") == before
    monkeypatch.setattr("evaluation.rehearsal.store.Shelf.keep_truths", None)  # whoever made the truth anew would fail
    rehearsed(LOT, "--world", "lottery", "--runs", "8", *sizes, "--out", tmp_path / "out")
    monkeypatch.undo()
    rehearsed(LOT, "--world", "lottery", "--runs", "8", *sizes, "--out", tmp_path / "straight")
    assert texts(tmp_path / "out") == texts(tmp_path / "straight") != before
    assert not (tmp_path / ".out.new").exists()


# ------------------------------------------------------------------------------------------------ on a cluster
def test_a_dask_cluster_of_two_workers_gives_the_same_runs(out: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1") as cluster:
        rehearsed(LOT, "--world", "lottery", *SMALL, "--scheduler", cluster.scheduler_address, "--out", tmp_path / "out")

    assert texts(tmp_path / "out") == texts(out)


def test_a_scheduler_that_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(scheduler, "WAIT", "0.2s")

    for address in ("tcp://127.0.0.1:1", "no address"):
        with pytest.raises(Refused, match="no Dask scheduler answers there"), scheduler.on(address):
            pass


def test_without_dask_a_scheduler_is_refused_with_the_word_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask.distributed", None)

    with pytest.raises(Refused, match=r"pip install betteroff\[dask\]"):
        rehearsed(LOT, *SMALL, "--scheduler", "tcp://127.0.0.1:8786")


@pytest.mark.parametrize("answers", [{}, {"one": "0.0.1+other"}, {"one": None, "two": "0.0.1+other"}, OSError("no module")])
def test_workers_that_are_not_there_or_have_other_code_are_refused(answers: object) -> None:
    class Client:
        def run(self, _: object) -> object:
            if isinstance(answers, Exception):
                raise answers
            return {name: found or version() for name, found in answers.items()}  # type: ignore[attr-defined]  # a dict

    with pytest.raises(Refused, match="no workers, or workers with other code"):
        scheduler._same_code(Client(), "tcp://here")
