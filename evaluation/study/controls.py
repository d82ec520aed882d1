"""Holds the negative controls that a study declares against its questions and against what may be asked."""

from __future__ import annotations

from collections.abc import Iterator

from ..outcomes import DEFINED
from ..outcomes.binding import waits_for_a_programme
from ..records.toml import Path
from ..terms import Study
from .slip import Slip, not_one_of
from .words import shown


def negative_controls(study: Study) -> Iterator[Slip]:
    """Every mistake in the negative controls: names that are none, named twice, asked about, about places, or about the programme itself."""
    seen: dict[str, int] = {}
    for number, control in enumerate(study.negative_controls):
        at: Path = ("negative_control", number, "outcome")
        outcome = DEFINED.get(control.outcome)
        if outcome is None:
            yield not_one_of(at, control.outcome, "an outcome of this version", DEFINED)
            continue
        first = seen.setdefault(control.outcome, number)
        if first != number:
            found = f"{shown(control.outcome)} is [[negative_control]] {first + 1} already."
            yield Slip(at, found, remedy="Leave one of them out.", on=(("negative_control", first, "outcome"),))
        asked = next((place for place, question in enumerate(study.questions) if control.outcome in (question.outcome, question.priced)), None)
        if asked is not None:
            found = f"{shown(control.outcome)} is asked about by question {asked + 1}:"
            why = "what the programme may move cannot show what it does not."
            yield Slip(at, found, why, "Leave it out here, or take the question out.", on=(("question", asked, "outcome"),))
        if outcome.table == "area":
            found = f"{shown(control.outcome)} is a number about places:"
            yield Slip(at, found, "a negative control is something that happens to the people who are compared.", "Leave it out.")
        elif waits_for_a_programme(outcome):
            found = f"{shown(control.outcome)} is about the programme itself:"
            yield Slip(at, found, "being served moves it by its own definition.", "Leave it out.")
