"""Challenges as a researcher holds them: one sentence, and one form of picture for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from html import escape
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..terms import Challenge, OutcomeUnit, Problem, Refused, Tried

if TYPE_CHECKING:
    import pandas as pd

    from ..drawing import InANotebook

MUTED = "#8b98a5"
AXES = {"people": "people of every hundred", "dollars": "dollars a person"}
LONGEST = 46  # letters of a label
MOST_NAMED = 30  # lines with names; of more, dots alone are drawn


class DrawnChallenge(Challenge):
    """A Challenge that shows itself in a notebook; `terms` may not know how to draw."""

    __slots__ = ()

    def plot(self) -> InANotebook:
        """What was tried, as dots with their 95 % limits; the study's own answer is a diamond."""
        return plot(self)

    def __str__(self) -> str:
        return self.sentence

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.sentence)}</p>"


def drawn(challenge: Challenge) -> DrawnChallenge:
    """The challenge as one that shows itself."""
    if isinstance(challenge, DrawnChallenge):
        return challenge
    return DrawnChallenge(*(getattr(challenge, each.name) for each in fields(Challenge)))


def plot(challenge: Challenge) -> InANotebook:
    """What was tried, in the order in which it was: a dot and its 95 % limits each, the study's own answer as a diamond.

    A line stands where an answer free of bias lies or, where that is the study's own answer, at it.  Refuses a challenge without numbers.
    """
    told = [one for one in challenge.tried if isfinite(one.effect)]
    if not told:
        right = "Its sentence says why."
        raise Refused(Problem("plot", f"The challenge '{challenge.name}' gave no number, so there is nothing to draw.", right))
    import matplotlib as mpl

    from ..drawing import ACCENT, INK, STYLE, InANotebook
    from .curves import OF_THEIR_OWN

    if challenge.name in OF_THEIR_OWN:
        return OF_THEIR_OWN[challenge.name](challenge)
    scale = 100.0 if challenge.unit == "people" else 1.0
    own = next((one.effect for one in told if one.own), None)
    expected = own if challenge.expected is None else challenge.expected
    few = len(told) <= MOST_NAMED
    with mpl.rc_context(STYLE):
        figure = InANotebook(figsize=(7.4, 1.6 + 0.42 * len(told) if few else 5.0), layout="constrained")
        axes = figure.subplots()
        axes.axvline(0, color=MUTED, lw=1)
        if expected is not None:
            axes.axvline(expected * scale, color=INK, lw=1, ls="--")
        for place, one in enumerate(told):
            if isfinite(one.low) and isfinite(one.high):
                axes.plot([one.low * scale, one.high * scale], [place, place], color=ACCENT, lw=4 if one.own else 2 if few else 0.6)
            looks: dict[str, Any] = {"color": "white", "mew": 2.2, "ms": 10} if one.own else {"color": ACCENT, "mew": 1, "ms": 7 if few else 2}
            axes.plot([one.effect * scale], [place], "D" if one.own else "o", mec=ACCENT, zorder=3 if one.own else 2, **looks)
        axes.set_yticks(range(len(told)) if few else [], [_short(one.label) for one in told] if few else [])
        axes.set_ylim(len(told) - 0.5, -0.5)
        axes.set_xlabel(f"effect, {AXES.get(challenge.unit, challenge.unit)}")
        axes.spines[["left", "top", "right"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.set_title(challenge.changed, loc="left", fontsize=11)
        where = "the study's own answer" if challenge.expected is None else "where an answer free of bias lies"
        figure.supxlabel(f"Diamond: the study's own answer. Lines: 95 %. Dashed: {where}.", fontsize=8, x=0.01, ha="left")
        figure.alt = f"{challenge.changed}: {len(told)} effects with 95 % limits. {challenge.sentence}"
    return figure


def frame(challenges: Iterable[Challenge]) -> pd.DataFrame:
    """One row for each way that was tried, with the reason where it gave no number; internal, counts and all."""
    import pandas as pd

    rows = [_row(challenge, one) for challenge in challenges for one in challenge.tried]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


COLUMNS = {
    **dict.fromkeys(("challenge", "changed", "tried"), "object"),
    "own": "bool",
    **dict.fromkeys(("effect", "low", "high", "expected"), "float64"),
    **dict.fromkeys(("unit", "holds", "why_not"), "object"),
}


def _row(challenge: Challenge, one: Tried) -> dict[str, object]:
    holds = "" if not challenge.diagnostics else "yes" if all(each.holds for each in challenge.diagnostics) else "no"
    unit: OutcomeUnit = challenge.unit
    numbers = {name: value for name, value in (("effect", one.effect), ("low", one.low), ("high", one.high)) if isfinite(value)}
    expected = {} if challenge.expected is None else {"expected": challenge.expected}
    told = {"challenge": challenge.name, "changed": challenge.changed, "tried": one.label, "own": one.own}
    return {**told, **numbers, **expected, "unit": unit, "holds": holds, "why_not": one.why_not}


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 4].rsplit(' ', 1)[0]} ..."
