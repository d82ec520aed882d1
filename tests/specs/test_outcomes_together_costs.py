"""`ev.measures` of a design that asks in money: dollars by its book, and the units that they are made of."""

from __future__ import annotations

from datetime import date

import numpy as np

import evaluation as ev
from evaluation.outcomes.binding import outcome_of
from evaluation.pipeline import prepare, ruler_of
from evaluation.shipped import shipped
from evaluation.terms import Cohort
from synthetic import WORLDS

TODAY = date(2026, 1, 1)


def test_a_cost_by_a_book_is_that_of_the_designs_first_question_with_the_units_beside_it() -> None:
    study, world = ev.load(shipped("designs/bayview/navigation_costs_by_lot.toml")), WORLDS["lottery"]
    records = ev.connect(world.records(world.live(world.people(600, seed=0), world.as_run)))
    question = study.questions[0]
    cohort = prepare(study, records, today=TODAY).cohorts[question.cohort]
    assert isinstance(cohort, Cohort)
    ruler = ruler_of(records.engine, cohort, outcome_of(study, question.outcome), question, study)

    frame = ev.measures(study, records, [question.outcome], today=TODAY)

    assert frame[question.outcome].tolist() == ruler.amount(0, question.horizon).amount.tolist()  # type: ignore[union-attr]  # of clocks
    assert frame[question.outcome].max() > 0
    units = ruler.quantities(question.horizon, discounted=False)  # type: ignore[union-attr]  # by a book
    assert np.array_equal(frame[[f"units {service}" for service in ruler.services]].to_numpy(), units)  # type: ignore[union-attr]  # by a book
