"""Survival's door on public records against R: survfit, survRM2 and coxph, where they compute the same variance.

An interval of ours is a t interval by clusters of one person each, so that its error is R's times sqrt(n / (n - 2)), the factor of
CR1; a ratio of hazards has one number, and sqrt(n / (n - 1)).
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from tests.golden.survival_data import mgus2, recid, rossi
from tests.specs.timed import asked, cohort_of, compared, ruler_of, told

GOLDEN = json.loads((Path(__file__).parent / "survival_estimates.json").read_text())
EXACT = 1e-9  # relative: closed forms
ITERATED = 1e-6  # R's own convergence


def r(name: str) -> dict:
    return GOLDEN[name]["value"]


def marked(times, event) -> tuple[np.ndarray, np.ndarray]:
    """R's times, at whose end a mark or a loss comes, as days; whoever is not marked moved away after that day."""
    return np.asarray(times), np.where(np.asarray(event) == 1, "mark", "moved")


def rossi_men():
    frame = rossi()
    return cohort_of(frame["fin"] == 1), ruler_of(*marked(frame["week"], frame["arrest"])), frame


def recid_men():
    frame = recid()
    return cohort_of(frame["workprg"] == 1), ruler_of(*marked(frame["durat"], frame["event"]))


def mgus2_people():
    frame = mgus2()
    why = np.choose(frame["estatus"], ["moved", "mark", "death"])
    return cohort_of(frame["sex"] == "M", by="offer"), ruler_of(frame["etime"], why)


def small(n: int, numbers: int = 2) -> float:
    return (n / (n - numbers)) ** 0.5


@pytest.mark.parametrize("row", [1, 2, 3])  # by week 10 too few were arrested for an interval of this kind
def test_the_risk_of_an_arrest_and_its_error_are_those_of_survfit(row):
    cohort, ruler, _ = rossi_men()
    golden = r("km_rossi_plain")
    week = golden["time"][row]
    estimate = told(cohort, ruler, asked(week + 1))

    assert estimate.compared.mean == pytest.approx(1 - golden["surv"][row], rel=EXACT)
    assert estimate.served.mean == pytest.approx(1 - golden["surv"][row + 4], rel=EXACT)
    assert estimate.std_error == pytest.approx(small(432) * np.hypot(golden["se"][row], golden["se"][row + 4]), rel=EXACT)


def test_the_risk_after_the_first_losses_is_that_of_survfit_too():
    cohort, ruler = recid_men()
    golden = r("km_recid")
    estimate = told(cohort, ruler, asked(73))

    assert (estimate.compared.mean, estimate.served.mean) == pytest.approx((1 - golden["surv"][4], 1 - golden["surv"][9]), rel=EXACT)
    # months are few and whole, and Greenwood's formula, which is not the infinitesimal jackknife where some are lost, is near it
    assert estimate.std_error == pytest.approx(small(1445) * np.hypot(golden["se"][4], golden["se"][9]), rel=1e-4)


@pytest.mark.parametrize(("name", "men", "months", "n"), [("rmst_rossi_52", rossi_men, 52, 432), ("rmst_rossi_26", rossi_men, 26, 432)])
def test_mean_time_free_and_its_error_are_those_of_survrm2(name, men, months, n):
    cohort, ruler, *_ = men()
    golden = r(name)
    estimate = told(cohort, ruler, asked(months, "time_free"))

    assert (estimate.served.mean, estimate.compared.mean) == pytest.approx((golden["arm1"][0], golden["arm0"][0]), rel=EXACT)
    assert estimate.effect == pytest.approx(golden["contrast"][0][0], rel=EXACT)
    assert estimate.std_error == pytest.approx(small(n) * golden["diff_se"], rel=EXACT)


def test_mean_time_free_of_a_return_is_that_of_survrm2():
    cohort, ruler = recid_men()
    golden = r("rmst_recid_60")
    estimate = told(cohort, ruler, asked(60, "time_free"))

    assert estimate.effect == pytest.approx(golden["contrast"][0][0], rel=1e-7)
    assert estimate.std_error == pytest.approx(small(1445) * np.hypot(golden["arm1"][1], golden["arm0"][1]), rel=EXACT)


@pytest.mark.parametrize("place", range(3))
def test_a_risk_where_death_competes_and_its_error_are_those_of_survfit(place):
    cohort, ruler = mgus2_people()
    golden = r("aj_mgus2")
    estimate = told(cohort, ruler, asked(golden["time"][place] + 1))

    assert estimate.compared.mean == pytest.approx(golden["pstate"][place][1], rel=EXACT)
    assert estimate.served.mean == pytest.approx(golden["pstate"][place + 3][1], rel=EXACT)
    assert estimate.std_error == pytest.approx(small(1384) * np.hypot(golden["se"][place][1], golden["se"][place + 3][1]), rel=EXACT)


def test_mean_time_lost_where_death_competes_is_that_of_survfit():
    cohort, ruler = mgus2_people()
    table = dict(zip(r("rmtl_mgus2")["rows"], r("rmtl_mgus2")["table"], strict=True))
    estimate = told(cohort, ruler, asked(240, "time_lost"))

    assert (estimate.compared.mean, estimate.served.mean) == pytest.approx((table["sex=F, pcm"][2], table["sex=M, pcm"][2]), rel=EXACT)


def weighed_men():
    """Rossi's men, each arm weighted to be like all of them, the weights taken as given."""
    cohort, ruler, frame = rossi_men()
    columns = frame[["age", "race", "wexp", "mar", "paro", "prio"]].to_numpy(dtype=float)
    X, served = np.column_stack([np.ones(len(columns)), columns]), frame["fin"].to_numpy()
    chance = GLM(served, X, family=Binomial()).fit(tol=1e-12).fittedvalues
    return cohort, ruler, np.where(served == 1, 1 / chance, 1 / (1 - chance))


def test_a_weighted_risk_has_the_robust_error_of_survfit():
    cohort, ruler, weights = weighed_men()
    golden = r("km_rossi_iptw")
    estimate = told(cohort, ruler, asked(53), compared(cohort, weights))

    assert (estimate.compared.mean, estimate.served.mean) == pytest.approx((1 - golden["surv"][3], 1 - golden["surv"][7]), rel=ITERATED)
    assert estimate.std_error == pytest.approx(small(432) * np.hypot(golden["robust_se"][3], golden["robust_se"][7]), rel=ITERATED)


def test_the_weighted_hazard_ratio_beside_it_is_that_of_coxph_with_its_robust_error():
    cohort, ruler, weights = weighed_men()
    golden = r("cox_rossi_iptw")
    (ratio,) = told(cohort, ruler, asked(53), compared(cohort, weights)).hazards

    assert np.log(ratio.value) == pytest.approx(golden["coef"], rel=ITERATED)
    low, high = np.log([ratio.interval.low, ratio.interval.high])
    plain = told(cohort, ruler, asked(53), compared(cohort, weights))
    t = (plain.interval.high - plain.interval.low) / (2 * plain.std_error)  # on the same degrees of freedom
    assert (high - low) / (2 * t) == pytest.approx(small(432, 1) * golden["robust_se"], rel=ITERATED)


def test_what_fails_to_keep_its_proportion_among_rossis_men_is_said_in_words():
    frame = rossi()
    names = ["age", "race", "wexp", "mar", "paro", "prio"]
    history = {name: frame[name].to_numpy(dtype=float) for name in names}
    cohort = cohort_of(frame["fin"] == 1, history=history)
    estimate = told(cohort, ruler_of(*marked(frame["week"], frame["arrest"])), asked(53, estimator="regression"))
    (said,) = (each for each in estimate.diagnostics if each.name == "proportional_hazards")
    golden = dict(zip(r("zph_rossi_km")["terms"], r("zph_rossi_km")["p"], strict=True))

    assert not said.holds and not said.required
    assert "'age'" in said.sentence and "'wexp'" in said.sentence and "'prio'" not in said.sentence
    assert {name: said.detail[name] for name in names} == pytest.approx({name: golden[name] for name in names}, rel=ITERATED)
    assert said.detail["served"] == pytest.approx(golden["fin"], rel=ITERATED)
    assert said.detail["all together"] == pytest.approx(golden["GLOBAL"], rel=ITERATED)
