"""The target-trial table: the trial that a design would run if it could, what stands for each part of it in the records, and what could break it.

The parts are those of Hernán and Robins (2016) and of the TARGET statement (Cashin and others 2025).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..cohort.openings import everybody, shares_calendar
from ..findings.whom import chooses
from ..methods.matched.ways import WAYS
from ..outcomes import DEFINED
from ..terms import CohortPlan, CompareBy, Matching, Question, Strategies, Study
from .declared import listing, opened, opening, people, programme, quoted, several, within
from .matched_steps import about
from .panel_trial import Row, panel_rows
from .paper import Table
from .score_trial import assigned_by_score, assumed_at_the_cutoff, scored

HEAD = ("Part", "The trial we would run", "What stands for it in the records", "What could still break it")


def trial(name: str, study: Study) -> Table:
    """The table of one cohort, for all questions asked of it."""
    plan, questions = study.cohorts[name], [question for question in study.questions if question.cohort == name]
    rows = panel_rows(plan, study, questions) if plan.clock == "calendar" else _rows(plan, study, questions)
    caption = "The target trial, and how these records emulate it"
    return Table(caption if len(study.cohorts) == 1 else f"{caption}: cohort “{name}”", HEAD, rows)


def _rows(plan: CohortPlan, study: Study, questions: Sequence[Question]) -> tuple[Row, ...]:
    return (
        _eligibility(plan),
        _strategies(plan, study),
        _assignment(plan, study, questions),
        _time_zero(plan),
        _follow_up(plan, questions),
        _outcomes(questions),
        _contrast(plan, questions),
        _assumptions(plan),
    )


def _eligibility(plan: CohortPlan) -> Row:
    whom, (first, last) = people(plan), plan.between
    ages = f", aged {plan.ages[0]} to {plan.ages[1]}" if plan.ages else ""
    washout = f", with no such day in the {several(plan.washout_days, 'day')} before" if plan.washout_days else ""
    waiting = ", who have never been served before" if plan.served or plan.strategies else ""
    outside = f" and outside any stay in {quoted(plan.outside)}" if plan.outside else ""
    wanted = f"{whom.capitalize()}{ages}, alive, living in the county{outside}, on {opened(plan)}, from {first} to {last}{washout}{waiting}."
    records = ["The same, by the rules listed under “Who is studied”, in that order; the report counts whom each rule takes."]
    if plan.lookback_days:
        records.append(f"The records must reach back {several(plan.lookback_days, 'day')} before the start.")
    if plan.observed == "activity":
        records.append("Somebody with no line at all on record in those days is taken to have lived elsewhere, and is not studied.")
    breaks = "Somebody whose records were not linked, or who left without anybody's noting it, passes for somebody to whom nothing happened."
    return ("Eligibility",), (wanted,), tuple(records), (breaks,)


def _strategies(plan: CohortPlan, study: Study) -> Row:
    name = programme(study)
    if plan.served:
        wanted = (f"Served: start {name} on that day.", _NOT_YET[plan.compared.later_served])
        records = (
            f"Served: the first enrolment in “{plan.served.enrolment}” on record, whenever it was; later ones open nothing.",
            "Compared: not yet enrolled on that day.  Nobody is chosen by what happens later.",
        )
        return ("Treatment strategies",), wanted, records, (_LATER[plan.compared.later_served], _VERSIONS)
    if plan.strategies:
        return _two_plans(plan.strategies, name)
    assigned = plan.assigned
    assert assigned is not None, "a plan with the clock of eligibility says who was assigned"
    if assigned.by == "score":
        return scored(assigned, name, _VERSIONS)
    wanted = (f"Offered: offer {name} at the start.", "Not offered: do not.  Either way people may use whatever else there is.")
    when = (
        "on the day of the start" if not assigned.days_before else f"on the day of the start or up to {several(assigned.days_before, 'day')} before"
    )
    records = (
        f"Offered: an event “{assigned.offered}” {when}.  Not offered: an event “{assigned.withheld}” {when}.",
        "Who has both, or neither, is not studied.",
    )
    elsewhere = "People who were not offered it may have come by the same help elsewhere."
    return ("Treatment strategies",), wanted, records, (elsewhere, _VERSIONS)


def _two_plans(both: Strategies, name: str) -> Row:
    """To enrol within a grace period, and not to (Hernán and Robins 2016; Cain and others 2010)."""
    days, kind = several(both.served.within_days, "day"), both.served.enrolment
    wanted = (
        f"To enrol: start {name} within {days}, on a day drawn as the days of those are who come within them.",
        f"Not to enrol: do not start it in those {days}; later, whenever people here usually come to it, if ever.",
    )
    records = (
        f"Everybody is followed under both: to the day of an enrolment in “{kind}” as one who is not to enrol, and to the last of the {days} "
        "without one as one who is to.",
        "Up to that day both are what the person does, and what happens belongs to both.",
    )
    weights = "Those who keep to a strategy stand for those who left it: whatever no record holds, and makes people come, breaks this."
    return ("Treatment strategies",), wanted, records, (weights, _VERSIONS)


_VERSIONS = (
    "The programme may have meant different things to different people, or changed in these years: the answer is about what was done on average."
)
_NOT_YET = {
    "censor": "Compared: do not start it on that day, nor later while they are followed.",
    "keep": "Compared: do not start it on that day, and later whenever people here usually come to it, if ever.",
}
_LATER = {
    "censor": "Those compared who are served later are no longer followed from that day, and people like them who were not served stand for them: "
    "whatever no record holds, and makes people come who are about to fare better or worse, breaks this.",
    "keep": "“Not yet” is not “never”: those compared who are served later are followed on, which draws the two sides together.",
}


def _assignment(plan: CohortPlan, study: Study, questions: Sequence[Question]) -> Row:
    exact = f" who agree on {quoted(plan.exact, 'and')} and" if plan.exact else " who"
    if plan.by == "lot":
        blocks = plan.assigned.blocks if plan.assigned else ()
        inside = f", within each {quoted(blocks, 'and')}" if blocks else ""
        wanted = f"By lot{inside}.  Nobody is blinded."
        records = f"By the lot that was drawn, as it stands on record{inside}.  History chooses nobody; it shows whether it was a lot."
        breaks = "A lot that was not kept to, or that somebody foresaw; arms mixed up in the records."
        return ("Assignment",), (wanted,), (records,), (breaks,)
    if plan.strategies:
        return _by_what_they_did(plan.strategies)
    if plan.by == "score":
        return assigned_by_score()
    wanted = f"By lot, among people{exact} are alike in all that is named under “History”.  Nobody is blinded."
    decided = "The programme, the people themselves and whoever referred them decided." if plan.served else "Somebody decided whom to offer it."
    alike = _alike([(question.compare or Matching()).by for question in questions if chooses(question)])
    hidden = "Whoever decided saw what no record holds: need, motivation, a crisis, somebody who helped.  No check below can see that."
    if not study.history:
        hidden += "  This design names no history, so nothing but the above makes the two sides alike."
    return ("Assignment",), (wanted,), (f"{decided}{alike}",), (hidden,)


def _by_what_they_did(both: Strategies) -> Row:
    """Nobody is assigned a strategy: people keep to one or the other, and those who do are weighed."""
    again, on = both.weights.update_days, both.weights.on
    told = f"{quoted(on, 'and')} tell{'' if on[1:] else 's'}" if on else "the history tells"
    records = (
        f"By what people did.  On each day, those who kept to a strategy are weighed by 1 over their chance of having done so, as {told}, "
        f"read anew every {several(again, 'day')} from the start on.",
    )
    hidden = "Whoever decided saw what no record holds: need, motivation, a crisis, somebody who helped.  No check below can see that."
    few = "Where few enrol, few stand for everybody."
    return ("Assignment",), ("By lot, at the start.  Nobody is blinded.",), records, (hidden, few)


def _alike(ways: Sequence[CompareBy]) -> str:
    """How the two sides are made alike."""
    weighs = {WAYS[by].weighs for by in ways}
    done = {frozenset({True}): "weighted", frozenset({False}): "chosen", frozenset({True, False}): "chosen or weighted"}.get(frozenset(weighs))
    return f"  The people compared are {done} to be alike in the history, before any outcome is read." if done else ""


def _time_zero(plan: CohortPlan) -> Row:
    together = "Eligibility, assignment and the first day that counts fall on one day, for everybody."
    if plan.strategies:
        starts = opening(plan)
        both = "Nobody need live up to an enrolment to count as enrolling: the days before it belong to both strategies."
        return ("Time zero",), (together,), (f"{starts[:1].upper()}{starts[1:]}, under both strategies.", both), (_LATE,)
    if not plan.served:
        days = plan.assigned.days_before if plan.assigned else 0
        starts = opening(plan)
        records = f"{starts[:1].upper()}{starts[1:]}" + (f"; the assignment may lie up to {several(days, 'day')} before it." if days else ".")
        between = "Between the assignment and the start people may die, leave or drop out differently on the two sides." if days else ""
        return ("Time zero",), (together,), (records,), (between or _LATE,)
    served = f"For somebody served, the first day of “{plan.served.enrolment}”."
    if shares_calendar(plan):
        beside = "For those compared, the same day of the calendar."
    else:
        most = several(plan.served.within_days or 0, "day")
        beside = f"For those compared, the day that lies as many days after {opening(plan)} of their own; {most} at most."
    return ("Time zero",), (together,), (served, beside, _on_that_day(plan)), _immortal(plan)


_LATE = "Days of records that are wrong, or that were written down late."


def _on_that_day(plan: CohortPlan) -> str:
    """What people must be on the day their clocks start, served or compared."""
    inside = f", inside a stay in {quoted(plan.starts.spell)}" if plan.starts.spell else ""
    outside = f", outside any stay in {quoted(plan.outside)}" if plan.outside else ""
    return f"On the day of the start people on both sides must be alive, living here{inside}{outside}, and never served before."


def _immortal(plan: CohortPlan) -> tuple[str, ...]:
    """How days that people had to live through in order to be served could still be credited to them (Suissa 2008)."""
    late = "A day of service written down later than it was counts days as not yet served that were served."
    if plan.starts.spell or plan.outside:
        what = "Immortal time (Suissa 2008): if somebody must be more than this to be served, those served are compared with people who need not be."
        return (what, late)
    where = "on any day at all" if everybody(plan) else f"on any day within {several((plan.served and plan.served.within_days) or 0, 'day')}"
    free = (
        f"Immortal time (Suissa 2008): people are compared {where}, and no kind of spell is named that they must be inside or outside of on that "
        "day.  Where somebody must be free, or still in care, to be served, those served are compared with people who need not be."
    )
    return (free, late)


def _follow_up(plan: CohortPlan, questions: Sequence[Question]) -> Row:
    longest = listing(dict.fromkeys(within(question.horizon) for question in questions))
    wanted = f"From the start for {longest}, or to death."
    ends = ["a death", "a move out of the county", "the end of the records, less the days that a source takes to be complete"]
    if plan.served and plan.compared.later_served == "censor":
        ends.append("for those compared, their own first day of service")
    if plan.strategies:
        ends.append("the day on which somebody leaves the strategy under which they are followed")
    records = f"The same; what ends it earlier: {'; '.join(ends)}."
    breaks = "People who are lost may have fared differently from those who are not; a move that nobody noted looks like a quiet year."
    return ("Follow-up",), (wanted,), (records,), (breaks,)


def _outcomes(questions: Sequence[Question]) -> Row:
    every = list(dict.fromkeys(question.outcome for question in questions))
    titles = tuple(f"{DEFINED[name].title['en'].capitalize()}." for name in every)
    unread = "" if all(DEFINED[name].verified for name in every) else "  Not all was read in an authority’s own text."
    records = (f"{quoted(every, 'and')}, as defined under “Outcomes”.{unread}",)
    seen = "Both sides must be watched alike: where the programme itself makes people more visible, more is recorded of those served."
    return ("Outcomes",), titles, records, (seen, "What each definition does not count stands beside it.")


def _contrast(plan: CohortPlan, questions: Sequence[Question]) -> Row:
    asked: dict[str, dict[str, list[str]]] = {}
    for question in questions:
        horizons = asked.setdefault(_among(question, plan), {}).setdefault(_measure(question), [])
        horizons += [within(question.horizon)] if within(question.horizon) not in horizons else []
    wanted = tuple(
        f"Difference in {', and in '.join(f'{measure} by {listing(horizons)}' for measure, horizons in measures.items())}, among {whom}."
        for whom, measures in asked.items()
    )
    records = ["The same contrast, measured as under “Analysis”."]
    if plan.by not in ("lot", "strategy", "score"):
        records.append("Where nobody like a person whom it is about is found, that person is left out, and the finding names anew whom it is about.")
    if plan.served:
        also = "It speaks of people who come to the programme: not of those who never would, nor of a place where there is no programme."
    elif plan.strategies:
        also = "It speaks of everybody who starts, whether they would come or not, and of coming on the days on which people come."
    else:
        also = "It is the effect of the offer: smaller than that of the service itself where few take the offer up."
    return ("Causal contrast",), wanted, tuple(records), (also,)


def _measure(question: Question) -> str:
    unit = DEFINED[question.outcome].unit
    return "the share of people with the outcome" if unit == "people" else f"mean {unit}"


def _among(question: Question, plan: CohortPlan) -> str:
    """Among whom, and between which two plans, a difference is taken."""
    if plan.served:
        censor = "not starting it yet, nor while they are followed"
        keep = "not starting it yet, and later whenever they would have, if ever"
        return f"those served, between starting the programme that day and {censor if plan.compared.later_served == 'censor' else keep}"
    if plan.strategies:
        days = several(plan.strategies.served.within_days, "day")
        return f"everybody studied, between enrolling within {days} and not enrolling in them"
    if plan.by == "score":
        coming = question.estimand == "complier_effect_at_the_cutoff"
        whom = "those at the cut-off who come because they are offered a place" if coming else "those at the cut-off"
        return f"{whom}, between {'coming and not coming' if coming else 'being offered a place and not, whoever took it up'}"
    if question.estimand == "complier_effect":
        return "those who come because they are offered a place, between coming and not coming"
    if question.estimand != "average_effect":
        return f"{about(question.estimand, plan)}, between being offered it and not, whoever took it up"
    return "everybody studied, between being offered the programme and not, whoever took it up (intention to treat)"


def _assumptions(plan: CohortPlan) -> Row:
    if plan.by == "score":
        return assumed_at_the_cutoff()
    return (
        ("Assumptions",),
        ("A trial needs only those about losses, measurement and interference.",),
        tuple(_assumed(plan)),
        tuple(_tested(plan)),
    )


def _assumed(plan: CohortPlan) -> Iterator[str]:
    if plan.by == "lot":
        yield "Alike: the lot made the two sides alike, seen or unseen."
    else:
        exact = f" and the same {quoted(plan.exact, 'and')}" if plan.exact else ""
        who = "who enrols on a day" if plan.strategies else "who was served"
        yield f"Alike: among people with the same history{exact}, {who} has nothing to do with how they would have fared."
        yield "Possible: everybody of that kind could have been served, and could have not been."
    yield "No interference: one person's place in the programme does not change another's outcome."
    yield "Losses: among people alike in the history, those lost would have fared like those followed."
    yield "Measurement: what is on record is what happened, as fully on one side as on the other."


def _tested(plan: CohortPlan) -> Iterator[str]:
    yield "None of these can be shown from the records alone.  What can be looked at is listed under “Analysis”, with the limit it is held to."
    if plan.by != "lot":
        yield "The first is the one to doubt: people who are served are seldom like people who are not."
