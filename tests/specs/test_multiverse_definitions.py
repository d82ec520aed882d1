"""A question by every rival definition: whose clocks, what is adapted, what the records do not hold, and rates with nobody compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from small_county import county, plan

import evaluation as ev
from evaluation.challenges import definitions as asked_again
from evaluation.challenges import described
from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.rivals import own_starts, rivals, unlike
from evaluation.records import Records, connect
from evaluation.terms import Horizon, Money, Opening, Outcome, Question, Refused, Starts, Study

SHARE = 1e-12  # shares of small whole numbers: nothing but rounding
ARREST = OUTCOMES["recidivism/arrest"]
OTHERS = ("jail_booking", "conviction", "return_to_prison")
FAMILY = {name: OUTCOMES[f"recidivism/{name}"] for name in ("arrest", *OTHERS)}
DAYS = {"days": 364}


def of_few(monkeypatch: pytest.MonkeyPatch, *more: Outcome) -> None:
    """Leaves the four oldest definitions of recidivism in the registry, and `more`: what others join later moves no number here."""
    held = {one.name: one for one in (*FAMILY.values(), *more)}
    for module in (asked_again, described):
        monkeypatch.setattr(module, "OUTCOMES", OUTCOMES | held)
        monkeypatch.setattr(module, "rivals", lambda outcome, kinds: rivals(outcome, kinds, held))
    monkeypatch.setitem(OUTCOMES, "recidivism/arrest", ARREST)
    for one in more:
        monkeypatch.setitem(OUTCOMES, one.name, one)


def lottery(n: int = 60) -> Records:
    """n people released on the first of March or a year later too, half of them by lot; arrests and bookings by their number."""
    people = [f"p{number:03d}" for number in range(n)]
    events = []
    for number, person in enumerate(people):
        events += [(person, "release", date(2020, 3, 1)), (person, "aid" if number % 2 else "no_aid", date(2020, 3, 1))]
        events += [(person, "arrest", date(2020, 6, 1))] if number % 3 == 0 else []
        events += [(person, "jail_booking", date(2020, 7, 1))] if number % 4 == 0 else []
        events += [(person, "parole_release", date(2020, 3, 1))] if number % 5 else []
    rows = pd.DataFrame(events, columns=["person_id", "kind", "day"]).assign(source="jail", value=None)
    covered = pd.DataFrame([{"source": "jail", "first": date(2019, 1, 1), "last": date(2021, 12, 31), "lag_days": 0, "grain": "day"}])
    return connect({"person": pd.DataFrame({"person_id": people}), "event": rows, "coverage": covered})


def study(**parts: object) -> Study:
    """A lottery about arrests within 364 days."""
    question = Question("recidivism/arrest", Horizon(**DAYS), "randomized", -0.05)
    made = Study({"en": "Aid"}, "small", "aid", {"main": plan(**parts)}, (question,))
    return ev.but(made, outcome="recidivism/arrest")


def test_rivals_share_family_kind_and_unit() -> None:
    held = {one.name: one for one in (*FAMILY.values(), OUTCOMES["custody_days/recorded"], replace(ARREST, name="recidivism/days", kind="amount"))}

    assert [one.name for one in rivals(ARREST, ("mark",), held)] == [f"recidivism/{name}" for name in OTHERS]
    assert [one.name for one in rivals(ARREST, ("amount",), held)] == ["recidivism/days"]
    assert rivals(replace(ARREST, unit="days"), ("mark",), held) == ()
    assert rivals(replace(ARREST, better="more"), ("mark",), held) == ()  # another goal is no other definition


def test_a_cohort_starts_in_a_rivals_universe_only_by_events_of_the_same_kinds() -> None:
    def opened(**words: object) -> dict[str, object]:
        return own_starts(replace(ARREST, opens=Opening(**words)), plan(starts=Starts(("release",))))  # type: ignore[arg-type]  # words of an Opening

    assert opened(event=("release",), which="every") == {"starts.which": "every"}
    assert opened(event=("release", "parole_release")) == {"starts.event": ("release", "parole_release")}
    assert opened(event=("release",), which="first") == {}
    assert opened(event=("removal",)) == {}
    assert opened(spell_end=("release",)) == {}
    assert own_starts(replace(ARREST, opens=None), plan()) == {}


def test_every_definition_has_a_row_and_what_is_not_on_record_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    of_few(monkeypatch)
    found = ev.multiverse(study(), lottery())
    rows = found.frame.set_index("definition")

    assert list(rows.index) == [f"recidivism/{name}" for name in ("jail_booking", "arrest", "conviction", "return_to_prison")]
    assert rows["design"].tolist() == [False, True, False, False]
    assert rows["effect"].notna().tolist() == [True, True, False, False]
    assert "holds no row of 'convicted_offence'" in rows.loc["recidivism/conviction", "why_not"]
    # by hand: arrests are every third (10 of 30 each), bookings every fourth, all of them even numbers: 0 of 30 served, 15 of 30 compared
    assert rows.loc["recidivism/arrest", ["served", "compared"]].tolist() == pytest.approx([1 / 3, 1 / 3], abs=SHARE)
    assert rows.loc["recidivism/jail_booking", ["served", "compared"]].tolist() == pytest.approx([0, 0.5], abs=SHARE)


def test_the_sentence_says_how_far_level_and_effect_run(monkeypatch: pytest.MonkeyPatch) -> None:
    of_few(monkeypatch)
    told = str(ev.multiverse(study(), lottery()))

    assert told == (
        "Across 2 definitions the level among those compared runs from 33.3 % to 50.0 %, and the effect from -50.0 points to +0.0 points; "
        "the sign of the effect is the same in 1 of 2."
    )


def test_a_definitions_answer_is_the_answer_of_the_study_that_asks_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    of_few(monkeypatch)
    records = lottery()
    by_itself = ev.evaluate(ev.but(study(), outcome="recidivism/jail_booking"), records)[0].answer.estimate
    [rival] = [one for one in ev.multiverse(study(), records).definitions if one.outcome.name == "recidivism/jail_booking"]

    assert rival.answer is not None and rival.answer.estimate == by_itself


def test_a_rival_with_a_universe_of_the_same_events_gets_clocks_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    wider = replace(FAMILY["jail_booking"], name="recidivism/wider", opens=Opening(event=("release", "parole_release"), which="first"))
    other = replace(FAMILY["jail_booking"], name="recidivism/other", opens=Opening(event=("removal",), which="first"))
    of_few(monkeypatch, wider, other)
    rows = ev.multiverse(study(), lottery()).frame.set_index("definition")

    assert rows.loc["recidivism/wider", "clock"] == "its own" and rows.loc["recidivism/wider", "adapted"] == ""
    assert rows.loc["recidivism/other", "clock"] == "the study's" and rows.loc["recidivism/other", "differs"]


def test_a_universe_that_cannot_be_had_is_told_and_the_definition_is_adapted(monkeypatch: pytest.MonkeyPatch) -> None:
    last = replace(FAMILY["jail_booking"], name="recidivism/last", opens=Opening(event=("release",), which="last"))
    of_few(monkeypatch, last)
    [rival] = [one for one in ev.multiverse(study(), lottery()).definitions if one.outcome.name == "recidivism/last"]

    assert rival.answered and rival.clock == "the study's" and rival.differs and not rival.adapted
    assert "known only from what came after it" in str(rival.instead[0])


def test_definitions_that_read_the_same_of_everybody_are_one_answer_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    booking = FAMILY["jail_booking"]
    copy = replace(booking, name="recidivism/copy", opens=Opening(event=("removal",)))  # stands on the study's clock
    again = replace(ARREST, name="recidivism/again", kinds=("arrest", "sustained_petition"))  # nobody has the other kind
    of_few(monkeypatch, copy, again)
    found = ev.multiverse(study(), lottery())
    rows = found.frame.set_index("definition")

    assert rows.loc["recidivism/copy", "same_as"] == "recidivism/jail_booking"
    assert rows.loc["recidivism/again", "same_as"] == "recidivism/arrest"  # the design's own stands for those alike
    assert [one.outcome.name for one in found.different] == ["recidivism/jail_booking", "recidivism/arrest"]
    assert str(found).startswith("Across 4 definitions with 2 different results the level") and str(found).endswith("the same in 1 of 2.")
    assert len(found.plot().axes[0].get_yticklabels()) == 2


def test_as_many_people_are_not_the_same_people(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(FAMILY["jail_booking"], name="recidivism/other", kinds=("jail_booking",), from_day=150)  # later in the year: nobody
    of_few(monkeypatch, other)
    rows = ev.multiverse(study(), lottery()).frame.set_index("definition")

    assert set(rows["same_as"]) == {""}


def test_a_rival_about_other_people_is_not_asked_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    young = replace(FAMILY["jail_booking"], name="recidivism/young", opens=Opening(event=("disposition",), ages=(12, 17)))
    of_few(monkeypatch, young)
    [rival] = [one for one in ev.multiverse(study(), lottery()).definitions if one.outcome.name == "recidivism/young"]

    assert not rival.answered and rival.answer is None
    assert rival.why_not.startswith("Not asked: outcome 'recidivism/young': its universe is people aged 12 to 17, from an event 'disposition'")


def test_a_definition_of_another_kind_keeps_a_row_with_the_reason() -> None:
    assert unlike(OUTCOMES["emergency_visits/recorded"], ("mark",)) == {
        "emergency_visits/number": "it is an amount, which the question's method does not answer about"
    }
    assert unlike(OUTCOMES["cash_aid_days/reliance"], ("amount",)) == {"cash_aid_days/take_up": "by it more is better, which is another goal"}


def test_exits_to_a_permanent_home_are_one_kind_of_start_from_whichever_project() -> None:
    leaving = plan(starts=Starts(("hmis_exit:permanent",)))
    from_homes, every = (OUTCOMES[f"return_to_homelessness/{name}"] for name in ("from_permanent_housing", "every_exit"))
    assert from_homes.opens is not None

    assert own_starts(from_homes, leaving) == {"starts.event": from_homes.opens.event}
    assert own_starts(every, leaving) == {"starts.which": "every"}
    assert own_starts(every, plan(starts=Starts(("exit_from:shelter:temporary",)))) == {}


def test_a_cost_at_another_kind_of_price_is_not_asked_unless_it_is_the_same_purse() -> None:
    priced, recorded = OUTCOMES["cost_per_client/priced"], OUTCOMES["cost_per_client/recorded"]

    def asks(**money: object) -> Question:
        return Question(priced.name, Horizon(**DAYS), "mean", -500.0, money=Money(2024, "b", **money))  # type: ignore[arg-type]  # words of Money

    assert asked_again.money_of(asks(), priced, recorded)[1].startswith("it adds up another kind of price: the prices that stand on record")
    changed, why = asked_again.money_of(asks(perspective="society"), priced, recorded)
    assert not why and changed["money"] == Money(2024, perspective="society")
    assert "a book of unit costs" in asked_again.money_of(replace(asks(), outcome=recorded.name, money=None), recorded, priced)[1]


def test_the_studys_own_tables_stand_after_a_multiverse(monkeypatch: pytest.MonkeyPatch) -> None:
    wider = replace(FAMILY["jail_booking"], name="recidivism/wider", opens=Opening(event=("release", "parole_release"), which="every"))
    of_few(monkeypatch, wider)
    records, asks = lottery(), study()
    from evaluation.pipeline import answer, prepare

    prepared = prepare(asks, records)
    before = answer(prepared)
    ev.multiverse(asks, records)

    assert answer(prepared) == before


def test_the_picture_shows_every_answered_definition_and_says_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    of_few(monkeypatch)
    figure = ev.multiverse(study(), lottery()).plot()

    assert [label.get_text().removesuffix(" *") for label in figure.axes[0].get_yticklabels()] == ["jail_booking", "arrest"]
    assert "by 2 definitions" in figure.alt


# ------------------------------------------------------------------------------------------------ nobody compared
RELEASES = {
    "person": """
        person_id  death       moved
        a          -           -
        b          2020-04-01  -
        c          -           2020-04-01
        d          -           -
        e          -           -
    """,
    "event": """
        person_id  kind     day
        a          release  2020-01-10
        a          arrest   2020-02-10
        a          release  2020-06-10
        b          release  2020-01-10
        c          release  2020-01-10
        d          release  2020-01-10
        d          arrest   2020-03-01
        e          release  2020-01-10
    """,
}


def rates(**words: object) -> pd.DataFrame:
    usual: dict[str, object] = {"between": (date(2020, 1, 1), date(2020, 12, 31)), "horizon": Horizon(days=100), "starts": Starts(("release",))}
    return ev.by_definition(county(**RELEASES), "recidivism/arrest", **(usual | words)).frame.set_index("definition")  # type: ignore[arg-type]  # as above


def test_rates_by_hand_count_the_dead_and_leave_out_whom_nobody_saw() -> None:
    row = rates().loc["recidivism/arrest"]

    assert (row["people"], row["events"], row["lost"]) == (4, 2, 1)  # c moved away; b died without an arrest
    assert row["share"] == pytest.approx(0.5, abs=SHARE)


def test_variants_change_which_start_counts_and_for_how_long() -> None:
    rows = rates(variants={"last": {"which": "last"}, "every": {"which": "every"}, "month": {"horizon": Horizon(days=32)}})

    assert rows.loc[["last", "every", "month"], "people"].tolist() == [4, 5, 5]
    assert rows.loc[["last", "every", "month"], "events"].tolist() == [1, 2, 1]


def test_starts_of_one_person_hang_together_in_the_limits() -> None:
    import numpy as np

    value, alone, twice = np.repeat([1.0, 0.0], 20), np.arange(40), np.repeat(np.arange(20), 2)
    low, high = described.share_limits(value, alone)
    wider_low, wider_high = described.share_limits(value, twice)

    assert (low, high) == pytest.approx((0.351995, 0.648005), abs=1e-6)  # Wilson, 20 of 40
    assert (wider_low, wider_high) == pytest.approx((0.299298, 0.700702), abs=1e-6)  # Wilson, 10 of 20: pairs that are alike are one


def test_a_definition_that_the_records_do_not_hold_keeps_its_row() -> None:
    rows = rates()

    assert "holds no row of 'jail_booking'" in rows.loc["recidivism/jail_booking", "why_not"]
    assert pd.isna(rows.loc["recidivism/jail_booking", "people"])


def test_follow_up_past_the_end_of_the_records_is_no_rate() -> None:
    why = rates(horizon=Horizon(months=24)).loc["recidivism/arrest", "why_not"]

    assert "run past the end of the records" in why


def test_what_a_book_prices_is_no_rate_of_a_roll() -> None:
    records, priced = county(**RELEASES), OUTCOMES["cost_per_client/priced"]
    people = described.roll("all", plan(assigned=None), records, Horizon(days=100))

    with pytest.raises(Refused, match="priced by a unit-cost book"):
        described.measured(records, people, priced, Horizon(days=100))


def test_what_cannot_be_asked_of_rates_is_refused_with_the_nearest_word() -> None:
    with pytest.raises(Refused, match="Did you mean 'horizon'"):
        rates(variants={"a": {"horzon": 3}})
    with pytest.raises(Refused, match="It is first, last or every"):
        rates(variants={"a": {"which": "second"}})
    with pytest.raises(Refused, match="Did you mean 'recidivism/arrest'"):
        ev.by_definition(county(**RELEASES), "recidivism/arest", between=(date(2020, 1, 1), date(2020, 2, 1)), horizon=Horizon(days=9))


def test_a_definition_that_names_the_programme_is_bound_to_it_and_starts_with_its_enrolments() -> None:
    served = {
        "person": "person_id\na\nb",
        "service": "person_id programme start stop\na aid 2020-02-01 2020-06-01\nb aid 2020-02-01 -\nb other 2020-01-10 -",
        "event": "person_id kind day\na completed:aid 2020-03-01",
    }
    asked = {"between": (date(2020, 1, 1), date(2020, 12, 31)), "horizon": Horizon(days=100)}
    [row] = ev.by_definition(county(**served), "completed/recorded", programme="aid", **asked).rates  # type: ignore[arg-type]  # as above

    assert (row.people, row.events, row.differs) == (2, 1, ())
    with pytest.raises(Refused, match="no programme is named"):
        ev.by_definition(county(**served), "completed/recorded", **asked)  # type: ignore[arg-type]  # as above
