"""The door out, on tables small enough to work through by hand: what is hidden, what goes with it, and what is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.diagnostics import worst_case_bounds
from evaluation.findings import Findings, exhibits, judge, release, withhold
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
    amounts: tuple[tuple[int | None, float | None], tuple[int | None, float | None]] = ((90, 3.0), (90, 3.0)),  # some, closest
    cohort: str = "main",
    diagnostics: tuple[Diagnostic, ...] = (),
    refused: tuple[Problem, ...] = (),
) -> Finding:
    (n1, e1), (n0, e0) = arms
    left = [n1 + n0 + not_analysed + sum(lost[line + 1 :]) for line in range(len(lost))]
    ledger = tuple(LedgerLine(f"rule {line + 1}", lost[line], left[line]) for line in range(len(lost)))
    served, compared = (
        Arm(n, e, 0.25) if e is not None else Arm(n, None, 0.25, None if some is None else min(some, n), closest)
        for (n, e), (some, closest) in zip(arms, amounts, strict=True)
    )
    effect = 0.0 if e1 is None or e0 is None else e1 / n1 - e0 / n0
    interval = Interval(effect - 0.01, effect + 0.01, "HC2")
    estimand = Estimand("average_effect", "difference in risk", "everybody whom the lot covered", "offered, against not")
    estimate = Estimate(estimand, effect, 0.04, interval, 0.01, served, compared)
    question = Question(outcome, Horizon(days=days), "randomized", -0.05, cohort=cohort)
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
    assert [one.rows for one in released.of(0)[:2]] == [one.rows for one in exhibits(given.answer)[:2]]
    assert released.of(0)[2].rows == (("HC2", -0.0833, -0.0933, -0.0733, 0.04, 0.01),)
    assert released.findings[0].sentences == given.sentences


def test_a_small_loss_takes_what_it_could_be_worked_out_from() -> None:
    flow = table(release((finding(lost=(0, 5, 40)),)).exhibits, ": flow")

    # 5 = 477 - 472, and 472 = 40 + 432: hiding 5 alone gives it away, and with 477 it is one cell more, with 472 two
    assert columns(flow, "lost", "left") == [(0, "hidden"), ("hidden", 472), (40, 432)]
    assert not [count for count in flow.counts.values() if 0 < count < 11]


def test_two_small_losses_in_a_row_that_sum_to_a_small_one_take_more_with_them() -> None:
    flow = table(release((finding(lost=(0, 3, 4, 50)),)).exhibits, ": flow")

    shown_left = [left for (left,) in columns(flow, "left")]
    assert shown_left[0] == "hidden" or shown_left[2] == "hidden"  # 489 - 482 = 7 = 3 + 4


def test_zero_may_be_shown() -> None:
    assert release((finding(((200, 0), (200, 50))),)).log == ()


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
    assert table(released.exhibits, ": effect").rows == (("hidden",) * 6,)
    assert columns(table(released.exhibits, ": arms"), "events", "non-events", "share")[0] == ("hidden",) * 3


def test_the_mark_is_the_same_for_what_is_small_and_for_what_protects_it() -> None:
    rows = table(release((finding(((200, 5), (200, 50))),)).exhibits, ": arms").rows

    assert rows[0][2] == rows[0][3] == "hidden"


def test_a_mean_of_few_people_is_withheld() -> None:
    rows = table(release((finding(((9, None), (200, None)), outcome="custody_days/recorded"),)).exhibits, ": arms").rows

    assert rows == (("served", "hidden", "hidden"), ("compared", 200, 0.25))


@pytest.mark.parametrize(
    ("served", "shown"),
    [
        ((90, 3.0), True),
        ((0, float("inf")), True),  # nobody has any, and zero may be shown
        ((11, 0.11), True),
        ((10, 3.0), False),  # a mean of few people's amounts
        ((206, 3.0), False),  # all but few have some
        ((90, 0.09), False),  # one person outweighs the rest
        ((None, None), False),  # not told
        ((90, None), False),
    ],
)
def test_amounts_leave_with_people_enough_behind_them_of_whom_none_outweighs_the_rest(served: tuple[int, float], shown: bool) -> None:
    given = finding(((216, None), (216, None)), outcome="custody_days/recorded", amounts=(served, (90, 3.0)))

    released = release((given,))

    outside, rows = released.findings[0], columns(table(released.exhibits, ": arms"), "people", "mean")
    assert rows == [(216, 0.25 if shown else "hidden"), (216, 0.25)]
    assert (outside.answer.estimate is not None) == (table(released.exhibits, ": effect").rows[0][1] != "hidden") == shown
    assert not outside.answer.estimate or outside.answer.estimate.served == Arm(216, None, 0.25)


def test_a_longer_horizon_does_not_give_away_who_had_their_first_amount_between() -> None:
    def by(days: int, some: int) -> Finding:
        return finding(((216, None), (216, None)), outcome="custody_days/recorded", days=days, amounts=((some, 3.0), (90, 3.0)))

    assert [one.answer.estimate is None for one in release((by(182, 50), by(364, 53))).findings] != [False, False]
    assert [one.answer.estimate is None for one in release((by(182, 50), by(364, 61))).findings] == [False, False]


# ------------------------------------------------------------------------------------------------ what came before
def alike(p: float = 0.43, holds: bool = True, **history: tuple[int, int, int, int]) -> Diagnostic:
    apart = dict.fromkeys(history, 0.1234)
    return Diagnostic("lot_looks_like_a_lot", f"alike (p = {p})", p, 0.001, holds, "Hansen and Bowers 2008", detail=apart, behind=history)


@pytest.mark.parametrize(
    ("counts", "leaves"),
    [((150, 66, 150, 66), True), ((216, 0, 205, 11), True), ((213, 3, 150, 66), False), ((150, 66, 211, 5), False), ((10, 206, 150, 66), False)],
)
def test_a_difference_before_the_start_leaves_when_no_small_group_is_behind_it(counts: tuple[int, int, int, int], leaves: bool) -> None:
    released = release((finding(diagnostics=(alike(prior=counts, other=(100, 116, 100, 116)),)),))

    assert columns(table(released.exhibits, ": balance"), "difference") == [(0.12 if leaves else "hidden",), (0.12,)]
    assert columns(table(released.exhibits, ": diagnostics"), "value") == [(0.43 if leaves else "hidden",)]  # one column's p value is its difference
    assert bool(released.findings[0].answer.diagnostics) == leaves  # the sentence says both


def test_no_difference_before_the_start_leaves_of_small_arms_or_of_arms_that_are_hidden() -> None:
    small = release((finding(((99, 40), (216, 66)), diagnostics=(alike(prior=(50, 49, 150, 66)),)),))
    hidden = release((finding(((10, 5), (216, 66)), diagnostics=(alike(prior=(150, 66, 150, 66)),)),))

    for released in (small, hidden):
        assert columns(table(released.exhibits, ": balance"), "difference") == [("hidden",)]
        assert columns(table(released.exhibits, ": diagnostics"), "value") == [("hidden",)]
        assert released.findings[0].answer.diagnostics == ()


def test_a_difference_of_which_nothing_is_told_stays_inside() -> None:
    bare = Diagnostic("lot_looks_like_a_lot", "alike", 0.43, 0.001, True, "Hansen and Bowers 2008", detail={"prior": 0.12})

    assert columns(table(release((finding(diagnostics=(bare,)),)).exhibits, ": balance"), "difference") == [("hidden",)]


def test_what_released_findings_hold_has_no_counts_behind_it() -> None:
    told = release((finding(diagnostics=(alike(prior=(150, 66, 150, 66)),)),)).findings[0].answer.diagnostics

    assert [(one.behind, one.detail) for one in told] == [({}, {"prior": 0.12})]


def test_the_detectable_effect_leaves_with_the_effect_or_not_at_all() -> None:
    power = Diagnostic("detectable_effect", "0.1187 would be seen", 0.1187, 0.05, False, "Bloom 1995", required=False)
    lost = Diagnostic("attrition", "40 % were lost", 40.0, 6.0, False, "WWC")

    whole, unanswered, few = (
        release((finding(arms, diagnostics=more),)) for arms, more in ((PLENTY, (power,)), (PLENTY, (power, lost)), (((200, 5), (200, 50)), (power,)))
    )
    assert columns(table(whole.exhibits, ": diagnostics"), "value") == [(0.12,)]
    assert columns(table(unanswered.exhibits, ": diagnostics"), "value") == [(None,), (None,)]
    assert columns(table(few.exhibits, ": diagnostics"), "value") == [("hidden",)]
    assert unanswered.findings[0].answer.diagnostics == few.findings[0].answer.diagnostics == ()


@pytest.mark.parametrize(("lost", "told"), [((20, 0), "no"), ((20, 15), "no"), ((3, 40), "hidden"), ((3, 0), "hidden")])
def test_whether_the_bounds_hold_is_not_told_where_it_would_bound_a_small_loss(lost: tuple[int, int], told: str) -> None:
    bounds = worst_case_bounds(-0.1, 0.02, lost=lost)

    rows = table(release((finding(diagnostics=(bounds,)),)).exhibits, ": diagnostics")

    assert columns(rows, "value", "holds") == [(None, told)]


# ------------------------------------------------------------------------------------------------ beside another study
def test_findings_beside_another_study_of_some_of_the_same_people_show_nothing() -> None:
    given = (finding(lost=(0, 30)), finding(refused=(Problem("cohort", "It is 2020-12-31."),), outcome="recidivism/jail_booking"))

    released = withhold(given, "overlap")

    assert released.exhibits == () and released.of(0) == released.of(1) == ()
    assert {one.verdict for one in released.findings} == {one.pending for one in released.findings} == {"not answered"}
    assert str(released.findings[0]) == (
        "Aid: the numbers are not shown here, because another study of some of the same people is released beside this one, "
        "and small counts could be worked out from the difference."
    )
    assert released.findings[0].sentences["es"].startswith("Ayuda: aquí no se muestran las cifras, porque junto a este estudio se publica otro")
    outside = released.findings[0].answer
    assert (outside.estimate, outside.ledger, outside.diagnostics, outside.refused) == (None, (), (), ())
    assert [str(one) for one in released.log] == [
        f"main@study.records/{one.answer.question.name}: numbers and verdict: hidden (overlap)" for one in given
    ]
    assert withhold((), "overlap").findings == Findings()


@pytest.mark.parametrize("pair", [("first", "second"), ("second", "first")])
def test_of_two_cohorts_that_share_people_the_later_is_withheld(pair: tuple[str, str]) -> None:
    given = [finding(cohort=name) for name in ("first", "second", "third")] + [finding(cohort="first", outcome="recidivism/jail_booking")]

    released = release(given, overlapping=[pair])

    assert [one.answer.estimate is not None for one in released.findings] == [True, False, True, True]
    assert [bool(names) for names in released.tables] == [True, False, True, True]
    assert "another study of some of the same people" in str(released.findings[1])
    assert [one.why for one in released.log] == ["overlap"]


def test_a_cohort_that_was_withheld_withholds_no_other() -> None:
    given = [finding(cohort=name) for name in ("first", "second", "third")]

    released = release(given, overlapping=[("first", "second"), ("second", "third")])

    assert [one.answer.estimate is not None for one in released.findings] == [True, False, True]


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
    assert release((finding(((216, 44), (216, 50))), finding(((216, 48), (216, 66)), outcome="emergency_visits/recorded"))).log == ()


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
