"""Traps of evaluation, each shown where the truth is known: what looks like an error of a method, or like an effect, and is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlglot import exp

from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.pipeline import compare, prepare
from evaluation.records import connect
from evaluation.records.sql import table
from evaluation.rehearsal.counties import NO_DAY, lives_of
from evaluation.rehearsal.estimands import TwoLives
from evaluation.rehearsal.estimands.means import mean_difference
from evaluation.study import load
from evaluation.terms import Comparison, Horizon, Matching, Question, Study
from synthetic import NEVER, WORLDS, World, from_day
from synthetic.lives import Lives, People

DESIGNS = Path(__file__).parents[2] / "designs" / "bayview"
LOT, OFFER = (load(DESIGNS / f"{name}.toml") for name in ("reentry_navigation", "navigation_offered"))
LOTTERY, REFERRED = WORLDS["lottery"], WORLDS["referred"]
RATIO = 0.65  # by which the programme multiplies each person's hazard of arrest in both worlds
SEVERAL = 4  # Monte Carlo errors


def asked(study: Study, outcome: str, days: int = 364) -> Question:
    """A question of a study about an outcome, of everybody in its cohort."""
    return replace(study.questions[0], outcome=outcome, horizon=Horizon(days=days), estimand="average_effect")


def lives(study: Study, world: Any, outcome: str, *, people: int, days: int = 364, **more: Any) -> TwoLives:
    """The two lives of so many people of a world's reference county."""
    return lives_of(study, asked(study, outcome, days), world, people=people, **more)


def led_by_frailty(by: float) -> World:
    """The county where workers refer, who see also what no record shows."""
    return replace(REFERRED, as_run=replace(REFERRED.as_run, by_frailty=by))


# ------------------------------------------------------------------------------------------------ whose effect
def test_caliper_drift_the_truth_of_those_kept_is_not_that_of_the_served() -> None:
    """Those whom a caliper drops have the most arrests to lose: a method that is right about the kept looks 7 % off, and 10 % by a narrower one."""
    people, seed = 6_000, 21
    two = lives(OFFER, REFERRED, "recidivism/arrest", people=people, seed=seed)
    records = connect(REFERRED.records(REFERRED.live(REFERRED.people(people, seed), REFERRED.as_run)))
    prepared = prepare(OFFER, records, today=NO_DAY)
    cohort = prepared.cohorts[OFFER.questions[0].cohort]
    assert not isinstance(cohort, tuple)
    rows = records.engine.fetch(exp.select("person_id", "day").from_(table(cohort.table)).order_by("start_id"))
    clocks = rows["person_id"].to_pylist(), rows["day"].to_numpy()
    served = two.weights_of(*clocks, cohort.served.astype(float))
    kept = []
    for caliper in (0.2, 0.01):
        found = compare(replace(OFFER.questions[0], compare=Matching(caliper=caliper)), cohort)
        assert isinstance(found, Comparison)
        kept.append(two.weights_of(*clocks, (found.kept & cohort.served).astype(float)))
    wide, narrow = (two.number(weights=weights) for weights in kept)
    everybody, dropped = two.number(weights=served), two.number(weights=served - kept[0])

    assert everybody.people > wide.people > narrow.people
    assert everybody.effect < wide.effect < narrow.effect < 0  # of these very people: no error enters
    assert wide.effect - dropped.effect > 3 * np.hypot(wide.error, dropped.error)


def test_the_effect_on_the_served_is_not_the_average_effect() -> None:
    two = lives(OFFER, led_by_frailty(1.0), "custody_days/recorded", people=10_000)
    everybody, served, others = (two.mean_difference(weights=weights) for weights in (None, two.those_served, two.those_unserved))
    share = two.served.mean()

    assert others.effect - served.effect > SEVERAL * np.hypot(served.error, others.error)  # those served have more nights to lose
    assert served.effect < everybody.effect < others.effect < 0
    assert everybody.effect == pytest.approx(share * served.effect + (1 - share) * others.effect, abs=1e-12)


def test_a_sample_has_a_truth_of_its_own_which_spreads_around_that_of_the_population() -> None:
    """Forty counties of 500 people: intervals about those in a county are held against its own truth, or they seem too short."""
    two = lives(OFFER, REFERRED, "recidivism/arrest", people=20_000)
    population = two.risk_difference(weights=two.those_served)
    counties = [two.those_served * (two.place // 500 == county) for county in range(40)]
    samples = [two.of_these_people().risk_difference(weights=weights) for weights in counties]
    effects = np.array([one.effect for one in samples])
    expected = np.sqrt(np.mean([two.risk_difference(weights=weights).error ** 2 for weights in counties]))

    assert {one.error for one in samples} == {0.0}
    assert effects.std(ddof=1) == pytest.approx(expected, rel=0.45)  # four errors of an SD of forty
    assert effects.std(ddof=1) > 4 * population.error
    assert abs(effects.mean() - population.effect) < SEVERAL * expected / 40**0.5


# ------------------------------------------------------------------------------------------------ who is compared
def test_naive_sign_flip_need_makes_a_good_programme_look_harmful() -> None:
    """Those offered the programme are arrested more than the others, and less than they would have been."""
    two = lives(OFFER, led_by_frailty(1.0), "recidivism/arrest", people=10_000)
    truth = two.risk_difference(weights=two.those_served)
    with_it, without = two.values()
    offered, others = with_it[two.served], without[~two.served]
    naive = offered.mean() - others.mean()
    error = np.hypot(offered.std() / len(offered) ** 0.5, others.std() / len(others) ** 0.5)

    assert truth.effect < -SEVERAL * truth.error
    assert naive > SEVERAL * error


def test_regression_to_the_mean_those_with_the_worst_year_fall_without_any_programme() -> None:
    """Of the 5 % with the most nights in jail in the year before: most of them are gone in the next, and the programme did nothing."""
    two = lives(LOT, WORLDS["lottery_without_effect"], "custody_days/recorded", people=6_000)
    before, after = two.read[1]("by_period", (-365, 0, 365)).amount.T
    top = (before >= np.quantile(before, 0.95)).astype(float)
    fall = mean_difference(after, before, top)

    assert fall.effect + SEVERAL * fall.error < -fall.compared / 2
    assert (two.mean_difference(weights=top).effect, two.mean_difference(weights=top).error) == (0.0, 0.0)


def test_regression_to_the_mean_a_crisis_passes_and_people_alike_in_level_and_path_say_that_nothing_was_gained() -> None:
    """Offered places for their visits to the emergency room in the last quarter: these fall by a quarter in the next, and nothing was done."""
    crisis, quarter = load(DESIGNS / "services_in_crisis.toml"), Horizon(days=91)
    visits = replace(OUTCOMES["recidivism/arrest"], name="emergency/visits", kinds=("emergency_visit",), off_clock=(), from_day=0)
    before_that = replace(crisis.history[0], name="emergency_visits_half_year", days=182)  # with the last quarter and two years: level and path
    asked = Question("recidivism/arrest", quarter, "survival", -0.1, measure="number", compare=Matching(), estimand="effect_on_the_served")
    study = replace(crisis, history=(*crisis.history, before_that), questions=(asked,))
    world, reads = WORLDS["crisis_dip"].but(effect="none"), ("offer:neighborhood_services", "no_offer:neighborhood_services")
    falls, effects, errors = [], [], []
    for seed in range(3):
        lived = world.live(world.people(10_000, seed), world.as_run)
        prepared = prepare(study, connect(world.records(lived, {"emergency_visit", "inpatient", *reads})), today=NO_DAY)
        cohort, comparison = prepared.cohorts["main"], next(iter(prepared.comparisons.values()))
        assert not isinstance(cohort, tuple) and isinstance(comparison, Comparison)
        ruler = EngineRuler(prepared.records.engine, cohort.table, visits)
        earlier, later = ruler.by_period((-91, 0, 91)).amount[cohort.served].T
        estimate = METHODS["survival"].estimate(cohort, comparison, ruler, asked)
        falls.append((later.mean() - earlier.mean()) / earlier.mean())
        effects.append(estimate.effect / estimate.compared.mean)
        errors.append(estimate.std_error / estimate.compared.mean)

    assert max(falls) < -0.2  # before and after, of the same people: a quarter fewer visits
    assert abs(np.mean(effects)) < 0.1 and abs(np.mean(effects)) < SEVERAL * np.sqrt(np.sum(np.square(errors))) / 3


# ------------------------------------------------------------------------------------------------ which number
def test_a_hazard_ratio_does_not_collapse_and_depends_on_the_horizon() -> None:
    """Everybody's hazard is multiplied by .65 for ever; the marginal ratio is nearer to 1, and the nearer the longer people are followed."""
    two = lives(LOT, LOTTERY, "recidivism/arrest", people=20_000, days=1_092, plans=(from_day(0), NEVER))
    rate = LOTTERY.people(20_000, 10**9).persons.arrest_rate[two.place]
    alike = (np.abs(np.log(rate / np.median(rate))) < 0.15).astype(float)
    quarter, whole = two.hazard_ratio(by=Horizon(days=91)), two.hazard_ratio()
    among_those_alike = two.hazard_ratio(weights=alike)

    assert whole.effect - RATIO > 3 * SEVERAL * whole.error
    assert whole.effect - quarter.effect > 3 * np.hypot(quarter.error, whole.error)
    assert abs(among_those_alike.effect - RATIO) < SEVERAL * among_those_alike.error
    assert among_those_alike.error < 0.03  # tells .65 from the marginal .72


class Mortality:
    """The lottery where every second person dies within half a year of the release, whatever the plan; or where nobody ever dies."""

    name, as_run, contrast = LOTTERY.name, LOTTERY.as_run, LOTTERY.contrast

    def __init__(self, *, spared: bool) -> None:
        self.spared = spared

    def people(self, n: int, seed: int, *, first: int = 0) -> People:
        people = LOTTERY.people(n, seed, first=first)
        never = np.full(n, people.calendar.last + 1)
        day = people.start + 1 + 37 * np.arange(n) % 180
        return replace(people, death=never if self.spared else np.where(np.arange(n) % 2 == 0, day, never))

    def live(self, people: People, plan: Any) -> Lives:
        return LOTTERY.live(people, plan)

    def records(self, lives: Lives, reads: Any = None) -> Mapping[str, pd.DataFrame]:
        return LOTTERY.records(lives, reads)

    def truth(self, lives: Lives, reads: Any = None) -> Mapping[str, pd.DataFrame]:
        return LOTTERY.truth(lives, reads)


def test_competing_risk_the_net_risk_is_not_the_risk_that_people_run() -> None:
    """Were nobody to die more would be arrested, and the programme would prevent more; to censor deaths is to answer that other question."""
    mortal, spared = (
        lives(LOT, Mortality(spared=spared), "recidivism/arrest", people=6_000, days=728, plans=(from_day(0), NEVER)) for spared in (False, True)
    )
    assert np.array_equal(mortal.place, spared.place)
    real, net = (two.values() for two in (mortal, spared))
    real_risk, net_risk = mortal.risk_difference(), spared.risk_difference()
    apart = mean_difference(net[0] - net[1], real[0] - real[1])  # the same people: the difference of the two truths, with its error
    more = mean_difference(net[1], real[1])
    censored = kaplan_meier(mortal.read[1]("marks", Horizon(days=728)))

    assert apart.effect + SEVERAL * apart.error < 0 and net_risk.effect < real_risk.effect
    assert more.effect > SEVERAL * more.error
    assert abs(censored - net_risk.compared) < 0.04 < censored - real_risk.compared  # 1 - KM is the risk in a county without death


def kaplan_meier(marks: Any) -> float:
    """One less the Kaplan-Meier curve at the end, deaths censored."""
    alive = 1.0
    for day in np.unique(marks.day[marks.why == "mark"]):
        alive *= 1 - np.sum((marks.why == "mark") & (marks.day == day)) / np.sum(marks.day >= day)
    return 1 - alive
