"""Who enrols in a grace period, and what clones weigh: by hand, against closed forms, and where nothing can be told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from evaluation.methods.survival import initiation, strategies
from evaluation.methods.survival.initiation import Chances, Waiting, chances, steps
from evaluation.methods.survival.reading import Reading
from evaluation.terms import NEVER, Clones, Cohort, Horizon, Question, Refused, Steps

EXACT = 1e-12  # sums of a few floats
FITTED = 1e-6  # two solvers of one likelihood, each to its own tolerance
QUESTION = Question("recidivism/arrest", Horizon(days=100), "survival", -0.05)


def cloned(enrolled: list[int] | np.ndarray, within: int, read_on: tuple[int, ...] = (0,), **later: np.ndarray) -> Clones:
    """Clones of starts that enrol on these days; columns are (starts, readings)."""
    came = np.repeat(np.where(np.asarray(enrolled) <= within, enrolled, NEVER), 2)
    to_enrol = np.tile([True, False], len(enrolled))
    kept_to = np.where(to_enrol, np.where(came == NEVER, within + 1, NEVER), np.where(came == NEVER, NEVER, came + 1))
    start = np.repeat(np.arange(len(enrolled)), 2)
    return Clones(start, kept_to, came, within, read_on, {name: np.repeat(column, 2, axis=0) for name, column in later.items()})


def cohort_of(clones: Clones) -> Cohort:
    n = len(clones.start)
    return Cohort("main", "person", "", np.arange(1, n + 1), clones.start, np.tile([True, False], n // 2), {}, (), "strategy", clones=clones)


def reading_of(day: np.ndarray, cause: np.ndarray) -> Reading:
    """One day and end for each start."""
    day, cause = np.repeat(day, 2), np.repeat(cause, 2)
    why = np.where(cause == 1, "mark", "horizon")
    no = np.zeros(len(day), dtype=bool)
    return Reading(day, cause, why, no, no, np.full(len(day), 100), ("mark", "death"))


def of_row(found: Steps, row: int) -> list[tuple[int, int, float]]:
    there = found.row == row
    return list(zip(found.first[there].tolist(), found.stop[there].tolist(), found.weight[there].tolist(), strict=True))


def alike(came: list[int], within: int) -> tuple[Clones, Waiting, Chances, np.ndarray]:
    """People with the same history, seen to the horizon."""
    clones = cloned(came, within, same=np.ones((len(came), 1)))
    day = np.full(len(clones.start), 99)
    waiting = Waiting.of(clones, day, np.zeros(len(day), dtype=bool))
    return clones, waiting, chances(clones, waiting, "here"), day


# ------------------------------------------------------------------------------------------------ how long people could enrol
def test_an_event_ends_the_days_on_which_somebody_could_enrol_and_so_does_a_loss_after_the_day_seen() -> None:
    """Of six: comes on day 2; never; had the event on day 3; was lost with day 3 seen; had it on the day they enrol; had it before."""
    clones = cloned([2, 50, 50, 50, 4, 5], within=6)
    day, ended = np.repeat([99, 99, 3, 3, 4, 2], 2), np.repeat([False, False, True, False, True, True], 2)

    waiting = Waiting.of(clones, day, ended)

    assert waiting.days.tolist() == [3, 7, 3, 4, 4, 2]
    assert waiting.enrolled.tolist() == [2] + [NEVER] * 5
    assert waiting.came.tolist() == [True] + [False] * 5


# ------------------------------------------------------------------------------------------------ chances
def test_with_nothing_to_tell_people_apart_the_chance_of_a_day_is_enrolments_over_days() -> None:
    came = [*[0] * 5, *[1] * 4, *[3] * 3, *[50] * 28]
    _, waiting, chance, _ = alike(came, within=3)
    h = 12 / waiting.days.sum()

    assert waiting.days.sum() == 5 * 1 + 4 * 2 + 3 * 4 + 28 * 4
    assert chance.parameters == 1
    assert -np.expm1(-chance.today) == pytest.approx(np.full((40, 4), h), rel=FITTED)
    assert chance.stays[0] == pytest.approx((1 - h) ** -np.arange(5.0), rel=FITTED)


def test_where_the_chance_of_a_day_stays_whoever_comes_weighs_one_over_the_chance_of_coming_at_all() -> None:
    _, _, chance, _ = alike([*[0] * 5, *[1] * 4, *[3] * 3, *[50] * 28], within=3)
    h = -np.expm1(-chance.today[0, 0])

    assert (chance.waits * chance.comes)[0] == pytest.approx(np.full(4, 1 / (1 - (1 - h) ** 4)), rel=EXACT * 10)


def test_whatever_the_chances_those_who_come_and_those_who_wait_weigh_everybody() -> None:
    """With chances that change as the history does, weights on each day come to 1 for each person, on average over who comes when."""
    luck = np.random.default_rng(5)
    today = luck.uniform(0.001, 0.3, (200, 9))
    ahead = today * np.arange(9, 0, -1)
    chance = Chances(today, ahead, 1)
    h = -np.expm1(-today)
    away = np.concatenate([np.ones((200, 1)), np.cumprod(1 - h, axis=1)], axis=1)  # not come before each day

    for day in range(9):
        came = (away[:, :day] * h[:, :day] * chance.waits[:, :day] * chance.comes[:, :day]).sum(axis=1)
        assert came + away[:, day] * chance.waits[:, day] == pytest.approx(np.ones(200), abs=EXACT)
        assert away[:, day] * chance.stays[:, day] == pytest.approx(np.ones(200), abs=EXACT)
    everybody = (away[:, :9] * h * chance.waits * chance.comes).sum(axis=1)
    assert everybody == pytest.approx(np.ones(200), abs=EXACT)


def drawn(n: int = 1_500, seed: int = 3, far: float = 0.0) -> tuple[Clones, Waiting]:
    """People of whom some come, the sooner the higher a column that changes once; `far` puts one of them far from all others."""
    luck = np.random.default_rng(seed)
    first = luck.normal(size=n)
    first[0] += far
    column = np.column_stack([first, first + luck.integers(0, 2, n)])
    hazard = 0.01 * np.exp(0.5 * np.repeat(column, [5, 5], axis=1))
    comes = luck.random((n, 10)) < -np.expm1(-hazard)
    enrolled = np.where(comes.any(axis=1), comes.argmax(axis=1), 50)
    clones = cloned(enrolled, 9, (0, 5), need=column)
    return clones, Waiting.of(clones, np.full(2 * n, 99), np.zeros(2 * n, dtype=bool))


def test_chances_are_those_of_a_regression_with_a_complementary_log_log_link() -> None:
    clones, waiting = drawn()
    column = clones.later["need"][::2]
    trials = np.clip(waiting.days[:, None] - np.array([0, 5]), 0, 5)
    came = (waiting.enrolled[:, None] >= [0, 5]) & (waiting.enrolled[:, None] < [5, 10])
    could = trials > 0
    X = np.column_stack([*(np.broadcast_to(np.arange(2) == k, trials.shape)[could] for k in range(2)), column[could]]).astype(float)
    family = sm.families.Binomial(link=sm.families.links.CLogLog())
    slopes = sm.GLM(np.column_stack([came[could], (trials - came)[could]]), X, family=family).fit(tol=1e-12).params

    found = chances(clones, waiting, "here")

    assert found.today[:, 0] == pytest.approx(np.exp(slopes[0] + slopes[2] * column[:, 0]), rel=FITTED)
    assert found.today[:, 9] == pytest.approx(np.exp(slopes[1] + slopes[2] * column[:, 1]), rel=FITTED)
    # what lies ahead is as the history tells today
    ahead = 5 * np.exp(slopes[0] + slopes[2] * column[:, 0]) + 5 * np.exp(slopes[1] + slopes[2] * column[:, 0])
    assert found.ahead[:, 0] == pytest.approx(ahead, rel=FITTED)
    assert found.ahead[:, 9] == pytest.approx(found.today[:, 9], rel=EXACT)
    assert found.parameters == 3


def test_one_person_far_from_all_others_does_not_carry_the_chances_to_infinity() -> None:
    clones, waiting = drawn(far=40.0)

    assert np.isfinite(chances(clones, waiting, "here").today).all()


def test_columns_that_never_vary_or_that_others_make_up_change_no_chance() -> None:
    clones, waiting = drawn()
    more = replace(clones, later=dict(clones.later) | {"same": np.ones_like(clones.later["need"]), "twice": 2 * clones.later["need"] + 1})

    assert chances(more, waiting, "here").today == pytest.approx(chances(clones, waiting, "here").today, rel=FITTED)


def test_nothing_on_record_is_a_value_of_its_own() -> None:
    clones, waiting = drawn()
    column = clones.later["need"].copy()
    column[:400] = np.nan
    found = chances(replace(clones, later={"need": column}), waiting, "here")

    assert np.isfinite(found.today).all() and found.parameters == 4


@pytest.mark.parametrize(
    ("enrolments", "stretches"),
    [([12, 30], [0, 1]), ([4, 5, 30], [0, 0, 0]), ([0, 20, 3], [0, 0, 0]), ([20, 15, 0, 2], [0, 1, 1, 1]), ([3], [0])],
)
def test_readings_are_told_as_one_until_each_stretch_has_ten_enrolments(enrolments: list[int], stretches: list[int]) -> None:
    assert initiation._stretches(np.array(enrolments)).tolist() == stretches


# ------------------------------------------------------------------------------------------------ steps
def test_steps_are_a_day_long_in_the_grace_period_and_one_after_it() -> None:
    """The first comes on day 0, the sixth on day 1, the last never; all are followed to the horizon."""
    came = [*[0] * 5, *[1] * 4, *[3] * 3, *[50] * 28]
    clones, waiting, chance, day = alike(came, within=3)
    found = steps(clones, cohort_of(clones).served, waiting, chance, day)
    whole = 1 / (1 - np.exp(-chance.ahead[0, 0]))
    stays, waits = chance.stays[0], chance.waits[0]

    assert of_row(found, 0) == [(0, 1, 1.0), (1, NEVER, pytest.approx(whole))]
    assert of_row(found, 1) == [(0, 1, 1.0)]
    assert of_row(found, 10) == [(0, 1, 1.0), (1, 2, waits[1]), (2, NEVER, pytest.approx(whole))]
    assert of_row(found, 11) == [(0, 1, 1.0), (1, 2, stays[1])]
    assert of_row(found, 78) == [(t, t + 1, waits[t]) for t in range(4)]
    assert of_row(found, 79) == [*((t, t + 1, stays[t]) for t in range(4)), (4, NEVER, stays[4])]
    assert (found.weight > 0).all() and np.all(np.diff(found.row) >= 0)


def test_no_step_begins_after_a_clock_has_ended() -> None:
    came = [*[0] * 5, *[1] * 4, *[3] * 3, *[50] * 28]
    clones, waiting, chance, day = alike(came, within=3)
    day = day.copy()
    day[[0, 1, 78, 79]] = [0, 0, 2, 2]
    found = steps(clones, cohort_of(clones).served, waiting, chance, day)

    assert [len(of_row(found, row)) for row in (0, 1, 78, 79)] == [1, 1, 3, 3]
    assert (found.first <= day[found.row]).all()


def test_an_event_in_the_grace_period_counts_under_both_strategies_and_teaches_nothing_of_who_enrols() -> None:
    came = np.array([*[0] * 6, *[2] * 6, *[50] * 30])
    day, cause = np.full(42, 99), np.zeros(42, dtype=int)
    day[12:22], cause[12:22] = 1, 1
    clones = cloned(came, 3, same=np.ones((42, 1)))
    cohort = cohort_of(clones)
    comparison, diagnostics = strategies.weighted(cohort, strategies.compare(cohort, QUESTION), reading_of(day, cause), QUESTION)
    assert comparison.steps is not None

    days = 6 * 1 + 6 * 3 + 10 * 1 + 20 * 4  # those with the event on day 1 could have enrolled on day 0 alone
    h = 12 / days
    assert of_row(comparison.steps, 25) == [(0, 1, 1.0), (1, 2, pytest.approx(1 / (1 - h), rel=FITTED))]
    assert [step[:2] for step in of_row(comparison.steps, 24)] == [(0, 1), (1, 2)]
    assert {found.name for found in diagnostics} == {"kept_to_strategies", "events_per_parameter", "extreme_weights"}


# ------------------------------------------------------------------------------------------------ who is compared
def test_everybody_is_compared_with_everybody_and_no_weight_stands_before_outcomes_are_read() -> None:
    cohort = cohort_of(cloned([*[1] * 12, *[50] * 20], 3))
    comparison = strategies.compare(cohort, QUESTION)

    assert comparison.kept.all() and (comparison.weights == 1).all() and comparison.steps is None
    assert comparison.clusters is not None and comparison.clusters.tolist() == cohort.person.tolist()
    assert comparison.estimand.population == "everybody who starts"
    assert comparison.estimand.plans == (
        "to enrol within 3 days of the start, on a day on which those who do so come, against not enrolling in those days"
    )


def test_fewer_than_ten_who_enrol_tell_nobody_s_chance() -> None:
    few = cohort_of(cloned([*[1] * 9, *[50] * 20], 3))
    with pytest.raises(Refused, match="1 to 10 people enrol within 3 days"):
        strategies.compare(few, QUESTION)

    clones = cloned([*[2] * 12, *[50] * 20], 3, same=np.ones((32, 1)))
    early = reading_of(np.where(np.arange(32) < 5, 1, 99), (np.arange(32) < 5).astype(int))  # five of the twelve had the event before
    with pytest.raises(Refused, match="and their clock had not ended"):
        strategies.weighted(cohort_of(clones), strategies.compare(cohort_of(clones), QUESTION), early, QUESTION)


def test_a_column_by_which_some_never_enrol_is_named() -> None:
    clones, waiting = drawn()
    never = np.repeat(((waiting.enrolled == NEVER) & (np.arange(1_500) % 3 == 0)).astype(float), 2)
    barred = replace(clones, later=dict(clones.later) | {"barred": np.column_stack([never, never])})

    with pytest.raises(Refused, match="by 'barred' some people never enrol"):
        chances(barred, waiting, "here")


def test_a_cohort_that_is_not_cloned_has_no_strategies() -> None:
    with pytest.raises(Refused, match="the cohort follows nobody under two strategies"):
        strategies.compare(replace(cohort_of(cloned([1], 3)), clones=None), QUESTION)
