"""`betteroff demo`: the whole road, once where the truth is known and once where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .sharing import delivered


def demo(
    out: Annotated[Path, typer.Option("--out", help="Where the output goes.")] = Path("out"),
    people: Annotated[int, typer.Option("--people", help="How many people the invented county has.", min=500, max=200_000)] = 12_000,
) -> None:
    """Go the whole road twice: on an invented county whose truth is known, and on a real experiment."""
    import runpy

    from synthetic import WORLDS

    from ..delivery import Job
    from ..records import connect
    from ..rehearsal import truth
    from ..shipped import shipped
    from ..study import load

    world = WORLDS["lottery"]
    typer.echo(f"An invented county, Bayview: {people:,} people, places drawn {world.why}.")
    everybody = world.people(people, seed=0)
    bayview = Job(
        "reentry_navigation",
        load(shipped("designs/bayview/reentry_navigation.toml")),
        connect(world.records(world.live(everybody, world.as_run))),
        invented=True,
    )
    typer.echo(bayview.records.quality.summary())
    rossi = Job(
        "rossi",
        load(shipped("examples/rossi/rossi.toml")),
        connect(runpy.run_path(str(shipped("examples/rossi/records.py")))["tables"]()),
    )
    delivered([bayview], out)
    headline = bayview.study.questions[0]
    planted = truth(bayview.study, headline, world)
    typer.echo(
        f"The truth that was planted in Bayview, of every 100 people: {100 * planted.served:.1f} arrested if all were offered the programme, "
        f"{100 * planted.compared:.1f} if nobody were: {100 * planted.effect:+.1f}. Compare it with the first finding above.\n"
    )
    typer.echo("A real experiment: 432 men released from Maryland prisons, financial aid by lot (Rossi, Berk and Lenihan 1980).")
    delivered([bayview, rossi], out, announced=[bayview.name])
    typer.echo(f"\nLook at {out / 'release' / 'index.html'}")
