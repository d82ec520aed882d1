"""Draws pictures as SVG for a page that allows no inline style: text stays text, and the same numbers give the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal
from xml.etree import ElementTree

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..findings import ten_digits
from .language import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, MUTED, LINE, RING, ACCENT, BAND = "#16202a", "#55616d", "#cfd6dd", "#8b98a5", "#0b5a8f", "#eef1f4"
WIDTH = 340  # points, as wide as a phone: the letters of a picture come out as large as those of the text
LEAST_SCALE = 0.25  # standard deviations: on a narrower scale, groups as alike as they can be would look far apart
LONGEST = 26  # letters of a label in a picture; the table beside it has the whole
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "betteroff",
    "text.parse_math": False,  # a "$" in a county's label is a dollar sign
    "axes.formatter.use_mathtext": False,
    "font.family": "DejaVu Sans",  # comes with matplotlib: the layout is the same on every machine
    "font.size": 11,
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": INK,
}


@dataclass(frozen=True, slots=True)
class Range:
    """A range on a common scale, with the estimate inside it where this is the formula that gave one."""

    label: str
    low: float
    high: float
    effect: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """One column's difference between the groups: after matching, and before it where that may be shown."""

    label: str
    after: float
    before: float | None = None


def whole_of_a_hundred(share: float) -> int:
    """How many of a hundred dots are filled: half a person counts as one, in the same way for both arms."""
    return int(Decimal(str(ten_digits(100 * share))).quantize(Decimal(1), ROUND_HALF_UP))


def of_a_hundred(share: float, *, colour: str, name: str, label: str) -> Markup:
    """A hundred dots, of which `share` (0 to 1) are filled; the rest are rings."""
    filled = whole_of_a_hundred(share)
    with sheet(WIDTH / 2, WIDTH / 2, layout=None) as figure:
        axes = figure.add_axes((0, 0, 1, 1), xlim=(-0.6, 9.6), ylim=(9.6, -0.6))
        axes.axis("off")
        places = [(dot % 10, dot // 10) for dot in range(100)]
        for dots, inside, edge in ((places[:filled], colour, colour), (places[filled:], "white", RING)):
            if dots:
                across, down = zip(*dots, strict=True)
                axes.scatter(across, down, s=110, c=inside, edgecolors=edge, linewidths=1.2)
        return inline(figure, name=name, label=label)


def ranges(rows: Sequence[Range], *, smallest: float, words: Callable[[float], str], meaning: str, nothing: str, name: str, label: str) -> Markup:
    """Each formula's range for one effect on a common scale, beside the line of no difference.

    The band is what is too small to be worth having: everything within `smallest` of no difference.
    """
    with sheet(WIDTH, 74 + 40 * len(rows)) as figure:
        axes = figure.add_subplot()
        axes.axvspan(-abs(smallest), abs(smallest), color=BAND, lw=0)
        axes.axvline(0, color=INK, lw=1)
        for place, row in enumerate(rows):
            axes.plot([row.low, row.high], [place, place], color=ACCENT, lw=5 if row.effect is not None else 2, solid_capstyle="round")
            if row.effect is not None:
                axes.plot([row.effect], [place], "D", color="white", mec=ACCENT, mew=2.5, ms=10)
            axes.annotate(short(row.label, 52), (0, place), (4, 11), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=10)
        scale(axes, len(rows), words=words, meaning=meaning, room_above=0.75)
        axes.annotate(nothing, (0, 1), (0, 3), xycoords=("data", "axes fraction"), textcoords="offset points", ha="center", fontsize=9.5, color=MUTED)
        return inline(figure, name=name, label=label)


def balance(rows: Sequence[tuple[str, float]], *, words: Callable[[float], str], meaning: str, name: str, label: str) -> Markup:
    """How far apart the two groups were before the start, column by column, beside the line of no difference."""
    with sheet(WIDTH, 62 + 24 * len(rows)) as figure:
        axes = figure.add_subplot()
        axes.axvline(0, color=INK, lw=1)
        for place, (_, difference) in enumerate(rows):
            axes.plot([0, difference], [place, place], color=LINE, lw=2)
            axes.plot([difference], [place], "o", color=ACCENT, ms=8)
        axes.set_yticks(range(len(rows)), [short(column, LONGEST) for column, _ in rows])
        scale(axes, len(rows), words=words, meaning=meaning, room_above=0.6)
        widest = max(LEAST_SCALE, *(abs(difference) for _, difference in rows)) * 1.15
        axes.set_xlim(-widest, widest)
        return inline(figure, name=name, label=label)


def love(
    rows: Sequence[Pair],
    *,
    alike: float,
    limit: float,
    words: Callable[[float], str],
    meaning: str,
    legend: tuple[str, str],
    name: str,
    label: str,
) -> Markup:
    """How far apart the two groups were before the start, column by column: a ring before matching, and a dot after.

    `legend` names the ring and the dot.  A band reaches `alike` to either side of no difference, and dotted lines stand at `limit`.
    """
    with sheet(WIDTH, 84 + 24 * len(rows)) as figure:
        axes = figure.add_subplot()
        axes.axvspan(-alike, alike, color=BAND, lw=0)
        axes.axvline(0, color=INK, lw=1)
        for side in (-limit, limit) if limit else ():
            axes.axvline(side, color=MUTED, lw=1, ls=":")
        for place, row in enumerate(rows):
            if row.before is not None:
                axes.plot([row.before, row.after], [place, place], color=LINE, lw=2)
                axes.plot([row.before], [place], "o", color="white", mec=RING, mew=1.8, ms=7)
            axes.plot([row.after], [place], "o", color=ACCENT, ms=8)
        axes.set_yticks(range(len(rows)), [short(row.label, LONGEST) for row in rows])
        scale(axes, len(rows), words=words, meaning=meaning, room_above=0.6)
        far = [abs(place) for row in rows for place in (row.after, row.before or 0.0)]
        widest = max(LEAST_SCALE, limit, *far) * 1.15
        axes.set_xlim(-widest, widest)
        keys = [
            axes.plot([], [], "o", color=fill, mec=edge, mew=1.8, ms=7, ls="", label=text)[0]
            for fill, edge, text in (("white", RING, legend[0]), (ACCENT, ACCENT, legend[1]))
        ]
        figure.legend(handles=keys, loc="outside upper right", ncols=2, frameon=False, fontsize=10, handletextpad=0.2, columnspacing=1.2)
        return inline(figure, name=name, label=label)


def inline(figure: Figure, *, name: str, label: str) -> Markup:
    """The figure as an SVG element for inside a page: no style attribute, no identifier of another picture's, no outside name."""
    canvas, buffer = FigureCanvasSVG(figure), io.StringIO()
    canvas.print_svg(buffer, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ElementTree.fromstring(buffer.getvalue())
    for parent in root.iter():
        for child in [child for child in parent if _bare(child.tag) in ("metadata", "style")]:
            parent.remove(child)
    used = set(re.findall(r'(?:href="|url\()#([\w-]+)', buffer.getvalue()))
    for element in root.iter():
        element.tag = _bare(element.tag)
        attributes = dict(_attributes(element, name=name, used=used))
        element.attrib.clear()
        element.attrib.update(attributes)
    for length in ("width", "height", "version"):
        root.attrib.pop(length, None)
    root.attrib.update({"role": "img", "aria-label": plain(label), "stroke-linejoin": "round", "focusable": "false"})
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # from a tree: every text in it is escaped


def _attributes(element: ElementTree.Element, *, name: str, used: set[str]) -> Iterator[tuple[str, str]]:
    for key, value in element.attrib.items():
        key = _bare(key)
        if key == "id":
            if value in used:
                yield key, f"{name}-{value}"
        elif key == "style":
            yield from _presentation(value)
        else:
            yield key, re.sub(r"^#|(?<=url\()#", f"#{name}-", value)


def _presentation(style: str) -> Iterator[tuple[str, str]]:
    """A style as the attributes that mean the same; a font is left to the page, except for its size and weight."""
    for part in style.split(";"):
        key, _, value = part.partition(":")
        key, value = key.strip(), value.strip()
        if key == "font":
            size = re.search(r"([\d.]+)px", value)
            yield "font-size", size[1] if size else "11"
            if re.search(r"\b(bold|[6-9]00)\b", value):
                yield "font-weight", "700"
        elif key and key != "font-family":
            yield key, value


def _bare(name: str) -> str:
    return name.rpartition("}")[2]


@contextmanager
def sheet(width: float, height: float, *, layout: Literal["constrained"] | None = "constrained") -> Iterator[Figure]:
    """A figure of so many points, in the style of the page."""
    with mpl.rc_context(STYLE):
        yield Figure(figsize=(width / 72, height / 72), layout=layout, facecolor="none")


def scale(axes: Axes, rows: int, *, words: Callable[[float], str], meaning: str, room_above: float) -> None:
    """One horizontal scale below, rows from top to bottom, nothing else."""
    axes.set_ylim(rows - 0.5, -room_above)
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_facecolor("none")
    if not axes.get_yticklabels() or axes.get_yticks().size != rows:
        axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda place, _: words(round(place, 10)))
    axes.set_xlabel(meaning)


def short(label: str, longest: int) -> str:
    """A label of a picture, cut where it is longer than there is room for."""
    whole = plain(label)
    return whole if len(whole) <= longest else whole[: longest - 1] + "…"
