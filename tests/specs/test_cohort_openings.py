"""What starts a clock, one rule a spec, and who may start: the clock of eligibility on counties of three or four people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from small_county import county, plan
from sqlglot import exp

from evaluation.cohort import enrol
from evaluation.cohort.enrolment import rule_words
from evaluation.records import Records
from evaluation.records.sql import c, table
from evaluation.terms import Assigned, Cohort, CohortPlan, Cutoff, HistoryColumn, Horizon, Refused, Starts

PEOPLE = "person_id\nann\nbob\ncy"
# everybody drew a lot long before, so that a spec is about what starts the clock
LOT = "person_id kind day\n ann aid 2019-06-01\n bob no_aid 2019-06-01\n cy no_aid 2019-06-01\n"
DRAWN = Assigned("lot", "aid", "no_aid", days_before=900)
MONTH = Horizon(days=30)

EVENTS = (
    LOT
    + """
    ann release          2020-02-01
    ann release          2020-02-01
    ann parole           2020-03-01
    bob release          2020-04-01
    bob referral:housing 2020-05-01
    ann referral:housing 2020-06-01
    ann referral:work    2020-01-15
    cy  referral:housing 2019-12-31
"""
)
SPELLS = """
    person_id kind     start      stop
    ann       custody  2020-01-01 2020-02-01
    ann       custody  2020-02-01 2020-02-10
    ann       hospital 2020-02-05 2020-03-05
    bob       custody  2020-05-01 2020-05-01
    bob       custody  2020-06-01 2020-06-02
    cy        custody  2020-03-01 -
"""
SERVICES = """
    person_id programme start
    ann       housing   2020-03-01
    ann       housing   2020-05-01
    bob       work      2020-02-02
    bob       housing   2020-03-01
"""
SCORES = """
    list person_id day        score
    need ann       2020-02-01 10
    need bob       2020-02-01 20
    need cy        2020-02-01 20
    need ann       2020-07-01 15
    need bob       2020-07-01 5
    vip  cy        2020-03-01 99
"""


def holding(**more: str) -> Records:
    return county(**{"person": PEOPLE, "event": EVENTS, "spell": SPELLS, "service": SERVICES, "score": SCORES} | more)


def enrolled(records: Records, starts: Starts, **parts: Any) -> Cohort:
    return enrol("main", plan(**{"starts": starts, "assigned": DRAWN} | parts), (), records, MONTH)


def who(records: Records, name: str = "main") -> list[str]:
    """'person day', in the order of the cohort."""
    rows = records.engine.fetch(exp.select("person_id", "day").from_(table(f"start_{name}")).order_by(c("start_id"))).to_pylist()
    return [f"{row['person_id']} {np.datetime64(row['day'], 'D')}" for row in rows]


def lost(cohort: Cohort, words: str) -> int:
    return next(line.lost for line in cohort.ledger if words in line.rule)


# what starts the clock, which: whose clocks start, and when
RULES: dict[str, tuple[Starts, list[str]]] = {
    "any of several kinds of event; two on one day are one": (
        Starts(("release", "parole"), "every"),
        ["ann 2020-02-01", "ann 2020-03-01", "bob 2020-04-01"],
    ),
    "the first event of each person": (Starts(("release", "parole"), "first"), ["ann 2020-02-01", "bob 2020-04-01"]),
    "the last event of each person": (Starts(("release", "parole"), "last"), ["ann 2020-03-01", "bob 2020-04-01"]),
    "the day a stay ends; stays that touch are one, no night is no stay, and what has not ended starts nothing": (
        Starts(spell_end=("custody",), which="every"),
        ["ann 2020-02-10", "bob 2020-06-02"],
    ),
    "stays of several kinds that overlap are one": (
        Starts(spell_end=("custody", "hospital"), which="every"),
        ["ann 2020-03-05", "bob 2020-06-02"],
    ),
    "a referral to this programme and no other, inside the years": (
        Starts(referral=("housing",), which="every"),
        ["bob 2020-05-01", "ann 2020-06-01"],
    ),
    "an enrolment in another programme": (
        Starts(enrolment=("housing",), which="every"),
        ["ann 2020-03-01", "bob 2020-03-01", "ann 2020-05-01"],
    ),
    "every date of a list, for those who stand on it": (
        Starts(list="need", which="every"),
        ["ann 2020-02-01", "bob 2020-02-01", "cy 2020-02-01", "ann 2020-07-01", "bob 2020-07-01"],
    ),
    "one date of a list": (Starts(list="need", on=(date(2020, 7, 1),)), ["ann 2020-07-01", "bob 2020-07-01"]),
    "days of the calendar, for everybody": (
        Starts(dates=(date(2020, 9, 1), date(2020, 3, 1), date(2020, 3, 1)), which="every"),
        ["ann 2020-03-01", "bob 2020-03-01", "cy 2020-03-01", "ann 2020-09-01", "bob 2020-09-01", "cy 2020-09-01"],
    ),
}


@pytest.mark.parametrize(("starts", "expected"), RULES.values(), ids=RULES)
def test_what_starts_a_clock(starts: Starts, expected: list[str]) -> None:
    records = holding()
    enrolled(records, starts)

    assert who(records) == expected


@pytest.mark.parametrize(
    ("starts", "words"),
    [
        (Starts(("release",)), ["an event starts the clock inside the years studied", "the first such event of the person"]),
        (
            Starts(spell_end=("custody",)),
            ["the end of a stay starts the clock inside the years studied", "the first such end of a stay of the person"],
        ),
        (
            Starts(referral=("housing",), which="last"),
            ["a referral starts the clock inside the years studied", "the last such referral of the person"],
        ),
        (Starts(enrolment=("work",), which="every"), ["an enrolment starts the clock inside the years studied"]),
        (Starts(list="need", which="every"), ["a date of the list starts the clock inside the years studied"]),
        (Starts(dates=(date(2020, 3, 1),), which="every"), ["a date of the calendar starts the clock inside the years studied"]),
    ],
)
def test_the_ledger_says_in_words_what_starts_a_clock(starts: Starts, words: list[str]) -> None:
    chosen = plan(starts=starts, assigned=DRAWN, washout_days=9)

    assert rule_words(chosen)[: len(words)] == tuple(words)
    assert rule_words(chosen)[len(words)].endswith(" in the 9 days before")


def test_the_words_of_the_rules_are_those_of_the_ledger_and_count_what_a_row_passed() -> None:
    chosen = plan(assigned=DRAWN, ages=(18, 99), lookback_days=90, observed="activity", starts=Starts(("release",)))
    records = county(
        person="person_id birth\nann 1990-01-01\nbob 1990-01-01\ncy -", event=EVENTS + "\n cy release 2020-02-01\n bob parole 2020-03-01\n"
    )

    cohort = enrol("main", chosen, (), records, MONTH)

    rows = records.engine.fetch(exp.select("person_id", "passed").from_(table("candidate_main")).where(c("person_id").eq("cy"))).to_pylist()
    assert rule_words(chosen) == tuple(line.rule for line in cohort.ledger)
    assert [rule_words(chosen)[row["passed"]] for row in rows] == ["aged 18 to 99, with a birth date on record"]


@pytest.mark.parametrize(
    ("starts", "within"),
    [(Starts(spell_end=("custody", "hospital"), which="every"), 122), (Starts(enrolment=("housing",), which="every"), 61)],
)
def test_a_washout_counts_days_of_the_same_rule_inside_the_years_or_not(starts: Starts, within: int) -> None:
    spells = SPELLS + "\n ann custody 2020-07-01 2020-07-05\n"  # ann: stays end on 5 March and 122 days later; enrolments lie 61 days apart
    records = holding(spell=spells)

    assert lost(enrolled(records, starts, washout_days=within - 1, lookback_days=within), "days before") == 0
    assert lost(enrolled(records, starts, washout_days=within, lookback_days=within), "days before") == 1


# ------------------------------------------------------------------------------------------------ who is outside
STAYS: dict[str, tuple[str, bool]] = {  # what is on record of cy, whose clock would start on 10 March; whether it does
    "a stay that ends that day": ("cy custody 2020-03-01 2020-03-10", True),
    "a stay that ends the day after": ("cy custody 2020-03-01 2020-03-11", False),
    "a stay that begins that day": ("cy custody 2020-03-10 2020-03-11", False),
    "a stay that begins the day after": ("cy custody 2020-03-11 -", True),
    "a stay without a night": ("cy custody 2020-03-10 2020-03-10", True),
    "a stay that has not ended": ("cy custody 2019-03-10 -", False),
    "a stay of the other kind": ("cy ward 2020-03-01 2020-03-11", False),
    "a stay of a kind that is not named": ("cy shelter 2020-03-01 2020-03-11", True),
    "a stay that goes on in another on the day": ("cy custody 2020-03-01 2020-03-10\ncy ward 2020-03-10 2020-03-12", False),
    "two stays on either side": ("cy custody 2020-03-01 2020-03-10\ncy ward 2020-03-11 2020-03-12", True),
    "two stays on the very same days": ("cy custody 2020-03-01 2020-03-11\ncy custody 2020-03-01 2020-03-11", False),
}


@pytest.mark.parametrize(("stays", "starts"), STAYS.values(), ids=STAYS)
def test_nobody_starts_on_a_day_inside_a_stay_of_the_kinds_named(stays: str, starts: bool) -> None:
    elsewhere = "ann custody 2019-02-01 2019-02-03\nbob ward 2019-02-01 2019-02-03\nbob shelter 2019-02-01 2019-02-03\n"
    records = holding(spell="person_id kind start stop\n" + elsewhere + stays)

    cohort = enrolled(records, Starts(dates=(date(2020, 3, 10),)), outside=("custody", "ward"))

    assert ("cy 2020-03-10" in who(records)) == starts
    assert lost(cohort, "outside custody, ward on the day") == (not starts)


def test_a_rule_on_stays_comes_right_before_living_here() -> None:
    chosen = plan(assigned=DRAWN, outside=("custody",), observed="activity", lookback_days=9)

    assert rule_words(chosen)[-5:-2] == ("with a line on record in the 9 days before", "outside custody on the day", "living here")


# ------------------------------------------------------------------------------------------------ who is seen
ALONE = "person_id kind day\n ann aid 2019-02-01\n bob no_aid 2019-02-01\n cy no_aid 2019-02-01\n ann aid 2020-05-01\n bob no_aid 2020-05-01\n"
DAY = date(2020, 3, 10)  # the clocks of all start; the lookback is ten days

ACTIVE: dict[str, tuple[dict[str, str], bool]] = {  # what is on record of cy; whether cy is seen
    "nothing": ({}, False),
    "an event on the first day of the lookback": ({"event": "\n cy arrest 2020-02-29"}, True),
    "an event the day before the lookback": ({"event": "\n cy arrest 2020-02-28"}, False),
    "an event on the day itself": ({"event": "\n cy arrest 2020-03-10"}, False),
    "an event the day before": ({"event": "\n cy arrest 2020-03-09"}, True),
    "a cost": ({"cost": "person_id service day amount\n cy er 2020-03-01 5"}, True),
    "the start of a service": ({"service": "person_id programme start\n cy aid 2020-03-01"}, True),
    "a service that started before": ({"service": "person_id programme start\n cy aid 2020-01-01"}, False),
    "a spell that began long before and has not ended": ({"spell": "person_id kind start stop\n cy ward 2019-03-01 -"}, True),
    "a spell whose last night is in the lookback": ({"spell": "person_id kind start stop\n cy ward 2019-03-01 2020-03-01"}, True),
    "a spell that ended as the lookback began": ({"spell": "person_id kind start stop\n cy ward 2019-03-01 2020-02-29"}, False),
    "a spell that begins on the day itself": ({"spell": "person_id kind start stop\n cy ward 2020-03-10 -"}, False),
    "a spell without a night": ({"spell": "person_id kind start stop\n cy ward 2020-03-01 2020-03-01"}, False),
}


@pytest.mark.parametrize(("on_record", "seen"), ACTIVE.values(), ids=ACTIVE)
def test_activity_is_a_line_on_record_in_the_lookback(on_record: dict[str, str], seen: bool) -> None:
    tables = {"event": ALONE + "\n ann arrest 2020-03-05\n bob arrest 2020-03-05"}
    tables = {name: tables.get(name, "") + on_record.get(name, "") for name in (*tables, *on_record)}
    records = county(person=PEOPLE, **tables)
    starts = Starts(dates=(DAY,))

    cohort = enrolled(records, starts, lookback_days=10, observed="activity")

    assert ("cy 2020-03-10" in who(records)) == seen
    assert lost(cohort, "with a line on record in the 10 days before") == (not seen)
    assert len(enrolled(records, starts, lookback_days=10)) == 3


# ------------------------------------------------------------------------------------------------ who was offered
LISTED = """
    list person_id day        score
    need ann       2020-02-01 10
    need bob       2020-02-01 20
    need cy        2020-02-01 20
    need dee       2020-02-01 30.5
    need ann       2020-07-01 15
    need bob       2020-07-01 5
"""
SIDES: dict[str, tuple[Assigned, list[bool]]] = {  # ann, bob, cy, dee in February; ann, bob in July
    "at a score: it is on the side of the offer": (Assigned("score", cutoff=Cutoff(at=20)), [False, True, True, True, False, False]),
    "below a score": (Assigned("score", cutoff=Cutoff(at=10), side="below"), [True, False, False, False, False, True]),
    "at a score with a fraction": (Assigned("score", cutoff=Cutoff(at=30.5)), [False, False, False, True, False, False]),
    "one place on each date": (Assigned("score", cutoff=Cutoff(capacity=1)), [False, False, False, True, True, False]),
    "two places, and whoever ties with the last": (Assigned("score", cutoff=Cutoff(capacity=2)), [False, True, True, True, True, True]),
    "the lowest scores first": (Assigned("score", cutoff=Cutoff(capacity=1), side="below"), [True, False, False, False, False, True]),
    "two places from below": (Assigned("score", cutoff=Cutoff(capacity=2), side="below"), [True, True, True, False, True, True]),
}


@pytest.mark.parametrize(("assigned", "offered"), SIDES.values(), ids=SIDES)
def test_a_score_divides_those_who_were_offered_the_programme(assigned: Assigned, offered: list[bool]) -> None:
    records = county(person="person_id\nann\nbob\ncy\ndee", score=LISTED)

    cohort = enrolled(records, Starts(list="need", which="every"), assigned=assigned)

    assert cohort.served.tolist() == offered
    assert cohort.score is not None and cohort.score.tolist() == [10, 20, 20, 30.5, 15, 5]
    assert cohort.by == "score"
    assert not any("assigned" in line.rule for line in cohort.ledger)


def test_a_column_of_the_history_may_be_called_like_a_column_of_the_starts() -> None:
    records = county(person="person_id\nann\nbob\ncy\ndee", score=LISTED, event="person_id kind day\nann x 2020-01-31\n")
    chosen = plan(starts=Starts(list="need"), assigned=Assigned("score", cutoff=Cutoff(at=20)), lookback_days=30)

    cohort = enrol("main", chosen, (HistoryColumn("score", "event", ("x",), "count", 30),), records, MONTH)

    assert cohort.history["score"].tolist() == [1, 0, 0, 0]
    assert cohort.score is not None and cohort.score.tolist() == [10, 20, 20, 30.5]


def test_places_are_taken_by_everybody_on_the_list_who_may_start_or_not() -> None:
    records = county(person="person_id moved\nann -\nbob -\ncy -\ndee 2020-01-01", score=LISTED)

    one_place = Assigned("score", cutoff=Cutoff(capacity=1))  # Dee, who has moved, holds it

    with pytest.raises(Refused, match=r"all 3 person-starts lie on the side of no offer\. .* Look at capacity = 1"):
        enrolled(records, Starts(list="need", on=(date(2020, 2, 1),)), assigned=one_place)


def test_of_several_scores_on_one_day_the_largest_counts() -> None:
    twice = LISTED.replace("score\n", "score source\n", 1)
    twice = "\n".join(f"{line} jail" if "need" in line else line for line in twice.splitlines()) + "\n need ann 2020-02-01 25 police"
    both = "source first last lag_days grain\njail 2019-01-01 2021-12-31 0 day\npolice 2019-01-01 2021-12-31 0 day"
    records = county(person="person_id\nann\nbob\ncy\ndee", score=twice, coverage=both)

    cohort = enrolled(records, Starts(list="need"), assigned=Assigned("score", cutoff=Cutoff(at=22)))

    assert cohort.score is not None and cohort.score.tolist() == [25, 20, 20, 30.5]
    assert cohort.served.tolist() == [True, False, False, True]


def test_a_list_that_only_lists_people_does_not_bound_what_is_seen() -> None:
    listed = LISTED.replace("score\n", "score source\n", 1)
    listed = "\n".join(f"{line} waitlist" if "need" in line else line for line in listed.splitlines())
    both = "source first last lag_days grain\njail 2019-01-01 2021-12-31 0 day\nwaitlist 2020-02-01 2020-07-01 0 day"
    records = county(person="person_id\nann\nbob\ncy\ndee", score=listed, event=LOT, coverage=both)

    cohort = enrolled(records, Starts(list="need", which="every"), assigned=Assigned("score", cutoff=Cutoff(at=20)), lookback_days=100)

    assert len(cohort) == 6


# ------------------------------------------------------------------------------------------------ static pools
def test_strata_are_the_joint_values_and_a_missing_one_is_a_value_of_its_own() -> None:
    people = "person_id sex area\nann f north\nbob f north\ncy - north\ndee - north\neve f -"
    arms = "person_id kind day\n ann aid 2019-06-01\n bob no_aid 2019-06-01\n cy aid 2019-06-01\n dee no_aid 2019-06-01\n eve no_aid 2019-06-01"
    records = county(person=people, event=arms)

    cohort = enrolled(records, Starts(dates=(DAY,)), exact=("sex", "area"))

    assert cohort.strata is not None and cohort.strata.tolist() == [0, 0, 1, 1, 2]
    assert cohort.sets is None and cohort.drawn is None
    assert enrolled(records, Starts(dates=(DAY,))).strata is None


def test_a_pool_in_which_nobody_agrees_with_anybody_is_refused() -> None:
    records = county(person="person_id sex\nann f\nbob m\ncy -", event=LOT)
    with pytest.raises(Refused) as refused:
        enrolled(records, Starts(dates=(DAY,)), exact=("sex",))

    assert str(refused.value) == (
        "cohort 'main': exact: in none of the 3 strata of sex are there both people offered and people not. "
        "Nobody could be compared. Ask for agreement on fewer columns."
    )


def test_a_rule_that_opens_no_clock_at_all_is_refused_in_one_sentence() -> None:
    records = county(person=PEOPLE, event=LOT, spell="person_id kind start stop\n ann custody 2020-01-01 -")
    with pytest.raises(Refused) as refused:
        enrolled(records, Starts(spell_end=("custody",)))

    assert str(refused.value) == (
        "cohort 'main': starts: no end of a stay opens anybody's clock. Look at the days of the end of a stay in the records."
    )


def test_the_table_of_the_starts_has_the_columns_that_the_ruler_reads() -> None:
    records = holding()
    chosen: CohortPlan = replace(plan(assigned=DRAWN), starts=Starts(("release",)))
    enrol("main", chosen, (), records, MONTH)

    names = records.engine.fetch(exp.select("*").from_(table("start_main")).limit(0)).column_names
    assert names == ["start_id", "person_id", "origin", "day", "served", "death", "moved", "covered", "own", "gone"]
