"""`betteroff outcomes`: what counts as better off, by field and family, and what each definition counts and misses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from ..terms import Problem, Refused

if TYPE_CHECKING:
    from ..terms import Outcome


def outcomes(
    name: Annotated[str | None, typer.Argument(help="A family (recidivism) or a definition (recidivism/arrest); default: all of them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write every field of the definitions as JSON, for other programs.")] = False,
) -> None:
    """Say what counts as better off: every definition that a design may name, by family.

    Without a name, one entry for each definition: its kind (a mark happens on a day, an amount adds up, a state holds on the last
    day, a rate is for so many days or people), which direction is better, whether the authority's own text was read, and who is in it.  With
    the name of a family, its versions one under the other, each with what it counts, from which records, on whose authority, and what it
    misses: `betteroff outcomes recidivism`.  A design asks for one as `outcome = "recidivism/arrest"`.
    """
    from ..outcomes.cards import families

    asked = _asked(name, families())
    if as_json:
        typer.echo(_json(asked))
        return
    for line in _cards(asked) if name else _listing():
        typer.echo(line)


def _asked(name: str | None, families: dict[str, tuple[Outcome, ...]]) -> tuple[Outcome, ...]:
    """The definitions that a name stands for; all without one."""
    from ..outcomes import DEFINED, OUTCOMES
    from ..phrases import nearest

    if name is None:
        return tuple(OUTCOMES.values())
    if name in families:
        return families[name]
    if name in DEFINED:
        return (DEFINED[name],)
    right = "`betteroff outcomes` lists the families and the definitions."
    raise Refused(Problem("betteroff outcomes", "there is no family and no definition of this name.", right, nearest(name, [*families, *DEFINED])))


def _listing() -> Iterator[str]:
    """The registry, two lines a definition, under the name of its field."""
    from ..outcomes.cards import FIELDS, sourced

    for field, versions in FIELDS.items():
        yield field
        yield ""
        for one in versions:
            yield f"  {one.name}: {one.title['en']}"
            yield f"      {one.kind}, {one.better} is better, {sourced(one)}; {_short(one.universe)}"
        yield ""
    yield "`betteroff outcomes FAMILY` shows the versions of a family with what each counts and misses."


def _cards(versions: tuple[Outcome, ...]) -> Iterator[str]:
    """The cards of these definitions."""
    from ..outcomes.cards import card

    for one in versions:
        yield f"{one.name}: {one.title['en']} ({one.kind})"
        width = max(len(heading) for heading, _ in card(one))
        for heading, words in card(one):
            yield from _folded(heading, words.replace("`", ""), width)
        yield ""


def _folded(heading: str, words: str, width: int) -> Iterator[str]:
    """One heading and its words, folded to the width of a page."""
    from textwrap import wrap

    for number, line in enumerate(wrap(words, 110 - width)):
        yield f"  {heading if number == 0 else '':<{width}}  {line}"


def _short(universe: str) -> str:
    """The first clause of a universe: which event opens the clock."""
    clock = universe.split(";")[0]
    return "on any clock" if clock.startswith("whichever") else clock


def _json(versions: tuple[Outcome, ...]) -> str:
    import json
    from dataclasses import asdict

    return json.dumps([asdict(one) for one in versions], ensure_ascii=False, indent=2)
