"""The notebook on places and cut-offs runs, and what its text says of the numbers is what they are."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from evaluation.report import notebook
from evaluation.shipped import shipped

NOTEBOOK = shipped("notebooks/places_and_cutoffs.ipynb")


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    executed = notebook.run(NOTEBOOK, {}, declared={}, out=tmp_path_factory.mktemp("places") / "done")
    return nbformat.read(executed, as_version=4).cells


def printed(cells, containing: str) -> str:
    """What the first cell that holds some words printed or gave back, as text."""
    cell = next(cell for cell in cells if cell.cell_type == "code" and containing in cell.source)
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def printed_last(cells, source: str) -> str:
    """What the cell gave back that holds these words alone."""
    (cell,) = (cell for cell in cells if cell.cell_type == "code" and cell.source == source)
    return "".join(output["data"]["text/plain"] for output in cell.outputs)


def numbers(table: str, name: str) -> list[float]:
    """The numbers on the first line of a table that holds a name, after it."""
    line = next(line for line in table.splitlines() if re.search(rf"(^|\s){re.escape(name)}\s", line))
    return [float(word) for word in re.findall(r"(?<!\S)-?\d+(?:\.\d+)?(?!\S)", line.split(name, 1)[1])]


def text(cells) -> str:
    return " ".join(" ".join(cell.source for cell in cells if cell.cell_type == "markdown").split())


def test_it_is_kept_without_outputs():
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]

    assert len(cells) > 40 and not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def test_every_picture_is_drawn_with_its_words(cells):
    pictures = [output for cell in cells for output in cell.get("outputs", []) if 'role="img"' in output.get("data", {}).get("text/html", "")]

    assert len(pictures) == 12
    assert all(re.search('aria-label="[^"]{40,}"', picture["data"]["text/html"]) for picture in pictures)
    assert not any("nan" in re.search('aria-label="([^"]*)"', picture["data"]["text/html"]).group(1) for picture in pictures)


def test_twenty_one_states_adopted_and_one_alone_in_2006(cells):
    counts = [int(word) for word in printed(cells, "runpy").splitlines()[-1].split()[1:]]

    assert counts == [29, 1, 13, 4, 2, 1] and sum(counts[1:]) == 21 and "21 of 50 states" in text(cells)


def test_the_comparison_with_states_that_never_adopt_weighs_most(cells):
    table = printed_last(cells, "parts")
    weight = numbers(table, "with never")[0]
    assert round(100 * weight) == 89 and "89 % of the weight" in text(cells) and "0 weigh below 0" in table


def test_estimators_agree_on_a_third_and_none_can_tell_it_from_nothing(cells):
    table = printed_last(cells, "beside")
    rows = [numbers(table, name) for name in ("group and time", "interaction-weighted", "imputation", "fixed effects")]

    assert all(round(row[0], 1) == 0.3 and row[2] < 0 < row[3] for row in rows) and "about .3 more homicides" in text(cells)


def test_what_could_be_seen_and_what_dealing_out_gives(cells):
    table = printed(cells, "did.detectable")
    could = float(table.splitlines()[1].split()[0])
    *_, p = numbers(table, "group and time")

    assert f"{could:.2f}" == "0.56" and "no less than .56" in text(cells) and p > 0.05


def test_a_drift_as_large_as_the_effect_would_have_been_missed_one_time_of_five(cells):
    table = printed(cells, "honest.drift()")
    power, slope, looks = (float(word) for word in next(line for line in table.splitlines() if " 0.8" in line).split()[1:])

    assert (power, round(slope, 2), round(looks, 2)) == (0.8, 0.11, 0.28)
    assert "drift of .11 a year" in text(cells) and "look like .28" in text(cells)
    effect = float(re.search(r"0 to 3: (0\.\d+)", printed_last(cells, "honest")).group(1))
    assert looks > effect and "Not told from none even if" in printed_last(cells, "honest")


def test_texas_ranks_first_over_its_misfit_ninth_by_the_ratio_and_not_at_all_by_changes(cells):
    told = printed(cells, "built.beside")
    own, changes = (" ".join(line for line in told.splitlines() if line.startswith(row)) for row in ("0 ", "2 "))  # a wide table is broken
    effect, _, _, p, _, by_ratio = (float(word) for word in re.findall(r"(?<!\S)-?\d+\.\d+", own))

    assert round(effect, -3) == 21_000 and "about 21,000 men" in text(cells)
    assert (p, by_ratio) == (0.02, 0.18) == (1 / 50, 9 / 50)
    assert "first of 50 (p = .02)" in text(cells) and "ninth (p = .18)" in text(cells) and "49 of 50 are" in text(cells)
    assert changes.count("NaN") == 2 and "inf" in changes and "fits too badly" in changes and "no limits and no p" in text(cells)


def test_sixteen_years_of_one_state_have_no_limits(cells):
    assert "No limits" in printed(cells, "series.interrupted(") and "below 24 periods" in text(cells)


def test_winning_moves_the_votes_by_about_18_points(cells):
    table = printed_last(cells, "jump")
    jump, honest = numbers(table, "jump"), numbers(table, "honest to bends")

    assert round(jump[0]) == 18 and honest[2] > 10 and "About 18 points, and never below 10" in text(cells)
    p = re.search(r"above as below \(p = (0\.\d+)", str([cell.get("outputs") for cell in cells]))
    assert p is not None and p.group(1) == "0.12" and "(p = .12), and which way" in text(cells)
    window = numbers(printed(cells, "local_randomisation"), "difference in the window")
    assert window[2] > 0


def test_the_design_says_the_same_in_words(cells):
    assert "more homicides a year for every 100,000 people" in printed(cells, "castle.toml")
    assert "we cannot tell yet" in printed(cells, "castle.toml")
    assert "group_time" in printed(cells, "told := finding.answer.estimate")


def test_a_frame_is_asked_the_same_and_answers_as_the_design(cells):
    said = printed(cells, "ev.ask(")

    assert "about 0.3 more homicides" in said and "we cannot tell yet" in said and "taken on trust" in said
