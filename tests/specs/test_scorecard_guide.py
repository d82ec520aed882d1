"""What the guide to the scorecard says is what the code does."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from evaluation.__main__ import app
from evaluation.phrases import SMALLEST_COUNT
from evaluation.report.language import words_of
from evaluation.scorecards.curves import AHEAD
from evaluation.scorecards.forecast import FEWEST, LEVELS, SEASONS_FROM
from evaluation.scorecards.gaps import DIFFERENCE_BY, LEAST_SHARE, RATIO_BY
from evaluation.scorecards.stages import DELIVERY, GROUPS

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "scorecard.md").read_text(encoding="utf-8")


def test_the_numbers_and_names_of_the_guide_are_those_of_the_code() -> None:
    text = " ".join(GUIDE.split())

    assert AHEAD == 12 and "baseline covers the twelve months after" in text
    assert f"from {SEASONS_FROM} months on; with fewer than {FEWEST} months" in text
    assert f"{', '.join(f'{level:.0%}'[:-1] for level in LEVELS[:2])} and {LEVELS[2]:.0%}"[:-1] in text
    assert f"fewer than {SMALLEST_COUNT}, or of less than {LEAST_SHARE * 100:.0f} %" in text
    assert f"no count from 1 to {SMALLEST_COUNT - 1} people" in text
    assert all(year in text for year in ("Koopman 1984", "Miettinen and Nurminen (1985)")) and "Koopman 1984" in RATIO_BY
    assert DIFFERENCE_BY in text
    assert all(f"`{group}`" in text for group in GROUPS)
    assert [name.partition("/")[0] for name in DELIVERY] == ["referred", "offered", "enrolled", "completed"]
    assert "the stages are referral, offer, enrolment and completion" in text
    assert f"*{words_of('en')['cell.hidden']}*" in text and f"*{words_of('en')['scorecard.not_shown']}*" in text


def test_the_command_names_its_guide() -> None:
    assert "docs/scorecard.md" in CliRunner().invoke(app, ["scorecard", "--help"]).output
