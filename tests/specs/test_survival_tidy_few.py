"""Errors by person where people are few: limits that hold as often as they say, how they were made, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from evaluation import survival
from evaluation.terms import Refused
from tests.golden.survival_data import bladder2, mgus2, recid, rossi

AGAIN: dict[str, Any] = {"person": "id", "start": "start", "stop": "stop", "event": "event"}
RATE = np.log(1.5)  # of the served: the true slope of the draws below
DRAWS = 400  # a share of .95 comes out between .93 and .97 in 19 of 20 such runs


def drawn(people: int, seed: int) -> pd.DataFrame:
    """Stretches over a year of people of whom half are served, whose own rates differ by a gamma of variance one half."""
    draw = np.random.default_rng(seed)
    rows = []
    for one in range(people):
        rate = 3.0 * np.exp(RATE * (one % 2)) * draw.gamma(2, 0.5)
        at = np.unique(draw.uniform(0, 1, draw.poisson(rate)))
        stops = [*at, 1.0]
        rows += [(one, one % 2, a, b, int(b < 1)) for a, b in zip([0.0, *at], stops, strict=True)]
    return pd.DataFrame(rows, columns=["id", "served", "start", "stop", "event"])


def covered(correction: str) -> float:
    """How often the limits that `recurring` tells of 20 people hold the truth."""
    held = 0
    for seed in range(DRAWS):
        fitted = survival.recurring(drawn(20, seed), covariates=["served"], correction=correction, **AGAIN)  # type: ignore[arg-type]  # a word
        low, high = np.log(fitted.frame.loc[0, ["low", "high"]].to_numpy(dtype=float))
        held += low < RATE < high
    return held / DRAWS


def test_limits_of_twenty_people_hold_as_often_as_they_say_and_those_of_a_plain_sandwich_do_not() -> None:
    assert covered("CR3") >= 0.93
    assert covered("none") < 0.92


def test_errors_are_a_jackknife_by_person_on_t_unless_r_s_are_asked_for() -> None:
    ours = survival.recurring(bladder2(), covariates=["rx"], **AGAIN)
    plain = survival.recurring(bladder2(), covariates=["rx"], correction="none", **AGAIN)
    row = ours.frame.iloc[0]

    assert ours.std_error[0] > 1.01 * plain.std_error[0]
    assert np.log(row["high"] / row["ratio"]) == pytest.approx(stdtrit(84, 0.975) * row["std_error"])
    assert "by 'id', 85 clusters (CR3, a jackknife in one step); t on 84." in ours.errors
    assert "normal limits" in plain.errors and plain.by.df == np.inf
    assert ours.errors in repr(ours) and "id" in ours._repr_html_().split("</table>")[1]


def test_a_cox_regression_by_person_or_by_weight_is_corrected_too() -> None:
    rows = rossi().assign(w=np.where(rossi()["age"] > 25, 2.0, 1.0), place=rossi()["id"] % 30)
    asked: Any = {"time": "week", "event": "arrest", "covariates": ["fin", "prio"]}
    for more, df in (({"person": "place"}, 29), ({"weights": "w"}, 431), ({"robust": True}, 431)):
        ours, plain = (survival.cox_regression(rows, **asked, **more, **by) for by in ({}, {"correction": "none"}))
        assert ours.by.df == df and (ours.std_error > plain.std_error).all()
    assert "fewer than about 40 are few" in survival.cox_regression(rows, person="place", **asked).errors.lower()
    own = survival.cox_regression(rows, **asked)
    assert own.by.df == np.inf and "the model's own" in own.errors


def test_where_there_is_no_jackknife_the_variance_is_multiplied_for_few_clusters() -> None:
    ends: Any = {"time": "etime", "event": "estatus", "causes": {1: "malignancy", 2: "death"}}
    back: Any = {"time": "durat", "event": "event", "covariates": ["workprg", "priors"]}
    blood = mgus2().assign(place=lambda rows: rows["id"] % 25, male=lambda rows: (rows["sex"] == "M").astype(int))
    men = recid().assign(place=np.arange(len(recid())) % 25)
    asks: list[Callable[..., survival.Slopes]] = [
        lambda **by: survival.subdistribution(blood, covariates=["age", "male"], cause="malignancy", person="place", **ends, **by),
        lambda **by: survival.accelerated(men, person="place", **back, **by),
        lambda **by: survival.cure(men, person="place", **back, **by),
        lambda **by: survival.by_period(men, person="place", edges=[24, 48], **back, **by),
        lambda **by: survival.pseudo(men, person="place", measure="risk", at=60, **back, **by),
        lambda **by: survival.adjusted_time_free(men, time="durat", event="event", by="workprg", covariates=["priors"], tau=60, person="place", **by),
    ]
    for ask in asks:
        ours, plain = ask(), ask(correction="none")
        assert ours.by.df == 24 and ours.std_error == pytest.approx(np.sqrt(25 / 24) * plain.std_error, rel=1e-9)


def test_no_more_clusters_than_slopes_are_refused_and_so_is_a_column_that_one_cluster_alone_tells() -> None:
    two = drawn(2, 1)
    with pytest.raises(Refused, match=r"column 'id': 2 clusters for 1 slope and a level"):
        survival.recurring(two, covariates=["served"], **AGAIN)
    alone = drawn(12, 1).assign(served=lambda rows: (rows["id"] == 3).astype(int))
    with pytest.raises(Refused, match=r"column 'served': it differs from its usual value in one cluster alone"):
        survival.recurring(alone, covariates=["served"], **AGAIN)
    with pytest.raises(Refused, match=r"4 clusters for 3 slopes"):
        survival.cox_regression(
            rossi().assign(place=rossi()["id"] % 4), time="week", event="arrest", covariates=["fin", "age", "prio"], person="place"
        )


def test_a_mean_number_of_one_person_has_no_error_and_is_refused_as_is_a_group_of_one() -> None:
    with pytest.raises(Refused, match="all stretches are of one person"):
        survival.mean_numbers(drawn(1, 1), **AGAIN)
    with pytest.raises(Refused, match="all stretches of the group '1' are of one person"):
        survival.mean_numbers(drawn(5, 1).assign(g=lambda rows: (rows["id"] == 3).astype(int)), by="g", **AGAIN)


def test_a_curve_says_whose_errors_it_tells_and_that_they_are_few() -> None:
    few = survival.mean_numbers(drawn(12, 1), by="served", **AGAIN)

    assert few.note in repr(few) and "6 of them in the smallest group" in few.note and "are few" in few.note
    assert survival.curves(rossi(), time="week", event="arrest").note == ""
    assert "are few" not in survival.curves(rossi(), time="week", event="arrest", person="id").note
