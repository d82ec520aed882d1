"""The rivals of a definition: the others of its family, by which the same question could have been asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..terms import CohortPlan, Kind, Outcome
from .registry import OUTCOMES

RULES = ("event", "spell_end")  # of a universe, and of what starts a cohort's clocks, by the same words


def family(outcome: Outcome) -> str:
    """The word before the stroke: what is defined in several ways."""
    return outcome.name.partition("/")[0]


def rivals(outcome: Outcome, kinds: Collection[Kind], among: Mapping[str, Outcome] = OUTCOMES) -> tuple[Outcome, ...]:
    """The other definitions of an outcome's family, in the order of the registry.

    They are of the `kinds` that a method answers and in the outcome's own unit, so that their numbers can stand on one scale; they call
    the same direction better, for another direction is another goal and no other definition; and they are as much about places, or as little.
    """
    return tuple(
        other
        for other in among.values()
        if family(other) == family(outcome)
        and other.name != outcome.name
        and other.kind in kinds
        and other.unit == outcome.unit
        and other.better == outcome.better
        and (other.table == "area") == (outcome.table == "area")
    )


def own_starts(outcome: Outcome, plan: CohortPlan) -> dict[str, object]:
    """What a cohort's clocks would start by in the definition's own universe, as words of the cohort; empty where they do already.

    Only of a cohort whose clocks start, by the clock of eligibility, with some of the same kinds of event or stay: another event is
    another population, and then the definition stands on the study's own clock.
    """
    opens, rule = outcome.opens, plan.starts.rule
    if opens is None or plan.clock != "eligibility" or rule not in RULES:
        return {}
    own, there = getattr(opens, rule), getattr(plan.starts, rule)
    if not set(own) & set(there):
        return {}
    which = opens.which or plan.starts.which
    words: dict[str, object] = {} if set(own) == set(there) else {f"starts.{rule}": own}
    return words | ({} if which == plan.starts.which else {"starts.which": which})
