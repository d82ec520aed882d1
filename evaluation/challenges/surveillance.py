"""Surveillance: who works with people sees more of what they do, so that an answer may tell of records and not of people.

Two kinds of line that come of one thing are set side by side, one that somebody must see to write down and one that is written down
whoever looks.  Whatever changes people's lives moves both; watching moves the first alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp as power
from typing import TYPE_CHECKING, cast

import numpy as np
from scipy.special import stdtr
from sqlglot import exp

from ..diagnostics.alarms_of_arms import Watched, surveillance
from ..methods.did.clocks import days_of
from ..outcomes.binding import outcome_of
from ..records.sql import among, c, holds, later, minus, select, table
from ..terms import Challenge, Cohort, CohortPlan, Outcome, Question, Refused, Study, Tried
from .arms_apart import Arms
from .asked import Asked, could_not

if TYPE_CHECKING:
    from ..methods.inference import Contrast
    from ..outcomes import Ruler
    from ..terms import Array

NAME = "surveillance"
CHANGED = "what somebody must see to record, beside what is recorded whoever looks"
FEWEST = 20  # lines of each kind over both arms: fewer tell nothing
RISE = 0.05  # one-sided: of two things that do not come of one, the first must rise by itself


@dataclass(frozen=True, slots=True)
class Pair:
    """Two kinds of event, of which the first alone needs an observer."""

    prone: str
    free: str
    said: tuple[str, str]  # both in words
    of_one: bool  # whether both come of the same happening, so that a programme moves them by the same factor


PAIRS = (
    Pair("arrest", "jail_booking", ("arrests", "jail bookings"), of_one=True),  # a citation is an arrest that nobody is booked for
    Pair("citation", "arrest", ("citations", "arrests"), of_one=False),
    Pair("charge:infraction", "charge:felony", ("charges of infractions", "charges of felonies"), of_one=True),
    Pair("technical_violation", "convicted_offence", ("technical violations", "offences that ended in a conviction"), of_one=False),
    Pair("report", "substantiated", ("reports of maltreatment", "reports that were substantiated"), of_one=True),
    Pair("report", "removal", ("reports of maltreatment", "removals from home"), of_one=False),
)
FAMILIES = (
    frozenset(
        {
            "arrest", "jail_booking", "citation", "charge:infraction", "charge:misdemeanour", "charge:felony", "filing", "conviction",
            "technical_violation", "convicted_offence", "custody", "prison_return",
        }
    ),
    frozenset({"report", "substantiated", "removal", "foster_care"}),
)  # fmt: skip


def run(asked: Asked) -> Challenge:
    """By how much each kind that needs an observer rose more among the served than the one beside it."""
    cohort = asked.cohort
    if not isinstance(cohort, Cohort):
        return could_not(NAME, CHANGED, "it is asked of clocks of people's own.", unit="rate", expected=1.0)
    arms, told, lines = Arms.of(cohort, asked.comparison, asked.question), [], []
    for pair, prone, free in _counted(asked):
        rows = arms.rows.row
        if min(prone[rows].sum(), free[rows].sum()) < FEWEST:
            continue
        found = arms.ratios_apart(prone[rows], free[rows])
        one = watched(pair, found, arms.rates_apart(prone[rows]), arms.rates_apart(free[rows]))
        reach = found.interval("")
        told.append(one)
        lines.append(Tried(f"{one.prone} beside {one.free}", one.more, power(reach.low), power(reach.high)))
    if not told:
        why = "the records hold too few lines of a kind that needs an observer, or of one beside it that does not."
        return could_not(NAME, CHANGED, why, unit="rate", expected=1.0)
    condition = surveillance(told)
    return Challenge(NAME, CHANGED, condition.sentence, (condition,), tuple(lines), 1.0, "rate")


def fits(question: Question, plan: CohortPlan) -> str:
    """Asked of outcomes of justice and child welfare, which are recorded because somebody looked."""
    if plan.clock == "calendar" or plan.strategies is not None:
        return "it is asked of clocks of people's own, each with one row."
    return ""


def reads(study: Study, question: Question) -> tuple[Outcome, ...]:
    """The kinds that are set beside each other, where the question's outcome is one of their family."""
    outcome = outcome_of(study, question.outcome)
    kinds = dict.fromkeys(kind for pair in pairs_of(outcome) for kind in (pair.prone, pair.free))
    return tuple(counted(outcome, kind) for kind in kinds)


def pairs_of(outcome: Outcome) -> tuple[Pair, ...]:
    """The pairs of the families that an outcome's kinds are of; none of an outcome that nobody's eyes decide."""
    mine = [family for family in FAMILIES if family & set(outcome.kinds)]
    return tuple(pair for pair in PAIRS if any({pair.prone, pair.free} & family for family in mine))


def counted(outcome: Outcome, kind: str) -> Outcome:
    """How many events of one kind a clock holds, after the day of its start."""
    event = {"en": kind.replace("_", " "), "es": kind.replace("_", " ")}
    return Outcome(
        name=f"seen/{kind}", kind="mark", title=event, event=event, better=outcome.better, why_better="it is counted and not judged",
        table="event", kinds=(kind,), unit="people", universe="whichever event opens the clock", authority="this project's own", verified=False,
        not_counted="what nobody recorded", own=True,
    )  # fmt: skip


def watched(pair: Pair, found: Contrast, prone: Contrast, free: Contrast) -> Watched:
    """What a pair tells: one-sided, and where the two do not come of one thing, that the first rose by itself too."""
    p_value = _above(found)
    if not pair.of_one:
        p_value = max(p_value, _above(prone))
    return Watched(*pair.said, power(found.effect), p_value, power(prone.effect), power(free.effect))


def _above(found: Contrast) -> float:
    """The one-sided p-value of nothing more."""
    return float(1 - stdtr(found.df, found.effect / found.std_error)) if found.std_error > 0 else 1.0


def _counted(asked: Asked) -> Iterator[tuple[Pair, Array, Array]]:
    """Each pair that the records hold, with how often each of the two is on each row's clock by the horizon; (n,) floats."""
    days, held = days_of(asked.question.horizon), dict[str, "Array | None"]()
    pairs = pairs_of(asked.outcome)
    for kind in dict.fromkeys(kind for pair in pairs for kind in (pair.prone, pair.free)):
        try:
            held[kind] = cast("Ruler", asked.lay(counted(asked.outcome, kind), 0)).by_period((0, days)).amount[:, 0].astype(float)
        except Refused:  # no row of this kind is on record
            held[kind] = None
    for pair in pairs:
        prone, free = held[pair.prone], held[pair.free]
        if prone is not None and free is not None:
            yield pair, prone, free
    if (own := _own_eyes(asked, days)) is not None:
        yield Pair("own", "others", ("lines from the programme's own source", "lines from any other"), of_one=True), *own


def _own_eyes(asked: Asked, days: int) -> tuple[Array, Array] | None:
    """How many of the outcome's own events the source of the programme recorded on each clock, and how many others did; (n,) floats.

    None where it recorded none, and where no records are at hand: of many counties that were opened together.
    """
    if asked.records is None or asked.outcome.table != "event" or not isinstance(asked.cohort, Cohort):
        return None
    engine, enrolled = asked.records.engine, table("service")
    named = exp.select("source").distinct().from_(enrolled).where(c("programme").eq(exp.Literal.string(asked.study.programme)))
    sources = sorted(engine.fetch(named)["source"].to_pylist())
    if not sources or not asked.outcome.kinds:
        return None
    inside = holds(later(c("s.day"), 1), c("e.day"), later(c("s.day"), days))
    mine = exp.and_(c("e.person_id").eq(c("s.person_id")), inside, among(c("e.kind"), asked.outcome.kinds))
    lines = select(place=minus(c("s.start_id"), 1), source=c("e.source")).from_(table(asked.cohort.table, "s")).join(table("event", "e"), on=mine)
    rows = engine.fetch(lines)
    place, own = rows["place"].to_numpy().astype(np.int64), np.isin(np.array(rows["source"].to_pylist(), dtype=object), sources)
    if not own.any():
        return None
    n = len(asked.cohort)
    return np.bincount(place[own], minlength=n).astype(float), np.bincount(place[~own], minlength=n).astype(float)
