"""The command line: from a county's tables and a design file to a finding; commands that invent counties live in `commands`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .commands.challenge import challenge
from .commands.demo import demo
from .commands.importing import importing
from .commands.lint_claims import lint_claims
from .commands.outcomes import outcomes
from .commands.power import power
from .commands.prove import prove
from .commands.rehearse import rehearse
from .commands.scorecard import scorecard
from .commands.sealing import opening
from .commands.sharing import Designs, OneDesign, PolicyFile, apart, connected, delivered, loaded, policy_of, read
from .commands.synthesize import synthesize
from .commands.templates import template
from .commands.twin import twin
from .commands.withdraw import sign, withdraw
from .phrases import visible
from .terms import Problem, Refused

if TYPE_CHECKING:
    from .methods import Method
    from .records import Records
    from .terms import Outcome, Study

app = typer.Typer(
    help="Are people better off because of this programme, and how sure are we?\n\n"
    "Start with `betteroff demo`. With records of your own: `betteroff init` drafts how your files map to the tables, "
    "`betteroff check` says what is wrong with records and designs, `betteroff run` answers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

RecordsAt = Annotated[Path, typer.Option("--records", help="A folder of CSV or Parquet files, an XLSX workbook, or a DuckDB file.")]
Mapping = Annotated[Path | None, typer.Option("--mapping", help="The TOML that maps the county's files; default: records.toml in the folder.")]
Out = Annotated[Path, typer.Option("--out", help="Where the output goes: studies/ stays in the county, release/ is what may be sent.")]


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="A folder of the county's CSV files, as they are.")],
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; default: records.toml in the folder.")] = None,
) -> None:
    """Draft the mapping from a county's CSV files to the canonical tables.

    What the files do not tell (date formats that could be read two ways, the last day on record) stays in the draft as a question for you.
    """
    from .records import draft
    from .report.place import written

    target = out or folder / "records.toml"
    if target.exists():
        raise Refused(Problem(str(target), "the file is there already.", "", "Name another with --out, or move it away first."))
    written(target, draft(folder))
    typer.echo(f"Wrote {target}. Answer the questions in it, then run `betteroff check --records {folder}`.")


@app.command()
def check(
    designs: Annotated[list[Path] | None, typer.Argument(help="Design files (TOML), or folders that hold them.")] = None,
    records: Annotated[Path | None, typer.Option("--records", help="Records to check; with designs, the designs are held against them.")] = None,
    mapping: Mapping = None,
    manifest: Annotated[
        Path | None, typer.Option("--manifest", help="Compare the records with this manifest of an earlier run, then renew it.")
    ] = None,
) -> None:
    """Say everything that is wrong with designs and records, before anything is run.

    With both, also what these records cannot tell these designs. With a manifest file, also what changed in the records since.
    """
    if not designs and records is None:
        raise Refused(Problem("betteroff check", "there is nothing to check.", "", "Name a design, or records with --records, or both."))
    studies, problems = read(designs or [])
    for path, study in studies:
        count = len(study.questions)
        typer.echo(f"{path}: the design is in order. {count} question{'s' if count > 1 else ''}; digest {study.digest[:12]}.")
    if records is not None:
        try:
            county = connected(records, mapping)
            typer.echo(str(county.quality))
            problems += _not_served([study for _, study in studies], county)
            for sentence in county.manifest.renew(manifest) if manifest else ():
                typer.echo(sentence)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(*problems)


@app.command()
def lock(
    design: OneDesign,
    reason: Annotated[str, typer.Option("--reason", help="Why a locked design is changed; kept with the old digest.")] = "",
    sealed: Annotated[bool, typer.Option("--sealed", help="No outcome is read until the gates have passed: see `betteroff open`.")] = False,
    gate: Annotated[
        list[str] | None, typer.Option("--gate", help="With --sealed, a gate that must pass; may be given again. Default: all of them.")
    ] = None,
) -> None:
    """Fix a design before outcomes are read: a later change to it is refused until it is locked again with a reason.

    Sealed, it shows balance, overlap, power and negative controls (`betteroff open`) while outcomes stay unread, and is answered once
    these gates have passed.
    """
    from .study import lock as lock_design
    from .study.seal import gates_named

    typer.echo(f"Wrote {lock_design(design, reason=reason, sealed=gates_named(gate or (), sealed=sealed))}.")


@app.command()
def protocol(
    design: OneDesign,
    out: Annotated[Path, typer.Option("--out", help="The file to write: .html, a page to read and print, or .docx, to edit and sign.")],
) -> None:
    """Write the pre-analysis protocol of a design: what is settled before any record is read.

    It sets out the trial that the design would run if it could, beside what stands for each part of it in the records and
    what could still break it (the target-trial table of Hernán and Robins 2016 and the TARGET statement of 2025); then who
    is studied, what is known of them beforehand, each outcome with its definition, the analysis, the limits that the answer
    will be held to, and lines to sign.  Lock the design first (`betteroff lock`): the protocol says whether it is locked.
    """
    from .report.paper import as_html
    from .report.place import written
    from .report.protocol import protocol as protocol_of
    from .study.seal import amendments

    if out.suffix.lower() not in (".html", ".docx"):
        raise Refused(Problem(str(out), "a protocol is written as a page or as a document.", "", "Name a file that ends in .html or .docx."))
    if out.exists():
        remedy = "Somebody may have edited or signed it: name another with --out, or move it away first."
        raise Refused(Problem(str(out), "the file is there already.", "", remedy))
    [(_, study)] = loaded([design])
    paper = protocol_of(study, amendments(design))
    if out.suffix.lower() == ".docx":
        from .report.docx import as_docx

        written(out, as_docx(paper))
    else:
        written(out, as_html(paper))
    typer.echo(f"Wrote {out}.")


@app.command()
def explain(
    design: OneDesign,
    records: RecordsAt,
    person: Annotated[str, typer.Option("--person", help="The person's id, as the table 'person' holds it.")],
    cohort: Annotated[str | None, typer.Option("--cohort", help="The cohort to ask about; default: every cohort of the design.")] = None,
    mapping: Mapping = None,
) -> None:
    """Say why one person is in a study or out of it, to somebody who may see rows: internal, printed and never written.

    For each day on which the person's clock could start, each rule in the order of the ledger, passed or the first that
    failed, with the numbers that decided; then the arm, and until when the person is followed and why no longer.  With the
    clock of service: as served, the set that the person opens; as comparison, the days on which the person could be drawn,
    and the sets that the person was drawn into.  No outcome is read.
    """
    from .cohort.enrolment import horizons_of
    from .cohort.explain import explain as explained
    from .phrases import listed, nearest

    [(_, study)] = loaded([design])
    if cohort is not None and cohort not in study.cohorts:
        right = f"There is {listed(study.cohorts)}."
        raise Refused(Problem("--cohort", "the design has no cohort of this name.", right, nearest(cohort, study.cohorts)))
    county = connected(records, mapping)
    for name in study.cohorts if cohort is None else (cohort,):
        for line in explained(name, study.cohorts[name], study.history, county, person, *horizons_of(study, name)):
            typer.echo(line)


@app.command()
def run(
    designs: Designs,
    records: RecordsAt,
    out: Out,
    mapping: Mapping = None,
    rivals: Annotated[
        bool, typer.Option("--rivals", help="Ask each headline again by every definition of its outcome: a table and a picture.")
    ] = False,
    policy: PolicyFile = None,
) -> None:
    """Answer designs on a county's records: findings in words, a page to read, tables for the next program.

    A study whose design, records and version are those of the output that stands is not run again; a run that is
    killed leaves the old output or the new, and the next run goes on where it stopped.

    Every run counts as a release, and the next one of the study is judged beside it, sent or not: a trial run that never left the
    county is taken off with `betteroff withdraw ID --never-sent`.  What is told here of findings that are withheld is internal.
    """
    from .delivery import Job
    from .study.seal import amendments, sealing

    studies, rules = loaded(designs), policy_of(policy)
    apart(records, out)
    county = connected(records, mapping)
    for line in (county.quality.summary(), *county.quality.warnings):
        typer.echo(line)
    jobs = (Job(path.stem, study, county, amendments=amendments(path), sealing=sealing(path), rivals=rivals, policy=rules) for path, study in studies)
    delivered(list(jobs), out)


@app.command()
def report(
    design: OneDesign,
    records: RecordsAt,
    out: Annotated[Path, typer.Option("--out", help="The folder to write: the executed notebook and its parameters. Internal only.")],
    mapping: Mapping = None,
) -> None:
    """Run the parameterised notebook for one design: every step from records to finding, for whoever may see rows."""
    from .report.notebook import execute

    loaded([design])
    if "release" in out.resolve().parts:
        right = "An executed notebook shows counts as they are: it stays in the county."
        raise Refused(Problem(str(out), "lies in a folder named release, which is what may leave.", right, "Choose another folder with --out."))
    apart(records, out)
    typer.echo(f"Wrote {execute(out, design=design, records=records, mapping=mapping)}. It is internal: it shows counts as they are.")


@app.command("list")
def list_() -> None:
    """List the outcomes that can be asked for, the methods that answer, and the invented worlds."""
    from synthetic import WORLDS
    from synthetic.programmes import PROGRAMMES

    from .methods import METHODS
    from .outcomes import OUTCOMES

    for heading, names in (
        ("Outcomes, and the rows that they read", {name: f"{outcome.title['en']}: {_reads(outcome)}" for name, outcome in OUTCOMES.items()}),
        ("Methods, and how people must have come to the programme", {name: f"{method.title}: {_needs(method)}" for name, method in METHODS.items()}),
        ("Invented worlds, and what goes wrong there", {name: world.trap for name, world in WORLDS.items()}),
        ("Programmes that an invented world can have, and what each does", {name: one.does for name, one in PROGRAMMES.items()}),
    ):
        typer.echo(heading)
        width = max(map(len, names))
        for name, words in names.items():
            typer.echo(f"  {name:<{width}}  {words}")


app.command("open")(opening)
app.command()(challenge)
app.command()(outcomes)
app.command()(prove)
app.command()(twin)
app.command()(scorecard)
app.command("lint-claims")(lint_claims)
app.add_typer(importing, name="import")
app.command()(template)
app.command()(sign)
app.command()(withdraw)


for command in (rehearse, power, synthesize, demo):  # those that invent counties, in the order in which the help lists them
    app.command()(command)


def _not_served(studies: list[Study], county: Records) -> list[Problem]:
    """What these records cannot tell these designs, and what their agreements do not permit them today."""
    from .delivery import unmet

    return [problem for study in studies for problem in unmet(study, county)]


def _reads(outcome: Outcome) -> str:
    """The table and kinds that an outcome is read from: `event of kind arrest`."""
    word = "service" if outcome.table == "cost" else "kind"
    return f"{outcome.table} of {word} {' or '.join(outcome.kinds)}" if outcome.kinds else f"{outcome.table} of every {word}"


def _needs(method: Method) -> str:
    """What a cohort must declare for a method to answer: `by = "offer", or clock = "service"`."""
    words = [f'by = "{by}"' for by in ("lot", "offer", "score") if by in method.assigned_by]
    clocks = [f'clock = "{clock}"' for clock, by in (("service", "service"), ("calendar", "adoption")) if by in method.assigned_by]
    return ", or ".join([*words, *clocks])


def main() -> None:
    """Runs the command line; whatever goes wrong comes out as sentences, and as exit code 2."""
    try:
        app()
    except Refused as refused:
        for problem in refused.problems:
            print(visible(str(problem)), file=sys.stderr)  # a file's name may hold what steers a terminal
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
