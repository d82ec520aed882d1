"""A feed whose last quarter is not all on record yet: the answer that takes it for complete, beside the right one.

In this invented county an arrest comes at a rate of one in 500 days, or 400 days without aid, and the lot decides who is offered it.
The extract ends on 31 December 2019, and of what happened since 1 October three in five arrests have not arrived.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from math import exp

import numpy as np
import pandas as pd
import pytest
from small_county import plan

from evaluation.pipeline import answer, prepare
from evaluation.records import Records, connect
from evaluation.terms import Answer, Horizon, Question, Study

FIRST, LATEST, MATURE = date(2019, 1, 1), date(2019, 7, 3), date(2019, 4, 2)  # 182 days on: 31 December, and 30 September
HALF_YEAR = Horizon(days=182)
QUESTION = Question("recidivism/arrest", HALF_YEAR, "survival", -0.05)
TRUE = 1 - exp(-181 / 400)  # of those compared: from day 1 to day 181


@cache
def county(lag_days: int) -> Records:
    """6,000 releases, a day at a time; the source says of how many days it is not complete yet."""
    draw = np.random.default_rng(5)
    n = 6_000
    release = draw.integers(0, (LATEST - FIRST).days + 1, n)
    aid = np.arange(n) % 2 == 1
    arrest = release + 1 + np.floor(draw.exponential(np.where(aid, 500, 400)))
    thinned = (arrest >= (date(2019, 10, 1) - FIRST).days) & (draw.random(n) < 0.6)
    there = (arrest <= (date(2019, 12, 31) - FIRST).days) & ~thinned
    people = [f"p{number:04d}" for number in range(n)]
    rows = [(person, "release", day) for person, day in zip(people, release, strict=True)]
    rows += [(person, "aid" if offered else "no_aid", day) for person, offered, day in zip(people, aid, release, strict=True)]
    rows += [(person, "arrest", day) for person, day, seen in zip(people, arrest, there, strict=True) if seen]
    event = pd.DataFrame([(person, kind, FIRST + timedelta(days=int(day)), "police") for person, kind, day in rows])
    event.columns = pd.Index(["person_id", "kind", "day", "source"])
    covered = pd.DataFrame({"source": ["police"], "first": [FIRST], "last": [date(2019, 12, 31)], "lag_days": [lag_days], "grain": ["day"]})
    return connect({"person": pd.DataFrame({"person_id": people}), "event": event, "coverage": covered})


def asked(last_start: date, lag_days: int) -> Answer:
    study = Study({"en": "Aid"}, "made_up", "aid", {"main": plan(between=(FIRST, last_start))}, (QUESTION,))
    [found] = answer(prepare(study, county(lag_days), today=date(2026, 1, 1)))
    return found


def test_a_quarter_that_is_not_all_on_record_makes_the_risk_look_low_and_one_that_is_waited_for_does_not() -> None:
    naive, right = asked(LATEST, 0).estimate, asked(MATURE, 92).estimate

    assert naive is not None and right is not None
    assert round(TRUE, 3) == 0.364
    assert naive.compared.mean < TRUE - 0.02  # nothing in the answer shows it
    assert right.compared.mean == pytest.approx(TRUE, abs=0.025)


def test_a_source_that_says_how_late_it_is_has_the_starts_refused_that_have_not_matured() -> None:
    [problem] = asked(LATEST, 92).refused

    assert "182 days from the last start, 2019-07-03, run past the end of the records" in problem.found
    assert "to 2019-09-30" in problem.right and f"Set between = [{FIRST}, {MATURE}]" in problem.remedy


def test_of_those_who_have_matured_the_answer_is_the_same_whatever_the_source_says_of_later_days() -> None:
    waited, at_once = asked(MATURE, 92), asked(MATURE, 0)

    assert waited.estimate is not None and at_once.estimate is not None
    assert waited.estimate.effect == at_once.estimate.effect
