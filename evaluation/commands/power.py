"""`betteroff power`: how many clients, and how long, until the smallest effect worth having would be seen?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..terms import Problem, Refused
from .sharing import OneDesign, loaded

DEFAULT_PEOPLE = [500, 1_000, 2_000]


def power(
    design: OneDesign,
    world: Annotated[str | None, typer.Option("--world", help="A world that `betteroff list` shows. Default: the first that suits.")] = None,
    people: Annotated[list[int] | None, typer.Option("--people", help="People in the county; may be given again. Default: 500, 1000, 2000.")] = None,
    days: Annotated[list[int] | None, typer.Option("--days", help="Follow-up in days; may be given again. Default: the design's own.")] = None,
    target: Annotated[float, typer.Option("--target", help="The share of studies that are to see it.")] = 0.8,
    a_month: Annotated[float | None, typer.Option("--a-month", help="Clients who come in a month: also says how long an answer takes.")] = None,
    runs: Annotated[int, typer.Option("--runs", help="How many counties are invented for each number of people.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="The first county's seed; the others follow.")] = 0,
    reference: Annotated[int, typer.Option("--reference", help="How many other people the effect is measured on.")] = 20_000,
    jobs: Annotated[int, typer.Option("--jobs", help="How many processes at once; -1: one for each core.")] = -1,
    keep: Annotated[Path | None, typer.Option("--keep", help="A folder where finished runs are kept: a call that was killed goes on.")] = None,
) -> None:
    """How many clients, and how long, until the smallest effect worth having would be seen?

    The programme of an invented county is made exactly as strong as the design's `worthwhile` says, for its headline, and the design is
    rehearsed with more and more people.  For each number of them: how often a 5 % test sees the effect, and the closed form beside it
    where there is one (a lot, two shares or two means).  Then the number of clients that is needed, with its Monte Carlo error, and,
    with --a-month, the months from the first client to an answer: intake, follow-up, and the lag of the records.

    The number needed is safe only between the numbers of people tried: the answer says so where it lies beyond them.  Three numbers
    of people at 100 runs take some minutes on two cores.
    """
    from synthetic import WORLDS
    from synthetic.worlds import named

    from ..rehearsal.power import power as power_of
    from ..terms import Horizon

    if design.is_dir():
        raise Refused(Problem(str(design), "this is a folder.", "Power is worked out for one design at a time.", "Name a design file in it."))
    [(_, study)] = loaded([design])
    there = [named(world)] if world is not None else [one for one in WORLDS.values() if one.suits(study) and one.effect != "none"]
    if not there:
        raise Refused(Problem("--world", "in no invented world are people served as the design says.", "", "Name the world with --world."))
    horizons = [Horizon(days=each) for each in days or []]
    typer.echo(f"Making the programme as strong as the effect worth having, in the world '{there[0].name}'.", err=True)
    found = power_of(
        study,
        there[0],
        horizons=horizons,
        people=people or DEFAULT_PEOPLE,
        target=target,
        a_month=a_month,
        runs=runs,
        seed=seed,
        reference=reference,
        jobs=jobs,
        store=keep,
    )
    typer.echo(str(found))
