"""The two doors of matched: whom they compare, what they call it, what they refuse, and what they count."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from evaluation.methods.matched import compare, estimate
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Amounts, AtRisk, Cohort, Estimate, Horizon, Inference, Marks, Matching, Outcome, Question, Refused, States

HORIZON = Horizon(days=100)
SAME = 1e-12  # the same sums


def outcome(kind: str) -> Outcome:
    return next(one for one in OUTCOMES.values() if one.kind == kind)


def asked(kind: str = "mark", by: str = "robust", **compared) -> Question:
    name = outcome(kind).name
    return Question(name, HORIZON, "matched", 0.05, estimand="effect_on_the_served", inference=Inference(by), compare=Matching(**compared))


@dataclass(frozen=True)
class Told:
    """A Ruler that says what it is told."""

    outcome: Outcome
    shown: Marks | Amounts | States
    last_days: np.ndarray | None = None

    def marks(self, horizon):
        return self.shown

    amount = lambda self, first, horizon: self.shown  # noqa: E731
    state = marks

    def at_risk(self, horizon):
        none = np.empty(0, dtype=int)
        return AtRisk(self.last_days + 1, none, none, none)


def told(why, day=None) -> Told:
    """Marks by what ended each clock: m mark, d death, h horizon, s served, v moved, r records end."""
    words = {"m": "mark", "d": "death", "h": "horizon", "s": "served", "v": "moved", "r": "records end"}
    n, ends = len(why), np.array([words[letter] for letter in why])
    day = np.where(ends == "horizon", 99, 50) if day is None else np.array(day)
    return Told(outcome("mark"), Marks(day, ends, ends == "horizon", np.zeros(n, dtype=bool), np.full(n, "")))


def pool(served, x, by="offer", **parts) -> Cohort:
    n = len(x)
    return Cohort(
        "main", "person", "", np.arange(1, n + 1), np.arange(n), np.array(served, dtype=bool), {"x": np.array(x, dtype=float)}, (), by, **parts
    )


def sets_of(many: int = 40, drawn: int = 20, *, seed: int = 0, shift: float = 0.7, people: int = 300, **parts) -> Cohort:
    """Risk sets in which those served have more of x."""
    rng = np.random.default_rng(seed)
    n = many * (drawn + 1)
    served = np.arange(n) % (drawn + 1) == 0
    person = np.where(served, people + np.arange(n) // (drawn + 1), 0)
    for first in range(0, n, drawn + 1):
        person[first + 1 : first + drawn + 1] = rng.choice(people, drawn, replace=False)
    of_person = rng.normal(size=people + many)
    of_person[people:] += shift
    cohort = pool(served, of_person[person], "service", sets=np.arange(n) // (drawn + 1), drawn=drawn, later_served="censor")
    return replace(cohort, person=np.unique(person, return_inverse=True)[1], **parts)


def known(diagnostics, name):
    (one,) = (each for each in diagnostics if each.name == name)
    return one


def refusal(door, *given) -> str:
    with pytest.raises(Refused) as caught:
        door(*given)
    assert all(problem.remedy for problem in caught.value.problems)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ who is compared
def test_each_set_holds_its_served_person_and_the_nearest_of_those_drawn_beside_them():
    cohort = sets_of()
    found = compare(cohort, asked(ratio=2))

    for one in np.unique(cohort.sets):
        rows = np.flatnonzero(cohort.sets == one)
        (served,), others = rows[cohort.served[rows]], rows[~cohort.served[rows]]
        gap = np.abs(cohort.history["x"][others] - cohort.history["x"][served])
        near = [row for row, apart in sorted(zip(others, gap, strict=True), key=lambda pair: pair[1])][:2]
        matched = others[found.kept[others]]
        assert set(matched) <= set(near)
        assert found.kept[served] == bool(len(matched))
        assert found.weights[matched] == pytest.approx(1 / max(len(matched), 1))
        assert len(set(found.sets[rows[found.kept[rows]]])) <= 1


def test_the_compared_of_each_set_weigh_as_much_as_its_served_person():
    for cohort in (sets_of(), pool(np.arange(90) < 30, np.random.default_rng(0).normal(size=90))):
        found = compare(cohort, asked(ratio=3))
        rows = found.kept

        assert found.weights[~rows].sum() == 0 and (found.sets[~rows] == -1).all()
        for one in np.unique(found.sets[rows]):
            inside = found.sets == one
            assert found.weights[inside & cohort.served].tolist() == [1.0]
            assert found.weights[inside & ~cohort.served].sum() == pytest.approx(1, abs=SAME)


def test_a_caliper_is_in_standard_deviations_of_the_logit_and_none_is_zero():
    cohort = sets_of(many=80)
    linear = compare(cohort, asked()).score

    for caliper in (0.05, 0.2, 0.5):
        found = compare(cohort, asked(caliper=caliper))
        gap = np.abs(linear[found.kept & cohort.served] - linear[found.kept & ~cohort.served])
        assert gap.max() <= caliper * linear.std(ddof=1)
    assert compare(cohort, asked(caliper=0)).kept[cohort.served].all()


def test_in_a_pool_people_agree_on_the_columns_declared_and_stand_once():
    rng = np.random.default_rng(0)
    cohort = pool(rng.random(400) < 0.3, rng.normal(size=400), strata=rng.integers(0, 6, 400))
    found = compare(cohort, asked())

    rows = np.flatnonzero(found.kept)
    by_set = rows[np.argsort(found.sets[rows], kind="stable")].reshape(-1, 2)
    assert (cohort.strata[by_set[:, 0]] == cohort.strata[by_set[:, 1]]).all()
    assert (cohort.served[by_set].sum(axis=1) == 1).all()


def test_where_scores_are_equal_a_draw_decides_and_not_who_came_first_on_record():
    n = 2_000
    cohort = pool(np.arange(n) % 4 == 0, np.arange(n) % 8 >= 4)
    place = np.flatnonzero(compare(cohort, asked()).kept & ~cohort.served)

    assert abs(place.mean() - n / 2) < 3 * n / np.sqrt(12 * len(place))  # as of an even draw


def test_people_far_from_everybody_served_change_nothing():
    rng = np.random.default_rng(1)
    served, x = np.arange(120) < 40, rng.normal(size=120)
    near, far = pool(served, x), pool(np.append(served, np.zeros(30, dtype=bool)), np.append(x, -50 - rng.random(30)))
    ends = "".join(rng.choice(list("mh"), 150))

    before = estimate(near, compare(near, asked(caliper=0)), told(ends[:120]), asked())
    after = estimate(far, compare(far, asked(caliper=0)), told(ends), asked())
    assert (after.effect, after.std_error) == (before.effect, before.std_error)


def test_the_order_of_rows_does_not_matter_to_risk_sets():
    cohort, rng = sets_of(), np.random.default_rng(5)
    order = rng.permutation(len(cohort))
    turned = replace(
        cohort,
        person=cohort.person[order],
        served=cohort.served[order],
        sets=cohort.sets[order],
        history={"x": cohort.history["x"][order]},
    )
    ends = rng.choice(list("mhs"), len(cohort), p=[0.4, 0.5, 0.1])
    ends[cohort.served & (ends == "s")] = "h"

    before = estimate(cohort, compare(cohort, asked()), told(ends), asked())
    after = estimate(turned, compare(turned, asked()), told(ends[order]), asked())
    assert (after.effect, after.std_error) == pytest.approx((before.effect, before.std_error), abs=1e-9)


def test_a_set_whose_served_person_is_like_nobody_is_set_aside():
    cohort = sets_of()
    rare = np.where(np.arange(len(cohort)) == 0, 1.0, 0.0)
    found = compare(replace(cohort, history={**cohort.history, "rare": rare}), asked(caliper=0))

    assert not found.kept[cohort.sets == 0].any() and found.kept[cohort.served].sum() == 39
    assert "'rare'" in known(found.diagnostics, "score_estimated").sentence


# ------------------------------------------------------------------------------------------------ what it is called
def test_the_effect_is_on_those_served_and_where_some_are_left_out_on_those_matched():
    cohort = sets_of(many=60)

    everybody, some = compare(cohort, asked(caliper=0)), compare(cohort, asked(caliper=0.05))
    matched = int((some.kept & cohort.served).sum())
    assert everybody.estimand.population == "those served"
    assert 11 <= matched <= 49 and some.estimand.population == f"the {matched} of 60 served who could be matched"
    assert {everybody.estimand.name, some.estimand.name} == {"effect_on_the_served"}


def test_a_small_rest_is_not_told():
    cohort = sets_of()
    rare = np.where(np.arange(len(cohort)) == 0, 1.0, 0.0)
    found = compare(replace(cohort, history={**cohort.history, "rare": rare}), asked(caliper=0))

    assert found.estimand.population == "all but 1 to 10 of 40 served who could be matched"


@pytest.mark.parametrize(
    ("parts", "plans"),
    [
        ({}, "served now rather than not yet"),
        ({"later_served": "keep"}, "served now, whoever of the others was served later"),
        ({"by": "offer", "sets": None, "drawn": None, "later_served": None}, "offered, against not offered"),
    ],
)
def test_the_contrast_says_what_becomes_of_the_others(parts, plans):
    found = compare(replace(sets_of(), **parts), asked())

    assert found.estimand.plans == plans
    assert ("small_pools" in {one.name for one in found.diagnostics}) == ("sets" not in parts)


# ------------------------------------------------------------------------------------------------ what is refused
@pytest.mark.parametrize(
    ("cohort", "question", "found"),
    [
        (replace(sets_of(), served=np.zeros(840, dtype=bool)), asked(), "nobody served is left"),
        (replace(sets_of(), served=np.ones(840, dtype=bool)), asked(), "nobody not yet served is left"),
        (pool([True] * 5, range(5)), asked(), "nobody not offered it is left"),
        (replace(sets_of(), history={}), asked(), "no history is declared"),
        (sets_of(), asked(on=("x", "y")), "no column 'y'"),
        (sets_of(), asked(by="cluster"), "declares no cluster"),
        (sets_of(many=9), asked(caliper=0), "only 9 of 9 of those served could be matched."),
        (sets_of(), asked(caliper=1e-9), "none of the 40 served could be matched: the caliper of the score alone leaves 0 of 40"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused_before_outcomes_are_read(cohort, question, found):
    assert found in refusal(compare, cohort, question)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(Refused) as caught:
        compare(replace(sets_of(), history={}, served=np.ones(840, dtype=bool)), asked(by="cluster"))

    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        (lambda served: np.where(served, "m", "s"), "nobody in one of the arms was followed"),
        (lambda served: np.full(len(served), "h"), "everybody has the same outcome"),
    ],
)
def test_an_outcome_that_tells_nothing_is_refused(ends, found):
    cohort = sets_of()

    assert found in refusal(estimate, cohort, compare(cohort, asked()), told(ends(cohort.served)), asked())


def test_one_cluster_is_refused():
    cohort = sets_of(clusters=np.zeros(840, dtype=int))
    ends = np.random.default_rng(0).choice(["m", "h"], 840)

    assert "one cluster" in refusal(estimate, cohort, compare(cohort, asked()), told(ends), asked())


# ------------------------------------------------------------------------------------------------ what is counted
def pairs(many: int) -> tuple[Cohort, Question]:
    """People served and compared by turns, each pair alike and unlike all others."""
    return pool(np.arange(2 * many) % 2 == 0, np.arange(2 * many) // 2 + 0.01 * (np.arange(2 * many) % 2)), asked()


def answered(cohort: Cohort, question: Question, ruler: Told) -> Estimate:
    found = compare(cohort, question)
    assert found.kept.all()
    return estimate(cohort, found, ruler, question)


def test_a_risk_by_hand():
    """Twenty pairs: 5 marks among the served, 10 among the compared; a death is no mark."""
    cohort, question = pairs(20)
    served, compared = "m" * 5 + "d" * 3 + "h" * 12, "m" * 10 + "h" * 10
    found = answered(cohort, question, told("".join(a + b for a, b in zip(served, compared, strict=True))))

    assert (found.served.mean, found.compared.mean, found.effect) == pytest.approx((0.25, 0.5, -0.25), abs=SAME)
    d = np.repeat([0.0, -1.0, 0.0], [5, 5, 10]) - -0.25  # the pairs' differences, less their mean
    assert found.std_error == pytest.approx((d @ d / 20**2 * 20 / 19 * 39 / 38) ** 0.5, abs=SAME)  # G / (G - 1) and (n - 1) / (n - 2)
    assert (found.served.people, found.served.events, found.compared.events) == (20, 5, 10)
    assert found.estimand.contrast == "difference in risk by 100 days"
    assert found.interval.by == "two-way cluster-robust by set and person"


def test_those_followed_stand_for_those_lost():
    """Of forty compared, ten have the mark by day 30, then ten are lost, then five more have it: 10/40 + 5/40 x 30/20."""
    cohort, question = pairs(40)
    day = np.tile([0, 0], 40).reshape(-1, 2)
    day[:, 0], day[:, 1] = 99, np.repeat([30, 40, 50, 99], [10, 10, 5, 15])
    ends = "".join("mh"[row % 2] + letter for row, letter in enumerate("m" * 10 + "s" * 10 + "m" * 5 + "h" * 15))
    day[np.arange(40) % 2 == 0, 0] = 50
    found = answered(replace(cohort, later_served="censor"), question, told(ends, day.ravel()))

    assert found.compared.mean == pytest.approx(10 / 40 + 5 / 40 * 30 / 20, abs=SAME)
    assert (found.compared.people, found.compared.events, found.compared.weighed.rest) == (40, 15, 15)
    losses = known(found.diagnostics, "losses")
    assert losses.value == pytest.approx(2 / 3) and losses.holds
    assert losses.detail == {"served, lost": 0, "compared, lost": 0.25, "compared, served": 0.25}
    later = known(found.diagnostics, "later_service")
    assert (later.value, later.behind) == (0.25, {"compared": (10, 30)})


def test_an_amount_is_read_to_the_end_a_death_is_known_and_a_move_is_not():
    cohort, question = pairs(30)
    amount, seen, last = np.tile([4.0, 9.0], 30) + np.arange(60) % 7, np.full(60, 99), np.full(60, 99)
    amount[[3, 5]] = 1_000  # of one who died and one who moved
    seen[[3, 5]], last[3], last[5] = 70, 40, 70
    ruler = Told(outcome("amount"), Amounts(amount, seen, np.full(60, 99)), last)
    found = answered(cohort, replace(question, outcome=ruler.outcome.name), ruler)

    expected = np.delete(amount[1::2], 2)  # the third of the compared moved
    # the one who died on day 40 was there to be lost on no later day: it weighs 1, the others 29/28 of the rest
    weights = np.delete(np.where(np.arange(30) == 1, 1.0, 29 / 28), 2)
    assert found.compared.mean == pytest.approx(float(weights @ expected) / 30, rel=SAME)
    assert found.compared.events is None and found.compared.some == 29
    assert "not by what happened since" in known(found.diagnostics, "losses").sentence


def test_a_state_is_a_share_of_those_watched_on_the_day():
    cohort, question = pairs(30)
    inside, seen = np.arange(60) % 3 == 0, np.arange(60) != 7
    ruler = Told(outcome("state"), States(np.where(inside, "in", "none"), inside & seen, seen), np.where(seen, 99, 30))
    found = answered(cohort, replace(question, outcome=ruler.outcome.name), ruler)

    assert found.served.mean == pytest.approx(10 / 30, abs=SAME)
    assert found.compared.mean == pytest.approx(inside[1::2][np.arange(30) != 3].mean(), abs=SAME)
    assert found.estimand.contrast == "difference in the share who are there after 100 days"
    assert (found.compared.people, found.compared.weighed.rows, found.compared.weighed.rest) == (30, 30, 29 - found.compared.events)


def test_a_person_who_stands_in_several_sets_is_one_person():
    """Thirty sets, and each of fifteen people compared in two of them."""
    cohort = pool(np.arange(60) % 2 == 0, np.arange(60) // 2 % 15 + 0.1 * (np.arange(60) % 2), "service", sets=np.arange(60) // 2, drawn=1)
    cohort = replace(cohort, person=np.where(cohort.served, 15 + np.arange(60) // 2, np.arange(60) // 2 % 15))
    ends = np.where(cohort.served, np.where(np.arange(60) % 4 == 0, "m", "h"), np.where(np.arange(60) // 2 % 15 < 5, "m", "h"))
    ends[21] = "h"  # one of them in one of two sets only
    comparison = compare(cohort, asked())
    found = estimate(cohort, comparison, told(ends), asked())

    assert (found.served.people, found.compared.people) == (30, 15)
    assert found.compared.events == len(np.unique(cohort.person[(ends == "m") & ~cohort.served]))
    assert found.compared.weighed.rows == 30
    reuse = known(comparison.diagnostics, "reuse_of_people")
    assert (reuse.value, reuse.detail) == (15.0, {"places": 30.0, "people": 15.0, "most used": 2.0})
    assert not reuse.holds and reuse.required


def test_who_shares_luck_widens_the_interval_and_names_it():
    rng = np.random.default_rng(0)
    cohort = sets_of(many=100)
    families = np.arange(len(cohort)) // 84  # four sets each
    lucky = rng.random(len(cohort) // 84 + 1) < 0.5
    ends = np.where(cohort.served & lucky[families] | (rng.random(len(cohort)) < 0.3), "m", "h")

    alone, together = (estimate(one, compare(one, asked()), told(ends), asked()) for one in (cohort, replace(cohort, clusters=families)))
    assert together.effect == alone.effect and together.std_error > 1.3 * alone.std_error
    assert together.interval.by == "two-way cluster-robust by set and cluster"


def test_conditions_stand_in_the_order_of_the_road():
    cohort = sets_of(many=60)
    ends = np.random.default_rng(0).choice(["m", "h", "v"], len(cohort), p=[0.4, 0.5, 0.1])
    comparison = compare(cohort, asked())
    found = estimate(cohort, comparison, told(ends), asked())

    names = [one.name for one in comparison.diagnostics]
    road = ("score_estimated", "propensity_overlap", "served_matched", "small_pools", "reuse_of_people",
            "balance_before_matching", "balance_after_matching", "closely_alike", "variances_after_matching")  # fmt: skip
    assert [name for name in names if name in road] == list(road)
    assert [one.name for one in found.diagnostics] == [
        "losses",
        "later_service",
        "sparse_events",
        "hidden_bias",
        "e_value",
        "omitted_variable",
        "detectable_effect",
    ]
    assert known(found.diagnostics, "sparse_events").required  # no interval stands ready that is right for few events


def test_where_later_service_ends_no_clock_nothing_is_told_of_it():
    cohort = sets_of(later_served="keep")
    ends = np.random.default_rng(0).choice(["m", "h"], len(cohort))
    found = estimate(cohort, compare(cohort, asked()), told(ends), asked())

    assert "later_service" not in {one.name for one in found.diagnostics}
