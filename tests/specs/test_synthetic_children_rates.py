"""As many are reported, removed, sent home and removed again in the invented county as declared; exits compete as their hazards say."""

from typing import Any

import numpy as np
import pytest
from childhoods import clustered, is_child, share, unserved

from synthetic.care import ADOPTION, EXITS, GUARDIANSHIP, OPEN, RELATIVE, REUNIFICATION, SINCE_REMOVAL, Care
from synthetic.children import childhood
from synthetic.lives import Lives
from synthetic.rates import children as rates
from synthetic.reports import children_of
from synthetic.rows import NEVER_DAY
from synthetic.world import CALENDAR

MANY = 400_000
YEAR = 365


@pytest.fixture(scope="module")
def residents() -> Lives:
    return unserved("residents", MANY, seed=12)


@pytest.fixture(scope="module")
def home() -> Lives:
    return unserved("reunified", 20_000, seed=12)


def back_within(lives: Lives, care: Care, exits: Any, days: int) -> tuple[float, float]:
    """The share of these exits after which the child is removed again within so many days, and its standard error."""
    following = np.append(np.where(care.who[1:] == care.who[:-1], care.day[1:] - care.stop[:-1], NEVER_DAY), NEVER_DAY)
    return clustered(following[exits] <= days, lives.people.persons.family[care.who[exits]])


def near(seen: tuple[float, float], declared: float, *, of: float = 0.0) -> bool:
    """Whether a share is what was declared, within four standard errors; `of`: and the declaration's own rounding."""
    return abs(seen[0] - declared) < 4 * seen[1] + of


# ------------------------------------------------------------------------------------------------ shares, as docs/synthetic.md has them
def test_five_in_a_hundred_children_are_reported_in_a_year_and_one_in_three_hundred_is_removed(residents: Lives) -> None:
    reports, care, start = childhood(residents).reports, childhood(residents).care, residents.people.start
    child = is_child(residents)
    true = reports.where(reports.substantiated)

    assert near(share(residents, reports.who, reports.day - start[reports.who], child), 0.051, of=0.001)
    assert near(share(residents, true.who, true.concluded - start[true.who], child), 0.010, of=0.0005)
    assert near(share(residents, care.who, care.day - start[care.who], child), 0.0035, of=0.0002)


def test_permanency_within_a_year_of_removal(residents: Lives) -> None:
    care = childhood(residents).care
    care = care.where((care.day <= CALENDAR.last - YEAR) & (care.stop - care.day >= 8))
    within = (care.exit <= ADOPTION) & (care.stop - care.day <= YEAR)

    assert near(clustered(within, residents.people.persons.family[care.who]), 0.373, of=0.005)


def test_returns_to_care_within_a_year_of_going_home_and_fewer_as_months_go_by(residents: Lives, home: Lives) -> None:
    for lives, declared in ((residents, 0.099), (home, 0.082)):
        care = childhood(lives).care
        older = lives.people.persons.birth[care.who] + 17 * 365.25
        exits = (care.exit == REUNIFICATION) & (care.stop <= np.minimum(CALENDAR.last - YEAR, older))
        if lives is home:
            exits &= care.stop == lives.people.start[care.who]
        assert near(back_within(lives, care, exits, YEAR), declared, of=0.003)
        by_quarter = [back_within(lives, care, exits, days)[0] for days in (0, 91, 182, 273, 364)]
        a_quarter = np.diff(by_quarter)
        assert a_quarter[0] > 1.2 * a_quarter[1:].mean() and a_quarter[0] > a_quarter[-1]


def test_moves_a_thousand_days_in_care(residents: Lives) -> None:
    care, placed = childhood(residents).care, childhood(residents).placements
    days = (np.minimum(care.stop, care.trial) - care.day).sum()
    moves = placed.moved.sum()

    # some children move more than others: counts vary more than a Poisson law has it
    assert 1_000 * moves / days == pytest.approx(4.5, abs=4 * 2 * 1_000 * moves**0.5 / days)


def test_substantiated_reports_recur_within_a_year(residents: Lives) -> None:
    """A second one from the fifteenth day after the first of 2021 on."""
    reports = childhood(residents).reports
    true = reports.where(reports.substantiated)
    opening = CALENDAR.opening + 2 * YEAR
    first = np.full(MANY, NEVER_DAY)
    mine = (true.day >= opening) & (true.day < opening + YEAR)
    np.minimum.at(first, true.who[mine], true.day[mine])
    after = true.day - first[true.who]
    again = np.zeros(MANY, dtype=bool)
    again[true.who[(after > 14) & (after <= YEAR)]] = True
    children = first < NEVER_DAY

    assert near(clustered(again[children], residents.people.persons.family[children]), 0.10, of=0.005)


# ------------------------------------------------------------------------------------------------ exits compete
@pytest.mark.parametrize("exit", [REUNIFICATION, RELATIVE, GUARDIANSHIP, ADOPTION])
def test_each_exit_comes_as_often_as_its_own_hazard_says_while_children_are_in_care(exit: int) -> None:
    lives = unserved("reported", 40_000, seed=12)
    care = childhood(lives).care
    care = care.where(care.day > lives.people.start[care.who])  # whoever was removed before was home again by then: their stays are the short ones
    rate, steps = SINCE_REMOVAL[exit]
    decided = np.minimum(care.stop, care.trial)  # a reunification is decided when a trial home visit begins
    happened = np.where(care.trial < NEVER_DAY, REUNIFICATION, care.exit) == exit
    # a day is the whole part of the time at which an exit is reached: half a day more, on average
    at_risk = decided - care.day - 1 + 0.5 * (np.where(care.trial < NEVER_DAY, REUNIFICATION, care.exit) <= ADOPTION)
    edges = [*steps.days, 10**6]
    whole = sum(factor * np.clip(at_risk - edges[place], 0, edges[place + 1] - edges[place]) for place, factor in enumerate(steps.factors))
    expected = (rate.value * np.exp(rates.STUCK.value * children_of(lives).frailty[care.who]) * whole).sum()

    assert happened.sum() > 100
    assert happened.sum() == pytest.approx(expected, abs=4 * expected**0.5)


def test_exits_and_staying_add_up_on_every_day_since_the_removal() -> None:
    lives = unserved("in_care", 5_000)
    care = childhood(lives).care
    since = care.stop - care.day
    for days in (90, 365, 1_000):
        left = [((care.exit == place) & (since <= days)).mean() for place in range(len(EXITS))]
        assert sum(left) + (since > days).mean() == pytest.approx(1)
    assert ((care.exit == OPEN) == (care.stop > CALENDAR.last)).all()
    assert {*care.exit} == set(range(len(EXITS)))
