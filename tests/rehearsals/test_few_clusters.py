"""How often what is printed leaves out a true zero where a programme reached few places, and how often it finds what it says it could.

Places differ in spread, at random or so that those reached are four times as noisy as the others or a quarter; errors hang together
over the periods.  Every number is held to MOST with the Monte Carlo error of so many draws.  The whole grid stands in
`methods/jackknifed.py`.
"""

import numpy as np
import pytest
from scipy.stats import binom

from evaluation.methods.evened import evened
from evaluation.methods.few import FEWEST_WILD, by_arm, reached, told
from evaluation.methods.inference import Contrast
from evaluation.methods.jackknifed import jackknife, leave_one_out
from evaluation.methods.placebo_power import detectable_by_placebo
from evaluation.methods.reassigned import reassigned
from evaluation.methods.small_clusters import cr3
from evaluation.methods.wild import wild_bootstrap
from evaluation.terms import NEVER

MOST = 0.08  # of a true zero, at 5 %
CERTAIN = 0.999  # so seldom does a rate of MOST show more than is allowed here
T, KINDS = 10, ("mixed", "noisy", "quiet")
GRID = ((6, 3), (8, 3), (8, 4), (10, 3), (10, 5), (20, 3), (20, 5))


def days(G, treated):
    """Adoption in the fifth, sixth and seventh period, in turn."""
    adopted = np.full(G, NEVER)
    adopted[:treated] = 5 + np.arange(treated) % 3
    return adopted


def places(adopted, kind, draws, seed, lasting=0.7):
    """(draws, G, T) outcomes without any effect."""
    rng = np.random.default_rng(seed)
    served, G = adopted != NEVER, len(adopted)
    spread = {"mixed": rng.uniform(0.5, 2, (draws, G)), "noisy": np.where(served, 2.0, 0.5), "quiet": np.where(served, 0.5, 2.0)}[kind]
    error = rng.normal(size=(draws, G, T))
    error[..., 0] /= (1 - lasting**2) ** 0.5
    for t in range(1, T):
        error[..., t] += lasting * error[..., t - 1]
    return rng.normal(size=(draws, G, 1)) + rng.normal(size=(draws, 1, T)) + error * np.broadcast_to(spread, (draws, G))[..., None]


def group_time(value, adopted):
    """The effect by group and period against those that never adopt, averaged over the cells, and what each place adds to its error."""
    served, never = np.flatnonzero(adopted != NEVER), adopted == NEVER
    cells = np.array([value.shape[1] - adopted[i] for i in served])
    weights = np.zeros(value.shape[1])
    for i in served:
        weights[adopted[i] :] += 1
        weights[adopted[i] - 1] -= value.shape[1] - adopted[i]
    base = np.array([value[i, adopted[i] :].sum() - cells[k] * value[i, adopted[i] - 1] for k, i in enumerate(served)])
    compared = value[never] @ weights / cells.sum()
    own = np.array([(value[never].mean(axis=0)[adopted[i] :] - value[never].mean(axis=0)[adopted[i] - 1]).sum() for i in served])
    effect = base.sum() / cells.sum() - compared.mean()
    influence = np.zeros(len(value))
    influence[served] = (base - own - effect * cells) / cells.sum()
    influence[never] = -(compared - compared.mean()) / never.sum()
    return effect, influence


def rests_on(adopted):
    return np.where(adopted == NEVER, 1.0, T - np.minimum(adopted, T))


def allowed(draws):
    """The most rejections that a rate of MOST would give, but for once in a thousand."""
    return int(binom.ppf(CERTAIN, draws, MOST))


def by_influence(value, adopted):
    clusters = np.arange(len(adopted))
    effect, influence = group_time(value, adopted)
    return told(by_arm(effect, influence, clusters, adopted != NEVER, rests_on(adopted)), "CR3", reached(adopted, clusters))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("G", "treated"), GRID)
def test_what_is_printed_of_effects_by_group_and_period_leaves_out_a_true_zero_no_more_often_than_it_may(G, treated, kind):
    adopted, draws = days(G, treated), 500

    rejected = sum(by_influence(value, adopted).interval.excludes(0) for value in places(adopted, kind, draws, seed=G + treated))
    assert rejected <= allowed(draws)


def test_the_usual_error_leaves_out_a_true_zero_three_times_as_often_as_it_may_and_six_times_where_one_place_was_reached():
    for treated, least in ((1, 0.3), (2, 0.15), (3, 0.1)):
        adopted = days(10, treated)
        usual = []
        for value in places(adopted, "mixed", 500, seed=1):
            effect, influence = group_time(value, adopted)
            usual.append(abs(effect) > 1.96 * (10 / 9 * (influence**2).sum()) ** 0.5)
        assert np.mean(usual) > least


@pytest.mark.parametrize("kind", KINDS)
def test_leaving_every_place_out_in_turn_says_the_same_as_the_influence_does(kind):
    adopted, draws = days(10, 3), 60

    for value in places(adopted, kind, draws, seed=2):
        without = leave_one_out(lambda kept, value=value: group_time(value[kept], adopted[kept])[0], np.arange(10))
        there = jackknife(group_time(value, adopted)[0], without, adopted != NEVER, rests_on(adopted))
        other = by_influence(value, adopted)
        assert (there.std_error, min(there.df, 3.84)) == pytest.approx((other.std_error, other.freedom), rel=0.01)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("G", "treated"), [(6, 3), (10, 3), (10, 5)])
def test_two_way_fixed_effects_with_the_jackknife_hold_their_size(G, treated, kind):
    adopted, draws = days(G, treated), 500
    on = (np.arange(T) >= adopted[:, None]).astype(float).ravel()
    unit, period = np.repeat(np.arange(G), T), np.tile(np.arange(T), G)

    there = reached(adopted, np.arange(G))
    told_ = [
        told(cr3(on, value.ravel(), unit, np.ones(1), absorb=(unit, period)), "CR3", there)
        for value in places(adopted, kind, draws, seed=G + treated)
    ]
    assert sum(each.interval.excludes(0) for each in told_) <= allowed(draws)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("G", "treated"), [(8, 2), (20, 1)])
def test_where_too_few_places_were_reached_dealing_the_days_out_holds_its_size(G, treated, kind):
    adopted, draws = days(G, treated), 150

    rejected = 0
    for value in places(adopted, kind, draws, seed=G + treated):
        even = evened(value, adopted).of(value)
        chance = reassigned(adopted, np.arange(G), lambda dealt, even=even: group_time(even, dealt)[0])
        rejected += told(Contrast(0.0, np.nan, np.nan), "", reached(adopted, np.arange(G)), reassigned=chance).p_value <= 0.05
    assert rejected <= allowed(draws)


@pytest.mark.parametrize(("G", "treated"), [(5, 2), (8, 1), (8, 2), (10, 1), (10, 2), (50, 2), (10, 8)])
def test_with_fewer_places_than_the_rule_no_interval_is_printed(G, treated):
    adopted = days(G, treated)

    for value in places(adopted, "mixed", 20, seed=3):
        printed = by_influence(value, adopted)
        assert not printed.interval.given and printed.p_value == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_wild_bootstrap_holds_its_size_from_its_own_fewest_places_on(kind):
    adopted, draws = days(2 * FEWEST_WILD, FEWEST_WILD), 250
    on = (np.arange(T) >= adopted[:, None]).astype(float).ravel()
    unit, period = np.repeat(np.arange(len(adopted)), T), np.tile(np.arange(T), len(adopted))

    values = places(adopted, kind, draws, seed=4)
    rejected = sum(wild_bootstrap(on, value.ravel(), unit, np.ones(1), absorb=(unit, period)).p_value <= 0.05 for value in values)
    assert rejected <= allowed(draws)


@pytest.mark.parametrize(("G", "treated"), [(14, 5), (20, 8)])
def test_what_could_be_found_is_found_in_about_four_studies_of_five(G, treated):
    adopted, draws = days(G, treated), 250
    on = np.arange(T) >= adopted[:, None]

    could = [
        detectable_by_placebo(value, adopted, np.arange(G), lambda v, dealt: group_time(v, dealt)[0], asked=3, draws=99)
        for value in places(adopted, "mixed", 30, seed=6, lasting=0.3)
    ]
    assert all(each is not None and each.periods == 3 for each in could)
    size = np.mean([each.by_interval for each in could if each])
    found = sum(by_influence(value + size * on, adopted).interval.excludes(0) for value in places(adopted, "mixed", draws, seed=7, lasting=0.3))
    assert 0.7 < found / draws < 0.92
