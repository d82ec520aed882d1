"""People picked in a crisis that passes by itself: the alarm, what is told without it, and the guarded contrast; seeds 0 to R - 1.

Nobody's visits hang on being served.  Each number is held to its Monte Carlo error.
"""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.terms import Matching
from tests.specs.did_door import DID, asked, crisis

R = 60
LUCK = 3  # Monte Carlo errors


def runs(by_visit=0.5, **parts):
    """Effect, whether the interval lies below 0, whether it lies above, whether the alarm is silent or could not look, likewise of a drift."""
    found = []
    for seed in range(R):
        cohort, ruler = crisis(seed, by_visit=by_visit)
        question = asked(**{"estimator": "difference", "worthwhile": -0.05} | parts)
        told = DID.estimate(cohort, DID.compare(cohort, question), ruler, question)
        alarm = next(each for each in told.diagnostics if each.name == "enrolment_dip")
        drift = [each.holds or not each.required for each in told.diagnostics if each.name == "path_before_adoption"]
        found.append((told.effect, told.interval.high < 0, told.interval.low > 0, alarm.holds or not alarm.required, all(drift)))
    return np.array(found, dtype=float)


def share_at_most(share, limit):
    return share <= limit + LUCK * (limit * (1 - limit) / R) ** 0.5


@pytest.mark.parametrize("parts", [{"estimator": "before_after"}, {}], ids=["before and after", "raw"])
def test_what_looks_wonderful_without_any_effect_is_condemned(parts):
    found = runs(by_visit=0.9, **parts)

    assert found[:, 1].mean() > 0.8  # it would nearly always be told as an effect
    assert found[:, 3].mean() == 0  # and is condemned every time


def test_the_guarded_contrast_is_not_condemned_and_seldom_wrong():
    found = runs(compare=Matching(by="entropy_balancing"))

    assert share_at_most(1 - found[:, 3].mean(), 0.01)
    assert share_at_most(1 - found[:, 4].mean(), 0.05)
    assert share_at_most(found[:, 1].mean(), 0.025)
    assert share_at_most(found[:, 2].mean(), 0.025)
    assert abs(found[:, 0].mean()) < LUCK * found[:, 0].std() / R**0.5


def test_people_chosen_by_nothing_are_seldom_taken_for_picked():
    found = runs(by_visit=0.0)

    assert share_at_most(1 - found[:, 3].mean(), 0.01)
    assert share_at_most(1 - found[:, 4].mean(), 0.05)
