"""Somebody writes a design with one mistake in it, and is told which line, what is wrong, and what would be right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import evaluation as ev
from evaluation.study.guide import EXAMPLE
from evaluation.terms import Refused

ROOT = Path(__file__).resolve().parents[2]
ARRESTS = EXAMPLE[EXAMPLE.index('table  = "event"') : EXAMPLE.index("days   = 730")]

# (what is replaced in the worked example, by what, what stands on the line that is named, what the sentence says)
MISTAKES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    # words that are none
    "a word of the file": ("programme =", "program =", "program =", ("'program' is not a word of the design", "Did you mean 'programme'?")),
    "the plural of a word": ("[release]", "[releases]", "[releases]", ("'releases' is not", "Did you mean 'release'?")),
    "a word of a cohort": ("lookback_days", "look_back_days", "look_back", ("not a word of [cohort]", "Did you mean 'lookback_days'?")),
    "a word inside an inline table": ("which =", "wich =", "wich", ("'wich' is not a word of 'starts'", "Did you mean 'which'?")),
    "a word of an assignment": ("withheld", "witheld", "witheld", ("not a word of 'assigned'", "Did you mean 'withheld'?")),
    "a word of a take-up": ("within_days", "within", "within", ("not a word of 'taken_up'", "Its words are enrolment, within_days")),
    "a word of a history": ("reduce", "reducer", "reducer", ("not a word of [[history]] 1", "Did you mean 'reduce'?")),
    "a word of a question": ("role ", "roll ", "roll ", ("not a word of [[question]] 2", "Did you mean 'role'?")),
    "a word of a later version": ("worthwhile = -0.05", "subgroups = []\nworthwhile = -0.05", "subgroups", ("not a word of [[question]] 1",)),
    "a word that only the machine writes": ("county ", 'digest = "0"\ncounty ', "digest", ("'digest' is not a word of the design",)),
    # words that are missing
    "no county": ('county    = "bayview"\n', "", "title", ("'county' is missing from the design", "text")),
    "no clock": ('clock         = "eligibility"\n', "", "[cohort]", ("'clock' is missing from [cohort]", "eligibility, service")),
    "no kind": ('kind   = "arrest"', "", "[[history]]", ("'kind' is missing from [[history]] 1", "a list, each text")),
    # values of the wrong type
    "a number in quotes": ("= 730\n\n[cohort.", '= "730"\n\n[cohort.', '"730"', ("'lookback_days' is \"730\"", "a whole number")),
    "half a day": ("= { days = 364 }", "= { days = 0.5 }", "0.5", ("'days' is 0.5", "a whole number")),
    "yes for a number": ("-0.05", "true", "true", ("'worthwhile' is true", "a number")),
    "a day in quotes": ("[2019-01-01,", '["2019-01-01",', '"2019', ("'between' is", "a list of 2, each a day such as 2019-01-31, without quotes")),
    "a moment for a day": ("[2019-01-01,", "[2019-01-01T09:00:00,", "T09", ("'between' is", "each a day")),
    "one age": ("[18, 64]", "[18]", "[18]", ("'ages' is [18]", "a list of 2, each a whole number")),
    "a table for a list of tables": ("[[history]]", "[history]", "[history]", ("'history' is a table", "Write each as [[history]]")),
    # words of a closed vocabulary
    "a clock of no kind": ('"eligibility"', '"eligible"', '"eligible"', ("'clock' is \"eligible\"", "Did you mean 'eligibility'?")),
    "an assignment of no kind": ('by       = "lot"', 'by = "lottery"', '"lottery"', ("'by' is \"lottery\"", "Did you mean 'lot'?", "lot, offer")),
    "a reducer of no kind": ('"count"', '"counts"', '"counts"', ("'reduce' is \"counts\"", "Did you mean 'count'?")),
    "a table of no kind": ('"event"\n', '"events"\n', '"events"', ("'table' is \"events\"", "Did you mean 'event'?")),
    "a language of no kind": ('languages = ["en", "es"]', 'languages = ["en", "sp"]', "languages", ('is "sp"', "one of en, es")),
    "an outcome of no kind": ("recidivism/arrest", "recidivism/arests", "arests", ("is not an outcome", "Did you mean 'recidivism/arrest'?")),
    "a method of no kind": (
        'method     = "randomized"\nworthwhile = -0.05', 'method     = "randomised"\nworthwhile = -0.05', '"randomised"',
        ("is not a method", "Did you mean 'randomized'?"),
    ),
    "a cohort of no kind": ('role       = "sec', 'cohort = "mian"\nrole       = "sec', '"mian"', ("is not a cohort", "Did you mean 'main'?")),
    # parts that do not fit each other
    "days backwards": ("2020-12-31", "2018-12-31", "between", ("The last day, 2018-12-31, comes before the first, 2019-01-01",)),
    "ages backwards": ("[18, 64]", "[64, 18]", "ages", ("The highest age, 18, is below the lowest, 64",)),
    "two time zeros": ('"eligibility"', '"service"', "[cohort.assigned]", ("counts from the day of service: a cohort has one time zero",)),
    "a unit that no event starts": ("clock ", 'unit = "family"\nclock ', '"family"', ("not of a unit 'family'", "person, child")),
    "one arm": ('"lot:no_reentry', '"lot:reentry', "withheld", ("'offered' and 'withheld' are both", "an event of its own")),
    "history past the look-back": ("days   = 730", "days   = 731", "= 731", ("looks back 731 days", "not be seen", "Raise lookback_days to 731")),
    "washout past the look-back": ("ages ", "washout_days = 900\nages ", "= 900", ("some people's earlier starting events would not be seen",)),
    "days of an event": ('"count"', '"days"', '"days"', ("'days' does not fit the table 'event'", "count, any, sum, last, days_since")),
    "the sum of a spell": (
        ARRESTS, 'table = "spell"\nkind = "jail"\nreduce = "sum"\n', '"sum"',
        ("'sum' does not fit the table 'spell'", "count, any, days, days_since"),
    ),
    "days and months": ("{ days = 364 }", "{ days = 364, months = 12 }", "months = 12 }", ("both days and months", "exactly one")),
    "neither days nor months": ("{ days = 364 }", "{}", "{}", ("neither days nor months",)),
    "a horizon of no days": ("{ days = 364 }", "{ days = 0 }", "{ days", ("'days' is 0", "between 1 and 36,525")),
    "two headlines": ('role       = "secondary"', 'role = "headline"', "role =", ("Questions 1 and 2 are both headlines", "exactly one headline")),
    "no headline": ("worthwhile = -0.05", 'role = "exploratory"\nworthwhile = -0.05', "[[question]]", ("No question is the headline",)),
    "a difference of none": ("-0.05", "0", "= 0 ", ("'worthwhile' is 0", "smallest difference worth having")),
    "a difference towards worse": ("-0.05", "0.05", "= 0.05", ("fewer is better", "signed towards better: -0.05")),
    "a share of more than all": ("-0.05", "-5", "= -5", ("lies between -1 and 1", "0.05")),
    "more days than there are": ("-10 ", "-400", "-400", ("'worthwhile' is -400 days, and the horizon is 12 months",)),
    "clusters that nobody declared": ("-0.05", '-0.05\ninference = { by = "cluster" }', "cluster", ("Uncertainty is by cluster", "declares none")),
    "an estimand of another method": ("-0.05", '-0.05\nestimand = "effect_on_the_served"', "estimand", ("does not estimate", "average_effect")),
    "a title in a language of no kind": ("es = ", 'fr = "Aide", es = ', "title", ("'fr' is not a language", "Its languages are en, es")),
    "a title without its Spanish": (', es = "Acompañamiento al salir de la cárcel"', "", "title", ("not given in 'es'", "take 'es' out")),
    "a block that is no column": ('by       = "lot"', 'by = "lot"\nblocks = "aera"', "aera", ("not a group of people", "Did you mean 'area'?")),
    # names, numbers and text
    "a programme with a blank": ('"reentry_navigation"\nsource', '"reentry navigation"\nsource', "programme", ("small letters", "underscores")),
    "a history named by a sentence": ('"arrests_2_years"', '"arrests, 2 years"', "arrests, 2", ("'name' is", "a letter first")),
    "days of another age": ("2020-12-31", "2220-12-31", "between", ("'between' 2 is 2220-12-31", "between 1900-01-01 and 2099-12-31")),
    "a difference without end": ("-0.05", "-inf", "-inf", ("'worthwhile' is -inf", "a finite number")),
    "a kind named twice": ('"arrest" ', '["arrest", "arrest"]', "kind", ("'kind' names \"arrest\" twice",)),
    "no kind in a list": ('"arrest" ', "[] ", "kind", ("'kind' is empty", "at least one")),
    # words of the clock of service
    "a start of no rule": ('{ event = "release", which = "first" }', '"release:first"', '"release:first"', ("'starts' is", 'or as "event:..."')),
    "a matching that is none": ('"randomized"\nworthwhile', '"randomized"\ncompare = "matching"\nworthwhile', '"matching"', ("a table with by,",)),
    "a caliper in quotes": (
        '"randomized"\nworthwhile', '"randomized"\ncompare = { caliper = "0.2" }\nworthwhile', "caliper", ("'caliper' is \"0.2\"", "a number"),
    ),
    "a day of a list in quotes": (
        '{ event = "release", which = "first" }', '{ list = "ranking", on = ["2019-07-01"] }', "ranking", ("'on' 1 is", "without quotes"),
    ),
    # not TOML
    "a key twice": ("county ", 'county = "x"\ncounty ', 'county    =', ("not valid TOML", "given twice")),
    "a value without quotes": ('"bayview"', "bayview", "bayview", ("not valid TOML at column 13: invalid value",)),
    "a list that never ends": ('["en", "es"]', '["en", "es"', "languages", ("not valid TOML at the end of the file: a list is not closed",)),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_once_with_its_line_and_what_would_be_right(name: str, tmp_path: Path) -> None:
    old, new, stands, says = MISTAKES[name]
    text = EXAMPLE.replace(old, new, 1)
    design = tmp_path / "design.toml"
    design.write_text(text, encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if stands in each)

    with pytest.raises(Refused) as refused:
        ev.load(design)

    assert [problem.where for problem in refused.value.problems] == [f"{design}:{line}"]
    for words in says:
        assert words in str(refused.value)


def test_every_mistake_of_a_design_is_told_at_once_in_the_order_of_its_lines(tmp_path: Path) -> None:
    apart = ("a word of the file", "no clock", "one age", "an assignment of no kind", "an outcome of no kind", "more days than there are")
    text = EXAMPLE
    for name in apart:
        text = text.replace(*MISTAKES[name][:2], 1)
    design = tmp_path / "design.toml"
    design.write_text(text, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        ev.load(design)

    lines = [int(problem.where.rpartition(":")[2]) for problem in refused.value.problems]
    assert len(lines) == len(apart)
    assert lines == sorted(lines)


def test_a_mistake_does_not_bring_on_complaints_about_what_rests_on_it(tmp_path: Path) -> None:
    text = EXAMPLE.replace("= 730\n\n[cohort.", '= "730"\n\n[cohort.').replace('"recidivism/arrest"', "3").replace("days = 364", 'days = "364"')
    design = tmp_path / "design.toml"
    design.write_text(text, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        ev.load(design)

    assert len(refused.value.problems) == 3


def test_the_example_that_these_mistakes_are_made_in_is_in_order(tmp_path: Path) -> None:
    design = tmp_path / "design.toml"
    design.write_text(EXAMPLE, encoding="utf-8")

    assert len(ev.load(design).questions) == 2


# ------------------------------------------------------------------------------------------------ a careful person's mistakes
SHIPPED = ROOT / "designs" / "bayview" / "navigation_walk_in.toml"
SPELL, SERVED = 'starts        = { spell = "supervision" }', '[cohort.served]\nenrolment = "reentry_navigation"\n'
RELEASE, WITHIN = 'starts        = { event = "release", which = "every" }', SERVED + "within_days = 150\n"
ELIGIBLE = ('"service"', '"eligibility"')
ARMS = '[cohort.assigned]\nby = "offer"\noffered = "{}"\nwithheld = "{}"\n'
OFFERED = ARMS.format("navigation_offered", "nothing_offered")
DRAWN = (
    "[cohort.compared]                          # people under supervision on that very day who have not come yet\n"
    'rule         = "not_yet_served"\ndraw         = 50\nlater_served = "censor"\n',
    "",
)
IMMORTAL = "in which nothing can go wrong, and nobody else is (immortal time)"

# (what is replaced in the design that ships, each once; what the sentence says)
NAIVE: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "from the release": (((SPELL, RELEASE), (SERVED, WITHIN), ELIGIBLE), f"the served are given up to 150 days {IMMORTAL}"),
    "from the first day under supervision": ((ELIGIBLE,), f"the served are given days {IMMORTAL}"),
    "from the release, whatever came after": (((SPELL, RELEASE), (SERVED, WITHIN), ('"not_yet_served"', '"same_event"')), IMMORTAL),
    "against the never served": ((('"not_yet_served"', '"never_served"'),), "those compared would be chosen by how they fared"),
    "without those served later": ((('"censor"', '"drop"'),), "too many of those left to compare with are people who failed"),
    "from the last release": (((SPELL, RELEASE.replace("every", "last")), (SERVED, WITHIN)), "known only from what came after it"),
    "at any time after a release": (((SPELL, RELEASE),), "nothing says for how many days they stay so"),
    "as if they had been offered it": ((ELIGIBLE, (SPELL, RELEASE), (SERVED, '[cohort.assigned]\nby = "service"\n')), "no way of being assigned"),
    "offered and served": (((SERVED, SERVED + OFFERED),), "a cohort has one time zero"),
    "offered, among the enrolled": (
        (ELIGIBLE, (SPELL, 'starts = "enrolment:reentry_navigation"'), (SERVED, OFFERED)),
        "nobody is left who went without it",
    ),
    "each arm from its own event": (
        (ELIGIBLE, (SPELL, 'starts = { event = ["enrolled", "release"], which = "every" }'), (SERVED, ARMS.format("enrolled", "release")), DRAWN),
        "whoever is offered later had to live through the time before (immortal time)",
    ),
    "offered two years before": (
        (ELIGIBLE, (SPELL, 'starts = "event:arrest"'), (SERVED, OFFERED + "days_before = 700\n"), DRAWN),
        "what it changed by then would decide whose clock starts",
    ),
    "after having completed it": (
        (ELIGIBLE, (SPELL, 'starts = "spell_end:reentry_navigation"'), (SERVED, OFFERED), DRAWN),
        "nobody is left who went without it",
    ),
    "of people who are in it": (((SPELL, 'starts = "spell:reentry_navigation"'),), "nobody is left who is not yet served"),
    "anybody, wherever they are": (((SPELL, 'starts = "enrolment:reentry_navigation"'),), "also people in custody or long out of sight"),
    "in custody and out of it": (((SPELL, 'starts = "spell:custody"\noutside = "custody"'),), "nobody is left"),
    "of days, until people are served": (
        (("recidivism/arrest", "custody_days/recorded"), ("-0.05", "-10")),
        "what happens to them after the start decides who is served later",
    ),
    "of arrests on the day of the start": ((("{ days = 364 }", "{ days = 1 }"),), "nothing could be counted"),
    "within a grace period": (
        ((SERVED, '[cohort.strategies]\nserved = { enrolment = "a", within_days = 30 }\ncompared = { no_enrolment = "a", within_days = 30 }\n'),),
        "whoever enrols within the grace period would have had to live up to that day",
    ),
    "by no enrolment": (((SERVED, ""),), "nothing says by which enrolment"),
    "of people who stayed": ((('exact         = ["sex"]', 'exact = ["sex", "moved"]'),), "'moved' is known only after the start"),
    "with a history of five years, seen for two": ((("days   = 730", "days   = 1826"),), "some people's history would not be seen"),
    "apart from services that there are not": (
        (("lookback_days", "washout_days = 365\nlookback_days"),),
        "the first enrolment on record is the only",
    ),
    "matched on what came after": (
        (('"effect_on_the_served"\n', '"effect_on_the_served"\ncompare.on = "arrests_1_year"\n'),),
        "is not a column of the history",
    ),
    "with too few drawn": (
        (("draw         = 50", "draw = 2"), ('"effect_on_the_served"\n', '"effect_on_the_served"\ncompare.ratio = 3\n')),
        "Up to 3 people are to be matched to each one served, and 2 are drawn",
    ),
    "as if it were the effect on everybody": ((('"effect_on_the_served"', '"average_effect"'),), "It tells effect_on_the_compared"),
}


def test_check_catches_every_naive_variant_of_the_design_that_ships(tmp_path: Path) -> None:
    good = SHIPPED.read_text(encoding="utf-8")
    for name, (pairs, _) in NAIVE.items():
        text = good
        for old, new in pairs:
            assert old in text, f"{name}: the design no longer holds {old!r}"
            text = text.replace(old, new, 1)
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")

    command = [sys.executable, "-m", "evaluation", "check", str(tmp_path), str(SHIPPED)]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})

    said = {Path(line.partition(".toml:")[0]).name: line for line in checked.stderr.splitlines()}
    assert checked.returncode == 2
    assert len(checked.stderr.splitlines()) == len(said) == len(NAIVE)
    assert not {name: said.get(name) for name, (_, sentence) in NAIVE.items() if sentence not in said.get(name, "")}
    assert [line.partition(":")[0] for line in checked.stdout.splitlines()] == [str(SHIPPED)]
