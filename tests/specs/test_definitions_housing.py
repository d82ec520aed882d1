"""Housing by definition: four people by hand, HUD's rules at their edges, and rules laid again by brute force on invented lives."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from housing_by_hand import SPECS, TRANSFERS
from outcome_specs import Spec, told
from small_county import county, plan
from walked import ruler

from evaluation.cohort import enrol
from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.outcomes.housing import HOUSING
from evaluation.outcomes.making import MAKING
from evaluation.outcomes.making_housing import HOUSING_MAKING
from evaluation.terms import Horizon, Starts

FAMILY = "return_to_homelessness/"
OLDER = {"shelter_nights/recorded", "return_to_homelessness/hud_spm2_adapted", "housed/recorded"}


def found(name: str, rows: dict[str, str]) -> list[tuple[int, str]]:
    """What a definition finds for Ann, Bob, Cy and Dee."""
    return told(OUTCOMES[name], Spec(rows, "", []))


def test_every_definition_of_housing_is_walked_by_hand() -> None:
    assert {outcome.name for outcome in HOUSING} == OLDER | set(SPECS)


def test_what_is_found_does_not_hang_on_the_order_of_rows() -> None:
    turned = "\n".join(reversed(TRANSFERS.strip().splitlines()))

    assert found(f"{FAMILY}hud_spm2_fy2026", {"spell": turned}) == SPECS[f"{FAMILY}hud_spm2_fy2026"].found


@pytest.mark.parametrize(("version", "starts", "returned"), [("hud_spm2_fy2026", 1, 1), ("last_exit", 1, 0), ("every_exit", 2, 1)])
def test_the_exit_that_opens_a_clock_moves_the_share_that_returned(version: str, starts: int, returned: int) -> None:
    outcome = OUTCOMES[FAMILY + version]
    assert outcome.opens
    lots = "\n".join(f"{who} {kind} {day}" for who, kind in (("ann", "aid"), ("bob", "no_aid")) for day in ("2020-01-10", "2020-06-01"))
    exits = "ann hmis_exit:permanent 2020-01-10\nann hmis_exit:permanent 2020-06-01\nbob hmis_exit:permanent 2020-06-01"
    stays = "person_id kind start stop\nann shelter 2020-03-01 2020-05-01"
    records = county(person="person_id\nann\nbob", event=f"person_id kind day\n{exits}\n{lots}", spell=stays)
    assert outcome.opens.which
    half_a_year = Horizon(days=outcome.opens.days[0])
    cohort = enrol("main", plan(starts=Starts(outcome.opens.event, outcome.opens.which)), (), records, half_a_year)

    marks = EngineRuler(records.engine, cohort.table, outcome).marks(half_a_year)

    assert len(marks.day) == starts + 1  # Bob left once
    assert (marks.why == "mark").sum() == returned


def test_versions_of_a_year_and_the_older_text_differ_by_transitional_housing_alone() -> None:
    rows = {"spell": "ann transitional_housing 2020-03-05 -\nbob shelter 2020-03-05 -\ncy permanent_housing_enrolled 2020-03-15 -"}

    newer, older = (found(f"{FAMILY}{version}", rows) for version in ("hud_spm2_fy2026", "hud_spm2_step_5b"))

    assert newer[0] == (4, "mark")
    assert older[0] == (29, "horizon")
    assert newer[1:] == older[1:] == [(4, "mark"), (29, "horizon"), (11, "death")]
    assert found(f"{FAMILY}hud_spm2_fy2024", rows) == newer


def test_a_return_on_the_last_day_of_hud_s_two_years_counts_and_one_a_day_later_does_not() -> None:
    last, after = (date(2020, 3, 1) + timedelta(days=days) for days in (730, 731))
    laid = ruler(f"{FAMILY}hud_spm2_fy2026", {"spell": f"ann shelter {last} -\nbob shelter {after} -"})
    assert laid.outcome.opens
    two_years = Horizon(days=max(laid.outcome.opens.days))

    assert laid.marks(two_years).why.tolist() == ["mark", "horizon", "horizon", "death"]


def test_people_who_died_are_left_out_of_those_still_housed_and_not_counted_as_unhoused() -> None:
    rows = SPECS["housed/alive"].by_table(OUTCOMES["housed/alive"])
    alive, all_of_them = (ruler(name, rows).state(Horizon(days=30)) for name in ("housed/alive", "housed/recorded"))

    assert alive.seen.tolist() == [True, True, True, False]
    assert all_of_them.seen.tolist() == [True, True, True, True]
    assert alive.inside.tolist() == all_of_them.inside.tolist()


# ------------------------------------------------------------------------------------------------ the same rules by brute force
Stay = tuple[str, int, int]  # kind, first day, first day after: days since the start
KINDS = ("shelter", "safe_haven", "transitional_housing", "permanent_housing_enrolled", "permanent_housing")
PEOPLE = tuple(f"p{number}" for number in range(60))


def lives(seed: int) -> dict[str, list[Stay]]:
    """Stays that overlap, touch and repeat, before and after the start."""
    chance = random.Random(seed)
    return {who: [_stay(chance) for _ in range(chance.randrange(7))] for who in PEOPLE}


def _stay(chance: random.Random) -> Stay:
    first = chance.randrange(-40, 30)
    return chance.choice(KINDS), first, first + chance.randrange(12)


def written(stays: dict[str, list[Stay]]) -> dict[str, str]:
    day = date(2020, 3, 1)
    lines = {f"{who} {kind} {day + timedelta(first)} {day + timedelta(stop)}" for who, mine in stays.items() for kind, first, stop in mine}
    return {"spell": "\n".join(sorted(lines))}


def of_its_own(stays: list[Stay]) -> list[Stay]:
    """Homes moved into within an enrolment are that enrolment."""
    homes = [(first, stop) for kind, first, stop in stays if kind == "permanent_housing_enrolled"]
    return [stay for stay in stays if stay[0] != "permanent_housing" or not any(first <= stay[1] <= stop for first, stop in homes)]


def returned(stays: list[Stay]) -> int | None:
    """The first day of a return by HUD's rule of fiscal year 2026."""
    own = of_its_own(stays)
    homes = [stay for stay in own if stay[0].startswith("permanent")]
    days = [first for kind, first, _ in own if not kind.startswith("permanent") and first >= 0]
    days += [first for _, first, _ in homes if first > 14 and not any(begun + 1 <= first <= ended + 14 for _, begun, ended in homes)]
    return min((day for day in days if day < 30), default=None)


@pytest.mark.parametrize("seed", [1, 2])
def test_returns_are_those_that_hud_s_rule_finds_stay_by_stay(seed: int) -> None:
    stays = lives(seed)
    marks = ruler(f"{FAMILY}hud_spm2_fy2026", written(stays), PEOPLE).marks(Horizon(days=30))

    expected = [returned(stays[who]) for who in sorted(PEOPLE)]

    assert [int(day) if why == "mark" else None for day, why in zip(marks.day, marks.why, strict=True)] == expected
    assert 10 < sum(day is not None for day in expected) < 55  # some returned, and some did not


@pytest.mark.parametrize(("version", "housed"), [("es_sh", {"transitional_housing", "permanent_housing"}), ("es_sh_th", {"permanent_housing"})])
def test_nights_homeless_are_those_left_when_nights_in_homes_are_crossed_out_one_by_one(version: str, housed: set[str]) -> None:
    stays, outcome = lives(3), OUTCOMES[f"nights_homeless/hud_spm1a_{version}"]
    amounts = ruler(outcome.name, written(stays), PEOPLE).amount(0, Horizon(days=30)).amount

    def nights(of: set[str], who: str) -> set[int]:
        return {night for kind, first, stop in stays[who] if kind in of for night in range(first, stop) if 0 <= night < 30}

    expected = [len(nights(set(outcome.kinds), who) - nights(housed, who)) for who in sorted(PEOPLE)]

    assert amounts.tolist() == expected
    assert len(set(expected)) > 5


def test_first_times_are_those_with_nothing_open_in_the_two_years_before() -> None:
    stays = lives(4)
    marks = ruler("first_time_homeless/hud_spm5_es_sh_th", written(stays), PEOPLE).marks(Horizon(days=30))

    def first_time(mine: list[Stay]) -> int | None:
        entries = [first for kind, first, _ in mine if not kind.startswith("permanent") and not any(begun < first for _, begun, _ in mine)]
        return min((day for day in entries if 1 <= day < 30), default=None)

    assert [int(day) if why == "mark" else None for day, why in zip(marks.day, marks.why, strict=True)] == [
        first_time(stays[who]) for who in sorted(PEOPLE)
    ]


def test_every_way_of_making_lines_of_housing_is_registered_and_used() -> None:
    assert set(HOUSING_MAKING) == {outcome.made for outcome in HOUSING if outcome.made}
    assert all(MAKING[name] is builder for name, builder in HOUSING_MAKING.items())
