"""Survival's door by whichever way people are compared, and whichever estimator is asked for: the same estimate, told differently."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from evaluation.methods.inference import Contrast
from evaluation.methods.pooled import pooled
from evaluation.outcomes.times_ruler import TimesRuler
from evaluation.terms import EveryMark, Horizon, Marks, Matching
from tests.specs.timed import ARREST, SURVIVAL, asked, cohort_of, compared, told

DAYS = 360


@dataclass(frozen=True, slots=True, eq=False)
class AllMarks(TimesRuler):
    """A ruler of every mark: whoever is marked is marked again after ten days and twenty, until a death, a loss or the horizon."""

    last: np.ndarray | None = None  # (n,) the last day seen
    ended: np.ndarray | None = None  # (n,) death or moved

    def every_mark(self, horizon: Horizon, competing=()) -> EveryMark:
        until = horizon.days - 1
        marked = np.flatnonzero(self.why == "mark")
        row, day = np.repeat(marked, 3), (self.day[marked][:, None] + [0, 10, 20]).ravel()
        seen = (day <= self.last[row]) & (day <= until)
        whole = self.last >= until
        why = np.where(whole, "horizon", self.ended)
        return EveryMark(row[seen], day[seen], np.full(int(seen.sum()), "arrest"), np.minimum(self.last, until), why)


def people(n: int = 500, seed: int = 3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    served = rng.random(n) < 1 / (1 + np.exp(-0.8 * x))
    mark, dies, moves = (np.floor(rng.exponential(rate)).astype(int) for rate in (400 * np.exp(-0.5 * x), np.full(n, 1500), 1200 * np.exp(-0.5 * x)))
    last = np.minimum(dies, moves)
    why = np.where(mark <= last, "mark", np.where(dies <= moves, "death", "moved"))
    ended = np.where(dies <= moves, "death", "moved")
    ruler = AllMarks(ARREST, np.minimum(mark, last), why, np.where(why == "mark", "arrest", ""), last=last, ended=ended)
    return cohort_of(served, by="offer", history={"x": x}), ruler


def answer(question, cohort, ruler):
    return SURVIVAL.estimate(cohort, SURVIVAL.compare(cohort, question), ruler, question)


WAYS = {
    "pairs": (Matching(on=("x",)), "effect_on_the_served"),
    "sets": (Matching("full", on=("x",)), "effect_on_the_served"),
    "inverse": (Matching("inverse_probability", on=("x",)), "average_effect"),
    "overlap": (Matching("overlap", on=("x",)), "effect_in_the_overlap"),
    "entropy": (Matching("entropy_balancing", on=("x",)), "effect_on_the_served"),
}


@pytest.mark.parametrize("measure", ["risk", "time_free", "time_lost", "number"])
@pytest.mark.parametrize("way", WAYS)
def test_every_measure_is_told_of_people_compared_in_every_way(way, measure):
    cohort, ruler = people()
    plan, estimand = WAYS[way]
    estimate = answer(asked(DAYS, measure, compare=plan, estimand=estimand), cohort, ruler)

    assert estimate.interval.low < estimate.effect < estimate.interval.high
    assert estimate.estimand.name == estimand
    assert ("set" in estimate.interval.by) == (way in ("pairs", "sets"))
    assert [ratio.name for ratio in estimate.hazards] == (["rate ratio"] if measure == "number" else ["hazard ratio", "subdistribution hazard ratio"])
    assert estimate.course[0].risk[-1] == pytest.approx(estimate.served.mean) or measure in ("time_free", "time_lost")


@pytest.mark.parametrize("estimator", ["regression", "doubly_robust"])
@pytest.mark.parametrize("measure", ["risk", "time_free", "time_lost"])
def test_every_measure_is_told_by_every_estimator_and_none_is_far_from_another(estimator, measure):
    cohort, ruler = people(800)
    plain = asked(DAYS, measure, compare=Matching("inverse_probability", on=("x",)))
    difference, other = (answer(question, cohort, ruler) for question in (plain, replace(plain, estimator=estimator)))

    assert other.effect != difference.effect
    assert abs(other.effect - difference.effect) < difference.std_error
    assert 0.6 < other.std_error / difference.std_error < 1.4
    assert other.course[1].risk[-1] == pytest.approx(other.compared.mean) or measure != "risk"


def test_a_regression_of_hazards_stands_beside_that_of_the_served_alone():
    cohort, ruler = people(800)
    question = asked(DAYS, compare=Matching("inverse_probability", on=("x",)), estimator="regression")
    names = [(ratio.name, "columns of the design" in ratio.interval.by) for ratio in answer(question, cohort, ruler).hazards]

    assert names == [("hazard ratio", False), ("hazard ratio", True), ("subdistribution hazard ratio", False)]


def test_the_mean_number_counts_all_marks_until_a_death_and_deaths_end_them():
    cohort, ruler = people()
    whole = replace(ruler, last=np.full(500, 1_000), why=np.where(ruler.why == "moved", "mark", ruler.why), ended=np.full(500, "moved"))
    estimate = told(cohort, whole, asked(DAYS, "number"))
    every = whole.every_mark(Horizon(days=DAYS))
    many = np.bincount(every.row, minlength=500)

    assert estimate.served.mean == pytest.approx(many[cohort.served].mean())
    assert estimate.effect == pytest.approx(many[cohort.served].mean() - many[~cohort.served].mean())
    assert estimate.served.events == (many[cohort.served] > 0).sum()
    assert estimate.served.closest > 0
    assert estimate.estimand.contrast == "difference in mean number of events by 360 days"


def test_answers_in_several_imputed_histories_are_pooled():
    cohort, ruler = people()
    rng = np.random.default_rng(0)
    one_by_one = [replace(compared(cohort, weights), history=cohort.history) for weights in rng.uniform(0.5, 1.5, (5, 500))]
    together = replace(one_by_one[0], imputed=tuple(one_by_one))
    each = [told(cohort, ruler, asked(DAYS), one) for one in one_by_one]
    found = told(cohort, ruler, asked(DAYS), together)

    expected = pooled([Contrast(one.effect, one.std_error, 100.0) for one in each])
    assert (found.effect, found.std_error) == pytest.approx((expected.effect, expected.std_error))
    assert found.interval.by.endswith("pooled over 5 imputed histories")
    assert found.served.mean == pytest.approx(np.mean([one.served.mean for one in each]))
    assert found.course[0].risk[-1] == pytest.approx(found.served.mean)
    assert found.served.people == each[0].served.people


def test_kinds_of_event_that_compete_are_asked_of_the_ruler_and_told_apart():
    asked_for = []

    class Prisons(TimesRuler):
        def marks(self, horizon: Horizon, competing=()) -> Marks:
            asked_for.append(competing)
            found = super().marks(horizon, competing)
            return replace(found, why=np.where(self.cause == "prison", "competing", found.why))

    why = np.array((["mark"] * 15 + ["competing"] * 5 + ["moved"] * 20) * 2)
    cause = np.where(why == "mark", "arrest", np.where(why == "competing", "prison", ""))
    ruler = Prisons(replace(ARREST, competing=("death", "prison")), np.where(why == "moved", 400, 30), why, cause)
    estimate = told(cohort_of([True] * 40 + [False] * 40), ruler, asked(DAYS, competing=("death", "prison")))

    assert asked_for[0] == ("prison",)
    assert estimate.served.mean == pytest.approx(15 / 40)
    assert estimate.course[0].competing[-1] == 5
