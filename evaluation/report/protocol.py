"""The pre-analysis protocol: everything that a design settles, written down before any record is read.

Nothing is computed here: each sentence restates the design, the definition of an outcome, or the table of a method's conditions.
`paper` and `docx` draw what this gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..cohort.enrolment import rule_words
from ..outcomes.binding import outcome_of
from ..outcomes.universe import adapted
from ..phrases import counted, listed
from ..study.seal import SHORT, Amendment
from ..terms import CohortPlan, Correction, Outcome, Question, Study
from .answering import ANSWERING
from .conditions import conditions
from .declared import adoption, asked, framed, listing, opened, people, period, quoted, reads, reduced, several, within, worthwhile
from .paper import Paper, Points, Section, Table, Terms, Text
from .trial import trial

SIGNED_BY = ("For the evaluation", "For the programme", "For the county, which holds the records")
_ROLES = {
    "headline": "the headline: the study stands for this question, whatever the others say",
    "secondary": "secondary: named beforehand, reported whatever it shows, and never put in the headline’s place",
    "exploratory": "exploratory: a lead for another study; nothing is claimed from it",
}
_READ = {
    "mark": "the first of them on each person’s own clock, and its day",
    "amount": "added up over each person’s own clock",
    "number": "how many of them lie on each person’s own clock",
    "state": "where each person is on the last day of the horizon",
    "rate": "events over the days on which they could happen",
}
_ANEW = (
    "Where two plans are compared, the columns that tell who enrols are read again as the days allowed go by, up to each such day and for the "
    "weights of those who keep to a plan alone:"
)
_SOURCES = (
    "Hernán MA, Robins JM (2016). Using big data to emulate a target trial when a randomized trial is not available. "
    "American Journal of Epidemiology 183(8).",
    "Cashin AG, Hansford HJ, Hernán MA, and others (2025). Transparent reporting of observational studies emulating a target trial: "
    "the TARGET statement. JAMA, doi 10.1001/jama.2025.13350.",
    "Suissa S (2008). Immortal time bias in pharmacoepidemiology. American Journal of Epidemiology 167(4).",
)


def protocol(study: Study, amendments: Sequence[Amendment] | None) -> Paper:
    """The protocol of a study; `amendments` are the reasons in its lock, oldest first, and None where it is not locked."""
    title = study.title.get("en") or next(iter(study.title.values()))
    return Paper(
        county=" · ".join(name.replace("_", " ").title() for name in (study.county, study.programme) if name != "none"),
        title=title,
        what="Pre-analysis protocol: what will be asked, of whom, and how it will be answered, settled before any outcome is read.",
        status=tuple(_status(study, amendments)),
        sections=(
            _questions(study),
            _trials(study),
            _people(study),
            _history(study),
            _outcomes(study),
            _analysis(study),
            _losses(study),
            _multiplicity(study),
            _release(study),
            _changes(),
            Section("What this protocol follows", (Points(_SOURCES),)),
        ),
        signed_by=SIGNED_BY,
    )


def _status(study: Study, amendments: Sequence[Amendment] | None) -> Iterator[str]:
    yield "Written from the design file alone: no record was read to make it."
    if study.source:
        yield f"Asked in: {study.source}."
    yield f"Digest of the design: {study.digest}."
    if amendments is None:
        yield "Not locked yet: the design can still change, and this protocol with it.  “betteroff lock” fixes it; sign after that."
        return
    yield f"Locked: a design with another digest than {study.digest[:SHORT]}… is refused until it is amended with a reason."
    if study.sealed:
        yield f"Sealed: nobody's outcome is read until these gates have passed: {listed(study.sealed)}."
    for number, one in enumerate(amendments, start=1):
        after = ", after the outcomes had been read" if one.after_opening else ""
        looks = f", after the gates had been looked at {counted(one.looks, 'time')}" if one.looks else ""
        yield f"Amendment {number}{looks}{after}: {one.reason}"


def _questions(study: Study) -> Section:
    head = ("Question", "The smallest difference worth having", "Role")
    rows = tuple(
        ((f"{number}. {asked(question, study)}",), (worthwhile(question),), (_ROLES[question.role],))
        for number, question in enumerate(study.questions, start=1)
    )
    verdicts = (
        "Each question ends in one of these: better, or worse (the whole 95 % range lies on one side of no difference, by every accepted "
        "formula); no difference that matters (the whole range is smaller than the smallest difference worth having); cannot tell yet; "
        "not answered (a condition that the answer rests on did not hold).  No verdict is given by a p-value alone."
    )
    return Section("What is asked", (Table("The questions, in the order in which they will be reported", head, rows), Text(verdicts)))


def _trials(study: Study) -> Section:
    why = (
        "A fair comparison answers the question that some trial would have answered.  The table sets out that trial, and beside each part of it what "
        "these records can stand in for it with, and what could go wrong all the same."
    )
    return Section("The target trial and its emulation", (Text(why), *(_trial(name, study) for name in study.cohorts)))


def _trial(name: str, study: Study) -> Table | Text:
    """The table of a cohort, or a word where nothing is compared."""
    if any(question.method != "monitor" for question in study.questions if question.cohort == name):
        return trial(name, study)
    which = "" if len(study.cohorts) == 1 else f" of the cohort “{name}”"
    return Text(f"What is asked{which} is what became of a population.  Nothing is compared, so no trial stands behind it, and it never says why.")


# ------------------------------------------------------------------------------------------------ who, and what is known of them
def _people(study: Study) -> Section:
    parts = tuple(_cohort(name, plan) for name, plan in study.cohorts.items())
    return Section("Who is studied", parts if len(parts) > 1 else parts[0].parts)


def _cohort(name: str, plan: CohortPlan) -> Section:
    if plan.clock == "calendar":
        return _panel(name, plan)
    counted = "people served" if plan.served else "starts"
    intro = f"These rules are applied in this order; the report counts how many {counted} each of them takes, and the counts add up."
    sources = quoted(plan.sources, "and") if plan.sources else "every source of the records, but one that holds only who was assigned to what"
    terms = [
        ("What opens a clock" if plan.clock == "eligibility" else "What makes somebody eligible", opened(plan)),
        ("Seen from when to when", f"the days that are covered by {sources}, less the days that each source takes to be complete"),
    ]
    if plan.cluster:
        terms.append(("People who share luck", f"those of one {quoted(plan.cluster)}; their outcomes are not taken for independent"))
    if plan.served:
        terms += _drawn(plan)
    return Section(f"Cohort “{name}”", (Text(intro), Points(rule_words(plan), numbered=True), Terms(tuple(terms))))


def _panel(name: str, plan: CohortPlan) -> Section:
    """Units that are watched over the same periods of the calendar: none of them has a clock of its own."""
    areas, (first, last) = plan.unit == "area", plan.between
    counted = "of those who live there each rule takes" if areas else f"{people(plan)} each rule takes"
    intro = f"All are watched over the same periods; nobody has a clock of their own.  The report counts how many {counted}."
    terms = [
        ("Which areas", framed(plan)) if areas else ("Who", f"{people(plan)} who are there on the first day"),
        ("Periods", f"the days from {first} to {last}, cut by {period(plan)}"),
        ("Comes under the programme", adoption(plan)),
    ]
    if plan.cluster:
        terms.append(("Who shares luck", f"those of one {quoted(plan.cluster)}; their outcomes are not taken for independent"))
    return Section(f"Cohort “{name}”", (Text(intro), Points(rule_words(plan), numbered=True), Terms(tuple(terms))))


def _drawn(plan: CohortPlan) -> Iterator[tuple[str, str]]:
    compared = plan.compared
    exact = f", who agree on {quoted(plan.exact, 'and')}" if plan.exact else ""
    yield (
        "Who is compared",
        f"for each person served, up to {several(compared.draw, 'person', 'people')} drawn by lot among those eligible, and not yet served{exact}",
    )
    yield (
        "How they are drawn",
        f"by a keyed walk from seed {compared.seed}, the same on every machine; one person may be drawn for several",
    )
    yield "Nobody to compare", "a person served for whom nobody can be drawn is the last line lost above, and opens no set"


def _history(study: Study) -> Section:
    if not study.history:
        return Section("History", (Text("The design names no history: nothing is known of people before their start."),))
    head = ("Column", "What is read", "Window")
    rows = tuple(((column.name,), (reduced(column),), (f"the {several(column.days, 'day')} before the start",)) for column in study.history)
    strict = (
        "Every window ends strictly before the start: neither the day of the start itself nor any day after it is read.  A window is as long "
        "for everybody, and no longer than the days that the records must reach back.  Overlapping stays count each day once; no row on record "
        "counts as none."
    )
    again = [plan.strategies.weights for plan in study.cohorts.values() if plan.strategies]
    anew = [Text(f"{_ANEW} every {several(each.update_days, 'day')}.") for each in dict.fromkeys(again)]
    return Section("History", (Table("What is known of each person before the start", head, rows), Text(strict), *anew))


def _outcomes(study: Study) -> Section:
    parts: list[Section] = []
    for name in dict.fromkeys(question.outcome for question in study.questions):
        outcome = outcome_of(study, name)
        questions = [question for question in study.questions if question.outcome == name]
        over_time = all(study.cohorts[question.cohort].clock == "calendar" for question in questions)
        of_each = (adapted(outcome, study.cohorts[question.cohort], question.horizon) for question in questions)
        differs = tuple(dict.fromkeys(difference for differences in of_each for difference in differences))
        card = Terms(tuple(_defined(outcome, questions, over_time=over_time, differs=differs)))
        parts.append(Section(f"{outcome.title['en'].capitalize()} ({name})", (card,)))
    return Section("Outcomes", tuple(parts))


def _defined(outcome: Outcome, questions: Sequence[Question], *, over_time: bool, differs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The card of one definition, as these questions ask about it; `over_time`: in periods of the calendar, and on nobody's own clock.

    `differs`: in what their clocks differ from those that the authority lays it on.
    """
    yield "Better", f"{outcome.better}.  {outcome.why_better}"
    yield "The definition", outcome.universe
    how = "in each period of the calendar" if over_time else _READ["number" if outcome.reduce == "count" else outcome.kind]
    yield "Read from", f"{reads(outcome.table, outcome.kinds)}: {how}"
    yield from _sifted(outcome)
    if outcome.off_clock and (outcome.kind == "rate" or any(question.time == "street" for question in questions)):
        yield "Off the clock", f"days inside {quoted(outcome.off_clock)}"
    if outcome.kind == "rate" and outcome.table != "area":
        days = f"days inside {quoted(outcome.exposure)}" if outcome.exposure else "days at risk"
        yield "Over", f"{outcome.per:,} {days}"
    ends = listing(dict.fromkeys(within(question.horizon) for question in questions))
    if over_time:
        yield "Counted over", ends
    elif outcome.kind == "state":
        yield "When", f"on the last day of {ends}"
    else:
        first = "the day of the start" if outcome.from_day == 0 else f"day {outcome.from_day}, the start being day 0"
        yield "From, and until", f"{first}; until {ends}"
    if outcome.lag_days:
        yield "Waits", f"{several(outcome.lag_days, 'day')} after the horizon, for what happened inside it to be on record"
    yield "On whose authority", outcome.authority
    yield "Read in its own text", "yes" if outcome.verified else "no: this definition is not checked against an authority’s own text"
    if differs:
        yield "Adapted here, for", "; ".join(differs)
    yield "Not counted", outcome.not_counted


def _sifted(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Which lines of those kinds count, where not all do."""
    if outcome.made:
        yield "Of these", f"those that the rule “{outcome.made.replace('_', ' ')}” leaves, as the definition tells it"
    if outcome.gap and not outcome.made:
        yield "Taken as one", f"what lies {several(outcome.gap, 'day')} apart or less"
    if outcome.waits:
        yield "Counted later", listing(f"“{kind}” from day {day}" for kind, day in sorted(outcome.waits.items()))
    if outcome.above:
        yield "A quarter counts", f"above ${outcome.above / 100:,.2f}"
    if outcome.table == "quarter":
        yield "Quarters", "whole ones of the calendar after that of the start, which is left out"


# ------------------------------------------------------------------------------------------------ how it is answered
def _analysis(study: Study) -> Section:
    """How each question is answered; questions that are answered alike stand together."""
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for number, question in enumerate(study.questions, start=1):
        steps = tuple(ANSWERING[question.method].steps(question, study.cohorts[question.cohort], study))
        alike.setdefault((question.method, steps), []).append(str(number))
    parts = [
        Section(f"Question{'s' if len(numbers) > 1 else ''} {listing(numbers)}, by the method “{method}”", (Points(steps, numbered=True),))
        for (method, steps), numbers in alike.items()
    ]
    return Section("Analysis", (*parts, Section("Conditions", (conditions(study),))))


def _losses(study: Study) -> Section:
    later = {plan.compared.later_served for plan in study.cohorts.values() if plan.served}
    items = [
        "Nothing on record is taken for nothing that happened only while every source is complete; outside those days nobody is studied, and a "
        "horizon that the last start could not be followed to is refused.",
        "A death ends a clock and is not a loss: the person was followed to the end.  Amounts after a death are none.",
        "A move out of the county, or the end of the records, ends a clock before its horizon: the person is lost from the last day seen.",
        "A person without a date of birth fails a rule of age; a missing group is a group of its own.  No value is filled in from other people’s.",
        "Rows that break the contract of the records are set aside and counted, never mended by hand.",
    ]
    if "censor" in later:
        items.append(
            "Somebody compared who is served later is no longer followed from that day; those who are still followed are weighted to stand for "
            "them, by the chance of being followed so far, given the side and the history (Robins and Rotnitzky 1992)."
        )
    if "keep" in later:
        items.append("Somebody compared who is served later is followed on to the horizon, as declared.")
    return Section("People who are lost, and what is missing", (Points(tuple(items)),))


_CORRECTED: Mapping[Correction, str] = {
    "holm": "what is claimed is held to all of its family together, so that in 95 of 100 studies no claim of a family is false (Holm 1979, with half "
    "of a share kept where a claim is made either way).",
    "false_discovery": "what is claimed is held to all of its family together, so that of the claims made 5 of 100 are false on average (Benjamini "
    "and Hochberg 1995).",
    "none": "no allowance is made for their number, so one in twenty of them misses the truth.",
}


def _multiplicity(study: Study) -> Section:
    count = {role: sum(question.role == role for question in study.questions) for role in _ROLES}
    headline = "Headline: 1 question, fixed here and reported first, at 95 %, with no correction."
    secondary = (
        f"Secondary: {several(count['secondary'], 'question')}, each reported with its own 95 % range, whatever it shows.  Ranges are not made "
        f"wider for their number; {_CORRECTED[study.correction]}  A secondary finding never replaces a headline that shows nothing."
    )
    families = tuple(dict.fromkeys(question.family for question in study.questions if question.family))
    secondary += f"  Families, each corrected by itself: {quoted(families, 'and')}; questions that name none are one more." if families else ""
    exploratory = f"Exploratory: {several(count['exploratory'], 'question')}, reported as leads, with no claim made from them."
    groups = (
        f"By group ({quoted(study.subgroups, 'and')}): the headline within each group, drawn towards the mean of the groups, with one test of "
        "whether groups differ; no verdict is given of any group."
    )
    items = (headline, *([secondary] if count["secondary"] else []), *([exploratory] if count["exploratory"] else []))
    items = (*items, *([groups] if study.subgroups else []))
    all_told = "Every question above is reported, in this order, answered or not.  A question that is not above is not part of this study."
    return Section("Several questions", (Points((*items, all_told)),))


def _release(study: Study) -> Section:
    languages = {"en": "English", "es": "Spanish"}
    return Section(
        "What will be released",
        (
            Terms(
                (
                    (
                        "Policy",
                        f"{study.release.policy}: no count of 1 to 10 people is shown, nor can be worked out from what one run releases",
                    ),
                    ("Languages", ", ".join(languages[language] for language in study.release.languages)),
                    ("When it may leave", "all findings of the study together, whatever their verdict; nothing that was hidden says why it was"),
                    ("What stays", "rows about people, the tables as they are, the log of what was hidden, and executed notebooks"),
                )
            ),
        ),
    )


def _changes() -> Section:
    items = (
        "Once locked, a changed design is refused until it is locked again with a reason; the reason and the digest it replaces stay in the lock.",
        "Whatever is done beyond this protocol is reported as done after the data were seen.",
        "The finding prints the digest above; a finding with another digest does not belong to this protocol.",
    )
    return Section("Changes", (Points(items),))
