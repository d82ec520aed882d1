"""Designs with the clock of the calendar: what is read, and what each that is one idea away is told."""

from __future__ import annotations

from datetime import date

import pytest

from evaluation.study import parse
from evaluation.study.guide import PANEL
from evaluation.terms import Concurrent, Refused

COHORT = PANEL[PANEL.index("unit ") : PANEL.index("[[question]]")]
QUESTION = PANEL[PANEL.index("[[question]]") : PANEL.index("[[concurrent]]")]
PERSONS = COHORT.replace('"area"', '"person"').replace('starts = "begins:', 'enrolment = "').replace(COHORT.splitlines()[1] + "\n", "")
OF_PERSONS = QUESTION.replace('per        = 100                            # visits a quarter for every 100 people\nweights    = "population"\n', "")
EVENTS = 'starts  = { event = "release" }\n'
HISTORY = '[[history]]\nname = "visits"\ntable = "event"\nkind = "emergency_visit"\nreduce = "count"\ndays = 365\n\n'


def changed(*pairs: tuple[str, str]) -> str:
    text = PANEL
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def refusals(text: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        parse(text)
    return [str(problem).partition(": ")[2] for problem in caught.value.problems]


def question(*lines: str) -> tuple[str, str]:
    return "worthwhile = -1.0\n", "\n".join(("worthwhile = -1.0", *lines)) + "\n"


def test_a_design_on_the_calendar_is_read() -> None:
    study = parse(PANEL)
    plan = study.cohorts["main"]

    assert plan.by == "adoption" and plan.adopted is not None and plan.adopted.starts == "begins:neighborhood_services"
    assert study.concurrent == (Concurrent("zero bail", date(2020, 4, 13)),)
    assert study.questions[0].per == 100 and study.questions[0].weights == "population"
    assert parse(changed((COHORT, PERSONS), (QUESTION, OF_PERSONS))).cohorts["main"].unit == "person"


def test_words_of_the_calendar_that_are_left_out_change_no_digest() -> None:
    assert parse(changed(('compared   = "not_yet_treated"\n', ""))).digest == parse(PANEL).digest
    assert parse(changed(("per        = 100", "per        = 1"))).digest != parse(PANEL).digest


AWAY = {
    "a starting event": (
        (("clock   =", EVENTS + "clock   ="),),
        "'starts' is for clocks that start on a day of somebody's own, and here the calendar is the clock. "
        "Say in `adopted` when units come under the programme.",
    ),
    "no periods": (
        (('periods = { calendar = "quarter" }\n', ""),),
        'With clock = "calendar" nothing says how the years are cut. It is exactly one of { calendar = "quarter" } or { days = 91 }.',
    ),
    "periods twice": (
        (('{ calendar = "quarter" }', '{ calendar = "quarter", days = 91 }'),),
        "'periods' has neither calendar nor days, or both. It is exactly one of { calendar = \"quarter\" } or { days = 91 }.",
    ),
    "half a quarter": (
        (("2018-01-01", "2018-02-01"),),
        "2018-02-01 does not begin a quarter, and a part of one is no period. 2018-04-01 does.",
    ),
    "one period": (
        (("2021-12-31", "2018-03-31"),),
        "'between' holds 1 period of a quarter. Before and after are two at the least. Study more years, or cut shorter periods.",
    ),
    "no frame": (
        ((COHORT.splitlines()[1] + "\n", ""),),
        "No frame of areas is named, and areas that are not in the records would not be missed. "
        "Give `areas`: a named frame, or a measure that every area has a row of.",
    ),
    "two adoptions": (
        (('{ starts = "begins', '{ enrolment = "visits", starts = "begins'),),
        "'adopted' names both an enrolment and a measure of areas. It is exactly one of enrolment, starts.",
    ),
    "nothing that stops": (
        (('_services" }   #', '_services", after_stop = "drop" }   #'),),
        "'after_stop' says what becomes of units that leave the programme, and nothing says when one does. Give 'stops', or leave it out.",
    ),
    "a cluster of areas": (
        (("clock   =", 'cluster = ["area"]\nclock   ='),),
        "'cluster' is for people, and areas are clusters already. Leave it out.",
    ),
    "nobody adopts": (
        (('adopted = { starts = "begins:neighborhood_services" }', ""),),
        "\"did\" tells what a programme changed, and cohort 'main' says of no unit when it adopts. "
        'Say it: adopted = { enrolment = "..." } or { starts = "..." }; or use method = "monitor".',
    ),
    "risk": (
        (('measure    = "number" ', 'measure    = "risk" '),),
        "'did' does not measure \"risk\". Methods that do: randomized, matched, survival, mean, threshold. Say so: measure = \"number\".",
    ),
    "a measure of dollars": (
        (('"emergency_visits/recorded"', '"cost_per_client/recorded"'),),
        "\"number\" is a measure of events, and 'cost_per_client/recorded' is none: it is told as it stands. Leave it out.",
    ),
    "a rate of nobody knows how many": (
        (('"emergency_visits/recorded"\nmeasure    = "number" ', '"homicides/ucr"\n#'), ("per        = 100", "per        = 1")),
        "'homicides/ucr' is a rate, and 'per' = 1 does not say of how many people. It is 100 or more, and 'worthwhile' is so much of it. "
        "Say it as its authority does: per = 1000, or per = 100000.",
    ),
    "people chosen": (
        (question('compare = { by = "matching" }'),),
        "'compare' chooses people on the day a clock starts, and on the calendar units that adopt are compared with those that have not. "
        "'compared' says with which. Leave 'compare' out.",
    ),
    "an adjustment by nothing": (
        (question('adjust = "doubly_robust"'),),
        "'adjust' is \"doubly_robust\", and there is no history to adjust by. Write a [[history]] for each thing that change may have hung on.",
    ),
    "a horizon within a period": (
        (("{ months = 12 }", "{ days = 60 }"),),
        "A period is a quarter, and a horizon of 60 days holds none. The effect is told by period. "
        "Follow units for longer, or cut shorter periods.",
    ),
    "a horizon that ends within a period": (
        (("{ months = 12 }", "{ months = 10 }"),),
        "10 months ends within a period: 3 whole periods would be told. The effect is told by period. "
        "Ask about 9 or 12 months, or cut shorter periods.",
    ),
    "a year of days on quarters, of which one leaps": (
        (("{ months = 12 }", "{ days = 365 }"),),
        "365 days ends within a period: 4 whole periods would be told. The effect is told by period. "
        "Ask about 12 or 15 months, or cut shorter periods.",
    ),
    "a horizon past the panel": (
        (("{ months = 12 }", "{ months = 60 }"),),
        "60 months is longer than the 16 quarters, 48 months, of the panel. Ask about a shorter horizon, or extend `between`.",
    ),
    "a word of another method": (
        (question("bandwidth = 2.0"),),
        "'bandwidth' is read by threshold, at a cut-off, and here nothing reads it. Leave it out.",
    ),
    "an aggregate that imputation has not": (
        (('"group_time"', '"imputation"'), question('aggregate = "dynamic"')),
        "'aggregate' is read by did on the calendar, by group_time, interaction_weighted, and here nothing reads it. Leave it out.",
    ),
    "a wild bootstrap of nothing": (
        (question('inference = { by = "wild_bootstrap" }'),),
        "\"wild_bootstrap\" turns the residuals of a regression, and the estimator is \"group_time\". It goes with difference, two_way. "
        "Use randomisation or jackknife, or leave 'inference' out.",
    ),
    "errors by cluster of areas": (
        (question('inference = { by = "cluster" }'),),
        "Uncertainty is by cluster, and each area is one already. Leave 'inference' out.",
    ),
    "a lot on the calendar": (
        (('"did"', '"randomized"'), ('estimator  = "group_time"\n', ""), ('estimand   = "effect_on_the_served"\n', ""),
         ('measure    = "number" ', "#"), ('compared   = "not_yet_treated"\nper        = 100', "#"), ('weights    = "population"\n', "")),
        "'randomized' answers when a lot decided who is served, and in cohort 'main' the day on which a unit adopted did. "
        "Methods that can answer it: did, series, monitor.",
    ),
    "a policy that ends before it begins": (
        (("begins = 2020-04-13", "begins = 2020-04-13\nends = 2019-01-01"),),
        "The last day, 2019-01-01, comes before the first, 2020-04-13. Write the earlier day first.",
    ),
    "a policy everywhere": (
        (("begins = 2020-04-13", 'begins = 2020-04-13\nwhere = "all"'),),
        "\"all\" is no area. A change that came everywhere leaves 'where' out.",
    ),
    "a policy from a day": (
        (("begins = 2020-04-13", "from = 2020-04-13"),),
        "'from' is not a word of [[concurrent]] 1. Did you mean 'begins'? Its words are policy, begins, ends, where, verified.",
    ),
    "a policy up to a day": (
        (("begins = 2020-04-13", "begins = 2020-04-13\nto = 2020-06-20"),),
        "'to' is not a word of [[concurrent]] 1. Did you mean 'ends'? Its words are policy, begins, ends, where, verified.",
    ),
    "a policy somewhere else": (
        (('"people"', '"california_counties"'), ("begins = 2020-04-13", 'begins = 2020-04-13\nwhere = ["San Joaquim"]')),
        "\"San Joaquim\" is no area of the frame. Did you mean 'San Joaquin'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AWAY)
def test_a_panel_that_is_one_idea_away_from_order_is_refused_in_one_sentence(name: str) -> None:
    pairs, sentence = AWAY[name]

    assert refusals(changed(*pairs)) == [sentence]


OF_PEOPLE = {
    "a frame of areas": ((("clock   =", 'areas = "people"\nclock   ='),), "'areas' is the frame of a panel of areas, and the unit is a person."),
    "so many people": ((question("per = 100"),), "'per' is read of units that are areas, and here nothing reads it."),
    "numbers about places": (
        (('"emergency_visits/recorded"\nmeasure    = "number" ', '"homicides/ucr"\n#'),),
        "'homicides/ucr' is a number about places, and cohort 'main' is one of people.",
    ),
    "a day on which areas stop": (
        (('_services" }', '_services", stops = "ends" }'),), "'stops' is a day of areas, and here people adopt by an enrolment of their own.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_a_panel_of_people_has_no_words_of_areas(name: str) -> None:
    pairs, sentence = OF_PEOPLE[name]

    (only,) = refusals(changed((COHORT, PERSONS), (QUESTION, OF_PERSONS), *pairs))
    assert only.startswith(sentence)


def test_words_of_panels_are_refused_of_clocks_of_peoples_own() -> None:
    from evaluation.study.guide import EXAMPLE

    told = refusals(EXAMPLE.replace("lookback_days = 730\n", 'lookback_days = 730\nareas = "people"\nperiods = { days = 91 }\n', 1))

    assert [sentence.split()[0] for sentence in told] == ["'areas'", "'periods'"]
    assert all("is for panels, and here each clock starts on a day of somebody's own" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("estimator", "adjust", "fits"),
    [("group_time", "doubly_robust", True), ("two_way", "regression", True), ("two_way", "doubly_robust", False), ("imputation", "regression", True)],
)
def test_each_estimator_adjusts_in_its_own_ways(estimator: str, adjust: str, fits: bool) -> None:
    by_history = ("[[question]]", HISTORY + "[[question]]"), ("clock   =", "lookback_days = 365\nclock   =")
    text = changed(('"group_time"', f'"{estimator}"'), question(f'adjust = "{adjust}"'), *by_history)

    if fits:
        assert parse(text).questions[0].adjust == adjust
    else:
        assert refusals(text) == ['"two_way" does not adjust by "doubly_robust". It does by regression.']


def test_a_target_needs_one_and_a_monitor_needs_no_programme() -> None:
    monitor = (
        ('"did"', '"monitor"'), ('"group_time"', '"target"'), ('"effect_on_the_served"', '"change"'), ('compared   = "not_yet_treated"\n', ""),
        ('adopted = { starts = "begins:neighborhood_services" }', ""),
    )  # fmt: skip
    target = "target = { each_year = -0.1, since = 2018-01-01 }"

    assert parse(changed(*monitor, question(target))).questions[0].target is not None
    assert refusals(changed(*monitor))[0].startswith("The estimator holds a trend against a target, and no target is given.")


def test_families_are_no_units_of_a_panel() -> None:
    told = refusals(changed((COHORT, PERSONS.replace('"person"', '"family"')), (QUESTION, OF_PERSONS)))

    assert told == ["A panel is of people or of areas, not of a unit 'family'. It is one of person, child, area."]


def test_the_overlap_is_of_people_who_are_weighted_on_clocks_of_their_own() -> None:
    (said,) = refusals(changed(('estimand   = "effect_on_the_served"', 'estimand   = "effect_in_the_overlap"')))

    assert "here nobody is" in said
