"""A new outcome has its truth as soon as it is defined: nothing else is edited, and nobody types an effect."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from slow_truth import Life, asked, everybody, lived, met, study_of, total, walk

from evaluation.outcomes import OUTCOMES
from evaluation.rehearsal.counties import truth
from evaluation.terms import Outcome
from synthetic import WORLDS

PEOPLE, SEED, DAYS = 200, 5, 364
CONTACTED = replace(OUTCOMES["recidivism/arrest"], name="contact/first", kinds=("health_contact",), better="more")
CONTACTS = replace(CONTACTED, name="contact/a_year", kind="rate", per=365, off_clock=())
BILLED = replace(OUTCOMES["cost_per_client/recorded"], name="cost/health", kinds=("health_contact",))


def contacted(lives: list[Life]) -> Fraction:
    """The share of people met within the horizon."""
    return Fraction(sum(walk(life, life.start, DAYS, met).first is not None for life in lives), PEOPLE)


def contacts_a_year(lives: list[Life]) -> Fraction:
    """Contacts for each 365 days alive."""
    contacts = sum(total(life, life.start, 0, DAYS, met, from_day=1) for life in lives)
    return Fraction(365 * contacts, sum(lived(life, life.start, DAYS) for life in lives))


def billed(lives: list[Life]) -> Fraction:
    """Dollars a person for contacts, at $180 each."""
    return Fraction(180 * sum(total(life, life.start, 0, DAYS, met) for life in lives), PEOPLE)


SLOW = {CONTACTED.name: contacted, CONTACTS.name: contacts_a_year, BILLED.name: billed}


def test_no_registered_outcome_counts_or_prices_what_the_new_ones_do() -> None:
    assert not [outcome.name for outcome in OUTCOMES.values() if "health_contact" in outcome.kinds and outcome.kind != "mark"]
    assert not [outcome.name for outcome in OUTCOMES.values() if outcome.table == "cost" and outcome.kinds == BILLED.kinds]


@pytest.mark.parametrize("new", [CONTACTED, CONTACTS, BILLED], ids=lambda new: new.name)
def test_a_new_outcome_gets_its_truth_with_no_other_edit(new: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OUTCOMES, new.name, new)
    world, question = WORLDS["lottery"], asked(new.name, DAYS)
    people = world.people(PEOPLE, SEED)
    counted = [SLOW[new.name](everybody(world, world.live(people, plan))) for plan in world.contrast]

    found = truth(study_of("lottery", question), question, world, people=PEOPLE, seed=SEED)

    assert found.served == pytest.approx(float(counted[0]), abs=1e-12 * max(1.0, float(counted[0])))
    assert found.effect == pytest.approx(float(counted[0] - counted[1]), abs=1e-12 * max(1.0, float(counted[0])))
    assert found.compared > 0
