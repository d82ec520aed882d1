"""The door out for matched answers: what stands behind a weighted share, and how people who fill several places are told of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matched_answer import AMOUNTS, COMPARED, SERVED, conditions, matched_answer

from evaluation.findings import exhibits, judge, release
from evaluation.findings.disclosure import Released
from evaluation.findings.links import linked
from evaluation.terms import Answer, Arm, Diagnostic, Exhibit, Matching

PLENTY = matched_answer()
HIDDEN = "hidden"


def out(*answers: Answer) -> Released:
    return release([judge(one, None, title={"en": "Navigation", "es": "Acompañamiento"}, languages=("en", "es")) for one in answers])


def table(released: Released, ending: str, number: int = 0) -> Exhibit:
    return next(one for one in released.of(number) if one.name.endswith(ending))


def with_arms(served: Arm = SERVED, compared: Arm = COMPARED, **more: object) -> Answer:
    return matched_answer(arms=(served, compared), **more)  # type: ignore[arg-type]  # a test's own words


def weighed(arm: Arm, **parts: float) -> Arm:
    assert arm.weighed
    return replace(arm, weighed=replace(arm.weighed, **parts))  # type: ignore[arg-type]  # by name


def shown(released: Released, number: int = 0) -> bool:
    """Whether the effect left, with everything that goes with it."""
    finding, effect = released.findings[number], table(released, ": effect", number).rows
    withheld = effect == ((HIDDEN,) * 6,)
    assert withheld == (finding.answer.estimate is None) == ("cannot be shown" in finding.sentences["en"]) == (finding.believed == {})
    return not withheld


# ------------------------------------------------------------------------------------------------ tables
def test_plenty_of_people_leave_with_all_their_numbers() -> None:
    released = out(PLENTY)

    assert shown(released) and released.log == ()
    assert table(released, ": flow").rows == (("rule 0", 0, 430), ("rule 1", 30, 400))
    assert table(released, ": arms").columns == ("arm", "people", "rows", "share")
    assert table(released, ": arms").rows == (("served", 380, 380, 0.24), ("compared", 340, 380, 0.33), ("not_compared", None, 20, None))


def test_what_a_weighted_share_is_not_made_of_is_told_to_nobody() -> None:
    outside = out(PLENTY).findings[0].answer.estimate

    assert outside and [(arm.people, arm.events, arm.weighed) for arm in (outside.served, outside.compared)] == [(380, None, None), (340, None, None)]


def test_the_ledger_adds_up_to_the_places_of_the_served() -> None:
    tables = exhibits(PLENTY)
    counts = {name: count for one in tables for name, count in one.counts.items()}

    assert all(counts[total] == sum(counts[part] for part in parts) for one in tables for total, parts in one.sums)
    last = next(name for name in counts if name.endswith("flow.left.1"))
    tied = {parts for one in tables for total, parts in one.sums if total == last}
    assert any(part.endswith("arm.served.rows") for parts in tied for part in parts)
    assert not any("arm.compared" in part for parts in tied for part in parts)


def test_with_an_offer_the_ledger_adds_up_to_the_places_of_both_arms() -> None:
    tables = exhibits(matched_answer(by="offer"))

    tied = [parts for one in tables for total, parts in one.sums if total.endswith("flow.left.1")]
    assert any({part.rpartition("arm.")[2] for part in parts} >= {"served.rows", "compared.rows"} for parts in tied)


def test_differences_before_the_start_stand_before_matching_and_after() -> None:
    balance = table(out(PLENTY), ": balance")

    assert balance.columns == ("history", "before", "after")
    assert balance.rows == (("prior_arrests", 0.31, 0.04), ("shelter_nights", -0.12, -0.02))


def test_the_name_of_the_population_counts_nobody() -> None:
    for named, told in (
        ("the 380 of 400 served who could be matched", "those served who could be matched"),
        ("some of 400 served who could be matched", "those served who could be matched"),
        ("all but 1 to 10 of 400 offered the programme who could be matched", "those offered the programme who could be matched"),
        ("those served", "those served"),
        ("the 380, and 3 more", "those who could be compared"),
    ):
        released = out(matched_answer(population=named))
        assert {one.population for one in released.exhibits if not one.name.endswith(": flow")} == {told}
        outside = released.findings[0].answer.estimate
        assert outside and outside.estimand.population == told


# ------------------------------------------------------------------------------------------------ arms
@pytest.mark.parametrize(
    ("compared", "leaves"),
    [
        (COMPARED, True),
        (replace(COMPARED, people=10, events=5), False),
        (replace(COMPARED, events=10), False),  # few different people have the event, however many places they fill
        (replace(COMPARED, events=0), True),  # and zero may be shown
        (weighed(COMPARED, rest=3), False),
        (weighed(COMPARED, rest=0), True),
        (weighed(COMPARED, worth=10.99), False),  # one person weighs as much as hundreds
        (weighed(COMPARED, worth=float("nan")), False),
        (weighed(COMPARED, worth=11.0), True),
    ],
)
def test_a_weighted_share_leaves_with_people_enough_behind_it_and_none_who_outweighs_the_rest(compared: Arm, leaves: bool) -> None:
    released = out(with_arms(compared=compared))

    assert shown(released) == leaves
    assert (table(released, ": arms").rows[1][3] == HIDDEN) == (not leaves)
    assert table(released, ": arms").rows[0][3] == 0.24


@pytest.mark.parametrize(
    ("compared", "leaves"),
    [
        (AMOUNTS[1], True),
        (replace(AMOUNTS[1], some=4), False),
        (weighed(AMOUNTS[1], rest=4), False),
        (replace(AMOUNTS[1], closest=0.05), False),
        (replace(AMOUNTS[1], closest=None), False),
        (weighed(AMOUNTS[1], worth=5.0), False),
    ],
)
def test_a_weighted_mean_leaves_likewise_and_with_nobody_whose_amount_can_be_guessed(compared: Arm, leaves: bool) -> None:
    answer = matched_answer("custody_days/recorded", arms=(AMOUNTS[0], compared), low=-9.0, high=1.0, worthwhile=-5.0)

    assert shown(out(answer)) == leaves


def test_how_many_fill_a_second_place_is_not_found_by_subtraction() -> None:
    few = out(with_arms(compared=replace(COMPARED, people=376)))  # 380 places less 376 people: at most four fill another

    people, rows = table(few, ": arms").rows[1][1:3]
    assert HIDDEN in (people, rows) and (people, rows) != (376, 380)


@pytest.mark.parametrize(("dropped", "protected"), [(20, False), (0, False), (3, True), (10, True)])
def test_how_many_of_the_served_found_nobody_is_not_found_by_subtraction(dropped: int, protected: bool) -> None:
    answer = matched_answer(not_compared=dropped, diagnostics=conditions(matched=(380 + dropped, 380), small=(0, 380 + dropped)))

    released = out(answer)

    flow, arms = table(released, ": flow"), table(released, ": arms")
    share = next(row for row in table(released, ": diagnostics").rows if row[0] == "served_matched")
    last, people, places = flow.rows[-1][2], arms.rows[0][1], arms.rows[0][2]
    assert (last == HIDDEN or people == places == HIDDEN) == (HIDDEN in (last, people, places)) == protected
    assert (share[1] == HIDDEN) == (share[3] == HIDDEN) == protected
    text = released.findings[0].believed.get("en", "")
    if protected:
        assert f"{380 + dropped}" not in text and "380" not in text
        assert not text or "Not everybody served by the programme could be matched" in text
    else:
        assert ("380 of the 400 people" if dropped else "All 380 people") in text


# ------------------------------------------------------------------------------------------------ conditions
@pytest.mark.parametrize(("small", "leaves"), [((0, 400), True), ((30, 370), True), ((3, 397), False), ((395, 5), False)])
def test_whether_pools_were_small_is_not_told_where_it_would_bound_a_small_count(small: tuple[int, int], leaves: bool) -> None:
    row = next(row for row in table(out(matched_answer(diagnostics=conditions(small=small))), ": diagnostics").rows if row[0] == "small_pools")

    assert (row[1] == HIDDEN) == (row[3] == HIDDEN) == (not leaves)


@pytest.mark.parametrize(("later", "leaves"), [((60, 280), True), ((4, 336), False), ((332, 8), False)])
def test_few_served_later_are_not_told_of_in_a_table_or_in_words(later: tuple[int, int], leaves: bool) -> None:
    released = out(matched_answer(diagnostics=conditions(later=later)))

    row = next(row for row in table(released, ": diagnostics").rows if row[0] == "later_service")
    assert (row[1] == HIDDEN) == (not leaves)
    assert ("served later" in released.findings[0].believed["en"]) == leaves
    assert ("later_service" in [one.name for one in released.findings[0].answer.diagnostics]) == leaves


def test_differences_before_the_start_stay_inside_where_few_people_are_behind_one_and_so_does_the_largest() -> None:
    few = conditions(alike=(375, 5, 300, 40))
    released = out(matched_answer(diagnostics=few))

    assert table(released, ": balance").rows == (("prior_arrests", HIDDEN, HIDDEN), ("shelter_nights", HIDDEN, HIDDEN))
    values = {row[0]: row[1] for row in table(released, ": diagnostics").rows}
    assert values["balance_before_matching"] == values["balance_after_matching"] == values["closely_alike"] == HIDDEN
    text = released.findings[0].believed["en"]
    assert "“prior arrests” and “shelter nights”" in text and "largest difference" not in text


def test_differences_of_small_arms_stay_inside() -> None:
    rows = table(out(matched_answer(diagnostics=conditions(alike=(40, 50, 190, 150)))), ": balance").rows

    assert rows == (("prior_arrests", HIDDEN, HIDDEN), ("shelter_nights", HIDDEN, HIDDEN))


def test_numbers_of_other_conditions_stay_inside() -> None:
    released = out(PLENTY)

    rows = {row[0]: row for row in table(released, ": diagnostics").rows}
    assert "reuse_of_people" not in rows and "losses" not in rows  # that either fails tells of few people
    told = {one.name: one for one in released.findings[0].answer.diagnostics}
    assert not {"reuse_of_people", "losses"} & set(told)
    assert told["served_matched"].detail == {} and all(one.behind == {} for one in told.values())


def test_without_the_differences_nothing_is_told_of_how_close_they_are() -> None:
    alone = Diagnostic("closely_alike", "", 0.05, 0.1, True, "Austin 2009", False)

    assert [row[1] for row in table(out(matched_answer(diagnostics=(alone,))), ": diagnostics").rows] == [HIDDEN]


# ------------------------------------------------------------------------------------------------ several questions
def test_a_longer_horizon_does_not_give_away_who_had_the_event_between() -> None:
    early = with_arms(replace(SERVED, events=86), weighed(replace(COMPARED, events=80), rest=250), days=182)
    near = with_arms(replace(SERVED, events=90), weighed(replace(COMPARED, events=110), rest=220), days=364)
    far = with_arms(weighed(replace(SERVED, events=110), rest=260), weighed(replace(COMPARED, events=110), rest=220), days=364)

    assert shown(out(early)) and shown(out(near))
    assert [shown(out(early, near), number) for number in (0, 1)] != [True, True]  # four more were arrested between
    assert [shown(out(early, far), number) for number in (0, 1)] == [True, True]


def test_a_longer_horizon_does_not_give_away_who_was_served_between() -> None:
    early, late = matched_answer(days=182, diagnostics=conditions(later=(56, 284))), matched_answer(diagnostics=conditions(later=(60, 280)))

    released = out(early, late)

    told = [next(row for row in table(released, ": diagnostics", number).rows if row[0] == "later_service")[1] for number in (0, 1)]
    assert HIDDEN in told


def test_what_one_question_hides_of_the_people_matched_another_does_not_show() -> None:
    """Three served found nobody: with two questions of the same people, either's count of the served would tell it."""
    three = {"not_compared": 3, "diagnostics": conditions(matched=(383, 380), small=(0, 383))}

    released = out(matched_answer(**three), matched_answer("recidivism/jail_booking", **three, role="secondary"))  # type: ignore[arg-type]  # a test's own words

    last = table(released, ": flow").rows[-1][2]
    served = [table(released, ": arms", number).rows[0][column] for number in (0, 1) for column in (1, 2)]
    assert last == HIDDEN or served == [HIDDEN] * 4


def test_as_many_people_in_two_questions_are_taken_for_the_same() -> None:
    sums = linked((PLENTY, matched_answer("recidivism/jail_booking", role="secondary")))[1]

    tied = {tuple(name.rpartition("arm.")[2] for name in (total, *parts)) for total, parts in sums}
    assert tied == {(f"{arm}.{what}",) * 2 for arm in ("served", "compared") for what in ("people", "rows")}


def test_what_protects_a_line_of_the_ledger_is_not_told_in_another_place() -> None:
    """Three were lost to the last rule: whoever reads how many were left reads it, in the ledger or anywhere else."""
    released = out(matched_answer(lost=(0, 3), diagnostics=conditions(small=(30, 370))))

    before, last = (row[2] for row in table(released, ": flow").rows)
    told = {one.name for one in released.findings[0].answer.diagnostics}
    elsewhere = {"small_pools", "served_matched"} & told or "400" in released.findings[0].believed.get("en", "")
    assert before == HIDDEN or (last == HIDDEN and not elsewhere)


def test_matches_that_differ_by_few_people_are_not_subtracted() -> None:
    four_fewer = replace(weighed(SERVED, rows=376), people=376)
    narrow = matched_answer(
        "recidivism/jail_booking",
        arms=(four_fewer, COMPARED),
        not_compared=24,
        diagnostics=conditions(matched=(400, 376)),
        compare=Matching(caliper=0.1),
    )

    released = out(matched_answer(), narrow)

    served = [table(released, ": arms", number).rows[0][1] for number in (0, 1)]
    assert HIDDEN in served
