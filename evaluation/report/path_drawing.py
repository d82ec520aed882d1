"""An effect by period since the beginning, drawn from the table that may leave: each period with its own range and with that of all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup
from matplotlib.ticker import MaxNLocator

from ..terms import Exhibit
from .drawings import ACCENT, INK, LINE, MUTED, RING, WIDTH, inline, sheet
from .grids import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDE = WIDTH * 1.25  # points: more periods stand along it than rows in another picture


@dataclass(frozen=True, slots=True)
class Point:
    """One period; a limit is None where no range can be trusted."""

    since: int
    effect: float
    own: tuple[float, float] | None
    together: tuple[float, float] | None
    reference: bool  # the others are held against it: 0 by construction


def points_of(exhibit: Exhibit) -> tuple[Point, ...]:
    """The periods of a released table whose effect may be shown."""
    found = []
    for since, effect, *limits, _ in exhibit.rows:
        if not (shown(since) and shown(effect)):
            continue
        low, high, band_low, band_high = limits
        own = (low, high) if shown(low) and shown(high) else None
        together = (band_low, band_high) if shown(band_low) and shown(band_high) else None
        found.append(Point(int(since), effect, own, together, since < 0 and effect == 0 and own == (0, 0)))
    return tuple(found)


def path(
    points: Sequence[Point],
    *,
    scale: Callable[[float], str],
    count: Callable[[float], str],
    meaning: tuple[str, str],
    legend: tuple[str, str, str],
    name: str,
    label: str,
) -> Markup | None:
    """The picture of a path; nothing where fewer than two periods may be shown.

    `meaning` says what stands along either axis; `legend` names the thick lines, the thin ones, and the ring that the others are held
    against.  A dotted line divides what came before the beginning from what came after it.
    """
    if len(points) < 2:
        return None
    with sheet(WIDE, 290) as figure:
        axes = figure.add_subplot()
        axes.axhline(0, color=INK, lw=1)
        if points[0].since < 0:
            axes.axvline(-0.5, color=MUTED, lw=1, ls=":")
        keys = list(_limits(axes, points, legend))
        told = [point for point in points if not point.reference]
        axes.plot([point.since for point in told], [point.effect for point in told], "o", color=ACCENT, ms=5, zorder=3)
        for point in points:
            if point.reference:
                keys += axes.plot([point.since], [0], "o", color="white", mec=RING, mew=1.8, ms=7, zorder=3, ls="", label=legend[2])
        axes.xaxis.set_major_locator(MaxNLocator(9, integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(lambda place, _: count(round(place)))
        axes.yaxis.set_major_formatter(lambda place, _: scale(round(place, 10)))
        axes.grid(axis="y", color=LINE, lw=0.5)
        axes.set_axisbelow(True)
        axes.spines[["left", "top", "right"]].set_visible(False)
        axes.tick_params(length=0)
        axes.set_facecolor("none")
        axes.set_xlabel(meaning[0])
        axes.set_title(meaning[1], loc="left", fontsize=10, color=MUTED)
        if keys:
            figure.legend(handles=keys, loc="outside lower left", ncols=1, frameon=False, fontsize=10, handletextpad=0.5)
        return inline(figure, name=name, label=label)


def _limits(axes: Axes, points: Sequence[Point], legend: tuple[str, str, str]) -> list:  # type: ignore[type-arg]  # of matplotlib's artists
    """Every period's own range over that of all at once, with a key for each that is drawn."""
    keys = []
    for which, colour, width, name in (("together", LINE, 9, legend[1]), ("own", ACCENT, 3, legend[0])):
        drawn = [(point.since, getattr(point, which)) for point in points if getattr(point, which) and not point.reference]
        for since, ends in drawn:
            axes.plot([since, since], ends, color=colour, lw=width, solid_capstyle="butt", zorder=2)
        if drawn:
            keys += axes.plot([], [], color=colour, lw=width, label=name)
    return keys[::-1]
