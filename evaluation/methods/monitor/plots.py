"""The pictures of monitoring: places beside the whole, and a series with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...drawing import ACCENT, INK, InANotebook
from ..pictures import key, named_ticks, sheet, style, under

if TYPE_CHECKING:
    from .tidy import Disparities, Trend


def disparities(told: Disparities) -> InANotebook:
    """Ratios by place, with limits that hold for all at once."""
    rows = told.frame.iloc[::-1]
    with style():
        figure, (axes,) = sheet(1.1 + 0.24 * len(rows))
        axes.axvline(1, color=INK, lw=0.8)
        axes.hlines(rows[told.place], rows["low"], rows["high"], color=ACCENT, lw=2)
        axes.plot(rows["ratio"], rows[told.place], ls="none", marker="o", color=ACCENT, mec="white")
        axes.grid(visible=False, axis="y")
        under(axes, f"{told.events}, rate over that of all together", "Bars: 95 %, of all places at once.")
        words = "; ".join(f"{row.iloc[0]}: {row['ratio']:.2f} ({row['low']:.2f} to {row['high']:.2f})" for _, row in told.frame.iterrows())
        figure.alt = f"Rates of {told.events} by {told.place} over that of all together, with 95 % limits for all at once. {words}."
    return figure


def trend(told: Trend) -> InANotebook:
    """The series and the line through it."""
    with style():
        figure, (axes,) = sheet(3.2)
        axes.plot(told.at, told.y, marker="o", ms=4, lw=0.8, color=INK, label="seen")
        axes.plot(told.at, told.line, color=ACCENT, lw=1.8, label="its line")
        named_ticks(axes, told.at, told.names)
        axes.set_ylabel(told.outcome)
        under(axes, told.period)
        key(axes)
        row = told.frame.iloc[0]
        figure.alt = f"{told.outcome} by {told.period}: {row['value']:.3g} a {told.word} (95 %: {row['low']:.3g} to {row['high']:.3g})."
    return figure
