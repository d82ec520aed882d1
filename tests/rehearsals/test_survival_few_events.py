"""Few events, few people without one, and lots drawn within blocks, held to the Monte Carlo gate; seeds 0 to R - 1.

What an interval leaves out, `sparse_events` must take away: a run whose required conditions do not hold is not answered.  Where nobody's
risk hangs on being served the truth is 0, and in the world of blocks it is a finite sum.
"""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.rehearsal.scores import Run, Truth, gate, scored
from evaluation.terms import Censored, Matching
from tests.specs.timed import SURVIVAL, asked, cohort_of, ruler_of

H, R = 90, 120
STAY = 1e9  # days: nobody is lost


def drawn(seed, served, rate, stay, **parts):
    """Ends at so many a day and losses after so many days on average, everybody's own; (n,) or one for all."""
    rng = np.random.default_rng(seed)
    marked, left = (np.minimum(np.floor(rng.exponential(mean, len(served))), 10**6).astype(int) for mean in (1 / rate, stay))
    return cohort_of(served, **parts), ruler_of(np.minimum(marked, left), np.where(marked <= left, "mark", "moved"))


def lot(n, risk, stay):
    """Half of n people, and the same risk in both arms."""
    rate = np.full(n, -np.log1p(-risk) / H)
    return lambda seed: drawn(seed, np.random.default_rng(10_000 + seed).permutation(n) % 2 == 0, rate, stay)


def weighed(need, rate):
    """400 people of whom those in need are served, and have the event, more often."""

    def world(seed):
        rng = np.random.default_rng(10_000 + seed)
        x = rng.normal(size=400)
        return drawn(seed, rng.random(400) < 1 / (1 + np.exp(-need * x)), np.exp(1.2 * x) * rate / H, STAY, by="offer", history={"x": x})

    return world


RATES, MOVES = (1 / 200, 1 / 50), np.array([[20.0, 60.0], [60.0, 20.0]])  # by block; days to a loss by block and whether served


def blocks(seed, n=600):
    """A lot of two blocks, of which a quarter and three quarters are served; risks and losses are the blocks' own."""
    rng = np.random.default_rng(10_000 + seed)
    block, served = np.arange(n) % 2, np.zeros(n, dtype=bool)
    for which, share in enumerate((0.25, 0.75)):
        own = rng.permutation(np.flatnonzero(block == which))
        served[own[: round(share * len(own))]] = True
    rate = np.where(block == 1, RATES[1], RATES[0]) * np.where(served, 0.7, 1.0)
    return drawn(seed, served, rate, 2 * MOVES[block, served.astype(int)], blocks=block)


def truth_of_blocks():
    arms = [float(np.mean([1 - np.exp(-rate * ratio * H) for rate in RATES])) for ratio in (0.7, 1.0)]
    return Truth(arms[0] - arms[1], 0.0, arms[0], arms[1], 600)


def fared(name, world, question, truth=None, runs=R):
    """How the question fares where it is answered, which is where all that is required holds."""
    told = []
    for seed in range(runs):
        cohort, ruler = world(seed)
        found = SURVIVAL.estimate(cohort, SURVIVAL.compare(cohort, question), ruler, question)
        if all(each.holds for each in found.diagnostics if each.required and each.name == "sparse_events"):
            told.append(Run(name, seed, "provisional", found.effect, found.std_error, found.interval.low, found.interval.high, found.p_value))
        else:
            told.append(Run(name, seed, "provisional", lack="not estimable"))
    return scored(truth or Truth(0.0, 0.0, 0.0, 0.0, 1), told)


ENTROPY = {"compare": Matching("entropy_balancing", on=("x",)), "estimand": "effect_on_the_served"}
INVERSE = {"compare": Matching("inverse_probability", on=("x",))}


@pytest.mark.parametrize(
    ("name", "world", "words"),
    [
        ("rare, and many lost", lot(400, 0.08, 40), {}),
        ("rare without, nobody lost", lot(200, 0.95, STAY), {}),
        ("rare, by entropy", weighed(0.9, 0.02), ENTROPY),
        ("rare, by entropy, little need", weighed(0.5, 0.02), ENTROPY),
        ("rare, by inverse probability", weighed(0.9, 0.02), INVERSE),
    ],
)
def test_few_events_are_answered_no_more_surely_than_they_allow(name, world, words):
    score = fared(name, world, asked(H, **words))
    wider = [miss for miss in gate([score]) if "se_ratio" not in miss or score.se_ratio.value < 1]

    assert wider == [] and score.answered > 0.9 * R


def test_few_without_the_event_who_stand_for_those_lost_are_not_answered():
    assert fared("few without, many lost", lot(200, 0.95, 60), asked(60)).answered < R / 4


@pytest.mark.parametrize("measure", ["time_free", "time_lost"])
def test_days_are_answered_there(measure):
    score = fared(f"{measure}, few without", lot(400, 0.95, 60), asked(60, measure))

    assert gate([score]) == () and score.answered == R


def test_losses_of_blocks_are_told_block_by_block_and_would_bias_an_arm():
    by_block = fared("by block", blocks, asked(H), truth_of_blocks(), runs=300)
    by_arm = fared("by arm", blocks, asked(H, censored=Censored(adjust="nothing")), truth_of_blocks())

    assert gate([by_block]) == ()
    assert any("bias" in miss for miss in gate([by_arm]))
