"""How often a finding claims something where nothing happened, before its guards and challenges and after them; writes docs/false_claims.md.

    python benchmarks/false_claims.py --runs 1000

Each design is performed on counties in which the programme does nothing, and on as many in which it works.  What is done is kept under
out/false_claims/, so that a table that was interrupted goes on where it stopped, and one of more runs only adds to it.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path

from evaluation.outcomes.controls import CONTROLS
from evaluation.rehearsal import Rehearsal, Score, rehearse
from evaluation.study import parse
from evaluation.study.changing import but
from synthetic import WORLDS

ROOT = Path(__file__).parents[1]
DESIGNS, KEPT = ROOT / "designs" / "bayview", ROOT / "out" / "false_claims"
PAGE, NUMBERS = ROOT / "docs" / "false_claims.md", ROOT / "docs" / "false_claims.csv"
HEADS = (
    "world", "design", "contrast", "people", "effect", "runs",
    "excludes_none", "better", "worse", "no_difference", "cannot_tell", "not_answered", "allowed", "verdicts",
)  # fmt: skip
WITH, WITHOUT = "steady", "none"


@dataclass(frozen=True, slots=True)
class Case:
    """A design in a world, and how often each of its questions may claim something where nothing happened."""

    world: str
    design: str
    contrasts: tuple[str, ...]  # each question in a few words
    allowed: float | None  # None: shown for what the next row adds, and held to nothing
    people: int
    alone: bool = False  # only the headline is asked
    asks: Mapping[str, object] = field(default_factory=dict)  # words of the question that are others than the design's
    part: float = 1.0  # of the runs
    controls: bool = False  # whether the whole library of negative controls is declared: this programme's own part of it is too small to decide


VISITS = {"outcome": "emergency_visits/number", "worthwhile": -0.2}
CASES = (
    Case("referred", "navigation_offered", ("matched on what the worker had in view",), 0.05, 2_000, alone=True),
    Case(  # of visits: what people cost holds the programme's price, which is an effect though nobody is better off
        "lasting_need_additive",
        "services_by_need",
        ("matched on a noisy record of lasting need, 11 negative controls, which only warn",),
        None,
        2_500,
        alone=True,
        asks=VISITS,
    ),
    Case(
        "lasting_need_additive",
        "services_by_need",
        ("matched on a noisy record of lasting need, 34 negative controls declared",),
        0.10,
        2_000,
        alone=True,
        asks=VISITS,
        controls=True,
    ),
    Case("lasting_need_additive", "services_since_2020", ("before and after, less that of the never served",), 0.10, 3_000, part=0.1),
    Case(
        "crisis_dip",
        "services_three_contrasts",
        ("made alike in the path before", "before and after", "before and after, less everybody else's"),
        0.10,
        5_000,
    ),
)


def rehearsed(case: Case, effect: str, *, runs: int, jobs: int, kept: Path | None = KEPT) -> Rehearsal:
    """How the challenged finding of each question fares."""
    text = (DESIGNS / f"{case.design}.toml").read_text(encoding="utf-8")
    study = parse(text + "".join(f'[[negative_control]]\noutcome = "{name}"\n' for name in CONTROLS)) if case.controls else parse(text)
    study = but(study, alone=True, **{"role": "headline", **case.asks}) if case.alone else study  # type: ignore[arg-type]  # words of a question
    world = WORLDS[case.world].but(effect=effect)
    return rehearse(study, world, runs=runs, people=case.people, jobs=jobs, store=kept, challenged=True)


def letters(found: Rehearsal, question: str) -> str:
    """The first letter of each run's verdict, in the order of the seeds; x: not answered, n: no difference that matters."""
    return "".join("x" if run.verdict == "not answered" else run.verdict[0] for run in found.done if run.question == question)


def numbers(case: Case, contrast: str, effect: str, score: Score, verdicts: str) -> list[str]:
    """A line of the file of numbers."""
    share = {verdict: times / score.runs for verdict, times in score.verdicts.items()}
    said = [share.get(verdict, 0.0) for verdict in ("better", "worse", "no difference that matters", "cannot tell yet", "not answered")]
    told = (score.rejects.value * score.answered / score.runs, *said)
    allowed = "" if case.allowed is None else f"{case.allowed:.2f}"
    return [case.world, case.design, contrast, str(case.people), effect, str(score.runs), *(f"{one:.4f}" for one in told), allowed, verdicts]


def published() -> list[dict[str, str]]:
    """The lines of the file of numbers."""
    with NUMBERS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def most(allowed: float, runs: int) -> float:
    """The share of false claims that is allowed, with three Monte Carlo errors."""
    return allowed + 3 * sqrt(allowed * (1 - allowed) / runs)


# ------------------------------------------------------------------------------------------------ the page
TEXT = """\
# Where nothing happened

How often does a finding say *better* or *worse* of a programme that does nothing?  Each design below is performed on invented counties (seeds
0 to {last:,} where they are {runs:,}) of a world in which the programme changes nobody's life, and its finding is put to the challenges of the
sort *beside* (see [challenges.md](challenges.md)).  *The contrast alone* is the share of counties in which its 95 % interval leaves out no
difference: what a tool says that prints a coefficient.  Monte Carlo errors in brackets.

{null}

A false claim is allowed in 5 % of counties where nothing is hidden, and in 10 % where need is hidden or a crisis passes by itself, plus three
Monte Carlo errors: *at most*.  *Held* says whether that was so.

## The price: where the programme works

A guard that stops every claim would be easy.  The same designs in {some:,} counties in which the programme does what it does in that world:

{works}

## How to read it

- *Not answered* is a finding: it names the condition or the challenge that failed, and claims nothing.
- Where a design is wrong for its world (matched on a noisy record of lasting need; before and after in a crisis), its conditions and challenges
  stopped whatever of *the contrast alone* is missing under *better* and *worse*.
- The second row is a warning.  A health programme keeps 11 of the library's controls, and fewer than twenty decide nothing: hidden need then gets
  through in a quarter of these counties.  The row below it declares the whole library, which is right there, since nothing in it is moved.
- Worlds are described in [worlds.md](worlds.md), designs lie in `designs/bayview/`.  Only challenges that can change a verdict run here: those that
  change the study itself (leave one site out, other definitions, specification curves) are flags, and decide nothing.
- Eleven measures of one programme at once: [several_questions.md](several_questions.md).

Made by `python benchmarks/false_claims.py --runs {runs}`; every number, and each county's verdict: [false_claims.csv](false_claims.csv).  The
published counties were made while other parts were still being mended; a test makes the first ones of two rows again.
"""


def share(value: str | float, runs: int) -> str:
    """A share with its Monte Carlo error."""
    p = float(value)
    return f"{p:.3f} ({sqrt(p * (1 - p) / runs):.3f})"


def table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Lines as Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, ["---"] * len(heads), *lines))


def null_rows(lines: Sequence[dict[str, str]]) -> Iterator[list[str]]:
    """Where nothing happened: what the contrast alone says, what is claimed after its challenges, and whether that is few enough."""
    for one in (line for line in lines if line["effect"] == WITHOUT):
        runs, false = int(one["runs"]), float(one["better"]) + float(one["worse"])
        limit = most(float(one["allowed"]), runs) if one["allowed"] else None
        yield [
            one["world"].replace("_", " "),
            one["contrast"],
            f"{int(one['people']):,}",
            f"{runs:,}",
            *(share(one[word], runs) for word in ("excludes_none", "better", "worse", "not_answered")),
            "–" if limit is None else f"{limit:.3f}",
            "–" if limit is None else "yes" if false <= limit else "**no**",
        ]


def works_rows(lines: Sequence[dict[str, str]]) -> Iterator[list[str]]:
    """Where the programme works."""
    for one in (line for line in lines if line["effect"] == WITH):
        runs = int(one["runs"])
        yield [
            one["world"].replace("_", " "),
            one["contrast"],
            share(one["excludes_none"], runs),
            *(share(one[verdict], runs) for verdict in ("better", "worse", "cannot_tell", "not_answered")),
        ]


def page(lines: Sequence[dict[str, str]]) -> str:
    """The page, from the file of numbers."""
    runs = {effect: max(int(line["runs"]) for line in lines if line["effect"] == effect) for effect in (WITH, WITHOUT)}
    claimed = ("the contrast alone", "said better", "said worse")
    null = table(("world", "contrast", "people", "counties", *claimed, "not answered", "at most", "held"), list(null_rows(lines)))
    works = table(("world", "contrast", *claimed, "cannot tell yet", "not answered"), list(works_rows(lines)))
    return TEXT.format(runs=runs[WITHOUT], last=runs[WITHOUT] - 1, some=runs[WITH], null=null, works=works)


def main() -> None:
    """Rehearses, and writes the numbers and the page."""
    told = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    told.add_argument("--runs", type=int, default=1_000)
    told.add_argument("--with-effect", type=int, default=100, help="Runs where the programme works.")
    told.add_argument("--jobs", type=int, default=-1)
    words = told.parse_args()
    lines = []
    for case in CASES:
        for effect, runs in ((WITHOUT, int(words.runs * case.part)), (WITH, words.with_effect)):
            found = rehearsed(case, effect, runs=runs, jobs=words.jobs)
            for contrast, score in zip(case.contrasts, found.scores, strict=True):
                lines.append(numbers(case, contrast, effect, score, letters(found, score.question)))
                print(*lines[-1][:-1], flush=True)
    with NUMBERS.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADS, *lines])
    PAGE.write_text(page(published()), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
