"""The jump at a cut-off through both doors: what was planted is found, and what must not matter does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scored_people import FUZZY, SHARP, cohort, county, ruler
from statsmodels.api import OLS

from evaluation.methods.inference import Contrast, neyman
from evaluation.methods.threshold.comparison import compare
from evaluation.methods.threshold.estimation import estimate
from evaluation.methods.threshold.jumping import BIAS_AWARE, HONEST
from evaluation.methods.threshold.randomised import levelled, lot, window
from evaluation.methods.threshold.running import running
from evaluation.outcomes.ruler import FrameRuler
from evaluation.terms import Amounts, AtRisk, Cohort, Estimate, Question, Refused

DIGITS = 1e-9


def answer(people: Cohort, y: np.ndarray, question: Question) -> Estimate:
    return estimate(people, compare(people, question), ruler(y), question)


def test_without_noise_the_jump_is_what_was_planted_offer_and_coming_alike() -> None:
    score = np.linspace(0, 100, 801)
    served = score >= 60
    came = served & (np.arange(801) % 5 != 0)
    line = 0.3 * score
    found = answer(cohort(score, served), line - 4 * served + 1e-6 * np.cos(np.arange(801)), SHARP)
    assert found.effect == pytest.approx(-4, abs=1e-4)
    assert (found.served.mean, found.compared.mean) == pytest.approx((14, 18), abs=1e-4)

    of_compliers = answer(cohort(score, served, taken_up=came), line - 5 * came + 1e-6 * np.cos(np.arange(801)), FUZZY)
    assert of_compliers.effect == pytest.approx(-5, abs=0.3)  # who comes is uneven from score to score
    assert of_compliers.served.mean - of_compliers.compared.mean == pytest.approx(of_compliers.effect, abs=DIGITS)


def test_the_order_of_the_rows_and_the_names_of_the_lists_change_no_digit_that_counts() -> None:
    people, y = county(4, whole=True)
    mixed = np.random.default_rng(1).permutation(len(y))
    columns = {name: getattr(people, name)[mixed] for name in ("score", "served", "taken_up", "list_day")}
    turned = replace(people, **(columns | {"list_day": -columns["list_day"]}), history={"before": people.history["before"][mixed]})
    for question in (SHARP, FUZZY, replace(SHARP, estimator="local_randomisation")):
        one, other = answer(people, y, question), answer(turned, y[mixed], question)
        assert [one.effect, one.interval.low, one.interval.high] == pytest.approx([other.effect, other.interval.low, other.interval.high], rel=1e-9)


def test_scores_turned_round_with_the_side_of_the_offer_are_the_same_list() -> None:
    people, y = county(5)
    assert people.score is not None
    below = replace(people, score=-people.score)
    assert answer(below, y, FUZZY).effect == pytest.approx(answer(people, y, FUZZY).effect, rel=1e-9)


def test_lists_with_cut_offs_of_their_own_are_pooled_at_them() -> None:
    people, y = county(6)
    far = replace(people, score=people.score + np.where(people.list_day == 17_000, 1_000.0, 0.0))
    one, other = answer(people, y, SHARP), answer(far, y, SHARP)
    assert one.effect == pytest.approx(other.effect, rel=1e-6)


def test_people_who_share_luck_count_together() -> None:
    people, y = county(7)
    twice = {name: np.tile(getattr(people, name), 2) for name in ("score", "served", "taken_up", "list_day")}
    doubled = cohort(**twice, history={"before": np.tile(people.history["before"], 2)})
    together = replace(doubled, clusters=np.tile(np.arange(len(y)), 2))
    question = replace(SHARP, bandwidth=8.0)

    alone, copied, clustered = answer(people, y, question), answer(doubled, np.tile(y, 2), question), answer(together, np.tile(y, 2), question)

    assert clustered.effect == pytest.approx(alone.effect, rel=1e-9) and copied.effect == pytest.approx(alone.effect, rel=1e-9)
    assert clustered.std_error == pytest.approx(alone.std_error, rel=0.1)
    assert copied.std_error < 0.8 * clustered.std_error


def test_within_a_window_the_effect_is_the_step_less_a_slope_and_the_difference_of_redrawn_lots_stands_beside_it() -> None:
    people, y = county(8)
    question = replace(SHARP, estimator="local_randomisation")
    comparison = compare(people, question)
    kept, scores = comparison.kept, running(people)

    found = estimate(people, comparison, ruler(y), question)

    lists = [scores.date[kept] == one for one in (0, 1)]
    X = np.column_stack([people.served[kept], scores.away[kept], *lists]).astype(float)
    by_hand = OLS(y[kept], X).fit(cov_type="HC2")
    assert found.effect == pytest.approx(by_hand.params[0], rel=1e-9) and found.std_error == pytest.approx(by_hand.bse[0], rel=1e-9)
    assert found.served.mean - found.compared.mean == pytest.approx(found.effect, rel=1e-9)
    assert found.beside[0].by.startswith("randomisation") and found.beside[0].high - found.beside[0].low < found.interval.high - found.interval.low
    assert [other.name for other in found.others] == ["local line, robust bias correction"]


def test_of_one_score_on_either_side_the_effect_is_the_difference_as_if_by_lot() -> None:
    rng = np.random.default_rng(20)
    score, before = rng.integers(1, 9, 400).astype(float), rng.normal(0, 1, 400)
    people, y = cohort(score, score >= 5, history={"before": before}), rng.normal(0, 5, 400)
    question = replace(SHARP, estimator="local_randomisation", bandwidth=1.0)
    comparison = compare(replace(people, score=np.where(score == 6, 7.0, score)), question)
    found = estimate(people, comparison, ruler(y), question)
    kept = comparison.kept
    by_hand = neyman(lot(y[kept], people.served[kept], running(people).date[kept]))
    assert found.effect == pytest.approx(by_hand.effect, rel=1e-12) and found.beside[0].low == pytest.approx(by_hand.interval("").low)
    assert found.interval.by.startswith("randomisation")


@pytest.mark.parametrize("slope", [0.0, 0.02, 0.05])
def test_a_slope_that_the_history_hardly_shows_is_no_effect(slope: float) -> None:
    runs, list_, everybody, rejected = 200, np.zeros(600, int), np.ones(600, bool), []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        score = np.round(rng.normal(0, 10, 600))
        near = window(score, list_, everybody, {"before": slope * score + rng.normal(size=600)})
        assert near is not None
        found = levelled((slope * score + rng.normal(size=600))[near.inside, None], score[near.inside], list_[near.inside])
        assert found is not None
        rejected.append(Contrast(float(found.step[0]), float((found.influence[:, 0] ** 2).sum() ** 0.5), found.freedom).p_value < 0.05)
    assert np.mean(rejected) <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5


def test_the_window_is_chosen_before_outcomes_and_stops_where_the_history_parts() -> None:
    people, _ = county(9, 4_000)
    away = running(people).away
    flat = replace(people, history={"before": np.random.default_rng(2).normal(size=len(away))})
    steep = replace(people, history={"before": away + 0.01 * np.random.default_rng(2).normal(size=len(away))})
    question = replace(SHARP, estimator="local_randomisation")
    wide, narrow = compare(flat, question), compare(steep, question)
    assert wide.kept.sum() > narrow.kept.sum()
    alike = {one.name: one for one in narrow.diagnostics}["window_alike"]
    assert alike.required and not alike.holds  # even the narrowest tells the two sides apart


def test_scores_that_are_few_are_answered_by_an_interval_that_assumes_no_line_between_them() -> None:
    rng = np.random.default_rng(10)
    score = rng.integers(1, 13, 2_000).astype(float)
    served = score >= 7
    found = answer(cohort(score, served), 20 + score - 6 * served + rng.normal(0, 5, 2_000), SHARP)
    assert found.interval.by == HONEST and not found.interval.excludes(-6)
    assert found.beside[0].high - found.beside[0].low > 0
    many = answer(*county(10), SHARP)
    assert many.interval.by != HONEST and many.beside[0].by == HONEST


def test_of_few_scores_the_answer_about_compliers_assumes_no_line_either() -> None:
    rng = np.random.default_rng(19)
    score = rng.integers(1, 13, 3_000).astype(float)
    served = score >= 7
    came = rng.random(3_000) < np.where(served, 0.75, 0.04)
    found = answer(cohort(score, served, taken_up=came), 20 + score - 6 * came + rng.normal(0, 5, 3_000), FUZZY)
    assert found.interval.by == BIAS_AWARE and not found.interval.excludes(-6)
    alone = answer(cohort(score, served), 20 + score - 6 * came + rng.normal(0, 5, 3_000), SHARP)
    assert found.interval.high - found.interval.low > alone.interval.high - alone.interval.low


def test_an_offer_that_hardly_moves_anybody_gets_no_interval_and_is_told() -> None:
    people, y = county(11, refuse=0.94, anyway=0.05)
    comparison = compare(people, FUZZY)
    found = estimate(people, comparison, ruler(y), FUZZY)
    assert not found.interval.given and found.std_error == np.inf and "ruled out" in found.interval.by
    assert not {one.name: one for one in comparison.diagnostics}["take_up_at_the_cutoff"].holds


def test_a_donut_leaves_out_those_nearest_and_helping_people_over_the_cut_off_is_seen() -> None:
    people, _ = county(12, 4_000)
    away = running(people).away
    helped = (away < 0) & (away > -1.0)
    assert people.score is not None
    pushed = replace(people, score=np.where(helped, people.score - away + 0.3, people.score), served=people.served | helped)

    density = {one.name: one for one in compare(pushed, SHARP).diagnostics}["density_at_the_cutoff"]
    honest = {one.name: one for one in compare(people, SHARP).diagnostics}["density_at_the_cutoff"]

    assert honest.holds and not density.holds and density.required
    kept = compare(people, replace(SHARP, donut=1.0)).kept
    assert kept.tolist() == (np.abs(away) > 1.0).tolist()


def test_a_donut_of_whole_points_leaves_out_those_who_stand_as_near_as_it_says() -> None:
    people, _ = county(17, whole=True)
    away = running(people).away
    assert set(np.abs(away[~compare(people, replace(SHARP, donut=1.0)).kept]).tolist()) == {0.0, 1.0}
    assert compare(people, SHARP).kept.all()


def test_a_history_that_jumps_condemns_the_comparison() -> None:
    people, _ = county(13)
    jumps = replace(people, history=people.history | {"a": people.history["before"] - 9.0 * people.served})
    told = {one.name: one for one in compare(jumps, SHARP).diagnostics}["history_at_the_cutoff"]
    assert told.required and not told.holds and "'a' jumps most" in told.sentence


def test_rows_of_one_person_are_no_further_evidence_that_the_history_jumps() -> None:
    people, _ = county(18)
    tenfold = {name: np.tile(getattr(people, name), 10) for name in ("score", "served", "list_day")}
    history = {"before": np.tile(people.history["before"], 10)}
    one, together, apart = (
        {told.name: told for told in compare(each, SHARP).diagnostics}["history_at_the_cutoff"].value
        for each in (
            people,
            cohort(**tenfold, history=history, clusters=np.tile(np.arange(len(people)), 10)),
            cohort(**tenfold, history=history),
        )
    )
    assert apart < one / 2 and together > apart


def test_what_could_be_seen_is_declared_before_any_outcome_and_is_about_what_is_then_seen() -> None:
    people, y = county(14)
    comparison = compare(people, FUZZY)
    declared = {one.name: one for one in comparison.diagnostics}["detectable_at_the_cutoff"]
    assert declared.detail["before"] == pytest.approx(declared.value * people.history["before"].std(), rel=0.1)
    after = {one.name: one for one in estimate(people, comparison, ruler(y), FUZZY).diagnostics}["detectable_effect"]
    near = np.abs(running(people).away) < 5
    assert declared.value * y[near].std() == pytest.approx(after.value, rel=0.5)


class Losing(FrameRuler):
    """Outcomes of which some are lost to sight halfway."""

    def amount(self, first, horizon):
        """Half the window was watched of every seventh."""
        seen = np.where(np.arange(len(self.values)) % 7 == 0, 182, 364)
        return Amounts(self.values, seen, self.window_days)

    def at_risk(self, horizon):
        """All days but those lost."""
        none = np.empty(0, dtype=int)
        return AtRisk(np.where(np.arange(len(self.values)) % 7 == 0, 182, 364), none, none, none)


def test_those_followed_stand_for_those_lost_whatever_was_seen_of_these() -> None:
    people, y = county(15)
    question, comparison = replace(SHARP, bandwidth=10.0), compare(people, replace(SHARP, bandwidth=10.0))
    lost = np.arange(len(y)) % 7 == 0
    whole = ruler(y)
    some = [
        estimate(people, comparison, Losing(whole.outcome, whole.horizon, values, whole.window_days), question)
        for values in (y, np.where(lost, 1e6, y))
    ]
    assert some[0].effect == some[1].effect
    alone = replace(people, **{name: getattr(people, name)[~lost] for name in ("start_id", "person", "score", "served", "taken_up", "list_day")})
    alone = replace(alone, history={"before": people.history["before"][~lost]})
    assert some[0].effect == pytest.approx(answer(alone, y[~lost], question).effect, abs=0.2 * some[0].std_error)


def test_nothing_that_varies_is_refused() -> None:
    people, y = county(16)
    with pytest.raises(Refused, match="everybody on one side has the same outcome"):
        answer(people, np.where(people.served, 3.0, y), SHARP)
