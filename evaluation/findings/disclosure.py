"""The only door out of the county: decides, on all findings and their tables together, what may be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypedDict

from ..terms import Answer, Exhibit, Finding, Policy, Problem, Refused, Role
from .before import Earlier, after, drawn_anew
from .collection import Findings
from .costs import behind_another_purse
from .counts import ARMS, behind_mean, question_of
from .course import COURSE, with_course
from .exhibits import exhibits
from .links import linked
from .outside import Door, reason_stays, shortened
from .policies import Rules, rules_of
from .rounding import rounded_table
from .scoring import NOBODY, UNTOLD, Studied, limits, needed
from .suppression import Cell, System, exposed, hide
from .whom import several_ways

HIDDEN = "hidden"  # the same mark whatever was hidden: "fewer than 11" would itself be information
Reason = Literal["small", "to protect another", "not to be told", "derived", "overlap"]
RULES: Mapping[Reason, str] = {
    "small": "a count of few people is not told",
    "to protect another": "it could be worked back from this one and the sums that tie them",
    "not to be told": "one person's amount or weight could be guessed, or nobody counted who stands behind it",
    "derived": "it gives away a count that is hidden, or is made inside the county only",
    "overlap": "something released beside it, or before, is of some of the same people",
}
ROLES: tuple[Role, ...] = ("headline", "secondary", "exploratory")  # what may be hidden last, and first


class Words(TypedDict, total=False):
    """What a release is told beside its findings and its policy; whatever is released beside it is told the same."""

    overlapping: Collection[tuple[str, str]]
    before: Sequence[Earlier]
    studied: Studied
    beside: Sequence[Exhibit]


@dataclass(frozen=True, slots=True)
class Hidden:
    """One thing that was hidden, why, under which policy, and by which rule of it; never how many."""

    what: str
    why: Reason
    policy: str = "cms_11"
    rule: str = ""  # in words; of a small count with its source

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
    policy: Rules = field(default_factory=lambda: rules_of("cms_11"))
    system: System | None = None  # every count that was judged; it stays inside, like the log
    hidden: frozenset[str] = frozenset()

    def record(self, name: str) -> Earlier:
        """What the next release about these people must know of this one, under the name that the ledger of releases gives it; stays inside."""
        return Earlier.of(name, self.system or System({}, (), {}, self.policy.smallest), self.hidden)

    def of(self, number: int) -> tuple[Exhibit, ...]:
        """The exhibits of one finding; findings of one cohort share some."""
        return tuple(exhibit for exhibit in self.exhibits if exhibit.name in self.tables[number])


def release(
    findings: Sequence[Finding],
    policy: Policy | Rules = "cms_11",
    *,
    overlapping: Collection[tuple[str, str]] = (),
    before: Sequence[Earlier] = (),
    studied: Studied = UNTOLD,
    beside: Sequence[Exhibit] = (),
) -> Released:
    """Findings and tables without any small count, shown or derivable, after a proof that nobody can work one back.

    Where a count behind an effect is hidden, its numbers and its verdict are withheld: a direction, too, tells of few people.
    What is released together is judged together, and with all that `before` told: earlier releases about any of the same people.
    `overlapping` are pairs of cohorts, by name, that share any people: of such a pair, the cohort that was released before, or whose
    findings come first, stands, and the other is withheld.  `studied` is what a policy by points asks to know; `beside` are further tables
    about the same people, whose counts are hidden before any other.  Refuses counts that contradict each other, and a policy that names
    none or is not told what it asks.
    """
    rules = rules_of(policy)
    cohorts = released_cohorts(findings, overlapping, before)
    answers = [_answered(finding) for finding in findings]
    shown = [answer for answer in answers if answer.question.cohort in cohorts]
    beside = [table for table in beside if cohort_of(table) in cohorts]
    own, system, hidden = _decided(answers, cohorts, rules, before, studied, beside)
    tables = _once((*(table for each in own for table in each), *beside))
    log = [_entry(name, why, rules, system) for name, why in hidden.items()]
    log += [
        _entry(f"{table.name}, row {row + 1}, {table.columns[column]}", "derived", rules)
        for table in tables
        for row, column in _derived(table, hidden)
    ]
    door = Door(hidden, several_ways([answer.question for answer in answers]), rules.rounding)
    outside: list[Finding] = []
    for finding, answer, more in zip(findings, answers, _purses(answers, cohorts), strict=True):
        if answer.question.cohort not in cohorts:
            outside.append(door.beside(finding))
            log.append(_apart(finding, rules))
            continue
        together = [other for other in shown if other.question.cohort == answer.question.cohort]
        released, kept_back = door.outside(finding, answer, together, more)
        outside.append(released)
        log += [_entry(f"{question_of(answer)}: {what}", "derived", rules) for what in kept_back]
    masked = tuple(_masked(rounded_table(table, rules.rounding), hidden) for table in tables)
    named = tuple(tuple(table.name for table in each) for each in own)
    return Released(Findings(tuple(outside)), masked, tuple(log), named, rules, system, frozenset(hidden))


def judged(
    findings: Sequence[Finding],
    policy: Policy | Rules = "cms_11",
    *,
    overlapping: Collection[tuple[str, str]] = (),
    before: Sequence[Earlier] = (),
    studied: Studied = UNTOLD,
    beside: Sequence[Exhibit] = (),
) -> tuple[System, Mapping[str, Reason]]:
    """Every count of what `release` lets out of these findings, and which of them it hides: for whatever is to leave beside them."""
    cohorts, answers = released_cohorts(findings, overlapping, before), [_answered(finding) for finding in findings]
    return _decided(answers, cohorts, rules_of(policy), before, studied, [table for table in beside if cohort_of(table) in cohorts])[1:]


def _decided(
    answers: Sequence[Answer], cohorts: Collection[str], rules: Rules, before: Sequence[Earlier], studied: Studied, beside: Sequence[Exhibit] = ()
) -> tuple[list[tuple[Exhibit, ...]], System, dict[str, Reason]]:
    """Each answer's tables, the system of all their counts and of what was told before, and what is hidden of it."""
    needed(rules, studied, sorted(cohorts))
    own = _own_tables(answers, cohorts)
    tables = _once((*(table for each in own for table in each), *beside))
    shown = [answer for answer in answers if answer.question.cohort in cohorts]
    asked: dict[str, int] = {}
    for table in tables:
        more = limits(rules, studied, cohort_of(table), (table,))
        asked |= {name: max(limit, asked.get(name, 0)) for name, limit in more.items()}
    system = replace(_system(tables, shown, rules.smallest, _matters(answers, own, beside)), limits=asked)
    system = after(system, before, drawn_anew(shown))
    return own, system, _hidden(system, tables)


def withhold(findings: Sequence[Finding], why: Literal["overlap"], policy: Policy | Rules = "cms_11") -> Released:
    """Findings none of whose numbers may leave, without tables; `why`: another study of some of the same people is released beside them."""
    rules = rules_of(policy)
    door = Door((), several_ways([finding.answer.question for finding in findings]))
    outside = tuple(map(door.beside, findings))
    return Released(Findings(outside), (), tuple(_apart(finding, rules) for finding in findings), ((),) * len(findings), rules)


def released_cohorts(findings: Sequence[Finding], overlapping: Collection[tuple[str, str]], before: Sequence[Earlier] = ()) -> frozenset[str]:
    """The cohorts that may leave together: each one that shares nobody with one that came before it, in this release or in an earlier one."""
    stands = dict.fromkeys(name for earlier in before for name in sorted(earlier.cohorts))
    released: dict[str, None] = {}
    for cohort in dict.fromkeys(finding.answer.question.cohort for finding in findings):
        others = dict.fromkeys(other for other in (*stands, *released) if other != cohort)
        if not any((cohort, other) in overlapping or (other, cohort) in overlapping for other in others):
            released[cohort] = None
    return frozenset(released)


def _entry(what: str, why: Reason, rules: Rules, system: System | None = None) -> Hidden:
    """A line of the log: the rule, and of a small count whose it is."""
    rule = RULES[why]
    if why == "small" and system:
        scored = system.limits.get(what, 0) > rules.smallest
        least = f"{system.smallest_of(what)}" if system.smallest_of(what) < NOBODY else "any number of people"
        rule = f"fewer than {least} are not told: {rules.sources['score' if scored else 'small']}"
    return Hidden(what, why, rules.name, rule)


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
    conditions = () if reason_stays(finding.answer) else finding.answer.diagnostics
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


def cohort_of(table: Exhibit) -> str:
    """The cohort that a table is about: the beginning of its name."""
    return table.name.partition("@")[0]


def _matters(answers: Sequence[Answer], own: Sequence[Sequence[Exhibit]], beside: Sequence[Exhibit]) -> dict[str, int]:
    """How much each count matters: as much as the foremost question that it stands behind, 0 for a headline.

    What only a course tells matters less, and least what only a table beside does.
    """
    matters = {name: len(ROLES) + 1 for table in beside for names in table.behind.values() for name in names}
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


def _apart(finding: Finding, rules: Rules) -> Hidden:
    return _entry(f"{question_of(finding.answer)}: numbers and verdict", "overlap", rules)
