"""Sets out a headline by groups of people as tables for the door, with every count that they show or give away.

What every group is drawn to rests on all of them, so that where one count of a told group is hidden, all numbers of that column are.
The people of the headline's arms who are in no told group are a count too: otherwise subtracting the groups would show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..terms import Answer, Arm, Exhibit
from .counts import ARMS, behind_effect, behind_mean, people_of
from .counts import Cells as Behind

if TYPE_CHECKING:
    from ..challenges.subgroups import Group, Grouped

COUNTS, EFFECTS = "by {}: people", "by {}: effects"


def group_tables(found: Sequence[Grouped], answer: Answer) -> tuple[Exhibit, ...]:
    """Two tables a column: who is in each group that is told, and what the headline comes to there; none of a column that tells nothing."""
    return tuple(table for one in found if one.together is not None for table in (_people(one, answer), _effects(one, answer)))


def _told(found: Grouped) -> list[Group]:
    return [one for one in found.groups if one.state == "told" and one.answer.estimate is not None]


def _arms(one: Group) -> tuple[tuple[str, Arm], ...]:
    estimate = one.answer.estimate
    assert estimate is not None, "a group that is told has an estimate"
    return tuple(zip(ARMS, (estimate.served, estimate.compared), strict=True))


def _name(found: Grouped, one: Group, answer: Answer, label: str, what: str) -> str:
    return f"{people_of(answer)}: {found.column}.{one.name}.{label}.{what}"


def _counted(arm: Arm) -> dict[str, int]:
    """The counts of one side of a group: people and, of an event, those with it and without."""
    if arm.events is None:
        return {"people": arm.people}
    return {"people": arm.people, "events": arm.events, "non-events": arm.weighed.rest if arm.weighed else arm.people - arm.events}


def _people(found: Grouped, answer: Answer) -> Exhibit:
    counts: dict[str, int] = {}
    sums: list[tuple[str, tuple[str, ...]]] = []
    behind: Behind = {}
    rows: list[tuple[object, ...]] = []
    marks = all(arm.events is not None for one in _told(found) for _, arm in _arms(one))
    for one in _told(found):
        for label, arm in _arms(one):
            own = {_name(found, one, answer, label, what): n for what, n in _counted(arm).items()}
            counts |= own
            names = tuple(own)
            if marks and not arm.weighed:
                sums.append((names[0], names[1:]))
            behind |= {(len(rows), 2 + place): (name,) for place, name in enumerate(names)}
            rows.append((one.name, label, *own.values()))
    for label, whole in _of_headline(answer):
        for total, (what, many) in zip(behind_mean(answer, label, whole), _counted(whole).items(), strict=False):
            parts = tuple(name for one in _told(found) if (name := _name(found, one, answer, label, what)) in counts)
            rest, left = f"{people_of(answer)}: {found.column}.in no told group.{label}.{what}", many - sum(counts[name] for name in parts)
            if parts and left >= 0:  # where somebody stands in several rows, a person may stand in several groups
                counts |= {total: many, rest: left}
                sums.append((total, (*parts, rest)))
    return Exhibit(
        name=f"{people_of(answer)}: {COUNTS.format(found.column)}",
        title=f"Who is in each group of {found.column}",
        population="the people of the headline, by group",
        columns=("group", "arm", "people", *(("events", "non-events") if marks else ())),
        rows=tuple(rows),
        counts=counts,
        sums=tuple(sums),
        behind=behind,
    )


def _of_headline(answer: Answer) -> tuple[tuple[str, Arm], ...]:
    return () if answer.estimate is None else tuple(zip(ARMS, (answer.estimate.served, answer.estimate.compared), strict=True))


def _effects(found: Grouped, answer: Answer) -> Exhibit:
    told = _told(found)
    every = tuple(_name(found, one, answer, label, what) for one in told for label, arm in _arms(one) for what in _counted(arm))
    rows: list[tuple[object, ...]] = []
    for one in told:
        assert one.answer.estimate is not None
        rows.append((one.name, one.answer.estimate.effect, one.effect, one.low, one.high, one.apart))
    every += behind_effect(answer)  # where the headline's own number stays, so do those of its groups
    assert found.together is not None
    rows.append(("spread beyond chance", None, found.together.spread, None, None, None))
    rows.append(("p value of no difference between groups", None, found.p_value, None, None, None))
    return Exhibit(
        name=f"{people_of(answer)}: {EFFECTS.format(found.column)}",
        title=f"The headline by {found.column}: each group alone, and drawn towards the mean of the groups",
        population="the people of the headline, by group",
        columns=("group", "alone", "drawn to the mean", "low", "high", "largest difference before the start"),
        rows=tuple(rows),
        counts={},  # all of them stand in the table of people
        behind={(row, column): every for row, cells in enumerate(rows) for column, cell in enumerate(cells) if column and cell is not None},
    )
