"""Why one person is in a cohort or out of it: each rule with the numbers that decided, on counties small enough to check by hand."""

from __future__ import annotations

import re
from datetime import date

import pytest
from small_county import county, plan
from sqlglot import exp

from evaluation.cohort.enrolment import enrol, rule_words
from evaluation.cohort.explain import INTERNAL, explain
from evaluation.records import Records
from evaluation.records.days import date_of
from evaluation.records.sql import c, table
from evaluation.terms import Assigned, CohortPlan, Compared, Cutoff, Horizon, Refused, Served, Starts

PEOPLE = """
    person_id  birth       death       moved       area
    ann        1990-01-01  -           -           north
    bob        2003-05-03  -           -           north
    cas        1980-01-01  2020-08-01  -           north
    dee        -           -           2020-02-01  south
    eve        1985-06-30  -           2021-03-01  north
    fay        1980-01-01  -           -           north
"""
RELEASES = """
    person_id  kind     day
    ann        release  2019-11-01
    ann        release  2020-02-01
    ann        release  2020-05-01
    ann        aid      2020-02-01
    bob        release  2020-02-01
    bob        aid      2020-02-03
    cas        release  2020-03-01
    cas        no_aid   2020-03-01
    dee        release  2020-03-01
    eve        release  2020-06-01
    eve        aid      2020-06-01
    eve        no_aid   2020-05-30
"""
YEAR = Horizon(days=364)


def told(records: Records, who: str, declared: CohortPlan, *horizons: Horizon) -> list[str]:
    return list(explain("main", declared, (), records, who, *(horizons or (YEAR,))))


def said(lines: list[str], words: str) -> str:
    """The one line that holds some words."""
    found = [line for line in lines if words in line]
    assert len(found) == 1, found
    return found[0].strip()


# ------------------------------------------------------------------------------------------------ clock of eligibility
def by_lot(**parts: object) -> CohortPlan:
    usual: dict[str, object] = {
        "ages": (18, 64),
        "washout_days": 30,
        "lookback_days": 30,
        "assigned": Assigned("lot", "aid", "no_aid", days_before=2),
    }
    return plan(**(usual | parts))


def test_the_first_line_says_that_rows_of_a_person_follow() -> None:
    lines = told(county(person=PEOPLE, event=RELEASES), "ann", by_lot())

    assert lines[0] == INTERNAL and "internal" in lines[0].lower()
    assert lines[1:3] == ["Person ann, born 1990-01-01; cohort 'main'.", "In the cohort: offered the programme (1 start)."]


def test_somebody_who_is_in_passes_every_rule_and_is_followed_to_a_day() -> None:
    lines = told(county(person=PEOPLE, event=RELEASES), "cas", by_lot())

    assert [line.split("  ")[2].split(" | ")[0] for line in lines if line.startswith("  passed")] == list(rule_words(by_lot()))
    assert "Arm: not offered it." in "\n".join(lines)
    assert said(lines, "followed") == "followed from 2020-03-01 to 2020-08-01, 153 days later: died"
    assert said(lines, "364 days") == "364 days, to 2021-02-27: known to the end, by the death"


# who, which words are declared, the rule that fails, and the numbers that decided
FAILURES = [
    ("bob", {}, "aged 18 to 64", "aged 16 on 2020-02-01; the cohort takes 18 to 64"),
    ("dee", {}, "aged 18 to 64", "no date of birth on record"),
    ("dee", {"ages": None}, "living here", "moved on 2020-02-01"),
    ("cas", {"between": (date(2020, 4, 1), date(2020, 12, 31))}, "inside the years", "2020-03-01; the years are 2020-04-01 to 2020-12-31"),
    ("eve", {}, "exactly one arm", "'aid' is there (on record: 2020-06-01) and 'no_aid' is there (on record: 2020-05-30)"),
    ("bob", {"ages": None}, "exactly one arm", "from 2020-01-30 to 2020-02-01, 'aid' is not there (on record: 2020-02-03) and 'no_aid' is not"),
    ("ann", {"washout_days": 93, "lookback_days": 93}, "in the 93 days before", "the one before was on 2019-11-01, 92 days earlier"),
    ("ann", {"lookback_days": 400, "starts": Starts(("release",))}, "reach back far enough", "they allow starts from 2020-02-05 to 2021-12-31"),
    ("cas", {"observed": "activity"}, "with a line on record", "no event, cost line, service start or spell of theirs in those days"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "parts", "rule", "decided"), FAILURES, ids=[f"{who}-{rule}" for who, _, rule, _ in FAILURES])
def test_the_first_rule_that_fails_is_told_with_the_numbers_that_decided(who: str, parts: dict[str, object], rule: str, decided: str) -> None:
    failed = [line for line in told(county(person=PEOPLE, event=RELEASES), who, by_lot(**parts)) if "FAILED" in line]

    assert any(rule in line and decided in line for line in failed), failed


STAYS = """
    person_id  kind     start       stop
    cas        custody  2019-05-02  2020-02-20
    cas        custody  2020-02-20  2020-03-02
    eve        custody  2020-03-01  2020-06-01
"""


def test_a_day_inside_a_stay_is_told_with_the_day_since_when() -> None:
    records = county(person=PEOPLE, event=RELEASES, spell=STAYS)

    assert said(told(records, "cas", by_lot(outside=("custody",))), "FAILED") == "FAILED  outside custody on the day | in custody since 2019-05-02"
    assert said(told(records, "eve", by_lot(outside=("custody",))), "outside") == "passed  outside custody on the day | in no such spell on that day"


def test_nothing_is_said_of_the_rules_after_the_one_that_failed() -> None:
    lines = told(county(person=PEOPLE, event=RELEASES), "bob", by_lot())

    assert said(lines, "out, at rule") == "2020-02-01, starting event 1 of 1: out, at rule 3 of 8."
    assert lines[-1].startswith("  FAILED  aged 18 to 64")


def test_each_day_that_opens_a_clock_is_told_on_its_own() -> None:
    lines = told(county(person=PEOPLE, event=RELEASES), "ann", by_lot())

    assert "FAILED  an event starts the clock inside the years studied | 2019-11-01" in said(lines, "2019-11-01; the years")
    assert said(lines, "2020-02-01, starting") == "2020-02-01, starting event 2 of 3: in."
    assert said(lines, "FAILED  the first") == "FAILED  the first such event of the person | the first of 2 in these years is 2020-02-01"


def test_somebody_whose_clock_nothing_opens_is_told_so() -> None:
    assert said(told(county(person=PEOPLE, event=RELEASES), "fay", by_lot()), "Out:") == (
        "Out: no starting event of this person is on record, so that nothing starts a clock."
    )


def test_a_score_tells_its_side_of_the_cut_off() -> None:
    scores = """
        person_id  list  day         score
        ann        need  2020-02-01  7
        bob        need  2020-02-01  4
    """
    declared = plan(starts=Starts(list="need"), assigned=Assigned("score", cutoff=Cutoff(at=5.0)))
    records = county(person=PEOPLE, score=scores)

    assert said(told(records, "ann", declared), "Arm") == "Arm: offered the programme; score 7, offered above 5."
    assert said(told(records, "bob", declared), "Arm") == "Arm: not offered it; score 4, offered above 5."


def test_a_move_and_a_horizon_in_months_end_where_the_calendar_says() -> None:
    alone = RELEASES.replace("eve        no_aid   2020-05-30\n", "")
    lines = told(county(person=PEOPLE, event=alone), "eve", by_lot(), Horizon(months=6), Horizon(months=12))

    assert said(lines, "followed") == "followed from 2020-06-01 to 2021-02-28, 272 days later: no longer lives here"
    assert said(lines, "6 months") == "6 months, to 2020-11-30: seen to the end"
    assert said(lines, "12 months") == "12 months, to 2021-05-31: lost 92 days before the end"


# ------------------------------------------------------------------------------------------------ clock of service
HELP = """
    person_id  programme  start
    ann        help       2020-02-20
    bob        help       2020-03-20
    dee        help       2020-03-05
    eve        help       2020-06-05
"""


def by_service(**parts: object) -> CohortPlan:
    usual: dict[str, object] = {"clock": "service", "assigned": None, "served": Served("help", 60), "compared": Compared(draw=2), "exact": ("area",)}
    return plan(**(usual | {"starts": Starts(("release",), "every")} | parts))


@pytest.fixture(scope="module")
def walk_ins() -> Records:
    return county(person=PEOPLE, event=RELEASES, service=HELP)


def test_a_served_person_is_told_the_set_and_how_many_were_drawn(walk_ins: Records) -> None:
    lines = told(walk_ins, "ann", by_service())

    # ann: 19 days after her release; bob and cas are eligible 19 days after theirs and not yet served, eve likewise until day 4
    assert said(lines, "As served") == "As served, on 2020-02-20, the first enrolment in 'help' on record: in."
    assert said(lines, "somebody comparable") == "passed  somebody comparable on that day | opens set 1, with 2 people drawn of at most 2"
    assert "holds from 2020-02-01 to 2020-04-01" in lines[5]


def test_a_compared_person_is_told_the_sets_and_that_their_own_service_ends_it(walk_ins: Records) -> None:
    lines = told(walk_ins, "bob", by_service())

    assert said(lines, "As comparison") == (
        "As comparison, eligible from 2020-02-01 to 2020-04-01, opened on 2020-02-01: may be drawn from 2020-02-01 to 2020-03-19."
    )
    assert said(lines, "Drawn into") == "Drawn into 2 sets."
    assert said(lines, "Set 1,") == "Set 1, day 2020-02-20:"
    assert "followed from 2020-02-20 to 2020-03-19, 28 days later: their own service starts" in "\n".join(lines)
    assert "364 days, to 2021-02-17: lost 335 days before the end" in "\n".join(lines)


def test_a_service_inside_a_stay_and_the_days_between_stays_are_told() -> None:
    stays = "person_id kind start stop\nann custody 2020-02-10 2020-02-12\nann custody 2020-02-18 -\nbob custody 2020-02-10 2020-02-12"
    records = county(person=PEOPLE, event=RELEASES, service=HELP, spell=stays)
    outside = by_service(outside=("custody",))

    assert said(told(records, "ann", outside), "in custody since") == "FAILED  outside custody on the day | in custody since 2020-02-18"
    assert [line.split(": ")[1] for line in told(records, "bob", outside) if "As comparison" in line] == [
        "may be drawn from 2020-02-01 to 2020-02-09.",
        "may be drawn from 2020-02-12 to 2020-03-19.",
    ]


def test_the_days_left_are_told_where_a_rule_takes_some(walk_ins: Records) -> None:
    lines = told(walk_ins, "bob", by_service())

    assert said(lines, "not yet served") == "passed  not yet served on that day | holds up to 2020-03-19, which leaves from 2020-02-01 to 2020-03-19"
    assert said(lines, "which leaves").startswith("passed  not yet served")


def test_a_served_person_with_nobody_to_compare_is_lost_at_the_last_line(walk_ins: Records) -> None:
    lines = told(walk_ins, "eve", by_service(ages=(34, 34)))

    assert said(lines, "FAILED") == "FAILED  somebody comparable on that day | nobody who agrees on area was eligible and not yet served"
    assert lines[2] == "Not in the cohort."


def test_a_served_person_out_of_every_stretch_is_told_the_day(walk_ins: Records) -> None:
    lines = told(walk_ins, "dee", by_service(starts=Starts(("aid",), "every")))

    assert said(lines, "FAILED") == (
        "FAILED  eligible on the day of service: within 60 days of a starting event | nothing on record makes this person eligible"
    )
    assert said(lines, "As comparison") == "As comparison: never, for nothing on record makes this person eligible."


def test_a_stay_that_makes_people_eligible_shares_the_calendar() -> None:
    stays = """
        person_id  kind     start       stop
        ann        shelter  2020-02-01  2020-04-01
        cas        shelter  2020-02-10  -
        fay        shelter  2020-02-10  2020-02-20
    """
    lines = told(county(person=PEOPLE, spell=stays, service=HELP), "cas", by_service(starts=Starts(spell=("shelter",)), served=Served("help")))

    assert said(lines, "As comparison") == "As comparison, eligible from 2020-02-10 on: may be drawn from 2020-02-10 to 2020-07-31."
    assert said(lines, "Set 1,") == "Set 1, day 2020-02-20:"


# ------------------------------------------------------------------------------------------------ laws
@pytest.mark.parametrize("declared", [by_lot(ages=None, washout_days=0), by_service(), by_service(compared=Compared(draw=1))])
def test_what_is_told_is_what_was_enrolled(declared: CohortPlan, walk_ins: Records) -> None:
    cohort = enrol("main", declared, (), walk_ins, YEAR)
    rows = walk_ins.engine.fetch(exp.select("*").from_(table(cohort.table)).order_by(c("start_id"))).to_pylist()

    for who in ("ann", "bob", "cas", "dee", "eve", "fay"):
        mine = [row for row in rows if row["person_id"] == who]
        lines = told(walk_ins, who, declared)
        assert ("Not in the cohort." in lines) == (not mine)
        assert sum("followed from" in line for line in lines) == len(mine)
        for row in mine:
            assert any(f"followed from {date_of(row['day'])}" in line for line in lines)


def test_no_outcome_is_read_and_nobody_else_is_named(walk_ins: Records) -> None:
    before = len(walk_ins.engine.log)
    lines = told(walk_ins, "bob", by_service())

    assert not re.search(r"\b(ann|cas|dee|eve|fay)\b", " ".join(lines))
    assert not any("arrest" in text or "cost" in text for text in walk_ins.engine.log[before:])


def test_an_unknown_person_is_refused_without_the_id_being_repeated(walk_ins: Records) -> None:
    with pytest.raises(Refused) as refused:
        told(walk_ins, "an", by_service())

    assert "nobody with this id" in str(refused.value) and "007 is not 7" in str(refused.value)
    assert "ann" not in str(refused.value)


def test_a_plan_that_the_records_cannot_serve_is_refused_as_ever(walk_ins: Records) -> None:
    with pytest.raises(Refused, match="releese"):
        told(walk_ins, "ann", by_service(starts=Starts(("releese",), "every")))


def test_an_id_cannot_steer_the_terminal() -> None:
    turned = "an\u202en"
    lines = told(county(person=PEOPLE.replace("ann ", f"{turned} "), event=RELEASES.replace("ann ", f"{turned} ")), turned, by_lot())

    assert lines[1].startswith("Person an\\u202en,")
