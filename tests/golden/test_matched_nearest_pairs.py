"""Every pair and weight of nearest neighbours by one score against R's MatchIt 4.7.2 on lalonde.

`matched_nearest.json` holds what R gave, with each call; `matched_lalonde.json` R's scores.  R goes by the order of rows where
gaps are equal: so the pool stands in that order here.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.discrete.discrete_model import Probit

from evaluation.methods.matched.invariants import broken
from evaluation.methods.matched.nearest import choose
from evaluation.methods.matched.pool import Limit, Pool
from evaluation.terms import Matching

HERE = Path(__file__).parent
MATCHIT = json.loads((HERE / "matched_nearest.json").read_text(encoding="utf-8"))["matches"]
R = json.loads((HERE / "matched_lalonde.json").read_text(encoding="utf-8"))
PS, LOGIT, RACE = np.array(R["ps"]), np.array(R["linear"]), np.array(R["race"])
FRAME = pd.read_csv(HERE / "lalonde.csv")
SERVED = FRAME.treat.to_numpy() == 1
N = len(PS)
SAME_SUMS = 1e-12  # relative: the same sums of a few fractions in another order
R_PRINTS = 1e-9  # R wrote 15 significant digits
DIGITS = 12  # to which equal people have equal scores, whatever the order of sums in which they were fitted

# what each call says in the words of a design; `order` is MatchIt's usual one, which is "smallest" for the effect on the compared
ASKED = {
    "nn_ps": {},
    "nn_ps_smallest": {"order": "smallest"},
    "nn_ps_data": {"order": "random"},  # the pool's own order, which the test does not draw
    "nn_ps_closest": {"order": "closest"},
    "nn_ps_cal02": {},
    "nn_logit_cal02": {},
    "nn_logit_cal02_closest": {"order": "closest"},
    "nn_ps_probit": {},
    "nn_ps_2to1": {"ratio": 2},
    "nn_ps_2to1_cal": {"ratio": 2},
    "nn_ps_varratio": {"ratio": 2, "fewest": 1, "most": 5},
    "nn_ps_1to1_repl": {"reuse": 0},
    "nn_ps_2to1_repl": {"ratio": 2, "reuse": 0},
    "nn_ps_exact_race": {},
    "nn_ps_exact_race_cal": {},
    "nn_ps_antiexact": {},
    "nn_ps_atc": {"reuse": 0, "order": "smallest"},
    "nn_ps_discard_both": {},
}


def line_of(call: str) -> np.ndarray:
    """The score that a call matches on."""
    if "probit" in call:
        columns = pd.get_dummies(FRAME[["age", "educ", "race", "married", "nodegree", "re74", "re75"]], columns=["race"], drop_first=True)
        fitted = Probit(SERVED.astype(float), columns.assign(constant=1.0).astype(float)).fit(disp=0, tol=1e-12)
        return fitted.predict().round(DIGITS)
    return LOGIT if "linear.logit" in call else PS


def pool_of(name: str) -> Pool:
    call, caliper = MATCHIT[name]["call"], MATCHIT[name]["caliper"]
    line, focal = line_of(call), ~SERVED if "ATC" in call else SERVED
    rows = np.arange(N)
    if "discard" in call:  # whoever lies beyond every score of the other arm
        low, high = (pick(edge(line[SERVED]), edge(line[~SERVED])) for pick, edge in ((max, np.min), (min, np.max)))
        rows = rows[(line >= low) & (line <= high)]
    groups = RACE if "exact = ~race" in call else np.zeros(N, dtype=int)
    calipers = [Limit("score", line[rows], caliper)] if caliper else []
    if "age = 5" in call:
        calipers.append(Limit("age", FRAME.age.to_numpy(dtype=float), 5.0))
    return Pool(
        where="",
        rows=rows,
        served=SERVED[rows],
        focal=focal[rows],
        person=rows,
        groups=np.unique(groups, return_inverse=True)[1][rows],
        in_sets=False,
        columns={},
        line=line[rows],
        calipers=tuple(calipers),
        unlike=(FRAME.married.to_numpy(dtype=float),) if "antiexact" in call else (),
    )


def test_every_match_that_r_gave_is_asked_for():
    assert list(ASKED) == list(MATCHIT)


@pytest.mark.parametrize("name", ASKED)
def test_every_pair_is_that_of_matchit(name):
    pool, plan = pool_of(name), Matching(**ASKED[name])
    chosen = choose(pool, plan, "effect_on_the_served")
    ours = zip((pool.rows[chosen.pairs.focal] + 1).tolist(), (pool.rows[chosen.pairs.other] + 1).tolist(), strict=True)

    assert sorted(ours) == sorted((focal, one) for focal, *others in MATCHIT[name]["pairs"] for one in others)
    assert not broken(pool, chosen, plan)


@pytest.mark.parametrize("name", ASKED)
def test_every_weight_is_that_of_matchit_once_each_arm_has_a_mean_of_one(name):
    pool = pool_of(name)
    weights, scaled = choose(pool, Matching(**ASKED[name]), "effect_on_the_served").weights, np.zeros(N)
    for arm in (pool.served, ~pool.served):
        scaled[pool.rows[arm]] = weights[arm] / weights[arm & (weights > 0)].mean()

    assert scaled == pytest.approx(np.array(MATCHIT[name]["weights"]), rel=SAME_SUMS)


@pytest.mark.parametrize("name", [name for name in MATCHIT if MATCHIT[name]["caliper"]])
def test_a_caliper_is_in_standard_deviations_over_all_rows(name):
    assert 0.2 * line_of(MATCHIT[name]["call"]).std(ddof=1) == pytest.approx(MATCHIT[name]["caliper"], rel=R_PRINTS)
    assert MATCHIT[name]["caliper"] in (pytest.approx(0.0580626744, abs=1e-10), pytest.approx(0.360902393, abs=1e-9))
