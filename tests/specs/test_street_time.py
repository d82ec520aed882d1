"""Street time on one clock that a reader can walk by hand: from 1 March 2020, day 0, for 30 days, to 30 March inclusive.

Ann is in custody from day 9 to day 13 (10 to 14 March), and on the last day: 24 of the 30 days are at risk.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_clocks import MONTH, clocks, on_one_clock

from evaluation.diagnostics import off_the_clock
from evaluation.methods.survival.reading import Reading, read
from evaluation.methods.survival.street import days
from evaluation.outcomes import OUTCOMES
from evaluation.rehearsal.estimands.street import every_mark, first_marks
from evaluation.terms import AtRisk, EveryMark, Marks, Question, Refused

ARREST = OUTCOMES["recidivism/arrest"]
STREET = Question("recidivism/arrest", MONTH, "survival", -0.05, time="street")
CUSTODY = "ann custody 2020-03-10 2020-03-15\nann custody 2020-03-12 2020-03-14\nann custody 2020-03-30 -\nann hospital 2020-03-02 2020-03-04"


def reading(lines: str, spells: str = CUSTODY, **ends: str) -> Reading:
    laid = on_one_clock(ARREST, f"{lines}\nann arrest 2021-01-01", spells=spells, **ends)
    return read(laid, STREET, np.array([0]))


@pytest.mark.parametrize(
    ("lines", "ends", "day", "why"),
    [
        ("ann arrest 2020-03-05", {}, 4, "mark"),  # before any stay, days are days
        ("ann arrest 2020-03-10", {}, 9, "mark"),  # the arrest that begins the stay: nine days at risk lie before it
        ("ann arrest 2020-03-12", {}, 9, "mark"),  # inside the stay: at the day at risk reached by then
        ("ann arrest 2020-03-15", {}, 9, "mark"),  # the first day back: no day at risk lies between
        ("ann arrest 2020-03-16", {}, 10, "mark"),
        ("ann arrest 2020-03-29", {}, 23, "mark"),
        ("ann arrest 2020-03-30", {}, 24, "mark"),
        ("", {}, 24, "off the clock"),  # the horizon is reached by the calendar, with 24 days at risk gathered
        ("", {"died": "2020-03-16"}, 10, "death"),
        ("", {"died": "2020-03-12"}, 9, "death"),
        ("", {"moved": "2020-03-17"}, 10, "moved"),  # last seen on the 16th, her eleventh day at risk
        ("", {"moved": "2020-03-14"}, 9, "moved"),
    ],
)
def test_a_day_is_how_many_days_at_risk_lie_before_it(lines: str, ends: dict[str, str], day: int, why: str) -> None:
    read = reading(lines, **ends)

    assert (read.day.tolist(), read.why.tolist()) == ([day], [why])
    assert read.cause.tolist() == [{"mark": 1, "death": 2}.get(why, 0)]
    assert read.lost.tolist() == [why in ("moved", "off the clock")]


def test_a_clock_that_is_never_interrupted_keeps_its_days_and_reaches_its_horizon() -> None:
    free = reading("", spells="ann custody 2020-01-01 2020-03-01\nann custody 2020-03-31 -")

    assert (free.day.tolist(), free.why.tolist(), free.lost.tolist(), free.horizon.tolist()) == ([29], ["horizon"], [False], [30])


def test_a_clock_that_begins_inside_a_stay_stands_at_the_start() -> None:
    inside = reading("ann arrest 2020-03-04", spells="ann custody 2020-02-01 2020-03-06")

    assert (inside.day.tolist(), inside.why.tolist()) == ([0], ["mark"])


def test_each_clock_is_interrupted_by_its_own_stays() -> None:
    starts = "person_id day own\nann 2020-03-01 -\nbob 2020-03-01 -\nann 2020-03-08 -"
    tables = {
        "person": "person_id death moved\nann - -\nbob - -",
        "event": "person_id kind day\nann arrest 2020-03-20\nbob arrest 2020-03-20",
        "spell": "person_id kind start stop\nann custody 2020-03-05 2020-03-10\nbob custody 2020-03-18 2020-03-19",
    }
    laid = clocks(ARREST, starts, **tables)

    assert read(laid, STREET, np.array([2, 0, 1])).day.tolist() == [12 - 2, 19 - 5, 19 - 1]


def test_days_are_those_of_a_walk_along_each_clock() -> None:
    draw = np.random.default_rng(1)
    off = np.repeat(draw.random((200, 15)) < 0.4, 3, axis=1)  # of 45 days of 200 clocks
    edges = np.diff(np.pad(off.astype(int), ((0, 0), (1, 1))), axis=1)
    row, first = np.nonzero(edges == 1)
    stretches = AtRisk((~off).sum(axis=1), row, first, np.nonzero(edges == -1)[1])
    whose, day = draw.integers(0, 200, 3_000), draw.integers(0, 45, 3_000)

    assert days(day, whose, stretches).tolist() == [int((~off[i, :d]).sum()) for i, d in zip(whose, day, strict=True)]
    shuffled = draw.permutation(len(row))
    mixed = AtRisk(stretches.days, *(part[shuffled] for part in (stretches.row, stretches.first, stretches.stop)))
    assert days(day, whose, mixed).tolist() == days(day, whose, stretches).tolist()


def test_an_outcome_that_takes_nothing_off_the_clock_has_no_street_time() -> None:
    whole = replace(ARREST, off_clock=())

    with pytest.raises(Refused, match="'recidivism/arrest' takes no spell off the clock, so that days at risk are all days"):
        read(on_one_clock(whole, "ann arrest 2020-03-05"), STREET, np.array([0]))


def test_custody_that_nobody_recorded_is_not_no_custody() -> None:
    with pytest.raises(Refused, match="the table 'spell' holds no row of 'custody' or 'prison' or 'inpatient'"):
        reading("ann arrest 2020-03-05", spells="ann hospital 2020-03-02 2020-03-04")


def test_what_street_time_leaves_out_changes_no_day_of_the_calendar() -> None:
    for outcome in (ARREST, replace(ARREST, off_clock=())):
        marks = on_one_clock(outcome, "ann arrest 2020-03-12", spells=CUSTODY).marks(MONTH)
        assert (marks.day.tolist(), marks.why.tolist()) == ([11], ["mark"])


@pytest.mark.parametrize(
    ("spells", "day"),
    [
        ("ann custody 2020-03-10 2020-03-15", 14),
        ("ann prison 2020-03-10 2020-03-15", 14),
        ("ann inpatient 2020-03-10 2020-03-15", 14),  # records that hold only one of the kinds
        ("ann custody 2020-03-10 2020-03-15\nann inpatient 2020-03-12 2020-03-17", 12),  # taken to hospital out of jail: 10 to 16 March, once
        ("ann custody 2020-03-10 2020-03-15\nann prison 2020-03-15 2020-03-18\nann inpatient 2020-03-11 2020-03-13", 11),  # and on to prison
        ("ann custody 2020-03-10 2020-03-15\nann inpatient 2020-03-17 2020-03-18", 13),
    ],
)
def test_stays_of_several_agencies_are_off_the_clock_and_overlapping_days_once(spells: str, day: int) -> None:
    assert reading("ann arrest 2020-03-20", spells=spells).day.tolist() == [day]


def test_every_recidivism_leaves_custody_prison_and_hospital_out_of_street_time() -> None:
    assert {name: outcome.off_clock for name, outcome in OUTCOMES.items() if outcome.off_clock} == {
        name: ("custody", "prison", "inpatient") for name in OUTCOMES if name.startswith("recidivism/")
    }


# ------------------------------------------------------------------------------------------------ the truth
LIVES = Marks(
    day=np.array([50, 20, 15, 900, 40, 300]),
    why=np.array(["mark", "mark", "death", "records end", "mark", "records end"]),
    whole=np.array([True, True, True, False, True, False]),
    same_day=np.zeros(6, dtype=bool),
    cause=np.array(["arrest", "arrest", "", "", "arrest", ""]),
)
#                      in custody from day 10 to 39, to 14, from 100 on for a year, and from 5 to 9
OFF = AtRisk(np.zeros(6, dtype=int), np.array([0, 1, 3, 4]), np.array([10, 10, 100, 5]), np.array([40, 15, 465, 10]))
MONTH_AT_RISK = np.full(6, 30)


def test_the_truth_of_street_time_follows_each_life_to_as_many_days_at_risk() -> None:
    true = first_marks(LIVES, OFF, MONTH_AT_RISK)

    assert true.day.tolist() == [20, 15, 15, 29, 29, 29]  # the first is arrested on day 50, in a month of the calendar not at all
    assert true.why.tolist() == ["mark", "mark", "death", "horizon", "horizon", "horizon"]
    assert true.cause.tolist() == ["arrest", "arrest", "", "", "", ""] and true.whole.all()


def test_a_life_that_ends_on_record_before_it_has_gathered_the_days_has_no_truth() -> None:
    year = np.full(6, 365)

    with pytest.raises(Refused, match="1 of 6 lives end on record before they have gathered 365 days at risk"):
        first_marks(LIVES, OFF, year)
    assert first_marks(LIVES, OFF, np.full(6, 301)).why.tolist() == ["mark", "mark", "death", "horizon", "mark", "horizon"]


def test_marks_that_come_again_are_counted_by_days_at_risk() -> None:
    every = EveryMark(
        np.array([0, 0, 0, 1]), np.array([5, 45, 70, 12]), np.full(4, "arrest"), np.array([400, 400]), np.array(["records end", "records end"])
    )
    off = AtRisk(np.zeros(2, dtype=int), np.array([0]), np.array([10]), np.array([40]))
    true = every_mark(every, off, np.full(2, 30))

    assert (true.row.tolist(), true.day.tolist()) == ([0, 0, 1], [5, 15, 12])
    assert (true.last_seen.tolist(), true.why.tolist()) == ([29, 29], ["horizon", "horizon"])


# ------------------------------------------------------------------------------------------------ how many are kept from the street
def test_an_arm_of_which_many_are_short_of_days_at_risk_is_told() -> None:
    served, person = np.arange(400) < 200, np.arange(400)
    few = off_the_clock(served, np.isin(person, [*range(30), *range(200, 230)]), person)
    many = off_the_clock(served, np.isin(person, [*range(30), *range(200, 260)]), person)

    assert few.holds and not many.holds and not many.required and many.value == 0.3
    assert many.sentence.startswith("30 of 200 people served and 60 of 200 people compared were short of days at risk when the horizon had passed:")
    assert off_the_clock(served, np.zeros(400, dtype=bool), person).sentence == "Nobody was short of days at risk when the horizon had passed."
    assert "1 to 10 of 200" in off_the_clock(served, person < 4, person).sentence
