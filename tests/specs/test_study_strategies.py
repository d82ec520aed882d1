"""Designs of two strategies with a grace period: one that is in order, and each mistake in one sentence."""

from __future__ import annotations

import pytest

from evaluation.study import parse
from evaluation.terms import Initiation, Refused, Strategy

DESIGN = """\
title     = "Reentry navigation within a month of release"
county    = "bayview"
programme = "reentry_navigation"

[cohort]
starts        = { event = "release", which = "first" }
between       = [2019-01-01, 2020-12-31]
clock         = "eligibility"
lookback_days = 730

[cohort.strategies]
served   = { enrolment = "reentry_navigation", within_days = 30 }
compared = { no_enrolment = "reentry_navigation", within_days = 30 }
weights  = { on = ["arrests_2_years"], update_days = 7 }

[[history]]
name   = "arrests_2_years"
table  = "event"
kind   = "arrest"
reduce = "count"
days   = 730

[[question]]
outcome    = "recidivism/arrest"
horizon    = { days = 364 }
method     = "survival"
worthwhile = -0.05
"""
CLOCK, METHOD, HORIZON = '"eligibility"', '"survival"', "{ days = 364 }"
ENROL = 'enrolment = "reentry_navigation", within_days = 30'
NOT = 'no_enrolment = "reentry_navigation", within_days = 30'
HISTORY = DESIGN[DESIGN.index("[[history]]") : DESIGN.index("[[question]]")]


def refused(text: str) -> tuple[str, ...]:
    with pytest.raises(Refused) as told:
        parse(text)
    return tuple(str(problem) for problem in told.value.problems)


def test_two_strategies_with_a_grace_period_are_read() -> None:
    study = parse(DESIGN)
    plan = study.cohorts["main"]

    assert plan.by == "strategy" and plan.strategies is not None
    assert plan.strategies.served == Strategy(enrolment="reentry_navigation", within_days=30)
    assert plan.strategies.compared == Strategy(no_enrolment="reentry_navigation", within_days=30)
    assert plan.strategies.weights == Initiation(("arrests_2_years",), 7)


@pytest.mark.parametrize("changed", [("{ days = 364 }", "{ months = 12 }"), ("worthwhile = -0.05", 'measure = "time_free"\nworthwhile = 10')])
def test_the_horizon_may_be_in_months_and_the_measure_in_days(changed: tuple[str, str]) -> None:
    assert parse(DESIGN.replace(*changed)).cohorts["main"].by == "strategy"


# (what is replaced, by what; what the one sentence holds)
MISTAKES: dict[str, tuple[str, str, str]] = {
    "from the day of service": (CLOCK, '"service"', "whoever enrols within the grace period would have had to live up to that day"),
    "assigned too": (
        "lookback_days = 730\n",
        'lookback_days = 730\nassigned = { by = "offer", offered = "yes", withheld = "no" }\n',
        "'assigned' says who was offered the programme on one day, and here 'strategies' follows everybody under both plans",
    ),
    "served too": (
        "lookback_days = 730\n",
        'lookback_days = 730\nserved = { enrolment = "reentry_navigation" }\n',
        "'served' says by which enrolment a clock starts",
    ),
    "drawn too": ("lookback_days = 730\n", "lookback_days = 730\ncompared = { draw = 3 }\n", "'compared' says who is drawn beside the served"),
    "agreeing on a column": ("lookback_days = 730\n", 'lookback_days = 730\nexact = ["sex"]\n', "'exact' is for people who are chosen"),
    "eligible in a spell": ('{ event = "release", which = "first" }', '{ spell = "supervision" }', "a clock starts on one"),
    "started by the enrolment": (
        '{ event = "release", which = "first" }',
        '{ enrolment = "reentry_navigation" }',
        'Everybody whose clock starts has been in "reentry_navigation", which one of the plans is not to enrol in',
    ),
    "to enrol and to enrol": (NOT, ENROL, "'compared' of 'strategies' names enrolment, and is the plan not to"),
    "to enrol in nothing": (ENROL, "within_days = 30", "'served' of 'strategies' does not say which programme"),
    "another programme": (NOT, NOT.replace("reentry_navigation", "housing"), "a person could keep to both for ever, or to neither"),
    "another grace period": (NOT, NOT.replace("30", "60"), "The two strategies have 30 and 60 days of grace"),
    "read anew every no day": ("update_days = 7", "update_days = 0", "It should lie between 1 and"),
    "told by no column": ('["arrests_2_years"]', '["arrests_3_years"]', "is not a column of the history"),
    "followed no longer than the grace period": (HORIZON, "{ days = 31 }", "is over before the two strategies have parted"),
    "a month, of a month": (HORIZON, "{ months = 1 }", "is over before the two strategies have parted"),
    "matched": (METHOD, '"matched"', "in cohort 'main' which of two strategies people kept to did. Methods that can answer it: survival."),
    "by a regression": (
        "worthwhile =",
        'estimator = "regression"\nworthwhile =',
        "people are weighed by how they keep to a strategy, and not adjusted",
    ),
    "on the served": ("worthwhile =", 'estimand = "effect_on_the_served"\nworthwhile =', "everybody is followed under both"),
    "of how often": ("worthwhile = -0.05", 'measure = "number"\nworthwhile = -0.05', "the first event ends the chance to enrol"),
    "in street time": ("worthwhile =", 'time = "street"\nworthwhile =', "the grace period is in days of the calendar"),
    "by set": ("worthwhile =", 'inference = { by = "set" }\nworthwhile =', "Two strategies set nobody beside anybody"),
    "chosen": ("worthwhile =", "compare = { ratio = 2 }\nworthwhile =", "here everybody is followed under both strategies"),
    "with a model of who leaves": (
        "worthwhile =",
        'censored = { on = ["arrests_2_years"] }\nworthwhile =',
        "those who leave are stood for within their arm",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_told_once_with_its_line(name: str) -> None:
    old, new, sentence = MISTAKES[name]
    assert old in DESIGN

    told = refused(DESIGN.replace(old, new, 1))

    assert [sentence in problem for problem in told].count(True) == 1, told
    assert len(told) == 1, told
    assert told[0].startswith("design:")


def test_without_a_history_nobody_can_be_told_to_be_alike() -> None:
    told = refused(DESIGN.replace(HISTORY, "").replace('on = ["arrests_2_years"], ', ""))

    assert len(told) == 1 and "has no history to see it by" in told[0]


def test_several_mistakes_are_told_at_once() -> None:
    text = DESIGN.replace(NOT, NOT.replace("30", "60")).replace(HORIZON, "{ days = 20 }").replace('["arrests_2_years"]', '["age"]')

    assert len(refused(text)) == 3


def test_a_history_that_is_read_anew_only_after_the_grace_period_is_refused() -> None:
    [found] = refused(DESIGN.replace("update_days = 7", "update_days = 31"))

    assert "People have 30 days to enrol, and 'update_days' reads what tells who does every 31 days. It would be read once." in found
    assert parse(DESIGN.replace("update_days = 7", "update_days = 30")).cohorts["main"].strategies is not None
    parse(DESIGN.replace("within_days = 30", "within_days = 5").replace(", update_days = 7", ""))  # what nobody wrote is no mistake
