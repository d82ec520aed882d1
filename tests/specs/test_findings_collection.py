"""Findings as a researcher holds them: a tidy frame, escaped HTML, and a picture whose bytes do not change."""

from __future__ import annotations

import re
import sys
from dataclasses import FrozenInstanceError
from subprocess import run

import pytest
from matplotlib.figure import Figure

from evaluation.findings import Findings, judge, ten_digits
from evaluation.findings.picture import picture
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Answer, Arm, Estimand, Estimate, Finding, Horizon, Interval, LedgerLine, Problem, Provenance, Question, Refused

QUESTION = Question("recidivism/arrest", Horizon(days=364), "randomized", -0.05)
HOSTILE = "<script>alert(1)</script> costs $5 for $x_1$"


def finding(title: str = "Aid", **parts: object) -> Finding:
    estimate = Estimate(
        Estimand("average_effect", "difference in risk", "everybody", "offered, against not"),
        -0.0833, 0.042, Interval(-0.166, 0.001, "HC2"), 0.05, Arm(216, 48, 48 / 216), Arm(216, 66, 66 / 216), (Interval(-0.164, 0.002, "score"),),
    )  # fmt: skip
    provenance = Provenance("study", "records", "version")
    everything: dict[str, object] = {"estimate": estimate} | parts
    answer = Answer(QUESTION, OUTCOMES[QUESTION.outcome], (LedgerLine("all", 0, 432),), provenance, "built", **everything)  # type: ignore[arg-type]  # named
    return judge(answer, None, title={"en": title}, languages=("en",))


UNANSWERED = finding(estimate=None, refused=(Problem("cohort", "An arm is empty."),))


def test_a_frame_has_one_row_a_finding_and_blanks_where_nothing_was_estimated() -> None:
    frame = Findings((finding(), UNANSWERED)).frame()

    numbers = ["effect", "std_error", "low", "high", "n_served", "n_compared"]
    assert list(frame["verdict"]) == ["cannot tell yet", "not answered"]
    assert frame.loc[0, numbers].tolist() == [-0.0833, 0.042, -0.166, 0.001, 216, 216]
    assert frame.loc[1, numbers].isna().all()
    known = frame.loc[0, ["question", "method", "study", "records", "version"]].tolist()
    assert known == [QUESTION.name, "randomized", "study", "records", "version"]


def test_a_frame_of_no_findings_has_the_same_columns_and_types() -> None:
    assert (Findings().frame().dtypes == Findings((finding(),)).frame().dtypes).all()


def test_labels_come_out_as_text() -> None:
    findings = Findings((finding(HOSTILE),))

    assert "<script" not in findings._repr_html_() + findings[0]._repr_html_() + findings.plot()._repr_html_()  # type: ignore[attr-defined]  # a drawing
    assert "$5 for $x_1$" in picture(findings[0]).svg()


def test_the_same_finding_is_drawn_with_the_same_bytes_and_no_date() -> None:
    first, again = picture(finding()).svg(), picture(finding()).svg()

    assert first == again
    assert not re.search(r"<dc:date>|20\d\d-\d\d", first)


def test_a_picture_says_in_words_what_it_shows() -> None:
    shown = picture(finding())

    assert shown.alt == finding().sentences["en"]
    assert isinstance(shown.figure, Figure)
    assert ">HC2<" in shown.svg() and ">score<" in shown.svg()


def test_the_first_finding_draws_itself_and_so_does_the_collection() -> None:
    findings = Findings((finding(),))

    assert findings[0].plot()._repr_html_() == findings.plot()._repr_html_()  # type: ignore[attr-defined]  # a figure that a notebook shows


def test_a_finding_without_numbers_refuses_to_be_drawn() -> None:
    with pytest.raises(Refused, match="shows no numbers"):
        Findings((UNANSWERED,)).plot()


def test_findings_are_an_unchangeable_sequence() -> None:
    findings = Findings((finding(), UNANSWERED))

    assert len(findings[:1]) == 1 and [one.verdict for one in findings] == ["cannot tell yet", "not answered"]
    with pytest.raises(FrozenInstanceError):
        findings.findings = ()  # type: ignore[misc]  # the point of the test


def test_findings_are_had_without_waiting_for_matplotlib_or_pandas() -> None:
    script = "import sys, evaluation.findings; print({'matplotlib', 'pandas'} & set(sys.modules))"

    assert run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip() == "set()"


@pytest.mark.parametrize(("number", "written"), [(1 / 3, 0.3333333333), (-0.0, 0.0), (123456789012.0, 123456789000.0), (0.1 + 0.2, 0.3), (5.0, 5.0)])
def test_numbers_are_written_with_ten_digits(number: float, written: float) -> None:
    assert repr(ten_digits(number)) == repr(written)
