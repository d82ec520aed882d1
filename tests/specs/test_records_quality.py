"""Rows that break the contract are set aside under the first reason that applies, counted, and never shown."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from sqlglot import exp

from evaluation.records import Records, connect
from evaluation.records.contract import CONTRACT
from evaluation.records.days import FOREVER, day_of
from evaluation.records.quality import Linkage, Quality
from evaluation.terms import Refused

PEOPLE = pd.DataFrame({"person_id": ["ada", "bob"], "birth": ["1980-02-29", "1990-01-01"], "death": ["", "2020-06-01"]})
COVERAGE = pd.DataFrame({"source": ["jail"], "first": ["2015-01-01"], "last": ["2020-12-31"], "lag_days": ["0"], "grain": ["day"]})


def county(**tables: pd.DataFrame) -> Records:
    return connect({"person": PEOPLE, "coverage": COVERAGE, **tables})


def events(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["person_id", "day", "value"]).assign(kind="arrest", source="jail")


def spells(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["person_id", "start", "stop"]).assign(kind="jail", source="jail")


def against(records: Records) -> list[tuple[str, str, str, str, int]]:
    return [(each.table, each.source, each.reason, each.column, each.rows) for each in records.quality.set_aside]


def rows(records: Records, table: str) -> list[dict[str, Any]]:
    return records.engine.fetch(exp.select("*").from_(table)).to_pylist()


# ------------------------------------------------------------------------------------------------ one reason each
@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        (("", "2016-01-01", ""), "missing", "person_id"),
        (("ada", "", ""), "missing", "day"),
        (("ada", "13/02/2020", ""), "bad date", "day"),
        (("ada", "2020-02-30", ""), "bad date", "day"),
        (("ada", "9999-12-31", ""), "bad date", "day"),
        (("ada", "1899-12-31", ""), "bad date", "day"),
        (("ada", "43831", ""), "bad date", "day"),
        (("ada", "2016-01-01T10:00:00Z", ""), "bad date", "day"),
        (("ada", "2016-01-01", "12.5"), "bad number", "value"),
        (("ada", "2016-01-01", "many"), "bad number", "value"),
        (("ada", "2016-01-01", "600000000000"), "bad number", "value"),
        (("a\nda", "2016-01-01", ""), "damaged text", "person_id"),
        (("zoe", "2016-01-01", ""), "orphan", "person_id"),
        (("ada", "2014-12-31", ""), "outside coverage", "day"),
        (("ada", "2021-01-01", ""), "outside coverage", "day"),
    ],
)
def test_a_row_that_breaks_the_contract_is_set_aside(row: tuple[str, str, str], reason: str, column: str) -> None:
    records = county(event=events(("ada", "2016-01-01", "1"), row))

    assert against(records) == [("event", "jail", reason, column, 1)]
    assert [row["person_id"] for row in rows(records, "event")] == ["ada"]


@pytest.mark.parametrize("day", ["2015-01-01", "2020-12-31", "2016-01-01 23:59:59", "2016-01-01T00:00:00.000"])
def test_the_first_and_the_last_day_covered_and_a_time_of_day_are_kept(day: str) -> None:
    assert against(county(event=events(("ada", day, "")))) == []


def test_a_spell_that_ends_before_it_begins_is_set_aside() -> None:
    records = county(spell=spells(("ada", "2016-01-02", "2016-01-01"), ("ada", "2016-01-02", "2016-01-02"), ("ada", "2016-01-03", "")))

    assert against(records) == [("spell", "jail", "ends first", "stop", 1)]
    assert [row["stop"] for row in rows(records, "spell")] == [day("2016-01-02"), FOREVER]


def test_a_spell_counts_as_covered_when_any_of_its_days_is() -> None:
    inside = [("ada", "2010-01-01", "2015-01-02"), ("ada", "2020-12-31", "2025-01-01"), ("ada", "2010-01-01", "")]
    outside = [("ada", "2010-01-01", "2015-01-01"), ("ada", "2021-01-01", "")]

    records = county(spell=spells(*inside, *outside))

    assert against(records) == [("spell", "jail", "outside coverage", "start", 2)]


def test_a_row_before_the_person_was_born_is_set_aside() -> None:
    born_late = PEOPLE.assign(birth=["1980-02-29", "2016-05-01"])

    records = county(person=born_late, event=events(("bob", "2016-04-30", ""), ("bob", "2016-05-01", "")))

    assert against(records) == [("event", "jail", "before birth", "day", 1)]


def test_a_row_after_the_persons_death_is_kept_and_warned_about() -> None:
    records = county(event=events(("bob", "2020-06-01", ""), ("bob", "2020-06-02", ""), ("bob", "2020-06-03", "")))

    assert len(rows(records, "event")) == 3
    assert any("2 rows dated after the person's death" in warning for warning in records.quality.warnings)


def test_of_rows_that_are_the_same_one_is_kept() -> None:
    records = county(event=events(("ada", "2016-01-01", "1"), ("ada", "2016-01-01", "1"), ("ada", "2016-01-01", "1"), ("ada", "2016-01-01", "2")))

    assert against(records) == [("event", "jail", "repeated", "", 2)]
    assert [row["value"] for row in rows(records, "event")] == [1, 2]


def test_a_flawed_row_does_not_make_a_sound_one_a_repetition() -> None:
    records = county(event=events(("ada", "2016-01-01", "many"), ("ada", "2016-01-01", "")))

    assert against(records) == [("event", "jail", "bad number", "value", 1)]
    assert len(rows(records, "event")) == 1


def test_people_whose_rows_contradict_each_other_are_set_aside_with_all_that_is_about_them() -> None:
    people = pd.concat([PEOPLE, PEOPLE[:1].assign(birth="1981-02-28")])

    records = county(person=people, event=events(("ada", "2016-01-01", ""), ("bob", "2016-01-01", "")))

    assert against(records) == [("person", "", "conflicting", "person_id", 2), ("event", "jail", "orphan", "person_id", 1)]


def test_people_who_stand_twice_value_for_value_lose_nothing_and_raise_no_alarm() -> None:
    records = county(person=pd.concat([PEOPLE, PEOPLE, PEOPLE]))

    assert against(records) == [("person", "", "repeated", "", 4)]
    assert not any("person:" in warning for warning in records.quality.warnings)


def test_a_death_before_birth_is_set_aside() -> None:
    assert against(county(person=PEOPLE.assign(death=["1979-01-01", ""]))) == [("person", "", "ends first", "death", 1)]


def test_a_row_of_an_undeclared_source_is_set_aside_and_the_source_shown_only_when_many_rows_name_it() -> None:
    few, many = events(*[("ada", "2016-01-01", str(n)) for n in range(10)]), events(*[("ada", "2016-01-02", str(n)) for n in range(11)])

    records = county(event=pd.concat([few.assign(source="smith"), many.assign(source="court")]))

    assert against(records) == [("event", "", "unknown source", "source", 21)]
    assert [(stray.code, stray.rows) for stray in records.quality.strays] == [("court", 11)]
    assert "smith" not in str(records.quality)


def test_every_row_is_either_kept_or_set_aside_once() -> None:
    bad = events(("", "", "x"), ("zoe", "2014-01-01", ""), ("zoe", "2014-01-01", ""), ("ada", "2016-01-01", ""))

    quality = county(event=bad).quality

    assert next((each.read, each.kept) for each in quality.tables if each.table == "event") == (4, 1)
    assert sum(each.rows for each in quality.set_aside) == 3


# ------------------------------------------------------------------------------------------------ what is refused instead
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"last": "2014-12-31"}, "last comes before its beginning"),
        ({"first": "01/02/2015"}, "first is no date"),
        ({"lag_days": "-1"}, "lag_days is no number of the right kind, or out of range"),
        ({"grain": "daily"}, "grain holds a code that is not declared"),
        ({"source": ""}, "source is empty"),
    ],
)
def test_faulty_coverage_is_refused_because_every_count_rests_on_it(change: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        county(coverage=COVERAGE.assign(**change))


def test_a_source_that_covers_itself_twice_is_refused() -> None:
    with pytest.raises(Refused, match="jail stands more than once"):
        county(coverage=pd.concat([COVERAGE, COVERAGE.assign(last="2021-01-01")]))


def test_records_without_any_coverage_are_refused() -> None:
    with pytest.raises(Refused, match="no source says what it covers"):
        connect({"person": PEOPLE, "event": events(("ada", "2016-01-01", ""))})


def test_rows_about_people_without_a_person_table_are_refused() -> None:
    with pytest.raises(Refused, match=r"event name people, and there is no person table\. Add person\.csv"):
        connect({"coverage": COVERAGE, "event": events(("ada", "2016-01-01", ""))})


# ------------------------------------------------------------------------------------------------ what is told
def test_linkage_is_told_by_source() -> None:
    crosswalk = pd.DataFrame(
        {"source": ["jail"] * 4, "source_id": ["1", "2", "3", "4"], "person_id": ["ada", "bob", "", "zoe"], "score": ["1", ".9", "", "0"]}
    )

    records = county(crosswalk=crosswalk, event=events(("ada", "2016-01-01", ""), ("zoe", "2016-01-01", "")))

    assert records.quality.linkage == (Linkage("jail", ids=4, linked=2, rows=2, known=1),)
    assert "jail: 50.0 % of 4 ids linked to a person; 50.0 % of 2 rows about a known person." in str(records.quality)


def test_a_match_score_outside_0_to_1_is_set_aside() -> None:
    crosswalk = pd.DataFrame({"source": ["jail"] * 2, "source_id": ["1", "2"], "person_id": ["ada", "bob"], "score": ["1.01", "NaN"]})

    assert against(county(crosswalk=crosswalk)) == [("crosswalk", "jail", "bad number", "score", 2)]


def test_losing_more_than_a_twentieth_of_a_table_is_a_warning() -> None:
    sound = [("ada", "2016-01-01", str(n)) for n in range(19)]

    one_in_twenty = county(event=events(*sound, ("zoe", "2016-01-01", ""))).quality
    two_in_21 = county(event=events(*sound, ("zoe", "2016-01-01", ""), ("zoe", "2016-01-02", ""))).quality

    assert not any("event:" in warning for warning in one_in_twenty.warnings)
    assert any("event: 9.5 % of its rows are set aside, more than 5%" in warning for warning in two_in_21.warnings)


def test_a_source_that_covers_and_holds_no_row_is_a_warning() -> None:
    records = county(coverage=pd.concat([COVERAGE, COVERAGE.assign(source="court")]), event=events(("ada", "2016-01-01", "")))

    assert records.quality.warnings == ("Covered, and without a row: court.",)


def test_the_report_reads_as_sentences_with_counts() -> None:
    text = str(county(event=events(("ada", "2016-01-01", ""), ("zoe", "2016-01-01", ""))).quality)

    assert "Records: 5 rows read, 4 kept, 1 set aside." in text
    assert "event, source jail: 1 row: the person is not in the person table, or was set aside there." in text


def test_the_report_as_a_frame_is_tidy() -> None:
    frame = county(event=events(("zoe", "2016-01-01", ""))).quality.frame()

    assert frame.to_dict("records") == [{"table": "event", "source": "jail", "reason": "orphan", "column": "person_id", "rows": 1}]
    assert list(Quality((), (), (), (), ()).frame().columns) == list(frame.columns)


def test_rows_set_aside_are_listed_by_file_and_row_number_without_their_values() -> None:
    records = county(event=events(("ada", "2016-01-01", ""), ("zoe", "2016-01-01", "")))

    assert rows(records, "set_aside") == [{"table_name": "event", "file": "event", "row_no": 2, "source": "jail", "reason": "orphan:person_id"}]


# ------------------------------------------------------------------------------------------------ what the engine holds
def test_all_twelve_tables_exist_with_the_engines_types_even_when_the_county_has_none() -> None:
    records = connect({"person": PEOPLE})

    for name, table in CONTRACT.items():
        shown = records.engine.fetch(exp.Describe(this=exp.to_table(name))).to_pylist()
        assert [(row["column_name"], row["column_type"]) for row in shown] == [(column.name, column.engine_type) for column in table]


def test_a_missing_death_move_or_stop_is_forever() -> None:
    records = county(service=pd.DataFrame({"person_id": ["ada"], "programme": ["p"], "start": ["2016-01-01"], "stop": [""], "source": ["jail"]}))

    assert [(row["death"], row["moved"]) for row in rows(records, "person")] == [(FOREVER, FOREVER), (day("2020-06-01"), FOREVER)]
    assert [row["stop"] for row in rows(records, "service")] == [FOREVER]


def test_money_is_whole_cents_and_more_than_two_decimals_are_set_aside() -> None:
    amounts = ["12", "12.3", "12.34", "-0.01", "12.345", "1,200.00", "$5", "1e3"]
    costs = pd.DataFrame({"person_id": "ada", "service": "bed", "day": "2016-01-01", "amount": amounts, "source": "jail"})

    records = county(cost=costs)

    assert sorted(row["amount"] for row in rows(records, "cost")) == [-1, 1200, 1230, 1234]
    assert against(records) == [("cost", "jail", "bad number", "amount", 4)]


def test_events_lie_sorted_by_person_and_day() -> None:
    records = county(event=events(("bob", "2016-01-02", ""), ("ada", "2017-01-01", ""), ("ada", "2016-01-01", "")))

    assert [(row["person_id"], row["day"]) for row in rows(records, "event")] == [
        ("ada", day("2016-01-01")),
        ("ada", day("2017-01-01")),
        ("bob", day("2016-01-02")),
    ]


def test_nothing_but_the_canonical_tables_and_lists_of_what_was_set_aside_or_suspected_stays_in_the_engine() -> None:
    records = county(event=events(("ada", "2016-01-01", ""), ("ada", "2016-01-02", "")).assign(recorded="2016-01-01", kind=["arrest", "custody"]))

    held = records.engine.fetch(exp.select("table_name").from_("information_schema.tables")).to_pylist()

    assert sorted(row["table_name"] for row in held) == sorted([*CONTRACT, "set_aside", "suspects", "area_set_aside", "service_set_aside"])


def day(text: str) -> int:
    return day_of(pd.Timestamp(text).date())


# ------------------------------------------------------------------------------------------------ what to do about it
def test_a_table_without_rows_is_told() -> None:
    assert "event: the names of its columns were read, and no row." in county(event=events()).quality.warnings


def test_ids_that_the_crosswalk_has_as_the_sources_own_are_told_with_the_remedy() -> None:
    links = pd.DataFrame({"source": "jail", "source_id": ["j1", "j2", "j3"], "person_id": ["ada", "bob", None]})
    records = county(crosswalk=links, event=events(("j1", "2016-01-01", ""), ("j2", "2016-01-01", ""), ("zoe", "2016-01-01", "")))

    told = 'event: 2 rows name people by an id of the source\'s own that the crosswalk has. Add ids = "source" to its entry in records.toml.'
    assert told in records.quality.warnings


def test_rows_that_keep_an_id_linked_to_nobody_are_set_aside_as_that_and_need_no_mapping() -> None:
    links = pd.DataFrame({"source": ["jail", "jail", "court"], "source_id": ["j1", "j2", "j3"], "person_id": ["ada", None, None]})
    records = county(
        crosswalk=links,
        coverage=pd.concat([COVERAGE, COVERAGE.assign(source="court")]),
        event=events(("j2", "2016-01-01", ""), ("j3", "2016-01-01", ""), ("ada", "2016-01-01", "")),
    )

    assert against(records) == [("event", "jail", "not linked", "", 1), ("event", "jail", "orphan", "person_id", 1)]
    assert not any("of the source's own" in warning for warning in records.quality.warnings)


@pytest.mark.parametrize(("rows", "told"), [(11, True), (10, False)])
def test_ends_in_the_year_9999_are_told_with_the_remedy(rows: int, told: bool) -> None:
    ends = [("ada", f"2016-01-{n:02}", "9999-12-31") for n in range(1, rows + 1)]
    warnings = county(spell=spells(("ada", "2016-03-01", "2016-03-02"), *ends)).quality.warnings

    sentence = "spell: stop is '9999-12-31' in 11 rows. If that means not yet, declare open = \"9999-12-31\" in records.toml."
    assert (sentence in warnings) == told
    assert any("9999" in warning for warning in warnings) == told


def test_rows_that_were_set_aside_can_be_found_and_none_of_their_values() -> None:
    records = county(event=events(("ada", "2016-01-01", ""), ("zoe", "2016-01-01", ""), ("ada", "soon", "")))

    found = records.set_aside()

    assert found.to_dict("records") == [
        {"table": "event", "file": "event", "row": 2, "source": "jail", "reason": "the person is not in the person table, or was set aside there"},
        {
            "table": "event",
            "file": "event",
            "row": 3,
            "source": "jail",
            "reason": "day is no date in the declared form, or lies outside 1900 to 2200",
        },
    ]
    assert county().set_aside().empty


def test_the_report_does_not_send_its_reader_to_itself() -> None:
    quality = county(event=events()).quality

    assert "betteroff check" not in str(quality)
    assert "2 things to look at: see `betteroff check`." in quality.summary()


def test_lines_of_money_that_are_the_same_are_not_one() -> None:
    lines = pd.DataFrame({"person_id": "ada", "service": "pill", "day": "2016-01-01", "amount": ["1.50", "1.50"], "source": "jail"})

    assert len(rows(county(cost=lines), "cost")) == 2
