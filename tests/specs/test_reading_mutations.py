"""Five hundred findings, each with one thing in it changed: the sentence changes in both languages, or the finding is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from held import UNITS, base_of, place_of
from random_findings import TITLES, random_finding

from evaluation.findings import judge, judging
from evaluation.findings.linter import checked
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Answer, Estimate, Finding, Interval, Refused, unit_of

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"
SEED = 30
CLAIMS = ("better", "worse", "no difference that matters")
EVERY = ("better", "worse", "no difference that matters", "cannot tell yet", "not answered")
Mutation = Callable[[Random, Finding], "Finding | None"]  # None: nothing of this kind is told in this finding


def again(finding: Finding, answer: Answer | None = None, title: object = None) -> Finding:
    """The finding judged anew, of another answer or under another title."""
    kept = finding.title if title is None else title
    return judge(answer or finding.answer, finding.challenges, title=kept, languages=("en", "es"))  # type: ignore[arg-type]  # one of TITLES


def scale_of(answer: Answer) -> float:
    """What makes of an effect what is said aloud."""
    return base_of(answer) / answer.question.so_many


def step(answer: Answer, value: float) -> float:
    """By how much a number must move to be printed as another: its last place, or that of where it comes to."""
    unit, scale = UNITS[unit_of(answer.outcome, answer.question.measure)], scale_of(answer)
    near = place_of(unit, value * scale)
    return max(near, place_of(unit, abs(value) * scale + near)) / scale


def told(finding: Finding) -> Estimate | None:
    """The estimate, where its numbers are told."""
    return finding.answer.estimate if finding.verdict != "not answered" else None


def mutated_sign(draw: Random, finding: Finding) -> Finding | None:
    estimate = told(finding)
    if estimate is None or abs(estimate.effect) < step(finding.answer, estimate.effect):
        return None
    turned = [Interval(-one.high, -one.low, one.by) if one.given else one for one in (estimate.interval, *estimate.beside)]
    if draw.random() < 0.5:
        turned = [estimate.interval, *estimate.beside]  # of the effect alone
    changed = replace(estimate, effect=-estimate.effect, interval=turned[0], beside=tuple(turned[1:]))
    return again(finding, replace(finding.answer, estimate=changed))


def mutated_size(draw: Random, finding: Finding) -> Finding | None:
    estimate = told(finding)
    if estimate is None:
        return None
    by = step(finding.answer, estimate.effect) * draw.choice((1, 2, 10)) * (1 if estimate.effect >= 0 else -1)
    return again(finding, replace(finding.answer, estimate=replace(estimate, effect=estimate.effect + by)))


def mutated_end(which: str) -> Mutation:
    """One end of the range that is told: across every accepted formula where nobody can tell, else of the headline."""

    def mutated(draw: Random, finding: Finding) -> Finding | None:
        estimate, answer = told(finding), finding.answer
        if estimate is None or answer.question.target or not estimate.interval.given:
            return None  # of a target, the range told is that of the gap
        every = (estimate.interval, *estimate.beside) if finding.verdict == "cannot tell yet" else (estimate.interval,)
        end = min(one.low for one in every) if which == "low" else max(one.high for one in every)
        out = -1 if which == "low" else 1
        most = base_of(answer) / scale_of(answer)
        moved = end + out * step(answer, end) * draw.choice((1, 2, 10))
        if answer.question.method == "threshold" or answer.question.estimator == "two_stage":  # told as far as what is possible
            moved = moved if abs(moved) < most or unit_of(answer.outcome, answer.question.measure) != "people" else out * most * 0.5
        low, high = (moved, estimate.interval.high) if which == "low" else (estimate.interval.low, moved)
        return again(finding, replace(answer, estimate=replace(estimate, interval=replace(estimate.interval, low=low, high=high))))

    return mutated


def mutated_verdict(draw: Random, finding: Finding) -> Finding | None:
    """The same answer under a verdict that is not its own."""
    estimate = told(finding)
    if finding.answer.question.target or estimate is None or not estimate.interval.given:
        return None  # a target's is that of its gap; and where nothing is licensed, or has a range, there are no words in which to claim it
    other = draw.choice([one for one in EVERY if one != finding.pending])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "verdict", lambda *given, **more: other)
        return again(finding)


def altered_verdict(draw: Random, finding: Finding) -> Finding | None:
    """The same sentence under another verdict, as where a file of it was altered."""
    other = draw.choice([one for one in EVERY if one != finding.pending])
    return checked(replace(finding, verdict=other, pending=other))  # type: ignore[arg-type]  # one of Verdict


def mutated_licence(draw: Random, finding: Finding) -> Finding | None:
    if finding.verdict not in CLAIMS or finding.answer.question.target or finding.grade is None:
        return None  # what is not claimed, and what is provisional, does not say how strong it is
    other = draw.choice([one for one in "ABCD" if one != finding.grade.licence])
    graded = replace(finding.grade, licence=other)  # type: ignore[arg-type]  # one of Licence
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "grade", lambda *given, **more: graded)
        return again(finding)


def altered_licence(draw: Random, finding: Finding) -> Finding | None:
    """The same sentence under a letter that licenses less."""
    if finding.verdict not in CLAIMS or finding.answer.question.target or finding.grade is None:
        return None
    weaker = "ABCDX"["ABCDX".index(finding.grade.licence) + 1 :]
    return checked(replace(finding, grade=replace(finding.grade, licence=draw.choice(weaker))))  # type: ignore[arg-type]  # one of Licence


def mutated_outcome(draw: Random, finding: Finding) -> Finding | None:
    """Another outcome of the same kind that calls itself otherwise."""
    if told(finding) is None or finding.answer.question.target:
        return None
    own = finding.answer.outcome
    others = [
        one
        for one in OUTCOMES.values()
        if (one.kind, one.unit, one.better, one.table) == (own.kind, own.unit, own.better, own.table) and one.event != own.event
    ]
    return again(finding, replace(finding.answer, outcome=draw.choice(others))) if others else None


def mutated_name(draw: Random, finding: Finding) -> Finding | None:
    return again(finding, title=draw.choice([one for one in TITLES if one != finding.title]))


KINDS: dict[str, tuple[Mutation, int]] = {  # with how many of each
    "sign": (mutated_sign, 70),
    "size": (mutated_size, 80),
    "low end": (mutated_end("low"), 70),
    "high end": (mutated_end("high"), 70),
    "verdict": (mutated_verdict, 60),
    "altered verdict": (altered_verdict, 30),
    "licence": (mutated_licence, 40),
    "altered licence": (altered_licence, 20),
    "outcome": (mutated_outcome, 40),
    "name": (mutated_name, 20),
}


def findings() -> Iterator[tuple[Random, Finding]]:
    number = 0
    while True:
        finding = random_finding(SEED, number)
        yield Random(number), again(finding)
        number += 1


def test_there_are_five_hundred_and_the_page_says_how_many_of_each() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## Changes that must show")[2]

    assert [int(line.split("|")[2]) for line in table.splitlines() if line.startswith("| the") or line.startswith("| a weaker")] == [
        many for _, many in KINDS.values()
    ]
    assert sum(many for _, many in KINDS.values()) == 500


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_changes_the_sentence_or_is_refused(kind: str) -> None:
    mutate, many = KINDS[kind]
    made, refused = 0, 0
    for draw, finding in findings():
        try:
            changed = mutate(draw, finding)
        except Refused:
            made, refused = made + 1, refused + 1
        else:
            if changed is None:
                continue
            made += 1
            for language in ("en", "es"):
                assert changed.sentences[language] != finding.sentences[language], (kind, changed.verdict, finding.sentences[language])
        if made == many:
            break
    assert refused == many if kind.startswith("altered") else refused < many / 2  # most are said, and otherwise
