"""Truth of two strategies with a grace period: to enrol within so many days, or not to; each life walked day by day."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from clocks_by_hand import from_the_start
from slow_truth import Life, arrested, asked, everybody, free, study_of, total, walk

from evaluation.outcomes import OUTCOMES
from evaluation.rehearsal.counties import lives_of
from evaluation.rehearsal.estimands import TwoLives
from evaluation.rehearsal.scores import Truth
from evaluation.terms import Horizon
from synthetic import WORLDS, Plan, World
from synthetic.lives import People
from synthetic.plans import BY_WORKER, WALK_IN
from synthetic.rows import NEVER_DAY
from synthetic.strategies import NotWithin, Within

EXACT = 1e-12
PEOPLE, SEED, DAYS = 400, 7, 364
QUESTION = asked("recidivism/arrest", DAYS)
NATURAL: dict[str, tuple[World, Plan]] = {"walk_in": (WORLDS["walk_in"], WALK_IN), "referred": (WORLDS["referred"], BY_WORKER)}
CASES = [("walk_in", 0), ("walk_in", 30), ("walk_in", 120), ("referred", 0), ("referred", 7), ("referred", 30)]
each_case = pytest.mark.parametrize(("name", "grace"), CASES)


@dataclass(frozen=True)
class Strategies:
    """Two strategies: as they are read, and everybody's life under either and under the natural course."""

    two: TwoLives
    people: People
    within: list[Life]
    not_within: list[Life]
    natural: list[Life]


@cache
def strategies(name: str, grace: int, effect: str = "steady") -> Strategies:
    """The lives of a world's people under both strategies; rows in the order of their numbers."""
    world, natural = NATURAL[name]
    world = world.but(effect=effect)
    people = world.people(PEOPLE, SEED)
    lived = [world.live(people, plan) for plan in (Within(grace, natural), NotWithin(grace, natural), natural)]
    two = from_the_start(world, lived[0], lived[1], OUTCOMES[QUESTION.outcome], QUESTION)
    return Strategies(two, people, *(everybody(world, lives) for lives in lived))


def close(found: Truth, served: Fraction, compared: Fraction) -> None:
    """A difference of two means equals the slow one."""
    assert found.served == pytest.approx(float(served), abs=EXACT * max(1.0, float(served)))
    assert found.compared == pytest.approx(float(compared), abs=EXACT * max(1.0, float(compared)))
    assert found.effect == pytest.approx(float(served - compared), abs=EXACT * max(1.0, float(compared)))


def risk(side: list[Life], days: int) -> Fraction:
    """The share of people arrested before a horizon, and before they die."""
    return Fraction(sum(walk(life, life.start, days, arrested).first is not None for life in side), len(side))


# ------------------------------------------------------------------------------------------------ what the strategies ask
@each_case
def test_each_strategy_moves_a_natural_day_of_enrolment_and_nothing_else(name: str, grace: int) -> None:
    """To enrol: on the natural day, or the last of the grace period; not to: on the natural day, where it lies past the period."""
    one = strategies(name, grace)
    early = 0
    for to, not_to, life in zip(one.within, one.not_within, one.natural, strict=True):
        last = life.start + grace
        assert to.enrolled == (NEVER_DAY if life.death <= min(life.enrolled, last) else min(life.enrolled, last))
        assert not_to.enrolled == (life.enrolled if life.enrolled > last else NEVER_DAY)
        early += life.enrolled <= last
        # whoever follows a strategy of their own accord lives the life that they live anyway
        followed = to if life.enrolled <= last else not_to
        assert followed == life
    assert early < PEOPLE - 50
    assert early > 10 or grace == 0
    assert any(life.enrolled < NEVER_DAY for life in one.not_within)


@each_case
def test_how_long_everybody_waited_is_on_record_under_either_strategy(name: str, grace: int) -> None:
    one = strategies(name, grace)
    for waited, side in zip(one.two.waited, (one.within, one.not_within), strict=True):
        comes = np.array([life.enrolled < NEVER_DAY for life in side])
        assert waited[comes].tolist() == [life.enrolled - life.start for life in side if life.enrolled < NEVER_DAY]
        assert (waited[~comes] > 10_000).all()
    assert (one.two.waited[1] > grace).all() and ((one.two.waited[0] <= grace) | (one.people.death <= one.people.start + grace)).all()


# ------------------------------------------------------------------------------------------------ truth
@each_case
@pytest.mark.parametrize("days", [DAYS, 182, 91])
def test_the_risk_by_a_horizon_under_either_strategy(name: str, grace: int, days: int) -> None:
    one, by = strategies(name, grace), Horizon(days=days)
    first, second = risk(one.within, days), risk(one.not_within, days)

    close(one.two.risk_difference(by=by), first, second)
    assert one.two.risk_ratio(by=by).effect == pytest.approx(float(first / second), rel=EXACT)
    odds = first * (1 - second) / (second * (1 - first))
    assert one.two.odds_ratio(by=by).effect == pytest.approx(float(odds), rel=EXACT)
    assert first < second


@each_case
def test_times_free_and_numbers_under_either_strategy(name: str, grace: int) -> None:
    one = strategies(name, grace)
    sides = (one.within, one.not_within)

    close(one.two.free_time(), *(Fraction(sum(free(walk(life, life.start, DAYS, arrested), DAYS) for life in side), PEOPLE) for side in sides))
    close(one.two.number(), *(Fraction(sum(total(life, life.start, 0, DAYS, arrested, 1) for life in side), PEOPLE) for side in sides))


@pytest.mark.parametrize("grace", [0, 7, 30])
def test_a_question_s_own_cohort_reads_the_same_truth_of_both_strategies(grace: int) -> None:
    """Offers are on record as they were made, whatever the strategy: the cohort is everybody."""
    one, (world, natural) = strategies("referred", grace), NATURAL["referred"]
    plans = Within(grace, natural), NotWithin(grace, natural)

    found = lives_of(study_of("referred", QUESTION), QUESTION, world, people=PEOPLE, seed=SEED, plans=plans)

    close(found.risk_difference(), risk(one.within, DAYS), risk(one.not_within, DAYS))
    assert len(found) == PEOPLE


@pytest.mark.parametrize("name", NATURAL)
def test_without_effect_two_strategies_are_one_life(name: str) -> None:
    two = strategies(name, 30, "none").two

    for found in (two.risk_difference(), two.free_time(), two.number()):
        assert (found.effect, found.error) == (0.0, 0.0)
    assert two.risk_ratio().effect == two.hazard_ratio().effect == 1.0
