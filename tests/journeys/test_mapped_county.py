"""A county's own files, under its own headings and codes, give the same finding as the canonical tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import evaluation as ev
from evaluation.terms import Refused
from synthetic import WORLDS

ROOT = Path(__file__).resolve().parents[2]
DESIGN = ROOT / "designs" / "bayview" / "reentry_navigation.toml"

# what a county might call the same things: tables, columns, codes, dates the American way
PEOPLE = {"person_id": "PIN", "birth": "DOB", "death": "DOD", "moved": "LEFT_COUNTY", "sex": "GENDER", "area": "DISTRICT"}
EVENTS = {"person_id": "PIN", "kind": "EVT_CODE", "day": "EVT_DT", "source": "SYS"}
CODES = {"male": "M", "female": "F"}
MAPPING = """
[[table]]
to = "person"
file = "clients.txt"
delimiter = "|"
date_format = "%m/%d/%Y"
columns = { person_id = "PIN", birth = "DOB", death = "DOD", moved = "LEFT_COUNTY", sex = "GENDER", area = "DISTRICT" }
[table.codes.sex]
M = "male"
F = "female"

[[table]]
to = "event"
file = "contacts.csv"
date_format = "%m/%d/%Y"
columns = { person_id = "PIN", kind = "EVT_CODE", day = "EVT_DT", source = "SYS" }
"""


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    world = WORLDS["lottery"]
    return dict(world.records(world.live(world.people(1_500, seed=7), world.as_run)))


@pytest.fixture(scope="module")
def county(tables: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same county as its own systems would export it."""
    folder = tmp_path_factory.mktemp("county")
    clients = _american(tables["person"][list(PEOPLE)].rename(columns=PEOPLE)).replace({"GENDER": CODES})
    clients.to_csv(folder / "clients.txt", sep="|", index=False)
    _american(tables["event"][list(EVENTS)].rename(columns=EVENTS)).to_csv(folder / "contacts.csv", index=False)
    for name, rows in tables.items():
        if name not in ("person", "event"):
            rows.to_csv(folder / f"{name}.csv", index=False)
    (folder / "records.toml").write_text(MAPPING, encoding="utf-8")
    return folder


def _american(rows: pd.DataFrame) -> pd.DataFrame:
    """Every day written month first."""
    days = [name for name in rows if name in ("DOB", "DOD", "LEFT_COUNTY", "EVT_DT")]
    return rows.assign(**{name: pd.to_datetime(rows[name]).dt.strftime("%m/%d/%Y") for name in days})


def test_a_mapped_county_gives_the_finding_of_its_canonical_tables(tables: dict[str, pd.DataFrame], county: Path) -> None:
    study = ev.load(DESIGN)

    mapped, canonical = ev.evaluate(study, ev.connect(county)), ev.evaluate(study, ev.connect(tables))

    assert [finding.answer.estimate for finding in mapped] == [finding.answer.estimate for finding in canonical]
    assert list(map(str, mapped)) == list(map(str, canonical))
    assert all(finding.answer.estimate for finding in mapped)


def test_days_read_in_the_wrong_order_are_set_aside_and_counted(county: Path, tmp_path: Path) -> None:
    for path in county.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    swapped = MAPPING.replace("%m/%d/%Y", "%d/%m/%Y")
    (tmp_path / "records.toml").write_text(swapped, encoding="utf-8")

    told = _told(tmp_path)

    assert "no date in the declared form" in told


def test_a_code_that_the_mapping_does_not_know_is_counted(county: Path, tmp_path: Path) -> None:
    for path in county.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "records.toml").write_text(MAPPING.replace('F = "female"', 'W = "female"'), encoding="utf-8")

    told = _told(tmp_path)

    assert "a code that is not declared" in told


def _told(folder: Path) -> str:
    """What a user reads: the quality report, or the refusal where nothing usable is left."""
    try:
        return str(ev.connect(folder).quality)
    except Refused as refused:
        return str(refused)
