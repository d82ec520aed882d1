"""The linter for evaluation designs: from which day people are followed, and against whom, with the sentence each mistake is told by."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from one_idea_away import BY_RELEASE, CLOCK, EVENT, LOT, OFFER, RELEASE, SERVICE, SPELL, WITHIN, Away, changed, refusals

from evaluation.study import parse
from evaluation.terms import Refused

ROOT = Path(__file__).parents[2]
EVERYBODY = '"enrolment:reentry_navigation"\noutside = ["custody"]'
IMMORTAL = (
    "People who fail before the programme reaches them count as not served: counted from {}, the served are given {} in which nothing "
    "can go wrong, and nobody else is (immortal time)."
)


# ------------------------------------------------------------------------------------------------ what starts a clock
STARTS: dict[str, Away] = {
    "no rule": (
        LOT, ((EVENT, '{ which = "first" }'),),
        "'starts' does not say what starts a clock. It is exactly one of event, spell_end, spell, referral, enrolment, list, dates.",
    ),
    "two rules": (
        LOT, ((EVENT, '{ event = "release", spell_end = "jail" }'),),
        "'starts' has both event and spell_end. A start means one thing: it is exactly one of them. Make a cohort of each.",
    ),
    "dates of no list": (
        LOT, ((EVENT, '{ event = "release", on = [2019-07-01] }'),),
        "'on' chooses dates of a list, and 'starts' names none. Name it, list = \"...\".",
    ),
    "several days, and only the first of each person": (
        LOT, ((EVENT, "{ dates = [2019-07-01, 2020-01-01] }"),),
        "'dates' has 2 days, and with which = \"first\" everybody's clock would start on the earliest alone. "
        'Use which = "every", or name one day.',
    ),
    "a day after the years studied": (
        LOT, ((EVENT, '{ list = "ranking", on = [2019-07-01, 2021-01-01] }'),),
        "'on' names 2021-01-01, and no clock that it opens can start between 2019-01-01 and 2020-12-31. Leave the day out, or widen 'between'.",
    ),
    "a day whose people could all be served before the years studied": (
        SERVICE, ((SPELL, '{ dates = [2018-08-03] }\noutside = "custody"'), ('"reentry_navigation" }', WITHIN)),
        "'dates' names 2018-08-03, and no clock that it opens can start between 2019-01-01 and 2020-12-31. Leave the day out, or widen 'between'.",
    ),
    "days out of order": (
        LOT, ((EVENT, '{ dates = [2020-01-01, 2019-07-01], which = "every" }'),),
        "'dates' names 2019-07-01 after 2020-01-01. Write the days in their order.",
    ),
    "a day twice": (
        LOT, ((EVENT, '{ list = "ranking", on = [2019-07-01, 2019-07-01] }'),),
        "'on' names 2019-07-01 twice. Name each once.",
    ),
    "the last start": (
        LOT, (('which = "first"', 'which = "last"'),),
        "Which start is a person's last is known only from what came after it, and the programme may have changed that: "
        "those it kept from coming back would be followed from other days than the rest. It is one of first, every.",
    ),
    "a spell that starts a clock": (
        LOT, ((EVENT, SPELL),),
        "A spell makes people eligible on each of its days, and a clock starts on one. "
        'Use spell_end, the day it ends, or clock = "service".',
    ),
    "the programme itself starts the clock": (
        LOT, ((EVENT, '"enrolment:reentry_navigation"'),),
        'Everybody whose clock starts has just enrolled in "reentry_navigation", the programme that is studied: nobody is left who went without it. '
        'Start the clock with what made people eligible, or use clock = "service".',
    ),
    "the end of the programme itself starts the clock": (
        LOT, ((EVENT, '"spell_end:reentry_navigation"'),),
        'Everybody whose clock starts has been through "reentry_navigation", the programme that is studied: nobody is left who went without it. '
        "Start the clock with what made people eligible.",
    ),
    "what is taken up starts the clock": (
        LOT, ((EVENT, '"enrolment:navigation"'), ('enrolment = "reentry_navigation"', 'enrolment = "navigation"')),
        'Everybody whose clock starts has just enrolled in "navigation", the programme that is studied: nobody is left who went without it. '
        'Start the clock with what made people eligible, or use clock = "service".',
    ),
}  # fmt: skip

# ------------------------------------------------------------------------------------------------ since when, and against whom
CLOCKS: dict[str, Away] = {
    "served by a later enrolment, from eligibility": (
        SERVICE, (*BY_RELEASE, ('"service" ', '"eligibility" ')),
        IMMORTAL.format("the day they became eligible", "up to 150 days") + ' Use clock = "service", which counts both from the day of service.',
    ),
    "served by a later enrolment, whenever it comes": (
        SERVICE, (('"service" ', '"eligibility" '),),
        IMMORTAL.format("the day they became eligible", "days") + ' Use clock = "service", which counts both from the day of service.',
    ),
    "the same event": (
        SERVICE, (*BY_RELEASE, ('"not_yet_served"', '"same_event"')),
        IMMORTAL.format("the event", "up to 150 days")
        + ' Use rule = "not_yet_served", which counts both from the day of service, equally long after the event.',
    ),
    "the never served": (
        SERVICE, (('"not_yet_served"', '"never_served"'),),
        "That somebody is never served is known only at the end, and people who fail early never are: those compared would be chosen by how they "
        'fared, and would look worse than they are. Use rule = "not_yet_served": people served later count until that day.',
    ),
    "the never served, beside an offer": (
        OFFER, ((CLOCK, f'{CLOCK}\ncompared = {{ rule = "never_served" }}'),),
        "That somebody is never served is known only at the end, and people who fail early never are: those compared would be chosen by how they "
        'fared, and would look worse than they are. Use rule = "not_yet_served": people served later count until that day.',
    ),
    "without those served later": (
        SERVICE, (('"censor"', '"drop"'),),
        "Who will be served is known only later, and people who fail early will not be: without those served later, too many of those left to "
        'compare with are people who failed. Use later_served = "censor", which follows them until they are served, or "keep", which follows '
        "them on.",
    ),
    "a grace period": (
        LOT, ((CLOCK, f'{CLOCK}\nstrategies = {{ served.enrolment = "a", compared.no_enrolment = "a" }}'),),
        "'assigned' says who was offered the programme on one day, and here 'strategies' follows everybody under both plans. "
        "Leave 'assigned' out, or 'strategies'.",
    ),
    "service, and nothing that says which": (
        SERVICE, (('served        = { enrolment = "reentry_navigation" }\n', ""),),
        'clock = "service" counts from the day somebody is served, and nothing says by which enrolment. '
        'Name it: served = { enrolment = "..." }.',
    ),
    "eligibility, and nothing that says who was offered it": (
        LOT, ((LOT[LOT.index("[cohort.assigned]") : LOT.index("[[history]]")], ""),),
        'With clock = "eligibility" nothing says who was offered the programme. Say it in [cohort.assigned]; or, where people are served on days '
        "of their own, use clock = \"service\" with 'served'.",
    ),
    "an offer on the day of service": (
        OFFER, ((CLOCK, 'clock = "service"'),),
        "'assigned' says who was offered the programme when they became eligible, and clock = \"service\" counts from the day of service: "
        "a cohort has one time zero, and one way of telling who is served. "
        "Leave [cohort.assigned] out, or use clock = \"eligibility\" and leave 'served' out.",
    ),
    "an enrolment beside a lot": (
        LOT, ((CLOCK, f'{CLOCK}\nserved = {{ enrolment = "reentry_navigation" }}'),),
        "'served' says by which enrolment a clock starts on the day of service, and here 'assigned' says who is compared with whom. "
        "Leave it out: 'taken_up' of [cohort.assigned] says who took the offer up.",
    ),
    "people drawn beside a lot": (
        LOT, ((CLOCK, f"{CLOCK}\ncompared = {{ draw = 5 }}"),),
        "'compared' says whom the served are compared with on the day of service, and here 'assigned' says who is compared with whom. "
        'Leave it out, or use clock = "service".',
    ),
    "eligible by an event for ever": (
        SERVICE, ((SPELL, RELEASE),),
        "People become eligible by an event, and nothing says for how many days they stay so. After that they are neither served nor compared. "
        "Say it: served = { enrolment = ..., within_days = 90 }.",
    ),
    "eligible by another programme for ever": (
        SERVICE, ((SPELL, '"enrolment:shelter"'),),
        "People become eligible by an enrolment in another programme, and nothing says for how many days they stay so. After that they are neither "
        "served nor compared. Say it: served = { enrolment = ..., within_days = 90 }.",
    ),
    "so many days of a spell": (
        SERVICE, (('"reentry_navigation" }', WITHIN),),
        "'within_days' counts from a day that makes people eligible, and here each day of a spell does. Leave it out.",
    ),
    "so many days of everybody": (
        SERVICE, ((SPELL, EVERYBODY), ('enrolment = "reentry_navigation" }', f"enrolment = {WITHIN}")),
        "'within_days' counts from a day that makes people eligible, and here everybody is on every day. Leave it out.",
    ),
    "everybody, wherever they are": (
        SERVICE, ((SPELL, '"enrolment:reentry_navigation"'),),
        'Eligible by an enrolment in "reentry_navigation", which is what starts the clock, is everybody on record, on any day: also people in '
        'custody or long out of sight would be compared, who could not have come. Say who could: starts = { spell = "..." }, or an event with '
        'within_days; or who could not: outside = ["custody"], or observed = "activity".',
    ),
    "everybody, wherever they are on a day": (
        SERVICE, ((SPELL, "{ dates = [2019-07-01] }"), BY_RELEASE[1]),
        "Eligible by a day of the calendar is everybody on record: also people in custody or long out of sight would be compared, who could not "
        'have come. Say who could: starts = { spell = "..." }, or an event with within_days; or who could not: outside = ["custody"], '
        'or observed = "activity".',
    ),
    "eligible by being served": (
        SERVICE, ((SPELL, '{ spell = ["supervision", "reentry_navigation"] }'),),
        "Whoever has a spell of \"reentry_navigation\" has been served, and 'starts' makes people eligible by it: nobody is left who is not yet "
        "served. Say what makes people eligible before they are served.",
    ),
    "eligible after having been served": (
        SERVICE, ((SPELL, '"spell_end:reentry_navigation"'), BY_RELEASE[1]),
        "Whoever has a spell of \"reentry_navigation\" has been served, and 'starts' makes people eligible by it: nobody is left who is not yet "
        "served. Say what makes people eligible before they are served.",
    ),
    "eligible in custody, and only outside it": (
        SERVICE, ((SPELL, '{ spell = ["supervision", "custody"] }'), ("exact ", 'outside = ["shelter", "custody"]\nexact ')),
        "'outside' leaves out everybody in \"custody\", and 'starts' makes people eligible inside it: nobody is left. Name it in one of them.",
    ),
    "outside one kind twice": (
        SERVICE, (("exact ", 'outside = ["custody", "custody"]\nexact '),), "'outside' names \"custody\" twice. Name each once.",
    ),
    "outside nothing": (SERVICE, (("exact ", 'outside = [""]\nexact '),), "'outside' 1 is empty. It should say something."),
    "everybody, and people of another programme": (
        SERVICE, ((SPELL, '{ enrolment = ["shelter", "reentry_navigation"] }'),),
        "'starts' names \"reentry_navigation\", whose enrolment starts the clock, beside another programme. Alone it makes everybody eligible on "
        "every day; another makes those eligible who enrol in it. Name one or the other.",
    ),
    "a washout of services": (
        SERVICE, (("lookback_days", "washout_days = 900\nlookback_days"),),
        "'washout_days' keeps a start apart from an earlier one, and with clock = \"service\" the first enrolment on record is the only one. "
        "Leave it out.",
    ),
    "seen by nothing": (
        changed(LOT, (LOT[LOT.index("[[history]]") : LOT.index("[[question]]")], "")), (("lookback_days = 730", 'observed = "activity"'),),
        'observed = "activity" keeps people who have a line on record in the lookback, and lookback_days is 0: nobody would be kept. '
        "Say how far back a line counts: lookback_days = 365.",
    ),
    "compared within a death": (
        SERVICE, (('["sex"]', '["death"]'),),
        "'death' is known only after the start, so people cannot be compared within it. Leave it out: every clock ends there by itself.",
    ),
    "compared within no group": (
        SERVICE, (('["sex"]', '["birth"]'),),
        '"birth" is not a group of people in the records. There is sex, race_ethnicity, language, area.',
    ),
}  # fmt: skip

AWAY = STARTS | CLOCKS


@pytest.mark.parametrize("name", AWAY)
def test_a_design_that_is_one_idea_away_from_order_is_refused_in_one_sentence(name: str) -> None:
    design, pairs, sentence = AWAY[name]

    assert refusals(changed(design, *pairs)) == [sentence]


IN_ORDER: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "by lot": (LOT, ()),
    "by service, in a spell": (SERVICE, ()),
    "by service, after an event": (SERVICE, BY_RELEASE),
    "by service, on the day of the event alone": (SERVICE, ((SPELL, RELEASE), ('"reentry_navigation" }', '"reentry_navigation", within_days = 0 }'))),
    "by service, after the end of a spell": (SERVICE, ((SPELL, '"spell_end:jail"'), BY_RELEASE[1])),
    "by service, after another programme": (SERVICE, ((SPELL, '"enrolment:shelter"'), BY_RELEASE[1])),
    "by service, of everybody out of custody": (SERVICE, ((SPELL, EVERYBODY),)),
    "by service, of everybody seen by activity": (SERVICE, ((SPELL, '"enrolment:reentry_navigation"\nobserved = "activity"'),)),
    "by service, after an event, out of custody": (SERVICE, (*BY_RELEASE, ("exact ", 'outside = ["custody"]\nexact '))),
    "by service, after leaving what people must be out of": (
        SERVICE, ((SPELL, '"spell_end:custody"'), BY_RELEASE[1], ("exact ", 'outside = "custody"\nexact ')),
    ),
    "by service, days followed on": (SERVICE, (("recidivism/arrest", "custody_days/recorded"), ("= -0.05", "= -10"), ('"censor"', '"keep"'))),
    "by lot, out of custody": (LOT, ((CLOCK, f'{CLOCK}\noutside = "custody"'),)),
    "by lot, from the events of the draw": (LOT, ((EVENT, '{ event = ["lot:reentry_navigation", "lot:no_reentry_navigation"] }'),)),
    "by lot, drawn a month before": (LOT, (('by       = "lot"', 'by = "lot"\ndays_before = 31'),)),
    "by lot, within two days": (LOT, (("{ days = 364 }", "{ days = 2 }"),)),
    "by lot, within a month": (LOT, (("{ days = 364 }", "{ months = 1 }"),)),
    "by lot, days within one day": (LOT, (("{ months = 12 }", "{ days = 1 }"), ("= -10", "= -1"))),
    "by service, after a day just before the years studied": (
        SERVICE, ((SPELL, '{ dates = [2018-08-04] }\noutside = "custody"'), BY_RELEASE[1]),
    ),
    "by service, on several days": (
        SERVICE, ((SPELL, '{ dates = [2019-01-01, 2019-07-01], which = "every" }\noutside = "custody"'), BY_RELEASE[1]),
    ),
    "by service, following on": (SERVICE, (('"censor"', '"keep"'),)),
    "by service, by cluster without one declared": (SERVICE, (("worthwhile =", 'inference = { by = "cluster" }\nworthwhile ='),)),
    "by service, seen by activity": (SERVICE, (("exact ", 'observed = "activity"\nexact '),)),
    "by service, any distance": (SERVICE, (("caliper = 0.2", "caliper = 0"),)),
    "by offer": (OFFER, ()),
    "by offer, from a referral that both arms had": (OFFER, ((EVENT, '"referral:navigation"'),)),
    "by offer, with a history of earlier offers": (OFFER, (('"arrest" ', '["arrest", "lot:reentry_navigation"] '),)),
    "by offer, after an enrolment in another programme": (OFFER, ((EVENT, '"enrolment:shelter"'),)),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_ORDER)
def test_nothing_is_said_of_a_design_that_is_in_order(name: str) -> None:
    design, pairs = IN_ORDER[name]

    assert refusals(changed(design, *pairs)) == []


SHIPPED = [path for folder in ("designs", "examples") for path in ROOT.glob(f"{folder}/**/*.toml") if path.name != "records.toml"]  # not mappings


@pytest.mark.parametrize("design", SHIPPED, ids=lambda path: path.stem)
def test_nothing_is_said_of_a_design_that_ships(design: Path) -> None:
    assert refusals(design.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", [LOT, SERVICE, OFFER], ids=["lot", "service", "offer"])
def test_a_misspelt_word_is_told_once_and_brings_on_no_other_complaint(text: str) -> None:
    words = list(re.finditer(r'(?<![\w"])([a-z_]{3,})(?=\s*=)', text))
    said = {word[1]: refusals(f"{text[: word.end(1)]}q{text[word.end(1) :]}") for word in words}

    assert len(words) > 20
    assert not {word: told for word, told in said.items() if len(told) != 1 or f"'{word}q' is not a word of" not in told[0]}


def test_two_cohorts_are_each_told_what_is_wrong_with_them() -> None:
    top, cohort, rest = (
        SERVICE.partition("[cohort]")[0],
        SERVICE[SERVICE.index("[cohort]") : SERVICE.index("[[history]]")],
        SERVICE.index("[[history]]"),
    )
    near, far = (cohort.replace("[cohort]", f"[cohort.{name}]") for name in ("near", "far"))
    text = top + near.replace('"censor"', '"drop"') + far.replace(SPELL, RELEASE) + SERVICE[rest:].replace("outcome ", 'cohort = "far"\noutcome ')

    with pytest.raises(Refused) as refused:
        parse(text)

    assert [problem.where for problem in refused.value.problems] == ["design:10", "design:18"]
