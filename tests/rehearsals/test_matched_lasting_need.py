"""Lasting need that no record shows: matching on a noisy year of records is off by what theory says, and the years before it tell.

With a need u that nobody recorded, a comparison of people alike on the record is off by (what one unit of u costs at the same
record, were nobody served) x (how much more u those served have than those compared with them): the omitted-variable formula
(Cinelli and Hazlett 2020).  Both factors are read off the lives that the same people lead under the plan that serves nobody.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from published import published
from sqlglot import exp

from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.pipeline import prepare
from evaluation.records import connect
from evaluation.records.sql import c, table
from evaluation.rehearsal.reading import read_by
from evaluation.study import load
from evaluation.terms import Cohort, Comparison, Study
from synthetic import WORLDS
from synthetic.plans import NEVER

DESIGN = Path(__file__).parents[2] / "designs" / "bayview" / "services_by_need.toml"
COUNTIES = range(8)
PEOPLE = 3_000
SPREADS = 3.0  # Monte Carlo errors of a mean over the counties that a difference may have


@pytest.fixture(scope="module")
def study() -> Study:
    return load(DESIGN)


def off_and_foretold(study: Study, seed: int) -> tuple[float, float]:
    """How far apart those compared in one county would be, were nobody ever served, and how far the formula says they are."""
    world, (question,) = WORLDS["lasting_need_additive"], study.questions
    people, reads = world.people(PEOPLE, seed), read_by(study, frozenset())  # to write and open the rest would take most of the time
    county = connect(world.records(world.live(people, world.as_run), reads))
    prepared = prepare(study, county)
    comparison, cohort = prepared.comparisons[question.name], prepared.cohorts["main"]
    assert isinstance(comparison, Comparison) and isinstance(cohort, Cohort)

    never = connect(world.truth(world.live(people, NEVER), reads))
    rows = county.engine.fetch(exp.select("*").from_(table(cohort.table)).order_by(c("start_id")))
    never.engine.load("rows", rows)
    y = EngineRuler(never.engine, "rows", OUTCOMES[question.outcome]).amount(1, question.horizon).amount
    number = np.array([int(person.removeprefix("P")) for person in rows["person_id"].to_pylist()]) - people.persons.luck.first
    need = people.persons.need[number]

    def apart(values: np.ndarray) -> float:
        means = [np.average(values[arm], weights=comparison.weights[arm]) for arm in (cohort.served, ~cohort.served)]
        return float(means[0] - means[1])

    kept, root = comparison.kept, np.sqrt(comparison.weights[comparison.kept])
    history = [column[kept] for column in cohort.history.values()]
    X = np.column_stack([need[kept], np.ones(len(root)), cohort.served[kept], *history])
    return apart(y), float(np.linalg.lstsq(X * root[:, None], y[kept] * root, rcond=None)[0][0]) * apart(need)


def test_the_answer_is_off_by_the_need_that_is_left_times_what_need_costs(study: Study) -> None:
    off, foretold = np.array([off_and_foretold(study, seed) for seed in COUNTIES]).T
    error = float((off - foretold).std(ddof=1)) / len(COUNTIES) ** 0.5

    assert off.mean() > SPREADS * error, "those served were not needier, and there is nothing to foretell"
    assert off.mean() == pytest.approx(foretold.mean(), abs=SPREADS * error)


def test_lasting_need_that_no_column_holds_is_told_by_the_years_before_the_history() -> None:
    """In the hundred runs that are published: five in six tell it, where of groups that are alike one in twenty would."""
    (score,) = published("services_by_need", "lasting_need_additive")

    assert score.answered == score.runs
    assert score.placebo_hit.value > 0.5 + 3 * score.placebo_hit.error
