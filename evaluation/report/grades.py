"""How strong the evidence is, as a page shows it: which words the finding may use, what published standards say, and what would raise it.

The ratings are this program's, computed from the artefacts of the answer; the page says so, and which rules were written from memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..grading import said
from ..terms import Finding, Grade, GradePart, Licence
from .grids import Cell, Grid
from .language import Words

LICENCES: Mapping[Licence, str] = {
    "A": "grade.licence_A",
    "B": "grade.licence_B",
    "C": "grade.licence_C",
    "D": "grade.licence_D",
}
HEAD = ("grade.standard", "grade.rating", "grade.why", "grade.raised")
DOMAIN = "ROBINS-I:"  # how the name of one of its domains begins


@dataclass(frozen=True, slots=True)
class Strength:
    """The section of a page, ready for the template."""

    name: str  # of the article that it stands in
    licence: str  # what the words of the finding may say
    why: str
    raised: str
    notice: str  # that no clearinghouse rated this
    grids: tuple[Grid, ...]
    rules: tuple[tuple[str, str], ...]  # each standard, and its rule


def strength_of(number: int, finding: Finding, words: Words) -> Strength | None:
    """The section of the finding with this number; None where there is no number to rate, or where its grade may not leave."""
    grade = finding.grade
    if grade is None or grade.licence == "X" or finding.verdict == "not answered":
        return None
    rated = grade.parts if grade.licence != "D" else ()  # they rate comparisons, and would speak of effects on a page that tells of none
    domains = [part for part in rated if part.standard.startswith(DOMAIN)]
    standards = [part for part in rated if part not in domains]
    return Strength(
        name=f"question-{number}",
        licence=words[LICENCES[grade.licence]],
        why=said("why", grade.why, words.language),
        raised=_raised(grade, words),
        notice=words["grade.notice" if rated else "grade.notice_bare"],
        grids=tuple(_grid(parts, caption, words) for parts, caption in ((standards, "grade.caption"), (domains, "grade.caption_domains")) if parts),
        rules=tuple((said("standard", part.standard, words.language), said("rule", part.rule, words.language)) for part in standards),
    )


def _raised(grade: Grade, words: Words) -> str:
    if not grade.raised_by:
        return words["grade.at_the_top" if grade.licence == "A" else "grade.no_one_change"]
    return words.filled("grade.one_change", change=said("change", grade.raised_by, words.language))


def _grid(parts: Sequence[GradePart], caption: str, words: Words) -> Grid:
    head = tuple(Cell(words[column]) for column in HEAD)
    note = words["grade.unverified_note"] if any(not part.verified for part in parts) else ""
    return Grid(words[caption], head, tuple(_row(part, words) for part in parts), note)


def _row(part: GradePart, words: Words) -> tuple[Cell, ...]:
    rating = said("rating", part.rating, words.language)
    return (
        Cell(said("standard", part.standard, words.language)),
        Cell(rating if part.verified else words.filled("grade.unverified", rating=rating)),
        Cell(said("why", part.why, words.language)),
        Cell(said("change", part.raised_by, words.language) if part.raised_by else words["cell.nothing"]),
    )
