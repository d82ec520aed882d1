"""A sealed study: its gates are looked at while nobody's outcome is read, and it is opened when they have passed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import evaluation as ev
from evaluation.__main__ import app
from evaluation.challenges.gates import Passed, gates, opened_or_refused
from evaluation.delivery import Job
from evaluation.pipeline import answer, prepare
from evaluation.report.protocol import protocol
from evaluation.shipped import shipped
from evaluation.study import load, lock
from evaluation.study.seal import GATES, Amendment, Sealing, amendments, looked, looks, opened, sealed_by, sealing
from evaluation.terms import Gate, Refused, Study
from synthetic import WORLDS

SEEN_BEFORE: tuple[Gate, ...] = ("balance", "overlap", "power")


@pytest.fixture(scope="module")
def tables() -> Mapping[str, pd.DataFrame]:
    """A county in which a worker offered the programme."""
    world = WORLDS["referred"]
    return world.records(world.live(world.people(1_500, 3), world.as_run))


@pytest.fixture
def design(tmp_path: Path) -> Path:
    """The design of that county, with its headline alone."""
    text = (Path(shipped("designs")) / "bayview" / "navigation_offered.toml").read_text(encoding="utf-8")
    first, *_, release = text.split("[[question]]")
    headline = text.split("[[question]]")[1]
    path = tmp_path / "offered.toml"
    path.write_text(f"{first}[[question]]{headline}[release]{release.split('[release]')[1]}", encoding="utf-8")
    return path


def arrested(tables: Mapping[str, pd.DataFrame], *, offered: bool) -> dict[str, pd.DataFrame]:
    """The same county in which everybody offered the programme, or nobody of them, was arrested in the year after their release."""
    event = tables["event"]
    those = event[event["kind"] == "offer:reentry_navigation"]
    whose = event["person_id"].isin(set(those["person_id"]))
    first_offer = event["person_id"].map(those.groupby("person_id")["day"].min())
    after = whose & (event["kind"] == "arrest") & (pd.to_datetime(event["day"]) > pd.to_datetime(first_offer))
    kept = event[~after]
    if offered:
        more = those.assign(kind="arrest", day=pd.to_datetime(those["day"]) + pd.Timedelta(days=20))
        more["day"] = more["day"].dt.date if event["day"].dtype == object else more["day"].astype(event["day"].dtype)
        more["source"] = event.loc[event["kind"] == "arrest", "source"].iloc[0]
        kept = pd.concat([kept, more], ignore_index=True)
    return {**tables, "event": kept}


def seen(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    return [str(one) for one in gates(prepare(study, ev.connect(tables)), SEEN_BEFORE)]


def test_a_sealed_study_is_not_answered_and_nothing_that_is_changed_of_it_is(design: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    lock(design, sealed=SEEN_BEFORE)
    study, county = load(design), ev.connect(tables)

    assert study.sealed == SEEN_BEFORE and ev.but(study, horizon={"days": 182}).sealed == SEEN_BEFORE
    for one in (study, ev.but(study, horizon={"days": 182}), ev.but(study, cohort="main", ages=[20, 60])):
        with pytest.raises(Refused, match=r"sealed until its gates have passed \(balance, overlap, power\)"):
            answer(prepare(one, county))
    for read in (ev.evaluate, ev.measures, ev.multiverse, ev.scorecard, ev.disparity):
        with pytest.raises(Refused, match="No outcome is read before"):
            read(study, county)


def test_what_became_of_those_served_changes_nothing_that_the_gates_show(design: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Were any number of it read, everybody arrested and nobody arrested would show another text."""
    lock(design, sealed=SEEN_BEFORE)
    study = load(design)
    everybody, nobody = (arrested(tables, offered=offered) for offered in (True, False))

    assert seen(study, tables) == seen(study, everybody) == seen(study, nobody)


def test_a_gate_says_what_was_seen_and_those_compared_alone_tell_of_power(design: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    lock(design, sealed=SEEN_BEFORE)
    found = gates(prepare(load(design), ev.connect(tables)), SEEN_BEFORE)

    assert [one.gate for one in found] == list(SEEN_BEFORE)
    assert "An effect of about" in str(found[2])
    fewer = tables["event"][~((tables["event"]["kind"] == "arrest") & (np.arange(len(tables["event"])) % 2 == 0))]
    assert seen(load(design), {**tables, "event": fewer})[2] != str(found[2])  # of everybody's arrests, half are gone


def test_a_seal_is_opened_once_and_what_is_changed_since_is_told_as_such(design: Path) -> None:
    lock(design, sealed=GATES)
    assert sealed_by(design) == GATES
    design.write_text(design.read_text(encoding="utf-8").replace("worthwhile = -0.05", "worthwhile = -0.04"), encoding="utf-8")
    with pytest.raises(Refused, match="now reads as"):
        load(design)
    lock(design, reason="The board asked for less.")
    assert sealed_by(design) == GATES  # a seal outlives an amendment

    opened(design, records="r" * 64)
    assert load(design).sealed == () and json.loads(design.with_suffix(".lock").read_text(encoding="utf-8"))["opened"]["records"] == "r" * 64
    design.write_text(design.read_text(encoding="utf-8").replace("worthwhile = -0.04", "worthwhile = -0.03"), encoding="utf-8")
    lock(design, reason="And for less again.")

    changes = amendments(design)
    assert changes is not None and [one.after_opening for one in changes] == [False, True]
    assert load(design).sealed == ()


def test_each_look_at_the_gates_is_counted_and_a_change_says_after_how_many_it_came(design: Path) -> None:
    lock(design, sealed=GATES)
    for many in (1, 2):
        assert looked(design, digest=load(design).digest, records="r" * 64, passed=("balance",)) == looks(design) == many
    design.write_text(design.read_text(encoding="utf-8").replace("worthwhile = -0.05", "worthwhile = -0.04"), encoding="utf-8")
    lock(design, reason="The board asked for less.")

    assert looks(design) == 2 and sealed_by(design) == GATES
    assert [one.looks for one in amendments(design) or ()] == [2]
    status = protocol(load(design), amendments(design)).status
    assert status[-1] == "Amendment 1, after the gates had been looked at 2 times: The board asked for less."
    assert json.loads(design.with_suffix(".lock").read_text(encoding="utf-8"))["looks"][0]["passed"] == ["balance"]


def test_who_looks_is_told_how_often_and_opening_is_a_look(design: Path, tmp_path: Path) -> None:
    records, world = tmp_path / "records", WORLDS["referred"]
    records.mkdir()
    for name, rows in world.records(world.live(world.people(300, 3), world.as_run)).items():
        rows.to_parquet(records / f"{name}.parquet")
    lock(design, sealed=("balance",))
    words = ["open", str(design), "--records", str(records)]

    seen = CliRunner().invoke(app, [*words, "--look"], catch_exceptions=False)
    assert "looked at 1 time, by its lock" in seen.output and load(design).sealed == ("balance",)
    assert "looked at 2 times, by its lock" in CliRunner().invoke(app, words).output and looks(design) == 2


def test_a_design_that_was_locked_without_a_seal_cannot_be_sealed_afterwards(design: Path) -> None:
    lock(design)
    with pytest.raises(Refused, match="locked without a seal, so that outcomes may have been read"):
        lock(design, sealed=GATES)


@pytest.mark.parametrize("edited", [{"sealed": []}, {"sealed": ["balance"]}, {"opened": {"records": "r"}}, {"amendments": []}])
def test_a_lock_that_was_edited_by_hand_is_refused(design: Path, edited: dict[str, object]) -> None:
    held = json.loads(lock(design, sealed=GATES).read_text(encoding="utf-8"))
    edited = {**edited, "headline": "another"} if edited == {"amendments": []} else edited
    design.with_suffix(".lock").write_text(json.dumps({**held, **edited}), encoding="utf-8")
    with pytest.raises(Refused, match="edited by hand"):
        load(design)


def test_a_lock_without_a_digest_of_itself_has_a_sentence_of_its_own(design: Path) -> None:
    held = json.loads(lock(design).read_text(encoding="utf-8"))
    del held["check"]
    design.with_suffix(".lock").write_text(json.dumps(held), encoding="utf-8")

    with pytest.raises(Refused, match="written by a version whose locks held no digest of themselves") as refused:
        load(design)
    assert len(refused.value.problems) == 1 and "edited by hand" not in str(refused.value)


def test_a_lock_says_by_which_gates_and_on_which_records_and_the_job_knows_it(design: Path) -> None:
    assert sealing(design) is None
    lock(design, sealed=("balance", "power"))
    assert sealing(design) == Sealing(("balance", "power"))
    opened(design, records="r" * 64)
    assert sealing(design) == Sealing(("balance", "power"), "r" * 64)

    county = ev.connect({"person": pd.DataFrame({"person_id": ["ann"]})})
    job = Job("offered", load(design), county, amendments=amendments(design), sealing=sealing(design))
    assert job.key()["sealed"] == {"gates": ["balance", "power"], "opened_on": "r" * 64} and job.locked
    changed = (Amendment("Less.", after_opening=True),)
    assert not replace(job, amendments=changed).locked and replace(job, amendments=(Amendment("Less."),)).locked
    assert not replace(job, sealing=None, amendments=changed).locked and not replace(job, sealing=None, amendments=None).locked
    assert "sealed" not in replace(job, sealing=None).key()


def test_gates_are_settled_once(design: Path) -> None:
    lock(design, sealed=("balance", "power"))
    with pytest.raises(Refused, match="sealed with other gates: balance, power"):
        lock(design, sealed=GATES)


def test_a_study_whose_gates_have_not_passed_stays_shut() -> None:
    shut = (Passed("balance", True, ("Alike.",)), Passed("power", False, ("Too few.",)))
    with pytest.raises(Refused, match=r"this gate has not passed: power\."):
        opened_or_refused(shut, "a design")
    opened_or_refused(shut[:1], "a design")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--sealed", "--gate", "ballance"], r"'ballance' is no gate\. Did you mean 'balance'\?"),
        (["--gate", "power"], "gates belong to a seal"),
    ],
)
def test_a_gate_that_is_none_is_refused(words: list[str], said: str, design: Path) -> None:
    with pytest.raises(Refused, match=said):
        CliRunner().invoke(app, ["lock", str(design), *words], catch_exceptions=False)
    assert not design.with_suffix(".lock").exists()


def test_a_design_that_is_not_sealed_has_nothing_to_open(design: Path, tmp_path: Path) -> None:
    lock(design)
    with pytest.raises(Refused, match="the design is not sealed"):
        CliRunner().invoke(app, ["open", str(design), "--records", str(tmp_path)], catch_exceptions=False)
