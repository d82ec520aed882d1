"""The list of what an economic evaluation is to report (CHEERS 2022, 28 items), filled from the study, its money and what was found.

Husereau and others (2022), Consolidated Health Economic Evaluation Reporting Standards 2022; items by their numbers, in words of our own.
What a design cannot say (who paid for the study, whom it involved) is left for its authors, and the list says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from ..findings.costs import CURVE, LEDGER, PRICES, SOURCES, WORTH
from ..findings.exhibits import exhibits
from ..findings.words import about, horizon, spoken
from ..methods.tables import Estimates
from ..outcomes import OUTCOMES
from ..terms import Problem, Refused
from .grids import Cell, Grid
from .language import Words, label, plain, words_of

if TYPE_CHECKING:
    from ..terms import Exhibit, Finding, Language, Outcome, Study

ITEMS = 28
AUTHORS = (2, 3, 21, 25, 27, 28)  # what only the authors can say
NO_MODEL = 16  # nothing is modelled: people are compared


def cheers(study: Study, finding: Finding, *, language: Language = "en") -> Estimates:
    """The list of one finding on costs for a researcher: a row an item, with what is told of it or where it stands.

    `finding` is one of `evaluate(study, records)`, or one that was released.  What only the authors can say (who paid for the study, whom
    it involved) is left to them.  Refuses a finding that is not about money.
    """
    if finding.answer.question.money is None:
        found = f"the question about '{finding.answer.question.outcome}' is not told in a declared money."
        raise Refused(Problem("finding", found, "The list is that of an economic evaluation.", "Give a finding whose question has 'money'."))
    words = words_of(language)
    tables = {exhibit.name.rpartition(": ")[2]: exhibit for exhibit in exhibits(finding.answer)}
    grid = checklist(finding, tables, study, words)
    rows = pd.DataFrame([[cell.text for cell in row] for row in grid.rows], columns=["number", "item", "told"])
    return Estimates(rows.astype({"number": int}), words["cheers.note"])


def checklist(finding: Finding, tables: Mapping[str, Exhibit], study: Study, words: Words) -> Grid:
    """All 28 items with where each is told, or what is told."""
    told = _told(finding, tables, study, words)
    rows = tuple((Cell(str(item)), Cell(words[f"cheers.item_{item}"]), Cell(told[item])) for item in range(1, ITEMS + 1))
    return Grid(
        words["cheers.caption"], tuple(Cell(words[f"cheers.column_{column}"]) for column in ("number", "item", "told")), rows, words["cheers.note"]
    )


def _told(finding: Finding, tables: Mapping[str, Exhibit], study: Study, words: Words) -> dict[int, str]:
    """By item: what is told, or where."""
    answer, question = finding.answer, finding.answer.question
    money, priced = question.money, OUTCOMES.get(question.priced)
    fill: Callable[..., str] = words.filled
    people = answer.estimate.estimand.population if answer.estimate else ""
    outcomes = "; ".join(one for one in (_called(answer.outcome, words), _called(priced, words) if priced else "") if one)
    costs_only = "" if priced else f" {words['cheers.costs_only']}"
    stand = [
        words[f"cheers.table_{key}"] for key, name in (("ledger", LEDGER), ("prices", PRICES), ("worth", WORTH), ("curve", CURVE)) if name in tables
    ]
    found: dict[int, str] = {
        1: plain(study.title.get(words.language) or next(iter(study.title.values()), "")),
        4: fill("cheers.plan", digest=answer.provenance.study[:12]),
        5: (about(answer, people, words.language) or plain(people)) if people else words["cheers.above"],
        6: fill("cheers.setting", county=_named(study.county), source=plain(study.source) or "–"),
        7: fill("cheers.comparators", programme=_named(study.programme)),
        8: words[f"costs.perspective_{money.perspective}"] if money else "",
        9: horizon(spoken(question.horizon), words.language),
        10: fill("cheers.discount", discount=words.share(money.discount)) if money else "",
        11: outcomes + costs_only,
        12: words["cheers.measured"] + costs_only,
        13: words["cheers.valued"] + costs_only,
        14: words["cheers.book" if money and money.book else "cheers.recorded"] + (f" {words['cheers.sources']}" if SOURCES in tables else ""),
        15: fill("cheers.currency", year=str(money.price_year)) if money else "",
        NO_MODEL: words["cheers.no_model"],
        17: fill("cheers.analytics", method=question.method, estimator=question.estimator),
        18: words["cheers.heterogeneity"],
        19: words["cheers.distribution"],
        20: words["cheers.uncertainty_worth" if WORTH in tables else "cheers.uncertainty"],
        22: fill("cheers.tables", tables=", ".join(stand) or words["cheers.above"]),
        23: words["cheers.results"],
        24: words["cheers.effect_of_uncertainty"],
        26: words["cheers.limits"],
    }
    return found | dict.fromkeys(AUTHORS, words["cheers.authors"])


def _called(outcome: Outcome, words: Words) -> str:
    return f"{plain(outcome.title.get(words.language) or next(iter(outcome.title.values())))} ({outcome.name})"


def _named(word: str) -> str:
    return label(word).replace("_", " ").title()
