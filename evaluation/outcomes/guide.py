"""Writes the page about outcomes from their definitions, so that the page cannot fall behind.

python -m evaluation.outcomes.guide > docs/outcomes.md
"""

from __future__ import annotations

from collections.abc import Iterator

from ..records.contract import CONTRACT
from ..terms import Outcome
from .registry import OUTCOMES

_OPENING = """\
# Outcomes

What a design may ask about: `outcome = "recidivism/arrest"`.  Each reads rows of some kinds from one table of the records
([records.md](records.md)); a county whose files use other words maps them to these with `codes`, or with `set`.
[Outcomes by hand](outcomes_by_hand.md) lays each on four people.

| outcome | kind | counts | table | rows that it reads |
|---|---|---|---|---|
"""

_KINDS = """
## The four kinds

A clock starts on day 0.  A horizon of 30 days holds the days 0 to 29; one in months goes by the calendar.  A method says which
kinds it answers about, and a design that asks it about another is refused when it is read.

- **mark**: the first day on which something happened: an event or a cost line on its day, a spell on the day it starts.  Marks
  count from the day after the start, unless the definition says otherwise: what happened on the day itself may have come
  before, and is told beside the answer.  A mark ends a clock; so do a death, an event that a question calls `competing`, the start of
  a compared person's own service, a move, and the end of the records, in that order where they meet on one day.  Whoever is watched
  to the horizon has reached it.  A mark on the day of a death counts, and so does a death on the last day seen.  What competes counts
  from the same day as a mark: on the day of the start it may have come before.
- **amount**: what a window adds up to: days inside spells, which are merged first, so that no day counts twice; or dollars,
  exact to the cent.  Days after a death are watched, and empty; days after a move or the end of the records are not watched.
- **state**: where somebody is on the last day of the horizon: the first of the definition's kinds of spell that holds that day, or none.
  On the day of a death there is still a state; afterwards the state is *died*, which is known, and is none of the kinds.
- **rate**: how many events, and the days that they are counted over: days inside spells of some kinds, or the days at risk.  Days at
  risk run from the start to the horizon, the last day seen or the day of a death, without the spells that the definition
  takes off the clock: who is locked up cannot be arrested in the street.

## Panels

With the clock of the calendar units are people or areas, and periods are months, quarters, years or so many days.  A mark is then counted
each time it happens, on every day of a period: no clock starts with one.  A person's period that the records do not follow to its end
is not watched; the periods after a death are watched, and empty.  An area shows the sum over the people who lived there when the
panel opened and are watched through the period, for every so many of them (`per`).

Outcomes of the table `area` are numbers about places, and only panels of areas show them: a **rate** is a count over the `population`
of its rows, for every so many people; an **amount** is a number by itself.  Where several rows of an area fall into one period,
the counts of a rate are added up, over the mean population, and a number by itself is their mean; a period with fewer rows than the
fullest is a gap.

## Street time

A question in street time counts days at risk: those that the definition takes off the clock are left out, whichever agency kept the person.
Stays that overlap are counted once.  Records need not hold every kind named, but must hold one: what a county does not record counts as days
at risk, and so does a stay outside it.  A move out of the county is no stay: it ends the clock, in street time as in calendar time.

## When a cohort has matured

An answer needs the whole horizon of its last start on record.  The horizon must end inside what the sources cover, less the
days that a source says are not complete yet (`lag_days` in `coverage`).  Some outcomes reach the records late by their nature, and
their definition allows so many days more.  A cohort whose last horizon and this allowance run past the end of the
outcome's own sources is refused before anything is read, with the latest start that has matured.
"""


def page() -> str:
    """The page, in Markdown."""
    rows = "".join(f"| `{name}` | {outcome.kind} | {outcome.unit} | `{outcome.table}` | {_reads(outcome)} |\n" for name, outcome in OUTCOMES.items())
    return _OPENING + rows + _KINDS + "".join(f"\n{line}\n" for outcome in OUTCOMES.values() for line in _section(outcome))


def _reads(outcome: Outcome) -> str:
    kind = CONTRACT[outcome.table].kind
    return f"`{kind}` is " + " or ".join(f"`{word}`" for word in outcome.kinds) if outcome.kinds else f"every `{kind}`"


def _section(outcome: Outcome) -> Iterator[str]:
    yield f"## {outcome.name}"
    yield f"{outcome.title['en'].capitalize()}; {outcome.better} is better.  {outcome.why_better}"
    yield f"**Counted:** {outcome.universe}; {_when(outcome)}."
    if outcome.off_clock:
        inside = " or ".join(f"`{kind}`" for kind in outcome.off_clock)
        then = "a mark on one of them happens at the day at risk reached by then"
        yield f'**In street time** (`time = "street"`) without the days inside {inside}; {then}.'
    if outcome.lag_days:
        yield f"**On record:** up to {outcome.lag_days} days after it happens."
    read = "read in its own text" if outcome.verified else "no official text was read"
    yield f"**On whose authority:** {outcome.authority} ({read})."
    yield f"**Not counted:** {outcome.not_counted}"


def _when(outcome: Outcome) -> str:
    """Which days of a clock count."""
    if outcome.kind == "state":
        return "on the last day of the horizon alone"
    if outcome.table == "area":
        return "in each period of a panel of areas"
    return f"from day {outcome.from_day} of each person's clock, the start being day 0"


if __name__ == "__main__":
    print(page(), end="")
