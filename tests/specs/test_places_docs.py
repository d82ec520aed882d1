"""The guide to places and cut-offs names all that a design can ask for, every function of the researcher's, and its numbers are true."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import evaluation as ev
from evaluation.diagnostics.few_treated import FEWEST_CLUSTERS, FEWEST_TREATED
from evaluation.methods import METHODS, autocorrelated, few
from evaluation.methods.series.comparison import FEWEST_BEFORE_A_SYNTHETIC, FEWEST_DONORS
from evaluation.methods.series.interrupted import FEWEST_BEFORE, FEWEST_POINTS
from evaluation.methods.series.placebos import FEWEST
from evaluation.methods.threshold.anderson_rubin import STRONG
from evaluation.methods.threshold.running import FEWEST_SCORES
from evaluation.study import load
from tests.golden.did_data import castle

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "places.md").read_text(encoding="utf-8")
ROOMS = ("did", "series", "threshold", "monitor")
RESULTS: dict[str, tuple[Any, ...]] = {
    "did.group_time": (ev.did.GroupTimes, ev.did.Path),
    "did.decomposition": (ev.did.Decomposed,),
    "did.side_by_side": (ev.did.Beside,),
    "series.synthetic": (ev.series.SyntheticPlace,),
    "series.interrupted": (ev.series.Line,),
    "threshold.discontinuity": (ev.threshold.Discontinuity,),
    "threshold.density": (ev.threshold.Density,),
    "monitor.disparities": (ev.monitor.Disparities,),
    "monitor.trend": (ev.monitor.Trend,),
}
UNTOLD = {"shown", "note", "axis", "freedom", "std_error", "began"}  # what a result is made of


def table(head: str) -> list[list[str]]:
    """The rows of the guide's table whose first column is called so."""
    lines = GUIDE[GUIDE.index(f"\n| {head} |") :].lstrip("\n").split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`\.?([a-z_.]+)`", cell)


def test_every_estimator_of_these_methods_has_its_row_under_its_method() -> None:
    told = {(quoted(row[0])[0], quoted(row[1])[0]) for row in table("`estimator`")}

    assert told == {(estimator, room) for room in ROOMS for estimator in METHODS[room].estimators}


def test_every_function_of_the_researcher_is_told() -> None:
    there = {f"{room}.{name}" for room in ROOMS for name in getattr(ev, room).__all__ if name[0].islower()}

    assert {quoted(row[0])[0] for row in table("function")} == there


@pytest.mark.parametrize("function", RESULTS)
def test_every_method_of_a_result_is_told_and_there(function: str) -> None:
    told = set(re.findall(r"`\.([a-z_]+)`", next(row[1] for row in table("function") if row[0] == f"`{function}`")))
    results = RESULTS[function]
    there = {word for one in results for word in vars(one) if word[0] != "_" and word not in UNTOLD | set(one.__dataclass_fields__)}

    assert told | {"frame"} == there | {"frame"}


def test_the_design_at_the_top_is_one_that_the_lint_accepts(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", GUIDE, flags=re.DOTALL)
    design = (ROOT / "examples" / "castle" / "castle.toml").read_text(encoding="utf-8")
    head, tail = design[: design.index("[[question]]")], design[design.index("[release]") :]
    (tmp_path / "asked.toml").write_text(f"{head}{block}\n{tail}", encoding="utf-8")

    (question,) = load(tmp_path / "asked.toml").questions
    assert (question.method, question.aggregate, question.inference.by) == ("did", "dynamic", "randomisation")


def test_the_example_runs_and_prints_tables() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
    said = StringIO()
    with redirect_stdout(said):
        exec(compile(example, "docs/places.md", "exec"), {})

    assert "two-way fixed effects  0.0694" in said.getvalue() and "relative_magnitudes" in said.getvalue()


def test_the_castle_laws_differ_by_estimator_as_is_said() -> None:
    told = ev.did.side_by_side(castle().frame, unit="unit", period="year", outcome="y", adopted="first").frame["effect"].round(4).tolist()

    sentence = GUIDE[GUIDE.index("On the castle laws") :].split(":")[0]
    assert sorted(told) == sorted(float(number) for number in re.findall(r"\.\d{4}", sentence))
    assert max(told) - min(told) > told[0]


def test_sizes_measured_by_hand_are_those_that_the_code_holds() -> None:
    said = [" ".join(line.split()) for line in (few.__doc__ or "").splitlines()]
    rows = table("clusters, reached")
    assert len(rows) == 5 and all(" ".join(row) in line for row in rows for line in said if line.startswith(row[0]))
    assert all(any(line.startswith(row[0]) for line in said) for row in rows)
    series = " ".join((autocorrelated.__doc__ or "").split())
    assert all(" ".join(row) in series for row in table("points"))


def test_the_least_that_is_needed_is_what_the_code_needs() -> None:
    said = " ".join(GUIDE.split())

    assert f"fewer than {FEWEST_TREATED} clusters on either side, or {FEWEST_CLUSTERS} in all" in said
    assert f"Below {FEWEST_POINTS} points, or {FEWEST_BEFORE} before the day" in said
    assert f"fewer than {FEWEST_BEFORE_A_SYNTHETIC} periods before the day, or {FEWEST_DONORS} donors" in said
    assert f"fewer than {FEWEST} give no interval" in said
    assert f"fewer than {FEWEST_SCORES} distinct values" in said and f"F of {STRONG} or more" in said


@pytest.mark.parametrize("row", table("what"), ids=lambda row: row[0][:40])
def test_every_tolerance_stands_in_the_file_that_is_named(row: list[str]) -> None:
    source = (ROOT / row[-1].strip("`")).read_text(encoding="utf-8")
    numbers = {float(number) for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e-\d+)?", source)}

    assert {float(cell) for cell in row[2:4] if cell != "-"} <= numbers


def test_files_that_are_named_are_there() -> None:
    for name in re.findall(r"`((?:tests|evaluation)/[\w/]+\.py)`", GUIDE):
        assert (ROOT / name).exists(), name
    assert (ROOT / "notebooks" / "places_and_cutoffs.ipynb").exists()
