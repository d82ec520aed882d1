"""Who is enrolled, one rule a spec, on counties of three or four people."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from small_county import YEARS, county, plan, rows
from sqlglot import exp

from evaluation.cohort import Size, enrol
from evaluation.records import Records, connect
from evaluation.records.days import day_of
from evaluation.records.sql import c, table
from evaluation.terms import Assigned, Cohort, CohortPlan, HistoryColumn, Horizon, Refused, Starts, TakeUp

EVERY = Starts(("release",), "every")
MONTH = Horizon(days=30)
PEOPLE = """
    person_id  birth       death       moved
    ann        1980-02-29  -           -
    bob        1990-05-05  2020-06-01  -
    cy         2002-07-01  -           2020-06-01
    dee        -           -           -
"""
LOT = """
    person_id  kind     day
    ann        release  2020-03-01
    ann        aid      2020-03-01
    bob        release  2020-03-02
    bob        no_aid   2020-03-02
    cy         release  2020-05-31
    cy         no_aid   2020-05-31
    dee        release  2020-04-01
    dee        aid      2020-04-01
"""


def enrolled(records: Records, chosen: CohortPlan, *history: HistoryColumn) -> Cohort:
    return enrol("main", chosen, history, records, MONTH)


def who(records: Records, cohort: Cohort) -> list[tuple[str, str]]:
    """(person, start) in the order of the cohort."""
    starts = records.engine.fetch(exp.select("person_id", "day").from_(table(cohort.table)).order_by(c("start_id"))).to_pylist()
    return [(row["person_id"], str(np.datetime64(row["day"], "D"))) for row in starts]


def lost(cohort: Cohort, words: str) -> int:
    """How many a rule took."""
    return next(line.lost for line in cohort.ledger if words in line.rule)


def test_everybody_who_passes_every_rule_is_enrolled_in_the_order_of_their_starts() -> None:
    records = county(person=PEOPLE, event=LOT)
    cohort = enrolled(records, plan())

    assert who(records, cohort) == [("ann", "2020-03-01"), ("bob", "2020-03-02"), ("dee", "2020-04-01"), ("cy", "2020-05-31")]
    assert cohort.served.tolist() == [True, False, True, False]
    assert cohort.start_id.tolist() == [1, 2, 3, 4]
    assert cohort.time_zero == "built"


@pytest.mark.parametrize(
    ("which", "starts"),
    [
        ("first", [("ann", "2020-02-01"), ("bob", "2020-03-02")]),
        ("last", [("bob", "2020-03-02"), ("ann", "2020-09-01")]),
        ("every", [("ann", "2020-02-01"), ("bob", "2020-03-02"), ("ann", "2020-09-01")]),
    ],
)
def test_which_chooses_among_the_starting_events_inside_the_years(which: str, starts: list[tuple[str, str]]) -> None:
    events = """
        person_id  kind     day
        ann        release  2019-12-31
        ann        release  2020-02-01
        ann        aid      2020-02-01
        ann        release  2020-09-01
        ann        aid      2020-09-01
        ann        release  2021-01-01
        bob        release  2020-03-02
        bob        no_aid   2020-03-02
    """
    records = county(person="person_id\nann\nbob", event=events)
    cohort = enrolled(records, plan(starts=Starts(("release",), which)))  # type: ignore[arg-type]  # one of the words

    assert who(records, cohort) == starts
    assert lost(cohort, "inside the years") == 2


def test_ages_are_completed_years_on_the_day_and_both_ends_are_in() -> None:
    events = LOT.replace("2020-03-01", "2020-02-28")  # Ann, born on 29 February 1980, is 39 on 28 February 2020
    records = county(person=PEOPLE, event=events)

    def names(*ages: int) -> set[str]:
        return {name for name, _ in who(records, enrolled(records, plan(ages=ages)))}

    assert names(17, 39) == {"ann", "bob", "cy"}  # Dee has no birth date, Cy is 17
    assert lost(enrolled(records, plan(ages=(17, 39))), "aged 17 to 39") == 1
    assert names(18, 39) == {"ann", "bob"}


def test_a_starting_event_in_the_washout_takes_the_start() -> None:
    events = LOT + "\n ann release 2020-02-20\n"
    records = county(person=PEOPLE, event=events)
    late = plan(between=(date(2020, 2, 25), date(2020, 12, 31)))

    def first_start(days: int) -> str:
        return who(
            records,
            enrolled(records, CohortPlan(late.between, "eligibility", late.starts, assigned=late.assigned, washout_days=days, lookback_days=days)),
        )[0][0]

    assert first_start(9) == "ann"
    assert first_start(10) == "bob"  # 20 February is 10 days before 1 March


def test_the_records_must_reach_back_and_be_complete_on_the_day() -> None:
    two = """
        source  first       last        lag_days  grain
        jail    2019-01-01  2021-12-31  0         day
        police  2020-02-01  2020-06-30  30        day
    """
    records = county(person=PEOPLE, event=LOT, coverage=two)
    chosen = plan(between=(date(2020, 1, 1), date(2020, 5, 1)), lookback_days=30)

    assert lost(enrolled(records, chosen), "reach back") == 1  # Ann: 1 March is 29 days after 1 February
    assert records.engine.fetch(exp.select("gone").distinct().from_(table("start_main")))["gone"].to_pylist() == [day_of(date(2020, 6, 1))]
    assert lost(enrol("jail_only", plan(lookback_days=30, sources=("jail",)), (), records, MONTH), "reach back") == 0


SYSTEMS = """
    source   first       last        lag_days  grain
    jail     2015-01-01  2021-12-31  0         day
    lottery  2020-02-15  2020-06-15  0         day
    police   2020-02-20  2021-06-30  0         day
"""


def by_system(*more: tuple[str, str, str, str]) -> Records:
    """Releases are the jail's, arms the lottery's own; `more` are events with their source."""
    events = rows(LOT)
    events["source"] = ["jail" if kind == "release" else "lottery" for kind in events["kind"]]
    extra = pd.DataFrame(more, columns=["person_id", "kind", "day", "source"])
    return connect({"person": rows(PEOPLE), "event": pd.concat([events, extra]), "coverage": rows(SYSTEMS)})


def test_a_lotterys_own_list_neither_reaches_back_nor_ends_what_is_seen() -> None:
    records = by_system(("ann", "arrest", "2020-03-20", "police"))
    chosen = plan(between=(date(2020, 3, 1), date(2020, 5, 31)), lookback_days=365)

    cohort = enrol("main", chosen, (HistoryColumn("n", "event", ("release",), "count", 365),), records, Horizon(months=12))

    assert lost(cohort, "reach back") == 0
    assert records.engine.fetch(exp.select("covered").distinct().from_(table("start_main")))["covered"].to_pylist() == [day_of(date(2021, 7, 1))]


def test_a_list_that_the_plan_names_bounds_what_is_seen() -> None:
    chosen = plan(between=(date(2020, 3, 1), date(2020, 5, 31)), sources=("jail", "lottery"))
    with pytest.raises(Refused, match="complete together from 2020-02-15 to 2020-06-15"):
        enrol("main", chosen, (), by_system(), Horizon(months=12))


def test_a_list_that_holds_more_than_the_arms_bounds_what_is_seen() -> None:
    chosen = plan(between=(date(2020, 3, 1), date(2020, 5, 31)))
    with pytest.raises(Refused, match="complete together from 2020-02-20 to 2020-06-15"):
        enrol("main", chosen, (), by_system(("ann", "arrest", "2020-03-20", "lottery")), Horizon(months=12))


@pytest.mark.parametrize(("kind", "washout", "taken"), [("release", 0, 0), ("arrest", 0, 1), ("release", 11, 0)])
def test_only_sources_that_are_looked_back_on_must_reach_back(kind: str, washout: int, taken: int) -> None:
    records = by_system(("ann", "arrest", "2020-03-20", "police"))
    chosen = plan(between=(date(2020, 3, 1), date(2020, 5, 31)), lookback_days=11, washout_days=washout)
    history = (HistoryColumn("n", "event", (kind,), "count", 11),)

    assert lost(enrol("main", chosen, history, records, MONTH), "reach back") == taken  # Ann: 1 March is 10 days after 20 February


def test_the_day_of_a_move_and_the_day_of_a_death_are_too_late_to_start() -> None:
    events = LOT.replace("bob        release  2020-03-02", "bob release 2020-06-01").replace("2020-05-31", "2020-06-01")
    cohort = enrolled(county(person=PEOPLE, event=events + "\n dee no_aid 2020-04-30\n dee release 2020-04-30"), plan(starts=EVERY))

    assert (lost(cohort, "living here"), lost(cohort, "alive")) == (1, 1)


def test_exactly_one_arm_on_record_up_to_the_day_of_the_start() -> None:
    events = """
        person_id  kind     day
        ann        release  2020-03-10
        ann        aid      2020-03-07
        bob        release  2020-03-10
        bob        no_aid   2020-03-06
        cy         release  2020-03-10
        cy         no_aid   2020-03-10
        dee        release  2020-03-10
        dee        aid      2020-03-11
        eve        release  2020-03-10
        eve        aid      2020-03-10
        eve        no_aid   2020-03-09
    """
    records = county(person="person_id\nann\nbob\ncy\ndee\neve", event=events)
    cohort = enrolled(records, plan(assigned=Assigned("lot", "aid", "no_aid", days_before=3)))

    assert [name for name, _ in who(records, cohort)] == ["ann", "cy"]  # Bob's lot is 4 days old, Dee's comes later, Eve holds both
    assert lost(cohort, "exactly one arm") == 3


def test_the_ledger_adds_up() -> None:
    cohort = enrolled(county(person=PEOPLE, event=LOT + "\n ann release 2019-05-01\n cy release 2020-08-01"), plan(ages=(18, 90)))
    first = cohort.ledger[0]

    assert first.lost + first.left == 6
    for above, below in zip(cohort.ledger, cohort.ledger[1:], strict=False):
        assert below.left == above.left - below.lost
    assert cohort.ledger[-1].left == len(cohort) == 2


def test_history_ends_before_the_start_and_is_missing_where_there_is_none() -> None:
    before = LOT + "\n ann arrest 2020-03-01\n ann arrest 2020-02-29\n ann arrest 2020-01-31\n ann arrest 2020-01-30\n"
    columns = (HistoryColumn("arrests", "event", ("arrest",), "count", 30), HistoryColumn("since", "event", ("arrest",), "days_since", 30))
    cohort = enrolled(county(person=PEOPLE, event=before), plan(lookback_days=30), *columns)

    assert cohort.history["arrests"].tolist() == [2, 0, 0, 0]
    np.testing.assert_array_equal(cohort.history["since"], [1, np.nan, np.nan, np.nan])


def test_taking_up_counts_from_the_day_of_the_start_to_the_last_day_named() -> None:
    enrolments = """
        person_id  programme  start
        ann        aid        2020-03-31
        bob        aid        2020-03-01
        cy         other      2020-05-31
        dee        aid        2020-05-02
    """
    assigned = Assigned("offer", "aid", "no_aid", taken_up=TakeUp("aid", within_days=30))
    cohort = enrolled(county(person=PEOPLE, event=LOT, service=enrolments), plan(assigned=assigned))

    assert cohort.taken_up is not None
    assert cohort.taken_up.tolist() == [True, False, False, False]
    assert cohort.by == "offer"


def test_the_size_is_told_before_anything_is_collected() -> None:
    told: list[Size] = []
    records = county(person=PEOPLE, event=LOT)
    enrol("main", plan(lookback_days=30), (HistoryColumn("n", "event", ("release",), "count", 30),), records, MONTH, before_collecting=told.append)

    assert [(size.rows, size.columns) for size in told] == [(4, 3)]
    assert str(told[0]) == "4 person-starts by 3 columns, about 0.1 MB"


def test_words_of_a_design_stay_words() -> None:
    word = "rel'; DROP TABLE person; --"
    events = rows(LOT).replace("release", word).assign(source="jail")
    records = connect({"person": rows(PEOPLE), "event": events, "coverage": rows(YEARS["coverage"])})
    cohort = enrolled(records, plan(starts=Starts((word,)), lookback_days=365), HistoryColumn(word, "event", (word,), "count", 365))

    assert len(cohort) == 4
    assert cohort.history[word].tolist() == [0, 0, 0, 0]
