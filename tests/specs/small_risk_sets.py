"""The clock of service on a county of a few people: what the specs of risk sets share."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from small_county import county
from sqlglot import exp

from evaluation.cohort import enrol
from evaluation.records import Records
from evaluation.records.sql import c, table
from evaluation.terms import Cohort, CohortPlan, Compared, HistoryColumn, Horizon, Served, Starts

MONTH = Horizon(days=30)
EVERYBODY = Starts(enrolment=("aid",))
AID = "person_id programme start\n"
SERVED = "ann aid 2020-03-10\n"


def plan(starts: Starts = EVERYBODY, **parts: Any) -> CohortPlan:
    """Everybody eligible in 2020, and all who could be compared drawn; `parts` are what a spec is about."""
    within = {} if starts.spell or "aid" in starts.enrolment else {"within_days": 30}
    usual: dict[str, Any] = {"served": Served("aid", **within), "compared": Compared(draw=9)}
    return CohortPlan(**({"starts": starts, "between": (date(2020, 1, 1), date(2020, 12, 31)), "clock": "service"} | usual | parts))


def enrolled(records: Records, chosen: CohortPlan, *history: HistoryColumn, name: str = "main") -> Cohort:
    return enrol(name, chosen, history, records, MONTH)


def sets(records: Records, name: str = "main") -> dict[str, list[str]]:
    """'person day' of each served person: the same of everybody drawn beside that person, in the order of the table."""
    found: dict[str, list[str]] = {}
    rows = records.engine.fetch(exp.select("*").from_(table(f"start_{name}")).order_by(c("start_id"))).to_pylist()
    for row in rows:
        words = f"{row['person_id']} {np.datetime64(row['day'], 'D')}"
        if row["served"]:
            opener = words
            found[opener] = []
        else:
            found[opener].append(words)
    return found


def beside(people: str, service: str, chosen: CohortPlan, **tables: str) -> dict[str, list[str]]:
    records = county(person=people, service=AID + service, **tables)
    enrolled(records, chosen)
    return sets(records)


def lost(cohort: Cohort, words: str) -> int:
    return next(line.lost for line in cohort.ledger if words in line.rule)
