"""What is said of rehearsals, against runs made by hand: measures and their errors, the gate, the worst, the table and the picture."""

from __future__ import annotations

import io
from dataclasses import replace
from math import isnan, sqrt
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from rich.console import Console
from scipy.special import ndtr, ndtri

from evaluation.rehearsal import Rehearsal, Rehearsals, Run, Truth, gate, least_coverage
from evaluation.rehearsal.scores import Score
from evaluation.rehearsal.written import files
from evaluation.study import load

DESIGN = Path(__file__).resolve().parents[2] / "designs" / "bayview" / "reentry_navigation.toml"
STUDY = replace(load(DESIGN), questions=load(DESIGN).questions[:1])
NAME = STUDY.questions[0].name
R = 400
NOTHING = Truth(0.0, 0.0, 0.3, 0.3, 1_000)  # nobody's outcome moves
WORKS = Truth(-3.0, 0.02, 0.2, 0.3, 1_000)


def runs(truth: Truth = NOTHING, *, bias: float = 0.0, error: float = 1.0, many: int = R) -> list[Run]:
    """Estimates at the quantiles of a normal distribution of SD 1 about the truth, so that nothing is left to luck."""
    made = []
    for seed in range(many):
        effect = truth.effect + bias + float(ndtri((seed + 0.5) / many))
        p = float(2 * ndtr(-abs(effect) / error))
        made.append(Run(NAME, seed, "cannot tell yet", effect, error, effect - 1.96 * error, effect + 1.96 * error, p))
    return made


def rehearsal(
    world: str = "flat", truth: Truth = NOTHING, *, made: list[Run] | None = None, misleads: tuple[str, ...] = (), **dials: Any
) -> Rehearsal:
    about: Any = SimpleNamespace(name=world, misleads=frozenset(misleads))
    return Rehearsal.of(STUDY, about, made or runs(truth, **dials), {NAME: truth}, people=1_000, reference=5_000)


def score(**dials: Any) -> Score:
    return rehearsal(**dials).scores[0]


def test_each_measure_and_its_monte_carlo_error_is_the_one_worked_out_by_hand() -> None:
    found = score(truth=WORKS, bias=0.5)

    assert found.bias.value == pytest.approx(0.5) and found.bias.error == pytest.approx(sqrt(1 / R + 0.02**2), rel=0.01)
    assert found.bias_in_sd.value == pytest.approx(0.5, rel=0.01)
    assert found.sd.value == pytest.approx(1, rel=0.01) and found.sd.error == pytest.approx(1 / sqrt(2 * R), rel=0.01)
    assert found.rmse.value == pytest.approx(sqrt(1.25), rel=0.01)
    assert found.coverage.value == pytest.approx(ndtr(1.46) - ndtr(-2.46), abs=1 / R)
    assert found.coverage.error == pytest.approx(sqrt(found.coverage.value * (1 - found.coverage.value) / R))
    assert found.rejects.value == pytest.approx(ndtr(2.5 - 1.96), abs=1 / R)  # power
    assert found.se_ratio.value == pytest.approx(1, rel=0.01) and found.se_ratio.error == pytest.approx(1 / sqrt(2 * R), rel=0.01)


def test_the_power_of_a_programme_that_does_nothing_is_called_size() -> None:
    assert "size" in dict(score().numbers()) and "power" in dict(score(truth=WORKS).numbers())
    assert score().rejects.value == pytest.approx(0.05, abs=1 / R)


def test_what_gave_no_estimate_is_told_apart_by_whether_its_outcomes_were_read() -> None:
    made = [
        *runs(many=R - 30),
        *(Run(NAME, seed, "not answered", lack="refused") for seed in range(20)),
        *(Run(NAME, seed, "not answered", lack="not estimable") for seed in range(10)),
    ]
    found = score(made=made)

    assert found.answered == R - 30
    assert found.refused.value == pytest.approx(30 / R) and found.not_estimable.value == pytest.approx(10 / R)
    assert dict(found.numbers())["verdict: not answered"].value == pytest.approx(30 / R)


@pytest.mark.parametrize(
    ("dials", "said"),
    [
        ({}, None),
        ({"bias": 0.19}, None),  # .05 and three errors of .05
        ({"bias": 0.21}, "bias"),
        ({"bias": 0.21, "truth": WORKS}, None),  # the truth is not known exactly either
        ({"bias": 0.22, "truth": WORKS}, "bias"),
        ({"error": 1.17}, None),  # .07 and three errors of .035
        ({"error": 1.19}, "se_ratio"),
        ({"error": 0.7}, "coverage"),
        ({"error": 0.9}, None),
    ],
)
def test_the_gate_lets_luck_through_and_nothing_else(dials: dict[str, Any], said: str | None) -> None:
    missed = gate((score(**dials),))

    assert bool(missed) == bool(said)
    assert said is None or any(f": {said} " in miss for miss in missed)


def test_a_larger_table_allows_each_number_more_luck() -> None:
    alone = Rehearsals((rehearsal(bias=0.21),))
    among = Rehearsals((rehearsal(bias=0.21), *(rehearsal(f"world {number}") for number in range(40))))

    assert alone.misses() and not among.misses()
    assert least_coverage(R, numbers=among.numbers) < least_coverage(R, numbers=alone.numbers)


def test_intervals_that_hold_the_truth_too_often_are_called_conservative_and_miss_nothing() -> None:
    wide = rehearsal(made=[replace(run, low=run.effect - 9, high=run.effect + 9) for run in runs()])

    assert not wide.misses() and Rehearsals((wide,)).conservative()
    assert not Rehearsals((rehearsal(),)).conservative()


def test_a_question_that_is_hardly_ever_answered_misses() -> None:
    made = [*runs(many=100), *(Run(NAME, seed, "not answered", lack="refused") for seed in range(101))]

    assert "answered in 100 of 201 runs" in " ".join(rehearsal(made=made).misses())


def test_of_several_worlds_the_worst_is_named_for_each_measure() -> None:
    several = Rehearsals((rehearsal("fine"), rehearsal("biased", truth=WORKS, bias=-0.6), rehearsal("sure of itself", error=0.5)))
    worst = {worst.measure: worst for worst in several.worst()}

    assert worst["largest bias, in SDs"].world == "biased" and worst["largest bias, in SDs"].found.value == pytest.approx(-0.6, rel=0.01)
    assert worst["lowest coverage"].world == "sure of itself"
    assert worst["largest size of a 5 % test"].world == "sure of itself"
    assert "The worst, lowest coverage: 0.67" in str(several) and "in 'sure of itself'" in str(several)
    assert "The worst" not in str(several[0])


def test_of_several_studies_each_number_says_whose_it_is() -> None:
    two = Rehearsals((rehearsal(bias=0.5), replace(rehearsal(bias=0.6), study="another", title="Another study")))

    assert [miss.partition(":")[0] for miss in two.misses() if ": bias " in miss] == ["flat, Reentry navigation", "flat, Another study"]
    assert "in 'flat, Another study'" in str(two) and "flat, Another study" in two.picture().svg()


def test_a_trap_that_a_world_is_known_for_is_said_beside_the_miss() -> None:
    (known,) = rehearsal(bias=0.3, misleads=("randomized",)).misses()
    (unknown,) = rehearsal(bias=0.3, misleads=("did",)).misses()

    assert known == f"{unknown} (this world is known to trap it)"


def test_the_frame_is_tidy_and_has_an_error_beside_every_number() -> None:
    frame = Rehearsals((rehearsal("fine"), rehearsal("biased", bias=0.6))).frame()

    assert list(frame) == ["study", "world", "runs", "people", "reference", "question", "measure", "value", "mc_error"]
    assert not frame.duplicated(["study", "world", "question", "measure"]).any() and frame["mc_error"].notna().all()
    biased = frame[(frame["world"] == "biased") & (frame["measure"] == "bias")]
    assert biased["value"].item() == pytest.approx(0.6)


def test_the_files_hold_every_measure_and_every_run_and_are_the_same_twice() -> None:
    two = Rehearsals((rehearsal("fine"), rehearsal("biased", bias=0.6)))
    texts = files(two)

    assert texts == files(two)
    held = pd.read_csv(io.StringIO(texts["runs.csv"]))
    assert len(held) == 2 * R and held["effect"].tolist() == pytest.approx([run.effect for one in two for run in one.done], rel=1e-9)
    assert len(pd.read_csv(io.StringIO(texts["rehearsal.csv"]))) == len(two.frame())
    assert "**Outside the Monte Carlo gate**: biased" in texts["rehearsal.md"] and "### `fine`" in texts["rehearsal.md"]


def test_a_terminal_shows_every_question_with_its_errors_in_eighty_columns() -> None:
    page = io.StringIO()
    Console(file=page, width=80).print(rehearsal(truth=WORKS, bias=0.5))
    shown = page.getvalue()

    assert max(map(len, shown.splitlines())) <= 80
    assert "0.5 (0.054)" in shown and "cannot tell yet" in shown and "Outside the Monte Carlo gate" in shown


def test_a_notebook_shows_the_picture_and_the_table_and_no_markup_of_a_title() -> None:
    page = replace(rehearsal(bias=0.5), title="<script>")._repr_html_()

    assert "<svg" in page and "<table>" in page and "&lt;script&gt;" in page and "<script>" not in page


def test_the_picture_crosses_out_what_lies_outside_the_gate_and_says_so_in_words() -> None:
    fine, biased = (Rehearsals((rehearsal(truth=WORKS, bias=bias),)).picture() for bias in (0.0, 0.5))

    for drawn in (fine, biased):
        ElementTree.fromstring(drawn.svg())
    assert "Nothing lies outside" in fine.alt
    assert "bias 0.5" in biased.alt
    marks = [{line.get_marker() for axes in drawn.figure.axes for line in axes.get_lines()} for drawn in (fine, biased)]
    assert "X" not in marks[0] and "X" in marks[1]


def test_what_was_never_answered_is_shown_without_a_number() -> None:
    never = rehearsal(made=[Run(NAME, seed, "not answered", lack="refused") for seed in range(5)])

    assert isnan(never.scores[0].coverage.value) and never.scores[0].refused.value == 1
    assert "answered in 0 of 5 runs" in str(never)
    assert files(Rehearsals((never,)))["picture.svg"].count("<svg") == 1
