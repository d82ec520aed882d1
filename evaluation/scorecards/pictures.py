"""The pictures of a scorecard: each curve with its baseline and fan, and the rates of groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np

from ..drawing import ACCENT, INK, STYLE, InANotebook
from ..terms import Problem, Refused

if TYPE_CHECKING:
    from .curves import Curve
    from .gaps import Disparity

PALE = ("#dce8f1", "#b9d1e3", "#8db5d1")  # the 95, 80 and 50 % bands, the widest palest
MUTED = "#8b98a5"


def curves_plot(curves: Sequence[Curve]) -> InANotebook:
    """Each curve in a panel of its own: months seen as a line, months to come as a fan of 50, 80 and 95 % about a dashed middle."""
    told = [one for one in curves if len(one.months)]
    if not told:
        raise Refused(Problem("plot", "No curve could be told, so there is nothing to draw."))
    with mpl.rc_context(STYLE):
        figure = InANotebook(figsize=(7.2, 0.6 + 2.3 * len(told)), layout="constrained")
        for axes, one in zip(figure.subplots(len(told), 1, squeeze=False).ravel(), told, strict=True):
            draw_curve(axes, one)
            axes.set_title(one.title["en"], loc="left", fontsize=10)
        figure.supxlabel("Dashed: the baseline if nothing changes; bands: 50, 80 and 95 % of single months.", fontsize=8, x=0.01, ha="left")
        figure.alt = "; ".join(_in_words(one) for one in told) + "."
    return figure


def draw_curve(axes: Any, one: Curve) -> None:
    """One curve and its fan on these axes."""
    scale, T = (100.0 if one.unit == "share" else 1.0), len(one.months)
    axes.plot(np.arange(T), one.value * scale, color=INK, lw=1.4)
    if one.fan:
        at = np.arange(T, T + len(one.ahead))
        for k, colour in zip((2, 1, 0), PALE, strict=True):
            axes.fill_between(at, one.fan.low[k] * scale, one.fan.high[k] * scale, color=colour, lw=0)
        axes.plot(at, one.fan.middle * scale, color=ACCENT, ls="--", lw=1.4)
    every = (*one.months, *one.ahead)
    places = [place for place, month in enumerate(every) if month.endswith("-01")] or [0]
    axes.set_xticks(places, [every[place][:4] for place in places])
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_ylabel("of every 100" if one.unit == "share" else "a month", fontsize=9)


def disparity_plot(found: Disparity) -> InANotebook:
    """The rate of every group at every stage that can be told; the reference group is a diamond."""
    told = [one for one in found.gaps if one.rate is not None]
    if not told:
        raise Refused(Problem("plot", "No group is large enough to tell, so there is nothing to draw."))
    stages = list(dict.fromkeys(one.stage for one in told))
    names = list(dict.fromkeys(one.group for one in told))
    with mpl.rc_context(STYLE):
        figure = InANotebook(figsize=(2.0 + 2.6 * len(stages), 1.4 + 0.4 * len(names)), layout="constrained")
        panels = figure.subplots(1, len(stages), sharey=True, squeeze=False)[0]
        for axes, stage in zip(panels, stages, strict=True):
            for one in (each for each in told if each.stage == stage):
                own = one.group == found.reference
                looks = {"marker": "D", "color": "white"} if own else {"marker": "o", "color": ACCENT}
                axes.plot([100 * (one.rate or 0.0)], [names.index(one.group)], mec=ACCENT, ms=8, ls="none", **looks)
            axes.set_title(stage.partition("/")[0], fontsize=10)
            axes.set_xlim(0, 105)
            axes.grid(axis="y", color=MUTED, lw=0.4)
            axes.spines[["left", "top", "right"]].set_visible(False)
        panels[0].set_yticks(range(len(names)), names)
        panels[0].set_ylim(len(names) - 0.5, -0.5)
        figure.supxlabel(f"of every 100 who reached the stage before; diamond: {found.reference}", fontsize=9)
        figure.alt = "; ".join(f"{one.stage}, {one.group}: {100 * (one.rate or 0.0):.1f} of every 100" for one in told) + "."
    return figure


def _in_words(one: Curve) -> str:
    seen = f"{one.title['en']}: {one.months[0]} to {one.months[-1]}, last {one.value[-1]:.3g}"
    if not one.fan:
        return f"{seen}, no baseline"
    return f"{seen}, baseline in {one.ahead[-1]} {one.fan.middle[-1]:.3g} ({one.fan.low[2][-1]:.3g} to {one.fan.high[2][-1]:.3g})"
