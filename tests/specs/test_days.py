"""Days as whole numbers: the calendar's edges, each checked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from evaluation.records.days import FOREVER, date_of, day_of, horizon_end, turned
from evaluation.terms import Horizon


def test_day_zero_is_the_first_of_january_1970() -> None:
    assert day_of(date(1970, 1, 1)) == 0
    assert day_of(date(1969, 12, 31)) == -1
    assert date_of(FOREVER) == date(2243, 10, 17)


@pytest.mark.parametrize(
    ("start", "horizon", "end"),
    [
        (date(2020, 1, 31), Horizon(months=1), date(2020, 2, 29)),  # the last day of a shorter month
        (date(2021, 1, 31), Horizon(months=1), date(2021, 2, 28)),
        (date(2020, 2, 29), Horizon(months=12), date(2021, 2, 28)),
        (date(2020, 11, 30), Horizon(months=15), date(2022, 2, 28)),
        (date(2020, 12, 15), Horizon(months=1), date(2021, 1, 15)),
        (date(2020, 1, 1), Horizon(days=366), date(2021, 1, 1)),
    ],
)
def test_a_horizon_ends_on_the_same_day_of_a_later_month_or_on_its_last(start: date, horizon: Horizon, end: date) -> None:
    assert date_of(horizon_end(day_of(start), horizon)) == end


@pytest.mark.parametrize(
    ("born", "years", "day"),
    [
        (date(2000, 2, 29), 18, date(2018, 2, 28)),  # no 29 February: the day before
        (date(2000, 2, 29), 20, date(2020, 2, 29)),
        (date(2000, 3, 1), 18, date(2018, 3, 1)),
        (date(1950, 12, 31), 65, date(2015, 12, 31)),
    ],
)
def test_somebody_turns_an_age_on_the_birthday(born: date, years: int, day: date) -> None:
    assert date_of(turned(day_of(born), years)) == day
