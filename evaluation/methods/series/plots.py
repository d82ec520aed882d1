"""The pictures of series: a line continued, a place beside its synthetic one, gaps among placebos, and donors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...drawing import ACCENT, INK, InANotebook
from ..pictures import PALE, key, named_ticks, no_effect, sheet, style, under

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from .tidy_interrupted import Line
    from .tidy_synthetic import SyntheticPlace

WORSE = 5.0  # times the misfit of the treated place: a placebo that fits this much worse before the day says nothing after it


def line(told: Line) -> InANotebook:
    """The series, its line before the day, and that line continued."""
    before = told.found.before
    with style():
        figure, (axes,) = sheet(3.6)
        _day(axes, told.began - 0.5)
        axes.plot(told.at, told.y, marker="o", ms=4, lw=0.8, color=INK, label="seen" if told.beside is None else f"seen, less '{told.beside}'")
        axes.plot(told.at[:before], told.found.continued[:before], color=ACCENT, lw=1.6, label="its line before")
        axes.plot(told.at[before - 1 :], told.found.continued[before - 1 :], color=ACCENT, lw=1.6, ls="--", label="that line continued")
        named_ticks(axes, told.at, told.names)
        axes.set_ylabel(told.outcome)
        under(axes, told.period)
        key(axes)
        row = told.frame.iloc[0]
        limits = f"95 %: {row['low']:.3g} to {row['high']:.3g}" if np.isfinite(row["low"]) else "no limits"
        figure.alt = f"{told.outcome} by {told.period}; mean effect from {told.names[before]} on {row['value']:.3g} ({limits})."
    return figure


def beside(told: SyntheticPlace) -> InANotebook:
    """What was seen, and what would have been."""
    x, path = told.read.numbers, told.path
    with style():
        figure, (axes,) = sheet(3.6)
        _day(axes, told.began - 0.5)
        axes.plot(x, path["seen"], color=INK, lw=1.8, label="seen")
        axes.plot(x, path["synthetic"], color=ACCENT, lw=1.8, ls="--", label=told.found.name)
        _from_zero(axes)
        named_ticks(axes, x, told.read.periods)
        axes.set_ylabel(told.read.outcome)
        under(axes, told.read.period, "Dotted: the day. Up to it they are alike because the weights make them so.")
        key(axes)
        row = told.frame.iloc[0]
        figure.alt = f"{told.read.outcome} by {told.read.period}, seen and {told.found.name}; {_effect(row)}"
    return figure


def gaps(told: SyntheticPlace) -> InANotebook:
    """The gap of the treated place before those of placebos that fit about as well."""
    x, drawn, own = told.read.numbers, told.found.placebos, told.found.synthetic
    alike = drawn.misfit <= WORSE * own.misfit
    with style():
        figure, (axes,) = sheet(3.6)
        for place, gap in enumerate(drawn.gap[alike]):
            axes.plot(x, gap, color=PALE, lw=0.9, label="placebos" if place == 0 else None)
        axes.plot(x, own.gap, color=ACCENT, lw=2.2, label="the treated place")
        no_effect(axes)
        _day(axes, told.began - 0.5)
        named_ticks(axes, x, told.read.periods)
        axes.set_ylabel(f"gap in {told.read.outcome}")
        left_out = int((~alike).sum())
        said = (
            f"{left_out} of {drawn.count} placebos fitted more than {WORSE:g} times as badly before the day, and are not drawn." if left_out else ""
        )
        under(axes, told.read.period, said)
        key(axes)
        many = int(alike.sum())
        what = f"Gap between what was seen and {told.found.name} by {told.read.period}"
        figure.alt = f"{what}, before {many} placebos; {_effect(told.frame.iloc[0])} {said}"
    return figure


def donors(told: SyntheticPlace) -> InANotebook:
    """The donors by weight."""
    rows = told.donors.iloc[::-1]
    with style():
        figure, (axes,) = sheet(0.9 + 0.24 * len(rows))
        axes.barh(rows["donor"], rows["weight"], color=np.where(rows["weight"] >= 0, ACCENT, "#b3541e"), height=0.6)
        no_effect(axes, upright=True)
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
        under(axes, "weight in the synthetic place")
        words = "; ".join(f"{row.donor}: {row.weight:.0%}" for row in told.donors.itertuples())
        figure.alt = f"Donors of the synthetic place by weight. {words}."
    return figure


def _day(axes: Axes, at: float) -> None:
    axes.axvline(at, color=INK, lw=0.8, ls=":")


def _from_zero(axes: Axes) -> None:
    if axes.get_ylim()[0] >= 0:
        axes.set_ylim(bottom=0)


def _effect(row: pd.Series) -> str:
    effect, low, high = (row[name] for name in ("effect", "low", "high"))
    return f"mean effect {effect:.4g} (95 %: {low:.4g} to {high:.4g})." if np.isfinite(low) else f"mean effect {effect:.4g} (no limits)."
