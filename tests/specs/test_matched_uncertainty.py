"""How uncertain the effect of a comparison is, in each way that a question may ask for: by hand, by brute force, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import count, product

import numpy as np
import pytest
from amounts_told import AMOUNT, SEEN, Told
from scipy.special import expit, stdtrit

from evaluation.methods.inference import Contrast
from evaluation.methods.matched import compare, estimate, invariants, resampled
from evaluation.methods.matched.abadie_imbens import NEIGHBOURS, abadie_imbens, matched_effects, spread_given_columns
from evaluation.methods.matched.pool import Pool
from evaluation.methods.pooled import pooled
from evaluation.terms import Cohort, Horizon, Inference, Matching, Question, Refused

SAME = 1e-9  # the same sums
BOOTSTRAPPED = 0.15  # relative: 500 draws, and a bootstrap is not CR1


def people(seed: int = 0, n: int = 300, **parts) -> tuple[Cohort, np.ndarray]:
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=n), rng.normal(size=n)
    served = rng.random(n) < expit(0.6 * x + 0.4 * z - 0.6)
    y = 20 + 3 * x + z + 2 * served + 2 * rng.normal(size=n)
    who = np.arange(n)
    return Cohort("main", "person", "", who + 1, who, served, {"x": x, "z": z}, (), "offer", **parts), y


def asked(inference="robust", estimand="effect_on_the_served", estimator="difference", **words) -> Question:
    return Question(AMOUNT.name, Horizon(days=SEEN), "matched", 0.5, estimand=estimand, estimator=estimator, inference=Inference(inference),
                    compare=Matching(**words))  # fmt: skip


def answered(cohort, y, question, seen=None):
    return estimate(cohort, compare(cohort, question), Told(y, seen), question)


def refusal(cohort, y, question, seen=None) -> str:
    with pytest.raises(Refused) as caught:
        answered(cohort, y, question, seen)
    assert all(problem.remedy for problem in caught.value.problems)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ by set, by person, by both
def test_the_words_name_their_formulas():
    cohort, y = people()
    formulas = {by: answered(cohort, y, asked(by)).interval.by for by in ("robust", "set", "person")}

    assert formulas == {
        "robust": "two-way cluster-robust by set and person",
        "set": "cluster-robust by set",
        "person": "cluster-robust by person",
    }
    clustered = replace(cohort, clusters=np.arange(300) // 4)
    assert answered(clustered, y, asked("cluster")).interval.by == "two-way cluster-robust by set and cluster"
    assert answered(clustered, y, asked("person")).interval.by == "cluster-robust by person"


def test_where_people_are_weighed_the_error_is_by_who_shares_luck():
    cohort, y = people()
    clustered = replace(cohort, clusters=np.arange(300) // 4)

    assert answered(cohort, y, asked(by="overlap", estimand="effect_in_the_overlap")).interval.by == "cluster-robust by person"
    assert answered(clustered, y, asked(by="overlap", estimand="effect_in_the_overlap")).interval.by == "cluster-robust by cluster"


def test_a_few_strata_are_no_clusters():
    cohort, y = people()

    assert answered(cohort, y, asked(by="subclasses", subclasses=5)).interval.by == "cluster-robust by person"
    assert "fewer than 20 sets" in refusal(cohort, y, asked("set", by="subclasses", subclasses=5))


def strata(sizes, seed: int = 0) -> tuple[Cohort, np.ndarray]:
    """Strata of such sizes, in each of which two in five are served."""
    rng = np.random.default_rng(seed)
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    n = len(stratum)
    served, who = np.concatenate([np.arange(size) % 5 < 2 for size in sizes]), np.arange(n)
    y = rng.normal(size=len(sizes))[stratum] + rng.normal(size=n)
    return Cohort("main", "person", "", who + 1, who, served, {"g": stratum.astype(float)}, (), "offer"), y


def test_strata_so_uneven_that_they_are_worth_few_are_few_strata():
    uneven = [10 * round(40 / rank) for rank in range(1, 31)]  # thirty, worth nine or ten
    even = [40] * 30

    assert answered(*strata(uneven), asked(by="exact")).interval.by == "cluster-robust by person"
    assert answered(*strata(even), asked(by="exact")).interval.by == "two-way cluster-robust by set and person"
    assert "so uneven that they are worth fewer" in refusal(*strata(uneven), asked("set", by="exact"))


def test_t_is_on_what_uneven_sets_are_worth():
    sizes = [200] * 10 + [40] * 30  # by hand: (10 x 80 + 30 x 16)^2 / (10 x 80^2 + 30 x 16^2) of their served
    found = answered(*strata(sizes), asked(by="exact"))
    worth = (10 * 80 + 30 * 16) ** 2 / (10 * 80**2 + 30 * 16**2)

    assert found.interval.by == "two-way cluster-robust by set and person"
    assert (found.interval.high - found.effect) / found.std_error == pytest.approx(stdtrit(worth - 1, 0.975), rel=1e-6)


def test_sets_of_equal_weight_are_as_many_as_there_are_though_some_are_lost():
    cohort, y = people(n=600)
    question = asked(ratio=2)
    sets = len(np.unique(compare(cohort, question).sets)) - 1  # one is nobody's
    found = answered(cohort, y, question)

    assert (found.interval.high - found.effect) / found.std_error == pytest.approx(stdtrit(sets - 1, 0.975), rel=1e-9)


# ------------------------------------------------------------------------------------------------ Abadie and Imbens
def test_the_spread_of_an_outcome_is_told_by_the_nearest_of_ones_own_arm_and_group():
    rng = np.random.default_rng(0)
    n = 90
    line, y, served, groups = rng.normal(size=n), rng.normal(size=n), rng.random(n) < 0.4, np.sort(rng.integers(0, 3, n))
    known, wanted = rng.random(n) < 0.9, np.flatnonzero(~served)
    known[wanted[:5]] = True
    wanted = wanted[known[wanted]]
    pool = Pool("here", np.arange(n), served, served, np.arange(n), groups, False, {}, line=line)

    for place, found in zip(wanted, spread_given_columns(pool, y, known, wanted), strict=True):
        own = [other for other in np.flatnonzero(known & ~served & (groups == groups[place])) if other != place]
        near = sorted(own, key=lambda other: abs(line[other] - line[place]))[:NEIGHBOURS]
        assert found == pytest.approx(NEIGHBOURS / (NEIGHBOURS + 1) * (y[place] - y[near].mean()) ** 2, rel=SAME)


def test_somebody_alone_in_a_group_has_the_mean_of_the_others():
    groups = np.array([0, 0, 0, 0, 1])
    pool = Pool("here", np.arange(5), np.zeros(5, dtype=bool), groups == 9, np.arange(5), groups, False, {}, line=np.arange(5.0))
    found = spread_given_columns(pool, np.array([0.0, 1, 3, 7, 2]), np.ones(5, dtype=bool), np.arange(5))

    assert found[4] == pytest.approx(found[:4].mean(), rel=SAME)


def test_effects_on_the_compared_are_turned_round():
    y, served = np.array([5.0, 3.0, 9.0, 4.0]), np.array([True, False, True, False])
    sets, weights = np.array([0, 0, 1, 1]), np.ones(4)

    assert matched_effects(y, served, served, sets, weights, np.zeros(4)).tolist() == [2.0, 5.0]
    assert matched_effects(y, served, ~served, sets, weights, np.zeros(4)).tolist() == [2.0, 5.0]
    assert matched_effects(y, served, served, sets, weights, np.array([0.0, 1, 0, 1])).tolist() == [3.0, 6.0]


def test_who_is_compared_more_often_counts_for_more():
    effects, spread = np.array([1.0, 2.0, 3.0, 4.0]), np.ones(2)
    once, often = (abadie_imbens(effects, times, times, spread, 100) for times in (np.ones(2), np.array([2.0, 2.0])))

    assert once.effect == often.effect == 2.5
    assert once.std_error == pytest.approx((5 / 16) ** 0.5) and often.std_error == pytest.approx(((5 + 2 * 2) / 16) ** 0.5)


@pytest.mark.parametrize("estimand", ["effect_on_the_served", "effect_on_the_compared"])
@pytest.mark.parametrize("distance", ["logit", "mahalanobis"])
def test_with_reuse_both_doors_give_an_error_near_the_two_way_one(estimand, distance):
    cohort, y = people(n=800)
    words = {"reuse": 0, "distance": distance, "caliper": 0.0, "estimand": estimand}
    for estimator in ("difference", "regression"):
        robust, own = (answered(cohort, y, asked(by, estimator=estimator, **words)) for by in ("robust", "abadie_imbens"))
        assert own.effect == pytest.approx(robust.effect, rel=SAME)
        assert own.interval.by == "Abadie-Imbens 2006" and 0.6 < own.std_error / robust.std_error < 1.2


@pytest.mark.parametrize("shared", [{"clusters": np.arange(300) // 6}, {"person": np.arange(300) // 2}])
def test_with_people_who_share_luck_it_is_refused(shared):
    cohort, y = people()

    assert "counts each row alone" in refusal(replace(cohort, **shared), y, asked("abadie_imbens", reuse=0, caliper=0.0))


def test_with_somebody_lost_it_is_refused():
    cohort, y = people()
    seen = np.where(np.arange(300) % 20 == 0, 100, SEEN)

    assert "some people were lost" in refusal(cohort, y, asked("abadie_imbens", reuse=0, caliper=0.0), seen)


# ------------------------------------------------------------------------------------------------ drawn again
def test_the_bootstrap_of_sets_is_near_the_robust_error_and_says_what_was_drawn():
    cohort, y = people(n=600)
    robust, drawn = (answered(cohort, y, asked(by)) for by in ("robust", "bootstrap"))

    assert drawn.effect == robust.effect and drawn.std_error == pytest.approx(robust.std_error, rel=BOOTSTRAPPED)
    assert drawn.interval.by == "bootstrap, 500 draws of matched sets, from seed 1979"


@pytest.mark.parametrize(("by", "estimand"), [("inverse_probability", "average_effect"), ("entropy_balancing", "effect_on_the_served")])
def test_the_bootstrap_of_people_learns_their_weights_anew_and_is_near_the_error_that_counts_that(by, estimand):
    cohort, y = people(n=600)
    robust, drawn = (answered(cohort, y, asked(how, by=by, estimand=estimand)) for how in ("robust", "bootstrap"))

    assert drawn.std_error == pytest.approx(robust.std_error, rel=BOOTSTRAPPED)
    assert "draws of people, compared anew each time" in drawn.interval.by


def test_what_hangs_together_is_drawn_together():
    labels = resampled._hanging_together(np.array([0, 0, 1, 1, 2, 3]), np.array([5, 6, 6, 7, 8, 8]))

    assert labels.tolist() == [0, 0, 0, 0, 1, 1]


def test_too_few_groups_to_draw_are_refused():
    cohort, y = people(clusters=np.arange(300) // 30)

    assert "fewer than 20 groups of people hang together" in refusal(cohort, y, asked("bootstrap"))


def test_more_rows_than_can_be_drawn_again_in_time_are_refused(monkeypatch):
    monkeypatch.setattr(resampled, "MOST_ROWS", 100)
    cohort, y = people()

    assert "more than 100 rows are compared" in refusal(cohort, y, asked("bootstrap"))


def test_weights_are_not_learnt_again_in_risk_sets():
    rng, n = np.random.default_rng(0), 600
    person = np.where(np.arange(n) % 6 == 0, 1_000 + np.arange(n) // 6, rng.integers(0, 300, n))
    cohort, y = people(n=n, sets=np.arange(n) // 6, drawn=5, later_served="keep")
    cohort = replace(cohort, person=np.unique(person, return_inverse=True)[1], served=np.arange(n) % 6 == 0, by="service")

    assert "a risk set without the person" in refusal(cohort, y, asked("bootstrap", by="entropy_balancing"))


def test_a_comparison_among_people_drawn_again_that_breaks_a_rule_ends_the_bootstrap(monkeypatch):
    cohort, y = people()
    question = asked("bootstrap", by="entropy_balancing")
    comparison, rule = compare(cohort, question), invariants.broken
    made = count(1)
    monkeypatch.setattr(invariants, "broken", lambda *given: "a weight is negative" if next(made) == 7 else rule(*given))

    with pytest.raises(invariants.Fault, match=r"a weight is negative.*report it"):
        estimate(cohort, comparison, Told(y), question)


def test_where_one_person_stands_beside_several_a_bootstrap_is_refused():
    cohort, y = people()

    assert "not valid" in refusal(cohort, y, asked("bootstrap", reuse=0, caliper=0.0))


# ------------------------------------------------------------------------------------------------ lots
def test_lots_drawn_again_within_pairs_by_brute_force():
    """Twelve pairs, every lot of them: the share of lots in which the difference is as far from 0 gives the p-value."""
    n = 12
    x = np.repeat(np.arange(n), 2) + 0.001 * (np.arange(2 * n) % 2)
    served, who = np.arange(2 * n) % 2 == 0, np.arange(2 * n)
    y = np.random.default_rng(4).normal(size=2 * n) + 0.8 * served
    cohort = Cohort("main", "person", "", who + 1, who, served, {"x": x}, (), "offer")
    found = answered(cohort, y, asked("exact", caliper=0.0, distance="column", column="x"))

    gaps = y[::2] - y[1::2]
    drawn = np.array([np.mean(signs * gaps) for signs in product((1, -1), repeat=n)])
    tails = ((drawn >= gaps.mean() - 1e-12).mean(), (drawn <= gaps.mean() + 1e-12).mean())
    assert found.effect == pytest.approx(gaps.mean(), rel=SAME)
    assert found.p_value == pytest.approx(2 * min(tails), rel=SAME)
    assert found.interval.by == "randomisation test of a constant shift within sets, all 4,096 lots"


@pytest.mark.parametrize(
    ("parts", "words", "seen", "found"),
    [
        ({}, {}, np.where(np.arange(300) % 20 == 0, 100, SEEN), "needs everybody's outcome"),
        ({}, {"estimator": "regression"}, None, "tells of a difference of means"),
        ({}, {"reuse": 0, "caliper": 0.0}, None, "one person stands in several"),
        ({"clusters": np.arange(300) // 2}, {}, None, "share luck"),
    ],
)
def test_lots_that_cannot_be_drawn_again_are_refused(parts, words, seen, found):
    cohort, y = people(**parts)

    assert found in refusal(cohort, y, asked("exact", **words), seen)


# ------------------------------------------------------------------------------------------------ imputed histories
def test_answers_are_pooled_by_the_rules_of_rubin_and_of_barnard_and_rubin():
    """Three answers: U = 4, B = 1, T = 4 + 4/3 1; gamma = .25; nu_m = 2 / .25^2 = 32; nu_obs = 31/33 30 .75."""
    told = [Contrast(effect, 2.0, 30.0) for effect in (1.0, 2.0, 3.0)]
    found = pooled(told)

    assert (found.effect, found.std_error) == pytest.approx((2.0, (4 + 4 / 3) ** 0.5), rel=SAME)
    assert found.df == pytest.approx(1 / (1 / 32 + 1 / (31 / 33 * 30 * 0.75)), rel=SAME)
    assert pooled([replace(each, df=float("inf")) for each in told]).df == pytest.approx(32)
    assert pooled(told[:1] * 3).std_error == pytest.approx(2.0)


def test_values_that_nobody_recorded_are_imputed_and_their_uncertainty_counts():
    cohort, y = people(n=400)
    hidden = np.random.default_rng(8).random(400) < 0.3
    gaps = replace(cohort, history={**cohort.history, "x": np.where(hidden, np.nan, cohort.history["x"])})
    question = asked(by="entropy_balancing", missing="impute", imputations=5)
    comparison = compare(gaps, question)
    found, whole = estimate(gaps, comparison, Told(y), question), answered(cohort, y, asked(by="entropy_balancing"))

    assert len(comparison.imputed) == 5 and "pooled over 5 imputed histories" in found.interval.by
    assert found.std_error > whole.std_error and abs(found.effect - 2) < 4 * found.std_error
    assert found.effect == pytest.approx(found.served.mean - found.compared.mean, rel=SAME)
    assert "pooled over 5" in estimate(gaps, comparison, Told(y), replace(question, estimator="regression")).interval.by
