"""Log-rank tests against R's survdiff (survival 3.5-3) and Gray's test against cmprsk 2.2-11; `survival_tests.json` holds the calls."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import survival_data

from evaluation.methods.survival.gray import gray
from evaluation.methods.survival.logrank import logrank
from evaluation.methods.survival.times import Times

TOLD = json.loads((Path(__file__).parent / "survival_tests.json").read_text(encoding="utf-8"))
SAME = 1e-11  # closed forms, relative; R wrote down 15 digits, and sums of some hundred events are taken in another order
TAIL = 1e-10  # relative, of a p-value: a chance of 1e-6 carries the statistic's rounding many times over


def rossi(**more):
    frame = survival_data.rossi()
    strata = None if "strata" not in more else frame[more.pop("strata")].to_numpy()
    return logrank(Times(frame["week"].to_numpy(), frame["arrest"].to_numpy()), frame["fin"].to_numpy(), strata=strata, **more)


def recid():
    frame = survival_data.recid()
    return logrank(Times(frame["durat"].to_numpy(), frame["event"].to_numpy()), frame["workprg"].to_numpy())


def colon():
    frame = survival_data.colon().query("etype == 1")
    return logrank(Times(frame["time"].to_numpy(), frame["status"].to_numpy()), frame["rx"].to_numpy(dtype=str))


FOUND = {
    "lr_rossi": rossi,
    "lr_rossi_peto": lambda: rossi(p=1.0),
    "lr_rossi_strat_race": lambda: rossi(strata="race"),
    "lr_recid": recid,
    "lr_colon3": colon,
}


def summed(values):
    """Sums of groups (G,), which R lists by stratum (G, strata) where there are strata."""
    return np.array(values).reshape(len(values), -1).sum(axis=1)


@pytest.mark.parametrize("name", FOUND)
def test_the_log_rank_test_is_that_of_survdiff(name):
    theirs, found = TOLD[name]["value"], FOUND[name]()

    assert found.statistic == pytest.approx(theirs["chisq"], rel=SAME)
    assert found.df == theirs["df"]
    assert found.p_value == pytest.approx(theirs["p"], rel=TAIL)
    assert found.observed == pytest.approx(summed(theirs["obs"]), rel=SAME)
    assert found.expected == pytest.approx(summed(theirs["exp"]), rel=SAME)
    assert found.variance == pytest.approx(np.array(theirs["var"]), rel=SAME)


@pytest.mark.parametrize(("name", "strata"), [("gray_mgus2", False), ("gray_strat_mgus2", True)])
@pytest.mark.parametrize("cause", [1, 2])
def test_grays_test_is_that_of_cuminc(name, strata, cause):
    frame = survival_data.mgus2()
    times = Times(frame["etime"].to_numpy(), frame["estatus"].to_numpy())
    old = (frame["age"] > 70).to_numpy() if strata else None
    found = gray(times, (frame["sex"] == "M").to_numpy(), cause=cause, strata=old)

    assert (found.statistic, found.df) == pytest.approx((TOLD[name]["value"][cause - 1][0], TOLD[name]["value"][cause - 1][2]), rel=SAME)
    assert found.p_value == pytest.approx(TOLD[name]["value"][cause - 1][1], rel=TAIL)
