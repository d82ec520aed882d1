"""A rehearsal whose answers are challenged: the same numbers, the verdicts of what is left standing, and a place of their own."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from evaluation.challenges import running, table
from evaluation.diagnostics import placebo_start
from evaluation.rehearsal import in_counties, rehearse
from evaluation.study import load
from evaluation.study.changing import but
from evaluation.terms import Challenge, Study
from synthetic import WORLDS

DESIGN = Path(__file__).parents[2] / "designs" / "bayview" / "reentry_navigation.toml"
WORLD = WORLDS["lottery"]


@pytest.fixture(scope="module")
def study() -> Study:
    return but(load(DESIGN), alone=True, role="headline")


def with_one(monkeypatch: pytest.MonkeyPatch, run) -> None:
    """A table of one challenge, which is run on every answer."""
    kind = table.Kind("placebo_start", "the start", "Is an effect found?", "beside", run, decides=True)
    monkeypatch.setattr(running, "CHALLENGES", MappingProxyType({kind.name: kind}))


def fails(asked) -> Challenge:
    condition = placebo_start(0.001, days=(364, 0), more=True)
    return Challenge("placebo_start", "the start", condition.sentence, (condition,))


def test_a_challenge_that_decides_takes_every_verdict_and_no_number(study: Study, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_one(monkeypatch, fails)
    words = {"runs": 2, "people": 400, "reference": 200, "store": tmp_path}
    plain, challenged = (rehearse(study, WORLD, challenged=one, **words) for one in (False, True))
    assert {run.verdict for run in challenged.done} == {"not answered"} and "not answered" not in {run.verdict for run in plain.done}
    assert [run.effect for run in challenged.done] == [run.effect for run in plain.done]
    assert len(list(tmp_path.iterdir())) == 2  # kept apart
    assert [run.verdict for run in rehearse(study, WORLD, **words).done] == [run.verdict for run in plain.done]


def test_counties_that_are_opened_together_are_challenged_each_by_itself(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    with_one(monkeypatch, table.CHALLENGES["placebo_start"].run)
    together = list(in_counties(study, WORLD, range(2), people=400, seed=0, challenged=True))
    alone = [one for run in range(2) for one in in_counties(study, WORLD, (run,), people=400, seed=0, challenged=True)]
    assert [one.challenges[0].diagnostics[0].value for one in together] == [one.challenges[0].diagnostics[0].value for one in alone]
    assert together[0].challenges != together[1].challenges
