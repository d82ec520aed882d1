"""Whether an event comes about alike in several groups: the log-rank test and its weighted and stratified forms.

Letters as in the papers: Y who is at risk, d who has the event, of a group g and of all; K a weight that changes with time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from ...phrases import counted
from ...terms import Problem, Refused
from . import by_cluster
from .curve_errors import of_counts
from .curves import Curve, curve
from .times import Times, checked

if TYPE_CHECKING:
    from ...terms import Array

RANK = 1e-9  # of the largest variance: below it a contrast of groups does not vary


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """A chi-squared test that G groups do not differ, with the sums that it is of."""

    __test__ = False  # no test of ours, whatever a collector of tests takes it for

    groups: Array  # (G,) labels
    observed: Array  # (G,) weighted events
    expected: Array  # (G,) the same, were the groups alike
    variance: Array  # (G, G) of observed less expected
    statistic: float
    df: int
    p_value: float


def logrank(
    times: Times,
    group: Array,
    *,
    cause: int = 1,
    p: float = 0.0,
    q: float = 0.0,
    strata: Array | None = None,
    labels: Array | None = None,
) -> Test:
    """The test of Mantel 1966 that a cause's hazard is the same in every group, `group` (n,) int, within each of `strata` (n,) int.

    An event at t counts S(t-)^p (1 - S(t-))^q (Fleming & Harrington 1991), S being Kaplan & Meier's of the stratum; p = 1 is R's
    survdiff(rho = 1).  Other causes censor: this is about the rate among those still at risk; of whether an event ever comes, ask
    `gray`.  The variance is hypergeometric, each row a draw of its own and whole weights counts of rows; with `labels` (n,) int it
    is that of sums over labels (Lin & Wei 1989), right with any weights, taken as given, and with rows that hang together.
    Refuses a single group or label, no event, and strata none of which holds two groups at risk of one.
    """
    names, g = of_groups(checked(times, "a log-rank test"), group)
    G, n = len(names), len(times)
    observed, expected, variance = np.zeros(G), np.zeros(G), np.zeros((G, G))
    parts = None if labels is None else np.zeros((n, G))
    for rows in strata_of(strata, n):
        laid, own = _laid(times.of(rows), cause), g[rows]
        sums = _sums(laid, times.of(rows), own, G, (p, q))
        observed, expected = observed + sums.observed, expected + sums.expected
        if parts is None:
            of_counts(laid, "the variance of a log-rank test")
            variance += _hypergeometric(laid, sums)
        else:
            parts[rows] = _scores(laid, times.of(rows), own, sums)
    if parts is not None:
        assert labels is not None
        variance = by_cluster.variance(parts, labels, where="a log-rank test")
    return judged(names, observed, expected, variance, "a log-rank test")


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """What a stratum adds: weights of time (m,), who is at risk of each group (G, m), and the two sums (G,)."""

    K: Array
    share: Array  # (G, m) of those at risk
    observed: Array
    expected: Array


def _laid(times: Times, cause: int) -> Curve:
    """The curve of one cause, the others censoring."""
    return curve(Times(times.stop, (times.cause == cause).astype(np.intp), times.entry, times.weights))


def _sums(laid: Curve, times: Times, g: Array, G: int, power: tuple[float, float]) -> _Sums:
    Y, d, w = laid.at_risk, laid.events[0], times.w
    K = laid.before ** power[0] * (1 - laid.before) ** power[1]
    share = np.array([laid.grid.at_risk(w * (g == one)) for one in range(G)]) / Y
    had = laid.ended >= len(Y)
    observed = np.bincount(g[had], weights=(w * K[laid.grid.place])[had], minlength=G)
    return _Sums(K, share, observed, (K * d * share).sum(axis=1))


def _hypergeometric(laid: Curve, sums: _Sums) -> Array:
    """(G, G) the variance of a stratum's sums, those with an event being drawn from those at risk without replacement."""
    Y, d = laid.at_risk, laid.events[0]
    spread = sums.K**2 * np.where(Y > 1, d * (Y - d) / np.maximum(Y - 1, 1), 0.0)
    return np.asarray(np.diag((sums.share * spread).sum(axis=1)) - np.einsum("gm,hm,m->gh", sums.share, sums.share, spread))


def _scores(laid: Curve, times: Times, g: Array, sums: _Sums) -> Array:
    """(n, G) what each row adds to observed less expected: its own event, less the hazard of all for as long as it was at risk."""
    Y, d = laid.at_risk, laid.events[0]
    G, m = sums.share.shape
    had = laid.ended >= m
    found = np.empty((len(times), G))
    for one in range(G):
        for of in range(G):
            mine = g == of
            jump = sums.K * ((of == one) - sums.share[one])
            paid = laid.grid.over_the_stretch(np.cumsum(jump * d / Y))
            found[mine, one] = (had * jump[laid.grid.place] - paid)[mine]
    return found * times.w[:, None]


# ------------------------------------------------------------------------------------------------ what every test of groups needs
def judged(names: Array, observed: Array, expected: Array, variance: Array, where: str) -> Test:
    """The test from its sums: chi-squared on as many degrees of freedom as contrasts of groups vary."""
    if not observed.any():
        raise Refused(Problem(where, "nobody had an event that counts.", "Without one, groups cannot differ."))
    values, vectors = np.linalg.eigh(variance)
    varies = values > RANK * max(values.max(), 0.0)
    if not varies.any():
        found = "at no event were two groups at risk together."
        raise Refused(Problem(where, found, "Groups are compared among those at risk at one time, in one stratum.", "Take wider strata."))
    away = vectors[:, varies].T @ (observed - expected)
    statistic, df = float((away**2 / values[varies]).sum()), int(varies.sum())
    return Test(names, observed, expected, variance, statistic, df, float(chdtrc(df, statistic)))


def of_groups(times: Times, group: Array) -> tuple[Array, Array]:
    """The labels (G,) and each row's place among them (n,)."""
    names, g = np.unique(group, return_inverse=True)
    if len(group) != len(times):
        raise Refused(Problem("a test of groups", f"{len(group):,} labels of groups stand beside {counted(len(times), 'row')}."))
    if len(names) < 2:
        raise Refused(Problem("a test of groups", "all rows are of one group.", "A test compares two groups or more."))
    return names, g


def strata_of(strata: Array | None, n: int) -> Iterator[Array]:
    """The places of each stratum's rows, in the order of the labels."""
    if strata is None:
        yield np.arange(n)
        return
    order = np.argsort(strata, kind="stable")
    yield from np.split(order, np.unique(strata[order], return_index=True)[1][1:])
