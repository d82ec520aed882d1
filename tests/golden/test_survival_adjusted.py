"""Adjusted risks and mean times against R on public tables; `survival_adjusted.json` holds the calls and what they told.

riskRegression 2022.11.28 (standardised, weighted and doubly robust risks), survival's pseudo with lm and sandwich, survRM2's ANCOVA.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import survival_data
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from evaluation.methods.standing import Rows
from evaluation.methods.survival import cox
from evaluation.methods.survival.completing import completed
from evaluation.methods.survival.covariates import fitted, laid
from evaluation.methods.survival.followed import Followed
from evaluation.methods.survival.ipcw import weighted
from evaluation.methods.survival.pseudo_regression import mean_time, pseudo_regression
from evaluation.methods.survival.reading import Reading
from evaluation.methods.survival.sought import Sought
from evaluation.methods.survival.standardised import together
from evaluation.methods.survival.times import Times
from evaluation.terms import Horizon, Question

TOLD = json.loads((Path(__file__).parent / "survival_adjusted.json").read_text(encoding="utf-8"))
SAME = 1e-11  # relative: closed forms, R wrote down 15 digits
R_COX = 1e-7  # relative: R's coxph stops a step before the maximum
R_GLM = 1e-8  # relative: so does its glm
STACKED = 5e-4  # relative, of an error through a Cox regression of which R counts ties otherwise (below)
TIES = 0.065  # relative: R's iidCox lets each time count one event, where rossi has 2.3; with ties so counted, ours is within TIED
TIED = 3e-3
ADJUSTED = ("age", "race", "wexp", "mar", "paro", "prio")
WEEKS = (26, 51)


def told(name):
    return TOLD[name]["value"]


def column(frame, *names):
    return {name: frame[name].to_numpy(dtype=float) for name in names}


@pytest.fixture(scope="module")
def rossi():
    return survival_data.rossi()


@pytest.fixture(scope="module")
def ate():
    """Of riskRegression::ate, by estimator: the risks without and with aid, their difference and its error; at both weeks each."""
    value = told("ate_rossi")
    keys = ("estimate.A", "estimate.B", "estimate", "se")
    return {name: [np.array(value[key])[2 * k : 2 * k + 2] for key in keys] for k, name in enumerate(("GFORMULA", "IPTW", "AIPTW"))}


@pytest.fixture(scope="module")
def score(rossi):
    """The chance of aid by a logit regression, and what each man adds to the errors of its slopes."""
    z, X = rossi["fin"].to_numpy(), np.column_stack([np.ones(len(rossi)), *column(rossi, *ADJUSTED).values()])
    p = GLM(z, X, family=Binomial()).fit(tol=1e-14).fittedvalues
    return p, X, X * (z - p)[:, None] @ np.linalg.inv((X * (p * (1 - p))[:, None]).T @ X)


def weeks(rossi):
    return Times(rossi["week"].to_numpy(), rossi["arrest"].to_numpy())


def by(week, n):
    return Sought("risk", np.full(n, week + 1))


def as_read(rossi):
    arrest = rossi["arrest"].to_numpy()
    n = len(arrest)
    return Reading(
        rossi["week"].to_numpy(), arrest, np.where(arrest == 1, "mark", "horizon"), np.zeros(n, bool), np.zeros(n, bool), np.full(n, 53), ("mark",)
    )


def test_risks_standardised_by_one_cox_regression_which_is_r_s_estimator_and_not_the_door_s(rossi, ate):
    """The door fits a regression of each arm; what predicts and what is told of errors it has in common with this one."""
    n = len(rossi)
    aided = rossi["fin"].to_numpy() == 1
    one, other = together(column(rossi, *ADJUSTED), aided, weeks(rossi), np.ones(n), [by(week, n) for week in WEEKS])
    without, with_aid, difference, error = ate["GFORMULA"]

    assert other.mean == pytest.approx(without, rel=R_COX) and one.mean == pytest.approx(with_aid, rel=R_COX)
    assert one.mean - other.mean == pytest.approx(difference, rel=R_COX)
    parts = one.models - other.models + (one.everybody - one.mean - other.everybody + other.mean) / n
    assert np.sqrt((parts**2).sum(axis=0)) == pytest.approx(error, rel=TIES)


@pytest.mark.parametrize("at", [0, 1])
def test_the_error_of_r_is_that_of_a_regression_in_which_each_time_counts_one_event(rossi, ate, at):
    """Which tells where the six hundredths between the two errors come from: from R's ties, and from nothing of ours."""
    X = np.column_stack([rossi["fin"], *column(rossi, *ADJUSTED).values()]).astype(float)
    times = weeks(rossi)
    fit = cox.fit(X, times, names=("fin", *ADJUSTED))
    r, time = np.exp(X @ fit.coef), np.unique(times.stop[times.cause == 1])
    there = times.stop[:, None] >= time
    had = (times.stop[:, None] == time) & (times.cause == 1)[:, None]
    S0 = (r[:, None] * there).sum(axis=0)
    E = np.einsum("ij,ip->jp", r[:, None] * there, X) / S0[:, None]
    once, hazard = 1 / S0, had.sum(axis=0) / S0
    score = had @ (-E) + X * had.any(axis=1)[:, None] - r[:, None] * (X * (there @ once)[:, None] - (there * once) @ E)
    slopes = score @ fit.naive
    jumps = (had - r[:, None] * there * hazard) / S0 - slopes @ (E * hazard[:, None]).T
    upto, parts, gap = time <= WEEKS[at], 0.0, 0.0
    for sign, aid in ((1, 1.0), (-1, 0.0)):
        own = np.column_stack([np.full(len(X), aid), X[:, 1:]])
        u = np.exp(own @ fit.coef)
        S = np.exp(-u * hazard[upto].sum())
        parts = parts + sign * ((S * u).mean() * jumps[:, upto].sum(axis=1) + slopes @ ((S * u * hazard[upto].sum())[:, None] * own).mean(axis=0))
        gap = gap + sign * (1 - S)

    assert np.sqrt(((parts + (gap - gap.mean()) / len(X)) ** 2).sum()) == pytest.approx(ate["GFORMULA"][3][at], rel=TIED)


def test_risks_by_weights_with_the_error_of_an_estimated_score(rossi, ate, score):
    """R divides by everybody, and the door by the weights: the one is the other times what the weights come to."""
    p, X, learnt = score
    n, aided = len(rossi), rossi["fin"].to_numpy() == 1
    w = np.where(aided, 1 / p, 1 / (1 - p))
    rows = Rows(np.arange(n), aided, np.arange(n), None, np.arange(n), w, np.log(p / (1 - p)), column(rossi, *ADJUSTED))
    slopes = X * np.where(aided, -(1 - p) / p, p / (1 - p))[:, None]
    reading = as_read(rossi)
    for k, week in enumerate(WEEKS):
        horizon = np.full(n, week + 1)
        cut = Reading(reading.day, reading.cause, reading.why, reading.lost, reading.same_day, horizon, reading.causes)
        means = weighted(cut, rows, {}, Question("arrest", Horizon(days=week + 1), "survival", 0.05))
        risks, parts = [], []
        for mean, by_weight, arm in ((means.served, means.by_weight[0], aided), (means.compared, means.by_weight[1], ~aided)):
            total = w[arm].sum() / n
            own = total * by_weight + np.where(arm, mean * w / n, 0.0)
            risks.append(mean * total)
            parts.append(own - mean * total / n + learnt @ (slopes * (own / w)[:, None]).sum(axis=0))
        without, with_aid, difference, error = (each[k] for each in ate["IPTW"])

        assert risks == pytest.approx([with_aid, without], rel=R_GLM) and risks[0] - risks[1] == pytest.approx(difference, rel=R_GLM)
        assert np.sqrt(((parts[0] - parts[1]) ** 2).sum()) == pytest.approx(error, rel=R_GLM)


def test_doubly_robust_risks_with_the_error_of_every_regression(rossi, ate, score):
    p, X, learnt = score
    n, aided = len(rossi), rossi["fin"].to_numpy() == 1
    everybody, sought = np.ones(n, dtype=bool), [by(week, n) for week in WEEKS]
    marks = fitted(laid({"fin": aided.astype(float), **column(rossi, *ADJUSTED)}, n), weeks(rossi), everybody)
    risks, parts = [], []
    for arm, chance, sign in ((aided, p, -1.0), (~aided, 1 - p, 1.0)):
        w = np.where(arm, 1 / chance, 0.0)
        done = completed(as_read(rossi), marks.as_if("fin", most=bool(sign < 0)), None, Followed(()), arm, everybody / n, w / n, sought)
        off = w[:, None] * (done.value - done.predicted)
        slopes = np.einsum("iq,ip->pq", off, X * (sign * (1 - chance))[:, None]) / n
        risks.append((done.predicted + off).mean(axis=0))
        parts.append((done.predicted + off - risks[-1]) / n + done.models + learnt @ slopes)
    without, with_aid, difference, error = ate["AIPTW"]

    assert risks[0] == pytest.approx(with_aid, rel=R_COX) and risks[1] == pytest.approx(without, rel=R_COX)
    assert risks[0] - risks[1] == pytest.approx(difference, rel=R_COX)
    assert np.sqrt(((parts[0] - parts[1]) ** 2).sum(axis=0)) == pytest.approx(error, rel=STACKED)


def test_restricted_mean_time_by_pseudo_observations():
    recid, value = survival_data.recid(), told("pseudo_rmst_recid")
    times = Times(recid["durat"].to_numpy(), recid["event"].to_numpy())
    fit = pseudo_regression(column(recid, "workprg", "priors", "felon", "black"), times, "time_free", 60)

    assert fit.coef == pytest.approx(np.array(value["coef"]), rel=SAME)
    assert fit.std_errors() == pytest.approx(np.array(value["se_hc0"]), rel=SAME)


def test_risk_by_pseudo_observations():
    recid, value = survival_data.recid(), told("pseudo_risk36_recid")
    times = Times(recid["durat"].to_numpy(), recid["event"].to_numpy())
    fit = pseudo_regression(column(recid, "workprg"), times, "risk", 36)

    assert fit.coef == pytest.approx(np.array(value["coef"]), rel=SAME)
    assert fit.std_errors() == pytest.approx(np.array(value["se_hc0"]), rel=SAME)


def test_restricted_mean_time_by_one_regression_of_both_arms_which_is_r_s_estimator_and_not_the_door_s(rossi):
    """survRM2's ANCOVA: a table of a notebook tells it; questions are answered by a regression of each arm."""
    value = told("rmst_rossi_adj")
    fit = mean_time(column(rossi, "age", "prio"), rossi["fin"].to_numpy() == 1, weeks(rossi), 51)

    assert fit.names == ("intercept", "served", "age", "prio")
    assert fit.coef == pytest.approx(np.array(value["est"]), rel=SAME)
    assert fit.std_errors() == pytest.approx(np.array(value["se"]), rel=SAME)
