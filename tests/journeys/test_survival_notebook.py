"""The notebook on events in time runs, and what its text says of the numbers is what they are."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from evaluation.report import notebook
from evaluation.shipped import shipped

NOTEBOOK = shipped("notebooks/survival.ipynb")


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    executed = notebook.run(NOTEBOOK, {}, declared={}, out=tmp_path_factory.mktemp("survival") / "done")
    return nbformat.read(executed, as_version=4).cells


def printed(cells, containing: str) -> str:
    """What the cell that holds some words printed or gave back, as text."""
    (cell,) = (cell for cell in cells if cell.cell_type == "code" and containing in cell.source)
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def numbers(table: str, name: str) -> list[float]:
    """The numbers on the first line of a table that holds a name, after it."""
    line = next(line for line in table.splitlines() if re.search(rf"(^|\s){re.escape(name)}\s", line))
    return [float(word) for word in re.findall(r"(?<!\S)-?\d+(?:\.\d+)?(?!\S)", line.split(name, 1)[1])]


def text(cells) -> str:
    """All that is said between the cells, on one line."""
    return " ".join(" ".join(cell.source for cell in cells if cell.cell_type == "markdown").split())


def test_it_is_kept_without_outputs():
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]

    assert len(cells) > 30 and not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def test_every_picture_is_drawn_with_its_words(cells):
    pictures = [output for cell in cells for output in cell.get("outputs", []) if 'role="img"' in output.get("data", {}).get("text/html", "")]

    assert len(pictures) == 5
    assert all("95 %" in picture["data"]["text/html"] for picture in pictures)


def test_aid_gave_two_weeks_and_the_range_holds_nothing(cells):
    mean, _, low, high = numbers(printed(cells, "free.time_free("), "given aid less control")

    assert "two weeks more" in text(cells)
    assert round(mean) == 2 and low < 0 < high
    assert 0.05 < numbers(printed(cells, "free.test("), "log-rank")[-1] < 0.055  # "just short of .05"


def test_hazards_are_not_proportional_by_age_in_numbers_and_in_words(cells):
    table = printed(cells, "ratios.proportional()")
    statistic, _, p, over_time = numbers(table, "age")

    assert (round(statistic, 1), round(p, 3)) == (6.0, 0.015) and "6.0 on one degree of freedom, p = .015" in text(cells)
    assert over_time < 0  # "being older protects more as the year goes on"
    assert max(numbers(table, "wexp")[2], numbers(table, "all")[2]) < 0.05
    assert round(numbers(printed(cells, "ratios = survival"), "age")[0], 2) == 0.94
    assert "That of 'age' falls as time goes on" in printed(cells, "arrests = ev.FrameTimes(")


def test_the_average_over_the_men_tells_the_difference_that_aid_makes(cells):
    table = printed(cells, "ratios.standardised(")
    ends = [[float(word) for word in line.split()[-5:]] for line in table.splitlines() if " 52 " in line or " 52.0 " in line]

    assert len(ends) == 3 and ends[1][1] - ends[0][1] == pytest.approx(ends[2][1], abs=2e-4)
    assert 0 < ends[2][1] < 0.15


def test_arrests_of_those_offered_a_place_come_less_often_by_a_test_too(cells):
    statistic, df, p = numbers(printed(cells, "numbers.test()"), "pseudo-score")

    assert (df, round(p, 2)) == (1, 0.02) and statistic > 3.84


def test_the_naive_share_is_twice_the_right_one_and_turns_the_sexes_round(cells):
    table = printed(cells, "WRONG: 1 - Kaplan-Meier")
    women, men = ([float(word) for word in line.split()[-2:]] for line in table.splitlines() if " 240.0 " in line)

    assert all(0.09 < right < 0.11 and 0.18 < wrong < 0.24 for right, wrong in (women, men))
    assert women[0] > men[0] and women[1] < men[1]
    assert numbers(printed(cells, 'both.test("malignancy")'), "Gray")[-1] > 0.2


def test_men_die_more_so_that_fewer_have_it_though_as_many_of_the_living_do(cells):
    table = printed(cells, "given = {")
    alive, death, of_all = (numbers(table, name)[0] for name in ("malignancy, of those still alive", "death, of those still alive", "(Fine-Gray)"))

    assert 0.9 < alive < 1.1 and death > 1.4 and of_all < 0.8


def test_entry_gives_what_everybody_would_have_given_and_without_it_the_answer_is_wrong(cells):
    lines = printed(cells, "WRONG: those met, without entry").split("\n\n")
    first = [line.split() for line in lines[0].splitlines()[1:]]
    second = [line.split() for line in lines[1].splitlines()[1:]]
    for (_, _, everybody, wrong), (_, right, low, high) in zip(first, second, strict=True):
        assert float(wrong) > float(everybody) + 0.1
        assert float(low) < float(everybody) < float(high) and abs(float(right) - float(everybody)) < 0.04


def test_the_share_who_never_return_lies_below_where_the_curve_stands(cells):
    never, still = map(float, re.findall(r"0\.\d+", printed(cells, "never = survival.cure(").splitlines()[0]))

    assert 0.55 < never < still


def test_the_operation_seems_to_save_three_of_four_and_does_nothing_when_asked_rightly(cells):
    table = printed(cells, "WRONG: ever against never")
    wrong, moving, landmark = (numbers(table, name)[0] for name in ("ever", "transplant", "served"))

    assert 0.2 < wrong < 0.3 and 0.9 < landmark < 1.2 and 0.9 < moving < 1.2


def test_the_two_curves_lie_nearer_each_other_than_the_design_finds(cells):
    lines = [line.split() for line in printed(cells, "numbers.at([").splitlines() if " 365.0 " in line]
    apart = float(lines[1][3]) - float(lines[0][3])
    table = printed(cells, "finding.answer.question.measure")

    assert round(apart, 2) == -0.10 and round(numbers(table, "entropy_balancing")[0], 2) == -0.23
    assert ".23 times fewer a person" in text(cells) and "the two curves, .10 times" in text(cells)
    assert "of every 100 people" in printed(cells, "navigation_when.toml")
