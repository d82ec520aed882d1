"""`betteroff challenge`: the challenged finding in the place of the provisional one, what stays inside, and what may leave."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from types import MappingProxyType

import pytest
from typer.testing import CliRunner

from evaluation.__main__ import app
from evaluation.challenges import running, table
from evaluation.terms import Refused
from synthetic import WORLDS

DESIGN = Path(__file__).parents[2] / "designs" / "bayview" / "navigation_offered.toml"
QUICK = ("placebo_start", "negative_population", "other_follow_up")  # all of them take a minute


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, world = tmp_path_factory.mktemp("records"), WORLDS["referred"]
    for name, rows in world.records(world.live(world.people(900, 3), world.as_run)).items():
        rows.to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def design(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = DESIGN.read_text(encoding="utf-8")
    first, *rest = text.replace("worthwhile = -0.05", "worthwhile = -0.30").split("[[question]]")  # so few people are enough to claim something
    path = tmp_path_factory.mktemp("designs") / "offered.toml"
    path.write_text(f'{first}[[question]]{rest[0]}[release]\npolicy = "cms_11"\nlanguages = ["en", "es"]\n', encoding="utf-8")
    return path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    few = MappingProxyType({name: table.CHALLENGES[name] for name in QUICK})
    for module in (running, table):
        monkeypatch.setattr(module, "CHALLENGES", few)


def said(*words: object) -> str:
    found = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.output


def verdict(out: Path) -> str:
    return json.loads((out / "studies" / "offered" / "internal" / "findings.json").read_text(encoding="utf-8"))["findings"][0]["verdict"]


def test_a_challenged_study_stands_until_something_changes(records: Path, design: Path, tmp_path: Path, quick: None) -> None:
    out, inside = tmp_path / "out", tmp_path / "out" / "studies" / "offered" / "internal"
    said("run", design, "--records", records, "--out", out)
    assert verdict(out) == "provisional" and not (inside / "challenges.csv").exists()

    told = said("challenge", design, "--records", records, "--out", out)
    assert all(f"{name}: " in told for name in QUICK)
    assert verdict(out) == "no difference that matters"
    with (inside / "challenges.csv").open(newline="", encoding="utf-8") as file:
        assert {row["challenge"] for row in csv.DictReader(file)} == set(QUICK)
    assert sorted(path.name for path in (inside / "challenges").iterdir()) == sorted(f"01_{name}.svg" for name in QUICK)

    again = said("run", design, "--records", records, "--out", out)
    assert "unchanged: not run again" in again and verdict(out) != "provisional"
    assert "unchanged: not run again" in said("challenge", design, "--records", records, "--out", out, "--only", "placebo_start")

    text = design.read_text(encoding="utf-8")
    try:
        design.write_text(text.replace("worthwhile = -0.30", "worthwhile = -0.31"), encoding="utf-8")
        assert "challenge it again" in said("run", design, "--records", records, "--out", out)
    finally:
        design.write_text(text, encoding="utf-8")
    assert verdict(out) == "provisional" and not (inside / "challenges.csv").exists()


def test_what_leaves_says_what_was_changed_and_what_became_of_it_without_a_number(records: Path, design: Path, tmp_path: Path, quick: None) -> None:
    said("challenge", design, "--records", records, "--out", tmp_path)
    release = tmp_path / "studies" / "offered" / "release"
    for language, heading, held in (("en", "Does it stand when one thing is changed?", "held"), ("es", "¿Se sostiene", "se sostuvo")):
        page = (release / f"{language}.html").read_text(encoding="utf-8")
        section = re.sub(r"<[^>]*>", " ", page[page.index(heading) :].partition("</section>")[0])
        assert section.count(held) >= len(QUICK) and not re.search(r"\d", section)
    assert not list(release.rglob("challenges*"))


def test_with_a_challenge_that_decides_left_out_the_verdict_stays_provisional(records: Path, design: Path, tmp_path: Path, quick: None) -> None:
    said("challenge", design, "--records", records, "--out", tmp_path, "--only", "other_follow_up")
    assert verdict(tmp_path) == "provisional"
    assert (tmp_path / "studies" / "offered" / "internal" / "challenges.csv").exists()


def test_a_list_names_every_challenge_and_which_decide_and_runs_nothing() -> None:
    lines = said("challenge", "--list").splitlines()
    assert [line.split()[0] for line in lines] == list(table.CHALLENGES)
    assert [line.endswith("(decides)") for line in lines] == [kind.decides for kind in table.CHALLENGES.values()]


def test_a_name_that_is_none_and_words_that_are_missing_are_refused(records: Path, design: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="'placebo_strat' is no challenge"):
        said("challenge", design, "--records", records, "--out", tmp_path, "--only", "placebo_strat")
    with pytest.raises(Refused) as refused:
        said("challenge", design)
    assert [problem.found for problem in refused.value.problems] == ["--records is missing.", "--out is missing."]
