"""How far two people who look alike may differ in their odds of being served before a matched result could be luck.

Rosenbaum (2002, chapter 4) bounds the p-value of a test within matched sets when something that nobody recorded makes one
person of a set at most Gamma times as likely as another, in odds, to be the one who was served.  Tests are one-sided, in the
direction that `values` point: large where the served have more.  Sets are of different people, one of whom is singled out:
the only one served or, by turning the outcome round, the only one compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from ..terms import Diagnostic

if TYPE_CHECKING:
    from ..terms import Array

SIZE = 0.05  # one-sided, as Rosenbaum tests; a two-sided interval of 95 % asks for half of it on a side
SOURCE = "Rosenbaum 2002, chapter 4: bounds on the signed rank, McNemar's and Huber's M tests, one-sided 5 %"
SHOWN = (1.0, 1.25, 1.5, 2.0)  # values of Gamma whose p-values stand in the detail
FARTHEST = 1e6  # no search for Gamma goes beyond
BY_RANKS = "signed ranks"
TRIM = 2.5  # of Huber's psi, in medians of the absolute differences within sets: as senmv has it
HALVED = 1e-12  # of the distance between the smallest and the largest difference: near enough to a shift
FEWEST_SETS = 10  # with fewer, a normal bound on their sum is a guess
MOST_EXACT = 20_000  # sets whose events differ, times kinds of them: with so many the normal distribution is near enough
MOST_DIFFERENCES = 20_000_000  # within sets: only sets of many thousands have more, and nothing is told of them

Bounds = Callable[[float], tuple[float, float]]  # the lowest and highest one-sided p-value of a test, by Gamma
Blocks = Sequence["Array"]  # one (S, m) array for each size m of sets, the person singled out first


def blocks(y: Array, served: Array, sets: Array) -> list[Array]:
    """The outcomes of each set, those of one size together, whoever is singled out first; sets without such a person are left out.

    `y` (n,) float, `served` (n,) bool, `sets` (n,) int, -1 for whoever is in none.  Where the only one compared is singled out,
    outcomes come as their negatives, so that large values still point the same way.
    """
    there = sets >= 0
    label = np.unique(sets[there], return_inverse=True)[1]
    y, arm = y[there], served[there]
    size, n_1 = np.bincount(label), np.bincount(label, weights=arm).astype(int)
    turned = (n_1 > 1) & (size - n_1 == 1)
    single = np.where(turned[label], ~arm, arm)
    order = np.lexsort((~single, label))
    fits = ((n_1 == 1) | turned) & (size - n_1 > 0)
    value = np.where(turned[label], -y, y)[order]
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    return [value[first[fits & (size == m)][:, None] + np.arange(m)] for m in np.unique(size[fits])]


def signed_ranks(differences: Array) -> Bounds:
    """Bounds on Wilcoxon's signed rank test over pairs; normal approximation.

    `differences` (S,) are those of the served less those of the compared.  Ranks of ties are averaged, and differences of zero
    say nothing and are dropped.
    """
    from scipy.stats import rankdata  # slow to open

    d = differences[differences != 0]
    if not len(d):
        return lambda gamma: (1.0, 1.0)
    rank = rankdata(np.abs(d))
    total, squares, seen = float(rank.sum()), float((rank**2).sum()), float(rank[d > 0].sum())

    def p(share: float) -> float:
        return float(ndtr((share * total - seen) / (share * (1 - share) * squares) ** 0.5))

    return lambda gamma: (p(1 / (1 + gamma)), p(gamma / (1 + gamma)))


def hodges_lehmann(differences: Array, gamma: float) -> tuple[float, float]:
    """The lowest and highest Hodges-Lehmann estimate of an additive effect over pairs (Rosenbaum 1993).

    They are quantiles of the means of any two differences, found by halving; no such mean is written down.
    """
    d = np.sort(differences)
    n = len(d)
    means = n * (n + 1) / 2

    def above(tau: float, side: str) -> float:
        return float((n - np.searchsorted(d, 2 * tau - d, side)).sum() + (n - np.searchsorted(d, tau, side))) / 2  # type: ignore[call-overload]  # its stub wants a literal

    def bound(share: float) -> float:
        goal = share * means
        highest = _halved(lambda tau: above(tau, "left") > goal, d[0], d[-1])
        lowest = _halved(lambda tau: above(tau, "right") >= goal, d[0], d[-1])
        return (highest + lowest) / 2

    return float(bound(gamma / (1 + gamma))), float(bound(1 / (1 + gamma)))


def _halved(true_below: Callable[[float], bool], low: float, high: float) -> float:
    """Where a condition that holds up to some point stops holding, to a part of HALVED of the distance."""
    enough = HALVED * (high - low)
    while high - low > enough:
        middle = (low + high) / 2
        low, high = (middle, high) if true_below(middle) else (low, middle)
    return (low + high) / 2


def mcnemar(events: Blocks) -> Bounds:
    """Bounds on the test of how many of those singled out had the event: McNemar's where sets are pairs.

    `events` are (S, m) of 0 and 1 (or of 0 and -1, where the only one compared is singled out).  With m people and a events in a
    set, the chance that the person singled out has one lies between a / (a + Gamma (m - a)) and Gamma a / (Gamma a + m - a).
    The number is a sum of binomials, one for each kind of set: told exactly up to MOST_EXACT, which is sets times kinds, and
    beyond by the normal distribution, half a person off.
    """
    counted: dict[tuple[int, int], int] = {}
    seen = 0.0
    for block in events:
        had = block + (block.min(axis=1, keepdims=True) < 0)  # the negatives of 0 and 1 as what is not 0 and 1: the same way round
        sums, m = had.sum(axis=1).astype(int), block.shape[1]
        seen += float(had[(sums > 0) & (sums < m), 0].sum())
        counted |= {(a, m): number for a, number in enumerate(np.bincount(sums).tolist()) if 0 < a < m and number}
    (a, m), n = (np.array(list(counted), dtype=float).reshape(-1, 2).T, np.array(list(counted.values()), dtype=int))
    p = _exactly if len(n) * n.sum() <= MOST_EXACT else _normally
    return lambda gamma: (p(n, a / (a + gamma * (m - a)), seen), p(n, gamma * a / (gamma * a + m - a), seen))


def _exactly(n: Array, chance: Array, seen: float) -> float:
    """The chance of `seen` or more, of a sum of binomials."""
    from scipy.signal import fftconvolve  # both are slow to open, and only exact bounds on events need them
    from scipy.stats import binom

    spread = np.ones(1)
    for sets, each in zip(n.tolist(), chance.tolist(), strict=True):
        spread = fftconvolve(spread, binom.pmf(np.arange(sets + 1), sets, each))
    return float(np.clip(spread[round(seen) :].sum(), 0.0, 1.0))


def _normally(n: Array, chance: Array, seen: float) -> float:
    expected, variance = float((n * chance).sum()), float((n * chance * (1 - chance)).sum())
    return float(ndtr((expected - seen + 0.5) / variance**0.5))


def huber_m(values: Blocks) -> Bounds:
    """Bounds on Huber's M test within sets of any size; normal approximation.

    As R's sensitivitymv::senmv with its usual words: psi grows up to TRIM medians of the absolute differences within sets, and a
    set weighs by its size (Rosenbaum 2007; the separable bound of Gastwirth, Krieger and Rosenbaum 2000).
    """
    scores = m_scores(values)
    return lambda gamma: _of_scores(scores, gamma)


def m_scores(values: Blocks) -> list[Array]:
    """Each person's mean of psi of the differences from the others of the set; (S, m) for each size m."""
    apart = [block[:, :, None] - block[:, None, :] for block in values]
    unlike = [np.abs(one[:, ~np.eye(one.shape[1], dtype=bool)]).ravel() for one in apart]
    middle = float(np.median(np.concatenate(unlike))) if unlike else 0.0
    scale = TRIM * middle if middle > 0 else 0.0
    psi = [np.clip(one / scale, -1, 1) if scale else np.sign(one) for one in apart]
    return [one.sum(axis=2) / one.shape[1] for one in psi]


def _of_scores(scores: Blocks, gamma: float) -> tuple[float, float]:
    """Bounds on the p-value of the sum of the scores of those singled out."""
    lowest, highest = (_upper(part, gamma) for part in ([-one for one in scores], scores))
    return 1 - lowest, highest


def _upper(scores: Blocks, gamma: float) -> float:
    """The highest p-value: in each set the hidden thing goes with the scores above a cut, the cut of the largest expectation."""
    seen = expected = variance = 0.0
    for block in scores:
        m = block.shape[1]
        below = np.arange(1, m)  # how many scores lie under each cut
        q = np.sort(block, axis=1)
        mean, square = (_above_weigh(power, gamma, below) for power in (q, q**2))
        spread = square - mean**2
        largest = mean.max(axis=1, keepdims=True)
        seen += float(block[:, 0].sum())
        expected += float(largest.sum())
        variance += float(np.where(mean >= largest - 1e-12, spread, 0.0).max(axis=1).sum())
    return float(ndtr((expected - seen) / variance**0.5)) if variance > 0 else 1.0


def _above_weigh(q: Array, gamma: float, below: Array) -> Array:
    """(S, cuts) the mean of a set's values (S, m) where those above a cut are gamma times as likely."""
    under = np.cumsum(q, axis=1)[:, :-1]
    return np.asarray((under + gamma * (q.sum(axis=1, keepdims=True) - under)) / (below + gamma * (q.shape[1] - below)))


# ------------------------------------------------------------------------------------------------ the diagnostic
def boundable(served: Array, sets: Array) -> bool:
    """Whether FEWEST_SETS sets have one person to single out, and no set so many that their differences would fill the memory."""
    there = sets >= 0
    label = np.unique(sets[there], return_inverse=True)[1]
    n_1, n_0 = np.bincount(label, weights=served[there]), np.bincount(label, weights=~served[there])
    fits = (np.minimum(n_1, n_0) == 1) if len(n_1) else np.zeros(0, dtype=bool)
    return int(fits.sum()) >= FEWEST_SETS and float(((n_1 + n_0)[fits] ** 2).sum()) <= MOST_DIFFERENCES


def hidden_bias(y: Array, served: Array, sets: Array, *, more: bool, counted: bool, adjusted: bool = False, called: str = "served") -> Diagnostic:
    """The Gamma at which a result could be luck, over sets that are `boundable`.  Shown, not judged.

    `y` (n,) float is the outcome, `served` (n,) bool, `sets` (n,) int, each person in one set or -1; `more` says whether the served
    have more of the outcome, and `counted` whether it is 0 or 1.  Events are tested by McNemar's test and its like, amounts by
    signed ranks over pairs, and by Huber's M over sets of other sizes; which, the names in `detail` say.  The tests are of outcomes
    as they are: where the effect is `adjusted` by a regression, the sentence says so.  `called` is what the first arm is called.
    """
    values = blocks(y if more else 1 - y if counted else -y, served, sets)
    bounds, test = _bounds(values, counted=counted)
    gamma = _gamma(lambda size: bounds(size)[1])
    detail = {f"highest p at {size:g}, by {test}": bounds(size)[1] for size in SHOWN}
    if test == BY_RANKS:
        low, high = hodges_lehmann(values[0][:, 0] - values[0][:, 1], SHOWN[1])
        detail |= {f"lowest shift at {SHOWN[1]:g}": low if more else -high, f"highest shift at {SHOWN[1]:g}": high if more else -low}
    return Diagnostic(
        name="hidden_bias",
        sentence=_sentence(gamma, bounds(1.0)[1], called, adjusted=adjusted),
        value=gamma,
        limit=None,
        holds=True,
        source=SOURCE,
        required=False,
        detail=detail,
        behind={"sets": _tally(values)},
    )


def _bounds(values: Blocks, *, counted: bool) -> tuple[Bounds, str]:
    """The bounds as a function of Gamma, and what the test goes by."""
    if counted:
        return mcnemar(values), "events"
    if len(values) == 1 and values[0].shape[1] == 2:
        return signed_ranks(values[0][:, 0] - values[0][:, 1]), BY_RANKS
    return huber_m(values), "Huber's M"


def _gamma(highest: Callable[[float], float]) -> float:
    """The smallest Gamma at which the highest p-value passes SIZE; 1 where it does without anything hidden."""
    if highest(1.0) > SIZE:
        return 1.0
    high = 2.0
    while highest(high) <= SIZE and high < FARTHEST:
        high *= 2
    low = max(high / 2, 1.0)
    while high - low > 1e-6 * low:
        middle = (low + high) / 2
        low, high = (low, middle) if highest(middle) > SIZE else (middle, high)
    return low


def _tally(values: Blocks) -> tuple[int, int, int, int]:
    """Sets in which the person singled out has more than the mean of the others; not more; and all have the same: none, or some."""
    first = np.concatenate([block[:, 0] for block in values])
    more = first > np.concatenate([block[:, 1:].mean(axis=1) for block in values])
    same = np.concatenate([np.ptp(block, axis=1) == 0 for block in values])
    groups = (more & ~same, ~more & ~same, same & (first == 0), same & (first != 0))
    favour, against, none, some = (int(np.count_nonzero(group)) for group in groups)
    return favour, against, none, some


def _sentence(gamma: float, p: float, called: str, *, adjusted: bool) -> str:
    """What the bounds say, without a number of sets: taken off those that were matched, it would tell how many were lost."""
    result = "the difference of the outcomes as they are, not adjusted by the regression," if adjusted else "the result"
    if p > SIZE:
        return f"{result[0].upper()}{result[1:]} could be luck even if nothing was hidden, so that nothing unrecorded is needed to explain it."
    return (
        f"If something that nobody recorded made one of two people who look alike more than {_times(gamma)} times as likely (in odds) to be "
        f"{called} as the other, and went with the outcome, {result} could be luck; anything weaker could not explain it."
    )


def _times(gamma: float) -> str:
    return f"{gamma:.2f}" if gamma < 100 else f"{gamma:,.0f}"
