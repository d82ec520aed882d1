"""The command line as an evaluator uses it: every command, every refusal in sentences, and no output left half-written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.report.place import is_whole

ROOT = Path(__file__).resolve().parents[2]
ROSSI = ROOT / "examples" / "rossi"


def betteroff(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a process of its own, as a user does."""
    command = [sys.executable, "-m", "evaluation", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


@pytest.fixture(scope="module")
def men(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Rossi experiment as a folder of CSV files."""
    folder = tmp_path_factory.mktemp("rossi") / "records"
    subprocess.run([sys.executable, str(ROSSI / "records.py"), str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def out(men: Path) -> Path:
    """What `run` wrote for the Rossi design."""
    out = men.parent / "out"
    ran = betteroff("run", ROSSI / "rossi.toml", "--records", men, "--out", out)
    assert ran.returncode == 0, ran.stderr
    return out


def test_run_writes_internal_and_release_apart(out: Path) -> None:
    study = out / "rossi"

    assert is_whole(study)
    assert {path.name for path in (study / "release").iterdir()} == {"en.html", "es.html", "findings.csv", "findings.json", "numbers.csv"}
    assert {"queries.sql", "quality.txt", "hidden.txt", "manifest.json", "findings.json"} <= {path.name for path in (study / "internal").iterdir()}
    assert "rossi/release/en.html" in (out / "index.html").read_text(encoding="utf-8")


def test_the_rossi_finding_is_the_one_worked_out_by_hand(out: Path) -> None:
    # 48 of 216 men offered aid were arrested within 52 weeks, and 66 of 216 who were not: -18/216 = -8.33 points
    released = json.loads((out / "rossi" / "release" / "findings.json").read_text(encoding="utf-8"))
    [finding] = released["findings"]
    text = json.dumps(released)

    assert "about 8 fewer were arrested within 52 weeks" in finding["sentences"]["en"]
    assert "by lot" in finding["sentences"]["en"]
    assert finding["verdict"] == "provisional"
    assert "-0.08333333333" in text
    assert "no effect" not in finding["sentences"]["en"] and "caused" not in finding["sentences"]["en"]


def test_a_second_run_changes_no_byte_and_says_that_nothing_was_run_again(out: Path, men: Path) -> None:
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    again = betteroff("run", ROSSI / "rossi.toml", "--records", men, "--out", out)

    assert "not run again" in again.stdout
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_two_runs_in_two_folders_give_the_same_bytes(out: Path, men: Path, tmp_path: Path) -> None:
    betteroff("run", ROSSI / "rossi.toml", "--records", men, "--out", tmp_path / "other")

    names = sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file() and not path.name.endswith(".lock"))
    assert names
    assert [name for name in names if (tmp_path / "other" / name).read_bytes() != (out / name).read_bytes()] == []


@pytest.mark.parametrize("wait", [0.6, 1.2, 1.8, 2.4, 3.0, 3.6, 4.2, 4.8])
def test_a_killed_run_leaves_the_old_output_or_the_new(out: Path, men: Path, tmp_path: Path, wait: float) -> None:
    command = [sys.executable, "-m", "evaluation", "run", str(ROSSI / "rossi.toml"), "--records", str(men), "--out", str(tmp_path / "out")]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
    time.sleep(wait)
    running.send_signal(signal.SIGKILL)
    running.wait()

    assert is_whole(tmp_path / "out" / "rossi") or not (tmp_path / "out" / "rossi").exists()


def test_check_compares_records_with_an_earlier_manifest(men: Path, tmp_path: Path) -> None:
    first = betteroff("check", "--records", men, "--manifest", tmp_path / "manifest.json")
    second = betteroff("check", ROSSI / "rossi.toml", "--records", men, "--manifest", tmp_path / "manifest.json")

    assert first.returncode == second.returncode == 0
    assert "this one is the first" in first.stdout
    assert "Nothing changed" in second.stdout
    assert "rossi.toml: in order. 1 question" in second.stdout


def test_lock_holds_a_design_until_it_is_amended_with_a_reason(tmp_path: Path) -> None:
    design = tmp_path / "rossi.toml"
    design.write_bytes((ROSSI / "rossi.toml").read_bytes())
    assert betteroff("lock", design).returncode == 0
    design.write_text(design.read_text(encoding="utf-8").replace("-0.05 ", "-0.01 "), encoding="utf-8")

    changed = betteroff("check", design)
    amended = betteroff("lock", design, "--reason", "the board asked for a smaller difference")

    assert changed.returncode == 2 and "lock" in changed.stderr
    assert amended.returncode == 0
    assert betteroff("check", design).returncode == 0


def test_init_drafts_a_mapping_and_never_overwrites_one(tmp_path: Path) -> None:
    rows = "\n".join(f"p{number},2020-01-{number % 28 + 1:02d},felony" for number in range(40))
    (tmp_path / "bookings.csv").write_text(f"jms_person_id,book_dt,charge_level\n{rows}\n", encoding="utf-8")

    first, second = betteroff("init", tmp_path), betteroff("init", tmp_path)

    draft = (tmp_path / "records.toml").read_text(encoding="utf-8")
    assert first.returncode == 0 and "jms_person_id" in draft and "book_dt" in draft
    assert "p17" not in draft and "2020-01-05" not in draft
    assert second.returncode == 2 and "the file is there already" in second.stderr


def test_list_names_every_outcome_method_and_world() -> None:
    from evaluation.methods import METHODS
    from evaluation.outcomes import OUTCOMES
    from synthetic import WORLDS

    listed = betteroff("list").stdout

    assert not [name for name in (*OUTCOMES, *METHODS, *WORLDS) if name not in listed]


def test_report_runs_the_notebook(men: Path, tmp_path: Path) -> None:
    ran = betteroff("report", ROSSI / "rossi.toml", "--records", men, "--out", tmp_path / "rossi.ipynb")

    assert ran.returncode == 0, ran.stderr
    assert "about 8 fewer were arrested" in (tmp_path / "rossi.ipynb").read_text(encoding="utf-8")


def bad_calls() -> Iterator[tuple[tuple[str, ...], str]]:
    """Words of a call, with {0} for an empty folder, and what the refusal says."""
    rossi = str(ROSSI / "rossi.toml")
    yield ("run", rossi, "--records", "{0}/nowhere", "--out", "{0}/out"), "nowhere"
    yield ("run", "{0}/missing.toml", "--records", "{0}", "--out", "{0}/out"), "There is no such file"
    yield ("run", "{0}", "--records", "{0}", "--out", "{0}/out"), "no design file"
    yield ("check",), "nothing to check"
    yield ("lock", "{0}/missing.toml"), "There is no such file"
    yield ("init", "{0}/nowhere"), "nowhere"
    yield ("report", "{0}/missing.toml", "--records", "{0}", "--out", "{0}/a.ipynb"), "There is no such file"


@pytest.mark.parametrize(("words", "said"), list(bad_calls()))
def test_a_bad_call_is_refused_in_a_sentence_and_writes_nothing(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    called = betteroff(*(word.format(tmp_path) for word in words))

    assert called.returncode == 2
    assert said in called.stderr
    assert "Traceback" not in called.stderr + called.stdout
    assert not list(tmp_path.iterdir())


def test_an_output_folder_that_is_not_ours_is_left_alone(men: Path, tmp_path: Path) -> None:
    (tmp_path / "rossi").mkdir()
    (tmp_path / "rossi" / "thesis.txt").write_text("years of work", encoding="utf-8")

    refused = betteroff("run", ROSSI / "rossi.toml", "--records", men, "--out", tmp_path)

    assert refused.returncode == 2
    assert (tmp_path / "rossi" / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_help_answers_without_loading_what_computes() -> None:
    # a timed test would fail on a slow machine; what makes help slow is what it imports
    heavy = {"numpy", "pandas", "duckdb", "matplotlib", "scipy", "pydantic", "rich.progress"}
    code = f"import sys, evaluation.__main__; print(sorted({heavy} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"
