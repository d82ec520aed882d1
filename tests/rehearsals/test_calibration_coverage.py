"""Calibrated ranges cover as the page says: cells of its table made anew, and every cell of 30 controls held to the gate."""

from __future__ import annotations

import importlib.util
import sys
from math import sqrt
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
SPREADS = 3.0  # Monte Carlo errors of the gate


@pytest.fixture(scope="module")
def made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_of_calibration", ROOT / "benchmarks" / "calibration.py")
    assert spec is not None and spec.loader is not None
    sys.path.insert(0, str(ROOT / "benchmarks"))  # of a module that it shares
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def cells(heading: str) -> list[list[str]]:
    """The rows of the table that follows a word of its head."""
    lines = PAGE[PAGE.index(heading) :].splitlines()[2:]
    return [[word.strip() for word in line.strip("|").split("|")] for line in lines[: next(n for n, line in enumerate(lines) if not line)]]


NUMBERS = "| controls | spread | luck shared |"


def test_a_cell_of_the_page_is_what_its_runs_give(made: ModuleType) -> None:
    runs = made.RUNS
    cell = made.drawn(30, 1.0, 0.3, runs)

    covered = (made.share(each, runs) for each in (cell.ours, cell.plug_in))

    assert ["30", "1", "0.3", *covered, f"{cell.wide:.2f}", f"{cell.wide_plug_in:.2f}"] in cells(NUMBERS)


def test_with_thirty_exchangeable_controls_every_range_covers_at_the_gate(made: ModuleType) -> None:
    least = 0.95 - SPREADS * sqrt(0.0475 / made.RUNS)
    covered = [float(row[3].split()[0]) for row in cells(NUMBERS) if row[0] == "30"]

    assert len(covered) == len(made.SPREADS) * len(made.SHARED) and min(covered) >= least


def test_few_controls_cover_with_our_range_and_not_with_the_plug_in(made: ModuleType) -> None:
    five = made.drawn(5, 1.0, 0.0, 300)

    assert five.ours >= 0.95 - SPREADS * sqrt(0.0475 / 300) and five.plug_in < 0.9
    assert five.wide > five.wide_plug_in


def test_the_joint_test_flags_what_nothing_moves_as_often_as_it_says(made: ModuleType) -> None:
    assert made.size(15, 0.3, 400, 0.1, 400) <= 0.05 + SPREADS * sqrt(0.0475 / 400)


def test_alike_controls_tell_the_error_of_the_real_outcomes_only_on_the_scale_of_odds(made: ModuleType) -> None:
    def ratio(dial: str, scale: str) -> float:
        row = next(row for row in cells("| alike | scale |") if row[:2] == [dial, scale])
        real, controls = [float(each) for each in row[2:5]], float(row[5])
        return controls / (sum(real) / 3)

    assert 0.8 < ratio("1", "p (1 - p)") < 1.2 and ratio("1", "as they stand") < 0.5
    assert 0.35 < ratio("0.5", "p (1 - p)") < 0.65 and abs(ratio("0", "p (1 - p)")) < 0.1
