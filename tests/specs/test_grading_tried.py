"""What was tried, and what only looks as if: which challenges count for the letter and the verdict, and what a failing one costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contrasts_by_hand import CONTRASTS, TRIED, challenged, check, seen, unmade
from report_bundle import study
from test_findings_families import answered

from evaluation.findings import judge
from evaluation.findings.families import EXPLORES, Standing
from evaluation.grading import grade
from evaluation.terms import Answer, Challenge, Diagnostic, Finding, Interval, Tried

TITLE = {"en": "Aid", "es": "Ayuda"}
LOT, MATCHED = CONTRASTS["1 lot, 4 % and 5 % lost"], CONTRASTS["9 matched within .04"]
NUMBERS_ALONE = Challenge("rival_definition", "the definition", "Made.", (), (Tried("another", 0.5, 0.4, 0.6),))
NOBODY_LOST = Challenge("losses", "those lost", "Nobody was lost.", (seen("tipping_point"),), (Tried("x", -0.06, -0.1, -0.02),))
PRAISE = {"Effective", "Promising practice"}
WHAT_IF = Challenge("losses", "those lost", "Made.", (check("tipping_point", False),))


def found(answer: Answer, *challenges: Challenge, **named: object) -> Finding:
    return judge(answer, challenges, title=TITLE, languages=("en", "es"), **named)  # type: ignore[arg-type]  # words of judge


def letter(finding: Finding) -> str:
    assert finding.grade
    return finding.grade.licence


@pytest.mark.parametrize("challenge", [unmade("placebo_start"), NUMBERS_ALONE, NOBODY_LOST, WHAT_IF])
def test_what_judged_nothing_leaves_a_verdict_provisional_and_the_letter_as_unchallenged(challenge: Challenge) -> None:
    of = found(LOT, challenge)
    assert (of.verdict, of.pending, letter(of)) == ("provisional", "better", letter(found(LOT)))
    assert letter(of) == "B" and "provisional" in of.sentences["en"]


def test_one_challenge_that_judged_is_enough_for_a_verdict_and_not_for_the_first_letter() -> None:
    of = found(LOT, unmade("placebo_start"), challenged("linkage_by_arm"))
    assert (of.verdict, letter(of)) == ("better", "B")
    assert "likely made things better" in of.sentences["en"]


@pytest.mark.parametrize("name", ["placebo_start", "negative_controls"])
def test_caused_needs_a_look_for_an_effect_where_there_can_be_none(name: str) -> None:
    of = found(LOT, challenged("linkage_by_arm"), challenged(name))
    assert letter(of) == "A" and "made things better" in of.sentences["en"] and "likely" not in of.sentences["en"]


def test_a_told_failure_costs_a_lot_one_letter_and_an_effect_where_there_can_be_none_costs_two() -> None:
    assert letter(found(LOT, *TRIED, challenged("linkage_by_arm", False))) == "B"
    assert letter(found(LOT, TRIED[0], challenged("negative_controls", False))) == "C"
    assert letter(found(LOT, *TRIED, WHAT_IF)) == "A"  # how much those lost would have had to differ is no sign that they do


def test_what_alarms_say_of_the_people_compared_stands_beside_every_question_of_them() -> None:
    hidden = replace(MATCHED, diagnostics=(*MATCHED.diagnostics, seen("e_value")))
    failing = (challenged("linkage_by_arm", False),)
    assert (letter(found(hidden, *TRIED)), letter(found(hidden, *TRIED, alarms=failing))) == ("B", "C")
    assert letter(found(hidden, *TRIED, challenged("linkage_by_arm"), alarms=failing)) == "B"  # put to it, it answers for itself
    assert found(LOT, alarms=(challenged("linkage_by_arm"),)).verdict == "provisional"  # another question's challenge tests no answer


@pytest.mark.parametrize("standing", [EXPLORES, Standing(11, False, 0.0045, "chance")])
def test_no_standard_praises_what_is_not_claimed(standing: Standing) -> None:
    def rated(one: Finding) -> set[str]:
        assert one.grade
        return {part.rating for part in one.grade.parts}

    alone, beside = found(LOT, *TRIED), found(LOT, *TRIED, standing=standing)
    assert beside.verdict == "cannot tell yet"
    assert rated(alone) >= PRAISE and not PRAISE & rated(beside)


def test_a_range_that_is_told_as_reaching_none_is_told_as_likely_at_most() -> None:
    few = Diagnostic("attrition", "", 1.0, 6.0, True, "WWC", True, {f"{side}, per cent": 2.0 for side in ("overall", "served", "compared")})
    answer = replace(answered(-0.06, 0.03, role="headline"), diagnostics=(few,))
    assert answer.estimate
    said = {high: found(replace(answer, estimate=replace(answer.estimate, interval=Interval(-0.12, high, ""))), *TRIED) for high in (-0.0004, -0.02)}
    assert [letter(one) for one in said.values()] == ["B", "A"]
    assert "likely made things better" in said[-0.0004].sentences["en"] and "probablemente mejoró" in said[-0.0004].sentences["es"]
    assert "all but reaches" in said[-0.0004].sentences["en"] and "likely" not in said[-0.02].sentences["en"]


def test_a_design_that_a_lock_fixed_risks_less_in_what_is_reported() -> None:
    design = study(MATCHED)
    of = [next(part for part in grade(MATCHED, study=design, locked=one).parts if "reported" in part.standard) for one in (False, True)]
    assert [part.rating for part in of] == ["Moderate risk", "Low risk"] and "lock" in of[1].why


def test_what_could_not_have_seen_an_effect_worth_having_raises_nothing() -> None:
    hidden = replace(MATCHED, diagnostics=(*MATCHED.diagnostics, seen("e_value")))
    weak = replace(TRIED[0], tried=(Tried("placebo_start", 0.01, -0.05, 0.07),))
    calibrated = replace(TRIED[1], calibrated=Interval(-0.16, -0.02, "by 20 controls"))
    assert [letter(found(hidden, *each)) for each in (TRIED, (weak, TRIED[1]), (weak, calibrated))] == ["B", "C", "B"]
    weakly = found(hidden, weak, TRIED[1]).grade
    assert weakly and "too weak" in weakly.why
