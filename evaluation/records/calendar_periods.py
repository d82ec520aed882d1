"""Cuts the calendar into the periods of a panel: whole months, quarters or years, or so many days each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from ..terms import Calendar, Periods
from .days import date_of, day_of

MONTHS: dict[Calendar, int] = {"month": 1, "quarter": 3, "year": 12}
SHORTEST: dict[Calendar, int] = {"month": 28, "quarter": 90, "year": 365}


def cut(first: date, last: date, periods: Periods) -> tuple[int, ...]:
    """The first day of each period and the first day after the last one; `first` and `last` are both inside.

    With `calendar` they begin and end whole periods (`whole` says whether they do); with `days`, days left over are in none.
    """
    begin, stop = day_of(first), day_of(last) + 1
    if periods.days is not None:
        return tuple(range(begin, stop + 1, periods.days))
    assert periods.calendar is not None, "a panel has calendar periods or periods of so many days"
    step = MONTHS[periods.calendar]
    edges = [begin]
    while edges[-1] < stop:
        edges.append(day_of(months_on(date_of(edges[-1]), step)))
    return tuple(edges)


def whole(first: date, last: date, calendar: Calendar) -> Iterator[tuple[date, date]]:
    """For each end of the years that cuts a period in two, the day that stands there and the nearest inside that does not."""
    opens = _opening(first, calendar)
    if first != opens:
        yield first, months_on(opens, MONTHS[calendar])
    after = last + timedelta(days=1)
    closes = _opening(after, calendar)
    if after != closes:
        yield last, closes - timedelta(days=1)


def months_on(opens: date, months: int) -> date:
    """The first day of the month so many months after one that opens on `opens`."""
    years, month = divmod(opens.month - 1 + months, 12)
    return date(opens.year + years, month + 1, 1)


def _opening(day: date, calendar: Calendar) -> date:
    step = MONTHS[calendar]
    return date(day.year, (day.month - 1) // step * step + 1, 1)


def labels(edges: Sequence[int], calendar: Calendar | None) -> tuple[str, ...]:
    """What each period is called: "2018", "2018 Q1", "2018-01", or the day on which it begins."""
    return tuple(_label(date_of(edge), calendar) for edge in edges[:-1])


def _label(day: date, calendar: Calendar | None) -> str:
    if calendar == "year":
        return f"{day.year}"
    if calendar == "quarter":
        return f"{day.year} Q{(day.month + 2) // 3}"
    return f"{day.year}-{day.month:02d}" if calendar == "month" else day.isoformat()


def in_words(periods: Periods) -> str:
    """What one period is: "quarter", "28 days"."""
    return periods.calendar or f"{periods.days} days"
