"""What a design declares, in the words of a protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..cohort.openings import everybody
from ..diagnostics.wording import sizes
from ..findings.words import horizon, spoken
from ..outcomes import DEFINED
from ..records.frames import FRAMES
from ..terms import CohortPlan, HistoryColumn, Horizon, Measure, Question, Study, better_of, unit_of

PEOPLE = {"person": "people", "child": "children", "family": "families", "area": "areas"}
_REDUCED = {
    "count": "how many",
    "any": "whether any",
    "days": "days inside",
    "sum": "the sum of the values",
    "last": "the last value",
    "days_since": "days since the last",
}
ASKED: Mapping[Measure, str] = {
    "time_free": "Are {whom} alive and not yet {what} for {better} days within",
    "time_lost": "Do {better} days come after {whom} are first {what} within",
    "number": "Are {whom} {what} {better} times within",
}
AFTER_STOP = {
    "refuse": "no part of this study: areas that leave refuse it",
    "drop": "not read",
    "own_effect": "told as an effect of its own",
}
_TABLES = {
    "area": "numbers about places",
    "event": "events",
    "spell": "spells",
    "service": "enrolments",
    "quarter": "sums by calendar quarter",
    "cost": "priced lines of service",
}


def quoted(words: Iterable[str], link: str = "or") -> str:
    """`“release”, “transfer” or “discharge”`: words as the records or the design hold them."""
    return listing((f"“{word}”" for word in words), link)


def listing(words: Iterable[str], link: str = "and") -> str:
    """`a, b and c`."""
    every = list(words)
    return f" {link} ".join([", ".join(every[:-1]), every[-1]] if len(every) > 1 else every)


def several(count: int, one: str, many: str = "") -> str:
    """`1 day`, `30 days`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def people(plan: CohortPlan) -> str:
    """Whose clocks these are."""
    return PEOPLE[plan.unit]


def programme(study: Study) -> str:
    """The programme's name as a text writes it: `“reentry navigation”`."""
    return f"“{study.programme.replace('_', ' ')}”"


def within(length: Horizon) -> str:
    """A horizon as people say it, and in the days that are counted: `52 weeks (364 days)`."""
    said = horizon(spoken(length), "en")
    return said if length.months is not None or said == str(length) else f"{said} ({length})"


def each_period(plan: CohortPlan) -> str:
    """By what an effect on the calendar is told: `told by the quarter`, `told by periods of 91 days`."""
    return f"told by {period(plan)}"


def period(plan: CohortPlan) -> str:
    """What the calendar is cut into: `the quarter`, `periods of 91 days`."""
    cut = plan.periods
    assert cut is not None, "a panel has periods"
    return f"the {cut.calendar}" if cut.calendar else f"periods of {several(cut.days or 0, 'day')}"


def framed(plan: CohortPlan) -> str:
    """Which areas are studied."""
    return f"those of the frame “{plan.areas}”" if plan.areas in FRAMES else f"every area that the table of areas has a row “{plan.areas}” of"


def adoption(plan: CohortPlan) -> str:
    """When a unit comes under the programme, and when it leaves it again."""
    how = plan.adopted
    if how is None:
        return "nobody: what becomes of everybody is told, and no programme stands in it"
    whom = "an area" if plan.unit == "area" else "a person"
    if how.enrolment:
        began = f"the day of {'anybody’s first' if plan.unit == 'area' else 'the first'} enrolment in “{how.enrolment}”"
        began += " there" if plan.unit == "area" else ""
    else:
        began = f"the day of the {'first' if plan.unit == 'area' else 'area’s first'} row “{how.starts}”"
    ends = f", until the day of the row “{how.stops}”; what comes after is {AFTER_STOP[how.after_stop]}" if how.stops else ", and stays under it"
    return f"{whom} from {began}{ends}"


def worthwhile(question: Question) -> str:
    """The smallest difference worth having, with its direction."""
    outcome = DEFINED[question.outcome]
    unit, better = unit_of(outcome, question.measure), better_of(outcome, question.measure)
    if unit in ("rate", "count"):
        per = f" for every {question.so_many:,} people" if question.so_many != 1 else ""
        return f"{abs(question.worthwhile):,.10g}{per}, {better} {outcome.event['en']} being better"
    (size,) = sizes(abs(question.worthwhile) / question.so_many, unit=unit)
    if unit == "people":
        return f"{size}, {outcome.better} of them {outcome.event['en']}"
    return f"{size}{' a person' if unit != 'events' else ''}, {better} being better"


def asked(question: Question, study: Study) -> str:
    """The question as a sentence."""
    outcome, plan = DEFINED[question.outcome], study.cohorts[question.cohort]
    whom, what = people(plan), outcome.event["en"]
    if plan.clock == "calendar":
        return _asked_over_time(question, plan)
    if question.measure != "risk":
        said = ASKED[question.measure].format(whom=whom, what=what, better=better_of(outcome, question.measure))
        return f"{said} {within(question.horizon)} {contrast(plan)}?"
    verb = f"Are {outcome.better} {whom} {what}" if outcome.unit == "people" else f"Do {whom} have {outcome.better} {what}"
    when = "at the end of" if outcome.kind == "state" else "within"
    return f"{verb} {when} {within(question.horizon)} {contrast(plan)}?"


def _asked_over_time(question: Question, plan: CohortPlan) -> str:
    """A question about periods of the calendar."""
    outcome = DEFINED[question.outcome]
    what, better, when = outcome.event["en"], better_of(outcome, question.measure), within(question.horizon)
    per = f" for every {question.so_many:,} people" if question.so_many != 1 else ""
    counted = f"Are people {what} {better} times" if unit_of(outcome, question.measure) == "events" else f"Are there {better} {what}"
    if question.estimator == "target" and question.target:
        return f"Did the number of {outcome.title['en']} move by {question.target.each_year:+.1%} a year over {when} from {question.target.since}?"
    if question.estimator == "disparity":
        return f"How far does each place lie from the whole in {outcome.title['en']} over {when}{per}?"
    if question.method == "monitor":
        return f"How did {outcome.title['en']} move over {when}{per}?"
    if question.estimator == "before_after":
        return f"{counted}{per} in the {when} from the beginning than before, where the programme began?"
    whom = "where the programme began" if plan.unit == "area" else "of those served by it"
    return f"{counted}{per} in the {when} from the beginning, {whom}, than there would have been without it?"


def contrast(plan: CohortPlan) -> str:
    """The two plans that are compared, as the end of a question."""
    if plan.strategies:
        enrolment = plan.strategies.served.enrolment
        return f"if they enrol in “{enrolment}” within {several(plan.strategies.served.within_days, 'day')} of the start than if they do not"
    if plan.by == "score":
        return "if offered the programme, of those at the cut-off, than if not offered it"
    if plan.served:
        return "if served by the programme now than if not served yet"
    return "if offered the programme, whoever takes it up, than if not offered it"


def opening(plan: CohortPlan) -> str:
    """The day that starts a person's clock or, with the clock of service, makes a person eligible: `the day of an event “release”`."""
    starts = plan.starts
    return {
        "event": f"the day of an event {quoted(starts.event)}",
        "spell_end": f"the day on which an unbroken stay in {quoted(starts.spell_end)} ends",
        "spell": f"any day inside a stay in {quoted(starts.spell)}",
        "referral": f"the day of a referral to {quoted(starts.referral)}",
        "enrolment": f"the first day of an enrolment in {quoted(starts.enrolment)}",
        "list": f"the day on which somebody stands on the list “{starts.list}”" + (f", of {', '.join(map(str, starts.on))}" if starts.on else ""),
        "dates": f"the day {' or '.join(map(str, starts.dates))}",
    }[starts.rule]


def opened(plan: CohortPlan) -> str:
    """On which days people may start, and which of them count: `the day of an event “release” (the first of each person)`."""
    if everybody(plan):
        return "any day at all"
    if plan.starts.rule in ("spell", "dates"):
        return opening(plan)
    which = {"first": "the first of each person", "last": "the last of each person", "every": "every one"}[plan.starts.which]
    within = f"a day within {several(plan.served.within_days or 0, 'day')} after " if plan.served else ""
    return f"{within}{opening(plan)} ({which} in these years)"


def reduced(column: HistoryColumn) -> str:
    """`how many events “arrest”`."""
    return f"{_REDUCED[column.reduce]}: {_TABLES[column.table]} {quoted(column.kind)}"


def reads(table: str, kinds: Iterable[str]) -> str:
    """`events “arrest”`, `every priced line of service`."""
    kinds = tuple(kinds)
    return f"{_TABLES[table]} {quoted(kinds)}" if kinds else f"all {_TABLES[table]}"
