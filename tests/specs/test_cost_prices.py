"""Prices come to the dollars of one year by an index that ships, or by the county's own; a year that it does not hold is refused."""

from __future__ import annotations

import pytest
from small_county import county

from evaluation.outcomes.cost import factor
from evaluation.outcomes.cost.discount import windows, year_starts
from evaluation.outcomes.cost.prices import of_engine, shipped
from evaluation.terms import Refused

PEOPLE = "person_id\nann"
OWN = "area measure day value\nbay_area price_index 2019-01-01 100\nbay_area price_index 2020-01-01 110\nbay_area residents 2020-01-01 7"


def test_the_index_that_ships_holds_every_year_that_it_says_as_its_authority_printed_it() -> None:
    assert list(shipped().years) == list(range(2010, 2025))
    printed = {2010: 218.056, 2015: 237.017, 2020: 258.811, 2022: 292.655, 2024: 313.689}
    assert {year: shipped().years[year] for year in printed} == printed
    assert "CUUR0000SA0" in shipped().source and "written down on" in shipped().source


def test_a_dollar_of_2015_is_more_dollars_of_2024_and_comes_back_as_one() -> None:
    assert factor(2015, 2024) == 313.689 / 237.017
    assert factor(2015, 2024) * factor(2024, 2015) == pytest.approx(1.0, abs=1e-15)
    assert factor(2020, 2020) == 1.0


def test_years_outside_the_index_are_refused_all_at_once_with_what_it_holds() -> None:
    with pytest.raises(Refused, match=r"the price index holds no 2009, 2031\. It holds 2010 to 2024.*'price_index'"):
        factor(2009, 2031)


def test_a_county_brings_an_index_of_its_own_which_is_then_read_alone() -> None:
    index = of_engine(county(person=PEOPLE, area=OWN).engine)

    assert index.factor(2019, 2020) == 1.1
    with pytest.raises(Refused, match=r"holds no 2021\. It holds 2019 to 2020: the county's own, of bay_area"):
        index.factor(2019, 2021)
    assert of_engine(county(person=PEOPLE).engine) is shipped()


def test_an_index_that_says_two_things_of_a_year_or_nothing_above_0_is_refused() -> None:
    twice = OWN + "\nvalley price_index 2020-01-01 108\nvalley price_index 2021-01-01 0"

    with pytest.raises(Refused, match=r"more than once in 1 year \(2020\), of 2 areas") as refused:
        of_engine(county(person=PEOPLE, area=twice).engine)
    assert "0 or less in 1 year" in str(refused.value)


def test_twelve_months_are_one_year_of_a_clock_whatever_the_calendar() -> None:
    assert [year_starts(year) for year in range(5)] == [0, 366, 731, 1096, 1461]
    assert [window.year for window in windows([0, 366])] == [0]  # twelve months have 365 or 366 days
    assert [window.year for window in windows([0, 731])] == [0, 1]  # twenty-four have 730 or 731


def test_a_period_is_cut_where_a_year_of_the_clock_ends_and_days_before_the_start_are_whole_dollars() -> None:
    assert [tuple(window) for window in windows([-30, 360, 400])] == [(0, 0, -30, 360), (1, 0, 360, 366), (1, 1, 366, 400)]
    assert [window.weight(0.25) for window in windows([-30, 0, 366, 732])] == [1.0, 1.0, 0.8, 0.64]
