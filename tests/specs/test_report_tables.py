"""Findings for the next program: the same bytes, ten digits, a provenance beside every number, and nothing a spreadsheet runs."""

import csv
import io
import json

import pytest
from report_bundle import HOSTILE, PROVENANCE, TITLE, answer, few, released, second, unanswered

from evaluation.report import tables
from evaluation.report.language import plain


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_json_holds_each_finding_in_words_and_its_tables():
    whole = json.loads(tables.findings_json(released(answer(), second())))

    headline, further = whole["findings"]
    assert headline["title"] == TITLE
    assert set(headline["sentences"]) == {"en", "es"}
    assert further["question"]["outcome"] == "custody_days/recorded"
    assert headline["provenance"] == {"study": PROVENANCE.study, "records": PROVENANCE.records, "version": PROVENANCE.version}
    assert set(whole["tables"]) == {*headline["tables"], *further["tables"]}


def test_json_numbers_have_the_digits_in_which_they_may_leave():
    whole = json.loads(tables.findings_json(released(answer(effect=-1 / 12))))

    (effect,) = (table for name, table in whole["tables"].items() if name.endswith(": effect"))
    assert effect["rows"][0]["effect"] == -0.0833


def test_json_is_the_same_each_time_and_sorted():
    text = tables.findings_json(released(answer(), second()))

    assert text == tables.findings_json(released(answer(), second()))
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    assert "Ayuda económica" in text


def test_a_finding_is_one_line_of_csv():
    lines = rows(tables.findings_csv(released(answer(), unanswered("The records end too early."))))

    assert [line["verdict"] for line in lines] == ["provisional", "not answered"]
    assert [line["effect"] for line in lines] == ["-0.0833", ""]
    assert [line["n_served"] for line in lines] == ["216", ""]


def test_every_number_stands_beside_its_provenance():
    lines = rows(tables.numbers_csv(released(answer(), second())))

    assert {line["study"] for line in lines} == {PROVENANCE.study}
    assert {line["records"] for line in lines} == {PROVENANCE.records}
    assert {line["version"] for line in lines} == {PROVENANCE.version}
    assert [line["value"] for line in lines if line["table"].endswith("364_days_randomized: arms") and line["column"] == "events"] == ["48", "66"]


def test_a_hidden_count_is_in_no_file():
    bundle = released(few())

    for text in (tables.findings_json(bundle), tables.findings_csv(bundle), tables.numbers_csv(bundle)):
        assert "0.02777" not in text  # 6 of 216
        assert "-0.1111" not in text  # 6 of 216 against 30 of 216
    values = {line["value"] for line in rows(tables.numbers_csv(bundle)) if line["column"] == "events"}
    assert values == {"hidden", "30"}


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1+1", "'=1+1"),
        ("\r=1+1", "'=1+1"),
        ("\u200b=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("-5", "-5"),
        ("+5.25", "+5.25"),
        ("-1e-05", "-1e-05"),
        ("a=1", "a=1"),
        (-0.1234567890123, "-0.123456789"),
        (-0.0, "0.0"),
        (7, "7"),
        (None, ""),
        (float("nan"), ""),
        (float("inf"), ""),
    ],
)
def test_a_cell_is_a_number_or_text_that_no_spreadsheet_runs(given, written):
    assert tables._cell(given) == written


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_label_stays_one_cell(hostile):
    bundle = released(answer(rule=hostile))

    (cell,) = (line["value"] for line in rows(tables.numbers_csv(bundle)) if line["column"] == "rule" and line["row"] == "2")

    assert cell.removeprefix("'") == plain(hostile)
    assert not cell.startswith(("=", "+", "-", "@"))


def test_lines_end_as_on_every_machine():
    assert "\r" not in tables.findings_csv(released(answer())) + tables.numbers_csv(released(answer()))
