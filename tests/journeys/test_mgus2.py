"""A lab's own frame on the road: a malignancy that a death may come before, 1,384 people followed for up to 35 years, counted in months.

Nobody was treated: the arms are women and men, and stand for a lot, so that what R says of each is what an arm says here.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import evaluation as ev
from evaluation.outcomes import TimesRuler
from evaluation.terms import Answer, Cohort, Finding, Refused

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "mgus2_by_sex.json").read_text(encoding="utf-8"))
EXACT = 1e-12  # of a risk: sums of a few hundred terms
CR1 = 2e-3  # in proportion: errors of two arms are put together with factors such as n / (n - 1), n being 631 at least
DAY = 1.0  # of a mean time: months are dated by whole days, of which each has at most one too few or too many
MONTH = 365.25 / 12
WORDS: dict[str, Any] = {"better": "fewer", "title": {"en": "malignancy"}, "event": {"en": "found to have a malignancy"}, "unit": "months"}


@cache
def people() -> pd.DataFrame:
    """Months until the first of what happened, and which it was; greenwood's frame as R's survival has it."""
    from greenwood.data import load_dataset

    frame = pd.DataFrame(load_dataset("mgus2"))
    first = frame["ptime"].where(frame["pstat"] == 1, frame["futime"])
    ended = frame["pstat"].where(frame["pstat"] == 1, 2 * frame["death"])
    return frame.assign(months=first, ended=ended, woman=(frame["sex"] == "F").astype(int))


def laid(**codes: Any) -> tuple[Cohort, TimesRuler]:
    ends = ev.FrameTimes("months", "ended", **{"marked": 1, "competing": {"death": 2}, "censored": 0} | codes, **WORDS)
    return ev.cohort_from_frame(people(), unit="id", treated="woman", history=["age"], outcome=ends, by="lot")


def asked(months: int, measure: Any = "risk", **codes: Any) -> Finding:
    worthwhile = -0.02 if measure == "risk" else -30
    plain = ev.Censored(adjust="nothing")  # as R has it: whoever left stands for nobody in particular
    question = ev.Question("frame/months", ev.Horizon(months=months), "survival", worthwhile, measure=measure, censored=plain)
    return ev.ask(*laid(**codes), question, title="Women")


def answered(months: int, measure: Any = "risk", **codes: Any) -> Answer:
    return asked(months, measure, **codes).answer


@pytest.mark.parametrize("place", range(3))
def test_the_risk_in_each_arm_is_that_of_aalen_and_johansen_with_death_as_an_end(place: int) -> None:
    women, men = GOLDEN["aj"]["F"], GOLDEN["aj"]["M"]
    estimate = answered(GOLDEN["aj"]["months"][place]).estimate

    assert estimate is not None
    assert (estimate.served.mean, estimate.compared.mean) == pytest.approx((women["risk"][place], men["risk"][place]), abs=EXACT)
    assert estimate.std_error == pytest.approx((women["error"][place] ** 2 + men["error"][place] ** 2) ** 0.5, rel=CR1)


def test_the_time_lost_to_it_is_the_area_under_that_risk() -> None:
    estimate = answered(240, "time_lost").estimate

    assert estimate is not None
    assert estimate.served.mean == pytest.approx(GOLDEN["rmtl"]["F"] * MONTH, abs=DAY)
    assert estimate.compared.mean == pytest.approx(GOLDEN["rmtl"]["M"] * MONTH, abs=DAY)


def test_a_death_taken_for_a_loss_from_sight_would_give_twice_the_risk() -> None:
    """1 less Kaplan-Meier: as if those who died could still have had it.  A frame can be made to say so, and only by saying so."""
    right, naive = answered(240).estimate, answered(240, competing={}, censored=(0, 2)).estimate

    assert right is not None and naive is not None
    assert naive.served.mean > 1.8 * right.served.mean


def test_a_death_that_is_declared_as_nothing_is_refused_with_how_many() -> None:
    with pytest.raises(Refused, match=r"column 'ended': 1 code stands for no ending: 2 \(860 rows\)"):
        laid(competing={})


def test_the_finding_says_what_became_of_those_who_died() -> None:
    sentence = str(asked(120))

    assert "death" in sentence
    assert "cannot tell yet" in sentence


def test_a_horizon_that_nobody_was_followed_to_is_refused() -> None:
    [problem] = answered(480).refused

    assert "480 months were asked about, and nobody was followed for more than 12,9" in str(problem)
