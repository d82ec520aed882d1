"""Somebody brings a book of unit costs with one mistake in it, and is told by `betteroff check` and `betteroff run`, with its count."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from evaluation.__main__ import check, run
from evaluation.terms import Refused
from synthetic import WORLDS, write

ASKED = """
title = { en = "What services cost" }
county = "bayview"
programme = "reentry_navigation"

[cohort]
between = [2019-01-01, 2020-12-31]
clock = "eligibility"
lookback_days = 365
starts = { event = "release", which = "first" }
assigned = { by = "lot", offered = "lot:reentry_navigation", withheld = "lot:no_reentry_navigation" }

[[question]]
outcome = "cost_per_client/priced"
horizon = { months = 12 }
method = "randomized"
worthwhile = -100.0
money = { price_year = 2022, book = "invented_2024" }
"""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred and twenty people as files."""
    folder = tmp_path_factory.mktemp("county") / "records"
    world = WORLDS["lottery"]
    write(world.records(world.live(world.people(120, seed=2), world.as_run)), folder)
    return folder


def changed(county: Path, there: Path, **cells: object) -> Path:
    """The county with other cells in its first two lines that price a day in jail on average; a first cell None: without the book."""
    folder = there / "records"
    shutil.copytree(county, folder)
    book = pd.read_csv(folder / "unit_cost.csv", dtype=str)
    rows = book.index[(book["service"] == "jail_day") & (book["basis"] == "average")]
    for name, value in cells.items():
        book.loc[rows[: value[0]], name] = value[1]  # type: ignore[index]  # a pair: how many of the lines, and what stands there
    book.to_csv(folder / "unit_cost.csv", index=False)
    return folder


def design(there: Path, *pairs: tuple[str, str]) -> Path:
    text = ASKED
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file = there / "cost.toml"
    file.write_text(text, encoding="utf-8")
    return file


MISTAKES: dict[str, tuple[dict[str, object], str]] = {
    "a charge": ({"basis": (2, "charge")}, "book 'invented_2024': holds 2 lines (jail_day) at a charge. What is billed is not what a service costs"),
    "no price year": ({"price_year": (1, "")}, "book 'invented_2024': holds 1 line (jail_day) without a price year."),
    "two price years": (
        {"price_year": (1, "2023"), "payer": (2, "county")},
        "book 'invented_2024': prices 1 service (jail_day) in the dollars of two years for one payer and basis.",
    ),
    "a cost below 0": ({"cost": (1, "-4"), "low": (1, "-5")}, "book 'invented_2024': holds 1 line (jail_day) at a cost below 0"),
    "a cost with a dollar sign": ({"cost": (1, "$2,400")}, "A number is digits alone, with a point before cents: 2400.50, without a dollar sign"),
    "a payer in capitals": ({"payer": (1, "Federal")}, "payer is one of county, state, federal, managed_care, other."),
    "a year that is none": ({"price_year": (2, "24")}, "table 'unit_cost': 2 lines of it cannot be used"),
    "a cost in words": ({"cost": (2, "dear")}, "table 'unit_cost': 2 lines of it cannot be used (2 lines: cost is no number of the right kind"),
    "an unknown unit": ({"unit": (2, "night")}, "table 'unit_cost': 2 lines of it cannot be used (2 lines: unit holds a code that is not declared)"),
    "a year that the index does not hold": ({"price_year": (2, "1999")}, "prices: the price index holds no 1999. It holds 2010 to 2024"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_book_with_a_mistake_is_refused_by_check(what: str, county: Path, tmp_path: Path) -> None:
    cells, said = MISTAKES[what]

    with pytest.raises(Refused) as refused:
        check([design(tmp_path)], changed(county, tmp_path, **cells), None, None)

    assert said in str(refused.value)


def test_a_run_says_the_same_and_answers_nothing(county: Path, tmp_path: Path) -> None:
    folder = changed(county, tmp_path, cost=(1, "-4"), low=(1, "-5"))

    with pytest.raises(Refused, match=r"book 'invented_2024': holds 1 line \(jail_day\) at a cost below 0"):
        run([design(tmp_path)], folder, tmp_path / "out", None)

    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").rglob("*.html"))


QUESTIONS = {
    "an unknown book": (("invented_2024", "invented_2042"), "the records hold no book 'invented_2042'. Their books are invented_2024. Did you mean"),
    "a year to come": (("price_year = 2022", "price_year = 2031"), "the price index holds no 2031. It holds 2010 to 2024"),
}


@pytest.mark.parametrize("what", QUESTIONS)
def test_a_question_that_the_records_cannot_price_is_refused_by_check(what: str, county: Path, tmp_path: Path) -> None:
    pair, said = QUESTIONS[what]

    with pytest.raises(Refused) as refused:
        check([design(tmp_path, pair)], county, None, None)

    assert said in str(refused.value)


def test_records_without_any_book_say_how_one_is_brought(county: Path, tmp_path: Path) -> None:
    folder = changed(county, tmp_path)
    (folder / "unit_cost.csv").unlink()

    with pytest.raises(Refused, match=r"the records hold no table of unit costs\. A book is a file unit_cost\.csv"):
        check([design(tmp_path)], folder, None, None)


def test_a_service_without_a_price_of_the_basis_asked_for_is_named(county: Path, tmp_path: Path) -> None:
    folder = changed(county, tmp_path, basis=(2, "long_run_marginal"), department=(2, "other"))

    with pytest.raises(Refused, match=r"has no average cost of 1 service \(jail_day\)\. By this basis they would cost nothing"):
        check([design(tmp_path)], folder, None, None)


def test_a_purse_that_pays_nothing_of_the_book_is_told(county: Path, tmp_path: Path) -> None:
    folder = tmp_path / "records"
    shutil.copytree(county, folder)
    book = pd.read_csv(folder / "unit_cost.csv", dtype=str).assign(payer="managed_care")
    book["fund"] = [f"fund {row}" for row in range(len(book))]
    book.to_csv(folder / "unit_cost.csv", index=False)

    with pytest.raises(Refused, match=r"holds no line that county, state, federal pays, and the perspective is 'government'"):
        check([design(tmp_path)], folder, None, None)


def test_a_slip_in_a_kind_is_told_with_the_kind_that_was_meant(county: Path, tmp_path: Path) -> None:
    folder = tmp_path / "records"
    shutil.copytree(county, folder)
    book = pd.read_csv(folder / "unit_cost.csv", dtype=str)
    book.assign(kind=book["kind"].replace("custody", "custdy")).to_csv(folder / "unit_cost.csv", index=False)

    with pytest.raises(Refused) as refused:
        check([design(tmp_path)], folder, None, None)

    said = "line 'jail_day' prices 'custdy' of the table 'spell', of which there is no row. There are rows of 'custody', which no line prices."
    assert f"{said} Did you mean 'custody'?" in str(refused.value)


def test_the_county_as_it_is_passes(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check([design(tmp_path)], county, None, None)

    assert "the design is in order" in capsys.readouterr().out
