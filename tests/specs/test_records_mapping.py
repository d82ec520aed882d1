"""A mapping turns a county's own files into canonical tables; its mistakes are told all at once, with the nearest right word."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

from evaluation.records import Records, connect
from evaluation.records.days import FOREVER, day_of
from evaluation.records.mapping import parse_mapping, read_mapping
from evaluation.records.toml import Document
from evaluation.terms import Refused

JAIL = """
[source.jail]
first = 2015-01-01
last = 2023-12-31
lag_days = 90
grain = "day"
"""
PERSON = "person_id,birth\n007,1980-01-01\n8,1990-01-01\n"


def county(folder: Path, mapping: str, **files: str) -> Records:
    for name, text in {"person.csv": PERSON, **files}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "records.toml").write_text(JAIL + mapping, encoding="utf-8")
    return connect(folder)


def rows(records: Records, table: str) -> list[dict[str, Any]]:
    return records.engine.fetch(exp.select("*").from_(table)).to_pylist()


def against(records: Records) -> list[tuple[str, str, str, int]]:
    return [(each.table, each.reason, each.column, each.rows) for each in records.quality.set_aside]


def refused(mapping: str, folder: Path, **files: str) -> str:
    with pytest.raises(Refused) as caught:
        county(folder, mapping, **files)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ what it can say
def test_columns_constants_codes_and_dates_are_mapped(tmp_path: Path) -> None:
    bookings = "jms_person_id,book_dt,release_dt,why\n007,01/31/2020,02/02/2020,J\n8,12/01/2020,12/31/9999,P\n8,31/01/2020,,J\n"
    mapping = """
[[table]]
to = "spell"
file = "bookings.csv"
date_format = "%m/%d/%Y"
open = "12/31/9999"
columns = { person_id = "jms_person_id", start = "book_dt", stop = "release_dt", kind = "why" }
set = { source = "jail" }
codes.kind = { J = "jail", P = "prison" }
"""
    records = county(tmp_path, mapping, **{"bookings.csv": bookings})

    assert rows(records, "spell") == [
        {"person_id": "007", "kind": "jail", "start": day(2020, 1, 31), "stop": day(2020, 2, 2), "source": "jail"},
        {"person_id": "8", "kind": "prison", "start": day(2020, 12, 1), "stop": FOREVER, "source": "jail"},
    ]
    assert against(records) == [("spell", "bad date", "start", 1)]


def test_an_inclusive_end_adds_one_day_once_and_an_end_before_the_start_is_still_seen(tmp_path: Path) -> None:
    stays = "p,a,b\n007,2020-01-31,2020-01-31\n007,2020-03-02,2020-03-01\n007,2020-05-01,\n"
    mapping = """
[[table]]
to = "spell"
file = "stays.csv"
inclusive_end = true
columns = { person_id = "p", start = "a", stop = "b" }
set = { kind = "jail", source = "jail" }
"""
    records = county(tmp_path, mapping, **{"stays.csv": stays})

    assert [(row["start"], row["stop"]) for row in rows(records, "spell")] == [
        (day(2020, 1, 31), day(2020, 2, 1)),
        (day(2020, 5, 1), FOREVER),
    ]
    assert against(records) == [("spell", "ends first", "stop", 1)]


def test_a_day_in_the_year_9999_is_a_bad_date_unless_the_mapping_says_that_it_means_open(tmp_path: Path) -> None:
    stays = "person_id,kind,start,stop,source\n007,jail,2020-01-01,9999-12-31,jail\n"

    assert against(county(tmp_path, "", **{"spell.csv": stays})) == [("spell", "bad date", "stop", 1)]


def test_codes_that_are_not_declared_set_their_rows_aside_and_show_only_when_many_rows_hold_them(tmp_path: Path) -> None:
    people = (
        "id,sex\n" + "".join(f"a{n},M\n" for n in range(3)) + "".join(f"b{n},U\n" for n in range(11)) + "".join(f"c{n},Smith\n" for n in range(10))
    )
    mapping = """
[[table]]
to = "person"
file = "people.csv"
columns = { person_id = "id", sex = "sex" }
codes.sex = { M = "male", F = "female" }
"""
    (tmp_path / "records.toml").write_text(mapping)
    (tmp_path / "people.csv").write_text(people)

    records = connect(tmp_path)

    assert against(records) == [("person", "unknown code", "sex", 21)]
    assert {row["sex"] for row in rows(records, "person")} == {"male"}
    assert "sex is 'U' in 11 rows" in str(records.quality)
    assert "Smith" not in str(records.quality)


def test_a_constant_may_be_a_day_or_dollars(tmp_path: Path) -> None:
    mapping = """
[[table]]
to = "cost"
file = "kits.csv"
columns = { person_id = "p" }
set = { service = "kit", day = 2020-01-31, amount = 25, source = "jail" }
"""
    records = county(tmp_path, mapping, **{"kits.csv": "p\n007\n"})

    assert [(row["day"], row["amount"]) for row in rows(records, "cost")] == [(day(2020, 1, 31), 2500)]


def test_several_files_may_fill_one_table(tmp_path: Path) -> None:
    entry = '[[table]]\nto = "event"\nfile = "{file}"\ncolumns = {{ person_id = "p", day = "d" }}\nset = {{ kind = "{kind}", source = "jail" }}\n'
    mapping = entry.format(file="a.csv", kind="arrest") + entry.format(file="b.csv", kind="release")

    records = county(tmp_path, mapping, **{"a.csv": "p,d\n007,2020-01-01\n", "b.csv": "p,d\n007,2020-01-02\n9,2020-01-02\n"})

    assert [row["kind"] for row in rows(records, "event")] == ["arrest", "release"]
    assert [(row["file"], row["row_no"]) for row in rows(records, "set_aside")] == [("b.csv", 2)]


def test_ids_of_the_source_become_people_through_the_crosswalk(tmp_path: Path) -> None:
    crosswalk = "source,source_id,person_id\njail,j1,007\njail,j2,\nother,j3,8\n"
    mapping = """
[source.other]
first = 2015-01-01
last = 2023-12-31
lag_days = 0
grain = "day"
[[table]]
to = "event"
file = "arrests.csv"
ids = "source"
columns = { person_id = "p", day = "d" }
set = { kind = "arrest", source = "jail" }
"""
    arrests = "p,d\nj1,2020-01-01\nj2,2020-01-01\nj3,2020-01-01\nj9,2020-01-01\n,2020-01-01\n"

    records = county(tmp_path, mapping, **{"crosswalk.csv": crosswalk, "arrests.csv": arrests})

    assert [row["person_id"] for row in rows(records, "event")] == ["007"]
    assert against(records) == [("event", "missing", "person_id", 1), ("event", "not linked", "", 3)]
    assert "jail: 50.0 % of 2 ids linked to a person; 20.0 % of 5 rows about a known person." in str(records.quality)


def test_ids_of_the_source_without_a_crosswalk_are_refused(tmp_path: Path) -> None:
    mapping = """
[[table]]
to = "event"
file = "a.csv"
ids = "source"
columns = { person_id = "p", day = "d" }
set = { kind = "k", source = "jail" }
"""
    text = refused(mapping, tmp_path, **{"a.csv": "p,d\nj1,2020-01-01\n"})

    assert text == "[[table]] 1 (a.csv): has a source's own ids, and there is no crosswalk. Add crosswalk.csv: source, source_id, person_id."


@pytest.mark.parametrize(("encoding", "written"), [("latin-1", "latin-1"), ("cp1252", "cp1252"), ("utf-8", "utf-8"), ("utf-8", "utf-8-sig")])
def test_declared_encodings_are_read(tmp_path: Path, encoding: str, written: str) -> None:
    (tmp_path / "people.csv").write_bytes("id;sex\nñandú;ÿ\n".encode(written))
    (tmp_path / "records.toml").write_text(
        f'[[table]]\nto = "person"\nfile = "people.csv"\nencoding = "{encoding}"\ndelimiter = ";"\ncolumns = {{ person_id = "id", sex = "sex" }}\n'
    )

    assert [(row["person_id"], row["sex"]) for row in rows(connect(tmp_path), "person")] == [("ñandú", "ÿ")]


def test_an_accented_letter_is_the_same_word_however_it_is_written(tmp_path: Path) -> None:
    composed, apart = "prisi\u00f3n", "prisio\u0301n"
    mapping = f"""
[[table]]
to = "event"
file = "a.csv"
columns = {{ person_id = "p", day = "d", kind = "k" }}
set = {{ source = "jail" }}
codes.kind = {{ "{apart}" = "{apart}" }}
"""
    records = county(tmp_path, mapping, **{"a.csv": f"p,d,k\n007,2020-01-01,{composed}\n007,2020-01-02,{apart}\n"})

    assert [row["kind"] for row in rows(records, "event")] == [composed, composed]


def test_one_mapping_outside_the_folder_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "people.csv").write_text("id\n007\n")
    (tmp_path / "map.toml").write_text('[[table]]\nto = "person"\nfile = "people.csv"\ncolumns = { person_id = "id" }\n')

    records = connect(tmp_path / "in", mapping=tmp_path / "map.toml")

    assert [row["person_id"] for row in rows(records, "person")] == ["007"]
    assert sorted(records.manifest.inputs) == ["map.toml", "people.csv"]


# ------------------------------------------------------------------------------------------------ what it may not say
def test_all_mistakes_come_at_once_with_the_nearest_right_word(tmp_path: Path) -> None:
    text = refused(
        """
[[table]]
to = "spel"
file = "a.csv"
[[table]]
to = "event"
file = "a.csv"
columns = { persn_id = "x", kind = "y" }
set = { kind = "z", day = "2020-01-01" }
codes.source = { M = "x" }
inclusive_end = true
delimiter = "ab"
""",
        tmp_path,
    )

    for part in (
        "[[table]] 1 (a.csv): to = 'spel' is not a canonical table.",
        "Did you mean 'spell'?",
        "columns.persn_id is not a column of event.",
        "Did you mean 'person_id'?",
        "kind is both in columns and in set.",
        "person_id, source of event stays empty.",
        "codes.source has no column to read.",
        "set.day does not fit. day wants a date without quotes.",
        "inclusive_end needs a column for `stop`.",
        "the delimiter is not one plain character",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"sauce": {}}, "sauce: is not a word of a mapping. Known here: source, table. Did you mean 'source'?"),
        ({"source": {"jail": {"onwer": "x"}}}, "source.jail.onwer: is not a word of a mapping."),
        ({"source": {"jail": {"first": "soon"}}}, "source.jail.first: does not fit. It should be a date without quotes: 2021-03-31."),
        ({"source": {"jail": {"grain": "daily"}}}, "source.jail.grain: does not fit. It should be one of 'day', 'week' or 'month'."),
        ({"table": [{"file": "a.csv"}]}, "table.1.to: is missing."),
        ({"table": [{"to": 3, "file": "a.csv"}]}, "table.1.to: does not fit. It should be text in quotes."),
        ({"table": [{"to": "person", "file": "a.csv", "columns": {"person_id": 3}}]}, "table.1.columns.person_id: does not fit."),
        ({"table": [{"to": "person", "file": "a.csv", "encoding": "utf-7"}]}, "one of 'utf-8', 'latin-1' or 'cp1252'"),
        ({"table": 3}, "table: does not fit. It should be a list."),
        ({"source": {"jail": 3}}, "source.jail: does not fit."),
    ],
)
def test_a_word_or_a_type_that_does_not_fit_is_told_in_our_words(declared: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_mapping(Document(declared, {}), "records.toml")

    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("date_format", "sentence"),
    [
        ("%m/%d/%y", "a two-digit year has two centuries to choose from"),
        ("%m/%Y", "does not name one day"),
        ("%Y-%m-%d %q", "date_format has %q"),
        ("MM/DD/YYYY", "does not name one day"),
        ("%Y-%m-%d %", "date_format has %."),
    ],
)
def test_a_date_format_that_does_not_tell_one_day_is_refused(tmp_path: Path, date_format: str, sentence: str) -> None:
    mapping = f'[[table]]\nto = "person"\nfile = "a.csv"\ndate_format = "{date_format}"\ncolumns = {{ person_id = "p" }}\n'

    assert sentence in refused(mapping, tmp_path)


def test_codes_for_a_closed_column_must_be_its_words(tmp_path: Path) -> None:
    mapping = """
[[table]]
to = "coverage"
file = "c.csv"
columns = { source = "s", first = "f", last = "l", lag_days = "g", grain = "r" }
codes.grain = { D = "dayly" }
"""
    assert "codes.grain maps to 'dayly'. grain is one of day, week, month. Did you mean 'day'?" in refused(mapping, tmp_path)


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ("[source.court]\nfirst = 2015-01-01\n", "says what the source covers without last, lag_days, grain."),
        ('[source.court]\nfirst = 2015-01-02\nlast = 2015-01-01\nlag_days = 0\ngrain = "day"\n', "ends before it begins."),
        ('[source.court]\nfirst = 2015-01-01\nlast = 2015-01-01\nlag_days = -1\ngrain = "day"\n', "lag_days is below 0."),
        ('[source.court]\nowner = "x"\n', "[source.court]: does not say what it covers."),
    ],
)
def test_a_source_that_says_half_of_what_it_covers_is_refused(tmp_path: Path, block: str, sentence: str) -> None:
    assert sentence in refused(block, tmp_path)


def test_an_open_end_needs_a_column_of_ends(tmp_path: Path) -> None:
    mapping = '[[table]]\nto = "event"\nfile = "a.csv"\nopen = "9999-12-31"\n'
    mapping += 'columns = { person_id = "p", day = "d" }\nset = { kind = "k", source = "jail" }\n'

    assert "open needs a column for an end." in refused(mapping, tmp_path, **{"a.csv": "p,d\n007,2020-01-01\n"})


def test_a_header_that_is_one_name_asks_for_its_delimiter(tmp_path: Path) -> None:
    told = refused("", tmp_path, **{"event.csv": "person_id|kind|day|source\n007|arrest|2020-01-01|jail\n"})

    assert "Is its delimiter '|'? Declare it in records.toml." in told


def test_a_constant_source_that_nothing_declares_is_refused(tmp_path: Path) -> None:
    mapping = '[[table]]\nto = "event"\nfile = "a.csv"\ncolumns = { person_id = "p", day = "d" }\nset = { kind = "k", source = "jial" }\n'

    text = refused(mapping, tmp_path, **{"a.csv": "p,d\n007,2020-01-01\n"})

    assert text == "a.csv: set.source is 'jial', which no coverage declares. Declared: jail. Did you mean 'jail'?"


def test_files_and_columns_that_are_not_there_are_refused_with_what_is(tmp_path: Path) -> None:
    mapping = """
[[table]]
to = "event"
file = "arests.csv"
columns = { person_id = "p", day = "d" }
set = { kind = "k", source = "jail" }
[[table]]
to = "event"
file = "arrests.csv"
columns = { person_id = "pid", day = "Day" }
set = { kind = "k", source = "jail" }
"""
    text = refused(mapping, tmp_path, **{"arrests.csv": "p_id,day\n007,2020-01-01\n"})

    assert "[[table]] 1: 'arests.csv' is not there. There: arrests.csv, person.csv. Did you mean 'arrests.csv'?" in text
    assert "arrests.csv: has no column 'pid', which is to fill person_id. Found: p_id, day. Did you mean 'p_id'?" in text
    assert "arrests.csv: has no column 'Day', which is to fill day. Found: p_id, day. Did you mean 'day'?" in text


def test_a_file_outside_the_folder_cannot_be_named(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("p,d\n007,2020-01-01\n")
    (tmp_path / "in").mkdir()
    mapping = '[[table]]\nto = "event"\nfile = "../secret.csv"\ncolumns = { person_id = "p", day = "d" }\nset = { kind = "k", source = "jail" }\n'

    assert "'../secret.csv' is not there." in refused(mapping, tmp_path / "in")


def test_a_mapping_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")

    for name, sentence in (("none.toml", "cannot be read"), ("bytes.toml", "is not UTF-8 text")):
        with pytest.raises(Refused, match=sentence):
            read_mapping(tmp_path / name)


@pytest.mark.parametrize(
    "word", ["'; DROP TABLE person; --", '"; SELECT 1; --', "{{ 7 * 7 }}", "=1+1", "<script>alert(1)</script>", "$(id)", "%s%n", "\\' OR 1=1"]
)
def test_hostile_words_of_a_mapping_and_a_file_stay_words(tmp_path: Path, word: str) -> None:
    quoted = "'''" + word + "'''"
    text = word.replace('"', '""')
    mapping = f"""
[[table]]
to = "event"
file = "a.csv"
columns = {{ person_id = {quoted}, day = "d", kind = "k" }}
set = {{ source = "jail" }}
codes.kind = {{ {toml_key(word)} = {quoted} }}
"""
    records = county(tmp_path, mapping, **{"a.csv": f'"{text}",d,k\n007,2020-01-01,"{text}"\n'})

    assert [(row["kind"], row["source"]) for row in rows(records, "event")] == [(word, "jail")]
    assert len(rows(records, "person")) == 2


def toml_key(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def day(year: int, month: int, day_of_month: int) -> int:
    return day_of(date(year, month, day_of_month))
