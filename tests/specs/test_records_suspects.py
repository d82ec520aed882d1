"""Rows that may be wrong are kept, counted and told; a clean county has none, and of planted faults most are found."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

import pandas as pd
import pytest

from evaluation.records import Records, connect
from evaluation.records.misspelling import misspelt
from evaluation.records.quality import Suspect
from synthetic import WORLDS
from synthetic.faults import Faults, Recorded, laid

PEOPLE = pd.DataFrame({"person_id": ["ada", "bob"], "birth": ["1980-02-29", "1990-01-01"]})
COVERAGE = pd.DataFrame(
    {"source": ["police", "weekly"], "first": ["2010-01-01"] * 2, "last": ["2020-12-31"] * 2, "lag_days": ["30"] * 2, "grain": ["day", "week"]}
)
TABLES, SEEDS = 3_000, (0, 1)  # people of the county whose faults are scored, and seeds of its faults


def county(**tables: pd.DataFrame) -> Records:
    return connect({"person": PEOPLE, "coverage": COVERAGE, **tables})


def events(*rows: tuple[str, str, str], kind: str = "arrest", source: str = "police") -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["person_id", "day", "recorded"]).assign(kind=kind, source=source)


def spells(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["person_id", "start", "stop"]).assign(kind="custody", source="police")


def suspected(records: Records) -> list[tuple[str, int, str, str]]:
    return [(row["table"], row["row"], row["suspicion"], row["column"]) for row in records.suspects().to_dict("records")]


# ------------------------------------------------------------------------------------------------ by hand
@pytest.mark.parametrize(
    ("day", "recorded", "suspicion"),
    [
        ("2016-03-20", "2016-04-19", None),  # the 30 days that the source declares
        ("2016-03-20", "2016-04-20", "late"),
        ("2016-03-20", "", None),
        ("2016-03-20", "2016-03-19", "entered first"),
        ("2016-03-20", "2016-03-20", None),
        ("2016-05-03", "2016-03-10", "exchanged"),  # 5 March, entered five days later
        ("2016-01-03", "2016-03-10", "exchanged"),  # 1 March, entered nine days later
        ("2016-01-03", "2016-04-10", "late"),  # 1 March would be late too
        ("2016-03-03", "2016-03-01", "entered first"),
    ],
)
def test_days_of_entry_that_do_not_fit_are_suspected(day: str, recorded: str, suspicion: str | None) -> None:
    column = {"late": "recorded", "entered first": "recorded", "exchanged": "day"}

    records = county(event=events(("bob", day, recorded)))

    assert suspected(records) == ([("event", 1, suspicion, column[suspicion])] if suspicion else [])


def test_a_source_that_dates_by_the_week_may_enter_a_row_before_the_week_ends() -> None:
    assert suspected(county(event=events(("bob", "2016-03-20", "2016-03-15"), source="weekly"))) == []


def test_of_two_events_that_differ_in_the_day_of_entry_the_later_is_suspected() -> None:
    records = county(event=events(("bob", "2016-03-20", "2016-03-25"), ("bob", "2016-03-20", "2016-03-21"), ("ada", "2016-03-20", "2016-03-21")))

    assert suspected(records) == [("event", 1, "twice", "")]


def test_events_that_differ_in_kind_or_value_are_two() -> None:
    same = events(("bob", "2016-03-20", "2016-03-25"), ("bob", "2016-03-20", "2016-03-21"))

    assert suspected(county(event=same.assign(kind=["arrest", "conviction"]))) == []
    assert suspected(county(event=same.assign(value=[1, 2]))) == []


ALONE = [("ada", f"{year}-{month:02}-15", "") for year in range(2010, 2020) for month in range(1, 13)]
PAIRS = [("bob", f"2016-{month:02}-{day:02}", "") for month in range(1, 13) for day in (1, 2)]


def test_events_a_day_apart_are_suspected_where_they_are_many_for_chance_and_few_of_all() -> None:
    records = county(event=events(*ALONE, *PAIRS))

    assert suspected(records) == [("event", len(ALONE) + 2 * month, "twice", "") for month in range(1, 13)]


def test_events_a_day_apart_are_not_suspected_where_that_is_how_they_happen() -> None:
    by_chance = [("ada", f"{year}-{month:02}-{day:02}", "") for year in range(2010, 2013) for month in range(1, 13) for day in range(7, 20, 2)]

    assert suspected(county(event=events(*PAIRS))) == []  # half of all rows come a day after another
    assert suspected(county(event=events(*ALONE, *PAIRS[:18]))) == []  # nine pairs are too few to tell
    assert suspected(county(event=events(*PAIRS, *by_chance))) == []  # as many lie two days apart
    assert suspected(county(event=events(*ALONE, *PAIRS, source="weekly"))) == []


@pytest.mark.parametrize(
    ("start", "stop", "suspicious"),
    [
        ("2016-03-01", "2016-03-09", True),
        ("2016-03-02", "2016-03-10", True),
        ("2016-03-02", "2016-03-11", True),
        ("2016-03-03", "2016-03-10", False),
        ("2016-03-01", "2016-03-12", False),
        ("2016-03-10", "2016-03-11", False),
        ("2016-03-01", "", False),
    ],
)
def test_of_two_stays_that_are_nearly_the_same_the_later_is_suspected(start: str, stop: str, suspicious: bool) -> None:
    records = county(spell=spells(("bob", "2016-03-01", "2016-03-10"), ("bob", start, stop)))

    assert any(suspicion == "twice" for _, _, suspicion, _ in suspected(records)) == suspicious


def test_a_stay_that_begins_inside_any_earlier_one_of_its_kind_is_told_once() -> None:
    stays = spells(("bob", "2016-03-01", "2016-04-01"), ("bob", "2016-03-05", "2016-03-07"), ("bob", "2016-03-10", "2016-03-20"))
    after = spells(("bob", "2016-04-01", "2016-05-01"), ("ada", "2016-03-02", "2016-03-09"))
    records = county(spell=pd.concat([stays, after, spells(("bob", "2016-03-03", "2016-03-04")).assign(kind="shelter")]))

    assert suspected(records) == [("spell", 2, "overlap", ""), ("spell", 3, "overlap", "")]
    told = "spell, source police: 2 rows, kept: it begins before another of the same person, kind and source has ended: days are counted once."
    assert told in records.quality.warnings


def test_money_below_nothing_is_told() -> None:
    lines = pd.DataFrame({"person_id": ["ada", "ada", "bob"], "day": ["2016-03-01"] * 3, "amount": ["10.00", "-0.01", "0"]}).assign(source="police")

    records = county(cost=lines.assign(service="jail_day"), quarter=lines.assign(measure="wages", day="2016-01-01"))

    assert suspected(records) == [("cost", 2, "negative", "amount"), ("quarter", 2, "negative", "amount")]
    assert "cost, source police: 1 row, kept: amount is below 0" in str(records.quality)


def test_nights_in_a_row_are_not_one_night_entered_twice() -> None:
    assert suspected(county(spell=spells(*[("bob", f"2016-03-{day:02}", f"2016-03-{day + 1:02}") for day in range(1, 20)]))) == []


def test_people_too_old_or_too_young_for_what_is_recorded_are_suspected() -> None:
    born = PEOPLE.assign(birth=["2004-06-01", "1911-01-01"])
    rows = events(("ada", "2016-05-28", ""), ("ada", "2016-06-02", ""), ("bob", "2015-12-31", ""), ("bob", "2016-01-03", ""))

    assert suspected(county(person=born, event=rows)) == [("event", 1, "age", "day"), ("event", 4, "age", "day")]
    assert suspected(county(person=born, event=rows[:2].assign(kind="shelter_entry"))) == []


def test_rows_of_one_person_that_differ_by_day_and_month_of_birth_are_told() -> None:
    twice = pd.DataFrame({"person_id": ["ada", "ada", "bob", "bob"], "birth": ["1980-02-03", "1980-03-02", "1990-01-01", "1991-01-01"]})

    records = county(person=twice)

    assert records.quality.suspects == (Suspect("person", "", "exchanged", "birth", 2),)
    assert "person: 2 rows: birth would contradict nothing if its day and month were exchanged." in records.quality.warnings


def test_a_kind_one_letter_from_a_frequent_one_is_told_and_not_shown() -> None:
    right = [("ada", f"2016-03-{day:02}", "") for day in range(1, 21)]
    records = county(event=pd.concat([events(*right), events(("bob", "2016-03-20", ""), kind="arest")]))

    assert suspected(records) == [("event", 21, "misspelt", "kind")]
    assert "event, source police: 1 row, kept: kind is one letter from a word that far more rows hold." in records.quality.warnings
    assert "arest" not in str(records.quality)


@pytest.mark.parametrize("slip", ["arest", "arrrest", "arrost", "rarest", "arrset", "Arrest", "arrests"])
def test_a_slip_is_a_letter_left_out_added_changed_or_exchanged(slip: str) -> None:
    assert misspelt({"arrest": 100, slip: 10}) == {slip: "arrest"}
    assert misspelt({"arrest": 100, slip: 11}) == {}


@pytest.mark.parametrize(
    ("one", "other"), [("code 459", "code 458"), ("lot:aid", "lot:no_aid"), ("stay", "stray"), ("er_visit", "er_visit_2"), ("arrest", "tarries")]
)
def test_codes_that_differ_in_a_digit_and_short_or_other_words_are_no_slips(one: str, other: str) -> None:
    assert misspelt({one: 2, other: 100}) == {}


def test_rows_that_are_set_aside_are_not_suspected_and_suspected_rows_are_not_set_aside() -> None:
    records = county(event=events(("zoe", "2016-03-20", "2018-01-01"), ("bob", "2016-03-20", "2018-01-01")))

    assert suspected(records) == [("event", 2, "late", "recorded")]
    assert next(each.kept for each in records.quality.tables if each.table == "event") == 1


def test_suspicions_hold_no_value_of_a_row() -> None:
    records = county(event=events(("bob", "2016-03-20", "2018-01-01")))

    assert records.suspects().to_dict("records") == [
        {"table": "event", "file": "event", "row": 1, "source": "police", "suspicion": "late", "column": "recorded"}
    ]


# ------------------------------------------------------------------------------------------------ scored on invented counties
@cache
def scored(share: float, seed: int) -> tuple[Recorded, pd.DataFrame]:
    """A county with every fault, and the rows that are suspected, numbered from 0."""
    world = WORLDS["lottery"].but(systems=("justice", "shelter", "contacts"))  # no kind so rare that a slip could be another kind
    people = world.people(TABLES, 0)
    recorded = laid(world.records(world.live(people, world.as_run)), Faults(**{dial.name: share for dial in fields(Faults)}), seed)
    suspects = connect(recorded.tables).suspects()
    return recorded, suspects.assign(row=suspects["row"] - 1)


def score(recorded: Recorded, suspects: pd.DataFrame, fault: str, suspicion: str) -> tuple[float, float]:
    """Precision and recall; of an original and its copy either may be the one that is suspected."""
    hits = recorded.hits[recorded.hits["fault"] == fault]
    told = set(places(suspects[suspects["suspicion"] == suspicion], "row"))
    of_copy = dict(zip(places(hits, "twin"), places(hits, "row"), strict=True))
    planted = set(places(hits, "row"))
    right = [place for place in told if place in planted or place in of_copy]
    found = {of_copy.get(place, place) for place in right}
    return len(right) / len(told), len(found & planted) / len(planted)


def places(rows: pd.DataFrame, column: str) -> list[tuple[Any, ...]]:
    return list(zip(rows["table"], rows[column], strict=True))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("fault", "suspicion", "precision", "recall"),
    [
        ("late", "late", 0.99, 0.96),
        ("retyped", "twice", 0.96, 0.75),
        ("swapped_days", "exchanged", 0.83, 0.94),
        ("misspelt", "misspelt", 1, 1),
    ],
)
def test_precision_and_recall_where_two_rows_in_a_hundred_have_each_fault(
    seed: int, fault: str, suspicion: str, precision: float, recall: float
) -> None:
    found = score(*scored(0.02, seed), fault, suspicion)

    assert found[0] >= precision and found[1] >= recall


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_is_of_an_impossible_age_has_a_wrong_birth_but_few_wrong_decades_show(seed: int) -> None:
    recorded, suspects = scored(0.02, seed)
    aged = suspects[suspects["suspicion"] == "age"]
    told = {recorded.tables[table]["person_id"][row] for table, row in places(aged, "row")}
    wrong = {fault: set(recorded.tables["person"]["person_id"][rows["row"]]) for fault, rows in of_people(recorded)}

    assert told <= wrong["born_late"] | wrong["wrong_decades"]
    assert len(told & wrong["born_late"]) / len(wrong["born_late"]) >= 0.9
    assert 0.03 <= len(told & wrong["wrong_decades"]) / len(wrong["wrong_decades"]) <= 0.3
    assert not told & wrong["swapped_births"]


def of_people(recorded: Recorded) -> Any:
    return recorded.hits[recorded.hits["table"] == "person"].groupby("fault")


@pytest.mark.parametrize("seed", SEEDS)
def test_births_that_conflict_by_day_and_month_are_all_told(seed: int) -> None:
    recorded, suspects = scored(0.02, seed)
    person = recorded.tables["person"]
    copies = recorded.hits.query("fault == 'conflicting' and table == 'person' and twin >= 0")
    one, other = (person["birth"][copies[column]].reset_index(drop=True) for column in ("row", "twin"))
    exchanged = (one.dt.day == other.dt.month) & (one.dt.month == other.dt.day) & (one.dt.year == other.dt.year)

    told = suspects.query("table == 'person' and suspicion == 'exchanged'")

    assert exchanged.any() and not exchanged.all()
    assert set(told["row"]) == set(copies["row"][exchanged.to_numpy()]) | set(copies["twin"][exchanged.to_numpy()])


@pytest.mark.parametrize("name", ["lottery", "walk_in", "referred", "families", "cut_off"])
def test_a_clean_county_raises_no_suspicion(name: str) -> None:
    world = WORLDS[name]

    records = connect(world.records(world.live(world.people(1_500, 1), world.as_run)))

    assert not records.quality.suspects
    assert len(records.quality.warnings) == len(records.quality.suspects)
