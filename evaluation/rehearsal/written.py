"""Rehearsals as files: the measures, every run, a page to read, and the picture."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ..findings import ten_digits
from .shown import INSIDE, markdown

if TYPE_CHECKING:
    import pandas as pd

    from .results import Rehearsal, Rehearsals

PAGE = """\
# Rehearsal

How often each answer would be right: the designs performed on invented counties whose truth is known, {runs:,} of them in
each world, by seeds {first:,} to {last:,}.  Truth is the question's own ruler laid on the lives that {reference:,}
other people lead under the two plans that it compares.  Monte Carlo errors stand in brackets.

- **bias**: the mean of the estimates less the truth; beside it in standard deviations (SD) of the estimates
- **coverage**: how many of the 95 % intervals hold the truth
- **p < .05**: the size of the test where the truth is exactly 0, and its power elsewhere
- **mean SE / SD**: whether the standard errors are as large as the estimates are scattered
- **refused**: runs without an estimate; *not estimable*: those whose outcomes had been read

Version `{version}`.  Every number is in rehearsal.csv, every run in runs.csv.

![Bias, coverage, standard errors and tests of every question and world, before what the gate allows.](picture.svg)
"""


def files(rehearsals: Rehearsals) -> dict[str, str]:
    """The text of each file, by its name: the same rehearsals give the same bytes."""
    return {
        "rehearsal.csv": csv_of(rehearsals.frame()),
        "runs.csv": csv_of(rehearsals.every_run()),
        "rehearsal.md": page(rehearsals),
        "picture.svg": rehearsals.picture().svg(),
    }


def page(rehearsals: Rehearsals) -> str:
    """The page: what lies outside the gate first, the worst of the worlds, and then each design, world after world."""
    one = rehearsals[0]
    seeds = [run.seed for run in one.done]
    parts = [
        PAGE.format(runs=one.runs, first=min(seeds), last=max(seeds), reference=one.reference, version=one.version),
        verdict(rehearsals),
    ]
    for (title, study), each in groupby(rehearsals, key=lambda one: (one.title, one.study)):
        parts.append(f"## {title}\n\nStudy `{study}`.\n")
        parts += [world(one) for one in each]
    return "\n".join(parts)


def verdict(rehearsals: Rehearsals) -> str:
    """What lies outside the gate, what is conservative, and the worst of several worlds, as a list."""
    lines = [f"- **Outside the Monte Carlo gate**: {miss}." for miss in rehearsals.misses()] or [f"- {INSIDE}"]
    lines += [f"- Conservative: {line}." for line in rehearsals.conservative()]
    if len(rehearsals) > 1:
        lines += [f"- The worst, {worst}." for worst in rehearsals.worst()]
    return "\n".join(lines) + "\n"


def world(one: Rehearsal) -> str:
    """One world's table."""
    return f"### `{one.world}`\n\n{one.people:,} people in each county.\n\n{markdown(one)}"


def csv_of(frame: pd.DataFrame) -> str:
    """A frame as CSV, numbers with ten digits, nothing where there is no number."""
    numbers = frame.select_dtypes("float").columns
    return frame.assign(**{name: frame[name].map(ten_digits) for name in numbers}).to_csv(index=False, lineterminator="\n")
