"""A finding as it may leave: its sentences, numbers, conditions, challenges and grade, without anything that tells of few people."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from ..terms import Answer, Challenge, Diagnostic, Estimate, Finding, Interval, Language, Question, Ratio
from .belief import Belief, say_belief
from .costs import behind_worth, say_worth, worth_of
from .counts import TELL_OF_FEW, behind_condition, behind_effect, may_say, rounded
from .exhibits import formula, population
from .manners import of_areas
from .paths_of_numbers import outside_numbers
from .policies import Rounding
from .rounding import rounded_arm, rounded_whom, unrounded
from .whom import Way, Whom
from .words import Untold, counted, say_withheld, unsay
from .writing import LOCALES

COUNTS_NOBODY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d+ (?:days?|months?|years?)\b")  # numbers in a reason that give no count away
IN_WORDS = re.compile(r"\b(?:single|lone|alone|two|three|four|five|six|seven|eight|nine|ten|few|fewer)\b", re.IGNORECASE)
OF_PEOPLE = re.compile(r"\b(?:people|persons?|child(?:ren)?|famil(?:y|ies)|residents|rows?|anybody|nobody|events?|visits?)\b", re.IGNORECASE)
DIGITS = 3  # of a number that leaves: with all its digits a weighted share gives away the counts of its blocks


@dataclass(frozen=True, slots=True)
class Door:
    """What decides of each finding how it leaves."""

    hidden: Collection[str]  # the counts that nobody may know
    again: Sequence[Question]  # the questions that ask the same as another
    rounding: Rounding | None = None

    def outside(self, finding: Finding, answer: Answer, together: Sequence[Answer], more: Sequence[str] = ()) -> tuple[Finding, tuple[str, ...]]:
        """The finding as it may leave, beside the answers `together` about the same people, and what of it was kept back.

        `more` stands behind its effect beside what the effect is made of.

        The ledger leaves as a table or not at all.  An estimate leaves whole or not at all: each of its numbers gives away its arms.
        Why it stays is said by how many answers there are, and by nothing that is hidden: whoever reads why learns which counts are small.
        """
        estimate = answer.estimate
        withheld = estimate is not None and any(name in self.hidden for name in (*behind_effect(answer), *more))
        told = replace(
            answer,
            ledger=(),
            estimate=None if withheld or estimate is None else _told(answer, estimate, self.rounding),
            diagnostics=() if withheld else tuple(self._condition(answer, one) for one in answer.diagnostics if self._sayable(answer, one)),
            refused=tuple(problem for problem in answer.refused if not _counts_people(answer, str(problem))),
        )
        if withheld:
            return self._bare(finding, told, "beside" if len(together) > 1 else "numbers"), ("numbers and verdict",)
        if finding.verdict == "not answered" and reason_stays(finding.answer):
            return self._bare(finding, told, "reason"), ("reason",)
        said, believed = self._said(finding), self._believed(finding)
        leaves = replace(
            finding,
            sentences=said,
            believed=believed,
            answer=told,
            challenges=tuple(_challenged(one, answer) for one in finding.challenges),
            numbers=outside_numbers(said, believed, shortened),
        )
        return leaves, tuple(f"numbers of the challenge {one.name}" for one in finding.challenges)

    def beside(self, finding: Finding) -> Finding:
        """A finding of which nothing is shown because another study's numbers are."""
        return self._bare(finding, replace(finding.answer, ledger=(), estimate=None, diagnostics=(), refused=()), "overlap")

    def _bare(self, finding: Finding, told: Answer, what: Untold) -> Finding:
        """A finding without a number, and without whatever was made of them: challenges, grade, and what would settle it."""
        way = Way.of(finding.answer.question, finding.answer.by) if finding.answer.question in self.again else None
        spoken = [language for language in LOCALES if language in finding.sentences]
        instead: dict[str, str] = {language: say_withheld(finding.title, language, what=what, way=way) for language in spoken}
        return Finding(finding.title, "not answered", "not answered", instead, told, numbers=outside_numbers(instead, {}, shortened))

    def _said(self, finding: Finding) -> dict[str, str]:
        """The finding's sentences, with nothing in them that may not leave; one in a language of which there are no words stays inside."""
        answer = finding.answer
        priced = not any(name in self.hidden for name in behind_worth(answer))
        said: dict[str, str] = {
            language: self._in_multiples(
                unsay(finding.sentences[language], answer, language, tells=lambda one: self._sayable(answer, one)), answer, language
            )
            for language in LOCALES
            if language in finding.sentences
        }
        unpriced: dict[str, str] = {
            language: said[language].replace(say_worth(worth_of(answer), language), "") for language in LOCALES if language in said
        }
        return said if priced else unpriced

    def _believed(self, finding: Finding) -> dict[str, str]:
        """How far the finding can be believed, with nothing in it that may not leave."""
        answer, untried = finding.answer, finding.verdict == "provisional"
        belief = Belief.of(answer, finding.pending, untried=untried, tells=lambda one: self._sayable(answer, one))
        belief = belief and replace(belief, whom=rounded_whom(belief.whom, self.rounding))
        return {language: say_belief(belief, language) for language in LOCALES if language in finding.believed} if belief else {}

    def _in_multiples(self, sentence: str, answer: Answer, language: Language) -> str:
        """A sentence with how many of how many it is about as a policy that rounds counts tells them."""
        whom = Whom.of(answer, tells=lambda one: self._sayable(answer, one))
        told = rounded_whom(whom, self.rounding)
        return sentence.replace(counted(whom, language), counted(told, language)) if whom and told and told != whom else sentence

    def _condition(self, answer: Answer, one: Diagnostic) -> Diagnostic:
        """A condition as it leaves; where counts are rounded, without a sentence that holds one as it is."""
        as_it_is = self.rounding is not None and unrounded(one.sentence) and not (of_areas(answer) and not OF_PEOPLE.search(one.sentence))
        return replace(rounded(one), sentence="" if as_it_is else one.sentence)

    def _sayable(self, answer: Answer, one: Diagnostic) -> bool:
        return may_say(answer, one) and not any(name in self.hidden for name in behind_condition(answer, one))


def _challenged(one: Challenge, answer: Answer) -> Challenge:
    """A challenge as it may leave; what was changed is its bare name where the phrase may count people."""
    from ..challenges.outside import leaving  # the package of challenges loads every method, which a release without any does not need

    counts = OF_PEOPLE.search(one.changed) and _counts_people(answer, one.changed)
    return leaving(replace(one, changed=one.name.replace("_", " ")) if counts else one)


def _told(answer: Answer, estimate: Estimate, rounding: Rounding | None) -> Estimate:
    """An estimate in the digits in which it may leave, without what only the door needs to know of its arms."""
    served, compared = (
        # a weighted share is not events by people: only the share is told
        rounded_arm(
            replace(arm, events=None if arm.weighed else arm.events, mean=shortened(arm.mean), some=None, closest=None, weighed=None), rounding
        )
        for arm in (estimate.served, estimate.compared)
    )
    estimand = replace(estimate.estimand, population=population(answer))
    first, *beside = (_between(one) for one in (estimate.interval, *estimate.beside))
    effect, std_error, p_value = map(shortened, (estimate.effect, estimate.std_error, estimate.p_value))
    ratio, hazards = estimate.ratio and _as_ratio(estimate.ratio), tuple(map(_as_ratio, estimate.hazards))
    return Estimate(
        estimand, effect, std_error, first, p_value, served, compared, tuple(beside), ratio=ratio, hazards=hazards, periods=estimate.periods
    )


def _between(one: Interval) -> Interval:
    return replace(one, low=shortened(one.low), high=shortened(one.high), by=formula(one))


def _as_ratio(ratio: Ratio) -> Ratio:
    return replace(ratio, value=shortened(ratio.value), interval=_between(ratio.interval))


def reason_stays(answer: Answer) -> bool:
    """Whether the reason why there is no answer tells, or may tell, of few people."""
    few = any(one.name in TELL_OF_FEW and not one.holds for one in answer.diagnostics)
    return few or any(_counts_people(answer, str(problem)) for problem in answer.refused)


def _counts_people(answer: Answer, reason: str) -> bool:
    """Whether a reason may hold a count of people; of areas, one that speaks of nobody holds none."""
    return _gives_away(reason) and not (of_areas(answer) and not OF_PEOPLE.search(reason))


def _gives_away(reason: str) -> bool:
    """Whether a reason may hold a count of people: a number that is no date and no length of time, or one in words."""
    return any(letter.isdigit() for letter in COUNTS_NOBODY.sub("", reason)) or bool(IN_WORDS.search(reason))


def shortened(number: float) -> float:
    """A number of three significant digits, or to the whole unit where that is finer."""
    return float(f"{number:.0f}") if isfinite(number) and abs(number) >= 10**DIGITS else float(f"{number:.{DIGITS}g}") + 0.0
