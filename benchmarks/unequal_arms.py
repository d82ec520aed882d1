"""How often controls that nothing moves are flagged where few are served among many, or whole clusters draw a lot: tables of docs/calibration.md.

Everybody is drawn, and nobody is served anything; `calibration.py` writes the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.challenges.arms_apart import if_alike
from evaluation.challenges.calibration import none_moved, predicted, together
from evaluation.challenges.negative_controls import FEWEST_EVENTS, FEWEST_EXPECTED, MANY, expected_in

Array = np.ndarray[Any, Any]

RUNS_UNEQUAL = 500  # of arms of unequal size, and of whole clusters
UNEQUAL = (  # served, compared, and between which shares had each control
    (750, 750, 0.03, 0.1),
    (200, 1_000, 0.02, 0.1),
    (100, 1_500, 0.02, 0.1),
    (50, 1_500, 0.02, 0.1),
    (100, 1_500, 0.1, 0.3),
    (50, 1_500, 0.2, 0.5),
    (100, 1_500, 0.8, 0.98),
    (200, 4_000, 0.005, 0.05),
    (500, 10_000, 0.01, 0.1),
)
CLUSTERS = ((4, 34), (6, 10), (6, 34), (10, 34), (20, 34))  # in each arm, and controls


def differences(values: Array, served: Array) -> tuple[Array, Array, Array]:
    """Of values (n, k) in two arms: differences of means (k,), their standard errors (k,), and each row's influence (n, k)."""
    n1, n0 = served.sum(), (~served).sum()
    means = [values[arm].mean(0) for arm in (served, ~served)]
    left = np.where(served[:, None], (values - means[0]) / n1, -(values - means[1]) / n0)
    errors = np.sqrt(values[served].var(0, ddof=1) / n1 + values[~served].var(0, ddof=1) / n0)
    return means[0] - means[1], errors, left


@dataclass(frozen=True, slots=True)
class Unequal:
    """What comes of controls that nothing moves where few are served among many."""

    usable: float  # controls, on average
    without: float  # flagged, with every control that FEWEST_EVENTS people had
    flagged: float
    wide: float  # of the calibrated range over the study's own; not a number where too few are usable
    moved: float  # the corrected effect, in standard errors of the study's own
    moved_error: float  # Monte Carlo


def unequal(served: int, compared: int, low: float, high: float, runs: int, many: int = 34) -> Unequal:
    """Runs 0 to `runs` - 1 of one cell: independent people and controls, of which those usable are tested, and correct an outcome of .3."""
    there = np.arange(served + compared) < served
    usable, flagged, wide, moved = np.zeros(runs), np.zeros((runs, 2)), [], []
    for run in range(runs):
        draws = np.random.default_rng(run)
        shares = np.append(0.3, np.exp(draws.uniform(np.log(low), np.log(high), many)))
        values = (draws.random((len(there), many + 1)) < shares).astype(float)
        effects, errors, influence = differences(values, there)
        among = together(influence, np.arange(len(there)))
        had = values.sum(0) >= FEWEST_EVENTS
        here, others = values[there], values[~there]
        each = [expected_in((served, compared), (here[:, k].mean(), others[:, k].mean()), either=True) for k in range(many + 1)]
        by_alike = errors * [if_alike((here[:, k].var(), others[:, k].var()), (served, compared)) for k in range(many + 1)]
        for place, (right, sure) in enumerate(((had, errors), (had & (np.array(each) >= FEWEST_EXPECTED), by_alike))):
            of = 1 + np.flatnonzero(right[1:])
            flagged[run, place] = len(of) and none_moved(effects[of], sure[of], among[np.ix_(of, of)]) < 0.05
        usable[run] = len(of)
        if len(of) >= MANY:
            scale = values.mean(0) * (1 - values.mean(0))
            by = scale[0] / scale[of]
            luck = among[np.ix_(of, of)] * np.outer(by * sure[of], by * sure[of])
            found = predicted(by * effects[of], luck, effects[0], errors[0], among[0, of] * by * sure[of] * errors[0])
            wide.append((found.high - found.low) / (2 * 1.959964 * errors[0]))
            moved.append((found.effect - effects[0]) / errors[0])
    told = (float(np.mean(wide)), float(np.mean(moved)), float(np.std(moved) / len(moved) ** 0.5)) if len(wide) > runs / 2 else (np.nan,) * 3
    return Unequal(float(usable.mean()), *map(float, flagged.mean(0)), *told)


def of_clusters(clusters: int, many: int, runs: int) -> tuple[float, float]:
    """How often controls that nothing moves are flagged where whole clusters drew a lot: as told, and without the rule for few clusters."""
    group = np.repeat(np.arange(2 * clusters), 60)
    there, flagged = group < clusters, np.zeros(2)
    for run in range(runs):
        draws = np.random.default_rng(run)
        share = draws.beta(0.1 * 49, 0.9 * 49, (2 * clusters, many))  # of one in ten, with a correlation of .02
        values = (draws.random((len(group), many)) < share[group]).astype(float)
        effects, _, influence = differences(values, there)
        sums = np.array([influence[group == one].sum(0) for one in range(2 * clusters)])
        errors, among = np.sqrt((sums**2).sum(0)), together(influence, group)
        enlarged = errors * np.sqrt(clusters / (clusters - 1))
        flagged += none_moved(effects, enlarged, among, 2 * (clusters - 1)) < 0.05, none_moved(effects, errors, among) < 0.05
    return float(flagged[0] / runs), float(flagged[1] / runs)


def share(value: float, runs: int) -> str:
    """A share with its Monte Carlo error."""
    return f"{value:.3f} ({np.sqrt(value * (1 - value) / runs):.3f})"


def grid(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, ("---",) * len(heads), *rows))


def of_the_unequal(runs: int) -> str:
    """The table of few served among many."""
    rows = []
    for served, compared, low, high in UNEQUAL:
        one = unequal(served, compared, low, high, runs)
        none, few = not one.usable, np.isnan(one.wide)
        told = (f"{one.usable:.1f}", share(one.without, runs), "none usable" if none else share(one.flagged, runs))
        corrected = ("", "") if few else (f"{one.wide:.2f}", f"{one.moved:.2f} ({one.moved_error:.2f})")
        rows.append((f"{served:,}", f"{compared:,}", f"{low:g} to {high:g}", *told, *corrected))
    return grid(("served", "compared", "share who had each", "usable", "without", "flagged", "width", "moved"), rows)


def of_the_clusters(runs: int) -> str:
    """The table of whole clusters."""
    rows = [(f"{many}", f"{controls}", *(share(each, runs) for each in of_clusters(many, controls, runs))) for many, controls in CLUSTERS]
    return grid(("clusters in each arm", "controls", "flagged", "as if there were many"), rows)
