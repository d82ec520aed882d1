"""Roll-outs from different levels where all change by the same share, or by the same amount: whose interval holds the truth; seeds 0 to R - 1.

The truth is no effect throughout.  Nothing shows before adoption: levels stand still until then.
"""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.terms import NEVER
from tests.specs.did_door import asked, panel_of, roll_out, told

R = 60
LUCK = 3  # Monte Carlo errors
WRONG = 0.05


def held(monkeypatch, *, share, amount, estimator="group_time", **world):
    """Whether the interval by amounts, that by shares, and the range of both hold 0; what takes nearly all the time is left out."""
    monkeypatch.setattr("evaluation.methods.did.event_path._bounds", lambda *told: ())
    monkeypatch.setattr("evaluation.methods.did.panel_answer.beside", lambda *told: ((), ()))
    monkeypatch.setattr("evaluation.methods.did.panel_answer.detectable", lambda laid: None)
    found = np.zeros((R, 3), dtype=bool)
    for seed in range(R):
        value, adopted = roll_out(seed, **world)
        adopted = np.where(adopted < NEVER, 8, NEVER)  # one date, so that nothing moves before it
        level = np.where(adopted < NEVER, 12.0, 6.0)[:, None]
        after = np.arange(value.shape[1]) >= 8
        value = np.maximum(value - value.mean(axis=1, keepdims=True) + level * np.where(after, 1 + share, 1.0) + amount * after, 0)
        answer = told(panel_of(value, adopted), asked(estimator), value)[1]
        every = (answer.interval, *answer.beside)
        found[seed, :2] = [one.low <= 0 <= one.high for one in (every[0], every[-1])]
        found[seed, 2] = min(one.low for one in every) <= 0 <= max(one.high for one in every)
    return found.mean(axis=0)


LEAST = 1 - WRONG - LUCK * (WRONG * (1 - WRONG) / R) ** 0.5


@pytest.mark.parametrize("estimator", ["group_time", "difference"])
def test_where_all_grow_by_a_share_that_interval_holds_the_truth_and_the_range_of_both_does(monkeypatch, estimator):
    amounts, shares, both = held(monkeypatch, share=0.1, amount=0.0, estimator=estimator)

    assert amounts < 0.8
    assert shares >= LEAST and both >= LEAST


def test_where_all_grow_by_an_amount_the_usual_interval_holds_the_truth_and_the_range_of_both_does(monkeypatch):
    amounts, shares, both = held(monkeypatch, share=0.0, amount=1.2)

    assert shares < 0.8
    assert amounts >= LEAST and both >= LEAST


def test_six_of_twenty_offices_by_share_keep_their_size(monkeypatch):
    _, shares, both = held(monkeypatch, share=0.1, amount=0.0, n=20, reached=6, each=2)

    assert shares >= LEAST - 0.03 and both >= LEAST  # a size of .08 is what few offices are allowed
