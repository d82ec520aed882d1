"""What docs/grades.md says of the grade is so."""

import re
from math import sqrt
from pathlib import Path

from evaluation.grading.artefacts import ASIDE
from evaluation.grading.equivalence import cox_index
from evaluation.grading.grading import STANDARDS
from evaluation.grading.raising import CHANGES

DOC = (Path(__file__).resolve().parents[2] / "docs" / "grades.md").read_text(encoding="utf-8")
NUMBER_WORDS = {18: "eighteen", 19: "nineteen", 20: "twenty", 21: "twenty-one"}


def test_the_example_of_tiers_gives_what_it_says():
    block = next(each for each in re.findall(r"```python\n(.*?)```", DOC, re.DOTALL) if "tier(" in each)
    lines, expected = block.rsplit("#", 1)
    setup, _, call = lines.strip().rpartition("\n")
    names: dict[str, object] = {}

    exec(compile(setup, "docs/grades.md", "exec"), names)

    assert repr(eval(compile(call.strip(), "docs/grades.md", "eval"), names)) == expected.strip().replace('"', "'")


def test_numbers_and_names_in_the_text_are_those_of_the_program():
    assert f"Each of {NUMBER_WORDS[len(CHANGES)]} changes" in DOC
    assert abs(cox_index(0.05, 0.08)) < 0.305 and "by the index" in DOC and ".30 by" in DOC
    assert round((0.08 - 0.05) / sqrt(0.05 * 0.95), 2) == 0.14
    assert len([standard for standard in STANDARDS if standard.key.startswith("robins_")]) == 7
    assert all(name in DOC or name.startswith("detectable") for name in ASIDE - {"target_reached"})
