"""Regressions beside Cox's: what each row adds to their errors, what they predict of made-up people, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from evaluation.methods.survival import cure, discrete, fine_gray, lifelines_adapter
from evaluation.methods.survival.times import Times
from evaluation.terms import Refused

STEP = 1e-5
N = 300


def people(seed: int = 1, n: int = N):
    """Weibull times of shape 1.5, three tenths of them hidden; weights; two columns."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.arange(n) % 2, rng.normal(size=n)]).astype(float)
    T = 20 * np.exp(0.5 * X[:, 0] - 0.3 * X[:, 1]) * rng.weibull(1.5, n)
    C = rng.uniform(5, 60, n)
    return X, Times(np.minimum(T, C), (T <= C).astype(int), None, rng.uniform(0.5, 2, n))


def heavier(times: Times, i: int, step: float) -> Times:
    w = times.w.copy()
    w[i] *= 1 + step
    return Times(times.stop, times.cause, times.entry, w)


# ------------------------------------------------------------------------------------------------ errors
@pytest.mark.parametrize("family", ["weibull", "log_normal"])
def test_scores_of_failure_times_are_the_derivative_of_each_row_s_likelihood(family: lifelines_adapter.Family) -> None:
    """By differences of SciPy's own distributions; of ends seen, hidden, and entered late."""
    X, times = people()
    late = Times(times.stop, times.cause, np.where(np.arange(N) % 3 == 0, times.stop / 2, 0.0), times.weights)
    fitted = lifelines_adapter.aft(X, late, names=("a", "b"), family=family)

    def each(coef):
        center, scale = coef[0] + X @ coef[1:-1], np.exp(coef[-1])
        law = stats.weibull_min(1 / scale, scale=np.exp(center)) if family == "weibull" else stats.lognorm(scale, scale=np.exp(center))
        return late.w * (np.where(late.cause > 0, law.logpdf(late.stop), law.logsf(late.stop)) - law.logsf(late.entry))

    slopes = np.column_stack([(each(fitted.coef + STEP * unit) - each(fitted.coef - STEP * unit)) / (2 * STEP) for unit in np.eye(4)])
    np.testing.assert_allclose(fitted.scores, slopes, atol=1e-6)
    assert each(fitted.coef).sum() == pytest.approx(fitted.loglik, rel=1e-8)


@pytest.mark.parametrize("family", ["weibull", "log_normal"])
def test_scores_of_ends_that_lie_between_two_visits_are_the_derivative(family: lifelines_adapter.Family) -> None:
    X, times = people()
    low = np.floor(times.stop / 7) * 7
    high = np.where(times.cause > 0, low + 7, np.inf)
    fitted = lifelines_adapter.aft_between(X, low, high, names=("a", "b"), family=family)

    def each(coef):
        center, scale = coef[0] + X @ coef[1:-1], np.exp(coef[-1])
        law = stats.weibull_min(1 / scale, scale=np.exp(center)) if family == "weibull" else stats.lognorm(scale, scale=np.exp(center))
        return np.log(law.sf(low) - law.sf(high))

    slopes = np.column_stack([(each(fitted.coef + STEP * unit) - each(fitted.coef - STEP * unit)) / (2 * STEP) for unit in np.eye(4)])
    np.testing.assert_allclose(fitted.scores, slopes, atol=1e-6)


def test_errors_of_failure_times_are_ours_by_cluster_and_say_so() -> None:
    X, times = people()
    fitted = lifelines_adapter.aft(X, times, names=("a", "b"))
    pairs = np.arange(N) // 2

    assert fitted.names == ("intercept", "a", "b", "log scale") and "not used" in fitted.errors_by
    own = fitted.scores[::2] + fitted.scores[1::2]
    np.testing.assert_allclose(fitted.variance(pairs), fitted.naive @ own.T @ own @ fitted.naive, rtol=1e-9)
    assert abs(fitted.scale - 1 / 1.5) < 0.1 and abs(fitted.coef[1] - 0.5) < 0.25


@pytest.mark.parametrize("link", ["cloglog", "logit"])
def test_what_a_row_adds_to_discrete_hazards_and_to_a_share_is_the_derivative_by_its_weight(link: discrete.Link) -> None:
    X, times = people()
    found = discrete.fit(X, times, (10, 20), names=("a", "b"), link=link)
    for i in (0, 7, 30):
        up, down = (discrete.fit(X, heavier(times, i, sign * 1e-4), (10, 20), names=("a", "b"), link=link) for sign in (1, -1))
        # the sandwich's bread is the expected information, which for cloglog is not the observed one: near, not the same
        np.testing.assert_allclose((up.coef - down.coef) / 2e-4, found.influence[i], atol=1e-6 if link == "logit" else 2e-3)


def test_what_a_row_adds_to_a_split_population_is_the_derivative_by_its_weight() -> None:
    X, times = people()
    never = np.random.default_rng(2).random(N) < 0.5
    seen = Times(np.where(never, 60.0, times.stop), np.where(never, 0, times.cause), None, times.weights)
    found = cure.fit(X, seen, names=("a", "b"))
    for i in (0, 7, 30):
        up, down = (cure.fit(X, heavier(seen, i, sign * 1e-4), names=("a", "b")) for sign in (1, -1))
        np.testing.assert_allclose((up.coef - down.coef) / 2e-4, found.influence[i], atol=1e-5)

    late = found.survival(X[:2], np.array([0.0, 1e6]))
    np.testing.assert_allclose(late, np.column_stack([[1, 1], found.share(X[:2])]), atol=1e-12)


def test_a_share_to_whom_it_never_happens_is_found_where_it_is_known() -> None:
    rng, n = np.random.default_rng(3), 4_000
    x = rng.normal(size=(n, 1))
    never = rng.random(n) < 1 / (1 + np.exp(-0.3 - 0.8 * x[:, 0]))
    T, C = np.where(never, np.inf, 10 * rng.weibull(1.4, n)), rng.uniform(20, 80, n)
    fitted = cure.fit(x, Times(np.minimum(T, C), (T <= C).astype(int)), names=("x",))

    for V in (fitted.naive, fitted.variance()):
        assert (abs(fitted.coef - [0.3, 0.8, np.log(1.4), np.log(10)]) < 3 * np.sqrt(np.diag(V))).all()


def test_periods_are_cut_after_their_edges_and_start_with_late_entry() -> None:
    cut = discrete.periods(Times(np.array([12, 13, 40]), np.array([1, 0, 1]), np.array([0, 12, 3])), (12, 24))

    assert cut.row.tolist() == [0, 1, 2, 2, 2] and cut.period.tolist() == [0, 1, 0, 1, 2]
    assert cut.event.tolist() == [True, False, False, False, True]


def test_a_subdistribution_hazard_ratio_is_found_where_it_is_known() -> None:
    """By the mixture of Fine & Gray 1999: the incidence of the event is 1 - (1 - p (1 - exp(-t)))^exp(xb), the rest ends otherwise."""
    rng, n, b, p = np.random.default_rng(9), 20_000, 0.5, 0.4
    x = (np.arange(n) % 2).astype(float)
    share = 1 - (1 - p) ** np.exp(b * x)
    mine = rng.random(n) < share
    u = rng.random(n) * share
    with np.errstate(invalid="ignore"):
        own = -np.log(1 - (1 - (1 - u) ** np.exp(-b * x)) / p)
    T, C = np.where(mine, own, rng.exponential(np.exp(-x), n)), rng.uniform(0, 4, n)
    times = Times(np.minimum(T, C), np.where(T > C, 0, np.where(mine, 1, 2)))

    fitted = fine_gray.fit(x[:, None], times, names=("x",))

    assert abs(fitted.coef[0] - b) < 3 * float(fitted.variance()[0, 0]) ** 0.5 < 0.2


# ------------------------------------------------------------------------------------------------ refusals
def refusal(match: str):
    return pytest.raises(Refused, match=match)


def test_impossible_times_are_refused_before_anything_is_fitted() -> None:
    X, times = people()
    stop = times.stop.copy()
    stop[:3] = -1
    bad = Times(stop, times.cause)
    doors = (
        lambda: fine_gray.fit(X, bad, names=("a", "b")),
        lambda: discrete.fit(X, bad, (10, 20), names=("a", "b")),
        lambda: lifelines_adapter.kaplan_meier(bad),
        lambda: lifelines_adapter.nelson_aalen(bad),
    )
    for door in doors:
        with refusal("3 rows of 300 end before time 0"):
            door()
    for fit in (lambda: lifelines_adapter.aft(X, bad, names=("a", "b")), lambda: lifelines_adapter.cured(bad), lambda: cure.fit(X, bad, names="ab")):
        with refusal("3 rows of 300 do not end after time 0"):
            fit()


def test_intervals_that_cannot_be_are_refused() -> None:
    X, _ = people()
    low, high = np.ones(N), np.full(N, 2.0)
    low[0], high[1] = 3.0, np.nan
    with refusal("2 intervals of 300 cannot be"):
        lifelines_adapter.aft_between(X, low, high, names=("a", "b"))


def test_columns_that_tell_nothing_or_are_missing_are_refused_by_name() -> None:
    X, times = people()
    twice = np.column_stack([X, X[:, 0] + X[:, 1], np.ones(N)])
    holes = X.copy()
    holes[4, 1] = np.nan
    for fit in (fine_gray.fit, cure.fit, lifelines_adapter.aft, lambda X, times, names: discrete.fit(X, times, (10, 20), names=names)):
        with refusal("both, one: constant, or made up of the columns before"):
            fit(twice, times, names=("a", "b", "both", "one"))
        with refusal("values are missing in b"):
            fit(holes, times, names=("a", "b"))


def test_what_a_model_cannot_tell_is_refused() -> None:
    X, times = people()
    late = Times(times.stop, times.cause, times.stop / 2)
    with refusal("rows enter late"):
        fine_gray.fit(X, late, names=("a", "b"))
    with refusal("rows enter late"):
        cure.fit(X, late, names=("a", "b"))
    with refusal("those at risk when an event came do not differ enough to tell slopes of x apart"):
        fine_gray.fit(np.array([[0.0], [1.0], [1.0]]), Times(np.array([1, 2, 3]), np.array([0, 1, 1])), names=("x",))
    with refusal("nobody had an event of cause 3"):
        fine_gray.fit(X, times, names=("a", "b"), cause=3)
    with refusal("nobody had the event in period 2 of 3, cut at 10, 20"):
        discrete.fit(X, Times(times.stop, times.cause * ((times.stop <= 10) | (times.stop > 20))), (10, 20), names=("a", "b"))
    with refusal("everybody had the event"):
        cure.fit(X, Times(times.stop, np.ones(N, dtype=int)), names=("a", "b"))
    with refusal("the edges do not bound periods"):
        discrete.fit(X, times, (20, 10), names=("a", "b"))
    with refusal("everybody at risk had the event in period 3 of 3"):
        discrete.fit(X, Times(times.stop, np.where(times.stop > 20, 1, times.cause)), (10, 20), names=("a", "b"))
    with refusal("nobody had the event"):
        lifelines_adapter.aft_between(X, np.ones(N), np.full(N, np.inf), names=("a", "b"))
    with refusal("nobody had the event"):
        lifelines_adapter.aft(X, Times(times.stop, 0 * times.cause), names=("a", "b"))


def test_one_cluster_has_no_error() -> None:
    X, times = people()
    one = np.zeros(N)
    for fitted in (lifelines_adapter.aft(X, times, names=("a", "b")), discrete.fit(X, times, (10, 20), names=("a", "b"))):
        with refusal("all rows are of one cluster"):
            fitted.variance(one)
    with refusal("all rows are of one cluster"):
        fine_gray.fit(X, times, names=("a", "b")).variance(one)


def test_a_column_s_name_is_never_read_as_a_formula() -> None:
    X, times = people()
    odd = lifelines_adapter.aft(X, times, names=("a:b + I(c)", "stop"))
    plain = lifelines_adapter.aft(X, times, names=("a", "b"))

    np.testing.assert_array_equal(odd.coef, plain.coef)
