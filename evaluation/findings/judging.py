"""Turns an Answer into a Finding: a verdict by one rule, and the sentences that it licenses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite

from ..grading import grade, lowered, puts_to_a_test
from ..terms import Answer, Challenge, Diagnostic, Estimate, Finding, Interval, Language, Study, Verdict, better_of
from .belief import Belief, say_belief
from .beyond import Reached, target_of
from .collection import Drawable
from .families import ALONE, Standing, calibrations, say_standing
from .linter import checked
from .paths_of_numbers import numbers_of, together
from .settling import Pace, say_settled, settled
from .words import Facts, Fallen, barely, say


def judge(
    answer: Answer,
    challenges: tuple[Challenge, ...] | None = None,
    *,
    title: Mapping[str, str],
    languages: Sequence[Language],
    again: bool = False,
    standing: Standing = ALONE,
    pace: Pace | None = None,
    study: Study | None = None,
    alarms: Sequence[Challenge] = (),
    locked: bool = False,
) -> Finding:
    """The Finding that an answer supports, said in `languages` and, for whoever prints it, in English.

    An answer that nothing has tested (no challenge, or none that judged anything) claims nothing outright: its verdict is
    *provisional*, and `pending` what it becomes if challenges leave it standing.  `again` says that another question of the
    study asks the same, so that the sentence must say by which way this answer was had; `standing` whether its claim stands beside
    the others of its family.  What cannot be told yet says what would settle it, and with the `pace` at which people came, by when.
    From `study`, the design that asks, the grade reads what was declared, `locked` that it was before outcomes were read; `alarms` are
    challenges that were put to another question of the same comparison, about its people and records: fewer challenges must not make
    stronger words.
    """
    tried = tuple(challenges or ())
    conditions = _conditions(answer, tried)
    calibrated = calibrations(tried)
    pending = verdict(answer, conditions, calibrated=tuple(one.range for one in calibrated), standing=standing)
    known = (*tried, *(one for one in alarms if one.name not in {each.name for each in tried}))
    graded = grade(answer, known, _conditions(answer, known), study=study, verdict=pending, locked=locked)
    claims = pending not in ("cannot tell yet", "not answered")
    fallen = _fallen(answer, conditions, pending, standing)
    given: Verdict = "provisional" if claims and not any(map(puts_to_a_test, tried)) else pending
    facts = Facts.of(answer, given, pending, conditions, licence=graded.licence, again=again, fallen=fallen)
    if graded.licence == "A" and barely(facts, "en"):  # by ends as they are rounded, in every language alike
        graded, facts = lowered(graded), replace(facts, licence="B")
    said_in = dict.fromkeys((*languages, "en"))
    beside = standing if standing.beside and pending != "not answered" else ALONE
    settles = settled(answer, pending, conditions, calibrated=calibrated, standing=standing, pace=pace)
    sentences: dict[str, str] = {
        language: together(
            " ", [each for each in (say(facts, title, language), say_standing(beside, language), say_settled(settles, language)) if each]
        )
        for language in said_in
    }
    belief = Belief.of(answer, pending, untried=given == "provisional", tells=lambda _: True)
    believed: dict[str, str] = {language: say_belief(belief, language) for language in said_in} if belief else {}
    numbers = numbers_of(sentences, believed)
    return checked(Drawable(title, given, pending, sentences, answer, believed, graded, tried, settles, standing.many, numbers))


def _fallen(answer: Answer, conditions: Sequence[Diagnostic], pending: Verdict, standing: Standing) -> Fallen:
    """Why a claim that the answer's own ranges would make is not made; empty where it is, or where they make none."""
    if pending != "cannot tell yet" or verdict(answer, conditions) == pending:
        return ""
    return "family" if standing.beside in ("chance", "explores") else "calibrated"


TARGETS: Mapping[Reached, Verdict] = {"reached": "better", "not_reached": "worse", "cannot_tell": "cannot tell yet"}


def verdict(answer: Answer, conditions: Sequence[Diagnostic], *, calibrated: Sequence[Interval] = (), standing: Standing = ALONE) -> Verdict:
    """The verdict by the declared smallest difference worth having, before anything is made provisional.

    A claim must be one by every accepted formula, by each range that negative controls `calibrated`, and beside the other
    questions of its family, where the kind of claim is the one that stands there (`standing`): of a difference that is sure, that it
    is smaller than one worth having may not be.
    """
    estimate = answer.estimate
    if answer.refused or estimate is None or not _measured(estimate) or any(one.required and not one.holds for one in conditions):
        return "not answered"
    if not standing.stands:
        return "cannot tell yet"
    if held := target_of(answer):  # what is asked is whether it was reached, not whether anything changed
        return TARGETS[held.reached]
    if not estimate.interval.given:
        return "cannot tell yet"  # there is a number, and no range that could be trusted
    every = (estimate.interval, *estimate.beside, *calibrated)  # a claim that only one of several accepted formulas supports is no claim
    smallest = abs(answer.question.worthwhile)
    if standing.claim != "difference" and all(-smallest < one.low and one.high < smallest for one in every):
        return "no difference that matters"  # also where zero is excluded: a difference is there, and it is too small to be worth having
    fewer, more = all(one.high < 0 for one in every), all(one.low > 0 for one in every)
    if fewer or more:
        return "better" if fewer == (better_of(answer.outcome, answer.question.measure) == "fewer") else "worse"
    return "cannot tell yet"


def _conditions(answer: Answer, challenges: Sequence[Challenge]) -> tuple[Diagnostic, ...]:
    """Every condition that the answer rests on, each once: a condition forgotten on the way is not a condition that holds."""
    own = answer.estimate.diagnostics if answer.estimate else ()
    seen: list[Diagnostic] = []
    for one in (*answer.diagnostics, *own, *(each for challenge in challenges for each in challenge.diagnostics)):
        if one not in seen:
            seen.append(one)
    return tuple(seen)


def _measured(estimate: Estimate) -> bool:
    """Whether effect and intervals are numbers, and low ends are low: a verdict must not come of a comparison with NaN."""
    every = tuple(one for one in (estimate.interval, *estimate.beside) if one.given)
    return isfinite(estimate.effect) and all(isfinite(one.low) and isfinite(one.high) and one.low <= one.high for one in every)
