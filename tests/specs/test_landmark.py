"""Landmarks on clocks that a reader can walk by hand, and in a world where a programme does nothing and those who live to join it seem saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_clocks import clocks

import evaluation as ev
from evaluation import survival
from evaluation.cohort import FrameTimes, cohort_from_frame
from evaluation.outcomes import OUTCOMES, TimesRuler
from evaluation.terms import NEVER, Censored, Cohort, Horizon, Question, Refused

ENDS = FrameTimes(
    "days", "status", marked=1, competing={"death": 2}, censored=0, better="fewer", title={"en": "return"}, event={"en": "back in prison"}
)
FRAME = pd.DataFrame(
    {
        "id": list("abcdefgh"),
        "ever": [1, 0, 1, 0, 1, 0, 0, 1],
        "age": [27.0, 18, 19, 23, 31, 22, 45, 33],
        "days": [50, 29, 30, 31, 60, 25, 90, 90],
        "status": [1, 1, 1, 1, 2, 0, 0, 0],
        "joined": [10, NEVER, 29, NEVER, 0, NEVER, NEVER, 40],
    }
)


def laid(frame: pd.DataFrame) -> tuple[Cohort, TimesRuler]:
    return cohort_from_frame(frame, unit="id", treated="ever", history=["age"], outcome=ENDS, by="offer", cluster="id")


def at_30(frame: pd.DataFrame, **words: Any) -> tuple[Cohort, TimesRuler]:
    cohort, ruler = laid(frame)
    joined = frame["joined"].to_numpy()
    return survival.landmark_cohort(cohort, ruler, **{"at": 30, "days": 40, "since": joined} | words)


def test_those_still_followed_start_again_on_the_landmark_in_arms_by_what_was_known_before_it() -> None:
    cohort, ruler = at_30(FRAME)
    marks = ruler.marks(Horizon(days=40))

    # b and f ended before day 30; h joined after it, and stays among the compared
    assert cohort.history["age"].tolist() == [27, 19, 23, 31, 45, 33]
    assert cohort.served.tolist() == [True, True, False, True, False, False]
    assert cohort.start_id.tolist() == [1, 2, 3, 4, 5, 6] and cohort.clusters is not None and cohort.clusters.tolist() == [0, 2, 3, 4, 6, 7]
    assert (cohort.by, cohort.time_zero, cohort.ledger[-1].lost, cohort.ledger[-1].left) == ("offer", "taken on trust", 2, 6)
    assert marks.day.tolist() == [20, 0, 1, 30, 39, 39]  # a mark on day 30 itself is on day 0 of the new clock
    assert marks.why.tolist() == ["mark", "mark", "mark", "death", "horizon", "horizon"]


def test_a_frame_and_a_cohort_with_the_same_days_have_the_same_arms_and_clocks() -> None:
    """A mark on a day happens at its end, so that day 30 begins where day 29 ends."""
    known = FRAME.assign(since=FRAME["joined"].where(FRAME["joined"] < NEVER))
    mended = known.assign(since=known["since"].where(known["since"] <= known["days"]))
    frame, (cohort, ruler) = survival.landmark(mended, time="days", at=29, since="since"), at_30(FRAME)

    assert frame["served"].tolist() == cohort.served.astype(int).tolist()
    assert (frame["days"] - 1).clip(upper=39).tolist() == ruler.marks(Horizon(days=40)).day.tolist()


def test_days_of_being_served_that_are_not_one_a_row_are_refused() -> None:
    with pytest.raises(Refused, match="3 days of being served stand beside 8 rows"):
        at_30(FRAME, since=np.array([1, 2, 3]))


def test_a_landmark_without_days_or_without_an_arm_is_refused() -> None:
    with pytest.raises(Refused, match=r"at is 0\. It is a whole number of days, 1 or more\.\nlandmark: days is -1"):
        at_30(FRAME, at=0, days=-1)
    with pytest.raises(Refused, match="none of those served is still followed on day 30"):
        at_30(FRAME.assign(days=[20, 40, 20, 40, 20, 40, 90, 90]))
    with pytest.raises(Refused, match="90 days were asked about, and nobody was followed for more than 40 days"):
        at_30(FRAME)[1].marks(Horizon(days=90))


def test_a_landmark_of_records_keeps_why_a_clock_ended_and_what_competed() -> None:
    outcome = replace(OUTCOMES["recidivism/arrest"], competing=("death", "prison"))
    starts = "person_id day own\n" + "\n".join(f"{name} 2020-03-01 -" for name in ("ann", "bob", "cy", "dee", "eve", "fay"))
    people = "person_id death moved\nann - -\nbob - 2020-03-20\ncy 2020-03-25 -\ndee - -\neve - -\nfay - -"
    events = "person_id kind day\nann arrest 2020-03-15\ndee prison 2020-03-16\neve arrest 2020-03-10"
    ruler = clocks(outcome, starts, person=people, event=events)
    n = 6
    cohort = Cohort("main", "person", "", np.arange(1, n + 1), np.arange(n), np.zeros(n, dtype=bool), {}, (), "offer")
    since = np.array([3, NEVER, NEVER, NEVER, NEVER, NEVER])
    rows, later = survival.landmark_cohort(cohort, ruler, 14, 16, since=since)
    marks = later.marks(Horizon(days=16), ("prison",))

    assert rows.person.tolist() == [0, 1, 2, 3, 5]  # eve was arrested before the landmark
    assert marks.day.tolist() == [0, 4, 10, 1, 15]
    assert marks.why.tolist() == ["mark", "moved", "death", "competing", "horizon"]
    assert marks.cause.tolist() == ["arrest", "", "", "prison", ""]
    assert later.outcome.off_clock == ()  # which days are at risk is told from the start on alone


def immortal(n: int) -> pd.DataFrame:
    """A world in which the programme does nothing: people join at some day if nothing has happened to them by then."""
    draw = np.random.default_rng(11)
    hit, wish = np.ceil(draw.exponential(300, n)), np.ceil(draw.exponential(200, n))
    joined = np.where(wish < hit, wish, NEVER)
    day = np.minimum(hit, 730)
    ever = (joined < 730).astype(int)
    return pd.DataFrame(
        {"id": range(n), "ever": ever, "age": draw.integers(18, 60, n), "days": day, "status": (hit <= 730).astype(int), "joined": joined}
    )


def test_who_lives_to_join_seems_saved_and_from_a_landmark_on_does_not() -> None:
    frame = immortal(4_000)
    question = Question("frame/days", Horizon(days=365), "survival", -0.05, estimand="effect_on_the_served", censored=Censored(adjust="nothing"))

    def told(cohort: Cohort, ruler: TimesRuler) -> tuple[float, float]:
        found = ev.ask(cohort, ruler, question, title="Aid").answer
        assert found.estimate is not None, found.refused
        return found.estimate.effect, found.estimate.std_error

    naive, _ = told(*laid(frame))
    right, error = told(*at_30(frame, at=90, days=365))

    assert naive < -0.15  # a world without any effect
    assert abs(right) < 2.5 * error and error < 0.04
