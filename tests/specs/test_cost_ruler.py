"""What services cost, on clocks that a reader can walk by hand: days once, contacts each, nothing after a death, in the dollars of one year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from books_by_hand import ENROLMENT, JAIL, PRICE, PRICED, VISIT, ZERO, priced

from evaluation.outcomes import EngineRuler
from evaluation.outcomes.cost import PriceIndex, factor
from evaluation.terms import Horizon, Money, Refused

CLOSE = 1e-9  # dollars: sums of a few hundred doubles of up to 10^5
MONTH = Horizon(days=30)
SPELL, EVENT, SERVICE, COST = "person_id kind start stop", "person_id kind day", "person_id programme start stop", "person_id service day amount"


def test_stays_that_overlap_touch_or_repeat_cost_each_day_once() -> None:
    stays = f"{SPELL}\nann custody 2020-03-02 2020-03-06\nann custody 2020-03-04 2020-03-08\nann custody 2020-03-08 2020-03-09"

    assert priced(JAIL, spell=stays).amount(0, MONTH).amount.tolist() == [700.0]


def test_a_stay_is_cut_at_the_start_and_at_the_horizon() -> None:
    stays = f"{SPELL}\nann custody 2020-02-20 2020-03-03\nann custody 2020-03-29 -"

    read = priced(JAIL, spell=stays).amount(0, MONTH)

    assert read.amount.tolist() == [400.0]  # 1 and 2 March; 29 and 30 March
    assert (read.seen_days.tolist(), read.window_days.tolist()) == ([30], [30])


def test_contacts_count_each_the_day_of_the_start_included() -> None:
    visits = f"{EVENT}\nann visit 2020-03-01\nann visit 2020-03-30\nann visit 2020-03-31\nann visit 2020-02-29\nann other 2020-03-05"

    assert priced(VISIT, event=visits).amount(0, MONTH).amount.tolist() == [20.0]


def test_an_enrolment_costs_a_place_when_it_begins_and_a_day_while_it_lasts() -> None:
    ruler = priced(ENROLMENT, PRICE, service=f"{SERVICE}\nann aid 2020-03-05 2020-03-25\nann other 2020-03-05 2020-03-25")

    assert ruler.amount(0, MONTH).amount.tolist() == [1020.0]
    assert ruler.programme == ("aid_day", "aid_place")
    assert ruler.quantities(MONTH).tolist() == [[20.0, 1.0]]


def test_nothing_is_spent_after_the_day_of_a_death_nor_after_the_last_day_seen() -> None:
    people = "person_id death moved\nann 2020-03-05 -\nbob - 2020-03-05"
    stays = f"{SPELL}\nann custody 2020-03-03 -\nbob custody 2020-03-03 -"
    starts = "person_id day own\nann 2020-03-01 -\nbob 2020-03-01 -"

    read = priced(JAIL, spell=stays, starts=starts, person=people).amount(0, MONTH)

    assert read.amount.tolist() == [300.0, 200.0]  # Ann's day of death counts; Bob is seen for the last time on the 4th
    assert read.seen_days.tolist() == [30, 4]  # a day after a death is watched, and empty


def test_two_services_on_one_day_cost_both() -> None:
    shelter = replace(JAIL, service="shelter_night", kind="shelter", cost=40.0, low=40.0, high=40.0)
    stays = f"{SPELL}\nann custody 2020-03-02 2020-03-04\nann shelter 2020-03-03 2020-03-05"

    assert priced(JAIL, shelter, spell=stays).amount(0, MONTH).amount.tolist() == [280.0]


def test_the_amount_is_of_one_basis_and_of_the_payers_of_one_perspective() -> None:
    stays = f"{SPELL}\nann custody 2020-03-02 2020-03-04"
    lines = (
        JAIL,
        replace(JAIL, payer="state", cost=20.0, low=20.0, high=20.0),
        replace(JAIL, payer="managed_care", cost=3.0, low=3.0, high=3.0),
        replace(JAIL, basis="short_run_marginal", cost=7.0, low=7.0, high=7.0),
    )

    def costs(**said: str) -> float:
        return float(priced(*lines, money=replace(ZERO, **said), spell=stays).amount(0, MONTH).amount[0])

    assert (costs(perspective="county"), costs(), costs(perspective="society")) == (200.0, 240.0, 246.0)
    assert costs(basis="short_run_marginal") == 14.0
    ruler = priced(*lines, money=ZERO, spell=stays)
    assert ruler.counted == (True, True, False, False)
    assert ruler.quantities(MONTH).tolist() == [[2.0]]


def test_a_dollar_of_a_later_year_of_the_clock_counts_less_and_the_first_year_is_whole() -> None:
    visits = f"{EVENT}\nann visit 2020-03-01\nann visit 2021-02-28\nann visit 2021-03-02\nann visit 2022-03-05"
    money = replace(ZERO, discount=0.25)
    ruler = priced(VISIT, money=money, event=visits)

    # days 0 and 364 are of the first year, day 366 of the second; the last day seen is 31 December 2021, before the last visit
    assert ruler.amount(0, Horizon(months=36)).amount.tolist() == [10 + 10 + 8]
    assert ruler.quantities(Horizon(months=36)).tolist() == [[2.8]]
    assert ruler.quantities(Horizon(months=36), discounted=False).tolist() == [[3.0]]


def test_periods_add_up_to_the_whole_and_may_lie_before_the_start() -> None:
    stays = f"{SPELL}\nann custody 2020-02-25 2020-03-20\nann custody 2021-02-01 2021-04-01"
    ruler = priced(JAIL, money=replace(ZERO, discount=0.1), spell=stays)

    read = ruler.by_period([-10, 0, 15, 100, 400])

    assert read.amount.shape == (1, 4)
    assert read.amount[0, :3].tolist() == pytest.approx([500.0, 1500.0, 400.0], abs=CLOSE)
    assert read.amount[0, 1:].sum() == pytest.approx(ruler.amount(0, Horizon(days=400)).amount[0], abs=CLOSE)
    assert read.seen_days.tolist() == [[10, 15, 85, 300]]


def test_another_base_year_scales_every_dollar() -> None:
    stays = f"{SPELL}\nann custody 2020-03-02 2020-03-06"
    now, then = (priced(JAIL, money=replace(ZERO, price_year=year), spell=stays).amount(0, MONTH).amount[0] for year in (2024, 2020))

    assert now == pytest.approx(then * factor(2020, 2024), rel=1e-15)


def test_recorded_lines_come_from_the_dollars_of_their_own_year_and_are_discounted() -> None:
    lines = f"{COST}\nann jail 2020-03-01 100.10\nann jail 2021-03-10 50.00\nann bed 2021-03-10 50.00\nann bed 2022-01-05 9.00"
    money = Money(2024, perspective="society", discount=0.25)

    read = priced(money=money, cost=lines).amount(0, Horizon(months=24)).amount

    # of 2020 whole; of 2021, in the clock's second year, four fifths; the records end before the last line
    assert read[0] == pytest.approx(100.10 * factor(2020, 2024) + 0.8 * 100.00 * factor(2021, 2024), rel=1e-14)


def test_recorded_lines_of_a_year_without_an_index_are_refused_with_their_number() -> None:
    lines = f"{COST}\nann jail 2020-03-01 100.10\nann jail 2020-03-02 1.00\nann jail 2021-03-10 50.00"
    ruler = replace(priced(money=Money(2021, perspective="society"), cost=lines), index=PriceIndex("the county's own", {2021: 100.0, 2022: 101.0}))

    with pytest.raises(Refused, match=r"2 priced lines of these clocks lie in years that the price index does not hold\. It holds 2021 to 2022"):
        ruler.amount(0, Horizon(months=24))


def test_recorded_lines_with_nothing_to_bring_and_nothing_to_discount_are_the_lines_as_they_stand() -> None:
    lines = f"{COST}\nann jail 2020-03-01 0.10\nann bed 2020-03-02 0.20\nann refund 2020-03-05 -12.50"
    ruler = priced(money=Money(2020, perspective="society", discount=0.0), cost=lines)
    plain = EngineRuler(ruler.engine, ruler.table, ruler.outcome)

    assert ruler.amount(0, MONTH).amount.tolist() == pytest.approx(plain.amount(0, MONTH).amount.tolist(), abs=1e-12)
    assert ruler.services == () and ruler.quantities(MONTH).shape == (1, 0)


def test_a_ruler_of_dollars_shows_the_clocks_and_no_event() -> None:
    ruler = priced(JAIL, spell=f"{SPELL}\nann custody 2020-03-02 2020-03-06")

    assert ruler.window(Horizon(months=1)).tolist() == [31]
    assert ruler.ends(MONTH).day.tolist() == [29]
    assert ruler.at_risk(MONTH).days.tolist() == [30]
    assert ruler.dated and ruler.entries() is None
    for verb in ("marks", "every_mark", "state", "rate"):
        with pytest.raises(Refused, match="it is of kind 'amount'"):
            getattr(ruler, verb)(MONTH)


def test_no_other_ruler_reads_what_needs_a_book() -> None:
    there = priced(JAIL, cost=f"{COST}\nann jail 2020-03-01 5.00")

    with pytest.raises(Refused, match="it is read with a book of unit costs, which a question names"):
        EngineRuler(there.engine, there.table, PRICED).amount(0, MONTH)


def test_somebody_who_uses_nothing_costs_nothing_and_keeps_a_row() -> None:
    starts = "person_id day own\nann 2020-03-01 -\nbob 2020-03-01 -"
    read = priced(JAIL, VISIT, starts=starts, person="person_id death moved\nann - -\nbob - -", spell=f"{SPELL}\nann custody 2020-03-02 2020-03-06")

    assert read.amount(0, MONTH).amount.tolist() == [400.0, 0.0]
    assert np.array_equal(read.quantities(MONTH), [[0.0, 4.0], [0.0, 0.0]])
    assert PRICED.from_day == 0
