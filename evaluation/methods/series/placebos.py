"""What the same recipe finds where no programme came: the error of a synthetic control, and where its interval ends.

Each donor in turn (or, where several places are treated, so many donors together) is treated as if the programme had come to it,
and made anew of the others.  Were the programme given by chance among all of them and did it change nothing, the treated
place would be as likely as any to stand out the most (Abadie, Diamond and Hainmueller 2010).  Nobody gave it by chance, so
it is a measure of how much the recipe errs and no test of a lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from ..inference import LEVEL
from .synthetic import Maker, Series, Synthetic

if TYPE_CHECKING:
    from ...terms import Array

MOST = 1_000  # sets of donors that are all gone through; of more, so many are drawn
DRAWN = 499
SEED = 1
Z = float(ndtri((1 + LEVEL) / 2))
ROUNDED = 1e-9  # of the largest value: what differs by less is the same


@dataclass(frozen=True, slots=True, eq=False)
class Placebos:
    """What was found in place of the treated, P times, and what stands for one unit of error each time."""

    effect: Array  # (P,)
    gap: Array  # (P, T)
    misfit: Array  # (P,)
    afterwards: Array  # (P,)
    exhaustive: bool
    scaled: bool  # the effect is told in misfits before the day, so that donors who are like nobody do not widen it

    @property
    def count(self) -> int:
        """P."""
        return len(self.effect)

    @property
    def floor(self) -> float:
        """The smallest p-value that so few placebos can give."""
        return 1 / (self.count + 1)

    def unit(self, misfit: Array | float) -> Array:
        """What effects are divided by before they are ranked; a fit to rounding counts as one to a billionth."""
        least = ROUNDED * float(np.abs(self.gap).max() or 1.0)
        return np.maximum(misfit, least) if self.scaled else np.ones_like(np.asarray(misfit, dtype=float))

    def p_value(self, found: Synthetic) -> float:
        """How many stand out as much as the treated place by their mean effect, itself counted."""
        return _rank(abs(found.effect) / float(self.unit(found.misfit)), np.abs(self.effect) / self.unit(self.misfit))

    def p_of_ratio(self, found: Synthetic) -> float:
        """The same by how much larger the gap is after the day than before it."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.nan_to_num(self.afterwards / self.misfit, nan=0.0, posinf=np.inf)
        return _rank(found.afterwards / found.misfit if found.misfit > 0 else np.inf, ratio)

    def p_of_effect(self, found: Synthetic) -> float:
        """The same by the effect as it is."""
        return _rank(abs(found.effect), np.abs(self.effect))

    def std_error(self, found: Synthetic) -> float:
        """The root mean square of the placebos (Arkhangelsky and others 2021); of effects told in misfits, of which a few have no end, that
        of which the interval would reach as far on a normal distribution."""
        return self.reach(found) / Z if self.scaled else float((self.effect**2).mean() ** 0.5)

    def reach(self, found: Synthetic, sizes: Array | None = None) -> float:
        """How far an interval reaches to either side; infinite where there are too few placebos.

        An effect lies inside while, taken off the treated place, it leaves nothing that stands out at 5 %.  `sizes` (P,) are absolute
        placebo effects; left out, those of the mean.
        """
        beyond = int((1 - LEVEL) * (self.count + 1) + 1e-9)
        if not beyond:
            return float("inf")
        scaled = (np.abs(self.effect) if sizes is None else sizes) / self.unit(self.misfit)
        return float(np.sort(scaled)[-beyond] * self.unit(found.misfit))


def placebos(series: Series, make: Maker, *, scaled: bool) -> Placebos:
    """What `make` finds for donors in place of the treated; every set of so many donors or, of more than a thousand, 499 of them.

    Drawn with one seed, so the same whatever is asked, and each set once at most.  A set leaves at least two donors.
    """
    J, together = len(series.donors), series.treated
    exhaustive = comb(J, together) <= MOST
    chosen = list(combinations(range(J), together)) if exhaustive else _drawn(J, together)
    found = [make(series.placebo(np.array(some))) for some in chosen]
    return Placebos(
        effect=np.array([one.effect for one in found]),
        gap=np.stack([one.gap for one in found]),
        misfit=np.array([one.misfit for one in found]),
        afterwards=np.array([one.afterwards for one in found]),
        exhaustive=exhaustive,
        scaled=scaled,
    )


def _drawn(J: int, together: int) -> list[tuple[int, ...]]:
    """So many different sets, in the order in which they are drawn."""
    draw, seen = np.random.default_rng(SEED), dict[tuple[int, ...], None]()
    while len(seen) < DRAWN:
        seen[tuple(sorted(int(one) for one in draw.choice(J, together, replace=False)))] = None
    return list(seen)


def _rank(own: float, others: Array) -> float:
    """(1 + how many others are as large) / (1 + how many there are); equal to rounding is as large."""
    return float((1 + (others >= own * (1 - ROUNDED)).sum()) / (1 + len(others)))
