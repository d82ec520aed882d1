"""The pictures of a cut-off: means by score with the local lines, the jump by bandwidth, and how many people have each score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...drawing import ACCENT, INK, InANotebook
from ..pictures import PALE, effects, no_effect, sheet, style, under
from .kernels import kernel_weights
from .running import DUST, grain

if TYPE_CHECKING:
    from ...terms import Array
    from .tidy_density import Density
    from .tidy_jump import Discontinuity

BINS = 40  # of the scores, where they hardly tie
MOST = 60  # distinct scores, each with a bar of its own


def jump(told: Discontinuity, bins: int) -> InANotebook:
    """Means in bins of the score and, within the bandwidth, the local lines."""
    cut, means, h = told.cut, told.bins(bins), told.widths.h
    sign = 1.0 if cut.offered == "above" else -1.0
    with style():
        figure, (axes,) = sheet(3.8)
        axes.axvline(cut.cutoff, color=INK, lw=0.8, ls=":")
        sizes = 10 + 50 * means["rows"] / means["rows"].max()
        axes.scatter(means["score"], means["mean"], s=sizes, color=PALE, lw=0)
        for there, end in ((cut.away >= 0, h), (cut.away < 0, -h)):
            at = np.array([0.0, end])
            level, slope = _line(cut.away[there], cut.y[there], h)
            axes.plot(cut.cutoff + sign * at, level + slope * at, color=ACCENT, lw=2.2)
        axes.set_ylabel(f"mean {cut.outcome}")
        row = told.frame.iloc[0]
        said = f"Grey: means in bins, larger where more are. Blue: the local lines, {h:.3g} to either side."
        under(axes, cut.score, said)
        figure.alt = (
            f"Mean {cut.outcome} by {cut.score}, with local lines either side of {cut.cutoff:g}. {row['what'][0].upper()}{row['what'][1:]} "
            f"{row['value']:.3g} (95 %: {row['low']:.3g} to {row['high']:.3g})."
        )
    return figure


def _line(x: Array, y: Array, h: float) -> tuple[float, float]:
    root = np.sqrt(kernel_weights(x, h, "triangular"))
    level, slope = np.linalg.lstsq(np.column_stack([root, root * x]), root * y, rcond=None)[0]
    return float(level), float(slope)


def bandwidths(told: Discontinuity) -> InANotebook:
    """The jump by bandwidth, the one that was chosen marked."""
    rows = told.bandwidths()
    with style():
        figure, (axes,) = sheet(3.2)
        no_effect(axes)
        axes.axvline(told.widths.h, color=INK, lw=0.8, ls=":")
        effects(axes, *(rows[name].to_numpy() for name in ("bandwidth", "value", "low", "high")))
        axes.set_ylabel(f"effect on {told.cut.outcome}")
        under(axes, f"bandwidth, in points of {told.cut.score}", "Bars: 95 %. Dotted: the bandwidth of the answer.")
        points = "; ".join(f"{row.bandwidth:.3g}: {row.value:.3g} ({row.low:.3g} to {row.high:.3g})" for row in rows.itertuples())
        figure.alt = f"Effect on {told.cut.outcome} by bandwidth, with 95 % limits. {points}."
    return figure


def _binned(away: Array) -> tuple[Array, Array, float]:
    """Middles of bins with their rows, and how wide they are: as many steps of the score each, so that no comb shows, and none across 0."""
    step = grain(away)
    steps = max(1, int(np.round(np.ptp(away) / BINS / step)))
    place = np.floor(away / step + DUST).astype(np.int64) // steps
    bins, many = np.unique(place, return_counts=True)
    return (bins + 0.5) * steps * step, many, steps * step


def density(told: Density) -> InANotebook:
    """How many people have each score, or lie in each bin of them, no bin across the cut-off."""
    scores, many = np.unique(told.away, return_counts=True)
    with style():
        figure, (axes,) = sheet(3.0)
        if len(scores) <= MOST:
            x, height, width = scores, many, 0.8 * float(np.diff(scores).min())
        else:
            x, height, width = _binned(told.away)
        offered = x >= 0
        axes.bar(told.cutoff + x[~offered], height[~offered], width=0.94 * width, color=PALE)
        axes.bar(told.cutoff + x[offered], height[offered], width=0.94 * width, color=ACCENT)
        axes.axvline(told.cutoff if len(scores) > MOST else told.cutoff - width / 1.6, color=INK, lw=0.8, ls=":")
        axes.set_ylabel("rows")
        step = told.step
        said = f"At the cut-off the density is {step.ratio:.2f} times as high above as below (p = {step.p_value:.2g} that they are one)."
        under(axes, told.score, said)
        figure.alt = f"Rows by {told.score} about {told.cutoff:g}. {said}"
    return figure
