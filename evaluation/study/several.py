"""Holds what makes a study one of several questions: the families that are corrected together, and the groups it is told apart by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..phrases import listed, nearest
from ..terms import Study
from .arms import GROUPS
from .slip import Slip
from .words import shown

MOST = 4  # columns by which a headline may be told apart: with more, one of them shows a difference by chance in one study of five


def several(study: Study) -> Iterator[Slip]:
    """Every mistake in the families and the subgroups of a study."""
    yield from _families(study)
    yield from _subgroups(study)


def _families(study: Study) -> Iterator[Slip]:
    """A family is of two secondary questions or more: one alone would be corrected for nothing, which is what a headline is for."""
    named = Counter(question.family for question in study.questions if question.role == "secondary" and question.family)
    for number, question in enumerate(study.questions):
        at, on = ("question", number, "family"), (("question", number, "role"),)
        if not question.family:
            continue
        if question.role != "secondary":
            right = "it stands alone." if question.role == "headline" else "it claims nothing, so there is nothing to correct."
            yield Slip(at, f"A question that is {shown(question.role)} belongs to no family:", right, "Leave 'family' out.", on=on)
        elif named[question.family] == 1:
            found = f"No other question is of the family {shown(question.family)}, and one alone would be corrected for nothing."
            others = [name for name in named if name != question.family]
            yield Slip(at, found, nearest(question.family, others), "Name one that others have, or leave 'family' out.", on=on)


def _subgroups(study: Study) -> Iterator[Slip]:
    """Columns of the history or of the table person, each once, and few."""
    columns = [column.name for column in study.history]
    right = (*columns, *GROUPS)
    for number, name in enumerate(study.subgroups):
        at = ("subgroups", number)
        if name in study.subgroups[:number]:
            yield Slip(at, f"{shown(name)} is named twice.", remedy="Leave one of them out.")
        elif name not in right:
            yield Slip(at, f"{shown(name)} is no column of the history and no group of people in the records.", nearest(name, right), _all(right))
    if len(study.subgroups) > MOST:
        found = f"{len(study.subgroups)} columns are named, and the headline is told apart by {MOST} at most:"
        right_ = "with more, one of them shows a difference by chance in one study of five."
        yield Slip(("subgroups",), found, right_, "Name those that somebody would act on.")


def _all(right: tuple[str, ...]) -> str:
    return f"There is {listed(right)}."
