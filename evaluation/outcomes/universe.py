"""The universe of an official definition, held against the cohort that it is laid on: in what the two differ, the definition is adapted."""

from __future__ import annotations

from collections.abc import Iterator

from ..phrases import listed
from ..terms import CohortPlan, Horizon, Opening, Outcome

_RELEASES = ("release", "prison_release")  # events that are ends of stays
_EACH = {"first": "each person's first", "last": "each person's last", "every": "every one of a person's"}


def adapted(outcome: Outcome, plan: CohortPlan, horizon: Horizon) -> tuple[str, ...]:
    """In what a cohort adapts an official definition, in short English clauses; none: in nothing.

    One that no authority prescribes is adapted by no clock, whatever clock it names itself.
    """
    return () if outcome.own else differences(outcome, plan, horizon)


def differences(outcome: Outcome, plan: CohortPlan, horizon: Horizon) -> tuple[str, ...]:
    """In what a cohort's clocks differ from those that the definition names, in short English clauses; none: in nothing.

    A definition without a universe of its own differs from no clock.  What its universe asks and no plan can show, such as why somebody was
    in jail, is told where the definition says so.
    """
    return tuple(_differences(outcome.opens, plan, horizon, "definition" if outcome.own else "authority")) if outcome.opens else ()


def part(outcome: Outcome, plan: CohortPlan) -> str:
    """Which part of the definition's universe a cohort is, in a short English clause; empty where it is the whole of it, or is not in it.

    A part is no adaptation: each of its clocks is the definition's own.  It is no number for the whole universe either.
    """
    opens = outcome.opens
    if opens is None or plan.clock == "calendar" or not _opened_by(opens, plan):
        return ""
    starts = plan.starts
    # a release is the end of a stay: of a cohort that starts by either, the other is no part that is missing
    others = [kind for kind in opens.event if kind not in starts.event and (starts.event or kind not in _RELEASES)]
    others += [kind for kind in opens.spell_end if starts.spell_end and kind not in starts.spell_end]
    missing = [f"clocks started by {' or '.join(map(repr, others))}"] if others and plan.clock != "service" else []
    if opens.ages and plan.ages and plan.ages != opens.ages:
        missing.append(f"{_aged(opens.ages)}, of whom {_aged(plan.ages)} alone are studied")
    return f"a part of its universe, to which belong {' and '.join(missing)}" if missing else ""


def left_out(outcome: Outcome, asked: Outcome, plan: CohortPlan) -> str:
    """Why a cohort's people are not those of a rival's universe, where the design asks by the definition `asked`; empty where they may be.

    Only what the declared words show: ages that the cohort does not have, people whom no word of a design can name, and the young where
    neither the cohort nor the design's own definition says that it is about them.
    """
    opens = outcome.opens
    if opens is None:
        return ""
    ours = asked.opens or opens
    if opens.people and opens.people != ours.people:
        return f"its universe is {opens.people}, and nothing says that everybody studied is one of them"
    if opens.ages and plan.ages and (plan.ages[1] < opens.ages[0] or opens.ages[1] < plan.ages[0]):
        return f"its universe is {_aged(opens.ages)}, and {_aged(plan.ages)} are studied"
    if opens.ages and plan.ages is None and ours.ages is None and not _opened_by(opens, plan):
        return f"its universe is {_aged(opens.ages)}, from {_official(opens)}, and people of any age are studied, from {_started(plan)}"
    return ""


def _differences(opens: Opening, plan: CohortPlan, horizon: Horizon, whose: str) -> Iterator[str]:
    if plan.clock == "calendar":
        yield f"the periods are those of the calendar, and the {whose}'s clock starts with {_official(opens)}"
        return
    if not (opens.event or opens.spell_end or opens.enrolment):
        pass  # the universe is no event in a person's records
    elif not _opened_by(opens, plan):
        yield f"the clock starts with {_started(plan)}, and the {whose}'s with {_official(opens)}"
    elif opens.which and plan.clock == "eligibility" and plan.starts.which != opens.which:
        yield f"{_EACH[plan.starts.which]} counts, and by the {whose} {_EACH[opens.which]}"
    if opens.ages and not _within(plan.ages, opens.ages):
        yield f"{_aged(plan.ages)} are studied, and by the {whose} {_aged(opens.ages)}"
    if (opens.months or opens.days) and not (horizon.months in opens.months or horizon.days in opens.days):
        yield f"the horizon is {horizon}, and the {whose}'s {_either_horizon(opens)}"
    if opens.people:
        yield f"that they are {opens.people} cannot be shown"
    for asked in dict.fromkeys(opens.besides[kind] for kind in ("", *plan.starts.event, *plan.starts.spell_end) if kind in opens.besides):
        yield f"{asked} cannot be shown"


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
