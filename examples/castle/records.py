"""Castle-doctrine laws as canonical records: homicides in 50 states from 2000 to 2010, 21 of which widened self-defence by law.

    python examples/castle/records.py FOLDER        # writes the records as CSV; needs the package causaldata

Data: Cheng and Hoekstra (2013), *Does Strengthening Self-Defense Law Deter Crime or Escalate Violence?*, Journal of Human Resources
48(3), as `castle` in the package causaldata.  The file holds homicides per 100,000 people and one population for each state, its mean
over the years: the count here is the one times the other, so that a rate for every 100,000 gives back the file's own number.  It holds
the year of a law and no day: a law is dated on 1 January of its first year in force for all of it or most (`post`), and states by
their numbers, in the file's own order.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pandas as pd
from causaldata import castle

SOURCE = "ucr"
FIRST, LAST = date(2000, 1, 1), date(2010, 12, 31)


def tables() -> dict[str, pd.DataFrame]:
    """The canonical tables person (empty: the file holds places), area and coverage."""
    rows = castle.load_pandas().data
    area, people = rows["sid"].map("state_{:02d}".format), rows["popwt"].round().astype(int)
    homicides = pd.DataFrame(
        {
            "area": area,
            "measure": "homicides",
            "day": [date(int(year), 1, 1) for year in rows["year"]],
            "value": rows["homicide"] * people / 100_000,
            "population": people,
        }
    )
    began = rows[rows["post"] == 1].groupby("sid")["year"].min()
    laws = pd.DataFrame(
        {
            "area": began.index.map("state_{:02d}".format),
            "measure": "begins:castle_doctrine",
            "day": [date(int(year), 1, 1) for year in began],
            "value": 1.0,
        }
    )
    numbers = pd.concat([homicides, laws], ignore_index=True).astype({"population": "Int64"}).assign(source=SOURCE)
    coverage = pd.DataFrame({"source": [SOURCE], "first": [FIRST], "last": [LAST], "lag_days": [0], "grain": ["month"]})
    return {"person": pd.DataFrame({"person_id": pd.Series(dtype=str)}), "area": numbers, "coverage": coverage}


def write(folder: Path) -> None:
    """Writes the tables as CSV files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables().items():
        rows.to_csv(folder / f"{name}.csv", index=False)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/castle/records.py FOLDER")
    write(Path(sys.argv[1]))
