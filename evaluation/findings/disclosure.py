"""The only door out of the county: decides, on all findings and their tables together, what may be shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal

from ..phrases import listed, nearest
from ..terms import Answer, Diagnostic, Estimate, Exhibit, Finding, Interval, Policy, Problem, Question, Ratio, Refused, Role
from .belief import Belief, say_belief
from .collection import Findings
from .costs import behind_another_purse, behind_worth, say_worth, worth_of
from .counts import ARMS, TELL_OF_FEW, behind_condition, behind_effect, behind_mean, may_say, question_of, rounded
from .course import COURSE, with_course
from .exhibits import exhibits, formula, population
from .links import linked
from .manners import of_areas
from .suppression import Cell, System, exposed, hide
from .whom import Way, several_ways
from .words import Untold, say_withheld, unsay
from .writing import LOCALES

# CMS cell size suppression policy (ResDAC, 26 January 2024): no count from 1 to 10, shown or derivable; zero may be shown
SMALLEST: Mapping[Policy, int] = {"cms_11": 11}
HIDDEN = "hidden"  # the same mark whatever was hidden: "fewer than 11" would itself be information
Reason = Literal["small", "to protect another", "not to be told", "derived", "overlap"]
COUNTS_NOBODY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d+ (?:days?|months?|years?)\b")  # numbers in a reason that give no count away
IN_WORDS = re.compile(r"\b(?:single|lone|alone|two|three|four|five|six|seven|eight|nine|ten|few|fewer)\b", re.IGNORECASE)
OF_PEOPLE = re.compile(r"\b(?:people|persons?|child(?:ren)?|famil(?:y|ies)|residents|rows?|anybody|nobody|events?|visits?)\b", re.IGNORECASE)
ROLES: tuple[Role, ...] = ("headline", "secondary", "exploratory")  # what may be hidden last, and first
DIGITS = 3  # of a number that leaves: with all its digits a weighted share gives away the counts of its blocks


@dataclass(frozen=True, slots=True)
class Hidden:
    """One thing that was hidden, and why; never how many."""

    what: str
    why: Reason

    def __str__(self) -> str:
        return f"{self.what}: hidden ({self.why})"


@dataclass(frozen=True, slots=True)
class Released:
    """What may leave: findings without their internals, and tables with their small counts hidden.

    The log alone stays inside: whoever reads why a count was hidden learns which are small.
    """

    findings: Findings
    exhibits: tuple[Exhibit, ...]
    log: tuple[Hidden, ...]
    tables: tuple[tuple[str, ...], ...]  # the names of each finding's exhibits, in the order of the findings

    def of(self, number: int) -> tuple[Exhibit, ...]:
        """The exhibits of one finding; findings of one cohort share some."""
        return tuple(exhibit for exhibit in self.exhibits if exhibit.name in self.tables[number])


def release(findings: Sequence[Finding], policy: Policy = "cms_11", *, overlapping: Collection[tuple[str, str]] = ()) -> Released:
    """Findings and tables without any count from 1 to 10, shown or derivable, after a proof that nobody can work one back.

    Where a count behind an effect is hidden, its numbers and its verdict are withheld: a direction, too, tells of few people.
    Only what is released together is judged together.  `overlapping` are pairs of cohorts, by name, that share any people: of
    such a pair, the cohort whose findings come first is released, and the other withheld.  Refuses counts that contradict each
    other.
    """
    if policy not in SMALLEST:
        right = f"There is {listed(SMALLEST)}."
        raise Refused(Problem("release", f"There is no disclosure policy '{policy}'.", right, nearest(policy, SMALLEST)))
    cohorts = _released_cohorts(findings, overlapping)
    answers = [_answered(finding) for finding in findings]
    shown = [answer for answer in answers if answer.question.cohort in cohorts]
    own = _own_tables(answers, cohorts)
    tables = _once(table for each in own for table in each)
    hidden = _hidden(_system(tables, shown, SMALLEST[policy], _matters(answers, own)), tables)
    again = several_ways([answer.question for answer in answers])
    log = [Hidden(name, why) for name, why in hidden.items()]
    log += [Hidden(f"{table.name}, row {row + 1}, {table.columns[column]}", "derived") for table in tables for row, column in _derived(table, hidden)]
    outside: list[Finding] = []
    for finding, answer, more in zip(findings, answers, _purses(answers, cohorts), strict=True):
        if answer.question.cohort not in cohorts:
            outside.append(_beside(finding, again))
            log.append(_apart(finding))
            continue
        released, kept_back = _outside(
            finding, answer, hidden, again, [other for other in shown if other.question.cohort == answer.question.cohort], more
        )
        outside.append(released)
        log += [Hidden(f"{question_of(answer)}: {what}", "derived") for what in kept_back]
    masked = tuple(_masked(table, hidden) for table in tables)
    return Released(Findings(tuple(outside)), masked, tuple(log), tuple(tuple(table.name for table in each) for each in own))


def judged(
    findings: Sequence[Finding], policy: Policy = "cms_11", *, overlapping: Collection[tuple[str, str]] = ()
) -> tuple[System, Mapping[str, Reason]]:
    """Every count of what `release` lets out of these findings, and which of them it hides: for whatever is to leave beside them."""
    cohorts = _released_cohorts(findings, overlapping)
    answers = [_answered(finding) for finding in findings]
    own = _own_tables(answers, cohorts)
    tables = _once(table for each in own for table in each)
    shown = [answer for answer in answers if answer.question.cohort in cohorts]
    system = _system(tables, shown, SMALLEST[policy], _matters(answers, own))
    return system, _hidden(system, tables)


def withhold(findings: Sequence[Finding], why: Literal["overlap"]) -> Released:
    """Findings none of whose numbers may leave, without tables; `why`: another study of some of the same people is released beside them."""
    again = several_ways([finding.answer.question for finding in findings])
    return Released(Findings(tuple(_beside(finding, again) for finding in findings)), (), tuple(map(_apart, findings)), ((),) * len(findings))


def _released_cohorts(findings: Sequence[Finding], overlapping: Collection[tuple[str, str]]) -> frozenset[str]:
    """The cohorts that may leave together: each one that shares nobody with one that came before it."""
    released: dict[str, None] = {}
    for cohort in dict.fromkeys(finding.answer.question.cohort for finding in findings):
        if not any((cohort, other) in overlapping or (other, cohort) in overlapping for other in released):
            released[cohort] = None
    return frozenset(released)


def _hidden(system: System, tables: Sequence[Exhibit]) -> dict[str, Reason]:
    """What no reader may know, and why: the counts that are hidden, and whatever stands behind a cell and is no count."""
    hidden: dict[str, Reason] = dict(hide(system))
    if exposed(system, hidden):  # the proof, made anew on the whole; should it fail, nothing leaves
        raise Refused(Problem("release", "A small count could be worked back from what would be shown.", remedy="Release fewer tables together."))
    untold = dict.fromkeys(name for table in tables for names in table.behind.values() for name in names if name not in system.counts)
    return hidden | dict.fromkeys(untold, "not to be told")


def _answered(finding: Finding) -> Answer:
    """The answer as far as it may be told: what did not hold gives no number, and a reason that stays inside no list of what held."""
    if finding.verdict != "not answered":
        return finding.answer
    conditions = () if _reason_stays(finding.answer) else finding.answer.diagnostics
    return replace(finding.answer, estimate=None, diagnostics=conditions)


def _own_tables(answers: Sequence[Answer], cohorts: Collection[str]) -> list[tuple[Exhibit, ...]]:
    """Each answer's tables; of several answers about one outcome of the same people one has a course."""
    first = [id(answer) for answer in with_course(answers)]

    def leaves(answer: Answer, table: Exhibit) -> bool:
        return id(answer) in first or not table.name.endswith(f": {COURSE}")

    own = [tuple(table for table in exhibits(answer) if leaves(answer, table)) if answer.question.cohort in cohorts else () for answer in answers]
    return [
        tuple(_beside_another(table, answer, more) for table in tables) if more else tables
        for tables, answer, more in zip(own, answers, _purses(answers, cohorts), strict=True)
    ]


def _purses(answers: Sequence[Answer], cohorts: Collection[str]) -> list[tuple[str, ...]]:
    """What stands behind each answer's effect because an earlier one tells the same in another money."""
    shown = [answer for answer in answers if answer.question.cohort in cohorts]
    before = {id(answer): shown[:place] for place, answer in enumerate(shown)}
    return [behind_another_purse(answer, before.get(id(answer), ())) for answer in answers]


def _beside_another(table: Exhibit, answer: Answer, more: tuple[str, ...]) -> Exhibit:
    """A table of which every cell with a mean of either arm behind it has more behind it."""
    estimate = answer.estimate
    if estimate is None or not table.name.startswith(f"{question_of(answer)}: "):
        return table
    means = [set(behind_mean(answer, label, arm)) for label, arm in zip(ARMS, (estimate.served, estimate.compared), strict=True)]
    behind = {place: (*names, *more) if any(mean <= set(names) for mean in means) else names for place, names in table.behind.items()}
    return replace(table, behind=behind)


def _once(tables: Iterable[Exhibit]) -> tuple[Exhibit, ...]:
    """Each table once, by name."""
    named: dict[str, Exhibit] = {}
    for table in tables:
        if named.setdefault(table.name, table) != table:
            raise Refused(Problem(table.name, "Two tables of this name differ.", remedy="Release the findings of one run of a study together, once."))
    return tuple(named.values())


def _matters(answers: Sequence[Answer], own: Sequence[Sequence[Exhibit]]) -> dict[str, int]:
    """How much each count matters: as much as the foremost question that it stands behind, 0 for a headline; what only a course tells, least."""
    matters: dict[str, int] = {}
    for answer, tables in zip(answers, own, strict=True):
        role = ROLES.index(answer.question.role)
        for table in tables:
            rank = len(ROLES) if table.name.endswith(f": {COURSE}") else role
            for name in (name for names in table.behind.values() for name in names):
                matters[name] = min(rank, matters.get(name, rank))
    return matters


def _system(tables: Sequence[Exhibit], answers: Sequence[Answer], smallest: int, matters: Mapping[str, int]) -> System:
    """All counts of all tables, and of what the tables give away together, as one system of sums."""
    counts: dict[str, int] = {}
    problems = []
    more, ties = linked(answers)
    for name, count in (*(item for table in tables for item in table.counts.items()), *more.items()):
        if counts.setdefault(name, count) != count:
            problems.append(Problem(name, "This count has two values.", remedy="Release the findings of one run of a study together, once."))
    sums = tuple(dict.fromkeys((*(one for table in tables for one in table.sums), *ties)))
    cells: dict[str, frozenset[Cell]] = {}
    for table in tables:
        for (row, column), names in table.behind.items():
            for name in names:
                cells[name] = cells.get(name, frozenset()) | {(table.name, row, column)}
    system = System(counts, sums, cells, smallest, matters)
    problems += [Problem(total, "This count is not the sum of its parts.", remedy="Check the ledger and the arms.") for total in system.untrue()]
    if problems:
        raise Refused(*problems)
    return system


def _derived(table: Exhibit, hidden: Collection[str]) -> list[tuple[int, int]]:
    """The cells that go although they are no count themselves."""
    gone = [place for place, names in table.behind.items() if any(name in hidden for name in names)]
    return [(row, column) for row, column in gone if not isinstance(table.rows[row][column], int)]


def _masked(table: Exhibit, hidden: Collection[str]) -> Exhibit:
    """The table as it may leave: the same mark in every hidden cell, and no hidden count among its counts."""
    gone = {place for place, names in table.behind.items() if any(name in hidden for name in names)}
    shown = {name for place, names in table.behind.items() if place not in gone for name in names}
    rows = tuple(tuple(HIDDEN if (row, column) in gone else _cell(cell) for column, cell in enumerate(cells)) for row, cells in enumerate(table.rows))
    if all(cell in (HIDDEN, None) for cells in rows for cell in cells):
        rows = rows[:1]  # how many formulas there were tells of few events
    return replace(
        table,
        rows=rows,
        counts={name: count for name, count in table.counts.items() if name in shown},
        sums=tuple((total, parts) for total, parts in table.sums if {total, *parts} <= shown),
        behind={place: names for place, names in table.behind.items() if place not in gone},
    )


def _cell(cell: object) -> object:
    return shortened(cell) if isinstance(cell, float) else cell


def _outside(
    finding: Finding, answer: Answer, hidden: Collection[str], again: Sequence[Question], together: Sequence[Answer], more: Sequence[str] = ()
) -> tuple[Finding, tuple[str, ...]]:
    """The finding as it may leave, beside the answers `together` about the same people, and what of it was kept back.

    `more` stands behind its effect beside what the effect is made of.

    The ledger leaves as a table or not at all.  An estimate leaves whole or not at all: each of its numbers gives away its arms.
    Why it stays is said by how many answers there are, and by nothing that is hidden: whoever reads why learns which counts are small.
    """
    estimate = answer.estimate
    withheld = estimate is not None and any(name in hidden for name in (*behind_effect(answer), *more))
    told = replace(
        answer,
        ledger=(),
        estimate=None if withheld or estimate is None else _told(answer, estimate),
        diagnostics=() if withheld else tuple(rounded(one) for one in answer.diagnostics if _sayable(answer, one, hidden)),
        refused=tuple(problem for problem in answer.refused if not _counts_people(answer, str(problem))),
    )
    if withheld:
        instead = _instead(finding, "beside" if len(together) > 1 else "numbers", again)
        outside = replace(finding, verdict="not answered", pending="not answered", sentences=instead, believed={}, answer=told)
        return outside, ("numbers and verdict",)
    if finding.verdict == "not answered" and _reason_stays(finding.answer):
        return replace(finding, sentences=_instead(finding, "reason", again), answer=told), ("reason",)
    return replace(finding, sentences=_said(finding, hidden), believed=_believed(finding, hidden), answer=told), ()


def _said(finding: Finding, hidden: Collection[str]) -> dict[str, str]:
    """The finding's sentences, with nothing in them that may not leave; one in a language of which there are no words stays inside."""
    answer = finding.answer
    priced = not any(name in hidden for name in behind_worth(answer))
    said: dict[str, str] = {
        language: unsay(finding.sentences[language], answer, language, tells=lambda one: _sayable(answer, one, hidden))
        for language in LOCALES
        if language in finding.sentences
    }
    unpriced: dict[str, str] = {
        language: said[language].replace(say_worth(worth_of(answer), language), "") for language in LOCALES if language in said
    }
    return said if priced else unpriced


def _believed(finding: Finding, hidden: Collection[str]) -> dict[str, str]:
    """How far the finding can be believed, with nothing in it that may not leave."""
    answer, untried = finding.answer, finding.verdict == "provisional"
    belief = Belief.of(answer, finding.pending, untried=untried, tells=lambda one: _sayable(answer, one, hidden))
    return {language: say_belief(belief, language) for language in LOCALES if language in finding.believed} if belief else {}


def _told(answer: Answer, estimate: Estimate) -> Estimate:
    """An estimate in the digits in which it may leave, without what only the door needs to know of its arms."""
    served, compared = (
        # a weighted share is not events by people: only the share is told
        replace(arm, events=None if arm.weighed else arm.events, mean=shortened(arm.mean), some=None, closest=None, weighed=None)
        for arm in (estimate.served, estimate.compared)
    )
    estimand = replace(estimate.estimand, population=population(answer))
    first, *beside = (_between(one) for one in (estimate.interval, *estimate.beside))
    effect, std_error, p_value = map(shortened, (estimate.effect, estimate.std_error, estimate.p_value))
    ratio, hazards = estimate.ratio and _as_ratio(estimate.ratio), tuple(map(_as_ratio, estimate.hazards))
    return Estimate(
        estimand, effect, std_error, first, p_value, served, compared, tuple(beside), ratio=ratio, hazards=hazards, periods=estimate.periods
    )


def _between(one: Interval) -> Interval:
    return replace(one, low=shortened(one.low), high=shortened(one.high), by=formula(one))


def _as_ratio(ratio: Ratio) -> Ratio:
    return replace(ratio, value=shortened(ratio.value), interval=_between(ratio.interval))


def _sayable(answer: Answer, one: Diagnostic, hidden: Collection[str]) -> bool:
    return may_say(answer, one) and not any(name in hidden for name in behind_condition(answer, one))


def _apart(finding: Finding) -> Hidden:
    return Hidden(f"{question_of(finding.answer)}: numbers and verdict", "overlap")


def _beside(finding: Finding, again: Sequence[Question]) -> Finding:
    """A finding of which nothing is shown because another study's numbers are."""
    nothing = replace(finding.answer, ledger=(), estimate=None, diagnostics=(), refused=())
    sentences = _instead(finding, "overlap", again)
    return replace(finding, verdict="not answered", pending="not answered", sentences=sentences, believed={}, answer=nothing)


def _instead(finding: Finding, what: Untold, again: Sequence[Question]) -> dict[str, str]:
    way = Way.of(finding.answer.question, finding.answer.by) if finding.answer.question in again else None
    return {language: say_withheld(finding.title, language, what=what, way=way) for language in LOCALES if language in finding.sentences}


def _reason_stays(answer: Answer) -> bool:
    """Whether the reason why there is no answer tells, or may tell, of few people."""
    few = any(one.name in TELL_OF_FEW and not one.holds for one in answer.diagnostics)
    return few or any(_counts_people(answer, str(problem)) for problem in answer.refused)


def _counts_people(answer: Answer, reason: str) -> bool:
    """Whether a reason may hold a count of people; of areas, one that speaks of nobody holds none."""
    return _gives_away(reason) and not (of_areas(answer) and not OF_PEOPLE.search(reason))


def _gives_away(reason: str) -> bool:
    """Whether a reason may hold a count of people: a number that is no date and no length of time, or one in words."""
    return any(letter.isdigit() for letter in COUNTS_NOBODY.sub("", reason)) or bool(IN_WORDS.search(reason))


def shortened(number: float) -> float:
    """A number of three significant digits, or to the whole unit where that is finer."""
    return float(f"{number:.0f}") if isfinite(number) and abs(number) >= 10**DIGITS else float(f"{number:.{DIGITS}g}") + 0.0
