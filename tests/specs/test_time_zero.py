"""The semantics of time zero, table by table: records small enough to walk by hand, a plan, and the rows that must come out.

The tables lie in `time_zero/*.toml`, were worked out by hand, and are printed into docs/time_zero.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import time_zero.print as document
from small_county import rows
from sqlglot import exp

from evaluation.cohort import enrol
from evaluation.outcomes import EngineRuler
from evaluation.records import Records, connect
from evaluation.records.days import FOREVER, date_of
from evaluation.records.sql import c, table
from evaluation.records.toml import Document
from evaluation.study import parse
from evaluation.study.shape import normal, shaped
from evaluation.terms import Cohort, CohortPlan, HistoryColumn, Horizon, Outcome

HORIZON = Horizon(days=30)
COVERED = "source first last lag_days grain\ncounty 2019-01-01 2021-12-31 0 day"
NAMES = ("ann", "bob", "cy", "dee", "eve", "fay", "gus", "hal", "ida", "jo")
SECTIONS = document.sections()
CASES = [
    pytest.param(section, spec, case, id=f"{spec['title']} {number}")
    for section in SECTIONS
    for spec in section["table"]
    for number, case in enumerate(spec["case"], 1)
    if "refused" not in case
]
REFUSED = [
    pytest.param(section, case, id=spec["title"]) for section in SECTIONS for spec in section["table"] for case in spec["case"] if "refused" in case
]
Spec = Mapping[str, Any]


@dataclass(frozen=True)
class Enrolled:
    """A case in the engine: its cohort, and the rows of its table of starts."""

    records: Records
    cohort: Cohort
    starts: list[dict[str, Any]]

    @property
    def people(self) -> list[str]:
        return [row["person_id"] for row in self.starts]


@pytest.mark.parametrize(("section", "spec", "case"), CASES)
def test_the_table_comes_out(section: Spec, spec: Spec, case: Spec) -> None:
    enrolled = enrolled_as(section, spec, case)
    expected = [word for word in document.EXPECTED if word in case]
    assert expected

    for word in expected:
        header, *expected_rows = document.grid(case[word])
        assert found(enrolled, case, word, header) == expected_rows, word


@pytest.mark.parametrize(("section", "case"), REFUSED)
def test_the_design_is_refused_for_that_reason_alone(section: Spec, case: Spec) -> None:
    (sentence,) = document.refusals(section, case)

    assert case["refused"] in sentence


def test_the_design_that_refusals_are_told_of_is_right() -> None:
    (section,) = (section for section in SECTIONS if any("refused" in case for spec in section["table"] for case in spec["case"]))

    assert parse(section["usual"]).digest


def test_the_document_is_current() -> None:
    written = (Path(__file__).resolve().parents[2] / "docs" / "time_zero.md").read_text(encoding="utf-8")

    assert written == document.page(), "run: python tests/specs/time_zero/print.py > docs/time_zero.md"


def test_every_decision_is_held_by_a_table() -> None:
    decisions = tomllib.loads((document.HERE / "decisions.toml").read_text(encoding="utf-8"))["decision"]
    titles = [spec["title"] for section in SECTIONS for spec in section["table"]]

    assert len(set(titles)) == len(titles)
    assert not [title for decision in decisions for title in decision["held_by"] if title not in titles]
    assert all(decision["held_by"] and decision["why"] for decision in decisions)


# ------------------------------------------------------------------------------------------------ from words to a cohort
def enrolled_as(section: Spec, spec: Spec, case: Spec) -> Enrolled:
    words = tomllib.loads(section["usual"]) | tomllib.loads(case.get("words", ""))
    plan, history = declared({word: value for word, value in words.items() if word not in case.get("without", ())}, case)
    records = county(spec.get("records", {}), lots=spec.get("lots", section.get("lots", False)))
    cohort = enrol("main", plan, history, records, Horizon(days=0))
    starts = records.engine.fetch(exp.select("*").from_(table(cohort.table)).order_by(c("start_id"))).to_pylist()
    return Enrolled(records, cohort, starts)


def declared(cohort: Mapping[str, Any], case: Spec) -> tuple[CohortPlan, tuple[HistoryColumn, ...]]:
    """The words of a design file, read as one; what a whole design would need besides is not missed."""
    history = [{"name": name} | column for name, column in tomllib.loads(case.get("history", "")).items()]
    design = shaped(normal(Document({"cohort": dict(cohort), "history": history}, {})).values)
    assert not [slip for slip in design.slips if slip.at[:1] in (("cohort",), ("history",))], design.slips
    return design.declared.cohorts["main"], design.declared.history


def county(tables: Mapping[str, str], *, lots: bool) -> Records:
    """Records that hold these tables; people who stand in any of them are on record, and with `lots` their arms are."""
    frames = {name: rows(text) for name, text in ({"coverage": COVERED} | dict(tables)).items()}
    named = sorted({person for frame in frames.values() if "person_id" in frame for person in frame["person_id"]})
    frames.setdefault("person", pd.DataFrame({"person_id": named}, dtype=object))
    if lots:
        drawn = [
            {"person_id": name, "kind": ("lot:yes", "lot:no")[NAMES.index(name) % 2], "day": "2019-01-01", "source": "lottery"} for name in named
        ]
        frames["coverage"] = pd.concat([frames["coverage"], rows("source first last lag_days grain\nlottery 2019-01-01 2019-01-01 0 day")])
        frames["event"] = pd.concat([frames.get("event", pd.DataFrame()), pd.DataFrame(drawn, dtype=object)])
    for name, frame in frames.items():
        if name not in ("person", "coverage"):
            frame["source"] = frame["source"].fillna("county") if "source" in frame else "county"
    return connect(frames)


# ------------------------------------------------------------------------------------------------ from the cohort to words
def found(enrolled: Enrolled, case: Spec, word: str, header: list[str]) -> list[list[str]]:
    """What came out, under the expected header."""
    if word == "ledger":
        lines: list[dict[str, Any]] = [{"lost": line.lost, "left": line.left, "rule": line.rule} for line in enrolled.cohort.ledger]
    elif word in ("starts", "columns"):
        lines = list(starts(enrolled))
    else:
        outcome = declared_outcome(case["outcome"])
        lines = list(READ[word](enrolled, EngineRuler(enrolled.records.engine, enrolled.cohort.table, outcome), case))
    return [[said(line[name]) for name in header] for line in lines]


def starts(enrolled: Enrolled) -> Iterator[dict[str, Any]]:
    cohort = enrolled.cohort
    openers = {row["set_id"]: row["person_id"] for row in enrolled.starts if row["served"] and "set_id" in row}
    for number, row in enumerate(enrolled.starts):
        days = {name: "-" if row[name] == FOREVER else str(date_of(row[name])) for name in ("day", "own", "gone", "origin")}
        line = {"person": row["person_id"], "served": row["served"], "set": openers.get(row.get("set_id"))} | days
        line |= {name: values[number] for name, values in cohort.history.items()}
        line |= {"score": cohort.score[number]} if cohort.score is not None else {}
        yield line | ({"stratum": numbered(cohort.strata.tolist())[number]} if cohort.strata is not None else {})


def numbered(labels: list[int]) -> list[int]:
    """1, 2, 3, ... in the order in which labels first stand."""
    return [list(dict.fromkeys(labels)).index(label) + 1 for label in labels]


def said(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating):
        return "-" if np.isnan(value) else f"{value:g}"
    return str(value) or "-"


def declared_outcome(words: str) -> Outcome:
    """An outcome by the words that the ruler reads."""
    parts = tomllib.loads(f"outcome = {{ {words} }}")["outcome"]
    usual: dict[str, Any] = {
        "unit": "people",
        "better": "fewer",
        "why_better": "",
        "universe": "",
        "authority": "",
        "verified": False,
        "not_counted": "",
    }
    listed = {name: tuple(value) if isinstance(value, list) else value for name, value in parts.items()}
    return Outcome(**({"name": "spec/one", "title": {"en": "x"}, "event": {"en": "x"}} | usual | listed))


def _marks(enrolled: Enrolled, ruler: EngineRuler, case: Spec) -> Iterator[dict[str, Any]]:
    read = ruler.marks(HORIZON)
    columns = zip(enrolled.people, read.day, read.why, read.cause, read.same_day, read.whole, strict=True)
    return (dict(zip(("person", "day", "why", "cause", "same_day", "whole"), line, strict=True)) for line in columns)


def _every_mark(enrolled: Enrolled, ruler: EngineRuler, case: Spec) -> Iterator[dict[str, Any]]:
    read = ruler.every_mark(HORIZON)
    return ({"person": enrolled.people[row], "day": day, "cause": cause} for row, day, cause in zip(read.row, read.day, read.cause, strict=True))


def _clocks(enrolled: Enrolled, ruler: EngineRuler, case: Spec) -> Iterator[dict[str, Any]]:
    read = ruler.every_mark(HORIZON)
    return ({"person": name, "last": last, "why": why} for name, last, why in zip(enrolled.people, read.last_seen, read.why, strict=True))


def _amount(enrolled: Enrolled, ruler: EngineRuler, case: Spec) -> Iterator[dict[str, Any]]:
    read = ruler.amount(0, HORIZON)
    columns = zip(enrolled.people, read.amount, read.seen_days, read.window_days, strict=True)
    return (dict(zip(("person", "amount", "seen", "window"), line, strict=True)) for line in columns)


def _state(enrolled: Enrolled, ruler: EngineRuler, case: Spec) -> Iterator[dict[str, Any]]:
    read = ruler.state(HORIZON)
    columns = zip(enrolled.people, read.state, read.inside, read.seen, strict=True)
    return (dict(zip(("person", "state", "inside", "seen"), line, strict=True)) for line in columns)


def _at_risk(enrolled: Enrolled, ruler: EngineRuler, case: Spec) -> Iterator[dict[str, Any]]:
    return ({"person": name, "days": days} for name, days in zip(enrolled.people, ruler.at_risk(HORIZON).days, strict=True))


def _off_clock(enrolled: Enrolled, ruler: EngineRuler, case: Spec) -> Iterator[dict[str, Any]]:
    read = ruler.at_risk(HORIZON)
    return ({"person": enrolled.people[row], "first": a, "stop": b} for row, a, b in zip(read.row, read.first, read.stop, strict=True))


def _rate(enrolled: Enrolled, ruler: EngineRuler, case: Spec) -> Iterator[dict[str, Any]]:
    read = ruler.rate(HORIZON)
    return ({"person": name, "events": n, "days": days} for name, n, days in zip(enrolled.people, read.numerator, read.exposure, strict=True))


def _by_period(enrolled: Enrolled, ruler: EngineRuler, case: Spec) -> Iterator[dict[str, Any]]:
    read = ruler.by_period(case["edges"])
    for place, name in enumerate(enrolled.people):
        for period in range(len(case["edges"]) - 1):
            amounts = {"amount": read.amount[place, period], "seen": read.seen_days[place, period], "window": read.window_days[place, period]}
            yield {"person": name, "period": period + 1} | amounts


READ: dict[str, Callable[[Enrolled, EngineRuler, Spec], Iterator[dict[str, Any]]]] = {
    "marks": _marks,
    "every_mark": _every_mark,
    "clocks": _clocks,
    "amount": _amount,
    "state": _state,
    "at_risk": _at_risk,
    "off_clock": _off_clock,
    "rate": _rate,
    "by_period": _by_period,
}
