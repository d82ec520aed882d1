"""Faults are laid on clean tables, each on rows of its own, and whatever can be certain of them the quality report counts exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from evaluation.records import connect
from evaluation.records.contract import CONTRACT
from evaluation.terms import Refused
from synthetic import WORLDS
from synthetic.faults import Faults, Recorded, laid

DIALS = [dial.name for dial in fields(Faults)]
ALL = Faults(**dict.fromkeys(DIALS, 0.02))
SEEN = ["table", "source", "reason", "column"]
WORLD = WORLDS["lottery"].but(systems=("justice", "shelter", "contacts"))
PEOPLE = 500


@cache
def county(first: int = 0, n: int = PEOPLE) -> dict[str, pd.DataFrame]:
    return WORLD.records(WORLD.live(WORLD.people(n, 3, first=first), WORLD.as_run))


@pytest.fixture(scope="module")
def clean() -> dict[str, pd.DataFrame]:
    return county()


@cache
def faulty(seed: int, dial: str = "") -> Recorded:
    return laid(county(), Faults(**{dial: 0.05}) if dial else ALL, seed)


def must_be_set_aside(planted: pd.DataFrame) -> dict[tuple[str, ...], int]:
    sums = planted[planted["reason"] != ""].groupby(SEEN)["rows"].sum()
    return {tuple(key): int(rows) for key, rows in sums.items()}


def set_aside(tables: Mapping[str, pd.DataFrame], mapping: Path | None = None) -> dict[tuple[str, ...], int]:
    frame = connect(tables, mapping=mapping).quality.frame()
    return {tuple(key): int(rows) for *key, rows in frame[[*SEEN, "rows"]].itertuples(index=False)}


def sorted_rows(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame), ignore_index=True)


# ------------------------------------------------------------------------------------------------ what is planted is found
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("dial", DIALS)
def test_the_report_counts_exactly_what_each_fault_planted(dial: str, seed: int) -> None:
    recorded = faulty(seed, dial)

    assert recorded.planted["rows"].sum() > 0
    assert set_aside(recorded.tables) == must_be_set_aside(recorded.planted)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_report_counts_exactly_what_all_faults_together_planted(seed: int) -> None:
    recorded = faulty(seed)

    assert set(recorded.planted["fault"]) == set(DIALS) - {"unlinked_arrested"}
    assert set_aside(recorded.tables) == must_be_set_aside(recorded.planted)


def test_every_reason_that_needs_no_mapping_is_planted() -> None:
    from evaluation.records.quality import AS_DECLARED, REASONS

    assert set(faulty(0).planted["reason"]) - {""} == set(REASONS) - {"unknown code", *AS_DECLARED}


def test_a_misspelt_kind_is_an_unknown_code_where_a_mapping_lists_the_codes(clean: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    recorded = faulty(0, "misspelt")
    mapping = tmp_path / "records.toml"
    mapping.write_text("".join(entries(clean)))

    found = set_aside(recorded.tables, mapping)

    planted = recorded.planted.assign(reason="unknown code")
    assert found == must_be_set_aside(planted)


def entries(clean: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """A mapping that lists the codes of every column of kinds."""
    for name, frame in clean.items():
        kind = CONTRACT[name].kind
        if kind is not None:
            columns = ", ".join(f"{column} = '{column}'" for column in frame)
            codes = ", ".join(f"'{word}' = '{word}'" for word in sorted(frame[kind].unique()))
            yield f"[[table]]\nto = '{name}'\nfile = '{name}'\ncolumns = {{ {columns} }}\ncodes.{kind} = {{ {codes} }}\n\n"


def test_links_that_are_missing_are_told_by_source() -> None:
    recorded = faulty(0, "unlinked")
    planted = recorded.planted[(recorded.planted["table"] == "crosswalk")].set_index("source")["rows"]

    linkage = connect(recorded.tables).quality.linkage

    assert {each.source: each.ids - each.linked for each in linkage if each.ids > each.linked} == planted.to_dict()


def test_rows_of_an_id_linked_to_nobody_keep_the_sources_own_id() -> None:
    recorded = faulty(0, "unlinked")
    links = recorded.tables["crosswalk"]
    lost = links[links["person_id"].isna()]

    arrests = recorded.tables["event"].iloc[recorded.hits.query("table == 'event'")["row"]]

    assert set(zip(arrests["source"], arrests["person_id"], strict=True)) <= set(zip(lost["source"], lost["source_id"], strict=True))


def test_links_can_be_missing_likelier_among_those_arrested_later() -> None:
    clean = county()
    event, half = clean["event"], pd.Timestamp("2019-02-14")
    arrested = set(event[(event["kind"] == "arrest") & (event["day"] > half)]["person_id"])

    links = laid(clean, Faults(unlinked=0.05, unlinked_arrested=0.3), 0).tables["crosswalk"]

    lost = links["person_id"].isna().groupby(clean["crosswalk"]["person_id"].isin(arrested)).mean()
    assert lost[True] == pytest.approx(0.35, abs=0.05)
    assert lost[False] == pytest.approx(0.05, abs=0.03)


# ------------------------------------------------------------------------------------------------ how faults are laid on
def test_without_a_dial_nothing_changes(clean: dict[str, pd.DataFrame]) -> None:
    recorded = laid(clean, Faults(), 0)

    assert recorded.planted.empty and recorded.hits.empty
    assert all(recorded.tables[name].equals(frame) for name, frame in clean.items())


def test_the_clean_tables_stay_as_they_are(clean: dict[str, pd.DataFrame]) -> None:
    before = {name: frame.copy() for name, frame in clean.items()}

    laid(clean, ALL, 0)

    assert all(clean[name].equals(frame) for name, frame in before.items())


def test_no_row_has_two_faults_and_planted_counts_add_up() -> None:
    recorded = faulty(0)

    assert not recorded.hits.duplicated(["table", "row"]).any()
    assert recorded.planted["rows"].sum() == len(recorded.hits)
    assert list(recorded.planted) == ["table", "source", "fault", "reason", "column", "rows"]


def test_a_row_without_a_fault_is_as_it_was(clean: dict[str, pd.DataFrame]) -> None:
    recorded = faulty(0)

    for name, frame in recorded.tables.items():
        hit = recorded.hits[recorded.hits["table"] == name]["row"]
        untouched = frame.drop(index=hit)
        assert len(untouched.merge(clean[name].drop_duplicates(), how="inner")) == len(untouched)


def test_a_dial_is_the_share_of_rows_hit(clean: dict[str, pd.DataFrame]) -> None:
    planted = laid(clean, Faults(missing=0.1), 0).planted

    dated = sum(len(frame) for name, frame in clean.items() if CONTRACT[name].day)
    assert planted["rows"].sum() / dated == pytest.approx(0.1, abs=0.005)


def test_at_the_end_of_the_dial_every_row_is_hit_once(clean: dict[str, pd.DataFrame]) -> None:
    planted = laid(clean, Faults(missing=1, late=1, orphans=1), 0).planted

    assert planted[planted["table"] == "event"]["rows"].sum() == len(clean["event"])
    assert planted[planted["fault"] == "orphans"]["table"].tolist() == ["crosswalk"] * 7 + ["family"]


def test_the_same_seed_hits_the_same_rows_and_another_seed_others() -> None:
    again, other = laid(county(), ALL, 0), faulty(1)

    assert again.hits.equals(faulty(0).hits)
    assert not other.hits.equals(again.hits)


@pytest.mark.parametrize("chunk", [163, 333])
def test_whom_a_fault_hits_does_not_depend_on_the_chunk(chunk: int) -> None:
    parts = [laid(county(first, min(chunk, PEOPLE - first)), ALL, 0) for first in range(0, PEOPLE, chunk)]

    whole = faulty(0)

    for name, frame in whole.tables.items():
        together = pd.concat([part.tables[name] for part in parts])
        together = together if name not in ("coverage", "unit_cost") else together.drop_duplicates()
        assert sorted_rows(together).equals(sorted_rows(frame)), name
    planted = pd.concat([part.planted for part in parts]).groupby(["table", "source", "fault", "reason", "column"])["rows"].sum()
    assert planted.equals(whole.planted.set_index(["table", "source", "fault", "reason", "column"])["rows"])


def test_whom_a_fault_hits_does_not_depend_on_rows_of_another_kind(clean: dict[str, pd.DataFrame]) -> None:
    fewer = clean | {"event": clean["event"].query("kind != 'arrest'").reset_index(drop=True)}

    there, here = laid(fewer, Faults(late=0.1), 0), laid(clean, Faults(late=0.1), 0)

    kept = here.tables["event"].query("kind != 'arrest'")
    assert sorted_rows(there.tables["event"]).equals(sorted_rows(kept))


def test_one_fault_more_leaves_the_luck_of_the_others_alone(clean: dict[str, pd.DataFrame]) -> None:
    alone, beside = laid(clean, Faults(late=0.1), 0), laid(clean, Faults(late=0.1, bad_numbers=0.1), 0)

    assert alone.tables["event"].equals(beside.tables["event"])


# ------------------------------------------------------------------------------------------------ what is refused
def test_dials_outside_0_to_1_are_refused_all_at_once() -> None:
    with pytest.raises(Refused) as caught:
        Faults(late=-0.1, missing=1.5, damaged=float("nan"), orphans="many")  # type: ignore[arg-type]  # the point of the test

    assert [problem.where for problem in caught.value.problems] == ["faults, late", "faults, missing", "faults, damaged", "faults, orphans"]


def test_a_seed_below_0_is_refused(clean: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(Refused, match="the seed is -1"):
        laid(clean, Faults(late=0.1), -1)
