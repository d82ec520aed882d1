"""Draws a finding as a dot and whiskers: the effect, its range by every accepted formula, no difference, and what is too small to matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from babel.numbers import format_decimal
from matplotlib.figure import Figure

from ..drawing import ACCENT, BAND, INK, STYLE, InANotebook, svg
from ..terms import Finding, Language, Problem, Refused, unit_of
from .ranges import range_of
from .writing import LOCALES, catalogue, fill


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure, and in words what it shows."""

    figure: Figure
    alt: str

    def svg(self) -> str:
        """The picture as SVG: the same finding gives the same bytes."""
        return svg(self.figure)


def picture(finding: Finding, language: Language = "en") -> Picture:
    """The picture of one finding; refuses one that shows no numbers."""
    answer, estimate = finding.answer, finding.answer.estimate
    if estimate is None or finding.verdict == "not answered":
        raise Refused(Problem("plot", "This finding shows no numbers, so there is nothing to draw.", remedy="Print it: its sentence says why."))
    words, scale = catalogue(language), range_of(answer)
    every = tuple(one for one in (estimate.interval, *estimate.beside) if one.given)
    alt = finding.sentences.get(language, finding.sentences["en"])
    with mpl.rc_context(STYLE):
        figure = InANotebook(figsize=(6.4, 1.7 + 0.45 * max(len(every), 1)), layout="constrained")
        figure.alt = alt
        axes = figure.add_subplot()
        axes.axvspan(-scale.worthwhile, scale.worthwhile, color=BAND, lw=0, label=words["picture"]["band"])
        axes.axvline(0, color=INK, lw=1)
        for place, one in enumerate(every):
            axes.plot([one.low * scale.base, one.high * scale.base], [place, place], color=ACCENT, lw=4 if place == 0 else 2)
        axes.plot([scale.effect], [0], "o", color=ACCENT, ms=10)
        axes.set_yticks(range(max(len(every), 1)), [one.by for one in every] or [words["picture"]["no_range"]])
        axes.set_ylim(max(len(every), 1) - 0.5, -0.5)
        axes.spines[["left", "top", "right"]].set_visible(False)
        axes.set_title(_title(finding, language), loc="left", fontsize=11)
        _dress(
            figure,
            axes,
            fill(words["picture"][unit_of(answer.outcome, answer.question.measure)], base=format_decimal(scale.base, locale=LOCALES[language])),
            language,
        )
    return Picture(figure, alt)


def _title(finding: Finding, language: Language) -> str:
    """What was tried, and below it what is counted."""
    texts = (finding.title, finding.answer.outcome.title)
    return "\n".join(dict.fromkeys(said for text in texts if (said := text.get(language, next(iter(text.values()), "")))))


def _dress(figure: Figure, axes: Any, meaning: str, language: Language) -> None:
    axes.xaxis.set_major_formatter(lambda place, _: format_decimal(round(place, 10), locale=LOCALES[language]))
    axes.set_xlabel(meaning)
    figure.legend(loc="outside lower left", frameon=False, fontsize=9)
