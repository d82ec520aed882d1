"""A lab's frame with days in it: what ended each row and when, by any horizon that somebody was followed to, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import evaluation as ev
from evaluation.cohort import FrameTimes, cohort_from_frame
from evaluation.terms import Censored, Horizon, Question, Refused

ENDS = FrameTimes(
    "days", "status", marked=1, competing={"death": 2, "adoption": (3, 4)}, censored=0,
    better="fewer", title={"en": "return to care"}, event={"en": "back in care"},
)  # fmt: skip
FRAME = pd.DataFrame(
    {
        "id": list("abcdefgh"),
        "fin": [1, 0, 1, 0, 1, 0, 1, 0],
        "age": [27.0, 18, 19, 23, 31, 22, 45, 33],
        "days": [5, 0, 30, 12, 29, 40, 8, 9],
        "status": [1, 1, 1, 2, 0, 0, 3, 4],
        "came": [0, 0, 3, 5, 0, 0, 0, 0],
    }
)
ROLES: dict[str, Any] = {"unit": "id", "treated": "fin", "history": ["age"], "outcome": ENDS, "by": "lot"}


def with_times(**words: Any) -> FrameTimes:
    usual = {name: getattr(ENDS, name) for name in ENDS.__slots__}
    return FrameTimes(**usual | words)


def problems(frame: pd.DataFrame, **roles: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        cohort_from_frame(frame, **ROLES | roles)
    return [str(problem) for problem in refused.value.problems]


def test_each_row_ends_with_what_its_code_stands_for() -> None:
    cohort, ruler = cohort_from_frame(FRAME, **ROLES)
    marks = ruler.marks(Horizon(days=41))

    assert len(cohort) == 8 and cohort.time_zero == "taken on trust"
    assert marks.day.tolist() == [5, 0, 30, 12, 29, 40, 8, 9]
    assert marks.why.tolist() == ["mark", "mark", "mark", "death", "records end", "horizon", "competing", "competing"]
    assert marks.cause.tolist() == ["days", "days", "days", "", "", "", "adoption", "adoption"]
    assert marks.whole.tolist() == [True, True, True, True, False, True, True, True]
    assert ruler.entries() is None and ruler.dated


def test_any_horizon_is_read_of_the_same_rows() -> None:
    _, ruler = cohort_from_frame(FRAME, **ROLES)
    month, week = ruler.marks(Horizon(days=30)), ruler.marks(Horizon(days=9))

    assert month.day.tolist() == [5, 0, 29, 12, 29, 29, 8, 9]
    assert month.why.tolist() == ["mark", "mark", "horizon", "death", "horizon", "horizon", "competing", "competing"]
    assert week.why.tolist() == ["mark", "mark", "horizon", "horizon", "horizon", "horizon", "competing", "horizon"]
    assert ruler.at_risk(Horizon(days=9)).days.tolist() == [6, 1, 9, 9, 9, 9, 9, 9]


def test_a_horizon_that_nobody_was_followed_to_is_refused_with_the_longest() -> None:
    _, ruler = cohort_from_frame(FRAME, **ROLES)

    for asked in (ruler.marks, ruler.at_risk):
        with pytest.raises(Refused, match=r"60 days were asked about, and nobody was followed for more than 41 days\. Ask about 41 days at most"):
            asked(Horizon(days=60))


def test_what_the_rows_do_not_hold_is_refused() -> None:
    _, ruler = cohort_from_frame(FRAME, **ROLES)
    month = Horizon(days=30)

    asked: dict[str, Any] = {
        "every mark": lambda: ruler.every_mark(month),
        "an amount": lambda: ruler.amount(0, month),
        "a state": lambda: ruler.state(month),
        "a rate": lambda: ruler.rate(month),
        "a path by period": lambda: ruler.by_period((0, 7)),
    }
    for what, ask in asked.items():
        with pytest.raises(Refused, match=f"{what} was asked of rows that hold the day of the first mark, and nothing else"):
            ask()
    with pytest.raises(Refused, match=r"prison would end a clock, and no row says that it did\. What competes is death, adoption"):
        ruler.marks(month, ("death", "prison"))
    assert ruler.marks(month, ("adoption",)).why.tolist() == ruler.marks(month).why.tolist()


@pytest.mark.parametrize(
    ("unit", "times", "days"),
    [
        ("days", [0, 1, 2.9, 30], [0, 1, 2, 30]),
        ("weeks", [0, 1, 2, 52], [0, 6, 13, 363]),  # the last day of the 52nd week, which 364 days hold
        ("months", [0, 1, 12, 24], [0, 29, 364, 729]),  # months at their mean length, as a horizon of 12 of them has 365 days
    ],
)
def test_weeks_and_months_are_dated_on_their_last_day(unit: Any, times: list[float], days: list[int]) -> None:
    frame = FRAME.head(4).assign(days=times)
    _, ruler = cohort_from_frame(frame, **ROLES | {"outcome": with_times(unit=unit)})

    assert ruler.day.tolist() == days


def test_a_horizon_of_so_many_months_holds_what_happened_in_them() -> None:
    frame = FRAME.assign(days=[1, 6, 12, 13, 24, 24, 18, 24], status=1, date=pd.to_datetime(["2020-01-31", "2020-03-01"] * 4))
    for roles in ({}, {"start": "date"}):
        _, ruler = cohort_from_frame(frame, **ROLES | {"outcome": with_times(unit="months", competing={})} | roles)
        for months in range(1, 25):
            assert (ruler.marks(Horizon(months=months)).why == "mark").tolist() == (frame["days"] <= months).tolist(), (months, roles)


def test_codes_may_be_words() -> None:
    frame = FRAME.assign(status=["back", "back", "back", "died", "in view", "in view", "adopted", "adopted"])
    ends = with_times(marked="back", competing={"death": "died", "adoption": np.array(["adopted"])}, censored="in view")

    assert cohort_from_frame(frame, **ROLES | {"outcome": ends})[1].why.tolist() == cohort_from_frame(FRAME, **ROLES)[1].why.tolist()


def test_a_row_that_was_watched_from_later_on_says_so() -> None:
    _, ruler = cohort_from_frame(FRAME, **ROLES | {"outcome": with_times(entry="came")})
    risk = ruler.at_risk(Horizon(days=9))

    assert ruler.entries().tolist() == [-1, -1, 3, 5, -1, -1, -1, -1]
    assert risk.days.tolist() == [6, 1, 5, 3, 9, 9, 9, 9]  # from the day after the entry
    assert (risk.row.tolist(), risk.first.tolist(), risk.stop.tolist()) == ([2, 3], [0, 0], [4, 6])


def test_a_code_that_is_declared_as_nothing_is_refused_with_counts_and_few_peoples_code_is_not_told() -> None:
    many = pd.concat([FRAME] * 12, ignore_index=True).assign(id=range(96))

    assert problems(FRAME, outcome=with_times(competing={"death": 2})) == [
        "column 'status': 2 codes in 2 rows stand for no ending. Each is the event, an end that competes with it, or censored. Declare it."
    ]
    assert problems(many, outcome=with_times(censored=(), competing={"adoption": 3, "death": 2})) == [
        "column 'status': 2 codes stand for no ending: 0 (24 rows), 4 (12 rows). "
        "Each is the event, an end that competes with it, or censored. Declare it."
    ]


def test_all_that_is_wrong_with_the_times_comes_back_at_once() -> None:
    wrong = FRAME.assign(days=[-5, -1, 30, 12, 29, 40, 8, np.nan], came=[0, 0, 31, 12, 0, 0, 0, 0], status=[1, 1, 1, 2, 0, 0, 3, 9])
    found = problems(wrong, outcome=with_times(entry="came"))
    late = problems(FRAME.assign(came=[0, 0, 31, 12, 41, 0, 0, 0]), outcome=with_times(entry="came"))

    assert found == [
        "column 'days': 1 value of 8 missing. Say what they stand for: fill them in, or drop the rows and say so; "
        "of the history, name the column in `unrecorded`.",
        "column 'status': 1 code in 1 row stands for no ending. Each is the event, an end that competes with it, or censored. Declare it.",
    ]
    assert problems(wrong.assign(days=[-5, -1, 30, 12, 29, 40, 8, 2])) == [
        "column 'status': 1 code in 1 row stands for no ending. Each is the event, an end that competes with it, or censored. Declare it.",
        "column 'days': 2 rows of 8 hold a time below 0. Time runs from the start.",
    ]
    assert late == [
        "column 'came': 2 rows of 8 are watched only from after the end. A row's entry comes before its end. Mend or drop those rows, and say so.",
        "column 'came': 1 row of 8 ends at the very time of entry, and would never be at risk. A row's entry comes before its end. "
        "Mend or drop those rows, and say so.",
    ]


@pytest.mark.parametrize(
    ("roles", "found"),
    [
        ({"outcome": with_times(unit="years")}, "outcome: unit is 'years'. It is one of days, weeks, months."),
        ({"outcome": with_times(marked=(), censored=(0, 1))}, "outcome: no code is declared as the event. Give `marked`."),
        ({"outcome": with_times(censored=(0, 2))}, "outcome: 1 code declared as two endings. A code stands for one ending."),
        ({"history": ["age", "status"]}, "history: 'status' is not known before the start. Leave it out of the history."),
        (
            {"outcome": with_times(ended="stat")},
            "ended: the frame has no column 'stat'. It has id, fin, age, days, status, came. Did you mean 'status'?",
        ),
        (
            {"outcome": with_times(competing={"days": (2, 3, 4)})},
            "outcome: what competes is called 'days', which stands for something else. Give it another name.",
        ),
        (
            {"outcome": with_times(competing={"": (2, 3, 4)})},
            "outcome: what competes is called '', which stands for something else. Give it another name.",
        ),
        ({"outcome": with_times(better="less")}, "outcome: better is 'less'. It is one of fewer, more."),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(roles: dict[str, Any], found: str) -> None:
    assert problems(FRAME, **roles) == [found]


def test_what_is_no_number_is_no_time() -> None:
    found = problems(FRAME.assign(days="soon", came=np.inf), outcome=with_times(entry="came"))

    assert [one.split(".")[0] for one in found] == ["column 'days': it holds object, not numbers", "column 'came': it holds an infinite number"]
    assert "soon" not in "".join(found)


def test_part_of_a_month_has_no_day_in_the_calendar() -> None:
    frame = FRAME.assign(days=1.5, date=pd.Timestamp("2020-01-31"))

    assert problems(frame, start="date", outcome=with_times(unit="months")) == [
        "column 'days': 8 rows of 8 hold part of a month. With `start`, months go by the calendar. Give the times in days."
    ]


def test_the_digest_changes_with_times_codes_and_entries_and_with_nothing_else() -> None:
    def digest(frame: pd.DataFrame, **words: Any) -> str:
        return cohort_from_frame(frame, **ROLES | {"outcome": with_times(**words)})[1].digest

    assert digest(FRAME) == digest(FRAME.assign(came=1))
    assert len({digest(FRAME), digest(FRAME.assign(days=FRAME["days"] + 1)), digest(FRAME.assign(status=1)), digest(FRAME, entry="came")}) == 4


def drawn(n: int) -> pd.DataFrame:
    draw = np.random.default_rng(7)
    fin = np.arange(n) % 2
    hit, died = draw.exponential(np.where(fin == 1, 700, 350)), draw.exponential(1_500, n)
    day = np.minimum(np.minimum(hit, died), draw.integers(200, 600, n))
    status = np.select([day == hit, day == died], [1, 2], 0)
    return pd.DataFrame({"id": range(n), "fin": fin, "age": draw.integers(18, 60, n), "days": np.floor(day), "status": status})


@pytest.mark.parametrize(("by", "method"), [("lot", "survival"), ("offer", "matched"), ("offer", "survival")])
def test_a_dated_frame_is_asked_by_survival_and_by_matched(by: str, method: str) -> None:
    cohort, ruler = cohort_from_frame(drawn(800), **ROLES | {"by": by, "outcome": with_times(competing={"death": 2})})
    estimand = "average_effect" if by == "lot" else "effect_on_the_served"
    question = Question(
        ruler.outcome.name,
        Horizon(days=365),
        method,
        -0.05,
        estimand=estimand,
        censored=Censored(adjust="nothing") if method == "survival" else Censored(),
    )
    answer = ev.ask(cohort, ruler, question, title="Aid").answer

    assert answer.refused == ()
    # in a world where the hazards are 1/700 or 1/350, and 1/1500 of death, within 365 days: .355 and .581
    assert answer.estimate is not None and answer.estimate.effect == pytest.approx(0.355 - 0.581, abs=3 * answer.estimate.std_error)


def test_rows_watched_from_later_on_are_refused_to_a_method_that_would_take_them_for_watched_all_along() -> None:
    frame = drawn(400).assign(came=lambda rows: np.minimum(rows["days"] - 1, 20).clip(0)).query("days > 0")
    cohort, ruler = cohort_from_frame(frame, **ROLES | {"by": "offer", "outcome": with_times(competing={"death": 2}, entry="came")})
    question = Question(ruler.outcome.name, Horizon(days=365), "matched", -0.05, estimand="effect_on_the_served")

    with pytest.raises(
        Refused, match="rows are watched only from some time after their start, and 'matched' would count them as if from the start on"
    ):
        ev.ask(cohort, ruler, question, title="Aid")


def test_no_message_holds_a_persons_value() -> None:
    secret = FRAME.assign(days=["secret1"] * 8, status=[f"secret{n}" for n in range(8)], came=["secret"] * 8)

    assert "secret" not in "".join(problems(secret, outcome=with_times(entry="came")))


# ------------------------------------------------------------------------------------------------ a caseload on the day of a census
STAYED = np.exp(-((365 / 390) ** 0.8))  # who are still in care after a year, in the world below
CARE = FrameTimes(
    "days", "status", marked=1, censored=0, entry="since", better="more", title={"en": "leaving care"}, event={"en": "out of care"}
)  # fmt: skip


def caseload() -> pd.DataFrame:
    """Entries into care over ten years; those in care on the day of a census, followed for a year from then on, counted from their entry."""
    draw = np.random.default_rng(3)
    entered, length = draw.uniform(-3_650, 0, 40_000), 390 * draw.weibull(0.8, 40_000)
    since, left = np.floor(-entered), np.floor(entered + length)
    there = left > 0  # from the day after the census on
    since, left = since[there], left[there]
    rows = {"id": range(len(since)), "fin": np.arange(len(since)) % 2, "since": since}
    return pd.DataFrame(rows | {"days": since + np.minimum(left, 364), "status": (left <= 364).astype(int)})


def still_there(ends: FrameTimes) -> float:
    cohort, ruler = cohort_from_frame(caseload(), unit="id", treated="fin", history=["since"], outcome=ends, by="lot")
    question = Question("frame/days", Horizon(days=365), "survival", 0.05, censored=Censored(adjust="nothing"))
    estimate = ev.ask(cohort, ruler, question, title="Care").answer.estimate
    assert estimate is not None and abs(estimate.effect) < 3 * estimate.std_error
    return 1 - estimate.compared.mean


def test_a_caseload_seems_to_stay_far_longer_than_people_do_and_with_its_entries_does_not() -> None:
    entered = {name: getattr(CARE, name) for name in CARE.__slots__}
    naive = FrameTimes(**entered | {"entry": None})

    assert round(STAYED, 3) == 0.387
    assert still_there(naive) > 0.68  # people who had stayed for years already
    assert still_there(CARE) == pytest.approx(STAYED, abs=0.05)


def test_a_caseload_is_refused_to_methods_that_count_from_the_start() -> None:
    cohort, ruler = cohort_from_frame(caseload(), unit="id", treated="fin", history=["since"], outcome=CARE, by="lot")

    with pytest.raises(Refused, match="watched only from some time after their start"):
        ev.ask(cohort, ruler, Question("frame/days", Horizon(days=365), "randomized", 0.05), title="Care")
