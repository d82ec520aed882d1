"""Sets out an Answer as tables, naming every count of people that a table shows or gives away.

A count has one name wherever it stands.  What questions share (the ledger; the arms, where everybody left in the ledger was
analysed) is named after the people, so that two questions of one cohort are judged as one system of sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..terms import Answer, Diagnostic, Estimate, Exhibit, Interval

Cells = dict[tuple[int, int], tuple[str, ...]]
Sums = tuple[tuple[str, tuple[str, ...]], ...]
ARMS = ("served", "compared")

# The conditions whose numbers may leave, rounded: their values are standardised, or go with the effect's.  Any other value or limit
# may be, or give away, a number of people (a share lost, a smallest cell), so its row says only whether the condition holds.
SAYABLE = ("lot_looks_like_a_lot", "detectable_effect")
DECIMALS = 2  # of a value that leaves: with all its digits a standardised difference gives away the two counts that it came from

TELL_OF_FEW = ("arms_large_enough", "sparse_events")  # to say that one of these fails is to say that a count is small


def exhibits(answer: Answer) -> tuple[Exhibit, ...]:
    """Every table of one answer, in the order in which a reader asks: who was studied, what became of them, and on what it rests."""
    tables = [_flow(answer)] if answer.ledger else []
    if answer.estimate is not None:
        tables += [_arms(answer, answer.estimate), _effect(answer, answer.estimate)]
    if answer.diagnostics:
        tables += [_diagnostics(answer), _balance(answer)]
    return tuple(table for table in tables if table.rows)


def people_of(answer: Answer) -> str:
    """The name of the people an answer is about: the same for every question of a cohort on the same records."""
    return f"{answer.question.cohort}@{answer.provenance.study[:8]}.{answer.provenance.records[:8]}"


def question_of(answer: Answer) -> str:
    """The name of a question on its people's records."""
    return f"{people_of(answer)}/{answer.question.name}"


def names_of(answer: Answer) -> Mapping[str, str]:
    """The names of an answer's counts, by arm and by what is counted: "served.people", "served.events", "served.non_events"."""
    question = answer.question
    analysed = people_of(answer) if _everybody(answer) else question_of(answer)
    marked = f"{analysed}/{question.outcome} by {question.horizon}"
    whose = {"people": analysed, "events": marked, "non_events": marked}
    return {f"{arm}.{what}": f"{name}: arm.{arm}.{what}" for arm in ARMS for what, name in whose.items()}


def _flow(answer: Answer) -> Exhibit:
    people, ledger = people_of(answer), answer.ledger
    lost = [f"{people}: flow.lost.{number}" for number in range(len(ledger))]
    left = [f"{people}: flow.left.{number}" for number in range(len(ledger))]
    behind: Cells = {}
    for row in range(len(ledger)):
        behind |= {(row, 1): (lost[row],), (row, 2): (left[row],)}
    return Exhibit(
        name=f"{people}: flow",
        title="Who is studied, and how the rest were lost",
        population="everybody with a starting event in the years studied",
        columns=("rule", "lost", "left"),
        rows=tuple((line.rule, line.lost, line.left) for line in ledger),
        counts=dict(zip((*lost, *left), (*(line.lost for line in ledger), *(line.left for line in ledger)), strict=True)),
        sums=tuple((left[row - 1], (lost[row], left[row])) for row in range(1, len(ledger))),
        behind=behind,
    )


def _arms(answer: Answer, estimate: Estimate) -> Exhibit:
    names, shares = names_of(answer), estimate.served.events is not None
    counts: dict[str, int] = {}
    sums: Sums = ()
    behind: Cells = {}
    rows: list[tuple[object, ...]] = []
    for row, (label, arm) in enumerate(zip(ARMS, (estimate.served, estimate.compared), strict=True)):
        people, events, non_events = (names[f"{label}.{what}"] for what in ("people", "events", "non_events"))
        counts[people] = arm.people
        behind[row, 1] = (people,)
        if arm.events is None:
            rows.append((label, arm.people, arm.mean))
            behind[row, 2] = (people,)
            continue
        counts |= {events: arm.events, non_events: arm.people - arm.events}
        sums += ((people, (events, non_events)),)
        behind |= {(row, 2): (events,), (row, 3): (non_events,), (row, 4): (people, events, non_events)}
        rows.append((label, arm.people, arm.events, arm.people - arm.events, arm.mean))
    columns = ("arm", "people", "events", "non-events", "share") if shares else ("arm", "people", "mean")
    shared_counts, shared_sums = _from_ledger(answer, estimate)
    if (lost := not_analysed(answer)) in shared_counts:
        behind[len(rows), 1] = (lost,)
        rows.append(("not_followed", shared_counts[lost], *[None] * (len(columns) - 2)))
    return Exhibit(
        name=f"{question_of(answer)}: arms",
        title="What became of each arm",
        population=_population(answer),
        columns=columns,
        rows=tuple(rows),
        counts=counts | shared_counts,
        sums=sums + shared_sums,
        behind=behind,
    )


def _from_ledger(answer: Answer, estimate: Estimate) -> tuple[dict[str, int], Sums]:
    """What ties the arms to the last line of the ledger: nobody else is left, or those who are were not analysed."""
    if not answer.ledger:
        return {}, ()
    names, people = names_of(answer), people_of(answer)
    last, final = f"{people}: flow.left.{len(answer.ledger) - 1}", answer.ledger[-1].left
    arms = (names["served.people"], names["compared.people"])
    apart = final - estimate.served.people - estimate.compared.people
    if apart == 0:
        return {last: final}, ((last, arms),)
    if apart < 0:  # weights or clones: the arms are no part of the people in the ledger
        return {}, ()
    return {last: final, not_analysed(answer): apart}, ((last, (*arms, not_analysed(answer))),)


def not_analysed(answer: Answer) -> str:
    """The name of the count of those whom the ledger left and the answer could not use."""
    return f"{question_of(answer)}: not_analysed"


def _everybody(answer: Answer) -> bool:
    """Whether the arms hold everybody whom the ledger left, so that every such question of the cohort has the same arms."""
    estimate = answer.estimate
    return bool(estimate and answer.ledger and estimate.served.people + estimate.compared.people == answer.ledger[-1].left)


def _effect(answer: Answer, estimate: Estimate) -> Exhibit:
    def row(interval: Interval, *numbers: float | None) -> tuple[object, ...]:
        return (interval.by, estimate.effect, interval.low, interval.high, *numbers)

    rows = (row(estimate.interval, estimate.std_error, estimate.p_value), *(row(one, None, None) for one in estimate.beside))
    gives_away = behind_effect(answer)
    return Exhibit(
        name=f"{question_of(answer)}: effect",
        title=f"{estimate.estimand.contrast}: {estimate.estimand.plans}",
        population=_population(answer),
        columns=("formula", "effect", "low", "high", "standard error", "p value"),
        rows=rows,
        counts={},  # all of them stand in the table of the arms
        behind={(line, column): gives_away for line, cells in enumerate(rows) for column in range(1, 6) if cells[column] is not None},
    )


def behind_effect(answer: Answer) -> tuple[str, ...]:
    """The counts that an effect gives away: with its standard error, a difference of shares is two equations in two unknown counts."""
    names, estimate = names_of(answer), answer.estimate
    kinds = ("people", "events", "non_events") if estimate and estimate.served.events is not None else ("people",)
    return tuple(names[f"{arm}.{what}"] for arm in ARMS for what in kinds)


def _diagnostics(answer: Answer) -> Exhibit:
    told = [one for one in answer.diagnostics if one.name not in TELL_OF_FEW]
    gives_away = behind_effect(answer) if answer.estimate else ()

    def row(one: Diagnostic) -> tuple[object, ...]:
        value, limit = (rounded(one).value, one.limit) if one.name in SAYABLE else (None, None)
        return (one.name, value, limit, "yes" if one.holds else "no", "yes" if one.required else "no", one.source)

    return Exhibit(
        name=f"{question_of(answer)}: diagnostics",
        title="The conditions that the answer rests on",
        population=_population(answer),
        columns=("condition", "value", "limit", "holds", "required", "source of the limit"),
        rows=tuple(row(one) for one in told),
        counts={},
        behind={(number, 1): gives_away for number, one in enumerate(told) if gives_away and one.name in SAYABLE},
    )


def _balance(answer: Answer) -> Exhibit:
    return Exhibit(
        name=f"{question_of(answer)}: balance",
        title="How far apart the arms were before the start, in standard deviations",
        population=_population(answer),
        columns=("condition", "history", "difference"),
        rows=tuple((one.name, part, value) for one in map(rounded, answer.diagnostics) if one.name in SAYABLE for part, value in one.detail.items()),
        counts={},
    )


def rounded(one: Diagnostic) -> Diagnostic:
    """A condition with its numbers as they may leave."""
    return replace(one, value=_short(one.value), detail={part: _short(value) for part, value in one.detail.items()})


def _short(number: float) -> float:
    return round(number, DECIMALS) + 0.0  # adding zero takes the sign off a minus zero


def _population(answer: Answer) -> str:
    return answer.estimate.estimand.population if answer.estimate else ""
