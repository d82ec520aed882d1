"""Laws of honest bounds, the values at which they break down, and what is refused."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
import pytest
from honest_studies import study
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.methods.honest_bounds import breakdown, identified, relative_magnitudes, smoothness
from evaluation.methods.honest_polyhedra import event_study
from evaluation.terms import Refused

SAME = 1e-9  # relative to the width: the same numbers in another unit or order
BOTH = [relative_magnitudes, smoothness]
RESTRICTIONS = ["relative_magnitudes", "smoothness"]
SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(0, 10_000), st.sampled_from(["mean", "first", "mixed"]))


def of(shape: tuple[int, int, int, str]) -> Any:
    return study(*shape[:3], which=shape[3])


@settings(max_examples=15, deadline=None)
@given(SHAPES)
def test_intervals_grow_with_what_is_allowed(shape: tuple[int, int, int, str]) -> None:
    asked = of(shape)
    for earlier, later in pairwise(relative_magnitudes(*asked, most) for most in (0, 0.25, 0.5, 1, 2, 4)):
        slack = 1e-6 * (later.high - later.low)
        assert later.low <= earlier.low + slack and earlier.high <= later.high + slack
    for narrow, wide in pairwise(smoothness(*asked, most) for most in (0, 0.01, 0.1, 0.5, 2)):
        assert wide.high - wide.low >= narrow.high - narrow.low


@settings(max_examples=15, deadline=None)
@given(SHAPES, st.sampled_from([1e-6, 3.0, 1e5]))
def test_another_unit_of_the_outcome_moves_the_ends_with_it(shape: tuple[int, int, int, str], unit: float) -> None:
    beta, V, *rest = of(shape)
    for bound, most, scaled in ((relative_magnitudes, 0.7, 0.7), (smoothness, 0.2, 0.2 * unit)):
        one, other = bound(beta, V, *rest, most), bound(beta * unit, V * unit**2, *rest, scaled)
        assert (other.low / unit, other.high / unit) == pytest.approx((one.low, one.high), abs=1e-7 * (one.high - one.low))


@settings(max_examples=15, deadline=None)
@given(SHAPES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(shape: tuple[int, int, int, str], chance: Any) -> None:
    beta, V, pre, post, weights = of(shape)
    before, after = list(range(len(pre))), list(range(len(post)))
    chance.shuffle(before)
    chance.shuffle(after)
    order = [*before, *(len(pre) + at for at in after)]
    shuffled = (beta[order], V[np.ix_(order, order)], [pre[at] for at in before], [post[at] for at in after], weights[after])
    for bound in BOTH:
        one, other = bound(beta, V, pre, post, weights, 0.5), bound(*shuffled, 0.5)
        assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=SAME * (one.high - one.low))


@settings(max_examples=15, deadline=None)
@given(SHAPES)
def test_the_other_sign_of_the_outcome_turns_the_interval_round(shape: tuple[int, int, int, str]) -> None:
    beta, V, *rest = of(shape)
    for bound in BOTH:
        one, other = bound(beta, V, *rest, 0.5), bound(-beta, V, *rest, 0.5)
        assert (-other.high, -other.low) == pytest.approx((one.low, one.high), abs=1e-7 * (one.high - one.low))


@settings(max_examples=15, deadline=None)
@given(SHAPES)
def test_nothing_allowed_leaves_the_usual_interval_and_what_is_allowed_holds_the_range_without_error(shape: tuple[int, int, int, str]) -> None:
    asked = of(shape)
    found = event_study(*asked)
    usual, width = relative_magnitudes(*asked, 0.0), 2 * 1.959963984540054 * found.std_error
    assert (usual.low, usual.high) == pytest.approx((found.effect - width / 2, found.effect + width / 2), abs=1e-9 * width)
    for Mbar in (0.0, 0.6, 2.0):
        low, high = identified(*asked, "relative_magnitudes", Mbar)
        interval = relative_magnitudes(*asked, Mbar)
        assert interval.low < low <= high < interval.high


def test_the_ranges_without_error_are_those_written_by_hand() -> None:
    V, pre, post, weights = np.eye(4), (-3, -2), (0, 1), (0.5, 0.5)
    beta = [1.0, 3.0, 10.0, 20.0]  # steps before: +2, -3; the mean effect is 15

    # a step of 3 M each: at most 3 M by the first period and 6 M by the second
    assert identified(beta, V, pre, post, weights, "relative_magnitudes", 1.0) == pytest.approx((15 - 4.5, 15 + 4.5))
    # the last step goes on: -3 and -6; each bend of .5 adds .5, then 1 and .5 more
    assert identified(beta, V, pre, post, weights, "smoothness", 0.5) == pytest.approx((19.5 - 1.0, 19.5 + 1.0))


@pytest.mark.parametrize("restriction", RESTRICTIONS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_up_to_the_breakdown_value_no_effect_is_left_out_and_beyond_it_is_not(restriction: Any, seed: int) -> None:
    beta, V, *rest = study(4, 3, seed)
    bound = {"relative_magnitudes": relative_magnitudes, "smoothness": smoothness}[restriction]
    asked = (beta + np.r_[np.zeros(4), np.full(3, 6.0)], 0.05 * V, *rest)

    most = breakdown(*asked, restriction)

    assert 0 < most < inf
    assert bound(*asked, most * 0.9999).excludes(0.0) and not bound(*asked, most * 1.0001).excludes(0.0)
    middle = (bound(*asked, 0.0).low + bound(*asked, 0.0).high) / 2
    assert breakdown(*asked, restriction, null=middle) == 0
    assert breakdown(asked[0] * 1e4, asked[1] * 1e8, *rest, restriction) == pytest.approx(
        most * (1e4 if restriction == "smoothness" else 1), rel=1e-5
    )


def test_a_smaller_level_gives_shorter_intervals_and_later_breakdown() -> None:
    asked = study(3, 2, 1)
    for bound in BOTH:
        assert bound(*asked, 0.3, 0.9).high < bound(*asked, 0.3, 0.95).high
    beta, V, *rest = asked
    clear = (beta, 0.1 * V, *rest)
    assert breakdown(*clear, "relative_magnitudes", level=0.9) > breakdown(*clear, "relative_magnitudes", level=0.95)


@pytest.mark.parametrize("clusters", [3, 6])
def test_a_covariance_of_few_clusters_which_is_singular_still_gives_an_interval(clusters: int) -> None:
    beta, _, *rest = study(5, 4, 1)
    parts = np.random.default_rng(clusters).normal(size=(clusters, 9))
    parts -= parts.mean(axis=0)
    for bound in BOTH:
        for most in (0.0, 0.1, 1.0):
            found = bound(beta, parts.T @ parts, *rest, most)
            assert -inf < found.low < found.high < inf


@pytest.mark.parametrize("bound", BOTH)
def test_independent_coefficients_of_equal_variance_are_no_special_case(bound: Any) -> None:
    for before in (1, 2, 3, 8):
        found = bound(np.r_[np.zeros(before), 1.0, 1.0], np.eye(before + 2), range(-before - 1, -1), (0, 1), (0.5, 0.5), 0.4)
        assert -inf < found.low < 1 < found.high < inf


BETA, V, PRE, POST, WEIGHTS = study(3, 2, 0)
NOT_SYMMETRIC = V + np.triu(np.full((5, 5), 0.1), 1)
NOT_POSITIVE = V - 5 * np.eye(5)
WRONG = {
    "reference period": ((BETA, V, (-3, -2, -1), (0, 1), WEIGHTS), "one left out"),
    "gap": ((BETA, V, (-5, -3, -2), (0, 1), WEIGHTS), "no other period is missing"),
    "after before": ((BETA, V, (0, 1, 2), (-2, -1), WEIGHTS), "one left out"),
    "no period stands before": ((BETA[3:], V[3:, 3:], (), (0, 1), WEIGHTS), "at least two periods before"),
    "none after": ((BETA[:3], V[:3, :3], PRE, (), ()), "no period stands after"),
    "coefficients": ((BETA[1:], V, PRE, POST, WEIGHTS), "4 coefficients are given for 5 periods"),
    "covariance": ((BETA, V[1:], PRE, POST, WEIGHTS), "4 by 5, for 5 periods"),
    "weights": ((BETA, V, PRE, POST, (1.0, 0.0, 0.0)), "3 weights are given for 2 periods"),
    "not symmetric": ((BETA, NOT_SYMMETRIC, PRE, POST, WEIGHTS), "not symmetric"),
    "not positive": ((BETA, NOT_POSITIVE, PRE, POST, WEIGHTS), "not positive semidefinite"),
    "not a number": ((BETA * np.nan, V, PRE, POST, WEIGHTS), "not a number"),
    "no weight": ((BETA, V, PRE, POST, (0.0, 0.0)), "no variance"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_not_an_event_study_is_refused_in_one_sentence(case: str) -> None:
    asked, said = WRONG[case]
    for bound in BOTH:
        with pytest.raises(Refused, match="honest bounds") as refused:
            bound(*asked, 1.0)
        assert len(refused.value.problems) == 1 and said in str(refused.value)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        smoothness(BETA[1:], V[1:], PRE, POST, (1.0,), -1.0, 1.5)
    assert len(refused.value.problems) == 5
