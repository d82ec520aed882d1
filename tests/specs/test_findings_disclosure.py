"""The door out, on tables small enough to work through by hand: what is hidden, what goes with it, and what is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from evaluation.findings import exhibits, judge, release
from evaluation.findings.suppression import System, exposed, hide
from evaluation.outcomes import OUTCOMES
from evaluation.terms import (
    Answer,
    Arm,
    Diagnostic,
    Estimand,
    Estimate,
    Exhibit,
    Finding,
    Horizon,
    Interval,
    LedgerLine,
    Problem,
    Provenance,
    Question,
    Refused,
)

TITLE = {"en": "Aid", "es": "Ayuda"}
PLENTY = ((216, 48), (216, 66))  # the Rossi experiment: people and events, served and compared


def finding(
    arms: tuple[tuple[int, int | None], tuple[int, int | None]] = PLENTY,
    lost: tuple[int, ...] = (0,),
    *,
    outcome: str = "recidivism/arrest",
    days: int = 364,
    not_analysed: int = 0,
    diagnostics: tuple[Diagnostic, ...] = (),
    refused: tuple[Problem, ...] = (),
) -> Finding:
    (n1, e1), (n0, e0) = arms
    left = [n1 + n0 + not_analysed + sum(lost[line + 1 :]) for line in range(len(lost))]
    ledger = tuple(LedgerLine(f"rule {line + 1}", lost[line], left[line]) for line in range(len(lost)))
    served, compared = (Arm(n, e, 0.25) for n, e in arms)
    effect = 0.0 if e1 is None or e0 is None else e1 / n1 - e0 / n0
    interval = Interval(effect - 0.01, effect + 0.01, "HC2")
    estimand = Estimand("average_effect", "difference in risk", "everybody whom the lot covered", "offered, against not")
    estimate = Estimate(estimand, effect, 0.04, interval, 0.01, served, compared)
    question = Question(outcome, Horizon(days=days), "randomized", -0.05)
    provenance = Provenance("study", "records", "v")
    answer = Answer(question, OUTCOMES[outcome], ledger, provenance, "built", None if refused else estimate, diagnostics, refused, "lot")
    return judge(answer, None, title=TITLE, languages=("en", "es"))


def table(tables: tuple[Exhibit, ...], ending: str) -> Exhibit:
    return next(one for one in tables if one.name.endswith(ending))


def columns(exhibit: Exhibit, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[exhibit.columns.index(name)] for name in names) for row in exhibit.rows]


# ------------------------------------------------------------------------------------------------ tables
def test_the_ledger_adds_up_to_the_arms() -> None:
    flow, arms = exhibits(finding(lost=(0, 30, 12)).answer)[:2]

    assert columns(flow, "lost", "left") == [(0, 474), (30, 444), (12, 432)]
    for total, parts in (*flow.sums, *arms.sums):
        counts = {**flow.counts, **arms.counts}
        assert counts[total] == sum(counts[part] for part in parts)


def test_the_arms_show_people_events_and_the_rest() -> None:
    assert table(exhibits(finding().answer), ": arms").rows[0] == ("served", 216, 48, 168, 0.25)


def test_an_amount_has_people_and_a_mean() -> None:
    arms = table(exhibits(finding(((216, None), (216, None)), outcome="custody_days/recorded").answer), ": arms")

    assert arms.columns == ("arm", "people", "mean")


def test_questions_of_one_cohort_share_the_names_of_its_people_but_not_of_its_events() -> None:
    one, other = (exhibits(finding(outcome=name).answer) for name in ("recidivism/arrest", "recidivism/jail_booking"))

    shared = set(table(one, ": arms").counts) & set(table(other, ": arms").counts)
    assert sorted(name.split(": ")[1] for name in shared) == ["arm.compared.people", "arm.served.people", "flow.left.0"]


def test_values_that_may_count_people_are_in_no_table() -> None:
    attrition = Diagnostic("attrition", "3 of 216 were lost", 1.39, 6.0, True, "WWC", True, {"served, per cent": 1.39})
    apart = {"prior_arrests": 0.05678, "married": -0.001}
    balance = Diagnostic("lot_looks_like_a_lot", "alike", 0.1234, 0.001, True, "Hansen and Bowers 2008", True, apart)
    few = Diagnostic("sparse_events", "few", 4.0, 10.0, True, "Agresti and Caffo 2000", False)

    tables = exhibits(finding(diagnostics=(attrition, balance, few)).answer)

    assert columns(table(tables, ": diagnostics"), "condition", "value", "limit", "holds") == [
        ("attrition", None, None, "yes"),
        ("lot_looks_like_a_lot", 0.12, 0.001, "yes"),
    ]
    assert repr(table(tables, ": balance").rows) == repr((("lot_looks_like_a_lot", "prior_arrests", 0.06), ("lot_looks_like_a_lot", "married", 0.0)))


# ------------------------------------------------------------------------------------------------ the door
def test_plenty_of_people_leave_with_all_their_numbers() -> None:
    given = finding(lost=(0, 30, 12))

    released = release((given,))

    assert released.log == ()
    assert [one.rows for one in released.of(0)] == [one.rows for one in exhibits(given.answer)]
    assert released.findings[0].sentences == given.sentences
    assert released.findings[0].answer.estimate == given.answer.estimate


def test_a_small_loss_takes_what_it_could_be_worked_out_from() -> None:
    flow = table(release((finding(lost=(0, 5, 40)),)).exhibits, ": flow")

    # 5 = 477 - 472, and 472 = 40 + 432: hiding 5 alone, or 5 and 472, gives it away
    assert columns(flow, "lost", "left") == [(0, 477), ("hidden", "hidden"), ("hidden", 432)]
    assert not [count for count in flow.counts.values() if 0 < count < 11]


def test_two_small_losses_in_a_row_that_sum_to_a_small_one_take_more_with_them() -> None:
    flow = table(release((finding(lost=(0, 3, 4, 50)),)).exhibits, ": flow")

    shown_left = [left for (left,) in columns(flow, "left")]
    assert shown_left[0] == "hidden" or shown_left[2] == "hidden"  # 489 - 482 = 7 = 3 + 4


def test_zero_may_be_shown() -> None:
    released = release((finding(((200, 0), (200, 50))),))

    assert released.log == ()


@pytest.mark.parametrize("arms", [((200, 5), (200, 50)), ((200, 195), (200, 50)), ((10, 5), (200, 50))])
def test_an_effect_on_few_people_is_withheld_with_its_verdict(arms: tuple[tuple[int, int], tuple[int, int]]) -> None:
    given = finding(arms)
    assert given.verdict != "not answered"

    released = release((given,))

    outside = released.findings[0]
    assert outside.verdict == outside.pending == "not answered"
    assert str(outside) == "Aid: the numbers cannot be shown, because too few people are behind them, and so neither can the verdict."
    assert outside.sentences["es"].startswith("Ayuda: no se pueden mostrar las cifras")
    assert outside.answer.estimate is None and outside.answer.ledger == ()
    assert set(columns(table(released.exhibits, ": effect"), "effect", "low", "high", "standard error", "p value")) == {("hidden",) * 5}
    assert columns(table(released.exhibits, ": arms"), "events", "non-events", "share")[0] == ("hidden",) * 3


def test_the_mark_is_the_same_for_what_is_small_and_for_what_protects_it() -> None:
    rows = table(release((finding(((200, 5), (200, 50))),)).exhibits, ": arms").rows

    assert rows[0][2] == rows[0][3] == "hidden"


def test_a_mean_of_few_people_is_withheld() -> None:
    released = release((finding(((9, None), (200, None)), outcome="custody_days/recorded"),))

    assert columns(table(released.exhibits, ": arms"), "people", "mean") == [("hidden", "hidden"), (200, 0.25)]
    assert released.findings[0].answer.estimate is None


def test_people_who_were_not_analysed_are_not_found_by_subtraction() -> None:
    released = release((finding(not_analysed=4),))

    flow, arms = table(released.exhibits, ": flow"), table(released.exhibits, ": arms")
    assert "hidden" in (flow.rows[-1][2], arms.rows[0][1], arms.rows[1][1])


def test_a_shorter_horizon_does_not_give_away_who_came_between() -> None:
    half_a_year, year = finding(((216, 44), (216, 50)), days=182), finding(((216, 48), (216, 66)), days=364)

    assert release((half_a_year,)).log == release((year,)).log == ()
    released = release((half_a_year, year))
    events = [row[2] for number in (0, 1) for row in table(released.of(number), ": arms").rows[:1]]
    assert "hidden" in events  # 48 - 44 = 4


def test_different_outcomes_are_judged_apart() -> None:
    assert release((finding(((216, 44), (216, 50))), finding(((216, 48), (216, 66)), outcome="recidivism/jail_booking"))).log == ()


def test_a_shared_table_leaves_once() -> None:
    released = release((finding(), finding(outcome="recidivism/jail_booking")))

    assert len({one.name for one in released.exhibits}) == len(released.exhibits) == 5
    assert released.of(0)[0] == released.of(1)[0]


def test_what_is_not_answered_leaves_without_its_arms() -> None:
    lost = Diagnostic("attrition", "40 % were lost", 40.0, 6.0, False, "WWC")

    released = release((finding(diagnostics=(lost,)),))

    assert [one.name.rpartition(": ")[2] for one in released.exhibits] == ["flow", "diagnostics"]
    assert released.findings[0].answer.estimate is None
    assert "few people lost, and about as many on each side" in str(released.findings[0])


@pytest.mark.parametrize("reason", ["Only 4 people were offered it.", "Of 432 starts 428 have an arm."])
def test_a_reason_that_counts_people_stays_inside(reason: str) -> None:
    released = release((finding(refused=(Problem("cohort", reason),)),))

    assert str(released.findings[0]) == "Aid: not answered; the reason would give small counts away, and stands in the county's own record."
    assert released.findings[0].answer.refused == ()


def test_a_reason_that_counts_nobody_leaves() -> None:
    given = finding(refused=(Problem("cohort", "The records end on 2020-12-31, before 364 days have passed."),))

    assert str(release((given,)).findings[0]) == str(given)


def test_that_a_check_for_few_people_failed_is_not_told() -> None:
    few = Diagnostic("arms_large_enough", "1 to 10 people were offered it", 4.0, 10.0, False, "rehearsed")

    released = release((finding(diagnostics=(few,)),))

    assert "would give small counts away" in str(released.findings[0])
    assert not [one for one in released.exhibits if "diagnostics" in one.name]


def test_the_log_says_what_and_why_but_never_how_many() -> None:
    log = [str(one) for one in release((finding(((200, 5), (200, 50))),)).log]

    assert "main@study.records/recidivism/arrest by 364 days: arm.served.events: hidden (small)" in log
    assert "main@study.records/recidivism/arrest by 364 days: arm.served.non_events: hidden (to protect another)" in log
    assert any(line.endswith("numbers and verdict: hidden (derived)") for line in log)
    assert not [line for line in log if "195" in line or "200" in line]


def test_the_same_findings_are_released_the_same() -> None:
    given = (finding(((200, 5), (200, 50)), (0, 3, 40, 7)), finding(((200, 9), (200, 60)), (0, 3, 40, 7), days=400))

    assert release(given) == release(given)


def test_counts_that_contradict_each_other_are_refused() -> None:
    given = finding(lost=(0, 30))
    broken = replace(given, answer=replace(given.answer, ledger=(LedgerLine("rule 1", 0, 500), LedgerLine("rule 2", 30, 432))))

    with pytest.raises(Refused, match="not the sum of its parts"):
        release((broken,))


def test_two_runs_of_one_study_are_not_released_together() -> None:
    with pytest.raises(Refused, match="differ"):
        release((finding(lost=(0,)), finding(lost=(0, 40))))


def test_an_unknown_policy_is_refused_with_the_nearest_right_word() -> None:
    with pytest.raises(Refused, match="Did you mean 'cms_11'"):
        release((finding(),), "cms_10")  # type: ignore[arg-type]  # the point of the test


def test_nothing_is_released_of_nothing() -> None:
    assert release(()).exhibits == ()


# ------------------------------------------------------------------------------------------------ the choice and the proof
def square(counts: Mapping[str, int]) -> System:
    """A table of two rows and two columns with its totals, each cell shown once."""
    sums = tuple((total, parts) for total, parts in (
        ("row 1", ("a", "b")), ("row 2", ("c", "d")), ("column 1", ("a", "c")), ("column 2", ("b", "d")),
        ("all", ("row 1", "row 2")), ("all", ("column 1", "column 2")),
    ))  # fmt: skip
    return System(counts, sums, {name: frozenset({("table", 0, place)}) for place, name in enumerate(counts)}, 11)


SQUARE = {"a": 3, "b": 40, "c": 50, "d": 60, "row 1": 43, "row 2": 110, "column 1": 53, "column 2": 100, "all": 153}


def test_hiding_only_the_small_cell_of_a_table_hides_nothing() -> None:
    assert exposed(square(SQUARE), ["a"]) == ("a",)
    assert exposed(square(SQUARE), ["a", "b"]) == ("a",)  # b = column 2 - d
    assert exposed(square(SQUARE), ["a", "b", "c", "d"]) == ()


def test_the_choice_passes_the_proof_and_spares_what_it_can() -> None:
    hidden = hide(square(SQUARE))

    assert exposed(square(SQUARE), hidden) == ()
    for name, why in hidden.items():
        assert why == "small" or exposed(square(SQUARE), [other for other in hidden if other != name])


def test_a_small_count_that_is_known_not_to_be_none_is_exposed() -> None:
    # 5 + 20 = 25 and 20 + 6 = 26: whoever knows 25 and 26 knows that the third is one more than the first, so not none
    counts = {"first": 5, "shared": 20, "third": 6, "left": 25, "right": 26}
    cells = {name: frozenset({("table", 0, place)}) for place, name in enumerate(counts)}
    system = System(counts, (("left", ("first", "shared")), ("right", ("shared", "third"))), cells, 11)

    assert exposed(system, ["first", "shared", "third"]) == ("third",)
