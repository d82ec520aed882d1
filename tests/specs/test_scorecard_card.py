"""A scorecard by hand: what stands in each quadrant, targets and owners, months, and pages that say that nobody is compared."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest
from sqlglot import exp
from test_disparity_stages import county, study

import evaluation as ev
from evaluation.records import Records, connect
from evaluation.records.days import FOREVER, date_of
from evaluation.report.scorecard import curves_csv, groups_csv, measures_csv, scorecard_page
from evaluation.scorecards import Scorecard
from evaluation.scorecards.curves import months_after, whole_months
from evaluation.scorecards.forecast import fan
from evaluation.scorecards.released import release_card
from evaluation.terms import CohortPlan, Horizon, Question, Refused, Served, Starts, Study

ROUNDING = 1e-9
EFFECT_VERBS = re.compile(r"\b(?:caus\w+|reduc\w+|lower\w+|improv\w+|prevent\w+|led to|thanks to|because of the programme|effect of)\b", re.I)
MONTHS, A_MONTH = 30, 20


def of(card: Scorecard, quadrant: str, name: str) -> pd.Series:  # type: ignore[type-arg]  # a row
    rows = card.frame
    return rows[(rows["quadrant"] == quadrant) & (rows["measure"] == name)].iloc[0]


def test_quadrants_by_hand() -> None:
    card = ev.scorecard(study(), county(), reference="white")

    assert of(card, "how much", "started")["number"] == 200
    assert of(card, "how much", "enrolled/recorded")["number"] == 74
    offered, enrolled = of(card, "how well", "offered/recorded"), of(card, "how well", "enrolled/recorded")
    assert (offered["number"], offered["of"], enrolled["number"], enrolled["of"]) == (135, 200, 74, 135)
    assert of(card, "how well", "days_to_service/from_referral")["mean"] == pytest.approx(31, abs=ROUNDING)
    assert of(card, "how well", "left_early/uncompleted")["why_not"]  # nobody's completion is recorded
    assert of(card, "better off", "recidivism/arrest")["why_not"]  # nobody enrolled in the days studied
    assert of(card, "how much", "enrolled/recorded")["lag_days"] == 9


def test_targets_are_held_in_the_direction_of_better() -> None:
    targets = {"enrolled/recorded": 0.5, "days_to_service/from_referral": 30.0}
    card = ev.scorecard(study(), county(), targets=targets, owners={"enrolled/recorded": "Health"})

    assert of(card, "how well", "enrolled/recorded")["on_target"] == "yes"
    assert of(card, "how well", "days_to_service/from_referral")["on_target"] == "no"  # fewer days are better
    assert of(card, "how well", "enrolled/recorded")["owner"] == "Health"
    with pytest.raises(Refused, match="Did you mean 'enrolled/recorded'"):
        ev.scorecard(study(), county(), targets={"enrolled/record": 0.5})


@cache
def monthly() -> tuple[Study, Records]:
    """Twenty people referred each month for thirty, all enrolled ten days later, and every third of them arrested within a month."""
    people, events, services = [], [], []
    for month, name in enumerate(whole_months((date(2017, 1, 1), date(2019, 6, 30)))):
        for number in range(A_MONTH + month % 5):
            person, day = f"{name}-{number:02d}", date(int(name[:4]), int(name[5:]), 2 + number % 10)
            people.append((person, ("black", "white")[number % 2]))
            events += [(person, "referral:aid", day)]
            services += [(person, "aid", day + timedelta(days=10), day + timedelta(days=200))]
            events += [(person, "arrest", day + timedelta(days=40))] if number % 3 == month % 3 or number < 12 else []
    covered = pd.DataFrame([{"source": "one", "first": date(2016, 1, 1), "last": date(2021, 12, 31), "lag_days": 0, "grain": "day"}])
    tables = {
        "person": pd.DataFrame(people, columns=["person_id", "race_ethnicity"]),
        "event": pd.DataFrame(events, columns=["person_id", "kind", "day"]).assign(source="one", value=None),
        "service": pd.DataFrame(services, columns=["person_id", "programme", "start", "stop"]).assign(source="one"),
        "coverage": covered,
    }
    plan = CohortPlan((date(2017, 1, 1), date(2019, 7, 15)), "service", Starts(referral=("aid",)), served=Served("aid", within_days=60))
    asked = (Question("recidivism/arrest", Horizon(days=180), "matched", -0.05),)
    return Study({"en": "Aid"}, "small", "aid", {"main": plan}, asked, digest="ab" * 32), connect(tables)


@cache
def whole_card() -> Scorecard:
    return ev.scorecard(*monthly())


def test_curves_count_whole_months_and_carry_a_baseline_of_twelve_more() -> None:
    card = whole_card()
    started, served, arrested = card.curves

    assert started.months[0] == "2017-01" and started.months[-1] == "2019-06" and len(started.months) == MONTHS  # half of July is no month
    assert started.value.tolist() == [A_MONTH + month % 5 for month in range(MONTHS)]
    assert started.ahead == months_after("2019-06", 12) and started.ahead[-1] == "2020-06"
    assert served.value.sum() == started.value.sum()
    assert arrested.unit == "share" and ((arrested.value > 0) & (arrested.value < 1)).all()
    assert arrested.fan is not None and (arrested.fan.low[2] <= arrested.fan.middle).all() and (arrested.fan.middle <= arrested.fan.high[2]).all()


def test_a_curve_counts_every_start_so_that_it_does_not_fall_by_itself() -> None:
    asks, records = monthly()
    again = ev.scorecard(asks, _referred_again(records))

    assert again.curves[0].value[-1] == whole_card().curves[0].value[-1] + A_MONTH  # the first month's people, once more in the last
    assert of(again, "how much", "started")["number"] == of(whole_card(), "how much", "started")["number"]  # and are the same people


def _referred_again(records: Records) -> Records:
    """The same county, where those of the first month are referred once more in the last."""
    tables = {name: records.engine.fetch(exp.select("*").from_(name)).to_pandas() for name in ("person", "event", "service", "coverage")}
    for name, columns in (
        ("person", ("birth", "death", "moved")),
        ("event", ("day", "recorded")),
        ("service", ("start", "stop")),
        ("coverage", ("first", "last")),
    ):
        for column in columns:
            tables[name][column] = [None if pd.isna(day) or not 0 <= day < FOREVER else date_of(int(day)) for day in tables[name][column]]
    first = tables["event"][(tables["event"]["kind"] == "referral:aid") & tables["event"]["person_id"].str.startswith("2017-01")]
    tables["event"] = pd.concat([tables["event"], first.assign(day=date(2019, 6, 5))])
    return connect(tables)


def test_months_that_lie_whole_between_two_days() -> None:
    assert whole_months((date(2019, 12, 1), date(2020, 2, 29))) == ("2019-12", "2020-01", "2020-02")
    assert whole_months((date(2019, 12, 2), date(2020, 2, 28))) == ("2020-01",)
    assert whole_months((date(2020, 1, 2), date(2020, 1, 31))) == ()


def test_a_fan_is_wider_further_out_and_for_wider_bands_and_stays_a_share() -> None:
    rng = np.random.default_rng(3)
    told = fan(np.clip(rng.normal(0.1, 0.05, 40), 0, 1).tolist(), 12, unit="share")

    for narrow, wide in ((0, 1), (1, 2)):
        assert (told.low[wide] <= told.low[narrow]).all() and (told.high[narrow] <= told.high[wide]).all()
    assert (told.low[2] >= 0).all() and (told.high[2] <= 1).all() and told.seasons
    counts = fan(rng.poisson(30, 24).tolist())
    assert counts.high[2][-1] - counts.low[2][-1] > counts.high[2][0] - counts.low[2][0] and not counts.seasons


def test_a_fan_needs_two_years_of_numbers_that_move() -> None:
    for months, sentence in (
        ([3.0] * 23, "there are 23 months"),
        ([3.0] * 24, "all 24 months are the same"),
        ([1.0, -1.0] * 12, "12 months hold no"),
    ):
        with pytest.raises(Refused, match=sentence):
            fan(months)


@pytest.mark.parametrize(("language", "says"), [("en", "Nobody is compared with anybody here"), ("es", "Aquí no se compara a nadie con nadie")])
def test_the_page_says_that_nobody_is_compared_and_uses_no_verb_of_effect(language: str, says: str) -> None:
    page = scorecard_page(release_card(whole_card()), language=language)  # type: ignore[arg-type]  # a language
    text = re.sub(r"<style>.*?</style>|<svg.*?</svg>|<[^>]+>", " ", page, flags=re.S)

    assert says in text and not EFFECT_VERBS.search(text)
    assert page.count("<svg") == 2  # of the third curve few of some months were not arrested
    assert "style=" not in page and not re.search(r'(?:src|href)="(?!#)', page)  # nothing is fetched from anywhere


def test_what_a_notebook_shows_uses_no_verb_of_effect() -> None:
    assert not EFFECT_VERBS.search(repr(whole_card()) + whole_card().plot().alt + repr(whole_card().disparity))
    assert str(whole_card()).endswith("3 curves with a baseline.")


def test_the_three_tables_hold_what_the_page_shows() -> None:
    released = release_card(whole_card())
    rows = {name: list(csv.DictReader(io.StringIO(text(released)))) for name, text in (("m", measures_csv), ("g", groups_csv), ("c", curves_csv))}

    started = next(row for row in rows["m"] if row["measure"] == "started")
    assert int(started["number"]) == sum(A_MONTH + month % 5 for month in range(MONTHS)) and started["state"] == "shown"
    assert {row["group"] for row in rows["g"]} == {"black", "white"}
    assert sum(row["forecast"] != "" for row in rows["c"] if row["curve"] == "started") == 12


def test_rows_in_another_order_give_the_same_card() -> None:
    first, again = ev.scorecard(study(), county(), reference="white"), ev.scorecard(study(), county(backwards=True), reference="white")

    assert first.frame.equals(again.frame) and first.disparity.frame.equals(again.disparity.frame)
