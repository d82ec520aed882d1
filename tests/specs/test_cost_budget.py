"""Who pays, budgets by year, benefits less costs and payments for outcomes, each by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from books_by_hand import as_csv
from costs_answered import BASES, answer, people, priced

import evaluation as ev
from evaluation.findings import judge
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


def test_services_that_units_do_not_name_are_told_and_two_books_are_never_added():
    book = [
        line("county", "average", 150.0),
        replace(line("county", "average", 2_400.0), service="aid place", table="service", kind="aid", unit="contact"),
    ]
    found = ev.cost.ledger(by_hand(), served="served", units={"jail day": "jail"}, book=book)

    assert "Left out, since `units` does not name them: aid place." in found.note
    with pytest.raises(Refused) as refused:
        ev.cost.ledger(by_hand().assign(jail=-1), served="served", units={"jail day": "jail"}, book=[*book, replace(book[0], book="c")])
    assert "they are lines of b, c" in str(refused.value) and "6 rows with units below 0" in str(refused.value)


def test_a_file_of_two_books_is_refused_unless_one_is_named(tmp_path):
    one = line("county", "average", 150.0)
    file = tmp_path / "books.csv"
    file.write_text(as_csv(one, replace(one, book="c", cost=200.0, high=200.0)), encoding="utf-8")

    with pytest.raises(Refused, match=r"it holds 2 books: b, c\. Lines of two books are never added\. Say name = \"b\"\."):
        ev.cost.book(file)
    with pytest.raises(Refused, match="it holds no book 'd'"):
        ev.cost.book(file, name="d")
    assert [line.cost for line in ev.cost.book(file, name="c")] == [200.0]


# ------------------------------------------------------------------------------------------------ budgets
def test_people_of_two_years_meet_in_the_second():
    book = [line("county", "average", 150.0)]
    who = ev.cost.ledger(by_hand(), served="served", units={"jail day": "jail"}, book=book)
    found = ev.cost.budget(who, caseload=[10, 20, 0], spread=(0.75, 0.25))

    assert found.frame["dollars"].tolist() == [-4_500.0, -10_500.0, -3_000.0]  # 600 a person: 10 x 450; 20 x 450 + 10 x 150; 20 x 150
    assert "10, 20, 0" in found.note


def test_a_budget_adds_up_those_whose_money_counts_and_tells_the_others_apart():
    book = [line("county", "average", 150.0), line("county", "short_run_marginal", 30.0), line("managed_care", "average", 1_000.0)]
    found = ev.cost.budget(ev.cost.ledger(by_hand(), served="served", units={"jail day": "jail"}, book=book), caseload=[10, 20])
    rows = found.shown().set_index(["department", "payer", "year"])

    assert rows.loc[("sheriff", "managed_care", 1), "average"] == -40_000.0  # told, and in no total
    assert found.total()["average"].tolist() == [-6_000.0, -12_000.0]
    assert [rows.loc[("all that counts", "", year), "short_run_marginal"] for year in (1, 2)] == [-1_200.0, -2_400.0]
    assert "whose money does not count" in found.note
    drawn = found.plot().axes[0].lines[0].get_ydata()
    assert list(drawn) == [-6_000.0, -12_000.0]


def test_a_budget_is_made_of_a_finding_by_the_years_that_were_found():
    one = answer()
    found = ev.cost.budget(judge(one, None, title={"en": "Aid"}, languages=("en",)), caseload=[10, 20])
    ledger = [replace(share, by_year=(0.75 * share.effect, 0.5 * share.effect)) for share in one.estimate.economics.ledger]
    later = replace(one, estimate=replace(one.estimate, economics=replace(one.estimate.economics, ledger=tuple(ledger))))

    assert found.total()["average"].tolist() == pytest.approx([10 * one.estimate.effect, 20 * one.estimate.effect])
    assert "Not discounted." in found.note
    two = ev.cost.budget(later, caseload=[10, 20]).total()["average"].tolist()
    assert two == pytest.approx([7.5 * one.estimate.effect, 20 * one.estimate.effect])  # 20 x 0.75 + 10 x 0.5
    at_once = ev.cost.budget(later, caseload=[10, 20], spread=(1.0,)).total()["average"].tolist()
    assert at_once == pytest.approx([12.5 * one.estimate.effect, 25 * one.estimate.effect])


def test_what_has_no_price_on_a_basis_leaves_no_total_on_it():
    who = ev.cost.ledger_of(answer())
    without = type(who)(who.rows[~(who.rows["programme"] & (who.rows["basis"] == "short_run_marginal"))], who.said)
    total = without.shown().iloc[-1]

    assert np.isfinite(total["average"]) and np.isnan(total["short_run_marginal"])
    assert ev.cost.budget(without, caseload=[1]).total()["short_run_marginal"].isna().all()


def test_pictures_of_money_say_dollars_and_draw_what_does_not_count_pale():
    book = [line("county", "average", 150.0), line("managed_care", "average", 1_000.0)]
    axes = ev.cost.ledger(by_hand(), served="served", units={"jail day": "jail"}, book=book).plot().axes[0]

    assert axes.xaxis.get_major_formatter()(-4_000.0, 0) == "−$4,000"
    assert sorted(bar.get_alpha() for bar in axes.patches) == [0.35, 1.0]


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


def test_another_change_moves_no_draw_of_those_there_were():
    nothing = {"what": "arrests", "to": "others", "units": 0.0, "std_error": 0.0, "value": 0.0, "low": 0.0, "high": 0.0}
    one, other = (ev.cost.benefit_cost(rows, price=500.0).account for rows in (benefits(), pd.concat([benefits(), pd.DataFrame([nothing])])))

    assert (one.drawn_benefits == other.drawn_benefits).all()


def test_a_price_that_leans_to_one_side_is_told_beside_its_best_guess():
    assert "about another mean" in ev.cost.benefit_cost(benefits(), price=500.0, low=500.0, high=3_000.0).note
    assert "about another mean" not in ev.cost.benefit_cost(benefits(), price=500.0).note


def test_a_benefit_is_made_of_what_a_study_found_with_its_error():
    one = answer()
    row = ev.cost.benefit_of(judge(one, None, title={"en": "Aid"}, languages=("en",)), to="taxpayers", value=-1.0)
    found = ev.cost.benefit_cost(row, price=0.0)

    assert row.iloc[0][["units", "std_error"]].tolist() == [one.estimate.effect, one.estimate.std_error]
    assert found.account.total == pytest.approx(-one.estimate.effect)
    with pytest.raises(Refused, match="there is no 'taxpayer'"):
        ev.cost.benefit_of(one, to="taxpayer", value=1.0)
    with pytest.raises(Refused, match="it has no effect"):
        ev.cost.benefit_of(replace(one, estimate=None), to="taxpayers", value=1.0)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            lambda: ev.cost.benefit_cost(benefits(value=-np.inf), price=np.nan, instead=-1.0, draws=0),
            ("'value': 1 row", "price: it is nan", "instead", "draws"),
        ),
        (lambda: ev.cost.payments(TERMS, {"days housed": np.nan}, cap=-5.0), ("reached 'days housed': it is nan", "cap: it is -5")),
        (
            lambda: ev.cost.payments(TERMS.assign(up_to=[0.0, 9e9]), {"days housed": "many"}),
            ("it is str, and no number", "1 term end before they begin"),
        ),
        (lambda: ev.cost.break_even(saved=np.inf, price=-1.0, step="none"), ("saved: it is inf", "price: it is -1", "step: it is str")),
        (lambda: ev.cost.break_even(saved=1.0, price=1.0, fred=2.0), ("there is no word 'fred'",)),
        (lambda: ev.cost.budget(answer(), caseload=["ten"]), ("caseload: it is str",)),
    ],
)
def test_doors_refuse_what_is_no_number_all_at_once(asked, said):
    with pytest.raises(Refused) as refused:
        asked()
    assert all(each in str(refused.value) for each in said)


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


def test_a_blank_end_of_a_term_is_none():
    blank = TERMS.assign(up_to=[1_000.0, np.nan], cap=np.nan)

    assert ev.cost.payments(blank, {"days housed": 1_500.0}).frame["payment"].tolist() == [15_120.0, 5_000.0]


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


def test_a_mean_of_a_handful_of_people_with_costs_says_that_it_is_not_to_be_relied_on():
    rows = pd.DataFrame({"z": np.arange(60) % 2, "dollars": np.where(np.arange(60) < 8, 100.0 + np.arange(60), 0.0)})

    assert "Not to be relied on: " in ev.cost.mean(rows, cost="dollars", served="z").note
    assert "Not to be relied on" not in ev.cost.mean(rows.assign(dollars=np.arange(60.0) % 7 + 1), cost="dollars", served="z").note


def test_a_loss_is_stood_for_by_those_still_followed_by_hand():
    """Of four, one is lost on day 10 of 20 and the rest stand for 4/3 each of what comes after."""
    rows = pd.DataFrame({"first": [1.0, 1, 1, 1], "second": [3.0, 6, 9, 0], "days": [20, 20, 20, 10], "died": [0, 0, 0, 0]})
    found = ev.cost.censored_mean(rows, costs=["first", "second"], followed="days", complete="died", horizon=20, edges=[10, 20])

    assert found.frame.set_index("what").loc["weighted, by period", "value"] == pytest.approx(1 + 6)
    assert found.frame.set_index("what").loc["all as far as seen", "value"] == pytest.approx(5.5)


def bills(n: int, *, seed: int = 3, sigma: float = 0.5) -> pd.DataFrame:
    """Two periods of costs of people of whom a third is lost in the first."""
    rng = np.random.default_rng(seed)
    each = np.exp(sigma * rng.normal(size=n))
    lost = np.arange(n) % 3 == 0
    return pd.DataFrame({"first": each, "second": np.where(lost, 0.0, each), "days": np.where(lost, 10, 20), "died": 0, "z": np.arange(n) % 2})


def told(rows: pd.DataFrame, **words: object):
    return ev.cost.censored_mean(rows, costs=["first", "second"], followed="days", complete="died", horizon=20, edges=[10, 20], **words)


def test_limits_of_one_mean_reach_further_up_and_those_of_a_difference_are_of_t():
    found = told(bills(90), served="z").frame.set_index("what")
    one, apart = found.loc["served: weighted, by period"], found.loc["difference: weighted, by period"]

    assert one["high"] - one["value"] > one["value"] - one["low"] > 1.5 * one["std_error"]
    assert apart["high"] - apart["value"] == pytest.approx(apart["value"] - apart["low"])
    assert apart["high"] - apart["value"] > 1.97 * apart["std_error"]  # t of some 60 people
    assert found.loc[[name for name in found.index if "alone" in name or "as far" in name], ["std_error", "low", "high"]].isna().all(axis=None)


def test_the_method_of_a_mean_is_asked_for_by_name():
    rows = bills(90)

    assert told(rows).frame["what"].tolist()[:2] == ["weighted, by period", "weighted, by those seen to the end"]
    assert told(rows, method="lin").frame["what"][0] == "by those watched when a period began (Lin 1997)"
    assert "too low where costs come at a death" in told(rows, method="lin").note and "Lin" not in told(rows).note
    with pytest.raises(Refused, match="'lin' knows no columns"):
        told(rows, method="lin", on=["z"])
    with pytest.raises(Refused, match="reads costs by period"):
        ev.cost.censored_mean(rows, costs="first", followed="days", complete="died", horizon=20, method="partitioned")


def test_no_limits_are_told_of_few_people_with_costs_or_of_a_few_amounts_that_are_all():
    rows, first = bills(90), np.arange(90) < 12  # of whom 4 are lost
    few, long = told(rows.assign(first=rows["first"] * first, second=rows["second"] * first)), told(bills(90, sigma=3.0))

    assert few.frame[["low", "high"]].isna().all(axis=None) and "fewer than 10 people who were followed to the end" in few.note
    assert long.frame["low"].isna().all() and "so far above the rest" in long.note
    assert "90 rows, of which 30 were lost before the horizon" in long.note


def test_costs_and_times_that_cannot_be_are_refused_all_at_once():
    with pytest.raises(Refused) as refused:
        ev.cost.censored_mean(
            bills(9).assign(first=-1.0, second=np.inf, days=-1), costs=["first", "second"], followed="days", complete="died", horizon=np.nan
        )
    said = str(refused.value)

    for each in (
        "'first': 9 rows with a cost below 0",
        "'second': 9 rows with a number without end",
        "'days': 9 rows with a time below 0",
        "horizon: it is nan",
    ):
        assert each in said


def test_pictures_say_in_words_what_they_show():
    book = [line("county", basis, cost) for basis, cost in zip(BASES, (150.0, 30.0, 90.0), strict=True)]
    who = ev.cost.ledger(by_hand(), served="served", units={"jail day": "jail"}, book=book)

    assert "average, at once, in the long run" in who.plot().alt
    assert "Dollars by year" in ev.cost.budget(who, caseload=[5, 5]).plot().alt
    assert "above 0 in 9" in ev.cost.benefit_cost(benefits(), price=400.0).plot().alt
    assert "Resampled gains" in ev.cost.worth(people(), cost="aid", outcome="housed", served="served", better="more").plot().alt
