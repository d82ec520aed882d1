"""Plans that do not fit together, and risk sets that cannot be had: each refused in one clear sentence, with a remedy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from small_county import county

from evaluation.cohort import enrol
from evaluation.terms import Assigned, CohortPlan, Compared, Cutoff, HistoryColumn, Horizon, Problem, Refused, Served, Starts, Strategies, Strategy

NAMES = [f"secret{number}" for number in range(24)]
PEOPLE = "person_id sex\n" + "\n".join(f"{name} {'fm'[number % 2]}" for number, name in enumerate(NAMES))
ARMS = ("offer", "no_offer")
EVENTS = "person_id kind day\n" + "\n".join(
    f"{name} {kind} 2020-03-01" for number, name in enumerate(NAMES) for kind in ("release", "referral:aid", ARMS[number % 2])
)
SERVICE = "person_id programme start\nsecret9 work 2020-01-01\n" + "\n".join(
    f"{name} aid 2020-03-0{number + 2}" for number, name in enumerate(NAMES[:6])
)
SCORES = "list person_id day score\n" + "\n".join(f"need {name} 2020-03-01 {number}" for number, name in enumerate(NAMES))
SCORES += "\nneed secret1 2020-04-01 7"
TABLES = {"person": PEOPLE, "event": EVENTS, "service": SERVICE, "score": SCORES}
LOT = Assigned("lot", "offer", "no_offer")
EVERYBODY = Starts(enrolment=("aid",))
RELEASE = Starts(("release",))


def service(starts: Starts = EVERYBODY, **parts: Any) -> CohortPlan:
    years = (date(2020, 1, 1), date(2020, 12, 31))
    return CohortPlan(**({"starts": starts, "between": years, "clock": "service", "served": Served("aid")} | parts))


def eligibility(starts: Starts = RELEASE, **parts: Any) -> CohortPlan:
    years = (date(2020, 1, 1), date(2020, 12, 31))
    return CohortPlan(**({"starts": starts, "between": years, "clock": "eligibility", "assigned": LOT} | parts))


def problems(chosen: CohortPlan, horizon: Horizon | None = None, **tables: str) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        enrol("main", chosen, (), county(**(TABLES | tables)), horizon or Horizon(days=30))
    assert "secret" not in str(refused.value)
    return refused.value.problems


MISSHAPEN: dict[str, tuple[CohortPlan, str]] = {
    "nobody served": (service(served=None), "served: the clock of service starts when somebody is served, and no enrolment is named."),
    "an assignment beside the clock of service": (service(assigned=LOT), "assigned: with the clock of service people are compared by when"),
    "a washout": (service(washout_days=30), "washout_days: the first enrolment ever on record counts, so none is washed out."),
    "a washout longer than the look-back": (
        eligibility(washout_days=1_030, lookback_days=90),
        "washout_days: it is 1,030, and lookback_days is 90: some people's earlier starting events would not be seen. Raise lookback_days to 1030.",
    ),
    "a spell to be inside of and outside of": (
        service(Starts(spell=("x",)), outside=("x",)),
        "outside: people are eligible during these spells and must be outside of them, so that nobody ever is.",
    ),
    "the last of several": (service(Starts(("release",), "last"), served=Served("aid", 30)), "which: whoever is served on one day would be chosen"),
    "no end of eligibility": (
        service(RELEASE),
        "served: people are eligible from one day on (event), and nothing says for how long. Set within_days.",
    ),
    "an end of eligibility without a day": (service(served=Served("aid", 30)), "served: within_days counts from a day, and no one day makes people"),
    "the enrolment itself and another": (
        service(Starts(enrolment=("aid", "work"))),
        "enrolment: whoever is on record may be served where 'aid' is the rule, so the other programmes add nobody.",
    ),
    "never served": (
        service(compared=Compared("never_served")),
        "compared: rule: who is never served is known only afterwards. It is not_yet_served.",
    ),
    "the same event": (service(compared=Compared("same_event")), "compared: rule: the served would have been free of events until they started."),
    "dropped when served": (service(compared=Compared(later_served="drop")), "later_served: who is served later is known only afterwards."),
    "nobody drawn": (service(compared=Compared(draw=0)), "compared: draw: 0 people are to be drawn for each served person. It is 1 or more."),
    "no rule": (service(Starts()), "starts: no rule is given. It is one of event, spell_end, spell, referral, enrolment, list, dates."),
    "two rules": (eligibility(Starts(("release",), referral=("aid",))), "starts: event, referral are all given. It is one of"),
    "dates of no list": (eligibility(Starts(("release",), on=(date(2020, 3, 1),))), "'on' chooses dates of a list, and none is named."),
    "activity without a lookback": (eligibility(observed="activity"), "observed: activity is looked for in the lookback, and lookback_days is 0."),
    "somebody served at eligibility": (
        eligibility(served=Served("aid")),
        "served: an enrolment starts the clock of service, and clock is 'eligibility'.",
    ),
    "a spell at eligibility": (eligibility(Starts(spell=("x",))), "a spell makes people eligible on every day of it, and so starts no clock."),
    "nobody assigned": (
        eligibility(assigned=None),
        "assigned: nothing says who was offered the programme. With the clock of eligibility it is by a lot",
    ),
    "two strategies without a history": (
        eligibility(assigned=None, strategies=Strategies(Strategy("aid"), Strategy(no_enrolment="aid"))),
        "strategies: weights: no history is declared that could tell who enrols.",
    ),
    "assigned by service": (eligibility(assigned=Assigned("service")), "assigned: nobody is assigned by 'service'."),
    "a score of no list": (
        eligibility(assigned=Assigned("score", cutoff=Cutoff(at=1))),
        "the score is the one of the list that starts the clock, and no",
    ),
    "no cut-off": (eligibility(Starts(list="need"), assigned=Assigned("score")), "assigned: cutoff: it is at a score or by a capacity: exactly one"),
    "two cut-offs": (
        eligibility(Starts(list="need"), assigned=Assigned("score", cutoff=Cutoff(1, 1))),
        "at a score or by a capacity: exactly one of them.",
    ),
    "one arm": (eligibility(assigned=Assigned("offer", "offer")), "assigned: both arms are kinds of event on record, and one is not named."),
}


@pytest.mark.parametrize(("chosen", "words"), MISSHAPEN.values(), ids=MISSHAPEN)
def test_a_plan_whose_parts_do_not_fit_together_is_refused(chosen: CohortPlan, words: str) -> None:
    found = problems(chosen, spell="person_id kind start stop\nsecret1 x 2020-01-01 2020-01-05")

    assert sum(words in str(problem) for problem in found) == 1
    assert len(found) == 1


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (service(served=Served("aids"), starts=Starts(enrolment=("aids",))), "cohort 'main': served: the records hold no service 'aids'."),
        (service(Starts(spell=("shelter",))), "cohort 'main': starts: the records hold no spell 'shelter'. The table 'spell' holds none."),
        (
            service(Starts(referral=("ade",)), served=Served("aid", 30)),
            "cohort 'main': starts: the records hold no event 'referral:ade'. The table 'event' holds no_offer, offer, referral:aid, release. "
            "Did you mean 'referral:aid'?",
        ),
        (
            service(Starts(list="nead"), served=Served("aid", 30)),
            "starts: the records hold no list 'nead'. The table 'score' holds need. Did you mean",
        ),
        (
            service(Starts(list="need", on=(date(2020, 3, 2),)), served=Served("aid", 30)),  # and 1 April has one row: too few to be named
            "starts: on: the list 'need' has no line on 2020-03-02. It has 2020-03-01. Name a date that it has.",
        ),
        (service(exact=("sexe",)), "exact: 'sexe' is no group of people in the records."),
        (service(between=(date(2012, 1, 1), date(2012, 12, 31))), "between: 2012-01-01 to 2012-12-31 lies outside the records."),
        (service(lookback_days=900), "no start can look back 900 days."),
    ],
)
def test_words_and_years_that_the_records_do_not_hold_are_refused(chosen: CohortPlan, words: str) -> None:
    assert sum(words in str(problem) for problem in problems(chosen)) == 1


def test_a_window_longer_than_the_records_is_refused() -> None:
    [problem] = problems(service(), Horizon(months=60))

    assert "60 months from the last start, 2020-12-31, run past the end of the records." in problem.found
    assert problem.remedy == "No start in these years can be followed so far: ask about a shorter horizon."


def test_clocks_to_the_day_and_records_to_the_month_are_not_mixed() -> None:
    events = EVENTS.replace("day\n", "day source\n", 1).replace("2020-03-01", "2020-03-01 jail") + "\nsecret1 payment 2020-03-31 welfare"
    grains = "source first last lag_days grain\njail 2019-01-01 2021-12-31 0 day\nwelfare 2019-01-01 2021-12-31 0 month"
    for chosen in (service(), eligibility(), eligibility(Starts(dates=(date(2020, 3, 1),)))):
        [problem] = problems(chosen, Horizon(months=3), event=events, coverage=grains)

        assert str(problem) == (
            "cohort 'main': sources: clocks start to the day, and the source 'welfare' dates its records to the month: "
            "what happened earlier in the month of a start would count as after it. Name only sources that date to the day."
        )


@pytest.mark.parametrize("chosen", [eligibility(lookback_days=29), service(lookback_days=29)])
def test_a_history_longer_than_the_look_back_is_refused(chosen: CohortPlan) -> None:
    with pytest.raises(Refused) as refused:
        enrol("main", chosen, (HistoryColumn("n", "event", ("release",), "count", 30),), county(**TABLES), Horizon(days=30))

    assert str(refused.value) == (
        "history 'n': it looks back 30 days, and lookback_days of cohort 'main' is 29: "
        "some people's history would not be seen, and would count as none. Raise lookback_days to 30, or shorten the window."
    )


def test_an_outside_dated_to_the_month_beside_clocks_to_the_day_would_be_guessed() -> None:
    spells = "person_id kind start stop source\nsecret1 custody 2020-02-01 2020-03-01 prison"
    grains = "source first last lag_days grain\njail 2019-01-01 2021-12-31 0 day\nprison 2019-01-01 2021-12-31 0 month"

    [problem] = problems(eligibility(outside=("custody",), sources=("jail",)), spell=spells, coverage=grains)

    assert "outside: clocks start to the day, and the source 'prison' dates its records to the month: who was inside" in str(problem)


def test_a_history_to_the_day_before_clocks_to_the_month_would_look_ahead() -> None:
    events = EVENTS.replace("day\n", "day source\n", 1).replace("2020-03-01", "2020-03-31 parole") + "\nsecret1 arrest 2020-03-20 jail"
    grains = "source first last lag_days grain\njail 2019-01-01 2021-12-31 0 day\nparole 2019-01-01 2021-12-31 0 month"
    records = county(**(TABLES | {"event": events, "coverage": grains}))
    arrests = (HistoryColumn("arrests", "event", ("arrest",), "count", 365),)
    with pytest.raises(Refused) as refused:
        enrol("main", eligibility(lookback_days=365), arrests, records, Horizon(months=3))

    assert str(refused.value) == (
        "cohort 'main': history: clocks start to the month, and the source 'jail' dates its records to the day: "
        "what happened after a start in its month would count as before it. Leave its kinds out of the history."
    )
    assert enrol("main", eligibility(), (), records, Horizon(months=3))


def test_records_that_are_all_to_the_month_are_not_mixed() -> None:
    grains = "source first last lag_days grain\njail 2019-01-01 2021-12-31 0 month"

    assert enrol("main", service(), (), county(**TABLES, coverage=grains), Horizon(months=3)).sets is not None


# ------------------------------------------------------------------------------------------------ nobody to compare with
def test_a_cohort_that_a_rule_empties_names_the_rule_and_the_ledger() -> None:
    [problem] = problems(service(ages=(18, 65)))

    assert str(problem) == (
        "cohort 'main': nobody is left after the rule 'aged 18 to 65, with a birth date on record', which took the last 6. "
        "The ledger: a person on record, who may be served on any day: 0 lost, 6 left; inside the years studied: 0 lost, 6 left; "
        "aged 18 to 65, with a birth date on record: 6 lost, 0 left. Widen that rule."
    )


def test_sets_in_which_nobody_is_comparable_are_refused() -> None:
    people = "person_id sex\n" + "\n".join(f"{name} {'f' if name in NAMES[:6:2] else 'x' + name[6:]}" for name in NAMES)
    [problem] = problems(service(exact=("sex",)), person=people, service=SERVICE.replace("03-04", "03-02").replace("03-06", "03-02"))

    assert str(problem) == (
        "cohort 'main': compared: beside the 6 served people there is nobody who agrees on sex, who is eligible that day and not yet served. "
        "A comparison needs somebody in at least one risk set. Ask for agreement on fewer columns, or widen who is eligible."
    )


def test_sets_since_an_event_in_which_nobody_is_comparable_are_refused() -> None:
    alone = "person_id kind day\nsecret0 release 2020-03-01\nsecret9 release 2018-03-01"
    [problem] = problems(service(RELEASE, served=Served("aid", 30)), event=alone)

    assert "everybody who is ever eligible is served" in problem.found
    [problem] = problems(
        service(RELEASE, served=Served("aid", 1)), event=alone.replace("2018", "2020"), person="person_id moved\nsecret0 -\nsecret9 2020-03-01"
    )
    assert problem.found == "beside the 1 served person there is nobody who is eligible as long after what made them eligible and not yet served."


def test_a_county_in_which_everybody_is_served_is_refused() -> None:
    everybody = "person_id programme start\n" + "\n".join(f"{name} aid 2020-03-02" for name in NAMES)
    [problem] = problems(service(), service=everybody)

    assert str(problem) == (
        "cohort 'main': compared: everybody who is ever eligible is served, and on the day that any of the 24 served people starts, "
        "nobody is still waiting. People are compared with those not yet served. Name an eligibility that others share."
    )


@pytest.mark.parametrize(
    ("cutoff", "side", "words"),
    [(Cutoff(at=0), "above", "of the offer."), (Cutoff(at=99), "above", "of no offer."), (Cutoff(capacity=400), "below", "of the offer.")],
)
def test_a_cut_off_that_divides_nobody_is_refused(cutoff: Cutoff, side: Any, words: str) -> None:
    [problem] = problems(eligibility(Starts(list="need"), assigned=Assigned("score", cutoff=cutoff, side=side)))

    assert problem.found == f"all 24 person-starts lie on the side {words}"
    assert problem.where == "cohort 'main': assigned: cutoff"
