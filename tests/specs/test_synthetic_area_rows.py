"""What invented offices leave in the table `area`: who lives there, and when each begins; the same whatever the plan or the chunk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from evaluation.records.days import date_of
from synthetic import NEVER, WORLDS
from synthetic.streaming import synthesize

STAGGERED = WORLDS["staggered"]
PEOPLE = STAGGERED.people(300, 3)


def test_every_office_has_its_people_and_the_day_on_which_it_begins() -> None:
    rows = STAGGERED.records(STAGGERED.live(PEOPLE, STAGGERED.as_run))["area"]
    people, begins = (rows[rows["measure"] == measure] for measure in ("people", "begins:neighborhood_services"))
    days = STAGGERED.as_run.days(3)  # type: ignore[attr-defined]  # the plan of this world goes by the calendar of its offices

    assert len(people) == 40 and people["value"].sum() == 300
    assert begins["area"].tolist() == [f"office_{number:02d}" for number in range(1, 25)]  # sixteen never begin
    assert begins["day"].dt.date.tolist() == [date_of(int(day)) for day in days[:24]]


def test_under_another_plan_the_days_are_those_by_which_the_programme_is_run() -> None:
    ran, never = (STAGGERED.truth(STAGGERED.live(PEOPLE, plan))["area"] for plan in (STAGGERED.as_run, NEVER))

    pd.testing.assert_frame_equal(ran, never)


def test_worlds_without_offices_have_no_such_table() -> None:
    world = WORLDS["referred"]

    assert "area" not in world.records(world.live(world.people(50, 1), world.as_run))


def test_a_county_made_in_chunks_counts_everybody_of_an_office_once(tmp_path: Path) -> None:
    whole, parts = (synthesize(STAGGERED, 90, tmp_path / str(chunk), seed=3, chunk=chunk) for chunk in (90, 40))
    held = pd.read_parquet(parts.folder / "records" / "area.parquet")

    assert whole.content == parts.content
    assert held.loc[held["measure"] == "people", "value"].sum() == 90
    assert parts.tally["area", "people", "neighborhood_offices"] == 40
    assert np.isfinite(held["value"]).all()
