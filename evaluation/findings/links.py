"""Ties the counts of several questions together where subtracting one from another counts people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from ..outcomes.rivals import family
from ..terms import Answer, Arm, Horizon
from .counts import ARMS, LATER, Sums, names_of, people_of, question_of, weighed
from .course import told, with_course
from .manners import of_areas
from .paths import PATH_UNITS, units_of

DAYS_A_MONTH = 30.44  # orders horizons in months and days; no count is taken by it
SAME_FOR_EVERY_OUTCOME = ("people", "rows")
Named = Mapping[str, tuple[str, int]]  # by what is counted: the count's name, and the count


def linked(answers: Sequence[Answer]) -> tuple[dict[str, int], Sums]:
    """The differences between linked counts, by name, and the sums that they complete; no table shows them.

    Two questions of one cohort may analyse different people of an arm, and one horizon may end inside another: then whoever
    reads both reads the difference.  Where two matched questions count as many people, whoever reads both takes them for the
    same.  Outcomes that are akin are tied as if the one held the other, since it often does: a booking that is no transfer is a
    booking.  Others are not: who has the one and not the other is not their difference.
    """
    counts: dict[str, int] = {}
    sums: Sums = ()
    ordered = sorted((one for one in answers if one.estimate), key=lambda one: _days(one.question.horizon))
    for shorter, longer in combinations(ordered, 2):
        if people_of(shorter) != people_of(longer):
            continue
        one, other = _linkable(shorter), _linkable(longer)
        for what in (name for name in one if name in other):
            shared = what.rpartition(".")[2] in SAME_FOR_EVERY_OUTCOME or what.startswith(PATH_UNITS)
            if shared or akin(shorter, longer):
                tied = _difference(one[what], other[what], same=shared and weighed(shorter) and weighed(longer))
                counts |= tied[0]
                sums += tied[1]
    for tied in (tied for course in with_course(answers) for other in ordered for tied in _on_the_way(course, other)):
        counts |= tied[0]
        sums += tied[1]
    return counts, sums


def akin(one: Answer, other: Answer) -> bool:
    """Whether of two outcomes one may hold the other: they are one, versions of one family, or read rows of a kind in common."""
    first, second = one.outcome, other.outcome
    read = first.table == second.table and bool(set(first.kinds) & set(second.kinds))
    return one.question.outcome == other.question.outcome or (first.unit == second.unit and (family(first) == family(second) or read))


def _on_the_way(answer: Answer, other: Answer) -> Iterator[tuple[dict[str, int], Sums]]:
    """The events of another question about the same outcome, between the two days of a course that its horizon lies between."""
    if other is answer or people_of(other) != people_of(answer) or other.question.outcome != answer.question.outcome:
        return
    end, there = _days(other.question.horizon), _linkable(other)
    for one in told(answer):
        days, whole = one.course.days, there.get(f"{one.label}.events")
        if whole is None:
            continue
        near = {max((day for day in days if day <= end), default=None), min((day for day in days if day >= end), default=None)}
        for day in sorted(day for day in near if day is not None):
            name = one.names["events", day]
            yield _difference((name, one.counts[name]), whole, same=day == end)


def _linkable(answer: Answer) -> Named:
    """The counts of an answer that another question's may be subtracted from."""
    estimate, names = answer.estimate, names_of(answer)
    assert estimate is not None
    found: dict[str, tuple[str, int]] = {}
    for label, arm in zip(ARMS, (estimate.served, estimate.compared), strict=True):
        for what, count in _of_arm(arm).items():
            if count is not None:
                found[f"{label}.{what}"] = names[f"{label}.{what}"], count
    for point in estimate.path if not of_areas(answer) else ():
        found[f"{PATH_UNITS}.{point.since}"] = units_of(answer, point.since), point.units
    later = next((one.behind["compared"] for one in answer.diagnostics if one.name == LATER), None)
    return found | ({LATER: (f"{question_of(answer)}: {LATER}.compared.0", later[0])} if later else {})


def _of_arm(arm: Arm) -> Mapping[str, int | None]:
    if arm.areas is not None:
        return {"people": arm.people or None}
    counts = {"people": arm.people, "events": arm.events, "some": arm.some}
    if arm.weighed is None:
        return counts
    return counts | {"rows": arm.weighed.rows, "none" if arm.events is None else "non_events": arm.weighed.rest}


def _difference(one: tuple[str, int], other: tuple[str, int], *, same: bool) -> tuple[dict[str, int], Sums]:
    """The larger count less the smaller; nothing where both are one count, or equal: subtracting them tells nothing.

    Equal counts of the `same` people are one count under two names, and neither may tell what the other hides.
    """
    (smaller, small), (larger, large) = sorted((one, other), key=lambda pair: pair[1])
    if smaller == larger:
        return {}, ()
    if small == large:
        return {}, ((larger, (smaller,)),) if same else ()
    name = f"{larger}, less {smaller}"
    return {name: large - small}, ((larger, (smaller, name)),)


def _days(horizon: Horizon) -> float:
    return horizon.days if horizon.days is not None else (horizon.months or 0) * DAYS_A_MONTH
