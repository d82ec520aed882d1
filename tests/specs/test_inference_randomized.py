"""The two doors of the randomized method on small cohorts: what they keep, what they set aside, and what they refuse."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace

import numpy as np
import pytest

from evaluation.diagnostics import few_clusters
from evaluation.methods.randomized import compare, estimate
from evaluation.methods.randomized.comparison import drawn_whole
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Amounts, Cohort, Horizon, Inference, Marks, Question, Refused, States

MARK, DAYS, HOUSED = "recidivism/arrest", "custody_days/recorded", "housed/recorded"


@dataclass(frozen=True)
class Told:
    """A Ruler that says what it is told."""

    outcome: object
    why: np.ndarray | None = None
    amounts: np.ndarray | None = None
    unseen: np.ndarray | int = 0
    whole: np.ndarray | None = None
    same_day: bool = False

    def marks(self, horizon):
        whole = ~np.isin(self.why, ("moved", "records end")) if self.whole is None else self.whole
        return Marks(np.full(len(self.why), 10), self.why, whole, self.same_day * np.ones(len(self.why), dtype=bool), np.full(len(self.why), ""))

    def state(self, horizon):
        return States(self.why, self.why == "housed", self.why != "not seen")

    def amount(self, first, horizon):
        assert first == self.outcome.from_day
        window = np.full(len(self.amounts), 99)
        return Amounts(self.amounts, window - self.unseen, window)


def cohort(served, **parts) -> Cohort:
    served = np.asarray(served, dtype=bool)
    n = len(served)
    return Cohort("main", "person", "", np.arange(1, n + 1), np.arange(n), served, parts.pop("history", {}), (), "lot", **parts)


def question(outcome=MARK, by="robust") -> Question:
    return Question(outcome, Horizon(days=100), "randomized", -0.05, inference=Inference(by))


def why(served: dict[str, int], compared: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Arms and endings, from counts by ending."""
    words = [word for arm in (served, compared) for word, count in arm.items() for _ in range(count)]
    return np.arange(len(words)) < sum(served.values()), np.array(words)


def asked(people: Cohort, ruler: Told, ask: Question):
    comparison = compare(people, ask)
    return estimate(people, comparison, ruler, ask)


def named(diagnostics, name):
    return next(diagnostic for diagnostic in diagnostics if diagnostic.name == name)


def test_without_blocks_everybody_is_kept_and_weighs_one():
    comparison = compare(cohort(np.arange(30) < 12), question())

    assert comparison.kept.all() and (comparison.weights == 1).all()
    assert comparison.estimand.population == "everybody whom the lot covered"
    assert comparison.estimand.plans == "offered at the start, against not offered"


def test_a_block_with_one_arm_empty_is_set_aside_and_the_estimand_says_so():
    blocks = np.repeat([0, 1, 2], 10)
    served = np.concatenate([np.arange(10) < 5, np.ones(10, dtype=bool), np.arange(10) < 2])

    comparison = compare(cohort(served, blocks=blocks), question())
    assert (comparison.kept == (blocks != 1)).all() and (comparison.weights[blocks == 1] == 0).all()
    assert comparison.estimand.population == "those among blocks where both arms exist (1 of 3 blocks set aside)"


def test_weights_give_each_block_the_size_of_both_its_arms():
    blocks = np.repeat([0, 1], [10, 20])
    served = np.concatenate([np.arange(10) < 5, np.arange(20) < 5])

    comparison = compare(cohort(served, blocks=blocks), question())
    for arm in (served, ~served):
        share = comparison.weights[arm & (blocks == 0)].sum() / comparison.weights[arm].sum()
        assert share == pytest.approx(10 / 30)
        assert comparison.weights[arm].mean() == pytest.approx(1)


def test_the_estimate_counts_blocks_as_the_comparison_promised():
    one, two = why({"mark": 12, "horizon": 18}, {"mark": 20, "horizon": 10}), why({"mark": 11, "horizon": 19}, {"mark": 13, "horizon": 17})
    blocks = np.repeat([0, 1], 60)
    people, ruler = cohort(np.concatenate([one[0], two[0]]), blocks=blocks), Told(OUTCOMES[MARK], np.concatenate([one[1], two[1]]))
    comparison = compare(people, question())
    leaning = replace(comparison, weights=np.where(blocks == 0, 1.5, 0.5))

    as_drawn, leant = (estimate(people, each, ruler, question()) for each in (comparison, leaning))
    assert as_drawn.effect == pytest.approx(0.5 * (12 - 20) / 30 + 0.5 * (11 - 13) / 30)
    assert leant.effect == pytest.approx(0.75 * (12 - 20) / 30 + 0.25 * (11 - 13) / 30)


def test_people_lost_take_no_weight_from_their_block():
    one, two = (
        why({"mark": 12, "horizon": 8, "moved": 20}, {"mark": 20, "horizon": 20}),
        why({"mark": 11, "horizon": 29}, {"mark": 13, "horizon": 27}),
    )
    blocks = np.repeat([0, 1], 80)

    there = asked(cohort(np.concatenate([one[0], two[0]]), blocks=blocks), Told(OUTCOMES[MARK], np.concatenate([one[1], two[1]])), question())
    assert there.effect == pytest.approx(0.5 * (12 / 20 - 20 / 40) + 0.5 * (11 / 40 - 13 / 40))


def test_who_took_the_offer_up_is_shown_where_it_is_on_record():
    served = np.arange(60) < 30

    comparison = compare(cohort(served, taken_up=np.arange(60) % 3 > 0), question())
    assert named(comparison.diagnostics, "take_up").detail == pytest.approx({"served": 20 / 30, "compared": 20 / 30})
    assert "take_up" not in {diagnostic.name for diagnostic in compare(cohort(served), question()).diagnostics}


def test_the_power_of_a_study_is_said_in_the_unit_of_its_outcome():
    served = np.arange(80) < 40

    marks = asked(cohort(served), Told(OUTCOMES[MARK], np.where(np.arange(80) % 3 == 0, "mark", "horizon")), question())
    days = asked(cohort(served), Told(OUTCOMES[DAYS], amounts=np.arange(80.0) % 20), question(DAYS))
    assert "of every 100 people" in named(marks.diagnostics, "detectable_effect").sentence
    assert " days would be seen" in named(days.diagnostics, "detectable_effect").sentence


def test_small_arms_fail_before_outcomes_are_read():
    comparison = compare(cohort(np.arange(40) < 6), question())

    assert not named(comparison.diagnostics, "arms_large_enough").holds


def test_families_drawn_together_are_told_from_families_left_together_by_luck():
    families = np.arange(40) // 2

    assert drawn_whole(families % 2 == 0, families)
    assert not drawn_whole(np.arange(40) % 2 == 0, families)  # every family in both arms
    assert not drawn_whole(np.arange(40) < 20, np.concatenate([np.arange(37), [36, 36, 36]]))  # one family of four


@pytest.mark.parametrize(
    ("by", "parts", "found"),
    [
        ("cluster", {}, "declares no cluster"),
        ("robust", {"clusters": np.arange(40) // 4}, "drew 10 clusters whole"),
        ("cluster", {"clusters": np.arange(40) // 10}, "2 clusters on the served side and 2 on the other"),
        ("exact", {"clusters": np.arange(40) // 10}, "in 6 ways only"),
        ("exact", {"clusters": np.arange(40) // 2, "blocks": np.arange(40) % 2}, "more than one block"),
    ],
)
def test_an_inference_that_the_lot_cannot_carry_is_refused(by, parts, found):
    with pytest.raises(Refused, match=found) as refused:
        compare(cohort(np.arange(40) < 20, **parts), question(by=by))

    assert all(problem.remedy for problem in refused.value.problems)


def test_only_the_method_that_has_an_exact_interval_is_offered_it_and_one_cluster_is_no_clusters():
    few = cohort(np.arange(40) < 20, clusters=np.where(np.arange(40) < 20, 0, 1 + np.arange(40) // 10))

    own, other = (question(by="cluster"), replace(question(by="cluster"), method="survival"))
    for asked_by, offers in ((own, "Ask for 'exact'."), (other, "Ask for method = \"randomized\" by 'exact'.")):
        with pytest.raises(Refused, match="with 1 cluster on the served side and 2 on the other") as refused:
            compare(few, asked_by)
        assert refused.value.problems[0].remedy == offers

    with pytest.raises(Refused) as refused:
        compare(cohort(np.arange(40) < 20, clusters=np.arange(40) // 4), replace(question(by="robust"), method="survival"))
    assert refused.value.problems[0].remedy == "Ask for 'cluster' or, with few clusters, method = \"randomized\" by 'exact'."
    assert "exact" not in few_clusters(np.arange(4) < 2, np.arange(4), 2.0, exact=False).sentence


def test_a_death_before_a_mark_is_followed_and_counts_as_no_mark():
    served, endings = why({"mark": 12, "death": 5, "horizon": 23}, {"mark": 15, "death": 2, "horizon": 33})

    there = asked(cohort(served), Told(OUTCOMES[MARK], endings), question())
    assert (there.served.events, there.served.people, there.compared.events, there.compared.people) == (12, 40, 15, 50)
    assert there.estimand.contrast == "difference in risk by 100 days"
    assert named(there.diagnostics, "attrition").value == 0


def test_who_left_after_a_mark_is_set_aside_like_who_left_before_one():
    served, endings = why({"mark": 12, "horizon": 28}, {"mark": 15, "horizon": 35})
    whole = np.ones(90, dtype=bool)
    whole[:2] = False  # two of the served with a mark moved away after it

    there = asked(cohort(served), Told(OUTCOMES[MARK], endings, whole=whole), question())

    assert (there.served.events, there.served.people) == (10, 38)
    assert named(there.diagnostics, "attrition").detail["served, per cent"] == pytest.approx(5)
    # what became of the two is known, so nothing is left to guess
    assert named(there.diagnostics, "worst_case_bounds").detail == pytest.approx({"low": 12 / 40 - 15 / 50, "high": 12 / 40 - 15 / 50})


def test_events_on_the_day_of_the_start_are_shown_and_not_counted():
    served, endings = why({"mark": 12, "horizon": 28}, {"mark": 15, "horizon": 35})

    there = asked(cohort(served), Told(OUTCOMES[MARK], endings, same_day=True), question())

    assert named(there.diagnostics, "same_day_events").value == 90
    assert (there.served.events, there.compared.events) == (12, 15)


def test_only_who_moved_or_whose_records_end_is_missing():
    served, endings = why({"mark": 12, "horizon": 26, "moved": 2}, {"mark": 15, "horizon": 33, "records end": 2})

    there = asked(cohort(served), Told(OUTCOMES[MARK], endings), question())
    assert (there.served.people, there.compared.people) == (38, 48)
    assert there.effect == pytest.approx(12 / 38 - 15 / 48)
    # worst for the programme: both who moved were arrested, neither of the others was
    assert named(there.diagnostics, "worst_case_bounds").detail == pytest.approx({"low": 12 / 40 - 17 / 50, "high": 14 / 40 - 15 / 50})


def test_losses_uneven_enough_to_undo_the_lot_take_the_answer_away():
    served, endings = why({"mark": 20, "horizon": 60, "moved": 20}, {"mark": 30, "horizon": 65, "moved": 5})

    lost = named(asked(cohort(served), Told(OUTCOMES[MARK], endings), question()).diagnostics, "attrition")
    assert not lost.holds and lost.required and lost.value == pytest.approx(15)


def test_a_block_emptied_by_losses_is_set_aside_and_the_estimand_says_so():
    one, two = why({"mark": 11, "horizon": 20}, {"mark": 12, "horizon": 20}), why({"moved": 3}, {"horizon": 4})
    blocks = np.repeat([0, 1], [63, 7])

    there = asked(cohort(np.concatenate([one[0], two[0]]), blocks=blocks), Told(OUTCOMES[MARK], np.concatenate([one[1], two[1]])), question())
    assert there.effect == pytest.approx(11 / 31 - 12 / 32)
    assert there.estimand.population == "those among blocks where both arms exist (1 of 2 blocks set aside)"


@pytest.mark.parametrize(
    ("served", "compared", "formula"),
    [
        ({"mark": 10, "horizon": 40}, {"mark": 12, "horizon": 40}, "HC2, Welch-Satterthwaite"),
        ({"mark": 9, "horizon": 40}, {"mark": 12, "horizon": 40}, "Miettinen-Nurminen score"),
        ({"horizon": 50}, {"mark": 1, "horizon": 49}, "exact unconditional, Chan-Zhang"),
        ({"horizon": 3_000}, {"horizon": 3_000}, "Miettinen-Nurminen score"),
    ],
)
def test_the_sparser_the_events_the_more_careful_the_formula(served, compared, formula):
    arms, endings = why(served, compared)

    there = asked(cohort(arms), Told(OUTCOMES[MARK], endings), question())
    assert there.interval.by == formula
    assert there.interval.low < there.effect < there.interval.high and there.std_error > 0
    assert "Miettinen-Nurminen score" in {interval.by for interval in (there.interval, *there.beside)}
    assert "Newcombe hybrid score" in {interval.by for interval in there.beside}


def test_blocks_have_a_stratified_score_interval_beside():
    one = why({"mark": 12, "horizon": 20}, {"mark": 14, "horizon": 20})

    there = asked(cohort(np.tile(one[0], 2), blocks=np.repeat([0, 1], 66)), Told(OUTCOMES[MARK], np.tile(one[1], 2)), question())
    assert [interval.by for interval in there.beside] == ["Miettinen-Nurminen score, stratified"]


def test_sparse_events_in_clusters_take_the_answer_away():
    families = np.arange(80) // 4
    served = families % 2 == 0
    endings = np.where(np.arange(80) % 16 < 2, "mark", "horizon")

    there = asked(cohort(served, clusters=families), Told(OUTCOMES[MARK], endings), question(by="cluster"))
    sparse = named(there.diagnostics, "sparse_events")
    assert sparse.required and not sparse.holds
    assert there.interval.by == "CR2, Bell-McCaffrey" and there.beside == ()


@pytest.mark.parametrize("by", ["cluster", "exact"])
def test_clusters_in_which_nobody_had_the_event_are_refused_rather_than_given_no_width(by):
    families = np.arange(80) // 4

    with pytest.raises(Refused, match="no width"):
        asked(cohort(families % 2 == 0, clusters=families), Told(OUTCOMES[MARK], np.full(80, "horizon")), question(by=by))


def test_too_many_people_for_an_exact_interval_are_refused_with_advice():
    served, endings = why({"mark": 300, "horizon": 800}, {"mark": 300, "horizon": 800})

    with pytest.raises(Refused, match="2,200 people are too many") as refused:
        asked(cohort(served), Told(OUTCOMES[MARK], endings), question(by="exact"))
    assert "robust" in str(refused.value)


def test_nobody_followed_in_an_arm_is_refused():
    served, endings = why({"moved": 30}, {"mark": 10, "horizon": 20})

    with pytest.raises(Refused, match="nobody in one of the arms"):
        asked(cohort(served), Told(OUTCOMES[MARK], endings), question())


def test_an_amount_is_a_mean_over_those_watched_throughout():
    served = np.arange(40) < 20
    days = np.tile([0.0, 10.0, 20.0, 30.0], 10)
    unseen = np.where(np.arange(40) == 3, 5, 0)

    there = asked(cohort(served), Told(OUTCOMES[DAYS], amounts=days, unseen=unseen), question(DAYS))
    assert there.estimand.contrast == "difference in mean amount over 100 days"
    assert (there.served.people, there.served.events) == (19, None)
    assert there.effect == pytest.approx((15 * 20 - 30) / 19 - 15)
    # the one person lost spent 30 days already, and could spend 5 more
    assert named(there.diagnostics, "worst_case_bounds").detail == pytest.approx({"low": 0, "high": 5 / 20})


def test_a_state_is_a_share_of_those_whose_last_day_is_known():
    served, states = why({"housed": 30, "none": 18, "died": 2, "not seen": 2}, {"housed": 20, "none": 32})

    there = asked(cohort(served), Told(OUTCOMES[HOUSED], states), question(HOUSED))
    assert there.estimand.contrast == "difference in the share who are there after 100 days"
    assert (there.served.people, there.served.events, there.compared.people, there.compared.events) == (50, 30, 52, 20)
    assert there.effect == pytest.approx(30 / 50 - 20 / 52)  # who died is known, and is not housed
    # the two who were not seen may have been housed, or not
    assert named(there.diagnostics, "worst_case_bounds").detail == pytest.approx({"low": 30 / 52 - 20 / 52, "high": 32 / 52 - 20 / 52})


def test_nothing_bounds_the_dollars_of_those_lost():
    dollars = replace(OUTCOMES[DAYS], unit="dollars")

    there = asked(cohort(np.arange(40) < 20), Told(dollars, amounts=np.arange(40.0), unseen=np.where(np.arange(40) == 3, 5, 0)), question(DAYS))
    assert "worst_case_bounds" not in {diagnostic.name for diagnostic in there.diagnostics}


def test_amounts_too_uneven_for_a_t_interval_reach_as_far_as_the_randomisation_test():
    rng = np.random.default_rng(1)
    served = np.arange(120) < 20
    days = np.where(rng.random(120) < 0.2, rng.integers(1, 99, 120), 0).astype(float)

    there = asked(cohort(served), Told(OUTCOMES[DAYS], amounts=days), question(DAYS))
    (t,) = there.beside
    assert not named(there.diagnostics, "skewed_amounts").holds
    assert there.interval.by.startswith("the wider of HC2") and "seed 1935" in there.interval.by
    assert there.interval.low <= t.low and there.interval.high >= t.high


@pytest.mark.parametrize("amount", [0.0, 85_062.42])  # a mean of many 85,062.42 is not quite 85,062.42
@pytest.mark.parametrize("by", ["robust", "exact"])
@pytest.mark.parametrize("blocks", [None, np.arange(42) // 21], ids=["one lot", "blocks"])
def test_amounts_that_never_vary_are_refused_rather_than_given_no_width(by, amount, blocks):
    with pytest.raises(Refused, match="no width"):
        asked(cohort(np.arange(42) % 3 < 1, blocks=blocks), Told(OUTCOMES[DAYS], amounts=np.full(42, amount)), question(DAYS, by))


def test_the_table_of_methods_is_read_without_importing_numpy():
    seen = subprocess.run(
        [sys.executable, "-c", "import sys, evaluation.methods; print('numpy' in sys.modules)"], capture_output=True, text=True, check=True
    )

    assert seen.stdout.strip() == "False"
