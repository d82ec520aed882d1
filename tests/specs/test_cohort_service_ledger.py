"""The ledger of the clock of service: which rule took each served person, and that it adds up."""

from __future__ import annotations

from small_county import county
from small_risk_sets import AID, SERVED, enrolled, lost, plan, sets
from sqlglot import exp

from evaluation.cohort.enrolment import rule_words
from evaluation.records.sql import c, table
from evaluation.terms import Served, Starts


def test_the_ledger_of_the_served_names_the_rule_that_took_each_and_adds_up() -> None:
    names = ["fit", "unreleased", "early", "minor", "uncovered", "unseen", "moved", "dead", "lonely", "spare"]
    people = "person_id birth sex death moved\n" + "\n".join(
        f"{name} {'2010-01-01' if name == 'minor' else '1990-01-01'} {'x' if name == 'lonely' else 'f'} "
        f"{'2020-05-05' if name == 'dead' else '-'} {'2020-05-05' if name == 'moved' else '-'}"
        for name in names
    )
    start = dict.fromkeys(names[:-1], "2020-05-05") | {"early": "2019-12-31", "uncovered": "2020-01-10"}
    service = "\n".join(f"{name} aid {day}" for name, day in start.items())
    released = {name: day for name, day in start.items() if name != "unreleased"} | {"spare": "2020-05-05", "unseen": "2020-05-05"}
    events = "person_id kind day\n" + "\n".join(f"{name} release {day}" for name, day in released.items())
    events += "\n" + "\n".join(f"{name} x 2020-04-30" for name in names if name not in ("unseen", "uncovered"))
    covered = "source first last lag_days grain\njail 2020-01-01 2021-12-31 0 day"
    records = county(person=people, service=AID + service, event=events, coverage=covered)
    chosen = plan(
        Starts(("release",)), ages=(18, 65), lookback_days=30, observed="activity", exact=("sex",), served=Served("aid", 0)
    )  # fmt: skip

    cohort = enrolled(records, chosen)

    assert [(line.rule, line.lost) for line in cohort.ledger] == [
        ("eligible on the day of service: within 0 days of a starting event", 2),  # the release before the years opens nothing
        ("inside the years studied", 0),
        ("aged 18 to 65, with a birth date on record", 1),
        ("the records reach back far enough and are complete on the day", 1),
        ("with a line on record in the 30 days before", 1),
        ("living here", 1),
        ("alive", 1),
        ("somebody comparable on that day", 1),
    ]
    assert cohort.ledger[0].lost + cohort.ledger[0].left == 9
    assert all(below.left == above.left - below.lost for above, below in zip(cohort.ledger, cohort.ledger[1:], strict=False))
    assert cohort.ledger[-1].left == int(cohort.served.sum()) == 1
    assert sets(records) == {"fit 2020-05-05": ["spare 2020-05-05"]}


def test_a_served_person_counts_at_the_furthest_rule_that_any_stay_reached() -> None:
    stays = "person_id kind start stop\nann shelter 2020-02-01 2020-02-10\nann shelter 2020-03-01 2020-03-20\nbob shelter 2020-01-01 2020-12-01"
    people = "person_id moved\nann 2020-03-05\nbob -\ncy -"
    records = county(person=people, service=AID + SERVED + "bob aid 2020-04-01\n", spell=stays + "\ncy shelter 2020-01-01 -")

    cohort = enrolled(records, plan(Starts(spell=("shelter",))))

    assert lost(cohort, "during a stay") == 0
    assert lost(cohort, "living here") == 1


def test_a_candidate_tells_the_first_rule_it_fails_as_compared_and_as_served() -> None:
    records = county(person="person_id moved\nann 2020-03-10\nbob -\ncy -\ndee 2019-05-01", service=AID + SERVED + "bob aid 2020-06-01")
    chosen = plan()
    cohort = enrolled(records, chosen)
    rows = records.engine.fetch(exp.select("person_id", "passed", "passed_as_served").from_(table("candidate_main")).order_by(c("person_id")))

    as_served, as_compared = rule_words(chosen), rule_words(chosen, as_compared=True)
    told = [(row["person_id"], as_served[row["passed_as_served"]], (*as_compared, "")[row["passed"]]) for row in rows.to_pylist()]
    assert as_served == tuple(line.rule for line in cohort.ledger)
    assert told == [
        ("ann", "living here", ""),
        ("bob", "somebody comparable on that day", ""),
        ("cy", "a person on record, who may be served on any day", ""),  # never served, on any day
        ("dee", "a person on record, who may be served on any day", "living here"),
    ]


def test_a_served_person_beside_whom_nobody_is_drawn_opens_no_set_and_sets_are_numbered_without_gaps() -> None:
    people = "person_id sex\nann f\nbob m\ncy m\ndee -\n"
    records = county(person=people, service=AID + "ann aid 2020-03-10\nbob aid 2020-03-20\ndee aid 2020-03-01")

    cohort = enrolled(records, plan(exact=("sex",)))

    assert sets(records) == {"bob 2020-03-20": ["cy 2020-03-20"]}
    assert cohort.sets is not None and cohort.sets.tolist() == [0, 0]
    assert (cohort.ledger[-1].lost, cohort.ledger[-1].left) == (2, 1)
