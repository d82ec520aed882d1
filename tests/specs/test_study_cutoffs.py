"""Questions at a cut-off, or of those who come because they were offered: one sentence for each that does not fit."""

from __future__ import annotations

import pytest

from evaluation.study import parse
from evaluation.study.guide import EXAMPLE
from evaluation.terms import Refused

FIRST = EXAMPLE[: EXAMPLE.index("[[question]]", EXAMPLE.index("[[question]]") + 1)]
LOT = FIRST.replace(
    'method     = "randomized"', 'method     = "threshold"\nestimator  = "two_stage"\nestimand   = "complier_effect"\ninference  = { by = "robust" }'
)
SCORE = (
    LOT.replace('{ event = "release", which = "first" }', '{ list = "need", on = [2019-07-01], which = "every" }')
    .replace(
        'by       = "lot"\noffered  = "lot:reentry_navigation"\nwithheld = "lot:no_reentry_navigation"\n',
        'by       = "score"\ncutoff   = { capacity = 300 }\n',
    )
    .replace('"two_stage"', '"local_linear"')
    .replace('"complier_effect"', '"complier_effect_at_the_cutoff"')
)
TAKEN_UP = 'taken_up = { enrolment = "reentry_navigation", within_days = 60 }\n'


def refusals(text: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        parse(text)
    return [str(problem).partition(": ")[2] for problem in caught.value.problems]


def test_effects_on_those_who_come_are_asked_where_an_offer_or_a_score_decided() -> None:
    assert parse(LOT).questions[0].estimand == "complier_effect"
    assert parse(SCORE).questions[0].estimator == "local_linear"


AWAY = {
    "a line through people by lot": (LOT, '"two_stage"', '"local_linear"', "has no estimator \"local_linear\". It is two_stage."),
    "the cut-off of a lot": (LOT, '"complier_effect"', '"effect_at_the_cutoff"', "has no estimand \"effect_at_the_cutoff\". It is complier_effect."),
    "two stages of a score": (SCORE, '"local_linear"', '"two_stage"', "has no estimator \"two_stage\". It is local_linear, local_randomisation."),
    "nobody takes it up": (LOT, TAKEN_UP, "", "'assigned' does not say by which enrolment they do."),
    "a donut that takes all": (SCORE, "worthwhile = -0.05", "worthwhile = -0.05\nbandwidth = 2.0\ndonut = 3.0", "nobody is left."),
    "a bandwidth of a lot": (LOT, "worthwhile = -0.05", "worthwhile = -0.05\nbandwidth = 2.0", "'bandwidth' is read by threshold, at a cut-off"),
}  # fmt: skip


@pytest.mark.parametrize("name", AWAY)
def test_a_question_that_is_one_idea_away_from_order_is_refused_in_one_sentence(name: str) -> None:
    text, old, new, sentence = AWAY[name]
    assert old in text

    (only,) = refusals(text.replace(old, new))
    assert sentence in only
