"""Random counties and random plans for two engines to agree on.

A county is many small worlds beside each other: a world is the column `language`, on which the people compared agree, so that
nobody is compared across worlds and one database serves them all (planning statements would take most of the time otherwise).
Days lie close together, so that starts, services, deaths, moves, the ends of the records and the edges of windows often
fall on one day.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args

import reference as slow
from reference_starts import Asked, cohort, openings, score

from evaluation.records.tape import REDUCERS
from evaluation.terms import (
    Assigned,
    By,
    Clock,
    CohortPlan,
    Compared,
    Cutoff,
    HistoryColumn,
    Horizon,
    Reducer,
    Served,
    Side,
    Starts,
    TakeUp,
    Which,
)

PEOPLE = 8  # in a world
LENGTH = 60  # days that a world lasts
TRIES = 6  # for a case with somebody in each arm
# worlds start before 1970, in February of a leap year, and in February of a common one
ZEROS = (-90, slow.day_of(date(2000, 2, 8)), slow.day_of(date(2001, 2, 8)))
HOSTILE = "it's; --"
KINDS = {
    "event": ("open", "open2", "referral:aid", "referral:other", "lot", "no lot", "x", HOSTILE),
    "spell": ("jail", "ward"),
    "service": ("aid", "other", "third"),
    "cost": ("er", "day"),
    "score": ("need", "rank"),
}
HORIZONS = (Horizon(days=1), Horizon(days=26), Horizon(days=45), Horizon(months=1), Horizon(months=2))
HISTORY = tuple(
    HistoryColumn(f"{table} {reduce} {' '.join(kinds)}", table, kinds, reduce, days)  # type: ignore[arg-type]  # reducers by name
    for table, kinds, days in (("event", ("x", HOSTILE), 15), ("event", ("x",), 1), ("spell", ("jail",), 20), ("spell", ("ward", "jail"), 15))
    for reduce in REDUCERS[table]
    if reduce in get_args(Reducer)
)


@dataclass(frozen=True)
class Design:
    """Which part of the vocabulary a case is about."""

    clock: Clock
    rule: str
    which: Which
    by: str = ""  # with the clock of eligibility

    def __str__(self) -> str:
        return " ".join(word for word in (self.clock, self.rule, self.which, self.by) if word)


_POINTS = ("event", "referral", "enrolment", "spell_end", "list", "dates")
DESIGNS = (
    *(Design("eligibility", rule, which, "chance") for rule in _POINTS for which in ("first", "last", "every")),
    *(Design("eligibility", "list", which, by) for which in ("first", "last", "every") for by in ("score", "capacity")),
    *(Design("service", rule, which) for rule in _POINTS for which in ("first", "every")),
    *(Design("service", rule, which) for rule in ("spell", "the same enrolment") for which in ("first", "every")),
)


def drawn(r: random.Random, design: Design, worlds: int, *, together: bool = False) -> Asked:
    """A county of so many worlds and a plan of this design over it, most of them with somebody to compare.

    `together` takes the walls down: with nothing to agree on, anybody may be compared with anybody.
    """
    for _ in range(TRIES):
        asked = _drawn(r, design, worlds)
        asked = replace(asked, plan=replace(asked.plan, exact=())) if together else asked
        if len({start.served for start in cohort(asked)[0]}) == 2 or r.random() < 0.3:
            break
    return asked


def _drawn(r: random.Random, design: Design, worlds: int) -> Asked:
    zero = r.choice(ZEROS)
    coverage = [(source, zero + r.randint(-15, 10), zero + LENGTH + r.randint(-10, 15), r.choice([0, 5])) for source in ("one", "two")]
    plan = plan_of(r, design, zero, coverage)
    county = slow.County({}, coverage, source_of(r))
    listing = ["need"] if plan.starts.rule == "list" else ["lot", "no lot"] if design.by else []
    if listing and r.random() < 0.3:  # a list of its own, which holds nothing but the arms, or the dates that start clocks
        county.source_of |= dict.fromkeys(listing, "lists")
        county.coverage.append(("lists", zero + r.randint(0, 20), zero + r.randint(20, 40), 0))
    for world in range(worlds):
        county.lives |= {f"w{world:02}p{n}": life_of(r, zero, f"w{world:02}") for n in range(PEOPLE)}
    first = next(iter(county.lives.values()))
    for table in ("event", "spell", "service", "cost", "score"):  # a line of each kind, far before everything: no word of a plan is missing
        far = zero - 5_000
        getattr(first, table).extend((kind, far, far + 1 if table == "spell" else 1 if table == "cost" else None) for kind in KINDS[table])
    first.score = [(name, day, value or 0.0) for name, day, value in first.score]
    asked = Asked(county, plan, tuple(column for column in HISTORY if column.days <= plan.lookback_days) if r.random() < 0.8 else ())
    for life in county.lives.values():
        more_openings(r, asked, zero, life)
        near_the_starts(r, asked, life)
        fall_together(r, asked, life)
    return with_places(r, asked)


# ------------------------------------------------------------------------------------------------ the county
def life_of(r: random.Random, zero: int, world: str) -> slow.Life:
    """Somebody whose days lie between 0 and LENGTH of a small world."""

    def rarely(value: Any) -> Any:
        return value if r.random() < 0.15 else None

    def some(name: str, most: int, value: Callable[[int], Any]) -> list[tuple[str, int, Any]]:
        days = [r.randint(zero, zero + LENGTH) for _ in range(r.randint(0, most))]
        return [(r.choice(KINDS[name]), day, value(day)) for day in days]

    births = (
        None,
        zero + r.randint(0, LENGTH),
        slow.day_of(date(1980, 2, 29)),
        *[slow.day_of(date(1984, 2, 29))] * 2,
        *(zero - 18 * 365 + r.randint(-10, LENGTH) for _ in range(5)),
    )
    end = zero + r.randint(0, LENGTH)
    life = slow.Life(r.choice(births), rarely(end), rarely(end + r.choice([0, 9])), rarely(r.choice("ab")), r.choice(["f", "m", None]), world)
    life.families = {world + name for name in r.sample("fgh", r.choice([0, 0, 1, 2]))}
    life.event = some("event", 8, lambda _: r.choice([None, *range(-5, 9)]))
    life.event += r.sample(life.event, min(len(life.event), r.choice([0, 0, 1])))
    life.spell = some("spell", 4, lambda start: None if r.random() < 0.1 else start + r.randint(0, 30))
    if life.spell and r.random() < 0.4:  # one that begins on the day on which another ends, and one on the same days as another
        kind, start, stop = r.choice(life.spell)
        life.spell += [(kind, stop, stop + r.randint(0, 9))] if stop is not None else []
        life.spell.append((r.choice(KINDS["spell"]), start, stop))
    life.service, life.cost = some("service", 2, lambda _: None), some("cost", 3, lambda _: r.randint(0, 900))
    life.score = [(name, zero + day, r.choice([0.0, 0.5, 1.0, 2.5])) for name in KINDS["score"] for day in (9, 20, 31, 31) if r.random() < 0.4]
    return life


def source_of(r: random.Random) -> dict[str, str]:
    """Each kind comes from one source, most of them from the same, so that a look-back need not reach back in the other."""
    kinds = {kind for kinds in KINDS.values() for kind in kinds}
    home = r.choice(["one", "two"])
    return {kind: r.choice([home, home, home, home, "one", "two", "s"]) for kind in sorted(kinds)}


def near_the_starts(r: random.Random, asked: Asked, life: slow.Life) -> None:
    """Arms and services that belong to what starts the clock, so that most cases have somebody in each arm."""
    if asked.plan.clock == "eligibility":
        days = openings(asked, life)
        arm = r.choice(["lot", "no lot"])
        life.event += [(arm if r.random() < 0.9 else "lot", day - r.choice([0, 0, 0, 2]), None) for day in days if r.random() < 0.9]
        life.service += [("aid", day + r.choice([0, 14, 15]), None) for day in days if r.random() < 0.3 and asked.plan.starts.rule != "enrolment"]
        return
    assert asked.plan.served is not None
    if r.random() < 0.8:
        life.service = [line for line in life.service if line[0] != "aid"]
    within = asked.plan.served.within_days or 0
    zeros = openings(asked, life) if asked.plan.served.within_days is not None else [day for _, day, _ in life.spell]
    if zeros and r.random() < 0.4:
        since = r.choice([0, 1, within, within + 1, r.randint(0, within + 5)])
        life.service.append(("aid", r.choice(zeros) + since, None))


def more_openings(r: random.Random, asked: Asked, zero: int, life: slow.Life) -> None:
    """Days of the starting rule for most people, some of them on an edge of the years, the coverage or the washout."""
    starts, (first, last), covered = asked.plan.starts, map(slow.day_of, asked.plan.between), asked.covered
    edges = (first, last, covered[0], covered[1] - 1, covered[1])
    days = [r.choice(edges) if r.random() < 0.2 else zero + r.randint(5, LENGTH) for _ in range(r.choice([0, 1, 1, 2]))]
    if days and asked.plan.washout_days and r.random() < 0.3:
        days.append(days[0] - asked.plan.washout_days - r.choice([0, 1]))
    match starts.rule:
        case "event":
            life.event += [(starts.event[0], day, 1) for day in days]
        case "referral":
            life.event += [(f"referral:{starts.referral[0]}", day, None) for day in days]
        case "enrolment":
            own = asked.plan.served is not None and asked.plan.served.enrolment == starts.enrolment[0]
            life.service += [] if own else [(starts.enrolment[0], day, None) for day in days]
        case "spell_end":
            life.spell += [(starts.spell_end[0], day - r.randint(1, 5), day) for day in days]


def fall_together(r: random.Random, asked: Asked, life: slow.Life) -> None:
    """Deaths and moves on the day of something else, or on either side of the end of what is seen."""
    opened = (
        openings(asked, life)
        if asked.plan.starts.rule != "spell" and asked.plan.starts.enrolment != ("aid",)
        else [day for _, day, _ in life.service]
    )
    if opened and r.random() < 0.1:  # a move just after a start, and something on the day of it
        life.moved = r.choice(opened) + r.choice([1, 2])
        life.event.append(("x", life.moved, None))
    days = [asked.covered[1] - 1, asked.covered[1], *(day for table in (life.event, life.service) for _, day, _ in table)]
    if r.random() < 0.1:
        life.death = r.choice(days)
    if r.random() < 0.1:
        life.moved = r.choice([*days, slow.ended(life.death)])
    if life.service and r.random() < 0.1:
        life.moved = min(day for _, day, _ in life.service)


def with_places(r: random.Random, asked: Asked) -> Asked:
    """Where places are counted, often as many as have the best scores, so that the next score is just past the last place."""
    assigned, (first, last) = asked.plan.assigned, map(slow.day_of, asked.plan.between)
    if assigned is None or assigned.cutoff is None or assigned.cutoff.capacity is None or r.random() < 0.3:
        return asked
    day = r.choice(sorted({day for life in asked.county.lives.values() for day in openings(asked, life) if first <= day <= last}) or [first])
    scores = sorted(value for value in (score(asked, life, day) for life in asked.county.lives.values()) if value is not None)
    best = scores.count(scores[-1] if assigned.side == "above" else scores[0]) if scores else 1
    return replace(asked, plan=replace(asked.plan, assigned=replace(assigned, cutoff=Cutoff(capacity=best))))


# ------------------------------------------------------------------------------------------------ the plan
def plan_of(r: random.Random, design: Design, zero: int, coverage: list[tuple[str, int, int, int]]) -> CohortPlan:
    sources = r.choice([(), (), ("one",)])
    end = min(last - lag for source, _, last, lag in coverage if not sources or source in sources)
    first = r.choice([end - 55, end - 55, r.randint(end - 50, end - 10)])
    common = CohortPlan(
        starts=starts_of(r, design, zero),
        between=(slow.date_of(first), slow.date_of(r.randint(end - 10, end))),
        clock=design.clock,
        ages=r.choice([None, None, None, None, (0, 17), (17, 18), (18, 30)]),
        lookback_days=r.choice([0, 10, 20, 20]),
        sources=sources,
        cluster=r.choice([(), ("family",), ("family", "area"), ("sex",)]),
        exact=r.choice([(), ("sex",), ("area", "sex")])
        if design.clock == "eligibility"
        else ("language", *r.choice([(), (), ("sex",), ("area", "sex")])),
    )
    if common.lookback_days and r.random() < 0.3:
        common = replace(common, observed="activity")
    if r.random() < 0.3:
        common = replace(common, outside=r.choice([("ward",), ("ward",), ("jail", "ward")]))
    return of_eligibility(r, common, design.by) if design.clock == "eligibility" else of_service(r, common)


def starts_of(r: random.Random, design: Design, zero: int) -> Starts:
    own = design.clock == "service"
    words: dict[str, dict[str, Any]] = {
        "event": {"event": r.choice([("open",), ("open", "open2"), ("x", HOSTILE)])},
        "referral": {"referral": r.choice([("aid",), ("aid", "other")])},
        "enrolment": {"enrolment": r.choice([("other",), ("other", "third")] if own else [("aid",), ("aid", "other")])},
        "the same enrolment": {"enrolment": ("aid",)},
        "spell_end": {"spell_end": r.choice([("jail",), ("jail", "ward")])},
        "spell": {"spell": r.choice([("jail",), ("jail", "ward")])},
        "list": {"list": "need", "on": r.choice([(), (slow.date_of(zero + 9), slow.date_of(zero + 31))])},
        "dates": {"dates": tuple(slow.date_of(zero + day) for day in sorted(r.sample(range(15, LENGTH), r.choice([1, 3]))))},
    }
    return Starts(which=design.which, **words[design.rule])


def of_eligibility(r: random.Random, plan: CohortPlan, by: str) -> CohortPlan:
    taken_up = r.choice([None, TakeUp("aid", 0), TakeUp("aid", 14)])
    if by == "chance":
        by_whom: By = r.choice(["lot", "offer"])
        blocks = r.choice([(), ("language",)]) if by_whom == "lot" else ()
        assigned = Assigned(by_whom, "lot", "no lot", days_before=r.choice([0, 3, 20]), blocks=blocks, taken_up=taken_up)
    else:
        cutoff = Cutoff(at=r.choice([0.5, 1.0])) if by == "score" else Cutoff(capacity=r.choice([1, 9, 30, 60]))
        side: Side = {"first": "above", "last": "below", "every": r.choice(["above", "below"])}[plan.starts.which]
        assigned = Assigned("score", cutoff=cutoff, side=side, taken_up=taken_up)
    return replace(plan, assigned=assigned, washout_days=r.choice([days for days in (0, 1, 5, 20) if days <= plan.lookback_days]))


def of_service(r: random.Random, plan: CohortPlan) -> CohortPlan:
    everyday = plan.starts.rule == "spell" or plan.starts.enrolment == ("aid",)
    return replace(
        plan,
        served=Served("aid", None if everyday else r.choice([0, 3, 20])),
        compared=Compared(draw=r.choice([1, 2, 3, 50]), later_served=r.choice(["censor", "censor", "keep"]), seed=r.randint(1, 9)),  # type: ignore[arg-type]  # a word
    )
