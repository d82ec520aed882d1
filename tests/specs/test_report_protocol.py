"""The protocol says before any data what the road then does: its rules are those of the ledger, its limits those that answers are held to."""

from __future__ import annotations

import runpy
from dataclasses import replace
from datetime import date

import pytest
from protocols import DESIGNS, LOT, SERVICE, parts, table, texts, written
from small_county import county

from evaluation.cohort import enrol
from evaluation.diagnostics import DIAGNOSTICS
from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES
from evaluation.pipeline import answer, prepare
from evaluation.records import connect
from evaluation.report.answering import ANSWERING
from evaluation.report.conditions import CONDITIONS
from evaluation.report.paper import Points, Section, Table
from evaluation.report.protocol import protocol
from evaluation.shipped import shipped
from evaluation.study import load, parse
from evaluation.study.seal import Amendment
from evaluation.terms import Diagnostic, Horizon, Study
from synthetic import WORLDS

PARTS = ["Eligibility", "Treatment strategies", "Assignment", "Time zero", "Follow-up", "Outcomes", "Causal contrast", "Assumptions"]


# ------------------------------------------------------------------------------------------------ what it says
@pytest.mark.parametrize("name", DESIGNS)
def test_the_target_trial_has_every_part_beside_its_emulation_and_what_could_break_it(name: str) -> None:
    trial = table(written(name), "target trial")

    assert list(trial) == PARTS
    assert all(len(cells) == 3 and all(cells) for cells in trial.values())


def test_the_trial_of_a_lot_says_what_the_design_says() -> None:
    trial = table(written("lot"), "target trial")

    wanted, emulated, _ = trial["Eligibility"]
    assert "aged 18 to 64" in wanted and "“release” or “transfer” (the first of each person in these years)" in wanted
    assert "from 2020-01-01 to 2020-06-30" in wanted and "no such day in the 30 days before" in wanted and "reach back 90 days" in emulated
    assert "“aid” on the day of the start or up to 3 days before" in trial["Treatment strategies"][1]
    assert trial["Assignment"][0].startswith("By lot, within each “area”")
    assert "up to 3 days before it" in trial["Time zero"][1] and trial["Time zero"][2].startswith("Between the assignment and the start")
    assert "intention to treat" in trial["Causal contrast"][0]
    assert "Difference in the share of people with the outcome by 52 weeks (364 days), and in mean days by 6 months" in trial["Causal contrast"][0]
    assert "offer “reentry aid” at the start" in trial["Treatment strategies"][0]


def test_the_trial_of_a_service_clock_says_what_the_design_says() -> None:
    trial = table(written("service"), "target trial")

    assert "a day within 60 days after the day of an event “release” (every one in these years)" in trial["Eligibility"][0]
    assert "no line at all on record" in trial["Eligibility"][1]
    assert "never been served before" in trial["Eligibility"][0]
    assert "as many days after the day of an event “release”" in trial["Time zero"][1] and "Immortal time" in trial["Time zero"][2]
    assert "not starting it yet" in trial["Causal contrast"][0]
    assert "own first day of service" in trial["Follow-up"][1]
    assert "the same history and the same “sex” and “area”" in trial["Assumptions"][1] and "one to doubt" in trial["Assumptions"][2]


def test_the_trial_says_what_a_comparison_with_people_not_yet_served_estimates() -> None:
    censor = table(written("service"), "target trial")
    keep = table(protocol(parse(SERVICE.replace("seed = 7", 'seed = 7, later_served = "keep"')), None), "target trial")

    assert "do not start it on that day, nor later while they are followed" in censor["Treatment strategies"][0]
    assert "people like them who were not served stand for them" in censor["Treatment strategies"][2]
    assert "not starting it yet, nor while they are followed" in censor["Causal contrast"][0]
    assert "later whenever people here usually come to it, if ever" in keep["Treatment strategies"][0]
    assert "are followed on" in keep["Treatment strategies"][2] and "stand for them" not in keep["Treatment strategies"][2]
    assert "later whenever they would have, if ever" in keep["Causal contrast"][0]


@pytest.mark.parametrize(
    ("starts", "outside", "must_be", "breaks"),
    [
        ('{ event = "release", which = "every" }', "", "alive, living here, and never", "compared on any day within 60 days"),
        ('{ event = "release", which = "every" }', 'outside = "custody"\n', "living here, outside any stay in “custody”, and", ""),
        ('{ spell = "supervision" }', "", "living here, inside a stay in “supervision”, and", ""),
        ('{ enrolment = "help" }', "", "alive, living here, and never", "compared on any day at all"),
    ],
)
def test_the_trial_signs_only_what_the_rule_that_starts_clocks_makes_true(starts: str, outside: str, must_be: str, breaks: str) -> None:
    text = SERVICE.replace('{ event = "release", which = "every" }', starts).replace('clock = "service"\n', f'clock = "service"\n{outside}')
    if "event" not in starts:
        text = text.replace(", within_days = 60", "")

    trial = table(protocol(parse(text), None), "target trial")

    assert must_be in trial["Time zero"][1]
    assert ("free, or still in care" in trial["Time zero"][2]) is bool(breaks) and breaks in trial["Time zero"][2]
    assert ("outside any stay in “custody”" in trial["Eligibility"][0]) is bool(outside)
    assert "free and here" not in trial["Time zero"][2] and "nobody is credited" not in trial["Time zero"][2]


def test_where_people_share_the_calendar_the_protocol_says_so() -> None:
    stays = SERVICE.replace('{ event = "release", which = "every" }', '{ spell = "shelter" }').replace(", within_days = 60", "")

    trial = table(protocol(parse(stays), None), "target trial")

    assert "any day inside a stay in “shelter”" in trial["Eligibility"][0]
    assert "the same day of the calendar" in trial["Time zero"][1]


def test_a_comparison_without_a_lot_never_speaks_of_one_that_was_drawn() -> None:
    for name in ("service", "offer"):
        assert not [text for text in texts(written(name)) if "the lot" in text.lower()]


def test_each_outcome_shows_its_whole_card() -> None:
    said = texts(written("lot"))

    for name in ("recidivism/arrest", "custody_days/recorded"):
        outcome = OUTCOMES[name]
        assert {outcome.universe, outcome.authority, outcome.not_counted} <= set(said)
        assert any(outcome.why_better in text for text in said)


@pytest.mark.parametrize(
    "name",
    [name for name, outcome in OUTCOMES.items() if outcome.kind in METHODS["matched"].answers and outcome.table != "area"],
)
def test_every_outcome_can_be_written_up(name: str) -> None:
    outcome = OUTCOMES[name]
    size = (0.05 if outcome.unit == "people" else 10) * (-1 if outcome.better == "fewer" else 1)
    kept = SERVICE if outcome.kind == "mark" else SERVICE.replace("seed = 7", 'later_served = "keep"')  # amounts are not followed until service alone
    if outcome.table == "quarter":
        kept = kept.replace("horizon = { days = 364 }", "horizon = { months = 12 }")
    money = '\nmoney = { price_year = 2024, book = "bayview_2024" }' if outcome.made == "book" else ""
    study = parse(kept.replace("recidivism/arrest", name).replace("worthwhile = -0.05", f"worthwhile = {size}{money}"))

    paper = protocol(study, None)

    (question,) = table(paper, "questions")
    assert outcome.event["en"] in question and outcome.better in question
    assert {outcome.universe, outcome.authority, outcome.not_counted} <= set(texts(paper))
    assert any(str(outcome.lag_days) in text for text in texts(paper)) or not outcome.lag_days
    assert any("on the last day of" in text for text in texts(paper)) == (outcome.kind == "state")


def test_history_windows_end_before_the_start() -> None:
    assert table(written("lot"), "before the start")["arrests"] == ("how many: events “arrest”", "the 90 days before the start")
    assert any("ends strictly before the start" in text for text in texts(written("lot")))


def test_the_smallest_difference_worth_having_stands_beside_each_question() -> None:
    asked = table(written("lot"), "questions")

    first, second = asked.items()
    assert (
        first[0] == "1. Are fewer people arrested within 52 weeks (364 days) if offered the programme, whoever takes it up, than if not offered it?"
    )
    assert first[1][0] == "5 of every 100 people, fewer of them arrested" and first[1][1].startswith("the headline")
    assert "6 months" in second[0] and second[1][0] == "10 days a person, fewer being better"


def test_matching_is_told_with_its_ratio_and_caliper_or_without_one() -> None:
    near = " ".join(texts(written("service")))
    far = " ".join(texts(protocol(parse(SERVICE.replace("caliper = 0.1", "caliper = 0.0")), None)))

    assert "(3 people at most)" in near and "no farther than 0.1 standard deviations" in near
    assert "however far" in far


def test_later_service_is_told_as_declared() -> None:
    kept = protocol(parse(SERVICE.replace("seed = 7", 'later_served = "keep"')), None)

    assert any("weighted to stand for them" in text for text in texts(written("service")))
    assert any("followed on to the horizon" in text for text in texts(kept)) and not any("weighted to stand" in text for text in texts(kept))


# ------------------------------------------------------------------------------------------------ where it stands
def test_the_status_shows_the_digest_and_whether_it_is_locked() -> None:
    study = parse(LOT)

    fresh, locked = protocol(study, None).status, protocol(study, (Amendment("the board asked"),)).status
    assert any(study.digest in line for line in fresh) and any("Not locked" in line for line in fresh)
    assert any(line.startswith("Locked") for line in locked) and "Amendment 1: the board asked" in locked
    assert any("no record was read" in line for line in fresh)


# ------------------------------------------------------------------------------------------------ what it promises is kept
PEOPLE = """
    person_id  birth       sex  area
    ann        1990-01-01  f    north
    bob        1991-05-03  f    north
"""
RECORDS = {
    "person": PEOPLE,
    "event": """
        person_id  kind      day
        ann        release   2020-02-01
        bob        release   2020-02-01
        bob        transfer  2020-05-01
        ann        aid       2020-02-01
        bob        no_aid    2020-02-01
        ann        arrest    2020-01-05
        bob        arrest    2020-01-05
    """,
    "service": """
        person_id  programme  start
        ann        help       2020-02-20
    """,
}


@pytest.mark.parametrize("name", DESIGNS)
def test_the_rules_are_those_of_the_ledger_in_its_order(name: str) -> None:
    study = parse(DESIGNS[name])
    (rules,) = (part.items for section in protocol(study, None).sections if section.heading == "Who is studied" for part in section.parts
                if isinstance(part, Points))  # fmt: skip

    ledger = enrol("main", study.cohorts["main"], study.history, county(**RECORDS), Horizon(days=364)).ledger

    assert list(rules) == [line.rule for line in ledger]


def test_every_method_says_how_it_answers_and_every_diagnostic_its_limit() -> None:
    assert set(ANSWERING) == set(METHODS)
    assert set(CONDITIONS) == set(DIAGNOSTICS)


@pytest.fixture(scope="module")
def rossi() -> tuple[Study, list[tuple[Diagnostic, ...]]]:
    return answered(load(shipped("examples/rossi/rossi.toml")), connect(runpy.run_path(str(shipped("examples/rossi/records.py")))["tables"]()))


@pytest.fixture(scope="module")
def walked_in() -> tuple[Study, list[tuple[Diagnostic, ...]]]:
    world = WORLDS["walk_in"]
    design = load(shipped("designs/bayview/navigation_walk_in.toml"))
    shorter = replace(
        design.cohorts["main"], between=(date(2019, 1, 1), date(2019, 6, 30)), compared=replace(design.cohorts["main"].compared, draw=5)
    )
    study = replace(design, cohorts={"main": shorter})
    return answered(study, connect(world.records(world.live(world.people(3_000, seed=1), world.as_run))))


def answered(study: Study, records) -> tuple[Study, list[tuple[Diagnostic, ...]]]:
    answers = answer(prepare(study, records))
    assert not [problem for one in answers for problem in one.refused]
    return study, [one.diagnostics for one in answers]


@pytest.mark.parametrize("name", ["rossi", "walked_in"])
def test_every_condition_that_an_answer_was_held_to_was_announced_with_its_limit(name: str, request: pytest.FixtureRequest) -> None:
    study, seen = request.getfixturevalue(name)

    for question, diagnostics in zip(study.questions, seen, strict=True):
        way, plan = ANSWERING[question.method], study.cohorts[question.cohort]
        announced = list(way.held(question, plan, study))
        assert len(diagnostics) > 5
        assert [one.name for one in diagnostics if one.name not in announced] == []
        for one in diagnostics:
            said = CONDITIONS[one.name]
            assert one.source == said.source
            assert one.required == (said.required or one.name in way.required_here(question)), one.name
            if isinstance(one.limit, int | float) and one.name not in ("attrition", "detectable_effect"):
                percent = "%" in said.limit
                assert f"{100 * one.limit if percent else one.limit:g}" in said.limit, one.name


def test_what_is_announced_and_was_not_held_needs_something_that_did_not_happen(rossi) -> None:
    study, seen = rossi
    announced = ANSWERING["randomized"].held(study.questions[0], study.cohorts["main"], study)

    # nobody was lost, and nobody was arrested on the day of the release
    assert set(announced) - {one.name for one in seen[0]} == {"worst_case_bounds", "same_day_events"}


def test_a_design_of_several_cohorts_has_a_trial_and_rules_for_each() -> None:
    first, _, rest = LOT.partition("[cohort]")
    assigned, question, after = rest.partition("[[history]]")
    second = assigned.replace("[cohort.assigned]", "[cohort.young.assigned]").replace("[18, 64]", "[18, 24]")
    text = first + "[cohort.all]" + assigned.replace("[cohort.assigned]", "[cohort.all.assigned]") + "[cohort.young]" + second + question + after
    text = text.replace("worthwhile = -0.05", 'worthwhile = -0.05\ncohort = "all"').replace("worthwhile = -10", 'worthwhile = -10\ncohort = "young"')

    paper = protocol(parse(text), None)

    captions = [part.caption for part in parts(paper) if isinstance(part, Table) and "target trial" in part.caption]
    assert [caption.rpartition(": ")[2] for caption in captions] == ["cohort “all”", "cohort “young”"]
    (who,) = (section for section in paper.sections if section.heading == "Who is studied")
    assert [part.heading for part in who.parts if isinstance(part, Section)] == ["Cohort “all”", "Cohort “young”"]
