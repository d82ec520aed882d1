"""The pictures of survival for a notebook: curves with who was at risk below them, areas under them, and how often an event came.

Groups are told apart by dashes and marks as well as by colour.  Points of a plain survival curve are those of lifelines; bands are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np

from ...drawing import ACCENT, BAND, INK, STYLE, InANotebook
from . import at_risk, restricted
from .columns import Z
from .transforms import interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ...terms import Array
    from .tidy_curves import Curves, Group
    from .tidy_numbers import Counted, Numbers

COLOURS = (ACCENT, INK, "#b3541e", "#3d7a4a", "#7d4a9c")
DASHES = ("-", "--", "-.", ":", (0, (7, 2, 1, 2, 1, 2)))
ENOUGH = 10  # people followed: where fewer are, a line is faint and has no band, for one of them can move it (Pocock, Clayton, Altman 2002)
FAINT = 0.4  # of a line's colour
MANY = 3  # groups whose bands can lie over each other and be seen
WIDE = 7.2  # inches
LINE = 0.21  # inches of a row of the table
LETTER = 5.4  # points of a digit in the table
LONGEST = 18  # letters of a group's label in a line of the table
NEAR = 0.6  # of the way between two times: the last time pushes out a time as near
BEYOND = 1.012  # of the last time: how far the axis runs
DRAWN = 2_000  # points of a line: more cannot be seen


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A step function with its band, none where few are followed; (m,) arrays, flat from each time on."""

    label: str
    time: Array
    value: Array
    low: Array
    high: Array
    few: Array  # bool: fewer than ENOUGH are followed from then on


# ------------------------------------------------------------------------------------------------ what is drawn
def curves(told: Curves, cause: int | None) -> InANotebook:
    """Survival or, where ends compete, the incidence of a cause, or of each in a panel of its own; below, who was at risk at a few times."""
    if len(told.causes) == 1:
        panels: list[tuple[int | None, str]] = [(None, f"share without '{told.causes[0]}'")]
    else:
        panels = [(number, f"share with '{name}'") for number, name in enumerate(told.causes, 1) if cause in (None, number)]
    lines = [[_of_curve(group, number, told) for group in told.groups] for number, _ in panels]
    labels = [group.label for group in told.groups]
    last = max(group.last for group in told.groups)
    with mpl.rc_context(STYLE):
        figure, axes, table = _sheet(len(panels), len(labels))
        for one, (_, said), drawn in zip(axes, panels, lines, strict=True):
            _draw(one, drawn)
            _shares(one, said, top=1.0 if panels[0][0] is None else None)
        _ticks(axes, last)
        _at_risk(table, axes[-1], [(group.label, _counts(group, axes[-1])) for group in told.groups])
        _named(figure, axes[0], told.by, labels)
        faint = _caption(table, told.time, lines[0])
        beside = f"People at risk are below, up to {last:g}.{faint}"
        figure.alt = _alt([(said, drawn) for (_, said), drawn in zip(panels, lines, strict=True)], beside)
    return figure


def areas(told: Curves, tau: float, cause: int | None) -> InANotebook:
    """The area that a restricted mean is, a panel a group: under survival up to tau or, of a cause, under its incidence."""
    what: Any = "time_free" if cause is None else "time_lost"
    said = f"free of {_or(told.causes)}" if cause is None else f"lost to '{told.causes[cause - 1]}'"
    columns = min(2, len(told.groups))
    rows = -(-len(told.groups) // columns)
    alt = []
    with mpl.rc_context(STYLE):
        figure = InANotebook(figsize=(WIDE, 0.9 + 2.3 * rows), layout="constrained")
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, group in zip(panels, told.groups, strict=False):
            mean = restricted.restricted(group.curve, group.times, tau, what, cause=cause or 1, labels=group.labels)
            value = group.curve.survival if cause is None else group.curve.incidence[cause - 1]
            time, height = _until(group.curve.time, value, tau, 1.0 if cause is None else 0.0)
            axes.fill_between(time, height, step="post", color=ACCENT, alpha=0.22, lw=0)
            axes.step(time, height, where="post", color=INK, lw=1.5)
            low, high = (mean.mean + side * Z * mean.std_error for side in (-1, 1))
            text = f"mean {told.time} {said}: {mean.mean:.4g} of {tau:g}"
            axes.set_title(fill(text, 42) if told.by is None else f"{fill(f'{told.by} {group.label}', 42)}\n{fill(text, 42)}", loc="left", fontsize=9)
            place = 0.08 if cause is None else 0.92
            axes.text(0.03, place, f"95 %: {low:.4g} to {high:.4g}", transform=axes.transAxes, va="center", fontsize=9)
            _shares(axes, "share", top=1.0 if cause is None else None)
            alt.append(f"{group.label}: {mean.mean:.4g} ({low:.4g} to {high:.4g})")
        for axes in panels[len(told.groups) :]:
            axes.set_visible(False)
        _ticks(list(panels), tau)
        if cause is not None:
            panels[0].set_ylim(0, 1.3 * panels[0].dataLim.y1)
        figure.supxlabel(told.time, fontsize=10)
        figure.alt = f"Mean {told.time} {said}, up to {tau:g}, as an area, by group with 95 % limits. {'. '.join(alt)}."
    return figure


def numbers(told: Numbers) -> InANotebook:
    """The mean number of events by each time, with bands, and who was at risk below."""
    lines = [_of_number(group) for group in told.groups]
    labels, last = [group.label for group in told.groups], max(group.last for group in told.groups)
    with mpl.rc_context(STYLE):
        figure, (axes,), table = _sheet(1, len(labels))
        _draw(axes, lines)
        said = f"mean number of '{told.event}'"
        axes.set_ylabel(fill(said, 36))
        axes.set_ylim(bottom=0)
        _bare(axes)
        _ticks([axes], last)
        _at_risk(table, axes, [(group.label, group.at(_ticks_of(axes, late=True))["at_risk"].to_numpy()) for group in told.groups])
        _named(figure, axes, told.by, labels)
        faint = _caption(table, told.time, lines)
        beside = "" if told.ends is None else f" '{told.ends}' ends it: those to whom it has come have no more."
        figure.alt = _alt([(said, lines)], f"People at risk are below, up to {last:g}.{beside}{faint}")
    return figure


# ------------------------------------------------------------------------------------------------ lines
def _of_curve(group: Group, cause: int | None, told: Curves) -> _Line:
    """A group's survival, or the incidence of a cause; bands where the curve has an error."""
    value = group.curve.survival if cause is None else group.curve.incidence[cause - 1]
    low, high = interval(value, group.error(cause), told.scale)
    if cause is not None:
        return _line(group.label, group.curve.time, value, low, high, 0.0, group.curve.rows)
    from . import lifelines_adapter  # takes a second to import

    points = lifelines_adapter.kaplan_meier(group.times)
    drawn = points.value[np.searchsorted(points.time, group.curve.time, side="right") - 1]
    return _line(group.label, group.curve.time, drawn, low, high, 1.0, group.curve.rows)


def _of_number(group: Counted) -> _Line:
    """A group's mean number, on to the last time at which anybody was at risk."""
    time = np.append(group.mean.time, group.last)
    told = group.at(time)
    number, low, high = (told[name].to_numpy() for name in ("number", "low", "high"))
    return _line(group.label, time, number, low, high, 0.0, told["at_risk"].to_numpy())


def _line(label: str, time: Array, value: Array, low: Array, high: Array, start: float, there: Array) -> _Line:
    """From time 0 on; `there` (m,) are people at risk at each time, which is until then from the one before on.

    Without an error, or where few are there, the band is the line.  A very long line is told by some of its points, the last among them.
    """
    few = np.append(there, there[-1]) < ENOUGH
    edges = [np.where(np.isnan(edge) | few[1:], value, edge) for edge in (low, high)]
    some = np.unique(np.linspace(0, len(time) - 1, min(DRAWN, len(time))).astype(np.int64))
    drawn, low, high = (np.append(start, part[some]) for part in (value, *edges))
    return _Line(label, np.append(0.0, time[some]), drawn, low, high, np.append(few[0], few[1:][some]))


def _until(time: Array, value: Array, tau: float, start: float) -> tuple[Array, Array]:
    """A step function from 0 to tau."""
    there = time < tau
    inside = np.append(start, value[there])
    return np.concatenate([[0.0], time[there], [tau]]), np.append(inside, inside[-1])


def _ticks_of(axes: Axes, late: bool) -> Array:
    """The times of the table; where people enter, time 0 is told as just after it, when those who enter at 0 are there."""
    at = np.array([tick for tick in axes.get_xticks() if tick >= 0], dtype=float)
    return np.maximum(at, np.finfo(float).tiny) if late else at


def _counts(group: Group, axes: Axes) -> Array:
    """People at risk at the ticks of an axis."""
    at = _ticks_of(axes, group.times.entry is not None)
    return at_risk.counts_at(group.times, at, group.curve.causes, group.labels).at_risk


# ------------------------------------------------------------------------------------------------ the sheet
def _sheet(panels: int, groups: int) -> tuple[InANotebook, list[Axes], Axes]:
    """A figure with panels one above the other, and room for the table below them."""
    table = LINE * (groups + 1)
    each = 3.4 if panels == 1 else 2.5
    figure = InANotebook(figsize=(WIDE, each * panels + table + 1.0), layout="constrained")
    *axes, below = figure.subplots(panels + 1, 1, gridspec_kw={"height_ratios": [*[each] * panels, table]})
    for one in axes[1:]:
        one.sharex(axes[0])
    return figure, list(axes), below


def _draw(axes: Axes, lines: Sequence[_Line]) -> None:
    for place, line in enumerate(lines):
        looks = _looks(place)
        axes.fill_between(line.time, line.low, line.high, step="post", color=looks["color"], alpha=0.16 if len(lines) <= MANY else 0.06, lw=0)
        every = max(len(line.time) // 8, 1)
        if line.few.any():  # the whole of it, and over it what many stand behind
            axes.step(line.time, line.value, where="post", lw=1.2, alpha=FAINT, **looks | {"marker": None})
        solid = np.where(line.few, np.nan, line.value)
        axes.step(line.time, solid, where="post", lw=1.8, markevery=every, ms=4, label=line.label, **looks)


def _looks(place: int) -> dict[str, Any]:
    """Colour and dashes of the first five groups, and the same with rings for the others."""
    turn = place % len(COLOURS)
    return {"color": COLOURS[turn], "ls": DASHES[turn], "marker": "o" if place >= len(COLOURS) else None, "mfc": "white"}


def _shares(axes: Axes, said: str, top: float | None) -> None:
    axes.set_ylabel(fill(said, 36))
    axes.set_ylim(0, top)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    _bare(axes)


def _bare(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=BAND)
    axes.set_axisbelow(True)


def _ticks(panels: Sequence[Axes], last: float) -> None:
    """Few enough times that a count fits under each, the last among them; the axis runs on so far that a line's end can be seen."""
    regular = [float(tick) for tick in mpl.ticker.MaxNLocator(7, steps=[1, 2, 2.5, 3, 5, 6, 10]).tick_values(0, last) if 0 <= tick < last]
    step = regular[1] - regular[0] if len(regular) > 1 else last
    places = [*(tick for tick in regular if tick == 0 or last - tick > NEAR * step), last]
    for axes in panels:
        axes.set_xticks(places, [f"{place:.4g}" for place in places])
        axes.set_xlim(0, BEYOND * last)


def _at_risk(table: Axes, axes: Axes, rows: Sequence[tuple[str, Array]]) -> None:
    """A count under each tick and a label left of the first, beyond the widest half of a count."""
    ticks = [tick for tick in axes.get_xticks() if tick >= 0]
    table.set_xlim(axes.get_xlim())
    table.set_ylim(len(rows) - 0.4, -1.1)
    table.spines[:].set_visible(False)
    table.set_xticks([])
    table.set_yticks([])
    clear = 8 + LETTER * max(len(f"{counts[0]:,}") for _, counts in rows) / 2
    words: dict[str, Any] = {
        "xycoords": ("axes fraction", "data"),
        "textcoords": "offset points",
        "va": "center",
        "fontsize": 8.5,
        "annotation_clip": False,
    }
    table.annotate("at risk", (0, -0.75), (-clear, 0), ha="right", color=INK, **words)
    for place, (label, counts) in enumerate(rows):
        table.annotate(_short(label), (0, place), (-clear, 0), ha="right", color=_looks(place)["color"], **words)
        for tick, count in zip(ticks, counts, strict=True):
            table.text(tick, place, f"{count:,}", ha="center", va="center", fontsize=8.5)


def _named(figure: InANotebook, axes: Axes, by: str | None, labels: Sequence[str]) -> None:
    """The key, where there is more than one group."""
    if by is not None and len(labels) > 1:
        lines, _ = axes.get_legend_handles_labels()
        key = figure.legend(lines, [f"{by} {label}" for label in labels], loc="outside upper left", ncols=min(len(labels), 4), frameon=False)
        for text in key.get_texts():
            text.set_fontsize(9)


def _caption(table: Axes, time: str, lines: Sequence[_Line]) -> str:
    """What time is, under the table, and there and in words what a faint line says; nothing where none is."""
    if not any(line.few.any() for line in lines):
        table.set_xlabel(time)
        return ""
    said = f"Lines are faint, without a band, where fewer than {ENOUGH} are followed."
    table.set_xlabel(f"{time}\n{said}", fontsize=9)
    return f" {said}"


def _alt(panels: Sequence[tuple[str, Sequence[_Line]]], beside: str) -> str:
    """In words: what each line starts and ends at."""
    said = []
    for what, lines in panels:
        ends = "; ".join(map(_end, lines))
        said.append(f"{what[0].upper()}{what[1:]} over time, with 95 % bands. At the end, or where few are left, {ends}")
    return f"{'. '.join(said)}. {beside}"


def _end(line: _Line) -> str:
    """What a line comes to at the last time at which many are followed; at its end where that is nowhere."""
    place = int(np.flatnonzero(~line.few)[-1]) if not line.few.all() else -1
    return f"{line.label}: {line.value[place]:.3g} ({line.low[place]:.3g} to {line.high[place]:.3g}) at {line.time[place]:g}"


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"


def _or(names: Sequence[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)
