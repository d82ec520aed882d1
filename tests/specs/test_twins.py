"""A twin of an extract holds its counts, dates and gaps, and none of its people; a profile holds no small count."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from typer.testing import CliRunner

import evaluation as ev
from evaluation.__main__ import app
from evaluation.terms import Refused
from evaluation.twins import profile_of, twin_of
from synthetic import WORLDS

DESIGN = Path(__file__).parents[2] / "designs" / "bayview" / "navigation_offered.toml"
PEOPLE = 900
# of a stream's rows, the share that lies in another quarter than the original's: of rows of their own only rounding to 5 and merged months
# move any; rows that come with others lie where those lie; an offer comes with somebody's first release, and who is released first when is
# in no profile
MOVED, FIRSTS = 0.1, 0.25
# of days between rows, how far a quantile may lie off: gaps of one person are drawn apart from each other, and pressed together where a
# person's would run past the records; rows that come with others take the gaps that those leave
APART, COMING_WITH = 0.3, 0.5


@cache
def original() -> dict[str, pd.DataFrame]:
    world = WORLDS["referred"].of("reentry_navigation")
    reads = {"arrest", "jail_booking", "release", "custody", "conviction", "shelter", "health_contact", "reentry_navigation"}
    offers = {"offer:reentry_navigation", "no_offer:reentry_navigation"}
    return dict(world.records(world.live(world.people(PEOPLE, 3), world.as_run), reads | offers | {"cost", "calfresh"}))


@cache
def told() -> dict[str, Any]:
    return profile_of(ev.connect(original()))


@cache
def twin() -> dict[str, pd.DataFrame]:
    return twin_of(json.loads(json.dumps(told())))


def counts(node: Any, name: str = "") -> Iterator[float]:
    """Every count that a profile holds: whatever stands under people, rows, ids, families, or beside a word."""
    if isinstance(node, dict):
        for key, value in node.items():
            words = name in ("words", "roles") or (isinstance(value, int) and not isinstance(value, bool) and name == "word counts")
            yield from counts(value, key if not words else "rows" if isinstance(value, int) else "words")
    elif isinstance(node, list):
        for value in node:
            yield from counts(value, name)
    elif name in ("people", "rows", "ids", "families"):
        yield node


def test_a_profile_holds_no_count_of_one_to_ten_and_no_id() -> None:
    held = {key: value for key, value in told().items() if key not in ("coverage", "unit_cost")}
    found = list(counts(held))
    text = json.dumps(held)

    assert len(found) > 500
    assert min(found) >= 15 and all(number % 5 == 0 for number in found)
    assert not re.search(r'"[A-Z]\d{7}"', text)
    assert not any(person in text for person in original()["person"]["person_id"].sample(50, random_state=1))


def test_a_kind_that_ten_people_have_is_in_no_profile_and_one_that_eleven_have_is() -> None:
    def with_rare(many: int) -> set[str]:
        people = original()["person"]["person_id"][:many]
        rare = pd.DataFrame({"person_id": people, "kind": "rare_thing", "day": pd.Timestamp("2020-02-01"), "source": "jail"})
        few = {name: original()[name] for name in ("person", "coverage")}
        event = original()["event"].query("kind == 'release'")
        return {one["kind"] for one in profile_of(ev.connect(few | {"event": pd.concat([event, rare])}))["streams"]}

    assert with_rare(10) == {"release"}
    assert with_rare(11) == {"release", "rare_thing"}


def test_a_twin_is_in_order_and_runs_a_shipped_design() -> None:
    county = ev.connect(twin())
    findings = ev.evaluate(ev.load(DESIGN), county)

    assert all(count.read == count.kept for count in county.quality.tables)
    assert findings[0].answer.estimate is not None


def test_the_same_seed_makes_the_same_twin_and_another_seed_another() -> None:
    again, other = twin_of(told()), twin_of(told(), seed=1)

    assert list(again) == list(twin())
    for name, frame in again.items():
        pd.testing.assert_frame_equal(frame, twin()[name])
    assert not other["event"].equals(again["event"])


def test_rows_fall_into_the_quarters_that_the_original_has() -> None:
    off = {}
    for kind, rows in original()["event"].groupby("kind"):
        mine = twin()["event"].query("kind == @kind")
        assert len(mine) == pytest.approx(len(rows), rel=0.03)
        quarter = [pd.to_datetime(each["day"]).dt.to_period("Q").value_counts(normalize=True) for each in (rows, mine)]
        off[kind] = quarter[0].sub(quarter[1], fill_value=0).abs().sum() / 2

    assert len(off) >= 7
    assert all(share < (FIRSTS if "offer" in kind else MOVED) for kind, share in off.items()), off


def test_rows_lie_as_far_apart_as_in_the_original() -> None:
    def gaps(rows: pd.DataFrame) -> Any:
        ordered = rows.assign(day=pd.to_datetime(rows["day"])).sort_values(["person_id", "day"])
        return ordered.groupby("person_id")["day"].diff().dt.days.dropna()

    looked = 0
    for kind, rows in original()["event"].groupby("kind"):
        mine, own = (gaps(each) for each in (twin()["event"].query("kind == @kind"), rows))
        if len(own) < 400:
            continue
        looked += 1
        allowed = APART if kind in ("arrest", "health_contact") else COMING_WITH
        for level in (0.25, 0.5, 0.75, 0.9):
            assert mine.quantile(level) == pytest.approx(own.quantile(level), rel=allowed, abs=15), (kind, level)

    assert looked >= 3


def test_nobody_in_a_twin_is_more_like_somebody_real_than_real_people_are_like_each_other() -> None:
    def rows(tables: dict[str, pd.DataFrame]) -> pd.Series:
        frame = tables["event"]
        keys = frame["kind"] + pd.to_datetime(frame["day"]).dt.strftime(" %Y-%m-%d")
        return keys.groupby(frame["person_id"]).apply(set)

    own, made = rows(original()), rows(twin())
    place = {key: at for at, key in enumerate(sorted(set().union(*own, *made)))}

    def matrix(each: pd.Series) -> sparse.csr_matrix:
        at = [(row, place[key]) for row, keys in enumerate(each) for key in keys]
        return sparse.csr_matrix((np.ones(len(at)), np.array(at).T), shape=(len(each), len(place)))

    def nearest(one: sparse.csr_matrix, other: sparse.csr_matrix, *, same: bool = False) -> Any:
        shared = (one @ other.T).toarray()
        either = one.sum(axis=1) + other.sum(axis=1).T - shared
        alike = np.asarray(shared / either)
        if same:
            np.fill_diagonal(alike, 0)
        return alike.max(axis=1)

    real, theirs = matrix(own), nearest(matrix(made), matrix(own))
    ours = nearest(real, real, same=True)

    assert theirs.mean() <= ours.mean() + 0.02
    assert theirs.max() <= max(ours.max(), 0.5)
    assert not set(twin()["person"]["person_id"]) & set(original()["person"]["person_id"])


def test_the_command_writes_a_profile_and_a_twin_and_the_profile_alone_makes_the_same(tmp_path: Path) -> None:
    records = tmp_path / "records"
    records.mkdir()
    for name in ("person", "coverage"):
        original()[name].to_csv(records / f"{name}.csv", index=False)
    original()["event"].query("kind in ('arrest', 'release')").to_csv(records / "event.csv", index=False)
    first = CliRunner().invoke(app, ["twin", "--records", str(records), "--out", str(tmp_path / "one")])
    second = CliRunner().invoke(app, ["twin", "--profile", str(tmp_path / "one" / "profile.json"), "--out", str(tmp_path / "two")])

    assert first.exit_code == second.exit_code == 0
    assert json.loads((tmp_path / "one" / "profile.json").read_text(encoding="utf-8"))["person"]["people"] == PEOPLE
    for path in (tmp_path / "one" / "records").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / "records" / path.name).read_bytes()


def test_what_is_no_profile_and_records_of_too_few_are_refused_in_a_sentence() -> None:
    few = {"person": original()["person"][:10], "coverage": original()["coverage"]}

    with pytest.raises(Refused, match="is none that this version makes a twin of"):
        twin_of({"form": "another"})
    with pytest.raises(Refused, match="too few people for a profile"):
        profile_of(ev.connect(few))
