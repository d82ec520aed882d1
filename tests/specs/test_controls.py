"""The library of negative controls: each reads its own events by hand, is found by name, and stands in no list of what is better off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from outcome_specs import LOT, LOTTERY, MONTH, PEOPLE
from small_county import county, plan

from evaluation.challenges.definitions import definitions
from evaluation.challenges.negative_controls import controls_of
from evaluation.cohort import enrol
from evaluation.outcomes import DEFINED, OUTCOMES, EngineRuler
from evaluation.outcomes.binding import outcome_of
from evaluation.outcomes.cards import card
from evaluation.outcomes.controls import CONTROLS, LIBRARY, sorts, unmoved_by
from evaluation.outcomes.rivals import same_lines
from evaluation.records import Records, connect
from evaluation.study import load
from evaluation.study.changing import but
from evaluation.study.lint import misfits
from evaluation.study.seal import digest
from evaluation.terms import NegativeControl, Refused, Study
from synthetic import WORLDS
from synthetic.systems.controls import NAMES

DESIGN = Path(__file__).parents[2] / "designs" / "bayview" / "reentry_navigation.toml"


@pytest.fixture(scope="module")
def small() -> tuple[Records, str]:
    """A county in which each control happened to Ann, on a day of its own, to Cy too late and to Dee on the day of her death; to Bob before."""
    lines = [line.split() for line in LOT.splitlines()]
    for place, kind in enumerate(NAMES):
        happened = {"ann": f"2020-03-{place % 20 + 2:02d}", "bob": "2020-03-01", "cy": "2020-03-31", "dee": "2020-03-12"}
        lines += [[person, f"control:{kind}", day] for person, day in happened.items()]
    coverage = "source first last lag_days grain\njail 2015-01-01 2023-12-31 0 day"
    records = county(person=PEOPLE, coverage=coverage, event="\n".join(["person_id kind day", *(" ".join(line) for line in lines)]))
    studied = plan(between=(date(2020, 3, 1), date(2020, 3, 1)), assigned=LOTTERY)
    return records, enrol("main", studied, (), records, MONTH).table


@pytest.fixture(scope="module")
def study() -> Study:
    return load(DESIGN)


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_finds_in_a_county_what_its_reader_finds(name: str, small: tuple[Records, str]) -> None:
    records, starts = small
    marks = EngineRuler(records.engine, starts, CONTROLS[name]).marks(MONTH)
    day = NAMES.index(name.removeprefix("control/")) % 20 + 1

    # Bob's lies on the day of the start, which is not counted; Cy's one day after the horizon; Dee's on the day she died
    assert list(zip(marks.day.tolist(), marks.why.tolist(), strict=True)) == [(day, "mark"), (29, "horizon"), (29, "horizon"), (11, "mark")]


def test_the_library_is_what_invented_counties_record() -> None:
    assert list(CONTROLS) == [f"control/{kind}" for kind in NAMES]


@pytest.mark.parametrize("control", LIBRARY.values(), ids=LIBRARY)
def test_a_control_says_what_it_is_in_both_languages_and_why_nothing_moves_it(control) -> None:
    outcome = control.outcome

    assert set(outcome.title) == set(outcome.event) == {"en", "es"} and control.why.endswith(".") and control.codes
    assert control.moved_by and "from memory" in outcome.not_counted and not outcome.verified
    assert outcome.title["en"] != outcome.title["es"] and dict(card(outcome))["Read from"].endswith(f"`{outcome.kinds[0]}`.")


def test_no_two_controls_are_told_in_the_same_words() -> None:
    for language in ("en", "es"):
        for words in ("title", "event"):
            said = [getattr(outcome, words)[language] for outcome in CONTROLS.values()]
            assert len(set(said)) == len(said), (language, words)


def test_controls_are_found_by_name_and_stand_in_no_list_of_what_is_better_off(study: Study) -> None:
    assert not set(CONTROLS) & set(OUTCOMES) and set(DEFINED) == set(CONTROLS) | set(OUTCOMES)
    assert outcome_of(study, "control/insect_bite") is CONTROLS["control/insect_bite"]
    assert but(study, outcome="control/insect_bite").questions[0].outcome == "control/insect_bite"


def test_a_question_about_a_control_has_no_rival_definitions(study: Study) -> None:
    world = WORLDS["lottery"]
    asked = but(study, outcome="control/insect_bite", alone=True)
    records = connect(world.records(world.live(world.people(300, 0), world.as_run)))

    assert [one.outcome.name for one in definitions(asked, records)[1]] == ["control/insect_bite"]


@pytest.mark.parametrize(
    ("programme", "asked", "out", "left"),
    [
        ("navigation", (), set(), "control/dental_visit"),
        ("street_clinic", (), {"control/dental_visit", "control/insect_bite", "control/stitches"}, "control/library_card"),
        ("navigation", ("emergency_visits/recorded",), {"control/dental_visit", "control/hives"}, "control/fishing_licence"),
        ("rapid_rehousing", (), {"control/insect_bite", "control/library_card"}, "control/toothache"),
        ("free_bus_passes", (), {"control/bus_pass_replaced", "control/bicycle_registered"}, "control/flu_shot"),
    ],
)
def test_what_a_programme_of_a_sort_might_move_is_left_out(programme: str, asked: tuple[str, ...], out: set[str], left: str) -> None:
    names = {control.outcome.name for control in unmoved_by(programme, asked)}

    assert not names & out and left in names


def test_a_programme_of_no_known_sort_leaves_every_control_in() -> None:
    assert sorts("navigation", ("recidivism/arrest",)) == frozenset()
    assert [control.outcome.name for control in unmoved_by("navigation", ("recidivism/arrest",))] == list(CONTROLS)


# ------------------------------------------------------------------------------------------------ declared
def declared(study: Study, *names: str) -> list[str]:
    slips = misfits(replace(study, negative_controls=tuple(NegativeControl(name, "nobody is bitten by a navigator") for name in names)))
    return [" ".join(part for part in (slip.found, slip.right) if part) for slip in slips]


def test_controls_and_ordinary_outcomes_may_be_declared(study: Study) -> None:
    assert declared(study, "control/insect_bite", "foster_reentry/cfsr4", "inpatient_days/recorded") == []


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("control/insect_bites",), "Did you mean 'control/insect_bite'?"),
        (("control/burn", "control/burn"), '"control/burn" is [[negative_control]] 1 already.'),
        (("recidivism/arrest",), "is asked about by question 1: what the programme may move cannot show what it does not."),
        (("recidivism/bscc_arrest",), 'is told by the same records as "recidivism/arrest", which question 1 asks about:'),
        (("homicides/ucr",), "is a number about places"),
        (("completed/recorded",), "is about the programme itself"),
    ],
)
def test_a_declared_control_that_cannot_be_one_is_refused(study: Study, names: tuple[str, ...], said: str) -> None:
    (slip,) = declared(study, *names)

    assert said in slip


def test_a_study_file_with_a_wrong_control_names_its_place(tmp_path) -> None:
    text = DESIGN.read_text(encoding="utf-8")
    path = tmp_path / "design.toml"
    path.write_text(text + '\n[[negative_control]]\noutcome = "control/insect_bte"\nwhy = "bites"\n', encoding="utf-8")

    with pytest.raises(Refused) as refused:
        load(path)
    (problem,) = refused.value.problems

    assert "control/insect_bte" in problem.found and "control/insect_bite" in f"{problem.right}{problem.remedy}"


def test_declared_controls_change_the_digest_and_an_empty_list_does_not(study: Study) -> None:
    assert digest(replace(study, negative_controls=())) == study.digest
    assert digest(replace(study, negative_controls=(NegativeControl("control/burn"),))) != study.digest


def test_two_definitions_of_the_same_lines_are_alike_and_two_controls_are_not() -> None:
    arrest, burn = OUTCOMES["recidivism/arrest"], CONTROLS["control/burn"]

    assert same_lines(arrest, OUTCOMES["recidivism/bscc_arrest"]) and same_lines(burn, burn)
    assert same_lines(arrest, replace(burn, kinds=("arrest:felony",))) and same_lines(arrest, replace(burn, kinds=()))
    assert not same_lines(arrest, replace(burn, kinds=("arrested_elsewhere",))) and not same_lines(burn, CONTROLS["control/sprain"])


def test_of_the_library_nothing_is_asked_that_a_question_asks_about(study: Study) -> None:
    asked = but(study, outcome="control/burn", alone=True)
    names = [one.name for one in controls_of(asked, asked.questions[0])]

    assert "control/burn" not in names and "control/sprain" in names
    alike = replace(asked, negative_controls=(NegativeControl("recidivism/bscc_arrest"), NegativeControl("control/sprain")))
    arrests = replace(asked.questions[0], outcome="recidivism/arrest")
    assert [one.name for one in controls_of(replace(alike, questions=(arrests,)), arrests)] == ["control/sprain"]
