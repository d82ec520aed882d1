"""The Cox regression at its edges: what it refuses and in which words, errors of few clusters, and what it says of risks."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from evaluation.methods.survival import cox as cox_module
from evaluation.methods.survival.concordance import concordance
from evaluation.methods.survival.cox import fit
from evaluation.methods.survival.cox_hazard import cumulative, predicted, standardised
from evaluation.methods.survival.cox_residuals import schoenfeld
from evaluation.methods.survival.proportional import proportional
from evaluation.methods.survival.times import Times, checked
from evaluation.terms import Refused

N = 300
NAMES = ("age", "served")


def people(seed: int = 0, n: int = N) -> tuple[np.ndarray, Times]:
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(size=n), rng.random(n) < 0.4]).astype(float)
    T, C = rng.exponential(8 * np.exp(-0.4 * X[:, 0] + 0.5 * X[:, 1])), rng.uniform(1, 15, n)
    return X, Times(np.ceil(np.minimum(T, C)), (T <= C).astype(int))


def refusal(X: np.ndarray, times: Times, names=NAMES, **words) -> str:
    with pytest.raises(Refused) as refused:
        fit(X, times, names=names, **words)
    return str(refused.value)


def without_events(times: Times, there: np.ndarray) -> Times:
    return replace(times, cause=np.where(there, 0, times.cause))


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("within", [False, True])
def test_a_covariate_with_whom_nobody_had_the_event_is_refused_by_name(late, within):
    X, times = people()
    times = without_events(times, X[:, 1] == 1)
    if late:
        times = replace(times, entry=np.maximum(times.stop - 4, -1.0))

    said = refusal(X, times, strata=np.arange(N) % 2 if within else None)

    assert "'served' separates the " in said
    assert "none was seen in people with the higher of the two values of 'served' while others with the lower were at risk" in said
    assert "'age'" not in said


def test_a_combination_that_no_covariate_of_it_could_be_alone_is_refused_by_the_names_of_its_parts():
    rng = np.random.default_rng(1)
    x, level = rng.normal(size=N), rng.integers(0, 3, (N, 2))
    X = np.column_stack([x, level[:, 0] + x, level[:, 1] + x])
    _, times = people()
    times = without_events(times, level[:, 0] - level[:, 1] < 2)

    said = refusal(X, times, ("age", "scored", "rated"))

    assert "'scored', 'rated' together separate" in said and "'age'" not in said


def test_whoever_is_first_by_a_score_is_refused_though_likelihoods_overflow():
    x = np.arange(60.0)

    assert "'score' separates the 60 events: everybody with one had the highest 'score' of all then at risk" in refusal(
        x[:, None], Times(60 - x, np.ones(60, int)), ("score",)
    )


def test_slopes_that_do_not_settle_are_refused(monkeypatch):
    monkeypatch.setattr(cox_module, "ROUNDS", 2)
    X, times = people()

    assert "the slopes of 'age', 'served' had not settled after 2 rounds" in refusal(X, times)


def test_one_event_among_the_served_is_enough_for_a_ratio():
    X, times = people()
    served = np.flatnonzero((X[:, 1] == 1) & (times.stop > 2))
    cause = np.where(X[:, 1] == 1, 0, times.cause)
    cause[served[0]] = 1

    cox = fit(X, replace(times, cause=cause), names=NAMES)

    assert cox.coef[1] < -2 and np.isfinite(cox.std_errors()).all()


def test_columns_that_tell_nothing_are_refused_all_at_once_with_what_makes_them_up():
    X, times = people()
    wide = np.column_stack([X, np.ones(N), 3 * X[:, 0] - X[:, 1] + 2])

    said = refusal(wide, times, (*NAMES, "county", "index"))

    assert "'county' is the same for all" in said and "'index' is made up by 'age', 'served'" in said


def test_a_column_that_varies_between_strata_alone_is_refused():
    X, times = people()

    assert "'served' is the same for all who are at risk at the same time in a stratum" in refusal(X, times, strata=X[:, 1])


def test_a_column_that_is_the_same_for_all_at_risk_at_a_time_is_refused_though_it_changes_with_time():
    X, times = people()
    early, late = times.stop.copy(), times.stop > 3
    early[late] = 3
    both = Times(
        np.append(early, times.stop[late]),
        np.append(np.where(late, 0, times.cause), times.cause[late]),
        np.append(np.zeros(N), np.full(late.sum(), 3.0)),
    )
    season = np.append(np.zeros(N), np.ones(late.sum()))

    assert "'season' is the same for all who are at risk" in refusal(
        np.column_stack([np.append(X[:, 0], X[late, 0]), season]), both, ("age", "season")
    )


def test_a_column_of_large_numbers_that_vary_little_is_read_as_well_as_the_same_near_0():
    X, times = people()

    far = fit(X + np.array([1e7, 0]), times, names=NAMES)

    assert far.coef == pytest.approx(fit(X, times, names=NAMES).coef, abs=1e-7)


def test_impossible_times_are_refused_all_at_once_with_counts():
    X, _ = people(n=6)
    stop, entry = np.array([1.0, -1, np.nan, 4, 5, 6]), np.array([0.0, -2, 0, 4, 7, np.inf])
    times = Times(stop, np.array([0, 1, 1, -1, 0, 1]), entry, np.array([1, 0, -1, np.nan, 1, 1.0]))

    said = refusal(np.where(X[:, :1] == X[0, 0], np.nan, X), times)

    for part in ("1 row of 6 have no time at which they end", "1 row of 6 end before time 0", "3 rows of 6 begin at or after their end",
                 "1 row of 6 have no time at which they begin", "3 rows of 6 have no weight above 0", "1 row of 6 name no cause",
                 "'age' is missing, or no number, in 1 row of 6"):  # fmt: skip
        assert part in said


def test_no_row_arrays_of_other_lengths_and_causes_of_no_name_are_refused():
    with pytest.raises(Refused, match="nobody was at risk"):
        checked(Times(np.array([]), np.array([])), "here")
    with pytest.raises(Refused, match="3 of 'stop' stand beside 2 of 'cause'"):
        checked(Times(np.ones(3), np.ones(2)), "here")
    with pytest.raises(Refused, match="1 row of 2 do not say what ended them"):
        checked(Times(np.ones(2), np.array([np.nan, 1.0])), "here")
    X, times = people()
    assert "beside 300 rows and 1 names" in refusal(X, times, ("age",))
    assert "2 of 'strata' stand beside 300 rows" in refusal(X, times, strata=np.ones(2))
    assert "the offset is no number in 300 rows" in refusal(X, times, offset=np.full(N, np.nan))


def test_no_event_and_one_cluster_are_refused():
    X, times = people()

    assert "nobody of 300 rows had the event (cause 3)" in refusal(X, times, cause=3)
    with pytest.raises(Refused, match="all rows are of one cluster"):
        fit(X, times, names=NAMES).variance(np.zeros(N))


def test_an_error_that_leaves_clusters_out_is_nearer_to_truly_leaving_them_out():
    X, times = people(3)
    cluster = np.arange(N) % 9
    cox = fit(X, times, names=NAMES)
    left_out = np.array([fit(X[cluster != g], times.of(cluster != g), names=NAMES).coef for g in range(9)])
    true = np.sqrt(((left_out - cox.coef) ** 2).sum(axis=0))
    none, cr1, cr3 = (cox.std_errors(cox.variance(cluster, word)) for word in ("none", "CR1", "CR3"))

    assert cr1 == pytest.approx(none * np.sqrt(9 / 8))
    assert cr3 == pytest.approx(true, rel=0.02) and (none < 0.9 * true).all()


def test_a_cluster_that_carries_all_that_is_known_of_a_slope_is_refused():
    X, times = people()
    cluster = np.where(X[:, 1] == 1, 0, 1 + np.arange(N) % 12)
    X[:, 1] *= np.arange(N) % 2  # varies in the first cluster alone
    X = np.column_stack([X, cluster == 0])

    with pytest.raises(Refused, match="1 cluster of 13 carries nearly all that is known of some slope"):
        fit(X, times, names=(*NAMES, "place")).variance(cluster, "CR3")


def test_without_covariates_the_hazard_is_that_of_nelson_and_aalen():
    _, times = people()
    cox = fit(np.empty((N, 0)), times, names=(), ties="breslow")
    moments = np.unique(times.stop[times.cause == 1])
    by_hand = np.cumsum([((times.stop == t) & (times.cause == 1)).sum() / (times.stop >= t).sum() for t in moments])

    assert cumulative(cox, moments) == pytest.approx(by_hand)


def test_averaged_survival_is_the_mean_of_what_is_predicted_of_each():
    X, times = people()
    strata, offset = np.arange(N) % 2, np.linspace(-1, 1, N)
    cox = fit(X, times, names=NAMES, strata=strata, offset=offset)
    weights, at = np.linspace(1, 3, N), np.array([0.5, 3, 9])
    one = standardised(cox, X, at, weights=weights, strata=strata, offset=offset)
    each = predicted(cox, X, at, strata=strata, offset=offset)

    assert one.survival == pytest.approx(np.average(each.survival, axis=0, weights=weights))
    assert one.survival[0] == pytest.approx(1) and (one.of_fit[:, 0] == 0).all()
    assert one.risk == pytest.approx(1 - one.survival)


def test_the_error_by_cluster_of_one_persons_survival_is_that_of_averaging_over_them_alone():
    X, times = people()
    cox, cluster, at = fit(X, times, names=NAMES), np.arange(N) % 50, np.array([2.0, 7.0])
    found = predicted(cox, X[:2], at, cluster=cluster)
    alone = standardised(cox, X[:1], at)
    by_cluster = np.stack([np.bincount(cluster, column) for column in alone.of_fit.T])

    assert found.std_error[0] == pytest.approx(np.sqrt((by_cluster**2).sum(axis=1)))
    assert predicted(cox, X[:2], at).std_error == pytest.approx(found.std_error, rel=0.5)


def test_scaled_residuals_are_slopes_as_single_events_tell_them():
    X, times = people()
    cox = fit(X, times, names=NAMES)
    left = schoenfeld(cox)

    assert left.scaled.mean(axis=0) == pytest.approx(cox.coef)
    assert (left.scaled - cox.coef) @ np.linalg.inv(cox.naive) == pytest.approx(left.residuals * (times.cause == 1).sum())
    assert (left.time == times.stop[left.row]).all() and (np.diff(left.time) >= 0).all()


def test_what_no_regression_can_say_of_risks_is_refused():
    X, times = people()
    strata = np.arange(N) % 2
    cox = fit(X, times, names=NAMES, strata=strata)

    def said(**words) -> str:
        with pytest.raises(Refused) as refused:
            predicted(cox, X[:3], words.pop("at", np.array([1.0])), **words)
        return str(refused.value)

    assert "strata stand in the regression or beside the rows asked about" in said()
    assert "2 rows of 3 are of a stratum in which no event was seen" in said(strata=np.array([0, 7, -1]))
    assert "survival is asked at time 99, and nobody of some stratum was followed past" in said(strata=strata[:3], at=np.array([1, 99]))
    assert "all rows are of one cluster" in said(strata=strata[:3], cluster=np.zeros(N))


def test_a_stratum_without_events_is_left_out_of_the_slopes_and_has_no_baseline():
    X, times = people()
    strata = np.repeat([0, 1, 2], 100)
    quiet = without_events(times, strata == 1)
    cox = fit(X, quiet, names=NAMES, strata=strata)

    assert cox.coef == pytest.approx(fit(X[strata != 1], quiet.of(strata != 1), names=NAMES, strata=strata[strata != 1]).coef)
    assert not cox.influence[strata == 1].any()
    assert len(cumulative(cox, np.array([1.0, 2.0]), stratum=2)) == 2


def test_a_hazard_ratio_that_falls_with_time_is_seen_and_which_way():
    rng = np.random.default_rng(5)
    X = (rng.random((2_000, 1)) < 0.5).astype(float)
    T = rng.weibull(np.where(X[:, 0] == 1, 0.7, 1.6)) * 10
    found = proportional(fit(X, Times(np.ceil(T), np.ones(2_000, int)), names=("served",)))

    assert found.p_value[0] < 1e-6 and found.over_time[0] < 0 and found.overall == pytest.approx(found.chi2[0])


def test_tests_of_proportional_hazards_that_cannot_be_are_refused():
    X, times = people()
    with pytest.raises(Refused, match="an event is at time 0"):
        proportional(fit(X, replace(times, stop=times.stop - 1), names=NAMES), "log")
    with pytest.raises(Refused, match="all events are at one time"):
        proportional(fit(X, Times(np.ones(N), np.arange(N) % 2), names=NAMES))
    with pytest.raises(Refused, match="has no covariate"):
        proportional(fit(np.empty((N, 0)), times, names=()))
    with pytest.raises(ValueError, match="km, rank, identity, log"):
        proportional(fit(X, times, names=NAMES), "square")


def test_concordance_where_nobody_can_be_compared_is_refused():
    with pytest.raises(Refused, match="no two rows can be compared"):
        concordance(np.arange(5.0), Times(np.ones(5), np.ones(5, int)))
    with pytest.raises(Refused, match="concordance: all rows are of one cluster"):
        concordance(np.arange(5.0), Times(np.arange(1.0, 6), np.ones(5, int)), cluster=np.zeros(5))


def test_the_bytes_do_not_hang_on_the_number_of_threads():
    words = (
        "import hashlib, numpy as np; from evaluation.methods.survival.cox import fit; from evaluation.methods.survival.times import Times;"
        "rng = np.random.default_rng(0); X = rng.normal(size=(20_000, 12)); T = np.ceil(rng.exponential(300, 20_000));"
        "c = fit(X, Times(T, rng.integers(0, 2, 20_000)), names=list('abcdefghijkl')); told = (c.coef, c.naive, c.variance(np.arange(20_000) % 99));"
        "print(hashlib.sha256(b''.join(part.tobytes() for part in told)).hexdigest())"
    )

    def digest(threads: str) -> str:
        there = os.environ | {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        return subprocess.run([sys.executable, "-c", words], env=there, capture_output=True, text=True, check=True).stdout

    assert digest("1") == digest("2") != ""
