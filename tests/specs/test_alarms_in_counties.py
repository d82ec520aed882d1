"""Alarms in whole invented counties: raised where the world has the trap, silent beside it, and never where they cannot be asked."""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evaluation.challenges import informative_moves, linkage_by_arm, regression_to_the_mean, series_breaks, surveillance
from evaluation.challenges.asked import Asked
from evaluation.challenges.running import of_prepared, put
from evaluation.challenges.table import CHALLENGES
from evaluation.pipeline import answer, prepare
from evaluation.records import connect
from evaluation.shipped import shipped
from evaluation.study import load
from evaluation.terms import Question, Study
from synthetic import WORLDS

sys.path.insert(0, str(Path(shipped("benchmarks"))))
import alarms as benchmark  # faults of recording are laid as the benchmark lays them

ALARMS = ("regression_to_the_mean", "surveillance", "informative_moves", "linkage_by_arm", "series_breaks")


def asked(design: str, world: str, people: int, *, fault: str = "", **dials) -> tuple[Study, dict[str, Asked]]:
    """Every question of a design in one county, by its name."""
    study = load(shipped(f"designs/bayview/{design}.toml"))
    made = WORLDS[world].of(study.programme).but(**dials)
    lives = made.live(made.people(people, seed=1), made.as_run)
    prepared = prepare(study, connect(benchmark.laid(made.records(lives), fault, 1)), today=date(2000, 1, 1))
    return study, {one.question.name: asks for one in answer(prepared) if (asks := of_prepared(prepared, one)) is not None}


@pytest.fixture(scope="module")
def crisis() -> tuple[Study, dict[str, Asked]]:
    return asked("services_three_contrasts", "crisis_dip", 4_000, effect="none")


@pytest.fixture(scope="module")
def watched() -> Asked:
    study, questions = asked("navigation_offered", "surveillance", 1_500, fault="unlinked")
    return questions[study.questions[0].name]


def test_a_change_after_a_crisis_is_told_from_the_programme_only_where_people_were_alike_before(crisis: tuple[Study, dict[str, Asked]]) -> None:
    study, questions = crisis
    guarded, alone, raw = (regression_to_the_mean.run(questions[question.name]) for question in study.questions)
    assert [one.diagnostics[0].holds for one in (guarded, alone, raw)] == [True, False, False]
    for one in (alone, raw):
        expected = next(line for line in one.tried if line.label.startswith("expected"))
        assert expected.low < -0.12 < expected.high + 0.05 and expected.effect < 0  # docs/crisis_dip.md: -0.120 and -0.165
        assert one.expected == 0.0 and one.diagnostics[0].required


def test_where_the_programme_sees_more_arrests_rise_beside_bookings_and_nothing_else_is_said(watched: Asked) -> None:
    found = surveillance.run(watched)
    assert not found.diagnostics[0].holds and "arrests" in found.sentence and "jail bookings" in found.sentence
    arrests = next(line for line in found.tried if line.label.startswith("arrests"))
    assert arrests.low > 1.1 and found.expected == 1.0
    assert not regression_to_the_mean.run(watched).diagnostics[0].value < 1e-4


def test_links_lost_by_arm_are_found_in_the_crosswalk_and_the_programmes_own_sources_are_left_out(watched: Asked) -> None:
    found = linkage_by_arm.run(watched)
    assert not found.diagnostics[0].holds and "'wages'" in found.sentence
    assert watched.records is not None
    by_source = linkage_by_arm.links(watched.records.engine, watched.cohort, watched.study.programme)
    assert "finance" not in by_source and "navigation" not in by_source and by_source["jail"].all()


def test_where_nothing_jumped_no_month_is_named(watched: Asked) -> None:
    found = series_breaks.run(watched)
    assert found.diagnostics and all(line.effect > 0 for line in found.tried)


def test_alarms_that_read_records_say_so_where_there_are_none(watched: Asked) -> None:
    of_many = replace(watched, records=None, prepared=None)
    for alarm in (linkage_by_arm, series_breaks):
        told = alarm.run(of_many)
        assert told.diagnostics == () and told.tried[0].why_not
    beside = [name for name in ALARMS if CHALLENGES[name].sort == "beside"]
    made = {one.name for one in put(of_many, names=beside) if one.diagnostics}
    assert made == set(beside) == {"regression_to_the_mean", "surveillance", "informative_moves"}
    assert surveillance.run(of_many).diagnostics[0].holds == surveillance.run(watched).diagnostics[0].holds


def test_without_a_past_or_a_history_an_alarm_says_that_it_could_not_be_asked(watched: Asked) -> None:
    told = regression_to_the_mean.run(replace(watched, cohort=replace(watched.cohort, looked_back=100)))
    assert told.diagnostics == () and "lookback_days" in told.sentence
    told = informative_moves.run(replace(watched, cohort=replace(watched.cohort, history={})))
    assert told.diagnostics == () and "history" in told.sentence


def test_a_lot_and_the_calendar_are_not_asked_about_regression_to_the_mean(watched: Asked) -> None:
    plan = watched.study.cohorts["main"]
    by_lot = replace(plan, assigned=replace(plan.assigned, by="lot"))
    fits, question = regression_to_the_mean.fits, watched.question
    assert fits(question, plan) == "" and "lot" in fits(question, by_lot)
    assert "enrolment_dip" in fits(question, replace(plan, clock="calendar"))
    other: Question = replace(question, measure="time_free")
    assert fits(other, plan) and fits(replace(question, method="threshold"), plan)


def test_every_alarm_is_in_the_table_and_only_regression_to_the_mean_decides() -> None:
    assert {name for name in ALARMS if CHALLENGES[name].decides} == {"regression_to_the_mean"}
