"""An evaluator writes the protocol before any record exists, has it signed, and later asks why one person is in the study or out of it."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path

import docx
import pytest
from test_command_line import ROOT, ROSSI, betteroff
from test_page_in_chromium import CHROMIUM, MEASURE, chromium

WALK_IN = ROOT / "designs" / "bayview" / "navigation_walk_in.toml"


@pytest.fixture(scope="module")
def men(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Rossi experiment as a folder of CSV files."""
    folder = tmp_path_factory.mktemp("rossi") / "records"
    subprocess.run([sys.executable, str(ROSSI / "records.py"), str(folder)], check=True)
    return folder


def copied(design: Path, folder: Path) -> Path:
    """A design in a folder where nothing else lies."""
    (folder / design.name).write_bytes(design.read_bytes())
    return folder / design.name


@pytest.mark.parametrize("design", [ROSSI / "rossi.toml", WALK_IN], ids=["lot", "service"])
@pytest.mark.parametrize("suffix", [".html", ".docx"])
def test_the_protocol_is_written_from_a_design_alone(design: Path, suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"protocol{suffix}"

    ran = betteroff("protocol", copied(design, tmp_path), "--out", out)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == f"Wrote {out}.\n"
    if suffix == ".html":
        said = out.read_text(encoding="utf-8")
    else:
        document = docx.Document(str(out))
        said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for heading in ("What is asked", "The target trial and its emulation", "Who is studied", "History", "Outcomes", "Analysis", "Changes"):
        assert heading in said
    assert "Not locked" in said


def test_the_protocol_of_a_locked_design_says_so_and_tells_its_amendments(tmp_path: Path) -> None:
    design = copied(ROSSI / "rossi.toml", tmp_path)
    betteroff("lock", design)
    betteroff("protocol", design, "--out", tmp_path / "first.html")
    design.write_text(design.read_text(encoding="utf-8").replace("-0.05 ", "-0.04 "), encoding="utf-8")

    changed = betteroff("protocol", design, "--out", tmp_path / "changed.html")
    betteroff("lock", design, "--reason", "the board asked for a smaller difference")
    amended = betteroff("protocol", design, "--out", tmp_path / "amended.html")

    assert "Locked:" in (tmp_path / "first.html").read_text(encoding="utf-8")
    assert changed.returncode == 2 and "lock" in changed.stderr and not (tmp_path / "changed.html").exists()
    assert amended.returncode == 0
    assert "Amendment 1: the board asked for a smaller difference" in (tmp_path / "amended.html").read_text(encoding="utf-8")


def test_a_protocol_that_may_have_been_signed_is_never_overwritten(tmp_path: Path) -> None:
    design, out = copied(ROSSI / "rossi.toml", tmp_path), tmp_path / "protocol.docx"
    out.write_text("signed", encoding="utf-8")

    refused = betteroff("protocol", design, "--out", out)

    assert refused.returncode == 2 and "the file is there already" in refused.stderr
    assert out.read_text(encoding="utf-8") == "signed"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("protocol", "{rossi}", "--out", "{0}/protocol.pdf"), "ends in .html or .docx"),
        (("protocol", "{0}/missing.toml", "--out", "{0}/protocol.html"), "There is no such file"),
        (("protocol", "{rossi}", "--out", "{0}/nowhere/protocol.html"), "cannot be written"),
        (("protocol", "{0}", "--out", "{0}/protocol.html"), "no design file"),
        (("explain", "{rossi}", "--records", "{0}/nowhere", "--person", "man-001"), "nowhere"),
        (("explain", "{rossi}", "--records", "{men}", "--person", "man-1"), "nobody with this id"),
        (("explain", "{rossi}", "--records", "{men}", "--person", "man-001", "--cohort", "mian"), "Did you mean 'main'?"),
        (("explain", "{0}/missing.toml", "--records", "{men}", "--person", "man-001"), "There is no such file"),
    ],
)
def test_a_bad_call_is_refused_in_a_sentence(words: tuple[str, ...], said: str, men: Path, tmp_path: Path) -> None:
    called = betteroff(*(word.format(tmp_path, rossi=ROSSI / "rossi.toml", men=men) for word in words))

    assert called.returncode == 2
    assert said in called.stderr and "Traceback" not in called.stderr + called.stdout
    assert "did not foresee" not in called.stderr
    assert not list(tmp_path.iterdir())


def test_explain_tells_an_analyst_why_a_man_is_in(men: Path) -> None:
    before = {path: path.read_bytes() for path in men.rglob("*") if path.is_file()}

    told = betteroff("explain", ROSSI / "rossi.toml", "--records", men, "--person", "man-001")

    assert told.returncode == 0, told.stderr
    first, *rest = told.stdout.splitlines()
    assert first.startswith("Internal")
    assert "In the cohort: not offered it (1 start)." in rest
    assert any("lot:no_aid" in line and "1972-01-03" in line for line in rest)
    assert any(line.strip().startswith("364 days, to 1972-12-31: ") for line in rest)
    assert {path: path.read_bytes() for path in men.rglob("*") if path.is_file()} == before


def test_explain_tells_why_a_man_is_out(men: Path, tmp_path: Path) -> None:
    design = tmp_path / "older.toml"
    text = (ROSSI / "rossi.toml").read_text(encoding="utf-8").replace("lookback_days = 3650", "lookback_days = 3650\nages = [40, 60]")
    design.write_text(text, encoding="utf-8")

    told = betteroff("explain", design, "--records", men, "--person", "man-001", "--cohort", "main")

    assert told.returncode == 0, told.stderr
    assert "Not in the cohort." in told.stdout
    assert re.search(r"FAILED  aged 40 to 60, with a birth date on record \| aged \d\d on 1972-01-03; the cohort takes 40 to 60", told.stdout)


def test_help_teaches_both_commands() -> None:
    for name, taught in (
        ("protocol", ("target-trial", "before any record", "betteroff lock", ".docx")),
        ("explain", ("internal", "may see rows", "No outcome")),
    ):
        said = " ".join(re.sub(r"[│╭╮╰╯─]", " ", betteroff(name, "--help").stdout).split())
        assert [words for words in taught if words not in said] == []


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_the_protocol_fits_a_phone_and_a_desk_and_prints(tmp_path: Path) -> None:
    page = tmp_path / "protocol.html"
    betteroff("protocol", copied(WALK_IN, tmp_path), "--out", page)
    asked = [(page.read_text(encoding="utf-8"), width) for width in (360, 1280)]
    measure = MEASURE.replace('page.querySelector(".badge").getBoundingClientRect().bottom', "0")
    (tmp_path / "measure.html").write_text(measure.replace("PAGES", json.dumps(asked).replace("<", "\\u003c")), encoding="utf-8")

    dumped = chromium(tmp_path, "--virtual-time-budget=10000", "--dump-dom", (tmp_path / "measure.html").as_uri())
    chromium(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}", page.as_uri())

    for one in json.loads(html.unescape(re.search(r"MEASURED(\[.*\])", dumped)[1])):
        assert one["overflow"] == 0 and one["scripts"] == 0
        assert one["worst"] >= 4.5, one["faintest"]
        assert one["font"] == "17px"  # the style sheet is taken: its digest is the one that the policy names
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes())) <= 12
