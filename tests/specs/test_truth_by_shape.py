"""What a programme does has the sign that it should, in every shape of effect: counted off the lives that the same people lead twice.

Everybody enrols on the start of their clock, or never does; differences are held to three errors of the people drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from evaluation.rehearsal.estimands.means import mean_difference
from evaluation.rehearsal.scores import Truth
from synthetic import NEVER, WORLDS, World, from_day
from synthetic.children import childhood
from synthetic.effects import of_arrest, of_need
from synthetic.health import visits
from synthetic.homes import BANDS, KINDS, OPEN
from synthetic.housing import homelessness
from synthetic.lives import Lives
from synthetic.programmes import PROGRAMMES
from synthetic.rates import served as rates
from synthetic.work import work
from synthetic.youth import petitions

PEOPLE, SEED = 4_000, 5
TWO_YEARS = 730
DELAY, OVER = int(rates.DELAY.value), int(rates.FADING_OVER.value)
LOW, MIDDLE, HIGH = range(3)
Array = np.ndarray[Any, Any]
Dated = tuple[Array, Array]  # person and day of whatever happens


def dated(rows: Any) -> Dated:
    return rows.who, rows.day


def stays_of(lives: Lives) -> Dated:
    """Stays in a shelter: those of the homeless are kept with their other homes."""
    if lives.people.persons.intake.name == "released":
        return dated(lives.stays)
    return dated(homelessness(lives).of("shelter"))


def spells_of_homelessness(lives: Lives) -> Dated:
    made = homelessness(lives)
    return dated(made.where(made.kind != KINDS.index("permanent_housing")))


def permanent_exits(lives: Lives) -> Dated:
    made = homelessness(lives)
    left = made.where((made.exit != OPEN) & (made.went == BANDS.index("permanent")))
    return left.who, left.stop


def permanent_families(lives: Lives) -> Dated:
    """Discharges from care to a family."""
    care = childhood(lives).care
    found = care.where(care.exit < 4)
    return found.who, found.stop


def quarters_at_work(lives: Lives) -> Dated:
    who, quarter = np.nonzero(work(lives).wages)
    return who, work(lives).quarters[quarter]


def days_on_benefits(lives: Lives) -> Dated:
    spells = work(lives).calfresh
    days = spells.stop - spells.day
    return np.repeat(spells.who, days), np.repeat(spells.day, days) + np.arange(days.sum()) - np.repeat(np.cumsum(days) - days, days)


HAPPENS: dict[str, Callable[[Lives], Dated]] = {  # by process: what there is more or less of
    "arrest": lambda lives: dated(lives.arrests),
    "shelter": stays_of,
    "contact": lambda lives: dated(lives.contacts),
    "emergency": lambda lives: dated(visits(lives)),
    "inpatient": lambda lives: dated(visits(lives).where(visits(lives).admitted)),
    "street": lambda lives: dated(homelessness(lives).of("street_outreach")),
    "return_home": spells_of_homelessness,
    "exit_to_permanent": permanent_exits,
    "report": lambda lives: dated(childhood(lives).reports),
    "removal": lambda lives: dated(childhood(lives).care),
    "permanency": permanent_families,
    "placement_move": lambda lives: dated(childhood(lives).placements.where(childhood(lives).placements.moved)),
    "runaway": lambda lives: dated(childhood(lives).runaways),
    "petition": lambda lives: dated(petitions(lives)),
    "job_found": quarters_at_work,
    "job_lost": quarters_at_work,
    "benefit_exit": days_on_benefits,
}
TURNED = {"job_lost", "benefit_exit"}  # more of the process is less of what is counted


@cache
def two_lives(programme: str, shape: str, process: str) -> tuple[World, Lives, Lives]:
    """The same people with the programme from the start on and without it, where it moves one process alone."""
    alone = replace(PROGRAMMES[programme], moves={process: PROGRAMMES[programme].moves[process]})
    world = WORLDS["referred"].of(programme).but(programme=alone, effect=shape)
    people = world.people(PEOPLE, SEED)
    return world, world.live(people, from_day(0)), world.live(people, NEVER)


def truth(programme: str, shape: str, process: str, *, first: int = 0, stop: int = TWO_YEARS, third: int | None = None) -> Truth:
    """How much more often it happens to a person from the first of these days after enrolment until the last, of a third by risk."""
    _, *both = two_lives(programme, shape, process)
    counts = []
    for lives in both:
        who, day = HAPPENS[process](lives)
        since = day - lives.people.start[who]
        counts.append(np.bincount(who[(since >= first) & (since < stop)], minlength=PEOPLE).astype(float))
    return mean_difference(counts[0], counts[1], None if third is None else (thirds(both[0], process) == third).astype(float))


def thirds(lives: Lives, process: str) -> Array:
    """Low, middle and high by the risk that shapes the effect, of all the people that such a county could have."""
    risk = (of_arrest if process == "arrest" else of_need)(lives.people.persons)
    return np.digitize(risk, [-0.430727, 0.430727])


def signs(programme: str, process: str) -> int:
    """-1 where the programme is to lower what is counted, and 1 where it is to raise it."""
    raises = (PROGRAMMES[programme].moves[process].value > 1) != (process in TURNED)
    return 1 if raises else -1


def helps(found: Truth, sign: int) -> bool:
    """Whether the truth lies on the side on which it should, beyond its own error."""
    return sign * found.effect > 3 * found.error


def same_until(programme: str, shape: str, process: str, day: int) -> bool:
    """Whether both lives hold the same up to so many days after enrolment."""
    _, *both = two_lives(programme, shape, process)
    until = []
    for lives in both:
        who, when = HAPPENS[process](lives)
        until.append(sorted(zip(*(column[when < lives.people.start[who] + day].tolist() for column in (who, when)), strict=True)))
    return until[0] == until[1] and len(until[0]) > 100


# ------------------------------------------------------------------------------------------------ every process
MOVED_BY = {process: name for name, one in PROGRAMMES.items() for process in one.moves}  # the last programme that moves it


@pytest.mark.parametrize("process", MOVED_BY)
def test_each_process_is_moved_the_way_in_which_its_ratio_points(process: str) -> None:
    programme = MOVED_BY[process]

    assert helps(truth(programme, "steady", process), signs(programme, process))
    assert same_until(programme, "steady", process, 0)


def test_every_process_that_any_programme_moves_is_counted() -> None:
    assert set(HAPPENS) == set(MOVED_BY)


# ------------------------------------------------------------------------------------------------ every shape
ADULT_AND_CHILD = {
    "steady": [("project_301", "emergency"), ("post_reunification", "removal")],
    "fading": [("neighborhood_services", "emergency"), ("csec_teams", "placement_move")],
    "delayed": [("mobile_support", "emergency"), ("differential_response", "report")],
    "uneven": [("intensive_supervision", "arrest"), ("probation_wraparound", "petition")],
    "harmful_low": [("detention_alternatives", "arrest"), ("concrete_services", "report")],
}


def of_shape(shape: str) -> Any:
    return pytest.mark.parametrize(("programme", "process"), ADULT_AND_CHILD[shape])


@of_shape("steady")
def test_a_steady_effect_is_there_at_once_and_does_not_wear_off(programme: str, process: str) -> None:
    for first, stop in ((0, 180), (180, 365), (365, TWO_YEARS)):
        assert helps(truth(programme, "steady", process, first=first, stop=stop), signs(programme, process))


@of_shape("fading")
def test_a_fading_effect_is_there_at_once_and_gone_after_a_year(programme: str, process: str) -> None:
    sign = signs(programme, process)
    early, late = (truth(programme, "fading", process, first=first, stop=stop) for first, stop in ((0, 180), (OVER, OVER + TWO_YEARS)))
    lasting = truth(programme, "steady", process, first=OVER, stop=OVER + TWO_YEARS)

    assert helps(early, sign) and helps(lasting, sign)
    assert abs(late.effect) <= 3 * late.error  # a child's history may still differ by then, and no adult's visits do
    assert abs(late.effect) < abs(lasting.effect) / 5


@of_shape("fading")
def test_a_fading_effect_is_half_gone_after_half_a_year(programme: str, process: str) -> None:
    """Half of the logarithm: the effect that is left lies between the whole and nothing."""
    first, stop = int(rates.FADING_HALVED.value), OVER
    fading, steady = (truth(programme, shape, process, first=first, stop=stop) for shape in ("fading", "steady"))

    assert helps(fading, signs(programme, process))
    assert abs(fading.effect) < 0.8 * abs(steady.effect)


@of_shape("delayed")
def test_a_delayed_effect_is_exactly_nothing_before_the_delay_and_whole_after_it(programme: str, process: str) -> None:
    before, after = truth(programme, "delayed", process, stop=DELAY), truth(programme, "delayed", process, first=DELAY)

    assert (before.effect, before.error) == (0.0, 0.0) and before.compared > 0
    assert same_until(programme, "delayed", process, DELAY) and not same_until(programme, "delayed", process, DELAY + 30)
    assert helps(after, signs(programme, process))


@of_shape("uneven")
def test_an_uneven_effect_is_larger_the_higher_the_risk_and_harms_nobody(programme: str, process: str) -> None:
    low, middle, high = (truth(programme, "uneven", process, third=third) for third in (LOW, MIDDLE, HIGH))
    steady = [truth(programme, "steady", process, third=third) for third in (LOW, MIDDLE, HIGH)]
    lasts, was = ([one.effect / one.compared for one in side] for side in ((low, middle, high), steady))  # as shares of what would have been

    assert helps(middle, -1) and helps(high, -1) and low.effect <= 0
    assert high.effect < middle.effect < low.effect
    assert lasts[HIGH] < lasts[MIDDLE] < lasts[LOW]
    assert lasts[HIGH] < was[HIGH] - 0.05 and lasts[LOW] > was[LOW] + 0.05  # of the high third 5/3 of the power, of the low third 1/3


@of_shape("harmful_low")
def test_what_harms_people_at_low_risk_helps_all_others(programme: str, process: str) -> None:
    found = [truth(programme, "harmful_low", process, third=third) for third in (LOW, MIDDLE, HIGH)]
    steady = [truth(programme, "steady", process, third=third) for third in (LOW, MIDDLE, HIGH)]

    assert helps(found[LOW], 1)
    assert helps(found[MIDDLE], -1) and helps(found[HIGH], -1)
    assert [helps(one, -1) for one in steady] == [True] * 3
    assert found[HIGH].effect == pytest.approx(steady[HIGH].effect, rel=0.02)  # nothing is turned round for them


def test_the_thirds_are_thirds_and_those_at_low_risk_are_those_whom_the_shape_turns() -> None:
    """The low third is cut where `effects` cuts it: the very people whose hazard is raised."""
    for programme, process in ADULT_AND_CHILD["harmful_low"]:
        world, lives, _ = two_lives(programme, "harmful_low", process)
        clock = world.effects[process].clock(lives.enrolled, lives.people.persons)
        raised = clock.factor(lives.people.start[:, None])[:, 0] > 1

        assert np.array_equal(raised, thirds(lives, process) == LOW)
        # children of needier families: fewer of them are at low risk
        assert 0.05 < raised.mean() < 0.37
