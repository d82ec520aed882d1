"""What 5, 10, 20 and 30 negative controls make of a range, in numbers that are drawn and in invented counties; writes docs/calibration.md.

    python benchmarks/calibration.py --runs 2000 --counties 24

The counties hide a need: people come from jail, nobody is served, and an arm is given to those in need more often than to others, so
that whatever differs is error.  Controls are drawn anew from the 34 in each county.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sqlglot import exp
from unequal_arms import RUNS_UNEQUAL, differences, grid, of_the_clusters, of_the_unequal, share

from evaluation.challenges.calibration import calibrated_interval, error_model, fit_null, none_moved, predicted, together
from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.controls import CONTROLS
from evaluation.outcomes.together import read_together
from evaluation.pipeline import prepare
from evaluation.records import connect
from evaluation.records.sql import c, table
from evaluation.rehearsal.reading import read_by
from evaluation.study import load
from evaluation.terms import Cohort, Horizon
from synthetic import WORLDS

Array = np.ndarray[Any, Any]

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "calibration.md"
DESIGN = ROOT / "designs" / "bayview" / "reentry_navigation.toml"
MANY = (5, 10, 20, 30)  # controls
SPREADS = (0.0, 0.5, 1.0, 3.0)  # of systematic error, in standard errors of the study's own answer
SHARED = (0.0, 0.3)  # correlation of the luck of any two outcomes
DIALS = (1.0, 0.5, 0.0)  # how alike the controls are to the real outcomes
RUNS, COUNTIES = 2_000, 24
PEOPLE, HORIZON = 1_500, Horizon(days=364)  # of a county
PULL = 1.0  # log odds of being in the arm for each standard deviation of need
REAL = {
    "arrest": OUTCOMES["recidivism/arrest"],
    "shelter": replace(OUTCOMES["recidivism/arrest"], name="shelter/entry", table="spell", kinds=("shelter",), off_clock=()),
    "care": OUTCOMES["treatment_contact/recorded"],
}


TEXT = """\
# Negative controls

A *negative control* is something that happens to people and that the programme cannot move: an insect bite, a lost bus pass.  Whoever
finds that the programme "moved" it has found error.  `betteroff challenge` asks the study's own comparison about each of them
(challenge *negative_controls*).

- **None on record**: it could not be made, and one sentence says so.  Where the design declares controls of which none is on record, it is refused.
- **Fewer than 20**: a flag.  All are tested together, allowing for what outcomes of the same people share; nothing is corrected.
- **20 or more**: the error that they show is fitted (Schuemie and others 2014, 2018) and the answer gets a *calibrated range*, moved and widened
  by it.  A claim must survive that range as well as the study's own.

A control is usable if it happened to 20 of the people compared or more, *and* if 10 or more of the smaller group would be expected to have
it, and 10 not to, were the groups alike (people of equal weight, times the share of both groups together), whatever conditions it would
fail: to leave out controls that look moved would hide what is looked for, so that the rule never looks at the difference.  Whoever
left before the horizon is left out, with the event or without.  What remains usable: with 100 served, what happens to one in ten or more;
with 500 served, to one in fifty.  In our invented counties 6 to 8 people of a hundred have each control of the library in a year, so that it takes
some 170 served for all of them to be usable, and of fewer than 120 none is.

## Which controls

The library holds 34 (`betteroff outcomes control/insect_bite` prints one).  They stand beside the registry, not in it: a question and
`study.but` may name them, and no list of what is better off, no measure and no rival definition does.  No control is unmoved by every
programme: one that brings people to a clinic moves dental visits, one that houses them moves insect bites and whatever needs an address.
Each says which sorts of programme might move it (health, housing, work, transport, recreation), and those are left out by the words of
the programme's name and of the outcomes that it is asked about.  That is a guess by words: a programme whose name tells no sort leaves all in.  A
study that knows better says so, and then its own list alone is read:

```toml
[[negative_control]]
outcome = "control/insect_bite"      # or any ordinary outcome that this programme has no way to move
why     = "navigators do nothing about insects"
```

A programme that keeps people out of jail or alive gives them more days in which anything can happen, control or not: where it does
much of that, every control is moved a little, and the library does not know it.  The codes that a county would map (ICD-10-CM, CPT, CDT) are
from memory and must be looked up.

## On what scale error is alike

Controls are mostly rarer than what a programme is for.  The same hidden need makes a large difference of what happens to half of all and
a small one of what happens to one in fifteen, so differences of risk are not exchangeable as they stand.  To first order a need moves the
log odds alike, and the risk p (1 - p) times as far (exactly so where people's rates differ like a gamma variable of variance 1; where they
are all alike it would be the log hazard).  Each control's difference is divided by its own p (1 - p), and the error that this tells of is
multiplied by the outcome's: the range is a difference in people of every hundred, as the question is.  Amounts are divided by their mean.

Invented counties of <<PEOPLE>> people each (<<MANY COUNTIES>> of them, seeds 0 on: few, for each is slow): people leave jail, nobody is
served, and an arm goes to those in need more often, one log odd for each standard deviation of need.  Mean error of three real outcomes,
and of the 34 controls, which are *alike* to them as the dial `World.exchangeable` says:

<<SCALES>>

On p (1 - p) the controls that are alike tell of an error as large as the real outcomes have on average (0.97 of it); on p or on hazards of
somewhat more, and as they stand of two fifths.  Where the controls are less alike (0.5) they tell of half the error, and where they are not
alike at all (0) of none: nothing in the records shows that, and the range is then the study's own, with its error.  A calibrated range is
only as good as the claim that what moves the controls moves the outcome.

## What 5, 10, 20 and 30 give

R's `EmpiricalCalibration` holds the fitted error for the true one (*plug-in*; our kernels give its numbers, `tests/golden/test_calibration.py`).
Ours carries what the controls leave open: the mean of the error is integrated out and its spread has a flat prior, over a grid, so that nothing is
drawn.  It was chosen among four by a first simulation of 300 runs a cell.  A t-type widening with k - 2 degrees of freedom (Higgins, Thompson and
Spiegelhalter 2009) covers as well and is as wide, and has no place for what outcomes share; a prior that favours small spreads fails with 5
controls (.86 to .96) and does no better than the plug-in with 20.

Drawn numbers, <<RUNS>> runs a cell, seeds 0 on, no effect; *spread* of systematic error in standard errors of the answer, which the controls'
scatter around; *luck shared* is the correlation of the luck of any two outcomes.  Widths over that of a range by the true error;
Monte Carlo errors in brackets; the gate is <<GATE>>:

<<NUMBERS>>

In the counties above, controls drawn anew from the 34 for each of three real outcomes (arrest, shelter, care); *width* over the study's own:

<<COUNTIES>>

The three outcomes of one county are not independent, so these Monte Carlo errors are too small.  Nor are they draws from what moves the
controls: these are of three sorts, like each of the outcomes, that need moves unequally, so that the fitted spread holds that too.

## The joint test

How often all controls together are flagged at 5 % where nothing moved them, arms by lot, <<RUNS>> runs:

<<TEST>>

Few served among many, everybody's luck their own, 34 controls whose shares are spread evenly on a log scale between two,
<<RUNS UNEQUAL>> runs.  *Usable* is how many the rule above leaves on average, and *flagged* how often they are, with errors as if people of both
arms varied alike: an arm of few shows its own luck badly.  *Without* is how often the test would flag sound studies by each arm's own errors and
with every control that 20 people had.  Where 20 or more are usable, the width of the calibrated range of an outcome of three in ten, over the
study's own, and by how much the corrected effect is moved, in standard errors of the study's own:

<<UNEQUAL>>

Whole clusters of 60 people by lot, a correlation of .02 within them, controls of one in ten, <<RUNS UNEQUAL>> runs.  Variances are enlarged by
g / (g - 1), and the sum is read from an F distribution with 2 (g - 1) degrees of freedom, for g clusters in the arm with fewer: with few the
test is cautious, and sees little.  Where only p-values are to be had (places and dates), the smallest of the method's own times their number is
held to .05.

<<CLUSTERS>>

Made by `python benchmarks/calibration.py --runs <<RUNS PLAIN>> --counties <<MANY COUNTIES>>`.
"""


# ------------------------------------------------------------------------------------------------ in numbers
@dataclass(frozen=True, slots=True)
class Cell:
    """Coverage, and width over that of a range by the true null, of one number of controls, spread and correlation."""

    many: int
    spread: float
    shared: float
    ours: float
    plug_in: float
    wide: float
    wide_plug_in: float


def drawn(many: int, spread: float, shared: float, runs: int) -> Cell:
    """Runs 0 to `runs` - 1 of one cell: errors of unequal size, a systematic error of mean 0.5, and a true effect of 0."""
    covered, width = np.zeros(2), np.zeros(2)
    for run in range(runs):
        draws = np.random.default_rng(run)
        errors = np.exp(draws.normal(0, 0.4, many))
        common = draws.normal()
        luck = np.sqrt(shared) * common + np.sqrt(1 - shared) * draws.normal(size=many + 1)
        systematic = 0.5 + spread * draws.normal(size=many + 1)
        effects, effect = systematic[1:] + errors * luck[1:], systematic[0] + luck[0]
        among = np.full((many, many), shared) + (1 - shared) * np.eye(many)
        found = predicted(effects, among * np.outer(errors, errors), effect, 1.0, shared * errors)
        _, low, high = calibrated_interval(error_model(fit_null(effects, errors)), effect, 1.0)
        for place, (first, last) in enumerate(((found.low, found.high), (low, high))):
            covered[place] += first <= 0 <= last
            width[place] += last - first
    width /= runs * 2 * 1.959964 * np.sqrt(spread**2 + 1)
    return Cell(many, spread, shared, covered[0] / runs, covered[1] / runs, width[0], width[1])


def size(many: int, shared: float, people: int, share: float, runs: int) -> float:
    """How often the joint test flags controls that are not moved: marks of `people` in two arms, each had by a share of them, sharing a cause."""
    flagged = 0
    for run in range(runs):
        draws = np.random.default_rng(run)
        latent = np.sqrt(shared) * draws.normal(size=(people, 1)) + np.sqrt(1 - shared) * draws.normal(size=(people, many))
        marks = latent > np.quantile(latent, 1 - share)
        served = draws.random(people) < 0.5
        effects, errors, influence = differences(marks.astype(float), served)
        flagged += none_moved(effects, errors, together(influence, np.arange(people))) < 0.05
    return flagged / runs


# ------------------------------------------------------------------------------------------------ in counties
SCALES: Mapping[str, Any] = {
    "as they stand": lambda p: np.ones_like(p),
    "p (1 - p)": lambda p: p * (1 - p),
    "p": lambda p: p,
    "hazards": lambda p: -(1 - p) * np.log1p(-p),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One county: real outcomes first, and then the controls."""

    effects: Array  # (3 + 34,)
    errors: Array
    shares: Array  # who had it, in both arms
    correlation: Array


def counties(dial: float, many: int) -> Iterator[Seen]:
    """Counties 0 to `many` - 1 with controls so alike to the real outcomes."""
    study, world = load(DESIGN), WORLDS["lottery"].but(effect="none", exchangeable=dial)
    outcomes = (*REAL.values(), *CONTROLS.values())
    reads = read_by(study, frozenset(), outcomes)
    for seed in range(many):
        people = world.people(PEOPLE, seed)
        records = connect(world.records(world.live(people, world.as_run), reads))
        cohort = prepare(study, records).cohorts["main"]
        assert isinstance(cohort, Cohort)
        read = read_together(records.engine, cohort.table, outcomes, HORIZON)
        rows = exp.select("person_id").from_(table(cohort.table)).order_by(c("start_id"))
        number = [int(person.removeprefix("P")) for person in records.engine.fetch(rows)["person_id"].to_pylist()]
        need = people.persons.need[np.array(number) - people.persons.luck.first]
        served = np.random.default_rng(seed).random(len(need)) < 1 / (1 + np.exp(-PULL * need))
        values, seen = (np.column_stack([read[one.name + word].to_numpy() for one in outcomes]).astype(float) for word in ("", " seen"))
        whole = seen.all(1)
        effects, errors, influence = differences(values[whole], served[whole])
        yield Seen(effects, errors, values[whole].mean(0), together(influence, np.arange(whole.sum())))


@dataclass(frozen=True, slots=True)
class Corrected:
    """How often a range around a real outcome's effect holds the truth, which is none, over counties and outcomes."""

    many: int
    scale: str
    ours: float
    plug_in: float
    wide: float  # times as wide as the study's own


def corrected(seen: list[Seen], many: int, scale: str) -> Corrected:
    """Coverage with so many controls, drawn anew for each county and outcome, on one scale."""
    found = []
    for number, one in enumerate(seen):
        size = SCALES[scale](one.shares)
        effects, errors = one.effects / size, one.errors / size
        for real in range(len(REAL)):
            of = len(REAL) + np.sort(np.random.default_rng((number, real)).choice(len(CONTROLS), many, replace=False))
            luck = one.correlation[np.ix_(of, of)] * np.outer(errors[of], errors[of])
            ours = predicted(effects[of], luck, effects[real], errors[real], one.correlation[real, of] * errors[of] * errors[real])
            _, low, high = calibrated_interval(error_model(fit_null(effects[of], errors[of])), effects[real], errors[real])
            found.append((ours.low <= 0 <= ours.high, low <= 0 <= high, (ours.high - ours.low) / (2 * 1.959964 * errors[real])))
    told = np.mean(found, axis=0)
    return Corrected(many, scale, *map(float, told))


def bare(seen: list[Seen]) -> float:
    """How often the range that nothing corrected holds the truth."""
    return float(np.mean([np.abs(one.effects[: len(REAL)]) <= 1.959964 * one.errors[: len(REAL)] for one in seen]))


# ------------------------------------------------------------------------------------------------ the page
def in_numbers(runs: int) -> str:
    """The table of drawn numbers."""
    cells = [drawn(many, spread, shared, runs) for shared in SHARED for many in MANY for spread in SPREADS]
    rows = [
        (
            f"{one.many}",
            f"{one.spread:g}",
            f"{one.shared:g}",
            share(one.ours, runs),
            share(one.plug_in, runs),
            f"{one.wide:.2f}",
            f"{one.wide_plug_in:.2f}",
        )
        for one in cells
    ]
    return grid(("controls", "spread", "luck shared", "coverage", "coverage, plug-in", "width", "width, plug-in"), rows)


def in_counties(many: int) -> tuple[str, str]:
    """The tables of invented counties: the error on each scale, and coverage."""
    scales, covered = [], []
    for dial in DIALS:
        seen = list(counties(dial, many))
        for name, scale in SCALES.items():
            sizes = np.array([one.effects / scale(one.shares) for one in seen]).mean(0)
            real, controls = sizes[: len(REAL)], sizes[len(REAL) :]
            scales.append((f"{dial:g}", name, *(f"{each:.3f}" for each in real), f"{controls.mean():.3f}", f"{controls.std(ddof=1):.3f}"))
        covered.append((f"{dial:g}", "none", "none", share(bare(seen), len(REAL) * many), "", "1.00"))
        for name in ("p (1 - p)", "as they stand"):
            for k in MANY:
                one = corrected(seen, k, name)
                told = (share(each, len(REAL) * many) for each in (one.ours, one.plug_in))
                covered.append((f"{dial:g}", f"{k}", name, *told, f"{one.wide:.2f}"))
    heads = ("alike", "scale", *REAL, "controls", "their spread")
    return grid(heads, scales), grid(("alike", "controls", "scale", "coverage", "coverage, plug-in", "width"), covered)


def of_the_test(runs: int) -> str:
    """The table of how often the joint test flags what nothing moves."""
    rows = [
        (f"{many}", f"{shared:g}", f"{people:,}", f"{had:g}", share(size(many, shared, people, had, runs), runs))
        for many, shared, people, had in ((5, 0.0, 400, 0.1), (5, 0.3, 400, 0.1), (15, 0.0, 400, 0.1), (15, 0.3, 400, 0.1), (15, 0.6, 1_000, 0.05))
    ]
    return grid(("controls", "correlation of what causes them", "people", "share who had each", "flagged"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--counties", type=int, default=COUNTIES)
    asked = parser.parse_args()
    errors, covered = in_counties(asked.counties)
    text = TEXT
    tables = {
        "NUMBERS": in_numbers(asked.runs),
        "SCALES": errors,
        "COUNTIES": covered,
        "TEST": of_the_test(asked.runs),
        "UNEQUAL": of_the_unequal(RUNS_UNEQUAL),
        "CLUSTERS": of_the_clusters(RUNS_UNEQUAL),
    }
    for name, table_of in tables.items():
        text = text.replace(f"<<{name}>>", table_of)
    gate = 0.95 - 3 * np.sqrt(0.0475 / asked.runs)
    named = {
        "RUNS UNEQUAL": f"{RUNS_UNEQUAL}",
        "RUNS PLAIN": f"{asked.runs}",
        "RUNS": f"{asked.runs:,}",
        "MANY COUNTIES": f"{asked.counties}",
        "PEOPLE": f"{PEOPLE:,}",
        "GATE": f"{gate:.4f}",
    }
    for name, value in named.items():
        text = text.replace(f"<<{name}>>", value)
    PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
