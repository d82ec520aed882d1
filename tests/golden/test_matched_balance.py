"""Every number of the balance table against R's MatchIt 4.7.2 and cobalt 5.0.0 on lalonde, with R's own matches and weights, for all that R chose."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from lalonde_entries import ENTRIES, RACES, SCORES, SERVED, R, columns, estimand, sets, weights

from evaluation.diagnostics import balance_after_matching, balance_before_matching, variances_after_matching
from evaluation.diagnostics.balance_table import Balance, Line, Sides, Weighing, balance_of
from evaluation.diagnostics.likeness import spreads

N = len(SERVED)
COLUMNS = ("age", "educ", *(f"race{race}" for race in RACES), "married", "nodegree", "re74", "re75")
SAME = 1e-9  # R wrote 15 significant digits of numbers up to 1e4 in the columns' own units; relative, or absolute in deviations
NOTHING = 1e-9  # differences that R and we both have as rounding
COBALT = 2e-8  # in deviations: what cobalt makes of weights that balance a column, where the weights that R wrote give 1e-9 and less
OURS = ("served", "compared", "difference", "variance_ratio", "mean_gap", "largest_gap")  # the measures of MatchIt, in its order
SCORE = {"distance": "by the score", "prop.score": "by the score"}


@pytest.fixture(scope="module")
def history() -> dict[str, np.ndarray]:
    return columns(*COLUMNS)


def score(name: str) -> np.ndarray:
    """(614,) R's score as this entry matched on it."""
    return np.array(SCORES["linear" if "logit" in name else "ps"])


def weighing(name: str) -> Weighing:
    """R's own choice."""
    place, own = None, sets(name)
    if own is not None:
        place = np.flatnonzero(own)
        own = own[place]
    elif "pairs" in ENTRIES[name]:  # somebody stands in several sets: those whom the effect is about number them
        focal, other = (np.array(ENTRIES[name]["pairs"]) - 1).T
        alone = np.unique(focal)
        place, own = np.concatenate([alone, other]), np.concatenate([alone, focal])
    return Weighing(SERVED, np.arange(N), weights(name), estimand(name), place, own)


def alike(ours: float, theirs: float | None) -> bool:
    return isnan(ours) if theirs is None else ours == pytest.approx(theirs, rel=SAME, abs=NOTHING)


@pytest.fixture(scope="module")
def tables(history) -> dict[str, Balance]:
    return {name: balance_of(history | {"by the score": score(name)}, weighing(name)) for name in ENTRIES}


def lines(table: Balance) -> dict[str, Line]:
    return {line.column: line for line in table.lines}


def unlike(ours: Sides, theirs: list[float | None]) -> dict[str, float | None]:
    """The measures in which two sides differ, with R's."""
    return {measure: told for measure, told in zip(OURS, theirs, strict=False) if not alike(getattr(ours, measure), told)}


def test_the_measures_are_in_the_order_of_matchit():
    assert R["measures"] == ["Means Treated", "Means Control", "Std. Mean Diff.", "Var. Ratio", "eCDF Mean", "eCDF Max", "Std. Pair Dist."]
    assert R["cobalt"] == ["Diff.Un", "V.Ratio.Un", "KS.Un", "Diff.Adj", "V.Ratio.Adj", "KS.Adj"]


@pytest.mark.parametrize("name", R["matched"])
def test_every_measure_is_that_of_matchit(name, tables):
    there = lines(tables[name])
    for column, before in R["all"][R["matched"][name]["estimand"]].items():
        assert not unlike(there[column].before, before), column
    for column, after in R["matched"][name]["balance"].items():
        line, theirs = there[SCORE.get(column, column)], after[OURS.index("difference")]
        assert not unlike(line.after, after), column
        if abs(theirs) > NOTHING:  # else MatchIt leaves the distance in the column's own unit
            assert alike(line.pair_distance, after[-1]), column


@pytest.mark.parametrize("name", R["weighted"])
def test_differences_variances_and_gaps_of_weights_are_those_of_cobalt(name, tables):
    there = lines(tables[name])
    for column, measures in R["weighted"][name]["balance"].items():
        line = there[SCORE.get(column, column)]
        for side, (difference, ratio, gap) in ((line.before, measures[:3]), (line.after, measures[3:])):
            assert side.difference == pytest.approx(difference, abs=COBALT), column
            assert alike(side.variance_ratio, ratio), column
            assert side.largest_gap == pytest.approx(gap, abs=COBALT), column


@pytest.mark.parametrize("name", ENTRIES)
def test_effective_sizes_are_those_of_r(name, tables):
    theirs = {"served": ("Treated", "treated"), "compared": ("Control", "control")}

    for arm, labels in theirs.items():
        size, r = tables[name].sizes["after", arm], ENTRIES[name]
        assert size.effective == pytest.approx(next(r["effective"][label] for label in labels if label in r["effective"]), rel=SAME)
        assert size.people == r.get("people", {}).get(labels[0], size.people)


@pytest.mark.parametrize("name", ENTRIES)
def test_the_conditions_of_an_answer_tell_the_numbers_of_the_table(name, history, tables):
    given, told = weighing(name), [line for line in tables[name].lines if line.column in history]
    deviations = spreads(history, SERVED, given.weights, given.estimand)
    before = balance_before_matching(history, SERVED, given.person, estimand=given.estimand, deviations=deviations)
    after = balance_after_matching(history, SERVED, given.weights, given.person, estimand=given.estimand)
    ratios = variances_after_matching(history, SERVED, given.weights)

    assert before.detail == {line.column: pytest.approx(line.before.difference, abs=NOTHING) for line in told}
    assert after.detail == {line.column: pytest.approx(line.after.difference, abs=NOTHING) for line in told}
    assert ratios.detail == {line.column: pytest.approx(line.after.variance_ratio, rel=SAME) for line in told if not line.two}
