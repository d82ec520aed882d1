"""Offers, lots and examiners as instruments: the ratio of what they move, by two-stage least squares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scored_people import DAYS, ruler

from evaluation.methods import METHODS
from evaluation.methods.inference import Lot, neyman
from evaluation.methods.threshold.instruments import leniency, two_stage
from evaluation.terms import Cohort, Horizon, Matching, Question, Refused

QUESTION = Question("custody_days/recorded", Horizon(days=DAYS), "threshold", -5.0, estimator="two_stage", estimand="complier_effect")
DOORS = METHODS["threshold"]


def drawn(seed: int, n: int = 600, *, by: str = "lot", refuse: float = 0.3) -> tuple[Cohort, np.ndarray]:
    """People offered a place by a lot or, where `by` is an offer, the likelier the more of `need` there is; coming takes 6 days off."""
    rng = np.random.default_rng(seed)
    need = rng.normal(0, 1, n)
    offered = rng.random(n) < (0.5 if by == "lot" else 1 / (1 + np.exp(0.5 - 0.8 * need)))
    came = rng.random(n) < np.where(offered, 1 - refuse, 0.05)
    y = 40 + 3 * need + rng.normal(0, 5, n) - 6 * came
    people = Cohort("main", "person", "", np.arange(1, n + 1), np.arange(n), offered, {"need": need}, (), by, taken_up=came)  # type: ignore[arg-type]  # one of the words
    return people, y


def answer(people: Cohort, y: np.ndarray, question: Question = QUESTION):
    return DOORS.estimate(people, DOORS.compare(people, question), ruler(y), question)


def test_by_a_lot_it_is_what_the_offer_moved_over_whom_it_moved() -> None:
    people, y = drawn(1)
    there, d = people.served, people.taken_up
    wald = (y[there].mean() - y[~there].mean()) / (d[there].mean() - d[~there].mean())

    found = answer(people, y)

    assert found.effect == pytest.approx(wald, rel=1e-10)
    assert found.estimand.name == "complier_effect" and not found.interval.excludes(-6)
    assert found.served.mean - found.compared.mean == pytest.approx(found.effect, rel=1e-9)
    first = neyman(Lot(d.astype(float), there, np.zeros(len(y), int), np.ones(1), np.arange(len(y))))
    told = {one.name: one for one in found.diagnostics}["take_up_at_the_cutoff"]
    assert told.value == pytest.approx((first.effect / first.std_error) ** 2, rel=0.01) and "cut-off" not in told.sentence


def test_its_error_is_that_of_linearmodels_where_weights_are_given() -> None:
    people, y = drawn(2)
    people = replace(people, clusters=np.arange(len(y)) // 3)
    found = answer(people, y, replace(QUESTION, inference=replace(QUESTION.inference, by="cluster")))
    one = np.ones(len(y))
    theirs = two_stage(y, people.taken_up.astype(float), people.served.astype(float)[:, None], one[:, None], one, people.clusters)
    assert found.std_error == pytest.approx(theirs.std_error, rel=0.01)  # CR1 counts parameters a little otherwise
    assert theirs.effect == pytest.approx(found.effect, rel=1e-9)


def test_by_an_offer_it_is_laid_on_people_matched_or_weighed() -> None:
    people, y = drawn(3, 1_500, by="offer")
    raw = (y[people.served].mean() - y[~people.served].mean()) / (people.taken_up[people.served].mean() - people.taken_up[~people.served].mean())
    for compare in (Matching(reuse=0), Matching(by="inverse_probability")):
        found = answer(people, y, replace(QUESTION, compare=compare))
        assert abs(found.effect + 6) < 1.5 < abs(raw + 6)
        assert not found.interval.excludes(-6)


def test_the_error_counts_that_weights_were_learnt() -> None:
    people, y = drawn(4, 1_500, by="offer")
    question = replace(QUESTION, compare=Matching(by="inverse_probability"))
    comparison = DOORS.compare(people, question)
    assert comparison.learned is not None
    taken, counted = (DOORS.estimate(people, one, ruler(y), question).std_error for one in (replace(comparison, learned=None), comparison))
    assert counted < 0.97 * taken  # the score takes away what need explains


def test_an_offer_that_hardly_moves_anybody_gets_no_interval() -> None:
    people, y = drawn(5, refuse=0.94)
    found = answer(people, y)
    assert not found.interval.given and found.std_error == np.inf


def test_nobody_on_record_as_having_come_is_refused() -> None:
    people, y = drawn(6)
    with pytest.raises(Refused, match="nothing on record says who took the offer up"):
        answer(replace(people, taken_up=None), y)
    with pytest.raises(Refused, match="as many come without an offer as with one"):
        answer(replace(people, taken_up=np.ones(len(y), dtype=bool)), y)


def test_how_readily_an_examiner_lets_others_come_leaves_the_person_out() -> None:
    decided, came = np.array([1, 1, 1, 2, 2, 3]), np.array([1.0, 0, 1, 1, 0, 1])
    assert leniency(decided, came).tolist() == pytest.approx([0.5, 1.0, 0.5, 0.0, 1.0, np.nan], nan_ok=True)
    office = np.array([1, 1, 1, 1, 1, 1])
    assert leniency(decided, came, office)[0] == pytest.approx(0.5 - 3 / 5)


def test_examiners_who_were_given_cases_by_chance_tell_the_effect_that_a_comparison_does_not() -> None:
    rng = np.random.default_rng(7)
    n = 6_000
    decided, need = rng.integers(0, 30, n), rng.normal(0, 1, n)
    came = (rng.normal(0, 1, n) + 0.8 * need < rng.normal(0, 0.8, 30)[decided]).astype(float)
    y = 10 + 4 * need - 5 * came + rng.normal(0, 2, n)

    found = two_stage(y, came, leniency(decided, came)[:, None], np.ones((n, 1)), np.ones(n), decided)

    assert abs(found.effect + 5) < 2.5 * found.std_error and found.strength > 100
    assert abs(y[came == 1].mean() - y[came == 0].mean() + 5) > 5 * found.std_error
