"""Laws of economic evaluation that hold whatever the people: dollars scale, arms mirror, weights repeat, and parts add to the whole."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.methods.mean import acceptability, tidy
from evaluation.methods.mean.budget import impact
from evaluation.methods.mean.from_frame import effect_on, people_of
from evaluation.methods.mean.payments import Term, schedule
from evaluation.terms import UnitCost

CLOSE = 1e-9  # relative: the same sums in another order
SMALL = settings(max_examples=15, deadline=None)


def people(seed: int, n: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    z = np.arange(n) % 2
    days = rng.normal(60 + 50 * z, 30).round(3)
    return pd.DataFrame(
        {"z": z, "days": days, "dollars": rng.gamma(1, 900, n).round(2) + 1500 * z, "jail": rng.poisson(5, n), "visits": rng.poisson(2, n)}
    )


def worth(rows: pd.DataFrame, at=(0.0, 20.0, 50.0)):
    return tidy.worth(rows, cost="dollars", outcome="days", served="z", better="more", at=at).told


@SMALL
@given(st.integers(0, 10_000), st.sampled_from([0.5, 3.0, 112.0]))
def test_scaling_dollars_scales_ratios_limits_and_net_benefit(seed, times):
    rows = people(seed)
    one, other = worth(rows), worth(rows.assign(dollars=rows["dollars"] * times), at=(0.0, 20.0 * times, 50.0 * times))

    assert other.ratio == pytest.approx(one.ratio * times, rel=CLOSE)
    assert (other.limits.low, other.limits.high) == pytest.approx((one.limits.low * times, one.limits.high * times), rel=1e-7)
    assert np.array(other.net_benefit) == pytest.approx(np.array(one.net_benefit) * times, rel=1e-7)
    assert [chance for _, chance in other.acceptability] == [chance for _, chance in one.acceptability]


@SMALL
@given(st.integers(0, 10_000))
def test_swapping_the_arms_mirrors_net_benefit_and_turns_a_gain_into_a_loss(seed):
    rows = people(seed)
    one, other = worth(rows), worth(rows.assign(z=1 - rows["z"]))

    assert other.why == "worse" and other.ratio is None
    for (_, net, low, high), (_, swapped, from_, to) in zip(one.net_benefit, other.net_benefit, strict=True):
        assert (swapped, from_, to) == pytest.approx((-net, -high, -low), rel=1e-7, abs=1e-6)


@SMALL
@given(st.integers(0, 10_000))
def test_a_row_of_weight_two_is_two_rows(seed):
    rows = people(seed)
    weights = np.random.default_rng(seed).integers(1, 3, len(rows))
    twice = rows.loc[rows.index.repeat(weights)].reset_index(drop=True)
    weighted = people_of(rows.assign(w=weights), "z", None, "w")

    assert effect_on(rows["dollars"].to_numpy(), weighted).effect == pytest.approx(
        effect_on(twice["dollars"].to_numpy(), people_of(twice, "z", None, None)).effect, rel=CLOSE
    )


def line(service: str, department: str, payer: str, basis: str, cost: float) -> UnitCost:
    return UnitCost("b", service, "spell", "k", "day", department, payer, "", basis, 2024, cost, cost, cost, 0.0, 0.0, "by hand")


@SMALL
@given(st.integers(0, 10_000), st.floats(1, 500), st.floats(1, 500))
def test_the_ledger_sums_to_the_effect_on_the_whole_on_each_basis(seed, jail, visit):
    rows = people(seed)
    book = [line("jail", "sheriff", "county", "average", jail), line("visit", "health", "state", "average", visit)]
    book += [line("visit", "health", "federal", "average", 2 * visit), line("jail", "sheriff", "county", "short_run_marginal", 0.2 * jail)]
    who = tidy.ledger(rows, served="z", units={"jail": "jail", "visit": "visits"}, book=book).frame
    arms = people_of(rows, "z", None, None)

    for basis, dollars in (("average", jail * rows["jail"] + 3 * visit * rows["visits"]), ("short_run_marginal", 0.2 * jail * rows["jail"])):
        told = who[who["basis"] == basis]
        assert told["effect"].sum() == pytest.approx(effect_on(dollars.to_numpy(dtype=float), arms).effect, rel=1e-7, abs=1e-7)


@SMALL
@given(st.lists(st.floats(-500, 500), min_size=1, max_size=4), st.lists(st.integers(0, 300), min_size=1, max_size=5))
def test_budgets_over_all_years_hold_every_dollar_of_everybody_once(per_year, caseload):
    people_ = np.array(caseload + [0] * len(per_year), dtype=float)
    found = impact(np.array([per_year]), people_)

    assert found.sum() == pytest.approx(sum(per_year) * sum(caseload), rel=1e-9, abs=1e-6)


@SMALL
@given(st.floats(0, 5_000), st.floats(0, 5_000), st.floats(0, 60_000))
def test_more_reached_is_never_paid_less_and_the_cap_is_never_passed(one, more, cap):
    terms = (Term("days", 10.0, up_to=1_000.0), Term("days", 4.0, over=1_000.0, cap=9_000.0))
    low, high = (schedule(terms, {"days": units}, cap)[-1].so_far for units in sorted((one, more)))

    assert 0 <= low <= high <= cap + 1e-9


@SMALL
@given(st.integers(0, 10_000))
def test_the_chance_rises_with_what_a_unit_is_worth_where_every_pair_has_a_gain(seed):
    rng = np.random.default_rng(seed)
    pairs = np.column_stack([rng.normal(100, 80, 200), rng.gamma(3, 1, 200) + 0.01])
    chances = [chance for _, chance in acceptability.curve(pairs, np.linspace(0, 200, 21))]

    assert chances == sorted(chances)
