"""The road between the rooms: what must hold before an outcome is read."""

from __future__ import annotations

import runpy
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from small_county import county, plan

import evaluation as ev
from evaluation.delivery import unmet
from evaluation.outcomes import OUTCOMES
from evaluation.pipeline import answer, prepare, unwatched
from evaluation.records import Records
from evaluation.shipped import shipped
from evaluation.terms import CohortPlan, Compared, Horizon, Question, Served, Starts, Study

TODAY = date(2026, 1, 1)


def rossi() -> tuple[Study, dict[str, pd.DataFrame]]:
    """The Rossi design and its records."""
    return ev.load(shipped("examples/rossi/rossi.toml")), runpy.run_path(str(shipped("examples/rossi/records.py")))["tables"]()


def of(study: Study, **parts: object) -> Study:
    """The study with its one cohort changed."""
    plan: CohortPlan = replace(study.cohorts["main"], **parts)
    return replace(study, cohorts={"main": plan})


def test_a_cohort_that_leaves_out_the_source_of_its_outcome_is_not_answered() -> None:
    study, tables = rossi()
    arrests = tables["event"]["kind"] == "arrest"
    tables["event"].loc[arrests, "source"] = "police"
    police = tables["coverage"].assign(source="police", last=date(1972, 3, 1))
    tables["coverage"] = pd.concat([tables["coverage"], police])
    tables["event"] = tables["event"][~arrests | (tables["event"]["day"] <= date(1972, 3, 1))]

    [found] = answer(prepare(of(study, sources=("experiment",)), ev.connect(tables), today=TODAY))

    assert found.estimate is None
    assert "leaves out police" in str(found.refused[0])


def test_a_cohort_that_leaves_out_the_source_of_its_history_is_not_answered() -> None:
    study, tables = rossi()
    tables["event"].loc[tables["event"]["kind"] == "conviction", "source"] = "court"
    tables["coverage"] = pd.concat([tables["coverage"], tables["coverage"].assign(source="court")])

    [found] = answer(prepare(of(study, sources=("experiment",)), ev.connect(tables), today=TODAY))
    [all_named] = answer(prepare(of(study, sources=("experiment", "court")), ev.connect(tables), today=TODAY))

    assert found.estimate is None and all_named.estimate is not None
    [problem] = found.refused
    assert "leaves out court, which holds the history: where that source does not reach, what happened would be taken for none." in str(problem)


def test_records_that_lost_too_much_take_the_answer_away_before_the_outcome_is_read() -> None:
    study, tables = rossi()
    tables["event"]["day"] = tables["event"]["day"].astype(str)
    damaged = tables["event"].index[:200]
    tables["event"].loc[damaged, "day"] = "no day"

    [found] = answer(prepare(study, ev.connect(tables), today=TODAY))

    assert found.estimate is None
    assert [one.name for one in found.diagnostics if not one.holds and one.required] == ["records_kept"]


def test_the_rossi_answer_rests_on_432_men_and_says_so_in_its_ledger() -> None:
    study, tables = rossi()

    [found] = answer(prepare(study, ev.connect(tables), today=TODAY))

    assert found.ledger[-1].left == 432
    assert found.estimate is not None and (found.estimate.served.events, found.estimate.compared.events) == (48, 66)


# ------------------------------------------------------------------------------------------------ whether a cohort has matured
LATE = "recidivism/conviction"  # on record up to a year after the offence
EVENTS = """
    person_id  kind               day         source
    ann        release            2018-03-01  jail
    ann        aid                2018-03-01  jail
    bob        release            2018-03-01  jail
    bob        no_aid             2018-03-01  jail
    bob        convicted_offence  2018-04-01  court
"""


def in_court(last: str = "2021-12-31", lag: int = 0) -> Records:
    """A county whose jail covers 2010 to 2022, and whose court's records end on a day, or so many days before it."""
    covered = f"source first last lag_days grain\njail 2010-01-01 2022-12-31 0 day\ncourt 2010-01-01 {last} {lag} day"
    return county(person="person_id\nann\nbob", event=EVENTS, coverage=covered)


def asked(last: date, horizon: Horizon, outcome: str = LATE, **parts: object) -> tuple[Question, Study]:
    """One question of a cohort whose clocks start from 2018 to a last day."""
    question = Question(outcome, horizon, "randomized", -0.05)
    studied = plan(**{"between": (date(2018, 1, 1), last)} | parts)
    return question, Study({"en": "Aid"}, "made_up", "aid", {"main": studied}, (question,))


@pytest.mark.parametrize(
    ("last_start", "horizon", "court", "short", "mature"),
    [
        (date(2018, 1, 1), Horizon(months=36), {}, None, None),  # 1 January 2018, three years, and 365 days: to 31 December 2021
        (date(2018, 1, 2), Horizon(months=36), {}, "1 day", "2018-01-01"),
        (date(2018, 12, 31), Horizon(months=24), {}, None, None),
        (date(2019, 1, 2), Horizon(months=24), {}, "1 day", "2019-01-01"),
        (date(2019, 1, 2), Horizon(months=24), {"lag": 30}, "31 days", "2018-12-02"),  # the court's own lag comes on top
        (date(2020, 6, 30), Horizon(days=100), {}, None, None),
        (date(2020, 10, 1), Horizon(days=100), {}, "8 days", "2020-09-23"),
    ],
)
def test_a_cohort_whose_outcome_is_not_yet_on_record_is_told_how_far_it_has_matured(
    last_start: date, horizon: Horizon, court: dict[str, int], short: str | None, mature: str | None
) -> None:
    question, study = asked(last_start, horizon)
    found = [str(problem) for problem in unwatched(question, study, in_court(**court))]  # type: ignore[arg-type]  # by name

    if short is None:
        assert found == []
    else:
        end = "2021-12-01" if court else "2021-12-31"
        assert found == [
            f"cohort 'main': between: the last start, {last_start}, is {short} short of maturity: '{LATE}' is on record up to 365 days after it "
            f"happens, and {horizon} must pass before. Its sources are complete to {end}: starts to {mature} have matured. "
            f"Set between = [2018-01-01, {mature}], or ask about a shorter horizon."
        ]


def test_a_cohort_that_has_not_matured_is_refused_before_its_outcome_is_read() -> None:
    _, study = asked(date(2018, 12, 31), Horizon(months=36))
    records = in_court()
    prepared = prepare(study, records, today=TODAY)
    records.engine.log.clear()

    [found] = answer(prepared)

    assert found.estimate is None
    assert "short of maturity" in str(found.refused[0])
    assert records.engine.log == []
    assert ["short of maturity" in str(problem) for problem in unmet(study, records)] == [True]


def test_where_no_start_has_matured_the_years_are_not_the_remedy() -> None:
    question, study = asked(date(2018, 12, 31), Horizon(months=48))

    [problem] = unwatched(question, study, in_court("2022-12-30"))

    assert problem.remedy == "No start in these years has matured: ask about a shorter horizon, or wait."


def test_a_horizon_past_the_end_of_the_records_is_said_once() -> None:
    _, study = asked(date(2020, 12, 31), Horizon(months=36))

    [problem] = unmet(study, in_court())

    assert "run past the end of the records" in str(problem)


def test_an_outcome_that_is_on_record_at_once_needs_no_more_than_its_horizon() -> None:
    question, study = asked(date(2018, 12, 31), Horizon(months=48), "recidivism/arrest")
    records = county(person="person_id\nann", event=EVENTS.replace("convicted_offence", "arrest"), coverage=in_court_coverage())

    assert OUTCOMES["recidivism/arrest"].lag_days == 0
    assert unwatched(question, study, records) == ()


def in_court_coverage() -> str:
    return "source first last lag_days grain\njail 2010-01-01 2022-12-31 0 day\ncourt 2010-01-01 2022-12-31 0 day"


# ------------------------------------------------------------------------------------------------ what an answer reads
RULES: list[tuple[dict[str, object], set[str]]] = [
    ({}, {"person", "event"}),
    ({"starts": Starts(spell_end=("custody",))}, {"person", "event", "spell"}),
    ({"starts": Starts(referral=("aid",))}, {"person", "event"}),
    ({"starts": Starts(enrolment=("other",))}, {"person", "event", "service"}),
    ({"starts": Starts(list="need")}, {"person", "event", "score"}),
    ({"cluster": ("family",)}, {"person", "event", "family"}),
    ({"observed": "activity", "lookback_days": 30}, {"person", "event", "cost", "service", "spell"}),
    (
        {"starts": Starts(spell=("custody",)), "clock": "service", "assigned": None, "served": Served("aid"), "compared": Compared()},
        {"person", "event", "service", "spell"},
    ),
]


@pytest.mark.parametrize(("parts", "tables"), RULES, ids=[str(sorted(parts)) for parts, _ in RULES])
def test_rows_set_aside_weigh_in_every_table_that_an_answer_reads(parts: dict[str, object], tables: set[str]) -> None:
    records = county(
        person="person_id\nann\nbob",
        family="family_id person_id\nf ann\nf nobody",
        event=EVENTS + "nobody arrest 2019-01-01 jail\n",
        spell="person_id kind start stop\nann custody 2019-01-01 -\nnobody custody 2019-01-01 -",
        service="person_id programme start stop\nann aid 2019-01-01 -\nann other 2019-01-01 -\nnobody aid 2019-01-01 -",
        cost="person_id service day amount\nann er 2019-01-01 1\nnobody er 2019-01-01 1",
        score="list person_id day score\nneed ann 2019-01-01 1\nneed nobody 2019-01-01 1",
        coverage=in_court_coverage(),
    )
    question, study = asked(date(2019, 12, 31), Horizon(days=30), **parts)

    [condition] = prepare(study, records, today=TODAY).conditions[question.name]

    assert set(condition.detail) == tables
    assert all(condition.detail[name] > 0 for name in tables - {"person"})
