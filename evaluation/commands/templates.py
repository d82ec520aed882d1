"""`betteroff template`: a mapping to start from, with a small invented system that it reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..terms import Problem, Refused

HMIS = "hmis"  # no mapping: an invented export
ASKED = 4_000  # households of it: enough for the question of examples/hmis/returns.toml


def template(
    name: Annotated[str, typer.Argument(help="jail, court or foster: a mapping with its files; hmis: an invented HMIS CSV export.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write; new, or empty.")],
) -> None:
    """Write a mapping to start from, with small invented files that it reads.

    Put your own files in place of the invented ones, change the names of columns and codes in records.toml, and run
    `betteroff check --records FOLDER` until nothing is refused.
    """
    from ..phrases import nearest
    from ..report.place import whole
    from ..shipped import shipped

    place = shipped("examples/templates")
    there = sorted((*(path.name for path in place.iterdir() if path.is_dir()), HMIS))
    if name not in there:
        raise Refused(Problem(name, "is no template.", f"There is {', '.join(there)}.", nearest(name, there)))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused(Problem(str(out), "is there already.", "", "Name a new folder with --out, or move it away first."))
    with whole(out) as fresh:
        if name == HMIS:
            from synthetic.hmis import write

            write(fresh, households=ASKED)
        else:
            for path in sorted((place / name).iterdir()):
                (fresh / path.name).write_bytes(path.read_bytes())
    then = f"betteroff import hmis {out} --out RECORDS" if name == HMIS else f"betteroff check --records {out}"
    typer.echo(f"Wrote {out}. Now try `{then}`.")
