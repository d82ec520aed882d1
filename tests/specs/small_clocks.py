"""Clocks written as text, with the days that end them, and a ruler over them: without a cohort's rules in between."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from small_county import county, rows

from evaluation.outcomes import EngineRuler
from evaluation.records.days import FOREVER, day_of
from evaluation.terms import Horizon, Outcome

MONTH = Horizon(days=30)
END = day_of(date(2021, 12, 31)) + 1


def clocks(outcome: Outcome, starts: str, *, person: str = "person_id death moved\nann - -", **tables: str) -> EngineRuler:
    """A ruler over the starts of a table: whose, the day, and the person's own later service, which ends a clock."""
    records = county(person=person, **tables)

    def number(word: str | None) -> int:
        return FOREVER if word is None else day_of(date.fromisoformat(word))

    bounds = {row.person_id: (number(row.death), number(row.moved)) for row in rows(person).itertuples()}
    made = []
    for place, row in enumerate(rows(starts).itertuples(), start=1):
        (death, moved), own = bounds[row.person_id], number(row.own)
        gone = min(moved if moved < death else FOREVER, END, own)
        made.append(
            {"start_id": place, "person_id": row.person_id, "day": number(row.day), "death": death, "moved": moved, "covered": END}
            | {"own": own, "gone": gone}
        )
    records.engine.load("start_main", pa.Table.from_pylist(made))
    return EngineRuler(records.engine, "start_main", outcome)


HEADERS = {"event": "person_id kind day", "spell": "person_id kind start stop", "cost": "person_id service day amount"}


def on_one_clock(outcome: Outcome, lines: str, *, own: str = "-", died: str = "-", moved: str = "-", spells: str = "") -> EngineRuler:
    """Ann's one clock, from 1 March 2020, with lines of the table that the outcome reads."""
    tables = {outcome.table: f"{HEADERS[outcome.table]}\n{lines.strip()}"} | ({"spell": f"{HEADERS['spell']}\n{spells.strip()}"} if spells else {})
    return clocks(outcome, f"person_id day own\nann 2020-03-01 {own}", person=f"person_id death moved\nann {died} {moved}", **tables)
