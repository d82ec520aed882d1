"""What stands beside a difference in cost is of the same people: parts add up to the whole, and an outcome priced has rows in common."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from mean_worlds import COST, QUESTION, drawn

from evaluation.methods import METHODS
from evaluation.methods.mean.accounts import of_columns, of_outcome
from evaluation.methods.mean.estimators import LINEAR, means_of
from evaluation.methods.mean.laid import Laid, lay
from evaluation.methods.mean.means import difference
from evaluation.terms import Matching, Refused

EXACT = 1e-9  # relative: the same sums in another order


def laid(*, lost: bool = True, weighed: bool = False, estimator: str = "difference") -> tuple[Laid, np.ndarray]:
    """People with their costs, and how these fall to two departments."""
    cohort, ruler = drawn(np.random.default_rng(21), 400)
    question = replace(QUESTION, compare=Matching(by="inverse_probability", on=("x",))) if weighed else QUESTION
    question = replace(question, estimator=estimator)
    cohort = replace(cohort, by="offer") if weighed else cohort
    shown = ruler if lost else ruler.whole()
    share = np.random.default_rng(22).random(400)
    return lay(cohort, METHODS["mean"].compare(cohort, question), shown, question), share


def in_order(there: Laid) -> np.ndarray:
    """(n, K) what each of the cohort came to by part, in its order."""
    parts = np.empty((400, there.reading.parts.shape[1]))
    parts[there.rows.row] = there.reading.parts
    return parts


@pytest.mark.parametrize("weighed", [False, True])
@pytest.mark.parametrize("estimator", LINEAR)
def test_departments_add_up_to_the_headline_with_their_influence_whoever_was_lost(estimator, weighed):
    there, share = laid(weighed=weighed, estimator=estimator)
    assert there.reading.lost.mean() > 0.2 and len(there.reading.inner) > 5
    headline, told, parts = means_of(there), of_columns(there), in_order(there)
    jail, shelter = (told(part[:, None] * parts) for part in (share, 1 - share))

    assert jail.effect + shelter.effect == pytest.approx(headline.effect, rel=EXACT)
    assert jail.served.mean + shelter.served.mean == pytest.approx(headline.served, rel=EXACT)
    influence = told(parts).influence
    assert jail.influence + shelter.influence == pytest.approx(influence, rel=1e-6, abs=1e-6 * np.abs(influence).max())
    assert len(jail.arm) == len(jail.influence) == len(jail.together)


def test_beside_a_model_of_costs_departments_add_up_to_the_weighted_difference():
    there, share = laid(estimator="gamma")
    told, parts = of_columns(there), in_order(there)

    assert told(share[:, None] * parts).effect + told((1 - share)[:, None] * parts).effect == pytest.approx(told(parts).effect, rel=EXACT)
    assert told(parts).effect == pytest.approx(difference(there.arms, there.rows).effect, rel=EXACT)


def test_a_department_that_nobody_used_has_no_effect_and_no_refusal():
    there, _ = laid()
    none = of_columns(there)(0 * in_order(there))

    assert (none.effect, none.std_error, none.interval.low, none.interval.high) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("kind", ["mark", "state", "amount"])
def test_another_outcome_is_told_of_the_same_rows_with_its_own_losses(kind):
    there, _ = laid()
    _, ruler = drawn(np.random.default_rng(21), 400)
    found = of_outcome(there, replace(ruler, outcome=replace(COST, kind=kind)))
    cost = of_columns(there)(0 * in_order(there))

    assert len(found.influence) == len(cost.influence)
    assert (found.together == cost.together).all() and (found.arm == cost.arm).all()
    assert abs(found.influence.sum()) < 1e-3 * np.abs(found.influence).sum()
    if kind != "amount":
        assert 0 < found.served.mean < 1 and found.served.events is not None


def test_a_rate_has_no_unit_that_could_be_priced():
    there, _ = laid()
    _, ruler = drawn(np.random.default_rng(21), 400)

    with pytest.raises(Refused, match="has none"):
        of_outcome(there, replace(ruler, outcome=replace(COST, kind="rate")))
