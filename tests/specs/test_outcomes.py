"""Every outcome, on a county that a reader can walk by hand; and all that a definition owes to the people who read it.

Four people start on 1 March 2020 and are followed for 30 days, to 30 March inclusive.  To add an outcome, add its county here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from small_county import county, plan

from evaluation.cohort import enrol
from evaluation.outcomes import OUTCOMES, EngineRuler, guide
from evaluation.records.tape import REDUCERS
from evaluation.terms import Horizon, Outcome

EACH = pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
MONTH = Horizon(days=30)
PEOPLE = "person_id death\nann -\nbob -\ncy -\ndee 2020-03-12"
LOT = """
    person_id  kind     day
    ann        release  2020-03-01
    ann        aid      2020-03-01
    bob        release  2020-03-01
    bob        no_aid   2020-03-01
    cy         release  2020-03-01
    cy         aid      2020-03-01
    dee        release  2020-03-01
    dee        no_aid   2020-03-01
"""


@dataclass(frozen=True, slots=True)
class Spec:
    """Rows of the table that an outcome reads, and what it finds for Ann, Bob, Cy and Dee."""

    rows: str
    found: list[tuple[int, str]] | list[float]  # of a mark: the day and why; of an amount: how much


SPECS: dict[str, Spec] = {
    "recidivism/arrest": Spec(
        """
            ann  arrest       2020-03-11
            ann  arrest       2020-03-06
            bob  arrest       2020-03-01
            bob  conviction   2020-03-05
            cy   arrest       2020-03-30
            dee  arrest       2020-03-13
        """,
        # Ann's first; Bob's is on the day of the start, and a conviction is no arrest; Cy's is on the last day; Dee died the day before hers
        [(5, "mark"), (29, "horizon"), (29, "mark"), (11, "death")],
    ),
    "recidivism/jail_booking": Spec(
        """
            ann  arrest        2020-03-05
            bob  jail_booking  2020-03-05
            cy   jail_booking  2020-03-31
            dee  jail_booking  2020-03-12
        """,
        # an arrest is no booking; Bob's; Cy's is a day too late; Dee's is on the day she died
        [(29, "horizon"), (4, "mark"), (29, "horizon"), (11, "mark")],
    ),
    "custody_days/recorded": Spec(
        """
            ann  custody  2020-02-20  2020-03-03
            ann  custody  2020-03-10  2020-03-12
            ann  custody  2020-03-11  -
            bob  jail     2020-03-05  2020-03-09
            cy   custody  2020-03-05  2020-03-05
            dee  custody  2020-03-10  2020-03-12
        """,
        # 1 and 2 March, then 10 to 30 March; another kind; in and out on one day; 10 and 11 March
        [23, 0, 0, 2],
    ),
    "shelter_nights/recorded": Spec(
        """
            ann  custody  2020-03-05  2020-03-09
            bob  shelter  2020-03-05  2020-03-06
            bob  shelter  2020-03-05  2020-03-07
            cy   shelter  2020-03-29  2020-04-20
            dee  shelter  2020-02-01  2020-03-01
        """,
        # another kind; the day of leaving is no night, and stays that overlap count once; two nights inside; left before the first
        [0, 2, 2, 0],
    ),
    "cost_per_client/recorded": Spec(
        """
            ann  er_visit  2020-03-01  0.10
            ann  jail_day  2020-03-02  0.20
            bob  er_visit  2020-03-30  1234567.89
            bob  er_visit  2020-03-31  1.00
            cy   er_visit  2020-02-29  99.00
            dee  refund    2020-03-05  -12.50
        """,
        # every service, exact to the cent; the 31st is a day too late; the day before the start; money may come back
        [0.30, 1234567.89, 0, -12.50],
    ),
}
COLUMNS = {"event": "person_id kind day", "spell": "person_id kind start stop", "cost": "person_id service day amount"}


@EACH
def test_an_outcome_finds_in_a_county_what_its_reader_finds(outcome: Outcome) -> None:
    spec = SPECS[outcome.name]
    tables = {"event": LOT, outcome.table: (LOT if outcome.table == "event" else COLUMNS[outcome.table]) + "\n" + spec.rows.strip()}
    records = county(person=PEOPLE, **tables)
    starts = enrol("main", plan(between=(date(2020, 3, 1), date(2020, 3, 1))), (), records, MONTH)
    ruler = EngineRuler(records.engine, starts.table, outcome)

    if outcome.kind == "mark":
        marks = ruler.marks(MONTH)
        assert list(zip(marks.day.tolist(), marks.why.tolist(), strict=True)) == spec.found
    else:
        assert ruler.amount(0, MONTH).amount.tolist() == spec.found


def test_the_page_about_outcomes_is_what_their_definitions_write() -> None:
    written = (Path(__file__).parents[2] / "docs" / "outcomes.md").read_text(encoding="utf-8")

    assert written == guide.page(), "run: python -m evaluation.outcomes.guide > docs/outcomes.md"


@EACH
def test_an_outcome_is_known_by_family_and_version(outcome: Outcome) -> None:
    assert OUTCOMES[outcome.name] is outcome
    assert re.fullmatch(r"[a-z_]+/[a-z0-9_]+", outcome.name)


@EACH
def test_an_outcome_speaks_both_languages(outcome: Outcome) -> None:
    assert set(outcome.title) == set(outcome.event) == {"en", "es"}
    assert all(words and words == words.strip() for words in (*outcome.title.values(), *outcome.event.values()))


@EACH
def test_a_mark_counts_people_and_an_amount_does_not(outcome: Outcome) -> None:
    assert (outcome.kind == "mark") == (outcome.unit == "people")
    assert (outcome.unit == "dollars") == (outcome.table == "cost")
    assert outcome.table in REDUCERS


@EACH
def test_a_mark_waits_for_the_day_after_the_start_and_an_amount_does_not(outcome: Outcome) -> None:
    assert outcome.from_day == (1 if outcome.kind == "mark" else 0)


@EACH
def test_an_outcome_says_why_it_is_better_on_whose_authority_and_what_it_misses(outcome: Outcome) -> None:
    for words in (outcome.why_better, outcome.not_counted):
        assert words.endswith(".")
    assert outcome.universe
    assert outcome.authority


def test_the_event_of_a_mark_agrees_with_people_in_spanish() -> None:
    for outcome in OUTCOMES.values():
        if outcome.kind == "mark":
            assert outcome.event["es"].split()[0].endswith("as")  # "8 personas menos fueron detenidas"
