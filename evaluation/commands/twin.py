"""`betteroff twin`: an extract without its people, to rehearse designs on before access."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from ..terms import Problem, Refused
from .sharing import apart, connected

PROFILE = "profile.json"


def twin(
    out: Annotated[Path, typer.Option("--out", help="The folder to write: profile.json, and the twin's tables in records/.")],
    records: Annotated[Path | None, typer.Option("--records", help="A county's records, of which the profile is made.")] = None,
    profile: Annotated[Path | None, typer.Option("--profile", help="A profile.json that a county handed over, in place of --records.")] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", help="The TOML that maps the county's files.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another twin; the same seed, the same bytes.")] = 0,
) -> None:
    """Make a synthetic twin of an extract: as many rows, on such days, so far apart; nobody in it exists.

    First a profile is written: counts by month, kind and source, days between rows, lengths, which rows come with which, shared
    people, missing values, each cell of eleven people or more.  The twin is made from the profile alone, so that a county can look at it,
    hand over that one file, and keep its records.  `betteroff check`, `run` and `prove` take the twin as they would the records.

    What a programme did is not in a profile: no number found in a twin says anything of the county.  See docs/prove.md.
    """
    from ..report.place import whole
    from ..twins import profile_of, twin_of

    if (records is None) == (profile is None):
        raise Refused(Problem("betteroff twin", "is made of records or of a profile.", "", "Name one of --records and --profile."))
    if records is not None:
        apart(records, out)
        told = profile_of(connected(records, mapping))
    else:
        told = _read(profile or Path())
    made = twin_of(told, seed)
    with whole(out) as fresh:
        (fresh / PROFILE).write_text(_readable(told), encoding="utf-8", newline="\n")
        (fresh / "records").mkdir()
        for name, frame in made.items():
            frame.to_csv(fresh / "records" / f"{name}.csv", index=False, date_format="%Y-%m-%d", lineterminator="\n")
    typer.echo(f"Wrote {out}: {PROFILE} is what may be handed over, once somebody has read it; {out / 'records'} holds nobody who exists.")


def _readable(told: dict[str, object]) -> str:
    """A profile as JSON with a cell of it on each line."""
    text = json.dumps(told, indent=1, ensure_ascii=False)
    return re.sub(r"\{[^{}\[\]]*\}", lambda cell: re.sub(r"\n\s*", " ", cell.group()), text) + "\n"


def _read(path: Path) -> dict[str, object]:
    """A profile as it was handed over."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        held = None
    if not isinstance(held, dict):
        raise Refused(Problem(str(path), "is no profile.", "It is the profile.json that `betteroff twin --records` writes.", "Ask for it again."))
    return held
