"""A false date and a false place: what is found before anybody adopted, and where chance picks the places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from did_door import VISITS, Shown, panel_of, roll_out
from did_door import asked as question_of
from did_panels import Array

from evaluation.challenges import false_adoption as false
from evaluation.challenges.asked import Asked
from evaluation.challenges.table import CHALLENGES
from evaluation.diagnostics import placebo_adopters, placebo_adoption
from evaluation.findings import judge
from evaluation.pipeline import answer_one, compare
from evaluation.terms import NEVER, Comparison, Horizon, Provenance


def asks_of(value: Array, adopted: Array, **parts: Any) -> Asked:
    panel, question = panel_of(value, adopted), question_of(**parts)
    comparison = compare(question, panel)
    assert isinstance(comparison, Comparison), comparison
    found = answer_one(question, VISITS, panel, comparison, Shown(value), Provenance("", "", ""))
    return Asked(None, question, VISITS, panel, comparison, found, lambda outcome, earlier: Shown(value), lambda outcome: 0)  # type: ignore[arg-type]  # no study: nothing is changed in one


@pytest.fixture(scope="module")
def moved() -> Asked:
    return asks_of(*roll_out(n=48, reached=24, each=12, first=8, periods=13, effect=2.0))


def test_an_adoption_dated_too_early_reads_nothing_from_the_true_one_on(moved: Asked) -> None:
    panel = false.earlier(moved.cohort, 3)  # type: ignore[arg-type]  # a panel

    adopts = moved.cohort.adopted < NEVER  # type: ignore[union-attr]  # likewise
    true = moved.cohort.adopted[adopts]  # type: ignore[union-attr]  # likewise
    assert (panel.adopted[adopts] == true - 3).all() and (panel.adopted[~adopts] == NEVER).all()
    assert [int(row.sum()) for row in panel.watched[adopts]] == true.tolist() and panel.watched[~adopts].all()


def test_an_effect_that_began_with_the_programme_is_not_found_before_it(moved: Asked) -> None:
    found = false.placebo_date(moved)

    assert found.diagnostics[0].holds and found.expected == 0.0 and "adoption 4 periods earlier" in found.tried[1].label
    assert found.tried[1].low < 0 < found.tried[1].high


def test_places_that_were_drifting_apart_before_show_it_on_the_false_date() -> None:
    found = false.placebo_date(asks_of(*roll_out(n=48, reached=24, each=12, first=8, periods=13, slope=0.5)))

    assert not found.diagnostics[0].holds and found.tried[1].low > 0


def test_an_effect_on_a_false_date_takes_the_answer_away_and_needs_no_records() -> None:
    drifting = asks_of(*roll_out(n=48, reached=24, each=12, first=8, periods=13, slope=0.5))
    assert drifting.records is None and drifting.answer.estimate is not None
    answer = replace(drifting.answer, diagnostics=(), estimate=replace(drifting.answer.estimate, diagnostics=()))
    kind = CHALLENGES["placebo_date"]

    assert kind.decides and kind.sort == "beside" and kind.enough(drifting.study, drifting.question)
    assert not kind.enough(drifting.study, replace(drifting.question, method="synthetic"))
    assert judge(answer, (kind.run(drifting),), title={"en": "Visits"}, languages=()).verdict == "not answered"


def test_a_past_that_is_too_short_is_said_and_nothing_pretends() -> None:
    found = false.placebo_date(asks_of(*roll_out(n=48, reached=24, each=24, first=1, periods=8, effect=2.0)))

    assert found.diagnostics == () and "too short" in found.sentence


def test_a_horizon_is_cut_to_whole_periods_alone() -> None:
    assert false.shorter(Horizon(months=12), 4, 3) == Horizon(months=9)
    assert false.shorter(Horizon(days=364), 4, 1) == Horizon(days=91)
    assert false.shorter(Horizon(days=365), 4, 3) is None


def test_an_effect_stands_out_from_dates_dealt_by_chance_and_none_does_not(moved: Asked) -> None:
    there = false.placebo_place(moved)
    rng_only = false.placebo_place(asks_of(*roll_out(n=48, reached=24, each=12, first=8, periods=13)))

    assert there.diagnostics[0].holds and there.diagnostics[0].value == pytest.approx(1 / 2_000)  # none of 1,999 dealings shows as much
    assert there.tried[1].low < 0 < there.tried[1].high
    assert rng_only.diagnostics[0].value > 0.05


def test_with_few_places_every_dealing_is_gone_through_and_the_rank_is_exact() -> None:
    value, adopted = roll_out(n=6, reached=2, each=2, first=8, periods=13, effect=9.0)
    asks = asks_of(value, adopted)
    own = replace(asks, answer=replace(asks.answer, diagnostics=(), estimate=replace(asks.answer.estimate, diagnostics=())))  # type: ignore[type-var]  # it has one

    found = false.placebo_place(own)

    assert found.diagnostics[0].value == pytest.approx(1 / 15)  # two of six places, and no other two show as much
    assert found.diagnostics[0].limit is None and "allow no p-value below 5 %" in found.diagnostics[0].sentence


def test_a_small_p_value_holds_of_places_and_does_not_of_dates() -> None:
    assert placebo_adopters(0.01, 2_000, 0.0005, clear=True).holds and not placebo_adopters(0.2, 2_000, 0.0005, clear=True).holds
    assert placebo_adopters(0.2, 2_000, 0.0005, clear=False).limit is None
    assert placebo_adoption(0.0167, 4).holds and not placebo_adoption(0.016, 4).holds and placebo_adoption(0.016, 4).required


def test_series_and_cut_offs_are_told_by_the_placebos_that_they_carry(moved: Asked) -> None:
    carried = placebo_adoption(0.01, 4)
    in_time = replace(carried, name="placebo_in_time")

    found = false.placebo_date(replace(moved, answer=replace(moved.answer, diagnostics=(in_time,))))

    assert found.diagnostics == (in_time,) and found.sentence == in_time.sentence


def test_dates_of_people_on_clocks_of_their_own_are_not_dealt() -> None:
    from offered_county import study

    plan = study().cohorts["main"]
    assert false.fits_date(study().questions[0], plan) and false.fits_place(study().questions[0], plan)
