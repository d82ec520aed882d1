"""Prisons of Texas as canonical records: Black men in prison in every state from 1985 to 2000, and how much Texas built in 1993.

    python examples/texas/records.py FOLDER        # writes the records as CSV; needs the package causaldata

Data: Cunningham and Kang (2019), *Studying the Effect of Incarceration Shocks to Drug Markets* (unpublished), as `texas` in the package
causaldata, which Cunningham's *Causal Inference: The Mixtape* reads for its chapter on synthetic control.  The file counts by year: a
year's number is dated on 1 January of it, and so is the day from which new prisons in Texas held people, 1993.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pandas as pd
from causaldata import texas

SOURCE = "prisons"
FIRST, LAST = date(1985, 1, 1), date(2000, 12, 31)
BUILT = date(1993, 1, 1)


def tables() -> dict[str, pd.DataFrame]:
    """The canonical tables person (empty: the file holds places), area and coverage."""
    rows = texas.load_pandas().data
    held = pd.DataFrame(
        {
            "area": rows["state"],
            "measure": "black_men_in_prison",
            "day": [date(int(year), 1, 1) for year in rows["year"]],
            "value": rows["bmprison"].astype(float),
        }
    )
    built = pd.DataFrame({"area": ["Texas"], "measure": ["begins:prison_building"], "day": [BUILT], "value": [1.0]})
    numbers = pd.concat([held, built], ignore_index=True).assign(source=SOURCE)
    coverage = pd.DataFrame({"source": [SOURCE], "first": [FIRST], "last": [LAST], "lag_days": [0], "grain": ["month"]})
    return {"person": pd.DataFrame({"person_id": pd.Series(dtype=str)}), "area": numbers, "coverage": coverage}


def write(folder: Path) -> None:
    """Writes the tables as CSV files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables().items():
        rows.to_csv(folder / f"{name}.csv", index=False)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/texas/records.py FOLDER")
    write(Path(sys.argv[1]))
