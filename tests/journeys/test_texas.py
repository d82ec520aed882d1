"""Prisons of Texas: one state that changes on one day, against a synthetic one; the road from records to a sentence."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

import evaluation as ev
from evaluation.outcomes import OUTCOMES
from evaluation.pipeline import prepare, ruler_of
from evaluation.terms import NEVER

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "texas"


@pytest.fixture(scope="module")
def road():
    study = ev.load(FOLDER / "texas.toml")
    return study, ev.connect(runpy.run_path(str(FOLDER / "records.py"))["tables"]())


def test_the_panel_is_that_of_the_raw_file(road) -> None:
    from causaldata import texas

    rows = texas.load_pandas().data
    study, records = road
    panel = prepare(study, records).cohorts["main"]
    held = ruler_of(records.engine, panel, OUTCOMES["black_men_in_prison/recorded"]).paths().value

    assert len(panel) == 51 and panel.periods == 16
    assert panel.names[int(np.flatnonzero(panel.adopted < NEVER)[0])] == "Texas" and panel.adopted.min() == 8  # 1993
    assert np.array_equal(held, rows.pivot(index="state", columns="year", values="bmprison").to_numpy(dtype=float))


def test_more_black_men_were_in_prison_than_in_a_synthetic_texas_and_one_state_is_not_much_evidence(road) -> None:
    finding = ev.evaluate(*road)[0]
    estimate = finding.answer.estimate
    assert estimate is not None, finding.answer.refused

    study, records = road
    panel = prepare(study, records).cohorts["main"]
    held = ruler_of(records.engine, panel, OUTCOMES["black_men_in_prison/recorded"]).paths().value
    change, texas = held[:, 8:].mean(axis=1) - held[:, :8].mean(axis=1), panel.adopted < NEVER
    others = {other.name: other.effect for other in estimate.others}

    assert others["difference-in-differences"] == pytest.approx(change[texas].mean() - change[~texas].mean())
    assert set(others) >= {"augmented synthetic control", "synthetic difference-in-differences"}
    # states that look like Texas before 1993 grew faster than states at large: every stand-in leaves less to the prisons, and all leave much
    assert all(
        0.5 * others["difference-in-differences"] < each < others["difference-in-differences"]
        for each in (
            estimate.effect,
            others["augmented synthetic control"],
            others["synthetic difference-in-differences"],
        )
    )
    assert estimate.p_value >= 1 / 51  # the smallest that placebos of 51 states can give
    assert "more Black men in prison" in str(finding) and "Nobody drew lots." in str(finding)
