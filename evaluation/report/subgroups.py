"""The headline by groups of people, as a page shows it: each group alone and drawn to the mean of the groups, and no verdict of any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..findings.disclosure import Released
from ..findings.group_tables import COUNTS, EFFECTS
from ..terms import Answer, Exhibit
from . import drawings
from .grids import Cell, Grid, axis, shown, unit
from .language import Words, label

ROW = 38  # points
LONGEST = 40  # letters of a group's name over its line
ALIKE = 0.05  # of the test that groups differ
SIDES = {"served": "groups.served", "compared": "groups.compared"}


@dataclass(frozen=True, slots=True)
class Strip:
    """The groups of one column, ready for the template."""

    title: str
    lead: str
    picture: Markup | None
    note: str
    people: Grid | None
    effects: Grid | None


def strips(released: Released, columns: Sequence[str], words: Words) -> tuple[Strip, ...]:
    """One strip for each column of groups that a study names; of one of which nothing may be told, that alone is said."""
    headline = released.findings[0].answer
    named = {exhibit.name.partition(": ")[2]: exhibit for exhibit in released.exhibits}
    return tuple(_strip(column, named.get(COUNTS.format(column)), named.get(EFFECTS.format(column)), headline, words) for column in columns)


def _strip(column: str, people: Exhibit | None, effects: Exhibit | None, answer: Answer, words: Words) -> Strip:
    title = words.filled("groups.title", column=label(column).replace("_", " "))
    rows = [row for row in effects.rows if shown(row[1])] if effects else []
    if answer.estimate is None or effects is None or not rows:
        return Strip(title, words["groups.untold"], None, "", None, None)
    p = next((row[2] for row in effects.rows if str(row[0]).startswith("p value")), None)
    said = words["groups.differ" if shown(p) and p < ALIKE else "groups.alike"] if shown(p) else ""
    lead = " ".join(one for one in (words["groups.lead"], said) if one)
    picture = _picture(rows, answer, words, f"groups-{label(column)}")
    return Strip(title, lead, picture, words["groups.note"], _people(people, words) if people else None, _effects(rows, answer, words))


def _people(people: Exhibit, words: Words) -> Grid:
    heads = {"group": "groups.group", "arm": "groups.arm", "people": "groups.people", "events": "groups.events", "non-events": "groups.rest"}

    def cell(value: object) -> Cell:
        if isinstance(value, int):
            return Cell(words.whole(value), "number")
        text = str(value)
        return Cell(words[SIDES[text]] if text in SIDES else words["cell.hidden"] if text == "hidden" else label(text))

    head = tuple(Cell(words[heads[column]], "number" if at > 1 else "") for at, column in enumerate(people.columns))
    return Grid(words["groups.caption_people"], head, tuple(tuple(map(cell, row)) for row in people.rows), "")


def _effects(rows: Sequence[tuple[object, ...]], answer: Answer, words: Words) -> Grid:
    size = unit(answer, words)
    heads = ("groups.group", "groups.alone", "groups.drawn", "groups.low", "groups.high", "groups.apart")

    def line(row: tuple[object, ...]) -> tuple[Cell, ...]:
        numbers = tuple(Cell(size(value) if shown(value) else words["cell.hidden"], "number") for value in row[1:5])
        apart = Cell(words.number(row[5]) if shown(row[5]) else words["cell.hidden"], "number")
        return (Cell(label(str(row[0]))), *numbers, apart)

    head = tuple(Cell(words[column], "number" if at else "") for at, column in enumerate(heads))
    return Grid(words.filled("groups.caption", unit=axis(answer, words)), head, tuple(map(line, rows)), "")


def _picture(rows: Sequence[tuple[object, ...]], answer: Answer, words: Words, name: str) -> Markup:
    """A ring for what a group shows alone, a dot and a range for what it is drawn to, beside what is too small to matter."""
    with drawings.sheet(drawings.WIDTH, 90 + ROW * len(rows)) as figure:
        axes = figure.subplots()
        worth = abs(answer.question.worthwhile)
        axes.axvspan(-worth, worth, color=drawings.BAND, lw=0)
        axes.axvline(0, color=drawings.INK, lw=1)
        for place, row in enumerate(rows):
            alone, drawn, low, high = (float(str(value)) for value in row[1:5])
            axes.plot([low, high], [place, place], color=drawings.ACCENT, lw=2, solid_capstyle="round")
            axes.plot([drawn], [place], "o", color=drawings.ACCENT, ms=8, label=words["groups.drawn"] if not place else None)
            axes.plot([alone], [place], "o", color="none", mec=drawings.RING, ms=8, mew=1.5, label=words["groups.alone"] if not place else None)
            axes.annotate(
                drawings.short(str(row[0]), LONGEST), (0, place), (4, 11), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=10
            )
        drawings.scale(axes, len(rows), words=unit(answer, words, short=True), meaning=axis(answer, words), room_above=0.75)
        figure.legend(loc="outside lower left", ncols=2, frameon=False, fontsize=10)
        return drawings.inline(figure, name=name, label=words["groups.alt"])
