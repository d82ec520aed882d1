"""Reads effects off a researcher's frame, one row a person: plain differences of means, or weighted ones, with what each row adds to the error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...diagnostics.arms import LEAST_FREEDOM, clusters_by_arm
from ...diagnostics.sums import sums_by
from ...phrases import counted
from ...terms import Arm, Interval, Problem, Refused
from ..inference import Contrast, Lot, cr2, neyman
from .pairs import Effect

if TYPE_CHECKING:
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Who is compared: (n,) arrays."""

    served: Array  # bool
    together: Array  # int
    weights: Array | None  # float; None: all alike


def people_of(
    frame: pd.DataFrame, served: str, cluster: str | None, weights: str | None, numbers: Sequence[str] = (), also: Iterable[Problem] = ()
) -> People:  # fmt: skip
    """The arms of a frame.  Refuses everything that is wrong with them, with the columns of `numbers` and `also` at once.

    Codes other than 0 and 1; an arm of fewer than two rows, or of fewer than two clusters; clusters worth so few degrees of freedom that
    no t interval holds; weights that are no finite numbers above 0.
    """
    problems = [*also, *endless(frame, numbers)]
    values = frame[served]
    two_arms = bool(values.isin([0, 1]).all())
    if not two_arms:
        problems.append(Problem(f"column '{served}'", f"{counted(int((~values.isin([0, 1])).sum()), 'row')} hold neither 0 nor 1."))
    elif min(int((values == 1).sum()), int((values == 0).sum())) < 2:
        problems.append(Problem(f"column '{served}'", "an arm has fewer than two rows.", "What is not seen to vary has no error."))
    if weights is not None and (bad := int((~_above_none(frame[weights])).sum())):
        problems.append(Problem(f"column '{weights}'", f"{counted(bad, 'row')} hold no weight above 0."))
    together = np.arange(len(frame)) if cluster is None else pd.factorize(frame[cluster], sort=True)[0]
    if cluster is not None and two_arms and (few := _few_clusters(values.to_numpy() == 1, together)):
        problems.append(Problem(f"column '{cluster}'", *few))
    if problems:
        raise Refused(*problems)
    return People(values.to_numpy() == 1, together, None if weights is None else frame[weights].to_numpy(dtype=float))


def endless(frame: pd.DataFrame, columns: Iterable[str]) -> list[Problem]:
    """Columns of numbers of which some have no end: how many rows."""
    bad = {name: int((~np.isfinite(frame[name].to_numpy(dtype=float))).sum()) for name in dict.fromkeys(columns)}
    return [
        Problem(f"column '{name}'", f"{counted(many, 'row')} with a number without end.", "Sums need finite numbers.")
        for name, many in bad.items()
        if many
    ]


def _above_none(weights: pd.Series) -> Array:
    """(n,) bool: a finite weight above 0."""
    numbers = pd.to_numeric(weights, errors="coerce").to_numpy(dtype=float)
    return np.isfinite(numbers) & (numbers > 0)


def _few_clusters(served: Array, together: Array) -> tuple[str, str] | None:
    """Why clusters are too few for an error or for an interval: by their number, and by what they are worth (Bell and McCaffrey)."""
    if not 0 < served.sum() < len(served):
        return None
    some, others = clusters_by_arm(served, together)
    found = f"{counted(some, 'cluster')} of the served and {others} of the compared"
    if min(some, others) < 2:
        return f"{found}: with one in an arm no spread can be measured.", "Name smaller clusters, or report the two arms side by side."
    # what clusters are worth hangs on who is in which, and on no outcome
    worth = cr2(Lot(served.astype(float), served, np.zeros(len(served), dtype=int), np.ones(1), together)).df
    if not round(worth, 9) >= LEAST_FREEDOM:
        told = f"{found} are worth {worth:.3g} degrees of freedom, or fewer." if np.isfinite(worth) else f"{found}: no spread can be measured."
        return told, f"A t interval needs {LEAST_FREEDOM:.0f} at least (Tipton 2015)."
    return None


def effect_on(y: Array, people: People) -> Effect:
    """The difference of means of y (n,): HC2, CR2 with clusters; with weights the difference of weighted means, linearised."""
    z, w = people.served, np.ones(len(y)) if people.weights is None else people.weights
    means = [float(w[arm] @ y[arm] / w[arm].sum()) for arm in (z, ~z)]
    influence = np.where(z, w * (y - means[0]) / w[z].sum(), -w * (y - means[1]) / w[~z].sum())
    contrast, by = _contrast(y, people, means[0] - means[1], influence)
    none = not contrast.std_error > 0
    interval = Interval(contrast.effect, contrast.effect, "nothing varies") if none else contrast.interval(by)
    arms = [Arm(int(arm.sum()), None, mean, int((y[arm] != 0).sum())) for arm, mean in zip((z, ~z), means, strict=True)]
    error = 0.0 if none else contrast.std_error
    return Effect(arms[0], arms[1], contrast.effect, error, interval, influence, people.together, z, contrast.df if not none else np.inf)


def _contrast(y: Array, people: People, effect: float, influence: Array) -> tuple[Contrast, str]:
    """The effect with its error: by the formulas of a lot where rows weigh the same, else from what rows or clusters add."""
    alone = len(np.unique(people.together)) == len(y)
    if people.weights is None:
        lot = Lot(y, people.served, np.zeros(len(y), dtype=int), np.ones(1), people.together)
        return (neyman(lot), "HC2, Welch-Satterthwaite") if alone else (cr2(lot), "CR2, Bell-McCaffrey")
    return _linearised(effect, influence, people), "linearised, by person" if alone else "linearised, by cluster"


def _linearised(effect: float, influence: Array, people: People) -> Contrast:
    """From what clusters add: each arm's with its own factor G / (G - 1) and freedom, put together as Welch and Satterthwaite have it.

    Clusters that stand in both arms are no two samples: G / (G - 1) and G - 1 of them all.
    """
    some, others = clusters_by_arm(people.served, people.together)
    many = len(np.unique(people.together))
    if some + others > many:
        sums = sums_by(influence, people.together)
        return Contrast(effect, float((sums @ sums) * many / (many - 1)) ** 0.5, many - 1.0)
    variances, freedom = [], []
    for arm in (people.served, ~people.served):
        sums = sums_by(influence[arm], people.together[arm])
        variances.append(float(sums @ sums) * len(sums) / (len(sums) - 1))
        freedom.append(len(sums) - 1.0)
    total = sum(variances)
    df = total**2 / sum(one**2 / each for one, each in zip(variances, freedom, strict=True)) if total > 0 else float("inf")
    return Contrast(effect, total**0.5, df)
