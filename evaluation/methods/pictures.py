"""What the pictures of designs for places and cut-offs have in common: a sheet, effects with their limits, and a line at no effect."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np

from ..drawing import ACCENT, BAND, INK, STYLE, InANotebook

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..terms import Array

COLOURS = (ACCENT, INK, "#b3541e", "#3d7a4a", "#7d4a9c")
MARKS = ("o", "s", "^", "D", "v")
PALE = "#b9c2cb"  # of what stands behind: placebos, single places
WIDE = 7.2  # inches
LETTERS = 96  # of a line under a picture
TICKS = 12  # that say a name


def sheet(height: float = 3.6, panels: int = 1) -> tuple[InANotebook, list[Axes]]:
    """A figure with panels one above the other, bare of what says nothing; draw on it inside `mpl.rc_context(STYLE)`."""
    figure = InANotebook(figsize=(WIDE, height), layout="constrained")
    axes = figure.subplots(panels, 1, squeeze=False).ravel().tolist()
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
        one.grid(axis="y", color=BAND)
        one.set_axisbelow(True)
    return figure, axes


def style() -> Any:
    """The style that every picture is drawn in."""
    return mpl.rc_context(STYLE)


def no_effect(axes: Axes, *, upright: bool = False) -> None:
    """The line at 0."""
    (axes.axvline if upright else axes.axhline)(0, color=INK, lw=0.8)


def effects(
    axes: Axes, x: Array, effect: Array, low: Array, high: Array, *, place: int = 0, label: str = "", band: tuple[Array, Array] | None = None
) -> None:
    """Points with bars to their limits and, where it is given, a thinner one to those of all at once; a point without limits is hollow."""
    colour = COLOURS[place % len(COLOURS)]
    for ends, width in ((band, 0.9), ((low, high), 2.4)):
        if ends is not None:
            there = np.isfinite(ends[0]) & np.isfinite(ends[1])
            axes.vlines(x[there], ends[0][there], ends[1][there], color=colour, lw=width)
    looks: dict[str, Any] = {"ls": "none", "marker": MARKS[place % len(MARKS)], "ms": 5, "color": colour}
    bare = ~(np.isfinite(low) & np.isfinite(high))
    axes.plot(x[~bare], effect[~bare], **looks, mec="white", mew=0.6, label=label or None)
    axes.plot(x[bare], effect[bare], **looks | {"color": "none"}, mec=colour, mew=0.8)


def under(axes: Axes, axis: str, said: str = "") -> None:
    """What the axis is, and a small line of what is to be known below it."""
    axes.set_xlabel(axis if not said else f"{axis}\n{fill(said, LETTERS)}", fontsize=9)


def key(axes: Axes, many: int = 4) -> None:
    """The key above the picture."""
    told = axes.get_legend_handles_labels()
    if told[0]:
        axes.figure.legend(*told, loc="outside upper left", ncols=min(len(told[0]), many), frameon=False, fontsize=9)


def named_ticks(axes: Axes, at: Array, names: Sequence[Any]) -> None:
    """Ticks that say what the periods at these places are called; numbers stay as they are."""
    if not any(isinstance(name, str) for name in names):
        return
    step = -(-len(names) // TICKS)
    axes.set_xticks(at[::step], [str(name) for name in names[::step]], rotation=30 if max(len(str(name)) for name in names) > 4 else 0)


def whole_ticks(axes: Axes, values: Sequence[float] | Array) -> None:
    """Ticks at whole numbers alone."""
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(nbins=12, integer=True))
    if len(values):
        pad = 0.5
        axes.set_xlim(float(np.min(values)) - pad, float(np.max(values)) + pad)
