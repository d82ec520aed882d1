"""How the event came about in each arm, at a few days on the way to the horizon: risks with limits, and people by what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from ...diagnostics.sums import effective_number
from ...terms import Course
from ..inference import LEVEL, Contrast
from ..influence import errors
from ..pooled import pooled
from ..proportions import TAIL, Z
from ..spread import contrast, ways, worth
from .estimators import on_the_way
from .transforms import interval

if TYPE_CHECKING:
    from ...terms import Array
    from ..influence import Means
    from ..standing import Rows
    from .laid import Laid
    from .reading import Reading

STOPS = 8  # quarters of a year of follow-up are among them, and a table of them still fits a page


def course(all_laid: Sequence[Laid]) -> tuple[Course, Course]:
    """The served's course and that of the compared; of several comparisons, in imputed histories, risks are pooled, people the first's.

    Each limit is of its own day, on the scale of log(-log) that keeps it between 0 and 1.
    """
    first = all_laid[0]
    days = stops(int(first.reading.horizon.max()))
    found = [on_the_way(laid, days) for laid in all_laid]
    arms = [_course(all_laid, found, days, served=served) for served in (True, False)]
    return arms[0], arms[1]


def stops(horizon: int) -> tuple[int, ...]:
    """About STOPS days as far from each other, the last one the horizon."""
    return tuple(sorted({max(1, round(horizon * k / STOPS)) for k in range(1, STOPS + 1)}))


def _course(all_laid: Sequence[Laid], found: Sequence[Sequence[Means]], days: tuple[int, ...], *, served: bool) -> Course:
    told = [pooled([_of_arm(laid, means[j], served=served) for laid, means in zip(all_laid, found, strict=True)]) for j in range(len(days))]
    first, arm = all_laid[0], all_laid[0].rows.served == served
    many = [effective_number(means.stands[arm], first.rows.person[arm]) for means in found[0]]
    limits = [_limits(each, number=first.every is not None, worth=people) for each, people in zip(told, many, strict=True)]
    people, events, competing = _people(all_laid[0].reading, all_laid[0].rows, days, served=served)
    low, high = (tuple(limit[k] for limit in limits) for k in (0, 1))
    most = 1.0 if first.every is None else np.inf  # predictions completed by those seen can leave the bounds of a share, as rounding can
    risks = tuple(min(max(each.effect, 0.0), most) for each in told)
    return Course(served, days, risks, low, high, people, events, competing)


def _of_arm(laid: Laid, means: Means, *, served: bool) -> Contrast:
    own, by = errors(laid.cohort, laid.comparison, laid.rows, means), laid.question.inference.by
    mean, influence = (means.served, own.of_served) if served else (means.compared, own.of_compared)
    return contrast(mean, influence, ways(own, laid.rows, by), worth(laid.rows, means, by), means.parameters)


def _limits(told: Contrast, *, number: bool, worth: float) -> tuple[float, float]:
    """The ends of a t interval: of a share on the scale of log(-log), of a number of events on that of the logarithm.

    Where nobody, or everybody, has had the event, the exact limits of so many people of equal weight.
    """
    reach = float(stdtrit(told.df, (1 + LEVEL) / 2)) / Z if told.std_error > 0 else 1.0  # transforms speak of normal intervals
    if number:
        far = reach * Z * told.std_error / told.effect if told.effect > 0 else 0.0
        return told.effect * exp(-far), told.effect * exp(far) if told.effect > 0 else -log(TAIL) / worth
    low, high = interval(np.array([told.effect]), np.array([reach * told.std_error]), worth=worth)
    return float(low[0]), float(high[0])


def _people(reading: Reading, rows: Rows, days: tuple[int, ...], *, served: bool) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """By the end of each of so many days: different people still followed without an end, with the event, with an end that rules it out."""
    arm = rows.served == served
    person, mine = rows.person[arm], reading.of(arm)
    begun = np.full(len(mine), -1) if mine.entry is None else mine.entry

    def still(last: int) -> Array:  # seen through the last of the days, or through a horizon of their own
        there = (mine.day > last) | ((mine.cause == 0) & ((mine.day == last) | (mine.why == "horizon")))
        return np.asarray(there & (begun < last))

    people = [len(np.unique(person[still(day - 1)])) for day in days]
    events, competing = ([len(np.unique(person[ends & (mine.day < day)])) for day in days] for ends in (mine.cause == 1, mine.cause > 1))
    return tuple(people), tuple(events), tuple(competing)
