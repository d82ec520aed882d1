"""Street time on one clock that a reader can walk by hand: from 1 March 2020, day 0, for 30 days, to 30 March inclusive.

Ann is in custody from day 9 to day 13 (10 to 14 March), and on the last day: 24 of the 30 days are at risk.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_clocks import MONTH, clocks, on_one_clock

from evaluation.methods.survival.reading import Reading, read
from evaluation.methods.survival.street import days
from evaluation.outcomes import OUTCOMES
from evaluation.terms import AtRisk, Question, Refused

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
    with pytest.raises(Refused, match="the table 'spell' holds no row of 'custody'"):
        reading("ann arrest 2020-03-05", spells="ann hospital 2020-03-02 2020-03-04")


def test_what_street_time_leaves_out_changes_no_day_of_the_calendar() -> None:
    for outcome in (ARREST, replace(ARREST, off_clock=())):
        marks = on_one_clock(outcome, "ann arrest 2020-03-12", spells=CUSTODY).marks(MONTH)
        assert (marks.day.tolist(), marks.why.tolist()) == ([11], ["mark"])


def test_every_recidivism_leaves_custody_out_of_street_time() -> None:
    assert {name: outcome.off_clock for name, outcome in OUTCOMES.items() if outcome.off_clock} == {
        name: ("custody",) for name in OUTCOMES if name.startswith("recidivism/")
    }
