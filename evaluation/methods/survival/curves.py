"""How an event comes about as time goes by: Kaplan & Meier 1958, Nelson 1972 and Aalen 1978, Aalen & Johansen 1978, on one grid.

Letters as in the papers: Y who is at risk, d who has an event, S survival of every event, F the incidence of one of them.
Functions of time are right-continuous: "by t" counts what happens at t.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...phrases import counted
from ...terms import Problem, Refused
from .grid import Grid, from_then_on, laid_out
from .times import checked

if TYPE_CHECKING:
    from ...terms import Array
    from .times import Times

What = Literal["survival", "incidence", "hazard", "time_free", "time_lost"]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Survival of every event and the incidence of each of k causes, at m distinct times; S + the sum of F is 1 at each."""

    time: Array  # (m,) rising
    at_risk: Array  # (m,) weight of those at risk
    rows: Array  # (m,) how many rows that is
    events: Array  # (k, m) weight of those with each event
    censored: Array  # (m,) weight of rows that end without one
    survival: Array  # (m,)
    incidence: Array  # (k, m)
    hazard: Array  # (k, m) cumulative
    grid: Grid  # where each of the n rows stands
    ended: Array  # (n,) int: how each row ends, cause * m + its place

    @property
    def causes(self) -> int:
        """k."""
        return len(self.events)

    @property
    def before(self) -> Array:
        """(m,) survival to just before each time."""
        return np.concatenate([[1.0], self.survival[:-1]])

    def row(self, cause: int) -> int:
        """Where a cause stands in `events`, `incidence` and `hazard`; refuses one that the curve has not."""
        if not 1 <= cause <= self.causes:
            found = f"cause {cause} was asked of a curve whose causes are numbered 1 to {self.causes}."
            raise Refused(Problem("a curve", found, "Cause 0 is censoring, and nothing has an incidence of it."))
        return cause - 1

    def survival_at(self, t: Array | float) -> Array:
        """Survival of every event beyond each of `t`; flat after the last time."""
        return self._at(self.survival, t, 1.0)

    def incidence_at(self, t: Array | float, cause: int = 1) -> Array:
        """The share with the event of a cause by each of `t`, where the other causes rule it out."""
        return self._at(self.incidence[self.row(cause)], t, 0.0)

    def hazard_at(self, t: Array | float, cause: int = 1) -> Array:
        """The cumulative hazard of a cause by each of `t`."""
        return self._at(self.hazard[self.row(cause)], t, 0.0)

    def risk_at(self, t: Array | float) -> Array:
        """The share with an event by each of `t`, as 1 - S; refused where there are causes that rule each other out.

        1 - S is then the share with an event of *any* cause, and 1 - S of a curve that ends the other causes as if they were
        censored is the share with it in a world where nothing else can happen: more than ever have it.
        """
        if self.causes > 1:
            raise Refused(
                Problem(
                    "the share with an event",
                    f"1 - survival was asked of a curve with {self.causes} causes that rule each other out.",
                    "It is the share with an event of any cause.",
                    "Ask for `incidence_at` with the cause.",
                )
            )
        return np.asarray(1.0 - self.survival_at(t))

    def until(self, t: float) -> int:
        """How many of the times lie at or before t."""
        return int(np.searchsorted(self.time, t, side="right"))

    def _at(self, values: Array, t: Array | float, start: float) -> Array:
        return np.asarray(np.concatenate([[start], values])[np.searchsorted(self.time, t, side="right")])


def curve(times: Times, causes: int = 1) -> Curve:
    """The curves of rows that are at risk on (entry, stop], weights counted; O(n) where times are whole, else O(n log n).

    Assumes that among those at risk whoever is censored, or enters late, is like those who are not.  Refuses rows that end in a
    cause that is not among the declared ones: taken as censored, it would make 1 - S the answer to another question.
    """
    _declared(checked(times, "a curve"), causes)
    grid, w = laid_out(times), times.weights
    m = len(grid)
    ended = times.cause.astype(np.intp, copy=False) * m + grid.place
    counted = np.bincount(ended, weights=w, minlength=(causes + 1) * m).reshape(causes + 1, m).astype(float)
    many = counted if w is None else np.bincount(ended, minlength=(causes + 1) * m).reshape(causes + 1, m)
    rows = grid.there(from_then_on(many.sum(axis=0)))
    # where all at risk end at one time it is exactly they who are at risk, whatever weights add up to: else rounding leaves somebody
    at_risk = np.where(rows == many.sum(axis=0), counted.sum(axis=0), rows if w is None else grid.at_risk(w))
    rates, survival = counted[1:] / at_risk, np.cumprod((at_risk - counted[1:].sum(axis=0)) / at_risk)
    incidence = np.cumsum(np.concatenate([[1.0], survival[:-1]]) * rates, axis=1)
    return Curve(grid.time, at_risk, rows, counted[1:], counted[0], survival, incidence, np.cumsum(rates, axis=1), grid, ended)


def by_stratum(times: Times, strata: Array, causes: int = 1) -> Iterator[tuple[int, Array, Curve]]:
    """Each stratum's label, the places (n_s,) of its rows and its curve, in the order of the labels; `strata` (n,) int."""
    order = np.argsort(strata, kind="stable")
    labels, starts = np.unique(strata[order], return_index=True)
    for label, rows in zip(labels, np.split(order, starts[1:]), strict=True):
        yield int(label), rows, curve(times.of(rows), causes)


def fleming_harrington(laid: Curve, times: Times) -> Array:
    """(m,) the cumulative hazard of any event in which those tied have it one after the other (Fleming & Harrington 1984).

    exp of its negative is a survival curve; R's survfit(stype = 2, ctype = 2).  Those tied weigh what they weigh on average.
    """
    many = np.bincount(laid.grid.place[times.cause > 0], minlength=len(laid.time))
    at = np.repeat(np.arange(len(many)), many)
    weight = laid.events.sum(axis=0)[at] / many[at]
    gone = np.arange(len(at)) - np.repeat(np.cumsum(many) - many, many)
    return np.cumsum(np.bincount(at, weights=weight / (laid.at_risk[at] - gone * weight), minlength=len(many)))


# ------------------------------------------------------------------------------------------------ what each row adds to an error
def influence(laid: Curve, times: Times, what: What, at: Array | float, cause: int = 1) -> Array:
    """(n, len(at)) what each row adds to the error of `what` at each of `at`: its weight times the derivative by it.

    The infinitesimal jackknife (Jaeckel 1972; for curves Efron 1981), as R's survfit(robust = TRUE) has it, exact with ties,
    weights and delayed entry, in O(n + m) a column; each column adds to 0.  `laid` is the curve of these `times`.  For "time_free"
    and "time_lost" `at` is the time to which the area runs.  The clustered variance is the sum of squares of sums over clusters.
    """
    at = np.atleast_1d(np.asarray(at, dtype=float))
    found = np.empty((len(times), len(at)))
    for column, t in enumerate(at):
        found[:, column] = _column(laid, times, _slopes(laid, what, float(t), cause), cause)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Slopes:
    """The derivative of a number by the factors 1 - d / Y of survival, over the factor, and by the rates d / Y of the cause; (m,)."""

    by_survival: Array
    by_rate: Array


def _slopes(laid: Curve, what: What, t: float, cause: int) -> _Slopes:
    """How a number hangs on the curve, time by time; 0 after t."""
    j = laid.until(t)
    gone, none = np.arange(len(laid.time)) < j, np.zeros(len(laid.time))
    if what == "hazard":
        return _Slopes(none, gone * 1.0)
    if what == "survival":
        return _Slopes(np.where(gone, float(laid.survival_at(t)), 0.0), none)
    F, left = laid.incidence[laid.row(cause)], np.where(gone, t - laid.time, 0.0)
    if what == "incidence":
        return _Slopes(np.where(gone, float(laid.incidence_at(t, cause)) - F, 0.0), np.where(gone, laid.before, 0.0))
    if what == "time_free":
        return _Slopes(_area_to_come(laid.survival, laid.time, t, gone), none)
    if what == "time_lost":
        return _Slopes(_area_to_come(F, laid.time, t, gone) - F * left, laid.before * left)
    raise ValueError(f"nothing called {what!r} is told of a curve")


def _area_to_come(values: Array, time: Array, t: float, gone: Array) -> Array:
    """(m,) the area under a step function from each time to t; 0 after t."""
    wide = np.where(gone, np.append(np.minimum(time[1:], t), t) - time, 0.0)
    return np.asarray(np.cumsum((values * wide)[::-1])[::-1])


def _column(laid: Curve, times: Times, slopes: _Slopes, cause: int) -> Array:
    """(n,) what each row adds: what its own event does, less what it pays for having been at risk of everybody's."""
    Y, D, d = laid.at_risk, laid.events.sum(axis=0), laid.events[laid.row(cause)]
    left = np.divide(slopes.by_survival, Y - D, out=np.zeros(len(Y)), where=laid.survival > 0)  # after 0 nothing moves survival
    paid = np.cumsum(slopes.by_rate * d / Y**2 - left * D / Y)
    own = np.zeros((laid.causes + 1, len(Y)))
    own[1:] = -left
    own[cause] += slopes.by_rate / Y
    parts = own.ravel()[laid.ended] - laid.grid.over_the_stretch(paid)
    return parts if times.weights is None else parts * times.weights


def _declared(times: Times, causes: int) -> None:
    """Refuses causes that are not declared."""
    others = int(np.count_nonzero(times.cause > causes))
    if others:
        raise Refused(
            Problem(
                "a curve",
                f"{counted(others, 'row')} of {len(times):,} end in a cause other than the {causes} declared.",
                "What rules an event out does not censor it: people who died can have it no more, and were they taken as censored, the"
                " share with it would be told too large.",
                "Declare every cause, or code as 0 what only hides the event.",
            )
        )
