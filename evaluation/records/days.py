"""Days as whole numbers since 1970-01-01, which is how every room above the records knows them.

Intervals are half-open, [first, last).  The calendar is needed at three places only, and they stand here: dates at the
door of the records, birthdays, and horizons in months.
"""

from __future__ import annotations

import calendar
from datetime import date

from ..terms import Horizon

FOREVER = 100_000  # 2243-10-17: the day a missing end falls on, so that no bound is ever NULL
EPOCH = date(1970, 1, 1).toordinal()


def day_of(when: date) -> int:
    """The day number of a date."""
    return when.toordinal() - EPOCH


def date_of(day: int) -> date:
    """The date of a day number."""
    return date.fromordinal(day + EPOCH)


def horizon_end(day: int, horizon: Horizon) -> int:
    """The first day that lies past the horizon of a clock that starts on `day`.

    Months go by the calendar: from 31 January one month ends on 28 or 29 February.
    """
    if horizon.months is None:
        assert horizon.days is not None, "a horizon has days or months"
        return day + horizon.days
    return day_of(_months_later(date_of(day), horizon.months))


def turned(birth_day: int, years: int) -> int:
    """The day on which somebody completes so many years; a birthday on 29 February falls on 28 February in common years."""
    return day_of(_months_later(date_of(birth_day), 12 * years))


def _months_later(when: date, months: int) -> date:
    years, month = divmod(when.month - 1 + months, 12)
    year = when.year + years
    return date(year, month + 1, min(when.day, calendar.monthrange(year, month + 1)[1]))
