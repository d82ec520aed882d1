"""The part of a page about money: who pays, what the programme itself costs, what one more unit costs, and the CHEERS list.

All of it is read from released tables and from the question: what the door hid is not here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import floor

from markupsafe import Markup

from ..findings.costs import (
    BASES,
    BREAK_EVEN,
    CLOSURES,
    CURVE,
    ENOUGH,
    LEDGER,
    OWN,
    PLANE,
    PRICE,
    PRICES,
    SOURCES,
    TOP,
    TOTAL,
    WHOLE,
    WORTH,
    in_dollars,
    unit_of_outcome,
)
from ..findings.disclosure import HIDDEN
from ..findings.writing import in_language
from ..outcomes import OUTCOMES
from ..outcomes.cost.discount import DAYS_A_YEAR
from ..terms import Exhibit, Finding, Outcome, Question, Study
from .cheers import checklist
from .costs_drawings import curve, plane
from .grids import Cell, Grid, english, shown
from .language import Words, label

SENSITIVITY = {  # what the difference is told by, by its name in the table of prices
    "unit costs at their low": "costs.at_low",
    "unit costs at their high": "costs.at_high",
    "winsorised at the 99th percentile": "costs.winsorised",
    "without those above the 99th percentile": "costs.trimmed",
    "log of amounts, smeared (Duan 1983)": "costs.smeared",
    PRICE: "costs.row_price",
    WHOLE: "costs.row_whole",
    BREAK_EVEN: "costs.row_break_even",
    f"{TOP}, served": "costs.top_served",
    f"{TOP}, compared": "costs.top_compared",
}
CORNERS = ("dearer and better", "dearer and worse", "cheaper and better", "cheaper and worse")
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Costs:
    """What a page says of money beside one finding."""

    name: str
    sentences: tuple[str, ...]
    grids: tuple[Grid, ...]
    pictures: tuple[tuple[Markup, str, str], ...]  # with what stands below each, and above
    more: tuple[Grid, ...]  # the long tables
    sources: tuple[Cell, ...]


def costs_of(number: int, finding: Finding, exhibits: tuple[Exhibit, ...], study: Study, words: Words) -> Costs | None:
    """The part about money of one released finding; None where there is nothing to tell.  `number` makes the names its own."""
    tables = {exhibit.name.rpartition(": ")[2]: exhibit for exhibit in exhibits}
    if finding.answer.question.money is None or not {LEDGER, PRICES, WORTH} & tables.keys():
        return None
    name = f"question-{number}"
    worth = _first(tables.get(WORTH))
    priced = OUTCOMES.get(str(worth["outcome"])) if worth else None
    found = [_ledger(tables[LEDGER], words)] if LEDGER in tables else []
    found += [_worth(worth, priced, words)] if worth else []
    found += [_prices(tables[PRICES], words)] if PRICES in tables else []
    found += [_closures(tables[CLOSURES], finding, words)] if CLOSURES in tables else []
    return Costs(
        name=name,
        sentences=tuple(_sentences(finding, tables, worth, priced, words)),
        grids=tuple(found),
        pictures=tuple(_pictures(tables, worth, priced, words, name)),
        more=(*([_curve(tables[CURVE], words)] if CURVE in tables else []), checklist(finding, tables, study, words)),
        sources=tuple(english(row[0], words, whole=True) for row in tables[SOURCES].rows) if SOURCES in tables else (),
    )


def _first(exhibit: Exhibit | None) -> Row:
    """The first row of a table by column; empty where there is none."""
    return dict(zip(exhibit.columns, exhibit.rows[0], strict=True)) if exhibit else {}


def _money(words: Words, number: float) -> str:
    return in_dollars(number, words.language)


# ------------------------------------------------------------------------------------------------ sentences
def _sentences(finding: Finding, tables: Mapping[str, Exhibit], worth: Row, priced: Outcome | None, words: Words) -> Iterator[str]:
    money = finding.answer.question.money
    if money is None:
        return
    yield words.filled(
        "costs.dollars" if money.book else "costs.dollars_recorded",
        year=str(money.price_year),
        later=_discounted(finding.answer.question, words),
        book=label(money.book),
        basis=words[f"costs.basis_{money.basis}"],
        perspective=words[f"costs.perspective_{money.perspective}"],
    )
    if money.basis == "average" and money.book:
        yield words["costs.warn_average"]
    prices = {row[0]: row[1] for row in tables[PRICES].rows} if PRICES in tables else {}
    if shown(price := prices.get(PRICE)):
        yield words.filled("costs.price", n=words.dollars(price))
        if shown(whole := prices.get(WHOLE)):
            yield words.filled("costs.whole_price", n=words.dollars(whole))
        pays = prices.get(BREAK_EVEN)
        if shown(pays):
            yield words.filled("costs.pays", n=words.dollars(pays))
        elif pays != HIDDEN:
            yield words["costs.pays_not"]
    yield from _of_the_ratio(worth, priced, words)


def _discounted(question: Question, words: Words) -> str:
    """What a later dollar counts: by the whole years of a person's own clock, so that within a year none is discounted."""
    money, horizon = question.money, question.horizon
    if money is None or not money.discount:
        return ""
    years = (horizon.months or 0) / 12 if horizon.days is None else horizon.days / DAYS_A_YEAR
    return words["costs.at_once"] if years <= 1 else words.filled("costs.later", discount=words.share(1 - 1 / (1 + money.discount)))


def _of_the_ratio(worth: Row, priced: Outcome | None, words: Words) -> Iterator[str]:
    """What one more unit costs, or why that is not told."""
    if not worth or worth["why"] == HIDDEN:
        return
    if worth["why"] != "ratio":
        yield words[f"costs.why_{worth['why']}"]
    ends = (worth["dollars a unit"], worth["low"], worth["high"])
    if all(map(shown, ends)) and priced is not None:
        ratio, low, high = (_money(words, float(end)) for end in ends)  # type: ignore[arg-type]  # floats, by the line above
        unit = unit_of_outcome(priced.unit, priced.better, priced.event, words.language)
        yield words.filled("costs.ratio", n=ratio, low=low, high=high, unit=unit)
    if worth["why"] == "ratio" and shown(enough := worth["enough"]):
        yield words.filled("costs.enough", share=words.whole(100 * ENOUGH), enough=_money(words, enough))
    corners = [worth[corner] for corner in CORNERS]
    if all(map(shown, corners)):
        yield words.filled("costs.corners", **{slot: words.whole(100 * float(share)) for slot, share in zip("abcd", corners, strict=True)})  # type: ignore[arg-type]  # floats, by the line above


# ------------------------------------------------------------------------------------------------ tables
def _cell(value: object, written: str, words: Words) -> Cell:
    """A number as it is written, a hidden one by its mark, and none by a dash."""
    if shown(value):
        return Cell(written, "number")
    return Cell(words["cell.hidden" if value == HIDDEN else "cell.nothing"], "number")


def _dollars(value: object, words: Words) -> Cell:
    return _cell(value, words.dollars(value) if shown(value) else "", words)


def _ledger(exhibit: Exhibit, words: Words) -> Grid:
    """By department and payer, in three columns; the total of whose money counts below."""
    head = [Cell(words[f"costs.column_{column}"]) for column in ("department", "payer", "whose", "counted")]
    head += [Cell(words[f"costs.column_{basis}"], "number") for basis in BASES]
    rows = []
    for department, payer, whose, counted, *dollars in exhibit.rows:
        total = department == TOTAL
        named = Cell(words["costs.total"]) if total else english(department, words)
        payer_said = Cell(words[f"costs.payer_{payer}"] if words.knows(f"costs.payer_{payer}") else label(payer or ""))
        whose_said = Cell("" if total else words["costs.whose_programme" if whose == OWN else "costs.whose_services"])
        rows.append((named, payer_said, whose_said, Cell(words[f"cell.{counted}"]), *(_dollars(one, words) for one in dollars)))
    return Grid(words["costs.caption_ledger"], tuple(head), tuple(rows), words["costs.note_ledger"])


def _worth(worth: Row, priced: Outcome | None, words: Words) -> Grid:
    """What one unit better costs, with both ranges."""
    unit = unit_of_outcome(priced.unit, priced.better, priced.event, words.language) if priced else ""
    rows = []
    for key, low, high, column in (
        ("costs.row_fieller", "low", "high", "dollars a unit"),
        ("costs.row_resampled", "low by resamples", "high by resamples", "dollars a unit"),
    ):
        rows.append((Cell(words[key]), *(_dollars(worth[name], words) for name in (column, low, high))))
    head = (Cell(words["costs.column_way"]), *(Cell(words[f"costs.column_{column}"], "number") for column in ("unit", "low", "high")))
    return Grid(words.filled("costs.caption_worth", unit=unit) if unit else words["costs.caption_worth_none"], head, tuple(rows))


def _prices(exhibit: Exhibit, words: Words) -> Grid:
    rows = []
    for what, value in exhibit.rows:
        named = Cell(words[SENSITIVITY[str(what)]]) if what in SENSITIVITY else english(what, words, whole=True)
        share = str(what).startswith(TOP)
        rows.append(
            (named, _cell(value, words.whole_share(value) if share else words.dollars(value), words) if shown(value) else _dollars(value, words))
        )
    return Grid(words["costs.caption_prices"], (Cell(words["costs.column_what"]), Cell(words["costs.column_dollars"], "number")), tuple(rows))


def _closures(exhibit: Exhibit, finding: Finding, words: Words) -> Grid:
    """From how many people served a year on something closes, beside how many this study served."""
    estimate = finding.answer.estimate
    note = words.filled("costs.note_closures", n=words.whole(estimate.served.people)) if estimate else words["costs.note_closures_none"]
    head = [Cell(words[f"costs.column_{column}"]) for column in ("department", "service")]
    head += [Cell(words[f"costs.column_{column}"], "number") for column in ("step", "freed", "people")]
    rows = []
    for department, service, step, freed, people in exhibit.rows:
        numbers = [_cell(one, words.number(one) if shown(one) else "", words) for one in (step, freed)]
        counted = _cell(people, words.whole(people) if shown(people) else "", words)
        rows.append((english(department, words), english(service, words), *numbers, counted))
    return Grid(words["costs.caption_closures"], tuple(head), tuple(rows), note)


def _curve(exhibit: Exhibit, words: Words) -> Grid:
    """By what a unit is worth: the chance, and net benefit with its range."""
    head = tuple(
        Cell(words[f"costs.column_{column}"], "number" if place else "") for place, column in enumerate(("worth", "chance", "net", "low", "high"))
    )
    rows = tuple(
        (
            Cell(words.dollars(worth) if shown(worth) else words["cell.hidden"]),
            _cell(chance, words.whole_share(chance) if shown(chance) else "", words),
            *(_dollars(one, words) for one in benefit),
        )
        for worth, chance, *benefit in exhibit.rows
    )
    return Grid(words["costs.caption_curve"], head, rows)


# ------------------------------------------------------------------------------------------------ pictures
def _pictures(tables: Mapping[str, Exhibit], worth: Row, priced: Outcome | None, words: Words, name: str) -> Iterator[tuple[Markup, str, str]]:
    pairs = [(float(gain), float(cost)) for gain, cost in tables[PLANE].rows if shown(gain) and shown(cost)] if PLANE in tables else []
    shares = [worth.get(corner) for corner in CORNERS]
    if len(pairs) > 1 and all(map(shown, shares)) and priced is not None:
        of_people = priced.unit == "people"
        gain = words.filled(f"costs.gain_{priced.unit}_{priced.better}", event=label(in_language(words.language, priced.event), 46))
        drawn = plane(
            pairs,
            scale=(words.on_a_scale if of_people else words.number, words.whole_dollars),
            meaning=(gain, words["costs.axis_cost"]),
            corners=tuple(words.whole_share(float(share)) for share in shares),  # type: ignore[arg-type]  # floats, by the line above
            name=f"{name}-plane",
            label=words["costs.alt_plane"],
        )
        yield drawn, words["costs.note_plane"], words["costs.title_plane"]
    points = [(float(row[0]), float(row[1])) for row in tables[CURVE].rows if shown(row[0]) and shown(row[1])] if CURVE in tables else []
    if len(points) > 1:
        cents = points[-1][0] < 10
        scale = (words.dollars if cents else lambda value: words.whole_dollars(floor(value + 0.5)), words.whole_share)
        meaning = (words["costs.axis_worth"], words["costs.axis_chance"])
        drawn = curve(points, scale=scale, meaning=meaning, name=f"{name}-acceptability", label=words["costs.alt_curve"])
        yield drawn, words["costs.note_curve"], words["costs.title_curve"]
