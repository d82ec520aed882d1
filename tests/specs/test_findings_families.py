"""Several questions of one study: which claims stand beside the others, and how often a family's claims are false."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import inf

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import t
from statsmodels.stats.multitest import multipletests

from evaluation.findings import judge
from evaluation.findings.families import ALPHA, Calibration, Claims, claims_of, level_of, say_standing, standing
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Answer, Arm, Correction, Estimand, Estimate, Horizon, Interval, Provenance, Question, Role

NEAR = 1e-9  # of numbers worked out in two ways
FOUR = 4  # Monte Carlo errors: of the dozen rates below, one would lie past them in a thousand runs of other seeds
STUDIES = 600


def answered(effect: float, error: float, *, number: int = 0, role: Role = "secondary", family: str = "", df: float = inf) -> Answer:
    """An answer by lot, worth having from 5 of 100 on."""
    reach = error * t.ppf(0.975, df)
    question = Question(
        outcome="recidivism/arrest",
        horizon=Horizon(days=100 + number),
        worthwhile=-0.05,
        estimand="average_effect",
        method="randomized",
        role=role,
        family=family,
    )
    p = float(2 * t.sf(abs(effect) / error, df))
    arms = Arm(400, 100, 0.25), Arm(400, 100, 0.25)
    estimate = Estimate(Estimand("average_effect", "", "", ""), effect, error, Interval(effect - reach, effect + reach, ""), p, *arms)
    return Answer(question, OUTCOMES["recidivism/arrest"], (), Provenance("", "", ""), "built", estimate, by="lot")


def by_claims(x: np.ndarray, smallest: float) -> list[Claims]:
    """Claims of estimates with a standard error of 1."""
    difference = 2 * ndtr(-np.abs(x))
    alike = np.minimum(1.0, 2 * np.maximum(ndtr(x - smallest), ndtr(-x - smallest)))
    return [Claims(float(one), float(other)) for one, other in zip(difference, alike, strict=True)]


def by_holm(p: np.ndarray) -> np.ndarray:
    """What the steps of Holm (1979) reject."""
    order = np.argsort(p)
    kept = np.flatnonzero(p[order] > ALPHA / (len(p) - np.arange(len(p))))
    rejected = np.zeros(len(p), bool)
    rejected[order[: kept[0] if len(kept) else len(p)]] = True
    return rejected


def false_claims(truth: Sequence[float], smallest: float, correction: Correction | None, together: float = 0.0) -> tuple[float, float, float]:
    """The share of studies with a false claim, and of each kind of claim the mean share that is; None: the smaller p-value through Holm's steps."""
    rng = np.random.default_rng(7)
    true, found = np.asarray(truth), []
    for _ in range(STUDIES):
        x = true + np.sqrt(together) * rng.standard_normal() + np.sqrt(1 - together) * rng.standard_normal(len(true))
        claims = by_claims(x, smallest)
        if correction is None:
            alike = np.array([one.none_that_matters <= ALPHA for one in claims])
            stands = by_holm(np.array([one.none_that_matters if none else one.difference for one, none in zip(claims, alike, strict=True)]))
        else:
            levels = level_of(claims, correction), level_of(claims, correction, "none that matters")
            made = [one.made(*levels) for one in claims]
            stands, alike = np.array([one is not None for one in made]), np.array([one == "none that matters" for one in made])
        false = stands & np.where(alike, np.abs(true) >= smallest, np.sign(x) != np.sign(true))
        found.append((false.any(), *((false & kind).sum() / max(1, (stands & kind).sum()) for kind in (~alike, alike))))
    errors, differences, none = np.mean(np.array(found, float), axis=0)
    return float(errors), float(differences), float(none)


WORLDS = (
    ([0.0] * 10, 1.0, 0.3),
    ([0.0] * 10, 2.9, 0.0),
    ([0.0] + [8.0] * 9, 8.0, 0.0),  # at the edge of what matters, where both kinds of claim can be false
    ([0.0] * 5 + [4.0] * 5, 4.0, 0.5),
    ([0.0, -6.0, 6.0, 0.01, -0.01, 3.0], 3.0, 0.9),
)


@pytest.mark.parametrize(("truth", "smallest", "together"), WORLDS)
def test_in_95_of_100_studies_no_claim_of_a_family_is_false(truth: list[float], smallest: float, together: float) -> None:
    assert false_claims(truth, smallest, "holm", together)[0] <= ALPHA + FOUR * np.sqrt(ALPHA * (1 - ALPHA) / STUDIES)


@pytest.mark.parametrize(("truth", "smallest", "together"), WORLDS)
def test_of_each_kind_of_claim_that_a_rate_allows_5_of_100_are_false(truth: list[float], smallest: float, together: float) -> None:
    assert max(false_claims(truth, smallest, "false_discovery", together)[1:]) <= ALPHA + FOUR * np.sqrt(ALPHA * (1 - ALPHA) / STUDIES)


def test_the_smaller_of_two_p_values_through_the_steps_of_holm_errs_in_more_than_twice_as_many_studies() -> None:
    assert false_claims(*WORLDS[2][:2], None)[0] > 2 * ALPHA


def test_the_steps_are_those_of_every_place_where_the_effects_may_lie() -> None:
    """A claim stands where each cell of the partition that speaks against it is rejected: written out cell by cell."""
    rng, smallest = np.random.default_rng(3), 3.0
    for _ in range(60):
        x = rng.normal(0, 3, 3)
        claims = by_claims(x, smallest)
        level = level_of(claims, "holm")
        tails = {  # one-sided p-values of the cells: no effect, two directions, and two that matter
            "none": 2 * ndtr(-np.abs(x)), "more": ndtr(x), "fewer": ndtr(-x), "much more": ndtr(x - smallest), "much fewer": ndtr(-x - smallest)
        }  # fmt: skip
        kept = []
        for cell in product(tails, repeat=3):
            share = ALPHA / sum(1.0 if one == "none" else 0.5 for one in cell)
            if not any(tails[one][place] <= share * (1.0 if one == "none" else 0.5) for place, one in enumerate(cell)):
                kept.append(cell)
        for place, claim in enumerate(claims):
            if (made := claim.made(level)) is None:
                continue
            left = {cell[place] for cell in kept}
            against = (
                {"much more", "much fewer"}
                if made == "none that matters"
                else {"none", *(("fewer", "much fewer") if x[place] > 0 else ("more", "much more"))}
            )
            assert not left & against


def test_the_steps_lie_between_those_of_bonferroni_and_of_holm() -> None:
    rng = np.random.default_rng(5)
    for number in range(60):
        p = rng.beta(0.3, 2.0, 8)
        level = level_of([Claims(float(one), 1.0) for one in p], "holm")
        ours = p <= level
        bonferroni, holm = p <= ALPHA / len(p), by_holm(p)
        if number < 3:  # statsmodels is held against a few: it takes its time
            assert (holm == multipletests(p, ALPHA, "holm")[0]).all()
        assert not (bonferroni & ~ours).any() and not (ours & ~holm).any()


def test_a_rate_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(6)
    for _ in range(40):
        p = rng.beta(0.3, 2.0, 8)
        assert (multipletests(p, ALPHA, "fdr_bh")[0] == (p <= level_of([Claims(float(one), 1.0) for one in p], "false_discovery"))).all()


@pytest.mark.parametrize("df", [3.0, 12.0, inf])
@pytest.mark.parametrize("sigmas", [0.4, 2.6, 5.0])
def test_a_p_value_by_a_range_is_the_one_of_the_test_that_made_it(df: float, sigmas: float) -> None:
    found = claims_of(answered(-0.02 * sigmas, 0.02, df=df))
    assert found.difference == pytest.approx(2 * t.sf(sigmas, df), rel=1e-3)


def test_no_difference_that_matters_is_by_two_one_sided_tests() -> None:
    found = claims_of(answered(0.01, 0.015))
    assert found.none_that_matters == pytest.approx(2 * ndtr(-(0.05 - 0.01) / 0.015), rel=1e-6) and found.made() == "none that matters"
    assert claims_of(answered(0.08, 0.01)).none_that_matters == 1.0


def test_a_claim_is_held_to_the_widest_accepted_range_and_to_a_calibrated_one() -> None:
    answer = answered(-0.08, 0.02)
    assert answer.estimate
    wide = replace(answer, estimate=replace(answer.estimate, beside=(Interval(-0.159, -0.001, "another"),)))
    assert claims_of(answer).difference < 1e-4 and claims_of(wide).difference == pytest.approx(0.0472, abs=1e-3)
    assert claims_of(answer, [Calibration(Interval(-0.10, 0.04, "calibrated"))]).difference > ALPHA


def test_the_headline_is_never_corrected_and_what_explores_claims_nothing() -> None:
    answers = [answered(-0.08, 0.036, role="headline"), *(answered(-0.08, 0.036, number=number) for number in range(1, 5))]
    answers.append(answered(-0.2, 0.02, number=9, role="exploratory"))
    found = [standing(answers, "holm")[one.question.name] for one in answers]
    assert (found[0].stands, found[0].many) == (True, 1)
    assert [(one.stands, one.many, one.beside) for one in found[1:5]] == [(False, 4, "chance")] * 4
    assert (found[5].stands, found[5].beside) == (False, "explores")


def test_families_are_corrected_apart() -> None:
    sure, unsure = answered(-0.2, 0.02, number=1, family="a"), answered(-0.08, 0.036, number=2, family="b")
    others = [answered(0.0, 0.036, number=3, family="a"), answered(-0.2, 0.02, number=4, family="b")]
    found = standing([sure, unsure, *others], "holm")
    assert found[sure.question.name].many == 2 and found[sure.question.name].level == ALPHA / 1.5
    assert found[unsure.question.name].stands  # beside one that gave half of its share back


def test_with_no_correction_each_is_as_if_it_were_alone_and_says_beside_how_many() -> None:
    found = standing([answered(-0.08, 0.036, number=number) for number in range(5)], "none")
    one = next(iter(found.values()))
    assert one.stands and "4 other questions" in say_standing(one, "en") and "otras 4 preguntas" in say_standing(one, "es")


@pytest.mark.parametrize(("language", "words"), [("en", "beside 3 other questions"), ("es", "junto a otras 3 preguntas")])
def test_what_stands_only_alone_cannot_be_told_yet_and_the_sentence_says_beside_how_many(language: str, words: str) -> None:
    answers = [answered(-0.08, 0.036, number=number) for number in range(4)]
    held = standing(answers, "holm")[answers[0].question.name]
    title = {"en": "Aid", "es": "Ayuda"}
    finding = judge(answers[0], None, title=title, languages=("en", "es"), standing=held)
    assert (finding.pending, finding.corrected) == ("cannot tell yet", 4) and words in finding.sentences[language]
    assert judge(answers[0], None, title=title, languages=("en", "es")).pending == "better"
