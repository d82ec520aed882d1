"""What one more unit costs: limits by hand, which way is better, and when no ratio is told."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evaluation.methods.mean import acceptability, fieller, tidy
from evaluation.methods.mean.break_even import break_even_price, caseload_to_close
from evaluation.methods.mean.from_frame import effect_on, people_of
from evaluation.methods.mean.pairs import MOST_UNITS, Pair, drawn, paired
from evaluation.terms import Refused

MC = 0.04  # of a share from 2,000 draws: three errors of at most 0.011, and the linear part for the normal


def frame(n: int = 400, *, gain: float = 40.0, cost: float = 2000.0, spread: float = 60.0, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    z = np.arange(n) % 2
    days = rng.normal(100 + gain * z, spread)
    return pd.DataFrame({"z": z, "days": days, "dollars": rng.gamma(1.5, 2000, n) + cost * z - 5 * days, "site": rng.integers(0, 40, n)})


def worth(rows: pd.DataFrame, **words: object):
    return tidy.worth(rows, cost="dollars", outcome="days", served="z", **{"better": "more"} | words)


# ------------------------------------------------------------------------------------------------ Fieller
def test_limits_solve_the_quadratic_by_hand():
    """(10 - 2 r)^2 = 4 (1 + r^2 / 4): 3 r^2 - 40 r + 96 = 0 with t = 2, no covariance and variances 1 and 1/4."""
    found = fieller.limits(Pair(10.0, 2.0, 1.0, 0.25, 0.0), t=2.0 - 1e-12)
    roots = sorted(np.roots([4 - 4 * 0.25, -40, 100 - 4]))

    assert (found.low, found.high) == pytest.approx(roots, rel=1e-6)


def test_a_gain_that_may_be_none_leaves_all_ratios_but_those_between_two():
    found = fieller.limits(Pair(10.0, 1.0, 1.0, 1.0, 0.0))

    assert found.shape == "outside"
    assert found.low < 0 < found.high
    assert not found.interval.given
    assert "anything but" in found.words


def test_neither_a_gain_nor_a_cost_leaves_every_ratio():
    found = fieller.limits(Pair(0.5, 0.5, 1.0, 1.0, 0.0))

    assert found.shape == "all"
    assert not found.interval.given


@pytest.mark.parametrize("ratio", [-40.0, 55.0, 97.0, 160.0])
def test_a_ratio_is_inside_the_limits_exactly_where_a_t_test_of_cost_less_ratio_times_gain_does_not_reject(ratio):
    rows = frame()
    people = people_of(rows, "z", None, None)
    pair = paired(*(effect_on(rows[name].to_numpy(), people) for name in ("dollars", "days")), "more")
    found = fieller.limits(pair)
    left = effect_on((rows["dollars"] - ratio * rows["days"]).to_numpy(), people)

    rejects = 2 * stats.t.sf(abs(left.effect / left.std_error), pair.freedom) < 0.05
    assert (found.low <= ratio <= found.high) == (not rejects)


# ------------------------------------------------------------------------------------------------ when a ratio is told
def test_a_clear_gain_at_a_cost_has_a_ratio_with_both_ranges_in_one_sentence():
    found = worth(frame(), unit="each additional day of stable housing")
    one = found.told

    assert one.ratio == pytest.approx(found.cost / one.effect)
    assert found.frame["low"][0] < found.cost < found.frame["high"][0]
    assert one.limits.low < one.ratio < one.limits.high
    assert one.bootstrap.low < one.ratio < one.bootstrap.high
    assert found.sentence == (
        f"${one.ratio:,.0f} (${one.limits.low:,.0f} to ${one.limits.high:,.0f}) for each additional day of stable housing, "
        f"worth it in 80% of resamples at ${one.enough:,.0f}."
    )


@pytest.mark.parametrize(("parts", "why"), [({"gain": 2.0}, "no_effect"), ({"gain": -60.0}, "worse"), ({"cost": -3000.0}, "cheaper")])
def test_no_ratio_is_told_of_no_gain_of_a_loss_or_of_money_saved(parts, why):
    found = worth(frame(**parts))

    assert found.told.why == why
    assert found.told.ratio is None
    assert not found.told.limits.given and not found.told.bootstrap.given
    assert "No cost of a unit is told" in found.sentence
    assert len(found.curve) == acceptability.STEPS + 1  # and net benefit stands alone


def test_fewer_of_an_outcome_of_which_fewer_is_better_is_a_gain():
    rows = frame()
    fewer = worth(rows.assign(days=-rows["days"]), better="fewer")
    more = worth(rows)

    assert fewer.told.ratio == pytest.approx(more.told.ratio)
    assert fewer.told.effect == pytest.approx(-more.told.effect)
    assert "avoided" in fewer.sentence


# ------------------------------------------------------------------------------------------------ drawn again
def test_pairs_drawn_again_spread_as_the_two_errors_do_and_are_the_same_whatever_the_order_of_rows():
    rows = frame()
    both = []
    for one in (rows, rows.sample(frac=1, random_state=1)):
        people = people_of(one, "z", None, None)
        both.append([effect_on(one[name].to_numpy(), people) for name in ("dollars", "days")])
    first, again = (drawn(*effects, "more") for effects in both)
    pair = paired(*both[0], "more")

    assert np.allclose(first, again, rtol=1e-9)
    assert np.cov(first.T)[0, 0] == pytest.approx(pair.var_cost, rel=0.12)  # 2,000 draws: an error of 3 %, three of them, and n - 1 for n
    assert np.cov(first.T)[0, 1] == pytest.approx(pair.cov, abs=0.1 * (pair.var_cost * pair.var_gain) ** 0.5)


def test_pairs_of_few_clusters_are_stretched_to_the_printed_errors_and_to_t():
    rows = frame(n=400).assign(site=lambda one: 2 * (np.arange(400) // 100) + one["z"])  # four sites an arm
    people = people_of(rows, "z", "site", None)
    effects = [effect_on(rows[name].to_numpy(), people) for name in ("dollars", "days")]
    pair, again = paired(*effects, "more"), drawn(*effects, "more", draws=20_000)
    told = pair.t / stats.norm.ppf(0.975) * np.sqrt([pair.var_cost, pair.var_gain])

    assert pair.freedom < 7 and told[0] > 1.2 * pair.var_cost**0.5
    assert again.std(axis=0) == pytest.approx(told, rel=0.03)  # 20,000 draws: four errors of 0.5 %, and four sites an arm, of which few sums come


def test_clusters_are_drawn_whole_and_many_people_are_drawn_in_bags():
    rows = frame(n=2 * MOST_UNITS + 2)
    alone, together = (people_of(rows, "z", cluster, None) for cluster in (None, "site"))
    of_people, of_sites = ([effect_on(rows[name].to_numpy(), one) for name in ("dollars", "days")] for one in (alone, together))

    assert drawn(*of_people, "more", draws=300).std(axis=0)[1] == pytest.approx(of_people[1].std_error, rel=0.15)  # three errors of 300 draws
    assert drawn(*of_sites, "more", draws=300).std(axis=0)[1] == pytest.approx(of_sites[1].std_error, rel=0.15)


def test_the_chance_of_being_worth_it_is_that_of_a_normal_net_benefit_within_the_error_of_drawing():
    rows = frame()
    people = people_of(rows, "z", None, None)
    of_cost, of_days = (effect_on(rows[name].to_numpy(), people) for name in ("dollars", "days"))
    pair, again = paired(of_cost, of_days, "more"), drawn(of_cost, of_days, "more")

    for value in (10.0, 40.0, 55.0, 70.0, 120.0):
        net, low, _ = acceptability.net_benefit(pair, value)
        assert acceptability.chance(again, value) == pytest.approx(stats.norm.cdf(net / ((net - low) / pair.t)), abs=MC)


def test_quadrants_add_to_all_and_enough_is_where_four_of_five_are_worth_it():
    pairs = np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 1.0], [4.0, 1.0], [9.0, 1.0]])

    assert acceptability.enough(pairs) == 4.0
    assert acceptability.quadrants(np.array([[1, 1], [1, -1], [-1, 1], [-1, -1.0]])) == dict.fromkeys(acceptability.QUADRANTS, 0.25)
    assert acceptability.enough(np.array([[1.0, -1.0]] * 5)) is None  # dearer and worse is worth nothing
    assert acceptability.enough(-pairs[:, :1] * [1, -1]) == 0.0  # cheaper and better is worth it at any price


def test_enough_is_a_worth_from_which_on_the_chance_never_falls_again():
    saved_at_a_loss = np.tile([-10.0, -0.5], (850, 1))  # worth it below 20 dollars a unit, and never above
    better = np.tile([5.0, 1.0], (150, 1))

    assert acceptability.enough(np.r_[saved_at_a_loss, better]) is None
    few = np.r_[np.tile([-10.0, -0.5], (150, 1)), np.tile([30.0, 1.0], (60, 1)), np.tile([5.0, 1.0], (790, 1))]
    assert acceptability.chance(few, 6.0) > 0.8 > acceptability.chance(few, 21.0)
    assert acceptability.enough(few) == 30.0


def test_resamples_without_a_gain_take_the_limits_of_the_ratio_away():
    pairs = np.column_stack([np.full(100, 50.0), np.r_[np.full(97, 2.0), np.full(3, -1.0)]])

    assert not acceptability.percentiles(pairs).given
    assert acceptability.percentiles(pairs[:97]).low == 25.0


# ------------------------------------------------------------------------------------------------ what is refused, and small sums
def test_what_is_wrong_is_refused_in_sentences():
    rows = frame()
    with pytest.raises(Refused, match="neither 0 nor 1"):
        worth(rows.assign(z=2))
    with pytest.raises(Refused, match="there is no 'mre'"):
        worth(rows, better="mre")
    with pytest.raises(Refused, match="no column 'daz'"):
        tidy.worth(rows, cost="dollars", outcome="daz", served="z", better="more")
    with pytest.raises(Refused, match="no weight above 0"):
        worth(rows.assign(w=0.0), weights="w")


@pytest.mark.parametrize("words", [{}, {"weights": "w"}])
@pytest.mark.parametrize(
    ("sites", "said"),
    [([0] * 200 + [1, 2] * 100, "1 cluster of the served and 2 of the compared"), ([0, 1] * 100 + [2, 3] * 100, "worth 2 degrees of freedom")],
)
def test_clusters_too_few_for_a_spread_or_for_an_interval_are_refused(sites, said, words):
    rows = frame().sort_values("z", ascending=False).assign(site=sites, w=1.0)
    with pytest.raises(Refused, match=said):
        worth(rows, cluster="site", **words)


def test_weights_by_arms_of_few_clusters_have_the_freedom_of_welch_and_satterthwaite():
    rows = frame().assign(site=lambda one: 4 * one["z"] + np.arange(400) // 100, w=1.0)
    found = effect_on(rows["days"].to_numpy(), people_of(rows, "z", "site", "w"))
    sums = pd.Series(found.influence).groupby(rows["site"]).sum().to_numpy()
    parts = np.array([(sums[:4] ** 2).sum(), (sums[4:] ** 2).sum()]) * 4 / 3

    assert found.std_error == pytest.approx(parts.sum() ** 0.5)
    assert found.freedom == pytest.approx(parts.sum() ** 2 / (parts**2 / 3).sum())


def test_numbers_without_end_and_words_for_numbers_are_refused_all_at_once():
    rows = frame()
    with pytest.raises(Refused) as refused:
        worth(rows.assign(dollars=rows["dollars"].where(rows.index != 3, np.inf), w=["a", *[1.0] * 399]), weights="w", at=[-5.0, np.nan], draws=0)
    said = str(refused.value)

    for each in (
        "column 'dollars': 1 row with a number without end",
        "column 'w': 1 row hold no weight",
        "at: it is -5",
        "at: it is nan",
        "draws: it is 0",
    ):
        assert each in said


def test_a_unit_is_told_of_each():
    assert "for each arrest avoided" in worth(frame(), unit="arrest avoided").sentence
    assert "for each day" in worth(frame(), unit="each day").sentence


def test_the_price_that_pays_for_itself_and_the_people_who_close_a_pod_by_hand():
    assert break_even_price(1_500.0, 4_000.0) == 2_500.0  # of 4,000 a person it costs 1,500 more: it saves 2,500
    assert break_even_price(4_200.0, 4_000.0) is None
    assert caseload_to_close(3_650.0, 3.5) == 1_043
    assert caseload_to_close(3_650.0, 0.0) is None
