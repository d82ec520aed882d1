"""How much of who was served, and of what became of people, something that nobody recorded would have to explain to undo a result.

By weighted least squares of the outcome on being served and the history (Cinelli and Hazlett 2020); of an event, on its share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from ..terms import Diagnostic
from .differences import AT_ONCE
from .sums import independent
from .wording import matching

if TYPE_CHECKING:
    from ..terms import Array

SOURCE = "Cinelli and Hazlett 2020: robustness value, and beside it the strongest column on record, as strong with being served as before matching"
SIZE = 0.05  # two-sided


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The coefficient of being served, beside the history, by weighted least squares with equal variances."""

    effect: float
    std_error: float
    df: float

    @property
    def partial_r2(self) -> float:
        """The share of what the history leaves of the outcome that being served explains."""
        t2 = (self.effect / self.std_error) ** 2
        return t2 / (t2 + self.df)

    def robustness(self, *, size: float | None = None) -> float:
        """The share of what is left both of being served and of the outcome that a hidden thing must explain to bring the effect to 0.

        With `size`, to where a two-sided test of that size does not find it.
        """
        f = abs(self.effect / self.std_error) / sqrt(self.df)
        reach = 0.0 if size is None else float(stdtrit(self.df - 1, 1 - size / 2)) / sqrt(self.df - 1)
        left = f - reach
        if left <= 0:
            return 0.0
        if reach and f > 1 / reach:  # such a thing need explain little of who was served, and all of the outcome
            return (f**2 - reach**2) / (1 + f**2)
        return (sqrt(left**4 + 4 * left**2) - left**2) / 2

    def less(self, other: Adjusted) -> float:
        """The share of the effect that is gone where `other` is found instead: more than 1 where it has turned round."""
        return (self.effect - other.effect) / self.effect if self.effect else inf

    def beside(self, r2_served: float, r2_outcome: float) -> Adjusted:
        """What would be found beside a hidden thing that explains such shares of what is left, and goes with the effect's direction."""
        bias = self.std_error * sqrt(self.df) * sqrt(r2_outcome * r2_served / (1 - r2_served))
        error = self.std_error * sqrt((1 - r2_outcome) / (1 - r2_served)) * sqrt(self.df / (self.df - 1))
        return Adjusted(float(np.sign(self.effect)) * (abs(self.effect) - bias), error, self.df - 1)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What a hidden thing as strong as a column of the history, so many times over, would explain and change."""

    r2_served: float  # of what the history leaves of being served
    r2_outcome: float  # of what the history and being served leave of the outcome
    adjusted: Adjusted


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Weighted cross-products of standardised columns, of being served, and of the outcome, in that order."""

    names: tuple[str, ...]  # of the columns that vary and that none before them make up
    products: Array  # (p + 2, p + 2), those of a correlation matrix
    scale: float  # of the effect: the outcome's standard deviation over that of being served
    rows: int

    @classmethod
    def of(cls, y: Array, served: Array, columns: Mapping[str, Array], weights: Array) -> Moments:
        """Of the outcome (n,), `served` (n,) bool, the columns (n,), and the weights (n,) > 0 of a comparison."""
        every = [*columns.values(), served.astype(float), y]
        mean = [np.average(column, weights=weights) for column in every]
        spread = [sqrt(float(np.average((column - middle) ** 2, weights=weights))) for column, middle in zip(every, mean, strict=True)]
        C = _products(every, mean, spread, weights / weights.sum())
        kept = independent(C[: len(columns), : len(columns)])
        places = [*kept, len(columns), len(columns) + 1]
        return cls(tuple(list(columns)[j] for j in kept), C[np.ix_(places, places)], spread[-1] / spread[-2] if spread[-2] > 0 else 0.0, len(y))

    @property
    def tellable(self) -> bool:
        """Whether a regression has something to tell: more rows than columns, which leave a rest of being served and of the outcome."""
        return self.rows > len(self.names) + 4 and len(independent(self.products)) == len(self.products)

    def _regressed(self) -> tuple[Array, float]:
        """The standardised coefficients, and the share of the outcome that is left."""
        b = np.linalg.solve(self.products[:-1, :-1], self.products[:-1, -1])
        return b, 1 - float((b * self.products[:-1, -1]).sum())

    @property
    def adjusted(self) -> Adjusted:
        """The coefficient of being served, with its error."""
        df = self.rows - len(self.names) - 2
        b, rest = self._regressed()
        own = float(np.linalg.inv(self.products[:-1, :-1])[-1, -1])
        return Adjusted(float(b[-1]) * self.scale, sqrt(rest / df * own) * self.scale, float(df))

    def benchmarks(self, times: float = 1.0, with_served: Mapping[str, float] | None = None) -> dict[str, Benchmark]:
        """For each column, what a hidden thing `times` as strong would do; not for columns so strong that none can be (section 4.4).

        Strong with being served as the column is among these rows, as R's sensemakr has it, or as `with_served` says by name; a
        column that it does not name is left out.
        """
        own = dict(zip(self.names, _partial(self.products[:-1, :-1]), strict=True)) if with_served is None else with_served
        with_outcome, effect, found = _partial(self.products), self.adjusted, {}
        for j, name in enumerate(self.names):
            strong = _as_strong(float(own[name]), float(with_outcome[j]), times) if name in own else None
            if strong is not None:
                found[name] = Benchmark(*strong, effect.beside(*strong))
        return found


def strengths(served: Array, columns: Mapping[str, Array]) -> dict[str, float]:
    """By column, its partial R2 with being served, `served` (n,) bool, beside all the others (n,): over everybody, each counted once.

    A column that others before it make up, or that never varies, has none; nor has any where the columns make up being served.
    """
    every = [*columns.values(), served.astype(float)]
    C = _products(every, [column.mean() for column in every], [column.std() for column in every], np.full(len(served), 1 / len(served)))
    kept = independent(C)
    if not kept or kept[-1] != len(columns):
        return {}
    names = list(columns)
    return dict(zip((names[j] for j in kept[:-1]), map(float, _partial(C[np.ix_(kept, kept)])), strict=True))


def _products(columns: Sequence[Array], mean: Sequence[float], spread: Sequence[float], weights: Array) -> Array:
    """(p, p) the weighted cross-products of columns less their means, in their deviations; 0 for a column that never varies.

    In pieces that stay in the processor's cache, and not as a product of matrices: that is slower for few columns of many rows, and
    its order of sums depends on the number of threads.
    """
    total = np.zeros((len(columns), len(columns)))
    for begin in range(0, len(weights), AT_ONCE):
        some = slice(begin, begin + AT_ONCE)
        parts = zip(columns, mean, spread, strict=True)
        Z = np.stack([(column[some] - middle) / by if by > 0 else np.zeros(len(weights[some])) for column, middle, by in parts])
        total += np.einsum("in,jn->ij", Z * weights[some], Z)
    return total


def _partial(products: Array) -> Array:
    """The partial R2 of each column with the last, beside all others."""
    inverse = np.linalg.inv(products)
    return np.asarray(inverse[:-1, -1] ** 2 / (inverse.diagonal()[:-1] * inverse[-1, -1]))


def _as_strong(served: float, outcome: float, times: float) -> tuple[float, float] | None:
    """The shares that a thing `times` as strong as a column with these partial R2 would explain; None where they pass all there is."""
    if times * served >= 1 - served or outcome >= 1:
        return None
    together = times * served**2 / ((1 - times * served) * (1 - served))
    if together >= 1:
        return None
    of_outcome = ((sqrt(times) + sqrt(together)) / sqrt(1 - together)) ** 2 * outcome / (1 - outcome)
    return times * served / (1 - served), min(of_outcome, 1.0)


# ------------------------------------------------------------------------------------------------ the diagnostic
def omitted_variable(
    moments: Moments, worth: float = inf, *, before: Mapping[str, float], weighed: bool = False, called: str = "served"
) -> Diagnostic:
    """The robustness value of the effect, and the column on record whose like would move it most.  Shown, not judged.

    Of moments that are `tellable`, over those compared; `worth` is how many people of equal weight the rows are worth, where they
    are fewer than the rows: what luck is judged by.

    How strong a column is with the outcome is measured among those compared.  How strong it is with being served is not: matching
    or weighting has made it nothing there, which says nothing of a thing that nobody could match on.  It is `before`: the
    column's `strengths` over everybody who could be compared.  A hidden thing beside the column is taken to be as strong as that
    still, and Cinelli and Hazlett's formulas for a benchmark do the rest.  `called` is what the first arm is called.
    """
    found, known = moments.adjusted, moments.benchmarks(with_served=before)
    df = min(found.df, max(worth - len(moments.names) - 2, 2.0))
    by_luck = Adjusted(found.effect, found.std_error * sqrt(found.df / df), df)  # as strong, among fewer people
    value, at_size = found.robustness(), by_luck.robustness(size=SIZE)
    taken = {name: found.less(one.adjusted) for name, one in known.items()}
    strongest = max(taken, key=lambda name: taken[name], default="")
    sentence = _needed(value, at_size, called)
    if strongest:
        sentence += f"; {_beside(strongest, known[strongest], taken[strongest], matching(weighed=weighed))}"
    return Diagnostic(
        name="omitted_variable",
        sentence=f"{sentence}.",
        value=value,
        limit=None,
        holds=True,
        source=SOURCE,
        required=False,
        detail={"at 5 %": at_size, "partial R2": found.partial_r2, "adjusted": found.effect}
        | {f"beside one like {name}": one.adjusted.effect for name, one in known.items()},
    )


def _needed(value: float, at_size: float, called: str) -> str:
    reach = f"{100 * at_size:.1f} % for the range to reach no difference" if at_size > 0 else "the range reaches no difference without it"
    return (
        f"To bring the result, adjusted by regression, to nothing, something that nobody recorded would have to explain {100 * value:.1f} % of what "
        f"the history leaves unexplained both of who was {called} and of the outcome ({reach})"
    )


def _beside(name: str, one: Benchmark, taken: float, what: str) -> str:
    part = "undo all of it" if taken >= 1 else f"take away {100 * taken:.1f} % of it"
    return (
        f"something as strong as '{name}' was before {what}, the column on record whose like would move the result most, would explain "
        f"{100 * one.r2_served:.1f} % and {100 * one.r2_outcome:.1f} %, and {part}"
    )
