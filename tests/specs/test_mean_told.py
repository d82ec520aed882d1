"""What a protocol says of a question about mean cost, held against the answer that is given: conditions, their limits and whose they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.pipeline import answer, prepare
from evaluation.records import connect
from evaluation.report.answering import ANSWERING
from evaluation.report.conditions import CONDITIONS
from evaluation.report.grids import ESTIMATORS
from evaluation.study import load
from evaluation.terms import Answer, Censored, Refused, Study
from synthetic import WORLDS

DESIGNS = Path(__file__).parents[2] / "designs" / "bayview"
EXACT = 1e-9  # relative: the same sums in another order
ROOM = ("losses", "people_with_costs", "skewed_amounts", "dearest_hundredth", "without_the_dearest", "detectable_effect")


@pytest.fixture(scope="module", params=["navigation_costs_by_lot", "navigation_costs"])
def told(request: pytest.FixtureRequest) -> tuple[Study, Answer]:
    """The first question of a design, answered in a county that the design was written for."""
    study = load(DESIGNS / f"{request.param}.toml")
    study = replace(study, questions=study.questions[:1])
    world = WORLDS["lottery" if request.param.endswith("lot") else "referred"]
    (found,) = answer(prepare(study, connect(world.records(world.live(world.people(600, seed=1), world.as_run)))))
    return study, found


def test_every_condition_that_the_answer_was_held_to_was_announced_with_its_limit_and_source(told):
    study, found = told
    question = study.questions[0]
    announced = list(ANSWERING["mean"].held(question, study.cohorts["main"], study))

    assert found.estimate is not None and not found.refused
    assert set(ROOM) <= {one.name for one in found.estimate.diagnostics}
    assert [one.name for one in found.diagnostics if one.name not in announced] == []
    for one in found.diagnostics:
        said = CONDITIONS[one.name]
        assert (one.source, one.required) == (said.source, said.required), one.name


def test_the_steps_name_the_model_the_losses_and_the_wider_interval(told):
    study, _ = told
    plan, question = study.cohorts["main"], study.questions[0]
    plain = " ".join(ANSWERING["mean"].steps(question, plan, study))
    model = " ".join(ANSWERING["mean"].steps(replace(question, estimator="two_part", censored=Censored(adjust="nothing")), plan, study))

    assert "arithmetic means" in plain and "Cox 1972" in plain and "larger of two spreads" in plain and "month by month" in plain
    assert "two-part model" in model and "Kaplan and Meier 1958" in model and "month by month" not in model


def test_other_models_stand_beside_with_names_that_a_page_knows(told):
    _, found = told
    assert found.estimate is not None and found.estimate.economics is not None

    assert found.estimate.others and all(one.name in ESTIMATORS for one in found.estimate.others)
    assert "winsorised at the 99th percentile" in found.estimate.economics.sensitivity
    assert found.estimate.economics.top_share is not None and 0 < min(found.estimate.economics.top_share) < 1


def test_who_pays_adds_up_to_the_difference_in_cost_where_some_moved_away(told):
    _, found = told
    assert found.estimate is not None and found.estimate.economics is not None
    share = next(one for one in found.estimate.diagnostics if one.name == "losses")
    economics, counted = found.estimate.economics, [one for one in found.estimate.economics.ledger if one.counted and one.basis == "average"]

    assert share.value < 1  # some were lost, so that parts are read month by month
    assert sum(one.effect for one in counted) == pytest.approx(found.estimate.effect, rel=EXACT)
    assert economics.break_even is None or economics.break_even == pytest.approx(-sum(one.effect for one in counted if not one.programme), rel=EXACT)


def test_a_model_of_costs_goes_where_a_regression_goes_and_nothing_competes_with_an_amount(tmp_path):
    text = (DESIGNS / "navigation_costs.toml").read_text(encoding="utf-8")
    model, rival = tmp_path / "model.toml", tmp_path / "rival.toml"
    model.write_text(text.replace('estimator  = "regression"', 'estimator  = "two_part"'), encoding="utf-8")
    rival.write_text(text.replace('role       = "secondary"', 'role = "secondary"\ncompeting = ["death", "revocation"]', 1), encoding="utf-8")

    assert load(model).questions[2].estimator == "two_part"
    with pytest.raises(Refused, match="which a death completes and nothing rules out"):
        load(rival)
