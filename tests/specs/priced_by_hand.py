"""Cost per client by a book of unit costs, by hand: two prices, and two people who start on 1 March 2020 and are followed for 30 days."""

from __future__ import annotations

from books_by_hand import JAIL, VISIT, priced
from outcome_specs import MONTH, markdown

NAME = "cost_per_client/priced"
STARTS = "person_id day own\nann 2020-03-01 -\nbob 2020-03-01 -"
SPELLS = """
    ann  custody  2020-02-20  2020-03-04
    ann  custody  2020-03-03  2020-03-06
    bob  custody  2020-03-29  2020-04-15
"""
EVENTS = """
    ann  visit  2020-03-10
    ann  visit  2020-03-31
    bob  visit  2020-03-01
    bob  visit  2020-03-02
"""
SAYS = (
    "The book has a day in jail at $100 and an emergency visit at $10, in the dollars of 2020, which are the question's, undiscounted.  Ann was in "
    "jail on five nights of her clock, 1 to 5 March: her two stays overlap, and count once.  Her second visit is a day too late.  Bob's two nights "
    "are the last of his; of his two visits, that on the day of the start counts too."
)
BOOK = ["service", "prices", "kind", "unit", "cost", "price_year"]
FOUND = [510.0, 220.0]


def found() -> list[float]:
    """What the ruler of the book finds for Ann and Bob."""
    tables = {"spell": f"person_id kind start stop\n{SPELLS.strip()}", "event": f"person_id kind day\n{EVENTS.strip()}"}
    people = "person_id death moved\nann - -\nbob - -"
    amounts: list[float] = priced(JAIL, VISIT, starts=STARTS, person=people, **tables).amount(0, MONTH).amount.tolist()
    return amounts


def section() -> list[str]:
    """Its part of docs/outcomes_by_hand.md."""
    book = [[line.service, line.table, line.kind, line.unit, f"{line.cost:g}", str(line.price_year)] for line in (JAIL, VISIT)]
    lines = [f"## {NAME}", "", "Table `unit_cost`:", "", *markdown(["service", "prices", "kind", "unit", "cost", "price_year"], book), ""]
    for name, columns, rows in (("spell", "person_id kind start stop", SPELLS), ("event", "person_id kind day", EVENTS)):
        lines += [f"Table `{name}`:", "", *markdown(columns.split(), [line.split() for line in rows.strip().splitlines()]), ""]
    return [*lines, "Found, what the 30 days add up to:", "", *markdown(["ann", "bob"], [[f"{each:g}" for each in FOUND]]), "", SAYS, ""]
