"""One question by every definition of its outcome, as a page shows it: a picture, a table, and what both say; and as CSV."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..findings import ten_digits
from ..findings.rivals import ReleasedRivals, Rival
from ..terms import Answer, Provenance, unit_of
from . import drawings
from .grids import Cell, Grid, axis, unit
from .language import Words, label

HEAD = ("definition", "title", "design", "adapted", "elsewhere", "state", "same_as", "why", "served", "compared", "effect", "low", "high")
COLUMNS = (
    "definitions.definition",
    "definitions.served",
    "definitions.compared",
    "definitions.effect",
    "definitions.low",
    "definitions.high",
)
STATES = {
    "hidden": "cell.hidden",
    "not asked": "definitions.not_asked",
    "not recorded": "definitions.not_recorded",
    "no number": "definitions.no_number",
}
LONGEST = 52  # letters of a definition's name over its line
ROW = 40  # points


@dataclass(frozen=True, slots=True)
class Definitions:
    """The section of a page, ready for the template."""

    name: str  # of the article that it stands in
    title: str
    lead: str
    picture: Markup | None
    note: str
    picture_title: str
    grid: Grid


def definitions_section(released: ReleasedRivals, answer: Answer, words: Words, name: str) -> Definitions:
    """What a page shows of a multiverse in the article `name` of its question, whose released answer is `answer`."""
    return Definitions(
        name=name,
        title=words["definitions.title"],
        lead=_lead(released, answer, words),
        picture=_picture(released.different, answer, words, name) if len(released.different) > 1 else None,
        note=words["definitions.note"],
        picture_title=words["definitions.picture"],
        grid=_grid(released.rivals, answer, words),
    )


def definitions_csv(released: ReleasedRivals, provenance: Provenance) -> str:
    """One line a definition, with its provenance; empty cells where nothing may be shown."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow((*HEAD, *(field.name for field in dataclasses.fields(Provenance))))
    for one in released.rivals:
        numbers = ["" if value is None else repr(ten_digits(value)) for value in (one.served, one.compared, one.effect, one.low, one.high)]
        told = [
            one.name,
            one.title["en"],
            *("yes" if held else "no" for held in (one.own, one.adapted, one.elsewhere)),
            one.state,
            one.same_as,
            one.why,
        ]
        writer.writerow([*told, *numbers, *dataclasses.astuple(provenance)])
    return page.getvalue()


def _lead(released: ReleasedRivals, answer: Answer, words: Words) -> str:
    """How far the level and the effect run, and by how many definitions the effect points the same way."""
    shown, different = released.shown, released.different
    if len(different) < 2:
        return words["definitions.too_few"]
    written, size = _level(answer, words), unit(answer, words)
    levels, effects = [one.compared or 0.0 for one in shown], [one.effect or 0.0 for one in shown]
    return words.filled(
        "definitions.lead",
        low=written(min(levels)),
        high=written(max(levels)),
        least=size(min(effects)),
        most=size(max(effects)),
        unit=axis(answer, words),
        same=words.whole(released.same_sign),
        n=words.whole(len(shown)),
        results=words.whole(len(different)),
        all=words.whole(len(released.rivals)),
    )


def _level(answer: Answer, words: Words) -> Callable[[float], str]:
    return words.share if unit_of(answer.outcome, answer.question.measure) == "people" else unit(answer, words)


def _called(one: Rival, words: Words) -> str:
    """What a definition is called: in the page's language, with its version, and a mark where it names another clock."""
    title = label(one.title.get(words.language) or one.title["en"])
    return f"{title} ({one.name.partition('/')[2]}){'*' if one.elsewhere else ''}"


def _grid(rivals: Sequence[Rival], answer: Answer, words: Words) -> Grid:
    written, size = _level(answer, words), unit(answer, words)

    def row(one: Rival) -> tuple[Cell, ...]:
        same = words.filled("definitions.same", version=one.same_as.partition("/")[2]) if one.same_as else ""
        called = Cell(_called(one, words) + (words["definitions.own"] if one.own else same))
        if one.state != "shown":
            why = words[STATES[one.state]]
            return (called, *(Cell(why if place == 0 else words["cell.nothing"], "number") for place in range(5)))
        numbers = ((one.served, written), (one.compared, written), (one.effect, size), (one.low, size), (one.high, size))
        return (called, *(Cell(words["cell.nothing"] if value is None else form(value), "number") for value, form in numbers))

    head = tuple(Cell(words[column], "number" if at else "") for at, column in enumerate(COLUMNS))
    caption = words.filled("definitions.caption", unit=axis(answer, words))
    return Grid(caption, head, tuple(map(row, rivals)), words["definitions.adapted"] if any(one.elsewhere for one in rivals) else "")


def _picture(shown: Sequence[Rival], answer: Answer, words: Words, name: str) -> Markup:
    """The effect by each definition with its range, above the level of both arms by each; the design's own is a diamond."""
    ticks = unit(answer, words, short=True)
    with drawings.sheet(drawings.WIDTH, 150 + 2 * ROW * len(shown)) as figure:
        effects, levels = figure.subplots(2, 1)
        worth = abs(answer.question.worthwhile)
        effects.axvspan(-worth, worth, color=drawings.BAND, lw=0)
        effects.axvline(0, color=drawings.INK, lw=1)
        for place, one in enumerate(shown):
            if one.low is not None and one.high is not None:
                effects.plot([one.low, one.high], [place, place], color=drawings.ACCENT, lw=5 if one.own else 2, solid_capstyle="round")
            looks = {"marker": "D", "color": "white", "mew": 2.5, "ms": 10} if one.own else {"marker": "o", "color": drawings.ACCENT, "ms": 8}
            effects.plot([one.effect], [place], mec=drawings.ACCENT, **looks)
            levels.plot([one.served, one.compared], [place, place], color=drawings.RING, lw=1)
            levels.plot(
                [one.compared], [place], "o", color="white", mec=drawings.INK, ms=8, label=words["definitions.compared"] if not place else None
            )
            levels.plot([one.served], [place], "o", color=drawings.ACCENT, ms=8, label=words["definitions.served"] if not place else None)
            for axes in (effects, levels):
                said = drawings.short(_called(one, words), LONGEST)
                axes.annotate(said, (0, place), (4, 11), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=10)
        for axes, meaning in ((effects, "definitions.axis_effect"), (levels, "definitions.axis_level")):
            drawings.scale(axes, len(shown), words=ticks, meaning=words.filled(meaning, unit=axis(answer, words)), room_above=0.75)
        figure.legend(loc="outside lower left", ncols=2, frameon=False, fontsize=10)
        return drawings.inline(figure, name=f"{name}-definitions", label=words["definitions.alt"])
