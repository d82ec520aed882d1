"""Hidden causes of stated strength, what became of those lost, match scores, and the effect carried to those not analysed."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite

import numpy as np
import pandas as pd
import pytest
from offered_county import asked, records, study

from evaluation.challenges import hidden_bias as hidden
from evaluation.challenges import linkage_scores as linked
from evaluation.challenges import losses as lost
from evaluation.challenges import not_analysed as analysed
from evaluation.challenges.asked import Asked
from evaluation.terms import Tried

ROUNDING = 1e-9  # a number told twice, the second time by halving


def strong(prior, stays, offered):
    """A third fewer arrests among those offered, and a little by those before."""
    return np.clip(0.5 + 0.03 * prior - 0.35 * offered, 0, 0.95)


def weak(prior, stays, offered):
    """Somewhat fewer, and much by those before."""
    return np.clip(0.15 + 0.12 * prior - 0.14 * offered, 0, 0.95)


@pytest.fixture(scope="module")
def large() -> Asked:
    return asked(records(strong, n=600))


@pytest.fixture(scope="module")
def small() -> Asked:
    return asked(records(weak, n=1000, seed=3))


# ------------------------------------------------------------------------------------------------ hidden causes
def test_a_hidden_cause_as_strong_as_a_column_moves_the_answer_as_the_condition_says(small: Asked) -> None:
    [condition] = [one for one in small.answer.diagnostics if one.name == "omitted_variable"]
    found = hidden.hidden_bias(small)
    moved = condition.detail["adjusted"] - condition.detail["beside one like prior_arrests"]

    assert found.tried[1].label == "as strong as 'prior_arrests'"
    assert small.own.effect - found.tried[1].effect == pytest.approx(moved, rel=ROUNDING)
    assert found.tried[1].high - found.tried[1].low != small.own.high - small.own.low


def test_at_the_strength_that_is_told_the_range_ends_at_none(small: Asked) -> None:
    strengths = hidden.strengths_of(small)
    assert strengths is not None
    times = hidden.times_to_none(small.own, strengths, strengths.strongest)

    assert 0 < times < inf
    assert hidden.moved(small.own, strengths, strengths.strongest, times).high == pytest.approx(0, abs=1e-6)


def test_a_large_effect_beside_weak_columns_stands_and_a_small_one_beside_a_strong_column_does_not(large: Asked, small: Asked) -> None:
    [firm], [frail] = hidden.hidden_bias(large).diagnostics, hidden.hidden_bias(small).diagnostics

    assert firm.holds and firm.value > 1
    assert not frail.holds and frail.value < 1 and "'prior_arrests'" in frail.sentence


def test_what_no_hidden_thing_can_be_is_told_as_such(small: Asked) -> None:
    strengths = hidden.strengths_of(small)
    assert strengths is not None

    line = hidden.moved(small.own, strengths, strengths.strongest, 1_000.0)

    assert not isfinite(line.effect) and line.why_not.startswith("Nothing can be so strong")


def test_a_lot_leaves_nothing_hidden() -> None:
    plan = study().cohorts["main"]

    assert hidden.fits(study().questions[0], replace(plan, assigned=replace(plan.assigned, by="lot")))  # type: ignore[type-var]  # it has one
    assert not hidden.fits(study().questions[0], plan)


# ------------------------------------------------------------------------------------------------ those lost
OWN = Tried("the study's own", 0.10, 0.05, 0.15, own=True)


def test_the_rate_that_tips_an_answer_by_hand() -> None:
    arms = lost.Lost(0.2, 40, 0.5), lost.Lost(0.1, 20, 0.4)

    times, arm = lost.tips(OWN, arms, counted=True)

    # a fifth of the served is lost, of whom half have it: at half of that rate their mean falls by .2 x .25 = .05, all that the range is off none
    assert (times, arm) == (pytest.approx(0.5), "served")
    assert lost.shifted(OWN, "", arms, (times * 0.5, 0.4)).low == pytest.approx(0, abs=ROUNDING)


def test_a_rate_above_all_tips_nothing() -> None:
    arms = lost.Lost(0.0, 0, 0.5), lost.Lost(0.01, 15, 0.4)

    assert lost.tips(OWN, arms, counted=True) == (inf, "")


def test_all_and_none_are_the_bounds_of_manski() -> None:
    arms = lost.Lost(0.2, 40, 0.5), lost.Lost(0.1, 20, 0.4)
    effects = [lost.shifted(OWN, label, arms, means).effect for label, means in lost.supposed(arms, counted=True).items()]

    # followed: .8 x .5 and .9 x .4 of an arm, so with the worst .4 - (.36 + .1) and with the best .6 - .36, where the answer lets .5 and .4 stand
    assert min(effects) - OWN.effect == pytest.approx((0.4 - 0.46) - (0.5 - 0.4))
    assert max(effects) - OWN.effect == pytest.approx((0.6 - 0.36) - (0.5 - 0.4))


def test_where_nobody_was_lost_there_is_nothing_to_suppose(large: Asked) -> None:
    found = lost.losses(large)

    assert found.sentence == "Nobody was lost before the horizon." and len(found.tried) == 1 and found.diagnostics[0].holds


def test_few_losses_tip_a_large_effect_and_many_a_small_one() -> None:
    firm = lost.losses(asked(records(strong, n=600, moved=lambda prior, stays, offered: 0.06 + 0.0 * prior)))
    frail = lost.losses(asked(records(weak, n=1000, seed=3, moved=lambda prior, stays, offered: 0.4 + 0.0 * prior)))

    assert firm.diagnostics[0].holds and not frail.diagnostics[0].holds
    assert {one.name for one in frail.diagnostics} == {"tipping_point", "worst_case_bounds"} and not frail.diagnostics[1].holds
    assert "were lost; whatever is supposed of them" in frail.sentence


# ------------------------------------------------------------------------------------------------ match scores
def crosswalk(n: int, score: np.ndarray) -> pd.DataFrame:
    ids = range(n)
    return pd.DataFrame({"source": "jail", "source_id": [f"s{i}" for i in ids], "person_id": [f"p{i:04d}" for i in ids], "score": score})


def test_where_wrong_links_make_the_answer_surer_links_undo_it() -> None:
    n = 900
    sure = np.where(np.arange(n) % 2 == 0, 0.95, 0.6)

    def wrongly(prior, stays, offered):
        return np.where(sure > 0.9, 0.3, np.where(offered, 0.05, 0.55))

    def rightly(prior, stays, offered):
        return np.where(offered, 0.15, 0.4)

    told = [linked.linkage_scores(asked(records(risk, n=n, crosswalk=crosswalk(n, sure)))) for risk in (wrongly, rightly)]

    assert [one.diagnostics[0].holds for one in told] == [False, True]
    assert told[0].diagnostics[0].detail["threshold"] == 0.95 and "links of 0.95 or more" in told[0].sentence


def test_without_scores_it_says_which_column_is_needed(large: Asked) -> None:
    found = linked.linkage_scores(large)

    assert found.diagnostics == () and "'crosswalk'" in found.sentence and "`score`" in found.sentence


def test_thresholds_leave_some_and_never_all() -> None:
    assert linked.thresholds(np.array([0.6] * 50 + [0.9] * 50)) == [0.9]
    assert linked.thresholds(np.full(100, 0.8)) == []


# ------------------------------------------------------------------------------------------------ those not analysed
EXACT = {"by": "exact", "on": ("prior_arrests",)}


def told(risk) -> tuple[Asked, object]:
    asks = asked(records(risk, n=1500, seed=1, by_prior=1.6), compare=EXACT)
    return asks, analysed.not_analysed(asks)


def test_an_effect_that_differs_among_those_left_out_moves_when_it_is_carried_to_all() -> None:
    def uneven(prior, stays, offered):
        return np.clip(0.45 - 0.4 * offered * (prior < 2) + 0.5 * offered * (prior >= 2), 0, 0.95)

    def even(prior, stays, offered):
        return np.clip(0.5 - 0.25 * offered, 0, 0.95) + 0.0 * prior

    (_, moves), (_, stays) = told(uneven), told(even)

    [found], [still] = moves.diagnostics, stays.diagnostics  # type: ignore[attr-defined]  # challenges
    assert not found.holds and still.holds
    assert "they differ most in 'prior_arrests'" in found.sentence and [one.label for one in moves.tried[1:]] == [  # type: ignore[attr-defined]  # likewise
        "carried to all",
        "carried to those left out",
    ]


def test_weights_by_the_inverse_of_the_chance_make_those_analysed_like_all() -> None:
    asks = asked(records(strong, n=1000, seed=5, by_prior=1.6), compare=EXACT)
    served, prior = asks.cohort.served, asks.cohort.history["prior_arrests"]  # type: ignore[union-attr]  # of clocks
    few = served & (prior > 0) & (np.arange(len(served)) % 2 == 0)  # half of those with arrests before are not analysed
    comparison = replace(asks.comparison, kept=~few, weights=np.where(few, 0.0, 1.0), sets=None, places=None, learned=None)
    chance = np.where(prior > 0, 1 - few[served & (prior > 0)].mean(), 1.0)

    made = analysed.weighed(asks.cohort, comparison, 1 / chance)  # type: ignore[arg-type]  # of clocks

    assert np.average(prior[served] > 0, weights=made.weights[served]) == pytest.approx((prior[served] > 0).mean())


def test_a_matched_set_counts_as_its_served_person_does_and_keeps_the_weights_within_it() -> None:
    sets, weights = np.array([0, 0, 0, 1, 1, -1]), np.array([1.0, 0.5, 0.5, 1.0, 1.0, 0.0])
    focal = np.array([True, False, False, True, False, False])

    factor = analysed._by_set(np.array([2.0, 9.0, 9.0, 3.0, 9.0, 9.0]), sets, weights, focal, sets >= 0)

    assert factor.tolist() == [2.0, 2.0, 2.0, 3.0, 3.0, 1.0]


def test_where_everybody_was_analysed_nothing_is_carried(large: Asked) -> None:
    found = analysed.not_analysed(large)

    assert found.diagnostics[0].holds and found.diagnostics[0].limit is None and "was analysed" in found.sentence
