"""Who was lost from sight near a cut-off, people who hang together at placebo cut-offs, and how few scores are answered for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scored_people import FUZZY, SHARP, cohort, county, ruler

from evaluation.methods.threshold.beside import _placebos
from evaluation.methods.threshold.comparison import compare
from evaluation.methods.threshold.estimation import estimate
from evaluation.methods.threshold.jumping import BIAS_AWARE, FEW_SCORES, HONEST, Found, by_line
from evaluation.methods.threshold.reading import Reading, alike_in_score
from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.ruler import FrameRuler
from evaluation.terms import AtRisk, Cohort, Comparison, Estimand, Horizon, Marks

DAYS = 364


def read(people: Cohort, reading: Reading) -> Found:
    n = len(people)
    found = by_line(people, Comparison(Estimand("", "", "", ""), np.ones(n, bool), np.ones(n)), reading, SHARP)
    assert found is not None
    return found


def lossy(seed: int, n: int = 6_000, *, jump: float = 0.0) -> tuple[Cohort, Reading]:
    """No effect at all; the chance of being followed falls from .95 at the lowest score to .5 at the highest, and by `jump` at the cut-off."""
    rng = np.random.default_rng(seed)
    away = np.clip(rng.normal(0, 12, n), -30, 30)
    follow = 0.95 - 0.45 * (away + 30) / 60 - jump * (away >= 0)
    happens = -np.log(rng.random(n)) * DAYS / -np.log(0.6)
    leaves = -np.log(rng.random(n)) * DAYS / -np.log(follow)
    event = (happens <= DAYS) & (happens <= leaves)
    lost = ~event & (leaves < DAYS)
    why = np.where(event, "mark", np.where(lost, "moved", "horizon"))
    day = np.minimum(np.minimum(happens, leaves), DAYS).astype(int)
    return cohort(away, away >= 0), Reading(event.astype(float), lost, day, why, np.zeros(n, bool))


def test_losses_that_rise_along_the_score_make_no_jump() -> None:
    found = [read(*lossy(seed)) for seed in range(60)]
    effects = np.array([one.effect for one in found])
    assert abs(effects.mean()) < 3 * effects.std() / 60**0.5
    assert np.mean([not one.interval.excludes(0.0) for one in found]) > 0.95 - 3 * (0.05 * 0.95 / 60) ** 0.5


def test_groups_of_about_the_same_score_hold_enough_who_were_followed_and_keep_ties_together() -> None:
    away = np.repeat(np.arange(50.0), 10)
    group = alike_in_score(away, np.arange(500) % 2 == 0)
    assert (np.diff(group) >= 0).all() and np.bincount(group, weights=np.arange(500) % 2).min() >= 40
    assert all(len(np.unique(group[away == one])) == 1 for one in range(50))
    assert set(alike_in_score(away, np.ones(500, bool)).tolist()) == {0}


class Marked(FrameRuler):
    """Marks of some of whom sight was lost."""

    reading: Reading

    def marks(self, horizon: Horizon) -> Marks:
        """As the reading has them."""
        assert self.reading.why is not None and self.reading.same_day is not None
        return Marks(
            self.reading.day, self.reading.why, ~self.reading.lost, self.reading.same_day, np.where(self.reading.why == "mark", "arrest", "")
        )

    def at_risk(self, horizon: Horizon) -> AtRisk:
        """Every day until the last."""
        none = np.empty(0, dtype=int)
        return AtRisk(self.reading.day + 1, none, none, none)


@pytest.mark.parametrize(("jump", "holds"), [(0.0, True), (0.3, False)])
def test_losses_are_judged_at_the_cut_off_and_not_over_all_scores(jump: float, holds: bool) -> None:
    people, reading = lossy(7, 12_000, jump=jump)
    outcome = OUTCOMES["recidivism/arrest"]
    question = replace(SHARP, outcome="recidivism/arrest")
    sight = Marked(outcome, Horizon(days=DAYS), reading.y, np.full(len(people), DAYS))
    object.__setattr__(sight, "reading", reading)
    told = {one.name: one for one in estimate(people, compare(people, question), sight, question).diagnostics}["losses"]
    assert told.holds is holds
    sides = [reading.lost[side].mean() for side in (people.served, ~people.served)]
    assert sides[0] - sides[1] > 0.08  # as they are over all scores, with a jump or without one


def test_at_placebo_cut_offs_people_who_share_luck_count_together() -> None:
    """Six of one score and one luck each; how far is read takes them for independent, so that some too many are still told to jump."""
    rng = np.random.default_rng(1)
    alone, together = [], []
    for _ in range(20):
        away, labels = np.repeat(rng.normal(0, 10, 300), 6), np.repeat(np.arange(300), 6)
        y, everybody = np.repeat(rng.normal(0, 1, 300), 6) + rng.normal(size=1_800), np.ones(1_800, bool)
        alone += [p < 0.05 for p in _placebos(away, everybody, y, np.arange(1_800)).values()]
        together += [p < 0.05 for p in _placebos(away, everybody, y, labels).values()]
    assert np.mean(together) < 0.25 and np.mean(alone) > 0.4


@pytest.mark.parametrize(("many", "leads"), [(FEW_SCORES - 1, True), (FEW_SCORES + 1, False)])
def test_the_interval_that_assumes_no_curve_leads_up_to_twenty_scores_a_side(many: int, leads: bool) -> None:
    rng = np.random.default_rng(2)
    score = rng.integers(-many, many, 2_000).astype(float)
    people = cohort(score, score >= 0)
    found = read(people, Reading(0.3 * score + rng.normal(0, 3, 2_000), np.zeros(2_000, bool), np.zeros(2_000, int)))
    assert (found.interval.by == HONEST) is leads


def test_p_value_and_interval_say_the_same_of_few_scores_and_weak_offers() -> None:
    for seed in range(40):
        people, y = county(seed, 1_000, refuse=0.5)
        assert people.score is not None
        coarse = replace(people, score=5 * np.round(people.score / 5))
        coarse = replace(coarse, served=coarse.score >= 55, list_day=None)
        found = estimate(coarse, compare(coarse, FUZZY), ruler(y), FUZZY)
        assert (found.p_value < 0.05) == found.interval.excludes(0.0)
        assert found.interval.by.startswith(BIAS_AWARE)
