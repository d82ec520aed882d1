"""Policies as data: the strictest bound wins, tables are scored by hand-worked examples, counts are rounded, and a wrong rule is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from test_findings_disclosure import columns, finding, table

from evaluation.findings import release
from evaluation.findings.policies import read_policy, rules_of, to_nearest
from evaluation.findings.rounding import midpoint
from evaluation.findings.scoring import Feature, Studied, features, least_of, score
from evaluation.study import load
from evaluation.terms import Exhibit, Refused

SONOMA = 489_000
A_YEAR = {"main": (date(2023, 1, 1), date(2023, 12, 31))}
CALHHS = rules_of("calhhs").scoring
assert CALHHS is not None
RACE, SEX, AGE = Feature("race", 7, detail="with few"), Feature("sex", 2), Feature("age", 4, width=18)


# ------------------------------------------------------------------------------------------------ points
def test_a_county_of_489_000_by_race_sex_and_age_has_fifteen_points_and_is_masked() -> None:
    assert score(CALHHS, smallest=11, features=(RACE, SEX, AGE), years=1, residents=SONOMA) == 5 + 3 + 1 + 2 + 0 + 0 + 4
    assert least_of(CALHHS, (RACE, SEX, AGE), 1, SONOMA, 11) == 1000  # 13 points from 100 people on, 12 from 1,000 on


def test_race_alone_with_a_count_below_eleven_passes_by_points_and_not_by_the_rule_that_always_holds() -> None:
    assert score(CALHHS, smallest=7, features=(RACE,), years=1, residents=SONOMA) == 7 + 3 + 0 + 0 + 1 <= CALHHS.at_most
    assert least_of(CALHHS, (RACE,), 1, SONOMA, rules_of("calhhs").smallest) == 11


@pytest.mark.parametrize(("smallest", "points"), [(1000, 2), (999, 3), (100, 3), (99, 5), (11, 5), (10, 7)], ids=lambda value: str(value))
def test_the_points_of_a_count(smallest: int, points: int) -> None:
    assert CALHHS.by["events"].of(smallest) == points


@pytest.mark.parametrize(
    ("residents", "points"),
    [(2_000_001, -5), (2_000_000, -3), (1_000_000, -1), (560_000, 0), (250_000, 1), (100_000, 3), (50_000, 4), (20_000, 5), (4_000, 7)],
)
def test_the_points_of_a_place(residents: int, points: int) -> None:
    assert CALHHS.by["residents"].of(residents) == points


@pytest.mark.parametrize(("years", "points"), [(5, -5), (2, -3), (1, 0), (0.5, 3), (0.25, 4), (1 / 12, 5)])
def test_the_points_of_a_time(years: float, points: int) -> None:
    assert CALHHS.by["years"].of(years) == points


@pytest.mark.parametrize(("width", "points"), [(30, 1), (29, 2), (11, 2), (10, 3), (6, 3), (5, 5), (3, 5), (2, 7)])
def test_the_points_of_a_width_of_age(width: int, points: int) -> None:
    assert CALHHS.by["age"].of(width) == points


def test_what_is_divided_by_nothing_loses_points() -> None:
    assert score(CALHHS, smallest=11, features=(), years=1, residents=SONOMA) == 5 - 5


def test_a_year_of_days_is_a_year_and_a_quarter_a_quarter() -> None:
    assert Studied(1, A_YEAR).years("main") == 1
    assert Studied(1, {"main": (date(2024, 1, 1), date(2024, 3, 31))}).years("main") == 0.25
    assert Studied(1, A_YEAR).years("another") is None


def test_the_features_of_a_table_are_its_columns_of_words() -> None:
    rows = (("served", "American Indian", "18-25", 40), ("compared", "White", "26-64", 50))
    told = Exhibit("t", "", "", ("arm", "race", "age", "people"), rows, {})

    assert features(CALHHS, told) == (Feature("other", 2), Feature("race", 2, detail="with few"), Feature("age", 2, width=8))


# ------------------------------------------------------------------------------------------------ at the door
def test_a_small_county_shows_no_count_under_a_hundred_of_an_arm() -> None:
    people = finding(arms=((216, 48), (400, 120)))  # 5 + arm 3 + residents 4 + 1: 13 points; from 100 people on 11

    small = table(release([people], "calhhs", studied=Studied(30_000, A_YEAR)).exhibits, ": arms")
    large = table(release([people], "calhhs", studied=Studied(SONOMA, A_YEAR)).exhibits, ": arms")

    assert [cell for (cell,) in columns(small, "events")] == ["hidden", 120]
    assert [cell for (cell,) in columns(large, "events")] == [48, 120]


def test_the_rule_that_always_holds_holds_beside_the_points() -> None:
    told = table(release([finding(arms=((216, 7), (216, 120)))], "calhhs", studied=Studied(10_000_000, A_YEAR)).exhibits, ": arms")

    assert columns(told, "events")[0] == ("hidden",)


def test_enough_people_to_count_among_need_no_points() -> None:
    told = table(release([finding(arms=((20_001, 12), (20_001, 60)))], "calhhs", studied=Studied(4_000, A_YEAR)).exhibits, ": arms")

    assert columns(told, "events") == [(12,), (60,)]


def test_a_policy_by_points_refuses_a_release_of_which_it_does_not_know_the_place_or_the_days() -> None:
    with pytest.raises(Refused) as refused:
        release([finding()], "calhhs")

    assert ["how many people live in the county" in str(one) for one in refused.value.problems] == [True, False]
    assert "in which days people come into main" in str(refused.value.problems[1])


def test_rounded_counts_are_multiples_of_five_and_none_reads_as_few() -> None:
    told = table(release([finding(arms=((216, 48), (213, 12)))], "opensafely").exhibits, ": arms")
    plain = table(release([finding(arms=((216, 48), (213, 13)))], "opensafely").exhibits, ": arms")

    assert columns(told, "people", "events")[1] == ("hidden", "hidden") or columns(told, "events")[1] == ("hidden",)
    assert columns(plain, "people", "events", "non-events") == [(215, 50, 170), (215, 15, 200)]
    assert columns(plain, "share") == [(round(50 / 215, 3),), (round(15 / 215, 4),)]


def test_a_released_finding_has_the_rounded_arms_of_its_table() -> None:
    estimate = release([finding(arms=((216, 48), (213, 66)))], "opensafely").findings[0].answer.estimate

    assert estimate is not None
    assert (estimate.served.people, estimate.served.events, estimate.compared.people) == (215, 50, 215)


def test_midpoints_never_let_a_step_be_fewer_than_six() -> None:
    assert [midpoint(count, 6) for count in (0, 1, 6, 7, 12, 13)] == [0, 3, 3, 9, 9, 15]
    assert [to_nearest(count, 5) for count in (0, 2, 3, 7, 8, 12, 13)] == [0, 0, 5, 5, 10, 10, 15]


def test_each_hidden_thing_names_its_policy_and_rule() -> None:
    log = release([finding(arms=((216, 7), (216, 120)))], "opensafely").log

    small = next(one for one in log if one.why == "small")
    assert small.policy == "opensafely"
    assert small.rule == "fewer than 13 are not told: OpenSAFELY, Disclosure control: redact counts of 7 or fewer"
    assert all(one.rule and "7" not in one.what.rpartition(":")[2] for one in log)


# ------------------------------------------------------------------------------------------------ files
GOOD = '[hide]\nbelow = 20\nsource = "Board of Supervisors, 2025"\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "county.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_county_brings_a_policy_of_its_own(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, f'title = "County"\n{GOOD}'))
    told = table(release([finding(arms=((216, 15), (216, 120)))], policy).exhibits, ": arms")

    assert policy.smallest == 20
    assert columns(told, "events")[0] == ("hidden",)


def test_a_laxer_policy_than_the_rule_that_always_holds_is_no_laxer(tmp_path: Path) -> None:
    assert read_policy(written(tmp_path, 'title = "County"\n' + GOOD.replace("= 20", "= 5"))).smallest == 11


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'title = "County"\n{GOOD}belov = 3\n', "'belov' is no rule of [hide]. There is below, source. Did you mean 'below'?"),
        (f'title = "County"\n{GOOD}[rounding]\nto = 5\n', "'rounding' is no rule of a policy."),
        ('title = "County"\n[hide]\nbelow = 11\n', "'source' is missing in [hide]."),
        ('title = "County"\n' + GOOD.replace("= 20", '= "eleven"'), "'hide.below' is no whole number from 1 on."),
        ('title = "County"\n' + GOOD.replace("= 20", "= = 3"), "This is no TOML"),
    ],
)
def test_a_rule_that_is_none_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read_policy(written(tmp_path, text))

    assert len(refused.value.problems) == 1
    assert said in str(refused.value.problems[0])


def test_a_study_tells_a_policy_its_days_and_its_county() -> None:
    study = load(Path(__file__).parents[2] / "designs" / "bayview" / "reentry_navigation.toml")
    told = Studied.of(replace(study, release=replace(study.release, residents=SONOMA)))

    assert told.residents == SONOMA
    assert told.between["main"] == study.cohorts["main"].between
    assert Studied.of(study).residents is None
