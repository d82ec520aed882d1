"""Texas opens prisons in 1993: the example of Cunningham's Mixtape (2021), read from the package causaldata."""

import numpy as np
import pytest

from evaluation.cohort import FramePanelOutcome, panel_from_frame
from evaluation.methods import METHODS
from evaluation.methods.series.synthetic import Series, synthetic_control, synthetic_did
from evaluation.terms import Horizon, Question

causaldata = pytest.importorskip("causaldata")
MIXTAPE = {"California": 0.408, "Florida": 0.109, "Illinois": 0.360, "Louisiana": 0.122}  # printed there, with ten special predictors


@pytest.fixture(scope="module")
def texas():
    wide = causaldata.texas.load_pandas().data.pivot(index="state", columns="year", values="bmprison")
    donors = wide.drop(index="Texas")
    return Series(wide.loc["Texas"].to_numpy(float), donors.to_numpy(float), list(wide.columns).index(1993)), list(donors.index)


def test_texas_is_made_of_other_large_states_and_not_of_the_same_ones_as_in_the_book(texas):
    series, names = texas
    ours = {names[at]: weight for at, weight in enumerate(synthetic_control(series).weights) if weight > 0.01}

    assert sorted(ours) == ["Florida", "Illinois", "New York"]
    assert sum(weight for state, weight in ours.items() if state in MIXTAPE) == pytest.approx(0.64, abs=0.02)


def test_the_gap_grows_to_tens_of_thousands_of_people_as_in_the_book(texas):
    series, _ = texas
    ours = synthetic_control(series)

    assert abs(ours.gap[: series.before]).max() < 2_000 < 20_000 < ours.gap[-6:].min()
    assert ours.effect == pytest.approx(synthetic_did(series).effect, rel=0.1)
    assert np.diff(ours.gap[series.before :]).min() > 0 and ours.gap[-1] > 25_000


def test_the_door_tells_the_same_of_a_frame_and_names_whom_texas_is_made_of(texas):
    series, _ = texas
    frame = causaldata.texas.load_pandas().data.assign(since=lambda rows: np.where(rows["state"] == "Texas", 1993, 0))
    said = FramePanelOutcome("bmprison", better="fewer", title={"en": "Black men in prison"}, event={"en": "Black men in prison"})
    panel, ruler = panel_from_frame(frame, unit="state", period="year", each="year", outcome=said, adopted="since")
    question = Question(
        ruler.outcome.name,
        Horizon(months=96),
        "series",
        -100.0,
        estimand="effect_on_the_served",
        estimator="synthetic_control",
    )
    method = METHODS["series"]
    answer = method.estimate(panel, method.compare(panel, question), ruler, question)
    told = {one.name: one for one in answer.diagnostics}

    assert answer.effect == pytest.approx(synthetic_control(series).effect, rel=1e-6)
    assert answer.periods == "year" and len(answer.path) == 16
    assert all(state in told["donor_weights"].sentence for state in ("Florida", "Illinois", "New York"))
    assert told["fit_before"].holds and told["placebo_in_time"].holds
    # one small state is like no others; among the 50 that are left the largest state stands out the most
    assert told["placebo_in_space"].detail["p by the effect as it is"] == answer.p_value == pytest.approx(1 / 50)
    # it moves eight times as much beyond its donors as the usual state does, so that changes of small states are no guide to its own
    assert next(other for other in answer.others if other.name.startswith("synthetic difference")).interval is None
    assert {round(other.effect, -3) for other in answer.others} == {21_000.0, 19_000.0, 30_000.0}
