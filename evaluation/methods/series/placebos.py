"""What the same recipe finds where no programme came: the error of a synthetic control, and where its interval ends.

Each donor in turn (or, where several places are treated, so many donors together) is treated as if the programme had come to it,
and made anew of the others.  Were the programme given by chance among all of them and did it change nothing, the treated
place would be as likely as any to stand out the most (Abadie, Diamond and Hainmueller 2010).  Nobody gave it by chance, so
it is a measure of how much the recipe errs and no test of a lot.

An answer is told only where the treated place is fitted well enough before the day, so placebos pass the same gate or are dropped: among
places that pass, each is as likely as any to stand out the most, which does not hold of one that was picked for its fit beside others that
were not.  Effects are ranked over the misfit before the day, since a place that moves more by itself does so after the day too; but
a misfit below the usual one of all places counts as the usual one, so that a lucky fit earns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

from ...diagnostics.series import WORST_FIT, WORST_RATIO
from ..inference import LEVEL
from .synthetic import Maker, Series, Synthetic

if TYPE_CHECKING:
    from ...terms import Array

MOST = 1_000  # sets of donors that are all gone through; of more, so many are drawn
DRAWN = 499
SEED = 1
Z = float(ndtri((1 + LEVEL) / 2))
ROUNDED = 1e-9  # of the largest value: what differs by less is the same
FEWEST = int(1 / (1 - LEVEL) + ROUNDED)  # donors that pass the gate: of fewer the smallest p-value is 5 % or more
LEAST_UNIT = WORST_FIT / 5  # standard deviations of the donors: where there are more donors than periods most fit to rounding


@dataclass(frozen=True, slots=True, eq=False)
class Placebos:
    """What was found in place of the treated, P times, by k donors together each time."""

    donors: Array  # (P, k) int
    effect: Array  # (P,)
    gap: Array  # (P, T)
    misfit: Array  # (P,)
    spread: Array  # (P,)
    afterwards: Array  # (P,)
    exhaustive: bool

    @property
    def count(self) -> int:
        """P."""
        return len(self.effect)

    def fit(self, found: Synthetic) -> float:
        """The misfit of the treated place as the gate has it: in standard deviations of the donors or, of changes, in the usual misfit."""
        return float(_over(np.array([found.misfit]), np.array([self.usual(found) if found.changes else found.spread]))[0])

    def passes(self, found: Synthetic) -> bool:
        """Whether the treated place passes the gate."""
        return self.fit(found) <= gate(found)

    def alike(self, found: Synthetic) -> Array:
        """(P,) which placebos pass the gate that the treated place has to pass."""
        unit = np.full(self.count, self.usual(found)) if found.changes else self.spread
        return np.asarray(_over(self.misfit, unit) <= gate(found))

    def usual(self, found: Synthetic) -> float:
        """The median misfit of all, the treated place among them: the same whichever of them is the treated one."""
        return float(np.median(np.append(self.misfit, found.misfit)))

    def worth(self, found: Synthetic) -> int:
        """How many donors stand in placebos that pass: sets of them overlap, and do not make more."""
        return len(np.unique(self.donors[self.alike(found)]))

    def floor(self, found: Synthetic) -> float:
        """The smallest p-value that so few donors can give."""
        return 1 / (self.worth(found) + 1)

    def unit(self, found: Synthetic, misfit: Array | float) -> Array:
        """What effects are divided by before they are ranked: the misfit, or the usual one where that is larger."""
        least = max(LEAST_UNIT * float(np.median(np.append(self.spread, found.spread))), ROUNDED * float(np.abs(self.gap).max()))
        return np.maximum(misfit, max(self.usual(found), least) or 1.0)

    def widened(self, found: Synthetic) -> float:
        """By how much further limits lie where sets of donors stand for the treated: so few donors do not tell how far sets of them reach to the
        last digit, as a t distribution beside a normal one.  Of single donors the rank itself allows for it."""
        worth = self.worth(found)
        return float(stdtrit(worth - 1, (1 + LEVEL) / 2) / Z) if self.donors.shape[1] > 1 and worth > 1 else 1.0

    def p_value(self, found: Synthetic) -> float:
        """How many stand out as much as the treated place by their mean effect, itself counted; no less than so few donors can give."""
        own = abs(found.effect) / float(self.unit(found, found.misfit)) / self.widened(found)
        others = np.abs(self.effect) / self.unit(found, self.misfit)
        return max(_rank(own, others[self.alike(found)]), self.floor(found))

    def p_of_ratio(self, found: Synthetic) -> float:
        """The same by how much larger the gap is after the day than before it."""
        return _rank(float(_over(np.array([found.afterwards]), np.array([found.misfit]))[0]), _over(self.afterwards, self.misfit)[self.alike(found)])

    def p_of_effect(self, found: Synthetic) -> float:
        """The same by the effect as it is."""
        return _rank(abs(found.effect), np.abs(self.effect)[self.alike(found)])

    def std_error(self, found: Synthetic) -> float:
        """The root mean square of placebos that pass (Arkhangelsky and others 2021), each as large as it would be at the misfit of the treated."""
        alike = self.alike(found)
        scaled = self.effect[alike] / self.unit(found, self.misfit[alike])
        return float((scaled**2).mean() ** 0.5 * self.unit(found, found.misfit)) if alike.any() else float("inf")

    def reach(self, found: Synthetic, sizes: Array | None = None) -> float:
        """How far an interval reaches to either side; infinite where there are too few placebos, or the treated place fails the gate.

        An effect lies inside while, taken off the treated place, it leaves a p-value of 5 % or more.  `sizes` (P,) are absolute
        placebo effects; left out, those of the mean.
        """
        alike = self.alike(found)
        beyond = int(np.ceil((1 - LEVEL) * (alike.sum() + 1) - ROUNDED)) - 1  # the p-value of what lies beyond so many is below 5 %
        if not self.passes(found) or self.worth(found) < FEWEST or beyond < 1:
            return float("inf")
        scaled = (np.abs(self.effect) if sizes is None else sizes) / self.unit(found, self.misfit)
        return float(np.sort(scaled[alike])[-beyond] * self.unit(found, found.misfit)) * self.widened(found)


def gate(found: Synthetic) -> float:
    """How large `Placebos.fit` may be."""
    return WORST_RATIO if found.changes else WORST_FIT


def placebos(series: Series, make: Maker) -> Placebos:
    """What `make` finds for donors in place of the treated; every set of so many donors or, of more than a thousand, 499 of them.

    Drawn with one seed, so the same whatever is asked, and each set once at most.  A set leaves at least two donors.
    """
    J, together = len(series.donors), series.treated
    exhaustive = comb(J, together) <= MOST
    chosen = list(combinations(range(J), together)) if exhaustive else _drawn(J, together)
    found = [make(series.placebo(np.array(some))) for some in chosen]
    return Placebos(
        donors=np.array(chosen),
        effect=np.array([one.effect for one in found]),
        gap=np.stack([one.gap for one in found]),
        misfit=np.array([one.misfit for one in found]),
        spread=np.array([one.spread for one in found]),
        afterwards=np.array([one.afterwards for one in found]),
        exhaustive=exhaustive,
    )


def _drawn(J: int, together: int) -> list[tuple[int, ...]]:
    """So many different sets, in the order in which they are drawn."""
    draw, seen = np.random.default_rng(SEED), dict[tuple[int, ...], None]()
    while len(seen) < DRAWN:
        seen[tuple(sorted(int(one) for one in draw.choice(J, together, replace=False)))] = None
    return list(seen)


def _over(some: Array, unit: Array) -> Array:
    """some / unit; of nothing over nothing 0, and of something over nothing no end."""
    return np.where(some > 0, np.divide(some, unit, out=np.full(len(some), np.inf), where=unit > 0), 0.0)


def _rank(own: float, others: Array) -> float:
    """(1 + how many others are as large) / (1 + how many there are); equal to rounding is as large."""
    return float((1 + (others >= own * (1 - ROUNDED)).sum()) / (1 + len(others)))
