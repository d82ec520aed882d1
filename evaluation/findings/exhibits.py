"""Sets out an Answer as tables, naming every count of people that a table shows or gives away.

A count has one name wherever it stands.  What questions share (the ledger; the arms, where everybody left in the ledger was
analysed) is named after the people, so that two questions of one cohort are judged as one system of sums.  A name behind a cell
that is no count of the table's (`untold`) is something nobody may know: the cell never leaves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..terms import Answer, Arm, Diagnostic, Estimate, Exhibit, Interval

Cells = dict[tuple[int, int], tuple[str, ...]]
Sums = tuple[tuple[str, tuple[str, ...]], ...]
ARMS = ("served", "compared")

# The conditions whose numbers may leave, rounded, with the counts behind them.  Any other value or limit may be, or give away, a
# number of people (a share lost, a smallest cell), so its row says only whether the condition holds.
SAYABLE = ("lot_looks_like_a_lot", "detectable_effect")
OF_THE_EFFECT = "detectable_effect"  # a multiple of the standard error: it leaves with the effect or not at all
DECIMALS = 2  # of a value that leaves: with all its digits a standardised difference gives away the two counts that it came from
# Worked out for a yes-or-no column in arms of 100 and 97: up to half a deviation apart, each difference to two decimals fits 23
# pairs of counts or more; in arms of 40 and 35 some fit two.  Below this no difference leaves.
SMALLEST_ARM = 100
CLOSEST = 0.1  # a guess at one person's amount that comes nearer gives it away: the p-ratio of ACRO (Green, Ritchie and Smith 2021)

ALL_LOTS = re.compile(r"\ball [\d,]+ lots\b")
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
    """The names of an answer's counts, by arm and by what is counted: "served.people", "served.events", "served.some"."""
    question = answer.question
    analysed = people_of(answer) if _everybody(answer) else question_of(answer)
    marked = f"{analysed}/{question.outcome} by {question.horizon}"
    whose = {"people": analysed} | dict.fromkeys(("events", "non_events", "some", "none", "largest_amount"), marked)
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
    shares = estimate.served.events is not None
    counts: dict[str, int] = {}
    sums: Sums = ()
    behind: Cells = {}
    rows: list[tuple[object, ...]] = []
    columns = ("arm", "people", "events", "non-events", "share") if shares else ("arm", "people", "mean")
    for row, (label, arm) in enumerate(zip(ARMS, (estimate.served, estimate.compared), strict=True)):
        people, having, rest, *untold = behind_mean(answer, label, arm)
        with_any = arm.some if arm.events is None else arm.events
        counts[people] = arm.people
        if with_any is not None:
            counts |= {having: with_any, rest: arm.people - with_any}
            sums += ((people, (having, rest)),)
        middle = () if arm.events is None else (arm.events, arm.people - arm.events)
        behind |= {(row, 1): (people,), (row, len(columns) - 1): (people, having, rest, *untold)}
        behind |= {(row, 2): (having,), (row, 3): (rest,)} if middle else {}
        rows.append((label, arm.people, *middle, arm.mean))
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
        return (formula(interval), estimate.effect, interval.low, interval.high, *numbers)

    rows = (row(estimate.interval, estimate.std_error, estimate.p_value), *(row(one, None, None) for one in estimate.beside))
    gives_away = behind_effect(answer)
    return Exhibit(
        name=f"{question_of(answer)}: effect",
        title=f"{estimate.estimand.contrast}: {estimate.estimand.plans}",
        population=_population(answer),
        columns=("formula", "effect", "low", "high", "standard error", "p value"),
        rows=rows,
        counts={},  # all of them stand in the table of the arms
        # the formula too: which one leads, and how many there are, tells of few events
        behind={(line, column): gives_away for line, cells in enumerate(rows) for column in range(6) if cells[column] is not None},
    )


def formula(interval: Interval) -> str:
    """The name of an interval's formula without the number of all possible lots, which tells how many were in each block."""
    return ALL_LOTS.sub("all lots", interval.by)


def behind_mean(answer: Answer, label: str, arm: Arm) -> tuple[str, ...]:
    """What an arm's mean gives away: its people, how many have the event or any amount, the rest, and perhaps one person's amount."""
    names = names_of(answer)
    people, events, non_events, some, none, largest = (
        names[f"{label}.{what}"] for what in ("people", "events", "non_events", "some", "none", "largest_amount")
    )
    if arm.events is not None:
        return people, events, non_events
    outweighs = arm.some is None or arm.closest is None or arm.closest < CLOSEST
    return (people, some, none, largest) if outweighs else (people, some, none)


def behind_effect(answer: Answer) -> tuple[str, ...]:
    """What an effect gives away: with its standard error, a difference of shares is two equations in two unknown counts."""
    estimate = answer.estimate
    arms = zip(ARMS, (estimate.served, estimate.compared), strict=True) if estimate else ()
    return tuple(name for label, arm in arms for name in behind_mean(answer, label, arm))


def _diagnostics(answer: Answer) -> Exhibit:
    told = [one for one in answer.diagnostics if one.name not in TELL_OF_FEW]

    def row(one: Diagnostic) -> tuple[object, ...]:
        value, limit = (rounded(one).value, one.limit) if may_say(answer, one) else (None, None)
        return (one.name, value, limit, "yes" if one.holds else "no", "yes" if one.required else "no", one.source)

    behind: Cells = {}
    for number, one in enumerate(told):
        # of what may not be said, the number itself stays inside, and whether it holds goes with the counts that this would tell of
        behind[number, 1 if may_say(answer, one) else 3] = behind_condition(answer, one)
    return Exhibit(
        name=f"{question_of(answer)}: diagnostics",
        title="The conditions that the answer rests on",
        population=_population(answer),
        columns=("condition", "value", "limit", "holds", "required", "source of the limit"),
        rows=tuple(row(one) for one in told),
        counts=_counts_behind(answer, told),
        behind={place: names for place, names in behind.items() if names},
    )


def _balance(answer: Answer) -> Exhibit:
    told = [(one, part) for one in answer.diagnostics if may_say(answer, one) for part in one.detail]
    return Exhibit(
        name=f"{question_of(answer)}: balance",
        title="How far apart the arms were before the start, in standard deviations",
        population=_population(answer),
        columns=("condition", "history", "difference"),
        rows=tuple((one.name, part, rounded(one).detail[part]) for one, part in told),
        counts=_counts_behind(answer, [one for one, _ in told]),
        behind={(number, 2): _behind_part(answer, one, part) for number, (one, part) in enumerate(told)},
    )


def may_say(answer: Answer, one: Diagnostic) -> bool:
    """Whether a condition's numbers may leave at all, with the counts behind them."""
    return one.name in SAYABLE and (one.name != OF_THE_EFFECT or answer.estimate is not None)


def behind_condition(answer: Answer, one: Diagnostic) -> tuple[str, ...]:
    """What a condition's numbers and sentence give away; of one without numbers to say, what it gives away that it holds or fails."""
    if one.name == OF_THE_EFFECT:
        return behind_effect(answer)
    parts = dict.fromkeys((*one.detail, *one.behind)) if may_say(answer, one) else one.behind
    return tuple(dict.fromkeys(name for part in parts for name in _behind_part(answer, one, part)))


def _behind_part(answer: Answer, one: Diagnostic, part: str) -> tuple[str, ...]:
    """What one number of a condition gives away: its own counts and, of a difference between the arms, the arms."""
    whose = f"{question_of(answer)}: {one.name}.{part}"
    counts = one.behind.get(part, ())
    if not may_say(answer, one):
        return tuple(f"{whose}.{number}" for number in range(len(counts)))
    arms = tuple(names_of(answer)[f"{arm}.people"] for arm in ARMS) if answer.estimate else ()
    half = len(counts) // 2
    large = min(sum(counts[:half]), sum(counts[half:])) >= SMALLEST_ARM
    return (*arms, *(f"{whose}.{number}" for number in range(len(counts))), *(() if large else (f"{whose}.arms_too_small",)))


def _counts_behind(answer: Answer, conditions: Sequence[Diagnostic]) -> dict[str, int]:
    question = question_of(answer)
    parts = [(f"{question}: {one.name}.{part}", counts) for one in conditions for part, counts in one.behind.items()]
    return {f"{whose}.{number}": count for whose, counts in parts for number, count in enumerate(counts)}


def rounded(one: Diagnostic) -> Diagnostic:
    """A condition with its numbers as they may leave, without the counts behind them."""
    return replace(one, value=_short(one.value), detail={part: _short(value) for part, value in one.detail.items()}, behind={})


def _short(number: float) -> float:
    return round(number, DECIMALS) + 0.0  # adding zero takes the sign off a minus zero


def _population(answer: Answer) -> str:
    return answer.estimate.estimand.population if answer.estimate else ""
