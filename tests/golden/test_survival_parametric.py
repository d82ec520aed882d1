"""Parametric, split-population and discrete-time models against R on recid: survreg, optim and glm."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from survival_data import recid

from evaluation.methods.survival import cure, discrete, lifelines_adapter
from evaluation.methods.survival.times import Times

HERE = Path(__file__).parent
R = json.loads((HERE / "survival_parametric.json").read_text(encoding="utf-8"))["entries"]
SEARCHED = 2e-4  # of a standard error: lifelines' optimiser stops when the likelihood no longer changes in its tenth digit
ERRORS = 2e-5  # relative: the information where lifelines stops
CLIMBED = 1e-5  # R's optim stops as early; our likelihood is the higher by 1e-9
WORKING = 2e-3  # relative: glm tells errors by the weights of the step before its last, which moves the last, rarest period
LOGLIK = 1e-8  # relative
NAMES = ("workprg", "priors", "felon", "black")


@pytest.fixture(scope="module")
def men():
    frame = recid()
    return frame[list(NAMES)].to_numpy(dtype=float), Times(frame.durat.to_numpy(), frame.event.to_numpy())


def errors(V):
    return np.sqrt(np.diag(V))


@pytest.mark.parametrize(("family", "entry"), [("weibull", "weibull_recid"), ("log_normal", "lognormal_recid")])
def test_accelerated_failure_times_are_survregs(men, family: lifelines_adapter.Family, entry: str) -> None:
    fitted, theirs = lifelines_adapter.aft(*men, names=NAMES, family=family), R[entry]["value"]

    assert (abs(fitted.coef[:-1] - theirs["coef"]) < 3 * SEARCHED * np.array(theirs["se"])[:-1]).all()
    np.testing.assert_allclose(fitted.scale, theirs["scale"], rtol=SEARCHED)
    np.testing.assert_allclose(errors(fitted.naive), theirs["se"], rtol=ERRORS)
    np.testing.assert_allclose(fitted.loglik, theirs["loglik"], rtol=LOGLIK)


def test_interval_censored_weibull_times_are_survregs(men) -> None:
    X, times = men
    low, high = times.stop - 1.0, np.where(times.cause == 1, times.stop, np.inf)
    fitted, theirs = lifelines_adapter.aft_between(X[:, :2], low, high, names=NAMES[:2]), R["interval_weibull_recid"]["value"]

    assert (abs(fitted.coef[:-1] - theirs["coef"]) < SEARCHED * np.array(theirs["se"])[:-1]).all()
    np.testing.assert_allclose(fitted.scale, theirs["scale"], rtol=SEARCHED)
    np.testing.assert_allclose(errors(fitted.naive), theirs["se"], rtol=ERRORS)
    np.testing.assert_allclose(fitted.loglik, theirs["loglik"], rtol=LOGLIK)


def test_the_share_that_never_returns_is_optims_by_lifelines_and_by_our_own_likelihood(men) -> None:
    X, times = men
    theirs = R["cure_weibull_recid"]["value"]
    by_lifelines, by_us = lifelines_adapter.cured(times), cure.fit(X[:, :0], times, names=())

    told = [theirs["cure"], theirs["shape"], theirs["scale"], theirs["loglik"]]
    np.testing.assert_allclose([by_lifelines.share, by_lifelines.shape, by_lifelines.scale, by_lifelines.loglik], told, rtol=CLIMBED)
    np.testing.assert_allclose([by_us.share(X[:1, :0])[0], by_us.shape, by_us.scale, by_us.loglik], told, rtol=CLIMBED)
    on_the_logit = by_lifelines.share_error / (by_lifelines.share * (1 - by_lifelines.share))
    np.testing.assert_allclose(on_the_logit, theirs["se_logit_cure"], rtol=ERRORS)
    np.testing.assert_allclose(errors(by_us.naive)[0], theirs["se_logit_cure"], rtol=ERRORS)


def test_the_share_by_covariates_is_optims(men) -> None:
    fitted, theirs = cure.fit(*men, names=NAMES), R["cure_weibull_cov_recid"]["value"]

    assert (abs(fitted.coef[:5] - theirs["coef"]) < 1e-4 * np.array(theirs["se"])).all()
    np.testing.assert_allclose(errors(fitted.naive)[:5], theirs["se"], rtol=ERRORS)
    np.testing.assert_allclose([fitted.shape, fitted.scale], [theirs["shape"], theirs["scale"]], rtol=CLIMBED)
    np.testing.assert_allclose(fitted.loglik, theirs["loglik"], rtol=LOGLIK)
    assert fitted.loglik >= theirs["loglik"]


def test_discrete_time_hazards_are_glms_on_the_rows_of_survsplit(men) -> None:
    fitted, theirs = discrete.fit(*men, range(12, 73, 12), names=NAMES), R["disc_cloglog_recid"]["value"]

    assert fitted.rows == theirs["nrow"] and len(fitted.names) == len(theirs["names"])
    np.testing.assert_allclose(fitted.coef, theirs["coef"], atol=CLIMBED)
    np.testing.assert_allclose(errors(fitted.naive), theirs["se"], rtol=WORKING)
    slopes = [place for place, name in enumerate(theirs["names"]) if name in NAMES]
    np.testing.assert_allclose(errors(fitted.naive)[slopes], np.array(theirs["se"])[slopes], rtol=ERRORS)
