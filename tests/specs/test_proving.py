"""Effects that are planted in a county's records are found by a sound study, and a broken one is seen to miss them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import evaluation as ev
from evaluation.__main__ import app
from evaluation.methods import METHODS
from evaluation.outcomes import EngineRuler
from evaluation.outcomes.binding import outcome_of
from evaluation.proving import Level, prove
from evaluation.proving.asking import provable
from evaluation.proving.planting import PlantedRuler, base_of, dose_of, planted
from evaluation.records import Records
from evaluation.terms import Matching, Refused, Study
from synthetic import WORLDS

DESIGNS = Path(__file__).parents[2] / "designs" / "bayview"
PEOPLE, RUNS = 1_500, 25


@cache
def county(world: str) -> Records:
    there = WORLDS[world].of("reentry_navigation")
    return ev.connect(dict(there.records(there.live(there.people(PEOPLE, 11), there.as_run))))


@cache
def headline(name: str) -> Study:
    study = ev.load(DESIGNS / f"{name}.toml")
    return replace(study, questions=study.questions[:1])


@cache
def levels(name: str, world: str) -> tuple[Level, ...]:
    return prove(headline(name), county(world), runs=RUNS).questions[0].levels


@pytest.mark.parametrize(("name", "world"), [("navigation_offered", "referred"), ("reentry_navigation", "lottery")])
def test_nothing_five_and_ten_points_are_recovered_by_people_matched_and_by_a_lot(name: str, world: str) -> None:
    found = levels(name, world)

    assert [level.size for level in found] == [0.0, -0.05, -0.1]
    assert all(level.recovered for level in found)
    assert all(level.score is not None and level.score.answered == RUNS for level in found)


def test_an_estimator_that_tells_half_of_an_effect_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    method = METHODS["randomized"]

    def half(*asked: Any) -> Any:
        found = method.estimate(*asked)
        low, high = found.interval.low - found.effect / 2, found.interval.high - found.effect / 2
        return replace(found, effect=found.effect / 2, interval=replace(found.interval, low=low, high=high))

    monkeypatch.setitem(METHODS, "randomized", replace(method, estimate=half))
    proof = prove(headline("reentry_navigation"), county("lottery"), runs=RUNS, effects=(20,))
    [level] = proof.questions[0].levels

    assert not level.recovered and level.score is not None
    assert level.score.bias.value == pytest.approx(0.1, abs=0.02)
    assert proof.misses()
    assert level.shift is not None and level.shift.moved == pytest.approx(level.shift.planted / 2, rel=0.1)


def test_a_comparison_that_drops_what_tells_who_was_served_is_seen() -> None:
    study = headline("navigation_offered")
    dropped = replace(study, questions=(replace(study.questions[0], compare=Matching(on=("convictions_2_years",))),))
    [level] = prove(dropped, county("referred"), runs=60, effects=(0,)).questions[0].levels

    assert not level.recovered and level.score is not None and level.score.bias.value > 0


def test_the_shift_check_moves_the_answer_of_a_lot_by_what_was_planted() -> None:
    for level in levels("reentry_navigation", "lottery")[1:]:
        assert level.shift is not None
        assert level.shift.moved == pytest.approx(level.shift.planted, abs=0.002)


def test_the_same_call_prints_the_same() -> None:
    one, two = (str(prove(headline("reentry_navigation"), county("lottery"), runs=2)) for _ in range(2))

    assert one == two
    assert "2 studies redrawn" in one and "What this cannot show" in one


def test_planted_marks_lie_on_days_that_clocks_ran_and_nobody_who_died_is_touched() -> None:
    study, records = headline("navigation_offered"), county("referred")
    question = study.questions[0]
    cohort: Any = ev.prepare(study, records).cohorts["main"]
    ruler = EngineRuler(records.engine, cohort.table, outcome_of(study, question.outcome))
    base, everybody, luck = base_of(ruler, question), np.ones(len(cohort), dtype=bool), np.random.default_rng(5)
    own = ruler.marks(question.horizon)

    for size in (-0.05, 0.05):
        dose = dose_of(base, everybody.astype(float), size, risk=True)
        assert dose is not None
        plant = planted(base, everybody, dose, luck, risk=True)
        shown = PlantedRuler(ruler.outcome, np.arange(len(cohort)), base.read, plant, question.horizon).marks(question.horizon)
        moved = plant.removed | plant.added

        assert float(plant.effect.mean()) == pytest.approx(size, abs=0.02)
        assert ((shown.why == "mark") != (own.why == "mark"))[moved].all()
        assert (shown.why == own.why)[~moved].all() and (shown.day == own.day)[~moved].all()
        assert not (moved & np.isin(own.why, ("death", "moved", "records end"))).any()
        assert (shown.day >= 0).all() and (shown.day < 364).all()
        assert set(shown.why[plant.removed]) <= {"horizon"} and set(shown.cause[plant.added]) <= {"arrest"}


def test_what_cannot_be_proved_is_refused_in_a_sentence() -> None:
    study = headline("navigation_offered")

    with pytest.raises(Refused, match="sealed"):
        prove(replace(study, sealed=("balance",)), county("referred"), runs=2)
    with pytest.raises(Refused, match="too few"):
        prove(study, county("referred"), runs=1)
    with pytest.raises(Refused, match="below 0"):
        prove(study, county("referred"), runs=2, effects=(-5,))
    cohort: Any = ev.prepare(study, county("referred")).cohorts["main"]
    for words, why in (({"method": "threshold"}, "cannot be taken for served"), ({"estimand": "complier_effect"}, "because of an offer")):
        with pytest.raises(Refused, match=why):
            provable(replace(study.questions[0], **words), cohort)


def test_the_command_prints_a_proof_and_writes_only_what_it_is_asked_to(tmp_path: Path) -> None:
    records, out = tmp_path / "records", tmp_path / "proof.txt"
    there = WORLDS["lottery"].of("reentry_navigation")
    made = there.records(there.live(there.people(400, 2), there.as_run))
    records.mkdir()
    for name, frame in made.items():
        frame.to_parquet(records / f"{name}.parquet")
    before = {path.name: path.read_bytes() for path in records.iterdir()}
    design, parts = tmp_path / "design.toml", (DESIGNS / "reentry_navigation.toml").read_text(encoding="utf-8").split("[[question]]")
    design.write_text("[[question]]".join(parts[:2]) + "[release]" + parts[-1].split("[release]")[1], encoding="utf-8")
    said = CliRunner().invoke(app, ["prove", str(design), "--records", str(records), "--runs", "2", "--effect", "5", "--out", str(out)])

    assert said.exit_code == 0, said.output
    assert out.read_text(encoding="utf-8").strip() in said.output
    assert {path.name: path.read_bytes() for path in records.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(".")) == ["design.toml", "proof.txt", "records"]
