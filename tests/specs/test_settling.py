"""What would settle what cannot be told yet: so many people by such a day, or a record; and that so many do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from test_findings_families import answered

from evaluation.findings import judge
from evaluation.findings.families import ALPHA, EXPLORES, Standing
from evaluation.findings.settling import Pace, errors_within, rounded_up, say_settled, settled
from evaluation.terms import Challenge, Diagnostic, Horizon, Interval, Settled

TITLE = {"en": "Aid", "es": "Ayuda"}
PACE = Pace(date(2020, 1, 1), date(2021, 12, 31), Horizon(days=364), lag_days=30)
STUDIES = 1500
MOST_LATE = 4 * np.sqrt(0.8 * 0.2 / STUDIES)  # four Monte Carlo errors


def failing(name: str, *, required: bool = False) -> Diagnostic:
    return Diagnostic(name, "what was seen", 1.0, 0.5, False, "somebody", required)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75, 1.0, 1.5])
@pytest.mark.parametrize("level", [ALPHA, ALPHA / 8])
def test_with_so_many_people_a_verdict_is_given_in_80_of_100_studies_whatever_the_effect_is(share: float, level: float) -> None:
    """A small rehearsal: two arms of shares, as many people as were said, judged by the ranges that the level allows."""
    now = answered(0.0, 0.03)  # 800 people
    told = settled(now, "cannot tell yet", (), standing=Standing(level=level))
    assert told is not None and told.people is not None
    arm, rng = told.people // 2, np.random.default_rng(11)
    base = (1 - np.sqrt(1 - 0.03**2 * 400 * 2)) / 2  # the risk at which 400 people a side give that error
    z = errors_within(level) / 2 + 0.2533471
    helped, others = (rng.binomial(arm, risk, STUDIES) / arm for risk in (base - 0.05 * share, base))
    error = np.sqrt((helped * (1 - helped) + others * (1 - others)) / arm)
    low, high = helped - others - z * error, helped - others + z * error
    settles = (low > 0) | (high < 0) | ((low > -0.05) & (high < 0.05))
    assert settles.mean() >= 0.8 - MOST_LATE


def test_the_hardest_effect_needs_no_fewer_than_80_of_100() -> None:
    assert errors_within(ALPHA) == pytest.approx(3.413, abs=1e-3)
    assert settled(answered(0.0, 0.03), "cannot tell yet", ()).people == rounded_up(800 * (3.413 * 0.03 / 0.05) ** 2)  # type: ignore[union-attr]  # a number is named


def test_by_when_hangs_on_how_people_came_and_on_no_clock() -> None:
    told = settled(answered(0.0, 0.03), "cannot tell yet", (), pace=PACE)
    assert told is not None and told.kind == "date" and told.people == 3400
    assert told.by == date(
        2029, 8, 1
    )  # 3.25 times 731 days after the last start, to 3 July 2028; followed for 364 days, and 30 until all is on record
    assert settled(answered(0.0, 0.3), "cannot tell yet", (), pace=PACE).kind == "sample"  # type: ignore[union-attr]  # past thirty years a date is none


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("balance_after_matching", "history"),
        ("attrition", "follow_up"),
        ("records_kept", "linkage"),
        ("reporting_lag", "delay"),
        ("linkage_by_arm", "linkage"),
        ("placebo_start", "history"),
    ],
)
def test_where_bias_is_the_trouble_more_people_are_never_named(name: str, record: str) -> None:
    told = settled(answered(0.0, 0.03), "cannot tell yet", (failing(name),), pace=PACE)
    assert told == Settled("record", record=record)
    assert "More people would not" in say_settled(told, "en") and "Más personas no" in say_settled(told, "es")


def test_where_too_little_was_seen_people_are_named() -> None:
    told = settled(answered(0.0, 0.03), "cannot tell yet", (failing("detectable_effect"), failing("transported")), pace=PACE)
    assert told is not None and told.kind == "date"


def test_a_range_that_negative_controls_move_is_settled_by_a_record() -> None:
    answer, moved = answered(-0.05, 0.01), Interval(-0.12, 0.04, "calibrated")
    finding = judge(answer, (Challenge("negative controls", "the outcome", "", (), calibrated=moved),), title=TITLE, languages=("en", "es"))
    assert finding.pending == "cannot tell yet" and finding.settled_by == Settled("record", record="controls")


def test_what_explores_and_what_is_told_are_settled_by_nothing() -> None:
    assert settled(answered(0.0, 0.03), "cannot tell yet", (), standing=EXPLORES) is None
    assert settled(answered(-0.2, 0.01), "better", ()) is None
    area = replace(answered(0.0, 0.03), unit="area")
    assert settled(area, "cannot tell yet", ()) is None


@pytest.mark.parametrize(("language", "words"), [("en", "About 3,400 people in all"), ("es", "Unas 3,400 personas en total")])
def test_the_sentence_follows_the_finding(language: str, words: str) -> None:
    finding = judge(answered(0.0, 0.03, role="headline"), None, title=TITLE, languages=("en", "es"), pace=PACE)
    assert words in finding.sentences[language] and ("2029" in finding.sentences[language])
    assert finding.settled_by is not None and finding.settled_by.people == 3400


def test_a_question_held_to_a_stricter_level_needs_more_people() -> None:
    alone, beside = (settled(answered(0.0, 0.03), "cannot tell yet", (), standing=Standing(many, level=ALPHA / many)) for many in (1, 8))
    assert alone is not None and beside is not None and (beside.people or 0) > 1.5 * (alone.people or 0)
