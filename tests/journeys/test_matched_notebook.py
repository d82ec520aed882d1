"""The notebook on the National Supported Work data runs, and what its text says of the numbers is what they are."""

from __future__ import annotations

import nbformat
import pytest

from evaluation.report import notebook
from evaluation.shipped import shipped


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    out = tmp_path_factory.mktemp("matched") / "done"
    executed = notebook.run(shipped("notebooks/matched_comparison.ipynb"), {}, declared={}, out=out)
    return nbformat.read(executed, as_version=4).cells


def printed(cells, containing: str) -> str:
    """What the cell that holds some words printed or gave back, as text."""
    (cell,) = (cell for cell in cells if cell.cell_type == "code" and containing in cell.source)
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def row(table: str, name: str) -> list[str]:
    """The words of the first line of a printed table that has this name, without it; a wide table goes on below."""
    line = next(line for line in table.splitlines() if line.startswith(name + "  "))
    return line.removeprefix(name).split()


def test_the_experiment_and_the_careless_comparison_are_those_of_dehejia_and_wahba(cells):
    assert "1,794 dollars" in printed(cells, "print(finding)")  # 1999, table 2
    assert "from 474 more to 3,127 more" in printed(cells, "print(finding)")
    assert "'re74': 6.7, 're75': 8.9" in printed(cells, "careless =")  # "seven to nine times"
    assert "-8,498 dollars" in printed(cells, "careless =")


def test_every_answer_about_all_the_served_lies_in_the_range_of_the_experiment(cells):
    table = printed(cells, "WAYS = {")
    low, high = 474, 3_127  # as the experiment's own sentence says them
    about_all = ["nearest three", "nearest three, adjusted", "Mahalanobis within the caliper", "full matching", "entropy balancing"]
    about_all += ["inverse probability", "doubly robust", "overlap weights"]
    effects = [next(float(word) for word in row(table, name) if word.replace(".", "").replace("-", "").isdigit()) for name in about_all]

    assert all(low < effect < high for effect in effects)
    assert all(1_794 - 650 < effect < 1_794 - 100 for effect in effects)  # as the text below the table says
    assert row(table, "nearest, one each")[:2] == ["not", "answered"]
    assert "87 of 185" in printed(cells, "ev.left_out(")


def test_without_earnings_the_conditions_hold_and_the_answer_is_wrong_and_a_year_before_tells(cells):
    assert "-2,911 dollars" in printed(cells, "blinded.estimate.effect")
    placebo = printed(cells, "BEFORE = ")
    without, with_1974 = (float(row(placebo, name)[0]) for name in ("no earnings in the history", "earnings of 1974 in it"))

    assert without < -5_000 and without < 4 * with_1974 < 0
