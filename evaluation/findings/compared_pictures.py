"""The pictures of a comparison for a notebook: the love plot, and how the chances of being served overlap.

Black and one blue, told apart by shape and hatching as well, so that they can be printed and read without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np

from ..diagnostics.balance_table import Line
from ..diagnostics.likeness import CLOSE, FARTHEST
from ..diagnostics.wording import those
from ..drawing import ACCENT, BAND, INK, STYLE, InANotebook

if TYPE_CHECKING:
    from ..terms import Array

MUTED, GREY = "#5b6770", "#c3cad1"
CHANCES = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999)
BINS = 40
AS_FAR = 3.0  # deviations: what lies farther, or endlessly far, is drawn at the edge
LONGEST = 40  # letters of a column's name
WIDE = 88  # letters of a line above the picture


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a love plot says of itself."""

    unit: str  # completes "difference in"
    served: str  # "the served"
    way: str  # completes "compared with"
    subgroup: str = ""  # whose differences are drawn; empty for everybody
    subgroups: tuple[str, ...] = ()  # that could be drawn


def love(lines: Sequence[Line], drawn: Drawn) -> InANotebook:
    """How far apart the arms are, line by line, the farthest before on top: a ring before, a dot after.

    The band reaches `likeness.CLOSE` either side, and dotted lines stand at `likeness.FARTHEST`; the legend says so.
    """
    rows = sorted(lines, key=lambda line: -_size(line.before.difference))
    worst = max((_size(row.after.difference) for row in rows), default=0.0)
    about = _about(drawn)
    with mpl.rc_context(STYLE):
        figure = InANotebook(figsize=(7.2, 2.3 + 0.28 * len(rows)), layout="constrained")
        axes = figure.add_subplot()
        axes.axvspan(-CLOSE, CLOSE, color=BAND, lw=0, label=f"within {CLOSE:g}: usually called negligible")
        axes.axvline(0, color=INK, lw=1)
        for side in (-FARTHEST, FARTHEST):
            beyond = f"{FARTHEST:g}: beyond, too far apart for an answer" if side > 0 else None
            axes.axvline(side, color=MUTED, lw=1, ls=":", label=beyond)
        for place, row in enumerate(rows):
            ends = np.clip([row.before.difference, row.after.difference], -AS_FAR, AS_FAR)
            axes.plot(ends, [place, place], color=GREY, lw=1.5, zorder=1)
            axes.plot(ends[:1], [place], "o", color="white", mec=INK, mew=1.5, ms=7, label="before" if place == 0 else None)
            axes.plot(ends[1:], [place], "o", color=ACCENT, ms=7, label="after" if place == 0 else None)
        axes.set_yticks(range(len(rows)), [_short(row.column) for row in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        _bare(axes)
        axes.set_xlabel("standardised difference")
        figure.suptitle("\n".join(fill(line, WIDE) for line in about), x=0.01, ha="left", fontsize=10)
        figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
        figure.alt = (
            f"{'. '.join(about)}. Standardised differences of {len(rows)} columns before the start, before and after people were chosen; the largest "
            f"afterwards is {worst:.2f}. A band marks {CLOSE:g} either side, and dotted lines {FARTHEST:g}."
        )
    return figure


def _about(drawn: Drawn) -> tuple[str, ...]:
    """The lines of the title: what is drawn, by which way of comparing, of whom, and what is not drawn."""
    whom = f"; only {drawn.subgroup}" if drawn.subgroup else ""
    if drawn.subgroups and not drawn.subgroup:
        whom = f"; everybody together (by subgroup: plot(subgroup={drawn.subgroups[0]!r}) and so on)"
    served = f"{drawn.served[0].upper()}{drawn.served[1:]}"
    return "How alike the arms are before the start", f"Compared with {drawn.way}{whom}", f"{served} less those compared, in {drawn.unit}"


def overlap(score: Array, served: Array, weights: Array, called: str = "served") -> InANotebook:
    """The distribution of the chances of being served, the served above the line and the compared below: before, and as weighted after.

    `score` (n,) is the logit of the chance; the scale is even in the logit, so that both ends can be seen.  `called` is what the
    first arm is called.
    """
    low, high = float(score.min()), float(score.max())
    edges = np.linspace(low, high if high > low else low + 1.0, BINS + 1)
    with mpl.rc_context(STYLE):
        figure = InANotebook(figsize=(7.2, 4.2), layout="constrained")
        panels = figure.subplots(2, 1, sharex=True, sharey=True)
        for axes, sample, own in zip(panels, ("before", "after"), (np.ones(len(score)), weights), strict=True):
            for arm, sign, looks in (
                (served, 1, {"color": ACCENT, "label": called}),
                (~served, -1, {"facecolor": "white", "edgecolor": INK, "hatch": "////", "label": "compared"}),
            ):
                share = np.histogram(score[arm], edges, weights=own[arm])[0] / max(own[arm].sum(), np.finfo(float).tiny)
                axes.bar(edges[:-1], 100 * sign * share, width=np.diff(edges), align="edge", lw=0.8, **looks)
            axes.axhline(0, color=INK, lw=1)
            axes.set_title(sample, loc="left", fontsize=10)
            axes.set_ylabel("% of the arm")
            axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
            _bare(axes, keep=("left",))
        _in_chances(panels[-1], low, high, called)
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=2, frameon=False, fontsize=9)
        figure.alt = (
            f"The chances of being {called} run from {_chance(low)} to {_chance(high)}; {those(called)} have a median of "
            f"{_chance(float(np.median(score[served])))}, those who could be compared one of {_chance(float(np.median(score[~served])))}."
        )
    return figure


def _in_chances(axes: Any, low: float, high: float, called: str) -> None:
    """A scale of logits with the chances written on it."""
    there = [chance for chance in CHANCES if low <= np.log(chance / (1 - chance)) <= high]
    axes.set_xticks([float(np.log(chance / (1 - chance))) for chance in there], [f"{100 * chance:g} %" for chance in there])
    axes.set_xlabel(f"chance of being {called}, by the score")


def _chance(logit: float) -> str:
    return f"{100 / (1 + np.exp(-logit)):.3g} %"


def _bare(axes: Any, keep: tuple[str, ...] = ()) -> None:
    axes.spines[[side for side in ("left", "top", "right") if side not in keep]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _size(difference: float) -> float:
    """How far apart; what could not be told stands last."""
    return -1.0 if np.isnan(difference) else abs(difference)


def _short(name: str) -> str:
    """A long name without its middle: names that begin alike tell themselves apart by how they end, as with `…: nothing on record`."""
    if len(name) <= LONGEST:
        return name
    end = LONGEST // 2 + 2
    return f"{name[: LONGEST - end - 1]}…{name[-end:]}"
