"""The target trial of a cohort that follows everybody under two strategies, part by part."""

from __future__ import annotations

from test_study_strategies import DESIGN

from evaluation.report.trial import trial
from evaluation.study import parse


def parts(text: str = DESIGN) -> dict[str, tuple[str, str, str]]:
    """Each part of the trial: what would be run, what stands for it, what could break it."""
    table = trial("main", parse(text))
    return {row[0][0]: ("  ".join(row[1]), "  ".join(row[2]), "  ".join(row[3])) for row in table.rows}


def test_the_trial_would_draw_a_lot_between_enrolling_within_a_month_and_not_enrolling_in_it() -> None:
    found = parts()

    assert "who have never been served before" in found["Eligibility"][0]
    assert (
        "To enrol: start “reentry navigation” within 30 days, on a day drawn as the days of those are who come within them."
        in (found["Treatment strategies"][0])
    )
    assert "later, whenever people here usually come to it, if ever" in found["Treatment strategies"][0]
    assert "Everybody is followed under both" in found["Treatment strategies"][1]
    assert found["Assignment"][0] == "By lot, at the start.  Nobody is blinded."


def test_what_stands_for_the_lot_is_what_people_did_and_who_keeps_to_a_strategy_is_weighed() -> None:
    named, all_columns = parts()["Assignment"][1], parts(DESIGN.replace('on = ["arrests_2_years"], ', ""))["Assignment"][1]

    assert "as “arrests_2_years” tells, read anew every 7 days from the start on" in named
    assert "as the history tells, read anew" in all_columns
    assert "Where few enrol, few stand for everybody." in parts()["Assignment"][2]


def test_time_zero_is_one_day_for_both_and_no_time_is_immortal() -> None:
    found = parts()

    assert "the days before it belong to both strategies" in found["Time zero"][1]
    assert "the day on which somebody leaves the strategy under which they are followed" in found["Follow-up"][1]
    assert "among everybody studied, between enrolling within 30 days and not enrolling in them" in found["Causal contrast"][0]
    assert "left out" not in found["Causal contrast"][1]
    assert "who enrols on a day has nothing to do with how they would have fared" in found["Assumptions"][1]
