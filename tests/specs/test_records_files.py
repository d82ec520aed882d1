"""A CSV file that is damaged or lacks a column is refused by file, line and column, and never by what stands in it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from handed_over import EVENT, PERSON, SECRET, folder, held, refused

from evaluation.records import connect


# ------------------------------------------------------------------------------------------------ damaged CSV
@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (EVENT + f"007,{SECRET},2020-01-01\n", "event.csv: line 4: expected 5 fields, found 3."),
        (EVENT + f"007,{SECRET}", "event.csv: line 4: expected 5 fields, found 2."),
        (EVENT + f"007,{SECRET},2020-01-01,1,jail,extra\n007,a,b\n", "line 4: expected 5 fields, found 6; line 5: expected 5 fields, found 3."),
        (EVENT + f"{SECRET}\n" * 5, "and 2 more lines like it."),
        (EVENT + f'007,"{SECRET},2020-01-01,1,jail\n', "event.csv, line 4 or later: a quote does not pair."),
        (EVENT + f'007,"{SECRET}"x,2020-01-01,1,jail\n', "event.csv, line 4 or later: a quote does not pair."),
        (EVENT + f'007,"{SECRET},2020-01-01,1,jail\n007,a",2020-01-01,1,jail,\n', "event.csv: line 5: expected 5 fields, found 6."),
        (EVENT + f"007,{SECRET}\0,2020-01-01,1,jail\n", "event.csv, line 4: holds a NUL byte."),
        (EVENT.encode() + f"007,{SECRET}\xe9,2020-01-01,1,jail\n".encode("latin-1"), "event.csv, line 4: is not utf-8 text."),
        (EVENT.encode() + f"007,{SECRET}é".encode()[:-1], "event.csv, line 4: is not utf-8 text."),
        (EVENT.replace("\n", "\r\n") + f"007,{SECRET},2020-01-01,1,jail\n", "event.csv: some lines end as Windows writes them and some do not."),
        (EVENT + f"007,{SECRET},arrest,2020-01-01,1,\n", "event.csv: line 4: expected 5 fields, found 6."),
        ("", "event.csv: is empty."),
        ("\n\n", "event.csv: has no line of column names."),
        ("person_id,,day,,source\n", "2 columns of 5 has no name"),
        ("person_id,kind,day,kind,source\n", "event.csv, line 1: names kind more than once."),
    ],
)
def test_a_damaged_csv_is_refused_by_file_line_and_fields_never_by_its_text(tmp_path: Path, event: str | bytes, sentence: str) -> None:
    assert sentence in refused(folder(tmp_path, event=event))


def test_all_damaged_files_are_told_at_once(tmp_path: Path) -> None:
    text = refused(folder(tmp_path, event=EVENT + "a\0", person=PERSON + "1,2,3\n", coverage=b"\xff"))

    assert "event.csv, line 4" in text
    assert "coverage.csv, line 1" in text


def test_a_header_with_no_rows_is_an_empty_table(tmp_path: Path) -> None:
    assert held(connect(folder(tmp_path, event="person_id,kind,day,source\n")))["event"] == []


def test_a_quote_that_swallows_a_line_end_sets_the_row_aside(tmp_path: Path) -> None:
    records = connect(folder(tmp_path, event=EVENT + f'007,"{SECRET},2020-01-01,1,jail\n007,a",2020-01-01,1,jail\n'))

    assert [(each.reason, each.column, each.rows) for each in records.quality.set_aside] == [("damaged text", "kind", 1)]
    assert SECRET not in str(records.quality)


# ------------------------------------------------------------------------------------------------ columns
def test_missing_columns_are_told_at_once_with_the_columns_found_and_the_nearest(tmp_path: Path) -> None:
    text = refused(folder(tmp_path, event="PersonID,Kind,date,source\n", person="id,birth\n"))

    assert "event.csv: has no column person_id. Found: PersonID, Kind, date, source. Did you mean 'PersonID'?" in text
    assert "event.csv: has no column kind." in text
    assert "event.csv: has no column day." in text
    assert "person.csv: has no column person_id. Found: id, birth." in text


def test_an_optional_column_in_the_wrong_case_is_refused_not_ignored(tmp_path: Path) -> None:
    assert "person.csv: has a column 'Death', which is not read. Did you mean 'death'?" in refused(folder(tmp_path, person="person_id,Death\n"))


def test_a_first_line_that_is_somebodys_row_is_not_shown(tmp_path: Path) -> None:
    text = refused(folder(tmp_path, event=f"007,{SECRET},1980-01-01\n"))

    assert "event.csv: has no column person_id. Its first line does not look like column names." in text


def test_a_wrong_delimiter_is_refused(tmp_path: Path) -> None:
    assert "event.csv: has no column person_id. Found: person_id;kind;day;source." in refused(folder(tmp_path, event="person_id;kind;day;source\n"))


def test_files_that_are_a_table_but_for_a_capital_or_an_s_are_refused(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "event.csv").rename(tmp_path / "Events.csv")

    assert "Events.csv: is not read: no table has this name. Did you mean 'event.csv'?" in refused(tmp_path)


def test_columns_and_files_that_are_not_read_are_told(tmp_path: Path) -> None:
    folder(tmp_path, notes="a,b\n", person=PERSON.replace("birth", "height").replace("1980-01-01", "").replace("1990-01-01", ""))

    assert connect(tmp_path).quality.warnings == (
        "Not read, because nothing says what they hold: notes.csv.",
        "person.csv: not read, because person has no such column: height.",
    )


def test_a_table_that_stands_in_two_files_is_refused(tmp_path: Path) -> None:
    folder(tmp_path)
    pq.write_table(pa.table({"person_id": ["1"]}), tmp_path / "person.parquet")

    assert "person.csv and person.parquet: are both the table person. Keep one." in refused(tmp_path)
