"""Holds the negative controls that a study declares against its questions and against what may be asked."""

from __future__ import annotations

from collections.abc import Iterator

from ..outcomes import DEFINED
from ..outcomes.binding import waits_for_a_programme
from ..outcomes.rivals import same_lines
from ..records.toml import Path
from ..terms import Outcome, Study
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
        elif (like := _asked_alike(outcome, study)) is not None:
            place, name = like
            found = f"{shown(control.outcome)} is told by the same records as {shown(name)}, which question {place + 1} asks about:"
            why = "it would show what is asked, before a sealed study is opened too, and not what the programme leaves alone."
            yield Slip(at, found, why, "Declare something else that happens to people.", on=(("question", place, "outcome"),))
        if outcome.table == "area":
            found = f"{shown(control.outcome)} is a number about places:"
            yield Slip(at, found, "a negative control is something that happens to the people who are compared.", "Leave it out.")
        elif waits_for_a_programme(outcome):
            found = f"{shown(control.outcome)} is about the programme itself:"
            yield Slip(at, found, "being served moves it by its own definition.", "Leave it out.")


def _asked_alike(control: Outcome, study: Study) -> tuple[int, str] | None:
    """The first question, by place, that asks about or prices what the control's own records tell, and its name."""
    for place, question in enumerate(study.questions):
        for name in (question.outcome, question.priced):
            if name in DEFINED and same_lines(control, DEFINED[name]):
                return place, name
    return None
