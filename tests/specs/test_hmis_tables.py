"""What each line of an HMIS export becomes: by hand, rule by rule."""

from __future__ import annotations

from pathlib import Path

from hmis_by_hand import events, imported, rows, spells, stay, together

from evaluation.records import connect

HOUSING = ("permanent_housing", "permanent_housing_enrolled", "rapid_rehousing_enrolled", "awaiting_move_in")


def _one_each(*enrolments: dict[str, object]) -> tuple[list[dict[str, object]], list[dict[str, list[dict[str, object]]]]]:
    """As many people as enrolments, 0, 1, 2, ..., and a stay of each from 1 January to 1 February 2020."""
    people: list[dict[str, object]] = [{"PersonalID": str(number)} for number in range(len(enrolments))]
    return people, [stay(n, "2020-01-01", "2020-02-01", PersonalID=str(n), **each) for n, each in enumerate(enrolments)]


# ------------------------------------------------------------------------------------------------ stays
def test_an_enrolment_is_a_stay_of_its_project_kind_and_the_day_of_exit_is_no_night(tmp_path: Path) -> None:
    kinds = {
        0: ["shelter", "shelter_enrolled"],
        1: ["shelter_enrolled"],
        2: ["transitional_housing"],
        3: ["permanent_housing_enrolled"],
        4: ["street_outreach"],
        6: ["services_only"],
        8: ["safe_haven"],
        12: ["prevention"],
        13: ["permanent_housing_enrolled", "rapid_rehousing_enrolled"],
    }
    people, parts = _one_each(*({"ProjectID": f"P{number}"} for number in kinds))

    _, out = imported(tmp_path, Client=people, **together(*parts))

    found = rows(out, "spell", "person_id", "kind", "start", "stop")
    assert found == [(who["PersonalID"], kind, "2020-01-01", "2020-02-01") for who, each in zip(people, kinds.values(), strict=True) for kind in each]


def test_a_stay_without_an_exit_is_open_and_one_that_ends_on_the_day_it_begins_keeps_both(tmp_path: Path) -> None:
    _, out = imported(tmp_path, **together(stay(1, "2020-01-01", "2020-01-01"), stay(2, "2020-03-01")))

    assert spells(out, "shelter") == [("shelter", "2020-01-01", "2020-01-01"), ("shelter", "2020-03-01", None)]
    assert connect(out).quality.set_aside == ()


def test_bed_nights_are_the_stays_of_a_night_by_night_shelter_and_only_inside_its_enrolment(tmp_path: Path) -> None:
    nights = ["2020-01-01", "2020-01-02", "2020-01-02", "2020-01-05", "2020-01-09", "2019-12-31"]
    services = [{"ServicesID": f"S{n}", "EnrollmentID": "N1", "DateProvided": day} for n, day in enumerate(nights)]
    services += [{"ServicesID": "S9", "EnrollmentID": "N1", "DateProvided": "2020-01-07", "RecordType": 144}]

    report, out = imported(tmp_path, **stay(1, "2020-01-01", "2020-01-09", ProjectID="P1"), Services=services)

    assert spells(out, "shelter") == [("shelter", "2020-01-01", "2020-01-03"), ("shelter", "2020-01-05", "2020-01-06")]
    assert report.figure("bed night outside the stay").part == 2  # the day of exit, and the day before entry


def test_people_live_in_permanent_housing_from_the_day_they_moved_in(tmp_path: Path) -> None:
    moved = stay(1, "2020-01-01", "2020-06-01", ProjectID="P13", MoveInDate="2020-02-15", LivingSituation=116)

    _, out = imported(tmp_path, **moved)

    assert spells(out, *HOUSING) == [
        ("awaiting_move_in", "2020-01-01", "2020-02-15"),
        ("permanent_housing", "2020-02-15", "2020-06-01"),
        ("permanent_housing_enrolled", "2020-01-01", "2020-06-01"),
        ("rapid_rehousing_enrolled", "2020-01-01", "2020-06-01"),
    ]


def test_a_day_of_moving_in_outside_the_stay_or_the_export_is_none_and_is_counted(tmp_path: Path) -> None:
    people, parts = _one_each(*({"ProjectID": "P3", "MoveInDate": day} for day in ("2019-12-31", "2020-02-02", "2020-02-01")))
    ahead = stay(9, "2020-01-01", ProjectID="P3", MoveInDate="2024-10-01", PersonalID="0")

    report, out = imported(tmp_path, Client=people, **together(*parts, ahead))

    assert spells(out, "permanent_housing") == [("permanent_housing", "2020-02-01", "2020-02-01")]
    assert (report.figure("no move-in").part, report.figure("move-in outside the stay").part) == (3, 3)


def test_a_household_moves_in_when_its_head_does(tmp_path: Path) -> None:
    clients = [{"PersonalID": who} for who in ("1", "2", "3", "4")]
    home = {"ProjectID": "P3", "HouseholdID": "H"}
    household = together(
        stay(1, "2020-01-01", "2020-12-01", MoveInDate="2020-03-01", **home),
        stay(2, "2020-01-01", "2020-12-01", PersonalID="2", RelationshipToHoH=2, **home),
        stay(3, "2020-05-01", "2020-12-01", PersonalID="3", RelationshipToHoH=2, **home),
        stay(4, "2020-01-01", "2020-02-01", PersonalID="4", RelationshipToHoH=3, **home),
    )

    _, out = imported(tmp_path, Client=clients, **household)

    moved = rows(out, "spell", "person_id", "start", where="kind = 'permanent_housing'")
    assert moved == [("1", "2020-03-01"), ("2", "2020-03-01"), ("3", "2020-05-01")]  # who joins later has moved in at entry; who left first, never
    assert rows(out, "family", "family_id", "person_id", "role") == [
        ("H", "1", "head"),
        ("H", "2", "child"),
        ("H", "3", "child"),
        ("H", "4", "partner"),
    ]


def test_a_head_moves_in_whoever_is_enrolled_at_the_same_time_and_nobody_years_later(tmp_path: Path) -> None:
    home = {"ProjectID": "P3", "HouseholdID": "H"}
    household = together(
        stay(1, "2020-01-01", "2020-12-01", MoveInDate="2020-03-01", **home),
        stay(2, "2023-01-01", "2023-12-01", PersonalID="2", **home),  # the id of the household was given again
        stay(3, "2023-01-01", "2023-12-01", PersonalID="3", RelationshipToHoH=2, **home),
    )

    _, out = imported(tmp_path, Client=[{"PersonalID": who, "DateDeleted": "NULL"} for who in ("1", "2", "3")], **household)  # NULL is no day

    assert rows(out, "spell", "person_id", where="kind = 'permanent_housing'") == [("1",)]


LITERALLY_HOMELESS: tuple[tuple[dict[str, object], bool], ...] = (
    ({"ProjectID": "P0"}, True),
    ({"ProjectID": "P4"}, True),
    ({"ProjectID": "P3", "LivingSituation": 116}, True),
    ({"ProjectID": "P3", "LivingSituation": 207}, False),
    ({"ProjectID": "P3", "LivingSituation": 207, "LOSUnderThreshold": 1, "PreviousStreetESSH": 1}, True),
    ({"ProjectID": "P2", "LivingSituation": 410, "LOSUnderThreshold": 1, "PreviousStreetESSH": 1}, True),
    ({"ProjectID": "P2", "LivingSituation": 410, "LOSUnderThreshold": 1, "PreviousStreetESSH": 0}, False),
    ({"ProjectID": "P3", "LivingSituation": 99, "LOSUnderThreshold": 1, "PreviousStreetESSH": 1}, False),
    ({"ProjectID": "P3"}, False),
    ({"ProjectID": "P12", "LivingSituation": 116}, False),
)


def test_who_was_literally_homeless_at_entry_is_told_by_project_or_by_the_situation_before(tmp_path: Path) -> None:
    people, parts = _one_each(*({**enrolment, "DateToStreetESSH": "2019-11-01"} for enrolment, _ in LITERALLY_HOMELESS))

    _, out = imported(tmp_path, Client=people, **together(*parts))

    homeless = [(str(number),) for number, (_, whether) in enumerate(LITERALLY_HOMELESS) if whether]
    assert rows(out, "event", "person_id", where="kind = 'literally_homeless' AND day = '2020-01-01'") == homeless
    assert rows(out, "spell", "person_id", where="kind = 'homeless_before_entry' AND start = '2019-11-01' AND stop = '2020-01-01'") == homeless


def test_nobody_was_homeless_before_birth(tmp_path: Path) -> None:
    _, out = imported(tmp_path, Client=[{"DOB": "2019-12-01"}], **stay(1, "2020-01-01", "2020-02-01", DateToStreetESSH="2015-11-01"))

    assert spells(out, "homeless_before_entry") == [("homeless_before_entry", "2019-12-01", "2020-01-01")]


# ------------------------------------------------------------------------------------------------ days
def test_an_exit_is_an_event_of_its_band_with_huds_code(tmp_path: Path) -> None:
    bands = {
        410: "permanent",
        435: "permanent",
        116: "homeless",
        207: "institutional",
        314: "temporary",
        24: "deceased",
        30: "unknown",
        "": "unknown",
    }
    people = [{"PersonalID": str(number)} for number in range(len(bands))]
    parts = [stay(number, "2020-01-01", "2020-02-01", code, PersonalID=str(number)) for number, code in enumerate(bands)]

    _, out = imported(tmp_path, Client=people, **together(*parts))

    told = [(str(number), band, str(code) or None) for number, (code, band) in enumerate(bands.items())]
    for kind in ("exit_from:shelter", "hmis_exit"):
        found = rows(out, "event", "person_id", "kind", "value", where=f"starts_with(kind, '{kind}:') AND day = '2020-02-01'")
        assert found == [(who, f"{kind}:{band}", code) for who, band, code in told]


def test_exits_from_prevention_are_none_that_huds_measures_read(tmp_path: Path) -> None:
    _, out = imported(tmp_path, **stay(1, "2020-01-01", "2020-02-01", ProjectID="P12"))

    assert events(out, "%exit%") == [("exit_from:prevention:permanent", "2020-02-01", "410")]


def test_contacts_referrals_and_income_are_events(tmp_path: Path) -> None:
    day = {"EnrollmentID": "N1", "InformationDate": "2020-01-05"}
    more = {
        "CurrentLivingSituation": [{"CurrentLivingSitID": "a", **day}],
        "Event": [
            {"EventID": "b", "EnrollmentID": "N1", "EventDate": "2020-01-06"},
            {"EventID": "c", "EnrollmentID": "N1", "EventDate": "2020-01-06", "Event": 3},
        ],
        "IncomeBenefits": [{"IncomeBenefitsID": "d", **day, "TotalMonthlyIncome": "800.40", "EarnedAmount": ""}],
    }

    _, out = imported(tmp_path, **stay(1, "2020-01-01", ProjectID="P4"), **more)

    assert events(out, "contact:%") == [("contact:street_outreach", "2020-01-05", "116")]
    assert events(out, "referral:%") == [("referral:rapid_rehousing", "2020-01-06", "13")]
    assert events(out, "monthly_%") == [("monthly_income", "2020-01-05", "800")]


def test_a_death_stands_unless_the_person_comes_again(tmp_path: Path) -> None:
    both = together(
        stay(1, "2020-01-01", "2020-02-01", 24),
        stay(2, "2020-01-01", "2020-02-01", 24, PersonalID="2"),
        stay(3, "2021-01-01", "2021-02-01", 410, PersonalID="2"),
    )

    report, out = imported(tmp_path, Client=[{}, {"PersonalID": "2"}], **both)

    assert rows(out, "person", "person_id", "death") == [("1", "2020-02-01"), ("2", None)]
    assert report.figure("died and came again").part == 1


# ------------------------------------------------------------------------------------------------ people
def test_fy2026_has_sex_and_fy2024_has_genders_and_every_race_and_ethnicity_is_kept(tmp_path: Path) -> None:
    later: list[dict[str, object]] = [
        {"PersonalID": "1", "Sex": 0, "White": 1, "Asian": 1, "HispanicLatinao": 1},
        {"PersonalID": "2", "Sex": 1},
        {"PersonalID": "3", "Sex": 99},
    ]
    genders: list[dict[str, object]] = [
        {"Woman": 1, "White": 1, "HispanicLatinaeo": 1},
        {"Man": 1},
        {"Woman": 1, "NonBinary": 1},
        {"Woman": 1, "Man": 1},
        {},
    ]
    earlier = [{"PersonalID": str(n), **gender} for n, gender in enumerate(genders)]

    _, new = imported(tmp_path / "new", 2026, Client=later, **stay(1, "2020-01-01"))
    _, old = imported(tmp_path / "old", 2024, Client=earlier, **stay(1, "2020-01-01"))

    assert rows(new, "person", "person_id", "sex") == [("1", "female"), ("2", "male"), ("3", None)]
    words = ["woman", "man", "another_gender", "another_gender", None]
    assert rows(old, "person", "person_id", "sex") == [(str(n), word) for n, word in enumerate(words)]
    for out, kept in ((new, "asian;hispanic;white"), (old, "hispanic;white")):
        assert rows(out, "person", "race_ethnicity", where="race_ethnicity IS NOT NULL") == [(kept,)]


def test_a_birth_counts_where_its_quality_is_full_or_approximate(tmp_path: Path) -> None:
    people = [{"PersonalID": str(number), "DOBDataQuality": quality} for number, quality in enumerate((1, 2, 8, 99, ""))]

    report, out = imported(tmp_path, Client=people, **stay(1, "2020-01-01"))

    assert [birth for (birth,) in rows(out, "person", "birth")] == ["1980-01-01", "1980-01-01", None, None, None]
    assert report.figure("no birth").part == 3


def test_every_enrolment_is_a_service_and_a_project_may_be_a_programme_of_the_countys_own(tmp_path: Path) -> None:
    from evaluation.records.hmis.importing import convert

    imported(tmp_path, **together(stay(1, "2020-01-01", "2020-02-01"), stay(2, "2020-03-01", ProjectID="P13")))
    named = tmp_path / "named"
    named.mkdir()
    convert(tmp_path / "export", named, source="hmis_north", programmes={"bridge": ("P13",)})

    assert rows(named, "service", "programme", "start", "stop", "site", "source") == [
        ("bridge", "2020-03-01", None, "Project 13", "hmis_north"),
        ("rapid_rehousing", "2020-03-01", None, "Project 13", "hmis_north"),
        ("shelter", "2020-01-01", "2020-02-01", "Project 0", "hmis_north"),
    ]
