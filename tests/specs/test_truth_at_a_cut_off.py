"""Truth where places on a list divide people: near the cut-off, of those who come because of the offer, county by county."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from slow_truth import Life, Today, arrested, cents, everybody, inside, mean, total, walk

from evaluation.rehearsal import all_lives, answered, first_of, performing, sample_truth, truth
from evaluation.rehearsal.estimands import TwoLives, near
from evaluation.rehearsal.scores import Truth
from evaluation.terms import Assigned, CohortPlan, Cutoff, Horizon, Question, Refused, Starts, Study, TakeUp
from synthetic import WORLDS, World
from synthetic.lists import LIST, ByRank, NobodyOffered, scores
from synthetic.lives import People
from synthetic.plans import Plan
from synthetic.rates import lists as rates
from synthetic.rows import NEVER_DAY

EXACT = 1e-12
PEOPLE, SEED, DAYS, PLACES = 600, 3, 364, 60
WAIT = int(rates.LONGEST.value)
PROGRAMME = "project_301"


class NobodyComes(NobodyOffered):
    """Nobody has a place, and nobody comes without one either."""

    def enrols(self, people: People, offered: Any) -> Any:
        """Never."""
        return np.full(len(people), NEVER_DAY)


WORLD = WORLDS["cut_off"].but(as_run=ByRank(PLACES), size=PEOPLE)
CONTRASTS: dict[str, tuple[Plan, Plan]] = {"some come anyway": WORLD.contrast, "nobody comes": (WORLD.contrast[0], NobodyComes())}
OUTCOMES: dict[str, tuple[Today, int]] = {  # today, and what it is counted in
    "recidivism/arrest": (arrested, 1),
    "custody_days/recorded": (inside, 1),
    "cost_per_client/recorded": (cents, 100),
}
both_contrasts = pytest.mark.parametrize("contrast", CONTRASTS)


def study_of(*outcomes: str, places: int = PLACES, **asked: Any) -> Study:
    """A study of the list that asks of some outcomes."""
    questions = tuple(Question(outcome=outcome, horizon=Horizon(days=DAYS), method="matched", worthwhile=-0.05, **asked) for outcome in outcomes)
    assigned = Assigned("score", cutoff=Cutoff(capacity=places), taken_up=TakeUp(PROGRAMME, WAIT))
    plan = CohortPlan((date(2019, 1, 1), date(2020, 12, 31)), "eligibility", Starts(list=LIST), assigned=assigned)
    return Study({"en": "The list"}, "bayview", PROGRAMME, {"main": plan}, questions)


def read(study: Study, world: World = WORLD, **how: Any) -> dict[str, TwoLives]:
    """The two lives of each of its questions, by outcome."""
    found = all_lives(study, study.questions, world, **{"people": PEOPLE, "seed": SEED} | how)
    return {question.outcome: found[question.name] for question in study.questions}


@dataclass(frozen=True)
class Listed:
    """Two lives as they are read, by outcome, and each clock's as they were lived; people in the order of the clocks."""

    read: dict[str, TwoLives]
    people: People
    served: list[Life]
    compared: list[Life]

    @property
    def two(self) -> TwoLives:
        """Those of any outcome: all have the same clocks."""
        return self.read["recidivism/arrest"]

    @property
    def score(self) -> list[int]:
        """Everybody's points, as the county made them."""
        return [int(points) for points in scores(self.people)[self.two.place]]

    @property
    def cut(self) -> list[int]:
        """The cut-off of each person's own date: the lowest score that has a place, whoever ties with the last place having one too."""
        last, score = {}, self.score
        for day in {life.start for life in self.served}:
            there = sorted((points for points, life in zip(score, self.served, strict=True) if life.start == day), reverse=True)
            last[day] = there[PLACES - 1]
        return [last[life.start] for life in self.served]

    def came(self) -> tuple[list[int], list[int]]:
        """Who enrols in time on either life."""
        one, other = ([int(life.enrolled - life.start <= WAIT) for life in side] for side in (self.served, self.compared))
        return one, other


@cache
def listed(contrast: str) -> Listed:
    """The two lives of everybody on the list."""
    held = read(study_of(*OUTCOMES), plans=CONTRASTS[contrast])
    people = WORLD.people(PEOPLE, SEED)
    lives = [everybody(WORLD, WORLD.live(people, plan)) for plan in CONTRASTS[contrast]]
    place = held["recidivism/arrest"].place
    assert sorted(place.tolist()) == list(range(PEOPLE)) and all(np.array_equal(two.place, place) for two in held.values())
    return Listed(held, people, *([side[person] for person in place] for side in lives))


@cache
def values(contrast: str, outcome: str) -> tuple[list[Fraction], list[Fraction]]:
    """What the outcome comes to on both lives of everybody, day by day."""
    one, (today, unit) = listed(contrast), OUTCOMES[outcome]
    if outcome == "recidivism/arrest":
        first, second = ([Fraction(walk(life, life.start, DAYS, today).first is not None) for life in side] for side in (one.served, one.compared))
    else:
        first, second = ([Fraction(total(life, life.start, 0, DAYS, today), unit) for life in side] for side in (one.served, one.compared))
    return first, second


def close(found: Truth, effect: Fraction, people: int) -> None:
    assert found.effect == pytest.approx(float(effect), abs=EXACT * max(1.0, abs(float(effect))))
    assert found.people == people


# ------------------------------------------------------------------------------------------------ the score
def test_the_score_on_record_is_the_one_by_which_places_were_given() -> None:
    one = listed("nobody comes")
    offered = WORLD.as_run.offers(one.people)

    assert one.two.score is not None and one.two.score.tolist() == one.score
    assert one.two.served.tolist() == [points >= cut for points, cut in zip(one.score, one.cut, strict=True)]
    assert np.array_equal(one.two.served, offered[one.two.place])
    assert len(set(one.cut)) > 1 and one.two.served.sum() > 3 * PLACES  # each date has a cut-off of its own, and people tie


# ------------------------------------------------------------------------------------------------ windows that shrink
WINDOWS = (30, 12, 6, 3, 1, 0)


def windows(one: Listed) -> list[tuple[np.ndarray[Any, Any], list[int]]]:
    """Weights of those near the cut-off of their own date, and the same people counted, window by window."""
    assert one.two.score is not None
    away = [abs(points - cut) for points, cut in zip(one.score, one.cut, strict=True)]
    counted = [[person for person in range(PEOPLE) if away[person] <= within] for within in WINDOWS]
    return [(near(one.two.score, np.array(one.cut, dtype=float), within), people) for within, people in zip(WINDOWS, counted, strict=True)]


@both_contrasts
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_effect_of_the_offer_near_the_cut_off_as_the_window_shrinks(contrast: str, outcome: str) -> None:
    one = listed(contrast)
    first, second = values(contrast, outcome)
    for weights, people in windows(one):
        moved = Fraction(sum(first[person] - second[person] for person in people), len(people))
        two = one.read[outcome]
        found = two.risk_difference(weights=weights) if outcome == "recidivism/arrest" else two.mean_difference(weights=weights)
        close(found, moved, len(people))
    sizes = [len(people) for _, people in windows(one)]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > sizes[-1] >= 3  # those who tie with the last places are the last window


@both_contrasts
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_compliers_near_the_cut_off_as_the_window_shrinks(contrast: str, outcome: str) -> None:
    """Who takes the place up is left to luck: not everybody, and some come without one."""
    one = listed(contrast)
    (first, second), (came, anyway) = values(contrast, outcome), one.came()
    for weights, people in windows(one):
        moved = sum(first[person] - second[person] for person in people)
        by_offer = sum(came[person] - anyway[person] for person in people)
        assert 0 < by_offer < len(people)
        close(one.read[outcome].complier_effect(within_days=WAIT, weights=weights), Fraction(moved, by_offer), len(people))
    assert any(anyway) == (contrast == "some come anyway")


@both_contrasts
def test_compliers_are_those_who_come_with_a_place_and_not_without_one(contrast: str) -> None:
    """The offer works through enrolment alone: their own mean effect, and that of nobody else."""
    one = listed(contrast)
    (first, second), (came, anyway) = values(contrast, "cost_per_client/recorded"), one.came()
    compliers = [person for person in range(PEOPLE) if came[person] and not anyway[person]]
    others = set(range(PEOPLE)) - set(compliers)

    assert all(first[person] == second[person] for person in others) and not any(no and not yes for yes, no in zip(came, anyway, strict=True))
    effect = mean([first[person] - second[person] for person in compliers], [1] * len(compliers))
    found = one.read["cost_per_client/recorded"].complier_effect(within_days=WAIT)
    close(found, effect, PEOPLE)
    assert found.served == pytest.approx(float(mean([first[person] for person in compliers], [1] * len(compliers))), rel=EXACT)
    share = rates.TAKES_UP.value - (rates.COMES_ANYWAY.value if contrast == "some come anyway" else 0)
    assert len(compliers) / PEOPLE == pytest.approx(share, abs=0.05)


def test_a_window_in_which_nobody_comes_by_the_offer_has_no_compliers() -> None:
    one = listed("some come anyway")
    came, anyway = one.came()
    unmoved = np.array([float(yes == no) for yes, no in zip(came, anyway, strict=True)])

    with pytest.raises(Refused, match="the share of those who take the programme up by the offer is 0"):
        one.two.complier_effect(within_days=WAIT, weights=unmoved)


# ------------------------------------------------------------------------------------------------ county by county
def test_many_people_are_ranked_county_by_county_and_their_truth_is_that_of_all_counties() -> None:
    """Were 1,200 people ranked as one county, 60 places on each date would be half of what they are in both of two."""
    study = study_of("recidivism/arrest", "cost_per_client/recorded")
    both = [read(study, first=first_of(number, PEOPLE)) for number in range(2)]

    found = read(study, people=2 * PEOPLE)

    for outcome, two in found.items():
        each = [one[outcome] for one in both]
        assert len(two) == len(set(two.person_id)) == 2 * PEOPLE and set(two.place) == set(range(2 * PEOPLE))
        assert two.served.tolist() == [served for one in each for served in one.served]
        assert 2 * 3 * PLACES <= two.served.sum() < 2 * 4 * PLACES
        first, second = (np.concatenate([one.values()[side] for one in each]) for side in (0, 1))
        assert np.array_equal(two.values()[0], first) and np.array_equal(two.values()[1], second)
        by_offer = sum((one.waited[0] <= WAIT).sum() - (one.waited[1] <= WAIT).sum() for one in each)
        assert two.complier_effect(within_days=WAIT).effect == pytest.approx(np.sum(first - second) / by_offer, rel=EXACT)
        assert two.chance is None  # a rank leaves nothing to luck
    arrests, each = found["recidivism/arrest"], [one["recidivism/arrest"] for one in both]
    for number, one in enumerate(each):  # lines name the clocks of their own county
        assert arrests.number(weights=(arrests.place // PEOPLE == number).astype(float)).effect == pytest.approx(one.number().effect, abs=EXACT)
    days = [one.number().compared / one.rate().compared for one in each]
    assert arrests.rate().compared == pytest.approx(sum(one.number().compared for one in each) / sum(days), rel=1e-9)
    assert min(one.hazard_ratio().effect for one in each) < arrests.hazard_ratio().effect < max(one.hazard_ratio().effect for one in each)


def test_the_reference_of_those_offered_a_place_is_of_counties_as_large_as_those_that_are_rehearsed() -> None:
    """As one county, they would be the neediest few of all, who are no county's served."""
    study = study_of("recidivism/arrest", estimand="effect_on_the_served")
    (question,) = study.questions
    many = 3 * PEOPLE
    offered = WORLD.as_run.offers(WORLD.people(many, SEED))

    found = truth(study, question, WORLD, people=many, seed=SEED)
    as_one = sample_truth(study, question, WORLD, people=many, seed=SEED)

    assert 3 * 3 * PLACES <= found.people < 3 * 4 * PLACES
    assert as_one.people == offered.sum() < found.people / 2
    assert truth(study, question, WORLD, people=many, seed=SEED, county=many).effect == as_one.effect != found.effect


def test_counties_opened_together_are_ranked_each_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five counties' records in one engine would otherwise be one list with the places of one."""
    study = study_of("recidivism/arrest")
    monkeypatch.setattr(performing, "compare", lambda question, cohort: None)
    monkeypatch.setattr(performing, "answer_one", lambda question, outcome, cohort, *rest, **more: cohort.served.tolist())

    found = list(answered(study, WORLD, range(3), people=PEOPLE, seed=SEED))

    offered = []
    for run in range(3):
        people = WORLD.people(PEOPLE, SEED + run, first=first_of(run, PEOPLE))
        in_order = np.lexsort((people.persons.luck.numbers, people.start))
        offered.append(WORLD.as_run.offers(people)[in_order].tolist())
    assert found == offered


# ------------------------------------------------------------------------------------------------ the worlds themselves
@pytest.mark.parametrize(("name", "places"), [("cut_off", 700), ("cut_off_900", 301)])
def test_the_listed_worlds_can_be_asked_as_they_stand(name: str, places: int) -> None:
    """As many people as the world says, and as many places as it has."""
    world = WORLDS[name]

    two = read(study_of("recidivism/arrest", places=places), world, people=world.size)["recidivism/arrest"]

    offered = world.as_run.offers(world.people(world.size, SEED))
    assert len(two) == world.size and np.array_equal(two.served, offered[two.place])
    assert two.complier_effect(within_days=WAIT).effect < 0
