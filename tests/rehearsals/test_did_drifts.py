"""Roll-outs with and without drifts before adoption: how often sound ones are refused, and unsound ones are not; seeds 0 to R - 1.

Refused: a required condition fails.  The truth is no effect throughout, so that an interval is to hold 0.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.specs.did_door import DID, Shown, asked, panel_of, roll_out

R = 60
LUCK = 3  # Monte Carlo errors
FEW = 0.08  # of tests with few clusters: the gate
SOUND = 0.06  # slope at 4 %, all periods at 1 %, dip at 1 %


def runs(monkeypatch, **world):
    """Whether the interval holds 0, and whether a required condition fails; what takes nearly all the time, and judges nothing, is left out."""
    monkeypatch.setattr("evaluation.methods.did.event_path._bounds", lambda *told: ())
    monkeypatch.setattr("evaluation.methods.did.panel_answer.beside", lambda *told: ((), ()))
    monkeypatch.setattr("evaluation.methods.did.panel_answer.detectable", lambda laid: None)
    held, refused = np.zeros(R, dtype=bool), np.zeros(R, dtype=bool)
    for seed in range(R):
        value, adopted = roll_out(seed, **world)
        panel, question = panel_of(value, adopted), asked()
        told = DID.estimate(panel, DID.compare(panel, question), Shown(value), question)
        held[seed] = told.interval.low <= 0 <= told.interval.high
        refused[seed] = any(each.required and not each.holds for each in told.diagnostics)
    return held, refused


def at_most(limit):
    return limit + LUCK * (limit * (1 - limit) / R) ** 0.5


@pytest.mark.parametrize("rho", [0.0, 0.6], ids=["luck of a quarter", "luck that lasts"])
def test_a_sound_roll_out_is_seldom_refused_and_its_interval_holds_the_truth(monkeypatch, rho):
    held, refused = runs(monkeypatch, rho=rho)

    assert refused.mean() <= at_most(SOUND)
    assert held.mean() >= 1 - at_most(0.05)


def test_six_of_twenty_offices_keep_their_size(monkeypatch):
    held, refused = runs(monkeypatch, n=20, reached=6, each=6, periods=12)

    assert 1 - held.mean() <= at_most(FEW)
    assert refused.mean() <= at_most(SOUND)


def test_a_roll_out_where_need_was_rising_is_refused(monkeypatch):
    held, refused = runs(monkeypatch, slope=0.1)

    assert held.mean() < 0.9  # what it would tell is wrong
    assert refused.mean() > 0.9
    assert (held | refused).mean() >= 0.97


def test_a_bad_quarter_before_adoption_is_refused(monkeypatch):
    held, refused = runs(monkeypatch, dip=0.6)

    assert held.mean() < 0.2
    assert refused.mean() > 0.8
