"""The manifest tells what was read and what changed since; no silent change gets through."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from evaluation.records import Records, connect
from evaluation.records.manifest import Manifest, read_manifest
from evaluation.terms import Refused

COVERAGE = "source,first,last,lag_days,grain\nboard,2015-01-01,2023-12-31,0,day\n"
PERSON = "person_id\n007\n8\n"
COST = "person_id,service,day,amount,source\n007,bed,2020-01-01,3.125,board\n007,bed,2020-01-02,31.25,board\n8,bed,1970-01-02,1,board\n"


def county(folder: Path, **changed: str) -> Records:
    folder.mkdir(exist_ok=True)
    for name, text in {"person": PERSON, "cost": COST, "coverage": COVERAGE, **changed}.items():
        (folder / f"{name}.csv").write_text(text)
    return connect(folder)


def test_totals_are_of_the_rows_that_are_kept(tmp_path: Path) -> None:
    totals = county(tmp_path).manifest.totals["cost"]

    assert totals == {
        "rows": 1,  # 3.125 is no money; 1970 lies outside the coverage
        "person_id.filled": 1,
        "service.filled": 1,
        "day.filled": 1,
        "day.sum": 18263,
        "amount.filled": 1,
        "amount.sum": 3125,
        "payer.filled": 0,
        "source.filled": 1,
    }


def test_a_missing_end_is_not_added_up(tmp_path: Path) -> None:
    totals = county(tmp_path, person="person_id,death\n007,1970-01-03\n8,\n").manifest.totals["person"]

    assert (totals["death.filled"], totals["death.sum"], totals["moved.filled"]) == (1, 2, 0)


def test_numbers_are_added_up_as_whole_millionths(tmp_path: Path) -> None:
    area = "area,measure,day,value,source\n" + "".join(f"a{n},rate,2020-01-01,0.1,board\n" for n in range(10))

    assert county(tmp_path, area=area).manifest.totals["area"]["value.sum"] == 1_000_000


def test_the_same_records_have_the_same_digest_wherever_they_lie(tmp_path: Path) -> None:
    assert county(tmp_path / "a").manifest.digest == county(tmp_path / "b").manifest.digest


@pytest.mark.parametrize(
    "change", [{"cost": COST.replace("31.25", "31.24")}, {"person": PERSON + "9\n"}, {"coverage": COVERAGE.replace("12-31", "12-30")}]
)
def test_any_change_of_an_input_changes_the_digest(tmp_path: Path, change: dict[str, str]) -> None:
    before = county(tmp_path).manifest

    assert county(tmp_path, **change).manifest.digest != before.digest


def test_a_frame_has_the_digest_of_its_content() -> None:
    def digest(*ids: str) -> str:
        return connect({"person": pd.DataFrame({"person_id": list(ids)})}).manifest.digest

    assert digest("a", "b") == digest("a", "b")
    assert digest("a", "b") != digest("a", "c")


def test_a_workbook_is_one_input(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "person"
    book.active.append(["person_id"])
    book.create_sheet("family").append(["family_id", "person_id"])
    book.save(tmp_path / "county.xlsx")

    assert list(connect(tmp_path / "county.xlsx").manifest.inputs) == ["county.xlsx"]


def test_what_changed_is_told_in_sentences(tmp_path: Path) -> None:
    old = county(tmp_path).manifest

    new = county(tmp_path, cost=COST.replace("31.25", "31.2") + "8,bed,2020-01-02,1,board\n", family="family_id,person_id\nf,8\n").manifest

    changes = new.compare(old)
    assert changes[:2] == ("cost has 1 more row than before: 2, where it had 1.", "family has 1 more row than before: 1, where it had 0.")
    assert changes[2].startswith("cost.csv has changed (sha256 ")
    assert changes[3:5] == ("family.csv is new.", "cost: the control total amount.filled is 2, where it was 1.")
    assert "cost: the control total amount.sum is 3,220, where it was 3,125." in changes
    assert old.compare(new)[0] == "cost has 1 fewer row than before: 1, where it had 2."
    assert old.compare(new)[3] == "family.csv is gone."
    assert new.compare(new) == ()


def test_a_manifest_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    manifest = county(tmp_path / "in").manifest

    manifest.write(tmp_path / "manifest.json")

    assert read_manifest(tmp_path / "manifest.json") == manifest
    assert [path.name for path in tmp_path.iterdir() if path.name != "in"] == ["manifest.json"]


def test_renewing_tells_the_changes_and_keeps_the_new_manifest(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"

    assert county(tmp_path / "in").manifest.renew(path) == ("No manifest stood at manifest.json: this one is the first.",)
    assert county(tmp_path / "in").manifest.renew(path) == ("Nothing changed since the last manifest.",)
    assert "person has 1 fewer row than before: 1, where it had 2." in county(tmp_path / "in", person="person_id\n007\n").manifest.renew(path)
    assert read_manifest(path).totals["person"]["rows"] == 1


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", json.dumps({"inputs": [], "totals": {}}), json.dumps({"inputs": {}, "totals": {"a": {"rows": "x"}}})]
)
def test_a_file_that_is_no_manifest_is_refused_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)

    with pytest.raises(Refused, match=r"manifest\.json: is no manifest of records\."):
        Manifest({}, {}).renew(path)
    assert path.read_text() == text


@pytest.mark.parametrize("place", ["nowhere/manifest.json", "a_file/manifest.json", "a_folder", "n" * 300])
def test_a_place_where_no_manifest_can_stand_is_refused_in_one_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "a_file").write_text("")
    (tmp_path / "a_folder").mkdir()

    with pytest.raises(Refused) as refused:
        Manifest({}, {}).write(tmp_path / place)
    assert len(refused.value.problems) == 1
    assert "the manifest could not be written: " in str(refused.value)

    with pytest.raises(Refused) as refused:
        Manifest({}, {}).renew(tmp_path / place)
    assert len(refused.value.problems) == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a_file", "a_folder"]


def test_a_write_that_fails_leaves_the_old_manifest_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "manifest.json"
    Manifest({"a": "1"}, {}).write(path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Refused, match=r"manifest\.json: the manifest could not be written: No space left on device\."):
        Manifest({"a": "2"}, {}).write(path)

    assert read_manifest(path) == Manifest({"a": "1"}, {})
    assert [each.name for each in tmp_path.iterdir()] == ["manifest.json"]
