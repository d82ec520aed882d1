"""The attacker of `benchmarks/attacker.py`, who has only what was released: in random reports and successive quarters he recovers nothing.

Twenty reports and ten pairs of quarters here; `python benchmarks/attacker.py --sets 200` sets him on as many as one likes.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from evaluation.findings import Released, disclosure, release
from evaluation.findings.suppression import System
from evaluation.report.tables import findings_json
from evaluation.terms import Finding

HERE = Path(__file__).parents[2] / "benchmarks"


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", HERE / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


attack, sets = _module("attacker"), _module("report_sets")


def recovered(*released: Released) -> list[str]:
    texts = [findings_json(one) for one in released]
    found = attack.together(texts) if len(texts) > 1 else attack.read(texts)
    return [*found.recovered(), *attack.differences(texts)]


def of_quarters(pair: list[list[Finding]], *, remembered: bool) -> tuple[Released, Released]:
    first = release(pair[0])
    return first, release(pair[1], before=[first.record("q1")] if remembered else [])


@pytest.mark.parametrize("seed", range(20))
def test_no_hidden_cell_of_a_report_can_be_worked_back(seed: int) -> None:
    assert recovered(release(sets.report_set(seed))) == []


@pytest.mark.parametrize("seed", range(10))
def test_no_hidden_cell_of_two_quarters_can_be_worked_back(seed: int) -> None:
    assert recovered(*of_quarters(sets.quarters(seed), remembered=True)) == []


def test_two_quarters_that_do_not_know_of_each_other_give_people_away() -> None:
    assert any(recovered(*of_quarters(sets.quarters(seed), remembered=False)) for seed in range(10))


def test_hiding_only_what_is_small_gives_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_the_small(system: System) -> dict[str, str]:
        return dict.fromkeys((name for name in system.small() if system.cells.get(name)), "small")

    monkeypatch.setattr(disclosure, "hide", only_the_small)
    monkeypatch.setattr(disclosure, "exposed", lambda system, hidden: ())

    assert sum(bool(recovered(release(sets.report_set(seed)))) for seed in range(6)) >= 4


def test_horizons_that_are_not_tied_give_people_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "linked", lambda answers: ({}, ()))

    assert any(recovered(release(sets.report_set(seed))) for seed in range(40))
