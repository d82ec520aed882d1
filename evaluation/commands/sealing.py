"""`betteroff open`: what may be seen of a sealed design before its outcomes are read, and its opening."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..phrases import counted
from ..terms import Problem, Refused
from .sharing import OneDesign, connected, loaded


def opening(
    design: OneDesign,
    records: Annotated[Path, typer.Option("--records", help="A folder of CSV or Parquet files, an XLSX workbook, or a DuckDB file.")],
    mapping: Annotated[Path | None, typer.Option("--mapping", help="The TOML that maps the county's files.")] = None,
    look: Annotated[bool, typer.Option("--look", help="Show the gates, and leave the seal as it is; the look is counted.")] = False,
) -> None:
    """Show the gates of a sealed design and, where all have passed, open it: only then can `betteroff run` read outcomes.

    Balance: the groups are alike in what is known of them.  Overlap: each could have been in the other.  Power: the smallest
    difference worth having could be seen, by how the outcome varies among those compared; nobody served is looked at.  Negative controls:
    what the programme cannot move did not move.  Each look is counted in the lock, and the opening stands there, with the records' digest; a
    design that is changed afterwards says so on every page.  Seal a design with `betteroff lock --sealed`.
    """
    from ..challenges.gates import gates, opened_or_refused
    from ..pipeline import prepare
    from ..study.seal import looked, opened

    [(path, study)] = loaded([design])
    if not study.sealed:
        right = "There is nothing to open: `betteroff run` answers it."
        raise Refused(Problem(str(path), "the design is not sealed, or was opened before.", right, "To seal one: betteroff lock DESIGN --sealed."))
    county = connected(records, mapping)
    found = gates(prepare(study, county), study.sealed)
    many = looked(path, digest=study.digest, records=county.manifest.digest, passed=[one.gate for one in found if one.holds])
    for one in found:
        typer.echo(str(one))
    typer.echo(f"The gates of this design were looked at {counted(many, 'time')}, by its lock.")
    if look:
        return
    opened_or_refused(found, str(path))
    typer.echo(f"Opened: {opened(path, records=county.manifest.digest)} says so. `betteroff run` answers it now.")
