"""Which claim of a family is made, and how a calibrated range is read: the product's own path, from ranges to a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t
from test_findings_families import answered

from evaluation.challenges.calibration import predicted
from evaluation.findings import judge
from evaluation.findings.families import ALPHA, Calibration, calibrations, claims_of, standing
from evaluation.findings.judging import verdict
from evaluation.findings.settling import errors_within, say_settled, settled, times
from evaluation.terms import Answer, Challenge, Correction, Diagnostic, Interval, Settled

TITLE = {"en": "Aid", "es": "Ayuda"}
HELD = (Challenge("placebo_start", "the start", "Made.", (Diagnostic("placebo_start", "Seen.", 0.5, 0.05, True, "ours"),)),)
STUDIES = 300
FOUR = 4  # Monte Carlo errors
NEAR = 0.01  # of a p-value by t against the exact mixture: relative, where the spread is large beside luck


def beside(one: Answer, others: Sequence[float], error: float) -> list[Answer]:
    """One question and others of its family."""
    return [one, *(answered(effect, error, number=number + 1) for number, effect in enumerate(others))]


# ------------------------------------------------------------------------------------------------ which claim
@pytest.mark.parametrize("error", [0.0074, 0.0078])  # surer, and less sure: alone the first would be too small to matter
def test_a_difference_that_stands_is_never_said_to_be_chance(error: float) -> None:
    one = answered(-0.035, error)
    held = standing(beside(one, [0.0] * 10, 0.03), "holm")[one.question.name]
    finding = judge(one, HELD, title=TITLE, languages=("en", "es"), standing=held)
    assert finding.verdict == "better" and held.claim == "difference" and held.beside == "corrected"
    assert "may be chance" not in finding.sentences["en"] and finding.settled_by is None


def test_none_that_matters_goes_before_a_difference_where_it_passes_at_the_same_level() -> None:
    one = answered(-0.02, 0.005)
    held = standing(beside(one, [0.0] * 10, 0.03), "holm")[one.question.name]
    assert (held.claim, verdict(one, (), standing=held)) == ("none that matters", "no difference that matters")


@pytest.mark.parametrize("correction", ["holm", "false_discovery", "none"])
def test_what_the_family_lets_stand_is_what_the_verdict_says(correction: Correction) -> None:
    rng, of = np.random.default_rng(4), {"difference": ("better", "worse"), "none that matters": ("no difference that matters",)}
    for _ in range(40):
        family = [answered(float(rng.normal(0, 0.04)), float(rng.uniform(0.004, 0.03)), number=number) for number in range(6)]
        found = standing(family, correction)
        for one in family:
            held = found[one.question.name]
            assert verdict(one, (), standing=held) in (of[held.claim] if held.claim else ("cannot tell yet",))


def test_one_range_each_way_claims_nothing_in_a_family() -> None:
    assert claims_of(answered(-0.08, 0.02), [Calibration(Interval(0.02, 0.06, ""))]).difference == 1.0


# ------------------------------------------------------------------------------------------------ calibrated ranges
@pytest.mark.parametrize("effect", [0.5, 3.0, 6.0, 9.0])
def test_a_calibrated_range_is_read_about_its_own_middle(effect: float) -> None:
    moved = Calibration(Interval(0.1, 11.9, ""))
    assert claims_of(answered(effect, 0.01), [moved]).difference == pytest.approx(0.0463, abs=1e-4)


def test_further_out_a_calibrated_range_is_as_wide_as_the_controls_leave_it() -> None:
    """Against the mixture itself, whose middle and spread are known where luck is small: t with k - 2 degrees of freedom."""
    k, shown = 30, np.random.default_rng(2).normal(0.0, 1.0, 30)
    found = predicted(shown, np.eye(k) * 1e-6, 3.5, 1e-3)
    judged = Diagnostic("negative_controls", "Seen.", 0.5, 0.05, True, "ours", detail={"controls": float(k)})
    (read,) = calibrations([Challenge("negative_controls", "", "", (judged,), calibrated=Interval(found.low, found.high, ""))])
    exact = 2 * t.sf((3.5 - shown.mean()) / np.sqrt((k - 1) / (k - 2) * shown.var(ddof=1) * (1 + 1 / k)), k - 2)
    assert read.df == k - 2 and claims_of(answered(3.5, 1e-3), [read]).difference == pytest.approx(exact, rel=NEAR)


def false_by_controls(mean: float) -> float:
    """The share of studies with a false better or worse among ten questions without an effect, each moved by a draw of systematic error."""
    rng, spread, luck, k, wrong = np.random.default_rng(1), 0.001, 0.0002, 30, 0
    for _ in range(STUDIES):
        shown = rng.normal(mean * spread, np.hypot(spread, luck), k)
        centre = predicted(shown, np.eye(k) * luck**2, 0.0, luck)  # of questions alike but for their effect, the range is the same but for its place
        family, calibrated = [], {}
        for number in range(10):
            effect = float(rng.normal(mean * spread, np.hypot(spread, luck)))
            one = answered(effect, luck, number=number)
            one = replace(one, question=replace(one.question, worthwhile=-1e-9))
            family.append(one)
            calibrated[one.question.name] = (Calibration(Interval(effect + centre.low, effect + centre.high, ""), k - 2),)
        found = standing(family, "holm", calibrated)
        of = (verdict(one, (), calibrated=[calibrated[one.question.name][0].range], standing=found[one.question.name]) for one in family)
        wrong += any(said in ("better", "worse") for said in of)
    return wrong / STUDIES


@pytest.mark.parametrize("mean", [0.0, -1.5])
def test_in_95_of_100_studies_no_calibrated_claim_of_a_family_is_false_wherever_error_lies(mean: float) -> None:
    assert false_by_controls(mean) <= ALPHA + FOUR * np.sqrt(ALPHA * (1 - ALPHA) / STUDIES)


# ------------------------------------------------------------------------------------------------ what would settle
@pytest.mark.parametrize("many", [1, 5, 11])
@pytest.mark.parametrize("share", [0.0, 0.4, 0.5, 0.6, 1.0])
def test_the_80_of_100_are_those_that_the_verdict_itself_gives(many: int, share: float) -> None:
    """Nothing else of the family claims anything: the strictest level that it is held to."""
    level = ALPHA / many
    error, rng, told = 0.05 / errors_within(level), np.random.default_rng(11), 0
    others = [answered(0.0, 0.2, number=number) for number in range(1, many)]
    for effect in rng.normal(-0.05 * share, error, STUDIES):
        one = answered(float(effect), error)
        told += verdict(one, (), standing=standing([one, *others], "holm")[one.question.name]) != "cannot tell yet"
    assert told / STUDIES >= 0.8 - FOUR * np.sqrt(0.8 * 0.2 / STUDIES)


def test_no_number_of_people_is_named_that_are_there_already() -> None:
    one = answered(-0.025, 0.05 / errors_within(ALPHA))
    assert times(one, ALPHA) == pytest.approx(1.0) and settled(answered(-0.025, 0.0145), "cannot tell yet", ()) is None
    named = settled(answered(-0.025, 0.01475), "cannot tell yet", ())
    assert named is not None and (named.people or 0) > 800


CONTROLS = Settled("record", record="controls")


@pytest.mark.parametrize(
    ("reach", "moved", "named"),
    [(0.031, 0.0, Settled("sample", 940)), (0.035, 0.0, Settled("sample", 1500)), (0.12, 0.0, CONTROLS), (0.031, 0.04, CONTROLS)],
)
def test_more_people_shrink_the_luck_of_the_study_and_no_other_error(reach: float, moved: float, named: Settled) -> None:
    """Own error 1.55 points, which alone asks for 900 people; calibrated 1.58, 1.79 and 6.1, and one four points beside the study's own."""
    calibrated = Calibration(Interval(-0.03 - moved - reach, -0.03 - moved + reach, ""))
    assert settled(answered(-0.03, 0.0155), "cannot tell yet", (), calibrated=[calibrated]) == named
    assert settled(answered(-0.03, 0.0155), "cannot tell yet", ()) == Settled("sample", 900)


def test_where_so_many_people_are_named_the_calibrated_range_lets_80_of_100_be_told() -> None:
    """Half of the effect worth having, error of the design a draw of its own: luck smaller by the people named, the design's error as it is."""
    own, reach, rng, told = 0.0155, 0.035, np.random.default_rng(5), 0
    many = times(answered(-0.03, own), ALPHA, [Calibration(Interval(-0.03 - reach, -0.03 + reach, ""))])
    luck, all_of_it = own / np.sqrt(many), np.sqrt(own**2 / many + (reach / 1.959964) ** 2 - own**2)
    for effect in rng.normal(-0.025, all_of_it, STUDIES):
        calibrated = Interval(effect - 1.959964 * all_of_it, effect + 1.959964 * all_of_it, "")
        told += verdict(answered(float(effect), float(luck)), (), calibrated=[calibrated]) != "cannot tell yet"
    assert told / STUDIES >= 0.8 - FOUR * np.sqrt(0.8 * 0.2 / STUDIES)


def test_where_nobody_could_follow_so_many_no_number_is_named() -> None:
    told = settled(answered(0.0, 1e9), "cannot tell yet", ())
    assert told == Settled("record", record="design") and "No number of people" in say_settled(told, "en") and "Ningún" in say_settled(told, "es")
