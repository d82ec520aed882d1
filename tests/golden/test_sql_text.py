"""The SQL of small plans as text, in three dialects: what an auditor reads, and what a new sqlglot must not change unseen.

The files in `sql/` were written by this module (`python tests/golden/test_sql_text.py`) with sqlglot 30.30 and read by hand.
Spark's is rendered and read, not run.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from evaluation.cohort.starts import Coverage, Tables, candidate, opened, start, tally
from evaluation.records.tape import Measure, lay
from evaluation.terms import Assigned, CohortPlan, Starts

FOLDER = Path(__file__).parent / "sql"
DIALECTS = ("duckdb", "postgres", "spark")
PLAN = CohortPlan(
    starts=Starts(("release", "it's; --"), "last"),
    between=(date(2020, 1, 1), date(2020, 12, 31)),
    clock="eligibility",
    assigned=Assigned("lot", "aid", "no_aid", days_before=7),
    ages=(17, 44),
    washout_days=90,
    lookback_days=365,
)
MEASURES = (
    Measure("arrests", "event", ("arrest",), "count", -365, 0),
    Measure('last "score"', "event", ("back\\slash",), "last", -30, 0),
    Measure("jail_days", "spell", ("jail",), "days", 0, "until"),
    Measure("since_jail_or_ward", "spell", ("ward", "jail"), "days_since", -30, 0),
    Measure("cost", "cost", (), "sum", 1, 91),
)


def statements() -> dict[str, exp.Expression]:
    """Every query that a cohort and the tape are made of."""
    tables, coverage = Tables.of("main"), Coverage(17_897 + PLAN.lookback_days, 18_993)
    return {
        "opened": opened(PLAN),
        "candidate": candidate(PLAN, coverage, tables),
        "start": start(tables, passed_all=8),
        "tally": tally(tables),
        "history": lay([each for each in MEASURES if each.last == 0], tables.start),
        "outcomes": lay([each for each in MEASURES if each.last != 0], tables.start, to_the_end=True),
    }


def written(dialect: str) -> str:
    return "".join(f"-- {name}\n{node.sql(dialect, pretty=True)};\n\n" for name, node in statements().items())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_is_the_text_that_was_read(dialect: str) -> None:
    assert written(dialect) == (FOLDER / f"{dialect}.sql").read_text(encoding="utf-8")


def arithmetic(node: exp.Expression) -> list[str]:
    """Every sum, difference, product and remainder, with brackets turned into structure."""

    def shape(part: object) -> object:
        if isinstance(part, exp.Paren | exp.Cast):
            return shape(part.this)
        if isinstance(part, exp.Neg) and isinstance(part.this, exp.Literal):
            return f"-{part.this.this}"
        if isinstance(part, exp.Literal):
            return part.this
        if isinstance(part, exp.Expression):
            parts = sorted((key, shape(value)) for key, value in part.args.items() if value not in (None, False, []) and key != "ignore_nulls")
            return (type(part).__name__, parts)
        return tuple(map(shape, part)) if isinstance(part, list) else str(part)

    return sorted(str(shape(each)) for each in node.find_all(exp.Add, exp.Sub, exp.Mul, exp.Mod))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", statements())
def test_every_sum_means_the_same_when_the_text_is_read_back(name: str, dialect: str) -> None:
    node = statements()[name]

    read_back = sqlglot.parse_one(node.sql(dialect), read=dialect)

    assert arithmetic(read_back) == arithmetic(node)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_words_read_back_as_the_same_words(dialect: str) -> None:
    words = {literal.this for node in statements().values() for literal in node.find_all(exp.Literal) if literal.is_string}
    back = {
        literal.this
        for node in statements().values()
        for literal in sqlglot.parse_one(node.sql(dialect), read=dialect).find_all(exp.Literal)
        if literal.is_string
    }

    assert {"it's; --", "back\\slash"} <= words == back


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in DIALECTS:
        (FOLDER / f"{each}.sql").write_text(written(each), encoding="utf-8")
    sys.exit(0)
