"""Days of adoption dealt out anew, held against every dealing written out."""

from itertools import permutations

import numpy as np
import pytest

from evaluation.methods.evened import evened
from evaluation.methods.reassigned import assignments, reassigned
from evaluation.terms import NEVER

SAME = 1e-9


def roll_out(seed=4, n=6, T=8, effect=0.0):
    rng = np.random.default_rng(seed)
    adopted = np.full(n, NEVER)
    adopted[:3] = (4, 4, 6)
    value = rng.normal(size=n)[:, None] + rng.normal(size=(n, T))
    return value + effect * under(adopted, T), adopted


def under(adopted, T):
    return (np.arange(T) >= adopted[:, None]).astype(float)


def change(value, adopted):
    """Each adopter's mean from adoption on less its mean before, less the same of those that never adopt; averaged."""
    never = value[adopted == NEVER].mean(axis=0)
    return float(np.mean([(value[i, g:] - never[g:]).mean() - (value[i, :g] - never[:g]).mean() for i, g in enumerate(adopted) if g != NEVER]))


def test_the_p_value_is_the_share_of_all_dealings_at_least_as_far():
    value, adopted = roll_out()

    there = reassigned(adopted, np.arange(6), lambda days: change(value, days))
    dealings = set(permutations(adopted.tolist()))
    far = [abs(change(value, np.array(dealt))) for dealt in sorted(dealings)]
    seen = abs(change(value, adopted))
    assert len(dealings) == there.assignments == assignments(adopted, np.arange(6)) == 60 and there.exhaustive
    assert there.p_value == pytest.approx(np.mean(np.array(far) >= seen - SAME))
    assert there.floor == pytest.approx(1 / 60) and there.undefined == 0


def test_whole_clusters_are_dealt_out_and_only_within_strata():
    value, adopted = roll_out(n=8)
    adopted = np.repeat(np.array([4, NEVER, 6, NEVER]), 2)
    clusters, strata = np.repeat([9, 3, 5, 1], 2), np.repeat([0, 0, 1, 1], 2)
    met = []

    def statistic(days):
        met.append(tuple(days))
        return change(value, days)

    there = reassigned(adopted, clusters, statistic, strata=strata)
    assert there.assignments == 4 and assignments(adopted, clusters) == 12
    assert {days[::2] for days in met} == {days[1::2] for days in met}  # both units of a cluster on one day
    assert all(sorted(days[:4]) == [4, 4, NEVER, NEVER] for days in met)


def test_draws_count_what_was_seen_and_come_from_a_seed():
    value, adopted = roll_out(n=19)

    there = [reassigned(adopted, np.arange(19), lambda days: change(value, days), draws=300, seed=seed) for seed in (1, 1, 2)]
    everything = reassigned(adopted, np.arange(19), lambda days: change(value, days), draws=3_000)
    assert not there[0].exhaustive and there[0].assignments == 301 and there[0].floor == pytest.approx(1 / 301)
    assert there[0] == there[1] != there[2]
    assert everything.exhaustive and there[0].p_value == pytest.approx(everything.p_value, abs=0.1)


def test_the_interval_holds_the_constant_effects_that_are_not_rejected():
    value, adopted = roll_out(seed=8, n=8, effect=3.0)
    on = under(adopted, 8)

    there = reassigned(adopted, np.arange(8), lambda days: change(value, days), shift=lambda days: change(on, days))
    width = there.interval.high - there.interval.low
    assert there.interval.low < 3 < there.interval.high and 0 < width < 10
    for inside, outside in (
        (there.interval.low + 0.01 * width, there.interval.low - 0.01 * width),
        (there.interval.high - 0.01 * width, there.interval.high + 0.01 * width),
    ):
        ps = [reassigned(adopted, np.arange(8), lambda days, b=b: change(value - b * on, days)).p_value for b in (inside, outside)]
        assert ps[0] > 0.05 >= ps[1]


def test_few_dealings_reach_no_five_percent_and_say_so():
    value, _ = roll_out(effect=0.0)
    adopted = np.array([4, 4, 4, NEVER, NEVER, NEVER])
    on = under(adopted, 8)

    there = reassigned(adopted, np.arange(6), lambda days: change(value + 50 * on, days), shift=lambda days: change(on, days))
    assert there.assignments == 20 and there.floor == there.p_value == pytest.approx(0.1)  # each has a mirror image
    assert not there.interval.given


def test_where_the_statistic_cannot_be_told_the_dealing_counts_against_the_programme():
    value, adopted = roll_out()

    def statistic(days):
        return float("nan") if days[5] != NEVER else change(value, days)

    there = reassigned(adopted, np.arange(6), statistic)
    assert there.undefined == 30 and there.p_value >= 0.5 and there.floor >= 0.5


def test_days_cannot_be_dealt_out_among_clusters_that_adopt_on_several():
    value, adopted = roll_out()

    with pytest.raises(ValueError, match="several days"):
        reassigned(adopted, np.array([0, 0, 0, 1, 1, 1]), lambda days: change(value, days))


def test_places_that_differ_in_level_scale_and_what_moves_them_all_come_out_alike():
    rng = np.random.default_rng(6)
    adopted = np.where(np.arange(10) < 3, 200, NEVER)
    level, scale = rng.normal(size=(10, 1)) * 5, np.geomspace(0.5, 4, 10)[:, None]
    own = rng.normal(size=(10, 204))
    value = level + scale * own + 3 * rng.normal(size=204)

    even = evened(value, adopted)
    there = even.of(value)
    assert there[:, :200].mean(axis=1) == pytest.approx(np.zeros(10), abs=SAME)
    assert (there[:, :200] ** 2).mean(axis=1) == pytest.approx(np.ones(10))
    assert np.corrcoef(there.ravel(), own.ravel())[0, 1] > 0.9
    assert even.weight * scale.ravel() ** 2 == pytest.approx(np.full(10, (even.weight * scale.ravel() ** 2).mean()), rel=0.5)


def test_what_moves_all_places_by_as_much_and_a_change_of_unit_leave_no_trace():
    value, adopted = roll_out()
    moved = 100 + 3 * (value + np.arange(8.0) ** 2)

    there, other = evened(value, adopted), evened(moved, adopted)
    assert there.of(value) == pytest.approx(other.of(moved), rel=1e-6)
    p = [reassigned(adopted, np.arange(6), lambda days, even=even: change(even, days)).p_value for even in (there.of(value), other.of(moved))]
    assert p[0] == p[1]


def test_evening_is_linear_so_that_the_interval_stays_in_the_outcomes_unit():
    value, adopted = roll_out(seed=8, n=9, effect=3.0)
    value[7:] *= 5
    on, even = under(adopted, 8), evened(value, adopted)

    assert even.of(value - 1.7 * on) == pytest.approx(even.of(value) - 1.7 * even.of(on))
    there = reassigned(adopted, np.arange(9), lambda days: change(even.of(value), days), shift=lambda days: change(even.of(on), days))
    assert there.interval.low < 3 < there.interval.high and there.interval.high - there.interval.low < 10


def test_only_the_past_says_how_places_are_evened_and_gaps_in_it_are_left_out():
    value, adopted = roll_out()
    later = value.copy()
    later[:, 4:] = np.nan
    value[0, 1] = np.nan

    gap = evened(value, adopted)
    assert np.isnan(gap.of(value)).sum() == 1 and (gap.spread > 0).all()
    value[0, 1] = later[0, 1]
    there, other = evened(value, adopted), evened(later, adopted)
    assert (there.weight == other.weight).all() and (there.spread == other.spread).all()


def test_places_cannot_be_evened_by_a_past_of_two_periods_or_in_which_nothing_varied():
    value, adopted = roll_out()

    assert evened(value, adopted, anticipation=1) is not None
    assert evened(value, adopted, anticipation=2) is None
    assert evened(np.ones_like(value), adopted) is None
    assert evened(value[:2], np.array([4, NEVER])) is None
