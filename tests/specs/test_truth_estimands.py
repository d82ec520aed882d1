"""The formulas of truth on lives made by hand, the errors by moving each person's weight a little, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from slow_truth import asked, study_of

from evaluation.rehearsal.counties import all_lives, lives_of
from evaluation.rehearsal.estimands import TwoPanels, near, overlap
from evaluation.rehearsal.estimands.hazard import hazard_ratio
from evaluation.rehearsal.estimands.means import (
    complier_effect,
    cost_per_avoided,
    mean_difference,
    odds_ratio,
    quantile_difference,
    ratio_of_means,
)
from evaluation.rehearsal.estimands.recurrent import counts, rate
from evaluation.rehearsal.estimands.risk import free_time, lost_time, risk
from evaluation.rehearsal.estimands.street import LIFE
from evaluation.rehearsal.scores import Truth
from evaluation.terms import EveryMark, Horizon, Marks, Refused
from synthetic import NEVER, WORLDS

H = 10


def marks(words: str) -> Marks:
    """First marks by hand, one a word: m4 a mark on day 4, n4 one of another cause, d4 a death, c4 what competes, h the horizon of 10 days."""
    day = np.array([9 if word == "h" else int(word[1:]) for word in words.split()])
    why = np.array([{"m": "mark", "n": "mark", "d": "death", "c": "competing", "h": "horizon", "v": "moved"}[word[0]] for word in words.split()])
    cause = np.array([{"m": "arrest", "n": "contact", "c": "adoption"}.get(word[0], "") for word in words.split()])
    return Marks(day, why, np.ones(len(day), dtype=bool), np.zeros(len(day), dtype=bool), cause)


SERVED = marks("h  m8 h  d5 n3")
COMPARED = marks("m2 m4 h d5 m3")


def test_risks_count_a_cause_before_the_horizon_and_before_any_other_end() -> None:
    assert risk(SERVED, COMPARED, H, cause="arrest").effect == pytest.approx(1 / 5 - 3 / 5)
    assert risk(SERVED, COMPARED, H).effect == pytest.approx(2 / 5 - 3 / 5)
    assert risk(SERVED, COMPARED, 8, cause="arrest").effect == -3 / 5  # a mark on day 8 lies past eight days, 0 to 7
    assert risk(SERVED, COMPARED, 9, cause="arrest").effect == pytest.approx(-2 / 5)
    assert risk(SERVED, COMPARED, H, by="ratio", cause="arrest").effect == pytest.approx(1 / 3)
    assert risk(SERVED, COMPARED, H, by="odds ratio", cause="arrest").effect == pytest.approx((1 / 4) / (3 / 2))


def test_times_are_whole_days_until_the_first_end_or_lost_to_a_cause() -> None:
    free = free_time(SERVED, COMPARED, H)
    assert (free.served, free.compared) == (pytest.approx((10 + 8 + 10 + 5 + 3) / 5), pytest.approx((2 + 4 + 10 + 5 + 3) / 5))
    lost = lost_time(SERVED, COMPARED, H, cause="arrest")
    assert (lost.served, lost.compared) == (pytest.approx(2 / 5), pytest.approx((8 + 6 + 7) / 5))
    alone = free_time(SERVED, COMPARED, H, cause="arrest", alive=False)
    assert alone.effect == pytest.approx(-lost.effect)  # who dies is never arrested
    with pytest.raises(Refused, match="leave death aside"):
        free_time(SERVED, COMPARED, H, cause="arrest")


def test_what_competes_ends_a_life_without_the_mark() -> None:
    served, compared = marks("h m8 c2 d5"), marks("m2 c4 c9 h")

    assert risk(served, compared, H).effect == pytest.approx(1 / 4 - 1 / 4)
    assert risk(served, compared, H, cause="adoption").effect == 0  # a kind that competes is no mark
    free = free_time(served, compared, H)
    assert (free.served, free.compared) == (pytest.approx((10 + 8 + 2 + 5) / 4), pytest.approx((2 + 4 + 9 + 10) / 4))
    assert free_time(served, compared, 9).compared == pytest.approx((2 + 4 + 9 + 9) / 4)
    assert lost_time(served, compared, H).effect == pytest.approx(2 / 4 - 8 / 4)
    whole = EveryMark(np.array([0]), np.array([3]), np.array(["arrest"]), np.array([5, 9]), np.array(["competing", "horizon"]))
    assert counts(whole, H).tolist() == [1, 0]


def test_two_lives_are_read_with_what_the_question_says_competes_and_in_street_time_for_all_their_lives() -> None:
    question = replace(asked("recidivism/arrest"), competing=("death", "arrest_abroad"))
    two = lives_of(study_of("lottery", replace(question, competing=())), replace(question, competing=()), WORLDS["lottery"], people=60, seed=1)
    heard: list[tuple[object, ...]] = []

    def listening(verb: str, *what: object) -> object:
        heard.append((verb, *what))
        return two.read[0](verb, *what[:1])

    there = replace(two, read=(listening, listening), question=question)
    for ask in (there.risk_difference, there.free_time, there.lost_time, there.hazard_ratio, there.number):
        ask()
    assert {(what[0], *what[2:]) for what in heard} == {("marks", ("arrest_abroad",)), ("every_mark", ("arrest_abroad",))}
    heard.clear()
    replace(there, question=replace(question, time="street")).lost_time()
    assert set(heard) == {("marks", LIFE, ("arrest_abroad",)), ("at_risk", LIFE)}


def test_the_hazard_ratio_of_one_day_by_hand() -> None:
    """On one day 1 of 4 served and 2 of 4 compared: Breslow solves r / (1 + r) = 1 / 3; Efron's terms are of 4 + 4, 11/3 + 10/3 and 10/3 + 8/3."""
    served, compared = marks("m5 h h h"), marks("m5 m5 h h")

    assert hazard_ratio(served, compared, H, ties="breslow").effect == pytest.approx(0.5, abs=1e-12)
    r = hazard_ratio(served, compared, H, ties="efron").effect
    assert sum(a * r / (a * r + b) for a, b in ((4, 4), (11 / 3, 10 / 3), (10 / 3, 8 / 3))) == pytest.approx(1, abs=1e-12)


def test_a_hazard_ratio_that_no_number_describes_is_refused() -> None:
    for served, compared in (("h h", "m2 h"), ("m2 h", "h h"), ("h h", "h h"), ("m1 m1", "m5 m5"), ("m5 m5", "m1 m1")):
        with pytest.raises(Refused, match="no top"):
            hazard_ratio(marks(served), marks(compared), H)
    assert hazard_ratio(marks("m1 m6"), marks("m5 m5"), H).effect > 0


def test_events_that_come_again_count_up_to_the_horizon() -> None:
    lives = EveryMark(
        np.array([0, 0, 2]), np.array([1, 7, 3]), np.array(["arrest"] * 3), np.array([9, 9, 4]), np.array(["horizon", "horizon", "death"])
    )

    assert counts(lives, H).tolist() == [2, 0, 1]
    assert counts(lives, np.array([7, 7, 7])).tolist() == [1, 0, 1]
    found = rate((np.array([2.0, 0, 1]), np.array([1.0, 1, 2])), (np.array([10, 10, 5]), np.array([10, 10, 10])), per=100)
    assert (found.served, found.compared) == (pytest.approx(100 * 3 / 25), pytest.approx(100 * 4 / 30))


def test_quantiles_are_the_smallest_values_that_the_share_does_not_pass() -> None:
    first, second = np.array([1.0, 2, 3, 4]), np.array([0.0, 0, 0, 10])

    for share, high, low in ((0.25, 1, 0), (0.5, 2, 0), (0.51, 3, 0), (0.75, 3, 0), (1.0, 4, 10)):
        found = quantile_difference(first, second, share)
        assert (found.served, found.compared, found.effect) == (high, low, high - low)
    weighted = quantile_difference(first, second, 0.5, np.array([1.0, 1, 1, 3]))
    assert (weighted.served, weighted.compared) == (3, 0)
    # marginal quantiles: each life of the two is shifted, and no person's difference is 5
    assert quantile_difference(np.array([5.0, 0]), np.array([0.0, 4]), 0.5).effect == 0
    with pytest.raises(Refused, match="share"):
        quantile_difference(first, second, 0.0)


def test_cost_per_avoided_event_is_not_the_mean_of_ratios() -> None:
    found = cost_per_avoided((np.array([30.0, 10]), np.array([10.0, 10])), (np.array([0.0, 1]), np.array([1.0, 1])))

    assert (found.effect, found.served, found.compared) == (20, 10, 0.5)
    with pytest.raises(Refused, match="events avoided is 0"):
        cost_per_avoided((np.ones(2), np.ones(2)), (np.ones(2), np.ones(2)))


def test_compliers_are_those_whom_the_offer_brings() -> None:
    """Of four people two enrol if offered; one would anyhow, and one never."""
    taken, otherwise = np.array([1.0, 1, 1, 0]), np.array([0.0, 0, 1, 0])
    found = complier_effect((np.array([3.0, 5, 9, 1]), np.array([4.0, 8, 9, 1])), (taken, otherwise))

    assert (found.effect, found.served, found.compared) == (-2, 4, 6)
    with pytest.raises(Refused, match="only if it is not offered"):
        complier_effect((taken, taken), (otherwise, taken))
    with pytest.raises(Refused, match="by the offer is 0"):
        complier_effect((taken, otherwise), (taken, taken))


def test_effects_by_cohort_weigh_cohorts_by_their_units_in_each_period() -> None:
    """Two units adopt in period 1 and gain 1 and then 3; one adopts in period 2 and gains 6; one never does."""
    never = np.arange(12.0).reshape(4, 3)
    panels = TwoPanels(never + np.array([[0, 1, 3], [0, 1, 3], [0, 0, 6], [0, 0, 0]]), never, np.array([1, 1, 2, 99]))

    assert {cell: found.effect for cell, found in panels.group_time().items()} == {(1, 0): 0, (1, 1): 1, (1, 2): 3, (2, 0): 0, (2, 1): 0, (2, 2): 6}
    assert panels.simple().effect == pytest.approx((1 + 1 + 3 + 3 + 6) / 5)
    assert {e: found.effect for e, found in panels.dynamic().parts.items()} == pytest.approx({-2: 0, -1: 0, 0: 8 / 3, 1: 3})
    assert panels.dynamic().overall.effect == pytest.approx((8 / 3 + 3) / 2)
    assert {g: found.effect for g, found in panels.by_group().parts.items()} == {1: 2, 2: 6}
    assert panels.by_group().overall.effect == pytest.approx((2 * 2 + 6) / 3)
    assert {t: found.effect for t, found in panels.by_calendar().parts.items()} == pytest.approx({1: 1, 2: 4})
    assert panels.by_calendar().overall.effect == pytest.approx(2.5)
    assert (panels.by_group().overall.people, panels.group_time()[2, 2].people) == (3, 1)
    heavy = replace(panels, weights=np.array([1.0, 1, 2, 5]))
    assert heavy.simple().effect == pytest.approx((1 + 1 + 3 + 3 + 12) / 6)
    assert heavy.by_group().overall.effect == pytest.approx((2 * 2 + 2 * 6) / 4)
    with pytest.raises(Refused, match="no unit adopts"):
        replace(panels, adopted=np.full(4, 3))
    with pytest.raises(Refused, match="shapes"):
        replace(panels, adopted=np.full(3, 1))


def test_weights_say_whose_effect_it_is() -> None:
    assert overlap(np.array([0.0, 0.5, 0.9])) == pytest.approx([0, 0.25, 0.09])
    assert near(np.array([298, 301, 304, 305]), 301, 3).tolist() == [1, 1, 1, 0]
    gains = np.array([1.0, 2, 30])
    assert mean_difference(gains, np.zeros(3), np.array([1.0, 1, 0])).effect == 1.5
    assert mean_difference(gains, np.zeros(3), np.array([3.0, 1, 0])).effect == 1.25


@pytest.mark.parametrize(
    ("weights", "said"),
    [(np.zeros(3), "nobody"), (np.array([1.0, -1, 1]), "below 0"), (np.array([1, np.nan, 1]), "no number"), (np.ones(2), "3 clocks")],
)
def test_weights_that_name_nobody_or_are_none_are_refused(weights: np.ndarray, said: str) -> None:
    with pytest.raises(Refused, match=said):
        mean_difference(np.ones(3), np.ones(3), weights)


def test_lives_that_were_lost_from_sight_give_no_truth() -> None:
    for ask in (risk, free_time, lost_time, hazard_ratio):
        with pytest.raises(Refused, match="1 of 2 clocks are lost from sight"):
            ask(marks("m2 v3"), marks("m1 h"), H)


# ------------------------------------------------------------------------------------------------ errors
N = 60
LUCK = np.random.default_rng(1)
FIRST, SECOND = LUCK.poisson(3, N) + 0.5, LUCK.poisson(4, N) + 0.5
HAD, HAS = LUCK.integers(0, 2, N).astype(float), LUCK.integers(0, 2, N).astype(float)
TAKEN = LUCK.integers(0, 2, N).astype(float)
DAYS_1, DAYS_0 = LUCK.integers(20, 40, N), LUCK.integers(20, 40, N)
# many on one day, so that ties matter
MANY, MORE = (marks(" ".join(LUCK.choice(["m2", "m4", "m4", "m7", "d3", "h", "n5"], N))) for _ in range(2))
COHORTS = LUCK.choice([1, 2, 99], N)
OWN, NEVER_ADOPTED = LUCK.normal(size=(N, 4)), LUCK.normal(size=(N, 4))


def panels(weights: np.ndarray) -> TwoPanels:
    return TwoPanels(OWN, NEVER_ADOPTED, COHORTS, weights)


ASKED: dict[str, Callable[[np.ndarray], Truth]] = {
    "mean difference": lambda w: mean_difference(FIRST, SECOND, w),
    "ratio of means": lambda w: ratio_of_means(FIRST, SECOND, w),
    "odds ratio": lambda w: odds_ratio(HAD, HAS, w),
    "cost per avoided": lambda w: cost_per_avoided((FIRST, SECOND), (HAD, HAS), w),
    "compliers": lambda w: complier_effect((FIRST, SECOND), (TAKEN, np.zeros(N)), w),
    "rate difference": lambda w: rate((FIRST, SECOND), (DAYS_1, DAYS_0), per=30, weights=w),
    "rate ratio": lambda w: rate((FIRST, SECOND), (DAYS_1, DAYS_0), by="ratio", weights=w),
    "free time": lambda w: free_time(MANY, MORE, H, weights=w),
    "lost time": lambda w: lost_time(MANY, MORE, H, cause="contact", weights=w),
    "hazard, Efron": lambda w: hazard_ratio(MANY, MORE, H, weights=w),
    "hazard, Breslow": lambda w: hazard_ratio(MANY, MORE, H, ties="breslow", cause="arrest", weights=w),
    "ATT(1, 2)": lambda w: panels(w).group_time()[1, 2],
    "simple": lambda w: panels(w).simple(),
    "dynamic": lambda w: panels(w).dynamic().overall,
    "group": lambda w: panels(w).by_group().overall,
    "calendar": lambda w: panels(w).by_calendar().overall,
}


@pytest.mark.parametrize("whose", ["everybody", "some, unequally"])
@pytest.mark.parametrize("name", ASKED)
def test_an_error_is_the_spread_of_what_each_persons_weight_moves(name: str, whose: str) -> None:
    """The infinitesimal jackknife, by differences: how the truth moves with each weight, squared and added up."""
    ask, step = ASKED[name], 1e-4
    weights = np.ones(N) if whose == "everybody" else np.arange(N) % 4 + 0.0
    moved = []
    for person in np.flatnonzero(weights):
        more, less = weights.copy(), weights.copy()
        more[person] *= 1 + step
        less[person] *= 1 - step
        moved.append((ask(more).effect - ask(less).effect) / (2 * step))
    found = ask(weights)
    people = found.people

    assert found.error == pytest.approx(np.sqrt(people / (people - 1) * np.sum(np.square(moved))), rel=1e-5)
    assert found.error > 0


def test_the_error_of_a_quantile_is_about_its_spread_over_many_draws() -> None:
    """Medians of 1,000 exponentials against other 1,000: SD .0447 by the textbook's 1 / (2 f sqrt(n)), f being half; a tenth of leeway."""
    luck = np.random.default_rng(2)
    errors = [quantile_difference(luck.exponential(size=1_000), luck.exponential(size=1_000), 0.5).error for _ in range(200)]

    assert np.mean(np.square(errors)) ** 0.5 == pytest.approx((2 * 1 / 1_000) ** 0.5, rel=0.15)


# ------------------------------------------------------------------------------------------------ two lives
def test_weights_of_kept_rows_find_their_clocks_and_refuse_others() -> None:
    question = asked("recidivism/arrest")
    two = lives_of(study_of("referred", question), question, WORLDS["referred"], people=60, seed=1)
    some = np.array([5, 3, 5])
    given = two.weights_of(two.person_id[some], two.day[some], np.array([1.0, 2, 1]))

    assert np.flatnonzero(given).tolist() == [3, 5] and given[[3, 5]].tolist() == [2, 2]
    with pytest.raises(Refused, match="1 rows with weight start on no clock"):
        two.weights_of(two.person_id[:1], two.day[:1] + 1, np.ones(1))
    assert not two.weights_of(two.person_id[:1], two.day[:1] + 1, np.zeros(1)).any()


@pytest.mark.parametrize(
    ("estimand", "whose"),
    [
        ("average_effect", "everybody"),
        ("effect_on_the_served", "those_served"),
        ("effect_on_the_compared", "those_unserved"),
        ("effect_in_the_overlap", "overlap"),
        ("effect_on_the_matchable", "matchable"),
    ],
)
def test_the_truth_of_a_question_is_that_of_those_whom_it_asks_about(estimand: str, whose: str) -> None:
    question = replace(asked("recidivism/arrest"), estimand=estimand)
    two = lives_of(study_of("referred", question), question, WORLDS["referred"], people=200, seed=1)
    two = replace(two, chance=np.linspace(0.1, 0.9, len(two)))

    assert two.truth().effect == two.risk_difference(weights=getattr(two, whose)).effect
    assert two.matchable == pytest.approx(np.minimum(np.linspace(0.1, 0.9, len(two)), np.linspace(0.9, 0.1, len(two))))


def test_the_overlap_is_that_of_the_true_chance_and_refused_where_nobody_tells_it() -> None:
    question = asked("recidivism/arrest")
    two = lives_of(study_of("lottery", question), question, WORLDS["lottery"], people=60, seed=1)
    known = replace(two, chance=np.linspace(0.1, 0.9, len(two)))

    assert known.overlap == pytest.approx(overlap(np.linspace(0.1, 0.9, len(two))))
    with pytest.raises(Refused, match="true chance"):
        _ = replace(two, chance=None).overlap


def test_cost_per_avoided_event_needs_the_same_clocks() -> None:
    cost, arrest = asked("cost_per_client/recorded"), asked("recidivism/arrest")
    study = study_of("lottery", cost, arrest)
    costs = lives_of(study, cost, WORLDS["lottery"], people=60, seed=1)
    others = lives_of(study, arrest, WORLDS["lottery"], people=61, seed=2)

    with pytest.raises(Refused, match="other clocks"):
        costs.cost_per_avoided(others)


def test_questions_by_several_horizons_each_keep_their_own_clocks() -> None:
    short, long, again = asked("recidivism/arrest"), asked("recidivism/arrest", 728), asked("recidivism/jail_booking")
    study, world = study_of("lottery", short, long, again), WORLDS["lottery"]
    together = all_lives(study, study.questions, world, people=200, seed=1)
    alone = [lives_of(study, question, world, people=200, seed=1).truth() for question in study.questions]

    assert [together[question.name].truth() for question in study.questions] == alone
    assert alone[1].compared > alone[0].compared > alone[2].compared


def test_a_shorter_horizon_is_read_off_the_same_lives() -> None:
    question, shorter = asked("recidivism/arrest"), asked("recidivism/arrest", 91)
    study, world = study_of("lottery", question, shorter), WORLDS["lottery"]

    two = lives_of(study, question, world, people=100, seed=1)

    assert two.risk_difference(by=Horizon(days=91)) == lives_of(study, shorter, world, people=100, seed=1).truth()


def test_lives_under_the_plan_as_run_and_under_never_are_the_panels() -> None:
    question = asked("custody_days/recorded")
    world = WORLDS["referred"]
    two = lives_of(study_of("referred", question), question, world, people=100, seed=1, plans=(world.as_run, NEVER))

    found = two.panels((0, 91, 182, 273))
    assert np.array_equal(two.waited[1] < 364, np.zeros(len(two), dtype=bool))
    assert set(found.cohorts) == {0} and (found.adopted > 3 - 1).sum() == (two.waited[0] >= 273).sum()
    assert np.array_equal(found.own[found.adopted > 2], found.never[found.adopted > 2])  # who never enrols lives the same life twice
