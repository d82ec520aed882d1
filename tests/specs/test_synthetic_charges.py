"""Charges, offences, violations and returns to prison: what each arrest comes to in court, and when the county learns of it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from synthetic import ALL_OFFERED, NEVER, WORLDS
from synthetic.lives import Lives
from synthetic.rates import charges as rates
from synthetic.rates import core
from synthetic.rows import NEVER_DAY
from synthetic.systems.charges import COURT_CHARGES, FELONY, INFRACTION, MISDEMEANOUR, Cases, cases
from synthetic.world import CALENDAR, World

N = 3_000
MANY = 30_000
WORLD = replace(WORLDS["lottery"], systems=("justice", "charges"))


@pytest.fixture(scope="module")
def lives() -> Lives:
    return WORLD.live(WORLD.people(N, 11), NEVER)


@pytest.fixture(scope="module")
def truth(lives: Lives) -> pd.DataFrame:
    return WORLD.truth(lives)["event"]


@pytest.fixture(scope="module")
def records(lives: Lives) -> pd.DataFrame:
    return WORLD.records(lives)["event"]


@pytest.fixture(scope="module")
def many() -> Cases:
    lives = WORLD.live(WORLD.people(MANY, 5), NEVER)
    return cases(lives.people.persons.luck, lives.arrests, lives.people.persons.need)


def days(events: pd.DataFrame, kind: str) -> set[tuple[str, pd.Timestamp]]:
    """Who, and when."""
    rows = events[events["kind"] == kind]
    return set(zip(rows["person_id"], rows["day"], strict=True))


def rows(world: World, n: int, *, chunk: int) -> pd.DataFrame:
    """The rows of this system, made in chunks."""
    parts = [world.records(world.live(world.people(min(chunk, n - first), 3, first=first), ALL_OFFERED))["event"] for first in range(0, n, chunk)]
    every = pd.concat(parts)
    ours = every[every["source"] == "court_charges"].drop(columns="source")
    return ours.sort_values(list(ours.columns), ignore_index=True)


# ------------------------------------------------------------------------------------------------ lives
def test_every_arrest_is_charged_on_its_day_and_nothing_else_is(truth: pd.DataFrame) -> None:
    charged = set.union(*(days(truth, f"charge:{kind}") for kind in ("felony", "misdemeanour", "infraction")))

    assert charged == days(truth, "arrest")
    assert not truth.duplicated(["person_id", "kind", "day"]).any()


def test_offences_are_dated_by_the_arrest_and_carry_no_day_of_entry(lives: Lives, records: pd.DataFrame) -> None:
    """A day of entry so long after its own day would say of the court that it is later with everything than it is."""
    offences = records[records["kind"] == "convicted_offence"]
    last = CALENDAR.last - 60  # what was proven by then has entered
    arrests = lives.arrests
    proven = arrests.where((arrests.convicted <= last) & (arrests.convicted < np.minimum(lives.until, lives.people.moved)[arrests.who]))
    due = {(f"P{who:07d}", pd.Timestamp(day, unit="D")) for who, day in zip(proven.who, proven.day, strict=True)}

    assert due and due <= days(records, "convicted_offence") <= days(records, "arrest")
    assert offences["recorded"].isna().all()


def test_an_offence_is_on_record_only_once_it_is_proven(lives: Lives, truth: pd.DataFrame, records: pd.DataFrame) -> None:
    """Of the arrests of the last 30 days, some will end in a conviction: the truth knows, and no record does."""
    last = pd.Timestamp(CALENDAR.last, unit="D")
    arrests = lives.arrests
    guilty = arrests.where((arrests.convicted < NEVER_DAY) & (arrests.convicted < lives.people.death[arrests.who]))
    offences = records[records["kind"] == "convicted_offence"]
    final = truth[(truth["kind"] == "convicted_offence") & (truth["day"] > last - pd.Timedelta(days=30))]

    assert (truth["kind"] == "convicted_offence").sum() == len(guilty.who)
    assert len(final) > 0
    assert len(final) > 2 * (offences["day"] > last - pd.Timedelta(days=30)).sum()


def test_nobody_is_convicted_of_infractions_alone(truth: pd.DataFrame) -> None:
    grave = days(truth, "charge:felony") | days(truth, "charge:misdemeanour")

    assert days(truth, "convicted_offence") <= grave
    assert days(truth, "charge:infraction") - grave  # some arrests are for nothing else


def test_a_violation_follows_a_conviction_within_the_term_and_outside_jail(lives: Lives, truth: pd.DataFrame) -> None:
    sentenced = truth[truth["kind"] == "conviction"].groupby("person_id")["day"].apply(list)
    jailed = lives.arrests.where(lives.arrests.jailed)
    for person, day in days(truth, "technical_violation"):
        after = [(day - past).days for past in sentenced[person]]
        who, number = int(person[1:]), day.to_datetime64().astype("datetime64[D]").astype(int)
        mine = jailed.who == who

        assert any(0 < wait <= rates.TERM.value for wait in after)
        assert not ((jailed.day[mine] <= number) & (number < jailed.stop[mine])).any()


def test_a_return_to_prison_falls_on_a_conviction_in_jail(lives: Lives, truth: pd.DataFrame) -> None:
    jailed = lives.arrests.where(lives.arrests.jailed)
    returns = days(truth, "prison_return")

    assert returns and returns <= days(truth, "conviction")
    for person, day in returns:
        mine, number = jailed.who == int(person[1:]), day.to_datetime64().astype("datetime64[D]").astype(int)
        assert ((jailed.day[mine] < number) & (number < jailed.stop[mine])).any()


# ------------------------------------------------------------------------------------------------ plans
def test_the_programme_changes_nothing_in_court_before_enrolment_and_nothing_at_all_without_effect(lives: Lives, truth: pd.DataFrame) -> None:
    served = WORLD.live(lives.people, ALL_OFFERED)
    enrolled = pd.Series(served.enrolled, index=[f"P{number:07d}" for number in range(N)])
    early = [
        events.loc[
            (events["source"] == "court_charges") & ((events["day"] - pd.Timestamp(0)).dt.days < events["person_id"].map(enrolled)),
            ["person_id", "kind", "day"],
        ]
        for events in (truth, WORLD.truth(served)["event"])
    ]
    without = WORLD.but(effect="none")
    idle = without.truth(without.live(lives.people, ALL_OFFERED))["event"]

    pd.testing.assert_frame_equal(*(part.sort_values(["person_id", "day", "kind"], ignore_index=True) for part in early))
    ours, theirs = (events[events["source"] == "court_charges"].reset_index(drop=True) for events in (truth, idle))
    pd.testing.assert_frame_equal(ours, theirs)


def test_the_rows_are_the_same_whatever_the_chunk() -> None:
    whole = rows(WORLD, 300, chunk=300)
    assert len(whole)
    for chunk in (74, 7):
        pd.testing.assert_frame_equal(rows(WORLD, 300, chunk=chunk), whole)


def test_every_kind_is_announced(records: pd.DataFrame) -> None:
    assert set(records.loc[records["source"] == "court_charges", "kind"]) == set(COURT_CHARGES.kinds)


# ------------------------------------------------------------------------------------------------ rates
def test_charges_come_out_at_their_rates(many: Cases) -> None:
    number, booked = (many.charges >= 0).sum(axis=1), many.arrests.jailed
    further = many.charges[:, 1:]

    assert (number == 2).mean() == pytest.approx(rates.TWO_CHARGES.value, abs=0.005)
    assert (number == 3).mean() == pytest.approx(rates.THREE_CHARGES.value, abs=0.005)
    assert (further[booked] == FELONY).sum() / (further[booked] >= 0).sum() == pytest.approx(rates.FELONY_BOOKED.value, abs=0.01)
    assert (further[~booked] == FELONY).sum() / (further[~booked] >= 0).sum() == pytest.approx(rates.FELONY_CITED.value, abs=0.01)
    assert (further == INFRACTION).sum() / (further >= 0).sum() == pytest.approx(rates.INFRACTION_SHARE.value, abs=0.01)
    assert (many.charges[many.arrests.convicted < NEVER_DAY, 0] <= MISDEMEANOUR).all()


def test_violations_and_returns_to_prison_come_out_at_their_rates(many: Cases) -> None:
    guilty = many.arrests.convicted < NEVER_DAY
    violated = (many.violated < NEVER_DAY)[guilty].mean()
    inside = guilty & (many.arrests.convicted > many.arrests.day) & (many.arrests.convicted < many.arrests.stop)

    assert guilty.mean() == pytest.approx(core.CONVICTED.value, abs=0.005)
    assert 0.25 < violated < 0.45  # 1 - exp(-0.365) = 0.31 at average need; those convicted are needier
    assert many.prison[inside].mean() == pytest.approx(rates.PRISON.value, abs=0.02)
    assert not many.prison[~inside].any()
    assert 0.02 < many.prison.sum() / guilty.sum() < 0.20
