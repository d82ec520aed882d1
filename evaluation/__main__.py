"""The command line: from a county's tables and a design file to a finding. The only module that imports synthetic, and lazily."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .terms import Problem, Refused

if TYPE_CHECKING:
    from .records import Records
    from .report.deliver import Job
    from .terms import Study

app = typer.Typer(
    help="Are people better off because of this programme, and how sure are we?\n\n"
    "Start with `betteroff demo`. With records of your own: `betteroff init` drafts how your files map to the tables, "
    "`betteroff check` says what is wrong with records and designs, `betteroff run` answers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Designs = Annotated[list[Path], typer.Argument(help="Design files (TOML), or folders that hold them.")]
OneDesign = Annotated[Path, typer.Argument(help="A design file (TOML).")]
RecordsAt = Annotated[Path, typer.Option("--records", help="A folder of CSV or Parquet files, an XLSX workbook, or a DuckDB file.")]
Mapping = Annotated[Path | None, typer.Option("--mapping", help="The TOML that maps the county's files; default: records.toml in the folder.")]
Out = Annotated[Path, typer.Option("--out", help="Where the output goes: one folder a study, each split internal/ and release/.")]


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="A folder of the county's CSV files, as they are.")],
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; default: records.toml in the folder.")] = None,
) -> None:
    """Draft the mapping from a county's CSV files to the canonical tables.

    What the files do not tell (date formats that could be read two ways, the last day on record) stays in the draft as a question for you.
    """
    from .records import draft

    target = out or folder / "records.toml"
    if target.exists():
        raise Refused(Problem(str(target), "the file is there already.", "", "Name another with --out, or move it away first."))
    target.write_text(draft(folder), encoding="utf-8")
    typer.echo(f"Wrote {target}. Answer the questions in it, then run `betteroff check --records {folder}`.")


@app.command()
def check(
    designs: Annotated[list[Path] | None, typer.Argument(help="Design files (TOML), or folders that hold them.")] = None,
    records: Annotated[Path | None, typer.Option("--records", help="Records to check.")] = None,
    mapping: Mapping = None,
    manifest: Annotated[
        Path | None, typer.Option("--manifest", help="Compare the records with this manifest of an earlier run, then renew it.")
    ] = None,
) -> None:
    """Say everything that is wrong with designs and records, before anything is run.

    With a manifest file, also say what changed in the records since it was written.
    """
    if not designs and records is None:
        raise Refused(Problem("betteroff check", "there is nothing to check.", "", "Name a design, or records with --records, or both."))
    for path, study in _loaded(designs or []):
        typer.echo(f"{path}: in order. {len(study.questions)} question(s); digest {study.digest[:12]}.")
    if records is not None:
        county = _connected(records, mapping)
        typer.echo(str(county.quality))
        if manifest is not None:
            for sentence in county.manifest.renew(manifest):
                typer.echo(sentence)


@app.command()
def lock(
    design: OneDesign,
    reason: Annotated[str, typer.Option("--reason", help="Why a locked design is changed; kept with the old digest.")] = "",
) -> None:
    """Fix a design before outcomes are read: a later change to it is refused until it is locked again with a reason."""
    from .study import lock as lock_design

    typer.echo(f"Wrote {lock_design(design, reason=reason)}.")


@app.command()
def run(
    designs: Designs,
    records: RecordsAt,
    out: Out,
    mapping: Mapping = None,
) -> None:
    """Answer designs on a county's records: findings in words, a page to read, tables for the next program.

    A study whose design, records and version are those of the output that stands is not run again; a run that is
    killed leaves the old output or the new, and the next run goes on where it stopped.
    """
    from .report.deliver import Job

    studies = _loaded(designs)
    county = _connected(records, mapping)
    typer.echo(county.quality.summary())
    _deliver([Job(path.stem, study, county) for path, study in studies], out)


@app.command()
def report(
    design: OneDesign,
    records: RecordsAt,
    out: Annotated[Path, typer.Option("--out", help="The executed notebook to write (.ipynb). It shows rows of people: internal only.")],
    mapping: Mapping = None,
) -> None:
    """Run the parameterised notebook for one design: every step from records to finding, for whoever may see rows."""
    from .report.notebook import execute

    _loaded([design])
    typer.echo(f"Wrote {execute(out, design=design, records=records, mapping=mapping)}. It is internal: it may show rows of people.")


@app.command("list")
def list_() -> None:
    """List the outcomes that can be asked for, the methods that answer, and the invented worlds."""
    from synthetic import WORLDS

    from .methods import METHODS
    from .outcomes import OUTCOMES

    for heading, names in (
        ("Outcomes", {name: outcome.title["en"] for name, outcome in OUTCOMES.items()}),
        ("Methods", {name: method.title for name, method in METHODS.items()}),
        ("Invented worlds", {name: world.why for name, world in WORLDS.items()}),
    ):
        typer.echo(heading)
        width = max(map(len, names))
        for name, words in names.items():
            typer.echo(f"  {name:<{width}}  {words}")


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Where the output goes.")] = Path("out"),
    people: Annotated[int, typer.Option("--people", help="How many people the invented county has.", min=500, max=200_000)] = 12_000,
) -> None:
    """Go the whole road twice: on an invented county whose truth is known, and on a real experiment."""
    import runpy

    from synthetic import WORLDS

    from .records import connect
    from .rehearsal import truth
    from .report.deliver import Job
    from .shipped import shipped
    from .study import load

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
    _deliver([bayview, rossi], out)
    headline = bayview.study.questions[0]
    planted = truth(bayview.study, headline, world)
    typer.echo(
        f"The truth that was planted in Bayview, of every 100 people: {100 * planted.served:.1f} arrested if all were offered the programme, "
        f"{100 * planted.compared:.1f} if nobody were: {100 * planted.effect:+.1f}. Compare it with the finding above."
    )


def _loaded(places: list[Path]) -> list[tuple[Path, Study]]:
    """Every design named or found below a folder; all mistakes of all of them at once."""
    from .study import load

    paths = [path for place in places for path in (sorted(place.rglob("*.toml")) if place.is_dir() else [place])]
    if places and not paths:
        raise Refused(
            Problem(", ".join(map(str, places)), "no design file (.toml) lies here.", "", "Name a design file, or a folder that holds some.")
        )
    studies: list[tuple[Path, Study]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            studies.append((path, load(path)))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(*problems)
    return studies


def _deliver(jobs: list[Job], out: Path) -> None:
    """Runs the jobs with a progress bar; prints each study's released sentence as soon as its folder stands."""
    from rich.console import Console
    from rich.progress import Progress

    from .report.deliver import deliver_all

    console = Console(highlight=False, soft_wrap=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("studies", total=len(jobs))
        for delivered in deliver_all(jobs, out):
            progress.advance(bar)
            progress.print(
                f"{delivered.card.title}: {delivered.card.sentence}" + ("" if delivered.ran else " (unchanged: not run again)"), markup=False
            )
    typer.echo(f"Look at {out / 'index.html'}")


def _connected(place: Path, mapping: Path | None) -> Records:
    from .records import connect

    return connect(place, mapping=mapping)


def main() -> None:
    """Runs the command line; whatever goes wrong comes out as sentences, and as exit code 2."""
    try:
        app()
    except Refused as refused:
        for problem in refused.problems:
            print(problem, file=sys.stderr)
        sys.exit(2)
    except Exception as error:  # a bug of ours: its message may hold a person's value, so only its kind is shown
        if os.environ.get("BETTEROFF_DEBUG"):
            raise
        place = _last_place(error)
        print(
            f"betteroff failed in a way that we did not foresee ({type(error).__name__} at {place}). Nothing was written. "
            "Set BETTEROFF_DEBUG=1 to see the whole trace; it may show values of people's records.",
            file=sys.stderr,
        )
        sys.exit(1)


def _last_place(error: BaseException) -> str:
    """The module and line of our own code where an error came from."""
    place, trace = "an unknown place", error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith(("evaluation", "synthetic")) or module == "__main__":
            place = f"{module}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place


if __name__ == "__main__":
    main()
