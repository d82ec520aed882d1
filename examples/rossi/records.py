"""The Rossi recidivism experiment as canonical records: 432 men released from Maryland prisons, financial aid by lot.

    python examples/rossi/records.py FOLDER        # writes the records as CSV

Data: Rossi, Berk and Lenihan (1980), *Money, Work, and Crime*, as Allison's extract in the package lifelines.  The file
gives the week of the first arrest and no calendar date.  Three things here are therefore invented, and change no result:
everybody is released on the same day, a week's arrest is dated on the last day of that week, and what the file gives as a
number, a count or a yes (age, prior convictions, work, marriage, parole) is dated before the release.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
from lifelines.datasets import load_rossi

RELEASE = date(1972, 1, 3)
WEEKS = 52
SOURCE = "experiment"


def tables() -> dict[str, pd.DataFrame]:
    """The canonical tables person, event and coverage."""
    men = load_rossi()
    men.insert(0, "person_id", [f"man-{number:03d}" for number in range(1, len(men) + 1)])
    person = pd.DataFrame(
        {
            "person_id": men["person_id"],
            "birth": [RELEASE - timedelta(days=int(365.25 * age) + 180) for age in men["age"]],
            "sex": "male",
            "race_ethnicity": men["race"].map({1: "black", 0: "other"}),
        }
    )
    coverage = pd.DataFrame(
        {
            "source": [SOURCE],
            "first": [RELEASE - timedelta(days=3653)],
            "last": [RELEASE + timedelta(days=7 * WEEKS - 1)],
            "lag_days": [0],
            "grain": ["week"],
        }
    )
    return {"person": person, "event": _events(men), "coverage": coverage}


def _events(men: pd.DataFrame) -> pd.DataFrame:
    rows: list[tuple[str, str, date, int | None]] = []
    for man in men.itertuples():
        lines: list[tuple[str, date]] = [("release", RELEASE), ("lot:financial_aid" if man.fin else "lot:no_aid", RELEASE)]
        lines += [("conviction", RELEASE - timedelta(days=90 * (number + 1))) for number in range(man.prio)]
        before = {"full_time_work": man.wexp, "married": man.mar, "parole": man.paro}
        lines += [(kind, RELEASE - timedelta(days=30)) for kind, had in before.items() if had]
        if man.arrest:
            lines.append(("arrest", RELEASE + timedelta(days=7 * man.week - 1)))
        rows += [(man.person_id, kind, day, None) for kind, day in lines]
        rows.append((man.person_id, "age_in_years", RELEASE - timedelta(days=1), int(man.age)))
    return pd.DataFrame(rows, columns=["person_id", "kind", "day", "value"]).astype({"value": "Int64"}).assign(source=SOURCE)


def write(folder: Path) -> None:
    """Writes the tables as CSV files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables().items():
        rows.to_csv(folder / f"{name}.csv", index=False)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/rossi/records.py FOLDER")
    write(Path(sys.argv[1]))
