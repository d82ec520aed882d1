"""Sets out an effect by time since adoption, and other estimators beside it, as tables that leave with the effect or not at all."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite

from ..terms import Answer, Estimate, Exhibit, PathPoint
from .counts import Cells, Sums, behind_effect, names_of, place_of, places_behind, question_of
from .manners import of_areas

PATH, OTHERS = "path of the effect", "other estimators"
PATH_UNITS = "path.units"


def units_of(answer: Answer, since: int) -> str:
    """The name of the count of people behind one time of a path."""
    return f"{question_of(answer)}: {PATH_UNITS}.{since}"


def path_tables(answer: Answer, population: str) -> tuple[Exhibit, ...]:
    """The path and the other estimators, where an answer has them."""
    estimate = answer.estimate
    if estimate is None:
        return ()
    tables = [_path(answer, estimate, population)] if estimate.path else []
    tables += [_others(answer, estimate, population)] if estimate.others else []
    return tuple(tables)


def _path(answer: Answer, estimate: Estimate, population: str) -> Exhibit:
    """Effects by period since adoption, each with its own range and with that of all of them at once.

    Of people also how the counts of two times next to each other, and of the arm, are tied: who is behind the one and not the other.
    """
    behind: Cells = {}
    counts: dict[str, int] = {}
    sums: Sums = ()
    areas, gives_away, points = of_areas(answer), behind_effect(answer), estimate.path
    for row, point in enumerate(points):
        units = () if areas else (units_of(answer, point.since),)
        counts |= dict.fromkeys(units, point.units)
        behind |= {(row, column): (*gives_away, *units) for column in range(1, 7)}
    if not areas:
        own = [(units_of(answer, point.since), point.units) for point in points]
        arm = (names_of(answer)["served.people"], estimate.served.people)
        for one, other in [*pairwise(own), *((arm, each) for each in own)]:
            told, tie = _apart(one, other)
            counts, sums = counts | told, sums + tie
    return Exhibit(
        name=f"{question_of(answer)}: {PATH}",
        title="By period since the beginning; below 0, what differed before it",
        population=population,
        columns=("periods since", "effect", "low", "high", "low of all at once", "high of all at once", "areas" if areas else "people"),
        rows=tuple((one.since, one.effect, *_limits(one), one.units) for one in points),
        counts=counts,
        sums=sums,
        behind={place: names for place, names in behind.items() if names},
    )


def _limits(point: PathPoint) -> tuple[float | None, ...]:
    """The four limits; None for each that is not given."""
    return tuple(end if isfinite(end) else None for end in (point.low, point.high, point.band_low, point.band_high))


def _apart(one: tuple[str, int], other: tuple[str, int]) -> tuple[dict[str, int], Sums]:
    """The larger of two counts as the smaller and what it has more, which no table shows."""
    (smaller, small), (larger, large) = sorted((one, other), key=lambda pair: pair[1])
    if small == large:
        return {}, ((larger, (smaller,)),) if larger != smaller else ()
    name = f"{larger}, less {smaller}"
    return {smaller: small, larger: large, name: large - small}, ((larger, (smaller, name)),)


def _others(answer: Answer, estimate: Estimate, population: str) -> Exhibit:
    """The same question answered by other estimators, each with its range where it has one that can be trusted."""
    gives_away, places = behind_effect(answer), places_behind(answer)[0]
    behind = [(*gives_away, place_of(answer, one.name)) if places else gives_away for one in estimate.others]
    rows = tuple((one.name, one.effect, *((one.interval.low, one.interval.high) if one.interval else (None, None))) for one in estimate.others)
    return Exhibit(
        name=f"{question_of(answer)}: {OTHERS}",
        title="The same question told in other ways, side by side",
        population=population,
        columns=("estimator", "effect", "low", "high"),
        rows=rows,
        counts={},  # all of them stand in the table of the arms
        behind={(row, column): names for row, names in enumerate(behind) for column in range(1, 4) if names},
    )
