"""`betteroff synthesize`: an invented county of any size as files, its truth apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from ..terms import Problem, Refused

if TYPE_CHECKING:
    from synthetic import World
    from synthetic.streaming import County

Word = TypeVar("Word")
Made = TypeVar("Made")
DEFAULT = "county"  # all residents, seen by every system


def synthesize(
    people: Annotated[int, typer.Option("--people", help="How many people live there; 10_000_000 is a good-sized county.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write; new, or empty.")],
    world: Annotated[str, typer.Option("--world", help="Why people are served there: a world that `betteroff list` shows.")] = DEFAULT,
    programme: Annotated[str | None, typer.Option("--programme", help="What they are served with. Default: the world's own.")] = None,
    effect: Annotated[
        str | None, typer.Option("--effect", help="How it works: none, steady, fading, delayed, uneven or harmful_low. Default: the world's own.")
    ] = None,
    faults: Annotated[
        float | None,
        typer.Option(
            "--faults",
            help="The share of rows, 0 to 1, that gets each of 19 faults: 0.002 is a messy county. Default: none.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another county; the same seed, the same bytes.")] = 0,
    jobs: Annotated[int, typer.Option("--jobs", help="How many processes at once; -1: one for each core.")] = -1,
    chunk: Annotated[int | None, typer.Option("--chunk", help="How many people each process has in memory at a time.")] = None,
) -> None:
    """Invent a county whose truth is known, of any size: records to try designs and tools on, before any real record is read.

    Everybody lives a dated life: arrests and jail, shelters and housing, emergency rooms, child welfare, wages, benefits,
    costs.  Then systems write down what they would: some of it late, nothing after a move.  Files are Parquet:

    OUT/records holds all that an analyst may read; its dictionary.md says what each table, column and kind of row is, its
    manifest.json has a digest by which two counties can be told to be the same.  OUT/truth is sealed, for whoever marks the
    answers: hidden need and frailty, who was offered the programme and who enrolled when; what the programme does; which
    rows --faults made wrong; and the seed.

    A person's life depends on the seed and on the person's number alone.  So the county of 1,000 people is the first
    thousand of the county of a million, and neither --jobs nor --chunk changes a byte.  (Where a list ranks everybody,
    places depend on who else is there: such a county is made in one piece.)

    A million people take a minute of processor time; memory grows little with them.  Nothing is left half-written.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from synthetic.faults import Faults
    from synthetic.streaming import CHUNK, problems_with
    from synthetic.streaming import synthesize as write

    problems: list[Problem] = []
    chosen = _chosen(world, programme, effect, problems)
    laid = None if faults is None else _or(problems, Faults.of_every_kind, faults)
    chunk = CHUNK if chunk is None else chunk
    problems += problems_with(None if chosen is None else chosen.as_run, people, out, seed, chunk=chunk, jobs=jobs)
    if problems or chosen is None:
        raise Refused(*problems)
    typer.echo(f"{people:,} people of an invented county, served {chosen.why}.")
    console = Console(highlight=False, stderr=True)
    columns = (TextColumn("people"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("people", total=people)
        made = write(chosen, people, out, seed, chunk=chunk, jobs=jobs, faults=laid, progress=lambda many: progress.advance(bar, many))
    _say(made, out)


def _say(made: County, out: Path) -> None:
    """What was written, and what to do with it."""
    for name, (rows, _) in made.tables.items():
        typer.echo(f"  {rows:>15,} rows  {name}.parquet")
    if made.planted is not None:
        typer.echo(f"  {made.planted['rows'].sum():>15,} rows with a fault of recording; {out / 'truth' / 'manifest.json'} counts them by kind.")
    typer.echo(
        f"Wrote {out}; digest {made.content[:12]}. {out / 'truth'} is sealed: never give it to an analyst.\n"
        f"Read {out / 'records' / 'dictionary.md'} next, then try\n"
        f"  betteroff check --records {out / 'records'}\n"
        f"  betteroff run DESIGN.toml --records {out / 'records'} --out RESULTS"
    )


def _chosen(world: str, programme: str | None, effect: str | None, problems: list[Problem]) -> World | None:
    """The world with its programme and effect; what is wrong with the names, all of it at once, joins the problems."""
    from synthetic import WORLDS
    from synthetic.worlds import named

    asked = _or(problems, named, world)
    there = WORLDS[DEFAULT] if asked is None else asked  # some world, so that the other names are looked at too
    if programme is not None:
        there = _or(problems, there.of, programme) or there
    if effect is not None:
        there = _or(problems, lambda shape: there.but(effect=shape), effect) or there
    return None if problems else there


def _or(problems: list[Problem], make: Callable[[Word], Made], word: Word) -> Made | None:
    """What is made of a word; None if it is refused, and then what is wrong with it joins the problems."""
    try:
        return make(word)
    except Refused as refused:
        problems += refused.problems
        return None
