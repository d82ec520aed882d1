"""Who is studied, from which day and compared with whom, a second time: people are asked one by one, and days one by one.

Both clocks are here, with the ledger of who was lost, the risk sets, the draw and the days on which following ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import md5
from itertools import takewhile

from reference import NEVER, County, Life, age, date_of, day_of, ended, unbroken

from evaluation.terms import CohortPlan, HistoryColumn


@dataclass(frozen=True)
class Asked:
    """What is asked, and of whom."""

    county: County
    plan: CohortPlan
    history: tuple[HistoryColumn, ...] = ()

    def life(self, person: str) -> Life:
        return self.county.lives[person]

    @cached_property
    def covered(self) -> tuple[int, int]:
        """[first, last) of the days on which every source is watched and complete, and those looked back on reach back."""
        lines, read = bounding(self), looked_back_on(self)
        behind = [line for line in lines if line[0] in read] or lines
        first = max(max(first for _, first, _, _ in lines), max(first for _, first, _, _ in behind) + self.plan.lookback_days)
        return first, min(last - lag for _, _, last, lag in lines) + 1


@dataclass(frozen=True)
class Start:
    """One row of a cohort.  `beside` is whose risk set it stands in; `origin` the zero of the clock that the set shares."""

    day: int
    person: str
    served: bool
    origin: int = 0
    beside: str | None = None


# ------------------------------------------------------------------------------------------------ what opens a clock
def openings(asked: Asked, life: Life) -> list[int]:
    """The days on which the rule of the plan would start a clock of this person."""
    starts = asked.plan.starts
    match starts.rule:
        case "event":
            days = {day for kind, day, _ in life.event if kind in starts.event}
        case "referral":
            days = {day for kind, day, _ in life.event if kind in [f"referral:{programme}" for programme in starts.referral]}
        case "enrolment":
            days = {day for programme, day, _ in life.service if programme in starts.enrolment}
        case "spell_end":
            days = {stop for _, stop in unbroken(life, starts.spell_end) if stop < NEVER}
        case "list":
            days = {day for name, day, _ in life.score if name == starts.list and (not starts.on or date_of(day) in starts.on)}
        case rule:
            assert rule == "dates"
            days = {day_of(when) for when in starts.dates}
    return sorted(days)


def own_start(asked: Asked, life: Life) -> int:
    """The first start ever on record in the programme that starts the clock of service."""
    assert asked.plan.served is not None
    return min((day for programme, day, _ in life.service if programme == asked.plan.served.enrolment), default=NEVER)


def stretches(asked: Asked, life: Life) -> list[tuple[int, int, int]]:
    """(origin, first day, first day no longer): when this person may start service, or be compared with somebody who does."""
    plan = asked.plan
    assert plan.served is not None
    if plan.starts.rule == "spell":
        return [(0, start, stop) for start, stop in unbroken(life, plan.starts.spell)]
    if plan.served.enrolment in plan.starts.enrolment:
        return [(0, -NEVER, NEVER)]
    within = plan.served.within_days or 0
    first, last = (day_of(when) for when in plan.between)
    met = [day for day in openings(asked, life) if day <= last and day + within >= first]
    if plan.starts.which == "first":
        return [(day, day, day + within + 1) for day in met[:1]]
    return [(day, day, min([day + within + 1, *(other for other in met if other > day)])) for day in met]


# ------------------------------------------------------------------------------------------------ what holds on a day
def bounding(asked: Asked) -> list[tuple[str, int, int, int]]:
    """The sources whose coverage bounds what is seen: those named, else all but those that only list people on some days."""
    coverage, plan = asked.county.coverage, asked.plan
    if plan.sources:
        return [line for line in coverage if line[0] in plan.sources]
    arms = {("event", plan.assigned.offered), ("event", plan.assigned.withheld)} if plan.assigned and plan.by != "score" else set()
    lists = arms | {("score", plan.starts.list)}
    held = {line[0]: {(table, kind) for table, kind, source in asked.county.lines() if source == line[0]} for line in coverage}
    return [line for line in coverage if not held[line[0]] or held[line[0]] - lists] or coverage


def looked_back_on(asked: Asked) -> set[str]:
    """The sources that hold rows of what is read of the days before a start."""
    starts = asked.plan.starts
    read: list[tuple[str, tuple[str, ...]]] = [(column.table, column.kind) for column in asked.history]
    if asked.plan.washout_days:
        read += [("event", starts.event), ("event", tuple(f"referral:{programme}" for programme in starts.referral))]
        read += [("spell", starts.spell_end), ("service", starts.enrolment), ("score", (starts.list,))]
    recorded = ("event", "spell", "service", "cost") if asked.plan.observed == "activity" else ()
    lines = asked.county.lines()
    return {source for table, kind, source in lines if table in recorded or any(table == wanted and kind in kinds for wanted, kinds in read)}


def active(life: Life, days: range) -> bool:
    """At least one line on record: something dated in these days, or a spell that holds one of them."""
    dated = [day for table in (life.event, life.service, life.cost) for _, day, _ in table]
    return any(day in days for day in dated) or any(start <= day < ended(stop) for _, start, stop in life.spell for day in days)


def aged(plan: CohortPlan, life: Life, day: int) -> bool:
    return not plan.ages or (life.birth is not None and life.birth <= day and plan.ages[0] <= age(life.birth, day) <= plan.ages[1])


def conditions(asked: Asked, life: Life, day: int) -> Iterator[tuple[str, bool]]:
    """What must hold of anybody on the day of a start, in the order of the ledger, by a word of its line."""
    plan, (first, end) = asked.plan, asked.covered
    yield "years", day_of(plan.between[0]) <= day <= day_of(plan.between[1])
    yield "aged", aged(plan, life, day)
    yield "coverage", first <= day < end
    yield "activity", plan.observed == "coverage" or active(life, range(day - plan.lookback_days, day))
    yield "outside", not any(start <= day < ended(stop) for kind, start, stop in life.spell if kind in plan.outside)
    yield "living here", life.moved is None or day < life.moved
    yield "alive", life.death is None or day < life.death


# ------------------------------------------------------------------------------------------------ the clock of eligibility
def arms(asked: Asked, life: Life, day: int) -> set[bool]:
    """Whether the programme was offered, for every arm that the person is on record in."""
    assigned = asked.plan.assigned
    assert assigned is not None
    if assigned.by == "score":
        return {offered_by_score(asked, life, day)}
    near = range(day - assigned.days_before, day + 1)
    held = {kind for kind, on, _ in life.event if on in near}
    return {offered for offered, kind in ((True, assigned.offered), (False, assigned.withheld)) if kind in held}


def score(asked: Asked, life: Life, day: int) -> float | None:
    """The largest score on the list that day."""
    return max((value for name, on, value in life.score if name == asked.plan.starts.list and on == day), default=None)


def offered_by_score(asked: Asked, life: Life, day: int) -> bool:
    assigned, mine = asked.plan.assigned, score(asked, life, day)
    assert assigned is not None and assigned.cutoff is not None and mine is not None
    sign = 1 if assigned.side == "above" else -1
    if assigned.cutoff.at is not None:
        return sign * mine >= sign * assigned.cutoff.at
    others = [score(asked, other, day) for other in asked.county.lives.values()]
    before_me = sum(1 for other in others if other is not None and sign * other > sign * mine)
    return before_me < (assigned.cutoff.capacity or 0)


def failed(asked: Asked, life: Life, day: int) -> str | None:
    """The first rule that an opening day fails, by a word of the rule; None where it passes them all."""
    plan = asked.plan
    days = openings(asked, life)
    inside = [on for on in days if day_of(plan.between[0]) <= on <= day_of(plan.between[1])]
    held = dict(conditions(asked, life, day))
    chosen = plan.starts.which == "every" or (bool(inside) and day == inside[0 if plan.starts.which == "first" else -1])
    washed = not any(day - plan.washout_days <= on < day for on in days)
    rules = [("years", held["years"]), ("which", chosen), ("aged", held["aged"]), ("washout", washed)]
    rules += [(word, held[word]) for word in ("coverage", "activity", "outside", "living here", "alive")]
    return next((word for word, met in rules if not met), None) or (None if len(arms(asked, life, day)) == 1 else "assigned")


def of_eligibility(asked: Asked) -> tuple[list[Start], list[str]]:
    """The starts in their order, and for every opening that is none the rule that took it."""
    opened = sorted((day, person) for person, life in asked.county.lives.items() for day in openings(asked, life))
    fates = {(day, person): failed(asked, asked.life(person), day) for day, person in opened}
    starts = [Start(day, person, arms(asked, asked.life(person), day) == {True}, day) for (day, person), rule in fates.items() if rule is None]
    return starts, [rule for rule in fates.values() if rule]


# ------------------------------------------------------------------------------------------------ the clock of service
def agree(plan: CohortPlan, one: Life, other: Life) -> bool:
    """On every column that is to agree exactly; what is missing agrees with what is missing."""
    return all(getattr(one, name) == getattr(other, name) for name in plan.exact)


def risk_set(asked: Asked, person: str, origin: int) -> list[Start]:
    """Everybody who could be compared with a served person: eligible, as long after their own origin, and not yet served."""
    rows = []
    day_since = own_start(asked, asked.life(person)) - origin
    for other, life in asked.county.lives.items():
        if other != person and agree(asked.plan, life, asked.life(person)):
            for zero, start, stop in stretches(asked, life):
                day = zero + day_since
                if start <= day < stop and day < own_start(asked, life) and all(met for _, met in conditions(asked, life, day)):
                    rows.append(Start(day, other, False, zero, person))
    return rows


def walk(asked: Asked, person: str, origin: int) -> list[tuple[str, Start]]:
    """A risk set in the order in which it is met, with each row's place: round everybody by hash, from the set's own place on."""

    def place(*words: object) -> str:
        return md5("|".join(map(str, (asked.plan.compared.seed, *words))).encode()).hexdigest()

    def low(row: Start) -> int:
        """The first day of the unbroken run of days, up to the row's own, on which the person could have been served or compared."""
        start = max(first for origin, first, _ in stretches(asked, asked.life(row.person)) if origin == row.origin and first <= row.day)
        before = range(row.day, max(start, day_of(asked.plan.between[0])) - 1, -1)
        run = list(takewhile(lambda day: all(met for _, met in conditions(asked, asked.life(row.person), day)), before))
        return run[-1]

    here = place("set", person, origin)
    places = [(place("pool", row.person, row.origin, low(row)), row) for row in risk_set(asked, person, origin)]
    return sorted(places, key=lambda at: (at[0] < here, at[0]))


def drawn(asked: Asked, person: str, origin: int) -> list[Start]:
    """The first so many that are met."""
    met = [row for _, row in walk(asked, person, origin)]
    return sorted(met[: asked.plan.compared.draw], key=lambda row: (row.person, row.origin))


def of_service(asked: Asked) -> tuple[list[Start], list[str]]:
    """The starts, set by set, and for every served person who opens none the rule that took the person."""
    starts: list[Start] = []
    lost: list[str] = []
    served = sorted((own_start(asked, life), person) for person, life in asked.county.lives.items())
    for own, person in served:
        if own == NEVER:
            continue
        inside = [(origin, start) for origin, start, stop in stretches(asked, asked.life(person)) if start <= own < stop]
        unmet = [word for word, met in conditions(asked, asked.life(person), own) if not met]
        if not inside or unmet:
            lost.append(unmet[0] if inside else "eligible")
            continue
        origin, _ = max(inside)
        beside = drawn(asked, person, origin)
        starts += [Start(own, person, True, origin, person), *beside] if beside else []
        lost += [] if beside else ["comparable"]
    return starts, lost


def cohort(asked: Asked) -> tuple[list[Start], list[str]]:
    """The starts in the order of their numbers, and why the others are none."""
    return of_eligibility(asked) if asked.plan.clock == "eligibility" else of_service(asked)


# ------------------------------------------------------------------------------------------------ how far they are followed
def own_end(asked: Asked, start: Start) -> int:
    """The day on which somebody compared is served and no longer followed."""
    plan = asked.plan
    keeps = plan.clock == "eligibility" or start.served or plan.compared.later_served == "keep"
    return NEVER if keeps else own_start(asked, asked.life(start.person))


def gone(asked: Asked, start: Start) -> tuple[int, str]:
    """The first day on which the person is no longer seen, and why; on a tie own service, then the move."""
    life = asked.life(start.person)
    moved = ended(life.moved) if ended(life.moved) < ended(life.death) else NEVER  # nobody moves after death
    ends = [(own_end(asked, start), "served"), (moved, "moved"), (asked.covered[1], "records end")]
    return min(ends, key=lambda end: end[0])  # the first of those on one day


# ------------------------------------------------------------------------------------------------ who shares luck
def shared(asked: Asked, start: Start) -> set[Hashable]:
    """What ties a start to others: the person, and the groups that the plan declares."""
    life = asked.life(start.person)
    ties: set[Hashable] = {("person", start.person)}
    for name in asked.plan.cluster:
        if name == "family":
            ties |= {(name, family) for family in life.families}
        elif getattr(life, name) is not None:
            ties.add((name, getattr(life, name)))
    return ties


def linked(ties: Sequence[set[Hashable]]) -> list[int]:
    """The cluster of each start: the first start that a chain of ties leads to."""
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for number, tied in enumerate(ties):
        for tie in tied:
            holders[tie].append(number)
    cluster: dict[int, int] = {}
    for first in range(len(ties)):
        reached = [first]
        while reached:
            number = reached.pop()
            if number not in cluster:
                cluster[number] = first
                reached += [other for tie in ties[number] for other in holders[tie]]
    return [cluster[number] for number in range(len(ties))]
