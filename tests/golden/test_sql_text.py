"""The SQL of small plans as text, in four dialects: what an auditor reads, and what a new sqlglot must not change unseen.

The files in `sql/` were written by this module (`python tests/golden/test_sql_text.py`) with sqlglot 30.30 and read by hand.
Those of Spark and T-SQL are rendered and read, not run.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from evaluation.cohort import risk_sets, starts, walk
from evaluation.cohort.openings import openings, stretches
from evaluation.cohort.starts import Coverage, Tables
from evaluation.records.sql import rendered, table
from evaluation.records.tape import Measure, lay
from evaluation.terms import Assigned, CohortPlan, Compared, Cutoff, Served, Starts

FOLDER = Path(__file__).parent / "sql"
DIALECTS = ("duckdb", "postgres", "spark", "tsql")
YEARS = (date(2020, 1, 1), date(2020, 12, 31))
LOT = CohortPlan(
    starts=Starts(("release", "it's; --"), "last"),
    between=YEARS,
    clock="eligibility",
    assigned=Assigned("lot", "aid", "no_aid", days_before=7),
    ages=(17, 44),
    washout_days=90,
    lookback_days=365,
)
SCORE = CohortPlan(
    starts=Starts(list='the "need" list', on=(date(2020, 2, 1), date(2020, 7, 1)), which="every"),
    between=YEARS,
    clock="eligibility",
    assigned=Assigned("score", cutoff=Cutoff(capacity=301), side="below"),
    lookback_days=30,
    observed="activity",
)
AT = replace(SCORE, assigned=Assigned("score", cutoff=Cutoff(at=12.5)), observed="coverage")
SINCE = CohortPlan(
    starts=Starts(("release", "it's; --")),
    between=YEARS,
    clock="service",
    served=Served("back\\slash", within_days=30),
    compared=Compared(draw=20, seed=7),
    ages=(17, 44),
    lookback_days=365,
    exact=("sex", 'the "area"'),
)
CALENDAR = replace(
    SINCE,
    starts=Starts(spell=("shelter",)),
    served=Served("aid"),
    compared=Compared(draw=20, later_served="keep"),
    ages=None,
    observed="activity",
    exact=(),
)
OUTSIDE = ("custody", "it's; --")
RULES = {
    "spell_end": Starts(spell_end=("custody", "it's; --")),
    "referral": Starts(referral=("aid",)),
    "enrolment": Starts(enrolment=("other",)),
    "list": Starts(list="need", on=(date(2020, 2, 1),)),
    "dates": Starts(dates=(date(2020, 2, 1), date(2020, 7, 1))),
}
MEASURES = (
    Measure("arrests", "event", ("arrest",), "count", -365, 0),
    Measure('last "score"', "event", ("back\\slash",), "last", -30, 0),
    Measure("jail_days", "spell", ("jail",), "days", 0, "until"),
    Measure("since_jail_or_ward", "spell", ("ward", "jail"), "days_since", -30, 0),
    Measure("cost", "cost", (), "sum", 1, 91),
)
COVERAGE, TABLES = Coverage(17_897 + 365, 18_993), Tables.of("main")


def statements() -> dict[str, exp.Expression]:
    """Every query that a cohort and the tape are made of."""
    history = [each for each in MEASURES if each.last == 0]
    outcomes = [each for each in MEASURES if each.last != 0]
    return {**_of_eligibility(), **_of_service(), "history": lay(history, TABLES.start), "outcomes": lay(outcomes, TABLES.start, to_the_end=True)}


def _of_eligibility() -> dict[str, exp.Expression]:
    return {
        "opened": starts.opened(LOT),
        "candidate": starts.candidate(LOT, COVERAGE, TABLES),
        "start": starts.start(LOT, TABLES, passed_all=8),
        "tally": starts.tally(TABLES),
        **{f"openings by {rule}": openings(words) for rule, words in RULES.items()},
        "opened by score": starts.opened(SCORE),
        "candidate by score and active": starts.candidate(SCORE, COVERAGE, TABLES),
        "candidate by score at a cut-off": starts.candidate(AT, COVERAGE, TABLES),
        "candidate outside spells of some kinds": starts.candidate(replace(AT, outside=OUTSIDE), COVERAGE, TABLES),
        "start by score": starts.start(SCORE, TABLES, passed_all=4),
    }


def _of_service() -> dict[str, exp.Expression]:
    passed_all = len(risk_sets.bounds(SINCE, COVERAGE))
    return {
        "own": risk_sets.own(SINCE),
        "strata": risk_sets.strata(SINCE),
        "candidate since an event": risk_sets.candidate(SINCE, COVERAGE, TABLES),
        "candidate on a day of the calendar and active": risk_sets.candidate(CALENDAR, COVERAGE, TABLES),
        "candidate on a day of the calendar, active and outside": risk_sets.candidate(replace(CALENDAR, outside=OUTSIDE), COVERAGE, TABLES),
        "stretches since every event": stretches(replace(SINCE, starts=Starts(("release",), "every"))),
        "stretches of everybody": stretches(replace(SINCE, starts=Starts(enrolment=("back\\slash",)), served=Served("back\\slash"))),
        "served": risk_sets.served(TABLES, passed_all=passed_all),
        "walk": walk.walk(SINCE, TABLES, passed_all=passed_all),
        "short at first": walk.short(SINCE, TABLES, walked=0),
        "short later": walk.short(SINCE, TABLES, walked=80),
        "draw": exp.insert(walk.draw(TABLES), table(TABLES.met)),
        "look up": exp.insert(walk.look_up(SINCE, TABLES, walked=400, part=0, parts=2), table(TABLES.met)),
        "start, censored when served": risk_sets.start(SINCE, COVERAGE, TABLES),
        "start, kept when served": risk_sets.start(CALENDAR, COVERAGE, TABLES),
        "tally of the served": risk_sets.tally(TABLES),
    }


def written(dialect: str) -> str:
    return "".join(f"-- {name}\n{rendered(node, dialect)};\n\n" for name, node in statements().items())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_is_the_text_that_was_read(dialect: str) -> None:
    assert written(dialect) == (FOLDER / f"{dialect}.sql").read_text(encoding="utf-8")


def test_a_key_is_the_same_small_letters_in_every_dialect() -> None:
    tsql = rendered(statements()["walk"], "tsql")

    assert "LOWER(CONVERT(VARCHAR(32), HASHBYTES('MD5', " in " ".join(tsql.split()).replace("( ", "(")
    assert tsql.count("HASHBYTES") == tsql.count("LOWER") == 2


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

    sums = node.find_all(exp.Add, exp.Sub, exp.Mul, exp.Mod)
    return sorted(str(shape(each)) for each in sums if not each.find_ancestor(exp.MD5))  # T-SQL joins the texts of a key by +


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", statements())
def test_every_sum_means_the_same_when_the_text_is_read_back(name: str, dialect: str) -> None:
    node = statements()[name]

    read_back = sqlglot.parse_one(rendered(node, dialect), read=dialect)

    assert arithmetic(read_back) == arithmetic(node)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_words_read_back_as_the_same_words(dialect: str) -> None:
    words = {literal.this for node in statements().values() for literal in node.find_all(exp.Literal) if literal.is_string}
    back = {
        literal.this
        for node in statements().values()
        for literal in sqlglot.parse_one(rendered(node, dialect), read=dialect).find_all(exp.Literal)
        if literal.is_string
    }

    assert {"it's; --", "back\\slash", 'the "need" list'} <= words == back


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in DIALECTS:
        (FOLDER / f"{each}.sql").write_text(written(each), encoding="utf-8")
    sys.exit(0)
