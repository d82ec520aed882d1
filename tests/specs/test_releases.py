"""The ledger of releases: what was released before is judged with what is released now, whatever became of it since."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest
from quarters_by_hand import DESIGN, FIRST, LATER, deliver, design, records

from evaluation.delivery import Job, beside_others, never_sent, withdraw
from evaluation.delivery.ledger import before, read_ledger
from evaluation.delivery.running import run
from evaluation.findings.policies import read_policy
from evaluation.study import load
from evaluation.study.seal import Amendment
from evaluation.terms import Refused


def _attacker() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "attacker.py"
    spec = importlib.util.spec_from_file_location("attacker_of_releases", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


attack = _attacker()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the design and, in `out`, its first quarter: to be copied."""
    home = tmp_path_factory.mktemp("first")
    deliver(design(home), records(FIRST), home / "out")
    return home


@pytest.fixture(scope="module")
def both(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after the second quarter."""
    home = tmp_path_factory.mktemp("both") / "home"
    shutil.copytree(first, home)
    deliver(home / "aid.toml", records(LATER), home / "out")
    return home


@pytest.fixture
def home(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "home"))


def told(home: Path) -> str:
    """What left, for the next program."""
    return (home / "out" / "release" / "aid" / "findings.json").read_text(encoding="utf-8")


def in_order(*texts: str) -> list[str]:
    """The same with the digests of the records by their order, by which the attacker tells an earlier quarter from a later."""
    return [re.sub(r"(main@[0-9a-f]{8})\.[0-9a-f]{8}", rf"\1.r{number}", text) for number, text in enumerate(texts, 1)]


def events(text: str) -> list[object]:
    [arms] = [table["rows"] for name, table in json.loads(text)["tables"].items() if name.endswith(": arms")]
    return [row["events"] for row in arms]


def everything(home: Path) -> dict[str, bytes]:
    """Every file of an output, but the locks."""
    files = (path for path in sorted((home / "out").rglob("*")) if path.is_file() and path.suffix != ".lock")
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in files}


def as_if_no_ledger_was_kept(home: Path) -> None:
    """The output as a version wrote it that kept none."""
    shutil.rmtree(home / "out" / "ledger")
    folder = home / "out" / "studies" / "aid"
    held = json.loads((folder / "internal" / "made_from.json").read_text(encoding="utf-8"))
    del held["release"]
    (folder / "internal" / "made_from.json").write_text(json.dumps(held), encoding="utf-8")
    names = [line.split("  ", 1)[1] for line in (folder / "COMPLETE").read_text(encoding="utf-8").splitlines()]
    listing = "".join(f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "COMPLETE").write_text(listing, encoding="utf-8")


# ------------------------------------------------------------------------------------------------ successive quarters
def test_an_attacker_with_two_quarters_recovers_nothing_and_no_difference_is_few(first: Path, both: Path, tmp_path: Path) -> None:
    apart = tmp_path / "apart"
    apart.mkdir()
    deliver(design(apart), records(LATER), apart / "out")  # in a folder that knows of no first quarter

    assert attack.differences([told(first), told(apart)]) != [] and events(told(apart)) == [55, 90]
    assert events(told(first)) == [48, 66] and "hidden" in events(told(both))
    assert attack.differences([told(first), told(both)]) == []
    assert attack.together(in_order(told(first), told(both))).recovered() == []


def test_the_ledger_holds_both_quarters_in_order_and_says_which_one_stands(both: Path) -> None:
    old, new = read_ledger(both / "out", "aid").releases

    assert (old.superseded_by, new.superseded_by, new.entry["after"]) == (new.id, "", [old.id])
    assert [one.release for one in before([old, new])] == [old.id, new.id]
    folder = both / "out" / "release" / "aid"
    assert {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()} == dict(new.files)
    page = (folder / "en.html").read_text(encoding="utf-8")
    assert f"Release {new.id}." in page and f"It takes the place of release {old.id}." in page
    assert [one["id"] for one in json.loads(told(both))["release"]["replaces"]] == [old.id]


def test_only_the_ledger_and_the_studies_hold_what_stays(both: Path) -> None:
    hidden = read_ledger(both / "out", "aid").releases[1].entry["told"]["hidden"]

    assert hidden
    assert not any("told" in path.read_text(encoding="utf-8") for path in (both / "out" / "release").rglob("*.json"))
    assert {path.name for path in (both / "out" / "release").iterdir()} == {"COMPLETE", "aid", "index.html", "index.es.html"}


def test_people_who_were_released_once_stay_inside_in_any_later_study(both: Path) -> None:
    ledger = read_ledger(both / "out", "aid")
    [starts] = ledger.starts(ledger.releases[0]).values()

    assert len(starts) == 432
    assert beside_others(both / "out", both / "out" / "card", load(both / "aid.toml"), starts[:1])


def test_a_release_that_another_is_to_be_read_instead_of_says_which(both: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(both, tmp_path / "home"))
    old, new = (one.id for one in read_ledger(home / "out", "aid").releases)

    said = withdraw(home / "out", old, reason="Records came late.", superseded_by=new)

    assert f"Withdrawn: {old}" in said
    page = (home / "out" / "release" / "aid" / "en.html").read_text(encoding="utf-8")
    assert f"Release {old} of this study, whose place this one took, was withdrawn: Records came late." in page
    assert [one["withdrawn"] for one in json.loads(told(home))["release"]["replaces"]] == ["Records came late."]
    assert json.loads(told(home))["withdrawn"] is None
    assert [bool(one.withdrawn) for one in read_ledger(home / "out", "aid").releases] == [True, False]
    assert len(before(read_ledger(home / "out", "aid").releases)) == 2, "what was withdrawn still counts as released"


# ------------------------------------------------------------------------------------------------ never sent
def test_a_release_that_was_never_sent_is_not_judged_beside_and_its_line_stays(first: Path, both: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(first, tmp_path / "home"))
    [trial] = read_ledger(home / "out", "aid").releases

    never_sent(home / "out", trial.id, reason="A trial run.", by="Ana Ruiz")
    one = deliver(home / "aid.toml", records(LATER), home / "out")

    assert "hidden" in events(told(both)), "beside the first quarter some of it is hidden"
    assert events(told(home)) == [55, 90] and one.withheld == 0
    ledger = read_ledger(home / "out", "aid")
    assert [each.never_sent for each in ledger.releases] == [("Ana Ruiz", "A trial run."), None] and ledger.counted[0].id == one.release


def test_what_was_judged_beside_a_trial_is_named_and_the_last_that_was_sent_stands_again(home: Path, both: Path, tmp_path: Path) -> None:
    two = Path(shutil.copytree(both, tmp_path / "two"))
    old, new = read_ledger(two / "out", "aid").releases

    assert f"Judged beside it, and not signed: {new.id}" in never_sent(two / "out", old.id, reason="A trial.", by="Ana Ruiz")
    never_sent(two / "out", new.id, reason="Another.", by="Ana Ruiz")
    assert events((deliver(two / "aid.toml", records(LATER), two / "out"), told(two))[1]) == [55, 90]

    [sent] = read_ledger(home / "out", "aid").releases
    later = deliver(home / "aid.toml", records(LATER), home / "out")
    never_sent(home / "out", later.release, reason="A trial.", by="Ana Ruiz")
    back = deliver(home / "aid.toml", records(FIRST), home / "out")
    assert back.release == sent.id and not deliver(home / "aid.toml", records(FIRST), home / "out").ran
    assert json.loads(told(home))["release"]["superseded_by"] is None


def test_another_study_of_people_whose_release_was_never_sent_may_be_told(home: Path) -> None:
    design(home, "again")
    assert deliver(home / "again.toml", records(FIRST), home / "other").withheld == 0
    shutil.copytree(home / "out", home / "kept")

    assert deliver(home / "again.toml", records(FIRST), home / "kept").withheld == 1
    never_sent(home / "out", read_ledger(home / "out", "aid").releases[0].id, reason="A trial.", by="Ana Ruiz")
    assert deliver(home / "again.toml", records(FIRST), home / "out").withheld == 0


def test_the_grade_of_a_run_is_told_whether_its_design_was_locked(tmp_path: Path) -> None:
    job = Job("aid", load(design(tmp_path)), records(FIRST))
    grades = [
        run(replace(job, amendments=amendments), None).findings[0].grade for amendments in (None, (), (Amendment("Less.", after_opening=True),))
    ]

    open_, locked, changed = (one.parts for one in grades if one)
    assert open_ == changed != locked


# ------------------------------------------------------------------------------------------------ the same again
def test_a_run_that_changes_nothing_changes_no_byte_of_the_ledger(home: Path) -> None:
    was = everything(home)

    assert not deliver(home / "aid.toml", records(FIRST), home / "out").ran
    assert everything(home) == was


def test_a_run_that_was_stopped_before_its_folder_stood_is_the_same_release(home: Path) -> None:
    deliver(home / "aid.toml", records(LATER), home / "out")
    was = everything(home)
    shutil.rmtree(home / "out" / "studies" / "aid")

    assert deliver(home / "aid.toml", records(LATER), home / "out").ran
    assert everything(home) == was


def test_an_earlier_quarter_run_again_is_a_release_of_its_own(home: Path) -> None:
    deliver(home / "aid.toml", records(LATER), home / "out")

    again = deliver(home / "aid.toml", records(FIRST), home / "out")

    assert again.ran and [one.id for one in read_ledger(home / "out", "aid").releases][2:] == [again.release]
    assert attack.differences([told(home)]) == []


def test_what_was_withdrawn_stays_withdrawn_when_it_is_run_anew(home: Path) -> None:
    [only] = read_ledger(home / "out", "aid").releases
    withdraw(home / "out", only.id, reason="Wrong.")
    was = everything(home)
    shutil.rmtree(home / "out" / "studies" / "aid")

    assert deliver(home / "aid.toml", records(FIRST), home / "out").release == only.id
    assert json.loads(told(home))["withdrawn"] == "Wrong."
    assert everything(home) == was


# ------------------------------------------------------------------------------------------------ what is not whole
def test_a_line_is_not_written_over_one_that_another_run_has_written(home: Path) -> None:
    ledger = read_ledger(home / "out", "aid")
    [only] = ledger.releases
    signed = {"what": "signed", "id": only.id, "analyst": "a", "reviewer": "b", "date": "2026-04-15", "reply": "c", "files": {}}
    ledger.with_entries(signed).write()

    with pytest.raises(Refused, match="in the meantime"):
        ledger.with_entries(signed | {"reviewer": "d"}).write()
    assert [one.signed["reviewer"] for one in read_ledger(home / "out", "aid").releases if one.signed] == ["b"]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text.replace('"what":"released"', '"what":"unknown"', 1), "line 1"),
        (lambda text: text.replace('"kept":', '"kept":1', 1), "line 1"),
        (lambda text: "".join(text.splitlines(keepends=True)[1:]), "line 1"),
        (lambda text: "".join(text.splitlines(keepends=True)[:1]), "does not hold"),
        (lambda text: text[:-30], "line 3"),
        (lambda text: "", "does not hold"),
    ],
)
def test_a_ledger_that_was_changed_or_cut_is_refused_before_anything_is_run(both: Path, tmp_path: Path, damage, said: str) -> None:  # type: ignore[no-untyped-def]  # a change of a text
    home = Path(shutil.copytree(both, tmp_path / "home"))
    path = home / "out" / "ledger" / "aid.jsonl"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    was = everything(home)

    with pytest.raises(Refused, match=said) as refused:
        deliver(home / "aid.toml", records(FIRST), home / "out")
    assert len(refused.value.problems) == 1
    assert everything(home) == was


def test_whom_a_release_was_about_is_not_forgotten(home: Path) -> None:
    [starts] = (home / "out" / "ledger").glob("*.npy")
    starts.unlink()

    with pytest.raises(Refused, match="of whom"):
        deliver(home / "aid.toml", records(LATER), home / "out")


def test_an_output_of_which_no_ledger_was_kept_is_taken_for_a_release(home: Path) -> None:
    as_if_no_ledger_was_kept(home)

    one = deliver(home / "aid.toml", records(LATER), home / "out")

    assert "no ledger" in " ".join(one.changed) and json.loads(told(home))["tables"] == {}
    assert json.loads(told(home))["findings"][0]["verdict"] == "not answered"
    assert "55" in (home / "out" / "studies" / "aid" / "internal" / "findings.json").read_text(encoding="utf-8")
    deliver(home / "aid.toml", records(((300, 80), (300, 110))), home / "out")
    assert json.loads(told(home))["tables"] == {}, "nor does the next quarter know what it told"


def test_an_output_of_which_no_ledger_was_kept_and_that_was_about_others_stands_in_nobodys_way(home: Path) -> None:
    as_if_no_ledger_was_kept(home)

    deliver(home / "aid.toml", records(LATER, named="other-"), home / "out")

    assert events(told(home)) == [55, 90]


# ------------------------------------------------------------------------------------------------ policies
def test_a_policy_of_the_countys_own_is_another_run_and_stands_on_the_page(tmp_path: Path) -> None:
    path, home = tmp_path / "ours.toml", tmp_path / "home"
    path.write_text('title = "Our rule"\n[hide]\nbelow = 60\nsource = "Board of Supervisors, 1 May 2024"\n', encoding="utf-8")
    home.mkdir()

    deliver(design(home), records(FIRST), home / "out", policy=read_policy(path))

    assert "hidden" in events(told(home))
    page = (home / "out" / "release" / "aid" / "en.html").read_text(encoding="utf-8")
    assert "Our rule" in page and "Counts from 1 to 59 are hidden" in page
    assert json.loads(told(home))["release"]["policy"]["title"] == "Our rule"
    checklist = (home / "out" / "studies" / "aid" / "internal" / "checklist.md").read_text(encoding="utf-8")
    assert "fewer than 60 are not told: Board of Supervisors, 1 May 2024" in checklist and "set on each of" in checklist
    assert not deliver(home / "aid.toml", records(FIRST), home / "out", policy=read_policy(path)).ran
    path.write_text(path.read_text(encoding="utf-8").replace("60", "50"), encoding="utf-8")
    assert deliver(home / "aid.toml", records(FIRST), home / "out", policy=read_policy(path)).ran, "a policy that was changed is another one"


def test_what_a_policy_asks_is_asked_before_anything_is_run(tmp_path: Path) -> None:
    path = design(tmp_path, text=DESIGN.replace('"cms_11"', '"calhhs"'))

    with pytest.raises(Refused, match="how many people live"):
        deliver(path, records(FIRST), tmp_path / "out")
    assert not (tmp_path / "out").exists()
