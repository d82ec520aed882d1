"""How often, of two people at risk together, the one for whom more was foretold is the first to have the event: Harrell's C."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from ..compiled import kernel
from .by_cluster import std_errors
from .cox_kernels import linear

if TYPE_CHECKING:
    from ...terms import Array
    from .cox import Cox
    from .times import Times

ADD, REMOVE, ASK, LESS = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Concordance:
    """C, from 0 to 1: 0.5 is a toss of a coin."""

    c: float
    std_error: float
    pairs: float  # comparable, by weight


def of_regression(cox: Cox, cluster: Array | None = None) -> Concordance:
    """C of a regression's own rows, by its relative hazards: R's concordance(coxph)."""
    offset = np.zeros(len(cox.times)) if cox.offset is None else np.asarray(cox.offset, dtype=float)
    relative = linear(np.ascontiguousarray(cox.X, dtype=float), cox.coef, offset)
    return concordance(relative, cox.times, strata=cox.strata, cluster=cluster, cause=cox.cause)


def concordance(foretold: Array, times: Times, *, strata: Array | None = None, cluster: Array | None = None, cause: int = 1) -> Concordance:
    """Harrell's C (Harrell, Lee & Mark 1996) of what was foretold (n,): the higher, the sooner the event.

    Comparable are an event and whoever was at risk at its time and did not have one then, in one stratum; a pair with the same
    foretold counts half.  The error is the infinitesimal jackknife (R's concordance), summed by `cluster` (n,).  Depends on who was
    censored when, so that C of two studies may differ though foretelling does not.  Refuses where no pair is comparable, and a single cluster.
    """
    stop, had = np.asarray(times.stop, dtype=float), np.asarray(times.cause) == cause
    label: Array = np.zeros(len(stop), dtype=np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    order = np.lexsort((foretold, label))
    new = (np.diff(foretold[order], prepend=np.nan) != 0) | (np.diff(label[order], prepend=-1) != 0)
    rank = np.empty(len(stop), dtype=np.int64)
    rank[order] = np.cumsum(new) - 1
    low = np.concatenate([[0], np.flatnonzero(np.diff(label[order])) + 1])
    start, end = rank[order][low], np.append(rank[order][low[1:]], rank.max() + 1)
    entry = None if times.entry is None else np.asarray(times.entry, dtype=float)
    agree, compared = np.zeros(len(stop)), np.zeros(len(stop))
    for steps, kinds, below in (_as_event(stop, had, entry), _as_other(stop, had, entry)):
        _walk(steps, kinds, rank, start[label], end[label], times.w.astype(float), below, agree, compared)
    pairs = float((times.w * compared).sum()) / 2
    if not pairs > 0:
        raise Refused(Problem("concordance", "no two rows can be compared.", "An event is compared with others at risk at its time."))
    c = float((times.w * agree).sum()) / 2 / pairs
    moved: Array = times.w * (agree - c * compared) / pairs
    return Concordance(c, float(std_errors(moved[:, None], cluster, where="concordance")[0]), pairs)


def _as_event(stop: Array, had: Array, entry: Array | None) -> tuple[Array, Array, bool]:
    """Backwards in time: whoever is at risk is in the tree when an event asks for those of whom less was foretold."""
    rows = np.arange(len(stop))
    parts = [(rows[~had], -stop[~had], 0, ADD), (rows[had], -stop[had], 2, ASK), (rows[had], -stop[had], 3, ADD)]
    if entry is not None:
        parts.append((rows, -entry, 1, REMOVE))
    return (*_in_order(parts), True)


def _as_other(stop: Array, had: Array, entry: Array | None) -> tuple[Array, Array, bool]:
    """Forwards: events so far are in the tree when somebody's time ends, less those before it began."""
    rows = np.arange(len(stop))
    parts = [(rows[had], stop[had], 0, ASK), (rows[had], stop[had], 1, ADD), (rows[~had], stop[~had], 2, ASK)]
    if entry is not None:
        parts.append((rows, entry, 3, LESS))
    return (*_in_order(parts), False)


def _in_order(parts: list[tuple[Array, Array, int, int]]) -> tuple[Array, Array]:
    steps = np.concatenate([rows for rows, *_ in parts])
    when = np.concatenate([time for _, time, *_ in parts])
    turn, kind = (np.concatenate([np.full(len(part[0]), part[which]) for part in parts]) for which in (2, 3))
    order = np.lexsort((turn, when))
    return steps[order], kind[order]


@kernel
def _walk(steps: Array, kinds: Array, rank: Array, start: Array, end: Array, w: Array, below: bool, agree: Array, compared: Array) -> None:
    """Adds to each row what it agrees and is compared with, in place; a binary indexed tree holds weights by rank (Fenwick 1994)."""
    size = 0
    for i in range(len(end)):
        size = max(size, end[i])
    tree = np.zeros(size + 1)
    found = np.zeros(4)
    for s in range(len(steps)):
        i = steps[s]
        if kinds[s] == ADD or kinds[s] == REMOVE:
            place = rank[i] + 1
            while place <= size:
                tree[place] += w[i] if kinds[s] == ADD else -w[i]
                place += place & -place
            continue
        for c in range(4):  # the sums of all before the stratum, before the rank, up to it, and up to the stratum's end
            place = start[i] if c == 0 else rank[i] if c == 1 else rank[i] + 1 if c == 2 else end[i]
            found[c] = 0.0
            while place > 0:
                found[c] += tree[place]
                place -= place & -place
        sign = 1.0 if kinds[s] == ASK else -1.0
        less = found[1] - found[0] if below else found[3] - found[2]
        agree[i] += sign * (less + (found[2] - found[1]) / 2)
        compared[i] += sign * (found[3] - found[0])
