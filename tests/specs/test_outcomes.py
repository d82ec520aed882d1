"""Every outcome, on a county that a reader can walk by hand; and all that a definition owes to the people who read it.

Four people start on 1 March 2020 and are followed for 30 days, to 30 March inclusive.  To add an outcome, add its county here, and
print the counties anew:

    python tests/specs/test_outcomes.py > docs/outcomes_by_hand.md
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import children_by_hand
import delivery_by_hand
import first_outcomes_by_hand
import health_by_hand
import housing_by_hand
import money_by_hand
import priced_by_hand
import pytest
import recidivism_by_hand
import work_by_hand
from outcome_specs import PEOPLE, Spec, markdown, section, told
from small_county import county

from evaluation.cohort import enrol
from evaluation.outcomes import OUTCOMES, EnginePanelRuler, guide
from evaluation.outcomes.making import MAKING
from evaluation.terms import Adopted, CohortPlan, Outcome, Panel, Periods

FIELDS = (
    recidivism_by_hand,
    first_outcomes_by_hand,
    money_by_hand,
    work_by_hand,
    health_by_hand,
    delivery_by_hand,
    housing_by_hand,
    children_by_hand,
)  # each holds SPECS
EACH = pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
OF_PEOPLE = [outcome for outcome in OUTCOMES.values() if outcome.table != "area"]
OF_PLACES = [outcome for outcome in OUTCOMES.values() if outcome.table == "area"]
PRICED = {priced_by_hand.NAME}  # read by a book of unit costs, on a table of its own
BY_HAND: dict[str, Spec] = {name: spec for field in FIELDS for name, spec in field.SPECS.items()}
SPECS: dict[str, Spec] = {name: BY_HAND[name] for name in OUTCOMES if name in BY_HAND}  # in the order of the registry


def test_every_outcome_of_people_has_its_county_and_only_those() -> None:
    assert {outcome.name for outcome in OF_PEOPLE} - PRICED == set(BY_HAND)


@pytest.mark.parametrize("name", SPECS)
def test_an_outcome_finds_in_a_county_what_its_reader_finds(name: str) -> None:
    assert told(OUTCOMES[name], SPECS[name]) == SPECS[name].found


def test_an_outcome_that_reads_a_book_finds_what_its_reader_finds() -> None:
    assert priced_by_hand.found() == priced_by_hand.FOUND


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
    records = county(person=PEOPLE, area=f"{AREA}\n{str(spec.rows).strip()}")
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


def by_hand() -> str:
    """docs/outcomes_by_hand.md."""
    lines = [OPENING]
    for name in OUTCOMES:
        if name in SPECS:
            lines += section(OUTCOMES[name], SPECS[name])
        elif name == priced_by_hand.NAME:
            lines += priced_by_hand.section()
    for name, spec in PLACES.items():
        lines += [f"## {name}", "", *markdown(AREA.split(), [line.split() for line in str(spec.rows).strip().splitlines()]), ""]
        lines += ["Found, for every 1,000 people:" if OUTCOMES[name].kind == "rate" else "Found:", ""]
        cells = ["not watched" if each != each else f"{each:.3g}" for each in spec.found if isinstance(each, float)]
        lines += [*markdown(["north, first quarter", "north, second", "south, first", "south, second"], [cells]), "", spec.says, ""]
    return "\n".join(lines).rstrip() + "\n"


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


UNITS = {"mark": {"people"}, "state": {"people"}, "amount": {"days", "dollars", "events"}, "rate": {"events"}}


@EACH
def test_a_mark_and_a_state_count_people_and_an_amount_does_not(outcome: Outcome) -> None:
    assert outcome.table == "area" or outcome.unit in UNITS[outcome.kind]
    assert (outcome.unit == "events") == (outcome.kind == "rate" or outcome.reduce == "count") or outcome.table == "area"
    assert outcome.unit != "dollars" or outcome.table in ("cost", "quarter")
    assert outcome.kind != "state" or (outcome.table in ("spell", "service", "quarter") and outcome.kinds)
    assert outcome.table != "area" or (outcome.kinds and outcome.kind in ("amount", "rate"))


@EACH
def test_the_fields_of_a_definition_say_something_together(outcome: Outcome) -> None:
    assert not outcome.made or outcome.made in {*MAKING, "book"}
    assert not outcome.waits or (outcome.kind in ("mark", "rate") and set(outcome.waits) <= set(outcome.kinds))
    assert not outcome.reduce or outcome.kind == "amount"
    assert not outcome.above or (outcome.table == "quarter" and outcome.above > 0)
    assert outcome.table != "quarter" or (outcome.kinds and outcome.kind != "rate")
    joins = outcome.table in ("event", "spell", "service") and (outcome.kind in ("mark", "rate") or outcome.reduce == "count")
    assert not outcome.gap or outcome.made or (joins and outcome.gap > 0)


REACH = ("referred", "offered", "enrolled", "days_to_service", "language_match", "completed")


def on_the_day_itself(outcome: Outcome) -> bool:
    """Whether what happens on the day of the start counts: an entry on the day of an exit, a service begun on that of the referral."""
    return outcome.name.split("/")[0] in {"return_to_homelessness", *REACH}


@EACH
def test_a_mark_waits_for_the_day_after_the_start_and_nothing_else_does(outcome: Outcome) -> None:
    assert outcome.from_day == (1 if outcome.kind == "mark" and not on_the_day_itself(outcome) else 0)


def test_the_mission_has_its_four_outcomes_and_a_home() -> None:
    families = {name.split("/")[0] for name in OUTCOMES}

    assert families >= {"recidivism", "return_to_homelessness", "foster_reentry", "cost_per_client", "housed"}


@EACH
def test_what_is_adapted_says_so_and_from_whom_and_what_is_not_has_its_universe_as_data(outcome: Outcome) -> None:
    """A mark that is simplified is adapted whatever the clock; one that is not is adapted on another clock than its own, which is told from data."""
    unofficial = ("not an official definition", "no binding definition", "not official")
    if not any(words in outcome.authority for words in unofficial):
        assert outcome.authority.startswith("Adapted from ") or outcome.opens is not None


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
