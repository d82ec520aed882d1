"""How a programme's effect runs: shapes that are functions of a ratio, and what each does to lives."""

from typing import Any

import numpy as np
import pytest

from synthetic import NEVER, WORLDS, from_day
from synthetic.effects import NO_EFFECT, SHAPES, of_arrest, of_need, shaped
from synthetic.lives import Lives
from synthetic.plans import ALL_OFFERED
from synthetic.programmes import PROGRAMMES
from synthetic.rates.rate import Rate
from synthetic.rows import NEVER_DAY

RATIO = 0.64
WORLD = WORLDS["lottery"]
N = 6_000


@pytest.fixture(scope="module")
def persons() -> Any:
    return WORLD.people(N, 3).persons


def factor(shape: str, day: int, persons: Any, *, first: int = 0) -> Any:
    """What the hazard of arrest is multiplied by so many days after enrolment, for each person; (n,)."""
    clock = shaped(shape, "arrest", RATIO, first=first).clock(np.zeros(len(persons), dtype=np.int64), persons)
    return clock.factor(np.full((len(persons), 1), day))[:, 0]


@pytest.mark.parametrize(
    ("shape", "by_day"),
    [
        ("none", {-1: 1, 0: 1, 400: 1}),
        ("steady", {-1: 1, 0: RATIO, 400: RATIO}),
        ("fading", {-1: 1, 0: RATIO, 179: RATIO, 180: 0.8, 364: 0.8, 365: 1}),
        ("delayed", {-1: 1, 0: 1, 89: 1, 90: RATIO, 400: RATIO}),
    ],
)
def test_a_shape_is_a_function_of_the_ratio_by_days_since_enrolment(shape: str, by_day: dict[int, float], persons: Any) -> None:
    assert {day: factor(shape, day, persons).max() for day in by_day} == pytest.approx(by_day)
    assert {day + 1: factor(shape, day + 1, persons, first=1).min() for day in by_day} == pytest.approx({day + 1: by_day[day] for day in by_day})


def test_an_uneven_effect_is_stronger_the_higher_the_risk_and_nobody_is_harmed(persons: Any) -> None:
    log, risk = np.log(factor("uneven", 10, persons)) / np.log(RATIO), of_arrest(persons)

    assert np.corrcoef(log, risk)[0, 1] > 0.95
    assert log.min() >= 0 and log.max() <= 2 and log.mean() == pytest.approx(1, abs=0.05)


def test_an_effect_that_harms_people_of_low_risk_doubles_for_them_what_it_lowers_for_the_others(persons: Any) -> None:
    found, risk = factor("harmful_low", 10, persons), of_arrest(persons)
    harmed = found > 1

    assert harmed.mean() == pytest.approx(1 / 3, abs=0.03)
    assert risk[harmed].max() < risk[~harmed].min()
    assert found[~harmed] == pytest.approx(RATIO)
    assert found[harmed] == pytest.approx(RATIO**-1.6)


def test_risk_of_arrest_and_need_are_in_standard_deviations(persons: Any) -> None:
    for risk in (of_arrest(persons), of_need(persons)):
        assert risk.mean() == pytest.approx(0, abs=0.1) and risk.std() == pytest.approx(1, abs=0.05)


# ------------------------------------------------------------------------------------------------ in lives
def arrests_by_year(lives: Lives, who: Any) -> list[int]:
    """Arrests of some people in the first half year and in the second year after enrolment on the start."""
    since = lives.arrests.day - lives.people.start[lives.arrests.who]
    mine = np.isin(lives.arrests.who, who)
    return [int((mine & (since > first) & (since <= last)).sum()) for first, last in ((0, 85), (366, 1_095))]


@pytest.mark.parametrize(("shape", "early", "late"), [("steady", 0.65, 0.65), ("fading", 0.65, 1.0), ("delayed", 1.0, 0.65), ("none", 1.0, 1.0)])
def test_lives_show_the_shape(shape: str, early: float, late: float) -> None:
    world = WORLD.but(effect=shape)
    people = world.people(N, 5)
    everybody = np.arange(N)
    served, never = (arrests_by_year(world.live(people, plan), everybody) for plan in (from_day(0), NEVER))

    assert [one / other for one, other in zip(served, never, strict=True)] == pytest.approx([early, late], abs=0.06)
    assert (served == never) == (shape == "none")


def test_people_of_low_risk_are_arrested_more_where_the_programme_harms_them() -> None:
    world = WORLD.but(effect="harmful_low")
    people = world.people(N, 5)
    risk = of_arrest(people.persons)
    low, high = (np.flatnonzero(part) for part in (risk < -0.5, risk > 0.5))
    served, never = (world.live(people, plan) for plan in (from_day(0), NEVER))

    assert arrests_by_year(served, low)[1] > 1.5 * arrests_by_year(never, low)[1]
    assert arrests_by_year(served, high)[1] < 0.85 * arrests_by_year(never, high)[1]


# ------------------------------------------------------------------------------------------------ programmes
def test_every_programme_says_whom_it_is_for_what_it_moves_and_its_price() -> None:
    for name, one in PROGRAMMES.items():
        assert name == one.name and one.moves and one.price.value > 0 and one.payer and one.source
        assert all(isinstance(ratio, Rate) and ratio.source and ratio.value != 1 for ratio in (*one.moves.values(), one.price))
    rows = [one.row for one in PROGRAMMES.values() if one.row is not None]
    people = {1, 2, 4, 5, 7, 10, 12, 13, 14, 16, 17, 18, 19, 20, 21}

    assert people <= set(rows) and len(rows) == len(set(rows))


@pytest.mark.parametrize(
    ("programme", "process"),
    [(one.name, process) for one in PROGRAMMES.values() for process in one.moves],
)
def test_every_process_that_a_programme_moves_moves_something_and_nothing_before_enrolment(programme: str, process: str) -> None:
    """Were a process misspelt, or read by no system of those who see its people, nothing would differ."""
    world = WORLDS["lottery"].of(programme)
    alone = {name: ratio for name, ratio in world.programme.moves.items() if name == process}
    world = world.but(programme=type(world.programme)(**{**_fields(world.programme), "moves": alone}))
    people = world.people(500, 2)
    served, never = (world.live(people, plan) for plan in (ALL_OFFERED, NEVER))
    enrolled = dict(zip(world.truth(never)["person"]["person_id"], served.enrolled, strict=True))
    tables = [world.truth(lives) for lives in (served, never)]
    moved = False
    for name in ("event", "spell", "quarter"):
        rows = [set(one[name].astype(str).itertuples(index=False, name=None)) for one in tables if name in one]
        differ = rows[0] ^ rows[1] if rows else set()
        moved |= bool(differ)
        if name == "event":
            at = list(tables[0]["event"]).index("day")
            assert all(np.datetime64(row[at]).astype("datetime64[D]").astype(int) >= enrolled[row[0]] for row in differ)

    assert moved
    assert (served.enrolled < NEVER_DAY).any()


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def test_an_effect_of_nothing_is_the_effect_of_no_programme() -> None:
    assert shaped("none", "arrest", 0.5) is NO_EFFECT
    assert set(SHAPES) == {"none", "steady", "fading", "delayed", "uneven", "harmful_low"}
