"""What holds in the invented county: lives that hang together, records that hide what a county cannot see, rates as declared."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluation.records import connect
from evaluation.records.contract import CONTRACT
from evaluation.terms import Refused
from synthetic import ALL_OFFERED, BY_LOT, NEVER, WORLDS, from_day, write
from synthetic.community import Jail
from synthetic.lives import Lives
from synthetic.rates import core
from synthetic.rows import NEVER_DAY
from synthetic.world import CALENDAR

WORLD = WORLDS["lottery"]
N = 3_000
MANY = 40_000  # standard errors of shares below a quarter of a point: room for 4 of them stands in each tolerance
PROGRAMME = "reentry_navigation"


@pytest.fixture(scope="module")
def lives() -> Lives:
    return WORLD.live(WORLD.people(N, 11), BY_LOT)


@pytest.fixture(scope="module")
def records(lives: Lives) -> dict[str, pd.DataFrame]:
    return WORLD.records(lives)


@pytest.fixture(scope="module")
def many() -> Lives:
    return WORLD.live(WORLD.people(MANY, 5), NEVER)


def within(lives: Lives, rows: Any, days: int) -> float:
    """The share of people to whom it happens from the day after the release to so many days later, exclusive."""
    after = rows.day - lives.people.start[rows.who]
    return len(np.unique(rows.who[(after >= 1) & (after < days)])) / len(lives.people)


# ------------------------------------------------------------------------------------------------ lives
def test_nobody_is_arrested_while_inside_or_on_the_day_of_release(lives: Lives) -> None:
    arrests = lives.arrests
    same = arrests.who[1:] == arrests.who[:-1]
    jailed = arrests.jailed[:-1]

    assert (arrests.day[1:] > arrests.day[:-1])[same].all()
    assert (arrests.day[1:] > arrests.stop[:-1])[same & jailed].all()


def test_nothing_happens_before_eighteen_after_death_or_past_the_records(lives: Lives) -> None:
    people = lives.people
    for rows in (lives.arrests, lives.stays, lives.contacts):
        assert (rows.day >= people.grown[rows.who]).all()
        assert (rows.day < people.death[rows.who]).all()
        assert (rows.day <= CALENDAR.last).all()
    for rows in (lives.arrests, lives.stays):
        assert (rows.stop <= lives.until[rows.who]).all()


def test_the_clock_starts_at_the_first_release_since_the_programme_opened(lives: Lives) -> None:
    jailed = lives.arrests.where(lives.arrests.jailed)
    since = jailed.stop >= CALENDAR.opening
    first = np.full(N, NEVER_DAY)
    np.minimum.at(first, jailed.who[since], jailed.stop[since])

    assert np.array_equal(first, lives.people.start)
    assert first.min() >= CALENDAR.opening and first.max() <= CALENDAR.closing


def test_shelter_and_jail_never_overlap_and_contacts_fall_outside_jail(lives: Lives) -> None:
    jailed = lives.arrests.where(lives.arrests.jailed)
    for person in range(N):
        inside = {day for row in np.flatnonzero(jailed.who == person) for day in range(jailed.day[row], jailed.stop[row])}
        stays = np.flatnonzero(lives.stays.who == person)
        sheltered = [day for row in stays for day in range(lives.stays.day[row], lives.stays.stop[row])]

        assert len(sheltered) == len(set(sheltered))
        assert not inside & set(sheltered)
        assert not inside & set(lives.contacts.day[lives.contacts.who == person])


def test_days_outside_and_the_calendar_are_each_others_inverse(lives: Lives) -> None:
    jail = Jail(lives.arrests, N)
    who = np.repeat(np.arange(N), 5)
    day = lives.people.start[who] + np.tile([0, 17, 100, 365, 900], N)
    free = ~jail.holds(who, day)

    assert np.array_equal(jail.calendar(who, jail.outside(who, day))[free], day[free])


def test_a_stay_that_jail_interrupts_stops_the_day_the_person_is_taken_in(lives: Lives) -> None:
    jail = Jail(lives.arrests, N)
    taken_in = jail.holds(lives.stays.who, lives.stays.stop)

    assert taken_in.any()
    assert np.array_equal(jail.next_start(lives.stays.who, lives.stays.day)[taken_in], lives.stays.stop[taken_in])


# ------------------------------------------------------------------------------------------------ plans
def test_plans_serve_whom_they_say() -> None:
    people = WORLD.people(N, 2)
    everybody, by_lot, nobody, late = (WORLD.live(people, plan) for plan in (ALL_OFFERED, BY_LOT, NEVER, from_day(90)))
    alive = people.death > people.start + 90

    assert (nobody.enrolled == NEVER_DAY).all() and nobody.offered is None
    assert np.array_equal(late.enrolled[alive], (people.start + 90)[alive]) and (late.enrolled[~alive] == NEVER_DAY).all()
    assert by_lot.offered is not None and everybody.offered is not None and everybody.offered.all()
    # whoever is offered lives the life of ALL_OFFERED, whoever is not lives that of NEVER
    assert np.array_equal(by_lot.enrolled, np.where(by_lot.offered, everybody.enrolled, NEVER_DAY))


def test_coins_are_tossed_one_by_one_as_the_shipped_design_says(many: Lives) -> None:
    """Were lots drawn area by area, as many would be offered in an area as the odds say; coins leave a binomial spread."""
    offered = BY_LOT.offers(many.people)
    area, hundreds = many.people.persons.area, np.arange(MANY) // 100
    assert offered is not None
    spread = [
        (2 * offered[inside].sum() - inside.sum()) ** 2 / inside.sum()
        for hundred in range(MANY // 100)
        for place in range(5)
        if (inside := (hundreds == hundred) & (area == place)).any()
    ]
    design = (Path(__file__).parents[2] / "designs" / "bayview" / "reentry_navigation.toml").read_text(encoding="utf-8")

    assert np.mean(spread) == pytest.approx(1, abs=4 * (2 / len(spread)) ** 0.5)  # a chi-squared of one degree each
    assert "coin was tossed alone" in design and "drawn area by area" not in design


def test_the_coin_is_fair_in_every_area_and_about_seven_of_ten_enrol(many: Lives) -> None:
    people = many.people
    offered = BY_LOT.offers(people)
    enrolled = ALL_OFFERED.enrols(people, np.ones(MANY, dtype=bool))
    assert offered is not None
    for area in range(5):
        share = offered[people.persons.area == area].mean()
        assert share == pytest.approx(0.5, abs=4 * 0.5 / (0.1 * MANY) ** 0.5)
    wait = (enrolled - people.start)[enrolled < NEVER_DAY]

    assert len(wait) / MANY == pytest.approx(core.TAKE_UP.value, abs=0.01)
    assert wait.min() >= 1 and wait.max() <= core.TAKE_UP_LONGEST.value


# ------------------------------------------------------------------------------------------------ records
def test_the_tables_are_canonical_and_nothing_is_set_aside(records: dict[str, pd.DataFrame]) -> None:
    for name, frame in records.items():
        assert set(frame) <= set(CONTRACT[name].names) and set(CONTRACT[name].required) <= set(frame)

    county = connect(records)

    assert county.quality.frame().empty


def test_everybody_has_one_coin_on_the_day_of_the_release_that_starts_the_clock(records: dict[str, pd.DataFrame]) -> None:
    event = records["event"]
    coins = event[event["kind"].str.startswith("lot:")]
    releases = event[event["kind"] == "release"]
    first = releases[releases["day"] >= "2019-01-01"].groupby("person_id")["day"].min()
    movers = records["person"].set_index("person_id")["moved"]

    assert set(coins["kind"]) == {f"lot:{PROGRAMME}", f"lot:no_{PROGRAMME}"}
    assert coins["person_id"].is_unique and len(coins) == N
    assert (coins.set_index("person_id")["day"].sort_index() == first.sort_index()).all()
    assert (movers.dropna() > first[movers.dropna().index]).all()


def test_a_county_sees_nothing_after_a_move_and_nothing_that_came_too_late(lives: Lives, records: dict[str, pd.DataFrame]) -> None:
    moved = records["person"].set_index("person_id")["moved"].dropna()
    coverage = records["coverage"].set_index("source")
    truth = WORLD.truth(lives)
    for name, day in (("event", "day"), ("spell", "start"), ("service", "start"), ("cost", "day")):
        seen = records[name]
        until = seen["person_id"].map(moved)
        assert (until.isna() | (seen[day] < until)).all()
        assert (seen[day] >= seen["source"].map(coverage["first"])).all()
        whole = truth[name]
        until, last = whole["person_id"].map(moved), whole["source"].map(coverage["last"])
        due = last - pd.to_timedelta(whole["source"].map(coverage["lag_days"]), "D")
        complete = (until.isna() | (whole[day] < until)) & (whole[day] >= whole["source"].map(coverage["first"])) & (whole[day] <= due)
        # before the lag at the end of a source, everything that happened is there
        which = ["person_id", day, "source"]
        found = whole.loc[complete, which].merge(seen[which].drop_duplicates(), how="left", indicator=True)["_merge"]
        assert len(found) and (found == "both").all()
        assert len(whole) > len(seen)
    assert (records["event"]["recorded"].dropna() <= coverage["last"].max()).all()  # rows dated back have no such day


def test_the_programme_costs_its_price_and_nothing_else_moves_without_effect() -> None:
    world = WORLDS["lottery_without_effect"]
    people = world.people(N, 4)
    with_it, without = (world.truth(world.live(people, plan))["cost"] for plan in (ALL_OFFERED, NEVER))
    programme = with_it[with_it["service"] == PROGRAMME]

    pd.testing.assert_frame_equal(with_it[with_it["service"] != PROGRAMME].reset_index(drop=True), without.reset_index(drop=True))
    assert (programme["amount"] == core.PROGRAMME_PRICE.value).all()
    assert len(programme) == (world.live(people, ALL_OFFERED).enrolled < NEVER_DAY).sum()


def test_bills_add_up_to_the_nights(lives: Lives) -> None:
    cost = WORLD.truth(lives)["cost"].groupby("service")["amount"].sum()
    jailed, stays = lives.arrests.where(lives.arrests.jailed), lives.stays

    assert cost["jail_day"] == pytest.approx((jailed.stop - jailed.day).sum() * core.JAIL_DAY.value, abs=0.005)
    assert cost["shelter_night"] == pytest.approx((stays.stop - stays.day).sum() * core.SHELTER_NIGHT.value, abs=0.005)


def test_written_tables_read_back_as_the_same_records(tmp_path: Path) -> None:
    records = WORLD.records(WORLD.live(WORLD.people(600, 11), BY_LOT))
    assert all(len(rows) for rows in records.values())
    write(records, tmp_path / "county")

    from_files, from_frames = connect(tmp_path / "county"), connect(records)

    assert from_files.quality.frame().empty
    assert from_files.manifest.totals == from_frames.manifest.totals


def test_a_folder_that_holds_something_is_refused_and_left_as_it_was(records: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(Refused, match="something here already"):
        write(records, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    class Failing(pd.DataFrame):
        def to_csv(self, *args: Any, **kwargs: Any) -> None:
            raise OSError("No space left on device")

    with pytest.raises(Refused, match="could not be written"):
        write({"person": pd.DataFrame({"person_id": ["P1"]}), "event": Failing()}, tmp_path / "county")

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("n", "seed"), [(0, 0), (-5, 0), (10, -1)])
def test_no_people_or_a_negative_seed_is_refused(n: int, seed: int) -> None:
    with pytest.raises(Refused, match="1 person or more"):
        WORLD.people(n, seed)


def test_one_person_is_a_county() -> None:
    for seed in range(30):
        assert len(WORLD.records(WORLD.live(WORLD.people(1, seed), BY_LOT))["person"]) == 1


# ------------------------------------------------------------------------------------------------ face validity
def test_as_many_are_arrested_again_as_among_those_released_from_prison(many: Lives) -> None:
    """44 % in one year (what the rate was set by) and 67.8 % in three (what it was not): BJS, NCJ 250975 and 244205."""
    assert within(many, many.arrests, 365) == pytest.approx(0.44, abs=0.01)
    assert within(many, many.arrests, 3 * 365) == pytest.approx(0.678, abs=0.03)


def test_as_many_enter_a_shelter_or_die_as_declared(many: Lives) -> None:
    people = many.people
    year = people.death < people.start + 365
    early = people.death < people.start + 14

    assert within(many, many.stays, 730) == pytest.approx(0.114, abs=0.01)  # Metraux and Culhane 2004
    assert year.mean() == pytest.approx(0.00777, abs=0.002)  # Binswanger and others 2007
    assert early.sum() / year.sum() == pytest.approx(14 * 3.6 / (351 + 14 * 3.6), abs=0.06)
    assert (people.moved < people.start + 365).mean() == pytest.approx(core.MOVE_OUT.value, abs=0.005)


def test_a_jail_stay_lasts_three_weeks_on_average_and_most_are_short(many: Lives) -> None:
    jailed = many.arrests.where(many.arrests.jailed & (many.arrests.stop < many.until[many.arrests.who]))
    nights = jailed.stop - jailed.day

    assert nights.mean() == pytest.approx(20.9, abs=1.0)  # California Board of Corrections, first quarter of 1996
    assert np.median(nights) <= 7


def test_a_few_people_account_for_much_of_the_cost(many: Lives) -> None:
    spent = WORLD.truth(many)["cost"].groupby("person_id")["amount"].sum().sort_values(ascending=False)

    assert 0.25 < spent.head(MANY // 20).sum() / spent.sum() < 0.55


def test_one_need_drives_several_systems(many: Lives) -> None:
    """Whoever is arrested more often is more often in a shelter too, though no rate of the one names the other."""
    arrested = np.bincount(many.arrests.who, minlength=MANY) >= 6
    sheltered = np.bincount(many.stays.who, minlength=MANY) > 0

    assert sheltered[arrested].mean() > 1.3 * sheltered[~arrested].mean()
