"""What stands beside survival's effect: ratios, the course, and how completely people were followed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.methods.survival.laid import lay
from evaluation.outcomes.times_ruler import TimesRuler
from evaluation.terms import AtRisk, Censored, Horizon, Inference
from tests.specs.timed import ARREST, asked, clocks, cohort_of, compared, ruler_of, told

DAYS = 360
MEASURES = ("risk", "time_free", "time_lost")


def named(estimate) -> dict:
    return {diagnostic.name: diagnostic for diagnostic in estimate.diagnostics}


def offered(seed: int = 1, n: int = 400, **parts):
    """People with a history that tells who is marked and who moves away."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    served = rng.random(n) < 1 / (1 + np.exp(-x))
    mark, moves = rng.exponential(500 * np.exp(-0.7 * x)), rng.exponential(700 * np.exp(-0.9 * x))
    ends, left = np.floor(mark).astype(int), np.floor(moves).astype(int)
    cohort = cohort_of(served, by="offer", history={"x": x}, **parts)
    return cohort, ruler_of(np.minimum(ends, left), np.where(ends <= left, "mark", "moved"))


# ------------------------------------------------------------------------------------------------ the course
@pytest.mark.parametrize("measure", MEASURES)
def test_the_course_ends_at_the_horizon_with_the_risk_of_each_arm(measure):
    cohort, ruler = clocks(1, 300, DAYS)
    estimate, risk = told(cohort, ruler, asked(DAYS, measure)), told(cohort, ruler, asked(DAYS))

    assert [course.served for course in estimate.course] == [True, False]
    for course, arm in zip(estimate.course, (risk.served, risk.compared), strict=True):
        assert course.days == (45, 90, 135, 180, 225, 270, 315, 360)
        assert course.risk[-1] == pytest.approx(arm.mean, rel=1e-12)
        assert course.events[-1] == arm.events
        assert list(course.risk) == sorted(course.risk)
        assert all(low < risk < high for low, risk, high in zip(course.low, course.risk, course.high, strict=True))


def test_the_course_counts_people_by_what_became_of_them():
    why = ["mark"] * 6 + ["death"] * 3 + ["moved"] * 2 + ["moved"] * 9
    day = [9, 10, 10, 50, 79, 80, 10, 40, 90, 9, 10, *[200] * 9]
    estimate = told(cohort_of([True] * 20 + [False] * 20), ruler_of(day * 2, why * 2), asked(80))
    first, last = (dict(zip(("people", "events", "competing"), counts, strict=True)) for counts in _at(estimate.course[0], 10, 80))

    assert first == {"people": 19, "events": 1, "competing": 0}  # one was marked on day 9; whoever was lost on it was seen through it
    assert last == {"people": 11, "events": 5, "competing": 2}


def _at(course, *days):
    return [(course.people[course.days.index(day)], course.events[course.days.index(day)], course.competing[course.days.index(day)]) for day in days]


def test_before_anybody_has_the_event_the_limits_are_those_of_nobody_among_so_many():
    served = [True] * 60 + [False] * 60
    day = np.tile(np.concatenate([np.full(30, 95), np.full(30, 300)]), 2)
    estimate = told(cohort_of(served), ruler_of(day, np.where(day == 95, "mark", "moved")), asked(100))

    assert estimate.course[0].risk[0] == estimate.course[0].low[0] == 0.0
    assert estimate.course[0].high[0] == pytest.approx(1 - 0.025 ** (1 / 60))


def test_a_horizon_of_few_days_has_a_course_of_few_days():
    cohort, ruler = clocks(2, 300, 5)

    assert told(cohort, ruler, asked(5)).course[0].days == (1, 2, 3, 4, 5)


# ------------------------------------------------------------------------------------------------ ratios
def test_hazard_ratios_stand_beside_the_difference_and_fall_with_it():
    cohort, ruler = clocks(3, 800, DAYS, ratio=0.5)
    estimate = told(cohort, ruler, asked(DAYS))
    names = [ratio.name for ratio in estimate.hazards]

    assert names == ["hazard ratio", "subdistribution hazard ratio"]
    assert all(0.35 < ratio.value < 0.7 and ratio.interval.low < ratio.value < ratio.interval.high < 1 for ratio in estimate.hazards)
    assert estimate.ratio.name == "risk ratio"


def test_without_an_end_that_competes_there_is_no_subdistribution():
    cohort, ruler = clocks(3, 300, DAYS, death=0)

    assert [ratio.name for ratio in told(cohort, ruler, asked(DAYS)).hazards] == ["hazard ratio"]


def test_an_arm_without_the_event_has_no_ratio_and_the_difference_an_interval_all_the_same():
    day = [200] * 60 + [30] * 12 + [200] * 48
    why = ["moved"] * 60 + ["mark"] * 12 + ["moved"] * 48
    estimate = told(cohort_of([True] * 60 + [False] * 60), ruler_of(day, why), asked(100))

    assert estimate.effect == pytest.approx(-0.2)
    assert estimate.hazards == () and estimate.ratio is None
    assert "score" in estimate.interval.by
    assert estimate.interval.low < -0.2 < estimate.interval.high < 0
    assert not named(estimate)["sparse_events"].holds and not named(estimate)["sparse_events"].required


def test_where_people_share_luck_few_events_leave_the_question_unanswered():
    day, why = [200] * 60 + [30] * 12 + [200] * 48, ["moved"] * 60 + ["mark"] * 12 + ["moved"] * 48
    clusters = np.arange(120) // 3
    cohort = cohort_of([True] * 60 + [False] * 60, clusters=clusters)
    estimate = told(cohort, ruler_of(day, why), asked(100), compared(cohort, clusters=clusters))

    assert estimate.std_error > 0 and "cluster" in estimate.interval.by
    assert not named(estimate)["sparse_events"].holds and named(estimate)["sparse_events"].required


# ------------------------------------------------------------------------------------------------ who was lost
def test_a_history_tells_who_left_unless_leaving_is_to_be_luck():
    cohort, ruler = offered()
    adjusted, plain = (told(cohort, ruler, asked(DAYS, censored=Censored(adjust=adjust))) for adjust in ("ipcw", "nothing"))

    assert adjusted.effect != pytest.approx(plain.effect, abs=1e-3)
    assert adjusted.served.mean > plain.served.mean  # those most likely to be marked left first
    assert "extreme_weights" in named(adjusted) and "extreme_weights" not in named(plain)


def test_a_history_changes_nothing_where_nobody_left():
    cohort, ruler = offered()
    whole = replace(ruler, day=np.where(ruler.why == "moved", 1_000, ruler.day))

    assert told(cohort, whole, asked(DAYS)).effect == told(replace(cohort, history={}), whole, asked(DAYS)).effect


def test_those_who_moved_bound_the_effect_at_worst_and_at_best():
    cohort, ruler = offered()
    estimate = told(cohort, ruler, asked(DAYS))
    bounds = named(estimate)["move_away_bounds"].detail
    had = ruler.why == "mark"
    moved = (ruler.why == "moved") & (ruler.day < DAYS - 1)
    marked = had & (ruler.day < DAYS)

    shares = {arm: ((marked & own).sum() / own.sum(), (moved & own).sum() / own.sum()) for arm, own in ((1, cohort.served), (0, ~cohort.served))}
    assert bounds["low"] == pytest.approx(shares[1][0] - shares[0][0] - shares[0][1])
    assert bounds["high"] == pytest.approx(shares[1][0] + shares[1][1] - shares[0][0])
    assert bounds["low"] < estimate.effect < bounds["high"]


def test_what_is_told_of_how_people_were_followed():
    cohort, ruler = clocks(4, 300, DAYS)
    estimate = told(cohort, ruler, asked(DAYS))
    found = named(estimate)

    assert {"losses", "follow_up_complete", "censoring_by_arm", "smallest_risk_set", "sparse_events", "detectable_effect"} <= set(found)
    lost = (ruler.why == "moved") & (ruler.day < DAYS - 1)
    assert found["losses"].behind["served, lost"] == ((lost & cohort.served).sum(), (~lost & cohort.served).sum())
    left = (ruler.day >= DAYS) | (ruler.day == DAYS - 1)
    assert found["smallest_risk_set"].behind["served"][0] == (left & cohort.served).sum()
    assert "e_value" not in found  # a lot leaves nothing unrecorded on one side


def test_the_e_value_is_of_the_risk_ratio_or_of_the_hazard_ratio_where_times_are_told():
    cohort, ruler = offered()
    risk, free = (named(told(cohort, ruler, asked(DAYS, measure)))["e_value"] for measure in ("risk", "time_free"))

    assert "hazards" not in risk.sentence and "ratio of hazards" in free.sentence


class Jailed(TimesRuler):
    """Every other person is in custody on the first three days."""

    def at_risk(self, horizon: Horizon) -> AtRisk:
        inside = np.arange(0, len(self.day), 2)
        return AtRisk(np.full(len(self.day), 100), inside, np.zeros(len(inside), dtype=int), np.full(len(inside), 3))


def test_street_time_reads_the_days_at_risk():
    cohort, ruler = clocks(5, 200, DAYS)
    there = Jailed(replace(ARREST, off_clock=("custody",)), ruler.day, ruler.why, ruler.cause)
    street = lay(cohort, compared(cohort), there, asked(DAYS, time="street")).reading
    calendar = lay(cohort, compared(cohort), ruler, asked(DAYS)).reading

    assert np.array_equal(street.day[1::2], calendar.day[1::2])
    assert np.array_equal(street.day[::2], np.maximum(calendar.day[::2] - 3, 0))
    assert told(cohort, there, asked(DAYS, time="street")).effect != told(cohort, ruler, asked(DAYS)).effect


@pytest.mark.parametrize("by", ["robust", "person"])
def test_the_way_of_inference_is_named_in_the_interval(by):
    cohort, ruler = clocks(6, 300, DAYS)

    assert told(cohort, ruler, asked(DAYS, inference=Inference(by))).interval.by == "cluster-robust by person"
