"""The universe of an official definition, held against the cohort that it is laid on: in what the two differ, the definition is adapted."""

from __future__ import annotations

from collections.abc import Iterator

from ..phrases import listed
from ..terms import CohortPlan, Horizon, Opening, Outcome

_EACH = {"first": "each person's first", "last": "each person's last", "every": "every one of a person's"}


def adapted(outcome: Outcome, plan: CohortPlan, horizon: Horizon) -> tuple[str, ...]:
    """In what a cohort's clocks differ from those that the authority lays the definition on, in short English clauses; none: in nothing.

    A definition without a universe of its own is adapted by no clock.  What the plan cannot show, such as why somebody was in jail,
    is not held against it.
    """
    return tuple(_differences(outcome.opens, plan, horizon)) if outcome.opens else ()


def _differences(opens: Opening, plan: CohortPlan, horizon: Horizon) -> Iterator[str]:
    if plan.clock == "calendar":
        yield f"the periods are those of the calendar, and the authority's clock starts with {_official(opens)}"
        return
    if not (opens.event or opens.spell_end or opens.enrolment):
        pass  # the authority's universe is no event in a person's records
    elif not _opened_by(opens, plan):
        yield f"the clock starts with {_started(plan)}, and the authority's with {_official(opens)}"
    elif opens.which and plan.clock == "eligibility" and plan.starts.which != opens.which:
        yield f"{_EACH[plan.starts.which]} counts, and by the authority {_EACH[opens.which]}"
    if opens.ages and not _within(plan.ages, opens.ages):
        yield f"{_aged(plan.ages)} are studied, and by the authority {_aged(opens.ages)}"
    if (opens.months or opens.days) and not (horizon.months in opens.months or horizon.days in opens.days):
        yield f"the horizon is {horizon}, and the authority's {_either_horizon(opens)}"


def _opened_by(opens: Opening, plan: CohortPlan) -> bool:
    """Whether whatever starts a clock of the cohort is among what opens one by the authority."""
    starts = plan.starts
    if plan.clock == "service":  # the enrolment starts it, whatever made people eligible
        return opens.enrolment
    match starts.rule:
        case "event" | "referral":
            kinds = starts.event or tuple(f"referral:{programme}" for programme in starts.referral)
            return set(kinds) <= set(opens.event)
        case "spell_end":
            return set(starts.spell_end) <= set(opens.spell_end)
        case _:
            return bool(starts.enrolment) and opens.enrolment


def _within(ages: tuple[int, int] | None, official: tuple[int, int]) -> bool:
    return ages is not None and official[0] <= ages[0] and ages[1] <= official[1]


def _started(plan: CohortPlan) -> str:
    """What starts a clock, as a cohort has it."""
    starts = plan.starts
    if plan.clock == "service":
        return "an enrolment"
    match starts.rule:
        case "event":
            return _events(starts.event)
        case "spell_end":
            return f"the end of {_spells(starts.spell_end)}"
        case "referral":
            return "a referral"
        case "enrolment":
            return "an enrolment"
        case "list":
            return "the day of a list"
        case _:
            return "a day of the calendar"


def _official(opens: Opening) -> str:
    """What opens a clock, as the authority has it."""
    ways = [_events(opens.event)] if opens.event else []
    ways += [f"the end of {_spells(opens.spell_end)}"] if opens.spell_end else []
    ways += ["an enrolment in the programme"] if opens.enrolment else []
    return " or ".join(ways) if ways else "another event"


def _events(kinds: tuple[str, ...]) -> str:
    return f"an event {' or '.join(map(repr, kinds))}"


def _spells(kinds: tuple[str, ...]) -> str:
    return f"a stay {' or '.join(map(repr, kinds))}"


def _aged(ages: tuple[int, int] | None) -> str:
    if ages is None:
        return "people of any age"
    return f"people aged {ages[0]} and over" if ages[1] >= 120 else f"people aged {ages[0]} to {ages[1]}"


def _either_horizon(opens: Opening) -> str:
    """The authority's own horizons."""
    each = [str(Horizon(months=months)) for months in opens.months] + [str(Horizon(days=days)) for days in opens.days]
    return f"is {each[0]}" if len(each) == 1 else f"are {listed(each)}"
