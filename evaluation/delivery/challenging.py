"""What delivery does with challenges: runs them, writes what stays in the county, and says which they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ..findings import Findings
from ..pipeline import Prepared, answer
from ..records import Records
from ..road import findings_of
from ..terms import Challenge, Problem, Refused, Study


class Put(NamedTuple):
    """The findings of a study that was challenged, and what each question was put to, by its name."""

    findings: Findings
    challenges: Mapping[str, tuple[Challenge, ...]]


def unmet(study: Study, records: Records, only: tuple[str, ...]) -> tuple[Problem, ...]:
    """What a design declares for its challenges and these records do not hold."""
    from ..challenges.running import unchallengeable

    return unchallengeable(study, records, only)


def put_to(prepared: Prepared, only: tuple[str, ...], tell: Callable[[str], None] | None, *, locked: bool = False) -> Put:
    """The findings of a prepared study after its challenges, or those of `only`: provisional still, where one that decides is left out."""
    from ..challenges.running import challenge_all, enough

    answers = answer(prepared)
    found = challenge_all(prepared, answers, names=only, tell=(lambda kind: tell(kind.title)) if tell else None)
    if enough(only):
        return Put(findings_of(prepared, found, answers=answers, locked=locked), found)
    findings = findings_of(prepared, answers=answers, locked=locked)
    return Put(Findings(tuple(replace(one, challenges=found.get(one.answer.question.name, ())) for one in findings)), found)


def names(only: tuple[str, ...]) -> tuple[str, ...]:
    """The challenges that are run, sorted: those named, or all of the table."""
    from ..challenges.table import CHALLENGES

    return tuple(sorted(only or CHALLENGES))


def write(folder: Path, challenges: Mapping[str, tuple[Challenge, ...]]) -> None:
    """Everything that was tried, as a table and a picture each: internal, counts and reasons as they are."""
    from ..challenges.drawings import frame, plot
    from ..drawing import svg

    every = [(question, one) for question, those in challenges.items() for one in those]
    whole = frame([one for _, one in every])
    whole.insert(0, "question", [question for question, one in every for _ in one.tried])
    _write(folder / "challenges.csv", whole.to_csv(index=False, lineterminator="\n"))
    _write(folder / "challenges.txt", "".join(f"{one.name}: {one.sentence}\n" for _, one in every) or "Nothing could be challenged.\n")
    pictures = folder / "challenges"
    for place, those in enumerate(challenges.values(), 1):
        for one in those:
            try:
                picture = svg(plot(one))
            except Refused:  # it gave no number, as its sentence says
                continue
            pictures.mkdir(exist_ok=True)
            _write(pictures / f"{place:02d}_{one.name}.svg", picture)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
