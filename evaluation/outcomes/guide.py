"""Writes the page about outcomes from their definitions, so that the page cannot fall behind.

python -m evaluation.outcomes.guide > docs/outcomes.md
"""

from __future__ import annotations

from collections.abc import Iterator

from ..terms import Outcome
from .cards import FIELDS, card, reads, sourced
from .vocabulary import VOCABULARY

_OPENING = """\
# Outcomes

What a design may ask about: `outcome = "recidivism/arrest"`.  A name is a family and a version: versions of one family are rivals, which
count the same thing in another way, and a definition never changes under its name.  Each reads rows of some kinds from one table of the
records ([records.md](records.md)); a county whose files use other words maps them to [these](#the-words-of-the-records) with `codes`, or
with `set`.  [Outcomes by hand](outcomes_by_hand.md) lays each on four people, and `betteroff outcomes FAMILY` shows the versions of a
family in a terminal.

*Text read* means that the authority's own text was read for the definition; *from memory*, that it was not; *own definition*, that there is
no official text.  An official definition laid on another clock than its authority's is **adapted**: pages say in what the clock differs.
[One question by every definition of its outcome](rivals.md) says how rivals are asked and read, and what of them never leaves.

"""

_KINDS = """
## The four kinds

A clock starts on day 0.  A horizon of 30 days holds the days 0 to 29; one in months goes by the calendar.  A method says which
kinds it answers about, and a design that asks it about another is refused when it is read.

- **mark**: the first day on which something happened: an event or a cost line on its day, a spell or an enrolment on the day it starts.  Marks
  count from the day after the start, unless the definition says otherwise: what happened on the day itself may have come
  before, and is told beside the answer.  A mark ends a clock; so do a death, an event that a question calls `competing`, the start of
  a compared person's own service, a move, and the end of the records, in that order where they meet on one day.  Whoever is watched
  to the horizon has reached it.  A mark on the day of a death counts, and so does a death on the last day seen.  What competes counts
  from the same day as a mark: on the day of the start it may have come before.
- **amount**: what a window adds up to: days inside spells or enrolments, which are merged first, so that no day counts twice; dollars,
  exact to the cent; or how many events there are.  Days after a death are watched, and empty; days after a move or the end of the records
  are not watched.
- **state**: where somebody is on the last day of the horizon: the first of the definition's kinds of spell that holds that day, or none.
  On the day of a death there is still a state; afterwards the state is *died*, which is known, and is none of the kinds.  Of quarters it is
  whether the last one holds more than the definition asks for.
- **rate**: how many events, and the days that they are counted over: days inside spells of some kinds, or the days at risk.  Days at
  risk run from the start to the horizon, the last day seen or the day of a death, without the spells that the definition
  takes off the clock: who is locked up cannot be arrested in the street.

## Quarters, waits, joined stays, made lines

- Wages and benefits come by calendar **quarter**.  The quarter of the start is left out, since part of it came before: a horizon of 12 months
  reads the four whole quarters after it.  A horizon that is no whole number of quarters is refused when the design is read.  The quarter of a
  death counts, and those after it are empty; a quarter that a move or the end of the records cuts is not watched.
- Marks of one kind may **wait** longer than those of the others before they count.
- Stays so many days apart or nearer may be **joined**: a transfer is no new stay, nor is a booking as custody ends.
- Where kinds and days cannot say which lines count, a definition's lines are **made** from the records by a named rule: its card says which.
- `{programme}` in a kind is the programme of the study.

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
outcome's own sources is refused before anything is read, with the latest start that has matured.  Every card says its rule (*Matured*): the
horizon, what the sources' own `lag_days` leave out, and the definition's own days.  These are allowances of this project or from memory, and a
definition that looks ahead (aid that has stopped for 61 days) waits for as long as it looks.

"""
_MANY = """\
## Many at once

In a notebook of somebody who may see rows, one pass over each table reads any number of definitions off a design's cohort:

```python
frame = ev.measures(study, county, ["recidivism", "employment"], horizon=ev.Horizon(months=12))
```

A row is a start; a definition has its value, whether it is known, and of a mark the day ([how long it takes](benchmarks_outcomes.md)).
These are rows of people: they never leave the county, and no disclosure rule was laid on them.

## Without a clock

HUD's Measure 1a looks back from each client's last night of a year, so that no clock starts with it and no definition above is it:

```python
ev.length_of_time_homeless(county, between=(date(2023, 10, 1), date(2024, 9, 30)))
```

tells how many people, the mean and the median of their nights.  It describes a county, and is no effect of anything.

"""
_WORDS = """\
## The words of the records

The kinds of row that definitions read and that starts, histories and spells of a design may name.  What stands in angle brackets is filled
in: `discharge:adoption`.  An invented county writes many of them; the importers write the others.

| table | kind | a row is |
|---|---|---|
"""


def page() -> str:
    """The page, in Markdown."""
    tables = "".join("".join(_table(field, versions)) for field, versions in FIELDS.items())
    cards = "".join(f"\n{line}\n" for versions in FIELDS.values() for outcome in versions for line in _section(outcome))
    words = "".join(f"| `{name}` | `{kind}` | {what} |\n" for name, kinds in VOCABULARY.items() for kind, what in kinds.items())
    return _OPENING + tables + _KINDS.lstrip() + _MANY + _WORDS + words + cards


def _table(field: str, versions: tuple[Outcome, ...]) -> Iterator[str]:
    """The versions of one field: name and kind, what is better, what is read, who is in it, and on whose word."""
    yield f"## {field}\n\n| outcome | kind | counts | better | reads | whose clock | authority |\n|---|---|---|---|---|---|---|\n"
    for one in versions:
        clock = one.universe.split(";")[0]
        link = f"[`{one.name}`](#{one.name.replace('/', '')})"
        yield f"| {link} | {one.kind} | {one.unit} | {one.better} | {reads(one)} | {clock} | {sourced(one)} |\n"
    yield "\n"


def _section(outcome: Outcome) -> Iterator[str]:
    yield f"### {outcome.name}"
    yield f"{outcome.title['en'][0].upper()}{outcome.title['en'][1:]}: a {outcome.kind}."
    yield "\n".join(f"- **{heading}:** {words}" for heading, words in card(outcome))


if __name__ == "__main__":
    print(page(), end="")
