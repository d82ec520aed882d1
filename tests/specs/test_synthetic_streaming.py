"""A county written piece by piece: the same bytes however it is cut, readable as records, its truth apart, all of it or nothing."""

from __future__ import annotations

import errno
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.records import connect
from evaluation.records.contract import CONTRACT
from evaluation.records.sql import table
from evaluation.terms import Refused
from synthetic import NEVER, WORLDS, Plan, parquet, philox, placing
from synthetic.faults import PLANTED, Faults, laid
from synthetic.filled import ids
from synthetic.plans import ByLot
from synthetic.rates.rate import Rate
from synthetic.streaming import AT_ONCE, County, problems_with, synthesize
from synthetic.streams import SMALLEST, WORDS, Luck, Stream

LOTTERY = WORLDS["lottery"]
PEOPLE = 4_804  # more events than one row group holds, and not a multiple of any chunk below
CHUNKED = [world for world in WORLDS.values() if not world.as_run.whole]


def written(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return synthesize(LOTTERY, PEOPLE, tmp_path_factory.mktemp("scale") / "county", 7, chunk=PEOPLE)


# ------------------------------------------------------------------------------------------------ the same however it is cut
@pytest.mark.parametrize(("chunk", "jobs"), [(1_999, 1), (1_201, 1), (1_503, 2), (10**9, 2)])
def test_chunks_and_processes_change_no_byte(county: County, tmp_path: Path, chunk: int, jobs: int) -> None:
    again = synthesize(LOTTERY, PEOPLE, tmp_path / "again", 7, chunk=chunk, jobs=jobs)

    assert again.content == county.content
    assert written(again.folder) == written(county.folder)


@pytest.mark.parametrize("world", CHUNKED, ids=lambda world: world.name)
def test_every_world_is_the_same_in_any_chunks(world: Any, tmp_path: Path) -> None:
    counties = [synthesize(world, 150, tmp_path / str(chunk), 3, chunk=chunk) for chunk in (150, 64, 37)]

    assert len({each.content for each in counties}) == 1
    assert written(counties[0].folder) == written(counties[1].folder) == written(counties[2].folder)


@pytest.mark.parametrize("name", ["families", "staggered"])
def test_families_and_offices_are_the_same_in_two_processes(name: str, tmp_path: Path) -> None:
    one, two = (synthesize(WORLDS[name], 150, tmp_path / str(jobs), 3, chunk=37, jobs=jobs) for jobs in (1, 2))

    assert written(one.folder) == written(two.folder)


def test_another_seed_is_another_county(tmp_path: Path) -> None:
    other = synthesize(LOTTERY, 200, tmp_path / "other", 8)

    assert other.content != synthesize(LOTTERY, 200, tmp_path / "same", 7).content


def test_a_small_county_is_the_beginning_of_a_large_one(county: County, tmp_path: Path) -> None:
    small = synthesize(LOTTERY, 200, tmp_path / "small", 7).folder / "records" / "event.parquet"
    few, many = pq.read_table(small), pq.read_table(county.folder / "records" / "event.parquet")

    assert few.equals(many.slice(0, len(few)))
    assert many["person_id"][len(few)].as_py() == "P0000200"


def test_rows_come_by_person_and_day_in_row_groups_of_one_size(county: County) -> None:
    path = county.folder / "records" / "event.parquet"
    events, held = pq.read_table(path).to_pandas(), pq.ParquetFile(path).metadata
    groups = [held.row_group(place).num_rows for place in range(held.num_row_groups)]

    assert len(groups) > 1 and set(groups[:-1]) == {parquet.GROUP}
    assert events[["person_id", "day"]].equals(events[["person_id", "day"]].sort_values(["person_id", "day"]))


# ------------------------------------------------------------------------------------------------ records
def test_what_is_read_from_the_files_is_what_the_world_records(county: County) -> None:
    lives = LOTTERY.live(LOTTERY.people(PEOPLE, 7), LOTTERY.as_run)
    files, frames = connect(county.folder / "records"), connect(LOTTERY.records(lives))

    assert files.manifest.totals == frames.manifest.totals
    for name in ("person", "event", "cost", "coverage"):
        columns = CONTRACT[name].names
        one, other = (held.engine.fetch(_all(name, columns)).to_pandas() for held in (files, frames))
        pd.testing.assert_frame_equal(one, other)
    assert not len(files.set_aside())


def _all(name: str, columns: tuple[str, ...]) -> Any:
    from sqlglot import exp

    return exp.select(*columns).from_(table(name)).order_by(*columns)


def test_a_flipped_byte_is_refused_by_whoever_reads_it(county: County, tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    for name, content in written(county.folder / "records").items():
        (folder / name).write_bytes(content)
    damaged = bytearray((folder / "spell.parquet").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (folder / "spell.parquet").write_bytes(damaged)

    with pytest.raises(Refused, match=r"spell\.parquet: is damaged"):
        connect(folder)
    with pytest.raises(Refused, match=r"spell\.parquet: is damaged"):
        parquet.read(folder / "spell.parquet")


def test_the_dictionary_names_every_table_kind_and_source_and_that_of_the_truth_every_rate(county: County) -> None:
    said = (county.folder / "records" / "dictionary.md").read_text(encoding="utf-8")
    behind = (county.folder / "truth" / "dictionary.md").read_text(encoding="utf-8")
    events = pq.read_table(county.folder / "records" / "event.parquet").to_pandas()
    from synthetic.rates import MODULES

    assert [name for name in CONTRACT if f"### {name}\n" not in said] == []
    for (kind, source), rows in events.groupby(["kind", "source"]).size().items():
        assert f"| event | `kind` | `{kind}` | {source} | {rows:,} |" in said
    assert [name for each in MODULES for name, rate in vars(each).items() if isinstance(rate, Rate) and f"| `{name.lower()}` |" not in behind] == []


# ------------------------------------------------------------------------------------------------ the digest
def test_the_manifest_holds_rows_and_digests_that_the_files_give(county: County) -> None:
    for place, whole in ((county.folder / "records", "manifest.json"), (county.folder, "truth/manifest.json")):
        said = json.loads((place / whole).read_text(encoding="utf-8"))
        files = {path.relative_to(place).with_suffix("").as_posix(): parquet.read(path) for path in place.rglob("*.parquet")}

        assert files == {name: (each["rows"], each["sha256"]) for name, each in said["tables"].items()}
        assert said["content"] == parquet.content(files)
    assert said["content"] == county.content
    assert (said["world"], said["people"], said["seed"], said["programme"]) == ("lottery", PEOPLE, 7, "reentry_navigation")


def test_the_digest_does_not_depend_on_how_parquet_is_written_and_sees_every_value(county: County, tmp_path: Path) -> None:
    original = county.folder / "records" / "spell.parquet"
    rows = pq.read_table(original)
    (tmp_path / "other").mkdir()
    pq.write_table(rows, tmp_path / "spell.parquet", compression="none", row_group_size=1_234, use_dictionary=False)
    ends = rows["stop"].to_pylist()
    ends[17] = None
    changed = rows.set_column(rows.column_names.index("stop"), "stop", pa.array(ends, pa.date32()))
    pq.write_table(changed, tmp_path / "other" / "spell.parquet")

    assert parquet.read(tmp_path / "spell.parquet") == parquet.read(original)
    assert parquet.read(tmp_path / "other" / "spell.parquet")[1] != parquet.read(original)[1]


# ------------------------------------------------------------------------------------------------ truth
def test_truth_lies_apart_and_says_who_was_served_and_what_nobody_sees(county: County) -> None:
    lives = LOTTERY.live(LOTTERY.people(PEOPLE, 7), LOTTERY.as_run)
    people = pq.read_table(county.folder / "truth" / "people.parquet").to_pandas()
    enrolled = pd.to_datetime(people["enrolled"]).to_numpy().astype("datetime64[D]").astype(np.int64)

    assert np.array_equal(people["need"], lives.people.persons.need) and np.array_equal(people["frailty"], lives.people.persons.frailty)
    assert lives.offered is not None and np.array_equal(people["offered"].astype(bool), lives.offered)
    assert np.array_equal(people["enrolled"].isna(), lives.enrolled > lives.people.calendar.last)
    assert np.array_equal(enrolled[people["enrolled"].notna()], lives.enrolled[people["enrolled"].notna()])
    assert not {"need", "frailty", "offered"} & {name for path in county.folder.glob("records/*.parquet") for name in pq.read_schema(path).names}
    assert os.name == "nt" or (county.folder / "truth").stat().st_mode & 0o077 == 0
    assert "Never give it to an analyst" in (county.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("faults", [None, Faults(late=0.05, unlinked=0.03)])
def test_nothing_outside_the_truth_says_what_the_programme_does_or_how_to_make_the_lives_again(tmp_path: Path, faults: Faults | None) -> None:
    world, seed = WORLDS["surveillance"].but(effect="fading"), 9_081_726_354
    made = synthesize(world, 60, tmp_path / "county", seed, faults=faults)
    beside = {name: text.decode() for name, text in written(made.folder).items() if not name.endswith(".parquet")}
    sealed = {name for name in beside if name.startswith("truth/")}
    tells = [str(seed), world.why, world.programme.does, "surveillance", "fading", "steady", "effect", "ByWorker", "ratio", "assumed", "need", "late"]
    tells += [digest for name, (_, digest) in made.tables.items() if name.startswith("truth/")]
    outside = " ".join(beside[name] for name in set(beside) - sealed)

    assert set(beside) - sealed == {"README.md", "records/dictionary.md", "records/manifest.json"}
    assert [word for word in tells if re.search(rf"\b{re.escape(word)}\b", outside)] == []
    assert [word for word in tells[:5] if word not in " ".join(beside[name] for name in sealed)] == []
    assert [path for path in made.folder.rglob("*.parquet") if pq.read_schema(path).metadata] == []
    assert (" rows |" in beside["records/dictionary.md"]) == (faults is None)  # counts of right rows would tell how many are wrong
    assert connect(made.folder / "records").manifest.totals["person"]["rows"] == 60


def test_another_plan_writes_another_history_of_the_same_people(county: County, tmp_path: Path) -> None:
    never = synthesize(LOTTERY, PEOPLE, tmp_path / "never", 7, plan=NEVER)
    people, other = (pq.read_table(each.folder / "truth" / "people.parquet") for each in (county, never))

    assert people["need"].equals(other["need"]) and other["enrolled"].null_count == PEOPLE == other["offered"].null_count
    assert "service" not in {name.removeprefix("records/") for name, (rows, _) in never.tables.items() if rows}


def test_planted_faults_are_counted_and_found_at_their_rows_whatever_the_chunk(tmp_path: Path) -> None:
    faults = Faults(repeated=0.02, late=0.05, misspelt=0.02, unlinked=0.03, bad_numbers=0.02, missing=0.01, bad_dates=0.01)
    made = [synthesize(LOTTERY, 300, tmp_path / str(chunk), 5, chunk=chunk, faults=faults) for chunk in (300, 77)]
    clean = LOTTERY.records(LOTTERY.live(LOTTERY.people(300, 5), LOTTERY.as_run))
    whole = laid(clean, faults, 5)

    assert made[0].content == made[1].content and written(made[0].folder) == written(made[1].folder)
    assert made[0].planted is not None
    pd.testing.assert_frame_equal(made[0].planted.sort_values(PLANTED, ignore_index=True), whole.planted.sort_values(PLANTED, ignore_index=True))
    hits = pq.read_table(made[0].folder / "truth" / "faults_event.parquet").to_pandas()
    events = pq.read_table(made[0].folder / "records" / "event.parquet").to_pandas()
    gone = hits[hits["fault"] == "missing"]["row"]
    assert len(gone) and set(gone) == set(np.flatnonzero(events["day"].isna()))
    copies = hits[hits["fault"] == "repeated"]
    assert len(copies) and events.iloc[copies["row"]].reset_index(drop=True).equals(events.iloc[copies["twin"]].reset_index(drop=True))
    assert connect(made[0].folder / "records").manifest.totals == connect(whole.tables).manifest.totals


# ------------------------------------------------------------------------------------------------ all of it or nothing
class Full:
    """A file on a disk that is full after so many bytes."""

    def __init__(self, file: Any, room: int):
        self.file, self.room = file, room

    def write(self, data: Any) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return int(self.file.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.mark.parametrize("room", [0, 1_000, 50_000])
def test_a_disk_that_is_full_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    usual = parquet.opened
    monkeypatch.setattr(parquet, "opened", lambda path: Full(usual(path), room))

    with pytest.raises(Refused, match=r"^\S*county: the disk is full\. [^\n]*$"):
        synthesize(LOTTERY, PEOPLE, tmp_path / "county", 7, chunk=1_000)
    assert list(tmp_path.iterdir()) == []


@dataclass(frozen=True, slots=True)
class Killed(Plan):
    """The system ends the process that lives this plan."""

    def enrols(self, people: Any, offered: Any) -> Any:
        os._exit(9)


def test_a_process_that_the_system_ends_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"ended a process.*--chunk"):
        synthesize(LOTTERY, 40, tmp_path / "county", 7, chunk=10, jobs=2, plan=Killed())
    assert list(tmp_path.iterdir()) == []


def test_whoever_interrupts_it_finds_nothing_half_written(tmp_path: Path) -> None:
    def stop(many: int) -> None:
        raise KeyboardInterrupt

    (tmp_path / "county").mkdir()
    with pytest.raises(KeyboardInterrupt):
        synthesize(LOTTERY, 400, tmp_path / "county", 7, chunk=100, progress=stop)

    assert [path.name for path in tmp_path.iterdir()] == ["county"] and not list((tmp_path / "county").iterdir())


def test_two_runs_at_once_are_refused_and_what_a_killed_run_left_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / ".county.half" / "new"
    left.mkdir(parents=True)
    (left / "README.md").write_text("half", encoding="utf-8")
    with placing.whole(tmp_path / "county") as fresh:
        assert not list(fresh.iterdir())
        with pytest.raises(Refused, match="another run is writing"):
            synthesize(LOTTERY, 10, tmp_path / "county")
        (fresh / "one").write_text("whole", encoding="utf-8")

    assert written(tmp_path) == {"county/one": b"whole"}


# ------------------------------------------------------------------------------------------------ what is refused
def test_a_bad_order_is_refused_with_all_that_is_wrong_before_anybody_is_invented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(LOTTERY), "people", None)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(Refused) as refused:
        synthesize(LOTTERY, -5, tmp_path, -1, chunk=0, jobs=0)
    assert [problem.found for problem in refused.value.problems] == [
        "-5 people were asked for.",
        "the seed is -1.",
        "0 people at a time were asked for.",
        "0 processes were asked for.",
        "there is something here already.",
    ]
    assert written(tmp_path) == {"notes.txt": b"mine"}
    with pytest.raises(Refused, match=r"^an invented county: the seed is 18446744073709551616\.[^\n]*2\*\*64 - 1\.$"):
        synthesize(LOTTERY, 5, tmp_path / "county", 2**64)


def test_a_county_whose_people_are_ranked_all_at_once_is_made_in_one_piece_or_refused(tmp_path: Path) -> None:
    ranked = next(world for world in WORLDS.values() if world.as_run.whole)
    one, other = (synthesize(ranked, 120, tmp_path / str(chunk), 1, chunk=chunk, jobs=2) for chunk in (120, 50))

    assert one.content == other.content
    with pytest.raises(Refused, match="in one piece"):
        synthesize(ranked, AT_ONCE + 1, tmp_path / "county")
    assert not any("in one piece" in problem.right for problem in problems_with(LOTTERY.as_run, AT_ONCE + 1, tmp_path / "county", 1, chunk=9, jobs=1))
    assert not (tmp_path / "county").exists()


def test_the_smallest_county_has_one_person(tmp_path: Path) -> None:
    made = synthesize(LOTTERY, 1, tmp_path / "county", plan=ByLot(0.0))

    assert made.tables["records/person"][0] == 1
    assert connect(made.folder / "records").manifest.totals["person"]["rows"] == 1


@given(
    st.integers(0, 2**64 - 1), st.sampled_from(Stream), st.integers(1, 9), st.integers(0, 2**62), st.integers(0, 2**40), st.sets(st.integers(0, 59))
)
def test_people_drawn_by_themselves_have_the_luck_that_numpy_gives_them_among_all(
    seed: int, stream: Stream, draws: int, event: int, first: int, places: set[int]
) -> None:
    luck, few = Luck(seed, first, 60), np.array(sorted(places), np.int64)
    steps = -(-draws // WORDS)
    counters = ((first + few)[:, None] * steps + np.arange(steps)).ravel()
    drawn = philox.uniforms((seed, int(stream)), counters, event).reshape(len(few), steps * WORDS)[:, :draws]

    assert np.array_equal(np.maximum(drawn, SMALLEST), luck.uniforms(stream, draws, event=event)[few])


@pytest.mark.parametrize("seed", [2**63 - 1, 2**63, 2**63 + 1, 2**64 - 1])
def test_large_seeds_have_luck_of_their_own_however_it_is_drawn(seed: int) -> None:
    luck, few = Luck(seed, 1_000, 50_000), np.array([7, 49_999])

    assert np.array_equal(luck.of(few, Stream.LOT, 6, event=4), luck.uniforms(Stream.LOT, 6, event=4)[few])
    assert not np.array_equal(luck.uniforms(Stream.LOT), Luck(seed - 1, 1_000, 50_000).uniforms(Stream.LOT))


def test_a_seed_of_two_to_the_64_is_refused_by_worlds_and_faults() -> None:
    assert len(LOTTERY.people(3, 2**64 - 1)) == 3
    for refused in (lambda: LOTTERY.people(3, 2**64), lambda: laid({}, Faults(), 2**64)):
        with pytest.raises(Refused, match=r"2\*\*64 - 1\.$"):
            refused()


def test_few_of_many_are_drawn_by_themselves_and_many_are_not() -> None:
    luck, few, many = Luck(3, 1_000, 50_000), np.array([7, 49_999]), np.arange(0, 50_000, 2)

    assert philox.worth_it(len(few), luck.n) and not philox.worth_it(len(many), luck.n)
    for people in (few, many, few[:0]):
        assert np.array_equal(luck.of(people, Stream.ARREST_AFTER, 6, event=4), luck.uniforms(Stream.ARREST_AFTER, 6, event=4)[people])


def test_ids_have_seven_digits_or_as_many_as_they_need() -> None:
    numbers = np.array([0, 12, 9_999_999, 10_000_000, 123_456_789])

    assert ids("P", numbers).to_pylist() == ["P0000000", "P0000012", "P9999999", "P10000000", "P123456789"]
    assert ids("P", numbers[:3]).to_pylist() == [f"P{number:07d}" for number in numbers[:3]]
    assert ids("P", np.empty(0, np.int64)).to_pylist() == []
