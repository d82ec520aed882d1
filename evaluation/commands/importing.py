"""`betteroff import`: what other systems export, as it is, into the canonical tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..terms import Problem, Refused

if TYPE_CHECKING:
    from ..records.mapping import Encoding

importing = typer.Typer(help="Read what another system exports into the canonical tables.", no_args_is_help=True)


@importing.callback()
def _whole() -> None:
    """Read what another system exports into the canonical tables."""


@importing.command()
def hmis(
    export: Annotated[Path, typer.Argument(help="An HMIS CSV export of FY2024 or FY2026: the zip, or a folder of its files.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write; new, or empty. It stays in the county.")],
    source: Annotated[str, typer.Option("--source", help="What the records call this system.")] = "hmis",
    programme: Annotated[
        list[str] | None,
        typer.Option("--programme", help="NAME=PROJECTID,PROJECTID: enrolments in these projects count as this programme too; may be given again."),
    ] = None,
    encoding: Annotated[str, typer.Option("--encoding", help="How the CSV files are written: utf-8, latin-1 or cp1252.")] = "utf-8",
) -> None:
    """Read an HMIS CSV export into the canonical tables, with a report of what it holds.

    Writes OUT/person, family, crosswalk, spell, event, service and coverage as Parquet, which every command reads with --records OUT,
    and OUT/quality.md: rows read, deleted and left out, unknown destinations, move-ins, overlaps, codes and dates that do not fit.
    Deleted rows are left out; nothing dated after the export's last day is written, so that no study is followed past it.

    Names, social security numbers, health and violence at home are not read.  Nothing is left half-written.
    """
    from ..records.hmis.importing import convert
    from ..report.place import whole

    if encoding not in (known := ("utf-8", "latin-1", "cp1252")):
        raise Refused(Problem("--encoding", f"'{encoding}' is not read.", f"It is one of {', '.join(known)}."))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused(Problem(str(out), "is there already.", "", "Name a new folder with --out, or move it away first."))
    if export.is_dir() and (out.resolve() == export.resolve() or export.resolve() in out.resolve().parents):
        raise Refused(Problem(str(out), "lies in the folder of the export.", "", "Choose a folder of its own with --out."))
    chosen: Encoding = "latin-1" if encoding == "latin-1" else "cp1252" if encoding == "cp1252" else "utf-8"
    with whole(out) as fresh:
        report = convert(export, fresh, source=source, programmes=_named(programme or []), encoding=chosen)
    typer.echo(str(report))
    typer.echo(f"Wrote {out}. Check it with `betteroff check --records {out}`.")


def _named(words: list[str]) -> dict[str, tuple[str, ...]]:
    """Programmes by name, each with its projects; refuses what is not NAME=ID,ID and a name that stands twice."""
    named: dict[str, tuple[str, ...]] = {}
    problems = []
    for word in words:
        name, _, projects = word.partition("=")
        ids = tuple(dict.fromkeys(each.strip() for each in projects.split(",") if each.strip()))
        if not ids:
            problems.append(Problem("--programme", f"'{word}' names no project.", "It is like bridge=1492,1606."))
        elif name in named:
            problems.append(Problem("--programme", f"'{name}' is named twice.", "", "Give all its projects at once: NAME=ID,ID."))
        named[name] = ids
    if problems:
        raise Refused(*problems)
    return named
