"""Refuses a sentence that says more than was found: it claims more than its licence, contradicts itself, or holds a number from nowhere.

What verbs say is data: the lists of the catalogues' [licence] and [claims], in each language.  A verb of the list `causes` is causal
wherever it stands, one of `acts` only after the programme is named in the same clause; a hedge before it makes it *likely*, and a doubt
no claim at all.  A list is no grammar: what it cannot see is told in docs/words.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ..terms import Finding, Language, Licence, Problem, Refused, better_of
from .beyond import target_of
from .licence import STRENGTH
from .ranges import HIGH, LOW, WORTHWHILE
from .recomputed import untrue
from .writing import LOCALES, SLOT, catalogue, fill, in_language

CLAUSE = re.compile(r"[;:!?]|\.(?=\s|$)|,\s(?=but|and|so|pero|así|y\s)")
QUOTED = re.compile("“[^”]*”")  # a design's own words: a column, a kind of event
NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)*/[a-z]+(?:_[a-z]+)*\b")  # of a definition
ACCENTS = re.compile("[\u0300-\u036f]")
# the letter of each of the catalogue's manners in which a verdict is claimed outright
NEEDS: dict[str, Licence] = {"outright": "A", "likely": "B", "seen": "C", "plans": "C", "change": "D", "disparity": "D"}
CLAIMS = ("better", "worse", "no difference that matters")


@dataclass(frozen=True, slots=True)
class Lists:
    """The word lists of one language, each as one pattern over texts that `simple` made of them."""

    patterns: dict[str, re.Pattern[str]]

    def found(self, name: str, text: str) -> str:
        """The first words of a list that stand in a text made simple; empty where none do."""
        found = self.patterns[name].search(text)
        return found[0] if found else ""


@cache
def lists_of(language: Language) -> Lists:
    """The lists of a language, compiled once."""
    words = catalogue(language)
    named = {name: every for group in ("licence", "claims") for name, every in words[group].items() if isinstance(every, list)}
    return Lists({name: _pattern(every) for name, every in named.items()})


def _pattern(every: Sequence[str]) -> re.Pattern[str]:
    """Any of the phrases, the longest first; `*` at the end of a word stands for any ending."""

    def one(phrase: str) -> str:
        return re.escape(simple(phrase)).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")

    longest_first = sorted(every, key=len, reverse=True)
    words = [one(phrase) for phrase in longest_first if phrase[0].isalnum()]  # one look at each beginning of a word, not one for each phrase
    signs = [one(phrase) for phrase in longest_first if not phrase[0].isalnum()]
    ends = r"(?:\b|(?<!\w))"
    return re.compile("|".join((rf"\b(?:{'|'.join(words)}){ends}" if words else r"(?!)", *signs)))


def simple(text: str) -> str:
    """A text in small letters without accents, so that nothing hangs on how carefully it was typed."""
    return ACCENTS.sub("", unicodedata.normalize("NFD", text.casefold().replace("’", "'")))


def claims(text: str, language: Language) -> Licence:
    """The strongest that a text says of why: the letter that it would need; X where it says nothing of that."""
    lists = lists_of(language)
    strongest: Licence = "X"
    for clause in CLAUSE.split(text):
        said = lists.patterns["excuses"].sub(" ", simple(clause))
        needs = _needs(lists, said)
        strongest = max(strongest, needs, key=STRENGTH.__getitem__)
    return strongest


def _needs(lists: Lists, clause: str) -> Licence:
    found = lists.patterns["causes"].search(clause)
    named = lists.patterns["programme"].search(clause)
    if found is None and named is not None:
        found = lists.patterns["acts"].search(clause, named.end())
    if found is None:
        return "C" if lists.found("goes", clause) else "D" if lists.found("changed", clause) else "X"
    before = clause[: found.start()]
    if lists.found("doubts", before):
        return "X"
    return "B" if lists.found("hedges", clause) else "A"


def lint(finding: Finding) -> Iterator[Problem]:
    """Everything that is wrong with what a finding says, in any of its languages."""
    for language in (each for each in LOCALES if each in finding.sentences):
        own, believed = _own_words(finding, finding.sentences[language], language), finding.believed.get(language, "")
        wrong = (*_overclaims(finding, own, believed, language), *_contradicts(finding, own, language), *_slips(finding, own, language))
        for found in (*wrong, *untrue(finding, language)):
            yield Problem(f"{finding.answer.question.name}, {language}", f"{found}.", "", "This is a fault of ours: nothing was written.")
    yield from _apart(finding)


def checked(finding: Finding) -> Finding:
    """The finding itself; refuses one that says what it may not."""
    problems = tuple(lint(finding))
    if problems:
        raise Refused(*problems)
    return finding


def _own_words(finding: Finding, sentence: str, language: Language) -> str:
    """A sentence without what others wrote of it: its title, and the name of its event."""
    for theirs in (f"{in_language(language, finding.title)}: ", in_language(language, finding.answer.outcome.event)):
        sentence = str(sentence).replace(theirs, "") if theirs.strip() else sentence
    return QUOTED.sub("", sentence)


def _overclaims(finding: Finding, own: str, believed: str, language: Language) -> Iterator[str]:
    licence = finding.grade.licence if finding.grade else "C"
    if finding.verdict in (*CLAIMS, "provisional") and licence == "X":
        yield "the sentence claims something, and its grade licenses nothing"
    if finding.verdict == "not answered":
        return  # all that is said is why there is no answer
    for text in (own, QUOTED.sub("", believed)):
        needs = claims(text, language)
        if STRENGTH[needs] > STRENGTH[licence]:
            yield f"the sentence claims what needs the licence {needs}, and has {licence}: '{_words(text)}'"
        if banned := lists_of(language).found("no_effect", lists_of(language).patterns["excuses"].sub(" ", simple(text))):
            yield f"the sentence says '{banned}', and no finding can show that"
        if banned := lists_of(language).found("significant", simple(text)):
            yield f"the sentence says '{banned}', which is no verdict"


def _contradicts(finding: Finding, own: str, language: Language) -> Iterator[str]:
    """Where verdict, sign and numbers of one sentence do not go together."""
    estimate, question, words = finding.answer.estimate, finding.answer.question, catalogue(language)
    told = _verdict_told(own, language)
    if told and (told.verdict, told.pending) != (finding.verdict, finding.pending):
        yield f"the sentence says {told.named}, and the verdict is {_called(finding.verdict, finding.pending)}"
    if told and finding.grade and STRENGTH[told.needs] > STRENGTH[finding.grade.licence]:
        yield f"the words of its verdict need the licence {told.needs}, and it has {finding.grade.licence}"
    if finding.verdict == "not answered" or estimate is None:
        return
    if target_of(finding.answer) is None and finding.pending in ("better", "worse"):
        fewer = better_of(finding.answer.outcome, question.measure) == "fewer"
        inside = estimate.effect and not estimate.interval.excludes(estimate.effect)
        if inside and ((estimate.effect < 0) == fewer) != (finding.pending == "better"):
            yield f"the verdict is {finding.pending}, and the effect points the other way"
    for said in finding.numbers.get(language, ()):
        if said.path in (LOW, HIGH) and said.value and estimate.interval.given:
            direction = "fewer" if said.value < 0 else "more"
            end = words["end"]["people"][direction].replace("{n}", said.text)
            if end not in own:
                yield f"{said.path} is {said.value:g}, and the sentence does not say '{end}'"


def _slips(finding: Finding, own: str, language: Language) -> Iterator[str]:
    """Where a sentence shows how it was put together: two commas, the name of a definition, a smallest difference without its unit."""
    if ",," in own:
        yield "the sentence has two commas in a row"
    if finding.verdict != "not answered" and (named := NAME.search(own)):  # why there is no answer is quoted as it was told
        yield f"the sentence names a definition, '{named[0]}'"
    least, whole = catalogue(language)["size"]["worthwhile"], str(finding.sentences[language])
    for said in finding.numbers.get(language, ()):
        if said.path == WORTHWHILE and re.search(rf"{re.escape(fill(least, size=said.text))}(?:[),;]|\.(?:\s|$))", whole):
            yield f"the smallest difference worth having, {said.text}, has no unit"


@dataclass(frozen=True, slots=True)
class Worded:
    """What the words of a verdict say."""

    verdict: str
    pending: str
    needs: Licence  # the letter that licenses these words; X where they claim nothing
    parts: tuple[str, ...]  # the words, in their order

    @property
    def named(self) -> str:
        """As a sentence names it."""
        return _called(self.verdict, self.pending)


def _called(verdict: str, pending: str) -> str:
    """A verdict, and what it is pending where that is another."""
    return verdict if verdict == pending else f"{pending}, which is {verdict}"


def _verdict_told(own: str, language: Language) -> Worded | None:
    """Which verdict the words of a sentence are those of; None where they are of none."""
    return next((told for told in _verdicts(language) if _in_order(told.parts, own)), None)


@cache
def _verdicts(language: Language) -> tuple[Worded, ...]:
    """Each verdict with the words that say it: first where nothing is claimed, then the longest, for some hold others."""
    words = catalogue(language)
    unanswered = words["sentence"]["not_answered"].partition("{reason}")[0]
    unsure = words["sentence"]["cannot_tell"].rpartition("{doubt}")[2].partition("{already}")[0]
    first = (Worded("not answered", "not answered", "X", _parts(unanswered)[-1:]), Worded("cannot tell yet", "cannot tell yet", "X", (unsure,)))
    claimed = [
        Worded(verdict if manner in NEEDS else "provisional", verdict, NEEDS.get(manner, "X"), _parts(pattern))
        for group in ("verdict", "verdict_costs")
        for manner, patterns in words[group].items()
        for verdict, pattern in ((key.replace("_", " "), each) for key, each in patterns.items())
    ]
    for reached, verdict in (("reached", "better"), ("not_reached", "worse"), ("cannot_tell", "cannot tell yet")):
        parts = _parts(words["target"][reached])
        claimed += [Worded(verdict, verdict, "X", parts), Worded("provisional", verdict, "X", (*parts, words["target"]["provisional"]))]
    return (*first, *sorted(claimed, key=lambda told: -sum(map(len, told.parts))))


def _parts(pattern: str) -> tuple[str, ...]:
    """What stands between the slots of a pattern."""
    return tuple(part for part in SLOT.split(pattern)[::2] if part)


def _in_order(parts: Sequence[str], text: str) -> bool:
    """Whether a text holds all the parts, one after the other."""
    place = 0
    for part in parts:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _words(text: str) -> str:
    return text if len(text) < 120 else f"{text[:120]}..."


def _apart(finding: Finding) -> Iterator[Problem]:
    """Where the languages do not tell the same numbers."""
    told = {
        language: sorted((said.path, said.value) for said in numbers if said.path.split(".")[0] not in ("words", "text", "settled_by"))
        for language, numbers in finding.numbers.items()
    }
    if len({tuple(every) for every in told.values()}) > 1:
        found = f"its sentences in {', '.join(told)} do not tell the same numbers."
        yield Problem(finding.answer.question.name, found, "", "This is a fault of ours.")
