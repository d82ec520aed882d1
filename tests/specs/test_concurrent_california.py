"""What else changed in California: tables that a design can take as they stand, and a design that takes some."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from evaluation.records.frames import FRAMES
from evaluation.study import load, parse
from evaluation.study.guide import PANEL

ROOT = Path(__file__).parents[2]
CALENDAR = (ROOT / "docs" / "concurrent_california.toml").read_text(encoding="utf-8")
WAIVER = ROOT / "designs" / "california" / "ive_waiver.toml"
DAYS = {  # each with the first day of its month, or year, where the day is not known; read in the authority's own text: one
    "SB 678": date(2010, 1, 1),
    "AB 109": date(2011, 10, 1),
    "Proposition 47": date(2014, 11, 5),
    "Proposition 57": date(2016, 11, 1),
    "Continuum": date(2017, 1, 1),
    "Tubbs": date(2017, 10, 1),
    "zero bail": date(2020, 4, 13),
    "FFPSA": date(2021, 10, 1),
    "Whole Person": date(2021, 12, 31),
    "CalAIM": date(2022, 1, 1),
    "Proposition 36": date(2024, 12, 18),
}


def test_the_calendar_of_california_is_taken_by_a_design_as_it_stands() -> None:
    design = PANEL[: PANEL.index("[[concurrent]]")].replace('areas   = "people"', 'areas   = "california_counties"')

    changes = parse(f"{design}\n{CALENDAR}").concurrent

    assert [change.begins for change in changes] == list(DAYS.values())
    assert all(change.policy.startswith(name) for change, name in zip(changes, DAYS, strict=True))
    assert [change.policy for change in changes if change.verified] == ["Whole Person Care pilots over"]
    assert {area for change in changes for area in change.where} <= set(FRAMES["california_counties"])


def test_the_waiver_is_a_panel_of_all_counties_with_entries_and_exits_and_takes_from_the_calendar() -> None:
    study = load(WAIVER)
    plan, question = study.cohorts["main"], study.questions[0]

    assert plan.adopted is not None and (plan.adopted.starts, plan.adopted.stops) == ("begins:ive_waiver", "ends:ive_waiver")
    assert plan.adopted.after_stop == "drop" and plan.areas == "california_counties"
    assert (question.outcome, question.per) == ("foster_entry_rate/ccwip", 1000)
    shipped = parse(f"{PANEL[: PANEL.index('[[concurrent]]')]}\n{CALENDAR}".replace('"people"', '"california_counties"')).concurrent
    assert study.concurrent and set(study.concurrent) <= set(shipped)


def test_the_guide_to_places_points_to_both() -> None:
    guide = (ROOT / "docs" / "places.md").read_text(encoding="utf-8")

    assert "(concurrent_california.toml)" in guide and "(../designs/california/ive_waiver.toml)" in guide
