"""`betteroff init` drafts a mapping from headers and shapes; what the files do not tell stays a question, and no value of a person is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot import exp

from evaluation.records import connect, draft
from evaluation.records.guesses import columns_of, date_format, table_of
from evaluation.records.mapping import parse_mapping
from evaluation.records.toml import read
from evaluation.terms import Refused

BOOKING = "{n},j{person},Smith{n},{birth},{sex},{book},{release}\n"
HEADER = "jms_booking_id,jms_person_id,name,dob,gender,book_dt,release_dt\n"


def bookings(rows: int = 60) -> str:
    return HEADER + "".join(
        BOOKING.format(
            n=n,
            person=n,
            birth=f"{1 + n % 12}/{1 + n % 28}/{1960 + n % 40}",
            sex="X" if n < 3 else "MF"[n % 2],
            book=f"{1 + n % 12}/{1 + n % 28}/2019",
            release="12/31/9999" if n % 4 == 0 else f"{1 + n % 12}/{1 + n % 28}/2020",
        )
        for n in range(rows)
    )


def test_a_draft_is_a_mapping_and_reads_the_files_once_its_questions_are_answered(tmp_path: Path) -> None:
    (tmp_path / "bookings.csv").write_text(bookings())
    text = draft(tmp_path)

    for question in ("first = 2015-01-01", "last = 2023-12-31", "lag_days = 0", 'grain = "day"', "inclusive_end = true"):
        assert f"# {question}" in text
        text = text.replace(f"# {question}", question)
    (tmp_path / "records.toml").write_text(text)
    records = connect(tmp_path)

    assert [(each.reason, each.column, each.rows) for each in records.quality.set_aside] == [
        ("unknown code", "sex", 3),
        ("orphan", "person_id", 3),
    ]
    assert {row["sex"] for row in records.engine.fetch(exp.select("sex").from_("person")).to_pylist()} == {"male", "female"}


def test_an_unanswered_draft_is_sound_toml_and_refused_with_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "bookings.csv").write_text(bookings())
    (tmp_path / "records.toml").write_text(draft(tmp_path))

    with pytest.raises(Refused, match=r"no source says what it covers|does not say what it covers"):
        connect(tmp_path)


def test_a_draft_guesses_tables_columns_formats_and_open_ends(tmp_path: Path) -> None:
    (tmp_path / "bookings.csv").write_text(bookings())

    spell, person = parse_mapping(read(draft(tmp_path), "records.toml"), "records.toml").table

    assert (spell.to, spell.date_format, spell.open) == ("spell", "%m/%d/%Y", "12/31/9999")
    assert dict(spell.columns) == {"person_id": "jms_person_id", "start": "book_dt", "stop": "release_dt"}
    assert dict(spell.set) == {"kind": "bookings", "source": "bookings"}
    assert (person.to, dict(person.columns)) == ("person", {"person_id": "jms_person_id", "birth": "dob", "sex": "gender"})
    assert dict(person.codes) == {"sex": {"F": "female", "M": "male"}}


def test_a_draft_holds_no_value_of_a_person(tmp_path: Path) -> None:
    (tmp_path / "bookings.csv").write_text(bookings())
    (tmp_path / "noheader.csv").write_text("007,Garcia,1980-01-01\n008,Lopez,1980-01-02\n")

    text = draft(tmp_path)

    assert not any(word in text for word in ("Smith", "j1", "Garcia", "007", "1980-01-01", '"X"'))
    assert "# 1 code of sex is held by fewer than 11 rows, and not shown." in text
    assert "# noheader.csv: its first line does not look like column names." in text


def test_dates_that_can_be_read_in_two_ways_are_asked_about(tmp_path: Path) -> None:
    (tmp_path / "stays.csv").write_text("PersonalID,EntryDate,ExitDate\np1,01/02/2020,03/04/2020\n")

    text = draft(tmp_path)

    assert "# ? How does EntryDate write its dates?" in text
    assert '\n# date_format = "%m/%d/%Y"' in text


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["2020-01-31", "2020-02-01 10:00:00"], ""),
        (["1/31/2020", "02/01/2020"], "%m/%d/%Y"),
        (["31.1.2020", "01.02.2020"], "%d.%m.%Y"),
        (["1/31/2020 9:05", "02/01/2020 10:00"], "%m/%d/%Y %H:%M"),
        (["31-Jan-2020"], "%d-%b-%Y"),
        (["20200131", "20200201"], "%Y%m%d"),
        (["01/02/2020"], None),  # January or February
        (["31/01/2020", "01/31/2020"], None),  # both orders in one column
        (["1/31/2020", "31-1-2020"], None),
        (["1/31/20"], None),  # which century
        (["20201331"], None),
        (["43831"], None),
        (["soon"], None),
        ([], None),
    ],
)
def test_a_date_format_is_guessed_only_when_it_cannot_be_read_in_two_ways(values: list[str], form: str | None) -> None:
    assert date_format(values) == form


@pytest.mark.parametrize(
    ("header", "table"),
    [
        (["jms_person_id", "book_dt", "release_dt"], "spell"),
        (["PersonalID", "EntryDate", "ExitDate", "ProjectID"], "service"),
        (["client_id", "DOB", "Gender"], "person"),
        (["MemberID", "Service_Date", "Paid_Amount", "procedure code"], "cost"),
        (["defendant_id", "disposition_date", "disposition"], "event"),
        (["PersonalID", "HouseholdID"], "family"),
        (["colour", "shape"], None),
    ],
)
def test_a_table_is_guessed_from_names_that_counties_use(header: list[str], table: str | None) -> None:
    assert table_of(columns_of(header)) == table


def test_a_file_that_fits_no_table_or_cannot_be_read_becomes_a_comment(tmp_path: Path) -> None:
    (tmp_path / "shapes.csv").write_text("colour,shape\nred,round\n")
    (tmp_path / "nul.csv").write_bytes(b"person_id,day\n\0,\n")
    (tmp_path / "quote.csv").write_text('person_id,day\n"a,2020-01-01\n')

    text = draft(tmp_path)

    assert "# ? shapes.csv: which table is this?" in text
    assert "# Its columns are colour, shape." in text
    assert "# nul.csv, line 2: holds a NUL byte." in text
    assert "# quote.csv: a quote does not pair." in text
    assert parse_mapping(read(text, "records.toml"), "records.toml").table == ()


def test_a_file_that_fits_no_table_comes_with_an_entry_to_fill(tmp_path: Path) -> None:
    rows = "".join(f"{n},Zoe{n},{1 + n % 12}/{13 + n % 15}/2020,{'12/31/9999' if n % 2 else ''},{'WL'[n % 2]}\n".replace(",", "|") for n in range(40))
    (tmp_path / "ledger.csv").write_text("Ref|Whom|Seen|Until|Result\n" + rows)

    text = draft(tmp_path)

    skeleton = text[text.index("# ? ledger.csv: which table is this?") :]
    for line in (
        "# Its columns are Ref, Whom, Seen, Until, Result.",
        "# Dates stand in Seen, Until.",
        "# Result holds 2 different values, so it may be a kind.",
        "# [[table]]",
        '# file = "ledger.csv"',
        '# delimiter = "|"',
        '# date_format = "%m/%d/%Y"',
        '# open = "12/31/9999"',
        '# columns = { person_id = "?", kind = "?", start = "?", stop = "Until" }',
    ):
        assert line in skeleton.splitlines()
    assert "Zoe" not in text
    block = skeleton[skeleton.index("# [[table]]") : skeleton.index("# ? No file lists")]
    entry = parse_mapping(read(block.replace("# ", ""), "records.toml"), "records.toml").table[0]
    assert (entry.to, entry.file, entry.delimiter) == ("spell", "ledger.csv", "|")


def test_an_entry_to_fill_reads_a_sources_own_ids_through_the_crosswalk(tmp_path: Path) -> None:
    (tmp_path / "ledger.csv").write_text("LOCAL_ID,Seen\nh1,2020-01-31\n")

    block = draft(tmp_path)
    entry = parse_mapping(read(block[block.index("# [[table]]") : block.index("# ? No file lists")].replace("# ", ""), "r"), "r").table[0]

    assert (entry.columns["person_id"], entry.ids) == ("LOCAL_ID", "source")


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["ClientNo", "REL_DT"], {"person_id": "ClientNo", "day": "REL_DT"}),
        (["CII_NO", "DrawDate"], {"person_id": "CII_NO", "day": "DrawDate"}),
        (["SID", "EnterDate", "REL_DT"], {"person_id": "SID", "start": "EnterDate", "stop": "REL_DT"}),
        (["MRN", "LOCAL_ID"], {"person_id": "MRN", "source_id": "LOCAL_ID"}),
    ],
)
def test_headings_that_counties_use_are_known(header: list[str], columns: dict[str, str]) -> None:
    assert columns_of(header) == columns


def test_m_and_f_are_sexes_in_a_column_of_sexes_alone(tmp_path: Path) -> None:
    (tmp_path / "charges.csv").write_text(
        "client_id,filing_date,severity\n" + "".join(f"c{n},2020-01-{1 + n % 28:02},{'FM'[n % 2]}\n" for n in range(40))
    )

    [entry] = parse_mapping(read(draft(tmp_path), "records.toml"), "records.toml").table

    assert dict(entry.codes) == {"kind": {"F": "F", "M": "M"}}


def test_a_column_of_a_few_values_that_is_not_used_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "lottery.csv").write_text(
        "client_id,draw_date,Result\n" + "".join(f"c{n},2020-01-{1 + n % 28:02},{'WL'[n % 2]}\n" for n in range(40))
    )

    assert "# ? Does Result tell kinds of rows apart?  It holds 2 different values." in draft(tmp_path)


def test_a_crosswalk_declares_the_sources_that_it_names_and_not_itself(tmp_path: Path) -> None:
    rows = "".join(f"{'jms' if n % 2 else 'court system'},l{n},c{n}\n" for n in range(40))
    (tmp_path / "linkage.csv").write_text("source_system,local_id,client_id\n" + rows)
    (tmp_path / "links.csv").write_text("local_id,client_id\n" + "".join(f"l{n},c{n}\n" for n in range(40)))

    text = draft(tmp_path)

    assert [line for line in text.splitlines() if line.startswith("[source.")] == ['[source."court system"]', "[source.jms]"]
    assert "# ? Which source's own ids are these?" in text


def test_questions_that_stand_open_are_counted(tmp_path: Path) -> None:
    (tmp_path / "person.csv").write_text("person_id\n007\n")
    (tmp_path / "records.toml").write_text("# ? one\n# two\n# ? three\n")

    assert connect(tmp_path).quality.warnings == ("records.toml: 2 questions of its draft are still open: lines with '# ?'.",)


def test_a_canonical_file_needs_no_entry(tmp_path: Path) -> None:
    (tmp_path / "person.csv").write_text("person_id,birth\n007,1980-01-01\n")

    assert "# person.csv is a canonical table already, and is read as it is." in draft(tmp_path)


def test_other_encodings_and_delimiters_are_drafted(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes("client_id;dob;ciudad\nñ1;1980-01-31;Peñasco\n".encode("cp1252"))

    entry = parse_mapping(read(draft(tmp_path), "records.toml"), "records.toml").table[0]

    assert (entry.encoding, entry.delimiter, entry.date_format) == ("cp1252", ";", None)


@pytest.mark.parametrize("name", ['client_id"]\nevil = "1', "client_id\\", "client_id\t\x7f", "client id", "client_id\u2028#"])
def test_hostile_column_names_stay_words_of_the_draft(tmp_path: Path, name: str) -> None:
    escaped = name.replace('"', '""')
    (tmp_path / "people.csv").write_text(f'"{escaped}",dob,client_id\na,1980-01-31,b\n')

    mapping = parse_mapping(read(draft(tmp_path), "records.toml"), "records.toml")

    assert [entry.to for entry in mapping.table] == ["person"]
    assert set(mapping.table[0].columns.values()) <= {name, "dob", "client_id"}


def test_a_place_without_csv_files_is_refused(tmp_path: Path) -> None:
    for place, sentence in ((tmp_path, "holds no CSV file"), (tmp_path / "nowhere", "is not a folder")):
        with pytest.raises(Refused, match=sentence):
            draft(place)
