"""`betteroff rehearse`: would these designs find the truth, before any record is read?"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..phrases import listed
from ..terms import Problem, Refused
from .sharing import Designs, loaded

if TYPE_CHECKING:
    from synthetic import World

    from ..rehearsal import Rehearsals
    from ..terms import Study

EVERY_WORLD = "An invented world that `betteroff list` shows; may be given again. Default: those where people are served as the design says."
Worlds = Annotated[list[str] | None, typer.Option("--world", help=EVERY_WORLD)]


def rehearse(
    designs: Designs,
    world: Worlds = None,
    runs: Annotated[int, typer.Option("--runs", help="How many counties are invented: 100 show a gross fault, 2,000 a fine one.")] = 100,
    people: Annotated[int | None, typer.Option("--people", help="How many people each county has. Default: as many as the world says.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="The first county's seed; the others follow.")] = 0,
    reference: Annotated[int, typer.Option("--reference", help="How many other people the truth is measured on.")] = 20_000,
    jobs: Annotated[int, typer.Option("--jobs", help="How many processes at once; -1: one for each core.")] = -1,
    scheduler: Annotated[str | None, typer.Option("--scheduler", help="A Dask scheduler that shares the runs out, as in tcp://host:8786.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="A folder for rehearsal.csv, runs.csv, rehearsal.md and picture.svg.")] = None,
) -> None:
    """Would these designs find the truth? Tried on invented counties whose truth is known, before any record is read.

    Each design is performed on county after county, and its answers are held against the truth: what its own ruler shows on
    the lives that the same people lead with the programme and without it.  For each question, with its Monte Carlo error:

    bias (how far off the answers are on average), coverage (how often the 95 % interval holds the truth; it should be 95 %),
    size (how often a programme that does nothing is called a success or a failure; 5 %) or power (how often one that works
    is noticed), whether standard errors are as large as they should be, how often the question is refused, and the verdicts.

    Numbers that luck does not explain are said to lie outside the Monte Carlo gate: do not trust such a design in such a
    world.  A design that is right in one world may be wrong in another: `betteroff list` says why people are served in each.

    A run takes about a second.  With --out, finished runs are kept beside the folder, in .NAME.runs: a rehearsal that was
    killed goes on where it stopped, and one of more runs only adds.  The same call writes the same bytes.
    """
    from ..rehearsal import rehearse_all
    from ..report.place import whole
    from .scheduler import on

    studies = [study for _, study in loaded(designs)]
    pairs = [(study, one) for study in studies for one in _worlds(study, world or [])]
    kept = None if out is None else out.resolve().with_name(f".{out.resolve().name}.runs")
    with on(scheduler), nullcontext() if out is None else whole(out) as fresh:
        found = rehearse_all(pairs, runs=runs, people=people, seed=seed, reference=reference, jobs=jobs, store=kept)
        _say(found)
        if fresh is not None:
            _write(found, fresh)
    if out is not None:
        typer.echo(f"Wrote {out}. Finished runs are kept in {kept}.")


def _worlds(study: Study, names: list[str]) -> list[World]:
    """The worlds named, or those in which people are served as the design says; refuses names that are none, and a design without any."""
    from synthetic import WORLDS
    from synthetic.worlds import named

    worlds: dict[str, World] = {}
    problems: list[Problem] = []
    for name in names:
        try:
            world = named(name)
            worlds[world.name] = world
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(*problems)
    found = list(worlds.values()) or [world for world in WORLDS.values() if world.suits(study)]
    if not found:
        words = f"in no invented world are people served as '{next(iter(study.title.values()), study.programme)}' says."
        raise Refused(Problem("--world", words, f"There is {listed(WORLDS)}.", "Name the world to try it in with --world."))
    return found


def _say(found: Rehearsals) -> None:
    """The tables, and at the end whether anything lies outside the gate."""
    from rich.console import Console

    console = Console(highlight=False)
    console.print(found)
    missed = len(found.misses())
    if missed:
        typer.echo(f"Outside the Monte Carlo gate: {missed} of {found.numbers} numbers. Luck does not explain it: do not trust these answers there.")


def _write(found: Rehearsals, folder: Path) -> None:
    from ..rehearsal.written import files

    for name, text in files(found).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
