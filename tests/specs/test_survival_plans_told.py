"""What is told of two plans: read of clones for as long as they keep to theirs and as they weigh, for until then the two are one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import chdtrc

from evaluation.diagnostics import Cut, Shares, extreme_weights, losses
from evaluation.diagnostics.follow_up import log_rank, weighted_log_rank
from evaluation.methods import METHODS
from evaluation.report.answering import ANSWERING
from evaluation.shipped import shipped
from evaluation.study import load
from evaluation.terms import NEVER, Clones, Cohort, Diagnostic, Estimate
from tests.specs.timed import asked, cohort_of, ruler_of, told

DAYS, WITHIN, N = 300, 30, 4_000


def estimate(*, leaves: float = 1.0, seed: int = 2) -> Estimate:
    """Two plans of people of whom one in five enrol within a month; `leaves`: how many times as fast those who enrolled move away."""
    luck = np.random.default_rng(seed)
    need = luck.normal(size=N)
    came = np.floor(luck.exponential(130 * np.exp(-0.3 * need), N)).astype(int)
    came = np.where(came <= WITHIN, came, NEVER)
    mark, moves = (np.floor(luck.exponential(mean * np.exp(-0.3 * need), N)) for mean in (400, 900))
    late = moves > came  # what somebody's enrolment may hasten
    moves = np.where(late, came + (moves - came) / leaves, moves)
    day, why = np.minimum(mark, moves).astype(int), np.where(mark <= moves, "mark", "moved")
    start, enrol = np.repeat(np.arange(N), 2), np.tile([True, False], N)
    enrolled = np.repeat(came, 2)
    never = enrolled == NEVER
    kept_to = np.where(enrol, np.where(never, WITHIN + 1, NEVER), np.where(never, NEVER, np.where(never, 0, enrolled) + 1))
    later = {"need": np.repeat(need, 2)[:, None]}
    clones = Clones(start, kept_to, enrolled, WITHIN, (0,), later)
    cohort = Cohort(
        "main", "person", "", np.arange(2 * N), start, enrol, {"need": np.repeat(need, 2)}, (), "strategy", looked_back=730, clones=clones
    )
    question = replace(asked(DAYS), estimand="average_effect")
    method = METHODS["survival"]
    return method.estimate(cohort, method.compare(cohort, question), ruler_of(np.repeat(day, 2), np.repeat(why, 2)), question)


@pytest.fixture(scope="module")
def even() -> dict[str, Diagnostic]:
    return {told.name: told for told in estimate().diagnostics}


@pytest.fixture(scope="module")
def uneven() -> dict[str, Diagnostic]:
    return {told.name: told for told in estimate(leaves=6.0).diagnostics}


# ------------------------------------------------------------------------------------------------ who was lost
def test_a_plan_that_drives_people_away_is_seen_to_though_both_plans_hold_the_same_people(even, uneven) -> None:
    assert uneven["censoring_by_arm"].value < 1e-6 and not uneven["censoring_by_arm"].holds
    assert "sooner, or by more" in uneven["censoring_by_arm"].sentence
    assert 0.001 < even["censoring_by_arm"].value < 1.0  # and not 1 by construction
    assert even["losses"].holds and not uneven["losses"].holds
    assert "one arm was left so much more" in uneven["losses"].sentence
    assert uneven["follow_up_complete"].detail["served"] < uneven["follow_up_complete"].detail["compared"] - 0.1
    assert uneven["follow_up_complete"].behind["served"] != uneven["follow_up_complete"].behind["compared"]


def test_whoever_left_a_plan_is_not_somebody_whom_it_failed_to_follow(even) -> None:
    found = even["smallest_risk_set"]

    assert found.holds and found.value > 0.15
    came, stayed = even["kept_to_strategies"].behind["served"]
    assert came < sum(found.behind["served"]) < 0.6 * (came + stayed)  # those who came, and those whose clock ended before they could


def test_who_had_the_event_before_the_plans_parted_is_not_counted_as_having_enrolled(even) -> None:
    found = even["kept_to_strategies"]
    (came, stayed), (kept, enrolled) = found.behind["served"], found.behind["compared"]

    assert (came, stayed) == (enrolled, kept) and 600 < came < 900 and came + stayed < N
    assert found.sentence.startswith(
        f"Of those whom no end kept from it, {came} of {came + stayed:,} people enrolled within 30 days, and {stayed:,} of"
    )


def test_the_people_of_a_plan_are_called_by_the_plan(even) -> None:
    for name in ("losses", "follow_up_complete", "censoring_by_arm", "smallest_risk_set", "extreme_weights"):
        assert "under the plan to enrol" in even[name].sentence and "under the plan not to" in even[name].sentence, name
        assert "served" not in even[name].sentence and "compared" not in even[name].sentence, name
    assert "as likely to be enrolled in time" in even["e_value"].sentence


def test_both_plans_are_the_same_people_so_that_nothing_before_the_start_is_told_of_them(even) -> None:
    assert not {"path_before_start", "placebo_window", "balance_after_matching", "move_away_bounds", "hidden_bias"} & set(even)


def test_what_is_announced_of_two_plans_is_what_is_told(even) -> None:
    study = load(shipped("designs/bayview/navigation_within.toml"))
    announced = set(ANSWERING["survival"].held(study.questions[0], study.cohorts["main"], study))

    of_the_road = {"records_kept", "reporting_lag"}  # told where records are read
    unless = {"same_day_events", "ratio_of_hazards"}  # nobody had the event on day 0; there is a ratio
    assert announced - of_the_road - unless <= set(even) <= announced | unless


def test_where_nobody_has_the_event_that_there_is_no_ratio_of_hazards_is_said() -> None:
    day, arm = np.repeat([20, 200], [12, 108]), np.arange(120) % 2 == 0
    why = np.where((day == 20) & ~arm, "mark", "moved")
    found = {one.name: one for one in told(cohort_of(arm), ruler_of(day, why), asked(100)).diagnostics}

    assert found["ratio_of_hazards"].sentence == "No ratio of hazards stands beside the answer: in one of the arms nobody had the event."
    assert not found["ratio_of_hazards"].required
    whole = told(cohort_of(arm), ruler_of(day, np.where(day == 20, "mark", "moved")), asked(100))
    assert "ratio_of_hazards" not in {one.name for one in whole.diagnostics}


def test_an_effect_of_none_is_none_and_no_dust_of_rounding() -> None:
    arm = np.arange(120) % 2 == 0
    day, why = np.repeat(np.arange(60), 2) * 4, np.repeat(np.where(np.arange(60) % 7 < 5, "mark", "moved"), 2)

    assert told(cohort_of(arm), ruler_of(day, why), asked(180, "time_free")).effect == 0.0


# ------------------------------------------------------------------------------------------------ by arrays
def test_with_weights_of_one_the_weighted_log_rank_test_is_nearly_the_other() -> None:
    luck = np.random.default_rng(4)
    stop, event, group = luck.integers(1, 200, 3_000), luck.random(3_000) < 0.4, luck.random(3_000) < 0.5
    whole = Cut(np.zeros(3_000, dtype=int), np.ones(3_000), np.ones(3_000, dtype=bool))

    assert weighted_log_rank(stop, event, group, np.arange(3_000), whole) == pytest.approx(log_rank(stop, event, group), rel=0.03)


def test_the_weighted_log_rank_test_is_that_of_a_table_worked_by_hand() -> None:
    # on day 1 those in the group weigh 3 of 4, on day 2 they weigh 2 of 3; an event of weight 1, then one of weight 2
    stop, event, group = np.array([1, 2, 2]), np.array([True, True, False]), np.array([True, True, False])
    cut = Cut(np.zeros(3, dtype=int), np.array([1.0, 2.0, 1.0]), np.ones(3, dtype=bool))
    share_1, hazard_1, share_2, hazard_2 = 3 / 4, 1 / 4, 2 / 3, 2 / 3
    first = 1 * ((1 - share_1) - hazard_1 * (1 - share_1))
    second = 2 * ((1 - share_2) - hazard_1 * (1 - share_1) - hazard_2 * (1 - share_2))
    third = -1 * (hazard_1 * (0 - share_1) + hazard_2 * (0 - share_2))
    found = weighted_log_rank(stop, event, group, np.arange(3), cut)
    assert found == pytest.approx(chdtrc(1, (first + second + third) ** 2 / (first**2 + second**2 + third**2)))


def test_cutting_a_row_in_two_changes_no_test() -> None:
    luck = np.random.default_rng(5)
    stop, event, group = luck.integers(2, 60, 400), luck.random(400) < 0.4, luck.random(400) < 0.5
    w, person, at = luck.uniform(0.5, 2, 400), np.arange(400), 1
    whole = Cut(np.zeros(400, dtype=int), w, np.ones(400, dtype=bool))
    cut = Cut(np.r_[np.zeros(400, dtype=int), np.full(400, at)], np.r_[w, w], np.ones(800, dtype=bool))

    assert weighted_log_rank(
        np.r_[np.full(400, at), stop], np.r_[np.zeros(400, dtype=bool), event], np.r_[group, group], np.r_[person, person], cut
    ) == pytest.approx(weighted_log_rank(stop, event, group, person, whole), rel=1e-10)


def test_people_who_are_clones_of_themselves_are_lost_alike() -> None:
    stop, event = np.tile(np.arange(1, 51), 2), np.tile(np.arange(50) % 3 == 0, 2)
    cut = Cut(np.zeros(100, dtype=int), np.ones(100), np.ones(100, dtype=bool))

    assert weighted_log_rank(stop, event, np.repeat([True, False], 50), np.tile(np.arange(50), 2), cut) == 1.0


def test_the_weighted_test_holds_its_size() -> None:
    rng = np.random.default_rng(7)
    found = []
    for _ in range(400):
        stop, lost, group = rng.integers(1, 60, 120), rng.random(120) < 0.4, np.arange(120) < 50
        cut = Cut(np.zeros(120, dtype=int), rng.uniform(0.3, 3, 120), np.ones(120, dtype=bool))
        found.append(weighted_log_rank(stop, lost, group, np.arange(120), cut))

    assert 0.025 < np.mean(np.array(found) < 0.05) < 0.08


@pytest.mark.parametrize(("served", "compared", "holds"), [(0.10, 0.10, True), (0.30, 0.10, False)])
def test_how_even_losses_are_is_judged_as_people_weigh_where_plans_are_weighed(served, compared, holds) -> None:
    arm, lost = np.repeat([True, False], 100), np.zeros(200, dtype=bool)
    lost[[*range(20), *range(100, 120)]] = True

    found = losses(arm, lost, np.arange(200), np.where(lost, "moved", "horizon"), 0.9, weighed=Shares(served, compared, 0.01))

    assert found.holds == holds


def test_a_plan_that_few_keep_to_has_small_chances_and_is_judged_by_what_its_people_are_worth() -> None:
    weights, served = np.r_[np.full(300, 16.0), np.ones(4_700)], np.repeat([True, False], [300, 4_700])

    plenty = extreme_weights(weights, served, np.arange(5_000), least=0.03, kept=True)
    assert plenty.holds and "the smallest chance of keeping to a strategy for so long that anybody had is 0.03" in plenty.sentence
    few = np.r_[np.full(15, 16.0), np.ones(4_700)]
    assert not extreme_weights(few, np.repeat([True, False], [15, 4_700]), np.arange(4_715), least=0.5, kept=True).holds
    assert not extreme_weights(weights, served, np.arange(5_000), least=0.03).holds  # of those lost, nobody stands for more than ten
