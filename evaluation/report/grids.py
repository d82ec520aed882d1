"""A released table as a page shows it: its cells as texts in one language, and below it the formulas that no reader needs first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Literal, TypeGuard

from ..findings.counts import CHANCES, SHARES
from ..findings.disclosure import HIDDEN
from ..findings.whom import weighs
from ..findings.words import arms_of, catalogue
from ..terms import Answer, Exhibit, unit_of
from .language import Words, label, plain

MEASURES = {
    "risk ratio": "text.measure_risk",
    "ratio of means": "text.measure_mean",
    "hazard ratio": "text.measure_hazard",
    "hazard ratio, adjusted": "text.measure_adjusted",
    "subdistribution hazard ratio": "text.measure_subdistribution",
    "rate ratio": "text.measure_rate",
}
RATIOS = ("ratio", "hazards")  # tables of ratios
LOVE = {"effect_on_the_served": "love", "effect_on_the_compared": "love_compared"}  # whose deviations; of every other effect both groups'
RAREST_SAID = 0.001  # a chance below it is said to be below it
Format = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A text on the page; `language` is set where it differs from the page's, so that a screen reader can say it."""

    text: str
    looks: Literal["", "number", "no", "code"] = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on the page."""

    caption: str
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def grid(kind: str, exhibit: Exhibit, words: Words, answer: Answer) -> Grid:
    """A table of an answer in the page's language; `kind` is what its name ends with ("arms")."""
    formats: dict[str, Format] = dict.fromkeys(("people", "rows", "events", "non-events", "lost", "left", "day", "followed"), words.whole)
    formats |= {"share": words.share, "p value": words.p_value} | dict.fromkeys(("value", "limit"), words.number)
    formats |= dict.fromkeys(("difference", "before", "after"), words.hundredths)
    formats |= dict.fromkeys(("mean", "effect", "low", "high", "standard error"), unit(answer, words))
    formats |= dict.fromkeys(("ratio", "low", "high"), words.hundredths) if kind in RATIOS else {}
    formats |= dict.fromkeys(("risk", "low", "high"), words.share) if kind == "course" and "risk" in exhibit.columns else {}
    formats |= dict.fromkeys(("number", "low", "high"), words.hundredths) if kind == "course" and "number" in exhibit.columns else {}

    named = catalogue(words.language)["condition"]

    def cell(column: str, value: object, row: tuple[object, ...]) -> Cell:
        if column in formats and shown(value):
            share = kind == "diagnostics" and row[0] in SHARES
            rare = kind == "diagnostics" and row[0] in CHANCES and column == "value" and value < RAREST_SAID
            return Cell(words.whole_share(value) if share else words.p_value(value) if rare else formats[column](value), "number")
        if value == HIDDEN or column in formats:
            return Cell(words["cell.hidden" if value == HIDDEN else "cell.nothing"], "number" if column in formats else "")
        if column == "formula":
            return Cell(interval_called(0 if kind in RATIOS else exhibit.rows.index(row), words))
        if column == "arm":
            own = f"arm_{arms_of(answer)}.{value}"
            return Cell(words[own if words.knows(own) else f"arm.{value}"])
        if value in MEASURES:
            return Cell(words[MEASURES[str(value)]])
        if value in ("yes", "no"):
            return Cell(words[f"cell.{value}"], "no" if value == "no" and column == "holds" else "")
        if column == "condition" and value in named:
            return Cell(named[value])
        return english(value, words)

    columns = [column for column in exhibit.columns if (kind, column) != ("balance", "condition")]  # the caption says it
    plans = answer.by == "strategy"
    spelt = {"rows": "rows_plans"} if plans else {"before": "before_weighed"} if weighs(answer.question, answer.by) else {}
    head = tuple(Cell(words[f"column.{spelt.get(column, column)}"], "number" if column in formats else "") for column in columns)
    rows = tuple(tuple(cell(column, row[exhibit.columns.index(column)], row) for column in columns) for row in exhibit.rows)
    captioned = {"rows": "arms_plans" if plans else "arms_weighed", "after": LOVE.get(answer.question.estimand, "love_everybody")}
    own = {("hazards", "number"): "hazards_number"}.get((kind, answer.question.measure), "course_plans" if plans and kind == "course" else kind)
    caption = words.filled(
        f"caption.{next((captioned[one] for one in columns if one in captioned), own)}",
        unit=words[f"axis.{unit_of(answer.outcome, answer.question.measure)}"],
    )
    return Grid(caption, head, rows, _formulas(exhibit, words))


def interval_called(number: int, words: Words) -> str:
    """What a reader calls the range in a row of a table: the first is the one that counts."""
    return words["text.interval_other" if number else "text.interval"]


def _formulas(exhibit: Exhibit, words: Words) -> str:
    """Below a table of ranges, the formulas by which they were had."""
    if "formula" not in exhibit.columns:
        return ""
    column = exhibit.columns.index("formula")
    named = dict.fromkeys(label(row[column]) for row in exhibit.rows if row[column] != HIDDEN)
    return words.filled("text.formula_note", formula="; ".join(named)) if named else ""


def tells(exhibit: Exhibit | None) -> bool:
    """Whether a table is there, and shows a number or a judgement: one that is hidden all over says nothing."""
    return exhibit is not None and any(shown(cell) or cell in ("yes", "no") for row in exhibit.rows for cell in row)


def shown(value: object) -> TypeGuard[float]:
    """Whether a cell holds a number: one that was hidden, or could not be had, is none."""
    return isinstance(value, (int, float)) and isfinite(value)


def unit(answer: Answer, words: Words, *, short: bool = False) -> Format:
    """How a number in the unit of what is measured is written; shorter along a scale."""
    of_a_hundred = words.on_a_scale if short else words.of_a_hundred
    return {
        "people": of_a_hundred,
        "events": of_a_hundred,
        "days": words.number,
        "dollars": words.whole_dollars if short else words.dollars,
    }[unit_of(answer.outcome, answer.question.measure)]


def english(value: object, words: Words, *, whole: bool = False) -> Cell:
    """What a method, a definition or the records say in the one language in which they say it."""
    return Cell(plain(value) if whole else label(value), language="" if words.language == "en" else "en")
