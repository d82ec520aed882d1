"""Columns that set those with the event apart: refused by every regression, by name and in words, without anybody's value."""

from __future__ import annotations

import re

import numpy as np
import pytest

from evaluation.methods.survival import by_cluster, cox, cure, discrete, fine_gray, lifelines_adapter
from evaluation.methods.survival.covariates import fitted, laid
from evaluation.methods.survival.times import Times
from evaluation.terms import Refused

N = 300


def intervals(X, times, names):
    had = times.cause > 0
    return lifelines_adapter.aft_between(X, np.where(had, times.stop / 2, times.stop), np.where(had, times.stop, np.inf), names=names)


FITS = {
    "cox": lambda X, times, names: cox.fit(X, times, names=names),
    "fine_gray": lambda X, times, names: fine_gray.fit(X, times, names=names),
    "cloglog": lambda X, times, names: discrete.fit(X, times, (10, 20), names=names),
    "logit": lambda X, times, names: discrete.fit(X, times, (10, 20), names=names, link="logit"),
    "weibull": lambda X, times, names: lifelines_adapter.aft(X, times, names=names),
    "log_normal": lambda X, times, names: lifelines_adapter.aft(X, times, names=names, family="log_normal"),
    "intervals": intervals,
    "cure": lambda X, times, names: cure.fit(X, times, names=names),
}
every_regression = pytest.mark.parametrize("fit", FITS.values(), ids=FITS)


def people() -> tuple[np.ndarray, Times]:
    """A column that says nothing, and Weibull times of which three tenths are hidden."""
    rng = np.random.default_rng(1)
    T, C = 20 * rng.weibull(1.5, N), rng.uniform(5, 60, N)
    return rng.normal(size=N), Times(np.minimum(T, C), (T <= C).astype(int))


def refusal(fit, X: np.ndarray, times: Times, names: tuple[str, ...]) -> str:
    with pytest.raises(Refused) as refused:
        fit(X, times, names)
    return str(refused.value)


def values_in(said: str) -> set[str]:
    return set(re.findall(r"-?\d+\.\d+", said))


@every_regression
def test_a_column_that_is_who_had_the_event_is_refused(fit) -> None:
    x, times = people()
    said = refusal(fit, np.column_stack([x, times.cause == 1]).astype(float), times, ("x", "held"))

    assert f"'held' separates the {times.cause.sum()} events: none was seen in people with the lower of the two values of 'held'" in said
    assert "'x'" not in said and not values_in(said)


@every_regression
def test_a_rare_column_with_which_nobody_had_the_event_is_refused_in_whatever_unit(fit) -> None:
    """Its slope times its spread is small however far the slope runs, and in standard deviations its values are somebody's."""
    x, times = people()
    rare = np.zeros(N)
    rare[np.flatnonzero(times.cause == 0)[:4]] = 1
    said = refusal(fit, np.column_stack([x, (rare - rare.mean()) / rare.std()]), times, ("x", "moved"))

    assert "'moved' separates the " in said and "none was seen in people with the higher of the two values of 'moved'" in said
    assert not values_in(said)


@every_regression
def test_columns_that_do_so_together_are_refused_by_their_names(fit) -> None:
    x, times = people()
    rng = np.random.default_rng(0)
    rated, more = rng.normal(size=N), rng.integers(0, 3, N)
    few = Times(times.stop, np.where(more == 2, times.cause, 0))
    said = refusal(fit, np.column_stack([x, rated + more, rated]), few, ("age", "scored", "rated"))

    assert re.search(r": 'scored', 'rated' together separate the \d+ events: a combination of them is highest in everybody with one", said)


@pytest.mark.parametrize("fit", [FITS["cox"], FITS["fine_gray"]], ids=["cox", "fine_gray"])
def test_a_score_that_says_who_is_next_is_refused_with_the_way_it_points(fit) -> None:
    x = np.arange(60.0)
    said = refusal(fit, -x[:, None], Times(61 - x, np.ones(60, int)), ("score",))

    assert "'score' separates the 60 events: everybody with one had the lowest 'score' of all then at risk" in said


@pytest.mark.parametrize("fit", [FITS["cloglog"], FITS["logit"]], ids=["cloglog", "logit"])
def test_a_score_above_which_everybody_had_it_in_each_period_is_refused(fit) -> None:
    _, times = people()
    period = np.searchsorted((10, 20), times.stop, "left")
    score = np.where(times.cause == 1, 3.0 - period, -3.0) + np.random.default_rng(3).random(N)

    assert "everybody with one had the highest 'score' of all at risk in a period" in refusal(fit, score[:, None], times, ("score",))


def test_few_events_are_not_counted_and_the_door_s_own_units_are_not_told() -> None:
    x, times = people()
    one = np.zeros(N)
    one[[3, 8, 90, 120]] = 1
    few = Times(times.stop, ((one == 0) & (np.cumsum(times.cause) <= 6)).astype(int) * times.cause)
    X = laid({"x": x, "in custody": one}, N)

    with pytest.raises(Refused) as refused:
        fitted(X, few, np.ones(N, dtype=bool))

    assert 0 < few.cause.sum() <= 6
    assert "'in custody' separates the events: none was seen in people with the higher of the two values of 'in custody'" in str(refused.value)
    assert not re.search(r"\d", str(refused.value))


@every_regression
def test_one_event_on_the_other_side_is_enough_for_a_slope(fit) -> None:
    x, times = people()
    had = np.flatnonzero(times.cause == 1)
    rare = np.zeros(N)
    rare[[*np.flatnonzero(times.cause == 0)[:12], had[times.stop[had].argmin() == np.arange(len(had))][0]]] = 1
    if fit is FITS["cure"]:
        times = Times(np.where(np.arange(N) % 3 == 0, 60.0, times.stop), np.where(np.arange(N) % 3 == 0, 0, times.cause))
        rare[np.flatnonzero(times.cause == 1)[:3]] = 1

    found = fit(np.column_stack([x, rare]), times, ("x", "rare"))

    assert np.isfinite(found.coef).all() and (np.diag(found.variance()) < 10).all()


def test_a_column_the_same_for_all_with_the_event_has_a_slope_where_others_lie_on_both_sides() -> None:
    x, times = people()
    one = np.where(times.cause == 1, 0.0, x)
    found = lifelines_adapter.aft(one[:, None], times, names=("x",))

    assert abs(found.coef[1]) < 3 and found.variance()[1, 1] < 3
    with pytest.raises(Refused, match="everybody with one has the same 'x', and nobody without one a higher"):
        lifelines_adapter.aft(-np.abs(one)[:, None], times, names=("x",))
    with pytest.raises(Refused) as refused:
        lifelines_adapter.aft(np.column_stack([np.abs(one), one**2, x]), times, names=("far", "square", "x"))
    assert str(refused.value).count("and nobody without one a lower") == 2 and "together" not in str(refused.value)


def test_who_is_known_to_have_come_by_a_time_pulls_the_other_way() -> None:
    """Nobody is pinned: rows had it by `high`, or not by `low`, and the column says which."""
    late = np.arange(40) % 2
    low, high = np.where(late == 1, 5.0, 0.0), np.where(late == 1, np.inf, 7.0)

    with pytest.raises(Refused, match="'late' separates the events"):
        lifelines_adapter.aft_between(late[:, None].astype(float), low, high, names=("late",))


# ------------------------------------------------------------------------------------------------ words and clusters
def test_words_that_are_none_are_refused_with_the_nearest() -> None:
    x, times = people()
    X = x[:, None]
    wrong = {
        r"'efrn' is not a rule of ties.*Did you mean 'efron'": lambda: cox.fit(X, times, names=("x",), ties="efrn"),
        r"'Breslow' is not a rule of ties.*Did you mean 'breslow'": lambda: fine_gray.fit(X, times, names=("x",), ties="Breslow"),
        r"'probit' is not a link. It is one of cloglog, logit": lambda: discrete.fit(X, times, (10, 20), names=("x",), link="probit"),
        r"'weibul' is not a family of times.*Did you mean 'weibull'": lambda: lifelines_adapter.aft(X, times, names=("x",), family="weibul"),
    }
    for match, fit in wrong.items():
        with pytest.raises(Refused, match=match):
            fit()


def test_errors_by_cluster_are_sums_over_its_rows_and_refuse_what_tells_nothing() -> None:
    parts = np.array([[1.0, 2.0], [3.0, -1.0], [-4.0, -1.0]])
    V = by_cluster.variance(parts, np.array(["b", "a", "b"]))

    assert pytest.approx(np.array([[18.0, -6.0], [-6.0, 2.0]])) == V
    assert by_cluster.variance(parts, np.array([2, 1, 2]), correction="CR1") == pytest.approx(2 * V)
    assert by_cluster.std_errors(parts, np.array([2, 1, 2]), correction="CR1") == pytest.approx(np.sqrt(2 * np.diag(V)))
    assert by_cluster.variance(parts) == pytest.approx(parts.T @ parts)
    with pytest.raises(Refused, match=r"here: all rows are of one cluster. .*told well from about 40"):
        by_cluster.sums(parts, np.zeros(3), where="here")
    with pytest.raises(Refused, match="errors of 2 slopes are asked of 2 clusters"):
        by_cluster.variance(parts, np.array([2, 1, 2]), slopes=2)


@every_regression
def test_every_regression_sums_by_cluster_alike(fit) -> None:
    x, times = people()
    if fit is FITS["cure"]:
        times = Times(np.where(np.arange(N) % 3 == 0, 60.0, times.stop), np.where(np.arange(N) % 3 == 0, 0, times.cause))
    found, label = fit(x[:, None], times, ("x",)), np.arange(N) % 20

    assert found.variance(label) == pytest.approx(by_cluster.variance(found.influence, label), rel=1e-9)
    assert found.variance(label, "CR1") == pytest.approx(20 / 19 * found.variance(label))
    with pytest.raises(Refused, match="all rows are of one cluster"):
        found.variance(np.zeros(N))
