"""Negative controls put to a question: what is asked, what a few and what many come to, and what cannot be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.challenges import negative_controls as controls
from evaluation.challenges.asked import Asked
from evaluation.challenges.calibration import Null, expected_absolute_error, none_moved, predicted, smallest, together
from evaluation.challenges.running import of_prepared
from evaluation.diagnostics.controls import systematic_error
from evaluation.outcomes.controls import CONTROLS
from evaluation.pipeline import answer, prepare
from evaluation.records import Records, connect
from evaluation.rehearsal.reading import read_by
from evaluation.study import load
from evaluation.terms import Marks, NegativeControl, Outcome, Study
from synthetic import WORLDS

DESIGN = Path(__file__).parents[2] / "designs" / "bayview" / "services_by_need.toml"
READS = read_by(load(DESIGN), frozenset(), tuple(CONTROLS.values()))  # of the county's records: making the rest would take most of the time
SAME = 1e-12  # the same sums in another order
CLOSE = 0.02  # of a standard error: ours has no small-sample correction, the method's has one


@pytest.fixture(scope="module")
def asked() -> Asked:
    """The headline of a design in a county where lasting need decided, and no record shows it; the programme does nothing."""
    study, world = load(DESIGN), WORLDS["lasting_need_additive"].but(effect="none")
    records = connect(world.records(world.live(world.people(1_200, 0), world.as_run), READS))
    prepared = prepare(study, records)
    found = of_prepared(prepared, answer(prepared)[0])
    assert found is not None
    return found


@pytest.fixture(scope="module")
def made_of_all(asked: Asked):
    return controls.negative_controls(asked)


def of(asked: Asked, *names: str) -> Asked:
    return replace(asked, study=replace(asked.study, negative_controls=tuple(NegativeControl(f"control/{name}") for name in names)))


def test_with_twenty_or_more_the_answer_is_calibrated_and_comes_nearer_to_the_truth(asked: Asked, made_of_all) -> None:
    own, moved = asked.own, made_of_all.calibrated

    assert moved is not None and moved.by == "moved and widened by the error that 34 negative controls show"
    assert abs((moved.low + moved.high) / 2) < abs(own.effect) and moved.low < 0 < moved.high
    assert moved.high - moved.low > own.high - own.low
    assert [one.name for one in made_of_all.diagnostics] == ["negative_controls", "systematic_error"]
    assert not any(one.required for one in made_of_all.diagnostics) and not made_of_all.diagnostics[0].holds


def test_the_picture_holds_the_own_answer_the_corrected_one_and_every_control(made_of_all) -> None:
    labels = [one.label for one in made_of_all.tried]

    assert labels[:3] == ["the study's own", "corrected by the controls", "dental visit"] and len(labels) == 36
    assert [one.own for one in made_of_all.tried].count(True) == 1


def test_under_twenty_there_is_a_flag_and_no_range(asked: Asked) -> None:
    found = controls.negative_controls(of(asked, "burn", "sprain", "toothache"))

    assert found.calibrated is None and [one.name for one in found.diagnostics] == ["negative_controls"]
    assert found.sentence.startswith("3 negative controls could be used, and 20 are needed for a range of their own.")
    assert not found.diagnostics[0].required


def test_of_a_study_whose_outcome_is_sealed_nothing_is_read_but_the_controls(asked: Asked) -> None:
    read: list[str] = []

    def lay(outcome: Outcome, earlier: int):
        read.append(outcome.name)
        return asked.lay(outcome, earlier)

    sealed = replace(of(asked, "burn", "sprain"), answer=replace(asked.answer, estimate=None), lay=lay)
    found = controls.negative_controls(sealed)

    assert read and set(read) == {"control/burn", "control/sprain"}
    assert [one.name for one in found.diagnostics] == ["negative_controls"] and found.calibrated is None
    assert not any(one.own for one in found.tried) and len(found.tried) == 2


def test_what_is_worked_out_here_is_what_the_method_tells(asked: Asked) -> None:
    (outcome,) = controls.controls_of(of(asked, "burn").study, asked.question)
    question = controls._question(asked.question, outcome)
    light, whole = controls._shown(asked, outcome, question), asked.beside(outcome, question=question).estimate

    assert isinstance(light, controls.Shown) and whole is not None
    assert light.effect == pytest.approx(whole.effect, abs=CLOSE * whole.std_error)
    apart = controls._contrast(asked, outcome, question)
    assert apart is not None and apart.alike == pytest.approx(1, abs=0.5)
    assert light.error / apart.alike == pytest.approx(whole.std_error, rel=CLOSE)


def test_controls_of_an_amount_are_counted_and_of_an_event_they_happen_or_not(asked: Asked) -> None:
    of_costs = controls.controls_of(asked.study, asked.question)
    of_arrests = controls.controls_of(asked.study, replace(asked.question, outcome="recidivism/arrest"))

    assert {(one.kind, one.unit, one.reduce) for one in of_costs} == {("amount", "events", "count")} and len(of_costs) == 34
    assert {(one.kind, one.unit) for one in of_arrests} == {("mark", "people")}


def test_the_study_own_outcome_is_never_a_control_and_declared_ones_override_the_library(asked: Asked) -> None:
    declared = of(asked, "burn", "sprain").study

    assert [one.name for one in controls.controls_of(declared, asked.question)] == ["control/burn", "control/sprain"]


# ------------------------------------------------------------------------------------------------ what cannot be used
def test_without_a_usable_control_it_could_not_be_made_and_one_sentence_says_so(asked: Asked, without: Records) -> None:
    prepared = prepare(asked.study, without)
    bare = of_prepared(prepared, answer(prepared)[0])
    assert bare is not None
    found = controls.negative_controls(bare)

    assert found.diagnostics == () and not any(np.isfinite(one.effect) for one in found.tried)
    assert found.sentence == "It could not be asked: no negative control could be used: the records hold no row of control:dental_visit."


def test_declared_controls_of_which_none_is_on_record_are_told_with_their_names(asked: Asked, without: Records) -> None:
    study: Study = of(asked, "burn", "sprain").study

    (problem,) = controls.never_recorded(study, without)
    assert str(problem).startswith("[[negative_control]]: the records hold no row of control/burn, control/sprain, the 2 controls that")
    assert controls.never_recorded(asked.study, without) == ()
    assert asked.records is not None and controls.never_recorded(study, asked.records) == ()


@pytest.fixture(scope="module")
def without(asked: Asked) -> Records:
    """The same county with no event of a control on record."""
    assert asked.records is not None
    world = WORLDS["lasting_need_additive"].but(effect="none")
    tables = dict(world.records(world.live(world.people(1_200, 0), world.as_run), READS))
    tables["event"] = tables["event"][~tables["event"]["kind"].str.startswith("control:")]
    return connect(tables)


# ------------------------------------------------------------------------------------------------ kernels
def test_few_controls_leave_a_wider_range_than_many() -> None:
    def width(many: int) -> float:
        effects = np.resize([0.2, -0.2], many)
        found = predicted(effects, np.eye(many) * 0.01, 0.5, 0.1)
        return found.high - found.low

    assert width(4) > width(10) > width(30)


def test_what_all_outcomes_share_moves_neither_the_range_nor_its_width() -> None:
    def found(shared: float):
        among = np.full((8, 8), shared) + np.diag(np.linspace(0.5, 1.5, 8))
        return predicted(np.linspace(-1, 1, 8) + 3 * shared, among, 1 + 3 * shared, np.sqrt(1 + shared), np.full(8, shared))

    apart, alike = found(0.0), found(5.0)

    assert (alike.low, alike.effect, alike.high) == pytest.approx((apart.low, apart.effect, apart.high), abs=1e-6)


def test_the_range_moves_with_the_scale_and_turns_with_the_sign() -> None:
    effects, among = np.array([0.3, 0.1, 0.5, 0.2]), np.diag([0.01, 0.02, 0.01, 0.03])
    plain, ten, turned = predicted(effects, among, 0.6, 0.1), predicted(10 * effects, 100 * among, 6, 1), predicted(-effects, among, -0.6, 0.1)

    assert (ten.low, ten.high) == pytest.approx((10 * plain.low, 10 * plain.high), rel=1e-9)
    assert (turned.low, turned.high) == pytest.approx((-plain.high, -plain.low), rel=1e-9)


def test_two_controls_tell_no_spread() -> None:
    with pytest.raises(ValueError, match="3 are the fewest"):
        predicted(np.zeros(2), np.eye(2), 0.0, 1.0)


def test_without_spread_the_expected_error_is_the_mean() -> None:
    assert expected_absolute_error(Null(-0.3, 0.0)) == 0.3
    assert expected_absolute_error(Null(0.0, 1.0)) == pytest.approx(np.sqrt(2 / np.pi), abs=SAME)


def test_controls_that_are_one_another_count_as_one() -> None:
    z, one = np.array([2.0, 2.0, 2.0]), np.ones((3, 3))

    assert none_moved(z, np.ones(3), one) == pytest.approx(none_moved(z[:1], np.ones(1), np.eye(1)), abs=SAME)
    assert none_moved(z, np.ones(3), np.eye(3)) < none_moved(z, np.ones(3), one)
    assert smallest([0.2, 0.03, 0.9]) == pytest.approx(0.09, abs=SAME) and smallest([0.5, 0.9]) == 1.0


def test_few_served_among_many_are_asked_of_what_ten_of_them_would_be_expected_to_have() -> None:
    assert controls.expected_in((100, 1_500), (0.0, 0.064), either=True) == pytest.approx(6.0, abs=SAME)  # of both arms .06
    assert controls.expected_in((100, 1_500), (1.0, 0.936), either=True) == pytest.approx(6.0, abs=SAME)  # the other side
    assert controls.expected_in((100, 1_500), (1.0, 0.936), either=False) == pytest.approx(94.0, abs=SAME)  # of numbers of events there is none


def test_of_a_few_served_no_sound_study_is_flagged_for_want_of_events(asked: Asked) -> None:
    """All but eighty of the served are left out: five or so of them have each control, and by luck now and then none."""
    kept = asked.comparison.kept.copy()
    kept[np.flatnonzero(kept & asked.cohort.served)[80:]] = False
    few = replace(asked, comparison=replace(asked.comparison, kept=kept, sets=None, places=None), answer=replace(asked.answer, estimate=None))
    found = controls.negative_controls(few)
    marks = [controls._contrast(few, one, controls._question(few.question, one)) for one in controls.controls_of(few.study, few.question)]

    assert all(one is not None and one.some >= 20 > 10 > one.expected for one in marks)
    assert found.diagnostics == () and controls.FEW_IN_AN_ARM in found.sentence


def test_who_left_after_an_event_is_left_out_like_who_left_before_one() -> None:
    class Left:
        def marks(self, horizon: object) -> Marks:
            why, whole = np.array(["mark", "mark", "moved", "horizon", "death"]), np.array([True, False, False, True, True])
            return Marks(np.zeros(5, int), why, whole, np.zeros(5, bool), np.zeros(5, str))

    value = controls._values(Left(), CONTROLS["control/burn"], load(DESIGN).questions[0])
    assert value == pytest.approx([1, np.nan, np.nan, 0, 0], nan_ok=True)


def test_of_few_clusters_it_takes_more_to_be_flagged() -> None:
    z, alone = np.full(10, 1.5), np.eye(10)

    few, some, many = (none_moved(z, np.ones(10), alone, freedom) for freedom in (6, 40, np.inf))
    assert few > 0.05 > some > many == none_moved(z, np.ones(10), alone)


def test_rows_of_one_person_add_up_before_they_are_correlated() -> None:
    influence = np.array([[1.0, 1.0], [1.0, -1.0], [-2.0, 1.0], [0.0, -1.0]])

    assert together(influence, np.array([0, 0, 1, 1]))[0, 1] == pytest.approx(0.0, abs=SAME)
    assert together(influence, np.arange(4))[0, 1] == pytest.approx(-2 / np.sqrt(6 * 4), abs=SAME)


def test_the_error_is_held_against_the_effect_worth_having() -> None:
    held, failed = (systematic_error(each, -0.05, 30, unit="people") for each in (0.02, 0.08))

    assert held.holds and not failed.holds and not failed.required
    assert held.sentence.endswith("by 2 of every 100 people on average, no more than the effect worth having, 5 of every 100 people.")
