"""Who was offered the programme, and how that is known: by a lot, an offer or a score, on record by the day of the start."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..methods import METHODS
from ..phrases import counted
from ..records.contract import CONTRACT
from ..records.toml import Path
from ..terms import Assigned, CohortPlan
from .leaves import LONGEST_SPAN
from .slip import Slip, not_one_of
from .words import shown

LONGEST_BEFORE = 31  # days: an assignment longer ago than a month may have changed who starts, and what came before
GROUPS = tuple(column.name for column in CONTRACT["person"] if column.type == "text" and column.name != "person_id")
_OTHERWISE = {  # what decides in a cohort of another kind, and how that is written
    "strategy": "[cohort.strategies]",
    "adoption": "clock = \"calendar\" with 'adopted'",
}
ASSIGNED = {by for method in METHODS.values() for by in method.assigned_by} - {"service", *_OTHERWISE}  # being served is no way of being assigned


def arms(plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """Every mistake in how the people of a cohort came to be offered the programme."""
    assigned, here = plan.assigned, (*at, "assigned")
    if assigned is None:
        return
    if assigned.by == "service" and plan.clock == "eligibility":
        found = "Who is served is known only on the day of service, so it is no way of being assigned on the day people become eligible."
        remedy = "Use clock = \"service\" with 'served' in place of [cohort.assigned]."
        yield Slip((*here, "by"), found, remedy=remedy, on=((*at, "clock"),))
    elif assigned.by in _OTHERWISE:
        yield Slip(
            (*here, "by"),
            f"{shown(assigned.by)} is no way of being assigned.",
            remedy=f"Use {_OTHERWISE[assigned.by]} in place of [cohort.assigned].",
        )
    elif assigned.by == "score":
        yield from _score(plan, assigned, at)
    elif assigned.by != "service":
        yield from _events(plan, assigned, at)
    yield from groups_of_people((*here, "blocks"), assigned.blocks, GROUPS)


def _events(plan: CohortPlan, assigned: Assigned, at: Path) -> Iterator[Slip]:
    """By a lot or an offer, each arm has an event of its own, and no more to do with the clock than the other."""
    here, on = (*at, "assigned"), ((*at, "assigned", "by"),)
    for word in ("offered", "withheld"):
        if not getattr(assigned, word):
            found = f"'{word}' is missing from 'assigned'."
            yield Slip((*here, word), found, "It should be a kind of event: both arms must be on record.", on=on)
    if assigned.offered and assigned.offered == assigned.withheld:
        found = f"'offered' and 'withheld' are both {shown(assigned.offered)}."
        right = "Each arm needs an event of its own, so that both are on record."
        yield Slip((*here, "withheld"), found, right, on=((*here, "offered"),))
    for word, given in (("cutoff", assigned.cutoff is not None), ("side", assigned.side != "above")):
        if given:
            found = f"'{word}' divides people by a score, and here {'a lot' if assigned.by == 'lot' else 'an offer'} decided."
            yield Slip((*here, word), found, remedy="Leave it out.", on=on)
    if assigned.by == "lot" and plan.exact:
        found = "'exact' is for people who are matched, and here a lot decided: arms are compared within the blocks of the lot."
        yield Slip((*at, "exact"), found, remedy="Leave it out, or name the columns in 'blocks' of [cohort.assigned].", on=on)
    if assigned.by == "offer" and assigned.blocks:
        found = "'blocks' are groups within which lots were drawn, and here an offer decided."
        yield Slip((*here, "blocks"), found, remedy="Name the columns in 'exact' of the cohort, and people are compared within them.", on=on)
    if LONGEST_BEFORE < assigned.days_before <= LONGEST_SPAN:
        found = f"The assignment may lie {counted(assigned.days_before, 'day')} before the start:"
        why = "what it changed by then would decide whose clock starts, or stand in the history."
        remedy = f"Start the clock at the assignment, or at most {LONGEST_BEFORE} days after it."
        yield Slip((*here, "days_before"), found, why, remedy, on=on)
    yield from _by_its_own_event(plan, assigned, at)


def _by_its_own_event(plan: CohortPlan, assigned: Assigned, at: Path) -> Iterator[Slip]:
    """Both arms' clocks start with the same thing: with both events of a draw, where nobody waits for one, never with those of an offer."""
    opens = {*plan.starts.event, *(f"referral:{programme}" for programme in plan.starts.referral), *plan.starts.enrolment}
    on = tuple((*at, "assigned", part) for part in ("by", "offered", "withheld"))
    shared = "Start them with one event that everybody has, such as the release or the day of the decision"
    if assigned.by == "offer" and assigned.offered != assigned.withheld and {assigned.offered, assigned.withheld} <= opens:
        found = f"The clocks of those offered would start with {shown(assigned.offered)}, and those of the others with {shown(assigned.withheld)}:"
        why = "two different things, and whoever is offered later had to live through the time before (immortal time)."
        yield Slip((*at, "starts"), found, why, f"{shared}.", on=on)
    for word, kind, other in (("offered", assigned.offered, assigned.withheld), ("withheld", assigned.withheld, assigned.offered)):
        if kind in opens and other not in opens:
            found = f"{shown(kind)}, which those {word} have on record, starts clocks, and {shown(other)} starts none:"
            why = "the clocks of the two arms would not start with the same thing."
            yield Slip((*at, "starts"), found, why, f"{shared}." if assigned.by == "offer" else f"{shared}, or with both events of the draw.", on=on)


def _score(plan: CohortPlan, assigned: Assigned, at: Path) -> Iterator[Slip]:
    """By a score, a list holds it, a cut-off divides it, and no event is needed."""
    here, on = (*at, "assigned"), ((*at, "assigned", "by"),)
    if not plan.starts.list:
        found = "A score decided, and 'starts' names no list that holds it."
        yield Slip((*at, "starts"), found, remedy='Name it: starts = { list = "..." }.', on=on)
    cutoff, right = assigned.cutoff, "It is exactly one of them: { at = 12.5 } or { capacity = 300 }."
    if cutoff is None:
        found = "A score decided, and nothing says where it divides."
        yield Slip((*here, "cutoff"), found, remedy="Say it: cutoff = { at = 12.5 } or cutoff = { capacity = 300 }.", on=on)
    elif (cutoff.at is None) == (cutoff.capacity is None):
        found = "The cut-off has neither a score nor a capacity." if cutoff.at is None else "The cut-off has both a score and a capacity."
        yield Slip((*here, "cutoff"), found, right, on=on)
    for word in ("offered", "withheld", "days_before", "blocks"):
        if getattr(assigned, word):
            found = f"'{word}' is for a lot or an offer, and here the score of the list's day says who was offered the programme."
            yield Slip((*here, word), found, remedy="Leave it out.", on=on)


def groups_of_people(at: Path, groups: tuple[str, ...], right: Collection[str]) -> Iterator[Slip]:
    """Names that are no group of people in the records; some of them are worse than that."""
    for number, group in enumerate(groups):
        if group in ("death", "moved"):
            found = f"'{group}' is known only after the start, so people cannot be compared within it."
            yield Slip((*at, number), found, remedy="Leave it out: every clock ends there by itself.")
        elif group not in right:
            yield not_one_of((*at, number), group, "a group of people in the records", right)
