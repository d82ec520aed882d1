"""Reads effects off a researcher's frame, one row a person: plain differences of means, or weighted ones, with what each row adds to the error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

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


def people_of(frame: pd.DataFrame, served: str, cluster: str | None, weights: str | None) -> People:
    """The arms of a frame.  Refuses codes other than 0 and 1, an arm of fewer than two rows, and weights that are not above 0."""
    problems = []
    values = frame[served]
    if not values.isin([0, 1]).all():
        problems.append(Problem(f"column '{served}'", f"{counted(int((~values.isin([0, 1])).sum()), 'row')} hold neither 0 nor 1."))
    elif min(int((values == 1).sum()), int((values == 0).sum())) < 2:
        problems.append(Problem(f"column '{served}'", "an arm has fewer than two rows.", "What is not seen to vary has no error."))
    if weights is not None and not (frame[weights] > 0).all():
        problems.append(Problem(f"column '{weights}'", f"{counted(int((~(frame[weights] > 0)).sum()), 'row')} hold no weight above 0."))
    if problems:
        raise Refused(*problems)
    together = np.arange(len(frame)) if cluster is None else pd.factorize(frame[cluster], sort=True)[0]
    return People(values.to_numpy() == 1, together, None if weights is None else frame[weights].to_numpy(dtype=float))


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
    sums = np.bincount(people.together, weights=influence)
    many = len(np.unique(people.together))
    return Contrast(
        effect, float((sums @ sums) * many / (many - 1)) ** 0.5, many - 1.0
    ), "linearised, by person" if alone else "linearised, by cluster"
