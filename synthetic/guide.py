"""Writes the reference of the invented counties from the tables that they are made from, so that it cannot fall behind.

python -m synthetic.guide > docs/worlds.md
"""

from __future__ import annotations

from collections.abc import Iterator

from synthetic import rates
from synthetic.effects import SHAPES
from synthetic.intakes import INTAKES
from synthetic.plans import ALL_OFFERED, NEVER, WALK_IN, Plan
from synthetic.programmes import PROGRAMMES
from synthetic.world import SEEN_BY, World
from synthetic.worlds import WORLDS

OPENING = """\
# Worlds, programmes and rates

This page is written from the tables of `synthetic/`: `python -m synthetic.guide > docs/worlds.md`.  [Invented counties](synthetic.md)
has the story.

A **world** is why people are served, a **programme** what they are served with, and an **effect** how it works: a world takes another
programme, and refuses one with which what decides there would be gone (`WORLDS["referred"].of("post_reunification").but(effect="fading")`).
"""

WORLDS_HEAD = """\
## Worlds

*Passes*: answers of this method, asked by a design that suits the world, must lie inside the gate of [rehearsals](rehearsals_guide.md).
*Refuses*: the method must refuse, fail a check of its own, or bound the answer.  *Misled*: it is off, and nothing in the records tells it so.
Methods that are not built yet are named all the same: what they will have to show stands before they do.

| world | in words | people a run | programme | truth compares | passes | refuses | misled |
|---|---|---|---|---|---|---|---|"""

SHAPES_HEAD = """\
## Effects

A programme multiplies the hazards of the processes that it moves by a ratio, from enrolment on (where people walk in, from the day after).

| effect | how it runs |
|---|---|"""

INTAKES_HEAD = """\
## Whose clock starts

| intake | the county's people are | on the start the records show | systems that see them |
|---|---|---|---|"""

PROGRAMMES_HEAD = """\
## Programmes

One for each study about people that the county documents behind the designs ask for.  Ratios and prices are assumed.

| programme | what it does | whose clock starts | times the hazard of | price |
|---|---|---|---|---|"""

RATES_HEAD = """\
## Rates

Each stands once, with its source or the word *assumed*."""


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield OPENING
    yield WORLDS_HEAD
    yield from (_row(world) for world in WORLDS.values())
    yield ""
    for world in WORLDS.values():
        yield f"- **{world.name}**: people are served {world.reason}.  *The trap:* {world.trap}"
    yield "\n" + SHAPES_HEAD
    for name, made in SHAPES.items():
        yield f"| `{name}` | {_first(made.__doc__) if made else 'Nothing changes but what the programme costs.'} |"
    yield "\n" + INTAKES_HEAD
    for intake in INTAKES.values():
        yield f"| `{intake.name}` | {intake.who} | {f'`{intake.opens}`' if intake.opens else ''} | {', '.join(SEEN_BY[intake.name])} |"
    yield "\n" + PROGRAMMES_HEAD
    for one in PROGRAMMES.values():
        moved = ", ".join(f"{process} {ratio.value:g}" for process, ratio in one.moves.items())
        yield f"| `{one.name}` | {one.does} | {one.intake} | {moved} | ${one.price.value:,.0f} |"
    yield "\n" + RATES_HEAD
    for title, table in rates.tables():
        yield f"\n### {title}\n\n{table}"
    yield ""


def _row(world: World) -> str:
    """A world in the table."""
    methods = (", ".join(f"`{name}`" for name in sorted(each)) for each in (world.passes, world.refuses, world.misleads))
    plans = " and ".join(_plan(plan) for plan in world.contrast)
    return f"| `{world.name}` | {world.title} | {world.size:,} | {world.programme.name} | {plans} | " + " | ".join(methods) + " |"


def _plan(plan: Plan) -> str:
    """A plan by the name that it has in `synthetic`, or by its kind."""
    known = {"ALL_OFFERED": ALL_OFFERED, "NEVER": NEVER, "WALK_IN": WALK_IN}
    return f"`{next((name for name, one in known.items() if one == plan), type(plan).__name__)}`"


def _first(words: str | None) -> str:
    """The first line of a docstring."""
    return (words or "").strip().splitlines()[0]


if __name__ == "__main__":
    print(page(), end="")
