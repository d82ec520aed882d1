"""The published table of false claims: it is what its numbers say, it holds, and some of its counties come out again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

import false_claims  # noqa: E402  # from the folder of benchmarks

AGAIN = 3  # counties that are made again


def test_the_page_is_what_the_numbers_say() -> None:
    assert false_claims.PAGE.read_text(encoding="utf-8") == false_claims.page(false_claims.published())


@pytest.mark.parametrize(
    "line", [one for one in false_claims.published() if one["effect"] == "none" and one["allowed"]], ids=lambda one: one["contrast"]
)
def test_a_programme_that_does_nothing_is_seldom_said_to_do_something(line: dict[str, str]) -> None:
    runs, false = int(line["runs"]), line["verdicts"].count("b") + line["verdicts"].count("w")
    assert len(line["verdicts"]) == runs and false / runs == pytest.approx(float(line["better"]) + float(line["worse"]), abs=1e-3)
    assert false / runs <= false_claims.most(float(line["allowed"]), runs)


def test_where_need_is_hidden_or_a_crisis_passes_the_contrast_alone_is_wrong_in_most_counties() -> None:
    for world in ("lasting_need_additive", "crisis_dip"):
        assert any(float(one["excludes_none"]) > 0.5 for one in false_claims.published() if one["world"] == world and one["effect"] == "none")


def test_sound_designs_still_speak_where_the_programme_works() -> None:
    """The guard that stops every claim would pass every other test of this file."""
    said = {(one["world"], one["contrast"]): float(one["better"]) for one in false_claims.published() if one["effect"] == "steady"}
    assert said["lasting_need_additive", "before and after, less that of the never served"] > 0.7
    assert said["crisis_dip", "made alike in the path before"] > 0.5


@pytest.mark.parametrize("number", [0, 2])
def test_the_first_counties_come_out_again(number: int) -> None:
    case = false_claims.CASES[number]
    found = false_claims.rehearsed(case, "none", runs=AGAIN, jobs=1, kept=None)
    [line] = [one for one in false_claims.published() if (one["contrast"], one["effect"]) == (case.contrasts[0], "none")]

    assert false_claims.letters(found, found.scores[0].question) == line["verdicts"][:AGAIN]
