"""`betteroff sign` and `betteroff withdraw`: what becomes of a release stands on its pages, in its ledger and in the list of studies."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from called import ROOT, betteroff

from evaluation.delivery.ledger import read_ledger
from evaluation.report.place import is_whole

ROSSI = ROOT / "examples" / "rossi"
SIGNED = ("--analyst", "Ana Ruiz", "--reviewer", "Bo O’Lee & Co.", "--date", "2026-04-15", "--reply", "We agree | with it.")


@pytest.fixture(scope="module")
def men(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the Rossi experiment, and in `out` what `run` wrote for it: to be copied."""
    home = tmp_path_factory.mktemp("rossi")
    subprocess.run([sys.executable, str(ROSSI / "records.py"), str(home / "records")], check=True)
    ran = betteroff("run", ROSSI / "rossi.toml", "--records", home / "records", "--out", home / "out")
    assert ran.returncode == 0, ran.stderr
    assert f"Release {name_of(home)}" in ran.stdout
    return home


@pytest.fixture
def home(men: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(men, tmp_path / "home"))


def name_of(home: Path) -> str:
    """The release that stands."""
    last = read_ledger(home / "out", "rossi").last()
    assert last is not None
    return last.id


def text(home: Path, name: str) -> str:
    return (home / "out" / "release" / name).read_text(encoding="utf-8")


def checklist(home: Path) -> str:
    return (home / "out" / "studies" / "rossi" / "internal" / "checklist.md").read_text(encoding="utf-8")


def files(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (home / "out").rglob("*") if path.is_file() and path.suffix != ".lock"}


# ------------------------------------------------------------------------------------------------ signing
def test_a_page_says_who_reviewed_it_only_once_it_is_signed(home: Path) -> None:
    assert "Reviewed by" not in text(home, "rossi/en.html") and "________" in checklist(home)

    signed = betteroff("sign", name_of(home), "--out", home / "out", *SIGNED, "--checked", "pages", "--checked", "reply")

    assert signed.returncode == 0 and "Open on its checklist: labels, offices." in signed.stdout, signed.stderr
    assert re.findall(r"- \[(.)\] (\w+):", checklist(home)) == [("x", "pages"), (" ", "labels"), (" ", "offices"), ("x", "reply")]
    assert "Reviewed by Bo O’Lee &amp; Co. on April 15, 2026." in text(home, "rossi/en.html")
    assert "Revisado por Bo O’Lee &amp; Co. el 15 de abril de 2026." in text(home, "rossi/es.html")
    assert json.loads(text(home, "rossi/findings.json"))["release"]["reviewed"] == {"by": "Bo O’Lee & Co.", "on": "2026-04-15"}
    assert "- Analyst: Ana Ruiz" in checklist(home) and "We agree \\| with it." in checklist(home) and "________" not in checklist(home)
    assert not any("We agree" in path.read_text(encoding="utf-8") for path in (home / "out" / "release").rglob("*") if path.is_file())
    last = read_ledger(home / "out", "rossi").last()
    assert last is not None and all(digest in checklist(home) for digest in last.files.values())
    assert is_whole(home / "out" / "studies" / "rossi") and is_whole(home / "out" / "release")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--reviewer", "ana ruiz "), "the reviewer is the analyst"),
        (("--reply", " "), "nothing is given"),
        (("--date", "15 April"), "is no day"),
        (("--reviewer", "B. Ruiz <script>alert(1)</script>"), "--reviewer: this is no name"),
        (("--analyst", "Ana\nRuiz"), "--analyst: this is no name"),
        (("--checked", "page"), "'page' is no line of the checklist. Did you mean 'pages'?"),
    ],
)
def test_a_signature_that_is_none_is_refused(home: Path, words: tuple[str, ...], said: str) -> None:
    was = files(home)

    refused = betteroff("sign", name_of(home), "--out", home / "out", *SIGNED, *words)

    assert refused.returncode == 2 and said in refused.stderr and refused.stderr.count("\n") == 1
    assert files(home) == was


# ------------------------------------------------------------------------------------------------ never sent
def test_a_trial_run_that_was_never_sent_is_taken_off_with_a_reason_and_leaves_the_folder_that_may_leave(home: Path) -> None:
    name = name_of(home)

    done = betteroff("withdraw", name, "--out", home / "out", "--never-sent", "--by", "Ana Ruiz", "--reason", "A trial.")

    assert done.returncode == 0 and f"{name} of rossi no longer counts as released, on the word of Ana Ruiz" in done.stdout, done.stderr
    assert not (home / "out" / "release" / "rossi").exists() and "**Never sent, says Ana Ruiz: A trial.**" in checklist(home)
    again = betteroff("run", ROSSI / "rossi.toml", "--records", home / "records", "--out", home / "out")
    assert again.returncode == 0 and "not run again" not in again.stdout and "Withheld" not in again.stdout, again.stderr
    assert name_of(home) != name and "trial" not in text(home, "rossi/en.html") and name not in text(home, "rossi/en.html")
    assert f"Not judged beside release {name}: it never left the county, says Ana Ruiz: A trial." in checklist(home)


def test_a_run_says_how_much_of_what_it_tells_is_withheld(home: Path) -> None:
    again = shutil.copy(ROSSI / "rossi.toml", home / "again.toml")

    ran = betteroff("run", again, "--records", home / "records", "--out", home / "out")

    assert "Withheld: 1 of 1 finding; see studies/again/internal/checklist.md." in ran.stdout and "it may not leave" in ran.stdout, ran.stderr


def test_what_was_signed_or_is_said_by_nobody_is_not_taken_off(home: Path) -> None:
    name, was = name_of(home), files(home)
    never = ("withdraw", name, "--out", home / "out", "--never-sent", "--reason", "A trial.")

    mute, both = betteroff(*never), betteroff(*never, "--by", "Ana Ruiz", "--superseded-by", name)
    assert mute.returncode == 2 and mute.stderr == "--by: nothing is given.\n"
    assert both.returncode == 2 and "read by nobody" in both.stderr and files(home) == was
    betteroff("sign", name, "--out", home / "out", *SIGNED)
    was = files(home)
    signed = betteroff(*never, "--by", "Ana Ruiz")
    assert signed.returncode == 2 and "so that it was about to be sent" in signed.stderr and files(home) == was


# ------------------------------------------------------------------------------------------------ withdrawing
def test_what_was_withdrawn_says_so_wherever_it_stands_and_keeps_its_digest(home: Path) -> None:
    name, reason = name_of(home), 'A <script>"wrong"</script> table was read.'

    done = betteroff("withdraw", name, "--out", home / "out", "--reason", reason)

    assert done.returncode == 0 and "still counts as released" in done.stdout, done.stderr
    escaped = "A &lt;script&gt;&#34;wrong&#34;&lt;/script&gt; table was read."
    assert f"Release {name} was withdrawn: {escaped}" in text(home, "rossi/en.html")
    assert f"Se retiró la publicación {name}: {escaped}" in text(home, "rossi/es.html")
    assert f"{name} was withdrawn" in text(home, "index.html") and f"Se retiró la publicación {name}" in text(home, "index.es.html")
    assert json.loads(text(home, "rossi/findings.json"))["withdrawn"] == reason
    assert "**Withdrawn:" in checklist(home)
    assert is_whole(home / "out" / "studies" / "rossi") and is_whole(home / "out" / "release")
    was = files(home)
    assert "not run again" in betteroff("run", ROSSI / "rossi.toml", "--records", home / "records", "--out", home / "out").stdout
    assert files(home) == was, "a run that changes nothing leaves it withdrawn"


def test_a_release_is_withdrawn_once_and_not_signed_afterwards(home: Path) -> None:
    name = name_of(home)
    betteroff("sign", name, "--out", home / "out", *SIGNED)
    betteroff("withdraw", name, "--out", home / "out", "--reason", "Wrong.")
    was = files(home)

    again = betteroff("withdraw", name, "--out", home / "out", "--reason", "Wrong again.")
    signed = betteroff("sign", name, "--out", home / "out", *SIGNED)

    assert again.returncode == 2 and "withdrawn before: Wrong." in again.stderr
    assert signed.returncode == 2 and "signed this release on 2026-04-15" in signed.stderr and "withdrawn or replaced" in signed.stderr
    assert files(home) == was


def test_a_name_that_is_none_is_refused_with_the_nearest_and_no_reason_is_none(home: Path) -> None:
    name, was = name_of(home), files(home)
    wrong = name[:-1] + ("0" if name[-1] != "0" else "1")

    refused = betteroff("withdraw", wrong, "--out", home / "out", "--reason", "Wrong.")
    mute = betteroff("withdraw", name, "--out", home / "out", "--reason", " ")
    nowhere = betteroff("withdraw", name, "--out", home / "elsewhere", "--reason", "Wrong.")
    itself = betteroff("withdraw", name, "--out", home / "out", "--reason", "Wrong.", "--superseded-by", name)

    assert refused.returncode == 2 and f"Did you mean '{name}'?" in refused.stderr
    assert mute.returncode == 2 and "no reason is given" in mute.stderr
    assert nowhere.returncode == 2 and "no release is on record" in nowhere.stderr
    assert itself.returncode == 2 and "is the same release" in itself.stderr
    assert files(home) == was


def test_what_takes_the_place_of_a_withdrawn_release_is_judged_beside_it_and_says_so(home: Path) -> None:
    name, path = name_of(home), home / "records" / "event.csv"
    betteroff("withdraw", name, "--out", home / "out", "--reason", "Late records.")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    taken = [line for line in lines if ",arrest," in line][:5]  # a few arrests were taken back: 114 is told, and now 109
    path.write_text("".join(line for line in lines if line not in taken), encoding="utf-8")

    ran = betteroff("run", ROSSI / "rossi.toml", "--records", home / "records", "--out", home / "out")

    assert ran.returncode == 0, ran.stderr
    now, page = name_of(home), text(home, "rossi/en.html")
    assert now != name and f"Release {name} of this study, whose place this one took, was withdrawn: Late records." in page
    assert not re.search(rf"Release {now}[^.]* was withdrawn", page) and json.loads(text(home, "rossi/findings.json"))["withdrawn"] is None
    tables = json.loads(text(home, "rossi/findings.json"))["tables"]
    assert "hidden" in [row["events"] for key, table in tables.items() if key.endswith(": arms") for row in table["rows"]]
    other = betteroff("withdraw", now, "--out", home / "out", "--reason", "Wrong.", "--superseded-by", name)
    assert other.returncode == 2 and "is withdrawn" in other.stderr


def test_an_unknown_rule_in_a_policy_file_is_one_sentence(home: Path) -> None:
    (home / "ours.toml").write_text('title = "Ours"\n[hide]\nbelow = 12\nsource = "x"\nbelo = 3\n', encoding="utf-8")

    for command in ("run", "challenge"):
        refused = betteroff(command, ROSSI / "rossi.toml", "--records", home / "records", "--out", home / "o", "--policy", home / "ours.toml")
        assert refused.returncode == 2 and "'belo' is no rule of [hide]" in refused.stderr and "Did you mean 'below'?" in refused.stderr
        assert refused.stderr.count("\n") == 1 and not (home / "o").exists()
