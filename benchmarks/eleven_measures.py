"""A thousand programmes that do nothing, eleven measures each: how many carry a finding, by how the study declares its questions.

    python benchmarks/eleven_measures.py            # 1,000 programmes of each sort; writes the table of docs/several_questions.md

Each programme is a lot among 400 people.  Six measures are events and five are amounts, and all hang together through two things
that people differ in.  Every number comes through the doors that a lab uses: `cohort_from_frame`, the method by lot, `standing`, `judge`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
import pandas as pd

import evaluation as ev
from evaluation.findings import judge
from evaluation.findings.families import ALONE, standing
from evaluation.pipeline import answer_one, compare
from evaluation.terms import Answer, Correction, Horizon, Provenance, Question

PEOPLE, EVENTS, AMOUNTS = 400, 6, 5
MEASURES = EVENTS + AMOUNTS
WIDE, NARROW = 0.1, 0.35  # the smallest difference worth having: of a share, or of standard deviations of an amount
TABLE = Path(__file__).parents[1] / "docs" / "several_questions.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
PART, FEWER = 25, 5  # programmes of one part; and so many times fewer of those that do something
CLAIMS = ("better", "worse")
WAYS: Mapping[str, Correction | None] = {"no headline declared": None, "none": "none", "holm": "holm"}


@dataclass(frozen=True)
class World:
    """What a programme does to which measures: a shift of a normal score behind each, in standard deviations."""

    name: str
    shifts: tuple[float, ...]


NULL = World("no effect on any", (0.0,) * MEASURES)
ONE = World("a real effect on one of the ten, none on the headline", (0.0,) * 4 + (-0.5,) + (0.0,) * 6)
HALF = World("a real effect on the headline and on five of the ten", (-0.5,) * 6 + (0.0,) * 5)


def programme(world: World, seed: int) -> tuple[Answer, ...]:
    """The answers to the eleven questions of one invented programme, the headline first."""
    rng = np.random.default_rng([seed, 11])
    served = rng.permutation(np.arange(PEOPLE) % 2)
    behind = rng.standard_normal((PEOPLE, 2)) @ rng.uniform(0.2, 0.6, (2, MEASURES)) + 0.7 * rng.standard_normal((PEOPLE, MEASURES))
    behind = behind / behind.std(axis=0) + np.outer(served, world.shifts)
    frame = pd.DataFrame({"id": np.arange(PEOPLE), "offered": served})
    return tuple(_answered(frame, behind[:, number], number) for number in range(MEASURES))


def _answered(frame: pd.DataFrame, score: np.ndarray, number: int) -> Answer:
    """One question about one measure: of the first six an event in a third of people, of the rest a skewed amount of days."""
    name, event = f"measure_{number}", number < EVENTS
    values = (score > 0.43).astype(float) if event else np.round(30 * np.exp(score / 2))
    horizon = Horizon(days=365)
    outcome = ev.FrameOutcome(
        name, "mark" if event else "amount", horizon, better="fewer", unit="people" if event else "days",
        title={"en": name}, event={"en": "arrested" if event else "days in jail"},
    )  # fmt: skip
    cohort, ruler = ev.cohort_from_frame(frame.assign(**{name: values}), unit="id", treated="offered", history=[], outcome=outcome, by="lot")
    question = Question(
        outcome=f"frame/{name}",
        horizon=horizon,
        worthwhile=-WIDE if event else -NARROW * float(values.std()),
        method="randomized",
        estimand="average_effect",
        role="secondary" if number else "headline",
    )
    return answer_one(question, ruler.outcome, cohort, compare(question, cohort), ruler, Provenance("", ruler.digest, "benchmark"))


def claims(answers: Sequence[Answer], correction: Correction | None, judged: dict[tuple[str, bool], bool]) -> tuple[bool, ...]:
    """Whether each of the eleven is said to be better or worse once challenges leave it standing; with no `correction`, as if it were the only one.

    `judged` holds what was said of a question that stands beside the others, and of one that does not: nothing else decides.
    """
    beside = standing(answers, correction) if correction else dict.fromkeys((one.question.name for one in answers), ALONE)
    for one in answers:
        held = beside[one.question.name]
        if (key := (one.question.name, held.stands)) not in judged:
            judged[key] = judge(one, None, title={"en": ""}, languages=("en",), standing=held).pending in CLAIMS
    return tuple(judged[one.question.name, beside[one.question.name].stands] for one in answers)


def count(world: World, programmes: range) -> dict[str, Counter[str]]:
    """By how questions are declared: how many programmes carry a claim in the headline, in the family, in either, and of the real ones how many."""
    counts: dict[str, Counter[str]] = {}
    real = [shift != 0 for shift in world.shifts]
    for seed in programmes:
        answers = programme(world, seed)
        judged: dict[tuple[str, bool], bool] = {}
        for way, correction in WAYS.items():
            claimed = claims(answers, correction, judged)
            one = counts.setdefault(way, Counter())
            headline, family = claimed[0], claimed[1:]
            one["headline"] += headline
            one["family"] += any(family)
            one["either"] += headline or any(family)
            one["false in the family"] += any(each and not true for each, true in zip(family, real[1:], strict=True))
            one["found"] += sum(each and true for each, true in zip(family, real[1:], strict=True))
    return counts


def counted(world: World, programmes: int, jobs: int) -> dict[str, Counter[str]]:
    """The same in several processes: a programme is its number, so they add up however they are dealt out."""
    whole: dict[str, Counter[str]] = {}
    with ProcessPoolExecutor(jobs) as pool:
        parts = [range(first, min(first + PART, programmes)) for first in range(0, programmes, PART)]
        for part in pool.map(count, [world] * len(parts), parts):
            for way, found in part.items():
                whole.setdefault(way, Counter()).update(found)
    return whole


def rows(programmes: int, jobs: int) -> Iterator[str]:
    """The lines of the table, one a world and way of declaring."""
    for world in (NULL, ONE, HALF):
        real = sum(shift != 0 for shift in world.shifts[1:])
        many = programmes if world is NULL else max(1, programmes // FEWER)
        for way, found in counted(world, many, jobs).items():
            shares = (found[what] / many for what in ("headline", "family", "false in the family", "either"))
            power = f"{found['found'] / many / real:.1%}" if real else ""
            headline, *rest = (f"{share:.1%}" for share in shares)
            yield f"| {world.name} | {way} | {'' if way == 'no headline declared' else headline} | {' | '.join(rest)} | {power} |"


def table(programmes: int, jobs: int) -> str:
    """The whole table, with how near its shares lie."""
    head = "| programme | correction | claim in the headline | in the other ten | a false one there | anywhere | of real ones there, found |"
    error = sqrt(0.05 * 0.95 / programmes)
    told = f"{programmes:,} programmes with no effect and {programmes // FEWER:,} of each other sort, {MEASURES} measures, {PEOPLE} people."
    told += f"  Of a share of 5 % of the first, one Monte Carlo error is {100 * error:.1f} points."
    return "\n".join((BEGIN, "", told, "", head, "|---|---|---|---|---|---|---|", *rows(programmes, jobs), "", END))


def main() -> None:
    """Writes the table into the docs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programmes", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    made = table(asked.programmes, asked.jobs)
    page = TABLE.read_text(encoding="utf-8")
    TABLE.write_text(page[: page.index(BEGIN)] + made + page[page.index(END) + len(END) :], encoding="utf-8", newline="\n")
    print(made)


if __name__ == "__main__":
    main()
