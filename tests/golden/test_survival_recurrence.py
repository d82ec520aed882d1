"""Marks that come again against R on bladder tumours: coxph by person, survfit's and reda's mean number, and mets' with deaths."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from survival_data import bladder2

from evaluation.methods.survival import ghosh_lin, recurrence
from evaluation.methods.survival.stretches import by_hand
from evaluation.methods.survival.times import Times

HERE = Path(__file__).parent
R = json.loads((HERE / "survival_recurrence.json").read_text(encoding="utf-8"))["entries"]
CLOSED = 1e-12  # sums in another order
ITERATED = 1e-8  # coxph stops when the log likelihood changes by less than 1e-9 of itself
TIES = 0.07  # mets takes tied events one after the other, each from a smaller risk set; on 31 to 47 people that is so much
COVARIATES = ["rx", "number", "size"]
MODELS = {"andersen_gill": "ag_bladder2", "total_time": "pwp_tt_bladder2", "gap_time": "pwp_gt_bladder2"}


@pytest.fixture(scope="module")
def tumours() -> pd.DataFrame:
    return bladder2()


def laid(frame: pd.DataFrame, marks=None):
    own = frame.event if marks is None else marks
    return by_hand(frame.id.to_numpy(), frame.start.to_numpy(), frame.stop.to_numpy(), own.to_numpy())


@pytest.mark.parametrize("model", MODELS)
def test_the_three_regressions_are_coxph_with_errors_by_person(tumours: pd.DataFrame, model: recurrence.Model) -> None:
    X = tumours.groupby("id")[COVARIATES].first().to_numpy(dtype=float)
    fitted = recurrence.fit(X, laid(tumours), names=COVARIATES, model=model, correction="none")
    theirs = R[MODELS[model]]["value"]

    assert fitted.fitted.names == tuple(theirs["names"])
    np.testing.assert_allclose(fitted.coef, theirs["coef"], rtol=ITERATED)
    np.testing.assert_allclose(np.sqrt(np.diag(fitted.variance())), theirs["robust_se"], rtol=ITERATED)
    np.testing.assert_allclose(np.sqrt(np.diag(fitted.fitted.naive)), theirs["se"], rtol=ITERATED)
    np.testing.assert_allclose(fitted.fitted.loglik, theirs["loglik"][1], rtol=CLOSED)


@pytest.mark.parametrize("arm", (1, 2))
def test_the_mean_cumulative_function_is_survfits_by_person_and_reda_s(tumours: pd.DataFrame, arm: int) -> None:
    own = laid(tumours[tumours.rx == arm])
    w = np.ones(own.n)
    theirs = R["mcf_bladder2"]["value"]
    there = [place for place, name in enumerate(theirs["strata"]) if name == f"rx={arm}"]
    at = np.array(theirs["time"])[there]

    found = ghosh_lin.mean_number(own, w)
    errors = np.sqrt((ghosh_lin.influence(found, own, w, at) ** 2).sum(axis=0))

    np.testing.assert_allclose(found.at(at), np.array(theirs["mcf"])[there], rtol=CLOSED)
    np.testing.assert_allclose(errors, np.array(theirs["se"])[there], rtol=CLOSED)
    reda = R["mcf_reda_bladder2"]["value"]
    also = [place for place, name in enumerate(reda["rx"]) if name == str(arm)]
    shown = np.searchsorted(at, np.array(reda["time"])[also])
    np.testing.assert_allclose(errors[shown], np.array(reda["se"])[also], rtol=CLOSED)


ARMS = ("placebo", "pyridoxine", "thiotepa")  # as mets has them, by the alphabet


def with_deaths(frame: pd.DataFrame):
    """The stretches of one arm, and until when each person was watched for a death."""
    last = frame.groupby("id").agg(stop=("stop", "max"), status=("status", "max"))
    return laid(frame, frame.status == 1), Times(last["stop"].to_numpy(), (last["status"] >= 2).to_numpy().astype(int))


def treated() -> pd.DataFrame:
    frame = pd.read_csv(HERE / "bladder1.csv")
    return frame[frame.stop > frame.start].reset_index(drop=True)


@pytest.mark.parametrize("arm", ARMS)
def test_the_mean_number_with_deaths_is_near_mets_who_breaks_ties(arm: str) -> None:
    frame = treated()
    own, ends = with_deaths(frame[frame.treatment == arm])
    theirs = R["ghoshlin_bladder1"]["value"][ARMS.index(arm)]

    found = ghosh_lin.mean_number(own, np.ones(own.n), ends)

    np.testing.assert_allclose(found.at(theirs["time"]), theirs["mean"], rtol=TIES)


def test_what_mets_does_with_ties_gives_its_digits_where_its_order_is_known() -> None:
    """Why the values above are near and not the same.

    mets 1.3.2 sorts starts and ends of all arms by time, events first, takes the risk set of each tied event from its place, and
    multiplies rates by the survival that stands at the same place of the deaths' own order: among ties that may be another arm's.
    Done so, with ties in the order of the rows, the placebo arm at 12 months comes out to the last digit.
    """
    frame = treated()
    arm = frame.treatment.map(ARMS.index).to_numpy()

    def order(event):
        time, sign = np.concatenate([frame.start, frame.stop]), np.repeat([-1, 1], len(frame))
        status = np.concatenate([np.zeros(len(frame)), event])
        o = np.lexsort((np.arange(len(time)), -status, time))
        group = np.tile(arm, 2)[o]
        at_risk = np.zeros(len(time))
        for g in range(len(ARMS)):
            at_risk[group == g] = np.cumsum(sign[o][group == g][::-1])[::-1]
        return time[o], status[o] > 0, group, at_risk

    _, died, of, there = order((frame.status >= 2).to_numpy())
    survival = np.ones(len(of))
    for g in range(len(ARMS)):
        stay = np.where(died[of == g], 1 - 1 / np.maximum(there[of == g], 1), 1.0)
        survival[of == g] = np.append(1.0, np.cumprod(stay)[:-1])
    time, marked, group, at_risk = order((frame.status == 1).to_numpy())
    counted = marked & (group == 0) & (time <= 12)

    theirs = R["ghoshlin_bladder1"]["value"][0]["mean"][0]
    np.testing.assert_allclose((survival[counted] / at_risk[counted]).sum(), theirs, rtol=CLOSED)


def test_the_mean_number_with_deaths_and_its_error_by_hand() -> None:
    """Ghosh & Lin 2000, summed time by time over people, on the same records: the error is the derivative, taken by differences."""
    frame = treated()
    frame = frame[frame.treatment == "thiotepa"]
    own, ends = with_deaths(frame)
    people, at = np.unique(frame.id), 30.0

    def mean(weight: dict[int, float]) -> float:
        w = frame.id.map(weight).to_numpy()
        last = frame.groupby("id").stop.transform("max").to_numpy() == frame.stop.to_numpy()
        survival, total = 1.0, 0.0
        for t in sorted(frame.stop[frame.stop <= at].unique()):
            there = w[(frame.start < t) & (frame.stop >= t)].sum()
            total += survival * w[(frame.stop == t) & (frame.status == 1)].sum() / there
            survival *= 1 - w[(frame.stop == t) & (frame.status >= 2) & last].sum() / there
        return total

    even = dict.fromkeys(people.tolist(), 1.0)
    step = 1e-4
    slopes = [(mean({**even, i: 1 + step}) - mean({**even, i: 1 - step})) / (2 * step) for i in people.tolist()]
    found = ghosh_lin.mean_number(own, np.ones(own.n), ends)

    np.testing.assert_allclose(found.at([at]), mean(even), rtol=CLOSED)
    np.testing.assert_allclose(ghosh_lin.influence(found, own, np.ones(own.n), [at], ends)[:, 0], slopes, atol=1e-8)
