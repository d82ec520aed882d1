"""Draws rehearsals: for each world and question, how far off the answers were, beside what the Monte Carlo gate allows."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING, NamedTuple

import matplotlib as mpl
from matplotlib.patches import Rectangle

from ..drawing import ACCENT, BAND, INK, STYLE, InANotebook
from ..findings.picture import Picture
from .scores import Measured, Score, limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .results import Rehearsals

MISS, MUTED = "#b3261e", "#55616d"
KEY = "Whiskers: 95 % for Monte Carlo luck.  Band: what the gate allows.  Cross: outside it.  Ring: power, which the gate does not judge."
MONTE_CARLO = 1.96  # Monte Carlo errors to either side: whiskers of 95 %
SHARES = ("coverage", "rejects")
PANELS = {  # measure: what it is called, and where it would be if all were well
    "bias_in_sd": ("bias, in SDs of the estimate", 0.0),
    "coverage": ("coverage of 95 % intervals", 0.95),
    "se_ratio": ("mean SE / SD", 1.0),
    "rejects": ("share with p < .05", 0.05),
}


class _Row(NamedTuple):
    """A line of the picture: a world's name, or one of its questions."""

    label: str
    score: Score | None


def picture(rehearsals: Rehearsals) -> Picture:
    """Four numbers of every question, with whiskers of 95 % for Monte Carlo luck, in front of what the gate allows.

    What lies outside the gate is a cross.  Power, which the gate does not judge, is a ring.
    """
    rows = [
        row for one in rehearsals for row in (_Row(rehearsals.place(one), None), *(_Row(one.labels[score.question], score) for score in one.scores))
    ]
    with mpl.rc_context(STYLE | {"font.size": 9}):
        figure = InANotebook(figsize=(13, 1.1 + 0.26 * len(rows)), layout="constrained")
        panels = figure.subplots(1, len(PANELS), sharey=True)
        for axes, (measure, (meaning, ideal)) in zip(panels, PANELS.items(), strict=True):
            axes.axvline(ideal, color=INK, lw=1, zorder=1)
            for place, row in enumerate(rows):
                if row.score is not None:
                    _mark(axes, place, row.score, measure, rehearsals.numbers)
            _dress(axes, measure, meaning, len(rows))
        panels[0].set_yticks(range(len(rows)), [row.label if row.score is None else f"   {row.label}" for row in rows])
        for tick, row in zip(panels[0].get_yticklabels(), rows, strict=True):
            tick.set(ha="left", fontweight="bold" if row.score is None else "normal")
        panels[0].tick_params(axis="y", pad=_room(rows))
        figure.suptitle(KEY, x=0.005, ha="left", fontsize=9, color=MUTED)
        figure.alt = _words(rehearsals)
    return Picture(figure, figure.alt)


def _mark(axes: Axes, place: int, score: Score, measure: str, numbers: int) -> None:
    """One number with its whisker, and what the gate allows behind it."""
    found: Measured = getattr(score, measure)
    if not isfinite(found.value):
        return
    low, high = _allowed(score, measure, numbers)
    judged = isfinite(low)
    if judged:
        axes.add_patch(Rectangle((low, place - 0.5), high - low, 1, color=BAND, lw=0, zorder=0))
    out = judged and not low <= found.value <= high
    colour = MISS if out else ACCENT
    reach = MONTE_CARLO * found.error
    least, most = (0.0, 1.0) if measure in SHARES else (-inf, inf)
    axes.plot([max(found.value - reach, least), min(found.value + reach, most)], [place, place], color=colour, lw=1.6, zorder=2)
    kind, fill = "X" if out else "o", colour if judged else "white"
    axes.plot([found.value], [place], kind, color=fill, mec=colour, mew=1.4, ms=6, zorder=3, clip_on=False)


def _allowed(score: Score, measure: str, numbers: int) -> tuple[float, float]:
    """Between which limits the gate wants a number; NaN where it judges none."""
    if score.answered < 2:
        return float("nan"), float("nan")
    every = limits(score, numbers)
    if measure == "bias_in_sd":
        low, high = every["bias"]
        return low / score.sd.value, high / score.sd.value
    return every.get(measure, (float("nan"), float("nan")))


def _dress(axes: Axes, measure: str, meaning: str, rows: int) -> None:
    axes.set_ylim(rows - 0.5, -0.5)
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(meaning)
    if measure == "coverage":
        axes.set_xlim(min(axes.get_xlim()[0], 0.85), 1.005)
    if measure == "rejects":
        axes.set_xlim(-0.02, 1.02)


def _room(rows: list[_Row]) -> float:
    """Points that the longest label takes, so that all of them begin at one line."""
    from matplotlib.textpath import TextPath

    return max(float(TextPath((0, 0), f"   {row.label}", size=9).get_extents().width) for row in rows) + 14


def _words(rehearsals: Rehearsals) -> str:
    """What the picture shows, for whoever does not see it."""
    missed = rehearsals.misses()
    return f"{len(rehearsals)} rehearsals. " + (" ".join(f"Outside the gate: {miss}." for miss in missed) or "Nothing lies outside the gate.")
