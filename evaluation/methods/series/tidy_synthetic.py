"""A synthetic place made of untreated ones, with its placebos, on the columns of a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from ...phrases import counted, listed, nearest
from ...terms import NEVER, Calendar, Problem, Refused
from ..tables import Table, asked
from ..tidy_panel import Read, read
from .comparison import FEWEST_BEFORE_A_SYNTHETIC, FEWEST_DONORS
from .synthetic import MAKERS, Series
from .synthetic_told import Found

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array

By = Literal["synthetic_control", "augmented_synthetic_control", "synthetic_did"]
SHOWN = 0.001  # of a donor's weight
MISSED = "fits too badly before the day"
TOO_FEW = "too few placebos fit as well"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SyntheticPlace(Table):
    """A treated place beside what was made of its donors."""

    found: Found
    others: tuple[Found, ...]
    series: Series
    names: tuple[str, ...]  # (J,) of the donors
    read: Read

    @property
    def frame(self) -> pd.DataFrame:
        """One row: the mean gap from the day on with its limits and p among placebos, the misfit before the day, and p by the gap after over it.

        Without p where the place is fitted too badly before the day to be ranked; `why` says what is missing.
        """
        return pd.DataFrame([self._row(self.found)])

    @property
    def beside(self) -> pd.DataFrame:
        """The same by every recipe."""
        return pd.DataFrame([self._row(one) for one in (self.found, *self.others)])

    @property
    def donors(self) -> pd.DataFrame:
        """The donors that weigh something, the heaviest first."""
        rows = pd.DataFrame({"donor": self.names, "weight": self.found.synthetic.weights})
        return rows[rows["weight"].abs() >= SHOWN].sort_values(["weight", "donor"], ascending=[False, True], ignore_index=True)

    @property
    def path(self) -> pd.DataFrame:
        """By period: what was seen, what would have been, and the gap."""
        gap = self.found.synthetic.gap
        return pd.DataFrame({"period": self.read.periods, "seen": self.series.y, "synthetic": self.series.y - gap, "gap": gap})

    @property
    def placebos(self) -> pd.DataFrame:
        """By placebo: its effect, its misfit before the day, and its gap after over that; the treated place is no row."""
        drawn = self.found.placebos
        return pd.DataFrame({"effect": drawn.effect, "misfit": drawn.misfit, "ratio": drawn.afterwards / drawn.misfit})

    @property
    def note(self) -> str:
        """What limits and p are told by."""
        many, floor = self.found.within, self.found.placebos.floor(self.found.synthetic)
        if not self.found.placebos.passes(self.found.synthetic):
            return f"No limits and no p: {self.found.why_none}."
        none = f" No limits: {self.found.why_none}." if self.found.why_none else ""
        return (
            f"Limits and p: the same recipe for {many} of {self.found.placebos.count} placebos, that no programme reached and that fit as "
            f"well before the day as the treated place has to; no p below {floor:.3g} was possible.{none} "
            "A rank among places, and no chance that a lot gave."
        )

    def plot(self) -> InANotebook:
        """The place and its synthetic one."""
        from . import plots

        return plots.beside(self)

    def plot_gaps(self) -> InANotebook:
        """The gap, before those of the placebos; those that fit far worse before the day are left out, and counted."""
        from . import plots

        return plots.gaps(self)

    def plot_donors(self) -> InANotebook:
        """Whom the synthetic place is made of."""
        from . import plots

        return plots.donors(self)

    @property
    def began(self) -> float:
        """The first period from the day on, as the frame calls it."""
        return float(self.read.numbers[self.series.before])

    def _row(self, one: Found) -> dict[str, object]:
        found, limits = one.synthetic, one.interval
        ranked = one.placebos.passes(found)
        p, by_ratio = (one.p_value, one.placebos.p_of_ratio(found)) if ranked else (np.nan, np.nan)
        why = MISSED if not ranked else "" if limits.given else TOO_FEW
        told = {"recipe": one.name, "effect": found.effect, "low": limits.low, "high": limits.high, "p": p}
        return told | {"misfit": found.misfit, "p_by_ratio": by_ratio, "why": why}


@asked()
def synthetic(
    frame: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    adopted: str,
    by: By = "synthetic_control",
    covariates: Sequence[str] = (),
    each: Calendar | int = "year",
) -> SyntheticPlace:
    """What a place would have been without the programme, made of places that no programme reached; names are columns.

    `adopted` holds the first period under it, one for all places that it reached, nothing or 0 for the others.  `by`: weights nowhere below
    0 (Abadie, Diamond and Hainmueller 2010), these mended by a ridge (Ben-Michael, Feller and Rothstein 2021), or changes with weights of places
    and periods (Arkhangelsky and others 2021).  `covariates`, the same in every row of a place, are to fit too.  Refuses several days, gaps,
    and too few periods before the day or donors.
    """
    if by not in get_args(By):
        raise Refused(Problem("by", f"{by!r} was given.", f"It is one of {listed(get_args(By))}.", nearest(by, get_args(By))))
    try:
        told = read(frame, unit=unit, period=period, outcome=outcome, adopted=adopted, each=each, covariates=covariates)
    except Refused as wrong:  # of a panel with gaps, which another design could keep
        raise Refused(*(replace(one, remedy="Complete it.") if "gaps" in one.remedy else one for one in wrong.problems)) from None
    series, names = _series(told)
    found = [Found.of(series, *MAKERS[name]) for name in (by, *(other for other in MAKERS if other != by))]
    return SyntheticPlace(found[0], tuple(found[1:]), series, names, told)


def _series(told: Read) -> tuple[Series, tuple[str, ...]]:
    treated = told.panel.adopted < NEVER
    days = np.unique(told.panel.adopted[treated])
    problems = []
    if len(days) != 1:
        found = "no place" if not len(days) else f"places on {counted(len(days), 'day')}"
        problems.append(Problem("adopted", f"{found} came under the programme.", "One day for all that it reached.", "Ask `did` where days differ."))
    elif days[0] < FEWEST_BEFORE_A_SYNTHETIC:
        problems.append(Problem("adopted", f"{counted(int(days[0]), 'period')} come before it.", f"At least {FEWEST_BEFORE_A_SYNTHETIC}."))
    if (many := int((~treated).sum())) < FEWEST_DONORS:
        problems.append(Problem("adopted", f"{counted(many, 'place')} never came under it.", f"At least {FEWEST_DONORS} donors."))
    if problems:
        raise Refused(*problems)
    history = [None, None] if told.covariates is None else [told.covariates[treated].mean(axis=0), told.covariates[~treated]]
    value: Array = told.value
    series = Series(value[treated].mean(axis=0), value[~treated], int(days[0]), int(treated.sum()), *history)
    return series, tuple(name for name, own in zip(told.panel.names, treated, strict=True) if not own)
