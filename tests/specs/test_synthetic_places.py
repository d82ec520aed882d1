"""Worlds in which a place, a date or a rank decides: each has the trap that it is named for, and nothing else."""

import numpy as np
import pytest

from evaluation.methods import METHODS
from evaluation.terms import Refused
from synthetic import NEVER, WORLDS, World
from synthetic.health import visits
from synthetic.lists import NobodyOffered, scores
from synthetic.lives import Lives
from synthetic.offices import ByCalendar
from synthetic.rates import lists as rates
from synthetic.rows import NEVER_DAY
from synthetic.worlds_of_places import BEGINS

YEAR = 365
LOW = 3  # standard errors that a true null may be off


def a_year(lives: Lives, first: int, length: int = YEAR) -> np.ndarray:
    """How often each person was in the emergency room from a day on."""
    seen = visits(lives)
    there = (seen.day >= first) & (seen.day < first + length)
    return np.bincount(seen.who[there], minlength=len(lives.people)).astype(float)


def gap(served: np.ndarray, amount: np.ndarray) -> tuple[float, float]:
    """The difference in means between those served and the others, and its standard error."""
    one, other = amount[served], amount[~served]
    return float(one.mean() - other.mean()), float((one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)) ** 0.5)


def never_lived(world: World, people: int, seed: int) -> tuple[np.ndarray, Lives]:
    """Who is served as the programme is run, and the lives in which nobody is."""
    born = world.people(people, seed)
    return world.live(born, world.as_run).enrolled < NEVER_DAY, world.live(born, NEVER)


# ------------------------------------------------------------------------------------------------ lists
def test_the_list_of_six_thousand_ranks_on_three_dates_with_ties_and_refusals() -> None:
    world = WORLDS["cut_off"]
    people = world.people(world.size, 0)
    lives = world.live(people, world.as_run)
    score, offered = scores(people), lives.offered
    assert offered is not None
    dates = np.unique(people.start)

    assert len(people) == 6_000 and len(dates) == 3
    for day in dates:
        there = people.start == day
        cut = score[there & offered].min()
        assert (score[there & ~offered] < cut).all()
        assert (score[there] > cut).sum() < 700 <= offered[there].sum()  # whoever ties with the last place is in
        assert (score[there] == cut).sum() > 1
    enrolled = lives.enrolled < NEVER_DAY
    assert enrolled[offered].mean() == pytest.approx(rates.TAKES_UP.value, abs=0.04)
    assert enrolled[~offered].mean() == pytest.approx(rates.COMES_ANYWAY.value, abs=0.02)


def test_scores_are_whole_points_and_more_of_them_end_in_nought_or_five_than_luck_gives() -> None:
    world = WORLDS["cut_off"]
    score = scores(world.people(world.size, 1))

    assert (score == np.round(score)).all() and score.min() >= 0 and score.max() <= 100
    assert np.mean(score % 5 == 0) == pytest.approx(rates.ROUNDED.value + (1 - rates.ROUNDED.value) / 5, abs=0.03)


def test_nine_hundred_are_ranked_on_one_date_and_301_have_a_place() -> None:
    world = WORLDS["cut_off_900"]
    people = world.people(world.size, 0)
    offered = world.as_run.offers(people)

    assert offered is not None
    assert len(people) == 900 and len(np.unique(people.start)) == 1
    assert 301 <= offered.sum() < 301 + 40


def test_under_the_plan_that_offers_nobody_anything_every_score_stands_and_only_the_few_come_who_come_anyway() -> None:
    world = WORLDS["cut_off"]
    people = world.people(2_000, 0)
    nobody, as_run = world.live(people, NobodyOffered()), world.live(people, world.as_run)
    assert as_run.offered is not None
    without = ~as_run.offered

    assert (nobody.enrolled < NEVER_DAY).mean() == pytest.approx(rates.COMES_ANYWAY.value, abs=0.015)
    assert (nobody.enrolled[without] == as_run.enrolled[without]).all()
    assert (world.truth(nobody, {"need_ranking"})["score"]["score"].to_numpy() == scores(people)).all()


def test_a_place_on_the_list_goes_to_the_needier() -> None:
    world = WORLDS["cut_off"]
    people = world.people(world.size, 2)
    offered = world.as_run.offers(people)
    assert offered is not None

    difference, error = gap(offered, people.persons.need)
    assert difference > LOW * error


# ------------------------------------------------------------------------------------------------ offices
@pytest.mark.parametrize("name", ["staggered", "early_response", "rolled_out_where_need_was_rising", "few_offices"])
def test_everybody_in_an_office_enrols_on_the_day_on_which_it_begins_and_in_some_never(name: str) -> None:
    world = WORLDS[name]
    plan = world.as_run
    assert isinstance(plan, ByCalendar) and world.offices is not None
    people = world.people(2_000, 3)
    lives = world.live(people, plan)
    days = plan.days(3)

    assert len(days) == world.offices.many and (days < NEVER_DAY).sum() == plan.begins
    for office, day in enumerate(days):
        there = (people.persons.area == office) & (people.until > day)
        assert (lives.enrolled[there] == day).all()
    assert set(world.records(lives, {"arrest"})["person"]["area"]) <= {f"office_{number:02d}" for number in range(1, world.offices.many + 1)}


def test_six_offices_of_twenty_begin_on_one_day() -> None:
    plan = WORLDS["few_offices"].as_run
    assert isinstance(plan, ByCalendar)
    days = plan.days(0)

    assert len(days) == 20 and (days == BEGINS).sum() == 6 and (days == NEVER_DAY).sum() == 14


def test_offices_begin_five_a_quarter() -> None:
    plan = WORLDS["staggered"].as_run
    assert isinstance(plan, ByCalendar)
    begun, many = np.unique(plan.days(0), return_counts=True)

    assert many.tolist() == [5, 5, 5, 5, 4, 16]
    assert np.diff(begun[:-1]).tolist() == [91] * 4


def test_people_live_as_if_it_had_begun_from_when_they_hear_of_it_and_not_before() -> None:
    world = WORLDS["early_response"]
    people = world.people(4_000, 5)
    served, never = world.live(people, world.as_run), world.live(people, NEVER)
    begins = world.as_run.days(5)[people.persons.area]  # type: ignore[attr-defined]  # a calendar
    before, heard = 0.0, 0.0
    for day in np.unique(begins[begins < NEVER_DAY]):
        there = begins == day
        before += abs(a_year(served, day - 60 - YEAR) - a_year(never, day - 60 - YEAR))[there].sum()
        heard += (a_year(served, day - 60, 60) - a_year(never, day - 60, 60))[there].sum()

    assert before == 0
    assert heard < 0


def test_nobody_lives_as_if_it_had_begun_before_the_start_of_their_own_clock() -> None:
    """People who leave a shelter after it was heard of: it works for them from that day on."""
    world = WORLDS["early_response"].of("access_teams")
    people = world.people(3_000, 5)
    lives = world.live(people, world.as_run)
    enrolled = lives.enrolled < NEVER_DAY
    programme, *_ = lives.clocks("emergency")
    first = np.maximum(people.start, lives.enrolled - 60)
    works = programme.factor(np.stack([first - 1, first], axis=1)) < 1

    assert (enrolled & (lives.enrolled == people.start)).sum() > 100 < (enrolled & (lives.enrolled > people.start + 60)).sum()
    assert not works[:, 0].any() and works[enrolled, 1].all()
    before = [seen.where(seen.day < people.start[seen.who]).day for seen in (visits(lives), visits(world.live(people, NEVER)))]
    assert np.array_equal(*before) and len(before[0]) > 1_000


def test_where_need_was_rising_those_that_begin_rise_faster_with_nobody_served() -> None:
    world = WORLDS["rolled_out_where_need_was_rising"]
    served, never = never_lived(world, 12_000, 1)
    early, late = (a_year(never, BEGINS - years * YEAR) for years in (5, 1))
    difference, error = gap(served, late - early)

    assert difference > LOW * error


# ------------------------------------------------------------------------------------------------ lasting need
def test_an_additive_trend_leaves_the_gap_between_those_served_and_the_others_as_it_was() -> None:
    served, never = never_lived(WORLDS["lasting_need_additive"], 20_000, 1)
    early, late = (a_year(never, BEGINS - years * YEAR) for years in (5, 0))
    level, level_error = gap(served, early)
    change, error = gap(served, late - early)

    assert level > LOW * level_error
    assert late.mean() > early.mean()
    assert abs(change) < LOW * error


def test_a_proportional_trend_widens_the_gap() -> None:
    served, never = never_lived(WORLDS["lasting_need_proportional"], 20_000, 1)
    early, late = (a_year(never, BEGINS - years * YEAR) for years in (5, 0))
    change, error = gap(served, late - early)

    assert change > LOW * error


# ------------------------------------------------------------------------------------------------ a crisis
def test_a_crisis_passes_by_itself_and_those_not_served_of_equal_record_get_better_as_much() -> None:
    world = WORLDS["crisis_dip"]
    people = world.people(20_000, 1)
    offered, never = world.as_run.offers(people), world.live(people, NEVER)
    assert offered is not None
    start = world.people(1, 1).start[0]
    quarter, after = a_year(never, start - 91, 91), a_year(never, start, 91)
    fall, error = gap(offered, after - quarter)

    assert fall < -LOW * error  # before and after, with nobody served: the trap
    same = [gap(offered[quarter == times], after[quarter == times]) for times in (0, 1, 2)]
    weight = np.array([1 / error**2 for _, error in same])
    assert abs((np.array([found for found, _ in same]) * weight).sum() / weight.sum()) < LOW / weight.sum() ** 0.5


# ------------------------------------------------------------------------------------------------ what such a world is bound to
@pytest.mark.parametrize(
    ("world", "programme", "words"),
    [
        ("cut_off", "post_reunification", "nobody in this programme is on a list"),
        ("staggered", "post_reunification", "nothing that this programme moves"),
    ],
)
def test_a_world_refuses_a_programme_with_which_it_would_lose_its_trap(world: str, programme: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        WORLDS[world].of(programme)


def test_a_world_of_places_takes_a_programme_that_moves_what_changes_there() -> None:
    assert WORLDS["staggered"].of("mobile_support").programme.name == "mobile_support"
    assert WORLDS["cut_off"].of("high_utilisers").as_run.whole


METHODS_TO_COME = {"did", "series", "survival", "threshold"}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_world_names_methods_that_there_are_or_will_be(world: World) -> None:
    assert world.passes | world.refuses | world.misleads <= set(METHODS) | METHODS_TO_COME
