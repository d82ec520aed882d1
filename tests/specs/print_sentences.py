"""Writes docs/sentences.md: `python tests/specs/print_sentences.py`; `test_sentences_printed` holds the page to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from random_findings import SHAPES, random_finding

from evaluation.terms import Finding, Language

PAGE = Path(__file__).parents[2] / "docs" / "sentences.md"
MANY, SEED = 60, 9
HEAD = """# Sentences

Spanish reviewed by: nobody yet.

Sixty sentences of each language, of invented findings drawn from a seed, so that somebody who speaks the language can read what is said
of every method, unit, verdict and licence before a county does.  The numbers mean nothing.  The letter is the licence of the
finding (docs/words.md): A caused, B likely, C goes with, D changed, X nothing may be said.  `python tests/specs/print_sentences.py` writes
this page.
"""


def chosen() -> Iterator[Finding]:
    """Findings of each shape in turn, of which no two are alike in method, verdict, licence and unit."""
    seen: set[tuple[str, ...]] = set()
    for number in range(8 * len(SHAPES)):
        one = random_finding(SEED, number)
        question, letter = one.answer.question, one.grade.licence if one.grade else "X"
        kind = (question.method, question.estimator, one.verdict, letter, one.answer.outcome.unit)
        if kind not in seen:
            seen.add(kind)
            yield one


def in_turn() -> list[Finding]:
    """The first of each letter and verdict, and then others, until there are enough."""
    every = list(chosen())
    first: dict[tuple[str, str], Finding] = {}
    for one in every:
        first.setdefault((one.grade.licence if one.grade else "X", one.verdict), one)
    told = {id(one) for one in first.values()}
    rest = [one for one in every if id(one) not in told and one.verdict != "not answered"]
    return [*first.values(), *rest][:MANY]


def page() -> str:
    """The page."""
    findings = in_turn()
    languages: tuple[tuple[Language, str], ...] = (("en", "English"), ("es", "Spanish"))
    parts = [HEAD]
    for language, called in languages:
        parts.append(f"## {called}\n")
        for number, one in enumerate(findings, start=1):
            question = one.answer.question
            parts.append(f"{number}. ({question.method}, {one.verdict}, {one.grade.licence if one.grade else 'X'}) {one.sentences[language]}")
        parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
