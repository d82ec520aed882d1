"""Two strategies with a grace period: each start stands twice, and is followed as each plan says, on a county of a few people."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from small_county import county
from sqlglot import exp

from evaluation.cohort import enrol, unmet
from evaluation.cohort.explain import explain
from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.records import Records
from evaluation.records.sql import c, table
from evaluation.terms import (
    NEVER,
    Assigned,
    Cohort,
    CohortPlan,
    Compared,
    HistoryColumn,
    Horizon,
    Initiation,
    Problem,
    Question,
    Refused,
    Served,
    Starts,
    Strategies,
    Strategy,
    Study,
)

YEAR, GRACE = Horizon(days=365), 10
PEOPLE = """
    person_id  birth       death       moved
    ann        1980-02-29  -           -
    bob        1990-05-05  2020-03-05  -
    cy         1992-07-01  -           -
    dee        1985-01-01  -           -
    eve        1985-01-02  -           2020-03-04
    fay        1985-01-03  -           -
"""
EVENTS = """
    person_id  kind     day
    ann        release  2020-03-01
    bob        release  2020-03-01
    cy         release  2020-03-02
    dee        release  2020-03-02
    eve        release  2020-03-01
    fay        release  2020-03-02
    ann        arrest   2020-02-01
    ann        arrest   2020-03-03
    cy         arrest   2020-03-12
    dee        arrest   2020-02-20
    dee        arrest   2020-03-05
"""
SERVICES = """
    person_id  programme  start       stop
    ann        aid        2020-03-03  2020-06-01
    cy         aid        2020-03-12  2020-06-01
    dee        aid        2020-03-13  2020-06-01
    fay        aid        2020-02-25  2020-03-01
"""
ARRESTS = HistoryColumn("arrests", "event", ("arrest",), "count", 30)
SINCE = HistoryColumn("since", "event", ("arrest",), "days_since", 30)


def both(within: int = GRACE, **parts: object) -> Strategies:
    """To enrol in aid within so many days, and not to."""
    return Strategies(Strategy(enrolment="aid", within_days=within), Strategy(no_enrolment="aid", within_days=within), Initiation(**parts))  # type: ignore[arg-type]  # the parts that a spec is about


def plan(**parts: object) -> CohortPlan:
    usual: dict[str, object] = {
        "starts": Starts(("release",)),
        "between": (date(2020, 1, 1), date(2020, 12, 31)),
        "clock": "eligibility",
        "strategies": both(update_days=4),
        "lookback_days": 30,
    }
    return CohortPlan(**(usual | parts))  # type: ignore[arg-type]  # the parts that a spec is about


def records() -> Records:
    return county(person=PEOPLE, event=EVENTS, service=SERVICES)


def enrolled(held: Records | None = None, **parts: object) -> Cohort:
    return enrol("main", plan(**parts), (ARRESTS, SINCE), held or records(), Horizon(days=30))


def whose(held: Records, cohort: Cohort) -> list[str]:
    rows = held.engine.fetch(exp.select("person_id").from_(table(cohort.table)).order_by(c("start_id")))
    return [str(person) for person in rows["person_id"].to_pylist()]


def test_each_start_stands_twice_first_to_enrol_and_then_not_to() -> None:
    held = records()
    cohort = enrolled(held)

    assert whose(held, cohort) == ["ann", "ann", "bob", "bob", "eve", "eve", "cy", "cy", "dee", "dee"]
    assert cohort.served.tolist() == [True, False] * 5
    assert cohort.start_id.tolist() == list(range(1, 11))
    assert (cohort.form, cohort.by, cohort.time_zero) == ("strategies", "strategy", "built")
    assert cohort.clones is not None and cohort.clones.start.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_the_clones_of_a_person_hang_together() -> None:
    cohort = enrolled()

    assert cohort.person.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert cohort.clusters is not None and cohort.clusters.tolist() == cohort.person.tolist()


def test_a_clone_is_kept_until_the_day_after_the_one_on_which_the_person_leaves_its_strategy() -> None:
    """ann enrols on day 2, cy on day 10, the last; dee on day 11, too late; bob and eve never do."""
    clones = enrolled().clones
    assert clones is not None

    assert clones.enrolled[::2].tolist() == [2, NEVER, NEVER, 10, NEVER]
    assert clones.kept_to[::2].tolist() == [NEVER, GRACE + 1, GRACE + 1, NEVER, GRACE + 1]
    assert clones.kept_to[1::2].tolist() == [3, NEVER, NEVER, 11, NEVER]
    assert clones.within == GRACE


def test_the_history_is_read_anew_on_days_of_the_grace_period_and_ends_before_each() -> None:
    cohort = enrolled()
    clones = cohort.clones
    assert clones is not None

    assert clones.read_on == (0, 4, 8)
    arrests, since = clones.later["arrests"], clones.later["since"]
    assert arrests[::2].tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0], [1, 2, 2]]  # ann's of 1 February is 33 days before day 4
    assert np.array_equal(since[0], [29, 2, 6]) and np.array_equal(since[-1], [11, 1, 5]) and np.isnan(since[2]).all()
    for name, column in cohort.history.items():
        assert np.array_equal(clones.later[name][:, 0], column, equal_nan=True)


def test_only_the_columns_that_tell_who_enrols_are_read_anew() -> None:
    clones = enrolled(strategies=both(on=("since",), update_days=30)).clones

    assert clones is not None and (list(clones.later), clones.read_on) == (["since"], (0,))


def test_an_enrolment_ends_no_clock_of_the_ruler() -> None:
    """Which clone it ends is the method's to say: both have the arrest that comes after it, or on its day."""
    held = records()
    cohort = enrolled(held)

    marks = EngineRuler(held.engine, cohort.table, OUTCOMES["recidivism/arrest"]).marks(Horizon(days=30))

    assert "served" not in marks.why
    assert marks.day.tolist() == [2, 2, 4, 4, 2, 2, 10, 10, 3, 3]
    assert marks.why[::2].tolist() == marks.why[1::2].tolist() == ["mark", "death", "moved", "mark", "mark"]


def test_whoever_has_enrolled_before_the_start_is_a_line_of_the_ledger_that_counts_each_start_once() -> None:
    ledger = enrolled().ledger

    assert (ledger[-1].rule, ledger[-1].lost, ledger[-1].left) == ("never enrolled in aid before", 1, 5)
    assert ledger[0].lost + ledger[0].left == 6


def test_a_grace_period_of_no_day_is_the_day_of_the_start() -> None:
    held = county(person=PEOPLE, event=EVENTS, service=SERVICES.replace("2020-03-03", "2020-03-01"))
    clones = enrolled(held, strategies=both(0)).clones

    assert clones is not None and clones.read_on == (0,)
    assert clones.enrolled[:2].tolist() == [0, 0] and (clones.enrolled[2:] == NEVER).all()
    assert clones.kept_to[:4].tolist() == [NEVER, 1, 1, NEVER]


def test_why_somebody_is_followed_under_both_is_explained() -> None:
    said = explain("main", plan(), (ARRESTS,), records(), "ann", Horizon(days=30))
    late = explain("main", plan(), (ARRESTS,), records(), "dee", Horizon(days=30))
    never = explain("main", plan(), (ARRESTS,), records(), "fay", Horizon(days=30))

    assert "In the cohort: under both strategies (1 start)." in said
    assert "  Strategies: enrolled on 2020-03-03, 2 days later, and so followed to that day alone as one who is not to." in said
    assert "  Strategies: not enrolled by 2020-03-12, and so followed to that day alone as one who is to enrol." in late
    assert "  FAILED  never enrolled in aid before | at least one enrolment before that day on record" in never


def asked_of(**parts: object) -> tuple[str, ...]:
    """What is wrong with a plan whose records are these."""
    question = Question("recidivism/arrest", parts.pop("horizon", Horizon(days=30)), "survival", -0.05)  # type: ignore[arg-type]  # one of the parts
    history = parts.pop("history", (ARRESTS,))
    study = Study({"en": "aid"}, "bayview", "aid", {"main": plan(**parts)}, (question,), history=history)  # type: ignore[arg-type]  # likewise
    return tuple(str(problem) for problem in unmet(study, records()))


MISFITS: dict[str, tuple[dict[str, object], str]] = {
    "the clock of service": ({"clock": "service", "served": Served("aid")}, "both are followed from the day people become eligible"),
    "somebody assigned": ({"assigned": Assigned("lot", "release", "arrest")}, "'assigned' says who is compared with whom"),
    "people drawn": ({"compared": Compared(draw=3)}, "'compared' says who is compared with whom"),
    "agreement": ({"exact": ("sex",)}, "'exact' says who is compared with whom"),
    "no programme": ({"strategies": Strategies(Strategy(within_days=3), Strategy(within_days=3))}, "one is to enrol and the other not to"),
    "two programmes": (
        {"strategies": Strategies(Strategy(enrolment="aid"), Strategy(no_enrolment="help"))},
        "to enrol in 'aid' and not to in 'help' are two programmes",
    ),
    "two grace periods": (
        {"strategies": Strategies(Strategy(enrolment="aid", within_days=3), Strategy(no_enrolment="aid", within_days=4))},
        "the grace periods are 3 and 4 days",
    ),
    "no day to read on": ({"strategies": both(update_days=0)}, "is to be read anew every 0 days"),
    "no such column": ({"strategies": both(on=("age",))}, "the history has no column 'age'"),
    "no history": ({"history": ()}, "no history is declared that could tell who enrols"),
    "a horizon inside the grace period": ({"horizon": Horizon(days=11)}, "people have 10 days to enrol, and 11 days are over before or as they are"),
    "an unknown programme": (
        {"strategies": Strategies(Strategy(enrolment="aide", within_days=3), Strategy(no_enrolment="aide", within_days=3))},
        "the records hold no service 'aide'",
    ),
}


@pytest.mark.parametrize("name", MISFITS)
def test_two_plans_that_are_not_two_plans_of_one_programme_are_refused_in_one_sentence(name: str) -> None:
    parts, sentence = MISFITS[name]

    assert asked_of() == ()
    assert sum(sentence in problem for problem in asked_of(**parts)) == 1


def test_a_cohort_that_a_rule_emptied_is_refused_with_its_ledger() -> None:
    with pytest.raises(Refused) as refused:
        enrolled(ages=(90, 99))
    (problem,) = refused.value.problems
    assert isinstance(problem, Problem) and "aged 90 to 99" in problem.found
