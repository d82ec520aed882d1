"""What cannot be enrolled, and how it is said: every problem at once, with counts and a remedy, never a person."""

from __future__ import annotations

from datetime import date

import pytest
from small_county import county, plan
from sqlglot import exp

from evaluation.cohort import enrol, horizons_of, unmet
from evaluation.records.sql import table
from evaluation.terms import Assigned, CohortPlan, HistoryColumn, Horizon, Problem, Question, Refused, Served, Starts, Study, TakeUp

PEOPLE = "person_id sex area\n" + "\n".join(f"secret{n} {'fm'[n % 2]} {'north' if n else '-'}" for n in range(24))
DRAWN = ("aid", "no_aid")
LOT = "person_id kind day\n" + "\n".join(f"secret{n} {kind} 2020-03-0{n % 9 + 1}" for n in range(24) for kind in ("release", DRAWN[n % 2]))
RARE = "\nsecret1 realese 2020-02-01\n"  # one row: too few to be named in a message

SERVICE = plan(clock="service", assigned=None, starts=Starts(enrolment=("help",)), served=Served("help"), outside=("custdy",))


def problems(chosen: CohortPlan, *history: HistoryColumn, horizon: Horizon | None = None, **tables: str) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        enrol("main", chosen, history, county(**{"person": PEOPLE, "event": LOT + RARE} | tables), horizon or Horizon(days=30))
    assert "secret" not in str(refused.value)
    return refused.value.problems


def test_a_kind_that_is_not_in_the_records_comes_back_with_the_nearest() -> None:
    [starts, offered, history] = problems(
        plan(starts=Starts(("relaese",)), assigned=Assigned("lot", "adi", "no_aid"), lookback_days=30),
        HistoryColumn("n", "event", ("released",), "count", 30),
    )

    assert str(starts) == (
        "cohort 'main': starts: the records hold no event 'relaese'. The table 'event' holds aid, no_aid, release. Did you mean 'release'?"
    )
    assert "Did you mean 'aid'?" in str(offered)
    assert history.where == "history 'n'"


def test_a_kind_held_by_fewer_than_eleven_rows_is_not_named() -> None:
    [problem] = problems(plan(starts=Starts(("realeses",))))

    assert "'realese'" not in str(problem)
    assert "Did you mean 'release'?" in str(problem)


@pytest.mark.parametrize("chosen", [plan(outside=("custdy",)), SERVICE])
def test_a_kind_to_be_outside_of_that_is_not_in_the_records_comes_back_with_the_nearest(chosen: CohortPlan) -> None:
    spells = "person_id kind start stop\n" + "\n".join(f"secret{n} custody 2019-03-01 2019-03-02" for n in range(12))
    [problem] = problems(chosen, spell=spells, service="person_id programme start\nsecret1 help 2020-03-01")

    assert str(problem) == ("cohort 'main': outside: the records hold no spell 'custdy'. The table 'spell' holds custody. Did you mean 'custody'?")


def test_an_enrolment_that_is_not_in_the_records_is_refused() -> None:
    assigned = Assigned("lot", "aid", "no_aid", taken_up=TakeUp("aid_programme", 30))
    [problem] = problems(plan(assigned=assigned), service="person_id programme start\nsecret1 other 2020-03-01")

    assert str(problem) == "cohort 'main': assigned: taken_up: the records hold no service 'aid_programme'. The table 'service' holds none."


def test_a_rule_that_leaves_nobody_is_named_with_the_ledger() -> None:
    [problem] = problems(plan(ages=(18, 65)))

    assert str(problem) == (
        "cohort 'main': nobody is left after the rule 'aged 18 to 65, with a birth date on record', which took the last 24. "
        "The ledger: an event starts the clock inside the years studied: 0 lost, 24 left; the first such event of the person: 0 lost, 24 left; "
        "aged 18 to 65, with a birth date on record: 24 lost, 0 left. Widen that rule."
    )


def test_a_horizon_past_the_records_names_the_last_day_that_can_be_followed() -> None:
    [by_months] = problems(plan(between=(date(2020, 1, 1), date(2021, 6, 30))), horizon=Horizon(months=12))
    [by_days] = problems(plan(between=(date(2020, 1, 1), date(2021, 6, 30))), horizon=Horizon(days=365))
    [too_far] = problems(plan(), horizon=Horizon(months=48))

    assert str(by_months) == (
        "cohort 'main': between: 12 months from the last start, 2021-06-30, run past the end of the records. "
        "The sources are complete together from 2019-01-01 to 2021-12-31. Set between = [2020-01-01, 2021-01-01], or ask about a shorter horizon."
    )
    assert "[2020-01-01, 2021-01-01]" in by_days.remedy
    assert "No start in these years" in too_far.remedy


def test_a_horizon_that_ends_with_the_records_is_followed() -> None:
    chosen = plan(between=(date(2020, 1, 1), date(2021, 1, 1)))

    assert len(enrol("main", chosen, (), county(person=PEOPLE, event=LOT), Horizon(months=12))) == 24


def dated_to_the(grain: str) -> str:
    return f"source first last lag_days grain\npolice 2019-01-01 2021-12-31 0 day\njail 2019-01-01 2021-12-31 0 {grain}"


def test_a_horizon_that_ends_inside_a_week_is_refused_where_records_are_dated_to_the_week() -> None:
    [problem] = problems(plan(), horizon=Horizon(days=365), coverage=dated_to_the("week"))

    assert str(problem) == (
        "cohort 'main': horizon: the source 'jail' dates its records to the week, and 365 days end inside one. It is a whole number of weeks. "
        "Ask about 364 or 371 days, or name in 'sources' only those that date to the day."
    )


def test_a_horizon_in_days_is_refused_where_records_are_dated_to_the_month() -> None:
    [problem] = problems(plan(), horizon=Horizon(days=364), coverage=dated_to_the("month"))

    assert str(problem) == (
        "cohort 'main': horizon: the source 'jail' dates its records to the month, and 364 days end inside one. It is given in months. "
        "Ask about months, or name in 'sources' only those that date to the day."
    )


@pytest.mark.parametrize(
    ("grain", "horizon", "sources"),
    [
        ("week", Horizon(days=364), ()),
        ("week", Horizon(months=12), ()),
        ("month", Horizon(months=12), ()),
        ("day", Horizon(days=365), ()),
        ("week", Horizon(days=365), ("police",)),
        ("month", Horizon(days=365), ("police",)),
    ],
)
def test_a_horizon_that_ends_with_the_grain_of_the_sources_is_followed(grain: str, horizon: Horizon, sources: tuple[str, ...]) -> None:
    history = (HistoryColumn("n", "event", ("release",), "count", 365),)  # a window of the history need not be whole weeks

    assert enrol("main", plan(sources=sources, lookback_days=365), history, county(person=PEOPLE, event=LOT, coverage=dated_to_the(grain)), horizon)


def test_every_horizon_that_is_asked_about_is_held_to_the_grain() -> None:
    records = county(person=PEOPLE, event=LOT, coverage=dated_to_the("week"))
    with pytest.raises(Refused, match="30 days end inside one") as refused:
        enrol("main", plan(), (), records, Horizon(days=364), Horizon(days=30))

    assert len(refused.value.problems) == 1


def test_what_is_unmet_is_what_enrolling_would_refuse_of_every_cohort_at_once() -> None:
    records = county(person=PEOPLE, event=LOT)
    wrong = {"a": plan(starts=Starts(("relaese",)), lookback_days=30), "b": plan(sources=("jial",), lookback_days=30), "c": plan(lookback_days=30)}
    history = (HistoryColumn("n", "event", ("x",), "count", 30),)
    asked = tuple(Question("recidivism/arrest", Horizon(days=days), "randomized", -0.05, name) for name, days in (("c", 30), ("c", 900)))
    study = Study({"en": "t"}, "c", "p", wrong, asked, history=history)
    refusals: list[Problem] = []
    for name in wrong:
        with pytest.raises(Refused) as refused:
            enrol(name, wrong[name], history, records, *horizons_of(study, name))
        refusals += refused.value.problems
    tables = len(records.engine.log)

    found = unmet(study, records)

    assert found == tuple(dict.fromkeys(refusals))
    assert [problem.where for problem in found] == ["cohort 'a': starts", "history 'n'", "cohort 'b': sources", "cohort 'c': between"]
    assert not [sql for sql in records.engine.log[tables:] if "CREATE" in sql]


def test_nothing_is_unmet_where_everybody_can_be_enrolled() -> None:
    study = Study({"en": "t"}, "c", "p", {"main": plan()}, (Question("recidivism/arrest", Horizon(days=30), "randomized", -0.05),))

    assert unmet(study, county(person=PEOPLE, event=LOT)) == ()


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"between": (date(2012, 1, 1), date(2013, 1, 1))}, "2012-01-01 to 2013-01-01 lies outside the records."),
        ({"lookback_days": 800}, "no start can look back 800 days."),
        ({"sources": ("jial",)}, "'jial' has no line in 'coverage'. It has jail. Did you mean 'jail'?"),
        ({"cluster": ("famly",)}, "'famly' is no group of people in the records."),
        ({"cluster": ("moved",)}, "'moved' is no group"),
        ({"assigned": Assigned("lot", "aid", "no_aid", blocks=("sexe",))}, "Did you mean 'sex'?"),
        ({"unit": "area"}, "clocks are of people, not of 'area'."),
        (
            {"exact": ("sexe",)},
            "exact: 'sexe' is no group of people in the records. There are sex, race_ethnicity, language, area. Did you mean 'sex'?",
        ),
        ({"starts": Starts(referral=("aid",))}, "starts: the records hold no event 'referral:aid'."),
        ({"starts": Starts(enrolment=("aid",))}, "starts: the records hold no service 'aid'. The table 'service' holds none."),
        ({"starts": Starts(spell_end=("custody",))}, "starts: the records hold no spell 'custody'. The table 'spell' holds none."),
        ({"starts": Starts(list="need")}, "starts: the records hold no list 'need'. The table 'score' holds none."),
    ],
)
def test_a_plan_that_the_records_cannot_serve_is_refused_in_one_sentence(parts: dict[str, object], words: str) -> None:
    [problem] = problems(plan(**parts))

    assert words in str(problem)


def test_everything_wrong_is_said_at_once() -> None:
    found = problems(
        plan(sources=("jial",), cluster=("famly",), starts=Starts(("x",)), lookback_days=30),
        HistoryColumn("n", "event", ("release",), "days", 30),
        HistoryColumn("N", "spell", (), "sum", 0),
    )

    assert len(found) == 7


def test_a_history_that_makes_no_sense_is_refused() -> None:
    [reducer, name, days, last] = problems(
        plan(lookback_days=30),
        HistoryColumn("n", "event", ("release",), "days", 30),
        HistoryColumn("N", "event", ("release",), "count", 0),
        HistoryColumn("m", "spell", (), "last", 30),
    )

    assert str(reducer) == "history 'n': 'days' does not apply to the table 'event'. What does: count, any, days_since, sum, last."
    assert "taken" in str(name)
    assert "days is 1 or more" in str(days)
    assert "'last' does not apply to the table 'spell'" in str(last)


def test_an_arm_without_anybody_is_refused_with_the_count() -> None:
    lot = LOT.replace("no_aid", "aid") + "\nsecret1 no_aid 2019-03-01"
    [problem] = problems(plan(), event=lot)

    assert str(problem) == (
        "cohort 'main': assigned: all 24 person-starts hold 'aid' (offered), and none 'no_aid' (withheld). "
        "A comparison needs people in both arms. Look at the days of 'no_aid', or at days_before = 0."
    )


def test_a_lot_drawn_within_blocks_needs_everybodys_block() -> None:
    [problem] = problems(plan(assigned=Assigned("lot", "aid", "no_aid", blocks=("area", "sex"))))

    assert str(problem) == ("cohort 'main': blocks: 'area' is missing for 1 of 24 person-starts. Complete the column, or do not name it as a block.")


def test_records_without_coverage_are_refused() -> None:
    records = county(person=PEOPLE, event=LOT)
    records.engine.create("coverage", exp.select("*").from_(table("coverage")).limit(0))
    with pytest.raises(Refused, match="table 'coverage': it is empty"):
        enrol("main", plan(), (), records, Horizon(days=30))


def test_the_name_of_a_cohort_is_the_name_of_a_table() -> None:
    with pytest.raises(Refused, match="small letters"):
        enrol('A"; DROP', plan(), (), county(person=PEOPLE, event=LOT), Horizon(days=30))
