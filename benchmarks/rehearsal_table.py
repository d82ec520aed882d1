"""The full table of how the methods fare on invented counties: writes docs/rehearsals.md, .svg, .csv and rehearsals_runs.csv.

    python benchmarks/rehearsal_table.py --runs 2000      or: make rehearsal-table
    python benchmarks/rehearsal_table.py --again 7        or: make rehearse-tenth

About a second a run and world on each core.  What is done is kept under out/rehearsals/, by study, world, dials, code and size, so
that a table that was interrupted goes on where it stopped, and one of more runs only adds to it.  Misses of the gate are
published like everything else.  With `--again`, a tenth of the published runs is made anew and must come out as it was published.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isnan, nan
from pathlib import Path
from typing import Any, get_args

from joblib import Parallel, delayed

from evaluation.findings import ten_digits
from evaluation.rehearsal import Rehearsal, Rehearsals, Run, Score, Truth, batches, performed, rehearse_all, truths
from evaluation.rehearsal.counties import REFERENCE
from evaluation.rehearsal.scores import judged, misses, scored
from evaluation.rehearsal.shown import markdown
from evaluation.rehearsal.store import digest_of
from evaluation.rehearsal.written import csv_of, verdict
from evaluation.study import load
from evaluation.terms import Study, Verdict
from synthetic import WORLDS, World

ROOT = Path(__file__).parents[1]
DESIGNS: dict[str, tuple[str, ...] | None] = {  # a design, and its worlds; None: every world where people are served as it says
    "designs/bayview/reentry_navigation.toml": None,
    "designs/bayview/navigation_offered.toml": (
        "referred",
        "referred_without_effect",
        "moves_by_history",
        "moves_by_hidden_need",
        "surveillance",
    ),
    "designs/bayview/navigation_walk_in.toml": None,
    "designs/bayview/navigation_by_family.toml": ("families",),
    "designs/bayview/aftercare_offered.toml": ("competing_exits",),
    "designs/bayview/services_in_crisis.toml": ("crisis_dip",),
    "designs/bayview/navigation_ways.toml": ("referred", "referred_without_effect"),
    "designs/bayview/navigation_when.toml": ("referred", "referred_without_effect"),
    # how often is told without weights for those who left, so that it is not asked here: docs/survival.md has by how much it would be off
    "designs/bayview/navigation_left.toml": ("moves_by_history", "moves_by_hidden_need"),
    "designs/bayview/family_when.toml": ("families",),
    "designs/bayview/aftercare_when.toml": ("competing_exits",),
    "designs/bayview/navigation_within.toml": ("walk_in", "walk_in_without_effect"),
    "designs/bayview/services_by_need.toml": ("lasting_need_additive", "lasting_need_proportional"),
    "designs/bayview/services_since_2020.toml": ("lasting_need_additive", "lasting_need_proportional"),
    "designs/bayview/services_three_contrasts.toml": ("crisis_dip",),
    "designs/bayview/services_by_office.toml": ("staggered", "rolled_out_where_need_was_rising"),
    "designs/bayview/services_heard_of.toml": ("early_response",),
    "designs/bayview/services_in_six_offices.toml": ("few_offices",),
    "designs/bayview/list_of_need.toml": ("cut_off",),
    "designs/bayview/list_301.toml": ("cut_off_900",),
    "designs/bayview/navigation_costs_by_lot.toml": ("lottery", "lottery_without_effect"),
    "designs/bayview/navigation_costs.toml": ("referred", "referred_without_effect"),
    "designs/bayview/navigation_costs_left.toml": ("moves_by_history",),
}
DOCS = ROOT / "docs"
KEPT = ROOT / "out" / "rehearsals"
NUMBERS = ("effect", "std_error", "low", "high", "p_value", "placebo")
HEADS = ("case", "question", "seed", "verdict", "lack", *NUMBERS)
LETTERS = {verdict: verdict[0] for verdict in get_args(Verdict)} | {"not answered": "x"}  # in the file of runs; "n" is no difference that matters
FEWEST = 20  # runs in a part that are held against the gate: the error of a spread over fewer is itself a guess
PARTS, MOST = 10, 2_500_000  # the table is made again in ten parts, or in as many as leave each no more people than these: ten minutes on two cores

OPENING = """\
# Rehearsals

How often each answer is right where the truth is known: each design that is shipped for the invented county, performed on
{runs:,} counties, in worlds of `synthetic/` where people are served as it says (see [worlds.md](worlds.md)).
Truth is the question's own ruler laid on the lives that {reference:,} other people lead under two plans: when everybody is offered
the programme and when nobody is served, of everybody or of those offered it; or, where the clock starts with service, as they were
served and when nobody is, of those served, from the day each of them was.  Monte Carlo errors stand in brackets.
`betteroff rehearse` does the same for a design of your own: [rehearsals_guide.md](rehearsals_guide.md) says how, and how to read it.

*p < .05* is the size of the test where the truth is exactly 0, and its power elsewhere.  The gate is that of
`evaluation.rehearsal.gate`, the whole table judged as one: coverage above it is conservative and no miss.

- seeds: 0 to {last:,}
- version: `{version}`
- every number: [rehearsals.csv](rehearsals.csv); every run, with seven digits: [rehearsals_runs.csv](rehearsals_runs.csv), where
  *case* and *question* are numbers in the order of this page, a verdict is its first letter (x: not answered), and *lack* says
  why a run has no estimate (r: refused, n: not estimable)
- made by: `python benchmarks/rehearsal_table.py --runs {runs} --reference {reference}`; a test makes some of the
  runs again, and `make rehearse-tenth` a tenth of them, another one with every commit

![Bias, coverage, standard errors and tests of every question and world, before what the gate allows.](rehearsals.svg)
"""

OF_A_DESIGN = """\
## {title}

`{design}`, by `{method}`; study `{digest}`.
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A design in a world, and its number in the published table."""

    number: int
    design: str
    study: Study
    world: World


def cases() -> list[Case]:
    """Every design in every world of its own, numbered from 1 on."""
    studies = {design: load(ROOT / design) for design in DESIGNS}
    suited = {design: [world.name for world in WORLDS.values() if world.suits(study)] for design, study in studies.items()}
    pairs = [(design, name) for design, names in DESIGNS.items() for name in (suited[design] if names is None else names)]
    return [Case(number, design, studies[design], WORLDS[name].of(studies[design].programme)) for number, (design, name) in enumerate(pairs, 1)]


# ------------------------------------------------------------------------------------------------ what is published
def lines(case: Case, runs: Iterable[Run]) -> Iterator[list[str]]:
    """Runs of a case as they are published: seven digits, and nothing where there is no number."""
    number = {question.name: place for place, question in enumerate(case.study.questions, 1)}
    for run in runs:
        digits = ["" if isnan(getattr(run, name)) else f"{getattr(run, name):.7g}" for name in NUMBERS]
        yield [str(case.number), str(number[run.question]), str(run.seed), LETTERS[run.verdict], run.lack[:1], *digits]


def published_runs() -> list[list[str]]:
    """The lines of the file of runs, without its head."""
    with (DOCS / "rehearsals_runs.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def published_numbers() -> list[dict[str, str]]:
    """The rows of the file of measures."""
    with (DOCS / "rehearsals.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def as_run(case: Case, line: Sequence[str]) -> Run:
    """A published line as the run that it tells of."""
    whole: dict[str, Any] = dict(zip(HEADS, line, strict=True))
    verdicts = {letter: word for word, letter in LETTERS.items()}
    lacks = {"r": "refused", "n": "not estimable", "": ""}
    numbers = {name: float(whole[name]) if whole[name] else nan for name in NUMBERS}
    question = case.study.questions[int(whole["question"]) - 1].name
    return Run(question, int(whole["seed"]), verdicts[whole["verdict"]], lack=lacks[whole["lack"]], **numbers)  # type: ignore[arg-type]  # words of the table above


def digest(rows: Iterable[Sequence[str]]) -> str:
    """Of published lines: what the page names a case's runs by."""
    return hashlib.sha256("\n".join(",".join(row) for row in rows).encode()).hexdigest()[:12]


def publish(found: Rehearsals, **asked: int) -> None:
    """Writes the page, its picture, every measure and every run."""
    every = cases()
    runs = {case.number: list(lines(case, one.done)) for case, one in zip(every, found, strict=True)}
    pages = [OPENING.format(**asked, version=found[0].version, last=asked["runs"] - 1), verdict(found)]
    for (design, study), each in groupby(zip(every, found, strict=True), key=lambda pair: (pair[0].design, pair[0].study)):
        methods = "`, `".join(dict.fromkeys(question.method for question in study.questions))
        pages.append(OF_A_DESIGN.format(title=study.title["en"], design=design, method=methods, digest=study.digest))
        pages += [world(case, one, digest(runs[case.number])) for case, one in each]
    texts = {
        "rehearsals.md": "\n".join(pages),
        "rehearsals.svg": found.picture().svg(),
        "rehearsals.csv": csv_of(found.frame()),
        "rehearsals_runs.csv": "".join(",".join(line) + "\n" for line in (HEADS, *(line for each in runs.values() for line in each))),
    }
    for name, text in texts.items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")


def world(case: Case, one: Rehearsal, runs: str) -> str:
    """One case's part of the page."""
    named = f"Case {case.number}: {one.people:,} people; world `{digest_of(case.world)[:12]}`, runs `{runs}`."
    return f"### `{one.world}`\n\nPeople are served {case.world.why}.  {named}\n\n{markdown(one)}"


# ------------------------------------------------------------------------------------------------ a tenth of it again
def again(part: int, *, jobs: int) -> list[str]:
    """What comes out otherwise than it was published, in words: of one part of the runs, and of one part of the truths.

    Every line must be the same to its last digit; and what lies inside the gate in the whole table must lie inside it in this
    part, which leaves more to luck.
    """
    every, held = cases(), published_runs()
    known = {case.number: Published.of(case) for case in every}
    everybody = sum(known[int(number)].people for number, _ in {(line[0], line[2]) for line in held})
    parts = max(PARTS, -(-everybody // MOST))
    chosen = [line for line in held if int(line[2]) % parts == part % parts]
    work = [(case, seeds) for case in every for seeds in _in_batches(case, chosen, known[case.number].people)]
    print(f"part {part % parts + 1} of {parts}: {sum(len(seeds) for _, seeds in work):,} runs", file=sys.stderr, flush=True)
    made = Parallel(n_jobs=jobs)(delayed(_made)(case, seeds, known[case.number].people) for case, seeds in work)
    wrong = _differences(chosen, [line for made_here in made for line in made_here])
    whole, some = ({case.number: scores(case, rows, known[case.number].truths) for case in every} for rows in (held, chosen))
    numbers = judged([score for each in whole.values() for score in each.values()])
    for case in every:
        for name, here in some[case.number].items():
            inside = not list(misses(whole[case.number][name], numbers)) and here.answered >= FEWEST
            wrong += [f"case {case.number}, {name}: {miss}" for miss in (misses(here, numbers) if inside else ())]
        if case.number % parts == part % parts:
            wrong += _other_truths(case, known[case.number])
    return wrong


@dataclass(frozen=True, slots=True)
class Published:
    """What a case's published runs were made of."""

    people: int  # in each county
    reference: int  # people on whom the truth was measured
    truths: dict[str, Truth]  # by question

    @classmethod
    def of(cls, case: Case) -> Published:
        """From the file of measures."""
        rows = [row for row in published_numbers() if (row["study"], row["world"], row["measure"]) == (case.study.digest, case.world.name, "truth")]
        reference = int(rows[0]["reference"])
        truths = {row["question"]: Truth(float(row["value"]), float(row["mc_error"]), nan, nan, reference) for row in rows}
        return cls(int(rows[0]["people"]), reference, truths)


def _in_batches(case: Case, chosen: Sequence[Sequence[str]], people: int) -> list[list[int]]:
    seeds = sorted({int(line[2]) for line in chosen if line[0] == str(case.number)})
    return [[seeds[place] for place in batch] for batch in batches(range(len(seeds)), people=people)]


def _made(case: Case, seeds: Sequence[int], people: int) -> list[list[str]]:
    return list(lines(case, performed(case.study, case.world, seeds, people=people)))


def _differences(published: Sequence[Sequence[str]], made: Sequence[Sequence[str]]) -> list[str]:
    there, here = ({tuple(line[:3]): tuple(line[3:]) for line in rows} for rows in (published, made))
    return [
        f"case {key[0]}, question {key[1]}, seed {key[2]}: published {there.get(key)}, made again {here.get(key)}"
        for key in sorted({*there, *here})
        if there.get(key) != here.get(key)
    ]


def scores(case: Case, rows: Sequence[Sequence[str]], known: dict[str, Truth]) -> dict[str, Score]:
    """How the published lines of a case fare, by question; nothing where there is no line."""
    runs = [as_run(case, row) for row in rows if row[0] == str(case.number)]
    by_question = {question.name: [run for run in runs if run.question == question.name] for question in case.study.questions}
    return {name: scored(known[name], each) for name, each in by_question.items() if each}


def _other_truths(case: Case, known: Published) -> list[str]:
    found = truths(case.study, case.study.questions, case.world, people=known.reference, seed=REFERENCE)
    return [
        f"case {case.number}, {name}: truth {ten_digits(truth.effect)}, published {known.truths[name].effect}"
        for name, truth in found.items()
        if ten_digits(truth.effect) != known.truths[name].effect
    ]


def commits() -> int:
    """How many commits there are up to this one: with each of them another tenth is due.  0 where there is no git."""
    try:
        counted = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(counted)


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--runs", type=int, default=2_000)
    asked.add_argument("--people", type=int, help="in each county; default: as many as the world says")
    asked.add_argument("--reference", type=int, default=100_000, help="people on whom truth is measured")
    asked.add_argument("--jobs", type=int, default=-1, help="processes at once; -1: one for each core")
    asked.add_argument("--again", nargs="?", type=int, const=-1, help="make a part of what is published again; default: the one due with this commit")
    options = asked.parse_args()
    if options.again is not None:
        wrong = again(commits() if options.again < 0 else options.again, jobs=options.jobs)
        print("\n".join(wrong) or "Everything came out as it was published.")
        sys.exit(1 if wrong else 0)
    size = {"runs": options.runs, "reference": options.reference}
    publish(rehearse_all([(case.study, case.world) for case in cases()], **size, people=options.people, jobs=options.jobs, store=KEPT), **size)


if __name__ == "__main__":
    main()
