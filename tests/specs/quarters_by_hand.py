"""A lot among people released from jail, told quarter by quarter: how many of each arm were arrested within half a year is written down here."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from evaluation.delivery import Delivered, Job, deliver_all
from evaluation.findings.policies import Rules
from evaluation.records import Records, connect
from evaluation.study import load

DESIGN = """
title     = { en = "Aid on release", es = "Ayuda al salir" }
county    = "small"
programme = "aid"

[cohort]
unit          = "person"
starts        = { event = "release", which = "first" }
between       = [2020-01-01, 2020-12-31]
clock         = "eligibility"
lookback_days = 30

[cohort.assigned]
by       = "lot"
offered  = "lot:aid"
withheld = "lot:no_aid"

[[question]]
outcome    = "recidivism/arrest"
horizon    = { days = 182 }
method     = "randomized"
worthwhile = -0.05
role       = "headline"

[release]
policy    = "cms_11"
languages = ["en", "es"]
"""
FIRST = ((216, 48), (216, 66))  # of each arm: people, and those arrested
LATER = ((260, 55), (262, 90))  # 7 more of those offered aid were arrested
PLENTY = ((316, 98), (316, 126))


def records(arms: tuple[tuple[int, int], tuple[int, int]], *, named: str = "") -> Records:
    """People of both arms, the first of each arrested; a larger arm holds everybody of a smaller one of the same name."""
    events: list[tuple[str, str, date]] = []
    for arm, (people, arrested) in zip(("aid", "no_aid"), arms, strict=True):
        for number in range(people):
            person, start = f"{named}{arm}{number:04d}", date(2020, 1, 10) + timedelta(days=number // 2)
            events += [(person, "release", start), (person, f"lot:{arm}", start)]
            # spread over the arm, so that a later quarter's people are arrested too; who was arrested once stays so
            events += [(person, "arrest", start + timedelta(days=20 + number % 90))] if number < arrested else []
    rows = pd.DataFrame(events, columns=["person_id", "kind", "day"]).assign(source="jail", value=None)
    covered = pd.DataFrame([{"source": "jail", "first": date(2018, 1, 1), "last": date(2022, 12, 31), "lag_days": 0, "grain": "day"}])
    return connect({"person": pd.DataFrame({"person_id": sorted(set(rows["person_id"]))}), "event": rows, "coverage": covered})


def design(folder: Path, name: str = "aid", text: str = DESIGN) -> Path:
    """The design as a file."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def deliver(path: Path, held: Records, out: Path, *, policy: Rules | None = None, invented: bool = False) -> Delivered:
    """What `betteroff run` does with one design."""
    [one] = deliver_all([Job(path.stem, load(path), held, policy=policy, invented=invented)], out)
    return one
