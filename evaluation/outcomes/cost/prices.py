"""Prices of different years brought to the dollars of one: by an index that ships, or by the county's own.

The index that ships stands in `cpi_u.csv` beside this module: the annual averages of the Consumer Price Index for All Urban Consumers
(CPI-U), U.S. city average, all items, not seasonally adjusted, 1982-84 = 100, which is series CUUR0000SA0 of the U.S. Bureau of Labor
Statistics; years 2010 to 2024, written down on `WRITTEN`: a later year needs a later file or an index of the county's own.  It is never fetched.

A county's own index stands in the records: rows of the table `area` of measure `price_index`, one a year, all of one area.  It is then read
alone, and a year that it does not hold is refused: two indexes are never chained in silence.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...phrases import counted, listed
from ...records.days import date_of
from ...records.sql import c, literal, select, table
from ...terms import Problem, Refused

if TYPE_CHECKING:
    from ...records.engine import Engine

SHIPPED = Path(__file__).with_name("cpi_u.csv")
WRITTEN = "2026-11-22"  # the day on which the numbers were written down
SOURCE = f"U.S. Bureau of Labor Statistics, CPI-U, U.S. city average, all items, annual averages (CUUR0000SA0), as written down on {WRITTEN}"
MEASURE = "price_index"  # of the table `area`: a county's own index


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """A price index by calendar year: what the same goods cost, on any base."""

    source: str
    years: Mapping[int, float]

    def factor(self, from_year: int, to_year: int) -> float:
        """How many dollars of one year a dollar of another is; refuses years that the index does not hold."""
        missing = sorted({from_year, to_year} - set(self.years))
        if missing:
            raise Refused(self.outside(missing))
        return self.years[to_year] / self.years[from_year]

    def outside(self, years: list[int]) -> Problem:
        """What is said of years that the index does not hold."""
        held = f"It holds {min(self.years)} to {max(self.years)}: {self.source}." if self.years else "It holds none."
        remedy = f"Name another year, or bring an index of your own: rows of the table 'area' of measure '{MEASURE}', one a year."
        return Problem("prices", f"the price index holds no {listed(map(str, years))}.", held, remedy)


@cache
def shipped() -> PriceIndex:
    """The index that ships."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return PriceIndex(SOURCE, {int(row["year"]): float(row["index"]) for row in csv.DictReader(file)})


def factor(from_year: int, to_year: int, index: PriceIndex | None = None) -> float:
    """How many dollars of `to_year` a dollar of `from_year` is, by the index that ships unless another is given."""
    return (index or shipped()).factor(from_year, to_year)


def of_engine(engine: Engine) -> PriceIndex:
    """The county's own index where its records hold one, or else the one that ships; refuses an index that says two things of one year."""
    query = select(area=c("area"), day=c("day"), value=c("value")).from_(table("area")).where(c("measure").eq(literal(MEASURE)))
    rows = engine.fetch(query.order_by(c("day"), c("area"))).to_pylist()
    if not rows:
        return shipped()
    areas = sorted({row["area"] for row in rows})
    by_year: dict[int, list[float]] = {}
    for row in rows:
        by_year.setdefault(date_of(row["day"]).year, []).append(row["value"])
    twice, none = [year for year, held in by_year.items() if len(held) > 1], sum(min(held) <= 0 for held in by_year.values())
    problems = []
    if twice:
        found = f"'{MEASURE}' stands more than once in {counted(len(twice), 'year')} ({listed(map(str, twice))}), of {counted(len(areas), 'area')}."
        problems.append(Problem("table 'area'", found, "A price index is one number a year.", "Keep one area, and one row a year."))
    if none:
        problems.append(Problem("table 'area'", f"'{MEASURE}' is 0 or less in {counted(none, 'year')}.", "An index is above 0."))
    if problems:
        raise Refused(*problems)
    return PriceIndex(f"the county's own, of {areas[0]}", {year: held[0] for year, held in by_year.items()})
