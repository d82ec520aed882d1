"""Who pays, budgets by year, benefits less costs and payments for outcomes, each by hand."""

import numpy as np
import pandas as pd
import pytest
from costs_answered import BASES, answer, people, priced

import evaluation as ev
from evaluation.methods.mean import benefit_cost as accounts
from evaluation.methods.mean.payments import CAP
from evaluation.terms import Refused, UnitCost

MC = 0.02  # of a chance from 10,000 draws: four errors of at most 0.005

TERMS = pd.DataFrame(
    [{"outcome": "days housed", "rate": 15.12, "over": 0, "up_to": 1_000}, {"outcome": "days housed", "rate": 10.0, "over": 1_000, "up_to": 9e9}]
)


def line(payer: str, basis: str, cost: float, year: int = 2024) -> UnitCost:
    return UnitCost("b", "jail day", "spell", "custody", "day", "sheriff", payer, "", basis, year, cost, cost, cost, 0.0, 0.0, "by hand")


def by_hand() -> pd.DataFrame:
    return pd.DataFrame({"served": [1, 1, 1, 0, 0, 0], "jail": [0, 2, 4, 4, 6, 8]})  # 2 days beside 6


# ------------------------------------------------------------------------------------------------ who pays
def test_the_ledger_tells_three_ways_of_counting_four_days_fewer():
    book = [line("county", basis, cost) for basis, cost in zip(BASES, (150.0, 30.0, 90.0), strict=True)] + [line("managed_care", "average", 10.0)]
    found = ev.cost.ledger(by_hand(), served="served", units={"jail day": "jail"}, book=book)
    shown = found.shown().set_index(["department", "payer"])

    assert shown.loc[("sheriff", "county"), list(BASES)].tolist() == [-600.0, -120.0, -360.0]
    assert shown.loc[("all that counts", ""), "average"] == -600.0  # managed care is no government's money
    assert "frees less money" in found.note
    assert "sheriff" in found._repr_html_()


def test_dollars_of_two_years_and_an_unknown_service_are_refused():
    with pytest.raises(Refused, match="dollars of 2023, 2024"):
        ev.cost.ledger(
            by_hand(), served="served", units={"jail day": "jail"}, book=[line("county", "average", 1.0), line("state", "average", 1.0, 2023)]
        )
    with pytest.raises(Refused, match="no service 'jale day'"):
        ev.cost.ledger(by_hand(), served="served", units={"jale day": "jail"}, book=[line("county", "average", 1.0)])


def test_the_ledger_of_an_answer_adds_to_its_effect_on_the_basis_asked_for():
    told = answer()
    rows = ev.cost.ledger_of(told).frame
    counted = rows[rows["counted"] & (rows["basis"] == "average")]

    assert counted["effect"].sum() == pytest.approx(told.estimate.effect)
    assert told.estimate.economics.programme == pytest.approx(priced(people()).units["aid day"][people()["served"] == 1].mean() * 40)


def test_what_pays_for_the_programme_is_what_all_else_costs_less():
    told = answer().estimate.economics
    rest = sum(share.effect for share in told.ledger if share.counted and share.basis == "average" and not share.programme)

    assert told.break_even == pytest.approx(-rest)
    (pod,) = told.closures
    assert pod.people == np.ceil(3_650 / pod.freed)


# ------------------------------------------------------------------------------------------------ budgets
def test_people_of_two_years_meet_in_the_second():
    book = [line("county", "average", 150.0)]
    who = ev.cost.ledger(by_hand(), served="served", units={"jail day": "jail"}, book=book)
    found = ev.cost.budget(who, caseload=[10, 20, 0], spread=(0.75, 0.25))

    assert found.frame["dollars"].tolist() == [-4_500.0, -10_500.0, -3_000.0]  # 600 a person: 10 x 450; 20 x 450 + 10 x 150; 20 x 150
    assert "10, 20, 0" in found.note


@pytest.mark.parametrize(("words", "said"), [({"spread": (0.5, 0.4)}, "adds to 0.9"), ({"caseload": [-1]}, "below 0")])
def test_a_spread_that_does_not_add_to_one_and_people_below_none_are_refused(words, said):
    who = ev.cost.ledger(by_hand(), served="served", units={"jail day": "jail"}, book=[line("county", "average", 150.0)])
    with pytest.raises(Refused, match=said):
        ev.cost.budget(who, **{"caseload": [1]} | words)


# ------------------------------------------------------------------------------------------------ benefits less costs
def benefits(**parts: object) -> pd.DataFrame:
    row = {"what": "jail days", "to": "taxpayers", "units": -4.0, "std_error": 1.0, "value": -90.0, "low": -90.0, "high": -90.0}
    more = {"what": "earnings", "to": "participants", "units": 200.0, "std_error": 50.0, "value": 1.0, "low": 1.0, "high": 1.0}
    return pd.DataFrame([row | parts, more])


def test_benefits_by_whom_net_cost_ratio_and_chance_by_hand():
    found = ev.cost.benefit_cost(benefits(), price=500.0, instead=100.0).frame.set_index("what")["value"]

    assert found["benefits to taxpayers"] == 360.0
    assert found["benefits to participants"] == 200.0
    assert found["benefits minus costs"] == 160.0
    assert found["benefits for each dollar of cost"] == pytest.approx(1.4)
    # 560 with an error of sqrt(90^2 + 50^2) = 103.0 beside 400: the normal chance of 160 / 103.0 errors
    assert found["chance that benefits exceed costs"] == pytest.approx(0.9399, abs=MC)


def test_the_chance_is_the_same_each_time_and_whatever_the_order_of_rows():
    one, other = (ev.cost.benefit_cost(rows, price=500.0, low=300.0, high=900.0).account for rows in (benefits(), benefits().iloc[::-1]))

    assert one.chance == other.chance
    assert one.limits == other.limits


def test_one_change_priced_for_two_is_drawn_once():
    twice = pd.concat([benefits(), benefits(to="others").iloc[:1]])
    drawn = ev.cost.benefit_cost(twice, price=0.0).account.drawn_benefits

    assert drawn.std() == pytest.approx((180.0**2 + 50.0**2) ** 0.5, rel=0.05)  # 2 x 90 together, and not the root of their squares


def test_a_programme_that_costs_nothing_more_has_no_ratio_and_a_range_is_drawn_from_its_triangle():
    found = accounts.account([], accounts.Price(100.0, 40.0, 220.0, instead=100.0))

    assert found.ratio is None
    assert (found.drawn_costs + 100.0).mean() == pytest.approx(120.0, abs=2.0)  # a third of 40 + 100 + 220; the error of 10,000 draws is 0.4


@pytest.mark.parametrize(("parts", "said"), [({"to": "nobody"}, "no 'nobody'"), ({"low": -10.0}, "outside their own range")])
def test_whoever_gains_nothing_of_these_and_a_value_beyond_its_range_are_refused(parts, said):
    with pytest.raises(Refused, match=said):
        ev.cost.benefit_cost(benefits(**parts), price=1.0)


# ------------------------------------------------------------------------------------------------ payments
def test_every_payment_has_its_units_its_rate_and_what_a_cap_took_off():
    found = ev.cost.payments(TERMS.assign(cap=[1e9, 5_000.0]), {"days housed": 2_000.0}, cap=18_000.0).frame

    assert found["outcome"].tolist() == ["days housed", "days housed", CAP]
    assert found["paid_units"].tolist()[:2] == [1_000.0, 1_000.0]
    assert found["before_cap"].tolist()[:2] == [15_120.0, 10_000.0]
    assert found["taken_off"].tolist() == [0.0, 5_000.0, 2_120.0]
    assert found["payment"].sum() == 18_000.0 == found["so_far"].iloc[-1]


def test_nothing_is_paid_below_the_mark_and_an_outcome_that_nobody_told_is_refused():
    found = ev.cost.payments(TERMS, {"days housed": 400.0}).frame

    assert found["payment"].tolist() == [400 * 15.12, 0.0]
    with pytest.raises(Refused, match="how many units of 'days housed'"):
        ev.cost.payments(TERMS, {"days in jail": 3.0})


# ------------------------------------------------------------------------------------------------ means through the door
def test_the_mean_of_a_frame_is_that_of_the_method_and_complete_costs_are_not_reweighted():
    rows = pd.DataFrame(
        {"z": np.arange(60) % 2, "dollars": np.random.default_rng(1).gamma(1, 100, 60), "age": np.arange(60.0), "days": 400.0, "died": 0}
    )
    apart = rows.loc[rows["z"] == 1, "dollars"].mean() - rows.loc[rows["z"] == 0, "dollars"].mean()

    assert ev.cost.mean(rows, cost="dollars", served="z").frame.set_index("what").loc["difference", "value"] == pytest.approx(apart)
    whole = ev.cost.censored_mean(rows, costs="dollars", followed="days", complete="died", horizon=365).frame["value"]
    assert whole.to_numpy() == pytest.approx(rows["dollars"].mean())


def test_a_loss_is_stood_for_by_those_still_followed_by_hand():
    """Of four, one is lost on day 10 of 20 and the rest stand for 4/3 each of what comes after."""
    rows = pd.DataFrame({"first": [1.0, 1, 1, 1], "second": [3.0, 6, 9, 0], "days": [20, 20, 20, 10], "died": [0, 0, 0, 0]})
    found = ev.cost.censored_mean(rows, costs=["first", "second"], followed="days", complete="died", horizon=20, edges=[10, 20])

    assert found.frame.set_index("what").loc["weighted, by period", "value"] == pytest.approx(1 + 6)
    assert found.frame.set_index("what").loc["all as far as seen", "value"] == pytest.approx(5.5)


def test_pictures_say_in_words_what_they_show():
    book = [line("county", basis, cost) for basis, cost in zip(BASES, (150.0, 30.0, 90.0), strict=True)]
    who = ev.cost.ledger(by_hand(), served="served", units={"jail day": "jail"}, book=book)

    assert "average, at once, in the long run" in who.plot().alt
    assert "Dollars by year" in ev.cost.budget(who, caseload=[5, 5]).plot().alt
    assert "above 0 in 9" in ev.cost.benefit_cost(benefits(), price=400.0).plot().alt
    assert "Resampled gains" in ev.cost.worth(people(), cost="aid", outcome="housed", served="served", better="more").plot().alt
