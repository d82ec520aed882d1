"""The guide to costs names every column, basis, purse, estimator and function there is, and what it says is refused is."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from books_by_hand import JAIL, VISIT

import evaluation as ev
from evaluation.diagnostics.arms import FEWEST_EVENTS
from evaluation.methods import METHODS
from evaluation.methods.mean.results import BenefitCost, Budget, Ledger, Worthwhile
from evaluation.outcomes.cost import brought, factor
from evaluation.outcomes.cost.book import VIEWS, whole
from evaluation.outcomes.cost.prices import shipped
from evaluation.records.contract import BASES, CONTRACT
from evaluation.study import load
from evaluation.terms import Basis, Censored, Money, Refused, UnitCost
from evaluation.terms.words import Adjust
from synthetic import WORLDS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "costs.md").read_text(encoding="utf-8")
DESIGN = ROOT / "designs" / "bayview" / "navigation_costs_by_lot.toml"
RESULTS: dict[str, Any] = {"worth": Worthwhile, "ledger": Ledger, "budget": Budget, "benefit_cost": BenefitCost}
UNTOLD = {"shown", "note"}  # how a table prints itself


def table(head: str) -> list[list[str]]:
    """The rows of the guide's table whose first column is called so."""
    lines = GUIDE[GUIDE.index(f"\n| {head} |") :].lstrip("\n").split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def named(head: str) -> list[str]:
    """The words in code of its first column."""
    return [row[0].strip("`") for row in table(head)]


# ------------------------------------------------------------------------------------------------ what is told
def test_every_column_of_a_book_is_told_in_its_order() -> None:
    assert tuple(named("`column`")) == CONTRACT["unit_cost"].names


def test_every_basis_and_every_purse_is_told_with_who_pays() -> None:
    assert set(named("`basis` | answers")) == set(BASES) == set(get_args(Basis))
    assert {name: tuple(row[1].split(", ")) for name, row in zip(named("`perspective`"), table("`perspective`"), strict=True)} == dict(VIEWS)


def test_every_estimator_of_a_mean_is_told() -> None:
    assert set(named("`estimator`")) == METHODS["mean"].estimators


def test_every_function_of_the_researcher_is_told_with_the_methods_of_its_result() -> None:
    assert set(named("function")) == set(ev.cost.__all__)
    for name, row in zip(named("function"), table("function"), strict=True):
        result = RESULTS.get(name)
        there = {word for word in vars(result) if word[0] != "_" and word not in UNTOLD | set(result.__dataclass_fields__)} if result else set()
        assert set(re.findall(r"`\.([a-z]+)`", row[1])) == there, name


def test_the_question_at_the_top_is_one_that_the_lint_accepts(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", GUIDE, flags=re.DOTALL)
    design = DESIGN.read_text(encoding="utf-8")
    head, tail = design[: design.index("[[question]]")], design[design.index("[release]") :]
    (tmp_path / "asked.toml").write_text(f"{head}{block}\n{tail}", encoding="utf-8")

    (question,) = load(tmp_path / "asked.toml").questions
    assert question.money == Money(2024, "invented_2024", "long_run_marginal", "county", 0.03) and question.priced == "recidivism/arrest"


def test_the_example_runs_and_prints_its_tables() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
    said = StringIO()
    with redirect_stdout(said):
        exec(compile(example, "docs/costs.md", "exec"), {})

    assert "difference" in said.getvalue() and "People who start, by year: 100, 150, 150" in said.getvalue()


def test_numbers_of_the_guide_are_those_of_the_code() -> None:
    said = " ".join(GUIDE.split())

    assert f"a dollar of 2021 is {factor(2021, 2024):.3f} dollars of 2024" in said
    assert f"ships for {min(shipped().years)} to {max(shipped().years)}" in said
    assert f"With fewer than {FEWEST_EVENTS} people in an arm who cost anything" in said
    assert Censored().adjust == "ipcw" and "nothing" in get_args(Adjust) and 'censored = { adjust = "nothing" }' in said
    assert Money(2024).discount == 0.03 and "1/1.03 at 3 %" in said


# ------------------------------------------------------------------------------------------------ what is refused
def _county(tables: dict[str, pd.DataFrame], **money: Any) -> None:
    """Asks the design's first question of these records; a question that is not answered is refused by its problems."""
    study = ev.but(load(DESIGN), question=0, alone=True, per=None, money=Money(2024, "invented_2024", **money))
    (found,) = ev.evaluate(study, ev.connect(tables))
    raise Refused(*found.answer.refused)


def _records() -> dict[str, pd.DataFrame]:
    world = WORLDS["lottery"].but(systems=("justice", "shelter"))
    return dict(world.records(world.live(world.people(120, seed=0), world.as_run)))


def _without_a_basis() -> None:
    records = _records()
    book = records["unit_cost"]
    _county(records | {"unit_cost": book[(book["service"] != "jail_day") | (book["basis"] == "average")]}, basis="short_run_marginal")


def _of_nothing_on_record() -> None:
    records = _records()
    book = records["unit_cost"]
    _county(records | {"unit_cost": book[book["service"] == "jail_day"].assign(kind="wardship")})


def _of_two_years() -> None:
    people = pd.DataFrame({"served": np.arange(40) % 2, "days": np.arange(40) % 7})
    ev.cost.ledger(people, served="served", units={JAIL.service: "days"}, book=(JAIL, replace(VISIT, price_year=JAIL.price_year - 1)))


def _book(*lines: UnitCost) -> Callable[[], object]:
    return lambda: whole(lines)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "a charge": (_book(replace(JAIL, basis="charge")), "at a charge"),
    "a line without a price year": (_book(replace(JAIL, price_year=0)), "without a price year"),
    "one service in the dollars of two years": (_book(JAIL, replace(JAIL, price_year=2021)), "the dollars of two years"),
    "a cost below 0": (_book(replace(JAIL, cost=-1.0, low=-1.0)), "below 0"),
    "a cost outside its own range": (_book(replace(JAIL, high=JAIL.cost / 2)), "outside low to high"),
    "two services that price the same rows": (_book(JAIL, replace(JAIL, service="bed")), "counted twice"),
    "stays by the contact": (_book(replace(JAIL, unit="contact")), "a unit that their rows do not have"),
    "one line twice": (_book(JAIL, JAIL), "twice for one payer"),
    "a year that the index does not hold": (lambda: brought((JAIL,), 1990), "holds no 1990"),
    "a ledger of two years' dollars": (_of_two_years, "Dollars of two years are not added"),
    "a basis that a service of the book does not have": (_without_a_basis, "they would cost nothing"),
    "a book of which no row is on record": (_of_nothing_on_record, "cannot be told from not recorded"),
}


@pytest.mark.parametrize("asked", named("asked"))
def test_what_the_guide_says_is_refused_is(asked: str) -> None:
    act, words = REFUSED[asked]

    with pytest.raises(Refused) as refused:
        act()
    assert words in str(refused.value)


# ------------------------------------------------------------------------------------------------ what was checked
@pytest.mark.parametrize("row", table("what"), ids=lambda row: row[0][:40])
def test_every_tolerance_stands_in_the_file_that_is_named(row: list[str]) -> None:
    source = (ROOT / row[-1].strip("`")).read_text(encoding="utf-8")
    numbers = {float(number) for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e-\d+)?", source)}

    assert {float(cell) for cell in row[2:4] if cell != "-"} <= numbers


def test_files_that_are_named_are_there() -> None:
    for name in re.findall(r"`((?:tests|evaluation)/[\w/]+\.py)`", GUIDE):
        assert (ROOT / name).exists(), name
    assert all((ROOT / "docs" / name).exists() for name in re.findall(r"\]\((\w+\.md)\)", GUIDE))
    assert (ROOT / "notebooks" / "cost_per_client.ipynb").exists()
