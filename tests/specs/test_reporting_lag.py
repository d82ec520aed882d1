"""A feed whose last quarter is not all on record yet: the answer that takes it for complete, beside the right one.

In this invented county an arrest comes at a rate of one in 500 days, or 400 days without aid, and the lot decides who is offered it.
The extract ends on 31 December 2019, and of what happened since 1 October three in five arrests have not arrived.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from math import exp

import numpy as np
import pandas as pd
import pytest
from small_county import plan

from evaluation.diagnostics import reporting_lag
from evaluation.pipeline import answer, prepare, unwatched
from evaluation.records import Records, connect
from evaluation.terms import Answer, Diagnostic, Horizon, Question, Study

FIRST, LATEST, MATURE = date(2019, 1, 1), date(2019, 7, 3), date(2019, 4, 2)  # 182 days on: 31 December, and 30 September
HALF_YEAR = Horizon(days=182)
QUESTION = Question("recidivism/arrest", HALF_YEAR, "survival", -0.05)
TRUE = 1 - exp(-181 / 400)  # of those compared: from day 1 to day 181


@cache
def county(lag_days: int, missing: float = 0.6) -> Records:
    """6,000 releases, a day at a time; the source says of how many days it is not complete yet, and a share of its last quarter is missing."""
    draw = np.random.default_rng(5)
    n = 6_000
    release = draw.integers(0, (LATEST - FIRST).days + 1, n)
    aid = np.arange(n) % 2 == 1
    arrest = release + 1 + np.floor(draw.exponential(np.where(aid, 500, 400)))
    thinned = (arrest >= (date(2019, 10, 1) - FIRST).days) & (draw.random(n) < missing)
    there = (arrest <= (date(2019, 12, 31) - FIRST).days) & ~thinned
    people = [f"p{number:04d}" for number in range(n)]
    rows = [(person, "release", day) for person, day in zip(people, release, strict=True)]
    rows += [(person, "aid" if offered else "no_aid", day) for person, offered, day in zip(people, aid, release, strict=True)]
    rows += [(person, "arrest", day) for person, day, seen in zip(people, arrest, there, strict=True) if seen]
    event = pd.DataFrame([(person, kind, FIRST + timedelta(days=int(day)), "police") for person, kind, day in rows])
    event.columns = pd.Index(["person_id", "kind", "day", "source"])
    covered = pd.DataFrame({"source": ["police"], "first": [FIRST], "last": [date(2019, 12, 31)], "lag_days": [lag_days], "grain": ["day"]})
    return connect({"person": pd.DataFrame({"person_id": people}), "event": event, "coverage": covered})


def asked(last_start: date, lag_days: int, missing: float = 0.6, question: Question = QUESTION) -> Answer:
    study = Study({"en": "Aid"}, "made_up", "aid", {"main": plan(between=(FIRST, last_start))}, (question,))
    [found] = answer(prepare(study, county(lag_days, missing), today=date(2026, 1, 1)))
    return found


def test_a_quarter_that_is_not_all_on_record_makes_the_risk_look_low_and_one_that_is_waited_for_does_not() -> None:
    naive, right = asked(LATEST, 0).estimate, asked(MATURE, 92).estimate

    assert naive is not None and right is not None
    assert round(TRUE, 3) == 0.364
    assert naive.compared.mean < TRUE - 0.02
    assert right.compared.mean == pytest.approx(TRUE, abs=0.025)


def test_a_source_that_says_how_late_it_is_has_the_starts_refused_that_have_not_matured() -> None:
    [problem] = asked(LATEST, 92).refused

    assert "182 days from the last start, 2019-07-03, run past the end of the records" in problem.found
    assert "to 2019-09-30" in problem.right and f"Set between = [{FIRST}, {MATURE}]" in problem.remedy


def test_of_those_who_have_matured_the_answer_is_the_same_whatever_the_source_says_of_later_days() -> None:
    waited, at_once = asked(MATURE, 92), asked(MATURE, 0)

    assert waited.estimate is not None and at_once.estimate is not None
    assert waited.estimate.effect == at_once.estimate.effect


def flag(answer: Answer) -> Diagnostic:
    [found] = [one for one in answer.diagnostics if one.name == "reporting_lag"]
    return found


def test_a_thinned_last_quarter_is_told_beside_the_answer_that_it_misleads() -> None:
    thinned = flag(asked(LATEST, 0))

    assert not thinned.holds and not thinned.required and thinned.value < 0.5
    assert "% fewer events than in the 90 days before: the source may be later than it says." in thinned.sentence


def test_an_honest_last_quarter_is_not_flagged_nor_one_that_the_answer_does_not_read() -> None:
    honest, unread = flag(asked(LATEST, 0, missing=0.0)), flag(asked(MATURE, 0))

    assert honest.holds and honest.value > 0.7  # no new releases: fewer arrests, and not so few
    assert unread.holds and unread.sentence.startswith("The answer reads nothing of the last 90 days")


def test_answers_of_other_methods_say_what_they_said() -> None:
    lot = asked(LATEST, 0, question=Question("recidivism/arrest", HALF_YEAR, "randomized", -0.05))

    assert lot.estimate is not None
    assert "reporting_lag" not in {one.name for one in lot.diagnostics}


@pytest.mark.parametrize(
    ("before", "last", "holds"), [(500, 400, True), (500, 330, True), (500, 300, False), (30, 20, True), (30, 4, False), (0, 0, True)]
)
def test_a_fall_below_the_limit_and_beyond_luck_is_flagged(before: int, last: int, holds: bool) -> None:
    assert reporting_lag(before, last).holds is holds


def test_where_rates_stay_as_they_were_one_county_in_a_thousand_is_flagged_at_most() -> None:
    draw = np.random.default_rng(7)
    flagged = [not reporting_lag(int(before), int(last)).holds for rate in (15, 80, 600) for before, last in draw.poisson(rate, (4_000, 2))]

    assert sum(flagged) / len(flagged) < 0.001


def test_small_counts_stay_out_of_the_sentence() -> None:
    assert "far fewer events" in reporting_lag(60, 4).sentence and reporting_lag(60, 4).behind == {"events": (60, 4)}


def test_what_is_to_compete_and_is_on_no_record_is_refused_before_anything_is_compared() -> None:
    """Which `check` with records so finds too: it asks what is not watched of each question."""
    abroad = replace(QUESTION, competing=("death", "moved_away"))
    study = Study({"en": "Aid"}, "made_up", "aid", {"main": plan(between=(FIRST, MATURE))}, (abroad,))
    [problem] = unwatched(abroad, study, county(0))

    assert problem.where.endswith(": competing") and problem.found == "the table 'event' holds no row of moved_away."
    assert unwatched(replace(abroad, competing=("death", "release")), study, county(0)) == ()
