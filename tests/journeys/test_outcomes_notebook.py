"""The notebook on what counts as better off runs, and what its text says of the numbers is what they are."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from evaluation.outcomes import OUTCOMES
from evaluation.report import notebook
from evaluation.shipped import shipped

NOTEBOOK = shipped("notebooks/outcomes.ipynb")
NUMBER = r"(?<!\S)-?\d+(?:\.\d+)?(?!\S)"


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    executed = notebook.run(NOTEBOOK, {}, declared={}, out=tmp_path_factory.mktemp("outcomes") / "done")
    return nbformat.read(executed, as_version=4).cells


def printed(cells, containing: str) -> str:
    """What the first cell that holds some words printed or gave back, as text."""
    cell = next(cell for cell in cells if cell.cell_type == "code" and containing in cell.source)
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def printed_last(cells, source: str) -> str:
    """What the cell gave back that holds these words alone."""
    (cell,) = (cell for cell in cells if cell.cell_type == "code" and cell.source == source)
    return "".join(output["data"]["text/plain"] for output in cell.outputs)


def numbers(table: str, *names: str) -> list[float]:
    """The numbers on the first line of a table that holds these words, after the last of them."""
    held = [line for line in table.splitlines() if all(re.search(rf"(^|\s){re.escape(name)}(\s|$)", line) for name in names)]
    line = next((line for line in held if line.split()[0] == names[0]), held[0])  # a row may name another that it is the same as
    return [float(word) for word in re.findall(NUMBER, line.split(names[-1], 1)[1])]


def text(cells) -> str:
    return " ".join(" ".join(cell.source for cell in cells if cell.cell_type == "markdown").split())


def test_it_is_kept_without_outputs():
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]

    assert len(cells) > 25 and not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def test_every_picture_is_drawn_with_its_words(cells):
    pictures = [output["data"]["text/html"] for cell in cells for output in cell.get("outputs", []) if "text/html" in output.get("data", {})]
    said = [re.search('aria-label="([^"]*)"', picture) for picture in pictures if 'role="img"' in picture]

    assert len(said) == 4
    assert all(words and len(words.group(1)) >= 40 and "nan" not in words.group(1) for words in said)


def test_every_definition_stands_in_the_table_of_families_once(cells):
    table = printed(cells, "FIELDS.items()")
    counts = [[int(word) for word in re.findall(r"(?<!\S)\d+(?!\S)", line)[-2:]] for line in table.splitlines()[1:]]

    assert sum(many for many, _ in counts) == len(OUTCOMES)
    assert sum(read for _, read in counts) == sum(one.verified for one in OUTCOMES.values())


def test_a_definition_says_which_way_is_better_and_what_it_misses(cells):
    said = printed(cells, 'card(OUTCOMES["recidivism/bscc_arrest"])')

    assert "Better: fewer." in said and "Not counted: " in said and "Rivals: " in said


def test_all_definitions_are_read_and_those_left_out_say_why(cells):
    table, left_out = printed(cells, "def level("), printed(cells, 'people.attrs["left out"].items()')

    assert len(table.splitlines()) > 20 and "NaN" not in table
    assert len(left_out.splitlines()) == 6 and all("holds no row of" in line for line in left_out.splitlines())


def test_one_question_runs_from_two_to_forty_three_of_a_hundred_by_its_definition(cells):
    table = printed(cells, "ev.multiverse(study")
    levels = [float(word) for word in re.search(r"runs from (\S+) % to (\S+) %", table).groups()]

    assert [round(level) for level in levels] == [2, 43] and "between 2 and 43" in text(cells)
    arrest, booking, conviction, offence, prison = (
        numbers(table, f"recidivism/{name}") for name in ("arrest", "jail_booking", "conviction", "cdcr_conviction", "return_to_prison")
    )
    assert all(9 <= round(100 * -row[2]) <= 10 and row[4] < 0 for row in (arrest, booking))  # "fall by 9 or 10 of a hundred"
    assert round(100 * -conviction[2]) == 5 and conviction[4] < 0
    assert offence[3] < 0 < offence[4] and prison[3] < 0 < prison[4]


def test_the_rule_of_fourteen_days_alone_nearly_doubles_the_measure(cells):
    table = printed(cells, "returns.frame[[")
    *_, official, _, _ = numbers(table, "return_to_homelessness/hud_spm2_fy2026")
    *_, without, _, _ = numbers(table, "return_to_homelessness/no_14_days")

    assert (round(100 * official), round(100 * without)) == (26, 49) and "49 of every hundred for 26" in text(cells)
    for near in ("last_exit", "every_exit", "literally_homeless"):
        *_, share, _, _ = numbers(table, f"return_to_homelessness/{near}")
        assert 0 < abs(share - official) < 0.05


def test_a_year_that_is_not_yet_written_down_is_refused_by_the_slowest_source_that_is_named(cells):
    every, named = printed(cells, "late = ev.but(").strip().split("\n\n")

    assert every.count("not answered") == named.count("not answered") == 1
    assert "to 2023-11-02" in every and "to 2024-01-31" in named  # less 150 days of wages; less 60 of the court


def test_fewer_get_through_where_the_sheet_was_made_so_and_nowhere_else(cells):
    table = printed_last(cells, "reach")

    for stage in ("referred", "offered", "enrolled"):
        _, _, _, low, high, _ = numbers(table, f"{stage}/recorded", "es")
        assert low < 1 < high
    *_, low, high, _ = numbers(table, "completed/recorded", "es")
    assert high < 1 and "too few to tell" in table
    people = [int(word) for word in re.findall(r"(\d+)$", printed(cells, "reach.staged.stages"), flags=re.MULTILINE)]
    assert len(people) == 5 and people == sorted(people, reverse=True)


def test_each_stage_has_those_of_the_stage_before_as_its_denominator(cells):
    table = printed(cells, 'stages=["recidivism/arrest", "recidivism/conviction"]')
    arrested = numbers(table, "recidivism/arrest", "white")
    convicted = numbers(table, "recidivism/conviction", "white")

    assert convicted[0] <= arrested[0] * arrested[1] + 0.5 < arrested[0]


def test_the_scorecard_holds_its_target_against_those_served(cells):
    table = printed(cells, "scores = ev.scorecard(")
    reached, of, share = numbers(table, "recidivism/arrest")[:3]

    assert round(100 * share) == 28 == round(100 * reached / of) and "28 of a hundred" in text(cells)
    assert re.search(r"recidivism/arrest.*Probation\s+0\.25\s+no", table)
