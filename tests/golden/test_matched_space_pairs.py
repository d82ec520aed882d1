"""Nearest neighbours in several dimensions against R's MatchIt 4.7.2 on lalonde (Dehejia and Wahba 1999).

Many people of lalonde are equally far from several others (no earnings in either year), and MatchIt then takes whom it comes upon
last.  So each of its picks is held to be the nearest of those who were free at that turn, and so is ours; and where ties are
exact, the pool is laid out such that they go MatchIt's way, and then every pair is MatchIt's.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.methods.matched.distances import space
from evaluation.methods.matched.invariants import broken
from evaluation.methods.matched.pool import Limit, Pairs, Pool
from evaluation.methods.matched.space import pairs_in_space
from evaluation.methods.matched.weighing import of_pairs
from evaluation.terms import Matching

HERE = Path(__file__).parent
MATCHIT = json.loads((HERE / "matched_space.json").read_text(encoding="utf-8"))["entries"]
LALONDE = pd.read_csv(HERE / "lalonde.csv")
SCORE = np.array(json.loads((HERE / "matched_lalonde.json").read_text(encoding="utf-8"))["ps"])
SERVED = LALONDE.treat.to_numpy() == 1
RACE = LALONDE.race.map({"black": 0, "hispan": 1, "white": 2}).to_numpy()
NUMBERS = ("age", "educ", "re74", "re75")
SAME_GAP = 1e-9  # gaps that are equal by algebra differ by rounding, ours by other sums than R's
TIED_BY_ALGEBRA = ("nn_maha", "nn_maha_closest", "nn_mahvars_cal")  # some gaps are equal but for rounding, so no layout settles them


def plan_of(name: str) -> Matching:
    distance = {"nn_robust_maha": "robust_mahalanobis", "nn_scaled_euclidean": "scaled_euclidean"}.get(name, "mahalanobis")
    return Matching(distance=distance, order="closest" if "closest" in name else "largest", caliper=0.0)


def rows_of(name: str) -> Pairs:
    """MatchIt's pairs, by row of lalonde."""
    return Pairs(*(np.array(MATCHIT[name]["rows"]).T - 1))


def pool_of(name: str, rows=None) -> Pool:
    """Everybody of lalonde as a pool, its rows in a given order, and MatchIt's own caliper on the score."""
    rows = np.arange(len(SERVED)) if rows is None else rows
    columns = [
        LALONDE[column].to_numpy(dtype=float)
        for column in (NUMBERS if name in ("nn_maha_numeric", "nn_mahvars_cal") else (*NUMBERS, "married", "nodegree"))
    ]
    if len(columns) > len(NUMBERS):
        columns += [(code == RACE).astype(float) for code in range(3)]
    scored = name == "nn_mahvars_cal"
    return Pool(
        where="here",
        rows=rows,
        served=SERVED[rows],
        focal=SERVED[rows],
        person=rows,
        groups=RACE[rows] if scored else np.zeros(len(rows), dtype=int),
        in_sets=False,
        columns={},
        linear=np.log(SCORE / (1 - SCORE))[rows] if scored else None,
        space=space(columns, SERVED, plan_of(name).distance)[rows],
        calipers=(Limit("score", SCORE[rows], MATCHIT[name]["caliper"]),) if scored else (),
    )


def turns(name: str, pool: Pool, pairs: Pairs):
    """The places of pairs in the order in which they were made."""
    if "closest" in name:
        return np.argsort(pool.gap(pairs.focal, pairs.other), kind="stable")
    return np.lexsort((pairs.focal, np.zeros(len(pairs.focal)) if pool.linear is None else -pool.linear[pairs.focal]))


def farther_than_the_nearest(name: str, pool: Pool, pairs: Pairs):
    """By how much each pick is farther away than the nearest of those free at its turn."""
    free, more = np.flatnonzero(~pool.focal), []
    for at in turns(name, pool, pairs):
        one = np.full(len(free), pairs.focal[at])
        gaps = pool.gap(one, free)[pool.allowed(one, free)]
        more.append(pool.gap(pairs.focal[[at]], pairs.other[[at]])[0] - gaps.min())
        free = free[free != pairs.other[at]]
    return np.array(more)


@pytest.mark.parametrize("name", list(MATCHIT))
def test_matchit_and_we_pick_the_nearest_of_those_who_are_free_in_the_same_order(name):
    pool, theirs = pool_of(name), rows_of(name)
    ours = pairs_in_space(pool, plan_of(name))

    assert np.abs(farther_than_the_nearest(name, pool, theirs)).max() < SAME_GAP
    assert np.abs(farther_than_the_nearest(name, pool, ours)).max() < SAME_GAP
    assert set(ours.focal.tolist()) == set(theirs.focal.tolist())
    assert broken(pool, of_pairs(pool, ours), plan_of(name)) == "" == broken(pool, of_pairs(pool, theirs), plan_of(name))


@pytest.mark.parametrize("name", [name for name in MATCHIT if name not in TIED_BY_ALGEBRA])
def test_every_pair_is_that_of_matchit_where_ties_go_its_way(name):
    theirs = rows_of(name)
    taken = np.full(len(SERVED), len(SERVED))  # of equally near others, MatchIt's own stands first if those it takes later stand later
    taken[theirs.other] = theirs.focal
    rows = np.concatenate([np.flatnonzero(SERVED), np.flatnonzero(~SERVED)[np.argsort(taken[~SERVED], kind="stable")]])
    ours = pairs_in_space(pool_of(name, rows), plan_of(name))

    assert set(zip(rows[ours.focal], rows[ours.other], strict=True)) == set(zip(theirs.focal, theirs.other, strict=True))
