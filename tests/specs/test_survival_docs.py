"""The guide to events in time names all that a design can ask for, every function of the researcher's, and its numbers are true."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from test_reporting_lag import LATEST, MATURE, TRUE, asked

from evaluation import survival
from evaluation.methods import METHODS
from evaluation.methods.survival.columns import MOST_GROUPS
from evaluation.study import load
from evaluation.terms import Adjust, Left, Measure, TimeScale
from tests.golden.survival_data import bladder2, heart, mgus2, recid, rossi

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "survival.md").read_text(encoding="utf-8")
METHOD = METHODS["survival"]
CLOCK: dict[str, Any] = {"time": "durat", "event": "event"}


def table(head: str) -> list[list[str]]:
    """The rows of the guide's table whose first column is called so."""
    lines = GUIDE[GUIDE.index(f"\n| {head} |") :].lstrip("\n").split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", cell)


def firsts(head: str) -> set[str]:
    return {name for row in table(head) for name in quoted(row[0])}


@pytest.mark.parametrize(
    ("head", "words"),
    [("`measure`", Measure), ("`time`", TimeScale), ("`censored.reasons`", Left), ("`censored.adjust`", Adjust)],
)
def test_every_value_of_a_word_has_its_place_in_a_table(head: str, words: object) -> None:
    assert firsts(head) == set(get_args(words))


def test_whose_effects_and_which_errors_are_those_of_the_method() -> None:
    assert firsts("`estimand`") == METHOD.estimands
    assert firsts("`estimator`") == METHOD.estimators
    assert firsts("`inference.by`") == METHOD.inference


def test_every_function_of_the_researcher_is_told_and_every_method_named_is_there() -> None:
    functions = {name for name in survival.__all__ if name[0].islower()}
    assert firsts("function") == functions
    for row in table("function"):
        results = {"curves": survival.Curves, "mean_numbers": survival.Numbers, "cox_regression": survival.Ratios, "subdistribution": survival.Slopes}
        for name in re.findall(r"`\.([a-z_]+)`", row[1]):
            assert hasattr(results[quoted(row[0])[0]], name)


def test_every_method_of_a_result_is_told() -> None:
    said = {quoted(row[0])[0]: set(re.findall(r"`\.([a-z_]+)`", row[1])) for row in table("function")}
    for name, result in {"curves": survival.Curves, "mean_numbers": survival.Numbers, "cox_regression": survival.Ratios}.items():
        there = {word for word in vars(result) if word[0] != "_" and word not in {"shown", "note"} and word not in result.__dataclass_fields__}
        assert said[name] - {"frame"} == there - {"frame"}


def test_what_is_said_of_the_notebook_s_people_is_so() -> None:
    cells = (ROOT / "notebooks" / "survival.ipynb").read_text(encoding="utf-8")
    where = {row[1]: row[4] for row in table("trap")}
    assert [kind for kind, place in where.items() if place == "the notebook"] == ["`mgus2`", *list(where)[1:3], "Rossi", "an invented county"]
    assert "bladder" not in cells and all((ROOT / place.strip("`")).exists() for place in where.values() if place != "the notebook")


def test_the_design_at_the_top_is_one_that_the_lint_accepts(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", GUIDE, flags=re.DOTALL)
    design = (ROOT / "designs" / "bayview" / "navigation_when.toml").read_text(encoding="utf-8")
    head, tail = design[: design.index("[[question]]")], design[design.index("[release]") :]
    (tmp_path / "asked.toml").write_text(f"{head}{block}\n{tail}", encoding="utf-8")

    (question,) = load(tmp_path / "asked.toml").questions
    assert (question.method, question.measure, question.censored.reasons) == ("survival", "time_free", ("moved_away", "records_end"))


def test_the_example_runs_and_prints_tables() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
    said = StringIO()
    with redirect_stdout(said):
        exec(compile(example, "docs/survival.md", "exec"), {})

    assert "0.7068" in said.getvalue() and "over_time" in said.getvalue()


def test_so_many_curves_can_be_told_apart() -> None:
    assert f"more than {MOST_GROUPS} curves" in GUIDE


def told(trap: str) -> list[float]:
    """The naive and the right number of a trap, and any that stands beside."""
    row = next(row for row in table("trap") if row[0].startswith(trap))
    return [float(number) for cell in row[2:4] for number in re.findall(r"-?\d*\.\d+", cell)]


def test_deaths_taken_for_losses_double_the_share() -> None:
    women = mgus2().query("sex == 'F'")
    right = survival.curves(women, time="etime", event="estatus", causes={1: "malignancy", 2: "death"}).at([240])["malignancy"]
    naive = 1 - survival.curves(women.assign(only=women["estatus"] == 1), time="etime", event="only").at([240])["survival"]

    assert told("deaths taken for losses") == [round(naive.item(), 3), round(right.item(), 3)]


def test_time_before_an_operation_makes_it_look_as_if_it_saved_people() -> None:
    ever = heart().groupby("id").agg(stop=("stop", "max"), event=("event", "max"), transplant=("transplant", "max")).reset_index()
    naive = survival.cox_regression(ever, time="stop", event="event", covariates=["transplant"])
    right = survival.cox_regression(heart(), time="stop", event="event", entry="start", person="id", covariates=["transplant"])

    assert told("time before an operation") == [round(fit.frame["ratio"].item(), 2) for fit in (naive, right)]


def test_a_caseload_counted_from_its_starts_looks_steadier_than_it_is() -> None:
    men = recid().assign(met=np.random.default_rng(1).integers(0, 60, len(recid())))
    caseload = men[men["durat"] > men["met"]]
    ways = survival.curves(caseload, **CLOCK), survival.curves(caseload, entry="met", **CLOCK), survival.curves(men, **CLOCK)

    assert told("a caseload") == [round(curves.at([60])["survival"].item(), 3) for curves in ways]


def test_errors_that_ignore_whose_events_they_are_are_too_small() -> None:
    rows = bladder2()
    covariates = ["rx", "number", "size"]
    naive = survival.cox_regression(rows, time="stop", event="event", entry="start", covariates=covariates).frame["std_error"].iloc[0]
    right = survival.recurring(rows, person="id", start="start", stop="stop", event="event", covariates=covariates).frame["std_error"].iloc[0]

    assert told("errors of a rate") == [round(naive, 3), round(right, 3)]


def test_a_last_quarter_not_all_on_record_makes_the_share_look_low() -> None:
    naive, right = asked(LATEST, 0).estimate, asked(MATURE, 92).estimate

    assert naive is not None and right is not None
    assert told("a last quarter") == [round(naive.compared.mean, 3), round(right.compared.mean, 3)] and round(TRUE, 3) == 0.364


def test_the_slope_of_age_changes() -> None:
    fitted = survival.cox_regression(rossi(), time="week", event="arrest", covariates=["fin", "age", "race", "wexp", "mar", "paro", "prio"])
    rows = fitted.proportional().set_index("name")

    assert told("one ratio of hazards") == [round(float(pd.to_numeric(rows.loc["age", "p"])), 3)]
