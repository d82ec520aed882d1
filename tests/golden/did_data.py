"""The public panels on which R's packages for differences in differences were asked: wide, as the methods read them, and as long frames.

mpdta: the R package did, 500 counties by 2003-2007 (Callaway and Sant'Anna 2021).  castle: the PyPI package causaldata, 50 states by
2000-2010 (Cheng and Hoekstra 2013).  divorce: the R package bacondecomp, women in 51 states by 1964-1996 (Stevenson and Wolfers 2006).
overlap: invented, with a selection so strong that ways of normalising weights differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evaluation.terms import NEVER

HERE = Path(__file__).parent
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A balanced panel: n units by T periods, units in rising order of `unit`."""

    unit: Array  # (n,) int
    period: Array  # (T,) int: years
    value: Array  # (n, T)
    adopted: Array  # (n,) int: the first period under the programme, 0..T-1; NEVER likewise
    year: Array  # (n,) int: the same as a year, as R was told it; 0 for never
    columns: dict[str, Array]  # (n,), or (n, T) where it changes

    def index(self, year: int) -> int:
        """The period of a year."""
        return int(year - self.period[0])

    @property
    def frame(self) -> pd.DataFrame:
        """One row for each unit and year: `unit`, `year`, `first` (0 for never), `y`, `on` (1 from adoption on) and the columns."""
        n, periods = self.value.shape
        year, first = np.tile(self.period, n), np.repeat(self.year, periods)
        on = (first > 0) & (year >= first)
        told = {"unit": np.repeat(self.unit, periods), "year": year, "first": first, "y": self.value.ravel(), "on": on.astype(int)}
        columns = {name: one.ravel() if one.ndim == 2 else np.repeat(one, periods) for name, one in self.columns.items()}
        return pd.DataFrame(told | columns)


def mpdta() -> Table:
    """500 counties by five years: log teen employment, cohorts 2004, 2006, 2007 and never; `lpop`, and `state`, the first digits of the unit."""
    frame = pd.read_csv(HERE / "mpdta.csv")
    period = np.arange(2003, 2008)
    value = frame[[f"lemp_{year}" for year in period]].to_numpy(float)
    county = frame["county"].to_numpy()
    columns = {"lpop": frame["lpop"].to_numpy(), "state": county // 1000}
    return _table(county, period, value, frame["first_treat"].to_numpy(), columns)


def castle() -> Table:
    """50 states by eleven years: the log of homicides, cohorts 2006-2010 and never; `unemployrt` (n, T), `popwt`.

    Kept as 32-bit numbers; R read them as these print.
    """
    from causaldata import castle as source

    frame = source.load_pandas().data.sort_values(["sid", "year"])
    period = np.arange(2000, 2011)
    unit = frame["sid"].to_numpy()[:: len(period)].astype(int)
    wide = {name: _as_printed(frame[name]).reshape(-1, len(period)) for name in ("l_homicide", "unemployrt", "popwt", "post")}
    post = wide["post"] == 1
    year = np.where(post.any(axis=1), period[post.argmax(axis=1)], 0)
    return _table(unit, period, wide["l_homicide"], year, {"unemployrt": wide["unemployrt"], "popwt": wide["popwt"][:, 0]})


def divorce() -> Table:
    """51 states by 33 years: suicides of women, twelve cohorts, some under the programme before the first year; `population` (n, T)."""
    frame = pd.read_csv(HERE / "divorce.csv")
    frame["unit"] = frame["state"].astype("category").cat.codes + 1
    period = np.arange(1964, 1997)
    wide = {name: frame[name].to_numpy(float).reshape(-1, len(period)) for name in ("suicide_rate", "population")}
    first = {name: frame[name].to_numpy()[:: len(period)] for name in ("unit", "first_treat")}
    return _table(first["unit"].astype(int), period, wide["suicide_rate"], first["first_treat"], {"population": wide["population"]})


def overlap(number: int) -> Table:
    """Invented units by four periods, one cohort from the third on, chosen by `x` so strongly that few are like those chosen."""
    n, strength, bent = ((500, 1.0, 0.0), (500, 1.5, 0.5), (1000, 2.0, 0.5), (300, 1.0, 1.0))[number]
    rng = np.random.default_rng(number)
    x = rng.normal(size=n)
    chosen = rng.random(n) < 1 / (1 + np.exp(1.0 - strength * x - bent * (x**2 - 1)))
    period = np.arange(1, 5)
    value = rng.normal(size=n)[:, None] + period * 0.1 + (0.3 * x + 0.4 * x**2)[:, None] * period / 2 + rng.normal(size=(n, 4)) * 0.5
    value[:, 2:] += chosen[:, None]
    return _table(np.arange(n), period, value, np.where(chosen, 3, 0), {"x": x})


def thinned(table: Table) -> Array:
    """(n, T) the values without every 33rd from the seventh on, by unit and year: R's unbalanced mpdta."""
    value = table.value.copy()
    value.ravel()[6::33] = np.nan
    return value


def _table(unit: Array, period: Array, value: Array, year: Array, columns: dict[str, Array]) -> Table:
    adopted = np.where(year == 0, NEVER, np.maximum(year - period[0], 0)).astype(np.int64)
    return Table(unit, period, value, adopted, year, columns)


def _as_printed(column: Any) -> Array:
    """Numbers as the shortest decimals that name their 32-bit values."""
    return np.array([float(str(np.float32(number))) for number in column])
