"""Homelessness in the invented county: stays that hang together, destinations as written, returns and costs as declared."""

from dataclasses import fields, replace

import numpy as np
import pytest

from synthetic import NEVER, WORLDS, from_day
from synthetic.community import Jail
from synthetic.effects import steady
from synthetic.hazards import Clock, Steps
from synthetic.homes import BANDS, DECEASED, HOMELESS, INSTITUTIONAL, KINDS, OPEN, PERMANENT, TEMPORARY, UNKNOWN, Enrolments
from synthetic.housing import bed_nights, homelessness
from synthetic.lives import Lives, live
from synthetic.outside import Outside
from synthetic.rates import housing as rates
from synthetic.recording import Lines
from synthetic.rows import BEYOND, NEVER_DAY
from synthetic.systems.housing import HOUSING
from synthetic.world import CALENDAR

RESIDENTS = replace(WORLDS["lottery"].of("whole_person_care"), systems=("justice", "housing"))
LEAVING = replace(WORLDS["lottery"].of("housing_placement"), systems=("justice", "housing"))
N = 3_000
MANY = 40_000
NIGHTS = ("shelter", "safe_haven", "transitional_housing")  # stays of which a person has one at a time


@pytest.fixture(scope="module")
def lives() -> Lives:
    return LEAVING.live(LEAVING.people(N, 11), from_day(60))


@pytest.fixture(scope="module")
def leaving() -> Lives:
    return LEAVING.live(LEAVING.people(MANY // 2, 5), NEVER)


@pytest.fixture(scope="module")
def residents() -> Lives:
    return RESIDENTS.live(RESIDENTS.people(MANY, 5), NEVER)


def same(one: Enrolments, other: Enrolments) -> bool:
    return all(np.array_equal(getattr(one, column.name), getattr(other, column.name)) for column in fields(Enrolments))


def of_kinds(made: Enrolments, *kinds: str) -> Enrolments:
    return made.where(np.isin(made.kind, [KINDS.index(kind) for kind in kinds]))


def back(lives: Lives, exits: np.ndarray, days: int) -> np.ndarray:
    """For each of these exits, places among the enrolments, whether any enrolment begins on its day or in so many after; bool.

    As HUD counts returns: into permanent housing only after two weeks.
    """
    made = homelessness(lives)
    entries = [np.sort((made.who * BEYOND + made.day)[made.kind != KINDS.index("permanent_housing")])]
    entries.append(np.sort((made.who * BEYOND + made.day)[made.kind == KINDS.index("permanent_housing")]))
    key = made.who[exits] * BEYOND + made.stop[exits]
    counts = [np.searchsorted(days_of, key + days) - np.searchsorted(days_of, key + late) for days_of, late in zip(entries, (0, 15), strict=True)]
    return np.asarray(counts[0] + counts[1] > 0)


# ------------------------------------------------------------------------------------------------ lives
def test_nobody_is_enrolled_before_eighteen_after_death_or_past_the_records(lives: Lives, residents: Lives) -> None:
    for one in (lives, residents):
        made, people = homelessness(one), one.people

        assert (made.day >= people.grown[made.who]).all()
        assert (made.stop > made.day).all() and (made.stop <= one.until[made.who]).all()
        assert ((made.exit == OPEN) == ((made.stop == CALENDAR.last + 1) & (made.stop == one.until[made.who]))).all()
        assert ((made.exit == DECEASED) == (made.stop == people.death[made.who])).all()


def test_a_person_stays_in_one_place_at_a_time_and_is_enrolled_once_in_a_kind(lives: Lives, residents: Lives) -> None:
    for one in (lives, residents):
        made = homelessness(one)
        for rows in (of_kinds(made, *NIGHTS), made.of("street_outreach"), made.of("permanent_housing")):
            later = rows.who[1:] == rows.who[:-1]

            assert (rows.day[1:] >= rows.stop[:-1])[later].all()
        housed = made.where(made.moved_in < NEVER_DAY)
        nights = of_kinds(made, *NIGHTS)
        asleep = {(who, day) for who, start, stop in zip(nights.who, nights.day, nights.stop, strict=True) for day in range(start, stop)}

        assert ((housed.moved_in >= housed.day) & (housed.moved_in < housed.stop)).all()
        assert not asleep & {
            (who, day) for who, start, stop in zip(housed.who, housed.moved_in, housed.stop, strict=True) for day in range(start, stop)
        }


def test_whoever_leaves_a_shelter_for_a_permanent_place_sleeps_there_a_night_at_least(lives: Lives, residents: Lives) -> None:
    for one in (lives, residents):
        made = homelessness(one)
        stays = of_kinds(made, *NIGHTS)
        settled = stays.where(stays.went == PERMANENT)
        again = settled.who * BEYOND + settled.stop

        assert len(again) and not np.isin(again, stays.who * BEYOND + stays.day).any()


def test_outreach_and_permanent_housing_run_beside_a_stay_in_a_shelter(lives: Lives) -> None:
    made = homelessness(lives)
    nights = of_kinds(made, *NIGHTS)
    for kind in ("street_outreach", "permanent_housing"):
        rows = made.of(kind)
        beside = [
            ((nights.who == who) & (nights.day < stop) & (nights.stop > day)).any()
            for who, day, stop in zip(rows.who, rows.day, rows.stop, strict=True)
        ]

        assert 0.03 < np.mean(beside) < 0.9


def test_jail_ends_a_stay_and_nobody_stays_while_inside(lives: Lives) -> None:
    made = homelessness(lives)
    jail = Jail(lives.arrests, N)
    taken = jail.holds(made.who, made.stop)
    last_day = np.minimum(made.stop, jail.next_start(made.who, made.day))

    assert np.array_equal(last_day, made.stop) and not jail.holds(made.who, made.day).any()
    assert taken.any() and (made.went[taken] == INSTITUTIONAL).all()


def test_everybody_leaves_a_shelter_on_the_day_that_starts_the_clock_and_not_before_in_those_years(lives: Lives, leaving: Lives) -> None:
    for one in (lives, leaving):
        made = of_kinds(homelessness(one), "shelter", "transitional_housing")
        goes_on = np.isin(made.who * BEYOND + made.stop, made.who * BEYOND + made.day)
        ends = made.where(~goes_on & (made.stop >= CALENDAR.opening))
        first = np.full(len(one.people), NEVER_DAY)
        np.minimum.at(first, ends.who, ends.stop)
        forced = ends.where(ends.stop == one.people.start[ends.who])

        assert np.array_equal(first, one.people.start)
        assert first.max() <= CALENDAR.closing
        assert len(np.unique(forced.who)) == len(one.people)
        assert np.isin(forced.exit, [PERMANENT, TEMPORARY, INSTITUTIONAL, HOMELESS, UNKNOWN]).all()
        assert np.bincount(forced.went, minlength=len(BANDS))[[PERMANENT, TEMPORARY, INSTITUTIONAL, HOMELESS]].min() > 0.03 * len(forced.who)
        assert not one.jail.holds(forced.who, forced.stop)[forced.went != INSTITUTIONAL].any()
        # some left before the drawn day: they are of those who are homeless often
        earlier = of_kinds(homelessness(one), "shelter").where(homelessness(one).of("shelter").stop < CALENDAR.opening)
        assert 0.05 < len(np.unique(earlier.who)) / len(one.people) < 0.9


def test_what_is_open_on_the_day_that_starts_the_clock_was_begun_on_it(lives: Lives) -> None:
    made = homelessness(lives)
    start = lives.people.start[made.who]

    assert ((made.stop <= start) | (made.day >= start)).all()
    assert ((made.went == HOMELESS) | (made.stop > start) | (made.exit != OPEN)).all()


# ------------------------------------------------------------------------------------------------ luck
@pytest.mark.parametrize("world", [RESIDENTS, LEAVING], ids=["residents", "homeless"])
def test_a_plan_that_changes_nothing_and_no_effect_lead_to_the_same_stays(world: type(RESIDENTS)) -> None:  # type: ignore[valid-type]  # a world
    people = world.people(2 * N, 2)
    never = homelessness(world.live(people, NEVER))

    assert same(never, homelessness(live(people, NEVER, effects={})))
    assert same(never, homelessness(world.but(effect="none").live(people, from_day(0))))
    assert not same(never, homelessness(world.live(people, from_day(0))))


def test_enrolment_changes_nothing_before_its_day(lives: Lives) -> None:
    def up_to(made: Enrolments) -> Enrolments:
        day = np.minimum(lives.enrolled, CALENDAR.last)[made.who]
        over = made.stop < day
        moved, went, written = np.where(made.moved_in < day, made.moved_in, -1), np.where(over, made.went, -1), np.where(over, made.exit, -1)
        return replace(made, stop=np.minimum(made.stop, day), moved_in=moved, went=went, exit=written).where(made.day < day)

    served, unserved = homelessness(lives), homelessness(LEAVING.live(lives.people, NEVER))

    assert same(up_to(served), up_to(unserved))
    assert not same(served, unserved)


def test_no_bill_before_enrolment_knows_of_a_night_after_it(lives: Lives) -> None:
    def before(lines: Lines) -> list[tuple[int, int, int]]:
        there = lines.day < lives.enrolled[lines.who]
        return [*zip(lines.who[there].tolist(), lines.day[there].tolist(), lines.cents[there].tolist(), strict=True)]

    for served, unserved in zip(HOUSING.lines(lives), HOUSING.lines(LEAVING.live(lives.people, NEVER)), strict=True):
        assert before(served) == before(unserved) != []


@pytest.mark.parametrize("size", [1_000, 377, 2_999])
@pytest.mark.parametrize("world", [RESIDENTS, LEAVING], ids=["residents", "homeless"])
def test_stays_are_the_same_whatever_the_chunk(world: type(RESIDENTS), size: int) -> None:  # type: ignore[valid-type]  # a world
    parts = []
    for first in range(0, N, size):
        made = homelessness(world.live(world.people(min(size, N - first), 11, first=first), from_day(60)))
        parts.append(replace(made, who=made.who + first))

    assert same(Enrolments.gathered(parts), homelessness(world.live(world.people(N, 11), from_day(60))))


# ------------------------------------------------------------------------------------------------ processes
def after_start(made: Enrolments, lives: Lives) -> Enrolments:
    return made.where(made.day > lives.people.start[made.who])


def test_each_process_moves_what_it_is_named_for(leaving: Lives) -> None:
    people, never = leaving.people, homelessness(leaving)

    def under(process: str, ratio: float) -> Enrolments:
        return homelessness(live(people, from_day(0), effects={process: steady(ratio)}))

    def entries(made: Enrolments, *kinds: str) -> int:
        return len(after_start(of_kinds(made, *kinds), leaving).who)

    fewer, streets, returns, homes = (under(*of) for of in (("shelter", 0.5), ("street", 0.3), ("return_home", 0.5), ("exit_to_permanent", 2.0)))
    settled = (after_start(made, leaving) for made in (never, homes))
    shares = [np.mean(made.went[(made.exit != OPEN) & (made.kind == KINDS.index("shelter"))] == PERMANENT) for made in settled]
    exits = {
        name: np.flatnonzero((made.went == PERMANENT) & (made.stop == people.start[made.who]))
        for name, made in (("never", never), ("returns", returns))
    }

    assert entries(fewer, *NIGHTS, "street_outreach") < 0.75 * entries(never, *NIGHTS, "street_outreach")
    assert entries(streets, "street_outreach") < 0.8 * entries(never, "street_outreach")
    assert entries(homes, "permanent_housing") > 1.2 * entries(never, "permanent_housing") and shares[1] > 1.4 * shares[0]
    served = live(people, from_day(0), effects={"return_home": steady(0.5)})
    ratio = back(served, exits["returns"], 365).mean() / back(leaving, exits["never"], 365).mean()
    assert 0.45 < ratio < 0.75  # a risk falls by less than its hazard
    for_a_while = [np.flatnonzero((made.went == TEMPORARY) & (made.stop == people.start[made.who])) for made in (returns, never)]
    assert abs(back(served, for_a_while[0], 90).mean() - back(leaving, for_a_while[1], 90).mean()) < 0.005  # it is about permanent places


def test_a_clock_of_the_calendar_is_the_same_on_days_outside(lives: Lives) -> None:
    clock = Clock(lives.people.start, Steps((0, 90, 365), (0.5, 0.7, 1.2)), np.linspace(0, 2, N))
    outside = Outside.made(clock, lives.jail)
    who = np.repeat(np.arange(N), 4)
    day = lives.people.start[who] + np.tile([-1, 0, 200, 700], N)
    free = ~lives.jail.holds(who, day)
    by_calendar = clock.of(who).factor(day[:, None])[:, 0]
    by_outside = outside.of(who).factor(lives.jail.outside(who, day)[:, None].astype(float))[:, 0]

    assert np.allclose(by_outside[free], by_calendar[free], rtol=1e-12)
    assert (outside.of(who).only(who % 2 == 0).factor(day[:, None])[who % 2 == 1] == 1).all()


# ------------------------------------------------------------------------------------------------ destinations
def test_one_destination_in_five_is_unknown_and_more_of_those_who_will_be_back(residents: Lives, leaving: Lives) -> None:
    for one in (residents, leaving):
        made = homelessness(one)
        over = made.exit != OPEN
        for_a_while = np.flatnonzero((made.went == TEMPORARY) & (made.stop < CALENDAR.last - 365))
        lost = made.exit[for_a_while] == UNKNOWN
        returned = back(one, for_a_while, 180)
        need = one.people.persons.need[made.who[for_a_while]]

        assert np.mean(made.exit[over] == UNKNOWN) == pytest.approx(0.20, abs=0.02)
        assert returned[lost].mean() > returned[~lost].mean() + 0.1
        stayed_away = ~back(one, for_a_while, 365)
        assert need[lost & stayed_away].mean() > need[~lost & stayed_away].mean() + 0.1
        # nothing else is ever written that is not true
        assert np.array_equal(made.exit[made.exit != UNKNOWN], made.went[made.exit != UNKNOWN])


def test_returns_within_two_years_by_destination(residents: Lives, leaving: Lives) -> None:
    """15 to 25 % of those who left for permanent housing, and clearly more of the others: by what it does, and by who they are."""
    for one in (residents, leaving):
        made = homelessness(one)
        seen = made.stop < CALENDAR.last - 730
        shares = {}
        for band in (PERMANENT, TEMPORARY, UNKNOWN):
            exits = np.flatnonzero((made.exit == band) & seen)
            exits = exits[np.unique(made.who[exits], return_index=True)[1]]  # each person's first
            shares[band] = back(one, exits, 730).mean()
        once = np.isin(np.arange(len(made.who)), np.unique(made.who, return_index=True)[1])  # the first enrolment: nobody counts by coming back
        truly = [np.flatnonzero((made.went == band) & seen & once) for band in (PERMANENT, TEMPORARY)]
        need = [one.people.persons.need[made.who[exits]] for exits in truly]
        alike = [np.abs(of - 1) < 0.5 for of in need]
        of_equal_need = [back(one, exits[like], 730).mean() for exits, like in zip(truly, alike, strict=True)]

        assert 0.13 < shares[PERMANENT] < 0.25
        assert shares[TEMPORARY] > 1.7 * shares[PERMANENT] and shares[UNKNOWN] > 1.7 * shares[PERMANENT]
        assert of_equal_need[1] > 1.7 * of_equal_need[0]
        assert need[0].mean() < need[1].mean() - 0.1


# ------------------------------------------------------------------------------------------------ records and costs
def test_records_hold_every_enrolment_and_one_exit_a_day_and_word(lives: Lives) -> None:
    made, truth = homelessness(lives), LEAVING.truth(lives)
    kinds, events = truth["spell"]["kind"].value_counts(), truth["event"]
    exits = events[events["kind"].str.startswith("hmis_exit:")]

    assert {kind: int(kinds[kind]) for kind in KINDS} == {kind: len(made.of(kind).who) for kind in KINDS}
    assert not exits.duplicated(["person_id", "kind", "day"]).any()
    assert set(exits["kind"]) <= {f"hmis_exit:{band}" for band in BANDS}
    assert len(exits) == len(
        {*zip(made.who, made.stop, made.exit, strict=True)} - {row for row in zip(made.who, made.stop, made.exit, strict=True) if row[2] == OPEN}
    )
    assert (events["kind"] == "move_in").sum() == (made.moved_in < NEVER_DAY).sum()


def test_beds_are_used_most_nights_of_stays_night_by_night(leaving: Lives) -> None:
    made = homelessness(leaving)
    row, who, day = bed_nights(made)
    nightly = made.nightly != OPEN
    nights = (made.stop - made.day)[nightly].sum()
    shelters = made.kind == KINDS.index("shelter")

    assert (shelters | ~nightly).all()
    assert nightly.sum() / shelters.sum() == pytest.approx(rates.NIGHT_BY_NIGHT.value, abs=4 * (0.12 * 0.88 / shelters.sum()) ** 0.5)
    assert np.array_equal(np.unique(row), np.flatnonzero(nightly)) and np.array_equal(who, made.who[row])
    assert ((day >= made.day[row]) & (day < made.stop[row])).all() and np.isin(made.day[nightly], day).all()
    assert len(np.unique(who * BEYOND + day)) == len(day)
    assert len(day) / nights == pytest.approx(rates.BED_USED.value, abs=0.01)


def test_costs_add_up_by_hand(lives: Lives) -> None:
    made = homelessness(lives)
    cost = LEAVING.truth(lives)["cost"].groupby("service")["amount"].sum()
    held = of_kinds(made, "shelter", "safe_haven")
    held = held.where(held.nightly == OPEN)
    housed, known, passing = made.where(made.moved_in < NEVER_DAY), made.of("street_outreach"), made.of("transitional_housing")
    months = sum(-(-(stop - day) // 30) for day, stop in zip(housed.moved_in.tolist(), housed.stop.tolist(), strict=True))
    contacts = sum(-(-(stop - day) // 30) for day, stop in zip(known.day.tolist(), known.stop.tolist(), strict=True))
    nights = (held.stop - held.day).sum() + len(bed_nights(made)[0])

    assert cost["shelter_night"] == pytest.approx(nights * rates.EMERGENCY_NIGHT.value, abs=0.005)
    assert cost["transitional_night"] == pytest.approx((passing.stop - passing.day).sum() * rates.TRANSITIONAL_NIGHT.value, abs=0.005)
    assert cost["permanent_housing_month"] == pytest.approx(months * rates.PERMANENT_MONTH.value, abs=0.005)
    assert cost["outreach_contact"] == pytest.approx(contacts * rates.OUTREACH_CONTACT.value, abs=0.005)

    # by hand: a stay of 65 nights is billed for 30, 30 and 5 of them, the last on the day it is over
    long = held.where((held.kind == KINDS.index("shelter")) & (held.stop - held.day == 65))
    who, day = long.who[0], long.day[0]
    whole = next(iter(HOUSING.lines(lives)))
    mine = (whole.who == who) & (whole.day > day) & (whole.day <= day + 65)
    assert (whole.day[mine] - day).tolist() == [29, 59, 65]
    assert whole.cents[mine].tolist() == [round(100 * nights * rates.EMERGENCY_NIGHT.value) for nights in (30, 30, 5)]


# ------------------------------------------------------------------------------------------------ face validity
def test_as_many_residents_come_to_a_shelter_as_declared(residents: Lives) -> None:
    people = residents.people
    adults = (people.grown <= CALENDAR.opening) & (people.until > CALENDAR.opening + 365)
    made = homelessness(residents).of("shelter")
    year = (made.day >= CALENDAR.opening) & (made.day < CALENDAR.opening + 365)
    came = np.unique(made.who[year])

    assert adults[came].sum() / adults.sum() == pytest.approx(0.018, abs=0.004)
    assert people.persons.need[came].mean() > people.persons.need[adults].mean() + 0.6


def test_most_who_are_enrolled_in_permanent_housing_move_in_some_weeks_later(residents: Lives) -> None:
    rows = homelessness(residents).of("permanent_housing")
    rows = rows.where(rows.exit != OPEN)
    moved = rows.moved_in < NEVER_DAY

    assert 0.75 < moved.mean() < 0.9
    assert np.median((rows.moved_in - rows.day)[moved]) == pytest.approx(rates.MOVE_IN_MEDIAN.value, abs=4)
