"""The rivals of a definition: the others of its family, by which the same question could have been asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..terms import CohortPlan, Kind, Outcome
from .registry import OUTCOMES

EXIT, EXIT_FROM = "hmis_exit", "exit_from"  # the same event with and without the kind of project
RULES = ("event", "spell_end")  # of a universe, and of what starts a cohort's clocks, by the same words


def family(outcome: Outcome) -> str:
    """The word before the stroke: what is defined in several ways."""
    return outcome.name.partition("/")[0]


def same_lines(one: Outcome, other: Outcome) -> bool:
    """Whether two definitions are told by the same: lines of one table and kind, or as one question in two ways, which a family is.

    `arrest:felony` is some of `arrest`; the negative controls of the library are of one family by name alone.
    """
    if family(one) == family(other) != "control" or one.name == other.name:
        return True
    within = any(f"{a}:".startswith(f"{b}:") or f"{b}:".startswith(f"{a}:") for a in one.kinds for b in other.kinds)
    return one.table == other.table and (within or not (one.kinds and other.kinds))  # no kind named: every line


def rivals(outcome: Outcome, kinds: Collection[Kind], among: Mapping[str, Outcome] = OUTCOMES) -> tuple[Outcome, ...]:
    """The other definitions of an outcome's family, in the order of the registry.

    They are of the `kinds` that a method answers and in the outcome's own unit, so that their numbers can stand on one scale; they call
    the same direction better, for another direction is another goal and no other definition; and they are as much about places, or as little.
    """
    held = (other for other in among.values() if family(other) == family(outcome) and other.name != outcome.name)
    return tuple(other for other in held if not _unlike(outcome, other, kinds))


def unlike(outcome: Outcome, kinds: Collection[Kind], among: Mapping[str, Outcome] = OUTCOMES) -> dict[str, str]:
    """The other definitions of the family that are no rivals, by name, each with the reason in a short English clause."""
    held = (other for other in among.values() if family(other) == family(outcome) and other.name != outcome.name)
    return {other.name: why for other in held if (why := _unlike(outcome, other, kinds))}


def _unlike(outcome: Outcome, other: Outcome, kinds: Collection[Kind]) -> str:
    if (other.table == "area") != (outcome.table == "area"):
        return "one of the two is about places, and the other about people"
    if other.kind not in kinds:
        return f"it is {'an' if other.kind == 'amount' else 'a'} {other.kind}, which the question's method does not answer about"
    if other.unit != outcome.unit:
        return f"it is told in {other.unit}, and the question in {outcome.unit}"
    return f"by it {other.better} is better, which is another goal" if other.better != outcome.better else ""


def own_starts(outcome: Outcome, plan: CohortPlan) -> dict[str, object]:
    """What a cohort's clocks would start by in the definition's own universe, as words of the cohort; empty where they do already.

    Only of a cohort whose clocks start, by the clock of eligibility, with some of the same kinds of event or stay: another event is
    another population, and then the definition stands on the study's own clock.  An exit to a permanent home is one kind of start,
    whichever project it is from.
    """
    opens, rule = outcome.opens, plan.starts.rule
    if opens is None or plan.clock != "eligibility" or rule not in RULES:
        return {}
    own, there = getattr(opens, rule), getattr(plan.starts, rule)
    if not set(map(_sort, own)) & set(map(_sort, there)):
        return {}
    which = opens.which or plan.starts.which
    words: dict[str, object] = {} if set(own) == set(there) else {f"starts.{rule}": own}
    return words | ({} if which == plan.starts.which else {"starts.which": which})


def _sort(kind: str) -> str:
    """What sort of start a kind is: exits to destinations of one band are one, from whichever project."""
    return f"{EXIT}:{kind.split(':')[-1]}" if kind.startswith((f"{EXIT}:", f"{EXIT_FROM}:")) else kind
