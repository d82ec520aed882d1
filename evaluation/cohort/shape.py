"""What a plan must be before any record is looked at, for callers whose plan no design file held: the linter says the same, with lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..phrases import listed
from ..records.contract import LONGEST_NAME, NAME
from ..records.days import FOREVER
from ..terms import Assigned, CohortPlan, Compared, HistoryColumn, Problem, Strategies
from . import panel_checks
from .openings import everybody, shares_calendar

_RULES = ("event", "spell_end", "spell", "referral", "enrolment", "list", "dates")
_UNITS = ("person", "child")


def shape(name: str, plan: CohortPlan, history: Sequence[HistoryColumn], where: str, *, arms: bool = True) -> Iterator[Problem]:
    """Every way in which the parts of a plan do not fit together; without `arms` nobody need be compared with anybody."""
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        found = "the name of a cohort becomes the name of a table."
        yield Problem(where, found, f"It has up to {LONGEST_NAME} small letters, digits and _, a letter first.")
    if plan.clock == "calendar":
        yield from _looked_back_on(plan, history, where)
        if plan.observed == "activity" and not plan.lookback_days:
            yield _no_lookback(where)
        yield from panel_checks.of_plan(plan, where)
        return
    yield from panel_checks.of_plan(plan, where)
    if plan.unit not in _UNITS:
        yield Problem(f"{where}: unit", f"clocks are of people, not of '{plan.unit}'.", remedy="Use 'person' or 'child'.")
    given = [rule for rule in _RULES if getattr(plan.starts, rule)]
    if len(given) != 1:
        yield Problem(f"{where}: starts", f"{'no rule is' if not given else listed(given) + ' are all'} given.", f"It is one of {listed(_RULES)}.")
    if plan.starts.on and not plan.starts.list:
        yield Problem(f"{where}: starts", "'on' chooses dates of a list, and none is named.", remedy="Name the list, or use 'dates'.")
    if plan.strategies:
        yield from _of_strategies(plan, plan.strategies, history, f"{where}: strategies")
    if plan.observed == "activity" and not plan.lookback_days:
        yield _no_lookback(where)
    if plan.starts.spell and set(plan.starts.spell) <= set(plan.outside):
        found = "people are eligible during these spells and must be outside of them, so that nobody ever is."
        yield Problem(f"{where}: outside", found, remedy="Leave the kinds of starts.spell out of 'outside'.")
    yield from _looked_back_on(plan, history, where)
    yield from _of_service(plan, where) if plan.clock == "service" else _of_eligibility(plan, where, arms=arms)


def _no_lookback(where: str) -> Problem:
    return Problem(f"{where}: observed", "activity is looked for in the lookback, and lookback_days is 0.", remedy="Set lookback_days.")


def _looked_back_on(plan: CohortPlan, history: Sequence[HistoryColumn], where: str) -> Iterator[Problem]:
    """Windows longer than the days that the sources must reach back: what came before them would not be seen of everybody."""
    back = plan.lookback_days
    for column in history:
        if back < column.days <= FOREVER:
            found = f"it looks back {column.days:,} days, and lookback_days of {where} is {back:,}:"
            remedy = f"Raise lookback_days to {column.days}, or shorten the window."
            yield Problem(f"history '{column.name}'", found, "some people's history would not be seen, and would count as none.", remedy)
    if plan.clock == "eligibility" and plan.washout_days > back:
        found = f"it is {plan.washout_days:,}, and lookback_days is {back:,}:"
        right, remedy = "some people's earlier starting events would not be seen.", f"Raise lookback_days to {plan.washout_days}."
        yield Problem(f"{where}: washout_days", found, right, remedy)


def _of_service(plan: CohortPlan, where: str) -> Iterator[Problem]:
    if not plan.served:
        yield Problem(f"{where}: served", "the clock of service starts when somebody is served, and no enrolment is named.", remedy="Name it.")
        return
    if plan.assigned:
        yield Problem(f"{where}: assigned", "with the clock of service people are compared by when they are served.", remedy="Leave it out.")
    if plan.washout_days:
        yield Problem(f"{where}: washout_days", "the first enrolment ever on record counts, so none is washed out.", remedy="Leave it out.")
    if plan.starts.which == "last":
        found = "whoever is served on one day would be chosen by what happened after it."
        yield Problem(f"{where}: starts: which", found, "It is first or every.")
    points, within = not shares_calendar(plan), plan.served.within_days
    if points and plan.starts.rule and within is None:
        yield Problem(
            f"{where}: served", f"people are eligible from one day on ({plan.starts.rule}), and nothing says for how long.", "", "Set within_days."
        )
    if not points and within is not None:
        yield Problem(f"{where}: served", "within_days counts from a day, and no one day makes people eligible here.", "", "Leave within_days out.")
    if everybody(plan) and len(plan.starts.enrolment) > 1:
        found = f"whoever is on record may be served where '{plan.served.enrolment}' is the rule, so the other programmes add nobody."
        yield Problem(f"{where}: starts: enrolment", found, remedy="Name it alone, or leave it out.")
    if plan.compared.rule != "not_yet_served":
        why = {
            "never_served": "who is never served is known only afterwards.",
            "same_event": "the served would have been free of events until they started.",
        }
        yield Problem(f"{where}: compared: rule", why[plan.compared.rule], "It is not_yet_served.")
    if plan.compared.later_served == "drop":
        yield Problem(f"{where}: compared: later_served", "who is served later is known only afterwards.", "It is censor or keep.")
    if plan.compared.draw < 1:
        yield Problem(f"{where}: compared: draw", f"{plan.compared.draw} people are to be drawn for each served person.", "It is 1 or more.")


def _of_eligibility(plan: CohortPlan, where: str, *, arms: bool) -> Iterator[Problem]:
    if plan.served:
        yield Problem(f"{where}: served", "an enrolment starts the clock of service, and clock is 'eligibility'.", remedy='Use clock = "service".')
    if plan.starts.spell:
        found = "a spell makes people eligible on every day of it, and so starts no clock."
        yield Problem(f"{where}: starts: spell", found, remedy='Use spell_end, or clock = "service".')
    if plan.assigned:
        yield from _assigned(plan, plan.assigned, f"{where}: assigned")
    elif arms and not plan.strategies:
        found = "nothing says who was offered the programme."
        yield Problem(
            f"{where}: assigned", found, "With the clock of eligibility it is by a lot, an offer or a score.", "Give it, or use the clock of service."
        )


def _of_strategies(plan: CohortPlan, both: Strategies, history: Sequence[HistoryColumn], where: str) -> Iterator[Problem]:
    served, compared = both.served, both.compared
    if plan.clock == "service":
        yield Problem(where, "both are followed from the day people become eligible, and clock is 'service'.", remedy='Use clock = "eligibility".')
    for word, there in (("assigned", plan.assigned is not None), ("compared", plan.compared != Compared()), ("exact", bool(plan.exact))):
        if there:
            yield Problem(where, f"everybody is followed under both, and '{word}' says who is compared with whom.", remedy=f"Leave '{word}' out.")
    if not served.enrolment or served.no_enrolment or not compared.no_enrolment or compared.enrolment:
        found = "one is to enrol and the other not to, and these are not."
        yield Problem(where, found, remedy="Name the programme as served.enrolment and as compared.no_enrolment.")
    elif served.enrolment != compared.no_enrolment:
        yield Problem(where, f"to enrol in '{served.enrolment}' and not to in '{compared.no_enrolment}' are two programmes.", remedy="Name one.")
    if served.within_days != compared.within_days or served.within_days < 0:
        found = f"the grace periods are {served.within_days} and {compared.within_days} days."
        yield Problem(where, found, remedy="Give both the same, of 0 days or more.")
    if both.weights.update_days < 1:
        yield Problem(f"{where}: weights", f"the history is to be read anew every {both.weights.update_days} days.", "It is 1 or more.")
    named = [column.name for column in history]
    if not named:
        yield Problem(f"{where}: weights", "no history is declared that could tell who enrols.", remedy="Declare [[history]] columns.")
    for name in both.weights.on:
        if named and name not in named:
            yield Problem(f"{where}: weights: on", f"the history has no column '{name}'.", f"It has {listed(named)}.")


def _assigned(plan: CohortPlan, assigned: Assigned, where: str) -> Iterator[Problem]:
    if assigned.by not in ("lot", "offer", "score"):
        yield Problem(where, f"nobody is assigned by '{assigned.by}'.", "It is by a lot, an offer or a score.")
    elif assigned.by == "score":
        if not plan.starts.list:
            yield Problem(where, "the score is the one of the list that starts the clock, and no list does.", remedy="Name it in starts.")
        if assigned.cutoff is None or (assigned.cutoff.at is None) == (assigned.cutoff.capacity is None):
            yield Problem(f"{where}: cutoff", "it is at a score or by a capacity: exactly one of them.", remedy="Give one.")
    elif not assigned.offered or not assigned.withheld:
        yield Problem(where, "both arms are kinds of event on record, and one is not named.", remedy="Name 'offered' and 'withheld'.")
