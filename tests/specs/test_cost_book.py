"""A book of unit costs is whole or refused: everything that is wrong with it, at once, by counts and services."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from books_by_hand import ENROLMENT, HEADER, JAIL, PRICE, VISIT, as_csv

from evaluation.outcomes.cost import brought, factor, read, seen_by
from evaluation.outcomes.cost.book import unpriced_by, whole
from evaluation.terms import Refused, UnitCost

STATE = replace(JAIL, payer="state", fund="realignment", cost=20.0, low=20.0, high=20.0)
MARGINAL = replace(JAIL, basis="short_run_marginal", cost=25.0, low=20.0, high=30.0)
LONG = replace(JAIL, basis="long_run_marginal", cost=60.0, low=60.0, high=60.0)
BOOK = (JAIL, STATE, MARGINAL, VISIT, PRICE)

WRONG: dict[str, tuple[tuple[UnitCost, ...], str]] = {
    "a charge": ((replace(VISIT, basis="charge"), JAIL), r"holds 1 line \(emergency_visit\) at a charge\. What is billed"),
    "no price year": ((replace(JAIL, price_year=0), replace(STATE, price_year=0)), r"holds 2 lines \(jail_day\) without a price year\."),
    "two price years": (
        (JAIL, replace(JAIL, price_year=2021, fund="other")),
        r"1 service \(jail_day\) in the dollars of two years for one payer and basis",
    ),
    "a cost below 0": ((replace(JAIL, cost=-1.0, low=-1.0, high=-1.0),), r"holds 1 line \(jail_day\) at a cost below 0"),
    "a low above the cost": ((replace(JAIL, low=101.0),), r"1 line \(jail_day\) whose cost lies outside low to high"),
    "a high below the cost": ((replace(JAIL, high=99.0),), r"1 line \(jail_day\) whose cost lies outside low to high"),
    "a fixed share of 2": ((replace(JAIL, fixed_share=2.0),), r"1 line \(jail_day\) with a fixed share outside 0 to 1"),
    "a step below 0": ((replace(JAIL, step=-5.0),), r"1 line \(jail_day\) with a step below 0"),
    "days of an event": ((replace(VISIT, unit="day"),), r"1 line \(emergency_visit\) by a unit that their rows do not have"),
    "contacts of a spell": ((replace(JAIL, unit="contact"),), r"1 line \(jail_day\) by a unit that their rows do not have"),
    "a year of two digits": ((replace(JAIL, price_year=24),), r"1 line \(jail_day\) of a price year that is none\. It is a year of four digits"),
    "a marginal above the average": (
        (replace(JAIL, fixed_share=0.0), replace(LONG, cost=100.5, low=0.0, high=101.0)),
        r"prices 1 service \(jail_day\) at a long run marginal cost above the average\.",
    ),
    "more at once than in the long run": (
        (JAIL, MARGINAL, replace(LONG, cost=20.0, low=20.0, high=20.0)),
        r"1 service \(jail_day\) at a short run marginal cost above the long run's\.",
    ),
    "more at once than is not fixed": (
        (JAIL, replace(MARGINAL, cost=31.0, high=31.0)),
        r"1 service \(jail_day\) at a short run marginal cost above what of the average is not fixed",
    ),
    "two steps of one pod": (
        (replace(JAIL, step=100.0), replace(STATE, step=500.0)),
        r"says of 1 service \(jail_day\) that two numbers of units close one pod, ward or post",
    ),
    "an enrolment and its days": (
        (ENROLMENT, PRICE),
        r"'aid_day' prices 'aid' by the day and 'aid_place' prices 'aid' by the contact: both would be counted of one enrolment",
    ),
    "priced twice": ((JAIL, replace(JAIL, cost=110.0)), r"1 service \(jail_day\) twice for one payer, department, fund and basis"),
    "two kinds of one service": ((JAIL, replace(STATE, kind="prison")), r"says of 1 service \(jail_day\) that two kinds of rows"),
    "the same rows": (
        (JAIL, replace(JAIL, service="bed_day")),
        r"'bed_day' prices 'custody' and 'jail_day' prices 'custody' of the table 'spell': a day of one is a day of the other",
    ),
    "a part and its whole": (
        (JAIL, replace(JAIL, service="maximum_day", kind="custody:maximum")),
        r"'jail_day' prices 'custody' and 'maximum_day' prices 'custody:maximum'.*counted twice",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_book_with_a_mistake_is_refused_in_a_sentence_with_its_count(what: str) -> None:
    lines, said = WRONG[what]

    with pytest.raises(Refused, match=r"book 'b_2020': .*" + said) as refused:
        whole(lines)
    assert len(refused.value.problems) == 1


def test_a_sound_book_passes_as_it_is() -> None:
    assert whole(BOOK) == BOOK


def test_a_programme_bought_anew_costs_as_much_by_every_basis_and_what_is_not_fixed_may_be_rounded_up() -> None:
    anew = tuple(replace(PRICE, basis=basis, fixed_share=0.0) for basis in ("average", "short_run_marginal", "long_run_marginal"))
    rounded = (JAIL, replace(MARGINAL, cost=30.01, high=30.01))

    assert whole(anew) == anew
    assert whole(rounded) == rounded


def test_departments_and_funds_share_a_service_and_its_step() -> None:
    shared = (replace(JAIL, step=100.0), replace(JAIL, department="jail_health", cost=9.0, low=9.0, high=9.0), replace(JAIL, fund="other"), PRICE)

    assert whole(shared) == shared


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        whole((replace(JAIL, basis="charge", price_year=0), replace(VISIT, cost=-3.0, low=-3.0, high=-3.0)))

    assert len(refused.value.problems) == 3  # a charge, no year, a cost below 0


def test_a_file_is_read_into_typed_lines_in_an_order_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "book.csv"
    file.write_text(as_csv(*BOOK), encoding="utf-8")
    other = tmp_path / "other.csv"
    other.write_text(as_csv(*reversed(BOOK)), encoding="utf-8")

    assert set(read(file)) == set(BOOK)
    assert read(file) == read(other)


def test_what_a_line_may_leave_out_is_filled_by_its_cost_and_by_0(tmp_path: Path) -> None:
    file = tmp_path / "book.csv"
    file.write_text("book,service,prices,kind,unit,department,payer,basis,price_year,cost\nb,jail_day,spell,custody,day,d,county,average,2020,12.5\n")
    (line,) = read(file)

    assert (line.low, line.high, line.fixed_share, line.step, line.fund) == (12.5, 12.5, 0.0, 0.0, "")


def test_a_file_that_cannot_be_read_says_where_and_in_how_many_lines(tmp_path: Path) -> None:
    file = tmp_path / "book.csv"
    file.write_text(as_csv(JAIL, VISIT, unit="hour", cost="twelve", department=""), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read(file)
    said = str(refused.value)
    assert "department is empty in 2 lines" in said
    assert "cost is no number in 2 lines (2, 3). A number is digits alone, with a point before cents: 2400.50, without a dollar sign" in said
    assert "unit is no known word in 2 lines (2, 3). It is one of day, contact." in said

    file.write_text(as_csv(JAIL, VISIT, payer="Federal", price_year="2020.5"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read(file)
    said = str(refused.value)
    assert "payer is no known word in 2 lines (2, 3). It is one of county, state, federal, managed_care, other. Did you mean 'federal'?" in said
    assert "price_year is no whole year in 2 lines (2, 3)" in said

    file.write_text(HEADER.replace(",basis", "") + "\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"book\.csv: has no column basis"):
        read(file)
    file.write_text(HEADER + "\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"book\.csv: holds no line"):
        read(file)
    with pytest.raises(Refused, match="is not there"):
        read(tmp_path / "nowhere.csv")


def test_lines_are_brought_to_the_dollars_of_one_year_with_their_ranges() -> None:
    (line,) = brought([JAIL], 2024)

    times = factor(2020, 2024)
    assert (line.price_year, line.cost, line.low, line.high) == (2024, 100 * times, 80 * times, 130 * times)
    with pytest.raises(Refused, match="holds no 1999"):
        brought([replace(JAIL, price_year=1999)], 2024)


def test_a_perspective_holds_its_payers_and_a_basis_stands_alone() -> None:
    plan = replace(VISIT, payer="managed_care")
    lines = (JAIL, STATE, MARGINAL, plan)

    assert seen_by(lines, "county", "average") == (JAIL,)
    assert seen_by(lines, "government", "average") == (JAIL, STATE)
    assert seen_by(lines, "society", "average") == (JAIL, STATE, plan)
    assert seen_by(lines, "county", "short_run_marginal") == (MARGINAL,)
    assert unpriced_by(lines, "short_run_marginal") == ("emergency_visit",)
