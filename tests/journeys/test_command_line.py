"""The command line as an evaluator uses it: every command, every refusal in sentences, and no output left half-written."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from called import ENVIRONMENT, ROOT, betteroff, process

from evaluation.report.place import is_whole

ROSSI = ROOT / "examples" / "rossi"


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
    ran = process("run", ROSSI / "rossi.toml", "--records", men, "--out", out)
    assert ran.returncode == 0, ran.stderr
    return out


def finding(out: Path, name: str = "rossi") -> dict[str, object]:
    """The headline of a study as it may leave."""
    return json.loads((out / "release" / name / "findings.json").read_text(encoding="utf-8"))["findings"][0]


def variant(folder: Path, name: str, ages: str, worthwhile: str = "-0.05") -> Path:
    """The Rossi design for men of some ages."""
    text = (ROSSI / "rossi.toml").read_text(encoding="utf-8").replace("-0.05 ", f"{worthwhile} ")
    path = folder / f"{name}.toml"
    path.write_text(text.replace("lookback_days = 3650", f"lookback_days = 3650\nages = {ages}"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def both(men: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `run` wrote for two studies, of the young and of those older: to be copied."""
    home = tmp_path_factory.mktemp("both")
    ran = betteroff("run", variant(home, "young", "[17, 22]"), variant(home, "older", "[23, 44]"), "--records", men, "--out", home / "out")
    assert ran.returncode == 0, ran.stderr
    return home / "out"


def test_run_keeps_apart_what_stays_and_what_may_leave(out: Path) -> None:
    release = out / "release"

    assert is_whole(out / "studies" / "rossi") and is_whole(release)
    assert {path.name for path in release.iterdir()} == {"COMPLETE", "index.html", "index.es.html", "rossi"}
    assert {path.name for path in (release / "rossi").iterdir()} == {"en.html", "es.html", "findings.csv", "findings.json", "numbers.csv"}
    assert {"queries.sql", "quality.txt", "hidden.txt", "manifest.json", "findings.json"} <= {
        path.name for path in (out / "studies" / "rossi" / "internal").iterdir()
    }
    assert "./rossi/en.html" in (release / "index.html").read_text(encoding="utf-8")


def test_the_rossi_finding_is_the_one_worked_out_by_hand(out: Path) -> None:
    # 48 of 216 men offered aid were arrested within 52 weeks, and 66 of 216 who were not: -18/216 = -8.33 points
    found = finding(out)

    assert "about 8 fewer were arrested within 52 weeks" in found["sentences"]["en"]
    assert "by lot" in found["sentences"]["en"]
    assert found["verdict"] == "provisional"
    # what may leave has three digits; what stays has them all
    assert "-0.0833" in (out / "release" / "rossi" / "numbers.csv").read_text(encoding="utf-8")
    assert "-0.08333333333" in (out / "studies" / "rossi" / "internal" / "numbers.csv").read_text(encoding="utf-8")


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


def test_only_the_study_that_changed_is_run_again_and_the_list_still_holds_all(both: Path, men: Path, tmp_path: Path) -> None:
    young, older = variant(tmp_path, "young", "[17, 22]"), variant(tmp_path, "older", "[23, 44]", worthwhile="-0.04")
    shutil.copytree(both, tmp_path / "out")

    again = betteroff("run", young, older, "--records", men, "--out", tmp_path / "out")
    alone = betteroff("run", older, "--records", men, "--out", tmp_path / "out")

    assert again.stdout.count("not run again") == 1 and alone.stdout.count("not run again") == 1
    listed = (tmp_path / "out" / "release" / "index.html").read_text(encoding="utf-8")
    assert "./young/en.html" in listed and "./older/en.html" in listed


def test_a_study_of_some_of_the_same_people_keeps_its_numbers_inside(men: Path, tmp_path: Path) -> None:
    # 214 and 205 men were offered aid in the two, 47 arrested in both: the difference would be nine men, none of them arrested
    wide, narrow = variant(tmp_path, "wide", "[18, 60]"), variant(tmp_path, "narrow", "[18, 41]")

    ran = betteroff("run", wide, narrow, "--records", men, "--out", tmp_path / "out")

    assert ran.returncode == 0, ran.stderr
    assert "about" in finding(tmp_path / "out", "wide")["sentences"]["en"]
    assert finding(tmp_path / "out", "narrow")["verdict"] == "not answered"
    released = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out" / "release" / "narrow").iterdir())
    assert "205" not in released and "208" not in released
    assert "205" in (tmp_path / "out" / "studies" / "narrow" / "internal" / "findings.json").read_text(encoding="utf-8")


def test_two_designs_of_one_name_are_refused_before_anything_is_run(men: Path, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    refused = betteroff(
        "run", variant(tmp_path / "a", "x", "[17, 22]"), variant(tmp_path / "b", "x", "[23, 44]"), "--records", men, "--out", tmp_path / "o"
    )

    assert refused.returncode == 2 and "two designs have this file name" in refused.stderr
    assert not (tmp_path / "o").exists()


KILLED = """
import os, signal, sys
from evaluation.__main__ import main
from evaluation.report import place

left, taking = int(sys.argv.pop(1)), place._take_the_place

def counted(fresh, out):
    global left
    if left:
        taking(fresh, out)
        left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

place._take_the_place = counted
main()
"""


@pytest.mark.parametrize("stand", [0, 1, 2, 3], ids=["no new folder", "one study", "both studies", "what may leave too"])
def test_a_run_killed_over_an_output_leaves_the_old_or_the_new_and_the_next_run_goes_on(both: Path, men: Path, tmp_path: Path, stand: int) -> None:
    """Killed with so many new folders in their places; `test_report_place` kills a run at every step of putting one there."""
    out = tmp_path / "out"
    shutil.copytree(both, out)
    old = {name: (out / "release" / name / "findings.json").read_bytes() for name in ("young", "older")}
    designs = [variant(tmp_path, name, ages, worthwhile="-0.04") for name, ages in (("young", "[17, 22]"), ("older", "[23, 44]"))]
    words = ["run", *map(str, designs), "--records", str(men), "--out", str(out)]

    killed = subprocess.run([sys.executable, "-c", KILLED, str(stand), *words], cwd=ROOT, stdout=subprocess.DEVNULL, env=ENVIRONMENT)

    assert killed.returncode == -signal.SIGKILL
    assert is_whole(out / "release") and is_whole(out / "studies" / "young") and is_whole(out / "studies" / "older")
    inside = [(out / "studies" / name / "internal" / "findings.json").read_text(encoding="utf-8") for name in ("young", "older")]
    assert ["-0.04" in text for text in inside] == [stand >= 1, stand >= 2]
    now = {name: (out / "release" / name / "findings.json").read_bytes() for name in ("young", "older")}
    assert [now[name] == old[name] for name in now] == 2 * [stand < 3], "what may leave is all old or all new"
    assert betteroff(*words).returncode == 0
    assert all("-0.04" in (out / "release" / name / "findings.json").read_text(encoding="utf-8") for name in ("young", "older"))


def test_what_changed_in_the_records_is_said_when_a_study_is_run_again(men: Path, tmp_path: Path) -> None:
    records = tmp_path / "records"
    shutil.copytree(men, records)
    betteroff("run", ROSSI / "rossi.toml", "--records", records, "--out", tmp_path / "out")
    lines = (records / "event.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (records / "event.csv").write_text("".join(line for line in lines if ",conviction," not in line or "man-001" not in line), encoding="utf-8")

    again = betteroff("run", ROSSI / "rossi.toml", "--records", records, "--out", tmp_path / "out")

    assert "event.csv" in again.stdout and "changed" in again.stdout


def test_the_demo_goes_the_whole_road(tmp_path: Path) -> None:
    shown = process("demo", "--people", "1500", "--out", tmp_path / "out")

    assert shown.returncode == 0, shown.stderr
    assert "truth that was planted" in shown.stdout and "about 8 fewer were arrested" in shown.stdout
    listed = (tmp_path / "out" / "release" / "index.html").read_text(encoding="utf-8")
    assert listed.count("not real people") == 1  # Bayview is invented; the Rossi men were real


def test_a_design_that_the_records_cannot_serve_is_told_by_check_and_refused_by_run(men: Path, tmp_path: Path) -> None:
    design = tmp_path / "wrong.toml"
    text = (ROSSI / "rossi.toml").read_text(encoding="utf-8").replace('"lot:no_aid"', '"lot:none"').replace('event = "release"', 'event = "releese"')
    design.write_text(text, encoding="utf-8")

    checked = betteroff("check", design, "--records", men)
    ran = betteroff("run", design, "--records", men, "--out", tmp_path / "out")

    for called in (checked, ran):
        assert called.returncode == 2
        assert "lot:none" in called.stderr and "releese" in called.stderr and "Did you mean 'release'?" in called.stderr
    assert not (tmp_path / "out").exists()


def test_check_compares_records_with_an_earlier_manifest(men: Path, tmp_path: Path) -> None:
    first = betteroff("check", "--records", men, "--manifest", tmp_path / "manifest.json")
    second = betteroff("check", ROSSI / "rossi.toml", "--records", men, "--manifest", tmp_path / "manifest.json")

    assert first.returncode == second.returncode == 0
    assert "this one is the first" in first.stdout
    assert "Nothing changed" in second.stdout
    nowhere = process("check", "--records", men, "--manifest", tmp_path / "nowhere" / "manifest.json")
    assert nowhere.returncode == 2 and "did not foresee" not in nowhere.stderr
    assert "the design is in order. 1 question" in second.stdout


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
    nowhere = betteroff("init", tmp_path, "--out", tmp_path / "nowhere" / "x.toml")
    assert nowhere.returncode == 2 and "did not foresee" not in nowhere.stderr


def test_list_names_every_outcome_method_and_world() -> None:
    from evaluation.methods import METHODS
    from evaluation.outcomes import OUTCOMES
    from synthetic import WORLDS

    listed = process("list").stdout

    assert not [name for name in (*OUTCOMES, *METHODS, *WORLDS) if name not in listed]
    needs = {line.split()[0]: line.rpartition(": ")[2] for line in listed.splitlines() if line.split()[0] in METHODS}
    assert needs["randomized"] == 'by = "lot"'
    assert needs["matched"] == 'by = "offer", or clock = "service"'


def test_the_time_zero_that_the_readme_shows_is_part_of_a_design_in_order(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(\[cohort\]\n.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    around = (ROOT / "designs" / "bayview" / "navigation_walk_in.toml").read_text(encoding="utf-8")
    head, history = around.partition("[cohort]")[0], around[around.index("[[history]]") :]
    design = tmp_path / "shown.toml"
    design.write_text(head + shown + "lookback_days = 730\n" + history, encoding="utf-8")

    checked = betteroff("check", design)

    assert checked.returncode == 0, checked.stderr


def test_report_runs_the_notebook(men: Path, tmp_path: Path) -> None:
    ran = betteroff("report", ROSSI / "rossi.toml", "--records", men, "--out", tmp_path / "inside")

    assert ran.returncode == 0, ran.stderr
    assert "about 8 fewer were arrested" in (tmp_path / "inside" / "finding.ipynb").read_text(encoding="utf-8")


def bad_calls() -> Iterator[tuple[tuple[str, ...], str]]:
    """Words of a call, with {0} for an empty folder, and what the refusal says."""
    rossi = str(ROSSI / "rossi.toml")
    yield ("run", rossi, "--records", "{0}/nowhere", "--out", "{0}/out"), "nowhere"
    yield ("run", "{0}/missing.toml", "--records", "{0}", "--out", "{0}/out"), "There is no such file"
    yield ("run", "{0}", "--records", "{0}", "--out", "{0}/out"), "no design file"
    yield ("check",), "nothing to check"
    yield ("lock", "{0}/missing.toml"), "There is no such file"
    yield ("init", "{0}/nowhere"), "nowhere"
    yield ("report", "{0}/missing.toml", "--records", "{0}", "--out", "{0}/a"), "There is no such file"
    yield ("report", rossi, "--records", "{0}", "--out", "{0}/release/a"), "what may leave"
    yield ("run", rossi, "--records", "{0}", "--out", "{0}/out"), "the folder of the records"


@pytest.mark.parametrize(("words", "said"), list(bad_calls()))
def test_a_bad_call_is_refused_in_a_sentence_and_writes_nothing(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    called = betteroff(*(word.format(tmp_path) for word in words))

    assert called.returncode == 2
    assert said in called.stderr
    assert "Traceback" not in called.stderr + called.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["studies/rossi", "release"])
def test_a_folder_that_is_not_ours_is_left_alone(men: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "thesis.txt").write_text("years of work", encoding="utf-8")

    refused = betteroff("run", ROSSI / "rossi.toml", "--records", men, "--out", tmp_path)

    assert refused.returncode == 2
    assert (tmp_path / place / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_help_answers_without_loading_what_computes() -> None:
    # a timed test would fail on a slow machine; what makes help slow is what it imports
    heavy = {"numpy", "pandas", "duckdb", "matplotlib", "scipy", "pydantic", "rich.progress"}
    code = f"import sys, evaluation.__main__; print(sorted({heavy} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"
