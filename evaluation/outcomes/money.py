"""The outcomes in dollars: what services cost."""

from __future__ import annotations

from ..terms import Outcome

MONEY = (
    Outcome(
        name="cost_per_client/recorded",
        kind="amount",
        title={"en": "cost of services per client", "es": "costo de los servicios por persona atendida"},
        event={"en": "dollars in service costs", "es": "dólares en costos de servicios"},
        better="fewer",
        why_better="Money not spent on jail, emergency rooms and shelter can be spent on what people need; it is better only if nobody went without.",
        table="cost",
        kinds=(),
        unit="dollars",
        universe="whichever event opens the clock; every priced line of service dated within the horizon, whoever paid",
        authority="The county's own prices; not an official definition",
        verified=False,
        own=True,
        not_counted=(
            "Services without a price in the records, the programme's own cost unless it is among them, and what the person or the family paid.  "
            "Unless the question declares a money, prices stand as recorded, neither deflated nor discounted; averages overstate what is saved.  "
            "Nothing is spent after a death."
        ),
        from_day=0,
    ),
    Outcome(
        name="cost_per_client/priced",
        kind="amount",
        title={"en": "cost of services per client, at unit costs", "es": "costo de los servicios por persona atendida, a costos unitarios"},
        event={"en": "dollars in services at unit costs", "es": "dólares en servicios a costos unitarios"},
        better="fewer",
        why_better="Money not spent on jail, emergency rooms and shelter can be spent on what people need; it is better only if nobody went without.",
        table="cost",
        kinds=(),
        unit="dollars",
        universe=(
            "whichever event opens the clock; every day and contact within the horizon that the book of unit costs prices, "
            "as the question's `money` says: one basis, the payers of one perspective, the dollars of one year, discounted"
        ),
        authority="The book of unit costs that the question names; not an official definition",
        verified=False,
        own=True,
        not_counted=(
            "Services that the book does not price, and what payers outside the perspective pay.  Overlapping stays of one service count each day "
            "once; stays of different services on one day count for both.  Average costs say that one unit less saves "
            "more than any budget frees at once.  Nothing is spent after a death, nor after the last day that somebody is seen."
        ),
        from_day=0,
        made="book",
    ),
)
