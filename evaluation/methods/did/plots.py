"""The pictures of difference in differences: effects by time since adoption, what a two-way estimate compares, and honest bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...drawing import ACCENT, INK, InANotebook
from ...terms import Problem, Refused
from ..honest_bounds import Restriction
from ..pictures import COLOURS, MARKS, effects, key, named_ticks, no_effect, sheet, style, under, whole_ticks

if TYPE_CHECKING:
    from .tidy_fixed_effects import Decomposed
    from .tidy_honest import Honest
    from .tidy_path import Path

BESIDE = 0.14  # of a period: between the points of two estimators
POINTS = 41  # values of a restriction that a picture shows
FARTHEST = 2.0  # Mbar, where limits break down before it
DRIFTS = 3.0  # errors of the effect, of M
MOST_PATHS = len(MARKS)


def paths(told: Sequence[Path], drift: float | None = None) -> InANotebook:
    """Effects with 95 % limits (thick) and, of one path alone, bands for all points at once (thin); `drift` a straight line through the reference."""
    if len(told) > MOST_PATHS:
        raise Refused(Problem("paths", f"{len(told)} were given.", f"{MOST_PATHS} can be told apart."))
    first, frames = told[0], [path.frame for path in told]
    with style():
        figure, (axes,) = sheet(3.8)
        no_effect(axes)
        if first.by == "since":
            axes.axvline(-0.5 - first.told.laid.question.anticipation, color=INK, lw=0.8, ls=":")
        for place, (path, frame) in enumerate(zip(told, frames, strict=True)):
            beside = BESIDE * (place - (len(told) - 1) / 2)
            x, y = path.at + beside, frame["effect"].to_numpy()
            low, high, under_all, over_all = (frame[name].to_numpy() for name in ("low", "high", "band_low", "band_high"))
            effects(axes, x, y, low, high, place=place, label=path.name, band=(under_all, over_all) if len(told) == 1 else None)
        if drift is not None and first.reference is not None:
            axes.plot(first.at, drift * (first.at - first.reference), color=COLOURS[2], ls="--", lw=1.4, label=f"a drift of {drift:.3g} a period")
        every = np.unique(np.concatenate([path.at for path in told]))
        whole_ticks(axes, every)
        if first.by != "since":
            named_ticks(axes, first.told.read.numbers, first.told.read.periods)
        axes.set_ylabel(f"effect on {first.told.read.outcome}")
        bars = "Thick bars: 95 % of one point; thin bars: of all at once." if len(told) == 1 else "Bars: 95 %, each point by itself."
        missing = " Hollow: too few clusters for limits." if any(np.isinf(frame["low"]).any() for frame in frames) else ""
        under(axes, first.axis, bars + missing)
        if len(told) > 1 or drift is not None:
            key(axes)
        figure.alt = f"Effect on {first.told.read.outcome} by {first.axis}, with 95 % limits. {_in_words(told)}"
    return figure


def _in_words(told: Sequence[Path]) -> str:
    said = []
    for path in told:
        rows = path.frame[path.at >= 0] if path.by == "since" else path.frame
        points = "; ".join(map(_point, rows[path.by], rows["effect"], rows["low"], rows["high"]))
        said.append(f"{path.name[0].upper()}{path.name[1:]}: {points}.")
    return " ".join(said)


def _point(at: object, effect: float, low: float, high: float) -> str:
    return f"{at}: {effect:.3g} ({low:.3g} to {high:.3g})" if np.isfinite(low) else f"{at}: {effect:.3g} (no limits)"


def comparisons(told: Decomposed) -> InANotebook:
    """Every comparison that a two-way estimate is a mean of, by what it weighs, with the estimate as a line."""
    frame = told.frame
    with style():
        figure, (axes,) = sheet(3.6)
        no_effect(axes)
        axes.axhline(told.found.estimate, color=ACCENT, lw=1.2, ls="--", label=f"the two-way estimate, {told.found.estimate:.3g}")
        for place, (kind, rows) in enumerate(frame.groupby("kind", sort=True)):
            looks: dict[str, Any] = {"marker": MARKS[place], "color": COLOURS[place], "mec": "white", "mew": 0.5}
            axes.plot(rows["weight"], rows["effect"], ls="none", ms=6, label=f"{kind} ({rows['weight'].sum():.0%} of the weight)", **looks)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
        axes.set_ylabel(f"difference in {told.told.read.outcome}")
        under(axes, "weight in the estimate")
        key(axes, 2)
        kinds = "; ".join(f"{row.kind}: {row.weight:.0%}, mean {row.effect:.3g}" for row in told.kinds.itertuples())
        figure.alt = f"Comparisons of two groups by their weight in a two-way estimate of {told.found.estimate:.3g}. {kinds}."
    return figure


def bounds(told: Honest, restriction: Restriction) -> InANotebook:
    """95 % limits as the drift allowed grows, the range without sampling error inside them, and where they first hold no effect."""
    breaks = told.breakdown(restriction)
    relative = restriction == "relative_magnitudes"
    farthest = max(FARTHEST, 1.25 * breaks) if relative else max(DRIFTS * told.std_error, 1.25 * breaks)
    if not np.isfinite(farthest):
        farthest = FARTHEST if relative else DRIFTS * told.std_error
    rows = told.bounds(restriction, np.linspace(0, farthest, POINTS).tolist())
    with style():
        figure, (axes,) = sheet(3.4)
        x = rows["at"].to_numpy()
        axes.fill_between(x, rows["low"], rows["high"], color=ACCENT, alpha=0.18, lw=0, label="95 % limits")
        if relative:
            inner = told.without_error(x.tolist())
            axes.fill_between(x, inner["low"], inner["high"], color=ACCENT, alpha=0.45, lw=0, label="were there no sampling error")
        axes.axhline(told.effect, color=ACCENT, lw=1.2, label=f"the effect, {told.effect:.3g}")
        no_effect(axes)
        if 0 < breaks <= farthest:
            axes.axvline(breaks, color=INK, lw=1, ls=":")
            axes.annotate(
                f"not told from none from {breaks:.2g} on",
                (breaks, 1),
                xycoords=("data", "axes fraction"),
                xytext=(4, -10),
                textcoords="offset points",
            )
        axes.set_xlim(0, farthest)
        axes.set_ylabel(f"mean effect on {told.path.told.read.outcome}")
        steps = "Mbar: steps after adoption may be so many times the largest before it"
        bends = f"M: each step of the drift may differ from the one before by so much a {told.path.told.read.word}"
        under(axes, steps if relative else bends)
        key(axes)
        ends = "; ".join(f"{row.at:.2g}: {row.low:.3g} to {row.high:.3g}" for row in rows.iloc[:: POINTS // 4].itertuples())
        figure.alt = (
            f"95 % limits of the mean effect by how far paths may have drifted ({restriction}). {ends}. Not told from none from {breaks:.2g} on."
        )
    return figure
