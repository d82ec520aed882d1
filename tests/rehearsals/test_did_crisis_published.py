"""What was published of a programme that is offered in a crisis: what is refused, how often the guarded contrast is wrong, and how often it sees."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evaluation.findings import judge
from evaluation.rehearsal import answered
from evaluation.study import load
from synthetic import WORLDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "crisis_dip.md").read_text(encoding="utf-8")
GUARDED, UNGUARDED = "made alike in the path before", ("before and after", "before and after, less everybody else's")
RUNS, LUCK = 400, 3  # Monte Carlo errors
FALSE, SEEN = 0.05, 0.80


def published() -> dict[tuple[str, str], dict[str, float]]:
    """The numbers of the page by programme and contrast, without their errors."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]
    heads = lines[0][2:]
    return {(line[0], line[1]): dict(zip(heads, (float(re.match(r"[-.\d]+", cell)[0]) for cell in line[2:]), strict=True)) for line in lines[2:]}  # type: ignore[index]  # every cell begins with its number


def error(share: float) -> float:
    return (share * (1 - share) / RUNS) ** 0.5


def test_the_guarded_contrast_seldom_claims_what_is_not_there_and_mostly_sees_a_fall_of_a_quarter() -> None:
    rows = published()

    assert f"{RUNS:,} counties" in PAGE
    assert rows["no effect", GUARDED]["said better"] <= FALSE + LUCK * error(FALSE)
    assert rows["a fall of a quarter", GUARDED]["said better"] >= SEEN - LUCK * error(SEEN)
    assert rows["no effect", GUARDED]["coverage"] >= 0.95 - LUCK * error(0.95)


@pytest.mark.parametrize("contrast", UNGUARDED)
@pytest.mark.parametrize("programme", ["no effect", "a fall of a quarter"])
def test_the_others_look_wonderful_and_are_not_answered(programme: str, contrast: str) -> None:
    row = published()[programme, contrast]

    assert row["not answered"] >= 0.95
    assert row["mean estimate"] < row["truth"] - 2 * row["SD"]  # people get better by themselves


def test_one_county_of_each_comes_out_as_published() -> None:
    """The dip is found, and the guarded contrast is answered, in the county that the first seed makes."""
    study = load(ROOT / "designs" / "bayview" / "services_three_contrasts.toml")

    found = list(answered(study, WORLDS["crisis_dip"], (0,), people=8_000, seed=0))

    said = [judge(one, title=study.title, languages=("en",)).pending for one in found]
    assert said[0] != "not answered" and said[1:] == ["not answered"] * 2
