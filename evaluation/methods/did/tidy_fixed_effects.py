"""Two-way fixed effects, and what mends them, on the columns of a frame: event studies, imputation, decomposition, triple differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...terms import EstimatorName, Problem, Refused
from ..inference import Contrast
from ..tables import Estimates, Table, asked
from . import event_study as event_studies
from . import imputation as imputing
from . import interaction_weighted as interacting
from . import long_difference, triple
from . import two_way as regressing
from .decomposition import BelowZero, TwoByTwos, below_zero, two_by_twos
from .fits import NAMES, Fit, by_imputation, by_interaction, by_two_way
from .fitted import Fitted, Several
from .tidy_group_time import group_time
from .tidy_path import Path, clusters_at, parts_of, with_reference
from .tidy_read import Framed, framed, whole
from .uncertainty import MOST_REFITS

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array
    from .laid import Laid

EVENT_STUDY = "two-way event study"


@asked(group_time)
def two_way(frame: pd.DataFrame, **columns: Any) -> Estimates:
    """One effect by two-way fixed effects; columns and words as in `group_time`, those of whom to compare with left out.

    Units under the programme from the first period on stay, and stand among those compared.  It is a mean of effects only where these are
    the same for all and for ever: `decomposition` says what it is of here.  "plain" errors are fixest's.
    """
    told = _framed(frame, columns, estimator="two_way", always=True)
    fitted = regressing.fit(told.laid.value, told.laid.adopted, **_arguments(told.laid))
    row = whole(told, by_two_way(told.laid), by_two_way, fitted.contrast).row(NAMES["two_way"])
    return Estimates(pd.DataFrame([row]), told.note)


@asked(group_time)
def two_by_two(frame: pd.DataFrame, **columns: Any) -> Estimates:
    """One effect of one date: each unit's mean after less its mean before, of those that adopt less those that never do.

    Columns and words as in `group_time`, those of whom to compare with and of how to adjust left out: covariates enter a regression of the
    difference.  Units that miss a period are set aside.  "plain" errors are CR1: HC1 where each unit is a cluster.
    """
    told = _framed(frame, columns, estimator="difference")

    def by_difference(laid: Laid) -> Fit:
        found = long_difference.fit(laid.value, laid.adopted, **_arguments(laid))
        return Fit(found.effect, found.influence)

    fitted = long_difference.fit(told.laid.value, told.laid.adopted, **_arguments(told.laid))
    row = whole(told, by_difference(told.laid), by_difference, fitted.contrast).row(NAMES["difference"])
    return Estimates(pd.DataFrame([row]), told.note)


@asked(group_time)
def event_study(frame: pd.DataFrame, **columns: Any) -> Path:
    """The change by time since adoption, by two-way fixed effects; `overall` is the plain mean of the times from adoption on.

    Where effects differ between cohorts, each of these numbers holds some of the effects at other times: see `interaction_weighted`.
    """
    told = _framed(frame, columns, estimator="two_way")

    def after(laid: Laid) -> Fit:
        found = _by_event_study(laid)
        share = (found.at >= 0) / max((found.at >= 0).sum(), 1)
        return Fit(float(found.effect @ share), found.influence @ share)

    found = _by_event_study(told.laid)
    share = (found.at >= 0) / max((found.at >= 0).sum(), 1)
    plain = Contrast(float(found.effect @ share), float((share @ found.covariance(told.laid.clusters) @ share) ** 0.5), found.df)
    return _path(told, EVENT_STUDY, _by_event_study, after(told.laid), after, plain)


@asked(group_time)
def interaction_weighted(frame: pd.DataFrame, **columns: Any) -> Path:
    """The change by time since adoption, cohort by cohort in one regression, averaged by how many units they have (Sun and Abraham 2021)."""
    told = _framed(frame, columns, estimator="interaction_weighted")
    plain = interacting.fit(told.laid.value, told.laid.adopted, **_arguments(told.laid)).contrast
    return _path(told, NAMES["interaction_weighted"], _by_interaction, by_interaction(told.laid), by_interaction, plain)


@asked(group_time)
def imputation(frame: pd.DataFrame, **columns: Any) -> Path:
    """What would have been is told from all cells not under the programme, and taken off (Borusyak, Jaravel and Spiess 2024).

    It has effects from adoption on alone: earlier cells are what it is told from.
    """
    told = _framed(frame, columns, estimator="imputation")
    plain = imputing.fit(told.laid.value, told.laid.adopted, **_arguments(told.laid)).contrast
    return _path(told, NAMES["imputation"], _by_imputation, by_imputation(told.laid), by_imputation, plain, before=False)


def _by_interaction(laid: Laid) -> Several:
    return interacting.by_event_time(laid.value, laid.adopted, **_arguments(laid))


def _by_imputation(laid: Laid) -> Several:
    return imputing.by_event_time(laid.value, laid.adopted, **_arguments(laid))


def _by_event_study(laid: Laid) -> Several:
    return event_studies.fit(laid.value, laid.adopted, **_arguments(laid))


def _path(
    told: Framed, name: str, points: Callable[[Laid], Several], fit: Fit, fitting: Callable[[Laid], Fit], plain: Contrast, *, before: bool = True
) -> Path:
    """The path that `points` tells, and `fit`, its one number, that `fitting` tells anew of other units."""
    reference = -1 - told.laid.question.anticipation if before else None
    found = points(told.laid)
    parts = parts_of(told, found.influence, found.std_error)
    if told.errors == "jackknife" and fit.within_groups and told.there.clusters <= MOST_REFITS:
        parts = _refitted(told.laid, points, found)
    one, clusters = whole(told, fit, fitting, plain), clusters_at(told, "since", found.at)
    return with_reference(Path(name, "since", found.at, found.effect, parts, found.treated, clusters, reference, one, told))


def _refitted(laid: Laid, points: Callable[[Laid], Several], found: Several) -> Array:
    """(G, k) by how much each point moves without each cluster, such that their squares add to the jackknife's variance; NaN where it is then lost.

    What these estimators' influence leaves out, how groups that adopt together differ, is in it.
    """
    G = int(laid.clusters.max()) + 1
    moved = np.full((G, len(found.at)), np.nan)
    for g in range(G):
        try:
            without = points(laid.of(laid.clusters != g))
        except Refused:
            continue
        there = np.isin(found.at, without.at)
        moved[g, there] = without.effect[np.searchsorted(without.at, found.at[there])] - found.effect[there]
    return moved * ((G - 1) / G) ** 0.5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Decomposed(Table):
    """Every comparison of two groups that a two-way estimate is a weighted mean of (Goodman-Bacon 2021)."""

    found: TwoByTwos
    below: BelowZero | None  # None where the panel lets no cell be weighed
    told: Framed

    @property
    def frame(self) -> pd.DataFrame:
        """By comparison: who adopted when, whom they are compared with, the difference, and its weight."""
        labels = np.append(np.array(self.told.read.periods, dtype=object), "never")
        last = len(labels) - 1
        name = [np.minimum(column, last) for column in (self.found.treated, self.found.compared)]
        rows = {"kind": self.found.kind, "adopted": labels[name[0]], "compared": labels[name[1]]}
        return pd.DataFrame(rows | {"effect": self.found.effect, "weight": self.found.weight})

    @property
    def kinds(self) -> pd.DataFrame:
        """By kind of comparison: what it weighs, and its mean difference."""
        frame = self.frame.assign(part=lambda rows: rows["effect"] * rows["weight"])
        told = frame.groupby("kind", sort=True)[["weight", "part"]].sum().reset_index()
        return told.assign(effect=told["part"] / told["weight"])[["kind", "weight", "effect"]]

    def shown(self) -> pd.DataFrame:
        """By kind."""
        return self.kinds

    @property
    def note(self) -> str:
        """What they add up to, and what weighs below 0."""
        said = f"The two-way estimate is {self.found.estimate:.4g}."
        if self.below is None:
            return said
        return (
            f"{said} Of its {self.below.cells} effects of a cohort in a period, {self.below.below} weigh below 0, together {self.below.weight:.3f}."
        )

    def plot(self) -> InANotebook:
        """Every comparison by its weight, the kinds told apart."""
        from . import plots

        return plots.comparisons(self)


@asked(group_time)
def decomposition(frame: pd.DataFrame, **columns: Any) -> Decomposed:
    """What two-way fixed effects compare; columns as in `two_way`, without covariates and gaps.

    A comparison of later with earlier adopters takes what changed for those under the programme already for what would have been.
    """
    told = _framed(frame, columns, estimator="two_way", always=True)
    laid = told.laid
    if laid.covariates is not None:
        raise Refused(Problem("covariates", "the estimate with covariates is no mean of comparisons of two groups.", remedy="Leave them out."))
    fitted = regressing.fit(laid.value, laid.adopted, **_arguments(told.laid))
    below = below_zero(fitted.weights, fitted.effect) if fitted.weights is not None else None
    weight = None if np.ptp(laid.weight) == 0 else laid.weight
    return Decomposed(two_by_twos(laid.value, laid.adopted, weight=weight), below, told)


ESTIMATORS: dict[str, Callable[..., Fitted]] = {"two_way": regressing.fit, "imputation": imputing.fit, "interaction_weighted": interacting.fit}


@asked(group_time)
def triple_differences(frame: pd.DataFrame, *, meant: str, by: str = "two_way", **columns: Any) -> Estimates:
    """The effect among units that the programme is `meant` for (1) less what the same estimator finds among those it is not (0).

    Units of both kinds in one place share a `cluster`, and both have the place's period of adoption.  It assumes that, but for the
    programme, the gap between the kinds would have changed alike in places that adopt and in those that do not.
    """
    if by not in ESTIMATORS:
        raise Refused(Problem("by", f"{by!r} was given.", f"It is one of {', '.join(ESTIMATORS)}."))
    if columns.pop("covariates", ()):
        raise Refused(Problem("covariates", "triple differences of a frame are told without.", remedy="Leave them out."))
    told = _framed(frame, columns | {"covariates": (meant,), "adjust": "regression"}, estimator="two_way")
    kind = told.read.covariates
    assert kind is not None
    kind = kind[told.kept]
    if not np.isin(kind, (0, 1)).all():
        raise Refused(Problem(f"column '{meant}'", "it does not hold only 0 and 1.", "1: the programme is meant for such units."))
    laid = told.laid
    found = triple.fit(laid.value, laid.adopted, kind[:, 0] == 1, cluster=laid.clusters, by=ESTIMATORS[by], weight=laid.weight)
    limits = found.interval("")
    there = told.there.enough
    row = {"estimator": f"triple differences, {by}", "effect": found.effect, "std_error": found.std_error}
    row |= {"low": limits.low if there else -np.inf, "high": limits.high if there else np.inf, "p": found.p_value if there else np.nan}
    return Estimates(pd.DataFrame([row]), f"Errors: by '{told.read.cluster}', {found.clusters:,} of them; G / (G - 1), t on {found.df:g}.")


def _framed(frame: pd.DataFrame, columns: dict[str, Any], estimator: EstimatorName, *, always: bool = False) -> Framed:
    if columns.get("covariates") and "adjust" not in columns:
        columns = columns | {"adjust": "regression"}
    return framed(frame, **columns, estimator=estimator, always=always)


def _arguments(laid: Laid) -> dict[str, Any]:
    return {"weight": laid.weight, "covariates": laid.covariates, "cluster": laid.clusters, "anticipation": laid.question.anticipation}
