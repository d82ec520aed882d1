"""`ev.measures`: many outcomes of a study's people in one frame, and what it refuses."""

from __future__ import annotations

import runpy
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

import evaluation as ev
from evaluation.outcomes import OUTCOMES
from evaluation.pipeline import prepare, ruler_of
from evaluation.records import Records
from evaluation.records.agreements import Agreement
from evaluation.shipped import shipped
from evaluation.terms import Cohort, Refused, Study

TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def rossi() -> tuple[Study, Records]:
    """432 men released from Maryland's prisons: arrests, and jobs that nobody asks about here."""
    tables = runpy.run_path(str(shipped("examples/rossi/records.py")))["tables"]()
    return ev.load(shipped("examples/rossi/rossi.toml")), ev.connect(tables)


@pytest.fixture(scope="module")
def frame(rossi: tuple[Study, Records]) -> pd.DataFrame:
    return ev.measures(*rossi, today=TODAY)


def test_a_row_is_a_start_of_the_cohort_and_says_what_the_studys_own_ruler_says(rossi: tuple[Study, Records], frame: pd.DataFrame) -> None:
    study, records = rossi
    cohort = prepare(study, records, today=TODAY).cohorts["main"]
    assert isinstance(cohort, Cohort)
    marks = ruler_of(records.engine, cohort, OUTCOMES["recidivism/arrest"]).marks(study.questions[0].horizon)  # type: ignore[union-attr]  # of clocks

    assert frame["start_id"].tolist() == cohort.start_id.tolist()
    assert frame["served"].tolist() == cohort.served.tolist()
    assert frame["recidivism/arrest"].tolist() == (marks.why == "mark").tolist()
    assert frame.loc[marks.why == "mark", "recidivism/arrest day"].tolist() == marks.day[marks.why == "mark"].tolist()
    assert frame.loc[marks.why != "mark", "recidivism/arrest day"].isna().all()
    assert 0 < frame["recidivism/arrest"].sum() < len(frame)


def test_no_id_and_no_day_of_the_calendar_stands_in_the_frame(frame: pd.DataFrame) -> None:
    assert "person_id" not in frame and set(frame.dtypes.map(lambda kind: kind.kind)) <= set("iufb")
    assert np.nanmax(frame["recidivism/arrest day"]) < 400


def test_what_the_records_do_not_hold_is_left_out_and_said(frame: pd.DataFrame) -> None:
    left_out = frame.attrs["left out"]

    assert "recidivism/arrest" not in left_out and "earnings/wages" not in frame
    assert "holds no row of 'wages'" in left_out["earnings/wages"]
    assert "book of unit costs" in left_out["cost_per_client/priced"]
    of_people = {name for name, outcome in OUTCOMES.items() if outcome.table != "area"}
    assert set(left_out) | (set(frame.columns) & of_people) == of_people


def test_a_definition_that_is_named_is_refused_where_the_records_do_not_hold_it(rossi: tuple[Study, Records]) -> None:
    with pytest.raises(Refused) as refused:
        ev.measures(*rossi, ["recidivism/arrest", "earnings/wages", "housed"], today=TODAY)

    assert "'wages'" in str(refused.value) and "'permanent_housing'" in str(refused.value)


@pytest.mark.parametrize(("word", "said"), [("recidivism/arests", "recidivism/arrest"), ("homicides/ucr", "panels alone")])
def test_a_word_that_names_no_definition_of_people_is_refused(rossi: tuple[Study, Records], word: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        ev.measures(*rossi, [word], today=TODAY)


def test_a_family_stands_for_all_its_definitions_and_a_cohort_must_be_one_of_the_design(rossi: tuple[Study, Records]) -> None:
    study, records = rossi
    with pytest.raises(Refused, match="no cohort of this name"):
        ev.measures(study, records, cohort="mian", today=TODAY)
    with pytest.raises(Refused) as refused:
        ev.measures(study, records, ["employment"], today=TODAY)
    assert len(refused.value.problems) == sum(name.startswith("employment/") for name in OUTCOMES)


def test_a_horizon_of_ones_own_is_followed(rossi: tuple[Study, Records], frame: pd.DataFrame) -> None:
    short = ev.measures(*rossi, "recidivism/arrest", horizon=ev.Horizon(days=91), today=TODAY)

    early = frame["recidivism/arrest day"] < 91
    assert short["recidivism/arrest"].astype(bool).tolist() == early.tolist()


def test_what_an_agreement_does_not_permit_is_left_out_of_everything_and_refused_by_name(rossi: tuple[Study, Records]) -> None:
    study, records = rossi
    agreed = replace(records, agreements=(Agreement("experiment", permits=("recidivism/arrest",)),))

    frame = ev.measures(study, agreed, today=TODAY)

    assert "recidivism/arrest" in frame and "recidivism/bscc_arrest" not in frame
    assert "does not permit 'recidivism/bscc_arrest'" in frame.attrs["left out"]["recidivism/bscc_arrest"]
    with pytest.raises(Refused, match="does not permit"):
        ev.measures(study, agreed, ["recidivism/bscc_arrest"], today=TODAY)


def test_of_a_family_what_the_records_hold_is_read_and_the_rest_is_named(rossi: tuple[Study, Records]) -> None:
    frame = ev.measures(*rossi, ["recidivism"], today=TODAY)

    assert "recidivism/arrest" in frame and "recidivism/bscc_filing" not in frame
    assert "filing" in frame.attrs["left out"]["recidivism/bscc_filing"]


def test_in_what_the_clocks_of_the_cohort_are_not_those_of_a_definition_is_said(rossi: tuple[Study, Records]) -> None:
    told = ev.measures(*rossi, ["recidivism/arrest"], today=TODAY).attrs["adapted"]

    assert list(told) == ["recidivism/arrest"] and any("release" in clause for clause in told["recidivism/arrest"])
