"""How the clocks of one arm came to be lost, by what was on record at the start: a rate for each way, and the chance of still being followed.

Letters as in the papers: h a jump of the baseline hazard of being lost, S0 the weighted number at risk, G the chance of being followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..columns import gram, independent, standardised
from ..telling_losses import named

if TYPE_CHECKING:
    from ...terms import Array, Question
    from ..standing import Rows
    from .reading import Reading

FEWEST_LOST = 10  # for each column of a regression (Peduzzi and others 1995); with fewer the score stands in for them
AFTER = 0.5  # of a day: whoever is lost was seen through the last day seen, so that what is known on a day comes before its losses
LOOSE = 0.01  # of a squared slope in standard deviations: holds a slope that would grow without end, and moves no other
FARTHEST = 0.01  # of the people of an arm at either end of a column: beyond, no slope is told
STEPS = 50
CLOSE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """The rate of being lost in one way; n rows, m days on which somebody is, p columns.

    Without columns G is the product limit of Kaplan and Meier 1958; with columns it is exp(-spent) by Breslow 1974.
    """

    X: Array  # (n, p) columns in standard deviations
    time: Array  # (m,) rising
    h: Array  # (m,) jumps of the baseline
    S0: Array  # (m,)
    centre: Array  # (m, p) the mean of the columns over those at risk, as they weigh and as likely as they are to be lost
    relative: Array  # (n,) everybody's rate relative to the baseline's
    w: Array  # (n,)
    stop: Array  # (n,) when each row is at risk no more
    gone: Array  # (n,) bool
    slopes: Array  # (n, p) what each row adds to the error of each slope

    @property
    def spends(self) -> Array:
        """(m,) what each jump takes off the logarithm of G at the baseline."""
        return self.h if self.X.shape[1] else -np.log1p(-self.h)

    def before(self, days: Array) -> Array:
        """How many jumps lie before the end of what is known on each of `days`, of any shape."""
        return np.searchsorted(self.time, days, side="left")

    def spent(self, days: Array) -> Array:
        """Less the logarithm of G before the losses of each of `days`, (n,) or (n, K)."""
        cumulative = np.concatenate([[0.0], np.cumsum(self.spends)])
        return self._each(days) * cumulative[self.before(days)]

    def pull(self, by_spent: Array, days: Array) -> Array:
        """(n,) what each row adds to the error of a number, whose derivative by each `spent(days)` is `by_spent`; both (n,) or (n, K)."""
        upto, own = self.before(days), by_spent * self._each(days)
        m = len(self.time)
        by_jump = np.cumsum(np.bincount(upto.ravel(), weights=own.ravel(), minlength=m + 1)[::-1])[::-1][1:]
        if not self.X.shape[1]:
            by_jump = by_jump / (1 - self.h)
        at, last = self.before(self.stop), np.searchsorted(self.time, self.stop, side="right")
        paid = np.concatenate([[0.0], np.cumsum(by_jump * self.h / self.S0)])
        landed = np.append(by_jump / self.S0, 0.0)[at] * self.gone
        parts = self.w * (landed - self.relative * paid[last])
        if self.X.shape[1]:
            cumulative = np.concatenate([[0.0], np.cumsum(self.h)])
            spread = own * cumulative[upto]
            by_slopes = np.einsum("i,ij->j", spread if spread.ndim == 1 else spread.sum(axis=1), self.X)
            by_slopes = by_slopes - np.einsum("j,jk->k", by_jump * self.h, self.centre)
            parts = parts + np.einsum("ij,j->i", self.slopes, by_slopes)
        return np.asarray(parts)

    def _each(self, days: Array) -> Array:
        return self.relative if days.ndim == 1 else self.relative[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class Leaving:
    """All the ways of being lost of the n rows of an arm."""

    rates: tuple[Rate, ...]  # none where nobody is lost

    def spent(self, days: Array) -> Array:
        """Less the logarithm of the chance of being followed up to each of `days`, (n,) or (n, K)."""
        return np.asarray(sum((rate.spent(days) for rate in self.rates), np.zeros(days.shape)))

    def pull(self, by_spent: Array, days: Array) -> Array:
        """(n,) what each row adds to the error of a number by all the rates: see `Rate.pull`."""
        return np.asarray(sum((rate.pull(by_spent, days) for rate in self.rates), np.zeros(len(days))))

    @property
    def columns(self) -> int:
        """The most columns that any way of being lost has a slope of."""
        return max((rate.X.shape[1] for rate in self.rates), default=0)


def leaving(reading: Reading, rows: Rows, question: Question) -> Leaving:
    """The rates of being lost among the rows of one arm, on the columns that `question.censored` names, or the whole history.

    Each way of being lost has slopes of its own, for those who move away and those who are served later are other people.  Where too
    few were lost in a way for so many columns, the linear propensity score tells, and else the day alone; with no column at all the
    ways are told together, by Kaplan and Meier.  Each row counts as it weighs.  Assumes that, given those columns, who is lost and
    when has nothing to do with what would have been spent.
    """
    if not reading.lost.any():
        return Leaving(())
    columns = {} if question.censored.adjust == "nothing" else named(rows.history, question.censored.on)
    ways = np.unique(reading.why[reading.lost]).tolist()
    X = [_columns(columns, rows, reading.lost & (reading.why == way)) for way in ways]
    stop = reading.day + AFTER * reading.lost
    if not any(x.shape[1] for x in X):
        return Leaving((rate(X[0], stop, reading.lost, rows.weights),))
    return Leaving(tuple(rate(x, stop, reading.lost & (reading.why == way), rows.weights) for x, way in zip(X, ways, strict=True)))


def rate(X: Array, stop: Array, gone: Array, w: Array) -> Rate:
    """The rate of being lost, `gone` (n,) bool at `stop` (n,), on columns X (n, p), each row counting `w` (n,): Cox's, ties as Breslow has them.

    Without columns the last day is left out if everybody who is left is lost on it: nothing is known of anybody beyond.
    """
    time, at = np.unique(stop[gone], return_inverse=True)
    d = np.bincount(at, weights=w[gone], minlength=len(time))
    found = np.searchsorted(time, stop, side="right")  # so many jumps each row is at risk for
    b = _slopes(X, time, found, gone, d, w) if X.shape[1] else np.zeros(0)
    relative = np.exp(np.einsum("ij,j->i", X, b))
    S0, S1 = _at_risk(X, found, w * relative, len(time))
    if not X.shape[1] and not (stop > time[-1]).any():
        time, d, S0, S1 = time[:-1], d[:-1], S0[:-1], S1[:-1]
    h, centre = d / S0, S1 / S0[:, None]
    slopes = np.zeros(X.shape)
    if X.shape[1]:
        slopes = _errors_of_slopes(X, found, gone, w, relative, h, centre, np.searchsorted(time, stop))
    return Rate(X, time, h, S0, centre, relative, w, stop, gone, slopes)


def _columns(columns: Mapping[str, Array], rows: Rows, gone: Array) -> Array:
    """(n, p) as many of the columns as those `gone` allow, in standard deviations; the rarest codes of a category give way first."""
    most, n = int(gone.sum()) // FEWEST_LOST, len(gone)
    columns = {name: column if name in rows.codes else held_in(column) for name, column in columns.items()}
    numbers = [name for name in columns if name not in rows.codes]
    codes = sorted((name for name in columns if name in rows.codes), key=lambda name: -float(columns[name][gone].sum()))
    if len(numbers) > most:
        score = rows.score if columns and rows.score is not None and np.isfinite(rows.score).all() else None
        found = [score] if most and score is not None else []
    else:
        found = [columns[name] for name in (*numbers, *codes)]
    if not found:
        return np.empty((n, 0))
    Z = standardised(found)
    return np.ascontiguousarray(Z[independent(Z)[:most]].T)


def held_in(column: Array) -> Array:
    """A column (n,) with what lies beyond its hundredth least and hundredth largest value held at them.

    A rate grows as the exponential of its columns: told by everybody else's slope, somebody of a history far beyond all others would
    be all but sure to be lost and, followed nevertheless, would stand for a whole arm.
    """
    low, high = np.quantile(column, (FARTHEST, 1 - FARTHEST))
    return np.clip(column, low, high) if high > low else column


def _at_risk(X: Array, found: Array, weight: Array, m: int) -> tuple[Array, Array]:
    """(m,) the weight of those at risk on each day with a loss, and (m, p) the sums of their columns."""
    sums = [np.bincount(found, weights=each, minlength=m + 1) for each in (weight, *(weight * x for x in X.T))]
    after = [np.cumsum(each[::-1])[::-1][1:] for each in sums]
    return after[0], np.stack(after[1:], axis=1) if len(after) > 1 else np.empty((m, 0))


def _slopes(X: Array, time: Array, found: Array, gone: Array, d: Array, w: Array) -> Array:
    """(p,) the slopes that maximise the partial likelihood, held by LOOSE; Newton's steps, halved where they overshoot."""
    total = np.einsum("i,ij->j", w * gone, X)

    def read(b: Array) -> tuple[float, Array, Array]:
        eta = np.einsum("ij,j->i", X, b)
        relative = np.exp(eta)
        S0, S1 = _at_risk(X, found, w * relative, len(time))
        centre = S1 / S0[:, None]
        cumulative = np.concatenate([[0.0], np.cumsum(d / S0)])
        score = total - np.einsum("j,jk->k", d, centre) - LOOSE * b
        information = _products(X, w * relative * cumulative[found]) - _products(centre, d) + LOOSE * np.eye(len(b))
        return float((w * gone * eta).sum() - (d * np.log(S0)).sum() - LOOSE * (b**2).sum() / 2), score, information

    b = np.zeros(X.shape[1])
    value, score, information = read(b)
    for _ in range(STEPS):
        step = np.linalg.solve(information, score)
        if float((step * score).sum()) < CLOSE:
            break
        for _ in range(STEPS):
            there = read(b + step)
            if there[0] >= value - CLOSE:
                break
            step = step / 2
        b, (value, score, information) = b + step, there
    return b


def _errors_of_slopes(X: Array, found: Array, gone: Array, w: Array, relative: Array, h: Array, centre: Array, at: Array) -> Array:
    """(n, p) what each row adds to the errors of the slopes: its score residual over the information (Lin and Wei 1989)."""
    zero = np.zeros((1, X.shape[1]))
    cumulative = np.concatenate([[0.0], np.cumsum(h)])
    pulled = np.concatenate([zero, np.cumsum(centre * h[:, None], axis=0)])
    own = np.where(gone[:, None], X - np.concatenate([centre, zero])[at], 0.0)
    residual = w[:, None] * (own - relative[:, None] * (X * cumulative[found][:, None] - pulled[found]))
    d = h * _at_risk(X, found, w * relative, len(h))[0]
    information = _products(X, w * relative * cumulative[found]) - _products(centre, d) + LOOSE * np.eye(X.shape[1])
    return np.asarray(np.linalg.solve(information, residual.T).T)


def _products(X: Array, weight: Array) -> Array:
    """(p, p) the sum of weight x x', added up in one order whatever the number of threads; `weight` (n,) is nowhere below 0."""
    return np.asarray(gram(np.ascontiguousarray((X * np.sqrt(np.maximum(weight, 0.0))[:, None]).T)))
