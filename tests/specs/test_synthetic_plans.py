"""Laws of plans: the same luck whatever the plan, a life unserved up to its enrolment, and plans with a grace period."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from synthetic import ALL_OFFERED, BY_LOT, NEVER, WORLDS, Plan, World, from_day
from synthetic.families import SIZE, ByFamilyLot
from synthetic.lives import Lives, People
from synthetic.plans import BY_WORKER, NONE_OFFERED, WALK_IN
from synthetic.rows import NEVER_DAY
from synthetic.strategies import NotWithin, Within

N = 1_500
GRACE = 30
PLANS: list[Plan] = [
    NEVER,
    from_day(0),
    from_day(90),
    BY_LOT,
    ALL_OFFERED,
    NONE_OFFERED,
    BY_WORKER,
    WALK_IN,
    ByFamilyLot(),
    Within(GRACE),
    NotWithin(GRACE),
    Within(GRACE, BY_WORKER),
    NotWithin(GRACE, BY_WORKER),
]
WORLD = WORLDS["walk_in"]
# lived by several systems, of adults and of children
OTHERS = [WORLDS["referred"].of("stepping_up"), WORLDS["referred"].of("self_sufficiency"), WORLDS["referred"].of("post_reunification")]


def called(plan: Any) -> str:
    return f"{type(plan).__name__}-{'-'.join(str(getattr(plan, name)) for name in plan.__dataclass_fields__)}"


@pytest.fixture(scope="module")
def people() -> People:
    return WORLD.people(N, 11)


def rows(lives: Lives) -> dict[str, list[np.ndarray[Any, Any]]]:
    """Person and day of what a life holds, by kind of happening."""
    return {what: [getattr(getattr(lives, what), name) for name in ("who", "day", "entry")] for what in ("arrests", "stays", "contacts")}


@pytest.mark.parametrize("plan", PLANS, ids=called)
def test_a_life_up_to_enrolment_is_the_life_that_nobody_serves(plan: Plan, people: People) -> None:
    served, never = rows(WORLD.live(people, plan)), rows(people.unserved)
    # what works from the next day on leaves the day of enrolment as it was
    until = WORLD.live(people, plan).enrolled + plan.works_from
    for what in served:
        before = [[column[part[1] < until[part[0]]] for column in part] for part in (served[what], never[what])]
        assert all(np.array_equal(one, other) for one, other in zip(*before, strict=True))


@pytest.mark.parametrize("plan", PLANS, ids=called)
def test_in_which_order_plans_are_lived_does_not_matter(plan: Plan) -> None:
    fresh = rows(WORLD.live(WORLD.people(300, 4), plan))
    people = WORLD.people(300, 4)
    for other in PLANS:
        WORLD.live(people, other)
    again = rows(WORLD.live(people, plan))

    assert all(np.array_equal(one, other) for what in fresh for one, other in zip(fresh[what], again[what], strict=True))


@pytest.mark.parametrize("plan", [plan for plan in PLANS if plan != NEVER], ids=called)
def test_whoever_no_plan_serves_lives_one_life_under_all_of_them(plan: Plan, people: People) -> None:
    lives = WORLD.live(people, plan)
    free = lives.enrolled == NEVER_DAY
    one, other = lives.arrests, people.unserved.arrests

    assert np.array_equal(one.day[free[one.who]], other.day[free[other.who]])
    assert (lives.enrolled[~free] < people.until[~free]).all()


@pytest.mark.parametrize("world", OTHERS, ids=lambda world: world.programme.name)
def test_in_every_system_a_life_up_to_enrolment_is_the_life_that_nobody_serves(world: World) -> None:
    people = world.people(400, 3)
    served, never = (world.live(people, plan) for plan in (from_day(60), NEVER))
    enrolled = dict(zip(world.truth(never)["person"]["person_id"], served.enrolled.astype("datetime64[D]"), strict=True))
    for name, day in (("event", "day"), ("spell", "start")):
        kept = []
        for table in (world.truth(served)[name], world.truth(never)[name]):
            before = table[table[day] < table["person_id"].map(enrolled)].sort_values(["person_id", "kind", day])
            kept.append(list(before[["person_id", "kind", day]].itertuples(index=False, name=None)))
        assert kept[0] == kept[1] and kept[0]


# ------------------------------------------------------------------------------------------------ within so many days
@pytest.mark.parametrize("natural", [WALK_IN, BY_WORKER], ids=called)
def test_within_and_not_within_stand_beside_the_natural_course(natural: Plan, people: People) -> None:
    by_nature, within, not_within = (WORLD.live(people, plan).enrolled for plan in (natural, Within(GRACE, natural), NotWithin(GRACE, natural)))
    last = people.start + GRACE
    soon = by_nature <= last

    assert soon.any() and (~soon & (by_nature < NEVER_DAY)).any()
    assert np.array_equal(within[soon], by_nature[soon])
    assert np.array_equal(within[~soon], np.where(last < people.until, last, NEVER_DAY)[~soon])
    assert (not_within[soon] == NEVER_DAY).all()
    assert np.array_equal(not_within[~soon], by_nature[~soon])


def test_a_grace_period_of_no_day_serves_everybody_on_the_start(people: People) -> None:
    assert np.array_equal(Within(0).enrols(people, None), people.start)


def test_under_both_strategies_offers_arms_and_when_the_programme_works_are_those_of_the_natural_course(people: People) -> None:
    for natural in (WALK_IN, BY_WORKER, replace(BY_WORKER, share=0.4)):
        for plan in (Within(GRACE, natural), NotWithin(GRACE, natural)):
            one, other = plan.offers(people), natural.offers(people)
            assert (one is None and other is None) or np.array_equal(one, other)
            assert (plan.by, plan.works_from, plan.whole) == (natural.by, natural.works_from, natural.whole)
            assert plan.arms("x") == natural.arms("x")


# ------------------------------------------------------------------------------------------------ the true chance
@pytest.mark.parametrize("plan", [BY_LOT, BY_WORKER, replace(BY_WORKER, by_frailty=1.0), WALK_IN, ByFamilyLot(0.3)], ids=called)
def test_as_many_are_served_as_the_true_chances_say(plan: Plan) -> None:
    people = WORLD.people(30_000, 8)
    chance = plan.chance(people)
    offered = plan.offers(people)
    served = plan.enrols(people, None) < NEVER_DAY if offered is None else offered
    assert chance is not None and len(chance) == len(people)

    edges = np.quantile(chance, [0, 1 / 3, 2 / 3, 1])
    for low, high in pairwise(edges):
        part = (chance >= low) & (chance <= high)
        error = (chance[part] * (1 - chance[part])).sum() ** 0.5 / part.sum()
        families = SIZE**0.5 if isinstance(plan, ByFamilyLot) else 1
        assert served[part].mean() == pytest.approx(chance[part].mean(), abs=4 * families * error)


def test_where_nothing_is_left_to_luck_there_is_no_chance(people: People) -> None:
    assert NEVER.chance(people) is None and from_day(3).chance(people) is None
    assert WORLDS["referred"].chance(people) is not None


def test_a_plan_says_what_puts_its_arms_on_record() -> None:
    assert {called(plan): plan.by for plan in (NEVER, BY_LOT, BY_WORKER, WALK_IN, ByFamilyLot())} == {
        "Plan-": "",
        "ByLot-0.5": "lot",
        "ByWorker-0.25-0.0": "offer",
        f"WalkIn-{WALK_IN.a_day}-0.0": "",
        "ByFamilyLot-0.5": "lot",
    }
