"""The published table of rehearsals: that of the designs as they stand, and what it says of some counties comes out again.

Two runs of each case are made again here, to their last published digit; `make rehearse-tenth` makes a tenth of all of them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from published import AGAIN, CASES, ROOT, scores_of, table

from evaluation.rehearsal import Run, gate, performed, rehearse_all
from synthetic import WORLDS

SEEDS = range(2)
DIGITS = 1e-5  # runs are published with seven digits: what is worked out from them has a little fewer
LEAST_REFUSED = {  # of the runs, where a method must refuse or be bounded; `test_did_in_invented_counties` holds the bounds of what is answered
    "crisis_dip": 0.85,  # of 3,000 people; of 8,000 all, by docs/crisis_dip.md
    "rolled_out_where_need_was_rising": 0.7,
    "lasting_need_proportional": 0.0,  # nothing shows before the day: both ranges, in amounts and in shares, stand instead
}


def test_the_table_is_of_the_designs_as_they_stand_and_leaves_out_no_world_and_no_question() -> None:
    rows = table.published_numbers()

    everywhere = [case.study for case in CASES if table.DESIGNS[case.design] is None]  # the others name the worlds that they are for
    assert {case.world.name for case in CASES} >= {world.name for world in WORLDS.values() if any(world.suits(study) for study in everywhere)}
    assert {Path(case.design).name for case in CASES} == {path.name for path in (ROOT / "designs" / "bayview").glob("*.toml")}
    assert {(row["world"], row["study"]) for row in rows} == {(case.world.name, case.study.digest) for case in CASES}, AGAIN
    for measure in ("truth", "bias", "coverage", "se_ratio", "refused"):
        there = {(row["study"], row["world"], row["question"]) for row in rows if row["measure"] == measure and row["mc_error"]}
        assert there == {(case.study.digest, case.world.name, question.name) for case in CASES for question in case.study.questions}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{Path(case.design).stem}-{case.world.name}")
def test_runs_that_were_published_come_out_again_to_the_last_digit(case: Any) -> None:
    there = [line for line in table.published_runs() if line[0] == str(case.number) and int(line[2]) in SEEDS]

    again = table.lines(case, performed(case.study, case.world, SEEDS, people=table.Published.of(case).people))

    assert len(there) == len(SEEDS) * len(case.study.questions)
    assert sorted(again) == sorted(there), AGAIN


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{Path(case.design).stem}-{case.world.name}")
def test_the_measures_are_those_of_the_runs_that_are_published(case: Any) -> None:
    lines = [line for line in table.published_runs() if line[0] == str(case.number)]
    rows = [row for row in table.published_numbers() if (row["study"], row["world"]) == (case.study.digest, case.world.name)]
    there = {(row["question"], row["measure"]): (float(row["value"] or "nan"), float(row["mc_error"] or "nan")) for row in rows}

    scores = table.scores(case, lines, table.Published.of(case).truths)
    found = {(question, name): (number.value, number.error) for question, score in scores.items() for name, number in score.numbers()}

    assert set(found) == set(there)
    scale = {question: score.sd.value for question, score in scores.items()}
    for (question, measure), numbers in found.items():
        assert numbers == pytest.approx(there[question, measure], rel=DIGITS, abs=DIGITS * max(scale[question], 1), nan_ok=True), (question, measure)
    assert f"runs `{table.digest(lines)}`" in (table.DOCS / "rehearsals.md").read_text(encoding="utf-8")


def test_every_question_has_one_run_a_seed() -> None:
    lines = table.published_runs()
    many = {case.number: int(next(row for row in table.published_numbers() if row["world"] == case.world.name)["runs"]) for case in CASES}

    assert len({tuple(line[:3]) for line in lines}) == len(lines)
    assert len(lines) == sum(many[case.number] * len(case.study.questions) for case in CASES)


SMALL = {"designs/bayview/reentry_navigation.toml": ("lottery_without_effect",)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of one design in one world, published elsewhere: to be copied."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(table, "DESIGNS", SMALL)
        monkeypatch.setattr(table, "DOCS", folder)
        (case,) = table.cases()
        size = {"runs": 4, "reference": 200}
        table.publish(rehearse_all([(case.study, case.world)], people=150, **size), **size)
    return folder


@pytest.fixture
def small(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, in the place of the published one."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(table, "DESIGNS", SMALL)
    monkeypatch.setattr(table, "DOCS", tmp_path)
    return tmp_path


def test_a_part_of_the_table_comes_out_again_and_another_with_the_next_commit(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[int] = []
    monkeypatch.setattr(table, "PARTS", 2)
    monkeypatch.setattr(table, "performed", lambda *asked, **size: made.extend(asked[2]) or performed(*asked, **size))

    for part, seeds in ((6, [0, 2]), (7, [1, 3])):
        made.clear()
        assert table.again(part, jobs=1) == []
        assert made == seeds and f"part {part % 2 + 1} of 2: 2 runs" in capsys.readouterr().err


def test_a_published_digit_that_does_not_come_out_again_is_told(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "PARTS", 1)
    path = small / "rehearsals_runs.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    case, question, seed, verdict, lack, effect, *rest = lines[2].split(",")
    other = effect[:-1] + str((int(effect[-1]) + 1) % 10)
    path.write_text("\n".join([*lines[:2], ",".join([case, question, seed, verdict, lack, other, *rest]), *lines[3:]]) + "\n", encoding="utf-8")

    (told,) = [line for line in table.again(0, jobs=1) if "seed" in line]

    assert told.startswith(f"case {case}, question {question}, seed {seed}: published") and other in told and effect in told


def test_a_run_is_read_back_as_it_was_published() -> None:
    case = CASES[0]
    name = case.study.questions[0].name
    runs = [
        Run(name, 3, "no difference that matters", -0.123456789, 2.0, -4.0, 4.0, 0.5),
        Run(name, 4, "not answered", lack="not estimable"),
    ]

    first, second = (table.as_run(case, line) for line in table.lines(case, runs))

    assert (first.verdict, first.effect, first.seed) == ("no difference that matters", -0.1234568, 3)
    assert (second.verdict, second.lack, second.answered) == ("not answered", "not estimable", False)
    assert len(set(table.LETTERS.values())) == len(table.LETTERS)


@pytest.mark.parametrize("word", ["git is there", "no git"])
def test_the_part_follows_the_number_of_commits_and_is_the_first_where_there_is_no_git(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if word == "no git":
        monkeypatch.setenv("PATH", str(tmp_path))
        assert table.commits() == 0
    else:
        monkeypatch.setattr(table.subprocess, "run", lambda *_, **__: table.subprocess.CompletedProcess((), 0, stdout="123\n"))
        assert table.commits() == 123


def test_a_method_passes_in_every_world_that_says_it_must() -> None:
    must = [scores_of(case.number)[question.name] for case in CASES for question in case.study.questions if question.method in case.world.passes]

    assert len(must) > 20
    assert gate(must) == ()


def test_a_method_answers_nothing_in_a_world_that_says_it_must_refuse() -> None:
    refused = [
        (case.world.name, scores_of(case.number)[question.name])
        for case in CASES
        for question in case.study.questions
        if question.method in case.world.refuses and not (question.method == "did" and question.compare)  # made alike first: the guarded contrast
    ]

    assert refused
    for world, score in refused:
        assert score.verdicts.get("not answered", 0) >= LEAST_REFUSED.get(world, 1.0) * score.runs


def test_the_readme_quotes_what_is_published_of_a_programme_that_does_nothing() -> None:
    (asked,) = {case.study.digest for case in CASES if case.design.endswith("navigation_walk_in.toml")}
    there = [row for row in table.published_numbers() if (row["study"], row["world"], row["measure"]) == (asked, "walk_in_without_effect", "bias")]
    (row,) = [row for row in there if "recidivism_arrest" in row["question"]]
    more, error = 100 * float(row["value"]), 100 * float(row["mc_error"])
    said = f"over {row['runs']} of them, shows {abs(more):.1f} {'more' if more > 0 else 'fewer'} (Monte Carlo error {error:.1f};"

    assert said in (ROOT / "README.md").read_text(encoding="utf-8")
