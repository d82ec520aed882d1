"""`betteroff challenge`: does the finding stand when one thing in its study is changed?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..terms import Problem, Refused
from .sharing import PolicyFile, apart, connected, delivered, loaded, policy_of


def challenge(
    designs: Annotated[list[Path] | None, typer.Argument(help="Design files (TOML), or folders that hold them.")] = None,
    records: Annotated[Path | None, typer.Option("--records", help="A folder of CSV or Parquet files, an XLSX workbook, or a DuckDB file.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the output goes: studies/ stays in the county, release/ may be sent.")] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", help="The TOML that maps the county's files.")] = None,
    only: Annotated[list[str] | None, typer.Option("--only", help="One challenge alone, by the name that --list shows; may be given again.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the challenges, what each asks, and which decide; run nothing.")] = False,
    policy: PolicyFile = None,
) -> None:
    """Put findings to the test: the same study again with one thing changed, and the verdict that is left standing.

    Each headline is asked again on days before anybody was served, of outcomes that the programme cannot move, without each
    area in turn, by other methods and definitions, and so on, wherever that fits the design; other questions are put to the
    challenges that decide.  An answer that fails one that decides is not answered; what fails another is told.  A challenge
    that cannot be made says why, and counts for nothing.

    Writes what `betteroff run` writes, with the challenged verdict, and internal/challenges.csv with a picture of each.
    What may leave says what was tried, and whether the finding held; no number of a challenge leaves.  A later
    `betteroff run` on the same design, records and version leaves it as it is.  With --only a verdict stays provisional
    where a challenge that decides is left out.  What each challenge is: docs/challenges.md.
    """
    from ..challenges.running import known
    from ..challenges.table import CHALLENGES

    if list_:
        width = max(map(len, CHALLENGES))
        for kind in CHALLENGES.values():
            typer.echo(f"{kind.name:<{width}}  {kind.asks}{' (decides)' if kind.decides else ''}")
        return
    known(only or [])
    missing = [word for word, given in (("a design", designs), ("--records", records), ("--out", out)) if not given]
    if not designs or records is None or out is None:
        said = (Problem("betteroff challenge", f"{word} is missing.", "", "Name it, or list the challenges with --list.") for word in missing)
        raise Refused(*said)
    _deliver(designs, records, out, mapping, tuple(dict.fromkeys(only or [])), policy)


def _deliver(designs: list[Path], records: Path, out: Path, mapping: Path | None, only: tuple[str, ...], policy: Path | None) -> None:
    from ..delivery import Job
    from ..study.seal import amendments, sealing

    studies, rules = loaded(designs), policy_of(policy)
    apart(records, out)
    county = connected(records, mapping)
    for line in (county.quality.summary(), *county.quality.warnings):
        typer.echo(line)
    jobs = (
        Job(path.stem, study, county, amendments=amendments(path), sealing=sealing(path), challenged=True, only=only, policy=rules)
        for path, study in studies
    )
    delivered(list(jobs), out)
