"""Binds a definition to a study: `{programme}` in the kinds that it reads stands for the programme that is studied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..phrases import listed
from ..terms import Outcome, Problem, Refused, Study
from .registry import DEFINED

PLACEHOLDER = "{programme}"


def bound(outcome: Outcome, programme: str) -> Outcome:
    """The definition as one study reads it; a definition that names no programme stays as it is."""
    if not waits_for_a_programme(outcome):
        return outcome
    opens = outcome.opens and replace(
        outcome.opens, event=_named(outcome.opens.event, programme), spell_end=_named(outcome.opens.spell_end, programme)
    )
    return replace(
        outcome,
        kinds=_named(outcome.kinds, programme),
        competing=_named(outcome.competing, programme),
        off_clock=_named(outcome.off_clock, programme),
        exposure=_named(outcome.exposure, programme),
        waits={kind.replace(PLACEHOLDER, programme): day for kind, day in outcome.waits.items()},
        opens=opens,
    )


def waits_for_a_programme(outcome: Outcome) -> bool:
    """Whether some kind of a definition is to be named by a study."""
    opens = (*outcome.opens.event, *outcome.opens.spell_end) if outcome.opens else ()
    kinds = (*outcome.kinds, *outcome.competing, *outcome.off_clock, *outcome.exposure, *outcome.waits, *opens)
    return any(PLACEHOLDER in kind for kind in kinds)


def outcome_of(study: Study, name: str) -> Outcome:
    """The registry's definition of this name, bound to the study's programme."""
    return bound(DEFINED[name], study.programme)


def outcomes_of(study: Study) -> Mapping[str, Outcome]:
    """All that a study's questions name, by name: the outcomes asked about, and those whose additional unit is priced."""
    named = dict.fromkeys(name for question in study.questions for name in (question.outcome, question.priced) if name in DEFINED)
    return {name: outcome_of(study, name) for name in named}


def unsealed(study: Study) -> None:
    """Refuses a sealed study that nobody has opened: whatever reads an outcome of its people asks here first."""
    if study.sealed:
        found = f"it is sealed until its gates have passed ({listed(study.sealed)}), and nobody has opened it."
        remedy = "Look at its gates, and open it: betteroff open DESIGN --records ..."
        raise Refused(Problem("the study", found, "No outcome is read before.", remedy))


def _named(kinds: tuple[str, ...], programme: str) -> tuple[str, ...]:
    return tuple(kind.replace(PLACEHOLDER, programme) for kind in kinds)
