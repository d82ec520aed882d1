"""What stands beside a difference in money is told of the very same people: parts of it, and the outcome of which one more unit is priced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Economics, Problem, Refused
from ..inference import Contrast
from ..influence import Means
from ..sides import side
from ..spread import Spread
from .beside import SMEARED, TRIMMED, WINSORISED, Capped, smeared, top_share
from .economics import economics
from .estimators import LINEAR, means_of
from .laid import Laid, blocked
from .means import both, difference
from .pairs import Effect
from .reading import LOST, Reading, read, where
from .spreading import errors_of, spread_of

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A reading as the sides of an effect are told from it: see `sides.Seen`."""

    y: Array
    lost: Array
    why: Array | None = None
    same_day: Array | None = None


def accounts(laid: Laid, means: Means, spread: Spread, ruler: Ruler, high: Capped | None) -> Economics | None:
    """Everything in dollars beside the effect; None where the ruler knows no money."""
    if getattr(ruler, "money", None) is None:
        return None
    priced: Ruler | None = getattr(ruler, "beside", None)
    log = smeared(laid)
    sensitivity = {} if high is None else {WINSORISED: high.winsorised, TRIMMED: high.trimmed}
    return economics(
        effect(laid, means, spread),
        of_columns(laid),
        ruler,
        laid.question,
        inner=laid.reading.inner,
        beside=None if priced is None else of_outcome(laid, priced),
        sensitivity=sensitivity | ({} if log is None else {SMEARED: log}),
        top_share=top_share(laid),
    )


def of_columns(laid: Laid) -> Callable[[Array], Effect]:
    """The effect on another amount of the same rows, (n, K) in the order of the cohort and by the parts in which the amount was read.

    By the estimator of the question where that is linear in amounts, so that departments add up to the headline, whoever was lost; else
    (a model of costs) by the weighted difference, of which parts add up to that of the whole.
    """

    def told(column: Array) -> Effect:
        other = laid.of(column[laid.rows.row])
        means = means_of(other) if laid.question.estimator in LINEAR else difference(other.arms, other.rows)
        return effect(other, means, _spread(other, means))

    return told


def of_outcome(laid: Laid, ruler: Ruler) -> Effect:
    """The weighted difference of another outcome over the same horizon on the same rows, its own losses stood for."""
    reading, counted = _read(laid, ruler), ruler.outcome.kind != "amount"
    means = difference(both(reading, blocked(laid.rows, laid.cohort, laid.comparison), laid.question), laid.rows)
    return effect(laid, means, _spread(laid, means), reading.y, lost=reading.lost, counted=counted)


def effect(laid: Laid, means: Means, spread: Spread, y: Array | None = None, *, lost: Array | None = None, counted: bool = False) -> Effect:
    """An effect with what each row adds to its error; `y` (m,) the amounts, those of the answer where left out."""
    error, learned = errors_of(laid, means), laid.comparison.learned
    seen = Seen(laid.reading.y if y is None else y, laid.reading.lost if lost is None else lost)
    arm = laid.rows.served if learned is None else laid.cohort.served[laid.comparison.kept | (learned.influence != 0).any(axis=1)]
    served, compared = (side(seen, laid.rows, means, served=there, counted=counted) for there in (True, False))
    told = spread.contrast
    return Effect(served, compared, told.effect, told.std_error, spread.interval, error.influence, error.together, arm, told.df)


def _spread(laid: Laid, means: Means) -> Spread:
    """The spread of a part, which nobody may have any of."""
    error = errors_of(laid, means)
    if not error.influence.any():
        return Spread(Contrast(means.effect, 0.0, float("inf")), "nobody has any")
    return spread_of(laid, means, error)


def _read(laid: Laid, ruler: Ruler) -> Reading:
    """A mark, a state or an amount of the rows, by the horizon."""
    outcome, question, row = ruler.outcome, laid.question, laid.rows.row
    if outcome.kind == "amount":
        return read(ruler, question, row)
    last = (ruler.window(question.horizon) - 1)[row][:, None]
    if outcome.kind == "mark":
        marks = ruler.marks(question.horizon)
        y, day, why = (marks.why == "mark")[row].astype(float), marks.day[row], marks.why[row]
        return Reading(y, y[:, None], last, day, why, np.isin(why, LOST))
    if outcome.kind == "state":
        states, ends = ruler.state(question.horizon), ruler.ends(question.horizon)
        y = states.inside[row].astype(float)
        return Reading(y, y[:, None], last, ends.day[row], ends.why[row], ~states.seen[row])
    found = f"one more unit of '{outcome.name}' was to be priced, and a {outcome.kind} has none."
    raise Refused(Problem(f"{where(question)}: per", found, remedy="Name an outcome that is a mark, a state or an amount."))
