"""Castle-doctrine laws: the panel that the road builds from records is that of R's did, and estimators that disagree stand side by side."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

import evaluation as ev
from evaluation.methods.did.aggregates import aggregate
from evaluation.methods.did.group_time import group_time
from evaluation.outcomes import OUTCOMES
from evaluation.pipeline import prepare, ruler_of
from evaluation.terms import NEVER

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "castle"
POINT, ERROR = 1e-7, 1e-6  # the file keeps its logs in single precision: 7 digits


@pytest.fixture(scope="module")
def road():
    study = ev.load(FOLDER / "castle.toml")
    return study, ev.connect(runpy.run_path(str(FOLDER / "records.py"))["tables"]())


@pytest.fixture(scope="module")
def findings(road):
    return ev.evaluate(*road)


def test_the_panel_is_that_of_the_raw_file(road) -> None:
    from causaldata import castle

    rows = castle.load_pandas().data
    study, records = road
    panel = prepare(study, records).cohorts["main"]
    first = rows[rows["post"] == 1].groupby("sid")["year"].min().reindex(sorted(rows["sid"].unique()))
    by_hand = np.where(first.isna(), NEVER, first.fillna(0) - 2000).astype(int)
    rates = ruler_of(records.engine, panel, OUTCOMES["homicides/ucr"]).paths(100_000).value

    assert len(panel) == 50 and panel.labels[0] == "2000" and panel.labels[-1] == "2010"
    assert panel.adopted.tolist() == by_hand.tolist() and (by_hand < NEVER).sum() == 21
    assert rates == pytest.approx(rows.pivot(index="sid", columns="year", values="homicide").to_numpy(), rel=1e-12)


def test_effects_by_group_and_time_of_that_panel_are_those_of_r(road) -> None:
    study, records = road
    panel = prepare(study, records).cohorts["main"]
    logs = np.log(ruler_of(records.engine, panel, OUTCOMES["homicides/ucr"]).paths(100_000).value)
    golden = json.loads((ROOT / "tests" / "golden" / "did_group_time.json").read_text(encoding="utf-8"))["values"]

    for pool, word in (("never_treated", "nevertreated"), ("not_yet_treated", "notyettreated")):
        found = aggregate(group_time(logs, panel.adopted, compared=pool, base="varying"), "simple")
        effect, error = (golden[f"castle|{word}|dr|nocov|varying"]["simple"][key] for key in ("overall_att", "overall_se"))
        assert found.overall == pytest.approx(effect, abs=POINT)
        assert np.sqrt(np.sum(found.overall_influence**2)) == pytest.approx(error, rel=ERROR)


def test_the_finding_shows_other_estimators_beside_its_own(findings) -> None:
    answer = findings[0].answer
    assert answer.estimate is not None, answer.refused

    assert {other.name for other in answer.estimate.others} >= {"two-way fixed effects", "imputation", "interaction-weighted"}
    assert answer.estimate.served.areas == 21 and answer.estimate.compared.areas == 29
    assert "more homicides a year for every 100,000 people" in str(findings[0])
    assert "we cannot tell yet" in str(findings[0])
    assert "Nobody drew lots." in str(findings[0])
