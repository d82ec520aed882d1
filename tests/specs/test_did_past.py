"""What could have been seen, by the past of those studied; path points that too few stand behind; panels too large for others beside."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.methods.did import beside, placebo
from evaluation.methods.did.laid import lay
from evaluation.terms import NEVER
from tests.specs.did_door import DID, Shown, asked, panel_of, roll_out, told

ESTIMATORS = ["difference", "group_time", "two_way", "imputation", "interaction_weighted"]
ALIKE = 0.15  # of what all tell: a part is another draw of units


def one_date(**parts):
    value, adopted = roll_out(**parts)
    return value, np.where(adopted < NEVER, 8, NEVER)


def laid_of(value, adopted, question, **parts):
    panel = panel_of(value, adopted, **parts)
    return lay(panel, DID.compare(panel, question), Shown(value).paths(), question)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_what_could_be_seen_is_told_first_and_from_the_past_alone(monkeypatch, estimator):
    monkeypatch.setattr(placebo, "DRAWS", 49)
    value, adopted = one_date()
    later = value.copy()
    later[:, 8:] *= np.random.default_rng(0).uniform(0.5, 2, (40, 7))

    one, other = (told(panel_of(shown, adopted), asked(estimator), shown)[1].diagnostics[0] for shown in (value, later))

    assert one.name == "detectable_by_the_past" and one.value > 0
    assert other == one


def test_an_effect_told_from_all_periods_before_needs_to_be_less_large():
    value, adopted = one_date()

    last, every = (placebo.detectable(laid_of(value, adopted, asked(estimator))).effect for estimator in ("group_time", "two_way"))

    assert every < 0.8 * last  # luck of one period against that of four


def test_two_by_two_of_the_past_is_the_change_of_means():
    value, adopted = one_date()
    seen = []
    laid = laid_of(value, adopted, asked("difference"))

    def spy(past, dates, clusters, statistic, **parts):
        shifted = np.where(dates < NEVER, 4, NEVER)
        change = past[:, 4:8].mean(axis=1) - past[:, :4].mean(axis=1)
        seen.append((statistic(past[:, :8], shifted), change[dates < NEVER].mean() - change[dates == NEVER].mean()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placebo, "detectable_by_placebo", spy)
        assert placebo.detectable(laid) is None

    assert seen[0][0] == pytest.approx(seen[0][1])


def test_of_very_many_a_part_is_read_and_told_as_all(monkeypatch):
    value, adopted = one_date(n=600, reached=240)
    laid = laid_of(value, adopted, asked("difference"), unit="person")

    every = placebo.detectable(laid)
    monkeypatch.setattr(placebo, "MOST_CLUSTERS", 200)
    some = placebo.detectable(laid)

    assert (every.of, some.of) == ("", "200 of 600 clusters")
    assert some.effect == pytest.approx(every.effect, rel=ALIKE)


def test_whoever_was_not_watched_throughout_the_past_is_left_out_and_not_counted_away():
    value, adopted = one_date(n=60, reached=24)
    value[0, 3] = np.nan

    found = told(panel_of(value, adopted, "person"), asked("difference"), value)[1].diagnostics[0]

    assert found.sentence.endswith("Told from all but 1 to 10 of 60 clusters.")


def test_where_units_of_a_cluster_adopt_apart_nothing_can_be_dealt_out():
    value, adopted = roll_out()

    assert placebo.detectable(laid_of(value, adopted, asked(), clusters=np.arange(40) // 4)) is None


# ------------------------------------------------------------------------------------------------ points that too few stand behind
def test_times_that_fewer_than_three_clusters_stand_behind_have_no_limits():
    value, adopted = roll_out(n=12, reached=4, each=1, periods=14)

    path = told(panel_of(value, adopted), asked(), value)[1].path

    for point in path:
        assert np.isfinite(point.band_low) == (point.units >= 3 or point.reference), point


def test_people_of_one_cluster_are_one_behind_a_point():
    value, adopted = roll_out(n=48, reached=32, each=8, periods=14)

    path = told(panel_of(value, adopted, "person", clusters=np.arange(48) // 4), asked(), value)[1].path

    assert {point.units for point in path if not np.isfinite(point.low)} == {8}  # two clusters of four
    assert all(np.isfinite(point.low) for point in path if point.units > 8)


# ------------------------------------------------------------------------------------------------ too large for others beside
def test_a_panel_too_large_for_other_estimators_says_so(monkeypatch):
    monkeypatch.setattr(beside, "MOST_VALUES", 599)
    value, adopted = roll_out()

    found = told(panel_of(value, adopted), asked(), value)[1]

    said = next(each for each in found.diagnostics if each.name == "estimators_agree")
    assert found.others == () and said.sentence.startswith("No other estimator of the same change stands beside")
    assert said.holds and said.limit is None


# ------------------------------------------------------------------------------------------------ whose bounds
@pytest.mark.parametrize(("estimator", "own"), [("group_time", True), ("interaction_weighted", True), ("difference", False), ("two_way", False)])
def test_bounds_of_the_path_are_called_so_where_the_answer_is_told_from_all_periods(estimator, own):
    value, adopted = one_date(effect=-3.0)

    said = next(each for each in told(panel_of(value, adopted), asked(estimator), value)[1].diagnostics if each.name == "honest_bounds").sentence

    assert ("as the path tells it from the last period before adoption is told from none as long as" in said) is not own
