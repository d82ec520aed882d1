"""In which money a cost is asked: a book where one is read, one purse, the dollars of one year, and the outcome whose unit is priced."""

from __future__ import annotations

from collections.abc import Iterator

from ..methods import METHODS
from ..outcomes import OUTCOMES
from ..outcomes.quarters import not_whole
from ..phrases import listed
from ..records.toml import Path
from ..records.uses import BOOK
from ..terms import CohortPlan, Kind, Money, Outcome, Question
from .slip import Slip, not_one_of
from .words import shown

PRICEABLE: tuple[Kind, ...] = ("mark", "state", "amount")  # outcomes of which one more unit has a price
PRICES = "mean"  # the method that prices a unit
EXAMPLE = 'money = { price_year = 2024, book = "bayview_2024", basis = "average", perspective = "county" }'


def of_money(question: Question, outcome: Outcome | None, plan: CohortPlan | None, at: Path, *, framed: bool = False) -> Iterator[Slip]:
    """Every mistake in the money of a question, and in the outcome whose unit it prices; `framed` where a lab's own frame is asked."""
    if outcome is not None:
        yield from _told_in(question, outcome, plan, at, framed=framed)
    if question.priced:
        yield from _per(question, outcome, at, framed=framed)


def _told_in(question: Question, outcome: Outcome, plan: CohortPlan | None, at: Path, *, framed: bool) -> Iterator[Slip]:
    money, on = question.money, ((*at, "outcome"), (*at, "money"))
    if money is None:
        if outcome.made == BOOK:
            yield Slip((*at, "outcome"), f"'{outcome.name}' reads a book of unit costs, and no 'money' says which.", "", f"Say it: {EXAMPLE}.", on=on)
        return
    here = (*at, "money")
    if framed:
        yield Slip(here, "A frame's dollars are told as they stand: it holds no lines to bring to another year.", remedy="Leave 'money' out.", on=on)
    elif outcome.table != "cost":
        found = f"'money' says in which dollars the cost of services is told, and '{outcome.name}' is none."
        yield Slip(here, found, f"Such outcomes are {listed(_costs())}.", "Leave it out, or ask about one of them.", on=on)
    elif plan is not None and plan.clock == "calendar":
        found = "'money' is laid on people's own clocks, and the cohort is a panel on the calendar."
        yield Slip(here, found, remedy="Leave it out: a panel's dollars are added up as recorded.", on=(*on, ("cohort", question.cohort, "clock")))
    elif outcome.made == BOOK and not money.book:
        found = f"'{outcome.name}' reads a book of unit costs, and 'money' names none."
        yield Slip(here, found, "A book is named as the column 'book' of the table 'unit_cost' has it.", f"Say it: {EXAMPLE}.", on=on)
    elif outcome.made != BOOK:
        yield from _as_recorded(money, outcome, here, on)


def _as_recorded(money: Money, outcome: Outcome, here: Path, on: tuple[Path, ...]) -> Iterator[Slip]:
    """Lines of the records are added up whoever paid, as they were priced: no book, basis or purse is theirs to choose."""
    whole = f"'{outcome.name}' adds up every priced line of the records, whoever paid, "
    if money.book:
        found = f"{whole}and reads no book."
        yield Slip((*here, "book"), found, remedy="Leave 'book' out, or ask about 'cost_per_client/priced'.", on=on)
    if money.basis != "average":
        found = f"{whole}at the price that stands there: it has no other basis."
        yield Slip((*here, "basis"), found, remedy="Leave 'basis' out, or ask about 'cost_per_client/priced'.", on=on)
    if money.perspective != "society":
        found = f"{whole}and the perspective is {shown(money.perspective)}."
        yield Slip((*here, "perspective"), found, remedy='Say whose money that is: perspective = "society".', on=on)


def _per(question: Question, outcome: Outcome | None, at: Path, *, framed: bool) -> Iterator[Slip]:
    """The outcome of which one more unit is priced: another one, that can be counted on the same clocks, by the method that does."""
    here, on, priced = (*at, "per"), ((*at, "outcome"), (*at, "method")), OUTCOMES.get(question.priced)
    if framed:
        found = "A unit of another outcome is priced on the records, and a frame holds one outcome."
        yield Slip(here, found, remedy="Leave 'per' out, and price the two effects yourself.", on=on)
        return
    if priced is None:
        yield not_one_of(here, question.priced, "an outcome of this version", OUTCOMES)
    elif question.priced == question.outcome:
        yield Slip(here, f"'{priced.name}' is to be priced by itself.", "The price of a unit is the ratio of two effects.", on=on)
    elif priced.kind not in PRICEABLE or priced.table == "area":
        found = f"One more unit of '{priced.name}' has no price: it is no event, state or amount of a person."
        yield Slip(here, found, remedy="Name an outcome of kind mark, state or amount.", on=on)
    elif priced.unit == "dollars":
        yield Slip(here, f"'{priced.name}' is in dollars, and a dollar costs a dollar.", remedy="Name an outcome in people, days or events.", on=on)
    elif priced.table == "quarter" and (question.horizon.days or (question.horizon.months or 0) % 3):
        found, right, remedy = not_whole(question.horizon)
        yield Slip((*at, "horizon"), f"Of '{priced.name}', whose unit is priced, {found}", right, remedy, on=(here,))
    if question.method in METHODS and question.method != PRICES:
        found = f"'{question.method}' prices no unit of another outcome."
        yield Slip((*at, "method"), found, remedy=f"Use method = \"{PRICES}\", or leave 'per' out.", on=(here,))
    if outcome is not None and outcome.unit != "dollars":
        found = f"'per' prices a unit of an outcome, and '{outcome.name}' is not in dollars."
        yield Slip(here, found, remedy='Ask about a cost: outcome = "cost_per_client/priced".', on=on)
    elif question.money is None and outcome is not None and outcome.made != BOOK:  # of one that reads a book it is said already
        yield Slip(
            here, "'per' prices a unit, and no 'money' says in the dollars of which year.", "", f"Say it: {EXAMPLE}.", on=(*on, (*at, "money"))
        )


def _costs() -> list[str]:
    return [name for name, outcome in OUTCOMES.items() if outcome.table == "cost"]
