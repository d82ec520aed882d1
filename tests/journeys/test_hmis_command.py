"""From an HMIS export to a finding, as a county goes: import, check, ask; and what stands when something is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import evaluation as ev
from evaluation.__main__ import app
from evaluation.terms import Refused
from synthetic.hmis import write

ROOT = Path(__file__).resolve().parents[2]
DESIGN = ROOT / "examples" / "hmis" / "returns.toml"
RUNNER = CliRunner()


def betteroff(*words: str | Path) -> Result:
    """The command line, in this process."""
    return RUNNER.invoke(app, [*map(str, words)], catch_exceptions=False)


def refused(*words: str | Path) -> str:
    """What the command line is refused with."""
    with pytest.raises(Refused) as caught:
        betteroff(*words)
    return "\n".join(map(str, caught.value.problems))


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented export as a zip."""
    folder = write(tmp_path_factory.mktemp("files"), households=60)
    return Path(shutil.make_archive(str(tmp_path_factory.mktemp("zip") / "export"), "zip", folder))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The canonical tables of the invented export that the template writes."""
    folder = tmp_path_factory.mktemp("county")
    betteroff("template", "hmis", "--out", folder / "invented")
    betteroff("import", "hmis", folder / "invented", "--out", folder / "records")
    return folder / "records"


def test_an_export_becomes_records_that_the_other_commands_read(export: Path, tmp_path: Path) -> None:
    made = betteroff("import", "hmis", export, "--out", tmp_path / "records", "--programme", "bridge=P13,P3", "--source", "hmis_bayview")
    checked = betteroff("check", "--records", tmp_path / "records")

    tables = ["coverage", "crosswalk", "event", "family", "person", "service", "spell"]
    assert sorted(path.stem for path in (tmp_path / "records").glob("*.parquet")) == tables
    assert "HMIS export of FY2026, covering 2019-10-01 to 2024-09-30." in made.stdout
    assert (tmp_path / "records" / "quality.md").read_text().splitlines()[1] == "Files"
    assert "0 set aside." in checked.stdout and "hmis_bayview" in checked.stdout
    assert {"bridge", "rapid_rehousing"} <= set(_programmes(tmp_path / "records"))


def _programmes(records: Path) -> list[str]:
    import pyarrow.parquet as pq

    return list(pq.read_table(records / "service.parquet")["programme"].unique().to_pylist())


def test_a_refused_import_leaves_nothing_and_one_that_stands_is_not_replaced(export: Path, tmp_path: Path) -> None:
    (tmp_path / "none.zip").write_text("no zip")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("kept")

    assert "none.zip: is no zip." in refused("import", "hmis", tmp_path / "none.zip", "--out", tmp_path / "records")
    assert "is there already." in refused("import", "hmis", export, "--out", tmp_path / "full")
    assert "'ebcdic' is not read." in refused("import", "hmis", export, "--out", tmp_path / "records", "--encoding", "ebcdic")
    assert "'bridge' names no project." in refused("import", "hmis", export, "--out", tmp_path / "records", "--programme", "bridge")
    twice = ("--programme", "bridge=P3", "--programme", "bridge=P13")
    assert "'bridge' is named twice." in refused("import", "hmis", export, "--out", tmp_path / "records", *twice)
    (tmp_path / "export").mkdir()
    assert "lies in the folder of the export." in refused("import", "hmis", tmp_path / "export", "--out", tmp_path / "export" / "records")
    assert not (tmp_path / "records").exists()
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine"]


def test_what_goes_wrong_is_a_sentence_on_the_terminal(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "evaluation", "import", "hmis", str(tmp_path / "nowhere.zip"), "--out", str(tmp_path / "records")]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "TERM": "dumb"})

    assert run.returncode == 2
    assert run.stderr.splitlines() == [
        f"{tmp_path / 'nowhere.zip'}: is not there. Name an HMIS CSV export: a zip, or the folder that it was unpacked to."
    ]


def test_the_design_that_comes_with_it_is_answered_from_the_export_of_the_template_alone(county: Path) -> None:
    [finding] = ev.evaluate(ev.load(DESIGN), ev.connect(county))

    assert finding.answer.estimate is not None
    assert "nobody drew lots" in str(finding)


def test_a_study_that_runs_past_the_end_of_the_export_is_refused(county: Path, tmp_path: Path) -> None:
    late = tmp_path / "late.toml"
    late.write_text(DESIGN.read_text(encoding="utf-8").replace("2022-09-30", "2024-09-30"), encoding="utf-8")

    [finding] = ev.evaluate(ev.load(late), ev.connect(county))

    assert finding.answer.estimate is None
    assert "731 days from the last start, 2024-09-30, run past the end of the records." in str(finding)
    assert "complete together from 2019-10-01 to 2024-09-30" in str(finding)
