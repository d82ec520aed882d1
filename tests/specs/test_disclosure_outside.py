"""What of a finding leaves beside its sentence: challenges without numbers, a grade where numbers leave, and nothing where they do not."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from test_findings_disclosure import finding

from evaluation.findings import release, withhold
from evaluation.terms import Challenge, Diagnostic, Finding, Interval, Settled, Tried

SMALL = ((216, 5), (216, 66))
FAILS = Diagnostic("placebo_start", "7 people had the event before", 0.031, 0.05, False, "a rule", detail={"served": 7.0}, behind={"served": (7, 9)})
UNSURE = (Tried("sure links", nan, nan, nan, why_not="4 people are left"),)
CHALLENGED = (
    Challenge(
        *("placebo_start", "the first day, 364 days earlier", "Of 7 people ...", (FAILS,), (Tried("a year earlier", 0.2, 0.1, 0.3),)),
        calibrated=Interval(-0.1, 0.2, "calibrated"),
    ),
    Challenge("other_sites", "without the 7 people of one office", "fine", (replace(FAILS, name="other_sites", holds=True),)),
    Challenge("match_scores", "only sure links", "It could not be asked: 4 people", (), UNSURE),
)


def challenged(made: Finding) -> Finding:
    return replace(made, challenges=CHALLENGED, settled_by=Settled("sample", people=1200))


def test_a_challenge_leaves_as_what_was_changed_and_what_became_of_it() -> None:
    outside = release([challenged(finding())]).findings[0].challenges

    assert [(one.name, one.changed, one.sentence) for one in outside] == [
        ("placebo_start", "the first day, 364 days earlier", "not held"),
        ("other_sites", "other sites", "held"),
        ("match_scores", "only sure links", "not made"),
    ]
    assert not any(one.diagnostics or one.tried or one.calibrated for one in outside)


def test_that_numbers_of_challenges_stay_is_in_the_log() -> None:
    log = [str(one) for one in release([challenged(finding())]).log]

    assert sum("numbers of the challenge" in line for line in log) == len(CHALLENGED)


def test_where_the_numbers_stay_so_does_all_that_was_made_of_them() -> None:
    shown = release([challenged(finding())]).findings[0]
    hidden = release([challenged(finding(arms=SMALL))]).findings[0]
    beside = withhold([challenged(finding())], "overlap").findings[0]

    assert shown.grade is not None and shown.settled_by == Settled("sample", people=1200)
    for outside in (hidden, beside):
        assert (outside.grade, outside.challenges, outside.settled_by, outside.answer.estimate) == (None, (), None, None)
        assert outside.believed == {} and outside.verdict == "not answered"


def test_numbers_of_sentences_leave_in_three_digits() -> None:
    outside = release([finding()]).findings[0]

    assert outside.numbers["en"]
    for said in (said for numbers in outside.numbers.values() for said in numbers):
        assert said.value == float(f"{said.value:.3g}") or abs(said.value) >= 1000
