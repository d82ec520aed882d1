"""What a notebook is told is declared and typed, and is checked before anything runs."""

import json
from datetime import date, datetime

import numpy as np
import pytest

from evaluation.report import parameters
from evaluation.report.parameters import FINDING, Parameter
from evaluation.terms import Refused

DECLARED = {
    "runs": Parameter(int, "how many runs", 40),
    "caliper": Parameter(float, "the widest match", 0.2),
    "challenged": Parameter(bool, "whether challenges run", False),
    "county": Parameter(str, "the county"),
    "today": Parameter(date, "the day", date(2026, 1, 31)),
}


def checked(**given):
    return parameters.checked({"county": "Bayview", **given}, DECLARED)


def test_what_is_not_given_has_its_default():
    assert checked() == {"runs": 40, "caliper": 0.2, "challenged": False, "county": "Bayview", "today": date(2026, 1, 31)}


def test_parameters_come_in_the_declared_order_whatever_order_they_were_given_in():
    assert list(parameters.checked({"today": date(2026, 1, 1), "county": "x", "runs": 1}, DECLARED)) == list(DECLARED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("runs", True),
        ("runs", 3.0),
        ("runs", "3"),
        ("runs", np.int64(3)),
        ("caliper", np.float64(0.1)),
        ("caliper", float("nan")),
        ("caliper", float("inf")),
        ("caliper", False),
        ("challenged", 1),
        ("challenged", np.bool_(True)),
        ("challenged", "true"),
        ("county", 7),
        ("county", np.str_("Bayview")),
        ("county", ["Bayview"]),
        ("today", datetime(2026, 1, 31, 12)),
        ("today", "31/01/2026"),
        ("today", 20454),
    ],
)
def test_a_value_of_another_type_is_refused(name, value):
    with pytest.raises(Refused, match=f"parameter '{name}'.* does not fit. It must be "):
        checked(**{name: value})


def test_a_whole_number_will_do_where_a_number_is_asked_for():
    value = checked(caliper=1)["caliper"]

    assert value == 1.0 and type(value) is float


def test_a_date_may_be_an_iso_text():
    assert checked(today="2026-02-28")["today"] == date(2026, 2, 28)


def test_a_misspelt_name_gets_the_nearest_right_one():
    with pytest.raises(Refused, match=r"parameter 'runz': is not declared. Did you mean 'runs'\?"):
        checked(runz=3)


def test_a_name_that_is_code_is_refused():
    with pytest.raises(Refused, match="is not declared"):
        checked(**{"x=1; import os; os.system('id') #": 1})


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(Refused) as refused:
        parameters.checked({"runz": 1, "caliper": "wide", "challenged": 0}, DECLARED)

    assert len(refused.value.problems) == 4  # and the county is missing


def test_a_refused_value_is_not_repeated():
    with pytest.raises(Refused) as refused:
        checked(runs="Maria Lopez, born 1984")

    assert "Maria" not in str(refused.value)


def test_what_is_written_is_read_back_with_its_types(tmp_path):
    values = checked(county='Ñ "quoted" \\ {braces} $5\n', runs=3, caliper=1, today=date(2024, 2, 29))
    (tmp_path / "p.json").write_text(parameters.text(values), encoding="utf-8")

    back = parameters.read(tmp_path / "p.json", DECLARED)

    assert back == values
    assert [type(value) for value in back.values()] == [type(value) for value in values.values()]


@pytest.mark.parametrize("content", ["", "[1]", "{", '{"county": '])
def test_a_file_that_is_not_a_json_object_is_refused(tmp_path, content):
    (tmp_path / "p.json").write_text(content)

    with pytest.raises(Refused, match="It must be a JSON object with: runs, caliper"):
        parameters.read(tmp_path / "p.json", DECLARED)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        parameters.read(tmp_path / "nowhere.json", DECLARED)


def test_a_file_is_checked_like_any_other_input(tmp_path):
    (tmp_path / "p.json").write_text(json.dumps({"design": "a.toml", "records": "r", "today": "2026-01-01", "langage": "es"}))

    with pytest.raises(Refused, match="Did you mean 'language'"):
        parameters.read(tmp_path / "p.json", FINDING)
