"""Weights that balance columns exactly: what they balance, when they are one, and what no weights can balance."""

import numpy as np
import pytest
from scipy.optimize import linprog, minimize_scalar
from scipy.special import expit
from threadpoolctl import threadpool_limits
from weighed_pools import BALANCED, chosen, people

from evaluation.methods.columns import standardised
from evaluation.methods.matched.solving import greatest
from evaluation.terms import Refused

EXACT = 1e-10  # standard deviations: to what columns balance, as promised
SAME = 1e-9  # two ways to one maximum
POSITIVE = 1e-9  # the smallest weight of a linear programme that counts as above 0
WHOM = {
    "effect_on_the_served": lambda served: served,
    "effect_on_the_compared": lambda served: ~served,
    "average_effect": lambda served: np.ones(len(served), dtype=bool),
}


def means(columns, weights) -> np.ndarray:
    """Of the columns in standard deviations over everybody."""
    return standardised(tuple(columns.values())) @ (weights / weights.sum())


def refused(columns, served, by="entropy_balancing", estimand="effect_on_the_served", **words) -> list[str]:
    with pytest.raises(Refused) as caught:
        chosen(columns, served, by, estimand, **words)
    assert all(problem.where == "question 'x' by matched: compare" and problem.remedy for problem in caught.value.problems)
    return [problem.found for problem in caught.value.problems]


@pytest.mark.parametrize(("by", "estimand"), BALANCED)
def test_the_columns_of_both_arms_balance_exactly(by, estimand):
    columns, served = people()
    weights = chosen(columns, served, by, estimand).weights
    ours, theirs = means(columns, weights * served), means(columns, weights * ~served)

    assert np.abs(ours - theirs).max() < EXACT < np.abs(means(columns, served) - means(columns, ~served)).min()
    if (by, estimand) != ("covariate_balancing", "average_effect"):  # whose arms agree with each other alone
        assert np.abs(ours - means(columns, WHOM[estimand](served))).max() < EXACT


@pytest.mark.parametrize("estimand", ["effect_on_the_served", "effect_on_the_compared"])
def test_for_one_arms_effect_the_three_ways_are_one(estimand):
    columns, served = people()
    entropy, *others = (chosen(columns, served, by, estimand).weights for by in ("entropy_balancing", "covariate_balancing", "tilting"))

    assert all((other == entropy).all() for other in others)


def test_of_all_weights_that_balance_those_of_entropy_are_the_most_even():
    columns, served = people()
    w = chosen(columns, served, "entropy_balancing", "effect_on_the_served").weights[~served]
    X = np.vstack([np.ones(400), *columns.values()])[:, ~served]
    rng = np.random.default_rng(0)

    for _ in range(20):
        aside = rng.normal(size=len(w))
        aside -= X.T @ np.linalg.solve(X @ X.T, X @ aside)  # balances as before
        other = w + 0.05 * w.min() / np.abs(aside).max() * aside
        assert (other > 0).all() and other @ X.T == pytest.approx(w @ X.T)
        assert (other * np.log(other)).sum() > (w * np.log(w)).sum()


def test_a_tilted_arm_stands_for_itself_and_by_the_odds_for_the_other():
    columns, served = people()
    weights = chosen(columns, served, "tilting", "average_effect").weights
    on_served, on_compared = (chosen(columns, served, "tilting", f"effect_on_the_{whom}").weights for whom in ("served", "compared"))

    assert weights == pytest.approx(1 + np.where(served, on_compared, on_served), rel=SAME)
    assert (chosen(columns, served, "entropy_balancing", "average_effect").weights < 1).any()


def test_covariate_balancing_has_one_logit_score_for_both_arms():
    columns, served = people()
    weights = chosen(columns, served, "covariate_balancing", "average_effect").weights
    X = np.column_stack([np.ones(400), *columns.values()])

    def off(scale):  # of a logit score in these columns, were the weights its inverse before they were scaled to everybody's number
        score = np.where(served, -1, 1) * np.log(scale * weights - 1)
        return np.linalg.lstsq(X, score, rcond=None)[1][0]

    lowest = 1 / weights.min()
    found = minimize_scalar(off, bounds=(1.0001 * lowest, 2 * lowest), method="bounded", options={"xatol": 1e-12})
    assert found.fun < 1e-10 < 1e-2 < off(2 * lowest)


def test_squares_balance_when_they_are_asked_for_and_those_of_0_and_1_say_nothing_new():
    columns, served = people()
    squares = {name: (column - column.mean()) ** 2 for name, column in columns.items() if name != "housed"}
    off = {}
    for moments in (1, 2):
        weights = chosen(columns, served, "entropy_balancing", "effect_on_the_served", moments=moments).weights
        off[moments] = np.abs(means(squares, weights * served) - means(squares, weights * ~served)).max()
    yes = {"housed": columns["housed"], "often": (columns["arrests"] > 2).astype(float)}
    once, twice = (chosen(yes, served, "entropy_balancing", "average_effect", moments=moments) for moments in (1, 2))

    assert off[2] < EXACT < 0.01 < off[1]
    assert (once.weights == twice.weights).all() and once.learned.slopes.shape == twice.learned.slopes.shape


def test_to_draw_the_compared_twice_changes_nothing_for_the_effect_on_the_served():
    columns, served = people()
    rows = np.concatenate([np.arange(400), np.flatnonzero(~served)])
    one = chosen(columns, served, "entropy_balancing", "effect_on_the_served").weights
    two = chosen({name: column[rows] for name, column in columns.items()}, served[rows], "entropy_balancing", "effect_on_the_served").weights

    assert two == pytest.approx((one / np.where(served, 1, 2))[rows], rel=SAME)


@pytest.mark.parametrize(("by", "estimand"), [told for told in BALANCED if told != ("covariate_balancing", "average_effect")])
def test_slopes_are_how_weights_grow_with_what_was_learnt(by, estimand):
    columns, served = people()
    given = chosen(columns, served, by, estimand)
    X = np.vstack([np.ones(400), standardised(tuple(columns.values()))])
    tilted = given.weights - 1 if (by, estimand) == ("tilting", "average_effect") else given.weights

    def grown(x, arm, way, own):
        raw = own + tilted * np.exp(way * 1e-5 * x)
        return np.where(arm, raw / raw[arm].sum() * given.weights[arm].sum(), 0.0)

    arms = {"effect_on_the_served": [~served], "effect_on_the_compared": [served], "average_effect": [served, ~served]}[estimand]
    own = 1.0 if tilted is not given.weights else 0.0
    expected = [(grown(x, arm, 1, own) - grown(x, arm, -1, own)) / 2e-5 for arm in arms for x in X]
    assert given.learned.slopes == pytest.approx(np.column_stack(expected), abs=1e-8)


def possible(columns, served) -> bool:
    """Whether weights above 0 give the compared the means of the served, by a linear programme."""
    X = np.vstack([np.ones(len(served)), standardised(tuple(columns.values()))])
    theirs = X[:, ~served]
    least = np.append(np.zeros(theirs.shape[1]), -1.0)  # the smallest weight is to be as large as can be
    equations = np.column_stack([theirs, theirs.sum(axis=1)])
    bounds = [(0, None)] * theirs.shape[1] + [(None, None)]
    solved = linprog(least, A_eq=equations, b_eq=X[:, served].mean(axis=1), bounds=bounds, method="highs")
    return solved.status == 0 and -solved.fun > POSITIVE


def test_what_is_refused_is_what_no_weights_can_balance():
    told = {True: 0, False: 0}
    for seed in range(60):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(30, 80))
        kinds = (rng.normal(size=n), rng.poisson(0.5, n).astype(float), np.exp(2 * rng.normal(size=n)))
        columns = {f"c{j}": kinds[j] for j in range(rng.integers(1, 4))}
        served = rng.random(n) < expit(2 * rng.normal() * columns["c0"])
        if min(served.sum(), (~served).sum()) < 5:
            continue
        can = possible(columns, served)
        told[can] += 1
        if can:
            chosen(columns, served, "entropy_balancing", "effect_on_the_served")
        else:
            assert refused(columns, served)[0].startswith(("the ", "no weights"))
    assert min(told.values()) >= 10


def test_a_column_that_one_arm_lies_to_one_side_of_is_named_with_counts():
    columns, served = people()
    columns["score"] = np.where(served, 7_654.5, 12.25) + columns["days"]
    (found,) = refused(columns, served)

    counts = f"the {(~served).sum()} compared all lie to one side of the mean that the {served.sum()} served have in 'score'"
    assert found == f"{counts}: no weights above 0 bring them there."


def test_a_stratum_without_one_of_the_arms_is_named_for_each_arm_at_once():
    columns, served = people()
    columns["stratum: 3"] = (~served & (np.arange(400) % 5 == 0)).astype(float)
    found = refused(columns, served, "tilting", "average_effect")

    assert [one.split(" all lie")[0] for one in found] == [f"the {served.sum()} served", f"the {(~served).sum()} compared"]
    assert all("'stratum: 3'" in one and "'arrests'" not in one for one in found)


def test_columns_that_cannot_balance_together_are_named_together():
    columns, served = people()
    rng = np.random.default_rng(0)
    one, two = rng.normal(size=(2, 400))
    columns |= {"one": one, "two": np.where(served, 0.3 - one, -0.3 - one) + 0.2 * two.clip(-1, 1)}
    (found,) = refused(columns, served)

    assert found.startswith("no weights above 0 give") and "'one' and 'two'" in found.replace("'two' and 'one'", "'one' and 'two'")


def test_a_column_that_others_make_up_among_the_compared_balances_with_them_or_is_named():
    columns, served = people()
    rng = np.random.default_rng(0)
    columns["same"] = np.where(served, columns["arrests"] + rng.normal(size=400), columns["arrests"])
    (found,) = refused(columns, served)
    columns["same"][served] += (columns["arrests"] - columns["same"])[served].mean()
    weights = chosen(columns, served, "entropy_balancing", "effect_on_the_served").weights

    assert found.endswith("most of all in 'same'.")
    assert np.abs(means(columns, weights * served) - means(columns, weights * ~served)).max() < EXACT


def test_a_sum_without_a_greatest_value_is_not_taken_for_solved_where_somebodys_weight_has_vanished():
    x = np.array([0.0, 0.0, 0.0, 1.0])
    X = np.vstack([np.ones(4), x])

    def curve(eta, rows):
        return -np.exp(eta), -np.exp(eta), np.exp(eta)

    edge, inside = (greatest(X, np.array([3.0, pull]), curve, np.zeros(2), 3.0) for pull in (0.0, 0.5))
    assert inside.reached and np.exp(inside.eta) == pytest.approx([2.5 / 3] * 3 + [0.5])
    assert edge.off < EXACT and not edge.reached


@pytest.mark.parametrize(("by", "estimand"), [BALANCED[0], ("inverse_probability", "average_effect")])
def test_weights_are_the_same_bytes_on_one_thread_and_on_two(by, estimand):
    columns, served = people(30_000)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            given = chosen(columns, served, by, estimand)
        found.append([part.tobytes() for part in (given.weights, given.learned.slopes, given.learned.influence)])

    assert found[0] == found[1]
