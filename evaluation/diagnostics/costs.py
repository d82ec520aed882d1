"""Whether amounts of money, mostly small and a few very large, are such that a mean can be told of them, and by which model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..terms import Diagnostic, OutcomeUnit
from .arms import FEWEST_EVENTS, both_arms
from .likeness import distinct
from .sums import sums_by
from .wording import HIDDEN, other, part, sizes, tellable, those

if TYPE_CHECKING:
    from ..terms import Array

HUNDREDTH = 0.01
BY_LUCK = 1.96  # standard errors
FAMILIES = {0: "normal", 1: "Poisson", 2: "gamma", 3: "inverse normal"}  # by how the variance grows with the mean: to which power
RULE_OF_TEN = "the rule of ten, as for events (Moore, McCabe and Craig): a mean and its spread are not told by a handful"
PARK = "modified Park test: Park 1966; Manning and Mullahy 2001"
FEW_LARGE = "winsorised and trimmed means beside the mean, never instead: a rule of this project (Dixon 1960; Tukey 1962)"
RESTS_ON_FEW = "Berk and Monheit 2001 on the concentration of spending; shown beside every mean of money"


def people_with_costs(any_cost: Array, served: Array, person: Array, *, called: str = "served") -> Diagnostic:
    """How many people of each arm came to anything at all, among rows followed to the end; (n,) bool, bool and int.

    Required: with fewer, a mean and its spread are told by a handful.
    """
    counts = {arm: (distinct(person, there & any_cost), distinct(person, there & ~any_cost)) for arm, there in both_arms(served)}
    fewest = min(some for some, _ in counts.values())
    holds = fewest >= FEWEST_EVENTS
    some = [part(counts[arm][0], sum(counts[arm])) for arm in ("served", "compared")]
    told = f"{some[0]} people {called} and {some[1]} people {other(called)} who were followed to the end came to any amount"
    return Diagnostic(
        name="people_with_costs",
        sentence=f"{told}." if holds else f"{told}: fewer than {FEWEST_EVENTS} in an arm, and no mean can be told of them.",
        value=fewest,
        limit=FEWEST_EVENTS,
        holds=holds,
        source=RULE_OF_TEN,
        detail={f"{arm}, with any": float(with_any) for arm, (with_any, _) in counts.items()},
        behind=counts,
    )


def dearest_hundredth(y: Array, served: Array, person: Array, weights: Array, *, called: str = "served") -> Diagnostic:
    """What the dearest hundredth of each arm comes to, as a share of all that the arm comes to; shown, not judged.

    All (n,), of rows followed to the end: `y` amounts, `served` bool, `person` int, `weights` what each stands for.  One person at least
    is the dearest hundredth, so that of an arm under a hundred people one alone is told of, and `behind` says of how many.
    """
    shares = {arm: share_of_the_dearest(y[there], person[there], weights[there]) for arm, there in both_arms(served)}
    counts = {arm: _dearest(distinct(person, there)) for arm, there in both_arms(served)}
    fewest = min(few for few, _ in counts.values())
    said = [f"{100 * shares[arm]:.0f} %" for arm in ("served", "compared")]
    sentence = (
        f"The dearest hundredth of {those(called)} came to {said[0]} of all that they came to, and that of {those(other(called))} to {said[1]}."
        if fewest not in HIDDEN
        else "In each arm the dearest hundredth is 1 to 10 people, whose share is not told."
        if all(few in HIDDEN for few, _ in counts.values())
        else "In one arm the dearest hundredth is 1 to 10 people, whose share is not told."
    )
    return Diagnostic(
        name="dearest_hundredth",
        sentence=sentence,
        value=max(shares.values()),
        limit=None,
        holds=True,
        source=RESTS_ON_FEW,
        required=False,
        detail=shares,
        behind=counts,
    )


def without_the_dearest(
    effect: float, std_error: float, winsorised: float, trimmed: float, cap: float, above: tuple[int, int], *, unit: OutcomeUnit = "dollars"
) -> Diagnostic:
    """The difference with every amount above the 99th percentile set to it, and with those people left out; judged by how far it moves.

    `above` counts the people above it and the others.  The percentile stands in the sentence where the people above are more than ten.
    Not required: a budget pays the dearest too, and their share is what the mean is for.
    """
    moved = max(abs(winsorised - effect), abs(trimmed - effect)) / std_error
    holds = moved <= BY_LUCK
    at = f" ({sizes(_rounded(cap), unit=unit)[0]})" if tellable(*above) else ""
    verb = "moves the difference by no more than its own error explains" if holds else "moves the difference beyond its own error: it rests on few"
    return Diagnostic(
        name="without_the_dearest",
        sentence=f"To cap what anybody came to at the 99th percentile{at}, or to leave out those above it, {verb}.",
        value=moved,
        limit=BY_LUCK,
        holds=holds,
        source=FEW_LARGE,
        required=False,
        detail={"winsorised": winsorised, "trimmed": trimmed, "cap": cap},
        behind={"above the cap": above},
    )


def cost_family(slope: float, std_error: float) -> Diagnostic:
    """To which power of the mean the variance of amounts above 0 grows, and which family of models that is; shown, not judged."""
    nearest = int(np.clip(round(slope), 0, 3))
    return Diagnostic(
        name="cost_family",
        sentence=f"The variance of amounts above 0 grows with the mean to the power {slope:.1f} (give or take {BY_LUCK * std_error:.1f}): "
        f"nearest to a {FAMILIES[nearest]} model.",
        value=slope,
        limit=None,
        holds=True,
        source=PARK,
        required=False,
        detail={"power": slope, "std_error": std_error},
    )


def share_of_the_dearest(y: Array, person: Array, weights: Array) -> float:
    """What the dearest hundredth of the people of an arm, one at least, come to as a share of the arm's total; 0 where nobody has any.

    All (n,).  A person's rows are taken together; people count as they weigh, the last of them in part.
    """
    of = np.unique(person, return_inverse=True)[1]
    amount, worth = sums_by(weights * y, of), sums_by(weights, of)
    order = np.argsort(-amount / np.maximum(worth, np.finfo(float).tiny), kind="stable")
    amount, worth = amount[order], worth[order]
    wanted = max(HUNDREDTH * worth.sum(), worth[0])
    before = np.concatenate([[0.0], np.cumsum(worth)[:-1]])
    taken = np.clip((wanted - before) / np.maximum(worth, np.finfo(float).tiny), 0.0, 1.0)
    total = float(amount.sum())
    return float((taken * amount).sum()) / total if total > 0 else 0.0


def _dearest(people: int) -> tuple[int, int]:
    """How many people are the dearest hundredth, and the others."""
    many = max(1, -(-people // 100))
    return many, people - many


def _rounded(value: float) -> float:
    """To two figures, as a reader wants a cap."""
    return float(f"{value:.2g}")
