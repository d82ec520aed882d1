"""No rule of a design is broken: what every way gives back, under calipers, exact columns, columns that must differ, ratios and limits on reuse.

Judged by the slow definition written here, pair by pair and in plain words of the design, and not by the program's own proof.  Both
sides are judged: nothing that the rules forbid, and nobody left out whom they allow.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching
from worlds_of_ways import AMOUNT, SEEN

from evaluation.methods.matched import compare
from evaluation.methods.matched.ways import WAYS
from evaluation.terms import Caliper, Cohort, Comparison, Horizon, Matching, Question

SERVED, COMPARED = "effect_on_the_served", "effect_on_the_compared"
SEEDS = range(4)
SUMS = 1e-6  # of a weight: equations solved to their own tolerance
SOLVED = 1e-5  # standard deviations: how far a solver of integer programmes may go beyond a tolerance
BALANCED = 1e-6  # standard deviations: what a Newton step that is small enough leaves of an equation
X = {"distance": "column", "column": "x", "unit": "raw"}
PAIRED = [
    {"caliper": 0.4, "exact": ("site",), **X},
    {"caliper": 0.0, "calipers": {"age": Caliper(2, "raw"), "x": Caliper(1.0, "raw")}, "exact": ("site", "sex"), "distance": "mahalanobis"},
    {"caliper": 0.0, "calipers": {"age": Caliper(1, "raw")}, "unlike": ("sex",), "distance": "robust_mahalanobis", "ratio": 2},
    {"caliper": 0.6, "unlike": ("site",), "ratio": 3, **X},
    {"caliper": 0.0, "calipers": {"age": Caliper(1, "raw"), "x": Caliper(0.5, "raw")}, "ratio": 2, **X},
]
NEAREST = [
    {"order": order, "reuse": reuse, **words}
    for order in ("largest", "smallest", "closest", "farthest", "random")
    for reuse, words in ((None, PAIRED[0]), (2, PAIRED[4]), (0, PAIRED[3]))
] + [
    *PAIRED,
    {**PAIRED[1], "reuse": 3, "order": "closest"},
    {**PAIRED[2], "reuse": 1},
    {**PAIRED[0], "ratio": 2, "fewest": 1, "most": 4},
    {**PAIRED[3], "ratio": 2, "fewest": 1, "most": 3},
]
COARSE = {"cuts": {"age": (2.5, 5.5), "x": (0.0,)}, "on": ("age", "x")}
EXACT = {"exact": ("sex",)}
PLANS = (
    [("matching", words) for words in NEAREST]
    + [("optimal", words) for words in PAIRED]
    + [("full", {name: said for name, said in words.items() if name != "ratio"}) for words in PAIRED]
    + [("coarsened_exact", {**COARSE, **EXACT, "one_to_one": one}) for one in (False, True)]
    + [("exact", {"on": ("sex",), "exact": ("site",)}), ("subclasses", {"subclasses": 4, **EXACT, "on": ("x", "age")})]
    + [("cardinality", {"ratio": ratio, "tolerance": 0.1, **EXACT, "on": ("x", "age")}) for ratio in (1, 2)]
    + [("profile", {"tolerance": 0.15, **EXACT, "on": ("x", "age")})]
    + [(by, {**EXACT, "on": ("x", "age")}) for by, way in WAYS.items() if way.weighs]
)
TESTED = [
    (by, words, estimand, form)
    for by, words in PLANS
    for estimand in sorted(WAYS[by].estimands)
    for form in ("pool", "risk sets")
    if form == "pool" or (WAYS[by].in_risk_sets and estimand == SERVED)
]


@dataclass(frozen=True)
class Judged:
    """A comparison beside what it was asked of."""

    cohort: Cohort
    plan: Matching
    estimand: str
    found: Comparison
    sets: dict[int, list[int]] = field(default_factory=dict)  # rows of each

    @property
    def focal(self) -> np.ndarray:
        return ~self.cohort.served if self.estimand == COMPARED else self.cohort.served

    def arms(self, rows: list[int]) -> tuple[list[int], list[int]]:
        """Those whom the effect is about, and the others."""
        return [i for i in rows if self.focal[i]], [i for i in rows if not self.focal[i]]

    def together(self, i: int) -> tuple:
        """In what two people must agree: the risk set they were drawn for, and the exact columns."""
        cohort = self.cohort
        return (0 if cohort.sets is None else cohort.sets[i], *(cohort.history[name][i] for name in self.plan.exact))

    def allowed(self, i: int, j: int) -> bool:
        history, plan = self.cohort.history, self.plan
        limits = {name: caliper.within for name, caliper in plan.calipers.items()}
        if plan.distance == "column" and plan.caliper:
            limits[plan.column] = min(plan.caliper, limits.get(plan.column, plan.caliper))
        return (
            self.focal[i] != self.focal[j]
            and self.together(i) == self.together(j)
            and self.cohort.person[i] != self.cohort.person[j]
            and all(abs(history[name][i] - history[name][j]) <= within for name, within in limits.items())
            and all(history[name][i] != history[name][j] for name in plan.unlike)
        )


def drawn(seed: int, form: str, n: int = 160) -> Cohort:
    """People in few values, so that gaps tie and calipers are met exactly; some are there twice, and in risk sets many are."""
    rng = np.random.default_rng([seed, 7])
    sets = None if form == "pool" else np.arange(n) // 5
    person = np.arange(n) if form == "pool" else np.where(np.arange(n) % 5 == 0, np.arange(n), 1_000 + rng.integers(0, 100, n))
    person = np.where(rng.random(n) < 0.1, person[::-1], person)
    history = {"x": np.round(rng.normal(size=n), 1), "age": rng.integers(0, 9, n).astype(float)}
    history |= {"sex": rng.integers(0, 2, n).astype(float), "site": rng.integers(0, 8 if form == "pool" else 2, n).astype(float)}
    served = rng.random(n) < 0.42 if sets is None else np.arange(n) % 5 == 0
    later = {} if sets is None else {"sets": sets, "drawn": 4, "later_served": "keep"}
    return Cohort("main", "person", "", np.arange(1, n + 1), person, served, history, (), "offer" if sets is None else "service", **later)


def judged(by: str, words: dict, estimand: str, form: str, seed: int) -> Judged:
    cohort, plan = drawn(seed, form, 160 if form == "pool" else 400), Matching(by=by, **words)
    found = compare(cohort, Question(AMOUNT.name, Horizon(days=SEEN), "matched", 0.5, estimand=estimand, compare=plan))
    sets: dict[int, list[int]] = {}
    if found.places is not None:
        rows = zip(found.places.row.tolist(), found.places.set.tolist(), strict=True)
    else:
        rows = () if found.sets is None else ((i, int(found.sets[i])) for i in np.flatnonzero(found.sets >= 0))
    for row, one in rows:
        sets.setdefault(one, []).append(int(row))
    return Judged(cohort, plan, estimand, found, sets)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("by", "words", "estimand", "form"), TESTED, ids=[f"{number}-{by}-{whose}-{form}" for number, (by, _, whose, form) in enumerate(TESTED)]
)
def test_what_is_chosen_keeps_every_rule_of_the_design(by, words, estimand, form, seed):
    there = judged(by, words, estimand, form, seed)
    _weights(there)
    if by == "matching":
        _pairs(there)
        _nobody_free(there)
    elif by == "optimal":
        _pairs(there)
        assert sum(len(rows) - 1 for rows in there.sets.values()) == _most_pairs(there)
    elif by == "full":
        _stars(there)
    elif by in ("exact", "coarsened_exact"):
        _cells(there)
    elif by == "subclasses":
        _classes(there)
    elif by in ("cardinality", "profile"):
        _groups(there)
    else:
        _strata(there)


# ------------------------------------------------------------------------------------------------ the rules, slowly
def _weights(there: Judged) -> None:
    """Each arm weighs as many as the effect is about; where people stand in sets for one arm, each set by itself."""
    found, served = there.found, there.cohort.served
    total = [found.weights[arm].sum() for arm in (served, ~served)]
    whom = {SERVED: served, COMPARED: ~served, "average_effect": served | ~served}.get(there.estimand)
    assert total[0] == pytest.approx(total[1], rel=SUMS) and (found.weights >= 0).all()
    if whom is not None:
        assert total[0] == pytest.approx((whom & found.kept).sum(), rel=SUMS)
    if whom is not None and found.sets is not None:
        for rows in there.sets.values():
            about = sum(bool(whom[i]) for i in rows)
            for arm in there.arms(rows):
                assert sum(found.weights[i] for i in arm) == pytest.approx(about, rel=SUMS)


def _pairs(there: Judged) -> None:
    plan, most = there.plan, there.plan.most or there.plan.ratio
    beside = Counter()
    for rows in there.sets.values():
        one, others = there.arms(rows)
        assert len(one) == 1 and 1 <= len(others) <= most and len(set(others)) == len(others)
        assert all(there.allowed(one[0], other) for other in others)
        beside.update(others)
    leads = [there.arms(rows)[0][0] for rows in there.sets.values()]
    people = Counter()
    for row, often in beside.items():
        people[there.cohort.person[row]] += often
    assert len(set(leads)) == len(leads)
    assert plan.reuse is not None or max(beside.values()) == 1
    assert not plan.reuse or max(people.values()) <= plan.reuse
    if plan.most:
        assert sum(beside.values()) <= plan.ratio * there.focal.sum()


def _nobody_free(there: Judged) -> None:
    """Nobody has fewer beside them than asked for, while somebody they may be compared with is free."""
    plan, person = there.plan, there.cohort.person
    wanted = plan.fewest or plan.ratio
    beside = {there.arms(rows)[0][0]: there.arms(rows)[1] for rows in there.sets.values()}
    rows_used, people_used = Counter(), Counter()
    for others in beside.values():
        rows_used.update(others)
        people_used.update(person[other] for other in others)

    def free(j: int) -> bool:
        return rows_used[j] == 0 if plan.reuse is None else plan.reuse == 0 or people_used[person[j]] < plan.reuse

    others = [int(j) for j in np.flatnonzero(~there.focal) if free(int(j))]
    for i in np.flatnonzero(there.focal).tolist():
        if len(beside.get(i, ())) < wanted:
            assert not [j for j in others if j not in beside.get(i, ()) and there.allowed(i, j)]


def _most_pairs(there: Judged) -> int:
    """The most pairs that the rules allow, each person focal standing there as often as the ratio."""
    focal = np.repeat(np.flatnonzero(there.focal), there.plan.ratio).tolist()
    others = np.flatnonzero(~there.focal).tolist()
    graph = csr_array([[there.allowed(i, j) for j in others] for i in focal], dtype=np.int8)
    return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())


def _stars(there: Judged) -> None:
    for rows in there.sets.values():
        one, others = there.arms(rows)
        assert min(len(one), len(others)) == 1
        assert all(there.allowed(i, j) for i in one for j in others)
    one, others = (np.flatnonzero(arm).tolist() for arm in (there.focal, ~there.focal))
    able = {i for i in one for j in others if there.allowed(i, j)} | {j for j in others for i in one if there.allowed(i, j)}
    assert able == {i for rows in there.sets.values() for i in rows}


def _cells(there: Judged) -> None:
    """Whole cells with both arms, or pairs inside them until an arm is used up."""
    plan, history = there.plan, there.cohort.history
    cells: dict[tuple, list[int]] = {}
    for i in range(len(there.cohort)):
        codes = (sum(history[name][i] >= cut for cut in plan.cuts[name]) if plan.cuts else history[name][i] for name in plan.on)
        cells.setdefault((*there.together(i), *codes), []).append(i)
    both = [rows for rows in cells.values() if all(there.arms(rows))]
    if not plan.one_to_one:
        assert sorted(map(sorted, there.sets.values())) == sorted(map(sorted, both))
        return
    own = {i: key for key, rows in cells.items() for i in rows}
    for one, others in map(there.arms, there.sets.values()):
        assert len(one) == len(others) == 1 and own[one[0]] == own[others[0]] and there.cohort.person[one[0]] != there.cohort.person[others[0]]
    inside = Counter(own[rows[0]] for rows in there.sets.values())
    for rows in both:  # two rows of one person are no pair
        one, others = there.arms(rows)
        graph = csr_array([[there.cohort.person[i] != there.cohort.person[j] for j in others] for i in one], dtype=np.int8)
        assert inside[own[rows[0]]] == (maximum_bipartite_matching(graph, perm_type="column") >= 0).sum()


def _classes(there: Judged) -> None:
    """Sets agree on the exact columns (not in risk sets, which are pooled), hold both arms, and are as many as asked for in each group at most."""
    own = {one: {there.together(i) for i in rows} for one, rows in there.sets.items()}
    assert all(all(there.arms(rows)) for rows in there.sets.values())
    if there.cohort.sets is None:
        assert all(len(groups) == 1 for groups in own.values())
        assert max(Counter(next(iter(groups)) for groups in own.values()).values()) <= there.plan.subclasses
    else:
        assert len(own) <= there.plan.subclasses


def _groups(there: Judged) -> None:
    """So many others as asked for in every group, and means within the tolerance."""
    kept, plan, focal, served = there.found.kept, there.plan, there.focal, there.cohort.served
    if plan.by == "cardinality" and there.cohort.sets is None:
        chosen = [Counter(there.together(i) for i in np.flatnonzero(kept & arm)) for arm in (focal, ~focal)]
        assert {key: plan.ratio * many for key, many in chosen[0].items()} == dict(chosen[1])
    elif there.estimand != "average_effect" and plan.by == "profile":
        assert kept[focal].all()
    for name in plan.on:
        column = there.cohort.history[name]
        variances = [column[arm].var(ddof=1) for arm in (served, ~served)]
        spread = {SERVED: variances[0], COMPARED: variances[1]}.get(there.estimand, np.mean(variances)) ** 0.5
        means = [column[kept & arm].mean() for arm in (served, ~served)]
        assert abs(means[0] - means[1]) <= plan.tolerance * spread + SOLVED
        if plan.by == "profile" and there.estimand == "average_effect":  # each arm is half as far from everybody as the arms may be apart
            assert max(abs(mean - column.mean()) for mean in means) <= plan.tolerance / 2 * spread + SOLVED


def _strata(there: Judged) -> None:
    """A stratum without one of the arms is left out; ways that balance have each stratum, and each column, weigh the same in both arms."""
    weights, served, history = there.found.weights, there.cohort.served, there.cohort.history
    share = np.where(served, weights / weights[served].sum(), -weights / weights[~served].sum())
    strata = history["sex"]
    for one in np.unique(strata):
        arms = [weights[(strata == one) & arm].sum() > 0 for arm in (served, ~served)]
        assert arms[0] == arms[1]
    if there.plan.by in ("entropy_balancing", "covariate_balancing", "tilting"):
        for column in (*(history[name] for name in there.plan.on), (strata == 1).astype(float)):
            assert abs(share @ column) <= BALANCED * column.std()
