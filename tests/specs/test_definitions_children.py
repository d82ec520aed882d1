"""Child welfare by definition: four children by hand, the traps between federal rounds, and trial home visits laid again by brute force."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from children_by_hand import SPECS, VISITS
from outcome_specs import Spec, told
from walked import ruler

from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.child_welfare import CHILDREN
from evaluation.outcomes.making import MAKING
from evaluation.outcomes.making_children import CHILDREN_MAKING
from evaluation.terms import Horizon, Opening

START = date(2020, 3, 1)
YEAR = Horizon(months=12)


def found(name: str, rows: dict[str, str]) -> list[tuple[int, str]]:
    """What a definition finds for Ann, Bob, Cy and Dee."""
    return told(OUTCOMES[name], Spec(rows, "", []))


def test_every_definition_of_child_welfare_is_walked_by_hand() -> None:
    assert {outcome.name for outcome in CHILDREN} == {"foster_reentry/cfsr4"} | set(SPECS)


def test_what_is_found_does_not_hang_on_the_order_of_rows() -> None:
    turned = {table: "\n".join(reversed(rows.strip().splitlines())) for table, rows in VISITS.items()}

    assert found("permanency/cfsr3_p1", turned) == SPECS["permanency/cfsr3_p1"].found


def test_the_two_rounds_count_the_same_returns_from_different_discharges() -> None:
    third, fourth = OUTCOMES["foster_reentry/cfsr3_p4"], OUTCOMES["foster_reentry/cfsr4"]

    assert (third.table, third.kinds, third.from_day, third.made) == (fourth.table, fourth.kinds, fourth.from_day, fourth.made)
    assert "entry cohort" in third.universe and "exit cohort" in fourth.universe
    assert all("never compared" in one.authority for one in (third, fourth))
    assert third.opens and fourth.opens and third.opens.event == fourth.opens.event
    assert "discharge:adoption" not in third.opens.event and third.opens.ages == (0, 17)


def test_that_returns_do_not_know_trial_home_visits_and_permanency_does_is_told_by_both() -> None:
    assert "trial home visit" in OUTCOMES["foster_reentry/cfsr3_p4"].not_counted
    assert "3-P4" in OUTCOMES["permanency/cfsr3_p1"].not_counted


@pytest.mark.parametrize(
    ("began", "left", "expected"),
    [
        (334, 400, "mark"),  # in the eleventh month: its thirtieth day is the last of the year
        (335, 400, "horizon"),  # a day later
        (300, 329, "mark"),  # 29 days, and discharged within the year all the same
        (340, 369, "horizon"),  # 29 days, and discharged after it
    ],
)
def test_a_trial_home_visit_counts_if_it_began_within_eleven_months_and_lasted_thirty_days(began: int, left: int, expected: str) -> None:
    visit, home = START + timedelta(days=began), START + timedelta(days=left)
    tables = {
        "spell": f"ann foster_care {START} {home}",
        "event": f"ann removal {START}\nann trial_home_visit {visit}\nann discharge:reunification {home}",
    }

    assert ruler("permanency/cfsr3_p1", tables).marks(YEAR).why[0] == expected


def test_a_visit_that_was_followed_by_another_is_not_the_last_placement() -> None:
    tables = {
        "spell": "ann foster_care 2020-01-01 2020-03-20",
        "event": "ann trial_home_visit 2020-01-31\nann trial_home_visit 2020-03-10\nann discharge:reunification 2020-03-20",
    }

    assert found("permanency/cfsr3_p1", tables)[0] == (19, "mark")


def test_a_visit_in_an_earlier_stay_moves_no_later_discharge() -> None:
    tables = {
        "spell": "ann foster_care 2019-01-01 2019-06-01\nann foster_care 2020-03-01 2020-03-20",
        "event": "ann trial_home_visit 2019-04-01\nann discharge:reunification 2020-03-20",
    }

    assert found("permanency/cfsr3_p1", tables)[0] == (19, "mark")


def test_emancipation_ends_a_clock_and_is_no_permanency() -> None:
    tables = {
        "spell": "ann foster_care 2020-02-01 2020-03-05\nbob foster_care 2020-02-01 2020-03-05",
        "event": "ann discharge:emancipation 2020-03-05\nbob discharge:guardianship 2020-03-05",
    }
    permanency = OUTCOMES["permanency/cfsr3_p1"]

    marks = ruler(permanency.name, tables).marks(Horizon(days=30), permanency.competing)

    assert list(zip(marks.day.tolist(), marks.why.tolist(), strict=True))[:2] == [(4, "competing"), (4, "mark")]


def test_who_starts_a_federal_clock_is_a_minor() -> None:
    federal = [outcome for outcome in CHILDREN if "Children's Bureau" in outcome.authority]

    assert len(federal) == 6
    assert all(isinstance(outcome.opens, Opening) and outcome.opens.ages == (0, 17) and outcome.opens.months == (12,) for outcome in federal)


# ------------------------------------------------------------------------------------------------ the same rule by brute force
PEOPLE = tuple(f"p{number}" for number in range(50))
Line = tuple[str, int]  # kind, day since the start


def lives(seed: int) -> dict[str, tuple[list[tuple[int, int]], list[Line]]]:
    """Stays in care one after the other, with visits, moves and how each ended."""
    chance = random.Random(seed)
    made = {}
    for who in PEOPLE:
        stays, lines, day = [], [], chance.randrange(-120, -60)
        for _ in range(2):
            stop = day + chance.randrange(20, 120)
            stays.append((day, stop))
            maybe = ("trial_home_visit", "trial_home_visit", "placement_move")
            lines += [(kind, chance.randrange(day + 1, stop)) for kind in maybe if chance.random() < 0.4]
            lines.append((chance.choice(("discharge:reunification", "discharge:adoption", "discharge:relative")), stop))
            day = stop + chance.randrange(1, 30)
        made[who] = (stays, lines)
    return made


def permanent(stays: list[tuple[int, int]], lines: list[Line]) -> int | None:
    """The first day of permanency, by the words of the indicator."""
    days = []
    for kind, day in lines:
        if not kind.startswith("discharge:"):
            continue
        begun = next(start for start, stop in stays if stop == day)
        visit = max((at for what, at in lines if what == "trial_home_visit" and begun < at <= day), default=day)
        moved = any(visit < at <= day for what, at in lines if what == "placement_move")
        days.append(visit + 30 if kind == "discharge:reunification" and day - visit >= 30 and not moved else day)
    return min((day for day in days if 1 <= day < 30), default=None)


def test_permanency_is_what_the_words_of_the_indicator_find_child_by_child() -> None:
    made = lives(7)
    spells = [f"{who} foster_care {START + timedelta(first)} {START + timedelta(stop)}" for who, (stays, _) in made.items() for first, stop in stays]
    events = [f"{who} {kind} {START + timedelta(day)}" for who, (_, lines) in made.items() for kind, day in lines]
    marks = ruler("permanency/cfsr3_p1", {"spell": "\n".join(spells), "event": "\n".join(events)}, PEOPLE).marks(Horizon(days=30))

    expected = [permanent(*made[who]) for who in sorted(PEOPLE)]

    assert [int(day) if why == "mark" else None for day, why in zip(marks.day, marks.why, strict=True)] == expected
    by_discharge = [
        permanent(stays, [line for line in lines if line[0] != "trial_home_visit"]) for stays, lines in (made[who] for who in sorted(PEOPLE))
    ]
    assert expected != by_discharge  # some visits moved a day


def test_every_way_of_making_lines_of_children_is_registered_and_used() -> None:
    assert set(CHILDREN_MAKING) == {outcome.made for outcome in CHILDREN if outcome.made}
    assert all(MAKING[name] is builder for name, builder in CHILDREN_MAKING.items())
