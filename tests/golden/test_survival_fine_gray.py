"""Subdistribution hazards against R on mgus2: cmprsk::crr with its own variance, and coxph on the rows that finegray writes out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from survival_data import mgus2

from evaluation.methods.survival import cox, fine_gray
from evaluation.methods.survival.times import Times

HERE = Path(__file__).parent
R = json.loads((HERE / "survival_fine_gray.json").read_text(encoding="utf-8"))["entries"]
CRR, EXPANDED = R["crr_mgus2"]["value"], R["finegray_mgus2"]["value"]
CLOSED = 1e-9  # sums in another order, after Newton's method on both sides
ITERATED = 1e-8  # crr stops when its steps are smaller than 1e-6 of a standard error
NAMES = ("age", "male", "mspike")


@pytest.fixture(scope="module")
def people():
    frame = mgus2()
    frame = frame[frame.mspike.notna() & frame.hgb.notna()]
    X = np.column_stack([frame.age, frame.sex == "M", frame.mspike]).astype(float)
    return X, Times(frame.etime.to_numpy(dtype=np.int64), frame.estatus.to_numpy(dtype=np.int64))


def test_breslow_ties_with_losses_before_events_are_crr_and_so_is_the_variance(people) -> None:
    fitted = fine_gray.fit(*people, names=NAMES, ties="breslow", ordered=False)

    assert len(people[1]) == CRR["n"]
    np.testing.assert_allclose(fitted.coef, CRR["coef"], rtol=ITERATED)
    np.testing.assert_allclose(np.sqrt(np.diag(fitted.variance())), CRR["se"], rtol=CLOSED)
    np.testing.assert_allclose(fitted.loglik, CRR["loglik"], rtol=CLOSED)


def test_slopes_and_the_inverse_information_are_coxph_s_on_the_rows_of_finegray(people) -> None:
    """Efron's ties, events before losses.  coxph's robust error is another one than `variance`: see the test after next."""
    fitted = fine_gray.fit(*people, names=NAMES)

    np.testing.assert_allclose(fitted.coef, EXPANDED["coef"], rtol=CLOSED)
    np.testing.assert_allclose(np.sqrt(np.diag(fitted.naive)), EXPANDED["se"], rtol=CLOSED)
    np.testing.assert_allclose([fitted.null_loglik, fitted.loglik], EXPANDED["loglik"], rtol=CLOSED)
    assert fitted.events == EXPANDED["nevent"]


def written_out(X, times):
    """The rows that finegray writes out: whoever had another end goes on, in steps between losses, at what they still weigh."""
    stop, cause = times.stop, times.cause
    losses = np.unique(stop[cause == 0])
    share = [1 - ((stop == t) & (cause == 0)).sum() / ((stop > t) | ((stop == t) & (cause == 0))).sum() for t in losses]
    rows = []
    for i in range(len(stop)):
        later = losses[losses >= stop[i]] if cause[i] == 2 else losses[:0]
        edges = [stop[i]] if not len(later) else later  # at the whole weight up to the first loss
        rows.append((i, 0, edges[0], int(cause[i] == 1), 1.0))
        weight = np.cumprod([share[place] for place in np.searchsorted(losses, later)])
        rows += [(i, low, high, 0, left) for low, high, left in zip(later[:-1], later[1:], weight[:-1], strict=True) if left > 0]
    at, entry, end, event, weight = (np.array(column) for column in zip(*rows, strict=True))
    return at, X[at], Times(end, event, entry, weight)


def test_r_s_robust_error_is_that_of_cox_on_the_rows_written_out_and_not_the_variance_told_here(people) -> None:
    """R sums scores by row, as if a person's rows were several people, and takes the weights of those past as known.

    `fine_gray.fit(...).variance()` sums by person, and counts that the weights were learnt: on these records within a hundredth of
    the rows summed by person, and by construction that of cmprsk::crr, whose variance the first test holds to the last digit.
    """
    at, X, times = written_out(*people)
    last = people[1].stop[people[1].cause == 1].max()
    early = times.entry < last  # rows after the last event tell nothing; R keeps them
    weigh = times.of(np.flatnonzero(early))

    expanded = cox.fit(X[early], weigh, names=NAMES)
    fitted = fine_gray.fit(*people, names=NAMES)

    np.testing.assert_allclose(expanded.coef, fitted.coef, rtol=CLOSED)
    np.testing.assert_allclose(np.sqrt(np.diag(expanded.variance())), EXPANDED["robust_se"], rtol=1e-6)
    by_person = expanded.variance(at[early])
    # the rows by person leave out that the weights were learnt: on these records that adds less than a hundredth
    np.testing.assert_allclose(np.sqrt(np.diag(by_person)), np.sqrt(np.diag(fitted.variance())), rtol=1e-2)
    apart = np.sqrt(np.diag(fitted.variance())) / EXPANDED["robust_se"]
    assert ((apart > 1.02) & (apart < 1.06)).all()  # by 3 to 5 hundredths: rows of one person are not several people
