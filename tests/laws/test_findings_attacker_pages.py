"""An attacker who reads the page itself: the numbers in its paragraphs and lists, taken off each other and off what its tables count.

The page is what is sent, and a sentence that stands on it alone gives away as much as a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape
from itertools import combinations

import numpy as np
import pytest
from attacker import FEW

from evaluation.diagnostics import rosenbaum
from evaluation.findings import Released, judge, release
from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES, FrameRuler
from evaluation.report import page as pages
from evaluation.terms import (
    Answer,
    Cohort,
    CohortPlan,
    Compared,
    Horizon,
    LedgerLine,
    Marks,
    Matching,
    Provenance,
    Question,
    Served,
    Starts,
    Study,
)

TITLE = {"en": "Aid", "es": "Ayuda"}
TEXTS = re.compile(r"<(?:li|p)\b[^>]*>(.*?)</(?:li|p)>", re.S)
# what no reader takes for a number of people: sizes with a base or a unit, shares, decimals, and numbers inside names
NOBODY = re.compile(
    r"(?:every|cada) [\d,]+|\w*_\w*|[\d,.]*\d ?(?:%|days|weeks|days?\b|días|semanas|times|of every|de cada|fewer|more|menos|más)|\d*\.\d+"
)
WHOLE = re.compile(r"(?<![\w.,])\d[\d,]*(?![\w.]*\d)")
PLAN = CohortPlan(
    (date(2019, 1, 1), date(2020, 12, 31)), "service", Starts(spell=("supervision",)), served=Served("aid"), compared=Compared(draw=1), exact=("sex",)
)


@dataclass(frozen=True)
class Left(FrameRuler):
    """A column of outcomes of which some rows are not known: these people moved away."""

    moved: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=int))

    def marks(self, horizon: Horizon, competing: Sequence[str] = ()) -> Marks:
        known = super().marks(horizon, competing)
        why, cause, day = known.why.copy(), known.cause.copy(), known.day.copy()
        why[self.moved], cause[self.moved], day[self.moved] = "moved", "", 100
        return replace(known, why=why, cause=cause, day=day)


def county(sets: int, lost: int, seed: int) -> Answer:
    """Pairs of different people, of whom so many served were lost before the horizon, answered by the method itself."""
    rng = np.random.default_rng(seed)
    served, pair = np.tile([True, False], sets), np.repeat(np.arange(sets), 2)
    people = np.arange(2 * sets)
    history = {"prior": rng.normal(size=2 * sets) + 0.1 * served}
    ledger = (LedgerLine("eligible", 0, sets),)
    cohort = Cohort(
        "main", "person", "", people + 1, people, served, history, ledger, "service", sets=pair, drawn=1, later_served="keep"
    )  # fmt: skip
    question = Question("recidivism/arrest", Horizon(days=364), "matched", -0.05, estimand="effect_on_the_served", compare=Matching(caliper=0))
    values = rng.random(2 * sets) < np.where(served, 0.3, 0.45)
    moved = rng.choice(np.flatnonzero(served), lost, replace=False)
    ruler = Left(OUTCOMES[question.outcome], question.horizon, values.astype(float), np.full(2 * sets, 364), moved=moved)
    method = METHODS["matched"]
    comparison = method.compare(cohort, question)
    estimate = method.estimate(cohort, comparison, ruler, question)
    told = (*comparison.diagnostics, *estimate.diagnostics)
    return Answer(question, ruler.outcome, ledger, Provenance("s", "r", "v"), "built", replace(estimate, diagnostics=()), told, by="service")


def page(answer: Answer, language: str = "en") -> tuple[Released, str]:
    released = release([judge(answer, None, title=TITLE, languages=("en", "es"))])
    study = Study(TITLE, "somewhere", "aid", {"main": PLAN}, (answer.question,), digest="5d" * 32)
    return released, pages.page(released, study, language=language)  # type: ignore[arg-type]  # a language by its name


def texts(html: str) -> Iterator[str]:
    for found in TEXTS.findall(html):
        yield unescape(re.sub(r"<[^>]+>", "", found))


def counts_of(text: str) -> list[int]:
    """The numbers of a text that may be people; `1 to 10`, which the page says of whatever it hides, is none."""
    plain = NOBODY.sub(" ", re.sub(r"1 (?:to|and|y|a) 10", " ", text))
    return [count for found in WHOLE.findall(plain) if (count := int(found.rstrip(",").replace(",", ""))) > max(FEW)]


def recovered(released: Released, html: str) -> list[str]:
    """What he takes for a count of few: what is left of a table's count, or of a text's largest, without some of a text's numbers."""
    wholes = {cell for one in released.exhibits for row in one.rows for cell in row if type(cell) is int and cell > max(FEW)}
    found = []
    for text in texts(html):
        counts = counts_of(text)
        for many in range(1, min(len(counts), 4) + 1):
            for some in combinations(counts, many):
                left = [whole - sum(some) for whole in sorted(wholes | set(counts))]
                found += [f"{number} in: {text}" for number in left if number in FEW]
    return found


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("lost", [1, 5, 10])
def test_no_sentence_of_a_matched_page_tells_how_few_were_lost(lost: int, language: str) -> None:
    released, html = page(county(150, lost, seed=lost), language)

    assert released.findings[0].answer.estimate is not None, "or there is no page to read"
    assert any(one.name == "hidden_bias" for one in released.findings[0].answer.diagnostics)
    assert recovered(released, html) == []


def test_he_finds_the_lost_where_a_sentence_counts_the_sets_that_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = rosenbaum.hidden_bias

    def counted(*arguments: object, **more: object) -> object:
        told = plain(*arguments, **more)  # type: ignore[arg-type]  # handed on as they come
        favour, against, *equal = told.behind["sets"]
        return replace(told, sentence=f"{told.sentence[:-1]} (over {favour + against} matched sets; {sum(equal)} say nothing).")

    monkeypatch.setattr("evaluation.methods.conditions.hidden_bias", counted)
    released, html = page(county(150, 5, seed=5))

    assert any(one.startswith("5 in: ") and "matched sets" in one for one in recovered(released, html))
