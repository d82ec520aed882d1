"""What stands beside a difference in cost is of the same people: parts add up to the whole, and an outcome priced has rows in common."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from mean_worlds import COST, QUESTION, drawn

from evaluation.methods import METHODS
from evaluation.methods.mean.accounts import of_columns, of_outcome
from evaluation.methods.mean.laid import Laid, lay
from evaluation.terms import Matching, Refused

EXACT = 1e-9  # relative: the same sums in another order


def laid(*, lost: bool = True, weighed: bool = False) -> tuple[Laid, np.ndarray]:
    """People with their costs, and how these fall to two departments."""
    cohort, ruler = drawn(np.random.default_rng(21), 400)
    question = replace(QUESTION, compare=Matching(by="inverse_probability", on=("x",))) if weighed else QUESTION
    cohort = replace(cohort, by="offer") if weighed else cohort
    shown = ruler if lost else ruler.whole()
    share = np.random.default_rng(22).random(400)
    return lay(cohort, METHODS["mean"].compare(cohort, question), shown, question), share


@pytest.mark.parametrize("weighed", [False, True])
def test_the_effects_on_departments_add_up_to_the_effect_on_the_whole_with_their_influence(weighed):
    there, share = laid(lost=False, weighed=weighed)
    y = np.empty(len(share))
    y[there.rows.row] = there.reading.y
    told = of_columns(there)
    whole, jail, shelter = told(y), told(share * y), told((1 - share) * y)

    assert jail.effect + shelter.effect == pytest.approx(whole.effect, rel=EXACT)
    assert jail.influence + shelter.influence == pytest.approx(whole.influence, rel=1e-6, abs=1e-6 * np.abs(whole.influence).max())
    assert len(whole.arm) == len(whole.influence) == len(whole.together)
    assert jail.served.people == whole.served.people


def test_a_department_that_nobody_used_has_no_effect_and_no_refusal():
    there, share = laid()
    none = of_columns(there)(0 * share)

    assert (none.effect, none.std_error, none.interval.low, none.interval.high) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("kind", ["mark", "state", "amount"])
def test_another_outcome_is_told_of_the_same_rows_with_its_own_losses(kind):
    there, _ = laid()
    _, ruler = drawn(np.random.default_rng(21), 400)
    found = of_outcome(there, replace(ruler, outcome=replace(COST, kind=kind)))
    cost = of_columns(there)(np.zeros(400))

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
