"""What holds of invented childhoods: stays in care that hang together, days that are forced, programmes that change nothing before they begin."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from childhoods import ALL, FORCED, SYSTEMS, unserved, world

from evaluation.records import connect
from evaluation.records.contract import CONTRACT
from synthetic import ALL_OFFERED, NEVER, from_day
from synthetic.care import DEATH, EMANCIPATION, OPEN, REUNIFICATION, Care
from synthetic.children import childhood
from synthetic.effects import steady
from synthetic.lives import Lives
from synthetic.rates import children as rates
from synthetic.rates import core
from synthetic.rows import BEYOND, NEVER_DAY, Rows
from synthetic.systems.children import CHILDREN
from synthetic.world import CALENDAR

N = 4_000
MANY = 30_000
INTAKES = ("residents", *FORCED)


def same(ours: Rows, others: Rows) -> bool:
    return all(np.array_equal(getattr(ours, column.name), getattr(others, column.name)) for column in fields(ours))


def known(lives: Lives) -> Mapping[str, Rows]:
    of = childhood(lives)
    return {"reports": of.reports, "care": of.care, "placements": of.placements, "runaways": of.runaways}


def in_care_on(care: Care, who: Any, day: Any) -> Any:
    """Whether each of these people is in care on a day, counted stay by stay."""
    inside = np.zeros(len(who), dtype=bool)
    for place in range(len(who)):
        mine = care.who == who[place]
        inside[place] = ((care.day[mine] < day[place]) & (day[place] <= care.stop[mine])).any()
    return inside


@pytest.fixture(scope="module", params=INTAKES)
def lives(request: pytest.FixtureRequest) -> Lives:
    return unserved(request.param, MANY if request.param == "residents" else N)


# ------------------------------------------------------------------------------------------------ lives
def test_stays_in_care_never_overlap_and_end_by_the_eighteenth_birthday_or_death(lives: Lives) -> None:
    care, people = childhood(lives).care, lives.people
    eighteen = people.persons.birth[care.who] + int(18 * 365.25) + 1
    again = care.who[1:] == care.who[:-1]

    assert len(care.who) > 20
    assert (care.day[1:] > care.stop[:-1])[again].all()
    assert (care.day < care.stop).all() and (care.stop <= np.minimum(eighteen, lives.until[care.who])).all()
    assert (care.day >= np.maximum(people.persons.birth[care.who], CALENDAR.first)).all()


def test_every_exit_is_on_the_day_that_its_name_says(lives: Lives) -> None:
    care, people = childhood(lives).care, lives.people
    eighteen = people.persons.birth[care.who] + int(18 * 365.25) + 1

    assert np.array_equal(care.exit == OPEN, care.stop == CALENDAR.last + 1)
    assert np.array_equal(care.exit == DEATH, (care.stop == people.death[care.who]) & (care.exit != OPEN))
    assert (care.stop == eighteen)[care.exit == EMANCIPATION].all()
    assert not (care.stop == np.minimum(eighteen, people.until[care.who]))[care.exit < EMANCIPATION].any()


def test_placements_follow_each_other_without_a_gap_through_each_stay(lives: Lives) -> None:
    care, placed = childhood(lives).care, childhood(lives).placements
    first = ~placed.moved
    starts_stay = np.isin(placed.who * BEYOND + placed.day, care.who * BEYOND + care.day)

    assert np.array_equal(first, starts_stay) and first.sum() == len(care.who)
    last = np.append(first[1:], True)
    assert np.array_equal(placed.stop[last], care.stop)
    assert (placed.stop[:-1] == placed.day[1:])[~last[:-1]].all() and (placed.who[:-1] == placed.who[1:])[~last[:-1]].all()
    assert (placed.stop > placed.day).all()


def test_nobody_moves_or_runs_away_at_home_on_trial_and_nobody_runs_away_before_twelve(lives: Lives) -> None:
    care, placed, ran = childhood(lives).care, childhood(lives).placements, childhood(lives).runaways
    tried = care.where(care.trial < NEVER_DAY)
    moves = placed.where(placed.moved)

    assert (tried.trial > tried.day).all() and (tried.trial < tried.stop).all()
    for rows in (moves, ran):
        stay = np.searchsorted(care.who * BEYOND + care.day, rows.who * BEYOND + rows.day, side="right") - 1
        assert np.array_equal(care.who[stay], rows.who)
        assert (rows.day > care.day[stay]).all() and (rows.day < np.minimum(care.stop, care.trial)[stay]).all()
    assert ((ran.day - lives.people.persons.birth[ran.who]) / 365.25 >= 12).all()


def test_children_are_reported_at_home_once_a_day_at_most_and_removed_on_a_substantiated_report(lives: Lives) -> None:
    care, reports = childhood(lives).care, childhood(lives).reports
    days = reports.who * BEYOND + reports.day
    true = reports.where(reports.substantiated)

    assert len(np.unique(days)) == len(days)
    assert not in_care_on(care, reports.who[:2_000], reports.day[:2_000]).any()
    assert np.isin(care.who * BEYOND + care.day, true.who * BEYOND + true.concluded).all()
    assert (true.concluded >= true.day).all() and (true.concluded <= true.day + rates.CONCLUDED.value).all()
    assert (true.concluded < lives.until[true.who]).all()


# ------------------------------------------------------------------------------------------------ what is forced
def test_children_go_home_exactly_on_the_day_that_starts_their_clock() -> None:
    lives = unserved("reunified", N)
    care = childhood(lives).care
    over = care.where((care.stop == lives.people.start[care.who]) & (care.exit == REUNIFICATION))

    assert np.array_equal(over.who, np.arange(N))
    assert (over.day < over.stop).all() and (over.stop - over.day).mean() > 100


def test_children_are_in_care_on_the_day_they_are_referred_and_at_home_on_the_day_they_are_reported() -> None:
    for intake, inside in (("in_care", True), ("reported", False)):
        lives = unserved(intake, N)
        care, everybody, start = childhood(lives).care, np.arange(N), lives.people.start
        held = np.isin(everybody, care.who[(care.day < start[care.who]) & (care.stop > start[care.who])])

        assert held.all() if inside else not held.any()
        assert np.array_equal(care.holds(everybody, start), held)
    reports = childhood(lives).reports
    assert np.array_equal(reports.who[reports.day == lives.people.start[reports.who]], everybody)


def test_siblings_are_removed_together_at_first_and_often_later_and_reported_together() -> None:
    lives = unserved("reunified", MANY)
    persons, care, reports = lives.people.persons, childhood(lives).care, childhood(lives).reports
    start, brother = lives.people.start, np.arange(MANY) ^ 1

    def shared(rows: Rows, days: int) -> float:
        """The share of these things that happen to the brother or sister too within so many days."""
        mine = persons.together[rows.who]
        who, day = rows.who[mine], rows.day[mine]
        theirs = np.sort(rows.who * BEYOND + rows.day)
        sought = brother[who] * BEYOND + day
        return float(np.mean(np.searchsorted(theirs, sought - days) < np.searchsorted(theirs, sought + days, side="right")))

    forced = care.where(care.stop == start[care.who])
    later = care.where(care.day > start[care.who])
    assert shared(forced, 0) > 0.85  # the others were not born yet
    assert shared(later, 0) > 0.2 > 20 * 2 / 1_000  # on the same day, of more than a thousand
    assert shared(reports, 0) > 0.4


# ------------------------------------------------------------------------------------------------ programmes
@pytest.mark.parametrize("intake", INTAKES)
def test_a_programme_that_does_nothing_changes_nothing(intake: str) -> None:
    there = world(intake, ALL).but(effect="none")
    people = there.people(N, 3)
    served, never = (there.truth(there.live(people, plan), CHILDREN.kinds | {"cost"}) for plan in (ALL_OFFERED, NEVER))

    for table in ("event", "spell"):
        ours, others = (one[table][one[table]["source"] == "child_welfare"].reset_index(drop=True) for one in (served, never))
        pd.testing.assert_frame_equal(ours, others)
    ours, others = (one["cost"][one["cost"]["service"] != "helping"].reset_index(drop=True) for one in (served, never))
    pd.testing.assert_frame_equal(ours, others)


@pytest.mark.parametrize("intake", INTAKES)
@pytest.mark.parametrize("day", [0, 47])
def test_nothing_before_enrolment_changes_and_something_after_it_does(intake: str, day: int) -> None:
    there = world(intake, ALL)
    there = replace(there, as_run=from_day(day))
    people = there.people(MANY if intake == "residents" else N, 3)
    served, never = (there.live(people, plan) for plan in (from_day(day), NEVER))
    before = served.enrolled

    def until_then(rows: Rows) -> list[Any]:
        """All that is known of rows on the evening before enrolment: what had not come by then is not told apart from what never came."""
        begun = rows.where(rows.day < before[rows.who])
        told = []
        for column in fields(begun):
            values = getattr(begun, column.name)
            if column.name in ("stop", "trial", "concluded"):
                values = np.where(values < before[begun.who], values, NEVER_DAY)
            if column.name in ("exit", "left"):
                values = np.where(begun.stop < before[begun.who], values, -1)
            told.append(values)
        return told

    for name, ours in known(served).items():
        assert all(np.array_equal(mine, theirs) for mine, theirs in zip(until_then(ours), until_then(known(never)[name]), strict=True)), name
        assert name == "runaways" or not same(ours, known(never)[name]), name
    bills = [[(line.who, line.day, line.cents) for line in CHILDREN.lines(one)] for one in (served, never)]
    for mine, theirs in zip(*bills, strict=True):
        mine_before, theirs_before = (bill[1] < before[bill[0]] for bill in (mine, theirs))
        assert all(np.array_equal(a[mine_before], b[theirs_before]) for a, b in zip(mine, theirs, strict=True))


@pytest.mark.parametrize("process", ["report", "removal", "placement_move", "runaway"])
def test_a_process_that_a_programme_lowers_comes_less_often_by_about_its_ratio(process: str) -> None:
    there = world({"report": "reported", "removal": "reunified"}.get(process, "in_care"), {process: 0.5})
    people = there.people(MANY, 5)
    served, never = (childhood(there.live(people, plan)) for plan in (from_day(0), NEVER))

    def count(of: Any) -> int:
        rows = {"report": of.reports, "removal": of.care, "placement_move": of.placements.where(of.placements.moved), "runaway": of.runaways}[process]
        after = rows.day - people.start[rows.who]
        return int(((after >= 1) & (after < 180)).sum())

    # what comes back counts against it: whoever is not removed, or does not move, stays at risk
    assert count(served) / count(never) == pytest.approx(0.5, abs=4 * (0.75 / count(never)) ** 0.5 + 0.04)


def test_permanency_multiplies_the_exits_that_are_permanent() -> None:
    there = world("in_care", {"permanency": 2.0})
    people = there.people(MANY, 5)
    served, never = (childhood(there.live(people, plan)).care for plan in (from_day(0), NEVER))

    def left(care: Care, days: int) -> float:
        """The gathered hazard of leaving for a permanent home within so many days of the referral; a trial home visit counts as leaving."""
        after = np.minimum(care.stop, care.trial) - people.start[care.who]
        mine = (care.day <= people.start[care.who]) & (care.stop > people.start[care.who])
        return float(-np.log(1 - (mine & (after < days) & (care.exit < EMANCIPATION)).sum() / mine.sum()))

    assert left(served, 200) / left(never, 200) == pytest.approx(2, rel=0.06)


def test_a_programme_that_watches_adds_reports_while_it_lasts_and_nobody_is_removed_for_them() -> None:
    there = world("reported")
    people = there.people(MANY, 5)
    watched = replace(there.live(people, from_day(10)), effects={"report:seen": steady(3.0)})
    never = there.live(people, NEVER)
    more, plain = childhood(watched), childhood(never)
    extra = ~np.isin(more.reports.who * BEYOND + more.reports.day, plain.reports.who * BEYOND + plain.reports.day)
    after = more.reports.day - watched.enrolled[more.reports.who]
    own = plain.reports.day - watched.enrolled[plain.reports.who]
    usual = ((own >= 0) & (own < core.ENROLLED.value)).sum()

    assert same(more.care, plain.care) and same(more.placements, plain.placements)
    assert same(more.reports.where(~more.reports.seen), plain.reports)  # every other report stands as it was
    for mine, theirs in zip(CHILDREN.lines(watched), CHILDREN.lines(never), strict=True):  # and nobody is billed for those seen
        assert all(np.array_equal(getattr(mine, of), getattr(theirs, of)) for of in ("who", "day", "cents"))
    assert after[extra].min() >= 0 and after[extra].max() < core.ENROLLED.value
    assert not more.reports.substantiated[extra].any()
    assert len(more.reports.who) - extra.sum() == len(plain.reports.who)
    assert extra.sum() / usual == pytest.approx(2, abs=4 * (6 / usual) ** 0.5)


# ------------------------------------------------------------------------------------------------ records
@pytest.mark.parametrize("intake", INTAKES)
@pytest.mark.parametrize("size", [37, 101, 250])
def test_lives_are_the_same_in_chunks_that_cut_through_households(intake: str, size: int) -> None:
    there = world(intake, ALL)
    total = 501
    whole = known(there.live(there.people(total, 8), ALL_OFFERED))
    parts = [(first, known(there.live(there.people(min(size, total - first), 8, first=first), ALL_OFFERED))) for first in range(0, total, size)]

    for name, rows in whole.items():
        moved = [replace(part[name], who=part[name].who + first) for first, part in parts]
        assert same(type(rows).gathered(moved), rows), name


def test_the_tables_are_canonical_and_nothing_is_set_aside() -> None:
    for intake in INTAKES:
        there = world(intake, ALL)
        records = there.records(there.live(there.people(1_500, 4), there.as_run))
        for name, frame in records.items():
            assert set(frame) <= set(CONTRACT[name].names)

        assert connect(records).quality.frame().empty, intake


def test_rows_are_of_the_kinds_that_the_systems_say_and_are_complete() -> None:
    there = world("in_care", ALL)
    lives = there.live(there.people(N, 4), NEVER)
    truth, care = there.truth(lives), childhood(lives).care
    ours = {table: truth[table][truth[table]["source"] == "child_welfare"] for table in ("event", "spell")}
    counts = ours["event"]["kind"].value_counts()

    assert set(ours["event"]["kind"]) | set(ours["spell"]["kind"]) <= CHILDREN.kinds
    assert counts["removal"] == (ours["spell"]["kind"] == "foster_care").sum() == len(care.who)
    assert counts[[kind for kind in counts.index if kind.startswith("discharge:")]].sum() == (care.exit != OPEN).sum()
    assert ours["spell"].loc[ours["spell"]["kind"] == "foster_care", "stop"].isna().sum() == (care.exit == OPEN).sum()


def test_bills_add_up_to_the_days_and_come_when_they_are_over() -> None:
    lives = unserved("in_care", N)
    placed, reports = childhood(lives).placements, childhood(lives).reports
    lines = {line.service: line for line in CHILDREN.lines(lives)}
    for place, (service, price) in enumerate(
        {"kin_day": rates.KIN_DAY, "foster_home_day": rates.FOSTER_DAY, "group_home_day": rates.GROUP_DAY}.items()
    ):
        days = (placed.stop - placed.day)[placed.home == place].sum()
        assert lines[service].cents.sum() == days * round(100 * price.value)
        assert (lines[service].day < lives.until[lines[service].who]).all()
    assert lines["investigation"].cents.sum() == len(reports.who) * round(100 * rates.INVESTIGATION.value)

    # by hand: the first 65 days with kin are bills of 30, 30 and 5 days, the last on the day they are over
    long = placed.where((placed.home == 0) & (placed.stop - placed.day == 65))
    who, day = long.who[0], long.day[0]
    mine = (lines["kin_day"].who == who) & (lines["kin_day"].day > day) & (lines["kin_day"].day <= day + 65)
    assert (lines["kin_day"].day[mine] - day).tolist() == [29, 59, 65]
    assert lines["kin_day"].cents[mine].tolist() == [30 * 4_200, 30 * 4_200, 5 * 4_200]


def test_no_other_system_is_changed_by_child_welfare() -> None:
    there = world("residents", ALL)
    people = there.people(N, 4)
    with_it = there.truth(there.live(people, ALL_OFFERED))["event"]
    without = replace(there, systems=SYSTEMS[:3]).truth(there.live(people, ALL_OFFERED))["event"]

    ours = with_it[~with_it["source"].isin(["child_welfare", "juvenile_probation"])]
    pd.testing.assert_frame_equal(ours.reset_index(drop=True), without.reset_index(drop=True))
