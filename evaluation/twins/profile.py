"""Records told by counts, dates, gaps and overlap alone: all that a county need hand over for a twin to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sqlglot import exp

from ..records import Records
from ..records.contract import CONTRACT
from ..records.days import FOREVER, date_of
from ..records.sql import table
from ..terms import Problem, Refused
from . import safely
from .safely import FEWEST, Told
from .streams import Stream, told

if TYPE_CHECKING:
    import pandas as pd

    from ..terms import Array

FORM = "betteroff profile 1"
STREAMED = ("event", "spell", "service", "score", "quarter", "cost")
FOLLOWING = ("quarter", "cost")  # told after the others, for money follows what happens
SAID = (
    "Counts of people and rows, by month, kind and source, of which every cell shows eleven people or more: smaller ones are merged with "
    "their neighbours, or left out. Counts are rounded to 5 (the smallest is 15), shares to two decimals, medians to two digits. No row, no id."
)


def profile_of(records: Records) -> Told:
    """The profile of some records, as JSON can hold it.

    Left out: kinds of row that fewer than eleven people have, the table `area`, and whatever ties a person's rows together beyond
    what is told: which rows come with which, and how far apart.  Refuses records of fewer than eleven people.
    """
    persons = _rows(records, "person")
    if len(persons) < FEWEST:
        raise Refused(Problem("records", "hold too few people for a profile.", f"{FEWEST} are the fewest that a count may show."))
    number = {person: place for place, person in enumerate(persons["person_id"])}
    streams = sorted(
        (stream for name in STREAMED for stream in _streams(records, name, number)), key=lambda one: (one.table in FOLLOWING, -len(one.who), one.key)
    )  # fmt: skip
    families = _rows(records, "family")
    known: list[Told] = []
    for place, stream in enumerate(streams):
        known.append(told(stream, streams[:place], known))
    return {
        "form": FORM,
        "said": SAID,
        "person": _person(persons),
        "family": _families(families),
        "crosswalk": _crosswalk(_rows(records, "crosswalk"), number),
        "coverage": _plain(_rows(records, "coverage"), "coverage"),
        "unit_cost": _plain(_rows(records, "unit_cost"), "unit_cost"),
        "streams": known,
    }


def _rows(records: Records, name: str) -> pd.DataFrame:
    """A canonical table as the engine holds it, in an order that does not hang on how it was read."""
    names = CONTRACT[name].names
    return records.engine.fetch(exp.select(*names).from_(table(name)).order_by(*names)).to_pandas()


def _streams(records: Records, name: str, number: dict[str, int]) -> list[Stream]:
    """The rows of a table by kind and source, but those that fewer than eleven people have."""
    rows, contract = _rows(records, name), CONTRACT[name]
    kind, day = contract.kind or "", contract.day or ""
    found = []
    for (of, source), part in rows.groupby([kind, "source"], sort=True):
        who = part["person_id"].map(number).to_numpy(dtype=np.int64)
        if safely.people(who) < FEWEST:
            continue
        order = np.lexsort((part[day].to_numpy(), who))
        part, who = part.iloc[order], who[order]
        stop = part["stop"].fillna(FOREVER).to_numpy(dtype=np.int64) if "stop" in contract else None
        found.append(Stream(name, str(of), str(source), part, who, part[day].to_numpy(dtype=np.int64), stop))
    return found


def _person(persons: pd.DataFrame) -> Told:
    """How many people, when they were born, died and moved, and what is recorded of them, each by itself."""
    n, who = len(persons), np.arange(len(persons))
    found: Told = {"people": safely.count(n), "words": {}}
    birth = persons["birth"].notna().to_numpy()
    if int(birth.sum()) >= FEWEST:
        born = persons["birth"][birth].to_numpy(dtype=float) / 365.25
        cells = safely.slices(born, who[birth])  # years since 1970
        found["born"] = {
            "filled": safely.share(int(birth.sum()), n),
            "values": [{"rows": safely.count(len(cell)), "median": round(float(np.median(born[cell])), 1)} for cell in cells],
        }
    for name in ("death", "moved"):
        there = (persons[name].fillna(FOREVER) < FOREVER).to_numpy()
        found[name] = safely.months(persons[name][there].to_numpy(dtype=np.int64), who[there]) if int(there.sum()) >= FEWEST else []
    for name in ("sex", "race_ethnicity", "language", "area"):
        if persons[name].notna().any():
            found["words"][name] = safely.words(persons[name].where(persons[name].notna(), None).tolist(), who)
    return found


def _families(families: pd.DataFrame) -> Told:
    """How many families have how many members, and the places in them; families of a size that fewer than eleven have are left out."""
    if families.empty:
        return {"sizes": [], "roles": {}}
    size = families.groupby("family_id", sort=True).size().to_numpy()
    cells = safely.cut(size, np.arange(len(size)))
    sizes = [{"families": safely.count(len(cell)), "median": float(np.median(size[cell]))} for cell in cells]
    who = np.unique(families["person_id"], return_inverse=True)[1]
    roles = families["role"]
    return {"sizes": sizes, "roles": safely.words(roles.where(roles.notna(), None).tolist(), who) if roles.notna().any() else {}}


def _crosswalk(crosswalk: pd.DataFrame, number: dict[str, int]) -> list[Told]:
    """Of each source how many ids there are, which share is linked, and how surely; an id of its own counts as somebody."""
    found = []
    for source, part in crosswalk.groupby("source", sort=True):
        linked = part["person_id"].isin(list(number)).to_numpy()
        who: Array = np.arange(len(part))
        if len(part) < FEWEST:
            continue
        scored = part["score"].notna().to_numpy()
        scores = safely.sketch(part["score"][scored].to_numpy(), who[scored]) if scored.any() else []
        found.append({"source": str(source), "ids": safely.count(len(part)), "linked": safely.share(int(linked.sum()), len(part)), "scores": scores})
    return found


def _plain(rows: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    """A table that is about nobody, as it stands."""
    days = {column.name for column in CONTRACT[name] if column.type == "day"}
    return [
        {
            str(key): date_of(int(value)).isoformat() if key in days else value.item() if hasattr(value, "item") else value
            for key, value in row.items()
            if value is not None and value == value
        }
        for row in rows.to_dict("records")
    ]
