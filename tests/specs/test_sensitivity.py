"""How strong something unrecorded would have to be: bounds held to every way in which it could fall, and cases small enough for paper."""

from __future__ import annotations

from itertools import pairwise, product
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from statsmodels.regression.linear_model import WLS

from evaluation.diagnostics import DIAGNOSTICS, e_value, hidden_bias, omitted_variable
from evaluation.diagnostics.evalues import e_values
from evaluation.diagnostics.omitted import Moments, strengths
from evaluation.diagnostics.rosenbaum import blocks, boundable, hodges_lehmann, huber_m, m_scores, mcnemar, signed_ranks

SAME = 1e-9  # the same sums in another order, or a convolution by Fourier's way beside one by hand
REGRESSED = 1e-7  # cross-products of standardised columns beside statsmodels' pseudo-inverse


def chances(u: tuple[int, ...], gamma: float) -> np.ndarray:
    """Of each person of a set to be the one singled out, where a hidden thing u makes it gamma times as likely."""
    odds = np.array([gamma if one else 1.0 for one in u])
    return odds / odds.sum()


def every_fall(values: list[np.ndarray], gamma: float) -> list[list[np.ndarray]]:
    """For each set, the chances under every way in which a hidden yes or no could fall on its people."""
    return [[chances(u, gamma) for u in product((0, 1), repeat=len(one))] for one in values]


@st.composite
def sets_of_people(draw: st.DrawFn, *, events: bool) -> list[np.ndarray]:
    """A few small sets: what each person has, whoever is singled out first."""
    one = st.integers(0, 1) if events else st.integers(-3, 3)
    return [np.array(draw(st.lists(one, min_size=m, max_size=m)), dtype=float) for m in draw(st.lists(st.integers(2, 3), min_size=1, max_size=4))]


def by_size(values: list[np.ndarray]) -> list[np.ndarray]:
    return [np.stack([one for one in values if len(one) == m]) for m in sorted({len(one) for one in values})]


# ------------------------------------------------------------------------------------------------ Rosenbaum's bounds
@settings(max_examples=60, deadline=None)
@given(sets_of_people(events=True), st.sampled_from([1.0, 1.5, 4.0]))
def test_no_way_in_which_a_hidden_thing_could_fall_gives_events_a_p_value_outside_the_bounds(values: list[np.ndarray], gamma: float) -> None:
    seen = sum(one[0] for one in values)
    p_values = []
    for fall in product(*every_fall(values, gamma)):
        spread = np.ones(1)
        for one, chance in zip(values, fall, strict=True):
            hit = float((one * chance).sum())
            spread = np.convolve(spread, [1 - hit, hit])
        p_values.append(spread[round(seen) :].sum())

    assert mcnemar(by_size(values))(gamma) == pytest.approx((min(p_values), max(p_values)), abs=SAME)


@settings(max_examples=60, deadline=None)
@given(sets_of_people(events=False), st.sampled_from([1.0, 1.5, 4.0]))
def test_in_every_set_the_m_test_takes_the_fall_with_the_largest_expectation_and_of_these_the_most_uncertain(
    values: list[np.ndarray], gamma: float
) -> None:
    blocks_of = by_size(values)
    seen = expected = variance = 0.0
    for one in (row for block in m_scores(blocks_of) for row in block):
        moments = [(float((one * chance).sum()), float((one**2 * chance).sum())) for chance in every_fall([one], gamma)[0]]
        largest = max(mean for mean, _ in moments)
        seen, expected = seen + one[0], expected + largest
        variance += max(square - mean**2 for mean, square in moments if mean > largest - 1e-12)

    there = ndtr((expected - seen) / sqrt(variance)) if variance > 1e-15 else 1.0
    assert huber_m(blocks_of)(gamma)[1] == pytest.approx(there, abs=SAME)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-50, 50, allow_nan=False, width=32).filter(lambda d: d != 0), min_size=4, max_size=30))
def test_more_hidden_bias_widens_the_bounds_and_none_leaves_the_test_itself(apart: list[float]) -> None:
    d = np.array(apart)
    bounds = [signed_ranks(d)(gamma) for gamma in (1.0, 1.3, 2.0, 5.0)]

    assert bounds[0][0] == bounds[0][1]
    assert all(later[0] <= earlier[0] + SAME and later[1] >= earlier[1] - SAME for earlier, later in pairwise(bounds))
    shifts = [hodges_lehmann(d, gamma) for gamma in (1.0, 1.3, 2.0, 5.0)]
    assert all(later[0] <= earlier[0] + 1e-6 and later[1] >= earlier[1] - 1e-6 for earlier, later in pairwise(shifts))
    assert hodges_lehmann(-d, 2.0) == pytest.approx((-shifts[2][1], -shifts[2][0]), abs=1e-6)


def test_the_signed_rank_bound_by_hand() -> None:
    # ranks of 1, -2 and 4 are 1, 2 and 3: 4 of 6 for the served, expected 2/3 of 6 where one of a pair is twice as likely
    assert signed_ranks(np.array([1.0, -2.0, 4.0, 0.0]))(2.0)[1] == pytest.approx(0.5, abs=SAME)
    assert signed_ranks(np.zeros(3))(2.0) == (1.0, 1.0)


def test_the_shift_without_hidden_bias_is_the_middle_of_all_means_of_two() -> None:
    # of 1, 2 and 6: 1, 1.5, 2, 3.5, 4 and 6
    assert hodges_lehmann(np.array([1.0, 2.0, 6.0]), 1.0) == pytest.approx((2.75, 2.75), abs=1e-9)


def test_who_is_alone_in_an_arm_of_a_set_is_singled_out_whichever_arm_it_is() -> None:
    y = np.array([5.0, 1.0, 2.0, 9.0, 7.0, 8.0, 3.0, 4.0])
    served = np.array([True, False, False, False, True, True, True, True])
    sets = np.array([0, 0, 0, 1, 1, 1, -1, 2])  # the fifth set has nobody compared, the seventh row no set

    there = blocks(y, served, sets)

    assert len(there) == 1 and sorted(there[0].tolist()) == [[-9.0, -7.0, -8.0], [5.0, 1.0, 2.0]]


def test_of_many_kinds_of_sets_events_are_told_by_the_normal_distribution_near_the_exact_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    many = [(rng.random((60, m)) < 0.3 + 0.1 * (np.arange(m) == 0)).astype(float) for m in range(2, 12)]

    monkeypatch.setattr("evaluation.diagnostics.rosenbaum.MOST_EXACT", 10**9)
    exact = [mcnemar(many)(gamma) for gamma in (1.0, 1.2, 2.0)]
    monkeypatch.setattr("evaluation.diagnostics.rosenbaum.MOST_EXACT", 0)
    near = [mcnemar(many)(gamma) for gamma in (1.0, 1.2, 2.0)]

    assert exact != near and np.array(near) == pytest.approx(np.array(exact), abs=0.005)


def test_swapping_the_arms_and_the_direction_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    sets, served = np.repeat(np.arange(40), 3), np.tile([True, False, False], 40)
    y = rng.normal(size=120) + 0.6 * served

    straight = hidden_bias(y, served, sets, more=True, counted=False)
    assert hidden_bias(-y, served, sets, more=False, counted=False) == straight
    assert hidden_bias(y, ~served, sets, more=False, counted=False).value == pytest.approx(straight.value, rel=1e-6)
    event = (y > 0.5).astype(float)
    straight = hidden_bias(event, served, sets, more=True, counted=True)
    assert hidden_bias(1 - event, served, sets, more=False, counted=True) == straight
    assert hidden_bias(event, ~served, sets, more=False, counted=True).value == pytest.approx(straight.value, rel=1e-6)


def test_the_gamma_that_is_told_is_where_the_highest_p_value_passes_five_in_a_hundred() -> None:
    served, sets = np.tile([True, False], 40), np.repeat(np.arange(40), 2)
    y = np.zeros(80)
    y[0:60:2], y[61:80:2] = 1.0, 1.0  # 30 pairs for the served, 10 against

    told = hidden_bias(y, served, sets, more=True, counted=True)

    pairs = [y.reshape(-1, 2)]
    assert mcnemar(pairs)(told.value)[1] == pytest.approx(0.05, abs=1e-5)
    assert told.behind == {"sets": (30, 10, 0, 0)} and f"{told.value:.2f} times" in told.sentence
    assert told.holds and told.limit is None and not told.required
    assert "highest p at 1, by events" in told.detail


def test_bounds_on_outcomes_as_they_are_say_so_beside_an_effect_that_a_regression_told() -> None:
    served, sets = np.tile([True, False], 40), np.repeat(np.arange(40), 2)
    y = np.where(served, 1.0, 0.0)
    y[61:80:2] = 1.0

    plain, adjusted = (
        hidden_bias(y, served, sets, more=True, counted=True, adjusted=by, called="offered the programme").sentence for by in (False, True)
    )

    assert "the difference of the outcomes as they are, not adjusted by the regression, could be luck" in adjusted
    assert "the result could be luck" in plain and "to be offered the programme as the other" in plain
    assert all(one.count(". ") == 0 and one.endswith("could not explain it.") for one in (plain, adjusted))


def test_no_number_of_sets_is_said_for_it_would_tell_how_many_were_lost() -> None:
    served, sets = np.tile([True, False], 60), np.repeat(np.arange(60), 2)
    y = np.zeros(120)
    y[0:60:2] = 1.0  # 30 sets that differ, and 30 in which nobody fared differently

    told = hidden_bias(y, served, sets, more=True, counted=True)

    assert told.behind == {"sets": (30, 0, 30, 0)}
    assert "30" not in told.sentence and "sets" not in told.sentence


def test_where_luck_alone_would_do_nothing_hidden_is_needed() -> None:
    served, sets = np.tile([True, False], 15), np.repeat(np.arange(15), 2)
    y = np.zeros(30)
    y[[0, 2, 5, 7]] = 1.0

    told = hidden_bias(y, served, sets, more=True, counted=True)

    assert told.value == 1.0 and "even if nothing was hidden" in told.sentence


def test_only_sets_with_somebody_alone_in_an_arm_and_enough_of_them_can_be_bounded() -> None:
    served, sets = np.tile([True, False], 10), np.repeat(np.arange(10), 2)

    assert boundable(served, sets)
    assert not boundable(served, np.where(sets == 0, -1, sets))  # nine sets
    assert not boundable(served, np.zeros(20, dtype=int)) and not boundable(served, np.full(20, -1))


# ------------------------------------------------------------------------------------------------ E-values
def test_a_ratio_and_its_inverse_have_one_e_value() -> None:
    assert e_values(2.0, 1.5, 3.0) == pytest.approx(e_values(0.5, 1 / 3, 1 / 1.5), abs=SAME)
    assert e_values(2.0, 1.5, 3.0)[0] == pytest.approx(2 + sqrt(2), abs=SAME)


@pytest.mark.parametrize(("low", "high"), [(0.9, 3.0), (1.0, 3.0), (0.0, 5.0)])
def test_an_interval_that_holds_one_needs_nothing_hidden(low: float, high: float) -> None:
    assert e_values(1.5, low, high)[1] == 1.0 and "the range reaches no difference without" in e_value(1.5, low, high).sentence


@pytest.mark.parametrize("asked", [(0.0, 0.0, 1.0), (2.0, 2.5, 3.0), (-1.0, -2.0, 3.0), (float("nan"), 1.0, 2.0)])
def test_what_is_no_ratio_in_its_interval_is_refused(asked: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="ratio"):
        e_values(*asked)


# ------------------------------------------------------------------------------------------------ omitted variables
def people(n: int = 300) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(11)
    age, debt, hidden = rng.normal(size=(3, n))
    served = rng.random(n) < 1 / (1 + np.exp(-0.5 * age - 0.8 * hidden))
    y = 0.7 * served + age + 0.5 * debt + 1.2 * hidden + rng.normal(size=n)
    return y, served, {"age": 40 + 9 * age, "debt": 1e4 * debt, "hidden": hidden}, rng.uniform(0.5, 2, n)


def test_the_adjusted_effect_is_that_of_a_weighted_regression() -> None:
    y, served, columns, weights = people()

    found = Moments.of(y, served, columns, weights).adjusted

    fit = WLS(y, np.column_stack([np.ones(300), served, *columns.values()]), weights=weights).fit()
    assert (found.effect, found.std_error, found.df) == pytest.approx((fit.params[1], fit.bse[1], fit.df_resid), rel=REGRESSED)


def test_the_bias_formula_tells_exactly_what_leaving_a_column_out_does() -> None:
    y, served, columns, weights = people()
    short = Moments.of(y, served, {name: columns[name] for name in ("age", "debt")}, weights).adjusted
    whole = Moments.of(y, served, columns, weights)

    others = np.column_stack([np.ones(300), columns["age"], columns["debt"]])

    def r2(target: np.ndarray, before: np.ndarray, after: np.ndarray) -> float:
        rest = [WLS(target, X, weights=weights).fit().ssr for X in (before, after)]
        return 1 - rest[1] / rest[0]

    beside = np.column_stack([others, served])
    strength = (
        r2(served.astype(float), others, np.column_stack([others, columns["hidden"]])),
        r2(y, beside, np.column_stack([beside, columns["hidden"]])),
    )
    assert short.beside(*strength).effect == pytest.approx(whole.adjusted.effect, rel=1e-6)
    assert short.beside(*strength).std_error == pytest.approx(whole.adjusted.std_error, rel=1e-6)


def test_a_hidden_thing_as_strong_as_the_robustness_value_leaves_nothing() -> None:
    y, served, columns, weights = people()
    found = Moments.of(y, served, columns, weights).adjusted

    value = found.robustness()

    assert 0 < found.robustness(size=0.05) < value < 1
    assert found.beside(value, value).effect == pytest.approx(0, abs=1e-9)
    at_size = found.robustness(size=0.05)
    left = found.beside(at_size, at_size)
    assert abs(left.effect / left.std_error) == pytest.approx(1.968, abs=0.001)  # t of 294 degrees of freedom


def test_columns_that_repeat_others_or_never_vary_change_nothing() -> None:
    y, served, columns, weights = people()
    more = {**columns, "months": 12 * columns["age"], "same": np.full(300, 3.0)}

    assert Moments.of(y, served, more, weights).adjusted == Moments.of(y, served, columns, weights).adjusted


def test_the_sentence_names_the_column_whose_like_would_move_the_effect_most() -> None:
    y, served, columns, weights = people()
    moments = Moments.of(y, served, columns, weights)

    before = strengths(served, columns)

    told = omitted_variable(moments, before=before)

    assert told.value == moments.adjusted.robustness() and "something as strong as 'hidden' was before matching" in told.sentence
    assert told.detail["beside one like hidden"] == moments.benchmarks(with_served=before)["hidden"].adjusted.effect
    assert "before weighting" in omitted_variable(moments, before=before, weighed=True).sentence


def test_how_strong_a_column_is_with_being_served_is_that_of_a_regression_with_it_and_without() -> None:
    _, served, columns, _ = people()
    more = {**columns, "months": 12 * columns["age"], "same": np.full(300, 3.0)}

    own = strengths(served, more)

    every = np.column_stack([np.ones(300), *columns.values()])
    for place, name in enumerate(columns, start=1):
        without, whole = (WLS(served.astype(float), X).fit().ssr for X in (np.delete(every, place, axis=1), every))
        assert own[name] == pytest.approx(1 - whole / without, rel=REGRESSED)
    assert set(own) == set(columns)
    assert strengths(served, {**columns, "served": served.astype(float)}) == {}


def test_a_column_that_matching_made_equal_is_as_strong_as_it_was_before() -> None:
    rng = np.random.default_rng(3)
    need, served = np.repeat(rng.normal(size=200), 2), np.tile([True, False], 200)  # pairs of the same need
    y = need + 0.3 * served + rng.normal(size=400)
    moments = Moments.of(y, served, {"need": need}, np.ones(400))
    everybody = np.concatenate([need, rng.normal(-1, 1, 600)])  # those not chosen had less

    before = strengths(np.concatenate([served, np.zeros(600, dtype=bool)]), {"need": everybody})
    told = omitted_variable(moments, before=before)

    assert moments.benchmarks()["need"].r2_served == pytest.approx(0, abs=SAME) and before["need"] > 0.05
    assert told.detail["beside one like need"] < 0.5 * moments.adjusted.effect
    assert f"would explain {100 * before['need'] / (1 - before['need']):.1f} % and" in told.sentence
    assert "the column on record whose like would move the result most" in told.sentence and told.sentence.count(". ") == 0


def test_luck_among_fewer_people_needs_less() -> None:
    moments = Moments.of(*people())
    few, many = omitted_variable(moments, worth=60, before={}), omitted_variable(moments, before={})

    assert few.detail["at 5 %"] < many.detail["at 5 %"] and few.value == many.value


def test_nothing_is_told_of_an_outcome_without_rest_or_with_as_many_columns_as_rows() -> None:
    y, served, columns, weights = people(300)

    assert not Moments.of(np.ones(300), served, columns, weights).tellable
    assert not Moments.of(2.0 * served + columns["age"], served, columns, weights).tellable
    assert not Moments.of(y, served, {**columns, "served": served.astype(float)}, weights).tellable
    assert not Moments.of(y[:7], served[:7], {name: column[:7] for name, column in columns.items()}, weights[:7]).tellable


def test_each_stands_in_the_table_under_its_own_name_and_is_shown_and_not_judged() -> None:
    y, served, columns, weights = people()
    bias = hidden_bias(y, np.tile([True, False], 150), np.repeat(np.arange(150), 2), more=True, counted=False)

    for told in (bias, e_value(1.5, 1.2, 2.0), omitted_variable(Moments.of(y, served, columns, weights), before={})):
        assert told.name in DIAGNOSTICS and told.holds and told.limit is None and not told.required
        assert told.source and told.sentence.endswith(".")
