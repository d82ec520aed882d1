"""Slopes of a regression over the columns of a frame, how their errors were made, and when there are too few people for any."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from ...phrases import counted
from ...terms import Problem, Refused
from ..inference import LEVEL
from .columns import FEW, Timed, Told
from .cox_robust import Correction

if TYPE_CHECKING:
    from ...terms import Array

Factor = Literal["none", "CR1"]
How = TypeVar("How", bound=Correction)
MADE: dict[Correction, str] = {
    "none": "a plain sandwich, normal limits; too small where clusters are few",
    "CR1": "CR1, G / (G - 1)",
    "CR3": "CR3, a jackknife in one step",
}


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """The variance of p slopes, on how many degrees of freedom, and in words how it was made."""

    variance: Array  # (p, p)
    df: float  # of t; infinite where limits are normal
    said: str
    robust: bool  # a sandwich, and not the model's own

    @property
    def reach(self) -> float:
        """How many standard errors 95 % limits lie from a slope."""
        return float(stdtrit(self.df, (1 + LEVEL) / 2))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Slopes(Told):
    """Slopes by name, with errors that `errors` tells the making of; `ratio` says what exp(slope) is a ratio of, empty where it is none."""

    names: tuple[str, ...]
    coef: Array  # (p,)
    by: Errors
    ratio: str
    levels: tuple[str, ...]  # names of what the model needs beside its covariates, of which there is no ratio

    @property
    def std_error(self) -> Array:
        """(p,) of the slopes."""
        return np.asarray(np.sqrt(np.diag(self.by.variance)))

    @property
    def errors(self) -> str:
        """How errors and limits were made, and whether clusters are few."""
        return self.by.said

    @property
    def frame(self) -> pd.DataFrame:
        """By name: the ratio with its 95 % limits and the slope behind it or, where there is none, the slope with its own; and p of no effect.

        Levels, such as an intercept, have a slope and no ratio.
        """
        error = self.std_error
        ends = [self.coef + side * self.by.reach * error for side in (-1, 1)]
        p = 2 * stdtr(self.by.df, -np.abs(self.coef / error))
        if not self.ratio:
            return pd.DataFrame({"name": self.names, "coef": self.coef, "low": ends[0], "high": ends[1], "std_error": error, "p": p})
        level = np.isin(np.array(self.names), self.levels)
        ratio, low, high = (np.where(level, np.nan, np.exp(logged)) for logged in (self.coef, *ends))
        return pd.DataFrame({"name": self.names, "ratio": ratio, "low": low, "high": high, "coef": self.coef, "std_error": error, "p": p})

    def shown(self) -> pd.DataFrame:
        """All of it."""
        return self.frame

    @property
    def note(self) -> str:
        """What the ratio is of, and how errors were made."""
        return f"Ratio: of {self.ratio}. {self.errors}" if self.ratio else self.errors


def by_the_model(variance: Array) -> Errors:
    """The inverse information, with normal limits."""
    return Errors(variance, np.inf, "Errors: the model's own, which take rows for different people and the model for right; normal limits.", False)


def sandwiched(read: Timed, variance: Callable[[Array, How], Array], correction: How) -> Errors:
    """A sandwich by whose the rows are, each row somebody else where nothing says so: t on one less than they are many.

    `variance` gives it by labels (n,) int and a correction.  "none" is R's, with normal limits.
    """
    label = read.label
    G = int(label.max()) + 1
    whose = f"rows, {G:,} of them" if read.labels is None else f"'{read.person}', {G:,} clusters"
    said = f"Errors: robust, by {whose} ({MADE[correction]}"
    said += ")." if correction == "none" else f"); t on {G - 1:,}."
    few = f" Fewer than about {FEW} are few: take limits and p for rough." if G < FEW else ""
    return Errors(variance(label, correction), np.inf if correction == "none" else G - 1, said + few, True)


def enough(read: Timed, X: Array, names: Sequence[str]) -> None:
    """Refuses errors by cluster of columns X (n, p) that the clusters cannot tell.

    That is where there are no more of them than slopes and a level, or where a column differs from its usual value in one alone: what
    that cluster has is then fitted without a remainder, and its error comes out as next to nothing.
    """
    label = read.label
    G, p = int(label.max()) + 1, X.shape[1]
    what, where = ("row", "rows") if read.labels is None else ("cluster", f"column '{read.person}'")
    problems = list(_alone(X, names, label, what))
    if p + 1 >= G:
        found = f"{counted(G, what)} for {counted(p, 'slope')} and a level."
        right = "Errors need more than these, and are told well from about 40."
        problems.insert(0, Problem(where, found, right, "Leave covariates out, or name smaller clusters."))
    if problems:
        raise Refused(*problems)


def _alone(X: Array, names: Sequence[str], label: Array, what: str) -> Iterator[Problem]:
    for name, column in zip(names, X.T, strict=True):
        values, many = np.unique(column, return_counts=True)
        if len(values) < 2:
            continue  # the regression itself refuses it
        usual = column == values[many.argmax()]
        sides = [usual, ~usual] if len(values) == 2 else [~usual]
        if min(len(np.unique(label[side])) for side in sides) < 2:
            found = f"it differs from its usual value in one {what} alone."
            yield Problem(f"column '{name}'", found, "How that one differs from others like it cannot be told.", f"Leave '{name}' out.")
