"""A fitted Cox regression as tables: ratios, whether they last, what is left unexplained, and what it foretells for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ...phrases import counted, listed
from ...terms import Problem, Refused
from . import by_cluster, concordance, cox, cox_hazard, cox_residuals, proportional
from .columns import MOST_GROUPS, Timed, Z, code, known, matrix
from .tidy_slopes import Slopes
from .transforms import interval

if TYPE_CHECKING:
    from ...terms import Array

Residual = Literal["martingale", "deviance", "score", "dfbeta", "schoenfeld", "scaled"]
BY_EVENT = ("schoenfeld", "scaled")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ratios(Slopes):
    """Hazard ratios, and what can be read off the regression that they are of."""

    fitted: cox.Cox
    read: Timed
    strata: Mapping[object, int]  # by value of the column `stratum`, what the regression calls it
    stratum: str | None

    def proportional(self, transform: proportional.Transform = "km") -> pd.DataFrame:
        """Whether each ratio stays the same over time, and all at once; `over_time` is about how much the slope changes from first to last."""
        known("transform", transform, proportional.Transform)
        told = proportional.proportional(self.fitted, transform)
        rows = pd.DataFrame({"name": told.names, "statistic": told.chi2, "df": 1, "p": told.p_value, "over_time": told.over_time})
        whole = {"name": "all", "statistic": told.overall, "df": len(told.names), "p": told.overall_p, "over_time": np.nan}
        return pd.concat([rows, pd.DataFrame([whole])], ignore_index=True)

    def residuals(self, kind: Residual = "martingale") -> pd.DataFrame:
        """What is left unexplained, as R's residuals.coxph has it: by row of the frame, in its order and under its index.

        "martingale" (events less events expected), "deviance", "score", "dfbeta" (what each row does to each slope); or, by event and with its
        time, "schoenfeld" and "scaled": against time, these show how a slope changes.
        """
        known("kind", kind, Residual)
        names, index = list(self.names), self.read.frame.index
        if kind == "martingale":
            return pd.DataFrame({kind: cox_residuals.martingale(self.fitted)}, index=index)
        if kind == "deviance":
            return pd.DataFrame({kind: cox_residuals.deviance(self.fitted)}, index=index)
        if kind in BY_EVENT:
            found = cox_residuals.schoenfeld(self.fitted)
            parts = pd.DataFrame(found.residuals if kind == "schoenfeld" else found.scaled, columns=names, index=index[found.row])
            parts.insert(0, self._beside("time", names), found.time)
            return parts
        return pd.DataFrame((cox_residuals.score if kind == "score" else cox_residuals.dfbeta)(self.fitted), columns=names, index=index)

    def concordance(self) -> pd.DataFrame:
        """How often, of two people at risk together, the one for whom more is foretold has the event first (Harrell's C); .5 is a toss."""
        found = concordance.of_regression(self.fitted, self.read.labels)
        C, error = found.c, found.std_error * self._few
        low, high = (min(max(C + side * self.by.reach * error, 0.0), 1.0) for side in (-1, 1))
        return pd.DataFrame({"c": [C], "std_error": error, "low": low, "high": high, "pairs": found.pairs})

    def baseline(self, times: Sequence[float]) -> pd.DataFrame:
        """By stratum and time: the cumulative hazard where all covariates are 0, as R's basehaz(centered = FALSE) has it."""
        at = np.asarray(times, dtype=float)
        if self.stratum is None:
            return pd.DataFrame({"time": at, "hazard": cox_hazard.cumulative(self.fitted, at)})
        held = [(value, number) for value, number in self.strata.items() if number in self.fitted.sets.named]
        parts = [pd.DataFrame({self.stratum: value, "time": at, "hazard": cox_hazard.cumulative(self.fitted, at, s)}) for value, s in held]
        return pd.concat(parts, ignore_index=True)

    def predict(self, frame: pd.DataFrame, times: Sequence[float]) -> pd.DataFrame:
        """By row of a frame and time: the cumulative hazard and the share still without the event, with 95 % limits on the log-log scale.

        The frame holds the covariates, and the stratum where there are strata.  Refuses a regression of one of several causes: its hazard
        alone tells no share.  Errors are made as those of the ratios are, but that a jackknife gives way to CR1.
        """
        self._alone("predict")
        X = matrix(frame, self.names)
        cluster = self.read.label if self.by.robust else None
        told = cox_hazard.predicted(self.fitted, X, np.asarray(times, dtype=float), strata=self._of(frame), cluster=cluster)
        error = told.std_error * self._few
        # before the first event nothing has been learnt, and a limit is the curve
        low, high = (np.where(error > 0, end, told.survival) for end in interval(told.survival, error * (self.by.reach / Z), "log-log"))
        parts = {"hazard": told.cumulative, "survival": told.survival, "std_error": error, "low": low, "high": high}
        rows = {"row": np.repeat(frame.index.to_numpy(), len(told.at)), "time": np.tile(told.at, len(frame))}
        return pd.DataFrame(rows | {name: part.ravel() for name, part in parts.items()})

    def standardised(self, times: Sequence[float], by: str) -> pd.DataFrame:
        """The share still without the event were everybody given each value of the covariate `by`, the other covariates as they are.

        With 95 % limits and, where `by` has two values, the difference below: g-computation, for as long as the ratio of `by` stays the same
        (`proportional` tests it).  Each row of the frame counts as one of the people averaged over, with its weight.  Errors are robust,
        by whose the rows are, and count that the regression is estimated and that the people are a draw.
        """
        self._alone("standardised")
        values = self._values(by)
        at, place = np.asarray(times, dtype=float), self.names.index(by)
        strata = None if self.fitted.strata is None else np.asarray(self.fitted.strata)
        found = []
        for value in values:
            X = self.fitted.X.astype(float)
            X[:, place] = value
            found.append(cox_hazard.standardised(self.fitted, X, at, weights=self.read.times.weights, strata=strata))
        rows = []
        for value, one in zip(values, found, strict=True):
            rows.append(self._average(f"{by} = {value:g}", one.at, one.survival, one.of_fit + one.of_target))
        if len(found) == 2:
            apart = (found[1].of_fit + found[1].of_target) - (found[0].of_fit + found[0].of_target)
            less = f"{by} = {values[1]:g} less {by} = {values[0]:g}"
            rows.append(self._average(less, found[0].at, found[1].survival - found[0].survival, apart))
        return pd.concat(rows, ignore_index=True)

    @property
    def _few(self) -> float:
        """By what an error of a sandwich is multiplied for few clusters; 1 where none was asked for."""
        G = self.by.df + 1
        return float(np.sqrt(G / (G - 1))) if np.isfinite(G) else 1.0

    def _average(self, group: str, at: Array, share: Array, parts: Array) -> pd.DataFrame:
        error = by_cluster.std_errors(parts, self.read.label, where="the average") * self._few
        low, high = (share + side * self.by.reach * error for side in (-1, 1))
        return pd.DataFrame({"group": group, "time": at, "survival": share, "std_error": error, "low": low, "high": high})

    def _alone(self, what: str) -> None:
        if len(self.read.causes) > 1:
            found = f"the hazard is that of one of {len(self.read.causes)} causes, and rules out no other."
            right = "A share would be that of a world in which nothing else can happen."
            raise Refused(Problem(what, found, right, "Ask for the incidence: `curves`, `subdistribution` or `pseudo`."))
        changing = 0 if self.read.labels is None else len(self.read.times) - int(self.read.labels.max()) - 1
        if changing and self.read.times.entry is not None and what == "standardised":
            found = f"{counted(changing, 'row')} of {len(self.read.times):,} go on from another of the same person."
            raise Refused(Problem(what, found, "People are averaged over once each, as they are at the start.", "Use `predict` on such a frame."))

    def _values(self, by: str) -> list[float]:
        if by not in self.names:
            raise Refused(Problem("by", f"'{by}' is none of the covariates.", f"They are {listed(map(repr, self.names))}."))
        values = np.unique(self.fitted.X[:, self.names.index(by)]).tolist()
        if len(values) > MOST_GROUPS:
            found = f"'{by}' has {len(values):,} values, and {MOST_GROUPS} averages can be told apart."
            raise Refused(Problem("by", found, remedy="Fit it in a few groups, or use `predict`."))
        return values

    def _of(self, frame: pd.DataFrame) -> Array | None:
        """(k,) what the regression calls the stratum of each row of a frame."""
        return None if self.stratum is None else code(frame, self.stratum, self.strata)

    def _beside(self, word: str, names: list[str]) -> str:
        """A name for a column that no covariate has."""
        return word if word not in names else self._beside(f"{word} of the event", names)
