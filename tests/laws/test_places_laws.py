"""What holds for every estimator of a panel, whatever the numbers are: did, series and monitor, behind their doors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest

from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES
from evaluation.terms import NEVER, Estimate, Horizon, Inference, Outcome, Panel, Paths, Question

SAME = 1e-9  # sums taken in another order
SOLVED = 1e-6  # weights of donors found by a solver that stops, in the outcome's own spread
N, T = 24, 20
VISITS = OUTCOMES["emergency_visits/recorded"]
EDGES = np.arange(T + 1) * 91 + 17_532


@dataclass(frozen=True)
class Told:
    """A PanelRuler that says what it is told."""

    outcome: Outcome
    value: np.ndarray

    def paths(self, per: int = 1) -> Paths:
        return Paths(self.value * per, np.ones(self.value.shape))


@dataclass(frozen=True)
class World:
    panel: Panel
    value: np.ndarray
    question: Question

    def units(self, order: np.ndarray) -> World:
        """The same units in another order."""
        panel = self.panel
        taken = {name: getattr(panel, name)[order] for name in ("adopted", "left", "watched", "weight", "people")}
        clusters = None if panel.clusters is None else panel.clusters[order]
        names = tuple(panel.names[place] for place in order.tolist())
        return replace(
            self, panel=replace(panel, unit_id=np.arange(1, len(order) + 1), clusters=clusters, names=names, **taken), value=self.value[order]
        )

    def answered(self) -> Estimate:
        method = METHODS[self.question.method]
        return method.estimate(self.panel, method.compare(self.panel, self.question), Told(VISITS, self.value), self.question)


def adoptions(estimator: str) -> np.ndarray:
    """Three dates of adoption, or one where the estimator is for one; of a series a single place."""
    adopted = np.full(N, NEVER)
    if estimator in ("trend", "disparity"):
        return adopted
    if estimator in METHODS["series"].estimators:
        adopted[3] = 14
    elif estimator == "difference":
        adopted[:10] = 10
    else:
        adopted[:12] = np.repeat([8, 11, 14], 4)
    return adopted


def world(method: str, estimator: str) -> World:
    """Areas whose levels and trends differ, and that share the luck of each period."""
    rng = np.random.default_rng(11)
    adopted = adoptions(estimator)
    under = np.arange(T) >= adopted[:, None]
    value = 5 + rng.normal(size=(N, 1)) + 0.1 * np.arange(T) + 0.3 * rng.normal(size=T) + 0.4 * rng.normal(size=(N, T)) - 0.8 * under
    panel = Panel(
        name="main",
        unit="area",
        table="",
        unit_id=np.arange(1, N + 1),
        edges=EDGES,
        adopted=adopted,
        left=np.full(N, NEVER),
        watched=np.ones((N, T), dtype=bool),
        weight=rng.integers(50, 150, N).astype(float),
        people=np.full(N, 100),
        ledger=(),
        labels=tuple(map(str, range(T))),
        names=tuple(f"area {number:02d}" for number in range(N)),
    )
    estimand = "change" if method == "monitor" else "effect_on_the_served"
    question = Question(
        VISITS.name, Horizon(days=4 * 91), method, -0.5, estimand=estimand, estimator=estimator, measure="number", inference=Inference()
    )  # type: ignore[arg-type]  # words of the table
    return World(panel, value, question)


def cases() -> Iterator[tuple[str, str]]:
    for method in ("did", "series", "monitor"):
        yield from ((method, estimator) for estimator in sorted(METHODS[method].estimators - {"before_after", "target"}))


CASES = list(cases())
law = pytest.mark.parametrize(("method", "estimator"), CASES)
of_effects = pytest.mark.parametrize(("method", "estimator"), [case for case in CASES if case[0] != "monitor"])


def numbers(estimate: Estimate) -> list[float]:
    return [estimate.effect, estimate.std_error, estimate.interval.low, estimate.interval.high]


@law
def test_the_same_input_gives_the_same_answer(method: str, estimator: str) -> None:
    there = world(method, estimator)

    assert repr(there.answered()) == repr(there.answered())


@law
def test_the_order_of_units_does_not_matter(method: str, estimator: str) -> None:
    there = world(method, estimator)
    shuffled = there.units(np.random.default_rng(5).permutation(N))

    assert numbers(shuffled.answered()) == pytest.approx(numbers(there.answered()), abs=SOLVED)


@law
def test_the_unit_of_the_outcome_changes_the_numbers_and_nothing_else(method: str, estimator: str) -> None:
    there = world(method, estimator)
    before, after = there.answered(), replace(there, value=100 * there.value).answered()

    assert numbers(after) == pytest.approx([100 * number for number in numbers(before)], rel=1e-5, abs=100 * SOLVED)
    assert after.p_value == pytest.approx(before.p_value, abs=1e-6)


@of_effects
def test_what_moves_all_places_alike_in_a_period_is_no_effect(method: str, estimator: str) -> None:
    if estimator == "interrupted":
        pytest.skip("with no other place beside it, what moves all of them is what it takes for an effect")
    there = world(method, estimator)
    moved = replace(there, value=there.value + 2 * np.sin(np.arange(T)))

    # how far weights are held back, and the fit of levels, go by the spread of the raw series
    allowed = 0.01 if estimator in ("synthetic_did", "augmented_synthetic_control") else SOLVED
    assert moved.answered().effect == pytest.approx(there.answered().effect, abs=allowed)


@of_effects
def test_a_lasting_level_of_a_place_is_no_effect(method: str, estimator: str) -> None:
    if estimator in ("synthetic_control", "augmented_synthetic_control"):
        pytest.skip("it matches levels, and asks of a place that others enclose its own")
    there = world(method, estimator)
    moved = replace(there, value=there.value + np.random.default_rng(2).normal(size=(N, 1)) * 3)

    assert moved.answered().effect == pytest.approx(there.answered().effect, abs=0.3 if estimator == "synthetic_did" else SOLVED)


@of_effects
def test_an_effect_that_is_added_is_found(method: str, estimator: str) -> None:
    there = world(method, estimator)
    under = np.arange(T) >= there.panel.adopted[:, None]
    more = replace(there, value=there.value + 7.0 * under)

    assert more.answered().effect == pytest.approx(there.answered().effect + 7.0, abs=SOLVED)


@law
def test_an_answer_is_whole(method: str, estimator: str) -> None:
    estimate = world(method, estimator).answered()

    assert estimate.effect == pytest.approx(estimate.served.mean - estimate.compared.mean, abs=SAME)
    assert estimate.interval.by
    assert estimate.interval.low <= estimate.effect <= estimate.interval.high
    assert not estimate.interval.given or (estimate.p_value < 0.05) == estimate.interval.excludes(0)
    assert estimate.periods
