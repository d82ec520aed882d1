"""The road between the rooms: what must hold before an outcome is read."""

from __future__ import annotations

import runpy
from dataclasses import replace
from datetime import date

import pandas as pd

import evaluation as ev
from evaluation.pipeline import answer, prepare
from evaluation.shipped import shipped
from evaluation.terms import CohortPlan, Study

TODAY = date(2026, 1, 1)


def rossi() -> tuple[Study, dict[str, pd.DataFrame]]:
    """The Rossi design and its records."""
    return ev.load(shipped("examples/rossi/rossi.toml")), runpy.run_path(str(shipped("examples/rossi/records.py")))["tables"]()


def of(study: Study, **parts: object) -> Study:
    """The study with its one cohort changed."""
    plan: CohortPlan = replace(study.cohorts["main"], **parts)
    return replace(study, cohorts={"main": plan})


def test_a_cohort_that_leaves_out_the_source_of_its_outcome_is_not_answered() -> None:
    study, tables = rossi()
    arrests = tables["event"]["kind"] == "arrest"
    tables["event"].loc[arrests, "source"] = "police"
    police = tables["coverage"].assign(source="police", last=date(1972, 3, 1))
    tables["coverage"] = pd.concat([tables["coverage"], police])
    tables["event"] = tables["event"][~arrests | (tables["event"]["day"] <= date(1972, 3, 1))]

    [found] = answer(prepare(of(study, sources=("experiment",)), ev.connect(tables), today=TODAY))

    assert found.estimate is None
    assert "leaves out police" in str(found.refused[0])


def test_records_that_lost_too_much_take_the_answer_away_before_the_outcome_is_read() -> None:
    study, tables = rossi()
    tables["event"]["day"] = tables["event"]["day"].astype(str)
    damaged = tables["event"].index[:200]
    tables["event"].loc[damaged, "day"] = "no day"

    [found] = answer(prepare(study, ev.connect(tables), today=TODAY))

    assert found.estimate is None
    assert [one.name for one in found.diagnostics if not one.holds and one.required] == ["records_kept"]


def test_the_rossi_answer_rests_on_432_men_and_says_so_in_its_ledger() -> None:
    study, tables = rossi()

    [found] = answer(prepare(study, ev.connect(tables), today=TODAY))

    assert found.ledger[-1].left == 432
    assert found.estimate is not None and (found.estimate.served.events, found.estimate.compared.events) == (48, 66)
