"""`collapse` and `not_yet` in a mapping: what they take out is counted, and what they cannot mean is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.records import connect
from evaluation.records.mapping import parse_mapping
from evaluation.records.sql import c, select, table
from evaluation.records.toml import read
from evaluation.terms import Refused

COVERED = '[source.jail]\nfirst = 2020-01-01\nlast = 2023-12-31\nlag_days = 0\ngrain = "day"\n'
CHARGES = """
[[table]]
to = "event"
file = "charges.csv"
columns = { person_id = "who", day = "booked", kind = "grade", value = "points" }
set = { source = "jail" }
codes.kind = { F = "felony", M = "misdemeanour" }
"""
RANKED = CHARGES + 'collapse = ["felony", "misdemeanour"]\n'


def kept(folder: Path, mapping: str, *lines: str) -> tuple[list[tuple[object, ...]], dict[str, int]]:
    """Rows of the table event, and how many were set aside for each reason."""
    folder.mkdir(exist_ok=True)
    (folder / "person.csv").write_text("person_id\n1\n2\n")
    (folder / "charges.csv").write_text("\n".join(["who,booked,grade,points", *lines]) + "\n")
    (folder / "records.toml").write_text(COVERED + mapping)
    records = connect(folder)
    rows = records.engine.fetch(select(who=c("person_id"), day=c("day"), kind=c("kind"), value=c("value")).from_(table("event"))).to_pylist()
    return sorted((tuple(row.values()) for row in rows), key=repr), {each.reason: each.rows for each in records.quality.set_aside}


LINES = ("1,2021-03-01,M,", "1,2021-03-01,F,", "1,2021-03-01,M,", "1,2021-03-02,M,", "2,2021-03-01,M,", "2,2021-03-01,M,4")


def test_of_rows_alike_in_all_but_kind_the_first_kind_is_kept_whatever_their_order(tmp_path: Path) -> None:
    there = kept(tmp_path / "there", RANKED, *LINES)
    back = kept(tmp_path / "back", RANKED, *reversed(LINES))

    assert there == back
    assert [(who, kind, value) for who, _, kind, value in there[0]] == [
        ("1", "felony", None),
        ("1", "misdemeanour", None),
        ("2", "misdemeanour", 4),  # another value: another happening
        ("2", "misdemeanour", None),
    ]
    assert there[1] == {"collapsed": 2}


def test_without_collapse_every_line_is_a_happening(tmp_path: Path) -> None:
    rows, aside = kept(tmp_path, CHARGES, *LINES)

    assert len(rows) == 5 and aside == {"repeated": 1}


def test_a_flawed_row_takes_no_other_out(tmp_path: Path) -> None:
    rows, aside = kept(tmp_path, RANKED, "1,2021-03-01,X,", "1,2021-03-01,M,")

    assert [kind for _, _, kind, _ in rows] == ["misdemeanour"]
    assert aside == {"unknown code": 1}


def test_a_day_that_is_empty_has_not_come_yet_where_the_mapping_says_so(tmp_path: Path) -> None:
    lines = ("1,,,", "2,2021-03-01,M,")

    assert kept(tmp_path / "said", RANKED + "not_yet = true\n", *lines)[1] == {"not yet": 1}
    assert kept(tmp_path / "unsaid", RANKED, *lines)[1] == {"missing": 1}


def test_what_is_declared_away_is_no_loss_that_is_warned_of(tmp_path: Path) -> None:
    kept(tmp_path, RANKED, *LINES)

    assert not [words for words in connect(tmp_path).quality.warnings if "more than" in words]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('collapse = ["felony"]', "collapse leaves out misdemeanour."),
        (
            "not_yet = true\nset = { source = 'jail', day = 2021-01-01 }\ncolumns = { person_id = 'who', kind = 'grade' }",
            "not_yet needs a column for day.",
        ),
        ("collapse = ['felony']\ncodes = {}", "collapse needs codes.kind, or a kind in set."),
    ],
)
def test_a_mapping_that_cannot_mean_it_is_refused(words: str, sentence: str) -> None:
    lines = [
        line
        for line in (COVERED + CHARGES).splitlines()
        if not any(word.split(" ")[0] == line.split(" ")[0].split(".")[0] for word in words.splitlines())
    ]

    with pytest.raises(Refused, match=sentence.replace(".", r"\.")):
        parse_mapping(read("\n".join([*lines, words]), "records.toml"), "records.toml")


def test_people_are_no_happenings(tmp_path: Path) -> None:
    mapping = '[[table]]\nto = "person"\nfile = "p.csv"\ncollapse = ["a"]\ncolumns = { person_id = "id" }\n'

    with pytest.raises(Refused, match="collapse does not fit person"):
        parse_mapping(read(mapping, "records.toml"), "records.toml")
