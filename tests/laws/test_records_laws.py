"""What holds for any records: order tells nothing, counts add up, every way in agrees, damage never ends in a traceback."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from evaluation.records import Records, connect
from evaluation.records.contract import CONTRACT
from evaluation.records.days import day_of
from evaluation.terms import Refused

FEW = settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])  # each example opens a database
FIRST, LAST = date(2015, 1, 1), date(2015, 1, 9)
COVERAGE = pd.DataFrame({"source": ["jail"], "first": [FIRST.isoformat()], "last": [LAST.isoformat()], "lag_days": ["0"], "grain": ["day"]})

IDS = st.sampled_from(["Qa", "Qb", "Qc", "", "None"])
DAYS = st.sampled_from(["2014-12-31", "2015-01-01", "2015-01-05", "2015-01-09", "2015-01-10", "", "1/5/2015", "2015-02-30", "9999-12-31"])
PEOPLE = st.lists(
    st.tuples(IDS, st.sampled_from(["", "1990-01-01", "2015-01-05", "x"]), st.sampled_from(["", "2015-01-05", "2015-01-09"])), max_size=6
)
EVENTS = st.lists(st.tuples(IDS, DAYS, st.sampled_from(["", "1", "2", "1.5", "x"]), st.sampled_from(["jail", "jail", "court", ""])), max_size=14)


def frames(people: list[tuple[str, ...]], events: list[tuple[str, ...]]) -> dict[str, pd.DataFrame]:
    person = pd.DataFrame(people, columns=["person_id", "birth", "death"], dtype=object)
    event = pd.DataFrame(events, columns=["person_id", "day", "value", "source"], dtype=object).assign(kind="arrest")
    return {"person": person, "event": event, "coverage": COVERAGE}


def held(records: Records) -> dict[str, list[dict[str, Any]]]:
    return {name: records.engine.fetch(exp.select("*").from_(exp.to_table(name, quoted=True))).to_pylist() for name in CONTRACT}


# ------------------------------------------------------------------------------------------------ a slow, obvious reference
def whole_day(text: str) -> int | None:
    try:
        when = date.fromisoformat(text)
    except ValueError:
        return None
    return day_of(when) if 1900 <= when.year <= 2200 else None


def people_kept(people: list[tuple[str, ...]]) -> dict[str, int | None]:
    """Person -> birth, for the people who may be used."""
    kept: dict[str, int | None] = {}
    sound = {row for row in people if row[0] and (not row[1] or whole_day(row[1]) is not None)}
    sound = {row for row in sound if not (row[1] and row[2] and row[2] < row[1])}
    for who, birth, _ in sorted(sound):
        if sum(other[0] == who for other in sound) == 1:
            kept[who] = whole_day(birth) if birth else None
    return kept


def verdict(row: tuple[str, ...], earlier: list[tuple[str, ...]], births: dict[str, int | None]) -> str | None:
    """The first reason against an event, or None."""
    who, when, value, source = row
    day = whole_day(when)
    if not who or not when or not source or day is None or value in ("1.5", "x"):
        return "flaw"
    if source != "jail":
        return "unknown source"
    if row in earlier:
        return "repeated"
    if who not in births:
        return "orphan"
    if not day_of(FIRST) <= day <= day_of(LAST):
        return "outside coverage"
    birth = births[who]
    return "before birth" if birth is not None and day < birth else None


@FEW
@given(PEOPLE, EVENTS)
def test_the_engine_sets_aside_what_the_obvious_reference_does(people: list[tuple[str, ...]], events: list[tuple[str, ...]]) -> None:
    births = people_kept(people)
    expected = Counter(verdict(row, events[:place], births) for place, row in enumerate(events))

    records = connect(frames(people, events))

    flaws = {"missing", "bad date", "bad number"}
    seen: Counter[str | None] = Counter()
    for each in records.quality.set_aside:
        if each.table == "event":
            seen["flaw" if each.reason in flaws else each.reason] += each.rows
    seen[None] = len(held(records)["event"])
    assert {key: number for key, number in expected.items() if number} == {key: number for key, number in seen.items() if number}
    assert {row["person_id"] for row in held(records)["person"]} == set(births)


@FEW
@given(PEOPLE, EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_neither_records_nor_counts(people: list[tuple[str, ...]], events: list[tuple[str, ...]], luck: Any) -> None:
    here = connect(frames(people, events))

    there = connect(frames(luck.sample(people, len(people)), luck.sample(events, len(events))))

    assert held(here) == held(there)
    assert str(here.quality) == str(there.quality)
    assert here.manifest.totals == there.manifest.totals


@FEW
@given(PEOPLE, EVENTS)
def test_a_folder_and_frames_give_the_same_records_and_every_row_is_counted_once(
    people: list[tuple[str, ...]], events: list[tuple[str, ...]]
) -> None:
    given_frames = frames(people, events)
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in given_frames.items():
            frame.to_csv(Path(folder) / f"{name}.csv", index=False, quoting=csv.QUOTE_ALL)
        from_files = connect(folder)

    from_frames = connect(given_frames)

    assert held(from_files) == held(from_frames)
    assert from_files.quality == from_frames.quality
    for count in from_files.quality.tables:
        assert count.read == len(given_frames[count.table])
        assert count.read - count.kept == sum(each.rows for each in from_files.quality.set_aside if each.table == count.table)


@FEW
@given(PEOPLE, EVENTS)
def test_no_report_shows_a_value_of_a_person(people: list[tuple[str, ...]], events: list[tuple[str, ...]]) -> None:
    quality = connect(frames(people, events)).quality

    shown = str(quality) + quality.summary() + quality.frame().to_csv()
    assert not any(word in shown for word in ("Qa", "Qb", "Qc", "1/5/2015", "2015-01-05", "1990-01-01", "9999-12-31", "court"))


SOUND = "person_id,kind,day,value,source\n" + "".join(f'Zaragoza{n},"arrest, at night",2015-01-0{n},{n},jail\n' for n in range(1, 6))


def written(folder: Path, event: bytes) -> Path:
    (folder / "person.csv").write_text("person_id\n" + "".join(f"Zaragoza{n}\n" for n in range(1, 6)))
    COVERAGE.to_csv(folder / "coverage.csv", index=False)
    (folder / "event.csv").write_bytes(event)
    return folder


@cache
def sound_digest() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return connect(written(Path(folder), SOUND.encode())).manifest.digest


@settings(FEW, max_examples=30)
@given(st.integers(0, len(SOUND) - 1), st.sampled_from(["cut", "drop", '"', ",", "\n", "\r", "\0", "\xff", "é", "9"]))
def test_damage_anywhere_in_a_file_is_refused_or_read_and_never_ends_in_a_traceback(place: int, damage: str) -> None:
    content = SOUND.encode()
    whole = sound_digest()
    after = b"" if damage == "cut" else content[place + 1 :]
    put = b"" if damage in ("cut", "drop") else damage.encode("latin-1" if damage == "\xff" else "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        try:
            records = connect(written(Path(folder), content[:place] + put + after))
            said = str(records.quality)
            assert records.manifest.digest != whole or content[:place] + put + after == content
        except Refused as refused:
            said = str(refused)

    assert "Zaragoza" not in said
