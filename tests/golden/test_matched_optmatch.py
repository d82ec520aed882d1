"""Optimal pair, full, cardinality and profile matching against R's MatchIt 4.7.2 and optmatch 0.10.8 on lalonde.

`lalonde.csv` holds the National Supported Work data of Dehejia and Wahba (1999); `matched_optimal.json` what R gave.  What R chose is
one of many optima, or, where its solver stopped early, near one: held to are the sum of gaps and the size, which must be as good or better.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.methods.matched import cardinality, full, optimal
from evaluation.methods.matched.distances import space
from evaluation.methods.matched.pool import Limit, Pool
from evaluation.terms import Matching

HERE = Path(__file__).parent
MATCHIT = json.loads((HERE / "matched_optimal.json").read_text(encoding="utf-8"))
ENTRIES, PS = MATCHIT["entries"], np.array(MATCHIT["ps"])
N = len(PS)
SERVED = np.arange(N) < 185
COLUMNS = ("age", "educ", "raceblack", "racehispan", "racewhite", "married", "nodegree", "re74", "re75")
R_PRINTS = 1e-9  # R wrote 15 significant digits of each score: nothing may be worse than R's by more
OPTIMUM = 1e-9  # the same sums in another order
SOLVED = 1e-6  # HiGHS takes a constraint for kept that is broken by this much
BEST_FULL = 2.141616  # to 6 decimals: pymatchit-causal 0.6.1, which covers all edges as well, on the same scores
ON_THE_SERVED = "effect_on_the_served"


@pytest.fixture(scope="module")
def lalonde() -> pd.DataFrame:
    frame = pd.read_csv(HERE / "lalonde.csv")
    for race in ("black", "hispan", "white"):
        frame[f"race{race}"] = (frame.race == race).astype(float)
    return frame


def pool(**parts) -> Pool:
    usual = {"groups": np.zeros(N, dtype=np.int64), "columns": {}, "line": PS}
    return Pool("lalonde", np.arange(N), SERVED, SERVED, np.arange(N), in_sets=False, **(usual | parts))


def sum_within_sets(pool: Pool, sets) -> float:
    pairs = [(one, two) for one in np.flatnonzero(SERVED & (sets >= 0)) for two in np.flatnonzero(~SERVED & (sets == sets[one]))]
    one, two = np.array(pairs).T
    assert pool.allowed(one, two).all()
    return float(pool.gap(one, two).sum())


@pytest.mark.parametrize(("name", "ratio"), [("optimal_1to1", 1), ("optimal_2to1", 2)])
def test_the_sum_of_gaps_of_optimal_pairs_is_no_larger_than_that_of_optmatch(name, ratio):
    chosen = optimal.choose(pool(), Matching(by="optimal", ratio=ratio), ON_THE_SERVED)

    assert len(chosen.pairs.focal) == ENTRIES[name]["compared"] == 185 * ratio
    assert sum_within_sets(pool(), chosen.sets) <= ENTRIES[name]["objective_sum_abs_ps"] + R_PRINTS


def test_nor_is_that_of_mahalanobis_distances(lalonde):
    there = pool(line=None, space=space([lalonde[name].to_numpy(dtype=float) for name in COLUMNS], SERVED, "mahalanobis"))
    pairs = optimal.choose(there, Matching(by="optimal", distance="mahalanobis"), ON_THE_SERVED).pairs
    one, two = np.array(ENTRIES["optimal_maha"]["rows"]).T - 1

    assert len(pairs.focal) == 185
    assert there.gap(pairs.focal, pairs.other).sum() <= there.gap(one, two).sum() + R_PRINTS


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize("name", ["full_att", "full_ate"])
def test_the_sum_of_gaps_of_full_matching_is_smaller_than_that_of_optmatch(name, flat):
    there = pool() if flat else pool(line=None, space=PS[:, None])
    chosen = full.choose(there, Matching(by="full"), "average_effect" if name == "full_ate" else ON_THE_SERVED)
    total = sum_within_sets(there, chosen.sets)

    assert (chosen.weights > 0).all()
    assert total <= ENTRIES[name]["objective_sum_abs_ps"] + R_PRINTS
    assert total == pytest.approx(BEST_FULL, abs=5e-7)


@pytest.mark.parametrize("flat", [True, False])
def test_full_matching_within_a_caliper_and_race_keeps_as_many_as_optmatch(flat, lalonde):
    entry = ENTRIES["full_att_cal"]
    rules = {"groups": np.unique(lalonde.race, return_inverse=True)[1], "calipers": (Limit("score", PS, entry["caliper"]),)}
    there = pool(**rules) if flat else pool(line=None, space=PS[:, None], **rules)
    chosen = full.choose(there, Matching(by="full"), ON_THE_SERVED)

    assert ((chosen.weights > 0) & SERVED).sum() == entry["served"]
    assert ((chosen.weights > 0) & ~SERVED).sum() == entry["compared"]
    assert sum_within_sets(there, chosen.sets) <= entry["objective_sum_abs_ps"] + R_PRINTS


def test_of_full_sets_the_served_weigh_one_each_for_the_effect_on_them_and_everybody_counts_for_that_on_everybody():
    served, everybody = (full.choose(pool(), Matching(by="full"), whom).weights for whom in (ON_THE_SERVED, "average_effect"))

    assert (served[SERVED] == 1).all() and served[~SERVED].sum() == pytest.approx(185, rel=OPTIMUM)
    assert [everybody[arm].sum() for arm in (SERVED, ~SERVED)] == pytest.approx([N, N], rel=OPTIMUM)


@pytest.mark.parametrize(("name", "by", "tolerance"), [("cardinality_std01", "cardinality", 0.1), ("profile_att", "profile", 0.05)])
def test_the_groups_that_are_alike_are_as_large_as_those_of_matchit_or_larger(name, by, tolerance, lalonde):
    columns = {column: lalonde[column].to_numpy(dtype=float) for column in COLUMNS}
    chosen = cardinality.choose(pool(columns=columns), Matching(by=by, tolerance=tolerance), ON_THE_SERVED)
    kept = chosen.weights > 0
    two = [column for column in COLUMNS if set(columns[column]) == {0.0, 1.0}]
    spread = {column: np.std(columns[column][SERVED], ddof=0 if column in two else 1) for column in COLUMNS}
    apart = {column: abs(x[kept & SERVED].mean() - x[kept & ~SERVED].mean()) / spread[column] for column, x in columns.items()}

    assert (kept & SERVED).sum() >= ENTRIES[name]["served"] and (kept & ~SERVED).sum() >= ENTRIES[name]["compared"]
    assert max(apart.values()) <= tolerance + SOLVED
    if by == "cardinality":  # 119 with R, whose solver stopped early; 120 are proved to be the most
        assert ((kept & SERVED).sum(), (kept & ~SERVED).sum(), chosen.note) == (120, 120, "")
