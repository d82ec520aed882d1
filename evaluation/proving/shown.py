"""A proof as a reader sees it: every number with its Monte Carlo error, what lies outside the gate, and what it cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from ..rehearsal.results import said

if TYPE_CHECKING:
    from .results import Level, Proof, Proved

WIDTHS = (9, 8, 9, 10, 18, 16, 7, 7)
HEADS = ("size", "answered", "planted", "mean found", "bias (error)", "coverage (error)", "SE / SD", "p < .05")
KEY = (
    "size: what is planted among all who are taken for served, in the direction of better, or of worse where too little is on record for it;",
    "planted: the same among those whom the study's comparison keeps, as it weighs them, which an answer is held against.",
)
CANNOT = (
    "What this cannot show: whoever is taken for served is drawn by what is on record, so that anything hidden that decided who was really",
    "served is gone. A study that passes finds what is there when the record tells who was served; whether it does, is for its challenges:",
    "negative controls, the placebo start, hidden bias of stated strength. People lost from sight are left out, so that losses are not tried.",
)


def plain(proof: Proof) -> str:
    """As text without any drawing.  Internal: counts stand in it as they are."""
    lines = [f"{proof.title}: {proof.runs:,} studies redrawn in these records; Monte Carlo errors in brackets."]
    for one in proof.questions:
        lines += ["", *_question(one)]
    missed = proof.misses()
    lines += ["", *KEY]
    lines += ["", *(f"Outside the Monte Carlo gate: {miss}." for miss in missed)]
    if not missed:
        lines.append("Nothing lies outside the Monte Carlo gate.")
    return "\n".join([*lines, *CANNOT])


def _question(one: Proved) -> Iterator[str]:
    """The rows of one question, and its shift check."""
    yield said(one.question)
    if one.why_not:
        yield from (f"  Not proved: {problem}" for problem in one.why_not)
        return
    yield f"  Planted among {one.rows:,} not served (of {one.of:,} in the study), of whom {one.served:,.0f} are taken for served; in {one.unit}."
    yield _row(HEADS)
    yield from (_level(one, level) for level in one.levels)
    for level in one.levels:
        if level.size and level.shift is not None:
            planted, moved = (_told(one, each) for each in (level.shift.planted, level.shift.moved))
            yield f"  Shift check: planted {planted} in the really served; the study's own answer moves by {moved}."
    if all(level.shift is None for level in one.levels):
        yield "  No shift check: the study itself has no estimate in these records."


def _level(one: Proved, level: Level) -> str:
    size = _told(one, level.size)
    if level.score is None:
        return f"  {size:>9}  not planted: {level.why_not}"
    score = level.score
    found = _told(one, score.truth.effect + score.bias.value)
    bias = f"{_told(one, score.bias.value)} ({_told(one, score.bias.error, sign=False)})"
    held = f"{score.coverage.value:.3f} ({score.coverage.error:.3f})" if score.answered else ""
    ratio, rejects = _number(score.se_ratio.value), _number(score.rejects.value)
    return _row((size, f"{score.answered:,}", _told(one, score.truth.effect), found, bias, held, ratio, rejects))


def _row(cells: tuple[str, ...]) -> str:
    return "  " + "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))


def _told(one: Proved, value: float, *, sign: bool = True) -> str:
    """A number in the unit that is told: points of a hundred, or days, dollars, events."""
    if isnan(value):
        return ""
    told = value * (100 if one.share else 1)
    return f"{told + 0.0:{'+' if sign and round(told, 2) else ''}.2f}"


def _number(value: float) -> str:
    return "" if isnan(value) else f"{value:.3f}"
