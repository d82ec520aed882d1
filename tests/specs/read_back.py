"""Reads many random findings back: `python tests/specs/read_back.py 10000`.  Prints how many, and everything that was read amiss."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from held import apart
from random_findings import random_findings
from reader import read

from evaluation.terms import Finding, Language

LANGUAGES: tuple[Language, ...] = ("en", "es")
SEED = 20


def amiss(findings: Iterable[Finding]) -> Iterator[str]:
    """What was read and does not stand in the finding, or could not be read at all; each with its sentence."""
    for finding in findings:
        for language in LANGUAGES:
            sentence = str(finding.sentences[language])
            try:
                found = list(apart(finding, read(sentence), language))
            except ValueError as unread:
                found = [str(unread)]
            yield from (f"{each}: {sentence}" for each in found)


def main(many: int) -> int:
    """Reads so many findings in both languages."""
    wrong = list(amiss(random_findings(many, SEED)))
    print(*wrong, f"{many:,} findings, {2 * many:,} sentences, {len(wrong):,} things read amiss", sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
