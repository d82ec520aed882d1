"""What several commands do in the same way: read designs and records, keep the output apart from them, say what came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..phrases import counted
from ..terms import Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..delivery import Delivered, Job
    from ..findings.policies import Rules
    from ..records import Records
    from ..terms import Study

Designs = Annotated[list[Path], typer.Argument(help="Design files (TOML), or folders that hold them.")]
PolicyFile = Annotated[
    Path | None, typer.Option("--policy", help="A disclosure policy of the county's own (TOML), in place of the design's: see docs/disclosure.md.")
]
OneDesign = Annotated[Path, typer.Argument(help="A design file (TOML).")]


def read(places: list[Path]) -> tuple[list[tuple[Path, Study]], list[Problem]]:
    """Every design named or found below a folder, and all mistakes of all of them."""
    from ..study import load

    paths = [path for place in places for path in (sorted(place.rglob("*.toml")) if place.is_dir() else [place])]
    if places and not paths:
        right = "Name a design file, or a folder that holds some."
        return [], [Problem(", ".join(map(str, places)), "no design file (.toml) lies here.", right)]
    studies: list[tuple[Path, Study]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            studies.append((path, load(path)))
        except Refused as refused:
            problems += refused.problems
    return studies, problems


def loaded(places: list[Path]) -> list[tuple[Path, Study]]:
    """Every design named or found below a folder; refuses all mistakes of all of them at once."""
    studies, problems = read(places)
    if problems:
        raise Refused(*problems)
    return studies


def apart(records: Path, out: Path) -> None:
    """Refuses to write among the records: they may be read only, and an output may be swept away."""
    inside = records.resolve()
    if out.resolve() == inside or inside in out.resolve().parents:
        raise Refused(Problem(str(out), "lies in the folder of the records.", "", "Choose a folder of its own with --out."))


def delivered(jobs: list[Job], out: Path, *, announced: Sequence[str] = ()) -> None:
    """Runs the jobs with a progress bar; says each finding as soon as its study's folder stands, but of those announced before."""
    from rich.console import Console
    from rich.progress import Progress

    from ..delivery import deliver_all

    console = Console(highlight=False, soft_wrap=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("studies", total=len(jobs))
        for one in deliver_all(jobs, out, tell=lambda title: progress.update(bar, description=title)):
            progress.advance(bar)
            progress.update(bar, description="studies")
            tried = (f"{each.name}: {each.sentence}" for each in one.challenges)
            lines = (*one.changed, *tried, *one.inside) or (f"{one.card.title}: {one.card.sentence} (unchanged: not run again)",)
            lines = (*lines, *_released(one))
            for line in () if one.name in announced else lines:
                progress.print(line, markup=False)
    if not announced:
        typer.echo(f"What may leave is in {out / 'release'}; what may not is in {out / 'studies'} and {out / 'ledger'}.")


def _released(one: Delivered) -> Iterator[str]:
    """What a run has released, and how much of what was just told stays inside."""
    if one.ran:
        yield f"Release {one.release}: studies/{one.name}/internal/checklist.md is gone through before it is sent."
    if one.withheld:
        many = f"{one.withheld} of {counted(len(one.inside), 'finding')}"
        yield f"Withheld: {many}; see studies/{one.name}/internal/checklist.md. What is told of them above is internal: it may not leave."


def policy_of(file: Path | None) -> Rules | None:
    """A county's own disclosure policy; None where none is given, and the design's holds."""
    from ..findings.policies import read_policy

    return read_policy(file) if file else None


def connected(place: Path, mapping: Path | None) -> Records:
    """A county's records, checked: a folder, a workbook or a database, through its mapping where it has one."""
    from ..records import connect

    return connect(place, mapping=mapping)
