"""Records are read from folders, workbooks, databases and frames; what is none of these is refused in one sentence."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from handed_over import SECRET, folder, frames, held, refused

from evaluation.records import connect
from evaluation.records.days import day_of


# ------------------------------------------------------------------------------------------------ five ways in, one county
def test_the_same_records_come_from_every_kind_of_place(tmp_path: Path) -> None:
    typed = {
        "person": pa.table({"person_id": ["007", "None", "NA", "null"], "birth": pa.array([date(1980, 1, 1), date(1990, 1, 1), None, None])}),
        "event": pa.table(
            {
                "person_id": pa.array(["007", "None"]).dictionary_encode(),
                "kind": ["arrest", "arrest"],
                "day": pa.array([datetime(2020, 1, 1), datetime(2020, 1, 2, 9)], pa.timestamp("us")),
                "value": pa.array([3.0, None]),
                "source": ["jail", "jail"],
            }
        ),
        "coverage": pa.table({"source": ["jail"], "first": [date(2015, 1, 1)], "last": [date(2023, 12, 31)], "lag_days": [90], "grain": ["day"]}),
    }
    for place in ("csv", "parquet"):
        (tmp_path / place).mkdir()
    for name, rows in typed.items():
        pq.write_table(rows, tmp_path / "parquet" / f"{name}.parquet", write_page_checksum=True)
    book = openpyxl.Workbook()
    book.remove(book.active)
    with duckdb.connect(str(tmp_path / "county.duckdb")) as database:
        for name, rows in typed.items():
            database.register("rows", rows)
            database.execute(f"CREATE TABLE {name} AS SELECT * FROM rows")
            sheet = book.create_sheet(name)
            sheet.append(rows.column_names)
            for row in rows.to_pylist():
                sheet.append(list(row.values()))
    book.save(tmp_path / "county.xlsx")

    places = [folder(tmp_path / "csv"), tmp_path / "parquet", tmp_path / "county.xlsx", tmp_path / "county.duckdb", frames()]
    first, *others = [held(connect(place)) for place in places]

    assert [row["person_id"] for row in first["person"]] == ["007", "NA", "None", "null"]
    assert [row["value"] for row in first["event"]] == [3, None]
    for other in others:
        assert other == first


def test_reading_does_not_change_what_is_read(tmp_path: Path) -> None:
    folder(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    connect(tmp_path)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_byte_order_mark_windows_line_ends_blank_lines_and_quotes_are_read(tmp_path: Path) -> None:
    person = b'\xef\xbb\xbfperson_id,area\r\n007,"Lodi, ""old"" town"\r\n\r\n" 8 ",""'

    records = connect(folder(tmp_path, person=person))

    assert [(row["person_id"], row["area"]) for row in held(records)["person"]] == [("007", 'Lodi, "old" town'), ("8", None)]


def test_a_folder_whose_name_reads_as_a_pattern_is_no_pattern(tmp_path: Path) -> None:
    place = tmp_path / "q[1]*{a,b}"
    place.mkdir()

    assert len(held(connect(folder(place)))["event"]) == 2


# ------------------------------------------------------------------------------------------------ other places
def test_one_flipped_bit_in_a_parquet_page_is_refused(tmp_path: Path) -> None:
    folder(tmp_path)
    path = tmp_path / "score.parquet"
    count = 1000
    rows = {"list": ["need"] * count, "person_id": ["007"] * count, "day": [date(2020, 1, 1)] * count, "score": [float(n) for n in range(count)]}
    pq.write_table(pa.table({**rows, "source": ["jail"] * count}), path, compression="none", use_dictionary=False, write_page_checksum=True)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.write_bytes(bytes(content))

    assert refused(tmp_path) == "score.parquet: is damaged, or is not a Parquet file. Export it again."


@pytest.mark.parametrize("name", ["event.parquet", "county.xlsx", "county.duckdb"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(SECRET.encode() * 100)

    assert f"{name}: " in refused(tmp_path if name.startswith("event") else tmp_path / name)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (pa.array([7.0, None]), "column 'person_id': holds decimal numbers, and person_id wants text. Text that went through decimal numbers"),
        (pa.array([date(2020, 1, 1), None]), "column 'person_id': holds dates, and person_id wants text."),
        (pa.array([b"7", None]), "column 'person_id': holds values of a type that records do not use"),
    ],
)
def test_ids_of_a_type_that_loses_digits_are_refused(tmp_path: Path, values: pa.Array, sentence: str) -> None:
    pq.write_table(pa.table({"person_id": values}), tmp_path / "person.parquet")

    assert sentence in refused(tmp_path)


@pytest.mark.parametrize("kind", [pa.int64(), pa.timestamp("us", "UTC")])
def test_days_as_numbers_or_with_a_zone_are_refused(tmp_path: Path, kind: pa.DataType) -> None:
    pq.write_table(pa.table({"person_id": ["7"], "birth": pa.array([43831], kind)}), tmp_path / "person.parquet")

    assert "birth wants dates. Write local dates, such as 2021-03-31." in refused(tmp_path)


def test_whole_number_ids_are_text_without_decimals(tmp_path: Path) -> None:
    pq.write_table(pa.table({"person_id": pa.array([9007199254740993, 7])}), tmp_path / "person.parquet")

    assert [row["person_id"] for row in held(connect(tmp_path))["person"]] == ["7", "9007199254740993"]


def test_money_in_typed_columns_becomes_exact_cents(tmp_path: Path) -> None:
    folder(tmp_path)
    amounts = [0.1 + 0.2, 1234567.89, 12.345, float("inf"), 19.99]
    rows = {
        "person_id": ["007"] * 5,
        "service": ["bed"] * 5,
        "day": [date(2020, 1, n + 1) for n in range(5)],
        "amount": amounts,
        "source": ["jail"] * 5,
    }
    pq.write_table(pa.table(rows), tmp_path / "cost.parquet")

    records = connect(tmp_path)

    assert [row["amount"] for row in held(records)["cost"]] == [30, 123456789, 1999]
    assert [(each.reason, each.rows) for each in records.quality.set_aside] == [("bad number", 2)]


def test_a_frames_blank_ids_are_missing_and_its_none_texts_are_names() -> None:
    person = pd.DataFrame({"person_id": ["007", None, float("nan"), pd.NA, "None", ""]})

    records = connect({"person": person})

    assert [row["person_id"] for row in held(records)["person"]] == ["007", "None"]
    assert [(each.reason, each.rows) for each in records.quality.set_aside] == [("missing", 4)]


def test_a_frame_whose_ids_went_through_decimals_is_refused() -> None:
    assert "holds decimal numbers, and person_id wants text" in refused({"person": pd.DataFrame({"person_id": [7, None]})})


def test_a_frame_with_two_columns_of_one_name_is_refused() -> None:
    person = pd.DataFrame([["a", "b"]], columns=["person_id", "person_id"])

    assert refused({"person": person}) == "frame 'person': has two columns of one name. Give every column its own."


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({"person": pd.DataFrame({"person_id": [f"{SECRET}\ud800"]})}, "frame 'person', column 'person_id': holds values that are neither"),
        ({"person": [SECRET]}, "'person': is no data frame."),
        (pd.DataFrame({"person_id": [SECRET]}), "are not read from a DataFrame. Name a folder"),
    ],
)
def test_what_is_no_frame_of_values_is_refused(place: Any, sentence: str) -> None:
    assert sentence in refused(place)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    folder(tmp_path)
    monkeypatch.setattr(Path, "open", closed)

    assert refused(tmp_path) == "coverage.csv: could not be read: Permission denied."


def test_dates_of_frames_are_read_from_every_type() -> None:
    when = [
        pd.Series(["2020-02-29"]),
        pd.Series([date(2020, 2, 29)]),
        pd.Series([datetime(2020, 2, 29, 13)]),
        pd.Series([pd.Timestamp("2020-02-29")]),
    ]

    for column in when:
        records = connect({"person": pd.DataFrame({"person_id": ["007"], "birth": column})})
        assert [row["birth"] for row in held(records)["person"]] == [day_of(date(2020, 2, 29))]


def test_a_frame_is_not_changed_by_being_read() -> None:
    given = frames()
    before = {name: frame.copy(deep=True) for name, frame in given.items()}

    connect(given)

    for name, frame in given.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_a_workbook_without_openpyxl_is_refused_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openpyxl.Workbook().save(tmp_path / "county.xlsx")
    monkeypatch.setitem(sys.modules, "openpyxl", None)

    assert refused(tmp_path / "county.xlsx").startswith("county.xlsx: is a workbook, and openpyxl is not installed. Install betteroff[excel]")


def test_a_workbook_with_cells_beside_its_named_columns_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "person"
    for row in (["person_id", "sex", "sex"], ["007", "F", "F", SECRET]):
        book.active.append(row)
    book.save(tmp_path / "county.xlsx")

    text = refused(tmp_path / "county.xlsx")

    assert "names sex more than once" in text
    assert "has cells to the right of the last named column in 1 row." in text


def test_an_excel_serial_number_is_no_date(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "person"
    for row in (["person_id", "birth"], ["007", 43831]):
        book.active.append(row)
    book.save(tmp_path / "county.xlsx")

    assert [(each.reason, each.column) for each in connect(tmp_path / "county.xlsx").quality.set_aside] == [("bad date", "birth")]


def test_a_database_that_another_programme_writes_to_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "county.duckdb"

    with duckdb.connect(str(path)) as writing:
        writing.execute("CREATE TABLE person (person_id VARCHAR)")
        assert "could not be read as a DuckDB file. If another programme has it open, close it there first" in refused(path)


def test_a_view_in_a_database_cannot_read_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(f"person_id\n{SECRET}\n")
    with duckdb.connect(str(tmp_path / "county.duckdb")) as database:
        database.execute(f"CREATE VIEW person AS SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")

    assert "county.duckdb" in refused(tmp_path / "county.duckdb")


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "outside.csv").write_text("person_id\n007\n")
    (tmp_path / "in" / "person.csv").symlink_to(tmp_path / "outside.csv")

    assert refused(tmp_path / "in") == "person.csv: is a link that leads out of the folder. Copy the file into the folder."


def test_places_that_hold_no_records_are_refused_with_what_would_be_right(tmp_path: Path) -> None:
    (tmp_path / "person.csv").write_text("person_id\n007\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "persns.csv").write_text("a\n")
    (tmp_path / "notes.docx").write_text("x")

    assert "Name the folder that it lies in." in refused(tmp_path / "person.csv")
    assert "notes.docx: is not a place that records are read from." in refused(tmp_path / "notes.docx")
    assert "is not there. Name a folder" in refused(tmp_path / "nowhere")
    assert "none of the tables is there; found none." in refused(tmp_path / "empty")
    assert "none of the tables is there; found persns.csv." in refused(tmp_path / "other")
    assert "none of the tables is there; found none." in refused({})


def test_a_database_with_changes_beside_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "county.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute("CREATE TABLE person (person_id TEXT)")
    connect(path)
    (tmp_path / "county.duckdb.wal").write_bytes(b"")

    assert "county.duckdb.wal stands beside it." in refused(path)


def test_text_of_a_parquet_file_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    ids = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    pq.write_table(pa.table({"person_id": ids}), tmp_path / "person.parquet")

    assert "person.parquet: is damaged, or is not a Parquet file." in refused(tmp_path)


def test_places_that_name_nothing_are_refused_in_a_sentence() -> None:
    person = pd.DataFrame({"person_id": ["007"]})

    assert "no place is named" in refused("")
    assert "a frame is named by a int" in refused({1: person})
    assert "column names of several levels" in refused({"person": pd.concat({"a": person}, axis=1)})


def test_a_first_line_without_a_known_name_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "person.csv").write_text("GARCIA-MARIA,male\nLOPEZ-ANA,female\n")

    told = refused(tmp_path)

    assert "GARCIA" not in told
    assert "Its first line does not look like column names." in told
