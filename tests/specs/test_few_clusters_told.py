"""What is printed where the programme reached few clusters, and what could have been found, told before any outcome after adoption is read."""

import numpy as np
import pytest

from evaluation.diagnostics import detectable_by_the_past, few_treated_clusters
from evaluation.diagnostics.few_treated import FEWEST_CLUSTERS, FEWEST_TREATED
from evaluation.methods.few import FEWEST_WILD, Reached, reached, told
from evaluation.methods.inference import Contrast
from evaluation.methods.placebo_power import BLOOM, bloom, detectable_by_placebo, moved_back, multiple
from evaluation.methods.reassigned import Reassigned
from evaluation.methods.wild import Wild
from evaluation.terms import NEVER, Interval

SEEN = Contrast(2.0, 0.5, 30.0)
CHANCE = Reassigned(2.0, 0.04, 0.02, 45, True, 0, Interval(0.1, 4.0, "45 ways"))


def change(value, adopted):
    """Each adopter's mean from adoption on less its mean before, less the same of those that never adopt; averaged."""
    never = value[adopted == NEVER].mean(axis=0)
    return float(np.mean([(value[i, g:] - never[g:]).mean() - (value[i, :g] - never[:g]).mean() for i, g in enumerate(adopted) if g != NEVER]))


def test_clusters_are_counted_on_each_side_and_may_be_on_both():
    adopted, clusters = np.array([3, 3, NEVER, NEVER, 5, NEVER]), np.array([1, 1, 1, 2, 3, 4])

    assert reached(adopted, clusters) == Reached(4, 2, 3)
    assert reached(np.array([3, 3, 5, 6]), np.arange(4)) == Reached(4, 4, 2)  # those that adopt later are compared with
    assert reached(adopted, clusters, compared=np.array([False] * 5 + [True])) == Reached(3, 2, 1)


@pytest.mark.parametrize(
    ("there", "enough"), [((6, 3, 3), True), ((50, 2, 48), False), ((50, 48, 2), False), ((5, 3, 3), False), ((10, 1, 9), False)]
)
def test_an_interval_needs_clusters_enough_on_each_side_and_in_all(there, enough):
    printed = told(SEEN, "CR3", Reached(*there))

    assert printed.interval.given is enough is printed.diagnostic.holds
    assert printed.effect == 2 and printed.std_error == 0.5
    if not enough:
        assert printed.p_value == 1 and "none can be trusted" in printed.interval.by


def test_degrees_of_freedom_are_never_more_than_so_many_clusters_can_have():
    printed, plain = told(SEEN, "CR3", Reached(10, 3, 7)), told(Contrast(2.0, 0.5, 2.5), "CR3", Reached(10, 3, 7))

    assert printed.freedom == pytest.approx(3.84, abs=0.01) and plain.freedom == 2.5
    assert printed.interval.high - printed.interval.low == pytest.approx(2 * 0.5 * 2.82, abs=0.02)
    assert plain.interval.high > printed.interval.high and "t(2.5)" in plain.interval.by


def test_dealing_the_days_out_anew_stands_where_t_cannot():
    printed = told(SEEN, "CR3", Reached(10, 2, 8), reassigned=CHANCE)

    assert (printed.interval, printed.p_value) == (CHANCE.interval, 0.04) and not printed.diagnostic.holds
    assert "anew" in printed.diagnostic.sentence
    assert told(SEEN, "CR3", Reached(10, 3, 7), reassigned=CHANCE).interval != CHANCE.interval
    beyond = told(Contrast(5.0, 0.5, 30.0), "CR3", Reached(10, 2, 8), reassigned=CHANCE)
    assert (beyond.interval.low, beyond.interval.high) == (0.1, 5.0)  # an effect is never outside its own interval


def test_an_effect_without_an_error_has_no_interval_however_many_clusters_there_are():
    for error in (float("nan"), 0.0):
        printed = told(Contrast(2.0, error, float("nan")), "CR3", Reached(40, 20, 20))
        assert not printed.interval.given and printed.std_error == float("inf") and "hangs on one" in printed.interval.by


def test_the_wild_bootstrap_needs_more_clusters_than_t():
    wild = Wild(2.0, 0.5, 3.5, 0.01, 512, True, "wild")

    there = told(SEEN, "CR3", Reached(40, FEWEST_WILD, 40 - FEWEST_WILD), wild=wild)
    assert (there.interval, there.p_value, there.std_error) == (Interval(0.5, 3.5, "wild"), 0.01, 0.5)
    fewer = told(SEEN, "CR3", Reached(40, FEWEST_WILD - 1, 41 - FEWEST_WILD), wild=wild)
    assert FEWEST_WILD > FEWEST_TREATED and there.diagnostic.holds and not fewer.diagnostic.holds
    assert fewer.interval == told(SEEN, "CR3", Reached(40, FEWEST_WILD - 1, 41 - FEWEST_WILD)).interval
    assert fewer.diagnostic.sentence.endswith(
        f"{FEWEST_WILD} are needed on each side and {FEWEST_CLUSTERS} in all: the interval by t is told instead."
    )
    nothing = told(Contrast(2.0, float("nan"), float("nan")), "CR3", Reached(20, 2, 18), wild=wild)
    assert not nothing.interval.given and nothing.p_value == 1


def test_the_condition_says_how_many_clusters_there_are_and_what_is_told_instead():
    holds, few = few_treated_clusters(20, 5, 15), few_treated_clusters(10, 1, 9)

    assert holds.holds and not few.holds and not few.required and few.value == 1 and few.limit == FEWEST_TREATED
    assert few.sentence == (
        f"The programme reached 1 of 10 clusters, and 9 are compared with them; {FEWEST_TREATED} are needed on each side and "
        f"{FEWEST_CLUSTERS} in all: no interval is told."
    )
    assert not few_treated_clusters(5, 3, 3).holds


# ------------------------------------------------------------------------------------------------ what could be found
def test_a_roll_out_moves_back_into_the_past_together():
    adopted = np.array([8, 9, NEVER, NEVER])
    value = np.arange(48.0).reshape(4, 12)

    past = moved_back(value, adopted, asked=3)
    assert past.value.shape == (4, 8) and past.adopted.tolist() == [4, 5, NEVER, NEVER] and past.periods == 3
    earlier = moved_back(value, adopted, asked=3, anticipation=2)
    assert earlier.value.shape == (4, 6) and earlier.adopted.tolist() == [2, 3, NEVER, NEVER]


def test_where_the_past_is_too_short_for_its_horizon_all_adopt_at_once_and_the_effect_is_over_fewer_periods():
    value = np.zeros((3, 12))

    past = moved_back(value, np.array([4, 9, NEVER]), asked=6)
    assert past.adopted.tolist() == [2, 2, NEVER] and past.periods == 2
    assert moved_back(value, np.array([1, 5, NEVER]), asked=6) is None
    assert moved_back(value, np.full(3, NEVER), asked=6) is None


def test_no_outcome_from_adoption_on_is_read():
    rng = np.random.default_rng(0)
    adopted = np.where(np.arange(12) < 4, 6, NEVER)
    value = rng.normal(size=(12, 10))

    there = detectable_by_placebo(value, adopted, np.arange(12), change, asked=3)
    value[:, 6:] = np.nan
    assert there == detectable_by_placebo(value, adopted, np.arange(12), change, asked=3)
    assert there.placebos == 495 and there.periods == there.asked == 3


def test_the_placebos_spread_is_that_of_the_estimator():
    rng = np.random.default_rng(1)
    adopted = np.where(np.arange(40) < 10, 8, NEVER)
    value = rng.normal(size=(40, 1)) + rng.normal(size=(40, 12))

    there = detectable_by_placebo(value, adopted, np.arange(40), change, asked=4)
    known = ((1 / 4 + 1 / 4) * (1 / 10 + 1 / 30)) ** 0.5  # four periods after, four before, ten places and thirty
    assert there.std_dev == pytest.approx(known, rel=0.25)
    assert there.by_interval == pytest.approx(bloom(there.std_dev), rel=0.2) and bloom(1.0) == BLOOM
    assert there.by_reassignment == pytest.approx(bloom(there.std_dev), rel=0.15)


def test_many_clusters_find_what_blooms_rule_says_and_few_need_more():
    there = [multiple(Reached(2 * side, side, side)) for side in (3, 5, 10, 30, 300)]

    assert there == sorted(there, reverse=True)
    assert there[-1] == pytest.approx(BLOOM, rel=0.02) and there[0] > 1.5 * BLOOM


def test_few_clusters_can_find_nothing_and_say_so():
    value = np.random.default_rng(2).normal(size=(8, 10))

    one = detectable_by_placebo(value, np.where(np.arange(8) < 1, 6, NEVER), np.arange(8), change, asked=3)
    assert one.placebos == 8 and one.effect == float("inf")
    two = detectable_by_placebo(value, np.where(np.arange(8) < 2, 6, NEVER), np.arange(8), change, asked=3)
    assert two.by_interval == float("inf") and 0 < two.by_reassignment == two.effect < float("inf")


def test_placebos_whose_effect_cannot_be_told_are_left_out():
    value = np.random.default_rng(3).normal(size=(8, 10))
    adopted = np.where(np.arange(8) < 2, 6, NEVER)

    there = detectable_by_placebo(value, adopted, np.arange(8), lambda v, a: float("nan") if a[0] == NEVER else change(v, a), asked=3)
    assert there.placebos == 7
    assert detectable_by_placebo(value, adopted, np.arange(8), lambda v, a: float("nan"), asked=3) is None


def test_the_condition_says_what_could_be_found_and_over_how_many_periods():
    told_ = detectable_by_the_past(0.04, -0.03, placebos=495, periods=2, asked=4, unit="people")
    none = detectable_by_the_past(float("inf"), 0.03, placebos=8, periods=4, asked=4, unit="people")

    assert not told_.holds and not told_.required and told_.limit == 0.03
    assert (
        "an effect of about 4 of every 100 people would be seen in four roll-outs of five" in told_.sentence and "is not as large" in told_.sentence
    )
    assert told_.sentence.endswith("The past is short: this is of 2 periods, and the question of 4.")
    assert not none.holds and "no effect however large" in none.sentence
    assert detectable_by_the_past(0.02, -0.03, placebos=495, periods=4, asked=4, unit="people").holds
