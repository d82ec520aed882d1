"""The grade of an answer: its licence, what each published standard says of it, and what one change would raise either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from ..terms import Answer, Challenge, Diagnostic, Grade, GradePart, Licence, Study, Verdict
from .artefacts import Artefacts, artefacts
from .crimesolutions import CRIMESOLUTIONS
from .licence import licence
from .maryland import MARYLAND
from .prevention import ALONE, EXECUTION
from .raising import Tried, changed, raised_by
from .rated import Standard
from .robins import ROBINS
from .target import TARGET
from .texts import english
from .wwc import WWC

STANDARDS: tuple[Standard, ...] = (MARYLAND, WWC, EXECUTION, ALONE, CRIMESOLUTIONS, *ROBINS, TARGET)


def grade(
    answer: Answer,
    challenges: Sequence[Challenge] = (),
    conditions: Sequence[Diagnostic] = (),
    *,
    study: Study | None = None,
    treatment_months: float | None = None,
    verdict: Verdict | None = None,
    locked: bool = False,
) -> Grade:
    """The grade of an answer that these challenges have tried and that rests on these conditions, those of the challenges among them.

    `study` is the design that asks it, and None where it came from a frame; `locked` says that it was fixed before outcomes were read.
    `treatment_months` is how long after its start the programme ends for a person: no design says so, and without it nothing is called
    sustained.  `verdict` is what is claimed, so that no standard praises what is not: of a question that only explores, or that fell
    beside others of its family, nothing is; None: whatever its ranges make.  Texts are English; `said` has them in other languages.
    """
    return graded(artefacts(answer, challenges, conditions, study=study, treatment_months=treatment_months, verdict=verdict, locked=locked))


def lowered(given: Grade) -> Grade:
    """The same grade one letter below A, for a range that is printed as reaching what would undo its claim."""
    return replace(given, licence="B", why=english("why", "lot_barely"))


def graded(a: Artefacts) -> Grade:
    """The grade of these artefacts."""
    letter, after = licence(a), changed(a)
    return Grade(
        licence=cast(Licence, letter.rating),
        why=english("why", letter.why),
        parts=tuple(_part(standard, a, after) for standard in STANDARDS),
        raised_by=_change(raised_by(licence, a, after)),
    )


def _part(standard: Standard, a: Artefacts, after: Tried) -> GradePart:
    found = standard.rate(a)
    return GradePart(
        standard=english("standard", standard.key),
        rating=english("rating", found.rating),
        why=english("why", found.why),
        rule=english("rule", standard.key),
        verified=found.verified,
        raised_by=_change(raised_by(standard.rate, a, after)),
    )


def _change(key: str) -> str:
    return english("change", key) if key else ""
