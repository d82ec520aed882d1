"""A ruler of a definition over the clocks of any number of people, who all start on 1 March 2020: for rules laid again by brute force."""

from __future__ import annotations

from datetime import date

from outcome_specs import COLUMNS, LOTTERY, NAMES
from small_county import county, plan

from evaluation.cohort import enrol
from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.terms import Horizon

COVERED = "source first last lag_days grain\njail 2016-01-01 2022-12-31 0 day"


def ruler(name: str, tables: dict[str, str], people: tuple[str, ...] = tuple(NAMES)) -> EngineRuler:
    """A ruler of a definition over rows of these tables; the one called dee died on 12 March."""
    lot = [f"{who} {kind} 2020-03-01" for number, who in enumerate(people) for kind in ("release", ("lot:yes", "lot:no")[number % 2])]
    lines = {table: rows.strip().splitlines() for table, rows in tables.items()}
    frames = {table: "\n".join([COLUMNS[table], *rows]) for table, rows in (lines | {"event": lot + lines.get("event", [])}).items()}
    persons = "\n".join(["person_id death", *(f"{who} {'2020-03-12' if who == 'dee' else '-'}" for who in people)])
    records = county(person=persons, coverage=COVERED, **frames)
    chosen = plan(between=(date(2020, 3, 1), date(2020, 3, 1)), assigned=LOTTERY)
    return EngineRuler(records.engine, enrol("main", chosen, (), records, Horizon(days=30)).table, OUTCOMES[name])
