"""The pictures of a multiverse: a dot and its limits for every definition, and the levels behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from ..drawing import ACCENT, BAND, INK, STYLE, InANotebook
from ..terms import Problem, Refused, unit_of
from .by_rivals import arms_of, effect_of, limits_of, title_of

if TYPE_CHECKING:
    from .by_rivals import Multiverse
    from .definitions import Definition
    from .described import Described

MUTED = "#8b98a5"
MEANINGS = {"people": "people of every hundred", "dollars": "dollars a person"}


def multiverse_plot(found: Multiverse) -> InANotebook:
    """The effect by every definition, sorted, with the design's own as a diamond; beside it the level of each arm."""
    told = found.different
    if not told:
        raise Refused(Problem("plot", "No definition gave a number, so there is nothing to draw.", remedy="Print it: the table says why."))
    unit = unit_of(found.own.outcome, found.question.measure)
    scale = 100.0 if unit == "people" else 1.0
    with mpl.rc_context(STYLE):
        figure, (effects, levels) = _sheet(len(told), [_named(found, one) for one in told])
        worth = abs(found.question.worthwhile) * scale
        effects.axvspan(-worth, worth, color=BAND, lw=0)
        effects.axvline(0, color=INK, lw=1)
        for place, one in enumerate(told):
            limits = limits_of(one)
            if limits:
                effects.plot([limits[0] * scale, limits[1] * scale], [place, place], color=ACCENT, lw=4 if one.own else 2)
            _dot(effects, effect_of(one) * scale, place, own=one.own)
            served, compared = (arm.mean * scale for arm in arms_of(one))
            levels.plot([served, compared], [place, place], color=MUTED, lw=1)
            levels.plot([compared], [place], "o", color="white", mec=INK, ms=7, label="compared" if place == 0 else None)
            levels.plot([served], [place], "o", color=ACCENT, ms=7, label="served" if place == 0 else None)
        effects.set_xlabel(f"effect, {MEANINGS.get(unit, unit)}")
        levels.set_xlabel(f"level, {MEANINGS.get(unit, unit)}")
        levels.legend(frameon=False, fontsize=9, loc="best")
        mark = " * laid on another clock than the definition names." if any(one.differs for one in told) else ""
        figure.supxlabel(
            f"Diamond: the design's own definition. Lines: 95 %. Band: too small to be worth having.{mark}", fontsize=8, x=0.01, ha="left"
        )
        figure.alt = f"The effect by {len(found.answered)} definitions with 95 % limits, and the level of each arm. {found}"
    return figure


def described_plot(found: Described) -> InANotebook:
    """The rate by every definition, sorted, with its 95 % limits; no comparison, so one panel."""
    told = sorted((one for one in found.rates if one.share is not None), key=lambda one: (one.share or 0.0, one.name))
    if not told:
        raise Refused(Problem("plot", "No definition gave a rate, so there is nothing to draw.", remedy="Print it: the table says why."))
    with mpl.rc_context(STYLE):
        figure, (axes, _) = _sheet(len(told), [one.name for one in told], panels=1)
        for place, one in enumerate(told):
            if one.low is not None and one.high is not None:
                axes.plot([100 * one.low, 100 * one.high], [place, place], color=ACCENT, lw=4 if one.own else 2)
            _dot(axes, 100 * (one.share or 0.0), place, own=one.own)
        axes.set_xlim(left=0)
        axes.set_xlabel("people of every hundred; lines: 95 %")
        figure.alt = f"The rate by {len(told)} definitions with 95 % limits. {found}"
    return figure


def _named(found: Multiverse, one: Definition) -> str:
    """What a row is called: the definition, how many more give its answer, and a star where it names another clock."""
    more = len(found.repeats(one))
    return f"{title_of(one.outcome)}{f' and {more} the same' if more else ''}{' *' if one.differs else ''}"


def _sheet(rows: int, names: Sequence[str], panels: int = 2) -> tuple[InANotebook, tuple[Any, Any]]:
    """Panels that share their rows, the first row on top."""
    figure = InANotebook(figsize=(4.0 + 3.4 * panels, 1.5 + 0.42 * rows), layout="constrained")
    made = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
    made[0].set_yticks(range(rows), names)
    made[0].set_ylim(rows - 0.5, -0.5)
    for axes in made:
        axes.spines[["left", "top", "right"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
    return figure, (made[0], made[-1])


def _dot(axes: Any, at: float, place: int, *, own: bool) -> None:
    axes.plot([at], [place], "D" if own else "o", color="white" if own else ACCENT, mec=ACCENT, mew=2.2 if own else 1, ms=10 if own else 7)
