"""What of a scorecard may leave: an attacker who adds and subtracts what is printed must never learn that few are few."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from attacker import BOX, FEW, Puzzle
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.cohort.roll import Roll
from evaluation.outcomes import OUTCOMES
from evaluation.report.language import words_of
from evaluation.report.scorecard import scorecard_page
from evaluation.scorecards import Scorecard
from evaluation.scorecards.curves import Curve
from evaluation.scorecards.gaps import by_group
from evaluation.scorecards.measures import Measure
from evaluation.scorecards.released import HIDDEN, ReleasedCard, release_card
from evaluation.scorecards.stages import STARTED, Stage, Staged
from evaluation.terms import CohortPlan, Horizon, Problem, Starts, Study

WORDS = (("black",), ("white",), ("black", "white"))


PLAN = CohortPlan((date(2020, 1, 1), date(2020, 12, 31)), "eligibility", Starts(("release",)))


def card(*reached: tuple[int, int], curve: tuple[int, ...] = ()) -> Scorecard:
    """A card of one stage: by race how many reached it and how many did not."""
    words = tuple(word for word, (some, none) in zip(WORDS, reached, strict=False) for _ in range(some + none))
    had = np.array([number < some for some, none in reached for number in range(some + none)], dtype=bool)
    all_of_them, enrolled = np.ones(len(words), dtype=bool), "enrolled/recorded"
    stages = (Stage(STARTED, None, all_of_them, all_of_them), Stage(enrolled, OUTCOMES[enrolled], had, all_of_them))
    staged = Staged(Roll("r", "t", np.arange(len(words)), ()), PLAN, Horizon(days=180), stages, ())
    title = {"en": "x", "es": "x"}
    started = Measure("how much", STARTED, title, "more", number=len(words))
    share = Measure("how well", "enrolled/recorded", title, "more", number=int(had.sum()), of=len(words), share=float(had.mean()), low=0.0, high=1.0)
    counts = np.array(curve, dtype=float)
    months = tuple(f"2020-{month + 1:02d}" for month in range(len(curve)))
    lines = (Curve(STARTED, title, "count", "more", months, counts, np.ones(len(curve))),) if curve else ()
    gaps = by_group(staged, words, by="race_ethnicity", reference="white")
    return Scorecard(Study({"en": "Aid"}, "small", "aid", {"main": PLAN}, ()), "records", (started, share), lines, gaps)


def test_numbers_of_many_leave_in_three_digits_and_of_few_do_not() -> None:
    released = release_card(card((40, 60), (70, 50)))

    assert [one.refused for one in released.measures] == [(), ()]
    assert {gap.group: gap.rate for gap in released.gaps} == {"black": 0.4, "white": 0.583}
    few = release_card(card((4, 60), (70, 50)))
    assert [gap.told for gap in few.gaps if gap.group == "black"] == [False]


def test_what_would_be_the_rest_of_a_hidden_group_goes_too() -> None:
    released = release_card(card((4, 60), (70, 50)))

    assert not any(gap.told for gap in released.gaps) or released.measures[1].refused == (HIDDEN,)


def test_a_curve_leaves_whole_or_not_at_all() -> None:
    assert len(release_card(card((40, 60), (70, 50), curve=(100, 120))).curves[0].months) == 2
    held_back = release_card(card((40, 60), (70, 50), curve=(214, 6))).curves[0]
    assert held_back.months == () and held_back.fan is None and held_back.refused == (HIDDEN,)


def test_a_curve_that_differs_by_few_from_the_number_of_those_who_started_stays() -> None:
    near = release_card(card((40, 60), (70, 50), curve=(100, 115))).curves[0]  # 215 of 220: five more in part of a month
    assert near.months == () and near.refused == (HIDDEN,)
    assert len(release_card(card((40, 60), (70, 50), curve=(100, 100))).curves[0].months) == 2


def test_of_two_curves_of_the_same_people_that_differ_by_few_in_a_month_one_stays() -> None:
    whole = card((40, 60), (70, 50))
    served = Curve("served", {"en": "x"}, "count", "more", ("2020-01", "2020-02"), np.array([60.0, 70.0]), np.ones(2))
    seen = Curve("recidivism/arrest", {"en": "x"}, "share", "fewer", served.months, np.array([20 / 58, 0.5]), np.array([58.0, 70.0]))

    released = release_card(replace(whole, curves=(served, seen))).curves
    assert [len(one.months) for one in released] == [2, 0]  # two were lost from sight in January
    both = release_card(replace(whole, curves=(served, replace(seen, of=np.array([60.0, 70.0]), value=np.array([20 / 60, 0.5]))))).curves
    assert [len(one.months) for one in both] == [2, 2]


def test_of_two_definitions_that_differ_by_few_people_one_stays() -> None:
    whole = card((40, 60), (70, 50))
    one = replace(whole.measures[1], quadrant="better off", name="recidivism/jail_booking", number=105, of=220, share=105 / 220)
    other = replace(one, name="recidivism/jail_booking_stitched", number=100, share=100 / 220)

    released = release_card(replace(whole, measures=(whole.measures[0], one, other))).measures
    assert sum(each.refused == (HIDDEN,) for each in released) >= 1
    apart = replace(other, number=80, share=80 / 220)
    assert not any(each.refused for each in release_card(replace(whole, measures=(whole.measures[0], one, apart))).measures)


def test_a_ratio_to_the_rest_of_the_reference_stays_where_few_are_in_both() -> None:
    few = release_card(card((140, 160), (170, 150), (2, 3))).gaps
    many = release_card(card((140, 160), (170, 150), (20, 30))).gaps

    black, white = few  # who is in both is white less the reference without them: one of the two stays
    assert not (white.told and (black.ratio is not None or black.difference is not None))
    assert [gap.ratio is not None for gap in many] == [True, False]  # white is the reference itself


def test_where_something_of_the_same_people_is_released_no_number_leaves() -> None:
    whole = card((40, 60), (70, 50), curve=(100, 120))
    released = release_card(whole, withheld=True)

    assert released.withheld and all(one.refused == (HIDDEN,) and one.number is None for one in released.measures)
    assert not any(gap.told or gap.rate for gap in released.gaps) and not any(one.months for one in released.curves)
    for language in ("en", "es"):
        page = scorecard_page(released, language=language)  # type: ignore[arg-type]  # a language
        assert words_of(language)["scorecard.withheld"] in page and "220" not in page  # type: ignore[arg-type]  # the same


def test_a_mean_that_is_one_persons_stays() -> None:
    whole = card((40, 60), (70, 50))
    mean = Measure("better off", "custody_days/recorded", {"en": "x"}, "fewer", of=100, mean=3.0, some=50, closest=0.02)

    assert release_card(replace(whole, measures=(mean,))).measures[0].refused == (HIDDEN,)
    assert release_card(replace(whole, measures=(replace(mean, closest=2.0),))).measures[0].mean == 3.0


def test_reasons_stay_inside() -> None:
    whole = card((40, 60), (70, 50))
    untold = replace(whole.measures[1], number=None, share=None, of=None, refused=(Problem("x", "3 people were lost."),))

    assert "3 people" not in str(release_card(replace(whole, measures=(whole.measures[0], untold))).measures)


few_or_some = st.one_of(st.integers(0, 12), st.integers(0, 40))
cells = st.tuples(few_or_some, few_or_some.map(lambda n: n + 1))


@settings(max_examples=8, deadline=None)
@given(st.tuples(cells, cells, cells))
def test_an_attacker_never_learns_that_few_are_few(reached: tuple[tuple[int, int], ...]) -> None:
    released = release_card(card(*reached))
    given_out, truth = puzzle(released, reached)

    for name, count in truth.items():
        if count in FEW:
            assert given_out.values[name] is None, f"{name} is shown"
            assert given_out.possible(name, range(11, BOX), truth), f"{name} is known to be few"


def puzzle(released: ReleasedCard, reached: tuple[tuple[int, int], ...]) -> tuple[Puzzle, dict[str, int]]:
    """What is printed as equations: who has each set of words, groups that add them up, and the whole; and the truth by the same names."""
    given_out, truth = Puzzle(), {}
    wholes = {"some": ["all some"], "none": ["all none"]}
    for word, (some, none) in zip(WORDS, reached, strict=True):
        for what, count in (("some", some), ("none", none)):
            truth[given_out.unprinted(f"{word} {what}")] = count
    for group in ("black", "white"):
        gap = next(gap for gap in released.gaps if gap.group == group)
        for what, shown in (("some", gap.reached), ("none", gap.people - gap.reached)):
            mine = tuple(f"{word} {what}" for word in WORDS if group in word)
            truth[f"{group} {what}"] = sum(truth[name] for name in mine)
            printed(given_out, f"{group} {what}", shown if gap.told else None)
            given_out.equations.append((f"{group} {what}", mine))
    ratio = next(gap for gap in released.gaps if gap.group == "black")
    for what in ("some", "none"):  # a ratio is taken to give away the reference group without those who are in both
        truth[f"rest {what}"] = dict(zip(WORDS, reached, strict=True))["white",][what == "none"]
        printed(given_out, f"rest {what}", truth[f"rest {what}"] if ratio.ratio is not None or ratio.difference is not None else None)
        given_out.equations.append((f"rest {what}", (f"{('white',)} {what}",)))
    started, share = released.measures
    for what, shown in (("some", share.number), ("none", None if share.number is None or share.of is None else share.of - share.number)):
        truth[f"all {what}"] = sum(truth[f"{word} {what}"] for word in WORDS)
        printed(given_out, f"all {what}", None if shown is None else int(shown))
        given_out.equations.append((f"all {what}", tuple(f"{word} {what}" for word in WORDS)))
    truth["started"] = truth["all some"] + truth["all none"]
    printed(given_out, "started", None if started.number is None else int(started.number))
    given_out.equations.append(("started", (*wholes["some"], *wholes["none"])))
    return given_out, truth


def printed(given_out: Puzzle, name: str, shown: int | None) -> None:
    """A number that is printed, or may be anything."""
    given_out.values[name], given_out.floors[name] = shown, 0
