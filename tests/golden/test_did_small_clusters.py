"""Two-way fixed effects with CR2 and Satterthwaite degrees of freedom, as R's clubSandwich 0.6.0 has them on the public panels.

Its CR3 stopped on all three, where a unit's dummy leaves nothing of a cluster to invert; the reference is the jackknife in loops.
"""

import json
from pathlib import Path

import did_data
import numpy as np
import pytest

from evaluation.methods.jackknifed import jackknife, leave_one_out
from evaluation.methods.small_clusters import cr2, cr3

GOLDEN = json.loads((Path(__file__).parent / "did_small_clusters.json").read_text(encoding="utf-8"))
POINT = 1e-9  # relative: the same regression, solved another way
SAME = 1e-6  # errors and degrees of freedom: symmetric roots of matrices with eigenvalues of 0


def stacked(name):
    table = getattr(did_data, name)()
    n, T = table.value.shape
    on = (np.arange(T) >= table.adopted[:, None]).astype(float)
    return on.ravel(), table.value.ravel(), np.repeat(np.arange(n), T), np.tile(np.arange(T), n)


@pytest.mark.parametrize("name", ["mpdta", "castle", "divorce"])
def test_two_way_fixed_effects_have_clubsandwichs_error_and_degrees_of_freedom(name):
    on, y, unit, period = stacked(name)
    golden = GOLDEN[name]

    there = cr2(on, y, unit, np.ones(1), absorb=(unit, period))
    assert there.effect == pytest.approx(golden["effect"], rel=POINT)
    assert (there.std_error, there.df, there.p_value) == pytest.approx((golden["std_error"], golden["df"], golden["p_value"]), rel=SAME)


def test_the_jackknife_of_castle_is_that_of_fifty_regressions():
    on, y, unit, period = stacked("castle")

    def without(kept):
        dummies = [np.equal.outer(label[kept], np.unique(label[kept])).astype(float) for label in (unit, period)]
        return np.linalg.lstsq(np.column_stack([on[kept], *dummies]), y[kept], rcond=None)[0][0]

    there = cr3(on, y, unit, np.ones(1), absorb=(unit, period))
    long = jackknife(there.effect, leave_one_out(without, unit))
    assert there.std_error == pytest.approx(long.std_error, rel=SAME)
    assert there.std_error > cr2(on, y, unit, np.ones(1), absorb=(unit, period)).std_error
