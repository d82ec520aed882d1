"""The notebook on what a client costs runs, and what its text says of the numbers is what they are."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from evaluation.report import notebook
from evaluation.shipped import shipped

NOTEBOOK = shipped("notebooks/cost_per_client.ipynb")
NUMBER = r"(?<!\S)-?\d[\d,]*(?:\.\d+)?(?!\S)"


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    executed = notebook.run(NOTEBOOK, {}, declared={}, out=tmp_path_factory.mktemp("costs") / "done")
    return nbformat.read(executed, as_version=4).cells


def printed(cells, containing: str) -> str:
    """What the first cell that holds some words printed or gave back, as text."""
    cell = next(cell for cell in cells if cell.cell_type == "code" and containing in cell.source)
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def numbers(table: str, *names: str) -> list[float]:
    """The numbers on the first line of a table that holds these words, after the last of them."""
    line = next(line for line in table.splitlines() if all(re.search(rf"(^|\s){re.escape(name)}(\s|$)", line) for name in names))
    return [float(word.replace(",", "")) for word in re.findall(NUMBER, line.split(names[-1], 1)[1])]


def dollars(words: str) -> list[float]:
    return [float(word.replace(",", "")) for word in re.findall(r"\$(-?[\d,]+(?:\.\d+)?)", words)]


def text(cells) -> str:
    return " ".join(" ".join(cell.source for cell in cells if cell.cell_type == "markdown").split())


def test_it_is_kept_without_outputs():
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]

    assert len(cells) > 30 and not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def test_every_picture_is_drawn_with_its_words(cells):
    pictures = [output["data"]["text/html"] for cell in cells for output in cell.get("outputs", []) if "text/html" in output.get("data", {})]
    said = [re.search('aria-label="([^"]*)"', picture) for picture in pictures if 'role="img"' in picture]

    assert len(said) == 4
    assert all(words and len(words.group(1)) >= 40 and "nan" not in words.group(1) for words in said)


def test_a_price_of_an_earlier_year_is_brought_to_the_later_by_the_index(cells):
    was, now = dollars(printed(cells, "cost.prices()"))
    later, earlier = re.search(r"x (\S+) / (\S+) =", printed(cells, "cost.prices()")).groups()

    assert now == pytest.approx(was * float(later) / float(earlier), abs=0.005)


def test_what_is_no_cost_is_refused_all_at_once(cells):
    said = printed(cells, 'cost.book(folder / "wrong.csv")').strip().splitlines()

    for words in ("at a charge", "without a price year", "at a cost below 0", "a day of one is a day of the other"):
        assert sum(words in line for line in said) == 1


def test_one_person_costs_by_hand_what_the_ruler_says_and_row_by_row_a_week_of_jail_more(cells):
    table = printed(cells, "by hand ${")
    by_hand, ruler, row_by_row = dollars(table)

    assert by_hand == ruler
    lasted, units, price, _, told = numbers(table, "jail_day")
    assert units == told and row_by_row - by_hand == (lasted - units) * price > 0


def test_six_estimators_agree_and_the_middle_finds_next_to_nothing(cells):
    table = printed(cells, "WRONG: difference of medians")
    names = ("difference of means", "regression", "doubly robust", "two-part (logit, gamma)", "gamma, log link", "Poisson, log link")
    told = [numbers(table, name) for name in names]

    assert all(low < other[0] < high for _, low, high in told for other in told) and "Six estimators" in text(cells)
    assert abs(numbers(table, "winsorised at the 99th percentile")[0] - told[0][0]) < 0.1 * abs(told[0][0])
    medians, logs = (numbers(table, f"WRONG: {name}")[0] for name in ("difference of medians", "of exp(mean of logs)"))
    assert (round(told[0][0], -2), round(medians, -1), round(logs, -1)) == (-400, -20, -60)
    assert "of 400 dollars they find 20, or 60" in text(cells)


def test_the_naive_mean_of_bills_cut_short_is_a_quarter_too_low_and_the_weighted_one_right(cells):
    table = printed(cells, "cost.censored_mean(")
    [truth] = dollars(table)

    for name in ("weighted, by period", "weighted, by those seen to the end"):
        value, _, low, high = numbers(table, name)
        assert low < truth < high and abs(value / truth - 1) < 0.02
    for name in ("those seen to the end alone", "all as far as seen"):
        assert 0.23 < 1 - numbers(table, name)[0] / truth < 0.28
    assert "a quarter too low" in text(cells)


def test_parts_of_the_ledger_add_up_to_what_the_design_found(cells):
    table, said = printed(cells, "cost.ledger_of("), printed(cells, "findings = ev.evaluate(")
    rows = [line.split() for line in table.splitlines() if " True " in line or " False " in line]
    total = sum(float(row[-3]) for row in rows if row[-4] == "True" and row[0] != "all")

    assert total == pytest.approx(numbers(table, "counts", "True")[0], abs=0.01)
    assert round(total) == int(re.search(r"about ([\d,]+) more dollars", said).group(1).replace(",", ""))
    sheriff = [[float(word) for word in row[-3:]] for row in rows if row[0] == "sheriff"]
    assert [round(-sum(column)) for column in zip(*sheriff, strict=True)][:2] == [330, 30]
    assert "330 dollars a person, at once 30" in text(cells)


def test_a_ratio_is_told_with_fieller_and_none_where_there_is_no_gain(cells):
    table = printed(cells, "arrest = cost.worth(")
    ratio, low, high = numbers(table, "Fieller", "(1954)")

    assert low < ratio < high and numbers(table, "difference", "outcome")[2] < 0
    assert "No cost of a unit is told" in printed(cells, 'outcome="units shelter_night"')


def test_it_breaks_even_at_a_fifth_of_its_price_and_a_pod_closes_after_thousands(cells):
    table = printed(cells, "cost.break_even(")
    own, even = numbers(table, "its", "own", "price")[0], numbers(table, "pays for itself")[0]

    assert 0.18 < even / own < 0.25 and numbers(table, "until one closes")[0] > 2_000


def test_what_is_bought_anew_costs_its_whole_price_by_every_basis(cells):
    table = printed(cells, "cost.budget(who_pays")
    years = [line.split() for line in table.splitlines() if line.startswith("probation")]

    assert len(set(years[0][2:])) == 1 and float(years[0][2]) > 0


def test_benefits_hardly_ever_exceed_costs(cells):
    table = printed(cells, "cost.benefit_cost(")

    assert numbers(table, "benefits exceed costs")[0] < 0.05 and numbers(table, "benefits minus costs")[0] < 0


def test_payments_stop_at_the_cap_of_their_term(cells):
    table = printed(cells, "cost.payments(")
    *_, taken_off, paid, so_far = numbers(table, "people enrolled")

    assert paid == so_far == 250_000 and taken_off > 0
    assert dollars(table)[-1] <= 600_000


def test_cheers_has_its_28_items_and_leaves_to_the_authors_what_is_theirs(cells):
    table = printed(cells, "cheers = ")

    assert len(re.findall(r"^\d+\s+\d+\s", table, flags=re.MULTILINE)) == 28
    assert table.count("For the authors") == 6 and "US dollars of 2024" in table
