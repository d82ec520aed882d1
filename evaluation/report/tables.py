"""Writes released findings as JSON and CSV for the next program: every number with its provenance, the same bytes each time."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import isfinite

from ..findings import Released, ten_digits
from ..terms import Exhibit, Finding, Provenance
from .language import plain

# what a spreadsheet would take for a formula at the start of a cell, in letters of either width
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
PROVENANCE = tuple(field.name for field in dataclasses.fields(Provenance))


def findings_json(whole: Released) -> str:
    """Findings in words, and their tables with every number, as one JSON object."""
    findings = [_finding(finding) | {"tables": list(names)} for finding, names in zip(whole.findings, whole.tables, strict=True)]
    stable = _stable({"findings": findings, "tables": {exhibit.name: _table(exhibit) for exhibit in whole.exhibits}})
    return json.dumps(stable, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def findings_csv(whole: Released) -> str:
    """One line a finding: its question, effect and range, verdict, sentence and provenance."""
    frame = whole.findings.frame()
    lines = frame.astype(object).where(frame.notna(), None)
    return csv_of(frame.columns, lines.itertuples(index=False))


def numbers_csv(whole: Released) -> str:
    """One line a cell of every table: where it stands, what it says, whom it describes, and its provenance."""
    came_from = {name: finding.answer.provenance for finding, names in zip(whole.findings, whole.tables, strict=True) for name in names}
    lines = (
        (exhibit.name, exhibit.population, row, column, value, *dataclasses.astuple(came_from[exhibit.name]))
        for exhibit in whole.exhibits
        for row, cells in enumerate(exhibit.rows, start=1)
        for column, value in zip(exhibit.columns, cells, strict=True)
    )
    return csv_of(("table", "population", "row", "column", "value", *PROVENANCE), lines)


def _finding(finding: Finding) -> dict[str, object]:
    answer = finding.answer
    return {
        "title": finding.title,
        "verdict": finding.verdict,
        "pending": finding.pending,
        "grade": dataclasses.asdict(finding.grade) if finding.grade else None,
        "sentences": finding.sentences,
        "believed": finding.believed,
        "numbers": {language: [dataclasses.asdict(one) for one in said] for language, said in finding.numbers.items()},
        "question": dataclasses.asdict(answer.question),
        "outcome": dataclasses.asdict(answer.outcome),
        "time_zero": answer.time_zero,
        "assigned_by": answer.by,
        "refused": [str(problem) for problem in answer.refused],
        "provenance": dataclasses.asdict(answer.provenance),
    }


def _table(exhibit: Exhibit) -> dict[str, object]:
    return {
        "title": exhibit.title,
        "population": exhibit.population,
        "rows": [dict(zip(exhibit.columns, cells, strict=True)) for cells in exhibit.rows],
    }


def _stable(value: object) -> object:
    """The same, with numbers of ten digits, texts composed, and nothing that JSON has no word for."""
    if isinstance(value, Mapping):
        return {str(_stable(key)): _stable(one) for key, one in value.items()}
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Sequence):
        return [_stable(one) for one in value]
    if isinstance(value, float):
        return ten_digits(value) if isfinite(value) else None
    if isinstance(value, date):  # of a target, and of what else changed
        return value.isoformat()
    return value


def csv_of(head: Iterable[str], lines: Iterable[Sequence[object]]) -> str:
    """Lines under their names as CSV: numbers in ten digits, nothing where there is none, and no text that a spreadsheet would run."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in line] for line in lines)
    return page.getvalue()


def _cell(value: object) -> str:
    """A value as a cell that no spreadsheet runs: a text that begins like a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(ten_digits(value)) if isfinite(value) else ""
    text = plain(value)
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text
