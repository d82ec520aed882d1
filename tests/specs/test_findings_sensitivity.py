"""What leaves, and what is said, of the outcome before the start, of what nobody recorded, and of a result as a ratio."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matched_answer import COMPARED, conditions, matched_answer

from evaluation.diagnostics import e_value, path_before_start, placebo_window
from evaluation.diagnostics.before_start import PLACEBO
from evaluation.findings import judge, release
from evaluation.findings.disclosure import Released
from evaluation.terms import Answer, Diagnostic, Exhibit, Finding, Interval, Ratio

HIDDEN = "hidden"
TITLE = {"en": "Navigation", "es": "Acompañamiento"}
RATIO = Ratio("risk ratio", 0.727272, Interval(0.612345, 0.912345, "two-way cluster-robust by set and person, of the logarithm"))
PLENTY_OF_SETS = (150, 90, 140)


def arms(some: tuple[int, int], people: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """An outcome before the start that so many of each arm have, once each."""
    served = np.arange(2 * people) < people
    has = np.zeros(2 * people)
    has[: some[0]], has[people : people + some[1]] = 1.0, 1.0
    return has, served


def path(some: tuple[int, int] = (90, 80)) -> Diagnostic:
    has, served = arms(some)
    often, _ = arms((120, 125))
    return path_before_start({"days 92 to 182 before": often, "days 1 to 91 before": has}, served, np.ones(800), np.arange(800))


def placebo(some: tuple[int, int] = (90, 60), p_value: float = 0.01) -> Diagnostic:
    has, served = arms(some)
    interval = Interval(-0.1, 0.1, "")
    return placebo_window(has, served, np.ones(800), np.arange(800), p_value=p_value, interval=interval, days=(1095, 365))


def hidden_bias(sets: tuple[int, int, int] = PLENTY_OF_SETS) -> Diagnostic:
    return Diagnostic("hidden_bias", "Gamma.", 1.2345, None, True, "Rosenbaum 2002", False, {"highest p at 1": 0.01}, {"sets": sets})


def answer(*more: Diagnostic, ratio: Ratio | None = RATIO, **parts: object) -> Answer:
    made = matched_answer(diagnostics=(*conditions(), *more), **parts)  # type: ignore[arg-type]  # a test's own words
    assert made.estimate
    return replace(made, estimate=replace(made.estimate, ratio=ratio))


def finding(one: Answer) -> Finding:
    return judge(one, None, title=TITLE, languages=("en", "es"))


def out(*answers: Answer) -> Released:
    return release([finding(one) for one in answers])


def table(released: Released, ending: str) -> Exhibit | None:
    return next((one for one in released.exhibits if one.name.endswith(ending)), None)


def condition(released: Released, name: str) -> tuple[object, ...]:
    there = table(released, ": diagnostics")
    assert there
    return next(row for row in there.rows if row[0] == name)


# ------------------------------------------------------------------------------------------------ the ratio
def test_the_ratio_leaves_in_three_digits_in_a_table_of_its_own() -> None:
    released = out(answer())

    there, outside = table(released, ": ratio"), released.findings[0].answer.estimate
    assert there and there.rows == (("risk ratio", "two-way cluster-robust by set and person, of the logarithm", 0.727, 0.612, 0.912),)
    assert outside and outside.ratio and (outside.ratio.value, outside.ratio.interval.low, outside.ratio.interval.high) == (0.727, 0.612, 0.912)


def test_without_a_ratio_there_is_no_table_of_one() -> None:
    assert table(out(answer(ratio=None)), ": ratio") is None


def test_a_ratio_of_which_few_people_are_behind_an_arm_stays_inside_with_the_effect() -> None:
    few = answer(arms=(matched_answer().estimate.served, replace(COMPARED, people=10, events=5)))  # type: ignore[union-attr]  # it has one

    released = out(few)

    there = table(released, ": ratio")
    assert there and there.rows == (("risk ratio", *[HIDDEN] * 4),) and released.findings[0].answer.estimate is None


# ------------------------------------------------------------------------------------------------ before the start
def test_the_path_leaves_by_period_in_two_decimals() -> None:
    there = table(out(answer(path())), ": path")

    assert there and there.columns == ("period", "difference")
    assert [row[0] for row in there.rows] == ["days 92 to 182 before", "days 1 to 91 before"]
    assert all(isinstance(row[1], float) and round(row[1], 2) == row[1] for row in there.rows)


@pytest.mark.parametrize("some", [(4, 80), (90, 9), (396, 80), (90, 391)])
def test_a_period_in_which_few_had_the_outcome_or_few_had_not_stays_inside_and_so_does_the_largest(some: tuple[int, int]) -> None:
    released = out(answer(path(some)))

    there = table(released, ": path")
    assert there and there.rows[0][1] != HIDDEN and there.rows[1][1] == HIDDEN
    assert condition(released, "path_before_start")[1] == HIDDEN
    assert "path_before_start" not in [one.name for one in released.findings[0].answer.diagnostics]


@pytest.mark.parametrize(("some", "leaves"), [((90, 60), True), ((90, 0), True), ((90, 3), False), ((399, 60), False)])
def test_the_placebo_leaves_with_people_enough_behind_it(some: tuple[int, int], leaves: bool) -> None:
    released = out(answer(placebo(some)))

    assert (condition(released, "placebo_window")[1] != HIDDEN) == leaves
    text = released.findings[0].believed["en"]
    assert ("already had more of what is counted here" in text) == leaves


def test_a_placebo_that_failed_is_said_right_after_the_verdict_with_its_direction_and_counted_among_the_conditions() -> None:
    said = finding(answer(placebo())).sentences

    assert said["en"].startswith(
        "Navigation: this points to better, but it is provisional; a test of it failed: before the start, where no column of the history looks, "
        "people served by the programme already had more of what is counted here, so the number is likely too far towards more; of every 100"
    )
    assert said["es"].startswith(
        "Acompañamiento: esto apunta a una mejora, pero es provisional; no superó una prueba: antes del comienzo, donde ninguna columna de los "
        "antecedentes alcanza, las personas atendidas por el programa ya tenían más de lo que aquí se cuenta, así que es probable que la cifra se "
        "desvíe hacia más; de cada 100"
    )
    assert "one condition did not hold: groups alike in the outcome before the start" in said["en"] and "una condición no se cumplió" in said["es"]
    assert "until it has been challenged" not in said["en"]


def test_a_placebo_that_failed_is_said_too_where_nothing_can_be_told_yet() -> None:
    said = finding(answer(placebo((60, 90)), low=-0.15, high=0.15)).sentences["en"]

    assert (
        "so we cannot tell yet; a test of it failed: " in said and "already had less of what is counted here, so the number is likely too far" in said
    )


def test_which_way_few_people_differed_before_the_start_stays_inside() -> None:
    given = finding(answer(placebo((90, 3))))
    (outside,) = out(given.answer).findings

    assert "already had more" in given.sentences["en"] and "already had more" in given.believed["en"]
    for said in (outside.sentences["en"], outside.believed["en"]):
        assert "the two groups already differed in what is counted here" in said and "already had" not in said
    assert "los dos grupos ya diferían en lo que aquí se cuenta" in outside.sentences["es"] and "ya tenían" not in outside.sentences["es"]


@pytest.mark.parametrize(
    ("looked", "said", "unsaid"),
    [
        ((), "No challenge has yet tried", "One test"),
        (
            (placebo((90, 88), 0.6),),
            "One test has tried whether they do, of what they had before the start, and found no sign",
            "No challenge has yet",
        ),
        ((placebo(),), "The one test that has tried whether they do, of what they had before the start, says that they do.", "No challenge has yet"),
    ],
)
def test_what_has_been_tried_is_not_said_to_be_untried(looked: tuple[Diagnostic, ...], said: str, unsaid: str) -> None:
    text = finding(answer(*looked)).believed["en"]

    assert said in text and unsaid not in text


@pytest.mark.parametrize(("p_value", "leaves"), [(3e-25, 0.0), (0.0004, 0.0), (0.0012, 0.001), (0.0096, 0.01), (0.0234, 0.02), (0.347, 0.35)])
def test_a_chance_leaves_as_none_only_below_a_thousandth(p_value: float, leaves: float) -> None:
    assert condition(out(answer(placebo(p_value=p_value))), "placebo_window")[1] == leaves


def test_a_placebo_that_held_is_not_spoken_of() -> None:
    said = finding(answer(placebo((90, 88), 0.6)))

    assert "already" not in said.sentences["en"] + said.believed["en"]


def test_how_far_it_can_be_believed_says_which_way_the_groups_differed_before() -> None:
    more, less = finding(answer(placebo())), finding(answer(placebo((60, 90))))

    assert "people served by the programme already had more of what is counted here" in more.believed["en"]
    assert "already had less" in less.believed["en"] and "ya tenían menos" in less.believed["es"]
    assert placebo((60, 90)).detail[PLACEBO] < 0 < placebo().detail[PLACEBO]


def test_a_path_that_fails_is_one_of_the_conditions_of_the_sentence() -> None:
    said = finding(answer(path((200, 80)))).sentences

    assert "one condition did not hold: groups alike in the outcome itself, quarter by quarter, before the start" in said["en"]


# ------------------------------------------------------------------------------------------------ what nobody recorded
def test_numbers_made_of_the_effect_leave_with_it_or_not_at_all() -> None:
    told = e_value(0.73, 0.61, 0.91)
    shown, few = answer(told), answer(told, arms=(matched_answer().estimate.served, replace(COMPARED, events=4)))  # type: ignore[union-attr]  # it has one

    assert condition(out(shown), "e_value")[1] == round(told.value, 2)
    assert condition(out(few), "e_value")[1] == HIDDEN


@pytest.mark.parametrize(("sets", "leaves"), [(PLENTY_OF_SETS, True), ((150, 90, 0), True), ((150, 4, 140), False), ((150, 90, 7), False)])
def test_how_hidden_a_bias_would_do_is_not_told_where_few_sets_went_one_way(sets: tuple[int, int, int], leaves: bool) -> None:
    released = out(answer(hidden_bias(sets)))

    assert (condition(released, "hidden_bias")[1] != HIDDEN) == leaves
    told = {one.name: one for one in released.findings[0].answer.diagnostics}
    assert ("hidden_bias" in told) == leaves
    if leaves:
        assert told["hidden_bias"].detail == {} and told["hidden_bias"].behind == {} and told["hidden_bias"].value == 1.23
