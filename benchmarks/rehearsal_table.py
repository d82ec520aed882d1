"""The full table of how the methods fare on invented counties: writes docs/rehearsals.md and docs/rehearsals.csv.

    python benchmarks/rehearsal_table.py --runs 400 --people 2000

About a second a run and world.  What is done is kept under out/rehearsals/, by study and version, so that a table that was
interrupted goes on where it stopped, and one of more runs only adds to it.  Misses of the gate are published like everything else.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path

from evaluation.findings.digits import ten_digits
from evaluation.outcomes import OUTCOMES
from evaluation.rehearsal import Rehearsal, Run, Truth, batches, gate, performed, truths
from evaluation.rehearsal.counties import REFERENCE
from evaluation.study import load
from evaluation.terms import Question, Study
from evaluation.version import version
from synthetic import WORLDS, World

ROOT = Path(__file__).parents[1]
DESIGNS = {  # each in the worlds where people are served as it says
    "designs/bayview/reentry_navigation.toml": ("lottery", "lottery_without_effect"),
    "designs/bayview/navigation_offered.toml": ("referred", "referred_without_effect"),
    "designs/bayview/navigation_walk_in.toml": ("walk_in", "walk_in_without_effect"),
}
KEPT = ROOT / "out" / "rehearsals"
SHOWN_ONE_BY_ONE = 5  # seeds of each world whose estimates are published: a test makes these ten counties again
COLUMNS = ("study", "world", "question", "measure", "seed", "value", "mc_error")
HEADS = {"bias": "bias", "sd": "SD", "rmse": "RMSE", "coverage": "coverage", "rejects": "p < .05", "se_ratio": "mean SE / SD", "refused": "refused"}

OPENING = """\
# Rehearsals

How often each answer is right where the truth is known: each design that is shipped for the invented county, performed on
{runs:,} counties of {people:,} people, in the worlds of `synthetic/` where people are served as it says (see [synthetic.md](synthetic.md)).
Truth is the question's own ruler laid on the lives that {reference:,} other people lead under two plans: when everybody is offered
the programme and when nobody is served, of everybody or of those offered it; or, where the clock starts with service, as they were
served and when nobody is, of those served, from the day each of them was.  Monte Carlo errors stand in brackets.

*p < .05* is the size of the test where the truth is exactly 0, and its power elsewhere.  The gate is that of
`evaluation.rehearsal.gate`: coverage above it is conservative and no miss; whatever lies outside it is listed below its table.

- seeds: 0 to {last:,}
- version: `{version}`
- every number, and the estimates of the first {first} seeds, which a test makes again: [rehearsals.csv](rehearsals.csv)
- made by: `python benchmarks/rehearsal_table.py --runs {runs} --people {people} --reference {reference}`
"""

OF_A_DESIGN = """\
## {title}

`{design}`, by `{method}`; study `{digest}`.
"""


def kept(study: Study, world: World, people: int) -> Path:
    """Where the runs of one world are kept: another study, another version of the code or another size begins anew."""
    return KEPT / f"{study.digest[:12]}-{version()}-{world.name}-{people}.csv"


def read(path: Path) -> list[Run]:
    """The runs that are done."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Run(row["question"], int(row["seed"]), row["verdict"], *(float(row[field.name]) for field in fields(Run)[3:]))  # type: ignore[arg-type]  # a verdict
            for row in csv.DictReader(file)
        ]


def keep(path: Path, runs: Iterable[Run]) -> None:
    """All runs, every digit, in the place of what was kept before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    write(half, [field.name for field in fields(Run)], (asdict(run).values() for run in runs))
    half.replace(path)


def write(path: Path, heads: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)


def all_runs(study: Study, world: World, *, runs: int, people: int) -> list[Run]:
    """Runs 0 to runs - 1, those already kept among them."""
    path = kept(study, world, people)
    done = read(path)
    seeds = {run.seed for run in done}
    for batch in batches(range(runs), people=people):
        if missing := [run for run in batch if run not in seeds]:
            done += performed(study, world, missing, people=people)
            keep(path, done)
            print(f"{world.name}: {batch[-1] + 1} of {runs} runs", file=sys.stderr, flush=True)
    return [run for run in done if run.seed < runs]


def rows(rehearsal: Rehearsal, runs: Sequence[Run]) -> Iterable[tuple[object, ...]]:
    """The rows of the file: every measure, and then the first runs one by one."""
    for score in rehearsal.scores:
        for name, found in score.numbers():
            yield rehearsal.study, rehearsal.world, score.question, name, "", ten_digits(found.value), ten_digits(found.error)
    for run in runs:
        if run.seed < SHOWN_ONE_BY_ONE:
            for name in ("effect", "std_error"):
                yield rehearsal.study, rehearsal.world, run.question, name, run.seed, ten_digits(getattr(run, name)), ""


def page(study: Study, world: World, rehearsal: Rehearsal) -> str:
    """One world's table, its misses and its verdicts."""
    named = {question.name: question for question in study.questions}
    lines = [f"### `{world.name}`\n", f"People are served {world.why}.\n", "| question | truth | " + " | ".join(HEADS.values()) + " |"]
    lines.append("|---" * (len(HEADS) + 2) + "|")
    for score in rehearsal.scores:
        cells = [f"{score.truth.effect:.4g} ({score.truth.error:.2g})"]
        cells += [f"{found.value:.4g} ({found.error:.2g})" for found in (getattr(score, name) for name in HEADS)]
        lines.append(f"| {said(named[score.question])} | " + " | ".join(cells) + " |")
    misses = gate(rehearsal.scores)
    lines += ["", *(f"- **Outside the gate**: {miss}." for miss in misses), *([] if misses else ["Nothing lies outside the gate."])]
    lines += ["", "Verdicts, where nothing has been challenged: what each would become.", ""]
    for score in rehearsal.scores:
        shares = ", ".join(f"{verdict} {100 * times / score.runs:.1f} %" for verdict, times in score.verdicts.items())
        lines.append(f"- {said(named[score.question])}: {shares}.")
    return "\n".join(lines) + "\n"


def said(question: Question) -> str:
    outcome = OUTCOMES[question.outcome]
    unit = "share of people" if outcome.unit == "people" else outcome.unit
    return f"{outcome.title['en']} within {question.horizon} ({unit}; {question.method})"


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--runs", type=int, default=400)
    asked.add_argument("--people", type=int, default=2_000)
    asked.add_argument("--reference", type=int, default=100_000, help="people on whom truth is measured")
    options = asked.parse_args()
    lines: list[tuple[object, ...]] = []
    pages = [OPENING.format(**vars(options), version=version(), last=options.runs - 1, first=SHOWN_ONE_BY_ONE)]
    for design, worlds in DESIGNS.items():
        study = load(ROOT / design)
        methods = dict.fromkeys(question.method for question in study.questions)
        pages.append(OF_A_DESIGN.format(title=study.title["en"], design=design, method="`, `".join(methods), digest=study.digest))
        for world in (WORLDS[name] for name in worlds):
            known: dict[str, Truth] = truths(study, study.questions, world, people=options.reference, seed=REFERENCE)
            runs = all_runs(study, world, runs=options.runs, people=options.people)
            rehearsal = Rehearsal.of(study, world, runs, people=options.people, known=known)
            lines += rows(rehearsal, runs)
            pages.append(page(study, world, rehearsal))
    write(ROOT / "docs" / "rehearsals.csv", COLUMNS, lines)
    (ROOT / "docs" / "rehearsals.md").write_text("\n".join(pages), encoding="utf-8")


if __name__ == "__main__":
    main()
