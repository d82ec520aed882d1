"""Who could be compared: whom a design sets aside and why, who may stand beside whom, and what distances and calipers are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from evaluation.methods.matched import gathering
from evaluation.methods.matched.distances import space
from evaluation.methods.matched.gathering import BEYOND, ITS_SET, ONE_SIDED, WHEN, gather
from evaluation.methods.matched.ways import WAYS, needs_score
from evaluation.terms import Caliper, Cohort, Horizon, Matching, Question

SAME = 1e-9  # two ways to the same maximum, and sums in another order
N = 400


def people(**parts) -> Cohort:
    rng = np.random.default_rng(4)
    age, days = np.round(rng.gamma(9.0, 4.0, N)), np.round(rng.gamma(1.0, 100.0, N))
    race, jailed = rng.integers(1, 4, N).astype(float), (rng.random(N) < 0.4) * 1.0
    served = rng.random(N) < expit(0.06 * (age - 36) + 0.5 * jailed - 0.5)
    history = {"age": age, "days": days, "race": race, "jailed": jailed} | parts.pop("history", {})
    who = np.arange(N)
    return Cohort("main", "person", "", who + 1, who, served, history, (), parts.pop("by", "offer"), **parts)


def gathered(cohort=None, estimand="effect_on_the_served", **words):
    plan = Matching(**words)
    return gather(cohort or people(), Question("x", Horizon(days=1), "matched", 0.1, estimand=estimand, compare=plan), plan, "here")


def back(pool, values):
    """What the pool holds, in the order of the cohort."""
    told = np.full(N, np.nan)
    told[pool.rows] = values
    return told


def test_everybody_is_in_the_pool_once_in_a_drawn_order_and_nothing_is_set_aside():
    found = gathered()

    assert sorted(found.pool.rows.tolist()) == list(range(N)) and found.pool.rows.tolist() != list(range(N))
    assert (found.pool.rows == gathering.drawn_order(N)).all()
    assert found.set_aside == {} and (found.pool.served == people().served[found.pool.rows]).all()


@pytest.mark.parametrize(("estimand", "focal"), [("effect_on_the_served", True), ("effect_on_the_compared", False), ("average_effect", True)])
def test_others_are_sought_for_those_whom_the_effect_is_about(estimand, focal):
    pool = gathered(estimand=estimand).pool

    assert (pool.focal == (pool.served == focal)).all()


def test_the_score_rests_on_the_columns_named_and_likeness_is_shown_in_all():
    found = gathered(on=("age", "race"), categories=("race",))

    assert set(found.score.rests_on) < {"age", "race: 1", "race: 2", "race: 3"} and len(found.score.rests_on) == 3
    assert list(found.pool.columns) == ["age", "race: 1", "race: 2", "race: 3"]
    assert list(found.columns) == ["age", "days", "race: 1", "race: 2", "race: 3", "jailed"]
    assert (back(found.pool, found.pool.columns["age"]) == people().history["age"]).all()


@pytest.mark.parametrize(
    ("words", "rests"),
    [
        ({}, True),
        ({"distance": "mahalanobis"}, True),  # for its caliper
        ({"distance": "mahalanobis", "caliper": 0.0}, False),
        ({"distance": "mahalanobis", "caliper": 0.0, "trim": 0.1}, True),
        ({"distance": "column", "column": "age"}, False),
        ({"distance": "column", "column": "age", "discard": "served"}, True),
        ({"by": "entropy_balancing"}, False),
        ({"by": "overlap"}, True),
        ({"by": "exact"}, False),
    ],
)
def test_a_score_is_estimated_where_something_rests_on_it(words, rests):
    found = gathered(estimand="average_effect", **words)

    assert needs_score(WAYS[Matching(**words).by], Matching(**words)) == rests
    assert (found.score is not None) == rests == (found.pool.linear is not None)


def test_the_gap_is_that_of_the_distance_named():
    logit, chance, age = gathered().pool, gathered(distance="probability").pool, gathered(distance="column", column="age").pool

    assert (logit.line == logit.linear).all() and chance.line == pytest.approx(expit(logit.line), abs=SAME)
    assert (age.line == people().history["age"][age.rows]).all() and age.linear is None
    space = gathered(distance="mahalanobis").pool
    assert space.line is None and space.space.shape == (N, 4) and len(space.calipers) == 1


def test_calipers_on_columns_are_in_the_unit_that_is_named():
    cohort = people()
    age, days, served = cohort.history["age"], cohort.history["days"], cohort.served
    found = gathered(calipers={"age": Caliper(5.0), "days": Caliper(0.5, "sd"), "race": Caliper(0.5, "pooled_sd")}, caliper=0.0).pool.calipers
    race = cohort.history["race"]

    assert [limit.name for limit in found] == ["age", "days", "race"]
    pooled = ((race[served].var(ddof=1) + race[~served].var(ddof=1)) / 2) ** 0.5
    assert [limit.within for limit in found] == pytest.approx([5.0, 0.5 * days.std(ddof=1), 0.5 * pooled])
    assert (back(gathered(calipers={"age": Caliper(5.0)}).pool, found[0].values) == age).all()


def test_within_a_caliper_no_record_is_near_no_record_alone():
    days = people().history["days"].copy()
    days[::7] = np.nan
    pool = gathered(people(history={"days": days}), calipers={"days": Caliper(0.1, "sd")}, caliper=0.0).pool
    missing = np.flatnonzero(np.isnan(days[pool.rows]))
    known = np.flatnonzero(~np.isnan(days[pool.rows]))
    (limit,) = pool.calipers

    assert pool.allowed(missing[:-1], missing[1:]).all()
    assert not pool.allowed(np.repeat(missing, len(known)), np.tile(known, len(missing))).any()
    assert limit.within == pytest.approx(0.1 * np.nanstd(days, ddof=1))


def test_people_may_be_compared_where_all_that_is_exact_agrees_and_all_that_must_differ_differs():
    strata = np.arange(N) % 2
    race = people().history["race"].copy()
    race[:40] = np.nan
    cohort = people(strata=strata, history={"race": race})
    pool = gathered(cohort, exact=("race",), unlike=("jailed",), caliper=0.0).pool
    one, other = (side.ravel() for side in np.meshgrid(np.arange(len(pool)), np.arange(len(pool))))
    rows, there = pool.rows[one], pool.rows[other]
    jailed = cohort.history["jailed"]
    same = (race[rows] == race[there]) | (np.isnan(race[rows]) & np.isnan(race[there]))  # no record is a value of its own

    assert (pool.allowed(one, other) == (same & (strata[rows] == strata[there]) & (jailed[rows] != jailed[there]) & (rows != there))).all()


def test_a_stratum_without_both_arms_is_set_aside():
    cohort = people()
    site = np.arange(N) % 10.0
    site[cohort.served & (site == 3)] = 4
    found = gathered(people(history={"site": site}), exact=("site",), on=("age", "days"))

    alone = "nobody of the other arm agrees with them on 'site'"
    assert (found.set_aside[alone] == (site == 3)).all() and list(found.set_aside) == [alone]
    assert not np.isnan(found.score.linear).any()  # the score is that of everybody, as MatchIt's


@pytest.mark.parametrize("discard", ["served", "compared", "both"])
def test_common_support_is_what_both_arms_reach(discard):
    cohort = people()
    order = np.argsort(gathered(cohort).score.linear)
    served = cohort.served.copy()
    served[order[:9]], served[order[-9:]] = False, True
    cohort = replace(cohort, served=served)
    linear = gathered(cohort).score.linear
    low = linear < np.where(served, linear[~served].min(), linear[served].min())
    high = linear > np.where(served, linear[~served].max(), linear[served].max())
    found = gathered(cohort, discard=discard)
    arms = {"served": served, "compared": ~served, "both": served | ~served}[discard]

    assert (found.set_aside[BEYOND] == ((low | high) & arms)).all() and found.set_aside[BEYOND].any()
    left = ~found.set_aside[BEYOND]
    assert found.pool.calipers[0].within == pytest.approx(0.2 * linear[left].std(ddof=1))  # over those left


def test_distances_are_measured_over_those_left_by_common_support_and_are_their_own():
    cohort = people()
    found = gathered(cohort, distance="mahalanobis", discard="both")
    left = ~found.set_aside[BEYOND]
    columns = [column[left] for column in cohort.history.values()]
    places = np.full((N, 4), np.nan)
    places[left] = space(columns, cohort.served[left], "mahalanobis")

    assert not left.all() and (found.pool.space == places[found.pool.rows]).all()


def test_trimming_sets_aside_those_nearly_certain_and_ways_that_weigh_estimate_anew():
    cohort = people()
    chance = expit(gathered(cohort).score.linear)
    outside = (chance < 0.3) | (chance > 0.7)
    matched, weighed = (gathered(cohort, estimand="average_effect", trim=0.3, by=by) for by in ("subclasses", "inverse_probability"))
    reason = "their chance of being served is below 0.3 or above 0.7"

    assert (matched.set_aside[reason] == outside).all() and (weighed.set_aside[reason] == outside).all()
    assert back(matched.pool, matched.pool.linear)[~outside] == pytest.approx(matched.score.linear[~outside])
    p, t = expit(weighed.pool.linear), weighed.pool.served
    for column in (np.ones(len(p)), *weighed.pool.columns.values()):  # the score equations hold among those left, and only there
        assert abs((column * (t - p)).sum()) < 1e-6 * np.abs(column).sum()
    p, t = expit(matched.pool.linear), matched.pool.served
    assert abs((t - p).sum()) > 0.1


def test_each_row_is_set_aside_for_the_first_reason_that_applies():
    cohort = people()
    rare = np.zeros(N)
    rare[np.flatnonzero(cohort.served)[:5]] = 1
    site = np.arange(N) % 10.0
    site[cohort.served & (site == 3)] = 4
    found = gathered(people(history={"rare": rare, "site": site}), exact=("site",), on=("age", "days", "rare"), discard="both")

    assert list(found.set_aside) == [ONE_SIDED, BEYOND, "nobody of the other arm agrees with them on 'site'"]
    assert sum(found.set_aside.values()).max() == 1
    assert N - sum(whom.sum() for whom in found.set_aside.values()) == len(found.pool)


def test_ways_that_weigh_balance_the_strata_too():
    strata = np.arange(N) % 3
    cohort = people(strata=strata)
    weighed, matched = (
        gathered(cohort, estimand="average_effect", by="inverse_probability", exact=("jailed",), on=("age",)),
        gathered(cohort, on=("age",)),
    )

    assert list(weighed.pool.columns) == ["age", *(f"stratum: {number}" for number in range(1, 7))]
    assert sum(column for name, column in weighed.pool.columns.items() if "stratum" in name).tolist() == [1] * N
    assert weighed.score.rests_on == ("age", *(f"stratum: {number}" for number in range(2, 7))) and not weighed.score.left_out
    p, served = expit(weighed.score.linear), cohort.served
    for site in range(3):
        assert (served - p)[strata == site].sum() == pytest.approx(0, abs=1e-6)
    assert list(matched.pool.columns) == ["age"] and len(np.unique(matched.pool.groups)) == 3


# ------------------------------------------------------------------------------------------------ risk sets
ALONE = "nobody else of their set agrees with them on 'jailed'"


def in_sets(**parts) -> Cohort:
    """Eighty sets of one served and four compared."""
    return replace(people(**parts), served=np.arange(N) % 5 == 0, sets=np.arange(N) // 5, by="service", drawn=4)


def test_a_set_whose_served_person_has_no_score_is_set_aside_with_all_who_were_drawn_for_it():
    rare = np.zeros(N)
    rare[[0, 5]] = 1
    found = gathered(in_sets(history={"rare": rare}))

    assert (np.flatnonzero(found.set_aside[ONE_SIDED]) == [0, 5]).all()
    assert (np.flatnonzero(found.set_aside[ITS_SET]) == [1, 2, 3, 4, 6, 7, 8, 9]).all()
    assert len(found.pool) == N - 10 and found.pool.in_sets


def test_in_a_set_those_who_do_not_agree_with_its_served_person_are_set_aside():
    cohort = in_sets()
    jailed = cohort.history["jailed"]
    agrees = jailed == jailed[5 * cohort.sets]
    alone = cohort.served & ~np.isin(cohort.sets, cohort.sets[agrees & ~cohort.served])
    found = gathered(cohort, exact=("jailed",), on=("age", "days"))

    assert (found.set_aside[ALONE] == (~agrees | alone)).all()
    groups = found.pool.groups
    assert (np.bincount(groups, weights=found.pool.served) == 1).all() and (np.bincount(groups) > 1).all()


def test_ways_that_pool_the_sets_keep_a_served_person_with_nobody_of_the_own_set():
    cohort = in_sets()
    jailed = cohort.history["jailed"]
    agrees = jailed == jailed[5 * cohort.sets]
    found = gathered(cohort, exact=("jailed",), on=("age", "days"), by="inverse_probability")

    assert (found.set_aside[ALONE] == ~agrees).all() and found.pool.served.sum() == 80
    assert list(found.pool.columns) == ["age", "days", "stratum: 1", "stratum: 2", WHEN]


def test_weights_in_risk_sets_balance_when_the_sets_opened():
    """People at risk drift over time, and so does the outcome: weights that make people alike would else weigh early sets more."""
    rng = np.random.default_rng(6)
    sets = np.arange(3_000) // 6
    served = np.arange(3_000) % 6 == 0
    x = rng.normal(size=3_000) + sets / 250 + 0.7 * served
    who = np.arange(3_000)
    cohort = Cohort("main", "person", "", who + 1, who, served, {"x": x}, (), "service", sets=sets, drawn=5)
    with_time, without = (gathered(each, by="inverse_probability").score.linear for each in (cohort, replace(cohort, sets=None)))

    def days_apart(linear):
        return abs(sets[served].mean() - np.average(sets[~served], weights=np.exp(linear[~served])))

    assert days_apart(with_time) < 15 < 30 < days_apart(without)


# ------------------------------------------------------------------------------------------------ laws
@pytest.mark.parametrize("words", [{}, {"distance": "mahalanobis"}, {"distance": "robust_mahalanobis"}, {"distance": "scaled_euclidean"}])
def test_the_units_of_columns_and_the_names_of_codes_change_no_gap_and_no_caliper(words):
    cohort = people()
    other = {
        **cohort.history,
        "age": 12 * cohort.history["age"] + 3,
        "race": np.array([np.nan, 70.0, 10.0, 30.0])[cohort.history["race"].astype(int)],
    }
    first, second = (gathered(each, categories=("race",), **words).pool for each in (cohort, replace(cohort, history=other)))
    one, two = np.arange(0, 200), np.arange(200, 400)

    assert second.gap(one, two) == pytest.approx(first.gap(one, two), rel=1e-7)
    assert [limit.within for limit in second.calipers] == pytest.approx([limit.within for limit in first.calipers], rel=1e-7)


@pytest.mark.parametrize("words", [{}, {"distance": "mahalanobis"}, {"distance": "robust_mahalanobis"}, {"distance": "scaled_euclidean"}])
def test_a_column_that_never_varies_changes_nothing(words):
    cohort = people()
    first, second = (gathered(each, **words).pool for each in (cohort, people(history={"ones": np.ones(N)})))
    one, two = np.arange(0, 200), np.arange(200, 400)

    assert second.gap(one, two) == pytest.approx(first.gap(one, two), abs=SAME)


def test_the_order_of_rows_changes_no_score():
    cohort = people()
    order = np.random.default_rng(9).permutation(N)
    turned = replace(
        cohort, person=cohort.person[order], served=cohort.served[order], history={name: column[order] for name, column in cohort.history.items()}
    )

    assert gathered(turned).score.linear == pytest.approx(gathered(cohort).score.linear[order], abs=SAME)


def test_a_flexible_score_stands_where_the_regressions_would():
    found = gathered(score="flexible", discard="both")

    assert found.score.by == "flexible" and not np.isnan(found.score.linear).any()
    assert (found.pool.line == found.score.linear[found.pool.rows]).all()
    assert ONE_SIDED not in found.set_aside
