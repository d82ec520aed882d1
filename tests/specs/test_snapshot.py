"""A caseload on the day of a census: long stays are over-represented, and to count them from their starts needs the day from which they were seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_clocks import MONTH, on_one_clock

import evaluation as ev
from evaluation.cohort import FrameTimes, cohort_from_frame
from evaluation.methods.survival.curves import curve
from evaluation.methods.survival.reading import read
from evaluation.methods.survival.snapshot import snapshot
from evaluation.outcomes import OUTCOMES, TimesRuler
from evaluation.terms import Censored, Cohort, Horizon, Question, Refused

YEAR = Horizon(days=365)
ENDS = FrameTimes("days", "status", marked=1, censored=0, better="more", title={"en": "leaving care"}, event={"en": "out of care"})
STAYED = np.exp(-((365 / 390) ** 0.8))  # who are still in care after a year, in the world below


def county(seed: int = 3) -> pd.DataFrame:
    """Entries into care over ten years and their lengths; those in care on the day of a census, followed for a year from then on."""
    draw = np.random.default_rng(seed)
    entered, length = draw.uniform(-3_650, 0, 40_000), 390 * draw.weibull(0.8, 40_000)
    there = entered + length > 0
    since, left = np.floor(-entered[there]), np.floor(entered[there] + length[there])
    n = int(there.sum())
    return pd.DataFrame({"id": range(n), "arm": np.arange(n) % 2, "since": since, "days": np.minimum(left, 364), "status": (left <= 364).astype(int)})


def laid(frame: pd.DataFrame) -> tuple[Cohort, TimesRuler]:
    return cohort_from_frame(frame, unit="id", treated="arm", history=["since"], outcome=ENDS, by="lot")


def still_there(ruler: TimesRuler) -> float:
    question = Question("frame/days", YEAR, "survival", 0.05)
    rows = read(ruler, question, np.arange(len(ruler.day)))
    there = np.ones(len(rows), dtype=bool) if rows.entry is None else rows.entry < rows.day  # at risk on some day of the first year
    return float(curve(rows.of(there).times(), causes=1).survival_at(364))


def test_a_caseload_seems_to_stay_twice_as_long_as_people_do_and_with_its_entries_does_not() -> None:
    cohort, census = laid(county())
    ruler = snapshot(cohort, census, "since", 365)
    naive = TimesRuler(ruler.outcome, ruler.day, ruler.why, ruler.cause)

    assert round(STAYED, 3) == 0.387
    assert still_there(naive) > 0.68  # people who had stayed for years already
    assert still_there(ruler) == pytest.approx(STAYED, abs=0.03)


def test_clocks_run_from_the_start_of_the_spell_and_are_watched_from_the_census_on() -> None:
    frame = pd.DataFrame({"id": list("abcd"), "arm": [1, 0, 1, 0], "since": [0, 10, 400, 3], "days": [5, 0, 30, 364], "status": [1, 1, 0, 0]})
    cohort, census = laid(frame)
    ruler = snapshot(cohort, census, "since", 365)

    assert ruler.day.tolist() == [5, 10, 430, 367]
    assert ruler.why.tolist() == ["mark", "mark", "records end", "records end"]
    assert ruler.entries() is not None and ruler.entries().tolist() == [-1, 9, 399, 2]  # at risk from the day of the census itself
    assert snapshot(cohort, census, np.array([0, 10, 400, 3]), 365).digest == ruler.digest != census.digest
    assert snapshot(cohort, census, np.array([0, 10, 400, 4]), 365).digest != ruler.digest


def test_where_marks_count_from_the_day_after_the_census_people_are_at_risk_from_then_on() -> None:
    laid_on = on_one_clock(OUTCOMES["foster_reentry/cfsr4"], "ann removal 2020-03-05")
    one = Cohort("main", "child", "", np.array([1]), np.array([0]), np.array([True]), {}, (), "offer")
    ruler = snapshot(one, laid_on, np.array([100.0]), 30)

    assert (ruler.day.tolist(), ruler.why.tolist(), ruler.entries().tolist()) == ([104], ["mark"], [100])
    assert laid_on.marks(MONTH).day.tolist() == [4]


def test_days_that_are_missing_negative_or_broken_are_refused() -> None:
    frame = county().head(40).assign(days=300, status=0)
    cohort, census = laid(frame)
    wrong = frame["since"].to_numpy().copy()
    wrong[:3], wrong[3:5], wrong[5] = np.nan, -1, 7.5

    with pytest.raises(Refused) as refused:
        snapshot(cohort, census, wrong, 300)
    assert str(refused.value) == (
        "snapshot: 3 rows of 40 do not say how long the spell had lasted. Leave out of the cohort those who were in none, or look further back.\n"
        "snapshot: 2 rows of 40 began after the census. A snapshot holds those in a spell on the day.\n"
        "snapshot: 1 row of 40 hold part of a day. Days are whole numbers."
    )
    with pytest.raises(Refused, match="'sinse' is no column of the history"):
        snapshot(cohort, census, "sinse", 300)


def test_a_snapshot_is_asked_by_survival_and_refused_to_methods_that_count_from_the_start() -> None:
    cohort, census = laid(county())
    ruler = snapshot(cohort, census, "since", 365)
    question = Question("frame/days", YEAR, "survival", 0.05, censored=Censored(adjust="nothing"))

    estimate = ev.ask(cohort, ruler, question, title="Care").answer.estimate
    assert estimate is not None
    assert 1 - estimate.compared.mean == pytest.approx(STAYED, abs=0.05)
    assert abs(estimate.effect) < 3 * estimate.std_error
    with pytest.raises(Refused, match="watched only from some time after their start"):
        ev.ask(cohort, ruler, Question("frame/days", YEAR, "randomized", 0.05), title="Care")
