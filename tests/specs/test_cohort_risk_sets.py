"""The clock of service, one rule a spec: who is compared with whom on the day somebody is served, on counties of a few people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from small_county import county
from small_risk_sets import AID, EVERYBODY, SERVED, beside, enrolled, lost, plan, sets
from sqlglot import exp

from evaluation.records import Records
from evaluation.records.days import FOREVER, day_of
from evaluation.records.sql import c, table
from evaluation.terms import Compared, HistoryColumn, Starts

# ------------------------------------------------------------------------------------------------ who is comparable
PEOPLE = "person_id birth sex death moved\nann 1990-01-01 f - -\nbob 1990-01-01 m - -\ncy 1990-01-01 f - -\n"
STAY = "person_id kind start stop\nann jail 2019-02-01 2019-02-03\n"

BOB: dict[str, tuple[dict[str, str], dict[str, Any], bool]] = {  # what is on record of bob, what the plan says; whether bob may be compared
    "somebody never served": ({}, {}, True),
    "somebody served later": ({"service": "bob aid 2020-03-11"}, {}, True),
    "somebody served on the same day": ({"service": "bob aid 2020-03-10"}, {}, False),
    "somebody served before": ({"service": "bob aid 2019-12-01"}, {}, False),
    "somebody served before and again later": ({"service": "bob aid 2019-12-01\nbob aid 2020-05-01"}, {}, False),
    "somebody in another programme": ({"service": "bob other 2020-03-01"}, {}, True),
    "somebody who moves the day after": ({"person": "bob 1990-01-01 m - 2020-03-11"}, {}, True),
    "somebody who has moved that day": ({"person": "bob 1990-01-01 m - 2020-03-10"}, {}, False),
    "somebody who dies the day after": ({"person": "bob 1990-01-01 m 2020-03-11 -"}, {}, True),
    "somebody who dies that day": ({"person": "bob 1990-01-01 m 2020-03-10 -"}, {}, False),
    "somebody who comes of age that day": ({"person": "bob 2002-03-10 m - -"}, {"ages": (18, 40)}, True),
    "somebody who comes of age the day after": ({"person": "bob 2002-03-11 m - -"}, {"ages": (18, 40)}, False),
    "somebody who is too old that day": ({"person": "bob 1979-03-10 m - -"}, {"ages": (18, 40)}, False),
    "somebody of unknown age": ({"person": "bob - m - -"}, {"ages": (18, 40)}, False),
    "somebody who agrees on a column": ({"person": "bob - f - -"}, {"exact": ("sex",)}, True),
    "somebody who does not agree on a column": ({}, {"exact": ("sex",)}, False),
    "somebody on record in the days before": ({"event": "bob x 2020-03-01"}, {"observed": "activity", "lookback_days": 9}, True),
    "somebody on record too long before": ({"event": "bob x 2020-02-29"}, {"observed": "activity", "lookback_days": 9}, False),
    "somebody on record that day alone": ({"event": "bob x 2020-03-10"}, {"observed": "activity", "lookback_days": 9}, False),
    "somebody in custody that day": ({"spell": STAY + "bob jail 2020-03-10 2020-03-11"}, {"outside": ("jail",)}, False),
    "somebody out of custody that day": ({"spell": STAY + "bob jail 2020-03-01 2020-03-10"}, {"outside": ("jail",)}, True),
    "somebody in custody from the day after": ({"spell": STAY + "bob jail 2020-03-11 -"}, {"outside": ("jail",)}, True),
    "somebody in custody all the years": ({"spell": STAY + "bob jail 2019-01-01 -"}, {"outside": ("jail",)}, False),
    "somebody free for that day alone": ({"spell": STAY + "bob jail 2020-01-01 2020-03-10\nbob jail 2020-03-11 -"}, {"outside": ("jail",)}, True),
    "somebody moved from one stay to another": (
        {"spell": STAY + "bob jail 2020-01-01 2020-03-10\nbob jail 2020-03-10 -"},
        {"outside": ("jail",)},
        False,
    ),
    "somebody in a stay of another kind": ({"spell": STAY + "bob ward 2020-01-01 -"}, {"outside": ("jail",)}, True),
    "somebody on record by the stay that has ended": (
        {"spell": STAY + "bob jail 2020-03-01 2020-03-02"},
        {"outside": ("jail",), "observed": "activity", "lookback_days": 9},
        True,
    ),
    "somebody on record by a stay that goes on": (
        {"spell": STAY + "bob jail 2020-03-01 2020-03-11"},
        {"outside": ("jail",), "observed": "activity", "lookback_days": 9},
        False,
    ),
    "somebody in a spell that began long before": (
        {"spell": "person_id kind start stop\nbob ward 2019-03-10 -"},
        {"observed": "activity", "lookback_days": 9},
        True,
    ),
}


@pytest.mark.parametrize(("on_record", "parts", "comparable"), BOB.values(), ids=BOB)
def test_who_may_be_compared_on_the_day_somebody_is_served(on_record: dict[str, str], parts: dict[str, Any], comparable: bool) -> None:
    people = "\n".join([line for line in PEOPLE.splitlines() if "bob" not in line] + [on_record.get("person", "bob 1990-01-01 m - -")])
    tables = {"event": "person_id kind day\nann x 2020-03-05\ncy x 2020-03-05\n" + on_record.get("event", "")}
    tables |= {"spell": on_record["spell"]} if "spell" in on_record else {}

    found = beside(people, SERVED + on_record.get("service", ""), plan(**parts), **tables)

    assert found["ann 2020-03-10"] == ["bob 2020-03-10"] * comparable + ["cy 2020-03-10"]


def test_whoever_is_served_inside_a_stay_opens_no_set_and_the_ledger_says_so() -> None:
    stays = "person_id kind start stop\nann jail 2020-03-01 2020-03-11\nbob jail 2020-03-11 2020-03-12\ncy jail 2020-01-01 -\n"
    people, service = "person_id\nann\nbob\ncy\ndee", AID + "ann aid 2020-03-10\nbob aid 2020-03-12\ncy aid 2020-03-13"
    records = county(person=people, service=service, spell=stays)

    cohort = enrolled(records, plan(outside=("jail",)))

    assert sets(records) == {"bob 2020-03-12": ["dee 2020-03-12"]}
    assert lost(cohort, "outside jail on the day") == 2
    assert [line.rule for line in cohort.ledger][-4:-1] == ["outside jail on the day", "living here", "alive"]


def test_somebody_back_in_custody_is_compared_before_and_after_but_not_meanwhile() -> None:
    stays = "person_id kind start stop\nbob jail 2020-03-05 2020-03-15\nbob jail 2020-03-20 2020-03-25\n"
    service = "ann aid 2020-03-04\ncy aid 2020-03-05\ndee aid 2020-03-15\neve aid 2020-03-20\nfay aid 2020-03-25"
    people = "person_id\nann\nbob\ncy\ndee\neve\nfay\ngus"

    found = beside(people, service, plan(outside=("jail",)), spell=stays)

    assert [opener for opener, others in found.items() if f"bob {opener.split()[1]}" in others] == [
        "ann 2020-03-04",
        "dee 2020-03-15",
        "fay 2020-03-25",
    ]
    assert all(len(set(others)) == len(others) for others in found.values())


def test_parts_of_a_stretch_grow_in_number_with_the_stays_and_not_with_their_square() -> None:
    stays = "person_id kind start stop\n" + "\n".join(
        f"bob jail 2020-{month:02}-{day:02} 2020-{month:02}-{day + 1:02}" for month in range(1, 13) for day in (2, 12, 22)
    )
    records = county(
        person="person_id\nann\nbob\ncy", service=AID + SERVED, spell=stays, event="person_id kind day\nann x 2020-03-09\ncy x 2020-03-09"
    )
    enrolled(records, plan(outside=("jail",), observed="activity", lookback_days=3))

    rows = records.engine.fetch(exp.select("*").from_(table("candidate_main")).where(c("person_id").eq("bob"))).num_rows
    assert 36 <= rows <= 2 * 36 + 2


def test_a_missing_value_agrees_with_a_missing_one() -> None:
    people = "person_id sex area\nann - north\nbob - north\ncy f north\ndee - -\n"

    assert beside(people, SERVED, plan(exact=("sex", "area"))) == {"ann 2020-03-10": ["bob 2020-03-10"]}


# ------------------------------------------------------------------------------------------------ what makes people eligible
EVENTS = """
    person_id kind      day
    ann       release   2020-03-01
    bob       release   2020-05-01
    cy        release   2020-04-20
    cy        release   2020-05-10
    dee       parole    2020-03-01
    dee       referral:aid 2020-02-25
    ann       referral:aid 2020-03-06
"""
SPELLS = """
    person_id kind    start      stop
    ann       custody 2020-01-01 2020-02-01
    ann       custody 2020-02-01 2020-03-05
    bob       custody 2020-05-01 2020-06-01
    cy        custody 2020-02-01 2020-02-01
    ann       shelter 2020-03-01 2020-03-20
    bob       shelter 2020-03-10 2020-03-11
    cy        shelter 2020-03-01 2020-03-10
    dee       shelter 2020-01-01 2020-02-01
    dee       shelter 2020-02-01 -
"""
LISTS = """
    list person_id day        score
    need ann       2020-03-01 5
    need bob       2020-03-01 5
    need cy        2020-07-01 5
    need dee       2019-07-01 5
"""
OTHER = "bob work 2020-03-01\nann work 2020-02-20\nann work 2020-03-08\n"
FOUR = "person_id\nann\nbob\ncy\ndee"

# Ann is served on 10 March.  What makes people eligible: who is beside her, on which day
RULES: dict[str, tuple[Starts, dict[str, list[str]]]] = {
    "days since an event, and the first for each person": (
        Starts(("release",)),
        {"ann 2020-03-10": ["bob 2020-05-10", "cy 2020-04-29"]},  # nine days after the release
    ),
    "days since every event: one person stands twice in a set": (
        Starts(("release",), "every"),
        {"ann 2020-03-10": ["bob 2020-05-10", "cy 2020-04-29", "cy 2020-05-19"]},
    ),
    "days since a referral": (Starts(referral=("aid",)), {"ann 2020-03-10": ["dee 2020-02-29"]}),
    "days since the end of a stay; a stay without a night ends nothing": (
        Starts(spell_end=("custody",)),
        {"ann 2020-03-10": ["bob 2020-06-06"]},
    ),
    "days since an enrolment in another programme": (Starts(enrolment=("work",)), {"ann 2020-03-10": ["bob 2020-03-20"]}),
    "of two enrolments that hold the day of service the later one counts": (
        Starts(enrolment=("work",), which="every"),
        {"ann 2020-03-10": ["bob 2020-03-03"]},
    ),
    "days since a date of a list, for those on it": (
        Starts(list="need", which="every"),
        {"ann 2020-03-10": ["bob 2020-03-10", "cy 2020-07-10"]},
    ),
    "days since one date of a list": (Starts(list="need", on=(date(2020, 3, 1),)), {"ann 2020-03-10": ["bob 2020-03-10"]}),
    "days since a day of the calendar": (
        Starts(dates=(date(2020, 2, 20), date(2020, 6, 1)), which="every"),
        {"ann 2020-03-10": [f"{name} {day}" for name in ("bob", "cy", "dee") for day in ("2020-03-10", "2020-06-20")]},
    ),
    "on the same day, inside a stay": (Starts(spell=("shelter",)), {"ann 2020-03-10": ["bob 2020-03-10", "dee 2020-03-10"]}),
    "on the same day, whoever is on record": (EVERYBODY, {"ann 2020-03-10": ["bob 2020-03-10", "cy 2020-03-10", "dee 2020-03-10"]}),
}


@pytest.mark.parametrize(("starts", "expected"), RULES.values(), ids=RULES)
def test_what_makes_people_eligible_and_which_day_a_set_shares(starts: Starts, expected: dict[str, list[str]]) -> None:
    assert beside(FOUR, SERVED + OTHER, plan(starts), event=EVENTS, spell=SPELLS, score=LISTS) == expected


@pytest.mark.parametrize(
    ("service", "day"),
    [("2020-03-01", True), ("2020-03-31", True), ("2020-04-01", False), ("2020-02-29", False)],
)
def test_people_are_eligible_from_the_day_of_the_event_to_the_last_day_named(service: str, day: bool) -> None:
    records = county(person=FOUR, service=f"{AID}ann aid {service}\nbob aid 2020-05-02", event=EVENTS)

    cohort = enrolled(records, plan(Starts(("release",))))

    assert (f"ann {service}" in sets(records)) == day
    assert lost(cohort, "within 30 days of a starting event") == (not day)


@pytest.mark.parametrize(
    ("event", "day", "eligible"),
    [("2019-12-02", "2020-01-01", True), ("2019-12-01", "2019-12-31", False), ("2020-12-31", "2020-12-31", True)],
)
def test_an_event_before_the_years_counts_where_the_days_after_it_reach_into_them(event: str, day: str, eligible: bool) -> None:
    events = f"person_id kind day\nann release {event}\nbob release 2020-06-01\ncy release 2020-06-01\n"
    records = county(person=FOUR, service=f"{AID}ann aid {day}\nbob aid 2020-06-02", event=events)

    enrolled(records, plan(Starts(("release",))))

    assert (f"ann {day}" in sets(records)) == eligible


def test_the_first_event_is_the_first_whose_days_reach_into_the_years() -> None:
    events = "person_id kind day\nann release 2019-06-01\nann release 2020-03-01\nann release 2020-03-05\nbob release 2020-03-01"

    found = beside(FOUR, SERVED, plan(Starts(("release",))), event=events)

    assert found == {"ann 2020-03-10": ["bob 2020-03-10"]}  # nine days after 1 March


# ------------------------------------------------------------------------------------------------ what the tables hold
def rows_of(records: Records, name: str = "main") -> list[dict[str, Any]]:
    return records.engine.fetch(exp.select("*").from_(table(f"start_{name}")).order_by(c("start_id"))).to_pylist()


COMERS = "person_id death moved\nann - 2020-06-01\nbob 2020-05-01 -\ncy - 2020-07-01\ndee 2020-04-01 2020-04-01"
COMING = "ann aid 2020-03-10\nbob aid 2020-03-20\n"


@pytest.mark.parametrize("later", ["censor", "keep"])
def test_a_row_says_what_ends_it_and_the_served_are_never_ended_by_their_own_service(later: Any) -> None:
    records = county(person=COMERS, service=AID + COMING)
    cohort = enrolled(records, plan(compared=Compared(draw=9, later_served=later)))
    rows = rows_of(records)
    end = day_of(date(2022, 1, 1))
    own = day_of(date(2020, 3, 20)) if later == "censor" else FOREVER

    assert [(row["set_id"], row["person_id"], row["served"]) for row in rows] == [
        (1, "ann", 1), (1, "bob", 0), (1, "cy", 0), (1, "dee", 0), (2, "bob", 1), (2, "cy", 0), (2, "dee", 0),
    ]  # fmt: skip
    assert [row["start_id"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert {row["origin"] for row in rows} == {0}
    assert [row["own"] for row in rows] == [FOREVER, own, FOREVER, FOREVER, FOREVER, FOREVER, FOREVER]
    moves = [day_of(date(2020, month, 1)) for month in (6, 7)]
    # nobody moves on the day of a death, and a death is its own end
    assert [row["gone"] for row in rows] == [moves[0], min(own, end), moves[1], end, end, moves[1], end]
    assert {row["covered"] for row in rows} == {end}
    assert cohort.later_served == later


def test_the_arrays_of_a_cohort_follow_the_rows_of_its_table() -> None:
    events = "person_id kind day\nbob x 2020-03-09\nbob x 2020-03-15\nann x 2020-03-10\n"
    records = county(person=COMERS, service=AID + COMING, event=events)

    cohort = enrolled(records, plan(lookback_days=365), HistoryColumn("x", "event", ("x",), "count", 365))

    assert cohort.person.tolist() == [0, 1, 2, 3, 1, 2, 3]
    assert cohort.sets is not None and cohort.sets.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert cohort.served.tolist() == [True, False, False, False, True, False, False]
    assert cohort.history["x"].tolist() == [0, 1, 0, 0, 2, 0, 0]  # up to the day that the set shares
    assert cohort.clusters is not None and cohort.clusters.tolist() == [0, 1, 2, 3, 1, 2, 3]
    assert (cohort.by, cohort.drawn, cohort.strata, cohort.score, cohort.time_zero) == ("service", 9, None, None, "built")


def test_nobody_is_a_cluster_where_nobody_stands_twice() -> None:
    records = county(person="person_id\nann\nbob", service=AID + SERVED)

    assert enrolled(records, plan()).clusters is None


def test_the_first_enrolment_on_record_counts_and_later_ones_open_nothing() -> None:
    records = county(person="person_id\nann\nbob\ncy", service=AID + "ann aid 2019-06-01\nann aid 2020-03-10\nbob aid 2020-04-01\nbob aid 2020-05-01")

    cohort = enrolled(records, plan())

    assert sets(records) == {"bob 2020-04-01": ["cy 2020-04-01"]}
    assert lost(cohort, "inside the years studied") == 1
