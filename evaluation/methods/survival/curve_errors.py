"""Standard errors of curves: Greenwood 1926, Aalen 1978, and the infinitesimal jackknife of rows or of clusters of rows.

Greenwood's and Aalen's take each row, or stretch of a row, as a draw of its own and whole weights as counts.  The infinitesimal
jackknife (`curves.influence`) is right with any weights, taken as given, and with any rows that hang together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...terms import Problem, Refused
from .by_cluster import labelled, totals
from .curves import influence
from .grid import Grid

if TYPE_CHECKING:
    from ...terms import Array
    from .curves import Curve, What
    from .times import Times

AT_ONCE = 2**22  # numbers of an influence that are held at one time


def greenwood(laid: Curve) -> Array:
    """(m,) the standard error of survival of every event (Greenwood 1926): 0 where it is 0, as R's survfit has it."""
    of_counts(laid, "Greenwood's error")
    return np.asarray(laid.survival * np.sqrt(np.cumsum(_of_log(laid))))


def area_error(laid: Curve, tau: float) -> float:
    """The standard error of the mean time free by tau in Greenwood's manner, sum A^2 d / (Y (Y - d)), as R's survRM2 has it."""
    of_counts(laid, "Greenwood's error of an area")
    wide = np.maximum(np.minimum(np.append(laid.time[1:], np.inf), tau) - np.minimum(laid.time, tau), 0.0)
    area = np.cumsum((laid.survival * wide)[::-1])[::-1]
    return float(np.sqrt((area**2 * _of_log(laid)).sum()))


def nelson_aalen(laid: Curve, cause: int = 1) -> Array:
    """(m,) the standard error of a cause's cumulative hazard, sum d / Y^2 (Aalen 1978), as R's survfit has it."""
    of_counts(laid, "Aalen's error")
    return np.asarray(np.sqrt(np.cumsum(laid.events[laid.row(cause)] / laid.at_risk**2)))


def aalen(laid: Curve, cause: int = 1) -> Array:
    """(m,) the standard error of a cause's incidence by Aalen's martingales, ties without replacement, as R's cmprsk::cuminc has it.

    Some tenths of a percent from the infinitesimal jackknife, which answers tell, and tables unless this is asked for.
    """
    of_counts(laid, "Aalen's error")
    d, Y, F, S = laid.events, laid.at_risk, laid.incidence[laid.row(cause)], laid.survival
    spread = laid.before**2 * np.where(d > 1, 1 - (d - 1) / np.maximum(Y - 1, 1), 1.0) * d / Y**2
    by_S = np.divide(1.0, S, out=np.zeros(len(S)), where=S > 0)
    own = np.zeros((laid.causes, 1))
    own[cause - 1] = 1.0
    alone = own + F * by_S  # what an event does now, less what survival after it brings until t: alone - F(t) / S
    sums = [np.cumsum((spread * part).sum(axis=0)) for part in (alone**2, alone * by_S, by_S**2)]
    return np.asarray(np.sqrt(np.maximum(sums[0] - 2 * F * sums[1] + F**2 * sums[2], 0.0)))


def clustered(laid: Curve, times: Times, what: What, at: Array | float, labels: Array, cause: int = 1) -> Array:
    """(len(at),) the infinitesimal jackknife's standard error where rows of one label (n,) int hang together, at a few times.

    R's survfit(cluster = ...), without a factor for few clusters.  Refuses one cluster.
    """
    code, G = labelled(labels, where="a curve's error")
    at = np.atleast_1d(np.asarray(at, dtype=float))
    found, wide = np.empty(len(at)), max(AT_ONCE // len(times), 1)
    for start in range(0, len(at), wide):
        parts = influence(laid, times, what, at[start : start + wide], cause)
        found[start : start + wide] = np.sqrt((totals(parts, code, G) ** 2).sum(axis=0))
    return found


def jackknife(laid: Curve, times: Times, what: Literal["survival", "incidence", "hazard"], cause: int = 1) -> Array:
    """(m,) the infinitesimal jackknife's standard error at every time of the curve, each row somebody else: O(n + k m).

    What a row adds is P - f Q, P and Q known once it has ended and growing alike for all still there: sums of their products over
    those who ended and those who stay make the variance at each time.
    """
    P, Q = _running(laid, what, cause)
    rows = _ends(laid, times)
    f = {"survival": laid.survival, "incidence": laid.incidence[laid.row(cause)], "hazard": np.zeros(len(laid.time))}[what]
    variance = f**2 * _products(rows, Q, Q)
    if what != "survival":
        variance = variance + _products(rows, P, P) - 2 * f * _products(rows, P, Q)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def of_counts(laid: Curve, what: str) -> None:
    """Refuses an error that takes weights as counts of people where they are no whole numbers."""
    if (laid.events != np.rint(laid.events)).any() or (laid.at_risk != np.rint(laid.at_risk)).any():
        raise Refused(
            Problem(
                what,
                "the weights are not whole, so that they count nobody.",
                "Weights that make groups alike are not repeats of people: taken so, the error is too small.",
                "Ask for the infinitesimal jackknife.",
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Running:
    """What grows along a row: what its own event adds, by cause and time, and what it has paid by each time."""

    own: Array  # (k + 1, m)
    paid: Array  # (m,)


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """Rows by how they end; where nobody enters late, those that end alike are one."""

    grid: Grid
    ended: Array  # (n,) int: cause * m + place
    squares: Array  # (n,) the sum of their squared weights


def _running(laid: Curve, what: str, cause: int) -> tuple[_Running, _Running]:
    """P and Q of the jackknife: of incidence P - F Q, of survival -S Q, of the hazard P."""
    Y, D, d = laid.at_risk, laid.events.sum(axis=0), laid.events[laid.row(cause)]
    F, rate = (laid.incidence[laid.row(cause)], laid.before) if what == "incidence" else (np.zeros(len(Y)), np.ones(len(Y)))
    leaves = np.divide(1.0, Y - D, out=np.zeros(len(Y)), where=laid.survival > 0)
    Q, P = np.zeros((2, laid.causes + 1, len(Y)))
    Q[1:], P[1:] = leaves, leaves * F
    P[cause] += rate / Y
    pays = leaves * D / Y
    return _Running(P, np.cumsum(pays * F + rate * d / Y**2)), _Running(Q, np.cumsum(pays))


def _ends(laid: Curve, times: Times) -> _Ends:
    m, k = len(laid.time), laid.causes
    if times.entry is not None:
        return _Ends(laid.grid, laid.ended, times.w**2)
    squares = np.bincount(laid.ended, weights=None if times.weights is None else times.weights**2, minlength=(k + 1) * m)
    return _Ends(Grid(laid.time, np.tile(np.arange(m), k + 1), None), np.arange((k + 1) * m), squares.astype(float))


def _products(rows: _Ends, one: _Running, other: _Running) -> Array:
    """(m,) the weighted sum of products of two running values, over those who ended by each time and those who stay."""
    grid, w2 = rows.grid, rows.squares
    values = [part.own.ravel()[rows.ended] - grid.over_the_stretch(part.paid) for part in (one, other)]
    found = np.cumsum(grid.ending(w2 * values[0] * values[1])) + one.paid * other.paid * grid.staying(w2)
    if grid.first is not None:
        e, f = (np.concatenate([[0.0], part.paid])[grid.first] for part in (one, other))  # paid before they entered
        found += grid.staying(w2 * e * f) - one.paid * grid.staying(w2 * f) - other.paid * grid.staying(w2 * e)
    return np.asarray(found)


def _of_log(laid: Curve) -> Array:
    """(m,) each time's part in the variance of log survival; 0 from where it is 0."""
    D, Y = laid.events.sum(axis=0), laid.at_risk
    return np.divide(D, Y * (Y - D), out=np.zeros(len(Y)), where=laid.survival > 0)
