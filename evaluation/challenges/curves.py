"""Two pictures of their own: a specification curve with the choices below it, and an effect against the strength of a hidden cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

import matplotlib as mpl

from ..drawing import ACCENT, BAND, INK, STYLE, InANotebook
from ..terms import Challenge, Tried
from .hidden_bias import NAME as HIDDEN
from .specifications import NAME as CURVE
from .specifications import UNLIKE

MUTED = "#8b98a5"
AXES = {"people": "people of every hundred", "dollars": "dollars a person"}
NOT_ALIKE = f" ({UNLIKE})"


def curve_plot(challenge: Challenge) -> InANotebook:
    """The effects of all specifications, the smallest first, and below each a dot for every choice that it makes.

    The study's own, which makes none of them, is a diamond.  Specifications whose groups are not alike are hollow.
    """
    told = sorted((one for one in challenge.tried if isfinite(one.effect)), key=lambda one: (one.effect, one.label))
    chosen = [_choices(one) for one in told]
    names = sorted({name for some in chosen for name in some}, key=lambda name: (-sum(name in some for some in chosen), name))
    with mpl.rc_context(STYLE):
        figure = InANotebook(figsize=(8.6, 3.4 + 0.24 * len(names)), layout="constrained")
        effects, choices = figure.subplots(2, 1, sharex=True, height_ratios=(3.0, max(0.24 * len(names), 0.6)))
        effects.axhline(0, color=INK, lw=1)
        for place, one in enumerate(told):
            _limits(effects, challenge, one, place)
            at, hollow = one.effect * _scale(challenge), one.own or one.label.endswith(NOT_ALIKE)
            effects.plot([place], [at], "D" if one.own else "o", color="white" if hollow else ACCENT, mec=ACCENT, ms=9 if one.own else 4, zorder=3)
        for row, name in enumerate(names):
            there = [place for place, some in enumerate(chosen) if name in some]
            choices.plot(there, [row] * len(there), "o", color=INK, ms=3)
            if row % 2:
                choices.axhspan(row - 0.5, row + 0.5, color=BAND, lw=0, zorder=0)
        choices.set_yticks(range(len(names)), names, fontsize=8)
        choices.set_ylim(len(names) - 0.5, -0.5)
        effects.set_ylabel(f"effect, {AXES.get(challenge.unit, challenge.unit)}", fontsize=9)
        _bare(effects, choices)
        choices.set_xticks([])
        figure.supxlabel("Diamond: the study's own. Lines: 95 %. Hollow: groups not alike. Dots: what each chooses.", fontsize=8, x=0.01, ha="left")
        figure.alt = f"A specification curve of {len(told)} effects with 95 % limits, and the choices that each makes. {challenge.sentence}"
    return figure


def strength_plot(challenge: Challenge) -> InANotebook:
    """The effect and its range beside nothing hidden, and beside hidden causes of rising strength, from left to right."""
    told = [one for one in challenge.tried if isfinite(one.effect)]
    with mpl.rc_context(STYLE):
        figure = InANotebook(figsize=(6.4, 3.8), layout="constrained")
        axes = figure.subplots()
        axes.axhline(0, color=INK, lw=1)
        axes.plot(range(len(told)), [one.effect * _scale(challenge) for one in told], color=MUTED, lw=1, ls="--")
        for place, one in enumerate(told):
            _limits(axes, challenge, one, place, width=3 if one.own else 2)
            at = one.effect * _scale(challenge)
            axes.plot([place], [at], "D" if one.own else "o", color="white" if one.own else ACCENT, mec=ACCENT, ms=9 if one.own else 7, zorder=3)
        axes.set_xticks(range(len(told)), ["nothing hidden" if one.own else one.label for one in told], fontsize=9)
        axes.set_xlim(-0.5, len(told) - 0.5)
        axes.set_ylabel(f"effect, {AXES.get(challenge.unit, challenge.unit)}")
        _bare(axes)
        figure.alt = f"The effect with 95 % limits beside hidden causes of {len(told) - 1} strengths. {challenge.sentence}"
    return figure


OF_THEIR_OWN: Mapping[str, Callable[[Challenge], InANotebook]] = {CURVE: curve_plot, HIDDEN: strength_plot}


def _choices(one: Tried) -> tuple[str, ...]:
    return () if one.own else tuple(one.label.removesuffix(NOT_ALIKE).split(", "))


def _limits(axes: Any, challenge: Challenge, one: Tried, place: int, width: float = 1.2) -> None:
    if isfinite(one.low) and isfinite(one.high):
        axes.plot([place, place], [one.low * _scale(challenge), one.high * _scale(challenge)], color=ACCENT if one.own else MUTED, lw=width)


def _bare(*every: Any) -> None:
    for axes in every:
        axes.spines[["top", "right", "bottom"]].set_visible(False)
        axes.tick_params(axis="both", length=0)


def _scale(challenge: Challenge) -> float:
    return 100.0 if challenge.unit == "people" else 1.0
