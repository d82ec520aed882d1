"""A frame laid as the estimators of this room read a panel, and the words that a researcher may say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from ...phrases import counted, listed, nearest
from ...terms import NEVER, AdjustedBy, Aggregate, EstimatorName, Horizon, Inference, Pool, Problem, Question, Refused
from ..few import Reached, reached
from ..inference import LEVEL, Contrast
from ..tidy_panel import Gaps, Read, read
from .fits import Fit
from .laid import Laid
from .uncertainty import measured

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from ...terms import Array, Calendar

Errors = Literal["jackknife", "plain"]
SAID: dict[Errors, str] = {
    "jackknife": "made larger for few clusters (jackknife), t",
    "plain": "as published, without a correction for few clusters",
}


@dataclass(frozen=True, slots=True, eq=False)
class Framed:
    """A frame as a panel, with what was asked of it."""

    read: Read
    laid: Laid
    errors: Errors
    kept: Array  # (n,) bool: which units of `read` are laid

    @property
    def note(self) -> str:
        """Whose errors they are, and whether a t interval can be trusted."""
        there = self.there
        whose = f"by '{self.read.cluster}', {there.clusters:,} of them, {there.treated:,} of which adopt"
        few = "" if there.enough else " With so few, no formula gives an interval that can be trusted: see `reassigned`."
        always = int((~self.kept).sum())
        out = f" {counted(always, 'unit')} under it from the first period on {'is' if always == 1 else 'are'} left out." if always else ""
        return f"Errors: {whose}; {SAID[self.errors]}.{few}{out}"

    @property
    def there(self) -> Reached:
        """How many clusters adopt, and how many they are compared with."""
        return reached(np.where(self.laid.focal, self.laid.adopted, NEVER), self.laid.clusters)


@dataclass(frozen=True, slots=True)
class Whole:
    """One effect with what is told of it."""

    effect: float
    std_error: float
    low: float
    high: float
    p_value: float
    df: float

    def row(self, name: str) -> dict[str, object]:
        """The same as a row of a table."""
        told = {"estimator": name, "effect": self.effect, "std_error": self.std_error}
        return told | {"low": self.low, "high": self.high, "p": self.p_value}


def framed(
    frame: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    adopted: str,
    each: Calendar | int = "year",
    covariates: Sequence[str] = (),
    weight: str | None = None,
    cluster: str | None = None,
    gaps: Gaps = "refuse",
    adjust: AdjustedBy | None = None,
    compared: Pool = "not_yet_treated",
    anticipation: int = 0,
    aggregate: Aggregate = "simple",
    errors: Errors = "jackknife",
    estimator: EstimatorName = "group_time",
    always: bool = False,
) -> Framed:
    """Reads a frame; `adjust` left out is doubly robust where there are covariates.  Refuses words that are none.

    Units under the programme from the first period on are left out, unless `always` keeps them among those compared.
    """
    closed: dict[str, tuple[str, Any]] = {"compared": (compared, Pool), "aggregate": (aggregate, Aggregate), "errors": (errors, Errors)}
    if adjust is not None:
        closed["adjust"] = (adjust, AdjustedBy)
    problems = [
        Problem(word, f"{given!r} was given.", f"It is one of {listed(get_args(right))}.", nearest(given, get_args(right)))
        for word, (given, right) in closed.items()
        if given not in get_args(right)
    ]
    way: AdjustedBy = adjust or ("doubly_robust" if covariates else "nothing")
    if (way == "nothing") != (not covariates) and not problems:
        found = "covariates are named, and not adjusted for." if covariates else f"adjust is {way!r}, and no covariate is named."
        problems.append(Problem("adjust", found, remedy="Name both, or neither."))
    if problems:
        raise Refused(*problems)
    told = read(
        frame, unit=unit, period=period, outcome=outcome, adopted=adopted, each=each, covariates=covariates, weight=weight, cluster=cluster, gaps=gaps
    )
    question = Question(
        outcome=outcome,
        horizon=Horizon(days=int(told.panel.edges[-1] - told.panel.edges[0])),
        method="did",
        worthwhile=0.0,
        estimator=estimator,
        adjust=way,
        compared=compared,
        anticipation=anticipation,
        aggregate=aggregate,
        inference=Inference("robust"),
    )
    laid = _laid(told, question)
    kept = np.ones(len(laid.adopted), dtype=bool) if always else laid.adopted > 0
    return Framed(told, laid.of(kept), errors, kept)


def _laid(told: Read, question: Question) -> Laid:
    panel = told.panel
    focal = (panel.adopted > 0) & (panel.adopted < NEVER)
    if not focal.any():
        raise Refused(Problem("adopted", "no unit adopts within the frame.", remedy="Name the column with the first period under the programme."))
    return Laid(
        value=told.value,
        adopted=panel.adopted,
        left=panel.left,
        focal=focal,
        weight=panel.weight,
        clusters=told.clusters,
        covariates=None if told.covariates is None else _scaled(told.covariates),
        own_effect=False,
        within=told.value.shape[1],
        labels=panel.labels,
        question=question,
    )


def _scaled(columns: Array) -> Array:
    """Each column centred and in its own spread, so that no digits are lost: answers do not change by it."""
    spread = columns.std(axis=0)
    return np.asarray((columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def whole(told: Framed, fit: Fit, fitting: Callable[[Laid], Fit], plain: Contrast) -> Whole:
    """An effect with the errors that were asked for; no limits where clusters are too few for any formula."""
    contrast = plain if told.errors == "plain" else measured(told.laid, fit, fitting, "robust")[0]
    if told.errors == "jackknife":
        contrast = Contrast(contrast.effect, contrast.std_error, min(contrast.df, told.there.freedom))
    if not told.there.enough or not (contrast.std_error > 0 and contrast.df > 0):
        return Whole(fit.effect, contrast.std_error, -np.inf, np.inf, np.nan, contrast.df)
    limits = contrast.interval(f"{LEVEL:.0%}")
    return Whole(fit.effect, contrast.std_error, limits.low, limits.high, contrast.p_value, contrast.df)
