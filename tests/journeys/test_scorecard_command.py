"""`betteroff scorecard`: one command writes the page in each language and three tables, for inside and outside, and refuses in sentences."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evaluation.__main__ import app
from evaluation.report.place import is_whole
from evaluation.shipped import shipped
from evaluation.terms import Refused

DESIGN = str(shipped("examples/rossi/rossi.toml"))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("card") / "records"
    runpy.run_path(str(shipped("examples/rossi/records.py")))["write"](folder)
    return folder


def run(records: Path, out: Path, *words: str) -> str:
    ran = CliRunner().invoke(app, ["scorecard", DESIGN, "--records", str(records), "--out", str(out), *words])
    if isinstance(ran.exception, Refused):
        raise ran.exception
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_pages_and_tables_are_put_in_place_for_inside_and_outside(records: Path, tmp_path: Path) -> None:
    said = run(records, tmp_path / "card")
    folder = tmp_path / "card" / "rossi"

    assert is_whole(folder) and "What may leave is in" in said
    assert sorted(path.name for path in (folder / "release").iterdir()) == ["curves.csv", "en.html", "es.html", "groups.csv", "measures.csv"]
    with (folder / "release" / "measures.csv").open(encoding="utf-8") as file:
        rows = {(row["quadrant"], row["measure"]): row for row in csv.DictReader(file)}
    assert rows["how much", "started"]["number"] == "432"
    assert rows["better off", "recidivism/arrest"]["state"] == "not recorded"  # the experiment's records hold no enrolment


def test_targets_and_owners_come_by_name_and_are_held_to_their_words(records: Path, tmp_path: Path) -> None:
    for words, sentence in (
        (("--target", "recidivism/arest=0.3"), "Did you mean 'recidivism/arrest'"),
        (("--target", "recidivism/arrest"), "says no value"),
        (("--target", "recidivism/arrest=low"), "is no number"),
        (("--by", "sexx"), "Did you mean 'sex'"),
        (("--target", "recidivism/arrest=30"), r"lies between 0 and 1\. Did you mean 0\.30\?"),
    ):
        with pytest.raises(Refused, match=sentence):
            run(records, tmp_path / "none", *words)
    assert not (tmp_path / "none").exists() or not list((tmp_path / "none").rglob("*.html"))


def test_a_card_of_people_of_whom_something_is_released_from_the_same_folder_keeps_its_numbers_inside(records: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = CliRunner().invoke(app, ["run", DESIGN, "--records", str(records), "--out", str(out)])
    assert ran.exit_code == 0, ran.output

    said = run(records, out)

    assert "Its numbers stay inside" in said
    with (out / "rossi" / "release" / "measures.csv").open(encoding="utf-8") as file:
        assert {row["state"] for row in csv.DictReader(file)} <= {"hidden", "not recorded", "told by a study"}
    with (out / "rossi" / "internal" / "measures.csv").open(encoding="utf-8") as file:
        assert next(csv.DictReader(file))["number"] == "432.0"
    assert "It takes the place of the scorecard that stood there." in run(records, out)


def test_a_study_of_people_of_whom_a_card_is_released_keeps_its_numbers_inside(records: Path, tmp_path: Path) -> None:
    run(records, tmp_path)
    ran = CliRunner().invoke(app, ["run", DESIGN, "--records", str(records), "--out", str(tmp_path)])

    assert ran.exit_code == 0, ran.output
    assert "overlap" in (tmp_path / "studies" / "rossi" / "internal" / "hidden.txt").read_text(encoding="utf-8")
