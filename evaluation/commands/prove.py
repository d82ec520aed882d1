"""`betteroff prove`: would this study find an effect of known size in these records?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..terms import Problem, Refused
from .sharing import OneDesign, apart, connected, loaded


def prove(
    design: OneDesign,
    records: Annotated[Path, typer.Option("--records", help="A folder of CSV or Parquet files, an XLSX workbook, or a DuckDB file.")],
    mapping: Annotated[Path | None, typer.Option("--mapping", help="The TOML that maps the county's files.")] = None,
    runs: Annotated[int, typer.Option("--runs", help="How many studies are redrawn: 50 show a gross fault, 1,000 a fine one.")] = 200,
    effect: Annotated[
        list[float] | None,
        typer.Option(
            "--effect",
            help="A size to plant, without a sign: points of a hundred people, or days, dollars, events; may be given again. "
            "Default: 0, 5 and 10 points, or nothing, once and twice the smallest difference worth having.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="A file for what is printed. Internal: counts stand in it as they are.")] = None,
) -> None:
    """Plant effects of known size in your own records, and say how well this study finds them there.

    Of those who were not served it is on record what becomes of people without the programme.  Some of them are taken for served,
    by a new lot or by the chance that the history of the really served predicts, and among them events are removed or added, so that the
    effect is known.  Then the study's own method answers, again and again: its bias, how often its 95 % interval holds what was planted,
    whether its standard errors are as large as they should be, how often it notices, each with its Monte Carlo error.  The shift check plants
    the same in the really served, and looks whether the study's answer moves by as much.

    It shows whether the machinery works in these records, with these numbers of people; not whether anything hidden decided who was
    served.  Records are never written to; a sealed study is refused.  The same call prints the same.  See docs/prove.md.
    """
    from ..proving import prove as proved
    from ..report.place import written

    [(_, study)] = loaded([design])
    if out is not None:
        apart(records, out)
        if out.exists() or "release" in out.resolve().parts:
            raise Refused(
                Problem(str(out), "is there already, or lies in what may leave.", "What is written is internal.", "Name another with --out.")
            )
    found = str(proved(study, connected(records, mapping), runs=runs, effects=effect))
    typer.echo(found)
    if out is not None:
        written(out, found + "\n")
        typer.echo(f"Wrote {out}. It is internal: it shows counts as they are.")
