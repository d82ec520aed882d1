"""Sets out an Answer as tables, naming behind each cell the counts of people that it shows or gives away."""

from __future__ import annotations

import re
from dataclasses import replace
from math import isfinite

from ..terms import Answer, Diagnostic, Estimate, Exhibit, Interval, Ratio
from .beyond import BOUNDS
from .costs import cost_tables
from .counts import (
    AFTER,
    ARMS,
    BEFORE,
    DIFFERENCES,
    PATH,
    SHARES,
    Cells,
    arm_counts,
    behind_condition,
    behind_effect,
    behind_mean,
    behind_part,
    counts_behind,
    lines_of_people,
    may_say,
    names_of,
    not_analysed,
    people_of,
    question_of,
    rounded,
    tells_of_few,
    weighed,
)
from .course import course_table
from .manners import manner_of, of_areas
from .paths import path_tables

NOT_APPLICABLE = "does not apply"
LOW, HIGH = (f"{end} at Mbar = 0" for end in ("low", "high"))  # the range if the groups would have moved alike from adoption on
ALL_LOTS = re.compile(r"\ball [\d,]+ lots\b")
PER_PERSON = ("detectable_effect", "detectable_by_the_past")  # told for one person, whatever the question asks for
BY_REGRESSION = "of a regression"  # how the formula of a ratio says so
COUNTED = re.compile(r"^(?:the )?(?:some|all but [\d to]+|[\d,]+) of (?:the )?[\d,]+ ")  # how the name of a population begins that counts it


def exhibits(answer: Answer) -> tuple[Exhibit, ...]:
    """Every table of one answer, in the order in which a reader asks: who was studied, what became of them, and on what it rests."""
    tables = [_flow(answer)] if answer.ledger else []
    if answer.estimate is not None:
        tables += [_arms(answer, answer.estimate), _effect(answer, answer.estimate)]
        tables += [_ratio(answer, answer.estimate.ratio)] if answer.estimate.ratio else []
        tables += [_hazards(answer, answer.estimate)] if answer.estimate.hazards else []
        tables += course_table(answer, population(answer))
        tables += path_tables(answer, population(answer))
        tables += cost_tables(answer, population(answer))
    if answer.diagnostics:
        tables += [_diagnostics(answer), _before_and_after(answer) if _named(answer, AFTER) else _balance(answer)]
        tables += [_path(answer, path) for path in (_named(answer, PATH),) if path]
    return tuple(table for table in tables if table.rows)


def _flow(answer: Answer) -> Exhibit:
    people, ledger, places = people_of(answer), lines_of_people(answer), of_areas(answer)
    areas = answer.ledger[len(ledger) :]  # whose counts are of nobody
    lost = [f"{people}: flow.lost.{number}" for number in range(len(ledger))]
    left = [f"{people}: flow.left.{number}" for number in range(len(ledger))]
    behind: Cells = {}
    for row in range(len(ledger)):
        behind |= {(row, 1): (lost[row],), (row, 2): (left[row],)}
    if not any(line.left for line in ledger) and areas:  # numbers about places alone: nobody is on record
        ledger, lost, left, behind = (), [], [], {}
    return Exhibit(
        name=f"{people}: flow",
        title="Which areas are studied, and whom they are made up of" if places else "Who is studied, and how the rest were lost",
        population=_followed(answer),
        columns=("rule", "lost", "left"),
        rows=tuple((line.rule, line.lost, line.left) for line in (*ledger, *areas)),
        counts=dict(zip((*lost, *left), (*(line.lost for line in ledger), *(line.left for line in ledger)), strict=True)),
        sums=tuple((left[row - 1], (lost[row], left[row])) for row in range(1, len(ledger))),
        behind=behind,
    )


def _followed(answer: Answer) -> str:
    """Whom the first line of the ledger counts."""
    if answer.by == "adoption":
        return "areas, and people on record there" if of_areas(answer) else "everybody on record"
    return "everybody served, whenever it was" if answer.by == "service" else "everybody with a starting event in the years studied"


def _arms(answer: Answer, estimate: Estimate) -> Exhibit:
    """People and shares or means; of arms that are weighted also their rows, and no events: a weighted share is not events by people."""
    columns, weighted = _columns(answer, estimate), estimate.served.weighed is not None
    behind: Cells = {}
    rows: list[tuple[object, ...]] = []
    of_both = tuple(zip(ARMS, (estimate.served, estimate.compared), strict=True))
    apart = of_a_model(answer)
    for row, (label, arm) in enumerate(of_both):
        gives_away = behind_mean(answer, label, arm)
        people, having, rest, *_ = (*gives_away, "", "", "")
        shown: list[tuple[object, tuple[str, ...]]] = [(f"{label}_read" if apart else label, ()), (arm.people, (people,))]
        if arm.areas is not None:
            shown = [(label, ()), (arm.areas, ()), (arm.people or None, (people,) if arm.people else ())]
        if weighted and arm.weighed:
            shown.append((arm.weighed.rows, (names_of(answer)[f"{label}.rows"],)))
        elif arm.events is not None:
            shown += [(arm.events, (having,)), (arm.people - arm.events, (rest,))]
        shown.append((None, ()) if apart else (arm.mean, gives_away))
        behind |= {(row, column): names for column, (_, names) in enumerate(shown) if names}
        rows.append(tuple(cell for cell, _ in shown))
    for label, arm in of_both if apart else ():  # what a model says of the line stands in no row of those who were counted
        behind[len(rows), len(columns) - 1] = behind_mean(answer, label, arm)
        rows.append((label, *(None for _ in columns[1:-1]), arm.mean))
    counts, sums = arm_counts(answer, estimate)
    if (lost := not_analysed(answer)) in counts:
        column = columns.index("rows" if weighted else "people")
        behind[len(rows), column] = (lost,)
        rows.append(
            tuple(
                {0: "not_compared" if weighted else "not_read" if answer.by == "score" else "not_followed", column: counts[lost]}.get(place)
                for place in range(len(columns))
            )
        )
    return Exhibit(
        name=f"{question_of(answer)}: arms",
        title="What became of each arm",
        population=population(answer),
        columns=columns,
        rows=tuple(rows),
        counts=counts,
        sums=sums,
        behind=behind,
    )


def of_a_model(answer: Answer) -> bool:
    """Whether the shares or means of the arms are worked out, and are not those of the people who stand in the arms."""
    manner = manner_of(answer)
    return manner == "compliers" or (manner == "cutoff" and answer.question.estimator != "local_randomisation")


def _columns(answer: Answer, estimate: Estimate) -> tuple[str, ...]:
    counted = estimate.served.events is not None
    middle = "share" if counted and answer.question.measure == "risk" else "mean"
    if estimate.served.areas is not None:
        return ("arm", "areas", "people", "mean")
    if estimate.served.weighed:
        return ("arm", "people", "rows", middle)
    return ("arm", "people", middle) if not counted else ("arm", "people", "events", "non-events", middle)


def _effect(answer: Answer, estimate: Estimate) -> Exhibit:
    def row(interval: Interval, *numbers: float | None) -> tuple[object, ...]:
        low, high = (interval.low, interval.high) if interval.given else (None, None)
        return (formula(interval), estimate.effect, low, high, *numbers)

    error = estimate.std_error if isfinite(estimate.std_error) else None
    p_value = estimate.p_value if estimate.interval.given or estimate.p_value < 1 else None  # 1 stands for none
    rows = (row(estimate.interval, error, p_value), *(row(one, None, None) for one in estimate.beside))
    gives_away = behind_effect(answer)
    return Exhibit(
        name=f"{question_of(answer)}: effect",
        title=f"{estimate.estimand.contrast}: {estimate.estimand.plans}",
        population=population(answer),
        columns=("formula", "effect", "low", "high", "standard error", "p value"),
        rows=rows,
        counts={},  # all of them stand in the table of the arms
        # the formula too: which one leads, and how many there are, tells of few events
        behind={(line, column): gives_away for line, cells in enumerate(rows) for column in range(6) if cells[column] is not None},
    )


def _ratio(answer: Answer, ratio: Ratio) -> Exhibit:
    """How many times the one mean is the other: beside the effect and never instead, with the effect or not at all."""
    gives_away, interval = behind_effect(answer), ratio.interval
    return Exhibit(
        name=f"{question_of(answer)}: ratio",
        title="The same as a ratio, the served over the compared",
        population=population(answer),
        columns=("measure", "formula", "ratio", "low", "high"),
        rows=((ratio.name, formula(interval), ratio.value, interval.low, interval.high),),
        counts={},  # all of them stand in the table of the arms
        behind={(0, column): gives_away for column in range(1, 5)},
    )


def _hazards(answer: Answer, estimate: Estimate) -> Exhibit:
    """The ratios of hazards that stand beside the effect: with it or not at all, for they are made of the same events."""
    gives_away = behind_effect(answer)
    rows = tuple((ratio_called(one), formula(one.interval), one.value, one.interval.low, one.interval.high) for one in estimate.hazards)
    return Exhibit(
        name=f"{question_of(answer)}: hazards",
        title="Beside the effect, the ratio of daily chances, the served over the compared",
        population=population(answer),
        columns=("measure", "formula", "ratio", "low", "high"),
        rows=rows,
        counts={},  # all of them stand in the table of the arms
        behind={(row, column): gives_away for row in range(len(rows)) for column in range(1, 5)},
    )


def ratio_called(ratio: Ratio) -> str:
    """What a ratio is called beside others: one that a regression adjusts has the name of the other, and one more word."""
    return f"{ratio.name}, adjusted" if BY_REGRESSION in ratio.interval.by else ratio.name


def formula(interval: Interval) -> str:
    """The name of an interval's formula without the number of all possible lots, which tells how many were in each block."""
    return ALL_LOTS.sub("all lots", interval.by)


def population(answer: Answer) -> str:
    """Whom the effect is about, without the counts that some names hold: those stand in tables, where they can be hidden."""
    named = COUNTED.sub("those ", answer.estimate.estimand.population) if answer.estimate else ""
    return "those who could be compared" if weighed(answer) and any(map(str.isdigit, named)) else named


def _diagnostics(answer: Answer) -> Exhibit:
    told = [one for one in answer.diagnostics if not tells_of_few(one)]

    def row(one: Diagnostic) -> tuple[object, ...]:
        if nothing_to_undo(one):
            return (one.name, None, None, NOT_APPLICABLE, "no", one.source)
        per = answer.question.so_many if one.name in PER_PERSON else 1  # as the question asks for it: of so many people
        own = replace(one, value=one.value * per, limit=one.limit and one.limit * per) if per != 1 else one
        value, limit = (rounded(own).value, own.limit) if may_say(answer, one) else (None, None)
        return (one.name, value, limit, "yes" if one.holds else "no", "yes" if one.required else "no", one.source)

    behind: Cells = {}
    for number, one in enumerate(told):
        # of what may not be said, the number itself stays inside, and whether it holds goes with the counts that this would tell of
        numbers, verdict = may_say(answer, one), not may_say(answer, one) or one.name in (*SHARES, BOUNDS)
        behind |= {(number, column): behind_condition(answer, one) for column, gone in ((1, numbers), (3, verdict)) if gone}
    counts, sums = counts_behind(answer, told)
    return Exhibit(
        name=f"{question_of(answer)}: diagnostics",
        title="The conditions that the answer rests on",
        population=population(answer),
        columns=("condition", "value", "limit", "holds", "required", "source of the limit"),
        rows=tuple(row(one) for one in told),
        counts=counts,
        sums=sums,
        behind={place: names for place, names in behind.items() if names},
    )


def nothing_to_undo(one: Diagnostic) -> bool:
    """Whether a condition asks how much would undo an effect, and none is told even if nothing did."""
    if one.name != BOUNDS or not {LOW, HIGH} <= one.detail.keys():
        return False
    return one.detail[LOW] <= 0 <= one.detail[HIGH]


def _balance(answer: Answer) -> Exhibit:
    told = [(one, part) for one in answer.diagnostics if one.name in DIFFERENCES for part in one.detail]
    return Exhibit(
        name=f"{question_of(answer)}: balance",
        title="How far apart the arms were before the start, in standard deviations",
        population=population(answer),
        columns=("condition", "history", "difference"),
        rows=tuple((one.name, part, rounded(one).detail[part]) for one, part in told),
        counts=counts_behind(answer, [one for one, _ in told])[0],
        behind={(number, 2): behind_part(answer, one, part) for number, (one, part) in enumerate(told)},
    )


def _before_and_after(answer: Answer) -> Exhibit:
    """How far apart the groups were before the start, by column: before they were matched, and after."""
    told = [one for one in (_named(answer, BEFORE), _named(answer, AFTER)) if one]
    history = tuple(dict.fromkeys(part for one in told for part in one.detail))
    cells = {(row, column): (one, part) for column, one in enumerate(told, start=1) for row, part in enumerate(history) if part in one.detail}
    return Exhibit(
        name=f"{question_of(answer)}: balance",
        title="How far apart the groups were before the start, in standard deviations, before matching and after",
        population=population(answer),
        columns=("history", *("before" if one.name == BEFORE else "after" for one in told)),
        rows=tuple((part, *(rounded(one).detail.get(part) for one in told)) for part in history),
        counts=counts_behind(answer, told)[0],
        behind={place: behind_part(answer, one, part) for place, (one, part) in cells.items()},
    )


def _path(answer: Answer, one: Diagnostic) -> Exhibit:
    """How far apart the groups were in the outcome itself, by period before the start."""
    told = rounded(one).detail
    return Exhibit(
        name=f"{question_of(answer)}: path",
        title="How far apart the groups were in the outcome itself before the start, in standard deviations",
        population=population(answer),
        columns=("period", "difference"),
        rows=tuple(told.items()),
        counts=counts_behind(answer, (one,))[0],
        behind={(number, 1): behind_part(answer, one, period) for number, period in enumerate(told)},
    )


def _named(answer: Answer, name: str) -> Diagnostic | None:
    return next((one for one in answer.diagnostics if one.name == name), None)
