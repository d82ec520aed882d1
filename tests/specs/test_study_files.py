"""What becomes of a path that is no design: one plain sentence each, and never a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evaluation.study import load, lock
from evaluation.study.guide import EXAMPLE
from evaluation.terms import Refused


def said(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        load(path)
    assert len(refused.value.problems) == 1
    return str(refused.value)


def test_a_file_that_is_not_there_is_refused_with_the_nearest_that_is(tmp_path: Path) -> None:
    (tmp_path / "access.toml").write_text(EXAMPLE, encoding="utf-8")

    assert said(tmp_path / "acces.toml") == f"{tmp_path / 'acces.toml'}: There is no such file. Did you mean 'access.toml'?"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "This is a folder. A design is one TOML file." in said(tmp_path)


def test_a_file_that_is_not_utf_8_is_refused_with_the_line(tmp_path: Path) -> None:
    design = tmp_path / "design.toml"
    design.write_bytes('# one\ntitle = "Acompañamiento"\n'.encode("latin-1"))

    assert said(design) == f"{design}:2: The file is not UTF-8 text. Save it as UTF-8."


def test_a_file_of_more_than_a_megabyte_is_refused_unread(tmp_path: Path) -> None:
    design = tmp_path / "design.toml"
    design.write_text(EXAMPLE + "#\n" * 500_000, encoding="utf-8")

    assert "larger than 1 MB" in said(design)


@pytest.mark.parametrize("name", ["a\x00b.toml", "x" * 5000 + ".toml", "line\nbreak\u202e.toml"])
def test_a_path_that_no_file_can_have_is_refused_in_one_printable_line(name: str, tmp_path: Path) -> None:
    assert said(tmp_path / name).isprintable()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "design.toml")

    assert "There is no such file" in said(tmp_path / "design.toml")


def test_an_empty_file_is_told_all_that_it_lacks(tmp_path: Path) -> None:
    design = tmp_path / "design.toml"
    design.write_text("")

    with pytest.raises(Refused) as refused:
        load(design)

    assert [problem.found.split("'")[1] for problem in refused.value.problems] == ["title", "county", "programme", "cohort", "question"]
    assert {problem.where for problem in refused.value.problems} == {f"{design}:1"}


def test_a_path_may_be_a_text(tmp_path: Path) -> None:
    design = tmp_path / "design.toml"
    design.write_text(EXAMPLE, encoding="utf-8")

    assert load(str(design)) == load(design)
    assert lock(str(design)) == tmp_path / "design.lock"
