"""A death is never good news: ends that rule the event out are told by arm, and where they flatter an answer nothing is claimed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from survival_answer import survival_answer
from test_survival_estimate_ways import AllMarks

from evaluation.diagnostics import Ends, competing_ends, flattering
from evaluation.findings import judge, release
from evaluation.methods.inference import Contrast
from evaluation.methods.spread import Spread
from evaluation.methods.survival.estimators import at_the_horizon
from evaluation.methods.survival.laid import lay
from evaluation.methods.survival.reading import stepped
from evaluation.methods.survival.ruled_out import ends_told
from evaluation.outcomes import OUTCOMES
from evaluation.report.answering import ANSWERING
from evaluation.terms import Answer, Diagnostic, Estimate, Steps
from tests.specs.timed import ARREST, asked, cohort_of, compared, ruler_of, told

DAYS = 360
TITLE = {"en": "Aid", "es": "Ayuda"}
ARMS = np.arange(1_000) % 2 == 0


def clocks(seed: int, n: int = 1_000, *, deaths: tuple[float, float], arrests: tuple[float, float] = (0.4, 0.4), lost: float = 0.0, **parts):
    """People of a lot with constant hazards of arrest and of death, by arm, over the horizon."""
    rng = np.random.default_rng(seed)
    served = rng.permutation(n) % 2 == 0
    mark, dies = (rng.exponential(DAYS / np.where(served, *hazards)) for hazards in (arrests, deaths))
    leaves = rng.exponential(DAYS / max(lost, 1e-9), n)
    ends = np.floor(np.minimum(mark, dies)).astype(int)
    why = np.where(mark <= dies, "mark", "death")
    left = np.floor(leaves).astype(int)
    cohort = cohort_of(served, history={"x": rng.normal(size=n)}, **parts)
    return cohort, ruler_of(np.minimum(ends, left), np.where(ends <= left, why, "moved"))


def ends(estimate: Estimate) -> Diagnostic:
    [one] = [one for one in estimate.diagnostics if one.name == "competing_ends"]
    return one


KILLS = {"deaths": (0.7, 0.02)}  # where the daily chance of an arrest is the same


def killing(measure: str = "risk", **parts) -> Estimate:
    cohort, ruler = clocks(3, 2_000, **KILLS, **parts)
    return told(cohort, ruler, asked(DAYS, measure))


def answer(one: Diagnostic, measure: str = "risk", **parts) -> Answer:
    return survival_answer(measure, by="lot", more=(one,), **parts)


def said(one: Diagnostic, language: str = "en", **parts) -> str:
    return judge(answer(one, **parts), None, title=TITLE, languages=("en", "es")).sentences[language]


# ------------------------------------------------------------------------------------------------ a programme that kills
@pytest.mark.parametrize("measure", ["risk", "time_lost"])
@pytest.mark.parametrize("lost", [0.0, 0.3])
def test_where_fewer_are_arrested_because_more_died_nothing_is_claimed(measure, lost):
    estimate = killing(measure, lost=lost)
    one = ends(estimate)

    assert estimate.interval.high < 0  # as if it had helped
    assert one.required and not one.holds and one.value > one.limit
    assert one.detail["served"] > 0.25 > 0.05 > one.detail["compared"]
    assert judge(answer(one, measure), None, title=TITLE, languages=("en",)).verdict == "not answered"


def test_of_days_alive_and_free_of_it_a_death_is_a_loss_already_and_is_shown():
    estimate = killing("time_free")
    one = ends(estimate)

    assert estimate.interval.high < 0  # fewer such days: worse
    assert one.holds and not one.required and one.limit is None
    assert one.detail["served"] == pytest.approx(ends(killing()).detail["served"])


def test_the_reason_is_said_in_words_and_in_both_languages():
    one = ends(killing())

    assert "people served by the programme offered by lot may seem to fare better because a death came first for more of them" in said(one)
    assert said(one).endswith(", and after it nobody can be arrested.")
    assert "porque una muerte les llegó antes a más de ellas, y después ya no pueden ser detenidas" in said(one, "es")
    assert "a death or “prison transfer” came first for more of them" in said(one, competing=("death", "prison_transfer"))
    both = replace(answer(one), diagnostics=(*answer(one).diagnostics, replace(one, name="losses")))
    assert (
        "; a condition that the answer rests on did not hold: enough people followed"
        in judge(both, None, title=TITLE, languages=("en",)).sentences["en"]
    )


def test_the_reason_may_leave_and_no_count_with_it():
    cohort, ruler = clocks(3, deaths=(0.5, 0.02))
    one = ends(told(cohort, ruler, asked(DAYS)))
    released = release([judge(answer(one), None, title=TITLE, languages=("en",))])

    assert "a death came first for more of them" in released.findings[0].sentences["en"]
    assert not one.holds and min(one.behind["compared"]) <= 10 and "1 to 10 of 500" in one.sentence and "%" not in one.sentence


@pytest.mark.parametrize("estimator", ["regression", "doubly_robust"])
def test_regressions_of_the_event_are_held_to_the_same(estimator):
    cohort, ruler = clocks(3, deaths=(0.5, 0.05))
    estimate = told(cohort, ruler, asked(DAYS, estimator=estimator))

    assert estimate.interval.high < 0 and not ends(estimate).holds


def test_ends_too_few_for_a_regression_are_told_without_one():
    cohort, ruler = clocks(3, deaths=(0.5, 1e-9))
    one = ends(told(cohort, ruler, asked(DAYS, estimator="regression")))

    assert one.detail["compared"] == 0.0 and one.detail["served"] > 0.25 and not one.holds


# ------------------------------------------------------------------------------------------------ and one that does not
def test_a_programme_that_helps_is_answered_and_both_shares_are_told():
    cohort, ruler = clocks(5, deaths=(0.3, 0.3), arrests=(0.3, 0.7))
    estimate = told(cohort, ruler, asked(DAYS))
    one = ends(estimate)
    died = [((ruler.why == "death") & (ruler.day < DAYS) & there).sum() for there in (cohort.served, ~cohort.served)]

    assert estimate.interval.high < 0 and one.holds and one.required
    assert [one.behind[arm][:2] for arm in ("served", "compared")] == [(count, 500 - count) for count in died]
    assert one.detail["served, death"] == pytest.approx(died[0] / 500)
    assert f"{died[0]} of 500 people served and {died[1]} of 500 people compared came to an end after which the event cannot" in one.sentence
    assert f"(death; {died[0] / 5:.0f} % against {died[1] / 5:.0f} % by the horizon" in one.sentence
    assert "came first" not in said(one)


def test_that_more_are_left_to_die_where_fewer_are_arrested_is_no_fault_of_an_answer():
    """Of the same daily chance of death, more die unarrested where nearly nobody is arrested."""
    cohort, ruler = clocks(5, 4_000, deaths=(0.4, 0.4), arrests=(0.1, 2.0))
    estimate = told(cohort, ruler, asked(DAYS))
    one = ends(estimate)

    assert one.detail["served"] > one.detail["compared"] + 0.13 and estimate.interval.high < 0
    assert one.holds and abs(one.detail["taken away, in the unit of the answer"]) < 3 * one.detail["standard error"]


@pytest.mark.parametrize("measure", ["risk", "time_lost"])
def test_what_the_ends_took_away_is_all_of_the_effect_where_only_they_differ(measure):
    cohort, ruler = clocks(7, 40_000, deaths=(0.7, 0.1))
    estimate = told(cohort, ruler, asked(DAYS, measure))

    assert ends(estimate).detail["taken away, in the unit of the answer"] == pytest.approx(-estimate.effect, rel=0.15)


def test_fewer_ends_among_the_served_are_no_fault_of_an_answer():
    cohort, ruler = clocks(3, deaths=(0.02, 0.5))

    assert ends(told(cohort, ruler, asked(DAYS))).holds


def test_that_a_programme_does_harm_is_answered_though_deaths_hide_some_of_it():
    cohort, ruler = clocks(3, deaths=(0.5, 0.02), arrests=(3.0, 0.3))
    estimate = told(cohort, ruler, asked(DAYS))

    assert estimate.interval.low > 0.05 and ends(estimate).holds


def test_where_nobody_came_to_such_an_end_that_is_said():
    cohort, ruler = clocks(3, deaths=(1e-9, 1e-9))
    one = ends(told(cohort, ruler, asked(DAYS)))

    assert one.sentence == "Nobody came to an end after which the event cannot happen, such as a death." and one.holds and one.value == 0


def test_kinds_are_told_apart():
    cohort, ruler = clocks(5, deaths=(0.6, 0.6))
    why = np.where((ruler.why == "death") & (ruler.day % 2 == 0), "competing", ruler.why)
    kinds = replace(ruler, why=why, cause=np.where(why == "competing", "transfer", ruler.cause), outcome=replace(ARREST, competing=("transfer",)))
    one = ends(told(cohort, kinds, asked(DAYS, competing=("death", "transfer"))))
    whole = ends(told(cohort, ruler, asked(DAYS)))

    assert one.detail["served, death"] + one.detail["served, transfer"] == pytest.approx(whole.detail["served"])
    assert "(death or transfer; " in one.sentence and 0 < one.detail["served, transfer"] < one.detail["served"]


def test_people_who_share_luck_make_a_difference_less_sure():
    cohort, ruler = clocks(5, deaths=(0.6, 0.3))
    died = (ruler.why == "death") & (ruler.day < DAYS)
    clusters = 2 * (10 * cohort.served + died * (np.arange(1_000) % 5)) + died  # those who died did so together
    alone = ends(told(cohort, ruler, asked(DAYS)))
    together = ends(told(replace(cohort, clusters=clusters), ruler, asked(DAYS), compared(cohort, clusters=clusters)))

    assert together.detail["standard error"] > 2 * alone.detail["standard error"]


@pytest.mark.parametrize("measure", ["risk", "time_lost"])
def test_clocks_cut_into_stretches_that_weigh_the_same_tell_the_same(measure):
    cohort, ruler = clocks(3, 300, deaths=(0.5, 0.2))
    question, comparison = asked(DAYS, measure), compared(cohort)
    whole = lay(cohort, comparison, ruler, question)
    n, half = len(cohort), DAYS // 2
    steps = Steps(np.repeat(np.arange(n), 2), np.tile([0, half], n), np.tile([half, DAYS + 1], n), np.ones(2 * n))
    reading, rows = stepped(whole.reading, whole.rows, steps)
    cut = replace(whole, reading=reading, rows=rows, comparison=replace(comparison, steps=steps))
    means = at_the_horizon(whole)
    spread = Spread(Contrast(means.effect, 0.01, 100.0), "")
    one, other = (ends_told(laid, ruler, means, spread) for laid in (whole, cut))

    assert len(rows.row) > n
    assert other.detail == pytest.approx(one.detail, rel=1e-3) and other.behind == one.behind


def test_of_how_often_the_event_comes_a_death_after_it_counts_as_well():
    rng = np.random.default_rng(4)
    served = rng.permutation(1_000) % 2 == 0
    mark, dies = (np.floor(rng.exponential(DAYS / rate)).astype(int) for rate in (np.full(1_000, 1.0), np.where(served, 1.5, 0.05)))
    why = np.where(mark <= dies, "mark", "death")
    parts = {"last": np.minimum(dies, DAYS - 1), "ended": np.full(1_000, "death")}
    ruler = AllMarks(ARREST, np.minimum(mark, dies), why, np.where(why == "mark", "arrest", ""), **parts)
    estimate = told(cohort_of(served), ruler, asked(DAYS, "number"))
    one, risk = ends(estimate), ends(told(cohort_of(served), ruler, asked(DAYS)))

    assert estimate.interval.high < 0 and not one.holds
    assert one.behind["served"][0] == (served & (dies < DAYS - 1)).sum() > risk.behind["served"][0]


# ------------------------------------------------------------------------------------------------ arrays in, one diagnostic out
def test_which_way_flatters():
    wanted = replace(ARREST, better="more")

    assert flattering(ARREST, "risk") == flattering(ARREST, "time_lost") == flattering(ARREST, "number") == "more"
    assert flattering(wanted, "risk") == "fewer" and flattering(wanted, "time_free") == "more"
    assert flattering(ARREST, "time_free") is None


@pytest.mark.parametrize(
    ("apart", "error", "effect", "flatter", "holds"),
    [
        (0.10, 0.03, -0.2, "more", False),  # half of the effect, 3.3 standard errors
        (0.10, 0.04, -0.2, "more", True),  # luck
        (0.04, 0.01, -0.2, "more", True),  # a fifth of the effect
        (-0.10, 0.03, -0.2, "more", True),
        (-0.10, 0.03, 0.2, "fewer", False),
        (0.10, 0.03, 0.0, "more", False),  # that no effect is seen may be the ends' doing too
        (0.10, 0.03, -0.2, None, True),
    ],
)
def test_it_fails_where_the_ends_flatter_beyond_luck_and_by_a_quarter_of_the_effect(apart, error, effect, flatter, holds):
    kind = np.where(np.arange(1_000) < 200, "death", "")
    one = competing_ends(
        ARMS, kind, np.zeros(1_000), np.arange(1_000), Ends((0.2, 0.2), {"death": (0.2, 0.2)}, apart, error), effect, flatter=flatter
    )

    assert one.holds == holds and np.isfinite(one.value)


def test_what_will_be_asked_of_an_answer_is_announced():
    for measure, required in (("risk", True), ("time_lost", True), ("number", True), ("time_free", False)):
        assert ("competing_ends" in ANSWERING["survival"].required_here(asked(DAYS, measure))) == required
    assert OUTCOMES[ARREST.name].better == "fewer"


def released_of(one: Diagnostic) -> tuple[Diagnostic, ...]:
    return release([judge(answer(one), None, title=TITLE, languages=("en",))]).findings[0].answer.diagnostics


def test_how_many_died_leaves_with_the_answer_unless_it_gives_a_small_count_away():
    cohort, ruler = clocks(5, deaths=(0.3, 0.3), arrests=(0.3, 0.7))
    one = ends(told(cohort, ruler, asked(DAYS)))
    few = np.where((ruler.why == "horizon") | (ruler.day >= DAYS), "none", ruler.why)
    place = np.flatnonzero((few == "none") & cohort.served)[:5]  # five of those followed to the end were lost on day 200 instead
    lost = replace(
        ruler, day=np.where(np.isin(np.arange(1_000), place), 200, ruler.day), why=np.where(np.isin(np.arange(1_000), place), "moved", ruler.why)
    )
    some_lost = ends(told(cohort, lost, asked(DAYS)))

    assert [seen.sentence for seen in released_of(one)] == [one.sentence] and released_of(one)[0].behind == {}
    assert some_lost.behind["served"][-1] == 5 and released_of(some_lost) == ()


# ------------------------------------------------------------------------------------------------ where arms are alike
@pytest.mark.parametrize("measure", ["risk", "time_lost"])
def test_arms_alike_in_their_ends_are_told_apart_by_luck_no_oftener_than_announced(measure):
    """Of 300 answers without an effect, in which any difference is more than a quarter of it, 1 in 200 fails by luck."""
    failed = 0
    for seed in range(300):
        cohort, ruler = clocks(seed, 240, deaths=(0.3, 0.3), lost=0.3)
        failed += not ends(told(cohort, ruler, asked(DAYS, measure))).holds

    assert failed <= 5  # 1.5 are expected; more than 5 come once in 200 times
