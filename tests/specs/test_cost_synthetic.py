"""Every invented county keeps a book of unit costs: named as invented, sound, and at the prices by which its systems are billed."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.cost import of_engine, read
from evaluation.outcomes.cost.book import unpriced_by, whole
from evaluation.pipeline import clock_ruler, prepare
from evaluation.records import connect
from evaluation.rehearsal.counties import truth
from evaluation.rehearsal.part import PricedPart, parts_of
from evaluation.study import parse
from evaluation.terms import Horizon, Refused, Study, UnitCost
from synthetic import PROGRAMMES, WORLDS, World, write
from synthetic.book import BY_SYSTEM, NAME
from synthetic.rates import children, core, health, housing, youth

PRICES = {  # dollars, as `rates` bills them
    "jail_day": core.JAIL_DAY.value,
    "shelter_night": housing.EMERGENCY_NIGHT.value,
    "health_contact": core.CONTACT_PRICE.value,
    "emergency_visit": health.EMERGENCY_PRICE.value,
    "inpatient_day": health.INPATIENT_DAY.value,
    "safe_haven_night": housing.EMERGENCY_NIGHT.value,
    "transitional_night": housing.TRANSITIONAL_NIGHT.value,
    "permanent_housing_day": housing.PERMANENT_MONTH.value / 30,
    "outreach_day": 3.17,  # a month's contact by the day, in whole cents
    "investigation": children.INVESTIGATION.value,
    "kin_day": children.KIN_DAY.value,
    "foster_home_day": children.FOSTER_DAY.value,
    "group_home_day": children.GROUP_DAY.value,
    "wardship_day": youth.WARD_DAY.value,
}
MANY, MONTHS = 250, Horizon(months=12)
ASKED = """
title = { en = "What services cost" }
county = "bayview"
programme = "reentry_navigation"

[cohort]
between = [2019-01-01, 2020-12-31]
clock = "eligibility"
lookback_days = 365
starts = { event = "release", which = "first" }
assigned = { by = "lot", offered = "lot:reentry_navigation", withheld = "lot:no_reentry_navigation" }

[[question]]
outcome = "cost_per_client/priced"
horizon = { months = 12 }
method = "mean"
worthwhile = -100.0
per = "recidivism/arrest"
money = { price_year = 2024, book = "invented_2024", perspective = "society", discount = 0.0 }
"""


def averages(lines: tuple[UnitCost, ...]) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for line in lines:
        total[line.service] += line.cost if line.basis == "average" else 0.0
    return total


def made(world: World, seed: int = 3) -> dict[str, pd.DataFrame]:
    return world.records(world.live(world.people(MANY, seed=seed), world.as_run))


@pytest.fixture(scope="module")
def study() -> Study:
    return parse(ASKED)


def test_average_costs_add_up_over_payers_to_the_price_that_is_billed() -> None:
    lines = tuple(line for services in BY_SYSTEM.values() for service in services for line in service.lines() if line.service != "shelter_night")
    shelter = tuple(line for service in BY_SYSTEM["shelter"] for line in service.lines())

    priced = averages((*lines, *shelter))
    assert {service: PRICES.get(service) for service in priced} == {service: pytest.approx(cost, abs=1e-9) for service, cost in priced.items()}


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_book_of_every_programme_is_sound_has_every_basis_and_says_that_it_is_invented(programme: str) -> None:
    suited = []
    for world in WORLDS.values():
        try:
            suited.append(world.of(programme))
        except Refused:  # a world that would lose what it is for
            continue

    for book in {world.book for world in suited}:
        assert whole(book) == book and {line.book for line in book} == {NAME}
        assert all("nvented" in line.citation for line in book)
        assert not any(unpriced_by(book, basis) for basis in ("average", "short_run_marginal", "long_run_marginal"))
        assert averages(book)[programme] == pytest.approx(PROGRAMMES[programme].price.value)
        assert {line.payer for line in book} >= {"county", "state"} and any(0 < line.fixed_share < 1 and line.low < line.high for line in book)


def test_the_records_hold_the_book_and_a_file_of_them_holds_the_same(tmp_path: Path) -> None:
    world = WORLDS["lottery"]
    held = made(world)
    records = connect(held)

    assert set(of_engine(records.engine, NAME)) == set(world.book)
    assert not any(one.table == "unit_cost" for one in records.quality.set_aside)
    write(held, tmp_path / "county")
    assert read(tmp_path / "county" / "unit_cost.csv") == of_engine(records.engine, NAME)


def test_days_in_jail_cost_by_the_book_what_the_county_was_billed_for_them() -> None:
    world = WORLDS["lottery"]
    tables = world.truth(world.live(world.people(MANY, seed=3), world.as_run))
    custody = tables["spell"][tables["spell"]["kind"] == "custody"].dropna(subset=["stop"])
    billed = tables["cost"][tables["cost"]["service"] == "jail_day"]["amount"].sum()
    days = (custody["stop"] - custody["start"]).dt.days.sum()

    assert days > 1_000
    assert days * averages(world.book)["jail_day"] == pytest.approx(billed, rel=0.05)  # open stays are billed alone


def test_a_question_in_dollars_reads_the_book_and_prices_the_other_outcome_beside_it(study: Study) -> None:
    world, question = WORLDS["lottery"], study.questions[0]
    prepared = prepare(study, connect(made(world)))
    cohort = prepared.cohorts["main"]
    assert not isinstance(cohort, tuple)
    ruler = clock_ruler(prepared.records.engine, cohort.table, OUTCOMES[question.outcome], question, study)

    assert {one.name for one in prepared.conditions[question.name]} >= {"services_on_record", "overlapping_stays"}
    assert ruler.programme == ("reentry_navigation",) and ruler.beside.outcome.name == "recidivism/arrest"
    assert ruler.amount(0, MONTHS).amount.sum() > 0

    rows = np.flatnonzero(cohort.served)
    part = parts_of(ruler)(rows)
    assert isinstance(part, PricedPart)
    assert np.array_equal(part.amount(0, MONTHS).amount, ruler.amount(0, MONTHS).amount[rows])
    assert np.array_equal(part.by_part(MONTHS, (31, 90), discounted=False), ruler.by_part(MONTHS, (31, 90), discounted=False)[rows])
    assert np.array_equal(part.quantities(MONTHS), ruler.quantities(MONTHS)[rows])
    assert (part.lines, part.money, part.services) == (ruler.lines, question.money, ruler.services)
    assert (part.counted, part.programme) == (ruler.counted, ruler.programme)
    assert part.beside is not None and len(part.beside.marks(MONTHS).day) == len(rows)


def test_the_truth_of_what_a_programme_costs_is_its_price_where_it_does_nothing(study: Study) -> None:
    world = WORLDS["lottery"].but(effect="none")

    found = truth(study, study.questions[0], world, people=600)

    offered_everybody = found.effect / PROGRAMMES["reentry_navigation"].price.value
    assert 0.6 < offered_everybody < 0.8  # seven of ten take an offer up
