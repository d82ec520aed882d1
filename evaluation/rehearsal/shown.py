"""Rehearsals as a reader sees them: in a terminal, as text, as Markdown and in a notebook; every number with its Monte Carlo error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from math import isnan
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from .scores import Measured, Score

if TYPE_CHECKING:
    from .results import Rehearsal, Rehearsals

HEADS = {
    "bias": "bias",
    "bias_in_sd": "bias / SD",
    "sd": "SD",
    "rmse": "RMSE",
    "coverage": "coverage",
    "rejects": "p < .05",
    "se_ratio": "mean SE / SD",
    "refused": "refused",
    "not_estimable": "not estimable",
}
HIT = {"placebo_hit": "placebo hit"}  # a column where some question has a placebo window
INSIDE = "Nothing lies outside the Monte Carlo gate."


def table(rehearsals: Rehearsals) -> Group:
    """For a terminal: a table a world, measures down and questions across; then what lies outside the gate, and the worst."""
    return Group(*(_one(one) for one in rehearsals), *(Text(line) for line in _after(rehearsals)))


def plain(rehearsals: Rehearsals) -> str:
    """As text without any drawing."""
    lines: list[str] = []
    for one in rehearsals:
        lines.append(head(one))
        for score in one.scores:
            lines += [one.labels[score.question], *(f"  {name:<36} {found.value:>12.5g} ({found.error:.2g})" for name, found in score.numbers())]
    return "\n".join([*lines, *_after(rehearsals)])


def head(one: Rehearsal) -> str:
    """What was rehearsed, in a sentence."""
    return f"{one.title}: {one.runs:,} runs of {one.people:,} people in the world '{one.world}'; Monte Carlo errors in brackets."


def markdown(one: Rehearsal) -> str:
    """One study in one world: a row a question, and its verdicts."""
    heads = _heads((one,))
    lines = ["| question | truth | " + " | ".join(heads.values()) + " |", "|---" * (len(heads) + 2) + "|"]
    lines += [f"| {one.labels[score.question]} | " + " | ".join(_cells(score, heads)) + " |" for score in one.scores]
    lines += ["", "Verdicts, where nothing has been challenged: what each would become.", ""]
    return "\n".join([*lines, *(f"- {one.labels[score.question]}: {verdicts(score)}." for score in one.scores)]) + "\n"


def html(rehearsals: Rehearsals) -> str:
    """For a notebook: the picture, a table a world, and what lies outside the gate."""
    measures = _heads(rehearsals)
    heads = "".join(f"<th>{escape(name)}</th>" for name in ("question", "truth", *measures.values()))
    parts = [str(rehearsals.picture().figure._repr_html_())]
    for one in rehearsals:
        rows = "".join(
            f"<tr><td>{escape(one.labels[score.question])}</td>" + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(score, measures)) + "</tr>"
            for score in one.scores
        )
        parts.append(f"<p>{escape(head(one))}</p><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
    return "".join([*parts, *(f"<p>{escape(line)}</p>" for line in _after(rehearsals))])


def verdicts(score: Score) -> str:
    """How often each verdict came out: `better 68.0 %, cannot tell yet 32.0 %`."""
    return ", ".join(f"{verdict} {100 * times / score.runs:.1f} %" for verdict, times in score.verdicts.items())


def cell(found: Measured) -> str:
    """A number and its Monte Carlo error: `0.94 (0.024)`."""
    return f"{_digits(found.value, 4)} ({_digits(found.error, 2)})"


def _digits(number: float, digits: int) -> str:
    """So many significant digits, without a power of ten where there is room: 140, not 1.4e+02."""
    return f"{float(f'{number:.{digits}g}'):.10g}"


def _one(one: Rehearsal) -> Table:
    shown = Table(title=Text(head(one)), title_justify="left", show_lines=False)
    shown.add_column("measure")
    for score in one.scores:
        shown.add_column(Text(one.labels[score.question]), justify="right")
    heads = _heads((one,))
    cells = [_cells(score, heads) for score in one.scores]
    for place, name in enumerate(("truth", *heads.values())):
        shown.add_row(name, *(column[place] for column in cells))
    for verdict in sorted({verdict for score in one.scores for verdict in score.verdicts}):
        shown.add_row(verdict, *(f"{100 * score.verdicts.get(verdict, 0) / score.runs:.1f} %" for score in one.scores))
    return shown


def _heads(some: Iterable[Rehearsal]) -> dict[str, str]:
    """The measures that are shown, and what each is called."""
    return HEADS | (HIT if any(not isnan(score.placebo_hit.value) for one in some for score in one.scores) else {})


def _cells(score: Score, heads: Mapping[str, str]) -> list[str]:
    """The truth and each measure; nothing where a measure has no number in any run."""
    return [cell(Measured(score.truth.effect, score.truth.error)), *(_told(name, getattr(score, name)) for name in heads)]


def _told(name: str, found: Measured) -> str:
    return "" if name in HIT and isnan(found.value) else cell(found)


def _after(rehearsals: Rehearsals) -> Iterator[str]:
    """What lies outside the gate, what is conservative and, of several worlds, the worst."""
    missed = rehearsals.misses()
    yield from (f"Outside the Monte Carlo gate: {miss}." for miss in missed)
    if not missed:
        yield INSIDE
    yield from (f"Conservative: {line}." for line in rehearsals.conservative())
    if len(rehearsals) > 1:
        yield from (f"The worst, {worst}." for worst in rehearsals.worst())
