"""A part of the table of docs/several_questions.md made anew: programmes that do nothing, and eleven measures of each."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from scipy.stats import binom

ROOT = Path(__file__).resolve().parents[2]
PROGRAMMES = 40  # some seconds of work: each is eleven answers by the method itself
RARE = 1e-3  # how rarely a programme's share may lie where this test allows it, if the study's promise holds


@pytest.fixture(scope="module")
def found() -> dict[str, Counter[str]]:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import eleven_measures
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    counted: dict[str, Counter[str]] = eleven_measures.count(eleven_measures.NULL, range(PROGRAMMES))
    return counted


@pytest.mark.parametrize("what", ["headline", "family"])
def test_programmes_that_do_nothing_carry_a_finding_in_no_more_than_5_of_100(found: dict[str, Counter[str]], what: str) -> None:
    assert found["holm"][what] <= binom.isf(RARE, PROGRAMMES, 0.05)


def test_without_a_declared_headline_many_carry_one(found: dict[str, Counter[str]]) -> None:
    assert found["no headline declared"]["either"] > binom.isf(RARE, PROGRAMMES, 0.05)


def test_no_correction_changes_what_the_headline_says(found: dict[str, Counter[str]]) -> None:
    assert len({one["headline"] for one in found.values()}) == 1
