"""Truth by the ruler, against a slow count over each person's life; and the gate, checked by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from evaluation.pipeline import answer, prepare
from evaluation.records import connect
from evaluation.rehearsal import NO_DAY, Measured, Score, Truth, answered, gate, least_coverage, performed, rehearse, truth
from evaluation.terms import Assigned, CohortPlan, Compared, HistoryColumn, Horizon, Question, Refused, Served, Starts, Study, TakeUp
from synthetic import ALL_OFFERED, NEVER, WORLDS, World
from synthetic.lives import Lives, supervised
from synthetic.plans import WALK_IN
from synthetic.rows import NEVER_DAY
from synthetic.world import CALENDAR

EXACT = 1e-12  # two ways to add the same few hundred numbers
DAYS = 364
PEOPLE, SEED = 500, 3


def asked(outcome: str) -> Question:
    return Question(outcome=outcome, horizon=Horizon(days=DAYS), method="randomized", worthwhile=-0.05)


ARRESTED, NIGHTS, COST = (asked(name) for name in ("recidivism/arrest", "custody_days/recorded", "cost_per_client/recorded"))
COINS = Assigned(
    by="lot",
    offered="lot:reentry_navigation",
    withheld="lot:no_reentry_navigation",
    blocks=("area",),
    taken_up=TakeUp("reentry_navigation", 60),
)
PLAN = CohortPlan((date(2019, 1, 1), date(2020, 12, 31)), "eligibility", Starts(("release",)), assigned=COINS, lookback_days=730)
PRIORS = HistoryColumn("priors", "event", ("arrest",), "count", 730)
STUDY = Study({"en": "Navigation"}, "bayview", "reentry_navigation", {"main": PLAN}, (ARRESTED, NIGHTS, COST), history=(PRIORS,))
# of those who are served: from the day they walk in, or from the day they are offered the programme
SERVED = replace(STUDY, questions=tuple(replace(question, method="matched", estimand="effect_on_the_served") for question in STUDY.questions))
WALKED = CohortPlan(
    PLAN.between,
    "service",
    Starts(spell=("supervision",)),
    served=Served(STUDY.programme),
    compared=Compared(draw=20),
    exact=("sex",),
    lookback_days=730,
)
OFFERED = replace(PLAN, assigned=Assigned("offer", "offer:reentry_navigation", "no_offer:reentry_navigation"), exact=("sex",))
WALK_IN_STUDY, OFFERED_STUDY = (replace(SERVED, cohorts={"main": plan}) for plan in (WALKED, OFFERED))


def counted(question: Question, world: World, lives: Lives, person: int, start: int) -> float:
    """One person's outcome from a day on, from the life itself and not from any table."""
    window = range(start, start + DAYS)
    arrests = [row for row in range(len(lives.arrests.who)) if lives.arrests.who[row] == person]
    if question.outcome == ARRESTED.outcome:
        return float(any(lives.arrests.day[row] in window[1:] for row in arrests))
    if question.outcome == NIGHTS.outcome:
        return float(sum(day in window for row in arrests for day in range(lives.arrests.day[row], lives.arrests.stop[row])))
    lines = list(world.costs(lives))
    return sum(float(each.cents[row]) / 100 for each in lines for row in np.flatnonzero(each.who == person) if each.day[row] in window)


@pytest.mark.parametrize("question", [ARRESTED, NIGHTS, COST], ids=lambda question: question.outcome)
def test_truth_is_what_a_slow_count_over_both_lives_gives(question: Question) -> None:
    world, n = WORLDS["lottery"], 150
    people = world.people(n, SEED)
    with_it, without = (world.live(people, plan) for plan in (ALL_OFFERED, NEVER))
    starts = people.start.tolist()
    slow = [
        counted(question, world, with_it, person, start) - counted(question, world, without, person, start) for person, start in enumerate(starts)
    ]

    found = truth(STUDY, question, world, people=n, seed=SEED)

    assert found.people == n
    assert found.effect == pytest.approx(np.mean(slow), abs=EXACT * 10_000)  # of dollars
    assert found.error == pytest.approx(np.std(slow, ddof=1) / n**0.5, rel=1e-9)


@pytest.mark.parametrize("question", SERVED.questions, ids=lambda question: question.outcome)
def test_truth_of_those_who_walk_in_is_a_slow_count_from_the_day_each_was_served(question: Question) -> None:
    world, n = WORLDS["walk_in"], 400
    people = world.people(n, SEED)
    with_it, without = (world.live(people, plan) for plan in (WALK_IN, NEVER))
    inside = (with_it.enrolled >= CALENDAR.opening) & (with_it.enrolled <= CALENDAR.closing)
    # those compared on the same day: under supervision, of the same sex, and not yet served
    starts, end = people.start, supervised(people, with_it.arrests)
    slow = []
    for person in np.flatnonzero(inside):
        day = int(with_it.enrolled[person])
        there = (starts <= day) & (end > day) & (with_it.enrolled > day) & (people.persons.sex == people.persons.sex[person])
        if there.any():
            slow.append(counted(question, world, with_it, person, day) - counted(question, world, without, person, day))

    found = truth(WALK_IN_STUDY, question, world, people=n, seed=SEED)

    assert 40 < found.people == len(slow) < (with_it.enrolled < NEVER_DAY).sum()
    assert found.effect == pytest.approx(np.mean(slow), abs=EXACT * 10_000)


@pytest.mark.parametrize("question", SERVED.questions, ids=lambda question: question.outcome)
def test_truth_of_those_offered_by_a_worker_leaves_everybody_else_out(question: Question) -> None:
    world, n = WORLDS["referred"], 300
    people = world.people(n, SEED)
    with_it, without, as_run = (world.live(people, plan) for plan in (ALL_OFFERED, NEVER, world.as_run))
    assert as_run.offered is not None
    slow = [
        counted(question, world, with_it, person, start) - counted(question, world, without, person, start)
        for person, start in enumerate(people.start.tolist())
        if as_run.offered[person]
    ]

    found = truth(OFFERED_STUDY, question, world, people=n, seed=SEED)

    assert found.people == len(slow) == as_run.offered.sum()
    assert found.effect == pytest.approx(np.mean(slow), abs=EXACT * 10_000)


@pytest.mark.parametrize("question", [ARRESTED, NIGHTS], ids=lambda question: question.outcome)
def test_truth_without_effect_is_exactly_nothing(question: Question) -> None:
    found = truth(STUDY, question, WORLDS["lottery_without_effect"], people=PEOPLE, seed=SEED)

    assert found.effect == 0 and found.error == 0
    assert found.served == found.compared > 0


def test_truth_of_cost_without_effect_is_the_price_of_those_who_enrol() -> None:
    world = WORLDS["lottery_without_effect"]
    people = world.people(PEOPLE, SEED)
    enrolled = world.live(people, ALL_OFFERED).enrolled - people.start < DAYS

    found = truth(STUDY, COST, world, people=PEOPLE, seed=SEED)

    assert found.effect == pytest.approx(2_400 * enrolled.mean(), abs=1e-9)


def test_truth_is_refused_where_the_programme_moves_who_starts_and_when() -> None:
    moved = replace(STUDY, cohorts={"main": replace(PLAN, starts=Starts(("release",), "last"))})

    with pytest.raises(Refused, match="other people start, or on other days"):
        truth(moved, ARRESTED, WORLDS["lottery"], people=PEOPLE, seed=SEED)


def test_the_programme_that_works_has_a_truth_below_nothing() -> None:
    found = truth(STUDY, ARRESTED, WORLDS["lottery"], people=5_000)

    assert found.effect + 5 * found.error < 0
    assert found.effect == pytest.approx(found.served - found.compared, abs=EXACT)


@pytest.mark.parametrize(
    ("world", "study"),
    [("lottery", STUDY), ("referred", OFFERED_STUDY), ("walk_in", WALK_IN_STUDY)],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_county_opened_with_others_is_answered_as_if_alone(world: str, study: Study) -> None:
    county = WORLDS[world]
    together = list(answered(study, county, range(2), people=PEOPLE, seed=SEED))

    for run in range(2):
        lives = county.live(county.people(PEOPLE, SEED + run, first=2 * run * PEOPLE), county.as_run)
        alone = answer(prepare(study, connect(county.records(lives)), today=NO_DAY))
        for question, one in enumerate(alone):
            other = together[2 * question + run]
            assert one.estimate is not None and other.estimate is not None
            assert replace(other.estimate, diagnostics=()) == replace(one.estimate, diagnostics=())
            assert [each.value for each in other.diagnostics] == pytest.approx([each.value for each in one.diagnostics], nan_ok=True)


def test_runs_are_kept_apart_by_a_column_that_the_design_does_not_read() -> None:
    """Where the design matches exactly on the first that comes to hand, another one is taken."""
    study = replace(WALK_IN_STUDY, cohorts={"main": replace(WALKED, exact=("language",))}, questions=WALK_IN_STUDY.questions[:1])
    world = WORLDS["walk_in"]
    together = list(answered(study, world, range(2), people=PEOPLE, seed=SEED))
    alone = [next(answered(study, world, [run], people=PEOPLE, seed=SEED)) for run in range(2)]

    assert [one.estimate for one in together] == [one.estimate for one in alone]
    assert all(one.estimate for one in alone)


def test_runs_of_a_design_that_reads_every_column_of_people_are_kept_apart_too() -> None:
    """None is left that could say whose run somebody is of: each county is opened by itself, and no column is written over."""
    every = ("language", "race_ethnicity", "area", "sex")
    study = replace(WALK_IN_STUDY, cohorts={"main": replace(WALKED, exact=every)}, questions=WALK_IN_STUDY.questions[:1])
    world, people = WORLDS["walk_in"], 2 * PEOPLE
    together = list(answered(study, world, range(2), people=people, seed=SEED))

    for run, one in enumerate(together):
        lives = world.live(world.people(people, SEED + run, first=2 * run * people), world.as_run)
        (alone,) = answer(prepare(study, connect(world.records(lives)), today=NO_DAY))
        assert one.estimate is not None and alone.estimate is not None
        assert replace(one.estimate, diagnostics=()) == replace(alone.estimate, diagnostics=())


def test_a_rehearsal_is_the_same_every_time_and_reads_as_rows() -> None:
    study = replace(STUDY, questions=(ARRESTED,))
    once, again = (rehearse(study, WORLDS["lottery"], runs=3, people=200, reference=500) for _ in range(2))
    frame = once.frame()

    assert once == again
    assert list(frame) == ["study", "world", "runs", "people", "reference", "question", "measure", "value", "mc_error"]
    assert {"truth", "bias", "rmse", "coverage", "power", "se_ratio", "refused"} <= set(frame["measure"])
    assert "'lottery'" in str(once) and "coverage" in str(once)


def test_runs_done_in_pieces_are_the_runs_done_at_once() -> None:
    world = WORLDS["lottery"]
    at_once = list(performed(STUDY, world, range(3), people=200))
    in_pieces = [run for batch in ([0], [1, 2]) for run in performed(STUDY, world, batch, people=200)]

    assert sorted(at_once, key=str) == sorted(in_pieces, key=str)
    assert [(run.question, run.seed) for run in at_once] == [(question.name, seed) for question in STUDY.questions for seed in range(3)]


def test_a_question_that_the_records_cannot_answer_is_refused_in_every_run_and_misses_the_gate() -> None:
    whole = replace(PLAN, assigned=replace(COINS, offered="lot:somebody_else"))
    study = replace(STUDY, questions=(ARRESTED,), cohorts={"main": whole})

    refusals = list(answered(study, WORLDS["lottery"], range(2), people=200, seed=0))

    assert len(refusals) == 2
    assert all(one.estimate is None and one.refused for one in refusals)


@pytest.mark.parametrize("asked_for", [{"runs": 1}, {"people": 0}, {"reference": 1}])
def test_a_rehearsal_of_nothing_is_refused_before_anything_is_made(asked_for: dict[str, int]) -> None:
    with pytest.raises(Refused, match="is too few"):
        rehearse(STUDY, WORLDS["lottery"], **asked_for)


# ------------------------------------------------------------------------------------------------ the gate
def score(*, effect: float = 0.0, bias: float = 0.0, coverage: float = 0.95, rejects: float = 0.05, ratio: float = 1.0, runs: int = 400) -> Score:
    """A question whose estimates have SD 1 over so many runs."""
    return Score(
        question="q",
        truth=Truth(effect, abs(effect) / 100, 0.0, 0.0, 100),
        runs=runs,
        answered=runs,
        bias=Measured(bias, runs**-0.5),
        sd=Measured(1.0, 0.0),
        rmse=Measured(1.0, 0.0),
        coverage=Measured(coverage, 0.0),
        rejects=Measured(rejects, 0.0),
        se_ratio=Measured(ratio, 0.0),
        refused=Measured(0.0, 0.0),
        not_estimable=Measured(0.0, 0.0),
        verdicts={},
    )


# with 400 runs and one question without effect, z is the normal quantile of 1 - .005 / 4 = 3.0233
@pytest.mark.parametrize(
    ("one", "misses"),
    [
        (score(), ""),
        (score(bias=0.05 + 3.02 / 20), ""),
        (score(bias=-(0.05 + 3.03 / 20)), "bias"),
        (score(coverage=0.95 - 3.02 * 0.0475**0.5 / 20), ""),
        (score(coverage=0.95 - 3.03 * 0.0475**0.5 / 20), "coverage"),
        (score(coverage=1.0), ""),
        (score(rejects=0.05 + 3.03 * 0.0475**0.5 / 20), "rejects"),
        (score(effect=-1.0, rejects=0.9), ""),
        (score(ratio=1.07 + 3.02 / 800**0.5), ""),
        (score(ratio=0.93 - 3.03 / 800**0.5), "se_ratio"),
        (score(runs=1), "answered in 1 of 1"),
        (replace(score(), runs=800), ""),
        (replace(score(), runs=802), "answered in 400 of 802"),
    ],
)
def test_the_gate_lets_through_what_chance_allows_and_nothing_more(one: Score, misses: str) -> None:
    found = gate([one])

    assert [misses in miss for miss in found] == ([True] if misses else [])


@pytest.mark.parametrize(("runs", "numbers", "least"), [(400, 1, 0.9173083), (2_000, 294, 0.9298008)])
def test_the_least_coverage_is_three_errors_below_or_more_in_a_larger_table(runs: int, numbers: int, least: float) -> None:
    # .95 - 3 sqrt(.0475 / 400), and .95 - 4.144783 sqrt(.0475 / 2000), 4.144783 being the normal quantile of 1 - .005 / 294
    assert least_coverage(runs, numbers=numbers) == pytest.approx(least, abs=1e-7)


@pytest.mark.parametrize(
    ("runs", "truth_error", "least"),
    [
        (400, 0.1, 0.9173083),  # the worst is luck of the runs alone: as where the truth is known exactly
        (10**12, 0.3, 0.8533),  # of the truth alone, which is then .9 off: Phi(1.06) - Phi(-2.86) = .85542 - .00212
        (400, 0.3, 0.8506),  # b = 2.95 errors of the truth, .885 off: Phi(1.075) - Phi(-2.845) = .85659, less .5454 of .01090
    ],
)
def test_the_least_coverage_is_lower_where_the_truth_is_not_known_well(runs: int, truth_error: float, least: float) -> None:
    assert least_coverage(runs, truth_error=truth_error) == pytest.approx(least, abs=1e-4)


def test_a_right_interval_about_a_truth_that_is_two_of_its_errors_off_is_inside_the_gate() -> None:
    """Two errors of .3 SD: Phi(1.36) - Phi(-2.56) = .908 of the intervals hold it, of 2,000 at least .930 if it were known exactly."""
    off = score(bias=0.6, coverage=0.908, runs=2_000)
    known, unknown = (replace(off, truth=replace(off.truth, effect=-1.0, error=error), bias=Measured(0.6, 0.3)) for error in (1e-9, 0.3))

    assert ["coverage" in miss for miss in gate([known])] == [True]
    assert not gate([unknown])
    assert gate([replace(unknown, sd=Measured(10.0, 0.0))])  # an error of .03 SD takes no coverage away


def test_a_larger_table_allows_each_number_a_little_more() -> None:
    worst = score(bias=0.05 + 3.3 / 20)

    assert gate([worst])
    assert not gate([worst, *(score() for _ in range(19))])
