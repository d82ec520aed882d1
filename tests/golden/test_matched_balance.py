"""Every number of the balance table against R's MatchIt 4.7.2 and cobalt 5.0.0 on lalonde, with R's own matches and weights.

`matched_balance.json` holds, for eighteen ways of choosing whom to compare, the call, the weights and sets that R gave, and its table.
"""

from __future__ import annotations

import json
from math import isnan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.diagnostics import balance_after_matching, balance_before_matching, variances_after_matching
from evaluation.diagnostics.balance_table import Balance, Weighing, balance_of
from evaluation.diagnostics.likeness import spreads

HERE = Path(__file__).parent
R = json.loads((HERE / "matched_balance.json").read_text(encoding="utf-8"))
N = 614
SERVED = np.arange(N) < 185
NAMES = {
    "served": "effect_on_the_served",
    "compared": "effect_on_the_compared",
    "average": "average_effect",
    "overlap": "effect_in_the_overlap",
    "matchable": "effect_on_the_matchable",
}
SAME = 1e-9  # R wrote 15 significant digits of numbers up to 1e4 in the columns' own units; relative, or absolute in deviations
NOTHING = 1e-9  # differences that R and we both have as rounding
COBALT = 2e-8  # in deviations: what cobalt makes of weights that balance a column, where the weights that R wrote give 1e-9 and less


@pytest.fixture(scope="module")
def columns() -> dict[str, np.ndarray]:
    frame = pd.read_csv(HERE / "lalonde.csv")
    told = {name: frame[name].to_numpy(dtype=float) for name in ("age", "educ", "married", "nodegree", "re74", "re75")}
    return told | {f"race{race}": (frame.race == race).to_numpy(dtype=float) for race in ("black", "hispan", "white")}


def weighing(entry: dict) -> Weighing:
    """R's own choice."""
    place, sets = None, None
    if "sets" in entry:
        kept = np.array(entry["sets"]) >= 0
        place, sets = np.flatnonzero(kept), np.array(entry["sets"])[kept]
    elif "pairs" in entry:  # somebody stands in several sets: those whom the effect is about number them
        focal, other = (np.array(entry["pairs"]) - 1).T
        own = np.unique(focal)
        place, sets = np.concatenate([own, other]), np.concatenate([own, focal])
    return Weighing(SERVED, np.arange(N), np.array(entry["weights"], dtype=float), NAMES[entry["estimand"]], place, sets)


def alike(ours: float, theirs: float | None) -> bool:
    return isnan(ours) if theirs is None else ours == pytest.approx(theirs, rel=SAME, abs=NOTHING)


@pytest.fixture(scope="module")
def tables(columns) -> dict[str, Balance]:
    return {name: balance_of(columns, weighing(entry)) for part in ("matched", "weighted") for name, entry in R[part].items()}


@pytest.mark.parametrize("name", R["matched"])
def test_every_measure_is_that_of_matchit(name, tables):
    entry, lines = R["matched"][name], {line.column: line for line in tables[name].lines}

    for sample, side in (("all", "before"), ("matched", "after")):
        theirs = entry["balance"][sample]
        assert set(theirs) <= set(lines) and len(theirs) in (3, 9)
        for column, measures in theirs.items():
            line = lines[column]
            wrong = {key: value for key, value in measures.items() if key != "pair_distance" and not alike(getattr(getattr(line, side), key), value)}
            assert not wrong, column
            if sample == "matched" and abs(measures["difference"]) > NOTHING:  # else MatchIt leaves the distance in the column's own unit
                assert alike(line.pair_distance, measures["pair_distance"]), column


@pytest.mark.parametrize("name", R["weighted"])
def test_differences_variances_and_gaps_of_weights_are_those_of_cobalt(name, tables):
    lines = {line.column: line for line in tables[name].lines}

    for column, measures in R["weighted"][name]["balance"].items():
        line = lines[column.replace("race_", "race")]
        for side, suffix in ((line.before, "Un"), (line.after, "Adj")):
            assert side.difference == pytest.approx(measures[f"Diff.{suffix}"], abs=COBALT), column
            assert alike(side.variance_ratio, measures[f"V.Ratio.{suffix}"]), column
            assert side.largest_gap == pytest.approx(measures[f"KS.{suffix}"], abs=COBALT), column


@pytest.mark.parametrize(("part", "name"), [(part, name) for part in ("matched", "weighted") for name in R[part]])
def test_effective_sizes_are_those_of_r(part, name, tables):
    theirs = R[part][name]["effective"]

    for arm, label in (("served", "Treated"), ("compared", "Control")):
        assert tables[name].sizes["after", arm].effective == pytest.approx(theirs[label], rel=SAME)


@pytest.mark.parametrize(("part", "name"), [(part, name) for part in ("matched", "weighted") for name in R[part]])
def test_the_conditions_of_an_answer_tell_the_numbers_of_the_table(part, name, columns, tables):
    given, lines = weighing(R[part][name]), tables[name].lines
    deviations = spreads(columns, SERVED, given.weights, given.estimand)
    before = balance_before_matching(columns, SERVED, given.person, estimand=given.estimand, deviations=deviations)
    after = balance_after_matching(columns, SERVED, given.weights, given.person, estimand=given.estimand)
    ratios = variances_after_matching(columns, SERVED, given.weights)

    assert before.detail == {line.column: pytest.approx(line.before.difference, abs=NOTHING) for line in lines}
    assert after.detail == {line.column: pytest.approx(line.after.difference, abs=NOTHING) for line in lines}
    assert ratios.detail == {line.column: pytest.approx(line.after.variance_ratio, rel=SAME) for line in lines if not line.two}
