"""`betteroff synthesize` as a planner uses it: a county that the other commands read, refusals in a sentence, nothing half-written."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from called import ENVIRONMENT, ROOT, betteroff, command, process

from synthetic.faults import Faults


def test_a_county_is_written_and_the_other_commands_read_it(tmp_path: Path) -> None:
    out = tmp_path / "county"
    words = ("synthesize", "--people", "1_200", "--out", out, "--world", "referred", "--programme", "post_reunification", "--effect", "fading")
    made = process(*words, "--seed", "3", "--jobs", "1", "--chunk", "500")
    assert made.returncode == 0, made.stderr
    checked = betteroff("check", "--records", out / "records")

    assert sorted(path.name for path in out.iterdir()) == ["README.md", "records", "truth"]
    assert pq.read_metadata(out / "records" / "person.parquet").num_rows == 1_200
    assert "served by a worker" in made.stdout and "for a year at most" in made.stdout
    assert re.search(r"1,200 rows  records/person\.parquet", made.stdout)
    assert "is sealed: never give it to an analyst" in made.stdout
    assert f"betteroff check --records {out / 'records'}" in made.stdout
    assert checked.returncode == 0, checked.stderr
    assert not {".county.half"} & {path.name for path in tmp_path.iterdir()}


def test_a_killed_run_leaves_no_county_and_the_next_one_ends_well(tmp_path: Path) -> None:
    out = tmp_path / "county"
    words = ("synthesize", "--people", "40000", "--out", out, "--world", "lottery", "--jobs", "1", "--chunk", "1000")
    run = subprocess.Popen(command(*words), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    begun = tmp_path / ".county.half" / "new" / "records" / "event.parquet"
    until = time.monotonic() + 60
    while not (begun.exists() and begun.stat().st_size) and time.monotonic() < until and run.poll() is None:
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)

    assert run.wait() == -signal.SIGKILL
    assert not out.exists()
    again = betteroff("synthesize", "--people", "50", "--out", out, "--world", "lottery", "--jobs", "1")
    assert again.returncode == 0, again.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["county"]


BAD = {
    "fewer than nobody": (("--people", "-5"), "-5 people were asked for. It has 1 person or more."),
    "an unknown world": (("--world", "refered"), "no world is called 'refered'. There is .* Did you mean 'referred'?"),
    "an unknown programme": (("--programme", "post_reunion"), "no programme is called 'post_reunion'. .* Did you mean 'post_reunification'?"),
    "an unknown effect": (("--effect", "stedy"), "no effect is called 'stedy'. There is none, steady, .* Did you mean 'steady'?"),
    "a share of faults above 1": (("--faults", "1.5"), "the share is 1.5. It is from 0 to 1."),
    "a share of faults that is no number": (("--faults", "nan"), "the share is nan. It is from 0 to 1."),
    "no process": (("--jobs", "0"), "0 processes were asked for. They are 1 or more; -1 is one for each core."),
}


@pytest.mark.parametrize(("words", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_order_is_refused_in_one_sentence(tmp_path: Path, words: tuple[str, str], sentence: str) -> None:
    asked = {"--people": "10", "--out": str(tmp_path / "county")} | {words[0]: words[1]}
    refused = betteroff("synthesize", *(word for option in asked.items() for word in option))

    assert refused.returncode == 2
    assert re.fullmatch(rf"(an invented county|faults): {sentence.replace('?', '[?]')}\n", refused.stderr), refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_faults_of_recording_are_laid_told_and_counted_in_the_truth(tmp_path: Path) -> None:
    out = tmp_path / "county"
    made = betteroff("synthesize", "--people", "300", "--out", out, "--world", "moves by history", "--jobs", "1", "--faults", "0.02")
    assert made.returncode == 0, made.stderr
    planted = json.loads((out / "truth" / "manifest.json").read_text(encoding="utf-8"))["planted_faults"]
    checked = betteroff("check", "--records", out / "records")

    assert {dial.name for dial in fields(Faults)} - {each["fault"] for each in planted} <= {"swapped_births", "unlinked_arrested"}
    assert f"{sum(each['rows'] for each in planted):,} rows with a fault of recording" in made.stdout
    assert checked.returncode == 0 and "set aside" in checked.stdout


def test_too_many_people_to_rank_are_refused_before_anything_is_said(tmp_path: Path) -> None:
    refused = betteroff("synthesize", "--people", "1_000_001", "--out", tmp_path / "county", "--world", "cut_off")

    assert refused.returncode == 2 and refused.stdout == ""
    assert re.fullmatch(r"an invented county: 1,000,001 people were asked for, [^\n]* of at most 1,000,000 people\.\n", refused.stderr)


def test_all_that_is_wrong_is_said_at_once_and_a_full_folder_keeps_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    refused = betteroff("synthesize", "--people", "-5", "--out", tmp_path, "--world", "nowhere", "--effect", "steadily")

    assert refused.returncode == 2 and refused.stdout == ""
    lines = refused.stderr.splitlines()
    assert len(lines) == 4 and "no world is called 'nowhere'" in lines[0] and "no effect is called 'steadily'" in lines[1]
    assert "-5 people" in lines[2] and "something here already" in lines[3]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on the size of files is a Unix one")
def test_a_disk_that_will_hold_no_more_is_told_in_a_sentence(tmp_path: Path) -> None:
    """A limit of the system stands for the disk: files may not grow past 100,000 bytes."""
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "sys.argv[0] = 'betteroff'; from evaluation.__main__ import main; main()"
    )
    words = ["synthesize", "--people", "8000", "--out", str(tmp_path / "county"), "--world", "lottery", "--jobs", "1", "--chunk", "2000"]
    refused = subprocess.run([sys.executable, "-c", limited, *words], cwd=ROOT, capture_output=True, text=True, env=ENVIRONMENT)

    assert refused.returncode == 2
    assert re.fullmatch(r"\S*county: could not be written: File too large\. .*nothing was left behind\.\n", refused.stderr), refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_help_says_what_is_sealed_and_what_comes_of_it() -> None:
    said = " ".join(process("synthesize", "--help").stdout.split())

    for words in ("--people", "--world", "--programme", "--effect", "--faults", "--chunk", "sealed", "digest", "Nothing is left half-written"):
        assert words in said
