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
    ):
        with pytest.raises(Refused, match=sentence):
            run(records, tmp_path / "none", *words)
    assert not (tmp_path / "none").exists() or not list((tmp_path / "none").rglob("*.html"))
