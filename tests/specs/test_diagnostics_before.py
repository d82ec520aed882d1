"""The outcome's own path before the start, and the window that no column of the history reaches: what each sees, and where its limit stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from small_county import county, plan

from evaluation.cohort import enrol
from evaluation.diagnostics import DIAGNOSTICS, path_before_start, placebo_window
from evaluation.diagnostics.before_start import PLACEBO
from evaluation.diagnostics.wording import called_by, gap, gaps_between
from evaluation.methods.matched import compare, estimate
from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.pipeline import watched
from evaluation.terms import Amounts, Cohort, Comparison, Diagnostic, Estimate, Horizon, Interval, Matching, Outcome, OutcomeUnit, Question, States

SAME = 1e-12  # the same sums
HORIZON = Horizon(days=100)
ASKED = Question("recidivism/arrest", HORIZON, "matched", -0.05)
AMOUNT = next(one for one in OUTCOMES.values() if one.kind == "amount")
STATE = next(one for one in OUTCOMES.values() if one.kind == "state")


def arms(served: int, compared: int) -> np.ndarray:
    return np.arange(served + compared) < served


def window(before: np.ndarray, served: np.ndarray, p_value: float) -> Diagnostic:
    n = len(served)
    return placebo_window(before, served, np.ones(n), np.arange(n), p_value=p_value, interval=Interval(-0.42, 1.1, ""), days=(1095, 365))


# ------------------------------------------------------------------------------------------------ what each sees
def test_the_period_farthest_apart_is_told_in_the_served_persons_deviation() -> None:
    served = arms(4, 4)
    path = {"days 92 to 182 before": np.array([0.0, 2, 4, 6, 3, 3, 3, 3]), "days 1 to 91 before": np.array([1.0, 0, 0, 0, 1, 1, 0, 0])}

    told = path_before_start(path, served, np.array([1.0, 1, 0, 0, 0.5, 1.5, 0, 0]), np.arange(8))

    # means 1 and 3, in the root of 20/3; and a share of a half against one, in the root of 3/16
    assert told.detail == pytest.approx({"days 92 to 182 before": -2 / (20 / 3) ** 0.5, "days 1 to 91 before": -0.5 / (3 / 16) ** 0.5}, abs=SAME)
    assert told.value == pytest.approx(0.5 / (3 / 16) ** 0.5, abs=SAME) and "most in days 1 to 91 before the start" in told.sentence
    assert told.behind == {"days 92 to 182 before": (1, 1, 2, 0), "days 1 to 91 before": (1, 1, 2, 0)}  # of those kept
    assert not told.required and told.limit == 0.25


@pytest.mark.parametrize(("people", "holds"), [(40, True), (60, True), (2_000, False)])
def test_a_gap_fails_only_where_it_is_more_than_luck_among_so_many_people(people: int, holds: bool) -> None:
    served = arms(people, people)
    column = np.concatenate([np.tile([0.0, 1.0], people // 2), np.tile([0.0, 0.7], people // 2)])  # .3 standard deviations apart

    told = path_before_start({"days 1 to 91 before": column}, served, np.ones(2 * people), np.arange(2 * people))

    assert told.value == pytest.approx(0.3, abs=0.01) and told.holds is holds  # a little less by n - 1
    assert ("luck explains, is allowed" in told.sentence) is holds


def test_many_places_filled_by_few_people_are_few() -> None:
    people = 2_000
    served = arms(people, people)
    column = np.concatenate([np.tile([0.0, 1.0], people // 2), np.tile([0.0, 0.7], people // 2)])
    person = np.where(served, np.arange(2 * people), 2 * people + np.arange(2 * people) % 40)  # forty fill the places compared

    assert path_before_start({"days 1 to 91 before": column}, served, np.ones(2 * people), person).holds


@pytest.mark.parametrize(("p_value", "holds"), [(0.05, True), (0.0499, False), (1.0, True), (float("nan"), True)])
def test_the_placebo_fails_where_luck_would_seldom_give_such_a_gap(p_value: float, holds: bool) -> None:
    told = window(np.array([3.0, 1, 2, 0]), arms(2, 2), p_value)

    assert told.holds is holds and not told.required and told.limit == 0.05
    assert told.detail[PLACEBO] == pytest.approx(1 / 2**0.5, abs=SAME) and told.behind == {PLACEBO: (2, 0, 1, 1)}


def test_a_placebo_that_fails_says_by_how_much_and_which_way_the_answer_is_off() -> None:
    more, less = (window(column, arms(2, 2), 1e-9).sentence for column in (np.array([3.0, 1, 2, 0]), np.array([0.0, 1, 2, 3])))

    assert more == (
        "From 1,095 to 365 days before the start, where no column of the history looks, the served already had 100 more events for every 100 "
        "people than those compared (0.71 standard deviations, p < .001): the groups were not alike, and the number told is likely too far "
        "towards more."
    )
    assert "the served already had 200 fewer events" in less and less.endswith("too far towards less.")


def test_a_placebo_that_holds_tells_the_range_and_claims_no_sameness() -> None:
    assert window(np.array([3.0, 1, 2, 0]), arms(2, 2), 0.4).sentence == (
        "From 1,095 to 365 days before the start, where no column of the history looks, no difference in the outcome could be seen between the "
        "groups (the range runs from 40 fewer to 110 more events for every 100 people)."
    )


@pytest.mark.parametrize(
    ("value", "deviation", "unit", "said"),
    [
        (412.3, 1_000.0, "dollars", "$410 more on average"),
        (-412.3, 5_000.0, "dollars", "$400 less on average"),
        (0.43, 9.0, "days", "0.4 more days on average"),
        (-1.04, 9.0, "days", "1 fewer day on average"),
        (0.123, 0.4, "people", "12 more events for every 100 people"),
        (0.0041, 0.05, "people", "4 more events for every 1,000 people"),
        (-0.0001, 0.4, "people", "a little less of the outcome"),
        (0.31, 0.0, "people", "31 more events for every 100 people"),
    ],
)
def test_a_difference_is_said_no_finer_than_a_hundredth_of_a_deviation(value: float, deviation: float, unit: OutcomeUnit, said: str) -> None:
    assert gap(value, deviation, unit) == said


def test_a_range_says_its_unit_once_and_an_end_of_nothing_as_none() -> None:
    assert gaps_between(-120, 340, 2_000, "dollars") == "from $100 less to $300 more on average"
    assert gaps_between(0.001, 0.034, 0.4, "people") == "from none to 3 more events for every 100 people"


def test_people_who_were_offered_the_programme_are_not_called_served() -> None:
    column, served = np.array([3.0, 1, 2, 0]), arms(2, 2)

    path = path_before_start({"days 1 to 91 before": column}, served, np.ones(4), np.arange(4), unit="dollars", called=called_by("offer"))

    assert "those offered the programme had $1 more on average (0.71 standard deviations), and 0.25, or what luck" in path.sentence
    assert called_by("service") == "served"


def test_both_stand_in_the_table_under_their_own_names() -> None:
    column, served = np.array([3.0, 1, 2, 0]), arms(2, 2)

    for told in (window(column, served, 0.2), path_before_start({"days 1 to 91 before": column}, served, np.ones(4), np.arange(4))):
        assert told.name in DIAGNOSTICS and told.source and told.sentence.endswith(".")


# ------------------------------------------------------------------------------------------------ where a method lays the ruler
@dataclass(frozen=True)
class Lives:
    """A Ruler over what each clock adds up to on every day from so long before the start on."""

    outcome: Outcome
    daily: np.ndarray  # (n, days), the last of them the day before the start
    after: np.ndarray  # (n,)
    asked: list[tuple[int, ...]] = field(default_factory=list)

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        n = len(self.after)
        return Amounts(self.after, np.full(n, 100), np.full(n, 100))

    def state(self, horizon: Horizon) -> States:
        inside = self.after > np.median(self.after)
        return States(np.where(inside, "there", "none"), inside, np.ones(len(inside), dtype=bool))

    def by_period(self, edges: list[int]) -> Amounts:
        self.asked.append(tuple(edges))
        days = self.daily.shape[1]
        columns = [self.daily[:, days + low : days + high].sum(axis=1) for low, high in pairwise(edges)]
        return Amounts(np.column_stack(columns), np.empty(0), np.empty(0))


def cohort(n: int = 200, *, back: int, history: int, seed: int = 0) -> Cohort:
    rng = np.random.default_rng(seed)
    served, x = np.arange(n) < n // 3, rng.normal(size=n)
    ids = np.arange(n)
    return Cohort("main", "person", "", ids + 1, ids, served, {"x": x}, (), "offer", looked_back=back, history_days=history)


def lives(n: int = 200, outcome: Outcome = AMOUNT, *, gap: float = 0.0) -> Lives:
    rng = np.random.default_rng(3)
    daily = rng.poisson(0.05, size=(n, 500)).astype(float)
    daily[: n // 3, :150] += gap  # the served, more than 350 days before the start
    return Lives(outcome, daily, rng.normal(size=n) + 5)


def answer(group: Cohort, ruler: Lives, by: str = "matching") -> tuple[Estimate, Comparison]:
    question = Question(ruler.outcome.name, HORIZON, "matched", 1.0, estimand="effect_on_the_served", compare=Matching(by=by))  # type: ignore[arg-type]  # a word
    comparison = compare(group, question)
    return estimate(group, comparison, ruler, question), comparison  # type: ignore[arg-type]  # a Ruler of the verbs that are asked


def told_of(found: Estimate, name: str) -> Diagnostic | None:
    return next((one for one in found.diagnostics if one.name == name), None)


def test_quarters_and_the_window_are_read_at_once_and_add_up() -> None:
    group, ruler = cohort(back=400, history=200), lives()

    found, comparison = answer(group, ruler)

    assert ruler.asked == [(-400, -364, -273, -200, -182, -91, 0)]
    path, placebo = told_of(found, "path_before_start"), told_of(found, "placebo_window")
    assert path and placebo
    assert list(path.detail) == ["days 274 to 364 before", "days 183 to 273 before", "days 92 to 182 before", "days 1 to 91 before"]
    second = ruler.daily[:, 500 - 273 : 500 - 182].sum(axis=1)  # the history's edge cuts it in two
    whole = {name: column for name, column in path.behind.items() if name == "days 183 to 273 before"}
    kept = comparison.weights > 0
    assert whole["days 183 to 273 before"][:2] == tuple(int((kept & group.served & some).sum()) for some in (second > 0, second == 0))


@pytest.mark.parametrize("by", ["matching", "inverse_probability"])
def test_the_placebo_has_the_error_that_the_effect_would_have(by: str) -> None:
    group, ruler = cohort(back=400, history=200), lives()
    before = ruler.daily[:, 100:300].sum(axis=1)

    placebo = told_of(answer(group, ruler, by)[0], "placebo_window")

    as_effect, _ = answer(group, replace(ruler, after=before, asked=[]), by)
    assert placebo and placebo.value == pytest.approx(as_effect.p_value, abs=SAME)


def test_a_gap_that_no_column_of_the_history_tells_fails_the_placebo() -> None:
    found, _ = answer(cohort(back=500, history=350), lives(gap=0.1))

    path, placebo = told_of(found, "path_before_start"), told_of(found, "placebo_window")
    assert path and placebo and not placebo.holds and re.search(r"already had [\d,.]+ more", placebo.sentence)
    assert all(abs(path.detail[name]) > 0.5 for name in ("days 456 to 546 before", "days 365 to 455 before") if name in path.detail)


@pytest.mark.parametrize(
    ("back", "history", "path", "placebo"),
    [(90, 0, False, False), (91, 0, True, True), (365, 365, True, False), (365, 275, True, False), (365, 274, True, True), (0, 0, False, False)],
)
def test_nothing_is_told_of_less_than_a_quarter(back: int, history: int, path: bool, placebo: bool) -> None:
    ruler = lives()

    found, _ = answer(cohort(back=back, history=history), ruler)

    assert (told_of(found, "path_before_start") is not None, told_of(found, "placebo_window") is not None) == (path, placebo)
    assert len(ruler.asked) == path


def test_where_somebody_is_has_no_path() -> None:
    ruler = lives(outcome=STATE)

    found, _ = answer(cohort(back=400, history=100), ruler)

    assert ruler.asked == [] and told_of(found, "path_before_start") is None and told_of(found, "e_value") is not None


# ------------------------------------------------------------------------------------------------ on records
EVENTS = """
    person_id  kind     day         source
    ann        release  2020-03-01  jail
    ann        aid      2020-03-01  jail
    ann        arrest   2019-12-01  police
    ann        arrest   2020-02-29  police
    ann        arrest   2020-03-01  police
    bob        release  2020-06-01  jail
    bob        no_aid   2020-06-01  jail
    bob        arrest   2020-05-31  police
"""


def test_marks_are_counted_on_the_days_before_the_start_alone() -> None:
    records = county(person="person_id\nann\nbob", event=EVENTS, coverage=covered("2019-01-01"))
    there = enrol("main", plan(lookback_days=200), (), records, HORIZON)

    read = EngineRuler(records.engine, there.table, OUTCOMES["recidivism/arrest"]).by_period([-182, -91, 0])

    assert read.amount.tolist() == [[0, 2], [0, 1]]  # ann's of 1 December lies 91 days before; that on the day of the start is in no period


@pytest.mark.parametrize(("police", "back"), [("2019-01-01", 200), ("2019-11-01", 121), ("2020-03-15", 0)])
def test_nobody_is_looked_back_on_past_the_first_day_of_the_outcomes_own_source(police: str, back: int) -> None:
    records = county(person="person_id\nann\nbob", event=EVENTS, coverage=covered(police))
    group = enrol("main", plan(lookback_days=200, sources=("jail",)), (), records, HORIZON)

    assert group.looked_back == 200
    assert watched(group, ASKED, OUTCOMES["recidivism/arrest"], records.engine).looked_back == back  # ann's start is 1 March 2020


def covered(police: str) -> str:
    assert date.fromisoformat(police)
    return f"source first last lag_days grain\njail 2010-01-01 2022-12-31 0 day\npolice {police} 2022-12-31 0 day"
