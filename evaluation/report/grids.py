"""A released table as a page shows it: its cells as texts in one language, and below it the formulas that no reader needs first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Literal, TypeGuard

from ..findings.beyond import period_said
from ..findings.counts import CHANCES, SHARES
from ..findings.disclosure import HIDDEN
from ..findings.exhibits import NOT_APPLICABLE
from ..findings.manners import manner_of, period_of
from ..findings.whom import weighs
from ..findings.words import arms_of
from ..findings.writing import catalogue
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
ESTIMATORS = {  # what stands in a table of other estimators, by its name there
    "two by two": "text.est_two_by_two",
    "effects by group and time": "text.est_group_time",
    "two-way fixed effects": "text.est_two_way",
    "imputation": "text.est_imputation",
    "interaction-weighted": "text.est_interaction",
    "before and after": "text.est_before_after",
    "after units left the programme": "text.est_after",
    "synthetic control": "text.est_synthetic",
    "augmented synthetic control": "text.est_augmented",
    "synthetic difference-in-differences": "text.est_synthetic_did",
    "difference-in-differences": "text.est_plain",
    "proportional trends": "text.est_proportional",
    "interrupted series without a comparison": "text.est_interrupted",
    "local line, robust bias correction": "text.est_line",
    "difference in means": "text.est_means",
    "two-part model (logit, then gamma)": "text.est_two_part",
    "gamma model with a logarithmic link": "text.est_gamma",
    "Poisson model with a logarithmic link": "text.est_poisson",
}
PATH, OTHERS = "path of the effect", "other estimators"
ALL_LOW, ALL_HIGH = "low of all at once", "high of all at once"
SLUGS = {PATH: "path_of_the_effect", OTHERS: "other_estimators"}
RATIOS = ("ratio", "hazards")  # tables of ratios
LOVE = {"effect_on_the_served": "love", "effect_on_the_compared": "love_compared"}  # whose deviations; of every other effect both groups'
RAREST_SAID = 0.001  # a chance below it is said to be below it
EFFECT = re.compile(r"\beffect(?=s?\b)")
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
    formats: dict[str, Format] = dict.fromkeys(
        ("people", "areas", "rows", "events", "non-events", "lost", "left", "day", "followed", "periods since"), words.whole
    )
    formats |= {"share": words.share, "p value": words.p_value} | dict.fromkeys(("value", "limit"), words.number)
    formats |= dict.fromkeys(("difference", "before", "after"), words.hundredths)
    formats |= dict.fromkeys(("mean", "effect", "low", "high", "standard error", ALL_LOW, ALL_HIGH), unit(answer, words))
    formats |= dict.fromkeys(("ratio", "low", "high"), words.hundredths) if kind in RATIOS else {}
    formats |= dict.fromkeys(("risk", "low", "high"), words.share) if kind == "course" and "risk" in exhibit.columns else {}
    formats |= dict.fromkeys(("number", "low", "high"), words.hundredths) if kind == "course" and "number" in exhibit.columns else {}

    named = catalogue(words.language)["condition"]

    def cell(column: str, value: object, row: tuple[object, ...]) -> Cell:
        if column in formats and shown(value):
            share = kind == "diagnostics" and row[0] in SHARES
            if column == "share" and not 0 <= value <= 1:  # worked out of those who come because of an offer, and not counted
                return Cell(words["cell.beyond"])
            rare = kind == "diagnostics" and row[0] in CHANCES and column == "value" and value < RAREST_SAID
            return Cell(words.whole_share(value) if share else words.p_value(value) if rare else formats[column](value), "number")
        if value == HIDDEN or column in formats:
            return Cell(words["cell.hidden" if value == HIDDEN else "cell.nothing"], "number" if column in formats else "")
        if column == "formula":
            return Cell(interval_called(0 if kind in RATIOS else exhibit.rows.index(row), words))
        if column == "arm":
            own = f"arm_{arms_of(answer)}.{value}"
            return Cell(words[own if words.knows(own) else f"arm.{value}"])
        if column == "estimator" and value in ESTIMATORS:
            return Cell(words[ESTIMATORS[str(value)]])
        if value in MEASURES:
            return Cell(words[MEASURES[str(value)]])
        if value == NOT_APPLICABLE:
            return Cell(words["cell.not_applicable"])
        if value in ("yes", "no"):
            return Cell(words[f"cell.{value}"], "no" if value == "no" and column == "holds" else "")
        if column == "condition" and value in named:
            return Cell(named[value])
        return english(unclaimed(value, answer), words)

    columns = [column for column in exhibit.columns if (kind, column) != ("balance", "condition")]  # the caption says it
    plans = answer.by == "strategy"
    spelt = {"rows": "rows_plans"} if plans else {"before": "before_weighed"} if weighs(answer.question, answer.by) else {}
    apart = kind == OTHERS and answer.question.estimator == "disparity"  # each place, and not each way
    spelt = spelt | ({"estimator": "place"} if apart else {})
    head = tuple(
        Cell(words[f"column.{spelt.get(column, column)}"], "number" if column in formats and at else "") for at, column in enumerate(columns)
    )
    rows = tuple(tuple(cell(column, row[exhibit.columns.index(column)], row) for column in columns) for row in exhibit.rows)
    captioned = {"rows": "arms_plans" if plans else "arms_weighed", "after": LOVE.get(answer.question.estimand, "love_everybody")}
    captioned |= {"estimator": "disparities"} if apart else {}
    own = {("hazards", "number"): "hazards_number"}.get(
        (kind, answer.question.measure), "course_plans" if plans and kind == "course" else SLUGS.get(kind, kind)
    )
    caption = words.filled(
        f"caption.{next((captioned[one] for one in columns if one in captioned), own)}",
        unit=axis(answer, words),
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
    if "low" in exhibit.columns and (none := [row[column] for row in exhibit.rows if row[exhibit.columns.index("low")] is None]):
        return words.filled("text.no_range", why="; ".join(dict.fromkeys(map(label, none))))
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
    of_a_hundred: Format = words.on_a_scale if short else words.of_a_hundred
    per = answer.question.so_many  # an effect on areas is one of so many people
    return {
        "people": of_a_hundred if per == 1 else lambda number: of_a_hundred(number / per),
        "events": of_a_hundred if per == 1 else lambda number: of_a_hundred(number / per),
        "days": words.number,
        "dollars": words.whole_dollars if short else words.dollars,
        "rate": words.number,
        "count": words.number,
    }[unit_of(answer.outcome, answer.question.measure)]


def axis(answer: Answer, words: Words) -> str:
    """What a scale of the answer is in: of numbers about places what they count, and for how many people."""
    event = label(answer.outcome.event.get(words.language) or next(iter(answer.outcome.event.values()), ""))
    slots = {"event": event, "period": period_said(period_of(answer), words.language), "base": words.whole(answer.question.so_many)}
    return words.filled(f"axis.{unit_of(answer.outcome, answer.question.measure)}", **slots)


def unclaimed(value: object, answer: Answer) -> object:
    """What a method says, of a bare change without the word that would make an effect of it: a change is all that it could be."""
    return EFFECT.sub("change", value) if isinstance(value, str) and manner_of(answer) == "change" else value


def english(value: object, words: Words, *, whole: bool = False) -> Cell:
    """What a method, a definition or the records say in the one language in which they say it."""
    return Cell(plain(value) if whole else label(value), language="" if words.language == "en" else "en")
