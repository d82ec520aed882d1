"""Coarsened exact, exact and subclass matching against R's MatchIt 4.7.2 on lalonde.

`lalonde.csv` holds the National Supported Work data of Dehejia and Wahba (1999), in the order in which MatchIt has them;
`matched_cells.json` what R gave: sets and weights.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.methods.matched import coarsened, subclasses
from evaluation.methods.matched.distances import space
from evaluation.methods.matched.pool import Pool
from evaluation.terms import Matching

HERE = Path(__file__).parent
MATCHIT = json.loads((HERE / "matched_cells.json").read_text(encoding="utf-8"))
ENTRIES, LINEAR = MATCHIT["entries"], np.array(MATCHIT["linear"])
N = len(LINEAR)
SERVED = np.arange(N) < 185
RACES = ("raceblack", "racehispan", "racewhite")
COLUMNS = ("age", "educ", *RACES, "married", "nodegree", "re74", "re75")
R_PRINTS = 1e-9  # R wrote 15 significant digits, and adds weights up in another order
NAMED = {"quantiles": {"age": 5}, "cuts": {"educ": (8.5, 11.5, 12.5)}, "bins": {"re74": 5, "re75": 5}}
WHOM = {"ATE": "average_effect", "ATT": "effect_on_the_served"}


@pytest.fixture(scope="module")
def lalonde() -> pd.DataFrame:
    frame = pd.read_csv(HERE / "lalonde.csv")
    for race in RACES:
        frame[race] = (frame.race == race.removeprefix("race")).astype(float)
    return frame


def pool(frame: pd.DataFrame, columns=COLUMNS) -> Pool:
    told = {name: frame[name].to_numpy(dtype=float) for name in columns}
    rows = np.arange(N)
    return Pool("lalonde", rows, SERVED, SERVED, rows, np.zeros(N, dtype=np.int64), False, told, linear=LINEAR)


def whom(name: str) -> str:
    return WHOM["ATE" if '"ATE"' in ENTRIES[name]["call"] else "ATT"]


def with_mean_one(weights):
    """As MatchIt gives weights: those above 0 of each arm have mean 1."""
    scale = [weights[arm].sum() / (weights[arm] > 0).sum() for arm in (~SERVED, SERVED)]
    return weights / np.array(scale)[SERVED.astype(int)]


def same_sets(ours, theirs) -> bool:
    """Whether two ways of numbering sets, one with -1 and the other with 0 for none, part people alike."""
    pairs = set(zip(ours.tolist(), theirs, strict=True))
    return len(pairs) == len({one for one, _ in pairs}) == len({two for _, two in pairs}) and (-1 in ours) == (0 in theirs)


@pytest.mark.parametrize(
    ("name", "columns", "words"),
    [
        ("cem_default", COLUMNS, {"by": "coarsened_exact"}),
        ("cem_custom", COLUMNS, {"by": "coarsened_exact", **NAMED}),
        ("exact_race", RACES, {"by": "exact"}),
        ("exact_rmn_ate", (*RACES, "married", "nodegree"), {"by": "exact"}),
    ],
)
def test_cells_and_weights_are_those_of_matchit(name, columns, words, lalonde):
    chosen = coarsened.choose(pool(lalonde, columns), Matching(**words), whom(name))

    assert same_sets(chosen.sets, ENTRIES[name]["sets"])
    assert with_mean_one(chosen.weights) == pytest.approx(np.array(ENTRIES[name]["weights"]), abs=R_PRINTS)


def test_pairs_inside_cells_are_as_many_and_as_close_as_those_of_matchit(lalonde):
    # whole numbers of years and of dollars tie: 6 pairs of equal gaps are of other people, so gaps are compared
    there, theirs = pool(lalonde), np.array(ENTRIES["cem_k2k"]["sets"])
    pairs = coarsened.choose(there, Matching(by="coarsened_exact", one_to_one=True), whom("cem_k2k")).pairs
    place = space([lalonde[name].to_numpy(dtype=float) for name in COLUMNS], SERVED, "mahalanobis")
    kept = [(np.flatnonzero((theirs == one) & SERVED)[0], np.flatnonzero((theirs == one) & ~SERVED)[0]) for one in np.unique(theirs[theirs > 0])]

    def gaps(one, two):
        return np.sort(np.sqrt(((place[one] - place[two]) ** 2).sum(axis=1)))

    assert len(pairs.focal) == len(kept) == 50
    assert gaps(pairs.focal, pairs.other) == pytest.approx(gaps(*np.array(kept).T), abs=R_PRINTS)


@pytest.mark.parametrize(("name", "many"), [("subclass6", 6), ("subclass5_ate", 5)])
def test_classes_cuts_and_weights_are_those_of_matchit(name, many, lalonde):
    chosen = subclasses.choose(pool(lalonde), Matching(by="subclasses", subclasses=many), whom(name))
    score = 1 / (1 + np.exp(-LINEAR))

    assert subclasses.cuts(score[SERVED] if many == 6 else score, many) == pytest.approx(np.array(ENTRIES[name]["q_cut"]), abs=R_PRINTS)
    assert (chosen.sets + 1).tolist() == ENTRIES[name]["sets"]
    assert with_mean_one(chosen.weights) == pytest.approx(np.array(ENTRIES[name]["weights"]), abs=R_PRINTS)
