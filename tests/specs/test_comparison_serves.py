"""A Comparison serves whoever is handed one: two more estimators, written here, tell of it what the matched room tells.

One is a survival room in small: lifelines' weighted Kaplan-Meier curves, with the modules that all rooms share.  The other is a room
of means that has nothing but NumPy and the Comparison's own fields.  Nobody is lost, so that the risk by the horizon is the share of
people with the event, and all three are the same number by different sums.
"""

from __future__ import annotations

import warnings
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from test_matched import HORIZON, Told, outcome, pool, sets_of

from evaluation import pipeline
from evaluation.methods import METHODS, Method, matched
from evaluation.methods.influence import Means, errors
from evaluation.methods.matched import comparison as comparing_people
from evaluation.methods.pooled import pooled
from evaluation.methods.spread import contrast, ways, worth
from evaluation.methods.standing import histories, standing
from evaluation.study.comparing import comparing
from evaluation.terms import Amounts, Cohort, Comparison, Marks, Matching, Question

SAME = 1e-9  # relative: the same sums in another order; lifelines multiplies its curve on the scale of logarithms
LAST = 99  # the last day of a horizon of 100


# ------------------------------------------------------------------------------------------------ people, and what became of them
def asked(**words) -> Question:
    return Question(outcome("mark").name, HORIZON, "matched", 0.05, estimand="effect_on_the_served", compare=Matching(**words))


def people(n: int = 400, **parts) -> Cohort:
    rng = np.random.default_rng(3)
    x, z = rng.normal(size=n), rng.normal(size=n)
    cohort = pool(rng.random(n) < 1 / (1 + np.exp(1 - 0.8 * x - 0.4 * z)), x, **parts)
    return replace(cohort, history={"x": x, "z": z})


def in_risk_sets() -> Cohort:
    cohort = sets_of(60, 10, people=200)
    return replace(cohort, clusters=cohort.person // 2)


def with_gaps(n: int = 400) -> Cohort:
    cohort = people(n)
    hidden = np.random.default_rng(4).random(n) < 0.3
    return replace(cohort, history={**cohort.history, "x": np.where(hidden, np.nan, cohort.history["x"])})


def days_until(cohort: Cohort) -> np.ndarray:
    """(n,) the day of the event, later for those served; a good third have none by the horizon."""
    rng = np.random.default_rng(5)
    x = np.nan_to_num(cohort.history["x"])
    return (rng.exponential(90 * np.exp(0.3 * cohort.served - 0.4 * x)) + 1).astype(int)


def ruler_of(cohort: Cohort, kind: str) -> Told:
    day = days_until(cohort)
    if kind == "amount":
        return Told(outcome("amount"), Amounts(np.minimum(day, HORIZON.days).astype(float), np.full(len(day), 100), np.full(len(day), 100)))
    had, n = day <= LAST, len(day)
    why = np.where(had, "mark", "horizon")
    return Told(outcome("mark"), Marks(np.minimum(day, LAST), why, ~had, np.zeros(n, dtype=bool), np.full(n, "")))


PEOPLE = {
    "pairs": (people, {}),
    "reuse": (people, {"reuse": 0, "ratio": 2}),
    "learned weights": (people, {"by": "inverse_probability"}),
    "balancing weights": (people, {"by": "entropy_balancing"}),
    "risk sets": (in_risk_sets, {"ratio": 2}),
    "risk sets, weighed": (in_risk_sets, {"by": "entropy_balancing"}),
}


def handed(which: str) -> tuple[Cohort, Question, Comparison]:
    """A comparison that nobody can write to."""
    made, words = PEOPLE[which]
    cohort = made()
    question = asked(**words)
    comparison = matched.compare(cohort, question)
    sealed(comparison)
    return cohort, question, comparison


def sealed(record: object) -> None:
    for each in fields(record):  # type: ignore[arg-type]  # a dataclass, as are all that it holds
        value = getattr(record, each.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
        elif is_dataclass(value):
            sealed(value)


# ------------------------------------------------------------------------------------------------ a survival room in small
def risk(days: np.ndarray, had: np.ndarray, w: np.ndarray) -> tuple[float, np.ndarray]:
    """The weighted Kaplan-Meier risk by the horizon, and what each row adds to its error: the curve's derivative by each weight."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of weights that are no whole numbers: the error is not taken from lifelines
        curve = KaplanMeierFitter().fit(days, had, weights=w)
    table = curve.event_table.loc[lambda t: t["observed"] > 0]
    free, at_risk, hazard = float(curve.predict(LAST)), table["at_risk"].to_numpy(), (table["observed"] / table["at_risk"]).to_numpy()
    each = 1 / (at_risk * (1 - hazard))
    paid = np.concatenate([[0.0], np.cumsum(hazard * each)])[np.searchsorted(table.index, days, side="right")]
    own = np.where(had, each[np.minimum(np.searchsorted(table.index, days), len(each) - 1)], 0.0)
    return 1 - free, free * w * (own - paid)


def by_survival(cohort: Cohort, comparison: Comparison, ruler: Told, by: str = "robust"):
    rows, marks = standing(cohort, comparison), ruler.marks(HORIZON)
    days, had = marks.day[rows.row], marks.why[rows.row] == "mark"
    risks, parts = [], []
    for there in (rows.served, ~rows.served):
        share, influence = risk(days[there], had[there], rows.weights[there])
        part = np.zeros(len(rows.row))
        part[there] = influence
        risks.append(share)
        parts.append(part)
    means = Means(*risks, *parts, stands=rows.weights, least=1.0, by_weight=(parts[0], parts[1]))
    error = errors(cohort, comparison, rows, means)
    return contrast(means.effect, error.influence, ways(error, rows, by), worth(rows, means, by), means.parameters)


@pytest.mark.parametrize("which", PEOPLE)
def test_weighted_survival_curves_tell_the_risks_that_the_matched_room_tells(which):
    cohort, question, comparison = handed(which)
    ruler = ruler_of(cohort, "mark")

    ours, theirs = matched.estimate(cohort, comparison, ruler, question), by_survival(cohort, comparison, ruler)

    assert theirs.effect == pytest.approx(ours.effect, rel=SAME)
    assert theirs.std_error == pytest.approx(ours.std_error, rel=SAME)
    assert theirs.interval("").low == pytest.approx(ours.interval.low, rel=SAME)


# ------------------------------------------------------------------------------------------------ a room of means in small
def by_means(cohort: Cohort, comparison: Comparison, y: np.ndarray) -> tuple[float, float]:
    """The difference of weighted means with its two-way cluster-robust error, from the fields of the Comparison alone."""
    places, n = comparison.places, len(y)
    row = np.flatnonzero(comparison.kept) if places is None else places.row
    w = comparison.weights[row] if places is None else places.weight
    effect, parts = 0.0, np.zeros(len(row))
    for there, sign in ((cohort.served[row], 1), (~cohort.served[row], -1)):
        mean = np.average(y[row[there]], weights=w[there])
        effect += sign * mean
        parts[there] = sign * w[there] * (y[row[there]] - mean) / w[there].sum()
    together = comparison.clusters[row]
    labels = [together]
    if places is not None or comparison.sets is not None:
        labels.append(places.set if places is not None else comparison.sets[row])
        labels.append(np.unique(np.stack(labels), axis=1, return_inverse=True)[1].ravel())
    if comparison.learned is not None:
        whole = np.zeros(n)
        whole[row] = parts
        whole += comparison.learned.influence @ (comparison.learned.slopes[row].T @ (parts / w))
        everybody = comparison.kept | comparison.learned.influence.any(axis=1)
        parts, labels = whole[everybody], [comparison.clusters[everybody]]
    variance = sum(sign * cr1(parts, label) for sign, label in zip((1, 1, -1), labels, strict=False))
    return effect, variance**0.5


def cr1(parts: np.ndarray, label: np.ndarray) -> float:
    sums = np.array([parts[label == one].sum() for one in np.unique(label)])
    m, clusters = len(parts), len(sums)
    return float((sums**2).sum() * clusters / (clusters - 1) * (m - 1) / (m - 2))


@pytest.mark.parametrize("kind", ["mark", "amount"])
@pytest.mark.parametrize("which", PEOPLE)
def test_weighted_means_of_the_fields_of_a_comparison_tell_what_the_matched_room_tells(which, kind):
    cohort, question, comparison = handed(which)
    ruler, question = ruler_of(cohort, kind), replace(question, outcome=outcome(kind).name)
    y = days_until(cohort)
    y = np.minimum(y, HORIZON.days) if kind == "amount" else y <= LAST

    ours, (effect, std_error) = matched.estimate(cohort, comparison, ruler, question), by_means(cohort, comparison, y.astype(float))

    assert (effect, std_error) == pytest.approx((ours.effect, ours.std_error), rel=SAME)


def test_the_comparisons_above_are_of_the_shapes_that_a_reader_of_one_must_know():
    shapes = {which: handed(which)[2] for which in PEOPLE}

    assert {which for which, one in shapes.items() if one.places is not None} == {"reuse"}
    assert {which for which, one in shapes.items() if one.learned is not None} == {"learned weights", "balancing weights", "risk sets, weighed"}
    assert {which for which, one in shapes.items() if one.sets is not None} == {"pairs", "risk sets"}
    places = shapes["reuse"].places
    assert len(np.unique(places.row)) < len(places.row)
    cohort, _, comparison = handed("risk sets")
    assert len(np.unique(cohort.person[comparison.kept])) < comparison.kept.sum()


# ------------------------------------------------------------------------------------------------ imputed histories
@pytest.mark.parametrize("estimator", ["difference", "regression"])
def test_a_comparison_brings_its_completed_histories_and_nobody_completes_them_again(estimator, monkeypatch):
    cohort = with_gaps()
    question = replace(asked(by="entropy_balancing", missing="impute", imputations=3), estimator=estimator)
    comparison, ruler = matched.compare(cohort, question), ruler_of(cohort, "mark")
    each = histories(cohort, comparison)
    known = ~np.isnan(cohort.history["x"])

    monkeypatch.setattr(comparing_people, "completed", None)  # a call would fail
    monkeypatch.setattr("evaluation.methods.matched.imputing.completed", None)
    ours = matched.estimate(cohort, comparison, ruler, question)

    assert len(each) == 3 and comparison.history is comparison.imputed[0].history
    for completed, one in each:
        assert completed.history is one.history and not any(np.isnan(column).any() for column in one.history.values())
        assert (one.history["x"][known] == cohort.history["x"][known]).all()
    if estimator == "difference":
        theirs = pooled([by_survival(completed, one, ruler) for completed, one in each])
        assert (theirs.effect, theirs.std_error) == pytest.approx((ours.effect, ours.std_error), rel=SAME)


def test_where_nothing_is_missing_the_history_of_a_comparison_is_the_cohorts_own():
    cohort = people()

    assert histories(cohort, matched.compare(cohort, asked()))[0][0] is cohort


# ------------------------------------------------------------------------------------------------ a method that chooses as matched does
def test_a_method_that_is_handed_the_door_of_matched_is_asked_with_compare_and_given_its_comparison(monkeypatch):
    survival = replace(METHODS["matched"], name="survival", estimate=lambda cohort, comparison, ruler, question: comparison)
    monkeypatch.setitem(METHODS, "survival", survival)
    cohort = people()
    question = replace(asked(caliper=0.1), method="survival")

    found, ours = pipeline.compare(question, cohort), matched.compare(cohort, asked(caliper=0.1))

    assert not list(comparing(question, survival, cohort.history, "offer", ()))
    assert isinstance(found, Comparison) and (found.weights == ours.weights).all() and (found.sets == ours.sets).all()


def test_a_method_that_chooses_nobody_is_not_asked_with_compare():
    everybody: Method = replace(METHODS["matched"], chooses=False)

    (slip,) = comparing(asked(caliper=0.1), everybody, ("x",), "offer", ())

    assert slip.at == ("compare",) and "chooses nobody" in slip.found
