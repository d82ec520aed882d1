"""HUD's Measure 1a walks back from each client's last night: by hand, at its edges, and night by night on invented lives."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from small_county import county

import evaluation as ev
from evaluation.outcomes.length_of_time import length_of_time_homeless
from evaluation.terms import Refused

FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)
COVERED = "source first last lag_days grain\njail 2010-01-01 2021-12-31 0 day"


def lengths(spells: str, people: str = "person_id\nann", *, transitional: bool = False) -> dict[str, int]:
    records = county(person=people, coverage=COVERED, spell=f"person_id kind start stop\n{spells}")
    rows = length_of_time_homeless(records.engine, FIRST, LAST, transitional=transitional)
    return dict(zip(rows["person_id"].to_pylist(), rows["nights"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("spells", "nights"),
    [
        ("ann shelter 2020-06-01 2020-06-11", 10),  # the day of leaving is no night
        ("ann shelter 2020-12-22 -", 10),  # open, up to the end of the report
        ("ann shelter 2019-01-01 2020-01-11", 375),  # one run goes back as far as it goes
        ("ann shelter 2019-01-01 2019-02-01\nann shelter 2020-06-01 2020-06-11", 10),  # an older run is cut off by a gap
        ("ann shelter 2019-06-01 2019-06-20\nann shelter 2020-06-01 2020-06-11", 29),  # within 365 days of the last night, gap or not
        ("ann shelter 2019-05-01 2019-06-11\nann shelter 2020-06-01 2020-06-10", 50),  # one night of the older run is the first of them
        ("ann shelter 2019-05-01 2019-06-11\nann shelter 2020-06-01 2020-06-11", 10),  # and a day later none is
        ("ann shelter 2019-12-20 2020-01-01", None),  # no night in the report's days
        ("ann shelter 2012-01-01 2020-01-11", 2566),  # no further than seven years before the report
        ("ann shelter 2020-06-01 2020-06-11\nann permanent_housing 2020-06-05 2020-06-08", 7),
        ("ann shelter 2020-06-01 2020-06-11\nann transitional_housing 2020-06-05 2020-06-08", 7),
    ],
)
def test_nights_are_walked_back_from_the_last_one(spells: str, nights: int | None) -> None:
    assert lengths(spells).get("ann") == nights


def test_transitional_housing_counts_in_the_second_row() -> None:
    assert lengths("ann transitional_housing 2020-06-01 2020-06-11\nann shelter 2020-06-11 2020-06-13", transitional=True) == {"ann": 12}


def test_the_walk_back_is_what_it_is_night_by_night() -> None:
    chance, kinds = random.Random(5), (*("shelter",) * 9, "safe_haven", "transitional_housing", "permanent_housing")
    people = [f"p{number}" for number in range(40)]
    stays = {who: [_stay(chance, kinds) for _ in range(chance.randrange(12))] for who in people}
    lines = sorted({f"{who} {kind} {first} {stop}" for who, mine in stays.items() for kind, first, stop in mine})

    found = lengths("\n".join(lines), "\n".join(["person_id", *people]))

    expected = {who: _night_by_night(stays[who]) for who in people}
    assert found == {who: nights for who, nights in expected.items() if nights}
    assert max(found.values()) > 365


def _stay(chance: random.Random, kinds: tuple[str, ...]) -> tuple[str, date, date]:
    first = date(2018, 1, 1) + timedelta(days=chance.randrange(1100))
    return chance.choice(kinds), first, first + timedelta(days=chance.randrange(400))


def _night_by_night(stays: list[tuple[str, date, date]]) -> int:
    def nights(of: tuple[str, ...]) -> set[date]:
        return {first + timedelta(days=n) for kind, first, stop in stays if kind in of for n in range((stop - first).days)}

    homeless = {night for night in nights(("shelter", "safe_haven")) - nights(("transitional_housing", "permanent_housing")) if night <= LAST}
    if not homeless or max(homeless) < FIRST:
        return 0
    counted = {night for night in homeless if night >= max(homeless) - timedelta(days=365)}
    while min(counted) - timedelta(days=1) in homeless:
        counted.add(min(counted) - timedelta(days=1))
    return len(counted)


def test_a_reader_asks_it_of_records_and_has_huds_two_numbers() -> None:
    spells = "ann shelter 2020-06-01 2020-06-11\nbob shelter 2020-06-01 2020-06-03\ncy safe_haven 2020-06-01 2020-06-04"
    records = county(person="person_id\nann\nbob\ncy", coverage=COVERED, spell=f"person_id kind start stop\n{spells}")
    told = ev.length_of_time_homeless(records, between=(FIRST, LAST))

    assert dict(zip(told.frame["person_id"], told.frame["nights"], strict=True)) == {"ann": 10, "bob": 2, "cy": 3}
    assert (told.mean, told.median) == (5.0, 3.0) and "3 people in shelter and safe haven" in told.note
    with pytest.raises(Refused, match="comes after its last"):
        ev.length_of_time_homeless(records, between=(LAST, FIRST))
