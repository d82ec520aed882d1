"""The Ruler's other verbs, on one clock that a reader can walk by hand: from 1 March 2020, for 30 days, to 30 March inclusive."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_clocks import MONTH, clocks, on_one_clock

from evaluation.outcomes import OUTCOMES
from evaluation.terms import Horizon, Marks, Refused

ARREST, CUSTODY, COST = (OUTCOMES[name] for name in ("recidivism/arrest", "custody_days/recorded", "cost_per_client/recorded"))


def ended(marks: Marks) -> tuple[int, str]:
    return int(marks.day[0]), str(marks.why[0])


@pytest.mark.parametrize(
    ("arrested", "ends", "expected"),
    [
        ("2021-01-01", {"own": "2020-03-11"}, (9, "served")),  # the last day seen is the day before the person's own service
        ("2020-03-11", {"own": "2020-03-11"}, (9, "served")),
        ("2020-03-10", {"own": "2020-03-11"}, (9, "mark")),
        ("2021-01-01", {"own": "2020-03-11", "died": "2020-03-10"}, (9, "death")),
        ("2021-01-01", {"own": "2020-03-11", "died": "2020-03-11"}, (9, "served")),
        ("2021-01-01", {"own": "2020-03-11", "moved": "2020-03-11"}, (9, "served")),
        ("2021-01-01", {"own": "2020-03-12", "moved": "2020-03-11"}, (9, "moved")),
        ("2021-01-01", {"own": "2020-03-31"}, (29, "horizon")),  # the horizon wins where it is reached
        ("2021-01-01", {"own": "2020-03-30"}, (28, "served")),
        ("2021-01-01", {"died": "2020-03-11", "moved": "2020-03-11"}, (10, "death")),  # nobody moves on the day of a death
    ],
)
def test_own_service_ends_a_clock_after_a_death_and_before_a_move(arrested: str, ends: dict[str, str], expected: tuple[int, str]) -> None:
    laid = on_one_clock(ARREST, f"ann arrest {arrested}", **ends)
    every = laid.every_mark(MONTH)

    assert ended(laid.marks(MONTH)) == expected
    if expected[1] != "mark":
        assert (int(every.last_seen[0]), str(every.why[0])) == expected


ANY = replace(ARREST, kinds=("jail_booking", "arrest"))
BOOKED = """
    ann jail_booking 2020-03-05
    ann arrest       2020-03-05
    ann arrest       2020-03-01
    ann jail_booking 2020-03-30
    ann arrest       2020-03-31
"""


def test_the_cause_of_a_mark_is_its_kind_and_of_several_on_one_day_the_first_by_the_alphabet() -> None:
    marks = on_one_clock(ANY, BOOKED).marks(MONTH)
    none = on_one_clock(ANY, "ann arrest 2020-04-05").marks(MONTH)

    assert (ended(marks), str(marks.cause[0])) == ((4, "mark"), "arrest")
    assert (str(none.why[0]), str(none.cause[0])) == ("horizon", "")


def test_every_mark_is_each_line_of_its_kinds_with_how_far_the_clock_was_seen() -> None:
    every = on_one_clock(ANY, BOOKED).every_mark(MONTH)

    # two of one day are two marks; the day of the start is not counted, nor the day after the horizon
    assert list(zip(every.row.tolist(), every.day.tolist(), every.cause.tolist(), strict=True)) == [
        (0, 4, "arrest"),
        (0, 4, "jail_booking"),
        (0, 29, "jail_booking"),
    ]
    assert (every.last_seen.tolist(), every.why.tolist()) == ([29], ["horizon"])


def test_no_mark_lies_after_a_death_or_past_the_last_day_seen() -> None:
    died = on_one_clock(ANY, BOOKED, died="2020-03-04").every_mark(MONTH)
    left = on_one_clock(ANY, BOOKED, moved="2020-03-06").every_mark(MONTH)

    assert (died.day.tolist(), died.last_seen.tolist(), died.why.tolist()) == ([], [3], ["death"])
    assert (left.day.tolist(), left.last_seen.tolist(), left.why.tolist()) == ([4, 4], [4], ["moved"])


def test_clocks_of_one_person_each_have_their_own_marks() -> None:
    twice = "person_id day own\nann 2020-03-01 -\nann 2020-03-05 -"
    every = clocks(ANY, twice, event=f"person_id kind day\n{BOOKED.strip()}").every_mark(Horizon(days=10))

    assert list(zip(every.row.tolist(), every.day.tolist(), strict=True)) == [(0, 4), (0, 4)]


@pytest.mark.parametrize(
    ("lines", "ends", "expected"),
    [
        ("ann adoption 2020-03-05", {}, (4, "competing", "adoption")),
        ("ann adoption 2020-03-05\nann arrest 2020-03-06", {}, (4, "competing", "adoption")),  # what comes after cannot happen
        ("ann adoption 2020-03-05\nann arrest 2020-03-05", {}, (4, "mark", "arrest")),  # on one day the mark comes first
        ("ann adoption 2020-03-05\nann prison 2020-03-05", {}, (4, "competing", "adoption")),  # of several, the first by the alphabet
        ("ann adoption 2020-03-05\nann prison 2020-03-04", {}, (3, "competing", "prison")),
        ("ann adoption 2020-03-05", {"died": "2020-03-05"}, (4, "death", "")),
        ("ann adoption 2020-03-05", {"died": "2020-03-04"}, (3, "death", "")),
        ("ann adoption 2020-03-05", {"own": "2020-03-05"}, (3, "served", "")),  # the last day seen is the day before the person's own service
        ("ann adoption 2020-03-04", {"own": "2020-03-05"}, (3, "competing", "adoption")),
        ("ann adoption 2020-03-05", {"moved": "2020-03-05"}, (3, "moved", "")),
        ("ann adoption 2020-03-30", {}, (29, "competing", "adoption")),  # the last of 30 days
        ("ann adoption 2020-03-31", {}, (29, "horizon", "")),
        ("ann adoption 2020-03-01", {}, (29, "horizon", "")),  # on the day of the start it may have come before
        ("ann adoption 2020-03-01\nann arrest 2020-03-09", {}, (8, "mark", "arrest")),
        ("ann adoption 2020-02-20", {}, (29, "horizon", "")),
    ],
)
def test_an_event_that_competes_ends_a_clock_after_a_mark_and_a_death_of_its_day(
    lines: str, ends: dict[str, str], expected: tuple[int, str, str]
) -> None:
    others = "ann arrest 2021-01-01\nann prison 2021-01-01\nann adoption 2021-01-01"
    laid = on_one_clock(ARREST, f"{lines}\n{others}", **ends)
    marks, every = laid.marks(MONTH, ("prison", "adoption", "death")), laid.every_mark(MONTH, ("adoption", "prison"))

    assert (*ended(marks), str(marks.cause[0])) == expected
    if expected[1] != "mark":
        assert (every.day.tolist(), int(every.last_seen[0]), str(every.why[0])) == ([], *expected[:2])


def test_marks_before_and_on_the_day_of_what_competes_are_every_mark_there_is() -> None:
    every = on_one_clock(ANY, BOOKED + "\n    ann adoption 2020-03-05").every_mark(MONTH, ("adoption",))

    assert (every.day.tolist(), every.last_seen.tolist(), every.why.tolist()) == ([4, 4], [4], ["competing"])


def test_a_death_is_read_of_every_clock_whether_it_is_named_or_not() -> None:
    laid = on_one_clock(ARREST, "ann arrest 2021-01-01", died="2020-03-05")

    assert ended(laid.marks(MONTH, ("death",))) == ended(laid.marks(MONTH)) == (4, "death")


def test_what_competes_is_on_record_and_is_not_the_outcome_itself() -> None:
    laid = on_one_clock(ARREST, "ann arrest 2020-03-05\nann adoption 2020-03-09")

    with pytest.raises(Refused, match=r"the table 'event' holds no row of 'aging_out' or 'prison'\. None on record cannot be told from not recorded"):
        laid.marks(MONTH, ("prison", "adoption", "aging_out"))
    with pytest.raises(Refused, match=r"arrest would end a clock and is what the outcome counts\. Leave it out of `competing`"):
        laid.every_mark(MONTH, ("arrest", "adoption"))


RETURN = OUTCOMES["return_to_homelessness/hud_spm2_adapted"]


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ("ann shelter 2020-03-01 2020-03-09", (0, "mark")),  # its authority counts the day of the exit
        ("ann shelter 2020-02-20 2020-03-09\nann shelter 2020-03-05 2020-03-06", (4, "mark")),  # an entry inside a longer stay is an entry
        ("ann shelter 2020-03-05 2020-03-05", (4, "mark")),  # and so is one that lasted no night
        ("ann shelter 2020-02-20 -", (29, "horizon")),  # being there is no entry
    ],
)
def test_a_spell_is_a_mark_on_the_day_it_starts(stays: str, expected: tuple[int, str]) -> None:
    assert ended(on_one_clock(RETURN, stays).marks(MONTH)) == expected


PLACED = replace(OUTCOMES["housed/recorded"], kinds=("permanent_housing", "jail"))


@pytest.mark.parametrize(
    ("stays", "ends", "expected"),
    [
        ("ann jail 2020-03-30 2020-03-31", {}, ("jail", True, True)),  # the last of 30 days
        ("ann jail 2020-03-29 2020-03-30", {}, ("none", False, True)),
        ("ann jail 2020-03-31 -", {}, ("none", False, True)),
        ("ann shelter 2020-03-01 -\nann jail 2020-01-01 2020-03-01", {}, ("none", False, True)),  # another kind
        ("ann jail 2020-03-01 -\nann permanent_housing 2020-03-20 -", {}, ("permanent_housing", True, True)),  # the definition's first
        ("ann jail 2020-03-01 -", {"died": "2020-03-30"}, ("jail", True, True)),  # the day of a death still has a state
        ("ann jail 2020-03-01 -", {"died": "2020-03-29"}, ("died", False, True)),  # and an open spell outlives whoever it is about
        ("ann jail 2020-03-01 -", {"moved": "2020-03-30"}, ("not seen", False, False)),
        ("ann jail 2020-03-01 -", {"moved": "2020-03-31"}, ("jail", True, True)),
        ("ann jail 2020-03-01 -", {"own": "2020-03-10"}, ("not seen", False, False)),
        ("ann jail 2020-03-01 -", {"own": "2020-03-10", "died": "2020-03-12"}, ("not seen", False, False)),  # a death that is not seen
    ],
)
def test_a_state_is_where_somebody_is_on_the_last_day(stays: str, ends: dict[str, str], expected: tuple[str, bool, bool]) -> None:
    states = on_one_clock(PLACED, stays, **ends).state(MONTH)

    assert (str(states.state[0]), bool(states.inside[0]), bool(states.seen[0])) == expected


def test_the_last_day_of_a_horizon_in_months_goes_by_the_calendar() -> None:
    laid = on_one_clock(PLACED, "ann jail 2020-03-31 2020-04-01")

    assert laid.state(Horizon(months=1)).state.tolist() == ["jail"]
    assert laid.state(Horizon(months=2)).state.tolist() == ["none"]


FREE = replace(ARREST, off_clock=("custody", "hospital"))
LOCKED_UP = """
    ann custody  2020-02-20  2020-03-03
    ann custody  2020-03-10  2020-03-12
    ann hospital 2020-03-11  2020-03-15
    ann custody  2020-03-28  -
"""


@pytest.mark.parametrize(
    ("ends", "days", "stretches"),
    [
        ({}, 30 - 2 - 5 - 3, [(0, 2), (9, 14), (27, 30)]),  # stays that overlap are one stretch; what has not ended runs to the horizon
        ({"died": "2020-03-11"}, 11 - 2 - 2, [(0, 2), (9, 11)]),  # the day of a death is the last
        ({"moved": "2020-03-11"}, 10 - 2 - 1, [(0, 2), (9, 10)]),  # the day before a move is
        ({"own": "2020-03-02"}, 0, [(0, 1)]),
    ],
)
def test_days_at_risk_leave_out_the_spells_that_are_off_the_clock(ends: dict[str, str], days: int, stretches: list[tuple[int, int]]) -> None:
    risk = on_one_clock(FREE, "ann arrest 2021-01-01", spells=LOCKED_UP, **ends).at_risk(MONTH)

    assert risk.days.tolist() == [days]
    assert list(zip(risk.first.tolist(), risk.stop.tolist(), strict=True)) == stretches
    assert set(risk.row.tolist()) == {0}


def test_with_nothing_off_the_clock_every_day_is_at_risk() -> None:
    whole = replace(ARREST, off_clock=())
    risk = on_one_clock(whole, "ann arrest 2021-01-01", spells=LOCKED_UP, died="2020-03-11").at_risk(MONTH)

    assert (risk.days.tolist(), risk.row.tolist()) == ([11], [])


def test_spells_off_the_clock_that_nobody_recorded_are_refused() -> None:
    with pytest.raises(Refused, match="the table 'spell' holds no row of 'custody' or 'hospital'"):
        on_one_clock(FREE, "ann arrest 2021-01-01").at_risk(MONTH)


def test_an_amount_by_period_is_a_path_that_may_begin_before_the_start() -> None:
    periods = on_one_clock(CUSTODY, LOCKED_UP, moved="2020-03-11").by_period((-14, 0, 7, 14, 21))

    assert periods.amount.tolist() == [[10, 2, 1, 0]]  # from 20 February; 1 and 2 March; the 10th, the last day seen
    assert periods.seen_days.tolist() == [[14, 7, 3, 0]]
    assert periods.window_days.tolist() == [[14, 7, 7, 7]]


def test_nothing_is_added_up_by_period_after_a_death_and_its_days_are_watched() -> None:
    periods = on_one_clock(COST, "ann er 2020-03-05 1.10\nann er 2020-03-11 2\nann er 2020-03-12 100", died="2020-03-11").by_period((0, 7, 14))

    assert periods.amount.tolist() == [[1.10, 2]]
    assert periods.seen_days.tolist() == [[7, 7]]


def test_marks_by_period_are_counted_but_for_those_of_the_day_of_the_start() -> None:
    lines = "ann arrest 2020-02-28\nann arrest 2020-02-29\nann arrest 2020-03-01\nann arrest 2020-03-02\nann arrest 2020-03-08"
    periods = on_one_clock(ARREST, lines).by_period((-7, 0, 7, 14))

    assert periods.amount.tolist() == [[2, 1, 1]]
    assert periods.seen_days.tolist() == [[7, 7, 7]]


@pytest.mark.parametrize(
    ("edges", "found"),
    [
        ((), "no edges of periods were given."),
        ((0,), "the edges 0 do not bound periods."),
        ((0, 7, 7), "the edges 0, 7, 7 do not bound periods."),
        ((7, 0), "the edges 7, 0 do not bound periods."),
    ],
)
def test_edges_that_bound_no_period_are_refused(edges: tuple[int, ...], found: str) -> None:
    with pytest.raises(Refused) as refused:
        on_one_clock(ARREST, "ann arrest 2020-03-05").by_period(edges)

    right = "Edges are two or more days since the start, each later than the one before."
    assert str(refused.value) == f"outcome 'recidivism/arrest': {found} {right}"


MOVES = replace(ARREST, name="placement_moves/made_up", kind="rate", kinds=("move",), exposure=("foster_care",), per=1000)
IN_CARE = "ann foster_care 2020-02-01 2020-03-11\nann foster_care 2020-03-05 2020-03-15\nann foster_care 2020-03-20 -"


@pytest.mark.parametrize(
    ("ends", "numerator", "exposure"),
    [
        ({}, 3, 14 + 11),  # 1 to 14 March, stays that overlap being one, then 20 to 30 March
        ({"died": "2020-03-21"}, 2, 14 + 2),
        ({"moved": "2020-03-05"}, 0, 4),
    ],
)
def test_a_rate_counts_events_over_the_days_of_its_spells(ends: dict[str, str], numerator: int, exposure: int) -> None:
    moves = "ann move 2020-03-01\nann move 2020-03-05\nann move 2020-03-21\nann move 2020-03-30\nann move 2020-03-31"
    rates = on_one_clock(MOVES, moves, spells=IN_CARE, **ends).rate(MONTH)

    assert (rates.numerator.tolist(), rates.exposure.tolist()) == ([numerator], [exposure])


def test_a_rate_without_spells_of_its_own_is_counted_over_the_days_at_risk() -> None:
    at_large = replace(FREE, kind="rate")
    rates = on_one_clock(at_large, "ann arrest 2020-03-05\nann arrest 2020-03-06", spells=LOCKED_UP).rate(MONTH)

    assert (rates.numerator.tolist(), rates.exposure.tolist()) == ([2], [20])


def test_a_verb_of_another_kind_is_refused() -> None:
    laid = on_one_clock(ARREST, "ann arrest 2020-03-05")

    for verb in (laid.state, laid.rate):
        with pytest.raises(Refused, match=f"'{verb.__name__}' was asked of it, and it is of kind 'mark'"):
            verb(MONTH)
    with pytest.raises(Refused, match="'mark' was asked of it, and it is of kind 'state'"):
        on_one_clock(PLACED, "ann jail 2020-03-05 -").every_mark(MONTH)
    with pytest.raises(Refused, match="'amount' was asked of it, and it is of kind 'state'"):
        on_one_clock(PLACED, "ann jail 2020-03-05 -").by_period((0, 7))
