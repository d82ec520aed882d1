"""Every outcome, on a county that a reader can walk by hand; and all that a definition owes to the people who read it.

Four people start on 1 March 2020 and are followed for 30 days, to 30 March inclusive.  To add an outcome, add its county here, and
print the counties anew:

    python tests/specs/test_outcomes.py > docs/outcomes_by_hand.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from small_county import county, plan

from evaluation.cohort import enrol
from evaluation.outcomes import OUTCOMES, EnginePanelRuler, EngineRuler, guide
from evaluation.records.tape import REDUCERS
from evaluation.terms import Adopted, CohortPlan, Horizon, Outcome, Panel, Periods

EACH = pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
OF_PEOPLE = [outcome for outcome in OUTCOMES.values() if outcome.table != "area"]
OF_PLACES = [outcome for outcome in OUTCOMES.values() if outcome.table == "area"]
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
    says: str  # why
    found: list[tuple[int, str]] | list[float] | list[str]  # of a mark: the day and why; of an amount: how much; of a state: where


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
        "Ann's first arrest counts.  Bob's is on the day of the start, and a conviction is no arrest.  Cy's is on the last day.  Dee "
        "died the day before hers.",
        [(5, "mark"), (29, "horizon"), (29, "mark"), (11, "death")],
    ),
    "recidivism/jail_booking": Spec(
        """
            ann  arrest        2020-03-05
            bob  jail_booking  2020-03-05
            cy   jail_booking  2020-03-31
            dee  jail_booking  2020-03-12
        """,
        "Ann's arrest is no booking.  Bob's booking counts; Cy's is a day too late; Dee's is on the day she died, and counts.",
        [(29, "horizon"), (4, "mark"), (29, "horizon"), (11, "mark")],
    ),
    "recidivism/conviction": Spec(
        """
            ann  convicted_offence  2020-03-06
            ann  conviction         2020-03-20
            bob  convicted_offence  2020-02-20
            bob  conviction         2020-03-20
            cy   convicted_offence  2020-03-01
            dee  convicted_offence  2020-03-12
        """,
        "Ann's offence is dated by its own day, not by that of the conviction.  Bob's came before the start, and the conviction after "
        "it does not make it count.  Cy's is on the day of the start.  Dee's is on the day she died, and counts.",
        [(5, "mark"), (29, "horizon"), (29, "horizon"), (11, "mark")],
    ),
    "recidivism/return_to_prison": Spec(
        """
            ann  prison_return  2020-03-30
            bob  prison_return  2020-03-31
            bob  jail_booking   2020-03-05
            cy   prison_return  2020-03-15
            cy   prison_return  2020-03-10
            dee  arrest         2020-03-05
        """,
        "Ann's return is on the last day.  Bob's is a day too late, and a jail is no prison.  The first of Cy's two counts.  Dee was "
        "arrested, and died free.",
        [(29, "mark"), (29, "horizon"), (9, "mark"), (11, "death")],
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
        "Ann: 1 and 2 March, then 10 to 30 March, stays that overlap being one.  Bob's jail is another kind.  Cy was in and out on "
        "one day.  Dee: 10 and 11 March.",
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
        "Ann's custody is another kind.  Bob's stays overlap, and the day of leaving is no night.  Cy: the nights of 29 and 30 "
        "March.  Dee left on the day of the start.",
        [0, 2, 2, 0],
    ),
    "return_to_homelessness/hud_spm2_adapted": Spec(
        """
            ann  shelter              2020-03-01  2020-03-04
            bob  shelter              2020-02-20  2020-03-10
            bob  permanent_housing    2020-03-15  -
            cy   transitional_housing 2020-03-20  -
            cy   street_outreach      2020-03-12  2020-03-12
            dee  safe_haven           2020-03-13  2020-03-20
        """,
        "Ann's entry is on the day of her exit, and counts.  Bob's stay began before his, and permanent housing is not homelessness.  "
        "Cy's first entry counts, though it lasted no night.  Dee's was recorded after her death.",
        [(0, "mark"), (29, "horizon"), (11, "mark"), (11, "death")],
    ),
    "housed/recorded": Spec(
        """
            ann  permanent_housing  2020-03-10  -
            bob  permanent_housing  2020-03-10  2020-03-30
            cy   permanent_housing  2020-03-30  2020-03-31
            dee  permanent_housing  2020-03-02  -
        """,
        "The last day is 30 March.  Ann is still housed; Bob left on that day; Cy was housed that one night.  Dee had died, though "
        "her stay was never closed.",
        ["permanent_housing", "none", "permanent_housing", "died"],
    ),
    "foster_reentry/cfsr4": Spec(
        """
            ann  removal   2020-03-01
            ann  removal   2020-03-08
            bob  removal   2020-02-28
            cy   referral  2020-03-08
            dee  removal   2020-03-11
        """,
        "Ann's removal on the day of her discharge does not count, the next one does.  Bob's came before it.  Cy's referral is no "
        "removal.  Dee's counts.",
        [(7, "mark"), (29, "horizon"), (29, "horizon"), (10, "mark")],
    ),
    "emergency_visits/recorded": Spec(
        """
            ann  emergency_visit  2020-03-01
            ann  emergency_visit  2020-03-02
            ann  emergency_visit  2020-03-20
            cy   emergency_visit  2020-03-31
            dee  emergency_visit  2020-03-12
        """,
        "A visit on the day of the start is not counted, so that Ann's second is her first.  Cy's comes after the last day.  Dee's is on the day "
        "of death, and counts.  Asked how often, each visit from the next day on is counted.",
        [(1, "mark"), (29, "horizon"), (29, "horizon"), (11, "mark")],
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
        "Every service counts, exact to the cent.  Bob's second line is a day too late.  Cy's is of the day before the start.  Money "
        "may come back, as Dee's does.",
        [0.30, 1234567.89, 0, -12.50],
    ),
}
COLUMNS = {"event": "person_id kind day", "spell": "person_id kind start stop", "cost": "person_id service day amount"}


@pytest.mark.parametrize("outcome", OF_PEOPLE, ids=[outcome.name for outcome in OF_PEOPLE])
def test_an_outcome_finds_in_a_county_what_its_reader_finds(outcome: Outcome) -> None:
    spec = SPECS[outcome.name]
    tables = {"event": LOT, outcome.table: (LOT if outcome.table == "event" else COLUMNS[outcome.table]) + "\n" + spec.rows.strip()}
    records = county(person=PEOPLE, **tables)
    starts = enrol("main", plan(between=(date(2020, 3, 1), date(2020, 3, 1))), (), records, MONTH)
    ruler = EngineRuler(records.engine, starts.table, outcome)

    if outcome.kind == "mark":
        marks = ruler.marks(MONTH)
        assert list(zip(marks.day.tolist(), marks.why.tolist(), strict=True)) == spec.found
    elif outcome.kind == "state":
        assert ruler.state(MONTH).state.tolist() == spec.found
    else:
        assert ruler.amount(0, MONTH).amount.tolist() == spec.found


# places by place, two quarters each; a rate is for every 1,000 people
PLACES: dict[str, Spec] = {
    "homicides/ucr": Spec(
        """
            north  homicides  2020-01-01  3  2000
            north  homicides  2020-02-01  1  2000
            north  homicides  2020-04-01  0  2000
            north  homicides  2020-05-01  2  4000
            south  homicides  2020-01-01  1  1000
            south  homicides  2020-03-01  1  1000
            south  homicides  2020-06-01  5  1000
        """,
        "The North has 4 in the first quarter for 2,000 people; in the second 2 for 3,000, the mean of its two rows.  The South has a single row in "
        "its second quarter where others have two: a gap, which is not watched.",
        [2.0, 2 / 3, 2.0, float("nan")],
    ),
    "black_men_in_prison/recorded": Spec(
        """
            north  black_men_in_prison  2020-01-01  10  -
            north  black_men_in_prison  2020-04-01  12  -
            south  black_men_in_prison  2020-01-01  4   -
            south  black_men_in_prison  2020-04-01  4   -
        """,
        "A number by itself: nothing divides it.",
        [10.0, 12.0, 4.0, 4.0],
    ),
    "foster_entry_rate/ccwip": Spec(
        """
            north  foster_entries  2020-01-01  6  3000
            north  foster_entries  2020-04-01  3  3000
            south  foster_entries  2020-01-01  2  500
            south  foster_entries  2020-04-01  1  500
            south  removals        2020-04-01  9  500
        """,
        "Entries over the children who lived there; another measure is not read.",
        [2.0, 1.0, 4.0, 2.0],
    ),
}
AREA = "area measure day value population"


@pytest.mark.parametrize("outcome", OF_PLACES, ids=[outcome.name for outcome in OF_PLACES])
def test_an_outcome_of_places_finds_in_them_what_its_reader_finds(outcome: Outcome) -> None:
    spec = PLACES[outcome.name]
    records = county(person=PEOPLE, event=LOT, area=f"{AREA}\n{spec.rows.strip()}")
    half = (date(2020, 1, 1), date(2020, 6, 30))
    adopted = Adopted(starts=outcome.kinds[0])
    panel = enrol("main", CohortPlan(half, "calendar", unit="area", areas=outcome.kinds[0], adopted=adopted, periods=Periods("quarter")), (), records)
    assert isinstance(panel, Panel)

    found = EnginePanelRuler(records.engine, panel, outcome).paths(1000 if outcome.kind == "rate" else 1).value

    assert found.ravel().tolist() == pytest.approx(spec.found, nan_ok=True)


OPENING = """\
# Outcomes by hand

What each definition of [outcomes.md](outcomes.md) finds on records small enough to walk with a finger.  Ann, Bob, Cy and Dee start on
1 March 2020, day 0, and are followed for 30 days: the last is day 29, 30 March.  Dee died on 12 March, day 11.  The tests run every
table.  Numbers about places are those of the North and the South, in the first two quarters of 2020.
"""
FOUND = {"mark": "the day on which the clock ended, and why", "amount": "what the 30 days add up to", "state": "where each is on 30 March"}


def by_hand() -> str:
    """docs/outcomes_by_hand.md."""
    lines = [OPENING]
    for name, spec in SPECS.items():
        outcome = OUTCOMES[name]
        header = COLUMNS[outcome.table].split()
        lines += [f"## {name}", "", *markdown(header, [line.split() for line in spec.rows.strip().splitlines()]), ""]
        cells = [" ".join(str(part) for part in each) if isinstance(each, tuple) else f"{each}" for each in spec.found]
        lines += [f"Found, {FOUND[outcome.kind]}:", "", *markdown(["ann", "bob", "cy", "dee"], [cells]), "", spec.says, ""]
    for name, spec in PLACES.items():
        lines += [f"## {name}", "", *markdown(AREA.split(), [line.split() for line in spec.rows.strip().splitlines()]), ""]
        lines += ["Found, for every 1,000 people:" if OUTCOMES[name].kind == "rate" else "Found:", ""]
        cells = ["not watched" if each != each else f"{each:.3g}" for each in spec.found if isinstance(each, float)]
        lines += [*markdown(["north, first quarter", "north, second", "south, first", "south, second"], [cells]), "", spec.says, ""]
    return "\n".join(lines).rstrip() + "\n"


def markdown(header: list[str], cells: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *cells)]


def test_the_counties_that_readers_walk_are_those_that_are_run() -> None:
    written = (Path(__file__).parents[2] / "docs" / "outcomes_by_hand.md").read_text(encoding="utf-8")

    assert written == by_hand(), "run: python tests/specs/test_outcomes.py > docs/outcomes_by_hand.md"


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
def test_a_mark_and_a_state_count_people_and_an_amount_does_not(outcome: Outcome) -> None:
    assert (outcome.kind in ("mark", "state") or outcome.table == "area") == (outcome.unit == "people")
    assert (outcome.unit == "dollars") == (outcome.table == "cost")
    assert outcome.table in REDUCERS or (outcome.table == "area" and outcome.kinds and outcome.kind in ("amount", "rate"))
    assert outcome.kind != "state" or (outcome.table == "spell" and outcome.kinds)


ON_THE_DAY_ITSELF = {"return_to_homelessness/hud_spm2_adapted"}  # whose authority counts what happens on the day of the start


@EACH
def test_a_mark_waits_for_the_day_after_the_start_and_nothing_else_does(outcome: Outcome) -> None:
    assert outcome.from_day == (1 if outcome.kind == "mark" and outcome.name not in ON_THE_DAY_ITSELF else 0)


def test_the_mission_has_its_four_outcomes_and_a_home() -> None:
    families = {name.split("/")[0] for name in OUTCOMES}

    assert families >= {"recidivism", "return_to_homelessness", "foster_reentry", "cost_per_client", "housed"}


@EACH
def test_what_is_adapted_says_so_and_from_whom(outcome: Outcome) -> None:
    official = not any(words in outcome.authority for words in ("not an official definition", "no binding definition", "not official"))
    exact = {"recidivism/arrest"}  # as its authority counts it

    assert outcome.authority.startswith("Adapted from ") == (official and outcome.name not in exact)


@EACH
def test_an_outcome_says_why_it_is_better_on_whose_authority_and_what_it_misses(outcome: Outcome) -> None:
    for words in (outcome.why_better, outcome.not_counted):
        assert words.endswith(".")
    assert outcome.universe
    assert outcome.authority


def test_what_is_counted_of_people_agrees_with_them_in_spanish() -> None:
    for outcome in OUTCOMES.values():
        if outcome.kind in ("mark", "state"):
            assert outcome.event["es"].split()[0].endswith("as")  # "8 personas menos fueron detenidas"


if __name__ == "__main__":
    print(by_hand(), end="")
