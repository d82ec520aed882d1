"""What a plan reads of the records, and which sources hold it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from ..terms import CohortPlan, HistoryColumn, Outcome, Question, Starts
from .contract import CONTRACT
from .engine import Engine
from .frames import FRAMES
from .sql import among, c, literal, table

REFERRED = "referral:"  # a referral is an event of this kind, with the programme after the colon
RECORDED = ("event", "cost", "service", "spell")  # tables of which a line shows that somebody is on record
BOOK = "book"  # the way of making lines that prices rows by a book of the table `unit_cost`
STITCHED = ("custody",)  # spells by which events are joined into stays: a booking as one ends is a transfer
_HOMES = ("permanent_housing", "permanent_housing_enrolled")
_TO_A_HOME = ("event", ("hmis_exit:permanent",))
MADE_FROM: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "discharges_after_trial_visits": (
        ("event", ("trial_home_visit", "placement_move", "placement_began", "placement_resumed", "runaway")),
        ("spell", ("foster_care",)),
    ),
    "enrolments": (_TO_A_HOME,),
    "enrolments_without_transfers": (_TO_A_HOME,),
    "episodes": (_TO_A_HOME,),
    "exits_after_a_home": (("spell", ("permanent_housing",)),),
    "exits_before_a_home": (("spell", ("permanent_housing",)),),
    "first_times_homeless": (("spell", ("shelter", "shelter_enrolled", "safe_haven", "transitional_housing", *_HOMES)),),
    "harm_in_care": (("spell", ("foster_care",)),),
    "lasting_removals": (("spell", ("foster_care",)),),
    "moves_in_care": (("spell", ("foster_care",)),),
    "nights_homeless": (("spell", ("transitional_housing", "permanent_housing")),),
    "left_uncompleted": (("event", ("completed:{kind}",)),),
}
"""By the name of a way of making lines: the tables and kinds that it reads beside the definition's own; {kind} stands for each of those."""


@dataclass(frozen=True, slots=True)
class Use:
    """Rows of some kinds of one table, and what they are read for.  No kinds: every kind."""

    what: str
    table: str
    kinds: tuple[str, ...]


def uses(plan: CohortPlan, history: Sequence[HistoryColumn]) -> Iterator[Use]:
    """All that a cohort is made of."""
    yield from starting(plan.starts)
    yield from arms(plan)
    if plan.served:
        yield Use("the service", "service", (plan.served.enrolment,))
    if plan.strategies:
        yield Use("the service", "service", (plan.strategies.served.enrolment,))
    if plan.assigned and plan.assigned.taken_up:
        yield Use("the take-up", "service", (plan.assigned.taken_up.enrolment,))
    if plan.adopted and plan.adopted.enrolment:
        yield Use("the adoption", "service", (plan.adopted.enrolment,))
    yield from of_places(plan)
    yield from looked_at(plan)
    yield from looked_back_on(plan, history)


def starting(starts: Starts) -> Iterator[Use]:
    """The rows that start a clock or make people eligible; days of the calendar are no rows."""
    kinds = {
        "event": kinds_of_event(starts),
        "spell": starts.spell or starts.spell_end,
        "service": starts.enrolment,
        "score": (starts.list,) if starts.list else (),
    }
    for name, words in kinds.items():
        if words:
            yield Use("the starts", name, words)


def kinds_of_event(starts: Starts) -> tuple[str, ...]:
    """The kinds of event that start a clock, by an event or by a referral."""
    return starts.event or tuple(REFERRED + programme for programme in starts.referral)


def arms(plan: CohortPlan) -> Iterator[Use]:
    """What says who was offered the programme and who was not: events of two kinds, or the scores of a list."""
    if plan.assigned and plan.assigned.by != "score":
        yield Use("the arms", "event", (plan.assigned.offered, plan.assigned.withheld))
    elif plan.assigned:
        yield Use("the arms", "score", (plan.starts.list,))


def listing(plan: CohortPlan) -> Iterator[Use]:
    """What only lists people on some days, and says nothing by not listing them on others: the arms, a list that starts clocks, the days of areas."""
    yield from arms(plan)
    if plan.starts.list:
        yield Use("the starts", "score", (plan.starts.list,))
    yield from of_places(plan)


def of_places(plan: CohortPlan) -> Iterator[Use]:
    """What says when areas come under a programme and leave it, and which areas there are; a named frame is no rows."""
    days = tuple(measure for measure in (plan.adopted.starts, plan.adopted.stops) if measure) if plan.adopted else ()
    if days:
        yield Use("the adoption", "area", days)
    if plan.areas and plan.areas not in FRAMES:
        yield Use("the areas", "area", (plan.areas,))


def looked_at(plan: CohortPlan) -> Iterator[Use]:
    """What is read of the day of a start itself, and of no day before it: the spells that people must be outside of."""
    if plan.outside:
        yield Use("the days inside", "spell", plan.outside)


def looked_back_on(plan: CohortPlan, history: Sequence[HistoryColumn]) -> Iterator[Use]:
    """What is read of the days before a start: the history, days of the starting rule in the washout, any line that shows activity."""
    for column in history:
        yield Use("the history", column.table, column.kind)
    if plan.washout_days:
        yield from starting(plan.starts)
    if plan.observed == "activity":
        yield from (Use("the activity", name, ()) for name in RECORDED)


def of_question(question: Question, outcome: Outcome) -> Iterator[Use]:
    """All that a question is answered from: the rows of its outcome, the days at risk where they are told apart, and what competes with it."""
    yield from of_outcome(outcome)
    if spells := spells_at_risk(question, outcome):
        yield Use("the days at risk", "spell", spells)
    if kinds := competing_events(question, outcome):
        yield Use("what competes with the outcome", "event", kinds)


def read_by(engine: Engine, question: Question, outcome: Outcome, beside: Outcome | None = None) -> Iterator[Use]:
    """All that a question is answered from on these records: as `of_question`, the rows that its book prices, and those of a unit that it prices."""
    if outcome.made == BOOK:
        yield from of_book(engine, question.money.book if question.money else "")
    else:
        yield from of_question(question, outcome)
    if beside is not None:
        yield from (replace(use, what="the outcome whose unit is priced") for use in of_outcome(beside))


def of_book(engine: Engine, book: str) -> Iterator[Use]:
    """The rows that a book of unit costs prices."""
    priced = exp.select("prices", "kind").distinct().from_(table("unit_cost")).where(c("book").eq(literal(book)))
    for row in engine.fetch(priced.order_by(c("prices"), c("kind"))).to_pylist():
        yield Use("the outcome", row["prices"], (row["kind"],))


def of_outcome(outcome: Outcome) -> Iterator[Use]:
    """The rows that a definition is read from: of its own kinds, and of those by which its lines are made or joined into stays."""
    yield Use("the outcome", outcome.table, outcome.kinds)
    for name, kinds in MADE_FROM.get(outcome.made, ()):
        yield Use("the outcome", name, tuple(dict.fromkeys(word.replace("{kind}", kind) for word in kinds for kind in outcome.kinds or ("",))))
    if outcome.gap and outcome.table == "event":
        yield Use("the stays that are joined", "spell", STITCHED)


def spells_at_risk(question: Question, outcome: Outcome) -> tuple[str, ...]:
    """The spells that days at risk are told by: those that a rate is counted over, or that street time leaves out."""
    off = outcome.off_clock if outcome.kind == "rate" or question.time == "street" else ()
    return (*off, *outcome.exposure)


def competing_events(question: Question, outcome: Outcome) -> tuple[str, ...]:
    """The kinds of event after which a mark cannot happen, besides a death."""
    return tuple(kind for kind in question.competing or outcome.competing if kind != "death") if outcome.kind == "mark" else ()


def sources_of(engine: Engine, use: Use) -> tuple[str, ...]:
    """The sources that hold a row of these kinds."""
    query = exp.select("source").distinct().from_(table(use.table)).order_by(c("source"))
    if use.kinds:
        query = query.where(among(c(CONTRACT[use.table].kind or ""), use.kinds))
    return tuple(engine.fetch(query)["source"].to_pylist())


def sources_of_nothing_else(engine: Engine, some: Sequence[Use]) -> tuple[str, ...]:
    """The sources that hold rows of these kinds and, in no table of observations, any other row."""
    holding = {source for use in some for source in sources_of(engine, use)}
    others: set[str] = set()
    for canonical in CONTRACT.values():
        if holding and canonical.sourced and canonical.day:
            query = exp.select("source").distinct().from_(table(canonical.name))
            kinds = [kind for use in some if use.table == canonical.name for kind in use.kinds]
            if kinds:
                query = query.where(exp.not_(among(c(canonical.kind or ""), kinds)))
            others.update(engine.fetch(query)["source"].to_pylist())
    return tuple(sorted(holding - others))
