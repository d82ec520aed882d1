"""Which line of a TOML text each word stands on."""

from __future__ import annotations

import pytest

from evaluation.records.toml import read
from evaluation.terms import Refused

TEXT = '''\
# a comment with [brackets] and key = "value"
title = { en = "one", "es" = 'two' }

[cohort]                                       # line 4
starts = { event = [
    "release", # not "this"
    "discharge # 7",
], which = "first" }
between = [2019-01-01, 2020-12-31 10:00:00]
note = """three
quotes ] and a = 1
"""
after = 1
dotted.key . "with blank" = 'C:\\'

[cohort.assigned]
by = "lot"

[[question]]
horizon = { days = 364 }
[[question]]
outcome = "a"
  [question.inference]
  by = "exact"
[question.deep.er]
x = \'\'\'[[not a table]]\'\'\'
[[question.list]]
y = [[1, 2], [
  3]]
[[question.list]]
z = 1'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("title", "en"), 2),
        (("title", "es"), 2),
        (("cohort",), 4),
        (("cohort", "starts", "event"), 5),
        (("cohort", "starts", "event", 0), 6),
        (("cohort", "starts", "event", 1), 7),
        (("cohort", "starts", "which"), 8),
        (("cohort", "between", 1), 9),
        (("cohort", "note"), 10),
        (("cohort", "after"), 13),
        (("cohort", "dotted"), 14),
        (("cohort", "dotted", "key", "with blank"), 14),
        (("cohort", "assigned", "by"), 17),
        (("question",), 19),
        (("question", 0), 19),
        (("question", 0, "horizon", "days"), 20),
        (("question", 1), 21),
        (("question", 1, "outcome"), 22),
        (("question", 1, "inference", "by"), 24),
        (("question", 1, "deep", "er", "x"), 26),
        (("question", 1, "list", 0, "y", 1), 28),
        (("question", 1, "list", 0, "y", 1, 0), 29),
        (("question", 1, "list", 1, "z"), 31),
    ],
)
def test_a_word_stands_on_the_line_where_it_is_written(path: tuple[str | int, ...], line: int) -> None:
    assert read(TEXT, "design").lines[path] == line


@pytest.mark.parametrize(
    ("path", "line"),
    [(("cohort", "assigned", "withheld"), 16), (("question", 1, "horizon", "days"), 21), (("cohort", "between", 5), 9), (("county",), 1)],
)
def test_a_word_that_is_not_written_stands_where_its_table_begins(path: tuple[str | int, ...], line: int) -> None:
    assert read(TEXT, "design").line(path) == line


def test_windows_line_ends_and_a_byte_order_mark_move_no_line() -> None:
    plain, windows = read(TEXT, "design"), read("\ufeff" + TEXT.replace("\n", "\r\n"), "design")

    assert windows.lines == plain.lines
    assert windows.values == plain.values


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = 1\nb = = 2", "design:2: This is not valid TOML at column 5: invalid value."),
        ("a = 1\n\na = 2\nb = 3", "design:3: This is not valid TOML at column 6: a key or a table is given twice."),
        ("[a]\n[b]\n[a]\n", "design:3: This is not valid TOML at column 3: a key or a table is given twice."),
        ("a = [1,\n2", "design:2: This is not valid TOML at the end of the file: a list is not closed with ]."),
        ("[a]\nb = 1\n[a.b]\n", "design:3: This is not valid TOML at column 5: a key or a table is given twice."),
        ("a = { b = 1", "design:1: This is not valid TOML at the end of the file: a table is not closed with }."),
        ("a = 1 2", "design:1: This is not valid TOML at column 7: something follows a value on its line."),
        ("a", "design:1: This is not valid TOML at the end of the file: a key is not followed by =."),
        ("a = 2019-02-30", "design:1: This is not valid TOML at column 5"),
        ("a = '\x07'", "design:1: This is not valid TOML at column 6: found invalid character '\\x07'."),
        ("a = " + "[\n" * 5000, "design:1: Tables and lists are nested too deeply."),
        ("a = " + "[\n" * 20 + "]\n" * 20, "design:13: Tables and lists are nested too deeply."),
        ("a = [\n" + "0x" + "f" * 1900 + ",\n" + "9" * 1900 + "]\n" + "b = = 1", "design:4: This is not valid TOML"),
        ("x = 1\n" + ".".join("a" * 20) + " = 1", "design:2: Tables and lists are nested too deeply."),
        ("[" + ".".join("a" * 20) + "]", "design:1: Tables and lists are nested too deeply."),
        ("x = 1\na = 0" + ".0" * 2000, "design:2: The line is 4,005 characters long. A line holds at most 4,000."),
    ],
)
def test_text_that_cannot_be_read_is_refused_in_one_sentence_with_its_line(text: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text, "design")

    assert len(refused.value.problems) == 1
    assert str(refused.value).startswith(says)
