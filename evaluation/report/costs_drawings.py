"""Pictures of what a unit costs, drawn from the tables that may leave: resampled gains and costs, and the chance of being worth it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup
from matplotlib.ticker import MaxNLocator

from .drawings import ACCENT, INK, LINE, MUTED, WIDTH, inline, sheet

Format = Callable[[float], str]


def plane(
    pairs: Sequence[tuple[float, float]], *, scale: tuple[Format, Format], meaning: tuple[str, str], corners: tuple[str, ...], name: str, label: str
) -> Markup:
    """Resampled (gain, cost) pairs in the four corners of dearer or cheaper and better or worse, which `corners` names from the upper right on."""
    with sheet(WIDTH, 270) as figure:
        axes = figure.add_subplot()
        axes.axhline(0, color=INK, lw=1)
        axes.axvline(0, color=INK, lw=1)
        axes.plot([gain for gain, _ in pairs], [cost for _, cost in pairs], "o", color=ACCENT, ms=4, alpha=0.5, mew=0)
        for axis, values in ((axes.set_xlim, [gain for gain, _ in pairs]), (axes.set_ylim, [cost for _, cost in pairs])):
            low, high = min(0.0, *values), max(0.0, *values)
            room = 0.12 * (high - low or 1.0)
            axis(low - room, high + room)
        places = ((0.98, 0.98, "right", "top"), (0.02, 0.98, "left", "top"), (0.98, 0.02, "right", "bottom"), (0.02, 0.02, "left", "bottom"))
        for (x, y, across, along), said in zip(places, corners, strict=True):
            axes.text(x, y, said, transform=axes.transAxes, ha=across, va=along, fontsize=9.5, color=MUTED)
        _plain(axes, scale, meaning)
        return inline(figure, name=name, label=label)


def curve(points: Sequence[tuple[float, float]], *, scale: tuple[Format, Format], meaning: tuple[str, str], name: str, label: str) -> Markup:
    """By what a unit is worth, the chance that the programme is worth its cost."""
    with sheet(WIDTH, 240) as figure:
        axes = figure.add_subplot()
        axes.plot([worth for worth, _ in points], [chance for _, chance in points], color=ACCENT, lw=2)
        axes.set_xlim(min(worth for worth, _ in points), max(worth for worth, _ in points))
        axes.set_ylim(0, 1)
        _plain(axes, scale, meaning)
        return inline(figure, name=name, label=label)


def _plain(axes, scale: tuple[Format, Format], meaning: tuple[str, str]) -> None:  # type: ignore[no-untyped-def]  # of matplotlib's axes
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda place, _: scale[0](round(place, 10)))
    axes.yaxis.set_major_formatter(lambda place, _: scale[1](round(place, 10)))
    axes.grid(color=LINE, lw=0.5)
    axes.set_axisbelow(True)
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_facecolor("none")
    axes.set_xlabel(meaning[0])
    axes.set_title(meaning[1], loc="left", fontsize=10, color=MUTED)
