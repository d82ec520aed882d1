"""Two strategies with a grace period: refuses plans that are not two plans of one programme, and questions that they cannot answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..phrases import counted, listed
from ..records.toml import Path
from ..terms import CohortPlan, Compared, Initiation, Question, Strategies, Study
from .slip import Slip, not_one_of
from .words import printable, shown

ELSEWHERE = {  # words of a cohort that say who is compared with whom
    "assigned": "says who was offered the programme on one day",
    "served": "says by which enrolment a clock starts",
    "compared": "says who is drawn beside the served",
    "exact": "is for people who are chosen",
}
SHORTEST_MONTH = 28  # days


def strategies(plan: CohortPlan, both: Strategies, at: Path) -> Iterator[Slip]:
    """Every mistake in the two strategies of a cohort."""
    here = (*at, "strategies")
    if plan.clock == "service":
        found = "'strategies' are followed from the day people become eligible, and clock = \"service\" counts from the day somebody is served:"
        why = "whoever enrols within the grace period would have had to live up to that day."
        yield Slip((*at, "clock"), found, why, 'Use clock = "eligibility".', on=(here,))
    else:
        yield from _otherwise(plan, at)
    yield from _named(both, here)
    if both.served.within_days != both.compared.within_days:
        days = f"{both.served.within_days:,} and {both.compared.within_days:,} days"
        found = f"The two strategies have {days} of grace, and between them a person would keep to neither, or to both for ever."
        yield Slip((*here, "compared", "within_days"), found, remedy="Give both the same.", on=((*here, "served", "within_days"),))
    yield from _past_keeping(plan, both, at)
    again = both.weights.update_days
    if again != Initiation().update_days and again > both.served.within_days:
        found = f"People have {counted(both.served.within_days, 'day')} to enrol, and 'update_days' reads what tells who does every {again:,} days."
        yield Slip((*here, "weights", "update_days"), found, "It would be read once.", "Read it more often, or leave it out.", on=(here,))


def _otherwise(plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """No other way of saying who is compared with whom."""
    there = {"assigned": bool(plan.assigned), "served": bool(plan.served), "compared": plan.compared != Compared(), "exact": bool(plan.exact)}
    for word, given in there.items():
        if given:
            found = f"'{word}' {ELSEWHERE[word]}, and here 'strategies' follows everybody under both plans."
            yield Slip((*at, word), found, remedy=f"Leave '{word}' out, or 'strategies'.", on=((*at, "strategies"),))
    if plan.starts.spell:
        found = "A spell makes people eligible on each of its days, and a clock starts on one."
        yield Slip((*at, "starts", "spell"), found, remedy="Use spell_end, the day it ends, or an event.", on=((*at, "clock"), (*at, "strategies")))


def _named(both: Strategies, here: Path) -> Iterator[Slip]:
    """One is to enrol in a programme, the other not to enrol in it."""
    served, compared = both.served, both.compared
    for word, strategy, right, wrong in (("served", served, "enrolment", "no_enrolment"), ("compared", compared, "no_enrolment", "enrolment")):
        if getattr(strategy, wrong):
            found = f"'{word}' of 'strategies' names {wrong}, and is the plan {'to enrol' if word == 'served' else 'not to'}."
            yield Slip((*here, word, wrong), found, remedy=f'Write {right} = "...".')
        elif not getattr(strategy, right):
            yield Slip((*here, word), f"'{word}' of 'strategies' does not say which programme.", remedy=f'Write {right} = "...".')
    if served.enrolment and compared.no_enrolment and served.enrolment != compared.no_enrolment:
        found = f"One plan is to enrol in {shown(served.enrolment)}, and the other not to enrol in {shown(compared.no_enrolment)}:"
        why = "a person could keep to both for ever, or to neither."
        yield Slip((*here, "compared", "no_enrolment"), found, why, "Name one programme in both.", on=((*here, "served", "enrolment"),))


def _past_keeping(plan: CohortPlan, both: Strategies, at: Path) -> Iterator[Slip]:
    """Nobody's clock starts by what one of the plans is to do."""
    on = ((*at, "strategies"),)
    for word in ("enrolment", "spell_end"):
        for number, started in enumerate(getattr(plan.starts, word)):
            if started and started == both.served.enrolment:
                found = f"Everybody whose clock starts has been in {shown(started)}, which one of the plans is not to enrol in."
                yield Slip((*at, "starts", word, number), found, remedy="Start the clock with what made people eligible.", on=on)


def telling(study: Study) -> Iterator[Slip]:
    """Columns that tell who enrols are columns of the history, and there are some."""
    columns = [column.name for column in study.history]
    for name, plan in study.cohorts.items():
        if plan.strategies is None:
            continue
        here = ("cohort", name, "strategies", "weights")
        if not columns:
            found = f"Those who keep to a strategy stand for others who were alike, and cohort '{printable(name)}' has no history to see it by."
            remedy = "Write a [[history]] for each thing that enrolling may have hung on."
            yield Slip(("cohort", name, "strategies"), found, remedy=remedy, on=(("history",),))
        for number, column in enumerate(plan.strategies.weights.on):
            if columns and column not in columns:
                yield not_one_of((*here, "on", number), column, "a column of the history", columns, ("history",))


# ------------------------------------------------------------------------------------------------ what is asked of them
def asked_of_strategies(question: Question, both: Strategies, at: Path) -> Iterator[Slip]:
    """Every mistake of a question that is asked of a cohort of two strategies."""
    on = (("cohort", question.cohort, "strategies"), (*at, "cohort"))
    yield from _horizon(question, both, at, on)
    usual = (
        ("estimator", question.estimator, ("difference",), "people are weighed by how they keep to a strategy, and not adjusted"),
        ("estimand", question.estimand, ("average_effect",), "everybody is followed under both"),
        ("measure", question.measure, ("risk", "time_free", "time_lost"), "the first event ends the chance to enrol, so that no later one is told"),
        ("time", question.time, ("calendar",), "the grace period is in days of the calendar"),
    )
    for word, given, right, why in usual:
        if given not in right:
            yield Slip((*at, word), f"With two strategies {why}, and '{word}' is {shown(given)}.", f"It is {_either(right)}.", on=on)
    if question.inference.by == "set":
        yield Slip((*at, "inference", "by"), "Two strategies set nobody beside anybody.", remedy="Use robust, cluster or person.", on=on)
    if question.compare:
        found = "'compare' chooses people who are alike, and here everybody is followed under both strategies."
        yield Slip((*at, "compare"), found, remedy="Leave it out: 'weights' of the strategies names what tells who enrols.", on=on)
    if question.censored.on:
        found = "'on' of 'censored' names columns that tell who leaves, and with two strategies those who leave are stood for within their arm."
        yield Slip((*at, "censored", "on"), found, remedy="Leave it out.", on=on)


def _horizon(question: Question, both: Strategies, at: Path, on: tuple[Path, ...]) -> Iterator[Slip]:
    """People are followed for longer than they have to enrol."""
    days = question.horizon.days or (question.horizon.months or 0) * SHORTEST_MONTH
    if 0 < days <= both.served.within_days + 1:
        grace = counted(both.served.within_days, "day")
        found = f"People have {grace} to enrol, and a horizon of {question.horizon} is over before the two strategies have parted."
        yield Slip((*at, "horizon"), found, remedy="Follow people for longer.", on=on)


def _either(words: Collection[str]) -> str:
    return listed(words) if len(words) == 1 else f"one of {listed(words)}"
