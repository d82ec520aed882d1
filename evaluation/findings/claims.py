"""Holds what people wrote against the findings it speaks of: what claims too much, points the other way, or stands in no finding.

A sentence speaks of a finding when it names its outcome, or, naming none, the programme.  It is judged by word lists and by numbers; no
grammar is read, and docs/words.md says what that misses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from ..terms import Language, Licence, Problem, Refused
from .licence import STRENGTH
from .linter import claims, lists_of, simple
from .paths_of_numbers import NUMBER, value_of
from .prose import Sentence
from .writing import catalogue, fill

STEM = 5  # letters by which words of an outcome are known again: "arrested", "arrests"
TOLD = ("better", "worse", "no difference that matters")
DUST = 1e-9
OFF_BY = 2.0  # a number this near one of the finding's, in printed units, is that one rounded wrongly


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a sentence may not say."""

    line: int
    words: str
    wrong: str
    instead: str

    def __str__(self) -> str:
        return f"{self.line}: “{self.words}”: {self.wrong}. {self.instead}"


@dataclass(frozen=True)
class Held:
    """A finding as its findings.json has it."""

    data: Mapping[str, Any]
    tables: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        return str(self.data["verdict"])

    @property
    def licence(self) -> Licence:
        """The letter that its words may use; of a provisional finding no cause, whatever its letter."""
        letter: Licence = (self.data.get("grade") or {}).get("licence") or "C"
        return "X" if self.verdict == "not answered" else min(letter, "C", key=STRENGTH.__getitem__) if self.verdict == "provisional" else letter

    def called(self, language: Language) -> str:
        """Its verdict by name."""
        return str(catalogue(language)["claims"]["verdict"][self.verdict.replace(" ", "_")])

    @property
    def of_money(self) -> bool:
        """Whether it is about what something cost, so that "better" is cheaper."""
        return bool(self.data["outcome"].get("unit") == "dollars" and self.data["outcome"].get("better") == "fewer")

    @cached_property
    def p_values(self) -> tuple[float, ...]:
        """The p values of its own tables of effects."""
        rows = [row for name in self.data.get("tables", ()) for row in self.tables.get(name, {}).get("rows", ())]
        return tuple(float(row["p value"]) for row in rows if isinstance(row.get("p value"), int | float))

    @property
    def role(self) -> str:
        return str(self.data["question"]["role"])

    def said(self, language: Language) -> str:
        """What the finding itself says, without its title."""
        sentences = self.data["sentences"]
        whole: str = sentences.get(language) or next(iter(sentences.values()))
        return whole.partition(": ")[2] or whole

    def about(self, language: Language) -> frozenset[str]:
        """By what words its outcome is known again."""
        outcome = self.data["outcome"]
        texts = " ".join((outcome["event"].get(language, ""), outcome.get("title", {}).get(language, "")))
        return _stems(texts) - _stems(" ".join(catalogue(language)["claims"]["common"]))

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """Every number of its sentences."""
        texts = (*self.data["sentences"].values(), *self.data["believed"].values())
        return tuple(dict.fromkeys(value_of(found) for text in texts for found in NUMBER.findall(text)))

    @cached_property
    def sizes(self) -> tuple[float, ...]:
        """Its effect and the ends of its range, as they are printed: the numbers that have a range."""
        return tuple(value_of(one["text"]) for one in self.data.get("numbers", {}).get("en", ()) if one["path"] in ("estimate.effect",))

    @cached_property
    def effect(self) -> float | None:
        """Which way its effect points; None where it shows none."""
        found = next((one["value"] for one in self.data.get("numbers", {}).get("en", ()) if one["path"] == "estimate.effect"), None)
        return None if found is None else float(found)

    @cached_property
    def shown(self) -> tuple[float, ...]:
        """The shares and counts of its own tables, as people round them."""
        cells = [cell for name in self.data.get("tables", ()) for row in self.tables.get(name, {}).get("rows", ()) for cell in row.values()]
        found = [float(cell) for cell in cells if isinstance(cell, int | float)]
        return tuple(found)


def held_in(folder: Path) -> tuple[Held, ...]:
    """The findings of a folder, or of those below it; refuses one that holds none."""
    files = [folder] if folder.is_file() else sorted(folder.rglob("findings.json"))
    found: list[Held] = []
    for file in files:
        try:
            whole = json.loads(file.read_text(encoding="utf-8"))
            found += [Held(one, whole["tables"]) for one in whole["findings"]]
        except (ValueError, KeyError, TypeError):
            raise Refused(Problem(str(file), "this is no findings.json.", "`betteroff run` writes it.", "Name its folder with --findings.")) from None
    if not found:
        raise Refused(Problem(str(folder), "no findings.json lies here.", "`betteroff run` writes it.", "Name its folder with --findings."))
    return tuple(found)


def lint_claims(sentences: Sequence[Sentence], findings: Sequence[Held]) -> Iterator[Hit]:
    """Everything in the sentences that the findings do not bear out, in the order of the lines."""
    spoken: list[tuple[Sentence, Language, tuple[Held, ...]]] = []
    for one in sentences:
        language = language_of(one.text)
        about = spoken_of(one.text, language, findings)
        if about:
            spoken.append((one, language, about))
            wrong = tuple(_wrong(one.text, language, about))
            may = fill(catalogue(language)["claims"]["wrong"]["instead"], may=about[0].said(language))
            for number, each in enumerate(wrong):
                yield Hit(one.line, _short(one.text), each, may if number == len(wrong) - 1 else "")
    yield from _only_beside(spoken, findings)


def language_of(text: str) -> Language:
    """In which language a sentence is: whose commonest words it has most of."""
    known: tuple[Language, ...] = get_args(Language)
    return max(known, key=lambda language: len(lists_of(language).patterns["common"].findall(simple(text))))


def spoken_of(text: str, language: Language, findings: Sequence[Held]) -> tuple[Held, ...]:
    """The findings whose outcome a sentence names most, headline first; all of the headlines, where it names the programme alone.

    A sentence that speaks of money saved or spent speaks of the findings on costs.
    """
    stems = _stems(text)
    if (of_money := [one for one in findings if one.of_money]) and _of_money(lists_of(language), simple(text)):
        findings = of_money
    named = [(len(stems & one.about(language)), one) for one in findings]
    most = max(many for many, _ in named)
    order = {"headline": 0, "secondary": 1}
    if of_money and findings is of_money and not most:
        return tuple(sorted(of_money, key=lambda one: order.get(one.role, 2)))
    if most:
        return tuple(sorted((one for many, one in named if many == most), key=lambda one: order.get(one.role, 2)))
    words = " ".join(title for one in findings for title in one.data["title"].values())
    if lists_of(language).found("programme", simple(text)) or len(stems & _stems(words)) > 1:
        return tuple(one for one in findings if one.role == "headline") or tuple(findings[:1])
    return ()


def _wrong(text: str, language: Language, about: Sequence[Held]) -> Iterator[str]:
    """What is wrong with one sentence, a phrase each."""
    words, lists, said = catalogue(language)["claims"]["wrong"], lists_of(language), simple(text)
    lead, unsettled = about[0], lists.found("unsettled", said)
    if lists.found("significant", said):
        yield words["significant"]
    if lists.found("certain", said):
        yield words["proved"]
    if lists.found("headline", said) and all(one.role != "headline" for one in about):
        yield fill(words["headline"], role=catalogue(language)["claims"]["role"][lead.role])
    excused = lists.patterns["excuses"].sub(" ", said)
    if not unsettled and (lists.found("no_effect", excused) or lists.found("no_difference", excused)):
        yield fill(words["no_effect"], verdict=lead.called(language))
    elif not unsettled:
        yield from _claimed(text, language, about)
    yield from _numbered(text, language, about)


def _claimed(text: str, language: Language, about: Sequence[Held]) -> Iterator[str]:
    """Whether it claims more than any finding of it licenses, or another direction."""
    words, lists, said = catalogue(language)["claims"]["wrong"], lists_of(language), simple(text)
    needs, most = claims(text, language), max((one.licence for one in about), key=STRENGTH.__getitem__)
    way = _way(lists, said, about)
    saved = _saved(lists, said) if any(one.of_money for one in about) else ""
    directed = bool(way or saved or lists.found("better", said) or lists.found("worse", said)) or needs in ("A", "B")
    verdicts = {one.verdict for one in about}
    if verdicts == {"not answered"} and (directed or needs in ("A", "B", "C")):
        yield words["unanswered"]
    elif verdicts == {"cannot tell yet"} and directed and not _ranged(lists, said):
        yield words["untold"]
    elif STRENGTH[needs] > STRENGTH[most]:
        yield words["likely" if needs == "B" else "causal" if needs == "A" else "compared"]
    elif verdicts == {"provisional"} and directed and not lists.found("doubts", said):
        yield words["provisional"]
    else:
        yield from _turned(lists, said, way, about, words)
    told = {one.data["pending"] for one in about}
    if saved and told != {"not answered"} and {"saves": "better", "spends": "worse"}[saved] not in told:
        yield fill(words["saving" if saved == "saves" else "spending"], verdict=about[0].called(language))


def _of_money(lists: Any, said: str) -> bool:
    """Whether a sentence says that money was saved or spent: a verb, and a word for money."""
    return bool((lists.found("saves", said) or lists.found("spends", said)) and lists.found("money", said))


def _saved(lists: Any, said: str) -> str:
    """Which of both it claims; empty where it claims neither, or denies it, or asks."""
    if not _of_money(lists, said):
        return ""
    which = "saves" if lists.found("saves", said) else "spends"
    before = said[: lists.patterns[which].search(said).start()]
    return "" if lists.found("never", before) or lists.found("doubts", before) else which


def _turned(lists: Any, said: str, way: int, about: Sequence[Held], words: Mapping[str, str]) -> Iterator[str]:
    """Whether it points the other way than every finding it speaks of."""
    effects = [one.effect for one in about if one.effect is not None]
    if way and effects and all(effect * way < 0 for effect in effects):
        yield words["sign"]
    told = {one.data["pending"] for one in about}
    better, worse = bool(lists.found("better", said)), bool(lists.found("worse", said))
    if (better and not worse and "better" not in told and "worse" in told) or (worse and not better and "worse" not in told and "better" in told):
        yield words["direction"]


def _way(lists: Any, said: str, about: Sequence[Held]) -> int:
    """Which way the numbers are said to go: -1, 1, or 0 where both or neither is said."""
    down, up = bool(lists.found("down", said)), bool(lists.found("up", said))
    return 0 if down == up or not about else 1 if up else -1


def _ranged(lists: Any, said: str) -> bool:
    """Whether a range is told: words for one, and two numbers or more."""
    return bool(lists.found("within", said)) and len(NUMBER.findall(said)) > 1


def _numbered(text: str, language: Language, about: Sequence[Held]) -> Iterator[str]:
    """Whether each of its numbers stands in a finding, and as what it is."""
    words, lists = catalogue(language)["claims"]["wrong"], lists_of(language)
    said = simple(text)
    known = {number for one in about for number in one.numbers}
    sizes = {number for one in about for number in one.sizes}
    certain = False
    for found, number in _numbers(said, language):
        sign = _of_a_p_value(lists, said[: found.start()])
        if sign:
            yield from _p_value(found[0], number, sign, about, words)
            continue
        per_cent = lists.patterns["percent"].match(said, found.end()) or lists.patterns["percent"].match(said, found.end() + 1)
        points = lists.patterns["points"].search(said, found.end(), found.end() + 25)
        if per_cent and not points and not _share(number, about):
            yield fill(words["percent"], number=found[0]) if number in sizes else fill(words["number"], number=found[0])
        elif number in known:
            certain |= number in sizes
        elif not _share(number, about) or not per_cent:
            near = sorted((size for size in known if abs(size - number) <= OFF_BY and size != 100), key=lambda size: abs(size - number))
            right = f"{near[0]:,.10g}" if near else ""
            yield fill(words["rounded"], number=found[0], right=right) if near else fill(words["number"], number=found[0])
    if certain and not lists.found("about", said) and not _ranged(lists, said):
        yield words["certain"]


def _of_a_p_value(lists: Any, before: str) -> str:
    """The sign that stands between `p` and a number; empty where what comes before a number is no p value."""
    found = next((one for one in lists.patterns["p_value"].finditer(before) if not before[one.end() :].strip()), None)
    return "" if found is None else found[0][-1] if found[0][-1] in "<>" else "="


def _p_value(text: str, number: float, sign: str, about: Sequence[Held], words: Mapping[str, str]) -> Iterator[str]:
    """Whether a p value is one of the findings', as it is written."""
    own = [p for one in about for p in one.p_values]
    half = 0.5 * 10.0 ** -len(text.partition(".")[2])
    fits = {"<": lambda p: p < number, ">": lambda p: p > number, "=": lambda p: abs(p - number) <= half * (1 + DUST)}[sign]
    if not own:
        yield fill(words["number"], number=text)
    elif not any(map(fits, own)):
        yield fill(words["p_value"], number=text, right=f"{own[0]:.3g}")


def _numbers(said: str, language: Language) -> Iterator[tuple[re.Match[str], float]]:
    """The numbers of a text that are sizes: no day, no year, no length of time, no base."""
    lists = lists_of(language)
    for found in NUMBER.finditer(said):
        after, before = said[found.end() : found.end() + 14], said[max(0, found.start() - 14) : found.start()]
        number = value_of(found[0])
        timed = lists.patterns["time"].match(after.lstrip(" -"))
        based = lists.patterns["people"].search(before) or re.search(r"(?:per|por|in) $", before)
        if not timed and not based and not (number == int(number) and 1900 <= number <= 2100 and "," not in found[0]):
            yield found, number
    spelt = catalogue(language)["claims"]["words"]
    for value, name in SPELT.items():
        for phrase in spelt[name]:
            for found in re.finditer(rf"\b{re.escape(simple(phrase))}\b(?=\s+(?:{_more(language)}))", said):
                yield found, float(value)


SPELT = {
    **{2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"},
    **{11: "eleven", 12: "twelve", 15: "fifteen", 20: "twenty", 50: "fifty"},
}


def _more(language: Language) -> str:
    """The words after which a spelt number is a size: fewer, more, points, per cent."""
    lists = catalogue(language)["claims"]
    return "|".join(re.escape(simple(one)).replace(r"\*", r"\w*") for name in ("down", "up", "points", "percent") for one in lists[name])


def _share(number: float, about: Sequence[Held]) -> bool:
    """Whether a per cent is a share that a table of the findings shows."""
    return any(abs(100 * cell - number) <= 0.5 for one in about for cell in one.shown if 0 < cell < 1)


def _only_beside(spoken: Sequence[tuple[Sentence, Language, tuple[Held, ...]]], findings: Sequence[Held]) -> Iterator[Hit]:
    """Whether a text of several claims tells of other questions, and never of the headline."""
    told = [(one, language) for one, language, about in spoken if all(each.role != "headline" for each in about)]
    if len(spoken) > 2 and len(told) == len(spoken) and any(one.role == "headline" for one in findings):
        (first, language), words = told[0], catalogue(told[0][1])["claims"]["wrong"]
        headline = next(one for one in findings if one.role == "headline")
        yield Hit(first.line, _short(first.text), words["only"], fill(words["instead"], may=headline.said(language)))


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in re.findall(r"[a-zñ]+", simple(text)) if len(word) > 3)


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:157]}..."
