"""`betteroff run --rivals`: one flag writes the table and the picture on the question's page, in each language, for inside and outside."""

from __future__ import annotations

import csv
import runpy
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from evaluation.commands.sharing import delivered
from evaluation.delivery import Job
from evaluation.records import connect
from evaluation.shipped import shipped
from evaluation.study import load


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Rossi experiment with bookings that nobody recorded in truth: of everybody arrested but every fourth."""
    tables = runpy.run_path(str(shipped("examples/rossi/records.py")))["tables"]()
    arrests = tables["event"][tables["event"]["kind"] == "arrest"].sort_values("person_id")
    booked = arrests[[number % 4 > 0 for number in range(len(arrests))]].assign(kind="jail_booking")
    returned = arrests[::14].assign(kind="prison_return")
    tables["event"] = pd.concat([tables["event"], booked, returned])
    at = tmp_path_factory.mktemp("rivals")
    assert tables["coverage"]["first"][0] < date(1972, 1, 1)
    delivered([Job("rossi", load(shipped("examples/rossi/rossi.toml")), connect(tables), rivals=True)], at)
    return at


def lines(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return {line["definition"]: line for line in csv.DictReader(file)}


def test_the_table_that_leaves_hides_what_the_internal_one_shows(out: Path) -> None:
    outside, inside = lines(out / "release" / "rossi" / "definitions.csv"), lines(out / "studies" / "rossi" / "internal" / "definitions.csv")

    assert outside.keys() == inside.keys()
    assert inside["recidivism/arrest"]["events_served"] == "48" and outside["recidivism/arrest"]["served"] == "0.222"
    assert 0 < int(inside["recidivism/return_to_prison"]["events_served"]) < 11
    assert outside["recidivism/return_to_prison"]["state"] == "hidden" and outside["recidivism/return_to_prison"]["effect"] == ""
    assert outside["recidivism/conviction"]["state"] == "not recorded"
    assert outside["recidivism/jail_booking"]["effect"] and "events_served" not in outside["recidivism/arrest"]


@pytest.mark.parametrize(("language", "title"), [("en", "by other definitions"), ("es", "según otras definiciones")])
def test_the_picture_stands_on_the_page_of_its_question(out: Path, language: str, title: str) -> None:
    page = (out / "release" / "rossi" / f"{language}.html").read_text(encoding="utf-8")

    assert title in page and page.count('id="question-1-definitions"') == 1 and "style=" not in page


def test_a_run_without_the_flag_is_another_run(out: Path, tmp_path: Path) -> None:
    tables = runpy.run_path(str(shipped("examples/rossi/records.py")))["tables"]()
    delivered([Job("rossi", load(shipped("examples/rossi/rossi.toml")), connect(tables))], tmp_path)

    assert not list(tmp_path.rglob("definitions.csv"))
    assert "question-1-definitions" not in (tmp_path / "release" / "rossi" / "en.html").read_text(encoding="utf-8")
